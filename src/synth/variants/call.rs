//! Calls: other operations, refused, over a pipe, in fragments and segments.

use super::{Variant, cuts, is_silent};
use crate::plan::RulePlan;
use crate::registry::InterfaceUuid;
use crate::service::argument;
use crate::stub::{Side, StubPlan, TransferSyntax};
use crate::synth::fires;
use crate::synth::scenario::{CallOutcome, CallScenario, Scenario, StubCut, Transport};

/// How many other operations are tried.
const MAX_NEIGHBOURS: u16 = 256;
/// What the stub of a fragment that is not the last is a multiple of (C706, section 12.6.3.5).
const ALIGNMENT: usize = 8;
/// How many cuts are tried.
const MAX_CUTS: usize = 64;

pub(super) fn of(plan: &RulePlan<'_>, call: &CallScenario) -> Vec<Variant> {
    let mut variants = Vec::new();
    let mut add = |label, shows, call: Option<CallScenario>| {
        variants.extend(call.map(|call| Variant {
            label,
            shows,
            scenario: Scenario::Call(call),
        }));
    };
    add(
        "over-smb",
        "the same over a named pipe of SMB2",
        over_smb(plan, call),
    );
    add(
        "across-segments",
        "the same, the stub cut by TCP",
        across_segments(call),
    );
    add(
        "response-across-segments",
        "the same, the response's stub cut by TCP",
        across_response_segments(plan, call),
    );
    add(
        "in-fragments",
        "the same in two fragments, all that counts in the last",
        in_fragments(plan, call),
    );
    add(
        "stub-across-fragments",
        "the stub cut by RPC into two fragments, of which Zeek shows the last",
        across_fragments(plan, call),
    );
    add(
        "response-stub-across-fragments",
        "the response's stub cut by RPC into two fragments, of which Zeek shows the last",
        across_response_fragments(plan, call),
    );
    add("ndr64", "the same in NDR64", in_ndr64(plan, call));
    add("sealed", "the same, sealed by packet privacy", sealed(call));
    add(
        "stub-cut",
        "the stub ends within what the rule asks for",
        with_stub_cut(plan, call),
    );
    add(
        "other-opnum",
        "another operation of the interface",
        other_opnum(plan, call),
    );
    add(
        "other-interface",
        "the same operation number of a neighbouring interface",
        other_interface(plan, call),
    );
    add(
        "fault",
        "the call is refused with a fault",
        Some(with_outcome(call, CallOutcome::Fault)),
    );
    add(
        "no-response",
        "nobody answers the call",
        Some(with_outcome(call, CallOutcome::Silence)),
    );
    variants
}

fn with_outcome(call: &CallScenario, outcome: CallOutcome) -> CallScenario {
    let mut call = call.clone();
    call.outcome = outcome;
    call
}

fn with_cut(call: &CallScenario, cut: StubCut) -> CallScenario {
    let mut call = call.clone();
    call.cut = Some(cut);
    call
}

fn if_silent(plan: &RulePlan<'_>, call: CallScenario) -> Option<CallScenario> {
    is_silent(plan, &Scenario::Call(call.clone())).then_some(call)
}

fn if_fires(plan: &RulePlan<'_>, call: CallScenario) -> Option<CallScenario> {
    (fires(plan, &Scenario::Call(call.clone())) == Some(true)).then_some(call)
}

/// The call in the transfer syntax of 64-bit Windows, where stubs tell in which one they are.
fn in_ndr64(plan: &RulePlan<'_>, call: &CallScenario) -> Option<CallScenario> {
    let mut call = call.clone();
    let operation = call.operation()?;
    let tells = |side| StubPlan::of(operation, side).is_none_or(StubPlan::tells_syntax);
    call.stubs.as_mut()?.syntax = TransferSyntax::Ndr64;
    let has_stubs = call.written(Side::Request).is_some();
    let tell = tells(Side::Request) && tells(Side::Response);
    (has_stubs && tell).then(|| if_fires(plan, call)).flatten()
}

/// The call with stubs that nobody else reads, if what stands there can be told from a clear one.
fn sealed(call: &CallScenario) -> Option<CallScenario> {
    let mut call = call.clone();
    let request = StubPlan::of(call.operation()?, Side::Request)?;
    call.stubs.as_mut()?.are_sealed = true;
    request.has_counts.then_some(call)
}

