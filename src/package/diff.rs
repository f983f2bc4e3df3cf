//! Unified diffs of single files, for reading in a terminal.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Read as _};
use std::path::Path;

use similar::{Algorithm, ChangeTag, TextDiff};

use super::Package;
use super::inventory::open_file;

/// The greatest file that is compared line by line, in bytes and in lines. The algorithm's effort is bounded by its
/// input's length, not by a clock, so that the same files give the same text on any machine; within these limits, files of
/// random lines take about half a second.
const MAX_LENGTH: u64 = 1 << 20;
const MAX_LINES: usize = 100_000;

/// A file's contents as far as a diff needs them.
#[derive(Debug)]
pub(super) enum FileContent<'a> {
    Absent,
    Text(Cow<'a, str>),
    /// Not UTF-8, or with a null byte; its length in bytes.
    Binary(u64),
    /// Greater than 1 MiB or more than 100,000 lines; its length in bytes.
    Large(u64),
}

impl<'a> FileContent<'a> {
    pub(super) fn of_bytes(bytes: &'a [u8]) -> Self {
        let length = bytes.len() as u64;
        if length > MAX_LENGTH {
            return Self::Large(length);
        }
        match str::from_utf8(bytes) {
            Ok(text) => Self::of_text(Cow::Borrowed(text)),
            Err(_) => Self::Binary(length),
        }
    }

    pub(super) fn of_file(path: &Path) -> io::Result<FileContent<'static>> {
        let file = open_file(path)?;
        let length = file.metadata()?.len();
        if length > MAX_LENGTH {
            return Ok(FileContent::Large(length));
        }
        let mut bytes = Vec::new();
        file.take(MAX_LENGTH).read_to_end(&mut bytes)?;
        Ok(match String::from_utf8(bytes) {
            Ok(text) => FileContent::of_text(Cow::Owned(text)),
            Err(_) => FileContent::Binary(length),
        })
    }

    fn of_text(text: Cow<'a, str>) -> Self {
        let length = text.len() as u64;
        if text.contains('\0') {
            Self::Binary(length)
        } else if text.split_inclusive('\n').nth(MAX_LINES).is_some() {
            Self::Large(length)
        } else {
            Self::Text(text)
        }
    }

    /// The text, which is empty for a file that is not there, or none.
    fn text(&self) -> Option<&str> {
        match self {
            Self::Absent => Some(""),
            Self::Text(text) => Some(text),
            Self::Binary(_) | Self::Large(_) => None,
        }
    }

    fn label(&self, side: &str, path: &str) -> String {
        match self {
            Self::Absent => "/dev/null".to_owned(),
            _ => format!("{side}/{path}"),
        }
    }

    fn description(&self) -> String {
        match self {
            Self::Absent => "absent".to_owned(),
            Self::Text(text) => format!("text, {} bytes", text.len()),
            Self::Binary(length) => format!("binary, {length} bytes"),
            Self::Large(length) => format!("{length} bytes"),
        }
    }
}

/// The unified diff of packages, which are known again by their names: from `a/<package>/…` to `b/<package>/…`; empty where
/// there is no difference. What [`Comparison::unified_diff`](super::Comparison::unified_diff) says of it holds here, too.
pub fn difference(old: &[Package], new: &[Package]) -> String {
    let mut text = String::new();
    let (old, new) = (by_path(old), by_path(new));
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for path in paths {
        let (old, new) = (old.get(path), new.get(path));
        if old != new {
            unified(&mut text, path, &content(old), &content(new));
        }
    }
    text
}

fn content<'a>(bytes: Option<&&'a [u8]>) -> FileContent<'a> {
    bytes.map_or(FileContent::Absent, |bytes| FileContent::of_bytes(bytes))
}

/// The files of packages by their paths with the packages' names.
fn by_path(packages: &[Package]) -> BTreeMap<String, &[u8]> {
    let files = packages.iter().flat_map(|package| {
        let files = package.files().iter();
        files.map(|(path, bytes)| (format!("{}/{path}", package.name()), bytes.as_slice()))
    });
    files.collect()
}

