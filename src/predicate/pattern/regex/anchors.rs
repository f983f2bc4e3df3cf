//! Anchors, resolved.
//!
//! Zeek's own `^` and `$` are symbols that are consumed and not assertions about a place, and a key of a
//! `table[pattern]` must match whole strings, so that a search needs its own runs of any bytes at either end. Here both
//! are settled: from a tree with anchors, the expression without anchors for the whole strings in which the tree is
//! found.
//!
//! The method: what lies directly before and after a place is either the text's edge, a line feed or another byte, and
//! that is all that an anchor looks at. So a tree's strings are computed for a given neighbourhood on either side; in
//! a concatenation, the neighbourhood between two parts depends on whether a part matches the empty string and on the
//! bytes with which the other begins or ends.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use super::super::{ByteSet, Case, Node};
use super::error::{RegexError, RegexErrorKind};
use super::syntax::{Anchor, AnchorKind, Times, Tree};

/// The expression for the whole strings in which `tree` is found. `span` is the whole regular expression's.
pub(super) fn search(tree: &Tree, span: Range<usize>) -> Result<Node, RegexError> {
    if let Tree::Node(node) = tree {
        return Ok(Node::concat([
            Node::any_run(),
            node.clone(),
            Node::any_run(),
        ]));
    }
    let mut resolver = Resolver {
        span,
        steps: 0,
        satisfied: BTreeSet::new(),
    };
    let node = resolver.search(tree)?;
    match resolver.first_dead_anchor(tree) {
        Some(anchor) => Err(RegexError::new(
            RegexErrorKind::DeadAnchor,
            anchor.span.clone(),
        )),
        None => Ok(node),
    }
}

/// What lies directly before or after a place in the text.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Beside {
    /// Nothing: the text begins or ends.
    Edge,
    LineFeed,
    /// A byte other than a line feed.
    Byte,
    /// A byte that may or may not be a line feed.
    AnyByte,
}

/// Which of a tree's strings are wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Want {
    All,
    NonEmpty,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Side {
    Start,
    End,
}

struct Resolver {
    span: Range<usize>,
    steps: u32,
    /// Where the anchors begin that have been satisfied somewhere.
    satisfied: BTreeSet<usize>,
}

/// Bounds the work and with it the size of what comes out; real expressions take a few dozen steps.
const MAX_STEPS: u32 = 10_000;

/// How many alternatives a concatenation may be multiplied out to. Written out, alternatives can be told apart by where
/// they need an anchor: `(^|/)foo` is `foo` at the edge and `/foo` anywhere.
const MAX_MULTIPLIED: usize = 16;

impl Resolver {
    fn search(&mut self, tree: &Tree) -> Result<Node, RegexError> {
        if !has_anchor(tree, Side::Start) {
            let arms = self.search_end(tree, Beside::AnyByte)?;
            return Ok(Node::concat([Node::any_run(), Node::alternation(arms)]));
        }
        let at_edge = self.search_end(tree, Beside::Edge)?;
        let after_line_feed = self.search_end(tree, Beside::LineFeed)?;
        let after_byte = self.search_end(tree, Beside::Byte)?;
        Ok(Node::alternation(join(
            at_edge,
            after_line_feed,
            after_byte,
            Side::Start,
        )))
    }

    /// The alternatives for a text that begins with what `tree` matches after `before`.
    fn search_end(&mut self, tree: &Tree, before: Beside) -> Result<Vec<Node>, RegexError> {
        if !has_anchor(tree, Side::End) {
            let arms = self.arms(tree, before, Beside::AnyByte, Want::All)?;
            return Ok(attach(arms, &Node::any_run(), Side::End));
        }
        let at_edge = self.arms(tree, before, Beside::Edge, Want::All)?;
        let before_line_feed = self.arms(tree, before, Beside::LineFeed, Want::All)?;
        let before_byte = self.arms(tree, before, Beside::Byte, Want::All)?;
        Ok(join(at_edge, before_line_feed, before_byte, Side::End))
    }

