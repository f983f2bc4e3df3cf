//! What each construct of the language does in the replay engine: the cases that `zeek_language.rs` runs on a real Zeek,
//! and the reference evaluator (`rsigma-eval`) on the columns of the logs that the same events make.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::common::cases::{Pack, label};
use crate::common::random::Random;
use crate::common::replay::{self, Replayed};
use crate::common::{
    addresses, arguments, calls, overlaps, random_rules, smb, texts, times, transactions,
};
use rsigma_eval::{Engine, JsonEvent};
use rsigma_parser::parse_sigma_yaml;
use serde_json::{Map, Value, json};
use sigzeek::compile;
use sigzeek::event::{DceRpcKind, HttpEvent};
use sigzeek::finding::{Code, Severity};
use sigzeek::registry::{InterfaceUuid, Registry};
use sigzeek::replay::{Event, EventKind, replay_reader};
use sigzeek::rule::Destination;

/// Random rules that are made for each service.
const RULES: usize = 400;

#[test]
fn comparisons_of_text() {
    // Placeholders have no values here.
    let skipped = [
        "expand",
        "expand cased",
        "expand with text around it",
        "expand behind a wildcard",
        "expand to an entry with a wildcard",
        "expand to an entry with an escaped wildcard",
        "expand to an entry with backslashes",
        "expand startswith",
        "expand contains",
        "expand to an empty entry",
    ];
    // Keywords are sought in the names and types of files, too.
    let unknown = [
        "keywords",
        "keyword with a wildcard",
        "keywords all",
        "keywords all, as parts",
        "keyword over the URI",
        "keyword by regular expression",
        "keyword in a list with a map",
    ];
    check("texts", "http", &texts::capture(), &skipped, &unknown);
}

#[test]
fn a_rule_by_itself() {
    check("alone", "http", &texts::capture(), &[], &[]);
}

#[test]
fn networks_of_both_families() {
    check("addresses", "http", &addresses::capture(), &[], &[]);
}

#[test]
fn addresses_of_hosts() {
    check("hosts", "http", &addresses::hosts(), &[], &[]);
}

#[test]
fn http_transactions() {
    let unknown = [
        "uid",
        "orig_mime_types",
        "resp_mime_types",
        "resp_filenames",
        "orig_filenames",
        "orig_fuids",
        "resp_fuids",
        "no tags",
        "mime types not",
    ];
    check(
        "transactions",
        "http",
        &transactions::capture(),
        OPERATORS,
        &unknown,
    );
}

#[test]
fn dce_rpc_calls() {
    check("calls", "dce_rpc", &calls::capture(), &[], &["uid"]);
}

#[test]
fn calls_that_overlap() {
    check("overlaps", "dce_rpc", &overlaps::capture(), &[], &[]);
}

#[test]
fn file_actions() {
    check("actions", "smb_files", &smb::capture(), &[], &["fuid"]);
}

#[test]
fn tree_connects() {
    check("trees", "smb_mapping", &smb::capture(), &[], &["uid"]);
}

#[test]
fn protection_of_calls() {
    check("protection", "dce_rpc", &arguments::protected(), &[], &[]);
}

#[test]
fn arguments_of_calls() {
    let replayed = check("arguments", "dce_rpc", &arguments::capture(), &[], &[]);
    let in_columns = replayed.payloads.iter();
    let in_columns = in_columns.filter(|payload| payload.to == Destination::Column);
    let columns: Vec<_> = in_columns
        .map(|payload| (payload.field.as_str(), payload.payload.as_slice()))
        .collect();
    let expected: [(&str, &[u8]); 4] = [
        ("argument.lpServiceName", b"plain"),
        ("argument.lpBinaryPathName", br"C:\Win"),
        ("argument.lpData", b"6500780070"),
        ("argument.dwType", b"31"),
    ];
    assert_eq!(columns, expected);
}

#[test]
fn commands() {
    check("commands", "smb_cmd", &smb::capture(), &[], &["uid"]);
}

