//! The texts of a correlation's notice.

use super::GroupColumn;
use crate::finding::{Code, Finding};
use crate::rule::correlation::{Aggregation, Correlation};
use crate::rule::message::{NoticeText, NoticeTextPart};
use crate::text::nearest;

/// A part of a text of a correlation's notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessagePart {
    /// Text as it is.
    Literal(String),
    /// The sum of the weights of the events.
    Total,
    /// What the condition compares: the number of events, of values or of rules, or what was computed.
    Count,
    /// The latest of the values that a `value_count` has counted.
    Values,
    /// The number that it was compared with.
    Threshold,
    /// The time span.
    Timespan,
    /// The value of a group's column.
    Column(usize),
}

/// Values that a notice lists; of the others it says how many there are.
pub const MAX_LISTED_VALUES: usize = 10;
/// Bytes of a value that a notice lists.
pub const MAX_LISTED_BYTES: usize = 100;

const WORDS: &[(&str, MessagePart)] = &[
    ("total", MessagePart::Total),
    ("count", MessagePart::Count),
    ("values", MessagePart::Values),
    ("threshold", MessagePart::Threshold),
    ("timespan", MessagePart::Timespan),
];

/// A text of a correlation's notice; `None` where it is wrong.
pub(super) fn plan(
    correlation: &Correlation,
    message: &NoticeText,
    group: &[GroupColumn],
    findings: &mut Vec<Finding>,
) -> Option<Vec<MessagePart>> {
    let mut parts = Vec::new();
    for part in &message.parts {
        match part {
            NoticeTextPart::Literal(text) => parts.push(MessagePart::Literal(text.clone())),
            NoticeTextPart::Field(name) => {
                let column = group.iter().position(|column| column.name == name.value);
                let word = WORDS.iter().find(|(word, _)| *word == name.value);
                let part = match (word, column) {
                    (Some((_, part)), _) => part.clone(),
                    (None, Some(column)) => MessagePart::Column(column),
                    (None, None) => {
                        let message = format!("`{}` cannot be put in", name.value);
                        let place = correlation.place(&name.span);
                        findings.push(
                            Finding::new(Code::InvalidValue, place, message)
                                .help(help(&name.value, group)),
                        );
                        return None;
                    }
                };
                if let Some((message, help)) = refusal(correlation, &part) {
                    let place = correlation.place(&name.span);
                    findings.push(Finding::new(Code::InvalidValue, place, message).help(help));
                    return None;
                }
                parts.push(part);
            }
        }
    }
    Some(parts)
}

/// What the notice of a correlation says that does not say it itself.
pub(super) fn default(correlation: &Correlation, group: &[GroupColumn]) -> Vec<MessagePart> {
    let text = |text: &str| MessagePart::Literal(text.to_owned());
    let fields = || {
        let condition = correlation.condition.as_ref();
        let fields = condition.map_or(&[][..], |condition| condition.fields.as_slice());
        let names: Vec<&str> = fields.iter().map(|name| name.value.as_str()).collect();
        names.join(" and ")
    };
    let mut parts = match correlation.aggregation.value {
        Aggregation::EventCount => vec![MessagePart::Count, text(" events")],
        Aggregation::ValueCount => {
            vec![
                MessagePart::Count,
                text(&format!(" values of {}", fields())),
            ]
        }
        Aggregation::Temporal => vec![MessagePart::Count, text(" rules")],
        Aggregation::TemporalOrdered => vec![MessagePart::Count, text(" rules in their order")],
        Aggregation::ValueSum => {
            vec![text(&format!("sum of {} ", fields())), MessagePart::Count]
        }
        Aggregation::ValueAvg => {
            vec![text(&format!("mean of {} ", fields())), MessagePart::Count]
        }
        Aggregation::ValuePercentile => {
            let percentile = percentile(correlation);
            let lead = format!("percentile {percentile} of {} ", fields());
            vec![text(&lead), MessagePart::Count]
        }
    };
    parts.extend([text(" in "), MessagePart::Timespan]);
    let mut lead = ": ";
    for (index, column) in group.iter().enumerate() {
        // A connection's id says nothing to people.
        if column.name != "uid" {
            parts.extend([
                text(&format!("{lead}{} ", column.name)),
                MessagePart::Column(index),
            ]);
            lead = ", ";
        }
    }
    parts
}

/// The percentile that a correlation computes; the median where it does not say, as the reference evaluator has it.
pub(super) fn percentile(correlation: &Correlation) -> u8 {
    correlation
        .condition
        .as_ref()
        .and_then(|condition| condition.percentile.as_ref())
        .map_or(50, |percentile| percentile.value)
}

fn help(text: &str, group: &[GroupColumn]) -> String {
    let words = WORDS.iter().map(|(word, _)| *word);
    let names = group.iter().map(|column| column.name.as_str());
    let known: Vec<&str> = words.chain(names).collect();
    match nearest(text, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("what can be put in is {}", known.join(", ")),
    }
}

/// Why a part means nothing in a correlation.
fn refusal(correlation: &Correlation, part: &MessagePart) -> Option<(String, &'static str)> {
    match part {
        MessagePart::Threshold
            if correlation
                .condition
                .as_ref()
                .is_none_or(|condition| condition.bounds.len() != 1) =>
        {
            Some((
                "condition has no one threshold".to_owned(),
                "put the numbers in as text",
            ))
        }
        MessagePart::Values if correlation.aggregation.value != Aggregation::ValueCount => Some((
            format!("{} counts no values", correlation.aggregation.value.name()),
            "`{values}` lists what `type: value_count` has counted; use `{count}` or a group-by field",
        )),
        _ => None,
    }
}
