//! Notices, and Zeek's suppression of equal ones.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::event::{ConnectionId, Timestamp};
use crate::plan::Subject;
use crate::plan::zeek_names::ZeekRule;

/// What a notice says of the rule that raised it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The rule's name in Zeek, such as `RemoteExecution::Winrm_Request`.
    pub name: String,
    /// `note`: the notice's type; the same, or such as `ATTACK::Execution`.
    pub note: String,
    /// `rule_id`
    pub id: String,
    /// The rule's title.
    pub title: String,
    /// `rule_level`
    pub level: Option<&'static str>,
    /// `attack`: the techniques that the rule is tagged with, in its order.
    pub attack: Vec<&'static str>,
    /// `robustness`
    pub robustness: Option<String>,
    /// `suppress_for` in seconds.
    pub suppress_for: u64,
    /// Whether a part of it was left undecided, so that what it says is possible and no more.
    pub is_possible: bool,
}

impl RuleInfo {
    /// What is said of a rule or a correlation; its equal notices are suppressed for so many seconds where it does not say for how
    /// many.
    pub(super) fn new(subject: Subject<'_>, named: ZeekRule, default_suppression: u64) -> Self {
        let techniques = subject.techniques().iter();
        Self {
            name: named.name,
            note: named.note,
            id: named.id,
            title: subject.title().to_owned(),
            level: subject.level().map(|level| level.as_str()),
            attack: techniques.map(|technique| technique.id).collect(),
            robustness: subject.robustness(),
            suppress_for: subject.suppress_for().unwrap_or(default_suppression),
            is_possible: false,
        }
    }
}

/// A rule or correlation that matched, whether or not a notice came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleMatch {
    /// When.
    pub time: Timestamp,
    /// The connection's originator, or the one of a correlation's group.
    pub originator: Option<IpAddr>,
    /// The rule.
    pub rule: Arc<RuleInfo>,
}

/// A rule or correlation, and whether it is tried.
#[derive(Clone, Debug)]
pub struct TriedRule {
    /// The rule.
    pub info: Arc<RuleInfo>,
    /// The logs of which it takes records; empty for one that is left out.
    pub logs: Vec<&'static str>,
    /// Whether it is tried.
    pub trial: Trial,
}

/// Whether a rule is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// It is.
    Tried,
    /// It is not, since it says `enabled: false`.
    SwitchedOff,
    /// It is not, since what it asks for is not known here.
    LeftOut,
}

impl Trial {
    pub(super) fn of(is_switched_on: bool) -> Self {
        if is_switched_on {
            Self::Tried
        } else {
            Self::SwitchedOff
        }
    }
}

/// A notice, as Zeek running the rule's package would log it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// When.
    pub time: Timestamp,
    /// On which connection; `None` where a correlation raised it, which is about several.
    pub connection: Option<ConnectionId>,
    /// `src`: the connection's originator, or the one of a correlation's group.
    pub originator: Option<IpAddr>,
    /// `dst`: the connection's responder, or the one of a correlation's group.
    pub responder: Option<IpAddr>,
    /// The rule.
    pub rule: Arc<RuleInfo>,
    /// `uid`: the connection's unique id, where a log tells it.
    pub uid: Option<Vec<u8>>,
    /// `fuid`: the file's.
    pub fuid: Option<Vec<u8>>,
    /// `msg`: what was seen.
    pub message: Vec<u8>,
    /// `sub`: what it says of the rule.
    pub sub: Vec<u8>,
}

/// Zeek's `Notice::default_suppression_interval` in seconds.
pub(super) const DEFAULT_SUPPRESSION: u64 = 3600;
/// Zeek's `table_expire_interval` in seconds.
const EXPIRE_INTERVAL: i64 = 10;
/// Notices that are remembered; beyond, the oldest are forgotten, and may be raised again.
const MAX_SUPPRESSED: usize = 1 << 20;

/// What Zeek's notice framework suppresses (`Notice::suppressing`).
///
/// Zeek takes an entry out of that table when it next looks through it, which is every ten seconds.
#[derive(Debug, Default)]
pub(super) struct Suppression {
    until: HashMap<Key, Entry>,
    last_look: Option<Timestamp>,
}

/// What tells notices of a rule apart, as the first half of its SHA-256: a rule that matches whatever it sees would need several
/// times as much memory for the texts.
type Key = [u8; 16];

fn key(rule: &RuleInfo, identifier: &[u8]) -> Key {
    let mut digest = Sha256::new();
    // No name has such an octet.
    digest.update(rule.name.as_bytes());
    digest.update([0]);
    digest.update(identifier);
    let mut key = Key::default();
    key.copy_from_slice(&digest.finalize()[..size_of::<Key>()]);
    key
}

#[derive(Debug)]
struct Entry {
    until: Timestamp,
    /// Whether Zeek has looked at it once and put it off.
    put_off: bool,
}

impl Suppression {
    /// The time has come to `now`.
    pub(super) fn advance(&mut self, now: Timestamp) {
        if self
            .last_look
            .is_some_and(|last| now < last.plus_seconds(EXPIRE_INTERVAL))
        {
            return;
        }
        self.last_look = Some(now);
        self.until.retain(|_, entry| {
            let expired = if entry.put_off {
                entry.until < now
            } else {
                entry.until <= now
            };
            entry.put_off = true;
            !expired
        });
    }

    /// Whether a notice is to be raised; if so, equal ones are suppressed from now on.
    pub(super) fn admits(&mut self, rule: &RuleInfo, identifier: &[u8], now: Timestamp) -> bool {
        let key = key(rule, identifier);
        if self.until.contains_key(&key) {
            return false;
        }
        if rule.suppress_for > 0 {
            if self.until.len() >= MAX_SUPPRESSED {
                self.forget_half();
            }
            let seconds = i64::try_from(rule.suppress_for).unwrap_or(i64::MAX);
            let entry = Entry {
                until: now.plus_seconds(seconds),
                put_off: false,
            };
            self.until.insert(key, entry);
        }
        true
    }

    fn forget_half(&mut self) {
        let mut times: Vec<Timestamp> = self.until.values().map(|entry| entry.until).collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        self.until.retain(|_, entry| entry.until > median);
    }
}

#[cfg(test)]
mod tests {
    use super::{RuleInfo, Suppression};
    use crate::event::Timestamp;

    fn rule(suppress_for: u64) -> RuleInfo {
        RuleInfo {
            name: "CompiledPack::Rule".to_owned(),
            note: "CompiledPack::Rule".to_owned(),
            id: String::new(),
            title: String::new(),
            level: None,
            attack: Vec::new(),
            robustness: None,
            suppress_for,
            is_possible: false,
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn an_equal_notice_is_suppressed_until_zeek_looks_again() {
        let (rule, mut suppression) = (rule(60), Suppression::default());
        let mut raised = |seconds: i64| {
            suppression.advance(at(seconds));
            suppression.admits(&rule, b"a", at(seconds))
        };
        assert!(raised(1000));
        assert!(!raised(1001));
        // Looked at in 1010 and put off until 1060; looked at again in 1055, and only after 1065.
        assert!(!raised(1010));
        assert!(!raised(1055));
        assert!(!raised(1061));
        assert!(raised(1066));
    }

    #[test]
    fn other_notices_are_not_suppressed() {
        let mut suppression = Suppression::default();
        assert!(suppression.admits(&rule(60), b"a", at(0)));
        assert!(suppression.admits(&rule(60), b"b", at(0)));
        assert!(suppression.admits(&rule(0), b"c", at(0)));
        assert!(suppression.admits(&rule(0), b"c", at(0)));
    }
}
