//! Conditions on one field that cannot hold together.

use crate::finding::{Code, Finding, Place};
use crate::predicate::pattern::{Case, Pattern};
use crate::predicate::{Comparison, Ordering, Predicate, Test};
use crate::rule::Number;
use crate::service::FieldKind;

/// The first two conditions of a conjunction that exclude each other, or one that nothing meets, as a finding.
pub(super) fn find(predicate: &Predicate) -> Option<Finding> {
    let parts = match predicate {
        Predicate::All(parts) => parts.as_slice(),
        part => std::slice::from_ref(part),
    };
    let tests: Vec<&Test> = parts
        .iter()
        .filter_map(|part| match part {
            Predicate::Test(test) if has_one_value(test) => Some(test),
            _ => None,
        })
        .collect();
    tests.iter().enumerate().find_map(|(index, test)| {
        if is_impossible(test) {
            return Some(finding(test, &test.place));
        }
        let mut earlier = tests[..index].iter();
        let other = earlier.find(|other| other.field == test.field && exclude(other, test))?;
        Some(finding(test, &other.place))
    })
}

fn finding(test: &Test, other: &Place) -> Finding {
    let name = &test.field.name;
    let alone = *other == test.place;
    let message = if alone {
        format!("no `{name}` is like this")
    } else {
        format!("no `{name}` meets both conditions")
    };
    let finding = Finding::new(Code::NeverMatches, test.place.clone(), message)
        .help("correct one, or write alternatives as a list");
    if alone {
        finding
    } else {
        finding.related(other.clone(), "the other one")
    }
}

fn has_one_value(test: &Test) -> bool {
    !test.field.kind.is_several() && test.field.kind != FieldKind::Identity
}

fn is_impossible(test: &Test) -> bool {
    match (&test.comparison, bounds(test)) {
        (Comparison::Number(..), Some((least, most))) => least > most,
        _ => false,
    }
}

fn exclude(a: &Test, b: &Test) -> bool {
    if let (Some((a_least, a_most)), Some((b_least, b_most))) = (bounds(a), bounds(b)) {
        return a_least.max(b_least) > a_most.min(b_most);
    }
    match (&a.comparison, &b.comparison) {
        (Comparison::Matches(a), Comparison::Matches(b)) => differ(a, b) || differ(b, a),
        (Comparison::Address(a), Comparison::Address(b)) => a != b,
        (Comparison::Bool(a), Comparison::Bool(b)) => a != b,
        _ => false,
    }
}

/// The least and the greatest number that a comparison allows; of whole numbers, whole ones.
fn bounds(test: &Test) -> Option<(Number, Number)> {
    let Comparison::Number(ordering, number) = &test.comparison else {
        return None;
    };
    let whole = |least: i128, most: i128| (Number::from(least), Number::from(most), true);
    let (least, most, is_whole) = match test.field.kind {
        FieldKind::Count => whole(0, u64::MAX.into()),
        FieldKind::Port => whole(0, u16::MAX.into()),
        FieldKind::Int => whole(i64::MIN.into(), i64::MAX.into()),
        _ => (Number::new(f64::MIN)?, Number::new(f64::MAX)?, false),
    };
    let number = *number;
    let (from, to) = match ordering {
        Ordering::Equal => (number, number),
        Ordering::Less if is_whole => (least, number.minus_one()),
        Ordering::Less | Ordering::LessOrEqual => (least, number),
        Ordering::Greater if is_whole => (number.plus_one(), most),
        Ordering::Greater | Ordering::GreaterOrEqual => (number, most),
    };
    Some((from.max(least), to.min(most)))
}

/// Whether the one text that a pattern matches is none of the other's.
fn differ(exact: &Pattern, other: &Pattern) -> bool {
    let Some((bytes, case)) = exact.as_literal() else {
        return false;
    };
    match (case, other.as_literal()) {
        (Case::Insensitive, Some((theirs, _))) => !bytes.eq_ignore_ascii_case(theirs),
        // Another spelling of the text may be what a pattern that minds case wants.
        (Case::Insensitive, None) => other.ignores_case() && !other.is_match(bytes),
        (Case::Sensitive, _) => !other.is_match(bytes),
    }
}
