//! A rule's predicate with a score in place of each test, and what becomes of it for a call of a certain operation.

use std::collections::BTreeSet;

use super::Score;
use super::combination::{and, at_least, or};
use super::context::{RuleContext, TestRow};
use crate::predicate::identity::IdentityTest;
use crate::predicate::{Predicate, Test};
use crate::registry::InterfaceUuid;

/// A predicate of scores. Negations are carried down to the tests, whose scores they leave as they are.
#[derive(Debug)]
pub(super) enum ScoreTree<'a> {
    /// Known while compiling.
    Constant(bool),
    /// Every part must hold.
    All(Vec<ScoreTree<'a>>),
    /// One part must hold.
    Any(Vec<ScoreTree<'a>>),
    /// So many parts must hold.
    AtLeast(usize, Vec<ScoreTree<'a>>),
    /// A test.
    Test(ScoredTest<'a>),
    /// A test of what the call is, and whether it is negated.
    Identity(&'a IdentityTest, bool),
}

/// A test and what it scores.
#[derive(Debug)]
pub(super) struct ScoredTest<'a> {
    /// The test.
    pub(super) test: &'a Test,
    /// Whether the rule excludes what it matches.
    pub(super) negated: bool,
    /// Whether another test decides in its place.
    pub(super) given: bool,
    /// What is known of it.
    pub(super) row: TestRow,
}

/// Calls of one operation, or of any of an interface.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScoredCall {
    /// The interface; `None` for every interface.
    pub(super) uuid: Option<InterfaceUuid>,
    /// The operation; `None` for every one.
    pub(super) opnum: Option<u16>,
    /// The score of asking for it.
    pub(super) score: Option<Score>,
}

/// What a part of a predicate comes to for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartScore {
    /// It never holds.
    Never,
    /// It always holds.
    Always,
    /// It may hold or not, and what it scores is counted elsewhere.
    Uncounted,
    /// It may hold or not, and scores this.
    Scored(Score),
}

impl<'a> ScoreTree<'a> {
    /// The tree of a predicate.
    pub(super) fn new(predicate: &'a Predicate, context: &RuleContext<'_>) -> Self {
        build(predicate, false, &BTreeSet::new(), context)
    }

    /// What the tree comes to for a call.
    pub(super) fn verdict(&self, call: ScoredCall) -> PartScore {
        match self {
            ScoreTree::Constant(true) => PartScore::Always,
            ScoreTree::Constant(false) => PartScore::Never,
            ScoreTree::Test(test) if test.given => PartScore::Uncounted,
            ScoreTree::Test(test) => PartScore::Scored(test.row.score),
            ScoreTree::Identity(test, negated) => match test.answer(call.uuid, call.opnum) {
                Some(answer) if answer != *negated => PartScore::Always,
                Some(_) => PartScore::Never,
                None => PartScore::Uncounted,
            },
            ScoreTree::All(parts) => all(parts.iter().map(|part| part.verdict(call))),
            ScoreTree::Any(parts) => any(parts.iter().map(|part| part.verdict(call))),
            ScoreTree::AtLeast(wanted, parts) => {
                several(*wanted, parts.iter().map(|part| part.verdict(call)))
            }
        }
    }

    /// The tree's tests.
    pub(super) fn tests(&self) -> Vec<&ScoredTest<'a>> {
        match self {
            ScoreTree::Test(test) => vec![test],
            ScoreTree::All(parts) | ScoreTree::Any(parts) | ScoreTree::AtLeast(_, parts) => {
                parts.iter().flat_map(ScoreTree::tests).collect()
            }
            ScoreTree::Constant(_) | ScoreTree::Identity(..) => Vec::new(),
        }
    }
}

/// What must all hold.
pub(super) fn all(parts: impl Iterator<Item = PartScore>) -> PartScore {
    let mut sum = PartScore::Always;
    for part in parts {
        sum = match (sum, part) {
            (_, PartScore::Never) => return PartScore::Never,
            (sum, PartScore::Always) => sum,
            (PartScore::Scored(one), PartScore::Scored(other)) => {
                PartScore::Scored(and(one, other))
            }
            (PartScore::Scored(score), _) | (_, PartScore::Scored(score)) => {
                PartScore::Scored(score)
            }
            (_, PartScore::Uncounted) => PartScore::Uncounted,
        };
    }
    sum
}

