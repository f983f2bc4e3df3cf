//! What a rule can look at: the fields of each service, the event at which each is known, and how Zeek reads it.
//!
//! A service is a [`ServiceSpec`]: data, in a file of its own. Log columns have the names of Zeek's logs, so that a rule
//! of these alone converts for a SIEM too. Wire fields (`stub`, `body`, `client_header.<name>` and the like) exist only
//! while Zeek sees the traffic.

pub mod argument;
mod dce_rpc;
mod http;
mod in_log;
pub mod log;
mod phase;
mod smb;
mod smb_cmd;
mod smb_files;
mod smb_mapping;
mod spec;
mod usual_names;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use crate::registry::ScalarType;

pub use in_log::InLog;
pub use log::OriginPart;
pub use phase::{Phase, PhaseSpec};
pub use smb::{FileAction, FileVerb, ShareKind, SmbVersion};
pub use spec::{
    FieldSpec, FoundBy, Hooking, LogSpec, Member, OpenFieldSpec, Raising, Releases, ServiceSpec,
    Unfound, Words, ZeekSpec,
};
pub(crate) use usual_names::Equivalent;

/// A protocol whose traffic, or a log whose records, rules look at: Sigma's `product: zeek` with this `service`. Two are
/// equal that have the same name.
#[derive(Clone, Copy)]
pub struct Service(&'static ServiceSpec);

impl Service {
    /// DCE-RPC calls, over TCP or over SMB pipes; Zeek's `dce_rpc.log`.
    pub const DCE_RPC: Self = Self(&dce_rpc::SPEC);
    /// HTTP transactions; Zeek's `http.log`.
    pub const HTTP: Self = Self(&http::SPEC);
    /// What is done with files over SMB; Zeek's `smb_files.log`.
    pub const SMB_FILES: Self = Self(&smb_files::SPEC);
    /// SMB tree connects; Zeek's `smb_mapping.log`.
    pub const SMB_MAPPING: Self = Self(&smb_mapping::SPEC);
    /// SMB commands; Zeek's `smb_cmd.log`.
    pub const SMB_CMD: Self = Self(&smb_cmd::SPEC);

    /// The services that rules see on the wire.
    pub const WIRE: &'static [Self] = &[
        Self::DCE_RPC,
        Self::HTTP,
        Self::SMB_FILES,
        Self::SMB_MAPPING,
        Self::SMB_CMD,
    ];

    /// Every service that rules can look at.
    pub fn all() -> impl Iterator<Item = Self> {
        let logs = log::all().iter().map(Self);
        Self::WIRE.iter().copied().chain(logs)
    }

    /// A log as a service, for as long as the program runs. An editor has the same packs planned again and again: equal logs are
    /// kept once.
    pub fn declared(declaration: log::Declaration) -> Self {
        static KNOWN: Mutex<BTreeMap<String, &'static ServiceSpec>> = Mutex::new(BTreeMap::new());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        // The text has all that a declaration has.
        let known = known.entry(format!("{declaration:?}"));
        Self(known.or_insert_with(|| Box::leak(Box::new(declaration.spec()))))
    }

    /// Zeek's stream, for a service that is records of a log and nothing else.
    pub fn log(self) -> Option<LogSpec> {
        self.0.log
    }

    /// The service of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|service| service.name() == name)
    }

    /// All that is known of it.
    pub fn spec(self) -> &'static ServiceSpec {
        self.0
    }

    /// The name in a rule's logsource, which is also the log's.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// Whether this is one of SMB's.
    pub fn is_smb(self) -> bool {
        [Self::SMB_FILES, Self::SMB_MAPPING, Self::SMB_CMD].contains(&self)
    }

    /// The events of a call, a transaction or a record, in their order.
    pub fn phases(self) -> impl Iterator<Item = Phase> {
        self.0.phases.iter().map(|spec| spec.phase)
    }

    /// The first of its events.
    pub fn first_phase(self) -> Phase {
        self.phases().next().unwrap_or(Phase::Logged)
    }

    /// The fields that have names of their own, in the order in which people are told of them.
    pub fn fields(self) -> impl Iterator<Item = FieldSpec> {
        let (first, rest) = self.0.fields.split_at(self.0.fields.len().min(1));
        let connection = match self.0.log {
            Some(_) => Vec::new(),
            None => spec::connection_fields(self.first_phase()).to_vec(),
        };
        first
            .iter()
            .cloned()
            .chain(connection)
            .chain(rest.iter().cloned())
    }

    /// What is known of the field of that name; `None` for those that are open to any name.
    pub fn field_spec(self, name: &str) -> Option<FieldSpec> {
        let mut own = self.0.fields.iter();
        if let Some(field) = own.find(|field| field.name == name) {
            return Some(field.clone());
        }
        let is_column = self.0.log.is_some() || !(name == "uid" || name.starts_with("id."));
        let connection = (!is_column).then(|| spec::connection_fields(self.first_phase()));
        connection
            .into_iter()
            .flatten()
            .find(|field| field.name == name)
    }

    /// The field of that name.
    pub fn field(self, name: &str) -> Option<Field> {
        if let Some(spec) = self.field_spec(name) {
            return Some(spec.field());
        }
        let mut open = self.0.open_fields.iter();
        open.find_map(|open| (open.field)(name, name.strip_prefix(open.prefix)?))
    }

    /// Names of the fields, for suggestions; headers stand as `client_header.<name>`.
    pub fn field_names(self) -> Vec<&'static str> {
        let open = self.0.open_fields.iter().map(|open| open.name);
        self.fields().map(|field| field.name).chain(open).collect()
    }

    /// What the field of that name is, in a line.
    pub fn meaning(self, name: &str) -> Option<&'static str> {
        let open = || self.0.open_fields.iter().find(|open| open.name == name);
        match self.field_spec(name) {
            Some(field) => Some(field.meaning),
            None => open().map(|open| open.meaning),
        }
    }

    /// The fields in which a keyword is sought: what is text in the log.
    pub fn keyword_fields(self) -> Vec<Field> {
        let fields = self.fields().filter(|field| field.keyword);
        fields.map(|field| field.field()).collect()
    }

    /// How well a field picks rules; less is better. `None` where Zeek cannot look rules up by it.
    pub fn rank(self, field: &Field) -> Option<u8> {
        match self.field_spec(&field.name) {
            Some(spec) => spec.rank,
            None => {
                let mut open = self.0.open_fields.iter();
                let found = open.find(|open| field.name.starts_with(open.prefix));
                found.and_then(|open| open.rank)
            }
        }
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Service({})", self.name())
    }
}

