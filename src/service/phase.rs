//! The events at which fields become known.

use super::Service;

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
    /// A record is written to a log.
    Logged,
}

/// What is known of an event.
#[derive(Debug)]
pub struct PhaseSpec {
    /// The event.
    pub phase: Phase,
    /// Its name in generated identifiers, such as `request_stub` in `on_request_stub`.
    pub name: &'static str,
    /// The Zeek event; of SMB's many, the one that stands for them.
    pub event: &'static str,
    /// Whether the responder has answered by then.
    pub is_response: bool,
    /// When it comes, in comments of generated scripts.
    pub when: &'static str,
    /// What a notice that is raised there says of the server's answer, as the end of a sentence.
    pub raised: &'static str,
}

/// The one event of a log's records.
pub(super) const LOGGED: PhaseSpec = PhaseSpec {
    phase: Phase::Logged,
    name: "logged",
    event: "Log::write",
    is_response: true,
    when: "when a record is logged",
    raised: "",
};

impl Phase {
    /// What is known of the event.
    pub fn spec(self) -> &'static PhaseSpec {
        static LOG: &PhaseSpec = &LOGGED;
        let wire = Service::WIRE
            .iter()
            .flat_map(|service| service.spec().phases);
        wire.into_iter()
            .find(|spec| spec.phase == self)
            .unwrap_or(LOG)
    }

    /// The phase's name in generated identifiers, such as `on_request_stub`.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// The Zeek event; of SMB's many, the one that stands for them.
    pub fn event(self) -> &'static str {
        self.spec().event
    }

    /// When it comes, in comments of generated scripts.
    pub fn when(self) -> &'static str {
        self.spec().when
    }

    /// Whether the responder has answered by then.
    pub fn is_response(self) -> bool {
        self.spec().is_response
    }
}
