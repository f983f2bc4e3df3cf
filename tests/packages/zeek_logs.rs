//! Rules on records of Zeek's logs, on a real Zeek: a script writes the records, and each rule's notices tell which it found.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::assert_contains;
use crate::common::{texts, zeek};
use tempfile::TempDir;

/// A record of each kind of column, by the unique id that the rules' notices tell.
const DNS: &str = r#"
	local id = conn_id($orig_h=10.0.0.1, $orig_p=1000/udp, $resp_h=192.0.2.1, $resp_p=53/udp);
	local other = conn_id($orig_h=[2001:db8::1], $orig_p=2000/tcp, $resp_h=[2001:db8::2], $resp_p=5353/tcp);
	Log::write(DNS::LOG, DNS::Info($ts=double_to_time(1577934245.0), $uid="a", $id=id, $proto=udp,
		$query="www.Example.com", $rejected=F, $rtt=0.5sec, $rcode=0, $TTLs=vector(30sec, 90sec),
		$answers=vector("192.0.2.7", "cdn.example.net")));
	Log::write(DNS::LOG, DNS::Info($ts=double_to_time(1577934245.0), $uid="b", $id=other, $proto=tcp,
		$query="example.org", $rejected=T, $rcode=3));
	Log::write(DNS::LOG, DNS::Info($ts=double_to_time(1577934245.0), $uid="c", $id=id, $proto=udp,
		$TTLs=vector(10sec)));
"#;

/// Selections of rules on dns.log, and the records that each finds.
const DNS_RULES: &[(&str, &str)] = &[
    ("query: www.example.com", "a"),
    ("query|endswith: ['.com', '.org']", "a b"),
    ("query|cased|contains: Example", "a"),
    ("query|re: '^[a-z]+\\.org$'", "b"),
    ("query: null", "c"),
    ("query|exists: true", "a b"),
    ("query|neq: example.org", "a"),
    ("rejected: true", "b"),
    ("rejected: 'false'", "a c"),
    ("rejected|neq: true", "a c"),
    ("proto: UDP", "a c"),
    ("proto|startswith: t", "b"),
    ("rcode: 3", "b"),
    ("rcode|lt: 3", "a"),
    ("rtt|gte: 0.5", "a"),
    ("TTLs|gt: 60", "a"),
    ("TTLs|lte: 30", "a c"),
    ("TTLs: 90", "a"),
    ("TTLs|exists: false", "b"),
    ("TTLs|neq: 90", "c"),
    ("answers: CDN.example.net", "a"),
    ("answers|startswith: '192.0.2.'", "a"),
    ("answers: null", "b c"),
    ("id.resp_p: 53", "a c"),
    ("id.resp_p: [5353, 80]", "b"),
    ("id.orig_p|gt: 1500", "b"),
    ("id.orig_h: '10.0.0.1'", "a c"),
    ("id.orig_h: '2001:db8::1'", "b"),
    ("id.resp_h|cidr: 192.0.2.0/24", "a c"),
    ("ts|hour: 3", "a b c"),
    ("ts|year: 2021", ""),
    ("'|contains': example", "a b"),
    ("query|fieldref: qtype_name", ""),
];

/// A pack of one rule a selection, compiled.
struct Pack {
    scripts: PathBuf,
    _folder: TempDir,
}

impl Pack {
    fn new(service: &str, selections: &[(&str, &str)], description: &str) -> Self {
        let mut rules = String::new();
        for (number, (selection, _)) in selections.iter().enumerate() {
            let selection = match selection.strip_prefix("'|contains': ") {
                Some(keyword) => format!("selection: ['*{keyword}*']"),
                None => format!("selection: {{{selection}}}"),
            };
            write!(
                rules,
                "title: Rule {number}\nname: rule_{number}\nid: 00000000-0000-4000-8000-{number:012}\nstatus: test\nlevel: low\n\
                 logsource: {{product: zeek, service: {service}}}\n\
                 detection:\n    {selection}\n    condition: selection\n\
                 zeek: {{notice: {{identifier: [uid], message: '{{uid}}'}}}}\n---\n"
            )
            .unwrap();
        }
        Self::of(&rules, description)
    }

