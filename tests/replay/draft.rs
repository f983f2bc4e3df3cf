//! `sigzeek draft`: rules on what an attack shows and a baseline does not, with tests that pass in both engines.

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::capture::Capture;
use crate::common::{smb, zeek};

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

    /// Asserts that the drafted rule fires on a capture of the tests.
    fn assert_fires_on(&self, name: &str) {
        let (capture, rule) = (trace(name), self.rule());
        let paths = [&capture, &rule].map(|path| path.to_str().unwrap());
        let found = sigzeek(&["replay", "-r", paths[0], paths[1]]);
        assert!(!found.stdout.is_empty(), "{found:?}");
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
        let empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        self.answered(name, requests, empty.as_bytes())
    }

    /// A capture of requests that all have the same answer.
    fn answered(&self, name: &str, requests: &[&str], response: &[u8]) -> PathBuf {
        let (client, server): (IpAddr, IpAddr) =
            ("192.0.2.10".parse().unwrap(), "192.0.2.20".parse().unwrap());
        let mut capture = Capture::new();
        let mut connection = capture.connect(client, server, 80);
        for request in requests {
            connection
                .client(format!(
                    "{request} HTTP/1.1\r\nHost: files.corp.example\r\n\r\n"
                ))
                .server(response);
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
        // The other technique of the attack has a rule of its own.
        "        operation: 'DeleteService'",
        "    - attack.t1070.009",
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
    folder.assert_fires_on("otrf/service-create.pcap");
}

#[test]
fn what_the_baseline_has_is_left_out() {
    let attack = trace("recorded/service-command-created.pcap");
    let folder = Folder::new();
    // The same operation with another command.
    let baseline = trace("otrf/service-create.pcap");
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &[]);
    assert!(
        rule.contains("argument.lpBinaryPathName|contains:"),
        "{rule}"
    );
    assert!(!rule.contains("'CreateServiceW'\n    condition"), "{rule}");
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
    assert!(rule.contains("original_uri|contains:\n"), "{rule}");
    assert!(rule.contains("            - '/.%2e/'\n"), "{rule}");

    let folder = Folder::new();
    let attack = trace("recorded/admin-share-written.pcap");
    let read = trace("recorded/admin-share-read.pcap");
    let connected = trace("recorded/admin-share-connected.pcap");
    let technique = ["--technique", "T1021.002"];
    let (rule, _) = folder.drafted(&[&attack], &[&read, &connected], &technique);
    assert!(rule.contains("action: 'SMB::FILE_WRITE'"), "{rule}");
    assert!(rule.contains(r"'\\ADMIN$'"), "{rule}");
    // Each service that shows the technique has a rule, if the baseline has neither.
    let listed = trace("recorded/service-listed.pcap");
    let output = draft(&[&attack], &[&listed], &technique);
    let rules = String::from_utf8(output.stdout).unwrap();
    for service in ["smb_mapping", "smb_files"] {
        let part = format!("    service: {service}\n");
        assert!(rules.contains(&part), "{service}: {rules}");
    }
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
    assert!(said.contains("dns.log"), "{said}");
}

