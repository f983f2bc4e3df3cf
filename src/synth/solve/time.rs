//! Times that meet their tests.

use super::Unsolved;
use super::group::TestGroup;
use crate::predicate::TimePart::{Day, Hour, Minute, Month, Week, Year};
use crate::predicate::{Comparison, Test, TimePart};
use crate::synth::observation::{ObservedValue, passing};
use crate::synth::scenario::Scenario;

const DAY: f64 = 86_400.0;
/// Half a minute into a minute, so that what comes before and after is in the same one.
const HALF_MINUTE: f64 = 30.0;
/// How many days are looked through: every year of the calendar's cycle of 28.
const DAYS: u32 = 28 * 366;
/// How many times of a day are tried that are as the rule wants them.
const TIMES: usize = 4;

/// A time that meets all tests: at one that the rule names, or else the first day from then on or from what is there.
pub(super) fn find(
    group: &TestGroup<'_>,
    scenario: &Scenario,
    test: &Test,
) -> Result<ObservedValue, Unsolved> {
    let present = match scenario.subject().value(&test.field) {
        Some(ObservedValue::Time(seconds)) => *seconds,
        _ => 0.0,
    };
    let fits = group.fitting();
    let named = named(group);
    let offsets = [0.0, HALF_MINUTE, -HALF_MINUTE, 0.5, -0.5, DAY, -DAY];
    let near = named
        .iter()
        .flat_map(|time| offsets.map(|offset| ObservedValue::Time(time + offset)));
    if let Some(value) = near.into_iter().find(&fits) {
        return Ok(value);
    }
    let times = times_of_day(group);
    let starts = years(group).into_iter().chain(named).chain([present]);
    for start in starts {
        let first = (start / DAY).floor() * DAY;
        for day in 0..DAYS {
            let day = first + f64::from(day) * DAY;
            if day < DAY || !agrees(group, day, &[Day, Week, Month, Year]) {
                continue;
            }
            let mut values = times.iter().map(|time| ObservedValue::Time(day + time));
            if let Some(value) = values.find(&fits) {
                return Ok(value);
            }
        }
    }
    Err(group.contradiction(test, None))
}

/// The times that the rule names.
fn named(group: &TestGroup<'_>) -> Vec<f64> {
    let tests = group.tests().iter();
    tests
        .filter_map(|(test, _)| match &test.comparison {
            Comparison::Number(_, number) => Some(number.as_f64()),
            _ => None,
        })
        .collect()
}

/// Shortly before the years that the rule names.
fn years(group: &TestGroup<'_>) -> Vec<f64> {
    const MEAN_YEAR: f64 = 365.2425 * DAY;
    let tests = group.tests().iter();
    tests
        .filter_map(|(test, _)| match &test.comparison {
            Comparison::TimePart(Year, _, year) => {
                Some((f64::from(*year) - 1970.0) * MEAN_YEAR - 2.0 * DAY)
            }
            _ => None,
        })
        .collect()
}

/// Times of a day that are as the rule wants hours and minutes, noon first.
fn times_of_day(group: &TestGroup<'_>) -> Vec<f64> {
    let hours = (12..24).chain(0..12).map(f64::from);
    let minutes = hours.flat_map(|hour| (0..60).map(move |minute| hour * 60.0 + f64::from(minute)));
    minutes
        .map(|minute| minute * 60.0 + HALF_MINUTE)
        .filter(|time| agrees(group, *time, &[Hour, Minute]))
        .take(TIMES)
        .collect()
}

/// Whether a time is as the tests of certain parts want it.
fn agrees(group: &TestGroup<'_>, time: f64, parts: &[TimePart]) -> bool {
    let value = ObservedValue::Time(time);
    group
        .tests()
        .iter()
        .filter(|(test, _)| {
            matches!(&test.comparison, Comparison::TimePart(part, ..) if parts.contains(part))
        })
        .all(|(test, wanted)| passing(test)(&value) == *wanted)
}