    /// The strings that `tree` matches between `before` and `after`, as alternatives.
    fn arms(
        &mut self,
        tree: &Tree,
        before: Beside,
        after: Beside,
        want: Want,
    ) -> Result<Vec<Node>, RegexError> {
        self.step()?;
        match tree {
            Tree::Node(node) => Ok(vec![match want {
                Want::All => node.clone(),
                Want::NonEmpty => node.clone().without_empty(),
            }]),
            Tree::Anchor(anchor) => {
                let holds = want == Want::All && self.holds(anchor, before, after)?;
                Ok(holds.then(Node::empty).into_iter().collect())
            }
            Tree::Concat(parts) => self.concat_arms(parts, before, after, want),
            Tree::Alternation(trees) => {
                let mut arms = Vec::new();
                for tree in trees {
                    arms.extend(self.arms(tree, before, after, want)?);
                }
                Ok(arms)
            }
            Tree::Repeat { tree, times } => self.repeat_arms(tree, *times, before, after, want),
        }
    }

    fn concat_arms(
        &mut self,
        parts: &[Tree],
        before: Beside,
        after: Beside,
        want: Want,
    ) -> Result<Vec<Node>, RegexError> {
        self.step()?;
        let (head, rest) = match parts {
            [] if want == Want::All => return Ok(vec![Node::empty()]),
            [] => return Ok(Vec::new()),
            [only] => return self.arms(only, before, after, want),
            [head, rest @ ..] => (head, rest),
        };
        let head_after = beside(edge_bytes(rest, Side::Start));
        let rest_before = beside(edge_bytes(std::slice::from_ref(head), Side::End));
        let head_is_nullable = is_nullable(head);
        let rest_is_nullable = rest.iter().all(is_nullable);
        // Which of the two is empty need not be told apart if neither looks past an empty other one.
        let head_looks_past_rest = rest_is_nullable && has_anchor(head, Side::End);
        let rest_looks_past_head =
            head_is_nullable && rest.iter().any(|part| has_anchor(part, Side::Start));
        let never_empty = !head_is_nullable || !rest_is_nullable;
        if (want == Want::All || never_empty) && !head_looks_past_rest && !rest_looks_past_head {
            let heads = self.arms(head, before, head_after, Want::All)?;
            if heads.is_empty() {
                return Ok(heads);
            }
            let rests = self.concat_arms(rest, rest_before, after, Want::All)?;
            return Ok(multiply(heads, rests));
        }
        let mut arms = Vec::new();
        if self.matches_empty(head, before, head_after)? {
            arms.extend(self.concat_arms(rest, before, after, Want::NonEmpty)?);
        }
        if self.all_match_empty(rest, rest_before, after)? {
            arms.extend(self.arms(head, before, after, Want::NonEmpty)?);
        }
        let heads = self.arms(head, before, head_after, Want::NonEmpty)?;
        if !heads.is_empty() {
            let rests = self.concat_arms(rest, rest_before, after, Want::NonEmpty)?;
            arms.extend(multiply(heads, rests));
        }
        if want == Want::All && self.all_match_empty(parts, before, after)? {
            arms.push(Node::empty());
        }
        Ok(arms)
    }

    fn repeat_arms(
        &mut self,
        tree: &Tree,
        times: Times,
        before: Beside,
        after: Beside,
        want: Want,
    ) -> Result<Vec<Node>, RegexError> {
        let mut arms = self.arms(tree, before, after, Want::NonEmpty)?;
        if times != Times::Optional {
            let inner_before = beside(edge_bytes(std::slice::from_ref(tree), Side::End));
            let inner_after = beside(edge_bytes(std::slice::from_ref(tree), Side::Start));
            let first = self.arms(tree, before, inner_after, Want::NonEmpty)?;
            let inner = self.arms(tree, inner_before, inner_after, Want::NonEmpty)?;
            let last = self.arms(tree, inner_before, after, Want::NonEmpty)?;
            arms.push(Node::concat([
                Node::alternation(first),
                Node::repeat(Node::alternation(inner), 0, None),
                Node::alternation(last),
            ]));
        }
        if want == Want::All
            && (times != Times::AtLeastOne || self.matches_empty(tree, before, after)?)
        {
            arms.push(Node::empty());
        }
        Ok(arms)
    }

