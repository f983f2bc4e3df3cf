//! Regression tests of `type: zeek_log`: rules on logs, tried without a Zeek; and how Zeek records the logs.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::commands::Project;
use crate::common::assert_contains;
use crate::common::work::Ran;
use crate::common::zeek;

const LOGS: &str = "zeek-tests/Logs";

const UNKNOWN_USER: &str = "title: Unknown User
name: unknown_user
id: 06a6a29d-2aa7-4406-98d7-f43f6eeba0b1
status: test
level: low
logsource: {product: zeek, service: kerberos}
detection:
    selection:
        request_type: AS
        error_msg: CLIENT_NOT_FOUND
    condition: selection
zeek:
    notice: {message: '{client}', suppress_for: 0}
regression_tests_path: info.yml
";

const STUB: &str = "title: Job
id: 06a6a29d-2aa7-4406-98d7-f43f6eeba0b2
status: test
level: low
logsource: {product: zeek, service: dce_rpc}
detection:
    selection:
        endpoint: atsvc
        stub|contains: cmd
    condition: selection
regression_tests_path: info.yml
";

fn log(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(LOGS).join(name);
    fs::read(path).unwrap()
}

/// A rule tested on one log.
fn tested(rule: &str, name: &str, bytes: &[u8], expected: &str) -> Ran {
    let info = format!(
        "regression_tests_info:\n    - {{name: the test, type: zeek_log, path: {name}, {expected}}}\n"
    );
    let project = Project::new(&[("rule.yml", rule)], &info, &[]);
    fs::write(project.path(name), bytes).unwrap();
    project.test(&["--own-captures"])
}

#[test]
fn a_rule_on_a_log_needs_no_zeek() {
    let tsv = log("kerberos-users-guessed-10.kerberos.log");
    let json = log("kerberos-users-guessed-10.kerberos.json");
    for (name, bytes) in [
        ("k.log", tsv.clone()),
        ("k.json", json),
        ("k.log.gz", packed(&tsv)),
    ] {
        let ran = tested(UNKNOWN_USER, name, &bytes, "match_count: 10");
        assert_eq!(ran.status, 0, "{name}: {}", ran.out);
        assert!(
            ran.errors
                .starts_with("1 test of 1 rule on logs: 1 passed, 0 failed"),
            "{}",
            ran.errors
        );
    }
    let correlation = "title: Users Guessed
id: 06a6a29d-2aa7-4406-98d7-f43f6eeba0b3
status: test
level: low
correlation:
    type: value_count
    rules: [unknown_user]
    group-by: [id.orig_h]
    timespan: 5m
    condition: {field: client, gte: 10}
regression_tests_path: info.yml
";
    let single = UNKNOWN_USER.replace("regression_tests_path: info.yml\n", "");
    let rules = format!("{single}---\n{correlation}");
    let ran = tested(&rules, "k.log", &tsv, "match_count: 1");
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.errors);
}

#[test]
fn a_failure_says_what_was_expected_and_found() {
    let bytes = log("kerberos-users-guessed-10.kerberos.log");
    let rule = UNKNOWN_USER.replace("CLIENT_NOT_FOUND", "CLIENT_LOCKED_OUT");
    let ran = tested(&rule, "k.log", &bytes, "match_count: 1");
    assert_eq!(ran.status, 1);
    for expected in [
        "FAILED  unknown_user: the test\n",
        "/k.log\n        expected 1 notice, found none\n",
        // How near the rule came.
        " kerberos, on line ",
        "error_msg: CLIENT_LOCKED_OUT\n",
    ] {
        assert!(ran.out.contains(expected), "{expected}: {}", ran.out);
    }
    let ran = tested(UNKNOWN_USER, "k.log", &bytes, "match_count: 0");
    assert_contains(
        &ran.out,
        "expected no notice, found 10: user1/EXAMPLE.TEST; user2/EXAMPLE.TEST",
    );
}

#[test]
fn a_log_that_shows_nothing_of_the_rule_fails_its_test() {
    let text = |name: &str| String::from_utf8(log(name)).unwrap();
    let tsv = text("kerberos-users-guessed-10.kerberos.log");
    let header: String = tsv
        .split_inclusive('\n')
        .filter(|line| line.starts_with('#'))
        .collect();
    let cut = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    for (name, bytes, expected) in [
        (
            "k.log",
            b"user,host\n1,2\n".to_vec(),
            "not a Zeek log: its first line",
        ),
        (
            "k.log",
            vec![0, 255, 7, 10],
            "not a Zeek log: its first line",
        ),
        (
            "k.log",
            Vec::new(),
            "the log has no record; the rule looks at kerberos.log",
        ),
        ("k.log", header.into_bytes(), "the log has no record"),
        (
            "k.log",
            log("dns-tunnel.dns.log"),
            "the file has records of dns.log, and none of kerberos.log, which the rule looks at",
        ),
        (
            "k.log.gz",
            cut(&packed(tsv.as_bytes())),
            "the log is damaged: line ",
        ),
        (
            "k.log",
            cut(tsv.as_bytes()),
            "the last line is not finished and was left out",
        ),
        (
            "k.log",
            format!("{tsv}1.5\tC1\n").into_bytes(),
            "the log is damaged: line 18: a line has more or fewer columns than its header",
        ),
        (
            "other.json",
            b"{\"ts\":1.5,\"request_type\":\"AS\"}\n".to_vec(),
            "line 1: no #path and no _path says which log this is",
        ),
    ] {
        // Not even a test that expects nothing passes.
        let ran = tested(UNKNOWN_USER, name, &bytes, "match_count: 0");
        assert_eq!(ran.status, 1, "{expected}: {}", ran.out);
        assert!(
            ran.out.starts_with("FAILED  unknown_user: the test\n"),
            "{}",
            ran.out
        );
        assert!(ran.out.contains(expected), "{expected}: {}", ran.out);
    }
}

