//! What a rule asks of a call or a transaction, as a tree of tests.

pub mod identity;
pub mod network;
pub(crate) mod normal;
pub mod pattern;

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::finding::Place;
use crate::rule::Number;
use crate::service::{Field, Phase};
use identity::IdentityTest;
use network::Network;
use pattern::{Case, Pattern, ValuePart};

/// A condition on one call or transaction. The order means nothing but is always the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Predicate {
    /// Known while compiling.
    Constant(bool),
    /// The call is one of certain operations.
    Identity(IdentityTest),
    /// A field is compared.
    Test(Test),
    /// At least so many of the parts hold.
    AtLeast(usize, Vec<Predicate>),
    /// At least one part holds.
    Any(Vec<Predicate>),
    /// Every part holds.
    All(Vec<Predicate>),
    /// The part does not hold.
    Not(Box<Predicate>),
}

/// One comparison of a field. Two are equal that ask for the same, wherever.
#[derive(Debug, Clone)]
pub struct Test {
    /// The field.
    pub field: Field,
    /// What it is compared to.
    pub comparison: Comparison,
    /// Where the rule, or a filter that is put on it, asks for it.
    pub place: Place,
}

/// What a field is compared to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Comparison {
    /// The field has a value.
    IsSet,
    /// The whole text or payload matches. Of a list of texts, one of them.
    Matches(Pattern),
    /// A number, a time span or a time in seconds compares to this.
    Number(Ordering, Number),
    /// It is true, or false.
    Bool(bool),
    /// The address is this one.
    Address(IpAddr),
    /// The address is in this network.
    Network(Network),
    /// The field compares to another field.
    Field(Box<FieldComparison>),
    /// A part of a time, in UTC.
    TimePart(TimePart, Ordering, u32),
    /// The text or the address is one of those that the operator lists for a placeholder.
    Placeholder(Placeholder),
}

/// A comparison with another field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldComparison {
    /// The other field.
    pub other: Field,
    /// How the two compare.
    pub relation: Relation,
    /// Whether letters' case counts.
    pub case: Case,
}

/// How a text relates to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// They are equal.
    Equals,
    /// The other is a part of it.
    Contains,
    /// It starts with the other.
    StartsWith,
    /// It ends with the other.
    EndsWith,
}

/// An order of two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ordering {
    /// Equal.
    Equal,
    /// Less.
    Less,
    /// Less or equal.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or equal.
    GreaterOrEqual,
}

/// A part of a point in time (Sigma modifiers appendix, "Time Modifiers").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimePart {
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// 1 to 31.
    Day,
    /// ISO 8601 week, 1 to 53.
    Week,
    /// 1 to 12.
    Month,
    /// The year.
    Year,
}

/// A placeholder of Sigma's `expand` with the text around it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placeholder {
    /// The name between the percent signs.
    pub name: String,
    /// What stands before it.
    pub before: Vec<ValuePart>,
    /// What stands behind it.
    pub after: Vec<ValuePart>,
    /// How the field relates to the text that comes of it.
    pub relation: Relation,
    /// Whether letters' case counts.
    pub case: Case,
}

impl Test {
    fn asked(&self) -> (&Field, &Comparison) {
        (&self.field, &self.comparison)
    }
}

impl PartialEq for Test {
    fn eq(&self, other: &Self) -> bool {
        self.asked() == other.asked()
    }
}

impl Eq for Test {}

impl PartialOrd for Test {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Test {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.asked().cmp(&other.asked())
    }
}

impl Ordering {
    /// Whether `a` stands in this order to `b`.
    pub fn holds<T: PartialOrd>(self, a: T, b: T) -> bool {
        match self {
            Ordering::Equal => a == b,
            Ordering::Less => a < b,
            Ordering::LessOrEqual => a <= b,
            Ordering::Greater => a > b,
            Ordering::GreaterOrEqual => a >= b,
        }
    }
}

/// Adds an alternative; tests of what the call is become one.
fn join(alternatives: &mut Vec<Predicate>, part: Predicate) {
    if let Predicate::Identity(test) = &part {
        for alternative in alternatives.iter_mut() {
            if let Predicate::Identity(known) = alternative
                && let Some(union) = known.union(test)
            {
                *known = union;
                return;
            }
        }
    }
    alternatives.push(part);
}