    /// Whether `tree` matches the empty string between `before` and `after`.
    fn matches_empty(
        &mut self,
        tree: &Tree,
        before: Beside,
        after: Beside,
    ) -> Result<bool, RegexError> {
        self.step()?;
        match tree {
            Tree::Node(node) => Ok(node.is_nullable()),
            Tree::Anchor(anchor) => self.holds(anchor, before, after),
            Tree::Concat(parts) => self.all_match_empty(parts, before, after),
            Tree::Alternation(arms) => {
                let mut any = false;
                for arm in arms {
                    any |= self.matches_empty(arm, before, after)?;
                }
                Ok(any)
            }
            Tree::Repeat { tree, times } => {
                let inner = self.matches_empty(tree, before, after)?;
                Ok(inner || *times != Times::AtLeastOne)
            }
        }
    }

    fn all_match_empty(
        &mut self,
        parts: &[Tree],
        before: Beside,
        after: Beside,
    ) -> Result<bool, RegexError> {
        for part in parts {
            if !self.matches_empty(part, before, after)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn holds(
        &mut self,
        anchor: &Anchor,
        before: Beside,
        after: Beside,
    ) -> Result<bool, RegexError> {
        let neighbour = match side(anchor.kind) {
            Side::Start => before,
            Side::End => after,
        };
        let of_lines = matches!(anchor.kind, AnchorKind::LineStart | AnchorKind::LineEnd);
        let holds = match neighbour {
            Beside::Edge => true,
            Beside::LineFeed => of_lines,
            Beside::Byte => false,
            Beside::AnyByte if of_lines => {
                return Err(RegexError::new(
                    RegexErrorKind::AmbiguousLineAnchor,
                    anchor.span.clone(),
                ));
            }
            Beside::AnyByte => false,
        };
        if holds {
            self.satisfied.insert(anchor.span.start);
        }
        Ok(holds)
    }

    fn first_dead_anchor<'a>(&self, tree: &'a Tree) -> Option<&'a Anchor> {
        match tree {
            Tree::Node(_) => None,
            Tree::Anchor(anchor) => {
                (!self.satisfied.contains(&anchor.span.start)).then_some(anchor)
            }
            Tree::Concat(trees) | Tree::Alternation(trees) => {
                trees.iter().find_map(|tree| self.first_dead_anchor(tree))
            }
            Tree::Repeat { tree, .. } => self.first_dead_anchor(tree),
        }
    }

    fn step(&mut self) -> Result<(), RegexError> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(RegexError::new(
                RegexErrorKind::TooManyAnchors,
                self.span.clone(),
            ));
        }
        Ok(())
    }
}

/// Joins what is found at the text's edge, beside a line feed, and beside another byte.
///
/// An anchor that holds beside a byte holds beside a line feed, too, and one that holds there holds at the edge, so
/// the strings of each include those of the next.
fn join(at_edge: Vec<Node>, at_line_feed: Vec<Node>, at_byte: Vec<Node>, side: Side) -> Vec<Node> {
    let at_line_feed = without(at_line_feed, &at_byte);
    let mut arms = without(without(at_edge, &at_byte), &at_line_feed);
    let line_feed = Node::literal([b'\n'], Case::Sensitive);
    let other_lines = match side {
        Side::Start => Node::concat([Node::any_run(), line_feed]),
        Side::End => Node::concat([line_feed, Node::any_run()]),
    };
    arms.extend(attach(
        at_line_feed,
        &Node::repeat(other_lines, 0, Some(1)),
        side,
    ));
    arms.extend(attach(at_byte, &Node::any_run(), side));
    arms
}

