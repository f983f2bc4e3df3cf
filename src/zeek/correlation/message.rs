//! What a correlation's notice says, as Zeek code.

use super::super::string::literal;
use crate::plan::PackPlan;
use crate::plan::correlation::{CorrelationPlan, MessagePart};
use crate::plan::zeek_names::RuleNames;
use crate::rule::correlation::Aggregation;

/// The columns of the group that the notice tells.
pub(super) fn columns(plan: &CorrelationPlan<'_>) -> impl Iterator<Item = usize> {
    let parts = plan.message.iter().chain(&plan.sub);
    parts.filter_map(|part| match part {
        MessagePart::Column(column) => Some(*column),
        _ => None,
    })
}

/// The expression of a text of the notice.
pub(super) fn expression(
    parts: &[MessagePart],
    plan: &CorrelationPlan<'_>,
    names: &RuleNames,
    pack: &PackPlan<'_>,
) -> String {
    let mut format = String::new();
    let mut arguments = Vec::new();
    for part in parts {
        let (place, argument) = match part {
            MessagePart::Literal(text) => {
                format.push_str(&text.replace('%', "%%"));
                continue;
            }
            MessagePart::Total => ("%d", "weights$total".to_owned()),
            MessagePart::Count if plan.aggregation() == Aggregation::TemporalOrdered => {
                ("%d", plan.inputs.len().to_string())
            }
            MessagePart::Count => counted(plan),
            MessagePart::Values => ("%s", listed_values(plan)),
            MessagePart::Threshold => (format_of_threshold(plan), threshold(plan, names)),
            MessagePart::Timespan => ("%s", "timespan".to_owned()),
            MessagePart::Column(column) if plan.may_lack(*column, pack) => {
                ("%s", format!("shown(match$group[{column}])"))
            }
            MessagePart::Column(column) => ("%s", format!("match$group[{column}]")),
        };
        format.push_str(place);
        arguments.push(argument);
    }
    if arguments.is_empty() {
        return literal(format.replace("%%", "%").as_bytes());
    }
    let (format, arguments) = (literal(format.as_bytes()), arguments.join(", "));
    let line = format!("fmt({format}, {arguments})");
    if line.len() <= WIDTH {
        line
    } else {
        format!("fmt({format},\n                    {arguments})")
    }
}

/// Column at which the expression is broken, behind `local message = `.
const WIDTH: usize = 90;

/// What the condition compares, and how it is written.
fn counted(plan: &CorrelationPlan<'_>) -> (&'static str, String) {
    let (format, expression) = match (plan.aggregation(), plan.is_exact()) {
        (aggregation, _) if aggregation.counts() => ("%d", "counted"),
        (Aggregation::ValueSum, true) => ("%s", "shown_sum(numbers)"),
        (_, true) => ("%.2f", "mixed_to_double(exact)"),
        (_, false) => ("%.2f", "counted"),
    };
    (format, expression.to_owned())
}

fn format_of_threshold(plan: &CorrelationPlan<'_>) -> &'static str {
    match (plan.compares_whole(), plan.comes_to_whole()) {
        (true, _) => "%d",
        (false, true) => "%.0f",
        (false, false) => "%.2f",
    }
}

fn listed_values(plan: &CorrelationPlan<'_>) -> String {
    match plan.value_names().count() {
        0 | 1 => "listed_values(window$values)".to_owned(),
        fields => format!("listed_combinations(window$values, {fields})"),
    }
}

/// Whether a value that is counted consists of the values of several fields.
pub(super) fn counts_combinations(plan: &CorrelationPlan<'_>) -> bool {
    plan.value_names().count() > 1
}

fn threshold(plan: &CorrelationPlan<'_>, names: &RuleNames) -> String {
    if !plan.thresholds.is_empty() {
        "threshold".to_owned()
    } else if plan.aggregation() == Aggregation::TemporalOrdered {
        plan.inputs.len().to_string()
    } else {
        format!("{}_threshold", names.slug)
    }
}