#[test]
fn what_only_the_wire_has_is_tested_on_captures() {
    let bytes = log("kerberos-users-guessed-10.kerberos.log");
    let ran = tested(STUB, "dce_rpc.log", &bytes, "match_count: 1");
    assert_eq!(ran.status, 1);
    let expected = "ERROR   rule: the test\n";
    assert_contains(&ran.out, expected);
    let expected = "`stub` is only on the wire, and dce_rpc.log does not have it: test the rule on a capture, with `type: pcap`";
    assert_contains(&ran.out, expected);
    assert_contains(&ran.errors, "1 test not run");
    let info = "regression_tests_info:\n    - {name: the test, type: zeek_log, path: d.log}\n";
    let project = Project::new(&[("rule.yml", STUB)], info, &[]);
    fs::write(project.path("d.log"), bytes).unwrap();
    let junit = project.path("junit.xml");
    let ran = project.test(&[
        "--own-captures",
        "--format",
        "github",
        "--junit",
        junit.to_str().unwrap(),
    ]);
    assert!(
        ran.out.contains("E701") && ran.out.contains("info.yml,line=2"),
        "{}",
        ran.out
    );
    let junit = fs::read_to_string(junit).unwrap();
    assert_contains(&junit, "<error message=\"`stub` is only on the wire");
}

#[test]
fn what_a_log_is_recorded_from_is_checked() {
    for (test, expected) in [
        (
            "{type: pcap, path: info.yml, capture: info.yml}",
            "`capture` says what a log is recorded from, and the test is not on a log",
        ),
        (
            "{type: zeek_log, path: k.log, capture: none.pcap}",
            "there is no file `none.pcap`",
        ),
        (
            "{type: zeek_log, path: nowhere/k.log, capture: info.yml}",
            "there is no folder for `nowhere/k.log`",
        ),
    ] {
        let info = format!("regression_tests_info:\n    - {test}\n");
        let project = Project::new(&[("rule.yml", UNKNOWN_USER)], &info, &[]);
        let ran = project.test(&["--own-captures"]);
        assert_eq!(ran.status, 1, "{expected}");
        assert_contains(&ran.errors, "error[E701]");
        assert_contains(&ran.errors, expected);
    }
    let info = "regression_tests_info:\n    - {type: zeek_log, path: k.log, capture: info.yml}\n";
    let project = Project::new(&[("rule.yml", UNKNOWN_USER)], info, &[]);
    let ran = project.test(&["--own-captures", "--format", "github"]);
    assert_eq!(ran.status, 1);
    assert_contains(&ran.out, "there is no file `k.log`");
    // Without a Zeek nothing is recorded.
    let ran = project.test(&["--record"]);
    assert_eq!(ran.status, 2);
    assert_contains(&ran.errors, "there is no zeek on PATH");
}

/// A correlation of rules on two logs: the file that is recorded has the records of both.
#[test]
fn a_log_of_several_is_recorded_and_passes() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let rule = |name: &str, service: &str, item: &str| {
        format!(
            "title: {name}\nname: {name}\nid: 06a6a29d-2aa7-4406-98d7-f43f6eeba0{}\nstatus: test\nlevel: low\n\
             logsource: {{product: zeek, service: {service}}}\n\
             detection:\n    selection:\n        {item}\n    condition: selection\n---\n",
            if service == "dns" { "b4" } else { "b5" }
        )
    };
    let rules = rule("tunnel_name", "dns", "qtype_name: 'NULL'")
        + &rule("long_flow", "conn", "orig_bytes|gt: 10000")
        + "title: Tunnel\nid: 06a6a29d-2aa7-4406-98d7-f43f6eeba0b6\nstatus: test\nlevel: low\n\
           correlation:\n    type: temporal\n    rules: [tunnel_name, long_flow]\n    \
           group-by: [id.orig_h]\n    timespan: 5m\nregression_tests_path: info.yml\n";
    let test = |log: &str| {
        format!("    - {{type: zeek_log, path: {log}, capture: dns-tunnel.pcap, match_count: 1}}\n")
    };
    let names = ["both.log", "both.json.gz"];
    let info = format!(
        "regression_tests_info:\n{}{}",
        test(names[0]),
        test(names[1])
    );
    let project = Project::new(&[("rules.yml", &rules)], &info, &["dns-tunnel"]);
    let options = ["--own-captures", "--engine", "replay"];
    let ran = project.test_with_zeek(&zeek, &[&["--record"], &options[..]].concat());
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.errors);
    assert_eq!(ran.errors.matches("recorded ").count(), 2, "{}", ran.errors);
    let log = fs::read_to_string(project.path("both.log")).unwrap();
    for path in ["#path\tconn\n", "#path\tdns\n"] {
        assert_eq!(log.matches(path).count(), 1, "{log}");
    }
    // The tests stand without the Zeek that recorded their logs.
    let ran = project.test(&options);
    assert_contains(&ran.errors, "2 tests of 1 rule on logs: 2 passed, 0 failed");
    // A capture that is not there is what is wrong, and not that none is named.
    fs::remove_file(project.path("dns-tunnel.pcap")).unwrap();
    let ran = project.test_with_zeek(&zeek, &[&["--record"], &options[..]].concat());
    assert_eq!(ran.status, 1, "{}", ran.errors);
    assert_contains(&ran.errors, "there is no file `dns-tunnel.pcap`");
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
