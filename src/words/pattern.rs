//! Patterns in words: what a text is, begins with, ends with or contains.

use crate::predicate::pattern::{ByteExpression, ByteSet, Case, Pattern};
use crate::zeek;

/// How a text relates to the values of a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Is,
    StartsWith,
    EndsWith,
    Contains,
    /// It matches an expression in Zeek's dialect.
    Matches,
}

/// Values that a text relates to in the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VerbPhrase {
    pub(super) verb: Verb,
    pub(super) values: Vec<String>,
    pub(super) remark: String,
}

/// How the bytes of a text are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ShownEncoding {
    Plain,
    Utf16,
    Utf16BigEndian,
}

/// A pattern as one or more alternatives.
pub(super) fn describe(pattern: &Pattern) -> Vec<VerbPhrase> {
    let arms = match pattern.node() {
        ByteExpression::Alternation(arms) if !arms.is_empty() => arms.as_slice(),
        node => std::slice::from_ref(node),
    };
    let mut descriptions: Vec<VerbPhrase> = Vec::new();
    for arm in arms {
        let Some(mut next) = described(arm) else {
            // One expression says better than its alternatives what is meant.
            return vec![VerbPhrase {
                verb: Verb::Matches,
                values: vec![zeek::pattern::whole(pattern)],
                remark: String::new(),
            }];
        };
        match descriptions
            .iter_mut()
            .find(|known| known.verb == next.verb && known.remark == next.remark)
        {
            Some(known) => known.values.append(&mut next.values),
            None => descriptions.push(next),
        }
    }
    descriptions
}

/// An alternative that is text with wildcards; `None` for other ones.
fn described(arm: &ByteExpression) -> Option<VerbPhrase> {
    let nodes = match arm {
        ByteExpression::Concat(nodes) => nodes.as_slice(),
        node => std::slice::from_ref(node),
    };
    let (open_start, rest) = match nodes {
        [first, rest @ ..] if first.is_any_run() => (true, rest),
        nodes => (false, nodes),
    };
    let (open_end, middle) = match rest {
        [rest @ .., last] if last.is_any_run() => (true, rest),
        nodes => (false, nodes),
    };
    let verb = match (open_start, open_end) {
        (false, false) => Verb::Is,
        (false, true) => Verb::StartsWith,
        (true, false) => Verb::EndsWith,
        (true, true) => Verb::Contains,
    };
    let (value, remark) = text(middle)?;
    Some(VerbPhrase {
        verb,
        values: vec![value],
        remark,
    })
}

/// Text with wildcards, and what is to be known of it.
fn text(nodes: &[ByteExpression]) -> Option<(String, String)> {
    let encoding = encoding(nodes);
    let (mut shown, mut case_counts, mut run, mut byte) = (String::new(), false, false, false);
    for node in nodes {
        match node {
            ByteExpression::Literal { bytes, case } => {
                let letters = bytes.iter().any(u8::is_ascii_alphabetic);
                case_counts |= letters && *case == Case::Sensitive;
                shown.push_str(&decoded(bytes, encoding));
            }
            ByteExpression::Class(set) if *set == ByteSet::ALL => {
                byte = true;
                shown.push('?');
            }
            node if node.is_any_run() => {
                run = true;
                shown.push('*');
            }
            _ => return None,
        }
    }
    if nodes.is_empty() {
        "the empty text".clone_into(&mut shown);
    }
    let mut remark = String::new();
    match encoding {
        ShownEncoding::Plain => {}
        ShownEncoding::Utf16 => remark.push_str(", in UTF-16"),
        ShownEncoding::Utf16BigEndian => remark.push_str(", in UTF-16 (big-endian)"),
    }
    if case_counts {
        remark.push_str(", case counts");
    }
    match (run, byte) {
        (true, true) => remark.push_str(", where * stands for any bytes, ? for any one byte"),
        (true, false) => remark.push_str(", where * stands for any bytes"),
        (false, true) => remark.push_str(", where ? stands for any one byte"),
        (false, false) => {}
    }
    Some((shown, remark))
}

/// UTF-16 where all the text is ASCII in it.
fn encoding(nodes: &[ByteExpression]) -> ShownEncoding {
    let literals: Vec<&[u8]> = nodes
        .iter()
        .filter_map(|node| match node {
            ByteExpression::Literal { bytes, .. } => Some(bytes.as_slice()),
            _ => None,
        })
        .collect();
    let all = |zero| !literals.is_empty() && literals.iter().all(|bytes| is_wide(bytes, zero));
    if all(1) {
        ShownEncoding::Utf16
    } else if all(0) {
        ShownEncoding::Utf16BigEndian
    } else {
        ShownEncoding::Plain
    }
}

/// Whether every other byte is zero, from the place `zero` on, and the others are ASCII that can be printed.
fn is_wide(bytes: &[u8], zero: usize) -> bool {
    let is_printable = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    let mut bytes_at = bytes.iter().enumerate();
    bytes.len().is_multiple_of(2)
        && bytes_at.all(|(index, byte)| match index % 2 == zero {
            true => *byte == 0,
            false => is_printable(*byte),
        })
}

fn decoded(bytes: &[u8], encoding: ShownEncoding) -> String {
    let text = |first: usize| -> Vec<u8> { bytes.iter().skip(first).step_by(2).copied().collect() };
    match encoding {
        ShownEncoding::Plain => escaped(bytes),
        ShownEncoding::Utf16 => escaped(&text(0)),
        ShownEncoding::Utf16BigEndian => escaped(&text(1)),
    }
}

/// Bytes as text where they are some, others as `\xNN`.
fn escaped(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(&printable(chunk.valid()));
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// Text in which control characters and what a reader would not see are escaped.
pub(super) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            control if control.is_control() && u32::from(control) < 0x100 => {
                shown.push_str(&format!("\\x{:02x}", u32::from(control)));
            }
            character => {
                shown.push_str(&crate::text::printable(character.encode_utf8(&mut [0; 4])))
            }
        }
    }
    shown
}
