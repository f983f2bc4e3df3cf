//! One connection: the state machine of its two endpoints.

use std::net::IpAddr;

use super::endpoint::{Endpoint, EndpointState};
use super::header::{Flags, TcpHeader};
use super::ports;
use super::reassembler::{Stream, Surroundings};
use super::timer::{TimerKind, TimerRequest};
use crate::event::{ConnectionId, EventSink, Timestamp};
use crate::replay::packet::TcpSegment;
use crate::replay::protocol::{AnalyzerContext, AnalyzerTree, Connected, ScriptState};

const ORIG: usize = 0;
const RESP: usize = 1;

/// Seconds of Zeek's `tcp_attempt_delay`, `tcp_SYN_timeout`, `tcp_close_delay` and `tcp_connection_linger`.
const FIVE_SECONDS: i64 = 5;
/// Seconds of Zeek's `tcp_session_timer`.
const SESSION_TIMER: i64 = 6;
/// Seconds of Zeek's `udp_inactivity_timeout`, which TCP connections have until their handshake is over.
const HANDSHAKE_INACTIVITY: i64 = 60;
/// Seconds of Zeek's `tcp_inactivity_timeout`.
const INACTIVITY: i64 = 300;

/// What a connection works with.
pub(super) struct Surrounds<'a> {
    /// The latest packet time so far, which events have.
    pub(super) now: Timestamp,
    /// This packet's time, which connections and their timers go by; earlier than `now` if the capture isn't in order.
    pub(super) packet_time: Timestamp,
    pub(super) sink: &'a mut dyn EventSink,
    pub(super) timers: &'a mut Vec<TimerRequest>,
}

#[derive(Debug)]
pub(super) struct TcpConnection {
    id: ConnectionId,
    /// Originator and responder.
    ends: [Endpoint; 2],
    /// Whether a packet of the originator and of the responder was seen.
    seen: [bool; 2],
    partial: bool,
    /// Whether data came while the connection was partial.
    began_before: bool,
    /// Whether neither finish nor reset was reported.
    active: bool,
    close_deferred: bool,
    deferred_finish: bool,
    history: History,
    last_time: Timestamp,
    inactivity: i64,
    epoch: u32,
    inactivity_epoch: u32,
    tree: AnalyzerTree,
    scripts: ScriptState,
}

/// As much of Zeek's connection history as decides about flipping: whether it is exactly `H`, a SYN-ACK of the
/// originator and nothing else.
#[derive(Debug, Default)]
struct History {
    seen: u32,
    only_syn_ack: bool,
    empty: bool,
}

mod history {
    pub(super) const SYN: u32 = 1;
    pub(super) const FIN: u32 = 2;
    pub(super) const RST: u32 = 4;
    pub(super) const MULTIPLE: u32 = 8;
    pub(super) const DATA: u32 = 16;
    pub(super) const ACK: u32 = 32;
    pub(super) const RESPONDER_SHIFT: u32 = 16;
}

/// How a segment closes its connection.
#[derive(Clone, Copy, Debug, Default)]
struct Closing {
    close: bool,
    finish: bool,
}

impl TcpConnection {
    pub(super) fn new(
        id: ConnectionId,
        packet_time: Timestamp,
        timers: &mut Vec<TimerRequest>,
    ) -> Self {
        timers.push(TimerRequest {
            due: packet_time.plus_seconds(FIVE_SECONDS),
            kind: TimerKind::Expire,
            epoch: 0,
        });
        timers.push(TimerRequest {
            due: packet_time.plus_seconds(HANDSHAKE_INACTIVITY),
            kind: TimerKind::Inactivity,
            epoch: 0,
        });
        Self {
            id,
            ends: [Endpoint::default(), Endpoint::default()],
            seen: [false; 2],
            partial: false,
            began_before: false,
            active: true,
            close_deferred: false,
            deferred_finish: false,
            history: History {
                empty: true,
                ..History::default()
            },
            last_time: packet_time,
            inactivity: HANDSHAKE_INACTIVITY,
            epoch: 0,
            inactivity_epoch: 0,
            tree: AnalyzerTree::new(ports::analyzers_for(id.resp_p)),
            scripts: ScriptState::default(),
        }
    }

    pub(super) fn id(&self) -> &ConnectionId {
        &self.id
    }

    pub(super) fn ordinal(&self) -> u64 {
        self.id.ordinal
    }

