//! A capture of jobs and services that hosts make on others, for correlations.

use super::calls::{ATSVC, SVCCTL};
use super::capture::Capture;
use super::rpc::Rpc;

const A: [u8; 4] = [10, 0, 0, 1];
const B: [u8; 4] = [10, 0, 0, 2];
const C: [u8; 4] = [10, 0, 0, 3];
const D: [u8; 4] = [10, 0, 0, 4];
const E: [u8; 4] = [10, 0, 0, 5];
const X: [u8; 4] = [10, 1, 0, 1];
const Y: [u8; 4] = [10, 1, 0, 2];
const Z: [u8; 4] = [10, 1, 0, 3];

/// What a connection is for.
#[derive(Clone, Copy)]
enum Call {
    AddJob,
    DeleteJob,
    CreateService,
}

use Call::{AddJob, CreateService, DeleteJob};

/// A connection: when, in seconds; from whom; to whom; and its calls.
type Calls = (u64, [u8; 4], [u8; 4], &'static [Call]);

/// Connections. Neighbours go to different workers.
const CONNECTIONS: &[Calls] = &[
    // Reaches the threshold of jobs on the third host, and the second threshold in the fourth connection.
    (1, A, X, &[AddJob]),
    (2, A, Y, &[AddJob]),
    (3, A, Z, &[AddJob]),
    (4, A, X, &[AddJob, DeleteJob]),
    (5, A, Y, &[DeleteJob]),
    // Stays below it.
    (6, B, X, &[AddJob]),
    (7, B, X, &[DeleteJob]),
    // A service behind a job, and one before it.
    (8, B, X, &[CreateService]),
    (9, C, [10, 1, 0, 4], &[CreateService]),
    (10, C, [10, 1, 0, 4], &[AddJob]),
];

/// Further ones: three jobs within the time span to its very edge, and three just beyond it.
const EDGES: &[Calls] = &[
    (1000, D, Y, &[AddJob]),
    (1001, E, Y, &[AddJob]),
    (1150, D, Y, &[AddJob]),
    (1151, E, Y, &[AddJob]),
    (1300, D, Y, &[AddJob]),
    (1302, E, Y, &[AddJob]),
];

/// A capture that begins at some second since 1970, with edges of time spans or without them.
pub fn capture(start: u64, edges: bool) -> Vec<u8> {
    let mut capture = Capture::new();
    let further = if edges { EDGES } else { &[] };
    for (seconds, from, to, calls) in CONNECTIONS.iter().chain(further) {
        let mut connection = capture.at(start + seconds).connect(*from, *to, 135);
        let mut rpc = Rpc::bind(&mut connection, &[ATSVC, SVCCTL]);
        for call in *calls {
            match call {
                AddJob => rpc.call(0, 0, b"job", b"\0\0\0\0"),
                DeleteJob => rpc.call(0, 1, b"job", b"\0\0\0\0"),
                CreateService => rpc.call(1, 12, b"service", b"\0\0\0\0"),
            };
        }
        connection.close();
    }
    capture.finish()
}

/// The packets of a capture in two: every other connection in each, by the client's port.
pub fn halves(capture: &[u8]) -> [Vec<u8>; 2] {
    [0, 1].map(|half| part(capture, |client, _| client % 2 == half))
}

/// The packets of a capture that belong to a client's port and come at a second since 1970 that are asked for.
pub fn part(capture: &[u8], wanted: impl Fn(u16, u32) -> bool) -> Vec<u8> {
    const HEADER: usize = 24;
    const RECORD: usize = 16;
    const PORTS: usize = 14 + 20;
    let mut part = capture[..HEADER].to_vec();
    let mut rest = &capture[HEADER..];
    while !rest.is_empty() {
        let number = |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().unwrap());
        let end = RECORD + usize::try_from(number(8)).unwrap();
        let port = |at: usize| {
            let at = RECORD + PORTS + at;
            u16::from_be_bytes([rest[at], rest[at + 1]])
        };
        if wanted(port(0).max(port(2)), number(0)) {
            part.extend(&rest[..end]);
        }
        rest = &rest[end..];
    }
    part
}
