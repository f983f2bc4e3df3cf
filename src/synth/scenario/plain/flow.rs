//! A connection whose bytes are of no protocol, as conn.log has it.

use super::{NOT_WRITTEN, Speech, text, texts};
use crate::synth::Capture;
use crate::synth::capture::PACE;
use crate::synth::conversation::internet::HostRole;
use crate::synth::conversation::tcp::SEGMENT;
use crate::synth::observation::ObservedValue;
use crate::synth::scenario::connection::seconds;
use crate::synth::scenario::{Endpoints, FieldRefusal};
use crate::synth::solve::text::TextFrame;

/// A port of no protocol that Zeek follows.
const PORT: u16 = 9999;
const TCP: u64 = 6;
const UDP: u64 = 17;
const USUAL_BYTES: u64 = 100;
const LARGEST: u64 = 1_000_000;
/// Of columns that are none of the connection.
const LONGEST_TEXT: usize = 255;
/// Of a TCP connection, in seconds.
const LONGEST: f64 = 86_400.0;
/// Zeek gives a UDP connection up that is idle for a minute.
const LONGEST_OVER_UDP: f64 = 50.0;
const HANDSHAKE_PACKETS: u64 = 3;
/// Up to the second FIN, with which Zeek takes a connection to end.
const CLOSE_PACKETS: u64 = 3;

/// How much is said, and how it ends.
#[derive(Debug, Clone)]
pub(super) struct Flow {
    is_udp: bool,
    end: FlowEnd,
    orig_bytes: u64,
    resp_bytes: u64,
    /// In microseconds; `None` for the shortest.
    duration: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FlowEnd {
    /// Both sides say something, and close the connection where there is a close.
    Finished,
    /// Nobody answers the first packet.
    Unanswered,
    /// The responder resets the connection at once.
    Rejected,
    /// The originator resets the connection in the end.
    Reset,
}

/// By their values of `conn_state`.
const ENDS: [(&str, FlowEnd); 4] = [
    ("SF", FlowEnd::Finished),
    ("S0", FlowEnd::Unanswered),
    ("REJ", FlowEnd::Rejected),
    ("RSTO", FlowEnd::Reset),
];

impl Flow {
    pub(super) fn usual() -> Self {
        Self {
            is_udp: false,
            end: FlowEnd::Finished,
            orig_bytes: USUAL_BYTES,
            resp_bytes: USUAL_BYTES,
            duration: None,
        }
    }

    /// The microseconds that it takes at least.
    fn shortest(&self) -> u64 {
        let pieces = segments(self.orig_bytes) + segments(self.resp_bytes);
        let packets = match self.end {
            FlowEnd::Unanswered => 1,
            FlowEnd::Rejected => 2,
            FlowEnd::Finished if self.is_udp => {
                segments(self.orig_bytes).max(1) + segments(self.resp_bytes)
            }
            FlowEnd::Finished => HANDSHAKE_PACKETS + 2 * pieces + CLOSE_PACKETS,
            FlowEnd::Reset => HANDSHAKE_PACKETS + 2 * pieces + 1,
        };
        (packets - 1) * PACE
    }

    fn ends_at(&self, endpoints: &Endpoints) -> u64 {
        let shortest = self.shortest();
        endpoints.time
            + self
                .duration
                .map_or(shortest, |duration| duration.max(shortest))
    }

    fn use_udp(&mut self) {
        self.is_udp = true;
        if self.end != FlowEnd::Unanswered {
            self.end = FlowEnd::Finished;
            self.resp_bytes = self.resp_bytes.max(1);
        }
    }

    fn set_end(&mut self, end: FlowEnd) {
        self.end = end;
        match end {
            FlowEnd::Finished if self.is_udp => self.resp_bytes = self.resp_bytes.max(1),
            FlowEnd::Rejected => (self.is_udp, self.orig_bytes, self.resp_bytes) = (false, 0, 0),
            FlowEnd::Reset => self.is_udp = false,
            FlowEnd::Finished | FlowEnd::Unanswered => {}
        }
    }

    fn set_bytes(&mut self, is_orig: bool, bytes: u64) -> Result<(), FieldRefusal> {
        if bytes > LARGEST {
            return Err("at most 1,000,000 bytes");
        }
        if self.is_udp && !is_orig && bytes == 0 {
            return Err("more than 0 over UDP: without an answer Zeek counts nothing");
        }
        if self.end == FlowEnd::Unanswered || self.end == FlowEnd::Rejected && bytes > 0 {
            self.set_end(FlowEnd::Finished);
        }
        *(if is_orig {
            &mut self.orig_bytes
        } else {
            &mut self.resp_bytes
        }) = bytes;
        Ok(())
    }

