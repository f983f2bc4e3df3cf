//! Fields of an HTTP transaction: the columns of `http.log` (Zeek 8.0, `HTTP::Info`) and what the events carry.

use super::phase::{Phase, PhaseSpec};
use super::spec::{
    FieldSpec, FoundBy, Hooking, OpenFieldSpec, Raising, ServiceSpec, TS, Unfound, Words, ZeekSpec,
    optional, set,
};
use super::{Access, Field, FieldKind, ZeekRecord};
use FieldKind::{Address, Bytes, Count, Text, TextSet, Texts, Time};
use Phase::{ClientHeaders, Reply, Request, RequestBody, ResponseBody, ServerHeaders};
use ZeekRecord::{Http, Transaction};

/// HTTP transactions.
pub(super) static SPEC: ServiceSpec = ServiceSpec {
    name: "http",
    phases: &[
        PhaseSpec {
            phase: Request,
            name: "request",
            event: "http_request",
            is_response: false,
            when: "at the request line",
            raised: ", answered or not",
        },
        PhaseSpec {
            phase: ClientHeaders,
            name: "client_headers",
            event: "http_all_headers",
            is_response: false,
            when: "when the client's headers are complete",
            raised: ", answered or not",
        },
        PhaseSpec {
            phase: RequestBody,
            name: "request_body",
            event: "http_message_done",
            is_response: false,
            when: "when the request is complete",
            raised: ", answered or not",
        },
        PhaseSpec {
            phase: Reply,
            name: "reply",
            event: "http_reply",
            is_response: true,
            when: "when the server replies",
            raised: " that the server answered",
        },
        PhaseSpec {
            phase: ServerHeaders,
            name: "server_headers",
            event: "http_all_headers",
            is_response: true,
            when: "when the server's headers are complete",
            raised: " that the server answered",
        },
        PhaseSpec {
            phase: ResponseBody,
            name: "response_body",
            event: "http_message_done",
            is_response: true,
            when: "when the response is complete",
            raised: " of which the server has sent the whole answer",
        },
    ],
    fields: FIELDS,
    open_fields: &[
        OpenFieldSpec {
            name: "client_header.<name>",
            prefix: "client_header.",
            meaning: "The values of the request's header of that name",
            rank: Some(8),
            field: |name, header| header_field(name, header, true),
        },
        OpenFieldSpec {
            name: "server_header.<name>",
            prefix: "server_header.",
            meaning: "The values of the response's header of that name",
            rank: Some(8),
            field: |name, header| header_field(name, header, false),
        },
    ],
    raising: Raising {
        usual: Request,
        answered: Reply,
    },
    hooking: Hooking::AsKnown,
    found_by: FoundBy::Nothing,
    unfound: Unfound::Warns {
        message: "rule is tested at every {event} event",
        help: "add a text that the URI, a header or the method must match, to each of its alternatives",
    },
    zeek: ZeekSpec {
        parameters: "c: connection, http: HTTP::Info, transaction: HttpTransaction",
        state: "transaction",
        observed: "request_line(http)",
    },
    words: Words {
        one: "an HTTP request",
        unseen: "no transaction was seen",
    },
    log: None,
};