    /// Whether data came of which nothing shows how the connection began.
    pub(super) fn began_before(&self) -> bool {
        self.began_before
    }

    pub(super) fn is_originator(&self, address: (IpAddr, u16)) -> bool {
        address == (self.id.orig_h, self.id.orig_p)
    }

    /// Bytes of memory in buffers.
    pub(super) fn buffered(&self) -> usize {
        self.ends[ORIG].stream.buffered()
            + self.ends[RESP].stream.buffered()
            + self.tree.buffered()
            + self.scripts.buffered()
    }

    /// Whether this segment begins another connection between the same ports.
    pub(super) fn is_reused_by(&self, header: &TcpHeader) -> bool {
        if header.length < TcpHeader::MIN_LENGTH || !header.flags.syn() {
            return false;
        }
        let [orig, resp] = &self.ends;
        let beginner = if header.flags.ack() {
            if orig.state != EndpointState::Inactive {
                return false;
            }
            resp
        } else {
            orig
        };
        if orig.did_close || resp.did_close {
            return true;
        }
        let crossed = !header.flags.ack()
            && beginner.state == EndpointState::SynAckSent
            && resp.state == EndpointState::Inactive
            && header.sequence == resp.start();
        header.sequence != beginner.start() && !crossed
    }

    pub(super) fn segment(
        &mut self,
        header: &TcpHeader,
        segment: &TcpSegment<'_>,
        is_orig: bool,
        around: &mut Surrounds<'_>,
    ) {
        let too_short = header.length < TcpHeader::MIN_LENGTH;
        if too_short || header.length > segment.length || header.length > segment.data.len() {
            return;
        }
        let len = segment.length - header.length;
        let captured = &segment.data[header.length..];
        self.process(header, len, captured, is_orig, around);
        self.tree.apply_violations();
        let (_, mut context) = self.context(around);
        context.raise_deferred();
    }

    /// Ends the connection; its analyzers raise their last events.
    pub(super) fn done(&mut self, around: &mut Surrounds<'_>) {
        let (tree, mut context) = self.context(around);
        tree.done(&mut context);
    }

    /// A timer fired. True if the connection is over.
    pub(super) fn fire(&mut self, kind: TimerKind, epoch: u32, around: &mut Surrounds<'_>) -> bool {
        let current = if kind == TimerKind::Inactivity {
            self.inactivity_epoch
        } else {
            self.epoch
        };
        if epoch != current {
            return false;
        }
        let [orig, resp] = &self.ends;
        match kind {
            TimerKind::Delete => true,
            TimerKind::Attempt => {
                self.active
                    && matches!(
                        orig.state,
                        EndpointState::SynSent | EndpointState::SynAckSent
                    )
                    && resp.state == EndpointState::Inactive
            }
            TimerKind::Expire if !self.active => false,
            TimerKind::Expire => {
                if self.last_time.plus_seconds(FIVE_SECONDS) < around.now && self.is_over() {
                    return true;
                }
                self.set_timer(
                    around,
                    around.now.plus_seconds(SESSION_TIMER),
                    TimerKind::Expire,
                );
                false
            }
            TimerKind::Inactivity => {
                let due = self.last_time.plus_seconds(self.inactivity);
                if due <= around.now {
                    return true;
                }
                around.timers.push(TimerRequest {
                    due,
                    kind,
                    epoch: self.inactivity_epoch,
                });
                false
            }
        }
    }

    /// Whether a silent connection won't go on: closed or reset, or nothing ever happened.
    fn is_over(&self) -> bool {
        let [orig, resp] = &self.ends;
        let either = |state: EndpointState| orig.state == state || resp.state == state;
        let half_closed = orig.did_close || resp.did_close;
        let closed = orig.did_close && resp.did_close
            || either(EndpointState::Reset)
            || either(EndpointState::Inactive);
        half_closed && closed
            || orig.state == EndpointState::Inactive && resp.state == EndpointState::Inactive
    }

