//! The logs that Zeek writes: streams, columns and the releases that have them, from `data/zeek-logs.tsv`.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use super::table;

const TABLE: &str = include_str!("../../data/zeek-logs.tsv");

static LOGS: LazyLock<Vec<ZeekLog>> = LazyLock::new(|| {
    let mut logs: Vec<ZeekLog> = Vec::new();
    for (log, column) in table::rows(TABLE).filter_map(row) {
        match logs.last_mut().filter(|last| last.name == log.name) {
            Some(last) => last.columns.push(column),
            None => logs.push(ZeekLog {
                columns: vec![column],
                ..log
            }),
        }
    }
    logs
});

/// A log stream of Zeek's default scripts, or of the policy scripts that it ships.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZeekLog {
    /// The path that the stream is made with, such as `dns`.
    pub name: &'static str,
    /// The stream's identifier, such as `DNS::LOG`.
    pub stream: &'static str,
    /// The type of an entry, such as `DNS::Info`.
    pub record: &'static str,
    /// The event that Zeek raises for each entry, such as `DNS::log_dns`.
    pub event: Option<&'static str>,
    /// Its columns, sorted by name and release.
    pub columns: Vec<LogColumn>,
}

/// A column of a log, as some releases have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogColumn {
    /// The name in the log, such as `id.orig_h`.
    pub name: &'static str,
    /// Its type.
    pub column_type: ColumnType,
    /// The script that has to be loaded for it, such as `policy/protocols/smb/log-cmds`; none where it is by default.
    pub script: Option<&'static str>,
    /// The first release that has the column in this way.
    pub since: ZeekRelease,
    /// The last release that has it; none where the newest has it.
    pub until: Option<ZeekRelease>,
    /// Whether an entry can lack it.
    pub is_optional: bool,
    /// What it is, in a line; empty where the name says it.
    pub meaning: &'static str,
}

/// A release of Zeek whose logs are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ZeekRelease {
    /// 7.0.
    V7_0,
    /// 8.0.
    V8_0,
    /// 9.0.
    V9_0,
}

/// The type of a column, as the `#types` line of a log names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// A single value.
    Single(ScalarType),
    /// A set of values, in no order: `set[…]`.
    Set(ScalarType),
    /// Values in their order: `vector[…]`.
    Vector(ScalarType),
}

/// The type of a single value in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScalarType {
    /// An address, of IPv4 or IPv6.
    Addr,
    /// `T` or `F`.
    Bool,
    /// An unsigned number of 64 bits.
    Count,
    /// A floating point number.
    Double,
    /// A name of an enumeration.
    Enum,
    /// A signed number of 64 bits.
    Int,
    /// A time span in seconds.
    Interval,
    /// A port.
    Port,
    /// Text, in octets.
    String,
    /// A network, with the length of its prefix.
    Subnet,
    /// A time, in seconds since 1970.
    Time,
}

impl ZeekLog {
    /// Every log, sorted by name.
    pub fn all() -> &'static [ZeekLog] {
        &LOGS
    }

    /// The log of that name.
    pub fn named(name: &str) -> Option<&'static ZeekLog> {
        LOGS.iter().find(|log| log.name == name)
    }

    /// The column of that name, as the newest release that has it does.
    pub fn column(&self, name: &str) -> Option<&LogColumn> {
        self.columns.iter().rfind(|column| column.name == name)
    }

    /// The script that has to be loaded for the log; none where the default scripts of the newest release that has it
    /// write it.
    pub fn script(&self) -> Option<&'static str> {
        let newest = self.columns.iter().map(LogColumn::last).max()?;
        let of_newest = self.columns.iter().filter(|column| column.last() == newest);
        let mut scripts = of_newest.filter(|column| !column.is_optional);
        let script = scripts.next()?.script?;
        scripts
            .all(|column| column.script.is_some())
            .then_some(script)
    }

    /// The first release that has it.
    pub fn since(&self) -> Option<ZeekRelease> {
        self.columns.iter().map(|column| column.since).min()
    }

    /// The last release that has it; none where the newest does.
    pub fn until(&self) -> Option<ZeekRelease> {
        let last = self.columns.iter().map(LogColumn::last).max()?;
        (last != ZeekRelease::NEWEST).then_some(last)
    }
}

