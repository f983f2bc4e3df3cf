//! The expression that a pattern is made of, kept in a normal form so that equal patterns tend to be equal values and
//! print alike.

use std::collections::HashSet;

use super::{Case, byte_set::ByteSet};

/// An expression over bytes. Build it with the functions below: they keep the normal form that each variant states.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ByteExpression {
    /// A run of bytes, never empty. Insensitive only if it has an ASCII letter; then its letters match in either case.
    Literal {
        /// The bytes as the author wrote them.
        bytes: Vec<u8>,
        /// Whether ASCII letters in them match in either case.
        case: Case,
    },
    /// Any one byte of a set of two or more that is not just one letter in both cases (that is a literal).
    Class(ByteSet),
    /// One after the other; two or more, none of them a concatenation. Without any: the empty string.
    Concat(Vec<ByteExpression>),
    /// Any of them; two or more, none of them an alternation. Without any: nothing at all.
    Alternation(Vec<ByteExpression>),
    /// An expression several times over.
    Repeat {
        /// What is repeated.
        node: Box<ByteExpression>,
        /// How often at least.
        min: u32,
        /// How often at most.
        max: Option<u32>,
    },
}

impl ByteExpression {
    /// Matches the empty string alone.
    pub(crate) fn empty() -> Self {
        Self::Concat(Vec::new())
    }

    /// Matches no string.
    pub(crate) fn nothing() -> Self {
        Self::Alternation(Vec::new())
    }

    /// Matches every string.
    pub(crate) fn any_run() -> Self {
        Self::Repeat {
            node: Box::new(Self::Class(ByteSet::ALL)),
            min: 0,
            max: None,
        }
    }

    /// These bytes.
    pub(crate) fn literal(bytes: impl Into<Vec<u8>>, case: Case) -> Self {
        let bytes = bytes.into();
        if bytes.is_empty() {
            return Self::empty();
        }
        let case = if has_letter(&bytes) {
            case
        } else {
            Case::Sensitive
        };
        Self::Literal { bytes, case }
    }

    /// Any one byte of a set.
    pub(crate) fn class(set: ByteSet) -> Self {
        if set.is_empty() {
            return Self::nothing();
        }
        match set.as_single() {
            Some((byte, case)) => Self::literal([byte], case),
            None => Self::Class(set),
        }
    }

    /// One after the other.
    pub(crate) fn concat(nodes: impl IntoIterator<Item = ByteExpression>) -> Self {
        let mut sequence = Sequence::default();
        for node in nodes {
            sequence.push(node);
        }
        sequence.finish()
    }

    /// Any of them.
    pub(crate) fn alternation(nodes: impl IntoIterator<Item = ByteExpression>) -> Self {
        let mut arms = Vec::new();
        let mut optional = false;
        for node in nodes {
            match node {
                Self::Alternation(inner) => arms.extend(inner),
                node if node.is_any_run() => return node,
                node if node.is_empty() => optional = true,
                node => arms.push(node),
            }
        }
        let mut arms = merge_single_bytes(without_duplicates(arms));
        let node = if arms.len() == 1 {
            arms.remove(0)
        } else {
            Self::Alternation(arms)
        };
        if optional && !node.is_nullable() {
            Self::repeat(node, 0, Some(1))
        } else {
            node
        }
    }

    /// `node` from `min` to `max` times.
    pub(crate) fn repeat(node: ByteExpression, min: u32, max: Option<u32>) -> Self {
        if node.is_empty() || max == Some(0) || (node.is_nothing() && min == 0) {
            return Self::empty();
        }
        if node.is_nothing() || node.is_any_run() || (min == 1 && max == Some(1)) {
            return node;
        }
        match node {
            Self::Repeat {
                node: inner,
                min: 0 | 1,
                max: inner_max,
            } if min == 0 && max == Some(1) => Self::Repeat {
                node: inner,
                min: 0,
                max: inner_max,
            },
            Self::Repeat {
                node: inner,
                min: inner_min @ (0 | 1),
                max: None,
            } if min <= 1 => Self::Repeat {
                node: inner,
                min: inner_min.min(min),
                max: None,
            },
            node => Self::Repeat {
                node: Box::new(node),
                min,
                max,
            },
        }
    }

