//! `sigzeek cut`: cuts captures down to what matters.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::output;
use super::replay::ReplayError;
use super::rpc::finder;
use super::rules::print_replay_findings;
use super::{CommandError, Status};
use crate::cut::{self, Cut, CutError, Size};
use crate::evaluation::{Evaluator, RulesOff};
use crate::event::calls::SeenCall;
use crate::finding;
use crate::plan;
use crate::rule::files;
use crate::rule::pack;
use crate::text::counted;

/// The arguments of `sigzeek cut`.
#[derive(Debug, Args)]
pub(super) struct CutArgs {
    /// The capture to cut
    #[arg(short, long = "read", value_name = "CAPTURE")]
    read: PathBuf,

    #[command(flatten)]
    kept: Kept,

    /// The pcap file to write
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
}

/// What a cut must leave as it is.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Kept {
    /// Keep the notices of these rules: rule files, packs, or folders of packs; may be repeated
    #[arg(long, value_name = "PATH")]
    rule: Vec<PathBuf>,

    /// Keep the calls of an operation or interface, named as for `sigzeek rpc`
    #[arg(long, value_name = "QUERY")]
    call: Option<String>,

    /// Keep a whole connection, such as '192.0.2.1:49152 -> 192.0.2.2:445'; may be repeated
    #[arg(long, value_name = "ENDS", value_parser = connection_ends)]
    connection: Vec<[SocketAddr; 2]>,
}

fn connection_ends(text: &str) -> Result<[SocketAddr; 2], String> {
    let wrong = || "say both ends, as in 192.0.2.1:49152 -> 192.0.2.2:445".to_owned();
    let (one, other) = text.split_once("->").ok_or_else(wrong)?;
    let end = |text: &str| text.trim().parse().map_err(|_| wrong());
    Ok([end(one)?, end(other)?])
}

pub(super) fn run(
    args: &CutArgs,
    out: &mut impl Write,
    errors: &mut impl Write,
) -> Result<Status, CommandError> {
    let kept = &args.kept;
    let (cut, what) = if let Some(query) = &kept.call {
        let query = [query.clone()];
        let is_wanted = finder(&query);
        let is_wanted = |call: &SeenCall| {
            let interface = call.interface;
            interface.is_some_and(|uuid| is_wanted(uuid, call.opnum))
        };
        (cut::to_calls(&args.read, &is_wanted), "call")
    } else if kept.rule.is_empty() {
        let cut = cut::to_connections(&args.read, &kept.connection)
            .map(|cut| (cut, kept.connection.len()));
        (cut, "connection")
    } else {
        let loaded = files::load(&kept.rule).map_err(crate::compile::CompileError::from)?;
        let mut findings = loaded.findings;
        let plans = plan::packs(&loaded.packs, &mut findings);
        let mut evaluator = Evaluator::new(&plans, RulesOff::AreTriedToo, &mut findings);
        pack::leave_out_accepted(&loaded.packs, &mut findings);
        finding::settle(&mut findings);
        if let Some(status) = print_replay_findings(&findings, errors)? {
            return Ok(status);
        }
        (cut::to_notices(&args.read, &mut evaluator), "notice")
    };
    match cut {
        Ok((cut, kept)) => {
            output::write(&args.out, &cut.bytes)?;
            print(args, &cut, &counted(kept, what), out)?;
            Ok(Status::Success)
        }
        Err(CutError::NothingFound) => {
            writeln!(
                errors,
                "{}: no {what} that was asked for; nothing was written",
                args.read.display()
            )?;
            Ok(Status::Findings)
        }
        Err(CutError::Capture(error)) => Err(ReplayError::Capture {
            path: args.read.clone(),
            error,
        }
        .into()),
        Err(error) => Err(error.into()),
    }
}

fn print(args: &CutArgs, cut: &Cut, kept: &str, out: &mut impl Write) -> std::io::Result<()> {
    let size = |size: &Size| {
        format!(
            "{}, {}, {}",
            counted(size.connections, "connection"),
            counted(size.packets, "packet"),
            counted(usize::try_from(size.bytes).unwrap_or(usize::MAX), "byte"),
        )
    };
    writeln!(out, "{}: {}", args.read.display(), size(&cut.before))?;
    writeln!(
        out,
        "{}: {}, with the same {kept}",
        args.out.display(),
        size(&cut.after)
    )
}
