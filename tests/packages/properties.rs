//! No text of a rule becomes code, and every text arrives: packages of rules with arbitrary texts, in a real Zeek.
//!
//! Without Zeek (`$ZEEK`, or `zeek` on the path) nothing is tested but that the packages are written.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_yaml::{Mapping, Value};
use sigzeek::plan::identifier;

/// How many rules of arbitrary texts a package has.
const RULES: usize = 150;

/// What the text of a rule would like to do.
const CANARIES: &[&str] = &[
    "\"; event sigzeek_canary(); #",
    "\"); event sigzeek_canary(); print(\"",
    "\n\nevent zeek_init() { event sigzeek_canary(); }\n",
    "\r\nevent zeek_init() { event sigzeek_canary(); }\r\n",
    "\u{2028}event zeek_init() { event sigzeek_canary(); }",
    "\u{85}event zeek_init() { event sigzeek_canary(); }",
    "\u{b}event sigzeek_canary();\u{c}event sigzeek_canary();",
    "*/ event sigzeek_canary(); /*",
    "/; event sigzeek_canary(); /",
    "/i, /.*/] = vector(); event sigzeek_canary(); #",
    "@if ( F )",
    "@else",
    "@endif",
    "@load ./canary",
    "\n@load ./canary\n",
    "@DIR @FILENAME @unload",
    "##< documents what stands before it",
    "# @no-test",
    "@TEST-EXEC: touch canary",
    ".. include:: /etc/passwd",
    "`/etc/passwd`",
    "$(touch canary) `touch canary` ${IFS}",
    "%s %d %x %n %%",
    "{{ 7 * 7 }} {% raw %} {# #}",
    "\\",
    "\\\"",
    "\\x41\\n\\0",
    "a\\",
    "\u{0}",
    "\u{0}\u{1}\u{7f}\u{80}\u{ff}",
    "\u{202e}evil\u{202c}\u{200b}\u{feff}\u{e0041}",
    "ß ſ K İ ı ǅ Σς",
    "日本語 \u{1f4a9} e\u{301}",
    "[^]]{(|",
    "^$.|?*+()[]{}\\/\"'",
    "T",
    "record",
    "",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::sample::select(CANARIES).prop_map(str::to_owned),
        2 => proptest::collection::vec(any::<char>(), 1..20).prop_map(String::from_iter),
        2 => "[ -~]{1,30}",
        1 => (proptest::sample::select(CANARIES), proptest::sample::select(CANARIES))
            .prop_map(|(a, b)| format!("{a}{b}")),
    ]
}

/// A rule of arbitrary texts that looks for `uri`.
#[derive(Debug, Clone)]
struct Texts {
    uri: String,
    title: String,
    name: String,
    author: String,
    description: String,
    reference: String,
    false_positive: String,
    search: String,
    placeholder: String,
    header: String,
}

fn texts() -> impl Strategy<Value = Texts> {
    let first = (text(), text(), text(), text(), text());
    let second = (
        text(),
        text(),
        text(),
        text(),
        "[!#$%&'*+.^_`|~0-9a-zA-Z-]{1,20}",
    );
    (first, second).prop_map(|(first, second)| Texts {
        uri: first.0,
        title: first.1,
        name: first.2,
        author: first.3,
        description: first.4,
        reference: second.0,
        false_positive: second.1,
        search: second.2,
        placeholder: second.3,
        header: second.4,
    })
}

fn runner() -> TestRunner {
    let config = Config::default();
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, rng)
}

fn arbitrary_rules() -> Vec<Texts> {
    let mut runner = runner();
    (0..RULES)
        .map(|_| texts().new_tree(&mut runner).unwrap().current())
        .collect()
}

fn string(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn map(entries: &[(&str, Value)]) -> Value {
    let entries = entries
        .iter()
        .map(|(key, value)| (string(key), value.clone()));
    Value::Mapping(entries.collect::<Mapping>())
}

fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}

fn title(texts: &Texts, number: usize) -> String {
    let title: String = texts.title.chars().take(200).collect();
    format!("{title} {number}")
}

/// `*` and `?` are wildcards, and a backslash may escape; here each character means itself.
fn escaped(value: &str) -> String {
    value
        .chars()
        .flat_map(|c| {
            let escape = matches!(c, '*' | '?' | '\\').then_some('\\');
            escape.into_iter().chain([c])
        })
        .collect()
}

