//! HTTP messages.

use std::io::Write;

use crate::replay_support::*;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

/// An answer to a GET.
fn answer(reply: &[u8]) -> Vec<String> {
    let mut conversation = Conversation::new(80);
    conversation
        .client(b"GET / HTTP/1.1\r\n\r\n")
        .server(reply)
        .acknowledge();
    conversation.events()
}

/// The reply's body, put together.
fn body(events: &[String]) -> String {
    let prefix = "http_entity_data is_orig=F data=";
    named(events, prefix)
        .into_iter()
        .map(|event| &event[prefix.len()..])
        .collect()
}

#[test]
fn the_uri_is_unescaped_once() {
    let cases: [(&[u8], &[u8]); 7] = [
        (b"/a%20b", b"/a b"),
        (b"/%2541", b"/%41"),
        (b"/%u0041%u2603", b"/A\x26\x03"),
        (b"/%%41", b"/A"),
        (b"/%zz", b"/%zz"),
        (b"/%", b"/%"),
        (b"/%4", b"/%4"),
    ];
    for (uri, unescaped) in cases {
        let mut conversation = Conversation::new(80);
        conversation.client(&[b"GET ", uri, b" HTTP/1.1\r\n\r\n"].concat());
        let events = conversation.events();
        let wanted = format!(
            "original_uri={} unescaped_uri={} ",
            hex(uri),
            hex(unescaped)
        );
        assert!(events[0].contains(&wanted), "{}", events[0]);
    }
}

#[test]
fn pipelined_requests_are_told_apart() {
    let mut conversation = Conversation::new(80);
    conversation.client(b"GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
    conversation.server(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nb");
    let events = conversation.events();
    assert_eq!(named(&events, "http_request").len(), 2);
    assert_eq!(named(&events, "http_reply").len(), 2);
    assert_eq!(body(&events), hex(b"ab"));
}

#[test]
fn header_fields_keep_their_case_and_order() {
    let mut conversation = Conversation::new(80);
    conversation.client(b"GET / HTTP/1.1\r\nB: 2\r\naA:  1\r\n folded\r\nnocolon\r\n\r\n");
    let events = conversation.events();
    let header = |name: &[u8], value: &[u8]| {
        format!(
            "http_header is_orig=T name={} value={}",
            hex(name),
            hex(value)
        )
    };
    assert_eq!(
        named(&events, "http_header"),
        [header(b"B", b"2"), header(b"aA", b"1 folded")]
    );
}

#[test]
fn chunked_bodies_lose_their_framing() {
    let events = answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: t\r\n\r\n");
    assert_eq!(body(&events), hex(b"abc0123456789"));
    assert!(named(&events, "http_message_done is_orig=F")[0].contains("interrupted=F"));
}

#[test]
fn packed_bodies_are_unpacked() {
    let text = b"packed ".repeat(2000);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&text).unwrap();
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
    deflate.write_all(&text).unwrap();
    for (coding, packed) in [
        ("gzip", gzip.finish().unwrap()),
        ("deflate", deflate.finish().unwrap()),
    ] {
        let header = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
            packed.len()
        );
        let events = answer(&[header.as_bytes(), &packed].concat());
        assert_eq!(body(&events), hex(&text), "{coding}");
    }
}

