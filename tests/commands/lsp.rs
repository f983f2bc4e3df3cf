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
use sigzeek::text::printable;

use super::diagnostics;

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
                "capabilities": { "workspace": { "textDocumentContent": {} } },
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
    assert!(words.contains("\"GET / HTTP/1.1\""), "{words}");
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
    assert!(refusal.contains("-32700"), "{refusal}");
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
