//! Checks rules in the background: the thread that does it, and what it found.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::compile::{Checked, CheckedSubject, Checker};
use crate::finding::{Finding, Place};
use crate::rule::files::Edited;

/// How long nobody must have typed before rules are checked.
const QUIET: Duration = Duration::from_millis(80);
/// How long rules wait at most for somebody who types.
const PATIENCE: Duration = Duration::from_millis(500);

/// What is to be checked.
#[derive(Debug)]
pub(super) struct AnalysisRequest {
    /// Paths that are checked together, as one run of `sigzeek check` does.
    pub(super) groups: Vec<Vec<PathBuf>>,
    /// What is open in the editor.
    pub(super) edited: Edited,
    /// Whether other files than rules may have changed.
    pub(super) forget: bool,
    /// Counts jobs.
    pub(super) number: u64,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Analysis {
    /// One for each group.
    pub(super) groups: Vec<Checked>,
    /// Why groups could not be checked.
    pub(super) problems: Vec<String>,
    /// The number of the job.
    pub(super) number: u64,
}

impl Analysis {
    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.groups.iter().flat_map(|checked| &checked.findings)
    }

    /// The rule or correlation whose title stands at a place, if it compiles.
    pub(super) fn subject(&self, place: &Place) -> Option<&CheckedSubject> {
        let mut all = self.groups.iter().flat_map(|checked| &checked.subjects);
        all.find(|subject| subject.place == *place)
    }
}

/// Does jobs until nobody has any. Of several that wait, only the last is done.
pub(super) fn work(jobs: &Receiver<AnalysisRequest>, mut done: impl FnMut(Analysis)) {
    let mut checkers: HashMap<Vec<PathBuf>, Checker> = HashMap::new();
    while let Ok(first) = jobs.recv() {
        let is_typed = !checkers.is_empty();
        let job = if is_typed { last(first, jobs) } else { first };
        let mut known = std::mem::take(&mut checkers);
        let mut analysis = Analysis {
            number: job.number,
            ..Analysis::default()
        };
        for paths in job.groups {
            let mut checker = known
                .remove(&paths)
                .unwrap_or_else(|| Checker::new(paths.clone()));
            if job.forget {
                checker.forget_tests();
            }
            match checker.check(&job.edited) {
                Ok(checked) => analysis.groups.push(checked),
                Err(error) => analysis.problems.push(error.to_string()),
            }
            checkers.insert(paths, checker);
        }
        done(analysis);
    }
}

/// Waits for somebody who types.
fn last(mut job: AnalysisRequest, jobs: &Receiver<AnalysisRequest>) -> AnalysisRequest {
    let until = Instant::now() + PATIENCE;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        match jobs.recv_timeout(QUIET.min(left)) {
            Ok(next) => {
                job = AnalysisRequest {
                    forget: job.forget || next.forget,
                    ..next
                };
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return job,
        }
    }
}
