//! From a regular expression's text to a tree of expressions and anchors.

use std::ops::Range;

use regex_syntax::ast::parse::ParserBuilder;
use regex_syntax::ast::{
    Assertion, AssertionKind, Ast, Flag, Flags, FlagsItemKind, GroupKind, Literal, Repetition,
    RepetitionKind, RepetitionRange,
};

use super::super::{ByteExpression, ByteSet, Case, Pattern, encoding};
use super::anchors::{AnchorSide, Beside};
use super::error::{RegexError, RegexErrorKind, range};
use super::{RegexFlags, class};

/// An expression in which there may be anchors. A tree without any is always one [`Tree::Node`].
#[derive(Debug, Clone)]
pub(super) enum SyntaxTree {
    Node(ByteExpression),
    Anchor(Anchor),
    Concat(Vec<SyntaxTree>),
    Alternation(Vec<SyntaxTree>),
    Repeat {
        tree: Box<SyntaxTree>,
        times: RepetitionCount,
    },
}

/// How often a tree with anchors is repeated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum RepetitionCount {
    Optional,
    Any,
    AtLeastOne,
}

/// An assertion about what lies directly on one side of a place.
#[derive(Debug, Clone)]
pub(super) struct Anchor {
    pub(super) side: AnchorSide,
    /// What must lie there.
    pub(super) wanted: Beside,
    pub(super) span: Range<usize>,
}

pub(super) fn parse(text: &str, flags: RegexFlags) -> Result<SyntaxTree, RegexError> {
    read(text, flags).map(|(tree, _)| tree)
}

/// Where the first `.` stands that does not match a line feed.
pub(super) fn plain_dot(text: &str, flags: RegexFlags) -> Option<Range<usize>> {
    read(text, flags).ok()?.1
}

fn read(text: &str, flags: RegexFlags) -> Result<(SyntaxTree, Option<Range<usize>>), RegexError> {
    let ast = ParserBuilder::new()
        .nest_limit(100)
        .build()
        .parse(text)
        .map_err(|error| RegexError::from_syntax(&error))?;
    let mut reader = SyntaxReader {
        flags,
        plain_dot: None,
    };
    let tree = reader.tree(&ast)?;
    Ok((tree, reader.plain_dot))
}

/// Reads a syntax tree from left to right, since a flag holds from where it stands to the end of its group.
struct SyntaxReader {
    flags: RegexFlags,
    /// The first `.` that does not match a line feed.
    plain_dot: Option<Range<usize>>,
}

impl SyntaxReader {
    fn tree(&mut self, ast: &Ast) -> Result<SyntaxTree, RegexError> {
        let node = match ast {
            Ast::Empty(_) => ByteExpression::empty(),
            Ast::Flags(set) => {
                self.set_flags(&set.flags)?;
                ByteExpression::empty()
            }
            Ast::Literal(literal) => self.literal(literal),
            Ast::Dot(_) if self.flags.dot_all => ByteExpression::class(ByteSet::ALL),
            Ast::Dot(span) => {
                self.plain_dot.get_or_insert_with(|| range(span));
                ByteExpression::class(ByteSet::not_line_feed())
            }
            Ast::Assertion(assertion) => return self.assertion(assertion),
            Ast::ClassUnicode(class) => {
                return Err(RegexError::new(
                    RegexErrorKind::UnicodeClass,
                    range(&class.span),
                ));
            }
            Ast::ClassPerl(class) => ByteExpression::class(class::perl(class)),
            Ast::ClassBracketed(class) => class::bracketed(class, self.case())?,
            Ast::Repetition(repetition) => return self.repetition(repetition),
            Ast::Group(group) => {
                let outer = self.flags;
                if let GroupKind::NonCapturing(flags) = &group.kind {
                    self.set_flags(flags)?;
                }
                let tree = self.tree(&group.ast)?;
                self.flags = outer;
                return Ok(tree);
            }
            Ast::Alternation(alternation) => {
                let arms = self.trees(&alternation.asts)?;
                return Ok(collapse(
                    arms,
                    ByteExpression::alternation,
                    SyntaxTree::Alternation,
                ));
            }
            Ast::Concat(concat) => {
                let parts = self.trees(&concat.asts)?;
                return Ok(collapse(parts, ByteExpression::concat, |parts| {
                    SyntaxTree::Concat(join_nodes(parts))
                }));
            }
        };
        Ok(SyntaxTree::Node(node))
    }

    fn trees(&mut self, asts: &[Ast]) -> Result<Vec<SyntaxTree>, RegexError> {
        asts.iter().map(|ast| self.tree(ast)).collect()
    }

    fn case(&self) -> Case {
        if self.flags.ignore_case {
            Case::Insensitive
        } else {
            Case::Sensitive
        }
    }

    fn literal(&self, literal: &Literal) -> ByteExpression {
        match literal.byte() {
            Some(byte) => ByteExpression::literal([byte], self.case()),
            None => encoding::utf8(literal.c.encode_utf8(&mut [0; 4]), self.case()),
        }
    }

