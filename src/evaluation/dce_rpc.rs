//! DCE-RPC calls, as a package's `dce-rpc.zeek` dispatches them.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::argument::{ReadArguments, StubPlans};
use super::pack::{Results, Rules};
use super::rule::Candidates;
use super::value::{Activity, FieldValue, Slot, seconds};
use crate::event::arguments::ByteOrder;
use crate::event::{Call, ConnectionId, DceRpcEvent, DceRpcKind, Timestamp, Uuid};
use crate::plan::dispatch::RulePart;
use crate::plan::dispatch::arguments::ArgumentDispatch;
use crate::plan::dispatch::calls::{CallDispatch, CallEvent};
use crate::plan::{MAX_CONTEXTS, PackPlan};
use crate::predicate::identity::Watched;
use crate::registry::{InterfaceUuid, Registry};
use crate::service::{Phase, Service};
use crate::stub::Side;

/// The release whose names Zeek's notices have here.
const RELEASE: &str = "8.0";

/// Which rules run on which call.
#[derive(Debug)]
pub(super) struct CallRules {
    dispatch: CallDispatch,
    stubs: Arc<StubPlans>,
}

/// A connection's calls that some rule of a pack may still match, by pipe and context.
pub(super) type PendingCalls = HashMap<(u64, u16), PendingCall>;

/// Presentation contexts of a connection's pipes on which some pack watches one, by pipe and id.
///
/// Zeek shows no call ids, and gives a response the operation of its context's latest request. Where calls of a context
/// overlap, nothing tells which of them a response answers: they have none.
#[derive(Debug, Default)]
pub(super) struct Contexts {
    by_pipe: HashMap<u64, HashMap<u16, Context>>,
    kept: usize,
    /// Whether some were forgotten, so that their pipes may be watched, too.
    forgot: bool,
}

/// A presentation context, and the latest call on it.
#[derive(Clone, Copy, Debug, Default)]
struct Context {
    uuid: Option<InterfaceUuid>,
    order: ByteOrder,
    opnum: u16,
    time: Timestamp,
    /// CallDispatch whose response has not been seen.
    waiting: u64,
    /// Whether the latest call overlaps with another, so that a response may be either's.
    overlaps: bool,
    /// Whether the latest call is still to be decided.
    is_open: bool,
    /// Whether the response that is being handled is the latest call's.
    is_paired: bool,
}

/// A call that has no response that is surely its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unanswered {
    fid: u64,
    ctx_id: u16,
    context: Context,
}

/// A call, as far as it has been seen.
#[derive(Debug)]
struct RpcCall {
    connection: ConnectionId,
    uuid: Option<InterfaceUuid>,
    order: ByteOrder,
    opnum: u16,
    time: Timestamp,
    named_pipe: Option<Vec<u8>>,
    stub_len: Option<u64>,
    auth_level: Option<u8>,
    /// Unset until the request is seen.
    sealed: Option<bool>,
    stub: Option<Vec<u8>>,
    rtt: Option<f64>,
    response_stub_len: Option<u64>,
    response_stub: Option<Vec<u8>>,
    /// Whether nothing tells which response is the call's.
    unanswered: bool,
    /// How its stubs are read.
    stubs: Arc<StubPlans>,
    /// What the request's stub has, read when it is first asked for; `None` in it if it cannot be read.
    arguments: OnceCell<Option<ReadArguments>>,
    /// The same of the response's.
    results: OnceCell<Option<ReadArguments>>,
}

/// A call with the rules of which everything has held so far.
#[derive(Debug)]
pub(super) struct PendingCall {
    call: RpcCall,
    candidates: Candidates,
}

/// Interfaces that packs watch.
#[derive(Debug)]
pub(super) struct WatchedInterfaces {
    /// By what Zeek makes of them in both byte orders.
    known: HashMap<InterfaceUuid, InterfaceUuid>,
    /// Whether some rule watches calls of every interface.
    every: bool,
}

