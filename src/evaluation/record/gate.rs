//! What a column must have in it, or be, where a rule matches: by that, records are picked for rules.

use crate::logs::Wanted;
use crate::predicate::identity::IdentityTest;
use crate::predicate::pattern::{Anchoring, Pattern};
use crate::predicate::{Comparison, Ordering, Predicate, Test};
use crate::registry::{InterfaceUuid, Registry};
use crate::service::{FieldKind, InLog, Service};

/// A column and what it must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ColumnGate {
    pub(super) column: String,
    pub(super) wanted: Wanted,
}

/// How rare it is that a column has it; more is rarer.
fn rarity(wanted: &Wanted) -> usize {
    match wanted {
        Wanted::Text(text, Anchoring::Exact) => text.len() + 4,
        Wanted::Text(text, _) => text.len(),
        Wanted::Number(_) => 6,
        Wanted::Address(_) => 12,
    }
}

/// Of a rule, what columns must have: wherever it holds, one of these does. `None` where nothing of the kind is known.
pub(super) fn of(predicate: &Predicate, service: Service) -> Option<Vec<ColumnGate>> {
    match predicate {
        Predicate::All(parts) => {
            let gates = parts.iter().filter_map(|part| of(part, service));
            gates.max_by_key(|gates| {
                let wanted = || gates.iter().map(|gate| &gate.wanted);
                (
                    wanted().all(Wanted::can_be_sought),
                    wanted().map(rarity).min(),
                    std::cmp::Reverse(gates.len()),
                )
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

fn of_each(parts: &[Predicate], service: Service) -> Option<Vec<ColumnGate>> {
    let gates: Option<Vec<_>> = parts.iter().map(|part| of(part, service)).collect();
    gates.map(|gates| gates.concat())
}

fn of_test(test: &Test, service: Service) -> Option<Vec<ColumnGate>> {
    let kind = test.field.kind.element();
    let gate = |column: &str, wanted| ColumnGate {
        column: column.to_owned(),
        wanted,
    };
    let text = |column: &str, text: &[u8], anchoring| {
        gate(column, Wanted::Text(text.to_ascii_lowercase(), anchoring))
    };
    match (service.in_log(&test.field), &test.comparison) {
        (InLog::Column(column), Comparison::Matches(pattern)) if is_text(kind) => {
            if let Some((whole, _)) = pattern.as_literal() {
                return Some(vec![text(column, whole, Anchoring::Exact)]);
            }
            let (texts, anchoring) = needed_texts(pattern)?;
            let texts = texts.into_iter();
            Some(texts.map(|part| text(column, part, anchoring)).collect())
        }
        // What is a part of one column has its texts in that.
        (InLog::Derived(&[column]), Comparison::Matches(pattern)) => {
            let texts = pattern.needed_texts()?.into_iter();
            let anywhere = texts.map(|part| text(column, part, Anchoring::Contains));
            Some(anywhere.collect())
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

/// Texts of which a value has one where the pattern matches it, and where: at one of its ends if they are about as long.
fn needed_texts(pattern: &Pattern) -> Option<(Vec<&[u8]>, Anchoring)> {
    let shortest = |texts: &[&[u8]]| texts.iter().map(|text| text.len()).min();
    let anywhere = pattern.needed_texts()?;
    let at_ends = [
        (pattern.last_texts(), Anchoring::EndsWith),
        (pattern.first_texts(), Anchoring::StartsWith),
    ];
    for (texts, anchoring) in at_ends {
        if let Some(texts) = texts
            && shortest(&texts) >= shortest(&anywhere)
        {
            return Some((texts, anchoring));
        }
    }
    Some((anywhere, Anchoring::Contains))
}

/// The names that some release prints for what a test asks for.
fn of_identity(test: &IdentityTest) -> Option<Vec<ColumnGate>> {
    let gate = |column: &str, name: String| ColumnGate {
        column: column.to_owned(),
        wanted: Wanted::Text(name.to_ascii_lowercase().into_bytes(), Anchoring::Exact),
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
