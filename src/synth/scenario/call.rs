//! A DCE-RPC call over TCP or over an SMB pipe.

use super::connection::{Endpoints, seconds};
use super::{Refusal, SMB_PORT};
use crate::predicate::pattern::ByteSet;
use crate::registry::{InterfaceUuid, Registry};
use crate::service::{Field, Phase};
use crate::synth::Capture;
use crate::synth::conversation::Connection;
use crate::synth::conversation::smb::{self, FileFacts, Session, ShareType};
use crate::synth::conversation::{rpc, tcp};
use crate::synth::observation::{Observation, ObservedValue};
use crate::synth::solve::text::Frame;

/// The first of the ports that Windows gives to RPC services.
const TCP_PORT: u16 = 49_664;
/// How much a client reads from a pipe at a time.
const LONGEST_READ: u32 = 65_536;
/// The call's number in its association.
const CALL: u32 = 2;
/// The time between request and response where no rule asks for it, in microseconds.
const RTT: u64 = 100_000;
/// The shortest time between request and response in a capture, in microseconds: the request's acknowledgment lies between.
const SHORTEST_RTT: u64 = 2_000;
/// The longest time between request and response, in microseconds; Zeek takes a connection for dead after five minutes.
const LONGEST_RTT: u64 = 120_000_000;
/// The service control manager's interface, which every Windows host has.
const SVCCTL: InterfaceUuid = InterfaceUuid::from_bytes([
    0x36, 0x7a, 0xbb, 0x81, 0x98, 0x44, 0x35, 0xf1, 0xad, 0x32, 0x98, 0xf0, 0x38, 0x00, 0x10, 0x03,
]);

/// A call.
#[derive(Debug, Clone)]
pub(in crate::synth) struct Call {
    pub(in crate::synth) endpoints: Endpoints,
    pub(in crate::synth) uuid: InterfaceUuid,
    pub(in crate::synth) opnum: u16,
    pub(in crate::synth) transport: Transport,
    /// Where the interface is served, as the server says it; `None` for what the transport has.
    secondary_address: Option<Vec<u8>>,
    pub(in crate::synth) stub: Vec<u8>,
    pub(in crate::synth) response_stub: Vec<u8>,
    /// Microseconds.
    rtt: u64,
    pub(in crate::synth) outcome: Outcome,
    pub(in crate::synth) cut: Option<Cut>,
}

/// What carries the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::synth) enum Transport {
    /// TCP.
    Tcp,
    /// A named pipe over SMB2.
    Pipe,
}

/// What becomes of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::synth) enum Outcome {
    /// It is answered.
    Response,
    /// It is refused.
    Fault,
    /// Nobody answers.
    Silence,
}

/// Where a message is cut in two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::synth) enum Cut {
    /// The request's stub, by RPC, into fragments.
    RequestFragments(usize),
    /// The response's stub, by RPC, into fragments.
    ResponseFragments(usize),
    /// The request's stub, by TCP, into segments.
    RequestSegments(usize),
    /// The response's stub, by TCP, into segments.
    ResponseSegments(usize),
}

impl Call {
    pub(super) fn usual() -> Self {
        Self {
            endpoints: Endpoints::usual(),
            uuid: SVCCTL,
            opnum: 0,
            transport: Transport::Tcp,
            secondary_address: None,
            // A context handle's size, and a return value of 0.
            stub: vec![0; 20],
            response_stub: vec![0; 4],
            rtt: RTT,
            outcome: Outcome::Response,
            cut: None,
        }
    }

    pub(super) fn set_identity(&mut self, uuid: InterfaceUuid, opnum: u16) {
        (self.uuid, self.opnum) = (uuid, opnum);
    }

    /// What Zeek's scripts get to see of the stub: the last fragment.
    fn seen_stub(&self) -> &[u8] {
        match self.cut {
            Some(Cut::RequestFragments(cut)) => self.stub.get(cut..).unwrap_or_default(),
            _ => &self.stub,
        }
    }

