//! `sigzeek cost`: what Zeek's profiler says of rules, and what their plans say.

use std::process::{Command, Output};

use serde_json::Value;

use crate::common::assert_contains;
use crate::common::capture::Capture;
use crate::common::packs::Packs;
use crate::common::rpc::Rpc;
use crate::common::{calls, zeek};

/// Jobs of one host, and a service.
fn capture() -> Vec<u8> {
    let mut capture = Capture::new();
    let mut connection = capture.connect([10, 0, 0, 1], [10, 0, 0, 101], 135);
    let mut rpc = Rpc::bind(&mut connection, &[calls::ATSVC, calls::SVCCTL]);
    for _ in 0..4 {
        // NetrJobDel
        rpc.call(0, 1, b"", b"");
    }
    // CreateServiceA
    rpc.call(1, 24, b"", b"");
    connection.close();
    capture.finish()
}

const RULES: &[(&str, &str, &str)] = &[
    (
        "jobs",
        "attack.execution, attack.t1053.002",
        "name: jobs
detection: {a: {operation: NetrJobDel}, condition: a}
---
title: Many Jobs
id: 0d9e9b5c-6b4b-4b55-9a0e-0b5b5a1e2f02
name: many
correlation: {type: event_count, rules: [jobs], group-by: [id.orig_h], timespan: 5m, condition: {gte: 2}}
level: low",
    ),
    (
        "shells",
        "attack.execution, attack.t1569.002",
        "detection: {a: {operation: CreateServiceA, stub|contains: powershell}, condition: a}",
    ),
];

fn cost(packs: &Packs, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .current_dir(packs.folder.path())
        .args(["cost", "rules"])
        .args(more)
        .output()
        .unwrap()
}

fn packs() -> Packs {
    let packs = Packs::new();
    packs.pack("calls", "rule", "dce_rpc", RULES);
    std::fs::write(packs.folder.path().join("capture.pcap"), capture()).unwrap();
    packs
}

#[test]
fn zeek_tells_calls_and_shares() {
    let packs = packs();
    if zeek::executable().is_none() {
        return;
    }
    let output = cost(
        &packs,
        &["-r", "capture.pcap", "--runs", "2", "--format", "json"],
    );
    assert!(output.status.success(), "{output:?}");
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let costs = told["costs"].as_array().unwrap();
    // Calls of what is named so at an event.
    let calls = |title: &str, event: &str| {
        let mine = costs
            .iter()
            .filter(|cost| cost["title"] == title && cost["event"] == event);
        mine.map(|cost| cost["calls"].as_f64().unwrap())
            .sum::<f64>()
    };
    assert_eq!(calls("jobs of calls", "dce_rpc_response"), 4.0);
    assert_eq!(calls("Many Jobs", "dce_rpc_response"), 4.0);
    assert_eq!(calls("shells of calls", "dce_rpc_request_stub"), 1.0);
    assert!(
        costs
            .iter()
            .any(|cost| cost["title"].is_null() && cost["event"] == "dce_rpc_response")
    );
    assert!(costs.iter().all(|cost| cost["event"] != "zeek_init"));
    let seconds = costs.iter().map(|cost| cost["seconds"].as_f64().unwrap());
    let packs = told["seconds"]["packs"].as_f64().unwrap();
    assert!((seconds.sum::<f64>() - packs).abs() < 1e-6);
}

#[test]
fn without_a_capture_the_reasons_are_told() {
    let output = cost(&packs(), &[]);
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<String> = printed
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        lines,
        [
            "events found by rule",
            "dce_rpc_response 1 operation jobs of calls",
            "dce_rpc_request_stub 1 operation shells of calls",
            "dce_rpc_response its earlier event shells of calls",
        ]
    );
}

#[test]
fn what_cannot_be_measured_is_said() {
    let packs = packs();
    let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .current_dir(packs.folder.path())
        .args(["cost", "rules", "-r", "capture.pcap"])
        .env("ZEEK", "there-is-no-such-zeek")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_contains(&errors, "there-is-no-such-zeek");

    let output = cost(&packs, &["-r", "absent.pcap"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}
