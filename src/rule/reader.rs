//! Typed access to a mapping's keys, with a finding for everything that is not as it should be.

use std::ops::Range;
use std::sync::Arc;

use super::Spanned;
use super::yaml::{Entry, Node, NodeKind, YamlScalar};
use crate::finding::{Code, Finding, Fix, Place, Source};
use crate::text::{nearest, only_near};

/// What to do with keys that nobody asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum UnknownKeys {
    /// Each is an error.
    Refuse,
    /// Only those are errors that look like a misspelt known key: Sigma allows custom keys.
    RefuseMisspelt,
}

/// A mapping that is being read.
pub(super) struct MappingReader<'a> {
    source: &'a Arc<Source>,
    /// What the mapping is called in messages, such as "rule".
    what: &'static str,
    span: Range<usize>,
    entries: &'a [Entry],
    /// Keys that are most likely misspelt, and what they mean. They are read as that, so that all that is wrong is said at once.
    misspelt: Vec<(&'a Entry, String)>,
}

/// How many of its keys a hint names.
const SHOWN_KEYS: usize = 3;

impl<'a> MappingReader<'a> {
    /// Reads `node`, which must be a mapping with no keys but the known ones.
    pub(super) fn new(
        source: &'a Arc<Source>,
        what: &'static str,
        node: &'a Node,
        known: &[&str],
        unknown: UnknownKeys,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        let NodeKind::Mapping(entries) = &node.kind else {
            let message = format!("{what} is {}, not a mapping", node.describe());
            let finding = Finding::new(Code::WrongType, Place::new(source, &node.span), message);
            let shown = &known[..known.len().min(SHOWN_KEYS)];
            let shown: Vec<String> = shown.iter().map(|key| format!("{key}:")).collect();
            let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
            findings.push(finding.help(format!("write keys such as {}", list(&shown))));
            return None;
        };
        let mut reader = Self {
            source,
            what,
            span: first_line(source, &node.span),
            entries,
            misspelt: Vec::new(),
        };
        reader.misspelt = reader.check_keys(known, unknown, findings);
        Some(reader)
    }

    fn check_keys(
        &self,
        known: &[&str],
        unknown: UnknownKeys,
        findings: &mut Vec<Finding>,
    ) -> Vec<(&'a Entry, String)> {
        let mut misspelt = Vec::new();
        for entry in self.entries {
            if known.contains(&entry.key.as_str()) {
                continue;
            }
            let suggestion = nearest(&entry.key, known.iter().copied());
            if suggestion.is_none() && unknown == UnknownKeys::RefuseMisspelt {
                continue;
            }
            misspelt.extend(suggestion.map(|key| (entry, key.to_owned())));
            let message = format!("{} has no key `{}`", self.what, entry.key);
            let help = match suggestion {
                Some(key) => format!("did you mean `{key}`?"),
                None => format!("its keys are {}", list(known)),
            };
            findings.push(
                self.finding(Code::UnknownKey, &entry.key_span, message)
                    .help(help)
                    .fix(self.respelt(entry, known)),
            );
        }
        misspelt
    }

    /// The change of a misspelt key into the only one that it can mean, unless the mapping has that one.
    fn respelt(&self, entry: &Entry, known: &[&str]) -> Option<Fix> {
        let key = only_near(&entry.key, known.iter().copied())?;
        if self.entries.iter().any(|other| other.key == key) {
            return None;
        }
        Fix::replace_scalar(self.source, &entry.key_span, &entry.key, key)
    }

