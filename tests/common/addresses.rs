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

/// URIs, and the Host headers with which 192.0.2.20 is asked for them.
const HEADERS: &[(&str, &str)] = &[
    ("/plain", "192.0.2.20"),
    ("/port", "192.0.2.20:8080"),
    ("/no-port", "192.0.2.20:"),
    ("/v6", "[2001:DB8::2]"),
    ("/v6-port", "[2001:db8::2]:80"),
    ("/v4-in-v6", "[::ffff:192.0.2.20]"),
    ("/other", "10.1.2.3"),
    ("/name", "192.0.2.20.example"),
    ("/zero", "192.0.2.020"),
    ("/large", "192.0.2.256"),
    ("/bare", "2001:db8::2"),
    ("/brackets", "[192.0.2.20]"),
    ("/zone", "[fe80::2%25eth0]"),
    ("/colons", "[:]"),
    ("/words", "192.0.2.20:http"),
];

/// A connection a request.
pub fn capture() -> Vec<u8> {
    requests(
        HOSTS
            .iter()
            .map(|(uri, client, server)| (*uri, *client, *server, "h")),
    )
}

/// The same for the Host headers.
pub fn hosts() -> Vec<u8> {
    let headers = HEADERS.iter();
    requests(headers.map(|(uri, host)| (*uri, "192.0.2.10", "192.0.2.20", *host)))
}

fn requests<'a>(requests: impl Iterator<Item = (&'a str, &'a str, &'a str, &'a str)>) -> Vec<u8> {
    let address = |text: &str| -> IpAddr { text.parse().unwrap() };
    let mut capture = Capture::new();
    for (uri, client, server, host) in requests {
        let mut connection = capture.connect(address(client), address(server), 80);
        connection
            .client(format!("GET {uri} HTTP/1.1\r\nHost: {host}\r\n\r\n"))
            .server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        connection.close();
    }
    capture.finish()
}
