//! Captures without what tells whose they are: addresses, MAC addresses, names of hosts, domains and users, and SIDs become others,
//! the same throughout and as long, so that no length in a protocol changes; what proves who somebody is gets blanked.

mod identities;
mod secrets;
mod sign_in;
mod substitution;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::path::Path;

use regex_automata::meta::Regex;

use self::identities::IdentityNames;
pub(crate) use self::identities::{names_somebody, profile_owner, profile_owners};
pub use self::secrets::Blanked;
use self::substitution::{
    Identities, SEPARATORS, Sid, SidKind, Substitution, hexadecimal, reversed,
};
use super::conversation::{ConversationSide, ends};
use super::segment::{ETHERNET, Segment};
use super::{CutError, LoadedCapture, Packet, Scope, ends_of};
use crate::event::{Event, EventSink as _, Timestamp};
use crate::replay::capture::{CapturedPacket, LinkType, pcap};
use crate::replay::{self, CaptureError, CaptureReader};

/// A capture that was anonymised.
#[derive(Debug)]
pub struct Anonymised {
    /// The pcap file.
    pub bytes: Vec<u8>,
    /// How many addresses stand for others.
    pub addresses: usize,
    /// How many MAC addresses do.
    pub macs: usize,
    /// How many names do that are in it, by their labels.
    pub names: usize,
    /// How many SIDs of hosts and domains do.
    pub sids: usize,
    /// What was blanked.
    pub blanked: Blanked,
    /// Names that are too short to be sought.
    pub short: BTreeSet<String>,
    /// What is still there.
    pub left: BTreeSet<String>,
    /// How many packets were left out, since they are neither TCP nor UDP.
    pub dropped: usize,
    /// The connections and UDP flows with a payload whose protocol is not read, by their ends as they are now.
    pub unread: Vec<[SocketAddr; 2]>,
    substitution: Substitution,
}

/// What is said of a connection whose protocol is not read.
pub const UNREAD: &str =
    "its protocol is not read: only addresses and known names in its payload were replaced";

impl Anonymised {
    /// What stands for an end of a connection.
    #[must_use]
    pub fn end(&self, end: SocketAddr) -> SocketAddr {
        SocketAddr::new(self.substitution.address(end.ip()), end.port())
    }

    /// A text that names addresses, such as a notice's message, as the anonymised capture gives it.
    #[must_use]
    pub fn text(&self, text: &[u8]) -> Vec<u8> {
        self.substitution.text_of_addresses(text)
    }
}

/// Anonymises a pcap file. `names` are to be replaced beside those that the protocols tell.
///
/// # Errors
///
/// See [`CutError`].
pub fn anonymise(capture: &[u8], names: &[String]) -> Result<Anonymised, CutError> {
    let loaded = LoadedCapture::read(CaptureReader::new(capture)?, &Scope::Everything)?;
    let mut identities = Identities::default();
    let mut read = BTreeSet::new();
    let mut sink = |event: &Event<'_>| {
        read.insert(ends_of(event.connection));
        identities.names.event(event);
    };
    replay::replay_packets(CaptureReader::new(capture)?, &mut sink, |_, _| {});
    identities.names.finish();
    names.iter().for_each(|name| identities.names.add(name));
    let mut streams = streams(&loaded);
    let mut blanked = Blanked::default();
    for stream in streams.values_mut() {
        blanked.add(secrets::blank(&mut stream.bytes, &mut identities.names));
        sids(&stream.bytes, &mut identities.sids);
        texts(&stream.bytes, &mut identities.addresses);
    }
    let unread = unread(&loaded, &read);
    for conversation in unread.keys() {
        for (_, stream) in streams.range_mut((*conversation, 0)..=(*conversation, 1)) {
            blanked.ftp_and_mail += sign_in::blank(&mut stream.bytes, &mut identities);
        }
    }
    for packet in &loaded.packets {
        let link = HeaderAddresses::of(packet);
        identities.macs.extend(link.macs(&packet.data));
        identities.addresses.extend(link.addresses);
    }
    identities
        .addresses
        .extend(identities.names.addresses.clone());
    let substitution = Substitution::new(&identities);
    let mut there = BTreeSet::new();
    for stream in streams.values_mut() {
        substitution.left_in(&stream.bytes, &mut there);
        substitution.apply(&mut stream.bytes);
    }
    let labels = identities.names.labels().into_iter();
    let labels = labels.filter(|label| there.contains(*label)).count();
    let mut written = Vec::new();
    let mut dropped = 0;
    for packet in &loaded.packets {
        match rewritten(packet, &streams, &substitution) {
            Some(data) => written.push((packet.time, data)),
            None => dropped += 1,
        }
    }
    let mut left = BTreeSet::new();
    for (_, data) in &written {
        substitution.left_in(data, &mut left);
    }
    let unread = unread.into_values().chain(flows(&loaded));
    let unread = unread
        .map(|ends| ends.map(|end| SocketAddr::new(substitution.address(end.ip()), end.port())));
    let unread = unread.collect();
    let link = loaded
        .packets
        .first()
        .map_or(ETHERNET, |packet| packet.link);
    Ok(Anonymised {
        bytes: file(link, &written),
        addresses: identities.addresses.len(),
        macs: identities.macs.len(),
        names: labels,
        sids: identities.sids.len(),
        blanked,
        short: identities.names.short,
        left,
        dropped,
        unread,
        substitution,
    })
}

