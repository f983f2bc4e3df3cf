#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

/// What records have in some columns, a line each: `-` for unset, and values as Rust shows them.
fn read(log: &[u8], path: &str, columns: &[&str]) -> (Vec<String>, String) {
    let mut reader = LogReader::new(log, Some(Path::new(path)), &ZeekLogs);
    let mut records = Vec::new();
    while let Some(record) = reader.next_record().unwrap() {
        let cells: Vec<_> = columns
            .iter()
            .map(|column| shown(&record, column))
            .collect();
        records.push(format!(
            "{} {}: {}",
            record.line_number(),
            record.log(),
            cells.join(" ")
        ));
    }
    (records, reader.problems().to_string())
}

fn shown(record: &Record<'_>, column: &str) -> String {
    let scalar = |scalar: &Scalar<'_>| match scalar {
        Scalar::String(text) | Scalar::Enum(text) => text
            .readings()
            .map(|octets| format!("\"{}\"", octets.escape_ascii()))
            .collect::<Vec<_>>()
            .join("|"),
        other => format!("{other:?}"),
    };
    let element = |element: &Option<Scalar<'_>>| element.as_ref().map_or("-".to_owned(), scalar);
    let joined = |elements: &[Option<Scalar<'_>>]| {
        elements.iter().map(element).collect::<Vec<_>>().join(",")
    };
    match record.value(column) {
        Err(MalformedValue) => "malformed".to_owned(),
        Ok(None) => "-".to_owned(),
        Ok(Some(LogValue::Single(value))) => scalar(&value),
        Ok(Some(LogValue::Set(elements))) => format!("{{{}}}", joined(&elements)),
        Ok(Some(LogValue::Vector(elements))) => format!("[{}]", joined(&elements)),
    }
}

fn error(log: &[u8], path: &str) -> String {
    let mut reader = LogReader::new(log, Some(Path::new(path)), &ZeekLogs);
    loop {
        match reader.next_record() {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the log was read"),
            Err(error) => return error.to_string(),
        }
    }
}

const TSV: &str = "\
#separator \\x09
#set_separator\t,
#empty_field\t(empty)
#unset_field\t-
#path\tdns
#open\t2026-11-29-12-00-00
#fields\tts\tid.orig_h\tid.orig_p\tquery\tqtype\trtt\tanswers\tAA\tproto
#types\ttime\taddr\tport\tstring\tcount\tinterval\tvector[string]\tbool\tenum
1764417600.123457\t2001:db8::1\t53\ta\\x09\\\\b\\x2d\t18446744073709551615\t0.050000\ta\\x2cb,-,(empty)\tT\tudp
1764417601.000000\t10.0.0.1\t53\t-\t-\t-\t(empty)\tF\ttcp
1764417602.000000\t10.0.0.1\t53\t\\x2d\t1\t-\t-\tF\ttcp
#close\t2026-11-29-12-00-00
";

#[test]
fn tsv_is_read_by_its_types() {
    let columns = [
        "ts",
        "id.orig_h",
        "id.orig_p",
        "query",
        "qtype",
        "rtt",
        "answers",
        "AA",
        "proto",
        "none",
    ];
    let (records, problems) = read(TSV.as_bytes(), "-", &columns);
    assert_eq!(
        records,
        [
            r#"9 dns: Time(1764417600.123457) Addr(2001:db8::1) Port(53) "a\t\\b-" Count(18446744073709551615) Interval(0.05) ["a,b",-,""] Bool(true) "udp" -"#,
            r#"10 dns: Time(1764417601.0) Addr(10.0.0.1) Port(53) - - - [] Bool(false) "tcp" -"#,
            r#"11 dns: Time(1764417602.0) Addr(10.0.0.1) Port(53) "-" Count(1) - - Bool(false) "tcp" -"#,
        ]
    );
    assert_eq!(problems, "");
}

#[test]
fn each_header_of_a_file_holds_for_what_follows_it() {
    let log = "#separator \\x7c\n#set_separator|;\n#empty_field|EMPTY\n#unset_field|NULL\n#path|http\n\
               #fields|uri|tags\n#types|string|set[enum]\n-,|a;b\nEMPTY|NULL\n\
               #separator \\x09\n#path\tlogs/conn\n#fields\tuid\n#types\tstring\nC1\n\
               #fields\tduration\tuid\n#types\tinterval\tstring\n1.5\tC2\r\n";
    let (records, problems) = read(log.as_bytes(), "x", &["uri", "tags", "uid", "duration"]);
    assert_eq!(
        records,
        [
            r#"8 http: "-," {"a","b"} - -"#,
            r#"9 http: "" - - -"#,
            r#"14 conn: - - "C1" -"#,
            r#"17 conn: - - "C2" Interval(1.5)"#,
        ]
    );
    assert_eq!(problems, "");
}

