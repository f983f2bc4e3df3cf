//! What runs at which event of the wire, by what it is found, and what is kept for it. Both engines read it here.

pub mod arguments;
pub mod calls;
pub mod transactions;

use std::collections::HashMap;

use self::arguments::ArgumentDispatch;
use self::calls::CallDispatch;
use self::transactions::TransactionDispatch;
use super::{RulePlan, Stage};
use crate::predicate::identity::Watched;
use crate::registry::InterfaceUuid;
use crate::service::{FoundBy, Phase, Service};

/// What runs at the events of a pack's rules.
#[derive(Debug)]
pub struct Dispatch {
    /// DCE-RPC calls.
    pub calls: CallDispatch,
    /// What is read of their stubs.
    pub arguments: ArgumentDispatch,
    /// HTTP transactions.
    pub transactions: TransactionDispatch,
    /// SMB file actions.
    pub files: Vec<EventRuns>,
    /// SMB tree connects.
    pub trees: Vec<EventRuns>,
    /// SMB commands.
    pub commands: Vec<EventRuns>,
    payload_rules: PayloadRules,
}

/// What of the rules runs at one event.
#[derive(Debug)]
pub struct EventRuns {
    /// The event.
    pub phase: Phase,
    /// In the order of the rules.
    pub runs: Vec<RuleRun>,
    /// Whether the event matters only to what some rule has named a candidate.
    pub gated: bool,
}

/// A part of a rule that runs at an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleRun {
    /// The rule's index among the rules of the dispatch.
    pub rule: usize,
    /// The part.
    pub part: RulePart,
    /// What picks it among all that runs at the event.
    pub picked_by: PickedBy,
}

/// A part of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RulePart {
    /// The stage with this index.
    Stage(usize),
    /// The logging of payload after the notice.
    Payload,
}

/// What picks a part of a rule, beside the operation, action or generation that the rule watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickedBy {
    /// The stage's key.
    Key,
    /// That an earlier stage of the rule has held.
    Candidacy,
    /// Nothing.
    Nothing,
}

/// How many rules look for a pattern in the payload of an operation, by the event that has the payload. `None` stands for
/// every operation.
type PayloadRules = HashMap<(Phase, Option<(InterfaceUuid, u16)>), usize>;

impl Dispatch {
    /// The dispatch of rules.
    pub fn new(rules: &[&RulePlan<'_>]) -> Self {
        let payload_rules = payload_rules(rules);
        let events = |service| events(rules, service, &payload_rules);
        Self {
            calls: CallDispatch::new(rules, events(Service::DCE_RPC)),
            arguments: arguments::asked(rules),
            transactions: TransactionDispatch::new(rules, events(Service::HTTP)),
            files: events(Service::SMB_FILES),
            trees: events(Service::SMB_MAPPING),
            commands: events(Service::SMB_CMD),
            payload_rules,
        }
    }

    /// Whether a stage is looked up by its key.
    pub fn looks_up_key(&self, rule: &RulePlan<'_>, stage: &Stage) -> bool {
        looks_up_key(rule, stage, &self.payload_rules)
    }
}

fn events(
    rules: &[&RulePlan<'_>],
    service: Service,
    payload_rules: &PayloadRules,
) -> Vec<EventRuns> {
    let events = service.phases().map(|phase| EventRuns {
        phase,
        runs: runs(rules, service, phase, payload_rules),
        gated: !rules.iter().any(|rule| {
            let first = rule.stages.first();
            rule.service == service && first.is_some_and(|first| first.phase == phase)
        }),
    });
    events.filter(|event| !event.runs.is_empty()).collect()
}

fn runs(
    rules: &[&RulePlan<'_>],
    service: Service,
    phase: Phase,
    payload_rules: &PayloadRules,
) -> Vec<RuleRun> {
    let mut runs = Vec::new();
    for (number, rule) in rules.iter().enumerate() {
        if rule.service != service {
            continue;
        }
        let mut add = |part, picked_by| {
            runs.push(RuleRun {
                rule: number,
                part,
                picked_by,
            });
        };
        let mut stages = rule.stages.iter().enumerate();
        if let Some((index, stage)) = stages.find(|(_, stage)| stage.phase == phase) {
            let picked_by = if looks_up_key(rule, stage, payload_rules) {
                PickedBy::Key
            } else if index > 0 {
                PickedBy::Candidacy
            } else {
                PickedBy::Nothing
            };
            add(RulePart::Stage(index), picked_by);
        }
        let payload = rule.later_payload();
        if payload.is_some_and(|payload| payload.phase == phase) {
            add(RulePart::Payload, PickedBy::Candidacy);
        }
    }
    runs
}

fn looks_up_key(rule: &RulePlan<'_>, stage: &Stage, payload_rules: &PayloadRules) -> bool {
    let Some(key) = &stage.key else { return false };
    match rule.service.spec().found_by {
        // CallDispatch are found by their operation; a payload's automaton is worth its cost where rules share it.
        FoundBy::Operation => {
            let shares = |operation| {
                let rules = payload_rules.get(&(stage.phase, operation));
                rules.is_some_and(|rules| *rules > 1)
            };
            is_first(rule, stage)
                && key.field.is_payload()
                && operations_of(rule).into_iter().any(shares)
        }
        // A gate goes before a text that picks worse.
        FoundBy::Nothing => rule.gate().is_none(),
        FoundBy::FileAction | FoundBy::SmbVersion => true,
    }
}

/// Whether nothing of a rule runs before a stage.
fn is_first(rule: &RulePlan<'_>, stage: &Stage) -> bool {
    rule.stages
        .first()
        .is_some_and(|first| std::ptr::eq(first, stage))
}

fn payload_rules(rules: &[&RulePlan<'_>]) -> PayloadRules {
    let mut counted = PayloadRules::new();
    for rule in rules.iter().filter(|rule| rule.service == Service::DCE_RPC) {
        let has_payload_key =
            |stage: &&Stage| stage.key.as_ref().is_some_and(|key| key.field.is_payload());
        for stage in rule.stages.iter().take(1).filter(has_payload_key) {
            for operation in operations_of(rule) {
                *counted.entry((stage.phase, operation)).or_default() += 1;
            }
        }
    }
    counted
}

/// The operations that a rule watches, as [`PayloadRules`] has them; none where it watches whole interfaces, whose
/// dispatch has no patterns.
fn operations_of(rule: &RulePlan<'_>) -> Vec<Option<(InterfaceUuid, u16)>> {
    match &rule.watched {
        Some(Watched::Some {
            operations,
            interfaces,
        }) if interfaces.is_empty() => operations.iter().copied().map(Some).collect(),
        Some(Watched::Every) => vec![None],
        _ => Vec::new(),
    }
}
