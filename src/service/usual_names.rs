//! What other tools call the fields: Sigma's taxonomy, the Elastic Common Schema, Splunk's CIM.

use super::Service;

/// A field by which Zeek knows what another tool has another name for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Equivalent {
    /// The field's name.
    pub(crate) field: &'static str,
    /// How its values differ from the other tool's, in a clause; `None` where they are the same.
    pub(crate) difference: Option<&'static str>,
}

const PATH_AND_QUERY: Option<&str> =
    Some("path and query as the request line has them, without scheme and host");
const IN_THE_SHARE: Option<&str> = Some("the path within the share");

/// Names in small letters, what Zeek calls it, and how that differs.
const NAMES: &[(&[&str], &str, Option<&str>)] = &[
    (
        &[
            "src_ip",
            "srcip",
            "source_ip",
            "sourceip",
            "source.ip",
            "source.address",
            "client.ip",
            "client_ip",
            "c-ip",
            "src",
            "src_addr",
            "id_orig_h",
        ],
        "id.orig_h",
        None,
    ),
    (
        &[
            "src_port",
            "srcport",
            "source_port",
            "sourceport",
            "source.port",
            "client.port",
            "c-port",
            "id_orig_p",
        ],
        "id.orig_p",
        None,
    ),
    (
        &[
            "dst_ip",
            "dstip",
            "dest_ip",
            "destination_ip",
            "destinationip",
            "destination.ip",
            "destination.address",
            "server.ip",
            "server_ip",
            "s-ip",
            "dst",
            "dest",
            "dst_addr",
            "id_resp_h",
        ],
        "id.resp_h",
        None,
    ),
    (
        &[
            "dst_port",
            "dstport",
            "dest_port",
            "destination_port",
            "destinationport",
            "destination.port",
            "server.port",
            "s-port",
            "cs-port",
            "id_resp_p",
        ],
        "id.resp_p",
        None,
    ),
    (
        &["@timestamp", "timestamp", "_time", "event.start"],
        "ts",
        None,
    ),
    (
        &["zeek.session_id", "session_id", "network.session_id"],
        "uid",
        None,
    ),
    (
        &[
            "c-useragent",
            "c-user-agent",
            "cs-user-agent",
            "cs-useragent",
            "cs(user-agent)",
            "useragent",
            "user-agent",
            "http_user_agent",
            "user_agent.original",
            "http.user_agent",
        ],
        "user_agent",
        None,
    ),
    (
        &[
            "cs-method",
            "http_method",
            "request_method",
            "http.request.method",
        ],
        "method",
        None,
    ),
    (
        &[
            "cs-host",
            "r-dns",
            "url.domain",
            "destination.domain",
            "http.host",
            "http_host",
            "hostname",
        ],
        "host",
        Some("the Host header, with its port where it has one"),
    ),
    (
        &[
            "c-uri",
            "cs-uri",
            "c-uri-query",
            "cs-uri-query",
            "cs-uri-stem",
            "c-uri-stem",
            "url",
            "url.original",
            "url.full",
            "url.path",
            "url.query",
            "http.uri",
            "uri_path",
            "uri_query",
        ],
        "uri",
        PATH_AND_QUERY,
    ),
    (
        &[
            "cs-referer",
            "cs-referrer",
            "c-referer",
            "referer",
            "http.request.referrer",
            "http_referrer",
        ],
        "referrer",
        None,
    ),
    (
        &[
            "sc-status",
            "http.response.status_code",
            "http_status",
            "status",
        ],
        "status_code",
        None,
    ),
    (
        &["cs-cookie", "cookie", "cs(cookie)"],
        "client_header.Cookie",
        None,
    ),
    (&["cs-username", "user.name"], "username", None),
    (
        &["cs-version", "http.version"],
        "request_version",
        Some("the number alone, such as `1.1`"),
    ),
    (
        &["http.request.body.bytes", "cs-bytes"],
        "request_body_len",
        Some("the length of the body alone"),
    ),
    (
        &["http.response.body.bytes", "sc-bytes"],
        "response_body_len",
        Some("the length of the body alone"),
    ),
    (
        &[
            "http.request.body.content",
            "cs-body",
            "request_body",
            "post_data",
        ],
        "body",
        None,
    ),
    (&["http.response.body.content"], "response_body", None),
    (&["pipename", "pipe_name", "file.pipe"], "named_pipe", None),
    (
        &["interfaceuuid", "interface_uuid", "rpc.interface"],
        "uuid",
        None,
    ),
    (&["operationnum", "opnumber", "op_num"], "opnum", None),
    (
        &["sharename", "share_name", "share"],
        "path",
        Some(r"with the server's name, such as `\\\\host\C$`"),
    ),
    (
        &[
            "relativetargetname",
            "targetfilename",
            "filename",
            "file_name",
            "file.name",
            "file.path",
        ],
        "name",
        IN_THE_SHARE,
    ),
    (&["file.size"], "size", None),
];

impl Service {
    /// The service's field for what other tools call by this name.
    pub(crate) fn equivalent(self, name: &str) -> Option<Equivalent> {
        let name = name.to_ascii_lowercase();
        let has = |field: &str| self.field(field).is_some();
        let known = NAMES
            .iter()
            .filter(|(names, ..)| names.contains(&name.as_str()))
            .find(|(_, field, _)| has(field));
        known.map(|(_, field, difference)| Equivalent {
            field,
            difference: *difference,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_equivalent_is_a_field_of_some_service() {
        for (names, field, _) in NAMES {
            assert!(
                Service::all().any(|service| service.field(field).is_some()),
                "{field}"
            );
            for name in *names {
                assert_eq!(*name, name.to_ascii_lowercase());
            }
        }
    }

    #[test]
    fn names_are_those_of_the_service() {
        let field = |service: Service, name| service.equivalent(name).map(|found| found.field);
        assert_eq!(field(Service::HTTP, "c-useragent"), Some("user_agent"));
        assert_eq!(field(Service::HTTP, "SourceIp"), Some("id.orig_h"));
        assert_eq!(field(Service::DCE_RPC, "c-useragent"), None);
        assert_eq!(field(Service::DCE_RPC, "dst_port"), Some("id.resp_p"));
    }
}
