//! Reassembly of IP fragments. Where fragments overlap, the bytes that came first stay, as in Zeek.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use crate::event::Timestamp;

/// Zeek's `frag_timeout` in seconds.
const TIMEOUT: i64 = 300;
/// Bound on the bytes that wait for their datagrams, all together.
const MAX_WAITING: usize = 16 << 20;
/// What a waiting piece costs beside its bytes.
const OVERHEAD: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct FragmentKey {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    pub(super) id: u32,
}

/// A fragment without its IP header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fragment<'a> {
    pub(super) protocol: u8,
    pub(super) offset: usize,
    pub(super) more: bool,
    pub(super) payload: &'a [u8],
}

/// A datagram made whole.
#[derive(Debug)]
pub(super) struct Datagram {
    pub(super) protocol: u8,
    pub(super) payload: Vec<u8>,
}

#[derive(Debug, Default)]
pub(super) struct Fragments {
    waiting: HashMap<FragmentKey, Partial>,
    /// Keys by age, for expiry; may hold keys that are gone.
    queue: std::collections::VecDeque<(Timestamp, u64, FragmentKey)>,
    next_number: u64,
    waiting_bytes: usize,
    dropped: bool,
}

#[derive(Debug)]
struct Partial {
    number: u64,
    protocol: u8,
    /// Length of the whole payload in bytes, once the last fragment was seen.
    length: Option<usize>,
    pieces: BTreeMap<usize, Vec<u8>>,
    bytes: usize,
}

impl Fragments {
    /// Adds a fragment; gives the datagram if this completes it.
    pub(super) fn add(
        &mut self,
        key: FragmentKey,
        fragment: &Fragment<'_>,
        now: Timestamp,
    ) -> Option<Datagram> {
        self.expire(now);
        let number = self.next_number;
        let partial = self
            .waiting
            .entry(key)
            .or_insert_with(|| Partial::new(number, fragment.protocol));
        if partial.number == number {
            self.next_number += 1;
            self.queue
                .push_back((now.plus_seconds(TIMEOUT), number, key));
            self.waiting_bytes += OVERHEAD;
        }
        self.waiting_bytes += partial.add(fragment);
        let datagram = partial.datagram();
        if datagram.is_some() {
            self.remove(key);
        } else {
            self.limit();
        }
        datagram
    }

    /// Whether something had to be dropped since the last question.
    pub(super) fn take_dropped(&mut self) -> bool {
        std::mem::take(&mut self.dropped)
    }

    fn expire(&mut self, now: Timestamp) {
        while self.queue.front().is_some_and(|(due, ..)| *due <= now) {
            self.drop_oldest();
        }
    }

    fn limit(&mut self) {
        while self.waiting_bytes > MAX_WAITING && !self.queue.is_empty() {
            self.drop_oldest();
            self.dropped = true;
        }
    }

    fn drop_oldest(&mut self) {
        if let Some((_, number, key)) = self.queue.pop_front()
            && self
                .waiting
                .get(&key)
                .is_some_and(|partial| partial.number == number)
        {
            self.remove(key);
        }
    }

    fn remove(&mut self, key: FragmentKey) {
        if let Some(partial) = self.waiting.remove(&key) {
            self.waiting_bytes -= partial.bytes + OVERHEAD;
        }
    }
}

impl Partial {
    fn new(number: u64, protocol: u8) -> Self {
        Self {
            number,
            protocol,
            length: None,
            pieces: BTreeMap::new(),
            bytes: 0,
        }
    }

    /// Keeps what is new; returns by how many bytes memory grew.
    fn add(&mut self, fragment: &Fragment<'_>) -> usize {
        let end = fragment.offset + fragment.payload.len();
        if fragment.offset == 0 {
            self.protocol = fragment.protocol;
        }
        if !fragment.more || self.length.is_some_and(|length| end > length) {
            self.length = Some(self.length.map_or(end, |length| length.max(end)));
        }
        let before = self.bytes;
        let mut at = fragment.offset;
        while at < end {
            let covered = self
                .pieces
                .range(..=at)
                .next_back()
                .map(|(start, piece)| start + piece.len());
            if let Some(covered) = covered.filter(|&covered| covered > at) {
                at = covered;
                continue;
            }
            let next = self
                .pieces
                .range(at..)
                .next()
                .map_or(end, |(start, _)| *start)
                .min(end);
            self.pieces.insert(
                at,
                fragment.payload[at - fragment.offset..next - fragment.offset].to_vec(),
            );
            self.bytes += next - at + OVERHEAD;
            at = next;
        }
        self.bytes - before
    }

    fn datagram(&self) -> Option<Datagram> {
        let length = self.length?;
        let mut payload = Vec::new();
        for (start, piece) in &self.pieces {
            if *start != payload.len() {
                break;
            }
            payload.extend_from_slice(piece);
        }
        (payload.len() >= length && !payload.is_empty()).then_some(Datagram {
            protocol: self.protocol,
            payload,
        })
    }
}
