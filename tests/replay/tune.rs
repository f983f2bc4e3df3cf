//! `sigzeek tune`: filters that quiet false positives and keep every true positive, in both engines.

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::assert_contains;
use crate::common::capture::Capture;
use crate::common::zeek;

const RULE: &str = "title: Put
id: 8f1c5a60-7b2e-4c1c-9a5e-2f4a3f3f9b01
status: test
level: low
logsource: {product: zeek, service: http}
detection:
    selection: {method: PUT}
    condition: selection
";

/// A folder with a rule and captures.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(rule: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("rule.yml"), rule).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A capture with a request each, from one client.
    fn requests(&self, name: &str, client: &str, requests: &[(&str, &str)]) -> PathBuf {
        let client: IpAddr = client.parse().unwrap();
        let mut capture = Capture::new();
        for (uri, agent) in requests {
            let mut connection = capture.connect(client, IpAddr::from([192, 0, 2, 20]), 80);
            let request = format!(
                "PUT {uri} HTTP/1.1\r\nHost: files.test\r\nUser-Agent: {agent}\r\nContent-Length: 0\r\n\r\n"
            );
            connection
                .client(request)
                .server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            connection.close();
        }
        let path = self.path(name);
        fs::write(&path, capture.finish()).unwrap();
        path
    }

    fn tune(&self, wrong: &[&Path], right: &[&Path], more: &[&str]) -> Output {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        let mut args = vec!["tune".to_owned(), text(&self.path("rule.yml"))];
        args.push("--false-positives".to_owned());
        args.extend(wrong.iter().map(|path| text(path)));
        args.push("--true-positives".to_owned());
        args.extend(right.iter().map(|path| text(path)));
        args.extend(more.iter().map(|it| (*it).to_owned()));
        sigzeek(&args)
    }

    fn notices(&self, capture: &Path) -> usize {
        let args = [
            "replay",
            "-r",
            capture.to_str().unwrap(),
            "--format",
            "json",
        ];
        let mut args: Vec<String> = args.iter().map(|it| (*it).to_owned()).collect();
        args.push(self.0.path().to_str().unwrap().to_owned());
        let output = sigzeek(&args);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().lines().count()
    }
}

