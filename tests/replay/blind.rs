//! `sigzeek replay --blind`: which calls the rules on payload could read.

use std::fs;
use std::path::Path;

use super::commands::sigzeek;
use crate::common::{arguments, smb};

/// A rule on the services that are created.
fn rule(title: &str, id: u8, test: &str) -> String {
    format!(
        "title: {title}
id: 06a6a29d-2aa7-4406-98d7-f43f6eeba0{id:02}
status: test
level: low
logsource: {{product: zeek, service: dce_rpc}}
detection:
    selection:
        endpoint: svcctl
        operation: CreateServiceW
        {test}
    condition: selection
"
    )
}

fn blind(capture: &Path, format: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules");
    fs::create_dir(&rules).unwrap();
    let tests = [
        ("Stub", "stub|contains: 'cmd'"),
        ("Argument", "argument.lpServiceName|exists: true"),
        ("Result", "result.return: 0"),
        ("Header", "stub_len|gt: 20"),
    ];
    for (id, (title, test)) in (0..).zip(tests) {
        fs::write(rules.join(format!("{title}.yml")), rule(title, id, test)).unwrap();
    }
    let [capture, rules] = [capture, &rules].map(|path| path.to_str().unwrap());
    let ran = sigzeek(&[
        "replay", "--blind", "--format", format, "-r", capture, rules,
    ]);
    assert_eq!(ran.status, 0, "{}", ran.errors);
    ran.out
}

fn protected() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("calls.pcap"), arguments::protected()).unwrap();
    folder
}

#[test]
fn counts_what_keeps_calls_from_being_read() {
    let folder = protected();
    let table = blind(folder.path(), "human");
    assert_eq!(
        table,
        "readable  sealed  fragmented  undecodable  unanswered  rule
3         1       1           1            0           Argument
3         1       1           1            0           Result
4         1       1           0            0           Stub
"
    );
    let csv = blind(folder.path(), "csv");
    let id = "06a6a29d-2aa7-4406-98d7-f43f6eeba0";
    assert_eq!(
        csv,
        format!(
            "rule_id,title,readable,sealed,fragmented,undecodable,unanswered,smb3_messages
{id}01,Argument,3,1,1,1,0,0
{id}02,Result,3,1,1,1,0,0
{id}00,Stub,4,1,1,0,0,0
"
        )
    );
    let json = blind(folder.path(), "json");
    let line: serde_json::Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!(line["title"], "Argument");
    assert_eq!((&line["readable"], &line["sealed"]), (&3.into(), &1.into()));
    let tsv = blind(folder.path(), "tsv");
    assert!(tsv.contains(&format!("\n{id}01\tArgument\t3\t1\t1\t1\t0\t0\n")));
}

#[test]
fn tells_of_encrypted_smb() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("smb3.pcap"), smb::encrypted()).unwrap();
    let table = blind(folder.path(), "human");
    assert_eq!(
        table,
        "no call of the operations of 3 payload rules
2 encrypted SMB3 messages, which may hold calls
"
    );
}

#[test]
fn calls_are_listed_as_sealed_or_cut() {
    let folder = protected();
    let capture = folder.path().join("calls.pcap");
    let ran = sigzeek(&["rpc", "--from-capture", capture.to_str().unwrap()]);
    let calls: Vec<&str> = ran
        .out
        .lines()
        .filter_map(|line| line.split_once("svcctl::"))
        .map(|(_, call)| call)
        .collect();
    assert!(calls[2].starts_with("CreateServiceW(lpServiceName=\"integrity\""));
    assert!(calls[3].contains(" bytes, sealed) -> "), "{}", calls[3]);
    assert!(calls[4].contains(" bytes, fragment)"), "{}", calls[4]);
    assert!(calls[5].contains("(34 bytes that cannot be read)"));
}