impl LogColumn {
    /// Whether `release` has it in this way.
    pub fn is_in(&self, release: ZeekRelease) -> bool {
        self.since <= release && release <= self.last()
    }

    fn last(&self) -> ZeekRelease {
        self.until.unwrap_or(ZeekRelease::NEWEST)
    }
}

impl ZeekRelease {
    /// Every release, the oldest first.
    pub const ALL: [Self; 3] = [Self::V7_0, Self::V8_0, Self::V9_0];
    /// The newest of them.
    pub const NEWEST: Self = Self::V9_0;

    /// Its number, such as `8.0`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V7_0 => "7.0",
            Self::V8_0 => "8.0",
            Self::V9_0 => "9.0",
        }
    }
}

impl fmt::Display for ZeekRelease {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl ColumnType {
    /// A single text.
    pub const TEXT: Self = Self::Single(ScalarType::String);

    /// The type of the value, or of each of several values.
    pub fn element(self) -> ScalarType {
        match self {
            Self::Single(element) | Self::Set(element) | Self::Vector(element) => element,
        }
    }
}

impl ScalarType {
    /// Every type.
    pub const ALL: [Self; 11] = [
        Self::Addr,
        Self::Bool,
        Self::Count,
        Self::Double,
        Self::Enum,
        Self::Int,
        Self::Interval,
        Self::Port,
        Self::String,
        Self::Subnet,
        Self::Time,
    ];

    /// Zeek's name for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Addr => "addr",
            Self::Bool => "bool",
            Self::Count => "count",
            Self::Double => "double",
            Self::Enum => "enum",
            Self::Int => "int",
            Self::Interval => "interval",
            Self::Port => "port",
            Self::String => "string",
            Self::Subnet => "subnet",
            Self::Time => "time",
        }
    }
}

/// A text that names no type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a type of a column in a Zeek log")]
pub struct UnknownColumnType;

impl FromStr for ColumnType {
    type Err = UnknownColumnType;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let inside = |prefix| text.strip_prefix(prefix)?.strip_suffix(']');
        match (inside("set["), inside("vector[")) {
            (Some(element), _) => element.parse().map(Self::Set),
            (_, Some(element)) => element.parse().map(Self::Vector),
            _ => text.parse().map(Self::Single),
        }
    }
}

impl FromStr for ScalarType {
    type Err = UnknownColumnType;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut types = Self::ALL.into_iter();
        types
            .find(|scalar| scalar.as_str() == text)
            .ok_or(UnknownColumnType)
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Single(element) => write!(formatter, "{element}"),
            Self::Set(element) => write!(formatter, "set[{element}]"),
            Self::Vector(element) => write!(formatter, "vector[{element}]"),
        }
    }
}

