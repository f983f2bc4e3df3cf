//! A rule's document: its metadata, checked as the Sigma rules specification 2.1.0 has it.

use rsigma_parser::{Level, Status, version};

use super::reader::{Diagnostics, MappingReader, UnknownKeys};
use super::yaml::{Node, NodeKind};
use super::{Header, Logsource, Rule, Spanned, condition, detection, tags, zeek_block};
use crate::finding::{Code, Finding, Fix};

/// The keys that the specification gives a rule, those of SigmaHQ's regression tests, and ours.
pub(crate) const KEYS: &[&str] = &[
    "title",
    "id",
    "name",
    "related",
    "taxonomy",
    "sigma-version",
    "status",
    "description",
    "license",
    "references",
    "author",
    "date",
    "modified",
    "logsource",
    "detection",
    "fields",
    "falsepositives",
    "level",
    "tags",
    "scope",
    "regression_tests_path",
    "zeek",
];

/// The words of `status`.
pub(crate) const STATUSES: &[(&str, Status)] = &[
    ("stable", Status::Stable),
    ("test", Status::Test),
    ("experimental", Status::Experimental),
    ("deprecated", Status::Deprecated),
    ("unsupported", Status::Unsupported),
];

/// The words of `level`.
pub(crate) const LEVELS: &[(&str, Level)] = &[
    ("informational", Level::Informational),
    ("low", Level::Low),
    ("medium", Level::Medium),
    ("high", Level::High),
    ("critical", Level::Critical),
];

/// Longest title (specification, "Title") and description ("Description") in characters.
const MAX_TITLE: usize = 256;
const MAX_DESCRIPTION: usize = 65_535;

/// Reads a document as a rule; `None` where what it is to detect cannot be told.
pub(super) fn rule(file: &Diagnostics<'_>, document: &Node) -> Option<Rule> {
    if let Some(finding) = unsupported_kind(file, document) {
        file.push(finding);
        return None;
    }
    let reader = MappingReader::new(file, "rule", document, KEYS, UnknownKeys::RefuseMisspelt)?;
    check_misplaced(file, document);
    let header = header(&reader);
    let logsource = reader
        .require("logsource")
        .and_then(|node| logsource(file, node));
    let parts = reader
        .require("detection")
        .and_then(|node| detection::read(file, node));
    let zeek = reader
        .get("zeek")
        .map(|node| zeek_block::read(file, node))
        .unwrap_or_default();
    let (searches, texts) = parts?;
    let conditions = condition::read(file, &searches, &texts);
    Some(Rule {
        header: header?,
        logsource: logsource?,
        searches,
        conditions,
        zeek,
    })
}

/// Reads what a rule or a correlation says of itself; a title must be there.
pub(super) fn header(reader: &MappingReader<'_>) -> Option<Header> {
    let title = title(reader);
    let description = reader.string("description");
    if let Some(text) = &description {
        check_length(reader, "description", text, MAX_DESCRIPTION);
    }
    check_dates(reader);
    check_version(reader);
    check_related(reader);
    Some(Header {
        id: identifier(reader),
        name: reader.string("name"),
        status: reader.word("status", STATUSES),
        description: description.map(|text| text.value),
        author: reader.string("author").map(|text| text.value),
        references: values(reader.strings("references")),
        falsepositives: values(reader.strings("falsepositives")),
        level: reader.word("level", LEVELS),
        tags: tags::read(reader),
        regression_tests_path: reader.string("regression_tests_path"),
        ..Header::titled(reader.source, title?)
    })
}

/// The rule collections of Sigma 1 are documents of another kind.
fn unsupported_kind(file: &Diagnostics<'_>, document: &Node) -> Option<Finding> {
    let entries = document.entries();
    if entries.iter().any(|entry| entry.key == "detection") {
        return None;
    }
    let entry = entries.iter().find(|entry| entry.key == "action")?;
    let message = "Sigma 2 has no rule collections with `action`";
    let finding = file.finding(Code::UnsupportedDocument, &entry.key_span, message);
    Some(finding.help("write each rule out in full"))
}

/// The document's title, which must be there.
pub(super) fn title(reader: &MappingReader<'_>) -> Option<Spanned<String>> {
    reader.require("title")?;
    let title = reader.string("title")?;
    check_length(reader, "title", &title, MAX_TITLE);
    check_title(reader, &title);
    Some(title)
}

/// Keys that Sigma would let pass as an author's own, but that mean something one level deeper.
fn check_misplaced(file: &Diagnostics<'_>, document: &Node) {
    const DETECTION: &[&str] = &["condition", "keywords", "selection", "filter"];
    for entry in document.entries() {
        let key = entry.key.as_str();
        let is_search = ["selection_", "filter_"]
            .iter()
            .any(|prefix| key.starts_with(prefix));
        if let Some(finding) = detection::counting_of_sigma_1(file, entry) {
            file.push(finding);
            continue;
        }
        let parent = if DETECTION.contains(&key) || is_search {
            "detection"
        } else if ["product", "service", "category"].contains(&key) {
            "logsource"
        } else if zeek_block::KEYS.contains(&key) || ["suppress_for", "identifier"].contains(&key) {
            "zeek"
        } else {
            continue;
        };
        let message = format!("`{key}` does not stand under `{parent}`");
        let help = format!("indent it below `{parent}:`");
        file.report(Code::UnknownKey, &entry.key_span, message, help);
    }
}

