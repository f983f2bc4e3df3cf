//! Builds captures for tests of the replay engine, and replays them.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use sigzeek::replay::{self, Event, Statistics};

pub const CLIENT: [u8; 4] = [10, 0, 0, 1];
pub const SERVER: [u8; 4] = [10, 0, 0, 2];
pub const CLIENT_PORT: u16 = 40_000;

pub const FIN: u8 = 1;
pub const SYN: u8 = 2;
pub const RST: u8 = 4;
pub const ACK: u8 = 16;

/// A pcap file.
pub struct Pcap {
    bytes: Vec<u8>,
    big_endian: bool,
}

impl Pcap {
    /// Microseconds, little-endian.
    pub fn new(link: u32) -> Self {
        Self::with_magic(link, 0xa1b2_c3d4, false)
    }

    pub fn with_magic(link: u32, magic: u32, big_endian: bool) -> Self {
        let mut pcap = Self {
            bytes: Vec::new(),
            big_endian,
        };
        pcap.word(magic);
        pcap.word(if big_endian { 0x0002_0004 } else { 0x0004_0002 });
        for word in [0, 0, 262_144, link] {
            pcap.word(word);
        }
        pcap
    }

    pub fn packet(&mut self, seconds: u32, fraction: u32, data: &[u8]) {
        let len = u32::try_from(data.len()).unwrap();
        for word in [seconds, fraction, len, len] {
            self.word(word);
        }
        self.bytes.extend(data);
    }

    pub fn bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn word(&mut self, word: u32) {
        self.bytes.extend(if self.big_endian {
            word.to_be_bytes()
        } else {
            word.to_le_bytes()
        });
    }
}

pub fn ethernet(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
    frame.extend(kind.to_be_bytes());
    frame.extend(payload);
    frame
}

pub fn ipv4(source: [u8; 4], destination: [u8; 4], protocol: u8, payload: &[u8]) -> Vec<u8> {
    ipv4_fragment(source, destination, protocol, 0, 0, payload)
}

/// `position` is the field with the flags: 0x2000 for more fragments, and the offset in units of 8 bytes.
pub fn ipv4_fragment(
    source: [u8; 4],
    destination: [u8; 4],
    protocol: u8,
    id: u16,
    position: u16,
    payload: &[u8],
) -> Vec<u8> {
    let mut packet = vec![0x45, 0];
    packet.extend(u16::try_from(20 + payload.len()).unwrap().to_be_bytes());
    packet.extend(id.to_be_bytes());
    packet.extend(position.to_be_bytes());
    packet.extend([64, protocol, 0, 0]);
    packet.extend(source);
    packet.extend(destination);
    packet.extend(payload);
    packet
}

pub fn ipv6(next: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x60, 0, 0, 0];
    packet.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
    packet.extend([next, 64]);
    for last in [1, 2] {
        packet.extend([0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last]);
    }
    packet.extend(payload);
    packet
}

pub fn udp(source: u16, destination: u16, payload: &[u8]) -> Vec<u8> {
    let mut datagram = Vec::new();
    datagram.extend(source.to_be_bytes());
    datagram.extend(destination.to_be_bytes());
    datagram.extend(u16::try_from(8 + payload.len()).unwrap().to_be_bytes());
    datagram.extend([0, 0]);
    datagram.extend(payload);
    datagram
}

pub fn tcp(
    ports: (u16, u16),
    sequence: u32,
    acknowledgment: u32,
    flags: u8,
    payload: &[u8],
) -> Vec<u8> {
    let mut segment = Vec::new();
    segment.extend(ports.0.to_be_bytes());
    segment.extend(ports.1.to_be_bytes());
    segment.extend(sequence.to_be_bytes());
    segment.extend(acknowledgment.to_be_bytes());
    segment.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    segment.extend(payload);
    segment
}

/// A TCP connection from [`CLIENT`] to [`SERVER`] as raw IP packets, a second apart.
pub struct Conversation {
    packets: Vec<Vec<u8>>,
    port: u16,
    /// Next sequence numbers of client and server.
    next: [u32; 2],
}

