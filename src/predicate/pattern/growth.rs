//! Whether a pattern's automaton stays small.
//!
//! Zeek builds the states of a pattern's deterministic automaton as traffic asks for them, and keeps them for ever. Most
//! patterns have about as many states as bytes. One such as `a.{50}b`, sought anywhere, has 2^50: each byte of traffic
//! can be in a new one, and Zeek's memory grows by some hundred bytes with each byte that it looks at.

use std::collections::HashSet;

use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::nfa::thompson::{Compiler, Config as NfaConfig};
use regex_automata::{Anchored, MatchKind};

use super::{Pattern, matcher, node::ByteExpression};

/// How many states are few.
const FEW_STATES: usize = 10_000;
/// Memory for those; an automaton that needs more has many states.
const CACHE_BYTES: usize = 4 * 1024 * 1024;
/// How much may be spent on finding out: states, times bytes that they tell apart, times places in the pattern.
const MAX_WORK: usize = 20_000_000;
/// Fewer places than this where a byte can be one of several come to few states.
const FEW_CHOICES: usize = 10;

impl Pattern {
    /// Whether the pattern's deterministic automaton has so many states that Zeek's memory grows with the traffic.
    pub fn grows_with_traffic(&self) -> bool {
        choices(self.node()) >= FEW_CHOICES && has_many_states(self).unwrap_or(true)
    }
}

/// How many places there are, with counted repetitions written out, where a byte is one of several.
fn choices(node: &ByteExpression) -> usize {
    match node {
        ByteExpression::Literal { .. } => 0,
        ByteExpression::Class(_) => 1,
        ByteExpression::Concat(nodes) | ByteExpression::Alternation(nodes) => nodes
            .iter()
            .fold(0, |sum: usize, node| sum.saturating_add(choices(node))),
        // A run of any length is one state, however often it goes round.
        ByteExpression::Repeat {
            node,
            min: 0 | 1,
            max: None,
        } if matches!(**node, ByteExpression::Class(_)) => 0,
        ByteExpression::Repeat { node, min, max } => {
            let copies = max.unwrap_or(*min).max(1) as usize;
            let each = if copies > 1 {
                // An optional byte is a choice, too.
                choices(node).max(1)
            } else {
                choices(node)
            };
            each.saturating_mul(copies)
        }
    }
}

/// Walks through the automaton's states; `None` where it is too large to be built.
fn has_many_states(pattern: &Pattern) -> Option<bool> {
    let nfa = Compiler::new()
        .configure(
            NfaConfig::new()
                .utf8(false)
                .nfa_size_limit(Some(16 * CACHE_BYTES)),
        )
        .build_from_hir(&matcher::whole(pattern))
        .ok()?;
    let config = Config::new()
        .match_kind(MatchKind::All)
        .cache_capacity(CACHE_BYTES)
        .skip_cache_capacity_check(true)
        .minimum_cache_clear_count(Some(0));
    let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
    let mut cache: Cache = dfa.create_cache();
    let start = regex_automata::util::start::Config::new().anchored(Anchored::Yes);
    let start = dfa.start_state(&mut cache, &start).ok()?;
    let mut seen = HashSet::from([start]);
    let mut open = vec![start];
    let work_of_state = pattern
        .size()
        .saturating_mul(dfa.byte_classes().alphabet_len());
    let few_states = FEW_STATES.min(MAX_WORK / work_of_state.max(1));
    while let Some(state) = open.pop() {
        for unit in dfa.byte_classes().representatives(0..=u8::MAX) {
            let Some(byte) = unit.as_u8() else { continue };
            let next = dfa.next_state(&mut cache, state, byte).ok()?;
            if next.is_dead() || !seen.insert(next) {
                continue;
            }
            if seen.len() > few_states {
                return Some(true);
            }
            open.push(next);
        }
    }
    Some(false)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Pattern, RegexFlags};

    fn grows(regex: &str) -> bool {
        Pattern::from_regex(regex, RegexFlags::default())
            .unwrap()
            .grows_with_traffic()
    }

    #[test]
    fn what_can_begin_again_within_a_counted_gap_grows() {
        assert!(grows("a.{50}b"));
        assert!(grows("a[a-f]{0,40}z"));
    }

    #[test]
    fn what_cannot_does_not() {
        for regex in [
            "a.*b",
            "^a.{50}b",
            "=[0-9a-f]{64}",
            "[0-9a-f]{64}",
            "(ab{1,40}){1,40}",
            "cmd.exe.{0,5}/c",
            ".*a.*b.*c.*d.*e.*f.*g.*h.*i.*j.*k.*l.*m",
        ] {
            assert!(!grows(regex), "{regex}");
        }
    }
}
