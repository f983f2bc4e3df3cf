//! Packs made for a test, and what their notices say.

use std::path::PathBuf;

use serde_json::Value;

use super::replay::Replayed;
use super::zeek;

/// A folder of packs.
pub struct Packs {
    pub folder: tempfile::TempDir,
}

impl Packs {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn rules(&self) -> PathBuf {
        self.folder.path().join("rules")
    }

    /// A pack of rules, each with its name, its tags, and what else it has; its scripts.
    pub fn pack(
        &self,
        name: &str,
        style: &str,
        service: &str,
        rules: &[(&str, &str, &str)],
    ) -> PathBuf {
        let pack = self.rules().join(name);
        std::fs::create_dir_all(&pack).unwrap();
        std::fs::write(pack.join("pack.yml"), format!("notice_style: {style}\n")).unwrap();
        for (number, (rule, tags, rest)) in rules.iter().enumerate() {
            let id = format!("{:08x}-0000-4000-8000-{number:012}", name.len());
            let text = format!(
                "title: {rule} of {name}\nid: {id}\nstatus: test\nlevel: low\ntags: [{tags}]\n\
                 logsource: {{product: zeek, service: {service}}}\n{rest}\n"
            );
            std::fs::write(pack.join(format!("{rule}.yml")), text).unwrap();
        }
        zeek::build(&pack, &self.folder.path().join("generated"))
    }
}

/// What a notice says of its rule, and how: type, message, sub and the columns of the rule.
pub fn of_zeek(logs: &zeek::Logs) -> Vec<String> {
    let text = |line: &Value, name: &str| match &line[name] {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(texts) => {
            let texts: Vec<&str> = texts.iter().filter_map(Value::as_str).collect();
            texts.join(",")
        }
        other => other.to_string(),
    };
    let mut lines: Vec<String> = logs
        .read("notice")
        .iter()
        .filter(|line| !line["rule_id"].is_null())
        .map(|line| {
            ["note", "msg", "sub", "attack"]
                .map(|name| text(line, name))
                .join("|")
        })
        .collect();
    lines.sort();
    lines
}

pub fn of_replay(replayed: &Replayed) -> Vec<String> {
    assert!(replayed.not_replayed.is_empty());
    let text = sigzeek::text::zeek_log::json_text;
    let mut lines: Vec<String> = replayed
        .notices
        .iter()
        .map(|notice| {
            let rule = &notice.rule;
            let attack = if rule.attack.is_empty() {
                "-".to_owned()
            } else {
                rule.attack.join(",")
            };
            [
                rule.note.clone(),
                text(&notice.message),
                text(&notice.sub),
                attack,
            ]
            .join("|")
        })
        .collect();
    lines.sort();
    lines
}
