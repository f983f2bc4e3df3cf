//! `sigzeek check --fix`: what it mends, what it leaves, and how it writes.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sigzeek::mending::mend;
use tempfile::TempDir;

use crate::common::assert_contains;

/// A file in a folder of its own.
struct File {
    folder: TempDir,
}

impl File {
    fn new(text: &str) -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("rule.yml"), text).unwrap();
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("rule.yml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    fn check(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_sigzeek"))
            .arg("check")
            .args(arguments)
            .arg("rule.yml")
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// A rule with comments and an odd layout, and where lines of it are put in.
fn rule(service: &str, fields: &str, condition: &str, end: &str) -> String {
    format!(
        "# a rule\ntitle:   'Upload'   # its title\nid: 0d9e9b5c-6b4b-4b55-9a0e-0b5b5a1e2f01\n\
         logsource: {{ product: zeek , service: {service} }}\n\ndetection:\n  selection:\n{fields}\n  \
         condition:  {condition}   # done\n{end}"
    )
}

/// The text after mending, on no disk.
fn mended(text: &str) -> String {
    let file = File::new(text);
    let mended = mend(&[file.path()]).unwrap();
    assert_eq!(file.text(), text);
    match mended.files.as_slice() {
        [] => text.to_owned(),
        [file] => file.new.clone(),
        files => panic!("{files:?}"),
    }
}

#[test]
fn tags_move_to_what_took_their_place() {
    let tagged = |tags: &str| rule("http", "    method: PUT", "selection", tags);
    for (wrong, right) in [
        // A tactic that was split becomes what the techniques serve.
        (
            "tags:\n  -  attack.defense-evasion # why\n  -  attack.t1070.004\n",
            "tags:\n  -  attack.stealth # why\n  -  attack.t1070.004\n",
        ),
        (
            "tags: [ attack.defense_evasion ,'attack.t1562.001' ]\n",
            "tags: [ attack.defense-impairment ,'attack.t1685' ]\n",
        ),
        (
            "tags:\r\n- 'attack.defense-evasion'\r\n- attack.t1562.002\r\n- attack.t1070.004\r\n",
            "tags:\r\n- 'attack.stealth'\r\n- 'attack.defense-impairment'\r\n- attack.t1685.001\r\n- attack.t1070.004\r\n",
        ),
        (
            "tags: [attack.defense-evasion, attack.t1562.001, attack.t1070.004]\n",
            "tags: [attack.stealth, attack.defense-impairment, attack.t1685, attack.t1070.004]\n",
        ),
        // Where they serve neither, it goes if another is left.
        (
            "tags:\n  - attack.execution\n  - attack.defense-evasion\n  - attack.t1047\n",
            "tags:\n  - attack.execution\n  - attack.t1047\n",
        ),
        (
            "tags:\n  - attack.defense-evasion\n  - attack.t1047\n",
            "tags:\n  - attack.defense-evasion\n  - attack.t1047\n",
        ),
        // Where there are none, nobody can tell.
        (
            "tags:\n  - attack.defense-evasion\n",
            "tags:\n  - attack.defense-evasion\n",
        ),
        // No tag comes twice.
        (
            "tags:\n  - attack.t1562.001 # one\n  - attack.t1562.006 # two\n  - attack.defense-impairment\n  - attack.defense-evasion\n",
            "tags:\n  - attack.t1685 # one\n  - attack.defense-impairment\n",
        ),
        (
            "tags: [attack.t1685, attack.t1562.001, attack.t1562.006]\n",
            "tags: [attack.t1685]\n",
        ),
        (
            "tags: [attack.t1562.006, attack.t1562.001, attack.t1685]\n",
            "tags: [attack.t1685]\n",
        ),
    ] {
        assert_eq!(mended(&tagged(wrong)), tagged(right), "{wrong}");
    }
}

