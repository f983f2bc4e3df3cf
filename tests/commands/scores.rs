//! Robustness scores: what Summiting the Pyramid's own pages score comes out as they score it.

use std::fs;
use std::process::Command;

use crate::common::assert_contains;

/// The score of a rule of a service, tagged with a technique, with that detection.
fn score(service: &str, technique: &str, detection: &str) -> String {
    let rule = scored(service, technique, detection);
    rule["score"].as_str().unwrap().to_owned()
}

/// What `sigzeek score` says of such a rule.
fn scored(service: &str, technique: &str, detection: &str) -> serde_json::Value {
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
    json["rules"][0].clone()
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

/// The scores of rules of a service, tagged with a technique, each with one search.
#[track_caller]
fn assert_scores(service: &str, technique: &str, rows: &[(&str, &str)]) {
    for (search, expected) in rows {
        let lines: String = search
            .split("; ")
            .map(|line| format!("    {line}\n"))
            .collect();
        let detection = format!("a:\n{lines}condition: a");
        assert_eq!(score(service, technique, &detection), *expected, "{search}");
    }
}

/// The page "Zeek DCE-RPC MITRE BZAR Execution": SigmaHQ's rule, its first operation as the page corrects it.
#[test]
fn the_page_on_bzar_execution() {
    let calls = [
        ("atsvc", "NetrJobAdd"),
        ("ITaskSchedulerService", "SchRpcEnableTask"),
        ("ITaskSchedulerService", "SchRpcRegisterTask"),
        ("ITaskSchedulerService", "SchRpcRun"),
        ("IWbemServices", "ExecMethod"),
        ("IWbemServices", "ExecMethodAsync"),
        ("svcctl", "CreateServiceA"),
        ("svcctl", "CreateServiceW"),
        ("svcctl", "StartServiceA"),
        ("svcctl", "StartServiceW"),
    ];
    let mut detection = String::new();
    for (number, (endpoint, operation)) in calls.iter().enumerate() {
        detection +=
            &format!("op{number}:\n    endpoint: '{endpoint}'\n    operation: '{operation}'\n");
    }
    detection += "condition: 1 of op*";
    let techniques =
        "t1047\n    - attack.t1053.002\n    - attack.t1053.005\n    - attack.t1569.002";
    let rule = scored("dce_rpc", techniques, &detection);
    assert_eq!(rule["score"], "4H");
    let observables = rule["observables"].as_array().unwrap();
    assert!(
        observables
            .iter()
            .all(|observable| observable["score"] == "4H")
    );
    let operations = observables
        .iter()
        .map(|it| it["what"].as_array().unwrap().len());
    assert_eq!(operations.sum::<usize>(), calls.len());
}

/// The page "Remote Registry Management Using Reg Utility", its analytics of network traffic.
#[test]
fn the_page_on_the_remote_registry() {
    assert_scores(
        "dce_rpc",
        "t1112",
        &[
            ("named_pipe|endswith: 'winreg'", "4H"),
            (
                "endpoint: 'winreg'; operation: [BaseRegCreateKey, BaseRegSetValue]",
                "4H",
            ),
        ],
    );
    assert_scores(
        "smb_files",
        "t1112",
        &[("path|endswith: 'IPC$'; name: 'winreg'", "4H")],
    );
    let filtered = "a:\n    named_pipe|endswith: 'winreg'\nfilter_main:\n    \
                    id.orig_h|expand: '%Admins_Workstations%'\ncondition: a and not filter_main";
    assert_eq!(score("dce_rpc", "t1112", filtered), "3H");
}

/// The page "Executable (EXE) File Download from a WebDAV Server".
#[test]
fn the_page_on_executables_from_webdav() {
    assert_scores(
        "http",
        "t1105",
        &[
            ("uri|contains: 'webdav'", "2H"),
            ("uri|endswith: '.exe'", "2H"),
            ("resp_mime_types|contains: 'dosexec'", "1P"),
            ("user_agent|contains: 'WebDAV'", "1H"),
        ],
    );
    let webdav = "user_agent|contains: 'WebDAV'\n    DASHuri|contains: 'webdav'";
    let executable = "resp_mime_types|contains: 'dosexec'\n    DASHuri|endswith: '.exe'";
    let with = |first: &str, dash: &str, condition: &str| {
        let search = |text: &str| format!("    {first}{}\n", text.replace("DASH", dash));
        let detection = format!(
            "selection_webdav:\n{}selection_executable:\n{}condition: selection_webdav {condition} selection_executable",
            search(webdav),
            search(executable)
        );
        score("http", "t1105", &detection)
    };
    // The page reads the lists of maps as conjunctions and the condition as a disjunction.
    assert_eq!(with("", "", "or"), "1H");
    // What Sigma means by them.
    assert_eq!(with("- ", "- ", "and"), "2H");
}

/// The page "Link (LNK) File Download Containing a WebDAV UNC Hyperlink" and the mappings of T1204.001.
#[test]
fn the_page_on_links_to_webdav() {
    assert_scores(
        "http",
        "t1204.001",
        &[
            (
                r"response_body|re: '^\x4c\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46'",
                "4P",
            ),
            (
                "method: 'GET'; uri|endswith: ['.url', '.lnk', '.search-ms']",
                "4H",
            ),
            ("id.resp_h: '192.0.2.1'", "2H"),
        ],
    );
}

#[test]
fn what_is_not_known_is_scored_low() {
    assert_scores(
        "dce_rpc",
        "t1053.005",
        &[
            ("named_pipe|startswith: 'mojo.5688'", "1H"),
            ("endpoint: 'atsvc'; operation: 'NetrJobEnum'", "3H"),
            (
                "uuid: '11111111-2222-3333-4444-555555555555'; opnum: 1",
                "2H",
            ),
            ("rtt|gt: 5", "1H"),
        ],
    );
}

#[test]
fn within_a_negation_and_and_or_change_places() {
    let search = |condition: &str| {
        let detection = format!(
            "a:\n    {AT}\nf1:\n    id.orig_h: '10.0.0.1'\nf2:\n    rtt|lt: 1\ncondition: a and {condition}"
        );
        score("dce_rpc", "t1053.002", &detection)
    };
    assert_eq!(search("not (f1 and f2)"), "3H");
    assert_eq!(search("not (f1 or f2)"), "1H");
    assert_eq!(search("not f1 and not f2"), "1H");
    assert_eq!(search("not 1 of f*"), "1H");
    assert_eq!(search("not all of f*"), "3H");
}

#[test]
fn what_could_be_left_out_is_told() {
    let detection = format!(
        "call:\n    {AT}\nslow:\n    rtt|gt: 5\ntext:\n    stub|contains: 'x'\ncondition: all of them"
    );
    let rule = scored("dce_rpc", "t1053.002", &detection);
    assert_eq!(rule["score"], "1P");
    let improvements = rule["improvements"].as_array().unwrap();
    let told: Vec<String> = improvements
        .iter()
        .map(|it| {
            let without = it["without"].as_array().unwrap().iter();
            let names: Vec<&str> = without
                .map(|condition| condition["what"].as_str().unwrap())
                .collect();
            format!("{} {}", names.join(","), it["score"].as_str().unwrap())
        })
        .collect();
    assert_eq!(told.last().unwrap(), "rtt|gt,stub|contains 4H", "{told:?}");
}

/// The scores of correlations of two rules, one at 4P and one at 3H, and of the techniques that they are about.
#[test]
fn correlations_score_by_their_rules() {
    let rules = "title: Payload\nname: payload\ntags: [attack.t1204.001]\nlogsource: {product: zeek, service: http}\n\
                 detection:\n    a:\n        response_body|re: '^\\x4c\\x00\\x00\\x00\\x01\\x14\\x02\\x00'\n    condition: a\n---\n\
                 title: Header\nname: header\ntags: [attack.t1021.006]\nlogsource: {product: zeek, service: http}\n\
                 detection:\n    a: {method: POST, uri|startswith: /wsman}\n    condition: a\n";
    for (kind, condition, expected) in [
        ("temporal", "", "3P"),
        ("temporal_ordered", "", "3P"),
        ("temporal", "    condition: {gte: 2}\n", "3P"),
        ("event_count", "    condition: {gte: 5}\n", "4P"),
        ("value_count", "    condition: {field: uid, gte: 5}\n", "4P"),
    ] {
        let text = format!(
            "{rules}---\ntitle: Both\ntags: [attack.t1105]\ncorrelation:\n    type: {kind}\n    rules: [payload, header]\n    \
             group-by: [id.orig_h]\n    timespan: 5m\n{condition}"
        );
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("rules.yml"), text).unwrap();
        let json = |command: &str| -> serde_json::Value {
            let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
                .args([command, "--format", "json"])
                .arg(folder.path())
                .output()
                .unwrap();
            serde_json::from_slice(&output.stdout).unwrap()
        };
        let scores = json("score");
        let correlation = &scores["rules"][2];
        assert_eq!(correlation["score"], expected, "{kind} {condition}");
        assert_eq!(correlation["correlation"], kind);
        assert_eq!(correlation["correlates"][1]["score"], "3H");
        let coverage = json("coverage");
        assert_eq!(coverage["rules"], 3);
        let techniques = coverage["techniques"].as_array().unwrap();
        let covered = techniques.iter().find(|it| it["id"] == "T1105").unwrap();
        assert_eq!(covered["best"], expected);
        assert_eq!(covered["rules"][0]["title"], "Both");
    }
}

