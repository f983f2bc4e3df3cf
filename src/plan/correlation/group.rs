//! The values of an event that a correlation looks at: those that make a group, and those that are computed with.

use super::super::{argument, detection};
use super::{CorrelationPlan, CorrelationPlanner, GroupColumn, GroupValue, Input, MatchSource};
use crate::finding::{Code, Finding};
use crate::rule::correlation::Alias;
use crate::rule::{RaiseOn, Spanned};
use crate::service::{Field, FieldKind};
use crate::text::nearest;

impl CorrelationPlanner<'_, '_> {
    /// Where the values of the group's columns come from; fewer where one is wrong.
    pub(super) fn group_values(
        &self,
        position: usize,
        source: MatchSource,
        findings: &mut Vec<Finding>,
    ) -> Vec<GroupValue> {
        let columns = self.correlation.group_by.iter();
        columns
            .filter_map(|column| {
                let name = self.named(position, source, column, findings)?;
                match source {
                    MatchSource::Rule(index) => {
                        let field = self.field(index, name, findings)?;
                        self.check_value(name, &field, findings)
                            .then_some(GroupValue::Field(field))
                    }
                    MatchSource::Correlation(index) => {
                        self.column_of(&self.correlations[index], name, findings)
                    }
                }
            })
            .collect()
    }

    /// The fields that are computed with.
    pub(super) fn values(&self, source: MatchSource, findings: &mut Vec<Finding>) -> Vec<Field> {
        let Some(condition) = &self.correlation.condition else {
            return Vec::new();
        };
        let MatchSource::Rule(index) = source else {
            if let Some(name) = condition.fields.first() {
                let message = "a correlation has no fields to look at";
                let place = self.correlation.place(&name.span);
                findings.push(
                    Finding::new(Code::UnknownField, place, message)
                        .help("refer to rules alone, or write `type: event_count`"),
                );
            }
            return Vec::new();
        };
        let fields = condition.fields.iter();
        fields
            .filter_map(|name| {
                let field = self.field(index, name, findings)?;
                let fits = if self.correlation.aggregation.value.is_numeric() {
                    self.check_number(name, &field, findings)
                } else {
                    self.check_value(name, &field, findings)
                };
                fits.then_some(field)
            })
            .collect()
    }

    /// The group's columns. Fields that an alias brings together need not be of one kind.
    pub(super) fn group_columns(&self, inputs: &[Input]) -> Vec<GroupColumn> {
        let names = self.correlation.group_by.iter().enumerate();
        names
            .map(|(column, name)| {
                let mut kinds = inputs.iter().map(|input| match &input.group[column] {
                    GroupValue::Field(field) => field.kind,
                    GroupValue::Column(index) => match input.source {
                        MatchSource::Correlation(child) => {
                            self.correlations[child].group[*index].kind
                        }
                        MatchSource::Rule(_) => FieldKind::Text,
                    },
                });
                let first = kinds.next().unwrap_or(FieldKind::Text);
                GroupColumn {
                    name: name.value.clone(),
                    kind: if kinds.all(|kind| kind == first) {
                        first
                    } else {
                        FieldKind::Text
                    },
                }
            })
            .collect()
    }

    /// Says which aliases nobody uses, and which name rules that are not the correlation's.
    pub(super) fn check_aliases(&self, findings: &mut Vec<Finding>) {
        for alias in &self.correlation.aliases {
            for (rule, _) in &alias.fields {
                if self.position_of(rule).is_none() {
                    findings.push(self.not_among_rules(rule));
                }
            }
            let used = self
                .correlation
                .group_by
                .iter()
                .any(|column| column.value == alias.name.value);
            if !used {
                let message = format!("alias `{}` is not in group-by", alias.name.value);
                let place = self.correlation.place(&alias.name.span);
                findings.push(
                    Finding::new(Code::UnknownGroup, place, message)
                        .help("add it to `group-by`, or take it out"),
                );
            }
        }
    }

    /// What is wrong with the name of a rule that is not one of the correlation's.
    pub(super) fn not_among_rules(&self, name: &Spanned<String>) -> Finding {
        let message = format!("`{}` is not among the correlation's rules", name.value);
        let rules = self.correlation.rules.iter();
        let rules: Vec<&str> = rules.map(|rule| rule.value.as_str()).collect();
        let help = match nearest(&name.value, rules.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its rules are {}", rules.join(", ")),
        };
        let place = self.correlation.place(&name.span);
        Finding::new(Code::UnknownReference, place, message).help(help)
    }

