//! `sigzeek hunt`: tries rules on Zeek's log files.

use std::io::{self, IsTerminal, Write};
use std::mem::ManuallyDrop;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, ValueEnum};
use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use signal_hook::consts::SIGINT;
use signal_hook::flag;

use super::rules::{RulePaths, print_trial_findings};
use super::{CommandError, Status, Streams, output};
use crate::conversion;
use crate::evaluation::{Notice, Output, RecordEvaluator, RecordRules, RulesOff, Undecided};
use crate::event::Timestamp;
use crate::finding::{Code, Finding};
use crate::hunt::baseline::BaselinePeriod;
use crate::hunt::sources::{self, SourceError};
use crate::hunt::{Hunt, HuntStatistics, HuntedLogs, Progress, SearchUpdate, Summary, TimeRange};
use crate::logs::{self, LogError};
use crate::plan;
use crate::report::hunt::{self, HuntReport, HuntTable};
use crate::report::notice::{self, NoticeFormat, NoticeOrigin};
use crate::report::page::PageError;
use crate::rule::files;
use crate::text::{counted, printable};

/// The arguments of `sigzeek hunt`.
#[derive(Debug, Args)]
pub(super) struct HuntArgs {
    /// Log files, folders of logs, or patterns such as 'logs/*/dns.*.log.gz'; - reads standard input
    #[arg(value_name = "LOG", required = true)]
    logs: Vec<PathBuf>,

    /// A rule file, pack, or folder of packs; can be given several times
    #[arg(long, value_name = "PATH", default_values_os_t = RulePaths::default().paths)]
    rules: Vec<PathBuf>,

    /// Log of files and standard input that do not say which log they are, such as dns
    #[arg(long, value_name = "NAME")]
    log: Option<String>,

    /// Search for what is left of rules that ask for what only the wire has; what that finds is marked as possible
    #[arg(long)]
    possible: bool,

    /// Leave out records before this time: seconds since 1970, or as 2026-11-29 or 2026-11-29T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,

    /// Leave out records from this time on
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Timestamp>,

    /// Print a table of rules in place of notices: how often each matched, when, and on whom
    #[arg(long)]
    stats: bool,

    /// Print what each rule would raise a day in place of notices, and whether that is quiet enough to load it
    #[arg(long, conflicts_with = "stats")]
    baseline: bool,

    /// Write a page with the figures of --stats and --baseline, and charts of them
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// Notices a day, on average, up to which a rule counts as quiet
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0, value_parser = notices_a_day)]
    quiet: f64,

    /// Column that names the sensor that wrote a record, for figures by sensor
    #[arg(long, value_name = "COLUMN", default_value = "_system_name")]
    sensor: String,

    /// Stop after so many notices
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["stats", "baseline", "html"])]
    limit: Option<NonZero<usize>>,

    /// End with status 1 if there is a notice of this level or a higher one
    #[arg(long, value_name = "LEVEL", value_enum)]
    fail_on: Option<Level>,

    /// Threads to use; the number of processors if not given
    #[arg(long, value_name = "NUMBER")]
    threads: Option<NonZero<usize>>,

    /// Output format
    #[arg(long, value_enum, default_value_t = NoticeFormat::Human)]
    format: NoticeFormat,
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
    #[error(transparent)]
    Page(#[from] PageError),
    #[error("--since is not before --until, so no record is in between")]
    Range,
    #[error("cannot listen to interruptions: {0}")]
    Signal(io::Error),
}

