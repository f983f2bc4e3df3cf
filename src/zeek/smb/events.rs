//! Zeek's events of file actions and tree connects (8.0; the same in 7.0).

use std::collections::BTreeSet;

use crate::service::{FileAction, FileVerb, Phase, ShareKind, SmbVersion};
use crate::stub::Side;

/// An event of a file action.
pub(super) struct FileWireEvent {
    pub(super) name: &'static str,
    /// The parameters behind the connection.
    arguments: &'static str,
    verb: FileVerb,
    version: SmbVersion,
    side: Side,
    /// The parameter that has the length of a read's or a write's request.
    pub(super) length: &'static str,
    /// The parameter that has the length that the response tells.
    pub(super) response_length: &'static str,
}

/// An event of a tree connect.
pub(super) struct TreeWireEvent {
    pub(super) name: &'static str,
    /// The parameters behind the connection.
    pub(super) arguments: &'static str,
    pub(super) phase: Phase,
    /// Whether it has the type of share that is asked for.
    pub(super) has_service: bool,
}

const fn event(
    name: &'static str,
    arguments: &'static str,
    verb: FileVerb,
    version: SmbVersion,
    side: Side,
) -> FileWireEvent {
    FileWireEvent {
        name,
        arguments,
        verb,
        version,
        side,
        length: "",
        response_length: "",
    }
}

impl FileWireEvent {
    const fn with_length(mut self, parameter: &'static str) -> Self {
        self.length = parameter;
        self
    }

    const fn with_response_length(mut self, parameter: &'static str) -> Self {
        self.response_length = parameter;
        self
    }
}

/// Every event of a file action.
pub(super) const FILE_EVENTS: &[FileWireEvent] = {
    use FileVerb::{Close, Delete, Open, Read, Rename, SetAttribute, Write};
    use Side::{Request, Response};
    use SmbVersion::{Smb1, Smb2};
    &[
        event(
            "smb1_nt_create_andx_request",
            "hdr: SMB1::Header, file_name: string",
            Open,
            Smb1,
            Request,
        ),
        event(
            "smb1_nt_create_andx_response",
            "hdr: SMB1::Header, file_id: count, file_size: count, times: SMB::MACTimes",
            Open,
            Smb1,
            Response,
        ),
        event(
            "smb1_read_andx_request",
            "hdr: SMB1::Header, file_id: count, offset: count, length: count",
            Read,
            Smb1,
            Request,
        )
        .with_length("length"),
        event(
            "smb1_read_andx_response",
            "hdr: SMB1::Header, data_len: count",
            Read,
            Smb1,
            Response,
        )
        .with_response_length("data_len"),
        event(
            "smb1_write_andx_request",
            "hdr: SMB1::Header, file_id: count, offset: count, data_len: count",
            Write,
            Smb1,
            Request,
        )
        .with_length("data_len"),
        event(
            "smb1_write_andx_response",
            "hdr: SMB1::Header, written_bytes: count",
            Write,
            Smb1,
            Response,
        )
        .with_response_length("written_bytes"),
        event(
            "smb1_close_request",
            "hdr: SMB1::Header, file_id: count",
            Close,
            Smb1,
            Request,
        ),
        event(
            "smb2_create_request",
            "hdr: SMB2::Header, request: SMB2::CreateRequest",
            Open,
            Smb2,
            Request,
        ),
        event(
            "smb2_create_response",
            "hdr: SMB2::Header, response: SMB2::CreateResponse",
            Open,
            Smb2,
            Response,
        ),
        event(
            "smb2_read_request",
            "hdr: SMB2::Header, file_id: SMB2::GUID, offset: count, length: count",
            Read,
            Smb2,
            Request,
        )
        .with_length("length"),
        event(
            "smb2_write_request",
            "hdr: SMB2::Header, file_id: SMB2::GUID, offset: count, length: count",
            Write,
            Smb2,
            Request,
        )
        .with_length("length"),
        event(
            "smb2_write_response",
            "hdr: SMB2::Header, length: count",
            Write,
            Smb2,
            Response,
        )
        .with_response_length("length"),
        event(
            "smb2_close_request",
            "hdr: SMB2::Header, file_id: SMB2::GUID",
            Close,
            Smb2,
            Request,
        ),
        event(
            "smb2_file_delete",
            "hdr: SMB2::Header, file_id: SMB2::GUID, delete_pending: bool",
            Delete,
            Smb2,
            Request,
        ),
        event(
            "smb2_file_rename",
            "hdr: SMB2::Header, file_id: SMB2::GUID, dst_filename: string",
            Rename,
            Smb2,
            Request,
        ),
        event(
            "smb2_file_sattr",
            "hdr: SMB2::Header, file_id: SMB2::GUID, times: SMB::MACTimes, attrs: SMB2::FileAttrs",
            SetAttribute,
            Smb2,
            Request,
        ),
    ]
};