    fn assertion(&self, assertion: &Assertion) -> Result<SyntaxTree, RegexError> {
        use AssertionKind as K;
        let span = range(&assertion.span);
        let anchor = |side, wanted| {
            SyntaxTree::Anchor(Anchor {
                side,
                wanted,
                span: span.clone(),
            })
        };
        let line = if self.flags.multi_line {
            Beside::EDGE.or(Beside::LINE_FEED)
        } else {
            Beside::EDGE
        };
        // A word boundary has a word on one side of it, and none on the other.
        let pair = |before, after| {
            SyntaxTree::Concat(vec![
                anchor(AnchorSide::Start, before),
                anchor(AnchorSide::End, after),
            ])
        };
        let (word, other) = (Beside::WORD, Beside::WORD.complement());
        Ok(match assertion.kind {
            K::StartText => anchor(AnchorSide::Start, Beside::EDGE),
            K::EndText => anchor(AnchorSide::End, Beside::EDGE),
            K::StartLine => anchor(AnchorSide::Start, line),
            K::EndLine => anchor(AnchorSide::End, line),
            K::WordBoundary => SyntaxTree::Alternation(vec![pair(other, word), pair(word, other)]),
            K::NotWordBoundary => {
                SyntaxTree::Alternation(vec![pair(word, word), pair(other, other)])
            }
            _ => return Err(RegexError::new(RegexErrorKind::WordEdge, span)),
        })
    }

    fn repetition(&mut self, repetition: &Repetition) -> Result<SyntaxTree, RegexError> {
        let (min, max) = match &repetition.op.kind {
            RepetitionKind::ZeroOrOne => (0, Some(1)),
            RepetitionKind::ZeroOrMore => (0, None),
            RepetitionKind::OneOrMore => (1, None),
            RepetitionKind::Range(RepetitionRange::Exactly(count)) => (*count, Some(*count)),
            RepetitionKind::Range(RepetitionRange::AtLeast(min)) => (*min, None),
            RepetitionKind::Range(RepetitionRange::Bounded(min, max)) => (*min, Some(*max)),
        };
        let times = match (self.tree(&repetition.ast)?, min, max) {
            (SyntaxTree::Node(node), ..) => {
                let node = ByteExpression::repeat(node, min, max);
                return if node.size() > Pattern::MAX_REGEX_SIZE {
                    Err(RegexError::new(
                        RegexErrorKind::TooLarge,
                        range(&repetition.span),
                    ))
                } else {
                    Ok(SyntaxTree::Node(node))
                };
            }
            (tree, 1, Some(1)) => return Ok(tree),
            (tree, 0, Some(1)) => (tree, RepetitionCount::Optional),
            (tree, 0, None) => (tree, RepetitionCount::Any),
            (tree, 1, None) => (tree, RepetitionCount::AtLeastOne),
            _ => {
                return Err(RegexError::new(
                    RegexErrorKind::RepeatedAnchor,
                    range(&repetition.span),
                ));
            }
        };
        let (tree, times) = times;
        Ok(SyntaxTree::Repeat {
            tree: Box::new(tree),
            times,
        })
    }

    fn set_flags(&mut self, flags: &Flags) -> Result<(), RegexError> {
        let mut enable = true;
        for item in &flags.items {
            let FlagsItemKind::Flag(flag) = item.kind else {
                enable = false;
                continue;
            };
            match flag {
                Flag::CaseInsensitive => self.flags.ignore_case = enable,
                Flag::MultiLine => self.flags.multi_line = enable,
                Flag::DotMatchesNewLine => self.flags.dot_all = enable,
                // Greed decides what a group captures, not whether there is a match; the parser has seen to x.
                Flag::SwapGreed | Flag::IgnoreWhitespace => {}
                Flag::Unicode | Flag::CRLF if !enable => {}
                Flag::Unicode => {
                    return Err(RegexError::new(
                        RegexErrorKind::Flag('u'),
                        range(&item.span),
                    ));
                }
                Flag::CRLF => {
                    return Err(RegexError::new(
                        RegexErrorKind::Flag('R'),
                        range(&item.span),
                    ));
                }
            }
        }
        Ok(())
    }
}

/// One node if all of the trees are nodes.
fn collapse(
    trees: Vec<SyntaxTree>,
    nodes: impl FnOnce(Vec<ByteExpression>) -> ByteExpression,
    mixed: impl FnOnce(Vec<SyntaxTree>) -> SyntaxTree,
) -> SyntaxTree {
    if trees
        .iter()
        .any(|tree| !matches!(tree, SyntaxTree::Node(_)))
    {
        return mixed(trees);
    }
    let all = trees.into_iter().filter_map(|tree| match tree {
        SyntaxTree::Node(node) => Some(node),
        _ => None,
    });
    SyntaxTree::Node(nodes(all.collect()))
}

/// Makes one of neighbouring nodes, so that only anchors and what has anchors stand between nodes.
fn join_nodes(parts: Vec<SyntaxTree>) -> Vec<SyntaxTree> {
    let mut joined = Vec::new();
    let mut run = Vec::new();
    for part in parts {
        match part {
            SyntaxTree::Node(node) => run.push(node),
            part => {
                if !run.is_empty() {
                    joined.push(SyntaxTree::Node(ByteExpression::concat(std::mem::take(
                        &mut run,
                    ))));
                }
                joined.push(part);
            }
        }
    }
    if !run.is_empty() {
        joined.push(SyntaxTree::Node(ByteExpression::concat(run)));
    }
    joined
}
