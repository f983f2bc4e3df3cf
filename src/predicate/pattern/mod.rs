//! What a string is matched against: a pattern of bytes.
//!
//! Text on the wire is bytes, so a pattern is one of bytes: a character of a rule is its UTF-8, a wildcard `?` and a
//! regular expression's `.` are one byte, and `*` is any run of bytes, line feeds and NUL included. That is how Zeek
//! matches, and the replay engine matches with the same type.
//!
//! A pattern always matches a *whole* string; a search is a pattern with a run of any bytes at either end.

mod byte_set;
mod case;
mod encoding;
mod gate;
mod growth;
mod matcher;
mod node;
mod part;
mod regex;

pub(crate) use byte_set::ByteSet;
pub(crate) use node::ByteExpression;

pub use case::Case;
pub use encoding::{Encoding, EncodingError};
pub use matcher::{Matcher, MatcherError};
pub use regex::{RegexError, RegexErrorKind, RegexFlags};

/// A set of byte strings, in a form that is cheap to build, to compare and to print.
///
/// Equal patterns match the same strings; unequal ones may, too. The order means nothing but is always the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern(ByteExpression);

/// A piece of a Sigma value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValuePart {
    /// Text without wildcards, its escapes resolved.
    Literal(String),
    /// The wildcard `?`: one byte, or one code unit where the value is encoded in UTF-16.
    AnyByte,
    /// The wildcard `*`: any number of bytes.
    AnyRun,
}

/// Where in a string a value must be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Anchoring {
    /// It is the whole string.
    Exact,
    /// `startswith`
    StartsWith,
    /// `endswith`
    EndsWith,
    /// `contains`
    Contains,
}

impl Pattern {
    /// Largest [`size`](Self::size) of a regular expression. Zeek copies a repeated expression as often as it is counted,
    /// and text that keeps all the copies in play costs it time and memory by the square of their number.
    pub const MAX_REGEX_SIZE: usize = 2048;

    /// Largest [`size`](Self::size) of a value's pattern. Zeek copies a repeated expression as often as it is counted, and
    /// its stack overflows on a sequence of some 100,000 bytes.
    pub const MAX_SIZE: usize = 8192;

    /// The pattern of a Sigma value.
    pub fn from_sigma(parts: &[ValuePart], anchoring: Anchoring, case: Case) -> Self {
        let node = ByteExpression::concat(parts.iter().map(|part| match part {
            ValuePart::Literal(text) => encoding::utf8(text, case),
            ValuePart::AnyByte => ByteExpression::class(ByteSet::ALL),
            ValuePart::AnyRun => ByteExpression::any_run(),
        }));
        Self::anchored(node, anchoring)
    }

    /// The pattern of a Sigma value to which encodings are applied in the order given. `case` is that of the encoded
    /// value: without `cased`, Base64 matches in any case, as Sigma has it.
    ///
    /// With [`Encoding::Base64Offset`], [`Anchoring::Exact`] means [`Anchoring::Contains`].
    ///
    /// # Errors
    ///
    /// See [`EncodingError`].
    pub fn encoded(
        parts: &[ValuePart],
        encodings: &[Encoding],
        anchoring: Anchoring,
        case: Case,
    ) -> Result<Self, EncodingError> {
        encoding::encode(parts, encodings, anchoring, case)
    }

    /// The pattern of the strings in which a regular expression finds something.
    ///
    /// The syntax is that of the Rust crate `regex` on bytes: `\d`, `\w` and `\s` are ASCII, `.` is any byte but a line
    /// feed, `\xNN` is that byte, `$` is the very end. What cannot become a pattern is refused.
    ///
    /// # Errors
    ///
    /// See [`RegexErrorKind`]; the error says where in `text` it is.
    pub fn from_regex(text: &str, flags: RegexFlags) -> Result<Self, RegexError> {
        regex::compile(text, flags).map(Self)
    }

