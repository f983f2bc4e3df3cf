//! The contract with Sigma: what a rule's package raises on a real Zeek is what the reference evaluator (`rsigma-eval`)
//! finds in the lines of the logs that the same run writes.
//!
//! Rules are made at random, always the same ones, out of the values that the logs hold, changed a little. Each notice
//! and each match counts by its rule and its connection.
//!
//! # Where the two differ, and are meant to
//!
//! | what | the reference evaluator | here |
//! |---|---|---|
//! | `?`, and `.` and negated classes of a regular expression | one character | one byte: `ü` in UTF-8 is two |
//! | `\xfc` in a regular expression | the character U+00FC | the byte FC |
//! | text that is not UTF-8 | as the log has it: `\xfc` in four characters | the byte itself |
//! | case | the Kelvin sign is a `k`, as in all of Unicode | ASCII letters fold to ASCII letters alone; other letters do to each other |
//! | wildcards in a value with `startswith` or `endswith` | find nothing | are wildcards, as the specification has it |
//! | `null` among other values | is never found | is one of the values |
//! | keywords with `all` | must each be a whole text, unless `contains` is given | are sought as parts, as keywords are without `all` |
//! | `windash` | varies `-` alone | varies each of the five dashes that the specification names |
//! | `base64offset` | finds the value at two of three places only where it ends the text | finds it at all of them |
//! | `expand` | has no values | has those of the operator's option |
//! | keywords | are sought in every text of the event | not in `uid` and files' ids |
//! | `endpoint` and `operation` | are what this Zeek prints | stand for calls: for all that this or an earlier release gives the name to; a pattern stands for the names that there are, so it never matches `unknown-…`, and a name that there is not is an error |
//! | `uuid` with a pattern | is in no log | stands for the interfaces that there are names for |
//! | `action` | is text | stands for the actions that there are: a text that none of them has is an error |
//! | a reply whose request was not captured | is a line without method and URI, which `not` matches | tests of the request are not made |
//!
//! The cases of `tests/data/language/texts.yml` show most of these: `reference` stands beside `fires`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::common::cases::Pack;
use crate::common::random::Random;
use crate::common::{calls, capture, random_rules, smb, texts, times, transactions, zeek};
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

/// A log of every file action at its last event, with the path of the tree where the file has none yet: Zeek's own log
/// leaves out the path of what SMB1 opens, and of some actions the line.
const FILE_ACTIONS: &str = r#"
module FileActions;

export { redef enum Log::ID += { LOG }; }

event zeek_init()
	{ Log::create_stream(LOG, [$columns=SMB::FileInfo, $path="file_actions"]); }

function write(c: connection, action: SMB::Action, latest: bool &default=F)
	{
	local known = c$smb_state$current_cmd$referenced_file;
	local tree = c$smb_state$current_tree;

	# A response without a request.
	if ( ! known?$action && latest && c$smb_state?$current_file )
		{
		known = c$smb_state$current_file;

		if ( known?$path && ( ! tree?$path || known$path != tree$path ) )
			return;
		}

	if ( ! known?$action )
		return;

	local info = copy(known);

	info$action = action;

	if ( ! info?$path && tree?$path )
		info$path = tree$path;

	Log::write(LOG, info);
	}

function of_share(c: connection, actions: vector of SMB::Action): SMB::Action
	{
	local share = c$smb_state$current_tree$share_type;
	return actions[share == "PIPE" ? 1 : ( share == "PRINT" ? 2 : 0 )];
	}

event smb1_nt_create_andx_response(c: connection, hdr: SMB1::Header, file_id: count, file_size: count, times: SMB::MACTimes)
	{ write(c, SMB::FILE_OPEN); }
event smb1_read_andx_response(c: connection, hdr: SMB1::Header, data_len: count)
	{ write(c, SMB::FILE_READ, T); }
event smb1_write_andx_response(c: connection, hdr: SMB1::Header, written_bytes: count)
	{ write(c, SMB::FILE_WRITE, T); }
event smb1_close_request(c: connection, hdr: SMB1::Header, file_id: count)
	{ write(c, SMB::FILE_CLOSE); }
event smb2_create_response(c: connection, hdr: SMB2::Header, response: SMB2::CreateResponse)
	{ write(c, of_share(c, vector(SMB::FILE_OPEN, SMB::PIPE_OPEN, SMB::PRINT_OPEN))); }