fn rule(texts: &Texts, number: usize, name: &str, search: Value) -> String {
    let search_name = format!("s{number}");
    let log = map(&[("fields", string("body")), ("to", string("log"))]);
    let document = map(&[
        ("title", string(&title(texts, number))),
        ("id", string(&id(number))),
        ("name", string(name)),
        ("author", string(&texts.author)),
        ("description", string(&texts.description)),
        (
            "references",
            Value::Sequence(vec![string(&texts.reference)]),
        ),
        (
            "falsepositives",
            Value::Sequence(vec![string(&texts.false_positive)]),
        ),
        (
            "logsource",
            map(&[("product", string("zeek")), ("service", string("http"))]),
        ),
        (
            "detection",
            map(&[(&search_name, search), ("condition", string(&search_name))]),
        ),
        ("level", string("high")),
        ("zeek", map(&[("log_payload", log)])),
    ]);
    yaml(&document)
}

/// A document in YAML's flow style, with all that is not ASCII as an escape.
fn yaml(value: &Value) -> String {
    match value {
        Value::Mapping(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", yaml(key), yaml(value)))
                .collect();
            format!("{{{}}}\n", entries.join(",\n"))
        }
        Value::Sequence(items) => {
            let items: Vec<String> = items.iter().map(yaml).collect();
            format!("[{}]", items.join(", "))
        }
        Value::String(text) => {
            let escaped: String = text
                .chars()
                .map(|c| match c {
                    '"' | '\\' => format!("\\{c}"),
                    ' '..='~' => c.to_string(),
                    c => format!("\\U{:08x}", u32::from(c)),
                })
                .collect();
            format!("\"{escaped}\"")
        }
        _ => panic!("no other values are used"),
    }
}

/// Builds the pack of a folder; the folder of its scripts.
fn build(pack: &Path, out: &Path) -> std::path::PathBuf {
    let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .arg("build")
        .arg(pack)
        .arg("--out")
        .arg(out)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let packages: Vec<_> = fs::read_dir(out)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(packages.len(), 1);
    packages[0].join("scripts")
}

/// The output of Zeek, or `None` with a line that says so where there is none.
fn zeek(folder: &Path, arguments: &[&std::ffi::OsStr]) -> Option<String> {
    let program = std::env::var_os("ZEEK").unwrap_or_else(|| "zeek".into());
    let output = Command::new(&program)
        .args(arguments)
        .current_dir(folder)
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("skipped: no Zeek");
            return None;
        }
        Err(error) => panic!("{error}"),
    };
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// A literal of Zeek that cannot mean anything but its bytes.
fn hexadecimal(bytes: &[u8]) -> String {
    let mut literal = String::from("\"");
    for byte in bytes {
        write!(literal, "\\x{byte:02x}").unwrap();
    }
    literal + "\""
}

/// A statement of Zeek that has a request for a URI seen on a connection.
fn request(uid: &str, uri: &[u8]) -> String {
    let uri = hexadecimal(uri);
    format!(
        "event http_request(connection($id=conn_id($orig_h=192.0.2.1, $orig_p=1024/tcp, $resp_h=192.0.2.2, \
         $resp_p=80/tcp), $orig=none, $resp=none, $start_time=network_time(), $duration=0sec, \
         $service=set(), $history=\"\", $uid=\"{uid}\"), \"GET\", {uri}, {uri}, \"1.1\");\n"
    )
}

