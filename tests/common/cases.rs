//! Cases of the language: small rules, and the transactions or calls on which they fire.
//!
//! They are data: each file of `tests/data/language` is a pack of small rules on one capture, run by one Zeek.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_yaml::{Mapping, Value};

use super::zeek;

/// A rule, and where it must fire.
pub struct Case {
    pub name: String,
    /// The rule's notice in Zeek.
    pub note: String,
    pub rule: String,
    /// What the rule fires on, sorted; what it fires on twice stands there twice.
    pub fires: Vec<String>,
    /// What the reference evaluator finds, sorted; the same unless the case says so, and not asked where it has no answer.
    pub reference: Option<Vec<String>>,
    /// What the pack's log must have of the rule: field, length and payload, sorted.
    pub logs: Vec<String>,
}

/// A pack of cases, compiled.
pub struct Pack {
    pub name: String,
    pub cases: Vec<Case>,
    pub scripts: PathBuf,
    _folder: tempfile::TempDir,
}

impl Pack {
    /// Compiles the cases of a file of `tests/data/language`.
    pub fn build(name: &str, service: &str) -> Self {
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
    pub fn check(&self, logs: &zeek::Logs) {
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
            reference: match get("reference") {
                Some(Value::Bool(false)) => None,
                reference => Some(sorted(reference.or(get("fires")).unwrap())),
            },
            fires: sorted(get("fires").unwrap()),
            logs: get("logs").map_or_else(Vec::new, sorted),
        }
    }
}

pub fn id(index: usize) -> String {
    format!("00000000-0000-4000-8000-{index:012}")
}

/// A line of a pack's log: field, length and payload.
fn payload(line: &serde_json::Value) -> String {
    let text = |name: &str| line[name].as_str().unwrap().to_owned();
    format!("{} {} {}", text("field"), line["length"], text("payload"))
}

/// What a notice's message says was observed: a request's URI, or an operation.
pub fn label(message: &str) -> &str {
    match message.find('/') {
        Some(slash) => &message[slash..],
        None => message,
    }
}
