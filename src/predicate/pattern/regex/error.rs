use std::fmt;
use std::ops::Range;

use regex_syntax::ast;

use super::super::Pattern;

/// A regular expression that cannot become a pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct RegexError {
    /// What is wrong.
    pub kind: RegexErrorKind,
    /// Where: bytes of the regular expression's text, on character boundaries.
    pub span: Range<usize>,
}

/// What is wrong with a regular expression. Its display is a sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegexErrorKind {
    /// It is not a regular expression.
    Syntax {
        /// Why.
        reason: &'static str,
        /// What to write instead.
        help: &'static str,
    },
    /// `(?=…)`, `(?!…)`, `(?<=…)` or `(?<!…)`.
    LookAround,
    /// `\1` and the like.
    BackReference,
    /// `\b`, `\B` and the like.
    WordBoundary,
    /// `\p{…}`, `\P{…}`.
    UnicodeClass,
    /// A flag that has no meaning for bytes: `u` or `R`.
    Flag(char),
    /// A character beyond ASCII in a negated class or in an operation of classes: classes are of bytes.
    NonAsciiInClass,
    /// A range from a byte to a character, such as `[\xff-\u{2000}]`.
    MixedRange,
    /// An anchor where no string can satisfy it.
    DeadAnchor,
    /// An anchor in an expression that is repeated a counted number of times.
    RepeatedAnchor,
    /// An anchor of lines, and what stands beside it may or may not be a line feed.
    AmbiguousLineAnchor,
    /// More anchors than can be resolved.
    TooManyAnchors,
    /// It matches no string.
    NeverMatches,
    /// It is larger than [`Pattern::MAX_REGEX_SIZE`].
    TooLarge,
}

impl RegexError {
    pub(super) fn new(kind: RegexErrorKind, span: Range<usize>) -> Self {
        Self { kind, span }
    }

    pub(super) fn from_syntax(error: &ast::Error) -> Self {
        let kind = match error.kind() {
            ast::ErrorKind::UnsupportedLookAround => RegexErrorKind::LookAround,
            ast::ErrorKind::UnsupportedBackreference => RegexErrorKind::BackReference,
            kind => syntax(kind),
        };
        Self::new(kind, range(error.span()))
    }

    /// What to write instead.
    pub fn help(&self) -> &'static str {
        match self.kind {
            RegexErrorKind::Syntax { help, .. } => help,
            RegexErrorKind::LookAround => {
                "name what may stand there, or write the excluded case as a selection of its own and negate it in the \
                 condition"
            }
            RegexErrorKind::BackReference => {
                "write out the alternatives that the group can have matched"
            }
            RegexErrorKind::WordBoundary => {
                "write (^|[^0-9A-Za-z_]) for a word's beginning and ([^0-9A-Za-z_]|$) for its end"
            }
            RegexErrorKind::UnicodeClass => {
                "name the characters, or use an ASCII class such as [[:alpha:]]"
            }
            RegexErrorKind::Flag(_) => "leave the flag out",
            RegexErrorKind::NonAsciiInClass => {
                "write the characters as alternatives in a group: (é|è)"
            }
            RegexErrorKind::MixedRange => {
                "begin and end the range with bytes (\\xNN), or both with characters"
            }
            RegexErrorKind::DeadAnchor => {
                "remove the anchor, or move it to the beginning or end; write \\^ or \\$ for the character itself"
            }
            RegexErrorKind::RepeatedAnchor => "take the anchor out of the repetition",
            RegexErrorKind::AmbiguousLineAnchor => {
                "write the line feed next to the anchor: \\n^ or $\\n"
            }
            RegexErrorKind::TooManyAnchors => "use fewer anchors, or several values",
            RegexErrorKind::NeverMatches => "remove it, or correct the class that is empty",
            RegexErrorKind::TooLarge => "use smaller counts, or * and + instead of them",
        }
    }
}

