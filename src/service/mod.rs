//! What a rule can look at: the fields of each service, the event at which each is known, and how Zeek reads it.
//!
//! Log columns have the names of Zeek's logs, so that a rule of these alone converts for a SIEM too. Wire fields
//! (`stub`, `body`, `client_header.<name>` and the like) exist only while Zeek sees the traffic.

mod dce_rpc;
mod http;
mod meaning;
mod smb;

use std::fmt;

/// The columns that the log of every service has.
const COMMON_NAMES: &[&str] = &[
    "ts",
    "uid",
    "id.orig_h",
    "id.orig_p",
    "id.resp_h",
    "id.resp_p",
];
pub use smb::{FileAction, FileVerb, ShareKind, Side, SmbVersion};

/// A protocol whose traffic rules look at: Sigma's `product: zeek` with this `service`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// DCE-RPC calls, over TCP or over SMB pipes; Zeek's `dce_rpc.log`.
    DceRpc,
    /// HTTP transactions; Zeek's `http.log`.
    Http,
    /// What is done with files over SMB; Zeek's `smb_files.log`.
    SmbFiles,
    /// SMB tree connects; Zeek's `smb_mapping.log`.
    SmbMapping,
    /// SMB commands; Zeek's `smb_cmd.log`.
    SmbCmd,
}

impl Service {
    /// Every service that rules can look at.
    pub const ALL: &'static [Service] = &[
        Service::DceRpc,
        Service::Http,
        Service::SmbFiles,
        Service::SmbMapping,
        Service::SmbCmd,
    ];

    /// The name in a rule's logsource, which is also the log's.
    pub fn name(self) -> &'static str {
        match self {
            Service::DceRpc => "dce_rpc",
            Service::Http => "http",
            Service::SmbFiles => "smb_files",
            Service::SmbMapping => "smb_mapping",
            Service::SmbCmd => "smb_cmd",
        }
    }

    /// Whether this is one of SMB's.
    pub fn is_smb(self) -> bool {
        matches!(
            self,
            Service::SmbFiles | Service::SmbMapping | Service::SmbCmd
        )
    }

    /// The events of a call or a transaction, in their order.
    pub fn phases(self) -> &'static [Phase] {
        match self {
            Service::DceRpc => &[
                Phase::CallRequest,
                Phase::CallRequestStub,
                Phase::CallResponse,
                Phase::CallResponseStub,
            ],
            Service::Http => &[
                Phase::Request,
                Phase::ClientHeaders,
                Phase::RequestBody,
                Phase::Reply,
                Phase::ServerHeaders,
                Phase::ResponseBody,
            ],
            Service::SmbFiles => &[Phase::FileRequest, Phase::FileDone, Phase::FileResponse],
            Service::SmbMapping => &[Phase::TreeRequest, Phase::TreeResponse],
            Service::SmbCmd => &[Phase::CommandRequest, Phase::CommandResponse],
        }
    }

    /// The field of that name.
    pub fn field(self, name: &str) -> Option<Field> {
        match self {
            Service::DceRpc => dce_rpc::field(name),
            Service::Http => http::field(name),
            Service::SmbFiles => smb::file_field(name),
            Service::SmbMapping => smb::tree_field(name),
            Service::SmbCmd => smb::command_field(name),
        }
    }

    /// Names of the fields, for suggestions; headers stand as `client_header.<name>`.
    pub fn field_names(self) -> Vec<&'static str> {
        let own = match self {
            Service::DceRpc => dce_rpc::NAMES,
            Service::Http => http::NAMES,
            Service::SmbFiles => smb::FILE_NAMES,
            Service::SmbMapping => smb::TREE_NAMES,
            Service::SmbCmd => smb::COMMAND_NAMES,
        };
        [COMMON_NAMES, own].concat()
    }

    /// What the field of that name is, in a line.
    pub fn meaning(self, name: &str) -> Option<&'static str> {
        meaning::meaning(self, name)
    }

    /// The fields in which a keyword is sought: what is text in the log.
    pub fn keyword_fields(self) -> Vec<Field> {
        let names: &[&str] = match self {
            Service::DceRpc => &["endpoint", "operation", "named_pipe"],
            Service::Http => http::KEYWORD_FIELDS,
            Service::SmbFiles => smb::FILE_KEYWORD_FIELDS,
            Service::SmbMapping => smb::TREE_KEYWORD_FIELDS,
            Service::SmbCmd => smb::COMMAND_KEYWORD_FIELDS,
        };
        names.iter().filter_map(|name| self.field(name)).collect()
    }
}