/// Every event of a tree connect.
pub(super) const TREE_EVENTS: &[TreeWireEvent] = &[
    TreeWireEvent {
        name: "smb1_tree_connect_andx_request",
        arguments: "hdr: SMB1::Header, path: string, service: string",
        phase: Phase::TreeRequest,
        has_service: true,
    },
    TreeWireEvent {
        name: "smb1_tree_connect_andx_response",
        arguments: "hdr: SMB1::Header, service: string, native_file_system: string",
        phase: Phase::TreeResponse,
        has_service: false,
    },
    TreeWireEvent {
        name: "smb2_tree_connect_request",
        arguments: "hdr: SMB2::Header, path: string",
        phase: Phase::TreeRequest,
        has_service: false,
    },
    TreeWireEvent {
        name: "smb2_tree_connect_response",
        arguments: "hdr: SMB2::Header, response: SMB2::TreeConnectResponse",
        phase: Phase::TreeResponse,
        has_service: false,
    },
];

/// The names of the events that stand for one of a rule's events, for a rule that watches these actions.
pub(in crate::zeek) fn names_of_file_events(
    phase: Phase,
    actions: &BTreeSet<FileAction>,
) -> Vec<&'static str> {
    let brings = |event: &&FileWireEvent| {
        let brought = event.actions();
        event.phases().contains(&phase) && brought.iter().any(|action| actions.contains(action))
    };
    let found = FILE_EVENTS.iter().filter(brings);
    found.map(|event| event.name).collect()
}

/// The names of the events that stand for one of a rule's events on tree connects.
pub(in crate::zeek) fn names_of_tree_events(phase: Phase) -> Vec<&'static str> {
    let found = TREE_EVENTS.iter().filter(|event| event.phase == phase);
    found.map(|event| event.name).collect()
}

impl FileWireEvent {
    pub(super) fn parameters(&self) -> String {
        format!("c: connection, {}", self.arguments)
    }

    /// For which of a rule's events it stands.
    pub(super) fn phases(&self) -> &'static [Phase] {
        self.verb.phases(self.version, self.side)
    }

    /// The actions that it brings.
    pub(super) fn actions(&self) -> Vec<FileAction> {
        let of_version = |action: &FileAction| {
            self.version == SmbVersion::Smb2 || action.kind == ShareKind::File
        };
        FileAction::all()
            .filter(|action| action.verb == self.verb && of_version(action))
            .collect()
    }

    /// The action, in Zeek.
    pub(super) fn kind(&self) -> String {
        let actions = self.actions();
        match actions.as_slice() {
            [only] => only.name().to_owned(),
            // A request's action the base script has just set; the file's may be another one by the time of a response.
            _ if self.is_request() => "info$action".to_owned(),
            actions => {
                let names: Vec<&str> = actions.iter().map(|action| action.name()).collect();
                format!("by_share(c, {})", names.join(", "))
            }
        }
    }

    pub(super) fn is_request(&self) -> bool {
        self.side == Side::Request
    }

    /// Whether it is a read or a write.
    pub(super) fn has_data(&self) -> bool {
        matches!(self.verb, FileVerb::Read | FileVerb::Write)
    }

    /// Whether the connection's latest file is taken for the one it is about where its request was not captured.
    pub(super) fn falls_back(&self) -> bool {
        self.version == SmbVersion::Smb1 && self.side == Side::Response && self.has_data()
    }

    pub(super) fn is_deletion(&self) -> bool {
        self.verb == FileVerb::Delete
    }
}
