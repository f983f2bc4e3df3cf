//! What each construct of the language does on a real Zeek: rules, and the transactions or calls on which they fire.
//!
//! The rules are data: each file of `tests/data/language` is a pack of small rules on one capture, run by one Zeek.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use common::{calls, texts, times, transactions, zeek};
use serde_yaml::{Mapping, Value};

/// A rule, and where it must fire.
struct Case {
    name: String,
    /// The rule's notice in Zeek.
    note: String,
    rule: String,
    /// What the rule fires on, sorted; what it fires on twice stands there twice.
    fires: Vec<String>,
    /// What the pack's log must have of the rule: field, length and payload, sorted.
    logs: Vec<String>,
}

/// A pack of cases, compiled.
struct Pack {
    name: String,
    cases: Vec<Case>,
    scripts: PathBuf,
    _folder: tempfile::TempDir,
}

#[test]
fn comparisons_of_text() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let pack = Pack::build("texts", "http");
    let code = r#"
redef Texts::placeholder_agents += { "key", "POWERSHELL" };
redef Texts::placeholder_builds += { "4711", "4712" };
"#;
    pack.check(&zeek::run(&zeek, &texts::capture(), &[&pack.scripts], code));
}

#[test]
fn http_transactions() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let pack = Pack::build("transactions", "http");
    let code = r#"
redef Transactions::max_body_bytes = 64;
redef HTTP::default_capture_password = T;
redef Transactions::placeholder_values += { "alpha" };
redef Transactions::placeholder_networks_addresses += { 192.168.0.0/16 };
"#;
    let logs = zeek::run(&zeek, &transactions::capture(), &[&pack.scripts], code);
    pack.check(&logs);
    assert_eq!(
        columns(&logs, "http", "uri", "sigzeek_body"),
        [
            "/body the secret is here",
            "/pipe-1 736563726574",
            "/pipe-3 none"
        ]
    );
    assert_eq!(
        columns(&logs, "http", "uri", "sigzeek_response_body"),
        ["/pipe-1 7231", "/response dGhlIHNlY3JldCBpcyBoZXJl"]
    );
}

#[test]
fn dce_rpc_calls() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let pack = Pack::build("calls", "dce_rpc");
    let logs = zeek::run(&zeek, &calls::capture(), &[&pack.scripts], "");
    pack.check(&logs);
    assert_eq!(
        columns(&logs, "dce_rpc", "operation", "sigzeek_stub"),
        [
            "CreateServiceWOW64A 636d64",
            "NetrJobDel Af8KAA==",
            "StartServiceA all"
        ]
    );
}

#[test]
fn parts_of_times() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let pack = Pack::build("times", "http");
    pack.check(&zeek::run(&zeek, &times::capture(), &[&pack.scripts], ""));
}

#[test]
fn options() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let pack = Pack::build("options", "http");
    let code = r#"
redef Options::disabled_rules += { Options::Case_000 };
redef Options::disabled_rules -= { Options::Case_001 };
redef Options::allowed_originators += { 192.168.0.0/16 };
redef Options::allowed_responders += { 10.0.0.3/32 };

hook Options::policy(rule: Options::RuleInfo, c: connection)
	{
	if ( rule$note == Options::Case_002 && c$http$uri == "/line" )
		break;
	}
"#;
    let logs = zeek::run(&zeek, &transactions::capture(), &[&pack.scripts], code);
    pack.check(&logs);
}

/// Packs that bring the same columns do not get in each other's way, whichever comes first.
#[test]
fn packs_beside_each_other() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let calls = Pack::build("calls", "dce_rpc");
    let transactions = Pack::build("transactions", "http");
    let options = Pack::build("options", "http");
    let (a, b, c) = (&calls.scripts, &transactions.scripts, &options.scripts);
    for scripts in [[a.as_path(), b, c], [c, b, a]] {
        let logs = zeek::run(&zeek, &calls::capture(), &scripts, "");
        calls.check(&logs);
    }
}

/// A column of a log, where it is set, behind another that tells the lines apart; sorted.
fn columns(logs: &zeek::Logs, log: &str, name: &str, column: &str) -> Vec<String> {
    let mut found: Vec<String> = logs
        .read(log)
        .iter()
        .filter_map(|line| {
            Some(format!(
                "{} {}",
                line[name].as_str()?,
                line[column].as_str()?
            ))
        })
        .collect();
    found.sort();
    found
}

