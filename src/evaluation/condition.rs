//! A plan's predicates, made ready to be tested many times.

use std::net::IpAddr;

use super::attempt::{Asked, Part, SeenValue, Tested};
use super::calendar;
use super::pack::Sees;
use super::value::{Activity, FieldValue, Slot, Slots};
use crate::event::Timestamp;
use crate::finding::Place;
use crate::plan::{Key, Stage};
use crate::predicate::identity::IdentityTest;
use crate::predicate::network::Network;
use crate::predicate::pattern::{Case, Matcher, MatcherError};
use crate::predicate::{
    Comparison, FieldComparison, Ordering, Predicate, Relation, Test, TimePart,
};
use crate::rule::Number;
use crate::service::Field;

/// What must hold at one event; all of its parts must.
#[derive(Debug)]
pub(super) struct Conjunction {
    parts: Vec<CompiledCondition>,
}

/// What is known of a value before all of it is looked at.
#[derive(Debug)]
pub(super) enum Glimpsed<'v> {
    /// It is not set.
    Unset,
    Value(FieldValue<'v>),
    /// Nothing.
    Unclear,
}

#[derive(Debug)]
enum CompiledCondition {
    Constant(bool),
    All(Vec<CompiledCondition>),
    Any(Vec<CompiledCondition>),
    Not(Box<CompiledCondition>),
    AtLeast(usize, Vec<CompiledCondition>),
    Identity(IdentityTest),
    Test {
        field: String,
        slot: Slot,
        check: Check,
        place: Place,
    },
    /// A stage's key, of which the plan no longer knows where the rule asks for it.
    Key {
        slot: Slot,
        field: String,
        matcher: Matcher,
    },
}

#[derive(Debug)]
enum Check {
    IsSet,
    Matches(Matcher),
    Number(Ordering, Number),
    Bool(bool),
    Address(IpAddr),
    Network(Network),
    Field(Slot, Relation, Case),
    TimePart(TimePart, Ordering, u32),
    /// A placeholder, for which a replay has no values.
    Listed,
}

/// Why a rule cannot be tried.
#[derive(Debug)]
pub(super) enum Obstacle {
    /// The replay engine does not know a field's value.
    UnknownField { name: String, place: Place },
    /// A pattern is too large.
    Pattern(MatcherError),
    /// No event of a replay is one of the rule's service.
    NoAnalyzer,
    /// The log does not have what the rule asks for: fields and places.
    NotInLog(Vec<(String, Place)>),
}

impl From<MatcherError> for Obstacle {
    fn from(error: MatcherError) -> Self {
        Self::Pattern(error)
    }
}

impl Conjunction {
    /// What a stage of a rule tests. `anywhere` is the place to name for what has none of its own.
    pub(super) fn new(stage: &Stage, slots: Slots, anywhere: &Place) -> Result<Self, Obstacle> {
        let mut parts = Vec::new();
        if let Some(Key { field, pattern, .. }) = &stage.key {
            parts.push(CompiledCondition::Key {
                slot: slot(field, slots, anywhere)?,
                field: field.name.clone(),
                matcher: pattern.matcher()?,
            });
        }
        match CompiledCondition::new(&stage.condition, slots)? {
            CompiledCondition::All(more) => parts.extend(more),
            CompiledCondition::Constant(true) => {}
            condition => parts.push(condition),
        }
        Ok(Self { parts })
    }

    /// All that a rule asks for, tested at once.
    pub(super) fn of_predicate(predicate: &Predicate, slots: Slots) -> Result<Self, Obstacle> {
        let parts = match CompiledCondition::new(predicate, slots)? {
            CompiledCondition::All(parts) => parts,
            condition => vec![condition],
        };
        Ok(Self { parts })
    }

    /// Whether it can hold, by what `glimpsed` tells of values without much being done for it.
    pub(super) fn can_hold<'v>(&self, glimpsed: &dyn Fn(&Slot) -> Glimpsed<'v>) -> bool {
        let mut parts = self.parts.iter();
        parts.all(|part| part.answer(glimpsed) != Some(false))
    }

    pub(super) fn holds(&self, subject: &dyn Activity) -> bool {
        self.parts.iter().all(|part| part.holds(subject))
    }

    /// What became of each part.
    pub(super) fn parts(&self, subject: &dyn Activity) -> Vec<Part> {
        let parts = self.parts.iter();
        parts.map(|part| part.explained(subject)).collect()
    }
}

pub(super) fn slot(field: &Field, slots: Slots, place: &Place) -> Result<Slot, Obstacle> {
    let unknown = || {
        let (name, place) = (field.name.clone(), place.clone());
        match slots.sees {
            Sees::Events => Obstacle::UnknownField { name, place },
            Sees::Records(_) => Obstacle::NotInLog(vec![(name, place)]),
        }
    };
    slots.of(field).ok_or_else(unknown)
}

