//! Typed access to a mapping's keys, with a finding for everything that is not as it should be.

use std::cell::RefCell;
use std::ops::{Deref, Range};
use std::sync::Arc;

use super::Spanned;
use super::yaml::{self, Entry, Node, NodeKind, YamlScalar};
use crate::finding::{Code, Finding, Fix, Place, Source};
use crate::text::{nearest, only_near};

/// A file that is being read, with what is wrong with it as far as it has been read.
pub(super) struct Diagnostics<'a> {
    /// The file.
    pub(super) source: &'a Arc<Source>,
    findings: RefCell<Vec<Finding>>,
}

impl<'a> Diagnostics<'a> {
    /// Nothing is wrong with the file yet.
    pub(super) fn new(source: &'a Arc<Source>) -> Self {
        Self {
            source,
            findings: RefCell::default(),
        }
    }

    /// What is wrong, in the order in which it was found.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings.into_inner()
    }

    /// How much is wrong so far.
    pub(super) fn count(&self) -> usize {
        self.findings.borrow().len()
    }

    /// A place in the file.
    pub(super) fn place(&self, span: &Range<usize>) -> Place {
        Place::new(self.source, span)
    }

    /// A finding in the file, which is not reported yet.
    pub(super) fn finding(
        &self,
        code: Code,
        span: &Range<usize>,
        message: impl Into<String>,
    ) -> Finding {
        Finding::new(code, self.place(span), message)
    }

    /// Reports a finding.
    pub(super) fn push(&self, finding: Finding) {
        self.findings.borrow_mut().push(finding);
    }

    /// Reports what is wrong with the text at a place, and what would be right.
    pub(super) fn report(
        &self,
        code: Code,
        span: &Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(self.finding(code, span, message).help(help));
    }

    /// The file's documents; none where it is no YAML, which is reported.
    pub(super) fn documents(&self) -> Option<Vec<Node>> {
        let documents = yaml::parse(self.source);
        documents.map_err(|finding| self.push(*finding)).ok()
    }

    /// The part of a node that is on its first line: enough to point at a mapping.
    pub(super) fn first_line(&self, node: &Node) -> Range<usize> {
        first_line(self.source, &node.span)
    }
}

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
    /// The file that it is in.
    pub(super) file: &'a Diagnostics<'a>,
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
        file: &'a Diagnostics<'a>,
        what: &'static str,
        node: &'a Node,
        known: &[&str],
        unknown: UnknownKeys,
    ) -> Option<Self> {
        let NodeKind::Mapping(entries) = &node.kind else {
            let message = format!("{what} is {}, not a mapping", node.describe());
            let shown = &known[..known.len().min(SHOWN_KEYS)];
            let shown: Vec<String> = shown.iter().map(|key| format!("{key}:")).collect();
            let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
            let help = format!("write keys such as {}", list(&shown));
            file.report(Code::WrongType, &node.span, message, help);
            return None;
        };
        let mut reader = Self {
            file,
            what,
            span: file.first_line(node),
            entries,
            misspelt: Vec::new(),
        };
        reader.misspelt = reader.check_keys(known, unknown);
        Some(reader)
    }

    fn check_keys(&self, known: &[&str], unknown: UnknownKeys) -> Vec<(&'a Entry, String)> {
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
            let finding = self.finding(Code::UnknownKey, &entry.key_span, message);
            self.push(finding.help(help).fix(self.respelt(entry, known)));
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
    pub(super) fn require(&self, key: &str) -> Option<&'a Node> {
        let node = self.get(key);
        if node.is_none() {
            let message = format!("{} has no `{key}`", self.what);
            let help = format!("add `{key}:`");
            self.report(Code::MissingKey, &self.span, message, help);
        }
        node
    }

    /// A key's string. Numbers and booleans are taken as written: `version: 1.1` means the text.
    pub(super) fn string(&self, key: &str) -> Option<Spanned<String>> {
        let node = self.get(key)?;
        self.scalar(key, node)
            .map(|scalar| Spanned::new(scalar.text.clone(), &node.span))
    }

    /// A key's strings: a list, or a single one.
    pub(super) fn strings(&self, key: &str) -> Vec<Spanned<String>> {
        let items = self.get(key).map_or(&[][..], Node::items);
        items
            .iter()
            .filter_map(|item| {
                self.scalar(key, item)
                    .map(|scalar| Spanned::new(scalar.text.clone(), &item.span))
            })
            .collect()
    }

    /// A key's value as one of a fixed set of words.
    pub(super) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.string(key)?;
        let found = words.iter().find(|(word, _)| *word == text.value);
        if found.is_none() {
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.not_among(key, &text, &names);
        }
        found.map(|(_, value)| *value)
    }

    /// A key's value as true or false.
    pub(super) fn switch(&self, key: &str) -> Option<bool> {
        self.word(key, &[("true", true), ("false", false)])
    }

    /// Says that a key's value is not among the allowed words.
    pub(super) fn not_among(&self, key: &str, text: &Spanned<String>, words: &[&str]) {
        let message = format!("`{}` is not a value of `{key}`", text.value);
        let help = match nearest(&text.value, words.iter().copied()) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("use {}", list(words)),
        };
        let fix = only_near(&text.value, words.iter().copied())
            .and_then(|word| Fix::replace_scalar(self.source, &text.span, &text.value, word));
        let finding = self.finding(Code::InvalidValue, &text.span, message);
        self.push(finding.help(help).fix(fix));
    }

    fn scalar(&self, key: &str, node: &'a Node) -> Option<&'a YamlScalar> {
        if let NodeKind::Scalar(scalar) = &node.kind {
            return Some(scalar);
        }
        let message = format!("`{key}` is {}, not a string", node.describe());
        let help = format!("write `{key}: '...'`");
        self.report(Code::WrongType, &node.span, message, help);
        None
    }
}

impl<'a> Deref for MappingReader<'a> {
    type Target = Diagnostics<'a>;

    fn deref(&self) -> &Diagnostics<'a> {
        self.file
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
