//! The schemas of `sigzeek schema`: what compiles validates, and what editors should mark does not.

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::Value;
use sigzeek::finding::Code;

use crate::common::work::{Ran, sigzeek};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The schema as the command prints it.
fn schema(of: &str) -> Validator {
    let printed = Ran::of(&mut sigzeek(&["schema", of])).out;
    let schema: Value = serde_json::from_str(&printed).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::draft7::new(&schema).unwrap()
}

/// The documents of a YAML text, as editors read them.
fn documents(text: &str) -> Vec<Value> {
    use serde::Deserialize;
    serde_yaml::Deserializer::from_str(text)
        .map(|document| Value::deserialize(document).unwrap())
        .collect()
}

fn problems(schema: &Validator, text: &str) -> Vec<String> {
    let documents = documents(text);
    let errors = documents
        .iter()
        .flat_map(|document| schema.iter_errors(document));
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// The files below a folder whose name is wanted, sorted.
fn files(folder: &str, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(root().join(folder)).sort_by_file_name();
    walk.into_iter()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().is_file())
        .filter(|entry| wanted(&entry.file_name().to_string_lossy()))
        .map(walkdir::DirEntry::into_path)
        .collect()
}

fn assert_valid(schema: &Validator, files: &[PathBuf]) {
    assert!(!files.is_empty());
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        let problems = problems(schema, &text);
        assert!(problems.is_empty(), "{}: {problems:#?}", file.display());
    }
}

#[test]
fn every_shipped_file_validates() {
    let rules = files("detections", |name| {
        name.ends_with(".yml") && name != "pack.yml"
    });
    assert_valid(&schema("rule"), &rules);
    assert_valid(
        &schema("pack"),
        &files("detections", |name| name == "pack.yml"),
    );
    assert_valid(
        &schema("tests"),
        &files("zeek-tests/regression", |name| name == "info.yml"),
    );
}

#[test]
fn every_documented_rule_and_right_example_validates() {
    let schema = schema("rule");
    let mut seen = 0;
    let mut pages = files("docs", |name| name.ends_with(".md"));
    pages.push(root().join("README.md"));
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        for block in text.split("```yaml\n").skip(1) {
            let rule = block.split("```").next().unwrap();
            let problems = problems(&schema, rule);
            assert!(problems.is_empty(), "{}: {problems:#?}", page.display());
            seen += 1;
        }
    }
    assert!(seen >= 2);
    for code in Code::ALL {
        let Some(example) = code.explanation().example else {
            continue;
        };
        if example.file == "rule.yml" {
            let problems = problems(&schema, example.right);
            assert!(problems.is_empty(), "{}: {problems:#?}", code.as_str());
        }
    }
}

/// Wrong rules whose fault a schema can tell.
#[test]
fn wrong_rules_do_not_validate() {
    let schema = schema("rule");
    for code in [
        Code::MissingKey,
        Code::WrongType,
        Code::InvalidValue,
        Code::UnsupportedDocument,
        Code::UnknownModifier,
        Code::EmptyDetection,
        Code::UnknownField,
    ] {
        let example = code.explanation().example.unwrap();
        let problems = problems(&schema, example.wrong);
        assert!(!problems.is_empty(), "{}", code.as_str());
    }
}

/// A rule without fault, with what is put at its end.
fn rule(field: &str, end: &str) -> String {
    format!(
        "title: Upload\nid: 0d9e9b5c-6b4b-4b55-9a0e-0b5b5a1e2f01\n\
         logsource: {{product: zeek, service: http}}\n\
         detection:\n    selection:\n        {field}\n    condition: selection\n{end}"
    )
}

