//! What stands above a rule: its score, and on how many of its captures it fires.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::analysis::Analysis;
use super::rules;
use super::trials::{RuleOutcome, TrialResult};
use crate::finding::{Finding, Place, Severity};
use crate::text::counted;

/// What became of the tests of rules.
#[derive(Debug, Default)]
pub(super) struct TestedRules {
    /// By file and title; a file that is being tried again has none.
    tried: BTreeMap<PathBuf, BTreeMap<String, RuleOutcome>>,
    /// What was last said above the rules of each file.
    last: RefCell<BTreeMap<PathBuf, Vec<(Place, String)>>>,
}

impl TestedRules {
    pub(super) fn take(&mut self, tried: TrialResult) {
        self.tried.insert(tried.file, tried.rules);
    }

    /// What is said above each rule of a file, and where its title stands. A file that cannot be read while somebody writes in it
    /// keeps what it had.
    pub(super) fn lenses(&self, path: &Path, analysis: &Analysis) -> Vec<(Place, String)> {
        let lenses = self.of_known(path, analysis);
        let mut findings = analysis.findings();
        let is_wrong = |finding: &Finding| {
            finding.severity() == Severity::Error && finding.place.source.path == path
        };
        if lenses.is_empty() && findings.any(is_wrong) {
            return self.last.borrow().get(path).cloned().unwrap_or_default();
        }
        self.last
            .borrow_mut()
            .insert(path.to_owned(), lenses.clone());
        lenses
    }

    fn of_known(&self, path: &Path, analysis: &Analysis) -> Vec<(Place, String)> {
        let rules = rules::known(analysis).into_iter();
        let here = rules.filter(|rule| rule.header().source.path == path);
        here.map(|rule| {
            let place = rule.place();
            let subject = analysis.subject(&place);
            let score = subject.and_then(|subject| subject.score);
            let tests = match self.tried.get(path) {
                _ if rule.header().regression_tests_path.is_none() => "no tests".to_owned(),
                None => "tests are running".to_owned(),
                Some(of_file) => said(of_file.get(rule.title()).copied().unwrap_or_default()),
            };
            let score = score.map(|score| format!("{score} · ")).unwrap_or_default();
            (place, score + &tests)
        })
        .collect()
    }
}

/// Such as `fires on 3 of 6 captures`.
fn said(outcome: RuleOutcome) -> String {
    let RuleOutcome {
        tried,
        fires,
        failed,
        logs,
    } = outcome;
    if tried == 0 {
        return "tests cannot be run".to_owned();
    }
    let what = if logs { "capture or log" } else { "capture" };
    let of = match (tried, logs) {
        (1, _) | (_, false) => counted(tried, what),
        (_, true) => format!("{tried} captures and logs"),
    };
    let fires = format!("fires on {fires} of {of}");
    match failed {
        0 => fires,
        _ => format!("{fires} · {} failed", counted(failed, "test")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_said_in_words() {
        let outcome = |tried, fires, failed, logs| RuleOutcome {
            tried,
            fires,
            failed,
            logs,
        };
        let cases = [
            (outcome(6, 3, 0, false), "fires on 3 of 6 captures"),
            (
                outcome(1, 0, 1, false),
                "fires on 0 of 1 capture · 1 test failed",
            ),
            (
                outcome(2, 1, 2, true),
                "fires on 1 of 2 captures and logs · 2 tests failed",
            ),
            (outcome(0, 0, 1, false), "tests cannot be run"),
        ];
        for (outcome, expected) in cases {
            assert_eq!(said(outcome), expected);
        }
    }
}
