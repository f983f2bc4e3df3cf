//! A rule's document: its metadata, checked as the Sigma rules specification 2.1.0 has it.

use std::sync::Arc;

use rsigma_parser::{Level, Status, version};

use super::reader::{MappingReader, UnknownKeys};
use super::yaml::{Node, NodeKind};
use super::{Header, Logsource, Rule, Spanned, condition, detection, tags, zeek_block};
use crate::finding::{Code, Finding, Fix, Place, Severity, Source};

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
pub(super) fn rule(
    source: &Arc<Source>,
    document: &Node,
    findings: &mut Vec<Finding>,
) -> Option<Rule> {
    let mut own = Vec::new();
    let mut rule = read(source, document, &mut own);
    if let Some(rule) = &mut rule {
        rule.header.sound = own
            .iter()
            .all(|finding| finding.severity() != Severity::Error);
    }
    findings.append(&mut own);
    rule
}

fn read(source: &Arc<Source>, document: &Node, findings: &mut Vec<Finding>) -> Option<Rule> {
    if let Some(finding) = unsupported_kind(source, document) {
        findings.push(finding);
        return None;
    }
    let reader = MappingReader::new(
        source,
        "rule",
        document,
        KEYS,
        UnknownKeys::RefuseMisspelt,
        findings,
    )?;
    check_misplaced(source, document, findings);
    let header = header(source, &reader, findings);
    let logsource = reader
        .require("logsource", findings)
        .and_then(|node| logsource(source, node, findings));
    let parts = reader
        .require("detection", findings)
        .and_then(|node| detection::read(source, node, findings));
    let zeek = reader
        .get("zeek")
        .map(|node| zeek_block::read(source, node, findings))
        .unwrap_or_default();
    let (searches, texts) = parts?;
    let conditions = condition::read(source, &searches, &texts, findings);
    Some(Rule {
        header: header?,
        logsource: logsource?,
        searches,
        conditions,
        zeek,
    })
}

