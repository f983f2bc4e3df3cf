//! Runs rules' regression tests: each rule on captures, in a real Zeek or in the replay engine, and on logs that Zeek wrote.

pub(crate) mod explanation;
pub mod junit;
mod log;
mod recording;
mod verdict;
mod zeek;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fmt, fs, io};

pub use recording::{Recorded, RecordingError, record};
pub use verdict::{Failure, Report, Verdict};
pub(crate) use zeek::{PackageScripts, ScriptLayout};
pub use zeek::{ZeekEngine, ZeekError};

use crate::evaluation::{Evaluator, Output, RulesOff};
use crate::finding::Finding;
pub use crate::plan::Subject;
use crate::plan::correlation::MatchSource;
use crate::plan::zeek_names::{ZeekRule, notice_key};
use crate::plan::{PackPlan, RulePlan};
use crate::replay::capture::is_broken;
use crate::rule::regression::{self, Expected, RegressionTest, TestInput};
use crate::service::LogSpec;
use crate::synth::{self, Synthesised};
use crate::trial;

/// What runs the tests.
#[derive(Debug)]
pub enum TestEngine {
    /// A real Zeek.
    Zeek(ZeekEngine),
    /// The replay engine.
    Replay,
}

impl fmt::Display for TestEngine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TestEngine::Zeek(zeek) => write!(out, "Zeek {}", zeek.version()),
            TestEngine::Replay => out.write_str("the replay engine"),
        }
    }
}

/// A test of a rule.
#[derive(Debug)]
pub struct TestCase<'p> {
    /// The pack's name.
    pub pack: &'p str,
    /// The rule or correlation.
    pub subject: Subject<'p>,
    /// The rule, or those whose matches the correlation looks at.
    pub rules: Vec<&'p RulePlan<'p>>,
    /// What it is called in Zeek.
    pub named: ZeekRule,
    /// The test.
    pub test: RegressionTest,
    /// Where its capture or log comes from.
    pub origin: TestOrigin,
}

/// Where a test's capture or log comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestOrigin {
    /// The rule's author.
    Author,
    /// It was made from the rule.
    Synthesised,
}

/// The messages of the notices that a capture raises, by what tells each rule's from others'; or why there are none.
type RaisedMessages = Result<BTreeMap<String, Vec<String>>, String>;

/// What a capture raises, and how long that took.
#[derive(Debug)]
struct CaptureRun {
    found: RaisedMessages,
    took: Duration,
}

/// The regression tests of packs' rules. What is wrong with the packs goes to `findings`; what is wrong with some tests, and keeps
/// no other test from running, to `of_tests`.
pub fn cases<'p>(
    plans: &'p [PackPlan<'p>],
    findings: &mut Vec<Finding>,
    of_tests: &mut Vec<Finding>,
) -> Vec<TestCase<'p>> {
    let mut cases = Vec::new();
    for plan in plans {
        let Some(names) = crate::plan::zeek_names::names(plan, findings) else {
            continue;
        };
        let mut add = |source, named: ZeekRule, tests: Vec<RegressionTest>| {
            cases.extend(tests.into_iter().map(|test| TestCase {
                pack: &plan.pack.name,
                subject: subject(plan, source),
                rules: rules_of(plan, source),
                named: named.clone(),
                test,
                origin: TestOrigin::Author,
            }));
        };
        for (index, (rule, named)) in plan.rules.iter().zip(names.rules).enumerate() {
            let (source, path) = (&rule.rule.source, &rule.rule.regression_tests_path);
            let tests = regression::tests(source, path.as_ref(), of_tests);
            add(MatchSource::Rule(index), named, tests);
        }
        let correlations = plan.correlations.iter().zip(names.correlations);
        for (index, (known, named)) in correlations.enumerate() {
            let correlation = known.correlation;
            let (source, path) = (&correlation.source, &correlation.regression_tests_path);
            let tests = regression::tests(source, path.as_ref(), of_tests);
            add(MatchSource::Correlation(index), named, tests);
        }
    }
    cases
}

