//! What of a rule costs: the events that it hooks, what finds it there, and what is kept for it.

use crate::plan::dispatch::Dispatch;
use crate::plan::{PackPlan, RulePlan, Stage};
use crate::predicate::identity::Watched;
use crate::service::FoundBy;
use crate::zeek;

/// What a rule costs at an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Events of Zeek's.
    pub events: Vec<&'static str>,
    /// What picks the rule there.
    pub found_by: DispatchReason,
    /// What is kept of a transaction until then because of the rule.
    pub keeps: Vec<&'static str>,
}

/// What picks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DispatchReason {
    /// A text of a field, sought for all rules at once.
    Text {
        /// The field.
        field: String,
        /// How large the text's pattern is, as an automaton has it.
        size: usize,
    },
    /// A number or an address that a field equals.
    Value {
        /// The field.
        field: String,
        /// How many values.
        values: usize,
    },
    /// So many operations.
    Operations(usize),
    /// Every call of so many interfaces.
    Interfaces(usize),
    /// The action of a file, or the generation of SMB.
    Kind,
    /// That the rule's earlier event held.
    Candidacy,
    /// Nothing: the rule is tried each time.
    Nothing,
}

/// The reasons of each of a pack's rules, in the order of the rules.
#[must_use]
pub fn reasons(plan: &PackPlan<'_>) -> Vec<Vec<Reason>> {
    let rules: Vec<&RulePlan<'_>> = plan.rules.iter().collect();
    let dispatch = Dispatch::new(&rules);
    rules
        .iter()
        .map(|rule| {
            let stages = rule.stages.iter().enumerate();
            stages
                .map(|(index, stage)| Reason {
                    events: zeek::events(rule)
                        .iter()
                        .filter(|event| event.phase == stage.phase)
                        .map(|event| event.name)
                        .collect(),
                    found_by: found_by(&dispatch, rule, index, stage),
                    keeps: keeps(stage),
                })
                .collect()
        })
        .collect()
}

fn found_by(
    dispatch: &Dispatch,
    rule: &RulePlan<'_>,
    index: usize,
    stage: &Stage,
) -> DispatchReason {
    if let Some(gate) = rule.gate() {
        return DispatchReason::Value {
            field: gate.field.name,
            values: gate.values.len(),
        };
    }
    if let Some(key) = stage
        .key
        .as_ref()
        .filter(|_| dispatch.looks_up_key(rule, stage))
    {
        return DispatchReason::Text {
            field: key.field.name.clone(),
            size: key.pattern.size(),
        };
    }
    if index > 0 {
        return DispatchReason::Candidacy;
    }
    match (rule.service.spec().found_by, &rule.watched) {
        (
            FoundBy::Operation,
            Some(Watched::Some {
                operations,
                interfaces,
            }),
        ) => {
            if interfaces.is_empty() {
                DispatchReason::Operations(operations.len())
            } else {
                DispatchReason::Interfaces(interfaces.len())
            }
        }
        (FoundBy::FileAction | FoundBy::SmbVersion, _) => DispatchReason::Kind,
        (FoundBy::Operation | FoundBy::Nothing, _) => DispatchReason::Nothing,
    }
}

/// The bodies that the rule looks at there.
fn keeps(stage: &Stage) -> Vec<&'static str> {
    let mut fields = stage.condition.fields();
    fields.extend(stage.key.iter().map(|key| &key.field));
    let bodies = ["body", "response_body"].into_iter();
    bodies
        .filter(|body| fields.iter().any(|field| field.name == *body))
        .collect()
}
