//! Rules of Sigma's categories that name no product: what they match on requests, in Zeek and in the replay engine.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::common::assert_contains;
use crate::common::capture::Capture;
use crate::common::packs::{of_replay, of_zeek};
use crate::common::{replay, zeek};
use sigzeek::compile::compile;

/// A rule: its name, its category, its search, and the requests that it must match, by their numbers.
const RULES: &[(&str, &str, &str, &[usize])] = &[
    (
        "paste",
        "proxy",
        "c-uri|contains: '.example/raw/'",
        &[0, 6, 7],
    ),
    (
        "whole",
        "proxy",
        "c-uri: 'http://paste.example/raw/a.exe?x=1.7z'",
        &[0, 6],
    ),
    (
        "scheme",
        "proxy",
        "cs-uri|startswith: 'http://'",
        &[0, 1, 2, 5, 6, 7, 8],
    ),
    ("port", "proxy", "c-uri|contains: 'odd.example:8080/'", &[8]),
    ("extension", "proxy", "c-uri-extension: exe", &[0, 6]),
    (
        "no_extension",
        "proxy",
        "c-uri-extension: null",
        &[2, 4, 5, 7, 8],
    ),
    ("query", "proxy", "c-uri-query: 'x=1.7z'", &[0, 6]),
    ("no_query", "proxy", "c-uri-query: null", &[3, 4, 5, 7, 8]),
    ("stem", "proxy", "cs-uri-stem: /raw/a.exe", &[0, 6]),
    ("tunnel", "proxy", "c-uri: 'tunnel.example:443'", &[3]),
    (
        "agent",
        "proxy",
        "{c-useragent: odd, cs-method: GET, cs-host|endswith: .example, sc-status: 200}",
        &[1],
    ),
    ("cookie", "proxy", "cs-cookie|endswith: '=1'", &[1]),
    (
        "escaped",
        "webserver",
        "cs-uri-query|contains: '%3Cscript%3E'",
        &[2],
    ),
    (
        "unescaped",
        "webserver",
        "cs-uri-query|contains: '<script>'",
        &[],
    ),
    (
        "path",
        "webserver",
        "cs-uri-query|startswith: '/a/b?q='",
        &[2],
    ),
    ("server_stem", "webserver", "cs-uri-stem: '/a/b'", &[2]),
    ("keyword", "webserver", "['%3Cscript']", &[2]),
    (
        "status",
        "webserver",
        "{sc-status: 404, cs-referer: null}",
        &[5],
    ),
];

const REQUESTS: &[(&str, u16, &str)] = &[
    (
        "GET /raw/a.exe?x=1.7z HTTP/1.1\r\nHost: paste.example\r\n",
        80,
        "200 OK",
    ),
    (
        "GET /x/y.php?z HTTP/1.1\r\nHost: a.example\r\nUser-Agent: odd\r\nCookie: a=1\r\n",
        80,
        "200 OK",
    ),
    (
        "GET /a/b?q=%3Cscript%3E HTTP/1.1\r\nHost: b.example\r\nUser-Agent: odd2\r\n",
        80,
        "200 OK",
    ),
    (
        "CONNECT tunnel.example:443 HTTP/1.1\r\nHost: tunnel.example:443\r\n",
        3128,
        "403 No",
    ),
    // No host, no URL.
    ("GET /raw/a HTTP/1.0\r\n", 80, "200 OK"),
    (
        "GET /.example.d/raw HTTP/1.1\r\nHost: raw.example\r\n",
        80,
        "404 Not Found",
    ),
    (
        "GET http://paste.example/raw/a.exe?x=1.7z HTTP/1.1\r\nHost: paste.example\r\n",
        3128,
        "200 OK",
    ),
    (
        "GET /raw/b.d/ HTTP/1.1\r\nHost: paste.example\r\n",
        80,
        "200 OK",
    ),
    (
        "GET /o HTTP/1.1\r\nHost: odd.example:8080\r\n",
        8080,
        "200 OK",
    ),
];

