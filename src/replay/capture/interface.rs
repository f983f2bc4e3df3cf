//! Clocks and link types: where a packet's time and link come from.

use pcap_parser::pcapng::InterfaceDescriptionBlock;

use super::{LinkType, MAX_PACKET};
use crate::event::Timestamp;

/// The clock of a pcap file.
#[derive(Clone, Copy, Debug)]
pub(super) enum LegacyClock {
    Microseconds,
    Nanoseconds,
}

impl LegacyClock {
    /// The moment that a packet header's two fields say; nanoseconds are cut to microseconds, as libpcap does for Zeek.
    pub(super) fn time(self, seconds: i32, fraction: u32) -> Timestamp {
        let micros = match self {
            Self::Microseconds => i64::from(fraction),
            Self::Nanoseconds => i64::from(fraction / 1000),
        };
        Timestamp::from_micros(i64::from(seconds) * 1_000_000 + micros)
    }
}

/// An interface of a pcapng section.
#[derive(Clone, Copy, Debug)]
pub(super) struct CaptureInterface {
    pub(super) link: LinkType,
    pub(super) snaplen: usize,
    ticks_per_second: u64,
    offset_seconds: i64,
}

impl CaptureInterface {
    pub(super) fn new(description: &InterfaceDescriptionBlock<'_>) -> Self {
        let snaplen = match description.snaplen as usize {
            0 => MAX_PACKET,
            snaplen => snaplen.min(MAX_PACKET),
        };
        Self {
            link: LinkType(description.linktype.0),
            snaplen,
            ticks_per_second: description
                .ts_resolution()
                .filter(|&ticks| ticks > 0)
                .unwrap_or(1_000_000),
            offset_seconds: description.ts_offset(),
        }
    }

    /// The moment `ticks` after the interface's epoch, cut to microseconds.
    pub(super) fn time(&self, ticks: u64) -> Timestamp {
        let seconds = i64::try_from(ticks / self.ticks_per_second).unwrap_or(i64::MAX);
        let fraction = u128::from(ticks % self.ticks_per_second) * 1_000_000
            / u128::from(self.ticks_per_second);
        let micros = i64::try_from(fraction).unwrap_or(0);
        let seconds = seconds.saturating_add(self.offset_seconds);
        Timestamp::from_micros(seconds.saturating_mul(1_000_000).saturating_add(micros))
    }
}
