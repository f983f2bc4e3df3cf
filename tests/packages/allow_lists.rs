//! The packages' allow-lists on a real Zeek: by address and by name, for a pack, a rule or a technique, and changed at run
//! time.

use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::common::capture::Capture;
use crate::common::packs::{Packs, of_zeek};
use crate::common::rpc::Rpc;
use crate::common::{calls, zeek};

/// A job and a service of each of three hosts on two others.
fn capture() -> Vec<u8> {
    let mut capture = Capture::new();
    for (client, server) in [(1, 101), (2, 101), (3, 102)] {
        let mut connection = capture.connect([10, 0, 0, client], [10, 0, 0, server], 135);
        Rpc::bind(&mut connection, &[calls::ATSVC, calls::SVCCTL])
            // NetrJobDel
            .call(0, 1, b"", b"")
            // CreateServiceA
            .call(1, 24, b"", b"");
        connection.close();
    }
    capture.finish()
}

const JOBS: (&str, &str, &str) = (
    "jobs",
    "attack.execution, attack.t1053.002",
    "detection: {a: {operation: NetrJobDel}, condition: a}\nzeek: {notice: {message: '{id.orig_h} {id.resp_h}'}}",
);
const SERVICES: (&str, &str, &str) = (
    "services",
    "attack.execution, attack.t1569.002",
    "detection: {a: {operation: CreateServiceA}, condition: a}\nzeek: {notice: {message: '{id.orig_h} {id.resp_h}'}}",
);

struct Setting {
    zeek: PathBuf,
    _packs: Packs,
    scripts: PathBuf,
}

/// A pack called `lists` with both rules; `None` where there is no Zeek.
fn setting(style: &str) -> Option<Setting> {
    let packs = Packs::new();
    Some(Setting {
        scripts: packs.pack("lists", style, "dce_rpc", &[JOBS, SERVICES]),
        zeek: zeek::executable()?,
        _packs: packs,
    })
}

impl Setting {
    /// What is raised with these options: the last numbers of the hosts, of jobs and of services.
    fn raised(&self, options: &str) -> (String, String) {
        let logs = zeek::run(&self.zeek, &capture(), &[&self.scripts], options);
        hosts(&of_zeek(&logs))
    }
}

/// The last numbers of the hosts of notices, of jobs and of services.
fn hosts(notices: &[String]) -> (String, String) {
    let of = |rule: &str| {
        let mine = notices.iter().filter(|line| {
            line.contains(&format!("|{rule} of")) || line.contains(&format!("|{rule}|"))
        });
        let hosts: Vec<String> = mine
            .map(|line| {
                let message = line.split('|').nth(1).unwrap();
                message.replace("10.0.0.", "").replace(' ', ">")
            })
            .collect();
        hosts.join(" ")
    };
    let or = |one: String, other: String| if one.is_empty() { other } else { one };
    (
        or(of("jobs"), of("T1053.002 Scheduled Task/Job: At")),
        or(
            of("services"),
            of("T1569.002 System Services: Service Execution"),
        ),
    )
}

fn both(jobs: &str, services: &str) -> (String, String) {
    (jobs.to_owned(), services.to_owned())
}

const ALL: &str = "1>101 2>101 3>102";

#[test]
fn addresses_and_networks() {
    let Some(setting) = setting("rule") else {
        return;
    };
    for (options, jobs, services) in [
        ("", ALL, ALL),
        (
            "redef Lists::allowed_originators += { 10.0.0.0/31, 10.0.0.3/32 };",
            "2>101",
            "2>101",
        ),
        (
            "redef Lists::allowed_responders += { 10.0.0.101/32 };",
            "3>102",
            "3>102",
        ),
        (
            "redef Lists::allowed_by_rule += { [Lists::Jobs] = [$originators=set(10.0.0.2/31)] };",
            "1>101",
            ALL,
        ),
        (
            "redef Lists::allowed_by_technique += { [\"T1053.002\"] = [$responders=set(10.0.0.101/32)] };",
            "3>102",
            ALL,
        ),
        (
            "redef Lists::allowed_by_technique += { [\"T1569\"] = [$originators=set(10.0.0.1/32)], [\"T1\"] = \
             [$originators=set(10.0.0.2/32)] };",
            ALL,
            "2>101 3>102",
        ),
    ] {
        assert_eq!(setting.raised(options), both(jobs, services), "{options}");
    }
}

