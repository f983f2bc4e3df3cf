//! What is said in a conversation: everything that a rule can ask of it, each thing where it is carried.
//!
//! A scenario knows the fields' values as the language has them ([`Observation`]), takes other values for them, and is
//! written down as a capture.

mod call;
mod command;
mod connection;
mod file;
mod lookup;
mod plain;
mod stubs;
mod transaction;
mod tree;

pub(super) use call::{CallOutcome, CallScenario, StubCut, Transport};
pub(super) use command::CommandScenario;
pub(super) use connection::Endpoints;
pub(super) use file::FileWork;
pub(super) use lookup::Lookup;
pub(super) use plain::PlainConversation;
pub(super) use stubs::Stubs;
pub(super) use transaction::TransactionScenario;
pub(super) use tree::TreeConnect;

use super::Capture;
use super::observation::{ObservedEvent, ObservedValue};
use super::solve::text::TextFrame;
use crate::predicate::pattern::{ByteSet, Pattern, RegexFlags};
use crate::registry::InterfaceUuid;
use crate::service::{Field, Service};

/// A conversation about one call, transaction, file, tree, command, query or record.
#[derive(Debug, Clone)]
pub(super) enum Scenario {
    /// A DCE-RPC call.
    Call(CallScenario),
    /// An HTTP transaction.
    Transaction(TransactionScenario),
    /// A file action of SMB.
    File(FileWork),
    /// A tree connect of SMB.
    Tree(TreeConnect),
    /// A command of SMB.
    Command(CommandScenario),
    /// A DNS query.
    Lookup(Lookup),
    /// What another plain log is written of.
    Plain(PlainConversation),
}

/// Why a field cannot have a value: what it would have to be.
pub(super) type FieldRefusal = &'static str;

impl Scenario {
    /// What is usual for a service; `None` for those of which no conversation is known.
    pub(super) fn usual(service: Service) -> Option<Self> {
        Some(match service.name() {
            "dce_rpc" => Self::Call(CallScenario::usual()),
            "http" => Self::Transaction(TransactionScenario::usual()),
            "smb_files" => Self::File(FileWork::usual()),
            "smb_mapping" => Self::Tree(TreeConnect::usual()),
            "smb_cmd" => Self::Command(CommandScenario::usual()),
            "dns" => Self::Lookup(Lookup::usual()),
            log => Self::Plain(PlainConversation::usual(log)?),
        })
    }

    /// All that rules get to see.
    pub(super) fn observations(&self) -> Vec<ObservedEvent> {
        match self {
            Self::Call(call) => vec![call.observation()],
            Self::Transaction(transaction) => transaction.observations(),
            Self::File(work) => work.observations(),
            Self::Tree(tree) => tree.observations(),
            Self::Command(command) => command.observations(),
            Self::Lookup(lookup) => vec![lookup.observation()],
            Self::Plain(plain) => vec![plain.observation()],
        }
    }

    /// What the conversation is about.
    pub(super) fn subject(&self) -> ObservedEvent {
        match self {
            Self::Call(call) => call.observation(),
            Self::Transaction(transaction) => transaction.observation(),
            Self::File(work) => work.subject(),
            Self::Tree(tree) => tree.subject(),
            Self::Command(command) => command.subject(),
            Self::Lookup(lookup) => lookup.observation(),
            Self::Plain(plain) => plain.observation(),
        }
    }

    /// The same on another share, where a real one is of that type.
    pub(super) fn on_its_share(&self) -> Option<Self> {
        match self {
            Self::File(work) => work.on_pipe().map(Self::File),
            _ => None,
        }
    }

    /// What a field's place can hold.
    pub(super) fn frame(&self, field: &Field) -> TextFrame {
        match self {
            Self::Call(call) => call.frame(field),
            Self::Transaction(transaction) => transaction.frame(field),
            Self::File(work) => work.frame(field),
            Self::Tree(tree) => tree.frame(field),
            Self::Command(command) => command.frame(field),
            Self::Lookup(_) => Lookup::frame(field),
            Self::Plain(plain) => plain.frame(field),
        }
    }

    /// The values among which a field has one, if they are few.
    pub(super) fn choices(&self, field: &Field) -> Option<Vec<ObservedValue>> {
        match self {
            Self::Call(_) => None,
            Self::Transaction(_) => TransactionScenario::choices(field),
            Self::File(_) => FileWork::choices(field),
            Self::Tree(_) => TreeConnect::choices(field),
            Self::Command(command) => command.choices(field),
            Self::Lookup(_) => Lookup::choices(field),
            Self::Plain(plain) => plain.choices(field),
        }
    }

    /// Whether a field can have other values than its choices: those for numbers that have no names.
    pub(super) fn goes_beyond_choices(&self, field: &Field) -> bool {
        match self {
            Self::Command(command) => command.frame(field).form.is_some(),
            _ => false,
        }
    }

