//! Sets of bytes: what a character class of a byte pattern is.

use std::ops::RangeInclusive;

use super::Case;

/// A set of byte values.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct ByteSet([u64; 4]);

impl ByteSet {
    /// No byte.
    pub(crate) const EMPTY: Self = Self([0; 4]);
    /// Every byte.
    pub(crate) const ALL: Self = Self([u64::MAX; 4]);

    /// One byte alone.
    pub(crate) fn single(byte: u8) -> Self {
        let mut set = Self::EMPTY;
        set.insert(byte);
        set
    }

    /// The bytes of a range.
    pub(crate) fn range(range: RangeInclusive<u8>) -> Self {
        range.collect()
    }

    /// Every byte but the line feed: a regular expression's `.`.
    pub(crate) fn not_line_feed() -> Self {
        Self::single(b'\n').complement()
    }

    /// What `\w` means on bytes: ASCII letters, digits and `_`.
    pub(crate) fn word() -> Self {
        [
            Self::range(b'0'..=b'9'),
            Self::range(b'A'..=b'Z'),
            Self::range(b'a'..=b'z'),
        ]
        .into_iter()
        .fold(Self::single(b'_'), Self::union)
    }

    pub(crate) fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    pub(crate) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] & (1 << (byte & 63)) != 0
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::EMPTY
    }

    pub(crate) fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    pub(crate) fn complement(self) -> Self {
        Self(self.0.map(|word| !word))
    }

    pub(crate) fn union(self, other: Self) -> Self {
        self.merge(other, |a, b| a | b)
    }

    pub(crate) fn intersection(self, other: Self) -> Self {
        self.merge(other, |a, b| a & b)
    }

    pub(crate) fn difference(self, other: Self) -> Self {
        self.merge(other, |a, b| a & !b)
    }

    pub(crate) fn symmetric_difference(self, other: Self) -> Self {
        self.merge(other, |a, b| a ^ b)
    }

    /// With both cases of each ASCII letter that is in it.
    pub(crate) fn with_both_cases(mut self) -> Self {
        // All the letters are in the second word, each small one 32 places above its capital.
        const CAPITALS: u64 = 0x07ff_fffe;
        let letters = self.0[1];
        self.0[1] |= (letters & CAPITALS) << 32 | (letters >> 32 & CAPITALS);
        self
    }

    /// Whether each ASCII letter in it comes with its other case.
    pub(crate) fn is_case_closed(&self) -> bool {
        *self == self.with_both_cases()
    }

    /// The one byte that it stands for, or the one letter in both cases.
    pub(crate) fn as_single(&self) -> Option<(u8, Case)> {
        let first = self.iter().next()?;
        match self.len() {
            1 => Some((first, Case::Sensitive)),
            2 if *self == Self::single(first).with_both_cases() => {
                Some((first.to_ascii_lowercase(), Case::Insensitive))
            }
            _ => None,
        }
    }

    /// Its bytes in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u8> {
        let mut words = self.0;
        let mut index = 0;
        std::iter::from_fn(move || {
            while words.get(index)? == &0 {
                index += 1;
            }
            let bit = words[index].trailing_zeros();
            words[index] &= words[index] - 1;
            Some((index as u32 * 64 + bit) as u8)
        })
    }

    /// Its maximal runs of neighbouring bytes in ascending order.
    pub(crate) fn ranges(&self) -> Vec<RangeInclusive<u8>> {
        let mut ranges: Vec<RangeInclusive<u8>> = Vec::new();
        for byte in self.iter() {
            match ranges.last_mut() {
                Some(last) if last.end().checked_add(1) == Some(byte) => {
                    *last = *last.start()..=byte;
                }
                _ => ranges.push(byte..=byte),
            }
        }
        ranges
    }

    fn merge(self, other: Self, word: impl Fn(u64, u64) -> u64) -> Self {
        let mut merged = [0; 4];
        for (index, target) in merged.iter_mut().enumerate() {
            *target = word(self.0[index], other.0[index]);
        }
        Self(merged)
    }
}

impl FromIterator<u8> for ByteSet {
    fn from_iter<I: IntoIterator<Item = u8>>(bytes: I) -> Self {
        let mut set = Self::EMPTY;
        for byte in bytes {
            set.insert(byte);
        }
        set
    }
}

impl std::fmt::Debug for ByteSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.ranges()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_the_bytes_that_were_put_in() {
        let bytes = [0, 63, 64, 127, 128, 255];
        let set: ByteSet = bytes.into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), bytes);
        assert_eq!(set.len(), 6);
        assert_eq!(set.ranges(), [0..=0, 63..=64, 127..=128, 255..=255]);
        assert_eq!(set.complement().complement(), set);
        assert_eq!(ByteSet::ALL.ranges(), [0..=255]);
    }

    #[test]
    fn only_ascii_letters_have_two_cases() {
        for byte in 0..=u8::MAX {
            let both: ByteSet = [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()]
                .into_iter()
                .collect();
            assert_eq!(ByteSet::single(byte).with_both_cases(), both);
            assert_eq!(
                both.as_single(),
                Some((
                    byte.to_ascii_lowercase(),
                    if byte.is_ascii_alphabetic() {
                        Case::Insensitive
                    } else {
                        Case::Sensitive
                    }
                ))
            );
        }
        assert!(ByteSet::ALL.is_case_closed());
        assert!(!ByteSet::range(b'A'..=b'Z').is_case_closed());
        assert_eq!(ByteSet::range(b'a'..=b'b').as_single(), None);
    }
}
