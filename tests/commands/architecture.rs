//! The rooms of the house: what a room takes, it takes from rooms below it.

use std::collections::BTreeSet;
use std::path::Path;

use regex_automata::meta::Regex;
use walkdir::WalkDir;

/// From the ground up. A room may take from those that stand before it.
const ROOMS: &[&str] = &[
    "text",
    "finding",
    "registry",
    "package",
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
    "survey",
    "words",
    "zkg",
    "compile",
    "synth",
    "regression",
    "difference",
    "coverage",
    "revision",
    "mending",
    "json_schema",
    "init",
    "report",
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

/// Every `crate::room` outside of unit tests and comments: the room that says it, the room it names, and the file.
fn each_path(mut take: impl FnMut(&str, &str, &str)) {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let path = Regex::new(r"\bcrate::([a-z_]+)").unwrap();
    for entry in WalkDir::new(&src).sort_by_file_name() {
        let entry = entry.unwrap();
        let file = entry.path().strip_prefix(&src).unwrap();
        let first = file.iter().next().map(|part| part.to_string_lossy());
        let Some(room) = first.as_deref().map(|part| part.trim_end_matches(".rs")) else {
            continue;
        };
        let is_code = file.extension().is_some_and(|ending| ending == "rs");
        if !is_code || matches!(room, "lib" | "main") {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let text = text.split("#[cfg(test)]\n").next().unwrap();
        take(room, room, &file.to_string_lossy());
        for line in text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            for found in path.captures_iter(line) {
                let span = found.get_group(1).unwrap();
                take(room, &line[span.range()], &file.to_string_lossy());
            }
        }
    }
}
