//! The shipped packs: each rule and correlation is proved on captures, one on which it raises and one on which it stays silent,
//! by both engines.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::assert_contains;
use crate::common::{synthesised, zeek};
use sigzeek::plan::{self, PackPlan};
use sigzeek::regression;
use sigzeek::rule::regression::{Expected, TestInput};
use walkdir::WalkDir;

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// On how many captures a rule must raise, and on how many it must not.
#[derive(Debug, Default)]
struct Captures {
    raising: usize,
    silent: usize,
}

fn captures<'p>(plans: &'p [PackPlan<'p>]) -> BTreeMap<&'p str, Captures> {
    let mut captures: BTreeMap<&str, Captures> = plans
        .iter()
        .flat_map(PackPlan::subjects)
        .map(|subject| (subject.name(), Captures::default()))
        .collect();
    let (mut findings, mut of_tests) = (Vec::new(), Vec::new());
    for case in regression::cases(plans, &mut findings, &mut of_tests) {
        match &case.test.input {
            TestInput::Capture(_) => {}
            TestInput::Log(_) => continue,
            other => panic!("{other:?}"),
        }
        let of_rule = captures.get_mut(case.subject.name()).unwrap();
        match case.test.expected {
            Expected::Count(0) => of_rule.silent += 1,
            _ => of_rule.raising += 1,
        }
    }
    assert!(findings.is_empty(), "{findings:?}");
    captures
}

#[test]
fn every_rule_has_a_positive_and_a_near_miss() {
    let packs = synthesised::packs(&project("detections"));
    let plans: Vec<PackPlan<'_>> = packs
        .iter()
        .map(|pack| plan::pack(pack, &mut Vec::new()))
        .collect();
    let captures = captures(&plans);
    let unproved: Vec<_> = captures
        .iter()
        .filter(|(_, captures)| captures.raising == 0 || captures.silent == 0)
        .collect();
    assert!(captures.len() > 80, "{}", captures.len());
    assert!(unproved.is_empty(), "{unproved:#?}");
}

#[test]
fn every_rule_has_a_btest() {
    let mut missing = Vec::new();
    for pack in synthesised::packs(&project("detections")) {
        let plan = plan::pack(&pack, &mut Vec::new());
        let names = plan.subjects().map(|subject| {
            let file = subject.path().file_stem().unwrap();
            format!("zeek-tests/tests/{}/{}.zeek", pack.name, file.display())
        });
        missing.extend(names.filter(|path| !project(path).exists()));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

fn run_tests(engine: &str, packs: &[PathBuf]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .current_dir(project(""))
        .args(["test", "--engine", engine])
        .args(packs)
        .output()
        .unwrap()
}

fn assert_passed(output: &Output, skipped: usize) {
    let out = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{out}{errors}");
    assert_contains(&errors, &format!(" passed, 0 failed, {skipped} skipped"));
    assert!(!errors.contains("without tests"), "{errors}");
}

#[test]
fn their_tests_pass_in_the_replay_engine() {
    let packs = synthesised::packs(&project("detections"));
    let packs: Vec<PathBuf> = packs
        .into_iter()
        .filter(synthesised::is_on_the_wire)
        .map(|pack| pack.path)
        .collect();
    assert!(!packs.is_empty());
    assert_passed(&run_tests("replay", &packs), 0);
}

#[test]
fn their_tests_on_logs_pass_without_zeek() {
    let output = run_tests("replay", &[project("detections/zeek-logs")]);
    let errors = String::from_utf8_lossy(&output.stderr);
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{out}{errors}");
    assert_contains(&errors, "53 of them on logs: 53 passed, 0 failed, ");
}

/// The logs are those of one release: others have more columns, or fewer.
#[test]
fn the_logs_that_their_tests_name_are_what_zeek_writes() {
    let Some(zeek) = zeek::executable().filter(|zeek| zeek::release(zeek)[..2] == [8, 0]) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for part in [
        "detections/zeek-logs",
        "zeek-tests/regression",
        "zeek-tests/Logs",
    ] {
        copy(&project(part), &folder.path().join(part));
    }
    let traces = folder.path().join("zeek-tests/Traces");
    std::os::unix::fs::symlink(project("zeek-tests/Traces"), traces).unwrap();
    for log in fs::read_dir(folder.path().join("zeek-tests/Logs")).unwrap() {
        fs::write(log.unwrap().path(), "").unwrap();
    }
    let has_ldap = has_ldap(&zeek);
    if !has_ldap {
        let rule = "detections/zeek-logs/zeek_ldap_search_roastable_accounts.yml";
        fs::remove_file(folder.path().join(rule)).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .current_dir(folder.path())
        .env("ZEEK", zeek)
        .args([
            "test",
            "--record",
            "--engine",
            "replay",
            "detections/zeek-logs",
        ])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for log in fs::read_dir(project("zeek-tests/Logs")).unwrap() {
        let log = log.unwrap();
        let name = Path::new("zeek-tests/Logs").join(log.file_name());
        if !has_ldap && name.to_string_lossy().contains(".ldap_search.") {
            continue;
        }
        let written = fs::read_to_string(folder.path().join(&name)).unwrap();
        assert!(
            written == fs::read_to_string(log.path()).unwrap(),
            "{}",
            name.display()
        );
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in WalkDir::new(from) {
        let entry = entry.unwrap();
        let to = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(to).unwrap();
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Those of the other packs pass in the replay engine, which raises on their captures what Zeek raises.
#[test]
fn tests_of_rules_on_logs_pass_in_zeek() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let skipped = if has_ldap(&zeek) { 0 } else { 2 };
    let output = run_tests("zeek", &[project("detections/zeek-logs")]);
    assert_passed(&output, skipped);
}

/// What Zeek's compiler says of code is said at each start, whatever the traffic.
#[test]
fn zeek_compiles_the_packages_without_a_word() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for pack in fs::read_dir(project("generated")).unwrap() {
        let scripts = pack.unwrap().path().join("scripts");
        let output = Command::new(&zeek)
            .current_dir(folder.path())
            .args(["-O", "ZAM"])
            .arg(&scripts)
            .args(["-e", "event zeek_init() &priority=-100 { terminate(); }"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        // A Zeek that was built without Spicy lacks the log of a rule.
        let mut said = said.lines().filter(|line| !line.contains("ldap_search"));
        assert_eq!(said.next(), None, "{}", scripts.display());
        assert!(output.status.success(), "{}", scripts.display());
    }
}

/// Whether a Zeek has ldap_search.log, as one that was built with Spicy has.
fn has_ldap(zeek: &Path) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let question =
        "event zeek_init()\n\t{\n@ifdef ( LDAP::LDAP_SEARCH_LOG )\n\tprint \"yes\";\n@endif\n\t}\n";
    let script = folder.path().join("question.zeek");
    fs::write(&script, question).unwrap();
    let output = Command::new(zeek).arg(&script).output().unwrap();
    assert!(output.status.success());
    output.stdout.starts_with(b"yes")
}