/// Lines of a log with other addresses, names and SIDs.
#[derive(Debug)]
pub(crate) struct AnonymousLines {
    pub(crate) lines: Vec<Vec<u8>>,
    /// Names that are too short to be sought, and those that are still there.
    pub(crate) left: BTreeSet<String>,
}

/// Anonymises lines of a log: `names`, and all addresses, MAC addresses and SIDs that stand in them.
pub(crate) fn anonymise_lines(
    lines: &[Vec<u8>],
    names: impl Iterator<Item = impl AsRef<str>>,
) -> AnonymousLines {
    let mut identities = Identities::default();
    names.for_each(|name| identities.names.add(name.as_ref()));
    let mac = Regex::new(r"(?-u:\b[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}\b)").ok();
    for line in lines {
        sids(line, &mut identities.sids);
        identities
            .addresses
            .extend(substitution::addresses_in(line));
        let macs = mac.iter().flat_map(|mac| mac.find_iter(line));
        identities.macs.extend(macs.filter_map(|place| {
            let text = str::from_utf8(&line[place.range()]).ok()?;
            let mut octets = text.split([':', '-']);
            let mut mac = [0; 6];
            for octet in &mut mac {
                *octet = u8::from_str_radix(octets.next()?, 16).ok()?;
            }
            Some(mac)
        }));
    }
    let substitution = Substitution::new(&identities);
    let lines: Vec<_> = lines
        .iter()
        .map(|line| substitution.text_of_addresses(line))
        .collect();
    let mut left = BTreeSet::new();
    for line in &lines {
        substitution.left_in(line, &mut left);
    }
    left.append(&mut identities.names.short);
    AnonymousLines { lines, left }
}

/// The names of hosts, domains and users that a text gives, by their labels, in lower case.
pub(crate) fn labels(name: &str) -> Vec<String> {
    let mut names = IdentityNames::default();
    names.add(name);
    names.labels().into_iter().map(str::to_owned).collect()
}

/// The names of hosts, domains and users that a capture's protocols tell, by their labels, in lower case.
///
/// # Errors
///
/// If there is no capture to read.
pub fn names_in(path: &Path) -> Result<Vec<String>, CaptureError> {
    let mut names = IdentityNames::default();
    CaptureReader::open(path)?.for_each_packet(|packet| {
        let mut data = packet.data.to_vec();
        secrets::blank(&mut data, &mut names);
    });
    replay::replay_file(path, &mut names)?;
    names.finish();
    Ok(names.labels().into_iter().map(str::to_owned).collect())
}

fn file(link: LinkType, packets: &[(Timestamp, Vec<u8>)]) -> Vec<u8> {
    let packets: Vec<CapturedPacket<'_>> = packets
        .iter()
        .map(|(time, data)| CapturedPacket {
            time: *time,
            link,
            wire_len: data.len(),
            data,
        })
        .collect();
    pcap(link, &packets)
}

