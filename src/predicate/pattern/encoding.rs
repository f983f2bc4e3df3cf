//! Sigma's encoding modifiers: what a value looks like on the wire.
//!
//! A modifier works on what the one before it gave, in the order in which the rule names them. Where this differs from
//! other implementations of Sigma:
//!
//! - Base64 encodes bytes. UTF-16 in front of it is never taken for text again.
//! - A fragment of `base64offset` holds only characters that the value alone determines. The character in which the
//!   value's last bits and the next byte's first bits meet is left out, as Sigma's reference implementation does it;
//!   with it, the value would be found only where it ends the encoded text.
//! - `base64offset` finds fragments, so it means `contains` where no other comparison stands beside it. With `startswith`
//!   and `endswith`, the text begins or ends with one of the three.
//! - `windash` varies each of the five dashes that the specification names, and not just `-`.

use super::{Anchoring, Case, Pattern, ValuePart, byte_set::ByteSet, node::ByteExpression};

/// A modifier that transforms a value before it is compared (Sigma specification 2.1, appendix on modifiers).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// `utf16le` and `wide`: UTF-16, the low byte first.
    Utf16Le,
    /// `utf16be`: UTF-16, the high byte first.
    Utf16Be,
    /// `utf16`: the byte order mark FF FE, then UTF-16 with the low byte first.
    Utf16,
    /// `base64`: the value encoded as a whole, padding included (RFC 4648, section 4).
    Base64,
    /// `base64offset`: the value as a part of encoded text, at each of the three places that it can have in a group of
    /// three bytes.
    Base64Offset,
    /// `windash`: each of `-`, `/`, en dash, em dash and horizontal bar stands for any of the five.
    Windash,
}

/// Why a value cannot be encoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodingError {
    /// Base64 of something unknown is unknown.
    #[error("a wildcard cannot be encoded in Base64")]
    WildcardInBase64,
    /// A modifier that works on text comes after one that leaves bytes.
    #[error("{} works on text, and {} before it has left bytes", .modifier.name(), .before.name())]
    BytesAreNotText {
        /// The modifier that cannot be applied.
        modifier: Encoding,
        /// The one that made bytes of the text.
        before: Encoding,
    },
    /// Some of the three fragments of `base64offset` would be empty, and so be found everywhere.
    #[error("base64offset needs a value of at least two bytes")]
    TooShortForOffset,
    /// `windash` in front of Base64 has to be written out, and gives too many values.
    #[error("windash before Base64 gives more than {limit} values to encode")]
    TooManyValues {
        /// [`Encoding::MAX_VALUES`]
        limit: usize,
    },
    /// The values to encode are too long in all.
    #[error("Base64 would have to encode more than {limit} bytes")]
    TooLong {
        /// [`Encoding::MAX_BYTES`]
        limit: usize,
    },
}

impl EncodingError {
    /// What to write instead.
    pub fn help(&self) -> &'static str {
        match self {
            Self::WildcardInBase64 => {
                "escape the wildcard with a backslash, or split the value at it and use base64offset on the parts"
            }
            Self::BytesAreNotText { .. } => {
                "put windash first and at most one of utf16le, utf16be, utf16 and wide after it"
            }
            Self::TooShortForOffset => "encode a longer value",
            Self::TooLong { .. } => "use a shorter part of the value, or encode it once",
            Self::TooManyValues { .. } => {
                "use a shorter part of the value, with at most five dashes or slashes"
            }
        }
    }
}

impl Encoding {
    /// How many values `windash` may expand to in front of Base64.
    pub const MAX_VALUES: usize = 4096;

    /// How long all the values may be that Base64 encodes.
    pub const MAX_BYTES: usize = 1 << 20;

    /// The modifier's name in Sigma.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf16Le => "utf16le",
            Self::Utf16Be => "utf16be",
            Self::Utf16 => "utf16",
            Self::Base64 => "base64",
            Self::Base64Offset => "base64offset",
            Self::Windash => "windash",
        }
    }
}

/// The pattern for a value to which encodings are applied, one after the other.
pub(super) fn encode(
    parts: &[ValuePart],
    encodings: &[Encoding],
    anchoring: Anchoring,
    case: Case,
) -> Result<Pattern, EncodingError> {
    let mut value = EncodedText::new(parts);
    for &encoding in encodings {
        value = value.apply(encoding)?;
    }
    // A fragment is never the whole of an encoded text.
    let anchoring = match anchoring {
        Anchoring::Exact if encodings.contains(&Encoding::Base64Offset) => Anchoring::Contains,
        anchoring => anchoring,
    };
    Ok(Pattern::anchored(value.into_node(case), anchoring))
}

