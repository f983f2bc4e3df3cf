//! What is no rule: files of any content and kind, names that lead elsewhere, rules with anything changed in them. Each ends
//! soon with a finding or an error, and touches nothing but the packages that it writes.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_yaml::Value;
use sigzeek::finding::{Finding, Source};
use sigzeek::plan;
use sigzeek::report::Renderer;
use sigzeek::rule::pack::Pack;
use sigzeek::{rule, zeek};

use crate::common::assert_contains;
use crate::common::work::Ran;

const GOOD: &str = "\
title: Upload
id: 0d9e9b5c-6b4b-4b55-9a0e-0b5b5a1e2f01
logsource:
    product: zeek
    service: http
detection:
    selection:
        method: PUT
    condition: selection
";

/// Runs the command in a folder. What takes minutes is taken for endless.
fn sigzeek(folder: &Path, arguments: &[&str]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(fs::File::create(folder.join(".out")).unwrap())
        .stderr(fs::File::create(folder.join(".errors")).unwrap())
        .spawn()
        .unwrap();
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > Duration::from_secs(240) {
            child.kill().unwrap();
            panic!("does not end: {arguments:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let take = |name: &str| {
        let path = folder.join(name);
        let text = String::from_utf8(fs::read(&path).unwrap()).unwrap();
        fs::remove_file(path).unwrap();
        text
    };
    Ran {
        status: status.code().unwrap(),
        out: take(".out"),
        errors: take(".errors"),
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Every file below a folder with its bytes, links not followed.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let bytes = if entry.file_type().is_file() {
                fs::read(entry.path()).unwrap()
            } else {
                Vec::new()
            };
            (entry.into_path(), bytes)
        })
        .collect()
}

/// One file of these bytes is an error of this code, with this exit status.
#[track_caller]
fn assert_file(bytes: &[u8], code: &str, status: i32) {
    let folder = folder();
    fs::write(folder.path().join("rule.yml"), bytes).unwrap();
    let outcome = sigzeek(folder.path(), &["check", "rule.yml"]);
    assert_contains(&outcome.errors, &format!("error[{code}]"));
    assert_eq!(outcome.status, status, "{}", outcome.errors);
    assert_eq!(outcome.out, "");
}

#[test]
fn files_that_are_no_text() {
    assert_file(b"\x7fELF\x02\x01\x01\0\0\0", "E102", 1);
    assert_file(&[0xff, 0xfe, b't', 0, b'i', 0], "E102", 1);
    assert_file(b"title: a\0b\n", "E102", 1);
    assert_file(&[0x80; 5000], "E102", 1);
}

#[test]
fn files_that_are_too_large() {
    assert_file(&vec![b'#'; 10 * 1024 * 1024], "E103", 1);
    assert_file(&vec![b'#'; 1024 * 1024 + 1], "E103", 1);
    assert_file(&vec![b'#'; 1024 * 1024], "E107", 1);
}

#[test]
fn files_that_would_explode() {
    let megabyte = 1024 * 1024 - 100;
    let text = "x".repeat(400_000);
    let aliases = "*a, ".repeat(10_000);
    assert_file(
        format!("a: &a '{text}'\nb: [{aliases}]\n").as_bytes(),
        "E105",
        1,
    );
    let items = "x, ".repeat(5_000);
    let anchors: String = (0..31).map(|level| format!("&a{level} [")).collect();
    assert_file(
        format!("a: {anchors}{items}{}\n", "]".repeat(31)).as_bytes(),
        "E105",
        1,
    );
    assert_file("[".repeat(megabyte).as_bytes(), "E105", 1);
    assert_file("{".repeat(megabyte).as_bytes(), "E105", 1);
    assert_file("- ".repeat(megabyte / 2).as_bytes(), "E105", 1);
    assert_file("? ".repeat(megabyte / 2).as_bytes(), "E105", 1);
    assert_file("a: ".repeat(megabyte / 3).as_bytes(), "E104", 1);
    assert_file("&a ".repeat(megabyte / 3).as_bytes(), "E104", 1);
    assert_file("!a ".repeat(megabyte / 3).as_bytes(), "E104", 1);
    assert_file("\"".repeat(megabyte).as_bytes(), "E104", 1);
    assert_file("x\n".repeat(megabyte / 2).as_bytes(), "E202", 1);
    assert_file("---\n".repeat(megabyte / 4).as_bytes(), "E105", 1);
    let keys: String = (0..60_000).map(|key| format!("k{key}:\n")).collect();
    assert_file(keys.as_bytes(), "E105", 1);
    let keys: String = (0..40_000).map(|key| format!("k{key}:\n")).collect();
    assert_file(keys.as_bytes(), "E201", 1);
}

