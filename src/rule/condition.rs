//! Conditions: how a rule's searches combine.

use std::ops::Range;

use rsigma_parser::{ConditionExpr, Quantifier, SelectorPattern, parse_condition};

use super::reader::{Diagnostics, list};
use super::{Search, Spanned};
use crate::finding::{Code, Edit, Finding, Fix};
use crate::text::{nearest, only_near};

/// Longest condition in bytes.
const MAX_LENGTH: usize = 4096;
/// How deep a condition's brackets may nest.
const MAX_BRACKETS: usize = 32;

/// A condition whose searches are indices into the rule's list of searches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// A search.
    Search(usize),
    /// All of them.
    And(Vec<Condition>),
    /// One of them.
    Or(Vec<Condition>),
    /// Not this one.
    Not(Box<Condition>),
    /// At least so many of these searches: `1 of`, `2 of`, `all of`.
    AtLeast(usize, Vec<usize>),
}

/// Reads a rule's conditions.
pub(super) fn read(
    file: &Diagnostics<'_>,
    searches: &[Search],
    texts: &[Spanned<String>],
) -> Vec<Condition> {
    let reading = ConditionReader {
        file,
        names: searches.iter().map(|search| &search.name).collect(),
        noun: "search identifier",
        nouns: "search identifiers",
    };
    let conditions: Vec<Condition> = texts
        .iter()
        .filter_map(|text| reading.condition(text))
        .collect();
    if texts.is_empty() || conditions.len() < texts.len() {
        return Vec::new();
    }
    reading.report_unused(&conditions);
    conditions
}

/// Reads which of a correlation's rules must have matched (pySigma's "extended" conditions).
pub(super) fn of_rules(
    file: &Diagnostics<'_>,
    rules: &[Spanned<String>],
    text: &Spanned<String>,
) -> Option<Condition> {
    let reading = ConditionReader {
        file,
        names: rules.iter().collect(),
        noun: "rule of the correlation",
        nouns: "rules of the correlation",
    };
    let condition = reading.condition(text)?;
    reading.report_unused(std::slice::from_ref(&condition));
    Some(condition)
}

/// The names in a condition, in their order; none where it cannot be read.
pub(super) fn names(text: &str) -> Vec<String> {
    fn add(expression: &ConditionExpr, names: &mut Vec<String>) {
        match expression {
            ConditionExpr::And(parts) | ConditionExpr::Or(parts) => {
                parts.iter().for_each(|part| add(part, names));
            }
            ConditionExpr::Not(part) => add(part, names),
            ConditionExpr::Identifier(name) if !names.contains(name) => names.push(name.clone()),
            ConditionExpr::Identifier(_) | ConditionExpr::Selector { .. } => {}
        }
    }
    let mut names = Vec::new();
    if let Ok(expression) = parse_condition(text) {
        add(&expression, &mut names);
    }
    names
}

impl Condition {
    /// Whether it holds where those of its searches, or rules, hold that `holds` says.
    pub fn holds(&self, holds: &impl Fn(usize) -> bool) -> bool {
        match self {
            Self::Search(index) => holds(*index),
            Self::And(parts) => parts.iter().all(|part| part.holds(holds)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(holds)),
            Self::Not(part) => !part.holds(holds),
            Self::AtLeast(wanted, indices) => {
                indices.iter().filter(|index| holds(**index)).count() >= *wanted
            }
        }
    }
}

struct ConditionReader<'a> {
    file: &'a Diagnostics<'a>,
    names: Vec<&'a Spanned<String>>,
    /// What the names are of.
    noun: &'static str,
    /// The same of several.
    nouns: &'static str,
}

