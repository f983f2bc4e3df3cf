//! IPv4 and IPv6, with extension headers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::bytes::{be16, be32, byte};
use super::fragment::{Fragment, FragmentKey};
use super::{Decapsulation, Layer, PacketWarning, TcpSegment};

pub(super) mod protocol {
    pub(crate) const HOP_BY_HOP: u8 = 0;
    pub(crate) const IPV4: u8 = 4;
    pub(crate) const TCP: u8 = 6;
    pub(crate) const UDP: u8 = 17;
    pub(crate) const IPV6: u8 = 41;
    pub(crate) const ROUTING: u8 = 43;
    pub(crate) const FRAGMENT: u8 = 44;
    pub(crate) const GRE: u8 = 47;
    pub(crate) const ESP: u8 = 50;
    pub(crate) const AUTHENTICATION: u8 = 51;
    pub(crate) const NONE: u8 = 59;
    pub(crate) const DESTINATION: u8 = 60;
    pub(crate) const MOBILITY: u8 = 135;
}

/// What the transport layer needs of the network layer.
#[derive(Clone, Copy, Debug)]
pub(super) struct NetworkLayer {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    pub(super) protocol: u8,
    /// Length of the payload in bytes as the header says; `None` if its total length is 0.
    pub(super) payload_len: Option<usize>,
}

/// An IP header, whatever its version.
struct IpHeader {
    network: NetworkLayer,
    header_len: usize,
    total_len: usize,
    fragment: Option<FragmentPosition>,
}

struct FragmentPosition {
    id: u32,
    offset: usize,
    more: bool,
}

impl Decapsulation<'_, '_> {
    pub(super) fn ip(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        if layer.data.len() < 20 {
            return Err(PacketWarning::Truncated);
        }
        let header = match layer.data[0] >> 4 {
            4 => ipv4(layer.data)?,
            6 => ipv6(layer.data)?,
            _ => return Err(PacketWarning::Malformed),
        };
        let captured = layer.data.len() + layer.trailer;
        let total_len = if header.total_len == 0 {
            captured
        } else {
            header.total_len
        };
        if layer.data.len() + layer.beyond < total_len {
            return Err(PacketWarning::Truncated);
        }
        if header.header_len > total_len || header.header_len < 20 {
            return Err(PacketWarning::Malformed);
        }
        if header.header_len > layer.data.len() {
            return Err(PacketWarning::Truncated);
        }
        match &header.fragment {
            None => {
                let payload = layer
                    .skip(header.header_len)
                    .ok_or(PacketWarning::TooDeep)?;
                self.transport(&header.network, payload)
            }
            Some(position) if layer.data.len() < total_len => {
                // Can't become whole. The first fragment still shows the ports.
                if position.offset != 0 {
                    return Err(PacketWarning::Truncated);
                }
                let payload = layer
                    .skip(header.header_len)
                    .ok_or(PacketWarning::TooDeep)?;
                self.transport(&header.network, payload)
            }
            Some(position) => self.fragment(
                &header,
                position,
                &layer.data[header.header_len..total_len],
                layer,
            ),
        }
    }

    fn fragment(
        &mut self,
        header: &IpHeader,
        position: &FragmentPosition,
        payload: &[u8],
        layer: Layer<'_>,
    ) -> Result<(), PacketWarning> {
        let network = header.network;
        let key = FragmentKey {
            source: network.source,
            destination: network.destination,
            id: position.id,
        };
        let fragment = Fragment {
            protocol: network.protocol,
            offset: position.offset,
            more: position.more,
            payload,
        };
        let Some(datagram) = self.decoder.fragments.add(key, &fragment, self.time) else {
            return if self.decoder.fragments.take_dropped() {
                Err(PacketWarning::FragmentsDropped)
            } else {
                Ok(())
            };
        };
        let mut network = NetworkLayer {
            protocol: datagram.protocol,
            ..network
        };
        let whole = Layer {
            data: &datagram.payload,
            beyond: 0,
            trailer: 0,
            ..layer
        };
        let mut skipped = 0;
        if network.source.is_ipv6() || network.destination.is_ipv6() {
            let mut chain = ExtensionHeaders {
                next: datagram.protocol,
                length: 0,
                ..ExtensionHeaders::default()
            };
            chain.follow(&datagram.payload, &mut network);
            network.protocol = chain.next;
            skipped = chain.length;
        }
        let payload = whole.skip(skipped).ok_or(PacketWarning::Truncated)?;
        network.payload_len = Some(payload.data.len());
        self.transport(&network, payload)
    }

