//! `sigzeek build`: compiles packs into packages.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::findings::FindingsFormat;
use super::rules::{RulePaths, say_what_was_skipped};
use super::{CommandError, Status, Streams};
use crate::compile::{Compilation, compile};
use crate::finding::Severity;
use crate::package::{self, Overwrite, PackageError, Written};
use crate::text::counted;
use crate::zkg;

/// The arguments of `sigzeek build`.
#[derive(Debug, Args)]
pub(super) struct BuildArgs {
    #[command(flatten)]
    rules: RulePaths,

    #[command(flatten)]
    format: FindingsFormat,

    /// Folder for the packages
    #[arg(long, value_name = "DIR", default_value = "generated")]
    out: PathBuf,

    /// Write nothing; print stale files as a unified diff, and exit with 1 if there are any
    #[arg(long)]
    check: bool,

    /// Overwrite generated files that were edited by hand
    #[arg(long, conflicts_with = "check")]
    force: bool,
}

pub(super) fn run(args: &BuildArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    let mut compilation = compile(&args.rules.paths)?;
    // `sigzeek check` says the warnings.
    compilation
        .findings
        .retain(|finding| finding.severity() == Severity::Error);
    let found = args
        .format
        .print_findings(&compilation.findings, compilation.files, to)?;
    say_what_was_skipped(compilation.skipped, to.errors)?;
    match found {
        Status::Success => {}
        Status::Findings => {
            writeln!(to.errors, "nothing was built")?;
            return Ok(Status::Findings);
        }
        status => return Ok(status),
    }
    // A form for programs has the standard output to itself.
    let mut nowhere = io::sink();
    let is_human = args.format.is_human();
    let to = &mut Streams {
        out: if is_human { to.out } else { &mut nowhere },
        errors: to.errors,
    };
    if args.check {
        check(args, &compilation, to)
    } else {
        write(args, &compilation, to)
    }
}

fn check(
    args: &BuildArgs,
    compilation: &Compilation,
    to: &mut Streams<'_>,
) -> Result<Status, CommandError> {
    let mut status = Status::Success;
    for package in &compilation.packages {
        let comparison = package::compare(package, &args.out)?;
        let foreign = comparison.foreign();
        for path in foreign.filter(|path| !zkg::is_left_by_btest(path) && !is_of_git(path)) {
            let path = args.out.join(package.name()).join(path);
            writeln!(to.errors, "{} was not generated", path.display())?;
        }
        if !comparison.is_current() {
            status = Status::Findings;
            to.out.write_all(comparison.unified_diff()?.as_bytes())?;
            let folder = args.out.join(package.name());
            writeln!(
                to.errors,
                "{} is stale: run `sigzeek build`",
                folder.display()
            )?;
        }
    }
    Ok(status)
}

/// Whether a path below a package is git's own: who publishes a package may keep its repository there.
fn is_of_git(path: &Path) -> bool {
    path.starts_with(".git")
}

fn write(
    args: &BuildArgs,
    compilation: &Compilation,
    to: &mut Streams<'_>,
) -> Result<Status, CommandError> {
    let overwrite = Overwrite::forced(args.force);
    let mut status = Status::Success;
    for package in &compilation.packages {
        let folder = args.out.join(package.name());
        match package::write(package, &args.out, overwrite) {
            Ok(written) => writeln!(to.out, "{}: {}", folder.display(), summary(&written))?,
            // The other packages are not to suffer for it.
            Err(error @ PackageError::Refused { .. }) => {
                writeln!(to.errors, "error: {error}")?;
                status = Status::Findings;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(status)
}

fn summary(written: &Written) -> String {
    if written.is_nothing() {
        return "up to date".to_owned();
    }
    let parts = [
        (written.added.len(), "added"),
        (written.changed.len(), "changed"),
        (written.removed.len(), "removed"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{} {what}", counted(*number, "file")))
        .collect();
    if parts.is_empty() {
        "written".to_owned()
    } else {
        parts.join(", ")
    }
}
