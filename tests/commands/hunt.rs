//! `sigzeek hunt`: rules on Zeek's log files.

use std::fs;
use std::io::Write;
use std::process::{Child, Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::common::assert_contains;
use crate::common::work::Work;

const RULES: &str = "\
title: Long Name
name: long_name
id: 00000000-0000-4000-8000-000000000001
level: medium
logsource: {product: zeek, service: dns}
detection:
    selection:
        query|endswith: .bad.example
    condition: selection
zeek: {notice: {message: '{query}', suppress_for: 0}}
---
title: Upload
name: upload
id: 00000000-0000-4000-8000-000000000002
level: high
logsource: {product: zeek, service: http}
detection:
    selection:
        method: PUT
        uri_query|contains: token=
    condition: selection
zeek: {notice: {suppress_for: 0}}
---
title: Both
id: 00000000-0000-4000-8000-000000000003
level: critical
correlation:
    type: temporal
    rules: [long_name, upload]
    generate: true
    group-by: [id.orig_h]
    timespan: 1m
";

const DNS: &str = "\
#separator \\x09
#set_separator\t,
#empty_field\t(empty)
#unset_field\t-
#path\tdns
#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tquery
#types\ttime\tstring\taddr\tport\taddr\tport\tstring
1764417600.000000\tC1\t10.0.0.1\t5000\t10.0.0.9\t53\tfirst.bad.example
1764417601.000000\tC2\t10.0.0.1\t5001\t10.0.0.9\t53\tgood.example
1764417660.500000\tC3\t10.0.0.2\t5002\t10.0.0.9\t53\tSECOND.BAD.EXAMPLE
#close\t2025-11-29-12-00-00
";

const HTTP: &str = r#"{"_path":"http","ts":1764417599.0,"uid":"H1","id.orig_h":"10.0.0.3","id.orig_p":1,"id.resp_h":"10.0.0.9","id.resp_p":80,"method":"PUT","uri":"/a?token=1"}
{"_path":"http","ts":1764417599.5,"uid":"H2","id.orig_h":"10.0.0.3","id.orig_p":1,"id.resp_h":"10.0.0.9","id.resp_p":80,"method":"PUT","uri":"/token=1"}
{"_path":"http","ts":"2025-11-29T12:01:01.000000Z","uid":"H3","id.orig_h":"10.0.0.2","id.orig_p":2,"id.resp_h":"10.0.0.9","id.resp_p":80,"method":"PUT","uri":"/b?x&token=2"}
"#;

const FOUND: &str = "\
2025-11-29T11:59:59Z  high           10.0.0.3:1 -> 10.0.0.9:80  Upload: PUT /a?token=1  logs/a/http.json:1
2025-11-29T12:00:00Z  medium         10.0.0.1:5000 -> 10.0.0.9:53  Long Name: first.bad.example  logs/b/dns.log:8
2025-11-29T12:01:00.500Z  medium         10.0.0.2:5002 -> 10.0.0.9:53  Long Name: SECOND.BAD.EXAMPLE  logs/b/dns.log:10
2025-11-29T12:01:01Z  high           10.0.0.2:2 -> 10.0.0.9:80  Upload: PUT /b?x&token=2  logs/a/http.json:3
2025-11-29T12:01:01Z  critical       10.0.0.2 -> -  Both: 2 rules in 1.0 min: id.orig_h 10.0.0.2  logs/a/http.json:3
";

fn work() -> Work {
    let work = Work::new();
    work.write("rules/hunted.yml", RULES);
    work.write("logs/a/http.json", HTTP);
    work.write("logs/b/dns.log", DNS);
    work
}

fn run(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).status();
    assert!(status.unwrap().success());
}