impl Pack {
    /// Compiles the cases of a file of `tests/data/language`.
    fn build(name: &str, service: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/language");
        let text = std::fs::read_to_string(path.join(format!("{name}.yml"))).unwrap();
        let cases: Mapping = serde_yaml::from_str(&text).unwrap();
        let cases: Vec<Case> = cases
            .iter()
            .enumerate()
            .map(|(index, (name, case))| Case::new(index, name.as_str().unwrap(), case, service))
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let rules = folder.path().join(name);
        std::fs::create_dir(&rules).unwrap();
        for (index, case) in cases.iter().enumerate() {
            std::fs::write(rules.join(format!("case-{index:03}.yml")), &case.rule).unwrap();
        }
        let scripts = zeek::build(&rules, &folder.path().join("generated"));
        Self {
            name: name.to_owned(),
            cases,
            scripts,
            _folder: folder,
        }
    }

    /// Compares the notices of a run with what the cases say.
    fn check(&self, logs: &zeek::Logs) {
        let mut fired: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for notice in logs.read("notice") {
            if let Some(note) = self.note(notice["note"].as_str().unwrap()) {
                let message = notice["msg"].as_str().unwrap();
                let labels = fired.entry(note.to_owned()).or_default();
                labels.push(label(message).to_owned());
            }
        }
        let payloads = logs.read(&format!("{}_payload", self.name));
        let mut wrong = String::new();
        for (index, case) in self.cases.iter().enumerate() {
            let mut found = fired.remove(&case.note).unwrap_or_default();
            found.sort();
            if found != case.fires {
                writeln!(wrong, "{}: {found:?}, not {:?}", case.name, case.fires).unwrap();
            }
            let mut logged: Vec<String> = payloads
                .iter()
                .filter(|line| line["rule_id"] == id(index).as_str())
                .map(payload)
                .collect();
            logged.sort();
            if logged != case.logs {
                writeln!(wrong, "{}: {logged:?}, not {:?}", case.name, case.logs).unwrap();
            }
        }
        assert!(fired.is_empty(), "no case has these: {fired:?}");
        assert!(wrong.is_empty(), "{wrong}");
    }

    /// The case of a notice, if it is one of this pack's.
    fn note<'a>(&self, notice: &'a str) -> Option<&'a str> {
        let (module, note) = notice.split_once("::Case_")?;
        module.eq_ignore_ascii_case(&self.name).then_some(note)
    }
}

impl Case {
    fn new(index: usize, name: &str, case: &Value, service: &str) -> Self {
        let get = |key: &str| case.get(key).cloned();
        let detection = get("detection").unwrap_or_else(|| {
            let mut detection = Mapping::new();
            detection.insert("selection".into(), get("selection").unwrap());
            detection.insert("condition".into(), "selection".into());
            detection.into()
        });
        let mut block =
            get("zeek").map_or_else(Mapping::new, |block| block.as_mapping().unwrap().clone());
        let notice = serde_yaml::from_str("suppress_for: 0").unwrap();
        block.entry("notice".into()).or_insert(notice);
        let note = format!("{index:03}");
        let mut rule = Mapping::new();
        let mut set = |key: &str, value: Value| rule.insert(key.into(), value);
        set("title", name.into());
        set("id", id(index).into());
        set("name", format!("case_{note}").into());
        set("status", "test".into());
        set("level", "low".into());
        set(
            "logsource",
            serde_yaml::from_str(&format!("{{product: zeek, service: {service}}}")).unwrap(),
        );
        set("detection", detection);
        set("zeek", block.into());
        let sorted = |list: Value| {
            let mut list: Vec<String> = serde_yaml::from_value(list).unwrap();
            list.sort();
            list
        };
        Self {
            name: name.to_owned(),
            note,
            rule: serde_yaml::to_string(&rule).unwrap(),
            fires: sorted(get("fires").unwrap()),
            logs: get("logs").map_or_else(Vec::new, sorted),
        }
    }
}

fn id(index: usize) -> String {
    format!("00000000-0000-4000-8000-{index:012}")
}

/// A line of a pack's log: field, length and payload.
fn payload(line: &serde_json::Value) -> String {
    let text = |name: &str| line[name].as_str().unwrap().to_owned();
    format!("{} {} {}", text("field"), line["length"], text("payload"))
}

/// What a notice's message says was observed: a request's URI, or an operation.
fn label(message: &str) -> &str {
    match message.find('/') {
        Some(slash) => &message[slash..],
        None => message,
    }
}
