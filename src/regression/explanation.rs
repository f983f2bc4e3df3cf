//! Why a rule that should have fired did not: what of it failed on the nearest event.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::{Report, Subject, Verdict};
use crate::evaluation::{
    Attempt, Attempts, Evaluator, Matches, Missing, RecordEvaluator, RulesOff, Seen,
};
use crate::finding::Place;
use crate::plan::correlation::{CorrelationPlan, Source};
use crate::plan::{PackPlan, RulePlan, zeek_names};
use crate::rule::regression::Input;
use crate::rule::{Detection, Rule};
use crate::text::zeek_log;
use crate::trial;

/// Adds to each test that found too few notices how near its rule came. Of captures the replay engine tells, whatever engine ran.
pub(super) fn add(plans: &[PackPlan<'_>], reports: &mut [Report<'_, '_>]) {
    let mut inputs = BTreeSet::new();
    for report in reports.iter() {
        if let Verdict::Failed(failure) = &report.verdict
            && failure.too_few
            && let Some(file) = report.case.file()
        {
            let is_log = matches!(report.case.test.input, Input::Log(_));
            inputs.insert((file.to_owned(), is_log));
        }
    }
    let tried: BTreeMap<PathBuf, Attempts> = inputs
        .into_iter()
        .map(|(file, is_log)| {
            let attempts = if is_log {
                attempts_on_log(plans, &file)
            } else {
                attempts(plans, &file)
            };
            (file, attempts)
        })
        .collect();
    for report in reports {
        let case = report.case;
        let is_log = matches!(case.test.input, Input::Log(_));
        // A replay writes no logs: of rules on records it tells nothing.
        let is_told = is_log || case.rules.iter().all(|rule| rule.service.log().is_none());
        if let Verdict::Failed(failure) = &mut report.verdict
            && failure.too_few
            && is_told
            && let Some(attempts) = case.file().and_then(|file| tried.get(file))
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

fn attempts_on_log(plans: &[PackPlan<'_>], log: &Path) -> Attempts {
    let evaluator = RecordEvaluator::new(plans, RulesOff::AreTriedToo, &mut Vec::new());
    let mut evaluator = evaluator.explaining();
    // So has a log.
    let _ = trial::evaluate_log(&mut evaluator, log, &mut |_| {});
    evaluator.into_attempts()
}

fn lines(plan: &RulePlan<'_>, nearest: Option<&Attempt>) -> Vec<String> {
    let Some(nearest) = nearest else {
        return vec![plan.service.spec().words.unseen.to_owned()];
    };
    let place = place(nearest);
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

/// What a rule was tried on, in words.
fn place(attempt: &Attempt) -> String {
    let Attempt { time, seen, .. } = attempt;
    let observed = zeek_log::readable(&attempt.observed);
    match seen {
        Seen::Connection(id) => format!("{time} {id}, {observed}, at {}", attempt.phase.event()),
        Seen::Record(line) => format!("{time} {observed}, on line {line} of the log"),
        Seen::SomeRecord => format!("{time} {observed}"),
    }
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
