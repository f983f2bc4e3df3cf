//! Why a rule that should have fired did not: what of it failed on the nearest event.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::{Report, Subject, Verdict};
use crate::evaluation::{Attempt, Attempts, Evaluator, Matches, Missing, RulesOff};
use crate::finding::Place;
use crate::plan::correlation::{CorrelationPlan, Source};
use crate::plan::{PackPlan, RulePlan, zeek_names};
use crate::rule::{Detection, Rule};
use crate::text::zeek_log;
use crate::trial;

/// Adds to each test that found too few notices how near its rule came. The replay engine tells, whatever engine ran.
pub(super) fn add(plans: &[PackPlan<'_>], reports: &mut [Report<'_, '_>]) {
    let mut captures = BTreeSet::new();
    for report in reports.iter() {
        if let Verdict::Failed(failure) = &report.verdict
            && failure.too_few
            && let Some(capture) = report.case.capture()
        {
            captures.insert(capture.to_owned());
        }
    }
    let tried: BTreeMap<PathBuf, Attempts> = captures
        .into_iter()
        .map(|capture| {
            let attempts = attempts(plans, &capture);
            (capture, attempts)
        })
        .collect();
    for report in reports {
        let case = report.case;
        if let Verdict::Failed(failure) = &mut report.verdict
            && failure.too_few
            && let Some(attempts) = case.capture().and_then(|capture| tried.get(capture))
        {
            failure.explanation = match case.subject {
                Subject::Rule(rule) => lines(rule, attempts.nearest(&case.named.name)),
                Subject::Correlation(correlation) => plans
                    .iter()
                    .find(|plan| plan.pack.name == case.pack)
                    .map(|plan| lines_of_correlation(plan, correlation, attempts))
                    .unwrap_or_default(),
            };
        }
    }
}

/// How often each of a correlation's rules matched, and when.
fn lines_of_correlation(
    plan: &PackPlan<'_>,
    correlation: &CorrelationPlan<'_>,
    attempts: &Attempts,
) -> Vec<String> {
    let Some(names) = zeek_names::names(plan, &mut Vec::new()) else {
        return Vec::new();
    };
    let rules = correlation.correlation.rules.iter();
    let inputs = correlation.inputs.iter();
    rules
        .zip(inputs)
        .map(|(rule, input)| {
            let named = match input.source {
                Source::Rule(index) => names.rules.get(index),
                Source::Correlation(index) => names.correlations.get(index),
            };
            let rule = &rule.value;
            match named.and_then(|named| attempts.matches(&named.name)) {
                None => format!("`{rule}` did not match"),
                Some(Matches {
                    count: 1, first, ..
                }) => format!("`{rule}` matched once, at {first}"),
                Some(Matches { count, first, last }) => {
                    format!("`{rule}` matched {count} times, from {first} to {last}")
                }
            }
        })
        .collect()
}

fn attempts(plans: &[PackPlan<'_>], capture: &Path) -> Attempts {
    let mut evaluator = Evaluator::new(plans, RulesOff::AreTriedToo, &mut Vec::new()).explaining();
    // A capture that cannot be read has failed already.
    let _ = trial::replay_file(&mut evaluator, capture, &mut |_| {});
    evaluator.into_attempts()
}

fn lines(plan: &RulePlan<'_>, nearest: Option<&Attempt>) -> Vec<String> {
    let Some(nearest) = nearest else {
        return vec![plan.service.spec().words.unseen.to_owned()];
    };
    let id = &nearest.connection;
    let place = format!(
        "{} {} -> {}, {}, at {}",
        nearest.time,
        SocketAddr::new(id.orig_h, id.orig_p),
        SocketAddr::new(id.resp_h, id.resp_p),
        zeek_log::readable(&nearest.observed),
        nearest.phase.event()
    );
    if nearest.is_match() {
        return vec![format!(
            "all of it held, and equal notices are suppressed: {place}"
        )];
    }
    let mut lines = vec![format!("nearest: {place}")];
    let before = lines.len();
    for missing in nearest.missing() {
        match missing {
            Missing::Places(places) => lines.extend(places.iter().map(line)),
            Missing::Field(field) => {
                let filters = plan.filters.iter().map(|filter| &filter.condition);
                let asking = [plan.rule].into_iter().chain(filters);
                let places = asking.flat_map(|rule| places_of(rule, field));
                lines.extend(places.map(|place| line(&place)));
            }
            Missing::Identity => {
                lines.push("does not hold: the call is not one that the rule asks for".to_owned());
            }
        }
    }
    if lines.len() == before {
        lines.push("all of it held so far, but the rule's next event did not come".to_owned());
    }
    lines.dedup();
    lines
}

/// A line of a file.
fn line(place: &Place) -> String {
    let (number, _) = place.line_column();
    let text = place
        .source
        .text
        .lines()
        .nth(number - 1)
        .unwrap_or_default();
    format!(
        "does not hold: {}:{number}: {}",
        place.path().display(),
        text.trim()
    )
}

/// Where a rule asks for a field: its values, on lines of their own or behind it.
fn places_of(rule: &Rule, field: &str) -> Vec<Place> {
    let mut spans = Vec::new();
    for search in &rule.searches {
        collect(&search.detection, field, &mut spans);
    }
    spans.iter().map(|span| rule.place(span)).collect()
}

fn collect(detection: &Detection, field: &str, spans: &mut Vec<Range<usize>>) {
    match detection {
        Detection::All(parts) | Detection::Any(parts) => {
            parts.iter().for_each(|part| collect(part, field, spans));
        }
        Detection::Item(item) => {
            let name = item.field.as_ref().map(|name| {
                let name = name.value.as_str();
                name.split_once('|').map_or(name, |(bare, _)| bare)
            });
            if name == Some(field) {
                spans.push(item.span.clone());
            }
        }
    }
}
