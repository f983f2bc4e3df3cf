//! Findings for programs: JSON, SARIF and GitHub's annotations, on a standard output that holds nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use sigzeek::finding::Code;
use tempfile::TempDir;

use crate::common::work;

/// Characters of one to four bytes, a tab, and line ends of both kinds before what is wrong.
const WIDE: &str = "title: \"ä選😀\"\r\nid: 0d9e9b5c-6b4b-4b55-9a0e-0b5b5a1e2f01\r\n\
logsource: {product: zeek, service: http}\r\n\
detection:\r\n    selection: {'uri': 'ä😀',\t\"uri|contain\": x}\r\n    condition: selection\r\n";

/// Said of the cases of diagnostics, one of which is for another product.
const SKIPPED: &str = "1 rule of another product was skipped\n";

fn sigzeek(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = work::sigzeek(arguments);
    command.current_dir(folder).output().unwrap()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn diagnostics() -> &'static Path {
    Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/diagnostics"
    ))
}

fn described() -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/findings.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::draft7::new(&schema).unwrap()
}

fn assert_described(document: &Value) {
    let validator = described();
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn json_is_as_its_schema_says_for_every_case() {
    let output = sigzeek(diagnostics(), &["check", "--format", "json", "."]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), SKIPPED);
    let document = json(&output);
    assert_described(&document);
    let findings = document["findings"].as_array().unwrap();
    let seen: BTreeSet<&str> = findings
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect();
    assert!(seen.len() > 30, "{seen:?}");
    assert!(findings.iter().any(|finding| finding["fix"].is_object()));
    assert!(findings.iter().any(|finding| finding["related"].is_array()));
    let errors = findings.iter().filter(|one| one["severity"] == "error");
    assert_eq!(document["errors"], errors.count());
}

#[test]
fn columns_are_characters() {
    let folder = folder(&[("rule.yml", WIDE)]);
    let document = json(&sigzeek(
        folder.path(),
        &["check", "--format", "json", "rule.yml"],
    ));
    assert_described(&document);
    let finding = &document["findings"][0];
    assert_eq!(finding["code"], "E301");
    let place = &finding["place"];
    assert_eq!(place["file"], "rule.yml");
    assert_eq!(place["start"]["line"], 5);
    // Fifteen characters, the thirteen of `{'uri': 'ä😀',`, a tab, the five of `"uri|`.
    assert_eq!(place["start"]["column"], 15 + 13 + 1 + 5 + 1);
    assert_eq!(place["end"]["column"], 15 + 13 + 1 + 5 + 1 + 7);
    let edit = &finding["fix"]["edits"][0];
    assert_eq!(edit["start"], place["start"]);
    assert_eq!(edit["text"], "contains");

    let log = json(&sigzeek(
        folder.path(),
        &["check", "--format", "sarif", "rule.yml"],
    ));
    assert_eq!(log["runs"][0]["columnKind"], "unicodeCodePoints");
    let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 5);
    assert_eq!(region["startColumn"], place["start"]["column"]);
    assert_eq!(region["endLine"], 5);
    assert_eq!(region["endColumn"], place["end"]["column"]);

    let output = sigzeek(folder.path(), &["check", "--format", "github", "rule.yml"]);
    assert_eq!(
        text(&output.stdout).lines().next().unwrap(),
        "::error file=rule.yml,line=5,endLine=5,col=35,endColumn=42,title=E301 unknown modifier::\
         Sigma has no modifier `contain`%0Ahelp: did you mean `contains`?"
    );
}

/// An object has these members, and of others only those that may be there.
fn assert_members(object: &Value, required: &[&str], optional: &[&str]) {
    let object = object.as_object().unwrap();
    for name in required {
        assert!(object.contains_key(*name), "{name} is not in {object:?}");
    }
    for name in object.keys() {
        let name = name.as_str();
        assert!(
            required.contains(&name) || optional.contains(&name),
            "{name}"
        );
    }
}

fn assert_region(region: &Value) {
    assert_members(
        region,
        &["startLine", "startColumn", "endLine", "endColumn"],
        &[],
    );
    let number = |name: &str| region[name].as_u64().unwrap();
    let start = (number("startLine"), number("startColumn"));
    let end = (number("endLine"), number("endColumn"));
    assert!(start.0 >= 1 && start.1 >= 1 && start <= end, "{region}");
}

fn assert_location(location: &Value) {
    let physical = &location["physicalLocation"];
    assert_members(physical, &["artifactLocation"], &["region"]);
    let artifact = &physical["artifactLocation"];
    assert_members(artifact, &["uri", "uriBaseId"], &[]);
    let uri = artifact["uri"].as_str().unwrap();
    assert!(!uri.starts_with('/') && !uri.contains([' ', '\\']), "{uri}");
    if physical.get("region").is_some() {
        assert_region(&physical["region"]);
    }
}

