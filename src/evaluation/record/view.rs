//! A record, as a rule sees it.

use std::cell::OnceCell;
use std::net::IpAddr;

use super::super::attempt::AttemptSubject;
use super::super::uri;
use super::super::value::{Activity, FieldValue, Slot};
use super::{ColumnValue, LogRecord};
use crate::event::ConnectionId;
use crate::plan::RulePlan;
use crate::predicate::identity::IdentityTest;
use crate::registry::{InterfaceUuid, Registry};
use crate::service::{OriginPart, Phase, Service};

/// A record, as a rule sees it. Each column is read when it is first asked for.
pub(super) struct RecordView<'a> {
    service: Service,
    record: &'a dyn LogRecord,
    columns: &'a [String],
    values: Vec<OnceCell<Option<ColumnValue>>>,
    connection: OnceCell<Option<ConnectionId>>,
    operations: OnceCell<Vec<(InterfaceUuid, u16)>>,
    urls: OnceCell<Vec<Vec<u8>>>,
}

impl<'a> RecordView<'a> {
    /// A view of a record, of which no other columns are asked for than `columns`.
    pub(super) fn new(service: Service, columns: &'a [String], record: &'a dyn LogRecord) -> Self {
        Self {
            service,
            record,
            values: columns.iter().map(|_| OnceCell::new()).collect(),
            columns,
            connection: OnceCell::new(),
            operations: OnceCell::new(),
            urls: OnceCell::new(),
        }
    }

    fn column(&self, name: &str) -> Option<&ColumnValue> {
        let index = self.columns.iter().position(|column| column == name)?;
        let value = self.values.get(index)?;
        value.get_or_init(|| self.record.value(name)).as_ref()
    }

    fn texts(&self, column: &str) -> Vec<&[u8]> {
        match self.column(column) {
            Some(ColumnValue::Text(readings)) => readings.iter().map(Vec::as_slice).collect(),
            _ => Vec::new(),
        }
    }

    /// What a column has, or nothing.
    fn text(&self, column: &str) -> &[u8] {
        match self.column(column) {
            Some(ColumnValue::Text(readings)) => readings.first().map_or(&[], Vec::as_slice),
            _ => &[],
        }
    }

    /// A part of the URI, which `part` finds in what it can have been.
    fn of_uri<'s>(&'s self, part: impl Fn(&'s [u8]) -> Option<&'s [u8]>) -> Option<FieldValue<'s>> {
        let parts: Vec<_> = self.texts("uri").into_iter().filter_map(part).collect();
        (!parts.is_empty()).then_some(FieldValue::Readings(parts))
    }

    fn urls(&self) -> &[Vec<u8>] {
        self.urls.get_or_init(|| {
            let is_tunnel = self.text("method") == b"CONNECT";
            let host = self.texts("host").into_iter().next();
            let urls = self.texts("uri").into_iter().filter_map(|uri| {
                if is_tunnel || uri::is_whole(uri) {
                    return Some(uri.to_vec());
                }
                Some([b"http://", host?, uri].concat())
            });
            urls.collect()
        })
    }

    fn origin(&self, part: OriginPart) -> Option<&ColumnValue> {
        self.column(&self.service.origin(part)?.name)
    }

    fn address(&self, part: OriginPart) -> Option<IpAddr> {
        match self.origin(part)? {
            ColumnValue::Address(address) => Some(*address),
            _ => None,
        }
    }

    fn port(&self, column: &str) -> Option<u16> {
        match self.column(column)? {
            ColumnValue::Port(port) => Some(*port),
            _ => None,
        }
    }

    /// Whether the record is of what a rule takes: a record of `http.log` has no method where the request was not seen, and a rule
    /// that looks at the request is not tried then.
    pub(super) fn is_seen_by(&self, plan: &RulePlan<'_>) -> bool {
        self.service != Service::HTTP
            || self.column("method").is_some()
            || plan.stages.iter().all(|stage| stage.phase >= Phase::Reply)
    }

    /// The operations that some release of Zeek prints like this.
    fn operations(&self) -> &[(InterfaceUuid, u16)] {
        self.operations.get_or_init(|| {
            let name = |column| String::from_utf8_lossy(self.text(column)).into_owned();
            operations(&name("endpoint"), &name("operation"))
        })
    }

    fn id(&self, part: OriginPart) -> Option<Vec<u8>> {
        let value = self.origin(part)?;
        Some(value.as_value().text().into_owned())
    }
}

