//! Scenarios that differ from those on which a rule fires in one thing that the rule asks for.

use std::collections::BTreeSet;

use super::fires;
use super::positives::{Positive, TestPosition};
use super::scenario::Scenario;
use super::solve::solve;
use super::solve::ways::{Atom, Literal, Ways, ways};
use crate::plan::RulePlan;
use crate::predicate::{Comparison, Test};

/// Most near misses of a rule.
const MAX_MISSES: usize = 40;
/// How many ways of the rule not to match are tried for one.
const MAX_ATTEMPTS: usize = 32;

/// A scenario that differs in one thing.
#[derive(Debug)]
pub(super) struct ScenarioVariation {
    pub(super) label: String,
    pub(super) shows: String,
    pub(super) scenario: Scenario,
}

/// For each test of the positives, scenarios in which it alone does not hold.
pub(super) fn of(plan: &RulePlan<'_>, positives: &[Positive<'_>]) -> Vec<ScenarioVariation> {
    let silence = ways(&plan.predicate, false);
    let mut flipped: BTreeSet<(TestPosition, bool)> = BTreeSet::new();
    let mut misses = Vec::new();
    for positive in positives {
        for (index, literal) in positive.way.literals.iter().enumerate() {
            let Atom::Field(test) = &literal.atom else {
                continue;
            };
            if misses.len() >= MAX_MISSES {
                return misses;
            }
            if flipped.insert((TestPosition::by(test), literal.wanted)) {
                misses.extend(
                    Flip {
                        plan,
                        positive,
                        silence: &silence,
                        index,
                        test,
                    }
                    .misses(),
                );
            }
        }
    }
    misses
}

/// One test that is not to hold.
struct Flip<'a> {
    plan: &'a RulePlan<'a>,
    positive: &'a Positive<'a>,
    /// The ways in which the rule does not match.
    silence: &'a Ways<'a>,
    index: usize,
    test: &'a Test,
}

impl Flip<'_> {
    fn misses(&self) -> Vec<ScenarioVariation> {
        let field = &self.test.field;
        let presence = Test {
            field: field.clone(),
            comparison: Comparison::IsSet,
            place: self.test.place.clone(),
        };
        let name = &field.name;
        let wanted = self.positive.way.literals[self.index].wanted;
        if !wanted {
            let miss = self.miss(
                None,
                format!("{name}-excluded"),
                format!("{name} as the rule excludes it"),
            );
            return miss.into_iter().collect();
        }
        let different = self
            .test
            .comparison
            .ne(&Comparison::IsSet)
            .then(|| {
                self.miss(
                    Some((&presence, true)),
                    format!("{name}-different"),
                    format!("a different {name}"),
                )
            })
            .flatten();
        let absent = (!field.is_always_set())
            .then(|| {
                self.miss(
                    Some((&presence, false)),
                    format!("{name}-absent"),
                    format!("no {name}"),
                )
            })
            .flatten();
        different.into_iter().chain(absent).collect()
    }

    /// The scenario with this test flipped, and a field there or not.
    fn miss(
        &self,
        presence: Option<(&Test, bool)>,
        label: String,
        shows: String,
    ) -> Option<ScenarioVariation> {
        let literals = &self.positive.way.literals;
        let mut asked: Vec<Literal<'_>> = literals
            .iter()
            .enumerate()
            .map(|(index, literal)| {
                if index == self.index {
                    literal.flipped()
                } else {
                    literal.clone()
                }
            })
            .collect();
        asked.extend(presence.map(|(test, wanted)| Literal {
            atom: Atom::Field(test),
            wanted,
        }));
        let solved = |literals: &[Literal<'_>]| {
            let scenario = solve(&self.positive.scenario, literals).ok()?;
            (fires(self.plan, &scenario) == Some(false)).then_some(scenario)
        };
        // Another alternative may match now: all of them are to be out of the way.
        let scenario = solved(&asked).or_else(|| {
            let ways = self.silence.ways.iter().take(MAX_ATTEMPTS);
            ways.into_iter()
                .find_map(|way| solved(&[asked.as_slice(), &way.literals].concat()))
        })?;
        Some(ScenarioVariation {
            label,
            shows,
            scenario,
        })
    }
}
