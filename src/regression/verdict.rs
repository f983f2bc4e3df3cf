//! Whether a rule found what its test expects.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use super::{CaptureRun, TestCase, TestOrigin};
use crate::finding::{Code, Finding};
use crate::plan::zeek_names::notice_key;
use crate::rule::regression::{self, Expected, TestInput};

/// What became of a test.
#[derive(Debug)]
pub struct Report<'c, 'p> {
    /// The test.
    pub case: &'c TestCase<'p>,
    /// How it ended.
    pub verdict: Verdict,
    /// How many notices the rule raises; nothing where its capture or log cannot be tried.
    pub notices: Option<usize>,
    /// Whether it is the first test of a capture that is cut short or damaged, which Zeek gives up on: the replay engine has
    /// judged it.
    pub is_broken: bool,
    /// How long the capture took, with all rules that were tried on it.
    pub took: Duration,
}

/// How a test ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The rule found what it must.
    Passed,
    /// It did not.
    Failed(Failure),
    /// The test could not be run, which is no fault of the rule.
    Skipped(String),
    /// The test could not be run, and should have been.
    Error(String),
}

/// Why a test failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What was expected and what was found.
    pub message: String,
    /// How near the rule came, in lines.
    pub explanation: Vec<String>,
    /// Whether fewer notices were found than expected.
    pub(super) too_few: bool,
}

impl Report<'_, '_> {
    /// What is wrong with the rule, or with its test, where the test failed; at the rule.
    pub fn finding(&self) -> Option<Finding> {
        let TestCase { subject, test, .. } = self.case;
        let failure = match (&self.verdict, &test.input) {
            (Verdict::Failed(failure), _) => failure,
            (Verdict::Error(_), TestInput::Missing(path)) => {
                return Some(regression::not_found(test.path_place.clone(), path));
            }
            (Verdict::Error(reason), _) => {
                let message = format!("test `{}` cannot be run: {reason}", test.name);
                let finding = Finding::new(Code::InvalidTest, test.place.clone(), message);
                return Some(finding.related(subject.place(), "the rule"));
            }
            _ => return None,
        };
        let message = format!("test `{}` fails: {}", test.name, failure.message);
        let place = subject.place();
        let mut help: Vec<String> = failure.explanation.clone();
        match (self.case.origin, self.case.file()) {
            (TestOrigin::Author, Some(file)) => {
                let what = match &test.input {
                    TestInput::Log(_) => "log",
                    _ => "capture",
                };
                help.insert(0, format!("the {what} is {}", file.display()));
            }
            (TestOrigin::Synthesised, _) => {
                help.insert(0, "`sigzeek synth` writes the capture".to_owned());
            }
            (TestOrigin::Author, None) => {}
        }
        let finding = Finding::new(Code::FailedTest, place, message).help(help.join("; "));
        Some(finding.related(test.place.clone(), "the test"))
    }
}

pub(super) fn of(
    case: &TestCase<'_>,
    found: &BTreeMap<&Path, CaptureRun>,
    left_out: &BTreeSet<String>,
) -> Verdict {
    let capture = match &case.test.input {
        TestInput::Capture(capture) => capture.as_path(),
        TestInput::Missing(path) => return Verdict::Error(format!("there is no file `{path}`")),
        TestInput::Log(_) => return Verdict::Skipped("it is a log".to_owned()),
        TestInput::Other(kind) => return Verdict::Skipped(format!("`{kind}` is no capture")),
    };
    if left_out.contains(&case.named.name) {
        let reason = "the rule asks for what the replay engine does not know: run it with Zeek";
        return Verdict::Skipped(reason.to_owned());
    }
    match found.get(capture).map(|tried| &tried.found) {
        Some(Ok(found)) => compare(case, found),
        Some(Err(error)) => failed(error.clone(), false),
        None => failed("the capture was not run".to_owned(), false),
    }
}

/// The package has the rule off where Zeek does not have its log.
pub(super) fn without_log(log: &str) -> Verdict {
    Verdict::Skipped(format!(
        "this Zeek has no {log}.log, so that the rule is off"
    ))
}

/// How many notices a test's rule raises; nothing where its capture or log could not be read.
pub(super) fn notices(case: &TestCase<'_>, tried: &CaptureRun) -> Option<usize> {
    let found = tried.found.as_ref().ok()?;
    let key = notice_key(&case.named.note, &case.named.id);
    Some(found.get(&key).map_or(0, Vec::len))
}

/// Whether the notices that were found are those that a test expects of its rule.
pub(super) fn compare(case: &TestCase<'_>, found: &BTreeMap<String, Vec<String>>) -> Verdict {
    let messages = found
        .get(&notice_key(&case.named.note, &case.named.id))
        .map_or(&[][..], Vec::as_slice);
    let expected = &case.test.expected;
    let found = messages.len() as u64;
    let list = || {
        if messages.is_empty() {
            "none".to_owned()
        } else {
            format!("{found}: {}", messages.join("; "))
        }
    };
    match expected {
        Expected::Some if found > 0 => Verdict::Passed,
        Expected::Some => failed("expected a notice, found none".to_owned(), true),
        Expected::Count(count) if *count == found => Verdict::Passed,
        Expected::Count(0) => failed(format!("expected no notice, found {}", list()), false),
        Expected::Count(count) => {
            let plural = if *count == 1 { "" } else { "s" };
            let message = format!("expected {count} notice{plural}, found {}", list());
            failed(message, found < *count)
        }
        Expected::Messages(wanted) => {
            let mut sorted = messages.to_vec();
            sorted.sort();
            if sorted == *wanted {
                return Verdict::Passed;
            }
            let too_few = wanted.iter().any(|wanted| !messages.contains(wanted));
            let wanted = wanted.join("; ");
            failed(format!("expected {wanted}, found {}", list()), too_few)
        }
    }
}

pub(super) fn failed(message: String, too_few: bool) -> Verdict {
    Verdict::Failed(Failure {
        message,
        explanation: Vec::new(),
        too_few,
    })
}
