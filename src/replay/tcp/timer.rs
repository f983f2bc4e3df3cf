//! Timers that run on the packets' clock.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::event::Timestamp;

/// What to look at when a timer fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TimerKind {
    /// Nobody answered a SYN.
    Attempt,
    /// Whether a half-closed connection is over.
    Expire,
    /// A closed connection goes.
    Delete,
    /// Whether a connection was silent for too long.
    Inactivity,
}

/// A timer that a connection wants.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimerRequest {
    pub(super) due: Timestamp,
    pub(super) kind: TimerKind,
    /// The request is void once the connection's number for this kind moved on.
    pub(super) epoch: u32,
}

/// A timer that fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fired {
    pub(super) slot: usize,
    /// The connection for which it was set; its slot may have been taken by another one.
    pub(super) ordinal: u64,
    pub(super) kind: TimerKind,
    pub(super) epoch: u32,
}

/// All timers, by time and then in the order in which they were set.
#[derive(Debug, Default)]
pub(super) struct Timers {
    heap: BinaryHeap<Reverse<(Timestamp, u64, Fired)>>,
    next_number: u64,
}

impl Timers {
    pub(super) fn set(&mut self, slot: usize, ordinal: u64, request: TimerRequest) {
        let fired = Fired {
            slot,
            ordinal,
            kind: request.kind,
            epoch: request.epoch,
        };
        self.heap
            .push(Reverse((request.due, self.next_number, fired)));
        self.next_number += 1;
    }

    /// The next timer that is due at `now`.
    pub(super) fn pop_due(&mut self, now: Timestamp) -> Option<Fired> {
        if self.heap.peek().is_none_or(|Reverse((due, ..))| *due > now) {
            return None;
        }
        self.heap.pop().map(|Reverse((.., fired))| fired)
    }
}
