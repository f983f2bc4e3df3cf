//! Messages within a stream: SMB over NetBIOS sessions (RFC 1002, section 4.3.1), and DCE-RPC (C706, section 12.6.3.1).

use std::ops::Range;

/// The messages and fragments of a stream up to the first thing that is none, by their offsets. The last can be incomplete.
pub(super) fn of(stream: &[u8]) -> Vec<Range<i64>> {
    let mut frames = Vec::new();
    let mut at = 0;
    while let Some(length) = length(&stream[at..]) {
        let end = (at + length).min(stream.len());
        frames.push(offset(at)..offset(end));
        at = end;
    }
    frames
}

/// The length of the message with which a stream goes on, with its header.
fn length(stream: &[u8]) -> Option<usize> {
    const SESSION_HEADER: usize = 4;
    const RPC_HEADER: usize = 16;
    match stream {
        // A session message, with its length in 24 bits.
        [0, high, middle, low, ..] => {
            let length = u32::from_be_bytes([0, *high, *middle, *low]);
            Some(SESSION_HEADER + usize::try_from(length).ok()?)
        }
        // Version 5; the first octet of the data representation tells the byte order of the fragment's length.
        [5, 0 | 1, _, _, representation, _, _, _, one, other, ..] => {
            let is_little = representation & 0xf0 != 0;
            let length = if is_little {
                u16::from_le_bytes([*one, *other])
            } else {
                u16::from_be_bytes([*one, *other])
            };
            let length = usize::from(length);
            (length >= RPC_HEADER).then_some(length)
        }
        _ => None,
    }
}

#[allow(clippy::cast_possible_wrap)] // An index into memory.
fn offset(index: usize) -> i64 {
    index as i64
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn messages_follow_one_another() {
        let rpc = |length: u8| {
            let mut fragment = vec![5, 0, 0, 3, 0x10, 0, 0, 0, length, 0];
            fragment.resize(length.into(), 0xff);
            fragment
        };
        assert_eq!(of(&[rpc(20), rpc(16)].concat()), [0..20, 20..36]);
        assert_eq!(of(&[0, 0, 0, 2, 7, 7, 0, 0, 0, 1, 7]), [0..6, 6..11]);
        // Cut short, and text.
        assert_eq!(of(&[0, 0, 0, 9, 7]).first(), Some(&(0..5)));
        assert!(of(b"GET / HTTP/1.1").is_empty());
        assert!(of(&rpc(3)).is_empty());
    }
}
