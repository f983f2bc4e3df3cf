//! Strings: UTF-16 as Zeek turns it into UTF-8, and the terminated ones of SMB1.

use crate::replay::protocol::wire::{OutOfBounds, Parsed, WireReader};

/// UTF-16LE as UTF-8, up to the first NUL. Lone surrogates are encoded as they are; a high one at the very end makes
/// Zeek give the original bytes, and so does this.
pub(super) fn utf16(data: &[u8]) -> Vec<u8> {
    let mut units = data
        .chunks(2)
        .map(|unit| u32::from(unit[0]) | unit.get(1).map_or(0, |&high| u32::from(high) << 8));
    let mut text = Vec::with_capacity(data.len() / 2 + 1);
    let mut pending = units.next();
    while let Some(unit) = pending {
        pending = units.next();
        let mut code = unit;
        if (0xd800..0xdc00).contains(&unit) {
            let Some(low) = pending else {
                return data.to_vec();
            };
            if (0xdc00..0xe000).contains(&low) {
                code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                pending = units.next();
            }
        }
        encode(code, &mut text);
    }
    if let Some(end) = text.iter().position(|&byte| byte == 0) {
        text.truncate(end);
    }
    text
}

/// UTF-8 of a code point, surrogates included.
fn encode(code: u32, text: &mut Vec<u8>) {
    let continuation = |shift: u32| u8::try_from(0x80 | (code >> shift & 0x3f)).unwrap_or(0);
    let lead = |mark: u32, shift: u32| u8::try_from(mark | code >> shift).unwrap_or(0);
    match code {
        0..0x80 => text.push(lead(0, 0)),
        0x80..0x800 => text.extend([lead(0xc0, 6), continuation(0)]),
        0x800..0x1_0000 => text.extend([lead(0xe0, 12), continuation(6), continuation(0)]),
        _ => text.extend([
            lead(0xf0, 18),
            continuation(12),
            continuation(6),
            continuation(0),
        ]),
    }
}

/// An SMB1 string and how many bytes it took without padding.
pub(super) struct Terminated<'a> {
    /// The string with its terminator, if it has one.
    pub(super) raw: &'a [u8],
    pub(super) text: Vec<u8>,
}

/// A terminated string; UTF-16 begins at an even offset of the command, which itself begins `before` bytes ahead of the
/// reader's data.
pub(super) fn terminated<'a>(
    reader: &mut WireReader<'a>,
    unicode: bool,
    before: usize,
) -> Parsed<Terminated<'a>> {
    if !unicode {
        let rest = reader.rest();
        let len = rest
            .iter()
            .position(|&byte| byte == 0)
            .map_or(rest.len(), |end| end + 1);
        let raw = reader.bytes(len)?;
        return Ok(Terminated {
            raw,
            text: raw.strip_suffix(&[0]).unwrap_or(raw).to_vec(),
        });
    }
    reader.skip((reader.position() + before) & 1)?;
    let rest = reader.rest();
    let len = rest
        .chunks_exact(2)
        .position(|unit| unit == [0, 0])
        .map_or(rest.len(), |index| index * 2 + 2);
    let raw = reader.bytes(len)?;
    Ok(Terminated {
        raw,
        text: utf16(raw),
    })
}

/// Like [`terminated`], where Zeek's parser wants at least one byte.
pub(super) fn terminated_nonempty<'a>(
    reader: &mut WireReader<'a>,
    unicode: bool,
    before: usize,
) -> Parsed<Terminated<'a>> {
    if reader.remaining() == 0 {
        Err(OutOfBounds)
    } else {
        terminated(reader, unicode, before)
    }
}

#[cfg(test)]
mod tests {
    use super::utf16;

    #[test]
    fn utf16_becomes_utf8() {
        let units = |units: &[u16]| -> Vec<u8> {
            units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
        };
        assert_eq!(utf16(&units(&[0x61, 0xe9, 0x20ac])), "aé€".as_bytes());
        assert_eq!(utf16(&units(&[0xd83d, 0xde00])), "😀".as_bytes());
        assert_eq!(utf16(&units(&[0x61, 0, 0x62])), b"a");
        assert_eq!(utf16(b"a\0b"), b"ab");
    }

    #[test]
    fn lone_surrogates_survive() {
        assert_eq!(utf16(&[0x00, 0xdc]), [0xed, 0xb0, 0x80]);
        assert_eq!(utf16(&[0x00, 0xd8, 0x61, 0]), [0xed, 0xa0, 0x80, b'a']);
        assert_eq!(utf16(&[0x61, 0, 0x00, 0xd8]), [0x61, 0, 0x00, 0xd8]);
    }
}
