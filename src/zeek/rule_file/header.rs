//! The header of a rule's script: what a reader of the package should know of the rule.

use std::ops::Range;

use super::super::comment::{self, Marker};
use super::super::comment_lines;
use crate::plan::RulePlan;
use crate::rule::{Condition, Detection, Item, Rule};

/// The script's header: what a reader of the package should know of the rule.
pub(super) fn header(rule: &RulePlan<'_>) -> Vec<String> {
    let source = rule.rule;
    let mut lines = comment_lines(Marker::Script, &source.title.value);
    lines.push("##!".to_owned());
    let mut entry = |label: &str, text: &str| lines.extend(entry_lines(label, text));
    if let Some(id) = &source.id {
        entry("Id:", &id.value);
    }
    for technique in &rule.techniques {
        entry("ATT&CK:", &technique.to_string());
    }
    if let Some(level) = source.level {
        entry("Level:", level.as_str());
    }
    if let Some(score) = rule.robustness() {
        entry("Robustness:", &score);
    }
    if let Some(author) = &source.author {
        entry("Author:", author);
    }
    for reference in &source.references {
        entry("Reference:", reference);
    }
    for text in &source.falsepositives {
        entry("Also:", text);
    }
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
    if let Some(description) = &source.description {
        let description = comment_lines(Marker::Script, description);
        if !description.is_empty() {
            lines.push("##!".to_owned());
            lines.extend(description);
        }
    }
    lines
}

/// Column at which a line of the header is broken, without the marker and the label.
const HEADER_WIDTH: usize = 104;

/// A labelled entry of the header; further lines stand under the first one's text.
pub(in crate::zeek) fn entry_lines(label: &str, text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in comment::one_line(text).split_whitespace() {
        if !line.is_empty() && line.len() + word.len() >= HEADER_WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| format!("##! {:<11} {line}", if index == 0 { label } else { "" }))
        .collect()
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
