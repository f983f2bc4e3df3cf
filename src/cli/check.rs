//! `sigzeek check`: says what is wrong with rules.

use std::io::Write;

use clap::Args;

use super::rules::{RulePaths, print_findings};
use super::{CommandError, Status};
use crate::compile::compile;

/// The arguments of `sigzeek check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    rules: RulePaths,

    /// Exit with 1 for warnings too
    #[arg(long)]
    deny_warnings: bool,
}

pub(super) fn run(
    args: &CheckArgs,
    _out: &mut impl Write,
    errors: &mut impl Write,
) -> Result<Status, CommandError> {
    let compilation = compile(&args.rules.paths)?;
    let status = print_findings(&compilation, errors)?;
    let denied = args.deny_warnings && !compilation.findings.is_empty();
    Ok(match status {
        Status::Success if denied => Status::Findings,
        status => status,
    })
}
