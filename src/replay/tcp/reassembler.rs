//! Putting one direction's segments in order. Numbers are relative: the first byte of data has number 1.
//!
//! Data goes up as soon as it is in order, a segment at a time. Where segments overlap, the bytes that came first stay.
//! Data that was acknowledged but not seen is a gap.

use std::collections::{BTreeMap, VecDeque};

/// Zeek's `tcp_max_initial_window` in bytes.
const MAX_INITIAL_WINDOW: u64 = 16_384;
/// Zeek's `tcp_max_above_hole_without_any_acks` in bytes.
const MAX_ABOVE_HOLE_WITHOUT_ACKS: u64 = 16_384;
/// Zeek's `tcp_excessive_data_without_further_acks` in bytes.
const EXCESSIVE_WITHOUT_FURTHER_ACKS: u64 = 10 * 1024 * 1024;
/// Our own bound on waiting or unacknowledged segments.
const MAX_SEGMENTS: usize = 1 << 17;

/// Takes what a reassembler delivers.
pub(super) trait Stream {
    /// The next bytes.
    fn data(&mut self, data: &[u8]);
    /// `len` bytes from `start` on will never come.
    fn gap(&mut self, start: u64, len: u64);
}

/// What a reassembler must know of its endpoint.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings {
    /// Whether the connection is partial: its beginning wasn't seen.
    pub(super) partial: bool,
    pub(super) no_data_acknowledged: bool,
    pub(super) size: u64,
}

#[derive(Debug)]
pub(super) struct Reassembler {
    /// Number of the next byte to deliver.
    next: u64,
    /// Everything below was acknowledged.
    trimmed: u64,
    /// Delivered segments that are not acknowledged in whole: start and end.
    unacknowledged: VecDeque<(u64, u64)>,
    /// Segments that wait for those before them, by start; none overlap.
    waiting: BTreeMap<u64, Vec<u8>>,
    waiting_bytes: u64,
    unacknowledged_bytes: u64,
    skipping: bool,
    had_gap: bool,
    pub(super) did_eof: bool,
}

impl Default for Reassembler {
    fn default() -> Self {
        Self {
            next: 1,
            trimmed: 1,
            unacknowledged: VecDeque::new(),
            waiting: BTreeMap::new(),
            waiting_bytes: 0,
            unacknowledged_bytes: 0,
            skipping: false,
            had_gap: false,
            did_eof: false,
        }
    }
}

impl Reassembler {
    /// Number of the next byte to deliver.
    pub(super) fn delivered(&self) -> u64 {
        self.next
    }

    pub(super) fn is_skipping(&self) -> bool {
        self.skipping
    }

    pub(super) fn had_gap(&self) -> bool {
        self.had_gap
    }

    /// Whether data waits, for earlier data or for its acknowledgment.
    pub(super) fn has_blocks(&self) -> bool {
        !self.unacknowledged.is_empty() || !self.waiting.is_empty()
    }

    /// Bytes of memory in buffers.
    pub(super) fn buffered(&self) -> usize {
        const SEGMENT: usize = 64;
        usize::try_from(self.waiting_bytes).unwrap_or(usize::MAX)
            + self.waiting.len() * SEGMENT
            + self.unacknowledged.len() * size_of::<(u64, u64)>()
    }

    /// Takes a segment's payload. `acknowledged` is the peer's newest acknowledgment.
    pub(super) fn segment(
        &mut self,
        start: u64,
        data: &[u8],
        acknowledged: u64,
        around: Surroundings,
        stream: &mut impl Stream,
    ) {
        if self.skipping {
            return;
        }
        let Some(end) = start.checked_add(data.len() as u64) else {
            return;
        };
        // What was acknowledged was either delivered or given up.
        let from = start.max(acknowledged).max(self.trimmed).max(self.next);
        if from < end {
            let skipped = usize::try_from(from - start).unwrap_or(usize::MAX);
            self.insert(
                from,
                data.get(skipped..).unwrap_or_default(),
                around,
                stream,
            );
        }
        self.check_limits(around);
    }

    /// Takes an acknowledgment of everything below `acknowledged`. False if it says nothing new.
    pub(super) fn acknowledge(
        &mut self,
        acknowledged: u64,
        around: Surroundings,
        stream: &mut impl Stream,
    ) -> bool {
        if acknowledged <= self.trimmed {
            return false;
        }
        self.trim(acknowledged, around, stream);
        true
    }

    fn insert(&mut self, start: u64, data: &[u8], around: Surroundings, stream: &mut impl Stream) {
        let end = start + data.len() as u64;
        let in_order = start == self.next;
        if in_order
            && self
                .waiting
                .first_key_value()
                .is_none_or(|(&first, _)| end <= first)
        {
            self.deliver(start, data, stream);
            self.deliver_waiting(stream);
            self.trim_unless_acknowledgments_come(around, stream);
            return;
        }
        let mut at = start;
        while at < end {
            let covered = self
                .waiting
                .range(..=at)
                .next_back()
                .map(|(&first, piece)| first + piece.len() as u64);
            if let Some(covered) = covered.filter(|&covered| covered > at) {
                at = covered;
                continue;
            }
            let until = self
                .waiting
                .range(at..)
                .next()
                .map_or(end, |(&first, _)| first)
                .min(end);
            let piece = range(data, at - start, until - start);
            self.waiting_bytes += piece.len() as u64;
            self.waiting.insert(at, piece.to_vec());
            at = until;
        }
        if in_order {
            self.deliver_waiting(stream);
            self.trim_unless_acknowledgments_come(around, stream);
        }
    }

