//! Names and paths that cannot lead out of the folder that they belong to.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use super::error::PackageError;

/// What the names of the manifest and of temporary folders begin with; no file of a package may.
pub(super) const RESERVED_PREFIX: &str = ".sigzeek";

/// The path of a file in a package: one or more components of `A-Z a-z 0-9 . _ -`, separated by `/`.
///
/// It is relative, has no component `.` or `..`, at most [`PackagePath::MAX_LENGTH`] bytes in all and
/// [`PackagePath::MAX_COMPONENT_LENGTH`] a component, and does not begin with `.sigzeek`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackagePath(String);

impl PackagePath {
    /// The greatest length of a path in bytes.
    pub const MAX_LENGTH: usize = 512;
    /// The greatest length of one component in bytes.
    pub const MAX_COMPONENT_LENGTH: usize = 200;

    /// The path with `/` between its components.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path of the manifest, which no caller can name.
    pub(super) fn manifest() -> Self {
        Self(format!("{RESERVED_PREFIX}-manifest"))
    }
}

impl FromStr for PackagePath {
    type Err = PackageError;

    /// # Errors
    ///
    /// [`PackageError::InvalidPath`] with the reason.
    fn from_str(text: &str) -> Result<Self, PackageError> {
        match reason_against_path(text) {
            None => Ok(Self(text.to_owned())),
            Some(reason) => Err(PackageError::InvalidPath {
                path: shortened(text),
                reason,
            }),
        }
    }
}

impl AsRef<Path> for PackagePath {
    fn as_ref(&self) -> &Path {
        Path::new(&self.0)
    }
}

impl fmt::Display for PackagePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The name of a package and of its folder: `A-Z a-z 0-9 . _ -`, the first character neither `.` nor `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageName(String);

impl PackageName {
    /// The greatest length of a name in bytes. It leaves room for what a temporary folder's name adds to it.
    pub const MAX_LENGTH: usize = 128;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PackageName {
    type Err = PackageError;

    /// # Errors
    ///
    /// [`PackageError::InvalidName`] with the reason.
    fn from_str(text: &str) -> Result<Self, PackageError> {
        match reason_against_name(text) {
            None => Ok(Self(text.to_owned())),
            Some(reason) => Err(PackageError::InvalidName {
                name: shortened(text),
                reason,
            }),
        }
    }
}

impl AsRef<Path> for PackageName {
    fn as_ref(&self) -> &Path {
        Path::new(&self.0)
    }
}

impl fmt::Display for PackageName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn reason_against_path(text: &str) -> Option<&'static str> {
    if text.len() > PackagePath::MAX_LENGTH {
        return Some("it is longer than 512 bytes");
    }
    if begins_reserved(text) {
        return Some("names that begin with .sigzeek are kept for the build's own files");
    }
    text.split('/').find_map(|component| {
        if component.len() > PackagePath::MAX_COMPONENT_LENGTH {
            return Some("one of its components is longer than 200 bytes");
        }
        reason_against_component(component)
    })
}

fn reason_against_name(text: &str) -> Option<&'static str> {
    if text.len() > PackageName::MAX_LENGTH {
        return Some("it is longer than 128 bytes");
    }
    if text.starts_with(['.', '-']) {
        return Some("it begins with a dot or a hyphen");
    }
    reason_against_component(text)
}

fn reason_against_component(component: &str) -> Option<&'static str> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if component.is_empty() {
        return Some("it, or one of its components, is empty");
    }
    if matches!(component, "." | "..") {
        return Some("a component is . or ..");
    }
    if !component.bytes().all(is_allowed) {
        return Some("it has a character other than A-Z a-z 0-9 . _ -");
    }
    None
}

/// Case aside: on some file systems the names are the same.
fn begins_reserved(text: &str) -> bool {
    text.get(..RESERVED_PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(RESERVED_PREFIX))
}

/// Enough of a text that may be very long to recognise it by.
fn shortened(text: &str) -> String {
    const LENGTH: usize = 80;
    let mut shortened: String = text.chars().take(LENGTH).collect();
    if shortened.len() < text.len() {
        shortened.push('…');
    }
    shortened
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_paths_are_paths() {
        for text in [
            "zkg.meta",
            "scripts/__load__.zeek",
            "scripts/rules/a-1.zeek",
            ".gitignore",
            "a/.sigzeek-manifest",
            "...",
        ] {
            assert_eq!(text.parse::<PackagePath>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn paths_that_lead_elsewhere_are_not() {
        let long = "a/".repeat(300);
        let long_component = "a".repeat(201);
        for text in [
            "",
            ".",
            "..",
            "/",
            "/etc/passwd",
            "../../x",
            "a/../b",
            "a/./b",
            "a//b",
            "a/",
            "a\\b",
            "C:x",
            "a\0b",
            "a b",
            "a\nb",
            "é",
            "\u{2024}\u{2024}/x",
            ".sigzeek-manifest",
            ".SIGZEEK-x/y",
            &long,
            &long_component,
        ] {
            let error = text.parse::<PackagePath>().unwrap_err();
            assert!(
                matches!(error, PackageError::InvalidPath { .. }),
                "{text:?}"
            );
        }
    }

    #[test]
    fn names_are_single_components() {
        for text in ["remote-execution", "a.b", "_x", "0"] {
            assert_eq!(text.parse::<PackageName>().unwrap().as_str(), text);
        }
        let long = "a".repeat(129);
        for text in [
            "", ".", "..", "a/b", "/a", "../x", ".hidden", "-rf", "a b", "ä", &long,
        ] {
            let error = text.parse::<PackageName>().unwrap_err();
            assert!(
                matches!(error, PackageError::InvalidName { .. }),
                "{text:?}"
            );
        }
    }

    #[test]
    fn errors_show_a_bounded_and_escaped_part() {
        let text = "\u{1b}[31m".to_owned() + &"x".repeat(100_000);
        let message = text.parse::<PackageName>().unwrap_err().to_string();
        assert!(message.len() < 300);
        assert!(!message.contains('\u{1b}'));
    }
}
