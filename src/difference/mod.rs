//! How one set of rules differs from another: what came, what went, what matches other traffic, what is only told
//! otherwise, and what that makes of the generated code.
//!
//! A rule is known again by its id, or where it has none by its file. What it matches is compared in its plan, so that
//! another order of keys or values, other names of searches and comments are a difference of text alone.

mod details;
mod side;

use std::collections::BTreeMap;

pub use details::Detail;
pub use side::{ComparedRule, CompiledRules};

use crate::package;

/// How two sets of rules differ.
#[derive(Debug)]
pub struct Difference<'s> {
    /// The rules that differ: those that came, went and match otherwise first; each kind by title.
    pub rules: Vec<RuleDifference<'s>>,
    /// How many rules do not differ at all.
    pub unchanged: usize,
    /// The generated code's difference, as a unified diff; empty where there is none.
    pub code: String,
}

/// How a rule differs.
#[derive(Debug)]
pub struct RuleDifference<'s> {
    /// What is different, by what matters most.
    pub kind: RuleDifferenceKind,
    /// The rule as it was.
    pub old: Option<ComparedRule<'s>>,
    /// The rule as it is.
    pub new: Option<ComparedRule<'s>>,
    /// What it matches, line by line; empty where that is the same.
    pub matching: Vec<Line>,
    /// What else of it is different.
    pub details: Vec<Detail>,
}

/// What is different about a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleDifferenceKind {
    /// There was no such rule.
    Added,
    /// There is no such rule any more.
    Removed,
    /// It raises its notice on other traffic.
    Matching,
    /// It is told otherwise: its metadata, its score or its notice.
    Details,
    /// Its text alone.
    Text,
}

impl RuleDifferenceKind {
    /// Whether notices are raised on other traffic.
    pub fn is_of_matching(self) -> bool {
        matches!(
            self,
            RuleDifferenceKind::Added | RuleDifferenceKind::Removed | RuleDifferenceKind::Matching
        )
    }
}

/// A line of what a rule matched or matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// On which side it stands.
    pub side: LineSide,
    /// The line.
    pub text: String,
}

/// On which side a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineSide {
    /// On the old one alone.
    Old,
    /// On both.
    Both,
    /// On the new one alone.
    New,
}

impl<'s> Difference<'s> {
    /// How `new` differs from `old`.
    pub fn between(old: &'s CompiledRules<'_>, new: &'s CompiledRules<'_>) -> Self {
        let mut earlier: BTreeMap<_, ComparedRule<'s>> = old.entries().collect();
        let mut rules = Vec::new();
        let mut unchanged = 0;
        for (key, entry) in new.entries() {
            let difference = match earlier.remove(&key) {
                None => Some(RuleDifference::of_one(RuleDifferenceKind::Added, entry)),
                Some(known) => RuleDifference::of_two(known, entry),
            };
            match difference {
                Some(difference) => rules.push(difference),
                None => unchanged += 1,
            }
        }
        let gone = earlier.into_values();
        rules.extend(gone.map(|entry| RuleDifference::of_one(RuleDifferenceKind::Removed, entry)));
        rules.sort_by(|a, b| (a.kind, a.title(), a.path()).cmp(&(b.kind, b.title(), b.path())));
        Self {
            rules,
            unchanged,
            code: package::difference(&old.packages, &new.packages),
        }
    }

    /// Whether any rule raises its notice on other traffic, came or went.
    pub fn is_of_matching(&self) -> bool {
        self.rules.iter().any(|rule| rule.kind.is_of_matching())
    }

    /// How many rules differ in that way.
    pub fn count(&self, kind: RuleDifferenceKind) -> usize {
        self.rules.iter().filter(|rule| rule.kind == kind).count()
    }
}

impl<'s> RuleDifference<'s> {
    /// The rule as it is, or was.
    pub fn either(&self) -> Option<&ComparedRule<'s>> {
        self.new.as_ref().or(self.old.as_ref())
    }

    /// Its title.
    pub fn title(&self) -> &'s str {
        self.either().map_or("", |entry| entry.title())
    }

    /// Its file, below the folder of its side.
    pub fn path(&self) -> String {
        self.either()
            .map_or_else(String::new, |entry| entry.path.clone())
    }

    fn of_one(kind: RuleDifferenceKind, entry: ComparedRule<'s>) -> Self {
        let side = if kind == RuleDifferenceKind::Added {
            LineSide::New
        } else {
            LineSide::Old
        };
        let lines = entry.statement().into_iter();
        let matching = lines.map(|text| Line { side, text }).collect();
        let name = Some(entry.named.name.clone());
        let (old, new) = match side {
            LineSide::Old => (Some(entry), None),
            LineSide::New | LineSide::Both => (None, Some(entry)),
        };
        Self {
            kind,
            old,
            new,
            matching,
            details: vec![details::of_name(kind, name)],
        }
    }

    fn of_two(old: ComparedRule<'s>, new: ComparedRule<'s>) -> Option<Self> {
        let same_matching = old.signature() == new.signature();
        let details = details::between(&old, &new);
        let kind = match (same_matching, details.is_empty(), old.text() == new.text()) {
            (false, ..) => RuleDifferenceKind::Matching,
            (true, false, _) => RuleDifferenceKind::Details,
            (true, true, false) => RuleDifferenceKind::Text,
            (true, true, true) => return None,
        };
        let matching = if same_matching {
            Vec::new()
        } else {
            lines(&old.statement(), &new.statement())
        };
        Some(Self {
            kind,
            old: Some(old),
            new: Some(new),
            matching,
            details,
        })
    }
}

fn lines(old: &[String], new: &[String]) -> Vec<Line> {
    let operations = similar::capture_diff_slices(similar::Algorithm::Myers, old, new);
    let changes = operations
        .iter()
        .flat_map(|operation| operation.iter_changes(old, new));
    changes
        .map(|change| Line {
            side: match change.tag() {
                similar::ChangeTag::Delete => LineSide::Old,
                similar::ChangeTag::Equal => LineSide::Both,
                similar::ChangeTag::Insert => LineSide::New,
            },
            text: change.value().clone(),
        })
        .collect()
}