#[test]
fn head_and_not_modified_have_no_body() {
    let mut conversation = Conversation::new(80);
    conversation
        .client(b"HEAD / HTTP/1.1\r\n\r\n")
        .server(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
    conversation
        .client(b"GET / HTTP/1.1\r\n\r\n")
        .server(b"HTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\n");
    let events = conversation.events();
    assert_eq!(named(&events, "http_message_done is_orig=F").len(), 2);
    assert!(body(&events).is_empty());
}

#[test]
fn continue_comes_before_the_reply() {
    let mut conversation = Conversation::new(80);
    conversation.client(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    conversation
        .server(b"HTTP/1.1 100 Continue\r\n\r\n")
        .client(b"hi");
    conversation.server(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let events = conversation.events();
    let codes: Vec<_> = named(&events, "http_reply")
        .iter()
        .map(|event| event.split(' ').nth(2).unwrap().to_owned())
        .collect();
    assert_eq!(codes, ["code=100", "code=200"]);
}

#[test]
fn a_body_can_end_with_the_connection() {
    let mut conversation = Conversation::new(80);
    conversation
        .client(b"GET / HTTP/1.0\r\n\r\n")
        .server(b"HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nline\nrest");
    conversation.acknowledge().close();
    let events = conversation.events();
    assert_eq!(body(&events), hex(b"line\nrest"));
    assert!(named(&events, "http_message_done is_orig=F")[0].contains("interrupted=F"));
}

#[test]
fn multipart_bodies_are_taken_apart() {
    let parts =
        b"--x\r\nContent-Type: text/html\r\n\r\none\r\ntwo\r\n--x\r\n\r\nthree\r\n--x--\r\n";
    let header = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; boundary=x\r\nContent-Length: {}\r\n\r\n",
        parts.len()
    );
    let events = answer(&[header.as_bytes(), parts].concat());
    assert_eq!(named(&events, "http_begin_entity is_orig=F").len(), 3);
    assert_eq!(body(&events), hex(b"one\r\ntwothree"));
}

#[test]
fn other_protocols_after_an_upgrade_are_left_alone() {
    let mut conversation = Conversation::new(80);
    conversation.client(b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n");
    conversation
        .server(b"HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    conversation
        .client(b"GET /no HTTP/1.1\r\n\r\n")
        .server(b"\x81\x02hi");
    let events = conversation.events();
    assert_eq!(named(&events, "http_request").len(), 1);
    assert_eq!(
        named(&events, "http_connection_upgrade"),
        [format!(
            "http_connection_upgrade protocol={}",
            hex(b"websocket")
        )]
    );
}

#[test]
fn a_proxy_s_tunnel_is_looked_into() {
    let mut conversation = Conversation::new(3128);
    conversation
        .client(b"CONNECT a:80 HTTP/1.1\r\n\r\n")
        .server(b"HTTP/1.1 200 OK\r\n\r\n");
    conversation.client(b"GET /inside HTTP/1.1\r\n\r\n");
    let events = conversation.events();
    assert_eq!(named(&events, "http_request").len(), 2);
}

#[test]
fn tunnels_in_tunnels_are_bounded() {
    let mut conversation = Conversation::new(3128);
    for _ in 0..500 {
        conversation
            .client(b"CONNECT a:80 HTTP/1.1\r\n\r\n")
            .server(b"HTTP/1.1 200 OK\r\n\r\n");
    }
    let requests = named(&conversation.events(), "http_request").len();
    assert!((2..500).contains(&requests));
}

#[test]
fn web_socket_frames_are_taken_off() {
    let mut conversation = Conversation::new(80);
    conversation
        .client(b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        .server(b"HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    let mask = [1, 2, 3, 4];
    let text = b"GET /inside HTTP/1.1\r\n\r\n";
    let mut frame = vec![0x82, 0x80 | u8::try_from(text.len()).unwrap()];
    frame.extend(mask);
    frame.extend(text.iter().zip(mask.iter().cycle()).map(|(a, b)| a ^ b));
    conversation.client(&frame[..9]).client(&frame[9..]);
    let requests = named(&conversation.events(), "http_request").len();
    assert_eq!(requests, 2);
}

#[test]
fn a_socks_proxy_s_connection_is_looked_into() {
    let mut conversation = Conversation::new(9050);
    conversation
        .client(&[5, 1, 0])
        .server(&[5, 0])
        .client(&[5, 1, 0, 1, 10, 0, 0, 3, 0, 80])
        .server(&[5, 0, 0, 1, 10, 0, 0, 3, 0, 80])
        .client(b"GET /inside HTTP/1.1\r\n\r\n");
    let requests = named(&conversation.events(), "http_request").len();
    assert_eq!(requests, 1);
}
