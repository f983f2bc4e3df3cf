//! The whole way from paths to packages.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::finding::{self, Code, Finding};
use crate::package::{Package, PackageError};
use crate::plan;
use crate::rule::files::{self, Edited, PathError};
use crate::zeek::{self, WriteError};

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
    let mut names = Names::default();
    for pack in &loaded.packs {
        let plan = plan::pack(pack, &mut findings);
        rules += plan.size();
        let Some(scripts) = zeek::scripts(&plan, &mut findings)? else {
            continue;
        };
        match names.take(&scripts, &pack.path) {
            Some(finding) => findings.push(finding),
            None => packages.push(package(scripts)?),
        }
    }
    finding::sort(&mut findings);
    Ok(Compilation {
        packages,
        findings,
        rules,
        files: loaded.files,
    })
}

/// The names that packs have taken so far, each with the pack's path.
#[derive(Default)]
struct Names<'a> {
    packages: HashMap<String, &'a Path>,
    modules: HashMap<String, &'a Path>,
}

impl<'a> Names<'a> {
    /// Takes a pack's names; a finding where another pack has them.
    fn take(&mut self, scripts: &zeek::Scripts, path: &'a Path) -> Option<Finding> {
        let package = self.packages.insert(scripts.package.clone(), path);
        let module = self.modules.insert(scripts.module.clone(), path);
        let (message, help) = match (package, module) {
            (Some(first), _) => (
                format!(
                    "this pack and `{}` would both become the package `{}`",
                    first.display(),
                    scripts.package
                ),
                "rename one of the two",
            ),
            (None, Some(first)) => (
                format!(
                    "this pack and `{}` would both become the Zeek module `{}`",
                    first.display(),
                    scripts.module
                ),
                "rename one of the two, or give one a `module:` in its pack.yml",
            ),
            (None, None) => return None,
        };
        let place = files::nowhere(path);
        Some(Finding::new(Code::InvalidPack, place, message).help(help))
    }
}

/// A package of scripts.
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
