//! `sigzeek lsp`, driven by a client over its standard input and output.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use lsp_server::{Message, Notification, Request, Response};
use serde_json::{Value, json};
use sigzeek::compile::compile;
use sigzeek::finding::{Finding, Severity};
use sigzeek::init::{License, NewRepository};
use sigzeek::mending::mend;
use sigzeek::text::printable;

use super::diagnostics;

use crate::common::assert_contains;

/// A client with its server.
struct Client {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// What the server says is wrong with each file, by its path.
    diagnostics: BTreeMap<PathBuf, Vec<Value>>,
    asked: i32,
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

impl Client {
    /// A client that has said nothing yet.
    fn silent() -> Self {
        let mut server = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
            .args(["lsp", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            input: server.stdin.take().unwrap(),
            output: BufReader::new(server.stdout.take().unwrap()),
            server,
            diagnostics: BTreeMap::new(),
            asked: 0,
        }
    }

    /// A client with a folder open.
    fn of(folder: &Path, options: &Value) -> Self {
        let mut client = Self::silent();
        let folders = json!([{ "uri": uri(folder), "name": "folder" }]);
        client.ask(
            "initialize",
            &json!({
                "processId": null,
                "rootUri": null,
                "workspaceFolders": folders,
                "initializationOptions": options,
                "capabilities": {
                    "workspace": {
                        "textDocumentContent": {},
                        "codeLens": { "refreshSupport": true },
                    },
                },
            }),
        );
        client.tell("initialized", &json!({}));
        client
    }

    fn tell(&mut self, method: &str, params: &Value) {
        let told = Notification::new(method.to_owned(), params);
        Message::from(told).write(&mut self.input).unwrap();
    }

    /// Asks, and gives the whole response.
    fn response(&mut self, method: &str, params: &Value) -> Response {
        self.asked += 1;
        let id = self.asked.into();
        let asked = Request::new(id, method.to_owned(), params);
        let id = asked.id.clone();
        Message::from(asked).write(&mut self.input).unwrap();
        loop {
            match self.next() {
                Message::Response(response) if response.id == id => return response,
                _ => {}
            }
        }
    }

    /// Asks for something whose answer does not matter.
    fn ask_nothing(&mut self, method: &str, params: &Value) {
        self.asked += 1;
        let asked = Request::new(self.asked.into(), method.to_owned(), params);
        Message::from(asked).write(&mut self.input).unwrap();
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.response(method, params).response_result.unwrap()
    }

    /// The next message; what it says is wrong is kept.
    fn next(&mut self) -> Message {
        let message = Message::read(&mut self.output).unwrap().unwrap();
        if let Message::Notification(told) = &message
            && told.method == "textDocument/publishDiagnostics"
        {
            let path = told.params["uri"].as_str().unwrap();
            let path = PathBuf::from(path.strip_prefix("file://").unwrap());
            let list = told.params["diagnostics"].as_array().unwrap().clone();
            self.diagnostics.insert(path, list);
        }
        message
    }

    /// Waits until everything has been checked as it is now.
    fn settle(&mut self) {
        self.ask("sigzeek/checked", &Value::Null);
    }

    fn open(&mut self, path: &Path, text: &str) {
        let document = json!({
            "uri": uri(path), "languageId": "yaml", "version": 1, "text": text,
        });
        self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    /// Says goodbye; the server's exit code and what it wrote for people.
    fn end(mut self) -> (Option<i32>, String) {
        self.ask("shutdown", &Value::Null);
        self.tell("exit", &Value::Null);
        self.wait()
    }

    fn wait(self) -> (Option<i32>, String) {
        drop(self.input);
        let output = self.server.wait_with_output().unwrap();
        let words = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), words)
    }

