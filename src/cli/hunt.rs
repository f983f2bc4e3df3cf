//! `sigzeek hunt`: tries rules on Zeek's log files.

use std::io::{self, Write};
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use clap::{Args, ValueEnum};

use super::rules::{RulePaths, print_replay_findings};
use super::{CommandError, Status};
use crate::evaluation::{RecordEvaluator, RecordRules, RulesOff, Undecided};
use crate::event::Timestamp;
use crate::finding::{self, Code, Finding};
use crate::hunt::sources::{self, SourceError};
use crate::hunt::{Hunt, HuntedLogs, Summary, Times};
use crate::plan::{self, PackPlan};
use crate::report::notice::{self, Format, Origin};
use crate::rule::files;
use crate::rule::pack::Pack;
use crate::text::{counted, printable};

/// The arguments of `sigzeek hunt`.
#[derive(Debug, Args)]
pub(super) struct HuntArgs {
    /// Log files, folders of logs, or patterns such as 'logs/*/dns.*.log.gz'; - reads standard input
    #[arg(value_name = "LOG", required = true)]
    logs: Vec<PathBuf>,

    /// Rule files, packs, or folders of packs
    #[arg(long, value_name = "PATH", num_args = 1.., default_values_os_t = RulePaths::default().paths)]
    rules: Vec<PathBuf>,

    /// Search for what is left of rules that ask for what only the wire has; what that finds is marked as possible
    #[arg(long)]
    possible: bool,

    /// Leave out records before this time: seconds since 1970, or as 2026-11-29 or 2026-11-29T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,

    /// Leave out records from this time on
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Timestamp>,

    /// Stop after so many notices
    #[arg(long, value_name = "NUMBER")]
    limit: Option<NonZero<usize>>,

    /// End with status 1 if there is a notice of this level or a higher one
    #[arg(long, value_name = "LEVEL", value_enum)]
    fail_on: Option<Level>,

    /// Threads to use; the number of processors if not given
    #[arg(long, value_name = "NUMBER")]
    threads: Option<NonZero<usize>>,

    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// A rule's level, from the least on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum Level {
    Informational,
    Low,
    Medium,
    High,
    Critical,
}

