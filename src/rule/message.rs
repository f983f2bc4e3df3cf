//! Texts of notices with fields put in: `Detected {operation} on '{id.resp_h}'`.
//!
//! A field stands in braces; `{{` and `}}` stand for braces.

use std::ops::Range;

use super::Spanned;
use super::reader::Diagnostics;
use crate::finding::{Code, Source};

/// A text with fields put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeText {
    /// Its parts in their order; no two literal ones stand side by side.
    pub parts: Vec<NoticeTextPart>,
    /// Where the whole text stands.
    pub span: Range<usize>,
}

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeTextPart {
    /// Text as it is.
    Literal(String),
    /// The name that stands in braces, such as `id.orig_h`; its place has the braces.
    Field(Spanned<String>),
}

impl NoticeText {
    /// The names that stand in braces.
    pub fn fields(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.parts.iter().filter_map(|part| match part {
            NoticeTextPart::Field(name) => Some(name),
            NoticeTextPart::Literal(_) => None,
        })
    }
}

/// Longest message in bytes: a notice is a line.
const MAX_BYTES: usize = 1024;

/// Reads a message; `None` where its braces are wrong, which is reported.
pub(super) fn parse(file: &Diagnostics<'_>, text: &Spanned<String>) -> Option<NoticeText> {
    let refuse = |range: Range<usize>, message: &str, help: &str| {
        let span = place_of(file.source, text, range);
        file.report(Code::InvalidValue, &span, message, help);
    };
    let whole = 0..text.value.len();
    if text.value.len() > MAX_BYTES {
        let help = format!("{MAX_BYTES} bytes are the most");
        refuse(whole, "text of a notice is too long", &help);
        return None;
    }
    if text.value.is_empty() {
        let message = "text of a notice is empty";
        refuse(whole, message, "write it, or leave the key out");
        return None;
    }
    if text.value.contains(['\n', '\r']) {
        let message = "text of a notice has more than one line";
        refuse(whole, message, "write it in one line");
        return None;
    }
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = text.value.as_str();
    while let Some(offset) = rest.find(['{', '}']) {
        let start = text.value.len() - rest.len() + offset;
        literal.push_str(&rest[..offset]);
        rest = &rest[offset..];
        if let Some(brace) = ["{{", "}}"].iter().find(|brace| rest.starts_with(**brace)) {
            literal.push_str(&brace[..1]);
            rest = &rest[2..];
            continue;
        }
        let end = rest.find('}').filter(|_| rest.starts_with('{'));
        let Some(end) = end else {
            let message = if rest.starts_with('{') {
                "brace is not closed"
            } else {
                "brace closes nothing"
            };
            let help =
                "put a field's name in braces, such as {id.orig_h}; for a brace write it twice";
            refuse(start..start + 1, message, help);
            return None;
        };
        if !literal.is_empty() {
            parts.push(NoticeTextPart::Literal(std::mem::take(&mut literal)));
        }
        let span = place_of(file.source, text, start..start + end + 1);
        parts.push(NoticeTextPart::Field(Spanned::new(
            rest[1..end].trim().to_owned(),
            &span,
        )));
        rest = &rest[end + 1..];
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(NoticeTextPart::Literal(literal));
    }
    Some(NoticeText {
        parts,
        span: text.span.clone(),
    })
}

/// Where a part of a text stands in its file: exactly where YAML has the text as it is, else where the whole text does.
fn place_of(source: &Source, text: &Spanned<String>, part: Range<usize>) -> Range<usize> {
    let raw = &source.text[text.span.clone()];
    let header = usize::from(raw.starts_with(['\'', '"']));
    match raw.get(header..header + part.end) {
        Some(same) if *same == text.value[..part.end] => {
            let start = text.span.start + header;
            start + part.start..start + part.end
        }
        _ => text.span.clone(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// What a text is read as that a file writes like this.
    fn read(text: &str, yaml: &str) -> Option<NoticeText> {
        let source = Arc::new(Source {
            path: "rule.yml".into(),
            text: yaml.to_owned(),
        });
        let file = Diagnostics::new(&source);
        let message = parse(&file, &Spanned::new(text.to_owned(), &(0..yaml.len())));
        assert_eq!(message.is_none(), file.count() > 0);
        message
    }

    /// The parts of a plain text, fields in angle brackets.
    fn parts(text: &str) -> Option<Vec<String>> {
        Some(
            read(text, text)?
                .parts
                .into_iter()
                .map(|part| match part {
                    NoticeTextPart::Literal(text) => text,
                    NoticeTextPart::Field(name) => format!("<{}>", name.value),
                })
                .collect(),
        )
    }

    #[test]
    fn texts_and_fields() {
        assert_eq!(parts("plain").unwrap(), ["plain"]);
        assert_eq!(
            parts("share '{path}{ name }'").unwrap(),
            ["share '", "<path>", "<name>", "'"]
        );
        assert_eq!(parts("{{{path}}}").unwrap(), ["{", "<path>", "}"]);
        assert_eq!(parts("{{path}}").unwrap(), ["{path}"]);
    }

    #[test]
    fn wrong_braces() {
        for wrong in ["", "{path", "path}", "a}b", "{", "}", "{{}", "two\nlines"] {
            assert_eq!(parts(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn fields_have_their_places() {
        let yaml = "'über {path}'";
        let message = read("über {path}", yaml).unwrap();
        let Some(NoticeTextPart::Field(name)) = message.parts.last() else {
            unreachable!()
        };
        assert_eq!(&yaml[name.span.clone()], "{path}");
    }

    #[test]
    fn where_yaml_escapes_the_place_is_the_whole_text() {
        let yaml = "\"a\\tb {path}\"";
        let message = read("a\tb {path}", yaml).unwrap();
        let Some(NoticeTextPart::Field(name)) = message.parts.last() else {
            unreachable!()
        };
        assert_eq!(name.span, 0..yaml.len());
    }
}
