#![allow(clippy::unwrap_used)]

//! Blocks give the records that [`LogReader`] gives, with the same values.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use proptest::prelude::*;

use super::*;

const COLUMNS: &[&str] = &["ts", "query", "answers", "qtype", "rtt", "id.orig_h"];

const TSV: &str = "\
#separator \\x09
#set_separator\t,
#empty_field\t(empty)
#unset_field\t-
#path\tdns
#fields\tts\tid.orig_h\tquery\tqtype\tanswers
#types\ttime\taddr\tstring\tcount\tvector[string]
1.000000\t10.0.0.1\ta\\x09b\t1\ta\\x2cb,-,(empty)
2.000000\t10.0.0.2\t-\t-\t(empty)
3.000000\t10.0.0.2\t(empty)
4.000000\t10.0.0.2\tplain\t7\tx,y

#close\t2026-11-29-12-00-00
#separator ||
#set_separator||;
#path||dns
#fields||query||ts
#types||string||time
other||5.000000
#separator \\x20
#path conn
#fields ts
#types time
6.000000
#separator \\x09
#path\tdns
#fields\trtt\tquery
#types\tstring\tnonsense
fast\tlast
";

const JSON: &str = r#"
{"ts":1.5,"id.orig_h":"10.0.0.1","query":"a\"b","answers":["x","y]\"}"],"qtype":1}
{"_path":"conn","ts":2.5}
{"_path":"dns","query":"\\xff","rtt":0.05,"nested":{"query":"not this","a":[1,{"b":"}"}]}}
{"ts":"2026-11-29T12:00:00.000000Z","query":null,"answers":[]}
{"query" : "spaced" , "ts" : 3 }
{"query":"\\\\","ts":4}
{"_path":"","query":"unnamed","ts":5}
{"query":"escaped","_path":"a\"b","ts":6}
{"_path":"a\"b","query":"escaped","ts":7}
"#;

/// The records, a line each.
fn read_singly(log: &[u8]) -> Vec<String> {
    let mut reader = LogReader::new(log, Some(Path::new("dns.log")), &ZeekLogs);
    let mut records = Vec::new();
    while let Ok(Some(record)) = reader.next_record() {
        if record.log() == "dns" {
            let values = COLUMNS.iter().map(|column| record.value(column));
            let values: Vec<_> = values.collect();
            records.push(format!("{} {values:?}", record.line_number()));
        }
    }
    records
}

fn projection() -> Projection {
    let columns = COLUMNS.iter().map(|&column| column.to_owned()).collect();
    let asked = AskedLog {
        name: "dns".to_owned(),
        columns,
        ..AskedLog::default()
    };
    Projection::new([asked], &ZeekLogs)
}

fn block_reader(log: &[u8]) -> BlockReader {
    let source = Cursor::new(log.to_vec());
    BlockReader::from_reader(source, Some(Path::new("dns.log")), &ZeekLogs).unwrap()
}

/// The same, read in blocks; the rows, and the kept records that they become.
fn read_in_blocks(log: &[u8], longest: usize) -> (Vec<String>, Vec<String>, Problems) {
    let mut reader = block_reader(log).with_longest_line(longest);
    read_blocks(std::iter::from_fn(|| reader.next_raw().ok().flatten()))
}

/// The same, of a file that is read in blocks of so many octets.
fn read_in_places(log: &[u8], octets: u64, longest: usize) -> (Vec<String>, Vec<String>, Problems) {
    let mut source = tempfile::tempfile().unwrap();
    source.write_all(log).unwrap();
    let file = PlainFile::new(&source, Path::new("dns.log"), &ZeekLogs).unwrap();
    let mut file = file.unwrap().in_blocks_of(octets, longest);
    let unread = std::iter::from_fn(|| file.next_block());
    read_blocks(unread.map(|block| block.read(Block::default()).unwrap()))
}

fn read_blocks(raw: impl Iterator<Item = RawBlock>) -> (Vec<String>, Vec<String>, Problems) {
    let projection = projection();
    let (mut rows, mut kept) = (Vec::new(), Vec::new());
    let mut scratch = Scratch::default();
    let mut problems = Problems::default();
    for raw in raw {
        let Ok(block) = raw.divide(&projection) else {
            break;
        };
        let scanned = block.rows(&projection, &mut scratch, |row| {
            let number = row.line_number();
            let Some(record) = row.keep() else { return };
            let values: Vec<_> = (0..COLUMNS.len()).map(|column| row.value(column)).collect();
            rows.push(format!("{number} {values:?}"));
            kept.push(record.read(&ZeekLogs, |record| {
                let values = COLUMNS.iter().map(|column| record.value(column));
                let values: Vec<_> = values.collect();
                format!("{} {values:?}", record.line_number())
            }));
        });
        problems.add_all(&scanned.problems);
    }
    (rows, kept, problems)
}

fn agree(log: &[u8]) {
    let expected = read_singly(log);
    let (rows, kept, _) = read_in_blocks(log, LONGEST_LINE);
    assert_eq!(rows, expected);
    assert_eq!(kept, expected);
}

