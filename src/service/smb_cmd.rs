//! Fields of SMB commands: columns of `smb_cmd.log` (Zeek 8.0, `SMB::CmdInfo`) and what the events carry.

use super::phase::{Phase, PhaseSpec};
use super::spec::{
    FieldSpec, FoundBy, Hooking, Raising, ServiceSpec, TS, Unfound, Words, ZeekSpec, optional, set,
};
use super::{FieldKind, ZeekRecord};
use FieldKind::{Count, Text, Time};
use Phase::{CommandRequest, CommandResponse};

/// SMB commands.
pub(super) static SPEC: ServiceSpec = ServiceSpec {
    name: "smb_cmd",
    phases: &[
        PhaseSpec {
            phase: CommandRequest,
            name: "command_request",
            event: "smb1_message",
            is_response: false,
            when: "at the request",
            raised: ", answered or not",
        },
        PhaseSpec {
            phase: CommandResponse,
            name: "command_response",
            event: "smb1_message",
            is_response: true,
            when: "at the response",
            raised: " that the server answered",
        },
    ],
    fields: FIELDS,
    open_fields: &[],
    raising: Raising {
        usual: CommandRequest,
        answered: CommandResponse,
    },
    hooking: Hooking::Last,
    found_by: FoundBy::SmbVersion,
    unfound: Unfound::Warns {
        message: "rule is tested at every SMB message",
        help: "add a text that the command, the subcommand or the status must match, to each of its alternatives",
    },
    zeek: ZeekSpec {
        parameters: "c: connection, command: SMB::CmdInfo, message: SmbMessage",
        state: "message",
        observed: "message_text(message)",
    },
    words: Words {
        one: "an SMB command",
        unseen: "no SMB message was seen",
    },
    log: None,
};

// What a message says itself goes before what `SMB::CmdInfo` has of it, which is the first request's where requests
// share an id.
static FIELDS: &[FieldSpec] = &[
    FieldSpec::new(
        "ts",
        Time,
        CommandRequest,
        set(ZeekRecord::Command, "ts"),
        TS,
    ),
    FieldSpec::new(
        "command",
        Text,
        CommandRequest,
        set(ZeekRecord::Message, "command"),
        "What is asked for or answered, such as TRANSACTION2",
    )
    .keyword()
    .rank(23),
    FieldSpec::new(
        "sub_command",
        Text,
        CommandRequest,
        optional(ZeekRecord::Message, "sub_command"),
        "What a transaction of SMB1 does",
    )
    .keyword()
    .rank(21),
    FieldSpec::new(
        "status",
        Text,
        CommandResponse,
        optional(ZeekRecord::Message, "status"),
        "The server's answer, such as ACCESS_DENIED",
    )
    .keyword()
    .rank(22),
    FieldSpec::new(
        "version",
        Text,
        CommandRequest,
        set(ZeekRecord::Message, "version"),
        "SMB1 or SMB2",
    )
    .keyword()
    .rank(12),
    FieldSpec::new(
        "message_id",
        Count,
        CommandRequest,
        set(ZeekRecord::Message, "message_id"),
        "Multiplex id of SMB1, message id of SMB2",
    ),
];