impl CompiledCondition {
    fn new(predicate: &Predicate, slots: Slots) -> Result<Self, Obstacle> {
        let each = |parts: &[Predicate]| -> Result<Vec<Self>, Obstacle> {
            parts.iter().map(|part| Self::new(part, slots)).collect()
        };
        Ok(match predicate {
            Predicate::Constant(value) => Self::Constant(*value),
            Predicate::All(parts) => Self::All(each(parts)?),
            Predicate::Any(parts) => Self::Any(each(parts)?),
            Predicate::Not(part) => Self::Not(Box::new(Self::new(part, slots)?)),
            Predicate::AtLeast(wanted, parts) => Self::AtLeast(*wanted, each(parts)?),
            Predicate::Identity(test) => Self::Identity(test.clone()),
            Predicate::Test(test) => Self::Test {
                field: test.field.name.clone(),
                slot: slot(&test.field, slots, &test.place)?,
                check: Check::new(test, slots)?,
                place: test.place.clone(),
            },
        })
    }

    fn holds(&self, subject: &dyn Activity) -> bool {
        match self {
            Self::Constant(value) => *value,
            Self::All(parts) => parts.iter().all(|part| part.holds(subject)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(subject)),
            Self::Not(part) => !part.holds(subject),
            Self::AtLeast(wanted, parts) => {
                parts.iter().filter(|part| part.holds(subject)).count() >= *wanted
            }
            Self::Identity(test) => subject.is(test),
            Self::Test { slot, check, .. } => subject
                .value(slot)
                .is_some_and(|value| check.holds(&value, subject)),
            Self::Key { slot, matcher, .. } => subject
                .value(slot)
                .is_some_and(|value| is_match(matcher, &value)),
        }
    }

    /// Whether it holds, where that is known.
    fn answer<'v>(&self, glimpsed: &dyn Fn(&Slot) -> Glimpsed<'v>) -> Option<bool> {
        match self {
            Self::Constant(value) => Some(*value),
            Self::All(parts) => least(parts.len(), parts, glimpsed),
            Self::Any(parts) => least(1, parts, glimpsed),
            Self::AtLeast(wanted, parts) => least(*wanted, parts, glimpsed),
            Self::Not(part) => part.answer(glimpsed).map(|holds| !holds),
            Self::Test { slot, check, .. } => match glimpsed(slot) {
                Glimpsed::Unset => Some(false),
                Glimpsed::Value(value) => check.holds_alone(&value),
                Glimpsed::Unclear => None,
            },
            Self::Identity(_) | Self::Key { .. } => None,
        }
    }

    /// What became of it.
    fn explained(&self, subject: &dyn Activity) -> Part {
        let mut part = Part {
            held: self.holds(subject),
            asked: Asked::Identity,
            values: Vec::new(),
        };
        if let Self::Key { field, slot, .. } = self {
            part.asked = Asked::Field(field.clone());
            part.saw(field, || subject.value(slot).map(SeenValue::new));
            return part;
        }
        let mut tests = Vec::new();
        self.explain(subject, &mut tests, &mut part);
        tests.sort_by_key(|test| (test.place.span.start, test.place.span.end));
        tests.dedup_by(|next, test| {
            let same = next.place == test.place;
            test.held |= same && next.held;
            same
        });
        if !tests.is_empty() {
            part.asked = Asked::Tests(tests);
        }
        part
    }

    /// Adds what became of each test of a field, by itself.
    fn explain(&self, subject: &dyn Activity, tests: &mut Vec<Tested>, part: &mut Part) {
        match self {
            Self::Test {
                field, slot, place, ..
            } => {
                tests.push(Tested {
                    place: place.clone(),
                    held: self.holds(subject),
                });
                part.saw(field, || subject.value(slot).map(SeenValue::new));
            }
            Self::Not(inner) => inner.explain(subject, tests, part),
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => {
                for inner in parts {
                    inner.explain(subject, tests, part);
                }
            }
            Self::Constant(_) | Self::Identity(_) | Self::Key { .. } => {}
        }
    }
}

/// Whether a value, or one of a list's, matches.
fn is_match(matcher: &Matcher, value: &FieldValue<'_>) -> bool {
    match value {
        FieldValue::Texts(texts) | FieldValue::Readings(texts) => {
            texts.iter().any(|text| matcher.is_match(text))
        }
        value => matcher.is_match(&value.text()),
    }
}

