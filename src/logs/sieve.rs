//! Lines that can matter, found before any line is taken apart: texts are sought in the lines as they are written.
//!
//! A text is known by its grams, which are runs of a few octets. Every gram within a stretch of each text is in a filter, so
//! that it is enough to look at every few octets of the lines: wherever the text is, one of the grams that are looked at is
//! its own. How much is looked at does not depend on the number of texts.

use memchr::{memchr, memmem};

/// The shortest text that can be sought.
pub(super) const SHORTEST: usize = 4;

/// Texts from one of these lengths on are sought by themselves, with longer strides than others: from the greatest of which few
/// are shorter, or from the least.
const LONG: [usize; 3] = [13, 10, 7];

/// Up to so many long texts are sought together with short ones if there are both, which saves going through all twice.
const FEW: usize = 64;

/// The same where no text is so short that runs of three octets are sought.
const MANY: usize = 2048;

/// How many octets lie between two grams that are looked at, at most.
const LONGEST_STRIDE: usize = 8;

/// How many octets are looked at to read a gram.
const LOADED: usize = 8;

/// ASCII letters in lower case, and other octets as something that they share with few others.
const FOLD: u8 = 0x20;

/// Finds lines that have one of some texts in them, ASCII letters in any case, or octets that are written in another way than
/// plainly although they could be part of a text.
#[derive(Debug)]
pub(super) struct Sieve {
    sets: Vec<GramSet>,
    escapes: Escapes,
}

/// How a format writes octets that it does not write as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    Tsv,
    Json,
}

impl Sieve {
    /// A sieve of texts that are all [plain](is_plain) or separators, and at least [`SHORTEST`] octets long.
    pub(super) fn new(texts: Vec<Vec<u8>>, escapes: Escapes) -> Self {
        let mut texts: Vec<Vec<u8>> = texts.into_iter().map(folded).collect();
        texts.sort_unstable();
        texts.dedup();
        let shorter = |length| texts.iter().filter(move |text| text.len() < length).count();
        let length = LONG.into_iter().find(|length| shorter(*length) <= FEW);
        let length = length.unwrap_or(LONG[LONG.len() - 1]);
        let (long, mut short): (Vec<_>, Vec<_>) =
            texts.into_iter().partition(|text| text.len() >= length);
        let mut sets = Vec::new();
        let shortest = short.iter().map(Vec::len).min();
        let together = match shortest {
            None => 0,
            Some(length) if gram_width(length) < 4 => FEW,
            Some(_) => MANY,
        };
        if long.len() <= together {
            short.extend(long);
            sets.push(short);
        } else {
            sets.extend([short, long].into_iter().filter(|texts| !texts.is_empty()));
        }
        Self {
            sets: sets.into_iter().map(GramSet::new).collect(),
            escapes,
        }
    }

    /// A place within each line that can matter, in ascending order.
    pub(super) fn places(&self, lines: &[u8], places: &mut Vec<usize>) {
        places.clear();
        for set in &self.sets {
            set.find(lines, places);
        }
        self.escapes.find(lines, places);
        places.sort_unstable();
    }
}

/// Whether an octet of a text is written as it is, but for single cases that [`Sieve`] finds: no format writes these in
/// another way as a rule.
pub(super) fn is_plain(octet: u8) -> bool {
    matches!(octet, b' '..=b'~') && !matches!(octet, b'"' | b'\\')
}

/// How often the octets of a text are likely to be found in logs; less is rarer.
pub(super) fn commonness(text: &[u8]) -> u32 {
    let each = text.iter().map(|octet| match octet.to_ascii_lowercase() {
        b'a' | b'c' | b'e' | b'i' | b'n' | b'o' | b'r' | b's' | b't' => 4,
        b'0'..=b'9' | b'.' | b'/' | b'-' | b' ' | b',' | b':' | b'"' | b'\t' => 3,
        b'd' | b'f' | b'g' | b'h' | b'l' | b'm' | b'p' | b'u' => 2,
        _ => 1,
    });
    each.sum()
}

