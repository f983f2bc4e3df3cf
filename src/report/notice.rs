//! Notices and payloads for people, as Zeek's logs, and as JSON.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use chrono::DateTime;
use data_encoding::HEXLOWER;
use serde_json::{Map, Value, json};

use crate::evaluation::{LoggedPayload, Notice};
use crate::event::ConnectionId;
use crate::replay::{Event, Timestamp};
use crate::rule::Destination;
use crate::text::{printable, quoted, zeek_log};

/// How what a replay finds is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum NoticeFormat {
    /// A line for people
    Human,
    /// Zeek's tab-separated log
    Tsv,
    /// An object a line, with the names of Zeek's log
    Json,
    /// Comma-separated values (RFC 4180), with a header line
    Csv,
}

impl NoticeFormat {
    /// What comes before the lines of a log with these columns.
    pub(super) fn header(
        self,
        path: &str,
        fields: &[(&str, &str)],
        out: &mut impl Write,
    ) -> io::Result<()> {
        match self {
            Self::Tsv => zeek_log::header(out, path, fields),
            Self::Csv => csv_line(fields.iter().map(|(name, _)| *name), out),
            Self::Human | Self::Json => Ok(()),
        }
    }
}

/// Where something was found.
#[derive(Clone, Copy, Debug)]
pub enum NoticeOrigin<'a> {
    /// In a capture.
    Capture(&'a Path),
    /// In a record of a log.
    Record {
        /// The log file.
        file: &'a Path,
        /// The record's line, counted from 1.
        line: u64,
    },
}

/// The columns of `notice.log` and their types, those of sigzeek's packages at the end.
const NOTICE_FIELDS: &[(&str, &str)] = &[
    ("ts", "time"),
    ("uid", "string"),
    ("id.orig_h", "addr"),
    ("id.orig_p", "port"),
    ("id.resp_h", "addr"),
    ("id.resp_p", "port"),
    ("fuid", "string"),
    ("file_mime_type", "string"),
    ("file_desc", "string"),
    ("proto", "enum"),
    ("note", "enum"),
    ("msg", "string"),
    ("sub", "string"),
    ("src", "addr"),
    ("dst", "addr"),
    ("p", "port"),
    ("n", "count"),
    ("peer_descr", "string"),
    ("actions", "set[enum]"),
    ("email_dest", "set[string]"),
    ("suppress_for", "interval"),
    ("remote_location.country_code", "string"),
    ("remote_location.region", "string"),
    ("remote_location.city", "string"),
    ("remote_location.latitude", "double"),
    ("remote_location.longitude", "double"),
    ("rule_id", "string"),
    ("rule_level", "string"),
    ("attack", "vector[string]"),
    ("robustness", "string"),
];

const PAYLOAD_FIELDS: &[(&str, &str)] = &[
    ("ts", "time"),
    ("uid", "string"),
    ("id.orig_h", "addr"),
    ("id.orig_p", "port"),
    ("id.resp_h", "addr"),
    ("id.resp_p", "port"),
    ("rule_id", "string"),
    ("log", "string"),
    ("observed", "string"),
    ("field", "string"),
    ("length", "count"),
    ("payload", "string"),
];

/// What comes before notices.
///
/// # Errors
///
/// Whatever writing to `out` gives; so of the other functions here.
pub fn notice_header(format: NoticeFormat, out: &mut impl Write) -> io::Result<()> {
    match format {
        NoticeFormat::Tsv => zeek_log::header(out, "notice", NOTICE_FIELDS),
        NoticeFormat::Csv => csv_line(NOTICE_COLUMNS.iter().copied(), out),
        NoticeFormat::Human | NoticeFormat::Json => Ok(()),
    }
}

/// What comes before payloads.
#[allow(clippy::missing_errors_doc)]
pub fn payload_header(format: NoticeFormat, out: &mut impl Write) -> io::Result<()> {
    format.header("payload", PAYLOAD_FIELDS, out)
}

