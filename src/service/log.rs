//! Zeek's logs as services: a record is one event, and its columns are the fields.
//!
//! What there is comes from `data/zeek-logs.tsv`, so that a log which needs no code of its own is rows of that table.

use std::sync::LazyLock;

use super::phase::{LOGGED, Phase, PhaseSpec};
use super::spec::{
    FieldSpec, FoundBy, Hooking, LogSpec, Member, Raising, Releases, ServiceSpec, Unfound, Words,
    ZeekSpec,
};
use super::{Field, FieldKind, Service, ZeekRecord};
use crate::registry::{ColumnType, LogColumn, ScalarType, ZeekLog, ZeekRelease};

/// Every log of the table that is no wire service.
pub(super) fn all() -> &'static [ServiceSpec] {
    static LOGS: LazyLock<Vec<ServiceSpec>> = LazyLock::new(|| {
        let logs = ZeekLog::all().iter();
        let plain = logs.filter(|log| {
            let mut wire = Service::WIRE.iter();
            wire.all(|service| service.name() != log.name)
        });
        plain.map(spec).collect()
    });
    &LOGS
}

/// A log as it is declared: by Zeek's table, or by a pack.
#[derive(Debug)]
pub struct Declaration {
    /// The name in rules.
    pub name: &'static str,
    /// The stream, such as `DNS::LOG`.
    pub stream: &'static str,
    /// The record, such as `DNS::Info`.
    pub record: &'static str,
    /// The script that brings it, where Zeek does not load it by itself.
    pub script: Option<&'static str>,
    /// The releases of Zeek that have it.
    pub releases: Releases,
    /// Its columns.
    pub fields: Vec<FieldSpec>,
}

impl Declaration {
    /// The log as a service.
    pub fn spec(mut self) -> ServiceSpec {
        self.fields.sort_by_key(|field| place(field.name));
        let record = self.record;
        ServiceSpec {
            name: self.name,
            phases: PHASES,
            fields: self.fields.leak(),
            open_fields: &[],
            raising: Raising {
                usual: Phase::Logged,
                answered: Phase::Logged,
            },
            hooking: Hooking::Last,
            found_by: FoundBy::Nothing,
            unfound: if FREQUENT.contains(&self.name) {
                Unfound::Warns {
                    message: format!("rule is tested at every record of {}.log", self.name).leak(),
                    help: "add a text that a column must match, or an address or a port that it must be, to each of its alternatives",
                }
            } else {
                Unfound::IsFine
            },
            zeek: ZeekSpec {
                parameters: format!("info: {record}").leak(),
                state: "info",
                observed: "",
            },
            words: Words {
                one: format!("a record of {}.log", self.name).leak(),
                unseen: format!("no record of {}.log was seen", self.name).leak(),
            },
            log: Some(LogSpec {
                stream: self.stream,
                record,
                script: self.script,
                releases: self.releases,
            }),
        }
    }
}

/// Logs that have a record for much of what is seen.
const FREQUENT: &[&str] = &["conn", "dns", "files", "ssl", "x509"];

const PHASES: &[PhaseSpec] = &[LOGGED];

fn spec(log: &'static ZeekLog) -> ServiceSpec {
    let script = log.script();
    let mut fields: Vec<FieldSpec> = Vec::new();
    for column in &log.columns {
        // The newest release's column stands for those of earlier ones.
        let known = fields.last_mut().filter(|last| last.name == column.name);
        let mut field = field(log.name, column, script);
        match known {
            Some(known) => {
                if known.kind == field.kind {
                    field.releases.since = known.releases.since;
                }
                *known = field;
            }
            None => fields.push(field),
        }
    }
    Declaration {
        name: log.name,
        stream: log.stream,
        record: log.record,
        script,
        releases: Releases {
            since: log.since().unwrap_or(ZeekRelease::ALL[0]),
            until: log.until(),
        },
        fields,
    }
    .spec()
}

fn field(log: &str, column: &LogColumn, script: Option<&'static str>) -> FieldSpec {
    let mut field = logged(
        log,
        column.name,
        FieldKind::from(column.column_type),
        column.is_optional,
        column.meaning,
    );
    field.releases = Releases {
        since: column.since,
        until: column.until,
    };
    field.script = column.script.filter(|own| Some(*own) != script);
    // A keyword asks for no release and no script.
    field.keyword &= column.since == ZeekRelease::V7_0 && field.script.is_none();
    field
}

/// A column of a log as a field.
pub fn logged(
    log: &str,
    name: &'static str,
    kind: FieldKind,
    optional: bool,
    meaning: &'static str,
) -> FieldSpec {
    let member = Member {
        record: ZeekRecord::Logged,
        // A column of a record within the record has dots in its name.
        name: name.replace('.', "$").leak(),
        optional,
    };
    let meaning = if meaning.is_empty() { name } else { meaning };
    let mut field = FieldSpec::new(name, kind, Phase::Logged, member, meaning);
    field.keyword = is_keyword(name, kind);
    field.rank = rank(log, name, kind);
    field
}

/// Keywords are sought in what is text, but not in the ids that Zeek makes up.
fn is_keyword(name: &str, kind: FieldKind) -> bool {
    let made_up = ["uid", "uids", "fuid", "fuids", "peer"].contains(&name);
    matches!(
        kind,
        FieldKind::Text | FieldKind::Texts | FieldKind::TextSet
    ) && !made_up
}

