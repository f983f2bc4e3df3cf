//! Which operations a rule watches.
//!
//! A call is identified by its interface UUID and opnum, never by names: these differ between Zeek releases. A rule's
//! names are resolved before this module sees them; what is left is a tree of tests on pairs, from which the pairs that
//! the rule can match are derived, so that Zeek finds the rule by looking the pair up.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ordering, Predicate};
use crate::registry::InterfaceUuid;

/// How many operations a rule may list before it is better to test each call.
const MAX_OPERATIONS: usize = 4096;

/// A test of what a call is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum IdentityTest {
    /// The interface is one of these.
    Interfaces(BTreeSet<InterfaceUuid>),
    /// The opnum compares to this.
    Opnum(Ordering, u16),
    /// The operation is one of these.
    Operations(BTreeSet<(InterfaceUuid, u16)>),
}

/// The calls for which Zeek runs a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watched {
    /// Certain operations, and all operations of certain interfaces.
    Some {
        /// Interface UUID and opnum.
        operations: BTreeSet<(InterfaceUuid, u16)>,
        /// Interfaces of which every call is watched.
        interfaces: BTreeSet<InterfaceUuid>,
    },
    /// Every call of every interface.
    Every,
}

impl Watched {
    /// Whether the calls of an operation are among them.
    pub fn contains(&self, uuid: InterfaceUuid, opnum: u16) -> bool {
        match self {
            Watched::Some {
                operations,
                interfaces,
            } => interfaces.contains(&uuid) || operations.contains(&(uuid, opnum)),
            Watched::Every => true,
        }
    }

    /// The interfaces that are named.
    pub fn interfaces(&self) -> BTreeSet<InterfaceUuid> {
        match self {
            Watched::Some {
                operations,
                interfaces,
            } => {
                let of_operations = operations.iter().map(|(uuid, _)| *uuid);
                of_operations.chain(interfaces.iter().copied()).collect()
            }
            Watched::Every => BTreeSet::new(),
        }
    }
}

/// Calls of which the interface, the opnum or neither is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct PartialIdentity {
    uuid: Option<InterfaceUuid>,
    opnum: Option<u16>,
}

const ANY_CALL: PartialIdentity = PartialIdentity {
    uuid: None,
    opnum: None,
};

/// Splits a predicate into the operations that it can match and what is left to test of their calls.
///
/// What is left still asks for the call's identity where it differs between the operations.
pub fn split(predicate: Predicate) -> (Watched, Predicate) {
    let mut shapes = shapes(&predicate);
    if shapes.iter().any(|shape| shape.uuid.is_none()) {
        shapes = BTreeSet::from([ANY_CALL]);
    }
    let whole: BTreeSet<InterfaceUuid> = shapes
        .iter()
        .filter(|shape| shape.opnum.is_none())
        .filter_map(|shape| shape.uuid)
        .collect();
    shapes.retain(|shape| {
        shape.opnum.is_none() || shape.uuid.is_none_or(|uuid| !whole.contains(&uuid))
    });

    let mut by_rest: BTreeMap<PartialIdentity, Predicate> = BTreeMap::new();
    for shape in shapes {
        let rest = reduce(&predicate, shape);
        if rest != Predicate::Constant(false) {
            by_rest.insert(shape, rest);
        }
    }
    let watched = watched(by_rest.keys());
    let mut rests = by_rest.into_values();
    let rest = match rests.next() {
        None => Predicate::Constant(false),
        Some(first) if rests.all(|rest| rest == first) => first,
        Some(_) => predicate,
    };
    let rest = match &watched {
        Watched::Some {
            operations,
            interfaces,
        } => within(&rest, operations, interfaces),
        Watched::Every => rest,
    };
    (watched, rest)
}

/// The predicate with what is the same for all that is watched answered, and without operations that are not.
fn within(
    predicate: &Predicate,
    operations: &BTreeSet<(InterfaceUuid, u16)>,
    interfaces: &BTreeSet<InterfaceUuid>,
) -> Predicate {
    let shapes: Vec<PartialIdentity> = operations
        .iter()
        .map(|(uuid, opnum)| PartialIdentity {
            uuid: Some(*uuid),
            opnum: Some(*opnum),
        })
        .chain(interfaces.iter().map(|uuid| PartialIdentity {
            uuid: Some(*uuid),
            opnum: None,
        }))
        .collect();
    replaced(predicate, &|test| {
        let all = |wanted| {
            shapes
                .iter()
                .all(|shape| answer(test, *shape) == Some(wanted))
        };
        if all(true) || all(false) {
            return Predicate::Constant(all(true));
        }
        Predicate::Identity(match test {
            IdentityTest::Operations(pairs) => IdentityTest::Operations(
                pairs
                    .iter()
                    .filter(|pair| interfaces.contains(&pair.0) || operations.contains(pair))
                    .copied()
                    .collect(),
            ),
            test => test.clone(),
        })
    })
}

fn watched<'a>(shapes: impl Iterator<Item = &'a PartialIdentity>) -> Watched {
    let mut operations = BTreeSet::new();
    let mut interfaces = BTreeSet::new();
    for shape in shapes {
        match (shape.uuid, shape.opnum) {
            (Some(uuid), Some(opnum)) => {
                operations.insert((uuid, opnum));
            }
            (Some(uuid), None) => {
                interfaces.insert(uuid);
            }
            (None, _) => return Watched::Every,
        }
    }
    Watched::Some {
        operations,
        interfaces,
    }
}

