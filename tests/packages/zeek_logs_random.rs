//! Random rules on random records of twenty logs: the notices of the packages in a real Zeek are those that evaluating the
//! rules over the logs which that Zeek wrote gives.
//!
//! `SIGZEEK_RULES` says how many rules a log there are.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use crate::common::random::Random;
use crate::common::{texts, zeek};
use serde_json::Value;
use sigzeek::compile::compile;
use sigzeek::evaluation::{ColumnValue, LogRecord, Output, RecordEvaluator, RulesOff};
use sigzeek::event::Timestamp;
use sigzeek::finding::{Code, Severity};
use sigzeek::plan;
use sigzeek::rule::files;
use sigzeek::service::{FieldKind, FieldSpec, Service};

/// Logs, and what their records need beside `ts`.
pub(crate) const LOGS: &[(&str, &str)] = &[
    ("conn", "$proto=tcp"),
    ("dns", "$proto=udp"),
    ("dhcp", ""),
    (
        "files",
        "$fuid=\"F\", $source=\"HTTP\", $depth=0, $is_orig=T",
    ),
    ("ftp", "$user=\"u\""),
    ("irc", ""),
    ("kerberos", ""),
    (
        "known_services",
        "$host=10.0.0.9, $port_num=22/tcp, $port_proto=tcp, $service=set(\"ssh\")",
    ),
    ("mysql", "$cmd=\"query\", $arg=\"select\""),
    ("ntlm", ""),
    ("radius", ""),
    ("rdp", ""),
    ("rfb", ""),
    ("sip", "$trans_depth=1"),
    ("smtp", "$trans_depth=1, $helo=\"h\""),
    ("snmp", "$version=\"2c\", $duration=1sec"),
    ("ssh", ""),
    ("ssl", ""),
    (
        "syslog",
        "$proto=udp, $facility=\"f\", $severity=\"s\", $message=\"m\"",
    ),
    ("weird", "$name=\"odd\""),
];

const RECORDS: usize = 40;

/// Columns of ssl.log that Zeek's own filter keeps out of the log, unless a site sets `SSL::log_include_…`.
const NOT_WRITTEN: &[&str] = &["subject", "issuer", "client_subject", "client_issuer"];

/// The columns that records are given values for: those of the record itself, in the release that runs.
fn columns(service: Service, required: &str) -> Vec<FieldSpec> {
    let fields = service.fields();
    fields
        .filter(|field| !field.name.contains('.') && field.name != "ts")
        .filter(|field| service.name() != "ssl" || !NOT_WRITTEN.contains(&field.name))
        .filter(|field| field.releases.since.as_str() == "7.0" && field.releases.until.is_none())
        .filter(|field| field.script.is_none() && field.kind.element() != FieldKind::Enum)
        .filter(|field| {
            let given = required.contains(&format!("${}=", field.name));
            !given || matches!(field.kind, FieldKind::Text)
        })
        .collect()
}

const TEXTS: &[&str] = &[
    "alpha",
    "Alpha.example",
    "beta.example",
    "10.0.0.1",
    "-",
    "(empty)",
    "x,y",
    "a\\\\b",
    "tab\\there",
    "\\xc3\\xa9t\\xc3\\xa9",
    "0",
    "T",
];

fn literal(kind: FieldKind, random: &mut Random) -> String {
    let number = |random: &mut Random| *random.pick(&[0, 1, 7, 53, 443, 1000]);
    match kind {
        FieldKind::Text => format!("\"{}\"", random.pick(TEXTS)),
        FieldKind::Count => number(random).to_string(),
        FieldKind::Int => (number(random) - 10).to_string(),
        FieldKind::Double => format!("{}.5", number(random)),
        FieldKind::Bool => (*random.pick(&["T", "F"])).to_owned(),
        FieldKind::Interval => format!("{}.25sec", number(random)),
        FieldKind::Time => format!(
            "double_to_time({}.0)",
            1_577_934_245 + number(random) * 3600
        ),
        FieldKind::Address => {
            (*random.pick(&["10.0.0.1", "10.9.9.9", "192.0.2.7", "[2001:db8::1]"])).to_owned()
        }
        FieldKind::Port => {
            let protocol = *random.pick(&["tcp", "udp"]);
            format!("{}/{protocol}", number(random))
        }
        FieldKind::Subnet => "10.0.0.0/8".to_owned(),
        FieldKind::Texts | FieldKind::Vector(_) => several("vector", kind, random),
        FieldKind::TextSet | FieldKind::Set(_) => several("set", kind, random),
        FieldKind::Bytes | FieldKind::Enum | FieldKind::Identity => panic!("{kind}"),
    }
}

