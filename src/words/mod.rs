//! What a rule matches, in words, from its plan: what it looks at, and the conditions as a tree of clauses.

mod call;
mod correlation;
mod pattern;
mod test;

use std::fmt;

use crate::plan::RulePlan;
use crate::predicate::Predicate;
use crate::service::{FileAction, FoundBy};

use crate::text::listed;

/// What a rule matches: "a call of operation 1 (SchRpcRegisterTask) on … that the server answered", and its conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What the rule looks at, and when its notice is raised.
    pub subject: Clause,
    /// What else it asks for, all of it.
    pub conditions: Vec<Clause>,
}

/// A condition in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clause {
    /// The words.
    pub words: Vec<Word>,
    /// The values that the words lead to; the condition names one of them.
    pub values: Vec<String>,
    /// What is to be known of the values, such as that they are UTF-16; in words behind them.
    pub remark: String,
    /// Conditions that this one is made of.
    pub parts: Vec<Clause>,
}

/// A piece of a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Plain words.
    Plain(String),
    /// A name, such as a field's or an operation's.
    Name(String),
}

/// Whether a condition must hold or must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    Holds,
    Fails,
}

impl Sense {
    /// The word for it.
    fn pick<'a>(self, holds: &'a str, fails: &'a str) -> &'a str {
        match self {
            Sense::Holds => holds,
            Sense::Fails => fails,
        }
    }
}

impl Statement {
    /// What a rule matches.
    pub fn of(rule: &RulePlan<'_>) -> Self {
        Self::new(rule, &rule.condition())
    }

    /// What a rule matches whose conditions are `condition`, in whatever order they stand there.
    pub fn new(rule: &RulePlan<'_>, condition: &Predicate) -> Self {
        Self {
            subject: subject(rule),
            conditions: match condition {
                Predicate::Constant(true) => Vec::new(),
                Predicate::All(parts) => parts
                    .iter()
                    .map(|part| clause(part, Sense::Holds))
                    .collect(),
                part => vec![clause(part, Sense::Holds)],
            },
        }
    }

    /// The statement as lines of plain text, each value on a line of its own where there are several.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        self.subject.write(0, &mut lines);
        for condition in &self.conditions {
            condition.write(1, &mut lines);
        }
        lines
    }
}

impl Clause {
    /// A clause of plain words.
    fn plain(text: impl Into<String>) -> Self {
        Self::default().then(text)
    }

    /// The clause with plain words behind it.
    fn then(mut self, text: impl Into<String>) -> Self {
        self.words.push(Word::Plain(text.into()));
        self
    }

    /// The clause with a name behind it.
    fn name(mut self, name: impl Into<String>) -> Self {
        self.words.push(Word::Name(name.into()));
        self
    }

    fn parts(mut self, parts: Vec<Clause>) -> Self {
        self.parts = parts;
        self
    }

    fn values(mut self, values: Vec<String>) -> Self {
        self.values = values;
        self
    }

    fn write(&self, depth: usize, lines: &mut Vec<String>) {
        let indent = "  ".repeat(depth);
        match self.values.as_slice() {
            [_, _, ..] => {
                lines.push(format!("{indent}{}{}:", self.sentence(), self.remark));
                for value in &self.values {
                    lines.push(format!("{indent}  {value}"));
                }
            }
            _ => lines.push(format!("{indent}{self}")),
        }
        for part in &self.parts {
            part.write(depth + 1, lines);
        }
    }

    fn sentence(&self) -> String {
        let words = self.words.iter().map(|word| match word {
            Word::Plain(text) | Word::Name(text) => text.as_str(),
        });
        words.collect()
    }
}

impl fmt::Display for Clause {
    /// Writes the clause without its parts, on one line.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sentence())?;
        if !self.values.is_empty() {
            write!(formatter, " {}", self.values.join(", "))?;
        }
        formatter.write_str(&self.remark)
    }
}

/// What a rule looks at, and when it raises its notice.
fn subject(rule: &RulePlan<'_>) -> Clause {
    let raised = rule.stages.last().map(|stage| stage.phase);
    let when = raised.map_or("", |raised| raised.spec().raised);
    let spec = rule.service.spec();
    let clause = match (&rule.watched, spec.found_by) {
        (Some(watched), _) => return call::subject(watched, when),
        (None, FoundBy::FileAction) => file_action(rule),
        (None, _) => Clause::plain(spec.words.one),
    };
    clause.then(when)
}

fn file_action(rule: &RulePlan<'_>) -> Clause {
    let names: Vec<String> = rule
        .actions
        .iter()
        .map(|action| action.name().to_owned())
        .collect();
    if names.len() == FileAction::all().count() {
        return Clause::plain("any action on a file over SMB");
    }
    match names.as_slice() {
        [only] => Clause::plain("the file action ").name(only.clone()),
        _ => Clause::plain("one of the file actions ").name(listed(&names)),
    }
}