impl Escapes {
    /// Finds octets that are escaped although they are plain.
    fn find(self, lines: &[u8], places: &mut Vec<usize>) {
        if memchr(b'\\', lines).is_none() {
            return;
        }
        let start: &[u8] = match self {
            Self::Tsv => b"\\x",
            Self::Json => b"\\u00",
        };
        places.extend(memmem::find_iter(lines, start).filter(|place| {
            let digits = lines.get(place + start.len()..place + start.len() + 2);
            let octet = digits
                .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
            octet.is_some_and(is_plain)
        }));
        if self == Self::Json {
            places.extend(memmem::find_iter(lines, b"\\/"));
        }
    }
}

/// How many places a filter has: a hundred and more for each gram, but for very many.
const SMALL: usize = 1 << 14;
const MEDIUM: usize = 1 << 19;
const LARGE: usize = 1 << 22;

/// How many grams are looked at before any is decided on.
const AT_ONCE: usize = 8;

/// Texts, known by grams of one width.
#[derive(Debug)]
struct GramSet {
    width: usize,
    /// How many octets lie between two grams that are looked at.
    stride: usize,
    /// By the hash of a gram, the [fingerprint] of the gram that has it, [`SEVERAL`] or [`NONE`].
    filter: Vec<u8>,
    /// What spreads a gram over the highest bits and leaves out what is loaded behind it.
    spread: u64,
    /// The grams in the order of what they are spread to.
    grams: Vec<Gram>,
    /// By the highest bits of what a gram is spread to, where such grams begin in their order, and at the end where they end.
    starts: Vec<u32>,
    texts: Vec<Vec<u8>>,
}

/// A run of octets of a text.
#[derive(Debug)]
struct Gram {
    /// The octets, spread: no other run of as many octets is spread to the same.
    spread: u64,
    /// The text's number.
    text: u32,
    /// Where the run is in the text.
    place: u32,
}

/// How many octets the grams of texts have of which the shortest is so long.
fn gram_width(shortest: usize) -> usize {
    match shortest {
        // Runs of three are found in most lines, and looking at each costs more than a shorter stride.
        0..5 => 3,
        5..10 => 4,
        10..13 => 5,
        _ => 6,
    }
}

impl GramSet {
    fn new(texts: Vec<Vec<u8>>) -> Self {
        /// The golden ratio's fraction, odd.
        const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
        let shortest = texts.iter().map(Vec::len).min().unwrap_or(SHORTEST);
        let width = gram_width(shortest);
        let spread = SPREAD << (8 * (LOADED - width));
        let stride = (shortest.saturating_sub(width) + 1).clamp(1, LONGEST_STRIDE);
        let mut grams = Vec::new();
        for (number, text) in (0..).zip(&texts) {
            let start = rarest(text, stride + width - 1);
            for (place, window) in (0..).zip(text.windows(width)).skip(start).take(stride) {
                let mut loaded = [0; LOADED];
                loaded[..width].copy_from_slice(window);
                grams.push(Gram {
                    spread: u64::from_le_bytes(loaded).wrapping_mul(spread),
                    text: number,
                    place,
                });
            }
        }
        grams.sort_unstable_by_key(|gram| (gram.spread, gram.text, gram.place));
        let ranges = grams.len().next_power_of_two().max(2);
        let starts = (0..=ranges).map(|range| {
            let before = |gram: &Gram| hash(gram.spread, ranges) < range;
            u32::try_from(grams.partition_point(before)).unwrap_or(u32::MAX)
        });
        let starts = starts.collect();
        let places = match grams.len() {
            0..128 => SMALL,
            128..16_384 => MEDIUM,
            _ => LARGE,
        };
        let mut set = Self {
            width,
            stride,
            filter: vec![0; places],
            spread,
            grams,
            starts,
            texts,
        };
        for Gram { spread, .. } in &set.grams {
            let spread = *spread;
            let (known, own) = (
                &mut set.filter[hash(spread, places)],
                fingerprint(spread, places),
            );
            *known = match *known {
                NONE => own,
                same if same == own => own,
                _ => SEVERAL,
            };
        }
        set
    }

