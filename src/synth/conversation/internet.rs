//! What all packets begin with: Ethernet and IP.

use std::net::{IpAddr, Ipv6Addr};

use etherparse::{IpHeaders, PacketBuilder, PacketBuilderStep};

const HOPS: u8 = 64;
const CLIENT_MAC: [u8; 6] = [2, 0, 0, 0, 0, 1];
const SERVER_MAC: [u8; 6] = [2, 0, 0, 0, 0, 2];

/// The host that sends a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::synth) enum HostRole {
    /// The one that opened the connection.
    Client,
    /// The one that answers.
    Server,
}

/// A packet between two addresses. Of an IPv4 and an IPv6 address, the former is mapped (RFC 4291, section 2.5.5.2).
pub(super) fn internet(sender: HostRole, from: IpAddr, to: IpAddr) -> PacketBuilderStep<IpHeaders> {
    let (source, destination) = match sender {
        HostRole::Client => (CLIENT_MAC, SERVER_MAC),
        HostRole::Server => (SERVER_MAC, CLIENT_MAC),
    };
    let ethernet = PacketBuilder::ethernet2(source, destination);
    match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => ethernet.ipv4(from.octets(), to.octets(), HOPS),
        (from, to) => ethernet.ipv6(as_ipv6(from).octets(), as_ipv6(to).octets(), HOPS),
    }
}

fn as_ipv6(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
}