/// Reads what a rule or a correlation says of itself; a title must be there.
pub(super) fn header(
    source: &Arc<Source>,
    reader: &MappingReader<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Header> {
    let title = title(reader, findings);
    let description = reader.string("description", findings);
    if let Some(text) = &description {
        check_length(reader, "description", text, MAX_DESCRIPTION, findings);
    }
    check_dates(reader, findings);
    check_version(reader, findings);
    check_related(reader, findings);
    Some(Header {
        id: identifier(reader, findings),
        name: reader.string("name", findings),
        status: reader.word("status", STATUSES, findings),
        description: description.map(|text| text.value),
        author: reader.string("author", findings).map(|text| text.value),
        references: values(reader.strings("references", findings)),
        falsepositives: values(reader.strings("falsepositives", findings)),
        level: reader.word("level", LEVELS, findings),
        tags: tags::read(reader, findings),
        regression_tests_path: reader.string("regression_tests_path", findings),
        ..Header::titled(source, title?)
    })
}

/// The rule collections of Sigma 1 are documents of another kind.
fn unsupported_kind(source: &Arc<Source>, document: &Node) -> Option<Finding> {
    let NodeKind::Mapping(entries) = &document.kind else {
        return None;
    };
    if entries.iter().any(|entry| entry.key == "detection") {
        return None;
    }
    let entry = entries.iter().find(|entry| entry.key == "action")?;
    let message = "Sigma 2 has no rule collections with `action`";
    let help = "write each rule out in full";
    let place = Place::new(source, &entry.key_span);
    Some(Finding::new(Code::UnsupportedDocument, place, message).help(help))
}

/// The document's title, which must be there.
pub(super) fn title(
    reader: &MappingReader<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Spanned<String>> {
    reader.require("title", findings)?;
    let title = reader.string("title", findings)?;
    check_length(reader, "title", &title, MAX_TITLE, findings);
    check_title(reader, &title, findings);
    Some(title)
}

/// Keys that Sigma would let pass as an author's own, but that mean something one level deeper.
fn check_misplaced(source: &Arc<Source>, document: &Node, findings: &mut Vec<Finding>) {
    const DETECTION: &[&str] = &["condition", "keywords", "selection", "filter"];
    let NodeKind::Mapping(entries) = &document.kind else {
        return;
    };
    for entry in entries {
        let key = entry.key.as_str();
        let is_search = ["selection_", "filter_"]
            .iter()
            .any(|prefix| key.starts_with(prefix));
        if let Some(finding) = detection::counting_of_sigma_1(source, entry) {
            findings.push(finding);
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
        let place = Place::new(source, &entry.key_span);
        let message = format!("`{key}` does not stand under `{parent}`");
        let finding = Finding::new(Code::UnknownKey, place, message);
        findings.push(finding.help(format!("indent it below `{parent}:`")));
    }
}

fn values(texts: Vec<Spanned<String>>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}

fn check_length(
    reader: &MappingReader<'_>,
    key: &str,
    text: &Spanned<String>,
    most: usize,
    findings: &mut Vec<Finding>,
) {
    let length = text.value.chars().count();
    if length > most {
        let message = format!("{key} has {length} characters");
        let finding = reader.finding(Code::InvalidValue, &text.span, message);
        findings.push(finding.help(format!("Sigma allows {most}")));
    }
}

fn check_title(reader: &MappingReader<'_>, title: &Spanned<String>, findings: &mut Vec<Finding>) {
    if title.value.trim().is_empty() {
        let finding = reader.finding(Code::InvalidValue, &title.span, "title is empty");
        findings.push(finding.help("say in a few words what the rule detects"));
    }
}

/// The specification's major version that the document is written for.
pub(super) fn check_version(reader: &MappingReader<'_>, findings: &mut Vec<Finding>) {
    let Some(version) = reader.string("sigma-version", findings) else {
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
    let finding = reader.finding(code, &version.span, message);
    findings.push(
        finding.help(
            "rules are read as Sigma 2 has them: write `sigma-version: 2` where that is meant",
        ),
    );
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
pub(super) fn check_related(reader: &MappingReader<'_>, findings: &mut Vec<Finding>) {
    let Some(node) = reader.get("related") else {
        return;
    };
    let NodeKind::Sequence(items) = &node.kind else {
        let message = format!("`related` is {}, not a list", node.describe());
        let finding = reader.finding(Code::WrongType, &node.span, message);
        findings.push(finding.help("write a list of entries with `id` and `type`"));
        return;
    };
    for item in items {
        let (source, unknown) = (reader.source(), UnknownKeys::RefuseMisspelt);
        let keys = &["id", "type"];
        let Some(related) =
            MappingReader::new(source, "related rule", item, keys, unknown, findings)
        else {
            continue;
        };
        related.require("id", findings);
        identifier(&related, findings);
        related.require("type", findings);
        if let Some(kind) = related.string("type", findings)
            && !RELATIONS.contains(&kind.value.as_str())
        {
            related.not_among("type", &kind, RELATIONS, findings);
        }
    }
}

/// Dates are ISO 8601 days (specification, "Date" and "Modified").
pub(super) fn check_dates(reader: &MappingReader<'_>, findings: &mut Vec<Finding>) {
    for key in ["date", "modified"] {
        let Some(date) = reader.string(key, findings) else {
            continue;
        };
        if !is_iso_day(&date.value) {
            let message = format!("`{}` is not a day", date.value);
            let finding = reader.finding(Code::InvalidValue, &date.span, message);
            // Sigma 1 wrote days with slashes.
            let day = date.value.replace('/', "-");
            let fix = is_iso_day(&day)
                .then(|| Fix::replace_scalar(reader.source(), &date.span, &date.value, day))
                .flatten();
            let help = if has_form_of_day(&date.value) {
                "there is no such day in the calendar"
            } else {
                "write it as YYYY-MM-DD"
            };
            findings.push(finding.help(help).fix(fix));
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
pub(super) fn identifier(
    reader: &MappingReader<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Spanned<String>> {
    let id = reader.string("id", findings)?;
    if id.value.parse::<crate::registry::InterfaceUuid>().is_ok() && id.value.len() == 36 {
        return Some(Spanned::new(id.value.to_ascii_lowercase(), &id.span));
    }
    let message = format!("`{}` is not a UUID", id.value);
    let finding = reader.finding(Code::InvalidValue, &id.span, message);
    findings.push(
        finding.help("make one with `uuidgen`, such as 929a690e-bef0-4204-a928-ef5e620d6fcc"),
    );
    None
}

pub(super) fn logsource(
    source: &Arc<Source>,
    node: &Node,
    findings: &mut Vec<Finding>,
) -> Option<Logsource> {
    const KEYS: &[&str] = &["category", "product", "service", "definition"];
    let reader = MappingReader::new(
        source,
        "logsource",
        node,
        KEYS,
        UnknownKeys::Refuse,
        findings,
    )?;
    Some(Logsource {
        span: super::reader::first_line(source, &node.span),
        category: reader.string("category", findings),
        product: reader.string("product", findings),
        service: reader.string("service", findings),
    })
}
