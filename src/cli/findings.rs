//! How commands print findings: for people on the standard error, for programs on the standard output.

use std::io::{self, Write};

use clap::{Args, ValueEnum};

use super::rules::{print_all, status};
use super::{Status, Streams};
use crate::finding::Finding;
use crate::report::{Run, github, json, sarif};

/// How to print findings.
#[derive(Debug, Default, Args)]
pub(super) struct FindingsFormat {
    /// Format of findings; all but `human` go to standard output
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: FindingsForm,
}

/// A form of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum FindingsForm {
    /// Text with the lines in question, on standard error
    #[default]
    Human,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

impl FindingsFormat {
    /// Whether findings are for a person.
    pub(super) fn is_human(&self) -> bool {
        self.format == FindingsForm::Human
    }

    /// Prints what a run has found in a form for programs; nothing for people.
    pub(super) fn print(&self, run: &Run<'_>, out: &mut impl Write) -> io::Result<()> {
        match self.format {
            FindingsForm::Human => Ok(()),
            FindingsForm::Json => json::write(run, out),
            FindingsForm::Sarif => sarif::write(run, out),
            FindingsForm::Github => github::write(run.findings, out),
        }
    }

    /// Prints the findings of rule files, and for people a line that sums them up; the status to end with.
    pub(super) fn print_findings(
        &self,
        findings: &[Finding],
        files: usize,
        to: &mut Streams<'_>,
    ) -> io::Result<Status> {
        if self.is_human() {
            return print_all(findings, files, to.errors);
        }
        let run = Run {
            files,
            findings,
            tests: None,
        };
        self.print(&run, &mut to.out)?;
        Ok(status(findings))
    }
}
