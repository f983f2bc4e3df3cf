//! What each construct of the language does on a real Zeek: rules, and the transactions or calls on which they fire.
//!
//! The rules are data: each file of `tests/data/language` is a pack of small rules on one capture, run by one Zeek.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use common::{texts, transactions, zeek};
use serde_yaml::{Mapping, Value};

/// A rule, and where it must fire.
struct Case {
    name: String,
    /// The rule's notice in Zeek.
    note: String,
    rule: String,
    /// What the rule fires on, sorted; what it fires on twice stands there twice.
    fires: Vec<String>,
}

/// A pack of cases, compiled.
struct Pack {
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
}

impl Pack {
    /// Compiles the cases of a file of `tests/data/language`.
    fn build(file: &str, service: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/language");
        let text = std::fs::read_to_string(path.join(format!("{file}.yml"))).unwrap();
        let cases: Mapping = serde_yaml::from_str(&text).unwrap();
        let cases: Vec<Case> = cases
            .iter()
            .enumerate()
            .map(|(index, (name, case))| Case::new(index, name.as_str().unwrap(), case, service))
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let rules = folder.path().join(file);
        std::fs::create_dir(&rules).unwrap();
        for (index, case) in cases.iter().enumerate() {
            std::fs::write(rules.join(format!("case-{index:03}.yml")), &case.rule).unwrap();
        }
        let scripts = zeek::build(&rules, &folder.path().join("generated"));
        Self {
            cases,
            scripts,
            _folder: folder,
        }
    }

    /// Compares the notices of a run with what the cases say.
    fn check(&self, logs: &zeek::Logs) {
        let mut fired: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for notice in logs.read("notice") {
            let note = notice["note"].as_str().unwrap();
            let Some((_, note)) = note.split_once("::Case_") else {
                continue;
            };
            let message = notice["msg"].as_str().unwrap();
            fired
                .entry(note.to_owned())
                .or_default()
                .push(label(message).to_owned());
        }
        let mut wrong = String::new();
        for case in &self.cases {
            let mut found = fired.remove(&case.note).unwrap_or_default();
            found.sort();
            if found != case.fires {
                writeln!(wrong, "{}: {:?}, not {:?}", case.name, found, case.fires).unwrap();
            }
        }
        assert!(fired.is_empty(), "no case has these: {fired:?}");
        assert!(wrong.is_empty(), "{wrong}");
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
        set("id", format!("00000000-0000-4000-8000-{index:012}").into());
        set("name", format!("case_{note}").into());
        set("status", "test".into());
        set("level", "low".into());
        set(
            "logsource",
            serde_yaml::from_str(&format!("{{product: zeek, service: {service}}}")).unwrap(),
        );
        set("detection", detection);
        set("zeek", block.into());
        let mut fires: Vec<String> = serde_yaml::from_value(get("fires").unwrap()).unwrap();
        fires.sort();
        Self {
            name: name.to_owned(),
            note,
            rule: serde_yaml::to_string(&rule).unwrap(),
            fires,
        }
    }
}

/// What a notice's message says was observed: a request's URI, or an operation.
fn label(message: &str) -> &str {
    match message.find('/') {
        Some(slash) => &message[slash..],
        None => message,
    }
}