#[test]
fn a_folder_without_captures_is_told() {
    let attack = trace("recorded/at-job-command.pcap");
    let output = draft(&[Path::new("zeek-tests/Logs")], &[&attack], &[]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("Zeek logs are named one by one"), "{said}");
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
fn whose_profile_a_file_is_in_stays_in_the_house() {
    let folder = Folder::new();
    let attack = folder.path("attack.pcap");
    let files = [r"Bobby\Downloads\setup.exe", r"Bobby\Downloads\list.exe"];
    fs::write(&attack, smb::files_written(&files)).unwrap();
    let baseline = folder.capture("baseline.pcap", &["GET /index.html"]);
    let (rule, said) = folder.drafted(&[&attack], &[&baseline], &[]);
    let fires = folder.path("regression/drafted/fires-attack-1.pcap");
    let fires = String::from_utf8_lossy(&fs::read(fires).unwrap()).replace('\0', "");
    for text in [rule, said, fires] {
        assert!(!text.to_lowercase().contains("bobby"), "{text}");
    }
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

#[test]
fn an_order_distinguishes_where_no_event_does() {
    let folder = Folder::new();
    let attack = folder.capture(
        "attack.pcap",
        &[
            "GET /index.html",
            "POST /upload.php?name=",
            "GET /run.php?id=",
        ],
    );
    let baseline = folder.capture(
        "baseline.pcap",
        &[
            "GET /run.php?id=",
            "GET /index.html",
            "POST /upload.php?name=",
        ],
    );
    let (rule, said) = folder.drafted(&[&attack], &[&baseline], &[]);
    for part in [
        "correlation:\n    type: temporal_ordered\n    rules:\n",
        "    group-by:\n        - id.orig_h\n        - id.resp_h\n    timespan: 1m\n",
        "have them in this order within 1m",
    ] {
        assert!(rule.contains(part), "{part}: {rule}");
    }
    assert_eq!(rule.matches("detection:").count(), 2, "{rule}");
    assert!(said.contains("no single event distinguishes"), "{said}");
    for capture in ["fires-attack-1.pcap", "silent-baseline-1.pcap"] {
        let path = folder.path("regression/drafted").join(capture);
        assert!(path.exists(), "{capture}: {said}");
    }
    // Three steps, where the baseline has each two of them in the attack's order.
    let folder = Folder::new();
    let (first, second, third) = ("GET /first.php", "GET /second.php", "GET /third.php");
    let attack = folder.capture("attack.pcap", &[first, second, third]);
    let of_two = |name: &str, steps: &[&str]| folder.capture(name, steps);
    let baseline = [
        of_two("one.pcap", &[second, third, first, second]),
        of_two("two.pcap", &[first, third]),
    ];
    let (rule, _) = folder.drafted(&[&attack], &[&baseline[0], &baseline[1]], &[]);
    assert_eq!(rule.matches("detection:").count(), 3, "{rule}");
}

#[test]
fn attack_logs_have_their_records_for_tests() {
    let record = |host: &str, user: &str, error: &str| {
        format!(
            "{{\"_path\":\"kerberos\",\"ts\":1.5,\"uid\":\"CAbc1\",\"id.orig_h\":\"{host}\",\"id.orig_p\":49152,\
             \"id.resp_h\":\"10.20.30.40\",\"id.resp_p\":88,\"request_type\":\"AS\",\"client\":\"{user}/CONTOSO.EXAMPLE\",\
             \"success\":false,\"error_msg\":\"{error}\"}}\n"
        )
    };
    let usual = record("10.20.30.50", "jane", "PREAUTH_REQUIRED");
    let folder = Folder::new();
    let attack = folder.path("attack.log");
    let guessed = record("10.20.30.7", "grubermann", "CLIENT_NOT_FOUND");
    fs::write(&attack, [usual.as_str(), &guessed].concat()).unwrap();
    let baseline = folder.path("baseline.log");
    fs::write(&baseline, &usual).unwrap();
    let (rule, said) = folder.drafted(&[&attack], &[&baseline], &[]);
    assert!(rule.contains("error_msg: 'CLIENT_NOT_FOUND'"), "{rule}");
    let tests = folder.path("regression/drafted");
    let info = fs::read_to_string(tests.join("info.yml")).unwrap();
    assert!(info.contains("type: zeek_log"), "{info}");
    for name in ["fires-attack-1", "silent-baseline-1"] {
        let log = fs::read_to_string(tests.join(format!("kerberos.{name}.log"))).unwrap();
        assert_eq!(log.lines().count(), 1, "{said}");
        for secret in ["grubermann", "10.20.30", "contoso", "CONTOSO", "jane"] {
            assert!(!log.contains(secret), "{log}");
        }
    }

    // TSV keeps its header, and a sequence each of its records.
    let header = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdce_rpc\n\
                  #open\t2026-11-30-00-00-00\n\
                  #fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\trtt\tnamed_pipe\tendpoint\toperation\n\
                  #types\ttime\tstring\taddr\tport\taddr\tport\tinterval\tstring\tstring\tstring\n";
    let call = |time: u8, operation: &str| {
        format!(
            "17000000{time}.5\tCAbc1\t10.20.30.7\t49152\t10.20.30.40\t445\t0.1\t\\\\pipe\\\\svcctl\tsvcctl\t{operation}\n"
        )
    };
    let folder = Folder::new();
    let log = |name: &str, calls: [(u8, &str); 4]| {
        let path = folder.path(name);
        let calls: Vec<String> = calls.iter().map(|(time, it)| call(*time, it)).collect();
        fs::write(&path, format!("{header}{}", calls.concat())).unwrap();
        path
    };
    let (open, create, start) = ("OpenSCManagerW", "CreateServiceW", "StartServiceW");
    let attack = log(
        "attack.log",
        [(10, open), (11, create), (12, start), (13, open)],
    );
    let baseline = log(
        "baseline.log",
        [(10, start), (11, open), (12, open), (13, create)],
    );
    let (rule, said) = folder.drafted(&[&attack], &[&baseline], &[]);
    assert!(rule.contains("temporal_ordered"), "{rule}");
    let tests = folder.path("regression/drafted");
    let cut = fs::read_to_string(tests.join("dce_rpc.fires-attack-1.log")).unwrap();
    assert_eq!(
        cut.lines().filter(|line| !line.starts_with('#')).count(),
        2,
        "{said}"
    );
    assert!(cut.contains("#types\ttime"), "{cut}");
    assert!(!cut.contains("10.20.30"), "{cut}");
}

#[test]
fn tests_beside_rules_are_no_rules() {
    let folder = tempfile::tempdir().unwrap();
    let rule = folder.path().join("drafted.yml");
    let attack = trace("recorded/at-job-command.pcap");
    let baseline = trace("recorded/at-jobs-listed.pcap");
    let output = draft(&[&attack], &[&baseline], &["-o", rule.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    let tests = folder.path().join("regression/drafted/info.yml");
    assert!(tests.exists(), "{output:?}");
    let test = sigzeek(&[
        "test",
        "--engine",
        "replay",
        folder.path().to_str().unwrap(),
    ]);
    assert!(test.status.success(), "{test:?}");
    // By itself, it is what was meant.
    let check = sigzeek(&["check", tests.to_str().unwrap()]);
    assert_eq!(check.status.code(), Some(1), "{check:?}");
}

#[test]
fn classes_of_objects_tell_activations_apart() {
    let folder = Folder::new();
    let attack = trace("recorded/object-mmc20-created.pcap");
    let baseline = trace("recorded/object-wmi-created.pcap");
    let technique = ["--technique", "T1021.003"];
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &technique);
    // The class, and others by which programs are run.
    assert!(
        rule.contains("argument.pActProperties.classId:\n"),
        "{rule}"
    );
    for class in [
        "49b2791a-b1ae-4c90-9b8e-e860ba07f889",
        "9ba05972-f6a8-11cf-a442-00a0c90a8f39",
    ] {
        assert!(rule.contains(class), "{rule}");
    }
}

#[test]
fn what_others_than_the_attacker_do_is_no_attack() {
    let folder = Folder::new();
    let attack = folder.capture("attack.pcap", &["GET /cgi-bin/.%2e/etc"]);
    let baseline = folder.capture("baseline.pcap", &["GET /index.html"]);
    for (attacker, status) in [("192.0.2.10", 0), ("192.0.2.99", 1)] {
        let output = draft(&[&attack], &[&baseline], &["--attacker", attacker]);
        assert_eq!(output.status.code(), Some(status), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        let is_told = said.contains("192.0.2.99 asks for nothing");
        assert_eq!(is_told, status == 1, "{said}");
    }
}

#[test]
fn a_capture_without_the_beginnings_of_connections_is_told() {
    let folder = Folder::new();
    let attack = folder.capture("attack.pcap", &["GET /cgi-bin/.%2e/etc"]);
    let mut bytes = fs::read(&attack).unwrap();
    // The file's header has 24 octets, and each of the handshake's three packets one of 16 with its length in it.
    for _ in 0..3 {
        let length = u32::from_le_bytes(bytes[32..36].try_into().unwrap());
        bytes.drain(24..40 + usize::try_from(length).unwrap());
    }
    fs::write(&attack, bytes).unwrap();
    let output = draft(&[&attack], &[&attack], &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("lacks the beginning of 1 connection,"),
        "{said}"
    );
}

#[test]
fn programs_are_known_by_how_they_begin() {
    let folder = Folder::new();
    let head = |length: usize| format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
    let program = [b"MZ\x90\x00\x03\x00\x00\x00".as_slice(), &[0; 200]].concat();
    let response = [head(program.len()).as_bytes(), &program].concat();
    let attack = folder.answered("attack.pcap", &["GET /updates/table.png"], &response);
    let image = [head(8).as_bytes(), b"\x89PNG\r\n\x1a\n"].concat();
    let baseline = folder.answered("baseline.pcap", &["GET /index/logo.png"], &image);
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &[]);
    for line in [
        "        response_body|startswith: 'MZ'",
        "    - attack.t1105",
    ] {
        assert!(rule.lines().any(|known| known == line), "{line}: {rule}");
    }
}

#[test]
fn known_texts_of_different_kinds_have_rules_of_their_own() {
    let folder = Folder::new();
    let requests = [
        "GET /one/%2e%2e/%2e%2e/x",
        "GET /two/show.php?id=1+union+select+1",
    ];
    let attack = folder.capture("attack.pcap", &requests);
    let baseline = folder.capture("baseline.pcap", &["GET /three/show.php?id=1"]);
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &["--technique", "T1190"]);
    for text in ["            - '/%2e%2e/'", "            - 'union+select'"] {
        assert!(rule.lines().any(|known| known == text), "{text}: {rule}");
    }
}

#[test]
fn a_technique_that_nothing_shows_is_told() {
    let folder = Folder::new();
    let attack = folder.capture("attack.pcap", &["GET /cgi-bin/.%2e/etc"]);
    let baseline = folder.capture("baseline.pcap", &["GET /index.html"]);
    for (technique, is_claimed) in [("T1190", false), ("T1110", true)] {
        let output = draft(&[&attack], &[&baseline], &["--technique", technique]);
        let said = String::from_utf8(output.stderr).unwrap();
        let rule = String::from_utf8(output.stdout).unwrap();
        let text = format!("nothing that it asks for is known to be {technique}");
        assert_eq!(said.contains(&text), is_claimed, "{said}");
        assert_eq!(
            rule.contains("Nothing that the rule asks for"),
            is_claimed,
            "{rule}"
        );
    }
}

#[test]
fn a_rule_that_the_pack_has_is_not_written_again() {
    let folder = Folder::new();
    let attack = trace("recorded/at-job-command.pcap");
    let baseline = trace("recorded/at-jobs-listed.pcap");
    folder.drafted(&[&attack], &[&baseline], &[]);
    let again = folder.path("detections/again.yml");
    let output = draft(&[&attack], &[&baseline], &["-o", again.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("drafted.yml: the pack has the rule"),
        "{said}"
    );
    assert!(!again.exists());
}

#[test]
fn known_texts_come_before_those_that_the_attacker_chose() {
    let folder = Folder::new();
    let attack = trace("recorded/at-job-command.pcap");
    let baseline = trace("recorded/at-jobs-listed.pcap");
    let technique = ["--technique", "T1059"];
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &technique);
    for line in [
        "        argument.pAtInfo.Command|contains:",
        "            - 'cmd.exe'",
        "            - 'powershell'",
        "        argument.lpData|wide|contains:",
        "    condition: 1 of selection_*",
    ] {
        assert!(rule.lines().any(|known| known == line), "{line}: {rule}");
    }
    // Whoever runs a command by another service is found, too.
    folder.assert_fires_on("recorded/service-command-created.pcap");
}

#[test]
fn known_texts_of_requests_come_before_words_of_the_site() {
    let baseline = ["GET /shop/list.php?name=tea", "GET /index.html"];
    for (attack, text) in [
        (
            "GET /shop/vulnerable/show.php?name=%3Cscript%3Ealert(1)",
            "<script",
        ),
        (
            "GET /shop/vulnerable/show.php?file=%2Fetc%2Fpasswd",
            "/etc/passwd",
        ),
        (
            "GET /shop/vulnerable/show.php?id=1+UNION+SELECT+1",
            "union select",
        ),
    ] {
        let folder = Folder::new();
        let attack = folder.capture("attack.pcap", &[attack]);
        let baseline = folder.capture("baseline.pcap", &baseline);
        let (rule, _) = folder.drafted(&[&attack], &[&baseline], &[]);
        assert!(
            rule.contains(&format!("            - '{text}'\n")),
            "{rule}"
        );
        assert!(!rule.contains("vulnerable"), "{rule}");
    }
}

#[test]
fn known_texts_are_found_in_the_encodings_of_bodies() {
    let baseline = ["winrm-remoting-date", "winrm-task-read"]
        .map(|name| trace(&format!("recorded/{name}.pcap")));
    let baseline: Vec<&Path> = baseline.iter().map(PathBuf::as_path).collect();
    let names = [
        "encoded-command",
        "remoting-register",
        "schtasks",
        "task-registered",
        "task-registered-utf16",
    ];
    for attack in names {
        let folder = Folder::new();
        let attack = trace(&format!("recorded/winrm-{attack}.pcap"));
        let technique = ["--technique", "T1053.005"];
        let (rule, _) = folder.drafted(&[&attack], &baseline, &technique);
        for key in [
            "        body|contains:\n",
            "        body|base64offset|contains:\n",
            "        body|wide|base64offset|contains:\n",
            "        body|wide|contains:\n",
        ] {
            assert!(rule.contains(key), "{key}: {rule}");
        }
        for other in names {
            folder.assert_fires_on(&format!("recorded/winrm-{other}.pcap"));
        }
    }
}

#[test]
fn texts_that_the_attacker_chose_are_the_last_resort() {
    let attack = trace("recorded/at-job-program.pcap");
    let baseline = trace("recorded/at-job-command.pcap");
    let output = draft(&[&attack], &[&baseline], &["--technique", "T1053.002"]);
    let said = String::from_utf8(output.stderr).unwrap();
    let rule = String::from_utf8(output.stdout).unwrap();
    assert!(rule.contains("argument.pAtInfo.Command"), "{rule}");
    assert!(said.contains("the attacker chose the text"), "{said}");
    assert!(rule.contains("This is the last resort"), "{rule}");
}

#[test]
fn a_number_distinguishes_where_no_event_and_no_order_does() {
    let folder = Folder::new();
    let logins = |count: usize| vec!["POST /login.php?user="; count];
    let attack = folder.capture("attack.pcap", &logins(200));
    let baseline = folder.capture("baseline.pcap", &logins(2));
    let (rule, said) = folder.drafted(&[&attack], &[&baseline], &[]);
    for part in [
        "    type: event_count\n",
        "    condition:\n        gte: 20\n",
    ] {
        assert!(rule.contains(part), "{part}: {rule}");
    }
    assert!(said.contains("the attack comes with 200"), "{said}");
    let words = "No file of the baseline lasts as long as the time span.";
    assert!(rule.contains(words), "{rule}");
    // Four are not many.
    let few = folder.capture("few.pcap", &logins(4));
    let output = draft(&[&few], &[&baseline], &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}

#[test]
fn numbers_are_just_above_a_baseline_that_comes_near() {
    let folder = Folder::new();
    let attack = trace("recorded/admin-share-connected-10-times-in-594s.pcap");
    let baseline = ["4-times", "5-times-in-305s"]
        .map(|name| trace(&format!("recorded/admin-share-connected-{name}.pcap")));
    let baseline: Vec<&Path> = baseline.iter().map(PathBuf::as_path).collect();
    let technique = ["--technique", "T1021.002"];
    let (rule, _) = folder.drafted(&[&attack], &baseline, &technique);
    // The baseline comes to four within five minutes and lasts that long; no hour of it is there.
    for part in [
        "            - '\\\\ADMIN$'\n            - '\\\\C$'\n",
        "    timespan: 5m\n    condition:\n        gte: 5\n",
        "The baseline comes near to it.",
    ] {
        assert!(rule.contains(part), "{part}: {rule}");
    }
    assert!(!rule.contains("lasts as long"), "{rule}");
    for name in ["5-times", "5-times-in-295s", "after-pipe-smb1"] {
        folder.assert_fires_on(&format!("recorded/admin-share-connected-{name}.pcap"));
    }
}

#[test]
fn different_values_are_counted_in_logs() {
    let record = |user: usize| {
        format!(
            "{{\"_path\":\"kerberos\",\"ts\":{user}.5,\"id.orig_h\":\"192.0.2.7\",\"id.orig_p\":49152,\"id.resp_h\":\"192.0.2.1\",\
             \"id.resp_p\":88,\"request_type\":\"AS\",\"client\":\"user{user}/EXAMPLE\",\"success\":false,\
             \"error_msg\":\"CLIENT_NOT_FOUND\"}}\n"
        )
    };
    let folder = Folder::new();
    let log = |name: &str, users: usize| {
        let path = folder.path(name);
        fs::write(&path, (0..users).map(record).collect::<String>()).unwrap();
        path
    };
    let (attack, baseline) = (log("attack.log", 40), log("baseline.log", 1));
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &[]);
    for part in [
        "    type: value_count\n",
        "    timespan: 1m\n",
        "        field: client\n        gte: 10\n",
        // The same in the names of both releases.
        "            - 'CLIENT_NOT_FOUND'\n            - 'KDC_ERR_C_PRINCIPAL_UNKNOWN'\n",
    ] {
        assert!(rule.contains(part), "{part}: {rule}");
    }
    // Thirty are near to forty, and all there is.
    let near = log("near.log", 30);
    let output = draft(&[&attack], &[&near], &[]);
    let rule = String::from_utf8(output.stdout).unwrap();
    for part in ["        gte: 34\n", "The baseline comes near to it."] {
        assert!(rule.contains(part), "{part}: {rule}");
    }
}

#[test]
fn names_in_logs_stay_in_the_house() {
    let record = |user: &str, service: &str| {
        format!(
            "{{\"_path\":\"kerberos\",\"ts\":1.5,\"id.orig_h\":\"192.0.2.7\",\"id.orig_p\":49152,\"id.resp_h\":\"192.0.2.1\",\
             \"id.resp_p\":88,\"request_type\":\"TGS\",\"client\":\"{user}\",\"service\":\"{service}\",\"success\":true,\
             \"cipher\":\"rc4-hmac\"}}\n"
        )
    };
    let folder = Folder::new();
    let log = |name: &str, record: String| {
        let path = folder.path(name);
        fs::write(&path, record).unwrap();
        path
    };
    let attack = log(
        "attack.log",
        record("grubermann", "HTTP/intranet.contoso.example"),
    );
    let baseline = log("baseline.log", record("jane", "HTTP/www.contoso.example"));
    let output = draft(&[&attack], &[&baseline], &[]);
    // Nothing but the names differs.
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        !said.contains("contoso") && !said.contains("grubermann"),
        "{said}"
    );
    // A cipher that is weak is known to be.
    let strong = record("jane", "krbtgt/CONTOSO").replace("rc4-hmac", "aes256-cts-hmac-sha1-96");
    let baseline = log("strong.log", strong);
    let output = draft(&[&attack], &[&baseline], &["--technique", "T1558.003"]);
    let rule = String::from_utf8(output.stdout).unwrap();
    for part in [
        "            - 'rc4-hmac'\n",
        "            - 'rc4-hmac-exp'\n",
        "attack.t1558.003",
    ] {
        assert!(rule.contains(part), "{part}: {rule}");
    }
}

#[test]
fn each_technique_of_an_attack_has_a_rule_that_check_accepts() {
    let folder = Folder::new();
    let attack = trace("recorded/efs-path-of-caller.pcap");
    let baseline = trace("recorded/service-listed.pcap");
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &[]);
    assert!(rule.contains("attack.t1187"), "{rule}");
    // No release of Zeek names the operation.
    assert!(rule.contains("        opnum: 74\n"), "{rule}");
    let comment = " # sigzeek: ignore[W454]: no release of Zeek has a name for it\n";
    assert!(rule.contains(comment), "{rule}");
}