#[test]
fn each_mend_changes_its_words_alone() {
    let plain = |fields: &str| rule("http", fields, "selection", "");
    let call = |fields: &str| rule("dce_rpc", fields, "selection", "");
    let end = |end: &str| rule("http", "    method: PUT", "selection", end);
    for (wrong, right) in [
        // Modifiers.
        (
            plain("    'uri|contain' :  [ 'a' ,\"b\" ]  # c"),
            plain("    'uri|contains' :  [ 'a' ,\"b\" ]  # c"),
        ),
        (plain("    uri|regex|i: a.b"), plain("    uri|re|i: a.b")),
        (plain("    uri|equals: a"), plain("    uri: a")),
        (plain("    uri|: a"), plain("    uri: a")),
        (
            plain("    uri|contains|all: a"),
            plain("    uri|contains: a"),
        ),
        (plain("    uri|re|contains: a"), plain("    uri|re: a")),
        (plain("    uri|re|cased: a"), plain("    uri|re: a")),
        (plain("    uri|i: a"), plain("    uri: a")),
        (
            plain("    body|wide|utf16le|contains: a"),
            plain("    body|wide|contains: a"),
        ),
        // Fields, names and services.
        (plain("    \"metod\": a"), plain("    \"method\": a")),
        (
            rule("htpp", "    method: PUT", "selection", ""),
            rule("http", "    method: PUT", "selection", ""),
        ),
        (
            call("    endpoint: 'atscv'\n    operation: NetrJobAdd"),
            call("    endpoint: 'atsvc'\n    operation: NetrJobAdd"),
        ),
        (
            call("    endpoint: 'NetrJobAdd' # one\n    operation: atsvc"),
            call("    endpoint: atsvc # one\n    operation: 'NetrJobAdd'"),
        ),
        (
            call("    endpoint: NetrJobAdd"),
            call("    operation: NetrJobAdd"),
        ),
        (
            call("    endpoint: 86D35949-83C9-4044-B424-DB363231FD0C\n    operation: SchRpcRun"),
            call("    uuid: 86d35949-83c9-4044-b424-db363231fd0c\n    operation: SchRpcRun"),
        ),
        (
            rule("smb_files", "    action: FILE_WRITE", "selection", ""),
            rule("smb_files", "    action: SMB::FILE_WRITE", "selection", ""),
        ),
        // Conditions.
        (
            rule(
                "http",
                "    method: PUT",
                "'selektion AND not selektion'",
                "",
            ),
            rule(
                "http",
                "    method: PUT",
                "'selection and not selection'",
                "",
            ),
        ),
        // Metadata.
        (end("levle: low\n"), end("level: low\n")),
        (end("level:  High # l\n"), end("level:  high # l\n")),
        (end("date: 2024/01/31\n"), end("date: 2024-01-31\n")),
        (
            end("tags: [T1053.005, attack.t1086, 'attack.lateral_movment']\n"),
            end("tags: [attack.t1053.005, attack.t1059.001, 'attack.lateral-movement']\n"),
        ),
        (
            end("zeek: {raise_at: request, enabled: ture}\n"),
            end("zeek: {raise_on: request, enabled: true}\n"),
        ),
    ] {
        // What a technique does not serve, and scores, are other matters.
        assert_eq!(mended(&wrong), right);
        assert_eq!(mended(&right), right);
    }
}

#[test]
fn what_has_several_answers_is_left() {
    let plain = |fields: &str| rule("http", fields, "selection", "");
    for wrong in [
        // Two names are as near.
        rule(
            "dce_rpc",
            "    endpoint: atsvc\n    operation: NetrJobAd",
            "selection",
            "",
        ),
        // Two ways out.
        plain("    uri|not|contains: a"),
        plain("    uri|and: [a, b]"),
        plain("    uri|startswith|endswith: a"),
        plain("    uri|re|startswith: a"),
        plain("    uri|cased|i: a"),
        plain("    CommandLine: a"),
        // The right key is there already.
        plain("    methd: a\n    method: b"),
        rule(
            "http",
            "    method: PUT",
            "selection",
            "level: low\nlevle: high\n",
        ),
        // Not written as it reads.
        plain("    \"ur\\x69i\": a"),
        // Some of several values.
        rule(
            "dce_rpc",
            "    endpoint: [NetrJobAdd, atsvc]",
            "selection",
            "",
        ),
    ] {
        assert_eq!(mended(&wrong), wrong);
    }
}

#[test]
fn mends_come_in_passes_until_nothing_is_left() {
    let wrong = rule("http", "    urii|contain|contain: a", "selection", "");
    let right = rule("http", "    uri|contains: a", "selection", "");
    assert_eq!(mended(&wrong), right);
}

#[test]
fn a_file_is_mended_whole_or_left() {
    // `metod` becomes `method`, beside which there is one under an alias.
    let text = rule(
        "http",
        "    metod: a\n    uri|contain: b",
        "selection and other",
        "",
    )
    .replace("  selection:\n", "  other: &x {method: c}\n  selection:\n");
    let text = text + "levle: low\n";
    let file = File::new(&text);
    let mended = mend(&[file.path()]).unwrap();
    assert!(mended.left.is_empty());
    assert!(
        mended.files[0]
            .new
            .contains("    method: a\n    uri|contains: b")
    );
}

#[test]
fn documents_of_a_file_are_mended_together() {
    let one = rule("http", "    methd: PUT", "selection", "");
    let two = one.replace("Upload", "Other").replace("2f01", "2f02");
    let wrong = format!("{one}---\n{two}");
    assert_eq!(mended(&wrong), wrong.replace("methd", "method"));
}

