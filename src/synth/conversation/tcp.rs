//! TCP connections over Ethernet and IP (RFC 9293): handshake, segments with their checksums, close.

use std::net::IpAddr;

use etherparse::{TcpHeader, TcpOptionElement};

use super::internet::{HostRole, internet};
use crate::synth::Capture;

/// The largest segment, in bytes.
pub(in crate::synth) const SEGMENT: usize = 1400;
/// Ethernet's, less the headers of IPv4 and TCP.
const MAXIMUM_SEGMENT_SIZE: u16 = 1460;
const WINDOW: u16 = 65_000;
/// The longest time without a packet, in microseconds.
const SILENCE: u64 = 240_000_000;

/// A TCP connection whose segments go into a capture.
#[derive(Debug)]
pub struct ConnectionWriter<'a> {
    capture: &'a mut Capture,
    client: Peer,
    server: Peer,
}

#[derive(Debug, Clone, Copy)]
struct Peer {
    address: IpAddr,
    port: u16,
    sequence: u32,
}

impl Capture {
    /// Opens a connection from a client port that is not in use.
    pub fn connect(
        &mut self,
        client: impl Into<IpAddr>,
        server: impl Into<IpAddr>,
        port: u16,
    ) -> ConnectionWriter<'_> {
        let client_port = self.next_port();
        self.connect_from((client.into(), client_port), (server.into(), port))
    }

    /// Opens a connection between two addresses with their ports.
    pub fn connect_from(
        &mut self,
        client: (IpAddr, u16),
        server: (IpAddr, u16),
    ) -> ConnectionWriter<'_> {
        let mut connection = self.endpoints_of(client, server);
        connection.packet(true, SegmentKind::Syn, &[]);
        connection.client.sequence += 1;
        connection.packet(false, SegmentKind::SynAck, &[]);
        connection.server.sequence += 1;
        connection.acknowledge(true);
        connection
    }

    /// Opens a connection that nobody answers.
    pub(in crate::synth) fn attempt(&mut self, client: (IpAddr, u16), server: (IpAddr, u16)) {
        self.endpoints_of(client, server)
            .packet(true, SegmentKind::Syn, &[]);
    }

    /// Opens a connection that the server resets.
    pub(in crate::synth) fn reject(&mut self, client: (IpAddr, u16), server: (IpAddr, u16)) {
        let mut connection = self.endpoints_of(client, server);
        connection.packet(true, SegmentKind::Syn, &[]);
        connection.client.sequence += 1;
        connection.packet(false, SegmentKind::Reset, &[]);
    }

    /// A connection of which nothing is in the capture yet.
    fn endpoints_of(
        &mut self,
        client: (IpAddr, u16),
        server: (IpAddr, u16),
    ) -> ConnectionWriter<'_> {
        // Ports that are used again begin with other sequence numbers: a packet of the same number would be one sent twice.
        let earlier = self.connections.entry([client, server]).or_default();
        let begin = earlier.wrapping_mul(1_000_000);
        *earlier += 1;
        let side = |(address, port), sequence: u32| Peer {
            address,
            port,
            sequence: sequence.wrapping_add(begin),
        };
        ConnectionWriter {
            capture: self,
            client: side(client, 1000),
            server: side(server, 5000),
        }
    }
}

/// What a segment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SegmentKind {
    Syn,
    SynAck,
    Ack,
    Data,
    Fin,
    Reset,
}

impl ConnectionWriter<'_> {
    /// The client sends bytes, each call in segments of its own.
    pub fn client(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.send(true, bytes.as_ref())
    }

    /// The server sends bytes, each call in segments of its own.
    pub fn server(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.send(false, bytes.as_ref())
    }

    /// The next packet comes at this time, in microseconds since 1970.
    pub fn at_micros(&mut self, micros: u64) -> &mut Self {
        self.capture.at_micros(micros);
        self
    }

    /// When the next packet comes.
    pub fn clock(&self) -> u64 {
        self.capture.clock()
    }

    /// Nothing is said until then, in microseconds since 1970, but that the client acknowledges what it has: Zeek gives a
    /// connection up of which it sees nothing for five minutes.
    pub(in crate::synth) fn idle_until(&mut self, micros: u64) -> &mut Self {
        while self.clock() + SILENCE < micros {
            let next = self.clock() + SILENCE;
            self.at_micros(next).acknowledge(true);
        }
        self.at_micros(micros)
    }

    /// Both sides close.
    pub fn close(&mut self) {
        for client in [true, false] {
            self.packet(client, SegmentKind::Fin, &[]);
            self.advance(client, 1);
            self.acknowledge(!client);
        }
    }

    /// The client gives up.
    pub fn reset(&mut self) {
        self.packet(true, SegmentKind::Reset, &[]);
    }

    fn send(&mut self, client: bool, bytes: &[u8]) -> &mut Self {
        for segment in bytes.chunks(SEGMENT) {
            self.packet(client, SegmentKind::Data, segment);
            #[allow(clippy::cast_possible_truncation)] // A segment.
            self.advance(client, segment.len() as u32);
            self.acknowledge(!client);
        }
        self
    }

    fn acknowledge(&mut self, client: bool) {
        self.packet(client, SegmentKind::Ack, &[]);
    }

    fn advance(&mut self, client: bool, by: u32) {
        let side = if client {
            &mut self.client
        } else {
            &mut self.server
        };
        side.sequence = side.sequence.wrapping_add(by);
    }

    fn packet(&mut self, client: bool, flags: SegmentKind, payload: &[u8]) {
        let (sender, from, to) = if client {
            (HostRole::Client, self.client, self.server)
        } else {
            (HostRole::Server, self.server, self.client)
        };
        let mut header = TcpHeader::new(from.port, to.port, from.sequence, WINDOW);
        header.syn = matches!(flags, SegmentKind::Syn | SegmentKind::SynAck);
        header.ack = flags != SegmentKind::Syn;
        header.psh = flags == SegmentKind::Data;
        header.fin = flags == SegmentKind::Fin;
        header.rst = flags == SegmentKind::Reset;
        if header.ack {
            header.acknowledgment_number = to.sequence;
        }
        if header.syn {
            // One option of four bytes always has its place.
            let size = [TcpOptionElement::MaximumSegmentSize(MAXIMUM_SEGMENT_SIZE)];
            let _ = header.set_options(&size);
        }
        let builder = internet(sender, from.address, to.address).tcp_header(header);
        let mut packet = Vec::with_capacity(builder.size(payload.len()));
        // A segment is far below what IP has room for, and memory takes every byte.
        if builder.write(&mut packet, payload).is_ok() {
            self.capture.record(packet);
        }
    }
}
