//! Searching logs in blocks, where lines are picked before they are taken apart, finds what trying the rules on each record does:
//! random rules on random records, written in any way that a reader takes.

use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::common::random::Random;
use crate::zeek_logs_random::{LOGS, rules};
use sigzeek::evaluation::{Output, RecordEvaluator, RulesOff};
use sigzeek::hunt::{Hunt, HuntedLogs, SearchUpdate, TimeRange};
use sigzeek::plan;
use sigzeek::rule::files;
use sigzeek::service::{FieldKind, FieldSpec, Service};
use sigzeek::trial;

const RECORDS: usize = 30;

const TEXTS: &[&str] = &[
    "alpha",
    "Alpha.example",
    "beta.example",
    "10.0.0.1",
    "-",
    "",
    "(empty)",
    "x,y",
    "a\\b",
    "a\\x41lpha",
    "tab\there \"alpha\"",
    "été/alpha",
    "0",
    "T",
    "443",
    "# example",
];

/// A value as the wire had it, or its elements.
enum Value {
    Unset,
    Text(String),
    /// What is written as it is, in TSV and in JSON.
    Bare(String, String),
    Several(Vec<Value>),
}

fn value(kind: FieldKind, random: &mut Random) -> Value {
    if random.one_in(4) {
        return Value::Unset;
    }
    let same = |text: String| Value::Bare(text.clone(), text);
    let quoted = |text: &str| Value::Bare(text.to_owned(), format!("\"{text}\""));
    let number = *random.pick(&[0, 1, 7, 53, 443, 1000, 4430]);
    match kind {
        FieldKind::Text | FieldKind::Enum => Value::Text((*random.pick(TEXTS)).to_owned()),
        FieldKind::Count | FieldKind::Port => match random.below(8) {
            0 => Value::Bare(format!("0{number}"), number.to_string()),
            _ => same(number.to_string()),
        },
        FieldKind::Int => same((number - 10).to_string()),
        FieldKind::Double | FieldKind::Interval => same(format!("{number}.25")),
        FieldKind::Time => same(format!("{}.5", 1_577_934_245 + number * 3600)),
        FieldKind::Bool => {
            let [tsv, json] = *random.pick(&[["T", "true"], ["F", "false"]]);
            Value::Bare(tsv.to_owned(), json.to_owned())
        }
        FieldKind::Address => {
            let addresses = ["10.0.0.1", "10.9.9.9", "192.0.2.7", "2001:db8::1"];
            quoted(addresses[random.below(addresses.len())])
        }
        FieldKind::Subnet => quoted("10.0.0.0/8"),
        FieldKind::Bytes | FieldKind::Identity => Value::Unset,
        FieldKind::Texts | FieldKind::Vector(_) | FieldKind::TextSet | FieldKind::Set(_) => {
            let elements = (0..random.below(4)).map(|_| value(kind.element(), random));
            Value::Several(elements.collect())
        }
    }
}

/// A text as TSV has it; octets that need no escape may have one.
fn tsv_text(text: &str, random: &mut Random) -> String {
    match text {
        "" => return "(empty)".to_owned(),
        "-" => return "\\x2d".to_owned(),
        "(empty)" => return "\\x28empty)".to_owned(),
        _ => {}
    }
    let mut written = String::new();
    let escapes = random.one_in(6);
    for (place, octet) in text.bytes().enumerate() {
        let is_first_comment = octet == b'#' && place == 0;
        match octet {
            b'\\' => written.push_str("\\\\"),
            b' '..=b'~' if octet != b',' && !is_first_comment && !(escapes && random.one_in(3)) => {
                written.push(char::from(octet));
            }
            _ => write!(written, "\\x{octet:02x}").unwrap(),
        }
    }
    written
}

/// A text as JSON has it; characters that need no escape may have one.
fn json_text(text: &str, random: &mut Random) -> String {
    let mut written = "\"".to_owned();
    let escapes = random.one_in(6);
    for character in text.chars() {
        match character {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '/' if random.one_in(2) => written.push_str("\\/"),
            ' '..='~' if !(escapes && random.one_in(3)) => written.push(character),
            _ => write!(written, "\\u{:04x}", u32::from(character)).unwrap(),
        }
    }
    written + "\""
}

fn tsv(value: &Value, random: &mut Random) -> String {
    match value {
        Value::Unset => "-".to_owned(),
        Value::Text(text) => tsv_text(text, random),
        Value::Bare(text, _) => text.clone(),
        Value::Several(values) if values.is_empty() => "(empty)".to_owned(),
        Value::Several(values) => {
            let written: Vec<_> = values.iter().map(|value| tsv(value, random)).collect();
            written.join(",")
        }
    }
}

fn json(value: &Value, random: &mut Random) -> String {
    match value {
        Value::Unset => "null".to_owned(),
        Value::Text(text) => json_text(text, random),
        Value::Bare(_, text) => text.clone(),
        Value::Several(values) => {
            let written: Vec<_> = values.iter().map(|value| json(value, random)).collect();
            format!("[{}]", written.join(","))
        }
    }
}

