//! Correlations in a real Zeek: random streams of matches fire as the reference evaluator says, and a cluster raises the
//! notices that one Zeek alone does.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::net::{IpAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::common::assert_contains;
use crate::common::calls::{ATSVC, SVCCTL};
use crate::common::capture::Capture;
use crate::common::random::Random;
use crate::common::rpc::Rpc;
use crate::common::{executions, replay, zeek};
use rsigma_eval::{CorrelationConfig, CorrelationEngine, JsonEvent};
use serde_json::{Value, json};

/// Seconds that events of the random streams count together.
const TIMESPAN: i64 = 10;
/// The rules whose matches the streams are, by their method.
const RULES: [&str; 3] = ["GET", "POST", "PUT"];
const START: i64 = 1_700_000_000;

/// A match of a stream.
struct Event {
    time: i64,
    rule: usize,
    group: Option<usize>,
    value: Option<usize>,
    number: Option<usize>,
}

/// Matches with late ones, equal times, and times at the edge of the time span among them.
fn stream(random: &mut Random, length: usize) -> Vec<Event> {
    let mut time = START;
    let events = (0..length).map(|_| {
        time += match random.below(12) {
            0..3 => 0,
            3..8 => i64::try_from(random.below(3)).unwrap() + 1,
            8 => TIMESPAN,
            9 => TIMESPAN + 1,
            _ => -i64::try_from(random.below(12)).unwrap(),
        };
        let mut often = |end: usize| (!random.one_in(10)).then(|| random.below(end));
        Event {
            time,
            group: often(2),
            value: often(4),
            number: often(60),
            rule: random.below(RULES.len()),
        }
    });
    events.collect()
}

/// A correlation: what it is called, its type, and its condition.
struct Wanted {
    name: String,
    aggregation: &'static str,
    condition: Vec<(&'static str, usize)>,
}

/// Comparisons of which all must hold.
type Condition = &'static [(&'static str, usize)];

fn wanted() -> Vec<Wanted> {
    let conditions: &[(&str, &[Condition])] = &[
        (
            "event_count",
            &[
                &[("gte", 3)],
                &[("gt", 4)],
                &[("eq", 2)],
                &[("gt", 1), ("lte", 3)],
            ],
        ),
        ("value_count", &[&[("gte", 3)], &[("eq", 2)], &[("neq", 1)]]),
        ("temporal", &[&[("gte", 3)], &[("eq", 2)]]),
        ("temporal_ordered", &[&[("gte", 3)]]),
        ("value_sum", &[&[("gt", 100)], &[("gte", 50), ("lt", 80)]]),
        ("value_avg", &[&[("gte", 30)], &[("lt", 20)]]),
        ("value_percentile", &[&[("gt", 40)], &[("lte", 20)]]),
    ];
    let each = conditions.iter().flat_map(|(aggregation, conditions)| {
        conditions
            .iter()
            .enumerate()
            .map(move |(index, condition)| Wanted {
                name: format!("{aggregation}_{index}"),
                aggregation,
                condition: condition.to_vec(),
            })
    });
    each.collect()
}

/// The rules, the correlations, and two correlations of these.
fn pack(wanted: &[Wanted]) -> String {
    let mut text = String::new();
    let mut number = 0;
    let mut head = |text: &mut String, name: &str| {
        number += 1;
        let id = format!("6d1f4a60-0000-4000-8000-{number:012}");
        writeln!(text, "---\ntitle: {name}\nid: {id}\nname: {name}").unwrap();
    };
    for rule in RULES {
        head(&mut text, rule);
        text += "logsource:\n    product: zeek\n    service: http\ndetection:\n    selection:\n";
        writeln!(text, "        method: {rule}\n    condition: selection").unwrap();
        text += "zeek:\n    raise_on: response\n";
    }
    for correlation in wanted {
        head(&mut text, &correlation.name);
        let aggregation = correlation.aggregation;
        write!(
            text,
            "generate: true\ncorrelation:\n    type: {aggregation}\n    rules: [{}]\n    group-by: [host]\n    \
             timespan: {TIMESPAN}s\n    condition:\n",
            RULES.join(", ")
        )
        .unwrap();
        for (relation, number) in &correlation.condition {
            writeln!(text, "        {relation}: {number}").unwrap();
        }
        match aggregation {
            "value_count" => text += "        field: user_agent\n",
            "value_percentile" => {
                text += "        field: request_body_len\n        percentile: 75\n"
            }
            "value_sum" | "value_avg" => text += "        field: request_body_len\n",
            _ => {}
        }
        text += "zeek:\n    notice:\n        suppress_for: 0\n";
    }
    for (name, aggregation, condition) in [
        ("chained_count", "event_count", "gte: 4"),
        ("chained_order", "temporal_ordered", "gte: 2"),
    ] {
        head(&mut text, name);
        write!(
            text,
            "generate: true\ncorrelation:\n    type: {aggregation}\n    rules: [event_count_0, value_count_0]\n    \
             group-by: [host]\n    timespan: {TIMESPAN}s\n    condition:\n        {condition}\n\
             zeek:\n    notice:\n        suppress_for: 0\n"
        )
        .unwrap();
    }
    text.trim_start_matches("---\n").to_owned()
}