/// The event at which a field becomes known; in the order in which they come in a call or a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// `dce_rpc_request`.
    CallRequest,
    /// `dce_rpc_request_stub`.
    CallRequestStub,
    /// `dce_rpc_response`.
    CallResponse,
    /// `dce_rpc_response_stub`.
    CallResponseStub,
    /// `http_request`.
    Request,
    /// `http_all_headers` of the originator.
    ClientHeaders,
    /// `http_message_done` of the originator.
    RequestBody,
    /// `http_reply`.
    Reply,
    /// `http_all_headers` of the responder.
    ServerHeaders,
    /// `http_message_done` of the responder.
    ResponseBody,
    /// The request of a file action: `smb1_write_andx_request`, `smb2_write_request` and their like.
    FileRequest,
    /// The event that shows a file action: the response where Zeek has one and waits for it, as of opens and of SMB1, and
    /// else the request.
    FileDone,
    /// The last event of a file action: `smb1_write_andx_response`, `smb2_write_response` and their like, or the request
    /// where Zeek has no event for the response.
    FileResponse,
    /// `smb1_tree_connect_andx_request` and `smb2_tree_connect_request`.
    TreeRequest,
    /// `smb1_tree_connect_andx_response` and `smb2_tree_connect_response`.
    TreeResponse,
    /// `smb1_message` and `smb2_message` of the originator; `smb1_transaction_request` and
    /// `smb1_transaction2_request` for what has a subcommand.
    CommandRequest,
    /// `smb1_message` and `smb2_message` of the responder.
    CommandResponse,
}

impl Phase {
    /// The phase's name in generated identifiers, such as `on_request_stub`.
    pub fn name(self) -> &'static str {
        match self {
            Phase::CallRequest | Phase::Request => "request",
            Phase::CallRequestStub => "request_stub",
            Phase::CallResponse => "response",
            Phase::CallResponseStub => "response_stub",
            Phase::ClientHeaders => "client_headers",
            Phase::RequestBody => "request_body",
            Phase::Reply => "reply",
            Phase::ServerHeaders => "server_headers",
            Phase::ResponseBody => "response_body",
            Phase::FileRequest => "file_request",
            Phase::FileDone => "file_done",
            Phase::FileResponse => "file_response",
            Phase::TreeRequest => "tree_request",
            Phase::TreeResponse => "tree_response",
            Phase::CommandRequest => "command_request",
            Phase::CommandResponse => "command_response",
        }
    }

    /// The Zeek event; of SMB's many, the one that stands for them.
    pub fn event(self) -> &'static str {
        match self {
            Phase::CallRequest => "dce_rpc_request",
            Phase::CallRequestStub => "dce_rpc_request_stub",
            Phase::CallResponse => "dce_rpc_response",
            Phase::CallResponseStub => "dce_rpc_response_stub",
            Phase::Request => "http_request",
            Phase::ClientHeaders | Phase::ServerHeaders => "http_all_headers",
            Phase::RequestBody | Phase::ResponseBody => "http_message_done",
            Phase::Reply => "http_reply",
            Phase::FileRequest => "smb2_create_request",
            Phase::FileDone => "smb2_create_response",
            Phase::FileResponse => "smb2_write_response",
            Phase::TreeRequest => "smb2_tree_connect_request",
            Phase::TreeResponse => "smb2_tree_connect_response",
            Phase::CommandRequest | Phase::CommandResponse => "smb1_message",
        }
    }

    /// Whether the responder has answered by then.
    pub fn is_response(self) -> bool {
        matches!(
            self,
            Phase::CallResponse
                | Phase::CallResponseStub
                | Phase::Reply
                | Phase::ServerHeaders
                | Phase::ResponseBody
                | Phase::FileDone
                | Phase::FileResponse
                | Phase::TreeResponse
                | Phase::CommandResponse
        )
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
    /// Several texts, in a Zeek vector.
    Texts,
    /// Several texts, in a Zeek set.
    TextSet,
    /// The interface UUID, opnum or one of their names: what a call is.
    Identity,
}

impl fmt::Display for FieldKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            FieldKind::Text => "text",
            FieldKind::Bytes => "bytes",
            FieldKind::Count => "a number",
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
        record: Record,
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
pub enum Record {
    /// `c: connection`.
    Connection,
    /// `c$id`.
    ConnectionId,
    /// The call that the pack keeps.
    Call,
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
}

impl Field {
    fn member(
        name: &str,
        kind: FieldKind,
        phase: Phase,
        record: Record,
        member: &'static str,
        optional: bool,
    ) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            phase,
            stays: true,
            access: Access::Member {
                record,
                member,
                optional,
            },
        }
    }

    fn gone_later(mut self) -> Self {
        self.stays = false;
        self
    }

    /// Whether every call or transaction has a value.
    pub fn is_always_set(&self) -> bool {
        match &self.access {
            Access::Identity => true,
            Access::Header { .. } => false,
            // Zeek's record has the member unset until the event that brings it.
            Access::Member {
                record: Record::Call,
                member,
                ..
            } => !matches!(*member, "named_pipe" | "rtt"),
            Access::Member { optional, .. } => !optional,
        }
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
    fn every_field_of_every_service_has_a_row() {
        for service in Service::ALL {
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
