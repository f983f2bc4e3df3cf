//! One side of a connection: its state and its place in the sequence space.

use super::header::Flags;
use super::reassembler::Reassembler;

/// Zeek's endpoint states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum EndpointState {
    #[default]
    Inactive,
    SynSent,
    SynAckSent,
    Partial,
    Established,
    Closed,
    Reset,
}

impl EndpointState {
    pub(super) fn is_handshake(self) -> bool {
        matches!(self, Self::Inactive | Self::SynSent | Self::SynAckSent)
    }
}

/// Jumps of more than this in SYN and RST segments aren't believed.
const TOO_LARGE_DELTA: i32 = 1_048_576;

#[derive(Debug, Default)]
pub(super) struct Endpoint {
    pub(super) state: EndpointState,
    pub(super) previous_state: EndpointState,
    /// Sequence number of the SYN, or one before the first byte if there was none. Wider than the field, so that a
    /// relative number can tell a wrap.
    start: i64,
    /// One past the last sequence number seen.
    last: u32,
    last_wraps: u32,
    /// The peer's newest acknowledgment.
    acknowledged: u32,
    acknowledged_wraps: u32,
    pub(super) fin_count: u32,
    /// Relative number of the FIN's end.
    pub(super) fin: u64,
    pub(super) did_close: bool,
    /// Relative number of the last SYN, FIN and RST, for the history.
    pub(super) last_syn: u64,
    pub(super) last_fin: u64,
    pub(super) last_rst: u64,
    pub(super) stream: Reassembler,
}

/// The signed distance from `b` to `a`.
pub(super) fn delta(a: u32, b: u32) -> i32 {
    a.wrapping_sub(b).cast_signed()
}

fn full(sequence: u32, wraps: u32) -> u64 {
    (u64::from(wraps) << 32) + u64::from(sequence)
}

impl Endpoint {
    pub(super) fn start(&self) -> u32 {
        // The field's own width is meant.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let start = self.start as u32;
        start
    }

    pub(super) fn last(&self) -> u32 {
        self.last
    }

    pub(super) fn last_wraps(&self) -> u32 {
        self.last_wraps
    }

    pub(super) fn acknowledged(&self) -> u32 {
        self.acknowledged
    }

    pub(super) fn acknowledged_wraps(&self) -> u32 {
        self.acknowledged_wraps
    }

    fn begin(&mut self, start: u32, last: u32) {
        self.start = i64::from(start);
        self.acknowledged = start;
        self.last = last;
    }

    /// Sets the sequence space up from the peer's first acknowledgment, as if there had been a SYN.
    pub(super) fn begin_from_peer(&mut self, acknowledgment: u32) {
        let start = acknowledgment.wrapping_sub(1);
        self.begin(start, start);
    }

    /// Sets the sequence space up, or again, if this segment is one that does.
    pub(super) fn begin_from_segment(&mut self, flags: Flags, sequence: u32, end: u32) {
        match self.state {
            EndpointState::Inactive if flags.syn() => self.begin(sequence, end),
            EndpointState::Inactive => self.begin(sequence.wrapping_sub(1), sequence),
            EndpointState::SynSent | EndpointState::SynAckSent
                if flags.syn() && sequence != self.start() =>
            {
                self.begin(sequence, end)
            }
            EndpointState::Established | EndpointState::Partial if flags.syn() => {
                self.begin(sequence, end)
            }
            EndpointState::Reset
                if flags.syn() && self.previous_state == EndpointState::Inactive =>
            {
                self.begin(sequence, end)
            }
            _ => {}
        }
    }

    /// `sequence` relative to the start, given the last number seen in the same space. `None` stands before the start.
    pub(super) fn relative(&self, sequence: u32, last: u32, wraps: u32) -> Result<u64, u64> {
        let mut wraps = wraps;
        let distance = delta(sequence, last);
        if distance < 0 && wraps > 0 && sequence > last {
            wraps -= 1;
        } else if distance > 0 && sequence < last {
            wraps += 1;
        }
        if wraps == 0 {
            let distance = delta(sequence, self.start());
            let relative = i64::from(distance).cast_unsigned();
            return if distance < 0 {
                Err(relative)
            } else {
                Ok(relative)
            };
        }
        Ok(self.relative_full(sequence, wraps))
    }

    fn relative_full(&self, sequence: u32, wraps: u32) -> u64 {
        full(sequence, wraps).wrapping_sub(self.start.cast_unsigned())
    }

    /// The peer's newest acknowledgment, relative.
    pub(super) fn relative_acknowledged(&self) -> u64 {
        self.relative_full(self.acknowledged, self.acknowledged_wraps)
    }

    pub(super) fn acknowledge(&mut self, acknowledgment: u32) {
        let distance = delta(acknowledgment, self.acknowledged);
        let broken = acknowledgment == 0 && distance > TOO_LARGE_DELTA;
        if distance > 0 && !broken {
            self.acknowledged_wraps += u32::from(acknowledgment < self.acknowledged);
            self.acknowledged = acknowledgment;
        }
    }

    /// Advances the last number seen. True if the segment repeats data.
    pub(super) fn advance(&mut self, end: u32, flags: Flags, len: usize) -> bool {
        let distance = delta(end, self.last);
        if (flags.syn() || flags.rst()) && distance.unsigned_abs() > TOO_LARGE_DELTA.unsigned_abs()
        {
            return false;
        }
        if flags.fin() && self.last == self.start().wrapping_add(1) {
            self.set_last(end);
        } else if self.state == EndpointState::Reset {
            // Nothing after a reset is believed.
        } else if distance > 0 {
            self.set_last(end);
        } else {
            return len > 0;
        }
        false
    }

    fn set_last(&mut self, last: u32) {
        self.last_wraps += u32::from(last < self.last);
        self.last = last;
    }

    pub(super) fn no_data_acknowledged(&self) -> bool {
        let acknowledged = full(self.acknowledged, self.acknowledged_wraps);
        let start = self.start.cast_unsigned();
        acknowledged == start || acknowledged == start.wrapping_add(1)
    }

    /// Bytes of data that this side sent, as far as the sequence numbers tell.
    pub(super) fn size(&self, peer: EndpointState) -> u64 {
        let aborted = self.previous_state == EndpointState::SynSent
            && self.state == EndpointState::Reset
            && peer == EndpointState::Inactive;
        if aborted && !self.no_data_acknowledged() {
            return 0;
        }
        let end =
            full(self.last, self.last_wraps).max(full(self.acknowledged, self.acknowledged_wraps));
        let size = end.wrapping_sub(self.start.cast_unsigned());
        // Neither SYN nor FIN count.
        let size = size.saturating_sub(1);
        if self.fin_count > 0 {
            size.saturating_sub(1)
        } else {
            size
        }
    }

    /// Whether data is missing or waiting, so that the stream can't end yet.
    pub(super) fn data_pending(&self, peer: &Self) -> bool {
        if self.stream.is_skipping() {
            return false;
        }
        let delivered = self
            .start
            .wrapping_add(self.stream.delivered().cast_signed())
            .cast_unsigned();
        let last = full(self.last, self.last_wraps);
        if last < delivered {
            return false;
        }
        if delivered != last.wrapping_sub(1) && delivered != last {
            return true;
        }
        self.state != EndpointState::Reset && peer.stream.has_blocks()
    }
}
