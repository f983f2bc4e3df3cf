//! Extraction of files whose transfer a rule matches, and lines of `smb_files.log` for what is written, on a real Zeek.

use std::path::{Path, PathBuf};

use crate::common::{smb, zeek};
use serde_json::Value;
use tempfile::TempDir;

/// Rules of a pack, compiled.
struct Pack {
    scripts: PathBuf,
    _folder: TempDir,
}

/// Compiles a pack of one rule on what is written to, with its `zeek:` block and the pack's own description.
fn pack(name: &str, selection: &str, block: &str, description: &str) -> Pack {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join(name);
    std::fs::create_dir(&rules).unwrap();
    let rule = format!(
        "title: File written\nid: 00000000-0000-4000-8000-000000000001\nstatus: test\nlevel: low\n\
         tags: [attack.lateral-movement, attack.t1570]\n\
         logsource: {{product: zeek, service: smb_files}}\n\
         detection:\n    selection: {{{selection}}}\n    condition: selection\nzeek:\n{block}"
    );
    std::fs::write(rules.join("written.yml"), rule).unwrap();
    std::fs::write(rules.join("pack.yml"), description).unwrap();
    let scripts = zeek::build(&rules, &folder.path().join("generated"));
    Pack {
        scripts,
        _folder: folder,
    }
}

const EXTRACT: &str = "    extract_file: true\n";
const WRITTEN: &str = "action: ['SMB::FILE_WRITE', 'SMB::PRINT_WRITE']";

/// Notices of a type: message, and the saved copy's name without the ids at its beginning.
fn notices(logs: &zeek::Logs, note: &str) -> Vec<(String, String)> {
    let mut found: Vec<_> = logs
        .read("notice")
        .iter()
        .filter(|notice| notice["note"] == note)
        .map(|notice| (text(&notice["msg"]), without_ids(&text(&notice["sub"]))))
        .collect();
    found.sort();
    found
}

/// The copies that were saved: name without the ids, and content.
fn copies(logs: &zeek::Logs) -> Vec<(String, String)> {
    let Ok(entries) = std::fs::read_dir(logs.folder().join("extract_files")) else {
        return Vec::new();
    };
    let mut found: Vec<_> = entries
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let content = std::fs::read(entry.path()).unwrap();
            (
                without_ids(&name),
                String::from_utf8_lossy(&content).into_owned(),
            )
        })
        .collect();
    found.sort();
    found
}