/// Which event makes which correlation fire, as the reference evaluator has it.
fn expected(pack: &str, wanted: &[Wanted], events: &[Event]) -> BTreeSet<(usize, String)> {
    let mut engine = CorrelationEngine::new(CorrelationConfig::default());
    let collection = rsigma_parser::parse_sigma_yaml(pack).unwrap();
    assert!(collection.errors.is_empty(), "{:?}", collection.errors);
    engine.add_collection(&collection).unwrap();
    let mut fired = BTreeSet::new();
    for (index, event) in events.iter().enumerate() {
        let mut fields = json!({ "method": RULES[event.rule] });
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                fields[name] = value;
            }
        };
        set("host", event.group.map(|group| json!(format!("h{group}"))));
        set(
            "user_agent",
            event.value.map(|value| json!(format!("u{value}"))),
        );
        set("request_body_len", event.number.map(|number| json!(number)));
        for result in engine.process_event_at(&JsonEvent::borrow(&fields), event.time) {
            let Some(body) = result.as_correlation() else {
                continue;
            };
            let name = result.header.rule_title.clone();
            // The evaluator computes a percentile, but does not compare it.
            let own = wanted.iter().find(|known| known.name == name);
            let holds = own.is_none_or(|known| {
                known.aggregation != "value_percentile" || holds(known, body.aggregated_value)
            });
            if holds {
                fired.insert((index, name));
            }
        }
    }
    fired
}

fn holds(wanted: &Wanted, value: f64) -> bool {
    wanted.condition.iter().all(|(relation, number)| {
        let number = f64::from(u32::try_from(*number).unwrap());
        match *relation {
            "gt" => value > number,
            "gte" => value >= number,
            "lt" => value < number,
            "lte" => value <= number,
            other => panic!("{other}"),
        }
    })
}

/// Zeek code that takes the events to every correlation; an event's number stands for its connection.
fn driver(wanted: &[Wanted], events: &[Event]) -> String {
    let text = |prefix: char, number: Option<usize>| {
        number.map_or_else(String::new, |number| format!("{prefix}{number}"))
    };
    let mut code = "module Streams;\n\nevent zeek_init() &priority=-20\n\t{\n".to_owned();
    for (index, event) in events.iter().enumerate() {
        writeln!(
            code,
            "\tfeed_stream({}, {index}, {}, \"{}\", \"{}\", {});",
            event.time,
            event.rule,
            text('h', event.group),
            text('u', event.value),
            event
                .number
                .map_or_else(|| "-1".to_owned(), |number| number.to_string())
        )
        .unwrap();
    }
    code += "\t}\n";
    let calls: String = wanted
        .iter()
        .map(|correlation| format!("\t{}_correlate(copy(match));\n", correlation.name))
        .collect();
    let feed = format!(
        "module Streams;\n\nfunction feed_stream(seconds: double, event_: count, rule: count, host: string, agent: string, \
         length: int)\n\t{{\n\tlocal match = CorrelatedMatch($ts=double_to_time(seconds), $group=vector(host == \"\" ? no_value : host), \
         $uid=cat(event_), $rule=rule);\n\tif ( agent != \"\" )\n\t\tmatch$value = agent;\n\tif ( length >= 0 )\n\t\t\
         match$whole_number = int_to_count(length);\n{calls}\t}}\n\n"
    );
    feed + &code
}

#[test]
fn streams_fire_as_the_reference_evaluator_says() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let wanted = wanted();
    let text = pack(&wanted);
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("streams.yml");
    std::fs::write(&rules, &text).unwrap();
    let scripts = zeek::build(&rules, &folder.path().join("generated"));
    let mut random = Random::new(41);
    let mut count = 0;
    for _ in 0..4 {
        let events = stream(&mut random, 250);
        let expected = expected(&text, &wanted, &events);
        let code = driver(&wanted, &events);
        let logs = zeek::run(&zeek, &Capture::new().finish(), &[&scripts], &code);
        let fired: BTreeSet<(usize, String)> = logs
            .read("notice")
            .iter()
            .map(|line| {
                let event = line["uid"].as_str().unwrap().parse().unwrap();
                (event, line["sub"].as_str().unwrap().to_owned())
            })
            .collect();
        let missing: Vec<_> = expected.difference(&fired).collect();
        let more: Vec<_> = fired.difference(&expected).collect();
        assert!(
            missing.is_empty() && more.is_empty(),
            "missing {missing:?}, more {more:?}"
        );
        let names: BTreeSet<&str> = fired.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names.len(), wanted.len() + 2, "some never fire: {names:?}");
        count += fired.len();
    }
    assert!(count > 1000, "only {count}");
}

#[test]
fn operators_change_correlations_at_run_time() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let rules =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/correlations/executions.yml");
    let scripts = zeek::build(&rules, &folder.path().join("generated"));
    let capture = executions::capture(1_717_243_200, false);
    let messages = |code: &str, note: &str| -> Vec<String> {
        let logs = zeek::run(&zeek, &capture, &[&scripts], code);
        let lines = logs.read("notice").into_iter();
        let own = lines.filter(|line| line["note"] == format!("Executions::{note}"));
        own.map(|line| line["msg"].as_str().unwrap().to_owned())
            .collect()
    };
    let jobs = |count, threshold, span: &str| {
        format!(
            "{} points: {count} of {threshold} in {span} by 10.0.0.1, 100% {{sure}}",
            count * 2
        )
    };
    assert_eq!(
        messages("", "Many_Jobs"),
        [jobs(3, 3, "5.0 mins"), jobs(5, 5, "5.0 mins")]
    );
    // Not in order, and with a longer time span.
    let code = "redef Executions::many_jobs_thresholds = vector(6, 4);\n\
                redef Executions::many_jobs_timespan = 6min;\n";
    assert_eq!(
        messages(code, "Many_Jobs"),
        [jobs(4, 4, "6.0 mins"), jobs(6, 6, "6.0 mins")]
    );
    assert_eq!(
        messages(
            "redef Executions::many_jobs_timespan = 500msec;",
            "Many_Jobs"
        )
        .len(),
        0
    );
    assert_eq!(
        messages("redef Executions::many_hosts_threshold = 4;", "Many_Hosts").len(),
        0
    );
    let code = "redef Executions::max_correlation_events = 2;";
    assert_eq!(messages(code, "Many_Jobs").len(), 0);
    // Correlations and rules that are off feed nothing; silent ones do.
    for (code, campaigns) in [
        (
            "redef Executions::disabled_rules += { Executions::Many_Hosts };",
            0,
        ),
        (
            "redef Executions::disabled_rules += { Executions::Job_Added };",
            0,
        ),
        (
            "redef Executions::silent_rules += { Executions::Many_Hosts, Executions::Job_Added };",
            1,
        ),
        (
            "redef Executions::allowed_originators += { 10.0.0.1/32 };",
            0,
        ),
    ] {
        assert_eq!(messages(code, "Campaign").len(), campaigns, "{code}");
    }
    let silent = "redef Executions::silent_rules += { Executions::Many_Hosts };";
    assert_eq!(messages(silent, "Many_Hosts").len(), 0);
    let heard = "redef Executions::silent_rules -= { Executions::Silent };";
    assert_eq!(
        messages(heard, "Silent"),
        ["2 events in 1.0 day", "3 events in 1.0 day"][..1]
    );
    // The policy is asked once a match, and has the last word before a match counts.
    let code = "global asked = 0;\n\
                hook Executions::policy(rule: Executions::RuleInfo, c: connection)\n\t{\n\tasked += 1;\n\
                \tif ( rule$note == Executions::Job_Added && c$id$resp_h == 10.1.0.3 )\n\t\tbreak;\n\t}\n\
                redef enum Notice::Type += { Asked };\n\
                event zeek_done()\n\t{\n\tNOTICE(Notice::Info($note=Asked, $msg=cat(asked)));\n\t}\n";
    let logs = zeek::run(&zeek, &capture, &[&scripts], code);
    let lines = logs.read("notice");
    let asked = lines.iter().find(|line| line["note"] == "Asked").unwrap();
    assert_eq!(asked["msg"], "11");
    assert!(
        lines
            .iter()
            .all(|line| line["note"] != "Executions::Many_Hosts")
    );
}

