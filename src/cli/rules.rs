//! What every command that reads rules has in common.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use console::Term;

use super::Status;
use crate::finding::{self, Code, Finding, Severity};
use crate::report::Renderer;
use crate::rule::pack::{self, Pack};
use crate::text::counted;

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

/// What prints findings on the standard error.
fn renderer() -> Renderer {
    let renderer = Renderer::new(super::colour(&io::stderr()));
    match super::known_width(&Term::stderr()) {
        Some(width) => renderer.width(width),
        None => renderer,
    }
}

/// Settles what was found of packs that are to be tried, without what they accept, and prints what keeps rules from it, as
/// [`print_replay_findings`] does.
pub(super) fn print_trial_findings(
    packs: &[Pack],
    findings: &mut Vec<Finding>,
    errors: &mut dyn Write,
) -> io::Result<Option<Status>> {
    pack::leave_out_accepted(packs, findings);
    finding::settle(findings);
    print_replay_findings(findings, errors)
}

/// Prints what keeps rules from being tried: their errors, and what the replay engine does not know. With errors, the
/// status to end with.
pub(super) fn print_replay_findings(
    findings: &[Finding],
    errors: &mut dyn Write,
) -> io::Result<Option<Status>> {
    let renderer = renderer();
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
    match status(findings) {
        Status::Success => None,
        status => Some(status),
    }
}

/// Prints the errors in so many files, and the warnings of some codes, if there are any; the status to end with.
pub(super) fn print_concerning(
    codes: &[Code],
    mut findings: Vec<Finding>,
    files: usize,
    errors: &mut dyn Write,
) -> io::Result<Status> {
    findings
        .retain(|finding| finding.severity() == Severity::Error || codes.contains(&finding.code));
    if findings.is_empty() {
        return Ok(Status::Success);
    }
    finding::settle(&mut findings);
    print_all(&findings, files, errors)
}

/// Says how many rules of other products were left out, if any.
pub(super) fn say_what_was_skipped(skipped: usize, errors: &mut dyn Write) -> io::Result<()> {
    match skipped {
        0 => Ok(()),
        1 => writeln!(errors, "1 rule of another product was skipped"),
        _ => writeln!(errors, "{skipped} rules of other products were skipped"),
    }
}

/// Prints all findings of so many files, and a line that sums them up; the status to end with.
pub(super) fn print_all(
    findings: &[Finding],
    files: usize,
    errors: &mut dyn Write,
) -> io::Result<Status> {
    let renderer = renderer();
    for finding in findings {
        renderer.print(finding, errors)?;
    }
    let (wrong, warnings) = finding::count(findings);
    writeln!(
        errors,
        "{}: {}, {}",
        counted(files, "rule file"),
        counted(wrong, "error"),
        counted(warnings, "warning")
    )?;
    Ok(status(findings))
}

/// The status to end with for these findings: that a file cannot be read is no fault of a rule.
pub(super) fn status(findings: &[Finding]) -> Status {
    let mut errors = findings
        .iter()
        .filter(|finding| finding.severity() == Severity::Error)
        .peekable();
    if errors.peek().is_none() {
        Status::Success
    } else if errors.any(|finding| finding.code == Code::Unreadable) {
        Status::Failure
    } else {
        Status::Findings
    }
}
