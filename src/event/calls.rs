//! Calls put together from the events of a capture: each request with its response.

use std::collections::HashMap;

use super::arguments::ByteOrder;
use super::{
    Call, ConnectionId, DceRpcEvent, DceRpcKind, Event, EventKind, StubObstacle, Timestamp,
};
use crate::registry::{InterfaceUuid, Registry};

/// A call, as far as a capture has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenCall {
    /// When it was asked for.
    pub time: Timestamp,
    /// On which connection.
    pub connection: ConnectionId,
    /// Its interface, if the capture has the bind.
    pub interface: Option<InterfaceUuid>,
    /// The byte order of the client.
    pub order: ByteOrder,
    /// The operation number.
    pub opnum: u16,
    /// The request's stub.
    pub request: Vec<u8>,
    /// Why that cannot be read, if the PDU tells.
    pub obstacle: Option<StubObstacle>,
    /// What came back.
    pub answer: CallReply,
}

/// What came back from a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallReply {
    /// Nothing that is surely the call's: where calls of an association overlap, nothing tells which of them a response answers.
    Unknown,
    /// A fault.
    Fault,
    /// A response.
    Response(Response),
}

/// The response to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// When it came.
    pub time: Timestamp,
    /// Its stub.
    pub stub: Vec<u8>,
    /// Why that cannot be read, if the PDU tells.
    pub obstacle: Option<StubObstacle>,
}

/// Puts calls together. It holds one call of each association at a time, and of so many associations at most: beyond, it
/// forgets them all.
#[derive(Debug, Default)]
pub struct Calls {
    associations: HashMap<(ConnectionId, u64), AssociationCalls>,
}

#[derive(Debug, Default)]
struct AssociationCalls {
    latest: Option<SeenCall>,
    /// Calls without an answer.
    waiting: u64,
    /// Whether the latest call was asked for while another one waited.
    overlaps: bool,
}

/// Associations of which something is kept, so that a capture of any size can be read.
const MAX_ASSOCIATIONS: usize = 1 << 16;

/// PTYPE of a fault (C706 section 12.6.4.7).
const FAULT: u8 = 3;

impl Calls {
    /// Takes an event; gives the calls that are complete with it.
    pub fn event(&mut self, event: &Event<'_>) -> Option<SeenCall> {
        let EventKind::DceRpc(rpc) = &event.kind else {
            return None;
        };
        let key = (event.connection, rpc.fid);
        if self.associations.len() >= MAX_ASSOCIATIONS && !self.associations.contains_key(&key) {
            self.associations.clear();
        }
        let association = self.associations.entry(key).or_default();
        match rpc.kind {
            DceRpcKind::Request(call) => {
                association.overlaps = association.waiting > 0;
                association.waiting += 1;
                let seen = SeenCall::new(event, rpc, &call);
                association.latest.replace(seen)
            }
            DceRpcKind::RequestStub(_, stub) => {
                association.latest.as_mut()?.request = stub.to_vec();
                None
            }
            DceRpcKind::ResponseStub(call, stub) => {
                association.answered(CallReply::Response(Response {
                    time: event.time,
                    stub: stub.to_vec(),
                    obstacle: call.obstacle(),
                }))
            }
            DceRpcKind::Message {
                is_orig: false,
                ptype: FAULT,
            } => association.answered(CallReply::Fault),
            DceRpcKind::Bind(_) | DceRpcKind::AlterContext(_) => {
                association.waiting = 0;
                association.latest.take()
            }
            _ => None,
        }
    }

    /// The calls that are still without an answer, in the order in which they were asked for.
    pub fn finish(self) -> Vec<SeenCall> {
        let associations = self.associations.into_values();
        let mut calls: Vec<_> = associations.filter_map(|it| it.latest).collect();
        calls.sort_by_key(|call| (call.time, call.connection));
        calls
    }
}

impl AssociationCalls {
    fn answered(&mut self, answer: CallReply) -> Option<SeenCall> {
        self.waiting = self.waiting.saturating_sub(1);
        let mut call = self.latest.take()?;
        if !self.overlaps {
            call.answer = answer;
        }
        Some(call)
    }
}

impl SeenCall {
    fn new(event: &Event<'_>, rpc: &DceRpcEvent<'_>, call: &Call) -> Self {
        let (interface, order) = rpc
            .binding
            .interface(call.ctx_id)
            .map(|uuid| in_order(uuid.into()))
            .unzip();
        Self {
            time: event.time,
            connection: event.connection,
            interface,
            order: order.unwrap_or(ByteOrder::Little),
            opnum: call.opnum,
            request: Vec::new(),
            obstacle: call.obstacle(),
            answer: CallReply::Unknown,
        }
    }
}

/// An interface and the byte order of a client whose bind shows it so: Zeek takes each UUID for little-endian.
fn in_order(uuid: InterfaceUuid) -> (InterfaceUuid, ByteOrder) {
    let registry = Registry::get();
    let is_known = |uuid| registry.interface(uuid).is_some();
    if !is_known(uuid) && is_known(uuid.swapped()) {
        return (uuid.swapped(), ByteOrder::Big);
    }
    (uuid, ByteOrder::Little)
}
