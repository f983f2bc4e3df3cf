//! `sigzeek why`: what of a rule held and what failed, on captures and on logs, with the values that were seen.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::common::assert_contains;
use crate::common::capture::Capture;

const RULE: &str = "title: Page
id: 8f1c5a60-7b2e-4c1c-9a5e-2f4a3f3f9b01
name: page
status: test
level: low
logsource: {product: zeek, service: http}
detection:
    selection:
        method: GET
        uri|startswith: /page
        status_code: 200
    filter:
        user_agent: known
        host:
            - a.example
            - b.example
    condition: selection and not filter
";

const CORRELATION: &str = "---
title: Pages
id: 8f1c5a60-7b2e-4c1c-9a5e-2f4a3f3f9b02
name: pages
level: low
correlation:
    type: value_count
    rules: [page]
    group-by: [id.orig_h]
    timespan: 5m
    condition: {field: uri, gte: 3}
";

/// Requests with their replies, a connection each.
fn capture(requests: &[(&str, u16)]) -> Vec<u8> {
    let mut capture = Capture::new();
    for (request, status) in requests {
        let mut connection = capture.connect([10, 0, 0, 1], [10, 0, 0, 2], 80);
        connection
            .client(format!("{request} HTTP/1.1\r\nHost: h\r\n\r\n"))
            .server(format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n"));
        connection.close();
    }
    capture.finish()
}

/// The status, and what is printed, with the rule's file as `rule.yml`.
fn why(rule: &str, name: &str, bytes: &[u8], more: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rule.yml"), rule).unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .current_dir(folder.path())
        .args(["why", name, "rule.yml"])
        .args(more)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// The lines without the times and ends that they begin with.
fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| match line.split_once(":80, ") {
            Some((_, seen)) => format!("  … {seen}"),
            None => line.to_owned(),
        })
        .collect()
}

#[test]
fn the_nearest_attempts_come_first() {
    let capture = capture(&[("GET /other", 200), ("GET /page", 404), ("PUT /other", 200)]);
    let (status, out, errors) = why(RULE, "capture.pcap", &capture, &["--limit", "2"]);
    assert_eq!((status, errors.as_str()), (0, ""));
    assert_eq!(
        lines(&out),
        [
            "Page (Rule::Page)",
            "  tried 3 times, did not match",
            "  … GET /page, at http_reply",
            "    fails  rule.yml:11: status_code: 200",
            "           status_code is \"404\"",
            "  … GET /other, at http_request",
            "    fails  rule.yml:10: uri|startswith: /page",
            "           uri is \"/other\"",
            "    holds  rule.yml:9: method: GET",
            "           method is \"GET\"",
        ]
    );
}

/// What is negated, what is not set, and what held as a whole.
#[test]
fn tests_are_told_by_themselves() {
    let rule = RULE.replace("status_code: 200", "status_code|gte: 200");
    let rule = rule.replace("user_agent: known", "user_agent|exists: false");
    let rule = rule.replace("a.example", "h");
    let (_, out, _) = why(&rule, "capture.pcap", &capture(&[("GET /page", 200)]), &[]);
    assert_eq!(
        lines(&out)[2..],
        [
            "  … GET /page, at http_all_headers",
            "    fails  as a whole, of which by themselves:",
            "      holds  rule.yml:13: user_agent|exists: false",
            "      holds  rule.yml:15: - h",
            "      fails  rule.yml:16: - b.example",
            "           user_agent is not set",
            "           host is \"h\"",
        ]
    );
}

