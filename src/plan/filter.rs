//! Which filters are put on which rules, and what they ask for.

use std::collections::BTreeMap;

use super::declared::Services;
use super::{correlation, detection, service};
use crate::finding::{Code, Finding};
use crate::predicate::Predicate;
use crate::rule::filter::{Filter, Target};
use crate::rule::pack::Pack;
use crate::rule::{Logsource, Rule, Spanned};
use crate::service::Service;
use crate::text::nearest;

/// The filters of a pack.
#[derive(Debug)]
pub(super) struct Filters<'a>(Vec<FilterPlan<'a>>);

/// A filter, ready to be put on rules of a service.
#[derive(Debug)]
pub(super) struct FilterPlan<'a> {
    pub(super) filter: &'a Filter,
    service: Service,
    /// The rules that it is put on.
    rules: Vec<&'a Rule>,
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
        .flat_map(|filter| one(pack, services, filter, findings));
    Filters(filters.collect())
}

/// A filter, once for each service that it is about.
fn one<'a>(
    pack: &'a Pack,
    services: &Services,
    filter: &'a Filter,
    findings: &mut Vec<Finding>,
) -> Vec<FilterPlan<'a>> {
    let condition = &filter.condition;
    let own = match is_of_any_service(&condition.logsource) {
        true => None,
        false => match service(condition, services, findings) {
            Some(service) => Some(service),
            None => return Vec::new(),
        },
    };
    let before = findings.len();
    let rules = targets(pack, services, filter, own, findings);
    let are_there = findings.len() == before || matches!(filter.target, Target::Any);
    if filter.is_all_positive() && condition.sound {
        findings.push(keeping(filter));
    }
    let mut by_service: BTreeMap<&str, (Service, Vec<&'a Rule>)> = BTreeMap::new();
    if let Some(own) = own {
        by_service.insert(own.name(), (own, Vec::new()));
    }
    for (rule, service) in rules {
        let of_service = by_service.entry(service.name());
        of_service.or_insert((service, Vec::new())).1.push(rule);
    }
    let mut plans = Vec::new();
    for (service, rules) in by_service.into_values() {
        let mut of_service = Vec::new();
        let predicate = detection::predicate(condition, service, &mut of_service);
        // What is wrong for all services is said once.
        of_service.retain(|finding| {
            let mut said = findings.iter();
            !said.any(|said| said.message == finding.message && said.place == finding.place)
        });
        findings.append(&mut of_service);
        plans.extend(predicate.map(|predicate| FilterPlan {
            filter,
            service,
            rules,
            predicate,
        }));
    }
    if are_there && condition.sound {
        plans
    } else {
        Vec::new()
    }
}

/// Whether a logsource says no more than that it is Zeek's: such a filter is for rules of all services.
fn is_of_any_service(logsource: &Logsource) -> bool {
    logsource.is_of_zeek() && logsource.service.is_none() && logsource.category.is_none()
}

/// The rules that a filter is put on, with their services; `own` is the filter's, where it has one.
fn targets<'a>(
    pack: &'a Pack,
    services: &Services,
    filter: &Filter,
    own: Option<Service>,
    findings: &mut Vec<Finding>,
) -> Vec<(&'a Rule, Service)> {
    // A rule whose logsource is wrong has a finding of its own.
    let served = |rule: &'a Rule| {
        let service = service(rule, services, &mut Vec::new());
        service.map(|service| (rule, service))
    };
    let fits = |rule: &Rule, service: Service| match own {
        Some(own) => own == service,
        None => rule.logsource.is_of_zeek(),
    };
    let rules = || pack.rules.iter().map(|named| &named.rule);
    let names = match &filter.target {
        Target::Any => {
            let served = rules().filter_map(served);
            let targets: Vec<_> = served
                .filter(|(rule, service)| fits(rule, *service))
                .collect();
            if targets.is_empty() {
                findings.push(unused(filter, own));
            }
            return targets;
        }
        Target::Named(names) => names,
    };
    let mut targets: Vec<(&Rule, Service)> = Vec::new();
    for name in names {
        let mut named: Vec<&Rule> = rules()
            .filter(|rule| Filter::names(&name.value, rule))
            .collect();
        if named.is_empty() {
            match correlation::rules_of(pack, &name.value) {
                Some(correlated) => named = correlated,
                None => findings.push(unknown_rule(pack, filter, name)),
            }
        }
        for rule in named {
            match served(rule) {
                Some((_, service)) if !fits(rule, service) => {
                    findings.push(other_service(filter, name, rule));
                }
                Some(target) if !targets.iter().any(|(known, _)| std::ptr::eq(*known, rule)) => {
                    targets.push(target);
                }
                _ => {}
            }
        }
    }
    targets
}

fn unused(filter: &Filter, own: Option<Service>) -> Finding {
    let place = filter.condition.place(&filter.condition.title.span);
    let message = match own {
        Some(own) => format!("pack has no rule of {} to put the filter on", own.name()),
        None => "pack has no rule to put the filter on".to_owned(),
    };
    Finding::new(Code::UnusedFilter, place, message)
        .help("filters are for rules of their own pack: move one of the two, or delete it")
}

fn unknown_rule(pack: &Pack, filter: &Filter, name: &Spanned<String>) -> Finding {
    let known = || {
        pack.rules.iter().flat_map(|named| {
            let rule = &named.rule;
            let names = [rule.id.as_ref(), rule.name.as_ref(), Some(&rule.title)];
            names.into_iter().flatten().map(|name| name.value.as_str())
        })
    };
    let message = format!("pack has no rule `{}`", name.value);
    let help = match nearest(&name.value, known()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            "write the id, the name or the title of a rule or correlation of this pack".to_owned()
        }
    };
    let place = filter.condition.place(&name.span);
    Finding::new(Code::FilteredRule, place, message).help(help)
}

fn other_service(filter: &Filter, name: &Spanned<String>, rule: &Rule) -> Finding {
    let message = format!(
        "rule `{}` has another logsource than the filter",
        name.value
    );
    let place = filter.condition.place(&name.span);
    Finding::new(Code::FilteredRule, place, message)
        .help("write a filter for each logsource, or one with `product: zeek` alone")
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

impl<'a> Filters<'a> {
    /// The filters that are put on a rule of a service.
    pub(super) fn of(&self, rule: &Rule, service: Service) -> Vec<&FilterPlan<'a>> {
        let filters = self.0.iter().filter(|plan| {
            let mut rules = plan.rules.iter();
            plan.service == service && rules.any(|known| std::ptr::eq(*known, rule))
        });
        filters.collect()
    }
}
