//! What is written as Zeek 8.0 writes it is read as it was.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::net::IpAddr;

use proptest::prelude::*;

use super::*;
use crate::registry::ScalarType;

/// A value to be written.
#[derive(Debug, Clone)]
enum WrittenCell {
    Unset,
    Single(WrittenScalar),
    Set(Vec<WrittenScalar>),
}

#[derive(Debug, Clone)]
enum WrittenScalar {
    Text(Vec<u8>),
    Count(u64),
    Int(i64),
    /// Millionths: TSV has six decimals.
    Time(i64),
    Bool(bool),
    Addr(IpAddr),
    Port(u16),
}

/// How TSV is written.
#[derive(Debug, Clone)]
struct Separators {
    column: &'static str,
    element: &'static str,
}

impl WrittenScalar {
    fn tsv(&self, separators: &Separators, is_element: bool) -> Vec<u8> {
        match self {
            Self::Text(text) => tsv_text(text, separators, is_element),
            Self::Time(micros) => decimals(*micros).into_bytes(),
            Self::Bool(value) => if *value { b"T" } else { b"F" }.to_vec(),
            other => other.plain().into_bytes(),
        }
    }

    fn json(&self) -> String {
        match self {
            Self::Text(text) => serde_json::to_string(&json_text(text)).unwrap(),
            Self::Time(micros) => decimals(*micros),
            Self::Bool(value) => value.to_string(),
            Self::Addr(address) => format!("\"{address}\""),
            other => other.plain(),
        }
    }

    fn plain(&self) -> String {
        match self {
            Self::Count(number) => number.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Port(port) => port.to_string(),
            Self::Addr(address) => address.to_string(),
            Self::Text(_) | Self::Time(_) | Self::Bool(_) => String::new(),
        }
    }

    fn is(&self, read: &Scalar<'_>) -> bool {
        match (self, read) {
            (Self::Text(text), Scalar::String(read)) => {
                read.readings().any(|octets| octets == text)
            }
            (Self::Count(number), Scalar::Count(read)) => number == read,
            (Self::Int(number), Scalar::Int(read)) => number == read,
            (Self::Time(micros), Scalar::Time(read)) => {
                decimals(*micros).parse::<f64>().unwrap().to_bits() == read.to_bits()
            }
            (Self::Bool(value), Scalar::Bool(read)) => value == read,
            (Self::Addr(address), Scalar::Addr(read)) => address == read,
            (Self::Port(port), Scalar::Port(read)) => port == read,
            _ => false,
        }
    }
}