/// A notice of a capture or a log.
#[allow(clippy::missing_errors_doc)]
pub fn print_notice(
    format: NoticeFormat,
    origin: NoticeOrigin<'_>,
    notice: &Notice,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        NoticeFormat::Human => human(origin, notice, out),
        NoticeFormat::Tsv => tsv(notice, out),
        NoticeFormat::Json => writeln!(out, "{}", notice_json(origin, notice)),
        NoticeFormat::Csv => notice_csv(origin, notice, out),
    }
}

/// Payload of a capture.
#[allow(clippy::missing_errors_doc)]
pub fn print_payload(
    format: NoticeFormat,
    capture: &Path,
    payload: &LoggedPayload,
    out: &mut impl Write,
) -> io::Result<()> {
    let (log, bytes) = (log_of(payload), zeek_log::text(&payload.payload));
    match format {
        NoticeFormat::Human => {
            let LoggedPayload {
                time,
                field,
                length,
                ..
            } = payload;
            let ends = &payload.connection;
            let title = zeek_log::readable(payload.rule.title.as_bytes());
            let seen = zeek_log::readable(&payload.observed);
            writeln!(
                out,
                "{time}  {ends}  {title}: {seen}  {field}, {length} bytes: {bytes}"
            )
        }
        NoticeFormat::Tsv => {
            let id = &payload.connection;
            let observed = zeek_log::text(&payload.observed);
            writeln!(
                out,
                "{}\t-\t{}\t{}\t{}\t{}\t{}\t{log}\t{observed}\t{}\t{}\t{bytes}",
                payload.time,
                id.orig_h,
                id.orig_p,
                id.resp_h,
                id.resp_p,
                payload.rule.id,
                payload.field,
                payload.length,
            )
        }
        NoticeFormat::Csv => {
            let id = &payload.connection;
            let observed = zeek_log::json_text(&payload.observed);
            let values = [
                payload.time.to_string(),
                String::new(),
                id.orig_h.to_string(),
                id.orig_p.to_string(),
                id.resp_h.to_string(),
                id.resp_p.to_string(),
                payload.rule.id.clone(),
                log.to_owned(),
                observed,
                payload.field.clone(),
                payload.length.to_string(),
                bytes,
            ];
            csv_line(values.iter().map(String::as_str), out)
        }
        NoticeFormat::Json => {
            let origin = NoticeOrigin::Capture(capture);
            let mut line = connection_json(origin, payload.time, &payload.connection);
            line.insert("rule_id".to_owned(), json!(payload.rule.id));
            line.insert("log".to_owned(), json!(log));
            line.insert(
                "observed".to_owned(),
                json!(zeek_log::json_text(&payload.observed)),
            );
            line.insert("field".to_owned(), json!(payload.field));
            line.insert("length".to_owned(), json!(payload.length));
            line.insert("payload".to_owned(), json!(bytes));
            writeln!(out, "{}", Value::Object(line))
        }
    }
}

/// A protocol event of a capture: name and arguments. In Zeek's form all bytes are hexadecimal; for people, texts are texts, and
/// in JSON each argument has its type.
#[allow(clippy::missing_errors_doc)]
pub fn print_event(
    format: NoticeFormat,
    capture: &Path,
    event: &Event<'_>,
    out: &mut impl Write,
) -> io::Result<()> {
    let line = event.to_string();
    let mut words = line.split(' ').skip(5);
    let name = words.next().unwrap_or_default();
    let id = &event.connection;
    match format {
        NoticeFormat::Human => {
            write!(out, "{}  {}  {name}", event.time, id)?;
            for word in words {
                write!(out, " {}", readable(name, word))?;
            }
            writeln!(out)
        }
        NoticeFormat::Tsv => {
            let arguments: Vec<&str> = words.collect();
            writeln!(
                out,
                "{}\t{}\t{}\t{}\t{}\t{name}\t{}",
                event.time,
                id.orig_h,
                id.orig_p,
                id.resp_h,
                id.resp_p,
                arguments.join(" ")
            )
        }
        NoticeFormat::Csv => {
            let arguments: Vec<&str> = words.collect();
            let values = [
                event.time.to_string(),
                id.orig_h.to_string(),
                id.orig_p.to_string(),
                id.resp_h.to_string(),
                id.resp_p.to_string(),
                name.to_owned(),
                arguments.join(" "),
            ];
            csv_line(values.iter().map(String::as_str), out)
        }
        NoticeFormat::Json => {
            let arguments: Map<String, Value> = words
                .filter_map(|word| word.split_once('='))
                .map(|(argument, value)| {
                    (argument.to_owned(), json_argument(name, argument, value))
                })
                .collect();
            let mut object = connection_json(NoticeOrigin::Capture(capture), event.time, id);
            object.insert("event".to_owned(), json!(name));
            object.insert("arguments".to_owned(), Value::Object(arguments));
            writeln!(out, "{}", Value::Object(object))
        }
    }
}

