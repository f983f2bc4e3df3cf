//! `sigzeek diff`: says how rules differ from what they were.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::rules::print_concerning;
use super::{CommandError, Status, Streams};
use crate::compile::{self, CompileError, TakenNames};
use crate::difference::{CompiledRules, Difference};
use crate::finding::{Finding, Place, Source};
use crate::plan::{self, PackPlan};
use crate::report::difference::{self, DifferenceFormat, ShownDifferences};
use crate::revision::{Revision, RevisionError};
use crate::rule::files;
use crate::rule::pack::Pack;

/// The arguments of `sigzeek diff`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct DiffArgs {
    /// The old rules: a rule file, a pack, a folder of packs, or a git revision
    #[arg(value_name = "OLD")]
    old: OsString,

    /// The new rules, likewise
    #[arg(value_name = "NEW")]
    new: OsString,

    /// Folder of the rules in a git revision, relative to this folder
    #[arg(long, value_name = "PATH", default_value = "detections")]
    rules: PathBuf,

    /// Output format
    #[arg(long, value_enum, default_value_t = DifferenceFormat::Human)]
    format: DifferenceFormat,

    /// Print one line a rule, without the differences and the code
    #[arg(long)]
    summary: bool,

    /// Exit with 1 if notices change: a rule was added, removed, or matches other traffic
    #[arg(long)]
    exit_code: bool,
}

const AFTER_HELP: &str = "\
Exit status:
  0  the rules were compared (but see --exit-code)
  1  a rule has an error, or, with --exit-code, notices change
  2  wrong usage, no such folder or revision, or git cannot run

A name that exists as a file or folder is read as one; for a branch of that name, write refs/heads/NAME.";

/// Why rules cannot be compared.
#[derive(Debug, thiserror::Error)]
pub(super) enum DiffError {
    #[error(transparent)]
    Revision(#[from] RevisionError),
}

/// One of the two sets of rules, as it was read.
struct RuleSet {
    /// What the user calls it.
    name: String,
    /// The file or folder that holds the rules.
    path: PathBuf,
    /// The revision whose files these are; they go with this value.
    revision: Option<Revision>,
    packs: Vec<Pack>,
    files: usize,
}

pub(super) fn run(args: &DiffArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    let (mut old, mut old_findings) = RuleSet::read(&args.old, &args.rules)?;
    let (mut new, mut new_findings) = RuleSet::read(&args.new, &args.rules)?;
    name_alike(&mut old, &mut new);
    let old_plans = plan::packs(&old.packs, &mut old_findings);
    let new_plans = plan::packs(&new.packs, &mut new_findings);
    let old_side = side(&old_plans, &old, &mut old_findings)?;
    let new_side = side(&new_plans, &new, &mut new_findings)?;
    let old_status = old.print(old_findings, to.errors)?;
    let new_status = new.print(new_findings, to.errors)?;
    let worst = old_status.max(new_status);
    if worst != Status::Success {
        writeln!(to.errors, "nothing was compared")?;
        return Ok(worst);
    }
    let difference = Difference::between(&old_side, &new_side);
    let detail = if args.summary {
        ShownDifferences::Summary
    } else {
        ShownDifferences::Everything
    };
    difference::print(
        &difference,
        args.format,
        detail,
        super::width(),
        &mut to.out,
    )?;
    Ok(if args.exit_code && difference.is_of_matching() {
        Status::Findings
    } else {
        Status::Success
    })
}

impl RuleSet {
    /// Reads the rules that a name stands for, and what is wrong with their files.
    fn read(name: &OsStr, rules: &Path) -> Result<(Self, Vec<Finding>), CommandError> {
        let path = Path::new(name);
        let (path, revision) = if path.exists() {
            (path.to_owned(), None)
        } else {
            let revision = Revision::take(name, rules).map_err(DiffError::from)?;
            (revision.path(), Some(revision))
        };
        let loaded = files::load(std::slice::from_ref(&path))?;
        let input = Self {
            name: name.to_string_lossy().into_owned(),
            path,
            revision,
            packs: loaded.packs,
            files: loaded.files,
        };
        Ok((input, loaded.findings))
    }

    /// The pack that is all of the input, not one of a folder's.
    fn single(&mut self) -> Option<&mut Pack> {
        match self.packs.as_mut_slice() {
            [only] if only.path == self.path => Some(only),
            _ => None,
        }
    }

    /// Prints what keeps the rules from being compared.
    fn print(&self, findings: Vec<Finding>, errors: &mut dyn Write) -> io::Result<Status> {
        let findings = findings.into_iter().map(|finding| self.relabelled(finding));
        let status = print_concerning(&[], findings.collect(), self.files, errors)?;
        if status != Status::Success {
            writeln!(errors, "the rules of {} do not compile", self.name)?;
        }
        Ok(status)
    }

    /// A finding with the paths that the user knows: `main:detections/…` for those of a revision.
    fn relabelled(&self, mut finding: Finding) -> Finding {
        let Some(revision) = &self.revision else {
            return finding;
        };
        let relabel = |place: &mut Place| {
            if let Ok(below) = place.source.path.strip_prefix(revision.root()) {
                place.source = Arc::new(Source {
                    path: PathBuf::from(format!("{}:{}", self.name, below.display())),
                    text: place.source.text.clone(),
                });
            }
        };
        relabel(&mut finding.place);
        for (place, _) in &mut finding.related {
            relabel(place);
        }
        finding
    }
}

/// Gives two packs one name that are what is compared, whatever their folders are called: it is in all of their code.
fn name_alike(old: &mut RuleSet, new: &mut RuleSet) {
    if let (Some(old), Some(new)) = (old.single(), new.single()) {
        old.name.clone_from(&new.name);
    }
}

fn side<'p>(
    plans: &'p [PackPlan<'p>],
    input: &RuleSet,
    findings: &mut Vec<Finding>,
) -> Result<CompiledRules<'p>, CompileError> {
    let mut side = CompiledRules {
        root: input.path.clone(),
        plans,
        names: Vec::new(),
        packages: Vec::new(),
    };
    let mut taken = TakenNames::default();
    for plan in plans {
        let (names, scripts) = compile::named_scripts(plan, &mut taken, findings)?.unzip();
        side.names.push(names);
        if let Some(scripts) = scripts {
            side.packages.push(compile::package(scripts.installed())?);
        }
    }
    Ok(side)
}