/// Shapes that together cover every call that the predicate can match.
fn shapes(predicate: &Predicate) -> BTreeSet<PartialIdentity> {
    match predicate {
        Predicate::Constant(false) => BTreeSet::new(),
        Predicate::All(parts) => parts
            .iter()
            .map(shapes)
            .fold(BTreeSet::from([ANY_CALL]), |a, b| meet(&a, &b)),
        Predicate::Any(parts) => bounded(parts.iter().flat_map(shapes)),
        // Of several parts, each may hold: what covers them all covers any number of them.
        Predicate::AtLeast(_, parts) => bounded(parts.iter().flat_map(shapes)),
        Predicate::Identity(test) => of_test(test),
        Predicate::Constant(true) | Predicate::Not(_) | Predicate::Test(_) => {
            BTreeSet::from([ANY_CALL])
        }
    }
}

fn of_test(test: &IdentityTest) -> BTreeSet<PartialIdentity> {
    match test {
        IdentityTest::Interfaces(uuids) => bounded(uuids.iter().map(|uuid| PartialIdentity {
            uuid: Some(*uuid),
            opnum: None,
        })),
        IdentityTest::Operations(pairs) => {
            bounded(pairs.iter().map(|(uuid, opnum)| PartialIdentity {
                uuid: Some(*uuid),
                opnum: Some(*opnum),
            }))
        }
        IdentityTest::Opnum(Ordering::Equal, opnum) => BTreeSet::from([PartialIdentity {
            uuid: None,
            opnum: Some(*opnum),
        }]),
        IdentityTest::Opnum(..) => BTreeSet::from([ANY_CALL]),
    }
}

fn bounded(shapes: impl Iterator<Item = PartialIdentity>) -> BTreeSet<PartialIdentity> {
    let mut kept = BTreeSet::new();
    for shape in shapes {
        kept.insert(shape);
        if shape == ANY_CALL || kept.len() > MAX_OPERATIONS {
            return BTreeSet::from([ANY_CALL]);
        }
    }
    kept
}

/// The calls that are in a shape of both sets.
fn meet(a: &BTreeSet<PartialIdentity>, b: &BTreeSet<PartialIdentity>) -> BTreeSet<PartialIdentity> {
    if a.contains(&ANY_CALL) {
        return b.clone();
    }
    if b.contains(&ANY_CALL) || a.len().saturating_mul(b.len()) > MAX_OPERATIONS * 64 {
        return a.clone();
    }
    let mut met = BTreeSet::new();
    for left in a {
        for right in b {
            if let (Some(uuid), Some(opnum)) =
                (agree(left.uuid, right.uuid), agree(left.opnum, right.opnum))
            {
                met.insert(PartialIdentity { uuid, opnum });
            }
        }
    }
    met
}

/// The value of which two agree, where `None` stands for any.
#[allow(clippy::option_option)]
fn agree<T: PartialEq>(a: Option<T>, b: Option<T>) -> Option<Option<T>> {
    match (a, b) {
        (Some(a), Some(b)) if a != b => None,
        (Some(a), _) => Some(Some(a)),
        (None, b) => Some(b),
    }
}

/// The predicate with every identity test answered that the shape answers.
fn reduce(predicate: &Predicate, shape: PartialIdentity) -> Predicate {
    replaced(predicate, &|test| match answer(test, shape) {
        Some(answer) => Predicate::Constant(answer),
        None => Predicate::Identity(test.clone()),
    })
}

/// The predicate with something else in place of each identity test.
fn replaced(predicate: &Predicate, by: &impl Fn(&IdentityTest) -> Predicate) -> Predicate {
    let each = |parts: &[Predicate]| -> Vec<Predicate> {
        parts.iter().map(|part| replaced(part, by)).collect()
    };
    match predicate {
        Predicate::All(parts) => Predicate::all(each(parts)),
        Predicate::Any(parts) => Predicate::any(each(parts)),
        Predicate::Not(part) => replaced(part, by).negated(),
        Predicate::AtLeast(wanted, parts) => Predicate::at_least(*wanted, each(parts)),
        Predicate::Identity(test) => by(test),
        Predicate::Constant(_) | Predicate::Test(_) => predicate.clone(),
    }
}

fn answer(test: &IdentityTest, shape: PartialIdentity) -> Option<bool> {
    match test {
        IdentityTest::Interfaces(uuids) => shape.uuid.map(|uuid| uuids.contains(&uuid)),
        IdentityTest::Opnum(ordering, opnum) => {
            shape.opnum.map(|value| ordering.holds(value, *opnum))
        }
        IdentityTest::Operations(pairs) => match (shape.uuid, shape.opnum) {
            (Some(uuid), Some(opnum)) => Some(pairs.contains(&(uuid, opnum))),
            (Some(uuid), None) if !pairs.iter().any(|pair| pair.0 == uuid) => Some(false),
            (None, Some(opnum)) if !pairs.iter().any(|pair| pair.1 == opnum) => Some(false),
            _ => None,
        },
    }
}

impl IdentityTest {
    /// The test that holds where one of the two does, if there is one.
    pub fn union(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Interfaces(a), Self::Interfaces(b)) => Some(Self::Interfaces(a | b)),
            (Self::Operations(a), Self::Operations(b)) => Some(Self::Operations(a | b)),
            _ => None,
        }
    }

    /// Whether calls of which the interface, the opnum or both are known are what the test asks for, where that tells.
    pub fn answer(&self, uuid: Option<InterfaceUuid>, opnum: Option<u16>) -> Option<bool> {
        answer(self, PartialIdentity { uuid, opnum })
    }

    /// Whether a call is what the test asks for.
    pub fn holds(&self, uuid: InterfaceUuid, opnum: u16) -> bool {
        let shape = PartialIdentity {
            uuid: Some(uuid),
            opnum: Some(opnum),
        };
        answer(self, shape).unwrap_or(false)
    }
}
