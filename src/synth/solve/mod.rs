//! From a way in which a predicate holds to a scenario in which it does.
//!
//! Each field's tests are met together; what they leave open stays as it was. What comes out has been checked: all of the
//! way's tests hold of it.

mod address;
mod group;
mod number;
pub(super) mod text;
mod time;
pub(super) mod ways;

use std::collections::BTreeSet;

use self::group::TestGroup;
use self::ways::{Atom, Literal};
use super::observation::{self, ObservedEvent, ObservedValue};
use super::scenario::{FieldRefusal, Scenario};
use crate::finding::Place;
use crate::predicate::identity::IdentityTest;
use crate::predicate::{Comparison, Test};
use crate::registry::{InterfaceUuid, Operation};
use crate::service::argument::ArgumentField;

/// Why a way cannot be taken.
#[derive(Debug, Clone)]
pub(super) struct Unsolved {
    /// What keeps it from being taken.
    pub(super) obstacle: Unsolvable,
    /// Where the rule asks for what cannot be.
    pub(super) place: Option<Place>,
    /// Where it asks for something else that goes against it.
    pub(super) other: Option<Place>,
}

/// What keeps a way from being taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unsolvable {
    /// Two tests of a field, or one alone, leave no value.
    Contradiction { field: String },
    /// No conversation settles the field.
    BeyondCaptures { field: String },
    /// A placeholder stands for nothing.
    Placeholder { name: String },
    /// The field cannot have the value; what it would have to be.
    DoesNotFit { field: String, wanted: FieldRefusal },
    /// No text was found within bounds.
    NotFound { field: String },
    /// No operation is as asked.
    NoOperation,
}