impl PartialEq for Service {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Service {}

impl PartialOrd for Service {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Service {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name().cmp(other.name())
    }
}

impl Hash for Service {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

/// A field of a service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Field {
    /// The name in rules.
    pub name: String,
    /// What its values are.
    pub kind: FieldKind,
    /// The event at which it becomes known.
    pub phase: Phase,
    /// Whether it can still be read at later events of the same call or transaction.
    pub stays: bool,
    /// How Zeek reads it in a rule's function.
    pub access: Access,
}

/// What a field's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldKind {
    /// Text, as bytes of whatever encoding the wire has.
    Text,
    /// Payload: bytes.
    Bytes,
    /// A whole number.
    Count,
    /// Seconds.
    Interval,
    /// A point in time, in seconds since 1970 (UTC).
    Time,
    /// An IP address.
    Address,
    /// A port's number.
    Port,
    /// A whole number that can be negative.
    Int,
    /// A number that need not be whole.
    Double,
    /// True or false.
    Bool,
    /// A name of an enumeration.
    Enum,
    /// A network.
    Subnet,
    /// Several texts, in a Zeek vector.
    Texts,
    /// Several texts, in a Zeek set.
    TextSet,
    /// Several values that are no texts, in a Zeek vector.
    Vector(ScalarType),
    /// Several values that are no texts, in a Zeek set.
    Set(ScalarType),
    /// The interface UUID, opnum or one of their names: what a call is.
    Identity,
}

impl FieldKind {
    /// What a value is, or each of several.
    pub fn element(self) -> Self {
        match self {
            Self::Texts | Self::TextSet => Self::Text,
            Self::Vector(scalar) | Self::Set(scalar) => Self::from(scalar),
            single => single,
        }
    }

    /// Whether a field has several values.
    pub fn is_several(self) -> bool {
        self.element() != self
    }

    /// Whether a field has several values that are no texts.
    pub fn is_several_scalars(self) -> bool {
        matches!(self, Self::Vector(_) | Self::Set(_))
    }

    /// Whether a field has several values without an order.
    pub fn is_set(self) -> bool {
        matches!(self, Self::TextSet | Self::Set(_))
    }
}

