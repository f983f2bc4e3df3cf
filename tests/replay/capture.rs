//! Capture files of every kind, good and bad, and the layers below TCP.

use std::io::Write;

use crate::replay_support::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use sigzeek::replay::tcp::Limits;
use sigzeek::replay::{self, CaptureError, CaptureReader, CaptureWarning, Engine, Event};

const ETHERNET: u32 = 1;
const RAW: u32 = 101;

/// A request as packets of raw IP; what every capture below carries.
fn request() -> Conversation {
    let mut conversation = Conversation::new(80);
    conversation.client(b"GET /index HTTP/1.1\r\nHost: a\r\n\r\n");
    conversation
}

fn sees_request(capture: &[u8]) -> bool {
    !named(&events(capture), "http_request").is_empty()
}

/// A capture of the request with every packet wrapped.
fn wrapped(link: u32, wrap: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut pcap = Pcap::new(link);
    for packet in request().packets() {
        pcap.packet(1, 0, &wrap(packet));
    }
    pcap.bytes()
}

#[test]
fn byte_orders_and_clocks_give_the_same_times() {
    let expected = "1.000000 10.0.0.1 40000 10.0.0.2 80 http_request";
    for (magic, big_endian) in [
        (0xa1b2_c3d4, false),
        (0xa1b2_c3d4, true),
        (0xa1b2_3c4d, false),
        (0xa1b2_3c4d, true),
    ] {
        let mut pcap = Pcap::with_magic(RAW, magic, big_endian);
        for packet in request().packets() {
            pcap.packet(1, 999, packet);
        }
        let lines = replayed(&pcap.bytes()).0;
        let micros = if magic == 0xa1b2_c3d4 {
            "1.000999"
        } else {
            "1.000000"
        };
        assert!(
            lines[0].starts_with(&expected.replace("1.000000 ", &format!("{micros} "))),
            "{}",
            lines[0]
        );
    }
}

#[test]
fn gzip_is_unpacked() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&request().pcap()).unwrap();
    assert!(sees_request(&encoder.finish().unwrap()));
}

fn pcapng_block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(12 + body.len().next_multiple_of(4)).unwrap();
    let mut block = Vec::new();
    block.extend(kind.to_le_bytes());
    block.extend(length.to_le_bytes());
    block.extend(body);
    block.resize(block.len().next_multiple_of(4), 0);
    block.extend(length.to_le_bytes());
    block
}

#[test]
fn pcapng_interfaces_have_their_own_clock() {
    const SECTION: u32 = 0x0a0d_0d0a;
    let mut capture = pcapng_block(
        SECTION,
        &[
            0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255,
        ],
    );
    // Raw IP, and a clock that counts milliseconds.
    let interface = [101, 0, 0, 0, 0, 0, 4, 0, 9, 0, 1, 0, 3, 0, 0, 0, 0, 0, 0, 0];
    capture.extend(pcapng_block(1, &interface));
    for packet in request().packets() {
        let length = u32::try_from(packet.len()).unwrap().to_le_bytes();
        let mut body = vec![0; 8];
        body.extend(1_500_u32.to_le_bytes());
        body.extend([length, length].concat());
        body.extend(packet);
        capture.extend(pcapng_block(6, &body));
    }
    assert!(replayed(&capture).0[0].starts_with("1.500000 "));
}

#[test]
fn what_is_no_capture_is_refused() {
    let mut sink = |_: &Event<'_>| {};
    assert!(matches!(
        replay::replay_reader(&b""[..], &mut sink),
        Err(CaptureError::Empty)
    ));
    assert!(matches!(
        replay::replay_reader(&b"hello"[..], &mut sink),
        Err(CaptureError::NotACapture)
    ));
    for capture in [Pcap::new(RAW).bytes(), pcapng_block(0x0a0d_0d0a, &[0; 16])] {
        for length in [4, 23] {
            let cut = &capture[..length];
            let refused = replay::replay_reader(cut, &mut sink);
            assert!(
                matches!(refused, Err(CaptureError::HeaderCutShort)),
                "{refused:?}"
            );
        }
    }
    assert!(matches!(
        replay::replay_reader(&[0x1f, 0x8b, 8][..], &mut sink),
        Err(CaptureError::HeaderCutShort)
    ));
}

#[test]
fn a_capture_without_packets_is_one() {
    let (lines, statistics) = replayed(&Pcap::new(RAW).bytes());
    assert!(lines.is_empty());
    assert_eq!(statistics.packets, 0);
}

#[test]
fn every_cut_is_survived_and_told() {
    let whole = request().pcap();
    let header = 24;
    for length in header + 1..whole.len() {
        let (_, statistics) = replayed(&whole[..length]);
        let between_packets = statistics.capture_warnings.is_empty();
        assert!(
            between_packets || statistics.capture_warnings == [CaptureWarning::CutShort],
            "at {length}"
        );
    }
}

