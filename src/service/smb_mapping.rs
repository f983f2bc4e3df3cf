//! Fields of SMB tree connects: the columns of `smb_mapping.log` (Zeek 8.0, `SMB::TreeInfo`) and what the events carry.

use super::phase::{Phase, PhaseSpec};
use super::spec::{
    FieldSpec, FoundBy, Hooking, Raising, ServiceSpec, TS, Unfound, Words, ZeekSpec, optional, set,
};
use super::{FieldKind, ZeekRecord};
use FieldKind::{Text, Time};
use Phase::{TreeRequest, TreeResponse};

/// SMB tree connects.
pub(super) static SPEC: ServiceSpec = ServiceSpec {
    name: "smb_mapping",
    phases: &[
        PhaseSpec {
            phase: TreeRequest,
            name: "tree_request",
            event: "smb2_tree_connect_request",
            is_response: false,
            when: "at the request",
            raised: ", accepted or refused",
        },
        PhaseSpec {
            phase: TreeResponse,
            name: "tree_response",
            event: "smb2_tree_connect_response",
            is_response: true,
            when: "at the response",
            raised: " that the server accepted",
        },
    ],
    fields: FIELDS,
    open_fields: &[],
    raising: Raising {
        usual: TreeRequest,
        answered: TreeResponse,
    },
    hooking: Hooking::Last,
    found_by: FoundBy::Nothing,
    unfound: Unfound::IsFine,
    zeek: ZeekSpec {
        parameters: "c: connection, tree: SMB::TreeInfo, connect: TreeConnect",
        state: "connect",
        observed: "tree_connect_text(tree)",
    },
    words: Words {
        one: "a tree connect over SMB",
        unseen: "no tree connect was seen",
    },
    log: None,
};

static FIELDS: &[FieldSpec] = &[
    FieldSpec::new("ts", Time, TreeRequest, set(ZeekRecord::Tree, "ts"), TS),
    FieldSpec::new(
        "path",
        Text,
        TreeRequest,
        optional(ZeekRecord::Tree, "path"),
        "The tree, such as \\\\host\\C$",
    )
    .keyword()
    .rank(16),
    FieldSpec::new(
        "service",
        Text,
        TreeResponse,
        optional(ZeekRecord::Tree, "service"),
        "Type of the share, in SMB1's response",
    )
    .keyword()
    .rank(17),
    FieldSpec::new(
        "native_file_system",
        Text,
        TreeResponse,
        optional(ZeekRecord::Tree, "native_file_system"),
        "The share's file system, in SMB1's response",
    )
    .keyword()
    .rank(19),
    FieldSpec::new(
        "share_type",
        Text,
        TreeResponse,
        set(ZeekRecord::Tree, "share_type"),
        "Type of the share: DISK, PIPE or PRINT",
    )
    .keyword()
    .rank(20),
    FieldSpec::new(
        "requested_service",
        Text,
        TreeRequest,
        optional(ZeekRecord::TreeConnect, "requested_service"),
        "Type of the share that SMB1's request asks for",
    )
    .rank(18),
];
