//! PDUs of connection-oriented DCE-RPC (C706, section 12.6; MS-RPCE, section 2.2.2).

use crate::registry::InterfaceUuid;

const REQUEST: u8 = 0;
const RESPONSE: u8 = 2;
const FAULT: u8 = 3;
const BIND: u8 = 11;
const BIND_ACK: u8 = 12;
const FIRST_FRAGMENT: u8 = 1;
const LAST_FRAGMENT: u8 = 2;

/// The common header's length.
const HEADER: usize = 16;
/// What comes before the stub in a request and in a response.
pub(in crate::synth) const CALL_HEADER: usize = HEADER + 8;
/// The longest stub of one fragment, whose length is 16 bits.
pub(in crate::synth) const MAX_STUB: usize = u16::MAX as usize - CALL_HEADER;
/// The largest fragment that Windows offers to take.
const USUAL_FRAGMENT: usize = 5840;
/// The one presentation context that is bound.
const CONTEXT: u16 = 0;
const ASSOCIATION_GROUP: u32 = 0x0000_51c2;

/// An interface that is served on a pipe: that of the server service.
pub(in crate::synth) const SRVSVC: InterfaceUuid = InterfaceUuid::from_bytes([
    0x4b, 0x32, 0x4f, 0xc8, 0x16, 0x70, 0x01, 0xd3, 0x12, 0x78, 0x5a, 0x47, 0xbf, 0x6e, 0xe1, 0x88,
]);
/// The transfer syntax NDR (C706, appendix I).
const NDR: InterfaceUuid = InterfaceUuid::from_bytes([
    0x8a, 0x88, 0x5d, 0x04, 0x1c, 0xeb, 0x11, 0xc9, 0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60,
]);
const NDR_VERSION: u32 = 2;
/// The interface's version that is bound: none that is in use. The stub is what a rule asks for, not its operation's NDR,
/// and tools that know the interface in its own version would take it for damaged.
const INTERFACE_VERSION: u32 = 254;

/// A PDU's status of a call that is refused: access is denied (MS-RPCE, section 2.2.2.12; C706, appendix E).
const ACCESS_DENIED: u32 = 5;

/// Asks for an interface. `longest` is the longest fragment that will come.
pub(in crate::synth) fn bind(interface: InterfaceUuid, longest: usize) -> Vec<u8> {
    let mut body = fragment_sizes(longest);
    body.extend(0u32.to_le_bytes());
    body.extend([1, 0, 0, 0]);
    body.extend(CONTEXT.to_le_bytes());
    body.extend([1, 0]);
    body.extend(syntax(interface, INTERFACE_VERSION));
    body.extend(syntax(NDR, NDR_VERSION));
    pdu(BIND, FIRST_FRAGMENT | LAST_FRAGMENT, 1, &body)
}

/// Grants the interface. `secondary_address` is the port or the pipe where it is served; it is cut to what 16 bits count.
pub(in crate::synth) fn bind_ack(secondary_address: &[u8], longest: usize) -> Vec<u8> {
    let mut body = fragment_sizes(longest);
    body.extend(ASSOCIATION_GROUP.to_le_bytes());
    let mut address = secondary_address[..secondary_address.len().min(MAX_ADDRESS)].to_vec();
    address.push(0);
    body.extend(length(address.len()).to_le_bytes());
    body.extend(address);
    body.resize(body.len().next_multiple_of(4), 0);
    body.extend([1, 0, 0, 0]);
    // Accepted, for no reason.
    body.extend([0; 4]);
    body.extend(syntax(NDR, NDR_VERSION));
    pdu(BIND_ACK, FIRST_FRAGMENT | LAST_FRAGMENT, 1, &body)
}

/// The longest secondary address that is written.
pub(in crate::synth) const MAX_ADDRESS: usize = 1024;

/// A request, a PDU a fragment.
pub(in crate::synth) fn request(call: u32, opnum: u16, fragments: &[&[u8]]) -> Vec<Vec<u8>> {
    call_pdus(REQUEST, call, opnum, fragments)
}

/// The response, a PDU a fragment.
pub(in crate::synth) fn response(call: u32, fragments: &[&[u8]]) -> Vec<Vec<u8>> {
    // Where a request has its operation, a response counts cancellations.
    call_pdus(RESPONSE, call, 0, fragments)
}

/// Says that the call was refused.
pub(in crate::synth) fn fault(call: u32) -> Vec<u8> {
    let mut body = vec![0; 4];
    body.extend(CONTEXT.to_le_bytes());
    body.extend([0, 0]);
    body.extend(ACCESS_DENIED.to_le_bytes());
    body.extend([0; 4]);
    pdu(FAULT, FIRST_FRAGMENT | LAST_FRAGMENT, call, &body)
}

fn call_pdus(kind: u8, call: u32, number: u16, fragments: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut left: usize = fragments.iter().map(|stub| stub.len()).sum();
    let last = fragments.len().saturating_sub(1);
    let pdus = fragments.iter().enumerate().map(|(index, stub)| {
        let mut flags = 0;
        if index == 0 {
            flags |= FIRST_FRAGMENT;
        }
        if index == last {
            flags |= LAST_FRAGMENT;
        }
        // How much room to make for what is still to come.
        let mut body = u32::try_from(left)
            .unwrap_or(u32::MAX)
            .to_le_bytes()
            .to_vec();
        left -= stub.len();
        body.extend(CONTEXT.to_le_bytes());
        body.extend(number.to_le_bytes());
        body.extend(*stub);
        pdu(kind, flags, call, &body)
    });
    pdus.collect()
}

/// The common header and a body, little-endian.
fn pdu(kind: u8, flags: u8, call: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![5, 0, kind, flags, 0x10, 0, 0, 0];
    bytes.extend(length(HEADER + body.len()).to_le_bytes());
    bytes.extend([0, 0]);
    bytes.extend(call.to_le_bytes());
    bytes.extend(body);
    bytes
}

/// The largest fragments to send and to receive.
fn fragment_sizes(longest: usize) -> Vec<u8> {
    let size = length(longest.max(USUAL_FRAGMENT)).to_le_bytes();
    [size, size].concat()
}

/// A length that callers keep within 16 bits.
fn length(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

/// An interface or transfer syntax: UUID, of which the first three groups are little-endian, and version.
fn syntax(uuid: InterfaceUuid, version: u32) -> Vec<u8> {
    let mut bytes = uuid.as_bytes().to_vec();
    bytes[0..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    bytes.extend(version.to_le_bytes());
    bytes
}
