//! Tests on logs: rules, tried on the records of a log that Zeek wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use super::verdict::{self, Verdict};
use super::{CaptureRun, RaisedMessages, TestCase};
use crate::evaluation::{Output, RecordEvaluator, RulesOff};
use crate::logs::Problems;
use crate::plan::zeek_names::notice_key;
use crate::plan::{PackPlan, RulePlan};
use crate::predicate::Comparison;
use crate::rule::regression::TestInput;
use crate::service::{Field, InLog};
use crate::text::zeek_log::json_text;
use crate::trial::{self, LogStatistics};

/// What the logs of tests raise.
#[derive(Debug, Default)]
pub(super) struct TriedLogs<'c> {
    tried: BTreeMap<&'c Path, TriedLog>,
    /// Names of rules and correlations that cannot be tried on logs.
    left_out: BTreeSet<String>,
}

/// What a log raises, and what it holds.
#[derive(Debug)]
struct TriedLog {
    tried: CaptureRun,
    statistics: LogStatistics,
}

/// Tries all rules on each log that some test names.
pub(super) fn run<'c>(plans: &[PackPlan<'_>], cases: &'c [TestCase<'_>]) -> TriedLogs<'c> {
    let paths = cases.iter().filter_map(|case| match &case.test.input {
        TestInput::Log(path) => Some(path.as_path()),
        _ => None,
    });
    let paths: BTreeSet<&Path> = paths.collect();
    if paths.is_empty() {
        return TriedLogs::default();
    }
    let mut evaluator = RecordEvaluator::new(plans, RulesOff::AreTriedToo, &mut Vec::new());
    TriedLogs {
        tried: paths
            .into_iter()
            .map(|path| (path, try_log(&mut evaluator, path)))
            .collect(),
        left_out: evaluator.left_out().map(str::to_owned).collect(),
    }
}

fn try_log(evaluator: &mut RecordEvaluator<'_>, path: &Path) -> TriedLog {
    let start = Instant::now();
    evaluator.reset();
    let mut notices: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let read = trial::evaluate_log(evaluator, path, &mut |output| {
        if let Output::Notice(notice) = output {
            let key = notice_key(&notice.rule.note, &notice.rule.id);
            let messages = notices.entry(key).or_default();
            messages.push(json_text(&notice.message));
        }
    });
    let (found, statistics): (RaisedMessages, LogStatistics) = match read {
        Ok(statistics) => (Ok(notices), statistics),
        Err(error) => (Err(error.to_string()), LogStatistics::default()),
    };
    TriedLog {
        tried: CaptureRun {
            found,
            took: start.elapsed(),
        },
        statistics,
    }
}

impl TriedLogs<'_> {
    /// How long a log took.
    pub(super) fn took(&self, path: &Path) -> Option<Duration> {
        Some(self.tried.get(path)?.tried.took)
    }

    /// How many notices a test's rule raises on a log.
    pub(super) fn notices(&self, case: &TestCase<'_>, path: &Path) -> Option<usize> {
        verdict::notices(case, &self.tried.get(path)?.tried)
    }

    /// What becomes of a test on a log.
    pub(super) fn verdict(&self, case: &TestCase<'_>, path: &Path) -> Verdict {
        if self.left_out.contains(&case.named.name) {
            return Verdict::Error(why_not_on_logs(case));
        }
        let Some(log) = self.tried.get(path) else {
            return verdict::failed("the log was not read".to_owned(), false);
        };
        let reason = match &log.tried.found {
            Err(error) => Some(error.clone()),
            Ok(_) => why_not_fit(case, &log.statistics),
        };
        match (&log.tried.found, reason) {
            (Ok(found), None) => verdict::compare(case, found),
            (_, reason) => verdict::failed(reason.unwrap_or_default(), false),
        }
    }
}

/// Why a log shows nothing of a rule: it is damaged, or another one.
fn why_not_fit(case: &TestCase<'_>, statistics: &LogStatistics) -> Option<String> {
    let LogStatistics { records, problems } = statistics;
    if *problems != Problems::default() {
        return Some(format!("the log is damaged: {problems}").replace('\n', "; "));
    }
    let wanted = case.logs();
    if records.keys().any(|log| wanted.contains(log.as_str())) {
        return None;
    }
    let file = |log: &str| format!("{log}.log");
    let wanted: Vec<String> = wanted.into_iter().map(file).collect();
    let wanted = wanted.join(" or ");
    let held: Vec<String> = records.keys().map(|log| file(log)).collect();
    Some(if held.is_empty() {
        format!("the log has no record; the rule looks at {wanted}")
    } else {
        format!(
            "the file has records of {}, and none of {wanted}, which the rule looks at",
            held.join(", ")
        )
    })
}

/// Why a rule or correlation cannot be tried on logs.
fn why_not_on_logs(case: &TestCase<'_>) -> String {
    let beyond = case
        .rules
        .iter()
        .find_map(|rule| Some((rule, beyond_log(rule)?)));
    let Some((rule, field)) = beyond else {
        return "the rule asks for what no log has: test it on a capture, with `type: pcap`"
            .to_owned();
    };
    format!(
        "`{}` is only on the wire, and {}.log does not have it: test the rule on a capture, with `type: pcap`",
        field.name,
        rule.service.name()
    )
}

/// A field that a rule looks at or tells, and that its log does not have.
fn beyond_log<'a>(rule: &'a RulePlan<'_>) -> Option<&'a Field> {
    let tests = rule.predicate.tests().into_iter();
    let tested = tests.flat_map(|test| {
        let other = match &test.comparison {
            Comparison::Field(comparison) => Some(&comparison.other),
            _ => None,
        };
        [Some(&test.field), other].into_iter().flatten()
    });
    tested
        .chain(rule.told())
        .find(|field| rule.service.in_log(field) == InLog::Nowhere)
}
