//! The header of a rule's script: what a reader of the package should know of the rule.

use std::ops::Range;

use super::super::comment::{self, Marker};
use super::super::comment_lines;
use crate::plan::RulePlan;
use crate::registry::attack::Technique;
use crate::rule::{Condition, Detection, Header, Item, Rule};

/// The script's header: what a reader of the package should know of the rule.
pub(super) fn header(rule: &RulePlan<'_>) -> Vec<String> {
    let source = rule.rule;
    let mut lines = header_lines(source, &rule.techniques, rule.robustness());
    let mut entry = |label: &str, text: &str| lines.extend(entry_lines(label, text));
    for line in logic(source) {
        entry("Matches:", &line);
    }
    for filter in &rule.filters {
        let condition = &filter.condition;
        entry("Filter:", &condition.title.value);
        for line in logic(condition) {
            entry("  matches:", &line);
        }
    }
    lines.extend(description_lines(source.description.as_deref()));
    lines
}

/// What a header says of rules and correlations alike, but for the description at its end.
pub(in crate::zeek) fn header_lines(
    header: &Header,
    techniques: &[&Technique],
    robustness: Option<String>,
) -> Vec<String> {
    let mut lines = comment_lines(Marker::Script, &header.title.value);
    lines.push("##!".to_owned());
    let mut entry = |label: &str, text: &str| lines.extend(entry_lines(label, text));
    if let Some(id) = &header.id {
        entry("Id:", &id.value);
    }
    for technique in techniques {
        entry("ATT&CK:", &technique.to_string());
    }
    if let Some(level) = header.level {
        entry("Level:", level.as_str());
    }
    if let Some(score) = robustness {
        entry("Robustness:", &score);
    }
    if let Some(author) = &header.author {
        entry("Author:", author);
    }
    for reference in &header.references {
        entry("Reference:", reference);
    }
    for text in &header.falsepositives {
        entry("False positives:", text);
    }
    lines
}

/// A description, and the empty line before it. Its paragraphs are filled anew, for the width that its lines had in the
/// rule's file is not the script's.
pub(in crate::zeek) fn description_lines(description: Option<&str>) -> Vec<String> {
    let mut lines = comment_lines(Marker::Script, &paragraphs(description.unwrap_or_default()));
    if !lines.is_empty() {
        lines.insert(0, "##!".to_owned());
    }
    lines
}

/// The text with each paragraph and each item of a list on one line.
fn paragraphs(text: &str) -> String {
    let mut joined = String::new();
    let mut is_open = false;
    for line in text.lines() {
        let line = line.trim();
        if is_open && !line.is_empty() && !begins_item(line) {
            joined.push(' ');
        } else if !joined.is_empty() {
            joined.push('\n');
        }
        joined.push_str(line);
        is_open = !line.is_empty();
    }
    joined
}

/// Whether a line begins an item of a list, as Markdown has it.
fn begins_item(line: &str) -> bool {
    let is_number = |mark: &str| {
        mark.strip_suffix(['.', ')'])
            .is_some_and(|number| number.parse::<u32>().is_ok())
    };
    line.split_once(' ')
        .is_some_and(|(mark, _)| matches!(mark, "-" | "*" | "+") || is_number(mark))
}

/// Columns of an entry's label, the longest of which is `False positives:`.
const LABEL_WIDTH: usize = 16;

/// Columns of an entry's text.
const TEXT_WIDTH: usize = comment::MAX_WIDTH - "##! ".len() - LABEL_WIDTH - " ".len();

