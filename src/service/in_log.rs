//! What of a service's fields its log has.

use super::{Access, Field, FieldKind, Service};
use crate::registry::ZeekLog;

/// Where a log has what a field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InLog {
    /// In a column.
    Column(&'static str),
    /// It follows from other columns, as the query of a URI does.
    Derived(&'static [&'static str]),
    /// Only the wire has it.
    Nowhere,
}

/// Headers that `http.log` has columns for.
const HEADER_COLUMNS: &[(&str, &str)] = &[
    ("HOST", "host"),
    ("ORIGIN", "origin"),
    ("REFERER", "referrer"),
    ("USER-AGENT", "user_agent"),
];

impl Service {
    /// Where the service's log has what a field says.
    pub fn in_log(self, field: &Field) -> InLog {
        if self.log().is_some() {
            return match self.field_spec(&field.name) {
                Some(spec) => InLog::Column(spec.name),
                None => InLog::Nowhere,
            };
        }
        if let Access::Header { client: true, name } = &field.access {
            let mut columns = HEADER_COLUMNS.iter();
            let found = columns.find(|(header, _)| header == name);
            return found.map_or(InLog::Nowhere, |(_, column)| InLog::Column(column));
        }
        if field.kind == FieldKind::Identity {
            return InLog::Derived(&["endpoint", "operation"]);
        }
        let column = ZeekLog::named(self.name()).and_then(|log| log.column(&field.name));
        match (column, field.name.as_str()) {
            (Some(column), _) => InLog::Column(column.name),
            (None, "uri_stem" | "uri_query" | "uri_extension") => InLog::Derived(&["uri"]),
            (None, "url") => InLog::Derived(&["method", "host", "uri"]),
            (None, "host_address") => InLog::Derived(&["host"]),
            (None, _) => InLog::Nowhere,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn logs_have_what_zeek_writes_of_a_field() {
        let place = |service: Service, name: &str| service.in_log(&service.field(name).unwrap());
        let dns = Service::named("dns").unwrap();
        assert_eq!(place(dns, "query"), InLog::Column("query"));
        assert_eq!(place(Service::HTTP, "uri"), InLog::Column("uri"));
        assert_eq!(place(Service::HTTP, "uri_query"), InLog::Derived(&["uri"]));
        assert_eq!(
            place(Service::HTTP, "client_header.user-agent"),
            InLog::Column("user_agent")
        );
        for wire in [
            "body",
            "original_uri",
            "client_header.x",
            "server_header.host",
        ] {
            assert_eq!(place(Service::HTTP, wire), InLog::Nowhere, "{wire}");
        }
        assert_eq!(place(Service::DCE_RPC, "stub"), InLog::Nowhere);
        assert_eq!(
            place(Service::DCE_RPC, "opnum"),
            InLog::Derived(&["endpoint", "operation"])
        );
    }
}