fn several(container: &str, kind: FieldKind, random: &mut Random) -> String {
    let elements: BTreeSet<String> = (0..1 + random.below(3))
        .map(|_| literal(kind.element(), random))
        .collect();
    let elements: Vec<String> = elements.into_iter().collect();
    format!("{container}({})", elements.join(", "))
}

/// A script that writes random records of a log.
fn script(service: Service, required: &str, random: &mut Random) -> String {
    let log = service.log().unwrap();
    let columns = columns(service, required);
    let has_id = service.field("id.resp_p").is_some();
    let mut text = "event zeek_init() &priority=-50\n\t{\n".to_owned();
    for number in 0..RECORDS {
        let mut members = vec![format!("$ts=double_to_time({}.0)", 1_600_000_000 + number)];
        if has_id {
            let address = |random: &mut Random| literal(FieldKind::Address, random);
            let port = |random: &mut Random| literal(FieldKind::Port, random);
            let (from, to) = (address(random), address(random));
            let (from_port, to_port) = (port(random), port(random));
            members.push(format!(
                "$id=conn_id($orig_h={from}, $orig_p={from_port}, $resp_h={to}, $resp_p={to_port})"
            ));
        }
        let mut given: Vec<String> = required
            .split(", $")
            .filter(|member| !member.is_empty())
            .map(|member| format!("${}", member.trim_start_matches('$')))
            .collect();
        for column in &columns {
            let member = column.member.unwrap();
            let name = format!("${}=", column.name);
            if member.optional && random.one_in(2) && column.name != "uid" {
                continue;
            }
            given.retain(|member| !member.starts_with(&name));
            members.push(format!("{name}{}", literal(column.kind, random)));
        }
        members.extend(given);
        let members = members.join(", ");
        writeln!(
            text,
            "\tLog::write({}, {}({members}));",
            log.stream, log.record
        )
        .unwrap();
    }
    text + "\t}\n"
}

/// A test of a column: key and value.
fn test(column: &FieldSpec, random: &mut Random) -> String {
    let name = column.name;
    if random.one_in(12) {
        return format!("{name}|exists: {}", random.pick(&["true", "false"]));
    }
    let number = *random.pick(&[0, 1, 7, 53, 443]);
    let ordering = *random.pick(&["|lt", "|lte", "|gt", "|gte", ""]);
    match column.kind.element() {
        FieldKind::Text => {
            let value = *random.pick(&[
                "alpha", "ALPHA", "example", ".example", "x,y", "b", "é", "-", "T", "*a*",
            ]);
            let modifier = *random.pick(&[
                "",
                "|contains",
                "|startswith",
                "|endswith",
                "|cased",
                "|neq",
            ]);
            format!("{name}{modifier}: '{value}'")
        }
        FieldKind::Count | FieldKind::Port | FieldKind::Int => {
            format!("{name}{ordering}: {number}")
        }
        FieldKind::Double => format!("{name}{ordering}: {number}.5"),
        FieldKind::Interval => format!("{name}{ordering}: {number}.25"),
        FieldKind::Bool => format!("{name}: {}", random.pick(&["true", "false"])),
        FieldKind::Address => match random.below(3) {
            0 => format!("{name}: '10.0.0.1'"),
            1 => format!("{name}|cidr: 10.0.0.0/8"),
            _ => format!("{name}: ['192.0.2.7', '2001:db8::1']"),
        },
        FieldKind::Time => format!("{name}|hour: {}", random.below(24)),
        _ => format!("{name}|exists: true"),
    }
}

/// Random rules on a log.
pub(crate) fn rules(service: Service, number: usize, random: &mut Random) -> String {
    let mut fields = columns(service, "");
    fields.extend(
        service
            .fields()
            .filter(|field| field.name.starts_with("id.") && field.name.matches('.').count() == 1),
    );
    let conditions = [
        "a",
        "a and b",
        "a or b",
        "a and not b",
        "not a",
        "1 of them",
        "a and 1 of c*",
    ];
    let mut text = String::new();
    for rule in 0..number {
        let condition = *random.pick(&conditions);
        writeln!(
            text,
            "title: Rule {rule}\nname: rule_{rule}\nid: 00000000-0000-4000-8000-{rule:012}\nlevel: low\n\
             logsource: {{product: zeek, service: {}}}\ndetection:",
            service.name()
        )
        .unwrap();
        for search in ["a", "b", "c1", "c2"] {
            let used = match search {
                "b" => condition.contains('b') || condition.contains("them"),
                "c1" | "c2" => condition.contains('*') || condition.contains("them"),
                _ => true,
            };
            if used {
                writeln!(text, "    {search}:").unwrap();
                let mut names = BTreeSet::new();
                for _ in 0..1 + random.below(2) {
                    let field = random.pick(&fields);
                    if names.insert(field.name) {
                        writeln!(text, "        {}", test(field, random)).unwrap();
                    }
                }
            }
        }
        writeln!(
            text,
            "    condition: {condition}\nzeek: {{notice: {{message: '{{ts}}', suppress_for: 0}}}}\n---"
        )
        .unwrap();
    }
    text.trim_end_matches("---\n").to_owned()
}

