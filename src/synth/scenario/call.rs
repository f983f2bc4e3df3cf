//! A DCE-RPC call over TCP or over an SMB pipe.

use super::connection::{Endpoints, seconds};
use super::stubs::{self, Stubs};
use super::{FieldRefusal, SMB_PORT};
use crate::predicate::pattern::ByteSet;
use crate::registry::{InterfaceUuid, Operation, Registry};
use crate::service::{Field, Phase, argument};
use crate::stub::{Side, StubPlan, TransferSyntax};
use crate::synth::Capture;
use crate::synth::conversation::ConnectionWriter;
use crate::synth::conversation::rpc::BoundInterface;
use crate::synth::conversation::smb::{self, FileFacts, ShareType, WrittenSession};
use crate::synth::conversation::stub::WrittenStub;
use crate::synth::conversation::{rpc, tcp};
use crate::synth::observation::{ObservedEvent, ObservedValue};
use crate::synth::solve::text::TextFrame;

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
pub(in crate::synth) struct CallScenario {
    pub(in crate::synth) endpoints: Endpoints,
    pub(in crate::synth) uuid: InterfaceUuid,
    pub(in crate::synth) opnum: u16,
    pub(in crate::synth) transport: Transport,
    /// Where the interface is served, as the server says it; `None` for what the transport has.
    secondary_address: Option<Vec<u8>>,
    /// The stubs as rules on bytes ask for them.
    pub(in crate::synth) stub: Vec<u8>,
    pub(in crate::synth) response_stub: Vec<u8>,
    /// The stubs as rules on arguments ask for them; they take the place of the others where the operation's parameters are
    /// known.
    pub(in crate::synth) stubs: Option<Stubs>,
    /// Microseconds.
    rtt: u64,
    pub(in crate::synth) outcome: CallOutcome,
    pub(in crate::synth) cut: Option<StubCut>,
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
pub(in crate::synth) enum CallOutcome {
    /// It is answered.
    Response,
    /// It is refused.
    Fault,
    /// Nobody answers.
    Silence,
}

/// Where a message is cut in two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::synth) enum StubCut {
    /// The request's stub, by RPC, into fragments.
    RequestFragments(usize),
    /// The response's stub, by RPC, into fragments.
    ResponseFragments(usize),
    /// The request's stub, by TCP, into segments.
    RequestSegments(usize),
    /// The response's stub, by TCP, into segments.
    ResponseSegments(usize),
}

