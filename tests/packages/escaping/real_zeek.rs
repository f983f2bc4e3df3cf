//! The same, read by Zeek itself: one script with random patterns, literals, names and comments.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sigzeek::plan::identifier;
use sigzeek::predicate::pattern::{Matcher, Pattern, RegexFlags};
use sigzeek::zeek::comment::{self, Marker};
use sigzeek::zeek::pattern::{test as condition, whole};
use sigzeek::zeek::string;

use super::{generate, literals};

const PATTERNS: usize = 400;
const LITERALS: usize = 200;
const TITLES: usize = 200;

#[test]
fn zeek_reads_what_is_written() {
    let Some(zeek) = find_zeek() else {
        println!(
            "zeek not found: patterns, literals, names and comments were not run by a real Zeek"
        );
        return;
    };
    let mut script = Script::new();
    script.add_names_and_comments(&samples(literals::title(), TITLES));
    script.add_literals(&samples(any::<Vec<u8>>(), LITERALS));
    script.add_patterns(
        [
            patterns_that_need_care(),
            samples(generate::pattern(), PATTERNS),
        ]
        .concat(),
    );

    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("escaping.zeek"), script.text()).unwrap();
    let output = Command::new(zeek)
        .args(["-b", "escaping.zeek"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut lines = printed.lines();
    for expected in &script.expected {
        let line = lines.next().unwrap_or("nothing");
        assert_eq!(&sort_indices(line), expected);
    }
    assert_eq!(lines.next(), None);
}

/// The same values at every run.
fn samples<S: Strategy>(strategy: S, count: usize) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    let sample = |_| strategy.new_tree(&mut runner).unwrap().current();
    (0..count).map(sample).collect()
}

/// Patterns that Zeek gets wrong, alone or together with others, if they are not written with care.
fn patterns_that_need_care() -> Vec<(Pattern, Vec<Vec<u8>>)> {
    let regex = |text: &str, ignore_case| {
        let flags = RegexFlags {
            ignore_case,
            ..RegexFlags::default()
        };
        Pattern::from_regex(text, flags).unwrap()
    };
    let patterns = [
        regex("^abc$", true),
        regex("^abc$", false),
        regex("^[a-c]+$", true),
        regex("^[a-c]+$", false),
        regex("^([a-c]+|(?i:abcabc))$", false),
        regex("^([A-Ca-c]+|(?i:x))$", false),
        regex("^([A-Za-z]+|x)[^a]$", true),
        regex("^[^a]+$", false),
        regex("^[^a]+$", true),
        regex("^(?i:abcdefgh)?B$", false),
        regex("^[Z-a]b$", true),
        regex(r"a\x00b", false),
    ];
    let subjects = [
        "abc", "ABC", "aBc", "b", "B", "a", "A", "abcabc", "ABCabc", "X", "zzA", "_b", "zB",
        "xa\0by",
    ];
    let subjects: Vec<Vec<u8>> = subjects.map(|subject| subject.as_bytes().to_vec()).to_vec();
    patterns.map(|pattern| (pattern, subjects.clone())).to_vec()
}

fn find_zeek() -> Option<PathBuf> {
    if let Some(zeek) = std::env::var_os("ZEEK") {
        return Some(zeek.into());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join("zeek"))
        .find(|file| file.is_file())
}

/// A script under construction, and what it must print.
struct Script {
    declarations: String,
    body: String,
    expected: Vec<String>,
}

impl Script {
    fn new() -> Self {
        Self {
            declarations: "module EscapingTest;\n".to_owned(),
            body: String::new(),
            expected: Vec::new(),
        }
    }

    fn text(&self) -> String {
        format!(
            "{}\nevent zeek_init()\n\t{{\n{}\t}}\n",
            self.declarations, self.body
        )
    }