fn decimals(micros: i64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

/// Whether Zeek escapes an octet of the text, and with it all that are not ASCII.
fn has_unprintable(text: &[u8], printable: &[u8]) -> bool {
    std::str::from_utf8(text).map_or(true, |text| {
        text.chars()
            .any(|c| c.is_control() && !printable.contains(&(c as u32 as u8)))
    })
}

fn tsv_text(text: &[u8], separators: &Separators, is_element: bool) -> Vec<u8> {
    let hex = |octets: &[u8]| {
        octets.iter().fold(String::new(), |mut hex, octet| {
            let _ = write!(hex, "\\x{octet:02x}");
            hex
        })
    };
    match text {
        b"" => return b"(empty)".to_vec(),
        b"-" => return hex(b"-").into_bytes(),
        b"(empty)" => return b"\\x28empty)".to_vec(),
        _ => {}
    }
    let all = has_unprintable(text, b"\t\n\r");
    let mut written = Vec::new();
    let mut rest = text;
    while let [octet, ..] = rest {
        let mut separated = [separators.column]
            .into_iter()
            .chain(is_element.then_some(separators.element));
        let separator = separated.find(|separator| rest.starts_with(separator.as_bytes()));
        let length = separator.map_or(1, str::len);
        let is_hex =
            separator.is_some() || *octet < 0x20 || *octet == 0x7f || (all && *octet >= 0x80);
        // A line that begins with # would be a header.
        if is_hex || (*octet == b'#' && written.is_empty()) {
            written.extend_from_slice(hex(&rest[..length]).as_bytes());
        } else if *octet == b'\\' {
            written.extend_from_slice(b"\\\\");
        } else {
            written.push(*octet);
        }
        rest = &rest[length..];
    }
    written
}

fn json_text(text: &[u8]) -> String {
    if !has_unprintable(text, b"\t\n\r\x08\x0c") {
        return String::from_utf8(text.to_vec()).unwrap();
    }
    let mut written = String::new();
    for octet in text {
        match octet {
            b'\t' | b'\n' | b'\r' | 0x08 | 0x0c | b' '..=b'~' => written.push(char::from(*octet)),
            _ => write!(written, "\\x{octet:02x}").unwrap(),
        }
    }
    written
}

fn tsv(
    records: &[Vec<WrittenCell>],
    types: &[(ScalarType, bool)],
    separators: &Separators,
) -> Vec<u8> {
    let column = separators.column;
    let mut log = b"#separator ".to_vec();
    for octet in column.bytes() {
        log.extend_from_slice(format!("\\x{octet:02x}").as_bytes());
    }
    let mut header = format!(
        "\n#set_separator{column}{}\n#empty_field{column}(empty)\n#unset_field{column}-\n#path{column}test\n#fields",
        separators.element
    );
    for index in 0..types.len() {
        let _ = write!(header, "{column}c{index}");
    }
    header.push_str("\n#types");
    for (scalar, is_set) in types {
        let (open, close) = if *is_set { ("set[", "]") } else { ("", "") };
        let _ = write!(header, "{column}{open}{scalar}{close}");
    }
    header.push('\n');
    log.extend_from_slice(header.as_bytes());
    for record in records {
        let cells: Vec<Vec<u8>> = record
            .iter()
            .map(|cell| match cell {
                WrittenCell::Unset => b"-".to_vec(),
                WrittenCell::Single(content) => content.tsv(separators, false),
                WrittenCell::Set(contents) if contents.is_empty() => b"(empty)".to_vec(),
                WrittenCell::Set(contents) => {
                    let elements: Vec<_> = contents
                        .iter()
                        .map(|content| content.tsv(separators, true))
                        .collect();
                    elements.join(separators.element.as_bytes())
                }
            })
            .collect();
        log.extend_from_slice(&cells.join(column.as_bytes()));
        log.push(b'\n');
    }
    log
}

fn json(records: &[Vec<WrittenCell>]) -> Vec<u8> {
    let mut log = String::new();
    for record in records {
        log.push_str("{\"_path\":\"test\"");
        for (index, cell) in record.iter().enumerate() {
            let written = match cell {
                WrittenCell::Unset => continue,
                WrittenCell::Single(content) => content.json(),
                WrittenCell::Set(contents) => {
                    let elements: Vec<_> = contents.iter().map(WrittenScalar::json).collect();
                    format!("[{}]", elements.join(","))
                }
            };
            let _ = write!(log, ",\"c{index}\":{written}");
        }
        log.push_str("}\n");
    }
    log.into_bytes()
}

/// Knows the columns of the log that is tested.
struct Declared<'t>(&'t [(ScalarType, bool)]);

impl KnownLogs for Declared<'_> {
    fn is_log(&self, name: &str) -> bool {
        name == "test"
    }

    fn column_type(&self, _log: &str, column: &str) -> Option<crate::registry::ColumnType> {
        use crate::registry::ColumnType::{Set, Single};
        let (scalar, is_set) = self.0[column[1..].parse::<usize>().ok()?];
        Some(if is_set { Set(scalar) } else { Single(scalar) })
    }
}

fn assert_read(log: &[u8], records: &[Vec<WrittenCell>], known: &dyn KnownLogs) {
    let mut reader = LogReader::new(log, None, known);
    for cells in records {
        let record = reader.next_record().unwrap().unwrap();
        for (index, cell) in cells.iter().enumerate() {
            let read = record.value(&format!("c{index}")).unwrap();
            let agrees = match (cell, &read) {
                (WrittenCell::Unset, None) => true,
                (WrittenCell::Single(content), Some(LogValue::Single(read))) => content.is(read),
                // TSV writes a set of an empty text as an empty set.
                (WrittenCell::Set(contents), Some(LogValue::Set(read)))
                    if is_empty_text(contents) =>
                {
                    read.len() <= 1
                }
                (WrittenCell::Set(contents), Some(LogValue::Set(read))) => {
                    contents.len() == read.len()
                        && contents.iter().zip(read).all(|(content, read)| {
                            read.as_ref().is_some_and(|read| content.is(read))
                        })
                }
                _ => false,
            };
            assert!(
                agrees,
                "{cell:?} was read as {read:?} in {}",
                log.escape_ascii()
            );
        }
    }
    assert!(reader.next_record().unwrap().is_none());
    assert!(reader.problems().is_empty(), "{}", reader.problems());
}

