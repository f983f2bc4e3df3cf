//! `sigzeek tune`: a filter that quiets a rule's false positives and keeps its true positives.

use std::path::{Path, PathBuf};

use clap::Args;

use super::draft::DraftedFileError;
use super::output;
use super::rules::print_replay_findings;
use super::test::TestError;
use super::{CommandError, Status, Streams};
use crate::finding;
use crate::plan;
use crate::regression::{self, TestCase, TestEngine, Verdict, ZeekEngine};
use crate::report;
use crate::rule::files;
use crate::rule::pack::PACK_FILE;
use crate::rule::regression::{Expected, RegressionTest, TestInput};
use crate::tune::{self, Tuned, TuningInput, TuningOutcome};

/// The arguments of `sigzeek tune`.
#[derive(Debug, Args)]
pub(super) struct TuneArgs {
    /// The file of the rule
    rule: PathBuf,

    /// Captures or Zeek logs on which the rule must be silent, and folders of captures
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    false_positives: Vec<PathBuf>,

    /// Captures or Zeek logs of which the rule must keep every notice, and folders of captures
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    true_positives: Vec<PathBuf>,

    /// The title or id of the rule, where several rules of the file fire on the false positives
    #[arg(long = "rule", value_name = "TITLE|ID")]
    named: Option<String>,

    /// The file to write; without it, the filter or the changed rule is printed
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Let names of hosts, domains and users be in the filter
    #[arg(long)]
    keep: bool,

    /// Do not try the result in Zeek, even if it is there
    #[arg(long)]
    without_zeek: bool,
}

pub(super) fn run(args: &TuneArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    if let Some(file) = args
        .out
        .as_deref()
        .filter(|file| file.symlink_metadata().is_ok())
    {
        return Err(DraftedFileError::Exists(file.to_owned()).into());
    }
    let outcome = tune::tune(&TuningInput {
        rule: &args.rule,
        named: args.named.as_deref(),
        false_positives: &args.false_positives,
        true_positives: &args.true_positives,
        keep: args.keep,
    })?;
    let tuned = match outcome {
        TuningOutcome::Tuned(tuned) => tuned,
        TuningOutcome::Quiet => {
            let rule = args.rule.display();
            writeln!(
                to.errors,
                "{rule}: the rule is silent on the false positives as it is"
            )?;
            return Ok(Status::Findings);
        }
        TuningOutcome::Missed(paths) => {
            for path in paths {
                writeln!(
                    to.errors,
                    "{}: no true positive: the rule is silent on it",
                    path.display()
                )?;
            }
            return Ok(Status::Findings);
        }
        TuningOutcome::Refused(refused) => {
            report::tune::print_refused(&refused, super::width(), &mut to.errors)?;
            return Ok(Status::Findings);
        }
        TuningOutcome::Wrong(mut findings) => {
            finding::settle(&mut findings);
            return Ok(print_replay_findings(&findings, to.errors)?.unwrap_or(Status::Findings));
        }
    };
    let zeek = match args.without_zeek {
        true => None,
        false => ZeekEngine::find().map_err(TestError::from)?,
    };
    let mut engines = vec![TestEngine::Replay.to_string()];
    if let Some(zeek) = zeek {
        let engine = TestEngine::Zeek(zeek);
        let failures = failures(&engine, &tuned)?;
        if !failures.is_empty() {
            for failure in failures {
                writeln!(to.errors, "{engine}: {failure}")?;
            }
            writeln!(to.errors, "nothing was written")?;
            return Ok(Status::Findings);
        }
        engines.push(engine.to_string());
    }
    match &args.out {
        Some(file) => {
            let written = output::write_new(file, tuned.document.as_bytes(), || Ok(()));
            written?.unwrap_or_else(|never: std::convert::Infallible| match never {});
            writeln!(to.out, "{}", file.display())?;
            report::tune::print(&tuned, &engines, super::width(), &mut to.out)?;
        }
        None => {
            to.out.write_all(tuned.document.as_bytes())?;
            report::tune::print(&tuned, &engines, super::width(), &mut to.errors)?;
        }
    }
    Ok(Status::Success)
}

/// What is not in an engine as the replay engine has it: captures on which the tuned rule does something else.
fn failures(engine: &TestEngine, tuned: &Tuned) -> Result<Vec<String>, CommandError> {
    let folder = tempfile::tempdir().map_err(TestError::Captures)?;
    let pack = folder.path().join("tuned");
    std::fs::create_dir(&pack).map_err(TestError::Captures)?;
    std::fs::write(pack.join("tuned.yml"), &tuned.proof).map_err(TestError::Captures)?;
    if let Some(description) = &tuned.description {
        std::fs::copy(description, pack.join(PACK_FILE)).map_err(TestError::Captures)?;
    }
    let loaded = files::load(&[pack])?;
    let plans = plan::packs(&loaded.packs, &mut Vec::new());
    let mut cases = Vec::new();
    for plan in &plans {
        let Some(names) = plan::zeek_names::names(plan, &mut Vec::new()) else {
            continue;
        };
        for (rule, named) in plan.rules.iter().zip(names.rules) {
            let case = |path: &Path, count: usize| TestCase {
                pack: &plan.pack.name,
                subject: plan::Subject::Rule(rule),
                rules: vec![rule],
                named: named.clone(),
                test: RegressionTest {
                    name: path.display().to_string(),
                    input: TestInput::Capture(path.to_owned()),
                    expected: Expected::Count(count as u64),
                    recording: None,
                    place: plan::Subject::Rule(rule).place(),
                    path_place: plan::Subject::Rule(rule).place(),
                },
                origin: regression::TestOrigin::Author,
            };
            let is_capture = |path: &Path| crate::replay::CaptureReader::open(path).is_ok();
            let kept = tuned.kept.iter().filter(|(path, _)| is_capture(path));
            cases.extend(kept.map(|(path, count)| case(path, *count)));
            let quieted = tuned.quieted.iter().filter(|path| is_capture(path));
            cases.extend(quieted.map(|path| case(path, 0)));
        }
    }
    let reports = regression::run(engine, &plans, &cases, &mut super::test::progress)
        .map_err(TestError::from)?;
    let failed = reports.iter().filter_map(|report| match &report.verdict {
        Verdict::Failed(failure) => Some(format!("{}: {}", report.case.test.name, failure.message)),
        Verdict::Error(reason) | Verdict::Skipped(reason) => {
            Some(format!("{}: {reason}", report.case.test.name))
        }
        Verdict::Passed => None,
    });
    Ok(failed.collect())
}
