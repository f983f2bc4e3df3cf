//! What each construct of the language does on a real Zeek: rules, and the transactions or calls on which they fire.
//!
//! The rules are data: each file of `tests/data/language` is a pack of small rules on one capture, run by one Zeek.

use std::collections::BTreeSet;

use crate::common::assert_contains;
use crate::common::cases::Pack;
use crate::common::{addresses, arguments, calls, overlaps, smb, texts, times, transactions, zeek};

/// Checks in Zeek the cases of a file on a service, with code that is loaded behind the package's.
/// What the Zeek wrote; `None` where there is none.
fn check(name: &str, service: &str, capture: &[u8], code: &str) -> Option<zeek::Logs> {
    let zeek = zeek::executable()?;
    let pack = Pack::build(name, service);
    let logs = zeek::run(&zeek, capture, &[&pack.scripts], code);
    pack.check(&logs);
    Some(logs)
}

#[test]
fn comparisons_of_text() {
    let code = r#"
redef Texts::placeholder_agents += { "key", "POWERSHELL" };
redef Texts::placeholder_builds += { "4711", "4712" };
redef Texts::placeholder_ends += { "enc y" };
redef Texts::placeholder_letters += { "x", "*" };
redef Texts::placeholder_stars += { "a\\*b" };
redef Texts::placeholder_folders += { "C:\\temp\\\\\\*" };
redef Texts::placeholder_prefixes += { "c:\\T?mp" };
redef Texts::placeholder_parts += { "o*r?hell" };
redef Texts::placeholder_empty += { "" };
"#;
    check("texts", "http", &texts::capture(), code);
}

/// A pack of one rule on a column that comes of a header.
#[test]
fn a_rule_by_itself() {
    check("alone", "http", &texts::capture(), "");
}

#[test]
fn networks_of_both_families() {
    check("addresses", "http", &addresses::capture(), "");
}

#[test]
fn addresses_of_hosts() {
    check("hosts", "http", &addresses::hosts(), "");
}

#[test]
fn http_transactions() {
    let code = r#"
redef Transactions::max_body_bytes = 64;
redef HTTP::default_capture_password = T;
redef Transactions::placeholder_values += { "alpha" };
redef Transactions::placeholder_networks_addresses += { 192.168.0.0/16 };
"#;
    let Some(logs) = check("transactions", "http", &transactions::capture(), code) else {
        return;
    };
    assert_eq!(
        columns(&logs, "http", "uri", "sigzeek_body"),
        [
            "/body the secret is here",
            "/pipe-1 736563726574",
            "/pipe-3 none"
        ]
    );
    assert_eq!(
        columns(&logs, "http", "uri", "sigzeek_response_body"),
        ["/pipe-1 7231", "/response dGhlIHNlY3JldCBpcyBoZXJl"]
    );
}

#[test]
fn dce_rpc_calls() {
    let Some(logs) = check("calls", "dce_rpc", &calls::capture(), "") else {
        return;
    };
    assert_eq!(
        columns(&logs, "dce_rpc", "operation", "sigzeek_stub"),
        [
            "CreateServiceWOW64A 636d64",
            "NetrJobDel Af8KAA==",
            "StartServiceA all"
        ]
    );
}

/// Zeek tells how calls are protected since 9.0. On older ones the package loads, and its rules are silent.
#[test]
fn protection_of_calls() {
    let pack = Pack::build("protection", "dce_rpc");
    let meta = std::fs::read_to_string(pack.scripts.with_file_name("zkg.meta")).unwrap();
    assert_contains(&meta, "depends = zeek >=9.0.0\n");
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let logs = zeek::run(&zeek, &arguments::protected(), &[&pack.scripts], "");
    if zeek::release(&zeek) >= [9, 0, 0] {
        pack.check(&logs);
    } else {
        assert!(logs.read("notice").is_empty());
    }
}

#[test]
fn arguments_of_calls() {
    let Some(logs) = check("arguments", "dce_rpc", &arguments::capture(), "") else {
        return;
    };
    assert_eq!(
        columns(&logs, "dce_rpc", "operation", "sigzeek_arguments"),
        [
            "BaseRegSetValue lpData=6500780070,dwType=31",
            "CreateServiceW lpServiceName=plain,lpBinaryPathName=C:\\Win",
        ]
    );
}

#[test]
fn calls_that_overlap() {
    check("overlaps", "dce_rpc", &overlaps::capture(), "");
}

