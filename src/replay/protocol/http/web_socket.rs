//! WebSocket (RFC 6455): takes frames off what they carry and hands that on in pieces.

use super::super::{AnalyzerContext, AnalyzerTree};

/// Zeek's `WebSocket::payload_chunk_size` in bytes.
const MAX_PIECE: usize = 8192;
const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;

/// The analyzer of an upgraded connection.
#[derive(Debug)]
pub(super) struct WebSocket {
    sides: [Frames; 2],
    content: AnalyzerTree,
    /// Zeek configures this analyzer in a script, which runs once the packet with the upgrade is through. What still
    /// comes in that packet is lost.
    configured: bool,
    violated: bool,
    removed: bool,
}

/// One direction's frames.
#[derive(Debug, Default)]
struct Frames {
    buffer: Vec<u8>,
    /// That of the message's first frame.
    opcode: u8,
    /// Bytes of the current frame that are still to come; none between frames.
    remaining: Option<u64>,
    /// Whether the message's last frame is still to come.
    continues: bool,
    mask: Option<[u8; 4]>,
    masked: usize,
    broken: bool,
}

impl WebSocket {
    pub(super) fn new() -> Self {
        Self {
            sides: Default::default(),
            content: AnalyzerTree::new(&[]),
            configured: false,
            violated: false,
            removed: false,
        }
    }

    pub(super) fn deliver(
        &mut self,
        is_orig: bool,
        data: &[u8],
        context: &mut AnalyzerContext<'_>,
    ) {
        let frames = &mut self.sides[usize::from(!is_orig)];
        if !self.configured || self.removed || frames.broken {
            return;
        }
        frames.buffer.extend_from_slice(data);
        while let Some(piece) = frames.next() {
            if !piece.is_empty() {
                self.content.deliver(is_orig, &piece, context);
            }
        }
        self.violated |= frames.broken && context.violation_counts();
    }

    pub(super) fn done(&mut self, context: &mut AnalyzerContext<'_>) {
        self.content.done(context);
    }

    /// A packet is through, and scripts run.
    pub(super) fn packet_done(&mut self) {
        self.configured = true;
        self.removed |= self.violated;
        self.content.apply_violations();
    }

    pub(super) fn buffered(&self) -> usize {
        let frames: usize = self.sides.iter().map(|side| side.buffer.len()).sum();
        frames + self.content.buffered()
    }
}

impl Frames {
    /// The next piece of a message for which the data suffices; empty if it isn't handed on.
    fn next(&mut self) -> Option<Vec<u8>> {
        let Some(remaining) = self.remaining else {
            self.header()?;
            return Some(Vec::new());
        };
        let len =
            usize::try_from(remaining).map_or(MAX_PIECE, |remaining| remaining.min(MAX_PIECE));
        if self.buffer.len() < len {
            return None;
        }
        let mut piece: Vec<_> = self.buffer.drain(..len).collect();
        if let Some(mask) = self.mask {
            for byte in &mut piece {
                *byte ^= mask[self.masked % mask.len()];
                self.masked += 1;
            }
        }
        self.remaining = Some(remaining - len as u64).filter(|&remaining| remaining > 0);
        if !matches!(self.opcode, TEXT | BINARY) {
            piece.clear();
        }
        Some(piece)
    }

    /// Takes a frame's header off the buffer, once it is there.
    fn header(&mut self) -> Option<()> {
        const FINAL: u8 = 0x80;
        const MASKED: u8 = 0x80;
        let &[first, second, ..] = self.buffer.as_slice() else {
            return None;
        };
        let opcode = first & 0xf;
        if (opcode == CONTINUATION) != self.continues {
            self.broken = true;
            self.buffer = Vec::new();
            return None;
        }
        let length_size = match second & !MASKED {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mask_size = if second & MASKED != 0 { 4 } else { 0 };
        let rest = self.buffer.get(2..2 + length_size + mask_size)?;
        let (length, mask) = rest.split_at(length_size);
        let length = if length.is_empty() {
            u64::from(second & !MASKED)
        } else {
            length
                .iter()
                .fold(0, |number, &byte| number << 8 | u64::from(byte))
        };
        self.mask = mask.try_into().ok();
        self.masked = 0;
        self.buffer.drain(..2 + length_size + mask_size);
        if !self.continues {
            self.opcode = opcode;
        }
        self.continues = first & FINAL == 0;
        self.remaining = Some(length).filter(|&length| length > 0);
        Some(())
    }
}
