//! Correlations of numbers that no double holds, in a real Zeek and in the replay engine: both are exact.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

use crate::common::capture::Capture;
use crate::common::random::Random;
use crate::common::zeek;
use serde_json::{Value, json};

/// Seconds that numbers count together.
const TIMESPAN: u64 = 10;
const START: u64 = 1_700_000_000;
const MOST: u64 = u64::MAX;
/// Up to here, doubles hold each whole number.
const DOUBLES: u64 = 1 << 53;

/// Correlations: their names, types and conditions, and whether the sum of so many sorted numbers meets them.
type Case = (&'static str, &'static str, String, fn(&[u128]) -> bool);

fn cases() -> Vec<Case> {
    fn sum(numbers: &[u128]) -> u128 {
        numbers.iter().sum()
    }
    fn count(numbers: &[u128]) -> u128 {
        numbers.len() as u128
    }
    /// Twice the median.
    fn median(numbers: &[u128]) -> u128 {
        numbers[(numbers.len() - 1) / 2] + numbers[numbers.len() / 2]
    }
    const M: u128 = MOST as u128;
    const D: u128 = DOUBLES as u128;
    vec![
        ("sum_gte", "value_sum", format!("gte: {MOST}"), |all| {
            sum(all) >= M
        }),
        ("sum_gt", "value_sum", format!("gt: {MOST}"), |all| {
            sum(all) > M
        }),
        ("sum_eq", "value_sum", format!("eq: {MOST}"), |all| {
            sum(all) == M
        }),
        ("sum_neq", "value_sum", format!("neq: {MOST}"), |all| {
            sum(all) != M
        }),
        ("sum_lte", "value_sum", format!("lte: {MOST}"), |all| {
            sum(all) <= M
        }),
        (
            "sum_half",
            "value_sum",
            format!("gt: {}.5", 4 * DOUBLES / 2048),
            |all| 2 * sum(all) > 8 * D / 2048 + 1,
        ),
        (
            "sum_beyond",
            "value_sum",
            format!("gte: {}", DOUBLES + 1),
            |all| sum(all) > D,
        ),
        (
            "mean_gte",
            "value_avg",
            format!("gte: {}", MOST - 1),
            |all| sum(all) >= (M - 1) * count(all),
        ),
        (
            "mean_gt",
            "value_avg",
            format!("gt: {}", DOUBLES + 1),
            |all| sum(all) > (D + 1) * count(all),
        ),
        (
            "mean_eq",
            "value_avg",
            format!("eq: {}", DOUBLES + 1),
            |all| sum(all) == (D + 1) * count(all),
        ),
        (
            "median_gte",
            "value_median",
            format!("gte: {}", MOST - 1),
            |all| median(all) >= 2 * (M - 1),
        ),
        (
            "median_gt",
            "value_median",
            format!("gt: {}", DOUBLES + 1),
            |all| median(all) > 2 * (D + 1),
        ),
        (
            "median_eq",
            "value_median",
            format!("eq: {}", DOUBLES + 1),
            |all| median(all) == 2 * (D + 1),
        ),
    ]
}

fn pack(cases: &[Case]) -> String {
    let mut text = "title: Sent\nid: 6d1f4a60-0000-4000-8000-000000000000\nname: sent\nlogsource:\n    product: zeek\n    \
                    service: conn\ndetection:\n    selection:\n        id.resp_p: 80\n    condition: selection\n"
        .to_owned();
    for (number, (name, kind, condition, _)) in cases.iter().enumerate() {
        write!(
            text,
            "---\ntitle: {name}\nid: 6d1f4a60-0000-4000-8000-{:012}\nname: {name}\ncorrelation:\n    type: {kind}\n    \
             rules: [sent]\n    group-by: [id.orig_h]\n    timespan: {TIMESPAN}s\n    condition:\n        {condition}\n        \
             field: orig_bytes\nzeek:\n    notice:\n        suppress_for: 0\n        message: '{{count}} {{threshold}}'\n",
            number + 1
        )
        .unwrap();
    }
    text
}