fn subject<'p>(plan: &'p PackPlan<'p>, source: MatchSource) -> Subject<'p> {
    match source {
        MatchSource::Rule(index) => Subject::Rule(&plan.rules[index]),
        MatchSource::Correlation(index) => Subject::Correlation(&plan.correlations[index]),
    }
}

/// A rule, or those that a correlation is about.
fn rules_of<'p>(plan: &'p PackPlan<'p>, source: MatchSource) -> Vec<&'p RulePlan<'p>> {
    match source {
        MatchSource::Rule(index) => vec![&plan.rules[index]],
        MatchSource::Correlation(index) => {
            let inputs = plan.correlations[index].inputs.iter();
            inputs
                .flat_map(|input| rules_of(plan, input.source))
                .collect()
        }
    }
}

/// Tests on captures that are made for the rules that have none in `known`, and are written to `folder`.
///
/// # Errors
///
/// If a capture cannot be written.
pub fn synthesised<'p>(
    plans: &'p [PackPlan<'p>],
    known: &[TestCase<'p>],
    folder: &Path,
) -> io::Result<Vec<TestCase<'p>>> {
    let tested: BTreeSet<&str> = known.iter().map(|case| case.named.name.as_str()).collect();
    let mut cases = Vec::new();
    for plan in plans {
        let Some(names) = crate::plan::zeek_names::names(plan, &mut Vec::new()) else {
            continue;
        };
        let rules = names.rules.into_iter().enumerate();
        let rules = rules.map(|(index, named)| (MatchSource::Rule(index), named));
        let correlations = names.correlations.into_iter().enumerate();
        let correlations =
            correlations.map(|(index, named)| (MatchSource::Correlation(index), named));
        for (source, named) in rules.chain(correlations) {
            if tested.contains(named.name.as_str()) {
                continue;
            }
            let subject = subject(plan, source);
            for capture in synth::synthesise(plan, source).captures {
                let path = folder.join(format!("{}.pcap", cases.len()));
                fs::write(&path, &capture.bytes)?;
                cases.push(TestCase {
                    pack: &plan.pack.name,
                    subject,
                    rules: rules_of(plan, source),
                    named: named.clone(),
                    test: synthesised_test(subject, &capture, path),
                    origin: TestOrigin::Synthesised,
                });
            }
        }
    }
    Ok(cases)
}

fn synthesised_test(subject: Subject<'_>, capture: &Synthesised, path: PathBuf) -> RegressionTest {
    RegressionTest {
        name: format!("synthesised {}", capture.name),
        input: TestInput::Capture(path),
        expected: if capture.fires {
            Expected::Some
        } else {
            Expected::Count(0)
        },
        recording: None,
        place: subject.place(),
        path_place: subject.place(),
    }
}

