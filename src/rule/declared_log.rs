//! Logs and columns that `pack.yml` declares: those of other packages, of ICS parsers, of a site's scripts.

use std::sync::Arc;

use super::Spanned;
use super::reader::{MappingReader, UnknownKeys};
use super::yaml::{Entry, Node, NodeKind};
use crate::finding::{Code, Finding, Place, Source};
use crate::registry::ColumnType;

/// A log that a pack declares, or columns of one that Zeek has.
#[derive(Debug, Clone)]
pub struct DeclaredLog {
    /// The log's name.
    pub name: Spanned<String>,
    /// Where the pack declares it.
    pub place: Place,
    /// Zeek's stream, such as `Acme::LOG`; only a log that Zeek does not have needs one.
    pub stream: Option<Spanned<String>>,
    /// The type of its records, such as `Acme::Info`.
    pub record: Option<Spanned<String>>,
    /// The script that brings it.
    pub script: Option<Spanned<String>>,
    /// Its columns.
    pub columns: Vec<DeclaredColumn>,
}

/// A column of a declared log.
#[derive(Debug, Clone)]
pub struct DeclaredColumn {
    /// The name, with dots where it is in a record within the record.
    pub name: Spanned<String>,
    /// The type, as the `#types` line of a log has it.
    pub column_type: ColumnType,
    /// Whether a record can lack it.
    pub optional: bool,
    /// What it is, in a line.
    pub meaning: Option<String>,
}

/// The keys of a log.
pub(crate) const LOG_KEYS: &[&str] = &["stream", "record", "script", "columns"];
/// A key of a log whose value becomes Zeek code.
struct CodeKey {
    key: &'static str,
    /// What it is, and how it is written.
    what: &'static str,
    example: &'static str,
    is_right: fn(&str) -> bool,
}

const CODE_KEYS: [CodeKey; 3] = [
    CodeKey {
        key: "stream",
        what: "a stream",
        example: "Acme::LOG",
        is_right: is_identifier,
    },
    CodeKey {
        key: "record",
        what: "a record type",
        example: "Acme::Info",
        is_right: is_identifier,
    },
    CodeKey {
        key: "script",
        what: "a script",
        example: "acme/audit",
        is_right: is_script,
    },
];
/// The keys of a column.
pub(crate) const COLUMN_KEYS: &[&str] = &["type", "optional", "meaning"];

/// Longest name of anything in Zeek that is taken.
const MAX_NAME: usize = 128;

