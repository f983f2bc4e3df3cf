//! `sigzeek replay` and `sigzeek test` as a shell sees them.
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::common::assert_contains;
use crate::common::work::{self, Ran};

const TRACES: &str = "zeek-tests/Traces/recorded";

/// Runs sigzeek where no Zeek is to be found.
pub(crate) fn sigzeek(args: &[&str]) -> Ran {
    Ran::of(command(args).env_remove("ZEEK"))
}

fn command(args: &[&str]) -> Command {
    let mut command = work::sigzeek(args);
    command.env("PATH", "/nonexistent");
    command
}

fn trace(name: &str) -> String {
    format!("{TRACES}/{name}.pcap")
}

/// A folder with a pack of rules, their tests and the captures that these name.
pub(crate) struct Project(TempDir);

impl Project {
    pub(crate) fn new(rules: &[(&str, &str)], info: &str, captures: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pack = folder.path().join("detections/pack");
        fs::create_dir_all(&pack).unwrap();
        for (name, rule) in rules {
            fs::write(pack.join(name), rule).unwrap();
        }
        fs::write(folder.path().join("info.yml"), info).unwrap();
        for capture in captures {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(trace(capture));
            fs::copy(from, folder.path().join(format!("{capture}.pcap"))).unwrap();
        }
        Self(folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn test(&self, more: &[&str]) -> Ran {
        Ran::of(self.command(more).env_remove("ZEEK"))
    }

    /// The same where a Zeek is to be found.
    pub(crate) fn test_with_zeek(&self, zeek: &Path, more: &[&str]) -> Ran {
        let path = std::env::var_os("PATH").unwrap_or_default();
        Ran::of(self.command(more).env("ZEEK", zeek).env("PATH", path))
    }

    fn command(&self, more: &[&str]) -> Command {
        let rules = self.path("detections");
        let mut args = vec!["test", rules.to_str().unwrap()];
        args.extend_from_slice(more);
        command(&args)
    }
}

const SERVICE: &str = "title: Service With PowerShell
id: 06a6a29d-2aa7-4406-98d7-f43f6eeba0aa
status: test
level: low
logsource: {product: zeek, service: dce_rpc}
detection:
    selection:
        endpoint: svcctl
        operation: CreateServiceW
    payload:
        stub|wide|contains:
            - powershell
            - pwsh
    condition: selection and payload
regression_tests_path: info.yml
";

const WINRM: &str = "title: WinRM Put
id: 06a6a29d-2aa7-4406-98d7-f43f6eeba0ab
status: test
level: low
logsource: {product: zeek, service: http}
detection:
    selection:
        uri|startswith: /wsman
        method: PUT
    condition: selection
regression_tests_path: info.yml
";

#[test]
fn notices_as_zeek_logs_them() {
    let ran = sigzeek(&[
        "replay",
        "-r",
        &trace("event-log-cleared"),
        "--format",
        "tsv",
    ]);
    assert_eq!(ran.status, 0, "{}", ran.errors);
    let lines: Vec<&str> = ran.out.lines().collect();
    let of = |key: &str| -> Vec<&str> {
        let line = lines.iter().find(|line| line.starts_with(key)).unwrap();
        line.split('\t').skip(1).collect()
    };
    let (fields, types) = (of("#fields"), of("#types"));
    assert_eq!(fields.len(), types.len());
    let notice: Vec<&str> = lines.last().unwrap().split('\t').collect();
    assert_eq!(notice.len(), fields.len());
    let get = |name: &str| notice[fields.iter().position(|field| *field == name).unwrap()];
    assert_eq!(get("note"), "RemoteExecution::Eventlog_Log_Cleared");
    assert_eq!(get("msg"), "eventlog::ElfrClearELFW");
    assert_eq!(get("attack"), "T1685.005");
    assert_eq!(get("uid"), "-");
}

#[test]
fn json_is_an_object_a_line() {
    let ran = sigzeek(&["replay", "-r", &trace("winrm-schtasks"), "--format", "json"]);
    let notes: Vec<String> = ran
        .out
        .lines()
        .map(|line| {
            let notice: serde_json::Value = serde_json::from_str(line).unwrap();
            notice["note"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(notes.len(), 4, "{notes:?}");
    assert!(notes.contains(&"RemoteExecution::Winrm_Request_Accepted".to_owned()));
}

#[test]
fn events_of_each_format() {
    let capture = trace("winrm-refused");
    for (format, expected) in [
        (
            "human",
            "http_request method=\"POST\" original_uri=\"/wsman\"",
        ),
        ("tsv", "\thttp_request\tmethod=504f5354"),
        ("json", "\"event\":\"http_request\""),
    ] {
        let ran = sigzeek(&["replay", "--events", "-r", &capture, "--format", format]);
        assert_eq!(ran.status, 0);
        assert_contains(&ran.out, expected);
    }
}

#[test]
fn arguments_of_events_have_types_in_json() {
    let events = |name: &str| -> Vec<serde_json::Value> {
        let capture = trace(name);
        let ran = sigzeek(&["replay", "--events", "-r", &capture, "--format", "json"]);
        assert_eq!(ran.status, 0);
        let lines = ran.out.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let arguments = |events: &[serde_json::Value], name: &str| {
        let event = events.iter().find(|event| event["event"] == name);
        event.unwrap()["arguments"].clone()
    };
    let http = events("winrm-refused");
    let request = arguments(&http, "http_request");
    assert_eq!(request["method"], "POST");
    assert_eq!(request["version"], "1.1");
    assert_eq!(arguments(&http, "http_reply")["code"], 401);
    assert_eq!(arguments(&http, "http_header")["is_orig"], true);
    let rpc = events("shutdown-windowsshutdown");
    let response = arguments(&rpc, "dce_rpc_response");
    assert_eq!(response["opnum"], 0);
    assert_eq!(response["rtt"], 0.002_017);
    assert_eq!(response["uuid"], "d95afe70-a6d5-4259-822e-2c84da1ddb0d");
    // Digits are text where text is meant, and bytes are no numbers.
    assert_eq!(response["named_pipe"], "49153");
    let stub = arguments(&rpc, "dce_rpc_response_stub");
    assert_eq!(stub["stub"], serde_json::json!({"hex": "00000000"}));
    let smb = events("admin-share-written");
    let write = arguments(&smb, "smb2_create_request");
    assert!(write["filename"].is_string(), "{write}");
}

#[test]
fn events_of_several_captures_are_told_apart() {
    let (one, two) = (trace("winrm-refused"), trace("at-jobs-listed"));
    let ran = sigzeek(&["replay", "--events", "-r", &one, "-r", &two]);
    assert!(ran.out.starts_with(&format!("{one}:\n")), "{}", ran.out);
    assert_contains(&ran.out, &format!("\n{two}:\n"));
    let ran = sigzeek(&["replay", "--events", "-r", &one]);
    assert!(!ran.out.contains(&one));
}

#[test]
fn folders_and_globs_of_captures() {
    let folder = sigzeek(&["replay", "-r", TRACES]);
    let captures = std::fs::read_dir(TRACES).unwrap().count();
    let end = format!(" in {captures} captures\n");
    assert!(folder.errors.ends_with(&end), "{}", folder.errors);
    // As a shell writes out `-r *.pcap detections/remote-execution`.
    let (one, two) = (trace("at-job-deleted"), trace("at-jobs-listed"));
    let globbed = sigzeek(&["replay", "-r", &one, &two, "detections/remote-execution"]);
    assert_eq!(globbed.errors, "1 notice of 52 rules in 2 captures\n");
    assert!(
        globbed.out.starts_with(&format!("{one}:\n")),
        "{}",
        globbed.out
    );
    // The same without naming the rules.
    assert_eq!(sigzeek(&["replay", "-r", &one, &two]).out, globbed.out);
}

#[test]
fn payloads() {
    let capture = trace("registry-run-key-set");
    let ran = sigzeek(&["replay", "--payloads", "-r", &capture, "--format", "tsv"]);
    assert!(ran.out.contains("#path\tpayload"));
    assert_contains(
        &ran.out,
        "\tremote_execution_payload\twinreg::BaseRegOpenKey\tstub\t140\t",
    );
    assert_contains(&ran.out, "\tdce_rpc\twinreg::BaseRegSetValue\tstub\t104\t");
    let ran = sigzeek(&["replay", "--payloads", "-r", &capture]);
    assert_contains(
        &ran.out,
        "  Run Key Opened For Writing On Remote Host: winreg::BaseRegOpenKey  stub, 140 bytes: ",
    );
}

#[test]
fn what_is_wrong_with_captures() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    assert_eq!(sigzeek(&["replay", "-r", &at("none.pcap")]).status, 2);
    assert_eq!(sigzeek(&["replay", "-r", &at(".")]).status, 2);
    fs::write(at("empty.pcap"), "").unwrap();
    let empty = sigzeek(&["replay", "-r", &at("empty.pcap")]);
    assert_eq!(empty.status, 2);
    assert_contains(&empty.errors, "the capture is empty");
    fs::write(at("text.pcap"), "not a capture at all").unwrap();
    assert_eq!(
        sigzeek(&["replay", "--events", "-r", &at("text.pcap")]).status,
        2
    );
    let whole = fs::read(trace("event-log-cleared")).unwrap();
    fs::write(at("cut.pcap"), &whole[..whole.len() - 5]).unwrap();
    let cut = sigzeek(&["replay", "-r", &at("cut.pcap")]);
    assert_eq!(cut.status, 0);
    assert_contains(&cut.errors, "the capture is cut short");
}

#[test]
fn what_is_not_followed_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture.pcap");
    let whole = fs::read(trace("winrm-schtasks")).unwrap();
    fs::write(&path, without_handshakes(&whole)).unwrap();
    let capture = path.to_str().unwrap();
    let ran = sigzeek(&["replay", "--events", "-r", capture]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""));
    let said = "capture.pcap: connections whose beginning was not captured: 1\n";
    assert!(ran.errors.ends_with(said), "{}", ran.errors);
}

/// A capture of Ethernet and IPv4 without the segments that have a SYN.
fn without_handshakes(capture: &[u8]) -> Vec<u8> {
    let mut kept = capture[..24].to_vec();
    let mut rest = &capture[24..];
    while !rest.is_empty() {
        let length = usize::try_from(u32::from_le_bytes(rest[8..12].try_into().unwrap())).unwrap();
        let (record, behind) = rest.split_at(16 + length);
        let ip = &record[16 + 14..];
        let tcp = &ip[usize::from(ip[0] & 15) * 4..];
        if tcp[13] & 2 == 0 {
            kept.extend(record);
        }
        rest = behind;
    }
    kept
}

#[test]
fn a_correlation_that_fails_its_test_tells_of_its_rules() {
    let correlation = "---
title: Many
id: 0d9e9b5c-6b4b-4b55-9a0e-0b5b5a1e2fff
correlation:
    type: event_count
    rules: [service, winrm]
    group-by: [id.orig_h]
    timespan: 1m
    condition: {gte: 1000}
regression_tests_path: info.yml
";
    let rules = format!(
        "{}---\n{}{correlation}",
        SERVICE
            .replacen("title:", "name: service\ntitle:", 1)
            .replace(" and payload", ""),
        WINRM.replacen("title:", "name: winrm\ntitle:", 1),
    );
    let info = "regression_tests_info:
    - {name: many, type: pcap, path: service-command-created.pcap}
";
    let project = Project::new(&[("a.yml", &rules)], info, &["service-command-created"]);
    let ran = project.test(&[]);
    assert_eq!(ran.status, 1);
    assert_contains(&ran.out, "`winrm` did not match");
    assert_contains(&ran.out, "`service` matched once, at ");
}

#[test]
fn rules_with_errors_are_not_tried() {
    let wrong = SERVICE.replace("CreateServiceW", "CreateServiceX");
    let project = Project::new(&[("a.yml", &wrong)], "", &[]);
    let rules = project.path("detections");
    let ran = sigzeek(&[
        "replay",
        "-r",
        &trace("at-job-command"),
        rules.to_str().unwrap(),
    ]);
    assert_eq!(ran.status, 1);
    assert_contains(&ran.errors, "error[E403]");
    assert!(ran.errors.ends_with("nothing was replayed\n"));
    assert_eq!(project.test(&[]).status, 1);
}

#[test]
fn what_is_not_known_is_said() {
    let rule = WINRM.replace("method: PUT", "resp_mime_types: text/html");
    let info = "regression_tests_info:
    - {name: types, type: pcap, path: winrm-schtasks.pcap}
";
    let project = Project::new(&[("a.yml", &rule)], info, &["winrm-schtasks"]);
    let rules = project.path("detections");
    let capture = trace("winrm-schtasks");
    let ran = sigzeek(&["replay", "-r", &capture, rules.to_str().unwrap()]);
    assert_eq!(ran.status, 0);
    assert_contains(&ran.errors, "warning[W751]");
    assert!(ran.errors.ends_with("0 notices of 0 rules in 1 capture\n"));
    let tested = project.test(&[]);
    assert_eq!(tested.status, 0);
    assert_contains(&tested.errors, "0 passed, 0 failed, 1 skipped");
}

#[test]
fn a_test_that_fails_says_why() {
    let info = "regression_tests_info:
    - {name: fires, type: pcap, path: service-command-created.pcap}
    - {name: not seen, type: pcap, path: winrm-schtasks.pcap, match_count: 2}
    - {name: silent, type: pcap, path: at-jobs-listed.pcap, silent: true}
    - {name: other, type: evtx, path: other.evtx}
";
    let captures = [
        "service-command-created",
        "winrm-schtasks",
        "at-jobs-listed",
    ];
    let project = Project::new(&[("a.yml", SERVICE), ("b.yml", WINRM)], info, &captures);
    let junit = project.path("report.xml");
    let ran = project.test(&["--junit", junit.to_str().unwrap()]);
    assert_eq!(ran.status, 1);
    let summary = "8 tests of 2 rules in the replay engine: 2 passed, 4 failed, 2 skipped\n";
    assert_eq!(ran.errors, summary);
    for expected in [
        "FAILED  a: fires",
        "expected a notice, found none",
        "192.0.2.10:39922 -> 192.0.2.20:445, svcctl::CreateServiceW, at dce_rpc_request_stub",
        "a.yml:11: stub|wide|contains:",
        "expected 2 notices, found none",
        "no call of the operations that the rule watches was seen",
        "POST /wsman, at http_request",
        "b.yml:9: method: PUT",
        "no transaction was seen",
        "`evtx` is no capture",
    ] {
        assert!(
            ran.out.contains(expected),
            "{expected} is not in:\n{}",
            ran.out
        );
    }
    let report = fs::read_to_string(junit).unwrap();
    assert_contains(
        &report,
        "<testsuite name=\"pack\" tests=\"8\" failures=\"4\" errors=\"0\" skipped=\"2\" time=\"0.",
    );
    assert!(report.contains("<testcase classname=\"a\" name=\"silent\" time=\"0."));
}

#[test]
fn notices_where_there_should_be_none() {
    let info = "regression_tests_info:
    - {name: silent, type: pcap, path: winrm-schtasks.pcap, match_count: 0}
    - {name: message, type: pcap, path: winrm-schtasks.pcap, messages: [POST /wsman]}
    - {name: wrong message, type: pcap, path: winrm-schtasks.pcap, messages: [GET /]}
";
    let rule = WINRM.replace("PUT", "POST");
    let project = Project::new(&[("a.yml", &rule)], info, &["winrm-schtasks"]);
    let ran = project.test(&[]);
    assert_eq!(ran.status, 1);
    assert_contains(&ran.out, "expected no notice, found 1: POST /wsman");
    assert_contains(&ran.out, "expected GET /, found 1: POST /wsman");
    assert_contains(&ran.errors, "1 passed, 2 failed, 0 skipped");
}

#[test]
fn rules_that_are_off_are_tested() {
    let info = "regression_tests_info:
    - {name: fires, type: pcap, path: winrm-schtasks.pcap}
";
    let rule = WINRM.replace("PUT", "POST") + "zeek:\n    enabled: false\n";
    let project = Project::new(&[("a.yml", &rule)], info, &["winrm-schtasks"]);
    assert_eq!(project.test(&[]).status, 0);
    let rules = project.path("detections");
    let replayed = sigzeek(&[
        "replay",
        "-r",
        &trace("winrm-schtasks"),
        rules.to_str().unwrap(),
    ]);
    assert_eq!(replayed.out, "");
}

#[test]
fn a_missing_capture_is_an_error_of_its_test_alone() {
    let info = "regression_tests_info:
    - {name: gone, type: pcap, path: gone.pcap}
    - {name: outside, type: pcap, path: ../none.pcap}
    - {name: absolute, type: pcap, path: /etc/passwd}
    - {name: fires, type: pcap, path: winrm-schtasks.pcap}
";
    let rule = WINRM.replace("PUT", "POST");
    let project = Project::new(&[("a.yml", &rule)], info, &["winrm-schtasks"]);
    let junit = project.path("report.xml");
    let ran = project.test(&["--junit", junit.to_str().unwrap()]);
    assert_eq!(ran.status, 1);
    assert_eq!(
        ran.errors,
        "4 tests of 1 rule in the replay engine: 1 passed, 0 failed, 0 skipped, 3 tests not run\n"
    );
    for (name, path) in [
        ("gone", "gone.pcap"),
        ("outside", "../none.pcap"),
        ("absolute", "/etc/passwd"),
    ] {
        let expected = format!("ERROR   a: {name}\n        there is no file `{path}`\n");
        assert!(ran.out.contains(&expected), "{}", ran.out);
    }
    let report = fs::read_to_string(&junit).unwrap();
    assert!(report.contains("tests=\"4\" failures=\"0\" errors=\"3\" skipped=\"0\""));
    assert_contains(
        &report,
        "name=\"gone\" time=\"0.000\"><error message=\"there is no file `gone.pcap`\"/></testcase>",
    );
    let json = project.test(&["--format", "json"]);
    assert_eq!(json.status, 1);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["tests"]["outcomes"][0]["outcome"], "error");
    assert_eq!(json["findings"][0]["code"], "E701");
    assert_eq!(json["findings"].as_array().unwrap().len(), 3);
}

#[test]
fn junit_is_written_whatever_happens() {
    let info = "regression_tests_info: []\n";
    let wrong = SERVICE.replace("CreateServiceW", "CreateServiceX");
    let project = Project::new(&[("a.yml", &wrong)], info, &[]);
    let junit = project.path("report.xml");
    let report = || {
        let report = fs::read_to_string(&junit).unwrap();
        fs::write(&junit, "yesterday's").unwrap();
        report
    };
    let arguments = ["--junit", junit.to_str().unwrap()];
    assert_eq!(project.test(&arguments).status, 1);
    let found = report();
    assert!(
        found.contains("a.yml\" name=\"E403 at "),
        "an error of a rule: {found}"
    );
    let rules = project.path("nothing");
    let none = ["test", rules.to_str().unwrap(), arguments[0], arguments[1]];
    assert_eq!(sigzeek(&none).status, 2);
    let found = report();
    assert!(found.contains("<error message=\""), "no rules: {found}");
    let project = Project::new(&[("a.yml", SERVICE)], info, &[]);
    let more = [&["--engine", "zeek"], &arguments[..]].concat();
    assert_eq!(project.test(&more).status, 2);
    let found = report();
    assert_contains(&found, "there is no zeek on PATH");
    let full = project.test(&["--junit", "/dev/full"]);
    assert_eq!(full.status, 2);
    assert_contains(&full.errors, "cannot write /dev/full: ");
}

#[test]
fn a_full_disk_is_no_fault_of_a_rule() {
    let info = "regression_tests_info:
    - {name: silent, type: pcap, path: winrm-schtasks.pcap, match_count: 0}
";
    let project = Project::new(&[("a.yml", WINRM)], info, &["winrm-schtasks"]);
    let zeek = project.path("zeek");
    let script = "#!/bin/sh\ncase $1 in --version) echo zeek version 8.0.10; exit;; esac\n\
                  echo 'safe_write error: 28 (No space left on device)' >&2\nexit 134\n";
    fs::write(&zeek, script).unwrap();
    fs::set_permissions(&zeek, fs::Permissions::from_mode(0o755)).unwrap();
    let rules = project.path("detections");
    let ran = Ran::of(command(&["test", rules.to_str().unwrap()]).env("ZEEK", &zeek));
    assert_eq!(ran.status, 2, "{}", ran.out);
    assert_contains(&ran.errors, "cannot run zeek: ");
}

/// Zeek takes `::` in the path of a capture for what divides it from the name of a packet source.
#[test]
fn a_capture_with_colons_in_its_path() {
    let info = "regression_tests_info:
    - {name: service, type: pcap, path: 'a::b/c::d.pcap', match_count: 1}
";
    let rule = WINRM.replace("        method: PUT\n", "");
    let project = Project::new(&[("a.yml", &rule)], info, &[]);
    fs::create_dir(project.path("a::b")).unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(trace("winrm-schtasks"));
    fs::copy(from, project.path("a::b/c::d.pcap")).unwrap();
    let rules = project.path("detections");
    let test = |engine| command(&["test", rules.to_str().unwrap(), "--engine", engine]);
    let mut runs = vec![Ran::of(&mut test("replay"))];
    if let Some(zeek) = crate::common::zeek::executable() {
        let path = std::env::var_os("PATH").unwrap();
        runs.push(Ran::of(test("zeek").env("ZEEK", zeek).env("PATH", path)));
    }
    for ran in runs {
        assert_eq!(ran.status, 0, "{}", ran.errors);
        assert_contains(&ran.errors, "1 passed");
    }
}

#[test]
fn a_zeek_that_does_not_start_is_no_reason_to_take_the_replay_engine() {
    let info = "regression_tests_info: []\n";
    let project = Project::new(&[("a.yml", SERVICE)], info, &[]);
    let script = |name: &str, text: &str| {
        let path = project.path(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    let failing = script(
        "failing",
        "#!/bin/sh\necho 'no such library' >&2\nexit 127\n",
    );
    let silent = script("silent", "#!/bin/sh\n");
    let rules = project.path("detections");
    let test = ["test", rules.to_str().unwrap()];
    for (zeek, expected) in [
        (Path::new("/nonexistent/zeek"), "No such file"),
        (Path::new("/"), "ermission denied"),
        (&failing, "no such library"),
        (&silent, "does not say its version"),
    ] {
        let ran = Ran::of(command(&test).env("ZEEK", zeek));
        assert_eq!(ran.status, 2, "{zeek:?}: {}", ran.errors);
        assert!(ran.errors.contains(expected), "{zeek:?}: {}", ran.errors);
        assert_contains(&ran.errors, "which $ZEEK names");
    }
    // So of the one on the path.
    let folder = project.path("bin");
    fs::create_dir(&folder).unwrap();
    fs::rename(&failing, folder.join("zeek")).unwrap();
    let ran = Ran::of(command(&test).env_remove("ZEEK").env("PATH", &folder));
    assert_eq!(ran.status, 2);
    assert_contains(&ran.errors, "cannot start the Zeek `zeek`: ");
    // The replay engine asks for none.
    let replay = [&test[..], &["--engine", "replay"]].concat();
    let ran = self::Ran::of(command(&replay).env("ZEEK", "/nonexistent/zeek"));
    assert_eq!(ran.status, 0, "{}", ran.errors);
}

#[test]
fn tests_that_cannot_be_run() {
    for (info, expected) in [
        (
            "regression_tests_info:\n    - {type: pcap}\n",
            "test has no `path`",
        ),
        (
            "regression_tests_info:\n    - {type: pcap, path: info.yml, match_count: many}\n",
            "not a number of notices",
        ),
        (
            "regression_tests_info:\n    - {type: pcap, path: info.yml, match_count: 1, silent: true}\n",
            "says twice what to expect",
        ),
        (
            "regression_tests_info:\n    - {type: pcap, path: info.yml, match_cuont: 1}\n",
            "did you mean `match_count`?",
        ),
        ("regression_tests_info: 5\n", "is not a list"),
        ("id: x\n", "test file has no `regression_tests_info`"),
        ("- x\n", "not a mapping"),
        ("[\n", "error[E104]"),
    ] {
        let project = Project::new(&[("a.yml", SERVICE)], info, &[]);
        let ran = project.test(&[]);
        assert_eq!(ran.status, 1, "{info}");
        assert!(ran.errors.contains(expected), "{info}: {}", ran.errors);
    }
    let rule = SERVICE.replace("info.yml", "../info.yml");
    let ran = Project::new(&[("a.yml", &rule)], "", &[]).test(&[]);
    assert_contains(&ran.errors, "error[E701]");
    // A capture that is none is no fault of the test's text.
    let info = "regression_tests_info:\n    - {type: pcap, path: info.yml}\n";
    let ran = Project::new(&[("a.yml", SERVICE)], info, &[]).test(&[]);
    assert_contains(&ran.out, "not a capture: neither pcap nor pcapng");
}

#[test]
fn zeek_is_needed_only_where_it_is_asked_for() {
    let project = Project::new(&[("a.yml", SERVICE)], "regression_tests_info: []\n", &[]);
    let ran = project.test(&["--engine", "zeek"]);
    assert_eq!(ran.status, 2);
    assert_contains(&ran.errors, "there is no zeek on PATH");
    assert_eq!(project.test(&["--engine", "replay"]).status, 0);
    let ran = project.test(&["--own-captures"]);
    assert_eq!(ran.status, 0);
    assert_eq!(
        ran.errors,
        "0 tests of 0 rules in the replay engine: 0 passed, 0 failed, 0 skipped\nwithout tests: 1 rule\n"
    );
}
