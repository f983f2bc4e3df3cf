//! `sigzeek synth` as its users meet it, and `sigzeek test` on captures that it makes.
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::common::assert_contains;
use crate::common::work::{Ran, sigzeek};

/// A folder with one rule.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new(file: &str, service: &str, selection: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let rule = format!(
            "title: Something\nid: 0d9e9b5c-6b4b-4b55-9a0e-0b5b5a1e2f01\nlogsource:\n    product: zeek\n    \
             service: {service}\ndetection:\n    selection:\n{selection}    condition: selection\n"
        );
        fs::write(folder.path().join(file), rule).unwrap();
        Self { folder }
    }

    fn run(&self, args: &[&str]) -> Ran {
        Ran::of(sigzeek(args).current_dir(self.folder.path()))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

const CALL: &str = "        endpoint: svcctl\n        operation: CreateServiceW\n";

#[test]
fn what_cannot_be_is_said_where_the_rule_asks_for_it() {
    for (service, selection, message, help) in [
        (
            "http",
            "        uid: Cabc\n",
            "no capture settles `uid`",
            "regression_tests_path",
        ),
        (
            "http",
            "        method|startswith: PO\n        method|re: ^[A-N]+$\n",
            "no capture has a `method`",
            "correct one of them",
        ),
        (
            "dce_rpc",
            "        endpoint: svcctl\n        stub_len|gt: 70000\n",
            "no capture carries a `stub_len` like this",
            "65511",
        ),
        (
            "http",
            "        uri|expand: '%uris%'\n",
            "`%uris%` stands for nothing",
            "a value that needs none",
        ),
        (
            "smb_mapping",
            "        native_file_system: NTFS\n",
            "no capture carries a `native_file_system` like this",
            "SMB1 alone",
        ),
        (
            "http",
            "        id.orig_h|cidr: 2001:db8:5::/48\n        id.resp_h|cidr: 10.0.0.0/8\n",
            "no capture carries a `id.resp_h` like this",
            "the same version of IP",
        ),
    ] {
        let project = Project::new("rule.yml", service, selection);
        let ran = project.run(&["synth", "rule.yml"]);
        assert_eq!(ran.status, 1, "{}", ran.errors);
        assert_contains(&ran.errors, "error[E703]");
        assert_contains(&ran.errors, message);
        assert_contains(&ran.errors, help);
        // The selection's lines are the eighth and those behind it.
        let place = ["rule.yml:8:", "rule.yml:9:"];
        assert!(
            place.iter().any(|place| ran.errors.contains(place)),
            "{}",
            ran.errors
        );
        assert_eq!(ran.out, "0 captures of 1 rule\n");
        assert!(!project.path("captures").exists());
    }
}

#[test]
fn captures_are_a_rules_regression_tests_at_once() {
    let project = Project::new("rule.yml", "dce_rpc", CALL);
    let ran = project.run(&["synth", "rule.yml"]);
    assert_eq!(ran.status, 0, "{}", ran.errors);
    let rule = fs::read_to_string(project.path("rule.yml")).unwrap();
    let rule = format!("{rule}regression_tests_path: captures/rule/info.yml\n");
    fs::write(project.path("rule.yml"), rule).unwrap();
    let ran = project.run(&["test", "--own-captures", "--engine", "replay", "rule.yml"]);
    assert_eq!(ran.status, 0, "{}", ran.out);
    assert_contains(&ran.errors, "9 passed, 0 failed");
    assert!(!ran.errors.contains("synthesised"), "{}", ran.errors);
}

#[test]
fn a_rule_without_captures_is_tested_on_synthesised_ones() {
    let project = Project::new("rule.yml", "dce_rpc", CALL);
    let ran = project.run(&["test", "--engine", "replay", "rule.yml"]);
    assert_eq!(ran.status, 0, "{}", ran.out);
    assert_eq!(
        ran.errors,
        "9 tests of 1 rule in the replay engine: 9 passed, 0 failed, 0 skipped\n\
         synthesised: 9 captures of 1 rule without captures of their own\n"
    );
    let ran = project.run(&["test", "--engine", "replay", "--format", "json", "rule.yml"]);
    let printed: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let outcomes = printed["tests"]["outcomes"].as_array().unwrap();
    assert_eq!(outcomes.len(), 9);
    for outcome in outcomes {
        assert_eq!(outcome["synthesised"], true);
        assert_eq!(outcome["capture"], serde_json::Value::Null);
        assert!(
            outcome["test"]
                .as_str()
                .unwrap()
                .starts_with("synthesised ")
        );
    }
    let ran = project.run(&["test", "--own-captures", "--engine", "replay", "rule.yml"]);
    assert!(
        ran.errors.ends_with("without tests: 1 rule\n"),
        "{}",
        ran.errors
    );
}

#[test]
fn what_a_person_wrote_is_overwritten_only_by_force() {
    let project = Project::new("rule.yml", "dce_rpc", CALL);
    assert_eq!(project.run(&["synth", "rule.yml"]).status, 0);
    let own = project.path("captures/rule/own.pcap");
    let changed = project.path("captures/rule/silent-fault.pcap");
    let made = fs::read(&changed).unwrap();
    fs::write(&own, "mine").unwrap();
    fs::write(&changed, "mine").unwrap();
    let ran = project.run(&["synth", "rule.yml"]);
    assert_eq!(ran.status, 1);
    assert_contains(&ran.errors, "silent-fault.pcap");
    assert_eq!(fs::read(&changed).unwrap(), b"mine");
    assert_eq!(project.run(&["synth", "--force", "rule.yml"]).status, 0);
    assert_eq!(fs::read(&changed).unwrap(), made);
    assert_eq!(fs::read(&own).unwrap(), b"mine");
}

#[test]
fn texts_of_rules_leave_the_terminal_as_it_is() {
    let selection = "        message|contains: \"a\\e[31m\\nb\"\n";
    let project = Project::new("rule.yml", "syslog", selection);
    let ran = project.run(&["synth", "rule.yml"]);
    assert_eq!(ran.status, 0, "{}", ran.errors);
    let line = "fires-syslog-a-31m-b      syslog a\u{fffd}[31m\u{fffd}b\n";
    assert_contains(&ran.out, line);
}

#[test]
fn names_of_files_lead_nowhere() {
    let selection = "        uri|contains:\n            - '/../../etc/passwd'\n            - '..\\..\\x'\n            - \"a\\tb\"\n";
    let project = Project::new("..rule (1) $(x).yml", "http", selection);
    let ran = project.run(&["synth", "-o", "out", "..rule (1) $(x).yml"]);
    assert_eq!(ran.status, 0, "{}", ran.errors);
    let plain = |name: &str| {
        name.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte))
    };
    let folders: Vec<PathBuf> = listed(&project.path("out"));
    assert_eq!(folders, [project.path("out/rule-1-x")]);
    for file in listed(&folders[0]) {
        assert!(
            plain(file.file_name().unwrap().to_str().unwrap()),
            "{}",
            file.display()
        );
    }
    let beside: Vec<PathBuf> = listed(project.folder.path());
    assert_eq!(beside.len(), 2, "{beside:?}");
}

fn listed(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    entries
}