static FIELDS: &[FieldSpec] = &[
    FieldSpec::new("ts", Time, Request, set(Http, "ts"), TS),
    FieldSpec::new(
        "trans_depth",
        Count,
        Request,
        set(Http, "trans_depth"),
        "Number of the transaction in its connection, from 1",
    ),
    FieldSpec::new(
        "method",
        Text,
        Request,
        optional(Http, "method"),
        "The request's method, such as POST",
    )
    .keyword()
    .rank(11),
    FieldSpec::new(
        "host",
        Text,
        ClientHeaders,
        optional(Http, "host"),
        "The request's Host header",
    )
    .keyword()
    .rank(6),
    FieldSpec::new(
        "host_address",
        Address,
        ClientHeaders,
        optional(Transaction, "host_address"),
        "The Host header's address, if it has an address in place of a name; without the port",
    ),
    FieldSpec::new(
        "uri",
        Text,
        Request,
        optional(Http, "uri"),
        "The request's URI with percent escapes resolved",
    )
    .keyword()
    .rank(4),
    FieldSpec::new(
        "referrer",
        Text,
        ClientHeaders,
        optional(Http, "referrer"),
        "The request's Referer header",
    )
    .keyword()
    .rank(8),
    // The log's version is the reply's; the request's is `request_version`.
    FieldSpec::new(
        "version",
        Text,
        Reply,
        optional(Http, "version"),
        "The reply's HTTP version; the request's is request_version",
    )
    .keyword()
    .rank(12),
    FieldSpec::new(
        "user_agent",
        Text,
        ClientHeaders,
        optional(Http, "user_agent"),
        "The request's User-Agent header",
    )
    .keyword()
    .rank(7),
    FieldSpec::new(
        "origin",
        Text,
        ClientHeaders,
        optional(Http, "origin"),
        "The request's Origin header",
    )
    .keyword()
    .rank(9),
    FieldSpec::new(
        "request_body_len",
        Count,
        RequestBody,
        set(Http, "request_body_len"),
        "Length of the request's body in bytes, uncompressed",
    ),
    FieldSpec::new(
        "response_body_len",
        Count,
        ResponseBody,
        set(Http, "response_body_len"),
        "Length of the response's body in bytes, uncompressed",
    ),
    FieldSpec::new(
        "status_code",
        Count,
        Reply,
        optional(Http, "status_code"),
        "The reply's status code, such as 200",
    ),
    FieldSpec::new(
        "status_msg",
        Text,
        Reply,
        optional(Http, "status_msg"),
        "The reply's status message, such as OK",
    )
    .keyword()
    .rank(10),
    FieldSpec::new(
        "info_code",
        Count,
        Reply,
        optional(Http, "info_code"),
        "Status code of the last interim (1xx) reply",
    ),
    FieldSpec::new(
        "info_msg",
        Text,
        Reply,
        optional(Http, "info_msg"),
        "Status message of the last interim (1xx) reply",
    )
    .keyword(),
    FieldSpec::new(
        "tags",
        Texts,
        ResponseBody,
        optional(Transaction, "tags"),
        "What Zeek's scripts have noted of the transaction",
    ),
    FieldSpec::new(
        "username",
        Text,
        ClientHeaders,
        optional(Http, "username"),
        "User's name of Basic authentication",
    )
    .keyword(),
    FieldSpec::new(
        "password",
        Text,
        ClientHeaders,
        optional(Http, "password"),
        "Password of Basic authentication, where Zeek is set to keep it",
    )
    .keyword(),
    FieldSpec::new(
        "proxied",
        TextSet,
        ClientHeaders,
        optional(Http, "proxied"),
        "Headers that show a proxy",
    )
    .keyword(),
    FieldSpec::new(
        "orig_fuids",
        Texts,
        RequestBody,
        optional(Http, "orig_fuids"),
        "Ids of the files that the client sent",
    ),
    FieldSpec::new(
        "orig_filenames",
        Texts,
        RequestBody,
        optional(Http, "orig_filenames"),
        "Names of the files that the client sent",
    )
    .keyword(),
    FieldSpec::new(
        "orig_mime_types",
        Texts,
        RequestBody,
        optional(Http, "orig_mime_types"),
        "Types of the files that the client sent",
    )
    .keyword(),
    FieldSpec::new(
        "resp_fuids",
        Texts,
        ResponseBody,
        optional(Http, "resp_fuids"),
        "Ids of the files that the server sent",
    ),
    FieldSpec::new(
        "resp_filenames",
        Texts,
        ResponseBody,
        optional(Http, "resp_filenames"),
        "Names of the files that the server sent",
    )
    .keyword(),
    FieldSpec::new(
        "resp_mime_types",
        Texts,
        ResponseBody,
        optional(Http, "resp_mime_types"),
        "Types of the files that the server sent",
    )
    .keyword(),
    FieldSpec::new(
        "client_header_names",
        Texts,
        ClientHeaders,
        optional(Transaction, "client_header_names"),
        "Names of the request's headers",
    ),
    FieldSpec::new(
        "client_header_values",
        Texts,
        ClientHeaders,
        optional(Transaction, "client_header_values"),
        "Values of all the request's headers",
    )
    .rank(9),
    FieldSpec::new(
        "server_header_names",
        Texts,
        ServerHeaders,
        optional(Transaction, "server_header_names"),
        "Names of the response's headers",
    ),
    FieldSpec::new(
        "server_header_values",
        Texts,
        ServerHeaders,
        optional(Transaction, "server_header_values"),
        "Values of all the response's headers",
    )
    .rank(9),
    FieldSpec::new(
        "original_uri",
        Text,
        Request,
        optional(Transaction, "original_uri"),
        "The request's URI as it was sent",
    )
    .rank(5),
    FieldSpec::new(
        "uri_stem",
        Text,
        Request,
        optional(Transaction, "uri_stem"),
        "The path of the URI as it was sent, without the query",
    )
    .rank(5),
    FieldSpec::new(
        "uri_query",
        Text,
        Request,
        optional(Transaction, "uri_query"),
        "The query of the URI as it was sent: what follows the question mark",
    )
    .rank(6),
    FieldSpec::new(
        "uri_extension",
        Text,
        Request,
        optional(Transaction, "uri_extension"),
        "What follows the last dot of the path, such as exe",
    )
    .rank(12),
    FieldSpec::new(
        "url",
        Text,
        ClientHeaders,
        optional(Transaction, "url"),
        "The whole URL as it was sent, as proxies log it: scheme, host, path and query",
    )
    .rank(5),
    FieldSpec::new(
        "request_version",
        Text,
        Request,
        optional(Transaction, "request_version"),
        "The request's HTTP version",
    )
    .rank(13),
    FieldSpec::new(
        "body",
        Bytes,
        RequestBody,
        optional(Transaction, "request_body"),
        "The request's body, decoded",
    )
    .rank(2),
    FieldSpec::new(
        "response_body",
        Bytes,
        ResponseBody,
        optional(Transaction, "response_body"),
        "The response's body, decoded",
    )
    .rank(3),
];

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