impl WatchedInterfaces {
    pub(super) fn new(plans: &[PackPlan<'_>]) -> Self {
        let rules = || {
            let rules = plans.iter().flat_map(|plan| &plan.rules);
            rules.filter(|rule| rule.service == Service::DCE_RPC)
        };
        let interfaces = rules().filter_map(|rule| rule.watched.as_ref());
        let orders = |uuid: InterfaceUuid| [(uuid.swapped(), uuid), (uuid, uuid)];
        Self {
            known: interfaces
                .flat_map(Watched::interfaces)
                .flat_map(orders)
                .collect(),
            every: rules().any(|rule| !matches!(rule.watched, Some(Watched::Some { .. }))),
        }
    }

    /// An interface, and the byte order of a client that Zeek shows it so of.
    fn in_order(&self, uuid: Uuid) -> (InterfaceUuid, ByteOrder) {
        let uuid = InterfaceUuid::from(uuid);
        match self.known.get(&uuid) {
            Some(known) if *known != uuid => (*known, ByteOrder::Big),
            _ => (uuid, ByteOrder::Little),
        }
    }

    fn contain(&self, uuid: Option<Uuid>) -> bool {
        self.every || uuid.is_some_and(|uuid| self.known.contains_key(&uuid.into()))
    }
}

impl Contexts {
    /// Does what a package's script does with an event, before its rules see it: the call that is to be decided without a
    /// response. Of contexts that are forgotten, the calls are, too.
    pub(super) fn update(
        &mut self,
        event: &DceRpcEvent<'_>,
        now: Timestamp,
        interfaces: &WatchedInterfaces,
        calls: &mut [PendingCalls],
    ) -> Option<Unanswered> {
        const FAULT: u8 = 3;
        let fid = event.fid;
        match event.kind {
            DceRpcKind::Bind(bound) | DceRpcKind::AlterContext(bound) => {
                if !interfaces.contain(Some(bound.uuid)) && !self.by_pipe.contains_key(&fid) {
                    return None;
                }
                let context = self.context(fid, bound.ctx_id, calls);
                let given_up = context.give_up();
                context.waiting = 0;
                Some((bound.ctx_id, given_up?))
            }
            DceRpcKind::Request(call) => {
                let uuid = event.binding.interface(call.ctx_id);
                let is_new = !event.binding.is_bound() || self.forgot;
                let is_watched =
                    self.by_pipe.contains_key(&fid) || (is_new && interfaces.contain(uuid));
                if !is_watched {
                    return None;
                }
                let context = self.context(fid, call.ctx_id, calls);
                context.overlaps = context.waiting > 0;
                let given_up = context.overlaps.then(|| context.give_up()).flatten();
                let (uuid, order) = uuid.map(|uuid| interfaces.in_order(uuid)).unzip();
                context.uuid = uuid;
                context.order = order.unwrap_or_default();
                context.opnum = call.opnum;
                context.time = now;
                context.is_open = true;
                context.waiting += 1;
                Some((call.ctx_id, given_up?))
            }
            DceRpcKind::Response(call) => {
                let context = self.by_pipe.get_mut(&fid)?.get_mut(&call.ctx_id)?;
                context.is_paired = context.waiting > 0 && !context.overlaps;
                context.waiting = context.waiting.checked_sub(1)?;
                if context.is_paired {
                    context.is_open = false;
                    return None;
                }
                Some((call.ctx_id, context.give_up()?))
            }
            DceRpcKind::Message {
                is_orig: false,
                ptype: FAULT,
            } => {
                self.fault(fid);
                None
            }
            _ => None,
        }
        .map(|(ctx_id, context)| Unanswered {
            fid,
            ctx_id,
            context,
        })
    }

    /// A fault answers a call, too, and Zeek does not say on which context. Where calls of one context wait alone, it is
    /// known.
    fn fault(&mut self, fid: u64) {
        let contexts = self.by_pipe.get_mut(&fid).into_iter();
        let mut waiting = contexts
            .flat_map(HashMap::values_mut)
            .filter(|context| context.waiting > 0);
        if let (Some(context), None) = (waiting.next(), waiting.next()) {
            context.waiting -= 1;
            context.is_open &= context.overlaps;
        }
    }