#[test]
fn parts_of_times() {
    check("times", "http", &times::capture(), &[], &[]);
}

/// Cases of transactions that need options other than the defaults.
const OPERATORS: &[&str] = &[
    "orig_h by a placeholder",
    "password",
    "client header by a placeholder",
    "body",
    "body of some transactions",
    "body up to its bound",
    "body across a line feed",
    "log up to the bound",
];

/// Runs the cases of a file. Those in `skipped` need options that an operator sets; those in `unknown` fields that the
/// replay engine does not know, of which a finding must tell.
fn check(
    name: &str,
    service: &str,
    capture: &[u8],
    skipped: &[&str],
    unknown: &[&str],
) -> Replayed {
    let pack = Pack::build(name, service);
    let rules = pack.scripts.ancestors().nth(3).unwrap().join(name);
    let replayed = replay::bytes(&rules, capture);
    let not_replayed: BTreeSet<String> = replayed
        .not_replayed
        .iter()
        .map(|finding| title(&finding.place.source.text))
        .collect();
    let mut wrong = String::new();
    for case in &pack.cases {
        if unknown.contains(&case.name.as_str()) != not_replayed.contains(&case.name) {
            writeln!(wrong, "{}: left out, or should be", case.name).unwrap();
        }
        if skipped.contains(&case.name.as_str()) || not_replayed.contains(&case.name) {
            continue;
        }
        let (fired, logged) = of_case(&replayed, &case.name);
        if fired != case.fires {
            writeln!(wrong, "{}: {fired:?}, not {:?}", case.name, case.fires).unwrap();
        }
        if logged != case.logs {
            writeln!(wrong, "{}: {logged:?}, not {:?}", case.name, case.logs).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    replayed
}

fn title(rule: &str) -> String {
    let rule: serde_yaml::Value = serde_yaml::from_str(rule).unwrap();
    rule["title"].as_str().unwrap().to_owned()
}

/// What a case fired on and logged, as its file has it.
fn of_case(replayed: &Replayed, name: &str) -> (Vec<String>, Vec<String>) {
    let text = sigzeek::text::zeek_log::json_text;
    let mine: Vec<_> = replayed
        .notices
        .iter()
        .filter(|notice| notice.rule.title == name)
        .collect();
    let mut fired: Vec<String> = mine
        .iter()
        .map(|notice| label(&text(&notice.message)).to_owned())
        .collect();
    fired.sort();
    let id = mine.first().map(|notice| notice.rule.id.as_str());
    let mut logged: Vec<String> = replayed
        .payloads
        .iter()
        .filter(|payload| payload.to == Destination::Log && Some(payload.rule.id.as_str()) == id)
        .map(|payload| {
            let bytes = text(&payload.payload);
            format!("{} {} {bytes}", payload.field, payload.length)
        })
        .collect();
    logged.sort();
    (fired, logged)
}

#[test]
fn random_rules_on_calls_are_those_of_the_reference_evaluator() {
    compare("dce_rpc", &calls::capture(), 21, random_rules::rule);
}

#[test]
fn random_filters_on_calls_are_those_of_the_reference_evaluator() {
    compare(
        "dce_rpc",
        &calls::capture(),
        31,
        random_rules::filtered_rule,
    );
}

#[test]
fn random_filters_on_transactions_are_those_of_the_reference_evaluator() {
    compare("http", &texts::capture(), 32, random_rules::filtered_rule);
}

#[test]
fn random_rules_on_transactions_are_those_of_the_reference_evaluator() {
    compare("http", &texts::capture(), 22, random_rules::rule);
}

/// Makes the file of a rule.
type MakeRule = fn(&mut Random, usize, &str, &[Value]) -> String;

/// Compares random rules on the columns of a log. Each notice and each match counts by its rule and by the call or request.
fn compare(service: &str, capture: &[u8], seed: u64, make: MakeRule) {
    let mut lines = log_lines(service, capture);
    // Of other letters' case, and of what one character is, the two have different ideas: see zeek_conformance.rs.
    lines.retain(|line| line.to_string().is_ascii());
    assert!(lines.len() > 5, "{lines:?}");
    let mut random = Random::new(seed);
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("random");
    std::fs::create_dir(&pack).unwrap();
    let mut rules = BTreeMap::new();
    for index in 0..RULES {
        let rule = make(&mut random, index, service, &lines);
        std::fs::write(path(&pack, index), &rule).unwrap();
        rules.insert(index, rule);
    }
    for finding in &compile::compile(std::slice::from_ref(&pack))
        .unwrap()
        .findings
    {
        if finding.severity() == Severity::Error {
            // A rule that cannot match is refused, and so must not match in the reference evaluator either; a name that no
            // Zeek prints is an error of its own.
            let index = index_of(finding.place.path());
            if finding.code != Code::NeverMatches {
                rules.remove(&index);
            }
            let _ = std::fs::remove_file(path(&pack, index));
        }
    }
    let replayed = replay::bytes(&pack, capture);
    for finding in &replayed.not_replayed {
        rules.remove(&index_of(finding.place.path()));
    }
    assert!(rules.len() > RULES / 2, "only {} rules", rules.len());
    let seen: BTreeSet<String> = lines.iter().map(observed).collect();
    let mut found: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for notice in &replayed.notices {
        let observed = characters(&notice.message);
        if seen.contains(&observed) {
            let index = notice.rule.id.rsplit('-').next().unwrap().parse().unwrap();
            *found.entry((index, observed)).or_default() += 1;
        }
    }
    let expected = reference(&rules, &lines);
    let mut wrong = String::new();
    for key in expected.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
        let (wanted, got) = (expected.get(key), found.get(key));
        if wanted != got {
            writeln!(wrong, "{}: {wanted:?} expected, {got:?} here", key.1).unwrap();
            writeln!(wrong, "{}", rules[&key.0]).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let fired: BTreeSet<usize> = found.keys().map(|(index, _)| *index).collect();
    assert!(fired.len() > RULES / 6, "only {} rules fire", fired.len());
}

fn path(pack: &Path, index: usize) -> std::path::PathBuf {
    pack.join(format!("rule-{index:04}.yml"))
}

fn index_of(path: &Path) -> usize {
    let name = path.file_stem().unwrap().to_str().unwrap();
    name.trim_start_matches("rule-").parse().unwrap()
}

/// What the reference evaluator finds, by rule and call or request.
fn reference(rules: &BTreeMap<usize, String>, lines: &[Value]) -> BTreeMap<(usize, String), usize> {
    let mut engine = Engine::new();
    for rule in rules.values() {
        engine
            .add_collection(&parse_sigma_yaml(rule).unwrap())
            .unwrap();
    }
    let mut fired = BTreeMap::new();
    for line in lines {
        for result in engine.evaluate(&JsonEvent::borrow(line)) {
            let id = result.header.rule_id.as_deref().unwrap();
            let index = id.rsplit('-').next().unwrap().parse().unwrap();
            *fired.entry((index, observed(line))).or_default() += 1;
        }
    }
    fired
}

/// The lines of a log that a capture's events make, with those columns that the events tell as they come. Each byte of a
/// text is the character of its number.
fn log_lines(service: &str, capture: &[u8]) -> Vec<Value> {
    let mut lines: Vec<Value> = Vec::new();
    let mut open: BTreeMap<u64, Vec<Map<String, Value>>> = BTreeMap::new();
    let mut depths: BTreeMap<u64, u64> = BTreeMap::new();
    let mut sink = |event: &Event<'_>| match &event.kind {
        EventKind::DceRpc(rpc) if service == "dce_rpc" => {
            if let DceRpcKind::Response(call) = rpc.kind {
                let uuid = rpc
                    .binding
                    .interface(call.ctx_id)
                    .map(|uuid| uuid.to_string());
                let uuid: Option<InterfaceUuid> = uuid.map(|uuid| uuid.parse().unwrap());
                let operation = uuid.and_then(|uuid| Registry::get().operation(uuid, call.opnum));
                // Calls that no release has a name for stand apart: see zeek_conformance.rs.
                let Some(operation) = operation else { return };
                let mut line = connection(event);
                let rtt = rpc.binding.rtt_micros().unwrap_or(0);
                line.insert("ts".into(), seconds(event.time.as_micros() - rtt).into());
                line.insert("endpoint".into(), operation.endpoint.into());
                line.insert("operation".into(), operation.name_in("8.0").into());
                if let Some(pipe) = rpc.binding.named_pipe() {
                    line.insert("named_pipe".into(), characters(pipe).into());
                }
                if let Some(micros) = rpc.binding.rtt_micros() {
                    let now = event.time.as_micros();
                    let rtt = seconds(now) - seconds(now - micros);
                    line.insert("rtt".into(), json!(rtt));
                }
                lines.push(Value::Object(line));
            }
        }
        EventKind::Http(http) if service == "http" => {
            let open = open.entry(event.connection.ordinal).or_default();
            match http {
                HttpEvent::Request {
                    method,
                    unescaped_uri,
                    ..
                } => {
                    let mut line = connection(event);
                    let depth = depths.entry(event.connection.ordinal).or_default();
                    *depth += 1;
                    line.insert("trans_depth".into(), (*depth).into());
                    line.insert("method".into(), characters(method).into());
                    line.insert("uri".into(), characters(unescaped_uri).into());
                    open.push(line);
                }
                HttpEvent::Header {
                    is_orig: true,
                    original_name,
                    value,
                } => {
                    let name = original_name.to_ascii_lowercase();
                    let column = match name.as_slice() {
                        b"host" => "host",
                        b"user-agent" => "user_agent",
                        b"referer" => "referrer",
                        b"origin" => "origin",
                        _ => return,
                    };
                    let line = open.last_mut().unwrap();
                    line.insert(column.into(), characters(value).into());
                }
                HttpEvent::Reply {
                    version,
                    code,
                    reason,
                } => {
                    let line = open.first_mut().unwrap();
                    let version = format!("{}.{}", version.0, version.1);
                    line.insert("version".into(), version.into());
                    line.insert("status_code".into(), (*code).into());
                    line.insert("status_msg".into(), characters(reason).into());
                }
                HttpEvent::MessageDone {
                    is_orig,
                    statistics,
                } => {
                    let (line, column) = if *is_orig {
                        (open.last_mut(), "request_body_len")
                    } else {
                        (open.first_mut(), "response_body_len")
                    };
                    line.unwrap()
                        .insert(column.into(), statistics.body_length.into());
                    if !is_orig {
                        lines.push(Value::Object(open.remove(0)));
                    }
                }
                _ => {}
            }
        }
        _ => {}
    };
    replay_reader(capture, &mut sink).unwrap();
    lines
}

/// What a notice says of a line: the call, or the request.
fn observed(line: &Value) -> String {
    let text = |name: &str| line[name].as_str().unwrap();
    match line.get("endpoint") {
        Some(_) => format!("{}::{}", text("endpoint"), text("operation")),
        None => format!("{} {}", text("method"), text("uri")),
    }
}

fn connection(event: &Event<'_>) -> Map<String, Value> {
    let id = &event.connection;
    let line = json!({
        "ts": seconds(event.time.as_micros()),
        "id.orig_h": id.orig_h.to_string(),
        "id.orig_p": id.orig_p,
        "id.resp_h": id.resp_h.to_string(),
        "id.resp_p": id.resp_p,
    });
    line.as_object().unwrap().clone()
}

/// A time as Zeek has it.
fn seconds(micros: i64) -> f64 {
    (micros / 1_000_000) as f64 + (micros % 1_000_000) as f64 / 1e6
}

fn characters(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
