//! The ways in which a predicate can hold: each a conjunction of tests that hold or do not.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::predicate::identity::IdentityTest;
use crate::predicate::{Predicate, Test};

/// How many ways are looked at. A rule's lists are far shorter; their products may not be.
const MAX_WAYS: usize = 512;
/// How many literals the ways of one part of a predicate may have together.
const MAX_LITERALS: usize = 200_000;
/// How many of the choices of `2 of` and the like are looked at.
const MAX_WINDOWS: usize = 64;

/// A test of a way.
#[derive(Debug, Clone)]
pub(in crate::synth) struct Literal<'p> {
    /// What is tested.
    pub(in crate::synth) atom: Atom<'p>,
    /// Whether it has to hold.
    pub(in crate::synth) wanted: bool,
}

/// What a literal tests.
#[derive(Debug, Clone)]
pub(in crate::synth) enum Atom<'p> {
    /// A field is compared.
    Field(&'p Test),
    /// The call is one of certain operations.
    Identity(Cow<'p, IdentityTest>),
}

/// A way in which a predicate can hold: all of its literals do.
#[derive(Debug, Clone, Default)]
pub(in crate::synth) struct WayToMatch<'p> {
    /// What has to hold together.
    pub(in crate::synth) literals: Vec<Literal<'p>>,
    /// Which alternatives it takes, each by the place of its choice in the predicate and its number.
    pub(in crate::synth) choices: BTreeSet<(usize, usize)>,
}

/// The ways of a predicate.
#[derive(Debug)]
pub(in crate::synth) struct Ways<'p> {
    /// The ways. Those that come first take each alternative of each choice at least once.
    pub(in crate::synth) ways: Vec<WayToMatch<'p>>,
    /// Whether there are more than were looked at.
    pub(in crate::synth) capped: bool,
}

impl<'p> Literal<'p> {
    fn of(predicate: &'p Predicate, wanted: bool) -> Option<Self> {
        let atom = match predicate {
            Predicate::Test(test) => Atom::Field(test),
            Predicate::Identity(test) => Atom::Identity(Cow::Borrowed(test)),
            _ => return None,
        };
        Some(Self { atom, wanted })
    }

    /// The opposite.
    pub(in crate::synth) fn flipped(&self) -> Self {
        Self {
            atom: self.atom.clone(),
            wanted: !self.wanted,
        }
    }
}

/// The ways in which a predicate holds, or in which it does not.
pub(in crate::synth) fn ways(predicate: &Predicate, wanted: bool) -> Ways<'_> {
    let mut walk = WayWalk::default();
    let mut ways = walk.ways(predicate, wanted);
    ways.truncate(MAX_WAYS);
    Ways {
        ways,
        capped: walk.capped,
    }
}

#[derive(Default)]
struct WayWalk {
    choices: usize,
    capped: bool,
}

impl WayWalk {
    fn ways<'p>(&mut self, predicate: &'p Predicate, wanted: bool) -> Vec<WayToMatch<'p>> {
        match (predicate, wanted) {
            (Predicate::Constant(value), _) if *value == wanted => vec![WayToMatch::default()],
            (Predicate::Constant(_), _) => Vec::new(),
            (Predicate::Not(part), _) => self.ways(part, !wanted),
            (Predicate::All(parts), true) | (Predicate::Any(parts), false) => {
                let parts = parts.iter().map(|part| self.ways(part, wanted)).collect();
                self.together(parts)
            }
            (Predicate::Any(parts), true) | (Predicate::All(parts), false) => {
                let parts = parts.iter().map(|part| self.ways(part, wanted)).collect();
                self.either(parts)
            }
            (Predicate::AtLeast(least, parts), true) => self.several(*least, parts, true),
            // Fewer than so many hold where all but fewer than so many do not.
            (Predicate::AtLeast(least, parts), false) => {
                self.several((parts.len() + 1).saturating_sub(*least), parts, false)
            }
            (Predicate::Identity(IdentityTest::Operations(pairs)), true) => {
                let each = pairs.iter().take(MAX_WAYS).map(|pair| {
                    let one = IdentityTest::Operations(BTreeSet::from([*pair]));
                    vec![WayToMatch::of(Some(Literal {
                        atom: Atom::Identity(Cow::Owned(one)),
                        wanted: true,
                    }))]
                });
                let each: Vec<Vec<WayToMatch<'_>>> = each.collect();
                self.either(each)
            }
            (test, wanted) => vec![WayToMatch::of(Literal::of(test, wanted))],
        }
    }

    /// Alternatives of one choice.
    fn either<'p>(&mut self, parts: Vec<Vec<WayToMatch<'p>>>) -> Vec<WayToMatch<'p>> {
        let choice = self.choices;
        self.choices += 1;
        let mut all = Vec::new();
        for (number, ways) in parts.into_iter().enumerate() {
            for mut way in ways {
                if all.len() == MAX_WAYS {
                    self.capped = true;
                    return all;
                }
                way.choices.insert((choice, number));
                all.push(way);
            }
        }
        all
    }

    /// Every combination, those first that take each part's ways in turn.
    fn together<'p>(&mut self, parts: Vec<Vec<WayToMatch<'p>>>) -> Vec<WayToMatch<'p>> {
        parts
            .into_iter()
            .fold(vec![WayToMatch::default()], |left, right| {
                self.pairs(&left, &right)
            })
    }

    fn pairs<'p>(
        &mut self,
        left: &[WayToMatch<'p>],
        right: &[WayToMatch<'p>],
    ) -> Vec<WayToMatch<'p>> {
        let (rows, columns) = (left.len(), right.len());
        let mut all = Vec::new();
        let mut literals = 0;
        if rows == 0 || columns == 0 {
            return all;
        }
        // Along the diagonals, so that the first of them have every row and every column.
        for shift in 0..rows.min(columns) {
            for step in 0..rows.max(columns) {
                if all.len() == MAX_WAYS || literals > MAX_LITERALS {
                    self.capped = true;
                    return all;
                }
                let (row, column) = if rows >= columns {
                    (step, (step + shift) % columns)
                } else {
                    ((step + shift) % rows, step)
                };
                let way = left[row].and(&right[column]);
                literals += way.literals.len();
                all.push(way);
            }
        }
        all
    }

    /// So many of the parts hold, or do not.
    fn several<'p>(
        &mut self,
        least: usize,
        parts: &'p [Predicate],
        wanted: bool,
    ) -> Vec<WayToMatch<'p>> {
        if least == 0 {
            return vec![WayToMatch::default()];
        }
        // Neighbours, so that each part has its turn.
        let windows = (0..parts.len().min(MAX_WINDOWS)).map(|start| {
            let chosen = (0..least).map(|step| &parts[(start + step) % parts.len()]);
            let ways = chosen.map(|part| self.ways(part, wanted)).collect();
            self.together(ways)
        });
        let windows: Vec<Vec<WayToMatch<'_>>> = windows.collect();
        self.either(windows)
    }
}

impl<'p> WayToMatch<'p> {
    fn of(literal: Option<Literal<'p>>) -> Self {
        Self {
            literals: literal.into_iter().collect(),
            choices: BTreeSet::new(),
        }
    }

    fn and(&self, other: &Self) -> Self {
        let literals = [self.literals.as_slice(), &other.literals].concat();
        Self {
            literals,
            choices: self.choices.union(&other.choices).copied().collect(),
        }
    }
}