#[test]
fn json_has_the_types_of_its_log() {
    let log = br#"{"ts":1764417600.123457,"id.orig_h":"10.0.0.1","id.orig_p":53,"query":"a\tb","qtype":18446744073709551615,"rtt":1,"answers":["a",null,""],"AA":true,"proto":"udp"}
{"_path":"conn","_write_ts":"2026-11-29T12:00:01.000000Z","ts":"2025-11-29T12:00:00.500000Z","duration":2.5,"tunnel_parents":["C1"],"service":null}
{"ts":1764417600123,"query":"\u00e9","other":-1,"more":[1,2.5],"some":{"a":1}}
"#;
    let columns = [
        "ts",
        "id.orig_h",
        "query",
        "qtype",
        "rtt",
        "answers",
        "AA",
        "tunnel_parents",
        "service",
        "other",
        "more",
        "some",
    ];
    let (records, problems) = read(log, "logs/dns.2026-11-29-12-00-00.log", &columns);
    assert_eq!(
        records,
        [
            r#"1 dns: Time(1764417600.123457) Addr(10.0.0.1) "a\tb" Count(18446744073709551615) Interval(1.0) ["a",-,""] Bool(true) - - - - -"#,
            r#"2 conn: Time(1764417600.5) - - - - - - {"C1"} - - - -"#,
            r#"3 dns: Time(1764417600.123) - "\xc3\xa9" - - - - - - Int(-1) [Count(1),Double(2.5)] malformed"#,
        ]
    );
    assert_eq!(problems, "");
}

#[test]
fn json_keeps_both_readings_of_an_escape() {
    let log = br#"{"query":"a\\xff\\x09"}
{"query":"\\x41\\xFg\\\\xff"}
{"query":"c:\\windows"}
"#;
    let (records, _) = read(log, "dns.log", &["query"]);
    assert_eq!(
        records,
        [
            r#"1 dns: "a\\xff\\x09"|"a\xff\t""#,
            // Zeek escapes no printable character.
            r#"2 dns: "\\x41\\xFg\\\\xff"|"\\x41\\xFg\\\xff""#,
            r#"3 dns: "c:\\windows""#,
        ]
    );
}

#[test]
fn times_of_iso_8601_can_have_seven_digits() {
    let log = br#"{"ts":"2026-11-29T12:00:00.1000000Z"}
{"ts":"2026-11-29T12:00:01.000000Z"}
{"ts":"yesterday"}
"#;
    let (records, _) = read(log, "dns.log", &["ts"]);
    assert_eq!(
        records,
        [
            "1 dns: Time(1795953601.0)",
            "2 dns: Time(1795953601.0)",
            "3 dns: malformed"
        ]
    );
}

#[test]
fn lines_that_cannot_be_records_are_left_out_and_counted() {
    let log = b"#fields\tuid\tquery\n#types\tstring\tstring\na\tb\na\na\tb\tc\n\n\x00\xff\t\x01\nlonger than forty octets, which is too long\tb\nb\tc";
    let mut reader =
        LogReader::new(&log[..], Some(Path::new("dns.log")), &ZeekLogs).with_longest_line(40);
    let mut lines = Vec::new();
    while let Some(record) = reader.next_record().unwrap() {
        lines.push(record.line_number());
    }
    assert_eq!(lines, [3, 7]);
    assert_eq!(
        reader.problems().to_string(),
        "line 9: the last line is not finished and was left out\n\
         line 8: a line is too long and was left out\n\
         line 4: a line has more or fewer columns than its header and was left out (2 times)"
    );
}

#[test]
fn values_that_are_not_of_their_type_are_told() {
    let log = b"#fields\ta\tb\tc\td\te\n#types\tcount\taddr\tset[port]\tbool\tsubnet\n-1\t10.0.0\t1,x\ttrue\t10.0.0.0/33\n0\t::\t1,2\tF\t10.0.0.0/8\n";
    let (records, _) = read(log, "dns.log", &["a", "b", "c", "d", "e"]);
    assert_eq!(
        records,
        [
            "3 dns: malformed malformed malformed malformed malformed",
            "4 dns: Count(0) Addr(::) {Port(1),Port(2)} Bool(false) Subnet(10.0.0.0, 8)",
        ]
    );
}

