//! Robustness scores: what Summiting the Pyramid's own pages score comes out as they score it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::process::Command;

/// The score of a rule of a service, tagged with a technique, with that detection.
fn score(service: &str, technique: &str, detection: &str) -> String {
    let indented: String = detection
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    let rule = format!(
        "title: Rule\nid: 0b0c3f6e-6d9a-4a9e-8a63-0c1a2b3c4d50\ntags:\n    - attack.{technique}\n\
         logsource:\n    product: zeek\n    service: {service}\ndetection:\n{indented}level: low\n"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rule.yml");
    fs::write(&path, rule).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .args(["score", "--format", "json"])
        .arg(&path)
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!errors.contains("error["), "{errors}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    json["rules"][0]["score"].as_str().unwrap().to_owned()
}

const SCHEDULER: &str = "endpoint: 'ITaskSchedulerService'";
const AT: &str = "endpoint: 'atsvc'\n    operation: 'NetrJobAdd'";

/// What Zeek shows of T1053.005 and T1053.002, observable by observable (Example Mappings, "Scheduled Task").
#[test]
fn the_scheduled_task_page_row_by_row() {
    for operation in ["SchRpcRegisterTask", "SchRpcEnableTask", "SchRpcRun"] {
        let detection = format!("a:\n    {SCHEDULER}\n    operation: '{operation}'\ncondition: a");
        assert_eq!(
            score("dce_rpc", "t1053.005", &detection),
            "4H",
            "{operation}"
        );
    }
    let rows = [
        ("dce_rpc", "t1053.002", format!("a:\n    {AT}\ncondition: a"), "4H"),
        (
            "dce_rpc",
            "t1053.002",
            format!("a:\n    {AT}\n    stub|contains: 'cmd'\ncondition: a"),
            "3P",
        ),
        (
            "dce_rpc",
            "t1053.005",
            format!(
                "a:\n    {SCHEDULER}\n    operation: 'SchRpcRegisterTask'\n    stub|contains: 'cmd'\ncondition: a"
            ),
            "3P",
        ),
        (
            "dce_rpc",
            "t1053.005",
            "a:\n    id.orig_h|cidr: '10.0.0.0/8'\n    id.resp_h|cidr: '10.0.0.0/8'\ncondition: a"
                .to_owned(),
            "3H",
        ),
        (
            "dce_rpc",
            "t1053.005",
            "a:\n    id.orig_p: 49152\n    id.resp_p: 135\ncondition: a".to_owned(),
            "3H",
        ),
        (
            "http",
            "t1053.005",
            "a:\n    method: 'POST'\n    uri: '/wsman'\ncondition: a".to_owned(),
            "3H",
        ),
        (
            "http",
            "t1053.005",
            "a:\n    method: 'POST'\n    uri: '/wsman'\n    body|contains: 'schtasks'\ncondition: a".to_owned(),
            "3P",
        ),
        (
            "dce_rpc",
            "t1003.006",
            "a:\n    endpoint: 'drsuapi'\n    operation: 'DRSGetNCChanges'\ncondition: a".to_owned(),
            "5H",
        ),
    ];
    for (service, technique, detection, expected) in rows {
        assert_eq!(
            score(service, technique, &detection),
            expected,
            "{detection}"
        );
    }
}

/// What is denied scores as what it denies, and an easily changed test holds the whole down.
#[test]
fn what_holds_a_score_down() {
    let and_not = format!("a:\n    {AT}\nb:\n    id.orig_h: '10.0.0.1'\ncondition: a and not b");
    assert_eq!(score("dce_rpc", "t1053.002", &and_not), "3H");
    let either =
        format!("a:\n    {AT}\nb:\n    {SCHEDULER}\n    stub|contains: 'x'\ncondition: a or b");
    assert_eq!(score("dce_rpc", "t1053.002", &either), "4H");
    let user_agent =
        "a:\n    method: 'POST'\n    uri: '/wsman'\n    user_agent|contains: 'WinRM'\ncondition: a";
    assert_eq!(score("http", "t1021.006", user_agent), "1H");
}
