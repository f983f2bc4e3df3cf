//! Notices, and Zeek's suppression of equal ones.

use std::collections::{BTreeMap, HashMap};
use std::mem;
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
    pub trial: RuleStatus,
}

/// Whether a rule is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleStatus {
    /// It is.
    Tried,
    /// It is not, since it says `enabled: false`.
    SwitchedOff,
    /// It is not, since what it asks for is not known here.
    LeftOut,
}

impl RuleStatus {
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
    until: HashMap<NoticeKey, SuppressionEntry>,
    /// By the [interval](interval) in which they may go: those of others are not looked at.
    due: BTreeMap<i64, Vec<NoticeKey>>,
    last_look: Option<Timestamp>,
}

/// Which of the intervals between Zeek's looks a time is in.
fn interval(time: Timestamp) -> i64 {
    time.as_micros().div_euclid(EXPIRE_INTERVAL * 1_000_000)
}

/// What tells notices of a rule apart, as the first half of its SHA-256: a rule that matches whatever it sees would need several
/// times as much memory for the texts.
type NoticeKey = [u8; 16];

fn key(rule: &RuleInfo, identifier: &[u8]) -> NoticeKey {
    let mut digest = Sha256::new();
    // No name has such an octet.
    digest.update(rule.name.as_bytes());
    digest.update([0]);
    digest.update(identifier);
    let mut key = NoticeKey::default();
    key.copy_from_slice(&digest.finalize()[..size_of::<NoticeKey>()]);
    key
}

#[derive(Debug)]
struct SuppressionEntry {
    added: Timestamp,
    until: Timestamp,
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
        let previous_look = self.last_look.replace(now);
        let later = self.due.split_off(&interval(now).saturating_add(1));
        for key in mem::replace(&mut self.due, later).into_values().flatten() {
            let Some(entry) = self.until.get(&key) else {
                continue;
            };
            // One that Zeek has looked at once and put off goes only behind its time.
            let was_put_off = previous_look.is_some_and(|look| entry.added < look);
            let is_expired = entry.until < now || entry.until == now && !was_put_off;
            if is_expired {
                self.until.remove(&key);
            } else {
                let due = interval(entry.until);
                self.due.entry(due).or_default().push(key);
            }
        }
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
            let until = now.plus_seconds(seconds);
            self.until
                .insert(key, SuppressionEntry { added: now, until });
            self.due.entry(interval(until)).or_default().push(key);
        }
        true
    }

    /// Forgets those that would go first.
    fn forget_half(&mut self) {
        while self.until.len() > MAX_SUPPRESSED / 2 {
            let Some((_, keys)) = self.due.pop_first() else {
                return;
            };
            for key in keys {
                self.until.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

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

    /// Zeek's table, all of which is looked at every ten seconds: until when, and whether it was put off.
    #[derive(Default)]
    struct ZeekTable {
        until: HashMap<u8, (i64, bool)>,
        last_look: Option<i64>,
    }

    impl ZeekTable {
        fn admits(&mut self, name: u8, suppress_for: u8, now: i64) -> bool {
            if self.last_look.is_none_or(|last| last + 10 <= now) {
                self.last_look = Some(now);
                self.until.retain(|_, (until, was_put_off)| {
                    let is_kept = *until > now || *until == now && *was_put_off;
                    *was_put_off = true;
                    is_kept
                });
            }
            if self.until.contains_key(&name) {
                return false;
            }
            let until = now + i64::from(suppress_for);
            self.until.insert(name, (until, false));
            true
        }
    }

    proptest! {
        #[test]
        fn what_is_not_due_need_not_be_looked_at(
            notices in proptest::collection::vec((0_u8..6, 1_u8..60, 0_i64..15), 0..200),
        ) {
            let (mut suppression, mut table) = (Suppression::default(), ZeekTable::default());
            let mut now = 1000;
            for (name, suppress_for, pause) in notices {
                now += pause;
                suppression.advance(at(now));
                let admitted = suppression.admits(&rule(suppress_for.into()), &[name], at(now));
                prop_assert_eq!(admitted, table.admits(name, suppress_for, now));
            }
        }
    }
}
