//! What the fuzz targets do with an input; the project's tests do it with the seeds.
//!
//! Run one with `RUSTC_BOOTSTRAP=1 cargo fuzz run dce_rpc fuzz/corpus/dce_rpc fuzz/seeds/dce_rpc`.

use std::io::Cursor;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::LazyLock;

use sigzeek::event::arguments::{Arguments, ByteOrder};
use sigzeek::logs::{
    AskedLog, BlockReader, LogReader, LogValue, Projection, Scalar, Scratch, Sought, Wanted,
    ZeekLogs,
};
use sigzeek::predicate::pattern::Anchoring;
use sigzeek::registry::{InterfaceUuid, Registry};
use sigzeek::replay::packet::TcpSegment;
use sigzeek::replay::tcp::{ConnectionTable, Limits};
use sigzeek::replay::{self, Event, Timestamp};
use sigzeek::stub::{Side, StubPlan};

const FIN: u8 = 1;
const SYN: u8 = 2;
const ACK: u8 = 16;

const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
const SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2));
const CLIENT_PORT: u16 = 40_000;

/// A capture file.
pub fn capture(input: &[u8]) {
    let _ = replay::replay_reader(input, &mut write);
}

/// TCP segments: records of direction, flags, sequence numbers within a small window, and a length.
pub fn tcp(input: &[u8]) {
    const RECORD: usize = 8;
    let mut connection = Connection::new(80);
    for record in input.chunks_exact(RECORD) {
        let [side, flags, s0, s1, a0, a1, l0, l1] = *record else {
            unreachable!("chunks are exact");
        };
        let sequence = u32::from(u16::from_be_bytes([s0, s1])).wrapping_sub(0x8000);
        let acknowledgment = u32::from(u16::from_be_bytes([a0, a1])).wrapping_sub(0x8000);
        let len = usize::from(u16::from_be_bytes([l0 & 7, l1]));
        let data: Vec<u8> = (0..len)
            .map(|at| sequence.wrapping_add(at as u32) as u8)
            .collect();
        connection.segment(side & 1 == 0, flags, [sequence, acknowledgment], &data);
    }
    connection.finish();
}

/// A conversation on SMB's port.
pub fn smb(input: &[u8]) {
    converse(445, input);
}

/// A conversation on the port of the RPC endpoint mapper.
pub fn dce_rpc(input: &[u8]) {
    converse(135, input);
}

/// A conversation on HTTP's port.
pub fn http(input: &[u8]) {
    converse(80, input);
}

/// A stub: the interface's UUID, the operation number (big-endian), a byte for the byte order (bit 0) and the side (bit 1), and the
/// stub.
pub fn arguments(input: &[u8]) {
    let Some((uuid, [high, low, flags, stub @ ..])) = input.split_first_chunk() else {
        return;
    };
    let opnum = u16::from_be_bytes([*high, *low]);
    let operation = Registry::get().operation(InterfaceUuid::from_bytes(*uuid), opnum);
    let order = match flags & 1 {
        0 => ByteOrder::Little,
        _ => ByteOrder::Big,
    };
    let side = match flags & 2 {
        0 => Side::Request,
        _ => Side::Response,
    };
    let plan = operation.and_then(|operation| StubPlan::of(operation, side));
    if let Some(arguments) = plan.and_then(|plan| Arguments::read(plan, stub, order)) {
        for (argument, value) in &arguments.values {
            assert!(!argument.name.is_empty());
            assert!(value.to_string().len() <= 4 * stub.len() + 64);
        }
    }
}

/// A TSV log.
pub fn tsv_log(input: &[u8]) {
    log(b"#", input);
}

/// A JSON log.
pub fn json_log(input: &[u8]) {
    log(b"{", input);
}

/// The columns that are asked for of `dns.log`.
const COLUMNS: [&str; 5] = ["ts", "query", "answers", "qtype", "id.orig_h"];

/// The text that is sought in the second of them.
const SOUGHT: &[u8] = b"alpha";

static PROJECTION: LazyLock<Projection> = LazyLock::new(|| {
    let text = Wanted::Text(SOUGHT.to_vec(), Anchoring::Contains);
    let asked = AskedLog {
        name: "dns".to_owned(),
        number: 0,
        columns: COLUMNS.map(str::to_owned).to_vec(),
        sought: Some(Sought {
            clues: vec![(1, text)],
            of_every: Vec::new(),
        }),
    };
    Projection::new([asked], &ZeekLogs)
});

