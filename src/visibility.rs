//! What payload rules can see of a capture: which calls of their operations can be read, and why others cannot.

use std::collections::BTreeSet;

use crate::evaluation::StubPlans;
use crate::event::calls::{CallReply, Calls, SeenCall};
use crate::event::{Event, EventKind, EventSink, SmbEvent, StubObstacle};
use crate::plan::dispatch::Dispatch;
use crate::plan::{PackPlan, RulePlan};
use crate::stub::Side;

/// The rules that look at payload of calls, with the calls of captures that they watch.
#[derive(Debug)]
pub struct Visibility<'a> {
    packs: Vec<PackVisibility<'a>>,
    calls: Calls,
    encrypted: u64,
}

/// Those of a pack.
#[derive(Debug)]
struct PackVisibility<'a> {
    stubs: StubPlans,
    rules: Vec<PayloadRule<'a>>,
}

/// A rule that looks at payload of calls.
#[derive(Debug)]
pub struct PayloadRule<'a> {
    /// The rule.
    pub plan: &'a RulePlan<'a>,
    /// The calls that it watches.
    pub calls: CallCounts,
    reads: BTreeSet<CallReading>,
}

/// How many calls could be read, and how many could not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CallCounts {
    /// Calls that could be read.
    pub readable: u64,
    /// Calls with a sealed stub.
    pub sealed: u64,
    /// Calls with a stub in several fragments.
    pub fragmented: u64,
    /// Calls with a stub that is cut, malformed, or beyond the bounds.
    pub undecodable: u64,
    /// Calls without a response that is surely theirs, for a rule that looks at the response.
    pub unanswered: u64,
}

/// What a rule reads of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum CallReading {
    /// A stub as it is.
    Stub(Side),
    /// The arguments in a stub.
    Arguments(Side),
}

/// Whether a call could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Readability {
    Readable,
    Blocked(StubObstacle),
    Undecodable,
    Unanswered,
}

impl<'a> Visibility<'a> {
    /// The payload rules of packs; no call has been seen.
    pub fn new(plans: &'a [PackPlan<'a>]) -> Self {
        let packs = plans.iter().map(|pack| {
            let rules: Vec<&RulePlan<'_>> = pack.rules.iter().collect();
            let rules_on_payload = pack.rules.iter().filter_map(PayloadRule::new);
            PackVisibility {
                stubs: StubPlans::new(&Dispatch::new(&rules).arguments),
                rules: rules_on_payload.collect(),
            }
        });
        Self {
            packs: packs.collect(),
            calls: Calls::default(),
            encrypted: 0,
        }
    }

    /// Counts the calls that are still without an answer: the capture has ended.
    pub fn end_capture(&mut self) {
        let calls = std::mem::take(&mut self.calls);
        calls.finish().iter().for_each(|call| self.count(call));
    }

    /// The rules.
    pub fn rules(&self) -> impl Iterator<Item = &PayloadRule<'a>> {
        self.packs.iter().flat_map(|pack| &pack.rules)
    }

    /// How many encrypted SMB3 messages were seen, of clients and servers. Each may hold a part of a call.
    pub fn encrypted_messages(&self) -> u64 {
        self.encrypted
    }

    fn count(&mut self, call: &SeenCall) {
        for PackVisibility { stubs, rules } in &mut self.packs {
            for rule in rules.iter_mut().filter(|rule| rule.watches(call)) {
                let reading = reading(call, stubs, &rule.reads);
                *rule.calls.of(reading) += 1;
            }
        }
    }
}

impl EventSink for Visibility<'_> {
    fn event(&mut self, event: &Event<'_>) {
        if let EventKind::Smb(SmbEvent::Encrypted { .. }) = event.kind {
            self.encrypted += 1;
        }
        if let Some(call) = self.calls.event(event) {
            self.count(&call);
        }
    }
}

impl<'a> PayloadRule<'a> {
    fn new(plan: &'a RulePlan<'a>) -> Option<Self> {
        let reads: BTreeSet<CallReading> = plan
            .fields_of_stubs()
            .iter()
            .map(|field| {
                let side = match field.phase.is_response() {
                    true => Side::Response,
                    false => Side::Request,
                };
                match field.is_argument() {
                    true => CallReading::Arguments(side),
                    false => CallReading::Stub(side),
                }
            })
            .collect();
        (!reads.is_empty()).then_some(Self {
            plan,
            calls: CallCounts::default(),
            reads,
        })
    }

    fn watches(&self, call: &SeenCall) -> bool {
        let watched = self.plan.watched.as_ref().zip(call.interface);
        watched.is_some_and(|(watched, uuid)| watched.contains(uuid, call.opnum))
    }
}

impl CallCounts {
    fn of(&mut self, reading: Readability) -> &mut u64 {
        match reading {
            Readability::Readable => &mut self.readable,
            Readability::Blocked(StubObstacle::Sealed) => &mut self.sealed,
            Readability::Blocked(StubObstacle::Fragment) => &mut self.fragmented,
            Readability::Undecodable => &mut self.undecodable,
            Readability::Unanswered => &mut self.unanswered,
        }
    }
}

/// What keeps a rule from reading a call, in the order of the stubs.
fn reading(call: &SeenCall, stubs: &StubPlans, reads: &BTreeSet<CallReading>) -> Readability {
    let decodes = |side, stub: &[u8]| {
        let uuid = call.interface?;
        stubs.reads((uuid, call.opnum), side, stub, call.order)
    };
    let asks = |side| reads.contains(&CallReading::Arguments(side));
    // Results count only where the arguments can be read, too.
    let asks_arguments = asks(Side::Request) || asks(Side::Response);
    if asks_arguments || reads.contains(&CallReading::Stub(Side::Request)) {
        if let Some(obstacle) = call.obstacle {
            return Readability::Blocked(obstacle);
        }
        if asks_arguments && decodes(Side::Request, &call.request) == Some(false) {
            return Readability::Undecodable;
        }
    }
    if !asks(Side::Response) && !reads.contains(&CallReading::Stub(Side::Response)) {
        return Readability::Readable;
    }
    let CallReply::Response(response) = &call.answer else {
        return Readability::Unanswered;
    };
    match response.obstacle {
        Some(obstacle) => Readability::Blocked(obstacle),
        None if asks(Side::Response) && decodes(Side::Response, &response.stub) == Some(false) => {
            Readability::Undecodable
        }
        None => Readability::Readable,
    }
}