/// Whether so many of some conditions hold, where that is known.
fn least<'v>(
    wanted: usize,
    parts: &[CompiledCondition],
    glimpsed: &dyn Fn(&Slot) -> Glimpsed<'v>,
) -> Option<bool> {
    let (mut held, mut unknown) = (0, 0);
    for (number, part) in parts.iter().enumerate() {
        match part.answer(glimpsed) {
            Some(true) => held += 1,
            Some(false) => {}
            None => unknown += 1,
        }
        let rest = parts.len() - number - 1;
        if held >= wanted {
            return Some(true);
        }
        if held + unknown + rest < wanted {
            return Some(false);
        }
    }
    if held >= wanted { Some(true) } else { None }
}

impl Check {
    fn new(test: &Test, slots: Slots) -> Result<Self, Obstacle> {
        Ok(match &test.comparison {
            Comparison::IsSet => Self::IsSet,
            Comparison::Matches(pattern) => Self::Matches(pattern.matcher()?),
            Comparison::Number(ordering, number) => Self::Number(*ordering, *number),
            Comparison::Bool(value) => Self::Bool(*value),
            Comparison::Address(address) => Self::Address(*address),
            Comparison::Network(network) => Self::Network(*network),
            Comparison::TimePart(part, ordering, number) => {
                Self::TimePart(*part, *ordering, *number)
            }
            Comparison::Placeholder(_) => Self::Listed,
            Comparison::Field(comparison) => {
                let FieldComparison {
                    other,
                    relation,
                    case,
                } = comparison.as_ref();
                Self::Field(slot(other, slots, &test.place)?, *relation, *case)
            }
        })
    }

    fn holds(&self, value: &FieldValue<'_>, subject: &dyn Activity) -> bool {
        if let (FieldValue::Several(values), false) = (value, matches!(self, Self::IsSet)) {
            return values.iter().any(|value| self.holds(value, subject));
        }
        match self {
            Self::Field(other, relation, case) => subject
                .value(other)
                .is_some_and(|other| relates(value, &other, *relation, *case)),
            _ => self.holds_alone(value) == Some(true),
        }
    }

    /// The same of a single value; `None` where another field decides.
    fn holds_alone(&self, value: &FieldValue<'_>) -> Option<bool> {
        Some(match self {
            Self::IsSet => true,
            Self::Matches(matcher) => is_match(matcher, value),
            Self::Number(ordering, number) => value
                .number()
                .is_some_and(|value| ordering.holds(value, *number)),
            Self::Bool(wanted) => *value == FieldValue::Bool(*wanted),
            Self::Address(address) => *value == FieldValue::Address(*address),
            Self::Network(network) => {
                matches!(value, FieldValue::Address(address) if network.contains(*address))
            }
            Self::TimePart(part, ordering, number) => match value {
                FieldValue::Time(time) => {
                    ordering.holds(calendar::part(*time, *part), i64::from(*number))
                }
                FieldValue::FileTime(seconds) => {
                    let part = calendar::part(whole_seconds(*seconds), *part);
                    ordering.holds(part, i64::from(*number))
                }
                _ => false,
            },
            Self::Listed => false,
            Self::Field(..) => return None,
        })
    }
}

fn whole_seconds(seconds: f64) -> Timestamp {
    // File times span some 58,000 years, which microseconds do in 64 bits.
    #[allow(clippy::cast_possible_truncation)]
    Timestamp::from_micros(seconds.floor() as i64 * 1_000_000)
}

fn relates(value: &FieldValue<'_>, other: &FieldValue<'_>, relation: Relation, case: Case) -> bool {
    // A host in an argument can be an address in text.
    let address = match other {
        FieldValue::Address(_) if matches!(value, FieldValue::Bytes(_)) => {
            other.text().into_owned()
        }
        _ => Vec::new(),
    };
    let other = match other {
        FieldValue::Address(_) if !address.is_empty() => &FieldValue::Bytes(&address),
        other => other,
    };
    let (FieldValue::Bytes(left), FieldValue::Bytes(right)) = (value, other) else {
        return match (value, other) {
            (FieldValue::FileTime(time), other) | (other, FieldValue::FileTime(time)) => {
                other.number() == Number::new(*time)
            }
            _ => value == other,
        };
    };
    let folded = |bytes: &[u8]| match case {
        Case::Sensitive => bytes.to_vec(),
        Case::Insensitive => bytes.to_ascii_lowercase(),
    };
    let (left, right) = (folded(left), folded(right));
    match relation {
        Relation::Equals => left == right,
        Relation::StartsWith => left.starts_with(&right),
        Relation::EndsWith => left.ends_with(&right),
        Relation::Contains => memchr::memmem::find(&left, &right).is_some(),
    }
}
