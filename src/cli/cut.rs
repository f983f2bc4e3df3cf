//! `sigzeek cut`: cuts captures down to what matters.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::output;
use super::replay::ReplayError;
use super::rpc::finder;
use super::rules::print_trial_findings;
use super::{CommandError, Status, Streams};
use crate::cut::anonymise::{Anonymised, Blanked, UNREAD, anonymise, names_in};
use crate::cut::{self, Cut, CutError, Sightings, Size};
use crate::evaluation::{Evaluator, RulesOff};
use crate::event::calls::SeenCall;
use crate::plan;
use crate::replay::CaptureError;
use crate::rule::files;
use crate::text::{counted, listed, printable};

/// The arguments of `sigzeek cut`.
#[derive(Debug, Args)]
pub(super) struct CutArgs {
    /// The capture to cut
    #[arg(short, long = "read", value_name = "CAPTURE")]
    read: PathBuf,

    #[command(flatten)]
    kept: CutCriteria,

    /// The log in which to look up `--uid`: conn.log, or any other with the ends of connections
    #[arg(long, value_name = "LOG", requires = "uid")]
    log: Option<PathBuf>,

    /// The pcap file to write
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,

    /// Replace addresses, names of hosts, domains and users, and SIDs, and blank credentials
    #[arg(long)]
    anonymise: bool,

    /// A further name to replace, such as a project's; may be repeated
    #[arg(long, value_name = "NAME", requires = "anonymise")]
    name: Vec<String>,
}

/// What a cut must leave as it is.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct CutCriteria {
    /// Keep the notices of these rules: rule files, packs, or folders of packs; may be repeated
    #[arg(long, value_name = "PATH")]
    rule: Vec<PathBuf>,

    /// Keep the calls of an operation or interface, named as for `sigzeek rpc`
    #[arg(long, value_name = "QUERY")]
    call: Option<String>,

    /// Keep a whole connection, such as '192.0.2.1:49152 -> 192.0.2.2:445'; may be repeated
    #[arg(long, value_name = "ENDS", value_parser = connection_ends)]
    connection: Vec<[SocketAddr; 2]>,

    /// Keep the whole connection that a log calls so; may be repeated
    #[arg(long, value_name = "UID", requires = "log")]
    uid: Vec<String>,
}

fn connection_ends(text: &str) -> Result<[SocketAddr; 2], String> {
    let wrong = || "say both ends, as in 192.0.2.1:49152 -> 192.0.2.2:445".to_owned();
    let (one, other) = text.split_once("->").ok_or_else(wrong)?;
    let end = |text: &str| text.trim().parse().map_err(|_| wrong());
    Ok([end(one)?, end(other)?])
}

pub(super) fn run(args: &CutArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    let kept = &args.kept;
    if let Some(query) = &kept.call {
        let query = [query.clone()];
        let is_wanted = finder(&query);
        let is_wanted = |call: &SeenCall| {
            let interface = call.interface;
            interface.is_some_and(|uuid| is_wanted(uuid, call.opnum))
        };
        let cut = cut::to_calls(&args.read, &is_wanted);
        let mut see = |capture: &[u8]| cut::calls_in(capture, &is_wanted);
        return finish(args, cut, "call", &mut see, to);
    }
    if kept.rule.is_empty() {
        let cut = match &args.log {
            Some(log) if !kept.uid.is_empty() => {
                let uids = kept.uid.iter().cloned().collect();
                cut::to_logged(&args.read, log, &uids)
            }
            _ => cut::to_connections(&args.read, &kept.connection)
                .map(|cut| (cut, kept.connection.len())),
        };
        return finish(args, cut, "connection", &mut cut::events_in, to);
    }
    let loaded = files::load(&kept.rule)?;
    let mut findings = loaded.findings;
    let plans = plan::packs(&loaded.packs, &mut findings);
    let mut evaluator = Evaluator::new(&plans, RulesOff::AreTriedToo, &mut findings);
    if let Some(status) = print_trial_findings(&loaded.packs, &mut findings, to.errors)? {
        return Ok(status);
    }
    let cut = cut::to_notices(&args.read, &mut evaluator);
    let mut see = |capture: &[u8]| cut::notices_in(capture, &mut evaluator);
    finish(args, cut, "notice", &mut see, to)
}