    fn of(rules: &str, description: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logged");
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("rules.yml"), rules.trim_end_matches("---\n")).unwrap();
        std::fs::write(path.join("pack.yml"), description).unwrap();
        Self {
            scripts: zeek::build(&path, &folder.path().join("generated")),
            _folder: folder,
        }
    }
}

/// A script that writes records once all streams are there.
fn writing(statements: &str) -> String {
    format!("event zeek_init() &priority=-50\n\t{{{statements}\t}}\n")
}

/// The messages of the notices of a type, sorted.
fn messages(logs: &zeek::Logs, note: &str) -> Vec<String> {
    let notices = logs.read("notice");
    let of_type = notices.iter().filter(|notice| notice["note"] == note);
    let mut found: Vec<String> = of_type
        .map(|notice| notice["msg"].as_str().unwrap().to_owned())
        .collect();
    found.sort();
    found
}

#[test]
fn every_kind_of_column_compares_as_the_language_says() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let pack = Pack::new("dns", DNS_RULES, "");
    let logs = zeek::run(&zeek, &texts::capture(), &[&pack.scripts], &writing(DNS));
    let mut wrong = Vec::new();
    for (number, (selection, expected)) in DNS_RULES.iter().enumerate() {
        let found = messages(&logs, &format!("Logged::Rule_{number}")).join(" ");
        if found != *expected {
            wrong.push(format!("{selection}: found `{found}`, not `{expected}`"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(logs.read("reporter"), Vec::<serde_json::Value>::new());
}

#[test]
fn a_notice_says_what_the_record_does() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let rules = "title: Name\nid: 00000000-0000-4000-8000-000000000001\nlevel: low\n\
                 logsource: {product: zeek, service: dns}\n\
                 detection:\n    selection: {query|endswith: .com, rejected: false}\n    condition: selection\n";
    let pack = Pack::of(rules, "");
    let logs = zeek::run(&zeek, &texts::capture(), &[&pack.scripts], &writing(DNS));
    let notices = logs.read("notice");
    let [notice] = notices.as_slice() else {
        panic!("{notices:?}");
    };
    assert_eq!(notice["msg"], "dns: query www.Example.com, rejected F");
    assert_eq!(notice["sub"], "Name");
    assert_eq!(notice["uid"], "a");
    assert_eq!(notice["src"], "10.0.0.1");
    assert_eq!(notice["dst"], "192.0.2.1");
    assert_eq!(notice["id.orig_p"], 1000);
    assert_eq!(notice["id.resp_p"], 53);
}

#[test]
fn operators_allow_hosts_and_switch_rules_off() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let rules = &[("query|exists: true", "")];
    for (code, expected) in [
        ("", "a b"),
        ("redef Logged::allowed_originators += { 10.0.0.0/8 };", "b"),
        (
            "redef Logged::allowed_responders += { [2001:db8::]/32 };",
            "a",
        ),
        (
            "redef Logged::allowed_by_rule += { [Logged::Rule_0] = [$originators=set(10.0.0.0/8)] };",
            "b",
        ),
        ("redef Logged::disabled_rules += { Logged::Rule_0 };", ""),
        ("redef Logged::silent_rules += { Logged::Rule_0 };", ""),
        (
            "hook Logged::record_policy(rule: Logged::RuleInfo, origin: Logged::RecordOrigin) { if ( origin$uid == \"a\" ) break; }",
            "b",
        ),
    ] {
        let pack = Pack::new("dns", rules, "");
        let code = format!("{code}\n{}", writing(DNS));
        let logs = zeek::run(&zeek, &texts::capture(), &[&pack.scripts], &code);
        let found = messages(&logs, "Logged::Rule_0").join(" ");
        assert_eq!(found, expected, "{code}");
    }
}

#[test]
fn what_operators_do_to_their_filters_changes_nothing() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    for code in [
        "event zeek_init() &priority=-20 { Log::remove_default_filter(DNS::LOG); }",
        "event zeek_init() &priority=-20 { Log::add_filter(DNS::LOG, [$name=\"second\", $path=\"second\"]); }",
        "hook DNS::log_policy(rec: DNS::Info, id: Log::ID, filter: Log::Filter) { break; }",
    ] {
        let pack = Pack::new("dns", &[("query|exists: true", "")], "");
        let code = format!("{code}\n{}", writing(DNS));
        let logs = zeek::run(&zeek, &texts::capture(), &[&pack.scripts], &code);
        assert_eq!(messages(&logs, "Logged::Rule_0"), ["a", "b"], "{code}");
    }
    let pack = Pack::new("dns", &[("query|exists: true", "")], "");
    let code = format!(
        "event zeek_init() &priority=-20 {{ Log::disable_stream(DNS::LOG); }}\n{}",
        writing(DNS)
    );
    let logs = zeek::run(&zeek, &texts::capture(), &[&pack.scripts], &code);
    assert_eq!(messages(&logs, "Logged::Rule_0"), Vec::<String>::new());
}