    /// Where the first `.` of a regular expression stands that does not match a line feed, in bytes.
    pub fn plain_dot(text: &str, flags: RegexFlags) -> Option<std::ops::Range<usize>> {
        regex::plain_dot(text, flags)
    }

    /// What any of these patterns matches; without any, nothing.
    pub fn any_of(patterns: impl IntoIterator<Item = Pattern>) -> Self {
        Self(ByteExpression::alternation(
            patterns.into_iter().map(|pattern| pattern.0),
        ))
    }

    /// The pattern with its alternatives in one order, in whatever order they were given.
    #[must_use]
    pub fn in_order(&self) -> Self {
        Self(self.0.sorted())
    }

    /// The same in one spelling where case does not count.
    #[must_use]
    pub fn normalised(&self) -> Self {
        Self(self.0.folded().sorted())
    }

    /// Whether it matches the whole of `bytes`. This builds a [`Matcher`] and drops it: keep one to match often.
    pub fn is_match(&self, bytes: &[u8]) -> bool {
        self.matcher().is_ok_and(|matcher| matcher.is_match(bytes))
    }

    /// Prepares it to be matched.
    ///
    /// # Errors
    ///
    /// If it is too large, which only gigabytes of rules are.
    pub fn matcher(&self) -> Result<Matcher, MatcherError> {
        Matcher::new(self)
    }

    /// The one string that it matches, if it is just one up to the case of its ASCII letters.
    ///
    /// The bytes are as the author wrote them; [`Case::Insensitive`] only if there are ASCII letters among them.
    pub fn as_literal(&self) -> Option<(&[u8], Case)> {
        match &self.0 {
            ByteExpression::Literal { bytes, case } => Some((bytes, *case)),
            node if node.is_empty() => Some((&[], Case::Sensitive)),
            _ => None,
        }
    }

    /// Whether it is known to match every string.
    pub fn matches_everything(&self) -> bool {
        self.0.is_any_run()
    }

    /// Whether the pattern matches a text in all spellings of its ASCII letters or in none.
    pub fn ignores_case(&self) -> bool {
        self.node().ignores_case()
    }

    /// Whether it is known to match no string.
    pub fn matches_nothing(&self) -> bool {
        self.0.is_nothing()
    }

    /// How large an automaton of it is: its bytes and classes, counted repetitions written out.
    pub fn size(&self) -> usize {
        self.0.size()
    }

    /// The pattern as an expression that has to match a whole string.
    pub(crate) fn hir(&self) -> regex_syntax::hir::Hir {
        matcher::whole(self)
    }

    pub(crate) fn node(&self) -> &ByteExpression {
        &self.0
    }

