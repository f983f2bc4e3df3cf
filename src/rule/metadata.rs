//! A rule's document: its metadata, checked as the Sigma rules specification 2.1.0 has it.

use std::sync::Arc;

use rsigma_parser::{Level, Status};

use super::reader::{Reader, UnknownKeys};
use super::yaml::{Kind, Node};
use super::{Logsource, Rule, Spanned, condition, detection, zeek_block};
use crate::finding::{Code, Finding, Fix, Place, Severity, Source};
use crate::registry::attack::{self, ATTACK_RELEASE, AttackTag, Tactic, TechniqueStatus};
use crate::text::only_near;

/// The keys that the specification gives a rule, those of SigmaHQ's regression tests, and ours.
pub(crate) const KEYS: &[&str] = &[
    "title",
    "id",
    "name",
    "related",
    "taxonomy",
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
        rule.sound = own
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
    let reader = Reader::new(
        source,
        "rule",
        document,
        KEYS,
        UnknownKeys::RefuseMisspelt,
        findings,
    )?;
    check_misplaced(source, document, findings);
    let metadata = metadata(&reader, findings);
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
        source: Arc::clone(source),
        title: metadata.title?,
        id: metadata.id,
        name: metadata.name,
        status: metadata.status,
        description: metadata.description,
        author: metadata.author,
        references: metadata.references,
        falsepositives: metadata.falsepositives,
        level: metadata.level,
        tags: metadata.tags,
        logsource: logsource?,
        searches,
        conditions,
        zeek,
        regression_tests_path: metadata.regression_tests_path,
        sound: false,
    })
}

/// What documents of every kind say of themselves.
pub(super) struct Metadata {
    pub(super) title: Option<Spanned<String>>,
    pub(super) id: Option<Spanned<String>>,
    pub(super) name: Option<Spanned<String>>,
    pub(super) status: Option<Status>,
    pub(super) description: Option<String>,
    pub(super) author: Option<String>,
    pub(super) references: Vec<String>,
    pub(super) falsepositives: Vec<String>,
    pub(super) level: Option<Level>,
    pub(super) tags: Vec<Spanned<String>>,
    pub(super) regression_tests_path: Option<Spanned<String>>,
}

/// Reads what a document says of itself; a title must be there.
pub(super) fn metadata(reader: &Reader<'_>, findings: &mut Vec<Finding>) -> Metadata {
    let title = title(reader, findings);
    let description = reader.string("description", findings);
    if let Some(text) = &description {
        check_length(reader, "description", text, MAX_DESCRIPTION, findings);
    }
    check_dates(reader, findings);
    Metadata {
        title,
        id: identifier(reader, findings),
        name: reader.string("name", findings),
        status: reader.word("status", STATUSES, findings),
        description: description.map(|text| text.value),
        author: reader.string("author", findings).map(|text| text.value),
        references: values(reader.strings("references", findings)),
        falsepositives: values(reader.strings("falsepositives", findings)),
        level: reader.word("level", LEVELS, findings),
        tags: tags(reader, findings),
        regression_tests_path: reader.string("regression_tests_path", findings),
    }
}

/// The rule collections of Sigma 1 are documents of another kind.
fn unsupported_kind(source: &Arc<Source>, document: &Node) -> Option<Finding> {
    let Kind::Mapping(entries) = &document.kind else {
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
pub(super) fn title(reader: &Reader<'_>, findings: &mut Vec<Finding>) -> Option<Spanned<String>> {
    reader.require("title", findings)?;
    let title = reader.string("title", findings)?;
    check_length(reader, "title", &title, MAX_TITLE, findings);
    check_title(reader, &title, findings);
    Some(title)
}

/// Keys that Sigma would let pass as an author's own, but that mean something one level deeper.
fn check_misplaced(source: &Arc<Source>, document: &Node, findings: &mut Vec<Finding>) {
    const DETECTION: &[&str] = &["condition", "timeframe", "keywords", "selection", "filter"];
    let Kind::Mapping(entries) = &document.kind else {
        return;
    };
    for entry in entries {
        let key = entry.key.as_str();
        let is_search = ["selection_", "filter_"]
            .iter()
            .any(|prefix| key.starts_with(prefix));
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
    reader: &Reader<'_>,
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

fn check_title(reader: &Reader<'_>, title: &Spanned<String>, findings: &mut Vec<Finding>) {
    if title.value.trim().is_empty() {
        let finding = reader.finding(Code::InvalidValue, &title.span, "title is empty");
        findings.push(finding.help("say in a few words what the rule detects"));
    }
}

/// Dates are ISO 8601 days (specification, "Date" and "Modified").
pub(super) fn check_dates(reader: &Reader<'_>, findings: &mut Vec<Finding>) {
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
            findings.push(finding.help("write it as YYYY-MM-DD").fix(fix));
        }
    }
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
            number(year, 4).is_some()
                && number(month, 2).is_some_and(|month| (1..=12).contains(&month))
                && number(day, 2).is_some_and(|day| (1..=31).contains(&day))
        }
        _ => false,
    }
}

