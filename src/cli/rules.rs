//! What every command that reads rules has in common.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::Status;
use crate::compile::Compilation;
use crate::finding::{self, Code, Finding, Severity};
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
    let is_error = |finding: &&Finding| finding.severity() == Severity::Error;
    let shown = findings
        .iter()
        .filter(|finding| is_error(finding) || finding.code == Code::NotReplayed);
    for finding in shown {
        renderer.print(finding, errors)?;
    }
    let unreadable = findings
        .iter()
        .any(|finding| finding.code == Code::Unreadable);
    Ok(match findings.iter().find(is_error) {
        None => None,
        Some(_) if unreadable => Some(Status::Failure),
        Some(_) => Some(Status::Findings),
    })
}

/// Prints what is wrong with rules, and a line that sums it up.
pub(super) fn print_findings(compilation: &Compilation, errors: &mut impl Write) -> io::Result<()> {
    print_all(&compilation.findings, compilation.files, errors)?;
    Ok(())
}

/// Prints the errors in so many files, and the warnings of some codes, if there are any; the status to end with.
pub(super) fn print_concerning(
    codes: &[Code],
    mut findings: Vec<Finding>,
    files: usize,
    errors: &mut impl Write,
) -> io::Result<Status> {
    findings
        .retain(|finding| finding.severity() == Severity::Error || codes.contains(&finding.code));
    if findings.is_empty() {
        return Ok(Status::Success);
    }
    finding::sort(&mut findings);
    print_all(&findings, files, errors)
}

/// Prints all findings of so many files, and a line that sums them up; the status to end with.
fn print_all(findings: &[Finding], files: usize, errors: &mut impl Write) -> io::Result<Status> {
    let renderer = Renderer::new(super::colour());
    for finding in findings {
        renderer.print(finding, errors)?;
    }
    let wrong = findings
        .iter()
        .filter(|finding| finding.severity() == Severity::Error)
        .count();
    let warnings = findings.len() - wrong;
    let unreadable = findings
        .iter()
        .any(|finding| finding.code == Code::Unreadable);
    writeln!(
        errors,
        "{}: {}, {}",
        counted(files, "rule file"),
        counted(wrong, "error"),
        counted(warnings, "warning")
    )?;
    Ok(match wrong {
        _ if unreadable => Status::Failure,
        0 => Status::Success,
        _ => Status::Findings,
    })
}

/// "1 rule", "2 rules".
pub(super) fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}