/// Handlers that say on standard output whether text became code.
const WATCH: &str = "\
global sigzeek_canary: event();
event sigzeek_canary() { print \"CANARY\"; }
event zeek_done() { if ( zeek_version() == \"\" ) event sigzeek_canary(); }
";

fn assert_no_canary(folder: &Path, output: &str) {
    assert!(!output.contains("CANARY"), "{output}");
    assert!(!folder.join("canary").exists());
}

#[test]
fn texts_and_values_arrive_in_zeek_and_are_no_code() {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("pack");
    fs::create_dir(&pack).unwrap();
    let rules = arbitrary_rules();
    let mut expected: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); rules.len()];
    for (number, texts) in rules.iter().enumerate() {
        // Each rule looks for its own value in one of several ways.
        let (modifier, value) = match number % 5 {
            0 => ("uri|cased", escaped(&texts.uri)),
            1 => ("uri|contains|cased", escaped(&format!("{}x", texts.uri))),
            2 => ("uri|startswith|cased", escaped(&format!("{}x", texts.uri))),
            3 => ("uri|re", format!("^{}$", regex_escape(&texts.uri))),
            _ => ("uri|endswith|cased", escaped(&format!("x{}", texts.uri))),
        };
        let search = map(&[(modifier, string(&value))]);
        let text = rule(texts, number, &format!("rule {number}"), search);
        fs::write(pack.join(format!("{number}.yml")), text).unwrap();
        for (other, probe) in rules.iter().enumerate() {
            let probe = probe_of(other, &probe.uri);
            let matches = match number % 5 {
                0 | 3 => probe == texts.uri,
                1 => probe.contains(&format!("{}x", texts.uri)),
                2 => probe.starts_with(&format!("{}x", texts.uri)),
                _ => probe.ends_with(&format!("x{}", texts.uri)),
            };
            if matches {
                expected[other].insert(number);
            }
        }
    }
    let scripts = build(&pack, &folder.path().join("out"));
    let mut check = format!("{WATCH}\nmodule Pack;\n");
    check.push_str(
        "global probe = 0;\n\
         hook policy(rule: RuleInfo, c: connection) { print fmt(\"match %d %s\", probe, rule$id); break; }\n\
         event http_request(c: connection, method: string, original_URI: string, unescaped_URI: string, version: string) \
         &priority=100 { print fmt(\"probe %s\", c$uid); probe = to_count(c$uid); }\n\
         event zeek_init() {\n\
         local none = endpoint($size=0, $state=0, $flow_label=0);\n",
    );
    for (number, texts) in rules.iter().enumerate() {
        let title = hexadecimal(title(texts, number).as_bytes());
        writeln!(
            check,
            "if ( rule_{number}_rule$title != {title} ) print \"WRONG TITLE {number}\";\n\
             if ( rule_{number}_rule$id != \"{}\" ) print \"WRONG ID {number}\";",
            id(number)
        )
        .unwrap();
        let uri = probe_of(number, &texts.uri);
        check.push_str(&request(&number.to_string(), uri.as_bytes()));
    }
    check.push_str("}\n");
    let script = folder.path().join("check.zeek");
    fs::write(&script, check).unwrap();
    let Some(output) = zeek(folder.path(), &[scripts.as_os_str(), script.as_os_str()]) else {
        return;
    };
    assert_no_canary(folder.path(), &output);
    assert!(!output.contains("WRONG"), "{output}");
    assert_eq!(output.matches("probe ").count(), rules.len());
    let mut seen: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); rules.len()];
    for line in output.lines() {
        if let Some((probe, id)) = line
            .strip_prefix("match ")
            .and_then(|rest| rest.split_once(' '))
        {
            let number = usize::from_str_radix(&id[id.len() - 12..], 16).unwrap();
            seen[probe.parse::<usize>().unwrap()].insert(number);
        }
    }
    for (number, texts) in rules.iter().enumerate() {
        assert_eq!(
            seen[number],
            expected[number],
            "{:?}",
            probe_of(number, &texts.uri)
        );
    }
}

/// The URI with which a rule is probed: its own value as it is, or with something around it.
fn probe_of(number: usize, uri: &str) -> String {
    match number % 5 {
        0 | 3 => uri.to_owned(),
        1 => format!("ab{uri}xyz"),
        2 => format!("{uri}xyz"),
        _ => format!("abx{uri}"),
    }
}

fn regex_escape(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let escape = (c.is_ascii_punctuation() && !"<>".contains(c)).then_some('\\');
            escape.into_iter().chain([c])
        })
        .collect()
}