impl fmt::Display for FieldKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            FieldKind::Text => "text",
            FieldKind::Bytes => "bytes",
            FieldKind::Count => "a number",
            FieldKind::Int => "a number that can be negative",
            FieldKind::Double => "a decimal number",
            FieldKind::Bool => "true or false",
            FieldKind::Enum => "a name of an enumeration",
            FieldKind::Subnet => "a network",
            FieldKind::Vector(scalar) | FieldKind::Set(scalar) => match scalar {
                ScalarType::Addr => "a list of addresses",
                ScalarType::Interval => "a list of time spans",
                ScalarType::Time => "a list of times",
                ScalarType::Port => "a list of ports",
                ScalarType::Enum | ScalarType::String => "a list of names",
                ScalarType::Bool => "a list of truth values",
                ScalarType::Subnet => "a list of networks",
                ScalarType::Count | ScalarType::Double | ScalarType::Int => "a list of numbers",
            },
            FieldKind::Interval => "a time span",
            FieldKind::Time => "a time",
            FieldKind::Address => "an address",
            FieldKind::Port => "a port",
            FieldKind::Texts | FieldKind::TextSet => "a list of texts",
            FieldKind::Identity => "the call's identity",
        })
    }
}

/// How Zeek reads a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// A member of a record that a rule's function is given.
    Member {
        /// The record.
        record: ZeekRecord,
        /// The member.
        member: &'static str,
        /// Whether it may be unset.
        optional: bool,
    },
    /// A header by its name in upper case.
    Header {
        /// Whether the client sent it, or the server.
        client: bool,
        /// The name in upper case.
        name: String,
    },
    /// Settled while compiling.
    Identity,
}

/// A record that a rule's function is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ZeekRecord {
    /// `c: connection`.
    Connection,
    /// `c$id`.
    ConnectionId,
    /// `SigzeekDceRpc::Call`.
    Call,
    /// What a package keeps of a call, such as its arguments.
    KeptCall,
    /// `HTTP::Info`.
    Http,
    /// What the pack keeps of a transaction beside `HTTP::Info`.
    Transaction,
    /// `SMB::FileInfo`.
    File,
    /// The optional `times` of `SMB::FileInfo`.
    FileTimes,
    /// What the pack knows of a file action beside `SMB::FileInfo`.
    FileAction,
    /// `SMB::TreeInfo`.
    Tree,
    /// What the pack knows of a tree connect beside `SMB::TreeInfo`.
    TreeConnect,
    /// `SMB::CmdInfo`.
    Command,
    /// What a message says of a command.
    Message,
    /// The record of a log.
    Logged,
}

impl Field {
    /// Whether every call or transaction has a value.
    pub fn is_always_set(&self) -> bool {
        match &self.access {
            Access::Identity => true,
            Access::Header { .. } => false,
            // Zeek's record has the member unset until the event that brings it, and for good where nothing tells which
            // response is the call's.
            Access::Member {
                record: ZeekRecord::Call,
                member,
                ..
            } => {
                let comes_later = matches!(
                    *member,
                    "named_pipe"
                        | "rtt"
                        | "auth_level"
                        | "sealed"
                        | "response_stub"
                        | "response_stub_len"
                );
                !comes_later
            }
            Access::Member { optional, .. } => !optional,
        }
    }

    /// Whether the field is an argument of a call, read from a stub.
    pub fn is_argument(&self) -> bool {
        let of_stub = [Phase::CallRequestStub, Phase::CallResponseStub].contains(&self.phase);
        of_stub && argument::parse(&self.name).is_some()
    }

    /// Whether the field is payload that a rule can have logged.
    pub fn is_payload(&self) -> bool {
        matches!(
            self.name.as_str(),
            "stub" | "response_stub" | "body" | "response_body"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Service;
    use crate::registry::robustness::{AskedFor, field_rows};

    #[test]
    fn every_field_of_every_wire_service_has_a_row() {
        for service in Service::WIRE {
            for name in service.field_names() {
                let name = name.replace("<name>", "x");
                let identity = ["endpoint", "operation", "uuid", "opnum"].contains(&name.as_str());
                let known = field_rows().iter().any(|row| {
                    row.value == AskedFor::Anything && row.covers(service.name(), &name)
                });
                assert!(known || identity, "{} {name}", service.name());
            }
        }
    }
}
