//! `sigzeek report`: writes a page on what rules cover, match and are worth.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::rules::{RulePaths, print_concerning};
use super::test::{TestError, progress};
use super::{CommandError, Status, Streams, output};
use crate::compile::{self, CompileError, TakenNames};
use crate::coverage::Coverage;
use crate::finding::Finding;
use crate::plan::{self, PackPlan};
use crate::regression::{self, TestCase, TestEngine, ZeekEngine, ZeekError};
use crate::report::page::{self, Material, Outcomes, ReportedPack};
use crate::rule::files;

/// The page's name in its folder.
const FILE: &str = "index.html";

/// The arguments of `sigzeek report`.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    rules: RulePaths,

    /// Folder for the page, index.html
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    /// Where to run the rules' regression tests
    #[arg(long, value_enum, default_value_t = TestRun::Replay)]
    tests: TestRun,

    /// Read test results from the output of `sigzeek test --format json`
    #[arg(long, value_name = "FILE", conflicts_with = "tests")]
    results: Option<PathBuf>,

    /// Title of the page
    #[arg(long, value_name = "TEXT", default_value = "Network detections")]
    title: String,

    /// Date to print on the page (none by default)
    #[arg(long, value_name = "TEXT")]
    date: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TestRun {
    /// The replay engine, which needs no Zeek
    Replay,
    /// The Zeek that $ZEEK names, or the one on PATH
    Zeek,
    /// Nowhere: the page has no test results
    None,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReportError {
    #[error("{}: is a file; name a folder, in which the page will be {FILE}", .0.display())]
    NotAFolder(PathBuf),
    #[error("cannot make the folder {}: {error}", path.display())]
    Folder {
        path: PathBuf,
        error: std::io::Error,
    },
    #[error("cannot read {}: {error}", path.display())]
    Unreadable {
        path: PathBuf,
        error: std::io::Error,
    },
    #[error("{}: is not what `sigzeek test --format json` prints: {error}", path.display())]
    Results {
        path: PathBuf,
        error: serde_json::Error,
    },
    #[error(transparent)]
    Page(#[from] page::PageError),
}

pub(super) fn run(args: &ReportArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    check_folder(&args.output)?;
    let mut loaded = files::load(&args.rules.paths)?;
    let plans = plan::packs(&loaded.packs, &mut loaded.findings);
    let packs = compiled(&plans, &mut loaded.findings)?;
    let printed = args.results.as_deref().map(read_results).transpose()?;
    let cases = if printed.is_some() || args.tests == TestRun::None {
        Vec::new()
    } else {
        let mut of_tests = Vec::new();
        let cases = regression::cases(&plans, &mut loaded.findings, &mut of_tests);
        loaded.findings.append(&mut of_tests);
        cases
    };
    let status = print_concerning(&[], loaded.findings, loaded.files, to.errors)?;
    if status != Status::Success {
        writeln!(to.errors, "no report was written")?;
        return Ok(status);
    }
    let outcomes = match printed {
        Some(outcomes) => outcomes,
        None => run_tests(args.tests, &plans, &cases)?,
    };
    let material = Material {
        packs: &packs,
        outcomes: &outcomes,
        title: &args.title,
        date: args.date.as_deref(),
    };
    let page = page::page(&material, &Coverage::of(&plans)).map_err(ReportError::from)?;
    make_folder(&args.output)?;
    let file = args.output.join(FILE);
    output::write(&file, page.as_bytes())?;
    writeln!(to.out, "{}", file.display())?;
    Ok(Status::Success)
}

fn compiled<'a>(
    plans: &'a [PackPlan<'a>],
    findings: &mut Vec<Finding>,
) -> Result<Vec<ReportedPack<'a>>, CompileError> {
    let mut packs = Vec::new();
    let mut taken = TakenNames::default();
    for plan in plans {
        if let Some((names, scripts)) = compile::named_scripts(plan, &mut taken, findings)? {
            packs.push(ReportedPack {
                plan,
                names,
                scripts,
            });
        }
    }
    Ok(packs)
}

fn read_results(path: &Path) -> Result<Outcomes, ReportError> {
    let text = std::fs::read_to_string(path).map_err(|error| ReportError::Unreadable {
        path: path.to_owned(),
        error,
    })?;
    Outcomes::printed(&text).map_err(|error| ReportError::Results {
        path: path.to_owned(),
        error,
    })
}

fn run_tests<'p>(
    tests: TestRun,
    plans: &'p [PackPlan<'p>],
    cases: &[TestCase<'p>],
) -> Result<Outcomes, TestError> {
    let Some(engine) = engine(tests)? else {
        return Ok(Outcomes::default());
    };
    let reports = regression::run(&engine, plans, cases, &mut progress)?;
    Ok(Outcomes::of_run(engine.to_string(), &reports))
}

fn engine(tests: TestRun) -> Result<Option<TestEngine>, TestError> {
    match tests {
        TestRun::None => Ok(None),
        TestRun::Replay => Ok(Some(TestEngine::Replay)),
        TestRun::Zeek => match ZeekEngine::find()? {
            Some(zeek) => Ok(Some(TestEngine::Zeek(zeek))),
            None => Err(ZeekError::Absent.into()),
        },
    }
}

/// That the folder can be one, before any work is done for it.
fn check_folder(path: &Path) -> Result<(), ReportError> {
    match std::fs::metadata(path) {
        Ok(known) if !known.is_dir() => Err(ReportError::NotAFolder(path.to_owned())),
        _ => Ok(()),
    }
}

fn make_folder(path: &Path) -> Result<(), ReportError> {
    std::fs::create_dir_all(path).map_err(|error| ReportError::Folder {
        path: path.to_owned(),
        error,
    })
}