/// The structure that sections 3.13 to 3.58 of the standard ask for, as far as we use it. The standard's own schema is under
/// no licence that would let us keep it here.
#[test]
fn sarif_has_the_structure_of_the_standard() {
    let output = sigzeek(diagnostics(), &["check", "--format", "sarif", "."]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), SKIPPED);
    let log = json(&output);
    assert_members(&log, &["$schema", "version", "runs"], &[]);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_members(run, &["tool", "invocations", "columnKind", "results"], &[]);
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "sigzeek");
    let rules = driver["rules"].as_array().unwrap();
    assert_eq!(rules.len(), Code::ALL.len());
    for rule in rules {
        assert_members(
            rule,
            &[
                "id",
                "name",
                "shortDescription",
                "fullDescription",
                "help",
                "defaultConfiguration",
                "properties",
            ],
            &["helpUri"],
        );
        assert_members(&rule["help"], &["text", "markdown"], &[]);
        assert_members(&rule["shortDescription"], &["text"], &[]);
    }
    let mut fingerprints = BTreeSet::new();
    let (mut related, mut fixes) = (0, 0);
    for result in run["results"].as_array().unwrap() {
        assert_members(
            result,
            &[
                "ruleId",
                "ruleIndex",
                "level",
                "message",
                "locations",
                "partialFingerprints",
            ],
            &["relatedLocations", "fixes"],
        );
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert_eq!(
            rules[index]["defaultConfiguration"]["level"],
            result["level"]
        );
        assert_eq!(result["locations"].as_array().unwrap().len(), 1);
        assert_members(&result["locations"][0], &["physicalLocation"], &[]);
        assert_location(&result["locations"][0]);
        for location in result["relatedLocations"].as_array().into_iter().flatten() {
            assert_members(location, &["id", "physicalLocation", "message"], &[]);
            assert_location(location);
            related += 1;
        }
        for fix in result["fixes"].as_array().into_iter().flatten() {
            assert_members(fix, &["description", "artifactChanges"], &[]);
            let change = &fix["artifactChanges"][0];
            assert_members(change, &["artifactLocation", "replacements"], &[]);
            for replacement in change["replacements"].as_array().unwrap() {
                assert_members(replacement, &["deletedRegion"], &["insertedContent"]);
                assert_region(&replacement["deletedRegion"]);
            }
            fixes += 1;
        }
        let fingerprint = &result["partialFingerprints"]["sigzeekFinding/v1"];
        assert!(
            fingerprints.insert(fingerprint.as_str().unwrap()),
            "{result}"
        );
    }
    assert!(related > 0 && fixes > 0);
}

/// What a finding is known by, wherever it moves.
fn fingerprints(folder: &Path) -> Vec<String> {
    let log = json(&sigzeek(
        folder,
        &["check", "--format", "sarif", "rule.yml"],
    ));
    let results = log["runs"][0]["results"].as_array().unwrap();
    results
        .iter()
        .map(|result| result["partialFingerprints"].to_string())
        .collect()
}

#[test]
fn fingerprints_stay_when_lines_are_added() {
    let folder = folder(&[("rule.yml", WIDE)]);
    let before = fingerprints(folder.path());
    assert!(!before.is_empty());
    fs::write(folder.path().join("rule.yml"), format!("# new\n\n{WIDE}")).unwrap();
    assert_eq!(fingerprints(folder.path()), before);
}

