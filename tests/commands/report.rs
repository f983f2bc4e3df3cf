//! The report: what is on the page, that nothing of a rule becomes part of it, and that bad input leaves nothing behind.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use crate::common::assert_contains;
use crate::common::work::Work;

impl Work {
    fn with_rule(rule: &str) -> Self {
        let work = Self::new();
        work.write("rules/rule.yml", rule);
        work
    }

    fn report(&self, arguments: &[&str]) -> Output {
        self.command(&["report", "rules", "-o", "out"])
            .args(arguments)
            .output()
            .unwrap()
    }

    #[track_caller]
    fn page(&self, arguments: &[&str]) -> String {
        let output = self.report(arguments);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{errors}");
        fs::read_to_string(self.path("out/index.html")).unwrap()
    }
}

fn rule(rest: &str) -> String {
    format!(
        "title: Upload\nid: 00000000-0000-4000-8000-000000000001\n{rest}\
         logsource:\n    product: zeek\n    service: http\n\
         detection:\n    selection:\n        method: PUT\n    condition: selection\n"
    )
}

fn shipped(path: &str, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .arg("report")
        .arg(path)
        .arg("-o")
        .arg(folder.path())
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{errors}");
    fs::read_to_string(folder.path().join("index.html")).unwrap()
}

/// A tag: its name and its attributes.
#[derive(Debug)]
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

/// The tags of a page as a browser would see them, and the page's text; what is in style and script is left out.
fn tags(page: &str) -> (Vec<Tag>, String) {
    let (mut tags, mut text) = (Vec::new(), String::new());
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        rest = &rest[start + 1..];
        let name_end = rest
            .find(|character: char| !character.is_ascii_alphanumeric() && !"/!".contains(character))
            .unwrap();
        let name = rest[..name_end].to_owned();
        rest = &rest[name_end..];
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start();
            if let Some(behind) = rest.strip_prefix('>') {
                rest = behind;
                break;
            }
            let end = rest.find(['=', '>', ' ', '\n']).unwrap();
            let attribute = rest[..end].to_owned();
            assert!(!attribute.is_empty(), "{}", &rest[..80.min(rest.len())]);
            rest = &rest[end..];
            match rest.strip_prefix("=\"") {
                Some(value) => {
                    let end = value.find('"').unwrap();
                    attributes.push((attribute, value[..end].to_owned()));
                    rest = &value[end + 1..];
                }
                None => {
                    assert!(!rest.starts_with('='), "an attribute without quotes");
                    attributes.push((attribute, String::new()));
                }
            }
        }
        if name == "style" || name == "script" {
            rest = &rest[rest.find(&format!("</{name}>")).unwrap()..];
        }
        tags.push(Tag { name, attributes });
    }
    text.push_str(rest);
    (tags, text)
}

/// That a page has no tags but its own, loads nothing, and links to the web alone.
#[track_caller]
fn assert_harmless(page: &str) {
    let elements: BTreeSet<&str> =
        "!DOCTYPE html head meta title style body a header p h1 dl div dt dd main section h2 table thead tr th tbody td \
         small span ul li details summary code h3 form label input select option button ol footer script pre b br"
            .split(' ')
            .collect();
    let attributes: BTreeSet<&str> =
        "lang charset http-equiv content name class href id aria-labelledby aria-label role rel scope rowspan colspan \
         title for type autocomplete spellcheck placeholder value hidden tabindex html \
         data-tactic data-score data-number data-rank data-level data-level-rank data-service data-tactics data-state"
            .split(' ')
            .collect();
    for tag in tags(page).0 {
        let name = tag.name.trim_start_matches('/');
        assert!(elements.contains(name), "{tag:?}");
        for (attribute, value) in &tag.attributes {
            assert!(attributes.contains(attribute.as_str()), "{tag:?}");
            if attribute == "href" {
                let known = ["https://", "http://", "#"];
                assert!(
                    known.iter().any(|start| value.starts_with(start)),
                    "{tag:?}"
                );
            }
        }
    }
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("<style").count(), 1);
}