pub(super) fn run(args: &HuntArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    if let (Some(since), Some(until)) = (args.since, args.until)
        && since >= until
    {
        return Err(HuntError::Range.into());
    }
    let logs = sources::at(&args.logs).map_err(HuntError::from)?;
    let loaded = files::load(&args.rules)?;
    let mut findings = loaded.findings;
    // The process ends soon after this: to give back the memory of a thousand rules piece by piece would be work for nothing.
    let packs = ManuallyDrop::new(loaded.packs);
    let plans = ManuallyDrop::new(plan::packs(&packs, &mut findings));
    let rules = RecordRules::new(&plans, RulesOff::AreSilent, args.undecided(), &mut findings);
    let planned = plans.iter().flat_map(|plan| &plan.rules);
    findings.extend(planned.filter_map(conversion::unlogged));
    if let Some(status) = print_trial_findings(&packs, &mut findings, to.errors)? {
        writeln!(to.errors, "nothing was searched")?;
        return Ok(status);
    }
    say_what_logs_do_not_tell(&findings, to.errors)?;
    let known = HuntedLogs::new(&plans);
    let searched = args.search(&logs, &known, rules, &mut to.out)?;
    searched.print(args, to)
}

impl HuntArgs {
    fn undecided(&self) -> Undecided {
        if self.possible {
            Undecided::IsPossible
        } else {
            Undecided::IsLeftOut
        }
    }

    /// The table that is printed in place of notices.
    fn table(&self) -> Option<HuntTable> {
        let statistics = self.stats.then_some(HuntTable::Statistics);
        statistics.or(self.baseline.then_some(HuntTable::Baseline))
    }

    /// Searches logs, and prints notices as they are found unless something else is wanted.
    fn search(
        &self,
        logs: &[PathBuf],
        known: &HuntedLogs,
        rules: RecordRules<'_>,
        out: &mut impl Write,
    ) -> Result<Searched, CommandError> {
        let is_counted = self.table().is_some() || self.html.is_some();
        let mut searched = Searched {
            notices: 0,
            highest: None,
            logs: logs.len(),
            tried: rules.tried_count(),
            statistics: match is_counted {
                true => HuntStatistics::new(&rules),
                false => HuntStatistics::default(),
            },
            summary: Summary::default(),
            is_interrupted: false,
        };
        let mut evaluator = RecordEvaluator::of(rules);
        let times = TimeRange {
            since: self.since,
            until: self.until,
        };
        let mut hunt = Hunt::new(&evaluator, logs, known, times);
        if let Some(threads) = self.threads {
            hunt = hunt.with_threads(threads);
        }
        hunt = hunt.called(self.log.as_deref());
        if is_counted {
            hunt = hunt.counting(&self.sensor);
            evaluator = evaluator.telling_matches();
        }
        if self.table().is_none() {
            notice::notice_header(self.format, out)?;
        }
        let mut written = Ok(());
        let interrupted = interruption().map_err(HuntError::Signal)?;
        let progress = ProgressLine::new();
        let mut evaluator = ManuallyDrop::new(evaluator);
        let summary = hunt.run(&mut evaluator, &mut |step| {
            let found = match step {
                SearchUpdate::Found(found) => found,
                SearchUpdate::Progress(far) => {
                    progress.show(far);
                    return breaks_if(interrupted.load(Ordering::Relaxed));
                }
            };
            if is_counted {
                searched.statistics.count(found);
            }
            let Output::Notice(notice) = &found.output else {
                return ControlFlow::Continue(());
            };
            searched.count(notice);
            if self.table().is_none() && !self.is_beyond_limit(searched.notices) {
                let origin = NoticeOrigin::Record {
                    file: found.file,
                    line: found.line,
                };
                written = progress.beside(out, |out| {
                    notice::print_notice(self.format, origin, notice, out)
                });
            }
            breaks_if(written.is_err() || self.is_enough(&searched))
        });
        progress.finish();
        written?;
        searched.is_interrupted = interrupted.load(Ordering::Relaxed);
        searched.summary = summary;
        Ok(searched)
    }

    fn is_beyond_limit(&self, notices: usize) -> bool {
        self.limit.is_some_and(|limit| notices > limit.get())
    }

