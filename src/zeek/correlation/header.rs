//! The header of a correlation's script: what a reader of the package should know of it.

use super::super::Writer;
use super::super::rule_file::{description_lines, entry_lines, header_lines};
use crate::plan::correlation::CorrelationPlan;

impl Writer<'_> {
    pub(super) fn correlation_header(&self, plan: &CorrelationPlan<'_>) -> Vec<String> {
        let correlation = plan.correlation;
        let mut lines = header_lines(correlation, &plan.techniques, plan.robustness());
        let mut entry = |label: &str, text: &str| lines.extend(entry_lines(label, text));
        entry("Type:", plan.aggregation().name());
        entry(
            "Rules:",
            &texts(correlation.rules.iter().map(|rule| &rule.value)),
        );
        if !plan.group.is_empty() {
            entry(
                "Groups by:",
                &texts(plan.group.iter().map(|column| &column.name)),
            );
        }
        if let Some(condition) = &correlation.condition {
            let bounds: Vec<String> = condition
                .bounds
                .iter()
                .map(|bound| format!("{} {}", bound.relation.name(), bound.number.value))
                .collect();
            let fields = texts(condition.fields.iter().map(|field| &field.value));
            entry("Condition:", &format!("{fields} {}", bounds.join(" and ")));
        }
        lines.extend(description_lines(correlation.description.as_deref()));
        lines
    }
}

fn texts<'a>(texts: impl Iterator<Item = &'a String>) -> String {
    texts.map(String::as_str).collect::<Vec<_>>().join(", ")
}
