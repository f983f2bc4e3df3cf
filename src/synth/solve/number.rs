//! Numbers and time spans that meet their tests.

use super::group::TestGroup;
use super::{Unsolved, text};
use crate::predicate::pattern::ByteSet;
use crate::predicate::{Comparison, Test};
use crate::service::FieldKind;
use crate::synth::observation::ObservedValue;
use crate::synth::scenario::Scenario;

/// The value nearest to a number of the rule that meets all tests; what is there or usual is tried first.
pub(super) fn find(
    group: &TestGroup<'_>,
    scenario: &Scenario,
    test: &Test,
) -> Result<ObservedValue, Unsolved> {
    let kind = test.field.kind;
    let present = scenario.subject().value(&test.field).cloned();
    let examples = scenario.frame(&test.field).examples;
    let usual = examples
        .iter()
        .filter_map(|text| value(kind, std::str::from_utf8(text).ok()?.parse().ok()?));
    let near: Vec<f64> = group
        .tests()
        .iter()
        .flat_map(|(test, _)| numbers(kind, test))
        .collect();
    let between = between(group);
    let candidates = present.into_iter().chain(usual).chain(
        between
            .into_iter()
            .chain(near)
            .filter_map(|number| value(kind, number)),
    );
    let mut candidates = candidates;
    candidates
        .find(group.fitting())
        .ok_or_else(|| group.contradiction(test, None))
}

/// Numbers halfway between two of the rule, well off the edges.
fn between(group: &TestGroup<'_>) -> Vec<f64> {
    let tests = group.tests().iter();
    let named: Vec<f64> = tests
        .filter_map(|(test, _)| match &test.comparison {
            Comparison::Number(_, number) => Some(number.as_f64()),
            _ => None,
        })
        .collect();
    let pairs = named.windows(2);
    pairs.map(|pair| f64::midpoint(pair[0], pair[1])).collect()
}

/// Numbers at the edges of what a test wants.
fn numbers(kind: FieldKind, test: &Test) -> Vec<f64> {
    let step = match kind {
        FieldKind::Interval => 0.01,
        _ => 1.0,
    };
    match &test.comparison {
        Comparison::Number(_, number) => {
            let number = number.as_f64();
            // Beyond several neighbours, which other tests may exclude.
            let around = (0..40).flat_map(|steps| {
                let distance = f64::from(steps) * step;
                [number + distance, number - distance]
            });
            around.collect()
        }
        Comparison::Matches(pattern) => {
            let digits = ByteSet::range(b'0'..=b'9').union(ByteSet::single(b'.'));
            let text = text::shortest(pattern, digits);
            let text = text.and_then(|text| String::from_utf8(text).ok());
            let short = text.and_then(|text| text.parse::<f64>().ok());
            // A part of a number, such as the first digit of a status.
            let longer = short
                .into_iter()
                .flat_map(|short| [short, short * 10.0, short * 100.0]);
            longer.collect()
        }
        _ => Vec::new(),
    }
}

fn value(kind: FieldKind, number: f64) -> Option<ObservedValue> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Checked.
    match kind {
        FieldKind::Count if (0.0..=1e15).contains(&number) => {
            Some(ObservedValue::Count(number as u64))
        }
        FieldKind::Int if (-1e15..=1e15).contains(&number) => {
            Some(ObservedValue::Int(number as i64))
        }
        FieldKind::Port if (0.0..=65_535.0).contains(&number) => {
            Some(ObservedValue::Port(number as u16))
        }
        FieldKind::Interval if number >= 0.0 => Some(ObservedValue::Interval(number)),
        kind if kind.is_several() => {
            Some(ObservedValue::Several(vec![value(kind.element(), number)?]))
        }
        _ => None,
    }
}