impl Predicate {
    /// The conjunction of parts, without constants and nesting.
    pub fn all(parts: impl IntoIterator<Item = Predicate>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Predicate::Constant(true) => {}
                Predicate::Constant(false) => return Predicate::Constant(false),
                Predicate::All(parts) => kept.extend(parts),
                part => kept.push(part),
            }
        }
        match kept.len() {
            0 => Predicate::Constant(true),
            1 => kept.swap_remove(0),
            _ => Predicate::All(kept),
        }
    }

    /// The disjunction of parts, without constants and nesting.
    pub fn any(parts: impl IntoIterator<Item = Predicate>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Predicate::Constant(false) => {}
                Predicate::Constant(true) => return Predicate::Constant(true),
                Predicate::Any(parts) => parts.into_iter().for_each(|part| join(&mut kept, part)),
                part => join(&mut kept, part),
            }
        }
        match kept.len() {
            0 => Predicate::Constant(false),
            1 => kept.swap_remove(0),
            _ => Predicate::Any(kept),
        }
    }

    /// The negation, carried down to the tests so that a conjunction shows wherever there is one.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Predicate::Constant(value) => Predicate::Constant(!value),
            Predicate::All(parts) => Predicate::any(parts.into_iter().map(Predicate::negated)),
            Predicate::Any(parts) => Predicate::all(parts.into_iter().map(Predicate::negated)),
            Predicate::Not(part) => *part,
            part => Predicate::Not(Box::new(part)),
        }
    }

    /// At least so many of the parts; `1 of` and `all of` become what they are.
    pub fn at_least(wanted: usize, parts: Vec<Predicate>) -> Self {
        let certain = parts
            .iter()
            .filter(|part| **part == Predicate::Constant(true))
            .count();
        let wanted = wanted.saturating_sub(certain);
        let open: Vec<Predicate> = parts
            .into_iter()
            .filter(|part| !matches!(part, Predicate::Constant(_)))
            .collect();
        match wanted {
            0 => Predicate::Constant(true),
            1 => Predicate::any(open),
            _ if wanted == open.len() => Predicate::all(open),
            _ if wanted > open.len() => Predicate::Constant(false),
            _ => Predicate::AtLeast(wanted, open),
        }
    }

    /// The parts of which every one must hold.
    pub fn conjuncts(self) -> Vec<Predicate> {
        match self {
            Predicate::Constant(true) => Vec::new(),
            Predicate::All(parts) => parts,
            part => vec![part],
        }
    }

    /// Every test of the tree.
    pub fn tests(&self) -> Vec<&Test> {
        let mut tests = Vec::new();
        self.visit(&mut |part| {
            if let Predicate::Test(test) = part {
                tests.push(test);
            }
        });
        tests
    }

    /// Every test of what the call is.
    pub fn identity_tests(&self) -> Vec<&IdentityTest> {
        let mut tests = Vec::new();
        self.visit(&mut |part| {
            if let Predicate::Identity(test) = part {
                tests.push(test);
            }
        });
        tests
    }

    /// Every field that the tree looks at, once.
    pub fn fields(&self) -> Vec<&Field> {
        let mut seen = BTreeSet::new();
        let mut fields = Vec::new();
        for test in self.tests() {
            let other = match &test.comparison {
                Comparison::Field(comparison) => Some(&comparison.other),
                _ => None,
            };
            let new = [Some(&test.field), other].into_iter().flatten();
            fields.extend(new.filter(|field| seen.insert(*field)));
        }
        fields
    }

    /// The first event at which all fields of the tree are known.
    pub fn phase(&self) -> Option<Phase> {
        self.fields().iter().map(|field| field.phase).max()
    }

    /// The tree with something else in place of each test for which there is something.
    #[must_use]
    pub fn replace_tests(&self, by: &impl Fn(&Test) -> Option<Predicate>) -> Self {
        let each = |parts: &[Predicate]| -> Vec<Predicate> {
            parts.iter().map(|part| part.replace_tests(by)).collect()
        };
        match self {
            Predicate::All(parts) => Predicate::all(each(parts)),
            Predicate::Any(parts) => Predicate::any(each(parts)),
            Predicate::Not(part) => part.replace_tests(by).negated(),
            Predicate::AtLeast(wanted, parts) => Predicate::at_least(*wanted, each(parts)),
            Predicate::Test(test) => by(test).unwrap_or_else(|| self.clone()),
            Predicate::Constant(_) | Predicate::Identity(_) => self.clone(),
        }
    }

    /// How many nodes the tree has.
    pub fn size(&self) -> usize {
        let mut size = 0;
        self.visit(&mut |_| size += 1);
        size
    }

    fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Predicate)) {
        see(self);
        match self {
            Predicate::All(parts) | Predicate::Any(parts) | Predicate::AtLeast(_, parts) => {
                for part in parts {
                    part.visit(see);
                }
            }
            Predicate::Not(part) => part.visit(see),
            Predicate::Constant(_) | Predicate::Test(_) | Predicate::Identity(_) => {}
        }
    }
}