    /// All that is said to be wrong, in the form of [`checked`].
    fn said(&self) -> BTreeSet<Said> {
        let files = self.diagnostics.iter();
        files
            .flat_map(|(path, list)| list.iter().map(|one| said(path, one)))
            .collect()
    }
}

/// A finding as far as all forms tell of it: file, code, first and last line and column, severity, and words.
type Said = (PathBuf, String, [u64; 4], bool, String);

fn said(path: &Path, diagnostic: &Value) -> Said {
    let number = |edge: &str, of: &str| diagnostic["range"][edge][of].as_u64().unwrap();
    let text = |key: &str| diagnostic[key].as_str().unwrap().to_owned();
    let link = diagnostic["codeDescription"]["href"].as_str().unwrap();
    assert_eq!(link, format!("sigzeek:/findings/{}.md", text("code")));
    (
        path.to_owned(),
        text("code"),
        [
            number("start", "line"),
            number("start", "character"),
            number("end", "line"),
            number("end", "character"),
        ],
        diagnostic["severity"] == 1,
        text("message"),
    )
}

/// What `sigzeek check` finds.
fn checked(folder: &Path, paths: &[&str]) -> BTreeSet<Said> {
    let paths: Vec<PathBuf> = paths.iter().map(|path| folder.join(path)).collect();
    let findings = compile(&paths).unwrap().findings;
    let finding = |finding: &Finding| {
        let source = &finding.place.source;
        let edge = |offset: usize| {
            let (line, column) = source.line_column(offset);
            // Columns of the protocol count code units of UTF-16.
            let line_text = source.text.split('\n').nth(line - 1).unwrap();
            let before = line_text.chars().take(column - 1);
            let column: usize = before.map(char::len_utf16).sum();
            [line as u64 - 1, column as u64]
        };
        let [[a, b], [c, d]] = [edge(finding.place.span.start), edge(finding.place.span.end)];
        let mut words = printable(&finding.message);
        if let Some(help) = &finding.help {
            words += &format!("\nhelp: {}", printable(help));
        }
        (
            finding.place.path().to_owned(),
            finding.code.as_str().to_owned(),
            [a, b, c, d],
            finding.severity() == Severity::Error,
            words,
        )
    };
    findings.iter().map(finding).collect()
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn findings_are_those_of_check_in_the_packs() {
    let mut client = Client::of(project(), &Value::Null);
    client.settle();
    assert_eq!(client.said(), checked(project(), &["detections"]));
    assert_eq!(client.end(), (Some(0), String::new()));
}

#[test]
fn findings_are_those_of_check_in_every_broken_example() {
    for case in diagnostics::cases() {
        let inputs = diagnostics::inputs(&case);
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let mut client = Client::of(&case, &json!({ "paths": inputs }));
        client.settle();
        let (said, expected) = (client.said(), checked(&case, &inputs));
        assert!(!expected.is_empty());
        assert_eq!(said, expected, "{}", case.display());
    }
}

const RULE: &str = "\
title: Posted to a Shell
id: 5f1c2f9e-3a53-4d0e-9a57-0f2a2f0b5c11
logsource:
    product: zeek
    service: http
detection:
    selection:
        uri|endswith: /shell.php
    condition: selection
level: high
";

/// A folder with a pack of one sound rule; the rule's file.
fn pack() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().canonicalize().unwrap().join("detections/web");
    fs::create_dir_all(&pack).unwrap();
    let rule = pack.join("zeek_http_shell.yml");
    fs::write(&rule, RULE).unwrap();
    (folder, rule)
}

/// A change of the text that stands once at a place.
fn edit(text: &mut String, old: &str, new: &str) -> Value {
    let start = text.find(old).unwrap();
    let line = text[..start].matches('\n').count();
    let column = start - text[..start].rfind('\n').map_or(0, |at| at + 1);
    text.replace_range(start..start + old.len(), new);
    json!({
        "range": {
            "start": { "line": line, "character": column },
            "end": { "line": line, "character": column + old.len() },
        },
        "text": new,
    })
}

#[test]
fn findings_follow_what_is_typed() {
    let (folder, rule) = pack();
    let mut client = Client::of(folder.path(), &Value::Null);
    client.open(&rule, RULE);
    client.settle();
    assert!(client.said().is_empty());

    let mut text = RULE.to_owned();
    let changes = [
        edit(&mut text, "endswith", "endwith"),
        edit(&mut text, "level: high", "levl: high"),
    ];
    let document = json!({ "uri": uri(&rule), "version": 2 });
    client.tell(
        "textDocument/didChange",
        &json!({ "textDocument": document, "contentChanges": changes }),
    );
    client.settle();
    let codes: Vec<String> = client.said().into_iter().map(|said| said.1).collect();
    assert_eq!(codes, ["E203", "E301"]);
    let on_disk = fs::read_to_string(&rule).unwrap();
    assert_eq!(on_disk, RULE);

    // What is closed without being saved is as it was.
    client.tell(
        "textDocument/didClose",
        &json!({ "textDocument": document }),
    );
    client.settle();
    assert!(client.said().is_empty());

    // What others change counts once the editor tells of it.
    fs::write(&rule, &text).unwrap();
    let second = rule.with_file_name("zeek_http_second.yml");
    fs::write(&second, RULE.replace("to a Shell", "to Another")).unwrap();
    client.tell("workspace/didChangeWatchedFiles", &json!({ "changes": [] }));
    client.settle();
    assert_eq!(client.said(), checked(folder.path(), &["detections"]));
    fs::remove_file(&second).unwrap();
    client.tell("workspace/didChangeWatchedFiles", &json!({ "changes": [] }));
    client.settle();
    assert_eq!(client.said().len(), 2);
    assert_eq!(client.end().0, Some(0));
}

#[test]
fn a_rule_outside_of_the_folders_is_checked_by_itself() {
    let (folder, rule) = pack();
    let elsewhere = folder.path().canonicalize().unwrap().join("draft.yml");
    let text = RULE.replace("uri|", "url|");
    fs::write(&elsewhere, &text).unwrap();
    let mut client = Client::of(folder.path(), &Value::Null);
    client.open(&elsewhere, &text);
    // Neither a workflow nor a rule for Windows is ours to judge.
    let workflow = elsewhere.with_file_name("workflow.yml");
    fs::write(&workflow, "jobs: {}\n").unwrap();
    client.open(&workflow, "jobs: {}\n");
    let windows = RULE.replace("product: zeek", "product: windows");
    let other = elsewhere.with_file_name("windows.yml");
    fs::write(&other, &windows).unwrap();
    client.open(&other, &windows);
    client.settle();
    assert_eq!(client.said(), checked(folder.path(), &["draft.yml"]));
    assert!(!client.diagnostics.contains_key(&rule));
    assert_eq!(client.end().0, Some(0));
}

#[test]
fn a_client_that_sends_garbage_is_told_so() {
    let mut client = Client::silent();
    client.input.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let (code, words) = client.wait();
    assert_eq!(code, Some(2));
    assert!(words.starts_with("error: the client does not speak the Language Server Protocol"));
    assert_contains(&words, "\"GET / HTTP/1.1\"");
}

#[test]
fn a_client_that_dies_ends_the_server() {
    let mut client = Client::of(project(), &Value::Null);
    client.open(Path::new("/x.yml"), RULE);
    let (code, words) = client.wait();
    assert_eq!(code, Some(2));
    assert!(words.starts_with("error: the client is gone"), "{words}");
}

#[test]
fn what_is_out_of_order_is_refused_and_survived() {
    let code = |response: Response| response.response_result.unwrap_err().code;
    let mut client = Client::silent();
    assert_eq!(
        code(client.response("textDocument/hover", &json!({}))),
        -32002
    );
    assert_eq!(
        code(client.response("initialize", &json!({ "capabilities": 1 }))),
        -32602
    );
    let capabilities = json!({ "capabilities": {} });
    client.ask("initialize", &capabilities);
    client.tell("initialized", &json!({}));
    assert_eq!(code(client.response("initialize", &capabilities)), -32600);
    assert_eq!(code(client.response("no/such", &Value::Null)), -32601);
    for method in ["didOpen", "didChange", "didClose"] {
        client.tell(
            &format!("textDocument/{method}"),
            &json!({ "textDocument": [] }),
        );
    }
    client
        .input
        .write_all(b"Content-Length: 3\r\n\r\n{]}")
        .unwrap();
    let refusal = Message::read(&mut client.output).unwrap_err().to_string();
    // A response to nobody in particular, which the client's library does not take.
    assert_contains(&refusal, "-32700");
    client.ask("shutdown", &Value::Null);
    assert_eq!(
        code(client.response("textDocument/hover", &json!({}))),
        -32600
    );
    client.tell("exit", &Value::Null);
    assert_eq!(client.wait().0, Some(0));
}

#[test]
fn an_exit_without_a_shutdown_is_told_by_the_code() {
    let mut client = Client::of(project(), &Value::Null);
    client.tell("exit", &Value::Null);
    assert_eq!(client.wait(), (Some(1), String::new()));
}

impl Client {
    /// Asks about the place that `^` marks in a text, which is in the file that is open.
    fn ask_at(&mut self, method: &str, rule: &Path, marked: &str) -> Value {
        let offset = marked.find('^').unwrap();
        let text = marked.replacen('^', "", 1);
        let line_start = marked[..offset].rfind('\n').map_or(0, |at| at + 1);
        let position = json!({
            "line": marked[..offset].matches('\n').count(),
            "character": marked[line_start..offset].encode_utf16().count(),
        });
        let document = json!({ "uri": uri(rule), "version": 2 });
        let changes = json!([{ "text": text }]);
        self.tell(
            "textDocument/didChange",
            &json!({ "textDocument": document, "contentChanges": changes }),
        );
        let place = json!({ "textDocument": document, "position": position });
        self.ask(method, &place)
    }

