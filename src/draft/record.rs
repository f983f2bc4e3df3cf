//! Observations of the records of Zeek's logs.

use super::ephemeral::{Ephemeral, Names, reason};
use super::known;
use super::observation::{Observation, ObservedComparison, ObservedCondition};
use super::sighting::{Observer, RecordOrigin, number_of, places};
use crate::cut::anonymise::labels;
use crate::evaluation::{ColumnValue, LogRecord};
use crate::logs::Record;
use crate::registry::{Registry, ScalarType, ZeekLog, ZeekRelease};
use crate::service::FileAction;
use crate::trial::written_at;

/// Logs of what events of captures show, too. Their records make the same observations.
pub(super) const OF_EVENTS: &[&str] = &["dce_rpc", "http", "smb_files", "smb_mapping"];

/// Columns with the names of hosts, domains and users, by a part of their names.
const NAMES: &[&str] = &[
    "host",
    "user",
    "domain",
    "computer",
    "tree_name",
    "cookie",
    "client",
    "server_name",
    "query",
    "answers",
    "subject",
    "issuer",
    "password",
    "realm",
    "san.",
    "mailfrom",
    "rcptto",
    "from",
    "to",
    "cc",
    "path",
    "filename",
    "referrer",
    "origin",
    "service_name",
];

impl RecordOrigin {
    fn of(record: &Record<'_>) -> Self {
        let address = |column: &str| match LogRecord::value(record, column) {
            Some(ColumnValue::Address(address)) => Some(address),
            _ => None,
        };
        let values = record.columns().into_iter().filter_map(|name| {
            let value = ColumnValue::from(record.value(name).ok().flatten()?);
            Some((name.to_owned(), counted_value(name, value)?))
        });
        Self {
            time: written_at(record),
            originator: address("id.orig_h"),
            responder: address("id.resp_h"),
            values: values.collect(),
        }
    }
}

/// A number that stands for a value of which it can say something that there are many: a name, a text, who or what was connected to.
fn counted_value(name: &str, value: ColumnValue) -> Option<u64> {
    let is_of_connection = name.starts_with('_') || name.starts_with("id.orig") || is_id(name);
    match value {
        _ if is_of_connection => None,
        ColumnValue::Text(readings) => readings.first().map(number_of),
        ColumnValue::Address(address) => Some(number_of(&address)),
        ColumnValue::Port(_) if name != "id.resp_p" => None,
        ColumnValue::Port(port) => Some(number_of(&port)),
        _ => None,
    }
}

