//! One of the two sets of rules that are compared.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::package::Package;
use crate::plan::identity::Watched;
use crate::plan::predicate::Predicate;
use crate::plan::{PackPlan, RulePlan};
use crate::schema::{FileAction, Phase, Service};
use crate::zeek::ZeekRule;

/// A set of rules, and what they compile to.
#[derive(Debug)]
pub struct Side<'p> {
    /// The folder or file that holds them.
    pub root: PathBuf,
    /// The rules.
    pub plans: &'p [PackPlan<'p>],
    /// What each pack's rules are called in Zeek, in the plans' order.
    pub names: Vec<Vec<ZeekRule>>,
    /// The packages.
    pub packages: Vec<Package>,
}

/// A rule of a side.
#[derive(Debug)]
pub struct Entry<'s> {
    /// The rule.
    pub plan: &'s RulePlan<'s>,
    /// What it is called in Zeek.
    pub named: &'s ZeekRule,
    /// Its pack's name.
    pub pack: &'s str,
    /// Its file, below the side's folder.
    pub path: String,
    /// What it asks for, in the normal form.
    pub(super) condition: Predicate,
}

/// What a rule is known again by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Id(String),
    /// The file, and the title, since a file may hold several.
    File(String, String),
}

/// On which traffic a rule raises its notice: rules with equal ones raise theirs on the same.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signature<'e> {
    service: Service,
    watched: Option<&'e Watched>,
    actions: &'e BTreeSet<FileAction>,
    condition: &'e Predicate,
    raised: Option<Phase>,
    enabled: bool,
    reported: bool,
}

impl Side<'_> {
    pub(super) fn entries(&self) -> impl Iterator<Item = (Key, Entry<'_>)> {
        let packs = self.plans.iter().zip(&self.names);
        packs.flat_map(|(pack, names)| {
            let rules = pack.rules.iter().zip(names);
            rules.map(|(plan, named)| {
                let path = below(&self.root, &plan.rule.source.path);
                let key = match &plan.rule.id {
                    Some(id) => Key::Id(id.value.clone()),
                    None => Key::File(path.clone(), plan.rule.title.value.clone()),
                };
                let entry = Entry {
                    plan,
                    named,
                    pack: &pack.pack.name,
                    path,
                    condition: plan.condition().normalised(),
                };
                (key, entry)
            })
        })
    }
}

/// A file's path below the side's folder; its name where the side is the file.
fn below(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let below = if below.as_os_str().is_empty() {
        Path::new(path.file_name().unwrap_or_default())
    } else {
        below
    };
    below.to_string_lossy().into_owned()
}

impl<'s> Entry<'s> {
    /// The rule's title.
    pub fn title(&self) -> &'s str {
        &self.plan.rule.title.value
    }

    /// The rule's id.
    pub fn id(&self) -> Option<&'s str> {
        self.plan.rule.id.as_ref().map(|id| id.value.as_str())
    }

    pub(super) fn signature(&self) -> Signature<'_> {
        Signature {
            service: self.plan.service,
            watched: self.plan.watched.as_ref(),
            actions: &self.plan.actions,
            condition: &self.condition,
            raised: self.plan.stages.last().map(|stage| stage.phase),
            enabled: self.plan.rule.zeek.enabled != Some(false),
            reported: self.plan.rule.zeek.report != Some(false),
        }
    }

    /// The rule's text: its file, or of a file with several documents its own.
    pub(super) fn text(&self) -> &'s str {
        let (text, place) = (&self.plan.rule.source.text, self.plan.rule.title.span.start);
        let start = text[..place].rfind("\n---").map_or(0, |start| start + 1);
        let end = text[place..]
            .find("\n---")
            .map_or(text.len(), |end| place + end);
        &text[start..end]
    }
}
