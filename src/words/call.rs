//! What a call is, in words.

use std::collections::{BTreeMap, BTreeSet};

use super::{Clause, Sense};
use crate::predicate::Ordering;
use crate::predicate::identity::{IdentityTest, Watched};
use crate::registry::{InterfaceUuid, Registry};

/// The calls that a rule watches; `when` says when it raises its notice.
pub(super) fn subject(watched: &Watched, when: &str) -> Clause {
    let Watched::Some {
        operations,
        interfaces,
    } = watched
    else {
        return Clause::plain(format!("any RPC call{when}"));
    };
    let by_interface = by_interface(operations);
    let only = (by_interface.iter().next(), interfaces.iter().next());
    match (by_interface.len(), interfaces.len(), only) {
        (1, 0, (Some((uuid, opnums)), _)) if opnums.len() == 1 => {
            let clause = Clause::plain("a call of operation ").name(listed(*uuid, opnums));
            on(clause.then(" on interface "), *uuid).then(when)
        }
        (0, 1, (_, Some(uuid))) => on(
            Clause::plain("a call of any operation on interface "),
            *uuid,
        )
        .then(when),
        _ => {
            let lead = format!("a call of one of these operations{when}:");
            Clause::plain(lead).parts(interface_parts(&by_interface, interfaces))
        }
    }
}

/// A test of what a call is.
pub(super) fn identity(test: &IdentityTest, sense: Sense) -> Clause {
    let is = sense.pick("is", "is not");
    match test {
        IdentityTest::Interfaces(uuids) => match uuids.iter().next() {
            Some(uuid) if uuids.len() == 1 => {
                on(Clause::plain(format!("the interface {is} ")), *uuid)
            }
            _ => Clause::plain(format!("the interface {is} one of these:")).parts(
                uuids
                    .iter()
                    .map(|uuid| on(Clause::default(), *uuid))
                    .collect(),
            ),
        },
        IdentityTest::Opnum(ordering, opnum) => {
            let order = match ordering {
                Ordering::Equal => "",
                Ordering::Less => "less than ",
                Ordering::LessOrEqual => "at most ",
                Ordering::Greater => "greater than ",
                Ordering::GreaterOrEqual => "at least ",
            };
            Clause::plain(format!("the operation's number {is} {order}{opnum}"))
        }
        IdentityTest::Operations(operations) => {
            let by_interface = by_interface(operations);
            let first = by_interface.iter().next();
            match first {
                Some((uuid, opnums)) if by_interface.len() == 1 && opnums.len() == 1 => {
                    let clause = Clause::plain(format!("the call {is} of operation "))
                        .name(listed(*uuid, opnums));
                    on(clause.then(" on interface "), *uuid)
                }
                _ => Clause::plain(format!("the call {is} of one of these operations:"))
                    .parts(interface_parts(&by_interface, &BTreeSet::new())),
            }
        }
    }
}

type ByInterface = BTreeMap<InterfaceUuid, BTreeSet<u16>>;

fn by_interface(operations: &BTreeSet<(InterfaceUuid, u16)>) -> ByInterface {
    let mut by_interface = ByInterface::new();
    for (uuid, opnum) in operations {
        by_interface.entry(*uuid).or_default().insert(*opnum);
    }
    by_interface
}

fn interface_parts(operations: &ByInterface, interfaces: &BTreeSet<InterfaceUuid>) -> Vec<Clause> {
    let some = operations.iter().map(|(uuid, opnums)| {
        let names = opnums
            .iter()
            .map(|opnum| operation(*uuid, *opnum))
            .collect();
        on(Clause::plain("on interface "), *uuid)
            .values(names)
            .one_a_line()
    });
    let every = interfaces
        .iter()
        .map(|uuid| on(Clause::plain("any on interface "), *uuid));
    some.chain(every).collect()
}

impl Clause {
    /// The clause with its values spoken of as what it leads to, not as a choice.
    fn one_a_line(mut self) -> Self {
        if self.values.len() == 1 {
            self.words.push(super::Word::Plain(":".to_owned()));
        }
        self
    }
}

/// The clause with an interface behind it: UUID and, where it has one, its name.
fn on(clause: Clause, uuid: InterfaceUuid) -> Clause {
    let clause = clause.name(uuid.to_string());
    match Registry::get().interface(uuid) {
        Some(interface) => clause.then(" (").name(interface.endpoint).then(")"),
        None => clause,
    }
}

fn listed(uuid: InterfaceUuid, opnums: &BTreeSet<u16>) -> String {
    let names: Vec<String> = opnums.iter().map(|opnum| operation(uuid, *opnum)).collect();
    names.join(", ")
}

/// An operation's number and, where it has one, its name.
fn operation(uuid: InterfaceUuid, opnum: u16) -> String {
    match Registry::get().operation(uuid, opnum) {
        Some(operation) => format!("{opnum} ({})", operation.operation),
        None => opnum.to_string(),
    }
}