/// What one side of a connection sends, as far as it was captured.
struct SentBytes {
    /// The offset of the first byte.
    start: i64,
    bytes: Vec<u8>,
}

impl SentBytes {
    /// Where a segment's payload is in it.
    fn place(&self, offset: i64, length: usize) -> Option<Range<usize>> {
        let start = usize::try_from(offset.checked_sub(self.start)?).ok()?;
        let end = start.checked_add(length)?;
        (end <= self.bytes.len()).then_some(start..end)
    }
}

/// The streams of a capture: what is sought can lie across segments. What was sent twice is there once.
fn streams(loaded: &LoadedCapture) -> BTreeMap<(usize, ConversationSide), SentBytes> {
    /// A stream that is larger has a hole: its sequence numbers are no offsets.
    const LARGEST: i64 = 1 << 30;
    let mut extents: BTreeMap<(usize, ConversationSide), Range<i64>> = BTreeMap::new();
    let segments = || loaded.packets.iter().filter_map(Packet::payload);
    for (key, offset, payload) in segments() {
        #[allow(clippy::cast_possible_wrap)] // A packet's length.
        let end = offset + payload.len() as i64;
        let extent = extents.entry(key).or_insert(offset..end);
        *extent = extent.start.min(offset)..extent.end.max(end);
    }
    let mut streams: BTreeMap<(usize, ConversationSide), SentBytes> = BTreeMap::new();
    for (key, offset, payload) in segments() {
        let Some(extent) = extents.get(&key).filter(|it| it.end - it.start <= LARGEST) else {
            continue;
        };
        let stream = streams.entry(key).or_insert_with(|| SentBytes {
            start: extent.start,
            bytes: vec![0; usize::try_from(extent.end - extent.start).unwrap_or(0)],
        });
        if let Some(place) = stream.place(offset, payload.len()) {
            stream.bytes[place].copy_from_slice(payload);
        }
    }
    streams
}

/// The conversations with a payload that are none of the connections whose protocol was read, and their ends, the one that opens it first.
fn unread(
    loaded: &LoadedCapture,
    read: &BTreeSet<[SocketAddr; 2]>,
) -> BTreeMap<usize, [SocketAddr; 2]> {
    let mut unread = BTreeMap::new();
    for packet in &loaded.packets {
        if let Some((segment, location)) = &packet.segment
            && !segment.payload.is_empty()
            && !read.contains(&ends(segment.source, segment.destination))
        {
            let mut sides = [segment.source, segment.destination];
            sides.rotate_left(location.side);
            unread.insert(location.conversation, sides);
        }
    }
    unread
}

/// The ends of UDP flows, the first sender first. No protocol over UDP is read.
fn flows(loaded: &LoadedCapture) -> Vec<[SocketAddr; 2]> {
    let mut seen = BTreeSet::new();
    let others = loaded.packets.iter().filter(|it| it.segment.is_none());
    let flows = others.filter_map(|packet| datagram_ends(packet.link, &packet.data));
    flows
        .filter(|[one, other]| seen.insert(ends(*one, *other)))
        .collect()
}

impl Packet {
    /// A segment's stream, offset and payload.
    fn payload(&self) -> Option<((usize, ConversationSide), i64, &[u8])> {
        let (segment, location) = self.segment.as_ref()?;
        let payload = &self.data[segment.payload.clone()];
        let key = (location.conversation, location.side);
        (!payload.is_empty()).then_some((key, location.offset, payload))
    }
}

/// The packet with what stands for something in it; `None` for one that is not known well enough.
fn rewritten(
    packet: &Packet,
    streams: &BTreeMap<(usize, ConversationSide), SentBytes>,
    substitution: &Substitution,
) -> Option<Vec<u8>> {
    let mut data = packet.data.clone();
    HeaderAddresses::of(packet).replace_macs(&mut data, substitution);
    let Some((segment, _)) = &packet.segment else {
        return datagram(packet.link, &data, substitution);
    };
    let payload = match packet.payload() {
        Some((key, offset, payload)) => {
            let stream = streams.get(&key)?;
            &stream.bytes[stream.place(offset, payload.len())?]
        }
        None => &[],
    };
    let ends = [segment.source, segment.destination].map(|end| substitution.address(end.ip()));
    let acknowledgment = segment.acknowledgment.unwrap_or(0);
    segment.between(ends, &data, segment.sequence, acknowledgment, payload)
}

