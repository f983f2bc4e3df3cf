//! TCP connections as turns: what one side sends, and what the other says to it.

use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;
use std::ops::Range;

use super::segment::Segment;

/// A side of a connection: 0 for the one that opens it.
pub(super) type ConversationSide = usize;

/// A TCP connection.
#[derive(Debug)]
pub(super) struct Conversation {
    first: SocketAddr,
    /// The first side's sequence number in the SYN that opens it, if it was captured.
    opening: Option<u32>,
    streams: [SentRange; 2],
    speaker: Option<ConversationSide>,
    /// Where each turn begins in the streams of both sides.
    turns: Vec<[i64; 2]>,
}

/// What one side sends. Offsets count from the first byte of data.
#[derive(Debug, Default)]
struct SentRange {
    /// The sequence number of the first byte.
    base: Option<u32>,
    /// The offset behind the last byte so far.
    end: i64,
}

/// A segment's place in its conversation.
#[derive(Debug, Clone)]
pub(super) struct SegmentLocation {
    pub(super) conversation: usize,
    pub(super) side: ConversationSide,
    pub(super) offset: i64,
    /// The offset of the other side up to which the sender has everything.
    pub(super) acknowledged: Option<i64>,
}

/// The bytes of a stream that are taken out, in order.
#[derive(Debug, Default)]
pub(super) struct Removed(Vec<Range<i64>>);

/// Puts segments, in the order of a capture, into conversations.
#[derive(Debug, Default)]
pub(super) struct Conversations {
    pub(super) all: Vec<Conversation>,
    latest: HashMap<[SocketAddr; 2], usize>,
}

impl Conversations {
    pub(super) fn locate(&mut self, segment: &Segment) -> SegmentLocation {
        let ends = ends(segment.source, segment.destination);
        let opens = segment.syn && segment.acknowledgment.is_none();
        let known = self.latest.get(&ends).copied().filter(|known| {
            // A SYN of another number opens the next connection on the same ports.
            !opens || self.all[*known].opening == Some(segment.sequence)
        });
        let index = known.unwrap_or_else(|| {
            self.all.push(Conversation::new(segment, opens));
            self.all.len() - 1
        });
        self.latest.insert(ends, index);
        self.all[index].take(index, segment)
    }
}

impl Conversation {
    fn new(segment: &Segment, opens: bool) -> Self {
        // A capture can begin with the answer to a SYN.
        let first = if segment.syn && !opens {
            segment.destination
        } else {
            segment.source
        };
        Self {
            first,
            opening: opens.then_some(segment.sequence),
            streams: Default::default(),
            speaker: None,
            turns: Vec::new(),
        }
    }

    pub(super) fn turns(&self) -> usize {
        self.turns.len()
    }

    fn take(&mut self, conversation: usize, segment: &Segment) -> SegmentLocation {
        let side = usize::from(segment.source != self.first);
        let offset = self.streams[side].offset(segment.sequence, segment.syn);
        let acknowledged = segment
            .acknowledgment
            .map(|number| self.streams[1 - side].offset(number, false));
        #[allow(clippy::cast_possible_wrap)] // A packet's length.
        let end = offset + segment.payload.len() as i64;
        if end > self.streams[side].end && !segment.payload.is_empty() {
            self.speaks(side);
            self.streams[side].end = end;
        }
        SegmentLocation {
            conversation,
            side,
            offset,
            acknowledged,
        }
    }

    /// A side sends something new. Where the first side begins to speak again, a turn begins.
    fn speaks(&mut self, side: ConversationSide) {
        if self.speaker.is_none() || (side == 0 && self.speaker == Some(1)) {
            self.turns.push([self.streams[0].end, self.streams[1].end]);
        }
        self.speaker = Some(side);
    }

    /// The offset behind a side's last byte.
    pub(super) fn end(&self, side: ConversationSide) -> i64 {
        self.streams[side].end
    }

    /// The bytes that a side sends in a turn.
    pub(super) fn part(&self, side: ConversationSide, turn: usize) -> Range<i64> {
        let next = self.turns.get(turn + 1);
        self.turns[turn][side]..next.map_or(self.end(side), |next| next[side])
    }

    /// What is taken out of a side's stream if only some turns stay, and of these not all.
    pub(super) fn removed(
        &self,
        side: ConversationSide,
        kept: &BTreeSet<usize>,
        more: Option<&[Range<i64>]>,
    ) -> Removed {
        let turns = 0..self.turns.len();
        let turns = turns.filter(|turn| !kept.contains(turn));
        let mut ranges: Vec<_> = turns.map(|turn| self.part(side, turn)).collect();
        ranges.extend_from_slice(more.unwrap_or_default());
        Removed::new(ranges)
    }
}

impl SentRange {
    /// The offset that a sequence number stands for; the first one that is seen is taken for that of the first byte.
    fn offset(&mut self, number: u32, syn: bool) -> i64 {
        let base = *self.base.get_or_insert(number.wrapping_add(u32::from(syn)));
        // Numbers wrap around: the one nearest to what is known already is meant.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let expected = base.wrapping_add(self.end as u32);
        self.end + i64::from(number.wrapping_sub(expected).cast_signed())
    }
}

impl Removed {
    /// Bytes are taken out once, however many ranges have them.
    fn new(mut ranges: Vec<Range<i64>>) -> Self {
        ranges.retain(|range| !range.is_empty());
        ranges.sort_by_key(|range| range.start);
        let mut merged: Vec<Range<i64>> = Vec::new();
        for range in ranges {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        Self(merged)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many bytes before an offset are taken out.
    pub(super) fn before(&self, offset: i64) -> i64 {
        let ranges = self.0.iter();
        ranges
            .map(|range| (range.end.min(offset) - range.start).max(0))
            .sum()
    }

    /// What stays of the bytes from `offset` on.
    pub(super) fn rest(&self, offset: i64, bytes: &[u8]) -> Vec<u8> {
        let mut rest = Vec::with_capacity(bytes.len());
        // Where a byte of the stream stands in the bytes.
        let index = |at: i64| {
            usize::try_from(at.saturating_sub(offset))
                .unwrap_or(0)
                .min(bytes.len())
        };
        let mut from = 0;
        for range in &self.0 {
            let until = index(range.start).max(from);
            rest.extend_from_slice(&bytes[from..until]);
            from = index(range.end).max(until);
        }
        rest.extend_from_slice(&bytes[from..]);
        rest
    }
}

/// The ends of a connection, whoever sends.
pub(super) fn ends(one: SocketAddr, other: SocketAddr) -> [SocketAddr; 2] {
    if one < other {
        [one, other]
    } else {
        [other, one]
    }
}
