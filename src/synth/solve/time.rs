//! Times that meet their tests.

use super::Unsolved;
use super::group::Group;
use crate::plan::predicate::{Comparison, Test};
use crate::synth::observation::Value;
use crate::synth::scenario::Scenario;

const DAY: f64 = 86_400.0;
/// Half a minute into a minute, so that what comes before and after is in the same one.
const HALF_MINUTE: f64 = 30.0;
/// How many days are looked through: every year of the calendar's cycle of 28.
const DAYS: u32 = 28 * 366;

/// A time that meets all tests: the nearest to what is there, or to a time that the rule names.
pub(super) fn find(group: &Group<'_>, scenario: &Scenario, test: &Test) -> Result<Value, Unsolved> {
    let present = match scenario.subject().value(&test.field) {
        Some(Value::Time(seconds)) => *seconds,
        _ => 0.0,
    };
    let tests = group.tests().iter();
    let named = tests.filter_map(|(test, _)| match &test.comparison {
        Comparison::Number(_, number) => Some(number.get()),
        _ => None,
    });
    let named: Vec<f64> = named
        .flat_map(|time| [time, time + HALF_MINUTE, time - HALF_MINUTE])
        .collect();
    if let Some(value) = named
        .iter()
        .map(|time| Value::Time(*time))
        .find(|value| group.fits(value))
    {
        return Ok(value);
    }
    let begin = |time: f64| (time / DAY).floor() * DAY;
    // A year that the rule names, and the days around what it names otherwise.
    let years = group
        .tests()
        .iter()
        .filter_map(|(test, _)| match &test.comparison {
            Comparison::TimePart(crate::plan::predicate::TimePart::Year, _, year) => {
                Some(begin((f64::from(*year) - 1970.0) * 365.2425 * DAY) - 2.0 * DAY)
            }
            _ => None,
        });
    let starts: Vec<f64> = years.chain(named).chain([present]).map(begin).collect();
    for start in starts {
        for day in 0..DAYS {
            let day = start + f64::from(day) * DAY;
            if let Some(value) = within(group, day) {
                return Ok(value);
            }
        }
    }
    Err(group.contradiction(test, None))
}

/// A time of a day, noon first.
fn within(group: &Group<'_>, day: f64) -> Option<Value> {
    if day < DAY || !could_be(group, day) {
        return None;
    }
    let hours = (12..24).chain(0..12).map(f64::from);
    let minutes =
        hours.flat_map(|hour| (0..60).map(move |minute| hour * 3600.0 + f64::from(minute) * 60.0));
    minutes
        .map(|time| Value::Time(day + time + HALF_MINUTE))
        .find(|value| group.fits(value))
}

/// Whether the tests that look at the day allow it.
fn could_be(group: &Group<'_>, day: f64) -> bool {
    use crate::plan::predicate::TimePart::{Hour, Minute};
    let noon = Value::Time(day + DAY / 2.0);
    group
        .tests()
        .iter()
        .all(|(test, wanted)| match &test.comparison {
            Comparison::TimePart(Hour | Minute, ..) => true,
            Comparison::TimePart(..) => {
                crate::synth::observation::value_passes(&noon, test) == *wanted
            }
            _ => true,
        })
}