#[test]
fn lists_change_at_run_time() {
    let Some(setting) = setting("attack") else {
        return;
    };
    let at_start =
        |set: &str| format!("@load base/frameworks/config\nevent zeek_init() {{ {set} }}");
    for (set, jobs, services) in [
        (
            "Option::set(\"Lists::allowed_by_rule\", table([Lists::Services] = \
             Lists::AllowList($originators=set(10.0.0.1/32))));",
            ALL,
            "2>101 3>102",
        ),
        (
            "Config::set_value(\"Lists::allowed_by_technique\", table([\"T1053\"] = \
             Lists::AllowList($responders=set(10.0.0.102/32))));",
            "1>101 2>101",
            ALL,
        ),
        (
            "Config::set_value(\"Lists::allowed_originators\", set(10.0.0.1/32));",
            "2>101 3>102",
            "2>101 3>102",
        ),
        (
            "Option::set(\"Lists::disabled_rules\", set(Lists::Jobs));",
            "",
            ALL,
        ),
        (
            "Config::set_value(\"Lists::silent_rules\", set(Lists::Services));",
            ALL,
            "",
        ),
    ] {
        assert_eq!(
            setting.raised(&at_start(set)),
            both(jobs, services),
            "{set}"
        );
    }
}

/// What Zeek's configuration files can set: sets of networks, names and rules, and bounds.
#[test]
fn configuration_files() {
    let Some(setting) = setting("attack") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("zeek.cfg"),
        "Lists::allowed_responders 10.0.0.0/24,192.0.2.1/32\nLists::allowed_originator_names one.example,*.two.example\n\
         Lists::disabled_rules Lists::Services\nLists::max_name_lookups 7\nLists::name_lookup_timeout 3\n",
    )
    .unwrap();
    std::fs::write(
        folder.path().join("local.zeek"),
        "redef Config::config_files += { \"zeek.cfg\" };
redef exit_only_after_terminate = T;
event Input::end_of_data(name: string, source: string)
	{
	print |Lists::allowed_responders|, |Lists::allowed_originator_names|, Lists::disabled_rules;
	print Lists::max_name_lookups, Lists::name_lookup_timeout;
	terminate();
	}
",
    )
    .unwrap();
    let output = Command::new(&setting.zeek)
        .current_dir(folder.path())
        .arg(&setting.scripts)
        .args(["base/frameworks/config", "./local.zeek"])
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let printed = printed.replace(char::is_whitespace, "");
    assert_eq!(printed, "2,2,{Lists::Services}7,3.0secs");
}

/// A DNS server on loopback that knows the names of some addresses.
struct Names {
    address: String,
    asked: Arc<AtomicUsize>,
}

impl Names {
    /// Answers with the names, with none for other addresses, and not at all where `silent`.
    fn serve(names: &'static [(&'static str, &'static str)], silent: bool) -> Self {
        let (socket, address) = Self::socket();
        let asked = Arc::new(AtomicUsize::new(0));
        let served = Self {
            address,
            asked: Arc::clone(&asked),
        };
        thread::spawn(move || {
            let mut buffer = [0; 512];
            while let Ok((length, client)) = socket.recv_from(&mut buffer) {
                asked.fetch_add(1, Ordering::Relaxed);
                if !silent {
                    let answer = answer(&buffer[..length], names);
                    socket.send_to(&answer, client).unwrap();
                }
            }
        });
        served
    }

