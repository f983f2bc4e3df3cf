//! Synthesised captures, all of a pack in one, so that one run of Zeek and of tshark tells of each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use sigzeek::evaluation::{Evaluator, Output, RulesOff};
use sigzeek::finding::{Finding, Severity};
use sigzeek::plan::correlation::MatchSource;
use sigzeek::plan::{self, PackPlan};
use sigzeek::rule::files;
use sigzeek::rule::pack::Pack;
use sigzeek::synth::{self, Synthesised};
use sigzeek::trial;

/// The captures of a rule.
pub struct Made {
    pub rule: String,
    /// The rule's id.
    pub id: String,
    pub captures: Vec<Synthesised>,
    pub findings: Vec<Finding>,
}

/// Packs at a path; none may have an error.
pub fn packs(rules: &Path) -> Vec<Pack> {
    let loaded = files::load(&[rules.to_path_buf()]).unwrap();
    let is_error = |finding: &&Finding| finding.severity() == Severity::Error;
    let errors: Vec<&Finding> = loaded.findings.iter().filter(is_error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    loaded.packs
}

/// Whether some rule of a pack is on a service of the wire, for which the replay engine has an analyzer and captures are
/// written (E703).
pub fn is_on_the_wire(pack: &Pack) -> bool {
    let plan = plan::pack(pack, &mut Vec::new());
    plan.rules.iter().any(|rule| rule.service.log().is_none())
}

/// Captures of all of a pack's rules and correlations.
pub fn of(plan: &PackPlan<'_>) -> Vec<Made> {
    let rules = (0..plan.rules.len()).map(MatchSource::Rule);
    let correlations = (0..plan.correlations.len()).map(MatchSource::Correlation);
    let made = rules.chain(correlations).map(|source| {
        let (rule, id) = match source {
            MatchSource::Rule(index) => {
                let rule = &plan.rules[index];
                (rule.name, rule.rule.id.as_ref())
            }
            MatchSource::Correlation(index) => {
                let known = &plan.correlations[index];
                (known.name, known.correlation.id.as_ref())
            }
        };
        let synthesis = synth::synthesise(plan, source);
        Made {
            rule: rule.to_owned(),
            id: id.unwrap().value.clone(),
            captures: synthesis.captures,
            findings: synthesis.findings,
        }
    });
    made.collect()
}

/// What the replay engine does otherwise than the captures of a pack's rules say. Those that it cannot try are passed over.
pub fn replay_differences(pack: &Pack, made: &[Made]) -> Vec<String> {
    let mut findings = Vec::new();
    let plans = [plan::pack(pack, &mut findings)];
    let mut evaluator = Evaluator::new(&plans, RulesOff::AreTriedToo, &mut findings);
    let left_out: Vec<String> = evaluator.left_out().map(str::to_owned).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture.pcap");
    let mut differences = Vec::new();
    for made in made {
        if left_out
            .iter()
            .any(|name| name.ends_with(&note(&made.rule)))
        {
            continue;
        }
        for capture in &made.captures {
            std::fs::write(&path, &capture.bytes).unwrap();
            let mut fired = false;
            evaluator.reset();
            let statistics = trial::replay_file(&mut evaluator, &path, &mut |output| {
                fired |= matches!(output, Output::Notice(notice) if notice.rule.id == made.id);
            })
            .unwrap();
            if fired != capture.fires {
                differences.push(format!("{} {}", made.rule, capture.name));
            }
            if !statistics.capture_warnings.is_empty() || !statistics.packet_warnings.is_empty() {
                differences.push(format!("{} {}: {statistics:?}", made.rule, capture.name));
            }
        }
    }
    differences
}

/// A rule's notice, as its name ends.
fn note(rule: &str) -> String {
    let mut words = rule.split(|byte: char| !byte.is_ascii_alphanumeric());
    let last = words.next_back().unwrap_or_default();
    let mut letters = last.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// The first client port that a joined capture uses; no protocol has it or those behind it.
const FIRST_PORT: u16 = 52_000;

/// Captures in one, in the order of their packets' times. Each has a client port of its own, unless it
/// has several connections or a client port that is the server's: those are left out. The places of those that are in.
pub fn joined(captures: &[&[u8]]) -> (Vec<u8>, BTreeSet<usize>) {
    const HEADER: usize = 24;
    let mut packets: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut places = BTreeSet::new();
    for (place, capture) in captures.iter().enumerate() {
        let port = FIRST_PORT + u16::try_from(place).unwrap();
        let mut own = records(&capture[HEADER..]);
        let ports: BTreeSet<u16> = own
            .iter()
            .filter(|(_, record)| is_opening(&record[16..]))
            .flat_map(|(_, record)| [true, false].map(|source| port_at(&record[16..], source)))
            .collect();
        let ports = ports
            .into_iter()
            .filter(|port| Some(*port) != server_port(&own));
        let [client] = ports.collect::<Vec<_>>()[..] else {
            continue;
        };
        places.insert(place);
        for (_, record) in &mut own {
            let frame = &mut record[16..];
            let from_client = port_at(frame, true) == client;
            change_port(frame, from_client, port);
        }
        packets.extend(own);
    }
    packets.sort_by_key(|(time, _)| *time);
    let header = captures
        .first()
        .map_or(&[][..], |capture| &capture[..HEADER]);
    let mut bytes = header.to_vec();
    for (_, record) in packets {
        bytes.extend(record);
    }
    (bytes, places)
}

/// The place of the capture that a client port stands for.
pub fn place_of(port: u64) -> Option<usize> {
    usize::try_from(port)
        .ok()?
        .checked_sub(usize::from(FIRST_PORT))
}

/// Packets with their times in microseconds.
fn records(mut bytes: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let mut records = Vec::new();
    while !bytes.is_empty() {
        let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        let time = u64::from(word(0)) * 1_000_000 + u64::from(word(4));
        let (record, rest) = bytes.split_at(16 + word(8) as usize);
        records.push((time, record.to_vec()));
        bytes = rest;
    }
    records
}

/// Where the header of TCP or UDP begins in a frame.
fn transport(frame: &[u8]) -> usize {
    const ETHERNET: usize = 14;
    if is_ipv4(frame) {
        ETHERNET + 20
    } else {
        ETHERNET + 40
    }
}

fn is_ipv4(frame: &[u8]) -> bool {
    frame[12..14] == [0x08, 0x00]
}

fn is_udp(frame: &[u8]) -> bool {
    const UDP: u8 = 17;
    frame[if is_ipv4(frame) { 23 } else { 20 }] == UDP
}

/// The port that the first connection is opened to.
fn server_port(records: &[(u64, Vec<u8>)]) -> Option<u16> {
    let (_, first) = records.first()?;
    Some(port_at(&first[16..], false))
}

fn is_opening(frame: &[u8]) -> bool {
    is_udp(frame) || frame[transport(frame) + 13] & 0x12 == 0x02
}

fn port_at(frame: &[u8], source: bool) -> u16 {
    let at = transport(frame) + if source { 0 } else { 2 };
    u16::from_be_bytes([frame[at], frame[at + 1]])
}

/// Changes a port, and the checksum for it (RFC 1624).
fn change_port(frame: &mut [u8], source: bool, port: u16) {
    let header = transport(frame);
    let checksum = header + if is_udp(frame) { 6 } else { 16 };
    let at = header + if source { 0 } else { 2 };
    let old = port_at(frame, source);
    frame[at..at + 2].copy_from_slice(&port.to_be_bytes());
    let sum = u16::from_be_bytes([frame[checksum], frame[checksum + 1]]);
    let mut total = u32::from(!sum) + u32::from(!old) + u32::from(port);
    while total > 0xffff {
        total = (total & 0xffff) + (total >> 16);
    }
    let sum = !u16::try_from(total).unwrap();
    frame[checksum..checksum + 2].copy_from_slice(&sum.to_be_bytes());
}

/// The tshark to run: `$TSHARK`, or the one on the search path. Without one, says so.
pub fn tshark() -> Option<PathBuf> {
    let name = std::env::var_os("TSHARK").map_or_else(|| PathBuf::from("tshark"), PathBuf::from);
    match Command::new(&name).arg("--version").output() {
        Ok(output) if output.status.success() => Some(name),
        _ => {
            println!("tshark not found: set TSHARK or put it on PATH to run this test");
            None
        }
    }
}

/// What tshark finds malformed in a capture, or warns of, checksums included: client ports and what is said.
pub fn remarks(tshark: &Path, capture: &Path) -> BTreeMap<String, String> {
    let output = Command::new(tshark)
        .args([
            "-o",
            "tcp.check_checksum:TRUE",
            "-o",
            "udp.check_checksum:TRUE",
            "-o",
            "ip.check_checksum:TRUE",
        ])
        .args(["-Y", "_ws.malformed || _ws.expert.severity >= \"Warning\""])
        .args(["-T", "fields", "-e", "tcp.port", "-e", "udp.port"])
        .args(["-e", "_ws.expert.message"])
        .arg("-r")
        .arg(capture)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = text.lines().filter_map(|line| line.rsplit_once('\t'));
    lines
        .map(|(ports, message)| (ports.trim().to_owned(), message.to_owned()))
        .collect()
}