/// A log in JSON of connections from clients to servers, each with what else a record has.
fn connections(folder: &Folder, name: &str, log: &str, records: &[(&str, &str, &str)]) -> PathBuf {
    let record = |(second, (client, server, more)): (usize, &(&str, &str, &str))| {
        format!(
            "{{\"_path\":\"{log}\",\"ts\":{second}.5,\"uid\":\"C{second}\",\"id.orig_h\":\"{client}\",\"id.orig_p\":49152,\
             \"id.resp_h\":\"{server}\",{more}}}\n"
        )
    };
    let path = folder.path(name);
    let lines: String = records.iter().enumerate().map(record).collect();
    fs::write(&path, lines).unwrap();
    path
}

#[test]
fn where_hosts_are_distinguishes_without_their_addresses() {
    let (inside, other, outside) = ("10.1.0.7", "192.168.3.4", "203.0.113.9");
    let desktop = "\"id.resp_p\":3389,\"result\":\"encrypted\"";
    let folder = Folder::new();
    let attack = connections(&folder, "a.log", "rdp", &[(outside, inside, desktop)]);
    let baseline = connections(&folder, "b.log", "rdp", &[(other, inside, desktop)]);
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &[]);
    for part in [
        "    filter_main_private:\n        id.orig_h|cidr:\n",
        "            - '192.168.0.0/16'\n",
        "    condition: not filter_main_private\n",
        "RDP From Outside",
    ] {
        assert!(rule.contains(part), "{part}: {rule}");
    }
    assert!(!rule.contains("203.0.113"), "{rule}");

    let (up, down) = (
        "\"id.resp_p\":21,\"command\":\"STOR\"",
        "\"id.resp_p\":21,\"command\":\"RETR\"",
    );
    let folder = Folder::new();
    let attack = connections(&folder, "a.log", "ftp", &[(inside, outside, up)]);
    let usual = [(inside, other, up), (inside, outside, down)];
    let baseline = connections(&folder, "b.log", "ftp", &usual);
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &[]);
    for part in [
        "    selection:\n        command: 'STOR'\n",
        "        id.resp_h|cidr:\n",
        "    condition: selection and not filter_main_private\n",
    ] {
        assert!(rule.contains(part), "{part}: {rule}");
    }
}

