//! DNS queries: over TCP, and without a response.

use super::Variant;
use crate::synth::scenario::{Lookup, Scenario};

pub(super) fn of(lookup: &Lookup) -> Vec<Variant> {
    let mut unanswered = lookup.clone();
    unanswered.is_answered = false;
    let over_tcp = lookup.over_tcp().map(|lookup| Variant {
        label: "over-tcp",
        shows: "the same over TCP",
        scenario: Scenario::Lookup(lookup),
    });
    let unanswered = Variant {
        label: "no-response",
        shows: "nobody answers the query",
        scenario: Scenario::Lookup(unanswered),
    };
    over_tcp.into_iter().chain([unanswered]).collect()
}
