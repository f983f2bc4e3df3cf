//! The contract of the replay engine: for every rule and capture it raises the notices, and logs the payloads, that Zeek
//! does which runs the rules' package.
//!
//! Captures are those under `zeek-tests/Traces` and in the folders that `SIGZEEK_CAPTURES` lists (separated by `:`). Zeek
//! is `$ZEEK` or the `zeek` on the path; without one there is nothing to compare with.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::assert_contains;
use crate::common::random::Random;
use crate::common::replay::Replayed;
use crate::common::{
    calls, executions, later_fields, overlaps, random_rules, replay, smb, texts, times,
    transactions, zeek,
};
use crate::differential::{self, Comparison};
use flate2::read::MultiGzDecoder;
use serde_json::Value;
use sigzeek::compile;
use sigzeek::finding::Severity;
use sigzeek::rule::Destination;
use tempfile::TempDir;

/// Random rules that are made for each service.
const RULES: usize = 400;

#[test]
fn events_and_notices_of_the_shipped_packs_are_those_of_zeek() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let captures = replay::captures();
    let replayed = replay::files(&root.join("detections"), &captures);
    let folder = tempfile::tempdir().unwrap();
    let scripts = packages(&root.join("detections"), &folder.path().join("generated"));
    let with_events: Vec<PathBuf> = scripts
        .iter()
        .cloned()
        .chain([differential::SCRIPT.into()])
        .collect();
    let mut counted = [0; 2];
    let mut different = Vec::new();
    let mut events = Comparison::with(&zeek);
    for (capture, replayed) in captures.iter().zip(&replayed) {
        let run = run(&zeek, capture, &with_events, "");
        events.add(capture, &std::fs::read(run.path().join("output")).unwrap());
        let (expected, found) = (notices_of_zeek(&run), notices(replayed));
        counted[0] += expected.len();
        if expected != found {
            different.push(difference(capture, &expected, &found));
        }
        let (expected, found) = (payloads_of_zeek(&run), payloads(replayed));
        counted[1] += expected.len();
        if expected != found {
            different.push(difference(capture, &expected, &found));
        }
    }
    events.finish();
    println!(
        "{} captures, {} notices, {} payloads, {} captures differ",
        captures.len(),
        counted[0],
        counted[1],
        different.len()
    );
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn notices_of_correlations_are_those_of_zeek() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rules = root.join("tests/data/correlations/executions.yml");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture.pcap");
    let capture = executions::capture(1_717_243_200, true);
    std::fs::write(&path, &capture).unwrap();
    let scripts = packages(&rules, &folder.path().join("generated"));
    let expected = notices_of_zeek(&run(&zeek, &path, &scripts, ""));
    let found = notices(&replay::bytes(&rules, &capture));
    assert!(
        expected == found,
        "{}",
        difference(&path, &expected, &found)
    );
    let count = |words: &str| found.iter().filter(|line| line.contains(words)).count();
    // At the very edge of the time span, and just beyond it.
    assert_eq!(count("of 3 in 5.0 mins by 10.0.0.4"), 1);
    assert_eq!(count("of 3 in 5.0 mins by 10.0.0.5"), 0);
    // At both thresholds, and just below the first.
    assert_eq!(count("of 3 in 5.0 mins by 10.0.0.1"), 1);
    assert_eq!(count("of 5 in 5.0 mins by 10.0.0.1"), 1);
    assert_eq!(count("in 5.0 mins by 10.0.0.2"), 0);
    assert_eq!(count("campaign of 10.0.0.1"), 1);
}

#[test]
fn correlations_look_at_later_fields() {
    let found = replay::bytes(&later_fields::pack(), &later_fields::capture());
    let messages = found.notices.iter().map(|notice| &notice.message);
    let mut messages: Vec<_> = messages
        .map(|message| String::from_utf8_lossy(message))
        .collect();
    messages.sort();
    assert_eq!(messages, later_fields::MESSAGES);
}