    /// The value of a key; null counts as absent.
    pub(super) fn get(&self, key: &str) -> Option<&'a Node> {
        let exact = self.entries.iter().find(|entry| entry.key == key);
        let misspelt = || {
            let mut misspelt = self.misspelt.iter();
            misspelt.find_map(|(entry, meant)| (meant == key).then_some(*entry))
        };
        exact
            .or_else(misspelt)
            .map(|entry| &entry.value)
            .filter(|node| node.describe() != "null")
    }

    /// The value of a key that must be there.
    pub(super) fn require(&self, key: &str, findings: &mut Vec<Finding>) -> Option<&'a Node> {
        let node = self.get(key);
        if node.is_none() {
            let message = format!("{} has no `{key}`", self.what);
            let finding = self.finding(Code::MissingKey, &self.span, message);
            findings.push(finding.help(format!("add `{key}:`")));
        }
        node
    }

    /// A key's string. Numbers and booleans are taken as written: `version: 1.1` means the text.
    pub(super) fn string(&self, key: &str, findings: &mut Vec<Finding>) -> Option<Spanned<String>> {
        let node = self.get(key)?;
        self.scalar(key, node, findings)
            .map(|scalar| Spanned::new(scalar.text.clone(), &node.span))
    }

    /// A key's strings: a list, or a single one.
    pub(super) fn strings(&self, key: &str, findings: &mut Vec<Finding>) -> Vec<Spanned<String>> {
        let Some(node) = self.get(key) else {
            return Vec::new();
        };
        let items = match &node.kind {
            NodeKind::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        items
            .iter()
            .filter_map(|item| {
                self.scalar(key, item, findings)
                    .map(|scalar| Spanned::new(scalar.text.clone(), &item.span))
            })
            .collect()
    }

    /// A key's value as one of a fixed set of words.
    pub(super) fn word<T: Copy>(
        &self,
        key: &str,
        words: &[(&str, T)],
        findings: &mut Vec<Finding>,
    ) -> Option<T> {
        let text = self.string(key, findings)?;
        let found = words.iter().find(|(word, _)| *word == text.value);
        if found.is_none() {
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.not_among(key, &text, &names, findings);
        }
        found.map(|(_, value)| *value)
    }

    /// Says that a key's value is not among the allowed words.
    pub(super) fn not_among(
        &self,
        key: &str,
        text: &Spanned<String>,
        words: &[&str],
        findings: &mut Vec<Finding>,
    ) {
        let message = format!("`{}` is not a value of `{key}`", text.value);
        let help = match nearest(&text.value, words.iter().copied()) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("use {}", list(words)),
        };
        let fix = only_near(&text.value, words.iter().copied())
            .and_then(|word| Fix::replace_scalar(self.source, &text.span, &text.value, word));
        findings.push(
            self.finding(Code::InvalidValue, &text.span, message)
                .help(help)
                .fix(fix),
        );
    }

    fn scalar(
        &self,
        key: &str,
        node: &'a Node,
        findings: &mut Vec<Finding>,
    ) -> Option<&'a YamlScalar> {
        if let NodeKind::Scalar(scalar) = &node.kind {
            return Some(scalar);
        }
        let message = format!("`{key}` is {}, not a string", node.describe());
        let finding = self.finding(Code::WrongType, &node.span, message);
        findings.push(finding.help(format!("write `{key}: '...'`")));
        None
    }

    /// The file.
    pub(super) fn source(&self) -> &'a Arc<Source> {
        self.source
    }

    /// A finding in this file.
    pub(super) fn finding(
        &self,
        code: Code,
        span: &Range<usize>,
        message: impl Into<String>,
    ) -> Finding {
        Finding::new(code, Place::new(self.source, span), message)
    }
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub fn new(value: T, span: &Range<usize>) -> Self {
        Self {
            value,
            span: span.clone(),
        }
    }
}

/// The part of a span that is on its first line: enough to point at a mapping.
pub(super) fn first_line(source: &Source, span: &Range<usize>) -> Range<usize> {
    let length = source.text[span.clone()]
        .find(['\n', '\r'])
        .unwrap_or(span.len());
    span.start..span.start + length
}

/// "`a`, `b` or `c`".
pub(super) fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [word] => format!("`{word}`"),
        [first @ .., last] => format!("`{}` or `{last}`", first.join("`, `")),
    }
}
