//! Converted rules in the tools that they are for: sigma-cli makes queries of them, and SQLite runs these on logs that Zeek wrote.
//!
//! sigma-cli is fetched into the target folder; where that fails, a line says so.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use serde_json::{Value, json};
use sigzeek::conversion;
use sigzeek::plan::{self, PackPlan};
use sigzeek::regression;
use sigzeek::rule::files;
use sigzeek::rule::regression::{Expected, TestInput};

const PACKAGES: &[&str] = &[
    "sigma-cli==3.1.0",
    "pysigma==1.5.1",
    "pysigma-backend-splunk==2.1.0",
    "pysigma-backend-elasticsearch==2.1.1",
    "pysigma-backend-databricks==0.1.7",
    "pysigma-backend-sqlite==2.0.0",
];

/// Each backend, and what it does not know, by a text that only such rules have.
const BACKENDS: &[(&str, &[&str])] = &[
    ("splunk", &["|fieldref", "type: temporal_ordered"]),
    ("esql", &["\n    aliases:"]),
    ("lucene", &["\ncorrelation:", "|fieldref"]),
    ("databricks", &["\ncorrelation:"]),
    ("sqlite", &[]),
];

/// Placeholders stand for anything.
const PIPELINE: &str = "name: Placeholders\npriority: 10\ntransformations:\n  - {id: all, type: wildcard_placeholders}\n";

/// The folder of the programs, if they can be had.
static SIGMA: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sigma-cli-3.1.0");
    let bin = environment.join("bin");
    let is_run = |command: &mut Command| command.output().is_ok_and(|ran| ran.status.success());
    let is_there = || is_run(Command::new(bin.join("sigma")).arg("version"));
    let fetch = || {
        is_run(
            Command::new("python3")
                .args(["-m", "venv"])
                .arg(&environment),
        ) && is_run(
            Command::new(bin.join("pip"))
                .args(["install", "--quiet", "--disable-pip-version-check"])
                .args(PACKAGES),
        )
    };
    if is_there() || fetch() {
        return Some(bin);
    }
    println!("sigma-cli cannot be fetched: no converted rule was tried in it");
    None
});

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn shipped_rules_become_queries() {
    let Some(sigma) = SIGMA.as_ref() else { return };
    let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .arg("convert")
        .arg(project("detections"))
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.ends_with("94 of 141 rules converted\n"), "{errors}");
    let rules = String::from_utf8(output.stdout).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let pipeline = folder.path().join("pipeline.yml");
    fs::write(&pipeline, PIPELINE).unwrap();
    for (backend, unknown) in BACKENDS {
        let is_known = |rule: &&str| !unknown.iter().any(|unknown| rule.contains(unknown));
        let known: Vec<&str> = rules.split("---\n").filter(is_known).collect();
        assert!(known.len() > 60, "{backend}");
        let file = folder.path().join("rules.yml");
        fs::write(&file, known.join("---\n")).unwrap();
        let output = Command::new(sigma.join("sigma"))
            .args(["convert", "--target", backend, "--pipeline"])
            .args([&pipeline, &file])
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{backend}: {errors}");
        let queries = String::from_utf8_lossy(&output.stdout);
        assert!(queries.lines().count() > 60, "{backend}: {queries}");
    }
}

/// Of the packs' rules that are tested on logs in JSON, each converted, the logs and whether the rule raises on them.
fn jobs(plans: &[PackPlan<'_>]) -> Vec<(Value, bool)> {
    let converted = conversion::convert(plans, &mut Vec::new());
    let mut jobs = Vec::new();
    for case in regression::cases(plans, &mut Vec::new(), &mut Vec::new()) {
        let (regression::Subject::Rule(rule), TestInput::Log(log)) =
            (case.subject, &case.test.input)
        else {
            continue;
        };
        if log.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let source = &rule.rule.source;
        let file = converted.iter().find(|file| file.path == source.path);
        let job = json!({"rule": file.unwrap().text, "log": log});
        jobs.push((job, case.test.expected != Expected::Count(0)));
    }
    jobs
}

#[test]
fn a_backend_finds_in_logs_what_the_rules_do() {
    let Some(sigma) = SIGMA.as_ref() else { return };
    let loaded = files::load(&[project("detections")]).unwrap();
    let plans = plan::packs(&loaded.packs, &mut Vec::new());
    let jobs = jobs(&plans);
    assert!(jobs.iter().filter(|(_, raises)| *raises).count() >= 3);
    let mut python = Command::new(sigma.join("python"))
        .arg(project("tests/data/convert/count_matches.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let list: Vec<&Value> = jobs.iter().map(|(job, _)| job).collect();
    let mut input = python.stdin.take().unwrap();
    input
        .write_all(&serde_json::to_vec(&list).unwrap())
        .unwrap();
    drop(input);
    let output = python.wait_with_output().unwrap();
    let counts: Vec<u64> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(counts.len(), jobs.len());
    for (count, (job, raises)) in counts.iter().zip(&jobs) {
        assert_eq!(*count > 0, *raises, "{count} records: {job}");
    }
}