#[test]
fn correlations_look_at_later_fields_as_in_zeek() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture.pcap");
    let capture = later_fields::capture();
    std::fs::write(&path, &capture).unwrap();
    let scripts = packages(&later_fields::pack(), &folder.path().join("generated"));
    let expected = notices_of_zeek(&run(&zeek, &path, &scripts, ""));
    let found = notices(&replay::bytes(&later_fields::pack(), &capture));
    assert!(
        expected == found,
        "{}",
        difference(&path, &expected, &found)
    );
    assert_eq!(expected.len(), later_fields::MESSAGES.len());
}

/// The same in a pack of BZAR's style, where options know rules by other names than their notices.
#[test]
fn notices_of_correlations_in_bzars_style_are_those_of_zeek() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let rules =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/correlations/executions.yml");
    let tagged = std::fs::read_to_string(rules)
        .unwrap()
        .replace("tags:\n    - attack.execution\n", "tags:\n")
        .replace("tags:\n", "")
        .replace("    - attack.t1053.002\n", "")
        .replace(
            "\nname: ",
            "\ntags: [attack.t1053.002, attack.execution]\nname: ",
        );
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("tagged");
    std::fs::create_dir(&pack).unwrap();
    std::fs::write(pack.join("pack.yml"), "notice_style: attack\n").unwrap();
    std::fs::write(pack.join("rules.yml"), tagged).unwrap();
    let path = folder.path().join("capture.pcap");
    let capture = executions::capture(1_717_243_200, true);
    std::fs::write(&path, &capture).unwrap();
    let scripts = packages(&pack, &folder.path().join("generated"));
    let expected = notices_of_zeek(&run(&zeek, &path, &scripts, ""));
    let found = notices(&replay::bytes(&pack, &capture));
    assert!(
        expected == found,
        "{}",
        difference(&path, &expected, &found)
    );
    let of_campaign = found
        .iter()
        .find(|line| line.contains("campaign of 10.0.0.1"));
    let campaign = of_campaign.unwrap();
    assert_contains(campaign, "|ATTACK::Execution|");
    assert_contains(campaign, "|T1053.002 Scheduled Task/Job: At|");
}

#[test]
fn notices_of_random_rules_on_calls_are_those_of_zeek() {
    random("dce_rpc", &calls::capture(), 11);
    random("dce_rpc", &overlaps::capture(), 18);
}

/// Not one joined capture: time would go back in it, and Zeek end each connection with each packet.
#[test]
fn notices_of_random_rules_on_transactions_are_those_of_zeek() {
    random("http", &transactions::capture(), 12);
    random("http", &texts::capture(), 13);
    random("http", &times::capture(), 14);
}

#[test]
fn notices_of_random_rules_on_files_are_those_of_zeek() {
    random("smb_files", &smb::capture(), 15);
}

#[test]
fn notices_of_random_rules_on_trees_are_those_of_zeek() {
    random("smb_mapping", &smb::capture(), 16);
}

#[test]
fn notices_of_random_rules_on_commands_are_those_of_zeek() {
    random("smb_cmd", &smb::capture(), 17);
}

/// Every action with files is logged, and commands are.
const CODE: &str = r"
@load protocols/smb/log-cmds
redef SMB::logged_file_actions += {
	SMB::FILE_READ, SMB::FILE_WRITE, SMB::FILE_CLOSE, SMB::FILE_SET_ATTRIBUTE,
	SMB::PIPE_READ, SMB::PIPE_WRITE, SMB::PIPE_OPEN, SMB::PIPE_CLOSE, SMB::PRINT_READ, SMB::PRINT_WRITE,
};
";

#[test]
fn notices_of_random_filtered_rules_are_those_of_zeek() {
    random_of(
        "dce_rpc",
        &calls::capture(),
        41,
        random_rules::filtered_rule,
    );
    random_of("http", &texts::capture(), 42, random_rules::filtered_rule);
}

/// Rules made at random, always the same ones, out of what Zeek logs.
fn random(service: &str, capture: &[u8], seed: u64) {
    random_of(service, capture, seed, |random, index, service, lines| {
        let raise_on = [None, Some("request"), Some("response")][index % 3];
        let raise_on = raise_on.filter(|_| service.starts_with("smb"));
        random_rules::rule_raised_on(random, index, service, lines, raise_on)
    });
}