    fn seen_response_stub(&self) -> &[u8] {
        match self.cut {
            Some(Cut::ResponseFragments(cut)) => self.response_stub.get(cut..).unwrap_or_default(),
            _ => &self.response_stub,
        }
    }

    fn usual_port(&self) -> u16 {
        match self.transport {
            Transport::Tcp => TCP_PORT,
            Transport::Pipe => SMB_PORT,
        }
    }

    /// Where the interface is served: a port or a pipe.
    fn secondary_address(&self) -> Vec<u8> {
        match (&self.secondary_address, self.transport) {
            (Some(address), _) => address.clone(),
            (None, Transport::Tcp) => {
                let port = self.endpoints.server_port.unwrap_or(self.usual_port());
                port.to_string().into_bytes()
            }
            (None, Transport::Pipe) => format!(r"\PIPE\{}", self.pipe()).into_bytes(),
        }
    }

    /// The pipe that is opened: named as the interface is.
    fn pipe(&self) -> String {
        let named = self
            .secondary_address
            .as_deref()
            .and_then(|address| std::str::from_utf8(address).ok())
            .and_then(|address| address.rsplit('\\').next())
            .filter(|name| !name.is_empty())
            .map(str::to_owned);
        named.unwrap_or_else(|| {
            let interface = Registry::get().interface(self.uuid);
            let name = interface.map_or("", |interface| interface.endpoint);
            let is_plain =
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if is_plain {
                name.to_ascii_lowercase()
            } else {
                "epmapper".to_owned()
            }
        })
    }

    /// The operation's name, as the newest release of Zeek prints it, or interface and number.
    pub(super) fn title(&self) -> String {
        match Registry::get().operation(self.uuid, self.opnum) {
            Some(operation) => format!("{}::{}", operation.endpoint, operation.operation),
            None => format!("{}::opnum {}", self.uuid, self.opnum),
        }
    }

    pub(super) fn observation(&self) -> Observation {
        let mut values = self.endpoints.values(self.usual_port());
        let mut put = |name: &str, value| values.insert(name.to_owned(), value);
        let address = self.secondary_address();
        if !address.is_empty() {
            put("named_pipe", ObservedValue::Bytes(address));
        }
        let mut phases = vec![Phase::CallRequest, Phase::CallRequestStub];
        put("stub", ObservedValue::Bytes(self.seen_stub().to_vec()));
        put(
            "stub_len",
            ObservedValue::Count(self.seen_stub().len() as u64),
        );
        if self.outcome == Outcome::Response {
            phases.extend([Phase::CallResponse, Phase::CallResponseStub]);
            let stub = self.seen_response_stub();
            put("response_stub", ObservedValue::Bytes(stub.to_vec()));
            put("response_stub_len", ObservedValue::Count(stub.len() as u64));
            put(
                "rtt",
                ObservedValue::Interval(
                    seconds(self.endpoints.time + self.rtt) - seconds(self.endpoints.time),
                ),
            );
        }
        Observation {
            phases,
            identity: Some((self.uuid, self.opnum)),
            values,
        }
    }