    fn transport(&mut self, network: &NetworkLayer, layer: Layer<'_>) -> Result<(), PacketWarning> {
        match network.protocol {
            protocol::TCP => self.tcp(network, layer),
            protocol::UDP => self.udp(network, layer),
            protocol::GRE => self.gre(layer),
            protocol::IPV4 | protocol::IPV6 => self.ip_in_ip(network.protocol, layer),
            _ => Ok(()),
        }
    }

    fn tcp(&mut self, network: &NetworkLayer, layer: Layer<'_>) -> Result<(), PacketWarning> {
        const MIN_HEADER: usize = 20;
        if network
            .payload_len
            .is_some_and(|len| len > 0 && len < MIN_HEADER)
            || layer.data.len() < MIN_HEADER
        {
            return Err(PacketWarning::Truncated);
        }
        (self.deliver)(&TcpSegment {
            source: network.source,
            destination: network.destination,
            data: layer.data,
            length: network.payload_len.unwrap_or(layer.data.len()),
        });
        Ok(())
    }
}

fn ipv4(data: &[u8]) -> Result<IpHeader, PacketWarning> {
    let header_len = usize::from(data[0] & 15) * 4;
    let total_len = usize::from(be16(data, 2)?);
    let flags = be16(data, 6)?;
    let fragment = (flags & 0x3fff != 0).then_some(FragmentPosition {
        id: u32::from(be16(data, 4)?),
        offset: usize::from(flags & 0x1fff) * 8,
        more: flags & 0x2000 != 0,
    });
    let payload_len = if total_len == 0 {
        None
    } else {
        total_len.checked_sub(header_len)
    };
    let network = NetworkLayer {
        source: Ipv4Addr::from(be32(data, 12)?).into(),
        destination: Ipv4Addr::from(be32(data, 16)?).into(),
        protocol: data[9],
        payload_len,
    };
    Ok(IpHeader {
        network,
        header_len,
        total_len,
        fragment,
    })
}

fn ipv6(data: &[u8]) -> Result<IpHeader, PacketWarning> {
    const HEADER: usize = 40;
    if data.len() < HEADER {
        return Err(PacketWarning::Truncated);
    }
    let total_len = usize::from(be16(data, 4)?) + HEADER;
    let mut network = NetworkLayer {
        source: address(data, 8)?,
        destination: address(data, 24)?,
        protocol: protocol::NONE,
        payload_len: None,
    };
    let mut chain = ExtensionHeaders {
        next: data[6],
        length: HEADER,
        ..ExtensionHeaders::default()
    };
    chain.follow(data, &mut network);
    network.protocol = match chain.last {
        Some(protocol::ESP | protocol::MOBILITY) => protocol::NONE,
        _ => chain.next,
    };
    network.payload_len = total_len.checked_sub(chain.length);
    Ok(IpHeader {
        network,
        header_len: chain.length,
        total_len,
        fragment: chain.fragment,
    })
}

/// The address at `offset`; Zeek takes an IPv4-mapped one for IPv4.
fn address(data: &[u8], offset: usize) -> Result<IpAddr, PacketWarning> {
    let bytes = data
        .get(offset..)
        .and_then(<[u8]>::first_chunk::<16>)
        .ok_or(PacketWarning::Truncated)?;
    Ok(Ipv6Addr::from(*bytes).to_canonical())
}

/// A chain of IPv6 extension headers.
#[derive(Default)]
struct ExtensionHeaders {
    /// Next Header of the last one.
    next: u8,
    /// Bytes from the start to the chain's end.
    length: usize,
    /// Type of the last one.
    last: Option<u8>,
    fragment: Option<FragmentPosition>,
    routed: bool,
}