/// What stands for an argument that is not set.
const UNSET: &str = "-";

/// An event's arguments that are text more often than not.
const TEXTS: &[&str] = &[
    "filename",
    "method",
    "name",
    "named_pipe",
    "native_file_system",
    "original_uri",
    "path",
    "protocol",
    "reason",
    "sec_addr",
    "service",
    "subtype",
    "type",
    "unescaped_uri",
    "value",
];

/// An event's arguments that are bytes.
const BYTES: &[&str] = &["data", "parameters", "stub"];

/// Whether an argument of an event is text.
fn is_text(event: &str, argument: &str) -> bool {
    TEXTS.contains(&argument) || event == "http_entity_data" && argument == "data"
}

/// An argument in JSON: texts, numbers and truth values as what they are, bytes as `{"hex": "…"}`. So is a text that is not UTF-8.
fn json_argument(event: &str, argument: &str, value: &str) -> Value {
    let list = |of: &dyn Fn(&str) -> Value| value.split_terminator(',').map(of).collect();
    match (event, argument) {
        _ if value == UNSET => Value::Null,
        ("smb1_negotiate_request", "dialects") => list(&json_text),
        (_, "dialects") => list(&json_number),
        // Two numbers with a dot between them.
        (_, "version") => json!(value),
        (event, argument) if is_text(event, argument) => json_text(value),
        (_, argument) if BYTES.contains(&argument) => json!({"hex": value}),
        _ => match value {
            "T" => json!(true),
            "F" => json!(false),
            value => json_number(value),
        },
    }
}

/// A text that is given in hexadecimal.
fn json_text(hex: &str) -> Value {
    let bytes = HEXLOWER.decode(hex.as_bytes()).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.map_or_else(|| json!({"hex": hex}), Value::String)
}

/// A number, or what is none as text.
fn json_number(text: &str) -> Value {
    if let Ok(number) = text.parse::<u64>() {
        return json!(number);
    }
    let number: Option<f64> = text.parse().ok();
    number.map_or_else(|| json!(text), |number| json!(number))
}

/// An argument for people.
fn readable<'a>(event: &str, word: &'a str) -> Cow<'a, str> {
    let decoded = word.split_once('=').and_then(|(name, value)| {
        let bytes = is_text(event, name).then(|| HEXLOWER.decode(value.as_bytes()).ok())??;
        Some(format!("{name}={}", quoted(&bytes)))
    });
    decoded.map_or(Cow::Borrowed(word), Cow::Owned)
}

/// What comes before events.
#[allow(clippy::missing_errors_doc)]
pub fn event_header(format: NoticeFormat, out: &mut impl Write) -> io::Result<()> {
    const FIELDS: &[(&str, &str)] = &[
        ("ts", "time"),
        ("id.orig_h", "addr"),
        ("id.orig_p", "port"),
        ("id.resp_h", "addr"),
        ("id.resp_p", "port"),
        ("event", "string"),
        ("arguments", "string"),
    ];
    format.header("events", FIELDS, out)
}

