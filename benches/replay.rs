//! How fast the replay engine is: remote procedure calls, and HTTP bodies.
//!
//! With `SIGZEEK_CAPTURE` set to a capture's path, that is measured as well.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use replay_support::Conversation;
use sigzeek::replay::{self, Event};

#[path = "../tests/replay_support/mod.rs"]
mod replay_support;

const CALLS: usize = 20_000;
const STUB_BYTES: usize = 200;
const BODIES: usize = 200;
const BODY_BYTES: usize = 40_000;
const SEGMENT_BYTES: usize = 1400;

fn replay(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("replay");
    let mut captures = vec![("calls", calls()), ("bodies", bodies())];
    if let Some(path) = std::env::var_os("SIGZEEK_CAPTURE") {
        captures.push(("given", std::fs::read(path).expect("a capture")));
    }
    for (name, capture) in &captures {
        group.throughput(Throughput::Bytes(capture.len() as u64));
        group.bench_with_input(
            BenchmarkId::from_parameter(name),
            capture,
            |bencher, capture| {
                bencher.iter(|| replayed(capture));
            },
        );
    }
    group.finish();
}

fn replayed(capture: &[u8]) -> u64 {
    let mut events = 0;
    let mut sink = |event: &Event<'_>| {
        black_box(event);
        events += 1;
    };
    replay::replay_reader(capture, &mut sink).expect("a capture");
    assert!(events > 0);
    events
}

/// Calls of an interface, each with its response.
fn calls() -> Vec<u8> {
    const BIND: &str = "05000b03100000004800000001000000b810b810000000000100000000000100\
                        8206f71f510ae830076d740be8cee98b0100000004000000\
                        045d888aeb1cc9119fe808002b10486002000000";
    let request = pdu(0);
    let response = pdu(2);
    let mut conversation = Conversation::new(135);
    conversation.client(&unhex(BIND));
    for _ in 0..CALLS {
        conversation.client(&request).server(&response);
    }
    conversation.close();
    conversation.pcap()
}

fn pdu(ptype: u8) -> Vec<u8> {
    const WHOLE: u8 = 3;
    let length = u16::try_from(24 + STUB_BYTES).unwrap();
    let mut pdu = vec![5, 0, ptype, WHOLE, 0x10, 0, 0, 0];
    pdu.extend(length.to_le_bytes());
    pdu.extend([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
    pdu.resize(usize::from(length), 0x41);
    pdu
}

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks_exact(2)
        .map(|digits| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap())
        .collect()
}

fn bodies() -> Vec<u8> {
    let reply = format!("HTTP/1.1 200 OK\r\nContent-Length: {BODY_BYTES}\r\n\r\n");
    let body = vec![b'x'; BODY_BYTES];
    let mut conversation = Conversation::new(80);
    for _ in 0..BODIES {
        conversation
            .client(b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n")
            .server(reply.as_bytes());
        for segment in body.chunks(SEGMENT_BYTES) {
            conversation.server(segment);
        }
        conversation.acknowledge();
    }
    conversation.close();
    conversation.pcap()
}

criterion_group!(benches, replay);
criterion_main!(benches);