/// Names are made of texts, too: of rules, files, packs, searches, placeholders and headers.
#[test]
fn names_made_of_texts_are_names() {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("@load x; \u{1f4a9} \"pack");
    fs::create_dir(&pack).unwrap();
    let mut taken = BTreeSet::new();
    for (number, texts) in arbitrary_rules().iter().enumerate() {
        let mut search = vec![
            ("method".to_owned(), string("POST")),
            (
                format!("client_header.{}|contains", texts.header.replace('|', "")),
                string(&format!("{}x", texts.uri)),
            ),
        ];
        let placeholder = identifier::snake(&texts.placeholder);
        if placeholder.len() <= 48 && !placeholder.starts_with('_') {
            search.push((
                "host|expand".to_owned(),
                string(&format!("%{placeholder}%")),
            ));
        }
        search.retain(|(key, _)| !key.starts_with("client_header.|"));
        let search: Vec<(&str, Value)> = search
            .iter()
            .map(|(key, value)| (key.as_str(), value.clone()))
            .collect();
        // Names that clash are another test's subject.
        let name = format!("{} {}", texts.name, texts.search);
        let name = if taken.insert(identifier::snake(&name)) {
            name
        } else {
            format!("{number} {name}")
        };
        let text = rule(texts, number, &name, map(&search));
        fs::write(pack.join(format!("{number}.yml")), text).unwrap();
    }
    let description = CANARIES.join(" ");
    let text = yaml(&map(&[("description", string(&description))]));
    fs::write(pack.join("pack.yml"), text).unwrap();
    let out = folder.path().join("out");
    let scripts = build(&pack, &out);
    let script = folder.path().join("check.zeek");
    fs::write(&script, WATCH).unwrap();
    let metadata = fs::read_to_string(scripts.parent().unwrap().join("zkg.meta")).unwrap();
    let keys: Vec<&str> = metadata
        .lines()
        .map(|line| line.split(" = ").next().unwrap())
        .collect();
    assert_eq!(
        keys,
        [
            "[package]",
            "description",
            "aliases",
            "tags",
            "script_dir",
            "config_files",
            "test_command",
            "depends"
        ]
    );
    let Some(output) = zeek(folder.path(), &[scripts.as_os_str(), script.as_os_str()]) else {
        return;
    };
    assert_no_canary(folder.path(), &output);
    // The folder of a package is a name that a shell, Zeek and zkg take as it is.
    let name = scripts.parent().unwrap().file_name().unwrap();
    let name = name.to_str().unwrap();
    assert!(
        name.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'),
        "{name}"
    );
}

/// Packs whose names mean something to Zeek load beside its own scripts.
#[test]
fn packs_named_like_things_of_zeek_load() {
    let folder = tempfile::tempdir().unwrap();
    let packs = folder.path().join("packs");
    for (number, name) in [
        "uri", "tags", "host", "http", "event", "1", "dce_rpc", "c", "id",
    ]
    .iter()
    .enumerate()
    {
        let texts = &arbitrary_rules()[number];
        fs::create_dir_all(packs.join(name)).unwrap();
        let search = map(&[
            ("uri|contains", string("x")),
            ("body|contains", string("y")),
        ]);
        let text = rule(texts, number, name, search);
        fs::write(packs.join(name).join("rule.yml"), text).unwrap();
    }
    let out = folder.path().join("out");
    let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .arg("build")
        .arg(&packs)
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut scripts: Vec<_> = fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("scripts"))
        .collect();
    scripts.sort();
    let scripts: Vec<&std::ffi::OsStr> = scripts.iter().map(|path| path.as_os_str()).collect();
    if let Some(output) = zeek(folder.path(), &scripts) {
        assert_eq!(output, "");
    }
}

/// What an operator lists for a placeholder is compared as the other modifiers say.
#[test]
fn placeholders_compare_as_their_modifiers_say() {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("pack");
    fs::create_dir(&pack).unwrap();
    let keys = [
        "uri|expand",
        "uri|contains|expand",
        "uri|expand|startswith",
        "uri|endswith|expand",
    ];
    let texts = &arbitrary_rules()[0];
    for (number, key) in keys.iter().enumerate() {
        let search = map(&[(key, string("%parts%"))]);
        let text = rule(texts, number, &format!("rule {number}"), search);
        fs::write(pack.join(format!("{number}.yml")), text).unwrap();
    }
    let scripts = build(&pack, &folder.path().join("out"));
    let probes: [(&str, &[usize]); 5] = [
        ("bc", &[0, 1, 2, 3]),
        ("abcd", &[1]),
        ("BCd", &[1, 2]),
        ("abC", &[1, 3]),
        ("b", &[]),
    ];
    let mut check = String::from(
        "redef Pack::placeholder_parts += { \"Bc\" };\nmodule Pack;\n\
         hook policy(rule: RuleInfo, c: connection) { print fmt(\"%s %s\", c$uid, rule$id); break; }\n\
         event zeek_init() {\n\
         local none = endpoint($size=0, $state=0, $flow_label=0);\n",
    );
    let mut expected = BTreeSet::new();
    for (uri, rules) in probes {
        check.push_str(&request(uri, uri.as_bytes()));
        expected.extend(rules.iter().map(|number| format!("{uri} {}", id(*number))));
    }
    check.push_str("}\n");
    let script = folder.path().join("check.zeek");
    fs::write(&script, check).unwrap();
    if let Some(output) = zeek(folder.path(), &[scripts.as_os_str(), script.as_os_str()]) {
        let seen: BTreeSet<String> = output.lines().map(str::to_owned).collect();
        assert_eq!(seen, expected);
    }
}