/// A UDP datagram over IPv4, whose checksum need not be there (RFC 768).
fn datagram(link: LinkType, data: &[u8], substitution: &Substitution) -> Option<Vec<u8>> {
    const CHECKSUM: Range<usize> = 6..8;
    let start = network_start(link, data)?;
    let (mut ip, rest) = udp(data.get(start..)?)?;
    let new = |old: [u8; 4]| match substitution.address(Ipv4Addr::from(old).into()) {
        IpAddr::V4(address) => address.octets(),
        IpAddr::V6(_) => old,
    };
    (ip.source, ip.destination) = (new(ip.source), new(ip.destination));
    ip.header_checksum = ip.calc_header_checksum();
    let mut payload = rest.to_vec();
    payload.get_mut(CHECKSUM)?.fill(0);
    substitution.apply(payload.get_mut(CHECKSUM.end..)?);
    Some([&data[..start], &ip.to_bytes(), &payload].concat())
}

/// The IPv4 header of a datagram that is whole, and what follows.
fn udp(data: &[u8]) -> Option<(etherparse::Ipv4Header, &[u8])> {
    const UDP: u8 = 17;
    const HEADER: usize = 8;
    let (ip, rest) = etherparse::Ipv4Header::from_slice(data).ok()?;
    let is_whole = !ip.more_fragments && ip.fragment_offset.value() == 0 && rest.len() >= HEADER;
    (ip.protocol.0 == UDP && is_whole).then_some((ip, rest))
}

fn datagram_ends(link: LinkType, data: &[u8]) -> Option<[SocketAddr; 2]> {
    let (ip, rest) = udp(data.get(network_start(link, data)?..)?)?;
    let [a, b, c, d, ..] = *rest else {
        return None;
    };
    let end = |address: [u8; 4], port| SocketAddr::new(Ipv4Addr::from(address).into(), port);
    let ports = [[a, b], [c, d]].map(u16::from_be_bytes);
    Some([end(ip.source, ports[0]), end(ip.destination, ports[1])])
}

/// Where a packet has its IPv4 header.
fn network_start(link: LinkType, data: &[u8]) -> Option<usize> {
    const ETHERTYPE: Range<usize> = 12..14;
    const IPV4: [u8; 2] = [0x08, 0x00];
    match link {
        ETHERNET if data.get(ETHERTYPE)? == IPV4 => Some(ETHERTYPE.end),
        LinkType(12 | 14 | 101 | 228) => Some(0),
        _ => None,
    }
}

/// The addresses of a packet's headers.
struct HeaderAddresses {
    macs: Vec<Range<usize>>,
    addresses: Vec<IpAddr>,
}

impl HeaderAddresses {
    fn of(packet: &Packet) -> Self {
        let macs = match packet.link {
            ETHERNET => vec![0..6, 6..12],
            // The sender's, in LINKTYPE_LINUX_SLL.
            LinkType(113) => std::iter::once(6..12).collect(),
            _ => Vec::new(),
        };
        let of_segment = |segment: &Segment| vec![segment.source.ip(), segment.destination.ip()];
        let addresses = match &packet.segment {
            Some((segment, _)) => of_segment(segment),
            None => network_start(packet.link, &packet.data)
                .and_then(|start| etherparse::Ipv4Header::from_slice(&packet.data[start..]).ok())
                .map_or_else(Vec::new, |(ip, _)| {
                    [ip.source, ip.destination]
                        .map(|octets| Ipv4Addr::from(octets).into())
                        .to_vec()
                }),
        };
        Self { macs, addresses }
    }

    /// The MAC addresses, but for those of groups, which tell nobody.
    fn macs<'d>(&'d self, data: &'d [u8]) -> impl Iterator<Item = [u8; 6]> + 'd {
        let places = self.macs.iter();
        let macs = places.filter_map(|place| data.get(place.clone())?.try_into().ok());
        macs.filter(|mac: &[u8; 6]| mac[0] & 1 == 0 && *mac != [0; 6])
    }

