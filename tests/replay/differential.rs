//! Compares the replay engine's events with those of Zeek, event by event. Differences that have a reason are listed in
//! `replay-differences.md`.

use std::collections::BTreeMap;
use std::path::Path;

use crate::common::zeek;
use sigzeek::replay::{self, Event};

/// The script that has Zeek print its events.
pub(super) const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/zeek/dump-events.zeek");
const EXPLAINED: &str = include_str!("../replay-differences.md");

/// The engine's events on captures, beside Zeek's.
pub(super) struct Comparison {
    explained: BTreeMap<&'static str, usize>,
    events: usize,
    explained_differences: usize,
    unexplained: Vec<String>,
}

impl Comparison {
    pub(super) fn with(zeek: &Path) -> Self {
        Self {
            explained: explained(zeek::release(zeek)),
            events: 0,
            explained_differences: 0,
            unexplained: Vec::new(),
        }
    }

    /// Compares the events of a capture with what [`SCRIPT`] printed in Zeek.
    pub(super) fn add(&mut self, capture: &Path, printed: &[u8]) {
        let printed = String::from_utf8_lossy(printed);
        let expected: Vec<String> = printed.lines().map(str::to_owned).collect();
        let found = replay_events(capture);
        self.events += expected.len();
        let count = count_differences(&expected, &found);
        let name = capture.file_name().unwrap_or_default().to_string_lossy();
        match self.explained.get(name.as_ref()) {
            _ if count == 0 => {}
            Some(&expected) if expected == count => self.explained_differences += count,
            _ => self.unexplained.push(format!(
                "{}: {count} events differ\n{}",
                capture.display(),
                first(&expected, &found)
            )),
        }
    }

    pub(super) fn finish(self) {
        println!(
            "{} events, {} explained differences",
            self.events, self.explained_differences
        );
        assert!(
            self.unexplained.is_empty(),
            "{}",
            self.unexplained.join("\n")
        );
    }
}

/// Captures whose differences from a release of Zeek have a reason, and how many events it concerns.
fn explained(release: [u32; 3]) -> BTreeMap<&'static str, usize> {
    let row = |line: &'static str| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
        let name = cells.next()?.trim_end_matches('`');
        let mended = zeek::release_numbers(cells.next()?);
        let events = cells.next()?.parse().expect("a number of events");
        (release < mended).then_some((name, events))
    };
    EXPLAINED.lines().filter_map(row).collect()
}

fn replay_events(capture: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    let mut sink = |event: &Event<'_>| lines.push(event.to_string());
    // What isn't a capture raises nothing, in Zeek as here.
    let _ = replay::replay_file(capture, &mut sink);
    lines
}

/// The events of each pair of endpoints, in order. Between connections Zeek's order at the end of a capture is that of a
/// hash table; within one, roles may be flipped.
fn by_connection(events: &[String]) -> BTreeMap<[(&str, &str); 2], Vec<&str>> {
    let mut connections = BTreeMap::<_, Vec<_>>::new();
    for event in events {
        let fields: Vec<_> = event.splitn(6, ' ').collect();
        let field = |index: usize| fields.get(index).copied().unwrap_or_default();
        let mut endpoints = [(field(1), field(2)), (field(3), field(4))];
        endpoints.sort_unstable();
        connections
            .entry(endpoints)
            .or_default()
            .push(event.as_str());
    }
    connections
}

fn count_differences(expected: &[String], found: &[String]) -> usize {
    if expected == found {
        return 0;
    }
    let (expected, found) = (by_connection(expected), by_connection(found));
    let empty = Vec::new();
    let keys: std::collections::BTreeSet<_> = expected.keys().chain(found.keys()).collect();
    keys.into_iter()
        .map(|key| {
            let (expected, found) = (
                expected.get(key).unwrap_or(&empty),
                found.get(key).unwrap_or(&empty),
            );
            if expected == found {
                0
            } else {
                differing(expected, found)
            }
        })
        .sum()
}

/// Events that are only on one side, where a changed one counts once.
fn differing(expected: &[&str], found: &[&str]) -> usize {
    let operations = similar::capture_diff_slices(similar::Algorithm::Myers, expected, found);
    let size =
        |operation: &similar::DiffOp| operation.old_range().len().max(operation.new_range().len());
    operations
        .iter()
        .filter(|operation| operation.tag() != similar::DiffTag::Equal)
        .map(size)
        .sum()
}

/// The first difference, for people.
fn first(expected: &[String], found: &[String]) -> String {
    let (expected, found) = (by_connection(expected), by_connection(found));
    let shortened = |event: Option<&&str>| {
        event.map_or("nothing".to_owned(), |event| {
            event.chars().take(300).collect()
        })
    };
    for (key, expected) in &expected {
        let found = found.get(key).map_or(&[][..], Vec::as_slice);
        let at = expected
            .iter()
            .zip(found)
            .take_while(|(one, other)| one == other)
            .count();
        if at < expected.len().max(found.len()) {
            return format!(
                "  zeek: {}\n  here: {}",
                shortened(expected.get(at)),
                shortened(found.get(at))
            );
        }
    }
    "  here: events of a connection that zeek has none of".to_owned()
}
