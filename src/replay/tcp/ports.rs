//! Well-known ports of Zeek's default scripts.

use crate::replay::protocol::Protocol;

/// Zeek's `likely_server_ports` for TCP, sorted.
const LIKELY_TCP_SERVERS: &[u16] = &[
    21, 22, 25, 53, 79, 80, 81, 88, 135, 139, 143, 389, 443, 445, 502, 563, 585, 587, 614, 631,
    636, 989, 990, 992, 993, 995, 1080, 1883, 2811, 3128, 3268, 3389, 5222, 5223, 5269, 5432, 6379,
    6666, 6667, 6668, 6669, 8000, 8080, 8888, 20000,
];

/// Zeek's `likely_server_ports` for UDP, sorted.
const LIKELY_UDP_SERVERS: &[u16] = &[
    53, 67, 88, 123, 137, 161, 162, 389, 443, 1812, 2123, 2152, 3389, 3544, 4789, 5060, 5072, 5353,
    5355, 6081, 20000,
];

/// Whether Zeek takes this TCP port for a server's when it must guess who is the responder.
#[must_use]
pub fn is_likely_tcp_server(port: u16) -> bool {
    LIKELY_TCP_SERVERS.binary_search(&port).is_ok()
}

/// Whether Zeek takes this UDP port for a server's when it must guess who is the responder.
#[must_use]
pub fn is_likely_udp_server(port: u16) -> bool {
    LIKELY_UDP_SERVERS.binary_search(&port).is_ok()
}

/// The analyzers that Zeek attaches to a connection for its responder's port.
#[must_use]
pub(crate) fn analyzers_for(port: u16) -> &'static [Protocol] {
    match port {
        80 | 81 | 631 | 3128 | 8000 | 8080 | 8888 => &[Protocol::Http],
        1080 => &[Protocol::Http, Protocol::Socks],
        135 => &[Protocol::DceRpc],
        139 | 445 => &[Protocol::Smb],
        _ => &[],
    }
}