/// The operations that some release of Zeek prints like this.
fn operations(endpoint: &str, operation: &str) -> Vec<(InterfaceUuid, u16)> {
    const UNKNOWN: &str = "unknown-";
    let registry = Registry::get();
    let interfaces: Vec<InterfaceUuid> = match endpoint.strip_prefix(UNKNOWN) {
        Some(uuid) => uuid.parse().ok().into_iter().collect(),
        None => {
            let named = registry.interfaces_named(endpoint);
            named.map(|interface| interface.uuid).collect()
        }
    };
    if let Some(opnum) = operation.strip_prefix(UNKNOWN) {
        let Ok(opnum) = opnum.parse() else {
            return Vec::new();
        };
        return interfaces.into_iter().map(|uuid| (uuid, opnum)).collect();
    }
    let named = registry.operations_named(operation);
    let printed = named.filter(|named| interfaces.contains(&named.uuid));
    printed.map(|named| (named.uuid, named.opnum)).collect()
}

impl Activity for RecordView<'_> {
    fn value(&self, slot: &Slot) -> Option<FieldValue<'_>> {
        match slot {
            Slot::Column(name) => self.column(name).map(ColumnValue::as_value),
            Slot::UriStem => self.of_uri(|uri| Some(uri::stem(uri))),
            Slot::UriQuery => self.of_uri(uri::query),
            Slot::UriExtension => self.of_uri(uri::extension),
            Slot::Url => match self.urls() {
                [] => None,
                urls => Some(FieldValue::Readings(
                    urls.iter().map(Vec::as_slice).collect(),
                )),
            },
            Slot::HostAddress => {
                let mut hosts = self.texts("host").into_iter();
                hosts.find_map(uri::host_address).map(FieldValue::Address)
            }
            _ => None,
        }
    }

    fn identity(&self) -> Option<(Option<InterfaceUuid>, u16)> {
        let (uuid, opnum) = self.operations().first()?;
        Some((Some(*uuid), *opnum))
    }

    fn is(&self, test: &IdentityTest) -> bool {
        let mut operations = self.operations().iter();
        operations.any(|(uuid, opnum)| test.holds(*uuid, *opnum))
    }

    fn connection(&self) -> Option<&ConnectionId> {
        let read = || {
            Some(ConnectionId {
                orig_h: self.address(OriginPart::Originator)?,
                orig_p: self.port("id.orig_p")?,
                resp_h: self.address(OriginPart::Responder)?,
                resp_p: self.port("id.resp_p")?,
                ordinal: 0,
            })
        };
        self.connection.get_or_init(read).as_ref()
    }

    fn seen(&self) -> AttemptSubject {
        self.record
            .line()
            .map_or(AttemptSubject::SomeRecord, AttemptSubject::Record)
    }

    fn ends(&self) -> (Option<IpAddr>, Option<IpAddr>) {
        let [originator, responder] = [OriginPart::Originator, OriginPart::Responder];
        (self.address(originator), self.address(responder))
    }

    fn ids(&self) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
        (self.id(OriginPart::Uid), self.id(OriginPart::Fuid))
    }

    /// What makes two notices equal where the rule does not say it: the addresses, or else what the record has.
    fn usual_identifier(&self, observed: &[u8]) -> Vec<u8> {
        match self.ends() {
            (Some(originator), Some(responder)) => format!("{originator} {responder}").into_bytes(),
            (Some(originator), None) => originator.to_string().into_bytes(),
            (None, _) => match self.id(OriginPart::Fuid) {
                Some(fuid) => fuid,
                None => observed.to_vec(),
            },
        }
    }

    /// What the service's notices say was seen.
    fn observed(&self) -> Vec<u8> {
        let or_unset = |text: &[u8]| match text {
            b"" => b"-".to_vec(),
            text => text.to_vec(),
        };
        match self.service.name() {
            "http" => [or_unset(self.text("method")), or_unset(self.text("uri"))].join(&b' '),
            "dce_rpc" => [self.text("endpoint"), self.text("operation")].join(&b"::"[..]),
            "smb_files" => {
                let (path, name) = (self.text("path"), self.text("name"));
                let separated = path.is_empty() || name.is_empty() || name.starts_with(b"\\");
                let separator: &[u8] = if separated { b"" } else { b"\\" };
                [self.text("action"), b" ", path, separator, name].concat()
            }
            "smb_mapping" => [b"SMB::TREE_CONNECT ", self.text("path")].concat(),
            "smb_cmd" => {
                let mut parts = vec![self.text("version"), self.text("command")];
                let sub_command = self.text("sub_command");
                parts.extend((!sub_command.is_empty()).then_some(sub_command));
                parts.join(&b' ')
            }
            name => name.as_bytes().to_vec(),
        }
    }
}

/// The columns that a service's notices are made of beside those that its rules ask for.
pub(super) fn told_columns(service: Service) -> Vec<&'static str> {
    let mut columns = vec!["ts", "id.orig_p", "id.resp_p"];
    columns.extend_from_slice(match service.name() {
        "http" => &["method", "uri", "host"],
        "dce_rpc" => &["endpoint", "operation"],
        "smb_files" => &["action", "path", "name"],
        "smb_mapping" => &["path"],
        "smb_cmd" => &["version", "command", "sub_command"],
        _ => &[],
    });
    columns
}