/// Why logs could not be searched.
#[derive(Debug, thiserror::Error)]
pub(super) enum HuntError {
    #[error(transparent)]
    Source(#[from] SourceError),
}

pub(super) fn run(
    args: &HuntArgs,
    out: &mut impl Write,
    errors: &mut impl Write,
) -> Result<Status, CommandError> {
    let logs = sources::at(&args.logs).map_err(HuntError::from)?;
    let loaded = files::load(&args.rules).map_err(crate::compile::CompileError::from)?;
    let mut findings = loaded.findings;
    let plans = plan::packs(&loaded.packs, &mut findings);
    let undecided = if args.possible {
        Undecided::IsPossible
    } else {
        Undecided::IsLeftOut
    };
    let ready = RecordRules::new(&plans, RulesOff::AreSilent, undecided, &mut findings);
    let mut evaluator = RecordEvaluator::of(ready);
    for ignores in loaded.packs.iter().filter_map(Pack::ignores) {
        ignores.apply(&mut findings);
    }
    finding::settle(&mut findings);
    if let Some(status) = print_replay_findings(&findings, errors)? {
        writeln!(errors, "nothing was searched")?;
        return Ok(status);
    }
    say_what_logs_do_not_tell(&findings, errors)?;
    let known = HuntedLogs::new(&plans);
    let times = Times {
        since: args.since,
        until: args.until,
    };
    let mut hunt = Hunt::new(&evaluator, &logs, &known, times);
    if let Some(threads) = args.threads {
        hunt = hunt.with_threads(threads);
    }
    notice::notice_header(args.format, out)?;
    let mut printed = Printed::default();
    let summary = hunt.run(&mut evaluator, &mut |found| {
        let level = found
            .notice
            .rule
            .level
            .and_then(|name| Level::from_str(name, false).ok());
        printed.highest = printed.highest.max(level);
        printed.notices += 1;
        let origin = Origin::Record {
            file: found.file,
            line: found.line,
        };
        printed.result = notice::print_notice(args.format, origin, &found.notice, out);
        let is_enough = args
            .limit
            .is_some_and(|limit| printed.notices >= limit.get());
        if printed.result.is_err() || is_enough {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    let highest = printed.highest;
    let notices = printed.notices;
    printed.result?;
    out.flush()?;
    warn(&summary, errors)?;
    let planned: usize = plans.iter().map(PackPlan::size).sum();
    let rules = planned - evaluator.left_out().count();
    writeln!(
        errors,
        "{} of {} in {} of {}",
        counted(notices, "notice"),
        counted(rules, "rule"),
        counted(
            usize::try_from(summary.records).unwrap_or(usize::MAX),
            "record"
        ),
        counted(summary.files, "file"),
    )?;
    let fails = args.fail_on.is_some_and(|level| highest >= Some(level));
    if summary.files == 0 && !summary.problems.is_empty() {
        return Ok(Status::Failure);
    }
    Ok(if fails {
        Status::Findings
    } else {
        Status::Success
    })
}

/// Names the rules that logs do not decide, and what of them.
fn say_what_logs_do_not_tell(findings: &[Finding], errors: &mut impl Write) -> io::Result<()> {
    let undecided = findings.iter();
    let undecided: Vec<&Finding> = undecided
        .filter(|finding| finding.code == Code::NotInLog)
        .collect();
    if undecided.is_empty() {
        return Ok(());
    }
    let rules = counted(undecided.len(), "rule");
    writeln!(
        errors,
        "{rules} left out, since logs do not tell what they ask for:"
    )?;
    for finding in undecided {
        let path = finding.place.path().display().to_string();
        let (line, _) = finding.place.line_column();
        let (path, code) = (printable(&path), finding.code.as_str());
        let message = &finding.message;
        writeln!(errors, "  {path}:{line}: warning[{code}]: {message}")?;
    }
    Ok(())
}

/// What was printed.
struct Printed {
    notices: usize,
    highest: Option<Level>,
    result: io::Result<()>,
}

impl Default for Printed {
    fn default() -> Self {
        Self {
            notices: 0,
            highest: None,
            result: Ok(()),
        }
    }
}

/// Says what is wrong with files, and which were left out.
fn warn(summary: &Summary, errors: &mut impl Write) -> io::Result<()> {
    for problem in &summary.problems {
        let path = problem.path.display().to_string();
        let path = printable(&path);
        if let Some(error) = &problem.error {
            writeln!(errors, "{path}: {error}")?;
        }
        for line in problem.left_out.to_string().lines() {
            writeln!(errors, "{path}: {line}")?;
        }
    }
    if summary.other_files > 0 {
        writeln!(
            errors,
            "{} of logs that no rule is on",
            counted(summary.other_files, "file")
        )?;
    }
    if summary.is_cut {
        writeln!(errors, "stopped at the limit: there may be more")?;
    }
    if !summary.missing_logs.is_empty() {
        writeln!(
            errors,
            "no records of these logs that rules are on: {}",
            summary.missing_logs.join(", ")
        )?;
    }
    Ok(())
}

/// A time as the command line has it.
fn time(text: &str) -> Result<Timestamp, String> {
    if let Ok(seconds) = text.parse::<f64>()
        && seconds.is_finite()
    {
        // Out of range, it is the earliest or the latest.
        #[allow(clippy::cast_possible_truncation)]
        return Ok(Timestamp::from_micros((seconds * 1e6).round() as i64));
    }
    let micros = DateTime::parse_from_rfc3339(text)
        .map(|time| time.timestamp_micros())
        .or_else(|_| {
            let time = text.parse::<NaiveDateTime>();
            time.map(|time| time.and_utc().timestamp_micros())
        })
        .or_else(|_| {
            let day = text.parse::<NaiveDate>();
            day.map(|day| {
                day.and_time(chrono::NaiveTime::MIN)
                    .and_utc()
                    .timestamp_micros()
            })
        });
    let micros = micros.map_err(|_| {
        "write seconds since 1970, a day as 2026-11-29, or a time as 2026-11-29T12:00:00Z"
            .to_owned()
    })?;
    Ok(Timestamp::from_micros(micros))
}
