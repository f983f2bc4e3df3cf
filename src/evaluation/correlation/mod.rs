//! A pack's correlations, as its package's scripts evaluate them on a standalone Zeek.

mod message;
#[cfg(test)]
mod oracle;
mod value;
mod window;

use std::collections::{BTreeSet, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use super::attempt::CorrelationStep;
use super::notice::{Notice, RuleInfo, RuleStatus, TriedRule};
use super::pack::{Results, Sees};
use super::value::{Activity, Slots};
use super::{Output, RulesOff};
use crate::finding::{Code, Finding};
use crate::plan::correlation::{
    CorrelationPlan, Input, MAX_CORRELATION_EVENTS, MAX_CORRELATION_GROUPS, MAX_LISTED_VALUES,
    MatchSource, MessagePart,
};
use crate::plan::zeek_names::ZeekRule;
use crate::plan::{self, PackPlan};
use crate::rule::Number;
use crate::rule::correlation::Aggregation;
use message::Told;
use value::ValueSource;
use window::{Computed, GroupKey, Match, Settings};

pub(in crate::evaluation) use window::Windows;

/// A pack's correlations, made ready.
#[derive(Debug)]
pub(super) struct Correlations<'p> {
    plan: &'p PackPlan<'p>,
    /// By the correlation's place in the plan; `None` for one that cannot be tried.
    correlations: Vec<Option<CompiledCorrelation<'p>>>,
}

/// A correlation, made ready.
#[derive(Debug)]
struct CompiledCorrelation<'p> {
    plan: &'p CorrelationPlan<'p>,
    info: Arc<RuleInfo>,
    settings: Settings,
    switched_on: bool,
    silent: bool,
    inputs: Vec<InputValues>,
}

/// Where the values of an input's events are found.
#[derive(Debug)]
struct InputValues {
    group: Vec<ValueSource>,
    values: Vec<ValueSource>,
}

impl<'p> Correlations<'p> {
    /// A pack's correlations made ready. One that cannot be tried is left out, which goes to `findings`, and its notice to
    /// `left_out`; so is one whose rules are left out.
    pub(super) fn new(
        plan: &'p PackPlan<'p>,
        sees: Sees,
        names: Vec<ZeekRule>,
        rules_left_out: &HashSet<usize>,
        off: RulesOff,
        left_out: &mut Vec<Arc<RuleInfo>>,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let mut correlations: Vec<Option<CompiledCorrelation<'p>>> = Vec::new();
        for (index, (correlation, named)) in plan.correlations.iter().zip(names).enumerate() {
            let is_tried = |input: &Input| match input.source {
                MatchSource::Rule(rule) => !rules_left_out.contains(&rule),
                MatchSource::Correlation(child) => {
                    correlations.get(child).is_some_and(Option::is_some)
                }
            };
            let slots = |input: &Input| match input.source {
                MatchSource::Rule(rule) => Some(Slots {
                    sees,
                    service: plan.rules.get(rule)?.service,
                }),
                MatchSource::Correlation(_) => None,
            };
            let inputs: Option<Vec<InputValues>> = correlation
                .inputs
                .iter()
                .map(|input| InputValues::new(input, slots(input)).filter(|_| is_tried(input)))
                .collect();
            let info = Arc::new(RuleInfo::new(
                plan::Subject::Correlation(correlation),
                named,
                correlation.timespan(),
            ));
            if inputs.is_none() {
                findings.push(not_tried(correlation, sees));
                left_out.push(Arc::clone(&info));
            }
            let tries_all = off == RulesOff::AreTriedToo;
            let block = &correlation.correlation.zeek;
            let silent = plan.starts_silent(MatchSource::Correlation(index)) && !tries_all;
            let ready = inputs.map(|inputs| CompiledCorrelation {
                plan: correlation,
                info,
                settings: settings(correlation),
                switched_on: block.enabled != Some(false) || tries_all,
                silent,
                inputs,
            });
            correlations.push(ready);
        }
        Self { plan, correlations }
    }

    /// Windows for each of the correlations.
    pub(super) fn windows(&self) -> Vec<Windows> {
        self.correlations
            .iter()
            .map(|_| Windows::default())
            .collect()
    }

