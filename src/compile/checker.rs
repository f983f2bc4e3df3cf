//! Checks the same rules again and again, as an editor does: what has not changed is not worked through anew.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::{CompileError, TakenNames, settle, sources};
use crate::finding::{Finding, Place, Source};
use crate::plan::zeek_names::{self, ZeekNames};
use crate::plan::{self, Subject};
use crate::rule::files::{self, Edited, KnownFiles};
use crate::rule::pack::Pack;
use crate::score::{Assessment, Score};
use crate::zkg::{self, KnownCaptures};

/// Finds what [`compile`](super::compile) finds, without writing packages. A file is parsed again only if its text has changed, and
/// a pack planned again only if one of its files has.
#[derive(Debug)]
pub struct Checker {
    paths: Vec<PathBuf>,
    files: KnownFiles,
    captures: KnownCaptures,
    /// What each pack came to, by its path.
    packs: HashMap<PathBuf, CheckedPack>,
}

/// What rules came to.
#[derive(Debug, Default)]
pub struct Checked {
    /// The packs, sorted by name.
    pub packs: Vec<Pack>,
    /// What is wrong with them: what [`compile`](super::compile) finds.
    pub findings: Vec<Finding>,
    /// The rules and correlations that compile.
    pub subjects: Vec<CheckedSubject>,
}

/// A rule or a correlation that compiles.
#[derive(Debug, Clone)]
pub struct CheckedSubject {
    /// Where its title stands.
    pub place: Place,
    /// Its robustness score, where it has one.
    pub score: Option<Score>,
    /// What a rule asks for, and what of it could be left out for a better score; nothing for a correlation.
    pub assessment: Option<Assessment>,
}

/// What a pack came to.
#[derive(Debug)]
struct CheckedPack {
    /// The texts of which it is so.
    sources: Vec<Arc<Source>>,
    of_plan: Vec<Finding>,
    names: Option<ZeekNames>,
    /// What is wrong with what its package would hold beside scripts.
    of_package: Vec<Finding>,
    subjects: Vec<CheckedSubject>,
}

impl Checker {
    /// A checker of the rules at some paths.
    pub fn new(paths: Vec<PathBuf>) -> Self {
        Self {
            paths,
            files: KnownFiles::default(),
            captures: KnownCaptures::default(),
            packs: HashMap::new(),
        }
    }

    /// Checks the rules, with other texts in place of some files'.
    ///
    /// # Errors
    ///
    /// [`CompileError::Path`] if a path is not there.
    pub fn check(&mut self, edited: &Edited) -> Result<Checked, CompileError> {
        let loaded = files::load_again(&self.paths, edited, &mut self.files)?;
        let mut findings = loaded.findings;
        let mut subjects = Vec::new();
        let mut taken = TakenNames::default();
        let mut known = std::mem::take(&mut self.packs);
        for pack in &loaded.packs {
            let checked = match known.remove(&pack.path) {
                Some(checked) if checked.is_of(pack) => checked,
                _ => CheckedPack::new(pack, &mut self.captures),
            };
            findings.extend_from_slice(&checked.of_plan);
            subjects.extend_from_slice(&checked.subjects);
            if let Some(names) = &checked.names {
                let wrong = taken.take(names, pack);
                let rest = if wrong.is_empty() {
                    &checked.of_package
                } else {
                    &wrong
                };
                findings.extend_from_slice(rest);
            }
            self.packs.insert(pack.path.clone(), checked);
        }
        settle(&loaded.packs, &mut findings);
        Ok(Checked {
            packs: loaded.packs,
            findings,
            subjects,
        })
    }

    /// Looks at everything anew the next time but the texts of rules: tests or captures may have changed.
    pub fn forget_tests(&mut self) {
        self.packs.clear();
    }
}

impl CheckedPack {
    fn new(pack: &Pack, captures: &mut KnownCaptures) -> Self {
        let mut of_plan = Vec::new();
        let plan = plan::pack(pack, &mut of_plan);
        let names = zeek_names::names(&plan, &mut of_plan);
        let mut of_package = Vec::new();
        if let Some(names) = &names {
            zkg::check(&plan, names, captures, &mut of_package);
        }
        Self {
            sources: of(pack),
            of_plan,
            names,
            of_package,
            subjects: plan.subjects().map(CheckedSubject::new).collect(),
        }
    }

    fn is_of(&self, pack: &Pack) -> bool {
        let sources = of(pack);
        let pairs = self.sources.iter().zip(&sources);
        self.sources.len() == sources.len() && pairs.into_iter().all(|(a, b)| Arc::ptr_eq(a, b))
    }
}

/// The texts that make a pack.
fn of(pack: &Pack) -> Vec<Arc<Source>> {
    let sources = sources(std::slice::from_ref(pack));
    sources.into_iter().map(Arc::clone).collect()
}

impl CheckedSubject {
    fn new(subject: Subject<'_>) -> Self {
        Self {
            place: subject.place(),
            score: subject.score(),
            assessment: match subject {
                Subject::Rule(rule) => Some(rule.assessment().clone()),
                Subject::Correlation(_) => None,
            },
        }
    }
}
