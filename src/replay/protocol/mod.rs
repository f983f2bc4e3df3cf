//! Application protocols: which analyzer reads a connection, and the analyzers themselves.

pub mod dce_rpc;
mod detection;
mod framing;
mod http;
mod smb;
mod socks;
mod tree;
mod wire;

pub(crate) use tree::AnalyzerTree;

use crate::event::Bindings;
use crate::event::{
    ConnectionId, DceRpcEvent, DceRpcKind, Event, EventKind, EventSink, HttpEvent, Smb2Event,
    SmbEvent, Timestamp,
};

/// The protocols that are parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    DceRpc,
    Smb,
    Http,
    Socks,
}

/// What analyzers can know of the connection at a moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Connected {
    pub(crate) time: Timestamp,
    pub(crate) id: ConnectionId,
    /// Whether the connection's beginning wasn't seen.
    pub(crate) partial: bool,
    pub(crate) had_gap: bool,
    /// Bytes that both sides sent so far.
    pub(crate) size: u64,
}

/// State that Zeek keeps in scripts rather than in analyzers, for the whole connection.
#[derive(Debug, Default)]
pub(crate) struct ScriptState {
    pub(crate) bindings: Bindings,
    /// Events that scripts raise. They come once the packet's own events are through.
    deferred: Vec<Smb2Event<'static>>,
}

impl ScriptState {
    pub(crate) fn buffered(&self) -> usize {
        self.bindings.buffered()
    }
}

/// What an analyzer works with.
pub(crate) struct AnalyzerContext<'c> {
    pub(crate) connected: Connected,
    pub(crate) sink: &'c mut dyn EventSink,
    pub(crate) scripts: &'c mut ScriptState,
    /// Trees that the data has come through.
    pub(crate) depth: u8,
}

impl AnalyzerContext<'_> {
    pub(crate) fn raise(&mut self, kind: EventKind<'_>) {
        let Connected { time, id, .. } = self.connected;
        self.sink.event(&Event {
            time,
            connection: id,
            kind,
        });
    }

    pub(crate) fn raise_http(&mut self, event: HttpEvent<'_>) {
        self.raise(EventKind::Http(event));
    }

    /// Raises an event as a script does: after those of this packet.
    pub(crate) fn defer_smb2(&mut self, event: Smb2Event<'static>) {
        self.scripts.deferred.push(event);
    }

    pub(crate) fn raise_deferred(&mut self) {
        for event in std::mem::take(&mut self.scripts.deferred) {
            self.raise_smb(SmbEvent::Smb2(event));
        }
    }

    pub(crate) fn raise_smb(&mut self, event: SmbEvent<'_>) {
        self.raise(EventKind::Smb(event));
    }

    /// Lets the script state take the event in, then raises it.
    pub(crate) fn raise_dce_rpc(&mut self, fid: u64, kind: DceRpcKind<'_>) {
        let Connected { time, id, .. } = self.connected;
        let binding = self.scripts.bindings.update(fid, &kind, time);
        self.sink.event(&Event {
            time,
            connection: id,
            kind: EventKind::DceRpc(DceRpcEvent { fid, binding, kind }),
        });
    }

    /// Whether a protocol violation now makes Zeek remove the analyzer: not on connections that were seen in part, and
    /// only within the first 10 KiB (`DPD::ignore_violations_after`).
    pub(crate) fn violation_counts(&self) -> bool {
        const IGNORED_AFTER: u64 = 10 * 1024;
        !self.connected.partial && !self.connected.had_gap && self.connected.size <= IGNORED_AFTER
    }
}
