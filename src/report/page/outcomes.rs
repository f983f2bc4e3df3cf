//! What became of rules' tests.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::regression::{Report, Verdict};

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TestOutcome {
    /// The rule found what it must.
    Passed,
    /// It did not.
    Failed,
    /// The test could not be run.
    Skipped,
}

impl TestOutcome {
    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            TestOutcome::Passed => "passed",
            TestOutcome::Failed => "failed",
            TestOutcome::Skipped => "skipped",
        }
    }
}

/// A test and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// The test's name.
    pub name: String,
    /// How it ended.
    pub outcome: TestOutcome,
    /// Why it failed or could not be run.
    pub message: Option<String>,
}

/// The outcomes of tests, by rule.
#[derive(Debug, Default)]
pub struct Outcomes {
    engine: Option<String>,
    /// By the pack and the rule.
    by_rule: BTreeMap<(String, String), Vec<TestResult>>,
}

/// What `sigzeek test --format json` prints, as far as it is of tests; `docs/findings.schema.json` describes it.
#[derive(Deserialize)]
struct Printed {
    tests: PrintedTests,
}

#[derive(Deserialize)]
struct PrintedTests {
    engine: String,
    outcomes: Vec<PrintedOutcome>,
}

#[derive(Deserialize)]
struct PrintedOutcome {
    pack: String,
    rule: String,
    test: String,
    outcome: TestOutcome,
    message: Option<String>,
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
                Verdict::Passed => (TestOutcome::Passed, None),
                Verdict::Skipped(reason) => (TestOutcome::Skipped, Some(reason.clone())),
                Verdict::Error(reason) => (TestOutcome::Failed, Some(reason.clone())),
                Verdict::Failed(failure) => (TestOutcome::Failed, Some(failure.message.clone())),
            };
            let case = report.case;
            let tested = TestResult {
                name: case.test.name.clone(),
                outcome,
                message,
            };
            outcomes.add(case.pack.to_owned(), case.subject.name().to_owned(), tested);
        }
        outcomes
    }

    /// The outcomes of tests that `sigzeek test --format json` has printed.
    ///
    /// # Errors
    ///
    /// A text that is something else.
    pub fn printed(text: &str) -> Result<Self, serde_json::Error> {
        let printed: Printed = serde_json::from_str(text)?;
        let mut outcomes = Self {
            engine: Some(printed.tests.engine),
            by_rule: BTreeMap::new(),
        };
        for printed in printed.tests.outcomes {
            let tested = TestResult {
                name: printed.test,
                outcome: printed.outcome,
                message: printed.message,
            };
            outcomes.add(printed.pack, printed.rule, tested);
        }
        Ok(outcomes)
    }

    fn add(&mut self, pack: String, rule: String, tested: TestResult) {
        self.by_rule.entry((pack, rule)).or_default().push(tested);
    }

    /// What the tests were run in; `None` where none were.
    pub(super) fn engine(&self) -> Option<&str> {
        self.engine.as_deref()
    }

    /// The tests of a rule, by its pack's name and its own.
    pub(super) fn of(&self, pack: &str, rule: &str) -> &[TestResult] {
        let tests = self.by_rule.get(&(pack.to_owned(), rule.to_owned()));
        tests.map_or(&[], Vec::as_slice)
    }
}
