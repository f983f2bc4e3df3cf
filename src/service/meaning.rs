//! What each field is, in a line: for editors and documentation.

use super::Service;

/// What a field is; none for a name that has no line here.
pub(super) fn meaning(service: Service, name: &str) -> Option<&'static str> {
    if let Some((_, meaning)) = CONNECTION.iter().find(|(known, _)| *known == name) {
        return Some(meaning);
    }
    let fields = match service {
        Service::DceRpc => DCE_RPC,
        Service::Http => HTTP,
        Service::SmbFiles => SMB_FILES,
        Service::SmbMapping => SMB_MAPPING,
        Service::SmbCmd => SMB_CMD,
    };
    let (_, meaning) = fields.iter().find(|(known, _)| *known == name)?;
    Some(meaning)
}

/// Fields that every service has.
const CONNECTION: &[(&str, &str)] = &[
    ("ts", "When the call or transaction began (UTC)"),
    ("uid", "Zeek's unique id of the connection"),
    ("id.orig_h", "Address of the originator, the client"),
    ("id.orig_p", "Port of the originator, the client"),
    ("id.resp_h", "Address of the responder, the server"),
    ("id.resp_p", "Port of the responder, the server"),
];

const DCE_RPC: &[(&str, &str)] = &[
    ("rtt", "Seconds from the request to its response"),
    (
        "named_pipe",
        "The SMB pipe, or the TCP port where there is none",
    ),
    (
        "endpoint",
        "Name of the interface, such as atsvc; any Zeek release's name",
    ),
    (
        "operation",
        "Name of the function, such as NetrJobAdd; any Zeek release's name",
    ),
    ("uuid", "UUID of the interface"),
    ("opnum", "Number of the function in the interface"),
    ("stub", "The request's arguments as they are on the wire"),
    ("stub_len", "Length of the request's arguments in bytes"),
    (
        "response_stub",
        "The response's results as they are on the wire",
    ),
    (
        "response_stub_len",
        "Length of the response's results in bytes",
    ),
];

const HTTP: &[(&str, &str)] = &[
    (
        "trans_depth",
        "Number of the transaction in its connection, from 1",
    ),
    ("method", "The request's method, such as POST"),
    ("host", "The request's Host header"),
    ("uri", "The request's URI with percent escapes resolved"),
    ("original_uri", "The request's URI as it was sent"),
    ("referrer", "The request's Referer header"),
    (
        "version",
        "The reply's HTTP version; the request's is request_version",
    ),
    ("request_version", "The request's HTTP version"),
    ("user_agent", "The request's User-Agent header"),
    ("origin", "The request's Origin header"),
    (
        "request_body_len",
        "Length of the request's body in bytes, uncompressed",
    ),
    (
        "response_body_len",
        "Length of the response's body in bytes, uncompressed",
    ),
    ("status_code", "The reply's status code, such as 200"),
    ("status_msg", "The reply's status message, such as OK"),
    ("info_code", "Status code of the last interim (1xx) reply"),
    ("info_msg", "Status message of the last interim (1xx) reply"),
    ("tags", "What Zeek's scripts have noted of the transaction"),
    ("username", "User's name of Basic authentication"),
    (
        "password",
        "Password of Basic authentication, where Zeek is set to keep it",
    ),
    ("proxied", "Headers that show a proxy"),
    ("orig_fuids", "Ids of the files that the client sent"),
    ("orig_filenames", "Names of the files that the client sent"),
    ("orig_mime_types", "Types of the files that the client sent"),
    ("resp_fuids", "Ids of the files that the server sent"),
    ("resp_filenames", "Names of the files that the server sent"),
    ("resp_mime_types", "Types of the files that the server sent"),
    ("client_header_names", "Names of the request's headers"),
    ("server_header_names", "Names of the response's headers"),
    (
        "client_header_values",
        "Values of all the request's headers",
    ),
    (
        "server_header_values",
        "Values of all the response's headers",
    ),
    (
        "client_header.<name>",
        "The values of the request's header of that name",
    ),
    (
        "server_header.<name>",
        "The values of the response's header of that name",
    ),
    ("body", "The request's body, decoded"),
    ("response_body", "The response's body, decoded"),
];

const SMB_FILES: &[(&str, &str)] = &[
    (
        "fuid",
        "Id of the file, once some of it has been transferred",
    ),
    ("action", "What is done, such as SMB::FILE_WRITE"),
    ("path", "The tree, such as \\\\host\\C$"),
    ("name", "The file's name within the tree"),
    ("size", "The file's size in bytes; 0 where no open was seen"),
    ("prev_name", "The file's name before it was renamed"),
    ("times.modified", "When the file was last written"),
    ("times.accessed", "When the file was last read"),
    ("times.created", "When the file was made"),
    (
        "times.changed",
        "When the file or its attributes were last changed",
    ),
    ("data_offset", "Where a read or write begins, in bytes"),
    (
        "data_len",
        "Length of a read or write in bytes, as requested",
    ),
    (
        "data_len_response",
        "Length of a read or write in bytes, as the response tells it",
    ),
];

const SMB_MAPPING: &[(&str, &str)] = &[
    ("path", "The tree, such as \\\\host\\C$"),
    ("service", "Type of the share, in SMB1's response"),
    (
        "native_file_system",
        "The share's file system, in SMB1's response",
    ),
    ("share_type", "Type of the share: DISK, PIPE or PRINT"),
    (
        "requested_service",
        "Type of the share that SMB1's request asks for",
    ),
];

const SMB_CMD: &[(&str, &str)] = &[
    (
        "command",
        "What is asked for or answered, such as TRANSACTION2",
    ),
    ("sub_command", "What a transaction of SMB1 does"),
    ("status", "The server's answer, such as ACCESS_DENIED"),
    ("version", "SMB1 or SMB2"),
    ("message_id", "Multiplex id of SMB1, message id of SMB2"),
];

#[cfg(test)]
mod tests {
    use crate::service::Service;

    #[test]
    fn every_field_of_every_service_has_a_meaning() {
        for service in Service::ALL {
            for name in service.field_names() {
                assert!(
                    service.meaning(name).is_some(),
                    "{} {name}: say in src/schema/meaning.rs what it is",
                    service.name()
                );
            }
        }
    }
}