impl fmt::Display for RegexErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { reason, .. } => f.write_str(reason),
            Self::LookAround => f.write_str("Zeek's patterns have no look-around"),
            Self::BackReference => f.write_str("Zeek's patterns have no back-references"),
            Self::WordBoundary => f.write_str("Zeek's patterns have no word boundaries"),
            Self::UnicodeClass => f.write_str("Zeek's patterns match bytes and have no classes of Unicode characters"),
            Self::Flag(flag) => write!(f, "Zeek's patterns match bytes, and the flag {flag} has no meaning there"),
            Self::NonAsciiInClass => f.write_str(
                "Zeek's patterns match bytes, and a character beyond ASCII is several: it cannot be excluded from or \
                 combined with a class",
            ),
            Self::MixedRange => f.write_str("a range cannot go from a byte to a character of several bytes"),
            Self::DeadAnchor => f.write_str("nothing can match here, since there is always text beyond the anchor"),
            Self::RepeatedAnchor => f.write_str("an anchor in a counted repetition cannot be expressed in Zeek"),
            Self::AmbiguousLineAnchor => {
                f.write_str("whether a line begins or ends here depends on text that may or may not be a line feed")
            }
            Self::TooManyAnchors => f.write_str("the anchors combine in too many ways"),
            Self::NeverMatches => f.write_str("the regular expression matches no string"),
            Self::TooLarge => write!(
                f,
                "the regular expression is too large: with its counted repetitions written out, it has more than {} \
                 places",
                Pattern::MAX_REGEX_SIZE
            ),
        }
    }
}

/// What the parser's errors mean to an author.
fn syntax(kind: &ast::ErrorKind) -> RegexErrorKind {
    use ast::ErrorKind as K;
    let (reason, help) = match kind {
        K::GroupUnclosed => (
            "this bracket is not closed",
            r"close it with `)`, or write `\(` for the character itself",
        ),
        K::GroupUnopened => (
            "this bracket closes nothing",
            r"write `\)` for the character itself",
        ),
        K::ClassUnclosed => (
            "this class is not closed",
            r"close it with `]`, or write `\[` for the character itself",
        ),
        K::ClassRangeInvalid => (
            "this range ends before it begins",
            "begin it with the lesser of its two characters",
        ),
        K::ClassRangeLiteral | K::ClassEscapeInvalid => (
            "a range of a class leads from one character to another",
            r"write `\-` for a hyphen",
        ),
        K::EscapeUnrecognized => (
            "there is no such escape",
            r"write out what other dialects' escapes stand for, and `\\` for a backslash",
        ),
        K::EscapeUnexpectedEof => (
            "a backslash at the end escapes nothing",
            r"write `\\` for a backslash",
        ),
        K::EscapeHexEmpty | K::EscapeHexInvalid | K::EscapeHexInvalidDigit => (
            "this escape needs hexadecimal digits that give a character",
            r"write it like `\x0a`, or `\\x` for the characters themselves",
        ),
        K::RepetitionMissing => (
            "there is nothing to repeat before this",
            r"write `\*`, `\+`, `\?` or `\{` for the character itself",
        ),
        K::RepetitionCountUnclosed
        | K::RepetitionCountDecimalEmpty
        | K::DecimalEmpty
        | K::DecimalInvalid => (
            "this is no count",
            r"write it like `{2,5}`, or `\{` for the character itself",
        ),
        K::RepetitionCountInvalid => (
            "this count ends before it begins",
            "begin it with the lesser of its two numbers",
        ),
        K::FlagUnrecognized
        | K::FlagDanglingNegation
        | K::FlagDuplicate { .. }
        | K::FlagRepeatedNegation { .. }
        | K::FlagUnexpectedEof => (
            "there is no such flag or kind of group",
            "groups are `(…)` and `(?:…)`, flags `(?i)`, `(?m)`, `(?s)` and `(?x)`",
        ),
        K::GroupNameDuplicate { .. }
        | K::GroupNameEmpty
        | K::GroupNameInvalid
        | K::GroupNameUnexpectedEof => (
            "this group has no proper name",
            "leave the name out: nothing uses it",
        ),
        K::NestLimitExceeded(_) | K::CaptureLimitExceeded => (
            "there are too many groups, or they nest too deep",
            "write it flatter",
        ),
        _ => (
            "the regular expression cannot be read from here on",
            "escape characters that are meant literally with a backslash",
        ),
    };
    RegexErrorKind::Syntax { reason, help }
}

/// The bytes that a span of the parser covers.
pub(super) fn range(span: &ast::Span) -> Range<usize> {
    span.start.offset..span.end.offset
}