event smb2_read_request(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID, offset: count, length: count)
	{ write(c, of_share(c, vector(SMB::FILE_READ, SMB::PIPE_READ, SMB::PRINT_READ))); }
event smb2_write_response(c: connection, hdr: SMB2::Header, length: count)
	{ write(c, of_share(c, vector(SMB::FILE_WRITE, SMB::PIPE_WRITE, SMB::PRINT_WRITE))); }
event smb2_close_request(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID)
	{ write(c, of_share(c, vector(SMB::FILE_CLOSE, SMB::PIPE_CLOSE, SMB::PRINT_CLOSE))); }
event smb2_file_rename(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID, dst_filename: string)
	{ write(c, SMB::FILE_RENAME); }
event smb2_file_sattr(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID, times: SMB::MACTimes, attrs: SMB2::FileAttrs)
	{ write(c, SMB::FILE_SET_ATTRIBUTE); }
event smb2_file_delete(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID, delete_pending: bool)
	{
	if ( delete_pending )
		write(c, SMB::FILE_DELETE);
	}
"#;

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

#[test]
fn smb_files_log() {
    compare_with(
        "smb_files",
        "file_actions",
        FILE_ACTIONS,
        &smb::capture(),
        3,
    );
}

#[test]
fn smb_mapping_log() {
    compare_with("smb_mapping", "smb_mapping", CODE, &smb::capture(), 4);
}

/// The hand-written cases on columns of the log, too, and where the two are meant to differ.
#[test]
fn cases() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    for (name, capture) in [("texts", texts::capture()), ("times", times::capture())] {
        let pack = Pack::build(name, "http");
        let events = zeek::run(&zeek, &capture, &[], CODE).read("http");
        let mut wrong = String::new();
        for case in &pack.cases {
            let Some(wanted) = &case.reference else {
                continue;
            };
            let engine = engine(std::slice::from_ref(&case.rule));
            let mut found: Vec<&str> = events
                .iter()
                .filter(|event| !engine.evaluate(&JsonEvent::borrow(event)).is_empty())
                .map(|event| event["uri"].as_str().unwrap())
                .collect();
            found.sort_unstable();
            if found != *wanted {
                writeln!(wrong, "{}: {found:?}, not {wanted:?}", case.name).unwrap();
            }
        }
        assert!(wrong.is_empty(), "{wrong}");
    }
}

fn compare(service: &str, capture: &[u8], seed: u64) {
    compare_with(service, service, CODE, capture, seed);
}

/// Compares a service's random rules with the lines of a log, which is written with this Zeek code.
fn compare_with(service: &str, log: &str, code: &str, capture: &[u8], seed: u64) {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let events = lines(&zeek::run(&zeek, capture, &[], code), log);
    let mut random = Random::new(seed);
    // Zeek logs a tree connect that has been answered.
    let raise_on = service.starts_with("smb").then_some("response");
    let rules: Vec<String> = (0..RULES)
        .map(|index| random_rules::rule_raised_on(&mut random, index, service, &events, raise_on))
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
    let logs = zeek::run(&zeek, capture, &[&scripts], code);

    let mut lines = lines(&logs, log);
    if service == "dce_rpc" {
        // Zeek writes a call that nobody has answered at the connection's end, as the operation and with the rtt of the
        // call before it.
        let call = |line: &Value| [line["operation"].clone(), line["rtt"].clone()];
        lines.dedup_by_key(|line| (uid(line), call(line)));
    }
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
            Code::UnknownRpcName | Code::SwappedRpcNames | Code::UnknownAction => false,
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

/// The lines of a log, without the calls for which Zeek has no name: see the table above.
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
    let engine = engine(rules);
    let mut fired = Fired::new();
    for event in events {
        for result in engine.evaluate(&JsonEvent::borrow(event)) {
            let key = (index(result.header.rule_id.as_deref().unwrap()), uid(event));
            *fired.entry(key).or_default() += 1;
        }
    }
    fired
}

fn engine(rules: &[String]) -> Engine {
    let mut engine = Engine::new();
    for rule in rules {
        let collection = parse_sigma_yaml(rule).unwrap();
        assert!(collection.errors.is_empty(), "{:?}", collection.errors);
        engine.add_collection(&collection).unwrap();
    }
    engine
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