#[test]
fn nothing_of_a_rule_becomes_part_of_the_page() {
    let hostile = r#"title: '</span></summary><script>alert(1)</script>&lt;b&gt;'
id: 00000000-0000-4000-8000-000000000001
description: |
    --><img src=x onerror=alert(1)>{{ title }} {% raw %}
    </details></pre></style></title><svg onload=alert(1)>
author: '"><a href="javascript:alert(1)">'
references:
    - 'javascript:alert(1)'
    - ' JaVaScRiPt:alert(1)'
    - 'data:text/html,<script>alert(1)</script>'
    - 'https://example.org/" onmouseover="alert(1)'
    - "https://example.org/\u202Egnp.exe?a=<b>&c='d'"
falsepositives:
    - '<iframe src=//example.org>'
status: test
tags:
    - attack.t1105
logsource:
    product: zeek
    service: http
detection:
    '</code><script>':
        uri|contains:
            - '"><svg onload=alert(1)>'
            - '</code></pre><script>alert(1)</script>'
        client_header.X|re: '<script>[a-z]</script>'
    keywords:
        - '<b>'
    condition: all of them
level: high
zeek:
    notice:
        message: '<script>{uri}</script>'
        sub: '"><u>'
"#;
    let work = Work::new();
    work.write("rules/<b>x</rule.yml", hostile);
    work.write(
        "rules/<b>x</pack.yml",
        "description: '<script>alert(1)</script>'\nmodule: Mod\n",
    );
    let page = work.page(&["--title", "<i>\"'&", "--date", "<u>&"]);
    assert_harmless(&page);
    let text = tags(&page).1;
    assert!(text.contains("&#60;script&#62;alert(1)") || text.contains("&lt;script&gt;alert(1)"));
    assert!(!page.contains('\u{202e}'));
}

#[test]
fn the_page_loads_nothing_and_runs_its_own_script_alone() {
    let page = shipped("detections", &["--tests", "none"]);
    assert_harmless(&page);
    for word in [
        "@import",
        "url(",
        "src=",
        "srcset",
        "fetch(",
        "XMLHttpRequest",
        "eval(",
        "innerHTML",
    ] {
        assert!(!page.contains(word), "{word}");
    }
    let of = |tag: &str| {
        let start = page.find(&format!("<{tag}>")).unwrap() + tag.len() + 2;
        let end = page.find(&format!("</{tag}>")).unwrap();
        BASE64.encode(&Sha256::digest(&page[start..end]))
    };
    let policy = format!(
        "content=\"default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'\"",
        of("style"),
        of("script")
    );
    assert!(page.contains(&policy), "{policy}");
}

#[test]
fn a_rule_is_told_in_full() {
    let page = shipped(
        "detections/remote-execution/zeek_dce_rpc_atsvc_job_command_interpreter.yml",
        &[],
    );
    let text = tags(&page)
        .1
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    for told in [
        "AT Job With Command Interpreter Added On Remote Host",
        "a call of operation 0 (NetrJobAdd) on interface 1ff70682-0a51-30e8-076d-740be8cee98b (atsvc) that the server answered, where",
        "argument.pAtInfo.Command contains cmd /c cmd.exe",
        "4H without argument.pAtInfo.Command|contains (line 30)",
        "dce_rpc_request_stub dce_rpc_response raises the notice",
        "4 of 4 passed",
        "passed Raises on recorded/at-job-command",
        "Tests were run in the replay engine.",
        "Scheduled Task/Job: At",
        "function atsvc_job_command_interpreter_on_request_stub(c: connection, call: SigzeekDceRpc::Call)",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(page.contains("href=\"https://attack.mitre.org/techniques/T1053/002/\""));
}

#[test]
fn every_shipped_rule_is_there_once() {
    let page = shipped("detections", &["--tests", "none"]);
    let rules = walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("detections"))
        .into_iter()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("zeek_"))
        .count();
    assert_eq!(page.matches("<details class=\"rule\"").count(), rules);
    let ids: Vec<String> = tags(&page)
        .0
        .into_iter()
        .flat_map(|tag| tag.attributes)
        .filter(|(name, _)| name == "id")
        .map(|(_, value)| value)
        .collect();
    let unique: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
}

