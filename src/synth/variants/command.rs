//! Commands of SMB: in segments, refused, unanswered, another one.

use super::{Variant, is_silent};
use crate::plan::RulePlan;
use crate::synth::conversation::smb;
use crate::synth::scenario::{CommandScenario, Scenario};

/// A place in every request: beyond SMB1's header, and before its end.
const MIDDLE: usize = 37;

pub(super) fn of(plan: &RulePlan<'_>, command: &CommandScenario) -> Vec<Variant> {
    let mut variants = Vec::new();
    let mut add = |label, shows, change: &dyn Fn(&mut CommandScenario)| {
        let mut command = command.clone();
        change(&mut command);
        variants.push(Variant {
            label,
            shows,
            scenario: Scenario::Command(command),
        });
    };
    add(
        "across-segments",
        "the same, the request cut by TCP",
        &|changed| changed.cut = Some(MIDDLE),
    );
    if command.status.is_none() {
        add("refused", "the server denies access", &|changed| {
            changed.status = Some(smb::ACCESS_DENIED);
        });
    }
    add("no-response", "nobody answers the command", &|changed| {
        changed.is_answered = false;
    });
    let others = command.neighbours().map(Scenario::Command);
    let other = others.into_iter().find(|other| is_silent(plan, other));
    variants.extend(other.map(|scenario| Variant {
        label: "other-command",
        shows: "another command",
        scenario,
    }));
    variants
}