#[test]
fn windows_are_shown_as_they_filled() {
    let rule = format!("{RULE}{CORRELATION}");
    let pages = ["/page1", "/page2", "/page1", "/page3", "/page4"];
    let requests = pages.map(|page| format!("GET {page}"));
    let requests = requests.each_ref().map(|request| (request.as_str(), 200));
    let (_, out, _) = why(
        &rule,
        "capture.pcap",
        &capture(&requests),
        &["--limit", "3"],
    );
    let text: Vec<String> = out
        .lines()
        .skip_while(|line| !line.starts_with("Pages"))
        .map(|line| {
            let words = line
                .split(' ')
                .filter(|word| word.parse::<f64>().is_err() || word.len() < 4);
            words.collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(
        text,
        [
            "Pages (Rule::Pages)",
            "  matched 2 times, from to",
            "  `page` matched 5 times, from to",
            "  id.orig_h 10.0.0.1:",
            "    fails  2, with `page`",
            "    fails  2, with `page`",
            "    holds  3, with `page`",
        ]
    );
}

#[test]
fn logs_are_told_by_line() {
    let log = "{\"_path\":\"http\",\"ts\":1.5,\"method\":\"GET\",\"uri\":\"/page\",\"status_code\":302}\n";
    let (status, out, errors) = why(RULE, "http.log", log.as_bytes(), &[]);
    assert_eq!((status, errors.as_str()), (0, ""));
    assert_eq!(
        out.lines().skip(2).collect::<Vec<_>>(),
        [
            "  1.500000 GET /page, on line 1 of the log",
            "    holds  rule.yml:9: method: GET",
            "           method is \"GET\"",
            "    holds  rule.yml:10: uri|startswith: /page",
            "           uri is \"/page\"",
            "    fails  rule.yml:11: status_code: 200",
            "           status_code is \"302\"",
            "    holds  none of 3 tests",
            "           user_agent is not set",
            "           host is not set",
        ]
    );
}

#[test]
fn json_has_every_value() {
    let rule = format!("{RULE}{CORRELATION}");
    let (status, out, _) = why(
        &rule,
        "capture.pcap",
        &capture(&[("GET /page", 200), ("GET /page", 404)]),
        &["--format", "json"],
    );
    assert_eq!(status, 0);
    let lines: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [rule, correlation] = lines.as_slice() else {
        panic!("{out}");
    };
    assert_eq!(rule["file"], "capture.pcap");
    assert_eq!((&rule["tried"], &rule["matches"]), (&json!(2), &json!(1)));
    let attempts = rule["attempts"].as_array().unwrap();
    assert_eq!(attempts[0]["matched"], true);
    let missed = &attempts[1];
    assert_eq!(missed["matched"], false);
    assert_eq!(missed["event"], "http_reply");
    assert_eq!(missed["id.resp_h"], "10.0.0.2");
    assert_eq!(
        missed["parts"],
        json!([{
            "held": false,
            "tests": [{"file": "rule.yml", "line": 11, "text": "status_code: 200", "held": false}],
            "values": {"status_code": "404"},
        }])
    );
    let groups = &correlation["groups"];
    assert_eq!(groups[0]["group"], json!({"id.orig_h": "10.0.0.1"}));
    assert_eq!(groups[0]["steps"][0]["value"], "1");
    assert_eq!(groups[0]["steps"][0]["held"], false);
}

/// Long values are cut, and no byte of a capture reaches the terminal as it is.
#[test]
fn values_are_bounded_and_printable() {
    let request = format!("GET /\x1b[31m{}", "a".repeat(5000));
    let (_, out, _) = why(RULE, "capture.pcap", &capture(&[(&request, 200)]), &[]);
    assert!(!out.contains('\x1b'));
    assert_contains(&out, "uri is \"/\\x1b[31maaa");
    assert_contains(&out, "more bytes");
}

#[test]
fn what_cannot_be_tried_is_said() {
    let (status, out, errors) = why(RULE, "notes.txt", b"no capture, and no log\n", &[]);
    assert_eq!((status, out.as_str()), (2, ""));
    assert_contains(&errors, "notes.txt: neither a capture nor a Zeek log");

    let (status, _, errors) = why(RULE, "capture.pcap", b"no capture\n", &[]);
    assert_eq!(status, 2);
    assert_contains(&errors, "not a capture");

    let wrong = RULE.replace("status_code: 200", "status_cod: 200");
    let (status, out, errors) = why(&wrong, "capture.pcap", &capture(&[("GET /", 200)]), &[]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(
        errors.contains("error[E401]") && errors.contains("nothing was tried"),
        "{errors}"
    );

    let nothing = why(RULE, "capture.pcap", &capture(&[]), &["--rule", "other"]);
    assert_eq!((nothing.0, nothing.1.as_str()), (0, ""));

    let (status, out, _) = why(RULE, "capture.pcap", &capture(&[]), &["--rule", "PAGE"]);
    assert_eq!(
        (status, out.as_str()),
        (0, "no transaction was seen: Rule::Page\n")
    );
}

#[test]
fn rules_of_a_correlation_are_found_in_its_pack() {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("pack");
    fs::create_dir_all(pack.join("rules")).unwrap();
    let path = |name: &str| pack.join(name);
    fs::write(path("pack.yml"), "description: Pages.\n").unwrap();
    fs::write(path("rules/page.yml"), RULE).unwrap();
    let other = RULE
        .replace("title: Page", "title: Another")
        .replace("b01", "b03");
    let other = other.replace("name: page", "name: another");
    fs::write(path("rules/another.yml"), other).unwrap();
    fs::write(path("pages.yml"), CORRELATION.trim_start_matches("---\n")).unwrap();
    let requests = [
        ("GET /page1", 200),
        ("GET /page2", 200),
        ("GET /page3", 200),
    ];
    fs::write(path("pages.pcap"), capture(&requests)).unwrap();
    let why = |rules: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
            .arg("why")
            .args([path("pages.pcap"), path(rules)])
            .output()
            .unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code().unwrap(), said)
    };
    let (status, said) = why("pages.yml");
    assert_eq!(status, 0, "{said}");
    for part in ["Pages (", "Page (", "`page` matched 3 times"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("Another"), "{said}");
    // What is in no file of the pack stays unknown.
    fs::remove_file(path("rules/page.yml")).unwrap();
    let (status, said) = why("pages.yml");
    assert_eq!(status, 1, "{said}");
    assert_contains(&said, "E801");
}