/// The rule's id, a UUID (specification, "Identification").
pub(super) fn identifier(
    reader: &Reader<'_>,
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

fn tags(reader: &Reader<'_>, findings: &mut Vec<Finding>) -> Vec<Spanned<String>> {
    let tags = reader.strings("tags", findings);
    for tag in &tags {
        if !is_tag(&tag.value) {
            let message = format!("`{}` is not a tag", tag.value);
            let finding = reader.finding(Code::InvalidValue, &tag.span, message);
            let fix =
                in_lower_case(&tag.value).and_then(|lower| renamed_tag(reader, &tags, tag, &lower));
            findings.push(
                finding
                    .help("tags are lower case with a namespace, such as attack.t1053.005")
                    .fix(fix),
            );
        } else if let Some((message, help)) = attack_problem(&tag.value) {
            let fix = attack_successor(&tag.value)
                .and_then(|successor| renamed_tag(reader, &tags, tag, &successor));
            findings.push(
                reader
                    .finding(Code::UnknownTechnique, &tag.span, message)
                    .help(help)
                    .fix(fix),
            );
        }
    }
    check_tactics(reader, &tags, findings);
    tags
}

/// A text as the tag that it must mean: in lower case, and a technique's identifier in ATT&CK's namespace.
fn in_lower_case(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let attack = format!("attack.{lower}");
    let tag = match AttackTag::parse(&attack) {
        Some(AttackTag::Technique(_)) => attack,
        _ => lower,
    };
    is_tag(&tag).then_some(tag)
}

/// The change of a tag into another one, unless the rule has that one, too.
fn renamed_tag(
    reader: &Reader<'_>,
    tags: &[Spanned<String>],
    tag: &Spanned<String>,
    name: &str,
) -> Option<Fix> {
    if tags.iter().any(|other| other.value == name) {
        return None;
    }
    Fix::replace_scalar(reader.source(), &tag.span, &tag.value, name)
}

/// The tag of the technique that took a revoked one's place, or of the only tactic that a misspelt one can mean.
fn attack_successor(tag: &str) -> Option<String> {
    match AttackTag::parse(tag)? {
        AttackTag::Technique(id) => match attack::technique(&id)?.status {
            TechniqueStatus::Revoked { by } => Some(format!("attack.{}", by.to_ascii_lowercase())),
            _ => None,
        },
        AttackTag::Unknown => misspelt_tactic(tag),
        _ => None,
    }
}

fn misspelt_tactic(tag: &str) -> Option<String> {
    let tactics: Vec<String> = Tactic::ALL.iter().map(|tactic| tactic.tag()).collect();
    only_near(tag, tactics.iter().map(String::as_str)).map(str::to_owned)
}

/// Warns of tactics that none of the rule's techniques serves. A rule need not name its techniques' tactics.
fn check_tactics(reader: &Reader<'_>, tags: &[Spanned<String>], findings: &mut Vec<Finding>) {
    let ids = tags
        .iter()
        .filter_map(|tag| match AttackTag::parse(&tag.value)? {
            AttackTag::Technique(id) => Some(id),
            _ => None,
        });
    // What an unknown technique serves, nobody can tell.
    let Some(techniques) = ids
        .map(|id| active_technique(&id))
        .collect::<Option<Vec<_>>>()
    else {
        return;
    };
    if techniques.is_empty() {
        return;
    }
    for tag in tags {
        let Some(AttackTag::Tactic(tactic)) = AttackTag::parse(&tag.value) else {
            continue;
        };
        if techniques
            .iter()
            .any(|technique| technique.tactics.contains(&tactic))
        {
            continue;
        }
        let message = format!(
            "none of the rule's techniques serves the tactic {}",
            tactic.title()
        );
        let served: Vec<String> = techniques
            .iter()
            .map(|technique| {
                let tactics: Vec<String> = technique
                    .tactics
                    .iter()
                    .map(|tactic| tactic.tag())
                    .collect();
                format!("{} serves {}", technique.id, tactics.join(", "))
            })
            .collect();
        let finding = reader.finding(Code::StrayTactic, &tag.span, message);
        findings.push(finding.help(format!("take it away: {}", served.join("; "))));
    }
}

/// A technique, or the one that took its place.
fn active_technique(id: &str) -> Option<&'static attack::Technique> {
    let technique = attack::technique(id)?;
    match technique.status {
        TechniqueStatus::Revoked { by } => attack::technique(by),
        TechniqueStatus::Active | TechniqueStatus::Deprecated => Some(technique),
    }
}

/// What is wrong with an ATT&CK tag, and what would be right.
fn attack_problem(tag: &str) -> Option<(String, String)> {
    match AttackTag::parse(tag)? {
        AttackTag::Technique(id) => match attack::technique(&id).map(|technique| &technique.status)
        {
            None => Some((
                format!("ATT&CK {ATTACK_RELEASE} has no technique {id}"),
                "look it up at attack.mitre.org".to_owned(),
            )),
            Some(TechniqueStatus::Revoked { by }) => Some((
                format!("ATT&CK has revoked {id}"),
                format!("write `attack.{}`", by.to_ascii_lowercase()),
            )),
            Some(TechniqueStatus::Deprecated) => Some((
                format!("ATT&CK has deprecated {id}"),
                "tag the rule with what took its place".to_owned(),
            )),
            Some(TechniqueStatus::Active) => None,
        },
        AttackTag::Unknown => Some((
            format!("ATT&CK {ATTACK_RELEASE} has no tactic, technique, group or software `{tag}`"),
            match misspelt_tactic(tag) {
                Some(tactic) => format!("did you mean `{tactic}`?"),
                None => "tags read like attack.lateral-movement or attack.t1053.005; look it up at attack.mitre.org"
                    .to_owned(),
            },
        )),
        AttackTag::Tactic(_) | AttackTag::Group(_) | AttackTag::Software(_) => None,
    }
}

/// Lower-case letters, digits, underscores and hyphens, in two or more parts (specification, "Tags").
fn is_tag(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|part| {
            !part.is_empty()
                && part.bytes().all(|byte| {
                    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte)
                })
        })
}

pub(super) fn logsource(
    source: &Arc<Source>,
    node: &Node,
    findings: &mut Vec<Finding>,
) -> Option<Logsource> {
    const KEYS: &[&str] = &["category", "product", "service", "definition"];
    let reader = Reader::new(
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