impl ConditionReader<'_> {
    fn condition(&self, text: &Spanned<String>) -> Option<Condition> {
        // Most are one name, which needs no parser.
        if is_name(&text.value)
            && let Some(index) = self.position(&text.value)
        {
            return Some(Condition::Search(index));
        }
        match self.parse(text) {
            Ok(expression) => self.resolve(&expression, text),
            Err(finding) => {
                self.file.push(*finding);
                None
            }
        }
    }

    fn parse(&self, text: &Spanned<String>) -> Result<ConditionExpr, Box<Finding>> {
        let refuse = |span: &Range<usize>, message: &str, help: &str| {
            let finding = self.file.finding(Code::ConditionSyntax, span, message);
            Box::new(finding.help(help))
        };
        if let Some(bar) = text.value.find('|') {
            let span = self.rest(text, bar);
            let message = "Sigma 2 has no aggregations in a condition";
            let help = "counting over time is the work of a correlation rule; for `or` write `or`";
            return Err(refuse(&span, message, help));
        }
        if text.value.len() > MAX_LENGTH || bracket_depth(&text.value) > MAX_BRACKETS {
            let message = "condition is too long or nests too deep";
            let help = "use `1 of` and `all of` with a pattern of search identifiers";
            return Err(refuse(&text.span, message, help));
        }
        if text.value.trim().is_empty() {
            let help = "name a search identifier, such as `condition: selection`";
            return Err(refuse(&text.span, "condition is empty", help));
        }
        parse_condition(&text.value).map_err(|error| {
            if let Some(finding) = self.upper_case(text) {
                return Box::new(finding);
            }
            let start = error.location().map_or(0, |location| {
                offset_of(&text.value, location.line as usize, location.col as usize)
            });
            let ended = text.value[start..].trim().is_empty();
            let (start, (message, help)) = match open_bracket(&text.value).filter(|_| ended) {
                Some(bracket) => (
                    bracket,
                    (
                        "this bracket is not closed",
                        "write `)` where it ends".to_owned(),
                    ),
                ),
                None => (start, syntax(&text.value, start)),
            };
            refuse(&self.rest(text, start), message, &help)
        })
    }

    /// An error for words of the condition's language that are not in lower case, with the change of all of them.
    fn upper_case(&self, text: &Spanned<String>) -> Option<Finding> {
        let raw = &self.file.source.text[text.span.clone()];
        let names = self.names();
        let mut start = text.span.start;
        let mut edits = Vec::new();
        for piece in raw.split_inclusive(|c| !is_of_name(c)) {
            let word = piece.trim_end_matches(|c| !is_of_name(c));
            let lower = word.to_ascii_lowercase();
            if word != lower && WORDS.contains(&lower.as_str()) && !names.contains(&word) {
                let span = start..start + word.len();
                edits.push(Edit { span, text: lower });
            }
            start += piece.len();
        }
        let first = edits.first()?;
        let message = "operators of a condition are in lower case";
        let finding = self
            .file
            .finding(Code::ConditionSyntax, &first.span, message);
        let help = format!("write `{}`", first.text);
        let description = if edits.len() == 1 {
            help.clone()
        } else {
            "write the operators in lower case".to_owned()
        };
        Some(finding.help(help).fix(Some(Fix { description, edits })))
    }

    fn resolve(&self, expression: &ConditionExpr, text: &Spanned<String>) -> Option<Condition> {
        let all = |parts: &[ConditionExpr]| -> Option<Vec<Condition>> {
            let parts: Vec<Option<Condition>> =
                parts.iter().map(|part| self.resolve(part, text)).collect();
            parts.into_iter().collect()
        };
        match expression {
            ConditionExpr::And(parts) => all(parts).map(Condition::And),
            ConditionExpr::Or(parts) => all(parts).map(Condition::Or),
            ConditionExpr::Not(part) => self
                .resolve(part, text)
                .map(|part| Condition::Not(Box::new(part))),
            ConditionExpr::Identifier(name) => self.identifier(name, text),
            ConditionExpr::Selector {
                quantifier,
                pattern,
            } => self.selector(quantifier, pattern, text),
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known.value == name)
    }

    fn identifier(&self, name: &str, text: &Spanned<String>) -> Option<Condition> {
        let index = self.position(name);
        if index.is_none() {
            let message = format!("there is no {} `{name}`", self.noun);
            let names = self.names();
            let help = match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => self.names_help(),
            };
            let span = self.word(text, name);
            let fix = only_near(name, names.iter().copied())
                .and_then(|near| Fix::replace_scalar(self.file.source, &span, name, near));
            let finding = self.file.finding(Code::UnknownSearch, &span, message);
            self.file.push(finding.help(help).fix(fix));
        }
        index.map(Condition::Search)
    }

    fn selector(
        &self,
        quantifier: &Quantifier,
        pattern: &SelectorPattern,
        text: &Spanned<String>,
    ) -> Option<Condition> {
        let matched: Vec<usize> = (0..self.names.len())
            .filter(|index| selects(pattern, &self.names[*index].value))
            .collect();
        let wanted = match quantifier {
            Quantifier::Any => 1,
            Quantifier::All => matched.len(),
            Quantifier::Count(count) => usize::try_from(*count).unwrap_or(usize::MAX),
        };
        if matched.is_empty() {
            let message = format!("no {} matches `{pattern}`", self.noun);
            let help = self.pattern_help(&pattern.to_string());
            let span = self.word(text, &pattern.to_string());
            self.file.report(Code::UnknownSearch, &span, message, help);
            return None;
        }
        if wanted == 0 || wanted > matched.len() {
            let message = format!(
                "`{wanted} of {pattern}` asks for {wanted} of {} {}",
                matched.len(),
                self.nouns
            );
            let help = if matched.len() == 1 {
                "write `1 of`".to_owned()
            } else {
                format!("give a number from 1 to {}", matched.len())
            };
            let span = self.word(text, &format!("{wanted} of"));
            self.file
                .report(Code::ConditionSyntax, &span, message, help);
            return None;
        }
        Some(Condition::AtLeast(wanted, matched))
    }

    fn report_unused(&self, conditions: &[Condition]) {
        let mut used = vec![false; self.names.len()];
        for condition in conditions {
            mark(condition, &mut used);
        }
        for (name, used) in self.names.iter().zip(used) {
            if !used {
                let message = format!("no condition uses `{}`", name.value);
                let help = "name it in the condition, or delete it";
                self.file
                    .report(Code::UnusedSearch, &name.span, message, help);
            }
        }
    }

    /// What to write in place of a pattern that means no search.
    fn pattern_help(&self, pattern: &str) -> String {
        let means_any = |pattern: &str| {
            let pattern = SelectorPattern::Pattern(pattern.to_owned());
            self.names().iter().any(|name| selects(&pattern, name))
        };
        let wider = format!("{pattern}*");
        let hidden = format!("_{pattern}");
        if means_any(&wider) {
            format!("did you mean `{wider}`?")
        } else if self.names().iter().any(|name| glob(pattern, name)) {
            let help = "search identifiers with a leading underscore are left out unless the pattern begins with one";
            format!("{help}: write `{hidden}`")
        } else {
            self.names_help()
        }
    }

    fn names_help(&self) -> String {
        match self.names().as_slice() {
            [] => "there is none: add one beside the condition".to_owned(),
            names => format!("there are {}", list(names)),
        }
    }

    fn names(&self) -> Vec<&str> {
        self.names.iter().map(|name| name.value.as_str()).collect()
    }

    /// Where a word of the condition stands in the file.
    fn word(&self, text: &Spanned<String>, word: &str) -> Range<usize> {
        let raw = &self.file.source.text[text.span.clone()];
        let boundary =
            |c: Option<char>| c.is_none_or(|c| !(c.is_alphanumeric() || c == '_' || c == '*'));
        raw.match_indices(word)
            .find(|(offset, _)| {
                boundary(raw[..*offset].chars().next_back())
                    && boundary(raw[offset + word.len()..].chars().next())
            })
            .map_or_else(
                || text.span.clone(),
                |(offset, _)| {
                    let start = text.span.start + offset;
                    start..start + word.len()
                },
            )
    }

    /// The place of a condition's text from an offset on, to its end or the end of its line.
    ///
    /// A condition may be written over several lines, which YAML folds; what is not white space comes in the same order.
    fn rest(&self, text: &Spanned<String>, offset: usize) -> Range<usize> {
        let raw = &self.file.source.text[text.span.clone()];
        let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
        let extra = visible(raw).checked_sub(visible(&text.value));
        let is_end = text.value[offset..].trim().is_empty();
        let wanted = visible(&text.value[..offset]) + extra.map_or(0, |extra| header(raw, extra));
        let mut characters = raw.char_indices().filter(|(_, c)| !c.is_whitespace());
        let found = if is_end {
            let last = wanted.checked_sub(1).and_then(|last| characters.nth(last));
            last.map(|(start, c)| start + c.len_utf8())
        } else {
            characters.nth(wanted).map(|(start, _)| start)
        };
        match found {
            Some(start) => {
                let end = raw[start..]
                    .find(['\n', '\r'])
                    .map_or(raw.len(), |end| start + end);
                let end = if is_end {
                    start
                } else {
                    start + raw[start..end].trim_end_matches(['\'', '"']).len()
                };
                text.span.start + start..text.span.start + end
            }
            None => text.span.clone(),
        }
    }
}

