//! Text for people, broken into lines of the reader's width.

use std::io::{self, Write};

use serde_json::Value;

/// Narrowest width that lines are broken to; below, they would be all breaks.
const NARROWEST: usize = 30;

/// Writes a text in lines of at most `width` characters, where its words allow. What follows the first line is indented by
/// `indent` spaces, and so is the first, but for `label`, which stands in place of so many of them.
///
/// # Errors
///
/// Whatever writing to `out` gives.
pub(crate) fn paragraph(
    label: &str,
    indent: usize,
    text: &str,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let width = width.max(NARROWEST);
    let mut lead = label;
    for line in lines(text, width.saturating_sub(indent)) {
        writeln!(out, "{}", format!("{lead:<indent$}{line}").trim_end())?;
        lead = "";
    }
    Ok(())
}

/// A text in lines of at most `width` characters, where its words allow; a text without words is one line.
pub(crate) fn lines(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let own = word.chars().count();
        if length > 0 && length + 1 + own > width {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += own;
    }
    lines.push(line);
    lines
}

/// "a", "a and b", "a, b and c".
pub(crate) fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// "1 rule", "2 rules".
pub(crate) fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// Prints a JSON value, laid out for people.
///
/// # Errors
///
/// Whatever writing to `out` gives.
pub(crate) fn print_json(value: &Value, out: &mut impl Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
    writeln!(out, "{text}")
}

/// Text in a cell of a Markdown table.
pub(crate) fn cell(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in super::printable(text).chars() {
        if r"\`*_[]<>|#".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn broken(label: &str, indent: usize, text: &str, width: usize) -> String {
        let mut out = Vec::new();
        paragraph(label, indent, text, width, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_are_broken_at_words() {
        assert_eq!(
            broken("4H", 6, "one two three four five six seven", 30),
            "4H    one two three four five\n      six seven\n"
        );
        assert_eq!(broken("", 2, "", 30), "\n");
    }

    #[test]
    fn a_long_word_has_a_line_of_its_own() {
        let long = "x".repeat(50);
        assert_eq!(
            broken("", 2, &format!("a {long} b"), 30),
            format!("  a\n  {long}\n  b\n")
        );
    }

    #[test]
    fn markdown_of_a_rule_is_text() {
        assert_eq!(cell("a|b\n`c`"), "a\\|b\u{fffd}\\`c\\`");
    }
}
