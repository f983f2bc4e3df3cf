//! Rules' regression tests, run in the background by the replay engine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;

use crate::plan;
use crate::regression::{self, TestEngine, Verdict};
use crate::rule::files;

/// A file whose rules are to be tried.
#[derive(Debug)]
pub(super) struct TrialRequest {
    /// The file.
    pub(super) file: PathBuf,
    /// What is read for it: its pack, or itself.
    pub(super) pack: PathBuf,
}

/// What became of the tests of a file's rules.
#[derive(Debug)]
pub(super) struct TrialResult {
    pub(super) file: PathBuf,
    /// The tests of each rule, by its title.
    pub(super) rules: BTreeMap<String, RuleOutcome>,
}

/// What became of the tests of a rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct RuleOutcome {
    /// How many captures and logs it was tried on.
    pub(super) tried: usize,
    /// On how many of them it fires.
    pub(super) fires: usize,
    /// How many tests fail.
    pub(super) failed: usize,
    /// Whether some of them are on logs.
    pub(super) logs: bool,
}

/// Tries what there is to try until nobody has anything. Of one file that waits several times, it is tried once.
pub(super) fn work(trials: &Receiver<TrialRequest>, mut done: impl FnMut(TrialResult)) {
    while let Ok(first) = trials.recv() {
        let mut waiting = BTreeMap::from([(first.file, first.pack)]);
        waiting.extend(trials.try_iter().map(|trial| (trial.file, trial.pack)));
        for (file, pack) in waiting {
            let rules = outcomes(&file, &pack);
            done(TrialResult { file, rules });
        }
    }
}

fn outcomes(file: &Path, pack: &Path) -> BTreeMap<String, RuleOutcome> {
    let mut outcomes = BTreeMap::new();
    // What is wrong is said by those who check.
    let unsaid = &mut Vec::new();
    let Ok(loaded) = files::load(&[pack.to_owned()]) else {
        return outcomes;
    };
    let plans = plan::packs(&loaded.packs, unsaid);
    let mut cases = regression::cases(&plans, &mut Vec::new(), unsaid);
    cases.retain(|case| case.subject.path() == file);
    let Ok(reports) = regression::run(&TestEngine::Replay, &plans, &cases, &mut |_, _| {}) else {
        return outcomes;
    };
    for report in reports {
        let title = report.case.subject.title().to_owned();
        let outcome: &mut RuleOutcome = outcomes.entry(title).or_default();
        if let Some(notices) = report.notices {
            outcome.tried += 1;
            outcome.fires += usize::from(notices > 0);
            outcome.logs |= report.case.capture().is_none();
        }
        let is_failure = matches!(report.verdict, Verdict::Failed(_) | Verdict::Error(_));
        outcome.failed += usize::from(is_failure);
    }
    outcomes
}
