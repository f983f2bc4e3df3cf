//! Captures written in the classic pcap format, in microseconds.

use super::{CapturedPacket, LinkType};

/// The snapshot length that a file's header names, unless a packet is longer, in bytes.
const SNAPLEN: usize = 65_535;

/// The pcap file with these packets of one kind of link, in their order. Times that the format cannot hold, before 1970 and
/// from 2106 on, become the nearest that it can.
#[must_use]
pub fn pcap(link: LinkType, packets: &[CapturedPacket<'_>]) -> Vec<u8> {
    let longest = packets.iter().map(|packet| packet.data.len()).max();
    let snaplen = longest.unwrap_or(0).max(SNAPLEN);
    let mut bytes = 0xa1b2_c3d4_u32.to_le_bytes().to_vec();
    // The version is 2.4.
    bytes.extend(2u16.to_le_bytes());
    bytes.extend(4u16.to_le_bytes());
    // Time zone and accuracy, which nobody uses.
    bytes.extend([0; 8]);
    bytes.extend(word(snaplen));
    bytes.extend(link.0.to_le_bytes());
    for packet in packets {
        let micros = packet.time.as_micros().max(0);
        let seconds = u32::try_from(micros / 1_000_000).unwrap_or(u32::MAX);
        bytes.extend(seconds.to_le_bytes());
        bytes.extend(word((micros % 1_000_000).unsigned_abs()));
        bytes.extend(word(packet.data.len()));
        bytes.extend(word(packet.wire_len));
        bytes.extend(packet.data);
    }
    bytes
}

fn word(value: impl TryInto<u32>) -> [u8; 4] {
    value.try_into().unwrap_or(u32::MAX).to_le_bytes()
}