/// Connections with a job, or with a service, between hosts: when, in seconds; the last number of each host's address.
fn jobs_and_services(connections: &[(u64, bool, u8, u8)]) -> Vec<u8> {
    let mut capture = Capture::new();
    for (seconds, is_job, from, to) in connections {
        let time = 1_717_243_200 + seconds;
        let (from, to) = ([10, 0, 0, *from], [10, 1, 0, *to]);
        let mut connection = capture.at(time).connect(from, to, 135);
        let mut rpc = Rpc::bind(&mut connection, &[ATSVC, SVCCTL]);
        if *is_job {
            rpc.call(0, 0, b"job", b"\0\0\0\0");
        } else {
            rpc.call(1, 12, b"service", b"\0\0\0\0");
        }
        connection.close();
    }
    capture.finish()
}

/// Matches of the same hosts have their windows at hand, with what they had when they were looked up, or without it where that
/// was forgotten.
#[test]
fn matches_of_hosts_find_their_windows() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/correlations/hosts.yml");
    let scripts = zeek::build(&rules, &folder.path().join("generated"));
    let notices = |capture: &[u8], code: &str| -> Vec<(u64, String)> {
        let logs = zeek::run(&zeek, capture, &[&scripts], code);
        let lines = logs.read("notice").into_iter().map(|line| {
            let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
            let time = line["ts"].as_f64().unwrap() as u64 - 1_717_243_200;
            (
                time,
                format!("{} {} {}", text("sub"), text("src"), text("dst")),
            )
        });
        let mut lines: Vec<_> = lines.collect();
        lines.sort();
        lines
    };
    let mut random = Random::new(7);
    let mut seconds = 0;
    let connections: Vec<_> = (0..250)
        .map(|_| {
            seconds += match random.below(12) {
                0 => 100 + random.below(400),
                _ => random.below(25),
            };
            let from = 1 + u8::from(random.one_in(3));
            let to = 1 + u8::from(random.one_in(3));
            (seconds as u64, !random.one_in(3), from, to)
        })
        .collect();
    let capture = jobs_and_services(&connections);
    let replayed = replay::bytes(&rules, &capture).notices.into_iter();
    let mut expected: Vec<_> = replayed
        .map(|notice| {
            let address =
                |host: Option<IpAddr>| host.map_or_else(String::new, |host| host.to_string());
            let hosts = (address(notice.originator), address(notice.responder));
            let time = notice.time.as_micros() as u64 / 1_000_000 - 1_717_243_200;
            let sub = String::from_utf8_lossy(&notice.sub).into_owned();
            (time, format!("{sub} {} {}", hosts.0, hosts.1))
        })
        .collect();
    expected.sort();
    let prompt = "redef table_expire_interval = 1sec;\n";
    assert_eq!(notices(&capture, prompt), expected);
    // However long they stay at hand.
    let long = format!("{prompt}module Hosts;\nredef matches_of_hosts &create_expire=1hr;\n");
    assert_eq!(notices(&capture, &long), expected);
    let titles: BTreeSet<&str> = expected
        .iter()
        .filter_map(|(_, text)| text.split(" 10.").next())
        .collect();
    assert_eq!(titles.len(), 6, "some never fire: {titles:?}");
    // A condition that holds and raises no notice is not decided again at each match.
    let silent = format!(
        "{prompt}redef Hosts::silent_rules += {{ Hosts::Many_Jobs, Hosts::Job_And_Service }};\n"
    );
    let heard = expected.iter().filter(|(_, text)| {
        !text.starts_with("Many jobs 10.") && !text.starts_with("Job and service 10.")
    });
    let heard: Vec<_> = heard.cloned().collect();
    assert_eq!(notices(&capture, &silent), heard);
    // At its bound, a correlation forgets the groups that were not seen for longest, also those that are at hand.
    let capture = jobs_and_services(&[
        (0, true, 1, 1),
        (70, true, 2, 1),
        (71, true, 2, 1),
        (72, true, 3, 1),
        (73, true, 2, 1),
        (74, true, 2, 1),
        (75, true, 2, 1),
    ]);
    let many = |code: &str| -> Vec<u64> {
        let lines = notices(&capture, code).into_iter();
        let many = lines.filter(|(_, text)| text.starts_with("Many jobs"));
        many.map(|(time, _)| time).collect()
    };
    assert_eq!(many(""), [73, 74, 75]);
    assert_eq!(many("redef Hosts::max_correlation_groups = 2;"), [75]);
    assert_eq!(
        many("redef Hosts::max_correlation_groups = 3;"),
        [73, 74, 75]
    );
}

