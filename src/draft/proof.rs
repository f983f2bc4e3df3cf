//! Drafted rules, planned and tried as any other rule.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::DraftError;
use super::text::RuleText;
use crate::evaluation::{Evaluator, Output, RecordEvaluator, RulesOff};
use crate::finding::{Code, Source};
use crate::logs::{LogReader, ZeekLogs};
use crate::plan::{self, PackPlan};
use crate::replay::captures::is_named_as_capture;
use crate::replay::{CaptureError, CaptureReader};
use crate::rule;
use crate::rule::pack::Pack;
use crate::score::{Improvement, Score};
use crate::trial;

/// How often each rule matches, by the rule's id.
pub(super) type Matches = BTreeMap<String, u64>;

/// The text's rules as a pack.
pub(crate) fn pack(text: &str) -> Pack {
    let path = Path::new("draft.yml");
    let source = Arc::new(Source {
        path: path.to_owned(),
        text: text.to_owned(),
    });
    let mut pack = Pack::new(path.to_owned(), "draft".to_owned());
    let documents = rule::parse(&source, &mut Vec::new());
    let alone = documents.len() == 1;
    for document in documents {
        pack.add(document, path, alone);
    }
    pack
}

/// The documents of rules, one after another. Correlations share the rules of their steps.
pub(super) fn documents<'r>(rules: impl Iterator<Item = &'r RuleText>) -> String {
    let mut documents = Vec::new();
    let mut known = BTreeSet::new();
    for (number, rule) in rules.enumerate() {
        let steps = rule.steps().iter();
        let new = steps.filter(|step| known.insert(step.id.as_str()));
        documents.extend(new.map(RuleText::own_document));
        let mut rule = rule.clone();
        // Their titles can be alike.
        rule.name = Some(format!("draft_{number}"));
        documents.push(rule.own_document());
    }
    documents.join("---\n")
}

/// What each rule scores; `None` for what is no rule.
pub(super) fn scores(rules: &[RuleText]) -> Vec<Option<Score>> {
    let pack = pack(&documents(rules.iter()));
    let plans = plan::packs(std::slice::from_ref(&pack), &mut Vec::new());
    let planned = plans.iter().flat_map(|plan| &plan.rules);
    let of_rules = planned.map(|rule| (rule.rule.id.as_ref(), rule.assessment().score));
    let planned = plans.iter().flat_map(|plan| &plan.correlations);
    let of_correlations = planned.map(|it| (it.correlation.id.as_ref(), it.score));
    let scores: BTreeMap<&str, Option<Score>> = of_rules
        .chain(of_correlations)
        .filter_map(|(id, score)| Some((id?.value.as_str(), score)))
        .collect();
    let of = |rule: &RuleText| scores.get(rule.id.as_str()).copied().flatten();
    rules.iter().map(of).collect()
}

/// Comments that accept the warnings which a drafted rule cannot do without, by the line of its document, counted from 0.
pub(super) fn accepted(rule: &RuleText) -> BTreeMap<usize, &'static str> {
    let pack = pack(&rule.document());
    let mut findings = Vec::new();
    plan::packs(std::slice::from_ref(&pack), &mut findings);
    let comments = findings.iter().filter_map(|finding| {
        let comment = match finding.code {
            Code::EncryptedStub => "ignore[W451]: calls of clients that encrypt it are not found",
            Code::EveryCall => "ignore[W452]: nothing that it asks for narrows it down",
            Code::UnknownOperation => "ignore[W454]: no release of Zeek has a name for it",
            _ => return None,
        };
        Some((finding.place.line_column().0.checked_sub(1)?, comment))
    });
    comments.collect()
}

/// What could be left out of a rule for a better score.
pub(super) fn improvements(rule: &RuleText) -> Vec<Improvement> {
    let pack = pack(&rule.document());
    let plans = plan::packs(std::slice::from_ref(&pack), &mut Vec::new());
    let mut rules = plans.into_iter().flat_map(|plan| plan.rules);
    rules
        .next()
        .map_or_else(Vec::new, |rule| rule.assessment().improvements.clone())
}

/// Tries rules on a capture, or on what is none as a log.
pub(super) fn matches(plans: &[PackPlan<'_>], path: &Path) -> Result<Matches, DraftError> {
    let mut evaluator = Evaluator::new(plans, RulesOff::AreTriedToo, &mut Vec::new());
    let mut matches = Matches::new();
    match trial::replay_file(&mut evaluator, path, &mut |output| {
        add(&mut matches, output)
    }) {
        Ok(_) => Ok(matches),
        Err(CaptureError::NotACapture) if !is_named_as_capture(path) => {
            let mut evaluator = RecordEvaluator::new(plans, RulesOff::AreTriedToo, &mut Vec::new());
            trial::evaluate_log(&mut evaluator, path, &mut |output| {
                add(&mut matches, output)
            })
            .map_err(|error| DraftError::Log {
                path: path.to_owned(),
                error,
            })?;
            Ok(matches)
        }
        Err(error) => Err(DraftError::Capture {
            path: path.to_owned(),
            error,
        }),
    }
}

/// Tries rules on the bytes of a capture.
pub(super) fn matches_of(plans: &[PackPlan<'_>], bytes: &[u8]) -> Matches {
    let mut evaluator = Evaluator::new(plans, RulesOff::AreTriedToo, &mut Vec::new());
    let mut matches = Matches::new();
    if let Ok(capture) = CaptureReader::new(bytes) {
        trial::replay_capture(&mut evaluator, capture, &mut |output| {
            add(&mut matches, output);
        });
    }
    matches
}

/// Tries rules on the bytes of a log.
pub(super) fn matches_of_log(plans: &[PackPlan<'_>], log: &str, bytes: &[u8]) -> Matches {
    let mut evaluator = RecordEvaluator::new(plans, RulesOff::AreTriedToo, &mut Vec::new());
    let mut matches = Matches::new();
    let reader = LogReader::new(bytes, None, &ZeekLogs).called(Some(log));
    // What is no log matches nothing.
    let _ = trial::evaluate_records(&mut evaluator, reader, &mut |output| {
        add(&mut matches, output);
    });
    matches
}

fn add(matches: &mut Matches, output: Output) {
    if let Output::Notice(notice) = output {
        *matches.entry(notice.rule.id.clone()).or_default() += 1;
    }
}
