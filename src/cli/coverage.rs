//! `sigzeek coverage`: says which techniques rules cover, and which they leave out.

use std::path::PathBuf;

use clap::Args;

use super::rules::{RulePaths, print_concerning};
use super::{CommandError, Status, Streams, output};
use crate::coverage::Coverage;
use crate::finding::Code;
use crate::plan;
use crate::registry::attack::VERSION_WITH_ATTACK;
use crate::report::coverage::{self, CoverageFormat};
use crate::rule::files;
use crate::rule::pack;

/// The arguments of `sigzeek coverage`.
#[derive(Debug, Args)]
#[command(version = VERSION_WITH_ATTACK)]
pub(super) struct CoverageArgs {
    #[command(flatten)]
    rules: RulePaths,

    /// Output format
    #[arg(long, value_enum, default_value_t = CoverageFormat::Human)]
    format: CoverageFormat,

    /// Write to a file, atomically
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &CoverageArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    let mut loaded = files::load(&args.rules.paths)?;
    let plans = plan::packs(&loaded.packs, &mut loaded.findings);
    pack::leave_out_accepted(&loaded.packs, &mut loaded.findings);
    let status = print_concerning(
        &[Code::UnknownTechnique, Code::StrayTactic],
        loaded.findings,
        loaded.files,
        to.errors,
    )?;
    let coverage = Coverage::of(&plans);
    match &args.output {
        None => coverage::print(&coverage, args.format, super::width(), &mut to.out)?,
        Some(path) => {
            let mut text = Vec::new();
            coverage::print(&coverage, args.format, super::width(), &mut text)?;
            output::write(path, &text)?;
        }
    }
    Ok(status)
}