    fn process(
        &mut self,
        header: &TcpHeader,
        len: usize,
        captured: &[u8],
        is_orig: bool,
        around: &mut Surrounds<'_>,
    ) {
        let flags = header.flags;
        // The sender's place in `ends`. A flip swaps the places, but Zeek goes on with the roles as they were.
        let mut sender = if is_orig { ORIG } else { RESP };
        self.set_partial(flags, is_orig);
        let control = u32::from(flags.syn()) + u32::from(flags.fin());
        let in_sequence = if flags.rst() {
            0
        } else {
            u32::try_from(len).unwrap_or(0)
        };
        let sequence_len = in_sequence + control;
        let end = header.sequence.wrapping_add(sequence_len);
        self.ends[sender].begin_from_segment(flags, header.sequence, end);
        let endpoint = &self.ends[sender];
        let relative = endpoint.relative(header.sequence, endpoint.last(), endpoint.last_wraps());
        let underflow = relative.is_err();
        let (Ok(relative) | Err(relative)) = relative;

        if self.update_history(flags, sender, relative, len, header.window) {
            sender = 1 - sender;
        }
        if !(self.ends[ORIG].did_close && self.ends[RESP].did_close) {
            self.last_time = around.packet_time;
        }
        if flags.fin() {
            self.ends[sender].fin_count += 1;
            self.ends[sender].fin = relative.wrapping_add(u64::from(sequence_len));
        }
        if flags.rst() {
            let (tree, mut context) = self.context(around);
            tree.packet_with_rst(&mut context);
        }
        let acknowledged = if flags.ack() {
            self.acknowledge(1 - sender, header)
        } else {
            0
        };
        let repeated = self.ends[sender].advance(end, flags, len);
        if repeated {
            self.history.add();
        }

        let closing = self.update_state(&mut sender, header, len, is_orig, around);
        if flags.ack() {
            self.acknowledge_stream(1 - sender, acknowledged, around);
        }
        // Zeek starts its signature matching here; the roles are those of before a flip.
        self.seen[if is_orig { ORIG } else { RESP }] = true;

        let start = if flags.syn() {
            relative.wrapping_add(1)
        } else {
            relative
        };
        if len > 0 && captured.len() >= len && !flags.rst() && !underflow {
            self.began_before |= self.partial;
            self.deliver(sender, start, &captured[..len], around);
        }
        self.check_end_of_stream(sender, around);
        if closing.close {
            self.close(sender, closing.finish, around);
        }
    }

    fn set_partial(&mut self, flags: Flags, is_orig: bool) {
        if is_orig && !self.seen[ORIG] {
            self.partial = !flags.syn() || flags.ack();
        } else if !is_orig && !self.seen[RESP] && !self.partial {
            self.partial = !flags.syn();
        }
    }

    /// Updates the history; true if it flipped the roles.
    fn update_history(
        &mut self,
        flags: Flags,
        sender: usize,
        relative: u64,
        len: usize,
        window: u16,
    ) -> bool {
        let mut flipped = false;
        let is_orig = sender == ORIG;
        let mask = |bit: u32| {
            if is_orig {
                bit
            } else {
                bit << history::RESPONDER_SHIFT
            }
        };
        let count = u32::from(flags.syn()) + u32::from(flags.fin()) + u32::from(flags.rst());
        let endpoint = &mut self.ends[sender];
        match count {
            0 if len > 0 || flags.ack() => {
                flipped = self.history.only_syn_ack;
                if flipped {
                    self.flip();
                    self.seen[ORIG] = true;
                }
                let bit = if len > 0 { history::DATA } else { history::ACK };
                self.history.check(if flipped == is_orig {
                    bit << history::RESPONDER_SHIFT
                } else {
                    bit
                });
            }
            0 => {}
            1 if flags.syn() => {
                let syn_ack = flags.ack() && is_orig && self.history.empty;
                if self.history.check(mask(history::SYN)) && relative != endpoint.last_syn {
                    self.history.add();
                }
                self.history.only_syn_ack |= syn_ack;
                endpoint.last_syn = relative;
            }
            1 if flags.fin() => {
                let end = relative.wrapping_add(len as u64);
                if self.history.check(mask(history::FIN)) && end != endpoint.last_fin {
                    self.history.add();
                }
                endpoint.last_fin = end;
            }
            1 => {
                if self.history.check(mask(history::RST)) && relative != endpoint.last_rst {
                    self.history.add();
                }
                endpoint.last_rst = relative;
            }
            _ => {
                self.history.check(mask(history::MULTIPLE));
            }
        }
        if window == 0 && !flags.rst() {
            self.history.add();
        }
        flipped
    }

