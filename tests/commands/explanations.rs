//! What `sigzeek explain` says is true: each wrong example has the finding that it is about, each right one has none, and
//! docs/findings.md is the same text.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use sigzeek::finding::{Code, Example, page};
use tempfile::TempDir;

use crate::common::assert_contains;
use crate::common::work;

fn sigzeek(arguments: &[&str]) -> Output {
    work::sigzeek(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A rule without fault.
const RULE: &str = "\
title: Scheduled task registered
id: 0d9e9b5c-6b4b-4b55-9a0e-0b5b5a1e2f01
logsource:
    product: zeek
    service: http
detection:
    selection:
        method: POST
    condition: selection
";

/// The codes of what is found in an example's file.
fn found(code: Code, example: &Example, text: &str) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let rule = folder.path().join("rule.yml");
    let write = |path: &Path, text: &str| fs::write(path, text).unwrap();
    // A file of tests in a pack would be taken for a rule.
    let mut path = rule.clone();
    let command = match example.file {
        "rule.yml" => {
            write(&rule, text);
            match code {
                Code::NotReplayed => return found_in_replay(&rule),
                Code::NotInLog => return found_in_hunt(&rule),
                Code::NotSynthesised | Code::PartlySynthesised => return found_in_synth(&rule),
                Code::NotConvertible | Code::NotLogged => return found_in_convert(&rule),
                _ => {}
            }
            "check"
        }
        "pack.yml" => {
            write(&rule, RULE);
            write(&folder.path().join("pack.yml"), text);
            path.pop();
            "check"
        }
        "info.yml" => {
            let capture = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("zeek-tests/Traces/recorded/at-jobs-listed.pcap");
            fs::copy(capture, folder.path().join("jobs-listed.pcap")).unwrap();
            write(&rule, &format!("{RULE}regression_tests_path: info.yml\n"));
            write(&folder.path().join("info.yml"), text);
            "test"
        }
        file => panic!("no way to try {file}"),
    };
    let output = work::sigzeek(&[command, "--format", "json"])
        .args(["--engine", "replay"].iter().filter(|_| command == "test"))
        .arg(path)
        .output()
        .unwrap();
    let printed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = printed["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| finding["code"].as_str().unwrap().to_owned())
        .collect()
}

/// The codes of what is found when a rule is converted.
fn found_in_convert(rule: &Path) -> Vec<String> {
    let output = work::sigzeek(&["convert"]).arg(rule).output().unwrap();
    heads(&output)
}

/// The codes of what is found when a rule is tried on a capture.
fn found_in_replay(rule: &Path) -> Vec<String> {
    let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("zeek-tests/Traces/recorded");
    let output = work::sigzeek(&["replay", "-r"])
        .args([&captures.join("at-jobs-listed.pcap"), rule])
        .output()
        .unwrap();
    heads(&output)
}

/// The codes of what is found when a rule is tried on logs.
fn found_in_hunt(rule: &Path) -> Vec<String> {
    let logs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/logs");
    let output = work::sigzeek(&["hunt"])
        .arg(logs)
        .arg("--rules")
        .arg(rule)
        .output()
        .unwrap();
    heads(&output)
}

/// The codes of what is found when captures are made for a rule.
fn found_in_synth(rule: &Path) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let output = work::sigzeek(&["synth", "-o"])
        .args([folder.path(), rule])
        .output()
        .unwrap();
    heads(&output)
}

/// The codes of printed findings.
fn heads(output: &Output) -> Vec<String> {
    let errors = String::from_utf8_lossy(&output.stderr);
    let heads = errors.lines().filter_map(|line| {
        let head = line.split_once("]: ")?.0;
        Some(head.split_once('[')?.1.to_owned())
    });
    heads.collect()
}

/// Codes of which no file can be shown: what is wrong is not in the text, or is too long.
const WITHOUT_EXAMPLE: &[Code] = &[
    Code::Unreadable,
    Code::NotText,
    Code::TooLarge,
    Code::YamlTooComplex,
    Code::TooComplex,
    Code::CaptureTooLarge,
    Code::FailedTest,
];

#[test]
fn examples_are_what_they_say() {
    let mut untrue = Vec::new();
    for code in Code::ALL {
        let name = code.as_str();
        let Some(example) = code.explanation().example else {
            assert!(WITHOUT_EXAMPLE.contains(code), "{name} has no example");
            continue;
        };
        let wrong = found(*code, &example, example.wrong);
        let right = found(*code, &example, example.right);
        if !wrong.iter().any(|found| found == name) || !right.is_empty() {
            untrue.push(format!("{name}: wrong {wrong:?}, right {right:?}"));
        }
    }
    assert!(untrue.is_empty(), "{untrue:#?}");
}

#[test]
fn the_page_of_findings_is_the_programs_own() {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "docs", "findings.md"]
        .iter()
        .collect();
    assert!(
        fs::read_to_string(path).unwrap() == page(),
        "write it with `cargo run -- explain --markdown > docs/findings.md`"
    );
    assert_eq!(stdout(&sigzeek(&["explain", "--markdown"])), page());
}

#[test]
fn texts_stand_by_themselves() {
    for code in Code::ALL {
        let explanation = code.explanation();
        let name = code.as_str();
        assert!(explanation.text.ends_with(".\n"), "{name}");
        assert!(explanation.summary().ends_with('.'), "{name}");
        assert!(!explanation.text.contains("```"), "{name}");
        let longest = explanation.text.lines().map(|line| line.chars().count());
        assert!(longest.max() <= Some(140), "{name}");
        if let Some(example) = explanation.example {
            assert!(!example.wrong.contains("```"), "{name}");
            let difference = example.difference();
            assert!(
                difference.lines().any(|line| line.starts_with(['-', '+'])),
                "{name}"
            );
        }
    }
}

#[test]
fn a_code_is_explained_whatever_its_case() {
    let output = sigzeek(&["explain", "e301", "W252"]);
    assert!(output.status.success());
    let text = stdout(&output);
    assert!(text.starts_with("E301: error: unknown modifier\n\n"));
    assert!(text.contains("\nWrong, in rule.yml:\n\n    title: "));
    assert_contains(&text, "\n            uri|contain: /wsman\n");
    assert!(text.contains("\nRight:\n\n    title: "));
    assert!(text.contains("\nW252: warning: rule has no id\n"));
}

#[test]
fn without_a_code_all_are_listed() {
    let list = stdout(&sigzeek(&["explain"]));
    assert_eq!(list.lines().count(), Code::ALL.len());
    assert!(list.contains("E301  error    unknown modifier\n"));
    let all = stdout(&sigzeek(&["explain", "--all"]));
    for code in Code::ALL {
        assert!(all.contains(&format!("{}: ", code.as_str())));
    }
}

#[test]
fn an_unknown_code_names_the_nearest() {
    let output = sigzeek(&["explain", "E3O1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        error,
        "error: there is no finding `E3O1`; did you mean E301?\n"
    );
    let error = sigzeek(&["explain", "nothing-like-it"]).stderr;
    assert!(String::from_utf8(error).unwrap().contains("lists all"));
}
