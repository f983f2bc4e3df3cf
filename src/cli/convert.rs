//! `sigzeek convert`: rules on log columns alone, for other Sigma tools.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::rules::{RulePaths, print_concerning, say_what_was_skipped};
use super::{CommandError, Status, Streams};
use crate::conversion::{self, Converted};
use crate::finding::Code;
use crate::package::{self, Overwrite, Package, PackageError};
use crate::plan;
use crate::rule::files;
use crate::rule::pack::{self, Pack};
use crate::text::counted;

/// The arguments of `sigzeek convert`.
#[derive(Debug, Args)]
pub(super) struct ConvertArgs {
    #[command(flatten)]
    rules: RulePaths,

    /// Write the rules to this folder, a folder a pack, instead of printing them
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Overwrite converted rules that were edited by hand
    #[arg(long, requires = "out")]
    force: bool,
}

pub(super) fn run(args: &ConvertArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    let mut loaded = files::load(&args.rules.paths)?;
    let plans = plan::packs(&loaded.packs, &mut loaded.findings);
    let converted = conversion::convert(&plans, &mut loaded.findings);
    pack::leave_out_accepted(&loaded.packs, &mut loaded.findings);
    let status = print_concerning(&[Code::NotLogged], loaded.findings, loaded.files, to.errors)?;
    say_what_was_skipped(loaded.skipped, to.errors)?;
    match &args.out {
        None => print(&converted, &mut to.out)?,
        Some(folder) => {
            let overwrite = Overwrite::forced(args.force);
            for pack in packages(&loaded.packs, &converted)? {
                package::write(&pack, folder, overwrite)?;
                writeln!(to.out, "{}", folder.join(pack.name().as_str()).display())?;
            }
        }
    }
    let documents: usize = converted.iter().map(|file| file.documents).sum();
    let all: usize = loaded.packs.iter().map(documents_of).sum();
    writeln!(
        to.errors,
        "{} of {} converted",
        documents,
        counted(all, "rule")
    )?;
    Ok(status)
}

/// The converted files one behind the other, as documents of one stream.
fn print(converted: &[Converted], out: &mut impl Write) -> Result<(), CommandError> {
    for (place, file) in converted.iter().enumerate() {
        if place > 0 {
            writeln!(out, "---")?;
        }
        out.write_all(file.text.as_bytes())?;
    }
    Ok(())
}

/// Each pack's converted files as a folder.
fn packages(packs: &[Pack], converted: &[Converted]) -> Result<Vec<Package>, PackageError> {
    let mut packages = Vec::new();
    for pack in packs {
        let mut files = converted
            .iter()
            .filter(|file| file.pack == pack.path)
            .peekable();
        if files.peek().is_none() {
            continue;
        }
        let mut package = Package::new(pack.name.parse()?);
        for file in files {
            let path = file.below_pack().to_string_lossy();
            package.insert(path.parse()?, file.text.clone().into_bytes())?;
        }
        packages.push(package);
    }
    Ok(packages)
}

fn documents_of(pack: &Pack) -> usize {
    pack.rules.len() + pack.correlations.len() + pack.filters.len()
}
