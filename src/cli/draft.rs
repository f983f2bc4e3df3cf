//! `sigzeek draft`: from captures of an attack to a rule with its tests.

use std::io::{self, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use clap::Args;

use super::output::{self, FileError};
use super::{CommandError, Status, Streams};
use crate::draft::{self, Assignment, Drafted, DraftedRule, Outcome};
use crate::package::{self, Overwrite, PackageError};
use crate::registry::attack::{Technique, technique};
use crate::report;
use crate::rule::{self, Header};
use crate::synth::files;

/// The arguments of `sigzeek draft`.
#[derive(Debug, Args)]
pub(super) struct DraftArgs {
    /// Captures or Zeek logs of the attack, and folders of captures
    #[arg(short, long = "read", value_name = "ATTACK", required = true, num_args = 1..)]
    read: Vec<PathBuf>,

    /// Captures or Zeek logs without the attack, and folders of captures
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    baseline: Vec<PathBuf>,

    /// The rule file to write, with its tests; without it, the rule is printed
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// The folder to write the tests to, below a folder that FILE is in [default: regression/NAME there, with the name of FILE]
    #[arg(long, value_name = "FOLDER", requires = "out")]
    tests: Option<PathBuf>,

    /// A technique that the attack is, such as T1569.002; may be repeated
    #[arg(long, value_name = "ID", value_parser = known_technique)]
    technique: Vec<&'static Technique>,

    /// The host that attacks: what others asked for in its captures is no part of the attack
    #[arg(long, value_name = "ADDRESS")]
    attacker: Option<IpAddr>,

    /// Let names of hosts, domains, users and shares be in the rule, and do not anonymise the captures
    #[arg(long)]
    keep: bool,
}

/// Why a rule cannot be written where it is to go.
#[derive(Debug, thiserror::Error)]
pub(super) enum DraftedFileError {
    #[error("{}: is there already; draft overwrites nothing", .0.display())]
    Exists(PathBuf),
    #[error("{}: not below a folder that {} is in, so that the rule cannot name it", tests.display(), rule.display())]
    Elsewhere { tests: PathBuf, rule: PathBuf },
    #[error("{}: the pack has the rule already, and another one with its id would be an error (E205)", .0.display())]
    Known(PathBuf),
    #[error("{}: not the name of a file", .0.display())]
    NoName(PathBuf),
}

fn known_technique(id: &str) -> Result<&'static Technique, String> {
    let known = technique(&id.to_ascii_uppercase()).and_then(Technique::in_force);
    known.ok_or_else(|| "ATT&CK has no such technique in force".to_owned())
}

pub(super) fn run(args: &DraftArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    let destination = match &args.out {
        Some(file) => Some(DraftPaths::new(file, args.tests.as_deref())?),
        None => None,
    };
    let assignment = Assignment {
        attack: &args.read,
        baseline: &args.baseline,
        attacker: args.attacker,
        techniques: &args.technique,
        keep: args.keep,
    };
    let drafted = match draft::draft(&assignment)? {
        Outcome::Drafted(drafted) => drafted,
        Outcome::Nothing(nothing) => {
            report::draft::print_nothing(&nothing, super::width(), &mut to.errors)?;
            return Ok(Status::Findings);
        }
    };
    match destination {
        Some(destination) => {
            destination.refuse_known(&drafted)?;
            destination.write(&drafted)?;
            destination.print(&drafted, &mut to.out)?;
            report::draft::print(&drafted, super::width(), &mut to.out)?;
        }
        None => {
            let documents = drafted.rules.iter().map(|rule| rule.document(None));
            to.out.write_all(joined(documents).as_bytes())?;
            report::draft::print(&drafted, super::width(), &mut to.errors)?;
        }
    }
    Ok(if drafted.missed.is_empty() {
        Status::Success
    } else {
        Status::Findings
    })
}

fn joined(documents: impl Iterator<Item = String>) -> String {
    documents.collect::<Vec<_>>().join("---\n")
}

/// Where a rule and its tests go.
struct DraftPaths {
    rule: PathBuf,
    /// The folder that the rule's file is in, or one above it.
    base: PathBuf,
    /// Folder of the tests, from there.
    tests: PathBuf,
}