    fn find(&self, lines: &[u8], places: &mut Vec<usize>) {
        match self.filter.len() {
            SMALL => self.find_in::<SMALL>(lines, places),
            MEDIUM => self.find_in::<MEDIUM>(lines, places),
            _ => self.find_in::<LARGE>(lines, places),
        }
    }

    /// [`find`](Self::find) with a filter whose size the compiler knows.
    fn find_in<const PLACES: usize>(&self, lines: &[u8], places: &mut Vec<usize>) {
        let Ok(filter) = self.filter.as_slice().try_into() else {
            return;
        };
        match self.stride {
            2 => self.find_by::<PLACES, 2>(filter, lines, places),
            3 => self.find_by::<PLACES, 3>(filter, lines, places),
            4 => self.find_by::<PLACES, 4>(filter, lines, places),
            5 => self.find_by::<PLACES, 5>(filter, lines, places),
            6 => self.find_by::<PLACES, 6>(filter, lines, places),
            7 => self.find_by::<PLACES, 7>(filter, lines, places),
            8 => self.find_by::<PLACES, 8>(filter, lines, places),
            _ => self.find_by::<PLACES, 1>(filter, lines, places),
        }
    }

    /// The same with a stride that the compiler knows, too.
    fn find_by<const PLACES: usize, const STRIDE: usize>(
        &self,
        filter: &[u8; PLACES],
        lines: &[u8],
        places: &mut Vec<usize>,
    ) {
        let spread = self.spread;
        let mut place = 0;
        while let Some(part) = lines.get(place..place + AT_ONCE * STRIDE + LOADED) {
            let any = (0..AT_ONCE).fold(NONE, |all, number| {
                let loaded = part[number * STRIDE..].first_chunk();
                let gram = folded_gram(loaded.copied().unwrap_or_default());
                all | filter[hash(gram.wrapping_mul(spread), PLACES)]
            });
            if any != NONE
                && let Some(found) = self.first_text::<PLACES, STRIDE>(filter, lines, place)
            {
                places.push(found);
                place = next_line(lines, found);
            } else {
                place += AT_ONCE * STRIDE;
            }
        }
        while place + self.width <= lines.len() {
            if self.is_text_at(lines, place) {
                places.push(place);
                place = next_line(lines, place);
            } else {
                place += STRIDE;
            }
        }
    }

    /// Where the first of the grams that are looked at together is part of a text.
    #[cold]
    #[inline(never)]
    fn first_text<const PLACES: usize, const STRIDE: usize>(
        &self,
        filter: &[u8; PLACES],
        lines: &[u8],
        start: usize,
    ) -> Option<usize> {
        let part = lines.get(start..start + AT_ONCE * STRIDE + LOADED)?;
        // Bit by bit, which of them have a fingerprint of a text's gram: without branches, since most have none.
        let mut may_be = (0..AT_ONCE).fold(0_u32, |may_be, number| {
            let loaded = part[number * STRIDE..].first_chunk().copied();
            let spread = self.spread(folded_gram(loaded.unwrap_or_default()));
            let known = filter[hash(spread, PLACES)];
            let is_known = known == fingerprint(spread, PLACES) || known == SEVERAL;
            may_be | u32::from(is_known) << number
        });
        while may_be != 0 {
            let place = start + may_be.trailing_zeros() as usize * STRIDE;
            let loaded = lines.get(place..)?.first_chunk().copied();
            let spread = self.spread(folded_gram(loaded.unwrap_or_default()));
            if self.has_text(spread, lines, place) {
                return Some(place);
            }
            may_be &= may_be - 1;
        }
        None
    }

    fn spread(&self, gram: u64) -> u64 {
        gram.wrapping_mul(self.spread)
    }

    /// Whether a text is there whose gram stands at a place.
    fn is_text_at(&self, lines: &[u8], place: usize) -> bool {
        let mut loaded = [0; LOADED];
        let Some(octets) = lines.get(place..place + self.width) else {
            return false;
        };
        loaded[..self.width].copy_from_slice(octets);
        self.has_text(self.spread(folded_gram(loaded)), lines, place)
    }