impl ExtensionHeaders {
    /// Walks the chain from `self.length` on; routing headers and home addresses change the network's addresses.
    fn follow(&mut self, data: &[u8], network: &mut NetworkLayer) {
        while is_extension(self.next) {
            let Some(header) = data.get(self.length..).filter(|rest| rest.len() >= 2) else {
                return;
            };
            let kind = self.next;
            let units = usize::from(header[1]);
            let length = match kind {
                protocol::FRAGMENT | protocol::ESP => 8,
                protocol::AUTHENTICATION => 8 + 4 * units,
                _ => 8 + 8 * units,
            };
            let Some(header) = header.get(..length) else {
                return;
            };
            self.next = if kind == protocol::ESP {
                protocol::NONE
            } else {
                header[0]
            };
            self.length += length;
            self.last = Some(kind);
            match kind {
                protocol::ROUTING => self.routing(header, network),
                protocol::DESTINATION => home_address(header, network),
                protocol::FRAGMENT => {
                    let position = u16::from_be_bytes([header[2], header[3]]);
                    self.fragment = Some(FragmentPosition {
                        id: u32::from_be_bytes([header[4], header[5], header[6], header[7]]),
                        offset: usize::from(position & 0xfff8),
                        more: position & 1 != 0,
                    });
                    return;
                }
                protocol::ESP | protocol::MOBILITY => return,
                _ => {}
            }
        }
    }

    /// Types 0 (RFC 2460) and 2 (RFC 6275) name the final destination.
    fn routing(&mut self, header: &[u8], network: &mut NetworkLayer) {
        if self.routed {
            return;
        }
        let (units, kind, segments_left) = (header[1], header[2], header[3]);
        let applies = segments_left > 0
            && (kind == 0 && units >= 2 && units % 2 == 0 || kind == 2 && units == 2);
        let destination = header
            .len()
            .checked_sub(16)
            .and_then(|last| address(header, last).ok());
        if let (true, Some(destination)) = (applies, destination) {
            network.destination = destination;
            self.routed = true;
        }
    }
}

/// Mobile IPv6's home address option (RFC 6275, 6.3) is the source.
fn home_address(header: &[u8], network: &mut NetworkLayer) {
    const PAD1: u8 = 0;
    const HOME_ADDRESS: u8 = 201;
    let mut options = &header[2..];
    while let Some(&kind) = options.first() {
        if kind == PAD1 {
            options = &options[1..];
            continue;
        }
        let Some(&length) = options.get(1) else {
            return;
        };
        let Some(value) = options.get(2..2 + usize::from(length)) else {
            return;
        };
        if let (HOME_ADDRESS, 16, Ok(source)) = (kind, length, address(value, 0)) {
            network.source = source;
        }
        options = &options[2 + usize::from(length)..];
    }
}

fn is_extension(next: u8) -> bool {
    matches!(
        next,
        protocol::HOP_BY_HOP
            | protocol::ROUTING
            | protocol::DESTINATION
            | protocol::FRAGMENT
            | protocol::AUTHENTICATION
            | protocol::ESP
            | protocol::MOBILITY
    )
}

/// Whether `data` is one whole IP packet of the given kind and nothing else.
pub(super) fn is_exact(kind: u8, data: &[u8]) -> bool {
    let length = match (kind, data.first().map(|byte| byte >> 4)) {
        (protocol::IPV4, Some(4)) if data.len() >= 20 => be16(data, 2).map(usize::from),
        (protocol::IPV6, Some(6)) if data.len() >= 40 => {
            be16(data, 4).map(|len| usize::from(len) + 40)
        }
        _ => return false,
    };
    length == Ok(data.len())
}

/// The version nibble as a protocol number.
pub(super) fn kind_of(data: &[u8]) -> Result<u8, PacketWarning> {
    match byte(data, 0)? >> 4 {
        4 => Ok(protocol::IPV4),
        6 => Ok(protocol::IPV6),
        _ => Err(PacketWarning::Malformed),
    }
}
