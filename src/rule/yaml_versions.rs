//! Values that YAML 1.1 and YAML 1.2 read differently.
//!
//! sigzeek reads YAML 1.2. Much of Sigma's tooling, pySigma among it, reads YAML 1.1, as PyYAML has it.

use super::number::Number;
use super::reader::Diagnostics;
use super::yaml::{Node, NodeKind};
use crate::finding::Code;

/// A warning for each value below a node that reads differently.
pub(super) fn check(file: &Diagnostics<'_>, node: &Node) {
    match &node.kind {
        NodeKind::Sequence(items) => items.iter().for_each(|item| check(file, item)),
        NodeKind::Mapping(entries) => entries.iter().for_each(|entry| check(file, &entry.value)),
        NodeKind::Scalar(scalar) if scalar.plain => {
            let (ours, theirs) = (newer(&scalar.text), older(&scalar.text));
            if ours != theirs {
                let message = format!(
                    "`{}` is {} in YAML 1.2 and {} in YAML 1.1",
                    scalar.text,
                    ours.words(),
                    theirs.words()
                );
                let help = help(&ours, &theirs);
                file.report(Code::YamlVersions, &node.span, message, help);
            }
        }
        NodeKind::Scalar(_) => {}
    }
}

/// What a plain scalar is, as far as the versions differ.
#[derive(Debug, PartialEq)]
enum PlainScalar {
    Text,
    Boolean(bool),
    Number(Number),
}

impl PlainScalar {
    fn words(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Boolean(_) => "a boolean".to_owned(),
            Self::Number(number) => format!("the number {number}"),
        }
    }
}

fn help(ours: &PlainScalar, theirs: &PlainScalar) -> String {
    let written = match (ours, theirs) {
        (PlainScalar::Number(number), _) | (_, PlainScalar::Number(number)) => number.to_string(),
        (PlainScalar::Boolean(value), _) | (_, PlainScalar::Boolean(value)) => value.to_string(),
        (PlainScalar::Text, PlainScalar::Text) => String::new(),
    };
    match ours {
        PlainScalar::Text => format!("it is read as text: put it in quotes, or write `{written}`"),
        _ => format!(
            "it is read as {}: write `{written}`, or put it in quotes if it is text",
            ours.words()
        ),
    }
}

/// YAML 1.2, the core schema (section 10.3.2).
fn newer(text: &str) -> PlainScalar {
    match text {
        "true" | "True" | "TRUE" => PlainScalar::Boolean(true),
        "false" | "False" | "FALSE" => PlainScalar::Boolean(false),
        _ => Number::parse(text).map_or(PlainScalar::Text, PlainScalar::Number),
    }
}

/// YAML 1.1 (<https://yaml.org/type/>), in which PyYAML reads no `y` and `n`.
fn older(text: &str) -> PlainScalar {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "on" if is_of_one_case(text) => return PlainScalar::Boolean(true),
        "no" | "false" | "off" if is_of_one_case(text) => return PlainScalar::Boolean(false),
        _ => {}
    }
    older_number(text).map_or(PlainScalar::Text, PlainScalar::Number)
}

/// Whether a word is in small letters, in capitals, or begins with one.
fn is_of_one_case(word: &str) -> bool {
    let rest = word.get(1..).unwrap_or_default();
    let all = |is: fn(&u8) -> bool| rest.bytes().all(|byte| is(&byte));
    all(u8::is_ascii_lowercase)
        || all(u8::is_ascii_uppercase) && word.as_bytes()[0].is_ascii_uppercase()
}

fn older_number(text: &str) -> Option<Number> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    // A number begins with a digit, so that `_1` is text.
    let plain = digits.replace('_', "");
    let whole = |digits: &str, radix| {
        let value = i128::from_str_radix(digits, radix).ok()?;
        Some(Number::from(value.checked_mul(sign)?))
    };
    match digits.as_bytes() {
        [b'0', b'x', _, ..] => whole(&plain[2..], 16),
        [b'0', b'b', _, ..] => whole(&plain[2..], 2),
        [b'1'..=b'9', ..] if digits.contains(':') => whole(&sexagesimal(&plain)?.to_string(), 10),
        [b'0', _, ..] if is_digits(&plain) => whole(&plain, 8),
        [b'0'..=b'9', ..] if is_digits(&plain) => whole(&plain, 10),
        // With a point, and with a sign where there is an exponent.
        [b'0'..=b'9', ..] | [b'.', b'0'..=b'9', ..]
            if plain.contains('.') && has_signed_exponent(&plain) =>
        {
            let number = Number::parse(&plain)?;
            if sign < 0 {
                Number::new(-number.as_f64())
            } else {
                Some(number)
            }
        }
        _ => None,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn has_signed_exponent(text: &str) -> bool {
    text.split_once(['e', 'E'])
        .is_none_or(|(_, exponent)| exponent.starts_with(['+', '-']))
}

/// A number to the base of 60, such as `1:30`.
fn sexagesimal(text: &str) -> Option<i128> {
    let mut value: i128 = 0;
    for (index, part) in text.split(':').enumerate() {
        let digit: i128 = part.parse().ok().filter(|_| is_digits(part))?;
        if index > 0 && (digit > 59 || part.len() > 2) {
            return None;
        }
        value = value.checked_mul(60)?.checked_add(digit)?;
    }
    Some(value)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{PlainScalar, newer, older};

    fn words(text: &str) -> [String; 2] {
        [newer(text).words(), older(text).words()]
    }

    #[test]
    fn what_the_versions_read_differently() {
        for (text, ours, theirs) in [
            ("0200", "the number 200", "the number 128"),
            ("010", "the number 10", "the number 8"),
            ("08", "the number 8", "text"),
            ("0o310", "the number 200", "text"),
            ("1_000", "text", "the number 1000"),
            ("0b101", "text", "the number 5"),
            ("-0x1F", "text", "the number -31"),
            ("1:30", "text", "the number 90"),
            ("1e3", "the number 1000", "text"),
            ("2.5e3", "the number 2500", "text"),
            ("yes", "text", "a boolean"),
            ("Off", "text", "a boolean"),
        ] {
            assert_eq!(words(text), [ours, theirs], "{text}");
        }
    }

    #[test]
    fn what_both_read_alike() {
        for text in [
            "0",
            "00",
            "07",
            "200",
            "-5",
            "+5",
            "0xC8",
            "2.5",
            "-2.5",
            ".5",
            "5.",
            "2.5e+3",
            "true",
            "TRUE",
            "tRue",
            "yEs",
            "text",
            "1.2.3.4",
            "12:99",
            "2026-11-29",
            "::1",
            "_1",
            "",
            "-",
            "0x",
            "18446744073709551615",
        ] {
            assert_eq!(newer(text), older(text), "{text}");
        }
        assert_eq!(newer("text"), PlainScalar::Text);
    }
}