/// Texts that tell more pick rules better than those that are much the same in all records.
fn rank(log: &str, name: &str, kind: FieldKind) -> Option<u8> {
    const TELLING: &[&str] = &[
        "query",
        "server_name",
        "name",
        "filename",
        "user_agent",
        "uri",
        "subject",
        "certificate.subject",
        "object",
        "user",
        "note",
    ];
    match kind {
        // conn.log's few texts have few values.
        FieldKind::Text | FieldKind::Enum if log == "conn" => Some(20),
        FieldKind::Text | FieldKind::Enum => {
            let place = TELLING.iter().position(|telling| *telling == name);
            let place = place.and_then(|place| u8::try_from(place).ok());
            Some(place.unwrap_or(if kind == FieldKind::Text { 20 } else { 30 }))
        }
        _ => None,
    }
}

/// Where a column stands when they are listed: first what says when and between whom.
fn place(name: &'static str) -> (usize, &'static str) {
    const FIRST: &[&str] = &[
        "ts",
        "uid",
        "id.orig_h",
        "id.orig_p",
        "id.resp_h",
        "id.resp_p",
    ];
    let first = FIRST.iter().position(|first| *first == name);
    (first.unwrap_or(FIRST.len()), name)
}

impl From<ColumnType> for FieldKind {
    fn from(column: ColumnType) -> Self {
        match column {
            ColumnType::Single(scalar) => Self::from(scalar),
            ColumnType::Vector(ScalarType::String) => Self::Texts,
            ColumnType::Set(ScalarType::String) => Self::TextSet,
            ColumnType::Vector(scalar) => Self::Vector(scalar),
            ColumnType::Set(scalar) => Self::Set(scalar),
        }
    }
}

impl From<ScalarType> for FieldKind {
    fn from(scalar: ScalarType) -> Self {
        match scalar {
            ScalarType::Addr => Self::Address,
            ScalarType::Bool => Self::Bool,
            ScalarType::Count => Self::Count,
            ScalarType::Double => Self::Double,
            ScalarType::Enum => Self::Enum,
            ScalarType::Int => Self::Int,
            ScalarType::Interval => Self::Interval,
            ScalarType::Port => Self::Port,
            ScalarType::String => Self::Text,
            ScalarType::Subnet => Self::Subnet,
            ScalarType::Time => Self::Time,
        }
    }
}

/// What a log's record says of where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OriginPart {
    /// The connection's unique id.
    Uid,
    /// The file's.
    Fuid,
    /// The originator's address, or that of the host that the record is about.
    Originator,
    /// The responder's address.
    Responder,
}

impl OriginPart {
    /// Every part.
    pub const ALL: [Self; 4] = [Self::Uid, Self::Fuid, Self::Originator, Self::Responder];

    /// Its name in generated scripts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uid => "uid",
            Self::Fuid => "fuid",
            Self::Originator => "originator",
            Self::Responder => "responder",
        }
    }

    /// The columns that have it in some log, the best first.
    fn columns(self) -> (FieldKind, &'static [&'static str]) {
        match self {
            Self::Uid => (FieldKind::Text, &["uid"]),
            Self::Fuid => (FieldKind::Text, &["fuid"]),
            Self::Originator => (
                FieldKind::Address,
                &["id.orig_h", "host", "client_addr", "src", "orig_h"],
            ),
            Self::Responder => (
                FieldKind::Address,
                &["id.resp_h", "server_addr", "dst", "resp_h"],
            ),
        }
    }
}

impl Service {
    /// The column that has a part of where a log's record comes from.
    pub fn origin(self, part: OriginPart) -> Option<Field> {
        let (kind, columns) = part.columns();
        let mut fields = columns.iter().filter_map(|name| self.field(name));
        fields.find(|field| field.kind == kind)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn logs_have_the_columns_of_the_table() {
        let dns = Service::named("dns").unwrap();
        assert_eq!(dns.spec().log.unwrap().stream, "DNS::LOG");
        let query = dns.field("query").unwrap();
        assert_eq!((query.kind, query.phase), (FieldKind::Text, Phase::Logged));
        let ttls = dns.field("TTLs").unwrap();
        assert_eq!(ttls.kind, FieldKind::Vector(ScalarType::Interval));
        assert_eq!(dns.field("answers").unwrap().kind, FieldKind::Texts);
        assert_eq!(dns.field("rejected").unwrap().kind, FieldKind::Bool);
        assert_eq!(dns.field("nothing"), None);
        assert_eq!(dns.first_phase(), Phase::Logged);
    }

    #[test]
    fn a_wire_service_goes_before_the_log_of_its_name() {
        let http = Service::all().filter(|service| service.name() == "http");
        assert_eq!(http.count(), 1);
        assert!(Service::HTTP.spec().log.is_none());
    }

    #[test]
    fn every_field_has_a_meaning_and_a_name_of_its_own() {
        for service in Service::all() {
            let names: std::collections::BTreeSet<&str> =
                service.fields().map(|field| field.name).collect();
            assert_eq!(names.len(), service.fields().count(), "{}", service.name());
            for name in service.field_names() {
                let meaning = service.meaning(name);
                assert!(meaning.is_some_and(|text| !text.is_empty()), "{name}");
            }
        }
    }
}