#[test]
fn blocks_have_the_same_records() {
    for log in [TSV, JSON] {
        let expected = read_singly(log.as_bytes());
        assert!(expected.len() >= 5, "{expected:#?}");
        agree(log.as_bytes());
    }
}

#[test]
fn many_blocks_have_the_same_records() {
    for log in [TSV.repeat(2000), JSON.repeat(2000)] {
        agree(log.as_bytes());
    }
}

/// What a block has depends on those before it, whichever of them a thread comes to first.
#[test]
fn blocks_are_divided_side_by_side() {
    let log = TSV.repeat(2000);
    let projection = projection();
    let raw_blocks = || {
        let mut reader = block_reader(log.as_bytes());
        std::iter::from_fn(move || reader.next_raw().unwrap())
    };
    let lines = |raw: RawBlock| {
        let mut lines = Vec::new();
        let block = raw.divide(&projection).unwrap();
        block.rows(&projection, &mut Scratch::default(), |row| {
            lines.push(row.line_number());
        });
        lines
    };
    let raw: Vec<_> = raw_blocks().collect();
    assert!(raw.len() > 2);
    let divided: Vec<Vec<u64>> = std::thread::scope(|scope| {
        let last_first = raw.into_iter().rev();
        let threads: Vec<_> = last_first.map(|raw| scope.spawn(|| lines(raw))).collect();
        let joined = threads.into_iter().rev().map(|thread| thread.join());
        joined.map(Result::unwrap).collect()
    });
    let expected = read_singly(log.as_bytes());
    let numbers = expected
        .iter()
        .map(|record| record.split_once(' ').unwrap().0);
    let numbers: Vec<u64> = numbers.map(|number| number.parse().unwrap()).collect();
    assert_eq!(divided.concat(), numbers);
    // Nobody waits for a block that is not divided.
    let undivided: Vec<_> = raw_blocks().skip(1).map(lines).collect();
    assert!(undivided.concat().is_empty());
}

#[test]
fn a_line_that_is_too_long_is_left_out() {
    let lines = "{\"ts\":1,\"query\":\"a\"}\n";
    let long = format!("{{\"query\":\"{}\"}}\n", "x".repeat(600_000));
    let log = format!("{lines}{long}{lines}{long}");
    let (rows, _, problems) = read_in_blocks(log.as_bytes(), 100_000);
    assert_eq!(rows.len(), 2);
    assert!(rows[1].starts_with("3 "), "{rows:?}");
    assert_eq!(
        problems.to_string(),
        "line 2: a line is too long and was left out (2 times)"
    );
    for octets in [1, 25, 100_000, 300_000] {
        let in_places = read_in_places(log.as_bytes(), octets, 100_000);
        assert!(in_places.0 == rows, "{octets}");
        assert_eq!(in_places.2, problems);
    }
}

#[test]
fn compressed_files_and_empty_ones_are_read_from_their_beginning() {
    for start in [
        &b"\x1f\x8b\x08"[..],
        b"\x28\xb5\x2f\xfd",
        b"BZh",
        b"\xfd7zXZ\0",
        b"",
    ] {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(start).unwrap();
        let plain = PlainFile::new(&file, Path::new("dns.log"), &ZeekLogs).unwrap();
        assert!(plain.is_none(), "{start:?}");
    }
}

#[test]
fn compressed_data_that_break_off_are_read_up_to_there() {
    let whole = JSON.repeat(50);
    let mut compressed = Vec::new();
    let mut encoder = flate2::read::GzEncoder::new(whole.as_bytes(), flate2::Compression::fast());
    encoder.read_to_end(&mut compressed).unwrap();
    let (rows, _, problems) = read_in_blocks(&compressed, LONGEST_LINE);
    assert_eq!(rows, read_singly(whole.as_bytes()));
    assert!(problems.is_empty());
    compressed.truncate(compressed.len() / 2);
    let (rows, _, problems) = read_in_blocks(&compressed, LONGEST_LINE);
    assert!(rows.len() < 250);
    assert!(problems.to_string().contains("break off"), "{problems}");
}

#[test]
fn zstandard_is_read_frame_after_frame() {
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let frame = ruzstd::encoding::compress_to_vec(JSON.as_bytes(), level);
    let (rows, _, problems) = read_in_blocks(&frame.repeat(2), LONGEST_LINE);
    assert_eq!(rows, read_singly(JSON.repeat(2).as_bytes()));
    assert!(problems.is_empty(), "{problems}");
}

proptest! {
    /// Whatever lines there are, and wherever octets are changed.
    #[test]
    fn blocks_agree_on_damaged_logs(
        is_json: bool,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        octets in 1_u64..2000,
    ) {
        let mut log = if is_json { JSON } else { TSV }.as_bytes().to_vec();
        for (place, octet) in changes {
            let place = place.index(log.len());
            log[place] = octet;
        }
        let expected = read_singly(&log);
        let (rows, kept, problems) = read_in_blocks(&log, LONGEST_LINE);
        prop_assert_eq!(&kept, &expected);
        prop_assert_eq!(&rows, &expected);
        prop_assert_eq!((rows, kept, problems), read_in_places(&log, octets, LONGEST_LINE));
    }
}
