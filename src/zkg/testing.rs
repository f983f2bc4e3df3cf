//! A package's own tests: for each rule a btest over its captures, with a baseline of what its regression tests expect.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use askama::Template;

use super::captures::Captures;
use super::entry::PackagedRule;
use crate::plan::zeek_names::ZeekNames;
use crate::rule::regression::{Expected, TestInput};
use crate::zeek::comment;

/// The files that all packages have alike, by path below the package's folder.
const COMMON: &[(&str, &str)] = &[
    (
        "testing/btest.cfg",
        include_str!("../../templates/package/testing/btest.cfg"),
    ),
    ("testing/.gitignore", ".btest.failed.dat\n.tmp\n"),
    (
        "testing/Scripts/diff-canonify",
        include_str!("../../templates/package/testing/diff-canonify"),
    ),
    (
        "testing/Scripts/loads",
        include_str!("../../templates/package/testing/loads"),
    ),
    (
        "testing/Scripts/notices",
        include_str!("../../templates/package/testing/notices"),
    ),
    (
        "testing/tests/loads.test",
        include_str!("../../templates/package/testing/loads.test"),
    ),
];

/// What tells whether a Zeek has a log, for packages with rules on records of logs.
const HAS_STREAM: (&str, &str) = (
    "testing/Scripts/has-stream",
    include_str!("../../templates/package/testing/has-stream"),
);

#[derive(Template)]
#[template(path = "package/testing/rule.test")]
struct RuleTest<'a> {
    title: String,
    id: &'a str,
    note: &'a str,
    streams: &'a BTreeSet<&'static str>,
    trials: &'a [CaptureResult<'a>],
}

#[derive(Template)]
#[template(path = "package/testing/every-rule.zeek")]
struct EveryRule<'a> {
    module: &'a str,
}

/// A rule on a capture.
struct CaptureResult<'a> {
    capture: &'a str,
    /// How many notices there must be; `None` for any number but 0.
    notices: Option<u64>,
}

/// Adds the tests to a package's files.
pub(super) fn add(
    files: &mut BTreeMap<String, Vec<u8>>,
    names: &ZeekNames,
    entries: &[PackagedRule<'_>],
    captures: &Captures,
) -> Result<(), askama::Error> {
    for (path, text) in COMMON {
        files.insert((*path).to_owned(), text.as_bytes().to_vec());
    }
    let every_rule = EveryRule {
        module: &names.module,
    };
    files.insert(
        "testing/Scripts/every-rule.zeek".to_owned(),
        lines(&every_rule.render()?),
    );
    if entries.iter().any(|entry| !entry.streams.is_empty()) {
        let (path, text) = HAS_STREAM;
        files.insert(path.to_owned(), text.as_bytes().to_vec());
    }
    for entry in entries {
        let trials = trials(entry, captures);
        if trials.is_empty() {
            continue;
        }
        let test = RuleTest {
            title: inert(entry.title),
            id: &entry.named.id,
            note: &entry.named.note,
            streams: &entry.streams,
            trials: &trials,
        }
        .render()?;
        let name = entry.test_name();
        files.insert(format!("testing/tests/rules/{name}.test"), lines(&test));
        files.insert(
            format!("testing/Baseline/tests.rules.{name}/notices"),
            baseline(entry, &trials).into_bytes(),
        );
    }
    Ok(())
}

fn trials<'a>(entry: &'a PackagedRule<'_>, captures: &'a Captures) -> Vec<CaptureResult<'a>> {
    let tests = entry.tests.iter();
    tests
        .filter_map(|test| {
            let TestInput::Capture(path) = &test.input else {
                return None;
            };
            let notices = match &test.expected {
                Expected::Some => None,
                Expected::Count(count) => Some(*count),
                Expected::Messages(messages) => Some(messages.len() as u64),
            };
            Some(CaptureResult {
                capture: captures.name(path)?,
                notices,
            })
        })
        .collect()
}

/// What Zeek must say of the rule on each capture: as many notices as its regression tests expect, with what is known of
/// the rule.
fn baseline(entry: &PackagedRule<'_>, trials: &[CaptureResult<'_>]) -> String {
    let unset = || "-".to_owned();
    let attack = if entry.techniques.is_empty() {
        unset()
    } else {
        entry.techniques.join(",")
    };
    let notice = [
        entry.named.id.clone(),
        entry.named.note.clone(),
        entry.level.map_or_else(unset, str::to_owned),
        entry.robustness.clone().unwrap_or_else(unset),
        attack,
    ]
    .join("\t");
    let mut text = String::new();
    for trial in trials {
        // Writing to a String does not fail.
        let _ = writeln!(text, "# {}", trial.capture);
        let _ = match trial.notices {
            Some(0) => Ok(()),
            Some(count) => writeln!(text, "{count}\t{notice}"),
            None => writeln!(text, "some\t{notice}"),
        };
    }
    text
}

/// A rendered template as a file, which ends with a line feed.
fn lines(text: &str) -> Vec<u8> {
    (text.trim_end().to_owned() + "\n").into_bytes()
}

/// A text for a comment, with nothing in it that btest takes for an instruction.
fn inert(text: &str) -> String {
    comment::one_line(text).replace("@TEST", "@ TEST")
}
