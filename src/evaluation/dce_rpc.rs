//! DCE-RPC calls, as a package's `dce-rpc.zeek` dispatches them.

use std::collections::HashMap;

use super::pack::{Results, Rules};
use super::rule::{Candidates, Number, Rule};
use super::value::{Slot, Subject, Value, seconds};
use crate::event::{Call, ConnectionId, DceRpcEvent, DceRpcKind, Timestamp, Uuid};
use crate::plan::MAX_PENDING_CALLS;
use crate::predicate::identity::Watched;
use crate::registry::{InterfaceUuid, Registry};
use crate::service::{Phase, Service};

/// The release whose names Zeek's notices have here.
const RELEASE: &str = "8.0";

/// Which rules run on which call.
#[derive(Debug)]
pub(super) struct CallDispatch {
    phases: Vec<PhaseDispatch>,
    /// Whether some rule looks at a call at several events.
    keeps_calls: bool,
}

/// What runs at one event.
#[derive(Debug)]
struct PhaseDispatch {
    phase: Phase,
    operations: HashMap<(InterfaceUuid, u16), Vec<Handler>>,
    interfaces: HashMap<InterfaceUuid, Vec<Handler>>,
    every: Vec<Handler>,
    /// Whether the event matters only to calls that some rule has named a candidate.
    gated: bool,
    forgets_first: bool,
    forgets_last: bool,
    keeps: bool,
}

#[derive(Clone, Copy, Debug)]
enum Handler {
    Stage(Number, usize),
    Payload(Number),
}

/// A connection's calls that some rule of a pack may still match, by pipe and context.
pub(super) type PendingCalls = HashMap<(u64, u16), PendingCall>;

/// When a connection's associations, by pipe, saw their last request, or else began.
#[derive(Debug, Default)]
pub(super) struct Associations(HashMap<u64, Timestamp>);

/// A call, as far as it has been seen.
#[derive(Debug)]
struct RpcCall {
    connection: ConnectionId,
    uuid: Option<InterfaceUuid>,
    opnum: u16,
    time: Timestamp,
    named_pipe: Option<Vec<u8>>,
    stub_len: Option<u64>,
    stub: Option<Vec<u8>>,
    rtt: Option<f64>,
    response_stub_len: Option<u64>,
    response_stub: Option<Vec<u8>>,
}

/// A call with the rules of which everything has held so far.
#[derive(Debug)]
pub(super) struct PendingCall {
    call: RpcCall,
    candidates: Candidates,
}

impl Associations {
    /// Does what Zeek's base script does with an event.
    pub(super) fn update(&mut self, event: &DceRpcEvent<'_>, now: Timestamp) {
        match event.kind {
            DceRpcKind::Message { .. }
            | DceRpcKind::RequestStub(..)
            | DceRpcKind::ResponseStub(..) => {}
            DceRpcKind::Request(_) => {
                self.0.insert(event.fid, now);
            }
            _ => {
                self.0.entry(event.fid).or_insert(now);
            }
        }
    }

