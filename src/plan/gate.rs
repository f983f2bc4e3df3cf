//! Values by which a log's records are looked up, where no text finds a rule: addresses, ports and numbers.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::RulePlan;
use crate::predicate::{Comparison, Ordering, Predicate, Test};
use crate::service::{Field, FieldKind};

/// A field and the values of which it must have one. It picks rules, and decides nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// The field.
    pub field: Field,
    /// The values.
    pub values: BTreeSet<GateValue>,
}

/// A value that a field can equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GateValue {
    /// A number, or a port's.
    Number(u64),
    /// An address.
    Address(IpAddr),
}

/// The rank from which on a text picks rules worse than a gate.
const WORST_TEXT: u8 = 20;

impl RulePlan<'_> {
    /// The values by which the rule is looked up in place of a text; only rules on records of a log have some.
    pub fn gate(&self) -> Option<Gate> {
        self.service.log()?;
        let stage = self.stages.last()?;
        let rank = stage
            .key
            .as_ref()
            .and_then(|key| self.service.rank(&key.field));
        if rank.is_some_and(|rank| rank < WORST_TEXT) {
            return None;
        }
        of(&stage.condition)
    }
}

/// The best gate of a condition.
pub(super) fn of(condition: &Predicate) -> Option<Gate> {
    let parts = match condition {
        Predicate::All(parts) => parts.as_slice(),
        part => std::slice::from_ref(part),
    };
    let gates = parts.iter().filter_map(of_part);
    gates.min_by_key(|gate| match gate.field.kind {
        FieldKind::Address => 0,
        FieldKind::Port => 1,
        _ => 2,
    })
}

fn of_part(part: &Predicate) -> Option<Gate> {
    let tests: Vec<&Test> = match part {
        Predicate::Test(test) => vec![test],
        Predicate::Any(parts) => {
            let tests = parts.iter().map(|part| match part {
                Predicate::Test(test) => Some(test),
                _ => None,
            });
            tests.collect::<Option<_>>()?
        }
        _ => return None,
    };
    let field = &tests.first()?.field;
    let values: Option<BTreeSet<GateValue>> = tests
        .iter()
        .map(|test| (test.field == *field).then(|| value(test)).flatten())
        .collect();
    Some(Gate {
        field: field.clone(),
        values: values?,
    })
}

fn value(test: &Test) -> Option<GateValue> {
    match (test.field.kind, &test.comparison) {
        (FieldKind::Address, Comparison::Address(address)) => Some(GateValue::Address(*address)),
        (FieldKind::Port | FieldKind::Count, Comparison::Number(Ordering::Equal, number)) => {
            number.as_count().map(GateValue::Number)
        }
        _ => None,
    }
}