    /// Notes an acknowledgment at the endpoint that it is for; gives its relative number.
    fn acknowledge(&mut self, receiver: usize, header: &TcpHeader) -> u64 {
        let endpoint = &mut self.ends[receiver];
        if endpoint.state == EndpointState::Inactive {
            endpoint.begin_from_peer(header.acknowledgment);
            return 1;
        }
        let last = (endpoint.acknowledged(), endpoint.acknowledged_wraps());
        match endpoint.relative(header.acknowledgment, last.0, last.1) {
            Ok(relative) => {
                if !header.flags.rst() {
                    endpoint.acknowledge(header.acknowledgment);
                }
                relative
            }
            Err(_) => 0,
        }
    }

    fn update_state(
        &mut self,
        sender: &mut usize,
        header: &TcpHeader,
        len: usize,
        is_orig: bool,
        around: &mut Surrounds<'_>,
    ) -> Closing {
        match self.ends[*sender].state {
            EndpointState::Inactive => self.leave_inactive(sender, header, len, is_orig, around),
            EndpointState::SynSent | EndpointState::SynAckSent => {
                self.leave_handshake(*sender, header.flags, around)
            }
            EndpointState::Established | EndpointState::Partial => {
                self.leave_established(*sender, header.flags, around)
            }
            EndpointState::Closed => self.leave_closed(*sender, header.flags, around),
            EndpointState::Reset => Closing::default(),
        }
    }

    fn leave_inactive(
        &mut self,
        sender: &mut usize,
        header: &TcpHeader,
        len: usize,
        is_orig: bool,
        around: &mut Surrounds<'_>,
    ) -> Closing {
        let flags = header.flags;
        let mut closing = Closing::default();
        if flags.syn() && is_orig {
            let state = if flags.ack() {
                EndpointState::SynAckSent
            } else {
                EndpointState::SynSent
            };
            self.set_state(*sender, state, around);
            self.set_timer(
                around,
                around.packet_time.plus_seconds(FIVE_SECONDS),
                TimerKind::Attempt,
            );
        } else if flags.syn() {
            let peer = &self.ends[1 - *sender];
            let reversed = peer.state == EndpointState::SynAckSent
                && header.sequence == self.ends[*sender].start();
            if !flags.ack() && reversed {
                // SYN and SYN-ACK came in the wrong order.
                self.partial = false;
                self.flip();
                *sender = 1 - *sender;
                self.set_state(1 - *sender, EndpointState::Established, around);
                self.seen[ORIG] = true;
            }
            if self.ends[1 - *sender].state == EndpointState::SynSent {
                self.set_state(1 - *sender, EndpointState::Established, around);
            }
            self.set_state(*sender, EndpointState::Established, around);
        }
        if flags.fin() {
            self.set_state(*sender, EndpointState::Closed, around);
            closing = Closing {
                close: true,
                finish: true,
            };
        }
        if flags.rst() {
            self.set_state(*sender, EndpointState::Reset, around);
            let peer = self.ends[1 - *sender].state;
            let rejected = if is_orig {
                peer == EndpointState::Established
            } else {
                matches!(peer, EndpointState::SynSent | EndpointState::SynAckSent)
            };
            closing = Closing {
                close: true,
                finish: !rejected,
            };
        }
        if self.ends[*sender].state == EndpointState::Inactive {
            let peer = self.ends[1 - *sender].state;
            if !is_orig && len == 0 && self.ends[ORIG].state == EndpointState::SynSent {
                // An acknowledgment before the SYN-ACK.
            } else if flags.ack() && peer == EndpointState::Established {
                // Only the SYN was missed.
                self.set_state(*sender, EndpointState::Established, around);
                self.partial = false;
                self.seen[if is_orig { ORIG } else { RESP }] = true;
            } else {
                self.set_state(*sender, EndpointState::Partial, around);
            }
        }
        closing
    }

    fn leave_handshake(
        &mut self,
        sender: usize,
        flags: Flags,
        around: &mut Surrounds<'_>,
    ) -> Closing {
        let mut closing = Closing::default();
        if flags.fin() {
            self.set_state(sender, EndpointState::Closed, around);
            closing = Closing {
                close: true,
                finish: true,
            };
        }
        if flags.rst() {
            self.set_state(sender, EndpointState::Reset, around);
            self.reset(around);
            closing.close = true;
        }
        closing
    }