/// Runs tests. `progress` is told how many captures are done, and of how many.
///
/// # Errors
///
/// [`ZeekError`] if Zeek cannot be run at all; what it says of a capture fails the capture's tests.
pub fn run<'c, 'p>(
    engine: &TestEngine,
    plans: &'p [PackPlan<'p>],
    cases: &'c [TestCase<'p>],
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Report<'c, 'p>>, ZeekError> {
    let captures: BTreeSet<&Path> = cases.iter().filter_map(TestCase::capture).collect();
    let captures: Vec<&Path> = captures.into_iter().collect();
    let (found, missing, mut broken) = match engine {
        TestEngine::Zeek(zeek) if !captures.is_empty() => {
            let (found, missing) = zeek.run(plans, &captures, &plain_logs(cases), progress)?;
            let broken = captures.iter().zip(&found).filter(|(path, tried)| {
                tried.found.is_err() && is_broken(path).is_ok_and(|is_broken| is_broken)
            });
            let broken: BTreeSet<&Path> = broken.map(|(path, _)| *path).collect();
            (found, missing, broken)
        }
        TestEngine::Zeek(_) | TestEngine::Replay => (Vec::new(), BTreeSet::new(), BTreeSet::new()),
    };
    let mut found: BTreeMap<&Path, CaptureRun> = captures.iter().copied().zip(found).collect();
    // What Zeek does not get to judge, the replay engine does.
    let is_replayed = |path: &Path| matches!(engine, TestEngine::Replay) || broken.contains(path);
    let replayed: Vec<&Path> = captures
        .into_iter()
        .filter(|path| is_replayed(path))
        .collect();
    let mut left_out = BTreeSet::new();
    if !replayed.is_empty() {
        let (results, cannot_be_tried) = replay(plans, &replayed, progress);
        found.extend(replayed.iter().copied().zip(results));
        left_out = cannot_be_tried;
    }
    let logs = log::run(plans, cases);
    let none = BTreeSet::new();
    let mut reports: Vec<Report<'_, '_>> = cases
        .iter()
        .map(|case| {
            let is_replayed = case.capture().is_some_and(|path| replayed.contains(&path));
            let left_out = if is_replayed { &left_out } else { &none };
            Report {
                case,
                notices: case.file().and_then(|path| match found.get(path) {
                    Some(tried) => verdict::notices(case, tried),
                    None => logs.notices(case, path),
                }),
                verdict: match &case.test.input {
                    TestInput::Log(path) => logs.verdict(case, path),
                    _ => match case.logs().intersection(&missing).next() {
                        Some(log) if !is_replayed => verdict::without_log(log),
                        _ => verdict::of(case, &found, left_out),
                    },
                },
                is_broken: case.capture().is_some_and(|path| broken.remove(path)),
                took: case
                    .file()
                    .and_then(|path| found.get(path).map(|tried| tried.took).or(logs.took(path)))
                    .unwrap_or_default(),
            }
        })
        .collect();
    explanation::add(plans, &mut reports);
    Ok(reports)
}

impl TestCase<'_> {
    /// The capture on which the rule is tried.
    pub fn capture(&self) -> Option<&Path> {
        match &self.test.input {
            TestInput::Capture(capture) => Some(capture),
            TestInput::Log(_) | TestInput::Missing(_) | TestInput::Other(_) => None,
        }
    }

    /// The capture or log on which the rule is tried.
    pub fn file(&self) -> Option<&Path> {
        match &self.test.input {
            TestInput::Capture(path) | TestInput::Log(path) => Some(path),
            TestInput::Missing(_) | TestInput::Other(_) => None,
        }
    }

    /// The logs that its rules look at, or that Zeek writes of what they look at.
    pub fn logs(&self) -> BTreeSet<&'static str> {
        self.rules.iter().map(|rule| rule.service.name()).collect()
    }
}

/// The logs whose records the tests' rules look at and nothing else.
fn plain_logs(cases: &[TestCase<'_>]) -> BTreeMap<&'static str, LogSpec> {
    let rules = cases.iter().flat_map(|case| &case.rules);
    rules
        .filter_map(|rule| Some((rule.service.name(), rule.service.log()?)))
        .collect()
}

/// What the replay engine finds on each capture, and the names of rules that it cannot try.
fn replay(
    plans: &[PackPlan<'_>],
    captures: &[&Path],
    progress: &mut dyn FnMut(usize, usize),
) -> (Vec<CaptureRun>, BTreeSet<String>) {
    let mut evaluator = Evaluator::new(plans, RulesOff::AreTriedToo, &mut Vec::new());
    let mut all = Vec::new();
    for capture in captures {
        let start = Instant::now();
        evaluator.reset();
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let statistics = trial::replay_file(&mut evaluator, capture, &mut |output| {
            if let Output::Notice(notice) = output {
                let message = crate::text::zeek_log::json_text(&notice.message);
                found
                    .entry(notice_key(&notice.rule.note, &notice.rule.id))
                    .or_default()
                    .push(message);
            }
        });
        all.push(CaptureRun {
            found: match statistics {
                Ok(_) => Ok(found),
                Err(error) => Err(error.to_string()),
            },
            took: start.elapsed(),
        });
        progress(all.len(), captures.len());
    }
    let left_out = evaluator.left_out().map(str::to_owned).collect();
    (all, left_out)
}