#[test]
fn the_same_rules_give_the_same_bytes() {
    let work = Work::with_rule(&rule(""));
    let first = work.page(&[]);
    assert_eq!(work.page(&[]), first);
    assert!(!first.contains("2024-02-30"));
    assert!(work.page(&["--date", "2024-02-30"]).contains("2024-02-30"));
}

#[test]
fn a_failed_test_is_told_with_its_reason() {
    let work = Work::with_rule(&rule("regression_tests_path: tests/info.yml\n"));
    work.write(
        "tests/info.yml",
        "regression_tests_info:\n    - name: Finds an upload\n      type: pcap\n      path: empty.pcap\n    \
         - name: An event log\n      type: evtx\n      path: some.evtx\n",
    );
    let header: [u8; 24] = [
        0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0,
    ];
    fs::write(work.path("tests/empty.pcap"), header).unwrap();
    let page = work.page(&[]);
    let text = tags(&page)
        .1
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert_contains(&text, "1 of 2 failed");
    assert_contains(&text, "failed Finds an uploadexpected a notice, found none");
    assert_contains(&text, "skipped An event log");
    assert!(page.contains("data-state=\"failed\""));
}

#[test]
fn bad_input_leaves_nothing_behind() {
    // The folder is a file.
    let work = Work::with_rule(&rule(""));
    work.write("out", "mine");
    let output = work.report(&[]);
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_contains(&errors, "out: is a file; name a folder");
    assert_eq!(fs::read_to_string(work.path("out")).unwrap(), "mine");

    // The page is a folder.
    let work = Work::with_rule(&rule(""));
    fs::create_dir_all(work.path("out/index.html")).unwrap();
    let output = work.report(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("is a folder")
    );
    assert_eq!(fs::read_dir(work.path("out")).unwrap().count(), 1);

    // A rule is wrong: the old page stays, and without one there is no folder.
    for existing in [true, false] {
        let work = Work::with_rule(&rule("").replace("method", "mehtod"));
        if existing {
            work.write("out/index.html", "old");
        }
        let output = work.report(&[]);
        assert_eq!(output.status.code(), Some(1));
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_contains(&errors, "error[E401]");
        assert!(errors.ends_with("no report was written\n"), "{errors}");
        assert_eq!(work.path("out").exists(), existing);
        if existing {
            assert_eq!(
                fs::read_to_string(work.path("out/index.html")).unwrap(),
                "old"
            );
        }
    }

    // Two packs would have one name.
    let work = Work::with_rule(&rule(""));
    work.write(
        "other/rules/rule.yml",
        &rule("").replace("0001", "0002").replace("Upload", "B"),
    );
    let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .args(["report", "rules", "other/rules", "-o", "out"])
        .current_dir(work.0.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!work.path("out").exists());
}