    /// What can be written at the place that `^` marks: labels and what is inserted.
    fn completed(&mut self, rule: &Path, marked: &str) -> Vec<(String, String)> {
        let list = self.ask_at("textDocument/completion", rule, marked);
        let items = list["items"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let pair = |item: &Value| (text(&item["label"]), text(&item["textEdit"]["newText"]));
        items.iter().map(pair).collect()
    }

    /// What is told of the place that `^` marks.
    fn told(&mut self, rule: &Path, marked: &str) -> String {
        let told = self.ask_at("textDocument/hover", rule, marked);
        told["contents"]["value"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

/// A rule on RPC with other keys in its search.
fn rpc_rule(search: &str) -> String {
    format!(
        "title: A Call\nlogsource:\n    product: zeek\n    service: dce_rpc\ndetection:\n    selection:\n{search}"
    )
}

/// A rule that a correlation can refer to while the file of the first one has something else.
fn add_other_rule(rule: &Path) -> String {
    let id = "5f1c2f9e-3a53-4d0e-9a57-0f2a2f0b5c21";
    let text = RULE.replace("5f1c2f9e-3a53-4d0e-9a57-0f2a2f0b5c11", id);
    let text = text.replace("to a Shell", "to Another Shell");
    fs::write(rule.with_file_name("zeek_http_other.yml"), text).unwrap();
    id.to_owned()
}

const CORRELATION: &str = "\
title: Shell After Shell
id: 5f1c2f9e-3a53-4d0e-9a57-0f2a2f0b5c12
correlation:
    type: event_count
    rules:
        - 5f1c2f9e-3a53-4d0e-9a57-0f2a2f0b5c21
    group-by: id.orig_h
    timespan: 1h
    condition:
        gte: 3
level: high
";

/// What must be offered where `^` stands.
struct Offer {
    marked: String,
    /// What comes first, and what it inserts.
    first: (String, String),
    /// What must not be offered.
    without: String,
}

fn inserted(marked: &str, label: &str, text: &str, without: &str) -> Offer {
    Offer {
        marked: marked.to_owned(),
        first: (label.to_owned(), text.to_owned()),
        without: without.to_owned(),
    }
}

/// A label that is inserted as it is.
fn as_it_is(marked: &str, label: &str, without: &str) -> Offer {
    inserted(marked, label, label, without)
}

#[test]
fn what_can_be_written_is_offered() {
    let (folder, rule) = pack();
    let other = add_other_rule(&rule);
    let mut client = Client::of(folder.path(), &Value::Null);
    client.open(&rule, RULE);
    client.settle();
    let named = "        endpoint: svcctl\n";
    let create = "367abb81-9844-35f1-ad32-98f038001003";
    let operation = "        operation: CreateServiceW\n";
    let two = format!(
        "{named}{operation}    other:\n        argument.lpD^: x\n    condition: all of them"
    );
    let cases = [
        // Keys.
        inserted("logso^", "logsource", "logsource:", "title"),
        inserted(
            &RULE.replace("level: high", "stat^"),
            "status",
            "status:",
            "title",
        ),
        inserted(
            &RULE.replace("level: high", "zeek:\n    rai^"),
            "raise_on",
            "raise_on:",
            "",
        ),
        inserted(
            &format!("{CORRELATION}zeek:\n    thr^"),
            "thresholds",
            "thresholds:",
            "raise_on",
        ),
        // Words.
        as_it_is(&RULE.replace("high", "crit^"), "critical", "high"),
        as_it_is(
            &RULE.replace("service: http", "service: dce^"),
            "dce_rpc",
            "http",
        ),
        // Fields by logsource, modifiers by field.
        as_it_is(
            &RULE.replace("uri|endswith", "user_a^|endswith"),
            "user_agent",
            "stub",
        ),
        as_it_is(&RULE.replace("endswith", "start^"), "startswith", "lt"),
        as_it_is(
            &RULE.replace("uri|endswith: /shell.php", "status_code|^"),
            "lt",
            "status_code",
        ),
        as_it_is(
            &RULE.replace("uri|", "uri|endswith|^"),
            "contains",
            "endswith",
        ),
        as_it_is(
            &RULE.replace(
                "selection:\n        uri|endswith: /shell.php",
                "selection:\n        - meth^",
            ),
            "method",
            "",
        ),
        // The condition.
        as_it_is(
            &RULE.replace("condition: selection", "condition: not sel^"),
            "selection",
            "condition",
        ),
        // Tactics and techniques, by number or by name; in place of one that is revoked, its successor.
        as_it_is(
            &format!("{RULE}tags:\n    - attack.t1053.00^"),
            "attack.t1053.002",
            "attack.execution",
        ),
        as_it_is(
            &format!("{RULE}tags: [attack.lateral^]"),
            "attack.lateral-movement",
            "",
        ),
        as_it_is(
            &format!("{RULE}tags:\n    - windows service^"),
            "attack.t1543.003",
            "attack.execution",
        ),
        inserted(
            &format!("{RULE}tags:\n    - attack.t1086^"),
            "attack.t1086",
            "attack.t1059.001",
            "",
        ),
        // Endpoints, operations and arguments by name.
        as_it_is(&rpc_rule("        endpoint: svcc^"), "svcctl", "samr"),
        inserted(
            &rpc_rule("        uuid: '^'"),
            "00000000-0000-0000-c000-000000000046",
            "00000000-0000-0000-c000-000000000046",
            "",
        ),
        inserted(&rpc_rule("        uuid: svcctl^"), create, create, ""),
        as_it_is(
            &rpc_rule(&format!("{named}        operation: CreateServ^")),
            "CreateServiceA",
            "SamrConnect",
        ),
        inserted(
            &rpc_rule(&format!("{named}        opnum: CreateServiceW^")),
            "12",
            "12",
            "0",
        ),
        as_it_is(
            &rpc_rule(&format!("{named}{operation}        argument.lpB^")),
            "argument.lpBinaryPathName",
            "",
        ),
        as_it_is(&rpc_rule(&two), "argument.lpDisplayName", ""),
        // Rules of the pack, and what is common to their fields.
        inserted(
            &CORRELATION.replace(&other, "^"),
            &other,
            &other,
            "5f1c2f9e-3a53-4d0e-9a57-0f2a2f0b5c12",
        ),
        as_it_is(&CORRELATION.replace("id.orig_h", "hos^"), "host", "stub"),
        inserted(&RULE.replace("title: ", "# title: ^"), "", "", ""),
    ];
    let mut wrong = Vec::new();
    for Offer {
        marked,
        first,
        without,
    } in cases
    {
        let offered = client.completed(&rule, &marked);
        let found = offered.first().cloned().unwrap_or_default();
        if found != first || offered.iter().any(|(label, _)| *label == without) {
            let labels: Vec<&str> = offered.iter().map(|(label, _)| label.as_str()).collect();
            wrong.push(format!("{marked}\nfirst {found:?}, all {labels:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(client.end().0, Some(0));
}

/// An editor that has a whole list narrows it by itself, also when letters are deleted: what they left out would be missing.
#[test]
fn a_list_that_was_narrowed_is_not_whole() {
    let (folder, rule) = pack();
    let mut client = Client::of(folder.path(), &Value::Null);
    client.open(&rule, RULE);
    client.settle();
    for (level, is_incomplete) in [("^", false), ("hi^", true)] {
        let marked = RULE.replace("level: high", &format!("level: {level}"));
        let list = client.ask_at("textDocument/completion", &rule, &marked);
        assert_eq!(list["isIncomplete"], is_incomplete, "{level}: {list}");
        assert_ne!(list["items"], json!([]), "{level}");
    }
    assert_eq!(client.end().0, Some(0));
}

#[test]
fn what_stands_there_is_told() {
    let (folder, rule) = pack();
    add_other_rule(&rule);
    let mut client = Client::of(folder.path(), &Value::Null);
    client.open(&rule, RULE);
    client.settle();
    let search = "        uuid: 367abb81-9844-35f1-ad32-98f0380^01003\n        opnum: 12\n        argument.lpBinaryPathName: x\n";
    let stub = "Stub: encrypted by current Windows clients";
    let unmarked = search.replace('^', "");
    let operation = [
        "**svcctl::CreateServiceW**",
        stub,
        "**4H** core to some implementations of T1543.003: ",
        "`argument.lpBinaryPathName`",
    ];
    let by_name = "        endpoint: svcctl\n        operation: CreateSer^viceW\n";
    let cases = [
        (
            RULE.replace("level:", "lev^el:"),
            vec!["How bad a match is"],
        ),
        (
            RULE.replace("uri|ends", "ur^i|ends"),
            vec!["`uri` of `http`", "Score: **", "the field ends with"],
        ),
        (
            format!("{RULE}tags: [attack.t1543.^003]"),
            vec![
                "T1543.003 Create or Modify System Process: Windows Service",
                "Persistence",
                "techniques/T1543/003/",
            ],
        ),
        (
            format!("{RULE}tags:\n    - attack.^execution"),
            vec!["TA0002 Execution"],
        ),
        (
            RULE.replace("to a Shell", "to a^ Shell"),
            vec!["**Posted to a Shell**", "Score: **", "/shell.php"],
        ),
        (
            RULE.replace("level: high", "level: high # sigzeek: ignore[W4^51]"),
            vec!["stub is encrypted by default"],
        ),
        (rpc_rule(search), vec!["**svcctl**", stub]),
        (
            rpc_rule(&unmarked.replace("opnum: 12", "opnum: 1^2")),
            operation.to_vec(),
        ),
        (rpc_rule(by_name), operation.to_vec()),
        (
            rpc_rule(&unmarked.replace("argument.", "arg^ument.")),
            vec![
                "text of `svcctl::CreateServiceW` (opnum 12)",
                "MS-SCMR section",
                stub,
            ],
        ),
        (
            CORRELATION.replace("5c21", "5c^21"),
            vec!["**Posted to Another Shell**"],
        ),
    ];
    for (marked, expected) in cases {
        let told = client.told(&rule, &marked);
        for text in expected {
            assert!(told.contains(text), "no {text:?} of\n{marked}\nin {told:?}");
        }
    }
    assert_eq!(
        client.told(&rule, &RULE.replace("/shell.php", "/she^ll.php")),
        ""
    );
    assert_eq!(client.end().0, Some(0));
}

#[test]
fn fixes_are_those_of_check_fix() {
    let (folder, rule) = pack();
    let wrong = RULE.replace("endswith", "endwith").replace("level", "levl");
    fs::write(&rule, &wrong).unwrap();
    let mut client = Client::of(folder.path(), &Value::Null);
    client.open(&rule, &wrong);
    client.settle();
    let at = |line: u64| json!({ "line": line, "character": 14 });
    let mut ask = |line: u64, only: Option<&str>| {
        let only = only.map(|kind| vec![kind]);
        let actions = client.ask(
            "textDocument/codeAction",
            &json!({
                "textDocument": { "uri": uri(&rule) },
                "range": { "start": at(line), "end": at(line) },
                "context": { "diagnostics": [], "only": only },
            }),
        );
        actions.as_array().unwrap().clone()
    };
    let actions = ask(7, None);
    let titles: Vec<&str> = actions
        .iter()
        .map(|one| one["title"].as_str().unwrap())
        .collect();
    let all = "Fix all that has a single safe fix";
    assert_eq!(titles, ["Write `endswith`", all]);
    assert_eq!(actions[0]["diagnostics"][0]["code"], "E301");
    assert_eq!(ask(3, None).len(), 1);
    assert!(ask(7, Some("refactor")).is_empty());
    assert_eq!(ask(7, Some("quickfix")).len(), 1);
    let fix_all = ask(0, Some("source.fixAll"));

    let edits = fix_all[0]["edit"]["changes"][uri(&rule)]
        .as_array()
        .unwrap();
    let mut text = wrong.clone();
    for edit in edits.iter().rev() {
        let offset = |edge: &str| {
            let position = &edit["range"][edge];
            let line = position["line"].as_u64().unwrap() as usize;
            let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
            before + position["character"].as_u64().unwrap() as usize
        };
        let (start, end) = (offset("start"), offset("end"));
        text.replace_range(start..end, edit["newText"].as_str().unwrap());
    }
    assert_eq!(text, RULE);
    assert_eq!(client.end().0, Some(0));
    let mended = mend(&[folder.path().join("detections")]).unwrap();
    assert_eq!(mended.files[0].new, text);
}

#[test]
fn rules_and_what_refers_to_them_are_found() {
    let (folder, rule) = pack();
    let other = rule.with_file_name("zeek_http_other.yml");
    let id = add_other_rule(&rule);
    let correlation = rule.with_file_name("zeek_correlation_shells.yml");
    fs::write(&correlation, CORRELATION).unwrap();
    let filter = rule.with_file_name("filter_scanner.yml");
    let text = "\
title: Our Scanner
logsource: { product: zeek, service: http }
filter:
    rules: [Posted to Another Shell]
    scanner:
        id.orig_h: 10.0.0.5
    condition: not scanner
";
    fs::write(&filter, text).unwrap();
    let mut client = Client::of(folder.path(), &Value::Null);
    for file in [&other, &correlation, &filter] {
        client.open(file, &fs::read_to_string(file).unwrap());
    }
    client.settle();
    assert!(client.said().is_empty(), "{:?}", client.said());

    let other_text = fs::read_to_string(&other).unwrap();
    let title = (uri(&other), 0, 7);
    let referrers = [(uri(&correlation), 5, 10), (uri(&filter), 3, 12)];
    let place = |location: &Value| {
        let start = &location["range"]["start"];
        let number = |of: &str| start[of].as_u64().unwrap();
        let uri = location["uri"].as_str().unwrap().to_owned();
        (uri, number("line"), number("character"))
    };
    let mut defined =
        |file: &Path, marked: &str| place(&client.ask_at("textDocument/definition", file, marked));
    assert_eq!(
        defined(&correlation, &CORRELATION.replace("5c21", "5c^21")),
        title
    );
    assert_eq!(
        defined(&filter, &text.replace("to Another", "to An^other")),
        title
    );
    let scanner = (uri(&filter), 4, 4);
    assert_eq!(
        defined(&filter, &text.replace("not scanner", "not sc^anner")),
        scanner
    );

    let mut referred = |with_title: bool, file: &Path, marked: &str| {
        let offset = marked.find('^').unwrap();
        let line_start = marked[..offset].rfind('\n').map_or(0, |at| at + 1);
        let found = client.ask(
            "textDocument/references",
            &json!({
                "textDocument": { "uri": uri(file) },
                "position": {
                    "line": marked[..offset].matches('\n').count(),
                    "character": offset - line_start,
                },
                "context": { "includeDeclaration": with_title },
            }),
        );
        let found = found.as_array().unwrap();
        found.iter().map(place).collect::<Vec<_>>()
    };
    let on_title = other_text.replace("to Another", "to An^other");
    assert_eq!(referred(false, &other, &on_title), referrers);
    let on_id = other_text.replace(&id, &format!("^{id}"));
    assert_eq!(referred(false, &other, &on_id), referrers);
    let on_reference = CORRELATION.replace("5c21", "5c^21");
    let all = [&[title][..], &referrers].concat();
    assert_eq!(referred(true, &correlation, &on_reference), all);
    assert!(referred(false, &other, &other_text.replace("level", "le^vel")).is_empty());
    assert_eq!(client.end().0, Some(0));
}

impl Client {
    /// What stands above the rules of a file, once their tests have run.
    fn lenses(&mut self, file: &Path) -> Vec<String> {
        let document = json!({ "textDocument": { "uri": uri(file) } });
        loop {
            let lenses = self.ask("textDocument/codeLens", &document);
            let lenses = lenses.as_array().unwrap().iter();
            let titles: Vec<String> = lenses
                .map(|lens| lens["command"]["title"].as_str().unwrap().to_owned())
                .collect();
            if !titles.iter().any(|title| title.contains("running")) && !titles.is_empty() {
                return titles;
            }
            self.wait_for("workspace/codeLens/refresh");
        }
    }

    /// Waits for a request of the server; its parameters.
    fn wait_for(&mut self, method: &str) -> Value {
        loop {
            match self.next() {
                Message::Request(asked) if asked.method == method => return asked.params,
                _ => {}
            }
        }
    }
}

#[test]
fn tests_run_when_a_rule_is_saved_and_its_scripts_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let parent = folder.path().canonicalize().unwrap();
    let new = NewRepository::new("first", None, License::None).unwrap();
    let repository = new.create(&parent).unwrap();
    let rule = repository.join("detections/first/zeek_dce_rpc_atsvc_job_added.yml");
    let text = fs::read_to_string(&rule).unwrap();
    let mut client = Client::of(&repository, &Value::Null);
    client.open(&rule, &text);
    client.settle();
    let lenses = client.lenses(&rule);
    assert_eq!(lenses, ["4H · fires on 1 of 2 captures", "generated Zeek"]);

    // While a key is being typed, the file is no YAML; what was last known stays.
    for (version, typed) in [(2, format!("{text}lev el: ]\n")), (3, text.clone())] {
        let change = json!({
            "textDocument": { "uri": uri(&rule), "version": version },
            "contentChanges": [{ "text": typed }],
        });
        client.tell("textDocument/didChange", &change);
        client.settle();
        assert_eq!(client.lenses(&rule), lenses, "{typed}");
    }

    let arguments = [uri(&rule)];
    let command = json!({ "command": "sigzeek.showGenerated", "arguments": arguments });
    client.ask_nothing("workspace/executeCommand", &command);
    let shown = client.wait_for("window/showDocument");
    let page = shown["uri"].as_str().unwrap().to_owned();
    let document = client.ask("workspace/textDocumentContent", &json!({ "uri": page }));
    let (head, script) = document["text"]
        .as_str()
        .unwrap()
        .split_once("\n\n")
        .unwrap();
    let name = head.strip_prefix("# ").unwrap();
    assert!(name.starts_with("first/scripts/"), "{name}");
    let written = fs::read_to_string(repository.join("generated").join(name)).unwrap();
    assert_eq!(script, written);
    let explained = json!({ "uri": "sigzeek:/findings/E301.md" });
    let explained = client.ask("workspace/textDocumentContent", &explained);
    let head = "# E301: error: unknown modifier\n\n";
    assert!(explained["text"].as_str().unwrap().starts_with(head));
    let unknown = json!({ "uri": "sigzeek:/findings/E000.md" });
    let refused = client.response("workspace/textDocumentContent", &unknown);
    assert_eq!(refused.response_result.unwrap_err().code, -32602);

    // What is only typed is not tried; what is saved is.
    let wrong = text.replace("JobAdd", "JobEnum");
    assert_ne!(wrong, text);
    fs::write(&rule, &wrong).unwrap();
    client.tell(
        "textDocument/didSave",
        &json!({ "textDocument": { "uri": uri(&rule) } }),
    );
    while client.lenses(&rule)[0].ends_with("captures") {
        client.wait_for("workspace/codeLens/refresh");
    }
    let failed = "fires on 1 of 2 captures · 2 tests failed";
    let lens = client.lenses(&rule).remove(0);
    assert!(lens.ends_with(failed), "{lens}");
    assert_eq!(client.end().0, Some(0));
}

#[test]
fn the_extension_has_the_version_of_the_program() {
    let manifest = fs::read_to_string(project().join("editors/vscode/package.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
}
