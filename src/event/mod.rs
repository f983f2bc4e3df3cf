//! The protocol events: what happened, when, and on which connection.

pub mod arguments;
mod binding;
pub mod calls;
mod dce_rpc;
mod http;
mod smb;
mod text;

pub use binding::Binding;
pub(crate) use binding::Bindings;
pub use dce_rpc::{
    Call, DceRpcEvent, DceRpcKind, PRIVACY, PresentationContext, StubObstacle, Uuid,
};
pub use http::{HttpEvent, MessageStatistics};
pub use smb::{
    FileTimes, Guid, Smb1Event, Smb1Header, Smb1Kind, Smb2Event, Smb2Header, Smb2Kind, SmbEvent,
};

use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// A moment of the capture in microseconds since the Unix epoch, the precision at which Zeek reads packet times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `microseconds` after the epoch.
    #[must_use]
    pub const fn from_micros(microseconds: i64) -> Self {
        Self(microseconds)
    }

    /// The moment `seconds` after the epoch, to the microsecond.
    #[must_use]
    pub fn from_seconds(seconds: f64) -> Self {
        // Out of range, it is the earliest or the latest.
        #[allow(clippy::cast_possible_truncation)]
        return Self((seconds * 1e6).round() as i64);
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub fn as_micros(self) -> i64 {
        self.0
    }

    /// This moment moved by `seconds`.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// Microseconds from `earlier` to this moment; negative if `earlier` is later.
    #[must_use]
    pub fn micros_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Seconds with six decimals, as Zeek's logs have them.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let micros = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:06}", micros / 1_000_000, micros % 1_000_000)
    }
}

/// The endpoints of a connection as Zeek assigns the roles (`conn_id`), and which connection of the replay it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId {
    /// `id.orig_h`
    pub orig_h: IpAddr,
    /// `id.orig_p`
    pub orig_p: u16,
    /// `id.resp_h`
    pub resp_h: IpAddr,
    /// `id.resp_p`
    pub resp_p: u16,
    /// Counts the replay's TCP connections from 0, so that a later connection on the same ports is told apart.
    pub ordinal: u64,
}

impl ConnectionId {
    /// The originator and the responder.
    #[must_use]
    pub fn ends(self) -> [SocketAddr; 2] {
        [
            SocketAddr::new(self.orig_h, self.orig_p),
            SocketAddr::new(self.resp_h, self.resp_p),
        ]
    }
}

/// The ends, as in `192.0.2.1:49152 -> 192.0.2.2:445`.
impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [originator, responder] = self.ends();
        write!(f, "{originator} -> {responder}")
    }
}

/// One protocol event. Byte slices borrow from the packet or from reassembly buffers and live for the sink's call.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// Zeek's network time when the event is raised: that of the newest packet so far.
    pub time: Timestamp,
    /// The connection.
    pub connection: ConnectionId,
    /// What happened.
    pub kind: EventKind<'a>,
}

/// What happened, by protocol.
#[derive(Clone, Copy, Debug)]
pub enum EventKind<'a> {
    /// DCE-RPC, over TCP or over an SMB pipe.
    DceRpc(DceRpcEvent<'a>),
    /// SMB, of either generation.
    Smb(SmbEvent<'a>),
    /// HTTP/0.9 to 1.1.
    Http(HttpEvent<'a>),
}

/// Receives events in the order in which Zeek would raise them.
pub trait EventSink {
    /// Takes one event.
    fn event(&mut self, event: &Event<'_>);
}

impl<F: FnMut(&Event<'_>)> EventSink for F {
    fn event(&mut self, event: &Event<'_>) {
        self(event);
    }
}
