//! Numbers as rules write them.

use std::cmp::Ordering;
use std::fmt;

/// A finite number, exact where it is whole. Equal numbers are one value, however they are written.
#[derive(Debug, Clone, Copy)]
pub struct Number(NumberKind);

#[derive(Debug, Clone, Copy)]
enum NumberKind {
    Whole(i128),
    /// Not whole, or beyond what an `i128` holds.
    Decimal(f64),
}

impl Number {
    /// A number in a form of YAML 1.2's core schema (section 10.3.2): `200`, `0xC8`, `0o310`, `2.5`, `2e2`.
    pub fn parse(text: &str) -> Option<Self> {
        let whole = match text.get(..2) {
            Some("0x") => digits(&text[2..], 16),
            Some("0o") => digits(&text[2..], 8),
            _ => decimal_whole(text),
        };
        whole.map(Self::from).or_else(|| {
            let is_number = text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
            // Rust reads the words `inf` and `nan`, too.
            is_number
                .then(|| text.parse().ok())
                .flatten()
                .and_then(Self::new)
        })
    }

    /// A number, unless it is infinite or none.
    pub fn new(value: f64) -> Option<Self> {
        /// From here on, every double is whole, and some are beyond an `i128`.
        const MOST: f64 = 1e38;
        #[allow(clippy::cast_possible_truncation)] // Whole and in range.
        let kind = if value.fract() == 0.0 && value.abs() < MOST {
            NumberKind::Whole(value as i128)
        } else {
            NumberKind::Decimal(value)
        };
        value.is_finite().then_some(Self(kind))
    }

    /// The nearest double.
    pub fn as_f64(self) -> f64 {
        match self.0 {
            #[allow(clippy::cast_precision_loss)] // What the name says.
            NumberKind::Whole(value) => value as f64,
            NumberKind::Decimal(value) => value,
        }
    }

    /// The value as a whole number that a Zeek `count` can hold.
    pub fn as_count(self) -> Option<u64> {
        match self.0 {
            NumberKind::Whole(value) => u64::try_from(value).ok(),
            NumberKind::Decimal(_) => None,
        }
    }

    /// Whether it has no fraction.
    pub fn is_whole(self) -> bool {
        matches!(self.0, NumberKind::Whole(_))
    }

    /// The next whole number.
    #[must_use]
    pub fn plus_one(self) -> Self {
        match self.0 {
            NumberKind::Whole(value) => Self(NumberKind::Whole(value.saturating_add(1))),
            NumberKind::Decimal(value) => Self(NumberKind::Decimal(value + 1.0)),
        }
    }

    /// The whole number before it.
    #[must_use]
    pub fn minus_one(self) -> Self {
        match self.0 {
            NumberKind::Whole(value) => Self(NumberKind::Whole(value.saturating_sub(1))),
            NumberKind::Decimal(value) => Self(NumberKind::Decimal(value - 1.0)),
        }
    }
}

/// A whole number in decimal digits, with a sign or not, and with nothing but zeros behind its point.
fn decimal_whole(text: &str) -> Option<i128> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.strip_prefix(['+', '-']).unwrap_or(whole);
    let is_whole = !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && rest.bytes().all(|byte| byte == b'0');
    is_whole.then(|| whole.parse().ok()).flatten()
}

fn digits(text: &str, radix: u32) -> Option<i128> {
    let first = text.chars().next()?;
    first
        .is_digit(radix)
        .then(|| i128::from_str_radix(text, radix).ok())
        .flatten()
}

impl From<i128> for Number {
    fn from(value: i128) -> Self {
        Self(NumberKind::Whole(value))
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self(NumberKind::Whole(value.into()))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.0, other.0) {
            (NumberKind::Whole(a), NumberKind::Whole(b)) => a.cmp(&b),
            (NumberKind::Decimal(a), NumberKind::Decimal(b)) => a.total_cmp(&b),
            (NumberKind::Whole(a), NumberKind::Decimal(b)) => whole_to_decimal(a, b),
            (NumberKind::Decimal(a), NumberKind::Whole(b)) => whole_to_decimal(b, a).reverse(),
        }
    }
}

/// A whole number beside one that is not whole, or larger than any.
fn whole_to_decimal(whole: i128, decimal: f64) -> Ordering {
    #[allow(clippy::cast_possible_truncation)] // Saturates.
    let below = decimal.floor() as i128;
    if whole <= below {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}

impl fmt::Display for Number {
    /// Never with an exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            NumberKind::Whole(value) => value.fmt(f),
            NumberKind::Decimal(value) => value.fmt(f),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Number;

    #[test]
    fn whole_numbers_are_exact() {
        for text in ["9007199254740993", "18446744073709551615", "0", "-1"] {
            assert_eq!(Number::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(
            Number::parse("9007199254740993.0"),
            Number::parse("9007199254740993")
        );
        assert_ne!(
            Number::parse("9007199254740993"),
            Number::parse("9007199254740992")
        );
        let most = Number::parse("18446744073709551615").unwrap();
        assert_eq!(most.as_count(), Some(u64::MAX));
        assert_eq!(most.plus_one().as_count(), None);
    }

    #[test]
    fn the_forms_of_the_core_schema_are_read() {
        for (text, value) in [
            ("0xC8", 200.0),
            ("0o310", 200.0),
            ("0200", 200.0),
            ("+200", 200.0),
            ("2e2", 200.0),
            ("2.5", 2.5),
            (".5", 0.5),
            ("-1.5", -1.5),
        ] {
            assert_eq!(Number::parse(text).unwrap().as_f64(), value, "{text}");
        }
        for text in [
            "", "x", "0x", "0x+1", "1_000", "0b11", "1:30", "inf", "nan", ".", "e", "1e400",
        ] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_of_both_kinds_are_in_order() {
        let texts = [
            "-1.5",
            "-1",
            "0",
            "2.5",
            "3",
            "18446744073709551615",
            "1e39",
        ];
        let numbers: Vec<Number> = texts
            .iter()
            .filter_map(|text| Number::parse(text))
            .collect();
        assert_eq!(numbers.len(), texts.len());
        assert!(numbers.is_sorted());
    }
}