    /// A socket, and what to call it in `$ZEEK_DNS_RESOLVER`: on the port of DNS where that is allowed, since old releases
    /// of Zeek ask at no other.
    fn socket() -> (UdpSocket, String) {
        let standard = (1..=254).find_map(|host| {
            let address = format!("127.53.0.{host}");
            let socket = UdpSocket::bind((address.as_str(), 53)).ok()?;
            Some((socket, address))
        });
        standard.unwrap_or_else(|| {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            let address = socket.local_addr().unwrap().to_string();
            (socket, address)
        })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

/// The answer to a question for a name (RFC 1035, section 4).
fn answer(question: &[u8], names: &[(&str, &str)]) -> Vec<u8> {
    let mut labels = Vec::new();
    let mut at = 12;
    while question[at] != 0 {
        let end = at + 1 + usize::from(question[at]);
        labels.push(String::from_utf8(question[at + 1..end].to_vec()).unwrap());
        at = end;
    }
    let end = at + 5;
    let address: Vec<&str> = labels.iter().take(4).rev().map(String::as_str).collect();
    let name = names.iter().find(|(known, _)| *known == address.join("."));
    let mut answer = question[..2].to_vec();
    answer.extend([
        0x84,
        if name.is_some() { 0 } else { 3 },
        0,
        1,
        0,
        u8::from(name.is_some()),
        0,
        0,
        0,
        0,
    ]);
    answer.extend(&question[12..end]);
    if let Some((_, name)) = name {
        let mut data = Vec::new();
        for label in name.split('.') {
            data.push(u8::try_from(label.len()).unwrap());
            data.extend(label.bytes());
        }
        data.push(0);
        // The question's name, PTR, IN, a minute.
        answer.extend([0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60]);
        answer.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        answer.extend(data);
    }
    answer
}

impl Setting {
    /// What is raised with these options and names: hosts as [`Setting::raised`] has them.
    fn named(&self, names: &Names, before: &str, options: &str) -> (String, String) {
        let folder = tempfile::tempdir().unwrap();
        let notices = self.log(folder.path(), names, before, options);
        check_connections(folder.path(), &notices);
        check_outcomes(folder.path(), &notices);
        let mut lines: Vec<String> = notices
            .lines()
            .map(|line| {
                let notice: serde_json::Value = serde_json::from_str(line).unwrap();
                let text = |name: &str| notice[name].as_str().unwrap().to_owned();
                [text("note"), text("msg"), text("sub"), String::new()].join("|")
            })
            .collect();
        lines.sort();
        hosts(&lines)
    }

    /// The notices' lines with these options and names; Zeek's logs are in a folder then.
    fn log(&self, folder: &Path, names: &Names, before: &str, options: &str) -> String {
        std::fs::write(folder.join("capture.pcap"), capture()).unwrap();
        let code = format!("{before}{options}\n");
        std::fs::write(folder.join("local.zeek"), code).unwrap();
        let output = Command::new(&self.zeek)
            .current_dir(folder)
            .env("ZEEK_DNS_RESOLVER", &names.address)
            .env_remove("ZEEK_DNS_FAKE")
            .args(["-C", "-r", "capture.pcap", "LogAscii::use_json=T"])
            .arg(&self.scripts)
            .arg("./local.zeek")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let ended = "received termination signal";
        assert!(said.lines().all(|line| line.ends_with(ended)), "{said}");
        let reported = std::fs::read_to_string(folder.join("reporter.log")).unwrap_or_default();
        assert!(
            reported.lines().all(|line| line.contains(ended)),
            "{reported}"
        );
        std::fs::read_to_string(folder.join("notice.log")).unwrap_or_default()
    }
}

/// Zeek goes on after the capture, which ends its time, for as long as matches wait for names.
const UNTIL_NAMES_COME: &str = "module Lists;
redef exit_only_after_terminate = T;
redef Lists::name_lookup_timeout = 36500days;
event Pcap::file_done(path: string)
	{
	when ( pending_lookups == 0 )
		terminate();
	}
";

/// That each notice has the endpoints and the unique id of a connection, and the time of its call.
fn check_connections(folder: &Path, notices: &str) {
    let calls = std::fs::read_to_string(folder.join("dce_rpc.log")).unwrap();
    let calls: Vec<serde_json::Value> = calls
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for line in notices.lines() {
        let notice: serde_json::Value = serde_json::from_str(line).unwrap();
        let call = calls.iter().find(|call| {
            let since = notice["ts"].as_f64().unwrap() - call["ts"].as_f64().unwrap();
            call["uid"] == notice["uid"] && (0.0..0.01).contains(&since)
        });
        let call = call.expect("no call of that time");
        let ends = format!(
            "{} {}",
            call["id.orig_h"].as_str().unwrap(),
            call["id.resp_h"].as_str().unwrap()
        );
        assert_eq!(notice["msg"].as_str().unwrap(), ends);
    }
}

/// That each of the six matches is counted, as raised, allow-listed or silent.
fn check_outcomes(folder: &Path, notices: &str) {
    let log = std::fs::read_to_string(folder.join("sigzeek_rules.log")).unwrap();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let sum = |outcome: &str| -> u64 {
        let numbers = lines.iter().map(|line| line[outcome].as_u64().unwrap());
        numbers.sum()
    };
    assert_eq!(sum("raised"), notices.lines().count() as u64);
    assert_eq!(sum("raised") + sum("allow_listed") + sum("silent"), 6);
}

const NAMES: &[(&str, &str)] = &[
    ("10.0.0.1", "One.Example"),
    ("10.0.0.2", "host.two.example"),
    ("10.0.0.101", "server.example"),
];

#[test]
fn names() {
    let Some(setting) = setting("rule") else {
        return;
    };
    for (options, jobs, services, asked) in [
        ("", ALL, ALL, 0),
        (
            "redef Lists::allowed_originator_names += { \"one.EXAMPLE\" };",
            "2>101 3>102",
            "2>101 3>102",
            3,
        ),
        (
            "redef Lists::allowed_originator_names += { \"*.two.example\" };",
            "1>101 3>102",
            "1>101 3>102",
            3,
        ),
        // Not below itself, and no part of a name.
        (
            "redef Lists::allowed_originator_names += { \"*.one.example\", \"*example\", \"ost.two.example\" };",
            ALL,
            ALL,
            3,
        ),
        (
            "redef Lists::allowed_responder_names += { \"server.example.\" };",
            "3>102",
            "3>102",
            2,
        ),
        (
            "redef Lists::allowed_originator_names += { \"one.example\" };
redef Lists::allowed_responder_names += { \"*.example\" };",
            "3>102",
            "3>102",
            5,
        ),
        (
            "redef Lists::allowed_by_rule += { [Lists::Jobs] = [$originator_names=set(\"*.example\")] };",
            "3>102",
            ALL,
            3,
        ),
        (
            "redef Lists::allowed_by_technique += { [\"T1569\"] = [$responder_names=set(\"server.example\")] };",
            ALL,
            "3>102",
            2,
        ),
        // Silent rules look nothing up.
        (
            "redef Lists::allowed_originator_names += { \"one.example\" };
redef Lists::silent_rules += { Lists::Jobs, Lists::Services };",
            "",
            "",
            0,
        ),
        // With no look-up to be had, notices are raised at once.
        (
            "redef Lists::allowed_originator_names += { \"one.example\" };
redef Lists::max_name_lookups = 0;",
            ALL,
            ALL,
            0,
        ),
    ] {
        let names = Names::serve(NAMES, false);
        assert_eq!(
            setting.named(&names, UNTIL_NAMES_COME, options),
            both(jobs, services),
            "{options}"
        );
        assert!(names.asked() <= asked, "{}: {options}", names.asked());
        assert_eq!(names.asked() > 0, asked > 0, "{options}");
    }
}

/// Names that nobody tells keep no notice back for longer than the option has it.
#[test]
fn names_that_do_not_come() {
    let Some(setting) = setting("attack") else {
        return;
    };
    let names = Names::serve(NAMES, true);
    let options = "redef Lists::allowed_originator_names += { \"*.example\" };
redef Lists::allowed_responder_names += { \"*.example\" };
redef Lists::name_lookup_timeout = 10msec;";
    assert_eq!(setting.named(&names, "", options), both(ALL, ALL));
    assert!(names.asked() > 0);
}

/// What is allowed by name counts for no correlation.
#[test]
fn correlations_wait_for_names() {
    let packs = Packs::new();
    let rest = format!(
        "{}\n---\n{{title: Many, name: many, correlation: {{type: event_count, \
         rules: [00000005-0000-4000-8000-000000000000], group-by: [id.resp_h], timespan: 1h, condition: {{gte: 2}}, \
         generate: true}}}}",
        SERVICES.2
    );
    let scripts = packs.pack(
        "lists",
        "rule",
        "dce_rpc",
        &[("services", SERVICES.1, &rest)],
    );
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let setting = Setting {
        zeek,
        _packs: packs,
        scripts,
    };
    for (options, counted) in [
        ("", true),
        (
            "redef Lists::allowed_originator_names += { \"one.example\" };",
            false,
        ),
        (
            "redef Lists::allowed_originator_names += { \"server.example\" };",
            true,
        ),
        (
            "redef Lists::allowed_by_technique += { [\"T1569\"] = [$responder_names=set(\"server.example\")] };",
            false,
        ),
    ] {
        let names = Names::serve(NAMES, false);
        let folder = tempfile::tempdir().unwrap();
        let notices = setting.log(folder.path(), &names, UNTIL_NAMES_COME, options);
        let many = notices.lines().filter(|line| line.contains("Lists::Many"));
        assert_eq!(many.count(), usize::from(counted), "{options}: {notices}");
    }
}
