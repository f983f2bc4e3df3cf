//! The engine: a capture's way through decoder, connection table and analyzers.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use super::capture::{CaptureError, CaptureReader, CaptureWarning, CapturedPacket};
use super::packet::{Decoder, PacketWarning};
use super::tcp::{ConnectionTable, Limits};
use crate::event::{Event, EventSink, Timestamp};

/// Takes packets and raises events.
#[derive(Debug, Default)]
pub struct Engine {
    decoder: Decoder,
    table: ConnectionTable,
    /// Zeek's network time: it never goes back.
    now: Timestamp,
    packets: u64,
}

/// Zeek's time before the first packet.
const EARLIEST: Timestamp = Timestamp::from_micros(1_000_000);

/// What a replay read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Packets of the capture.
    pub packets: u64,
    /// TCP connections.
    pub connections: u64,
    /// Connections that were forgotten before their end for want of memory.
    pub evicted_connections: u64,
    /// What was wrong with the capture file, and where reading stopped for it.
    pub capture_warnings: Vec<CaptureWarning>,
    /// What was odd about packets, and how many it concerned.
    pub packet_warnings: BTreeMap<PacketWarning, u64>,
}

impl Engine {
    /// An engine with the given bounds.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            table: ConnectionTable::new(limits),
            ..Self::default()
        }
    }

    /// Takes the next packet.
    pub fn packet(&mut self, packet: &CapturedPacket<'_>, sink: &mut dyn EventSink) {
        self.packets += 1;
        self.now = self.now.max(packet.time).max(EARLIEST);
        self.table.advance(self.now, sink);
        let table = &mut self.table;
        self.decoder.decode(packet, &mut |segment| {
            table.segment(segment, packet.time, sink);
        });
    }

    /// Ends all connections, as Zeek does at the end of a capture.
    pub fn finish(&mut self, sink: &mut dyn EventSink) {
        self.table.finish(self.now, sink);
    }

    /// What was read so far.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        Statistics {
            packets: self.packets,
            connections: self.table.connections(),
            evicted_connections: self.table.evicted(),
            capture_warnings: Vec::new(),
            packet_warnings: self.decoder.warnings().clone(),
        }
    }
}

/// Replays the capture at `path`.
///
/// # Errors
///
/// If there is no capture to read; damage further in is told in the [`Statistics`].
pub fn replay_file(path: &Path, sink: &mut dyn EventSink) -> Result<Statistics, CaptureError> {
    Ok(replay(CaptureReader::open(path)?, sink))
}

/// Replays the capture that `reader` gives.
///
/// # Errors
///
/// As [`replay_file`].
pub fn replay_reader(
    reader: impl Read + Send,
    sink: &mut dyn EventSink,
) -> Result<Statistics, CaptureError> {
    Ok(replay(CaptureReader::new(reader)?, sink))
}

fn replay(capture: CaptureReader<'_>, sink: &mut dyn EventSink) -> Statistics {
    let mut forward = |event: &Event<'_>| sink.event(event);
    replay_packets(capture, &mut forward, |_, _| {})
}

/// Replays a capture; `before` is told each packet's time before its events are raised.
pub fn replay_packets<S: EventSink>(
    capture: CaptureReader<'_>,
    sink: &mut S,
    mut before: impl FnMut(&mut S, Timestamp),
) -> Statistics {
    let mut engine = Engine::new(Limits::default());
    let warnings = capture.for_each_packet(|packet| {
        before(sink, packet.time.max(engine.now));
        engine.packet(packet, sink);
    });
    // Zeek gives up on a file that is cut short or damaged, and then ends no connection.
    let stopped = warnings
        .iter()
        .any(|warning| matches!(warning, CaptureWarning::CutShort | CaptureWarning::Damaged));
    if !stopped {
        engine.finish(sink);
    }
    Statistics {
        capture_warnings: warnings,
        ..engine.statistics()
    }
}
