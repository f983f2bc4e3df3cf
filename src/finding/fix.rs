//! Changes that mend what a finding says.

use std::ops::Range;

use super::Source;

/// The one safe change that mends a finding, in the finding's own file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the change does, in a few words that begin with a verb.
    pub description: String,
    /// The texts to replace; in order, none overlapping another.
    pub edits: Vec<Edit>,
}

/// A text in place of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Byte offsets into the file's text; on character boundaries.
    pub span: Range<usize>,
    /// What comes to stand there.
    pub text: String,
}

impl Fix {
    /// Replaces what stands at a place.
    pub fn replace(span: &Range<usize>, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            description: format!("write `{text}`"),
            edits: vec![Edit {
                span: span.clone(),
                text,
            }],
        }
    }

    /// Removes what stands at a place.
    pub fn remove(span: &Range<usize>, what: &str) -> Self {
        Self {
            description: format!("leave `{what}` out"),
            edits: vec![Edit {
                span: span.clone(),
                text: String::new(),
            }],
        }
    }

    /// Replaces a scalar's text, in the quotes that it has; nothing where it is not written as it reads.
    ///
    /// `with` must be plain text that means the same with and without quotes, such as a name.
    pub fn replace_scalar(
        source: &Source,
        span: &Range<usize>,
        text: &str,
        with: impl Into<String>,
    ) -> Option<Self> {
        Some(Self::replace(&verbatim(source, span, text)?, with))
    }
}

/// The place of a scalar's text without its quotes, where it is written as it reads.
pub(crate) fn verbatim(source: &Source, span: &Range<usize>, text: &str) -> Option<Range<usize>> {
    let written = source.text.get(span.clone())?;
    let start = if written == text {
        span.start
    } else {
        let inner = ['\'', '"'].into_iter().find_map(|quote| {
            let inner = written.strip_prefix(quote)?.strip_suffix(quote)?;
            (inner == text).then_some(inner)
        })?;
        span.start + (written.len() - inner.len()) / 2
    };
    Some(start..start + text.len())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn found(written: &str, text: &str) -> Option<Range<usize>> {
        let source = Source {
            path: "rule.yml".into(),
            text: format!("a: {written} # {text}\n"),
        };
        verbatim(&source, &(3..3 + written.len()), text)
    }

    #[test]
    fn text_is_found_in_its_quotes() {
        assert_eq!(found("uri", "uri"), Some(3..6));
        assert_eq!(found("'uri'", "uri"), Some(4..7));
        assert_eq!(found("\"ürí\"", "ürí"), Some(4..9));
    }

    #[test]
    fn what_is_not_written_as_it_reads_is_left_alone() {
        assert_eq!(found("'it''s'", "it's"), None);
        assert_eq!(found("\"a\\tb\"", "a\tb"), None);
        assert_eq!(found(">-\n  uri", "uri"), None);
        assert_eq!(found("'", "'"), Some(3..4));
    }
}