/// What the layer format's specification says against a layer.
fn problems(layer: &serde_json::Value) -> Vec<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/navigator-layer-4.5.schema.json");
    let schema = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let schema = jsonschema::draft7::new(&schema).unwrap();
    let errors = schema.iter_errors(layer);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// The schema finds what the specification does not allow.
#[test]
fn the_layer_formats_schema_refuses_what_the_specification_does() {
    let layer = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut layer = serde_json::json!({
            "name": "a",
            "domain": "enterprise-attack",
            "versions": {"navigator": "5.1.0", "layer": "4.5"},
            "techniques": [{"techniqueID": "T1053.005", "score": 1.5, "metadata": [{"divider": true}]}],
            "gradient": {"colors": ["#ff6666", "#8ec843"], "minValue": 0, "maxValue": 5},
            "legendItems": [{"label": "a", "color": "#ff6666"}],
        });
        change(&mut layer);
        problems(&layer).len()
    };
    assert_eq!(layer(&|_| {}), 0);
    for (pointer, value) in [
        ("/name", serde_json::json!(1)),
        ("/domain", serde_json::json!("enterprise")),
        ("/versions/layer", serde_json::json!("4.4")),
        ("/versions/navigator", serde_json::json!("4.8.2")),
        ("/techniques/0/techniqueID", serde_json::json!("T1")),
        ("/techniques/0/score", serde_json::json!("1")),
        (
            "/techniques/0/metadata",
            serde_json::json!([{"name": "a", "value": 1}]),
        ),
        ("/gradient/colors", serde_json::json!(["#ff6666"])),
        ("/gradient/colors", serde_json::json!(["red", "#8ec843"])),
        ("/legendItems/0", serde_json::json!({"label": "a"})),
        (
            "/legendItems/0",
            serde_json::json!({"label": "a", "color": "#ff6666", "colour": ""}),
        ),
    ] {
        let changed = layer(&|layer| *layer.pointer_mut(pointer).unwrap() = value.clone());
        assert!(changed > 0, "{pointer} {value}");
    }
}