/// How many characters stand before a condition's text: a quote, or the header of a block scalar (`|-`).
fn header(raw: &str, extra: usize) -> usize {
    if raw.starts_with(['|', '>']) {
        extra
    } else {
        extra.min(1)
    }
}

/// The byte offset of a line and a column, both counted from 1; columns in characters.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let line_start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    text[line_start..]
        .char_indices()
        .nth(column.saturating_sub(1))
        .map_or(text.len(), |(offset, _)| line_start + offset)
}

/// The words of the condition's language.
const WORDS: &[&str] = &["and", "or", "not", "of", "all", "any", "them"];

/// Whether a condition is the name of a search and nothing else.
fn is_name(text: &str) -> bool {
    let is_word = !text.is_empty() && text.len() <= MAX_LENGTH && text.chars().all(is_of_name);
    is_word && !WORDS.contains(&text)
}

/// Whether a character can stand in the name of a search.
fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// The last bracket that opens and is not closed.
fn open_bracket(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => open.push(offset),
            b')' => drop(open.pop()),
            _ => {}
        }
    }
    open.pop()
}

/// What is wrong where a condition cannot be read any further.
fn syntax(text: &str, start: usize) -> (&'static str, String) {
    let (before, rest) = text.split_at(start);
    let word: String = rest.chars().take_while(|c| is_of_name(*c)).collect();
    let lower = word.to_lowercase();
    if rest.trim().is_empty() {
        return (
            "condition ends where a search identifier or a closing bracket is expected",
            "finish it, such as `selection and not filter`".to_owned(),
        );
    }
    if lower == "and" || lower == "or" {
        return (
            "an operator stands where a search identifier is expected",
            format!("write a search identifier before `{lower}`, or leave it out"),
        );
    }
    let last = before.split_whitespace().next_back().unwrap_or_default();
    if ["all", "any"].contains(&last) || last.parse::<u32>().is_ok() {
        return (
            "`of` is missing behind a quantifier",
            format!("write `{last} of`"),
        );
    }
    if !word.is_empty() && !WORDS.contains(&word.as_str()) && before.ends_with([' ', ')', '\n']) {
        return (
            "two search identifiers stand side by side",
            "join them with `and` or `or`".to_owned(),
        );
    }
    let help = match rest.chars().next() {
        Some('&') => "write `and`",
        Some('!') => "write `not`",
        Some('*') => "patterns stand behind `of`, such as `1 of selection_*`",
        Some(')') => "this bracket closes nothing",
        Some(c) if !c.is_ascii() => {
            "search identifiers have ASCII letters, digits, `_` and `-` only"
        }
        _ => {
            "a condition is made of search identifiers, `and`, `or`, `not`, brackets, `1 of` and `all of`"
        }
    };
    ("condition cannot be read from here on", help.to_owned())
}