    fn anchored(node: ByteExpression, anchoring: Anchoring) -> Self {
        let open_start = matches!(anchoring, Anchoring::EndsWith | Anchoring::Contains);
        let open_end = matches!(anchoring, Anchoring::StartsWith | Anchoring::Contains);
        let mut nodes = Vec::with_capacity(3);
        nodes.extend(open_start.then(ByteExpression::any_run));
        nodes.push(node);
        nodes.extend(open_end.then(ByteExpression::any_run));
        Self(ByteExpression::concat(nodes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> ValuePart {
        ValuePart::Literal(text.to_owned())
    }

    fn of(parts: &[ValuePart], anchoring: Anchoring) -> Pattern {
        Pattern::from_sigma(parts, anchoring, Case::Insensitive)
    }

    #[test]
    fn anchoring_says_where_a_value_is_found() {
        let subjects: [&[u8]; 4] = [b"CMD", b"cmd /c", b"x\ncmd", b"xcmd\0x"];
        let found =
            |anchoring| subjects.map(|subject| of(&[text("cmd")], anchoring).is_match(subject));
        assert_eq!(found(Anchoring::Exact), [true, false, false, false]);
        assert_eq!(found(Anchoring::StartsWith), [true, true, false, false]);
        assert_eq!(found(Anchoring::EndsWith), [true, false, true, false]);
        assert_eq!(found(Anchoring::Contains), [true; 4]);
    }

    #[test]
    fn wildcards_match_bytes() {
        let pattern = of(
            &[text("a"), ValuePart::AnyByte, text("b"), ValuePart::AnyRun],
            Anchoring::Exact,
        );
        assert!(pattern.is_match(b"a\nb\n\0"));
        assert!(!pattern.is_match("aéb".as_bytes()));
    }

    #[test]
    fn a_literal_is_as_it_was_written() {
        let literal = of(&[text("Post-1")], Anchoring::Exact);
        assert_eq!(
            literal.as_literal(),
            Some((&b"Post-1"[..], Case::Insensitive))
        );
        let digits = of(&[text("4688")], Anchoring::Exact);
        assert_eq!(digits.as_literal(), Some((&b"4688"[..], Case::Sensitive)));
        assert_eq!(
            of(&[], Anchoring::Exact).as_literal(),
            Some((&b""[..], Case::Sensitive))
        );
        assert_eq!(of(&[text("é")], Anchoring::Exact).as_literal(), None);
        assert_eq!(of(&[text("a")], Anchoring::Contains).as_literal(), None);
    }

    #[test]
    fn the_normal_form_matches_what_the_pattern_does() {
        let subjects: [&[u8]; 9] = [
            b"",
            b"cmd",
            b"CMD",
            b"a cmd b",
            b"x",
            b"xcmd\n",
            b"ab",
            b"Ab",
            b"\xc3\xa9",
        ];
        let patterns = [
            Pattern::any_of([
                of(&[text("x")], Anchoring::StartsWith),
                of(&[text("CMD")], Anchoring::Contains),
                of(&[], Anchoring::Exact),
            ]),
            Pattern::from_sigma(&[text("Ab")], Anchoring::Exact, Case::Sensitive),
            of(&[text("A"), ValuePart::AnyByte], Anchoring::EndsWith),
            of(&[text("É")], Anchoring::Exact),
            Pattern::any_of([
                of(&[text("ab")], Anchoring::Exact),
                Pattern::from_sigma(&[text("AB")], Anchoring::Exact, Case::Sensitive),
            ]),
        ];
        for pattern in &patterns {
            for form in [pattern.normalised(), pattern.in_order()] {
                for subject in subjects {
                    assert_eq!(
                        form.is_match(subject),
                        pattern.is_match(subject),
                        "{form:?}"
                    );
                }
            }
            assert_eq!(pattern.normalised().normalised(), pattern.normalised());
        }
    }

    #[test]
    fn patterns_in_another_order_and_spelling_have_one_normal_form() {
        let one = Pattern::any_of([
            of(&[text("cmd")], Anchoring::Contains),
            of(&[text("powershell")], Anchoring::Contains),
        ]);
        let other = Pattern::any_of([
            of(&[text("PowerShell")], Anchoring::Contains),
            of(&[text("CMD")], Anchoring::Contains),
            of(&[text("cmd")], Anchoring::Contains),
        ]);
        assert_ne!(one, other);
        assert_eq!(one.normalised(), other.normalised());
        let cased = Pattern::from_sigma(&[text("CMD")], Anchoring::Contains, Case::Sensitive);
        assert_ne!(
            cased.normalised(),
            of(&[text("CMD")], Anchoring::Contains).normalised()
        );
    }

    #[test]
    fn everything_and_nothing_are_known() {
        assert!(of(&[], Anchoring::Contains).matches_everything());
        assert!(of(&[ValuePart::AnyRun, ValuePart::AnyRun], Anchoring::Exact).matches_everything());
        assert!(Pattern::any_of([]).matches_nothing());
        assert!(!Pattern::any_of([]).is_match(b""));
        let everything = of(&[], Anchoring::Contains);
        assert!(
            Pattern::any_of([of(&[text("a")], Anchoring::Exact), everything]).matches_everything()
        );
    }
}