#[test]
fn a_reader_who_leaves_is_no_error() {
    for arguments in [
        &["score", "detections"][..],
        &["score", "detections", "--format", "json"],
        &["coverage", "detections"],
        &["coverage", "detections", "--format", "navigator"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "",
            "{arguments:?}"
        );
    }
}

/// What coverage says of a rule that is still tagged as ATT&CK 18 had it, and in which release.
#[test]
fn coverage_follows_a_new_release() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rule.yml");
    let rule = "title: Rule\nid: 0b0c3f6e-6d9a-4a9e-8a63-0c1a2b3c4d50\ntags: [attack.defense-evasion, attack.t1070.001]\n\
                logsource: {product: zeek, service: dce_rpc}\ndetection:\n    selection: {operation: ElfrClearELFW}\n    \
                condition: selection\n";
    std::fs::write(&file, rule).unwrap();
    let run = |format: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_sigzeek"))
            .args(["coverage", "--format", format])
            .arg(&file)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let warnings = String::from_utf8(output.stderr).unwrap();
        assert_contains(&warnings, "write `attack.t1685.005`");
        String::from_utf8(output.stdout).unwrap()
    };
    for format in ["human", "markdown"] {
        let text = run(format);
        assert_contains(&text, "Defense Impairment");
        assert_contains(&text, "T1685.005");
        assert_contains(&text, "ATT&CK 19");
    }
    let json: serde_json::Value = serde_json::from_str(&run("json")).unwrap();
    assert_eq!(json["attack"], "19");
    assert_eq!(json["tactics"][0]["id"], "TA0112");
    assert_eq!(json["techniques"][0]["id"], "T1685.005");
    assert_eq!(json["techniques"][0]["best"], "4H");
    let layer: serde_json::Value = serde_json::from_str(&run("navigator")).unwrap();
    assert_eq!(layer["versions"]["attack"], "19");
    assert_eq!(layer["techniques"][0]["techniqueID"], "T1685.005");
}

#[test]
fn the_navigator_layer_has_what_its_format_asks_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("layer.json");
    let run = |to: &std::path::Path| {
        Command::new(env!("CARGO_BIN_EXE_sigzeek"))
            .args([
                "coverage",
                "detections/remote-execution",
                "--format",
                "navigator",
                "-o",
            ])
            .arg(to)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap()
    };
    assert_eq!(run(&file).status.code(), Some(0));
    let layer: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(problems(&layer), [""; 0]);
    assert_eq!(layer["versions"]["layer"], "4.5");
    assert_eq!(layer["domain"], "enterprise-attack");
    assert!(layer["name"].is_string());
    let techniques = layer["techniques"].as_array().unwrap();
    let of = |id: &str| {
        techniques
            .iter()
            .find(|it| it["techniqueID"] == id)
            .unwrap()
    };
    assert_eq!(of("T1003.006")["score"], 5.0);
    assert_eq!(of("T1547.001")["score"], 2.5);
    assert!(of("T1187")["score"].is_null());
    let gradient = &layer["gradient"];
    assert!(gradient["colors"].as_array().unwrap().len() >= 2);
    assert!(gradient["maxValue"].as_f64() > gradient["minValue"].as_f64());

    // A folder is no file, and nothing is left in it.
    let output = run(folder.path());
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_contains(&errors, "is a folder");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// At 40 columns, only what cannot be broken is longer.
#[test]
fn text_fits_a_narrow_terminal() {
    for arguments in [["score", "detections"], ["coverage", "detections"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
            .args(arguments)
            .env("COLUMNS", "40")
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        for line in text.lines().filter(|line| line.chars().count() > 40) {
            let words = line.split_whitespace().filter(|word| word.len() > 3);
            assert!(words.count() <= 2, "{line}");
        }
    }
}