/// Regression tests name correlations as they name rules, and rules that raise nothing by themselves are tested by
/// themselves.
/// Zeek code that takes jobs and services between two hosts to their correlations. Where they are at hand, those in order come
/// as the latest match of their hosts; the others, and all of them elsewhere, as matches of their own.
fn hosts_driver(events: &[Event], at_hand: bool) -> String {
    let mut code = "module Hosts;\n\nredef enum Notice::Type += { Counted };\n\n\
                    function take_event(seconds: double, number: count, is_job: bool, at_hand: bool)\n\t{\n\
                    \tlocal match = CorrelatedMatch($ts=never, $group=vector(\"10.0.0.1\", \"10.1.0.1\"), $uid=\"\");\n\
                    \tif ( at_hand )\n\t\tmatch = matches_of_hosts[10.0.0.1, 10.1.0.1];\n\
                    \tmatch$ts = double_to_time(seconds);\n\tmatch$uid = cat(number);\n\tmatch$rule = is_job ? 0 : 1;\n\
                    \tjob_and_service_correlate(match);\n\
                    \tmatch$rule = is_job ? 0 : 1;\n\tjob_or_service_correlate(match);\n\
                    \tmatch$rule = 1;\n\tif ( is_job )\n\t\tmany_jobs_correlate(match);\n\
                    \telse\n\t\tjobs_then_service_correlate(match);\n\t}\n\n\
                    event zeek_init() &priority=-20\n\t{\n"
        .to_owned();
    let mut latest = 0;
    for (number, event) in events.iter().enumerate() {
        let in_order = event.time >= latest;
        latest = latest.max(event.time);
        let letter = |flag: bool| if flag { 'T' } else { 'F' };
        writeln!(
            code,
            "\ttake_event({}, {number}, {}, {});",
            event.time,
            letter(event.rule != 1),
            letter(at_hand && in_order)
        )
        .unwrap();
    }
    // What silent correlations have counted is told, too.
    code + "\tlocal counted = cat(many_jobs_rule$outcomes, job_and_service_rule$outcomes, all_of_it_rule$outcomes);\n\
            \tNOTICE(Notice::Info($note=Counted, $msg=counted));\n\t}\n"
}

#[test]
fn windows_at_hand_change_no_notice() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/correlations/hosts.yml");
    let scripts = zeek::build(&rules, &folder.path().join("generated"));
    let mut random = Random::new(97);
    let settings = [
        "",
        "redef Hosts::silent_rules += { Hosts::Many_Jobs, Hosts::Job_And_Service };\n",
        "redef Hosts::silent_rules += { Hosts::Many_Jobs, Hosts::All_Of_It };\nredef Hosts::max_correlation_events = 5;\n",
    ];
    for setting in settings {
        let options = format!(
            "{setting}redef Hosts::many_jobs_timespan = 6sec;\n\
             redef Hosts::job_and_service_timespan = 4sec;\nredef Hosts::job_or_service_timespan = 10sec;\n\
             redef Hosts::jobs_then_service_timespan = 12sec;\nredef Hosts::all_of_it_timespan = 8sec;\n"
        );
        let events = stream(&mut random, 700);
        let notices = |at_hand: bool| -> Vec<(String, String)> {
            let code = options.clone() + &hosts_driver(&events, at_hand);
            let logs = zeek::run(&zeek, &Capture::new().finish(), &[&scripts], &code);
            let lines = logs.read("notice").into_iter().map(|line| {
                let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
                (text("uid"), text("sub") + " " + &text("msg"))
            });
            lines.collect()
        };
        let expected = notices(false);
        assert!(expected.len() > 100, "only {}: {setting}", expected.len());
        assert_eq!(notices(true), expected, "{setting}");
    }
}

#[test]
fn correlations_have_regression_tests() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let rules =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/correlations/executions.yml");
    let tested = std::fs::read_to_string(rules)
        .unwrap()
        .replace("generate: true\n", "")
        .replace(
            "name: many_jobs\n",
            "name: many_jobs\nregression_tests_path: jobs/info.yml\n",
        )
        .replace(
            "name: job_deleted\n",
            "name: job_deleted\nregression_tests_path: deleted/info.yml\n",
        );
    std::fs::write(root.join("executions.yml"), tested).unwrap();
    std::fs::write(
        root.join("executions.pcap"),
        executions::capture(1_717_243_200, false),
    )
    .unwrap();
    for (name, expected) in [
        (
            "jobs",
            "messages:\n          - '6 points: 3 of 3 in 5.0 mins by 10.0.0.1, 100% {sure}'\n          \
             - '10 points: 5 of 5 in 5.0 mins by 10.0.0.1, 100% {sure}'\n",
        ),
        ("deleted", "match_count: 3\n"),
    ] {
        std::fs::create_dir(root.join(name)).unwrap();
        let info = format!(
            "regression_tests_info:\n    - name: {name}\n      type: pcap\n      path: executions.pcap\n      {expected}"
        );
        std::fs::write(root.join(name).join("info.yml"), info).unwrap();
    }
    let engines: &[&str] = match zeek::executable() {
        Some(_) => &["replay", "zeek"],
        None => &["replay"],
    };
    for engine in engines {
        let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
            .args([
                "test",
                "--own-captures",
                "--engine",
                engine,
                "executions.yml",
            ])
            .current_dir(root)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned()
            + &String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}");
        assert_contains(&said, "2 passed, 0 failed");
        assert_contains(&said, "without tests: 10 rules");
    }
}