fn is_empty_text(contents: &[WrittenScalar]) -> bool {
    matches!(contents, [WrittenScalar::Text(text)] if text.is_empty())
}

fn content(scalar: ScalarType) -> BoxedStrategy<WrittenScalar> {
    match scalar {
        ScalarType::Count => any::<u64>().prop_map(WrittenScalar::Count).boxed(),
        ScalarType::Int => any::<i64>().prop_map(WrittenScalar::Int).boxed(),
        ScalarType::Time => (0..4_000_000_000_000_000_i64)
            .prop_map(WrittenScalar::Time)
            .boxed(),
        ScalarType::Bool => any::<bool>().prop_map(WrittenScalar::Bool).boxed(),
        ScalarType::Addr => any::<IpAddr>().prop_map(WrittenScalar::Addr).boxed(),
        ScalarType::Port => any::<u16>().prop_map(WrittenScalar::Port).boxed(),
        _ => prop_oneof![
            prop::collection::vec(any::<u8>(), 0..12),
            "[-#,;|=>\\\\x0-9a-f\t\r\n\u{1}é\u{85}é ]{0,12}".prop_map(String::into_bytes),
            Just(b"(empty)".to_vec()),
            Just(b"-".to_vec()),
        ]
        .prop_map(WrittenScalar::Text)
        .boxed(),
    }
}

fn scalar_type() -> impl Strategy<Value = ScalarType> {
    prop::sample::select(vec![
        ScalarType::String,
        ScalarType::String,
        ScalarType::Count,
        ScalarType::Int,
        ScalarType::Time,
        ScalarType::Bool,
        ScalarType::Addr,
        ScalarType::Port,
    ])
}

type WrittenLog = (Vec<(ScalarType, bool)>, Vec<Vec<WrittenCell>>);

fn log() -> impl Strategy<Value = WrittenLog> {
    prop::collection::vec((scalar_type(), any::<bool>()), 1..6).prop_flat_map(|types| {
        let cells: Vec<BoxedStrategy<WrittenCell>> = types
            .iter()
            .map(|(scalar, is_set)| {
                let value = if *is_set {
                    prop::collection::vec(content(*scalar), 0..4)
                        .prop_map(WrittenCell::Set)
                        .boxed()
                } else {
                    content(*scalar).prop_map(WrittenCell::Single).boxed()
                };
                prop_oneof![4 => value, 1 => Just(WrittenCell::Unset)].boxed()
            })
            .collect();
        (Just(types), prop::collection::vec(cells, 0..5))
    })
}

proptest! {
    #[test]
    fn tsv_is_read_as_it_was(
        (types, records) in log(),
        column in prop::sample::select(vec!["\t", "|", "=>"]),
        element in prop::sample::select(vec![",", ";"]),
    ) {
        let written = tsv(&records, &types, &Separators { column, element });
        // Types come from the file.
        assert_read(&written, &records, &ZeekLogs);
    }

    #[test]
    fn json_is_read_as_it_was((types, records) in log()) {
        assert_read(&json(&records), &records, &Declared(&types));
    }

    /// Whatever a file has, it is read to its end.
    #[test]
    fn no_file_is_too_odd(
        start in prop::sample::select(vec!["", "#separator \\x09\n#fields\ta\tb\n#types\tcount\tset[addr]\n", "{\"a\":1}\n"]),
        rest in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"\n\t#{}\":,\\x-".to_vec())], 0..200),
    ) {
        let log = [start.as_bytes(), &rest].concat();
        let mut reader = LogReader::new(&log[..], Some(Path::new("dns.log")), &ZeekLogs).with_longest_line(64);
        while let Ok(Some(record)) = reader.next_record() {
            for column in record.columns() {
                let _ = record.value(column);
            }
        }
    }
}