    fn replace_macs(&self, data: &mut [u8], substitution: &Substitution) {
        for place in &self.macs {
            if let Some(mac) = data.get_mut(place.clone())
                && let Ok(old) = <[u8; 6]>::try_from(&*mac)
            {
                mac.copy_from_slice(&substitution.mac(old));
            }
        }
    }
}

/// The SIDs of hosts, domains and users in bytes: in binary of both byte orders, as text, and in hexadecimal.
fn sids(bytes: &[u8], found: &mut BTreeSet<Sid>) {
    let plain = narrow(bytes);
    let texts = [bytes, &plain].map(<[u8]>::to_ascii_lowercase);
    for kind in SidKind::ALL {
        let (authority, first) = kind.beginning();
        let beginning = |first: [u8; 4]| [&[0, 0, 0, 0, 0, authority][..], &first].concat();
        let orders = [first.to_le_bytes(), first.to_be_bytes()].map(beginning);
        for (beginning, is_reversed) in orders.iter().zip([false, true]) {
            for start in memchr::memmem::find_iter(bytes, beginning) {
                let start = start + beginning.len();
                if let Some(numbers) = bytes.get(start..start + kind.length()) {
                    let numbers = match is_reversed {
                        true => reversed(numbers),
                        false => numbers.to_vec(),
                    };
                    found.insert(Sid { kind, numbers });
                }
            }
        }
        for text in &texts {
            let beginning = kind.text().to_ascii_lowercase();
            for start in memchr::memmem::find_iter(text, &beginning) {
                found.extend(sid_of_text(kind, &text[start + beginning.len()..]));
            }
            for separator in SEPARATORS {
                let beginning = hexadecimal(&orders[0], separator);
                for start in memchr::memmem::find_iter(text, &beginning) {
                    let rest = &text[start + beginning.len()..];
                    found.extend(sid_of_hexadecimal(kind, rest, separator));
                }
            }
        }
    }
}

fn sid_of_text(kind: SidKind, text: &[u8]) -> Option<Sid> {
    const LONGEST: usize = 4 * 11;
    let text = str::from_utf8(text.get(..LONGEST.min(text.len()))?).ok()?;
    let is_part = |c: char| c.is_ascii_digit() || c == '-';
    let text = &text[..text.find(|c| !is_part(c)).unwrap_or(text.len())];
    let mut parts = text.split('-');
    let mut numbers = Vec::new();
    while numbers.len() < kind.length() {
        numbers.extend(parts.next()?.parse::<u32>().ok()?.to_le_bytes());
    }
    Some(Sid { kind, numbers })
}

/// The SID whose numbers a text begins with, each octet in hexadecimal behind a separator.
fn sid_of_hexadecimal(kind: SidKind, text: &[u8], separator: &str) -> Option<Sid> {
    let octet = |text: &[u8]| {
        let digits = text.strip_prefix(separator.as_bytes())?;
        u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
    };
    let octets = text.chunks(separator.len() + 2).take(kind.length());
    let numbers: Vec<u8> = octets.map(octet).collect::<Option<_>>()?;
    (numbers.len() == kind.length()).then_some(Sid { kind, numbers })
}

/// Addresses of the inside that stand in texts.
fn texts(bytes: &[u8], found: &mut BTreeSet<IpAddr>) {
    let Ok(dotted) = Regex::new(r"(?-u:\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b)") else {
        return;
    };
    let plain = narrow(bytes);
    for text in [bytes, &plain] {
        for place in dotted.find_iter(text) {
            let address = str::from_utf8(&text[place.range()]).unwrap_or_default();
            if let Ok(address) = address.parse::<Ipv4Addr>()
                && (address.is_private() || address.is_link_local())
            {
                found.insert(address.into());
            }
        }
    }
}