    fn add_names_and_comments(&mut self, titles: &[String]) {
        let mut names = BTreeSet::new();
        for (index, title) in titles.iter().enumerate() {
            let markers = [Marker::Script, Marker::Declaration, Marker::Plain];
            for marker in markers {
                let comment = comment::wrapped(marker, title, 0);
                writeln!(self.declarations, "{comment}").unwrap();
                let inside = comment::wrapped(marker, title, 1);
                writeln!(self.body, "{inside}").unwrap();
            }
            for name in [
                identifier::snake(title),
                identifier::capitalised_snake(title),
                identifier::camel(title),
            ] {
                if names.insert(name.clone()) {
                    writeln!(self.declarations, "const {name} = {index};").unwrap();
                    writeln!(self.body, "\tprint {name};").unwrap();
                    self.expected.push(index.to_string());
                }
            }
            // Where a condition is false, Zeek looks for directives everywhere.
            let comment = comment::wrapped(Marker::Plain, title, 0);
            let literal = string::literal(title.as_bytes());
            writeln!(
                self.declarations,
                "@if ( F )\n{comment}\nconst x = {literal};\n@endif"
            )
            .unwrap();
        }
    }

    fn add_literals(&mut self, literals: &[Vec<u8>]) {
        for bytes in literals.iter().chain([&(0..=u8::MAX).collect()]) {
            writeln!(
                self.body,
                "\tprint bytestring_to_hexstr({});",
                string::literal(bytes)
            )
            .unwrap();
            self.expected.push(hexadecimal(bytes));
        }
    }

    fn add_patterns(&mut self, patterns: Vec<(Pattern, Vec<Vec<u8>>)>) {
        let mut table: Vec<(String, Matcher)> = Vec::new();
        let mut all_subjects = BTreeSet::new();
        for (index, (pattern, subjects)) in patterns.into_iter().enumerate() {
            let literal = whole(&pattern);
            let condition = condition(&pattern, "x");
            let matcher = pattern.matcher().unwrap();
            writeln!(
                self.declarations,
                "function whole_{index}(x: string): bool {{ return {literal} == x; }}\n\
                 function test_{index}(x: string): bool {{ return {condition}; }}"
            )
            .unwrap();
            for subject in subjects.into_iter().chain([Vec::new()]) {
                let x = string::literal(&subject);
                writeln!(self.body, "\tprint {index}, whole_{index}({x}), test_{index}({x}), bytestring_to_hexstr({x});").unwrap();
                let answer = if matcher.is_match(&subject) { "T" } else { "F" };
                self.expected.push(format!(
                    "{index}, {answer}, {answer}, {}",
                    hexadecimal(&subject)
                ));
                all_subjects.insert(subject);
            }
            if table.iter().all(|(known, _)| *known != literal) {
                table.push((literal, matcher));
            }
        }
        self.add_table(&table, &all_subjects);
    }

    /// All the patterns as keys of one table, each string looked up in it.
    fn add_table(&mut self, table: &[(String, Matcher)], subjects: &BTreeSet<Vec<u8>>) {
        let entries: Vec<String> = table
            .iter()
            .enumerate()
            .map(|(index, (literal, _))| format!("\t[{literal}] = {index},\n"))
            .collect();
        let declaration = format!(
            "global all_patterns: table[pattern] of count = {{\n{}}};\n",
            entries.concat()
        );
        self.declarations.push_str(&declaration);
        for subject in subjects {
            writeln!(
                self.body,
                "\tprint all_patterns[{}];",
                string::literal(subject)
            )
            .unwrap();
            let matching = table
                .iter()
                .enumerate()
                .filter(|(_, (_, matcher))| matcher.is_match(subject))
                .map(|(index, _)| index.to_string());
            self.expected
                .push(format!("[{}]", matching.collect::<Vec<_>>().join(", ")));
        }
    }
}

/// A table's answer lists values in no particular order.
fn sort_indices(line: &str) -> String {
    let Some(list) = line
        .strip_prefix('[')
        .and_then(|line| line.strip_suffix(']'))
    else {
        return line.to_owned();
    };
    let mut indices: Vec<usize> = list
        .split(", ")
        .filter_map(|index| index.parse().ok())
        .collect();
    indices.sort_unstable();
    let indices: Vec<String> = indices.iter().map(usize::to_string).collect();
    format!("[{}]", indices.join(", "))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
