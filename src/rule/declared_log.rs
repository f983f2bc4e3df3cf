//! Logs and columns that `pack.yml` declares: those of other packages, of ICS parsers, of a site's scripts.

use super::Spanned;
use super::reader::{Diagnostics, MappingReader, UnknownKeys};
use super::yaml::{Entry, NodeKind};
use crate::finding::{Code, Place};
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
pub(super) fn read(reader: &MappingReader<'_>) -> Vec<DeclaredLog> {
    mapping(reader, "logs", "the logs' names")
        .iter()
        .filter_map(|entry| log(reader.file, entry))
        .collect()
}

fn log(file: &Diagnostics<'_>, entry: &Entry) -> Option<DeclaredLog> {
    let name = Spanned::new(entry.key.clone(), &entry.key_span);
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let named = check(file, &name, "a log's name", "dns or acme_audit", |text| {
        text.bytes().all(is_name)
    });
    let reader = MappingReader::new(file, "log", &entry.value, LOG_KEYS, UnknownKeys::Refuse)?;
    let before = file.count();
    let [stream, record, script] = CODE_KEYS.map(|of_code| {
        let text = reader.string(of_code.key)?;
        let (what, example) = (of_code.what, of_code.example);
        check(file, &text, what, example, of_code.is_right).then_some(text)
    });
    let sound = named && file.count() == before;
    let columns = columns(&reader);
    sound.then(|| DeclaredLog {
        place: file.place(&name.span),
        name,
        stream,
        record,
        script,
        columns,
    })
}

fn columns(reader: &MappingReader<'_>) -> Vec<DeclaredColumn> {
    mapping(reader, "columns", "the columns' names")
        .iter()
        .filter_map(|entry| column(reader.file, entry))
        .collect()
}

/// A column: its type, or a mapping with more.
fn column(file: &Diagnostics<'_>, entry: &Entry) -> Option<DeclaredColumn> {
    let name = Spanned::new(entry.key.clone(), &entry.key_span);
    let named = check(
        file,
        &name,
        "a column's name",
        "user or id.orig_h",
        |text| text.split('.').all(is_word),
    );
    if let NodeKind::Scalar(scalar) = &entry.value.kind {
        let text = Spanned::new(scalar.text.clone(), &entry.value.span);
        let column_type = column_type(file, &text)?;
        return named.then_some(DeclaredColumn {
            name,
            column_type,
            optional: true,
            meaning: None,
        });
    }
    let reader = MappingReader::new(
        file,
        "column",
        &entry.value,
        COLUMN_KEYS,
        UnknownKeys::Refuse,
    )?;
    reader.require("type")?;
    let column_type = column_type(file, &reader.string("type")?)?;
    let optional = reader.switch("optional").unwrap_or(true);
    let meaning = reader.string("meaning").map(|text| text.value);
    named.then_some(DeclaredColumn {
        name,
        column_type,
        optional,
        meaning,
    })
}

fn column_type(file: &Diagnostics<'_>, text: &Spanned<String>) -> Option<ColumnType> {
    let found = text.value.parse().ok();
    if found.is_none() {
        let message = format!("`{}` is not a type of a column", text.value);
        let help = "write it as the #types line of a log does: string, addr, port, count, set[string], vector[interval] and so on";
        file.report(Code::InvalidValue, &text.span, message, help);
    }
    found
}

/// The entries of a key that is a mapping.
fn mapping<'n>(reader: &MappingReader<'n>, key: &str, wanted: &str) -> &'n [Entry] {
    let Some(node) = reader.get(key) else {
        return &[];
    };
    if !matches!(node.kind, NodeKind::Mapping(_)) {
        let message = format!("{key} is {}, not a mapping", node.describe());
        let help = format!("its keys are {wanted}");
        reader.report(Code::WrongType, &node.span, message, help);
    }
    node.entries()
}

/// Whether a text that becomes part of Zeek code is nothing but a name.
fn check(
    file: &Diagnostics<'_>,
    text: &Spanned<String>,
    what: &str,
    example: &str,
    is_right: impl Fn(&str) -> bool,
) -> bool {
    let right = !text.value.is_empty() && text.value.len() <= MAX_NAME && is_right(&text.value);
    if !right {
        let message = format!("`{}` is not {what}", text.value);
        let help = format!("write it like {example}");
        file.report(Code::InvalidValue, &text.span, message, help);
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