    fn deliver(&mut self, start: u64, data: &[u8], stream: &mut impl Stream) {
        let end = start + data.len() as u64;
        self.next = end;
        self.unacknowledged_bytes += end - start;
        self.unacknowledged.push_back((start, end));
        if !self.skipping {
            stream.data(data);
        }
    }

    fn deliver_waiting(&mut self, stream: &mut impl Stream) {
        while let Some(entry) = self
            .waiting
            .first_entry()
            .filter(|entry| *entry.key() == self.next)
        {
            let (start, piece) = entry.remove_entry();
            self.waiting_bytes -= piece.len() as u64;
            self.deliver(start, &piece, stream);
        }
    }

    /// Nothing waits for acknowledgments that apparently take another path.
    fn trim_unless_acknowledgments_come(&mut self, around: Surroundings, stream: &mut impl Stream) {
        if around.no_data_acknowledged && around.size > MAX_INITIAL_WINDOW {
            self.trim(self.next, around, stream);
        }
    }

    fn trim(&mut self, until: u64, around: Surroundings, stream: &mut impl Stream) {
        if until > self.next {
            self.give_up(until, around, stream);
        }
        while let Some(&(start, end)) = self.unacknowledged.front().filter(|(_, end)| *end <= until)
        {
            self.unacknowledged_bytes -= end - start;
            self.unacknowledged.pop_front();
        }
        if self.unacknowledged.is_empty() {
            // Reached only when a gap was skipped without saying so.
            while let Some(entry) = self.waiting.first_entry() {
                if *entry.key() + entry.get().len() as u64 > until {
                    break;
                }
                self.waiting_bytes -= entry.remove().len() as u64;
            }
            if self
                .waiting
                .first_key_value()
                .is_some_and(|(&first, _)| first == self.next)
            {
                self.deliver_waiting(stream);
                self.trim_unless_acknowledgments_come(around, stream);
            }
        }
        self.trimmed = self.trimmed.max(until);
    }

    /// Acknowledged without having been seen: delivers what there is and reports the holes.
    fn give_up(&mut self, until: u64, around: Surroundings, stream: &mut impl Stream) {
        // The first acknowledgment of a connection whose start wasn't seen.
        if until <= 2 && around.partial {
            return;
        }
        if !self.skipping {
            while let Some((&first, _)) = self
                .waiting
                .first_key_value()
                .filter(|(first, _)| **first < until)
            {
                self.report_gap(first, stream);
                self.deliver_waiting(stream);
                self.trim_unless_acknowledgments_come(around, stream);
            }
            if until > self.next {
                self.report_gap(until, stream);
            }
        }
        self.next = self.next.max(until);
    }

    fn report_gap(&mut self, until: u64, stream: &mut impl Stream) {
        stream.gap(self.next, until - self.next);
        self.had_gap = true;
        self.next = until;
    }

    fn check_limits(&mut self, around: Surroundings) {
        let highest = self
            .waiting
            .last_key_value()
            .map_or(self.next, |(&first, piece)| first + piece.len() as u64);
        let above_hole = highest - self.next;
        let without_acks = around.no_data_acknowledged && above_hole > MAX_ABOVE_HOLE_WITHOUT_ACKS;
        let excessive = self.waiting_bytes + self.unacknowledged_bytes
            > EXCESSIVE_WITHOUT_FURTHER_ACKS
            || self.waiting.len() + self.unacknowledged.len() > MAX_SEGMENTS;
        if without_acks || excessive {
            self.waiting.clear();
            self.unacknowledged.clear();
            self.waiting_bytes = 0;
            self.unacknowledged_bytes = 0;
            self.skipping = true;
        }
    }
}

fn range(data: &[u8], from: u64, to: u64) -> &[u8] {
    let (Ok(from), Ok(to)) = (usize::try_from(from), usize::try_from(to)) else {
        return &[];
    };
    data.get(from..to).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Reassembler, Stream, Surroundings};

    #[derive(Default)]
    struct DeliveredPieces(Vec<String>);

    impl Stream for DeliveredPieces {
        fn data(&mut self, data: &[u8]) {
            self.0.push(String::from_utf8_lossy(data).into_owned());
        }

        fn gap(&mut self, start: u64, len: u64) {
            self.0.push(format!("gap of {len} at {start}"));
        }
    }

    fn seen(segments: &[(u64, &str)]) -> Vec<String> {
        let mut reassembler = Reassembler::default();
        let mut seen = DeliveredPieces::default();
        for &(start, data) in segments {
            let around = Surroundings {
                partial: false,
                no_data_acknowledged: false,
                size: 0,
            };
            reassembler.segment(start, data.as_bytes(), 1, around, &mut seen);
        }
        seen.0
    }

    #[test]
    fn segments_wait_for_those_before_them() {
        assert_eq!(seen(&[(4, "def"), (1, "abc")]), ["abc", "def"]);
        assert_eq!(
            seen(&[(7, "g"), (4, "def"), (1, "abc")]),
            ["abc", "def", "g"]
        );
    }

    #[test]
    fn the_first_copy_stays() {
        assert_eq!(seen(&[(1, "abc"), (1, "XYZd")]), ["abc", "d"]);
        assert_eq!(seen(&[(3, "cd"), (1, "abXYef")]), ["ab", "cd", "ef"]);
        assert_eq!(seen(&[(2, "bcd"), (3, "XYe"), (1, "a")]), ["a", "bcd", "e"]);
    }
}