const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];
const BYTE_ORDER_MARK: [u8; 2] = [0xff, 0xfe];
const BASE64: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A value between two encodings: any of some texts, and how their characters become bytes.
struct EncodedText {
    texts: Vec<Vec<Unit>>,
    charset: Charset,
}

/// A place in a text.
#[derive(Clone, PartialEq)]
enum Unit {
    /// Any of these characters; the first is what the rule says.
    Character(Vec<char>),
    AnyCharacter,
    AnyRun,
}

/// How characters become bytes.
#[derive(Clone, Copy, PartialEq)]
enum Charset {
    Utf8,
    Utf16(Encoding),
}

impl EncodedText {
    fn new(parts: &[ValuePart]) -> Self {
        let units = parts.iter().flat_map(|part| match part {
            ValuePart::Literal(text) => text.chars().map(|c| Unit::Character(vec![c])).collect(),
            ValuePart::AnyByte => vec![Unit::AnyCharacter],
            ValuePart::AnyRun => vec![Unit::AnyRun],
        });
        Self {
            texts: vec![units.collect()],
            charset: Charset::Utf8,
        }
    }

    fn apply(self, encoding: Encoding) -> Result<Self, EncodingError> {
        match (encoding, self.charset) {
            (Encoding::Base64, _) => self.base64(),
            (Encoding::Base64Offset, _) => self.base64_offset(),
            (modifier, Charset::Utf16(before)) => {
                Err(EncodingError::BytesAreNotText { modifier, before })
            }
            (Encoding::Windash, Charset::Utf8) => Ok(self.windash()),
            (utf16, Charset::Utf8) => Ok(Self {
                charset: Charset::Utf16(utf16),
                ..self
            }),
        }
    }

    fn windash(mut self) -> Self {
        for unit in self.texts.iter_mut().flatten() {
            if let Unit::Character(characters) = unit
                && characters
                    .iter()
                    .any(|character| DASHES.contains(character))
            {
                let others = DASHES.into_iter().filter(|dash| !characters.contains(dash));
                characters.extend(others.collect::<Vec<_>>());
            }
        }
        self
    }

    fn base64(self) -> Result<Self, EncodingError> {
        let encoded = self.strings()?.into_iter().map(|string| {
            let mut text = base64(&string);
            text.resize(text.len().next_multiple_of(4), b'=');
            text
        });
        Ok(Self::of_ascii(encoded))
    }

    fn base64_offset(self) -> Result<Self, EncodingError> {
        let strings = self.strings()?;
        if strings.iter().any(|string| string.len() < 2) {
            return Err(EncodingError::TooShortForOffset);
        }
        let fragments = strings
            .iter()
            .flat_map(|string| (0..3).map(|offset| base64_fragment(string, offset)));
        Ok(Self::of_ascii(fragments))
    }

    fn of_ascii(texts: impl Iterator<Item = Vec<u8>>) -> Self {
        Self {
            texts: texts
                .map(|text| {
                    text.into_iter()
                        .map(|byte| Unit::Character(vec![char::from(byte)]))
                        .collect()
                })
                .collect(),
            charset: Charset::Utf8,
        }
    }

    /// All the byte strings that it stands for, without regard to case.
    fn strings(&self) -> Result<Vec<Vec<u8>>, EncodingError> {
        let mut strings = Vec::new();
        for text in &self.texts {
            let mut expanded = vec![self.charset.prefix().to_vec()];
            for unit in text {
                let Unit::Character(characters) = unit else {
                    return Err(EncodingError::WildcardInBase64);
                };
                let count = expanded.len() * characters.len() + strings.len();
                if count > Encoding::MAX_VALUES {
                    return Err(EncodingError::TooManyValues {
                        limit: Encoding::MAX_VALUES,
                    });
                }
                if count * expanded.first().map_or(0, Vec::len) > Encoding::MAX_BYTES {
                    return Err(EncodingError::TooLong {
                        limit: Encoding::MAX_BYTES,
                    });
                }
                expanded = match characters.as_slice() {
                    // The usual case must not copy what is there already.
                    [character] => {
                        let bytes = self.charset.encode(*character);
                        expanded.iter_mut().for_each(|string| string.extend(&bytes));
                        expanded
                    }
                    characters => expanded
                        .iter()
                        .flat_map(|string| {
                            characters.iter().map(|&character| {
                                [string.as_slice(), &self.charset.encode(character)].concat()
                            })
                        })
                        .collect(),
                };
            }
            strings.extend(expanded);
        }
        Ok(strings)
    }

