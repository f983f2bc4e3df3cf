//! A rule's regression tests, after SigmaHQ's convention: the rule's `regression_tests_path` leads to an `info.yml` whose
//! `regression_tests_info` lists captures and Zeek logs, and what the rule must find on each.
//!
//! Paths are relative to the rule's folder or to the nearest folder above it in which they exist.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::reader::{Diagnostics, MappingReader, UnknownKeys};
use super::yaml::{Node, NodeKind};
use super::{Spanned, files};
use crate::finding::{Code, Finding, Place, Source};

/// One test.
#[derive(Debug, Clone)]
pub struct RegressionTest {
    /// What the test shows.
    pub name: String,
    /// What the rule is tried on.
    pub input: TestInput,
    /// What the rule must find.
    pub expected: Expected,
    /// How its log can be recorded again.
    pub recording: Option<Recording>,
    /// Where the test stands.
    pub place: Place,
    /// Where it names its capture or log.
    pub path_place: Place,
}

/// A log that Zeek writes of a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// The capture.
    pub capture: PathBuf,
    /// The log, which need not be there yet.
    pub log: PathBuf,
}

/// What a rule is tried on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestInput {
    /// A capture.
    Capture(PathBuf),
    /// A log that Zeek wrote.
    Log(PathBuf),
    /// A file that is not there: its path as it is written.
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

/// The type of tests on captures.
pub(crate) const CAPTURE: &str = "pcap";
/// The type of tests on logs.
pub(crate) const LOG: &str = "zeek_log";

/// How a log comes to be that a test names with its capture.
pub(crate) const RECORD: &str = "`sigzeek test --record` writes it, with Zeek";

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
    "capture",
    "match_count",
    "silent",
    "messages",
];

/// Whether a document is no rule but a list of rules' tests.
pub(super) fn is_list(document: &Node) -> bool {
    let mut entries = document.entries().iter();
    entries.any(|entry| entry.key == "regression_tests_info")
}

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
    let file = Diagnostics::new(&source);
    let documents = file.documents();
    let tests = documents.and_then(|documents| match documents.first() {
        Some(document) => info(&file, document),
        None => {
            file.push(Finding::new(Code::InvalidTest, named, "file has no tests"));
            None
        }
    });
    findings.append(&mut file.into_findings());
    tests.unwrap_or_default()
}

fn info(file: &Diagnostics<'_>, document: &Node) -> Option<Vec<RegressionTest>> {
    let unknown = UnknownKeys::RefuseMisspelt;
    let reader = MappingReader::new(file, "test file", document, INFO_KEYS, unknown)?;
    let list = reader.require("regression_tests_info")?;
    let NodeKind::Sequence(items) = &list.kind else {
        let message = "`regression_tests_info` is not a list";
        let help = "write a list of tests with `name`, `type` and `path`";
        reader.report(Code::WrongType, &list.span, message, help);
        return None;
    };
    let tests = items.iter().filter_map(|item| test(file, item)).collect();
    Some(tests)
}

fn test(file: &Diagnostics<'_>, node: &Node) -> Option<RegressionTest> {
    let unknown = UnknownKeys::Refuse;
    let reader = MappingReader::new(file, "test", node, TEST_KEYS, unknown)?;
    reader.require("type")?;
    reader.require("path")?;
    let kind = reader.string("type")?;
    let path = reader.string("path")?;
    let name = reader.string("name");
    let expected = expected(&reader)?;
    let is_log = kind.value == LOG;
    let recording = recording(&reader, is_log, &path)?;
    let input = if is_log || kind.value == CAPTURE {
        match below_or_above(&file.source.path, &path.value) {
            Some(path) if is_log => TestInput::Log(path),
            Some(path) => TestInput::Capture(path),
            None => {
                let mut finding = not_found(file.place(&path.span), &path.value);
                if recording.is_some() {
                    finding = finding.help(RECORD);
                }
                file.push(finding);
                TestInput::Missing(path.value.clone())
            }
        }
    } else {
        TestInput::Other(kind.value)
    };
    Some(RegressionTest {
        name: name.map_or_else(|| path.value.clone(), |name| name.value),
        input,
        expected,
        recording,
        place: file.place(&file.first_line(node)),
        path_place: file.place(&path.span),
    })
}

/// How the log of a test is recorded, where the test says of which capture. `None` where that is in error.
#[allow(clippy::option_option)]
fn recording(
    reader: &MappingReader<'_>,
    is_log: bool,
    log: &Spanned<String>,
) -> Option<Option<Recording>> {
    if reader.get("capture").is_none() {
        return Some(None);
    }
    let capture = reader.string("capture")?;
    if !is_log {
        let message = "`capture` says what a log is recorded from, and the test is not on a log";
        let help = "write `type: zeek_log`, or name the capture as `path`";
        reader.report(Code::InvalidTest, &capture.span, message, help);
        return None;
    }
    let Some(file) = below_or_above(&reader.source.path, &capture.value) else {
        reader.push(not_found(reader.place(&capture.span), &capture.value));
        return None;
    };
    let Some(log) = destination(&reader.source.path, &log.value) else {
        let message = format!("there is no folder for `{}`", log.value);
        let help = "create the folder, or name one that is there";
        reader.report(Code::InvalidTest, &log.span, message, help);
        return None;
    };
    Some(Some(Recording { capture: file, log }))
}

fn expected(reader: &MappingReader<'_>) -> Option<Expected> {
    let given: Vec<&str> = ["match_count", "silent", "messages"]
        .into_iter()
        .filter(|key| reader.get(key).is_some())
        .collect();
    if let [_, second, ..] = given[..]
        && let Some(node) = reader.get(second)
    {
        let message = "test says twice what to expect";
        let help = "keep one of `match_count`, `silent` and `messages`";
        reader.report(Code::InvalidTest, &node.span, message, help);
        return None;
    }
    if let Some(silent) = reader.switch("silent") {
        return Some(if silent {
            Expected::Count(0)
        } else {
            Expected::Some
        });
    }
    if reader.get("messages").is_some() {
        let messages = reader.strings("messages").into_iter();
        let mut messages: Vec<String> = messages.map(|text: Spanned<String>| text.value).collect();
        messages.sort();
        return Some(Expected::Messages(messages));
    }
    let Some(count) = reader.string("match_count") else {
        return Some(Expected::Some);
    };
    match count.value.parse() {
        Ok(count) => Some(Expected::Count(count)),
        Err(_) => {
            let message = format!("`{}` is not a number of notices", count.value);
            let help = "write a whole number; 0 for a capture without notices";
            reader.report(Code::InvalidValue, &count.span, message, help);
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
    found_from(file, Path::new(path), Path::is_file)
}

/// Where a file is written that such a path names: where it is, or else where its folder is.
fn destination(file: &Path, path: &str) -> Option<PathBuf> {
    let has_folder = |path: &Path| !path.is_dir() && path.parent().is_some_and(Path::is_dir);
    below_or_above(file, path).or_else(|| found_from(file, Path::new(path), has_folder))
}

fn found_from(file: &Path, path: &Path, is_found: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if !path.components().all(plain) {
        return None;
    }
    let from = |file: &Path| {
        let mut folders = file.ancestors().skip(1);
        folders.find_map(|folder| Some(folder.join(path)).filter(|path| is_found(path)))
    };
    // The file's own path may begin below the folder that is sought.
    from(file).or_else(|| from(&std::fs::canonicalize(file).ok()?))
}