    /// What a column is called in a rule: its own name, or the field that an alias has for the rule.
    fn named<'n>(
        &'n self,
        position: usize,
        source: MatchSource,
        column: &'n Spanned<String>,
        findings: &mut Vec<Finding>,
    ) -> Option<&'n Spanned<String>> {
        let Some(alias) = self.correlation.alias(&column.value) else {
            return Some(column);
        };
        let rule = &self.correlation.rules[position];
        let found = alias
            .fields
            .iter()
            .find(|(name, _)| self.position_of(name) == Some(position));
        if let Some((_, field)) = found {
            return Some(field);
        }
        findings.push(self.missing_alias(alias, rule, source));
        None
    }

    fn missing_alias(&self, alias: &Alias, rule: &Spanned<String>, source: MatchSource) -> Finding {
        let message = format!(
            "alias `{}` has no field for `{}`",
            alias.name.value, rule.value
        );
        let example = match source {
            MatchSource::Rule(_) => "id.orig_h".to_owned(),
            MatchSource::Correlation(index) => self.correlations[index]
                .group
                .first()
                .map_or_else(|| "…".to_owned(), |column| column.name.clone()),
        };
        let place = self.correlation.place(&alias.name.span);
        Finding::new(Code::UnknownGroup, place, message)
            .help(format!("add one, such as `{}: {example}`", rule.value))
    }

    /// A column of the group of a correlation that fired.
    fn column_of(
        &self,
        child: &CorrelationPlan<'_>,
        name: &Spanned<String>,
        findings: &mut Vec<Finding>,
    ) -> Option<GroupValue> {
        if let Some(index) = child.column(&name.value) {
            return Some(GroupValue::Column(index));
        }
        let message = format!(
            "correlation `{}` does not group by `{}`",
            child.name, name.value
        );
        let columns: Vec<&str> = child
            .group
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        let help = if columns.is_empty() {
            "it groups by nothing: add the field to its `group-by`".to_owned()
        } else {
            format!("it groups by {}", columns.join(", "))
        };
        let place = self.correlation.place(&name.span);
        findings.push(Finding::new(Code::UnknownGroup, place, message).help(help));
        None
    }

    /// A field of a rule's service that is known when the rule has matched.
    fn field(
        &self,
        rule: usize,
        name: &Spanned<String>,
        findings: &mut Vec<Finding>,
    ) -> Option<Field> {
        let plan = &self.rules[rule];
        let place = self.correlation.place(&name.span);
        let field = match &plan.watched {
            Some(watched) if argument::is_argument(plan.service, &name.value) => {
                argument::field(watched, &name.value, &place, findings)?
            }
            _ => detection::field_at(plan.service, &name.value, &place, findings)?,
        };
        let last = plan.stages.last()?.phase;
        let late = field.phase > last;
        let kept = field.stays || plan.stages.iter().any(|stage| stage.phase == field.phase);
        if late || !kept {
            let when = if late { "not yet" } else { "no longer" };
            let message = format!(
                "`{}` is {when} known when `{}` matches",
                field.name, plan.name
            );
            let raise_on = &plan.rule.zeek.raise_on;
            let asks_request = raise_on
                .as_ref()
                .is_some_and(|asked| asked.value == RaiseOn::Request);
            let way_out = if asks_request {
                "leave `raise_on: request` out of the rule".to_owned()
            } else if field.is_always_set() {
                "leave `generate: true` out".to_owned()
            } else {
                format!(
                    "ask for `{}|exists: true` in the rule, or leave `generate: true` out",
                    field.name
                )
            };
            let help = format!(
                "the rule matches at {}, the field is known at {}: {way_out}",
                last.event(),
                field.phase.event(),
            );
            findings.push(Finding::new(Code::LateRaise, place, message).help(help));
            return None;
        }
        Some(field)
    }

    /// Whether a field has one value, that can be told from others.
    fn check_value(
        &self,
        name: &Spanned<String>,
        field: &Field,
        findings: &mut Vec<Finding>,
    ) -> bool {
        let refused = field.kind.is_several()
            || matches!(
                field.kind,
                FieldKind::Bytes | FieldKind::Interval | FieldKind::Time | FieldKind::Double
            );
        if refused {
            let message = format!("`{}` is {}, which is not counted", name.value, field.kind);
            let help = "use a field with one text, number, address or port";
            let place = self.correlation.place(&name.span);
            findings.push(Finding::new(Code::FieldType, place, message).help(help));
        }
        !refused
    }

    /// Whether a field's values can be computed with.
    fn check_number(
        &self,
        name: &Spanned<String>,
        field: &Field,
        findings: &mut Vec<Finding>,
    ) -> bool {
        let is_number = matches!(
            field.kind,
            FieldKind::Count | FieldKind::Interval | FieldKind::Int | FieldKind::Double
        );
        if !is_number {
            let aggregation = self.correlation.aggregation.value.name();
            let message = format!("{aggregation} cannot compute with {}", field.kind);
            let help = "use a field that is a number or a time span";
            let place = self.correlation.place(&name.span);
            findings.push(Finding::new(Code::FieldType, place, message).help(help));
        }
        is_number
    }
}
