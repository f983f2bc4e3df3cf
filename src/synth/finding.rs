//! What is said of a rule for which not all captures can be made.

use super::MAX_CAPTURES;
use super::solve::{Unsolvable, Unsolved};
use crate::finding::{Code, Finding};
use crate::plan::RulePlan;
use crate::plan::correlation::CorrelationPlan;
use crate::text::counted;

/// No capture can be made on which the rule fires.
pub(super) fn unsatisfiable(plan: &RulePlan<'_>, unsolved: Option<&Unsolved>) -> Finding {
    match unsolved {
        Some(unsolved) => told(plan, Code::NotSynthesised, unsolved),
        None => {
            let place = plan.rule.place(plan.rule.first_search());
            let message = "no capture can be made on which the rule fires";
            Finding::new(Code::NotSynthesised, place, message)
                .help("test it on a capture of your own, which `regression_tests_path` names")
        }
    }
}

/// No conversation of the rule's service is known.
pub(super) fn no_conversation(plan: &RulePlan<'_>) -> Finding {
    let place = plan.rule.place(&plan.rule.logsource.span);
    let message = format!(
        "no capture can be made for {}: sigzeek does not write its protocol",
        plan.service.name()
    );
    Finding::new(Code::NotSynthesised, place, message)
        .help("test the rule on a capture of your own, which `regression_tests_path` names")
}

/// Ways to match of which no capture is made: those that cannot be, and those beyond the first `capped`.
pub(super) fn left_out(
    plan: &RulePlan<'_>,
    unsolved: &[Unsolved],
    capped: Option<usize>,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for unsolved in unsolved {
        let finding = told(plan, Code::PartlySynthesised, unsolved);
        let same =
            |known: &Finding| known.place == finding.place && known.message == finding.message;
        if !findings.iter().any(same) {
            findings.push(finding);
        }
    }
    findings.extend(capped.map(|made| {
        let place = plan.rule.place(plan.rule.first_search());
        let message =
            format!("rule has more ways to match than the {made} that captures are written for");
        Finding::new(Code::PartlySynthesised, place, message)
            .help("split the rule, or test the others on captures of your own")
    }));
    findings
}

/// More captures than are kept.
pub(super) fn capped(plan: &RulePlan<'_>, left_out: usize) -> Finding {
    let place = plan.rule.place(plan.rule.first_search());
    let message = format!(
        "{} left out: {MAX_CAPTURES} are the most",
        counted(left_out, "capture")
    );
    Finding::new(Code::PartlySynthesised, place, message)
        .help("split the rule, or test the others on captures of your own")
}

/// No capture can be made on which a correlation fires.
pub(super) fn no_correlation(plan: &CorrelationPlan<'_>, reason: &str) -> Finding {
    let correlation = plan.correlation;
    let place = correlation.place(&correlation.aggregation.span);
    let message = format!("no capture can be made on which the correlation fires: {reason}");
    Finding::new(Code::NotSynthesised, place, message)
        .help("test it on a capture of your own, which `regression_tests_path` names")
}

fn told(plan: &RulePlan<'_>, code: Code, unsolved: &Unsolved) -> Finding {
    let rule = plan.rule;
    let place = match &unsolved.place {
        Some(place) => place.clone(),
        None => rule.place(rule.first_search()),
    };
    let (message, help) = match &unsolved.obstacle {
        Unsolvable::Contradiction { field } => (
            format!(
                "no capture has a `{field}` that is as all of the rule's tests together want it"
            ),
            "correct one of them, or write alternatives as a list".to_owned(),
        ),
        Unsolvable::BeyondCaptures { field } => (
            format!(
                "no capture settles `{field}`: Zeek makes it up, or finds it out in its own way"
            ),
            "test the rule on a capture of your own, which `regression_tests_path` names"
                .to_owned(),
        ),
        Unsolvable::Placeholder { name } => (
            format!(
                "`%{name}%` stands for nothing until an operator fills its option, so that no capture matches it"
            ),
            "test the rule where the option is filled, or add a value that needs none".to_owned(),
        ),
        Unsolvable::DoesNotFit { field, wanted } => (
            format!("no capture carries a `{field}` like this"),
            format!("it must be {wanted}"),
        ),
        Unsolvable::NotFound { field } => (
            format!("no `{field}` was found that is as all of the rule's tests together want it"),
            "simplify its patterns, or test the rule on a capture of your own".to_owned(),
        ),
        Unsolvable::NoOperation => (
            "no operation is as all of the rule's tests together want it".to_owned(),
            "correct one of them, or write alternatives as a list".to_owned(),
        ),
    };
    let finding = Finding::new(code, place, message).help(help);
    match &unsolved.other {
        Some(other) => finding.related(other.clone(), "the other one"),
        None => finding,
    }
}