    /// Whether nothing that may still come changes what is printed, or the status.
    fn is_enough(&self, searched: &Searched) -> bool {
        let limit = self
            .limit
            .is_some_and(|limit| searched.notices >= limit.get());
        limit && self.fail_on.is_none_or(|_| searched.fails(self))
    }
}

/// What a search came to.
struct Searched {
    notices: usize,
    highest: Option<Level>,
    /// How many files and standard inputs there were.
    logs: usize,
    /// How many rules were tried.
    tried: usize,
    statistics: HuntStatistics,
    summary: Summary,
    is_interrupted: bool,
}

impl Searched {
    fn count(&mut self, notice: &Notice) {
        let level = notice.rule.level;
        let level = level.and_then(|name| Level::from_str(name, false).ok());
        self.highest = self.highest.max(level);
        self.notices += 1;
    }

    fn fails(&self, args: &HuntArgs) -> bool {
        args.fail_on
            .is_some_and(|level| self.highest >= Some(level))
    }

    /// Prints the table that is wanted, writes the page, and says what was searched; the status to end with.
    fn print(&self, args: &HuntArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
        let summary = &self.summary;
        let report = HuntReport {
            statistics: &self.statistics,
            summary,
            quiet: args.quiet,
        };
        if let Some(table) = args.table() {
            let width = super::known_width(&Term::stdout());
            hunt::print_table(&report, table, args.format, width, &mut to.out)?;
        }
        to.out.flush()?;
        if let Some(path) = &args.html {
            let page = hunt::page(&report).map_err(HuntError::from)?;
            output::write(path, page.as_bytes())?;
        }
        warn(summary, to.errors)?;
        if self.is_interrupted {
            writeln!(to.errors, "interrupted: there may be more")?;
        } else if summary.is_cut {
            writeln!(to.errors, "stopped at the limit: there may be more")?;
        }
        if args.table() == Some(HuntTable::Baseline) && BaselinePeriod::of(summary).is_short() {
            writeln!(
                to.errors,
                "the records cover less than a day: a whole day may have more"
            )?;
        }
        self.sum_up(args, to.errors)?;
        let unread = summary
            .problems
            .iter()
            .filter(|problem| problem.error.is_some());
        Ok(if self.is_interrupted {
            Status::Interrupted
        } else if summary.records() == 0 && unread.count() == self.logs {
            Status::Failure
        } else if self.fails(args) {
            Status::Findings
        } else {
            Status::Success
        })
    }

    fn sum_up(&self, args: &HuntArgs, errors: &mut dyn Write) -> io::Result<()> {
        let limit = args.limit.map_or(usize::MAX, NonZero::get);
        let records = usize::try_from(self.summary.records()).unwrap_or(usize::MAX);
        writeln!(
            errors,
            "{} of {} in {} of {}",
            counted(self.notices.min(limit), "notice"),
            counted(self.tried, "rule"),
            counted(records, "record"),
            counted(self.summary.files, "file"),
        )
    }
}

/// Names the rules that logs do not decide, or only if Zeek was told to log more, and what of them.
fn say_what_logs_do_not_tell(findings: &[Finding], errors: &mut dyn Write) -> io::Result<()> {
    for (code, what) in [
        (Code::NotInLog, "not decided by logs alone"),
        (Code::NotLogged, "on what Zeek does not log by default"),
    ] {
        let of_code = findings.iter().filter(|finding| finding.code == code);
        say_of_rules(&of_code.collect::<Vec<_>>(), what, errors)?;
    }
    Ok(())
}

/// Prints a line that counts rules, and one for each.
fn say_of_rules(findings: &[&Finding], what: &str, errors: &mut dyn Write) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(errors, "{} {what}:", counted(findings.len(), "rule"))?;
    for finding in findings {
        let path = finding.place.path().display().to_string();
        let (line, _) = finding.place.line_column();
        let (path, code) = (printable(&path), finding.code.as_str());
        let message = &finding.message;
        writeln!(errors, "  {path}:{line}: warning[{code}]: {message}")?;
    }
    Ok(())
}

