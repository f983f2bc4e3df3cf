//! What packs say: the styles of notices, the texts that rules give them, the switches, and the log of payloads. On a real
//! Zeek and in the replay engine.

use std::path::{Path, PathBuf};

use crate::common::capture::Capture;
use crate::common::packs::{Packs, of_replay, of_zeek};
use crate::common::{calls, executions, replay, transactions, zeek};

const JOBS: &str = "detection: {a: {operation: [NetrJobAdd, NetrJobDel]}, condition: a}";
const SERVICES: &str = "detection: {a: {operation|startswith: CreateService}, condition: a}";

#[test]
fn attack_style() {
    let packs = Packs::new();
    let multiple = "zeek: {notice: {type: Lateral_Movement_Multiple_Attempts, sub: 'T1021 RPC'}}";
    let scripts = packs.pack(
        "styled",
        "attack",
        "dce_rpc",
        &[
            (
                "jobs",
                "attack.stealth, attack.execution, attack.t1053.002",
                JOBS,
            ),
            // ATT&CK has split the tactic, and revoked the technique.
            (
                "former",
                "attack.defense-evasion, attack.execution, attack.t1562.002",
                JOBS,
            ),
            (
                "former_alone",
                "attack.defense-evasion",
                &format!("{SERVICES}\nzeek: {{notice: {{identifier: [endpoint]}}}}"),
            ),
            (
                "former_elsewhere",
                "attack.defense-evasion, attack.execution, attack.t1047",
                &format!("{SERVICES}\nzeek: {{notice: {{identifier: [endpoint]}}}}"),
            ),
            (
                "services",
                "attack.command-and-control, attack.t1569.002, attack.t1047",
                SERVICES,
            ),
            ("named", "attack.t1021", &format!("{SERVICES}\n{multiple}")),
            (
                "once",
                "attack.impact",
                &format!("{SERVICES}\nzeek: {{notice: {{identifier: [endpoint]}}}}"),
            ),
            (
                "silent",
                "attack.impact",
                &format!("{JOBS}\nzeek: {{report: false}}"),
            ),
            (
                "off",
                "attack.impact",
                &format!("{JOBS}\nzeek: {{enabled: false}}"),
            ),
        ],
    );
    let former = "T1685.001 Disable or Modify Tools: Disable or Modify Windows Event Log|T1685.001";
    let jobs = "T1053.002 Scheduled Task/Job: At|T1053.002";
    let service =
        "T1569.002 System Services: Service Execution + T1047 Windows Management Instrumentation";
    let mut expected = vec![
        format!("ATTACK::Stealth|atsvc::NetrJobAdd|{jobs}"),
        format!("ATTACK::Stealth|atsvc::NetrJobDel|{jobs}"),
        format!("ATTACK::Defense_Impairment|atsvc::NetrJobAdd|{former}"),
        format!("ATTACK::Defense_Impairment|atsvc::NetrJobDel|{former}"),
        "ATTACK::Stealth|svcctl::CreateServiceW|former_alone of styled|-".to_owned(),
        "ATTACK::Execution|svcctl::CreateServiceW|T1047 Windows Management Instrumentation|T1047"
            .to_owned(),
        "ATTACK::Impact|svcctl::CreateServiceW|once of styled|-".to_owned(),
    ];
    for operation in ["CreateServiceA", "CreateServiceW", "CreateServiceWOW64A"] {
        expected.extend([
            format!("ATTACK::Command_and_Control|svcctl::{operation}|{service}|T1569.002,T1047"),
            format!(
                "ATTACK::Lateral_Movement_Multiple_Attempts|svcctl::{operation}|T1021 RPC|T1021"
            ),
        ]);
    }
    expected.sort();
    let found = of_replay(&replay::bytes(&packs.rules(), &calls::capture()));
    assert_eq!(found, expected);
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let logs = zeek::run(&zeek, &calls::capture(), &[&scripts], "");
    assert_eq!(of_zeek(&logs), expected);

    let code = "redef Styled::disabled_rules += { Styled::Jobs, Styled::Services, Styled::Named, Styled::Once,
    Styled::Former, Styled::Former_Alone, Styled::Former_Elsewhere };
