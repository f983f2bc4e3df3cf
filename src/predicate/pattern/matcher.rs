//! Matching byte strings here, without Zeek.

use regex_automata::meta::{BuildError, Config, Regex};
use regex_automata::{Anchored, Input};
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, Look, Repetition};

use super::{Anchoring, Case, Pattern, byte_set::ByteSet, node::ByteExpression};

/// A pattern made ready to be matched many times.
#[derive(Debug, Clone)]
pub struct Matcher(MatcherKind);

#[derive(Debug, Clone)]
enum MatcherKind {
    /// A text, with anything before or behind it, which takes no time to make ready.
    Text {
        text: Vec<u8>,
        case: Case,
        anchoring: Anchoring,
    },
    Regex(Regex),
}

/// A pattern is too large to be matched; about two thousand million states are not.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the pattern is too large to be matched")]
pub struct MatcherError(#[from] Box<BuildError>);

impl Matcher {
    pub(super) fn new(pattern: &Pattern) -> Result<Self, MatcherError> {
        if let Some((text, case, anchoring)) = text(pattern.node()) {
            let text = text.to_vec();
            return Ok(Self(MatcherKind::Text {
                text,
                case,
                anchoring,
            }));
        }
        let config = Config::new()
            .utf8_empty(false)
            .nfa_size_limit(None)
            .onepass_size_limit(Some(0))
            .dfa_size_limit(Some(0));
        Regex::builder()
            .configure(config)
            .build_from_hir(&whole(pattern))
            .map(|regex| Self(MatcherKind::Regex(regex)))
            .map_err(|error| MatcherError(Box::new(error)))
    }

    /// Whether the pattern matches the whole of `bytes`.
    pub fn is_match(&self, bytes: &[u8]) -> bool {
        match &self.0 {
            MatcherKind::Regex(regex) => regex.is_match(Input::new(bytes).anchored(Anchored::Yes)),
            MatcherKind::Text {
                text,
                case,
                anchoring,
            } => is_text_in(bytes, text, *case, *anchoring),
        }
    }
}

/// The text that is all of a pattern beside any runs before and behind it.
fn text(node: &ByteExpression) -> Option<(&[u8], Case, Anchoring)> {
    /// Longer texts take too long where they are sought in text that is nearly theirs.
    const LONGEST_SOUGHT: usize = 64;
    let (node, anchoring) = match node {
        ByteExpression::Concat(nodes) => match nodes.as_slice() {
            [before, node, behind] if before.is_any_run() && behind.is_any_run() => {
                (node, Anchoring::Contains)
            }
            [before, node] if before.is_any_run() => (node, Anchoring::EndsWith),
            [node, behind] if behind.is_any_run() => (node, Anchoring::StartsWith),
            _ => return None,
        },
        node => (node, Anchoring::Exact),
    };
    match node {
        ByteExpression::Literal { bytes, case }
            if anchoring != Anchoring::Contains || bytes.len() <= LONGEST_SOUGHT =>
        {
            Some((bytes, *case, anchoring))
        }
        _ => None,
    }
}

fn is_text_in(bytes: &[u8], text: &[u8], case: Case, anchoring: Anchoring) -> bool {
    let is_text = |bytes: &[u8]| match case {
        Case::Sensitive => bytes == text,
        Case::Insensitive => bytes.eq_ignore_ascii_case(text),
    };
    let Some(rest) = bytes.len().checked_sub(text.len()) else {
        return false;
    };
    match (anchoring, text) {
        (Anchoring::Exact, _) => is_text(bytes),
        (Anchoring::StartsWith, _) => is_text(&bytes[..text.len()]),
        (Anchoring::EndsWith, _) => is_text(&bytes[rest..]),
        (Anchoring::Contains, []) => true,
        (Anchoring::Contains, [first, ..]) => {
            let either = [first.to_ascii_lowercase(), first.to_ascii_uppercase()];
            memchr::memchr2_iter(either[0], either[1], &bytes[..=rest])
                .any(|start| is_text(&bytes[start..start + text.len()]))
        }
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

fn hir(node: &ByteExpression) -> Hir {
    match node {
        ByteExpression::Literal {
            bytes,
            case: Case::Sensitive,
        } => Hir::literal(bytes.as_slice()),
        ByteExpression::Literal { bytes, .. } => Hir::concat(
            bytes
                .iter()
                .map(|&byte| class(ByteSet::single(byte).with_both_cases()))
                .collect(),
        ),
        ByteExpression::Class(set) => class(*set),
        ByteExpression::Concat(nodes) => Hir::concat(nodes.iter().map(hir).collect()),
        ByteExpression::Alternation(arms) => Hir::alternation(arms.iter().map(hir).collect()),
        ByteExpression::Repeat { node, min, max } => Hir::repetition(Repetition {
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