    /// Any of these byte strings, such as the spellings of one character; what they share is written once.
    pub(crate) fn any_of_strings(mut strings: Vec<Vec<u8>>) -> Self {
        strings.sort();
        strings.dedup();
        if let [only] = strings.as_slice() {
            return Self::literal(only.clone(), Case::Sensitive);
        }
        let by_prefix = group(&strings, |string| string.split_last());
        let by_suffix = group(&strings, |string| string.split_first());
        if by_suffix.len() < by_prefix.len() {
            Self::alternation(by_suffix.into_iter().map(|(suffix, set)| {
                Self::concat([Self::class(set), Self::literal(suffix, Case::Sensitive)])
            }))
        } else {
            Self::alternation(by_prefix.into_iter().map(|(prefix, set)| {
                Self::concat([Self::literal(prefix, Case::Sensitive), Self::class(set)])
            }))
        }
    }

    /// The same expression in small letters where case does not count.
    pub(crate) fn folded(&self) -> Self {
        match self {
            Self::Literal {
                bytes,
                case: Case::Insensitive,
            } => Self::literal(bytes.to_ascii_lowercase(), Case::Insensitive),
            Self::Literal { .. } | Self::Class(_) => self.clone(),
            Self::Concat(nodes) => Self::concat(nodes.iter().map(Self::folded)),
            Self::Alternation(arms) => Self::alternation(arms.iter().map(Self::folded)),
            Self::Repeat { node, min, max } => Self::repeat(node.folded(), *min, *max),
        }
    }

