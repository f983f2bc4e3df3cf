//! From a captured packet to TCP segments: link layers, IP, fragments and tunnels, followed as far as Zeek's default
//! packet analyzers follow them.

mod bytes;
mod fragment;
mod ip;
mod link;
mod tunnel;

use std::collections::BTreeMap;
use std::net::IpAddr;

use self::fragment::Fragments;
use super::capture::CapturedPacket;
use crate::event::Timestamp;

/// A TCP segment with its header, as the network layer delivers it.
#[derive(Clone, Copy, Debug)]
pub struct TcpSegment<'a> {
    /// Source address.
    pub source: IpAddr,
    /// Destination address.
    pub destination: IpAddr,
    /// TCP header and payload as far as captured; may go on with the link's padding.
    pub data: &'a [u8],
    /// Length of TCP header and payload in bytes as the IP header says; that of `data` if it says 0 (segmentation
    /// offload).
    pub length: usize,
}

/// Something odd about a packet. Most of these are Zeek weirds and make Zeek drop the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum PacketWarning {
    /// A header is longer than what was captured.
    #[error("headers cut short")]
    Truncated,
    /// A length or version field that can't be right.
    #[error("malformed headers")]
    Malformed,
    /// A link, network or tunnel type that isn't followed.
    #[error("protocols that are not followed")]
    NotFollowed,
    /// Tunnels within tunnels, deeper than Zeek goes.
    #[error("tunnels nested too deeply")]
    TooDeep,
    /// Too many fragments were waiting; the oldest were dropped.
    #[error("fragments dropped for want of memory")]
    FragmentsDropped,
}

/// Takes headers off. Keeps the fragments that wait for their datagram's rest.
#[derive(Debug, Default)]
pub struct PacketDecoder {
    fragments: Fragments,
    warnings: BTreeMap<PacketWarning, u64>,
}

/// Zeek's `Tunnel::max_depth`.
const MAX_TUNNELS: u8 = 4;
/// Bound on nested headers outside of tunnels; real packets have a handful.
const MAX_HEADERS: u8 = 32;

/// A place in a packet: the bytes from here on that the layers above may use, and how the packet goes on behind.
#[derive(Clone, Copy, Debug)]
struct Layer<'a> {
    data: &'a [u8],
    /// Captured bytes behind `data` (a trailer that an outer header left out), plus the bytes that were on the wire but
    /// not captured.
    beyond: usize,
    /// Captured bytes behind `data`.
    trailer: usize,
    headers: u8,
    tunnels: u8,
}

impl<'a> Layer<'a> {
    fn skip(self, bytes: usize) -> Option<Self> {
        let data = self.data.get(bytes..)?;
        (self.headers < MAX_HEADERS).then_some(Self {
            data,
            headers: self.headers + 1,
            ..self
        })
    }

    fn shortened(self, len: usize) -> Self {
        let len = len.min(self.data.len());
        let cut = self.data.len() - len;
        Self {
            data: &self.data[..len],
            beyond: self.beyond + cut,
            trailer: self.trailer + cut,
            ..self
        }
    }

    /// A packet within this one, `data` and nothing else.
    fn inner(self, data: &'a [u8]) -> Self {
        Self {
            data,
            beyond: self.beyond - self.trailer,
            trailer: 0,
            headers: 0,
            tunnels: self.tunnels + 1,
        }
    }
}

impl PacketDecoder {
    /// A decoder with nothing waiting.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Decodes a packet and hands every TCP segment in it to `deliver` (several if it is an aggregate).
    pub fn decode(
        &mut self,
        packet: &CapturedPacket<'_>,
        deliver: &mut dyn FnMut(&TcpSegment<'_>),
    ) {
        let layer = Layer {
            data: packet.data,
            beyond: packet.wire_len.saturating_sub(packet.data.len()),
            trailer: 0,
            headers: 0,
            tunnels: 0,
        };
        let mut pass = Decapsulation {
            decoder: self,
            time: packet.time,
            deliver,
        };
        if let Err(warning) = pass.link(packet.link, layer) {
            *self.warnings.entry(warning).or_default() += 1;
        }
    }

    /// How many packets each warning concerned.
    #[must_use]
    pub fn warnings(&self) -> &BTreeMap<PacketWarning, u64> {
        &self.warnings
    }
}

/// One packet's way through the layers.
struct Decapsulation<'d, 's> {
    decoder: &'d mut PacketDecoder,
    time: Timestamp,
    deliver: &'s mut dyn FnMut(&TcpSegment<'_>),
}
