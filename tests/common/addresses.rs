//! A capture of HTTP requests from hosts of both families.

use std::net::IpAddr;

use super::capture::Capture;

/// URIs, and the hosts that ask for them.
const HOSTS: &[(&str, &str, &str)] = &[
    ("/v4", "192.0.2.10", "192.0.2.20"),
    ("/private", "10.1.2.3", "10.1.2.4"),
    ("/v6", "2001:db8::1", "2001:db8::2"),
    ("/link-local", "fe80::1", "fe80::2"),
];

/// A connection a request.
pub fn capture() -> Vec<u8> {
    let address = |text: &str| -> IpAddr { text.parse().unwrap() };
    let mut capture = Capture::new();
    for (uri, client, server) in HOSTS {
        let mut connection = capture.connect(address(client), address(server), 80);
        connection
            .client(format!("GET {uri} HTTP/1.1\r\nHost: h\r\n\r\n"))
            .server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        connection.close();
    }
    capture.finish()
}
