//! Why a rule that should have fired did not: what of it failed on the nearest event.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rsigma_ir::IrMatcher;

use super::{Report, Subject, Verdict};
use crate::evaluation::{
    Asked, Attempt, Attempts, Evaluator, MatchSummary, RecordEvaluator, RulesOff,
};
use crate::finding::Place;
use crate::plan::correlation::{CorrelationPlan, MatchSource};
use crate::plan::{PackPlan, RulePlan, zeek_names};
use crate::rule::regression::TestInput;
use crate::rule::{Detection, Item, Rule};
use crate::trial;

/// Adds to each test that found too few notices how near its rule came. Of captures the replay engine tells, whatever engine ran.
pub(super) fn add(plans: &[PackPlan<'_>], reports: &mut [Report<'_, '_>]) {
    let mut inputs = BTreeSet::new();
    for report in reports.iter() {
        if let Verdict::Failed(failure) = &report.verdict
            && failure.too_few
            && let Some(file) = report.case.file()
        {
            let is_log = matches!(report.case.test.input, TestInput::Log(_));
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
        let is_log = matches!(case.test.input, TestInput::Log(_));
        // A replay writes no logs: of rules on records it tells nothing.
        let is_told = is_log || case.rules.iter().all(|rule| rule.service.log().is_none());
        if let Verdict::Failed(failure) = &mut report.verdict
            && failure.too_few
            && is_told
            && let Some(attempts) = case.file().and_then(|file| tried.get(file))
        {
            failure.explanation = match case.subject {
                Subject::Rule(rule) => lines(rule, attempts.nearest(&case.named.name).first()),
                Subject::Correlation(correlation) => plans
                    .iter()
                    .find(|plan| plan.pack.name == case.pack)
                    .map(|plan| rules_of_correlation(plan, correlation, attempts))
                    .unwrap_or_default(),
            };
        }
    }
}

/// How often each of a correlation's rules matched, and when.
pub(crate) fn rules_of_correlation(
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
                MatchSource::Rule(index) => names.rules.get(index),
                MatchSource::Correlation(index) => names.correlations.get(index),
            };
            let matches = named.and_then(|named| attempts.matches(&named.name));
            format!("`{}` {}", rule.value, matched(matches))
        })
        .collect()
}

/// How often a rule or correlation matched, and when, in words.
pub(crate) fn matched(matches: Option<MatchSummary>) -> String {
    match matches {
        None => "did not match".to_owned(),
        Some(MatchSummary {
            count: 1, first, ..
        }) => format!("matched once, at {first}"),
        Some(MatchSummary { count, first, last }) => {
            format!("matched {count} times, from {first} to {last}")
        }
    }
}

fn attempts(plans: &[PackPlan<'_>], capture: &Path) -> Attempts {
    let mut evaluator = Evaluator::new(plans, RulesOff::AreTriedToo, &mut Vec::new()).explaining(1);
    // A capture that cannot be read has failed already.
    let _ = trial::replay_file(&mut evaluator, capture, &mut |_| {});
    evaluator.into_attempts()
}

fn attempts_on_log(plans: &[PackPlan<'_>], log: &Path) -> Attempts {
    let evaluator = RecordEvaluator::new(plans, RulesOff::AreTriedToo, &mut Vec::new());
    let mut evaluator = evaluator.explaining(1);
    // So has a log.
    let _ = trial::evaluate_log(&mut evaluator, log, &mut |_| {});
    evaluator.into_attempts()
}

fn lines(plan: &RulePlan<'_>, nearest: Option<&Attempt>) -> Vec<String> {
    let Some(nearest) = nearest else {
        return vec![plan.service.spec().words.unseen.to_owned()];
    };
    let place = nearest.place();
    if nearest.is_match() {
        return vec![format!(
            "all of it held, and equal notices are suppressed: {place}"
        )];
    }
    let mut lines = vec![format!("nearest: {place}")];
    let before = lines.len();
    for part in nearest.parts.iter().filter(|part| !part.held) {
        match &part.asked {
            Asked::Tests(tests) => {
                lines.extend(tests.iter().map(|test| does_not_hold(&test.place)));
            }
            Asked::Field(field) => {
                lines.extend(places_of(plan, field).iter().map(does_not_hold));
            }
            Asked::Identity => {
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

fn does_not_hold(place: &Place) -> String {
    let (number, text) = line_of(place);
    format!("does not hold: {}:{number}: {text}", place.path().display())
}

/// A place's line, counted from 1, and its text.
pub(crate) fn line_of(place: &Place) -> (usize, &str) {
    let (number, _) = place.line_column();
    let text = place.source.text.lines().nth(number - 1);
    (number, text.unwrap_or_default().trim())
}

/// Where a rule and the filters that are put on it ask for a field: its values, on lines of their own or behind it.
pub(crate) fn places_of(plan: &RulePlan<'_>, field: &str) -> Vec<Place> {
    let named = |item: &Item| {
        let name = item.field.as_ref().map(|name| name.value.as_str());
        name.map(|name| name.split_once('|').map_or(name, |(bare, _)| bare)) == Some(field)
    };
    let items = items(plan);
    let named = items.filter(|(_, item)| named(item));
    named.map(|(rule, item)| rule.place(&item.span)).collect()
}

/// Whether what a rule asks for at a place is that a test of the field does not hold: that it is not set, or not the value.
pub(crate) fn asks_for_the_opposite(plan: &RulePlan<'_>, place: &Place) -> bool {
    items(plan).any(|(rule, item)| {
        item.values.iter().any(|value| {
            let is_absence = matches!(value.matcher, IrMatcher::Exists(false) | IrMatcher::Null);
            rule.place(&value.span) == *place && item.negated != is_absence
        })
    })
}

/// What a rule and the filters that are put on it ask for.
fn items<'a>(plan: &'a RulePlan<'_>) -> impl Iterator<Item = (&'a Rule, &'a Item)> {
    let filters = plan.filters.iter().map(|filter| &filter.condition);
    let asking = [plan.rule].into_iter().chain(filters);
    asking.flat_map(|rule| {
        let mut items = Vec::new();
        for search in &rule.searches {
            collect(&search.detection, &mut items);
        }
        items.into_iter().map(move |item| (rule, item))
    })
}

fn collect<'a>(detection: &'a Detection, items: &mut Vec<&'a Item>) {
    match detection {
        Detection::All(parts) | Detection::Any(parts) => {
            parts.iter().for_each(|part| collect(part, items));
        }
        Detection::Item(item) => items.push(item),
    }
}
