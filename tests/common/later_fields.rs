//! Correlations over what is known only after their rules are decided, and a capture on which they fire.

use std::path::{Path, PathBuf};

use super::calls::SVCCTL;
use super::capture::Capture;
use super::rpc::Rpc;

/// What the correlations of [`pack`] say of [`capture`], sorted.
pub const MESSAGES: [&str; 4] = [
    "2 times alpha with 404",
    "alpha and beta by 10.0.0.1, 7 points",
    "alpha by 2 agents",
    "service manager opened with 27 bytes",
];

/// The rules.
pub fn pack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/correlations/later-fields.yml")
}

/// Requests, and calls of which the first two overlap.
pub fn capture() -> Vec<u8> {
    let mut capture = Capture::new();
    for (path, agent, status) in [
        ("/alpha/1", "one", "404 Not Found"),
        ("/alpha/2", "two", "404 Not Found"),
        ("/beta/1", "two", "200 OK"),
    ] {
        let mut connection = capture.connect([10, 0, 0, 1], [10, 0, 0, 2], 80);
        let request = format!("GET {path} HTTP/1.1\r\nHost: host\r\nUser-Agent: {agent}\r\n\r\n");
        connection.client(request.into_bytes());
        let reply = format!("HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nno");
        connection.server(reply.into_bytes());
        connection.close();
    }
    let mut connection = capture.connect([10, 0, 0, 3], [10, 0, 0, 4], 135);
    Rpc::bind(&mut connection, &[SVCCTL])
        .request(0, 15, &[b"seventeen is long"])
        .request(0, 15, &[b"ten is one"])
        .response(0, &[b"yes"])
        .response(0, &[b"yes"])
        .call(0, 15, b"ten is one", b"yes");
    connection.close();
    capture.finish()
}
