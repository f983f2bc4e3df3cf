//! The whole way from paths to packages.

use std::path::PathBuf;

use crate::finding::{self, Code, Finding, Severity};
use crate::package::{Package, PackageError};
use crate::plan;
use crate::rule::files::{self, PathError};
use crate::zeek::{self, WriteError};

/// What became of the rules at some paths.
#[derive(Debug)]
pub struct Compilation {
    /// The packages, sorted by name. Meaningless where there are errors.
    pub packages: Vec<Package>,
    /// What is wrong with the rules, sorted by place.
    pub findings: Vec<Finding>,
    /// How many rules were compiled.
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
    let loaded = files::load(paths)?;
    let mut findings = loaded.findings;
    let mut packages = Vec::new();
    let mut rules = 0;
    for pack in &loaded.packs {
        let plan = plan::pack(pack, &mut findings);
        rules += plan.rules.len();
        if let Some(scripts) = zeek::scripts(&plan, &mut findings)? {
            packages.push(package(scripts)?);
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
        let errors = self
            .findings
            .iter()
            .filter(|finding| finding.severity() == Severity::Error)
            .count();
        (errors, self.findings.len() - errors)
    }

    /// Whether a file could not be read, which is no fault of a rule.
    pub fn is_unreadable(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.code == Code::Unreadable)
    }
}