fn human(origin: NoticeOrigin<'_>, notice: &Notice, out: &mut impl Write) -> io::Result<()> {
    let rule = &notice.rule;
    let techniques = if rule.attack.is_empty() {
        String::new()
    } else {
        format!("  {}", rule.attack.join(", "))
    };
    let (time, place) = match origin {
        NoticeOrigin::Capture(_) => (notice.time.to_string(), String::new()),
        NoticeOrigin::Record { file, line } => {
            let file = file.display().to_string();
            (date(notice.time), format!("  {}:{line}", printable(&file)))
        }
    };
    let possible = if rule.is_possible { " (possible)" } else { "" };
    writeln!(
        out,
        "{time}  {:<13}  {}  {}{possible}: {}{techniques}{place}",
        rule.level.unwrap_or("-"),
        sides(notice),
        zeek_log::readable(rule.title.as_bytes()),
        zeek_log::readable(&notice.message),
    )
}

/// A time for people, in UTC.
pub(super) fn date(time: Timestamp) -> String {
    let date = DateTime::from_timestamp_micros(time.as_micros());
    date.map_or_else(
        || time.to_string(),
        |date| format!("{:?}Z", date.naive_utc()),
    )
}

/// The columns of notices in CSV.
const NOTICE_COLUMNS: &[&str] = &[
    "ts", "level", "title", "note", "msg", "sub", "src", "src_port", "dst", "dst_port", "uid",
    "fuid", "rule_id", "attack", "possible", "file", "line",
];

fn notice_csv(origin: NoticeOrigin<'_>, notice: &Notice, out: &mut impl Write) -> io::Result<()> {
    let (id, rule) = (notice.connection.as_ref(), &notice.rule);
    let given = |value: Option<String>| value.unwrap_or_default();
    let text = |bytes: &Option<Vec<u8>>| given(bytes.as_deref().map(zeek_log::json_text));
    let (file, line) = match origin {
        NoticeOrigin::Capture(path) => (path, String::new()),
        NoticeOrigin::Record { file, line } => (file, line.to_string()),
    };
    let values = [
        notice.time.to_string(),
        rule.level.unwrap_or_default().to_owned(),
        rule.title.clone(),
        rule.note.clone(),
        zeek_log::json_text(&notice.message),
        zeek_log::json_text(&notice.sub),
        given(notice.originator.map(|address| address.to_string())),
        given(id.map(|id| id.orig_p.to_string())),
        given(notice.responder.map(|address| address.to_string())),
        given(id.map(|id| id.resp_p.to_string())),
        text(&notice.uid),
        text(&notice.fuid),
        rule.id.clone(),
        rule.attack.join(" "),
        rule.is_possible.to_string(),
        file.display().to_string(),
        line,
    ];
    csv_line(values.iter().map(String::as_str), out)
}

/// A record of CSV (RFC 4180): values with separators or quotes in them are quoted.
pub(super) fn csv_line<'v>(
    values: impl Iterator<Item = &'v str>,
    out: &mut impl Write,
) -> io::Result<()> {
    let quoted = values.map(|value| {
        if value.contains([',', '"', '\n', '\r']) {
            Cow::Owned(format!("\"{}\"", value.replace('"', "\"\"")))
        } else {
            Cow::Borrowed(value)
        }
    });
    writeln!(out, "{}", quoted.collect::<Vec<_>>().join(","))
}

/// The ends of the connection, or, of a correlation's notice, what is known of them.
fn sides(notice: &Notice) -> String {
    match &notice.connection {
        Some(id) => id.to_string(),
        None => format!(
            "{} -> {}",
            or_unset(notice.originator),
            or_unset(notice.responder)
        ),
    }
}

