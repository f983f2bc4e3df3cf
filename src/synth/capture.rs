//! Captures under construction: packets with their times, written in the classic pcap format.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::event::Timestamp;
use crate::replay::capture::{CapturedPacket, LinkType, pcap};

/// `LINKTYPE_ETHERNET`.
const ETHERNET: LinkType = LinkType(1);
/// Microseconds between two packets.
pub(super) const PACE: u64 = 1000;
/// The first of June 2024, 12:00:00 UTC, in microseconds since 1970.
pub(super) const NOON: u64 = 1_717_243_200_000_000;
/// The first client port that is used.
const FIRST_PORT: u16 = 40_001;

/// A capture of Ethernet under construction. The same calls give the same bytes.
#[derive(Debug, Clone)]
pub struct Capture {
    /// Each with its time in microseconds since 1970.
    frames: Vec<(u64, Vec<u8>)>,
    /// When the next packet comes, in microseconds since 1970.
    clock: u64,
    /// The client port of the next connection that names none.
    port: u16,
    /// How many connections each pair of endpoints has had, originator first.
    pub(super) connections: BTreeMap<[(IpAddr, u16); 2], u32>,
}

impl Default for Capture {
    fn default() -> Self {
        Self::new()
    }
}

impl Capture {
    /// An empty capture whose clock stands at the first of June 2024, 12:00:00 UTC.
    pub fn new() -> Self {
        Self {
            frames: Vec::new(),
            clock: NOON + PACE,
            port: FIRST_PORT,
            connections: BTreeMap::new(),
        }
    }

    /// Sets the clock, in seconds since 1970: the next packet comes a millisecond later.
    pub fn at(&mut self, seconds: u64) -> &mut Self {
        self.at_micros(seconds * 1_000_000 + PACE)
    }

    /// Sets the clock, in microseconds since 1970: that is when the next packet comes.
    pub fn at_micros(&mut self, micros: u64) -> &mut Self {
        self.clock = micros;
        self
    }

    /// The pcap file, its packets in the order of their times.
    pub fn finish(mut self) -> Vec<u8> {
        self.frames.sort_by_key(|(time, _)| *time);
        let packets = self.frames.iter().map(|(time, frame)| CapturedPacket {
            time: Timestamp::from_micros(i64::try_from(*time).unwrap_or(i64::MAX)),
            link: ETHERNET,
            wire_len: frame.len(),
            data: frame,
        });
        pcap(ETHERNET, &packets.collect::<Vec<_>>())
    }

    /// A client port that no connection has had yet, until all have.
    pub(super) fn next_port(&mut self) -> u16 {
        let port = self.port;
        self.port = self.port.checked_add(1).unwrap_or(FIRST_PORT);
        port
    }

    /// When the next packet comes.
    pub(super) fn clock(&self) -> u64 {
        self.clock
    }

    /// Adds a frame, which comes now.
    pub(super) fn record(&mut self, frame: Vec<u8>) {
        self.frames.push((self.clock, frame));
        self.clock += PACE;
    }
}
