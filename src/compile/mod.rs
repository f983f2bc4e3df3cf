//! The whole way from paths to packages.

mod checker;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::finding::{self, Code, Finding, Place, Source};
use crate::package::{Package, PackageError};
use crate::plan::zeek_names::{self, ZeekNames};
use crate::plan::{self, PackPlan};
use crate::rule::Spanned;
use crate::rule::files::{self, Edited, PathError};
use crate::rule::pack::{self, Pack};
use crate::rule::package_details::reason_against_name;
use crate::zeek::{self, WriteError};
use crate::zkg;
pub use checker::{Checked, CheckedSubject, Checker};

/// What became of the rules at some paths.
#[derive(Debug)]
pub struct Compilation {
    /// The packages, sorted by name. Meaningless where there are errors.
    pub packages: Vec<Package>,
    /// What is wrong with the rules, sorted by place.
    pub findings: Vec<Finding>,
    /// How many rules and correlations were compiled.
    pub rules: usize,
    /// How many rule files were read.
    pub files: usize,
    /// How many rules in folders are of other products, and were left out.
    pub skipped: usize,
}

/// Why rules could not be compiled at all.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// A path that is not there.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A template that cannot be filled in.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A template of a package's description that cannot be filled in.
    #[error("cannot write the package's description: {0}")]
    Describe(#[from] askama::Error),
    /// A package that cannot be put together.
    #[error(transparent)]
    Package(#[from] PackageError),
}

/// Compiles the rules at some paths: parses, validates, plans, and writes their Zeek scripts, on no disk yet.
///
/// # Errors
///
/// [`CompileError`]; what is wrong with rules is a finding.
pub fn compile(paths: &[PathBuf]) -> Result<Compilation, CompileError> {
    compile_edited(paths, &Edited::new())
}

/// Compiles the rules at some paths as [`compile`] does, with other texts in place of some files'.
///
/// # Errors
///
/// As [`compile`].
pub fn compile_edited(paths: &[PathBuf], edited: &Edited) -> Result<Compilation, CompileError> {
    let loaded = files::load_edited(paths, edited)?;
    let mut findings = loaded.findings;
    let mut packages = Vec::new();
    let mut rules = 0;
    let mut names = TakenNames::default();
    for pack in &loaded.packs {
        let plan = plan::pack(pack, &mut findings);
        rules += plan.size();
        let Some((zeek_names, scripts)) = named_scripts(&plan, &mut names, &mut findings)? else {
            continue;
        };
        let described = zkg::files(&plan, &zeek_names, &scripts, &mut findings)?;
        let mut package = package(scripts.installed())?;
        for (path, bytes) in described {
            package.insert(path.parse()?, bytes)?;
        }
        packages.push(package);
    }
    settle(&loaded.packs, &mut findings);
    Ok(Compilation {
        packages,
        findings,
        rules,
        files: loaded.files,
        skipped: loaded.skipped,
    })
}

/// Leaves out the warnings that are accepted, adds those on what is accepted in vain, and puts all in order.
fn settle(packs: &[Pack], findings: &mut Vec<Finding>) {
    let useless = finding::useless_ignores(sources(packs), findings);
    let useless_in_packs = pack::leave_out_accepted(packs, findings);
    findings.extend(useless);
    findings.extend(useless_in_packs);
    finding::settle(findings);
}

/// The files of packs that may have comments on findings, each once.
fn sources(packs: &[Pack]) -> Vec<&Arc<Source>> {
    let mut sources: Vec<&Arc<Source>> = packs
        .iter()
        .flat_map(|pack| {
            let rules = pack.rules.iter().map(|named| &named.rule.source);
            let filters = pack.filters.iter().map(|filter| &filter.condition.source);
            let correlations = pack.correlations.iter();
            let correlations = correlations.map(|named| &named.correlation.source);
            let description = pack.description.source.iter();
            rules.chain(filters).chain(correlations).chain(description)
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources.dedup_by(|a, b| Arc::ptr_eq(a, b));
    sources
}

/// The names that packs have taken so far, each with the pack.
#[derive(Default)]
pub(crate) struct TakenNames<'a> {
    packages: HashMap<String, &'a Pack>,
    modules: HashMap<String, &'a Pack>,
}

impl<'a> TakenNames<'a> {
    /// Takes a pack's names; findings where zkg or Zeek cannot have them, or another pack has them.
    pub(crate) fn take(&mut self, names: &ZeekNames, pack: &'a Pack) -> Vec<Finding> {
        let mut findings = Vec::new();
        if !pack.name.contains(|c: char| c.is_ascii_alphanumeric()) {
            let message = format!(
                "the pack's name `{}` makes no name for a package",
                pack.name
            );
            findings.push(unnamed(pack, message, "it has neither letters nor digits"));
        } else if let Some(reason) = reason_against_name(&names.package) {
            let message = format!("the pack would become the package `{}`", names.package);
            findings.push(unnamed(pack, message, reason));
        }
        let first = self.packages.insert(names.package.clone(), pack);
        if let Some(first) = first {
            let message = format!(
                "this pack and `{}` would both become the package `{}`",
                first.path.display(),
                names.package
            );
            let finding = Finding::new(Code::InvalidPack, files::nowhere(&pack.path), message);
            findings.push(finding.help("rename one of the two"));
        }
        let same_module = self.modules.insert(names.module.clone(), pack);
        if let (None, Some(other)) = (first, same_module) {
            findings.push(same_module_as(other, pack, &names.module));
        }
        for alias in &pack.description.package.aliases {
            if let Some(other) = self.packages.insert(alias.value.clone(), pack)
                && !std::ptr::eq(other, pack)
            {
                findings.push(alias_taken(other, pack, alias));
            }
        }
        findings
    }
}

fn unnamed(pack: &Pack, message: String, reason: &str) -> Finding {
    Finding::new(Code::InvalidPack, files::nowhere(&pack.path), message)
        .help(format!("{reason}: rename the pack's folder or file"))
}

fn same_module_as(first: &Pack, pack: &Pack, module: &str) -> Finding {
    let message = format!(
        "this pack and `{}` would both become the Zeek module `{module}`",
        first.path.display()
    );
    let named = |pack: &Pack| {
        let module = pack.description.module.as_ref();
        module.map(|module| module.place.clone())
    };
    let place = named(pack).unwrap_or_else(|| files::nowhere(&pack.path));
    let finding = Finding::new(Code::InvalidPack, place, message)
        .help("rename one of the two, or give one a `module:` in its pack.yml");
    match named(first) {
        Some(other) => finding.related(other, "the other one"),
        None => finding,
    }
}

fn alias_taken(other: &Pack, pack: &Pack, alias: &Spanned<String>) -> Finding {
    let message = format!(
        "the pack `{}` has the name `{}` already",
        other.path.display(),
        alias.value
    );
    let place = match &pack.description.source {
        Some(source) => Place::new(source, &alias.span),
        None => files::nowhere(&pack.path),
    };
    Finding::new(Code::InvalidPack, place, message).help("name the package otherwise")
}

/// What a pack is called in Zeek, and its scripts; nothing where it cannot have its names, which goes to `findings`.
pub(crate) fn named_scripts<'a>(
    plan: &PackPlan<'a>,
    taken: &mut TakenNames<'a>,
    findings: &mut Vec<Finding>,
) -> Result<Option<(ZeekNames, zeek::Scripts)>, WriteError> {
    let Some(names) = zeek_names::names(plan, findings) else {
        return Ok(None);
    };
    let wrong = taken.take(&names, plan.pack);
    if !wrong.is_empty() {
        findings.extend(wrong);
        return Ok(None);
    }
    // What is wrong with the names has been said.
    let scripts = zeek::scripts(plan, &mut Vec::new())?;
    Ok(scripts.map(|scripts| (names, scripts)))
}

/// The package of a pack's scripts alone.
pub(crate) fn package(scripts: zeek::Scripts) -> Result<Package, PackageError> {
    let mut package = Package::new(scripts.package.parse()?);
    for (path, text) in scripts.files {
        package.insert(path.parse()?, text.into_bytes())?;
    }
    Ok(package)
}

impl Compilation {
    /// How many findings are errors, and how many warnings.
    pub fn count(&self) -> (usize, usize) {
        finding::count(&self.findings)
    }
}