    /// Whether a text is there whose gram, which is spread to this, stands at a place.
    fn has_text(&self, spread: u64, lines: &[u8], place: usize) -> bool {
        let range = hash(spread, self.starts.len() - 1);
        let (start, end) = (self.starts[range], self.starts[range + 1]);
        let mut grams = self.grams[start as usize..end as usize].iter();
        grams.any(|gram| {
            gram.spread == spread && {
                let text = &self.texts[gram.text as usize];
                let start = place.checked_sub(gram.place as usize);
                let there = start.and_then(|start| lines.get(start..start + text.len()));
                there.is_some_and(|there| {
                    let mut octets = there.iter().zip(text);
                    octets.all(|(octet, folded)| octet | FOLD == *folded)
                })
            }
        })
    }
}

/// What is loaded, folded: a gram and what is behind it.
fn folded_gram(loaded: [u8; LOADED]) -> u64 {
    u64::from_le_bytes(loaded) | u64::from_le_bytes([FOLD; LOADED])
}

/// Of so many places, which is a power of two, that of a spread gram.
#[inline]
fn hash(spread: u64, places: usize) -> usize {
    (spread >> (u64::BITS - places.ilog2())) as usize
}

/// A hash that no gram has.
const NONE: u8 = 0;

/// A hash that grams with several fingerprints have.
const SEVERAL: u8 = u8::MAX;

/// What tells a spread gram from most others that have the same [`hash`]: the bits behind it.
#[inline]
fn fingerprint(spread: u64, places: usize) -> u8 {
    let bits = spread >> (u64::BITS - u8::BITS - places.ilog2());
    (bits as u8).clamp(NONE + 1, SEVERAL - 1)
}

fn folded(mut text: Vec<u8>) -> Vec<u8> {
    text.iter_mut().for_each(|octet| *octet |= FOLD);
    text
}

/// Where the part of a text begins that is likely to be the rarest of such a length.
fn rarest(text: &[u8], length: usize) -> usize {
    let parts = text.windows(length).enumerate();
    // Texts of one kind often begin alike.
    let rarest = parts.rev().min_by_key(|(_, part)| commonness(part));
    rarest.map_or(0, |(start, _)| start)
}

fn next_line(lines: &[u8], place: usize) -> usize {
    memchr(b'\n', &lines[place..]).map_or(lines.len(), |length| place + length + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines_with_places(sieve: &Sieve, lines: &str) -> Vec<usize> {
        let mut places = Vec::new();
        sieve.places(lines.as_bytes(), &mut places);
        let number = |place: &usize| lines[..*place].matches('\n').count();
        let mut numbers: Vec<_> = places.iter().map(number).collect();
        numbers.dedup();
        numbers
    }

    proptest! {
        /// Whatever the texts, exactly the lines that have one are found.
        #[test]
        fn lines_that_have_a_text_are_found(
            texts in proptest::collection::vec("[ab.]{4,14}", 0..90),
            lines in "([abAB.]{0,60}\n){0,20}",
        ) {
            let sieve = Sieve::new(texts.iter().map(|text| text.clone().into()).collect(), Escapes::Tsv);
            let lower = lines.to_lowercase();
            let has = |line: &str| texts.iter().any(|text| line.contains(text));
            let expected = lower.lines().enumerate().filter(|(_, line)| has(line));
            let expected: Vec<_> = expected.map(|(number, _)| number).collect();
            prop_assert_eq!(lines_with_places(&sieve, &lines), expected);
        }
    }

    #[test]
    fn an_escape_of_a_plain_octet_is_found() {
        let tsv = "a\\x41\nb\\x09\nc\\\\x\nd\\x2d\n\\x";
        let found = |escapes, lines| lines_with_places(&Sieve::new(Vec::new(), escapes), lines);
        assert_eq!(found(Escapes::Tsv, tsv), [0, 3]);
        let json = "\"\\u0041\"\n\"\\u0009\"\n\"\\\\x41\"\n\"a\\/b\"\n\"\\n\"\n\\u00";
        assert_eq!(found(Escapes::Json, json), [0, 3]);
    }
}
