//! Which events a package hooks: those that its rules need, and no others.

use std::fs;
use std::path::Path;

use sigzeek::compile::compile;
use sigzeek::finding::Code;

/// The events of calls at which the package of one rule on NetrJobAdd runs functions. Those of payload, which Zeek copies for
/// them, it hooks only then.
fn events(rest: &str) -> Vec<String> {
    let rest = format!("    call: {{endpoint: atsvc, operation: NetrJobAdd}}\n{rest}");
    let first = lines_of("dce_rpc", &["scripts/dce-rpc.zeek"], &rest, "operation$");
    let later = lines_of("dce_rpc", &["scripts/rules/"], &rest, "SigzeekDceRpc::at_");
    let first = first
        .iter()
        .filter_map(|line| Some(line.split_once(" += ")?.0));
    let runs = first.chain(later.iter().map(String::as_str));
    let mut events: Vec<String> = runs.map(|event| format!("dce_rpc_{event}")).collect();
    events.sort();
    events.dedup();
    let scripts = [
        "scripts/dce-rpc-request-stub.zeek",
        "scripts/dce-rpc-response-stub.zeek",
    ];
    let of_payload = events.iter().filter(|event| event.ends_with("_stub"));
    let mut hooked = events_of("dce_rpc", &scripts, &rest);
    hooked.retain(|event| event.ends_with("_stub"));
    assert!(of_payload.eq(&hooked));
    events
}

/// The events that the package of one rule on SMB hooks.
fn smb_events(service: &str, selection: &str, rest: &str) -> Vec<String> {
    let scripts = ["scripts/smb.zeek", "scripts/file-extraction.zeek"];
    let rest = format!("    selection: {{{selection}}}\n    condition: selection\n{rest}");
    events_of(service, &scripts, &rest)
}

/// The events that scripts of the package of one rule hook.
fn events_of(service: &str, scripts: &[&str], rest: &str) -> Vec<String> {
    let mut events = lines_of(service, scripts, rest, "event ");
    events.retain(|event| event != "zeek_init");
    events
}

