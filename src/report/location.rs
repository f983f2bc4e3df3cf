//! Where findings are, as programs name it: paths relative to the working directory, lines and columns.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use crate::finding::{Place, Source};
use crate::platform;

/// The folder to which paths are relative.
#[derive(Debug, Clone)]
pub(super) struct Base {
    /// The working directory, if it can be told.
    folder: Option<PathBuf>,
}

impl Base {
    pub(super) fn working_directory() -> Self {
        let folder = std::env::current_dir().and_then(dunce::canonicalize);
        Self {
            folder: folder.ok(),
        }
    }

    /// A file's path relative to the working directory, with `/` between its parts; absolute where it lies elsewhere.
    pub(super) fn path(&self, path: &Path) -> PathBuf {
        let plain: PathBuf = path
            .components()
            .filter(|part| *part != Component::CurDir)
            .collect();
        let is_below = |path: &Path| {
            let mut parts = path.components();
            parts.all(|part| matches!(part, Component::Normal(_)))
        };
        if plain.as_os_str().is_empty() {
            return PathBuf::from(".");
        }
        if is_below(&plain) {
            return with_slashes(&plain);
        }
        // Links may lead anywhere, so that only the file system can say what `..` means.
        let resolved = dunce::canonicalize(&plain).unwrap_or(plain);
        let below = self
            .folder
            .as_ref()
            .and_then(|folder| resolved.strip_prefix(folder).ok());
        match below {
            Some(below) if below.as_os_str().is_empty() => PathBuf::from("."),
            Some(below) => with_slashes(below),
            None => resolved,
        }
    }

    /// A file's path as a relative reference, or as a `file:` URI where it is not below the working directory (RFC 3986,
    /// RFC 8089).
    pub(super) fn uri(&self, path: &Path) -> String {
        let path = self.path(path);
        let scheme = if path.is_absolute() { "file://" } else { "" };
        format!("{scheme}{}", platform::percent_encoded(&path))
    }
}

/// A relative path with `/` between its parts.
fn with_slashes(path: &Path) -> PathBuf {
    let parts: Vec<&OsStr> = path.iter().collect();
    PathBuf::from(parts.join(OsStr::new("/")))
}

/// The characters of a file that a place takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CharacterRange {
    pub(super) start: Position,
    /// The first character behind it.
    pub(super) end: Position,
}

/// A line and a column, both counted from 1; columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// Finds lines and columns in files: a file can have thousands of findings, and is to be counted once.
#[derive(Debug, Default)]
pub(super) struct Positions {
    files: RefCell<HashMap<*const Source, Rc<Marks>>>,
}

impl Positions {
    /// A place's region; none where there is no text to point into.
    pub(super) fn region(&self, place: &Place) -> Option<CharacterRange> {
        let source = &place.source;
        (!source.text.is_empty()).then(|| CharacterRange {
            start: self.position(source, place.span.start),
            end: self.position(source, place.span.end),
        })
    }

    /// The position of an offset in bytes.
    pub(super) fn position(&self, source: &Arc<Source>, offset: usize) -> Position {
        let mut files = self.files.borrow_mut();
        let marks = files
            .entry(Arc::as_ptr(source))
            .or_insert_with(|| Rc::new(Marks::new(&source.text)));
        marks.position(&source.text, offset)
    }
}

/// Positions in a text, some hundred bytes apart.
#[derive(Debug)]
struct Marks(Vec<(usize, Position)>);

/// How many bytes lie between two marks, and a character's more at most.
const BETWEEN_MARKS: usize = 512;

impl Marks {
    fn new(text: &str) -> Self {
        let mut position = Position { line: 1, column: 1 };
        let mut marks = vec![(0, position)];
        let mut next = BETWEEN_MARKS;
        for (offset, character) in text.char_indices() {
            if offset >= next {
                marks.push((offset, position));
                next = offset + BETWEEN_MARKS;
            }
            position.pass(character);
        }
        Self(marks)
    }

    fn position(&self, text: &str, offset: usize) -> Position {
        let index = self.0.partition_point(|(mark, _)| *mark <= offset);
        let Some((mark, mut position)) = index
            .checked_sub(1)
            .and_then(|last| self.0.get(last).copied())
        else {
            return Position { line: 1, column: 1 };
        };
        for character in text[mark..offset].chars() {
            position.pass(character);
        }
        position
    }
}

impl Position {
    fn pass(&mut self, character: char) {
        if character == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn uri(path: &str) -> String {
        let folder = Some(PathBuf::from("/work dir"));
        Base { folder }.uri(Path::new(path))
    }

    #[test]
    fn positions_are_those_that_are_counted() {
        let text = "ä選😀\t\r\n".repeat(300) + &"é".repeat(2000) + "\nend";
        let source = Arc::new(Source {
            path: "rule.yml".into(),
            text,
        });
        let positions = Positions::default();
        let offsets = (0..=source.text.len()).filter(|at| source.text.is_char_boundary(*at));
        for offset in offsets {
            let Position { line, column } = positions.position(&source, offset);
            assert_eq!((line, column), source.line_column(offset), "{offset}");
        }
    }

    #[test]
    fn paths_become_relative_references() {
        assert_eq!(uri("detections/a.yml"), "detections/a.yml");
        assert_eq!(uri("./a//b.yml"), "a/b.yml");
        assert_eq!(uri("/work dir/x/a b.yml"), "x/a%20b.yml");
        assert_eq!(uri("."), ".");
        assert_eq!(uri("a:b/ü#?%.yml"), "a%3Ab/%C3%BC%23%3F%25.yml");
        assert_eq!(uri("/elsewhere/a.yml"), "file:///elsewhere/a.yml");
    }
}