    fn into_node(self, case: Case) -> ByteExpression {
        let charset = self.charset;
        ByteExpression::alternation(self.texts.into_iter().map(|text| {
            let prefix = ByteExpression::literal(charset.prefix(), Case::Sensitive);
            let units = text.into_iter().map(|unit| charset.node(&unit, case));
            ByteExpression::concat(std::iter::once(prefix).chain(units))
        }))
    }
}

impl Charset {
    fn prefix(self) -> &'static [u8] {
        match self {
            Self::Utf16(Encoding::Utf16) => &BYTE_ORDER_MARK,
            _ => &[],
        }
    }

    fn encode(self, character: char) -> Vec<u8> {
        match self {
            Self::Utf8 => character.encode_utf8(&mut [0; 4]).as_bytes().to_vec(),
            Self::Utf16(order) => character
                .encode_utf16(&mut [0; 2])
                .iter()
                .flat_map(|unit| match order {
                    Encoding::Utf16Be => unit.to_be_bytes(),
                    _ => unit.to_le_bytes(),
                })
                .collect(),
        }
    }

    fn node(self, unit: &Unit, case: Case) -> ByteExpression {
        let any_byte = || ByteExpression::class(ByteSet::ALL);
        match (unit, self) {
            (Unit::AnyRun, _) => ByteExpression::any_run(),
            (Unit::AnyCharacter, Self::Utf8) => any_byte(),
            (Unit::AnyCharacter, Self::Utf16(_)) => {
                ByteExpression::concat([any_byte(), any_byte()])
            }
            (Unit::Character(characters), _) => self.character(characters, case),
        }
    }

    /// Any of these characters. Folding is by character: in UTF-16, 42 01 is one letter and no B.
    fn character(self, characters: &[char], case: Case) -> ByteExpression {
        if let [character] = characters
            && character.is_ascii()
        {
            return ByteExpression::literal(self.encode(*character), case);
        }
        let forms = characters
            .iter()
            .flat_map(|&character| case.forms(character));
        ByteExpression::any_of_strings(forms.map(|form| self.encode(form)).collect())
    }
}

/// The pattern of a text in UTF-8.
pub(super) fn utf8(text: &str, case: Case) -> ByteExpression {
    if text.is_ascii() || case == Case::Sensitive {
        return ByteExpression::literal(text, case);
    }
    ByteExpression::concat(
        text.chars()
            .map(|character| Charset::Utf8.character(&[character], case)),
    )
}

/// Base64 without padding.
fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, index| {
            bits << 8 | u32::from(group.get(index).copied().unwrap_or(0))
        });
        let characters = group.len() + 1;
        text.extend((0..characters).map(|index| BASE64[(bits >> (18 - 6 * index) & 63) as usize]));
    }
    text
}