/// A search of `dns.log`, which is a pipe, and of more paths, by one thread; the pipe's other end, once the search has opened it.
fn hunt_of_pipe(work: &Work, more: &[&str]) -> (Child, fs::File) {
    let pipe = work.path("dns.log");
    run("mkfifo", &[pipe.to_str().unwrap()]);
    let options = ["--rules", "rules", "--threads", "1"];
    let child = work
        .command(&[&["hunt", "dns.log"], more, &options].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    (
        child,
        fs::OpenOptions::new().write(true).open(pipe).unwrap(),
    )
}

fn gzipped(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn printed(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

/// What is found, without where and how often a correlation says it.
fn titles(output: &Output) -> Vec<String> {
    let (found, _) = printed(output);
    let words = found.lines().map(|line| {
        let title = line
            .split("  ")
            .nth(3)
            .unwrap_or_else(|| line.split("  ").last().unwrap());
        title.to_owned()
    });
    words.collect()
}

#[test]
fn notices_come_in_the_order_of_time_whatever_the_threads() {
    let work = work();
    for threads in ["1", "4"] {
        let output = work.run(&["hunt", "logs", "--rules", "rules", "--threads", threads]);
        let (found, said) = printed(&output);
        assert_eq!(found, FOUND, "{said}");
        assert_eq!(said, "5 notices of 3 rules in 6 records of 2 files\n");
        assert!(output.status.success());
    }
}

#[test]
fn however_a_log_is_kept_it_says_the_same() {
    let work = work();
    let expected = titles(&work.run(&["hunt", "logs", "--rules", "rules"]));
    assert_eq!(expected.len(), 5);
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    fs::create_dir_all(work.path("packed/2025-11-29")).unwrap();
    let day = |name: &str| work.path(&format!("packed/2025-11-29/{name}"));
    fs::write(day("dns.12:00:00-13:00:00.log.gz"), gzipped(DNS)).unwrap();
    let http = ruzstd::encoding::compress_to_vec(HTTP.as_bytes(), level);
    fs::write(day("all.json.zst"), http).unwrap();
    assert_eq!(
        titles(&work.run(&["hunt", "packed", "--rules", "rules"])),
        expected
    );
    // What follows a rule's path is a log.
    let globbed = work.run(&[
        "hunt",
        "--rules",
        "rules",
        "packed/*/*.gz",
        "packed/*/*.zst",
    ]);
    assert_eq!(titles(&globbed), expected);
    // Several logs in one, with headers in between, from the standard input.
    let mut command = work.command(&["hunt", "-", "--rules", "rules"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let tsv_http = "#separator \\x09\n#path\thttp\n#fields\tts\tid.orig_h\tmethod\turi\n#types\ttime\taddr\tstring\tstring\n\
                    1764417661.000000\t10.0.0.2\tPUT\t/b?x&token=2\n";
    let mut input = child.stdin.take().unwrap();
    input.write_all(&gzipped(DNS)).unwrap();
    input.write_all(&gzipped(tsv_http)).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let (found, _) = printed(&output);
    assert_eq!(found.lines().count(), 4, "{found}");
    assert_contains(&found, "Both");
}

#[test]
fn formats_and_times_and_limits() {
    let work = work();
    let run = |more: &[&str]| {
        let arguments = ["hunt", "logs", "--rules", "rules"];
        let output = work.run(&[&arguments[..], more].concat());
        (printed(&output).0, output.status.code())
    };
    let (json, _) = run(&["--format", "json", "--limit", "1"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["file"], "logs/a/http.json");
    assert_eq!(json["line"], 1);
    assert_eq!(json["uid"], "H1");
    assert_eq!(json["id.resp_p"], 80);
    assert_eq!(json["msg"], "PUT /a?token=1");
    let (csv, _) = run(&["--format", "csv", "--limit", "2"]);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("ts,level,title,note,msg,"), "{csv}");
    assert!(lines[2].contains(",first.bad.example,"), "{csv}");
    let (tsv, _) = run(&["--format", "tsv"]);
    assert_contains(&tsv, "#path\tnotice");
    assert_contains(&tsv, "1764417599.000000\tH1\t10.0.0.3\t1\t");
    let (late, _) = run(&["--since", "2025-11-29T12:00:00Z", "--until", "1764417660.6"]);
    assert_eq!(late.lines().count(), 2, "{late}");
    assert_eq!(run(&[]).1, Some(0));
    assert_eq!(run(&["--fail-on", "high"]).1, Some(1));
    assert_eq!(
        run(&["--fail-on", "high", "--until", "2025-01-01"]).1,
        Some(0)
    );
}

#[test]
fn logs_without_records_and_records_without_times_are_said() {
    let work = work();
    let complaints = |arguments: &[&str]| {
        let output = work.run(&[&["hunt", "--rules=rules"], arguments].concat());
        printed(&output).1
    };
    let missing = "no records of these logs that rules are on: http\n";
    assert!(complaints(&["logs/b"]).contains(missing));
    assert!(!complaints(&["logs"]).contains("no records of"));
    assert!(complaints(&["logs", "--since", "2030-01-01"]).contains(": dns, http\n"));
    let cut = complaints(&["logs/b", "--limit", "1"]);
    assert_contains(&cut, "stopped at the limit");
    assert!(!cut.contains("no records of"), "{cut}");
    let line = r#"{"_path":"dns","ts":"2025-11-29T12:00:00+0100","query":"a.bad.example"}"#;
    work.write("odd/dns.json", &format!("{line}\n"));
    for range in [&[][..], &["--since", "2000-01-01"]] {
        let complaints = complaints(&[&["odd"], range].concat());
        assert_contains(
            &complaints,
            "odd/dns.json: line 1: a record has no ts that can be read",
        );
    }
}

#[test]
fn one_bad_file_is_no_end_to_the_others() {
    let work = work();
    let write = |name: &str, bytes: &[u8]| fs::write(work.path(name), bytes).unwrap();
    write("logs/binary.log", &[0, 159, 146, 150, 0, 10]);
    let half = gzipped(&DNS.repeat(300));
    write("logs/cut.log.gz", &half[..half.len() / 2]);
    write("logs/x.json", b"{\"ts\":1,\"query\":\"a\"}\n");
    let odd = DNS.replace("good.example", "good.example\tmore");
    write("logs/odd.log", format!("{odd}1764417700.0").as_bytes());
    write("logs/empty.log", b"");
    std::os::unix::fs::symlink("nowhere", work.path("logs/gone.log")).unwrap();
    let output = work.run(&["hunt", "logs", "logs/gone.log", "--rules", "rules"]);
    let (found, said) = printed(&output);
    assert!(output.status.success(), "{said}");
    assert_contains(&found, "logs/a/http.json:3");
    for line in [
        "logs/binary.log: not a Zeek log: its first line is neither a header line of TSV nor a JSON object",
        "compressed data break off or are damaged; what was before them was read",
        "logs/gone.log: cannot read the log: No such file or directory",
        "logs/odd.log: line 9: a line has more or fewer columns than its header and was left out",
        "logs/odd.log: line 12: the last line is not finished and was left out",
        "logs/x.json: line 1: no #path and no _path says which log this is",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
}

#[test]
fn a_file_that_vanishes_is_no_end_to_the_others() {
    let work = work();
    work.write("logs/gone/dns.log", DNS);
    // The files have been found, and none of them has been read.
    let (child, mut log) = hunt_of_pipe(&work, &["logs"]);
    fs::remove_file(work.path("logs/gone/dns.log")).unwrap();
    log.write_all(DNS.as_bytes()).unwrap();
    drop(log);
    let output = child.wait_with_output().unwrap();
    let (found, said) = printed(&output);
    assert!(output.status.success(), "{said}");
    for place in ["  dns.log:8", "  logs/a/http.json:3"] {
        assert_contains(&found, place);
    }
    assert_contains(
        &said,
        "logs/gone/dns.log: cannot read the log: No such file or directory",
    );
}

#[test]
fn logs_that_are_not_there_are_an_error() {
    let work = work();
    for (path, message) in [
        ("missing.log", "there is no such file or folder"),
        ("logs/*.nothing", "there is no such file or folder"),
        ("rules", "no log in this folder"),
    ] {
        let output = work.run(&["hunt", path, "--rules", "rules"]);
        let (_, said) = printed(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert_contains(&said, message);
    }
}

#[test]
fn what_only_the_wire_has_is_named() {
    let work = work();
    let rule = "title: Body\nid: 00000000-0000-4000-8000-000000000009\nlevel: low\nlogsource: {product: zeek, service: http}\n\
                detection:\n    selection:\n        body|contains: token\n    condition: selection\n";
    work.write("wire/body.yml", rule);
    let output = work.run(&["hunt", "logs", "--rules", "wire"]);
    let (_, said) = printed(&output);
    let left_out = "1 rule not decided by logs alone:\n  wire/body.yml:7: warning[W754]: http.log does not tell `body`; the rule is left out\n";
    assert!(said.starts_with(left_out), "{said}");
    assert_contains(&said, "0 notices of 0 rules");
    // Nothing is left of it.
    let output = work.run(&["hunt", "logs", "--rules", "wire", "--possible"]);
    assert!(printed(&output).1.starts_with(left_out));
    // A part is left, and what is denied of the wire is possible, too.
    let rule = rule.replace("body|contains: token", "method: PUT").replace(
        "    condition: selection\n",
        "    stub:\n        body|contains: token\n    condition: selection and not stub\n",
    );
    work.write("wire/body.yml", &rule);
    let output = work.run(&["hunt", "logs", "--rules", "wire", "--possible"]);
    let (found, said) = printed(&output);
    assert_eq!(found.lines().count(), 2, "{found}{said}");
    assert_contains(&found, "Body (possible): PUT /a?token=1");
    let arguments = ["hunt", "logs", "--rules", "wire", "--possible"];
    let output = work.run(&[&arguments[..], &["--format", "tsv"]].concat());
    let (found, _) = printed(&output);
    assert_contains(&found, "\t(possible) PUT /a?token=1\t");
    // What matches whatever the wire had is found, and is certain.
    let either = rule.replace("selection and not stub", "selection or stub");
    work.write("wire/body.yml", &either);
    for more in [&[][..], &["--possible"]] {
        let output = work.run(&[&["hunt", "logs", "--rules", "wire"], more].concat());
        let (found, said) = printed(&output);
        assert!(found.contains("  Body: PUT /a?token=1"), "{found}{said}");
        assert_contains(&said, "`body`; only what matches without it is found");
    }
}

#[test]
fn what_zeek_does_not_log_by_default_is_named() {
    let work = work();
    let rule = "title: Write\nid: 00000000-0000-4000-8000-000000000009\nlevel: low\nlogsource: {product: zeek, service: smb_files}\n\
                detection:\n    selection:\n        action: ['SMB::FILE_OPEN', 'SMB::FILE_WRITE']\n    condition: selection\n";
    work.write("unlogged/write.yml", rule);
    let output = work.run(&["hunt", "logs", "--rules", "unlogged"]);
    let (_, said) = printed(&output);
    let expected = "1 rule on what Zeek does not log by default:\n  unlogged/write.yml:6: warning[W753]: Zeek does not log SMB::FILE_WRITE by default\n";
    assert_contains(&said, expected);
    let rule = "title: Issuer\nid: 00000000-0000-4000-8000-000000000009\nlevel: low\nlogsource: {product: zeek, service: ssl}\n\
                detection:\n    selection:\n        issuer|contains: AsyncRAT\n    condition: selection\n";
    work.write("issuer/issuer.yml", rule);
    let output = work.run(&["hunt", "logs", "--rules", "issuer"]);
    let (_, said) = printed(&output);
    let expected = "warning[W753]: Zeek does not log `issuer` by default\n";
    assert_contains(&said, expected);
}

#[test]
fn a_write_that_zeek_logged_twice_matches_once() {
    let work = work();
    let rule = "title: Write\nid: 00000000-0000-4000-8000-000000000009\nlevel: low\nlogsource: {product: zeek, service: smb_files}\n\
                detection:\n    selection:\n        action: 'SMB::FILE_WRITE'\n    condition: selection\nzeek: {notice: {suppress_for: 0}}\n";
    work.write("written/write.yml", rule);
    let record = |ts: u32, fuid: &str, name: &str| {
        format!(
            "{{\"ts\":{ts},\"uid\":\"C1\",{fuid}\"action\":\"SMB::FILE_WRITE\",\"path\":\"\\\\\\\\h\\\\ADMIN$\",\"name\":\"{name}\",\"size\":1}}\n"
        )
    };
    let known = "\"fuid\":\"F1\",";
    let log = [
        record(1, "", "a.exe"),
        record(1, known, "a.exe"),
        record(2, "", "a.exe"),
        record(2, known, "b.exe"),
        record(2, known, "b.exe"),
    ];
    work.write("logs/smb_files.log", &log.concat());
    let output = work.run(&[
        "hunt",
        "logs/smb_files.log",
        "--rules",
        "written",
        "--format",
        "json",
    ]);
    let (found, said) = printed(&output);
    let notices = found
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<_> = notices
        .map(|notice: serde_json::Value| notice["line"].clone())
        .collect();
    assert_eq!(lines, [1, 3, 4, 5], "{said}");
}

#[test]
fn a_record_without_a_request_matches_nothing_that_is_asked_of_the_request() {
    let work = work();
    let rule = |selection: &str, number: u8| {
        format!(
            "title: Rule {number}\nid: 00000000-0000-4000-8000-00000000001{number}\nlevel: low\nlogsource: {{product: zeek, service: http}}\n\
                 detection:\n    selection:\n        {selection}\n    condition: selection\nzeek: {{notice: {{suppress_for: 0}}}}\n"
        )
    };
    work.write("some/a.yml", &rule("uri|exists: false", 1));
    work.write("some/b.yml", &rule("status_code: 200", 2));
    work.write("some/c.yml", &rule("host_address|cidr: 192.0.2.0/24", 3));
    let logs = r#"{"_path":"http","ts":1.0,"id.orig_h":"10.0.0.3","status_code":200}
{"_path":"http","ts":2.0,"id.orig_h":"10.0.0.3","method":"GET","uri":"/","host":"192.0.2.7:8080","status_code":404}
"#;
    work.write("some/http.json", logs);
    let (found, said) = printed(&work.run(&["hunt", "some/http.json", "--rules", "some"]));
    let places: Vec<_> = found
        .lines()
        .map(|line| line.split("  ").skip(3).collect::<Vec<_>>())
        .collect();
    assert_eq!(places.len(), 2, "{found}{said}");
    assert!(
        found.lines().next().unwrap().contains("Rule 2: "),
        "{found}"
    );
    assert!(
        found.lines().nth(1).unwrap().contains("Rule 3: GET /"),
        "{found}"
    );
}

#[test]
fn json_of_other_programs_is_read() {
    let work = work();
    let line = r#"{"_path":"dns","ts":1764417600.0,"id":{"orig_h":"10.0.0.7","orig_p":5,"resp_h":"10.0.0.9","resp_p":53},"query":"x.bad.example"}"#;
    fs::write(work.path("one.json"), format!("\u{feff}{line}\n{line}")).unwrap();
    let output = work.run(&["hunt", "one.json", "--rules", "rules", "--format", "json"]);
    let (found, said) = printed(&output);
    assert_eq!(found.lines().count(), 2, "{said}");
    let notice: serde_json::Value = serde_json::from_str(found.lines().next().unwrap()).unwrap();
    for (key, expected) in [
        ("id.orig_h", "10.0.0.7"),
        ("src", "10.0.0.7"),
        ("dst", "10.0.0.9"),
    ] {
        assert_eq!(notice[key], expected);
    }
    assert_eq!(notice["p"], 53);
}

#[test]
fn a_log_that_does_not_say_what_it_is_can_be_named() {
    let work = work();
    let lines = "{\"ts\":1764417600.0,\"id.orig_h\":\"10.0.0.7\",\"query\":\"x.bad.example\"}\n";
    let run = |more: &[&str]| {
        let arguments = ["hunt", "-", "--rules", "rules"];
        let mut child = work
            .command(&[&arguments[..], more].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(lines.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        let (found, said) = printed(&output);
        (found.lines().count(), said, output.status.code())
    };
    let (found, said, status) = run(&[]);
    assert_eq!((found, status), (0, Some(2)), "{said}");
    assert_contains(&said, "standard input: line 1: no #path and no _path says");
    assert_contains(&said, "name it with --log");
    let (found, said, status) = run(&["--log", "dns"]);
    assert_eq!((found, status), (1, Some(0)), "{said}");
}

#[test]
fn a_range_of_time_that_is_none_is_an_error() {
    let work = work();
    let range = ["--since", "2025-11-30", "--until", "2025-11-29T12:00:00"];
    let output = work.run(&[&["hunt", "logs", "--rules", "rules"], &range[..]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(printed(&output).1.contains("--since is not before --until"));
}

#[test]
fn an_interrupted_search_prints_what_it_found() {
    let work = work();
    let (child, mut log) = hunt_of_pipe(&work, &[]);
    let header = DNS
        .split_inclusive('\n')
        .take_while(|line| line.starts_with('#'));
    log.write_all(header.collect::<String>().as_bytes())
        .unwrap();
    // Several blocks: when the last is written, the first has been searched.
    for second in 0..10_000 {
        let time = 1_764_417_600 + second;
        let line = format!(
            "{time}.000000\tC1\t10.0.0.1\t5000\t10.0.0.9\t53\t{}first.bad.example\n",
            "x".repeat(20)
        );
        log.write_all(line.as_bytes()).unwrap();
    }
    run("kill", &["-INT", &child.id().to_string()]);
    std::thread::sleep(std::time::Duration::from_secs(1));
    drop(log);
    let output = child.wait_with_output().unwrap();
    let (found, said) = printed(&output);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(found.lines().count() >= 1000, "{said}");
    assert_contains(&said, "interrupted: there may be more");
}

#[test]
fn rules_are_counted_in_place_of_notices() {
    let work = work();
    let run = |more: &[&str]| {
        let arguments = ["hunt", "logs", "--rules", "rules"];
        printed(&work.run(&[&arguments[..], more].concat())).0
    };
    assert_eq!(
        run(&["--stats"]),
        "rule       level     matches  notices  hosts  first seen         last seen          by day  busiest originators\n\
         Long Name  medium    2        2        2      2025-11-29T12:00Z  2025-11-29T12:01Z  █       10.0.0.1 (1), 10.0.0.2 (1)\n\
         Upload     high      2        2        2      2025-11-29T11:59Z  2025-11-29T12:01Z  █       10.0.0.2 (1), 10.0.0.3 (1)\n\
         Both       critical  1        1        1      2025-11-29T12:01Z  2025-11-29T12:01Z  █       10.0.0.2 (1)\n"
    );
    let tsv = run(&["--stats", "--format", "tsv"]);
    assert_contains(&tsv, "#path\thunt_statistics\n");
    assert_contains(
        &tsv,
        "\tLong Name\tmedium\t2\t2\t2\t1764417600.000000\t1764417660.500000\t10.0.0.1 (1),10.0.0.2 (1)\n",
    );
    let json: serde_json::Value =
        serde_json::from_str(&run(&["--stats", "--format", "json"])).unwrap();
    assert_eq!(json["records"]["dns"], 3);
    assert_eq!(json["hours"], 2);
    let rule = &json["rules"][0];
    assert_eq!(rule["title"], "Long Name");
    assert_eq!(rule["busiest_originators"][0]["host"], "10.0.0.1");
    assert_eq!(rule["by_hour_of_day"][12], 2);
    assert_eq!(rule["by_time"]["spans"][0]["from"], 1_764_417_600.0);
    assert_eq!(rule["matches_in_10000_records"], 20000.0 / 3.0);
}

#[test]
fn a_baseline_says_whether_a_rule_is_quiet_enough() {
    let work = work();
    let more = "title: Never\nid: 00000000-0000-4000-8000-000000000004\nlevel: low\nlogsource: {product: zeek, service: dns}\n\
                detection:\n    selection:\n        query: never.example\n    condition: selection\n---\n\
                title: Other Log\nid: 00000000-0000-4000-8000-000000000005\nlevel: low\nlogsource: {product: zeek, service: ssh}\n\
                detection:\n    selection:\n        client: x\n    condition: selection\n---\n\
                title: Wire\nid: 00000000-0000-4000-8000-000000000006\nlevel: low\nlogsource: {product: zeek, service: http}\n\
                detection:\n    selection:\n        body: x\n    condition: selection\n";
    work.write("rules/more.yml", more);
    let sensors = "{\"_path\":\"dns\",\"_system_name\":\"north\",\"ts\":1764417700.0,\"id.orig_h\":\"10.0.0.7\",\"query\":\"x.bad.example\"}\n\
                   {\"_path\":\"dns\",\"_system_name\":\"south\",\"ts\":1764504100.0,\"id.orig_h\":\"10.0.0.7\",\"query\":\"x.example\"}\n";
    work.write("logs/sensors.json", sensors);
    let run = |more: &[&str]| {
        let arguments = ["hunt", "logs", "--rules", "rules", "--baseline"];
        printed(&work.run(&[&arguments[..], more].concat()))
    };
    let (table, said) = run(&["--quiet", "2.5"]);
    assert_eq!(
        table,
        "verdict     level     notices a day  busiest day  matches a day  a sensor  in 10,000 records  rule\n\
         noisy       medium    3.00           3            3.00           1.50      6000               Long Name\n\
         quiet       high      2.00           2            2.00           1.00      6667               Upload\n\
         quiet       critical  1.00           1            1.00           0.50      1250               Both\n\
         no match    low       0              0            0              0         0                  Never\n\
         no records  low       0              0            0              0         -                  Other Log\n\
         not tried   low       -              -            -              -         -                  Wire\n"
    );
    assert_contains(&said, "the records cover less than a day");
    let (tsv, _) = run(&["--format", "tsv"]);
    assert_contains(
        &tsv,
        "\tLong Name\tmedium\t3.000000\t3.000000\t3\t1.500000\t6000.000000\tnoisy\n",
    );
    let (json, _) = run(&["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["sensors"], serde_json::json!(["north", "south"]));
    assert_eq!(json["rules"][0]["by_sensor"][0]["sensor"], "north");
    assert_eq!(json["rules"][0]["verdict"], "noisy");
}

#[test]
fn the_page_shows_what_was_found_as_text() {
    let work = work();
    work.write(
        "rules/hunted.yml",
        &RULES.replace("title: Upload", "title: '<script>Upload</script>'"),
    );
    work.write(
        "logs/x.json",
        "{\"_path\":\"dns\",\"_system_name\":\"<b>\",\"ts\":1764417700.0}\n",
    );
    work.write("logs/bad.log", "<i>\n");
    let output = work.run(&["hunt", "logs", "--rules", "rules", "--html", "page.html"]);
    let (found, said) = printed(&output);
    assert_eq!(found.lines().count(), 5, "{said}");
    let page = fs::read_to_string(work.path("page.html")).unwrap();
    assert_contains(&page, "&#60;script&#62;Upload&#60;/script&#62;");
    for wrong in ["<script", "<b>", "<i>", "http://", "https://", "style=\""] {
        assert!(!page.contains(wrong), "{wrong}\n{page}");
    }
    assert_contains(&page, "<title>2025-11-29 12:00Z: 2</title>");
    assert_contains(&page, "10.0.0.3");
    assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
    // A page that cannot be written is an error.
    let output = work.run(&["hunt", "logs", "--rules", "rules", "--html", "logs"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_limit_does_not_hide_what_fails() {
    let work = work();
    let run = |level: &str| {
        let arguments = [
            "hunt",
            "logs",
            "--rules",
            "rules",
            "--limit",
            "1",
            "--fail-on",
            level,
        ];
        let output = work.run(&arguments);
        (printed(&output).0.lines().count(), output.status.code())
    };
    assert_eq!(run("high"), (1, Some(1)));
    assert_eq!(run("critical"), (1, Some(1)));
}

#[test]
fn values_that_zeek_cut_are_counted() {
    let work = work();
    let line = |query: &str, answers: usize| {
        let answers = vec!["\"a\""; answers].join(",");
        format!("{{\"_path\":\"dns\",\"ts\":1.0,\"query\":\"{query}\",\"answers\":[{answers}]}}\n")
    };
    let long = |length: usize| "x".repeat(length);
    let lines = [
        line(&long(4095), 99),
        line(&long(4096), 1),
        line(&long(4097), 1),
        line("a", 100),
    ];
    work.write("cut.json", &lines.concat());
    let rule = RULES.replace(
        "query|endswith: .bad.example",
        "query|endswith: .bad.example\n        answers: b",
    );
    work.write("rules/hunted.yml", &rule);
    let (_, said) = printed(&work.run(&["hunt", "cut.json", "--rules", "rules"]));
    assert_contains(
        &said,
        "cut.json: line 2: a value is as long as Zeek writes one at most",
    );
    assert_contains(&said, "matches nothing (2 times)");
}

#[test]
fn a_value_among_several_is_found_in_either_format() {
    let work = work();
    let rule = "title: Answer\nid: 00000000-0000-4000-8000-000000000009\nlevel: low\nlogsource: {product: zeek, service: dns}\n\
                detection:\n    whole:\n        answers: [b, 'a,b', '']\n    part:\n        answers|contains: needle\n    condition: 1 of them\n\
                zeek: {notice: {message: '{answers}', suppress_for: 0}}\n";
    work.write("answers/rule.yml", rule);
    let header = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n#fields\tts\tanswers\n#types\ttime\tvector[string]\n";
    let tsv = "1.0\ta,B\n2.0\ta,c\n3.0\t-\n4.0\t(empty)\n5.0\ta\\x2cb,c\n6.0\tx,haNEEDLEy\n7.0\tx,(empty)\n";
    let json = r#"{"ts":1.0,"answers":["a","B"]}
{"ts":2.0,"answers":["a","c"]}
{"ts":3.0}
{"ts":4.0,"answers":[]}
{"ts":5.0,"answers":["a,b","c"]}
{"ts":6.0,"answers":["x", "haNEEDLEy"]}
{"ts":7.0,"answers":["x",""]}
"#;
    work.write("answers/tsv/dns.log", &format!("{header}{tsv}"));
    work.write("answers/json/dns.json", json);
    for (folder, first) in [("answers/tsv", 8), ("answers/json", 1)] {
        let output = work.run(&["hunt", folder, "--rules", "answers/rule.yml"]);
        let (found, said) = printed(&output);
        let lines: Vec<u64> = found
            .lines()
            .map(|line| line.rsplit(':').next().unwrap().parse::<u64>().unwrap() - first)
            .collect();
        assert_eq!(lines, [0, 4, 5, 6], "{folder}: {found}{said}");
    }
}
