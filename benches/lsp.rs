//! How long the language server takes to answer in a repository of 1,000 rules, and how much memory it takes.
//!
//! `cargo bench --bench lsp` starts the server as an editor does, types in rules and asks about them while they are being checked. It
//! prints the median and the 99th percentile of each request, and the server's peak memory.

#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use lsp_server::{Message, Notification, Request};
use serde_json::{Value, json};

/// How often the packs are copied: they come to a few more than 1,000 rules.
const COPIES: usize = 8;
/// How often each request is asked.
const TIMES: usize = 200;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let files = write_rules(folder.path())?;
    println!(
        "{} rule files in {} packs",
        files.len(),
        COPIES * packs()?.len()
    );
    let mut client = Client::start(folder.path())?;
    let start = Instant::now();
    client.ask("sigzeek/checked", &Value::Null);
    println!("first check of all: {} ms", start.elapsed().as_millis());
    for round in 0..TIMES {
        let file = &files[round * 7919 % files.len()];
        let text = fs::read_to_string(file)?;
        client.work_on(file, &text);
    }
    client.print()
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The packs of the project.
fn packs() -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(project().join("detections"))?;
    let paths = entries.map(|entry| Ok(entry?.path()));
    paths
        .filter(|path| path.as_ref().is_ok_and(|path| path.is_dir()))
        .collect()
}

/// Copies the project's packs several times, with other ids and titles; the rule files.
fn write_rules(folder: &Path) -> io::Result<Vec<PathBuf>> {
    std::os::unix::fs::symlink(project().join("zeek-tests"), folder.join("zeek-tests"))?;
    fs::copy(project().join("COPYING"), folder.join("COPYING"))?;
    let mut files = Vec::new();
    for pack in packs()? {
        let mut texts = BTreeMap::new();
        for entry in fs::read_dir(&pack)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "yml") {
                texts.insert(path.clone(), fs::read_to_string(&path)?);
            }
        }
        let ids: Vec<String> = texts
            .values()
            .flat_map(|text| text.lines())
            .filter_map(|line| Some(line.strip_prefix("id: ")?.trim_matches('\'').to_owned()))
            .collect();
        for copy in 0..COPIES {
            let name = format!("{}_{copy}", pack.file_name().unwrap().to_string_lossy());
            let target = folder.join("detections").join(name);
            fs::create_dir_all(&target)?;
            for (path, text) in &texts {
                let file = target.join(path.file_name().unwrap());
                fs::write(&file, another(text, copy, &ids))?;
                if !file.ends_with("pack.yml") {
                    files.push(file);
                }
            }
        }
    }
    Ok(files)
}

/// A file of another pack: what must be unique has the copy's number.
fn another(text: &str, copy: usize, ids: &[String]) -> String {
    let mut text = text.to_owned();
    for id in ids {
        text = text.replace(id, &format!("{copy:08x}{}", &id[8..]));
    }
    let mut in_aliases = false;
    let mut lines = String::new();
    for line in text.lines() {
        in_aliases = line == "aliases:" || in_aliases && line.starts_with(' ');
        if in_aliases {
            continue;
        }
        let is_unique = line.starts_with("title: ") || line.starts_with("module: ");
        let quote = line.ends_with('\'');
        lines += match (is_unique, quote) {
            (true, true) => format!("{}{copy}'", line.trim_end_matches('\'')),
            (true, false) => format!("{line}{copy}"),
            (false, _) => line.to_owned(),
        }
        .as_str();
        lines.push('\n');
    }
    lines
}

