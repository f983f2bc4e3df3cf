//! What packages count of each rule's matches, in a real Zeek: as a log and as metrics.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::common::capture::Capture;
use crate::common::packs::Packs;
use crate::common::rpc::Rpc;
use crate::common::{arguments, calls, zeek};

const OUTCOMES: [&str; 4] = ["raised", "silent", "allow_listed", "policy"];

/// Two jobs and a service of each of two hosts.
fn capture() -> Vec<u8> {
    let mut capture = Capture::new();
    for client in [1, 2] {
        let mut connection = capture.connect([10, 0, 0, client], [10, 0, 0, 101], 135);
        Rpc::bind(&mut connection, &[calls::ATSVC, calls::SVCCTL])
            // NetrJobDel
            .call(0, 1, b"", b"")
            .call(0, 1, b"", b"")
            // CreateServiceA
            .call(1, 24, b"", b"");
        connection.close();
    }
    capture.finish()
}

const JOBS: (&str, &str, &str) = (
    "jobs",
    "attack.execution, attack.t1053.002",
    "name: jobs\ndetection: {a: {operation: NetrJobDel}, condition: a}",
);
const SERVICES: (&str, &str, &str) = (
    "services",
    "attack.execution, attack.t1569.002",
    "name: services\ndetection: {a: {operation: CreateServiceA}, condition: a}
---
title: many of calls
name: many
id: 0d9e9b5c-6b4b-4b55-9a0e-0b5b5a1e2f02
correlation: {type: event_count, rules: [jobs], group-by: [id.orig_h], timespan: 5m, condition: {gte: 2}, generate: true}
level: low
tags: [attack.execution, attack.t1053.002]",
);
const CONNECTIONS: (&str, &str, &str) = (
    "connections",
    "attack.execution, attack.t1053.002",
    "detection: {a: {id.resp_p: 135}, condition: a}",
);

struct Setting {
    zeek: PathBuf,
    _packs: Packs,
    scripts: [PathBuf; 2],
}

/// The packs `calls` and `logs`; `None` where there is no Zeek.
fn setting(style: &str) -> Option<Setting> {
    let packs = Packs::new();
    Some(Setting {
        scripts: [
            packs.pack("calls", style, "dce_rpc", &[JOBS, SERVICES]),
            packs.pack("logs", style, "conn", &[CONNECTIONS]),
        ],
        zeek: zeek::executable()?,
        _packs: packs,
    })
}

impl Setting {
    fn run(&self, code: &str) -> zeek::Logs {
        let scripts = self.scripts.each_ref().map(PathBuf::as_path);
        zeek::run(&self.zeek, &capture(), &scripts, code)
    }
}

/// The first word of each rule's title with its sums over the log: raised, silent, allow-listed, kept back by a policy.
fn sums(lines: &[Value]) -> BTreeMap<String, [u64; 4]> {
    let mut sums = BTreeMap::new();
    for line in lines {
        assert_eq!(line["peer"], "zeek");
        let title = line["title"].as_str().unwrap();
        let (name, pack) = title.split_once(" of ").unwrap();
        assert_eq!(line["pack"], pack);
        let sum: &mut [u64; 4] = sums.entry(name.to_owned()).or_default();
        for (sum, outcome) in sum.iter_mut().zip(OUTCOMES) {
            *sum += line[outcome].as_u64().unwrap();
        }
    }
    sums
}

fn expected(rules: &[(&str, [u64; 4])]) -> BTreeMap<String, [u64; 4]> {
    let rules = rules.iter();
    rules
        .map(|(name, outcomes)| ((*name).to_owned(), *outcomes))
        .collect()
}