#[test]
fn values_that_would_explode() {
    let with = |value: &str| GOOD.replace("method: PUT", value).into_bytes();
    let megabyte = "x".repeat(1_000_000);
    assert_file(&with(&format!("uri|contains: {megabyte}")), "E406", 1);
    assert_file(&with(&format!("uri: {megabyte}")), "E406", 1);
    assert_file(&with(&format!("uri|re: {megabyte}")), "E307", 1);
    assert_file(
        &with(&format!("uri|wide|base64offset|contains: {megabyte}")),
        "E303",
        1,
    );
    assert_file(
        &with(&format!("uri|windash|base64: '{}'", "-".repeat(1000))),
        "E303",
        1,
    );
    assert_file(
        &with("uri|re: '((((((a{1,99}){1,99}){1,99}){1,99}){1,99}){1,99})'"),
        "E307",
        1,
    );
    assert_file(
        &with(&format!(
            "uri|re: '{}a{}'",
            "(".repeat(99_999),
            ")".repeat(99_999)
        )),
        "E307",
        1,
    );
    assert_file(
        &with(&format!(
            "uri|re: '{}'",
            "(^|a$|".repeat(3_000) + &")".repeat(3_000)
        )),
        "E307",
        1,
    );
    let values: Vec<String> = (0..20_000).map(|value| format!("v{value}")).collect();
    assert_file(
        &with(&format!("uri|contains: [{}]", values.join(", "))),
        "E406",
        1,
    );
    let values: Vec<String> = (0..9_000)
        .map(|value| format!("a-rather-long-value-{value}"))
        .collect();
    assert_file(
        &with(&format!("uri|contains: [{}]", values.join(", "))),
        "E406",
        1,
    );
}

#[test]
fn conditions_that_would_explode() {
    let with = |condition: &str| GOOD.replace("condition: selection", condition).into_bytes();
    let many = "selection or ".repeat(50_000);
    assert_file(&with(&format!("condition: {many}selection")), "E304", 1);
    assert_file(
        &with(&format!("condition: {}selection", "not ".repeat(1_100))),
        "E304",
        1,
    );
    let deep = format!("condition: {}selection{}", "(".repeat(900), ")".repeat(900));
    assert_file(&with(&deep), "E304", 1);
    let selectors = "2 of s* or ".repeat(300);
    let searches: String = (0..2_000)
        .map(|search| format!("    s{search}: {{uri: a{search}}}\n"))
        .collect();
    let text = GOOD
        .replace(
            "condition: selection",
            &format!("condition: {selectors} 2 of s*"),
        )
        .replace("detection:\n", &format!("detection:\n{searches}"));
    assert_file(text.as_bytes(), "E406", 1);
}

/// What is named like a rule file, and is none.
#[test]
fn things_that_are_no_files() {
    let folder = folder();
    let pack = folder.path().join("pack");
    type Make = fn(&Path);
    let make: [(&str, Make); 7] = [
        ("pipe", |path| {
            assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
        }),
        ("socket", |path| {
            drop(std::os::unix::net::UnixListener::bind(path).unwrap());
        }),
        ("dangling link", |path| symlink("nowhere", path).unwrap()),
        ("link to itself", |path| symlink(path, path).unwrap()),
        ("device", |path| symlink("/dev/zero", path).unwrap()),
        ("memory", |path| symlink("/proc/self/mem", path).unwrap()),
        ("folder above", |path| symlink("..", path).unwrap()),
    ];
    for (name, make) in make {
        for file in ["rule.yml", "pack.yml"] {
            fs::create_dir(&pack).unwrap();
            fs::write(pack.join("good.yml"), GOOD).unwrap();
            make(&pack.join(file));
            let outcome = sigzeek(folder.path(), &["check", "pack"]);
            let errors = &outcome.errors;
            // A folder may be called pack.yml; it is no description.
            assert!(errors.contains("error[E101]"), "{name} {file}: {errors}");
            assert_eq!(outcome.status, 2, "{name} {file}: {errors}");
            fs::remove_dir_all(&pack).unwrap();
        }
    }
}

