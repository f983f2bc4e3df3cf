//! `sigzeek test`: runs rules' regression tests.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::findings::FindingsFormat;
use super::output::{self, FileError};
use super::rules::{RulePaths, keeps_from_replay, matters_to_replay, print_replay_findings};
use super::{CommandError, Status, Streams};
use crate::finding::{self, Finding};
use crate::plan::{self, PackPlan};
use crate::regression::{
    self, RecordingError, Report, TestCase, TestEngine, TestOrigin, Verdict, ZeekEngine, ZeekError,
    junit,
};
use crate::report::{Run, Tests};
use crate::rule::files;
use crate::rule::pack;
use crate::rule::regression::TestInput;
use crate::text::counted;

/// The arguments of `sigzeek test`.
#[derive(Debug, Args)]
pub(super) struct TestArgs {
    #[command(flatten)]
    rules: RulePaths,

    #[command(flatten)]
    format: FindingsFormat,

    /// Where to run the rules
    #[arg(long, value_enum, default_value_t = EngineName::Auto)]
    engine: EngineName,

    /// Do not synthesise captures for rules that have none
    #[arg(long)]
    own_captures: bool,

    /// First record the logs of tests that name a capture, with Zeek
    #[arg(long)]
    record: bool,

    /// Write a JUnit report
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EngineName {
    /// Zeek if it is installed, else the replay engine
    Auto,
    /// The Zeek that $ZEEK names, or the one on PATH
    Zeek,
    /// The replay engine, which needs no Zeek
    Replay,
}

/// Why tests could not be run.
#[derive(Debug, thiserror::Error)]
pub(super) enum TestError {
    #[error(transparent)]
    Zeek(#[from] ZeekError),
    #[error("cannot write synthesised captures: {0}")]
    Captures(io::Error),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Recording(#[from] RecordingError),
}

pub(super) fn run(args: &TestArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    let result = test(args, to);
    // Whoever reads the report is not to find an earlier run's.
    if let (Some(path), Err(error)) = (&args.junit, &result)
        && !matches!(error, CommandError::Test(TestError::File(_)))
    {
        write_junit(path, |file| junit::write_failure(&error.to_string(), file))?;
    }
    result
}

/// Writes the logs of the tests that name a capture.
fn record(args: &TestArgs, errors: &mut dyn Write) -> Result<(), CommandError> {
    let loaded = files::load(&args.rules.paths)?;
    // What is wrong with rules and tests is said when they are run.
    let mut unsaid = Vec::new();
    let plans = plan::packs(&loaded.packs, &mut unsaid);
    let mut unsaid_of_tests = Vec::new();
    let cases = regression::cases(&plans, &mut unsaid, &mut unsaid_of_tests);
    let zeek = ZeekEngine::find()
        .map_err(TestError::from)?
        .ok_or(TestError::Zeek(ZeekError::Absent))?;
    let recorded = match regression::record(&zeek, &cases) {
        Err(RecordingError::NothingToRecord) if !unsaid_of_tests.is_empty() => return Ok(()),
        recorded => recorded.map_err(TestError::from)?,
    };
    for log in recorded {
        output::write(&log.path, &log.bytes).map_err(TestError::from)?;
        writeln!(errors, "recorded {}", log.path.display())?;
    }
    Ok(())
}

fn test(args: &TestArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    if args.record {
        record(args, to.errors)?;
    }
    let loaded = files::load(&args.rules.paths)?;
    let mut findings = loaded.findings;
    let plans = plan::packs(&loaded.packs, &mut findings);
    let mut of_tests = Vec::new();
    let mut cases = regression::cases(&plans, &mut findings, &mut of_tests);
    // Of a capture that is not there, its test tells.
    of_tests.retain(|finding| !cases.iter().any(|case| is_of_missing(case, finding)));
    let is_kept = keeps_from_replay(&findings);
    let of_tests_status = keeps_from_replay(&of_tests).unwrap_or(Status::Success);
    findings.append(&mut of_tests);
    pack::leave_out_accepted(&loaded.packs, &mut findings);
    finding::settle(&mut findings);
    findings.retain(matters_to_replay);
    if args.format.is_human() {
        print_replay_findings(&findings, to.errors)?;
    }
    if let Some(status) = is_kept {
        let run = Run {
            files: loaded.files,
            findings: &findings,
            tests: None,
        };
        args.format.print(&run, &mut to.out)?;
        if let Some(path) = &args.junit {
            write_junit(path, |file| junit::write(&[], &findings, file))?;
        }
        writeln!(to.errors, "nothing was tested")?;
        return Ok(status);
    }
    let engine = engine(args.engine)?;
    // The captures are needed until all is printed.
    let folder = tempfile::tempdir().map_err(TestError::Captures)?;
    if !args.own_captures {
        let more = regression::synthesised(&plans, &cases, folder.path());
        cases.extend(more.map_err(TestError::Captures)?);
    }
    let reports =
        regression::run(&engine, &plans, &cases, &mut progress).map_err(TestError::from)?;
    if let Some(path) = &args.junit {
        write_junit(path, |file| junit::write(&reports, &findings, file))?;
    }
    if args.format.is_human() {
        for report in &reports {
            print(report, &mut to.out)?;
        }
    } else {
        let failures: Vec<Finding> = reports.iter().filter_map(Report::finding).collect();
        findings.extend(failures);
        finding::settle(&mut findings);
        let run = Run {
            files: loaded.files,
            findings: &findings,
            tests: Some(Tests {
                engine: &engine.to_string(),
                reports: &reports,
            }),
        };
        args.format.print(&run, &mut to.out)?;
    }
    to.out.flush()?;
    let rules = plans.iter().map(PackPlan::size).sum();
    let status = summary(&engine, rules, &cases, &reports, to.errors)?;
    Ok(status.max(of_tests_status))
}

fn is_of_missing(case: &TestCase<'_>, finding: &Finding) -> bool {
    matches!(case.test.input, TestInput::Missing(_)) && case.test.path_place == finding.place
}

fn engine(name: EngineName) -> Result<TestEngine, TestError> {
    if matches!(name, EngineName::Replay) {
        return Ok(TestEngine::Replay);
    }
    match (ZeekEngine::find()?, name) {
        (Some(zeek), _) => Ok(TestEngine::Zeek(zeek)),
        (None, EngineName::Zeek) => Err(ZeekError::Absent.into()),
        (None, EngineName::Auto | EngineName::Replay) => Ok(TestEngine::Replay),
    }
}

/// Shows a person how far a long run is.
pub(super) fn progress(done: usize, of: usize) {
    let mut errors = io::stderr();
    if errors.is_terminal() {
        let end = if done == of { "\r\x1b[K" } else { "" };
        // A progress line that cannot be shown is no loss.
        let _ = write!(errors, "\r{done} of {of} captures{end}");
        let _ = errors.flush();
    }
}

fn print(report: &Report<'_, '_>, out: &mut impl Write) -> io::Result<()> {
    let case = report.case;
    let (word, message, explanation) = match &report.verdict {
        Verdict::Passed => return Ok(()),
        Verdict::Skipped(reason) => ("skipped", reason, &[][..]),
        Verdict::Error(reason) => ("ERROR  ", reason, &[][..]),
        Verdict::Failed(failure) => ("FAILED ", &failure.message, failure.explanation.as_slice()),
    };
    writeln!(out, "{word} {}: {}", case.subject.name(), case.test.name)?;
    match (case.origin, case.file()) {
        (TestOrigin::Author, Some(file)) => writeln!(out, "        {}", file.display())?,
        (TestOrigin::Synthesised, _) => {
            writeln!(out, "        `sigzeek synth` writes the capture")?
        }
        (TestOrigin::Author, None) => {}
    }
    writeln!(out, "        {message}")?;
    for line in explanation {
        writeln!(out, "        {line}")?;
    }
    Ok(())
}

fn write_junit(
    path: &Path,
    content: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
) -> Result<(), CommandError> {
    let mut text = Vec::new();
    content(&mut text)?;
    Ok(output::write(path, &text).map_err(TestError::from)?)
}

fn summary(
    engine: &TestEngine,
    rules: usize,
    cases: &[TestCase<'_>],
    reports: &[Report<'_, '_>],
    errors: &mut dyn Write,
) -> Result<Status, CommandError> {
    let count = |wanted: fn(&Verdict) -> bool| {
        let verdicts = reports.iter().map(|report| &report.verdict);
        verdicts.filter(|verdict| wanted(verdict)).count()
    };
    let failed = count(|verdict| matches!(verdict, Verdict::Failed(_)));
    let skipped = count(|verdict| matches!(verdict, Verdict::Skipped(_)));
    let passed = count(|verdict| *verdict == Verdict::Passed);
    let not_run = count(|verdict| matches!(verdict, Verdict::Error(_)));
    let mut tested: Vec<&str> = cases.iter().map(|case| case.named.name.as_str()).collect();
    tested.sort_unstable();
    tested.dedup();
    for report in reports.iter().filter(|report| report.is_broken) {
        let capture = report.case.capture().unwrap_or_else(|| Path::new(""));
        writeln!(
            errors,
            "{}: the capture is cut short or damaged, and Zeek ends before it writes its logs: judged by the replay engine",
            capture.display()
        )?;
    }
    let on_logs = cases
        .iter()
        .filter(|case| matches!(case.test.input, TestInput::Log(_)))
        .count();
    writeln!(
        errors,
        "{} of {} {}: {passed} passed, {failed} failed, {skipped} skipped{}",
        counted(cases.len(), "test"),
        counted(tested.len(), "rule"),
        match on_logs {
            0 => format!("in {engine}"),
            all if all == cases.len() => "on logs".to_owned(),
            _ => format!("in {engine}, {on_logs} of them on logs"),
        },
        match not_run {
            0 => String::new(),
            _ => format!(", {} not run", counted(not_run, "test")),
        },
    )?;
    let made = cases
        .iter()
        .filter(|case| case.origin == TestOrigin::Synthesised);
    let mut made_for: Vec<&str> = made.clone().map(|case| case.named.name.as_str()).collect();
    made_for.dedup();
    if !made_for.is_empty() {
        writeln!(
            errors,
            "synthesised: {} of {} without captures of their own",
            counted(made.count(), "capture"),
            counted(made_for.len(), "rule"),
        )?;
    }
    let untested = rules - tested.len();
    if untested > 0 {
        writeln!(errors, "without tests: {}", counted(untested, "rule"))?;
    }
    Ok(if failed + not_run > 0 {
        Status::Findings
    } else {
        Status::Success
    })
}
