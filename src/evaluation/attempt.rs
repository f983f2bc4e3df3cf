//! How near each rule came to its notice: what to tell an author whose rule should have fired.

use std::collections::BTreeMap;

use super::value::FieldValue;
use crate::event::{ConnectionId, Timestamp};
use crate::finding::Place;
use crate::service::Phase;
use crate::text::zeek_log;

/// A rule that was tried at one event.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// When.
    pub time: Timestamp,
    /// On what.
    pub seen: AttemptSubject,
    /// The call or the request.
    pub observed: Vec<u8>,
    /// Which of the rule's events it was, counted from 0.
    pub(super) stage: usize,
    /// How many events the rule has.
    pub(super) stages: usize,
    /// The event.
    pub phase: Phase,
    /// What the rule asks for at the event; all of it must hold.
    pub parts: Vec<Part>,
}

/// What a rule was tried on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptSubject {
    /// Something on this connection.
    Connection(ConnectionId),
    /// The record on this line of a log, counted from 1.
    Record(u64),
    /// A record of which the line is not known.
    SomeRecord,
}

/// A part of what a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Whether it held.
    pub held: bool,
    /// What it is.
    pub asked: Asked,
    /// The fields that it looks at, with their values; `None` where a field was not set.
    pub values: Vec<(String, Option<SeenValue>)>,
}

/// What a part of a rule is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Tests that the rule, or a filter that is put on it, makes of fields; at least one.
    Tests(Vec<Tested>),
    /// What the rule asks of the field by which its package finds it.
    Field(String),
    /// That the call is one of those that the rule is about.
    Identity,
}

/// What became of a test, by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// Where it is asked for.
    pub place: Place,
    /// Whether it held. `exists: false` and `neq` ask that it does not.
    pub held: bool,
}

/// The beginning of a field's value, as Zeek's `cat` writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenValue {
    /// At most [`SeenValue::MOST`] bytes.
    pub bytes: Vec<u8>,
    /// How many bytes the whole has.
    pub length: usize,
}

/// A match that a correlation took, and what its group came to with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrelationStep {
    /// When the rule matched.
    pub time: Timestamp,
    /// The rule's number among those of the correlation, from 0.
    pub rule: usize,
    /// What the condition compares, as a notice writes it; `None` where there is no such value.
    pub value: Option<String>,
    /// Whether the condition held.
    pub holds: bool,
}

/// The group-by values of a correlation's group; `None` for one that is not set.
pub type GroupValues = Vec<Option<Vec<u8>>>;

/// What became of each rule, by the rule's name.
#[derive(Debug, Default)]
pub struct Attempts {
    /// How many attempts of a rule are kept, and how many steps of a group.
    most: usize,
    /// The nearest first.
    nearest: BTreeMap<String, Vec<Attempt>>,
    /// How often each rule was tried at the first of its events.
    tried: BTreeMap<String, u64>,
    matches: BTreeMap<String, MatchSummary>,
    /// Of each group the steps up to the first at which the condition held, the latest of them, oldest first.
    windows: BTreeMap<String, BTreeMap<GroupValues, Vec<CorrelationStep>>>,
}

/// How often a rule or correlation matched, and when, suppressed notices included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchSummary {
    /// How often.
    pub count: u64,
    /// When it did first.
    pub first: Timestamp,
    /// When it did last.
    pub last: Timestamp,
}

/// How many groups of a correlation are kept; the steps of later ones are left out.
const MOST_GROUPS: usize = 1000;

impl Attempts {
    /// Of each rule, the nearest attempts are kept, and of each correlation's group the steps up to the first at which its
    /// condition held: `most` of them.
    pub(super) fn keeping(most: usize) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    /// The attempts of a rule that are kept, the nearest first.
    #[must_use]
    pub fn nearest(&self, rule: &str) -> &[Attempt] {
        self.nearest.get(rule).map_or(&[], Vec::as_slice)
    }

    /// How often a rule was tried.
    #[must_use]
    pub fn tried(&self, rule: &str) -> u64 {
        self.tried.get(rule).copied().unwrap_or(0)
    }