    /// Gives a field a value, or takes it away.
    pub(super) fn set(
        &mut self,
        field: &Field,
        value: Option<ObservedValue>,
    ) -> Result<(), FieldRefusal> {
        let of_endpoints = self.endpoints_mut().set(&field.name, value.as_ref());
        if let Some(result) = of_endpoints {
            return result.and_then(|()| self.fit_to_endpoints(&field.name));
        }
        match self {
            Self::Call(call) => call.set(field, value),
            Self::Transaction(transaction) => transaction.set(field, value),
            Self::File(work) => work.set(field, value),
            Self::Tree(tree) => tree.set(field, value),
            Self::Command(command) => command.set(field, value),
            Self::Lookup(lookup) => lookup.set(field, value),
            Self::Plain(plain) => plain.set(field, value),
        }
    }

    /// Does what hangs on the endpoints' field of that name.
    fn fit_to_endpoints(&mut self, name: &str) -> Result<(), FieldRefusal> {
        match self {
            Self::Call(call) if name == "id.resp_p" => call.use_transport_of_port(),
            Self::Lookup(lookup) => lookup.check_port()?,
            Self::Plain(plain) => plain.check_port()?,
            _ => {}
        }
        Ok(())
    }

    /// Gives a call stubs with the arguments that rules ask for.
    pub(super) fn describe_stubs(&mut self) {
        if let Self::Call(call) = self {
            call.stubs.get_or_insert_with(Stubs::usual);
        }
    }

    /// Makes the call another one.
    pub(super) fn set_identity(&mut self, uuid: InterfaceUuid, opnum: u16) {
        match self {
            Self::Call(call) => call.set_identity(uuid, opnum),
            Self::Transaction(_)
            | Self::File(_)
            | Self::Tree(_)
            | Self::Command(_)
            | Self::Lookup(_)
            | Self::Plain(_) => {}
        }
    }

    /// Who talks to whom, and when.
    pub(super) fn endpoints(&self) -> &Endpoints {
        match self {
            Self::Call(call) => &call.endpoints,
            Self::Transaction(transaction) => &transaction.endpoints,
            Self::File(work) => &work.endpoints,
            Self::Tree(tree) => &tree.endpoints,
            Self::Command(command) => &command.endpoints,
            Self::Lookup(lookup) => &lookup.endpoints,
            Self::Plain(plain) => &plain.endpoints,
        }
    }

    /// Who talks to whom, and when.
    pub(super) fn endpoints_mut(&mut self) -> &mut Endpoints {
        match self {
            Self::Call(call) => &mut call.endpoints,
            Self::Transaction(transaction) => &mut transaction.endpoints,
            Self::File(work) => &mut work.endpoints,
            Self::Tree(tree) => &mut tree.endpoints,
            Self::Command(command) => &mut command.endpoints,
            Self::Lookup(lookup) => &mut lookup.endpoints,
            Self::Plain(plain) => &mut plain.endpoints,
        }
    }

    /// What it is about, for people.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Call(call) => call.title(),
            Self::Transaction(transaction) => transaction.title(),
            Self::File(work) => work.title(),
            Self::Tree(tree) => tree.title(),
            Self::Command(command) => command.title(),
            Self::Lookup(lookup) => lookup.title(),
            Self::Plain(plain) => plain.title(),
        }
    }

    /// Puts the conversation into a capture.
    pub(super) fn record(&self, capture: &mut Capture) {
        match self {
            Self::Call(call) => call.record(capture),
            Self::Transaction(transaction) => transaction.record(capture),
            Self::File(work) => work.record(capture),
            Self::Tree(tree) => tree.record(capture),
            Self::Command(command) => command.record(capture),
            Self::Lookup(lookup) => lookup.record(capture),
            Self::Plain(plain) => plain.record(capture),
        }
    }
}

/// SMB's port.
const SMB_PORT: u16 = 445;
/// The path of a share: a host and a name.
const SHARE: &str = r"^\\\\[^\\]+\\[^\\]+$";

/// What a share's path can be.
fn path_frame(endpoints: &Endpoints) -> TextFrame {
    let host = format!(r"\\{}", endpoints.server).into_bytes();
    let share = [host.as_slice(), br"\"].concat();
    TextFrame {
        bytes: ByteSet::range(0x20..=0x7e),
        rare_bytes: Some(printable()),
        usual_form: Pattern::from_regex(SHARE, RegexFlags::default()).ok(),
        beginnings: vec![Vec::new(), host, share],
        ..TextFrame::bytes(8000)
    }
}

/// Bytes of text in UTF-8.
fn printable() -> ByteSet {
    ByteSet::range(0x20..=0x7e).union(ByteSet::range(0x80..=0xff))
}
