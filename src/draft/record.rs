//! Observations of the records of Zeek's logs.

use super::ephemeral::{Ephemeral, Names, reason};
use super::observation::{Condition, Observation};
use super::sighting::{Observer, Origin};
use crate::cut::anonymise::labels;
use crate::evaluation::{ColumnValue, LogRecord};
use crate::logs::Record;
use crate::registry::{Registry, ScalarType, ZeekLog};
use crate::service::FileAction;
use crate::trial::written_at;

/// Logs of what events of captures show, too. Their records make the same observations.
const OF_EVENTS: &[&str] = &["dce_rpc", "http", "smb_files", "smb_mapping"];

/// Columns with the names of hosts, domains and users, by a part of their names.
const NAMES: &[&str] = &[
    "host",
    "user",
    "domain",
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

impl Origin {
    fn of(record: &dyn LogRecord) -> Self {
        Self {
            time: written_at(record),
            originator: match record.value("id.orig_h") {
                Some(ColumnValue::Address(address)) => Some(address),
                _ => None,
            },
        }
    }
}

impl Observer<'_> {
    /// Takes a record.
    pub(super) fn record(&mut self, record: &Record<'_>) {
        let log = record.log();
        let origin = Origin::of(record);
        if OF_EVENTS.contains(&log) {
            self.record_of_events(record, origin);
            return;
        }
        let known = ZeekLog::named(log);
        for name in record.columns() {
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
            if let Some(reason) = of_type(name, element) {
                self.left_out.add(name, reason);
                if reason == Ephemeral::Name
                    && let Ok(Some(value)) = record.value(name)
                {
                    for text in texts(ColumnValue::from(value)) {
                        self.told(&text);
                    }
                }
                continue;
            }
            let Ok(Some(value)) = record.value(name) else {
                continue;
            };
            for text in texts(ColumnValue::from(value)) {
                match reason(&text, &Names::default()) {
                    // What a protocol calls things can be short.
                    None | Some(Ephemeral::Short | Ephemeral::Number) if !text.is_empty() => {
                        self.saw_record(
                            origin,
                            Observation::new(log, Condition::equals(name, text)),
                        );
                    }
                    None => {}
                    Some(reason) => self.left_out.add(name, reason),
                }
            }
        }
    }

    /// Takes a name that a record tells.
    fn told(&mut self, name: &str) {
        labels(name).iter().for_each(|label| self.names.add(label));
    }

    /// Takes a record of a log whose service has events of its own.
    fn record_of_events(&mut self, record: &Record<'_>, origin: Origin) {
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
                        self.saw_record(origin, Observation::of_call(known.uuid, known.opnum));
                    }
                }
            }
            "http" => {
                let Some(method) = text("method") else { return };
                if let Some(host) = text("host") {
                    self.told(&host);
                }
                let method = Observation::new("http", Condition::equals("method", method));
                self.saw_record(origin, method.clone());
                for condition in text("uri").map_or_else(Vec::new, |uri| self.uri(&uri)) {
                    self.saw_record(origin, Observation::new("http", condition.clone()));
                    self.saw_record(origin, method.and(condition));
                }
                if let Some(agent) = text("user_agent") {
                    for condition in self.header(true, "user-agent", &agent) {
                        self.saw_record(origin, Observation::new("http", condition));
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
                    .for_each(|observation| self.saw_record(origin, observation));
            }
            _ => {
                if let Some(condition) = text("path").and_then(|path| self.share(&path)) {
                    self.saw_record(origin, Observation::new("smb_mapping", condition));
                }
            }
        }
    }
}

/// Why no value of a column is any use; `None` where some are.
fn of_type(name: &str, element: ScalarType) -> Option<Ephemeral> {
    let name = name.to_lowercase();
    let is_id = name.ends_with("uid") || name.ends_with("uids") || name.ends_with("id");
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
            let text = reading.and_then(|bytes| String::from_utf8(bytes).ok());
            text.into_iter().collect()
        }
        ColumnValue::Bool(value) => vec![value.to_string()],
        ColumnValue::Count(number) => vec![number.to_string()],
        ColumnValue::Int(number) => vec![number.to_string()],
        ColumnValue::Several(values) => values.into_iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