impl CallScenario {
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
            stubs: None,
            rtt: RTT,
            outcome: CallOutcome::Response,
            cut: None,
        }
    }

    pub(super) fn set_identity(&mut self, uuid: InterfaceUuid, opnum: u16) {
        (self.uuid, self.opnum) = (uuid, opnum);
    }

    /// The operation, if it is known.
    pub(in crate::synth) fn operation(&self) -> Option<&'static Operation> {
        Registry::get().operation(self.uuid, self.opnum)
    }

    /// The stub with the arguments that rules ask for, if they do and the parameters are known.
    pub(in crate::synth) fn written(&self, side: Side) -> Option<WrittenStub> {
        self.stubs.as_ref()?.written(self.operation()?, side)
    }

    /// Whether the stubs are sealed.
    fn is_sealed(&self) -> bool {
        self.stubs.as_ref().is_some_and(|stubs| stubs.are_sealed)
    }

    /// The stub of the request or of the response, all fragments together.
    pub(in crate::synth) fn whole_stub(&self, side: Side) -> Vec<u8> {
        let mut stub = match (self.written(side), side) {
            (Some(written), _) => written.stub,
            (None, Side::Request) => self.stub.clone(),
            (None, Side::Response) => self.response_stub.clone(),
        };
        if let (
            Some(Stubs {
                kept: Some(kept), ..
            }),
            Side::Request,
        ) = (&self.stubs, side)
        {
            stub.truncate(*kept);
        }
        match self.is_sealed() {
            true => stubs::sealed(&stub),
            false => stub,
        }
    }

    /// What Zeek's scripts get to see of a stub: the last fragment.
    fn seen_stub(&self, side: Side) -> Vec<u8> {
        let mut stub = self.whole_stub(side);
        match (self.cut, side) {
            (Some(StubCut::RequestFragments(cut)), Side::Request)
            | (Some(StubCut::ResponseFragments(cut)), Side::Response) => {
                stub.split_off(cut.min(stub.len()))
            }
            _ => stub,
        }
    }

    /// The arguments that can be read, by the names of their fields.
    fn readable(&self) -> Vec<(String, ObservedValue)> {
        let Some(stubs) = self.stubs.as_ref().filter(|stubs| !stubs.are_sealed) else {
            return Vec::new();
        };
        if stubs.kept.is_some() || matches!(self.cut, Some(StubCut::RequestFragments(_))) {
            return Vec::new();
        }
        let mut sides = vec![Side::Request];
        let is_answered = self.outcome == CallOutcome::Response;
        if is_answered && !matches!(self.cut, Some(StubCut::ResponseFragments(_))) {
            sides.push(Side::Response);
        }
        let read = sides.into_iter().flat_map(|side| {
            let values = self.written(side).unwrap_or_default().values.into_iter();
            values.map(move |(name, value)| (format!("{}{name}", argument::prefix(side)), value))
        });
        read.collect()
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
        match self.operation() {
            Some(operation) => format!("{}::{}", operation.endpoint, operation.operation),
            None => format!("{}::opnum {}", self.uuid, self.opnum),
        }
    }

    pub(super) fn observation(&self) -> ObservedEvent {
        let mut values = self.endpoints.values(self.usual_port());
        let mut put = |name: &str, value| values.insert(name.to_owned(), value);
        let address = self.secondary_address();
        if !address.is_empty() {
            put("named_pipe", ObservedValue::Bytes(address));
        }
        let mut phases = vec![Phase::CallRequest, Phase::CallRequestStub];
        for (name, value) in self.readable() {
            put(&name, value);
        }
        let stub = self.seen_stub(Side::Request);
        put("stub_len", ObservedValue::Count(stub.len() as u64));
        put("stub", ObservedValue::Bytes(stub));
        if self.outcome == CallOutcome::Response {
            phases.extend([Phase::CallResponse, Phase::CallResponseStub]);
            let stub = self.seen_stub(Side::Response);
            put("response_stub_len", ObservedValue::Count(stub.len() as u64));
            put("response_stub", ObservedValue::Bytes(stub));
            put(
                "rtt",
                ObservedValue::Interval(
                    seconds(self.endpoints.time + self.rtt) - seconds(self.endpoints.time),
                ),
            );
        }
        ObservedEvent {
            phases,
            identity: Some((self.uuid, self.opnum)),
            values,
        }
    }

    pub(super) fn frame(&self, field: &Field) -> TextFrame {
        match field.name.as_str() {
            "named_pipe" => TextFrame {
                bytes: ByteSet::range(0x20..=0x7e),
                beginnings: vec![Vec::new(), br"\PIPE\".to_vec(), br"\pipe\".to_vec()],
                ..TextFrame::bytes(rpc::MAX_ADDRESS)
            },
            _ if field.is_argument() => stubs::frame(self.operation(), field),
            _ => TextFrame::bytes(rpc::MAX_STUB),
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
    ) -> Result<(), FieldRefusal> {
        let operation = self.operation();
        if let Some(stubs) = &mut self.stubs {
            match field.name.as_str() {
                "stub" | "stub_len" => stubs.leave_to_bytes(Side::Request)?,
                "response_stub" | "response_stub_len" => stubs.leave_to_bytes(Side::Response)?,
                _ => {}
            }
        }
        match (field.name.as_str(), value) {
            (_, value) if field.is_argument() => {
                let stubs = self.stubs.get_or_insert_with(Stubs::usual);
                return stubs.set(operation, field, value);
            }
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

    /// How the interface is bound.
    fn binding(&self) -> BoundInterface {
        let stubs = self.stubs.as_ref();
        let is_whole = |side| {
            let plan = self.operation().and_then(|it| StubPlan::of(it, side));
            plan.is_some_and(|plan| plan.is_whole) && self.written(side).is_some()
        };
        let are_whole = is_whole(Side::Request) && is_whole(Side::Response);
        let longest = [Side::Request, Side::Response].map(|side| self.whole_stub(side).len());
        BoundInterface {
            interface: self.uuid,
            version: are_whole
                .then(|| Registry::get().version(self.uuid))
                .flatten(),
            syntax: stubs.map_or(TransferSyntax::Ndr, |stubs| stubs.syntax),
            is_sealed: self.is_sealed(),
            longest_fragment: longest.into_iter().max().unwrap_or_default() + rpc::CALL_HEADER,
        }
    }

    fn over_tcp(&self, connection: &mut ConnectionWriter<'_>) {
        let binding = self.binding();
        connection.client(binding.bind());
        connection.server(binding.bind_ack(&self.secondary_address()));
        let pieces = in_segments(self.request(), self.cut_of_request());
        send_at(self.endpoints.time, &pieces, connection, true);
        let answered = self.endpoints.time + self.rtt;
        let pieces = in_segments(self.answer(), self.cut_of_answer());
        send_at(answered, &pieces, connection, false);
    }

    fn over_pipe(&self, connection: &mut ConnectionWriter<'_>) {
        let time = smb::filetime(self.endpoints.time);
        let facts = FileFacts {
            created: 0,
            accessed: 0,
            modified: 0,
            changed: 0,
            size: 0,
        };
        let mut session = WrittenSession::set_up(connection, time);
        session.connect(
            &format!(r"\\{}\IPC$", self.endpoints.server),
            ShareType::Pipe,
            smb::SUCCESS,
        );
        session.open(&self.pipe(), &facts, smb::SUCCESS);
        let binding = self.binding();
        session.write(0, &binding.bind());
        let bound = binding.bind_ack(&self.secondary_address());
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
        let stub = self.whole_stub(Side::Request);
        let fragments = match self.cut {
            Some(StubCut::RequestFragments(cut)) => {
                let (first, last) = stub.split_at(cut.min(stub.len()));
                vec![first, last]
            }
            _ => vec![stub.as_slice()],
        };
        self.binding().request(CALL, self.opnum, &fragments)
    }

    /// The PDUs of what comes back.
    fn answer(&self) -> Vec<Vec<u8>> {
        let stub = self.whole_stub(Side::Response);
        match (self.outcome, self.cut) {
            (CallOutcome::Silence, _) => Vec::new(),
            (CallOutcome::Fault, _) => vec![self.binding().fault(CALL)],
            (CallOutcome::Response, Some(StubCut::ResponseFragments(cut))) => {
                let (first, last) = stub.split_at(cut.min(stub.len()));
                self.binding().response(CALL, &[first, last])
            }
            (CallOutcome::Response, _) => self.binding().response(CALL, &[&stub]),
        }
    }

    fn cut_of_request(&self) -> Option<usize> {
        match self.cut {
            Some(StubCut::RequestSegments(cut)) => Some(rpc::CALL_HEADER + cut),
            _ => None,
        }
    }

    fn cut_of_answer(&self) -> Option<usize> {
        match self.cut {
            Some(StubCut::ResponseSegments(cut)) => Some(rpc::CALL_HEADER + cut),
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
fn send_at(time: u64, pieces: &[Vec<u8>], connection: &mut ConnectionWriter<'_>, client: bool) {
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

fn resize(stub: &mut Vec<u8>, length: u64) -> Result<(), FieldRefusal> {
    match usize::try_from(length) {
        Ok(length) if length <= rpc::MAX_STUB => {
            stub.resize(length, 0);
            Ok(())
        }
        _ => Err("a stub of up to 65511 bytes, which is the longest fragment's"),
    }
}

fn micros(seconds: f64) -> Result<u64, FieldRefusal> {
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
