//! Transactions: in segments and chunks, unanswered, as the second of a connection.

use super::Variant;
use crate::plan::RulePlan;
use crate::synth::conversation::http::Framing;
use crate::synth::scenario::{Scenario, TransactionScenario};

pub(super) fn of(plan: &RulePlan<'_>, transaction: &TransactionScenario) -> Vec<Variant> {
    let mut variants = Vec::new();
    let mut add = |label, shows, change: &dyn Fn(&mut TransactionScenario)| {
        let mut transaction = transaction.clone();
        change(&mut transaction);
        variants.push(Variant {
            label,
            shows,
            scenario: Scenario::Transaction(transaction),
        });
    };
    let (head, body) = transaction.request_bytes();
    let line = head.windows(2).position(|end| end == b"\r\n").unwrap_or(0);
    add(
        "line-across-segments",
        "the same, the request line cut by TCP",
        &|changed| {
            changed.request.cut = Some(line / 2);
        },
    );
    add(
        "headers-across-segments",
        "the same, the headers cut by TCP",
        &|changed| {
            changed.request.cut = Some(usize::midpoint(line, head.len()));
        },
    );
    if !body.is_empty() {
        add(
            "body-across-segments",
            "the same, the body cut by TCP",
            &|changed| {
                changed.request.cut = Some(head.len() + body.len() / 2);
            },
        );
        add(
            "body-in-chunks",
            "the same, the body in two chunks",
            &|changed| {
                changed.request.framing = Framing::Chunks(changed.request.body.len() / 2);
            },
        );
    }
    let (head, body) = transaction.response_bytes();
    if !body.is_empty() && plan.uses("response_body") {
        add(
            "response-body-across-segments",
            "the same, the reply's body cut by TCP",
            &|changed| changed.response.cut = Some(head.len() + body.len() / 2),
        );
        add(
            "response-body-in-chunks",
            "the same, the reply's body in two chunks",
            &|changed| {
                changed.response.framing = Framing::Chunks(changed.response.body.len() / 2);
            },
        );
    }
    add(
        "second-request",
        "the same as the second request of its connection",
        &|changed| {
            changed.depth = if changed.depth == 2 { 3 } else { 2 };
        },
    );
    add("no-reply", "nobody replies", &|changed| {
        changed.is_answered = false
    });
    variants
}