/// The ASCII texts among bytes that are in UTF-16, whichever their alignment.
fn narrow(bytes: &[u8]) -> Vec<u8> {
    let mut texts = Vec::new();
    for start in [0, 1] {
        let (units, rest) = bytes.get(start..).unwrap_or_default().as_chunks::<2>();
        let narrowed = units.iter().map(|[low, high]| match high {
            0 if low.is_ascii_graphic() => *low,
            _ => b' ',
        });
        texts.extend(narrowed);
        // The last octet of big-endian text.
        texts.extend(rest);
        texts.push(b' ');
    }
    texts
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn flows_of_udp_are_not_read() {
        let packet = |one: ([u8; 4], u16), other: ([u8; 4], u16)| {
            let builder = etherparse::PacketBuilder::ipv4(one.0, other.0, 64).udp(one.1, other.1);
            let mut data = Vec::new();
            builder.write(&mut data, b"who is bobby").unwrap();
            (Timestamp::default(), data)
        };
        let (client, server) = (([192, 0, 2, 1], 40_000), ([192, 0, 2, 2], 53));
        let packets = [packet(client, server), packet(server, client)];
        let anonymised = anonymise(&file(LinkType(101), &packets), &[]).unwrap();
        let new = [client, server].map(|(address, port)| {
            anonymised.end(SocketAddr::new(Ipv4Addr::from(address).into(), port))
        });
        assert_eq!(anonymised.unread, [new]);
        assert_ne!(new[0].ip(), Ipv4Addr::from(client.0));
    }

    #[test]
    fn sids_become_others_however_they_are_written() {
        const NUMBERS: [u32; 4] = [2_345_678_901, 1_234_567_890, 987_654_321, 3_210_987_654];
        for (kind, last) in [(SidKind::Domain, 500), (SidKind::Cloud, 7)] {
            let (authority, first) = kind.beginning();
            let count = kind.length() / 4;
            let binary = |octets: fn(u32) -> [u8; 4]| {
                let numbers = NUMBERS.into_iter().take(count);
                let numbers = [first].into_iter().chain(numbers).chain([last]);
                let authority = [1, 5, 0, 0, 0, 0, 0, authority];
                authority
                    .into_iter()
                    .chain(numbers.flat_map(octets))
                    .collect::<Vec<u8>>()
            };
            let numbers = NUMBERS.iter().take(count).map(u32::to_string);
            let text = format!("{}{}", kind.text(), numbers.collect::<Vec<_>>().join("-"));
            let wide = |text: &str| -> Vec<u8> {
                text.encode_utf16().flat_map(u16::to_le_bytes).collect()
            };
            let little = binary(u32::to_le_bytes);
            let filter = format!("(objectSid={})", hexadecimal(&little, r"\"));
            let forms = [
                little.clone(),
                binary(u32::to_be_bytes),
                text.as_bytes().to_vec(),
                format!("O:{text}-500G:").into_bytes(),
                wide(&text),
                text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
                filter.as_bytes().to_vec(),
                wide(&filter.to_uppercase()),
                // As Zeek's logs have it.
                filter.replace('\\', r"\\").into_bytes(),
                hexadecimal(&little, "").into_bytes(),
            ];
            for form in &forms {
                let mut identities = Identities::default();
                sids(form, &mut identities.sids);
                assert_eq!(identities.sids.len(), 1, "{form:x?}");
                let substitution = Substitution::new(&identities);
                for written in &forms {
                    let mut bytes = [&[0xff][..], written, &[0xff]].concat();
                    substitution.apply(&mut bytes);
                    assert_eq!(bytes.len(), written.len() + 2);
                    let mut left = BTreeSet::new();
                    substitution.left_in(&bytes, &mut left);
                    assert!(left.is_empty(), "{left:?} of {written:x?} by {form:x?}");
                    assert_ne!(&bytes[1..=written.len()], written.as_slice());
                }
            }
        }
    }

    #[test]
    fn the_guid_that_a_sid_is_made_of_becomes_another() {
        let text = "S-1-12-1-1943430372-1249052806-2496021943-3034400218";
        let guid = "73d664e4-0886-4a73-b745-c694da45ddb4";
        let mut identities = Identities::default();
        sids(text.as_bytes(), &mut identities.sids);
        let mut bytes = format!("{{\"id\":\"{guid}\"}}").into_bytes();
        Substitution::new(&identities).apply(&mut bytes);
        let changed = String::from_utf8_lossy(&bytes).into_owned();
        assert!(
            !changed.contains("73d664e4") && !changed.contains("da45ddb4"),
            "{changed}"
        );
    }
}