/// The Base64 characters that hold bits of `bytes` alone when `offset` unknown bytes come before it in its group of
/// three, and unknown ones follow.
fn base64_fragment(bytes: &[u8], offset: usize) -> Vec<u8> {
    let text = base64(&[&[0, 0][..offset], bytes].concat());
    let first = (offset * 8).div_ceil(6);
    let end = (offset + bytes.len()) * 8 / 6;
    text[first..end].to_vec()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn text(text: &str) -> Vec<ValuePart> {
        vec![ValuePart::Literal(text.to_owned())]
    }

    fn exact(value: &str, encodings: &[Encoding], case: Case) -> Pattern {
        Pattern::encoded(&text(value), encodings, Anchoring::Exact, case).unwrap()
    }

    #[test]
    fn base64_gives_the_examples_of_its_specification() {
        let examples = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ];
        for (value, encoded) in examples {
            let pattern = exact(value, &[Encoding::Base64], Case::Sensitive);
            assert_eq!(
                pattern.as_literal(),
                Some((encoded.as_bytes(), Case::Sensitive))
            );
        }
    }

    /// The fragments are those that pySigma gives.
    #[test]
    fn a_base64_fragment_is_found_at_each_offset_and_before_any_text() {
        let pattern = exact("http://", &[Encoding::Base64Offset], Case::Sensitive);
        for fragment in ["aHR0cDovL", "h0dHA6Ly", "odHRwOi8v"] {
            assert!(pattern.is_match(format!("..{fragment}..").as_bytes()));
            assert!(!pattern.is_match(&fragment.as_bytes()[1..]));
            assert!(!pattern.is_match(&fragment.as_bytes()[..fragment.len() - 1]));
        }
        // Base64 of "see http://example.org": the value's last bits share a character with the next byte's first.
        assert!(pattern.is_match(b"c2VlIGh0dHA6Ly9leGFtcGxlLm9yZw=="));
    }

    #[test]
    fn base64_matches_in_any_case_unless_the_value_is_cased() {
        assert!(exact("foo", &[Encoding::Base64], Case::Insensitive).is_match(b"zM9V"));
        assert!(!exact("foo", &[Encoding::Base64], Case::Sensitive).is_match(b"zM9V"));
    }

    #[test]
    fn utf16_folds_characters_and_not_bytes() {
        let pattern = exact("Bł", &[Encoding::Utf16Le], Case::Insensitive);
        assert!(pattern.is_match(b"b\0\x42\x01"));
        assert!(pattern.is_match(b"B\0\x41\x01"));
        assert!(!pattern.is_match(b"B\0\x62\x01"));
        assert!(exact("é", &[Encoding::Utf16], Case::Insensitive).is_match(b"\xff\xfe\xc9\0"));
        assert!(exact("é", &[Encoding::Utf16Be], Case::Insensitive).is_match(b"\0\xe9"));
    }

    #[test]
    fn a_wildcard_in_utf16_is_a_code_unit() {
        let parts = [
            ValuePart::Literal("a".to_owned()),
            ValuePart::AnyByte,
            ValuePart::AnyRun,
        ];
        let pattern = Pattern::encoded(
            &parts,
            &[Encoding::Utf16Le],
            Anchoring::Exact,
            Case::Sensitive,
        )
        .unwrap();
        assert!(pattern.is_match(b"a\0bc"));
        assert!(!pattern.is_match(b"a\0b"));
    }

    #[test]
    fn windash_varies_every_dash() {
        let pattern = exact("-a/b", &[Encoding::Windash], Case::Sensitive);
        for value in ["-a/b", "/a-b", "\u{2013}a\u{2014}b", "\u{2015}a/b"] {
            assert!(pattern.is_match(value.as_bytes()), "{value}");
        }
        assert!(!pattern.is_match(b"+a/b"));
        let wide = exact(
            "-",
            &[Encoding::Windash, Encoding::Utf16Le],
            Case::Sensitive,
        );
        assert!(wide.is_match(b"\x13\x20") && wide.is_match(b"/\0"));
        let base64 = exact(
            "-a",
            &[Encoding::Windash, Encoding::Base64],
            Case::Sensitive,
        );
        assert!(base64.is_match(b"L2E="));
    }

    #[test]
    fn what_cannot_be_encoded_is_refused() {
        let error = |parts: &[ValuePart], encodings: &[Encoding]| {
            Pattern::encoded(parts, encodings, Anchoring::Contains, Case::Insensitive).unwrap_err()
        };
        assert_eq!(
            error(&[ValuePart::AnyRun], &[Encoding::Base64]),
            EncodingError::WildcardInBase64
        );
        assert_eq!(
            error(&text("a"), &[Encoding::Base64Offset]),
            EncodingError::TooShortForOffset
        );
        assert_eq!(
            error(&text("a"), &[Encoding::Utf16Le, Encoding::Windash]).to_string(),
            "windash works on text, and utf16le before it has left bytes"
        );
        let many_dashes = text(&"-".repeat(100));
        assert_eq!(
            error(&many_dashes, &[Encoding::Windash, Encoding::Base64]),
            EncodingError::TooManyValues { limit: 4096 }
        );
        let repeated = [Encoding::Base64; 100];
        assert_eq!(
            error(&text("a"), &repeated),
            EncodingError::TooLong { limit: 1 << 20 }
        );
        assert!(
            Pattern::encoded(
                &many_dashes,
                &[Encoding::Windash],
                Anchoring::Exact,
                Case::Sensitive
            )
            .is_ok()
        );
    }
}
