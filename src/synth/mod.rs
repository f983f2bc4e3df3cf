//! From a rule to captures on which it must fire, and on which it must not.
//!
//! A rule's predicate is solved: for each way in which it can hold, [`solve`] finds a scenario, which is written down as
//! a conversation. Near misses are scenarios that differ from those in one thing. Whether a rule fires on a scenario is
//! settled by the language's meaning alone, so that captures put the engines to the test.

mod capture;
pub mod conversation;
mod correlation;
pub mod files;
mod finding;
mod near_misses;
mod observation;
mod positives;
mod scenario;
mod solve;
mod variants;

use std::collections::BTreeSet;

pub use capture::Capture;

use self::scenario::Scenario;
use crate::finding::Finding;
use crate::plan::correlation::MatchSource;
use crate::plan::{PackPlan, RulePlan};

/// Most captures of a rule.
const MAX_CAPTURES: usize = 64;
/// Longest name of a capture, without its ending.
const MAX_NAME: usize = 100;

/// The captures of a rule.
#[derive(Debug, Default)]
pub struct Synthesis {
    /// The captures, those first on which the rule fires.
    pub captures: Vec<Synthesised>,
    /// What could not be made: an error where no capture could on which the rule fires, else warnings.
    pub findings: Vec<Finding>,
}

/// A capture that was made for a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synthesised {
    /// A file's name without its ending: lower-case letters, digits and hyphens.
    pub name: String,
    /// Whether the rule fires on it.
    pub fires: bool,
    /// What it shows, for people.
    pub shows: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// What kind of file it is.
    pub kind: FileKind,
}

/// What a file is that rules are tried on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileKind {
    /// A pcap file.
    Capture,
    /// A log of Zeek, such as `dce_rpc`.
    Log(String),
}

/// Makes captures for a rule or a correlation of a pack. The same pack gives the same bytes.
pub fn synthesise(pack: &PackPlan<'_>, source: MatchSource) -> Synthesis {
    match source {
        MatchSource::Rule(index) => pack.rules.get(index).map(of_rule).unwrap_or_default(),
        MatchSource::Correlation(index) => {
            let plan = pack.correlations.get(index);
            plan.map(|plan| correlation::of(pack, plan))
                .unwrap_or_default()
        }
    }
}

fn of_rule(plan: &RulePlan<'_>) -> Synthesis {
    let mut making = Synthesiser {
        plan,
        names: BTreeSet::new(),
        made: Synthesis::default(),
    };
    let positives = positives::find(plan, &mut making.made.findings);
    for positive in &positives {
        making.add(&positive.label, &positive.shows, &positive.scenario);
    }
    if let Some(first) = positives.first() {
        for variant in variants::of(plan, &first.scenario) {
            making.add(variant.label, variant.shows, &variant.scenario);
        }
    }
    for miss in near_misses::of(plan, &positives) {
        making.add(&miss.label, &miss.shows, &miss.scenario);
    }
    let mut made = making.made;
    if made.captures.len() > MAX_CAPTURES {
        let left_out = made.captures.len() - MAX_CAPTURES;
        made.findings.push(finding::capped(plan, left_out));
    }
    made.captures.sort_by_key(|capture| !capture.fires);
    made.captures.truncate(MAX_CAPTURES);
    made
}

/// Captures in the making.
struct Synthesiser<'a> {
    plan: &'a RulePlan<'a>,
    names: BTreeSet<String>,
    made: Synthesis,
}

impl Synthesiser<'_> {
    /// Adds a scenario's capture, unless it cannot be told what the rule does on it.
    fn add(&mut self, label: &str, shows: &str, scenario: &Scenario) {
        let Some(fires) = fires(self.plan, scenario) else {
            return;
        };
        let word = if fires { "fires" } else { "silent" };
        let base = slug(&format!("{word}-{label}"), MAX_NAME);
        let mut name = base.clone();
        let mut number = 2;
        while !self.names.insert(name.clone()) {
            name = format!("{base}-{number}");
            number += 1;
        }
        let mut capture = Capture::new();
        scenario.record(&mut capture);
        let bytes = capture.finish();
        self.made.captures.push(Synthesised {
            name,
            fires,
            shows: shows.to_owned(),
            bytes,
            kind: FileKind::Capture,
        });
    }
}

/// Whether a rule fires on a scenario, as the language has it; `None` where that hangs on what no capture settles.
fn fires(plan: &RulePlan<'_>, scenario: &Scenario) -> Option<bool> {
    let raised = plan.stages.last()?.phase;
    let mut open = false;
    for observation in scenario.observations() {
        if !observation.phases.contains(&raised) {
            continue;
        }
        match observation.holds(&plan.predicate) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => open = true,
        }
    }
    (!open).then_some(false)
}

/// Text as part of a file's name: lower-case letters, digits, and hyphens for the rest.
fn slug(text: &str, longest: usize) -> String {
    let mut slug = String::new();
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= longest {
            break;
        }
    }
    slug.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn names_lead_nowhere() {
        assert_eq!(slug("../../etc/passwd", 100), "etc-passwd");
        assert_eq!(slug("Ein Köter.exe\0", 100), "ein-k-ter-exe");
        assert_eq!(slug("abc-def", 4), "abc");
        assert_eq!(slug("...", 4), "");
    }
}
