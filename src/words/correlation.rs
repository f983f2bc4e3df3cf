//! What a correlation matches, in words.

use super::{Clause, Statement};
use crate::plan::PackPlan;
use crate::plan::correlation::CorrelationPlan;
use crate::rule::correlation::{Aggregation, Bound, BoundRelation};
use crate::text::printable;
use crate::text::{counted, listed};

impl Statement {
    /// What a correlation matches.
    pub fn of_correlation(pack: &PackPlan<'_>, plan: &CorrelationPlan<'_>) -> Self {
        let rules = rules(pack, plan);
        let what = what(plan, rules.len());
        let subject = within(what, plan).then(of_rules(plan, rules.len()));
        Self {
            subject: subject.parts(rules),
            conditions: Vec::new(),
        }
    }
}

/// What is counted or computed.
fn what(plan: &CorrelationPlan<'_>, rules: usize) -> Clause {
    let bounds = listed(&plan.bounds.iter().map(bound).collect::<Vec<_>>());
    let values = || {
        let names: Vec<String> = plan
            .correlation
            .condition
            .iter()
            .flat_map(|condition| &condition.fields)
            .map(|field| field.value.clone())
            .collect();
        listed(&names)
    };
    let number = |of: &str| {
        Clause::plain(format!("matches of which the {of} of "))
            .name(values())
            .then(format!(" is {bounds}"))
    };
    match plan.aggregation() {
        Aggregation::EventCount => Clause::plain(format!("{bounds} matches")),
        Aggregation::ValueCount => {
            Clause::plain(format!("matches with {bounds} different values of ")).name(values())
        }
        Aggregation::Temporal if plan.of_rules().is_some() => Clause::plain("matches"),
        Aggregation::Temporal | Aggregation::TemporalOrdered
            if plan.correlation.condition.is_none() || rules == 1 =>
        {
            Clause::plain("matches")
        }
        Aggregation::Temporal | Aggregation::TemporalOrdered => {
            Clause::plain(format!("matches of {bounds} of the rules"))
        }
        Aggregation::ValueSum => number("sum"),
        Aggregation::ValueAvg => number("mean"),
        Aggregation::ValuePercentile => number(&format!("{}th percentile", plan.percentile)),
    }
}

fn bound(bound: &Bound) -> String {
    let number = bound.number.value;
    match bound.relation {
        BoundRelation::Less => format!("fewer than {number}"),
        BoundRelation::LessOrEqual => format!("at most {number}"),
        BoundRelation::Greater => format!("more than {number}"),
        BoundRelation::GreaterOrEqual => format!("at least {number}"),
        BoundRelation::Equal => format!("just {number}"),
        BoundRelation::NotEqual => format!("other than {number}"),
    }
}

/// The time span, and what must be the same.
fn within(clause: Clause, plan: &CorrelationPlan<'_>) -> Clause {
    let clause = clause.then(format!(" within {}", span(plan.timespan())));
    let names: Vec<String> = plan
        .group
        .iter()
        .map(|column| column.name.clone())
        .collect();
    if names.is_empty() {
        clause
    } else {
        clause
            .then(", with the same ")
            .name(listed(&names))
            .then(",")
    }
}

fn span(seconds: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let unit = UNITS
        .iter()
        .find(|(length, _)| seconds.is_multiple_of(*length));
    let (length, name) = unit.copied().unwrap_or((1, "second"));
    let number = usize::try_from(seconds / length).unwrap_or(usize::MAX);
    counted(number, name)
}

fn of_rules(plan: &CorrelationPlan<'_>, rules: usize) -> String {
    if let (Some(condition), Some(_)) = (&plan.correlation.condition, plan.of_rules()) {
        let text = &plan.correlation.source.text[condition.span.clone()];
        return format!(" that meet `{}`, of these:", printable(text));
    }
    let all = plan.correlation.condition.is_none();
    let words = match plan.aggregation() {
        _ if rules == 1 => " of this rule:",
        Aggregation::Temporal if all => " of all of these rules:",
        Aggregation::TemporalOrdered if all => " of all of these rules, in this order:",
        Aggregation::Temporal => ", of these:",
        Aggregation::TemporalOrdered => ", in this order, of these:",
        _ => " of any of these rules:",
    };
    words.to_owned()
}

fn rules(pack: &PackPlan<'_>, plan: &CorrelationPlan<'_>) -> Vec<Clause> {
    let inputs = plan.inputs.iter();
    inputs
        .filter_map(|input| {
            let title = printable(pack.subject(input.source)?.title());
            let clause = Clause::plain(title);
            Some(match input.weight {
                1 => clause,
                weight => clause.then(format!(", which counts {weight}")),
            })
        })
        .collect()
}
