//! Fields of a DCE-RPC call: the columns of `dce_rpc.log` (Zeek 8.0, `DCE_RPC::Info`) and what the events carry.

use super::argument::ArgumentField;
use super::phase::{Phase, PhaseSpec};
use super::spec::{
    FieldSpec, FoundBy, Hooking, OpenFieldSpec, Raising, ServiceSpec, TS, Unfound, Words, ZeekSpec,
    optional, set,
};
use super::{Field, FieldKind, ZeekRecord};
use crate::registry::ZeekRelease;
use FieldKind::{Bool, Bytes, Count, Interval, Text, Time};
use Phase::{CallRequest, CallRequestStub, CallResponse, CallResponseStub};
use ZeekRecord::Call;

/// DCE-RPC calls, over TCP or over SMB pipes.
pub(super) static SPEC: ServiceSpec = ServiceSpec {
    name: "dce_rpc",
    phases: &[
        PhaseSpec {
            phase: CallRequest,
            name: "request",
            event: "dce_rpc_request",
            is_response: false,
            when: "at the request",
            raised: ", answered or not",
        },
        PhaseSpec {
            phase: CallRequestStub,
            name: "request_stub",
            event: "dce_rpc_request_stub",
            is_response: false,
            when: "at the request",
            raised: ", answered or not",
        },
        PhaseSpec {
            phase: CallResponse,
            name: "response",
            event: "dce_rpc_response",
            is_response: true,
            when: "at the response",
            raised: " that the server answered",
        },
        PhaseSpec {
            phase: CallResponseStub,
            name: "response_stub",
            event: "dce_rpc_response_stub",
            is_response: true,
            when: "at the response",
            raised: " that the server answered",
        },
    ],
    fields: FIELDS,
    open_fields: &[
        OpenFieldSpec {
            name: "argument.<name>",
            prefix: "argument.",
            meaning: "A parameter of the request, by the name in Microsoft's documents",
            rank: None,
            field: |name, _| argument_field(name),
        },
        OpenFieldSpec {
            name: "result.<name>",
            prefix: "result.",
            meaning: "A parameter of the response; `result.return` is what the operation returns",
            rank: None,
            field: |name, _| argument_field(name),
        },
    ],
    raising: Raising {
        usual: CallResponse,
        answered: CallResponse,
    },
    hooking: Hooking::BeforeGone,
    found_by: FoundBy::Operation,
    unfound: Unfound::IsFine,
    zeek: ZeekSpec {
        parameters: "c: connection, call: SigzeekDceRpc::Call",
        state: "call",
        observed: "call_name(call)",
    },
    words: Words {
        one: "an RPC call",
        unseen: "no call of the operations that the rule watches was seen",
    },
    log: None,
};

static FIELDS: &[FieldSpec] = &[
    FieldSpec::new("ts", Time, CallRequest, set(Call, "ts"), TS),
    FieldSpec::new(
        "rtt",
        Interval,
        CallResponse,
        optional(Call, "rtt"),
        "Seconds from the request to its response",
    ),
    FieldSpec::new(
        "named_pipe",
        Text,
        CallRequest,
        optional(Call, "named_pipe"),
        "The SMB pipe, or the TCP port where there is none",
    )
    .keyword()
    .rank(24),
    FieldSpec::identity(
        "endpoint",
        CallRequest,
        "Name of the interface, such as atsvc; any Zeek release's name",
    )
    .keyword(),
    FieldSpec::identity(
        "operation",
        CallRequest,
        "Name of the function, such as NetrJobAdd; any Zeek release's name",
    )
    .keyword(),
    FieldSpec::identity("uuid", CallRequest, "UUID of the interface"),
    FieldSpec::identity(
        "opnum",
        CallRequest,
        "Number of the function in the interface",
    ),
    FieldSpec::new(
        "stub",
        Bytes,
        CallRequestStub,
        optional(Call, "stub"),
        "The request's arguments as they are on the wire",
    )
    .rank(0)
    .gone_later(),
    // A response's event has the response's length alone: what is asked of the request is answered there.
    FieldSpec::new(
        "stub_len",
        Count,
        CallRequest,
        optional(Call, "stub_len"),
        "Length of the request's arguments in bytes",
    )
    .gone_later(),
    FieldSpec::new(
        "auth_level",
        Count,
        CallRequest,
        optional(Call, "auth_level"),
        "Protection level of the request, if it has an authentication verifier: 5 is integrity, 6 privacy",
    )
    .gone_later()
    .since(ZeekRelease::V9_0),
    FieldSpec::new(
        "sealed",
        Bool,
        CallRequest,
        optional(Call, "sealed"),
        "Whether the request's arguments are encrypted, which is protection level 6",
    )
    .gone_later()
    .since(ZeekRelease::V9_0),
    FieldSpec::new(
        "response_stub",
        Bytes,
        CallResponseStub,
        optional(Call, "response_stub"),
        "The response's results as they are on the wire",
    )
    .rank(1),
    FieldSpec::new(
        "response_stub_len",
        Count,
        CallResponse,
        optional(Call, "response_stub_len"),
        "Length of the response's results in bytes",
    ),
];

/// An argument of whatever operation has it. Its kind is that of most; [`ArgumentField::kinds`] has all.
fn argument_field(name: &str) -> Option<Field> {
    let argument = ArgumentField::named(name)?;
    argument.kinds.first().map(|of| argument.field(of))
}
