//! DCE-RPC over TCP (C706, chapter 12): just the fields that Zeek reads.

use super::capture::ConnectionWriter;

const REQUEST: u8 = 0;
const RESPONSE: u8 = 2;
const FAULT: u8 = 3;
const BIND: u8 = 11;
const BIND_ACK: u8 = 12;
const FIRST_FRAGMENT: u8 = 1;
const LAST_FRAGMENT: u8 = 2;

/// An RPC connection, each context bound to an interface.
pub struct Rpc<'a, 'b> {
    connection: &'a mut ConnectionWriter<'b>,
    call: u32,
    /// The protection level that authentication verifiers of calls name, if calls have any.
    level: Option<u8>,
}

impl<'a, 'b> Rpc<'a, 'b> {
    /// Binds contexts, numbered from 0, to interfaces.
    pub fn bind(connection: &'a mut ConnectionWriter<'b>, interfaces: &[&str]) -> Self {
        let mut body = fragment_sizes();
        body.extend([u8::try_from(interfaces.len()).unwrap(), 0, 0, 0]);
        for (context, interface) in interfaces.iter().enumerate() {
            body.extend(u16::try_from(context).unwrap().to_le_bytes());
            body.extend([1, 0]);
            body.extend(syntax(interface, 1));
            body.extend(syntax(NDR, 2));
        }
        let mut answer = fragment_sizes();
        answer.extend([0, 0, 0, 0]);
        answer.extend([u8::try_from(interfaces.len()).unwrap(), 0, 0, 0]);
        for _ in interfaces {
            answer.extend([0, 0, 0, 0]);
            answer.extend(syntax(NDR, 2));
        }
        connection.client(pdu(BIND, FIRST_FRAGMENT | LAST_FRAGMENT, 1, &body));
        connection.server(pdu(BIND_ACK, FIRST_FRAGMENT | LAST_FRAGMENT, 1, &answer));
        Self {
            connection,
            call: 1,
            level: None,
        }
    }

    /// From here on, calls have authentication verifiers of this level, or none.
    pub fn at_level(&mut self, level: impl Into<Option<u8>>) -> &mut Self {
        self.level = level.into();
        self
    }

    /// A call and its response.
    pub fn call(&mut self, context: u16, opnum: u16, stub: &[u8], response: &[u8]) -> &mut Self {
        self.request(context, opnum, &[stub]);
        self.response(context, &[response])
    }

    /// A request in fragments.
    pub fn request(&mut self, context: u16, opnum: u16, fragments: &[&[u8]]) -> &mut Self {
        self.call += 1;
        for (flags, stub) in flagged(fragments) {
            let mut body = u32::try_from(stub.len()).unwrap().to_le_bytes().to_vec();
            body.extend(context.to_le_bytes());
            body.extend(opnum.to_le_bytes());
            body.extend(stub);
            let request = verified(pdu(REQUEST, flags, self.call, &body), self.level);
            self.connection.client(request);
        }
        self
    }

    /// The fault that answers the last request: access is denied.
    pub fn fault(&mut self, context: u16) -> &mut Self {
        let mut body = vec![0; 4];
        body.extend(context.to_le_bytes());
        body.extend([0, 0]);
        body.extend(5u32.to_le_bytes());
        body.extend([0; 4]);
        let whole = FIRST_FRAGMENT | LAST_FRAGMENT;
        self.connection.server(pdu(FAULT, whole, self.call, &body));
        self
    }

    /// The response to the last request, in fragments.
    pub fn response(&mut self, context: u16, fragments: &[&[u8]]) -> &mut Self {
        for (flags, stub) in flagged(fragments) {
            let mut body = u32::try_from(stub.len()).unwrap().to_le_bytes().to_vec();
            body.extend(context.to_le_bytes());
            body.extend([0, 0]);
            body.extend(stub);
            let response = verified(pdu(RESPONSE, flags, self.call, &body), self.level);
            self.connection.server(response);
        }
        self
    }
}

const NDR: &str = "8a885d04-1ceb-11c9-9fe8-08002b104860";