impl Conversation {
    /// One that begins with a handshake.
    pub fn new(port: u16) -> Self {
        let mut conversation = Self::without_handshake(port);
        conversation.next = [100, 500];
        conversation.segment(0, SYN, 0, &[]);
        conversation.next[0] += 1;
        conversation.segment(1, SYN | ACK, 0, &[]);
        conversation.next[1] += 1;
        conversation.segment(0, ACK, 0, &[]);
        conversation
    }

    pub fn without_handshake(port: u16) -> Self {
        Self {
            packets: Vec::new(),
            port,
            next: [101, 501],
        }
    }

    pub fn client(&mut self, data: &[u8]) -> &mut Self {
        self.segment(0, ACK, 0, data);
        self.next[0] += u32::try_from(data.len()).unwrap();
        self
    }

    pub fn server(&mut self, data: &[u8]) -> &mut Self {
        self.segment(1, ACK, 0, data);
        self.next[1] += u32::try_from(data.len()).unwrap();
        self
    }

    /// A client's segment `ahead` bytes beyond what was sent so far; nothing is counted as sent.
    pub fn client_ahead(&mut self, ahead: u32, data: &[u8]) -> &mut Self {
        self.segment(0, ACK, ahead, data);
        self
    }

    /// The client's sent bytes grow without a packet.
    pub fn client_lost(&mut self, len: u32) -> &mut Self {
        self.next[0] += len;
        self
    }

    pub fn acknowledge(&mut self) -> &mut Self {
        self.segment(1, ACK, 0, &[]);
        self
    }

    pub fn close(&mut self) -> &mut Self {
        for side in [0, 1] {
            self.segment(side, FIN | ACK, 0, &[]);
            self.next[side] += 1;
        }
        self.segment(0, ACK, 0, &[]);
        self
    }

    pub fn packets(&self) -> &[Vec<u8>] {
        &self.packets
    }

    pub fn pcap(&self) -> Vec<u8> {
        const RAW: u32 = 101;
        let mut pcap = Pcap::new(RAW);
        for (second, packet) in self.packets.iter().enumerate() {
            pcap.packet(u32::try_from(second).unwrap() + 1, 0, packet);
        }
        pcap.bytes()
    }

    /// The events as text without time and endpoints.
    pub fn events(&self) -> Vec<String> {
        events(&self.pcap())
    }

    fn segment(&mut self, side: usize, flags: u8, ahead: u32, data: &[u8]) {
        let ports = if side == 0 {
            (CLIENT_PORT, self.port)
        } else {
            (self.port, CLIENT_PORT)
        };
        let addresses = if side == 0 {
            (CLIENT, SERVER)
        } else {
            (SERVER, CLIENT)
        };
        let acknowledgment = if flags & ACK != 0 {
            self.next[1 - side]
        } else {
            0
        };
        let segment = tcp(
            ports,
            self.next[side].wrapping_add(ahead),
            acknowledgment,
            flags,
            data,
        );
        self.packets
            .push(ipv4(addresses.0, addresses.1, 6, &segment));
    }
}

/// Replays a capture; gives the events as lines.
pub fn replayed(capture: &[u8]) -> (Vec<String>, Statistics) {
    let mut lines = Vec::new();
    let mut sink = |event: &Event<'_>| lines.push(event.to_string());
    let statistics = replay::replay_reader(capture, &mut sink).expect("a capture");
    (lines, statistics)
}

/// Replays a capture; gives the events' names and arguments.
pub fn events(capture: &[u8]) -> Vec<String> {
    let without_connection = |line: String| line.splitn(6, ' ').nth(5).unwrap().to_owned();
    replayed(capture)
        .0
        .into_iter()
        .map(without_connection)
        .collect()
}

/// The events whose names begin with `name`.
pub fn named<'a>(events: &'a [String], name: &str) -> Vec<&'a str> {
    events
        .iter()
        .map(String::as_str)
        .filter(|event| event.starts_with(name))
        .collect()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