/// A record as Zeek wrote it in JSON.
struct JsonRecord<'a> {
    service: Service,
    line: &'a Value,
}

impl LogRecord for JsonRecord<'_> {
    fn log(&self) -> &str {
        self.service.name()
    }

    fn value(&self, column: &str) -> Option<ColumnValue> {
        let kind = self.service.field(column)?.kind;
        let value = self.line.get(column)?;
        Some(match value {
            Value::Array(values) => {
                let values = values.iter().map(|value| scalar(kind.element(), value));
                ColumnValue::Several(values.collect())
            }
            value => scalar(kind, value),
        })
    }
}

fn scalar(kind: FieldKind, value: &Value) -> ColumnValue {
    let text = || value.as_str().unwrap().to_owned();
    match kind {
        FieldKind::Count => ColumnValue::Count(value.as_u64().unwrap()),
        FieldKind::Int => ColumnValue::Int(value.as_i64().unwrap()),
        FieldKind::Double => ColumnValue::Double(value.as_f64().unwrap()),
        FieldKind::Bool => ColumnValue::Bool(value.as_bool().unwrap()),
        FieldKind::Interval => ColumnValue::Interval(value.as_f64().unwrap()),
        FieldKind::Time => ColumnValue::Time(value.as_f64().unwrap()),
        FieldKind::Address => ColumnValue::Address(text().parse().unwrap()),
        FieldKind::Port => ColumnValue::Port(u16::try_from(value.as_u64().unwrap()).unwrap()),
        _ => ColumnValue::Text(vec![text().into_bytes()]),
    }
}

/// The notices of a log's rules, each by its rule and its message.
fn evaluated(rules: &Path, service: Service, lines: &[Value]) -> BTreeSet<String> {
    let loaded = files::load(&[rules.to_path_buf()]).unwrap();
    let mut findings = loaded.findings;
    let plans = plan::packs(&loaded.packs, &mut findings);
    let mut evaluator = RecordEvaluator::new(&plans, RulesOff::AreSilent, &mut findings);
    let mut notices = BTreeSet::new();
    for line in lines {
        evaluator.record(&JsonRecord { service, line }, Timestamp::default());
    }
    for output in evaluator.take_output() {
        if let Output::Notice(notice) = output {
            let message = String::from_utf8(notice.message).unwrap();
            notices.insert(format!("{} {message}", notice.rule.note));
        }
    }
    notices
}

/// Deletes the rules that cannot match anything, which is an error.
fn leave_out_impossible(pack: &Path) {
    let compilation = compile(&[pack.to_path_buf()]).unwrap();
    for finding in compilation.findings {
        if finding.severity() == Severity::Error {
            assert_eq!(finding.code, Code::NeverMatches, "{}", finding.message);
            let _ = std::fs::remove_file(finding.place.path());
        }
    }
}

#[test]
fn zeek_and_the_evaluation_of_its_logs_agree() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let number = std::env::var("SIGZEEK_RULES").map_or(10, |text| text.parse().unwrap());
    let mut wrong = Vec::new();
    let mut all = 0;
    for (seed, (name, required)) in LOGS.iter().enumerate() {
        let mut random = Random::new(seed as u64);
        let service = Service::named(name).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("random");
        std::fs::create_dir(&path).unwrap();
        let text = rules(service, number, &mut random);
        for (number, rule) in text.split("---\n").enumerate() {
            std::fs::write(path.join(format!("rule_{number}.yml")), rule).unwrap();
        }
        leave_out_impossible(&path);
        let scripts = zeek::build(&path, &folder.path().join("out"));
        let code = script(service, required, &mut random);
        let logs = zeek::run(&zeek, &texts::capture(), &[&scripts], &code);
        let lines = logs.read(name);
        assert!(lines.len() >= RECORDS, "{name}");
        let found: BTreeSet<String> = logs
            .read("notice")
            .iter()
            .map(|notice| {
                let text = |key: &str| notice[key].as_str().unwrap();
                format!("{} {}", text("note"), text("msg"))
            })
            .collect();
        let expected = evaluated(&path, service, &lines);
        all += expected.len();
        for notice in found.symmetric_difference(&expected) {
            let side = if found.contains(notice) {
                "Zeek alone"
            } else {
                "the evaluation alone"
            };
            wrong.push(format!("{name}: {notice}: {side}"));
        }
        assert_eq!(logs.read("reporter"), Vec::<Value>::new(), "{name}");
    }
    assert!(
        wrong.is_empty(),
        "{} differ of {all}: {wrong:#?}",
        wrong.len()
    );
    assert!(all > 1000, "{all}");
}