fn without_ids(name: &str) -> String {
    let mut parts = name.splitn(3, '_');
    let ids = (parts.next().unwrap(), parts.next().unwrap());
    assert!(ids.0.starts_with('C'), "{name}");
    let rest = parts.next().unwrap();
    assert!(ids.1.starts_with('F'), "{name}");
    rest.to_owned()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn run(capture: &[u8], scripts: &[&Path], code: &str) -> Option<zeek::Logs> {
    let zeek = zeek::executable()?;
    Some(zeek::run(&zeek, capture, scripts, code))
}

#[test]
fn files_are_saved_and_hashed_and_a_notice_says_so() {
    let pack = pack(
        "saved",
        "action: 'SMB::FILE_WRITE', path|endswith: '\\C$'",
        EXTRACT,
        "",
    );
    let Some(logs) = run(&smb::capture(), &[&pack.scripts], "") else {
        return;
    };
    let saved = |name: &str, path: &str| {
        (
            format!("Saved a copy of a file: SMB::FILE_WRITE {path}"),
            name.to_owned(),
        )
    };
    assert_eq!(
        notices(&logs, "Saved::Written_File_Extracted"),
        [
            saved("_OLD_C$_temp_drop.exe", r"\\OLD\C$\temp\drop.exe"),
            saved("_files_C$tools_new.exe", r"\\files\C$\tools\new.exe"),
        ]
    );
    assert_eq!(
        copies(&logs),
        [
            (
                "_OLD_C$_temp_drop.exe".to_owned(),
                "MZ oldand the rest".to_owned()
            ),
            (
                "_files_C$tools_new.exe".to_owned(),
                "MZ newsome more".to_owned()
            ),
        ]
    );
    let files = logs.read("files");
    let saved: Vec<&Value> = files
        .iter()
        .filter(|file| !file["extracted"].is_null())
        .collect();
    assert_eq!(saved.len(), 2);
    for file in saved {
        for hash in ["md5", "sha1", "sha256"] {
            assert!(file[hash].is_string(), "{file}");
        }
    }
}

#[test]
fn only_what_a_rule_matches_is_saved() {
    let pack = pack(
        "some",
        "action: 'SMB::FILE_READ', name|contains: notes, data_offset|lt: 11",
        EXTRACT,
        "",
    );
    let Some(logs) = run(&smb::capture(), &[&pack.scripts], "") else {
        return;
    };
    // Ten bytes that the capture does not have come before what is read.
    let content = format!("{}some notes", "\0".repeat(10));
    assert_eq!(
        copies(&logs),
        [("_OLD_C$_temp_notes.txt".to_owned(), content)]
    );
}

#[test]
fn notices_have_bzars_type_where_the_pack_has_its_style() {
    let message = "    extract_file: {message: 'Saved {name} of {size} bytes'}\n";
    let selection = format!("{WRITTEN}, name|endswith: [.ps, drop.exe]");
    let pack = pack("styled", &selection, message, "notice_style: attack");
    let Some(logs) = run(&smb::capture(), &[&pack.scripts], "") else {
        return;
    };
    assert_eq!(
        notices(&logs, "ATTACK::Lateral_Movement_Extracted_File"),
        [
            (
                r"Saved \temp\drop.exe of 0 bytes".to_owned(),
                "_OLD_C$_temp_drop.exe".to_owned()
            ),
            (
                "Saved letter.ps of 0 bytes".to_owned(),
                "_files_laserletter.ps".to_owned()
            ),
        ]
    );
}

#[test]
fn options_keep_back_files_and_notices() {
    let pack = pack("kept", WRITTEN, EXTRACT, "");
    let many = 5;
    for (code, files, said) in [
        ("", many, many),
        ("redef Kept::extract_files = F;", 0, 0),
        ("redef Kept::report_extracted_files = F;", many, 0),
        ("redef Kept::disabled_rules += { Kept::Written };", 0, 0),
        ("redef Kept::silent_rules += { Kept::Written };", many, 0),
        ("redef Kept::allowed_originators += { 10.0.0.0/8 };", 2, 2),
    ] {
        let Some(logs) = run(&smb::capture(), &[&pack.scripts], code) else {
            return;
        };
        let notices = notices(&logs, "Kept::Written_File_Extracted");
        assert_eq!(copies(&logs).len(), files, "{code}");
        assert_eq!(notices.len(), said, "{code}: {notices:?}");
    }
}

#[test]
fn no_more_is_saved_than_the_bound() {
    let pack = pack(
        "bounded",
        "action: 'SMB::FILE_WRITE', name|endswith: new.exe",
        EXTRACT,
        "",
    );
    let code = "redef Bounded::max_extracted_bytes = 8;";
    let Some(logs) = run(&smb::capture(), &[&pack.scripts], code) else {
        return;
    };
    assert_eq!(
        copies(&logs),
        [("_files_C$tools_new.exe".to_owned(), "MZ newso".to_owned())]
    );
}

#[test]
fn no_name_leads_out_of_the_folder() {
    let pack = pack("hostile", WRITTEN, EXTRACT, "");
    let names = [
        r"..\..\..\..\tmp\out.exe",
        "../../../../tmp/out.exe",
        "/etc/cron.d/out",
        "a\u{1}b\u{e9}c d%s.exe",
        &"long".repeat(500),
    ];
    let Some(logs) = run(&smb::files_written(&names), &[&pack.scripts], "") else {
        return;
    };
    let saved = copies(&logs);
    assert_eq!(saved.len(), names.len(), "{saved:?}");
    for (name, _) in &saved {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._$-".contains(&byte);
        assert!(name.bytes().all(is_plain), "{name}");
        assert!(name.len() <= 200, "{name}");
    }
    assert!(
        saved
            .iter()
            .any(|(name, _)| name == "_files_C$.._.._.._.._tmp_out.exe")
    );
}

#[test]
fn packs_that_extract_one_file_save_it_once() {
    let (one, other) = (
        pack("one", WRITTEN, EXTRACT, ""),
        pack("other", WRITTEN, EXTRACT, ""),
    );
    let Some(logs) = run(&smb::capture(), &[&one.scripts, &other.scripts], "") else {
        return;
    };
    let said = notices(&logs, "One::Written_File_Extracted");
    assert_eq!(said, notices(&logs, "Other::Written_File_Extracted"));
    assert_eq!(said.len(), copies(&logs).len());
}

#[test]
fn writes_are_logged_where_a_pack_says_so() {
    let logged = "log_file_writes: true";
    let (one, other) = (
        pack("one", WRITTEN, "    enabled: false\n", logged),
        pack("other", WRITTEN, "    enabled: false\n", logged),
    );
    let quiet = pack(
        "quiet",
        WRITTEN,
        "    enabled: false\n",
        "log_file_writes: false",
    );
    // A line has what was last written; the base scripts log one line for several writes that are alike.
    let code = "redef SMB::logged_file_actions += { SMB::FILE_CLOSE };";
    let lines = |scripts: &[&Path]| -> Option<Vec<String>> {
        let logs = run(&smb::capture(), scripts, code)?;
        let lines = logs.read("smb_files");
        let columns = [
            "action",
            "name",
            "data_offset_req",
            "data_len_req",
            "data_len_rsp",
        ];
        let line = |line: &Value| columns.map(|column| line[column].to_string()).join(" ");
        Some(lines.iter().map(line).collect())
    };
    let Some(both) = lines(&[&one.scripts, &other.scripts]) else {
        return;
    };
    for expected in [
        r#""SMB::FILE_WRITE" "tools\\new.exe" 0 6 null"#,
        r#""SMB::FILE_CLOSE" "tools\\svchost.exe" 6 9 null"#,
        r#""SMB::FILE_WRITE" "\\temp\\drop.exe" 0 6 null"#,
        r#""SMB::FILE_CLOSE" "\\temp\\drop.exe" 6 12 12"#,
        r#""SMB::FILE_CLOSE" "\\both.txt" 3 7 7"#,
    ] {
        assert!(
            both.iter().any(|line| line == expected),
            "{expected}: {both:#?}"
        );
    }
    assert_eq!(lines(&[&other.scripts]), Some(both));
    let quiet = lines(&[&quiet.scripts]).unwrap();
    let is_quiet = |line: &String| !line.contains("FILE_WRITE") && line.ends_with("null null null");
    assert!(quiet.iter().all(is_quiet), "{quiet:#?}");
}