/// A log whose first octet says its format, read singly and in blocks. The lines that have the text that is sought must be found.
fn log(start: &[u8], input: &[u8]) {
    let input = [start, input].concat();
    let path = Some(Path::new("dns.log"));
    let mut reader = LogReader::new(&*input, path, &ZeekLogs).with_longest_line(1 << 16);
    let (mut all, mut sought) = (Vec::new(), Vec::new());
    while let Ok(Some(record)) = reader.next_record() {
        if record.log() != "dns" {
            continue;
        }
        let number = record.line_number();
        all.push(number);
        for column in COLUMNS {
            let _ = record.value(column);
        }
        if let Ok(Some(LogValue::Single(Scalar::String(text)))) = record.value("query")
            && text.readings().any(|text| has(text, SOUGHT))
        {
            sought.push(number);
        }
    }
    let picked = read_in_blocks(&input);
    assert!(sought.iter().all(|line| picked.contains(line)));
    assert!(picked.iter().all(|line| all.contains(line)));
}

/// The lines that have records of `dns.log`, if they have what is sought.
fn read_in_blocks(input: &[u8]) -> Vec<u64> {
    let source = Cursor::new(input.to_vec());
    let reader = BlockReader::from_reader(source, Some(Path::new("dns.log")), &ZeekLogs);
    let Ok(reader) = reader else {
        return Vec::new();
    };
    let mut reader = reader.with_longest_line(1 << 16);
    let mut lines = Vec::new();
    let mut scratch = Scratch::default();
    while let Ok(Some(block)) = reader.next_block(&PROJECTION) {
        block.rows(&PROJECTION, &mut scratch, |row| {
            for column in 0..COLUMNS.len() {
                let _ = (row.glance(column), row.value(column), row.can_be_cut());
            }
            if row.keep().is_some() {
                lines.push(row.line_number());
            }
        });
        reader.reuse(block);
    }
    lines
}

fn has(text: &[u8], sought: &[u8]) -> bool {
    let mut parts = text.windows(sought.len());
    parts.any(|part| part.eq_ignore_ascii_case(sought))
}

/// One connection whose segments are made here.
struct Connection {
    table: ConnectionTable,
    port: u16,
    now: u32,
}

impl Connection {
    fn new(port: u16) -> Self {
        let limits = Limits {
            buffered_bytes: 1 << 20,
            ..Limits::default()
        };
        Self {
            table: ConnectionTable::new(limits),
            port,
            now: 0,
        }
    }

    fn segment(&mut self, is_orig: bool, flags: u8, sequence: [u32; 2], data: &[u8]) {
        let (source, destination) = if is_orig {
            (CLIENT, SERVER)
        } else {
            (SERVER, CLIENT)
        };
        let ports = if is_orig {
            [CLIENT_PORT, self.port]
        } else {
            [self.port, CLIENT_PORT]
        };
        let mut bytes = Vec::with_capacity(20 + data.len());
        for port in ports {
            bytes.extend(port.to_be_bytes());
        }
        for number in sequence {
            bytes.extend(number.to_be_bytes());
        }
        bytes.extend([5 << 4, flags, 255, 255, 0, 0, 0, 0]);
        bytes.extend(data);
        self.raw(source, destination, &bytes);
    }

    /// A segment whose TCP header is in `bytes`.
    fn raw(&mut self, source: IpAddr, destination: IpAddr, bytes: &[u8]) {
        self.now += 1;
        let now = Timestamp::from_micros(i64::from(self.now) * 1000);
        let segment = TcpSegment {
            source,
            destination,
            data: bytes,
            length: bytes.len(),
        };
        self.table.advance(now, &mut write);
        self.table.segment(&segment, now, &mut write);
    }

    fn finish(mut self) {
        let now = Timestamp::from_micros(i64::from(self.now) * 1000);
        self.table.finish(now, &mut write);
    }
}

/// Plays a conversation: records of a direction, a length (big-endian, two bytes) and that many bytes.
fn converse(port: u16, mut input: &[u8]) {
    const LOSS: u8 = 2;
    let mut connection = Connection::new(port);
    let mut next = [1u32, 1];
    connection.segment(true, SYN, [0, 0], &[]);
    connection.segment(false, SYN | ACK, [0, 1], &[]);
    connection.segment(true, ACK, next, &[]);
    while let [kind, high, low, rest @ ..] = input {
        let len = usize::from(u16::from_be_bytes([*high, *low])).min(rest.len());
        let (data, rest) = rest.split_at(len);
        input = rest;
        let side = usize::from(kind & 1);
        let numbers = [next[side], next[1 - side]];
        next[side] = next[side].wrapping_add(len as u32);
        if kind & LOSS == 0 {
            connection.segment(side == 0, ACK, numbers, data);
        } else {
            connection.segment(side != 0, ACK, [next[1 - side], next[side]], &[]);
        }
    }
    for side in [0, 1] {
        let numbers = [next[side], next[1 - side]];
        connection.segment(side == 0, FIN | ACK, numbers, &[]);
    }
    connection.finish();
}

/// Writing an event touches all of its fields.
fn write(event: &Event<'_>) {
    use std::fmt::Write;
    struct Nowhere;
    impl Write for Nowhere {
        fn write_str(&mut self, _: &str) -> std::fmt::Result {
            Ok(())
        }
    }
    let _ = write!(Nowhere, "{event}");
}