/// A labelled entry of the header; further lines stand under the first one's text.
pub(in crate::zeek) fn entry_lines(label: &str, text: &str) -> Vec<String> {
    let text = comment::one_line(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut rest = words.as_slice();
    let mut lines = Vec::new();
    while !rest.is_empty() {
        let (line, next) = rest.split_at(line_length(rest));
        let label = if lines.is_empty() { label } else { "" };
        lines.push(format!("##! {label:<LABEL_WIDTH$} {}", line.join(" ")));
        rest = next;
    }
    lines
}

/// How many of the words stand on the next line: as many as it has room for, or fewer so that what follows begins with
/// an `and` or `or`. A line that would stay emptier than by half is filled instead.
fn line_length(words: &[&str]) -> usize {
    let ends: Vec<usize> = words
        .iter()
        .scan(0, |end, word| {
            *end += word.chars().count() + usize::from(*end > 0);
            Some(*end)
        })
        .collect();
    let fitting = ends.partition_point(|end| *end <= TEXT_WIDTH).max(1);
    if fitting == words.len() {
        return fitting;
    }
    let before = |connective: &str| {
        (1..=fitting)
            .rev()
            .find(|&length| words[length] == connective && ends[length - 1] >= TEXT_WIDTH / 2)
    };
    before("and").or_else(|| before("or")).unwrap_or(fitting)
}

/// The rule's conditions, and its searches as the rule has them.
fn logic(rule: &Rule) -> Vec<String> {
    let searches = &rule.searches;
    let names: Vec<&str> = searches
        .iter()
        .map(|search| search.name.value.as_str())
        .collect();
    let mut lines: Vec<String> = rule
        .conditions
        .iter()
        .map(|condition| condition_text(condition, &names))
        .collect();
    for search in searches {
        let text = detection_text(rule, &search.detection);
        lines.push(format!("{}: {text}", search.name.value));
    }
    lines
}

fn condition_text(condition: &Condition, names: &[&str]) -> String {
    let each = |parts: &[Condition], word: &str| -> String {
        let parts: Vec<String> = parts.iter().map(|part| nested(part, names)).collect();
        parts.join(word)
    };
    match condition {
        Condition::Search(index) => names[*index].to_owned(),
        Condition::And(parts) => each(parts, " and "),
        Condition::Or(parts) => each(parts, " or "),
        Condition::Not(part) => format!("not {}", nested(part, names)),
        Condition::AtLeast(wanted, indices) => {
            let of: Vec<&str> = indices.iter().map(|index| names[*index]).collect();
            let wanted = if *wanted == of.len() && of.len() > 1 {
                "all".to_owned()
            } else {
                wanted.to_string()
            };
            format!("{wanted} of ({})", of.join(", "))
        }
    }
}

fn nested(condition: &Condition, names: &[&str]) -> String {
    let text = condition_text(condition, names);
    match condition {
        Condition::And(_) | Condition::Or(_) => format!("({text})"),
        _ => text,
    }
}

fn detection_text(rule: &Rule, detection: &Detection) -> String {
    match detection {
        Detection::All(parts) => {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| detection_text(rule, part))
                .collect();
            parts.join(" and ")
        }
        Detection::Any(parts) => {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| format!("({})", detection_text(rule, part)))
                .collect();
            parts.join(" or ")
        }
        Detection::Item(item) => item_text(rule, item),
    }
}

/// How many values of a list a header shows.
const SHOWN_VALUES: usize = 12;

/// An item as the rule's file has it, quotes and all.
fn item_text(rule: &Rule, item: &Item) -> String {
    let raw = |span: &Range<usize>| &rule.source.text[span.clone()];
    let mut values: Vec<&str> = item
        .values
        .iter()
        .take(SHOWN_VALUES)
        .map(|value| raw(&value.span))
        .collect();
    let more = format!("{} more", item.values.len().saturating_sub(SHOWN_VALUES));
    if item.values.len() > SHOWN_VALUES {
        values.push(&more);
    }
    let values = values.join(if item.all { " and " } else { " or " });
    match &item.field {
        Some(_) => format!("{}: {values}", raw(&item.span)),
        None => values,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{description_lines, entry_lines};

    #[test]
    fn a_long_entry_breaks_before_a_connective() {
        let values: Vec<String> = (0..20).map(|value| format!("'value {value}'")).collect();
        let text = format!("one: {} and two: 'last'", values.join(" or "));
        let lines = entry_lines("Matches:", &text);
        assert!(lines.len() > 2);
        assert!(lines[0].starts_with("##! Matches:         one: 'value 0' or "));
        for line in &lines[1..] {
            let text = line.strip_prefix("##!                  ").unwrap();
            assert!(
                text.starts_with("or ") || text.starts_with("and "),
                "{line}"
            );
        }
        assert!(lines.iter().all(|line| line.len() <= 120));
        let words = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            words(&lines.join(" ").replace("##!", "").replace("Matches:", "")),
            words(&text)
        );
    }

    #[test]
    fn a_word_wider_than_the_line_stands_alone() {
        let word = "x".repeat(200);
        let lines = entry_lines("Reference:", &format!("see {word} and more"));
        assert_eq!(lines.len(), 3);
        assert!(lines[1].ends_with(&word));
    }

    #[test]
    fn paragraphs_are_filled_and_lists_stay() {
        let lines = description_lines(Some(
            "One line\nand another.\n\nA list:\n- first\n  goes on\n- second\n1. third",
        ));
        assert_eq!(
            lines,
            [
                "##!",
                "##! One line and another.",
                "##!",
                "##! A list:",
                "##! - first goes on",
                "##! - second",
                "##! 1. third",
            ]
        );
        assert!(description_lines(None).is_empty());
        assert!(description_lines(Some(" \n ")).is_empty());
    }
}
