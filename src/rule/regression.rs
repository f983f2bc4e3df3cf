//! A rule's regression tests, after SigmaHQ's convention: the rule's `regression_tests_path` leads to an `info.yml` whose
//! `regression_tests_info` lists captures, and what the rule must find on each.
//!
//! Paths are relative to the rule's folder or to the nearest folder above it in which they exist.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::reader::{Reader, UnknownKeys, first_line};
use super::yaml::{Kind, Node};
use super::{Spanned, files, yaml};
use crate::finding::{Code, Finding, Place, Source};

/// One test.
#[derive(Debug, Clone)]
pub struct RegressionTest {
    /// What the test shows.
    pub name: String,
    /// What the rule is tried on.
    pub input: Input,
    /// What the rule must find.
    pub expected: Expected,
    /// Where the test stands.
    pub place: Place,
    /// Where it names its capture.
    pub path_place: Place,
}

/// What a rule is tried on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A capture.
    Capture(PathBuf),
    /// A capture that is not there: its path as it is written.
    Missing(String),
    /// Something else, such as a Windows event log, which others try rules on.
    Other(String),
}

/// What a rule must find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// At least one notice: what a test means that says no more.
    Some,
    /// So many notices; 0 for a capture on which the rule must stay silent.
    Count(u64),
    /// Notices with these messages, in any order.
    Messages(Vec<String>),
}

pub(crate) const INFO_KEYS: &[&str] = &[
    "id",
    "description",
    "date",
    "modified",
    "author",
    "references",
    "rule_metadata",
    "regression_tests_info",
];

pub(crate) const TEST_KEYS: &[&str] = &[
    "name",
    "type",
    "provider",
    "path",
    "match_count",
    "silent",
    "messages",
];

/// The tests of a rule or correlation of a file; none where it has no `regression_tests_path`. What is wrong with them goes
/// to `findings`.
pub fn tests(
    source: &Arc<Source>,
    path: Option<&Spanned<String>>,
    findings: &mut Vec<Finding>,
) -> Vec<RegressionTest> {
    let Some(path) = path else {
        return Vec::new();
    };
    let named = Place::new(source, &path.span);
    let Some(file) = below_or_above(&source.path, &path.value) else {
        findings.push(not_found(named, &path.value));
        return Vec::new();
    };
    let Some(source) = files::source(&file, findings) else {
        return Vec::new();
    };
    let documents = match yaml::parse(&source) {
        Ok(documents) => documents,
        Err(finding) => {
            findings.push(*finding);
            return Vec::new();
        }
    };
    let Some(document) = documents.first() else {
        findings.push(Finding::new(Code::InvalidTest, named, "file has no tests"));
        return Vec::new();
    };
    info(&source, document, findings).unwrap_or_default()
}

fn info(
    source: &Arc<Source>,
    document: &Node,
    findings: &mut Vec<Finding>,
) -> Option<Vec<RegressionTest>> {
    let unknown = UnknownKeys::RefuseMisspelt;
    let reader = Reader::new(source, "test file", document, INFO_KEYS, unknown, findings)?;
    let list = reader.require("regression_tests_info", findings)?;
    let Kind::Sequence(items) = &list.kind else {
        let message = "`regression_tests_info` is not a list";
        let finding = reader.finding(Code::WrongType, &list.span, message);
        findings.push(finding.help("write a list of tests with `name`, `type` and `path`"));
        return None;
    };
    let tests = items
        .iter()
        .filter_map(|item| test(source, item, findings))
        .collect();
    Some(tests)
}

fn test(source: &Arc<Source>, node: &Node, findings: &mut Vec<Finding>) -> Option<RegressionTest> {
    let unknown = UnknownKeys::Refuse;
    let reader = Reader::new(source, "test", node, TEST_KEYS, unknown, findings)?;
    reader.require("type", findings)?;
    reader.require("path", findings)?;
    let kind = reader.string("type", findings)?;
    let path = reader.string("path", findings)?;
    let name = reader.string("name", findings);
    let expected = expected(&reader, findings)?;
    let input = if kind.value == "pcap" {
        match below_or_above(&source.path, &path.value) {
            Some(capture) => Input::Capture(capture),
            None => {
                let place = Place::new(source, &path.span);
                findings.push(not_found(place, &path.value));
                Input::Missing(path.value.clone())
            }
        }
    } else {
        Input::Other(kind.value)
    };
    Some(RegressionTest {
        name: name.map_or_else(|| path.value.clone(), |name| name.value),
        input,
        expected,
        place: Place::new(source, &first_line(source, &node.span)),
        path_place: Place::new(source, &path.span),
    })
}

fn expected(reader: &Reader<'_>, findings: &mut Vec<Finding>) -> Option<Expected> {
    let given: Vec<&str> = ["match_count", "silent", "messages"]
        .into_iter()
        .filter(|key| reader.get(key).is_some())
        .collect();
    if let [_, second, ..] = given[..]
        && let Some(node) = reader.get(second)
    {
        let message = "test says twice what to expect";
        let finding = reader.finding(Code::InvalidTest, &node.span, message);
        findings.push(finding.help("keep one of `match_count`, `silent` and `messages`"));
        return None;
    }
    let words = [("true", true), ("false", false)];
    if let Some(silent) = reader.word("silent", &words, findings) {
        return Some(if silent {
            Expected::Count(0)
        } else {
            Expected::Some
        });
    }
    if reader.get("messages").is_some() {
        let messages = reader.strings("messages", findings).into_iter();
        let mut messages: Vec<String> = messages.map(|text: Spanned<String>| text.value).collect();
        messages.sort();
        return Some(Expected::Messages(messages));
    }
    let Some(count) = reader.string("match_count", findings) else {
        return Some(Expected::Some);
    };
    match count.value.parse() {
        Ok(count) => Some(Expected::Count(count)),
        Err(_) => {
            let message = format!("`{}` is not a number of notices", count.value);
            let finding = reader.finding(Code::InvalidValue, &count.span, message);
            findings.push(finding.help("write a whole number; 0 for a capture without notices"));
            None
        }
    }
}

/// What is wrong with a path that leads to no file.
pub(crate) fn not_found(place: Place, path: &str) -> Finding {
    let message = format!("there is no file `{path}`");
    Finding::new(Code::InvalidTest, place, message)
        .help("paths are relative to a folder that the rule is in, such as the repository's; none leads out of it")
}

/// The file that a relative path without `..` leads to, from the folder of `file` or from one above it.
pub(super) fn below_or_above(file: &Path, path: &str) -> Option<PathBuf> {
    let path = Path::new(path);
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if !path.components().all(plain) {
        return None;
    }
    let folders = file.ancestors().skip(1);
    if let Some(found) = folders
        .map(|folder| folder.join(path))
        .find(|path| path.is_file())
    {
        return Some(found);
    }
    // The file's own path may begin below the folder that is sought.
    let whole = std::fs::canonicalize(file).ok()?;
    let mut folders = whole.ancestors().skip(1);
    folders.find_map(|folder| Some(folder.join(path)).filter(|path| path.is_file()))
}