fn any(parts: impl Iterator<Item = PartScore>) -> PartScore {
    let mut sum = PartScore::Never;
    for part in parts {
        sum = match (sum, part) {
            (_, PartScore::Always) => return PartScore::Always,
            (sum, PartScore::Never) => sum,
            (PartScore::Scored(one), PartScore::Scored(other)) => PartScore::Scored(or(one, other)),
            (PartScore::Scored(score), _) | (_, PartScore::Scored(score)) => {
                PartScore::Scored(score)
            }
            (_, PartScore::Uncounted) => PartScore::Uncounted,
        };
    }
    sum
}

fn several(wanted: usize, parts: impl Iterator<Item = PartScore>) -> PartScore {
    let (mut certain, mut uncounted, mut scores) = (0, 0, Vec::new());
    for part in parts {
        match part {
            PartScore::Never => {}
            PartScore::Always => certain += 1,
            PartScore::Uncounted => uncounted += 1,
            PartScore::Scored(score) => scores.push(score),
        }
    }
    let wanted: usize = wanted.saturating_sub(certain);
    if wanted == 0 {
        return PartScore::Always;
    }
    if wanted > uncounted + scores.len() {
        return PartScore::Never;
    }
    at_least(wanted.saturating_sub(uncounted), scores)
        .map_or(PartScore::Uncounted, PartScore::Scored)
}

/// The score of a whole rule that watches these calls: one of them must be made, and the rest hold for it.
pub(super) fn total(tree: &ScoreTree<'_>, calls: &[ScoredCall]) -> Option<Score> {
    let scores = calls
        .iter()
        .filter_map(|call| of_call(*call, tree.verdict(*call)));
    scores.reduce(or)
}

/// The score of a call for which the rest of the rule comes to this.
pub(super) fn of_call(call: ScoredCall, rest: PartScore) -> Option<Score> {
    match (call.score, rest) {
        (_, PartScore::Never) => None,
        (Some(score), PartScore::Scored(rest)) => Some(and(score, rest)),
        (None, PartScore::Scored(rest)) => Some(rest),
        (score, PartScore::Always | PartScore::Uncounted) => score,
    }
}

fn build<'a>(
    predicate: &'a Predicate,
    negated: bool,
    asked: &BTreeSet<&'a str>,
    context: &RuleContext<'_>,
) -> ScoreTree<'a> {
    let each = |parts: &'a [Predicate], asked: &BTreeSet<&'a str>| -> Vec<ScoreTree<'a>> {
        parts
            .iter()
            .map(|part| build(part, negated, asked, context))
            .collect()
    };
    match (predicate, negated) {
        (Predicate::Constant(value), _) => ScoreTree::Constant(*value != negated),
        (Predicate::All(parts), false) | (Predicate::Any(parts), true) => {
            // What one part asks for may decide in the place of another.
            let mut asked = asked.clone();
            fields_asked_for(predicate, negated, &mut asked);
            ScoreTree::All(each(parts, &asked))
        }
        (Predicate::Any(parts), false) | (Predicate::All(parts), true) => {
            ScoreTree::Any(each(parts, asked))
        }
        (Predicate::AtLeast(wanted, parts), _) => {
            let wanted = if negated {
                (parts.len() + 1).saturating_sub(*wanted)
            } else {
                *wanted
            };
            ScoreTree::AtLeast(wanted, each(parts, asked))
        }
        (Predicate::Not(part), _) => build(part, !negated, asked, context),
        (Predicate::Test(test), _) => {
            let row = context.row(test);
            ScoreTree::Test(ScoredTest {
                test,
                negated,
                given: row.given_by.iter().any(|field| asked.contains(field)),
                row,
            })
        }
        (Predicate::Identity(test), _) => ScoreTree::Identity(test, negated),
    }
}

/// The fields that a predicate wants to have a value, not those that it excludes one of.
fn fields_asked_for<'a>(predicate: &'a Predicate, negated: bool, asked: &mut BTreeSet<&'a str>) {
    match predicate {
        Predicate::Test(test) if !negated => {
            asked.insert(&test.field.name);
        }
        Predicate::All(parts) | Predicate::Any(parts) | Predicate::AtLeast(_, parts) => {
            for part in parts {
                fields_asked_for(part, negated, asked);
            }
        }
        Predicate::Not(part) => fields_asked_for(part, !negated, asked),
        Predicate::Constant(_) | Predicate::Test(_) | Predicate::Identity(_) => {}
    }
}