#[test]
fn a_folder_named_like_a_file_is_a_folder() {
    let folder = folder();
    fs::create_dir_all(folder.path().join("pack/rule.yml")).unwrap();
    fs::write(folder.path().join("pack/rule.yml/a.yml"), GOOD).unwrap();
    let outcome = sigzeek(folder.path(), &["check", "pack/rule.yml"]);
    assert_eq!(outcome.status, 0, "{}", outcome.errors);
}

#[test]
fn paths_that_are_not_there_are_errors_of_usage() {
    let folder = folder();
    symlink("nowhere", folder.path().join("link")).unwrap();
    for path in ["missing", "link", "missing/rule.yml"] {
        let outcome = sigzeek(folder.path(), &["check", path]);
        assert_eq!(outcome.status, 2, "{}", outcome.errors);
        assert!(
            outcome.errors.starts_with(&format!("error: {path}: ")),
            "{}",
            outcome.errors
        );
    }
}

#[test]
fn paths_without_rules_are_errors() {
    let folder = folder();
    fs::create_dir_all(folder.path().join("empty/below")).unwrap();
    fs::create_dir(folder.path().join("described")).unwrap();
    fs::write(folder.path().join("described/pack.yml"), "description: x\n").unwrap();
    fs::create_dir(folder.path().join("hidden")).unwrap();
    fs::write(folder.path().join("hidden/.rule.yml"), GOOD).unwrap();
    for path in ["empty", "described", "hidden"] {
        for command in ["check", "build"] {
            let outcome = sigzeek(folder.path(), &[command, path]);
            assert!(
                outcome.errors.contains("error[E107]"),
                "{path}: {}",
                outcome.errors
            );
            assert_eq!(outcome.status, 1, "{path}: {}", outcome.errors);
        }
    }
    assert!(!folder.path().join("generated").exists());
}

/// Texts that lead elsewhere if they are taken for a path.
const PATHS: &[&str] = &[
    "../../x",
    "/tmp/sigzeek-escaped",
    "..",
    ".",
    "a/../../../x",
    "..\\\\..\\\\x",
    "~/x",
    "x/y",
    "-rf",
    "CON",
    "a\\0b",
];

#[test]
fn names_that_lead_elsewhere_stay_in_the_output_folder() {
    for path in PATHS {
        for name in [true, false] {
            let folder = folder();
            let work = folder.path().join("a/b/c");
            fs::create_dir_all(work.join("pack")).unwrap();
            let quoted = format!("\"{path}\"");
            let rule = if name {
                format!("name: {quoted}\n{GOOD}")
            } else {
                // The title names the rules of a file of several.
                let other = GOOD.replace("2f01", "2f02");
                let titled = GOOD.replace("title: Upload", &format!("title: {quoted}"));
                format!("{titled}---\n{other}")
            };
            fs::write(work.join("pack/rule.yml"), rule).unwrap();
            let before = tree(folder.path());
            let outcome = sigzeek(&work, &["build", "pack"]);
            assert_eq!(outcome.status, 0, "{path}: {}", outcome.errors);
            let after = tree(folder.path());
            let generated = work.join("generated/pack");
            for file in after.keys().filter(|file| !before.contains_key(*file)) {
                let inside = file.starts_with(&generated) || generated.starts_with(file);
                assert!(inside, "{path}: {}", file.display());
            }
            assert!(!Path::new("/tmp/sigzeek-escaped").exists());
        }
    }
}

#[test]
fn folders_and_files_with_odd_names_stay_in_the_output_folder() {
    for name in [
        "..x",
        "-rf",
        "a b",
        "a\nb",
        "\u{202e}x",
        "é",
        "*",
        "%2e%2e%2fx",
        "$HOME",
        "'\"`;&|",
    ] {
        let folder = folder();
        let pack = folder.path().join(name);
        fs::create_dir(&pack).unwrap();
        fs::write(pack.join(format!("{name}.yml")), GOOD).unwrap();
        let outcome = sigzeek(folder.path(), &["build", "--", name]);
        // A hidden file is no rule file, and a name without letters and digits makes none for a package.
        let refused = name.starts_with('.') || !name.contains(|c: char| c.is_ascii_alphanumeric());
        assert_eq!(
            outcome.status,
            i32::from(refused),
            "{name}: {}",
            outcome.errors
        );
        if refused {
            assert!(!folder.path().join("generated").exists(), "{name}");
        } else {
            let packages: Vec<_> = fs::read_dir(folder.path().join("generated"))
                .unwrap()
                .collect();
            assert_eq!(packages.len(), 1, "{name}");
        }
        assert!(
            outcome.out.matches('\n').count() <= 1,
            "{name}: {}",
            outcome.out
        );
    }
}