fn or_unset(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn text_or_unset(text: Option<&[u8]>) -> String {
    text.map_or_else(|| "-".to_owned(), zeek_log::text)
}

fn tsv(notice: &Notice, out: &mut impl Write) -> io::Result<()> {
    let (id, rule) = (notice.connection.as_ref(), &notice.rule);
    let attack = if rule.attack.is_empty() {
        "-".to_owned()
    } else {
        zeek_log::texts(&rule.attack)
    };
    let possible = if rule.is_possible { "(possible) " } else { "" };
    let fields = [
        notice.time.to_string(),
        text_or_unset(notice.uid.as_deref()),
        or_unset(id.map(|id| id.orig_h)),
        or_unset(id.map(|id| id.orig_p)),
        or_unset(id.map(|id| id.resp_h)),
        or_unset(id.map(|id| id.resp_p)),
        format!(
            "{}\t-\t-\t{}",
            text_or_unset(notice.fuid.as_deref()),
            // What a record says of its transport, a notice does not have; a replay follows TCP alone.
            or_unset(id.filter(|_| notice.uid.is_none()).map(|_| "tcp"))
        ),
        rule.note.clone(),
        format!("{possible}{}", zeek_log::text(&notice.message)),
        zeek_log::text(&notice.sub),
        or_unset(notice.originator),
        or_unset(notice.responder),
        or_unset(id.map(|id| id.resp_p)),
        "-\t-\tNotice::ACTION_LOG\t(empty)".to_owned(),
        format!("{}.000000", rule.suppress_for),
        "-\t-\t-\t-\t-".to_owned(),
        rule.id.clone(),
        rule.level.unwrap_or("-").to_owned(),
        attack,
        rule.robustness.clone().unwrap_or_else(|| "-".to_owned()),
    ];
    writeln!(out, "{}", fields.join("\t"))
}

fn notice_json(origin: NoticeOrigin<'_>, notice: &Notice) -> Value {
    let rule = &notice.rule;
    let mut line = match &notice.connection {
        Some(id) => connection_json(origin, notice.time, id),
        None => json_of(origin, notice.time),
    };
    let mut set = |name: &str, value: Value| {
        if !value.is_null() {
            line.insert(name.to_owned(), value);
        }
    };
    set("src", json!(notice.originator));
    set("dst", json!(notice.responder));
    set("p", json!(notice.connection.map(|id| id.resp_p)));
    let text = |text: &Vec<u8>| json!(zeek_log::json_text(text));
    set("uid", notice.uid.as_ref().map_or(Value::Null, text));
    set("fuid", notice.fuid.as_ref().map_or(Value::Null, text));
    set("note", json!(rule.note));
    set("msg", json!(zeek_log::json_text(&notice.message)));
    set("sub", json!(zeek_log::json_text(&notice.sub)));
    set("suppress_for", json!(rule.suppress_for));
    set("rule_id", json!(rule.id));
    set("rule_level", json!(rule.level));
    set("robustness", json!(rule.robustness));
    if rule.is_possible {
        set("possible", json!(true));
    }
    if !rule.attack.is_empty() {
        set("attack", json!(rule.attack));
    }
    Value::Object(line)
}

fn json_of(origin: NoticeOrigin<'_>, time: Timestamp) -> Map<String, Value> {
    let path = |path: &Path| json!(path.display().to_string());
    let mut fields = match origin {
        NoticeOrigin::Capture(capture) => vec![("capture", path(capture))],
        NoticeOrigin::Record { file, line } => vec![("file", path(file)), ("line", json!(line))],
    };
    fields.push(("ts", json!(seconds(time))));
    let named = fields.into_iter();
    named
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Seconds since the epoch, as Zeek's JSON logs have them.
#[allow(clippy::cast_precision_loss)]
pub(super) fn seconds(time: Timestamp) -> f64 {
    time.as_micros() as f64 / 1e6
}

pub(super) fn connection_json(
    origin: NoticeOrigin<'_>,
    time: Timestamp,
    id: &ConnectionId,
) -> Map<String, Value> {
    let mut line = json_of(origin, time);
    let fields = [
        ("id.orig_h", json!(id.orig_h.to_string())),
        ("id.orig_p", json!(id.orig_p)),
        ("id.resp_h", json!(id.resp_h.to_string())),
        ("id.resp_p", json!(id.resp_p)),
    ];
    line.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    line
}

/// The log that has a payload.
fn log_of(payload: &LoggedPayload) -> &str {
    match (payload.to, payload.field.as_str()) {
        (Destination::Log, _) => &payload.log,
        (Destination::Column, "body" | "response_body") => "http",
        (Destination::Column, _) => "dce_rpc",
    }
}
