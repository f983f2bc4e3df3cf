//! The engine: a capture's way through decoder, connection table and analyzers.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use super::capture::{CaptureError, CaptureReader, CaptureWarning, CapturedPacket};
use super::packet::{PacketDecoder, PacketWarning};
use super::tcp::{ConnectionTable, Limits};
use crate::event::{
    DceRpcEvent, DceRpcKind, Event, EventKind, EventSink, Smb2Kind, SmbEvent, Timestamp,
};

/// Takes packets and raises events.
#[derive(Debug, Default)]
pub struct Engine {
    decoder: PacketDecoder,
    table: ConnectionTable,
    /// Zeek's network time: it never goes back.
    now: Timestamp,
    packets: u64,
    not_followed: NotFollowed,
}

/// Messages that Zeek sees and that rules learn little of.
#[derive(Clone, Copy, Debug, Default)]
struct NotFollowed {
    related_requests: u64,
    faults: u64,
}

/// Counts in passing what is not followed.
struct Counting<'a> {
    sink: &'a mut dyn EventSink,
    not_followed: &'a mut NotFollowed,
}

impl EventSink for Counting<'_> {
    fn event(&mut self, event: &Event<'_>) {
        self.not_followed.count(&event.kind);
        self.sink.event(event);
    }
}

impl NotFollowed {
    fn count(&mut self, event: &EventKind<'_>) {
        /// `SMB2_FLAGS_RELATED_OPERATIONS` (MS-SMB2, section 2.2.1.2).
        const RELATED: u32 = 4;
        /// PTYPE of a fault (C706, section 12.6.4.7).
        const FAULT: u8 = 3;
        match event {
            EventKind::Smb(SmbEvent::Smb2(message))
                if matches!(message.kind, Smb2Kind::Message { is_orig: true })
                    && message.header.flags & RELATED != 0 =>
            {
                self.related_requests += 1;
            }
            EventKind::DceRpc(DceRpcEvent {
                kind:
                    DceRpcKind::Message {
                        is_orig: false,
                        ptype: FAULT,
                    },
                ..
            }) => self.faults += 1,
            _ => {}
        }
    }
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
    /// Connections with data whose beginning was not captured. Zeek finds no HTTP in them, and other protocols by their
    /// port alone.
    pub headless_connections: u64,
    /// SMB2 requests that work on what the one before them in their compound opens, of which Zeek does not know the file.
    pub related_requests: u64,
    /// DCE-RPC faults: calls without a response, and without the notices that are raised on one.
    pub faults: u64,
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
        let sink = &mut Counting {
            sink,
            not_followed: &mut self.not_followed,
        };
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
            headless_connections: self.table.began_before(),
            related_requests: self.not_followed.related_requests,
            faults: self.not_followed.faults,
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
    let stopped = warnings.iter().any(|warning| warning.stops_reading());
    if !stopped {
        engine.finish(sink);
    }
    Statistics {
        capture_warnings: warnings,
        ..engine.statistics()
    }
}