fn sigzeek(args: &[String]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(args)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
        + &String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn what_only_false_positives_show_is_excluded() {
    let folder = Folder::new(RULE);
    let agent = "BackupAgent/2.1";
    let wrong = [
        ("/backup/a", agent),
        ("/backup/b", agent),
        ("/archive/c", agent),
    ];
    let wrong = folder.requests("wrong.pcap", "192.0.2.10", &wrong);
    let right = [("/wanted", "curl/8.5.0"), ("/backup/x", "curl/8.5.0")];
    let right = folder.requests("right.pcap", "192.0.2.10", &right);
    let filter = folder.path("filter.yml");
    let output = folder.tune(&[&wrong], &[&right], &["-o", filter.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    let text = fs::read_to_string(&filter).unwrap();
    assert_contains(&text, "user_agent: 'BackupAgent/2.1'");
    assert_contains(&text, "condition: not usual");
    let said = said(&output);
    assert_contains(&said, "false positives: 3 matches before, 0 after");
    assert_contains(&said, "true positives: 2 matches before, 2 after");
    assert_contains(&said, "score: 2H before, 1H after");
    assert_eq!(
        said.contains("Zeek"),
        zeek::executable().is_some(),
        "{said}"
    );
    // The filter is a file of the pack like any other.
    assert_eq!(folder.notices(&wrong), 0);
    assert_eq!(folder.notices(&right), 1);
    // It is not written over.
    let again = folder.tune(&[&wrong], &[&right], &["-o", filter.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(2), "{again:?}");
}

#[test]
fn where_false_positives_have_nothing_in_common_the_rule_asks_for_more() {
    let folder = Folder::new(RULE);
    let wrong = [("/index", "a"), ("/index", "b")];
    let wrong = folder.requests("wrong.pcap", "192.0.2.10", &wrong);
    let right = [("/index", "Implant/7"), ("/index", "Implant/7")];
    let right = folder.requests("right.pcap", "192.0.2.10", &right);
    let output = folder.tune(&[&wrong], &[&right], &["--without-zeek"]);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_contains(&text, "and required");
    fs::write(folder.path("rule.yml"), text).unwrap();
    assert_eq!(folder.notices(&wrong), 0);
    assert_eq!(folder.notices(&right), 1);
}

#[test]
fn arguments_of_calls_tell_services_apart() {
    let rule = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("detections/remote-execution/zeek_dce_rpc_svcctl_service_created.yml"),
    );
    let folder = Folder::new(&rule.unwrap());
    let trace = |name: &str| Path::new("zeek-tests/Traces").join(name);
    let wrong = trace("suricata-verify/psexec-add-user.pcap");
    let right = trace("otrf/smbexec-svcctl.pcap");
    let output = folder.tune(&[&wrong], &[&right], &[]);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(
        text.contains("PSEXESVC") || text.contains("WOW64"),
        "{text}"
    );
    assert_contains(&text, "6e166c1a-1f4d-4edf-83ce-240731a581db");
}

#[test]
fn what_only_addresses_separate_is_refused() {
    let folder = Folder::new(RULE);
    let same = [("/index", "curl/8.5.0")];
    let wrong = folder.requests("wrong.pcap", "192.0.2.10", &same);
    let right = folder.requests("right.pcap", "192.0.2.77", &same);
    let filter = folder.path("filter.yml");
    let output = folder.tune(&[&wrong], &[&right], &["-o", filter.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(said(&output).contains("nothing that lasts"), "{output:?}");
    assert!(!filter.exists());
}

#[test]
fn captures_that_prove_nothing_are_told() {
    let folder = Folder::new(RULE);
    let fires = folder.requests("fires.pcap", "192.0.2.10", &[("/index", "curl/8.5.0")]);
    let silent = Path::new("zeek-tests/Traces/recorded/dns-tunnel.pcap");
    for (wrong, right, message) in [
        (&*fires, silent, "no true positive"),
        (silent, &*fires, "silent on the false positives"),
    ] {
        let output = folder.tune(&[wrong], &[right], &[]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(said(&output).contains(message), "{output:?}");
    }
    fs::write(folder.path("rule.yml"), RULE.replace("method", "methud")).unwrap();
    let output = folder.tune(&[&fires], &[&fires], &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(said(&output).contains("E401"), "{output:?}");
    fs::write(folder.path("rule.yml"), format!("{RULE}---\n{RULE}")).unwrap();
    let output = folder.tune(&[&fires], &[&fires], &[]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

#[test]
fn a_rule_that_a_correlation_counts_is_tuned_by_its_own_matches() {
    let correlation = "---
title: Many Puts
id: 8f1c5a60-7b2e-4c1c-9a5e-2f4a3f3f9b02
status: test
level: low
correlation:
    type: event_count
    rules: [8f1c5a60-7b2e-4c1c-9a5e-2f4a3f3f9b01]
    group-by: [id.orig_h]
    timespan: 5m
    condition: {gte: 2}
";
    let folder = Folder::new(&format!("{RULE}{correlation}"));
    let wrong = [("/backup/a", "BackupAgent/2.1")];
    let wrong = folder.requests("wrong.pcap", "192.0.2.10", &wrong);
    let right = folder.requests("right.pcap", "192.0.2.10", &[("/wanted", "curl/8.5.0")]);
    let output = folder.tune(&[&wrong], &[&right], &[]);
    assert!(output.status.success(), "{output:?}");
    let said = said(&output);
    assert_contains(&said, "condition: not usual");
    assert_contains(&said, "counted by: Many Puts");
    let filter = "---\ntitle: F\nlogsource: {product: zeek, service: http}\nfilter:\n    rules: any\n    s: {method: GET}\n    condition: not s\n";
    fs::write(folder.path("rule.yml"), format!("{RULE}{filter}")).unwrap();
    let output = folder.tune(&[&wrong], &[&right], &[]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let error = String::from_utf8(output.stderr).unwrap();
    assert_contains(&error, "has 1 rule and 1 filter");
}

#[test]
fn logs_of_a_site_are_looked_at() {
    let rule = "title: Turnstile
id: 8f1c5a60-7b2e-4c1c-9a5e-2f4a3f3f9b03
status: test
level: low
logsource: {product: zeek, service: doors}
detection:
    selection: {verdict: refused}
    condition: selection
";
    let folder = Folder::new(rule);
    let pack = "logs:\n  doors:\n    stream: Doors::LOG\n    record: Doors::Info\n    columns:\n      ts: time\n      verdict: string\n      gate: string\n";
    fs::write(folder.path("pack.yml"), pack).unwrap();
    let log = |name: &str, gate: &str| {
        let line = format!(
            "{{\"_path\":\"doors\",\"ts\":1.5,\"verdict\":\"refused\",\"gate\":\"{gate}\"}}\n"
        );
        let path = folder.path(name);
        fs::write(&path, line).unwrap();
        path
    };
    let (wrong, right) = (log("wrong.log", "canteen"), log("right.log", "vault"));
    let output = folder.tune(&[&wrong], &[&right], &[]);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_contains(&text, "gate: 'canteen'");
}

#[test]
fn of_several_rules_the_one_that_fires_is_tuned() {
    let other = RULE
        .replace("title: Put", "title: Agent")
        .replace("3f9b01", "3f9b02")
        .replace("{method: PUT}", "{user_agent|startswith: Backup}");
    let third = RULE
        .replace("title: Put", "title: Get")
        .replace("3f9b01", "3f9b03")
        .replace("{method: PUT}", "{method: GET}");
    let folder = Folder::new(&format!("{third}---\n{RULE}"));
    let wrong = folder.requests("wrong.pcap", "192.0.2.10", &[("/backup/a", "Backup/2.1")]);
    let right = folder.requests("right.pcap", "192.0.2.10", &[("/wanted", "curl/8.5.0")]);
    let output = folder.tune(&[&wrong], &[&right], &["--without-zeek"]);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_contains(&text, "title: 'Put: What Is Usual'");

    // Two fire: which one is meant?
    fs::write(
        folder.path("rule.yml"),
        format!("{third}---\n{RULE}---\n{other}"),
    )
    .unwrap();
    let output = folder.tune(&[&wrong], &[&right], &["--without-zeek"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(
        said(&output).contains("`Put` and `Agent`; name one with --rule"),
        "{output:?}"
    );
    for named in ["put", "8f1c5a60-7b2e-4c1c-9a5e-2f4a3f3f9b01"] {
        let output = folder.tune(&[&wrong], &[&right], &["--without-zeek", "--rule", named]);
        assert!(output.status.success(), "{output:?}");
        assert!(
            said(&output).contains("title: 'Put: What Is Usual'"),
            "{output:?}"
        );
    }
    let output = folder.tune(&[&wrong], &[&right], &["--rule", "Post"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(
        said(&output).contains("there are `Get`, `Put` and `Agent`"),
        "{output:?}"
    );
}
