//! How near each rule came to its notice: what to tell an author whose rule should have fired.

use std::collections::BTreeMap;

use super::condition::Failure;
use crate::event::{ConnectionId, Timestamp};
use crate::finding::Place;
use crate::service::Phase;

/// A rule that was tried at one event.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// When.
    pub time: Timestamp,
    /// On what.
    pub seen: Seen,
    /// The call or the request.
    pub observed: Vec<u8>,
    /// Which of the rule's events it was, counted from 0.
    pub(super) stage: usize,
    /// How many events the rule has.
    pub(super) stages: usize,
    /// The event.
    pub phase: Phase,
    /// How many tests the rule makes at the event.
    pub(super) parts: usize,
    pub(super) failures: Vec<Failure>,
}

/// What a rule was tried on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Something on this connection.
    Connection(ConnectionId),
    /// The record on this line of a log, counted from 1.
    Record(u64),
    /// A record of which the line is not known.
    SomeRecord,
}

/// What of a rule did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing<'a> {
    /// What the rule, or a filter that is put on it, asks for at these places.
    Places(&'a [Place]),
    /// What the rule asks of a field.
    Field(&'a str),
    /// The call is not one that the rule asks for.
    Identity,
}

/// What became of each rule, by the rule's name.
#[derive(Debug, Default)]
pub struct Attempts {
    nearest: BTreeMap<String, Attempt>,
    matches: BTreeMap<String, Matches>,
}

/// How often a rule or correlation matched, and when, suppressed notices included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matches {
    /// How often.
    pub count: u64,
    /// When it did first.
    pub first: Timestamp,
    /// When it did last.
    pub last: Timestamp,
}

impl Attempts {
    /// The nearest attempt of a rule, if it was tried.
    #[must_use]
    pub fn nearest(&self, rule: &str) -> Option<&Attempt> {
        self.nearest.get(rule)
    }

    /// The matches of a rule or correlation, if there were some.
    #[must_use]
    pub fn matches(&self, rule: &str) -> Option<Matches> {
        self.matches.get(rule).copied()
    }

    pub(super) fn matched(&mut self, rule: &str, now: Timestamp) {
        match self.matches.get_mut(rule) {
            Some(matches) => {
                matches.count += 1;
                matches.last = now;
            }
            None => {
                let matches = Matches {
                    count: 1,
                    first: now,
                    last: now,
                };
                self.matches.insert(rule.to_owned(), matches);
            }
        }
    }

    pub(super) fn note(&mut self, rule: &str, attempt: impl FnOnce() -> Attempt) {
        let attempt = attempt();
        match self.nearest.get_mut(rule) {
            Some(nearest) if nearest.nearness() >= attempt.nearness() => {}
            Some(nearest) => *nearest = attempt,
            None => {
                self.nearest.insert(rule.to_owned(), attempt);
            }
        }
    }
}

impl Attempt {
    /// More is nearer: first by how many events held, then by what share of the tests did.
    fn nearness(&self) -> (usize, u64) {
        let held = self.parts.saturating_sub(self.failures.len());
        let share = (held as u64 * 1000)
            .checked_div(self.parts as u64)
            .unwrap_or(1000);
        (self.stage, share)
    }

    /// What did not hold; nothing where all of it did.
    pub fn missing(&self) -> impl Iterator<Item = Missing<'_>> {
        self.failures.iter().map(|failure| match failure {
            Failure::Places(places) => Missing::Places(places),
            Failure::Key(field) => Missing::Field(field),
            Failure::Identity => Missing::Identity,
        })
    }

    /// Whether all that the rule asks for held, at every of its events.
    pub fn is_match(&self) -> bool {
        self.failures.is_empty() && self.stage + 1 == self.stages
    }
}