#[test]
fn a_packed_capture_that_is_cut_is_read_up_to_there() {
    let whole = request().pcap();
    // Packed as it is, so that what is cut off is cut off both.
    let mut packer = GzEncoder::new(Vec::new(), Compression::none());
    packer.write_all(&whole).unwrap();
    let packed = packer.finish().unwrap();
    let (events, _) = replayed(&whole);
    for length in 3..packed.len() {
        let mut lines = Vec::new();
        let mut sink = |event: &Event<'_>| lines.push(event.to_string());
        match replay::replay_reader(&packed[..length], &mut sink) {
            Ok(statistics) => {
                let warnings = statistics.capture_warnings;
                assert_eq!(warnings, [CaptureWarning::CutShort], "at {length}");
            }
            Err(error) => assert!(
                matches!(error, CaptureError::HeaderCutShort),
                "at {length}: {error}"
            ),
        }
        assert!(events.starts_with(&lines), "at {length}");
    }
    let near_the_end = &packed[..packed.len() - 1];
    let mut count = 0;
    let mut sink = |_: &Event<'_>| count += 1;
    replay::replay_reader(near_the_end, &mut sink).unwrap();
    assert!(count > 0);
}

/// Zeek skips them.
#[test]
fn packets_of_a_pcap_after_2038_are_left_out() {
    let capture = |seconds: u32| {
        let mut pcap = Pcap::new(RAW);
        for packet in request().packets() {
            pcap.packet(seconds, 0, packet);
        }
        pcap.bytes()
    };
    let last = u32::try_from(i32::MAX).unwrap();
    assert!(sees_request(&capture(last)));
    let (lines, statistics) = replayed(&capture(last + 1));
    assert!(lines.is_empty());
    assert_eq!(statistics.packets, 0);
    assert_eq!(statistics.capture_warnings, [CaptureWarning::NegativeTime]);
}

#[test]
fn an_absurd_length_stops_reading() {
    let mut capture = request().pcap();
    let mut record = vec![1, 0, 0, 0, 0, 0, 0, 0];
    record.extend([0xff; 8]);
    capture.extend(record);
    capture.extend(vec![0; 1 << 16]);
    let (_, statistics) = replayed(&capture);
    assert_eq!(statistics.packets, 4);
    assert!(!statistics.capture_warnings.is_empty());
}

#[test]
fn link_layers_lead_to_ip() {
    let vlan = |inner: u16| [&[0, 5][..], &inner.to_be_bytes()].concat();
    assert!(
        sees_request(&wrapped(ETHERNET, |packet| ethernet(0x0800, packet))),
        "Ethernet"
    );
    assert!(
        sees_request(&wrapped(ETHERNET, |packet| ethernet(
            0x8100,
            &[&vlan(0x0800)[..], packet].concat()
        ))),
        "VLAN"
    );
    let qinq =
        |packet: &[u8]| ethernet(0x88a8, &[&vlan(0x8100)[..], &vlan(0x0800), packet].concat());
    assert!(sees_request(&wrapped(ETHERNET, qinq)), "QinQ");
    let mpls =
        |packet: &[u8]| ethernet(0x8847, &[&[0, 1, 0, 64, 0, 2, 1, 64][..], packet].concat());
    assert!(sees_request(&wrapped(ETHERNET, mpls)), "MPLS");
    let pppoe = |packet: &[u8]| {
        let length = u16::try_from(packet.len() + 2).unwrap().to_be_bytes();
        ethernet(
            0x8864,
            &[&[0x11, 0, 0, 1][..], &length, &[0, 0x21], packet].concat(),
        )
    };
    assert!(sees_request(&wrapped(ETHERNET, pppoe)), "PPPoE");
    assert!(
        sees_request(&wrapped(0, |packet| [&[2, 0, 0, 0][..], packet].concat())),
        "loopback"
    );
    assert!(
        sees_request(&wrapped(113, |packet| [&[0; 14][..], &[8, 0], packet].concat())),
        "cooked"
    );
    assert!(
        sees_request(&wrapped(276, |packet| [&[8, 0][..], &[0; 18], packet].concat())),
        "cooked, version 2"
    );
}