/// What every node runs beside the pack: workers wait for the others, and each says when it has sent all that it has. A worker that
/// restarts has the first part of its capture, then the second: when a node has heard that the first is sent, it writes a file.
const NODE: &str = r#"
@load policy/frameworks/cluster/experimental

redef exit_only_after_terminate = T;
redef Log::default_rotation_interval = 0secs;
redef Cluster::retry_interval = 1sec;
redef Broker::default_listen_retry = 1sec;
redef Broker::default_connect_retry = 1sec;

module Halves;

export {
	const a_worker_restarts = F &redef;

	global sent_all: event(node: string);
	global sent_first: event();
	global end: event();
	global over: event();
}

const capture = getenv("CAPTURE");

global sent: set[string];

event zeek_init()
	{
	if ( Cluster::local_node_type() == Cluster::WORKER )
		suspend_processing();
	}

event Cluster::Experimental::cluster_started()
	{
	if ( Cluster::local_node_type() == Cluster::WORKER )
		continue_processing();
	}

# To a worker that has restarted, nobody says that the cluster has started.
event Cluster::Experimental::node_fully_connected(name: string, id: string, resending: bool)
	{
	if ( name == Cluster::node && capture == "second.pcap" )
		continue_processing();
	}

function say_that_the_first_is_sent(topic: string)
	{
	Broker::flush_logs();
	Broker::publish(topic, sent_first);
	}

event Halves::sent_first()
	{
	local heard = open("heard");
	close(heard);
	}

function say_that_all_is_sent(topic: string)
	{
	Broker::flush_logs();
@ifdef ( Cluster::publish )
	Cluster::publish(topic, sent_all, Cluster::node);
@else
	Broker::publish(topic, sent_all, Cluster::node);
@endif
	}

# Nodes need not see that the manager is gone where it is what they speak through.
function say_that_it_is_over(topic: string)
	{
@ifdef ( Cluster::publish )
	Cluster::publish(topic, over);
@else
	Broker::publish(topic, over);
@endif
	}

event Pcap::file_done(path: string)
	{
	if ( capture == "first.pcap" )
		{
		say_that_the_first_is_sent(Cluster::manager_topic);
		say_that_the_first_is_sent(Cluster::proxy_topic);
		return;
		}

	say_that_all_is_sent(Cluster::manager_topic);

	if ( Cluster::get_node_count(Cluster::PROXY) > 0 )
		say_that_all_is_sent(Cluster::proxy_topic);
	}

event Halves::sent_all(node: string)
	{
	add sent[node];

	if ( Cluster::local_node_type() == Cluster::PROXY && |sent| == 2 )
		say_that_all_is_sent(Cluster::manager_topic);

	# Lines of logs may come on a way of their own.
	if ( Cluster::local_node_type() == Cluster::MANAGER && |sent| == |Cluster::nodes| - 1 )
		schedule 1sec { end() };
	}

event Halves::end()
	{
	say_that_it_is_over(Cluster::worker_topic);
	say_that_it_is_over(Cluster::proxy_topic);
	schedule 500msec { over() };
	}

event Halves::over()
	{
	terminate();
	}

event Cluster::node_down(name: string, id: string)
	{
	if ( ! a_worker_restarts || name == "manager" )
		terminate();
	}
"#;

/// What nodes speak by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Backend {
    Broker,
    ZeroMq,
}

impl Backend {
    /// Whether a Zeek has it.
    fn is_in(self, zeek: &Path) -> bool {
        match self {
            Self::Broker => true,
            Self::ZeroMq => {
                let plugins = Command::new(zeek).arg("-N").output().unwrap().stdout;
                let plugins = String::from_utf8_lossy(&plugins).into_owned();
                plugins.contains("Zeek::Cluster_Backend_ZeroMQ")
            }
        }
    }

    /// The script with which a node loads it.
    fn script(self) -> &'static str {
        match self {
            Self::Broker => "policy/frameworks/cluster/backend/broker",
            Self::ZeroMq => "policy/frameworks/cluster/backend/zeromq/connect",
        }
    }

    /// What nodes run for it beside.
    fn code(self) -> String {
        if self == Self::Broker {
            return String::new();
        }
        let ports = free_ports(2);
        let (publishers, subscribers) = (ports[0], ports[1]);
        format!(
            "redef Log::write_buffer_size = 1;\n\
             redef Cluster::Backend::ZeroMQ::listen_xpub_endpoint = \"tcp://127.0.0.1:{publishers}\";\n\
             redef Cluster::Backend::ZeroMQ::connect_xsub_endpoint = \"tcp://127.0.0.1:{publishers}\";\n\
             redef Cluster::Backend::ZeroMQ::listen_xsub_endpoint = \"tcp://127.0.0.1:{subscribers}\";\n\
             redef Cluster::Backend::ZeroMQ::connect_xpub_endpoint = \"tcp://127.0.0.1:{subscribers}\";\n"
        )
    }
}

/// Ports that are free now, each only once.
fn free_ports(count: usize) -> Vec<u16> {
    let bind = || TcpListener::bind("127.0.0.1:0").unwrap();
    let listeners: Vec<TcpListener> = std::iter::repeat_with(bind).take(count).collect();
    let ports = listeners.iter();
    ports
        .map(|listener| listener.local_addr().unwrap().port())
        .collect()
}

