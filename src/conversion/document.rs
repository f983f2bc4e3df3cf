//! What changes in one document of a rule file.

use std::ops::Range;

use super::layout::end_of;
use super::mapping::Searches;
use crate::finding::{Code, Edit, Finding, Fix, Place, verbatim};
use crate::plan::correlation::CorrelationPlan;
use crate::plan::{self, RulePlan};
use crate::rule::written::scalar;
use crate::rule::yaml::{Entry, Node, NodeKind};
use crate::rule::{RaiseOn, Rule, Spanned};
use crate::service::{FieldKind, InLog, Service};

/// What changes in a document, or why it cannot be converted.
pub(super) type Edits = Result<Vec<Edit>, Vec<Finding>>;

/// The search that asks for an answer. Its underscore keeps `them` from meaning it.
const ANSWERED: &str = "_answered";

/// A rule or the condition of a filter, whose searches are under `section`.
pub(super) fn rule(rule: &Rule, service: Service, document: &Node, section: &str) -> Edits {
    let mut searches = Searches::new(rule, service);
    let mut edits = logsource(rule, service, document);
    let detection = entry(document, section);
    for search in detection
        .map(|entry| entries(&entry.value))
        .unwrap_or_default()
    {
        if !["condition", "rules"].contains(&search.key.as_str()) {
            searches.detection(&search.value);
        }
    }
    let mut findings = searches.findings;
    edits.append(&mut searches.edits);
    if let Some(detection) = detection {
        match answered(rule, service, &detection.value) {
            Ok(more) => edits.extend(more),
            Err(finding) => findings.push(*finding),
        }
    }
    edits.extend(without_zeek(rule, document));
    if findings.is_empty() {
        Ok(edits)
    } else {
        Err(findings)
    }
}

