//! Scenarios on which a rule fires: one for each way to match.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::scenario::Scenario;
use super::solve::ways::{Atom, WayToMatch, ways};
use super::solve::{Unsolved, solve};
use super::{finding, fires, slug};
use crate::finding::Finding;
use crate::plan::RulePlan;
use crate::predicate::Test;
use crate::text::printable;

/// Most ways of which a capture is made.
const MAX_POSITIVES: usize = 16;
/// Longest part of a rule's value in a label.
const MAX_VALUE: usize = 40;

/// A scenario on which the rule fires.
#[derive(Debug)]
pub(super) struct Positive<'p> {
    /// The way that it takes.
    pub(super) way: WayToMatch<'p>,
    /// The scenario.
    pub(super) scenario: Scenario,
    /// What tells it from the others.
    pub(super) label: String,
    /// What it shows, for people.
    pub(super) shows: String,
}

/// Scenarios that together take each alternative of a rule, as far as there is one; what cannot be goes to `findings`.
pub(super) fn find<'p>(plan: &'p RulePlan<'_>, findings: &mut Vec<Finding>) -> Vec<Positive<'p>> {
    let Some(mut usual) = Scenario::usual(plan.service) else {
        findings.push(finding::no_conversation(plan));
        return Vec::new();
    };
    if plan.predicate.fields().iter().any(|it| it.is_argument()) {
        usual.describe_stubs();
    }
    let all = ways(&plan.predicate, true);
    let mut covered: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut solved = Vec::new();
    let mut unsolved: Vec<Unsolved> = Vec::new();
    let mut capped = all.capped;
    for way in all.ways {
        let is_new = solved.is_empty() || !way.choices.is_subset(&covered);
        if !is_new {
            continue;
        }
        if solved.len() == MAX_POSITIVES {
            capped = true;
            break;
        }
        let solution = solve(&usual, &way.literals).map(|scenario| on_its_share(plan, scenario));
        match solution {
            Ok(scenario) if fires(plan, &scenario) == Some(true) => {
                covered.extend(&way.choices);
                solved.push((way, scenario));
            }
            Ok(_) => {}
            Err(error) => unsolved.push(error),
        }
    }
    if solved.is_empty() {
        findings.push(finding::unsatisfiable(plan, unsolved.first()));
        return Vec::new();
    }
    findings.extend(finding::left_out(
        plan,
        &unsolved,
        capped.then_some(solved.len()),
    ));
    labelled(solved)
}

/// The scenario on a share of the type that a real one would be, if the rule allows that.
fn on_its_share(plan: &RulePlan<'_>, scenario: Scenario) -> Scenario {
    let other = scenario.on_its_share();
    other
        .filter(|other| fires(plan, other) == Some(true))
        .unwrap_or(scenario)
}

fn labelled<'p>(solved: Vec<(WayToMatch<'p>, Scenario)>) -> Vec<Positive<'p>> {
    let common: BTreeSet<TestPosition> = match solved.split_first() {
        Some(((first, _), rest)) => rest.iter().fold(asked(first), |common, (way, _)| {
            common.intersection(&asked(way)).cloned().collect()
        }),
        None => BTreeSet::new(),
    };
    solved
        .into_iter()
        .map(|(way, scenario)| {
            let values: Vec<String> = values(&way, &common);
            let mut parts = vec![slug(&scenario.title(), MAX_VALUE)];
            parts.extend(values.iter().map(|value| slug(value, MAX_VALUE)));
            let told: Vec<String> = values.iter().map(|value| format!(", {value}")).collect();
            Positive {
                label: parts.join("-"),
                // The rule chose the texts.
                shows: printable(&format!("{}{}", scenario.title(), told.concat())),
                scenario,
                way,
            }
        })
        .collect()
}

/// A place where a test stands, in an order that is always the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TestPosition {
    file: PathBuf,
    start: usize,
    end: usize,
}

impl TestPosition {
    /// The place of a test.
    pub(super) fn by(test: &Test) -> Self {
        Self {
            file: test.place.path().to_owned(),
            start: test.place.span.start,
            end: test.place.span.end,
        }
    }
}

/// What a way asks for.
fn asked(way: &WayToMatch<'_>) -> BTreeSet<TestPosition> {
    tests(way).map(TestPosition::by).collect()
}

fn tests<'w>(way: &'w WayToMatch<'_>) -> impl Iterator<Item = &'w Test> {
    let wanted = way.literals.iter().filter(|literal| literal.wanted);
    wanted.filter_map(|literal| match &literal.atom {
        Atom::Field(test) => Some(*test),
        Atom::Identity(_) => None,
    })
}

/// What a way asks for that not all ways do, as its file writes it.
fn values(way: &WayToMatch<'_>, common: &BTreeSet<TestPosition>) -> Vec<String> {
    let mut own: Vec<&Test> = tests(way)
        .filter(|test| !common.contains(&TestPosition::by(test)))
        .collect();
    own.sort_by_key(|test| TestPosition::by(test));
    own.dedup_by_key(|test| TestPosition::by(test));
    own.iter()
        .filter_map(|test| test.place.source.text.get(test.place.span.clone()))
        .map(|text| text.trim_matches(['\'', '"']).to_owned())
        .take(3)
        .collect()
}
