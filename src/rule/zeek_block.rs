//! The `zeek:` block of a rule: what only Zeek has.

use std::ops::Range;

use super::Spanned;
use super::message::{self, NoticeText};
use super::reader::{Diagnostics, MappingReader, UnknownKeys};
use super::yaml::{Node, NodeKind};
use crate::finding::Code;

/// A rule's `zeek:` block.
#[derive(Debug, Clone, Default)]
pub struct ZeekBlock {
    /// On which side's event to raise the notice; the service decides where the rule does not.
    pub raise_on: Option<Spanned<RaiseOn>>,
    /// What its notices are like.
    pub notice: NoticeSettings,
    /// What to log of a matched call or transaction.
    pub log_payload: Option<PayloadLog>,
    /// What becomes of a file whose transfer the rule matches.
    pub extract_file: Option<FileExtraction>,
    /// Whether the rule starts switched on.
    pub enabled: Option<bool>,
    /// Whether its matches raise notices to begin with.
    pub report: Option<bool>,
}

/// What the notices of a rule or a correlation are like.
#[derive(Debug, Clone, Default)]
pub struct NoticeSettings {
    /// How long Zeek suppresses equal notices, in seconds; where it does not say, Zeek's own default or a correlation's time
    /// span.
    pub suppress_for: Option<u64>,
    /// Fields that, with the rule, make two notices equal; of a correlation all group-by fields where it does not say.
    pub identifier: Option<Vec<Spanned<String>>>,
    /// The notice's type below `ATTACK::`, in a pack of that style.
    pub notice_type: Option<Spanned<String>>,
    /// What the notice says was seen; the service decides where the rule does not.
    pub message: Option<NoticeText>,
    /// What the notice says of the rule; the pack's style decides where the rule does not.
    pub sub: Option<NoticeText>,
}

/// On which side's event a notice is raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RaiseOn {
    /// As soon as the request is known to match.
    Request,
    /// When the responder has answered.
    Response,
}

/// Payloads to log.
#[derive(Debug, Clone)]
pub struct PayloadLog {
    /// Payload fields, such as `stub`.
    pub fields: Vec<Spanned<String>>,
    /// Where to.
    pub to: Destination,
    /// How many bytes of each payload at most.
    pub max_bytes: u64,
    /// How bytes are written.
    pub encoding: PayloadEncoding,
}

/// The extraction of files.
#[derive(Debug, Clone)]
pub struct FileExtraction {
    /// What the notice says of a file that was saved; its action and path where the rule does not say.
    pub message: Option<NoticeText>,
    /// Where the rule asks for it.
    pub span: Range<usize>,
}

/// Where a payload is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// In a column of the protocol's own log.
    Column,
    /// In a log of the pack's own.
    Log,
}

/// How a payload's bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayloadEncoding {
    /// As they are; Zeek's log writer escapes what is not printable.
    Escaped,
    /// Base64 (RFC 4648).
    Base64,
    /// Hexadecimal digits.
    Hex,
}

/// Length of the longest name of a notice's type.
const MAX_TYPE_LENGTH: usize = 64;
/// Bytes of a payload that are logged where the rule does not say.
const DEFAULT_PAYLOAD_BYTES: u64 = 1024;
/// A log line is not the place for more.
pub(crate) const MAX_PAYLOAD_BYTES: u64 = 1024 * 1024;

/// The keys of the block.
pub(crate) const KEYS: &[&str] = &[
    "raise_on",
    "notice",
    "log_payload",
    "extract_file",
    "enabled",
    "report",
];
/// The keys of its `notice`.
pub(crate) const NOTICE_KEYS: &[&str] = &["suppress_for", "identifier", "type", "message", "sub"];
/// The keys of its `log_payload`.
pub(crate) const PAYLOAD_KEYS: &[&str] = &["fields", "to", "max_bytes", "encoding"];

pub(super) fn read(file: &Diagnostics<'_>, node: &Node) -> ZeekBlock {
    let Some(reader) = MappingReader::new(file, "zeek block", node, KEYS, UnknownKeys::Refuse)
    else {
        return ZeekBlock::default();
    };
    ZeekBlock {
        raise_on: raise_on(&reader),
        enabled: reader.switch("enabled"),
        report: reader.switch("report"),
        notice: notice(&reader),
        log_payload: reader
            .get("log_payload")
            .and_then(|node| log_payload(file, node)),
        extract_file: extract_file(&reader),
    }
}

/// `true`, `false`, or a mapping with what the notice says.
fn extract_file(reader: &MappingReader<'_>) -> Option<FileExtraction> {
    const KEYS: &[&str] = &["message"];
    let node = reader.get("extract_file")?;
    if !matches!(node.kind, NodeKind::Mapping(_)) {
        let wanted = reader.switch("extract_file")?;
        return wanted.then(|| FileExtraction {
            message: None,
            span: node.span.clone(),
        });
    }
    let unknown = UnknownKeys::Refuse;
    let mapping = MappingReader::new(reader.file, "extract_file", node, KEYS, unknown)?;
    let message = mapping.string("message");
    Some(FileExtraction {
        message: message.and_then(|text| message::parse(reader.file, &text)),
        span: reader.first_line(node),
    })
}

