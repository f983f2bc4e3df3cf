//! Which filters are put on which rules, and what they ask for.

use super::declared::Services;
use super::{detection, service};
use crate::finding::{Code, Finding, Place};
use crate::predicate::Predicate;
use crate::rule::filter::{Filter, Target};
use crate::rule::pack::Pack;
use crate::rule::{Rule, Spanned};
use crate::service::Service;
use crate::text::nearest;

/// The filters of a pack.
#[derive(Debug)]
pub(super) struct Filters<'a>(Vec<FilterPlan<'a>>);

/// A filter, ready to be put on rules.
#[derive(Debug)]
pub(super) struct FilterPlan<'a> {
    pub(super) filter: &'a Filter,
    service: Service,
    pub(super) predicate: Predicate,
}

/// The filters of a pack. Those with an error are left out; what is wrong goes to `findings`.
pub(super) fn plan<'a>(
    pack: &'a Pack,
    services: &Services,
    findings: &mut Vec<Finding>,
) -> Filters<'a> {
    let filters = pack
        .filters
        .iter()
        .filter_map(|filter| one(pack, services, filter, findings));
    Filters(filters.collect())
}

fn one<'a>(
    pack: &'a Pack,
    services: &Services,
    filter: &'a Filter,
    findings: &mut Vec<Finding>,
) -> Option<FilterPlan<'a>> {
    let condition = &filter.condition;
    let service = service(condition, services, findings)?;
    let are_there = check_target(pack, services, filter, service, findings);
    if filter.is_all_positive() && condition.sound {
        findings.push(keeping(filter));
    }
    let predicate = detection::predicate(condition, service, findings)?;
    (are_there && condition.sound).then_some(FilterPlan {
        filter,
        service,
        predicate,
    })
}

/// Whether the rules that a filter names are there.
fn check_target(
    pack: &Pack,
    services: &Services,
    filter: &Filter,
    service: Service,
    findings: &mut Vec<Finding>,
) -> bool {
    let rules = || pack.rules.iter().map(|named| &named.rule);
    let names = match &filter.target {
        Target::Any if rules().any(|rule| serves(rule, services, service)) => return true,
        Target::Any => {
            let place = filter.condition.place(&filter.condition.title.span);
            let message = format!(
                "pack has no rule of {} to put the filter on",
                service.name()
            );
            let finding = Finding::new(Code::UnusedFilter, place, message);
            findings.push(finding.help(
                "filters are for rules of their own pack: move one of the two, or delete it",
            ));
            return true;
        }
        Target::Named(names) => names,
    };
    let before = findings.len();
    for name in names {
        let mut named = rules()
            .filter(|rule| Filter::names(&name.value, rule))
            .peekable();
        if named.peek().is_none() {
            findings.push(unknown_rule(pack, filter, name));
        } else if let Some(other) = named.find(|rule| !serves(rule, services, service)) {
            findings.push(other_service(filter, name, other));
        }
    }
    findings.len() == before
}

fn unknown_rule(pack: &Pack, filter: &Filter, name: &Spanned<String>) -> Finding {
    let known = || {
        pack.rules.iter().flat_map(|named| {
            let rule = &named.rule;
            let names = [rule.id.as_ref(), rule.name.as_ref(), Some(&rule.title)];
            names.into_iter().flatten().map(|name| name.value.as_str())
        })
    };
    if let Some(finding) = correlation_in_place_of_rule(pack, filter, name) {
        return finding;
    }
    let message = format!("pack has no rule `{}`", name.value);
    let help = match nearest(&name.value, known()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write the id, the name or the title of a rule of this pack".to_owned(),
    };
    let place = filter.condition.place(&name.span);
    Finding::new(Code::FilteredRule, place, message).help(help)
}

/// An error for the name of a correlation, which has no events of its own to filter.
fn correlation_in_place_of_rule(
    pack: &Pack,
    filter: &Filter,
    name: &Spanned<String>,
) -> Option<Finding> {
    let correlation = pack
        .correlations
        .iter()
        .map(|named| &named.correlation)
        .find(|correlation| {
            let id = correlation.id.as_ref();
            id.is_some_and(|id| id.value.eq_ignore_ascii_case(&name.value))
                || correlation
                    .name
                    .as_ref()
                    .is_some_and(|own| own.value == name.value)
                || correlation.title.value == name.value
        })?;
    let rules: Vec<&str> = correlation
        .rules
        .iter()
        .map(|rule| rule.value.as_str())
        .collect();
    let message = format!(
        "`{}` is a correlation, and filters are put on rules",
        name.value
    );
    let place = filter.condition.place(&name.span);
    let finding = Finding::new(Code::FilteredRule, place, message).help(format!(
        "name the rules that it correlates: {}",
        rules.join(", ")
    ));
    let title = Place::new(&correlation.source, &correlation.title.span);
    Some(finding.related(title, "the correlation"))
}

fn other_service(filter: &Filter, name: &Spanned<String>, rule: &Rule) -> Finding {
    let message = format!(
        "rule `{}` has another logsource than the filter",
        name.value
    );
    let place = filter.condition.place(&name.span);
    Finding::new(Code::FilteredRule, place, message)
        .help("write a filter for each logsource")
        .related(rule.place(&rule.logsource.span), "the rule's logsource")
}

/// A filter that lets through only what it describes.
fn keeping(filter: &Filter) -> Finding {
    let rule = &filter.condition;
    let place = rule.place(rule.first_search());
    let message = "with this filter, rules match only where its condition holds";
    Finding::new(Code::KeepingFilter, place, message)
        .help("to leave out what it describes, write `condition: not …`")
}

/// Whether a rule is of a service. One whose logsource is wrong has a finding of its own.
fn serves(rule: &Rule, services: &Services, wanted: Service) -> bool {
    service(rule, services, &mut Vec::new()) == Some(wanted)
}

impl<'a> Filters<'a> {
    /// The filters that are put on a rule of a service.
    pub(super) fn of(&self, rule: &Rule, service: Service) -> Vec<&FilterPlan<'a>> {
        let filters = self.0.iter().filter(|plan| {
            plan.service == service
                && match &plan.filter.target {
                    Target::Any => true,
                    Target::Named(names) => {
                        names.iter().any(|name| Filter::names(&name.value, rule))
                    }
                }
        });
        filters.collect()
    }
}