/// Long enough for a cluster on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A node that is stopped where the test fails.
struct Node {
    name: &'static str,
    child: Child,
    folder: PathBuf,
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Node {
    fn start(
        zeek: &Path,
        cluster: &Path,
        name: &'static str,
        capture: Option<(&str, &[u8])>,
        scripts: &Path,
        backend: Backend,
    ) -> Self {
        let folder = cluster.join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let search_path = format!("{}:{}", cluster.display(), zeek::search_path(zeek));
        let mut command = Command::new(zeek);
        command
            .current_dir(&folder)
            .env("CLUSTER_NODE", name)
            .env("ZEEKPATH", search_path)
            .args(["-C", "LogAscii::use_json=T"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(folder.join("errors")).unwrap());
        if let Some((file, capture)) = capture {
            std::fs::write(folder.join(file), capture).unwrap();
            command.args(["-r", file]).env("CAPTURE", file);
        }
        // Which of them nodes speak by is for operators to choose since 9.0.
        if backend != Backend::Broker || zeek::release(zeek) >= [9, 0, 0] {
            command.arg(backend.script());
        }
        command.arg(scripts).arg(cluster.join("node.zeek"));
        let child = command.spawn().unwrap();
        Self {
            name,
            child,
            folder,
        }
    }

    /// Waits until it has heard that the first part of a capture is sent.
    fn hear(&mut self, until: Instant) {
        while !self.folder.join("heard").exists() {
            assert_eq!(self.child.try_wait().unwrap(), None, "{}", self.errors());
            assert!(Instant::now() < until, "{}: {}", self.name, self.errors());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn wait(&mut self, until: Instant) -> ExitStatus {
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                Instant::now() < until,
                "{} hangs: {}",
                self.name,
                self.errors()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What it has said.
    fn errors(&self) -> String {
        std::fs::read_to_string(self.folder.join("errors")).unwrap_or_default()
    }

    fn log(&self, name: &str) -> Vec<Value> {
        let text = std::fs::read(self.folder.join(name)).unwrap_or_default();
        String::from_utf8_lossy(&text)
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// What notices say that does not depend on which of two workers was faster. Those of rules are said once: each worker may
/// raise one before it hears of the other's.
fn told(lines: &[Value]) -> Vec<String> {
    const FIELDS: [&str; 9] = [
        "note",
        "msg",
        "sub",
        "src",
        "dst",
        "rule_id",
        "rule_level",
        "attack",
        "suppress_for",
    ];
    let line = |line: &Value| FIELDS.map(|name| line[name].to_string()).join(" ");
    let (of_rules, of_correlations): (Vec<&Value>, Vec<&Value>) =
        lines.iter().partition(|line| line["id.orig_h"].is_string());
    let of_rules: BTreeSet<String> = of_rules.into_iter().map(line).collect();
    let mut told: Vec<String> = of_correlations.into_iter().map(line).collect();
    told.extend(of_rules);
    told.sort();
    told
}

/// The nodes' ports: free ones now, and each only once.
fn layout(nodes: &[&str]) -> String {
    let lines: String = nodes
        .iter()
        .zip(free_ports(nodes.len()))
        .map(|(name, port)| {
            let kind = name.trim_end_matches(['-', '1', '2']).to_uppercase();
            let manager = if kind == "MANAGER" { "" } else { ", $manager=\"manager\"" };
            format!("\t[\"{name}\"] = [$node_type=Cluster::{kind}, $ip=127.0.0.1, $p={port}/tcp{manager}],\n")
        })
        .collect();
    format!("redef Cluster::manager_is_logger = T;\nredef Cluster::nodes = {{\n{lines}}};\n")
}

/// Two halves of a capture for two workers. The first one may restart: it has a part of its half before, and one behind.
struct Shares {
    first: Vec<Vec<u8>>,
    second: Vec<u8>,
}

/// The notices of shares of a capture on a cluster.
fn on_cluster(
    zeek: &Path,
    scripts: &Path,
    shares: &Shares,
    proxy: bool,
    backend: Backend,
) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let cluster = folder.path();
    let mut names = vec!["manager", "worker-2"];
    if proxy {
        names.push("proxy-1");
    }
    let restarts = shares.first.len() > 1;
    let code = NODE.to_owned()
        + &backend.code()
        + if restarts {
            "redef Halves::a_worker_restarts = T;\n"
        } else {
            ""
        };
    std::fs::write(
        cluster.join("cluster-layout.zeek"),
        layout(&[names.as_slice(), &["worker-1"]].concat()),
    )
    .unwrap();
    std::fs::write(cluster.join("node.zeek"), code).unwrap();
    let start = |name, capture| Node::start(zeek, cluster, name, capture, scripts, backend);
    let mut nodes: Vec<Node> = names
        .into_iter()
        .map(|name| {
            start(
                name,
                (name == "worker-2").then_some(("half.pcap", &shares.second[..])),
            )
        })
        .collect();
    let until = Instant::now() + PATIENCE;
    match shares.first.as_slice() {
        [first, second] => {
            let killed = start("worker-1", Some(("first.pcap", &first[..])));
            for node in nodes.iter_mut().filter(|node| node.name != "worker-2") {
                node.hear(until);
            }
            drop(killed);
            nodes.push(start("worker-1", Some(("second.pcap", &second[..]))));
        }
        halves => nodes.push(start("worker-1", Some(("half.pcap", &halves[0][..])))),
    }
    for node in &mut nodes {
        let status = node.wait(until);
        assert!(status.success(), "{}: {}", node.name, node.errors());
        // Broker says of nodes that come later that they are not there yet.
        let package = scripts.display().to_string();
        let errors = node.errors();
        assert!(!errors.contains(&package), "{}: {errors}", node.name);
    }
    let manager = &nodes[0];
    let complaints = manager.log("reporter.log").into_iter().filter(|line| {
        let place = line["location"].as_str().unwrap_or_default();
        Path::new(place).starts_with(scripts)
    });
    assert_eq!(complaints.collect::<Vec<Value>>(), Vec::<Value>::new());
    told(&manager.log("notice.log"))
}

#[test]
fn a_cluster_raises_the_notices_of_one_zeek_alone() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let (start, scripts, _folder) = executions_now();
    let capture = executions::capture(start, false);
    let alone = told(&zeek::run(&zeek, &capture, &[&scripts], "").read("notice"));
    assert!(alone.len() > 10, "{alone:#?}");
    let halves = executions::halves(&capture);
    for half in &halves {
        let of_half = told(&zeek::run(&zeek, half, &[&scripts], "").read("notice"));
        assert!(of_half != alone, "a half of the capture is enough");
    }
    let [first, second] = halves;
    let shares = Shares {
        first: vec![first],
        second,
    };
    let ways = [
        (Backend::Broker, true),
        (Backend::Broker, false),
        (Backend::ZeroMq, true),
    ];
    for (backend, proxy) in ways {
        if !backend.is_in(&zeek) {
            continue;
        }
        let together = on_cluster(&zeek, &scripts, &shares, proxy, backend);
        assert!(
            together == alone,
            "{backend:?}, with a proxy: {proxy}\nalone {alone:#?}\ntogether {together:#?}"
        );
    }
}

#[test]
fn what_a_worker_has_sent_outlives_it() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let (start, scripts, _folder) = executions_now();
    let capture = executions::capture(start, false);
    let notices = |capture: &[u8]| told(&zeek::run(&zeek, capture, &[&scripts], "").read("notice"));
    let alone = notices(&capture);
    let restart = u32::try_from(start).unwrap() + 4;
    let of_first = |client: u16| client.is_multiple_of(2);
    let before = |client, second| of_first(client) && second < restart;
    let behind = |client, second| of_first(client) && second >= restart;
    let without_before = executions::part(&capture, |client, second| !before(client, second));
    let without_behind = executions::part(&capture, |client, second| !behind(client, second));
    for rest in [without_before, without_behind] {
        assert!(
            notices(&rest) != alone,
            "a part of the capture is not needed"
        );
    }
    let shares = Shares {
        first: vec![
            executions::part(&capture, before),
            executions::part(&capture, behind),
        ],
        second: executions::part(&capture, |client, _| !of_first(client)),
    };
    let together = on_cluster(&zeek, &scripts, &shares, true, Backend::Broker);
    assert!(
        together == alone,
        "alone {alone:#?}\ntogether {together:#?}"
    );
}

/// When a capture begins, the scripts of rules on executions, and the folder that they are in. Captures are of now: nodes without
/// packets go by the clock, and so does what they suppress.
fn executions_now() -> (u64, PathBuf, tempfile::TempDir) {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let folder = tempfile::tempdir().unwrap();
    let rules =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/correlations/executions.yml");
    let scripts = zeek::build(&rules, &folder.path().join("generated"));
    (now - 60, scripts, folder)
}

/// Rules on a path each, and correlations of them.
const IN_WORDS: &str = "\
title: A
id: 00000000-0000-4000-8000-0000000000a1
name: a
logsource: {product: zeek, service: http}
detection: {selection: {uri: /a}, condition: selection}
---
title: B
id: 00000000-0000-4000-8000-0000000000a2
name: b
logsource: {product: zeek, service: http}
detection: {selection: {uri: /b}, condition: selection}
---
title: C
id: 00000000-0000-4000-8000-0000000000a3
name: c
logsource: {product: zeek, service: http}
detection: {selection: {uri: /c}, condition: selection}
";

/// Which rules must have matched, and which not, is the same in both engines.
#[test]
fn conditions_in_words() {
    let conditions = [
        // Those that a condition names are the rules, where there is no list.
        ("type: temporal", "a and not b", 1),
        ("type: temporal\n    rules: [a, b, c]", "2 of them", 3),
        ("type: temporal\n    rules: [a, b, c]", "c or (a and b)", 4),
        (
            "type: temporal\n    rules: [a, b, c]",
            "c and not 1 of a*",
            1,
        ),
        (
            "type: value_median\n    rules: [a, b, c]",
            "{field: status_code, gte: 404}",
            3,
        ),
    ];
    let mut pack = IN_WORDS.to_owned();
    for (index, (head, condition, _)) in conditions.iter().enumerate() {
        pack += &format!(
            "---\ntitle: Case {index}\nid: 00000000-0000-4000-8000-00000000010{index}\nname: case_{index}\ncorrelation:\n    {head}\n    \
             group-by: [id.orig_h]\n    timespan: 1m\n    condition: {condition}\nzeek: {{notice: {{suppress_for: 0}}}}\n"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("words.yml");
    std::fs::write(&rules, pack).unwrap();
    let mut capture = crate::common::capture::Capture::new();
    for (uri, seconds, status) in [
        ("/a", 0, 200),
        ("/b", 10, 404),
        ("/c", 20, 500),
        ("/b", 200, 404),
        ("/a", 210, 200),
        ("/c", 400, 500),
    ] {
        let mut connection =
            capture
                .at(1_717_243_200 + seconds)
                .connect([10, 0, 0, 1], [10, 0, 0, 2], 80);
        connection
            .client(format!("GET {uri} HTTP/1.1\r\nHost: h\r\n\r\n"))
            .server(format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n"));
        connection.close();
    }
    let capture = capture.finish();
    let expected: Vec<usize> = conditions.iter().map(|(.., count)| *count).collect();
    let replayed = crate::common::replay::bytes(&rules, &capture);
    let in_replay = (0..conditions.len()).map(|index| {
        let title = format!("Case {index}");
        let notices = replayed.notices.iter();
        notices.filter(|notice| notice.rule.title == title).count()
    });
    assert_eq!(in_replay.collect::<Vec<_>>(), expected);
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let scripts = zeek::build(&rules, &folder.path().join("generated"));
    let logs = zeek::run(&zeek, &capture, &[&scripts], "");
    let notices = logs.read("notice");
    let in_zeek = (0..conditions.len()).map(|index| {
        let note = format!("Words::Case_{index}");
        notices
            .iter()
            .filter(|line| line["note"] == note.as_str())
            .count()
    });
    assert_eq!(in_zeek.collect::<Vec<_>>(), expected);
}

/// Rules and correlations that list what they have counted.
const LISTING: &str = "\
title: A
id: 00000000-0000-4000-8000-0000000000a1
name: a
logsource: {product: zeek, service: http}
detection: {selection: {uri|startswith: /}, condition: selection}
---
title: Many pages
id: 00000000-0000-4000-8000-0000000000b1
correlation:
    type: value_count
    rules: [a]
    group-by: [id.orig_h]
    timespan: 1h
    condition: {gte: 12, field: uri}
zeek: {notice: {message: '{count}: {values}'}}
---
title: Methods and pages
id: 00000000-0000-4000-8000-0000000000b2
correlation:
    type: value_count
    rules: [a]
    group-by: [id.orig_h]
    timespan: 1h
    condition: {gte: 3, field: [method, uri]}
zeek: {notice: {message: 'asked for {values}'}}
---
title: Statuses
id: 00000000-0000-4000-8000-0000000000b3
correlation:
    type: value_count
    rules: [a]
    group-by: [id.resp_h]
    timespan: 1h
    condition: {gte: 2, field: status_code}
zeek: {notice: {message: 'seen', sub: 'answers {values}'}}
";

/// A notice lists the latest values, the last one first.
#[test]
fn messages_list_values() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("listing.yml");
    std::fs::write(&rules, LISTING).unwrap();
    let mut capture = crate::common::capture::Capture::new();
    let long = format!("/{}", "x".repeat(120));
    for number in 1..=12 {
        let uri = match number {
            // The first one comes again.
            3 => "/1".to_owned(),
            11 => long.clone(),
            number => format!("/{number}"),
        };
        let status = if number < 12 { 200 } else { 404 };
        let mut connection = capture.connect([10, 0, 0, 1], [10, 0, 0, 2], 80);
        connection
            .client(format!("GET {uri} HTTP/1.1\r\nHost: h\r\n\r\n"))
            .server(format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n"));
        connection.close();
    }
    let mut connection = capture.connect([10, 0, 0, 1], [10, 0, 0, 2], 80);
    connection.client("POST /a:b HTTP/1.1\r\nHost: h\r\n\r\n");
    connection.server("HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n");
    connection.close();
    let capture = capture.finish();
    let shown = format!("{}...", &long[..100]);
    let expected = [
        "asked for GET//4, GET//1, GET//2".to_owned(),
        "seen answers 404, 200".to_owned(),
        format!("12: /a:b, /12, {shown}, /10, /9, /8, /7, /6, /5, /4 and 2 more"),
    ];
    let replayed = crate::common::replay::bytes(&rules, &capture);
    let text = sigzeek::text::zeek_log::json_text;
    let in_replay: Vec<String> = replayed
        .notices
        .iter()
        .map(|notice| match notice.rule.title.as_str() {
            "Statuses" => format!("{} {}", text(&notice.message), text(&notice.sub)),
            _ => text(&notice.message),
        })
        .collect();
    assert_eq!(in_replay, expected);
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let scripts = zeek::build(&rules, &folder.path().join("generated"));
    let logs = zeek::run(&zeek, &capture, &[&scripts], "");
    let in_zeek: Vec<String> = logs
        .read("notice")
        .iter()
        .map(|line| {
            let (message, sub) = (line["msg"].as_str().unwrap(), line["sub"].as_str().unwrap());
            match message {
                "seen" => format!("{message} {sub}"),
                _ => message.to_owned(),
            }
        })
        .collect();
    assert_eq!(in_zeek, expected);
}

const FILTERED: &str = "\
title: Alpha
id: 00000000-0000-4000-8000-0000000000c1
name: alpha
logsource: {product: zeek, service: http}
detection: {selection: {uri|startswith: /alpha}, condition: selection}
---
title: Manager
id: 00000000-0000-4000-8000-0000000000c2
name: manager
logsource: {product: zeek, service: dce_rpc}
detection: {selection: {endpoint: svcctl, operation: OpenSCManagerW}, condition: selection}
---
title: Both
id: 00000000-0000-4000-8000-0000000000c3
name: both
correlation:
    type: event_count
    rules: [alpha, manager]
    group-by: [id.orig_h]
    timespan: 1h
    condition: {gte: 2}
generate: true
---
";

/// A filter with the product alone is for rules of all services, and one that names a correlation is for its rules.
#[test]
fn a_filter_is_put_on_rules_of_several_services() {
    let filters = [
        (
            "logsource: {product: zeek}\nfilter: {rules: any, selection: {id.resp_p: 135}, condition: not selection}\n",
            ["Alpha", "Both"],
        ),
        (
            "logsource: {product: zeek}\nfilter: {rules: [both], selection: {id.orig_h: 10.0.0.1}, condition: not selection}\n",
            ["Both", "Manager"],
        ),
    ];
    let capture = crate::common::later_fields::capture();
    for (filter, expected) in filters {
        let folder = tempfile::tempdir().unwrap();
        let rules = folder.path().join("filtered.yml");
        std::fs::write(&rules, format!("{FILTERED}title: Not these\n{filter}")).unwrap();
        let replayed = crate::common::replay::bytes(&rules, &capture);
        let raised: BTreeSet<&str> = replayed
            .notices
            .iter()
            .map(|notice| notice.rule.title.as_str())
            .collect();
        assert_eq!(raised, BTreeSet::from(expected), "{filter}");
        let Some(zeek) = zeek::executable() else {
            continue;
        };
        let scripts = zeek::build(&rules, &folder.path().join("generated"));
        let logs = zeek::run(&zeek, &capture, &[&scripts], "");
        let lines = logs.read("notice");
        let raised: BTreeSet<&str> = lines
            .iter()
            .filter_map(|line| line["note"].as_str()?.strip_prefix("Filtered::"))
            .collect();
        assert_eq!(raised, BTreeSet::from(expected), "{filter}");
    }
}