/// Makes the file of a rule.
type MakeRule = fn(&mut Random, usize, &str, &[Value]) -> String;

fn random_of(service: &str, capture: &[u8], seed: u64, make: MakeRule) {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let lines = zeek::run(&zeek, capture, &[], CODE).read(service);
    let mut random = Random::new(seed);
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("random");
    std::fs::create_dir(&pack).unwrap();
    for index in 0..RULES {
        let rule = make(&mut random, index, service, &lines);
        std::fs::write(pack.join(format!("rule-{index:04}.yml")), rule).unwrap();
    }
    for finding in &compile::compile(std::slice::from_ref(&pack))
        .unwrap()
        .findings
    {
        if finding.severity() == Severity::Error {
            let _ = std::fs::remove_file(finding.place.path());
        }
    }
    let replayed = replay::bytes(&pack, capture);
    for finding in &replayed.not_replayed {
        std::fs::remove_file(finding.place.path()).ok();
    }
    let scripts = packages(&pack, &folder.path().join("generated"));
    let path = folder.path().join("capture.pcap");
    std::fs::write(&path, capture).unwrap();
    let expected = notices_of_zeek(&run(&zeek, &path, &scripts, ""));
    let found = notices(&replayed);
    let rules = std::fs::read_dir(&pack).unwrap().count();
    println!("{service}: {rules} random rules, {} notices", found.len());
    assert!(rules > RULES / 2, "only {rules} rules are tried");
    assert!(found.len() > RULES, "only {} notices", found.len());
    assert!(
        expected == found,
        "{}",
        difference(&path, &expected, &found)
    );
}

/// Compiles the packs at a path; their folders of scripts.
fn packages(rules: &Path, out: &Path) -> Vec<PathBuf> {
    let compilation = compile::compile(&[rules.to_path_buf()]).unwrap();
    assert_eq!(compilation.count().0, 0, "{:?}", compilation.findings);
    compilation
        .packages
        .iter()
        .map(|package| {
            sigzeek::package::write(package, out, sigzeek::package::Overwrite::Refuse).unwrap();
            out.join(package.name().as_str()).join("scripts")
        })
        .collect()
}

/// Zeek's logs of a capture, which may be damaged or packed, and in `output` what scripts print.
fn run(zeek: &Path, capture: &Path, scripts: &[PathBuf], code: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let unpacked = folder.path().join("capture");
    let source = if capture.extension().is_some_and(|ending| ending == "gz") {
        let mut packed = MultiGzDecoder::new(File::open(capture).unwrap());
        io::copy(&mut packed, &mut File::create(&unpacked).unwrap()).unwrap();
        unpacked
    } else {
        std::fs::canonicalize(capture).unwrap()
    };
    std::fs::write(folder.path().join("local.zeek"), code).unwrap();
    let output = Command::new(zeek)
        .current_dir(folder.path())
        .args(["-C", "LogAscii::use_json=T", "-r"])
        .arg(source)
        .args(scripts)
        .arg("./local.zeek")
        .stdout(File::create(folder.path().join("output")).unwrap())
        .output()
        .unwrap();
    // Zeek says where a capture is damaged; of the scripts it must not say anything but that it lacks a log.
    let errors = String::from_utf8_lossy(&output.stderr);
    let of_scripts = |line: &&str| line.contains(".zeek") && !line.contains("rules are off: ");
    let said: Vec<&str> = errors.lines().filter(of_scripts).collect();
    assert!(said.is_empty(), "{}: {errors}", capture.display());
    folder
}

