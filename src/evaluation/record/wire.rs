//! What of a rule only the wire decides, and what is left of it without that.

use super::super::value::Slots;
use crate::predicate::{Comparison, Predicate, Test};
use crate::service::InLog;

/// The tests of a rule that no record of its log decides.
pub(in crate::evaluation) fn tests(predicate: &Predicate, slots: Slots) -> Vec<&Test> {
    let mut tests = predicate.tests();
    tests.retain(|test| is_undecided(test, slots));
    tests
}

fn is_undecided(test: &Test, slots: Slots) -> bool {
    let is_there = |field| slots.service.in_log(field) != InLog::Nowhere;
    match &test.comparison {
        _ if !is_there(&test.field) => true,
        Comparison::Field(comparison) => !is_there(&comparison.other),
        // The log has URIs with their escapes resolved, and parts of a URI are compared as they were sent.
        Comparison::Matches(pattern) => {
            let is_derived = matches!(slots.service.in_log(&test.field), InLog::Derived(_));
            is_derived && pattern.asks_for_part(b"%")
        }
        _ => false,
    }
}

/// What a record must be so that the rule can have matched, whatever the wire had.
pub(in crate::evaluation) fn possible(predicate: &Predicate, slots: Slots) -> Predicate {
    taken_as(predicate, slots, true)
}

/// What a record must be so that the rule matched whatever the wire had, as by `a` of `a or b` where only the wire has `b`.
pub(in crate::evaluation) fn certain(predicate: &Predicate, slots: Slots) -> Predicate {
    taken_as(predicate, slots, false)
}

/// The predicate with everything that is undecided taken so that the whole comes to `wanted`.
fn taken_as(predicate: &Predicate, slots: Slots, wanted: bool) -> Predicate {
    let each = |parts: &[Predicate]| -> Vec<Predicate> {
        let parts = parts.iter();
        parts.map(|part| taken_as(part, slots, wanted)).collect()
    };
    match predicate {
        Predicate::All(parts) => Predicate::all(each(parts)),
        Predicate::Any(parts) => Predicate::any(each(parts)),
        Predicate::AtLeast(least, parts) => Predicate::at_least(*least, each(parts)),
        Predicate::Not(part) => taken_as(part, slots, !wanted).negated(),
        Predicate::Test(test) if is_undecided(test, slots) => Predicate::Constant(wanted),
        Predicate::Test(_) | Predicate::Constant(_) | Predicate::Identity(_) => predicate.clone(),
    }
}
