//! `sigzeek cost`: what rules cost on a sensor.

use std::path::PathBuf;

use clap::Args;
use console::Term;

use super::replay::ReplayError;
use super::rules::{RulePaths, print_concerning};
use super::{CommandError, Status, Streams, known_width};
use crate::cost::{self, CostError};
use crate::finding::Code;
use crate::plan;
use crate::regression::{ZeekEngine, ZeekError};
use crate::replay::captures;
use crate::report::cost::{CostFormat, print, print_reasons};
use crate::rule::files;

/// The arguments of `sigzeek cost`.
#[derive(Debug, Args)]
pub(super) struct CostArgs {
    #[command(flatten)]
    rules: RulePaths,

    /// Capture or folder of captures to run Zeek's script profiler on; may be repeated. Without one, the reasons for costs are
    /// printed
    #[arg(short, long = "read", value_name = "CAPTURE")]
    read: Vec<PathBuf>,

    /// How often to run Zeek on each capture, to take the mean
    #[arg(long, value_name = "NUMBER", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,

    /// Output format
    #[arg(long, value_enum, default_value_t = CostFormat::Human)]
    format: CostFormat,
}

pub(super) fn run(args: &CostArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    let captures = captures::at_all(&args.read).map_err(ReplayError::from)?;
    let mut loaded = files::load(&args.rules.paths)?;
    let plans = plan::packs(&loaded.packs, &mut loaded.findings);
    let dear = [Code::EveryCall, Code::EveryStub];
    let status = print_concerning(&dear, loaded.findings, loaded.files, to.errors)?;
    if status != Status::Success {
        return Ok(status);
    }
    let width = known_width(&Term::stdout());
    if captures.is_empty() {
        print_reasons(&plans, args.format, width, &mut to.out)?;
        return Ok(status);
    }
    let zeek = ZeekEngine::find().map_err(CostError::from)?;
    let zeek = zeek.ok_or(CostError::Zeek(ZeekError::Absent))?;
    let costs = cost::measure(&zeek, &plans, &captures, args.runs)?;
    print(&costs, zeek.version(), args.format, width, &mut to.out)?;
    Ok(status)
}
