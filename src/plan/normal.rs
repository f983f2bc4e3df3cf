//! Predicates in a form in which those are equal that ask for the same in another order.

use std::collections::BTreeMap;

use super::pattern::Pattern;
use super::predicate::{Comparison, Predicate, Test};
use crate::schema::Field;

impl Predicate {
    /// The predicate in its normal form: parts in one order, each once, and the texts that one field may match together.
    ///
    /// Predicates with the same normal form match the same; those with another may, too.
    #[must_use]
    pub fn normalised(&self) -> Self {
        match self {
            Predicate::Constant(_) | Predicate::Identity(_) => self.clone(),
            Predicate::All(parts) => {
                // What none of several patterns may match, all of them together may not.
                Predicate::all(sorted(joined(
                    Predicate::all(each(parts)).conjuncts(),
                    excluded,
                    exclusion,
                )))
            }
            Predicate::Any(parts) => match Predicate::any(each(parts)) {
                Predicate::Any(parts) => Predicate::any(sorted(joined(parts, matched, wanted))),
                single => single,
            },
            Predicate::Not(part) => part.normalised().negated(),
            Predicate::AtLeast(wanted, parts) => {
                let mut parts = each(parts);
                parts.sort();
                Predicate::at_least(*wanted, parts)
            }
            Predicate::Test(test) => Predicate::Test(match &test.comparison {
                Comparison::Matches(pattern) => Test {
                    comparison: Comparison::Matches(pattern.normalised()),
                    ..test.clone()
                },
                _ => test.clone(),
            }),
        }
    }
}

fn each(parts: &[Predicate]) -> Vec<Predicate> {
    parts.iter().map(Predicate::normalised).collect()
}

fn sorted(mut parts: Vec<Predicate>) -> Vec<Predicate> {
    parts.sort();
    parts.dedup();
    parts
}

/// The parts with the patterns of each field joined that `get` finds in them; `make` makes a part of them again.
fn joined(
    parts: Vec<Predicate>,
    get: fn(&Predicate) -> Option<&Test>,
    make: fn(Test) -> Predicate,
) -> Vec<Predicate> {
    let mut patterns: BTreeMap<Field, (Test, Vec<Pattern>)> = BTreeMap::new();
    let mut others = Vec::new();
    for part in parts {
        match get(&part).map(|test| (test, &test.comparison)) {
            Some((test, Comparison::Matches(pattern))) => patterns
                .entry(test.field.clone())
                .or_insert_with(|| (test.clone(), Vec::new()))
                .1
                .push(pattern.clone()),
            _ => others.push(part),
        }
    }
    others.extend(patterns.into_values().map(|(test, patterns)| {
        make(Test {
            comparison: Comparison::Matches(Pattern::any_of(patterns).normalised()),
            ..test
        })
    }));
    others
}

fn matched(part: &Predicate) -> Option<&Test> {
    match part {
        Predicate::Test(test) => Some(test),
        _ => None,
    }
}

fn wanted(test: Test) -> Predicate {
    Predicate::Test(test)
}

fn excluded(part: &Predicate) -> Option<&Test> {
    match part {
        Predicate::Not(part) => matched(part),
        _ => None,
    }
}

fn exclusion(test: Test) -> Predicate {
    Predicate::Test(test).negated()
}