#[test]
fn outcomes_are_logged() {
    let Some(setting) = setting("rule") else {
        return;
    };
    for (code, rules) in [
        (
            "",
            &[
                ("connections", [2, 0, 0, 0]),
                ("jobs", [4, 0, 0, 0]),
                ("many", [2, 0, 0, 0]),
                ("services", [2, 0, 0, 0]),
            ][..],
        ),
        (
            "redef Calls::silent_rules += { Calls::Jobs, Calls::Many };
             redef Logs::silent_rules += { Logs::Connections };",
            &[
                ("connections", [0, 2, 0, 0]),
                ("jobs", [0, 4, 0, 0]),
                ("many", [0, 2, 0, 0]),
                ("services", [2, 0, 0, 0]),
            ],
        ),
        (
            "redef Calls::allowed_originators += { 10.0.0.1/32 };
             redef Logs::allowed_by_rule += { [Logs::Connections] = [$responders=set(10.0.0.0/8)] };",
            &[
                ("connections", [0, 0, 2, 0]),
                ("jobs", [2, 0, 2, 0]),
                ("many", [1, 0, 0, 0]),
                ("services", [1, 0, 1, 0]),
            ],
        ),
        (
            "hook Calls::policy(rule: Calls::RuleInfo, c: connection)
                { if ( rule$note == Calls::Jobs ) break; }
             hook Logs::record_policy(rule: Logs::RuleInfo, origin: Logs::RecordOrigin)
                { if ( origin$originator == 10.0.0.2 ) break; }",
            &[
                ("connections", [1, 0, 0, 1]),
                ("jobs", [0, 0, 0, 4]),
                ("services", [2, 0, 0, 0]),
            ],
        ),
        // What is off counts nothing.
        (
            "redef Calls::disabled_rules += { Calls::Jobs, Calls::Services };",
            &[("connections", [2, 0, 0, 0])],
        ),
        ("redef SigzeekRules::log_interval = 0secs;", &[]),
    ] {
        let logs = setting.run(code);
        assert_eq!(sums(&logs.read("sigzeek_rules")), expected(rules), "{code}");
    }
}

/// A match is counted as raised whether Zeek suppresses its notice or not, and suppression is what Zeek's options say.
#[test]
fn suppression_is_left_to_zeek() {
    let Some(setting) = setting("rule") else {
        return;
    };
    for (code, notices) in [
        ("", 2),
        ("redef Notice::not_suppressed_types += { Calls::Jobs };", 4),
    ] {
        let logs = setting.run(code);
        let raised = logs.read("notice");
        let of_jobs = raised
            .iter()
            .filter(|notice| notice["note"] == "Calls::Jobs");
        assert_eq!(of_jobs.count(), notices, "{code}");
        let sums = sums(&logs.read("sigzeek_rules"));
        assert_eq!(sums["jobs"], [4, 0, 0, 0], "{code}");
    }
}

/// Each line has what came since the one before.
#[test]
fn lines_come_at_intervals() {
    let Some(setting) = setting("attack") else {
        return;
    };
    let lines = setting
        .run("redef SigzeekRules::log_interval = 1msec;")
        .read("sigzeek_rules");
    let jobs = |line: &&Value| line["title"] == "jobs of calls";
    assert!(lines.iter().filter(jobs).count() > 1);
    let rules = [
        ("connections", [2, 0, 0, 0]),
        ("jobs", [4, 0, 0, 0]),
        ("many", [2, 0, 0, 0]),
        ("services", [2, 0, 0, 0]),
    ];
    assert_eq!(sums(&lines), expected(&rules));
}

