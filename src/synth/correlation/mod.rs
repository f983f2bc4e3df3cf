//! Captures for correlations: matches of their rules, as many as it takes and within the time span, and one short of it.

mod firing;
mod matches;

use self::firing::fires;
use self::matches::InputMatches;
use super::capture::Capture;
use super::scenario::Scenario;
use super::solve::ways::{Atom, Literal};
use super::variants::{self, Variant};
use super::{Synthesis, finding, slug};
use crate::plan::PackPlan;
use crate::plan::correlation::{CorrelationPlan, GroupValue, MatchSource};
use crate::predicate::Test;
use crate::rule::Quantity;
use crate::rule::correlation::Aggregation;

/// Most matches of a capture.
const MAX_MATCHES: usize = 300;
/// The longest time between two matches that are to count together, in microseconds.
const LONGEST_STEP: u64 = 10_000_000;
/// How much longer than the time span matches are apart that are not to count together, in microseconds.
const BEYOND: u64 = 60_000_000;

/// Most matches that are left out, each by itself.
const MAX_LEFT_OUT: usize = 8;

/// Something that a rule matches, and when, in microseconds since 1970.
#[derive(Debug, Clone)]
pub(super) struct TimedScenario {
    pub(super) scenario: Scenario,
    pub(super) time: u64,
}

/// The captures of a correlation.
pub(super) fn of(pack: &PackPlan<'_>, plan: &CorrelationPlan<'_>) -> Synthesis {
    let mut made = Synthesis::default();
    let matches = match InputMatches::find(pack, plan) {
        Ok(matches) => matches,
        Err(reason) => {
            made.findings.push(finding::no_correlation(plan, &reason));
            return made;
        }
    };
    let Some(scenarios) = enough(pack, plan, &matches) else {
        let reason = format!("no matches up to {MAX_MATCHES} were found that meet its condition");
        made.findings.push(finding::no_correlation(plan, &reason));
        return made;
    };
    let making = CorrelationSynthesiser { pack, plan };
    making.add(
        &mut made,
        "together",
        "enough matches within the time span",
        &within(plan, &scenarios),
    );
    for (label, shows, events) in making.near_misses(&matches, &scenarios) {
        making.add(&mut made, &label, &shows, &events);
    }
    made.captures.sort_by_key(|capture| !capture.fires);
    made
}

/// The fewest matches that meet the condition.
fn enough(
    pack: &PackPlan<'_>,
    plan: &CorrelationPlan<'_>,
    matches: &InputMatches<'_>,
) -> Option<Vec<Scenario>> {
    let meets = |scenarios: &[Scenario]| fires(pack, plan, &within(plan, scenarios)) == Some(true);
    let ordered = matches.each_input();
    match plan.aggregation() {
        Aggregation::EventCount => {
            let first = ordered.first()?;
            let numbers = (1..=MAX_MATCHES / first.len().max(1))
                .filter(|number| plan.reached(Quantity::from(*number)).is_some());
            // Further numbers fire no sooner.
            let mut repeated = numbers.take(3).map(|number| vec![*first; number].concat());
            repeated.find(|scenarios| meets(scenarios))
        }
        Aggregation::ValueCount => {
            let needed =
                (1..=MAX_MATCHES).find(|number| plan.reached(Quantity::from(*number)).is_some())?;
            let scenarios = matches.different(needed)?;
            meets(&scenarios).then_some(scenarios)
        }
        Aggregation::Temporal if plan.of_rules().is_some() => {
            let inputs = ordered.len().min(MOST_COMBINED);
            let mut combinations: Vec<u32> = (1..1u32 << inputs).collect();
            combinations.sort_by_key(|combination| combination.count_ones());
            let mut chosen = combinations.into_iter().map(|combination| {
                let parts = (0..inputs).filter(|input| combination >> input & 1 == 1);
                parts
                    .flat_map(|input| ordered[input].to_vec())
                    .collect::<Vec<_>>()
            });
            chosen.find(|scenarios| meets(scenarios))
        }
        Aggregation::Temporal | Aggregation::TemporalOrdered => {
            let mut prefixes = (1..=ordered.len()).map(|number| ordered[..number].concat());
            prefixes.find(|scenarios| meets(scenarios))
        }
        Aggregation::ValueSum | Aggregation::ValueAvg | Aggregation::ValuePercentile => (1..=20)
            .find_map(|number| {
                let scenario = matches.with_share(number, true)?;
                let scenarios = vec![scenario; number];
                meets(&scenarios).then_some(scenarios)
            }),
    }
}

/// More rules than this are not combined.
const MOST_COMBINED: usize = 10;

/// The time span in microseconds.
fn timespan(plan: &CorrelationPlan<'_>) -> u64 {
    plan.timespan().saturating_mul(1_000_000)
}

/// Matches one after the other, all within half the time span.
fn within(plan: &CorrelationPlan<'_>, scenarios: &[Scenario]) -> Vec<TimedScenario> {
    let step = timespan(plan) / 2 / (scenarios.len() as u64).max(1);
    apart(scenarios, step.min(LONGEST_STEP))
}

/// Matches with so much time between them.
fn apart(scenarios: &[Scenario], step: u64) -> Vec<TimedScenario> {
    let events = scenarios
        .iter()
        .zip(0u64..)
        .map(|(scenario, number)| TimedScenario {
            time: scenario
                .endpoints()
                .time
                .saturating_add(step.saturating_mul(number)),
            scenario: scenario.clone(),
        });
    events.collect()
}

