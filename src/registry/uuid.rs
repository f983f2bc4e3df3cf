use std::fmt;
use std::str::FromStr;

/// The UUID of a DCE/RPC interface.
///
/// Holds the 16 bytes in the order of their textual form (C706 appendix A), so that comparing two values compares
/// their texts. The time fields of a UUID on the wire can be in the other byte order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InterfaceUuid([u8; 16]);

/// A text is not the UUID of an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a UUID has 32 hexadecimal digits in groups of 8-4-4-4-12")]
pub struct InvalidUuid;

/// Where a UUID's text has its hyphens.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// How long a UUID's text is, without braces.
const TEXT_LENGTH: usize = 36;

impl InterfaceUuid {
    /// The UUID of these bytes, in the order of its text.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The UUID with the bytes of its first three fields in the other order: what Zeek shows of it where the client is
    /// big-endian (C706, appendix A; `uuid_to_string`).
    #[must_use]
    pub const fn swapped(self) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = self.0;
        Self([d, c, b, a, f, e, h, g, i, j, k, l, m, n, o, p])
    }

    /// The bytes, in the order of the UUID's text.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl FromStr for InterfaceUuid {
    type Err = InvalidUuid;

    /// Parses a UUID in either case, with or without braces around it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = without_braces(text).as_bytes();
        if text.len() != TEXT_LENGTH || HYPHENS.iter().any(|&place| text[place] != b'-') {
            return Err(InvalidUuid);
        }
        let mut digits = text
            .iter()
            .enumerate()
            .filter(|(place, _)| !HYPHENS.contains(place))
            .map(|(_, &byte)| hexadecimal(byte));
        let mut bytes = [0; 16];
        for byte in &mut bytes {
            let high = digits.next().flatten().ok_or(InvalidUuid)?;
            let low = digits.next().flatten().ok_or(InvalidUuid)?;
            *byte = high << 4 | low;
        }
        Ok(Self(bytes))
    }
}

fn without_braces(text: &str) -> &str {
    text.strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .unwrap_or(text)
}

fn hexadecimal(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

impl fmt::Display for InterfaceUuid {
    /// Writes the UUID as Zeek's `uuid_to_string` does: in lower case, without braces.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(TEXT_LENGTH);
        for byte in self.0 {
            if HYPHENS.contains(&text.len()) {
                text.push('-');
            }
            for digit in [byte >> 4, byte & 0xf] {
                text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
            }
        }
        formatter.pad(&text)
    }
}

impl fmt::Debug for InterfaceUuid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ATSVC: &str = "1ff70682-0a51-30e8-076d-740be8cee98b";

    #[test]
    fn case_and_braces_do_not_matter() {
        let uuid: InterfaceUuid = ATSVC.parse().unwrap();
        assert_eq!(uuid.as_bytes()[..4], [0x1f, 0xf7, 0x06, 0x82]);
        assert_eq!(uuid.to_string(), ATSVC);
        assert_eq!(ATSVC.to_uppercase().parse(), Ok(uuid));
        assert_eq!(format!("{{{ATSVC}}}").parse(), Ok(uuid));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "{}",
            "1ff70682",
            "1ff706820a5130e8076d740be8cee98b",
            "1ff70682-0a51-30e8-076d-740be8cee98",
            "1ff70682-0a51-30e8-076d-740be8cee98b0",
            "1ff70682-0a51-30e8-076d-740be8cee98g",
            "1ff70682+0a51-30e8-076d-740be8cee98b",
            "{1ff70682-0a51-30e8-076d-740be8cee98b",
            "1ff70682-0a51-30e8-076d-740be8cee9é",
            "-ff70682-0a51-30e8-076d-740be8cee98b",
        ] {
            assert_eq!(text.parse::<InterfaceUuid>(), Err(InvalidUuid), "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_survives_a_round_trip(bytes: [u8; 16]) {
            let uuid = InterfaceUuid::from_bytes(bytes);
            prop_assert_eq!(uuid.to_string().parse(), Ok(uuid));
        }

        #[test]
        fn order_is_that_of_the_text(one: [u8; 16], other: [u8; 16]) {
            let (one, other) = (InterfaceUuid::from_bytes(one), InterfaceUuid::from_bytes(other));
            prop_assert_eq!(one.cmp(&other), one.to_string().cmp(&other.to_string()));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = text.parse::<InterfaceUuid>();
        }
    }
}