/// Random records of a log, as TSV and as JSON.
fn logs(service: Service, random: &mut Random) -> [String; 2] {
    let fields = service.fields().filter(|field| field.name != "ts");
    let fields: Vec<FieldSpec> = fields.filter(|_| !random.one_in(8)).collect();
    let name = service.name();
    let types = fields.iter().map(|field| column_type(field.kind));
    let types: Vec<String> = types.collect();
    let names: Vec<_> = fields.iter().map(|field| field.name).collect();
    let (names, types) = (names.join("\t"), types.join("\t"));
    let mut table =
        format!("#separator \\x09\n#path\t{name}\n#fields\tts\t{names}\n#types\ttime\t{types}\n");
    let mut lines = String::new();
    for record in 0..RECORDS {
        let ts = 1_764_417_600 + record;
        write!(table, "{ts}.0").unwrap();
        let spaces = if random.one_in(4) {
            [" ", " ", "  ", "\t"]
        } else {
            [""; 4]
        };
        let mut space = || *random.pick(&spaces);
        let (before, behind) = (space(), space());
        write!(lines, "{{\"ts\"{before}:{behind}{ts}.0").unwrap();
        for field in &fields {
            let value = value(field.kind, random);
            write!(table, "\t{}", tsv(&value, random)).unwrap();
            if !matches!(value, Value::Unset) {
                let value = json(&value, random);
                write!(lines, ",{before}\"{}\"{before}:{behind}{value}", field.name).unwrap();
            }
        }
        table.push('\n');
        lines.push_str("}\n");
    }
    [table, lines]
}

fn column_type(kind: FieldKind) -> String {
    let element = match kind.element() {
        FieldKind::Address => "addr",
        FieldKind::Bool => "bool",
        FieldKind::Count => "count",
        FieldKind::Double => "double",
        FieldKind::Enum => "enum",
        FieldKind::Int => "int",
        FieldKind::Interval => "interval",
        FieldKind::Port => "port",
        FieldKind::Subnet => "subnet",
        FieldKind::Time => "time",
        _ => "string",
    };
    match kind {
        FieldKind::Texts | FieldKind::Vector(_) => format!("vector[{element}]"),
        FieldKind::TextSet | FieldKind::Set(_) => format!("set[{element}]"),
        _ => element.to_owned(),
    }
}

/// The notices of rules on a log, by trying them on each record, and by searching it.
fn found(rules: &Path, log: &Path, times: TimeRange) -> [Vec<String>; 2] {
    let loaded = files::load(&[rules.to_path_buf()]).unwrap();
    let mut findings = loaded.findings;
    let plans = plan::packs(&loaded.packs, &mut findings);
    let mut evaluator = RecordEvaluator::new(&plans, RulesOff::AreSilent, &mut findings);
    let (mut tried, mut hunted) = (Vec::new(), Vec::new());
    let notice = |output: Output| match output {
        Output::Notice(notice) => {
            let message = String::from_utf8(notice.message).unwrap();
            Some(format!("{} {message}", notice.rule.note))
        }
        _ => None,
    };
    let statistics = trial::evaluate_log(&mut evaluator, log, &mut |output| {
        tried.extend(notice(output));
    });
    let statistics = statistics.unwrap();
    assert!(statistics.problems.is_empty(), "{}", statistics.problems);
    evaluator.reset();
    let known = HuntedLogs::new(&plans);
    let files: [PathBuf; 1] = [log.to_path_buf()];
    let summary = Hunt::new(&evaluator, &files, &known, times).run(&mut evaluator, &mut |step| {
        if let SearchUpdate::Found(found) = step {
            hunted.extend(notice(found.output.clone()));
        }
        ControlFlow::Continue(())
    });
    assert!(summary.problems.is_empty(), "{:?}", summary.problems);
    // A rule that never matches is none.
    if !summary.logs.is_empty() {
        assert_eq!(summary.records(), RECORDS as u64);
    }
    tried.sort_unstable();
    hunted.sort_unstable();
    [tried, hunted]
}

#[test]
fn searching_blocks_finds_what_each_record_matches() {
    let mut all = 0;
    for (seed, (name, _)) in LOGS.iter().enumerate() {
        let mut random = Random::new(seed as u64);
        let service = Service::named(name).unwrap();
        for round in 0..6 {
            let folder = tempfile::tempdir().unwrap();
            let path = |name: &str| folder.path().join(name);
            std::fs::create_dir(path("pack")).unwrap();
            // With few rules, all of them may be of those that lines are picked for.
            let text = rules(service, 1 + round % 4, &mut random);
            std::fs::write(path("pack/rules.yml"), text).unwrap();
            let [table, lines] = logs(service, &mut random);
            let (tsv, json) = (path(&format!("{name}.log")), path(&format!("{name}.json")));
            std::fs::write(&tsv, &table).unwrap();
            std::fs::write(&json, &lines).unwrap();
            let times = [
                TimeRange::default(),
                TimeRange {
                    since: Some(sigzeek::event::Timestamp::from_seconds(0.0)),
                    until: None,
                },
            ];
            for (log, written) in [(&tsv, &table), (&json, &lines)] {
                let [tried, hunted] = found(&path("pack"), log, times[round % 2]);
                all += tried.len();
                let text = std::fs::read_to_string(path("pack/rules.yml")).unwrap();
                assert_eq!(hunted, tried, "{text}\n{written}");
            }
        }
    }
    assert!(all > 2500, "{all}");
}