impl DraftPaths {
    fn new(rule: &Path, tests: Option<&Path>) -> Result<Self, CommandError> {
        let name = rule.file_stem().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| DraftedFileError::NoName(rule.to_owned()))?;
        if rule.symlink_metadata().is_ok() {
            return Err(DraftedFileError::Exists(rule.to_owned()).into());
        }
        let folder = output::folder_of(rule);
        let folder = folder.canonicalize().map_err(|error| FileError::Io {
            path: folder.to_owned(),
            error,
        })?;
        let (base, tests) = match tests {
            Some(tests) => {
                below_or_beside(&folder, tests).ok_or_else(|| DraftedFileError::Elsewhere {
                    tests: tests.to_owned(),
                    rule: rule.to_owned(),
                })?
            }
            None => {
                let folder = usual_base(&folder);
                let tests = Path::new("regression").join(files::folder_name(name));
                (folder, tests)
            }
        };
        if base.join(&tests).symlink_metadata().is_ok() {
            return Err(DraftedFileError::Exists(base.join(&tests)).into());
        }
        Ok(Self {
            rule: rule.to_owned(),
            base,
            tests,
        })
    }

    /// The tests of a rule by its number, from the base.
    fn tests_of(&self, number: usize) -> PathBuf {
        match number {
            0 => self.tests.clone(),
            number => {
                let name = self.tests.file_name().unwrap_or_default();
                let name = format!("{}-{}", name.to_string_lossy(), number + 1);
                self.tests.with_file_name(name)
            }
        }
    }

    /// Refuses a rule that another file beside it has: the same attack gives the same rule with the same id.
    fn refuse_known(&self, drafted: &Drafted) -> Result<(), DraftedFileError> {
        let folder = output::folder_of(&self.rule).to_owned();
        let packs = rule::files::load(&[folder]).map_or_else(|_| Vec::new(), |loaded| loaded.packs);
        let headers = packs.iter().flat_map(|pack| {
            let rules = pack.rules.iter().map(|named| &named.rule.header);
            rules.chain(
                pack.correlations
                    .iter()
                    .map(|named| &named.correlation.header),
            )
        });
        let is_drafted = |header: &&Header| {
            let id = header.id.as_ref().map(|id| id.value.as_str());
            drafted.rules.iter().any(|rule| id == Some(rule.id()))
        };
        match headers.into_iter().find(is_drafted) {
            Some(header) => Err(DraftedFileError::Known(header.source.path.clone())),
            None => Ok(()),
        }
    }

    fn write(&self, drafted: &Drafted) -> Result<(), CommandError> {
        let documents = drafted.rules.iter().enumerate().map(|(number, rule)| {
            let list = self.tests_of(number).join(files::LIST);
            let path = (!rule.captures.is_empty()).then(|| list.display().to_string());
            rule.document(path)
        });
        let text = joined(documents);
        output::write_new(&self.rule, text.as_bytes(), || {
            let rules = drafted.rules.iter().enumerate();
            rules
                .filter(|(_, rule)| !rule.captures.is_empty())
                .try_for_each(|(number, rule)| self.write_tests(number, rule))
        })?
        .map_err(CommandError::from)
    }

    fn write_tests(&self, number: usize, rule: &DraftedRule) -> Result<(), PackageError> {
        let tests = self.base.join(self.tests_of(number));
        let name = tests.file_name().unwrap_or_default().to_string_lossy();
        let folder = files::folder(&name, &rule.captures)?;
        let parent = tests.parent().unwrap_or(&self.base);
        package::write(&folder, parent, Overwrite::Refuse).map(|_| ())
    }

    fn print(&self, drafted: &Drafted, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{}", self.rule.display())?;
        for (number, rule) in drafted.rules.iter().enumerate() {
            if !rule.captures.is_empty() {
                let list = self.tests_of(number).join(files::LIST);
                writeln!(out, "{}", list.display())?;
            }
        }
        writeln!(out)
    }
}

/// A folder of tests as its path from the folder of a rule, or from the nearest one above it.
fn below_or_beside(folder: &Path, tests: &Path) -> Option<(PathBuf, PathBuf)> {
    let tests = std::path::absolute(tests).ok()?;
    let parent = tests.parent()?.canonicalize().ok()?;
    let tests = parent.join(tests.file_name()?);
    // A path from the root would hold on this host alone.
    let mut bases = folder.ancestors().filter(|base| base.parent().is_some());
    bases.find_map(|base| {
        let below = tests.strip_prefix(base).ok()?;
        Some((base.to_owned(), below.to_owned()))
    })
}

/// The nearest folder with a folder `regression`; or else the one above the packs, or the rule's own.
fn usual_base(folder: &Path) -> PathBuf {
    let has_tests = |folder: &&Path| folder.join("regression").is_dir();
    let of_pack = || {
        let is_pack = folder.join(crate::rule::pack::PACK_FILE).is_file();
        folder.parent().filter(|_| is_pack)
    };
    let found = folder.ancestors().find(has_tests).or_else(of_pack);
    found.unwrap_or(folder).to_owned()
}
