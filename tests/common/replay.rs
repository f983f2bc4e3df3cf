//! Running the replay engine over captures.

use std::path::{Path, PathBuf};

use sigzeek::evaluation::{Evaluator, LoggedPayload, Notice, Output, RulesOff};
use sigzeek::finding::{Code, Finding, Severity};
use sigzeek::plan;
use sigzeek::replay::captures;
use sigzeek::rule::files;
use sigzeek::trial;

/// What rules found on a capture, and which rules could not be tried.
#[derive(Default)]
pub struct Replayed {
    pub notices: Vec<Notice>,
    pub payloads: Vec<LoggedPayload>,
    pub not_replayed: Vec<Finding>,
}

/// Tries the rules at a path on captures; no rule may have an error.
pub fn files(rules: &Path, captures: &[PathBuf]) -> Vec<Replayed> {
    let loaded = files::load(&[rules.to_path_buf()]).unwrap();
    let mut findings = loaded.findings;
    let plans = plan::packs(&loaded.packs, &mut findings);
    let mut evaluator = Evaluator::new(&plans, RulesOff::AreSilent, &mut findings);
    let mut not_replayed = Vec::new();
    for finding in findings {
        assert_eq!(finding.severity(), Severity::Warning, "{}", finding.message);
        if finding.code == Code::NotReplayed {
            not_replayed.push(finding);
        }
    }
    let replay = |capture: &PathBuf| {
        evaluator.reset();
        let mut replayed = Replayed {
            not_replayed: not_replayed.clone(),
            ..Replayed::default()
        };
        // What isn't a capture raises nothing, in Zeek as here.
        let _ = trial::replay_file(&mut evaluator, capture, &mut |output| match output {
            Output::Notice(notice) => replayed.notices.push(notice),
            Output::Payload(payload) => replayed.payloads.push(payload),
            Output::Match(_) => {}
        });
        replayed
    };
    captures.iter().map(replay).collect()
}

/// Tries the rules at a path on a capture in memory.
pub fn bytes(rules: &Path, capture: &[u8]) -> Replayed {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture.pcap");
    std::fs::write(&path, capture).unwrap();
    files(rules, &[path]).remove(0)
}

/// The committed captures, and those in the folders that `SIGZEEK_CAPTURES` lists (separated by `:`).
pub fn captures() -> Vec<PathBuf> {
    let named = std::env::var_os("SIGZEEK_CAPTURES").unwrap_or_default();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("zeek-tests/Traces");
    std::env::split_paths(&named)
        .filter(|path| !path.as_os_str().is_empty())
        .chain([committed])
        .flat_map(|folder| captures::at(&folder).unwrap())
        .collect()
}
