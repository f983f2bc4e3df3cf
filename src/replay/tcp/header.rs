//! The TCP header (RFC 9293, 3.1).

/// What connections need of a TCP header.
#[derive(Clone, Copy, Debug)]
pub(super) struct TcpHeader {
    pub(super) source_port: u16,
    pub(super) destination_port: u16,
    pub(super) sequence: u32,
    pub(super) acknowledgment: u32,
    /// Length in bytes with options, as the header says; may be less than the minimum.
    pub(super) length: usize,
    pub(super) flags: Flags,
    pub(super) window: u16,
}

/// The control bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flags(u8);

impl TcpHeader {
    pub(super) const MIN_LENGTH: usize = 20;

    /// Reads the fixed part; `None` if there are fewer bytes.
    pub(super) fn parse(data: &[u8]) -> Option<Self> {
        let fixed = data.first_chunk::<{ Self::MIN_LENGTH }>()?;
        let word = |at: usize| {
            u32::from_be_bytes([fixed[at], fixed[at + 1], fixed[at + 2], fixed[at + 3]])
        };
        Some(Self {
            source_port: u16::from_be_bytes([fixed[0], fixed[1]]),
            destination_port: u16::from_be_bytes([fixed[2], fixed[3]]),
            sequence: word(4),
            acknowledgment: word(8),
            length: usize::from(fixed[12] >> 4) * 4,
            flags: Flags(fixed[13]),
            window: u16::from_be_bytes([fixed[14], fixed[15]]),
        })
    }
}

impl Flags {
    pub(super) fn fin(self) -> bool {
        self.0 & 1 != 0
    }

    pub(super) fn syn(self) -> bool {
        self.0 & 2 != 0
    }

    pub(super) fn rst(self) -> bool {
        self.0 & 4 != 0
    }

    pub(super) fn ack(self) -> bool {
        self.0 & 16 != 0
    }
}
