//! What of a rule is told: metadata, score and notice.

use super::RuleDifferenceKind;
use super::side::ComparedRule;
use crate::plan::correlation::{CorrelationPlan, MessagePart};
use crate::plan::extraction::ExtractionPlan;
use crate::plan::notice::TextPart;
use crate::plan::{PayloadPlan, Subject};
use crate::rule::{Destination, PayloadEncoding, Spanned};
use crate::service::Field;

/// Something that is told otherwise of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// What, such as `level`.
    pub what: &'static str,
    /// How it was told; `None` for not at all.
    pub old: Option<String>,
    /// How it is told.
    pub new: Option<String>,
}

/// What is told otherwise of a rule.
pub(super) fn between(old: &ComparedRule<'_>, new: &ComparedRule<'_>) -> Vec<Detail> {
    let pairs = told(old).into_iter().zip(told(new));
    pairs
        .filter(|((_, old), (_, new))| old != new)
        .map(|((what, old), (_, new))| Detail { what, old, new })
        .collect()
}

/// The name that comes or goes with a rule. What operators say of one that is gone keeps Zeek from starting.
pub(super) fn of_name(kind: RuleDifferenceKind, name: Option<String>) -> Detail {
    let (old, new) = match kind {
        RuleDifferenceKind::Added => (None, name),
        _ => (name, None),
    };
    let what = NAME;
    Detail { what, old, new }
}

/// What operators call a rule.
const NAME: &str = "name in Zeek";

/// All that is told of a rule, always in the same order.
fn told(entry: &ComparedRule<'_>) -> Vec<(&'static str, Option<String>)> {
    let rule = entry.subject;
    let list = |texts: &[String]| (!texts.is_empty()).then(|| texts.join("; "));
    let notice = NoticeAction::of(rule);
    vec![
        ("title", Some(rule.title().to_owned())),
        ("id", rule.id().map(str::to_owned)),
        ("level", rule.level().map(|level| level.as_str().to_owned())),
        ("score", rule.robustness()),
        ("status", rule.status().map(str::to_owned)),
        ("tags", tags(rule.tags())),
        ("description", rule.description().map(one_line)),
        ("author", rule.author().map(str::to_owned)),
        ("references", list(rule.references())),
        ("false positives", list(rule.falsepositives())),
        ("file", Some(entry.path.clone())),
        ("pack", Some(entry.pack.pack.name.clone())),
        (NAME, Some(entry.named.name.clone())),
        ("notice", other_than(&entry.named.note, &entry.named.name)),
        ("message", notice.message),
        ("sub", other_than(&notice.sub, rule.title())),
        ("identifier", notice.identifier),
        (
            "suppression",
            notice
                .suppress_for
                .map(|seconds| format!("{seconds} seconds")),
        ),
        ("logged payload", notice.payload),
        ("extracted file", notice.extraction),
        ("tests", rule.tests().map(|path| path.value.clone())),
    ]
}

/// What a notice says, and what else is done with a match.
struct NoticeAction {
    message: Option<String>,
    sub: String,
    identifier: Option<String>,
    suppress_for: Option<u64>,
    payload: Option<String>,
    extraction: Option<String>,
}

impl NoticeAction {
    fn of(rule: Subject<'_>) -> Self {
        match rule {
            Subject::Rule(plan) => Self {
                message: plan.notice.message.as_deref().map(text),
                sub: text(&plan.notice.sub),
                identifier: plan.identifier.as_ref().map(|fields| names(fields)),
                suppress_for: plan.rule.zeek.notice.suppress_for,
                payload: plan.payload.as_ref().map(payload),
                extraction: plan.extraction.as_ref().map(extraction),
            },
            Subject::Correlation(plan) => Self {
                message: Some(correlation_text(plan, &plan.message)),
                sub: correlation_text(plan, &plan.sub),
                identifier: Some(columns(plan)),
                suppress_for: plan.correlation.zeek.notice.suppress_for,
                payload: None,
                extraction: None,
            },
        }
    }
}

/// A text, unless it is what it is without being asked for.
fn other_than(text: &str, usual: &str) -> Option<String> {
    (text != usual).then(|| text.to_owned())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The tags in one order.
fn tags(tags: &[Spanned<String>]) -> Option<String> {
    let mut tags: Vec<&str> = tags.iter().map(|tag| tag.value.as_str()).collect();
    tags.sort_unstable();
    (!tags.is_empty()).then(|| tags.join(", "))
}

fn text(parts: &[TextPart]) -> String {
    let parts = parts.iter().map(|part| match part {
        TextPart::Literal(text) => text.clone(),
        TextPart::Field(field) => format!("{{{}}}", field.name),
    });
    parts.collect()
}

fn correlation_text(plan: &CorrelationPlan<'_>, parts: &[MessagePart]) -> String {
    let parts = parts.iter().map(|part| match part {
        MessagePart::Literal(text) => text.clone(),
        MessagePart::Total => "{total}".to_owned(),
        MessagePart::Count => "{count}".to_owned(),
        MessagePart::Values => "{values}".to_owned(),
        MessagePart::Threshold => "{threshold}".to_owned(),
        MessagePart::Timespan => "{timespan}".to_owned(),
        MessagePart::Column(column) => {
            let column = plan.group.get(*column);
            format!("{{{}}}", column.map_or("", |column| &column.name))
        }
    });
    parts.collect()
}

/// The columns of a correlation's group that tell its notices apart.
fn columns(plan: &CorrelationPlan<'_>) -> String {
    let columns = plan
        .identifier
        .iter()
        .filter_map(|index| plan.group.get(*index));
    let names: Vec<&str> = columns.map(|column| column.name.as_str()).collect();
    names.join(", ")
}

fn names(fields: &[Field]) -> String {
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    names.join(", ")
}

/// What the notice of an extracted file says.
fn extraction(plan: &ExtractionPlan) -> String {
    let message = plan.message.as_deref().map(text);
    message.unwrap_or_else(|| "with the usual notice".to_owned())
}

fn payload(payload: &PayloadPlan) -> String {
    let to = match payload.to {
        Destination::Column => "column",
        Destination::Log => "log",
    };
    let encoding = match payload.encoding {
        PayloadEncoding::Escaped => "escaped",
        PayloadEncoding::Base64 => "Base64",
        PayloadEncoding::Hex => "hex",
    };
    format!(
        "{} to the {to}, {} bytes at most, {encoding}",
        names(&payload.fields),
        payload.max_bytes
    )
}
