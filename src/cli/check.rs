//! `sigzeek check`: says what is wrong with rules, and mends what can be mended.

use std::io::{self, Write};

use clap::Args;

use super::findings::FindingsFormat;
use super::rules::{RulePaths, say_what_was_skipped};
use super::{CommandError, Status, Streams};
use crate::compile::{Compilation, compile};
use crate::mending::{Mended, mend};
use crate::text::counted;

/// The arguments of `sigzeek check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    rules: RulePaths,

    #[command(flatten)]
    format: FindingsFormat,

    /// Exit with 1 if there are warnings
    #[arg(long)]
    deny_warnings: bool,

    /// Fix findings that have a single safe fix, in the files themselves
    #[arg(long)]
    fix: bool,

    /// Write nothing; print what `--fix` would change as a unified diff, and exit with 1 if that is anything
    #[arg(long, requires = "fix", conflicts_with = "format")]
    dry_run: bool,
}

pub(super) fn run(args: &CheckArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    if !args.fix {
        let compilation = compile(&args.rules.paths)?;
        return report(args, &compilation, to);
    }
    let mended = mend(&args.rules.paths)?;
    for file in &mended.files {
        if args.dry_run {
            to.out.write_all(file.unified_diff().as_bytes())?;
        } else {
            file.write()?;
        }
    }
    to.out.flush()?;
    let status = report(args, &mended.compilation, to)?;
    say_what_was_mended(args, &mended, to.errors)?;
    Ok(match status {
        Status::Success if args.dry_run && !mended.files.is_empty() => Status::Findings,
        status => status,
    })
}

fn report(
    args: &CheckArgs,
    compilation: &Compilation,
    to: &mut Streams<'_>,
) -> Result<Status, CommandError> {
    let status = args
        .format
        .print_findings(&compilation.findings, compilation.files, to)?;
    say_what_was_skipped(compilation.skipped, to.errors)?;
    let denied = args.deny_warnings && !compilation.findings.is_empty();
    Ok(match status {
        Status::Success if denied => Status::Findings,
        status => status,
    })
}

fn say_what_was_mended(
    args: &CheckArgs,
    mended: &Mended,
    errors: &mut dyn Write,
) -> io::Result<()> {
    for path in &mended.left {
        writeln!(
            errors,
            "{}: its fixes do not resolve its findings; the file is unchanged",
            path.display()
        )?;
    }
    let fixes = mended.files.iter().map(|file| file.fixes).sum();
    let files = mended.files.len();
    let verb = if args.dry_run {
        "would be fixed"
    } else {
        "fixed"
    };
    writeln!(
        errors,
        "{} {verb} in {}",
        counted(fixes, "finding"),
        counted(files, "file")
    )
}
