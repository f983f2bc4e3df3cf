//! DCE-RPC calls: rules are found by operation or interface, and calls are kept between their events.

use std::collections::{BTreeMap, BTreeSet};

use super::{EventRuns, RuleRun};
use crate::plan::RulePlan;
use crate::predicate::identity::Watched;
use crate::registry::InterfaceUuid;
use crate::service::{Phase, Service};

/// The dispatch of calls.
#[derive(Debug)]
pub struct CallDispatch {
    /// The events at which something runs, in their order.
    pub events: Vec<CallEvent>,
    /// Whether some rule looks at a call at several events.
    pub keeps_calls: bool,
    /// The interfaces that rules watch.
    pub interfaces: BTreeSet<InterfaceUuid>,
    /// Whether some rule watches calls of every interface.
    pub watches_every: bool,
}

/// What runs at one event of a call.
#[derive(Debug)]
pub struct CallEvent {
    /// The event.
    pub phase: Phase,
    /// By interface and opnum.
    pub operations: BTreeMap<(InterfaceUuid, u16), Vec<RuleRun>>,
    /// By interface, whatever the opnum.
    pub interfaces: BTreeMap<InterfaceUuid, Vec<RuleRun>>,
    /// On every call.
    pub every: Vec<RuleRun>,
    /// Whether the event matters only to calls that some rule has named a candidate.
    pub gated: bool,
    /// Whether a kept call of the same context ends before the event is looked at.
    pub forgets_first: bool,
    /// Whether the call is kept for a later event.
    pub keeps: bool,
    /// Whether no later event looks at the call.
    pub forgets_last: bool,
}

impl CallDispatch {
    pub(super) fn new(rules: &[&RulePlan<'_>], events: Vec<EventRuns>) -> Self {
        let of_calls = || rules.iter().filter(|rule| rule.service == Service::DCE_RPC);
        let watched = of_calls().filter_map(|rule| rule.watched.as_ref());
        let mut calls = Self {
            events: events
                .iter()
                .map(|event| CallEvent::new(rules, event))
                .collect(),
            keeps_calls: of_calls().any(|rule| rule.takes_several_events()),
            interfaces: watched.flat_map(Watched::interfaces).collect(),
            watches_every: of_calls()
                .any(|rule| !matches!(rule.watched, Some(Watched::Some { .. }))),
        };
        if calls.keeps_calls {
            calls.keep();
        }
        calls
    }

    /// Says where calls begin, are kept and end, in the order of the events.
    fn keep(&mut self) {
        let mut requests = self.events.iter_mut();
        if let Some(first) = requests.find(|event| !event.phase.is_response()) {
            first.forgets_first = true;
        }
        if let Some((last, others)) = self.events.split_last_mut() {
            last.forgets_last = true;
            others.iter_mut().for_each(|event| event.keeps = true);
        }
    }
}

impl CallEvent {
    fn new(rules: &[&RulePlan<'_>], event: &EventRuns) -> Self {
        let mut found = Self {
            phase: event.phase,
            operations: BTreeMap::new(),
            interfaces: BTreeMap::new(),
            every: Vec::new(),
            gated: event.gated,
            forgets_first: false,
            keeps: false,
            forgets_last: false,
        };
        for run in &event.runs {
            found.add(rules[run.rule].watched.as_ref(), *run);
        }
        found
    }

    fn add(&mut self, watched: Option<&Watched>, run: RuleRun) {
        let Some(Watched::Some {
            operations,
            interfaces,
        }) = watched
        else {
            self.every.push(run);
            return;
        };
        for operation in operations {
            self.operations.entry(*operation).or_default().push(run);
        }
        for interface in interfaces {
            self.interfaces.entry(*interface).or_default().push(run);
        }
    }
}
