//! Which events a package hooks: those that its rules need, and no others.

#![allow(clippy::unwrap_used)]

use std::fs;

use sigzeek::compile::compile;

/// The events that the package of one rule on NetrJobAdd hooks.
fn events(rest: &str) -> Vec<String> {
    let rule = format!(
        "title: A\nid: 5f1c6a52-0c2e-4c8d-9f37-0d9c7a2f1a23\nlogsource: {{product: zeek, service: dce_rpc}}\n\
         detection:\n    call: {{endpoint: atsvc, operation: NetrJobAdd}}\n{rest}"
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one.yml");
    fs::write(&file, rule).unwrap();
    let compilation = compile(&[file]).unwrap();
    assert_eq!(compilation.count().0, 0, "{:?}", compilation.findings);
    let script = compilation.packages[0]
        .files()
        .iter()
        .find(|(path, _)| path.as_str() == "scripts/dce-rpc.zeek")
        .map(|(_, bytes)| String::from_utf8(bytes.clone()).unwrap())
        .unwrap();
    script
        .lines()
        .filter_map(|line| line.strip_prefix("event ")?.split('(').next())
        .filter(|event| *event != "zeek_init")
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_rule_on_the_operation_hooks_the_response_alone() {
    assert_eq!(events("    condition: call\n"), ["dce_rpc_response"]);
    let on_request = "    condition: call\nzeek: {raise_on: request}\n";
    assert_eq!(events(on_request), ["dce_rpc_request"]);
}

#[test]
fn payload_that_is_only_logged_is_kept() {
    let log = |fields: &str| {
        format!("    condition: call\nzeek: {{log_payload: {{fields: {fields}}}}}\n")
    };
    assert_eq!(
        events(&log("[stub]")),
        ["dce_rpc_request_stub", "dce_rpc_response"]
    );
    assert_eq!(
        events(&log("[response_stub, stub]")),
        [
            "dce_rpc_request_stub",
            "dce_rpc_response",
            "dce_rpc_response_stub"
        ]
    );
    let on_request = "    condition: call\nzeek: {raise_on: request, log_payload: {fields: [stub, response_stub]}}\n";
    assert_eq!(
        events(on_request),
        ["dce_rpc_request_stub", "dce_rpc_response_stub"]
    );
}

#[test]
fn a_condition_on_the_stub_hooks_its_event() {
    let rule = "    more: {stub|contains: cmd}\n    condition: call and more\n";
    assert_eq!(events(rule), ["dce_rpc_request_stub", "dce_rpc_response"]);
}
