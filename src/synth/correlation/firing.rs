//! Whether a correlation fires on matches, as the language has it: docs/language.md, "Correlations".

use super::{TimedScenario, timespan};
use crate::plan::correlation::{CorrelationPlan, GroupValue, Input, MatchSource};
use crate::plan::{PackPlan, RulePlan};
use crate::rule::correlation::Aggregation;
use crate::rule::{Number, Quantity};
use crate::service::Field;
use crate::synth::observation::{ObservedEvent, ObservedValue};

/// A match of one of the correlation's rules.
struct InputMatch {
    time: u64,
    input: usize,
    group: Vec<Option<ObservedValue>>,
    values: Vec<Option<ObservedValue>>,
}

/// Whether a correlation fires at one of the matches of its rules; `None` where that hangs on what no capture settles.
pub(super) fn fires(
    pack: &PackPlan<'_>,
    plan: &CorrelationPlan<'_>,
    events: &[TimedScenario],
) -> Option<bool> {
    firings(pack, plan, events).map(|firings| !firings.is_empty())
}

/// The matches at which a correlation fires: times and groups.
fn firings(
    pack: &PackPlan<'_>,
    plan: &CorrelationPlan<'_>,
    events: &[TimedScenario],
) -> Option<Vec<(u64, Vec<Option<ObservedValue>>)>> {
    let mut matches = Vec::new();
    for (position, input) in plan.inputs.iter().enumerate() {
        matches.extend(match input.source {
            MatchSource::Rule(index) => of_rule(pack.rules.get(index)?, position, input, events)?,
            MatchSource::Correlation(index) => {
                let firings = firings(pack, pack.correlations.get(index)?, events)?.into_iter();
                let of_child = firings.map(|(time, group)| InputMatch {
                    time,
                    input: position,
                    group: columns(input, &group),
                    values: Vec::new(),
                });
                of_child.collect()
            }
        });
    }
    matches.sort_by_key(|seen| seen.time);
    let firing = (0..matches.len()).filter(|at| {
        let last = &matches[*at];
        let earliest = last.time.saturating_sub(timespan(plan));
        let window: Vec<&InputMatch> = matches[..=*at]
            .iter()
            .filter(|seen| seen.time >= earliest && seen.group == last.group)
            .collect();
        holds(plan, &window)
    });
    let firings = firing.map(|at| (matches[at].time, matches[at].group.clone()));
    Some(firings.collect())
}

/// What a rule matches.
fn of_rule(
    rule: &RulePlan<'_>,
    position: usize,
    input: &Input,
    events: &[TimedScenario],
) -> Option<Vec<InputMatch>> {
    let raised = rule.stages.last()?.phase;
    let mut matches = Vec::new();
    for event in events {
        for observation in event.scenario.observations() {
            if !observation.phases.contains(&raised) || !observation.holds(&rule.predicate)? {
                continue;
            }
            let group = input.group.iter().map(|value| match value {
                GroupValue::Field(field) => value_of(&observation, field),
                GroupValue::Column(_) => None,
            });
            let values = input.values.iter();
            matches.push(InputMatch {
                time: event.time,
                input: position,
                group: group.collect(),
                values: values.map(|field| value_of(&observation, field)).collect(),
            });
        }
    }
    Some(matches)
}

/// The group of a correlation's match that another correlation's firing is.
fn columns(input: &Input, group: &[Option<ObservedValue>]) -> Vec<Option<ObservedValue>> {
    let columns = input.group.iter().map(|value| match value {
        GroupValue::Column(column) => group.get(*column).cloned().flatten(),
        GroupValue::Field(_) => None,
    });
    columns.collect()
}

fn value_of(observation: &ObservedEvent, field: &Field) -> Option<ObservedValue> {
    match (field.name.as_str(), observation.identity) {
        ("uuid" | "endpoint", Some((uuid, _))) => {
            Some(ObservedValue::Bytes(uuid.as_bytes().to_vec()))
        }
        ("opnum", Some((_, opnum))) => Some(ObservedValue::Count(opnum.into())),
        ("operation", Some((uuid, opnum))) => {
            let opnum = opnum.to_be_bytes();
            Some(ObservedValue::Bytes(
                [uuid.as_bytes().as_slice(), &opnum].concat(),
            ))
        }
        _ => observation.value(field).cloned(),
    }
}

/// Whether the condition holds for the matches of a time span and a group.
fn holds(plan: &CorrelationPlan<'_>, window: &[&InputMatch]) -> bool {
    let value = match plan.aggregation() {
        Aggregation::EventCount => Some(window.len().into()),
        Aggregation::ValueCount => {
            let mut different: Vec<&Vec<Option<ObservedValue>>> = Vec::new();
            for seen in window {
                if seen.values.iter().all(Option::is_some) && !different.contains(&&seen.values) {
                    different.push(&seen.values);
                }
            }
            Some(different.len().into())
        }
        Aggregation::Temporal => {
            let has_matched = |input: usize| first(window, input).is_some();
            let holds = plan
                .of_rules()
                .is_none_or(|condition| condition.holds(&has_matched));
            let seen = (0..plan.inputs.len()).filter(|input| has_matched(*input));
            holds.then(|| seen.count().into())
        }
        Aggregation::TemporalOrdered => return in_order(plan, window),
        Aggregation::ValueSum | Aggregation::ValueAvg | Aggregation::ValuePercentile => {
            computed(plan, window)
        }
    };
    value.is_some_and(|value| plan.reached(value).is_some())
}

/// What comes of the values of a field.
fn computed(plan: &CorrelationPlan<'_>, window: &[&InputMatch]) -> Option<Quantity> {
    let values = window
        .iter()
        .filter_map(|seen| seen.values.first()?.as_ref());
    let mut numbers: Vec<Number> = values.filter_map(ObservedValue::number).collect();
    numbers.sort();
    let whole: Vec<u64> = numbers
        .iter()
        .filter_map(|number| number.as_count())
        .collect();
    let doubles: Vec<f64> = numbers.iter().map(|number| number.as_f64()).collect();
    let whole_sum = || whole.iter().copied().map(u128::from).sum::<u128>();
    let sum = || doubles.iter().sum::<f64>();
    Some(match (plan.aggregation(), plan.is_exact()) {
        (Aggregation::ValueSum, true) => Quantity::from(whole_sum()),
        (Aggregation::ValueSum, false) => Quantity::Double(sum()),
        _ if numbers.is_empty() => return None,
        (Aggregation::ValueAvg, true) => Quantity::mean(whole_sum(), whole.len()),
        #[allow(clippy::cast_precision_loss)] // Few.
        (Aggregation::ValueAvg, false) => Quantity::Double(sum() / doubles.len() as f64),
        (_, true) => Quantity::percentile_of_whole(&whole, plan.percentile)?,
        (_, false) => Quantity::percentile(&doubles, plan.percentile)?,
    })
}

/// The place of an input's first match.
fn first(window: &[&InputMatch], input: usize) -> Option<usize> {
    window.iter().position(|seen| seen.input == input)
}

/// Whether all rules have matched, each after the one before it.
fn in_order(plan: &CorrelationPlan<'_>, window: &[&InputMatch]) -> bool {
    let mut rest = window.iter();
    (0..plan.inputs.len()).all(|input| rest.any(|seen| seen.input == input))
}
