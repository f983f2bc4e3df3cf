//! What a column must have in it, or be, where a rule matches: by that, records are picked for rules.

use std::net::IpAddr;

use crate::predicate::identity::IdentityTest;
use crate::predicate::pattern::Pattern;
use crate::predicate::{Comparison, Ordering, Predicate, Test};
use crate::registry::{InterfaceUuid, Registry};
use crate::service::{FieldKind, InLog, Service};

/// A column and what it must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gate {
    pub(super) column: String,
    pub(super) wanted: Wanted,
}

/// What a column must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Some text within it, ASCII letters in any case.
    Part(Vec<u8>),
    /// The whole text, ASCII letters in any case; they are in lower case here.
    Whole(Vec<u8>),
    Number(u64),
    Address(IpAddr),
}

impl Wanted {
    /// How rare it is; more is rarer.
    fn rarity(&self) -> usize {
        match self {
            Self::Part(text) => text.len(),
            Self::Whole(text) => text.len() + 4,
            Self::Number(_) => 6,
            Self::Address(_) => 12,
        }
    }
}

/// Of a rule, what columns must have: wherever it holds, one of these does. `None` where nothing of the kind is known.
pub(super) fn of(predicate: &Predicate, service: Service) -> Option<Vec<Gate>> {
    match predicate {
        Predicate::All(parts) => {
            let gates = parts.iter().filter_map(|part| of(part, service));
            gates.max_by_key(|gates| {
                let rarities = gates.iter().map(|gate| gate.wanted.rarity());
                (rarities.min(), std::cmp::Reverse(gates.len()))
            })
        }
        Predicate::Any(parts) => of_each(parts, service),
        Predicate::AtLeast(wanted, parts) if *wanted > 0 => of_each(parts, service),
        Predicate::Test(test) => of_test(test, service),
        Predicate::Identity(test) => of_identity(test),
        // Nothing holds.
        Predicate::Constant(false) => Some(Vec::new()),
        Predicate::Constant(true) | Predicate::AtLeast(..) | Predicate::Not(_) => None,
    }
}

fn of_each(parts: &[Predicate], service: Service) -> Option<Vec<Gate>> {
    let gates: Option<Vec<_>> = parts.iter().map(|part| of(part, service)).collect();
    gates.map(|gates| gates.concat())
}

fn of_test(test: &Test, service: Service) -> Option<Vec<Gate>> {
    let kind = test.field.kind.element();
    let gate = |column: &str, wanted| Gate {
        column: column.to_owned(),
        wanted,
    };
    match (service.in_log(&test.field), &test.comparison) {
        (InLog::Column(column), Comparison::Matches(pattern)) if is_text(kind) => {
            if let Some(whole) = whole(pattern) {
                return Some(vec![gate(column, Wanted::Whole(whole))]);
            }
            let texts = pattern.needed_texts()?.into_iter();
            let parts = texts.map(|text| gate(column, Wanted::Part(text.to_vec())));
            Some(parts.collect())
        }
        // What is a part of one column has its texts in that.
        (InLog::Derived(&[column]), Comparison::Matches(pattern)) => {
            let texts = pattern.needed_texts()?.into_iter();
            let parts = texts.map(|text| gate(column, Wanted::Part(text.to_vec())));
            Some(parts.collect())
        }
        (InLog::Column(column), Comparison::Number(Ordering::Equal, number))
            if matches!(kind, FieldKind::Count | FieldKind::Port) =>
        {
            let number = number.as_count()?;
            Some(vec![gate(column, Wanted::Number(number))])
        }
        (InLog::Column(column), Comparison::Address(address)) => {
            Some(vec![gate(column, Wanted::Address(*address))])
        }
        _ => None,
    }
}

fn is_text(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Text | FieldKind::Bytes | FieldKind::Enum)
}

fn whole(pattern: &Pattern) -> Option<Vec<u8>> {
    let (text, _) = pattern.as_literal()?;
    Some(text.to_ascii_lowercase())
}

/// The names that some release prints for what a test asks for.
fn of_identity(test: &IdentityTest) -> Option<Vec<Gate>> {
    let gate = |column: &str, name: String| Gate {
        column: column.to_owned(),
        wanted: Wanted::Whole(name.to_ascii_lowercase().into_bytes()),
    };
    Some(match test {
        IdentityTest::Operations(operations) => {
            let names = operations
                .iter()
                .flat_map(|(uuid, opnum)| operation_names(*uuid, *opnum));
            names.map(|name| gate("operation", name)).collect()
        }
        IdentityTest::Interfaces(interfaces) => {
            let names = interfaces.iter().flat_map(|uuid| interface_names(*uuid));
            names.map(|name| gate("endpoint", name)).collect()
        }
        IdentityTest::Opnum(..) => return None,
    })
}

fn operation_names(uuid: InterfaceUuid, opnum: u16) -> impl Iterator<Item = String> {
    let known = Registry::get().operation(uuid, opnum).into_iter();
    let names = known.flat_map(|operation| operation.names().map(str::to_owned));
    names.chain([format!("unknown-{opnum}")])
}

fn interface_names(uuid: InterfaceUuid) -> impl Iterator<Item = String> {
    let known = Registry::get().interface(uuid);
    let name = known.map(|interface| interface.endpoint.to_owned());
    name.into_iter().chain([format!("unknown-{uuid}")])
}
