//! `sigzeek score`: says how hard rules are to evade.

use clap::Args;

use super::rules::{RulePaths, print_concerning};
use super::{CommandError, Status, Streams};
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

pub(super) fn run(args: &ScoreArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    let mut loaded = files::load(&args.rules.paths)?;
    let plans = plan::packs(&loaded.packs, &mut loaded.findings);
    let status = print_concerning(
        &[Code::RobustnessTag],
        loaded.findings,
        loaded.files,
        to.errors,
    )?;
    let detail = if args.summary {
        ShownScores::Summary
    } else {
        ShownScores::Observables
    };
    score::print(&plans, args.format, detail, super::width(), &mut to.out)?;
    Ok(status)
}