redef Styled::disabled_rules -= { Styled::Off };
redef Styled::silent_rules -= { Styled::Silent };";
    let found = of_zeek(&zeek::run(&zeek, &calls::capture(), &[&scripts], code));
    let expected = ["off", "silent"].map(|rule| {
        ["NetrJobAdd", "NetrJobDel"]
            .map(|operation| format!("ATTACK::Impact|atsvc::{operation}|{rule} of styled|-"))
    });
    let mut expected = expected.concat();
    expected.sort();
    assert_eq!(found, expected);
}

/// Silent rules of the default style, and that a silent rule's payload is logged.
#[test]
fn silent_rules() {
    let packs = Packs::new();
    let silent = "zeek: {report: false, log_payload: {fields: [stub]}}";
    let scripts = packs.pack(
        "quiet",
        "rule",
        "dce_rpc",
        &[
            ("jobs", "attack.execution", &format!("{JOBS}\n{silent}")),
            ("services", "attack.execution", SERVICES),
        ],
    );
    let replayed = replay::bytes(&packs.rules(), &calls::capture());
    let services = "Quiet::Services|svcctl::CreateServiceW|services of quiet|-";
    assert_eq!(of_replay(&replayed), [services]);
    assert_eq!(replayed.payloads.len(), 2);
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let logs = zeek::run(&zeek, &calls::capture(), &[&scripts], "");
    assert_eq!(of_zeek(&logs), [services]);
    assert_eq!(logs.read("quiet_payload").len(), 2);
    let code = "redef Quiet::silent_rules -= { Quiet::Jobs };
redef Quiet::silent_rules += { Quiet::Services };";
    let logs = zeek::run(&zeek, &calls::capture(), &[&scripts], code);
    assert_eq!(
        of_zeek(&logs),
        [
            "Quiet::Jobs|atsvc::NetrJobAdd|jobs of quiet|-",
            "Quiet::Jobs|atsvc::NetrJobDel|jobs of quiet|-"
        ]
    );
}

/// A pack's log has as much payload as the rule asks for: from 8.1 on, Zeek cuts logged texts at 4096 bytes unless told.
#[test]
fn long_payload_is_logged_whole() {
    const LENGTH: usize = 5000;
    let packs = Packs::new();
    let upload = format!(
        "detection: {{a: {{uri: /upload}}, condition: a}}
zeek: {{log_payload: {{fields: [body], encoding: hex, max_bytes: {LENGTH}}}}}"
    );
    let scripts = packs.pack(
        "long",
        "rule",
        "http",
        &[("upload", "attack.execution", &upload)],
    );
    let mut capture = Capture::new();
    let mut connection = capture.connect([192, 0, 2, 1], [192, 0, 2, 2], 80);
    connection
        .client(format!(
            "POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: {LENGTH}\r\n\r\n{}",
            "Z".repeat(LENGTH)
        ))
        .server("HTTP/1.1 204 No Content\r\n\r\n");
    connection.close();
    let capture = capture.finish();

    let digits = "5a".repeat(LENGTH);
    let replayed = replay::bytes(&packs.rules(), &capture);
    let logged: Vec<_> = replayed
        .payloads
        .iter()
        .map(|logged| &logged.payload)
        .collect();
    assert_eq!(logged, [digits.as_bytes()]);
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let logs = zeek::run(&zeek, &capture, &[&scripts], "").read("long_payload");
    let logged: Vec<_> = logs.iter().map(|line| &line["payload"]).collect();
    assert_eq!(logged, [digits.as_str()]);
}

const MANY: &str = "\
title: Many jobs
id: 5a9b5b52-5f39-4ef4-9a56-0a3b8a9d1f01
name: many
tags: [attack.lateral-movement, attack.t1053.002]
correlation:
    type: event_count
    rules: [0000000a-0000-4000-8000-000000000000]
    group-by: [id.orig_h]
    timespan: 5m
    condition: {gte: 3}
zeek:
    thresholds: [5]
    notice:
        message: '{count} of {threshold} by {id.orig_h} in {timespan}'