impl Observer<'_> {
    /// Takes a record.
    pub(super) fn record(&mut self, record: &Record<'_>) {
        let log = record.log();
        let origin = RecordOrigin::of(record);
        if OF_EVENTS.contains(&log) {
            self.record_of_events(record, origin);
            return;
        }
        let known = ZeekLog::named(log);
        let mut conditions = Vec::new();
        conditions.extend(places(origin.originator, origin.responder));
        let mut columns: Vec<&str> = record.columns();
        // JSON leaves out what is not set.
        for name in known.into_iter().flat_map(optional_columns) {
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
        for name in columns {
            // Such as `_path`: what whoever wrote the log says of it.
            if name.starts_with('_') {
                continue;
            }
            let column = known.and_then(|known| known.column(name));
            // A site's own logs and columns have the types of their values.
            let element = column.map(|column| column.column_type.element());
            let Some(element) = element.or_else(|| type_of(record, name)) else {
                continue;
            };
            match record.value(name) {
                Ok(Some(value)) => {
                    conditions.push(ObservedCondition::present(name));
                    self.column(
                        log,
                        name,
                        element,
                        ColumnValue::from(value),
                        &mut conditions,
                    );
                }
                Ok(None) => {
                    conditions.push(ObservedCondition::missing(name));
                    // What is not set is none of what is excluded.
                    conditions.extend(excluded(log, name, None));
                }
                Err(_) => {}
            }
        }
        conditions.extend(compared(record));
        if let Some(wanted) = &self.wanted {
            conditions.retain(|it| it.is_of_kind() || wanted.contains(it));
        }
        conditions.sort();
        conditions.dedup();
        if let Some(each) = &mut self.each_record {
            each(log, &conditions);
        }
        for observation in observations(log, &conditions) {
            self.saw_record(&origin, observation);
        }
    }

    /// What a rule could ask of a column.
    fn column(
        &mut self,
        log: &str,
        name: &str,
        element: ScalarType,
        value: ColumnValue,
        conditions: &mut Vec<ObservedCondition>,
    ) {
        match value {
            // What counts says whether there was any.
            ColumnValue::Count(1..) if element == ScalarType::Count => {
                conditions.push(ObservedCondition::new(
                    name,
                    ObservedComparison::MoreThan,
                    "0",
                ));
            }
            // Servers have the ports of their services.
            ColumnValue::Port(port) if name == "id.resp_p" => {
                conditions.push(ObservedCondition::equals(name, port.to_string()));
                return;
            }
            _ => {}
        }
        let unfit = of_type(name, element);
        if let Some(reason) = unfit {
            self.left_out.add(name, reason);
        }
        for text in texts(value) {
            conditions.extend(known::conditions(log, None, name, &text));
            if name == "service" {
                // The services of a connection, one after another.
                let parts = text.split(',').filter(|part| part.len() < text.len());
                let parts = parts.filter(|part| reason(part, &Names::default()).is_none());
                conditions.extend(
                    parts.map(|it| ObservedCondition::new(name, ObservedComparison::Contains, it)),
                );
            }
            conditions.extend(excluded(log, name, Some(&text)));
            if name == "server_dns_computer_name" && text.contains('.') {
                // The host is in a domain.
                conditions.push(ObservedCondition::new(
                    name,
                    ObservedComparison::Contains,
                    ".",
                ));
            }
            if name == "service"
                && let Some((kind, _)) = text.split_once('/')
            {
                let kind = format!("{kind}/");
                conditions.push(ObservedCondition::new(
                    name,
                    ObservedComparison::StartsWith,
                    kind,
                ));
            }
            let unfit = unfit.or_else(|| of_text(name, &text));
            match unfit.or_else(|| reason(&text, &Names::default())) {
                Some(Ephemeral::Name) if unfit.is_some() && !known::is_of_log(log, &text) => {
                    self.told(&text);
                }
                _ if unfit.is_some() => {}
                // What a protocol calls things can be short.
                None | Some(Ephemeral::Short | Ephemeral::Number) if !text.is_empty() => {
                    conditions.push(ObservedCondition::equals(name, text));
                }
                None => {}
                Some(reason) => self.left_out.add(name, reason),
            }
        }
    }

    /// Takes a name that a record tells.
    fn told(&mut self, name: &str) {
        labels(name).iter().for_each(|label| self.names.add(label));
    }

    /// Takes a record of a log whose service has events of its own.
    fn record_of_events(&mut self, record: &Record<'_>, origin: RecordOrigin) {
        let text = |column: &str| {
            let value = record.value(column).ok().flatten()?;
            texts(ColumnValue::from(value)).into_iter().next()
        };
        match record.log() {
            "dce_rpc" => {
                if let (Some(endpoint), Some(operation)) = (text("endpoint"), text("operation")) {
                    let named = Registry::get().operations_named(&operation);
                    let named = named.filter(|known| known.endpoint == endpoint);
                    for known in named {
                        self.saw_record_of_event(
                            &origin,
                            Observation::of_call(known.uuid, known.opnum),
                        );
                    }
                }
            }
            "http" => {
                let Some(method) = text("method") else { return };
                if let Some(host) = text("host") {
                    self.told(&host);
                }
                let method = Observation::new("http", ObservedCondition::equals("method", method));
                self.saw_record_of_event(&origin, method.clone());
                for condition in text("uri").map_or_else(Vec::new, |uri| self.uri(&uri)) {
                    self.saw_record_of_event(&origin, Observation::new("http", condition.clone()));
                    self.saw_record_of_event(&origin, method.and(condition));
                }
                for (field, value) in [("host", text("host")), ("user_agent", text("user_agent"))] {
                    if value.is_none() {
                        self.saw_record_of_event(
                            &origin,
                            method.and(ObservedCondition::missing(field)),
                        );
                    }
                }
                if let Some(agent) = text("user_agent") {
                    for condition in self.header(true, "user-agent", &agent) {
                        self.saw_record_of_event(&origin, Observation::new("http", condition));
                    }
                }
            }
            "smb_files" => {
                let action = text("action");
                let Some(action) =
                    FileAction::all().find(|known| Some(known.name()) == action.as_deref())
                else {
                    return;
                };
                self.file_action(action, text("path").as_deref(), text("name").as_deref())
                    .into_iter()
                    .for_each(|observation| self.saw_record_of_event(&origin, observation));
            }
            _ => {
                if let Some(condition) = text("path").and_then(|path| self.share(&path)) {
                    self.saw_record_of_event(&origin, Observation::new("smb_mapping", condition));
                }
            }
        }
    }
}