struct Client {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    asked: i32,
    took: BTreeMap<&'static str, Vec<Duration>>,
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

impl Client {
    fn start(folder: &Path) -> io::Result<Self> {
        let mut server = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
            .args(["lsp", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut client = Self {
            input: server.stdin.take().expect("a pipe"),
            output: BufReader::new(server.stdout.take().expect("a pipe")),
            server,
            asked: 0,
            took: BTreeMap::new(),
        };
        client.ask(
            "initialize",
            &json!({
                "workspaceFolders": [{ "uri": uri(folder), "name": "rules" }],
                "capabilities": { "workspace": { "textDocumentContent": {} } },
            }),
        );
        client.tell("initialized", &json!({}));
        Ok(client)
    }

    fn tell(&mut self, method: &str, params: &Value) {
        let told = Notification::new(method.to_owned(), params);
        Message::from(told)
            .write(&mut self.input)
            .expect("a server that reads");
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let asked = Request::new(self.asked.into(), method.to_owned(), params);
        let id = asked.id.clone();
        Message::from(asked)
            .write(&mut self.input)
            .expect("a server that reads");
        loop {
            let message = Message::read(&mut self.output).expect("a message");
            match message.expect("a server that lives") {
                Message::Response(response) if response.id == id => {
                    return response.response_result.expect("an answer");
                }
                _ => {}
            }
        }
    }

    fn timed(&mut self, what: &'static str, method: &str, params: &Value) {
        let start = Instant::now();
        self.ask(method, params);
        self.took.entry(what).or_default().push(start.elapsed());
    }

    /// What an author does with a rule: opens it, types, asks, and closes it.
    fn work_on(&mut self, file: &Path, text: &str) {
        let document =
            json!({ "uri": uri(file), "languageId": "yaml", "version": 1, "text": text });
        self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
        let document = json!({ "uri": uri(file), "version": 2 });
        let lines: Vec<&str> = text.lines().collect();
        let line_of = |wanted: &str| {
            lines
                .iter()
                .position(|line| line.trim_start().starts_with(wanted))
        };
        let at = |line: usize, column: usize| json!({ "textDocument": document, "position": { "line": line, "character": column } });
        let end = |line: usize| lines[line].len();
        let title = line_of("title:").unwrap_or_default();
        let level = line_of("level:").unwrap_or_default();
        // A key is being written in the first search, and a tag at the end of the list of tags.
        let condition = line_of("condition:").unwrap_or(level);
        self.insert(&document, condition, "        u\n");
        self.timed(
            "completion of a field",
            "textDocument/completion",
            &at(condition, 9),
        );
        self.insert(&document, condition, "        operation: N\n");
        self.timed(
            "completion of an operation",
            "textDocument/completion",
            &at(condition, 20),
        );
        if let Some(tags) = line_of("tags:") {
            self.insert(&document, tags + 1, "    - attack.t1\n");
            self.timed(
                "completion of a technique",
                "textDocument/completion",
                &at(tags + 1, 15),
            );
            self.timed(
                "hover of a technique",
                "textDocument/hover",
                &at(tags + 2, 12),
            );
        }
        self.insert(&document, 0, "lev\n");
        self.timed("completion of a key", "textDocument/completion", &at(0, 3));
        let whole = json!([{ "text": text }]);
        self.tell(
            "textDocument/didChange",
            &json!({ "textDocument": document, "contentChanges": whole }),
        );
        self.timed(
            "hover of a title",
            "textDocument/hover",
            &at(title, end(title)),
        );
        for (what, key) in [
            ("uuid:", "hover of an interface"),
            ("operation", "hover of an operation"),
        ] {
            if let Some(line) = line_of(what) {
                self.timed(
                    key,
                    "textDocument/hover",
                    &at(line, end(line).saturating_sub(2)),
                );
            }
        }
        let mut references = at(title, end(title));
        references["context"] = json!({ "includeDeclaration": true });
        self.timed("references", "textDocument/references", &references);
        self.timed(
            "definition",
            "textDocument/definition",
            &at(condition, end(condition)),
        );
        let here = json!({ "line": condition, "character": 0 });
        let actions = json!({
            "textDocument": document,
            "range": { "start": here, "end": here },
            "context": { "diagnostics": [] },
        });
        self.timed("code actions", "textDocument/codeAction", &actions);
        let lenses = json!({ "textDocument": document });
        self.timed("code lenses", "textDocument/codeLens", &lenses);
        let page = format!("sigzeek:/generated{}.zeek", file.display());
        self.timed(
            "generated Zeek",
            "workspace/textDocumentContent",
            &json!({ "uri": page }),
        );
        self.insert(&document, level, "\n");
        self.timed("findings after a change", "sigzeek/checked", &Value::Null);
        self.tell(
            "textDocument/didClose",
            &json!({ "textDocument": document }),
        );
    }

    fn insert(&mut self, document: &Value, line: usize, text: &str) {
        let place = json!({ "line": line, "character": 0 });
        let change = json!([{ "range": { "start": place, "end": place }, "text": text }]);
        self.tell(
            "textDocument/didChange",
            &json!({ "textDocument": document, "contentChanges": change }),
        );
    }

    fn print(mut self) -> io::Result<()> {
        println!(
            "{:28} {:>8} {:>8} {:>8}",
            "milliseconds", "p50", "p99", "most"
        );
        for (what, mut took) in std::mem::take(&mut self.took) {
            took.sort();
            let at = |percent: usize| {
                let index = (took.len() * percent).div_ceil(100).saturating_sub(1);
                took[index].as_secs_f64() * 1000.0
            };
            println!("{what:28} {:8.2} {:8.2} {:8.2}", at(50), at(99), at(100));
        }
        let status = fs::read_to_string(format!("/proc/{}/status", self.server.id()))?;
        let peak = status.lines().find(|line| line.starts_with("VmHWM"));
        println!(
            "peak memory: {}",
            peak.unwrap_or("not known")
                .trim_start_matches("VmHWM:")
                .trim()
        );
        self.ask("shutdown", &Value::Null);
        self.tell("exit", &Value::Null);
        self.server.wait()?;
        Ok(())
    }
}