fn mark(condition: &Condition, used: &mut [bool]) {
    match condition {
        Condition::Search(index) => used[*index] = true,
        Condition::And(parts) | Condition::Or(parts) => {
            parts.iter().for_each(|part| mark(part, used));
        }
        Condition::Not(part) => mark(part, used),
        Condition::AtLeast(_, indices) => indices.iter().for_each(|index| used[*index] = true),
    }
}

/// Whether a selector means a search: `*` stands for any characters. Names with a leading underscore are left out, as by
/// `them`, unless the pattern begins with one (specification, "Condition").
fn selects(pattern: &SelectorPattern, name: &str) -> bool {
    match pattern {
        SelectorPattern::Them => !name.starts_with('_'),
        SelectorPattern::Pattern(pattern) => {
            (pattern.starts_with('_') || !name.starts_with('_')) && glob(pattern, name)
        }
    }
}

fn glob(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(offset) => rest = &rest[offset + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn bracket_depth(text: &str) -> usize {
    let mut depth = 0usize;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn globs_have_stars_anywhere() {
        assert!(glob("selection_*", "selection_main"));
        assert!(glob("*_main", "selection_main"));
        assert!(glob("*lec*ma*", "selection_main"));
        assert!(glob("selection", "selection"));
        assert!(!glob("selection", "selection_main"));
        assert!(!glob("a*a", "a"));
        assert!(!glob("sel*main", "filter_main"));
    }
}