#[test]
fn headers_that_are_wrong_are_counted() {
    let log = b"#separator \n#fields\tqtype\tquery\n#types\tcount\n5\ta\n#types\tcount\ttable[string]\n5\ta\n";
    let (records, problems) = read(log, "dns.log", &["qtype", "query"]);
    // The separator that is none makes the line one column.
    assert!(records.is_empty(), "{records:?}");
    assert_eq!(
        problems,
        "line 4: a line comes before a #fields line and was left out (2 times)\nline 1: a header line was not understood"
    );
    let log = &log[12..];
    let (records, problems) = read(log, "dns.log", &["qtype", "query"]);
    assert_eq!(
        records,
        [r#"3 dns: Count(5) "a""#, r#"5 dns: Count(5) "a""#]
    );
    assert_eq!(
        problems,
        "line 2: a header line was not understood (2 times)"
    );
    let log = b"#fields\tquery\tquery\n#types\tstring\tstring\na\tb\n";
    let (records, problems) = read(log, "dns.log", &["query"]);
    assert_eq!(records, [r#"3 dns: "a""#]);
    assert_eq!(
        problems,
        "line 1: a header line has the same column twice; the first of them is read"
    );
}

#[test]
fn json_lines_that_are_no_objects_are_counted() {
    let log = b"{\"uid\":\"a\"}\n{\"uid\":\n[1]\n{\"uid\":\"\xff\"}\n{\"uid\":\"b\"}";
    let (records, problems) = read(log, "dns.log", &["uid"]);
    // The last one is whole, if without a line feed.
    assert_eq!(records, [r#"1 dns: "a""#, r#"5 dns: "b""#]);
    assert_eq!(
        problems,
        "line 2: a line is not a JSON object and was left out (3 times)"
    );
    let (records, problems) = read(b"{\"uid\":\"a\"}\n{\"uid\":", "dns.log", &["uid"]);
    assert_eq!(records, [r#"1 dns: "a""#]);
    assert_eq!(
        problems,
        "line 2: the last line is not finished and was left out"
    );
}

#[test]
fn what_is_no_log_is_an_error() {
    assert_eq!(
        error(b"uid,query\na,b\n", "dns.log"),
        "not a Zeek log: its first line is neither a header line of TSV nor a JSON object"
    );
    assert_eq!(
        error(b"\n{\"uid\":\"a\"}\n", "export.json"),
        "line 2: no #path and no _path says which log this is, and the file is not named after a known one"
    );
    assert_eq!(read(b"", "export.json", &[]), (vec![], String::new()));
}

fn gzipped(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// How many records a file has, and what is wrong with it.
fn read_file(content: &[u8]) -> (usize, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dns.log.gz");
    fs::write(&path, content).unwrap();
    let mut reader = open(&path, &ZeekLogs).unwrap();
    let mut count = 0;
    while reader.next_record().unwrap().is_some() {
        count += 1;
    }
    (count, reader.problems().to_string())
}

#[test]
fn gzip_is_read_as_far_as_it_goes() {
    let lines: String = (0..50_000)
        .map(|n| format!("{{\"uid\":\"C{}\"}}\n", n * 7919))
        .collect();
    let whole = gzipped(lines.as_bytes());
    assert_eq!(read_file(&whole), (50_000, String::new()));
    // Rotated logs are joined with cat.
    assert_eq!(
        read_file(&[whole.clone(), whole.clone()].concat()),
        (100_000, String::new())
    );
    let (count, problems) = read_file(&whole[..whole.len() / 2]);
    assert!((10_000..40_000).contains(&count), "{count}");
    assert_eq!(
        problems,
        format!(
            "line {}: compressed data break off or are damaged; what was before them was read",
            count + 1
        )
    );
    let (count, problems) = read_file(&[&whole, &b"garbage"[..]].concat());
    assert_eq!((count, problems.is_empty()), (50_000, false));
    // Within the header of gzip.
    assert_eq!(read_file(&whole[..5]).0, 0);
}

#[test]
fn other_compressions_are_named() {
    let Err(error) = from_reader(&b"\xfd7zXZ\0"[..], None, &ZeekLogs) else {
        panic!("it was read");
    };
    assert!(error.to_string().contains("xz"), "{error}");
}

#[test]
fn a_log_that_was_never_declared_is_read_by_its_types() {
    let log = b"#path\tmine\n#fields\tn\tt\n#types\tcount\ttime\n7\t1.5\n";
    let (records, problems) = read(log, "-", &["n", "t"]);
    assert_eq!(
        (records, problems.as_str()),
        (vec!["4 mine: Count(7) Time(1.5)".to_owned()], "")
    );
}