#[test]
fn the_command_writes_and_says_what_is_left() {
    let wrong = rule(
        "http",
        "    methd: PUT\n    CommandLine: x",
        "selection",
        "",
    );
    let file = File::new(&wrong);
    let output = file.check(&["--fix"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let errors = text(&output.stderr);
    assert!(errors.contains("error[E401]: http has no field `CommandLine`"));
    assert!(!errors.contains("methd"));
    assert!(errors.ends_with("1 rule file: 1 error, 0 warnings\n1 finding fixed in 1 file\n"));
    assert_eq!(file.text(), wrong.replace("methd", "method"));
    let names: Vec<_> = fs::read_dir(file.folder.path()).unwrap().collect();
    assert_eq!(names.len(), 1);

    let output = file.check(&["--fix", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["errors"], 1);
    assert_eq!(text(&output.stderr), "0 findings fixed in 0 files\n");
}

#[test]
fn a_dry_run_prints_a_diff_and_writes_nothing() {
    let wrong = rule("http", "    methd: PUT", "selection", "");
    let file = File::new(&wrong);
    let before = fs::metadata(file.path()).unwrap();
    let output = file.check(&["--fix", "--dry-run"]);
    assert_eq!(output.status.code(), Some(1));
    let diff = text(&output.stdout);
    assert!(
        diff.starts_with("--- a/rule.yml\n+++ b/rule.yml\n@@ "),
        "{diff}"
    );
    assert_contains(diff, "\n-    methd: PUT\n+    method: PUT\n");
    assert!(text(&output.stderr).ends_with("1 finding would be fixed in 1 file\n"));
    assert_eq!(file.text(), wrong);
    let after = fs::metadata(file.path()).unwrap();
    assert_eq!((before.ino(), before.mtime()), (after.ino(), after.mtime()));

    let sound = File::new(&wrong.replace("methd", "method"));
    let output = sound.check(&["--fix", "--dry-run"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty());
    assert_eq!(sound.check(&["--dry-run"]).status.code(), Some(2));
}

#[test]
fn files_without_a_mend_are_not_touched() {
    let file = File::new(&rule("http", "    CommandLine: x", "selection", ""));
    let before = fs::metadata(file.path()).unwrap();
    file.check(&["--fix"]);
    let after = fs::metadata(file.path()).unwrap();
    assert_eq!(before.ino(), after.ino());
}

#[test]
fn links_modes_marks_and_line_ends_stay() {
    let wrong = format!(
        "\u{feff}{}",
        rule("http", "    methd: PUT", "selection", "").replace('\n', "\r\n")
    );
    let file = File::new("");
    let target = file.folder.path().join("target");
    fs::write(&target, &wrong).unwrap();
    fs::set_permissions(&target, Permissions::from_mode(0o640)).unwrap();
    fs::remove_file(file.path()).unwrap();
    symlink("target", file.path()).unwrap();
    let output = file.check(&["--fix"]);
    assert!(text(&output.stderr).ends_with("1 finding fixed in 1 file\n"));
    assert!(fs::symlink_metadata(file.path()).unwrap().is_symlink());
    assert_eq!(fs::metadata(&target).unwrap().mode() & 0o7777, 0o640);
    assert_eq!(
        fs::read_to_string(&target).unwrap(),
        wrong.replace("methd", "method")
    );
}

#[test]
fn a_change_in_between_is_not_overwritten() {
    let file = File::new(&rule("http", "    methd: PUT", "selection", ""));
    let mended = mend(&[file.path()]).unwrap();
    fs::write(file.path(), "title: mine\n").unwrap();
    let error = mended.files[0].write().unwrap_err().to_string();
    assert_contains(&error, "changed meanwhile");
    assert_eq!(file.text(), "title: mine\n");
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    let file = File::new(&rule("http", "    methd: PUT", "selection", ""));
    let mended = mend(&[file.path()]).unwrap();
    fs::remove_file(file.path()).unwrap();
    assert!(mended.files[0].write().is_err());
    assert!(!file.path().exists());
}

/// Whatever the cases hold, mending them ends, and says less than before.
#[test]
fn every_case_of_the_diagnostics_can_be_mended_or_left() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/diagnostics");
    let mended = mend(&[folder]).unwrap();
    assert!(mended.files.len() > 20);
    assert!(mended.left.is_empty(), "{:?}", mended.left);
    for file in &mended.files {
        assert_ne!(file.old, file.new);
        assert_eq!(file.old.lines().count(), file.new.lines().count());
    }
}

#[test]
fn what_a_pack_says_is_mended_too() {
    let folder = TempDir::new().unwrap();
    let rule = rule("http", "    method: PUT", "selection", "");
    fs::write(folder.path().join("rule.yml"), rule).unwrap();
    let pack = folder.path().join("pack.yml");
    fs::write(&pack, "modul: Web # ours\n").unwrap();
    let mended = mend(&[folder.path().to_owned()]).unwrap();
    assert_eq!(mended.files.len(), 1);
    mended.files[0].write().unwrap();
    assert_eq!(fs::read_to_string(pack).unwrap(), "module: Web # ours\n");
}

#[test]
fn thousands_of_mends_are_one() {
    let fields = |modifier: &str| {
        let lines = (0..3000).map(|number| format!("    - uri|{modifier}: a{number}"));
        lines.collect::<Vec<String>>().join("\n")
    };
    let wrong = rule("http", &fields("contain"), "selection", "");
    let right = rule("http", &fields("contains"), "selection", "");
    assert_eq!(mended(&wrong), right);
}
