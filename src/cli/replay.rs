//! `sigzeek replay`: tries rules on captures, with no Zeek.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use console::Term;

use super::rules::{RulePaths, print_trial_findings};
use super::{CommandError, Status, Streams, known_width};
use crate::evaluation::{Evaluator, Output, RulesOff};
use crate::plan::{self, PackPlan};
use crate::replay::captures::{self, CapturesError, is_named_as_capture};
use crate::replay::{self, CaptureError, Event, Statistics};
use crate::report;
use crate::report::notice::{self, NoticeFormat, NoticeOrigin};
use crate::rule::files;
use crate::text::counted;
use crate::trial;
use crate::visibility::Visibility;

/// The arguments of `sigzeek replay`.
#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    /// Capture or folder of captures; may be repeated
    #[arg(short, long = "read", value_name = "CAPTURE", required = true)]
    read: Vec<PathBuf>,

    #[command(flatten)]
    rules: RulePaths,

    /// Print every protocol event instead of notices; needs no rules
    #[arg(long)]
    events: bool,

    /// Print the payloads that rules log instead of notices
    #[arg(long, conflicts_with = "events")]
    payloads: bool,

    /// Print, for each rule that looks at payload of RPC calls, how many calls of its operations could be read and why others
    /// could not, instead of notices
    #[arg(long, conflicts_with_all = ["events", "payloads"])]
    blind: bool,

    /// Output format
    #[arg(long, value_enum, default_value_t = NoticeFormat::Human)]
    format: NoticeFormat,
}

/// Why captures could not be replayed.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReplayError {
    #[error(transparent)]
    Captures(#[from] CapturesError),
    #[error("{}: {error}", path.display())]
    Capture { path: PathBuf, error: CaptureError },
}

pub(super) fn run(args: &ReplayArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    // A shell's `-r *.pcap` leaves all captures but the first among the paths.
    let (more, mut paths): (Vec<PathBuf>, Vec<PathBuf>) = args
        .rules
        .paths
        .iter()
        .cloned()
        .partition(|path| path.is_file() && is_named_as_capture(path));
    if paths.is_empty() {
        paths = RulePaths::default().paths;
    }
    let captures = captures::at_all(args.read.iter().chain(&more)).map_err(ReplayError::from)?;
    if args.events {
        events(args.format, &captures, to)
    } else if args.blind {
        blind(args.format, &paths, &captures, to)
    } else {
        notices(args, &paths, &captures, to)
    }
}

fn events(
    format: NoticeFormat,
    captures: &[PathBuf],
    to: &mut Streams<'_>,
) -> Result<Status, CommandError> {
    notice::event_header(format, &mut to.out)?;
    let several = captures.len() > 1;
    for capture in captures {
        if several && format == NoticeFormat::Human {
            writeln!(to.out, "{}:", capture.display())?;
        }
        let mut written = Ok(());
        let mut sink = |event: &Event<'_>| {
            if written.is_ok() {
                written = notice::print_event(format, capture, event, &mut to.out);
            }
        };
        let statistics = replay::replay_file(capture, &mut sink);
        written?;
        warn(capture, statistics, to.errors)?;
    }
    Ok(Status::Success)
}

fn blind(
    format: NoticeFormat,
    paths: &[PathBuf],
    captures: &[PathBuf],
    to: &mut Streams<'_>,
) -> Result<Status, CommandError> {
    let loaded = files::load(paths)?;
    let mut findings = loaded.findings;
    let plans = plan::packs(&loaded.packs, &mut findings);
    if let Some(status) = print_trial_findings(&loaded.packs, &mut findings, to.errors)? {
        writeln!(to.errors, "nothing was replayed")?;
        return Ok(status);
    }
    let mut visibility = Visibility::new(&plans);
    for capture in captures {
        let statistics = replay::replay_file(capture, &mut visibility);
        visibility.end_capture();
        warn(capture, statistics, to.errors)?;
    }
    report::visibility::print(
        &visibility,
        format,
        known_width(&Term::stdout()),
        &mut to.out,
    )?;
    let rules = counted(visibility.rules().count(), "payload rule");
    let captures = counted(captures.len(), "capture");
    writeln!(to.errors, "{rules} on {captures}")?;
    Ok(Status::Success)
}