---
title: Many and more
id: 5a9b5b52-5f39-4ef4-9a56-0a3b8a9d1f02
name: more
correlation:
    type: event_count
    rules: [many]
    group-by: [id.orig_h]
    timespan: 1h
    condition: {gte: 4}
zeek:
    notice:
        type: Lateral_Movement_Multiple_Attempts
        message: '{count} by {id.orig_h}'
        sub: more than many
";

/// Correlations of attack style, what they keep silent, and what operators do about it.
#[test]
fn correlations_of_attack_style() {
    let packs = Packs::new();
    let pack = packs.rules().join("correlated");
    std::fs::create_dir_all(&pack).unwrap();
    std::fs::write(pack.join("many.yml"), MANY).unwrap();
    let scripts = packs.pack(
        "correlated",
        "attack",
        "dce_rpc",
        &[
            ("jobs", "attack.execution", JOBS),
            ("services", "attack.execution", SERVICES),
        ],
    );
    let capture = executions::capture(1_717_243_200, false);
    let service = "ATTACK::Execution|svcctl::CreateServiceW|services of correlated|-";
    let more = "ATTACK::Lateral_Movement_Multiple_Attempts|4 by 10.0.0.1|more than many|-";
    let many = |text: &str| {
        format!("ATTACK::Lateral_Movement|{text}|T1053.002 Scheduled Task/Job: At|T1053.002")
    };
    // What many raises is for more alone, as what jobs raises is for many.
    let expected = [service, service, more];
    assert_eq!(
        of_replay(&replay::bytes(&packs.rules(), &capture)),
        expected
    );
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let run = |code: &str| of_zeek(&zeek::run(&zeek, &capture, &[&scripts], code));
    assert_eq!(run(""), expected);

    let switched_on = run("redef Correlated::silent_rules -= { Correlated::Many };");
    let three = many("3 of 3 by 10.0.0.1 in 5.0 mins");
    let five = many("5 of 5 by 10.0.0.1 in 5.0 mins");
    let expected = [service, service, more, &three, &five];
    assert_eq!(switched_on, expected);

    let changed = "redef Correlated::silent_rules -= { Correlated::Many };
redef Correlated::silent_rules += { Correlated::Services };
event zeek_init()
	{
	Option::set(\"Correlated::many_thresholds\", vector(2, 6));
	Option::set(\"Correlated::many_timespan\", 1hr);
	Option::set(\"Correlated::more_threshold\", 6);
	}";
    let expected = [
        many("2 of 2 by 10.0.0.1 in 1.0 hr"),
        many("2 of 2 by 10.0.0.2 in 1.0 hr"),
        many("6 of 6 by 10.0.0.1 in 1.0 hr"),
    ];
    assert_eq!(run(changed), expected);

    let off = "redef Correlated::disabled_rules += { Correlated::Many, Correlated::Services };
redef Correlated::silent_rules -= { Correlated::Jobs };";
    let jobs = run(off);
    assert_eq!(jobs.len(), 9, "{jobs:?}");
    let starts = "ATTACK::Execution|atsvc::NetrJob";
    assert!(jobs.iter().all(|line| line.starts_with(starts)), "{jobs:?}");
    let source_off = "redef Correlated::disabled_rules += { Correlated::Jobs };";
    assert_eq!(run(source_off), [service, service]);
}

/// Packs of both styles in any order, and another package that declares the same types without a look at what is there.
#[test]
fn styles_beside_each_other() {
    let packs = Packs::new();
    let rules = [("jobs", "attack.execution", JOBS)];
    let one = packs.pack("one", "attack", "dce_rpc", &rules);
    let second = packs.pack("second", "attack", "dce_rpc", &rules);
    let plain = packs.pack("plainly", "rule", "dce_rpc", &rules);
    let mut expected = Vec::new();
    for operation in ["NetrJobAdd", "NetrJobDel"] {
        expected.extend([
            format!("ATTACK::Execution|atsvc::{operation}|jobs of one|-"),
            format!("ATTACK::Execution|atsvc::{operation}|jobs of second|-"),
            format!("Plainly::Jobs|atsvc::{operation}|jobs of plainly|-"),
        ]);
    }
    expected.sort();
    assert_eq!(
        of_replay(&replay::bytes(&packs.rules(), &calls::capture())),
        expected
    );
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let other = packs.folder.path().join("other.zeek");
    std::fs::write(
        &other,
        "module Other;\nexport { redef enum Notice::Type += { ATTACK::Execution, ATTACK::Impact }; }\n",
    )
    .unwrap();
    let orders: [&[&Path]; 3] = [
        &[&one, &second, &plain],
        &[&plain, &second, &one],
        &[&other, &second, &plain, &one],
    ];
    for scripts in orders {
        let logs = zeek::run(&zeek, &calls::capture(), scripts, "");
        assert_eq!(of_zeek(&logs), expected);
    }
}

#[test]
fn texts_of_calls() {
    let texts = [
        r#"'{{plain}} \ \" %s {endpoint}/{operation} {uuid}.{opnum}'"#,
        "'{id.orig_h}:{id.orig_p} > {id.resp_h}:{id.resp_p} at {ts} in {rtt}'",
        "'{named_pipe} {stub_len} {stub} {response_stub_len}'",
    ];
    let parts = [
        r#"|{plain} \ \" %s atsvc/NetrJobDel 1ff70682-0a51-30e8-076d-740be8cee98b.1|"#,
        "|- 4 \\x01\\xff\n\\x00 0|",
        "|10.0.0.1:",
    ];
    assert_said(
        "dce_rpc",
        "operation|contains: '*'",
        &texts,
        &calls::capture(),
        &parts,
    );
}

#[test]
fn texts_of_transactions() {
    let texts = [
        "'{method} {uri} {original_uri} {request_version} {version} {status_code} {status_msg} {trans_depth}'",
        "'{host} {user_agent} {referrer} {origin} {username} {proxied}'",
        "'{client_header.x-one} {client_header_names} {server_header.Server} {server_header_names}'",
        "'{client_header_values} {server_header_values}'",
        "'{body} {request_body_len} {response_body} {response_body_len}'",
    ];
    let parts = [
        "|beta,alpha HOST,X-ONE",
        "|GET /escaped path",
        "|the secret is here 18",
    ];
    assert_said(
        "http",
        "uri|startswith: /",
        &texts,
        &transactions::capture(),
        &parts,
    );
}

/// Checks that notices with these texts have these parts, and that both engines raise the same.
fn assert_said(service: &str, selection: &str, texts: &[&str], capture: &[u8], parts: &[&str]) {
    let packs = Packs::new();
    let scripts = told(&packs, service, selection, texts);
    let found = of_replay(&replay::bytes(&packs.rules(), capture));
    for part in parts {
        assert!(found.iter().any(|found| found.contains(part)), "{part}");
    }
    if let Some(zeek) = zeek::executable() {
        let logs = zeek::run(&zeek, capture, &[&scripts], "");
        assert_eq!(of_zeek(&logs), found);
    }
}

/// A pack with a rule for each text, which is message and sub; its scripts.
fn told(packs: &Packs, service: &str, selection: &str, texts: &[&str]) -> PathBuf {
    let last = match service {
        "http" => "response_body|exists",
        _ => "opnum|exists",
    };
    let rules: Vec<(String, String)> = texts
        .iter()
        .enumerate()
        .map(|(number, text)| {
            // What is known late is told by a rule that is decided late.
            let late = if text.contains("{server_") || text.contains("{response_") {
                format!("b: {{{last}: true}}, c: {{{last}: false}}, condition: a and (b or c)")
            } else {
                "condition: a".to_owned()
            };
            let rule = format!(
                "detection: {{a: {{{selection}}}, {late}}}\nzeek:\n    raise_on: response\n    notice:\n        \
                 suppress_for: 0\n        message: {text}\n        sub: {text}\n"
            );
            (format!("text-{number}"), rule)
        })
        .collect();
    let rules: Vec<(&str, &str, &str)> = rules
        .iter()
        .map(|(name, rule)| (name.as_str(), "attack.execution", rule.as_str()))
        .collect();
    packs.pack("told", "rule", service, &rules)
}
