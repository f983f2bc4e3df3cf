//! Reassembly and roles.

use crate::replay_support::*;

const BODY: &[u8] = b"abcdefghij";

/// A request with a body of ten bytes, its header sent.
fn post() -> Conversation {
    let mut conversation = Conversation::new(80);
    conversation.client(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n");
    conversation
}

fn data(conversation: &Conversation) -> Vec<String> {
    let prefix = "http_entity_data is_orig=T data=";
    named(&conversation.events(), prefix)
        .into_iter()
        .map(|event| event[prefix.len()..].to_owned())
        .collect()
}

#[test]
fn segments_out_of_order_wait() {
    let mut conversation = post();
    conversation
        .client_ahead(5, &BODY[5..])
        .client(&BODY[..5])
        .client_lost(5)
        .acknowledge();
    assert_eq!(data(&conversation), [hex(&BODY[..5]), hex(&BODY[5..])]);
}

#[test]
fn of_overlapping_segments_the_first_wins() {
    let mut conversation = post();
    conversation
        .client_ahead(4, b"EFG")
        .client(b"abcdxxxhij")
        .acknowledge();
    assert_eq!(
        data(&conversation),
        [hex(b"abcd"), hex(b"EFG"), hex(b"hij")]
    );
}

#[test]
fn retransmissions_are_not_delivered_again() {
    let mut conversation = post();
    conversation.client(&BODY[..5]).acknowledge();
    conversation
        .client_ahead(0u32.wrapping_sub(5), &BODY[..5])
        .client(&BODY[5..])
        .acknowledge();
    assert_eq!(data(&conversation), [hex(&BODY[..5]), hex(&BODY[5..])]);
}

#[test]
fn acknowledged_but_unseen_data_is_a_gap() {
    let mut conversation = post();
    conversation
        .client(&BODY[..3])
        .client_lost(4)
        .acknowledge()
        .client(&BODY[7..])
        .acknowledge();
    let events = conversation.events();
    assert_eq!(data(&conversation), [hex(&BODY[..3]), hex(&BODY[7..])]);
    assert!(named(&events, "http_message_done")[0].contains("interrupted=F"));
    assert!(named(&events, "http_message_done")[0].contains("body=10 gap=4"));
}

#[test]
fn a_gap_in_a_header_ends_parsing() {
    let mut conversation = Conversation::new(80);
    conversation
        .client(b"GET / HTTP/1.1\r\nHo")
        .client_lost(5)
        .acknowledge()
        .client(b"\r\n\r\n");
    conversation.client(b"GET /second HTTP/1.1\r\n\r\n");
    let events = conversation.events();
    assert_eq!(named(&events, "http_request").len(), 1);
    assert!(
        named(&events, "http_message_done")[0].contains("message_interrupted_by_a_content_gap")
    );
}

#[test]
fn http_of_a_partial_connection_is_not_parsed() {
    let mut conversation = Conversation::without_handshake(80);
    conversation.client(b"GET / HTTP/1.1\r\n\r\n");
    assert!(conversation.events().is_empty());
}

#[test]
fn a_missed_syn_does_not_make_a_connection_partial() {
    let mut pcap = Pcap::new(101);
    for packet in post().packets().iter().skip(1) {
        pcap.packet(1, 0, packet);
    }
    // The first packet is the server's SYN-ACK.
    let lines = replayed(&pcap.bytes()).0;
    assert!(
        lines[0].contains("10.0.0.1 40000 10.0.0.2 80 http_request"),
        "{lines:?}"
    );
}

#[test]
fn the_same_ports_again_are_another_connection() {
    let mut pcap = Pcap::new(101);
    for second in [1, 2] {
        let mut conversation = Conversation::new(80);
        conversation.client(b"GET / HTTP/1.1\r\n\r\n").close();
        for packet in conversation.packets() {
            pcap.packet(second, 0, packet);
        }
    }
    let (lines, statistics) = replayed(&pcap.bytes());
    assert_eq!(statistics.connections, 2);
    assert_eq!(
        lines
            .iter()
            .filter(|line| line.contains("http_request"))
            .count(),
        2
    );
}

#[test]
fn protocols_are_recognised_on_any_port() {
    let mut http = Conversation::new(4444);
    http.client(b"GET / HTTP/1.1\r\n\r\n");
    assert_eq!(named(&http.events(), "http_request").len(), 1);
    let mut other = Conversation::new(4444);
    other.client(b"HELO example\r\n");
    assert!(other.events().is_empty());
}

#[test]
fn sequence_numbers_wrap() {
    let mut pcap = Pcap::new(101);
    let start = u32::MAX - 10;
    let request = b"GET / HTTP/1.1\r\nHost: example\r\n\r\n";
    let client = |sequence: u32, flags, data: &[u8]| {
        let acknowledgment = if flags & ACK != 0 { 501 } else { 0 };
        ipv4(
            CLIENT,
            SERVER,
            6,
            &tcp((CLIENT_PORT, 80), sequence, acknowledgment, flags, data),
        )
    };
    pcap.packet(1, 0, &client(start, SYN, &[]));
    pcap.packet(
        1,
        0,
        &ipv4(
            SERVER,
            CLIENT,
            6,
            &tcp((80, CLIENT_PORT), 500, start + 1, SYN | ACK, &[]),
        ),
    );
    for (index, byte) in request.iter().enumerate() {
        let sequence = (start + 1).wrapping_add(u32::try_from(index).unwrap());
        pcap.packet(1, 0, &client(sequence, ACK, &[*byte]));
    }
    let events = events(&pcap.bytes());
    assert_eq!(named(&events, "http_header").len(), 1);
}