#[test]
fn what_the_baseline_always_sends_is_missed() {
    let folder = Folder::new();
    let agent = "GET /index.html HTTP/1.1\r\nUser-Agent: Mozilla/5.0\r\nCache-Control: by";
    let attack = folder.capture(
        "attack.pcap",
        &["GET /index.html HTTP/1.1\r\nCache-Control: by"],
    );
    let baseline = folder.capture("baseline.pcap", &[agent; 10]);
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &[]);
    let parts = "        method: 'GET'\n        user_agent|exists: false\n";
    assert!(rule.contains(parts), "{rule}");
    assert!(rule.contains("evades the rule"), "{rule}");
    // Nine are not always.
    let few = folder.capture("few.pcap", &[agent; 9]);
    let output = draft(&[&attack], &[&few], &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}

#[test]
fn requests_that_succeed_without_what_such_requests_have_are_missed_it() {
    let folder = Folder::new();
    let attack = trace("recorded/omi-command-run.pcap");
    let usual = [
        "omi-command-run-with-authorization",
        "omi-identified",
        "winrm-remoting-date",
        "winrm-schtasks",
        "winrm-refused",
    ];
    let usual = usual.map(|name| trace(&format!("recorded/{name}.pcap")));
    let baseline: Vec<&Path> = usual.iter().map(PathBuf::as_path).collect();
    let technique = ["--technique", "T1190"];
    let (rule, _) = folder.drafted(&[&attack], &baseline, &technique);
    // One of the baseline has no authorization either, but says what for. Another one is refused.
    for line in [
        "        method: 'POST'",
        "        status_code: 200",
        "        uri_stem: '/wsman'",
        "        client_header.authorization|exists: false",
        "        client_header.wsmanidentify|exists: false",
    ] {
        assert!(rule.lines().any(|known| known == line), "{line}: {rule}");
    }
    // Six are not enough to say what is usual.
    let output = draft(&[&attack], &baseline[..3], &technique);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}

