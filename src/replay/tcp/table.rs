//! The table of connections.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use super::connection::{Surrounds, TcpConnection};
use super::header::TcpHeader;
use super::ports;
use super::timer::{Fired, Timers};
use crate::event::{ConnectionId, EventSink, Timestamp};
use crate::replay::packet::TcpSegment;

/// Bounds on what the engine keeps. Real captures stay far below; beyond, the oldest connections are forgotten.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Open connections.
    pub connections: usize,
    /// Bytes in reassembly and parse buffers, all connections together.
    pub buffered_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 100_000,
            buffered_bytes: 128 << 20,
        }
    }
}

/// All open TCP connections.
#[derive(Debug, Default)]
pub struct ConnectionTable {
    now: Timestamp,
    limits: Limits,
    slots: Vec<Option<Box<TcpConnection>>>,
    free: Vec<usize>,
    by_endpoints: HashMap<ConnectionKey, usize>,
    /// Slots and ordinals in the order of creation, for eviction; may hold connections that are gone.
    by_age: VecDeque<(usize, u64)>,
    timers: Timers,
    next_ordinal: u64,
    buffered_bytes: usize,
    evicted: u64,
    began_before: u64,
}

/// The two endpoints in an order that doesn't depend on who sent a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct ConnectionKey {
    lower: (IpAddr, u16),
    upper: (IpAddr, u16),
}

impl ConnectionKey {
    fn new(one: (IpAddr, u16), other: (IpAddr, u16)) -> Self {
        if one <= other {
            Self {
                lower: one,
                upper: other,
            }
        } else {
            Self {
                lower: other,
                upper: one,
            }
        }
    }
}