fn values(texts: Vec<Spanned<String>>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}

fn check_length(reader: &MappingReader<'_>, key: &str, text: &Spanned<String>, most: usize) {
    let length = text.value.chars().count();
    if length > most {
        let message = format!("{key} has {length} characters");
        let help = format!("Sigma allows {most}");
        reader.report(Code::InvalidValue, &text.span, message, help);
    }
}

fn check_title(reader: &MappingReader<'_>, title: &Spanned<String>) {
    if title.value.trim().is_empty() {
        let help = "say in a few words what the rule detects";
        reader.report(Code::InvalidValue, &title.span, "title is empty", help);
    }
}

/// The specification's major version that the document is written for.
pub(super) fn check_version(reader: &MappingReader<'_>) {
    let Some(version) = reader.string("sigma-version") else {
        return;
    };
    let (code, message) = match version::major_from_str(&version.value) {
        Some(1 | 2) => return,
        Some(_) => (
            Code::UnsupportedDocument,
            format!("version {} of Sigma is unknown", version.value),
        ),
        None => (
            Code::InvalidValue,
            format!("`{}` is no version of Sigma", version.value),
        ),
    };
    let help = "rules are read as Sigma 2 has them: write `sigma-version: 2` where that is meant";
    reader.report(code, &version.span, message, help);
}

/// How a rule is related to others (specification, "Related").
const RELATIONS: &[&str] = &[
    "correlation",
    "derived",
    "obsolete",
    "merged",
    "renamed",
    "similar",
];

/// Other rules that the document is related to: a list of their ids, with the kind of the relation.
pub(super) fn check_related(reader: &MappingReader<'_>) {
    let Some(node) = reader.get("related") else {
        return;
    };
    let NodeKind::Sequence(items) = &node.kind else {
        let message = format!("`related` is {}, not a list", node.describe());
        let help = "write a list of entries with `id` and `type`";
        reader.report(Code::WrongType, &node.span, message, help);
        return;
    };
    for item in items {
        let (file, unknown) = (reader.file, UnknownKeys::RefuseMisspelt);
        let keys = &["id", "type"];
        let Some(related) = MappingReader::new(file, "related rule", item, keys, unknown) else {
            continue;
        };
        related.require("id");
        identifier(&related);
        related.require("type");
        if let Some(kind) = related.string("type")
            && !RELATIONS.contains(&kind.value.as_str())
        {
            related.not_among("type", &kind, RELATIONS);
        }
    }
}

/// Dates are ISO 8601 days (specification, "Date" and "Modified").
pub(super) fn check_dates(reader: &MappingReader<'_>) {
    for key in ["date", "modified"] {
        let Some(date) = reader.string(key) else {
            continue;
        };
        if !is_iso_day(&date.value) {
            let message = format!("`{}` is not a day", date.value);
            let finding = reader.finding(Code::InvalidValue, &date.span, message);
            // Sigma 1 wrote days with slashes.
            let day = date.value.replace('/', "-");
            let fix = is_iso_day(&day)
                .then(|| Fix::replace_scalar(reader.source, &date.span, &date.value, day))
                .flatten();
            let help = if has_form_of_day(&date.value) {
                "there is no such day in the calendar"
            } else {
                "write it as YYYY-MM-DD"
            };
            reader.push(finding.help(help).fix(fix));
        }
    }
}

/// Whether a text has the form of an ISO 8601 day, there may be such a day or not.
fn has_form_of_day(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

fn is_iso_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str, digits: usize| -> Option<u32> {
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse().ok())
            .flatten()
    };
    match parts.as_slice() {
        [year, month, day] => {
            let day = number(day, 2);
            number(year, 4)
                .zip(number(month, 2))
                .is_some_and(|(year, month)| {
                    day.is_some_and(|day| (1..=days(year, month)).contains(&day))
                })
        }
        _ => false,
    }
}

/// How many days a month has in the Gregorian calendar; 0 where there is no such month.
fn days(year: u32, month: u32) -> u32 {
    let is_leap_year =
        year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        2 if is_leap_year => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// The rule's id, a UUID (specification, "Identification").
pub(super) fn identifier(reader: &MappingReader<'_>) -> Option<Spanned<String>> {
    let id = reader.string("id")?;
    if id.value.parse::<crate::registry::InterfaceUuid>().is_ok() && id.value.len() == 36 {
        return Some(Spanned::new(id.value.to_ascii_lowercase(), &id.span));
    }
    let message = format!("`{}` is not a UUID", id.value);
    let help = "make one with `uuidgen`, such as 929a690e-bef0-4204-a928-ef5e620d6fcc";
    reader.report(Code::InvalidValue, &id.span, message, help);
    None
}

pub(super) fn logsource(file: &Diagnostics<'_>, node: &Node) -> Option<Logsource> {
    const KEYS: &[&str] = &["category", "product", "service", "definition"];
    let reader = MappingReader::new(file, "logsource", node, KEYS, UnknownKeys::Refuse)?;
    Some(Logsource {
        span: file.first_line(node),
        category: reader.string("category"),
        product: reader.string("product"),
        service: reader.string("service"),
    })
}