#[test]
fn a_module_that_is_no_name_is_refused() {
    for module in [
        "../../x",
        "",
        "a",
        "X; event f()",
        "Ünder",
        "X::Y",
        "HTTP",
        "GLOBAL",
    ] {
        let folder = folder();
        fs::create_dir(folder.path().join("pack")).unwrap();
        fs::write(folder.path().join("pack/rule.yml"), GOOD).unwrap();
        fs::write(
            folder.path().join("pack/pack.yml"),
            format!("module: '{module}'\n"),
        )
        .unwrap();
        let outcome = sigzeek(folder.path(), &["build", "pack"]);
        assert_eq!(outcome.status, 1, "{module}: {}", outcome.errors);
        assert!(!folder.path().join("generated").exists());
    }
}

/// A build that fails, for whatever reason, leaves all as it was.
#[test]
fn a_failed_build_leaves_the_old_output() {
    let folder = folder();
    fs::create_dir(folder.path().join("pack")).unwrap();
    let rule = folder.path().join("pack/rule.yml");
    fs::write(&rule, GOOD).unwrap();
    assert_eq!(sigzeek(folder.path(), &["build", "pack"]).status, 0);
    let built = tree(&folder.path().join("generated"));
    let bad: [(&[u8], i32); 4] = [(b"title: [", 1), (b"\xff", 1), (b"", 1), (b"title: x\n", 1)];
    for (text, status) in bad {
        fs::write(&rule, text).unwrap();
        let outcome = sigzeek(folder.path(), &["build", "pack"]);
        assert_eq!(outcome.status, status, "{}", outcome.errors);
        assert_contains(&outcome.errors, "nothing was built");
        assert_eq!(tree(&folder.path().join("generated")), built);
    }
    fs::remove_file(&rule).unwrap();
    symlink("nowhere", &rule).unwrap();
    assert_eq!(sigzeek(folder.path(), &["build", "pack"]).status, 2);
    assert_eq!(tree(&folder.path().join("generated")), built);
}

/// Takes a rule file's text all the way to scripts; every finding can be printed.
fn compile(text: &str) -> Vec<Finding> {
    let source = Arc::new(Source {
        path: "rule.yml".into(),
        text: text.to_owned(),
    });
    let mut findings = Vec::new();
    let documents = rule::parse(&source, &mut findings);
    let alone = documents.len() == 1;
    let mut pack = Pack::new("pack".into(), "pack".to_owned());
    for document in documents {
        pack.add(document, &source.path, alone);
    }
    let plan = plan::pack(&pack, &mut findings);
    zeek::scripts(&plan, &mut findings).unwrap();
    let renderer = Renderer::new(false);
    let mut printed = Vec::new();
    for finding in &findings {
        assert!(finding.help.is_some(), "{}", finding.message);
        assert!(!finding.message.ends_with('.'), "{}", finding.message);
        renderer.print(finding, &mut printed).unwrap();
    }
    findings
}