/// Rules that never match are there, too.
#[test]
fn outcomes_are_metrics() {
    let Some(setting) = setting("rule") else {
        return;
    };
    let metrics = |code: &str| {
        let print = "event zeek_done() &priority=-20
	{
	hook Telemetry::sync();
	local printed = open(\"metrics\");
	for ( _, metric in Telemetry::collect_metrics(\"zeek\", \"sigzeek_rule_matches*\") )
		{
		# In the order of the labels' names: outcome, pack, rule_id, title.
		local labels = metric$label_values;
		print printed, fmt(\"%s %s %s\", labels[1], labels[0], metric$value);
		}
	}";
        let logs = setting.run(&format!("{code}\n{print}"));
        let printed = std::fs::read_to_string(logs.folder().join("metrics")).unwrap();
        let mut lines: Vec<String> = printed.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(
        metrics("redef Calls::silent_rules += { Calls::Services };"),
        [
            "calls raised 0.0",
            "calls raised 2.0",
            "calls raised 4.0",
            "calls silent 2.0",
            "logs raised 2.0"
        ]
    );
    assert!(metrics("redef SigzeekRules::export_metrics = F;").is_empty());
}

/// Services by an argument: two calls that were tried can't be read, and one sealed one, which Zeek tells since 9.0.
#[test]
fn calls_that_cannot_be_read_are_counted() {
    let packs = Packs::new();
    let detection = |test: &str| {
        format!("detection: {{a: {{operation: CreateServiceW, {test}}}, condition: a}}")
    };
    let argument = detection("argument.lpServiceName|exists: true");
    let stub = detection("stub|contains: sealed");
    let header = detection("stub_len|gt: 0");
    let tags = "attack.execution, attack.t1569.002";
    let rules = [
        ("argument", tags, argument.as_str()),
        ("stub", tags, stub.as_str()),
        ("header", tags, header.as_str()),
    ];
    let scripts = packs.pack("calls", "rule", "dce_rpc", &rules);
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let logs = zeek::run(&zeek, &arguments::protected(), &[&scripts], "");
    let blind: BTreeMap<String, u64> = logs
        .read("sigzeek_rules")
        .iter()
        .map(|line| {
            let title = line["title"].as_str().unwrap();
            (title.to_owned(), line["blind"].as_u64().unwrap())
        })
        .collect();
    let mut expected = vec![("argument of calls", 3), ("header of calls", 0)];
    if zeek::release(&zeek) >= [9, 0, 0] {
        expected.push(("stub of calls", 1));
    }
    let expected = expected.into_iter();
    assert_eq!(
        blind,
        expected
            .map(|(title, count)| (title.to_owned(), count))
            .collect()
    );
}

/// A request is read, and decided, once for all that are alike but for a pointer's value. Where it is null, what follows means
/// something else.
#[test]
fn requests_that_repeat_are_read_alike() {
    let request = |machine: u32, access: u32| {
        let words = [machine, 2, 0, 2, u32::from(b'x'), 0, access];
        words
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect::<Vec<u8>>()
    };
    let mut capture = Capture::new();
    let mut connection = capture.connect([10, 0, 0, 1], [10, 0, 0, 2], 135);
    let mut rpc = Rpc::bind(&mut connection, &[calls::SVCCTL]);
    for (machine, access) in [(1, 15), (2, 15), (0, 15), (1, 15), (1, 14), (2, 15)] {
        // OpenSCManagerW
        rpc.call(0, 15, &request(machine, access), b"");
    }
    connection.close();
    let packs = Packs::new();
    let detection = |access: u32| {
        format!(
            "detection: {{a: {{operation: OpenSCManagerW, argument.dwDesiredAccess: {access}}}, condition: a}}"
        )
    };
    let tags = "attack.execution, attack.t1569.002";
    let (read, written) = (detection(15), detection(14));
    let rules = [
        ("read", tags, read.as_str()),
        ("written", tags, written.as_str()),
    ];
    let scripts = packs.pack("calls", "rule", "dce_rpc", &rules);
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let lines = zeek::run(&zeek, &capture.finish(), &[&scripts], "").read("sigzeek_rules");
    assert_eq!(sums(&lines)["read"], [4, 0, 0, 0]);
    assert_eq!(sums(&lines)["written"], [1, 0, 0, 0]);
    assert!(lines.iter().all(|line| line["blind"] == 1));
}

/// Rules that make a pack large: their names, and what they look for.
fn fillers(test: impl Fn(usize) -> String) -> Vec<(String, String)> {
    let rule = |number| {
        let test = test(number);
        (
            format!("filler_{number}"),
            format!("detection: {{a: {{{test}}}, condition: a}}"),
        )
    };
    (0..999).map(rule).collect()
}

fn functions_of_rules(scripts: &Path) -> usize {
    let files = std::fs::read_dir(scripts.join("rules")).unwrap();
    files
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .map(|text| text.matches("\nfunction ").count())
        .sum()
}

/// In a pack of more than 1,000 rules, those that an operation alone matches have no functions.
#[test]
fn rules_that_are_data_count_and_raise_as_others() {
    let fillers =
        fillers(|number| format!("uuid: 00000000-0000-4000-8000-000000000000, opnum: {number}"));
    let tags = "attack.execution, attack.t1053.002";
    let mut rules = vec![
        JOBS,
        (
            "one_host",
            tags,
            "detection: {a: {operation: NetrJobDel, id.orig_h: 10.0.0.1}, condition: a}",
        ),
    ];
    let fillers = fillers.iter();
    rules.extend(fillers.map(|(name, rest)| (name.as_str(), tags, rest.as_str())));
    let packs = Packs::new();
    let scripts = packs.pack("calls", "rule", "dce_rpc", &rules);
    assert_eq!(functions_of_rules(&scripts), 1);
    let Some(zeek) = zeek::executable() else {
        return;
    };
    for (code, outcomes) in [
        ("", [4, 0, 0, 0]),
        (
            "redef Calls::silent_rules += { Calls::Jobs };",
            [0, 4, 0, 0],
        ),
    ] {
        let logs = zeek::run(&zeek, &capture(), &[&scripts], code);
        assert_eq!(
            sums(&logs.read("sigzeek_rules")),
            expected(&[("jobs", outcomes), ("one_host", [2, 0, 0, 0])])
        );
        assert_eq!(
            logs.read("notice").len() as u64,
            if code.is_empty() { 3 } else { 1 }
        );
    }
}

/// In such a pack, a request's rules have no functions either, if a text alone matches them, or a text and a method.
#[test]
fn rules_on_requests_that_are_data_count_and_raise_as_others() {
    let mut capture = Capture::new();
    let mut connection = capture.connect([10, 0, 0, 1], [10, 0, 0, 101], 80);
    for request in ["GET /a/Shell.php", "POST /b/shell.php", "post /c/shell.php"] {
        connection
            .client(format!(
                "{request} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
            ))
            .server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }
    connection.close();
    let fillers = fillers(|number| format!("uri|contains: '/filler-{number}.php'"));
    let tags = "attack.execution, attack.t1059";
    let of_text = "detection: {a: {uri|contains: '/shell.php'}, condition: a}";
    let posted = "detection: {a: {uri|contains: '/shell.php', method: POST}, condition: a}";
    let two = "detection: {a: {uri|contains: '/shell.php', method: [PUT, POST]}, condition: a}";
    let mut rules = vec![
        ("of_text", tags, of_text),
        ("posted", tags, posted),
        ("two_methods", tags, two),
    ];
    let fillers = fillers.iter();
    rules.extend(fillers.map(|(name, rest)| (name.as_str(), tags, rest.as_str())));
    let packs = Packs::new();
    let scripts = packs.pack("calls", "rule", "http", &rules);
    assert_eq!(functions_of_rules(&scripts), 1);
    let Some(zeek) = zeek::executable() else {
        return;
    };
    for (code, of_text, notices) in [
        ("", [3, 0, 0, 0], 3),
        (
            "redef Calls::silent_rules += { Calls::Of_Text };",
            [0, 3, 0, 0],
            2,
        ),
    ] {
        let logs = zeek::run(&zeek, &capture.clone().finish(), &[&scripts], code);
        assert_eq!(
            sums(&logs.read("sigzeek_rules")),
            expected(&[
                ("of_text", of_text),
                ("posted", [2, 0, 0, 0]),
                ("two_methods", [2, 0, 0, 0])
            ])
        );
        assert_eq!(logs.read("notice").len(), notices);
    }
}
