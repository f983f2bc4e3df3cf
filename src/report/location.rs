//! Where findings are, as programs name it: paths relative to the working directory, lines and columns.

use std::path::{Component, Path, PathBuf};

use crate::finding::Place;

/// The folder to which paths are relative.
#[derive(Debug, Clone)]
pub(super) struct Base {
    /// The working directory, if it can be told.
    folder: Option<PathBuf>,
}

impl Base {
    pub(super) fn working_directory() -> Self {
        let folder = std::env::current_dir().ok();
        Self { folder }
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
            return plain;
        }
        // Links may lead anywhere, so that only the file system can say what `..` means.
        let resolved = std::fs::canonicalize(&plain).unwrap_or(plain);
        let below = self
            .folder
            .as_ref()
            .and_then(|folder| resolved.strip_prefix(folder).ok());
        match below {
            Some(below) if below.as_os_str().is_empty() => PathBuf::from("."),
            Some(below) => below.to_owned(),
            None => resolved,
        }
    }

    /// A file's path as a relative reference, or as a `file:` URI where it is not below the working directory (RFC 3986,
    /// RFC 8089).
    pub(super) fn uri(&self, path: &Path) -> String {
        use std::os::unix::ffi::OsStrExt as _;
        let path = self.path(path);
        let scheme = if path.is_absolute() { "file://" } else { "" };
        let mut uri = String::from(scheme);
        for byte in path.as_os_str().as_bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                    uri.push(char::from(*byte));
                }
                byte => uri.push_str(&format!("%{byte:02X}")),
            }
        }
        uri
    }
}

/// The characters of a file that a place takes, counted from 1; the end is the first character behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) start: (usize, usize),
    pub(super) end: (usize, usize),
}

impl Region {
    /// A place's region; none where there is no text to point into.
    pub(super) fn of(place: &Place) -> Option<Self> {
        (!place.source.text.is_empty()).then(|| Self {
            start: place.line_column(),
            end: place.end_line_column(),
        })
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
    fn paths_become_relative_references() {
        assert_eq!(uri("detections/a.yml"), "detections/a.yml");
        assert_eq!(uri("./a//b.yml"), "a/b.yml");
        assert_eq!(uri("/work dir/x/a b.yml"), "x/a%20b.yml");
        assert_eq!(uri("."), ".");
        assert_eq!(uri("a:b/ü#?%.yml"), "a%3Ab/%C3%BC%23%3F%25.yml");
        assert_eq!(uri("/elsewhere/a.yml"), "file:///elsewhere/a.yml");
    }
}