#[test]
fn a_rule_on_notices_is_not_told_of_its_own() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let rules = "title: Scan\nname: scan\nid: 00000000-0000-4000-8000-000000000001\nlevel: low\n\
                 logsource: {product: zeek, service: notice}\n\
                 detection:\n    selection: {note: Known}\n    condition: selection\n\
                 zeek: {notice: {message: 'saw {note}', suppress_for: 0}}\n";
    let pack = Pack::of(rules, "");
    let code = "redef enum Notice::Type += { Known };\n".to_owned()
        + &writing("\n\tNOTICE([$note=Known, $msg=\"known\"]);\n");
    let logs = zeek::run(&zeek, &texts::capture(), &[&pack.scripts], &code);
    assert_eq!(messages(&logs, "Logged::Scan"), ["saw Known"]);
}

#[test]
fn matches_of_records_are_correlated() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let rules = "title: Name\nname: any_name\nid: 00000000-0000-4000-8000-000000000001\nlevel: low\n\
                 logsource: {product: zeek, service: dns}\n\
                 detection:\n    selection: {query|exists: true}\n    condition: selection\n\
                 ---\n\
                 title: Names\nid: 00000000-0000-4000-8000-000000000002\nlevel: low\n\
                 correlation:\n    type: value_count\n    rules: [any_name]\n    group-by: [rejected]\n    \
                 timespan: 1h\n    condition: {field: query, gte: 2}\n";
    let pack = Pack::of(rules, "");
    let more = DNS
        .replace("$uid=\"b\"", "$uid=\"d\"")
        .replace("$rejected=T", "$rejected=F");
    let statements = format!(
        "{DNS}{}",
        more.split_once("local other")
            .unwrap()
            .1
            .split_once('\n')
            .unwrap()
            .1
    );
    let logs = zeek::run(
        &zeek,
        &texts::capture(),
        &[&pack.scripts],
        &writing(&statements),
    );
    assert_eq!(
        messages(&logs, "Logged::Names"),
        ["2 values of query in 1.0 hr: rejected F"]
    );
}

#[test]
fn a_log_that_zeek_lacks_switches_its_rules_off_and_one_line_says_so() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let rules = "title: Audit\nid: 00000000-0000-4000-8000-000000000001\nlevel: low\n\
                 logsource: {product: zeek, service: acme_audit}\n\
                 detection:\n    selection: {user: root}\n    condition: selection\n\
                 ---\n\
                 title: Name\nid: 00000000-0000-4000-8000-000000000002\nlevel: low\n\
                 logsource: {product: zeek, service: dns}\n\
                 detection:\n    selection: {query: example.org}\n    condition: selection\n";
    let description = "logs:\n    acme_audit:\n        stream: Acme::LOG\n        record: Acme::Info\n        columns: {user: string}\n";
    let pack = Pack::of(rules, description);
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("local.zeek");
    std::fs::write(&script, writing(DNS)).unwrap();
    let output = std::process::Command::new(&zeek)
        .current_dir(folder.path())
        .args([&pack.scripts, &script])
        .output()
        .unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    let [line] = lines.as_slice() else {
        panic!("{said}");
    };
    let wanted = "sigzeek package logged: this Zeek has no acme_audit.log, so that these rules are off: Audit";
    assert!(line.ends_with(wanted), "{line}");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(read("reporter.log").contains("Reporter::INFO"));
    assert!(read("notice.log").contains("Logged::Name"));
}

