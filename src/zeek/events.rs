//! Which of Zeek's events a rule hooks.

use crate::plan::RulePlan;
use crate::service::Phase;

use super::smb;

/// An event that a rule hooks, and what it does there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HookedEvent {
    /// The event's name.
    pub name: &'static str,
    /// For which of the rule's events it stands.
    pub phase: Phase,
    /// Whether the notice is raised there.
    pub raises: bool,
}

/// The events that a rule hooks, in their order. Those by which a pack follows a transaction for all of its rules are not
/// among them.
pub fn events(rule: &RulePlan<'_>) -> Vec<HookedEvent> {
    let raised = rule.stages.last().map(|stage| stage.phase);
    let mut phases: Vec<Phase> = rule.stages.iter().map(|stage| stage.phase).collect();
    phases.extend(rule.payload.as_ref().map(|payload| payload.phase));
    phases.sort_unstable();
    phases.dedup();
    let mut events: Vec<HookedEvent> = Vec::new();
    for phase in phases {
        let names = match rule.service.name() {
            "smb_files" => smb::names_of_file_events(phase, &rule.actions),
            "smb_mapping" => smb::names_of_tree_events(phase),
            // The commands' own events tell their kinds; each begins with one of these.
            "smb_cmd" => vec!["smb1_message", "smb2_message"],
            _ => vec![phase.event()],
        };
        events.extend(names.into_iter().map(|name| HookedEvent {
            name,
            phase,
            raises: Some(phase) == raised,
        }));
    }
    events
}