    fn set_duration(&mut self, seconds: f64) -> Result<(), FieldRefusal> {
        let longest = if self.is_udp {
            LONGEST_OVER_UDP
        } else {
            LONGEST
        };
        if !(0.0..=longest).contains(&seconds) {
            return Err("at most a day, or 50 seconds over UDP");
        }
        if matches!(self.end, FlowEnd::Unanswered | FlowEnd::Rejected) {
            self.set_end(FlowEnd::Finished);
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Just checked.
        let micros = (seconds * 1e6).round() as u64;
        if micros < self.shortest() {
            return Err("longer: each packet takes a millisecond");
        }
        self.duration = Some(micros);
        Ok(())
    }

    fn record_datagrams(&self, endpoints: &Endpoints, capture: &mut Capture) {
        let client = (endpoints.client, endpoints.client_port);
        let server = (endpoints.server, endpoints.server_port.unwrap_or(PORT));
        if self.end == FlowEnd::Unanswered {
            capture.datagram(HostRole::Client, client, server, &[]);
            return;
        }
        let request = filler(self.orig_bytes);
        if request.is_empty() {
            capture.datagram(HostRole::Client, client, server, &[]);
        }
        for piece in request.chunks(SEGMENT) {
            capture.datagram(HostRole::Client, client, server, piece);
        }
        let response = filler(self.resp_bytes);
        let rest = segments(self.resp_bytes).saturating_sub(1) * PACE;
        capture.at_micros(self.ends_at(endpoints) - rest);
        for piece in response.chunks(SEGMENT) {
            capture.datagram(HostRole::Server, server, client, piece);
        }
    }
}

impl Speech for Flow {
    fn usual_port(&self) -> u16 {
        PORT
    }

    fn title(&self) -> String {
        let transport = if self.is_udp { "UDP" } else { "TCP" };
        let state = ENDS.iter().find(|(_, end)| *end == self.end);
        let state = state.map_or("", |(name, _)| name);
        format!("{transport} connection, {state}")
    }

    fn columns(&self, endpoints: &Endpoints) -> Vec<(&'static str, ObservedValue)> {
        let (name, number) = if self.is_udp {
            ("udp", UDP)
        } else {
            ("tcp", TCP)
        };
        let states = ENDS.iter().filter(|(_, end)| *end == self.end);
        let mut columns = vec![
            ("proto", text(name)),
            ("ip_proto", ObservedValue::Count(number)),
            ("missed_bytes", ObservedValue::Count(0)),
        ];
        columns.extend(states.map(|(state, _)| ("conn_state", text(state))));
        if self.end != FlowEnd::Unanswered {
            let duration = seconds(self.ends_at(endpoints)) - seconds(endpoints.time);
            columns.extend([
                ("duration", ObservedValue::Interval(duration)),
                ("orig_bytes", ObservedValue::Count(self.orig_bytes)),
                ("resp_bytes", ObservedValue::Count(self.resp_bytes)),
            ]);
        }
        columns
    }

    fn frame(&self, _: &str) -> TextFrame {
        TextFrame::bytes(LONGEST_TEXT)
    }

    fn choices(&self, name: &str) -> Option<Vec<ObservedValue>> {
        match name {
            "proto" => texts(&["tcp", "udp"]),
            "ip_proto" => Some([TCP, UDP].map(ObservedValue::Count).to_vec()),
            "conn_state" => texts(&ENDS.map(|(name, _)| name)),
            "missed_bytes" => Some(vec![ObservedValue::Count(0)]),
            _ => None,
        }
    }

    fn set(&mut self, name: &str, value: &ObservedValue) -> Result<(), FieldRefusal> {
        let wanted = value.text();
        match (name, value) {
            ("proto" | "ip_proto", _) if matches!(&*wanted, b"udp" | b"17") => self.use_udp(),
            ("proto" | "ip_proto", _) if matches!(&*wanted, b"tcp" | b"6") => self.is_udp = false,
            ("proto" | "ip_proto", _) => return Err("that of TCP or UDP"),
            ("conn_state", _) => {
                let end = ENDS.iter().find(|(name, _)| name.as_bytes() == &*wanted);
                let (_, end) = end.ok_or("SF, S0, REJ or RSTO")?;
                self.set_end(*end);
            }
            ("orig_bytes", ObservedValue::Count(bytes)) => self.set_bytes(true, *bytes)?,
            ("resp_bytes", ObservedValue::Count(bytes)) => self.set_bytes(false, *bytes)?,
            ("duration", ObservedValue::Interval(seconds)) => self.set_duration(*seconds)?,
            ("missed_bytes", ObservedValue::Count(0)) => {}
            ("missed_bytes", _) => return Err("0: captures are complete"),
            _ => return Err(NOT_WRITTEN),
        }
        Ok(())
    }

    fn take_away(&mut self, name: &str) -> Result<(), FieldRefusal> {
        match name {
            "duration" | "orig_bytes" | "resp_bytes" => self.set_end(FlowEnd::Unanswered),
            _ => return Err("something that each connection has"),
        }
        Ok(())
    }

    fn record(&self, endpoints: &Endpoints, capture: &mut Capture) {
        capture.at_micros(endpoints.time);
        if self.is_udp {
            return self.record_datagrams(endpoints, capture);
        }
        let client = (endpoints.client, endpoints.client_port);
        let server = (endpoints.server, endpoints.server_port.unwrap_or(PORT));
        match self.end {
            FlowEnd::Unanswered => capture.attempt(client, server),
            FlowEnd::Rejected => capture.reject(client, server),
            FlowEnd::Finished | FlowEnd::Reset => {
                let end = self.ends_at(endpoints);
                let mut connection = capture.connect_from(client, server);
                connection.client(filler(self.orig_bytes));
                connection.server(filler(self.resp_bytes));
                if self.end == FlowEnd::Reset {
                    connection.idle_until(end).reset();
                } else {
                    connection
                        .idle_until(end - (CLOSE_PACKETS - 1) * PACE)
                        .close();
                }
            }
        }
    }
}

fn segments(bytes: u64) -> u64 {
    bytes.div_ceil(SEGMENT as u64)
}

/// Bytes of no protocol.
fn filler(bytes: u64) -> Vec<u8> {
    // At most a megabyte.
    vec![b'x'; usize::try_from(bytes).unwrap_or(0)]
}
