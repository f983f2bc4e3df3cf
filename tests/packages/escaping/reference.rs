//! What a Sigma value matches, said a second time and as plainly as possible.

use std::collections::BTreeSet;

use sigzeek::predicate::pattern::{Anchoring, Case, Encoding, ValuePart};

/// A place in a value: any of some byte strings, or a wildcard.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    OneOf(Vec<Vec<u8>>),
    AnyByte,
    AnyRun,
}

/// What a value can be on the wire, as alternative sequences; none where it cannot be encoded.
pub(crate) fn tokens(
    parts: &[ValuePart],
    encodings: &[Encoding],
    anchoring: Anchoring,
    case: Case,
) -> Option<Vec<Vec<Token>>> {
    let mut texts = vec![parts.to_vec()];
    let mut wide = None;
    let mut anchoring = anchoring;
    for &encoding in encodings {
        match encoding {
            Encoding::Base64 | Encoding::Base64Offset => {
                let strings = texts
                    .iter()
                    .map(|parts| plain_bytes(parts, wide))
                    .collect::<Option<Vec<_>>>()?;
                texts = strings
                    .into_iter()
                    .flat_map(|bytes| match encoding {
                        Encoding::Base64 => vec![base64(&bytes)],
                        _ => (0..3).map(|offset| base64_inner(&bytes, offset)).collect(),
                    })
                    .map(|text| vec![ValuePart::Literal(text)])
                    .collect();
                wide = None;
                if encoding == Encoding::Base64Offset {
                    // What stands at another place of the encoded text is sought in it, unless the author anchors it.
                    if anchoring == Anchoring::Exact {
                        anchoring = Anchoring::Contains;
                    }
                    if texts.contains(&vec![ValuePart::Literal(String::new())]) {
                        return None;
                    }
                }
            }
            _ if wide.is_some() => return None,
            Encoding::Windash => texts = texts.iter().flat_map(|parts| windash(parts)).collect(),
            utf16 => wide = Some(utf16),
        }
    }
    let sequences = texts.iter().map(|parts| {
        let mut sequence = Vec::new();
        if matches!(anchoring, Anchoring::Contains | Anchoring::EndsWith) {
            sequence.push(Token::AnyRun);
        }
        if wide == Some(Encoding::Utf16) {
            sequence.push(Token::OneOf(vec![vec![0xff, 0xfe]]));
        }
        for part in parts {
            match part {
                ValuePart::Literal(text) => sequence.extend(text.chars().map(|character| {
                    let forms = forms(character, case).into_iter();
                    Token::OneOf(forms.map(|form| character_bytes(form, wide)).collect())
                })),
                ValuePart::AnyByte => {
                    sequence.extend(std::iter::repeat_n(
                        Token::AnyByte,
                        if wide.is_some() { 2 } else { 1 },
                    ));
                }
                ValuePart::AnyRun => sequence.push(Token::AnyRun),
            }
        }
        if matches!(anchoring, Anchoring::Contains | Anchoring::StartsWith) {
            sequence.push(Token::AnyRun);
        }
        sequence
    });
    Some(sequences.collect())
}

/// Whether a sequence of tokens makes up the whole of `bytes`.
pub(crate) fn is_match(tokens: &[Token], bytes: &[u8]) -> bool {
    let mut reached = BTreeSet::from([0]);
    for token in tokens {
        reached = match token {
            Token::AnyByte => reached
                .iter()
                .map(|start| start + 1)
                .filter(|&end| end <= bytes.len())
                .collect(),
            Token::AnyRun => {
                (reached.first().copied().unwrap_or(usize::MAX)..=bytes.len()).collect()
            }
            Token::OneOf(strings) => reached
                .iter()
                .flat_map(|&start| strings.iter().map(move |string| (start, string)))
                .filter(|(start, string)| bytes[*start..].starts_with(string))
                .map(|(start, string)| start + string.len())
                .collect(),
        };
    }
    reached.contains(&bytes.len())
}

fn windash(parts: &[ValuePart]) -> Vec<Vec<ValuePart>> {
    let mut expanded: Vec<Vec<ValuePart>> = vec![Vec::new()];
    for part in parts {
        let choices: Vec<ValuePart> = match part {
            ValuePart::Literal(text) => {
                let mut texts = vec![String::new()];
                for character in text.chars() {
                    let dashes = "-/\u{2013}\u{2014}\u{2015}";
                    let choices = if dashes.contains(character) {
                        dashes.to_owned()
                    } else {
                        character.to_string()
                    };
                    texts = texts
                        .iter()
                        .flat_map(|text| {
                            choices.chars().map(move |choice| format!("{text}{choice}"))
                        })
                        .collect();
                }
                texts.into_iter().map(ValuePart::Literal).collect()
            }
            part => vec![part.clone()],
        };
        expanded = expanded
            .iter()
            .flat_map(|parts| {
                choices
                    .iter()
                    .map(|choice| [parts.clone(), vec![choice.clone()]].concat())
            })
            .collect();
    }
    expanded
}

fn plain_bytes(parts: &[ValuePart], wide: Option<Encoding>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    if wide == Some(Encoding::Utf16) {
        bytes.extend([0xff, 0xfe]);
    }
    for part in parts {
        let ValuePart::Literal(text) = part else {
            return None;
        };
        bytes.extend(
            text.chars()
                .flat_map(|character| character_bytes(character, wide)),
        );
    }
    Some(bytes)
}

fn character_bytes(character: char, wide: Option<Encoding>) -> Vec<u8> {
    let text = character.to_string();
    match wide {
        None => text.into_bytes(),
        Some(Encoding::Utf16Be) => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Some(_) => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    }
}

fn forms(character: char, case: Case) -> Vec<char> {
    let mut forms = vec![character];
    if case == Case::Insensitive {
        let lower: Vec<char> = character.to_lowercase().collect();
        let upper: Vec<char> = character.to_uppercase().collect();
        for form in [lower, upper] {
            if let [single] = form.as_slice() {
                forms.push(*single);
            }
        }
    }
    forms
}

/// Base64 by its definition: a string of bits, six at a time.
fn base64(bytes: &[u8]) -> String {
    let mut text = sextets(bits(bytes));
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// The characters of Base64 that stay the same whatever `offset` bytes come before and whatever comes after.
fn base64_inner(bytes: &[u8], offset: usize) -> String {
    let encoded = |filler: u8| {
        let padded = [vec![filler; offset], bytes.to_vec(), vec![filler; 3]].concat();
        sextets(bits(&padded))
    };
    // In Base64 of zeros and of ones the characters that differ are those that hold foreign bits; beyond the value, all.
    let characters: Vec<(char, char)> = encoded(0).chars().zip(encoded(0xff).chars()).collect();
    let same = |(zeros, ones): &(char, char)| zeros == ones;
    let first = characters.iter().position(same).unwrap_or(characters.len());
    let inner = characters[first..].iter().take_while(|pair| same(pair));
    inner.map(|(character, _)| *character).collect()
}

fn bits(bytes: &[u8]) -> Vec<bool> {
    bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1))
        .collect()
}

fn sextets(bits: Vec<bool>) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bits.chunks(6)
        .map(|chunk| {
            let value = (0..6).fold(0, |value, bit| {
                value * 2 + usize::from(chunk.get(bit).copied().unwrap_or(false))
            });
            char::from(alphabet[value])
        })
        .collect()
}
