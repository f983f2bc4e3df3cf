//! String literals, names and comments.

use proptest::prelude::*;
use sigzeek::plan::identifier;
use sigzeek::zeek::comment::{self, Marker};
use sigzeek::zeek::string;

use super::dialect::read_string;

proptest! {
    #![proptest_config(super::generate::config(300))]

    #[test]
    fn string_literals_keep_their_value(bytes: Vec<u8>) {
        let literal = string::literal(&bytes);
        prop_assert!(literal.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        prop_assert_eq!(read_string(&literal), (bytes, ""));
    }

    #[test]
    fn names_are_identifiers(text in title()) {
        for name in [identifier::snake(&text), identifier::capitalised_snake(&text), identifier::camel(&text)] {
            prop_assert!(!name.is_empty() && name.len() <= identifier::MAX_LENGTH);
            prop_assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'), "{}", &name);
            prop_assert!(!name.starts_with(|first: char| first.is_ascii_digit()), "{}", &name);
        }
        let stem = identifier::kebab(&text);
        prop_assert!(!stem.is_empty() && stem.len() <= identifier::MAX_LENGTH);
        prop_assert!(stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{}", &stem);
    }

    #[test]
    fn comments_stay_comments(text in title(), tabs in 0usize..4) {
        for (marker, start) in [(Marker::Script, "##!"), (Marker::Declaration, "##"), (Marker::Plain, "#")] {
            let comment = comment::wrapped(marker, &text, tabs);
            for line in comment.split('\n').filter(|_| !comment.is_empty()) {
                let unindented = line.strip_prefix(&"\t".repeat(tabs)).unwrap();
                let content = unindented.strip_prefix(start).unwrap();
                prop_assert!(content.is_empty() || (content.starts_with(' ') && !content.starts_with(" .. ")));
                prop_assert!(!content.trim_start().starts_with("@no-test"));
                prop_assert!(unindented.chars().count() + tabs * comment::TAB_WIDTH <= comment::MAX_WIDTH);
                assert_harmless(content);
            }
        }
        let line = comment::one_line(&text);
        prop_assert!(!line.contains('\n'));
        assert_harmless(&line);
    }
}

fn assert_harmless(line: &str) {
    assert!(!line.contains(char::is_control), "{line:?}");
    for character in "\u{85}\u{2028}\u{2029}\u{202e}\u{2066}\u{200b}\u{feff}`".chars() {
        assert!(!line.contains(character), "{line:?}");
    }
    for directive in ["@if", "@else", "@endif"] {
        assert!(!line.contains(directive), "{line:?}");
    }
}

/// Free text, with what could be dangerous in it.
pub(crate) fn title() -> impl Strategy<Value = String> {
    let pieces = proptest::sample::select(vec![
        "@endif",
        "@if ( F )",
        "@no-test",
        "\n",
        "\r\n",
        "\u{2028}",
        "\u{202e}",
        "..",
        ".. include:: x",
        "`",
        " ",
        "T",
        "F",
        "event",
        "GLOBAL",
        "4688",
        "don't",
        "\0",
        "@",
        "##<",
        "#",
        "{",
        "\"",
        "é",
        "word",
        "\u{85}",
        "\\",
    ]);
    let piece = prop_oneof![2 => pieces.prop_map(str::to_owned), 1 => any::<String>(), 1 => "[a-z]{100,200}"];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

#[test]
fn words_of_the_language_are_no_names() {
    assert_eq!(identifier::snake("Event"), "event_");
    assert_eq!(identifier::capitalised_snake("t"), "T_");
    assert_eq!(identifier::camel("GLOBAL"), "GLOBAL_");
    assert_eq!(identifier::kebab("event"), "event");
}

#[test]
fn names_are_readable() {
    let title = "T1053.005: Don't Register a Task – over ITaskSchedulerService";
    assert_eq!(
        identifier::snake(title),
        "t1053_005_dont_register_a_task_over_itaskschedulerservice"
    );
    assert_eq!(
        identifier::capitalised_snake(title),
        "T1053_005_Dont_Register_A_Task_Over_ITaskSchedulerService"
    );
    assert_eq!(identifier::camel("remote-execution"), "RemoteExecution");
    assert_eq!(identifier::kebab("../Remote Execution"), "remote-execution");
    assert_eq!(identifier::snake("4688 created"), "_4688_created");
    assert_eq!(identifier::snake("漢字"), "unnamed");
    assert_eq!(identifier::capitalised_snake(""), "Unnamed");
}

#[test]
fn comments_wrap_between_words_and_keep_lines() {
    let text = format!("First line\n\n\n{}end\n\n", "eleven chars ".repeat(10));
    let expected = format!(
        "\t## First line\n\t##\n\t## {}\n\t## {}end",
        "eleven chars ".repeat(8).trim_end(),
        "eleven chars ".repeat(2)
    );
    assert_eq!(comment::wrapped(Marker::Declaration, &text, 1), expected);
    assert_eq!(
        comment::one_line(&text),
        format!("First line {}end", "eleven chars ".repeat(10))
    );
}

#[test]
fn comments_give_no_orders() {
    assert_eq!(
        comment::wrapped(
            Marker::Plain,
            "@no-test\r\n.. include:: `x`\u{202e}\n@endif",
            0
        ),
        "# @ no-test\n# \\.. include:: 'x'\n# @ endif"
    );
}

#[test]
fn strings_are_readable() {
    assert_eq!(
        string::literal("say \"100%\"\\\t@endif\0é".as_bytes()),
        r#""say \"100%\"\\\t\x40endif\x00\xc3\xa9""#
    );
}