    /// A context, from now on if nothing of it was seen before.
    fn context(&mut self, fid: u64, ctx_id: u16, calls: &mut [PendingCalls]) -> &mut Context {
        let known = |contexts: &HashMap<u16, Context>| contexts.contains_key(&ctx_id);
        if !self.by_pipe.get(&fid).is_some_and(known) {
            if self.kept >= MAX_CONTEXTS {
                self.clear(calls);
                self.forgot = true;
            }
            self.kept += 1;
        }
        let contexts = self.by_pipe.entry(fid).or_default();
        contexts.entry(ctx_id).or_default()
    }

    fn known(&self, fid: u64, ctx_id: u16) -> Option<&Context> {
        self.by_pipe.get(&fid)?.get(&ctx_id)
    }

    pub(super) fn close(&mut self, fid: u64, calls: &mut [PendingCalls]) {
        if let Some(closed) = self.by_pipe.remove(&fid) {
            self.kept -= closed.len();
            for calls in calls {
                calls.retain(|(pipe, _), _| *pipe != fid);
            }
        }
    }

    pub(super) fn clear(&mut self, calls: &mut [PendingCalls]) {
        *self = Self::default();
        calls.iter_mut().for_each(PendingCalls::clear);
    }
}

impl Context {
    /// The latest call as it is to be decided without a response, unless it has been decided.
    fn give_up(&mut self) -> Option<Self> {
        std::mem::take(&mut self.is_open).then_some(*self)
    }
}

impl CallRules {
    pub(super) fn new(dispatch: CallDispatch, arguments: &ArgumentDispatch) -> Self {
        let stubs = Arc::new(StubPlans::new(arguments));
        Self { dispatch, stubs }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.dispatch.events.is_empty()
    }

    /// Does what the package's handler of an event does.
    pub(super) fn event(
        &self,
        rules: &Rules<'_>,
        connection: ConnectionId,
        event: &DceRpcEvent<'_>,
        contexts: &Contexts,
        pending: &mut PendingCalls,
        results: &mut Results,
    ) {
        let Some((phase, call)) = call_of(&event.kind) else {
            return;
        };
        let Some(dispatch) = self
            .dispatch
            .events
            .iter()
            .find(|known| known.phase == phase)
        else {
            return;
        };
        let key = (event.fid, call.ctx_id);
        if dispatch.forgets_first {
            pending.remove(&key);
        }
        if dispatch.gated && !pending.contains_key(&key) {
            return;
        }
        let Some(context) = contexts.known(event.fid, call.ctx_id) else {
            return;
        };
        if phase.is_response() && !context.is_paired
            || !watches(dispatch, context.uuid, context.opnum)
        {
            return;
        }
        let mut seen = self.pending_or_new(connection, event, key, context, pending);
        seen.call.take_in(event);
        run(dispatch, rules, &mut seen, results);
        if dispatch.keeps && !seen.candidates.is_empty() {
            pending.insert(key, seen);
        }
        if dispatch.forgets_last {
            pending.remove(&key);
        }
    }

    /// Decides a call that has no response of its own with what its request has told.
    pub(super) fn unanswered(
        &self,
        rules: &Rules<'_>,
        connection: ConnectionId,
        event: &DceRpcEvent<'_>,
        unanswered: &Unanswered,
        pending: &mut PendingCalls,
        results: &mut Results,
    ) {
        let key = (unanswered.fid, unanswered.ctx_id);
        let context = &unanswered.context;
        let mut seen = self.pending_or_new(connection, event, key, context, pending);
        seen.call.unanswered = true;
        let events = self.dispatch.events.iter();
        let responses = events.filter(|event| event.phase.is_response());
        responses.for_each(|dispatch| run(dispatch, rules, &mut seen, results));
    }

