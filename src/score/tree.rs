//! A rule's predicate with a score in place of each test, and what becomes of it for a call of a certain operation.

use std::collections::BTreeSet;

use super::Score;
use super::combination::{and, at_least, or};
use super::context::{Context, TestRow};
use crate::predicate::identity::IdentityTest;
use crate::predicate::{Predicate, Test};
use crate::registry::InterfaceUuid;

/// A predicate of scores. Negations are carried down to the tests, whose scores they leave as they are.
#[derive(Debug)]
pub(super) enum Tree<'a> {
    /// Known while compiling.
    Constant(bool),
    /// Every part must hold.
    All(Vec<Tree<'a>>),
    /// One part must hold.
    Any(Vec<Tree<'a>>),
    /// So many parts must hold.
    AtLeast(usize, Vec<Tree<'a>>),
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
pub(super) struct Call {
    /// The interface; `None` for every interface.
    pub(super) uuid: Option<InterfaceUuid>,
    /// The operation; `None` for every one.
    pub(super) opnum: Option<u16>,
    /// The score of asking for it.
    pub(super) score: Option<Score>,
}

/// What a part of a predicate comes to for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It never holds.
    Never,
    /// It always holds.
    Always,
    /// It may hold or not, and what it scores is counted elsewhere.
    Uncounted,
    /// It may hold or not, and scores this.
    Scored(Score),
}

impl<'a> Tree<'a> {
    /// The tree of a predicate.
    pub(super) fn new(predicate: &'a Predicate, context: &Context<'_>) -> Self {
        build(predicate, false, &BTreeSet::new(), context)
    }

    /// What the tree comes to for a call.
    pub(super) fn verdict(&self, call: Call) -> Verdict {
        match self {
            Tree::Constant(true) => Verdict::Always,
            Tree::Constant(false) => Verdict::Never,
            Tree::Test(test) if test.given => Verdict::Uncounted,
            Tree::Test(test) => Verdict::Scored(test.row.score),
            Tree::Identity(test, negated) => match test.answer(call.uuid, call.opnum) {
                Some(answer) if answer != *negated => Verdict::Always,
                Some(_) => Verdict::Never,
                None => Verdict::Uncounted,
            },
            Tree::All(parts) => all(parts.iter().map(|part| part.verdict(call))),
            Tree::Any(parts) => any(parts.iter().map(|part| part.verdict(call))),
            Tree::AtLeast(wanted, parts) => {
                several(*wanted, parts.iter().map(|part| part.verdict(call)))
            }
        }
    }

    /// The tree's tests.
    pub(super) fn tests(&self) -> Vec<&ScoredTest<'a>> {
        match self {
            Tree::Test(test) => vec![test],
            Tree::All(parts) | Tree::Any(parts) | Tree::AtLeast(_, parts) => {
                parts.iter().flat_map(Tree::tests).collect()
            }
            Tree::Constant(_) | Tree::Identity(..) => Vec::new(),
        }
    }
}

/// What must all hold.
pub(super) fn all(parts: impl Iterator<Item = Verdict>) -> Verdict {
    let mut sum = Verdict::Always;
    for part in parts {
        sum = match (sum, part) {
            (_, Verdict::Never) => return Verdict::Never,
            (sum, Verdict::Always) => sum,
            (Verdict::Scored(one), Verdict::Scored(other)) => Verdict::Scored(and(one, other)),
            (Verdict::Scored(score), _) | (_, Verdict::Scored(score)) => Verdict::Scored(score),
            (_, Verdict::Uncounted) => Verdict::Uncounted,
        };
    }
    sum
}

fn any(parts: impl Iterator<Item = Verdict>) -> Verdict {
    let mut sum = Verdict::Never;
    for part in parts {
        sum = match (sum, part) {
            (_, Verdict::Always) => return Verdict::Always,
            (sum, Verdict::Never) => sum,
            (Verdict::Scored(one), Verdict::Scored(other)) => Verdict::Scored(or(one, other)),
            (Verdict::Scored(score), _) | (_, Verdict::Scored(score)) => Verdict::Scored(score),
            (_, Verdict::Uncounted) => Verdict::Uncounted,
        };
    }
    sum
}

fn several(wanted: usize, parts: impl Iterator<Item = Verdict>) -> Verdict {
    let (mut certain, mut uncounted, mut scores) = (0, 0, Vec::new());
    for part in parts {
        match part {
            Verdict::Never => {}
            Verdict::Always => certain += 1,
            Verdict::Uncounted => uncounted += 1,
            Verdict::Scored(score) => scores.push(score),
        }
    }
    let wanted: usize = wanted.saturating_sub(certain);
    if wanted == 0 {
        return Verdict::Always;
    }
    if wanted > uncounted + scores.len() {
        return Verdict::Never;
    }
    at_least(wanted.saturating_sub(uncounted), scores).map_or(Verdict::Uncounted, Verdict::Scored)
}

/// The score of a whole rule that watches these calls: one of them must be made, and the rest hold for it.
pub(super) fn total(tree: &Tree<'_>, calls: &[Call]) -> Option<Score> {
    let scores = calls
        .iter()
        .filter_map(|call| of_call(*call, tree.verdict(*call)));
    scores.reduce(or)
}

/// The score of a call for which the rest of the rule comes to this.
pub(super) fn of_call(call: Call, rest: Verdict) -> Option<Score> {
    match (call.score, rest) {
        (_, Verdict::Never) => None,
        (Some(score), Verdict::Scored(rest)) => Some(and(score, rest)),
        (None, Verdict::Scored(rest)) => Some(rest),
        (score, Verdict::Always | Verdict::Uncounted) => score,
    }
}

fn build<'a>(
    predicate: &'a Predicate,
    negated: bool,
    asked: &BTreeSet<&'a str>,
    context: &Context<'_>,
) -> Tree<'a> {
    let each = |parts: &'a [Predicate], asked: &BTreeSet<&'a str>| -> Vec<Tree<'a>> {
        parts
            .iter()
            .map(|part| build(part, negated, asked, context))
            .collect()
    };
    match (predicate, negated) {
        (Predicate::Constant(value), _) => Tree::Constant(*value != negated),
        (Predicate::All(parts), false) | (Predicate::Any(parts), true) => {
            // What one part asks for may decide in the place of another.
            let mut asked = asked.clone();
            fields_asked_for(predicate, negated, &mut asked);
            Tree::All(each(parts, &asked))
        }
        (Predicate::Any(parts), false) | (Predicate::All(parts), true) => {
            Tree::Any(each(parts, asked))
        }
        (Predicate::AtLeast(wanted, parts), _) => {
            let wanted = if negated {
                (parts.len() + 1).saturating_sub(*wanted)
            } else {
                *wanted
            };
            Tree::AtLeast(wanted, each(parts, asked))
        }
        (Predicate::Not(part), _) => build(part, !negated, asked, context),
        (Predicate::Test(test), _) => {
            let row = context.row(test);
            Tree::Test(ScoredTest {
                test,
                negated,
                given: row.given_by.iter().any(|field| asked.contains(field)),
                row,
            })
        }
        (Predicate::Identity(test), _) => Tree::Identity(test, negated),
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
