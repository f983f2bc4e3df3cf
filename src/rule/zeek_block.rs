//! The `zeek:` block of a rule: what only Zeek has.

use std::ops::Range;
use std::sync::Arc;

use super::Spanned;
use super::message::{self, NoticeText};
use super::reader::{MappingReader, UnknownKeys};
use super::yaml::{Node, NodeKind};
use crate::finding::{Code, Finding, Source};

/// A rule's `zeek:` block.
#[derive(Debug, Clone, Default)]
pub struct ZeekBlock {
    /// On which side's event to raise the notice; the service decides where the rule does not.
    pub raise_on: Option<Spanned<RaiseOn>>,
    /// How long Zeek suppresses equal notices, in seconds; Zeek's own default where the rule does not say.
    pub suppress_for: Option<u64>,
    /// Fields that, with the rule, make two notices equal.
    pub identifier: Option<Vec<Spanned<String>>>,
    /// The notice's type below `ATTACK::`, in a pack of that style.
    pub notice_type: Option<Spanned<String>>,
    /// What the notice says was seen; the service decides where the rule does not.
    pub message: Option<NoticeText>,
    /// What the notice says of the rule; the pack's style decides where the rule does not.
    pub sub: Option<NoticeText>,
    /// What to log of a matched call or transaction.
    pub log_payload: Option<PayloadLog>,
    /// What becomes of a file whose transfer the rule matches.
    pub extract_file: Option<FileExtraction>,
    /// Whether the rule starts switched on.
    pub enabled: Option<bool>,
    /// Whether its matches raise notices to begin with.
    pub report: Option<bool>,
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

const SWITCH: &[(&str, bool)] = &[("true", true), ("false", false)];

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

pub(super) fn read(source: &Arc<Source>, node: &Node, findings: &mut Vec<Finding>) -> ZeekBlock {
    let Some(reader) = MappingReader::new(
        source,
        "zeek block",
        node,
        KEYS,
        UnknownKeys::Refuse,
        findings,
    ) else {
        return ZeekBlock::default();
    };
    let mut block = ZeekBlock {
        raise_on: raise_on(&reader, findings),
        enabled: reader.word("enabled", SWITCH, findings),
        report: reader.word("report", SWITCH, findings),
        ..ZeekBlock::default()
    };
    if let Some(node) = reader.get("notice") {
        notice(source, node, &mut block, findings);
    }
    if let Some(node) = reader.get("log_payload") {
        block.log_payload = log_payload(source, node, findings);
    }
    block.extract_file = extract_file(source, &reader, findings);
    block
}

/// `true`, `false`, or a mapping with what the notice says.
fn extract_file(
    source: &Arc<Source>,
    reader: &MappingReader<'_>,
    findings: &mut Vec<Finding>,
) -> Option<FileExtraction> {
    const KEYS: &[&str] = &["message"];
    let node = reader.get("extract_file")?;
    if !matches!(node.kind, NodeKind::Mapping(_)) {
        let wanted = reader.word("extract_file", SWITCH, findings)?;
        return wanted.then(|| FileExtraction {
            message: None,
            span: node.span.clone(),
        });
    }
    let unknown = UnknownKeys::Refuse;
    let mapping = MappingReader::new(source, "extract_file", node, KEYS, unknown, findings)?;
    let message = mapping.string("message", findings);
    Some(FileExtraction {
        message: message.and_then(|text| message::parse(source, &text, findings)),
        span: super::reader::first_line(source, &node.span),
    })
}

fn raise_on(reader: &MappingReader<'_>, findings: &mut Vec<Finding>) -> Option<Spanned<RaiseOn>> {
    let words = [
        ("request", RaiseOn::Request),
        ("response", RaiseOn::Response),
    ];
    let value = reader.word("raise_on", &words, findings)?;
    let node = reader.get("raise_on")?;
    Some(Spanned::new(value, &node.span))
}

fn notice(source: &Arc<Source>, node: &Node, block: &mut ZeekBlock, findings: &mut Vec<Finding>) {
    let Some(reader) = MappingReader::new(
        source,
        "notice",
        node,
        NOTICE_KEYS,
        UnknownKeys::Refuse,
        findings,
    ) else {
        return;
    };
    block.suppress_for = suppress_for(&reader, findings);
    if reader.get("identifier").is_some() {
        block.identifier = Some(reader.strings("identifier", findings));
    }
    block.notice_type = notice_type(&reader, findings);
    let mut text = |key| message::parse(source, &reader.string(key, findings)?, findings);
    block.message = text("message");
    block.sub = text("sub");
}

/// A name for a notice's type, as Zeek's identifiers are.
pub(super) fn notice_type(
    reader: &MappingReader<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Spanned<String>> {
    let name = reader.string("type", findings)?;
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
    let finding = reader.finding(Code::InvalidValue, &name.span, message);
    findings.push(finding.help(
        "use letters, digits and underscores with a capital first, such as Lateral_Movement_Multiple_Attempts",
    ));
    None
}

/// How long equal notices are suppressed, in seconds.
pub(super) fn suppress_for(reader: &MappingReader<'_>, findings: &mut Vec<Finding>) -> Option<u64> {
    let text = reader.string("suppress_for", findings)?;
    let seconds = seconds(&text.value);
    if seconds.is_none() {
        let message = format!("`{}` is not a time span", text.value);
        let finding = reader.finding(Code::InvalidValue, &text.span, message);
        findings.push(
            finding.help("write a number with s, m, h or d, such as 30m; 0 suppresses nothing"),
        );
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

fn log_payload(
    source: &Arc<Source>,
    node: &Node,
    findings: &mut Vec<Finding>,
) -> Option<PayloadLog> {
    let reader = MappingReader::new(
        source,
        "log_payload",
        node,
        PAYLOAD_KEYS,
        UnknownKeys::Refuse,
        findings,
    )?;
    reader.require("fields", findings)?;
    let destinations = [("column", Destination::Column), ("log", Destination::Log)];
    let encodings = [
        ("escaped", PayloadEncoding::Escaped),
        ("base64", PayloadEncoding::Base64),
        ("hex", PayloadEncoding::Hex),
    ];
    let fields = reader.strings("fields", findings);
    if fields.is_empty()
        && let Some(node) = reader.get("fields")
    {
        let finding = reader.finding(Code::InvalidValue, &node.span, "no payload is named");
        findings.push(
            finding.help("name stub, response_stub, body, response_body or arguments of calls"),
        );
    }
    Some(PayloadLog {
        fields,
        to: reader
            .word("to", &destinations, findings)
            .unwrap_or(Destination::Log),
        max_bytes: max_bytes(&reader, findings),
        encoding: reader
            .word("encoding", &encodings, findings)
            .unwrap_or(PayloadEncoding::Escaped),
    })
}

fn max_bytes(reader: &MappingReader<'_>, findings: &mut Vec<Finding>) -> u64 {
    let Some(text) = reader.string("max_bytes", findings) else {
        return DEFAULT_PAYLOAD_BYTES;
    };
    match text.value.parse() {
        Ok(bytes) if (1..=MAX_PAYLOAD_BYTES).contains(&bytes) => bytes,
        _ => {
            let message = format!("`{}` is not a number of bytes", text.value);
            let finding = reader.finding(Code::InvalidValue, &text.span, message);
            findings.push(finding.help(format!("write a number from 1 to {MAX_PAYLOAD_BYTES}")));
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