struct CorrelationSynthesiser<'a> {
    pack: &'a PackPlan<'a>,
    plan: &'a CorrelationPlan<'a>,
}

type CorrelationNearMiss = (String, String, Vec<TimedScenario>);

impl CorrelationSynthesiser<'_> {
    fn add(&self, made: &mut Synthesis, label: &str, shows: &str, events: &[TimedScenario]) {
        let Some(fires) = fires(self.pack, self.plan, events) else {
            return;
        };
        let mut capture = Capture::new();
        let moves_ports = !self.asks_for_ports();
        for (event, number) in events.iter().zip(0u16..) {
            let mut scenario = event.scenario.clone();
            let endpoints = scenario.endpoints_mut();
            endpoints.time = event.time;
            if moves_ports {
                endpoints.client_port = endpoints.client_port.wrapping_add(number).max(1024);
            }
            scenario.record(&mut capture);
        }
        let word = if fires { "fires" } else { "silent" };
        made.captures.push(super::Synthesised {
            name: slug(&format!("{word}-{label}"), super::MAX_NAME),
            fires,
            shows: shows.to_owned(),
            bytes: capture.finish(),
            kind: super::FileKind::Capture,
        });
    }

    /// Whether something hangs on the originator's port.
    fn asks_for_ports(&self) -> bool {
        let of_group = self.plan.inputs.iter().flat_map(|input| &input.group);
        let grouped = of_group
            .into_iter()
            .any(|value| matches!(value, GroupValue::Field(field) if field.name == "id.orig_p"));
        grouped || self.pack.rules.iter().any(|rule| rule.uses("id.orig_p"))
    }

    fn near_misses(
        &self,
        matches: &InputMatches<'_>,
        scenarios: &[Scenario],
    ) -> Vec<CorrelationNearMiss> {
        let mut misses: Vec<CorrelationNearMiss> = Vec::new();
        let mut add = |label: String, shows: &str, events: Vec<TimedScenario>| {
            if !events.is_empty() && fires(self.pack, self.plan, &events) == Some(false) {
                misses.push((label, shows.to_owned(), events));
            }
        };
        if let [only] = scenarios
            && let Some(variant) = self.unmatched(only)
        {
            let events = within(self.plan, &[variant.scenario]);
            add("no-match".to_owned(), variant.shows, events);
        }
        if let Some((_, fewer)) = scenarios.split_last() {
            add(
                "one-short".to_owned(),
                "one match less",
                within(self.plan, fewer),
            );
        }
        for left_out in 0..scenarios.len().min(MAX_LEFT_OUT) {
            let mut fewer = scenarios.to_vec();
            fewer.remove(left_out);
            let label = format!("without-match-{}", left_out + 1);
            if !self.counts() {
                add(
                    label,
                    "one of the rules does not match",
                    within(self.plan, &fewer),
                );
            }
        }
        let step = timespan(self.plan).saturating_add(BEYOND);
        add(
            "beyond-timespan".to_owned(),
            "each match longer after the one before it than the time span",
            apart(scenarios, step),
        );
        let reversed: Vec<Scenario> = scenarios.iter().rev().cloned().collect();
        if self.plan.aggregation() == Aggregation::TemporalOrdered {
            add(
                "in-reverse-order".to_owned(),
                "the rules match in reverse order",
                within(self.plan, &reversed),
            );
        }
        if self.counts() && scenarios.len() > 1 {
            let same = vec![scenarios[0].clone(); scenarios.len()];
            add(
                "same-value".to_owned(),
                "as many matches, but with one value",
                within(self.plan, &same),
            );
        }
        let other = self.plan.aggregation().is_numeric();
        let other = other.then(|| matches.with_share(scenarios.len(), false));
        if let Some(other) = other.flatten() {
            let others = vec![other; scenarios.len()];
            add(
                "other-value".to_owned(),
                "as many matches, but with another value",
                within(self.plan, &others),
            );
        }
        for column in 0..self.plan.group.len() {
            let mut split = scenarios.to_vec();
            let Some(other) = split
                .last()
                .and_then(|last| matches.in_other_group(last, column))
            else {
                continue;
            };
            if let Some(last) = split.last_mut() {
                *last = other;
            }
            let label = format!("other-{}", self.plan.group[column].name);
            add(
                label,
                "the last match is of another group",
                within(self.plan, &split),
            );
        }
        misses
    }

    /// A variant of a match that the first of the rules does not match.
    fn unmatched(&self, scenario: &Scenario) -> Option<Variant> {
        let MatchSource::Rule(index) = self.plan.inputs.first()?.source else {
            return None;
        };
        let rule = self.pack.rules.get(index)?;
        let mut variants = variants::of(rule, scenario).into_iter();
        variants.find(|variant| super::fires(rule, &variant.scenario) == Some(false))
    }

    /// Whether matches are counted, rather than rules.
    fn counts(&self) -> bool {
        !matches!(
            self.plan.aggregation(),
            Aggregation::Temporal | Aggregation::TemporalOrdered
        )
    }
}

/// A literal that a field has a value, or has not.
fn literal(test: &Test, wanted: bool) -> Literal<'_> {
    Literal {
        atom: Atom::Field(test),
        wanted,
    }
}