    pub(super) fn close(&mut self, fid: u64) {
        self.0.remove(&fid);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl CallDispatch {
    pub(super) fn new(rules: &[Rule<'_>]) -> Self {
        let rules = || {
            let numbered = rules.iter().enumerate();
            numbered.filter(|(_, rule)| rule.plan.service == Service::DCE_RPC)
        };
        let keeps_calls = rules().any(|(_, rule)| rule.plan.takes_several_events());
        let mut phases: Vec<PhaseDispatch> = Service::DCE_RPC
            .phases()
            .filter_map(|phase| {
                let mut dispatch = PhaseDispatch::new(phase);
                rules().for_each(|(number, rule)| dispatch.add_rule(number, rule));
                (!dispatch.is_empty()).then_some(dispatch)
            })
            .collect();
        if keeps_calls {
            order_of_keeping(&mut phases);
        }
        Self {
            phases,
            keeps_calls,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.phases.is_empty()
    }

    /// Does what the package's handler of an event does.
    pub(super) fn event(
        &self,
        rules: &Rules<'_>,
        connection: ConnectionId,
        event: &DceRpcEvent<'_>,
        associations: &Associations,
        pending: &mut PendingCalls,
        results: &mut Results,
    ) {
        let Some((phase, call)) = call_of(&event.kind) else {
            return;
        };
        let Some(dispatch) = self.phases.iter().find(|known| known.phase == phase) else {
            return;
        };
        let key = (event.fid, call.ctx_id);
        if dispatch.forgets_first {
            pending.remove(&key);
        }
        if dispatch.gated && !pending.contains_key(&key) {
            return;
        }
        let uuid = event.binding.interface(call.ctx_id).map(interface_uuid);
        if !dispatch.watches(uuid, call.opnum) {
            return;
        }
        let mut seen = self.pending_or_new(connection, event, call, uuid, associations, pending);
        seen.call.take_in(event);
        dispatch.run(rules, &mut seen, results);
        if dispatch.keeps && !seen.candidates.is_empty() {
            if pending.len() >= MAX_PENDING_CALLS && !pending.contains_key(&key) {
                pending.clear();
            }
            pending.insert(key, seen);
        }
        if dispatch.forgets_last {
            pending.remove(&key);
        }
    }

    /// The pending call of the context if it is the one that is seen, else a new one.
    fn pending_or_new(
        &self,
        connection: ConnectionId,
        event: &DceRpcEvent<'_>,
        call: &Call,
        uuid: Option<InterfaceUuid>,
        associations: &Associations,
        pending: &mut PendingCalls,
    ) -> PendingCall {
        let key = (event.fid, call.ctx_id);
        if self.keeps_calls
            && pending
                .get(&key)
                .is_some_and(|known| known.call.uuid == uuid && known.call.opnum == call.opnum)
            && let Some(known) = pending.remove(&key)
        {
            return known;
        }
        PendingCall {
            call: RpcCall {
                connection,
                uuid,
                opnum: call.opnum,
                time: associations.0.get(&event.fid).copied().unwrap_or_default(),
                named_pipe: event.binding.named_pipe().map(<[u8]>::to_vec),
                stub_len: None,
                stub: None,
                rtt: None,
                response_stub_len: None,
                response_stub: None,
            },
            candidates: Candidates::default(),
        }
    }
}

impl PhaseDispatch {
    fn new(phase: Phase) -> Self {
        Self {
            phase,
            operations: HashMap::new(),
            interfaces: HashMap::new(),
            every: Vec::new(),
            gated: true,
            forgets_first: false,
            forgets_last: false,
            keeps: false,
        }
    }

    fn add_rule(&mut self, number: Number, rule: &Rule<'_>) {
        if let Some(index) = rule.stage_at(self.phase) {
            self.gated &= index > 0;
            self.add(rule, Handler::Stage(number, index));
        }
        if rule
            .later_payload()
            .is_some_and(|payload| payload.phase == self.phase)
        {
            self.add(rule, Handler::Payload(number));
        }
    }

    fn add(&mut self, rule: &Rule<'_>, handler: Handler) {
        let Some(Watched::Some {
            operations,
            interfaces,
        }) = &rule.plan.watched
        else {
            self.every.push(handler);
            return;
        };
        for operation in operations {
            self.operations.entry(*operation).or_default().push(handler);
        }
        for interface in interfaces {
            self.interfaces.entry(*interface).or_default().push(handler);
        }
    }

    fn is_empty(&self) -> bool {
        self.operations.is_empty() && self.interfaces.is_empty() && self.every.is_empty()
    }

    fn watches(&self, uuid: Option<InterfaceUuid>, opnum: u16) -> bool {
        let named = uuid.is_some_and(|uuid| {
            self.operations.contains_key(&(uuid, opnum)) || self.interfaces.contains_key(&uuid)
        });
        named || !self.every.is_empty()
    }

    fn run(&self, rules: &Rules<'_>, seen: &mut PendingCall, results: &mut Results) {
        let (uuid, opnum) = (seen.call.uuid, seen.call.opnum);
        let of_operation = uuid.and_then(|uuid| self.operations.get(&(uuid, opnum)));
        let of_interface = uuid.and_then(|uuid| self.interfaces.get(&uuid));
        let handlers = of_operation.into_iter().chain(of_interface).flatten();
        for handler in handlers.chain(&self.every) {
            match *handler {
                Handler::Stage(number, index) => {
                    rules.run(number, index, &seen.call, &mut seen.candidates, results);
                }
                Handler::Payload(number) => {
                    rules.run_payload(number, &seen.call, &seen.candidates, results);
                }
            }
        }
    }
}

/// Where pending calls begin, are kept and end, in the order of the events.
fn order_of_keeping(phases: &mut [PhaseDispatch]) {
    if let Some(first) = phases.iter_mut().find(|phase| !phase.phase.is_response()) {
        first.forgets_first = true;
    }
    if let Some((last, others)) = phases.split_last_mut() {
        last.forgets_last = true;
        others.iter_mut().for_each(|phase| phase.keeps = true);
    }
}

fn call_of<'a>(kind: &'a DceRpcKind<'_>) -> Option<(Phase, &'a Call)> {
    match kind {
        DceRpcKind::Request(call) => Some((Phase::CallRequest, call)),
        DceRpcKind::RequestStub(call, _) => Some((Phase::CallRequestStub, call)),
        DceRpcKind::Response(call) => Some((Phase::CallResponse, call)),
        DceRpcKind::ResponseStub(call, _) => Some((Phase::CallResponseStub, call)),
        _ => None,
    }
}

fn interface_uuid(uuid: Uuid) -> InterfaceUuid {
    let [a, b, c, d, e, f, g, h, rest @ ..] = uuid.0;
    let [i, j, k, l, m, n, o, p] = rest;
    InterfaceUuid::from_bytes([d, c, b, a, f, e, h, g, i, j, k, l, m, n, o, p])
}

impl RpcCall {
    fn take_in(&mut self, event: &DceRpcEvent<'_>) {
        match event.kind {
            DceRpcKind::Request(call) => self.stub_len = Some(call.stub_len),
            DceRpcKind::RequestStub(_, stub) => {
                self.stub_len = Some(stub.len() as u64);
                self.stub = Some(stub.to_vec());
            }
            DceRpcKind::Response(call) => {
                self.response_stub_len = Some(call.stub_len);
                self.rtt = event.binding.rtt_micros().map(|micros| {
                    let answered = Timestamp::from_micros(self.time.as_micros() + micros);
                    seconds(answered) - seconds(self.time)
                });
            }
            DceRpcKind::ResponseStub(_, stub) => {
                self.response_stub_len = Some(stub.len() as u64);
                self.response_stub = Some(stub.to_vec());
            }
            _ => {}
        }
    }
}

impl Subject for RpcCall {
    fn value(&self, slot: &Slot) -> Option<Value<'_>> {
        Some(match slot {
            Slot::Ts => Value::Time(self.time),
            Slot::NamedPipe => Value::Bytes(self.named_pipe.as_deref()?),
            Slot::Rtt => Value::Interval(self.rtt?),
            Slot::Stub => Value::Bytes(self.stub.as_deref()?),
            Slot::StubLen => Value::Count(self.stub_len?),
            Slot::ResponseStub => Value::Bytes(self.response_stub.as_deref()?),
            Slot::ResponseStubLen => Value::Count(self.response_stub_len?),
            slot => return Value::of_connection(&self.connection, slot),
        })
    }

    fn identity(&self) -> Option<(Option<InterfaceUuid>, u16)> {
        Some((self.uuid, self.opnum))
    }

    fn connection(&self) -> &ConnectionId {
        &self.connection
    }

    /// `endpoint::operation` in the names of Zeek 8.0.
    fn observed(&self) -> Vec<u8> {
        let endpoint = endpoint_name(self.uuid);
        let operation = operation_name(self.uuid, self.opnum);
        format!("{endpoint}::{operation}").into_bytes()
    }
}

/// An interface's name in Zeek 8.0.
pub(super) fn endpoint_name(uuid: Option<InterfaceUuid>) -> String {
    let interface = uuid.and_then(|uuid| Registry::get().interface(uuid));
    match (interface, uuid) {
        (Some(interface), _) => interface.endpoint.to_owned(),
        (None, Some(uuid)) => format!("unknown-{uuid}"),
        (None, None) => "unknown-".to_owned(),
    }
}

/// An operation's name in Zeek 8.0.
pub(super) fn operation_name(uuid: Option<InterfaceUuid>, opnum: u16) -> String {
    uuid.and_then(|uuid| Registry::get().operation(uuid, opnum))
        .and_then(|operation| operation.name_in(RELEASE))
        .map_or_else(|| format!("unknown-{opnum}"), str::to_owned)
}