#[test]
fn what_the_language_allows_validates() {
    let schema = schema("rule");
    for (field, end) in [
        ("method: PUT", ""),
        ("uri|contains|all: [a, b]", ""),
        ("body|wide|base64offset|contains: cmd", ""),
        ("client_header.X-Thing|re|i: a", ""),
        ("'|all': [a, b]", ""),
        ("status_code|gte: 400", "level: low\n"),
        ("referrer: null", "status: test\ndate: 2024-01-31\n"),
        ("referrer|exists: false", "my_own_key: {a: b}\n"),
        (
            "method: PUT",
            "zeek: {raise_on: response, enabled: false, notice: {suppress_for: 0, identifier: id.orig_h}}\n",
        ),
        (
            "method: PUT",
            "zeek: {log_payload: {fields: body, to: column, max_bytes: 5, encoding: hex}}\n",
        ),
    ] {
        let problems = problems(&schema, &rule(field, end));
        assert!(problems.is_empty(), "{field} {end}: {problems:#?}");
    }
}

#[test]
fn what_the_language_has_not_does_not_validate() {
    let schema = schema("rule");
    for (field, end) in [
        ("methd: PUT", ""),
        ("endpoint: atsvc", ""),
        ("uri|contain: a", ""),
        ("uri|: a", ""),
        ("uri: {contains: a}", ""),
        ("uri: []", ""),
        ("method: PUT", "level: High\n"),
        ("method: PUT", "date: 2024/01/31\n"),
        ("method: PUT", "tags: [T1053]\n"),
        ("method: PUT", "zeek: {raise_at: response}\n"),
        ("method: PUT", "zeek: {notice: {suppress_for: soon}}\n"),
        ("method: PUT", "zeek: {notice: {suppress_for: 30}}\n"),
        ("method: PUT", "zeek: {log_payload: {fields: uri}}\n"),
        (
            "method: PUT",
            "zeek: {log_payload: {fields: body, max_bytes: 0}}\n",
        ),
    ] {
        let problems = problems(&schema, &rule(field, end));
        assert!(!problems.is_empty(), "{field} {end}");
    }
}

#[test]
fn other_documents_are_left_to_the_compiler() {
    let schema = schema("rule");
    let correlation = "title: Many\ncorrelation: {type: event_count, rules: [a], timespan: 1h, condition: {gte: 10}}\n";
    let filter = "title: Ours\nlogsource: {product: zeek, service: http}\nfilter: {rules: [a], selection: {host: us}, condition: not selection}\n";
    for text in [correlation, filter] {
        assert!(problems(&schema, text).is_empty(), "{text}");
    }
    assert!(!problems(&schema, "title: Many\ncorrelation: {type: event_count}\n").is_empty());
}

#[test]
fn packs_and_tests_have_no_other_keys() {
    let pack = schema("pack");
    for wrong in [
        "modul: X\n",
        "module: lower\n",
        "notice_style: bzar\n",
        "version: 1.0\n",
        "version: v1.0.0\n",
        "credits: 'A, B'\n",
        "tags: [5]\n",
        "- a\n",
    ] {
        assert!(!problems(&pack, wrong).is_empty(), "{wrong}");
    }
    assert!(problems(&pack, "module: X\nnotice_style: attack\n").is_empty());
    let described = "version: 1.0.0-rc.1\nlicense: MIT\nlicense_file: LICENSE\ncredits: A B\naliases: [a, b]\ntags: [c]\n";
    assert!(problems(&pack, described).is_empty());
    let tests = schema("tests");
    for wrong in [
        "a: b\n",
        "regression_tests_info: [{type: pcap}]\n",
        "regression_tests_info: [{type: pcap, path: a, silent: true, match_count: 1}]\n",
        "regression_tests_info: [{type: pcap, path: a, match_cuont: 1}]\n",
    ] {
        assert!(!problems(&tests, wrong).is_empty(), "{wrong}");
    }
}

#[test]
fn every_field_has_a_description() {
    let schema = sigzeek::json_schema::rule();
    let services = schema["definitions"]["rule"]["allOf"].as_array().unwrap();
    assert_eq!(services.len(), sigzeek::service::Service::all().count());
    for service in sigzeek::service::Service::all() {
        let map = &schema["definitions"][format!("fields-of-{}", service.name())];
        let fields = map["properties"].as_object().unwrap();
        assert!(!fields.is_empty());
        for (name, field) in fields {
            let text = field["description"].as_str().unwrap();
            assert!(
                text.contains(", known from ")
                    || text.contains("settled")
                    || text.contains(", of "),
                "{name}"
            );
        }
    }
}