#[test]
fn tunnels_are_followed() {
    let outer =
        |protocol: u8, payload: &[u8]| ipv4([192, 0, 2, 1], [192, 0, 2, 2], protocol, payload);
    assert!(
        sees_request(&wrapped(RAW, |packet| outer(4, packet))),
        "IP in IP"
    );
    assert!(
        sees_request(&wrapped(RAW, |packet| outer(
            47,
            &[&[0, 0, 8, 0][..], packet].concat()
        ))),
        "GRE"
    );
    let vxlan = |packet: &[u8]| {
        let frame = [&[8, 0, 0, 0, 0, 0, 1, 0][..], &ethernet(0x0800, packet)].concat();
        outer(17, &udp(50_000, 4789, &frame))
    };
    assert!(sees_request(&wrapped(RAW, vxlan)), "VXLAN");
    let geneve = |packet: &[u8]| {
        let frame = [
            &[0, 0, 0x65, 0x58, 0, 0, 1, 0][..],
            &ethernet(0x0800, packet),
        ]
        .concat();
        outer(17, &udp(50_000, 6081, &frame))
    };
    assert!(sees_request(&wrapped(RAW, geneve)), "Geneve");
}

#[test]
fn a_tunnel_without_end_is_left() {
    let mut packet = ipv4(CLIENT, SERVER, 6, &[0; 20]);
    for _ in 0..200 {
        packet = ipv4(CLIENT, SERVER, 4, &packet);
    }
    let mut pcap = Pcap::new(RAW);
    pcap.packet(1, 0, &packet);
    let (lines, statistics) = replayed(&pcap.bytes());
    assert!(lines.is_empty());
    assert_eq!(statistics.packet_warnings.len(), 1);
}

#[test]
fn fragments_are_put_together_and_the_first_copy_stays() {
    let mut pcap = Pcap::new(RAW);
    for packet in request().packets() {
        let payload = &packet[20..];
        let split = 24;
        if payload.len() <= split {
            pcap.packet(1, 0, packet);
            continue;
        }
        // The last one first, then one that overlaps it with other bytes.
        let last = ipv4_fragment(CLIENT, SERVER, 6, 7, 3, &payload[split..]);
        let mut overlapping = payload[..split + 8].to_vec();
        overlapping[split..].fill(b'X');
        pcap.packet(1, 0, &last);
        pcap.packet(
            1,
            0,
            &ipv4_fragment(CLIENT, SERVER, 6, 7, 0x2000, &overlapping),
        );
    }
    let events = events(&pcap.bytes());
    assert!(
        named(&events, "http_request")[0].contains(&format!("original_uri={}", hex(b"/index")))
    );
}

#[test]
fn ipv6_extension_headers_and_fragments() {
    let mut conversation = Vec::new();
    for packet in request().packets() {
        let segment = &packet[20..];
        let hop_by_hop = [&[6, 0, 1, 4, 0, 0, 0, 0][..], segment].concat();
        conversation.push((
            packet[12..16] == CLIENT,
            ipv6(0, &hop_by_hop),
            segment.to_vec(),
        ));
    }
    let mut pcap = Pcap::new(RAW);
    for (from_client, mut packet, segment) in conversation {
        if !from_client {
            packet[23] = 2;
            packet[39] = 1;
        }
        if segment.len() > 24 {
            let fragment = |position: [u8; 2], data: &[u8]| {
                ipv6(
                    44,
                    &[&[6, 0, position[0], position[1], 0, 0, 0, 9][..], data].concat(),
                )
            };
            pcap.packet(1, 0, &fragment([0, 1], &segment[..24]));
            pcap.packet(1, 0, &fragment([0, 24], &segment[24..]));
        } else {
            pcap.packet(1, 0, &packet);
        }
    }
    let lines = replayed(&pcap.bytes()).0;
    assert!(
        lines[0].contains("fd00::1 40000 fd00::2 80 http_request"),
        "{lines:?}"
    );
}

#[test]
fn padding_behind_ip_is_no_data() {
    let padded = wrapped(ETHERNET, |packet| {
        [ethernet(0x0800, packet), vec![b'Z'; 30]].concat()
    });
    assert_eq!(events(&padded), events(&wrapped(RAW, <[u8]>::to_vec)));
}

#[test]
fn flows_without_number_are_bounded() {
    let mut pcap = Pcap::new(RAW);
    for flow in 0..500_u32 {
        let [_, a, b, c] = flow.to_be_bytes();
        let segment = tcp((1025, 80), 1, 0, SYN, &[]);
        pcap.packet(1, 0, &ipv4([10, a, b, c], SERVER, 6, &segment));
    }
    let mut engine = Engine::new(Limits {
        connections: 100,
        ..Limits::default()
    });
    let mut sink = |_: &Event<'_>| {};
    let capture = pcap.bytes();
    CaptureReader::new(&capture[..])
        .unwrap()
        .for_each_packet(|packet| engine.packet(packet, &mut sink));
    let statistics = engine.statistics();
    assert_eq!(
        (statistics.connections, statistics.evicted_connections),
        (500, 400)
    );
}

#[test]
fn a_routing_header_may_be_too_short() {
    let mut pcap = Pcap::new(RAW);
    pcap.packet(1, 0, &ipv6(43, &[6, 0, 0, 1, 0, 0, 0, 0]));
    assert!(replayed(&pcap.bytes()).0.is_empty());
}
