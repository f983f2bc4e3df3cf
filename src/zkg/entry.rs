//! Rules as a package's README and tests tell of them.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::plan::correlation::{CorrelationPlan, MatchSource};
use crate::plan::identifier;
use crate::plan::zeek_names::{ZeekNames, ZeekRule};
use crate::plan::{PackPlan, RulePlan};
use crate::rule::Detection;
use crate::rule::regression::{self, RegressionTest};

/// A rule of a package.
pub(super) struct PackagedRule<'p> {
    /// What it is called in Zeek.
    pub(super) named: ZeekRule,
    /// What it detects.
    pub(super) title: &'p str,
    /// How bad a match is.
    pub(super) level: Option<&'static str>,
    /// The ids of its ATT&CK techniques.
    pub(super) techniques: Vec<&'static str>,
    /// Its robustness score, such as `4H`.
    pub(super) robustness: Option<String>,
    /// The fields that it looks at, in the order of its file; of a correlation, those that it groups by.
    pub(super) fields: Vec<String>,
    /// How it starts, before an operator changes it.
    pub(super) start: Start,
    /// Zeek's streams whose records it looks at. A Zeek that lacks one has the rule off.
    pub(super) streams: BTreeSet<&'static str>,
    /// Its regression tests.
    pub(super) tests: Vec<RegressionTest>,
}

/// How a rule starts, before an operator changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// It raises notices.
    On,
    /// It counts for correlations, but raises none.
    Silent,
    /// It is switched off.
    Off,
}

impl PackagedRule<'_> {
    /// The name of its test.
    pub(super) fn test_name(&self) -> String {
        let name = self.named.name.rsplit("::").next();
        identifier::kebab(name.unwrap_or_default())
    }
}

/// The rules of a pack, in the plan's order. What is wrong with their tests goes to `findings`.
pub(super) fn entries<'p>(
    plan: &'p PackPlan<'_>,
    names: &ZeekNames,
    findings: &mut Vec<Finding>,
) -> Vec<PackagedRule<'p>> {
    let mut entries = Vec::new();
    for (index, (rule, named)) in plan.rules.iter().zip(&names.rules).enumerate() {
        let start = start(plan, MatchSource::Rule(index), rule.rule.zeek.enabled);
        entries.push(of_rule(rule, named, start, findings));
    }
    let correlations = plan.correlations.iter().zip(&names.correlations);
    for (index, (known, named)) in correlations.enumerate() {
        let enabled = known.correlation.zeek.enabled;
        let start = start(plan, MatchSource::Correlation(index), enabled);
        let mut entry = of_correlation(known, named, start, findings);
        entry.streams = streams(plan, known);
        entries.push(entry);
    }
    entries
}

fn of_rule<'p>(
    plan: &'p RulePlan<'_>,
    named: &ZeekRule,
    start: Start,
    findings: &mut Vec<Finding>,
) -> PackagedRule<'p> {
    let rule = plan.rule;
    PackagedRule {
        named: named.clone(),
        title: &rule.title.value,
        level: rule.level.map(|level| level.as_str()),
        techniques: plan.techniques.iter().map(|known| known.id).collect(),
        robustness: plan.robustness(),
        fields: fields(plan),
        start,
        streams: plan
            .service
            .log()
            .map(|log| log.stream)
            .into_iter()
            .collect(),
        tests: regression::tests(&rule.source, rule.regression_tests_path.as_ref(), findings),
    }
}

fn of_correlation<'p>(
    plan: &'p CorrelationPlan<'_>,
    named: &ZeekRule,
    start: Start,
    findings: &mut Vec<Finding>,
) -> PackagedRule<'p> {
    let correlation = plan.correlation;
    let tests = correlation.regression_tests_path.as_ref();
    PackagedRule {
        named: named.clone(),
        title: &correlation.title.value,
        level: correlation.level.map(|level| level.as_str()),
        techniques: plan.techniques.iter().map(|known| known.id).collect(),
        robustness: plan.robustness(),
        fields: plan
            .group
            .iter()
            .map(|column| column.name.clone())
            .collect(),
        start,
        streams: BTreeSet::new(),
        tests: regression::tests(&correlation.source, tests, findings),
    }
}

/// The streams whose records the rules of a correlation look at, those of correlations below it too.
fn streams(plan: &PackPlan<'_>, correlation: &CorrelationPlan<'_>) -> BTreeSet<&'static str> {
    let inputs = correlation.inputs.iter();
    inputs
        .flat_map(|input| match input.source {
            MatchSource::Rule(rule) => {
                let log = plan.rules[rule].service.log();
                log.map(|log| log.stream).into_iter().collect()
            }
            MatchSource::Correlation(child) => streams(plan, &plan.correlations[child]),
        })
        .collect()
}

fn start(plan: &PackPlan<'_>, source: MatchSource, enabled: Option<bool>) -> Start {
    if enabled == Some(false) {
        Start::Off
    } else if plan.starts_silent(source) {
        Start::Silent
    } else {
        Start::On
    }
}

fn fields(rule: &RulePlan<'_>) -> Vec<String> {
    let mut fields = Vec::new();
    for search in &rule.rule.searches {
        collect(&search.detection, &mut fields);
    }
    fields
}

fn collect(detection: &Detection, fields: &mut Vec<String>) {
    match detection {
        Detection::All(parts) | Detection::Any(parts) => {
            parts.iter().for_each(|part| collect(part, fields));
        }
        Detection::Item(item) => {
            let name = item.field.as_ref().map_or("keywords", |name| {
                let name = name.value.as_str();
                name.split_once('|').map_or(name, |(bare, _)| bare)
            });
            if !fields.iter().any(|known| known == name) {
                fields.push(name.to_owned());
            }
        }
    }
}
