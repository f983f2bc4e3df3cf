//! Matching byte strings here, without Zeek.

use regex_automata::meta::{BuildError, Config, Regex};
use regex_automata::{Anchored, Input};
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, Look, Repetition};

use super::{Case, Pattern, byte_set::ByteSet, node::Node};

/// A pattern made ready to be matched many times.
#[derive(Debug, Clone)]
pub struct Matcher(Regex);

/// A pattern is too large to be matched; about two thousand million states are not.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the pattern is too large to be matched")]
pub struct MatcherError(#[from] Box<BuildError>);

impl Matcher {
    pub(super) fn new(pattern: &Pattern) -> Result<Self, MatcherError> {
        let config = Config::new()
            .utf8_empty(false)
            .nfa_size_limit(None)
            .onepass_size_limit(Some(0))
            .dfa_size_limit(Some(0));
        Regex::builder()
            .configure(config)
            .build_from_hir(&whole(pattern))
            .map(Self)
            .map_err(|error| MatcherError(Box::new(error)))
    }

    /// Whether the pattern matches the whole of `bytes`.
    pub fn is_match(&self, bytes: &[u8]) -> bool {
        self.0.is_match(Input::new(bytes).anchored(Anchored::Yes))
    }
}

/// The pattern as an expression that has to match a whole string.
pub(super) fn whole(pattern: &Pattern) -> Hir {
    Hir::concat(vec![
        Hir::look(Look::Start),
        hir(pattern.node()),
        Hir::look(Look::End),
    ])
}

fn hir(node: &Node) -> Hir {
    match node {
        Node::Literal {
            bytes,
            case: Case::Sensitive,
        } => Hir::literal(bytes.as_slice()),
        Node::Literal { bytes, .. } => Hir::concat(
            bytes
                .iter()
                .map(|&byte| class(ByteSet::single(byte).with_both_cases()))
                .collect(),
        ),
        Node::Class(set) => class(*set),
        Node::Concat(nodes) => Hir::concat(nodes.iter().map(hir).collect()),
        Node::Alternation(arms) => Hir::alternation(arms.iter().map(hir).collect()),
        Node::Repeat { node, min, max } => Hir::repetition(Repetition {
            min: *min,
            max: *max,
            greedy: true,
            sub: Box::new(hir(node)),
        }),
    }
}

fn class(set: ByteSet) -> Hir {
    let ranges = set.ranges().into_iter();
    Hir::class(Class::Bytes(ClassBytes::new(
        ranges.map(|range| ClassBytesRange::new(*range.start(), *range.end())),
    )))
}