/// A correlation of `rules`.
pub(super) fn correlation(
    plan: &CorrelationPlan<'_>,
    rules: &[&RulePlan<'_>],
    document: &Node,
) -> Edits {
    let correlation = plan.correlation;
    let condition = correlation.condition.iter();
    let computed = condition.flat_map(|condition| &condition.fields);
    let (mut edits, mut findings) = (Vec::new(), Vec::new());
    let source = &correlation.source;
    let mut rename = |name: &Spanned<String>, rules: &[&RulePlan<'_>]| match column(name, rules) {
        Ok(column) if column == name.value => {}
        Ok(column) => {
            let fix = Fix::replace_scalar(source, &name.span, &name.value, column.as_str());
            edits.extend(fix.map(|fix| fix.edits).unwrap_or_else(|| {
                vec![Edit {
                    span: name.span.clone(),
                    text: scalar(&column),
                }]
            }));
        }
        Err(message) => {
            let place = Place::new(source, &name.span);
            let finding = Finding::new(Code::NotConvertible, place, message);
            findings.push(finding.help("use a column that the rules' logs have"));
        }
    };
    for alias in &correlation.aliases {
        for (rule, field) in &alias.fields {
            let own: Vec<&RulePlan<'_>> = rules
                .iter()
                .copied()
                .filter(|plan| is_named(plan.rule, &rule.value))
                .collect();
            rename(field, &own);
        }
    }
    for name in correlation.group_by.iter().chain(computed) {
        if correlation.alias(&name.value).is_none() {
            rename(name, rules);
        }
    }
    edits.extend(without_block(&correlation.source.text, document, "zeek"));
    if findings.is_empty() {
        Ok(edits)
    } else {
        Err(findings)
    }
}

fn is_named(rule: &Rule, name: &str) -> bool {
    let is = |own: &Option<Spanned<String>>| own.as_ref().is_some_and(|own| own.value == name);
    is(&rule.id) || is(&rule.name)
}

/// The column that all rules have for a field; an error in words where there is none.
fn column(name: &Spanned<String>, rules: &[&RulePlan<'_>]) -> Result<String, String> {
    let mut found: Option<String> = None;
    for plan in rules {
        let Some(field) = plan::field_of(plan.rule, plan.service, name) else {
            // Of correlations of correlations it is a name that one of these gives.
            continue;
        };
        let column = match (plan.service.in_log(&field), field.name.as_str()) {
            (InLog::Column(column), _) => column,
            (_, "uuid") => "endpoint",
            (_, "opnum") => "operation",
            _ if field.kind == FieldKind::Identity => return Ok(name.value.clone()),
            _ => {
                return Err(format!(
                    "`{}` is no column of {}.log",
                    field.name,
                    plan.service.name()
                ));
            }
        };
        match &found {
            Some(other) if other != column => {
                return Err(format!(
                    "`{}` is `{other}` in one log and `{column}` in another",
                    name.value
                ));
            }
            _ => found = Some(column.to_owned()),
        }
    }
    Ok(found.unwrap_or_else(|| name.value.clone()))
}

/// A category in the words of Zeek.
fn logsource(rule: &Rule, service: Service, document: &Node) -> Vec<Edit> {
    let (Some(_), Some(section)) = (&rule.logsource.category, entry(document, "logsource")) else {
        return Vec::new();
    };
    let own = entries(&section.value);
    let Some(category) = own.iter().find(|entry| entry.key == "category") else {
        return Vec::new();
    };
    let text = &rule.source.text;
    let mut named = vec![format!("service: {}", service.name())];
    if rule.logsource.product.is_none() {
        named.insert(0, "product: zeek".to_owned());
    }
    let separator = separator(text, &section.value, category.key_span.start);
    vec![Edit {
        span: category.key_span.start..category.value.span.end,
        text: named.join(&separator),
    }]
}

/// What stands between two entries of a mapping that has one at `start`.
fn separator(text: &str, mapping: &Node, start: usize) -> String {
    if text[mapping.span.start..].starts_with('{') {
        return ", ".to_owned();
    }
    let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
    format!("\n{}", &text[line..start])
}

/// The condition that there is an answer, where the rule waits for one and the log has records without.
fn answered(rule: &Rule, service: Service, detection: &Node) -> Result<Vec<Edit>, Box<Finding>> {
    let waits = rule.zeek.raise_on.as_ref();
    let column = match service.name() {
        "http" => "status_code",
        "smb_cmd" => "status",
        _ => return Ok(Vec::new()),
    };
    if waits.is_none_or(|raise_on| raise_on.value != RaiseOn::Response) {
        return Ok(Vec::new());
    }
    let Some(condition) = entries(detection)
        .iter()
        .find(|entry| entry.key == "condition")
    else {
        return Ok(Vec::new());
    };
    let text = &rule.source.text;
    let separator = separator(text, detection, condition.key_span.start);
    let search = if separator.starts_with('\n') {
        format!("{ANSWERED}:{separator}    {column}|exists: true{separator}")
    } else {
        format!("{ANSWERED}: {{{column}|exists: true}}{separator}")
    };
    let mut edits = vec![Edit {
        span: condition.key_span.start..condition.key_span.start,
        text: search,
    }];
    for condition in condition.value.items() {
        let NodeKind::Scalar(own) = &condition.kind else {
            continue;
        };
        let Some(place) = verbatim(&rule.source, &condition.span, &own.text) else {
            let place = rule.place(&condition.span);
            let message =
                "the condition would have to ask for an answer, too, and is not on one line";
            let finding = Finding::new(Code::NotConvertible, place, message);
            return Err(Box::new(finding.help("write the condition on one line")));
        };
        edits.push(Edit {
            span: place,
            text: format!("({}) and {ANSWERED}", own.text),
        });
    }
    Ok(edits)
}

/// A rule without its `zeek:` block, which only Zeek has.
fn without_zeek(rule: &Rule, document: &Node) -> Option<Edit> {
    without_block(&rule.source.text, document, "zeek")
}

fn without_block(text: &str, document: &Node, key: &str) -> Option<Edit> {
    let own = entries(document);
    let place = own.iter().position(|entry| entry.key == key)?;
    let start = own[place].key_span.start;
    let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
    let end = match own.get(place + 1) {
        Some(next) => next.key_span.start,
        None => end_of_line(text, end_of(text, &own[place].value)?),
    };
    Some(Edit {
        span: Range {
            start: line,
            end: end.max(line),
        },
        text: String::new(),
    })
}

fn end_of_line(text: &str, place: usize) -> usize {
    text[place..]
        .find('\n')
        .map_or(text.len(), |end| place + end + 1)
}

fn entries(node: &Node) -> &[Entry] {
    match &node.kind {
        NodeKind::Mapping(entries) => entries,
        NodeKind::Sequence(_) | NodeKind::Scalar(_) => &[],
    }
}

fn entry<'n>(node: &'n Node, key: &str) -> Option<&'n Entry> {
    entries(node).iter().find(|entry| entry.key == key)
}
