//! Fields of an HTTP transaction: the columns of `http.log` (Zeek 8.0, `HTTP::Info`) and what the events carry.

use super::dce_rpc::connection_field;
use super::{Access, Field, FieldKind, Phase, Record};

pub(super) const NAMES: &[&str] = &[
    "trans_depth",
    "method",
    "host",
    "uri",
    "referrer",
    "version",
    "user_agent",
    "origin",
    "request_body_len",
    "response_body_len",
    "status_code",
    "status_msg",
    "info_code",
    "info_msg",
    "tags",
    "username",
    "password",
    "proxied",
    "orig_fuids",
    "orig_filenames",
    "orig_mime_types",
    "resp_fuids",
    "resp_filenames",
    "resp_mime_types",
    "client_header_names",
    "client_header_values",
    "server_header_names",
    "server_header_values",
    "original_uri",
    "request_version",
    "client_header.<name>",
    "server_header.<name>",
    "body",
    "response_body",
];

/// The log's text columns.
pub(super) const KEYWORD_FIELDS: &[&str] = &[
    "method",
    "host",
    "uri",
    "referrer",
    "version",
    "user_agent",
    "origin",
    "status_msg",
    "info_msg",
    "username",
    "password",
    "proxied",
    "orig_filenames",
    "orig_mime_types",
    "resp_filenames",
    "resp_mime_types",
];

pub(super) fn field(name: &str) -> Option<Field> {
    use FieldKind::{Bytes, Count, Text, TextSet, Texts, Time};
    use Phase::{ClientHeaders, Reply, Request, RequestBody, ResponseBody};
    if let Some(header) = name.strip_prefix("client_header.") {
        return header_field(name, header, true);
    }
    if let Some(header) = name.strip_prefix("server_header.") {
        return header_field(name, header, false);
    }
    let log = |kind, phase, member, optional| {
        Some(Field::member(
            name,
            kind,
            phase,
            Record::Http,
            member,
            optional,
        ))
    };
    let wire = |kind, phase, member| {
        Some(Field::member(
            name,
            kind,
            phase,
            Record::Transaction,
            member,
            true,
        ))
    };
    match name {
        "ts" => log(Time, Request, "ts", false),
        "trans_depth" => log(Count, Request, "trans_depth", false),
        "method" => log(Text, Request, "method", true),
        "uri" => log(Text, Request, "uri", true),
        "original_uri" => wire(Text, Request, "original_uri"),
        "request_version" => wire(Text, Request, "request_version"),
        "host" => log(Text, ClientHeaders, "host", true),
        "referrer" => log(Text, ClientHeaders, "referrer", true),
        "user_agent" => log(Text, ClientHeaders, "user_agent", true),
        "origin" => log(Text, ClientHeaders, "origin", true),
        "username" => log(Text, ClientHeaders, "username", true),
        "password" => log(Text, ClientHeaders, "password", true),
        "proxied" => log(TextSet, ClientHeaders, "proxied", true),
        "client_header_names" => wire(Texts, ClientHeaders, "client_header_names"),
        "client_header_values" => wire(Texts, ClientHeaders, "client_header_values"),
        "body" => wire(Bytes, RequestBody, "request_body"),
        "request_body_len" => log(Count, RequestBody, "request_body_len", false),
        "orig_fuids" => log(Texts, RequestBody, "orig_fuids", true),
        "orig_filenames" => log(Texts, RequestBody, "orig_filenames", true),
        "orig_mime_types" => log(Texts, RequestBody, "orig_mime_types", true),
        // The log's version is the reply's; the request's is `request_version`.
        "version" => log(Text, Reply, "version", true),
        "status_code" => log(Count, Reply, "status_code", true),
        "status_msg" => log(Text, Reply, "status_msg", true),
        "info_code" => log(Count, Reply, "info_code", true),
        "info_msg" => log(Text, Reply, "info_msg", true),
        "server_header_names" => wire(Texts, Phase::ServerHeaders, "server_header_names"),
        "server_header_values" => wire(Texts, Phase::ServerHeaders, "server_header_values"),
        "response_body" => wire(Bytes, ResponseBody, "response_body"),
        "response_body_len" => log(Count, ResponseBody, "response_body_len", false),
        "resp_fuids" => log(Texts, ResponseBody, "resp_fuids", true),
        "resp_filenames" => log(Texts, ResponseBody, "resp_filenames", true),
        "resp_mime_types" => log(Texts, ResponseBody, "resp_mime_types", true),
        "tags" => wire(Texts, ResponseBody, "tags"),
        _ => connection_field(name, Request),
    }
}

/// A header by its name, which is a token (RFC 9110, section 5.1).
fn header_field(name: &str, header: &str, client: bool) -> Option<Field> {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if header.is_empty() || header.len() > 256 || !header.bytes().all(token) {
        return None;
    }
    Some(Field {
        name: name.to_owned(),
        kind: FieldKind::Texts,
        phase: if client {
            Phase::ClientHeaders
        } else {
            Phase::ServerHeaders
        },
        stays: true,
        access: Access::Header {
            client,
            name: header.to_ascii_uppercase(),
        },
    })
}