/// Reads the key `logs`.
pub(super) fn read(
    source: &Arc<Source>,
    reader: &MappingReader<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<DeclaredLog> {
    let Some(node) = reader.get("logs") else {
        return Vec::new();
    };
    let Some(entries) = mapping(source, "logs", "the logs' names", node, findings) else {
        return Vec::new();
    };
    entries
        .iter()
        .filter_map(|entry| log(source, entry, findings))
        .collect()
}

fn log(source: &Arc<Source>, entry: &Entry, findings: &mut Vec<Finding>) -> Option<DeclaredLog> {
    let name = Spanned::new(entry.key.clone(), &entry.key_span);
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let named = check(
        source,
        &name,
        "a log's name",
        "dns or acme_audit",
        findings,
        |text| text.bytes().all(is_name),
    );
    let reader = MappingReader::new(
        source,
        "log",
        &entry.value,
        LOG_KEYS,
        UnknownKeys::Refuse,
        findings,
    )?;
    let before = findings.len();
    let [stream, record, script] = CODE_KEYS.map(|of_code| {
        let text = reader.string(of_code.key, findings)?;
        let (what, example) = (of_code.what, of_code.example);
        check(source, &text, what, example, findings, of_code.is_right).then_some(text)
    });
    let sound = named && findings.len() == before;
    let columns = match reader.get("columns") {
        Some(node) => columns(source, node, findings),
        None => Vec::new(),
    };
    sound.then(|| DeclaredLog {
        place: Place::new(source, &name.span),
        name,
        stream,
        record,
        script,
        columns,
    })
}

fn columns(source: &Arc<Source>, node: &Node, findings: &mut Vec<Finding>) -> Vec<DeclaredColumn> {
    let Some(entries) = mapping(source, "columns", "the columns' names", node, findings) else {
        return Vec::new();
    };
    entries
        .iter()
        .filter_map(|entry| column(source, entry, findings))
        .collect()
}

/// A column: its type, or a mapping with more.
fn column(
    source: &Arc<Source>,
    entry: &Entry,
    findings: &mut Vec<Finding>,
) -> Option<DeclaredColumn> {
    const SWITCH: &[(&str, bool)] = &[("true", true), ("false", false)];
    let name = Spanned::new(entry.key.clone(), &entry.key_span);
    let named = check(
        source,
        &name,
        "a column's name",
        "user or id.orig_h",
        findings,
        |text| text.split('.').all(is_word),
    );
    if let NodeKind::Scalar(scalar) = &entry.value.kind {
        let text = Spanned::new(scalar.text.clone(), &entry.value.span);
        let column_type = column_type(source, &text, findings)?;
        return named.then_some(DeclaredColumn {
            name,
            column_type,
            optional: true,
            meaning: None,
        });
    }
    let reader = MappingReader::new(
        source,
        "column",
        &entry.value,
        COLUMN_KEYS,
        UnknownKeys::Refuse,
        findings,
    )?;
    reader.require("type", findings)?;
    let column_type = column_type(source, &reader.string("type", findings)?, findings)?;
    let optional = reader.word("optional", SWITCH, findings).unwrap_or(true);
    let meaning = reader.string("meaning", findings).map(|text| text.value);
    named.then_some(DeclaredColumn {
        name,
        column_type,
        optional,
        meaning,
    })
}

fn column_type(
    source: &Arc<Source>,
    text: &Spanned<String>,
    findings: &mut Vec<Finding>,
) -> Option<ColumnType> {
    let found = text.value.parse().ok();
    if found.is_none() {
        let message = format!("`{}` is not a type of a column", text.value);
        let place = Place::new(source, &text.span);
        findings.push(Finding::new(Code::InvalidValue, place, message).help(
            "write it as the #types line of a log does: string, addr, port, count, set[string], vector[interval] and so on",
        ));
    }
    found
}

fn mapping<'n>(
    source: &Arc<Source>,
    what: &str,
    wanted: &str,
    node: &'n Node,
    findings: &mut Vec<Finding>,
) -> Option<&'n [Entry]> {
    if let NodeKind::Mapping(entries) = &node.kind {
        return Some(entries);
    }
    let message = format!("{what} is {}, not a mapping", node.describe());
    let finding = Finding::new(Code::WrongType, Place::new(source, &node.span), message);
    findings.push(finding.help(format!("its keys are {wanted}")));
    None
}

/// Whether a text that becomes part of Zeek code is nothing but a name.
fn check(
    source: &Arc<Source>,
    text: &Spanned<String>,
    what: &str,
    example: &str,
    findings: &mut Vec<Finding>,
    is_right: impl Fn(&str) -> bool,
) -> bool {
    let right = !text.value.is_empty() && text.value.len() <= MAX_NAME && is_right(&text.value);
    if !right {
        let message = format!("`{}` is not {what}", text.value);
        let finding = Finding::new(Code::InvalidValue, Place::new(source, &text.span), message);
        findings.push(finding.help(format!("write it like {example}")));
    }
    right
}

/// A name with its module.
fn is_identifier(text: &str) -> bool {
    text.split("::").all(is_word)
}

/// A path of a script that leads out of no folder.
fn is_script(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let mut parts = text.split('/');
    parts.all(|part| !part.is_empty() && !part.starts_with('.') && part.bytes().all(allowed))
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::{is_identifier, is_script};

    #[test]
    fn what_becomes_code_is_a_name() {
        assert!(is_identifier("Acme::LOG") && is_identifier("LOG"));
        for wrong in [
            "",
            "Acme::",
            "::LOG",
            "Acme:LOG",
            "Acme::LOG)",
            "1LOG",
            "A B",
            "A\nB",
            "é",
        ] {
            assert!(!is_identifier(wrong), "{wrong}");
        }
        assert!(is_script("acme/audit") && is_script("policy/protocols/conn/x-y.zeek"));
        for wrong in [
            "",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a//b",
            "a b",
            "a\n@load b",
            "~x/é",
        ] {
            assert!(!is_script(wrong), "{wrong}");
        }
    }
}