    /// The same expression with alternatives in one order, and each of them once.
    pub(crate) fn sorted(&self) -> Self {
        match self {
            Self::Literal { .. } | Self::Class(_) => self.clone(),
            Self::Concat(nodes) => Self::concat(nodes.iter().map(Self::sorted)),
            Self::Alternation(arms) => {
                let mut arms: Vec<Self> = arms.iter().map(Self::sorted).collect();
                arms.sort();
                Self::alternation(arms)
            }
            Self::Repeat { node, min, max } => Self::repeat(node.sorted(), *min, *max),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Concat(nodes) if nodes.is_empty())
    }

    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self, Self::Alternation(arms) if arms.is_empty())
    }

    pub(crate) fn is_any_run(&self) -> bool {
        matches!(self, Self::Repeat { node, min: 0, max: None } if **node == Self::Class(ByteSet::ALL))
    }

    /// Whether the empty string is among what it matches.
    pub(crate) fn is_nullable(&self) -> bool {
        match self {
            Self::Literal { .. } | Self::Class(_) => false,
            Self::Concat(nodes) => nodes.iter().all(Self::is_nullable),
            Self::Alternation(arms) => arms.iter().any(Self::is_nullable),
            Self::Repeat { node, min, .. } => *min == 0 || node.is_nullable(),
        }
    }

    /// Whether it matches a text in all spellings of its ASCII letters or in none.
    pub(crate) fn ignores_case(&self) -> bool {
        match self {
            Self::Literal { bytes, case } => *case == Case::Insensitive || !has_letter(bytes),
            Self::Class(set) => set.is_case_closed(),
            Self::Concat(nodes) | Self::Alternation(nodes) => nodes.iter().all(Self::ignores_case),
            Self::Repeat { node, .. } => node.ignores_case(),
        }
    }

    /// What it matches without the empty string.
    pub(crate) fn without_empty(self) -> Self {
        if !self.is_nullable() {
            return self;
        }
        match self {
            Self::Concat(nodes) => {
                Self::alternation(nodes.iter().enumerate().map(|(index, node)| {
                    let first = node.clone().without_empty();
                    Self::concat(std::iter::once(first).chain(nodes[index + 1..].iter().cloned()))
                }))
            }
            Self::Alternation(arms) => Self::alternation(arms.into_iter().map(Self::without_empty)),
            // Of an expression that can be empty itself, one time that is not empty is enough for any count.
            Self::Repeat { node, max, .. } => Self::repeat(node.without_empty(), 1, max),
            node => node,
        }
    }

    /// What it matches that begins with a byte of a set in which letters are in both cases.
    pub(crate) fn beginning_with(&self, set: ByteSet) -> Self {
        self.with_edge(set, false)
    }

    /// What it matches that ends with a byte of a set in which letters are in both cases.
    pub(crate) fn ending_with(&self, set: ByteSet) -> Self {
        self.with_edge(set, true)
    }

    /// The bytes with which what it matches can begin.
    pub(crate) fn first_bytes(&self) -> ByteSet {
        self.edge_bytes(false)
    }

    /// The bytes with which what it matches can end.
    pub(crate) fn last_bytes(&self) -> ByteSet {
        self.edge_bytes(true)
    }

    /// Number of bytes in it with counted repetitions written out, which is what an automaton of it is made of.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Literal { bytes, .. } => bytes.len(),
            Self::Class(_) => 1,
            Self::Concat(nodes) | Self::Alternation(nodes) => nodes
                .iter()
                .fold(0, |sum: usize, node| sum.saturating_add(node.size())),
            Self::Repeat { node, min, max } => {
                let copies = max.unwrap_or(min.saturating_add(1));
                // An empty string that is repeated still costs states.
                (node.size().max(1)).saturating_mul(copies as usize)
            }
        }
    }

    fn with_edge(&self, set: ByteSet, from_end: bool) -> Self {
        let join = |edge: Self, rest: Vec<Self>| {
            if from_end {
                Self::concat(rest.into_iter().chain([edge]))
            } else {
                Self::concat([edge].into_iter().chain(rest))
            }
        };
        match self {
            Self::Literal { .. } if self.edge_bytes(from_end).intersection(set).is_empty() => {
                Self::nothing()
            }
            Self::Literal { .. } => self.clone(),
            Self::Class(own) => Self::class(own.intersection(set)),
            Self::Concat(nodes) => {
                let count = nodes.len();
                let mut arms = Vec::new();
                // What is between a node and the edge may be empty.
                for index in 0..count {
                    let (at, rest) = if from_end {
                        (count - 1 - index, &nodes[..count - 1 - index])
                    } else {
                        (index, &nodes[index + 1..])
                    };
                    arms.push(join(nodes[at].with_edge(set, from_end), rest.to_vec()));
                    if !nodes[at].is_nullable() {
                        break;
                    }
                }
                Self::alternation(arms)
            }
            Self::Alternation(arms) => {
                Self::alternation(arms.iter().map(|arm| arm.with_edge(set, from_end)))
            }
            Self::Repeat { node, min, max } => {
                let others = Self::repeat(
                    (**node).clone(),
                    min.saturating_sub(1),
                    max.map(|max| max.saturating_sub(1)),
                );
                join(node.with_edge(set, from_end), vec![others])
            }
        }
    }

    fn edge_bytes(&self, from_end: bool) -> ByteSet {
        match self {
            Self::Literal { bytes, case } => {
                let edge = if from_end {
                    bytes.last()
                } else {
                    bytes.first()
                };
                let set: ByteSet = edge.copied().into_iter().collect();
                match case {
                    Case::Sensitive => set,
                    Case::Insensitive => set.with_both_cases(),
                }
            }
            Self::Class(set) => *set,
            Self::Concat(nodes) => {
                let mut set = ByteSet::EMPTY;
                for index in 0..nodes.len() {
                    let node = &nodes[if from_end {
                        nodes.len() - 1 - index
                    } else {
                        index
                    }];
                    set = set.union(node.edge_bytes(from_end));
                    if !node.is_nullable() {
                        break;
                    }
                }
                set
            }
            Self::Alternation(arms) => arms.iter().fold(ByteSet::EMPTY, |set, arm| {
                set.union(arm.edge_bytes(from_end))
            }),
            Self::Repeat { node, .. } => node.edge_bytes(from_end),
        }
    }

    /// The bytes of an expression of just one byte.
    fn as_byte_set(&self) -> Option<ByteSet> {
        match self {
            Self::Class(set) => Some(*set),
            Self::Literal { bytes, case } => match (bytes.as_slice(), case) {
                ([byte], Case::Sensitive) => Some(ByteSet::single(*byte)),
                ([byte], Case::Insensitive) => Some(ByteSet::single(*byte).with_both_cases()),
                _ => None,
            },
            _ => None,
        }
    }
}