    /// The pending call of a context, which is its latest, or else a new one.
    fn pending_or_new(
        &self,
        connection: ConnectionId,
        event: &DceRpcEvent<'_>,
        key: (u64, u16),
        context: &Context,
        pending: &mut PendingCalls,
    ) -> PendingCall {
        if self.dispatch.keeps_calls
            && let Some(known) = pending.remove(&key)
        {
            return known;
        }
        PendingCall {
            call: RpcCall {
                connection,
                uuid: context.uuid,
                order: context.order,
                opnum: context.opnum,
                time: context.time,
                named_pipe: event.binding.named_pipe().map(<[u8]>::to_vec),
                stub_len: None,
                auth_level: None,
                sealed: None,
                stub: None,
                rtt: None,
                response_stub_len: None,
                response_stub: None,
                unanswered: false,
                stubs: Arc::clone(&self.stubs),
                arguments: OnceCell::new(),
                results: OnceCell::new(),
            },
            candidates: Candidates::default(),
        }
    }
}

fn watches(dispatch: &CallEvent, uuid: Option<InterfaceUuid>, opnum: u16) -> bool {
    let named = uuid.is_some_and(|uuid| {
        dispatch.operations.contains_key(&(uuid, opnum)) || dispatch.interfaces.contains_key(&uuid)
    });
    named || !dispatch.every.is_empty()
}

fn run(dispatch: &CallEvent, rules: &Rules<'_>, seen: &mut PendingCall, results: &mut Results) {
    let (uuid, opnum) = (seen.call.uuid, seen.call.opnum);
    let of_operation = uuid.and_then(|uuid| dispatch.operations.get(&(uuid, opnum)));
    let of_interface = uuid.and_then(|uuid| dispatch.interfaces.get(&uuid));
    let runs = of_operation.into_iter().chain(of_interface).flatten();
    for run in runs.chain(&dispatch.every) {
        match run.part {
            RulePart::Stage(index) => {
                rules.run(run.rule, index, &seen.call, &mut seen.candidates, results);
            }
            RulePart::Payload => {
                rules.run_payload(run.rule, &seen.call, &seen.candidates, results);
            }
        }
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

impl RpcCall {
    fn take_in(&mut self, event: &DceRpcEvent<'_>) {
        if let DceRpcKind::Request(call) | DceRpcKind::RequestStub(call, _) = event.kind {
            self.auth_level = call.auth_level;
            self.sealed = Some(call.is_sealed());
        }
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

    /// What can be read of the request's stub.
    fn arguments(&self) -> Option<&ReadArguments> {
        let stub = self.stub.as_deref()?;
        let read = || self.read(Side::Request, stub);
        self.arguments.get_or_init(read).as_ref()
    }

    /// What can be read of the response's stub. Numbers can be read out of anything, so it counts only where the request's
    /// can be read, too.
    fn results(&self) -> Option<&ReadArguments> {
        let stub = self.response_stub.as_deref()?;
        self.arguments()?;
        let read = || self.read(Side::Response, stub);
        self.results.get_or_init(read).as_ref()
    }

    fn read(&self, side: Side, stub: &[u8]) -> Option<ReadArguments> {
        let operation = (self.uuid?, self.opnum);
        self.stubs.read(operation, side, stub, self.order)
    }
}

impl Activity for RpcCall {
    fn value(&self, slot: &Slot) -> Option<FieldValue<'_>> {
        Some(match slot {
            Slot::Ts => FieldValue::Time(self.time),
            Slot::NamedPipe => FieldValue::Bytes(self.named_pipe.as_deref()?),
            Slot::Rtt => FieldValue::Interval(self.rtt?),
            Slot::Stub => FieldValue::Bytes(self.stub.as_deref()?),
            Slot::StubLen => FieldValue::Count(self.stub_len?),
            Slot::AuthLevel => FieldValue::Count(self.auth_level?.into()),
            Slot::Sealed => FieldValue::Bool(self.sealed?),
            Slot::ResponseStub => FieldValue::Bytes(self.response_stub.as_deref()?),
            Slot::ResponseStubLen => FieldValue::Count(self.response_stub_len?),
            Slot::Argument(Side::Request, name) => return self.arguments()?.value(name),
            Slot::Argument(Side::Response, name) => return self.results()?.value(name),
            slot => return FieldValue::of_connection(&self.connection, slot),
        })
    }

    fn identity(&self) -> Option<(Option<InterfaceUuid>, u16)> {
        Some((self.uuid, self.opnum))
    }

    fn connection(&self) -> Option<&ConnectionId> {
        Some(&self.connection)
    }

    fn is_unanswered(&self) -> bool {
        self.unanswered
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
