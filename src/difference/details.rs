//! What of a rule is told: metadata, score and notice.

use super::side::Entry;
use crate::plan::notice::TextPart;
use crate::plan::{PayloadPlan, RulePlan};
use crate::rule::{Destination, PayloadEncoding, Spanned};

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
pub(super) fn between(old: &Entry<'_>, new: &Entry<'_>) -> Vec<Detail> {
    let pairs = told(old).into_iter().zip(told(new));
    pairs
        .filter(|((_, old), (_, new))| old != new)
        .map(|((what, old), (_, new))| Detail { what, old, new })
        .collect()
}

/// All that is told of a rule, always in the same order.
fn told(entry: &Entry<'_>) -> Vec<(&'static str, Option<String>)> {
    let (plan, rule) = (entry.plan, entry.plan.rule);
    let list = |texts: &[String]| (!texts.is_empty()).then(|| texts.join("; "));
    vec![
        ("title", Some(rule.title.value.clone())),
        ("id", entry.id().map(str::to_owned)),
        ("level", rule.level.map(|level| level.as_str().to_owned())),
        ("score", plan.robustness()),
        ("status", rule.status_word().map(str::to_owned)),
        ("tags", tags(&rule.tags)),
        ("description", rule.description.as_deref().map(one_line)),
        ("author", rule.author.clone()),
        ("references", list(&rule.references)),
        ("false positives", list(&rule.falsepositives)),
        ("file", Some(entry.path.clone())),
        ("pack", Some(entry.pack.to_owned())),
        ("name in Zeek", Some(entry.named.name.clone())),
        ("notice", other_than(&entry.named.note, &entry.named.name)),
        ("message", plan.notice.message.as_deref().map(text)),
        (
            "sub",
            other_than(&text(&plan.notice.sub), &rule.title.value),
        ),
        ("identifier", identifier(plan)),
        ("suppression", suppression(plan)),
        ("logged payload", plan.payload.as_ref().map(payload)),
        (
            "tests",
            rule.regression_tests_path
                .as_ref()
                .map(|path| path.value.clone()),
        ),
    ]
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

fn identifier(plan: &RulePlan<'_>) -> Option<String> {
    let fields = plan.identifier.as_ref()?;
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    Some(names.join(", "))
}

fn suppression(plan: &RulePlan<'_>) -> Option<String> {
    let seconds = plan.rule.zeek.suppress_for?;
    Some(format!("{seconds} seconds"))
}

fn payload(payload: &PayloadPlan) -> String {
    let names: Vec<&str> = payload
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
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
        names.join(", "),
        payload.max_bytes
    )
}
