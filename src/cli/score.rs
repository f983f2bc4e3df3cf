//! `sigzeek score`: says how hard rules are to evade.

use std::io::Write;

use clap::Args;

use super::rules::{RulePaths, print_concerning};
use super::{CommandError, Status};
use crate::compile::CompileError;
use crate::finding::Code;
use crate::plan;
use crate::report::score::{self, ScoreFormat, ShownScores};
use crate::rule::files;

/// The arguments of `sigzeek score`.
#[derive(Debug, Args)]
pub(super) struct ScoreArgs {
    #[command(flatten)]
    rules: RulePaths,

    /// Output format
    #[arg(long, value_enum, default_value_t = ScoreFormat::Human)]
    format: ScoreFormat,

    /// Print one line a rule, without the reasons for its score
    #[arg(long)]
    summary: bool,
}

pub(super) fn run(
    args: &ScoreArgs,
    out: &mut impl Write,
    errors: &mut impl Write,
) -> Result<Status, CommandError> {
    let loaded = files::load(&args.rules.paths).map_err(CompileError::from)?;
    let mut findings = loaded.findings;
    let plans = plan::packs(&loaded.packs, &mut findings);
    let status = print_concerning(&[Code::RobustnessTag], findings, loaded.files, errors)?;
    let detail = if args.summary {
        ShownScores::Summary
    } else {
        ShownScores::Observables
    };
    score::print(&plans, args.format, detail, super::width(), out)?;
    Ok(status)
}
