//! Anchors, resolved.
//!
//! Zeek's own `^` and `$` are symbols that are consumed and not assertions about a place, and a key of a
//! `table[pattern]` must match whole strings, so that a search needs its own runs of any bytes at either end. Here both
//! are settled: from a tree with anchors, the expression without anchors for the whole strings in which the tree is
//! found.
//!
//! The method: what lies directly before and after a place is either the text's edge, a line feed, a byte of a word or
//! another byte, and that is all that an anchor looks at. So a tree's strings are computed for a given neighbourhood on
//! either side; in a concatenation, the neighbourhood between two parts depends on whether a part matches the empty string
//! and on the bytes with which the other begins or ends. Where these are of several kinds, the part is split by them.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::{ByteExpression, ByteSet};
use super::error::{RegexError, RegexErrorKind};
use super::syntax::{Anchor, RepetitionCount, SyntaxTree};

/// The expression for the whole strings in which `tree` is found. `span` is the whole regular expression's.
pub(super) fn search(tree: &SyntaxTree, span: Range<usize>) -> Result<ByteExpression, RegexError> {
    if let SyntaxTree::Node(node) = tree {
        return Ok(ByteExpression::concat([
            ByteExpression::any_run(),
            node.clone(),
            ByteExpression::any_run(),
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

/// What can lie directly before or after a place in the text: a set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beside(u8);

impl Beside {
    /// Nothing: the text begins or ends.
    pub(super) const EDGE: Self = Self(1);
    pub(super) const LINE_FEED: Self = Self(2);
    /// A byte of a word: a letter, a digit or `_`.
    pub(super) const WORD: Self = Self(4);
    const OTHER: Self = Self(8);
    const KINDS: [Self; 4] = [Self::EDGE, Self::LINE_FEED, Self::OTHER, Self::WORD];
    const ALL: Self = Self(15);

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn complement(self) -> Self {
        Self(Self::ALL.0 & !self.0)
    }

    fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether some of it is in the other, and some is not.
    fn is_split_by(self, other: Self) -> bool {
        self.overlaps(other) && !self.is_within(other)
    }

    /// The kinds of some bytes.
    fn of(bytes: ByteSet) -> Self {
        let kinds = Self::KINDS.into_iter();
        kinds
            .filter(|kind| !kind.bytes().intersection(bytes).is_empty())
            .fold(Self(0), Self::or)
    }

    /// The bytes of its kinds.
    fn bytes(self) -> ByteSet {
        let line_feed = ByteSet::single(b'\n');
        let mut bytes = ByteSet::EMPTY;
        for (kind, set) in [
            (Self::LINE_FEED, line_feed),
            (Self::WORD, ByteSet::word()),
            (Self::OTHER, ByteSet::word().union(line_feed).complement()),
        ] {
            if self.overlaps(kind) {
                bytes = bytes.union(set);
            }
        }
        bytes
    }

    /// The kinds in groups of which each of some anchors wants all or none.
    fn groups(anchors: &[Self]) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for kind in Self::KINDS {
            let is_alike = |group: &&mut Self| {
                anchors
                    .iter()
                    .all(|wanted| wanted.overlaps(kind) == wanted.overlaps(**group))
            };
            match groups.iter_mut().find(is_alike) {
                Some(group) => *group = group.or(kind),
                None => groups.push(kind),
            }
        }
        groups
    }

    /// What may stand in the text beyond a place with this beside it.
    fn beyond(self, side: AnchorSide) -> ByteExpression {
        let bytes = self.bytes();
        let is_optional = self.overlaps(Self::EDGE);
        if is_optional && bytes == ByteSet::ALL {
            return ByteExpression::any_run();
        }
        let beside = ByteExpression::class(bytes);
        let beyond = match side {
            AnchorSide::Start => ByteExpression::concat([ByteExpression::any_run(), beside]),
            AnchorSide::End => ByteExpression::concat([beside, ByteExpression::any_run()]),
        };
        if is_optional {
            ByteExpression::repeat(beyond, 0, Some(1))
        } else {
            beyond
        }
    }
}

/// Which of a tree's strings are wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Want {
    All,
    NonEmpty,
}

/// The side of a place that an anchor looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum AnchorSide {
    Start,
    End,
}

/// The alternatives of a concatenation with a part of one of its nodes in the node's place, or without it.
type ArmsOf<'a> = dyn FnMut(&mut Resolver, Option<SyntaxTree>, Want) -> Result<Vec<ByteExpression>, RegexError>
    + 'a;

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
    fn search(&mut self, tree: &SyntaxTree) -> Result<ByteExpression, RegexError> {
        let mut found = Vec::new();
        for before in Beside::groups(&wanted(tree, AnchorSide::Start)) {
            found.push((before, self.search_end(tree, before)?));
        }
        Ok(ByteExpression::alternation(join(found, AnchorSide::Start)))
    }

    /// The alternatives for a text that begins with what `tree` matches after `before`.
    fn search_end(
        &mut self,
        tree: &SyntaxTree,
        before: Beside,
    ) -> Result<Vec<ByteExpression>, RegexError> {
        let mut found = Vec::new();
        for after in Beside::groups(&wanted(tree, AnchorSide::End)) {
            found.push((after, self.arms(tree, before, after, Want::All)?));
        }
        Ok(join(found, AnchorSide::End))
    }

    /// The strings that `tree` matches between `before` and `after`, as alternatives.
    fn arms(
        &mut self,
        tree: &SyntaxTree,
        before: Beside,
        after: Beside,
        want: Want,
    ) -> Result<Vec<ByteExpression>, RegexError> {
        self.step()?;
        match tree {
            SyntaxTree::Node(node) => Ok(vec![match want {
                Want::All => node.clone(),
                Want::NonEmpty => node.clone().without_empty(),
            }]),
            SyntaxTree::Anchor(anchor) => {
                let holds = want == Want::All && self.holds(anchor, before, after)?;
                Ok(holds.then(ByteExpression::empty).into_iter().collect())
            }
            SyntaxTree::Concat(parts) => self.concat_arms(parts, before, after, want),
            SyntaxTree::Alternation(trees) => {
                let mut arms = Vec::new();
                for tree in trees {
                    arms.extend(self.arms(tree, before, after, want)?);
                }
                Ok(arms)
            }
            SyntaxTree::Repeat { tree, times } => {
                self.repeat_arms(tree, *times, before, after, want)
            }
        }
    }

    fn concat_arms(
        &mut self,
        parts: &[SyntaxTree],
        before: Beside,
        after: Beside,
        want: Want,
    ) -> Result<Vec<ByteExpression>, RegexError> {
        self.step()?;
        let (head, rest) = match parts {
            [] if want == Want::All => return Ok(vec![ByteExpression::empty()]),
            [] => return Ok(Vec::new()),
            [only] => return self.arms(only, before, after, want),
            [head, rest @ ..] => (head, rest),
        };
        let head_after = Beside::of(edge_bytes(rest, AnchorSide::Start));
        let rest_before = Beside::of(edge_bytes(std::slice::from_ref(head), AnchorSide::End));
        let after_head = wanted(head, AnchorSide::End);
        if let [SyntaxTree::Node(node), tail @ ..] = rest
            && after_head
                .iter()
                .any(|wanted| head_after.is_split_by(*wanted))
        {
            return self.split_arms(
                node,
                AnchorSide::Start,
                &after_head,
                want,
                &mut |this, node, want| {
                    let head = [head.clone()].into_iter();
                    let parts: Vec<SyntaxTree> =
                        head.chain(node).chain(tail.iter().cloned()).collect();
                    this.concat_arms(&parts, before, after, want)
                },
            );
        }
        let before_rest = first_wanted(rest);
        if let SyntaxTree::Node(node) = head
            && before_rest
                .iter()
                .any(|wanted| rest_before.is_split_by(*wanted))
        {
            return self.split_arms(
                node,
                AnchorSide::End,
                &before_rest,
                want,
                &mut |this, node, want| {
                    let parts: Vec<SyntaxTree> =
                        node.into_iter().chain(rest.iter().cloned()).collect();
                    this.concat_arms(&parts, before, after, want)
                },
            );
        }
        let head_is_nullable = is_nullable(head);
        let rest_is_nullable = rest.iter().all(is_nullable);
        // Which of the two is empty need not be told apart if neither looks past an empty other one.
        let head_looks_past_rest = rest_is_nullable && has_anchor(head, AnchorSide::End);
        let rest_looks_past_head =
            head_is_nullable && rest.iter().any(|part| has_anchor(part, AnchorSide::Start));
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
            arms.push(ByteExpression::empty());
        }
        Ok(arms)
    }

    /// The alternatives of a concatenation with one of its nodes split by the kinds of bytes at its edge, of which an anchor
    /// beside it wants some. `arms` gives those with a part of the node in its place.
    fn split_arms(
        &mut self,
        node: &ByteExpression,
        side: AnchorSide,
        anchors: &[Beside],
        want: Want,
        arms: &mut ArmsOf<'_>,
    ) -> Result<Vec<ByteExpression>, RegexError> {
        let mut all = Vec::new();
        for group in Beside::groups(anchors) {
            let part = match side {
                AnchorSide::Start => node.beginning_with(group.bytes()),
                AnchorSide::End => node.ending_with(group.bytes()),
            };
            if !part.is_nothing() {
                all.extend(arms(self, Some(SyntaxTree::Node(part)), want)?);
            }
        }
        if node.is_nullable() {
            all.extend(arms(self, None, want)?);
        }
        Ok(all)
    }

    fn repeat_arms(
        &mut self,
        tree: &SyntaxTree,
        times: RepetitionCount,
        before: Beside,
        after: Beside,
        want: Want,
    ) -> Result<Vec<ByteExpression>, RegexError> {
        let mut arms = self.arms(tree, before, after, Want::NonEmpty)?;
        if times != RepetitionCount::Optional {
            let inner_before = Beside::of(edge_bytes(std::slice::from_ref(tree), AnchorSide::End));
            let inner_after = Beside::of(edge_bytes(std::slice::from_ref(tree), AnchorSide::Start));
            let first = self.arms(tree, before, inner_after, Want::NonEmpty)?;
            let inner = self.arms(tree, inner_before, inner_after, Want::NonEmpty)?;
            let last = self.arms(tree, inner_before, after, Want::NonEmpty)?;
            arms.push(ByteExpression::concat([
                ByteExpression::alternation(first),
                ByteExpression::repeat(ByteExpression::alternation(inner), 0, None),
                ByteExpression::alternation(last),
            ]));
        }
        if want == Want::All
            && (times != RepetitionCount::AtLeastOne || self.matches_empty(tree, before, after)?)
        {
            arms.push(ByteExpression::empty());
        }
        Ok(arms)
    }

    /// Whether `tree` matches the empty string between `before` and `after`.
    fn matches_empty(
        &mut self,
        tree: &SyntaxTree,
        before: Beside,
        after: Beside,
    ) -> Result<bool, RegexError> {
        self.step()?;
        match tree {
            SyntaxTree::Node(node) => Ok(node.is_nullable()),
            SyntaxTree::Anchor(anchor) => self.holds(anchor, before, after),
            SyntaxTree::Concat(parts) => self.all_match_empty(parts, before, after),
            SyntaxTree::Alternation(arms) => {
                let mut any = false;
                for arm in arms {
                    any |= self.matches_empty(arm, before, after)?;
                }
                Ok(any)
            }
            SyntaxTree::Repeat { tree, times } => {
                let inner = self.matches_empty(tree, before, after)?;
                Ok(inner || *times != RepetitionCount::AtLeastOne)
            }
        }
    }

    fn all_match_empty(
        &mut self,
        parts: &[SyntaxTree],
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
        let neighbour = match anchor.side {
            AnchorSide::Start => before,
            AnchorSide::End => after,
        };
        if neighbour.is_split_by(anchor.wanted) {
            return Err(RegexError::new(
                RegexErrorKind::AmbiguousAnchor,
                anchor.span.clone(),
            ));
        }
        let holds = neighbour.overlaps(anchor.wanted);
        if holds {
            self.satisfied.insert(anchor.span.start);
        }
        Ok(holds)
    }

    fn first_dead_anchor<'a>(&self, tree: &'a SyntaxTree) -> Option<&'a Anchor> {
        match tree {
            SyntaxTree::Node(_) => None,
            SyntaxTree::Anchor(anchor) => {
                (!self.satisfied.contains(&anchor.span.start)).then_some(anchor)
            }
            SyntaxTree::Concat(trees) | SyntaxTree::Alternation(trees) => {
                trees.iter().find_map(|tree| self.first_dead_anchor(tree))
            }
            SyntaxTree::Repeat { tree, .. } => self.first_dead_anchor(tree),
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

/// Joins what is found beside each of several groups of kinds: each alternative stands once, with all that may be beyond it.
/// Those that want most of what is beyond come first.
fn join(found: Vec<(Beside, Vec<ByteExpression>)>, side: AnchorSide) -> Vec<ByteExpression> {
    let mut arms: Vec<(ByteExpression, Beside)> = Vec::new();
    for (beside, nodes) in found {
        for node in nodes {
            match arms.iter_mut().find(|(known, _)| *known == node) {
                Some((_, known)) => *known = known.or(beside),
                None => arms.push((node, beside)),
            }
        }
    }
    arms.sort_by_key(|(_, beside)| beside.0.count_ones());
    let with_beyond = |(arm, beside): (ByteExpression, Beside)| {
        let beyond = beside.beyond(side);
        ByteExpression::concat(match side {
            AnchorSide::Start => [beyond, arm],
            AnchorSide::End => [arm, beyond],
        })
    };
    arms.into_iter().map(with_beyond).collect()
}

/// Each head followed by each rest, or the same without writing them all out if they are many.
fn multiply(heads: Vec<ByteExpression>, rests: Vec<ByteExpression>) -> Vec<ByteExpression> {
    if heads.len() * rests.len() > MAX_MULTIPLIED {
        return vec![ByteExpression::concat([
            ByteExpression::alternation(heads),
            ByteExpression::alternation(rests),
        ])];
    }
    heads
        .iter()
        .flat_map(|head| {
            rests
                .iter()
                .map(|rest| ByteExpression::concat([head.clone(), rest.clone()]))
        })
        .collect()
}

fn has_anchor(tree: &SyntaxTree, side: AnchorSide) -> bool {
    !wanted(tree, side).is_empty()
}

/// What a tree's anchors want that look at one side.
fn wanted(tree: &SyntaxTree, side: AnchorSide) -> Vec<Beside> {
    match tree {
        SyntaxTree::Node(_) => Vec::new(),
        SyntaxTree::Anchor(anchor) if anchor.side == side => vec![anchor.wanted],
        SyntaxTree::Anchor(_) => Vec::new(),
        SyntaxTree::Concat(trees) | SyntaxTree::Alternation(trees) => {
            trees.iter().flat_map(|tree| wanted(tree, side)).collect()
        }
        SyntaxTree::Repeat { tree, .. } => wanted(tree, side),
    }
}

/// What those anchors want that can look at what is before a sequence of trees.
fn first_wanted(parts: &[SyntaxTree]) -> Vec<Beside> {
    let count = parts.iter().take_while(|part| is_nullable(part)).count();
    let first = parts.iter().take(count + 1);
    first
        .flat_map(|part| wanted(part, AnchorSide::Start))
        .collect()
}

/// Whether it matches the empty string where all its anchors hold.
fn is_nullable(tree: &SyntaxTree) -> bool {
    match tree {
        SyntaxTree::Node(node) => node.is_nullable(),
        SyntaxTree::Anchor(_) => true,
        SyntaxTree::Concat(parts) => parts.iter().all(is_nullable),
        SyntaxTree::Alternation(arms) => arms.iter().any(is_nullable),
        SyntaxTree::Repeat { tree, times } => {
            *times != RepetitionCount::AtLeastOne || is_nullable(tree)
        }
    }
}

/// The bytes with which a sequence of trees can begin or end.
fn edge_bytes(parts: &[SyntaxTree], side: AnchorSide) -> ByteSet {
    let mut set = ByteSet::EMPTY;
    let mut add = |part: &SyntaxTree| {
        set = set.union(tree_edge_bytes(part, side));
        is_nullable(part)
    };
    match side {
        AnchorSide::Start => parts.iter().all(&mut add),
        AnchorSide::End => parts.iter().rev().all(&mut add),
    };
    set
}

fn tree_edge_bytes(tree: &SyntaxTree, side: AnchorSide) -> ByteSet {
    match (tree, side) {
        (SyntaxTree::Node(node), AnchorSide::Start) => node.first_bytes(),
        (SyntaxTree::Node(node), AnchorSide::End) => node.last_bytes(),
        (SyntaxTree::Anchor(_), _) => ByteSet::EMPTY,
        (SyntaxTree::Concat(parts), _) => edge_bytes(parts, side),
        (SyntaxTree::Alternation(arms), _) => arms.iter().fold(ByteSet::EMPTY, |set, arm| {
            set.union(tree_edge_bytes(arm, side))
        }),
        (SyntaxTree::Repeat { tree, .. }, _) => tree_edge_bytes(tree, side),
    }
}
