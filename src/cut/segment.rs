//! TCP segments within packets: found, and written anew with other numbers and less payload.

use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

use etherparse::{
    Ipv4Header, Ipv6Header, NetSlice, SlicedPacket, TcpHeader, TcpOptionElement, TransportSlice,
};

use crate::replay::capture::{CapturedPacket, LinkType};

/// `LINKTYPE_ETHERNET`.
pub(super) const ETHERNET: LinkType = LinkType(1);

/// Where a packet has its TCP segment, and what the segment says.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    pub(super) source: SocketAddr,
    pub(super) destination: SocketAddr,
    pub(super) sequence: u32,
    /// The number, if it is valid.
    pub(super) acknowledgment: Option<u32>,
    pub(super) syn: bool,
    /// Whether it begins or ends a connection, or one direction of it.
    pub(super) is_control: bool,
    /// The payload's place in the packet.
    pub(super) payload: Range<usize>,
    /// The IP header's first byte in the packet.
    network: usize,
    /// The TCP header's.
    transport: usize,
}

impl Segment {
    /// The segment of a packet, if it has one that was captured whole.
    pub(super) fn find(packet: &CapturedPacket<'_>) -> Option<Self> {
        /// `LINKTYPE_LINUX_SLL`, and the forms of raw IP.
        const COOKED: LinkType = LinkType(113);
        const RAW: [LinkType; 5] = [
            LinkType(12),
            LinkType(14),
            LinkType(101),
            LinkType(228),
            LinkType(229),
        ];
        if packet.data.len() < packet.wire_len {
            return None;
        }
        let lengthened = with_length(packet);
        let data = lengthened.as_deref().unwrap_or(packet.data);
        let sliced = match packet.link {
            ETHERNET => SlicedPacket::from_ethernet(data),
            COOKED => SlicedPacket::from_linux_sll(data),
            link if RAW.contains(&link) => SlicedPacket::from_ip(data),
            _ => return None,
        };
        let sliced = sliced.ok()?;
        let net = sliced.net?;
        let (network, source, destination): (_, IpAddr, IpAddr) = match &net {
            NetSlice::Ipv4(ip) => {
                let header = ip.header();
                let ends = (header.source_addr(), header.destination_addr());
                (header.slice(), ends.0.into(), ends.1.into())
            }
            NetSlice::Ipv6(ip) => {
                let header = ip.header();
                let ends = (header.source_addr(), header.destination_addr());
                (header.slice(), ends.0.into(), ends.1.into())
            }
            NetSlice::Arp(_) => return None,
        };
        let Some(TransportSlice::Tcp(tcp)) = &sliced.transport else {
            return None;
        };
        let payload = offset(data, tcp.payload());
        Some(Self {
            source: SocketAddr::new(source, tcp.source_port()),
            destination: SocketAddr::new(destination, tcp.destination_port()),
            sequence: tcp.sequence_number(),
            acknowledgment: tcp.ack().then(|| tcp.acknowledgment_number()),
            syn: tcp.syn(),
            is_control: tcp.syn() || tcp.fin() || tcp.rst(),
            payload: payload..payload + tcp.payload().len(),
            network: offset(data, network),
            transport: offset(data, tcp.slice()),
        })
    }

    /// The packet with other numbers and another payload. What follows the payload, which is padding, goes. Selective
    /// acknowledgements go, too: they name bytes by their old numbers.
    pub(super) fn rewritten(
        &self,
        packet: &[u8],
        sequence: u32,
        acknowledgment: u32,
        payload: &[u8],
    ) -> Option<Vec<u8>> {
        let ends = [self.source.ip(), self.destination.ip()];
        self.between(ends, packet, sequence, acknowledgment, payload)
    }

    /// The packet as [`Self::rewritten`] gives it, from one address to another one, of the same family.
    pub(super) fn between(
        &self,
        ends: [IpAddr; 2],
        packet: &[u8],
        sequence: u32,
        acknowledgment: u32,
        payload: &[u8],
    ) -> Option<Vec<u8>> {
        let (mut tcp, _) = TcpHeader::from_slice(packet.get(self.transport..)?).ok()?;
        tcp.sequence_number = sequence;
        tcp.acknowledgment_number = acknowledgment;
        drop_selective_acknowledgements(&mut tcp)?;
        let mut bytes = packet.get(..self.network)?.to_vec();
        let network = packet.get(self.network..)?;
        match ends {
            [IpAddr::V4(source), IpAddr::V4(destination)] => {
                let (mut ip, _) = Ipv4Header::from_slice(network).ok()?;
                (ip.source, ip.destination) = (source.octets(), destination.octets());
                let extensions = packet.get(self.network + ip.header_len()..self.transport)?;
                let length = extensions.len() + tcp.header_len() + payload.len();
                ip.total_len = u16::try_from(ip.header_len() + length).ok()?;
                ip.header_checksum = ip.calc_header_checksum();
                tcp.checksum = tcp
                    .calc_checksum_ipv4_raw(ip.source, ip.destination, payload)
                    .ok()?;
                bytes.extend(ip.to_bytes());
                bytes.extend(extensions);
            }
            [IpAddr::V6(source), IpAddr::V6(destination)] => {
                let (mut ip, _) = Ipv6Header::from_slice(network).ok()?;
                (ip.source, ip.destination) = (source.octets(), destination.octets());
                let extensions = packet.get(self.network + ip.header_len()..self.transport)?;
                let length = extensions.len() + tcp.header_len() + payload.len();
                ip.payload_length = u16::try_from(length).ok()?;
                tcp.checksum = tcp
                    .calc_checksum_ipv6_raw(ip.source, ip.destination, payload)
                    .ok()?;
                bytes.extend(ip.to_bytes());
                bytes.extend(extensions);
            }
            _ => return None,
        }
        bytes.extend(tcp.to_bytes());
        bytes.extend(payload);
        Some(bytes)
    }
}

/// The packet with the length that its IPv4 header leaves to the network card, as captures of segmentation offload have it.
fn with_length(packet: &CapturedPacket<'_>) -> Option<Vec<u8>> {
    const HEADER: usize = 14;
    const LENGTH: std::ops::Range<usize> = HEADER + 2..HEADER + 4;
    let is_ipv4 = packet.link == ETHERNET && packet.data.get(12..HEADER)? == [0x08, 0x00];
    if !is_ipv4 || packet.data.get(LENGTH)? != [0, 0] {
        return None;
    }
    let length = u16::try_from(packet.data.len() - HEADER).ok()?;
    let mut data = packet.data.to_vec();
    data[LENGTH].copy_from_slice(&length.to_be_bytes());
    Some(data)
}

/// Where a part of a slice begins in it.
fn offset(whole: &[u8], part: &[u8]) -> usize {
    part.as_ptr().addr() - whole.as_ptr().addr()
}

fn drop_selective_acknowledgements(tcp: &mut TcpHeader) -> Option<()> {
    let options: Vec<TcpOptionElement> = tcp
        .options_iterator()
        .collect::<Result<_, _>>()
        .unwrap_or_default();
    let is_selective = |option: &TcpOptionElement| {
        matches!(option, TcpOptionElement::SelectiveAcknowledgement(..))
    };
    if !options.iter().any(is_selective) {
        return Some(());
    }
    let others: Vec<_> = options
        .into_iter()
        .filter(|option| !is_selective(option))
        .collect();
    tcp.set_options(&others).ok()
}