const RULES: &[&str] = &[
    GOOD,
    "\
title: Scheduled task registered
id: 0d9e9b5c-6b4b-4b55-9a0e-0b5b5a1e2f02
name: task_registered
status: test
description: |
    Several lines
    of text.
references:
    - https://example.com/
author: me
date: 2024-01-31
tags:
    - attack.t1053.005
    - stp.4
logsource:
    product: zeek
    service: dce_rpc
detection:
    selection_a:
        endpoint: atsvc
        operation|startswith: 'Netr*'
    selection_b:
        - uuid: 1ff70682-0a51-30e8-076d-740be8cee98b
          opnum|gte: 0
        - stub|wide|contains|all:
            - cmd.exe
            - '*/c ?'
    filter:
        id.orig_h|cidr: 10.0.0.0/8
        id.resp_h: 192.0.2.1
    condition: 1 of selection_* and not filter
falsepositives:
    - Administrators
level: high
zeek:
    raise_on: response
    enabled: true
    notice:
        suppress_for: 1h
        identifier: [id.orig_h, endpoint]
    log_payload:
        fields: [stub]
        to: log
        max_bytes: 100
        encoding: hex
",
    "\
title: Odd request
logsource: {product: zeek, service: http}
detection:
    keywords:
        - powershell
        - 'cmd*exe'
    selection:
        uri|re|i: '^/(a|b){1,3}[^/]+\\.php$'
        client_header.X-Test|exists: false
        server_header.Server|cased: IIS
        body|base64offset|contains: net user
        host|expand: '%hosts%'
        ts|hour: 3
        status_code|lt: 500
        uri|fieldref|contains: host
        referrer: null
        user_agent|windash|neq: -x
    condition:
        - keywords or selection
        - all of them
level: low
",
    "\
title: Job added
id: 0d9e9b5c-6b4b-4b55-9a0e-0b5b5a1e2f11
name: job_added
logsource: {product: zeek, service: dce_rpc}
detection:
    selection:
        operation: NetrJobAdd
    condition: selection
---
title: Many jobs
id: 0d9e9b5c-6b4b-4b55-9a0e-0b5b5a1e2f12
name: many_jobs
tags: [attack.execution]
correlation:
    type: event_count
    rules: [job_added]
    group-by: [id.orig_h, named_pipe]
    timespan: 5m
    condition: {gte: 10}
generate: true
zeek:
    thresholds: [20, 30]
    weights: {job_added: 3}
    notice:
        suppress_for: 1h
        identifier: [id.orig_h]
        message: '{count} of {threshold} in {timespan}: {total} by {id.orig_h} {{}}'
---
title: Long jobs
correlation:
    type: value_percentile
    rules: [0d9e9b5c-6b4b-4b55-9a0e-0b5b5a1e2f11]
    group-by: [host]
    aliases:
        host: {0d9e9b5c-6b4b-4b55-9a0e-0b5b5a1e2f11: id.resp_h}
    timespan: 1w
    condition: {field: rtt, percentile: 90, gt: 0.5, lte: 2}
---
title: Many jobs and more
correlation:
    type: temporal_ordered
    rules: [many_jobs, job_added]
    group-by: [id.orig_h]
    timespan: 1h
level: critical
",
];

/// The documents of a text.
fn documents(text: &str) -> Vec<Value> {
    let documents = text.split("---\n");
    documents
        .map(|document| serde_yaml::from_str(document).unwrap())
        .collect()
}

/// Words that mean something somewhere in a rule.
fn word() -> impl Strategy<Value = String> {
    let words: &[&str] = &[
        "title",
        "id",
        "logsource",
        "detection",
        "condition",
        "selection",
        "zeek",
        "notice",
        "null",
        "true",
        "1",
        "-1",
        "1e999",
        ".nan",
        "18446744073709551616",
        "0x10",
        "~",
        "",
        " ",
        "*",
        "?",
        "%",
        "%a%",
        "|",
        "||",
        "uri",
        "uri|re",
        "uri|re|i|m|s",
        "uri|contains|all",
        "stub|wide|base64offset|contains",
        "uri|exists",
        "uri|lt",
        "ts|week",
        "id.orig_h|cidr",
        "uri|expand",
        "uri|fieldref",
        "body|utf16|windash",
        "|all",
        "not",
        "1 of them",
        "all of s*",
        "99999999999999999999 of them",
        "selection and not selection",
        "((((a{99}){99}){99})",
        "(?i)a|b$",
        "[^\\x00-\\xff]",
        "\\",
        "$^",
        "(^|$)*",
        ".{0,300}a.{300}",
        "a{1000}",
        "\u{0}",
        "\u{2028}",
        "\u{10ffff}",
        "é",
        "::/0",
        "0.0.0.0/0",
        "10.0.0.1",
        "atsvc",
        "NetrJobAdd",
        "operation|re",
        "operation",
        "endpoint|contains",
        "uuid|endswith",
        "opnum|lt",
        "client_header.",
        "client_header.a b",
        "http",
        "dce_rpc",
        "request",
        "correlation",
        "group-by",
        "timespan",
        "event_count",
        "value_sum",
        "job_added",
        "many_jobs",
        "filter",
        "action",
    ];
    prop_oneof![
        4 => proptest::sample::select(words).prop_map(str::to_owned),
        1 => ".{0,20}",
        1 => "[ -~]{0,20}",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        6 => word().prop_map(Value::String),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => any::<i64>().prop_map(|number| Value::Number(number.into())),
        1 => any::<f64>().prop_map(|number| Value::Number(number.into())),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::Sequence),
            proptest::collection::vec((word(), inner), 0..5).prop_map(|entries| {
                Value::Mapping(
                    entries
                        .into_iter()
                        .map(|(key, value)| (Value::String(key), value))
                        .collect(),
                )
            }),
        ]
    })
}