/// Appends the diff of one file. `path` must be free of control characters.
pub(super) fn unified(out: &mut String, path: &str, old: &FileContent<'_>, new: &FileContent<'_>) {
    let (old_label, new_label) = (old.label("a", path), new.label("b", path));
    let (Some(old_text), Some(new_text)) = (old.text(), new.text()) else {
        let (old, new) = (old.description(), new.description());
        // Writing to a String does not fail, here and below.
        let _ = writeln!(
            out,
            "Files {old_label} ({old}) and {new_label} ({new}) differ"
        );
        return;
    };
    let _ = writeln!(out, "--- {old_label}\n+++ {new_label}");
    // Lines end at line feeds alone, as they do for `diff` and `patch`.
    let old_lines: Vec<&str> = old_text.split_inclusive('\n').collect();
    let new_lines: Vec<&str> = new_text.split_inclusive('\n').collect();
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .newline_terminated(true)
        .diff_slices(&old_lines, &new_lines);
    for hunk in diff.unified_diff().iter_hunks() {
        let _ = writeln!(out, "{}", hunk.header());
        for change in hunk.iter_changes() {
            line(out, change.tag(), change.value());
        }
    }
}

fn line(out: &mut String, tag: ChangeTag, line: &str) {
    out.push(match tag {
        ChangeTag::Delete => '-',
        ChangeTag::Insert => '+',
        ChangeTag::Equal => ' ',
    });
    let text = line.strip_suffix('\n').unwrap_or(line);
    for character in text.chars() {
        if is_hidden(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out.push('\n');
    if text.len() == line.len() {
        out.push_str("\\ No newline at end of file\n");
    }
}

/// Whether a terminal would obey a character, or a reader not see it: controls other than the tabulator, line and
/// paragraph separators, and the invisible and directional ones (Unicode, chapter 23, "Special Areas and Format Characters").
fn is_hidden(character: char) -> bool {
    (character.is_control() && character != '\t')
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn text(old: &[u8], new: &[u8]) -> String {
        let mut out = String::new();
        unified(
            &mut out,
            "p/f",
            &FileContent::of_bytes(old),
            &FileContent::of_bytes(new),
        );
        out
    }

    #[test]
    fn lines_are_compared_in_context() {
        assert_eq!(
            text(b"1\n2\n3\n4\n5\n6\n", b"1\n2\n3\n4\nfive\n6\n"),
            "--- a/p/f\n+++ b/p/f\n@@ -2,5 +2,5 @@\n 2\n 3\n 4\n-5\n+five\n 6\n"
        );
    }

    #[test]
    fn files_that_come_and_go_are_compared_with_nothing() {
        let mut out = String::new();
        unified(
            &mut out,
            "p/new",
            &FileContent::Absent,
            &FileContent::of_bytes(b"x\n"),
        );
        unified(
            &mut out,
            "p/old",
            &FileContent::of_bytes(b"y\nz\n"),
            &FileContent::Absent,
        );
        unified(
            &mut out,
            "p/empty",
            &FileContent::Absent,
            &FileContent::of_bytes(b""),
        );
        assert_eq!(
            out,
            "--- /dev/null\n+++ b/p/new\n@@ -0,0 +1 @@\n+x\n\
             --- a/p/old\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-y\n-z\n\
             --- /dev/null\n+++ b/p/empty\n"
        );
    }

    #[test]
    fn a_missing_last_line_feed_is_said() {
        assert_eq!(
            text(b"a", b"a\n"),
            "--- a/p/f\n+++ b/p/f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"
        );
    }

    #[test]
    fn hidden_characters_are_shown() {
        assert_eq!(
            text(b"", "\u{1b}[2J\ta\r\n\u{202e}é\u{85}\n".as_bytes()),
            "--- a/p/f\n+++ b/p/f\n@@ -0,0 +1,2 @@\n+\\u{1b}[2J\ta\\r\n+\\u{202e}é\\u{85}\n"
        );
    }

    #[test]
    fn what_is_no_text_is_only_named() {
        assert_eq!(
            text(b"a\n", b"\xff\n"),
            "Files a/p/f (text, 2 bytes) and b/p/f (binary, 2 bytes) differ\n"
        );
        assert_eq!(
            text(b"a\0", &vec![b'a'; 1_048_577]),
            "Files a/p/f (binary, 2 bytes) and b/p/f (1048577 bytes) differ\n"
        );
        assert_eq!(
            text(b"", &b"\n".repeat(100_001)),
            "Files a/p/f (text, 0 bytes) and b/p/f (100001 bytes) differ\n"
        );
    }

    #[test]
    fn great_files_without_a_common_line_are_compared() {
        let lines = |start: usize| {
            (start..start + 100_000)
                .map(|n| format!("{n}\n"))
                .collect::<String>()
        };
        let out = text(lines(0).as_bytes(), lines(100_000).as_bytes());
        assert_eq!(out.lines().count(), 200_003);
    }
}
