//! What became of rules' tests.

use std::collections::BTreeMap;

use crate::regression::{Report, Verdict};

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The rule found what it must.
    Passed,
    /// It did not.
    Failed,
    /// The test could not be run.
    Skipped,
}

impl Outcome {
    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
            Outcome::Skipped => "skipped",
        }
    }
}

/// A test and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// The test's name.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it failed or could not be run.
    pub message: Option<String>,
}

/// The outcomes of tests, by rule.
#[derive(Debug, Default)]
pub struct Outcomes {
    engine: Option<String>,
    by_rule: BTreeMap<String, Vec<Tested>>,
}

impl Outcomes {
    /// The outcomes of tests that have been run in an engine, such as `Zeek 8.0.1`.
    pub fn of_run(engine: String, reports: &[Report<'_, '_>]) -> Self {
        let mut outcomes = Self {
            engine: Some(engine),
            by_rule: BTreeMap::new(),
        };
        for report in reports {
            let (outcome, message) = match &report.verdict {
                Verdict::Passed => (Outcome::Passed, None),
                Verdict::Skipped(reason) => (Outcome::Skipped, Some(reason.clone())),
                Verdict::Failed(failure) => (Outcome::Failed, Some(failure.message.clone())),
            };
            let name = report.case.named.name.clone();
            outcomes.by_rule.entry(name).or_default().push(Tested {
                name: report.case.test.name.clone(),
                outcome,
                message,
            });
        }
        outcomes
    }

    /// What the tests were run in; `None` where none were.
    pub(super) fn engine(&self) -> Option<&str> {
        self.engine.as_deref()
    }

    /// The tests of a rule by its name in Zeek.
    pub(super) fn of(&self, name: &str) -> &[Tested] {
        self.by_rule.get(name).map_or(&[], Vec::as_slice)
    }
}