/// A change of one node of a document.
#[derive(Debug, Clone)]
enum Change {
    Delete,
    Replace(Value),
    Rename(String),
    Insert(String, Value),
    WrapInList,
}

fn change() -> impl Strategy<Value = (usize, Change)> {
    let change = prop_oneof![
        Just(Change::Delete),
        value().prop_map(Change::Replace),
        word().prop_map(Change::Rename),
        (word(), value()).prop_map(|(key, value)| Change::Insert(key, value)),
        Just(Change::WrapInList),
    ];
    (0..100usize, change)
}

/// Applies a change at the nth node, counted in the order of the document; counts down as it goes.
fn apply(value: &mut Value, nth: &mut usize, change: &Change) {
    if let Value::Mapping(entries) = value {
        let mut changed = serde_yaml::Mapping::new();
        for (mut key, mut child) in std::mem::take(entries) {
            let here = *nth == 0;
            *nth = nth.wrapping_sub(1);
            if here {
                match change {
                    Change::Delete => continue,
                    Change::Replace(value) => child = value.clone(),
                    Change::Rename(name) => key = Value::String(name.clone()),
                    Change::Insert(key, value) => {
                        changed.insert(Value::String(key.clone()), value.clone());
                    }
                    Change::WrapInList => child = Value::Sequence(vec![child]),
                }
            } else {
                apply(&mut child, nth, change);
            }
            changed.insert(key, child);
        }
        *entries = changed;
    } else if let Value::Sequence(items) = value {
        for mut child in std::mem::take(items) {
            let here = *nth == 0;
            *nth = nth.wrapping_sub(1);
            if here {
                match change {
                    Change::Delete => continue,
                    Change::Replace(value) => child = value.clone(),
                    Change::Insert(_, value) => items.push(value.clone()),
                    Change::WrapInList | Change::Rename(_) => child = Value::Sequence(vec![child]),
                }
            } else {
                apply(&mut child, nth, change);
            }
            items.push(child);
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_end_in_findings(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        compile(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_tree_ends_in_findings(value in value()) {
        compile(&serde_yaml::to_string(&value).unwrap());
    }

    #[test]
    fn any_changed_rule_ends_in_rules_or_findings(
        base in proptest::sample::select(RULES),
        changes in proptest::collection::vec(change(), 1..5),
    ) {
        let mut documents = documents(base);
        for (mut nth, change) in changes {
            let document = nth % documents.len();
            apply(&mut documents[document], &mut nth, &change);
        }
        let texts: Vec<String> = documents
            .iter()
            .map(|document| serde_yaml::to_string(document).unwrap())
            .collect();
        compile(&texts.join("---\n"));
    }

    #[test]
    fn any_changed_text_ends_in_rules_or_findings(
        base in proptest::sample::select(RULES),
        cuts in proptest::collection::vec((0..900usize, 0..40usize, word()), 1..5),
    ) {
        let mut text: Vec<char> = base.chars().collect();
        for (start, length, word) in cuts {
            let start = start % text.len().max(1);
            let end = (start + length).min(text.len());
            text.splice(start..end, word.chars());
        }
        compile(&text.into_iter().collect::<String>());
    }

    #[test]
    fn any_regular_expression_ends_in_a_pattern_or_a_finding(
        regex in "(\\(|\\)|\\[|\\]|\\{|\\}|[0-9],?|\\||\\*|\\+|\\?|\\^|\\$|\\.|\\\\[a-zA-Z0-9]|[a-c]|-|:|é|\\x00){0,24}",
    ) {
        let value = Value::String(regex);
        let text = serde_yaml::to_string(&value).unwrap();
        compile(&GOOD.replace("method: PUT", &format!("uri|re: {}", text.trim_end())));
    }
}

/// What the rules of the properties above start from is sound.
#[test]
fn the_rules_that_are_changed_are_sound() {
    for text in RULES {
        let findings = compile(text);
        let errors: Vec<&str> = findings
            .iter()
            .filter(|finding| finding.code.as_str().starts_with('E'))
            .map(|finding| finding.message.as_str())
            .collect();
        assert_eq!(errors, Vec::<&str>::new());
    }
}