/// Columns of which it says something that they are the same, or are not: who logs in with whose account, and who signed what.
const COMPARED: &[(&str, &str, &str)] = &[
    ("ntlm", "domainname", "hostname"),
    ("ssl", "subject", "issuer"),
    ("x509", "certificate.subject", "certificate.issuer"),
];

/// Whether columns have the same text, where both are set.
fn compared(record: &Record<'_>) -> impl Iterator<Item = ObservedCondition> {
    let log = record.log();
    let pairs = COMPARED.iter().filter(move |(of, ..)| *of == log);
    pairs.map(|(_, first, second)| {
        let text = |name: &str| {
            let value = record.value(name).ok().flatten()?;
            texts(ColumnValue::from(value)).into_iter().next()
        };
        let is_same = text(first).is_some_and(|own| text(second) == Some(own));
        let condition = ObservedCondition::new(*first, ObservedComparison::EqualsField, *second);
        if is_same {
            condition
        } else {
            condition.negated()
        }
    })
}

/// What a column's text is not, though a rule might exclude it: the known text of its kind, and no user's name.
fn excluded(log: &str, name: &str, text: Option<&str>) -> Vec<ObservedCondition> {
    let mut excluded = known::others(log, name, text.unwrap_or_default());
    if name == "username" && text != Some("") {
        excluded.push(ObservedCondition::equals(name, "").negated());
    }
    excluded
}

/// Columns that every release writes, where there is something to write.
fn optional_columns(log: &ZeekLog) -> impl Iterator<Item = &'static str> {
    let columns = log.columns.iter().filter(|column| {
        let is_of_all = column.since == ZeekRelease::V7_0 && column.until.is_none();
        is_of_all && column.is_optional && column.script.is_none()
    });
    columns.map(|column| column.name)
}

/// The longest text that is one of few, in characters.
const LONGEST_OF_FEW: usize = 32;
/// How many conditions of a record are paired.
const MAX_PAIRED: usize = 16;