fn with_stub_cut(plan: &RulePlan<'_>, call: &CallScenario) -> Option<CallScenario> {
    let asked = plan.predicate.fields();
    let asked = asked
        .iter()
        .filter_map(|field| argument::parse(&field.name));
    let asked = asked.filter(|(side, _)| *side == Side::Request);
    let end = call
        .written(Side::Request)?
        .end(asked.map(|(_, name)| name))?;
    let mut call = call.clone();
    call.stubs.as_mut()?.kept = Some(end.checked_sub(1)?);
    Some(call)
}

fn over_smb(plan: &RulePlan<'_>, call: &CallScenario) -> Option<CallScenario> {
    if call.transport == Transport::Pipe {
        return None;
    }
    let mut call = call.clone();
    call.transport = Transport::Pipe;
    if_fires(plan, call)
}

fn across_segments(call: &CallScenario) -> Option<CallScenario> {
    let cut = call.whole_stub(Side::Request).len() / 2;
    (cut > 0).then(|| with_cut(call, StubCut::RequestSegments(cut)))
}

fn across_response_segments(plan: &RulePlan<'_>, call: &CallScenario) -> Option<CallScenario> {
    let cut = call.whole_stub(Side::Response).len() / 2;
    let reads_results = plan
        .arguments()
        .iter()
        .any(|field| field.phase.is_response());
    (cut > 0 && (plan.uses("response_stub") || reads_results))
        .then(|| with_cut(call, StubCut::ResponseSegments(cut)))
}

/// In two fragments, the first of which has nothing that the rule asks for.
fn in_fragments(plan: &RulePlan<'_>, call: &CallScenario) -> Option<CallScenario> {
    if call.written(Side::Request).is_some() {
        return None;
    }
    let mut call = call.clone();
    call.stub.splice(0..0, vec![0; ALIGNMENT]);
    if_fires(plan, with_cut(&call, StubCut::RequestFragments(ALIGNMENT)))
}

/// Cut so that the last fragment alone is not what the rule asks for.
fn across_fragments(plan: &RulePlan<'_>, call: &CallScenario) -> Option<CallScenario> {
    if let Some(written) = call.written(Side::Request) {
        let cut = (written.stub.len() / 2).next_multiple_of(ALIGNMENT);
        let is_cut =
            StubPlan::of(call.operation()?, Side::Request)?.has_counts && cut < written.stub.len();
        return is_cut.then(|| with_cut(call, StubCut::RequestFragments(cut)));
    }
    let stubs = shifted(&call.stub);
    stubs.into_iter().find_map(|stub| {
        let mut call = call.clone();
        call.stub = stub;
        if_fires(plan, call.clone())?;
        let cuts = cuts(call.stub.len()).filter(|cut| cut % ALIGNMENT == 0);
        let mut cuts = cuts.take(MAX_CUTS);
        cuts.find_map(|cut| if_silent(plan, with_cut(&call, StubCut::RequestFragments(cut))))
    })
}

fn across_response_fragments(plan: &RulePlan<'_>, call: &CallScenario) -> Option<CallScenario> {
    if call.written(Side::Response).is_some() {
        return None;
    }
    let stubs = shifted(&call.response_stub);
    stubs.into_iter().find_map(|stub| {
        let mut call = call.clone();
        call.response_stub = stub;
        if_fires(plan, call.clone())?;
        let cuts = cuts(call.response_stub.len()).filter(|cut| cut % ALIGNMENT == 0);
        let mut cuts = cuts.take(MAX_CUTS);
        cuts.find_map(|cut| if_silent(plan, with_cut(&call, StubCut::ResponseFragments(cut))))
    })
}

/// The stub, and the same with something before it, so that every byte can come to where a cut is.
fn shifted(stub: &[u8]) -> Vec<Vec<u8>> {
    let shifts = (0..ALIGNMENT).map(|shift| [&vec![0; shift], stub].concat());
    shifts.collect()
}

fn other_opnum(plan: &RulePlan<'_>, call: &CallScenario) -> Option<CallScenario> {
    let above = (1..=MAX_NEIGHBOURS).map(|distance| call.opnum.checked_add(distance));
    let below = (1..=MAX_NEIGHBOURS).map(|distance| call.opnum.checked_sub(distance));
    above.chain(below).flatten().find_map(|opnum| {
        let mut call = call.clone();
        call.opnum = opnum;
        if_silent(plan, call)
    })
}

fn other_interface(plan: &RulePlan<'_>, call: &CallScenario) -> Option<CallScenario> {
    (0..16).rev().find_map(|place| {
        let mut bytes = *call.uuid.as_bytes();
        bytes[place] ^= 1;
        let mut call = call.clone();
        call.uuid = InterfaceUuid::from_bytes(bytes);
        if_silent(plan, call)
    })
}