    /// The matches of a rule or correlation, if there were some.
    #[must_use]
    pub fn matches(&self, rule: &str) -> Option<MatchSummary> {
        self.matches.get(rule).copied()
    }

    /// The groups of a correlation with their steps, oldest first.
    pub fn windows(
        &self,
        correlation: &str,
    ) -> impl Iterator<Item = (&GroupValues, &[CorrelationStep])> {
        let groups = self.windows.get(correlation).into_iter().flatten();
        groups.map(|(group, steps)| (group, steps.as_slice()))
    }

    pub(super) fn step(&mut self, correlation: &str, group: &GroupValues, step: CorrelationStep) {
        let groups = self.windows.entry(correlation.to_owned()).or_default();
        if groups.len() >= MOST_GROUPS && !groups.contains_key(group) {
            return;
        }
        let steps = groups.entry(group.clone()).or_default();
        if steps.len() >= self.most {
            if steps.iter().any(|known| known.holds) {
                return;
            }
            steps.remove(0);
        }
        steps.push(step);
    }

    pub(super) fn matched(&mut self, rule: &str, now: Timestamp) {
        match self.matches.get_mut(rule) {
            Some(matches) => {
                matches.count += 1;
                matches.last = now;
            }
            None => {
                let matches = MatchSummary {
                    count: 1,
                    first: now,
                    last: now,
                };
                self.matches.insert(rule.to_owned(), matches);
            }
        }
    }

    pub(super) fn note(&mut self, rule: &str, attempt: Attempt) {
        if attempt.stage == 0 {
            *self.tried.entry(rule.to_owned()).or_default() += 1;
        }
        let kept = self.nearest.entry(rule.to_owned()).or_default();
        // It goes on with what held so far of the same.
        let begun = |known: &Attempt| {
            known.stage < attempt.stage
                && known.holds_so_far()
                && (known.seen, &known.observed) == (attempt.seen, &attempt.observed)
        };
        if let Some(begun) = kept.iter().position(begun) {
            kept.remove(begun);
        }
        let place = kept.partition_point(|known| known.nearness() >= attempt.nearness());
        kept.insert(place, attempt);
        kept.truncate(self.most);
    }
}

impl Attempt {
    /// More is nearer: first by how many events held, then by what share of the tests did.
    fn nearness(&self) -> (usize, u64) {
        let held = self.parts.iter().filter(|part| part.held).count();
        let share = (held as u64 * 1000)
            .checked_div(self.parts.len() as u64)
            .unwrap_or(1000);
        (self.stage, share)
    }

    /// Whether all that the rule asks for held, at every of its events.
    pub fn is_match(&self) -> bool {
        self.holds_so_far() && self.stage + 1 == self.stages
    }

    /// Whether all that the rule asks for at the event held.
    pub fn holds_so_far(&self) -> bool {
        self.parts.iter().all(|part| part.held)
    }

    /// What the rule was tried on, in words.
    pub fn place(&self) -> String {
        let Self { time, seen, .. } = self;
        let observed = zeek_log::readable(&self.observed);
        match seen {
            AttemptSubject::Connection(id) => {
                format!("{time} {id}, {observed}, at {}", self.phase.event())
            }
            AttemptSubject::Record(line) => format!("{time} {observed}, on line {line} of the log"),
            AttemptSubject::SomeRecord => format!("{time} {observed}"),
        }
    }
}

impl Part {
    /// Keeps a field's value, once.
    pub(super) fn saw(&mut self, field: &str, value: impl FnOnce() -> Option<SeenValue>) {
        if !self.values.iter().any(|(known, _)| known == field) {
            self.values.push((field.to_owned(), value()));
        }
    }
}

impl SeenValue {
    /// How many bytes of a value are kept.
    pub const MOST: usize = 256;

    #[allow(clippy::needless_pass_by_value)] // Callers have no use for it any more.
    pub(super) fn new(value: FieldValue<'_>) -> Self {
        let text = value.text();
        Self {
            bytes: text.get(..Self::MOST).unwrap_or(&text).to_vec(),
            length: text.len(),
        }
    }
}
