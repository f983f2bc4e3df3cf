//! The rooms of the house: what a room takes, it takes from rooms below it.

use std::collections::BTreeSet;
use std::path::Path;

use regex_automata::meta::Regex;
use walkdir::WalkDir;

/// From the ground up. A room may take from those that stand before it.
const ROOMS: &[&str] = &[
    "text",
    "platform",
    "finding",
    "registry",
    "package",
    "stub",
    "service",
    "rule",
    "predicate",
    "score",
    "plan",
    "event",
    "logs",
    "zeek",
    "evaluation",
    "replay",
    "trial",
    "visibility",
    "cut",
    "hunt",
    "survey",
    "words",
    "zkg",
    "compile",
    "conversion",
    "synth",
    "regression",
    "draft",
    "tune",
    "cost",
    "difference",
    "coverage",
    "revision",
    "mending",
    "json_schema",
    "init",
    "report",
    "lsp",
    "cli",
];

#[test]
fn no_room_takes_from_one_above_it() {
    let mut wrong = BTreeSet::new();
    each_path(|room, taken, file| {
        if height(room) < height(taken) {
            wrong.insert(format!(
                "{file}: `{room}` takes from `{taken}`, which is above it"
            ));
        }
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_room_is_known_and_there() {
    let mut seen = BTreeSet::new();
    each_path(|room, _, _| {
        seen.insert(room.to_owned());
    });
    let known: BTreeSet<String> = ROOMS.iter().map(|&room| room.to_owned()).collect();
    assert_eq!(seen, known);
}

/// A room's place in the house, counted from the ground.
fn height(room: &str) -> usize {
    let place = ROOMS.iter().position(|known| *known == room);
    place.unwrap_or_else(|| panic!("the house has no room `{room}`"))
}

/// Every path to a room outside of unit tests and comments: the room that says it, the room it names, and the file.
fn each_path(mut take: impl FnMut(&str, &str, &str)) {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in WalkDir::new(&src).sort_by_file_name() {
        let entry = entry.unwrap();
        let file = entry.path().strip_prefix(&src).unwrap();
        let module: Vec<String> = file
            .with_extension("")
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .filter(|part| part != "mod")
            .collect();
        let Some(room) = module.first() else { continue };
        let is_code = file.extension().is_some_and(|ending| ending == "rs");
        if !is_code || matches!(room.as_str(), "lib" | "main") {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let file = file.to_string_lossy();
        take(room, room, &file);
        for taken in rooms_named(&text, module.len()) {
            take(room, &taken, &file);
        }
    }
}

/// The rooms that the code of a file names, whose module is so deep below the crate's root.
fn rooms_named(text: &str, depth: usize) -> BTreeSet<String> {
    let path = Regex::new(r"\bcrate::(\{|[a-z_]+)|\b(?:super::)+").unwrap();
    let mut rooms = BTreeSet::new();
    for line in without_tests(text) {
        for found in path.captures_iter(line) {
            let whole = &line[found.get_match().unwrap().range()];
            let Some(room) = found.get_group(1) else {
                let steps = whole.matches("super::").count();
                assert!(steps < depth, "`{line}` leaves its room: write `crate::`");
                continue;
            };
            let room = &line[room.range()];
            assert_ne!(
                room, "{",
                "`{line}` names several rooms: write a line for each"
            );
            rooms.insert(room.to_owned());
        }
    }
    rooms
}

/// The lines of a file that are neither comments nor unit tests.
fn without_tests(text: &str) -> impl Iterator<Item = &str> {
    let mut lines = text.lines();
    let code = std::iter::from_fn(move || {
        let line = lines.next()?;
        if line != "#[cfg(test)]" {
            return Some(line);
        }
        let item = lines.next()?;
        if !item.ends_with(';') {
            lines.find(|line| *line == "}");
        }
        Some("")
    });
    code.filter(|line| !line.trim_start().starts_with("//"))
}

#[test]
fn rooms_are_found_in_code() {
    let text = "\
//! See [`crate::cli`].
#[cfg(test)]
mod round_trip;

use super::Plan;
use crate::plan::{RulePlan, Stage};

fn score() -> crate::report::Report {}

#[cfg(test)]
mod tests {
    use crate::synth::Capture;
}

fn last() -> crate::zeek::Scripts {}
";
    let rooms: Vec<String> = rooms_named(text, 2).into_iter().collect();
    assert_eq!(rooms, ["plan", "report", "zeek"]);
}

#[test]
#[should_panic(expected = "leaves its room")]
fn a_room_is_not_reached_by_super() {
    rooms_named("use super::super::report::Report;\n", 2);
}

#[test]
#[should_panic(expected = "names several rooms")]
fn rooms_are_not_named_together() {
    rooms_named("use crate::{plan, report};\n", 2);
}