fn flagged<'a>(fragments: &'a [&'a [u8]]) -> impl Iterator<Item = (u8, &'a [u8])> {
    fragments.iter().enumerate().map(|(index, stub)| {
        let first = if index == 0 { FIRST_FRAGMENT } else { 0 };
        let last = if index + 1 == fragments.len() {
            LAST_FRAGMENT
        } else {
            0
        };
        (first | last, *stub)
    })
}

/// The common header and a body.
fn pdu(kind: u8, flags: u8, call: u32, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(16 + body.len()).unwrap();
    let mut bytes = vec![5, 0, kind, flags, 0x10, 0, 0, 0];
    bytes.extend(length.to_le_bytes());
    bytes.extend([0, 0]);
    bytes.extend(call.to_le_bytes());
    bytes.extend(body);
    bytes
}

/// The PDU with an authentication verifier of NTLM's size (MS-RPCE section 2.2.2.11) behind it.
fn verified(mut pdu: Vec<u8>, level: Option<u8>) -> Vec<u8> {
    const NTLM: u8 = 10;
    const SIGNATURE: u16 = 16;
    let Some(level) = level else {
        return pdu;
    };
    pdu.extend([NTLM, level, 0, 0, 0, 0, 0, 0]);
    pdu.extend([0; SIGNATURE as usize]);
    let length = u16::try_from(pdu.len()).unwrap();
    pdu[8..10].copy_from_slice(&length.to_le_bytes());
    pdu[10..12].copy_from_slice(&SIGNATURE.to_le_bytes());
    pdu
}

/// Largest fragments to send and to receive, and a new association group.
fn fragment_sizes() -> Vec<u8> {
    let mut bytes = 4280u16.to_le_bytes().to_vec();
    bytes.extend(4280u16.to_le_bytes());
    bytes.extend([0, 0, 0, 0]);
    bytes
}

/// An interface or transfer syntax: UUID, of which the first three groups are little-endian, and version.
fn syntax(uuid: &str, version: u32) -> Vec<u8> {
    let digits: String = uuid.chars().filter(|digit| *digit != '-').collect();
    let mut bytes: Vec<u8> = (0..32)
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect();
    bytes[0..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    bytes.extend(version.to_le_bytes());
    bytes
}

/// A big-endian client's bind of one interface, and its call: all numbers are in the other order (C706, section 14.1).
pub fn big_endian_call(
    connection: &mut ConnectionWriter<'_>,
    interface: &str,
    opnum: u16,
    stub: &[u8],
) {
    let whole = FIRST_FRAGMENT | LAST_FRAGMENT;
    let big_endian_pdu = |kind: u8, body: &[u8]| {
        let mut bytes = pdu(kind, whole, 1, body);
        bytes[4] = 0;
        bytes[8..10].reverse();
        bytes[12..16].reverse();
        bytes
    };
    let mut body = [4280u16.to_be_bytes(), 4280u16.to_be_bytes()].concat();
    body.extend([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0]);
    for (uuid, version) in [(interface, 1), (NDR, 2)] {
        let mut syntax = syntax(uuid, version);
        syntax[0..4].reverse();
        syntax[4..6].reverse();
        syntax[6..8].reverse();
        // The version is two numbers of 16 bits here, of which the first is the major one.
        syntax[16..18].reverse();
        body.extend(syntax);
    }
    connection.client(big_endian_pdu(BIND, &body));
    let mut answer = [4280u16.to_be_bytes(), 4280u16.to_be_bytes()].concat();
    answer.extend([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    answer.extend(syntax(NDR, 2));
    connection.server(big_endian_pdu(BIND_ACK, &answer));
    let mut body = u32::try_from(stub.len()).unwrap().to_be_bytes().to_vec();
    body.extend([0, 0]);
    body.extend(opnum.to_be_bytes());
    body.extend(stub);
    connection.client(big_endian_pdu(REQUEST, &body));
    connection.server(big_endian_pdu(RESPONSE, &[0; 8]));
}
