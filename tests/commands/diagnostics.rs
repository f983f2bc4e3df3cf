//! Each code's findings as people read them.
//!
//! A folder of `tests/data/diagnostics` is a case: what it holds beside `expected.txt` is checked from within the folder, and
//! `expected.txt` is what must be printed. Its name begins with the code that it is about.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sigzeek::finding::{Code, Finding, Place, Severity, Source};
use sigzeek::report::Renderer;

const EXPECTED: &str = "expected.txt";
/// A right file beside a wrong one, for `sigzeek explain`.
const RIGHT: &str = "right.yml";

pub(super) fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/diagnostics");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> &str {
    case.file_name().unwrap().to_str().unwrap()
}

/// The files and folders that a case is about.
pub(super) fn inputs(case: &Path) -> Vec<String> {
    let mut inputs: Vec<String> = fs::read_dir(case)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|input| input != EXPECTED && input != RIGHT)
        .collect();
    inputs.sort();
    inputs
}

/// What `sigzeek check` prints for the files of a case.
fn printed(case: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
        .arg("check")
        .args(inputs(case))
        .current_dir(case)
        .output()
        .unwrap();
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn every_case_prints_what_is_expected() {
    let mut wrong = Vec::new();
    for case in cases() {
        let expected = fs::read_to_string(case.join(EXPECTED)).unwrap_or_default();
        let printed = printed(&case);
        if printed != expected {
            wrong.push(format!(
                "{}\n--- expected\n{expected}\n--- printed\n{printed}",
                name(&case)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_case_shows_its_code_with_a_place_and_a_hint() {
    for case in cases() {
        let expected = fs::read_to_string(case.join(EXPECTED)).unwrap();
        let name = name(&case);
        if let Some(code) = Code::ALL
            .iter()
            .find(|code| name.starts_with(code.as_str()))
        {
            let level = match code.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            let head = format!("{level}[{}]: ", code.as_str());
            assert!(expected.contains(&head), "{name}");
        }
        let findings = expected.matches("error[E").count() + expected.matches("warning[W").count();
        assert!(findings > 0, "{name}");
        assert_eq!(expected.matches("--> ").count(), findings, "{name}");
        assert_eq!(expected.matches("= help: ").count(), findings, "{name}");
    }
}

/// Codes whose inputs cannot be committed; `tests/commands/bad_input.rs` makes them.
const MADE_ELSEWHERE: &[Code] = &[
    Code::Unreadable,
    Code::TooLarge,
    // Of `sigzeek test` and `sigzeek replay`, in the tests of these.
    Code::FailedTest,
    Code::NotReplayed,
    // `tests/packages/contents.rs` makes it.
    Code::CaptureTooLarge,
    // Of `sigzeek synth`, in tests/commands/explanations.rs and tests/replay/synth.rs.
    Code::NotSynthesised,
    Code::PartlySynthesised,
    // Of `sigzeek convert`, in tests/commands/convert.rs.
    Code::NotConvertible,
    Code::NotLogged,
    // Of `sigzeek hunt`, in tests/commands/hunt.rs.
    Code::NotInLog,
];

#[test]
fn every_code_has_a_case() {
    let names: Vec<PathBuf> = cases();
    let without: Vec<&str> = Code::ALL
        .iter()
        .filter(|code| !MADE_ELSEWHERE.contains(code))
        .map(|code| code.as_str())
        .filter(|code| !names.iter().any(|case| name(case).starts_with(code)))
        .collect();
    assert!(without.is_empty(), "no case for {without:?}");
}

#[test]
fn codes_are_unique_and_begin_with_their_severity() {
    let mut seen = BTreeSet::new();
    for code in Code::ALL {
        assert!(seen.insert(code.as_str()), "{}", code.as_str());
        let letter = match code.severity() {
            Severity::Error => 'E',
            Severity::Warning => 'W',
        };
        assert!(code.as_str().starts_with(letter), "{}", code.as_str());
        assert_eq!(code.as_str().len(), 4);
    }
}

fn render(text: &str, span: std::ops::Range<usize>, colour: bool) -> String {
    let source = std::sync::Arc::new(Source {
        path: "rule.yml".into(),
        text: text.to_owned(),
    });
    let finding =
        Finding::new(Code::UnknownKey, Place { source, span }, "no such key").help("help");
    let mut out = Vec::new();
    Renderer::new(colour).print(&finding, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn colour_adds_nothing_but_escape_sequences() {
    let plain = render("a: b\n", 0..1, false);
    let coloured = render("a: b\n", 0..1, true);
    assert!(!plain.contains('\u{1b}'));
    assert!(coloured.contains('\u{1b}'));
    let mut stripped = String::new();
    let mut rest = coloured.as_str();
    while let Some(start) = rest.find("\u{1b}[") {
        stripped.push_str(&rest[..start]);
        let end = rest[start..].find('m').unwrap();
        rest = &rest[start + end + 1..];
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain);
}

#[test]
fn nothing_of_a_file_moves_the_cursor() {
    let text = "a: '\u{1b}[2J\u{7}\u{8}\u{9b}\u{202e}\u{2066}\u{61c}\rb'\n";
    let shown = render(text, 0..text.len() - 1, false);
    assert!(shown.chars().all(|c| c == '\n' || !c.is_control()));
    assert!(!shown.contains(['\u{202e}', '\u{2066}', '\u{61c}']));
}

#[test]
fn a_long_line_is_cut_around_its_place() {
    let text = format!("{}here{}\n", "x".repeat(100_000), "y".repeat(100_000));
    let shown = render(&text, 100_000..100_004, false);
    assert!(shown.contains("rule.yml:1:100001"));
    assert!(shown.contains("here"));
    assert!(shown.len() < 2_000, "{}", shown.len());
}

#[test]
fn any_place_of_any_text_can_be_shown() {
    let texts = [
        "",
        "\n",
        "\r\n",
        "é",
        "a\n\né\t日本\r\n",
        "\u{feff}x",
        "a\u{2028}b",
        "\r",
    ];
    for text in texts {
        let edges: Vec<usize> = (0..=text.len())
            .filter(|offset| text.is_char_boundary(*offset))
            .collect();
        for start in &edges {
            for end in edges.iter().filter(|end| *end >= start) {
                let shown = render(text, *start..*end, false);
                assert!(shown.contains("rule.yml"), "{text:?} {start}..{end}");
            }
        }
    }
}
