//! Predicates in forms in which those are equal that ask for the same in another order.

use std::collections::BTreeMap;

use super::pattern::Pattern;
use super::{Comparison, Predicate, Test};
use crate::service::Field;

impl Predicate {
    /// The predicate with its parts in one order, each once, and with the texts together that one field may match.
    #[must_use]
    pub fn in_order(&self) -> Self {
        arranged(self, Pattern::in_order)
    }

    /// The same in one spelling where case does not count: the normal form.
    ///
    /// Predicates with the same normal form match the same; those with another may, too.
    #[must_use]
    pub fn normalised(&self) -> Self {
        arranged(self, Pattern::normalised)
    }
}

/// What makes a pattern one of those that are compared.
type Form = fn(&Pattern) -> Pattern;

fn arranged(predicate: &Predicate, form: Form) -> Predicate {
    let each = |parts: &[Predicate]| -> Vec<Predicate> {
        parts.iter().map(|part| arranged(part, form)).collect()
    };
    match predicate {
        Predicate::Constant(_) | Predicate::Identity(_) => predicate.clone(),
        Predicate::All(parts) => {
            // What none of several patterns may match, all of them together may not.
            let parts = Predicate::all(each(parts)).conjuncts();
            Predicate::all(sorted(joined(parts, excluded, exclusion, form)))
        }
        Predicate::Any(parts) => match Predicate::any(each(parts)) {
            Predicate::Any(parts) => {
                Predicate::any(sorted(joined(parts, matched, Predicate::Test, form)))
            }
            single => single,
        },
        Predicate::Not(part) => arranged(part, form).negated(),
        Predicate::AtLeast(wanted, parts) => {
            let mut parts = each(parts);
            parts.sort();
            Predicate::at_least(*wanted, parts)
        }
        Predicate::Test(test) => Predicate::Test(match &test.comparison {
            Comparison::Matches(pattern) => Test {
                comparison: Comparison::Matches(form(pattern)),
                ..test.clone()
            },
            _ => test.clone(),
        }),
    }
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
    form: Form,
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
            comparison: Comparison::Matches(form(&Pattern::any_of(patterns))),
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

fn excluded(part: &Predicate) -> Option<&Test> {
    match part {
        Predicate::Not(part) => matched(part),
        _ => None,
    }
}

fn exclusion(test: Test) -> Predicate {
    Predicate::Test(test).negated()
}