    pub(super) fn frame(&self, field: &Field) -> Frame {
        match field.name.as_str() {
            "named_pipe" => Frame {
                bytes: ByteSet::range(0x20..=0x7e),
                beginnings: vec![Vec::new(), br"\PIPE\".to_vec(), br"\pipe\".to_vec()],
                ..Frame::bytes(rpc::MAX_ADDRESS)
            },
            _ => Frame::bytes(rpc::MAX_STUB),
        }
    }

    /// Takes the transport that stands for the server's port.
    pub(super) fn use_transport_of_port(&mut self) {
        if self.endpoints.server_port == Some(SMB_PORT) {
            self.transport = Transport::Pipe;
        }
    }

    pub(super) fn set(
        &mut self,
        field: &Field,
        value: Option<ObservedValue>,
    ) -> Result<(), Refusal> {
        match (field.name.as_str(), value) {
            ("stub", Some(ObservedValue::Bytes(stub))) if stub.len() <= rpc::MAX_STUB => {
                self.stub = stub
            }
            ("response_stub", Some(ObservedValue::Bytes(stub))) if stub.len() <= rpc::MAX_STUB => {
                self.response_stub = stub;
            }
            ("stub_len", Some(ObservedValue::Count(length))) => resize(&mut self.stub, length)?,
            ("response_stub_len", Some(ObservedValue::Count(length))) => {
                resize(&mut self.response_stub, length)?;
            }
            ("rtt", Some(ObservedValue::Interval(seconds))) => self.rtt = micros(seconds)?,
            ("named_pipe", None) => self.secondary_address = Some(Vec::new()),
            ("named_pipe", Some(ObservedValue::Bytes(address))) => self.set_address(address),
            ("response_stub" | "response_stub_len", None) => {
                return Err("set: a call that no other overtakes has its own response");
            }
            ("stub" | "response_stub", _) => {
                return Err("a stub of up to 65511 bytes, which is the longest fragment's");
            }
            (_, value) if field.is_argument() => {
                return value.map_or(Ok(()), |_| Err("an argument, which is read from a stub"));
            }
            _ => return Err("something that each call has"),
        }
        Ok(())
    }

    fn set_address(&mut self, address: Vec<u8>) {
        const PIPE: &[u8] = br"\pipe\";
        let is_pipe = address
            .windows(PIPE.len())
            .any(|window| window.eq_ignore_ascii_case(PIPE));
        if is_pipe
            && self
                .endpoints
                .server_port
                .is_none_or(|port| port == SMB_PORT)
        {
            self.transport = Transport::Pipe;
        }
        self.secondary_address = Some(address);
    }

    pub(super) fn record(&self, capture: &mut Capture) {
        let mut connection = self.endpoints.connect(capture, self.usual_port());
        match self.transport {
            Transport::Tcp => self.over_tcp(&mut connection),
            Transport::Pipe => self.over_pipe(&mut connection),
        }
        connection.close();
    }

    fn longest_fragment(&self) -> usize {
        self.stub.len().max(self.response_stub.len()) + rpc::CALL_HEADER
    }

    fn over_tcp(&self, connection: &mut Connection<'_>) {
        connection.client(rpc::bind(self.uuid, self.longest_fragment()));
        connection.server(rpc::bind_ack(
            &self.secondary_address(),
            self.longest_fragment(),
        ));
        let pieces = in_segments(self.request(), self.cut_of_request());
        send_at(self.endpoints.time, &pieces, connection, true);
        let answered = self.endpoints.time + self.rtt;
        let pieces = in_segments(self.answer(), self.cut_of_answer());
        send_at(answered, &pieces, connection, false);
    }

    fn over_pipe(&self, connection: &mut Connection<'_>) {
        let time = smb::filetime(self.endpoints.time);
        let facts = FileFacts {
            created: 0,
            accessed: 0,
            modified: 0,
            changed: 0,
            size: 0,
        };
        let mut session = Session::set_up(connection, time);
        session.connect(
            &format!(r"\\{}\IPC$", self.endpoints.server),
            ShareType::Pipe,
            smb::SUCCESS,
        );
        session.open(&self.pipe(), &facts, smb::SUCCESS);
        session.write(0, &rpc::bind(self.uuid, self.longest_fragment()));
        let bound = rpc::bind_ack(&self.secondary_address(), self.longest_fragment());
        session.read(0, LONGEST_READ, &bound, smb::SUCCESS);
        let (request, answer) = (self.request(), self.answer());
        let answered = self.endpoints.time + self.rtt;
        match (&request[..], &answer[..]) {
            ([request], [answer]) => {
                session.wire.at = Some(self.endpoints.time);
                session.wire.cut = self
                    .cut_of_request()
                    .map(|cut| smb::BEFORE_TRANSCEIVED + cut);
                session.wire.answered_at = Some(answered);
                session.transceive(request, answer);
            }
            _ => {
                for (index, fragment) in request.iter().enumerate() {
                    if index + 1 == request.len() {
                        session.wire.at = Some(self.endpoints.time);
                    }
                    session.wire.cut = self.cut_of_request().map(|cut| smb::BEFORE_WRITTEN + cut);
                    session.write(0, fragment);
                }
                for (index, fragment) in answer.iter().enumerate() {
                    if index + 1 == answer.len() {
                        session.wire.answered_at = Some(answered);
                    }
                    session.read(0, LONGEST_READ, fragment, smb::SUCCESS);
                }
            }
        }
        session.close();
        session.leave();
    }

    /// The request's PDUs.
    fn request(&self) -> Vec<Vec<u8>> {
        match self.cut {
            Some(Cut::RequestFragments(cut)) => {
                let (first, last) = self.stub.split_at(cut.min(self.stub.len()));
                rpc::request(CALL, self.opnum, &[first, last])
            }
            _ => rpc::request(CALL, self.opnum, &[&self.stub]),
        }
    }

    /// The PDUs of what comes back.
    fn answer(&self) -> Vec<Vec<u8>> {
        match (self.outcome, self.cut) {
            (Outcome::Silence, _) => Vec::new(),
            (Outcome::Fault, _) => vec![rpc::fault(CALL)],
            (Outcome::Response, Some(Cut::ResponseFragments(cut))) => {
                let (first, last) = self
                    .response_stub
                    .split_at(cut.min(self.response_stub.len()));
                rpc::response(CALL, &[first, last])
            }
            (Outcome::Response, _) => rpc::response(CALL, &[&self.response_stub]),
        }
    }

    fn cut_of_request(&self) -> Option<usize> {
        match self.cut {
            Some(Cut::RequestSegments(cut)) => Some(rpc::CALL_HEADER + cut),
            _ => None,
        }
    }

    fn cut_of_answer(&self) -> Option<usize> {
        match self.cut {
            Some(Cut::ResponseSegments(cut)) => Some(rpc::CALL_HEADER + cut),
            _ => None,
        }
    }
}

/// Messages, the first of which TCP cuts in two.
fn in_segments(mut messages: Vec<Vec<u8>>, cut: Option<usize>) -> Vec<Vec<u8>> {
    if let Some(cut) = cut
        && let Some(first) = messages.first_mut()
        && cut < first.len()
    {
        let rest = first.split_off(cut);
        messages.insert(1, rest);
    }
    messages
}

/// Sends pieces, the end of the last at a time.
fn send_at(time: u64, pieces: &[Vec<u8>], connection: &mut Connection<'_>, client: bool) {
    let pieces: Vec<&[u8]> = pieces
        .iter()
        .flat_map(|piece| piece.chunks(tcp::SEGMENT))
        .collect();
    for (index, piece) in pieces.iter().enumerate() {
        if index + 1 == pieces.len() && connection.clock() < time {
            connection.at_micros(time);
        }
        if client {
            connection.client(piece);
        } else {
            connection.server(piece);
        }
    }
}

fn resize(stub: &mut Vec<u8>, length: u64) -> Result<(), Refusal> {
    match usize::try_from(length) {
        Ok(length) if length <= rpc::MAX_STUB => {
            stub.resize(length, 0);
            Ok(())
        }
        _ => Err("a stub of up to 65511 bytes, which is the longest fragment's"),
    }
}

fn micros(seconds: f64) -> Result<u64, Refusal> {
    let micros = (seconds * 1e6).round();
    #[allow(clippy::cast_precision_loss)]
    let (shortest, longest) = (SHORTEST_RTT as f64, LONGEST_RTT as f64);
    if !(shortest..=longest).contains(&micros) {
        return Err("a time between 2 milliseconds and 2 minutes");
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Just checked.
    let micros = micros as u64;
    Ok(micros)
}
