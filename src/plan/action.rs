//! Which file actions a rule watches.
//!
//! Each wire event brings certain actions, so that a rule that asks for some hooks only their events. What a rule asks of
//! `action` is answered here for each action that there is.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::finding::{Code, Finding, Fix};
use crate::predicate::pattern::Pattern;
use crate::predicate::{Comparison, Predicate, Test};
use crate::rule::Rule;
use crate::service::FileAction;
use crate::text::{nearest, only_near};

/// The field that says what is done.
const FIELD: &str = "action";

/// Splits a predicate into the actions that it can match and what is left to test of them.
///
/// What is left still asks for the action where it matters which of them it is.
pub(super) fn split(predicate: Predicate) -> (BTreeSet<FileAction>, Predicate) {
    let answers = Answers::new(&predicate);
    let mut actions = BTreeSet::new();
    let mut rests = Vec::new();
    for action in FileAction::all() {
        let rest = predicate.replace_tests(&|test| answers.of(test, action));
        if rest != Predicate::Constant(false) {
            actions.insert(action);
            rests.push(rest);
        }
    }
    match rests.first() {
        None => (actions, Predicate::Constant(false)),
        Some(first) if rests.iter().all(|rest| rest == first) => (actions, first.clone()),
        Some(_) => (actions, predicate),
    }
}

/// Which actions each pattern matches that a rule has for them.
struct Answers<'a>(BTreeMap<&'a Pattern, BTreeSet<FileAction>>);

impl<'a> Answers<'a> {
    fn new(predicate: &'a Predicate) -> Self {
        let mut answers = BTreeMap::new();
        for test in predicate.tests() {
            if let Some(pattern) = asked(test) {
                answers.entry(pattern).or_insert_with(|| matching(pattern));
            }
        }
        Self(answers)
    }

    fn of(&self, test: &Test, action: FileAction) -> Option<Predicate> {
        let actions = self.0.get(asked(test)?)?;
        Some(Predicate::Constant(actions.contains(&action)))
    }
}

/// The pattern that a test wants the action to match.
fn asked(test: &Test) -> Option<&Pattern> {
    match &test.comparison {
        Comparison::Matches(pattern) if test.field.name == FIELD => Some(pattern),
        _ => None,
    }
}

fn matching(pattern: &Pattern) -> BTreeSet<FileAction> {
    // Asking the pattern for each of the names would build its automaton each time.
    let Ok(matcher) = pattern.matcher() else {
        return BTreeSet::new();
    };
    FileAction::all()
        .filter(|action| matcher.is_match(action.name().as_bytes()))
        .collect()
}

/// An error for a test of `action` that no action passes.
pub(super) fn check(
    rule: &Rule,
    predicate: &Predicate,
    text: &str,
    span: &Range<usize>,
) -> Option<Finding> {
    let Predicate::Test(test) = predicate else {
        return None;
    };
    if !matching(asked(test)?).is_empty() {
        return None;
    }
    let message = format!("Zeek knows no file action `{text}`");
    let finding = Finding::new(Code::UnknownAction, rule.place(span), message);
    let fix = only_near(&whole_name(text), FileAction::all().map(FileAction::name))
        .and_then(|near| Fix::replace_scalar(&rule.source, span, text, near));
    Some(finding.help(suggestion(text)).fix(fix))
}

/// A text with the prefix that all actions have.
fn whole_name(text: &str) -> String {
    if text.contains("::") {
        text.to_owned()
    } else {
        format!("SMB::{text}")
    }
}

fn suggestion(text: &str) -> String {
    let names = || FileAction::all().map(FileAction::name);
    let whole = whole_name(text);
    let same = names().find(|name| name.eq_ignore_ascii_case(&whole));
    match same.or_else(|| nearest(&whole, names())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("actions are {}", names().collect::<Vec<_>>().join(", ")),
    }
}