/// A concatenation under construction.
#[derive(Default)]
struct Sequence {
    nodes: Vec<ByteExpression>,
    impossible: bool,
}

impl Sequence {
    fn push(&mut self, node: ByteExpression) {
        match node {
            ByteExpression::Concat(nodes) => nodes.into_iter().for_each(|node| self.push(node)),
            node if node.is_nothing() => self.impossible = true,
            node if node.is_any_run() => self.push_any_run(node),
            node if self.nodes.last().is_some_and(ByteExpression::is_any_run) => {
                self.push_after_any_run(node)
            }
            ByteExpression::Literal { bytes, case } => self.push_literal(bytes, case),
            node => self.nodes.push(node),
        }
    }

    /// A run of any bytes takes in what is optional before it: `a?b+.*` is `b.*`.
    fn push_any_run(&mut self, any_run: ByteExpression) {
        while let Some(last) = self.nodes.pop() {
            match last {
                node if node.is_nullable() => {}
                ByteExpression::Repeat { node, min, max } if max != Some(min) => {
                    self.push(ByteExpression::repeat(*node, min, Some(min)));
                }
                node => {
                    self.nodes.push(node);
                    break;
                }
            }
        }
        self.nodes.push(any_run);
    }

    /// A run of any bytes takes in what is optional after it: `.*a?b+` is `.*b`.
    fn push_after_any_run(&mut self, node: ByteExpression) {
        match node {
            node if node.is_nullable() => {}
            ByteExpression::Repeat { node, min, max } if max != Some(min) => {
                self.push(ByteExpression::repeat(*node, min, Some(min)));
            }
            node => self.nodes.push(node),
        }
    }

    /// Joins a literal to the one before it, unless letters of the two differ in how they match.
    fn push_literal(&mut self, bytes: Vec<u8>, case: Case) {
        if let Some(ByteExpression::Literal {
            bytes: last_bytes,
            case: last_case,
        }) = self.nodes.last_mut()
        {
            if *last_case == case || !has_letter(&bytes) {
                last_bytes.extend(bytes);
                return;
            }
            if !has_letter(last_bytes) {
                last_bytes.extend(bytes);
                *last_case = case;
                return;
            }
        }
        self.nodes.push(ByteExpression::Literal { bytes, case });
    }

    fn finish(mut self) -> ByteExpression {
        if self.impossible {
            ByteExpression::nothing()
        } else if self.nodes.len() == 1 {
            self.nodes.remove(0)
        } else {
            ByteExpression::Concat(self.nodes)
        }
    }
}

fn has_letter(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_alphabetic)
}

fn without_duplicates(mut arms: Vec<ByteExpression>) -> Vec<ByteExpression> {
    let mut seen = HashSet::new();
    let first_of_its_kind: Vec<bool> = arms.iter().map(|arm| seen.insert(arm)).collect();
    let mut keep = first_of_its_kind.into_iter();
    arms.retain(|_| keep.next().unwrap_or(true));
    arms
}

/// Makes one class of all the arms that are one byte long, at the place of the first of them.
fn merge_single_bytes(arms: Vec<ByteExpression>) -> Vec<ByteExpression> {
    if arms
        .iter()
        .filter(|arm| arm.as_byte_set().is_some())
        .count()
        < 2
    {
        return arms;
    }
    let mut merged = ByteSet::EMPTY;
    let mut place = None;
    let mut others = Vec::new();
    for arm in arms {
        match arm.as_byte_set() {
            Some(set) => {
                place.get_or_insert(others.len());
                merged = merged.union(set);
            }
            None => others.push(arm),
        }
    }
    others.insert(place.unwrap_or(0), ByteExpression::class(merged));
    others
}