/// What rules could ask of a record: one condition, or two of those on what has few values.
fn observations(log: &str, conditions: &[ObservedCondition]) -> Vec<Observation> {
    let of_one = |condition: &ObservedCondition| Observation::new(log, condition.clone());
    let of_few = |condition: &&ObservedCondition| condition.value.len() <= LONGEST_OF_FEW;
    let mut observations: Vec<Observation> = conditions.iter().map(of_one).collect();
    let (plain, special): (Vec<&ObservedCondition>, Vec<_>) = conditions
        .iter()
        .partition(|it| it.is_plain() && !it.is_of_kind());
    let paired: Vec<&ObservedCondition> =
        plain.into_iter().filter(of_few).take(MAX_PAIRED).collect();
    for (number, first) in paired.iter().enumerate() {
        let others = paired[number + 1..].iter();
        let others = others.filter(|second| second.field != first.field);
        observations.extend(others.map(|second| {
            // What others can stand in for comes last.
            let is_known = known::of(&of_one(first)).next().is_some();
            let (general, last) = if is_known {
                (second, first)
            } else {
                (first, second)
            };
            of_one(general).and((*last).clone())
        }));
        // Where hosts are, and what is not there, says something of what is there.
        let is_of_presence = |it: &ObservedCondition| {
            it.comparison == ObservedComparison::Exists && !it.is_of_absence()
        };
        let special = special.iter().filter(|it| !is_of_presence(it));
        let special = special
            .filter(|it| it.field != first.field)
            .take(MAX_PAIRED);
        observations.extend(special.map(|last| of_one(first).and((*last).clone())));
    }
    observations
}

/// Why no value of a column is any use; `None` where some are.
fn of_type(name: &str, element: ScalarType) -> Option<Ephemeral> {
    let is_id = is_id(name);
    let name = name.to_lowercase();
    let is_hash = ["md5", "sha1", "sha256", "hash", "fingerprint", "serial"]
        .iter()
        .any(|word| name.contains(word));
    match element {
        ScalarType::Addr | ScalarType::Subnet => Some(Ephemeral::Address),
        ScalarType::Time => Some(Ephemeral::Time),
        ScalarType::Port | ScalarType::Double | ScalarType::Interval => Some(Ephemeral::Number),
        _ if is_id || is_hash => Some(Ephemeral::Identifier),
        // Codes are names of something; other numbers count.
        ScalarType::Count | ScalarType::Int if !name.contains("code") && !name.contains("type") => {
            Some(Ephemeral::Number)
        }
        ScalarType::String if NAMES.iter().any(|part| name.contains(part)) => Some(Ephemeral::Name),
        _ => None,
    }
}

/// Why a text of a column is no use, whatever others are.
fn of_text(name: &str, text: &str) -> Option<Ephemeral> {
    /// A number that has so many digits is a port, a size or an identifier.
    const LONG: usize = 4;
    // Services of Kerberos are on a host: HTTP/host.
    let is_principal = name == "service" && text.contains(['/', '@']);
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    if is_principal {
        Some(Ephemeral::Name)
    } else if text.contains(' ') && numbers.any(|number| number.len() >= LONG) {
        Some(Ephemeral::Number)
    } else {
        None
    }
}

fn is_id(name: &str) -> bool {
    let name = name.to_lowercase();
    name.ends_with("uids") || name.ends_with("id")
}

/// The type of a record's value, or of its elements.
fn type_of(record: &Record<'_>, name: &str) -> Option<ScalarType> {
    let mut value = ColumnValue::from(record.value(name).ok()??);
    while let ColumnValue::Several(values) = value {
        value = values.into_iter().next()?;
    }
    Some(match value {
        ColumnValue::Count(_) => ScalarType::Count,
        ColumnValue::Int(_) => ScalarType::Int,
        ColumnValue::Double(_) => ScalarType::Double,
        ColumnValue::Bool(_) => ScalarType::Bool,
        ColumnValue::Interval(_) => ScalarType::Interval,
        ColumnValue::Time(_) => ScalarType::Time,
        ColumnValue::Address(_) => ScalarType::Addr,
        ColumnValue::Port(_) => ScalarType::Port,
        ColumnValue::Text(_) | ColumnValue::Several(_) => ScalarType::String,
    })
}

/// The texts of a value.
fn texts(value: ColumnValue) -> Vec<String> {
    match value {
        ColumnValue::Text(readings) => {
            let reading = readings.into_iter().next();
            let text = reading.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            text.into_iter().collect()
        }
        ColumnValue::Bool(value) => vec![value.to_string()],
        ColumnValue::Count(number) => vec![number.to_string()],
        ColumnValue::Int(number) => vec![number.to_string()],
        ColumnValue::Several(values) => values.into_iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