#[test]
fn tests_of_rules_on_a_log_that_zeek_lacks_are_skipped() {
    if zeek::executable().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).unwrap();
    write("texts.pcap", &texts::capture());
    write(
        "info.yml",
        b"regression_tests_info:\n    - {name: audited, type: pcap, path: texts.pcap}\n",
    );
    write(
        "pack.yml",
        b"logs:\n    acme_audit:\n        stream: Acme::LOG\n        record: Acme::Info\n        columns: {user: string}\n",
    );
    write(
        "rule.yml",
        b"title: Audit\nid: 00000000-0000-4000-8000-000000000001\nlevel: low\n\
          logsource: {product: zeek, service: acme_audit}\n\
          detection:\n    selection: {user: root}\n    condition: selection\n\
          regression_tests_path: info.yml\n",
    );
    let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .args(["test", "--engine", "zeek", "."])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{errors}");
    let reason = "this Zeek has no acme_audit.log, so that the rule is off";
    assert!(said.contains(reason), "{said}{errors}");
    assert!(errors.contains("0 failed, 1 skipped"), "{errors}");
}

/// A site's script: a log of its own, and a column of dns.log.
const SITE: &str = r#"
module Acme;
export {
	redef enum Log::ID += { LOG };
	type Where: record { site: string &log &optional; };
	type Info: record {
		ts: time &log;
		user: string &log;
		tries: int &log &optional;
		share: double &log &optional;
		hosts: set[addr] &log &optional;
		ports: set[port] &log &optional;
		flags: vector of bool &log &optional;
		at: Where &log &optional;
	};
}
redef record DNS::Info += { score: count &log &optional; };
event zeek_init() &priority=5 { Log::create_stream(Acme::LOG, [$columns=Info, $path="acme_audit"]); }
"#;

#[test]
fn packs_declare_logs_and_columns_of_a_site() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let selections = [
        ("user: root", true),
        ("tries|lt: 0", true),
        ("tries: 5", false),
        ("share|gt: 0.5", true),
        ("hosts|cidr: 10.0.0.0/8", true),
        ("hosts: '192.0.2.9'", false),
        ("ports: 22", true),
        ("flags: true", true),
        ("at.site: north", true),
        ("at.site|exists: false", false),
    ];
    let mut rules = String::new();
    for (number, (selection, _)) in selections.iter().enumerate() {
        write!(
            rules,
            "title: Rule {number}\nid: 00000000-0000-4000-8000-{number:012}\nlevel: low\n\
             logsource: {{product: zeek, service: acme_audit}}\n\
             detection:\n    selection: {{{selection}}}\n    condition: selection\n---\n"
        )
        .unwrap();
    }
    rules += "title: Score\nid: 00000000-0000-4000-8000-000000000099\nlevel: low\n\
              logsource: {product: zeek, service: dns}\n\
              detection:\n    selection: {score|gte: 9}\n    condition: selection\n";
    let description = "\
logs:
    acme_audit:
        stream: Acme::LOG
        record: Acme::Info
        columns:
            ts: {type: time, optional: false}
            user: {type: string, optional: false, meaning: Who it was}
            tries: int
            share: double
            hosts: set[addr]
            ports: set[port]
            flags: vector[bool]
            at.site: string
    dns:
        columns: {score: count}