/// A connection a request; the client's last number is the request's.
fn capture() -> Vec<u8> {
    let mut capture = Capture::new();
    for (number, (request, port, status)) in REQUESTS.iter().enumerate() {
        let client = [10, 0, 0, u8::try_from(number).unwrap()];
        let mut connection = capture.connect(client, [10, 0, 1, 1], *port);
        connection
            .client(format!("{request}\r\n"))
            .server(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"));
        connection.close();
    }
    capture.finish()
}

fn write_rules(folder: &Path) {
    fs::write(folder.join("pack.yml"), "description: Categories\n").unwrap();
    for (number, (name, category, search, _)) in RULES.iter().enumerate() {
        let text = format!(
            "title: {name}\nid: {number:08x}-0000-4000-8000-000000000000\nstatus: test\nlevel: low\n\
             logsource: {{category: {category}}}\ndetection:\n    a:\n        {search}\n    condition: a\n\
             zeek:\n    raise_on: response\n    notice: {{message: '{name} {{id.orig_h}}'}}\n"
        );
        fs::write(folder.join(format!("{name}.yml")), text).unwrap();
    }
}

/// What must be raised: the rules' names and the requests' numbers.
fn expected() -> Vec<String> {
    let matches = RULES.iter().flat_map(|(name, _, _, requests)| {
        requests
            .iter()
            .map(move |number| format!("{name} 10.0.0.{number}"))
    });
    let mut matches: Vec<String> = matches.collect();
    matches.sort();
    matches
}

fn messages(notices: &[String]) -> Vec<String> {
    let message = |line: &String| line.split('|').nth(1).unwrap().to_owned();
    let mut messages: Vec<String> = notices.iter().map(message).collect();
    messages.sort();
    messages
}

#[test]
fn categories_match_what_proxies_and_servers_would_log() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("categories");
    fs::create_dir(&rules).unwrap();
    write_rules(&rules);
    let replayed = replay::bytes(&rules, &capture());
    assert_eq!(messages(&of_replay(&replayed)), expected());
    let scripts = zeek::build(&rules, &folder.path().join("generated"));
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let logs = zeek::run(&zeek, &capture(), &[&scripts], "");
    assert_eq!(messages(&of_zeek(&logs)), expected());
    assert!(logs.read("reporter").is_empty());
}

/// The message and the help of the first finding on a rule with this search.
fn finding(category: &str, search: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rule.yml");
    let text = format!(
        "title: A\nid: 00000000-0000-4000-8000-000000000000\nstatus: test\nlevel: low\n\
         logsource: {{category: {category}}}\ndetection: {{a: {{{search}}}, condition: a}}\n"
    );
    fs::write(&file, text).unwrap();
    let finding = compile(&[file]).unwrap().findings.remove(0);
    (finding.message, finding.help.unwrap_or_default())
}

#[test]
fn what_zeek_does_not_show_is_an_error_that_says_so() {
    let (message, help) = finding("proxy", "s-action: DENIED");
    assert_eq!(message, "Zeek shows nothing like `s-action`");
    assert_eq!(
        help,
        "Zeek does not see what a proxy decides; compare sc-status"
    );
    let (message, help) = finding("proxy", "c-uir: a");
    assert_eq!(message, "category proxy has no field `c-uir` in Zeek");
    assert_eq!(help, "did you mean `c-uri`?");
}

#[test]
fn a_category_can_name_fields_of_zeek_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rule.yml");
    let rule = "title: A\nid: 00000000-0000-4000-8000-000000000000\nstatus: test\nlevel: low\n\
                logsource: {category: proxy, product: zeek}\n\
                detection: {a: {c-uri|contains: a, client_header.x: b}, condition: a}\n";
    fs::write(&file, rule).unwrap();
    let findings = compile(&[file]).unwrap().findings;
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn rules_of_other_products_are_skipped_in_folders_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules");
    for (name, logsource) in [
        ("web/a", "category: webserver"),
        ("web/b", "product: windows, category: process_creation"),
        ("web/c", "category: antivirus"),
        ("windows/d", "product: windows, service: security"),
    ] {
        let file = rules.join(format!("{name}.yml"));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        // What other products have of their own is not looked at.
        let field = if name == "web/a" {
            "cs-uri-query|contains: abc"
        } else {
            "Image|windash: '-a'"
        };
        let text = format!(
            "title: {name}\nid: 00000000-0000-4000-8000-00000000000{}\nstatus: test\nlevel: low\n\
             logsource: {{{logsource}}}\ndetection: {{a: {{{field}}}, condition: a}}\n",
            name.bytes().last().unwrap() as char
        );
        fs::write(file, text).unwrap();
    }
    let check = |path: &Path| {
        let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
            .arg("check")
            .arg(path)
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (status, errors) = check(&rules);
    assert_eq!(status, Some(0), "{errors}");
    assert_contains(&errors, "3 rules of other products were skipped");
    // A file that is named is meant.
    let (status, errors) = check(&rules.join("web/b.yml"));
    assert_eq!(status, Some(1), "{errors}");
    assert_contains(&errors, "product is `windows`, not `zeek`");
    // So is a misspelt product.
    let misspelt = rules.join("web/a.yml");
    let text = fs::read_to_string(&misspelt).unwrap();
    fs::write(
        &misspelt,
        text.replace("category: webserver", "product: zeke, service: http"),
    )
    .unwrap();
    let (status, errors) = check(&rules);
    assert_eq!(status, Some(1), "{errors}");
    assert_contains(&errors, "product is `zeke`, not `zeek`");
}
