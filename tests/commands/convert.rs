//! `sigzeek convert`: what changes in a rule, what does not, and what is said of rules that stay with Zeek.

use crate::common::assert_contains;
use crate::common::work::Work;

/// What the command prints of a rule, and what it says.
fn converted(rule: &str) -> (i32, String, String) {
    let work = Work::new();
    work.write("rule.yml", rule);
    let output = work.run(&["convert", "rule.yml"]);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// A rule of a logsource, with its detection.
fn rule(logsource: &str, detection: &str) -> String {
    let indented = detection.replace('\n', "\n    ");
    format!(
        "title: Rule\nid: 5d0a3d0e-6d0b-4f0b-8a43-0f5b7e1c9b01\nlogsource:\n    {logsource}\ndetection:\n    {indented}\nlevel: low\n"
    )
}

/// The detection that a rule becomes.
fn detection(logsource: &str, detection: &str) -> String {
    let (status, out, errors) = converted(&rule(logsource, detection));
    assert_eq!(status, 0, "{errors}");
    let (_, rest) = out.split_once("detection:\n    ").unwrap();
    let (own, _) = rest.split_once("\nlevel: low\n").unwrap();
    own.replace("\n    ", "\n")
}

const HTTP: &str = "product: zeek\n    service: http";
const DCE_RPC: &str = "product: zeek\n    service: dce_rpc";

#[test]
fn a_rule_on_columns_stays_as_it_is() {
    let text = "# Kept.
title: Rule   # and this
id: 5d0a3d0e-6d0b-4f0b-8a43-0f5b7e1c9b01
logsource: {product: zeek, service: dns}
detection:
  s:
    query|endswith: ['.a.example', \".b.example\"]   # so written
    qtype_name:
    - TXT
  condition: s
level: low
";
    let (status, out, errors) = converted(text);
    assert_eq!((status, out.as_str()), (0, text), "{errors}");
    assert_eq!(errors, "1 of 1 rule converted\n");
}

#[test]
fn the_zeek_block_goes() {
    let text = rule(
        "product: zeek\n    service: dns",
        "s:\n    query: a.example\ncondition: s",
    );
    let block = "zeek:\n    notice:\n        suppress_for: 1h\n\n        identifier: [query]\n";
    let tail = "tags: [attack.command-and-control]\n";
    let (_, out, _) = converted(&format!("{text}{block}{tail}"));
    assert_eq!(out, format!("{text}{tail}"));
    let (_, out, _) = converted(&format!("{text}{block}"));
    assert_eq!(out, text);
}

#[test]
fn names_stand_for_what_a_call_is() {
    assert_eq!(
        detection(
            DCE_RPC,
            "s:\n    uuid: 1ff70682-0a51-30e8-076d-740be8cee98b  # ATSvc\n    opnum: [0, 1]\n    named_pipe|contains: x\ncondition: s"
        ),
        "s:\n    endpoint: 'atsvc'  # ATSvc\n    operation:\n        - 'NetrJobAdd'\n        - 'NetrJobDel'\n    named_pipe|contains: x\ncondition: s"
    );
    let named = "s:\n    endpoint: svcctl\n    operation: CreateServiceW\ncondition: s";
    assert_eq!(detection(DCE_RPC, named), named);
    // Interfaces that no Zeek knows are shown by their UUIDs.
    let (status, out, errors) = converted(&rule(
        DCE_RPC,
        "s:\n    uuid: 12345678-0000-0000-0000-00000000abcd\n    opnum: 7\ncondition: s",
    ));
    assert_eq!(status, 0, "{errors}");
    assert!(
        out.contains("endpoint: 'unknown-12345678-0000-0000-0000-00000000abcd'")
            && out.contains("operation: 'unknown-7'"),
        "{out}"
    );
    // What was converted is a rule that means the same.
    let (status, again, errors) = converted(&out);
    assert_eq!((status, again), (0, out), "{errors}");
}

#[test]
fn a_url_is_told_from_host_and_uri() {
    assert_eq!(
        detection(
            "category: proxy",
            "s:\n    c-uri|contains:\n        - '.paste.example/raw/'\n        - 'evil'\n    cs-method: GET\ncondition: s"
        ),
        "s:\n    - uri|contains:\n          - '.paste.example/raw/'\n          - 'evil'\n      method: GET\n    - host|endswith: '.paste.example'\n      uri|startswith: '/raw/'\n      method: GET\n    - host|contains: 'evil'\n      method: GET\ncondition: s"
    );
    assert_eq!(
        detection(
            "category: webserver",
            "s:\n    cs-uri-query|contains: '/../'\n    sc-status: 200\ncondition: s"
        ),
        "s:\n    uri|contains: '/../'\n    status_code: 200\ncondition: s"
    );
    let (_, out, _) = converted(&rule(
        "category: proxy",
        "s:\n    c-useragent: x\ncondition: s",
    ));
    assert!(
        out.contains("logsource:\n    product: zeek\n    service: http\n")
            && out.contains("    user_agent: x\n"),
        "{out}"
    );
    assert_eq!(
        detection(
            "category: proxy",
            "s:\n    c-uri|contains: '/check.php'\n    c-uri-query|contains|all:\n        - 'a='\n        - 'b='\ncondition: s"
        ),
        "s:\n    - uri|contains: '/check.php'\n      uri|contains|all:\n          - '\\?*a='\n          - '\\?*b='\n    - host|startswith: 'check.php'\n      uri|contains|all:\n          - '\\?*a='\n          - '\\?*b='\ncondition: s"
    );
    // In flow style, and in a list.
    assert_eq!(
        detection(
            "category: proxy",
            "s:\n    - {c-uri|contains: 'x.example/a'}\n    - c-uri|contains: 'y.example/b'\n      cs-method: GET\ncondition: s"
        ),
        "s:\n    - {uri|contains: 'x.example/a'}\n    - {host|endswith: 'x.example', uri|startswith: '/a'}\n    - uri|contains: 'y.example/b'\n      method: GET\n    - host|endswith: 'y.example'\n      uri|startswith: '/b'\n      method: GET\ncondition: s"
    );
}

#[test]
fn a_rule_that_waits_for_an_answer_asks_for_one() {
    let text = rule(HTTP, "s:\n    method: PUT\ncondition: s");
    let (_, out, errors) = converted(&format!("{text}zeek:\n    raise_on: response\n"));
    let expected = rule(
        HTTP,
        "s:\n    method: PUT\n_answered:\n    status_code|exists: true\ncondition: (s) and _answered",
    );
    assert_eq!(out, expected, "{errors}");
}

#[test]
fn what_only_the_wire_has_is_said_with_its_place() {
    for (logsource, asked, place, expected) in [
        (
            DCE_RPC,
            "stub|contains: x",
            "rule.yml:8:9",
            "`stub` is only on the wire, and dce_rpc.log does not have it",
        ),
        (
            HTTP,
            "body|contains: x",
            "rule.yml:8:9",
            "`body` is only on the wire",
        ),
        (
            HTTP,
            "client_header.Cookie: x",
            "rule.yml:8:9",
            "`client_header.Cookie` is only on the wire",
        ),
        (
            HTTP,
            "original_uri|contains: '%2e'",
            "rule.yml:8:32",
            "http.log has the URI with its escapes undone: `%2e` is not in it",
        ),
        (
            HTTP,
            "url|re: 'a.b'",
            "rule.yml:8:9",
            "`url` cannot be told from columns like this",
        ),
        (
            DCE_RPC,
            "opnum: 3",
            "rule.yml:8:9",
            "dce_rpc.log has only the names of calls: the number of an operation says nothing",
        ),
    ] {
        let (status, out, errors) =
            converted(&rule(logsource, &format!("s:\n    {asked}\ncondition: s")));
        assert_eq!((status, out.as_str()), (1, ""), "{asked}");
        assert_contains(&errors, "error[E704]");
        assert!(
            errors.contains(place) && errors.contains(expected),
            "{asked}: {errors}"
        );
        assert!(errors.ends_with("0 of 1 rule converted\n"), "{errors}");
    }
}

#[test]
fn the_other_rules_of_a_file_are_converted() {
    let wire = rule(HTTP, "s:\n    body|contains: x\ncondition: s")
        .replace("title: Rule", "title: Body\nname: body");
    let column = rule(HTTP, "s:\n    uri|contains: x\ncondition: s")
        .replace("9b01", "9b02")
        .replace("title: Rule", "title: Address\nname: address");
    let correlation = |rules: &str, id: &str| {
        format!(
            "title: Many {id}\nid: 5d0a3d0e-6d0b-4f0b-8a43-0f5b7e1c9b{id}\ncorrelation:\n    type: event_count\n    rules:\n        - {rules}\n    group-by:\n        - id.orig_h\n    timespan: 5m\n    condition:\n        gte: 10\nlevel: low\n"
        )
    };
    let zeek = "zeek:\n    thresholds: [50]\n";
    let text = format!(
        "{wire}---\n{}{zeek}---\n{column}---\n{}",
        correlation("address", "03"),
        correlation("body", "04")
    );
    let (status, out, errors) = converted(&text);
    assert_eq!(status, 1);
    assert_eq!(
        out,
        format!("{}---\n{column}", correlation("address", "03"))
    );
    assert_contains(
        &errors,
        "correlation needs `body`, which cannot be converted",
    );
    assert!(errors.ends_with("2 of 4 rules converted\n"), "{errors}");
}

#[test]
fn filters_and_groups_are_on_columns_too() {
    let text = "title: Call\nname: call\nid: 5d0a3d0e-6d0b-4f0b-8a43-0f5b7e1c9b05\nlogsource: {category: proxy}\ndetection:\n    s: {cs-method: PUT}\n    condition: s\nlevel: low\n---\ntitle: Known\nlogsource:\n    category: proxy\nfilter:\n    rules: any\n    s:\n        c-useragent: known\n    condition: not s\n---\ntitle: Many\nid: 5d0a3d0e-6d0b-4f0b-8a43-0f5b7e1c9b06\ncorrelation:\n    type: value_count\n    rules: [call]\n    group-by: [id.orig_h]\n    timespan: 5m\n    condition: {field: host, gte: 10}\nlevel: low\n";
    let work = Work::new();
    work.write("pack/rules.yml", text);
    let output = work.run(&["convert", "pack"]);
    let out = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{errors}");
    for expected in [
        "logsource: {product: zeek, service: http}",
        "    s: {method: PUT}",
        "logsource:\n    product: zeek\n    service: http\nfilter:",
        "        user_agent: known",
        "    group-by: [id.orig_h]",
        "    condition: {field: host, gte: 10}",
    ] {
        assert!(out.contains(expected), "{expected}: {out}");
    }
}

#[test]
fn what_zeek_does_not_log_is_said() {
    let (status, _, errors) = converted(&rule(
        "product: zeek\n    service: smb_files",
        "s:\n    action: 'SMB::FILE_WRITE'\n    path|endswith: '\\ADMIN$'\ncondition: s",
    ));
    assert_eq!(status, 0, "{errors}");
    assert_contains(&errors, "warning[W753]");
    assert_contains(&errors, "Zeek does not log SMB::FILE_WRITE by default");
    let (_, _, errors) = converted(&rule(
        DCE_RPC,
        "s:\n    endpoint: winreg\n    operation: BaseRegOpenKey\ncondition: s",
    ));
    assert_contains(
        &errors,
        "Zeek does not log winreg::BaseRegOpenKey by default",
    );
}

#[test]
fn rules_are_written_to_a_folder() {
    let work = Work::new();
    let text = rule(HTTP, "s:\n    uri|contains: x\ncondition: s");
    work.write("pack/sub/rule.yml", &text);
    let other = text.replace("9b01", "9b02").replace("Rule", "Other");
    work.write("pack/other.yml", &other);
    let run = |more: &[&str]| {
        let output = work.run(&[&["convert", "pack", "--out", "out"], more].concat());
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    assert_eq!(run(&[]).0, 0);
    let path = work.path("out/pack/sub/rule.yml");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    // What somebody has edited is not overwritten.
    std::fs::write(&path, "mine\n").unwrap();
    let (status, errors) = run(&[]);
    assert_eq!(status, 2, "{errors}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine\n");
    assert_eq!(run(&["--force"]).0, 0);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    assert_eq!(work.run(&["convert", "nowhere"]).status.code(), Some(2));
}

#[test]
fn anchors_keep_a_search_from_changing() {
    let text = rule(
        "category: proxy",
        "s: &s\n    c-uri|contains: 'x.example/a'\nt: *s\ncondition: s or t",
    );
    let (status, _, errors) = converted(&text);
    assert_eq!(status, 1);
    assert_contains(&errors, "an anchor or alias of YAML keeps it");
    // A name can be changed all the same.
    let text = rule(
        "category: proxy",
        "s: &s\n    cs-method: PUT\nt:\n    <<: *s\n    c-useragent: x\ncondition: s or t",
    );
    let (status, out, errors) = converted(&text);
    assert_eq!(status, 0, "{errors}");
    assert_contains(&out, "s: &s\n        method: PUT\n");
}