    fn leave_established(
        &mut self,
        sender: usize,
        flags: Flags,
        around: &mut Surrounds<'_>,
    ) -> Closing {
        let mut closing = Closing::default();
        let peer = 1 - sender;
        if flags.syn()
            && !flags.ack()
            && self.ends[sender].state == EndpointState::Partial
            && self.ends[peer].state == EndpointState::Inactive
        {
            self.set_state(sender, EndpointState::SynSent, around);
        }
        if flags.fin() && !flags.rst() {
            self.set_state(sender, EndpointState::Closed, around);
            if self.ends[peer].state == EndpointState::Reset
                && self.ends[peer].previous_state == EndpointState::Closed
            {
                self.set_state(peer, EndpointState::Closed, around);
            }
            closing = Closing {
                close: true,
                finish: true,
            };
        }
        if flags.rst() {
            self.set_state(sender, EndpointState::Reset, around);
            closing.close = true;
            let mutual = self.ends[peer].state == EndpointState::Reset
                && self.ends[peer].previous_state == EndpointState::Established;
            if !mutual {
                self.reset(around);
            }
        }
        closing
    }

    fn leave_closed(&mut self, sender: usize, flags: Flags, around: &mut Surrounds<'_>) -> Closing {
        if !flags.rst() || self.ends[1 - sender].state == EndpointState::Closed {
            return Closing::default();
        }
        self.set_state(sender, EndpointState::Reset, around);
        Closing {
            close: !self.ends[sender].did_close,
            finish: false,
        }
    }

    fn set_state(&mut self, index: usize, state: EndpointState, around: &mut Surrounds<'_>) {
        let old = self.ends[index].state;
        if state == old {
            return;
        }
        if !state.is_handshake() && old.is_handshake() && self.ends[1 - index].state.is_handshake()
        {
            self.set_inactivity(INACTIVITY, around);
        }
        self.ends[index].previous_state = old;
        self.ends[index].state = state;
    }

    fn set_inactivity(&mut self, seconds: i64, around: &mut Surrounds<'_>) {
        if self.inactivity == seconds {
            return;
        }
        self.inactivity = seconds;
        self.inactivity_epoch += 1;
        let due = self.last_time.plus_seconds(seconds);
        around.timers.push(TimerRequest {
            due,
            kind: TimerKind::Inactivity,
            epoch: self.inactivity_epoch,
        });
    }

    fn set_timer(&self, around: &mut Surrounds<'_>, due: Timestamp, kind: TimerKind) {
        around.timers.push(TimerRequest {
            due,
            kind,
            epoch: self.epoch,
        });
    }

    fn flip(&mut self) {
        std::mem::swap(&mut self.id.orig_h, &mut self.id.resp_h);
        std::mem::swap(&mut self.id.orig_p, &mut self.id.resp_p);
        self.ends.swap(ORIG, RESP);
        self.seen.swap(ORIG, RESP);
        self.partial = false;
        self.history.flip();
        self.tree.flip_roles();
    }

    fn deliver(&mut self, sender: usize, start: u64, data: &[u8], around: &mut Surrounds<'_>) {
        let acknowledged = self.ends[sender].relative_acknowledged();
        self.with_stream(sender, around, |endpoint, surroundings, stream| {
            endpoint
                .stream
                .segment(start, data, acknowledged, surroundings, stream);
        });
    }

    fn acknowledge_stream(
        &mut self,
        receiver: usize,
        acknowledged: u64,
        around: &mut Surrounds<'_>,
    ) {
        let endpoint = &self.ends[receiver];
        let mut acknowledged = acknowledged;
        if endpoint.fin_count > 0 && acknowledged >= endpoint.fin {
            acknowledged = endpoint.fin.wrapping_sub(1);
        }
        let mut news = false;
        self.with_stream(receiver, around, |endpoint, surroundings, stream| {
            news = endpoint
                .stream
                .acknowledge(acknowledged, surroundings, stream);
        });
        if news {
            self.check_end_of_stream(receiver, around);
        }
    }

    fn with_stream(
        &mut self,
        index: usize,
        around: &mut Surrounds<'_>,
        act: impl FnOnce(&mut Endpoint, Surroundings, &mut ToTree<'_, '_>),
    ) {
        let connected = self.connected(around.now);
        let surroundings = Surroundings {
            partial: self.partial,
            no_data_acknowledged: self.ends[index].no_data_acknowledged(),
            size: self.ends[index].size(self.ends[1 - index].state),
        };
        let mut context = AnalyzerContext {
            connected,
            sink: around.sink,
            scripts: &mut self.scripts,
            depth: 0,
        };
        let mut stream = ToTree {
            tree: &mut self.tree,
            context: &mut context,
            is_orig: index == ORIG,
        };
        act(&mut self.ends[index], surroundings, &mut stream);
    }