/// A condition in words.
fn clause(predicate: &Predicate, sense: Sense) -> Clause {
    match (predicate, sense) {
        (Predicate::Constant(value), _) => {
            let holds = *value == (sense == Sense::Holds);
            Clause::plain(if holds { "always" } else { "never" })
        }
        (Predicate::All(parts), Sense::Holds) | (Predicate::Any(parts), Sense::Fails) => {
            Clause::plain("all of these:").parts(each(parts, sense))
        }
        (Predicate::Any(parts), Sense::Holds) | (Predicate::All(parts), Sense::Fails) => {
            alternatives(parts, sense)
        }
        (Predicate::AtLeast(wanted, parts), Sense::Holds) => {
            Clause::plain(format!("at least {wanted} of these:")).parts(each(parts, sense))
        }
        (Predicate::AtLeast(wanted, parts), Sense::Fails) => {
            Clause::plain(format!("fewer than {wanted} of these:")).parts(each(parts, Sense::Holds))
        }
        (Predicate::Not(part), Sense::Holds) => clause(part, Sense::Fails),
        (Predicate::Not(part), Sense::Fails) => clause(part, Sense::Holds),
        (Predicate::Identity(test), _) => call::identity(test, sense),
        (Predicate::Test(test), _) => test::clause(test, sense),
    }
}

fn each(parts: &[Predicate], sense: Sense) -> Vec<Clause> {
    parts.iter().map(|part| clause(part, sense)).collect()
}

/// Alternatives; those that say the same of one field but for the value become one clause.
fn alternatives(parts: &[Predicate], sense: Sense) -> Clause {
    let mut clauses: Vec<Clause> = Vec::new();
    for part in each(parts, sense) {
        match clauses.last_mut() {
            Some(last) if sense == Sense::Holds && last.continues_with(&part) => {
                last.values.extend(part.values);
            }
            _ => clauses.push(part),
        }
    }
    match clauses.len() {
        1 => clauses.swap_remove(0),
        _ => Clause::plain("one of these:").parts(clauses),
    }
}

impl Clause {
    fn continues_with(&self, other: &Clause) -> bool {
        !self.values.is_empty()
            && !other.values.is_empty()
            && self.parts.is_empty()
            && other.parts.is_empty()
            && self.words == other.words
            && self.remark == other.remark
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::fs;

    use super::*;
    use crate::plan;
    use crate::rule::files;

    /// What a rule with this detection says, in lines.
    #[track_caller]
    fn said(service: &str, detection: &str) -> Vec<String> {
        let rule = format!(
            "title: A\nid: 5f1c6a52-0c2e-4c8d-9f37-0d9c7a2f1a23\nlogsource:\n    product: zeek\n    service: {service}\n\
             detection:\n{detection}"
        );
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rule.yml");
        fs::write(&file, rule).unwrap();
        let loaded = files::load(&[file]).unwrap();
        let mut findings = loaded.findings;
        let plans = plan::packs(&loaded.packs, &mut findings);
        assert!(!plans[0].rules.is_empty(), "{findings:?}");
        Statement::of(&plans[0].rules[0]).lines()
    }

    #[test]
    fn calls_are_named_by_interface_and_operation() {
        let one = "    a: {endpoint: ITaskSchedulerService, operation: SchRpcRegisterTask}\n    condition: a\n";
        assert_eq!(
            said("dce_rpc", one),
            [
                "a call of operation 1 (SchRpcRegisterTask) on interface 86d35949-83c9-4044-b424-db363231fd0c \
                 (ITaskSchedulerService) that the server answered"
            ]
        );
        let several = "    a: {endpoint: svcctl, operation: [CreateServiceW, StartServiceW]}\n    condition: a\n\
                       zeek: {raise_on: request}\n";
        assert_eq!(
            said("dce_rpc", several),
            [
                "a call of one of these operations, answered or not:",
                "  on interface 367abb81-9844-35f1-ad32-98f038001003 (svcctl):",
                "    12 (CreateServiceW)",
                "    19 (StartServiceW)",
            ]
        );
        assert_eq!(
            said("dce_rpc", "    a: {endpoint: atsvc}\n    condition: a\n"),
            [
                "a call of any operation on interface 1ff70682-0a51-30e8-076d-740be8cee98b (atsvc) that the server answered"
            ]
        );
    }

    #[test]
    fn texts_say_where_they_are_sought() {
        let detection = "    a:\n        method: POST\n        uri|startswith: ['/wsman', '/WSMan-anon']\n        \
                         user_agent|endswith: client\n        host: 'a*b?c'\n        body|contains|cased: Xy\n    condition: a\n";
        assert_eq!(
            said("http", detection),
            [
                "an HTTP request, answered or not",
                "  uri begins with one of:",
                "    /wsman",
                "    /WSMan-anon",
                "  method is POST",
                "  host is a*b?c, where * stands for any bytes, ? for any one byte",
                "  user_agent ends with client",
                "  body contains Xy, case counts",
            ]
        );
    }

    #[test]
    fn what_is_excluded_is_said_to_be_so() {
        let detection = "    a: {endpoint: atsvc, operation: NetrJobAdd}\n    b: {id.orig_h|cidr: 10.0.0.0/8, rtt|gt: 5}\n    \
                         c: {named_pipe: null}\n    condition: a and not b and not c\n";
        assert_eq!(
            said("dce_rpc", detection)[1..],
            [
                "  one of these:",
                "    id.orig_h is not in 10.0.0.0/8",
                "    rtt is not greater than 5 seconds",
                "  named_pipe is there",
            ]
        );
    }

    #[test]
    fn payload_is_shown_in_its_encoding() {
        let detection = "    a:\n        endpoint: atsvc\n        operation: NetrJobAdd\n        stub|wide|contains: ['cmd.exe', 'a\\*']\n    \
                         b: {stub|re: '\\xff\\x00$'}\n    condition: a and b\n";
        assert_eq!(
            said("dce_rpc", detection)[1..],
            [
                "  stub contains one of, in UTF-16:",
                "    cmd.exe",
                "    a*",
                "  stub ends with \\xff\\x00",
            ]
        );
    }
}