impl fmt::Display for ScalarType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The log of a row, without its columns, and the row's column.
fn row(
    [
        name,
        stream,
        record,
        event,
        script,
        field,
        column_type,
        since,
        until,
        optional,
        meaning,
    ]: [&'static str; 11],
) -> Option<(ZeekLog, LogColumn)> {
    let log = ZeekLog {
        name,
        stream,
        record,
        event: given(event),
        columns: Vec::new(),
    };
    let column = LogColumn {
        name: field,
        column_type: column_type.parse().ok()?,
        script: given(script),
        since: release(since)?,
        until: match given(until) {
            Some(until) => Some(release(until)?),
            None => None,
        },
        is_optional: flag(optional)?,
        meaning,
    };
    Some((log, column))
}

fn given(cell: &'static str) -> Option<&'static str> {
    (cell != "-").then_some(cell)
}

fn release(number: &str) -> Option<ZeekRelease> {
    let mut releases = ZeekRelease::ALL.into_iter();
    releases.find(|release| release.as_str() == number)
}

fn flag(cell: &str) -> Option<bool> {
    match cell {
        "T" => Some(true),
        "F" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn columns() -> impl Iterator<Item = (&'static ZeekLog, &'static LogColumn)> {
        ZeekLog::all()
            .iter()
            .flat_map(|log| log.columns.iter().map(move |column| (log, column)))
    }

    #[test]
    fn every_row_is_read() {
        assert_eq!(columns().count(), table::row_count(TABLE));
    }

    #[test]
    fn rows_are_sorted_and_none_comes_twice() {
        let key = |(log, column): (&ZeekLog, &LogColumn)| (log.name, column.name, column.since);
        let keys: Vec<_> = columns()
            .map(|(log, column)| (log.name, column.name, column.since))
            .collect();
        assert!(keys.is_sorted_by(|one, other| one < other));
        // What a column was before has ended before it begins anew.
        for pair in columns().collect::<Vec<_>>().windows(2) {
            let (earlier, later) = (pair[0], pair[1]);
            if (earlier.0.name, earlier.1.name) == (later.0.name, later.1.name) {
                assert!(earlier.1.last() < later.1.since, "{:?}", key(later));
            }
        }
    }

    #[test]
    fn rows_of_a_log_agree_on_its_stream() {
        for [log, stream, record, event, ..] in table::rows::<11>(TABLE) {
            let of_log = ZeekLog::named(log).unwrap();
            assert_eq!(
                (of_log.stream, of_log.record, of_log.event),
                (stream, record, given(event)),
                "{log}"
            );
        }
    }

    #[test]
    fn names_are_those_of_zeek() {
        let is_identifier = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        for (log, column) in columns() {
            assert!(is_identifier(log.name), "{log:?}");
            for name in [Some(log.stream), Some(log.record), log.event]
                .into_iter()
                .flatten()
            {
                assert!(
                    name.contains("::") && name.split("::").all(is_identifier),
                    "{name}"
                );
            }
            assert!(column.name.split('.').all(is_identifier), "{column:?}");
            assert!(column.last() >= column.since, "{column:?}");
            assert!(
                column
                    .script
                    .is_none_or(|script| script.starts_with("policy/")),
                "{column:?}"
            );
        }
    }

    #[test]
    fn types_are_read_and_written() {
        for (_, column) in columns() {
            assert_eq!(
                column.column_type.to_string().parse(),
                Ok(column.column_type)
            );
        }
        assert_eq!("set[addr]".parse(), Ok(ColumnType::Set(ScalarType::Addr)));
        for wrong in [
            "",
            "text",
            "set[]",
            "set[string",
            "vector[set[string]]",
            "table[string]",
        ] {
            assert_eq!(
                wrong.parse::<ColumnType>(),
                Err(UnknownColumnType),
                "{wrong}"
            );
        }
    }

    #[test]
    fn logs_say_what_they_need() {
        let script = |name| ZeekLog::named(name).unwrap().script();
        assert_eq!(script("dns"), None);
        assert_eq!(script("ssh"), None);
        assert_eq!(script("smb_cmd"), Some("policy/protocols/smb/log-cmds"));
        // 7.0 writes it by default.
        let dpd = ZeekLog::named("dpd").unwrap();
        assert_eq!(
            dpd.script(),
            Some("policy/frameworks/analyzer/deprecated-dpd-log")
        );
        assert_eq!(
            (dpd.since(), dpd.until()),
            (Some(ZeekRelease::V7_0), Some(ZeekRelease::V8_0))
        );
        let host_key = ZeekLog::named("ssh").unwrap().column("host_key").unwrap();
        assert_eq!(
            host_key.script,
            Some("policy/protocols/ssh/md5-host-key-logging")
        );
        assert!(host_key.is_in(ZeekRelease::V9_0) && !host_key.is_in(ZeekRelease::V8_0));
    }
}