/// Writes what was cut, anonymised if that is asked for. `see` tells what must be the same then.
fn finish(
    args: &CutArgs,
    cut: Result<(Cut, usize), CutError>,
    what: &str,
    see: &mut dyn FnMut(&[u8]) -> Result<Sightings, CaptureError>,
    to: &mut Streams<'_>,
) -> Result<Status, CommandError> {
    let (cut, kept) = match cut {
        Ok(cut) => cut,
        Err(CutError::NothingFound) => {
            writeln!(
                to.errors,
                "{}: no {what} that was asked for; nothing was written",
                args.read.display()
            )?;
            return Ok(Status::Findings);
        }
        Err(CutError::Capture(error)) => {
            return Err(ReplayError::Capture {
                path: args.read.clone(),
                error,
            }
            .into());
        }
        Err(error) => return Err(error.into()),
    };
    let kept = counted(kept, what);
    if !args.anonymise {
        output::write(&args.out, &cut.bytes)?;
        print(args, &cut, &kept, &mut to.out)?;
        return Ok(Status::Success);
    }
    // What is cut off can tell names that are elsewhere, too.
    let mut names = names_in(&args.read).map_err(CutError::from)?;
    names.extend(args.name.iter().cloned());
    let anonymised = anonymise(&cut.bytes, &names)?;
    let before = see(&cut.bytes).map_err(CutError::from)?;
    let after = see(&anonymised.bytes).map_err(CutError::from)?;
    if before.translated(&anonymised) != after {
        writeln!(
            to.errors,
            "{}: what is asked for ({kept}) is not the same once it is anonymised; nothing was written",
            args.read.display()
        )?;
        return Ok(Status::Findings);
    }
    output::write(&args.out, &anonymised.bytes)?;
    print(args, &cut, &kept, &mut to.out)?;
    print_anonymised(&anonymised, &mut to.out)?;
    Ok(Status::Success)
}

fn print_anonymised(anonymised: &Anonymised, out: &mut impl Write) -> std::io::Result<()> {
    let replaced = [
        (anonymised.addresses, "address", "addresses"),
        (anonymised.macs, "MAC address", "MAC addresses"),
        (anonymised.names, "name", "names"),
        (anonymised.sids, "SID", "SIDs"),
    ];
    let replaced = replaced.map(|(count, one, many)| {
        let thing = if count == 1 { one } else { many };
        format!("{count} {thing}")
    });
    writeln!(out, "replaced: {}", listed(&replaced))?;
    let Blanked {
        ntlm,
        kerberos,
        http,
        ftp_and_mail,
    } = anonymised.blanked;
    let mut blanked = vec![
        counted(ntlm, "NTLM message"),
        counted(kerberos, "Kerberos cipher"),
        counted(http, "HTTP credential"),
    ];
    if ftp_and_mail > 0 {
        blanked.push(format!(
            "{} of FTP or mail",
            counted(ftp_and_mail, "credential")
        ));
    }
    writeln!(out, "blanked: {}", listed(&blanked))?;
    if anonymised.dropped > 0 {
        let dropped = counted(anonymised.dropped, "packet");
        writeln!(out, "left out: {dropped} that could not be read whole")?;
    }
    for (names, why) in [
        (
            &anonymised.short,
            "not replaced, being too short to be told from other text",
        ),
        (&anonymised.left, "still there"),
    ] {
        if !names.is_empty() {
            let names: Vec<String> = names.iter().map(|name| printable(name)).collect();
            writeln!(out, "{why}: {}", listed(&names))?;
        }
    }
    for [one, other] in &anonymised.unread {
        writeln!(out, "{one} -> {other}: {UNREAD}")?;
    }
    Ok(())
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
