//! DCE-RPC, on TCP and on SMB2 pipes.

use crate::replay_support::*;

const FIRST: u8 = 1;
const LAST: u8 = 2;
const WHOLE: u8 = FIRST | LAST;

const ATSVC: [u8; 16] = [
    0x82, 0x06, 0xf7, 0x1f, 0x51, 0x0a, 0xe8, 0x30, 0x07, 0x6d, 0x74, 0x0b, 0xe8, 0xce, 0xe9, 0x8b,
];
const ATSVC_TEXT: &str = "1ff70682-0a51-30e8-076d-740be8cee98b";

fn pdu(ptype: u8, flags: u8, call: u32, body: &[u8]) -> Vec<u8> {
    let mut pdu = vec![5, 0, ptype, flags, 0x10, 0, 0, 0];
    pdu.extend(u16::try_from(16 + body.len()).unwrap().to_le_bytes());
    pdu.extend([0, 0]);
    pdu.extend(call.to_le_bytes());
    pdu.extend(body);
    pdu
}

fn bind(contexts: &[(u16, [u8; 16])]) -> Vec<u8> {
    let mut body = vec![
        0xb8,
        0x10,
        0xb8,
        0x10,
        0,
        0,
        0,
        0,
        u8::try_from(contexts.len()).unwrap(),
        0,
        0,
        0,
    ];
    for (id, uuid) in contexts {
        body.extend(id.to_le_bytes());
        body.extend([1, 0]);
        body.extend(uuid);
        body.extend([1, 0, 0, 0]);
        body.extend([0; 20]);
    }
    pdu(11, WHOLE, 1, &body)
}

fn bind_ack(address: &[u8]) -> Vec<u8> {
    let mut body = vec![0xb8, 0x10, 0xb8, 0x10, 0, 0, 0, 0];
    body.extend(u16::try_from(address.len()).unwrap().to_le_bytes());
    body.extend(address);
    body.resize(body.len().next_multiple_of(4), 0);
    body.extend([1, 0, 0, 0]);
    body.extend([0; 24]);
    pdu(12, WHOLE, 1, &body)
}

fn request(flags: u8, call: u32, context: u16, opnum: u16, stub: &[u8]) -> Vec<u8> {
    let mut body = vec![0; 4];
    body.extend(context.to_le_bytes());
    body.extend(opnum.to_le_bytes());
    body.extend(stub);
    pdu(0, flags, call, &body)
}

fn response(call: u32, context: u16, stub: &[u8]) -> Vec<u8> {
    let mut body = vec![0; 4];
    body.extend(context.to_le_bytes());
    body.extend([0, 0]);
    body.extend(stub);
    pdu(2, WHOLE, call, &body)
}

#[test]
fn a_call_has_its_interface_operation_and_stub() {
    let mut conversation = Conversation::new(49_152);
    conversation
        .client(&bind(&[(3, ATSVC)]))
        .server(&bind_ack(b"49152\0"));
    conversation
        .client(&request(WHOLE, 2, 3, 7, b"stub"))
        .server(&response(2, 3, b"answer"));
    let events = conversation.events();
    let bound = format!("dce_rpc_bind fid=0 ctx=3 uuid={ATSVC_TEXT} version=1.0");
    assert_eq!(named(&events, "dce_rpc_bind fid"), [bound]);
    let called = format!(
        "dce_rpc_request fid=0 ctx=3 opnum=7 stub_len=4 uuid={ATSVC_TEXT} named_pipe={}",
        hex(b"49152")
    );
    assert_eq!(named(&events, "dce_rpc_request fid"), [called]);
    assert_eq!(
        named(&events, "dce_rpc_request_stub"),
        [format!(
            "dce_rpc_request_stub fid=0 ctx=3 opnum=7 stub={}",
            hex(b"stub")
        )]
    );
    assert!(named(&events, "dce_rpc_response fid")[0].contains("opnum=7 stub_len=6"));
    assert!(
        named(&events, "dce_rpc_response fid")[0].ends_with("endpoint=T operation=T rtt=1.000000")
    );
}

#[test]
fn a_response_has_the_opnum_of_the_last_request_on_its_context() {
    let mut conversation = Conversation::new(135);
    conversation.client(&bind(&[(0, ATSVC)]));
    conversation
        .client(&request(WHOLE, 2, 0, 5, b""))
        .client(&request(WHOLE, 3, 0, 6, b""));
    conversation.server(&response(2, 0, b"to the first"));
    assert!(named(&conversation.events(), "dce_rpc_response fid")[0].contains("opnum=6"));
}

#[test]
fn big_endian_numbers() {
    let mut pdu = vec![
        5, 0, 0, WHOLE, 0, 0, 0, 0, 0, 28, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 9, 0, 12,
    ];
    pdu.extend(b"stub");
    let mut conversation = Conversation::new(135);
    conversation.client(&pdu);
    assert!(
        named(&conversation.events(), "dce_rpc_request fid")[0]
            .contains("ctx=9 opnum=12 stub_len=4")
    );
}