fn attach(arms: Vec<Node>, beyond: &Node, side: Side) -> Vec<Node> {
    let both = |arm| match side {
        Side::Start => [beyond.clone(), arm],
        Side::End => [arm, beyond.clone()],
    };
    arms.into_iter()
        .map(|arm| Node::concat(both(arm)))
        .collect()
}

/// Each head followed by each rest, or the same without writing them all out if they are many.
fn multiply(heads: Vec<Node>, rests: Vec<Node>) -> Vec<Node> {
    if heads.len() * rests.len() > MAX_MULTIPLIED {
        return vec![Node::concat([
            Node::alternation(heads),
            Node::alternation(rests),
        ])];
    }
    heads
        .iter()
        .flat_map(|head| {
            rests
                .iter()
                .map(|rest| Node::concat([head.clone(), rest.clone()]))
        })
        .collect()
}

fn without(mut arms: Vec<Node>, others: &[Node]) -> Vec<Node> {
    let others: HashSet<&Node> = others.iter().collect();
    arms.retain(|arm| !others.contains(arm));
    arms
}

fn side(kind: AnchorKind) -> Side {
    match kind {
        AnchorKind::TextStart | AnchorKind::LineStart => Side::Start,
        AnchorKind::TextEnd | AnchorKind::LineEnd => Side::End,
    }
}

fn has_anchor(tree: &Tree, wanted: Side) -> bool {
    match tree {
        Tree::Node(_) => false,
        Tree::Anchor(anchor) => side(anchor.kind) == wanted,
        Tree::Concat(trees) | Tree::Alternation(trees) => {
            trees.iter().any(|tree| has_anchor(tree, wanted))
        }
        Tree::Repeat { tree, .. } => has_anchor(tree, wanted),
    }
}

/// Whether it matches the empty string where all its anchors hold.
fn is_nullable(tree: &Tree) -> bool {
    match tree {
        Tree::Node(node) => node.is_nullable(),
        Tree::Anchor(_) => true,
        Tree::Concat(parts) => parts.iter().all(is_nullable),
        Tree::Alternation(arms) => arms.iter().any(is_nullable),
        Tree::Repeat { tree, times } => *times != Times::AtLeastOne || is_nullable(tree),
    }
}

/// The bytes with which a sequence of trees can begin or end.
fn edge_bytes(parts: &[Tree], side: Side) -> ByteSet {
    let mut set = ByteSet::EMPTY;
    let mut add = |part: &Tree| {
        set = set.union(tree_edge_bytes(part, side));
        is_nullable(part)
    };
    match side {
        Side::Start => parts.iter().all(&mut add),
        Side::End => parts.iter().rev().all(&mut add),
    };
    set
}

fn tree_edge_bytes(tree: &Tree, side: Side) -> ByteSet {
    match (tree, side) {
        (Tree::Node(node), Side::Start) => node.first_bytes(),
        (Tree::Node(node), Side::End) => node.last_bytes(),
        (Tree::Anchor(_), _) => ByteSet::EMPTY,
        (Tree::Concat(parts), _) => edge_bytes(parts, side),
        (Tree::Alternation(arms), _) => arms.iter().fold(ByteSet::EMPTY, |set, arm| {
            set.union(tree_edge_bytes(arm, side))
        }),
        (Tree::Repeat { tree, .. }, _) => tree_edge_bytes(tree, side),
    }
}

/// What a place has beside it, given the bytes that can stand there.
fn beside(bytes: ByteSet) -> Beside {
    match (bytes.contains(b'\n'), bytes.len()) {
        (false, _) => Beside::Byte,
        (true, 1) => Beside::LineFeed,
        (true, _) => Beside::AnyByte,
    }
}