#[test]
fn formats_come_after_what_is_asked_for() {
    let folder = Folder::new();
    let asked = |uri: &str, kind: &str| {
        format!("POST {uri} HTTP/1.1\r\nContent-Type: {kind}\r\nCache-Control: by")
    };
    let attack = asked("/adfs/services/policystoretransfer", "application/soap+xml");
    let attack = folder.capture("attack.pcap", &[&attack]);
    let usual = asked("/index.html", "text/html");
    let baseline = folder.capture("baseline.pcap", &[&usual]);
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &[]);
    assert!(rule.contains("uri"), "{rule}");
    assert!(!rule.contains("content-type"), "{rule}");
}

#[test]
fn calls_that_are_refused_are_told() {
    let attack = trace("recorded/service-creation-faulted.pcap");
    let baseline = trace("recorded/service-listed.pcap");
    let output = draft(&[&attack], &[&baseline], &[]);
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap().replace('\n', " ");
    let words = "only a rule with `raise_on: request` matches it: svcctl::CreateServiceW";
    assert!(said.contains(words), "{said}");
}

#[test]
fn kinds_that_the_baseline_never_has_are_excluded_from_what_it_has() {
    let (client, server) = ("10.1.0.7", "10.1.0.8");
    let folder = Folder::new();
    let on = |port: u16| format!("\"id.resp_p\":{port},\"version\":2");
    let (usual, odd) = (on(22), on(443));
    let attack = connections(&folder, "a.log", "ssh", &[(client, server, &odd)]);
    let usual = [(client, server, usual.as_str()); 2];
    let baseline = connections(&folder, "b.log", "ssh", &usual);
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &[]);
    let parts =
        "    filter_main_usual:\n        id.resp_p: 22\n    condition: not filter_main_usual\n";
    assert!(rule.contains(parts), "{rule}");
    assert!(!rule.contains("443"), "{rule}");

    let folder = Folder::new();
    let ticket = |exchange: &str, service: &str| {
        format!(
            "\"id.resp_p\":88,\"request_type\":\"{exchange}\",\"service\":\"{service}\",\"success\":true"
        )
    };
    let [first, usual, later] = [
        ticket("AS", "HTTP/intranet.contoso.example"),
        ticket("AS", "krbtgt/CONTOSO.EXAMPLE"),
        ticket("TGS", "HTTP/intranet.contoso.example"),
    ];
    let attack = connections(&folder, "a.log", "kerberos", &[(client, server, &first)]);
    let usual = [&usual, &usual, &later].map(|record| (client, server, record.as_str()));
    let baseline = connections(&folder, "b.log", "kerberos", &usual);
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &[]);
    for part in [
        "        request_type: 'AS'\n",
        "        service|startswith: 'krbtgt/'\n",
        "    condition: selection and not filter_main_usual\n",
    ] {
        assert!(rule.contains(part), "{part}: {rule}");
    }
    assert!(!rule.contains("contoso"), "{rule}");
}

