use std::borrow::Cow;
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
        help: Cow<'static, str>,
    },
    /// `(?=…)`, `(?!…)`, `(?<=…)` or `(?<!…)`.
    LookAround,
    /// `\1` and the like.
    BackReference,
    /// `\<`, `\>`, `\b{start}` and the like.
    WordEdge,
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
    /// An anchor of lines or of words, and what stands beside it may or may not be what it asks for.
    AmbiguousAnchor,
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
        let span = range(error.span());
        let kind = other_dialect(error, &span).unwrap_or_else(|| syntax(error.kind()));
        Self::new(kind, span)
    }

    /// What to write instead.
    pub fn help(&self) -> &str {
        match &self.kind {
            RegexErrorKind::Syntax { help, .. } => help,
            RegexErrorKind::LookAround => {
                "name what may stand there, or write the excluded case as a selection of its own and negate it in the \
                 condition"
            }
            RegexErrorKind::BackReference => {
                "write out the alternatives that the group can have matched"
            }
            RegexErrorKind::WordEdge => {
                r"write `\b` for either edge of a word, and `<` or `>` for the character itself"
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
            RegexErrorKind::AmbiguousAnchor => {
                "name what stands next to the anchor, such as \\n^ for a line's beginning or [^0-9A-Za-z_]\\b for a word's"
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
            Self::WordEdge => f.write_str("Sigma's regular expressions have no token for just one edge of a word"),
            Self::UnicodeClass => f.write_str("Zeek's patterns match bytes and have no classes of Unicode characters"),
            Self::Flag(flag) => write!(f, "Zeek's patterns match bytes, and the flag {flag} has no meaning there"),
            Self::NonAsciiInClass => f.write_str(
                "Zeek's patterns match bytes, and a character beyond ASCII is several: it cannot be excluded from or \
                 combined with a class",
            ),
            Self::MixedRange => f.write_str("a range cannot go from a byte to a character of several bytes"),
            Self::DeadAnchor => f.write_str("nothing can match here, since there is always text beyond the anchor"),
            Self::RepeatedAnchor => f.write_str("an anchor in a counted repetition cannot be expressed in Zeek"),
            Self::AmbiguousAnchor => {
                f.write_str("whether a line or a word begins or ends here depends on text that can be either")
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

/// What is wrong with what other dialects have: back-references, escapes, and kinds of groups.
fn other_dialect(error: &ast::Error, span: &Range<usize>) -> Option<RegexErrorKind> {
    use ast::ErrorKind as K;
    let refuse = |reason: &'static str, help: String| {
        Some(RegexErrorKind::Syntax {
            reason,
            help: help.into(),
        })
    };
    let pattern = error.pattern();
    let escape = pattern[span.start..].strip_prefix('\\');
    let escaped = escape.and_then(|text| text.chars().next());
    match (error.kind(), escaped) {
        (K::UnsupportedLookAround, _) => Some(RegexErrorKind::LookAround),
        // In the other dialects, digits in a class, and a 0 anywhere, are the number of a byte in octal.
        (K::UnsupportedBackreference, Some(digit))
            if digit == '0' || is_within_class(pattern, span.start) =>
        {
            let digits = escape.unwrap_or_default();
            let length = digits
                .bytes()
                .take(3)
                .take_while(|byte| (b'0'..=b'7').contains(byte));
            let value = u32::from_str_radix(&digits[..length.count()], 8).unwrap_or(0);
            let help = match value {
                0x0a => r"write `\n`".to_owned(),
                value => format!(r"write `\x{value:02x}`"),
            };
            refuse("octal escapes are not read", help)
        }
        (K::UnsupportedBackreference, _) | (K::EscapeUnrecognized, Some('k' | 'g')) => {
            Some(RegexErrorKind::BackReference)
        }
        (K::ClassEscapeInvalid, Some('b')) => refuse(
            r"`\b` in a class is a backspace elsewhere, and is not read",
            r"write `\x08`, or take it out of the class".to_owned(),
        ),
        (K::ClassEscapeInvalid, _) => refuse(
            "this escape stands for a place, and a class is of characters",
            "take it out of the class".to_owned(),
        ),
        (K::EscapeUnrecognized, Some(escaped)) => {
            refuse("there is no such escape", written_out(escaped))
        }
        (K::GroupNameInvalid | K::GroupNameUnexpectedEof | K::FlagUnrecognized, _) => match pattern
            [..span.start]
            .rfind("(?")
            .map(|open| &pattern[open..])?
        {
            text if text.starts_with("(?P=") => Some(RegexErrorKind::BackReference),
            text if text.starts_with("(?>") => refuse(
                "atomic groups are not read",
                "write `(?:` in place of `(?>`, which matches the same and perhaps more".to_owned(),
            ),
            text if text.starts_with("(?#") => {
                refuse("comments are not read", "leave the comment out".to_owned())
            }
            _ => None,
        },
        _ => None,
    }
}

/// What an escape of another dialect stands for.
fn written_out(escaped: char) -> String {
    let instead = match escaped {
        'Z' => "`$` for the end of the text",
        'G' => "`^` for the beginning of the text",
        'h' => r"`[\t ]`",
        'H' => r"`[^\t ]`",
        'N' => r"`[^\n]`",
        'R' => r"`(\r\n|\n|\r)`",
        'e' => r"`\x1b`",
        'c' => r"a control character by its number, such as `\x0d`",
        'Q' | 'E' => r"each character with a backslash of its own, such as `\.`",
        'K' => "the expression without it: only whether something is found counts",
        escaped if escaped.is_alphabetic() => {
            return format!(
                r"write `{escaped}` for the letter itself, and `\\{escaped}` for a backslash before it"
            );
        }
        escaped => return format!("write `{escaped}` for the character itself"),
    };
    format!("write {instead}")
}

/// Whether a place in an expression is inside of a class.
fn is_within_class(pattern: &str, end: usize) -> bool {
    let mut is_inside = false;
    let mut is_escaped = false;
    for byte in pattern[..end].bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'[' => is_inside = true,
            b']' => is_inside = false,
            _ => {}
        }
    }
    is_inside
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
        K::ClassRangeLiteral => (
            "a range of a class leads from one character to another",
            r"write `\-` for a hyphen",
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
    RegexErrorKind::Syntax {
        reason,
        help: help.into(),
    }
}

/// The bytes that a span of the parser covers.
pub(super) fn range(span: &ast::Span) -> Range<usize> {
    span.start.offset..span.end.offset
}
