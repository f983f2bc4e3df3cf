//! Compares the replay engine's events with those of Zeek, event by event, on every capture at hand.
//!
//! Captures are those under `zeek-tests/Traces` and in the folders that `SIGZEEK_CAPTURES` lists (separated by `:`).
//! Zeek is `$ZEEK` or the `zeek` on the path; without one there is nothing to compare. Differences that have a reason
//! are listed in `replay-differences.md`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::common::zeek;
use flate2::read::MultiGzDecoder;
use sigzeek::replay::{self, Event};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/zeek/dump-events.zeek");
const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/zeek-tests/Traces");
const EXPLAINED: &str = include_str!("../replay-differences.md");

#[test]
fn events_are_those_of_zeek() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let explained = explained(zeek::release(&zeek));
    let (mut events, mut differences, mut explained_differences) = (0, 0, 0);
    let mut unexplained = Vec::new();
    let captures = captures();
    for capture in &captures {
        let expected = zeek_events(&zeek, capture);
        let found = replay_events(capture);
        events += expected.len();
        let count = count_differences(&expected, &found);
        let name = capture.file_name().unwrap_or_default().to_string_lossy();
        match explained.get(name.as_ref()) {
            _ if count == 0 => {}
            Some(&expected) if expected == count => explained_differences += count,
            _ => {
                differences += count;
                unexplained.push(format!(
                    "{}: {count} events differ\n{}",
                    capture.display(),
                    first(&expected, &found)
                ));
            }
        }
    }
    println!(
        "{} captures, {events} events, {differences} unexplained differences, {explained_differences} explained",
        captures.len()
    );
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
}

fn captures() -> Vec<PathBuf> {
    let named = std::env::var_os("SIGZEEK_CAPTURES").unwrap_or_default();
    let mut folders: Vec<_> = std::env::split_paths(&named)
        .filter(|path| !path.as_os_str().is_empty())
        .collect();
    folders.push(PathBuf::from(COMMITTED));
    let is_capture = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        [".pcap", ".pcapng", ".cap", ".trace"]
            .iter()
            .any(|extension| name.ends_with(extension))
    };
    let mut captures: Vec<_> = folders
        .iter()
        .flat_map(|folder| walkdir::WalkDir::new(folder).sort_by_file_name())
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.is_file() && is_capture(path))
        .collect();
    captures.dedup();
    captures
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

fn zeek_events(zeek: &Path, capture: &Path) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder for zeek");
    let unpacked = folder.path().join("capture");
    let source = if capture
        .extension()
        .is_some_and(|extension| extension == "gz")
    {
        let mut output = File::create(&unpacked).unwrap();
        io::copy(
            &mut MultiGzDecoder::new(File::open(capture).unwrap()),
            &mut output,
        )
        .unwrap();
        unpacked
    } else {
        fs::canonicalize(capture).unwrap()
    };
    let mut child = Command::new(zeek)
        .current_dir(folder.path())
        .args(["-C", "-r"])
        .arg(source)
        .args([SCRIPT, "Log::default_writer=Log::WRITER_NONE"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("zeek runs");
    let mut output = Vec::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_end(&mut output)
        .unwrap();
    child.wait().unwrap();
    String::from_utf8_lossy(&output)
        .lines()
        .map(str::to_owned)
        .collect()
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