impl ConnectionTable {
    /// An empty table with the given bounds.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// How many connections were seen.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.next_ordinal
    }

    /// How many connections were forgotten because a bound was reached.
    #[must_use]
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// How many connections sent data whose beginning was not captured.
    #[must_use]
    pub fn began_before(&self) -> u64 {
        self.began_before
    }

    /// Lets timers fire; connections that are over raise their last events.
    pub fn advance(&mut self, now: Timestamp, sink: &mut dyn EventSink) {
        self.now = now;
        while let Some(fired) = self.timers.pop_due(now) {
            self.fire(fired, now, sink);
        }
    }

    /// Takes a segment of a packet of that time, which may be earlier than the one of [`Self::advance`].
    pub fn segment(
        &mut self,
        segment: &TcpSegment<'_>,
        packet_time: Timestamp,
        sink: &mut dyn EventSink,
    ) {
        let now = self.now.max(packet_time);
        let Some(header) = TcpHeader::parse(segment.data) else {
            return;
        };
        let source = (segment.source, header.source_port);
        let destination = (segment.destination, header.destination_port);
        let key = ConnectionKey::new(source, destination);
        let found = self.by_endpoints.get(&key).copied();
        let reused = found.filter(|&slot| {
            self.slots[slot]
                .as_deref()
                .is_some_and(|connection| connection.is_reused_by(&header))
        });
        let slot = match (found, reused) {
            (Some(slot), None) => slot,
            (_, Some(slot)) => {
                self.remove(slot, now, sink);
                self.create(key, source, destination, &header, packet_time, sink)
            }
            (None, None) => self.create(key, source, destination, &header, packet_time, sink),
        };
        let Some(connection) = self.slots[slot].as_deref_mut() else {
            return;
        };
        let before = connection.buffered();
        let began_before = connection.began_before();
        let is_orig = connection.is_originator(source);
        let mut timers = Vec::new();
        connection.segment(
            &header,
            segment,
            is_orig,
            &mut Surrounds {
                now,
                packet_time,
                sink,
                timers: &mut timers,
            },
        );
        let after = connection.buffered();
        self.began_before += u64::from(!began_before && connection.began_before());
        let ordinal = connection.ordinal();
        self.set_timers(slot, ordinal, &timers);
        self.buffered_bytes = self.buffered_bytes + after - before;
        if self.buffered_bytes > self.limits.buffered_bytes {
            self.evict_until(
                |table| table.buffered_bytes <= table.limits.buffered_bytes,
                now,
                sink,
            );
        }
    }

    /// Ends all connections, as at the end of a capture.
    pub fn finish(&mut self, now: Timestamp, sink: &mut dyn EventSink) {
        while let Some((slot, ordinal)) = self.by_age.pop_front() {
            if self.holds(slot, ordinal) {
                self.remove(slot, now, sink);
            }
        }
    }

    fn create(
        &mut self,
        key: ConnectionKey,
        source: (IpAddr, u16),
        destination: (IpAddr, u16),
        header: &TcpHeader,
        packet_time: Timestamp,
        sink: &mut dyn EventSink,
    ) -> usize {
        if self.by_endpoints.len() >= self.limits.connections {
            self.evict_until(
                |table| table.by_endpoints.len() < table.limits.connections,
                self.now,
                sink,
            );
        }
        let ordinal = self.next_ordinal;
        self.next_ordinal += 1;
        let (orig, resp) = if is_flipped(header) {
            (destination, source)
        } else {
            (source, destination)
        };
        let id = ConnectionId {
            orig_h: orig.0,
            orig_p: orig.1,
            resp_h: resp.0,
            resp_p: resp.1,
            ordinal,
        };
        let mut timers = Vec::new();
        let connection = Box::new(TcpConnection::new(id, packet_time, &mut timers));
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot] = Some(connection);
                slot
            }
            None => {
                self.slots.push(Some(connection));
                self.slots.len() - 1
            }
        };
        self.by_endpoints.insert(key, slot);
        self.by_age.push_back((slot, ordinal));
        self.forget_gone();
        self.set_timers(slot, ordinal, &timers);
        slot
    }

    fn remove(&mut self, slot: usize, now: Timestamp, sink: &mut dyn EventSink) {
        let Some(mut connection) = self.slots[slot].take() else {
            return;
        };
        self.buffered_bytes -= connection.buffered();
        connection.done(&mut Surrounds {
            now,
            packet_time: now,
            sink,
            timers: &mut Vec::new(),
        });
        let id = connection.id();
        self.by_endpoints.remove(&ConnectionKey::new(
            (id.orig_h, id.orig_p),
            (id.resp_h, id.resp_p),
        ));
        self.free.push(slot);
    }

    fn evict_until(
        &mut self,
        enough: impl Fn(&Self) -> bool,
        now: Timestamp,
        sink: &mut dyn EventSink,
    ) {
        while !enough(self) {
            let Some((slot, ordinal)) = self.by_age.pop_front() else {
                return;
            };
            if self.holds(slot, ordinal) {
                self.remove(slot, now, sink);
                self.evicted += 1;
            }
        }
    }

    fn holds(&self, slot: usize, ordinal: u64) -> bool {
        self.slots[slot]
            .as_deref()
            .is_some_and(|connection| connection.ordinal() == ordinal)
    }

    fn forget_gone(&mut self) {
        if self.by_age.len() > 2 * self.by_endpoints.len() + 1024 {
            let slots = &self.slots;
            self.by_age.retain(|&(slot, ordinal)| {
                slots[slot]
                    .as_deref()
                    .is_some_and(|connection| connection.ordinal() == ordinal)
            });
        }
    }

    fn fire(&mut self, fired: Fired, now: Timestamp, sink: &mut dyn EventSink) {
        if !self.holds(fired.slot, fired.ordinal) {
            return;
        }
        let Some(connection) = self.slots[fired.slot].as_deref_mut() else {
            return;
        };
        let mut timers = Vec::new();
        let over = connection.fire(
            fired.kind,
            fired.epoch,
            &mut Surrounds {
                now,
                packet_time: now,
                sink,
                timers: &mut timers,
            },
        );
        if over {
            self.remove(fired.slot, now, sink);
        } else {
            self.set_timers(fired.slot, fired.ordinal, &timers);
        }
    }

    fn set_timers(&mut self, slot: usize, ordinal: u64, timers: &[super::timer::TimerRequest]) {
        for &request in timers {
            self.timers.set(slot, ordinal, request);
        }
    }
}

/// Whether a connection's first segment comes from its responder: the guess of Zeek's `likely_server_ports`.
fn is_flipped(header: &TcpHeader) -> bool {
    let flags = header.flags;
    if flags.syn() && !flags.ack() {
        return false;
    }
    let (source, destination) = (header.source_port, header.destination_port);
    if !ports::is_likely_tcp_server(source) {
        return false;
    }
    if ports::is_likely_tcp_server(destination) {
        return !flags.syn() && source < destination;
    }
    true
}
