//! How a mapping of a rule is written, so that what is put in its place is written in the same way.

use super::uri::ColumnCondition;
use crate::finding::Source;
use crate::rule::written::scalar;
use crate::rule::yaml::{Entry, Node, NodeKind};

/// How a mapping is written.
pub(super) struct MappingLayout<'s> {
    text: &'s str,
    /// The mapping's first byte.
    start: usize,
    /// What precedes it on its line.
    prefix: &'s str,
    is_flow: bool,
}

impl<'s> MappingLayout<'s> {
    /// The layout of a mapping; `None` where an anchor, an alias or the like keeps it from being changed in its place.
    pub(super) fn of(source: &'s Source, mapping: &Node, entries: &[Entry]) -> Option<Self> {
        let text = source.text.as_str();
        let start = mapping.span.start;
        let is_flow = text.get(start..)?.starts_with('{');
        let first = entries.first()?.key_span.start;
        if !is_flow && first != start {
            return None;
        }
        let line = text.get(..start)?.rfind('\n').map_or(0, |end| end + 1);
        let prefix = &text[line..start];
        let is_indent = |byte: u8| matches!(byte, b' ' | b'-');
        (is_flow || prefix.bytes().all(is_indent)).then_some(Self {
            text,
            start,
            prefix,
            is_flow,
        })
    }

    /// An entry as it is written, where it is written in one place.
    pub(super) fn entry(&self, entry: &Entry) -> Option<&'s str> {
        let is_in_order =
            self.start <= entry.key_span.start && entry.key_span.end <= entry.value.span.start;
        // What an alias stands for is elsewhere, and what has an anchor is there for others.
        let end = end_of(self.text, &entry.value)?;
        let text = self.text.get(entry.key_span.start..end)?;
        let between = self.text.get(entry.key_span.end..entry.value.span.start)?;
        (is_in_order && !between.contains(['*', '&', '!'])).then_some(text)
    }

    /// A condition as an entry of the mapping.
    pub(super) fn condition(&self, condition: &ColumnCondition) -> String {
        let ColumnCondition { key, values } = condition;
        let values: Vec<String> = values.iter().map(|value| scalar(value)).collect();
        match values.as_slice() {
            [value] => format!("{key}: {value}"),
            values if self.is_flow => format!("{key}: [{}]", values.join(", ")),
            values => {
                let indent = self.indent();
                let items = values.iter();
                let items = items.map(|value| format!("\n{indent}    - {value}"));
                format!("{key}:{}", items.collect::<String>())
            }
        }
    }

    /// Several entries in place of one.
    pub(super) fn entries(&self, entries: &[String]) -> String {
        if self.is_flow {
            entries.join(", ")
        } else {
            entries.join(&format!("\n{}", self.indent()))
        }
    }

    /// Alternatives in place of the mapping: items of the list that it is in, or a list of their own.
    pub(super) fn alternatives(&self, alternatives: &[Vec<String>], is_item: bool) -> String {
        if self.is_flow {
            let mappings = alternatives.iter();
            let mappings: Vec<String> = mappings
                .map(|entries| format!("{{{}}}", entries.join(", ")))
                .collect();
            let is_block_item = is_item && self.prefix.trim_end().ends_with('-');
            return match (is_item, is_block_item) {
                (_, true) => mappings.join(&format!("\n{}", self.prefix)),
                (true, _) => mappings.join(", "),
                (false, _) => format!("[{}]", mappings.join(", ")),
            };
        }
        if is_item {
            let mappings = alternatives.iter().map(|entries| self.entries(entries));
            let mappings: Vec<String> = mappings.collect();
            return mappings.join(&format!("\n{}", self.prefix));
        }
        let indent = self.indent();
        let mappings = alternatives.iter().map(|entries| {
            let own = self.entries(entries).replace('\n', "\n  ");
            format!("- {own}")
        });
        let mappings: Vec<String> = mappings.collect();
        mappings.join(&format!("\n{indent}"))
    }

    /// The indentation of the mapping's entries.
    pub(super) fn indent(&self) -> String {
        " ".repeat(self.prefix.len())
    }
}

/// Where a node ends, with the bracket that closes it.
pub(super) fn end_of(text: &str, node: &Node) -> Option<usize> {
    let bracket = match text.get(node.span.start..)?.chars().next()? {
        '[' => ']',
        '{' => '}',
        _ => return Some(node.span.end),
    };
    let inner = match &node.kind {
        NodeKind::Sequence(items) => items.last(),
        NodeKind::Mapping(entries) => entries.last().map(|entry| &entry.value),
        NodeKind::Scalar(_) => return Some(node.span.end),
    };
    let inner = match inner {
        Some(inner) => end_of(text, inner)?,
        None => node.span.start + 1,
    };
    let behind = text.get(inner..)?;
    let end = behind.find(bracket)?;
    let is_blank = |c: char| c.is_whitespace() || c == ',';
    behind[..end]
        .chars()
        .all(is_blank)
        .then_some(inner + end + 1)
}