#[test]
fn outcomes_can_come_from_a_file() {
    let work = Work::with_rule(&rule(""));
    let outcomes = r#"{"tests": {"engine": "Zeek <8.0>", "outcomes": [
        {"pack": "rules", "rule": "rule", "test": "A", "outcome": "passed"},
        {"pack": "rules", "rule": "rule", "test": "B", "outcome": "failed", "message": "found <none>"},
        {"pack": "rules", "rule": "other", "test": "C", "outcome": "failed"}]}}"#;
    work.write("outcomes.json", outcomes);
    let page = work.page(&["--results", "outcomes.json"]);
    assert_harmless(&page);
    let text = tags(&page).1;
    for told in [
        "1 of 2 failed",
        "found &#60;none&#62;",
        "Tests were run in Zeek &#60;8.0&#62;.",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    work.write("outcomes.json", "{}");
    let output = work.report(&["--results", "outcomes.json"]);
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_contains(&errors, "is not what `sigzeek test --format json` prints");
    assert_eq!(work.report(&["--results", "nosuch"]).status.code(), Some(2));
    assert_eq!(
        work.report(&["--results", "outcomes.json", "--tests", "none"])
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn correlations_are_told_and_scored_by_their_rules() {
    let work = Work::new();
    work.write("rules/jobs.yml", CORRELATED);
    let text = tags(&work.page(&[]))
        .1
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    for told in [
        "matches within 5 minutes, with the same id.orig_h, of all of these rules, in this order: Job Added Service Created",
        "3P Job Added decides must match together: who evades one evades the correlation",
        "dce_rpc rules starts silent",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
}

#[test]
fn filters_are_named_and_are_part_of_what_a_rule_matches() {
    let work = Work::with_rule(&rule(""));
    let filter = "title: Backups <1>\nlogsource: {product: zeek, service: http}\nfilter:\n    rules: any\n    \
                  backup: {id.orig_h: 10.0.0.1}\n    condition: not backup\n";
    work.write("rules/filter.yml", filter);
    let page = work.page(&[]);
    assert_harmless(&page);
    let text = tags(&page)
        .1
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert_contains(&text, "id.orig_h is not 10.0.0.1");
    assert_contains(&text, "FiltersBackups &#60;1&#62; rules/filter.yml");
}

/// A correlation that refers to itself by another.
#[test]
fn cyclic_correlations_are_no_report() {
    let work = Work::new();
    let correlation = |own: &str, other: &str| {
        format!(
            "title: {own}\nname: {own}\ncorrelation:\n    type: event_count\n    rules: [{other}]\n    \
             group-by: [id.orig_h]\n    timespan: 5m\n    condition: {{gte: 2}}\n"
        )
    };
    work.write("rules/a.yml", &correlation("a", "b"));
    work.write("rules/b.yml", &correlation("b", "a"));
    let output = work.report(&[]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.ends_with("no report was written\n"), "{errors}");
    assert!(!work.path("out").exists());
}

const CORRELATED: &str = "title: Job Added
id: 00000000-0000-4000-8000-000000000011
name: job_added
tags: [attack.execution, attack.t1053.002]
logsource: {product: zeek, service: dce_rpc}
detection:
    a: {endpoint: atsvc, operation: NetrJobAdd, stub|contains: cmd}
    condition: a
---
title: Service Created
id: 00000000-0000-4000-8000-000000000012
name: service_created
tags: [attack.execution, attack.t1569.002]
logsource: {product: zeek, service: dce_rpc}
detection:
    a: {endpoint: svcctl, operation: CreateServiceW}
    condition: a
---
title: Both
id: 00000000-0000-4000-8000-000000000013
tags: [attack.execution, attack.t1569.002]
correlation:
    type: temporal_ordered
    rules: [job_added, service_created]
    group-by: [id.orig_h]
    timespan: 5m
level: high
";

#[test]
fn what_there_is_one_of_is_told_so() {
    let text = tags(&Work::with_rule(&rule("")).page(&[])).1;
    for told in [
        "1 rule of the pack rules covers 0 ATT",
        "1 rule\n",
        "No rule is tagged",
    ] {
        assert!(text.contains(told), "{told}");
    }
    let text = tags(&shipped("detections/bzar", &["--tests", "none"])).1;
    assert!(!text.contains("No rule is tagged"));
}

#[test]
fn rules_without_techniques_tests_or_score_have_a_page() {
    let everything = "title: All\nlogsource:\n    product: zeek\n    service: http\n\
                      detection:\n    a:\n        ts|exists: true\n    condition: a\n";
    let work = Work::with_rule(everything);
    let page = work.page(&[]);
    assert_harmless(&page);
    let text = tags(&page).1;
    assert!(text.contains("The rule asks for nothing that could be scored."));
    assert!(text.contains("no tests"));
}