fn raise_on(reader: &MappingReader<'_>) -> Option<Spanned<RaiseOn>> {
    let words = [
        ("request", RaiseOn::Request),
        ("response", RaiseOn::Response),
    ];
    let value = reader.word("raise_on", &words)?;
    let node = reader.get("raise_on")?;
    Some(Spanned::new(value, &node.span))
}

/// The block's `notice`.
pub(super) fn notice(block: &MappingReader<'_>) -> NoticeSettings {
    let reader = block.get("notice").and_then(|node| {
        MappingReader::new(block.file, "notice", node, NOTICE_KEYS, UnknownKeys::Refuse)
    });
    let Some(reader) = reader else {
        return NoticeSettings::default();
    };
    let text = |key| message::parse(reader.file, &reader.string(key)?);
    NoticeSettings {
        suppress_for: suppress_for(&reader),
        identifier: reader
            .get("identifier")
            .map(|_| reader.strings("identifier")),
        notice_type: notice_type(&reader),
        message: text("message"),
        sub: text("sub"),
    }
}

/// A name for a notice's type, as Zeek's identifiers are.
fn notice_type(reader: &MappingReader<'_>) -> Option<Spanned<String>> {
    let name = reader.string("type")?;
    let named = name.value.as_bytes();
    let is_name = named.first().is_some_and(u8::is_ascii_uppercase)
        && named.len() <= MAX_TYPE_LENGTH
        && named
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        // Words of Zeek's language.
        && !["F", "GLOBAL", "T"].contains(&name.value.as_str());
    if is_name {
        return Some(name);
    }
    let message = format!("`{}` is not a name for a type of notices", name.value);
    let help = "use letters, digits and underscores with a capital first, such as Lateral_Movement_Multiple_Attempts";
    reader.report(Code::InvalidValue, &name.span, message, help);
    None
}

/// How long equal notices are suppressed, in seconds.
fn suppress_for(reader: &MappingReader<'_>) -> Option<u64> {
    let text = reader.string("suppress_for")?;
    let seconds = seconds(&text.value);
    if seconds.is_none() {
        let message = format!("`{}` is not a time span", text.value);
        let help = "write a number with s, m, h or d, such as 30m; 0 suppresses nothing";
        reader.report(Code::InvalidValue, &text.span, message, help);
    }
    seconds
}

/// A time span in seconds, with Sigma's units (`90s`, `30m`, `1h`, `7d`) or Zeek's (`90sec`, `30min`, `1hr`, `7day`); `0`
/// alone is none. Bounded by ten years.
fn seconds(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = match unit.trim_start().trim_end_matches('s') {
        "" if number == "0" && !unit.contains('s') => return Some(0),
        "" if unit.trim_start() == "s" => 1,
        "sec" => 1,
        "m" | "min" => 60,
        "h" | "hr" => 3600,
        "d" | "day" => 86_400,
        _ => return None,
    };
    let seconds = number.parse::<u64>().ok()?.checked_mul(unit)?;
    (seconds <= 3650 * 86_400).then_some(seconds)
}

fn log_payload(file: &Diagnostics<'_>, node: &Node) -> Option<PayloadLog> {
    let reader = MappingReader::new(file, "log_payload", node, PAYLOAD_KEYS, UnknownKeys::Refuse)?;
    reader.require("fields")?;
    let destinations = [("column", Destination::Column), ("log", Destination::Log)];
    let encodings = [
        ("escaped", PayloadEncoding::Escaped),
        ("base64", PayloadEncoding::Base64),
        ("hex", PayloadEncoding::Hex),
    ];
    let fields = reader.strings("fields");
    if fields.is_empty()
        && let Some(node) = reader.get("fields")
    {
        let help = "name stub, response_stub, body, response_body or arguments of calls";
        reader.report(Code::InvalidValue, &node.span, "no payload is named", help);
    }
    Some(PayloadLog {
        fields,
        to: reader.word("to", &destinations).unwrap_or(Destination::Log),
        max_bytes: max_bytes(&reader),
        encoding: reader
            .word("encoding", &encodings)
            .unwrap_or(PayloadEncoding::Escaped),
    })
}

fn max_bytes(reader: &MappingReader<'_>) -> u64 {
    let Some(text) = reader.string("max_bytes") else {
        return DEFAULT_PAYLOAD_BYTES;
    };
    match text.value.parse() {
        Ok(bytes) if (1..=MAX_PAYLOAD_BYTES).contains(&bytes) => bytes,
        _ => {
            let message = format!("`{}` is not a number of bytes", text.value);
            let help = format!("write a number from 1 to {MAX_PAYLOAD_BYTES}");
            reader.report(Code::InvalidValue, &text.span, message, help);
            DEFAULT_PAYLOAD_BYTES
        }
    }
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn time_spans() {
        assert_eq!(seconds("0"), Some(0));
        assert_eq!(seconds("90s"), Some(90));
        assert_eq!(seconds("2h"), Some(7200));
        assert_eq!(seconds("7d"), Some(604_800));
        assert_eq!(seconds("10min"), Some(600));
        assert_eq!(seconds("1 hr"), Some(3600));
        assert_eq!(seconds("2days"), Some(172_800));
        assert_eq!(seconds("0s"), Some(0));
        for wrong in [
            "",
            "m",
            "s",
            "5",
            "-1m",
            "1.5h",
            "1w",
            "99999999999999999999d",
            "1é",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