#[test]
fn paths_are_relative_to_the_working_directory() {
    let folder = folder(&[("my rules/ü.yml", WIDE), ("other/rule.yml", "title: x\n")]);
    let uri = |path: &str, from: &str| {
        let output = sigzeek(
            &folder.path().join(from),
            &["check", "--format", "sarif", path],
        );
        let log = json(&output);
        let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        location["artifactLocation"]["uri"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let relative = "my%20rules/%C3%BC.yml";
    assert_eq!(uri("./my rules", ""), relative);
    let absolute = folder.path().canonicalize().unwrap().join("my rules/ü.yml");
    assert_eq!(uri(absolute.to_str().unwrap(), ""), relative);
    assert_eq!(uri("../my rules/ü.yml", "my rules"), "%C3%BC.yml");
    let elsewhere = uri("../other/rule.yml", "my rules");
    assert!(elsewhere.starts_with("file:///") && elsewhere.ends_with("/other/rule.yml"));
}

#[test]
fn what_cannot_be_read_is_in_the_output_and_status() {
    let folder = folder(&[("rule.yml", WIDE)]);
    std::os::unix::fs::symlink("nowhere", folder.path().join("gone.yml")).unwrap();
    let output = sigzeek(folder.path(), &["check", "--format", "sarif", "."]);
    assert_eq!(output.status.code(), Some(2));
    let log = json(&output);
    assert_eq!(
        log["runs"][0]["invocations"][0]["executionSuccessful"],
        false
    );
    let output = sigzeek(
        folder.path(),
        &["check", "--format", "json", "no-such-path"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}

#[test]
fn sound_rules_give_sound_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rule = "detections/remote-execution/zeek_dce_rpc_atsvc_job_added.yml";
    let output = sigzeek(root, &["check", "--format", "json", rule]);
    assert!(output.status.success());
    assert_described(&json(&output));
    assert_eq!(json(&output)["findings"], serde_json::json!([]));
    let output = sigzeek(root, &["check", "--format", "sarif", rule]);
    assert_eq!(json(&output)["runs"][0]["results"], serde_json::json!([]));
    let output = sigzeek(root, &["check", "--format", "github", rule]);
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
}

#[test]
fn build_keeps_the_standard_output_for_findings() {
    let sound = WIDE.replace("uri|contain", "host");
    let folder = folder(&[("pack/rule.yml", &sound)]);
    for arguments in [
        ["build", "--format", "json", "pack", "--out", "generated"].as_slice(),
        &[
            "build",
            "--format",
            "json",
            "pack",
            "--out",
            "generated",
            "--check",
        ],
        &[
            "build",
            "--format",
            "json",
            "pack",
            "--out",
            "elsewhere",
            "--check",
        ],
    ] {
        let output = sigzeek(folder.path(), arguments);
        assert_described(&json(&output));
        let stale = arguments.contains(&"elsewhere");
        assert_eq!(output.status.code(), Some(i32::from(stale)));
        assert_eq!(!output.stderr.is_empty(), stale, "{}", text(&output.stderr));
    }
}

const TESTED: &str = "title: Jobs listed
id: 06a6a29d-2aa7-4406-98d7-f43f6eeba0aa
logsource: {product: zeek, service: dce_rpc}
detection:
    selection:
        endpoint: atsvc
        operation: NetrJobAdd
    condition: selection
regression_tests_path: info.yml
";

fn tested(info: &str) -> TempDir {
    let folder = folder(&[("pack/rule.yml", TESTED), ("pack/info.yml", info)]);
    let traces = Path::new(env!("CARGO_MANIFEST_DIR")).join("zeek-tests/Traces/recorded");
    fs::copy(
        traces.join("at-jobs-listed.pcap"),
        folder.path().join("pack/listed.pcap"),
    )
    .unwrap();
    // The file of tests is no rule.
    fs::create_dir(folder.path().join("pack/rules")).unwrap();
    folder
}

#[test]
fn failed_tests_are_findings_and_outcomes() {
    let info = "regression_tests_info:
    - {name: fires, type: pcap, path: listed.pcap}
    - {name: silent, type: pcap, path: listed.pcap, silent: true}
    - {name: other, type: evtx, path: other.evtx}
";
    let folder = tested(info);
    let run = |format: &str| {
        sigzeek(
            folder.path(),
            &[
                "test",
                "--engine",
                "replay",
                "--format",
                format,
                "pack/rule.yml",
            ],
        )
    };
    let output = run("json");
    assert_eq!(output.status.code(), Some(1));
    let document = json(&output);
    assert_described(&document);
    assert_eq!(document["tests"]["engine"], "the replay engine");
    let outcomes = document["tests"]["outcomes"].as_array().unwrap();
    let words: Vec<&str> = outcomes
        .iter()
        .map(|outcome| outcome["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(words, ["failed", "passed", "skipped"]);
    assert_eq!(outcomes[0]["capture"], "pack/listed.pcap");
    assert_eq!(outcomes[0]["id"], "06a6a29d-2aa7-4406-98d7-f43f6eeba0aa");
    let findings = document["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["code"], "E702");
    assert_eq!(
        findings[0]["message"],
        "test `fires` fails: expected a notice, found none"
    );
    assert_eq!(findings[0]["place"]["file"], "pack/rule.yml");
    assert_eq!(findings[0]["place"]["start"]["line"], 1);
    let related = &findings[0]["related"][0]["place"];
    assert_eq!(related["file"], "pack/info.yml");
    assert_eq!(related["start"]["line"], 2);

    let log = json(&run("sarif"));
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "E702");
    let output = run("github");
    assert_eq!(text(&output.stdout).lines().count(), 1);
    assert!(text(&output.stdout).starts_with("::error file=pack/rule.yml,line=1,"));
}

#[test]
fn tests_that_cannot_be_run_are_findings() {
    let folder = tested("regression_tests_info: [{type: pcap, path: none.pcap}]\n");
    let output = sigzeek(
        folder.path(),
        &[
            "test",
            "--engine",
            "replay",
            "--format",
            "json",
            "pack/rule.yml",
        ],
    );
    assert_eq!(output.status.code(), Some(1));
    let document = json(&output);
    assert_described(&document);
    assert_eq!(document["tests"]["outcomes"][0]["outcome"], "error");
    assert_eq!(document["findings"][0]["code"], "E701");
    assert_eq!(
        text(&output.stderr),
        "1 test of 1 rule in the replay engine: 0 passed, 0 failed, 0 skipped, 1 test not run\n"
    );
}

#[test]
fn a_reader_who_leaves_is_no_error() {
    for format in ["json", "sarif", "github"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
            .args(["check", "--format", format, "."])
            .current_dir(diagnostics())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
        assert_eq!(output.status.code(), Some(0), "{format}");
    }
}
