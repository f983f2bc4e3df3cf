//! `sigzeek synth`: writes captures for rules.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::rules::print_concerning;
use super::{CommandError, Status, Streams};
use crate::finding::Code;
use crate::package::{self, Overwrite, PackageError};
use crate::plan::correlation::MatchSource;
use crate::plan::{self, PackPlan};
use crate::rule::files as rule_files;
use crate::synth::{self, Synthesis, files};
use crate::text::counted;

/// The arguments of `sigzeek synth`.
#[derive(Debug, Args)]
pub(super) struct SynthArgs {
    /// Rule files, packs, or folders of packs
    #[arg(value_name = "RULE", required = true)]
    rules: Vec<PathBuf>,

    /// Folder for the captures; each rule gets a folder in it
    #[arg(short, long, value_name = "DIR", default_value = "captures")]
    out: PathBuf,

    /// Overwrite captures and lists that were edited by hand
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &SynthArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    let mut loaded = rule_files::load(&args.rules)?;
    let plans = plan::packs(&loaded.packs, &mut loaded.findings);
    let mut folders = Folders::default();
    let mut made = Vec::new();
    for plan in &plans {
        for (source, name) in sources(plan) {
            let mut synthesis = synth::synthesise(plan, source);
            loaded.findings.append(&mut synthesis.findings);
            made.push((folders.name(name), synthesis, has_tests(plan, source)));
        }
    }
    let mut status = print_concerning(
        &[Code::PartlySynthesised],
        loaded.findings,
        loaded.files,
        to.errors,
    )?;
    let mut count = 0;
    for (folder, synthesis, has_tests) in &made {
        if synthesis.captures.is_empty() {
            continue;
        }
        match write(args, folder, synthesis) {
            Ok(()) => {
                print(&args.out.join(folder), synthesis, &mut to.out)?;
                if !has_tests {
                    let list = args.out.join(folder).join(files::LIST);
                    writeln!(
                        to.out,
                        "  to test the rule on them, add to it: `regression_tests_path: {}`",
                        list.display()
                    )?;
                }
                count += synthesis.captures.len();
            }
            // The other rules are not to suffer for it.
            Err(error @ PackageError::Refused { .. }) => {
                writeln!(to.errors, "error: {error}")?;
                status = Status::Findings;
            }
            Err(error) => return Err(error.into()),
        }
    }
    writeln!(
        to.out,
        "{} of {}",
        counted(count, "capture"),
        counted(made.len(), "rule")
    )?;
    Ok(status)
}

/// A pack's rules and correlations, with their names.
fn sources<'p>(plan: &'p PackPlan<'_>) -> impl Iterator<Item = (MatchSource, &'p str)> {
    let rules = plan.rules.iter().enumerate();
    let rules = rules.map(|(index, rule)| (MatchSource::Rule(index), rule.name));
    let correlations = plan.correlations.iter().enumerate();
    rules.chain(correlations.map(|(index, known)| (MatchSource::Correlation(index), known.name)))
}

/// Whether a rule or correlation names regression tests.
fn has_tests(plan: &PackPlan<'_>, source: MatchSource) -> bool {
    match source {
        MatchSource::Rule(index) => plan.rules[index].rule.regression_tests_path.is_some(),
        MatchSource::Correlation(index) => {
            let correlation = plan.correlations[index].correlation;
            correlation.regression_tests_path.is_some()
        }
    }
}

/// Names of folders, no two alike.
#[derive(Default)]
struct Folders(BTreeSet<String>);

impl Folders {
    fn name(&mut self, rule: &str) -> String {
        let base = files::folder_name(rule);
        let mut name = base.clone();
        let mut number = 2;
        while !self.0.insert(name.clone()) {
            name = format!("{base}-{number}");
            number += 1;
        }
        name
    }
}

fn write(args: &SynthArgs, folder: &str, synthesis: &Synthesis) -> Result<(), PackageError> {
    let overwrite = Overwrite::forced(args.force);
    let folder = files::folder(folder, &synthesis.captures)?;
    package::write(&folder, &args.out, overwrite).map(|_| ())
}

fn print(folder: &Path, synthesis: &Synthesis, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", folder.join(files::LIST).display())?;
    let names = synthesis.captures.iter().map(|capture| capture.name.len());
    let width = names.max().unwrap_or(0);
    for capture in &synthesis.captures {
        writeln!(out, "  {:width$}  {}", capture.name, capture.shows)?;
    }
    Ok(())
}
