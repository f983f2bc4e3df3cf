//! Fields of a DCE-RPC call: the columns of `dce_rpc.log` (Zeek 8.0, `DCE_RPC::Info`) and what the events carry.

use super::{Access, Field, FieldKind, Phase, Record};

pub(super) const NAMES: &[&str] = &[
    "rtt",
    "named_pipe",
    "endpoint",
    "operation",
    "uuid",
    "opnum",
    "stub",
    "stub_len",
    "response_stub",
    "response_stub_len",
];

pub(super) fn field(name: &str) -> Option<Field> {
    use FieldKind as Kind;
    let call = |kind, phase, member, optional| {
        Some(Field::member(
            name,
            kind,
            phase,
            Record::Call,
            member,
            optional,
        ))
    };
    match name {
        "uuid" | "opnum" | "endpoint" | "operation" => Some(Field {
            name: name.to_owned(),
            kind: Kind::Identity,
            phase: Phase::CallRequest,
            stays: true,
            access: Access::Identity,
        }),
        "ts" => call(Kind::Time, Phase::CallRequest, "ts", false),
        "named_pipe" => call(Kind::Text, Phase::CallRequest, "named_pipe", true),
        "rtt" => call(Kind::Interval, Phase::CallResponse, "rtt", true),
        // A response's event has the response's length alone: what is asked of the request is answered there.
        "stub_len" => {
            call(Kind::Count, Phase::CallRequest, "stub_len", true).map(Field::gone_later)
        }
        "stub" => call(Kind::Bytes, Phase::CallRequestStub, "stub", true).map(Field::gone_later),
        "response_stub_len" => call(Kind::Count, Phase::CallResponse, "response_stub_len", true),
        "response_stub" => call(Kind::Bytes, Phase::CallResponseStub, "response_stub", true),
        _ => connection_field(name, Phase::CallRequest),
    }
}

/// A column that every log has.
pub(super) fn connection_field(name: &str, phase: Phase) -> Option<Field> {
    let (kind, record, member) = match name {
        "uid" => (FieldKind::Text, Record::Connection, "uid"),
        "id.orig_h" => (FieldKind::Address, Record::ConnectionId, "orig_h"),
        "id.orig_p" => (FieldKind::Port, Record::ConnectionId, "orig_p"),
        "id.resp_h" => (FieldKind::Address, Record::ConnectionId, "resp_h"),
        "id.resp_p" => (FieldKind::Port, Record::ConnectionId, "resp_p"),
        _ => return None,
    };
    Some(Field::member(name, kind, phase, record, member, false))
}