    /// The correlations that are tried.
    pub(super) fn tried(&self) -> impl Iterator<Item = TriedRule> {
        let tried = self.correlations.iter().enumerate();
        tried.filter_map(|(index, correlation)| {
            let correlation = correlation.as_ref()?;
            let mut logs = BTreeSet::new();
            self.add_logs(index, &mut logs);
            Some(TriedRule {
                info: Arc::clone(&correlation.info),
                logs: logs.into_iter().collect(),
                trial: RuleStatus::of(correlation.switched_on),
            })
        })
    }

    /// Adds the logs that a correlation's rules are on.
    fn add_logs(&self, index: usize, logs: &mut BTreeSet<&'static str>) {
        for input in self
            .plan
            .correlations
            .get(index)
            .into_iter()
            .flat_map(|plan| &plan.inputs)
        {
            match input.source {
                MatchSource::Rule(rule) => {
                    logs.extend(self.plan.rules.get(rule).map(|rule| rule.service.name()));
                }
                // What a correlation takes stands before it.
                MatchSource::Correlation(child) => self.add_logs(child, logs),
            }
        }
    }

    /// Takes a rule's match, by the rule's place in the plan, to the correlations that take it.
    pub(super) fn take_match(
        &self,
        rule: usize,
        subject: &dyn Activity,
        windows: &mut [Windows],
        results: &mut Results,
    ) {
        for feed in self.plan.feeds(MatchSource::Rule(rule)) {
            let Some(Some(correlation)) = self.correlations.get(feed.index) else {
                continue;
            };
            let Some(values) = correlation.inputs.get(feed.position) else {
                continue;
            };
            let group = values.group.iter().map(|value| value.text(subject));
            let aggregation = correlation.settings.aggregation;
            let counted = || values.counted(subject);
            let number = || values.values.first()?.number(subject);
            let matched = Match {
                time: results.now,
                group: group.collect(),
                rule: feed.position,
                value: (aggregation == Aggregation::ValueCount)
                    .then(counted)
                    .flatten(),
                number: aggregation.is_numeric().then(number).flatten(),
                weight: feed.input.weight,
            };
            self.take(feed.index, &matched, windows, results);
        }
    }

    /// Takes a match to a correlation.
    fn take(&self, index: usize, matched: &Match, windows: &mut [Windows], results: &mut Results) {
        let Some(Some(correlation)) = self.correlations.get(index) else {
            return;
        };
        let Some(own) = windows.get_mut(index).filter(|_| correlation.switched_on) else {
            return;
        };
        let computed = own.take(&correlation.settings, matched);
        let reached = computed.and_then(|computed| correlation.reached(computed));
        if let Some(attempts) = &mut results.attempts {
            let step = CorrelationStep {
                time: matched.time,
                rule: matched.rule,
                value: computed.map(|computed| message::quantity(correlation.plan, computed.value)),
                holds: reached.is_some(),
            };
            attempts.step(&correlation.info.name, &matched.group, step);
        }
        let (Some(computed), Some(threshold)) = (computed, reached) else {
            return;
        };
        results.matched(&correlation.info, || {
            correlation.address("id.orig_h", &matched.group)
        });
        if !correlation.silent {
            let values = correlation.listed_values(own, &matched.group);
            let told = Told {
                group: &matched.group,
                computed,
                threshold,
                values,
            };
            correlation.raise(&told, results);
        }
        for feed in self.plan.feeds(MatchSource::Correlation(index)) {
            let Some(Some(parent)) = self.correlations.get(feed.index) else {
                continue;
            };
            let Some(values) = parent.inputs.get(feed.position) else {
                continue;
            };
            let group = values.group.iter().map(|value| match value {
                ValueSource::Column(column) => matched.group.get(*column).cloned().flatten(),
                _ => None,
            });
            let fired = Match {
                time: matched.time,
                group: group.collect(),
                rule: feed.position,
                value: None,
                number: None,
                weight: feed.input.weight,
            };
            self.take(feed.index, &fired, windows, results);
        }
    }
}

