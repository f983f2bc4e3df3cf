//! `sigzeek draft`: rules on what an attack shows and a baseline does not, with tests that pass in both engines.

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::capture::Capture;
use crate::common::zeek;

const TRACES: &str = "zeek-tests/Traces";

/// A folder with a pack, for what is drafted.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("detections")).unwrap();
        fs::create_dir(folder.path().join("regression")).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn rule(&self) -> PathBuf {
        self.path("detections/drafted.yml")
    }

    /// Drafts a rule, which must work, and tries its tests in each engine that there is.
    fn drafted(&self, attack: &[&Path], baseline: &[&Path], more: &[&str]) -> (String, String) {
        let rule = self.rule();
        let output = draft(
            attack,
            baseline,
            &[&["-o", rule.to_str().unwrap()], more].concat(),
        );
        let said = String::from_utf8(output.stdout.clone()).unwrap();
        assert!(output.status.success(), "{output:?}");
        let zeek = zeek::executable().map(|_| "zeek");
        for engine in ["replay"].into_iter().chain(zeek) {
            let test = sigzeek(&["test", "--engine", engine, rule.to_str().unwrap()]);
            assert!(test.status.success(), "{test:?}");
        }
        let check = sigzeek(&["check", "--deny-warnings", rule.to_str().unwrap()]);
        assert!(check.status.success(), "{check:?}");
        (fs::read_to_string(rule).unwrap(), said)
    }

    fn capture(&self, name: &str, requests: &[&str]) -> PathBuf {
        let (client, server): (IpAddr, IpAddr) =
            ("192.0.2.10".parse().unwrap(), "192.0.2.20".parse().unwrap());
        let mut capture = Capture::new();
        let mut connection = capture.connect(client, server, 80);
        for request in requests {
            connection
                .client(format!("{request}\r\nHost: files.corp.example\r\n\r\n"))
                .server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
        connection.close();
        let path = self.path(name);
        fs::write(&path, capture.finish()).unwrap();
        path
    }
}

fn sigzeek(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(args)
        .output()
        .unwrap()
}

fn draft(attack: &[&Path], baseline: &[&Path], more: &[&str]) -> Output {
    let text = |paths: &[&Path]| -> Vec<String> {
        paths
            .iter()
            .map(|path| path.to_str().unwrap().to_owned())
            .collect()
    };
    let (attack, baseline) = (text(attack), text(baseline));
    let mut args = vec!["draft", "-r"];
    args.extend(attack.iter().map(String::as_str));
    args.push("--baseline");
    args.extend(baseline.iter().map(String::as_str));
    args.extend(more);
    sigzeek(&args)
}

fn trace(name: &str) -> PathBuf {
    Path::new(TRACES).join(name)
}

#[test]
fn operations_come_first_with_what_does_the_same() {
    let folder = Folder::new();
    let attack = trace("otrf/smbexec-svcctl.pcap");
    let (baseline, other) = (trace("recorded/service-listed.pcap"), trace("otrf"));
    assert!(other.is_dir());
    let (rule, said) = folder.drafted(&[&attack], &[&baseline], &[]);
    for line in [
        "        endpoint: 'svcctl'",
        "            - 'CreateServiceW'",
        "            - 'CreateServiceWOW64W'",
        "            - 'StartServiceW'",
        "    - attack.t1569.002",
        "    - stp.4",
        "regression_tests_path: regression/drafted/info.yml",
    ] {
        assert!(rule.lines().any(|known| known == line), "{line}: {rule}");
    }
    assert!(said.contains("of the baseline"), "{said}");
    assert!(
        folder
            .path("regression/drafted/fires-attack-1.pcap")
            .exists()
    );
    let cut = fs::read(folder.path("regression/drafted/fires-attack-1.pcap")).unwrap();
    let original = fs::read(&attack).unwrap();
    let mac = &original[40..46];
    assert!(!cut.windows(mac.len()).any(|window| window == mac));
    // Whoever wrote another tool for it is found, too.
    let held_out = trace("otrf/service-create.pcap");
    let found = sigzeek(&[
        "replay",
        "-r",
        held_out.to_str().unwrap(),
        folder.rule().to_str().unwrap(),
    ]);
    assert!(!found.stdout.is_empty(), "{found:?}");
}

