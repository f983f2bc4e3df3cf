//! `sigzeek why`: how near rules came on a capture or a log.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::replay::warn;
use super::rules::{RulePaths, print_trial_findings};
use super::{CommandError, Status, Streams, colour};
use crate::evaluation::{Attempts, Evaluator, RecordEvaluator, RulesOff};
use crate::finding::{Code, Finding};
use crate::logs::LogError;
use crate::plan::{self, PackPlan, zeek_names};
use crate::replay::CaptureError;
use crate::replay::captures::is_named_as_capture;
use crate::report::why::Explained;
use crate::rule::files::{self, Loaded};
use crate::trial;

/// The arguments of `sigzeek why`.
#[derive(Debug, Args)]
pub(super) struct WhyArgs {
    /// A capture, or a log that Zeek wrote
    #[arg(value_name = "CAPTURE")]
    file: PathBuf,

    #[command(flatten)]
    rules: RulePaths,

    /// Only show rules whose title or name in Zeek contains this, in any case
    #[arg(long, value_name = "TEXT", default_value = "")]
    rule: String,

    /// How many of the nearest attempts of each rule to show, and of the matches that filled a correlation's group
    #[arg(long, value_name = "NUMBER", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,

    /// Output format
    #[arg(long, value_enum, default_value_t = WhyFormat::Human)]
    format: WhyFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum WhyFormat {
    /// Text for people
    Human,
    /// An object a line for each rule and correlation
    Json,
}

/// Why a file could not be tried.
#[derive(Debug, thiserror::Error)]
pub(super) enum WhyError {
    #[error("{}: neither a capture nor a Zeek log: {error}", path.display())]
    Neither { path: PathBuf, error: LogError },
    #[error("{}: {error}", path.display())]
    Log { path: PathBuf, error: LogError },
}

pub(super) fn run(args: &WhyArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    let (loaded, files) = load(&args.rules.paths)?;
    let mut findings = loaded.findings;
    let plans = plan::packs(&loaded.packs, &mut findings);
    let tried = try_rules(args, &plans, &mut findings, to.errors)?;
    if let Some(status) = print_trial_findings(&loaded.packs, &mut findings, to.errors)? {
        writeln!(to.errors, "nothing was tried")?;
        return Ok(status);
    }
    for plan in &plans {
        let Some(names) = zeek_names::names(plan, &mut Vec::new()) else {
            continue;
        };
        let explained = Explained {
            plan,
            names: &names,
            file: &args.file,
            attempts: &tried.attempts,
            left_out: &tried.left_out,
            only: &args.rule.to_lowercase(),
            files: files.as_ref(),
        };
        match args.format {
            WhyFormat::Human => explained.print(colour(&io::stdout()), &mut to.out)?,
            WhyFormat::Json => explained.print_json(&mut to.out)?,
        }
    }
    Ok(Status::Success)
}

/// The rules at some paths. Where a correlation in a file by itself names rules of other files, those of the file's pack, and the
/// files that were meant.
fn load(paths: &[PathBuf]) -> Result<(Loaded, Option<BTreeSet<PathBuf>>), CommandError> {
    let load = |paths: &[PathBuf]| files::load(paths).map_err(crate::compile::CompileError::from);
    let mut loaded = load(paths)?;
    let mut findings = Vec::new();
    plan::packs(&loaded.packs, &mut findings);
    let unknown = findings
        .iter()
        .filter(|finding| finding.code == Code::UnknownReference)
        .filter_map(|finding| finding.place.path().canonicalize().ok());
    let unknown: BTreeSet<PathBuf> = unknown.collect();
    if unknown.is_empty() {
        return Ok((loaded, None));
    }
    let canonical = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
    let packs = paths.iter().map(|path| {
        let file = unknown.get(&canonical(path));
        let pack = file.and_then(|file| files::folder_of_pack(file));
        pack.unwrap_or_else(|| path.clone())
    });
    loaded = load(&packs.collect::<Vec<_>>())?;
    Ok((loaded, Some(paths.iter().map(canonical).collect())))
}

/// What became of rules.
struct TriedRules {
    attempts: Attempts,
    /// Names of rules that could not be tried.
    left_out: Vec<String>,
}

/// Tries rules on a capture, or on what is none as a log.
fn try_rules(
    args: &WhyArgs,
    plans: &[PackPlan<'_>],
    findings: &mut Vec<Finding>,
    errors: &mut dyn Write,
) -> Result<TriedRules, CommandError> {
    let limit = usize::from(args.limit);
    let mut unsaid = Vec::new();
    let mut evaluator = Evaluator::new(plans, RulesOff::AreTriedToo, &mut unsaid).explaining(limit);
    let replayed = match trial::replay_file(&mut evaluator, &args.file, &mut |_| {}) {
        Err(CaptureError::NotACapture) if !is_named_as_capture(&args.file) => {
            return try_on_log(plans, &args.file, limit, findings, errors);
        }
        replayed => replayed,
    };
    findings.append(&mut unsaid);
    warn(&args.file, replayed, errors)?;
    Ok(TriedRules {
        left_out: evaluator.left_out().map(str::to_owned).collect(),
        attempts: evaluator.into_attempts(),
    })
}

fn try_on_log(
    plans: &[PackPlan<'_>],
    path: &Path,
    limit: usize,
    findings: &mut Vec<Finding>,
    errors: &mut dyn Write,
) -> Result<TriedRules, CommandError> {
    let evaluator = RecordEvaluator::new(plans, RulesOff::AreTriedToo, findings);
    let mut evaluator = evaluator.explaining(limit);
    let statistics = trial::evaluate_log(&mut evaluator, path, &mut |_| {}).map_err(|error| {
        let path = path.to_owned();
        match error {
            LogError::NotALog => WhyError::Neither { path, error },
            error => WhyError::Log { path, error },
        }
    })?;
    for line in statistics.problems.to_string().lines() {
        writeln!(errors, "{}: {line}", path.display())?;
    }
    Ok(TriedRules {
        left_out: evaluator.left_out().map(str::to_owned).collect(),
        attempts: evaluator.into_attempts(),
    })
}