    fn check_end_of_stream(&mut self, index: usize, around: &mut Surrounds<'_>) {
        let (endpoint, peer) = (&self.ends[index], &self.ends[1 - index]);
        let ending = endpoint.fin_count > 0
            || matches!(endpoint.state, EndpointState::Closed | EndpointState::Reset);
        if endpoint.stream.did_eof || !ending || endpoint.data_pending(peer) {
            return;
        }
        self.ends[index].stream.did_eof = true;
        let (tree, mut context) = self.context(around);
        tree.end_of_stream(index == ORIG, &mut context);
        if self.close_deferred {
            self.close(index, self.deferred_finish, around);
            self.close_deferred = false;
        }
    }

    fn close(&mut self, index: usize, finish: bool, around: &mut Surrounds<'_>) {
        let peer = &self.ends[1 - index];
        if self.ends[index].data_pending(peer) {
            self.close_deferred = true;
            self.deferred_finish |= finish;
            return;
        }
        self.close_deferred = false;
        if self.ends[index].did_close {
            return;
        }
        self.ends[index].did_close = true;
        let (endpoint, peer) = (&self.ends[index], &self.ends[1 - index]);
        let complete = endpoint.state == EndpointState::Reset
            || peer.did_close
            || peer.state == EndpointState::Inactive;
        if !complete {
            if endpoint.previous_state != EndpointState::Inactive {
                self.set_timer(
                    around,
                    self.last_time.plus_seconds(SESSION_TIMER),
                    TimerKind::Expire,
                );
            }
            return;
        }
        let known = endpoint.previous_state != EndpointState::Inactive
            || peer.state != EndpointState::Inactive;
        let mut finish = finish;
        if known && self.deferred_finish {
            finish = true;
            self.deferred_finish = false;
        }
        if known && finish {
            let (tree, mut context) = self.context(around);
            tree.connection_finished(&mut context);
            self.active = false;
        }
        self.epoch += 1;
        self.set_timer(
            around,
            self.last_time.plus_seconds(FIVE_SECONDS),
            TimerKind::Delete,
        );
    }

    fn reset(&mut self, around: &mut Surrounds<'_>) {
        let (tree, mut context) = self.context(around);
        tree.connection_reset(&mut context);
        self.active = false;
    }

    fn connected(&self, now: Timestamp) -> Connected {
        let [orig, resp] = &self.ends;
        Connected {
            time: now,
            id: self.id,
            partial: self.partial,
            had_gap: orig.stream.had_gap() || resp.stream.had_gap(),
            size: orig.size(resp.state).saturating_add(resp.size(orig.state)),
        }
    }

    fn context<'c>(
        &'c mut self,
        around: &'c mut Surrounds<'_>,
    ) -> (&'c mut AnalyzerTree, AnalyzerContext<'c>) {
        let connected = self.connected(around.now);
        (
            &mut self.tree,
            AnalyzerContext {
                connected,
                sink: around.sink,
                scripts: &mut self.scripts,
                depth: 0,
            },
        )
    }
}

impl History {
    /// Adds an entry unless there is one of its kind; true if there is.
    fn check(&mut self, bit: u32) -> bool {
        let seen = self.seen & bit != 0;
        if !seen {
            self.seen |= bit;
            self.add();
        }
        seen
    }

    fn add(&mut self) {
        self.empty = false;
        self.only_syn_ack = false;
    }

    fn flip(&mut self) {
        self.add();
    }
}

/// Hands a reassembler's output to the analyzers.
struct ToTree<'t, 'c> {
    tree: &'t mut AnalyzerTree,
    context: &'t mut AnalyzerContext<'c>,
    is_orig: bool,
}

impl Stream for ToTree<'_, '_> {
    fn data(&mut self, data: &[u8]) {
        self.tree.deliver(self.is_orig, data, self.context);
    }

    fn gap(&mut self, start: u64, len: u64) {
        self.tree
            .undelivered(self.is_orig, start, len, self.context);
        self.context.connected.had_gap = true;
    }
}