#[test]
fn what_the_baseline_has_is_left_out() {
    let attack = trace("recorded/service-command-created.pcap");
    let folder = Folder::new();
    // The same operation with another command.
    let baseline = trace("otrf/service-create.pcap");
    let (rule, said) = folder.drafted(&[&attack], &[&baseline], &[]);
    assert!(!rule.contains("CreateServiceA'"), "{rule}");
    assert!(said.contains("left out"), "{said}");
}

#[test]
fn uris_and_file_actions_are_drafted() {
    let folder = Folder::new();
    let attack = folder.capture(
        "attack.pcap",
        &["GET /index.html", "POST /cgi-bin/.%2e/etc?run=1"],
    );
    let baseline = folder.capture("baseline.pcap", &["GET /index.html", "POST /form"]);
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &[]);
    assert!(rule.contains("original_uri|contains: '/.%2e/'"), "{rule}");

    let folder = Folder::new();
    let attack = trace("recorded/admin-share-written.pcap");
    let read = trace("recorded/admin-share-read.pcap");
    let connected = trace("recorded/admin-share-connected.pcap");
    let technique = ["--technique", "T1021.002"];
    let (rule, _) = folder.drafted(&[&attack], &[&read, &connected], &technique);
    assert!(rule.contains("action: 'SMB::FILE_WRITE'"), "{rule}");
    assert!(rule.contains(r"'\\ADMIN$'"), "{rule}");
}

#[test]
fn an_attack_of_the_baseline_is_told_and_nothing_is_written() {
    let folder = Folder::new();
    let attack = trace("recorded/at-job-command.pcap");
    let rule = folder.rule();
    let output = draft(&[&attack], &[&attack], &["-o", rule.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("the baseline has all that the attack shows"),
        "{said}"
    );
    assert!(said.contains("atsvc::NetrJobAdd"), "{said}");
    assert!(!rule.exists());
    assert_eq!(fs::read_dir(folder.path("regression")).unwrap().count(), 0);
}

#[test]
fn a_capture_with_nothing_that_is_followed_is_told() {
    let attack = trace("recorded/dns-tunnel.pcap");
    let output = draft(&[&attack], &[&attack], &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("nothing that rules look at"), "{said}");
}

#[test]
fn nothing_is_overwritten() {
    let folder = Folder::new();
    let attack = trace("recorded/at-job-command.pcap");
    let baseline = trace("recorded/at-jobs-listed.pcap");
    let rule = folder.rule();
    fs::write(&rule, "mine").unwrap();
    let to_rule = ["-o", rule.to_str().unwrap()];
    let output = draft(&[&attack], &[&baseline], &to_rule);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(fs::read_to_string(&rule).unwrap(), "mine");
    fs::remove_file(&rule).unwrap();
    fs::create_dir(folder.path("regression/drafted")).unwrap();
    let output = draft(&[&attack], &[&baseline], &to_rule);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(!rule.exists());
    for missing in ["no-such.pcap", "Cargo.toml"] {
        let output = draft(&[Path::new(missing)], &[&baseline], &[]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
}

#[test]
fn names_and_addresses_stay_in_the_house() {
    let folder = Folder::new();
    let requests = [
        "GET /files.corp.example/secret?host=192.0.2.20",
        "GET /login?to=files.corp.example",
    ];
    let attack = folder.capture("attack.pcap", &requests);
    let baseline = folder.capture("baseline.pcap", &["GET /index.html"]);
    let output = draft(&[&attack], &[&baseline], &[]);
    let rule = String::from_utf8(output.stdout).unwrap();
    assert!(rule.contains("detection:"), "{rule}");
    for secret in ["corp", "192.0.2"] {
        assert!(!rule.contains(secret), "{rule}");
    }
    let output = draft(&[&attack], &[&baseline], &["--keep"]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn logs_are_a_baseline_too() {
    let folder = Folder::new();
    let log = folder.path("dce_rpc.log");
    fs::write(
        &log,
        "{\"_path\":\"dce_rpc\",\"ts\":1.0,\"endpoint\":\"atsvc\",\"operation\":\"NetrJobAdd\"}\n",
    )
    .unwrap();
    let attack = trace("recorded/at-job-command.pcap");
    let output = draft(&[&attack], &[&log], &[]);
    let rule = String::from_utf8(output.stdout).unwrap();
    assert!(
        !rule.contains("operation: 'NetrJobAdd'\n    condition"),
        "{rule}"
    );
}
