//! The contract with Sigma: what a rule's package raises on a real Zeek is what the reference evaluator (`rsigma-eval`)
//! finds in the lines of the logs that the same run writes.
//!
//! Rules are made at random, always the same ones, out of the values that the logs hold, changed a little. Each notice
//! and each match counts by its rule and its connection.
//!
//! # Where the two differ, and are meant to
//!
//! | what | Sigma's reference evaluator | here |
//! |---|---|---|
//! | `?`, and `.` of a regular expression | one character | one byte: two of them match `ü` in UTF-8 |
//! | text that is not UTF-8 | as the log has it: `\xfc` in four characters | the byte itself |
//! | letters beyond ASCII in regular expressions with `i` | fold | do not: write both cases |
//! | the Kelvin sign and other letters that fold to ASCII ones | are no other letter for it either | are not |
//! | names | `endpoint` and `operation` as this Zeek prints them | the calls that any release gives the name to; a pattern stands for the names that there are, so it never matches `unknown-…`, and a name that there is not is an error |
//! | keywords | every text of the event | the texts of the log, names among them, but no `uid` and no file's id |
//! | numbers compared with a text | the JSON number's digits | what Zeek prints |
//! | a request that was not captured, only its reply | a line without method and URI, which `not` matches | tests of the request are not made |
//! | when | once the line is complete | at the first event at which all is known: a later value of the same column, such as a second `Host` header in a part of a body, comes too late |
//! | `base64offset`, `windash` before Base64 | see `plan::pattern::encoding` | |
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use common::random::Random;
use common::{calls, capture, random_rules, texts, times, transactions, zeek};
use rsigma_eval::{Engine, JsonEvent};
use rsigma_parser::parse_sigma_yaml;
use serde_json::Value;
use sigzeek::finding::{Code, Severity};

/// Rules that are made for each service.
const RULES: usize = 400;

/// Everything is logged, and nothing is suppressed.
const CODE: &str = r"
redef DCE_RPC::ignored_operations = {};
redef HTTP::default_capture_password = T;
";

/// How often each rule fired on each connection.
type Fired = BTreeMap<(usize, String), usize>;

#[test]
fn dce_rpc_log() {
    compare("dce_rpc", &calls::capture(), 1);
}

#[test]
fn http_log() {
    let capture = capture::joined(&[times::capture(), texts::capture(), transactions::capture()]);
    compare("http", &capture, 2);
}

fn compare(service: &str, capture: &[u8], seed: u64) {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let events = lines(&zeek::run(&zeek, capture, &[], CODE), service);
    let mut random = Random::new(seed);
    let rules: Vec<String> = (0..RULES)
        .map(|index| random_rules::rule(&mut random, index, service, &events))
        .collect();

    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("random");
    std::fs::create_dir(&pack).unwrap();
    for (index, rule) in rules.iter().enumerate() {
        std::fs::write(pack.join(format!("rule-{index:04}.yml")), rule).unwrap();
    }
    let refused = refused(&pack);
    for index in refused.keys() {
        std::fs::remove_file(pack.join(format!("rule-{index:04}.yml"))).unwrap();
    }
    let scripts = zeek::build(&pack, &folder.path().join("generated"));
    let logs = zeek::run(&zeek, capture, &[&scripts], CODE);

    let lines = lines(&logs, service);
    let mut expected = reference(&rules, &lines);
    expected.retain(|(index, _), _| refused.get(index) != Some(&false));
    let found = notices(&logs, &lines.iter().map(uid).collect());
    let keys: BTreeSet<_> = expected.keys().chain(found.keys()).collect();
    let mut wrong = String::new();
    for key in keys {
        let (wanted, got) = (expected.get(key), found.get(key));
        if wanted != got {
            let (index, uid) = key;
            writeln!(wrong, "{uid}: {wanted:?} in the log, {got:?} notices").unwrap();
            writeln!(wrong, "{}", rules[*index]).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    // Rules that cannot fire are refused; there are to be enough of the others, and some of them have to fire.
    let fired: BTreeSet<usize> = found.keys().map(|(index, _)| *index).collect();
    assert!(fired.len() > RULES / 3, "only {} rules fire", fired.len());
    assert!(refused.len() < RULES / 4, "{} rules refused", refused.len());
}

/// The rules that the compiler refuses, each with whether only because it cannot match.
fn refused(pack: &Path) -> BTreeMap<usize, bool> {
    let compilation = sigzeek::compile::compile(&[pack.to_path_buf()]).unwrap();
    let mut refused = BTreeMap::new();
    for finding in &compilation.findings {
        if finding.severity() != Severity::Error {
            continue;
        }
        let never = match finding.code {
            Code::NeverMatches => true,
            // A name that no release of Zeek has, which a text with changed characters easily is.
            Code::UnknownRpcName | Code::SwappedRpcNames => false,
            code => panic!(
                "{code:?}: {}\n{}",
                finding.message, finding.place.source.text
            ),
        };
        let name = finding.place.path().file_stem().unwrap().to_str().unwrap();
        let index = name.trim_start_matches("rule-").parse().unwrap();
        *refused.entry(index).or_insert(true) &= never;
    }
    refused
}

/// The lines of a log, without the calls for which Zeek has no name: see "Names" above.
fn lines(logs: &zeek::Logs, log: &str) -> Vec<Value> {
    let mut lines = logs.read(log);
    lines.retain(|line| {
        let endpoint = line["endpoint"].as_str();
        endpoint.is_none_or(|endpoint| !endpoint.starts_with("unknown"))
    });
    lines
}

/// What the reference evaluator finds in the lines of a log.
fn reference(rules: &[String], events: &[Value]) -> Fired {
    let mut engine = Engine::new();
    for rule in rules {
        let collection = parse_sigma_yaml(rule).unwrap();
        assert!(collection.errors.is_empty(), "{:?}", collection.errors);
        engine.add_collection(&collection).unwrap();
    }
    let mut fired = Fired::new();
    for event in events {
        for result in engine.evaluate(&JsonEvent::borrow(event)) {
            let key = (index(result.header.rule_id.as_deref().unwrap()), uid(event));
            *fired.entry(key).or_default() += 1;
        }
    }
    fired
}

/// The notices of connections.
fn notices(logs: &zeek::Logs, uids: &BTreeSet<String>) -> Fired {
    let mut fired = Fired::new();
    for notice in logs.read("notice") {
        if let Some(id) = notice["rule_id"].as_str()
            && uids.contains(&uid(&notice))
        {
            *fired.entry((index(id), uid(&notice))).or_default() += 1;
        }
    }
    fired
}

fn uid(line: &Value) -> String {
    line["uid"].as_str().unwrap().to_owned()
}

/// A rule's number, which is the end of its id.
fn index(id: &str) -> usize {
    id.rsplit('-').next().unwrap().parse().unwrap()
}
