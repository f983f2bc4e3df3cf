//! How hard a rule is to evade: its score in the network matrix of Summiting the Pyramid (Center for Threat-Informed
//! Defense), and from which of its observables the score comes.
//!
//! An observable is what a rule asks for: an operation, or a test of a field. Each has a row (1 ephemeral to 5 core to the
//! technique) and a column (P, payload must be readable; H, the header is enough), which the registry's tables know. They
//! combine as the rule combines them; [`combination`] says how.

mod combination;
mod context;
mod improvement;
mod items;
mod observable;
mod tag;
mod tree;

use std::fmt;

use crate::predicate::Predicate;
use crate::predicate::identity::Watched;
use crate::registry::attack::Technique;
use crate::registry::robustness::{Column, RobustnessRow};
use crate::rule::Rule;
use crate::service::Service;

pub(crate) use combination::{at_least, or};
pub use improvement::Improvement;
pub use observable::{Observable, Role};
pub(crate) use tag::check as check_tags;

/// A cell of the network matrix, such as `4H`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score {
    /// How hard it is to do without.
    pub row: RobustnessRow,
    /// What has to be readable.
    pub column: Column,
}

impl Score {
    /// Every score, the best first.
    pub fn all() -> impl Iterator<Item = Self> {
        RobustnessRow::ALL.into_iter().rev().flat_map(|row| {
            [Column::Header, Column::Payload]
                .into_iter()
                .map(move |column| Self { row, column })
        })
    }
}

impl fmt::Display for Score {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&format!("{}{}", self.row.number(), self.column))
    }
}

/// A rule's score and what it is made of.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// The score; `None` for a rule that asks for nothing.
    pub score: Option<Score>,
    /// What the rule asks for, in the order of its file.
    pub observables: Vec<Observable>,
    /// What could be left out for a better score, the least first.
    pub improvements: Vec<Improvement>,
}

/// Scores a rule by all that it asks for.
///
/// `predicate` is the whole of it, before the calls that it watches are split off; `watched` are these. `read` reads one item.
pub(crate) fn assess(
    rule: &Rule,
    service: Service,
    predicate: &Predicate,
    watched: Option<&Watched>,
    techniques: &[&'static Technique],
    read: items::ReadItem<'_>,
) -> Assessment {
    let context = context::RuleContext::new(rule, service, predicate, techniques);
    let calls = context.calls(watched);
    let tree = tree::ScoreTree::new(predicate, &context);
    let items = items::Items::new(rule, read);
    let score = tree::total(&tree, &calls);
    Assessment {
        score,
        observables: observable::of(&tree, &calls, &context, &items),
        improvements: improvement::find(&tree, &calls, score, &items),
    }
}

/// What an observable's row says, such as `core to some implementations of T1053.005`.
pub fn standing(observable: &Observable) -> String {
    let phrase = observable.score.row.as_phrase();
    match observable.technique {
        Some(technique) => format!("{phrase} {technique}"),
        None => phrase.to_owned(),
    }
}