/// Groups non-empty strings by all of them but the one byte that `split` takes off, keeping the order of first sight.
fn group<'a>(
    strings: &'a [Vec<u8>],
    split: impl Fn(&'a [u8]) -> Option<(&'a u8, &'a [u8])>,
) -> Vec<(&'a [u8], ByteSet)> {
    let mut groups: Vec<(&[u8], ByteSet)> = Vec::new();
    for (byte, rest) in strings.iter().filter_map(|string| split(string)) {
        match groups.iter_mut().find(|(key, _)| *key == rest) {
            Some((_, set)) => set.insert(*byte),
            None => groups.push((rest, ByteSet::single(*byte))),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> ByteExpression {
        ByteExpression::literal(text, Case::Sensitive)
    }

    fn times(node: ByteExpression, min: u32, max: Option<u32>) -> ByteExpression {
        ByteExpression::repeat(node, min, max)
    }

    #[test]
    fn neighbouring_literals_are_one() {
        let parts = [
            ByteExpression::literal("ab", Case::Insensitive),
            text("-1"),
            ByteExpression::literal("c", Case::Insensitive),
        ];
        assert_eq!(
            ByteExpression::concat(parts),
            ByteExpression::literal("ab-1c", Case::Insensitive)
        );
        let mixed =
            ByteExpression::concat([ByteExpression::literal("a", Case::Insensitive), text("b")]);
        assert_eq!(
            mixed,
            ByteExpression::Concat(vec![
                ByteExpression::literal("a", Case::Insensitive),
                text("b")
            ])
        );
    }

    #[test]
    fn a_run_of_any_bytes_takes_in_what_is_optional_beside_it() {
        let optional = times(text("a"), 0, Some(1));
        let repeated = times(text("b"), 2, None);
        let twice = times(text("b"), 2, Some(2));
        assert_eq!(
            ByteExpression::concat([
                optional.clone(),
                repeated.clone(),
                optional.clone(),
                ByteExpression::any_run()
            ]),
            ByteExpression::Concat(vec![
                optional.clone(),
                twice.clone(),
                ByteExpression::any_run()
            ])
        );
        assert_eq!(
            ByteExpression::concat([
                ByteExpression::any_run(),
                optional,
                ByteExpression::any_run(),
                repeated
            ]),
            ByteExpression::Concat(vec![ByteExpression::any_run(), twice])
        );
    }

    #[test]
    fn alternatives_of_one_byte_are_a_class() {
        let arms = [text("ab"), text("c"), text("ab"), text("d")];
        let class = ByteExpression::Class(ByteSet::range(b'c'..=b'd'));
        assert_eq!(
            ByteExpression::alternation(arms),
            ByteExpression::Alternation(vec![text("ab"), class])
        );
        assert_eq!(
            ByteExpression::alternation([text("a"), text("A")]),
            ByteExpression::literal("a", Case::Insensitive)
        );
    }

    #[test]
    fn an_empty_alternative_makes_the_others_optional() {
        assert_eq!(
            ByteExpression::alternation([ByteExpression::empty(), text("ab")]),
            times(text("ab"), 0, Some(1))
        );
        assert_eq!(
            ByteExpression::alternation([times(text("a"), 1, None), ByteExpression::empty()]),
            times(text("a"), 0, None)
        );
    }

    #[test]
    fn without_the_empty_string_one_iteration_is_enough() {
        let twice = times(times(text("a"), 0, None), 2, Some(2));
        assert_eq!(
            twice.without_empty(),
            times(times(text("a"), 1, None), 1, Some(2))
        );
    }

    #[test]
    fn strings_share_what_they_have_in_common() {
        let spellings = ["\u{e9}", "\u{c9}"].map(|text| text.as_bytes().to_vec());
        let accented = ByteExpression::class([0x89, 0xa9].into_iter().collect());
        assert_eq!(
            ByteExpression::any_of_strings(spellings.to_vec()),
            ByteExpression::Concat(vec![
                ByteExpression::literal([0xc3], Case::Sensitive),
                accented
            ])
        );
    }

    #[test]
    fn size_counts_copies() {
        let nested = times(times(text("abc"), 10, Some(10)), 4, None);
        assert_eq!(nested.size(), 150);
        let endless = times(
            times(nested, u32::MAX, Some(u32::MAX)),
            u32::MAX,
            Some(u32::MAX),
        );
        assert_eq!(endless.size(), usize::MAX);
    }
}