#[test]
fn the_authentication_trailer_is_no_stub() {
    let mut pdu = request(WHOLE, 2, 0, 1, b"stub\0\0\0\0");
    let trailer = [10, 6, 4, 0, 0, 0, 0, 0, 0xaa, 0xbb];
    pdu.extend(trailer);
    let length = u16::try_from(pdu.len()).unwrap();
    pdu[8..10].copy_from_slice(&length.to_le_bytes());
    pdu[10..12].copy_from_slice(&2_u16.to_le_bytes());
    let mut conversation = Conversation::new(135);
    conversation.client(&pdu);
    // Its padding stays, as in Zeek.
    assert!(
        named(&conversation.events(), "dce_rpc_request_stub")[0].ends_with(&hex(b"stub\0\0\0\0"))
    );
}

#[test]
fn of_a_fragmented_call_the_last_fragment_is_parsed() {
    let mut conversation = Conversation::new(135);
    conversation
        .client(&request(FIRST, 2, 0, 1, b"first"))
        .client(&request(LAST, 2, 0, 1, b"last"));
    let events = conversation.events();
    assert_eq!(named(&events, "dce_rpc_message").len(), 2);
    assert_eq!(
        named(&events, "dce_rpc_request_stub"),
        [format!(
            "dce_rpc_request_stub fid=0 ctx=0 opnum=1 stub={}",
            hex(b"last")
        )]
    );
}

#[test]
fn a_pdu_in_many_segments_is_one() {
    let mut conversation = Conversation::new(135);
    for byte in bind(&[(0, ATSVC)]) {
        conversation.client(&[byte]);
    }
    assert_eq!(named(&conversation.events(), "dce_rpc_bind fid").len(), 1);
}

#[test]
fn nothing_is_parsed_behind_a_gap() {
    let mut conversation = Conversation::new(135);
    conversation
        .client(&bind(&[(0, ATSVC)]))
        .acknowledge()
        .client_lost(10)
        .acknowledge();
    conversation.client(&request(WHOLE, 2, 0, 1, b"stub"));
    assert!(named(&conversation.events(), "dce_rpc_request").is_empty());
}

fn smb2(command: u16, message: u64, response: bool, body: &[u8]) -> Vec<u8> {
    let mut packet = b"\xfeSMB".to_vec();
    packet.extend([64, 0, 0, 0, 0, 0, 0, 0]);
    packet.extend(command.to_le_bytes());
    packet.extend([0, 0]);
    packet.extend(u32::from(response).to_le_bytes());
    packet.extend([0; 4]);
    packet.extend(message.to_le_bytes());
    packet.extend([0; 4]);
    packet.extend(5_u32.to_le_bytes());
    packet.extend([0; 24]);
    packet.extend(body);
    let length = u32::try_from(packet.len()).unwrap().to_be_bytes();
    [&length[..], &packet].concat()
}

fn write(message: u64, file: (u64, u64), data: &[u8]) -> Vec<u8> {
    let mut body = vec![49, 0, 112, 0];
    body.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
    body.extend([0; 8]);
    body.extend(file.0.to_le_bytes());
    body.extend(file.1.to_le_bytes());
    body.extend([0; 16]);
    body.extend(data);
    smb2(9, message, false, &body)
}

#[test]
fn a_pipe_s_calls_have_its_file_id() {
    let mut conversation = Conversation::new(445);
    let tree = [16, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    conversation
        .client(&smb2(3, 1, false, &[9, 0, 0, 0, 72, 0, 0, 0]))
        .server(&smb2(3, 1, true, &tree));
    conversation.client(&write(2, (40, 2), &bind(&[(0, ATSVC)])));
    let events = conversation.events();
    assert_eq!(named(&events, "smb2_tree_connect_response").len(), 1);
    assert!(named(&events, "dce_rpc_bind")[0].starts_with("dce_rpc_bind fid=42 "));
    // The pipe's events come before the write's.
    let position = |name: &str| {
        events
            .iter()
            .position(|event| event.starts_with(name))
            .unwrap()
    };
    assert!(position("dce_rpc_bind") < position("smb2_write_request"));
}

#[test]
fn writes_to_files_are_no_calls() {
    let mut conversation = Conversation::new(445);
    conversation.client(&write(1, (1, 1), &bind(&[(0, ATSVC)])));
    let events = conversation.events();
    assert_eq!(named(&events, "smb2_write_request").len(), 1);
    assert!(named(&events, "dce_rpc").is_empty());
}

#[test]
fn a_pipe_s_name_gives_its_tree_away() {
    let mut create = vec![57, 0];
    create.extend([0; 42]);
    create.extend([120, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    create.extend(b"w\0i\0n\0r\0e\0g\0");
    let mut conversation = Conversation::new(445);
    conversation
        .client(&smb2(5, 1, false, &create))
        .client(&write(2, (7, 0), &bind(&[(0, ATSVC)])));
    let events = conversation.events();
    assert_eq!(named(&events, "smb_pipe_connect_heuristic").len(), 1);
    assert_eq!(named(&events, "dce_rpc_bind fid=7").len(), 1);
}

#[test]
fn compound_requests_are_taken_apart() {
    let mut first = smb2(13, 1, false, &[4, 0, 0, 0, 0, 0, 0, 0]);
    let second = smb2(13, 2, false, &[4, 0, 0, 0]);
    first[4 + 20..4 + 24].copy_from_slice(&72_u32.to_le_bytes());
    first.extend(&second[4..]);
    let length = u32::try_from(first.len() - 4).unwrap().to_be_bytes();
    first[..4].copy_from_slice(&length);
    let mut conversation = Conversation::new(445);
    conversation.client(&first);
    assert_eq!(named(&conversation.events(), "smb2_message").len(), 2);
}