";
    let pack = Pack::of(&rules, description);
    let site = pack._folder.path().join("site.zeek");
    std::fs::write(&site, SITE).unwrap();
    let code = writing(
        "\n\tLog::write(Acme::LOG, Acme::Info($ts=double_to_time(1.0), $user=\"root\", $tries=-3, $share=0.75,\n\
         \t\t$hosts=set(10.1.2.3, 192.0.2.1), $ports=set(22/tcp), $flags=vector(F, T), $at=Acme::Where($site=\"north\")));\n\
         \tLog::write(DNS::LOG, DNS::Info($ts=double_to_time(1.0), $uid=\"x\", $proto=udp, $score=9,\n\
         \t\t$id=conn_id($orig_h=10.0.0.1, $orig_p=1/udp, $resp_h=10.0.0.2, $resp_p=53/udp)));\n",
    );
    let logs = zeek::run(&zeek, &texts::capture(), &[&site, &pack.scripts], &code);
    for (number, (selection, matches)) in selections.iter().enumerate() {
        let found = messages(&logs, &format!("Logged::Rule_{number}")).len();
        assert_eq!(found, usize::from(*matches), "{selection}");
    }
    assert_eq!(messages(&logs, "Logged::Score"), ["dns: score 9"]);
}

#[test]
fn a_column_of_a_later_release_makes_the_package_ask_for_it() {
    let depends = |selection: &str| {
        let pack = Pack::new("dns", &[(selection, "")], "");
        let meta = std::fs::read_to_string(pack.scripts.with_file_name("zkg.meta")).unwrap();
        let depends = meta.lines().find(|line| line.starts_with("depends"));
        depends.unwrap().to_owned()
    };
    assert_eq!(depends("query: a.example"), "depends = zeek >=7.0.0");
    // NEWS of Zeek 9.0: dns.log tells the opcode.
    assert_eq!(depends("opcode_name: QUERY"), "depends = zeek >=9.0.0");
}

/// Where a Zeek lacks a log, the package's own tests of the other rules pass, and those of the rules on it are skipped.
#[test]
fn tests_of_a_package_pass_where_a_log_is_missing() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("pack");
    std::fs::create_dir(&pack).unwrap();
    let trace = "zeek-tests/Traces/recorded/winrm-schtasks.pcap";
    let trace = Path::new(env!("CARGO_MANIFEST_DIR")).join(trace);
    std::fs::copy(trace, folder.path().join("winrm.pcap")).unwrap();
    let info = "regression_tests_info:\n    - {name: one, type: pcap, path: winrm.pcap}\n";
    std::fs::write(folder.path().join("info.yml"), info).unwrap();
    let logs =
        "logs: {acme_audit: {stream: Acme::LOG, record: Acme::Info, columns: {user: string}}}\n";
    std::fs::write(pack.join("pack.yml"), logs).unwrap();
    for (number, service, selection) in [
        (1, "acme_audit", "user: root"),
        (2, "http", "uri|startswith: /wsman"),
    ] {
        let rule = format!(
            "title: On {service}\nid: 06a6a29d-2aa7-4406-98d7-f43f6eeba0a{number}\nstatus: test\nlevel: low\n\
             logsource: {{product: zeek, service: {service}}}\n\
             detection: {{selection: {{{selection}}}, condition: selection}}\nregression_tests_path: info.yml\n"
        );
        std::fs::write(pack.join(format!("on_{service}.yml")), rule).unwrap();
    }
    // What correlations bring is there, whether or not they take records.
    let correlation = "title: Twice\nid: 06a6a29d-2aa7-4406-98d7-f43f6eeba0a3\n\
                       correlation: {type: event_count, rules: [06a6a29d-2aa7-4406-98d7-f43f6eeba0a2], \
                       group-by: [id.orig_h], timespan: 1h, condition: {gte: 2}}\ngenerate: true\n\
                       regression_tests_path: info.yml\n";
    std::fs::write(pack.join("twice.yml"), correlation).unwrap();
    let scripts = zeek::build(&pack, &folder.path().join("generated"));
    let programs = zeek.parent().unwrap().display();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
    let ran = Command::new("btest")
        .current_dir(scripts.parent().unwrap().join("testing"))
        .arg("-d")
        .env("PATH", path)
        .output();
    let Ok(ran) = ran else {
        return;
    };
    let said = String::from_utf8_lossy(&ran.stdout) + String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    assert_contains(&said, "1 skipped");
}
