//! Captures made for a test: TCP connections in a pcap file. The same calls give the same bytes.

use etherparse::{PacketBuilder, TcpHeader};

/// The largest segment, in bytes.
const SEGMENT: usize = 1400;
/// Microseconds between two packets.
const PACE: u64 = 1000;

/// A capture under construction.
pub struct Capture {
    bytes: Vec<u8>,
    /// Microseconds since 1970.
    clock: u64,
    /// The next connection's client port.
    port: u16,
}

/// A TCP connection whose segments go into a capture.
pub struct Connection<'a> {
    capture: &'a mut Capture,
    client: Side,
    server: Side,
}

#[derive(Clone, Copy)]
struct Side {
    address: [u8; 4],
    port: u16,
    sequence: u32,
}

/// One capture of several of the same link type, a file after the other.
pub fn joined(captures: &[Vec<u8>]) -> Vec<u8> {
    const HEADER: usize = 24;
    let mut bytes = captures[0][..HEADER].to_vec();
    for capture in captures {
        let link_type = |capture: &[u8]| capture[20..HEADER].to_vec();
        assert_eq!(capture[..4], bytes[..4], "byte order and resolution");
        assert_eq!(link_type(capture), link_type(&bytes));
        bytes.extend(&capture[HEADER..]);
    }
    bytes
}

impl Default for Capture {
    fn default() -> Self {
        Self::new()
    }
}

impl Capture {
    /// An empty capture whose clock stands at the first of June 2024, 12:00:00 UTC.
    pub fn new() -> Self {
        // The classic pcap format: magic, version 2.4, time zone, accuracy, snapshot length, Ethernet.
        let mut bytes = 0xa1b2_c3d4_u32.to_le_bytes().to_vec();
        bytes.extend(2u16.to_le_bytes());
        bytes.extend(4u16.to_le_bytes());
        for word in [0u32, 0, 65_535, 1] {
            bytes.extend(word.to_le_bytes());
        }
        Self {
            bytes,
            clock: 1_717_243_200_000_000,
            port: 40_000,
        }
    }

    /// Sets the clock, in seconds since 1970.
    pub fn at(&mut self, seconds: u64) -> &mut Self {
        self.clock = seconds * 1_000_000;
        self
    }

    /// Opens a connection.
    pub fn connect(&mut self, client: [u8; 4], server: [u8; 4], port: u16) -> Connection<'_> {
        self.port += 1;
        let client = Side {
            address: client,
            port: self.port,
            sequence: 1000,
        };
        let server = Side {
            address: server,
            port,
            sequence: 5000,
        };
        let mut connection = Connection {
            capture: self,
            client,
            server,
        };
        connection.packet(true, |header| header.syn = true, &[]);
        connection.client.sequence += 1;
        connection.packet(false, |header| (header.syn, header.ack) = (true, true), &[]);
        connection.server.sequence += 1;
        connection.acknowledge(true);
        connection
    }

    /// The pcap file.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    fn record(&mut self, packet: &[u8]) {
        self.clock += PACE;
        let length = u32::try_from(packet.len()).unwrap();
        let seconds = u32::try_from(self.clock / 1_000_000).unwrap();
        let micros = u32::try_from(self.clock % 1_000_000).unwrap();
        for word in [seconds, micros, length, length] {
            self.bytes.extend(word.to_le_bytes());
        }
        self.bytes.extend(packet);
    }
}

impl Connection<'_> {
    /// The client sends bytes, each call in segments of its own.
    pub fn client(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.send(true, bytes.as_ref())
    }

    /// The server sends bytes, each call in segments of its own.
    pub fn server(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.send(false, bytes.as_ref())
    }

    /// Both sides close.
    pub fn close(&mut self) {
        for client in [true, false] {
            self.packet(
                client,
                |header| (header.fin, header.ack) = (true, true),
                &[],
            );
            self.side(client).sequence += 1;
            self.acknowledge(!client);
        }
    }

    /// The client gives up.
    pub fn reset(&mut self) {
        self.packet(true, |header| (header.rst, header.ack) = (true, true), &[]);
    }

    fn send(&mut self, client: bool, bytes: &[u8]) -> &mut Self {
        for segment in bytes.chunks(SEGMENT) {
            self.packet(
                client,
                |header| (header.psh, header.ack) = (true, true),
                segment,
            );
            self.side(client).sequence += u32::try_from(segment.len()).unwrap();
            self.acknowledge(!client);
        }
        self
    }

    fn acknowledge(&mut self, client: bool) {
        self.packet(client, |header| header.ack = true, &[]);
    }

    fn side(&mut self, client: bool) -> &mut Side {
        if client {
            &mut self.client
        } else {
            &mut self.server
        }
    }

    fn packet(&mut self, client: bool, set: impl FnOnce(&mut TcpHeader), payload: &[u8]) {
        let from = *self.side(client);
        let to = *self.side(!client);
        let mut header = TcpHeader::new(from.port, to.port, from.sequence, 65_000);
        set(&mut header);
        if header.ack {
            header.acknowledgment_number = to.sequence;
        }
        let builder = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2])
            .ipv4(from.address, to.address, 64)
            .tcp_header(header);
        let mut packet = Vec::with_capacity(builder.size(payload.len()));
        builder.write(&mut packet, payload).unwrap();
        self.capture.record(&packet);
    }
}
