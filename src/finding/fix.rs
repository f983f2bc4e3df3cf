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

    /// Replaces an item of a list by others in its layout, or takes it out where there are none; nothing where it is not
    /// written as it reads.
    ///
    /// `with` are plain texts as those of [`Fix::replace_scalar`]. An item that is taken out must not be the only one.
    pub fn replace_item(
        source: &Source,
        span: &Range<usize>,
        text: &str,
        with: &[String],
    ) -> Option<Self> {
        let inner = verbatim(source, span, text)?;
        if let [one] = with {
            return Some(Self::replace(&inner, one.as_str()));
        }
        let layout = ItemLayout::of(&source.text, span)?;
        if with.is_empty() {
            return Some(Self::remove(&layout.extent, text));
        }
        let (before, after) = (
            &source.text[span.start..inner.start],
            &source.text[inner.end..span.end],
        );
        let items: Vec<String> = with
            .iter()
            .map(|one| format!("{before}{one}{after}"))
            .collect();
        Some(Self {
            description: format!("write `{}`", with.join("` and `")),
            edits: vec![Edit {
                span: span.clone(),
                text: items.join(&layout.separator),
            }],
        })
    }
}

/// Blanks within a line.
const BLANK: [char; 2] = [' ', '\t'];

/// How an item of a YAML list is laid out.
struct ItemLayout {
    /// What goes when the item is taken out.
    extent: Range<usize>,
    /// What stands between two items.
    separator: String,
}

impl ItemLayout {
    fn of(text: &str, span: &Range<usize>) -> Option<Self> {
        Self::in_block(text, span).or_else(|| Self::in_flow(text, span))
    }

    /// An item on a line of its own, after a hyphen. A comment behind it goes with it.
    fn in_block(text: &str, span: &Range<usize>) -> Option<Self> {
        let start = text.get(..span.start)?.rfind('\n').map_or(0, |end| end + 1);
        let indent = &text[start..span.start];
        let after_hyphen = indent.trim_start_matches(BLANK).strip_prefix('-')?;
        if after_hyphen.is_empty() || !after_hyphen.trim_start_matches(BLANK).is_empty() {
            return None;
        }
        let line = text
            .get(span.end..)?
            .split_inclusive('\n')
            .next()
            .unwrap_or_default();
        let comment = line.trim_matches(BLANK).trim_end_matches(['\r', '\n']);
        if !comment.is_empty() && !comment.starts_with('#') {
            return None;
        }
        let ending = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
        Some(Self {
            extent: start..span.end + line.len(),
            separator: format!("{ending}{indent}"),
        })
    }

    /// An item between brackets or commas.
    fn in_flow(text: &str, span: &Range<usize>) -> Option<Self> {
        let before = text.get(..span.start)?.trim_end();
        let after = text.get(span.end..)?;
        let rest = after.trim_start();
        let extent = if let Some(next) = rest.strip_prefix(',')
            && before.ends_with(['[', ','])
        {
            span.start..text.len() - next.trim_start().len()
        } else if rest.starts_with(']') && before.ends_with([',', '[']) {
            before.trim_end_matches(',').len()..span.end
        } else {
            return None;
        };
        Some(Self {
            extent,
            separator: ", ".to_owned(),
        })
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

    /// A list with the item `x` replaced.
    fn replaced(list: &str, with: &[&str]) -> Option<String> {
        let source = Source {
            path: "rule.yml".into(),
            text: list.to_owned(),
        };
        let quoted = ["'x'", "\"x\"", "x"];
        let (start, item) = quoted
            .iter()
            .find_map(|item| Some((list.find(item)?, item)))
            .unwrap();
        let with: Vec<String> = with.iter().map(ToString::to_string).collect();
        let fix = Fix::replace_item(&source, &(start..start + item.len()), "x", &with)?;
        let mut text = list.to_owned();
        for edit in fix.edits.iter().rev() {
            text.replace_range(edit.span.clone(), &edit.text);
        }
        Some(text)
    }

    #[test]
    fn an_item_is_replaced_in_its_layout() {
        let cases: [(&str, &str, &str); 9] = [
            ("- x\n- b\n", "- 1\n- 2\n- b\n", "- b\n"),
            ("  -   'x' # c\n", "  -   '1'\n  -   '2' # c\n", ""),
            ("t:\r\n- x\r\n", "t:\r\n- 1\r\n- 2\r\n", "t:\r\n"),
            ("- a\n- x", "- a\n- 1\n- 2", "- a\n"),
            ("[x]", "[1, 2]", "[]"),
            ("[ x, b ]", "[ 1, 2, b ]", "[ b ]"),
            ("[a, \"x\", b]", "[a, \"1\", \"2\", b]", "[a, b]"),
            ("[a, x]", "[a, 1, 2]", "[a]"),
            ("[a,\n x,\n b]", "[a,\n 1, 2,\n b]", "[a,\n b]"),
        ];
        for (list, two, none) in cases {
            assert_eq!(replaced(list, &["1", "2"]).as_deref(), Some(two), "{list}");
            assert_eq!(replaced(list, &[]).as_deref(), Some(none), "{list}");
            let one = replaced(list, &["1"]).unwrap();
            assert_eq!(one, list.replacen('x', "1", 1));
        }
    }

    #[test]
    fn an_item_of_another_layout_is_only_renamed() {
        for list in ["tags: x\n", "-\n  x\n", "[a, # c\n x # c\n, b]", "- &a x\n"] {
            assert_eq!(replaced(list, &["1", "2"]), None, "{list}");
            assert_eq!(replaced(list, &[]), None, "{list}");
            assert!(replaced(list, &["1"]).is_some(), "{list}");
        }
    }

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
