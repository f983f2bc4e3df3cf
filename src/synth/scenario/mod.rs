//! What is said in a conversation: everything that a rule can ask of it, each thing where it is carried.
//!
//! A scenario knows the fields' values as the language has them ([`Observation`]), takes other values for them, and is
//! written down as a capture.

mod call;
mod connection;
mod transaction;

pub(super) use call::{Call, Cut, Outcome, Transport};
pub(super) use connection::Endpoints;
pub(super) use transaction::Transaction;

use super::observation::{Observation, Value};
use super::solve::text::Frame;
use crate::registry::InterfaceUuid;
use crate::schema::{Field, Service};

/// A conversation about one call, transaction, file or tree.
#[derive(Debug, Clone)]
pub(super) enum Scenario {
    /// A DCE-RPC call.
    Call(Call),
    /// An HTTP transaction.
    Transaction(Transaction),
}

/// Why a field cannot have a value: what it would have to be.
pub(super) type Refusal = &'static str;

impl Scenario {
    /// What is usual for a service.
    pub(super) fn usual(service: Service) -> Option<Self> {
        match service {
            Service::DceRpc => Some(Self::Call(Call::usual())),
            Service::Http => Some(Self::Transaction(Transaction::usual())),
            Service::SmbFiles | Service::SmbMapping => None,
        }
    }

    /// All that rules get to see.
    pub(super) fn observations(&self) -> Vec<Observation> {
        match self {
            Self::Call(call) => vec![call.observation()],
            Self::Transaction(transaction) => transaction.observations(),
        }
    }

    /// What the conversation is about.
    pub(super) fn subject(&self) -> Observation {
        match self {
            Self::Call(call) => call.observation(),
            Self::Transaction(transaction) => transaction.observation(),
        }
    }

    /// What a field's place can hold.
    pub(super) fn frame(&self, field: &Field) -> Frame {
        match self {
            Self::Call(call) => call.frame(field),
            Self::Transaction(transaction) => transaction.frame(field),
        }
    }

    /// The values among which a field has one, if they are few.
    pub(super) fn choices(&self, field: &Field) -> Option<Vec<Value>> {
        match self {
            Self::Call(_) => None,
            Self::Transaction(transaction) => transaction.choices(field),
        }
    }

    /// Gives a field a value, or takes it away.
    pub(super) fn set(&mut self, field: &Field, value: Option<Value>) -> Result<(), Refusal> {
        match self {
            Self::Call(call) => call.set(field, value),
            Self::Transaction(transaction) => transaction.set(field, value),
        }
    }

    /// Makes the call another one.
    pub(super) fn set_identity(&mut self, uuid: InterfaceUuid, opnum: u16) {
        match self {
            Self::Call(call) => call.set_identity(uuid, opnum),
            Self::Transaction(_) => {}
        }
    }

    /// Who talks to whom, and when.
    pub(super) fn endpoints(&self) -> &Endpoints {
        match self {
            Self::Call(call) => &call.endpoints,
            Self::Transaction(transaction) => &transaction.endpoints,
        }
    }

    /// Who talks to whom, and when.
    pub(super) fn endpoints_mut(&mut self) -> &mut Endpoints {
        match self {
            Self::Call(call) => &mut call.endpoints,
            Self::Transaction(transaction) => &mut transaction.endpoints,
        }
    }

    /// What it is about, for people.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Call(call) => call.title(),
            Self::Transaction(transaction) => transaction.title(),
        }
    }

    /// The conversation as a pcap file.
    pub(super) fn capture(&self) -> Vec<u8> {
        match self {
            Self::Call(call) => call.capture(),
            Self::Transaction(transaction) => transaction.capture(),
        }
    }
}