/// What scripts of the package of one rule define whose definition begins so.
fn lines_of(service: &str, scripts: &[&str], rest: &str, beginning: &str) -> Vec<String> {
    let rule = format!(
        "title: A\nid: 5f1c6a52-0c2e-4c8d-9f37-0d9c7a2f1a23\nlogsource: {{product: zeek, service: {service}}}\n\
         detection:\n{rest}"
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one.yml");
    fs::write(&file, rule).unwrap();
    let compilation = compile(&[file]).unwrap();
    assert_eq!(compilation.count().0, 0, "{:?}", compilation.findings);
    let mut names = Vec::new();
    for (path, bytes) in compilation.packages[0].files() {
        if scripts
            .iter()
            .any(|script| path.as_str().starts_with(script))
        {
            let script = String::from_utf8(bytes.clone()).unwrap();
            let defined = script
                .lines()
                .filter_map(|line| line.trim_start().strip_prefix(beginning)?.split('(').next());
            names.extend(defined.map(str::to_owned));
        }
    }
    names
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

#[test]
fn a_rule_on_a_file_action_hooks_what_brings_it() {
    let renamed = "action: 'SMB::FILE_RENAME', name|endswith: .exe";
    assert_eq!(smb_events("smb_files", renamed, ""), ["smb2_file_rename"]);
    let written = "action: 'SMB::FILE_WRITE', name|endswith: .exe";
    assert_eq!(
        smb_events("smb_files", written, ""),
        ["smb1_write_andx_response", "smb2_write_request"]
    );
    assert_eq!(
        smb_events("smb_files", written, "zeek: {raise_on: request}\n"),
        ["smb1_write_andx_request", "smb2_write_request"]
    );
    assert_eq!(
        smb_events("smb_files", written, "zeek: {raise_on: response}\n"),
        ["smb1_write_andx_response", "smb2_write_response"]
    );
}

#[test]
fn what_a_request_asks_for_is_kept_only_where_a_rule_looks_at_it() {
    let written = "action: 'SMB::PIPE_WRITE', data_len|gt: 5";
    assert_eq!(smb_events("smb_files", written, ""), ["smb2_write_request"]);
    let written = "action: 'SMB::FILE_WRITE', data_offset: 0, name|endswith: .exe";
    assert_eq!(
        smb_events("smb_files", written, ""),
        [
            "smb1_write_andx_request",
            "smb1_write_andx_response",
            "smb2_write_request"
        ]
    );
}

#[test]
fn files_are_followed_only_where_a_rule_has_them_extracted() {
    let written = "action: 'SMB::FILE_WRITE', name|endswith: .exe";
    assert_eq!(
        smb_events("smb_files", written, "zeek: {extract_file: true}\n"),
        [
            "file_state_remove",
            "smb1_write_andx_response",
            "smb2_write_request",
            "file_over_new_connection"
        ]
    );
    assert_eq!(
        smb_events("smb_files", written, "zeek: {extract_file: false}\n"),
        ["smb1_write_andx_response", "smb2_write_request"]
    );
}

#[test]
fn a_rule_on_a_tree_hooks_its_connect() {
    let request = [
        "smb1_tree_connect_andx_request",
        "smb2_tree_connect_request",
    ];
    let response = [
        "smb1_tree_connect_andx_response",
        "smb2_tree_connect_response",
    ];
    let path = "path|endswith: '\\C$'";
    assert_eq!(smb_events("smb_mapping", path, ""), request);
    let on_response = "zeek: {raise_on: response}\n";
    assert_eq!(smb_events("smb_mapping", path, on_response), response);
    let typed = "path|endswith: '\\C$', share_type: DISK";
    assert_eq!(smb_events("smb_mapping", typed, ""), response);
}

/// Where each alternative of a rule wants some text of one field, these texts pick what the rule is tested on.
#[test]
fn alternatives_are_picked_by_a_text_of_each() {
    let picked = |service: &str, rest: &str| {
        let rule = format!(
            "title: A\nid: 5f1c6a52-0c2e-4c8d-9f37-0d9c7a2f1a23\n\
             logsource: {{product: zeek, service: {service}}}\ndetection:\n{rest}"
        );
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("one.yml");
        fs::write(&file, rule).unwrap();
        let compilation = compile(&[file]).unwrap();
        let unpicked = compilation.findings.iter();
        unpicked
            .filter(|finding| finding.code == Code::EveryCall)
            .count()
            == 0
    };
    for (service, rest) in [
        (
            "http",
            "    a:\n        - {uri|contains: /a, method: POST}\n        - {uri|contains: /b, method: PUT}\n    condition: a\n",
        ),
        (
            "http",
            "    a: {uri: /a, method: POST}\n    b: {uri: /b, method: PUT}\n    c: {body: x}\n    condition: (a or b) and c\n",
        ),
        (
            "http",
            "    a: {uri: /a}\n    b: {uri: /b, body: x}\n    condition: a or b\n",
        ),
        (
            "smb_files",
            "    n: {name|startswith: a}\n    o: {name|endswith: b}\n    p: {name: c}\n    condition: n and o or p\n",
        ),
        (
            "smb_cmd",
            "    a: {command: CREATE, status: ACCESS_DENIED}\n    b: {command: WRITE, status: ACCESS_DENIED}\n    condition: a or b\n",
        ),
    ] {
        assert!(picked(service, rest), "{rest}");
    }
    // One alternative has no such text.
    let rest = "    a: {uri: /a, body: x}\n    b: {request_body_len: 7}\n    condition: a or b\n";
    assert!(!picked("http", rest));
    let bodies = |rest: &str| events_of("http", &["scripts/http.zeek"], rest);
    let by_uri = "    a: {uri: /a}\n    b: {uri: /b, body: x}\n    condition: a or b\n";
    assert_eq!(bodies(by_uri)[0], "http_request");
}

/// The shapes of code that `zeek -O ZAM` cannot take, as docs/package.md lists them: how a line of a script shows one.
fn zam_shape(line: &str, pattern_tables: &[&str]) -> Option<&'static str> {
    let code = line.split('#').next().unwrap_or_default();
    let constant = code
        .strip_prefix("const ")
        .and_then(|rest| rest.split_once(" = "));
    let is_record =
        constant.is_some_and(|(_, value)| value.starts_with(|c: char| c.is_ascii_uppercase()));
    let is_asked = pattern_tables.iter().any(|table| {
        code.contains(&format!("in {table} ")) || code.contains(&format!("in {table})"))
    });
    let assigned = code
        .trim()
        .split_once(" = cat(")
        .is_some_and(|(name, rest)| rest == format!("{name});"));
    if is_record {
        Some("a constant record")
    } else if code.contains("function[")
        || code.contains("= function(") && !code.contains("of function(")
    {
        Some("an anonymous function")
    } else if is_asked {
        Some("a condition on a table of patterns")
    } else if assigned {
        Some("a text assigned to itself")
    } else if code.contains("window$weights$") || code.contains("window$numbers$") {
        Some("a member of a member behind a call")
    } else if code.trim() == "at = start;" {
        Some("a global put back")
    } else {
        None
    }
}

/// A table of a script whose default is made by a function that is only declared above it: Zeek 9.0 does not start with it.
fn early_default(script: &str) -> Option<&str> {
    let declared = |name: &str| script.contains(&format!("\nglobal {name}: function("));
    script.lines().find(|line| {
        let (_, default) = line.split_once("&default_insert=").unwrap_or_default();
        let name = default.split([' ', ';']).next().unwrap_or_default();
        line.starts_with("global ") && declared(name)
    })
}

#[test]
fn no_code_has_a_shape_that_zeek_cannot_compile() {
    let early = "\nglobal made: function(): count;\nglobal made_by: table[addr] of count &default_insert=made &create_expire=1min;\n";
    assert!(early_default(early).is_some());
    for shape in [
        "const a_rule = RuleInfo(",
        "\tact(checks, function[notice]() { NOTICE(notice); });",
        "\tif ( text in rules_by_uri )",
        "\ttext = cat(text);",
        "\tlocal message = fmt(\"%d\", window$weights$total);",
        "\t\tat = start;",
    ] {
        assert!(zam_shape(shape, &["rules_by_uri"]).is_some(), "{shape}");
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let packs = ["bzar", "coercion", "published", "remote-execution"]
        .map(|pack| root.join("detections").join(pack));
    let correlations = root.join("tests/data/correlations/executions.yml");
    for rules in packs.into_iter().chain([correlations]) {
        let compilation = compile(&[rules]).unwrap();
        for (path, bytes) in compilation.packages[0].files() {
            if !path.as_str().ends_with(".zeek") {
                continue;
            }
            let script = String::from_utf8(bytes.clone()).unwrap();
            let declared = script
                .lines()
                .filter_map(|line| line.split_once(": table[pattern]"));
            let tables: Vec<&str> = declared
                .filter_map(|(head, _)| head.split_whitespace().last())
                .collect();
            assert_eq!(early_default(&script), None, "{}", path.as_str());
            for line in script.lines() {
                assert_eq!(zam_shape(line, &tables), None, "{}: {line}", path.as_str());
            }
        }
    }
}
