//! What every command that reads rules has in common.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::Status;
use crate::finding::{Code, Finding, Severity};
use crate::report::Renderer;

/// Where rules are.
#[derive(Debug, Args)]
pub(super) struct RulePaths {
    /// Rule files, packs, or folders of packs
    #[arg(value_name = "PATH", default_value = DEFAULT_PATH)]
    pub(super) paths: Vec<PathBuf>,
}

const DEFAULT_PATH: &str = "detections";

impl Default for RulePaths {
    fn default() -> Self {
        Self {
            paths: vec![PathBuf::from(DEFAULT_PATH)],
        }
    }
}

/// Prints what keeps rules from being tried: their errors, and what the replay engine does not know. With errors, the
/// status to end with.
pub(super) fn print_replay_findings(
    findings: &[Finding],
    errors: &mut impl Write,
) -> io::Result<Option<Status>> {
    let renderer = Renderer::new(super::colour());
    for finding in findings.iter().filter(|finding| matters_to_replay(finding)) {
        renderer.print(finding, errors)?;
    }
    Ok(keeps_from_replay(findings))
}

/// Whether a finding is an error, or of what the replay engine does not know.
pub(super) fn matters_to_replay(finding: &Finding) -> bool {
    finding.severity() == Severity::Error || finding.code == Code::NotReplayed
}

/// The status to end with where findings keep rules from being tried.
pub(super) fn keeps_from_replay(findings: &[Finding]) -> Option<Status> {
    let unreadable = findings
        .iter()
        .any(|finding| finding.code == Code::Unreadable);
    let wrong = findings
        .iter()
        .any(|finding| finding.severity() == Severity::Error);
    match (wrong, unreadable) {
        (false, _) => None,
        (true, true) => Some(Status::Failure),
        (true, false) => Some(Status::Findings),
    }
}

/// "1 rule", "2 rules".
pub(super) fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}