/// Numbers with their times, some time apart; in turns of one size.
fn stream(random: &mut Random) -> Vec<(u64, u64)> {
    let turns: [&[u64]; 4] = [
        &[MOST - 1, 1, 0],
        &[MOST, MOST - 1, MOST - 2],
        &[DOUBLES, DOUBLES + 1, DOUBLES + 2],
        &[DOUBLES / 2048, 3 * DOUBLES / 2048, 1],
    ];
    let mut time = START;
    let numbers = (0..400).map(|place| {
        time += 1 + random.below(5) as u64;
        let turn = turns[place / 10 % turns.len()];
        (time, turn[random.below(turn.len())])
    });
    numbers.collect()
}

/// The message of each notice, by its time and the correlation's name.
type Notices = BTreeMap<(u64, String), String>;

fn notices(lines: impl IntoIterator<Item = Value>) -> Notices {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let notices = lines.into_iter().map(|line| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A time of the stream.
        let time = line["ts"].as_f64().unwrap().round() as u64;
        ((time, text(&line["sub"])), text(&line["msg"]))
    });
    notices.collect()
}

#[test]
fn sums_means_and_medians_are_exact() {
    let cases = cases();
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("numbers.yml");
    std::fs::write(&rules, pack(&cases)).unwrap();
    let stream = stream(&mut Random::new(17));

    let log = folder.path().join("conn.log");
    let records = stream.iter().map(|(time, number)| {
        let record = json!({
            "ts": time, "uid": "C", "proto": "tcp", "orig_bytes": number, "id.orig_h": "10.0.0.1", "id.orig_p": 40000,
            "id.resp_h": "10.0.0.2", "id.resp_p": 80
        });
        record.to_string() + "\n"
    });
    std::fs::write(&log, records.collect::<String>()).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .args(["hunt", "--format", "json", "--rules"])
        .args([&rules, &log])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let lines = said.lines().map(|line| serde_json::from_str(line).unwrap());
    let hunted = notices(lines);

    let mut expected = Vec::new();
    for (place, (time, _)) in stream.iter().enumerate() {
        let window = stream[..=place]
            .iter()
            .filter(|(before, _)| before + TIMESPAN >= *time);
        let mut numbers: Vec<u128> = window.map(|(_, number)| u128::from(*number)).collect();
        numbers.sort_unstable();
        let met = cases.iter().filter(|(_, _, _, holds)| holds(&numbers));
        expected.extend(met.map(|(name, ..)| (*time, (*name).to_owned())));
    }
    expected.sort();
    let found: Vec<_> = hunted.keys().cloned().collect();
    assert_eq!(found, expected);
    for (name, ..) in &cases {
        assert!(expected.iter().any(|(_, known)| known == name), "{name}");
    }

    let Some(zeek) = zeek::executable() else {
        return;
    };
    let scripts = zeek::build(&rules, &folder.path().join("generated"));
    let calls: String = cases
        .iter()
        .map(|(name, ..)| format!("\t{name}_correlate(match);\n"))
        .collect();
    let mut code = format!(
        "module Numbers;\n\nfunction feed(seconds: double, number: count)\n\t{{\n\tlocal match = CorrelatedMatch(\
         $ts=double_to_time(seconds), $group=vector(\"10.0.0.1\"), $uid=\"C\", $whole_number=number);\n{calls}\t}}\n\n\
         event zeek_init() &priority=-20\n\t{{\n"
    );
    for (time, number) in &stream {
        writeln!(code, "\tfeed({time}.0, {number});").unwrap();
    }
    code += "\t}\n";
    let logs = zeek::run(&zeek, &Capture::new().finish(), &[&scripts], &code);
    assert_eq!(notices(logs.read("notice")), hunted);
}