fn read(run: &TempDir, log: &str) -> Vec<Value> {
    let text = std::fs::read(run.path().join(log)).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The notices that rules raised, sorted: between connections, and between rules at one event, no order is promised.
fn notices_of_zeek(run: &TempDir) -> Vec<String> {
    let mut lines = Vec::new();
    for line in read(run, "notice.log") {
        // The engine extracts no files, and this pack is on records of logs alone.
        let note = line["note"].as_str().unwrap();
        let is_of_file = note.ends_with("_File_Extracted") || note.ends_with("_Extracted_File");
        let is_of_log = note.starts_with("ZeekLogs::");
        if line["rule_id"].is_null() || is_of_file || is_of_log {
            continue;
        }
        let text = |name: &str| match &line[name] {
            Value::Null => "-".to_owned(),
            Value::String(text) => text.clone(),
            Value::Array(texts) => {
                let texts: Vec<&str> = texts.iter().filter_map(Value::as_str).collect();
                texts.join(",")
            }
            other => other.to_string(),
        };
        let fields = [
            format!("{:.6}", line["ts"].as_f64().unwrap()),
            text("id.orig_h"),
            text("id.orig_p"),
            text("id.resp_h"),
            text("id.resp_p"),
            text("src"),
            text("dst"),
            text("note"),
            text("msg"),
            text("sub"),
            text("rule_id"),
            text("rule_level"),
            text("attack"),
            text("robustness"),
            format!("{:.0}", line["suppress_for"].as_f64().unwrap()),
        ];
        lines.push(fields.join("|"));
    }
    lines.sort();
    lines
}

fn optional(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn notices(replayed: &Replayed) -> Vec<String> {
    let line = |notice: &sigzeek::evaluation::Notice| {
        let (id, rule) = (notice.connection.as_ref(), &notice.rule);
        let or_unset = |text: String| {
            if text.is_empty() {
                "-".to_owned()
            } else {
                text
            }
        };
        [
            notice.time.to_string(),
            optional(id.map(|id| id.orig_h)),
            optional(id.map(|id| id.orig_p)),
            optional(id.map(|id| id.resp_h)),
            optional(id.map(|id| id.resp_p)),
            optional(notice.originator),
            optional(notice.responder),
            rule.note.clone(),
            sigzeek::text::zeek_log::json_text(&notice.message),
            sigzeek::text::zeek_log::json_text(&notice.sub),
            rule.id.clone(),
            or_unset(rule.level.unwrap_or_default().to_owned()),
            or_unset(rule.attack.join(",")),
            or_unset(rule.robustness.clone().unwrap_or_default()),
            rule.suppress_for.to_string(),
        ]
        .join("|")
    };
    let mut lines: Vec<String> = replayed.notices.iter().map(line).collect();
    lines.sort();
    lines
}

/// The lines of the packs' own logs of payloads, sorted.
fn payloads_of_zeek(run: &TempDir) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in std::fs::read_dir(run.path()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.ends_with("_payload.log") {
            continue;
        }
        for line in read(run, &name) {
            let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
            lines.push(
                [
                    format!("{:.6}", line["ts"].as_f64().unwrap()),
                    text("id.orig_h"),
                    line["id.orig_p"].to_string(),
                    text("rule_id"),
                    text("field"),
                    line["length"].to_string(),
                    text("payload"),
                ]
                .join("|"),
            );
        }
    }
    lines.sort();
    lines
}

fn payloads(replayed: &Replayed) -> Vec<String> {
    let logged = replayed.payloads.iter();
    let mut lines: Vec<String> = logged
        .filter(|payload| payload.to == Destination::Log)
        .map(|payload| {
            [
                payload.time.to_string(),
                payload.connection.orig_h.to_string(),
                payload.connection.orig_p.to_string(),
                payload.rule.id.clone(),
                payload.field.clone(),
                payload.length.to_string(),
                sigzeek::text::zeek_log::json_text(&payload.payload),
            ]
            .join("|")
        })
        .collect();
    lines.sort();
    lines
}

/// What is on one side only, for people.
fn difference(capture: &Path, expected: &[String], found: &[String]) -> String {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for line in expected {
        *counts.entry(line).or_default() += 1;
    }
    for line in found {
        *counts.entry(line).or_default() -= 1;
    }
    let mut text = format!(
        "{}: {} in Zeek, {} here\n",
        capture.display(),
        expected.len(),
        found.len()
    );
    for (line, count) in counts.iter().filter(|(_, count)| **count != 0).take(20) {
        let side = if *count > 0 { "zeek only" } else { "here only" };
        text += &format!("  {side}: {line}\n");
    }
    text
}
