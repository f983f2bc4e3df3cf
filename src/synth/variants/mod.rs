//! The same thing said otherwise: over another transport, in pieces, refused.
//!
//! Whether a rule fires on a variant is for [`fires`] to say; some must be like the original, and some must not.

mod call;
mod command;
mod lookup;
mod smb;
mod transaction;

use super::fires;
use super::scenario::Scenario;
use crate::plan::RulePlan;

/// A scenario that says the same otherwise.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) label: &'static str,
    pub(super) shows: &'static str,
    pub(super) scenario: Scenario,
}

/// The variants of a scenario on which the rule fires.
pub(super) fn of(plan: &RulePlan<'_>, scenario: &Scenario) -> Vec<Variant> {
    let mut variants = match scenario {
        Scenario::Call(call) => call::of(plan, call),
        Scenario::Transaction(transaction) => transaction::of(plan, transaction),
        Scenario::File(work) => smb::of_file(work),
        Scenario::Tree(tree) => smb::of_tree(tree),
        Scenario::Command(command) => command::of(plan, command),
        Scenario::Lookup(lookup) => lookup::of(lookup),
        Scenario::Plain(_) => Vec::new(),
    };
    variants.extend(over_ipv6(plan, scenario));
    variants
}

/// Whether the rule fires on a scenario.
fn is_silent(plan: &RulePlan<'_>, scenario: &Scenario) -> bool {
    fires(plan, scenario) == Some(false)
}

fn over_ipv6(plan: &RulePlan<'_>, scenario: &Scenario) -> Option<Variant> {
    let mut scenario = scenario.clone();
    let endpoints = scenario.endpoints_mut();
    if endpoints.client.is_ipv6() {
        return None;
    }
    endpoints.use_ipv6();
    // A rule that asks for addresses has its own captures of others.
    (fires(plan, &scenario) == Some(true)).then_some(Variant {
        label: "over-ipv6",
        shows: "the same over IPv6",
        scenario,
    })
}

/// The places at which to cut so many bytes, the middle first.
fn cuts(length: usize) -> impl Iterator<Item = usize> {
    let mut places: Vec<usize> = (1..length).collect();
    places.sort_by_key(|place| place.abs_diff(length / 2));
    places.into_iter()
}
