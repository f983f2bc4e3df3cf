//! Texts with wildcards, which are cut up and written again as Sigma values.

use rsigma_ir::{IrMatcher, IrPatternPart, IrStrOp};

use crate::rule::written::plain_value;

/// A text with wildcards that must match as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob(pub(super) Vec<Token>);

/// A part of a [`Glob`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// Plain text, never empty.
    Text(String),
    /// Any characters, or none.
    Any,
    /// Any one character.
    One,
}

impl Glob {
    /// What a value matches; `None` where it is no text with wildcards. The second is whether letters' case counts.
    pub(super) fn of(matcher: &IrMatcher) -> Option<(Self, bool)> {
        let IrMatcher::Str {
            op,
            pattern,
            case_insensitive,
        } = matcher
        else {
            return None;
        };
        let parts = pattern.parts.iter().map(|part| match part {
            IrPatternPart::Literal(text) => Token::Text(text.clone()),
            IrPatternPart::WildcardMulti => Token::Any,
            IrPatternPart::WildcardSingle => Token::One,
        });
        let (open_start, open_end) = match op {
            IrStrOp::Exact => (false, false),
            IrStrOp::Contains => (true, true),
            IrStrOp::StartsWith => (false, true),
            IrStrOp::EndsWith => (true, false),
        };
        let start = open_start.then_some(Token::Any).into_iter();
        let tokens = start.chain(parts).chain(open_end.then_some(Token::Any));
        Some((Self::new(tokens), !case_insensitive))
    }

    /// Tokens without empty texts and repeated wildcards.
    pub(super) fn new(tokens: impl IntoIterator<Item = Token>) -> Self {
        let mut kept: Vec<Token> = Vec::new();
        for token in tokens {
            match (&token, kept.last_mut()) {
                (Token::Text(text), _) if text.is_empty() => {}
                (Token::Any, Some(Token::Any)) => {}
                (Token::Text(text), Some(Token::Text(before))) => before.push_str(text),
                _ => kept.push(token),
            }
        }
        Self(kept)
    }

    /// The plain texts in it.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|token| match token {
            Token::Text(text) => Some(text.as_str()),
            Token::Any | Token::One => None,
        })
    }

    /// Whether it matches any text.
    pub(super) fn is_anything(&self) -> bool {
        self.0 == [Token::Any]
    }

    /// Whether it matches a text of ASCII as a whole.
    pub(super) fn matches(&self, text: &str, cased: bool) -> bool {
        fn rest(tokens: &[Token], text: &[u8], cased: bool) -> bool {
            let Some((first, behind)) = tokens.split_first() else {
                return text.is_empty();
            };
            match first {
                Token::Text(own) => {
                    let own = own.as_bytes();
                    let is_same = text.get(..own.len()).is_some_and(|start| {
                        start == own || !cased && start.eq_ignore_ascii_case(own)
                    });
                    is_same && rest(behind, &text[own.len()..], cased)
                }
                Token::One => !text.is_empty() && rest(behind, &text[1..], cased),
                Token::Any => (0..=text.len()).any(|start| rest(behind, &text[start..], cased)),
            }
        }
        rest(&self.0, text.as_bytes(), cased)
    }

    /// The modifier and the value that say it in Sigma.
    pub(super) fn as_sigma(&self) -> (&'static str, String) {
        let (modifier, inner) = match self.0.as_slice() {
            [Token::Any, inner @ .., Token::Any] if !inner.is_empty() => ("|contains", inner),
            [inner @ .., Token::Any] if !inner.is_empty() => ("|startswith", inner),
            [Token::Any, inner @ ..] if !inner.is_empty() => ("|endswith", inner),
            whole => ("", whole),
        };
        let value = inner.iter().map(|token| match token {
            Token::Text(text) => plain_value(text),
            Token::Any => "*".to_owned(),
            Token::One => "?".to_owned(),
        });
        (modifier, value.collect())
    }

    /// It as a part of a regular expression, in which `one` stands for any one character.
    pub(super) fn as_regex(&self, one: &str) -> String {
        let parts = self.0.iter().map(|token| match token {
            Token::Text(text) => quoted(text),
            Token::Any => format!("{one}*"),
            Token::One => one.to_owned(),
        });
        parts.collect()
    }
}

/// A plain text as a regular expression has it.
fn quoted(text: &str) -> String {
    let mut regex = String::with_capacity(text.len());
    for character in text.chars() {
        if r"\.+*?()|[]{}^$".contains(character) {
            regex.push('\\');
        }
        regex.push(character);
    }
    regex
}
