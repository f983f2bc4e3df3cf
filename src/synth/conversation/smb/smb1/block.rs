//! What is behind an SMB1 header: words and bytes (MS-CIFS, sections 2.2.3.2 and 2.2.3.3).

use super::HEADER;
use crate::synth::conversation::ntlm::wide;
use crate::synth::conversation::smb::length16;

/// Words and bytes, each with their number.
#[derive(Debug, Clone, Default)]
pub(super) struct Smb1Body {
    words: Vec<u8>,
    bytes: Vec<u8>,
}

impl Smb1Body {
    /// Words, as bytes of which there is an even number.
    pub(super) fn words(words: Vec<u8>) -> Self {
        Self {
            words,
            bytes: Vec::new(),
        }
    }

    /// Words after those that say that no other command follows in the message (MS-CIFS, section 2.2.3.4).
    pub(super) fn chained(words: &[u8]) -> Self {
        Self::words([&[0xff, 0, 0, 0], words].concat())
    }

    /// Adds bytes.
    pub(super) fn octets(mut self, octets: &[u8]) -> Self {
        self.bytes.extend(octets);
        self
    }

    /// Adds text in UTF-16 with its end, where a word can begin.
    pub(super) fn text(self, text: &str) -> Self {
        self.aligned(2).octets(&wide(text)).octets(&[0, 0])
    }

    /// Adds bytes up to a place whose distance from the header's beginning is a multiple.
    pub(super) fn aligned(mut self, to: usize) -> Self {
        let missing = self.end().next_multiple_of(to) - self.end();
        self.bytes.resize(self.bytes.len() + missing, 0);
        self
    }

    /// How far from the header's beginning the next byte comes.
    pub(super) fn end(&self) -> usize {
        HEADER + 1 + self.words.len() + 2 + self.bytes.len()
    }

    /// Writes over words, from a byte on.
    pub(super) fn put(&mut self, at: usize, words: &[u8]) {
        if let Some(place) = self.words.get_mut(at..at + words.len()) {
            place.copy_from_slice(words);
        }
    }

    /// As it is on the wire.
    pub(super) fn encode(&self) -> Vec<u8> {
        // There are few words.
        let mut bytes = vec![(self.words.len() / 2) as u8];
        bytes.extend(&self.words);
        bytes.extend(length16(self.bytes.len()));
        bytes.extend(&self.bytes);
        bytes
    }
}