/// Zeek ends before it writes its logs: the replay engine judges.
#[test]
fn a_capture_that_is_cut_short_has_its_test() {
    if zeek::executable().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let capture = overlaps::capture();
    std::fs::write(at("cut.pcap"), &capture[..capture.len() - 7]).unwrap();
    std::fs::write(at("whole.pcap"), &capture).unwrap();
    let info = "regression_tests_info:
    - {name: cut, type: pcap, path: cut.pcap, match_count: 4}
    - {name: whole, type: pcap, path: whole.pcap, match_count: 4}
";
    std::fs::write(at("info.yml"), info).unwrap();
    let rule = "title: Opened
id: 0d9e9b5c-6b4b-4b55-9a0e-0b5b5a1e2f01
logsource: {product: zeek, service: dce_rpc}
detection:
    selection: {endpoint: svcctl, operation: OpenSCManagerW}
    condition: selection
zeek: {notice: {suppress_for: 0}}
regression_tests_path: info.yml
";
    std::fs::write(at("rule.yml"), rule).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .args(["test", "--engine", "zeek", "rule.yml"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{errors}");
    assert!(
        errors.starts_with("cut.pcap: the capture is cut short or damaged"),
        "{errors}"
    );
    assert_contains(&errors, "2 passed, 0 failed");
}

#[test]
fn file_actions() {
    check("actions", "smb_files", &smb::capture(), "");
}

#[test]
fn tree_connects() {
    check("trees", "smb_mapping", &smb::capture(), "");
}

#[test]
fn commands() {
    check("commands", "smb_cmd", &smb::capture(), "");
}

#[test]
fn parts_of_times() {
    check("times", "http", &times::capture(), "");
}

#[test]
fn options() {
    let code = r#"
redef Options::disabled_rules += { Options::Case_000 };
redef Options::disabled_rules -= { Options::Case_001 };
redef Options::allowed_originators += { 192.168.0.0/16 };
redef Options::allowed_responders += { 10.0.0.3/32 };

hook Options::policy(rule: Options::RuleInfo, c: connection)
	{
	if ( rule$note == Options::Case_002 && c$http$uri == "/line" )
		break;
	}
"#;
    check("options", "http", &transactions::capture(), code);
}

/// Packs that bring the same columns do not get in each other's way, whichever comes first.
#[test]
fn packs_beside_each_other() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let calls = Pack::build("calls", "dce_rpc");
    let transactions = Pack::build("transactions", "http");
    let options = Pack::build("options", "http");
    let files = Pack::build("actions", "smb_files");
    let trees = Pack::build("trees", "smb_mapping");
    let smb = zeek::run(
        &zeek,
        &smb::capture(),
        &[&trees.scripts, &files.scripts],
        "",
    );
    files.check(&smb);
    trees.check(&smb);
    let (a, b, c) = (&calls.scripts, &transactions.scripts, &options.scripts);
    for scripts in [[a.as_path(), b, c], [c, b, a]] {
        let logs = zeek::run(&zeek, &calls::capture(), &scripts, "");
        calls.check(&logs);
    }
}

/// A column of a log, where it is set, behind another that tells the lines apart; sorted.
fn columns(logs: &zeek::Logs, log: &str, name: &str, column: &str) -> Vec<String> {
    let mut found: Vec<String> = logs
        .read(log)
        .iter()
        .filter_map(|line| {
            let value = match &line[column] {
                serde_json::Value::Array(values) => {
                    let values: Option<Vec<&str>> = values.iter().map(|it| it.as_str()).collect();
                    values?.join(",")
                }
                value => value.as_str()?.to_owned(),
            };
            Some(format!("{} {value}", line[name].as_str()?))
        })
        .collect();
    found.sort();
    found
}

/// Where very many plain texts are sought in a field, they are a table that Zeek goes through; they must be found all the same.
#[test]
fn many_texts_of_one_field() {
    let uris: Vec<&str> = texts::USER_AGENTS.iter().map(|(uri, _)| *uri).collect();
    let letters = |uri: &str| -> Vec<String> {
        let windows = uri.as_bytes().windows(3);
        windows
            .map(|part| String::from_utf8_lossy(part).into_owned())
            .collect()
    };
    let parts: BTreeSet<String> = uris.iter().flat_map(|uri| letters(uri)).collect();
    let parts: Vec<String> = parts.iter().take(120).cloned().collect();
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("many");
    std::fs::create_dir(&rules).unwrap();
    for (number, part) in parts.iter().enumerate() {
        // Of every other rule, more than the text is asked for.
        let method = if number % 2 == 0 {
            ""
        } else {
            "        method: GET\n"
        };
        let text = if number % 3 == 0 {
            part.to_uppercase()
        } else {
            part.clone()
        };
        let rule = format!(
            "title: Text {number}\nid: 00000000-0000-4000-8000-{number:012x}\nname: text_{number}\nstatus: test\n\
             tags:\n    - attack.execution\nlevel: low\nlogsource:\n    product: zeek\n    service: http\n\
             detection:\n    selection:\n{method}        uri|contains: '{text}'\n    condition: selection\n\
             zeek:\n    notice:\n        suppress_for: 0\n"
        );
        std::fs::write(rules.join(format!("text-{number}.yml")), rule).unwrap();
    }
    let scripts = zeek::build(&rules, &folder.path().join("generated"));
    let dispatch = std::fs::read_to_string(scripts.join("http.zeek")).unwrap();
    assert_contains(&dispatch, "request_rules_by_uri_text");
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let logs = zeek::run(&zeek, &texts::capture(), &[&scripts], "");
    let mut found: Vec<String> = logs
        .read("notice")
        .iter()
        .map(|notice| {
            let uri = notice["msg"].as_str().unwrap().split(' ').nth(1).unwrap();
            format!("{} {uri}", notice["note"].as_str().unwrap())
        })
        .collect();
    found.sort();
    let mut expected: Vec<String> = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        let found = uris.iter().filter(|uri| {
            let lower = uri.to_ascii_lowercase();
            lower.contains(&part.to_ascii_lowercase())
        });
        expected.extend(found.map(|uri| format!("Many::Text_{number} {uri}")));
    }
    expected.sort();
    assert_eq!(found, expected);
}