impl CompiledCorrelation<'_> {
    /// The highest number of the condition that a window has reached; `None` where the condition does not hold.
    fn reached(&self, computed: Computed) -> Option<Number> {
        let of_rules = self.plan.of_rules();
        if !of_rules.is_none_or(|condition| condition.holds(&|rule| computed.has_matched(rule))) {
            return None;
        }
        self.plan.reached(computed.value)
    }

    /// The values that the notice lists; empty where it lists none.
    fn listed_values(&self, windows: &Windows, group: &GroupKey) -> Vec<u8> {
        if !self.plan.lists_values() {
            return Vec::new();
        }
        let (values, counted) = windows.values(group, MAX_LISTED_VALUES);
        let is_uid: Vec<bool> = self.plan.value_names().map(|name| name == "uid").collect();
        let shown = values
            .into_iter()
            .map(|value| message::counted_value(value, &is_uid));
        message::listing(shown, counted)
    }

    /// The address that a group has of a column.
    fn address(&self, name: &str, group: &GroupKey) -> Option<IpAddr> {
        let value = group.get(self.plan.address_column(name)?)?.as_ref()?;
        std::str::from_utf8(value).ok()?.parse().ok()
    }

    /// Raises the notice, unless an equal one is suppressed.
    fn raise(&self, told: &Told<'_>, results: &mut Results) {
        let (group, threshold) = (told.group, told.threshold);
        let mut identifier = Vec::new();
        for column in &self.plan.identifier {
            let value = group.get(*column).and_then(Option::as_deref);
            // As long as the value is, so that no two groups have one identifier.
            let length = value.map_or(-1, |value| i64::try_from(value.len()).unwrap_or(i64::MAX));
            identifier.extend(format!("{length}:").into_bytes());
            identifier.extend(value.unwrap_or_default());
        }
        if !self.plan.thresholds.is_empty() {
            identifier.extend(format!(" {threshold}").into_bytes());
        }
        if !results
            .suppression
            .admits(&self.info, &identifier, results.now)
        {
            return;
        }
        let text = |parts: &[MessagePart]| message::text(parts, self.plan, told);
        results.output.push(Output::Notice(Notice {
            time: results.now,
            connection: None,
            originator: self.address("id.orig_h", group),
            responder: self.address("id.resp_h", group),
            rule: Arc::clone(&self.info),
            uid: None,
            fuid: None,
            message: text(&self.plan.message),
            sub: text(&self.plan.sub),
        }));
    }
}

impl InputValues {
    fn new(input: &Input, slots: Option<Slots>) -> Option<Self> {
        let group = input.group.iter();
        let group = group.map(|value| ValueSource::of_group(value, slots));
        let values = input.values.iter();
        let values = values.map(|field| ValueSource::of(field, slots?));
        Some(Self {
            group: group.collect::<Option<_>>()?,
            values: values.collect::<Option<_>>()?,
        })
    }

    /// What is counted: one value, or several as one that tells them apart; `None` where one is not there.
    fn counted(&self, subject: &dyn Activity) -> Option<Vec<u8>> {
        if self.values.is_empty() {
            return None;
        }
        let texts = self.values.iter().map(|value| value.text(subject));
        Some(message::told_apart(texts.collect::<Option<Vec<_>>>()?))
    }
}

fn settings(plan: &CorrelationPlan<'_>) -> Settings {
    Settings {
        aggregation: plan.aggregation(),
        percentile: plan.percentile,
        is_exact: plan.is_exact(),
        tells_total: plan.tells_total(),
        rules: plan.inputs.len(),
        timespan: i64::try_from(plan.timespan()).unwrap_or(i64::MAX / 2),
        max_groups: MAX_CORRELATION_GROUPS,
        max_events: MAX_CORRELATION_EVENTS,
        most: plan.most_events(),
    }
}

fn not_tried(plan: &CorrelationPlan<'_>, sees: Sees) -> Finding {
    let place = plan.correlation.place(&plan.correlation.title.span);
    if let Sees::Records(_) = sees {
        let message = "logs do not tell what a rule or a field of the correlation is about; the correlation is left out";
        return Finding::new(Code::NotInLog, place, message)
            .help("try it on a capture, or hunt with --possible");
    }
    let message = "a rule or field of the correlation is not known to the replay engine";
    Finding::new(Code::NotReplayed, place, message)
        .help("the correlation was left out; try it with Zeek, which tells")
}