#[test]
fn columns_that_the_baseline_never_has_together_are_asked_for_together() {
    let login = |user: &str, domain: &str, success: bool| {
        format!(
            "\"id.resp_p\":445,\"username\":\"{user}\",\"hostname\":\"HOST\",\"domainname\":\"{domain}\",\"success\":{success}"
        )
    };
    let folder = Folder::new();
    let (client, server) = ("10.1.0.7", "10.1.0.8");
    let attack = login("jane", "CONTOSO", true);
    let attack = connections(&folder, "a.log", "ntlm", &[(client, server, &attack)]);
    let usual = [
        login("HOST$", "CONTOSO", true),
        login("jane", "CONTOSO", false),
        login("admin", "HOST", true),
    ];
    let usual = usual.iter().cycle().take(12);
    let usual: Vec<(&str, &str, &str)> = usual.map(|it| (client, server, it.as_str())).collect();
    let baseline = connections(&folder, "b.log", "ntlm", &usual);
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &[]);
    for part in [
        "        success: 'true'\n",
        "domainname|fieldref: hostname\n",
        "username|endswith: '$'\n",
        "    condition: selection and not ",
    ] {
        assert!(rule.contains(part), "{part}: {rule}");
    }
}

#[test]
fn certificates_are_told_by_who_signed_them_and_known_subjects() {
    let (client, inside, outside) = ("10.1.0.7", "10.1.0.8", "203.0.113.9");
    let shown = |name: &str, subject: &str, issuer: &str| {
        format!(
            "\"id.resp_p\":443,\"version\":\"TLSv12\",{name}\"subject\":\"{subject}\",\"issuer\":\"{issuer}\""
        )
    };
    let named = "\"server_name\":\"www.example\",";
    let own = "CN=192.0.2.1";
    let folder = Folder::new();
    let attack = shown("", own, own);
    let attack = connections(&folder, "a.log", "ssl", &[(client, outside, &attack)]);
    let usual = [
        (client, outside, shown(named, own, own)),
        (client, outside, shown("", own, "CN=Authority")),
        (client, inside, shown("", own, own)),
    ];
    let usual = usual.iter().cycle().take(12);
    let usual: Vec<(&str, &str, &str)> = usual
        .map(|(client, server, more)| (*client, *server, more.as_str()))
        .collect();
    let baseline = connections(&folder, "b.log", "ssl", &usual);
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &["--technique", "T1573.002"]);
    for part in [
        "        subject|fieldref: issuer\n",
        "        server_name|exists: false\n",
        "        id.resp_h|cidr:\n",
        "    condition: selection and not filter_main_private\n",
    ] {
        assert!(rule.contains(part), "{part}: {rule}");
    }

    let folder = Folder::new();
    let attack = shown("", "CN=Covenant", "CN=Covenant");
    let attack = connections(&folder, "a.log", "ssl", &[(client, outside, &attack)]);
    let baseline = connections(&folder, "b.log", "ssl", &usual);
    let (rule, _) = folder.drafted(&[&attack], &[&baseline], &["--technique", "T1573.002"]);
    for part in [
        "            - 'CN=AsyncRAT Server'\n",
        "            - 'CN=Covenant'\n",
    ] {
        assert!(rule.contains(part), "{part}: {rule}");
    }
}