/// A scenario of which all literals hold, as much like `base` as can be.
pub(super) fn solve(base: &Scenario, literals: &[Literal<'_>]) -> Result<Scenario, Unsolved> {
    let mut scenario = base.clone();
    if literals.iter().any(asks_for_argument) {
        scenario.describe_stubs();
    }
    refuse_unsettled(literals)?;
    settle_identity(&mut scenario, literals)?;
    for group in TestGroup::all(literals) {
        group.settle(&mut scenario)?;
    }
    settle_comparisons(&mut scenario, literals);
    check(&scenario.subject(), literals)?;
    check_family(&scenario, literals)?;
    Ok(scenario)
}

fn asks_for_argument(literal: &Literal<'_>) -> bool {
    matches!(&literal.atom, Atom::Field(test) if test.field.is_argument())
}

fn check_family(scenario: &Scenario, literals: &[Literal<'_>]) -> Result<(), Unsolved> {
    if scenario.endpoints().are_of_one_family() {
        return Ok(());
    }
    let asked = literals.iter().find_map(|literal| match literal.atom {
        Atom::Field(test) if literal.wanted && test.field.name == "id.resp_h" => Some(test),
        _ => None,
    });
    Err(Unsolved {
        obstacle: Unsolvable::DoesNotFit {
            field: "id.resp_h".to_owned(),
            wanted: "an address of the same version of IP as the originator's",
        },
        place: asked.map(|test| test.place.clone()),
        other: None,
    })
}

/// Whether a literal holds of what is seen.
fn holds(subject: &ObservedEvent, literal: &Literal<'_>) -> bool {
    let passes = match &literal.atom {
        Atom::Field(test) => subject.passes(test).unwrap_or(!literal.wanted),
        Atom::Identity(test) => subject.is(test),
    };
    passes == literal.wanted
}

fn check(subject: &ObservedEvent, literals: &[Literal<'_>]) -> Result<(), Unsolved> {
    let failed = literals.iter().find(|literal| !holds(subject, literal));
    let Some(failed) = failed else { return Ok(()) };
    Err(match &failed.atom {
        Atom::Field(test) => {
            let same = literals.iter().find_map(|literal| match literal.atom {
                Atom::Field(other) if other.field == test.field && other.place != test.place => {
                    Some(other.place.clone())
                }
                _ => None,
            });
            Unsolved {
                obstacle: Unsolvable::Contradiction {
                    field: test.field.name.clone(),
                },
                place: Some(test.place.clone()),
                other: same,
            }
        }
        Atom::Identity(_) => Unsolved {
            obstacle: Unsolvable::NoOperation,
            place: None,
            other: None,
        },
    })
}

fn refuse_unsettled(literals: &[Literal<'_>]) -> Result<(), Unsolved> {
    for literal in literals {
        let Atom::Field(test) = &literal.atom else {
            continue;
        };
        let refuse = |obstacle| {
            Err(Unsolved {
                obstacle,
                place: Some(test.place.clone()),
                other: None,
            })
        };
        if let (Comparison::Placeholder(placeholder), true) = (&test.comparison, literal.wanted) {
            let name = placeholder.name.clone();
            return refuse(Unsolvable::Placeholder { name });
        }
        let other = match &test.comparison {
            Comparison::Field(comparison) => Some(&comparison.other),
            _ => None,
        };
        for field in [Some(&test.field), other].into_iter().flatten() {
            if observation::is_beyond_captures(field) {
                let field = field.name.clone();
                return refuse(Unsolvable::BeyondCaptures { field });
            }
        }
    }
    Ok(())
}

/// How many operations are tried.
const MAX_OPERATIONS: usize = 50_000;

fn settle_identity(scenario: &mut Scenario, literals: &[Literal<'_>]) -> Result<(), Unsolved> {
    let tests: Vec<(&IdentityTest, bool)> = literals
        .iter()
        .filter_map(|literal| match &literal.atom {
            Atom::Identity(test) => Some((test.as_ref(), literal.wanted)),
            Atom::Field(_) => None,
        })
        .collect();
    let Some((uuid, opnum)) = scenario.subject().identity else {
        return Ok(());
    };
    let fits = |uuid: InterfaceUuid, opnum: u16| {
        tests
            .iter()
            .all(|(test, wanted)| test.holds(uuid, opnum) == *wanted)
    };
    let with_arguments = with_arguments(literals);
    let mut uuids = vec![uuid];
    let mut opnums = vec![opnum];
    for (test, _) in &tests {
        match test {
            IdentityTest::Interfaces(interfaces) => uuids.extend(interfaces),
            IdentityTest::Operations(pairs) => {
                uuids.extend(pairs.iter().map(|pair| pair.0));
                opnums.extend(pairs.iter().map(|pair| pair.1));
            }
            IdentityTest::Opnum(_, opnum) => {
                opnums.extend([*opnum, opnum.saturating_add(1), opnum.saturating_sub(1)]);
            }
        }
    }
    let mut seen = BTreeSet::new();
    uuids.retain(|uuid| seen.insert(*uuid));
    let mut seen = BTreeSet::new();
    opnums.retain(|opnum| seen.insert(*opnum));
    uuids.push(neighbour(uuid));
    opnums.push(opnum.wrapping_add(1));
    let pairs = uuids
        .iter()
        .flat_map(|uuid| opnums.iter().map(|opnum| (*uuid, *opnum)));
    match with_arguments
        .into_iter()
        .chain(pairs)
        .take(MAX_OPERATIONS)
        .find(|(uuid, opnum)| fits(*uuid, *opnum))
    {
        Some((uuid, opnum)) => {
            scenario.set_identity(uuid, opnum);
            Ok(())
        }
        None => Err(Unsolved {
            obstacle: Unsolvable::NoOperation,
            place: None,
            other: None,
        }),
    }
}

/// The operations that have all arguments that are to be there.
fn with_arguments(literals: &[Literal<'_>]) -> Vec<(InterfaceUuid, u16)> {
    let wanted = literals.iter().filter_map(|literal| match &literal.atom {
        Atom::Field(test) if literal.wanted => ArgumentField::named(&test.field.name),
        _ => None,
    });
    let wanted: Vec<&ArgumentField> = wanted.collect();
    let Some(first) = wanted.first() else {
        return Vec::new();
    };
    let has_all = |operation: &&Operation| {
        let mut wanted = wanted.iter();
        wanted.all(|argument| argument.in_operation(operation).is_some())
    };
    let operations = first.operations().filter(has_all);
    operations
        .map(|operation| (operation.uuid, operation.opnum))
        .collect()
}

/// An interface UUID that differs in its last digit.
pub(super) fn neighbour(uuid: InterfaceUuid) -> InterfaceUuid {
    let mut bytes = *uuid.as_bytes();
    bytes[15] ^= 1;
    InterfaceUuid::from_bytes(bytes)
}

/// Makes fields equal that have to be, and differ that must not; [`check`] says whether that was enough.
fn settle_comparisons(scenario: &mut Scenario, literals: &[Literal<'_>]) {
    for literal in literals {
        let Atom::Field(test) = &literal.atom else {
            continue;
        };
        let Comparison::Field(comparison) = &test.comparison else {
            continue;
        };
        if holds(&scenario.subject(), literal) {
            continue;
        }
        let subject = scenario.subject();
        let (own, other) = (
            subject.value(&test.field).cloned(),
            subject.value(&comparison.other).cloned(),
        );
        let attempts: Vec<(_, Option<ObservedValue>)> = if literal.wanted {
            let with_text = other.as_ref().map(|other| with_text(own.as_ref(), other));
            vec![
                (&test.field, other),
                (&comparison.other, own),
                (&test.field, with_text),
            ]
        } else {
            let different = own.as_ref().map(another);
            vec![(&test.field, different), (&test.field, None)]
        };
        for (field, value) in attempts {
            let mut attempt = scenario.clone();
            if attempt.set(field, value).is_ok() && rest_holds(&attempt, literals, literal) {
                *scenario = attempt;
                break;
            }
        }
    }
}

/// Whether a literal holds, and all that compare fields with no other.
fn rest_holds(scenario: &Scenario, literals: &[Literal<'_>], literal: &Literal<'_>) -> bool {
    let subject = scenario.subject();
    let compares = |literal: &Literal<'_>| matches!(&literal.atom, Atom::Field(test) if matches!(test.comparison, Comparison::Field(_)));
    let rest = literals.iter().filter(|literal| !compares(literal));
    holds(&subject, literal) && rest.into_iter().all(|literal| holds(&subject, literal))
}

/// A text, and behind it the text of another value.
fn with_text(text: Option<&ObservedValue>, other: &ObservedValue) -> ObservedValue {
    let before = match text {
        Some(ObservedValue::Bytes(text)) => text.as_slice(),
        _ => b"",
    };
    ObservedValue::Bytes([before, &other.text()].concat())
}

/// A value that differs from another of its kind.
fn another(value: &ObservedValue) -> ObservedValue {
    match value {
        ObservedValue::Bytes(bytes) => ObservedValue::Bytes([bytes.as_slice(), b"x"].concat()),
        ObservedValue::Texts(texts) => ObservedValue::Texts(
            texts
                .iter()
                .map(|text| [text.as_slice(), b"x"].concat())
                .collect(),
        ),
        ObservedValue::Count(number) => ObservedValue::Count(number.saturating_add(1)),
        ObservedValue::Int(number) => ObservedValue::Int(number.saturating_add(1)),
        ObservedValue::Port(port) => ObservedValue::Port(port.checked_add(1).unwrap_or(1)),
        ObservedValue::Interval(seconds) => ObservedValue::Interval(seconds + 1.0),
        ObservedValue::Time(seconds) => ObservedValue::Time(seconds + 60.0),
        ObservedValue::Address(address) => ObservedValue::Address(address::next(*address)),
        ObservedValue::Bool(truth) => ObservedValue::Bool(!truth),
        ObservedValue::Several(values) => {
            ObservedValue::Several(values.iter().map(another).collect())
        }
    }
}

/// Why a test is not met.
fn unmet(test: &Test, obstacle: Unsolvable) -> Unsolved {
    Unsolved {
        obstacle,
        place: Some(test.place.clone()),
        other: None,
    }
}