/// Says what is wrong with files, and which were left out.
fn warn(summary: &Summary, errors: &mut dyn Write) -> io::Result<()> {
    for problem in &summary.problems {
        let path = if sources::is_standard_input(&problem.path) {
            "standard input".to_owned()
        } else {
            printable(&problem.path.display().to_string())
        };
        if let Some(error) = &problem.error {
            let advice = match error {
                LogError::Nameless { .. } => "; name it with --log",
                _ => "",
            };
            writeln!(errors, "{path}: {error}{advice}")?;
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
    let missing: Vec<&str> = summary.missing_logs().collect();
    if !missing.is_empty() {
        writeln!(
            errors,
            "no records of these logs that rules are on: {}",
            missing.join(", ")
        )?;
    }
    Ok(())
}

/// A number of notices a day.
fn notices_a_day(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.parse().ok();
    number
        .filter(|number| number.is_finite() && *number >= 0.0)
        .ok_or_else(|| "write a number that is not negative, such as 0.5".to_owned())
}

/// A time as the command line has it: as logs write it, or a day, or a time without its zone, which is UTC.
fn time(text: &str) -> Result<Timestamp, String> {
    let forms = [
        text.to_owned(),
        format!("{text}Z"),
        format!("{text}T00:00:00Z"),
    ];
    let mut seconds = forms
        .iter()
        .filter_map(|form| logs::seconds(form.as_bytes()));
    let seconds = seconds.find(|seconds| seconds.is_finite());
    seconds.map(Timestamp::from_seconds).ok_or_else(|| {
        "write seconds since 1970, a day as 2026-11-29, or a time as 2026-11-29T12:00:00Z"
            .to_owned()
    })
}

fn breaks_if(is_over: bool) -> ControlFlow<()> {
    if is_over {
        ControlFlow::Break(())
    } else {
        ControlFlow::Continue(())
    }
}

/// Whether the user interrupts the search (Ctrl-C). A second time ends the program at once.
fn interruption() -> io::Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let status = i32::from(Status::Interrupted as u8);
    flag::register_conditional_shutdown(SIGINT, status, Arc::clone(&interrupted))?;
    flag::register(SIGINT, Arc::clone(&interrupted))?;
    Ok(interrupted)
}

/// How far the search has come, as a line on the standard error, if that is a terminal.
struct ProgressLine {
    bar: ProgressBar,
    /// Whether what is printed stands on the same terminal.
    shares_terminal: bool,
}

impl ProgressLine {
    fn new() -> Self {
        /// How often the line changes, in a second.
        const RATE: u8 = 4;
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(RATE));
        let shares_terminal = !bar.is_hidden() && io::stdout().is_terminal();
        Self {
            bar,
            shares_terminal,
        }
    }

    fn show(&self, far: Progress) {
        if self.bar.is_hidden() {
            return;
        }
        if self.bar.length().is_none() {
            let known = "{decimal_bytes} of {decimal_total_bytes}, {decimal_bytes_per_sec}, {eta} left; {msg} records";
            let unknown = "{decimal_bytes}, {decimal_bytes_per_sec}; {msg} records";
            let template = if far.all_octets.is_some() {
                known
            } else {
                unknown
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.bar.set_style(style);
            }
            if let Some(all) = far.all_octets {
                self.bar.set_length(all);
            }
        }
        self.bar.set_message(far.records.to_string());
        self.bar.set_position(far.octets);
    }

    /// Prints something without the line in its way.
    fn beside<W: Write>(
        &self,
        out: &mut W,
        print: impl FnOnce(&mut W) -> io::Result<()>,
    ) -> io::Result<()> {
        if !self.shares_terminal {
            return print(out);
        }
        self.bar.suspend(|| {
            print(out)?;
            out.flush()
        })
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