fn notices(
    args: &ReplayArgs,
    paths: &[PathBuf],
    captures: &[PathBuf],
    to: &mut Streams<'_>,
) -> Result<Status, CommandError> {
    let loaded = files::load(paths)?;
    let mut findings = loaded.findings;
    let plans = plan::packs(&loaded.packs, &mut findings);
    let mut evaluator = Evaluator::new(&plans, RulesOff::AreSilent, &mut findings);
    if let Some(status) = print_trial_findings(&loaded.packs, &mut findings, to.errors)? {
        writeln!(to.errors, "nothing was replayed")?;
        return Ok(status);
    }
    if args.payloads {
        notice::payload_header(args.format, &mut to.out)?;
    } else {
        notice::notice_header(args.format, &mut to.out)?;
    }
    let mut found = 0;
    let several = captures.len() > 1;
    for capture in captures {
        evaluator.reset();
        found += replay_one(args, several, &mut evaluator, capture, to)?;
    }
    to.out.flush()?;
    let planned: usize = plans.iter().map(PackPlan::size).sum();
    let rules = planned - evaluator.left_out().count();
    writeln!(
        to.errors,
        "{} of {} in {}",
        counted(found, if args.payloads { "payload" } else { "notice" }),
        counted(rules, "rule"),
        counted(captures.len(), "capture")
    )?;
    Ok(Status::Success)
}

/// Replays a capture and prints what is found, for people under the capture's name if there are several; how much it was.
fn replay_one(
    args: &ReplayArgs,
    several: bool,
    evaluator: &mut Evaluator<'_>,
    capture: &Path,
    to: &mut Streams<'_>,
) -> Result<usize, CommandError> {
    let mut found = 0;
    let mut written: io::Result<()> = Ok(());
    let statistics = trial::replay_file(evaluator, capture, &mut |output| {
        let wanted = matches!(output, Output::Payload(_)) == args.payloads;
        if wanted && found == 0 && several && args.format == NoticeFormat::Human && written.is_ok()
        {
            written = writeln!(to.out, "{}:", capture.display());
        }
        let result = match &output {
            Output::Notice(raised) if !args.payloads => notice::print_notice(
                args.format,
                NoticeOrigin::Capture(capture),
                raised,
                &mut to.out,
            ),
            Output::Payload(logged) if args.payloads => {
                notice::print_payload(args.format, capture, logged, &mut to.out)
            }
            Output::Notice(_) | Output::Payload(_) | Output::Match(_) => return,
        };
        found += 1;
        if written.is_ok() {
            written = result;
        }
    });
    written?;
    warn(capture, statistics, to.errors)?;
    let forgotten = evaluator.forgotten_connections();
    if forgotten > 0 {
        let forgotten = counted(
            usize::try_from(forgotten).unwrap_or(usize::MAX),
            "connection",
        );
        writeln!(
            to.errors,
            "{}: forgotten for want of memory: {forgotten}",
            capture.display()
        )?;
    }
    Ok(found)
}

/// Says what was odd about a capture that was replayed.
pub(super) fn warn(
    capture: &Path,
    replayed: Result<Statistics, CaptureError>,
    errors: &mut dyn Write,
) -> Result<(), CommandError> {
    let statistics = replayed.map_err(|error| ReplayError::Capture {
        path: capture.to_owned(),
        error,
    })?;
    let path = capture.display();
    let mut rest = statistics.capture_warnings.as_slice();
    while let Some(first) = rest.first() {
        let equal = rest.iter().take_while(|warning| *warning == first).count();
        match equal {
            1 => writeln!(errors, "{path}: {first}")?,
            count => writeln!(errors, "{path}: {first} ({count} times)")?,
        }
        rest = &rest[equal..];
    }
    for (warning, count) in &statistics.packet_warnings {
        let packets = counted(usize::try_from(*count).unwrap_or(usize::MAX), "packet");
        writeln!(errors, "{path}: {warning}: {packets}")?;
    }
    let not_followed = [
        (
            statistics.evicted_connections,
            "connections ended for want of memory",
        ),
        (
            statistics.headless_connections,
            "connections whose beginning was not captured",
        ),
        (
            statistics.related_requests,
            "requests of SMB2 compounds whose file Zeek does not know",
        ),
        (
            statistics.faults,
            "DCE-RPC calls answered with a fault, which is no response",
        ),
    ];
    for (count, what) in not_followed {
        if count > 0 {
            writeln!(errors, "{path}: {what}: {count}")?;
        }
    }
    Ok(())
}
