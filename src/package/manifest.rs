//! The list of generated files that a package's folder carries.
//!
//! A first line with the format's version, then one line a file, sorted by path:
//!
//! ```text
//! # sigzeek manifest 1
//! <SHA-256 in 64 lower-case hexadecimal digits>  <path>
//! ```
//!
//! `sha256sum --check` reads it too.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::Package;
use super::inventory::open_file;
use super::path::PackagePath;

const HEADER: &str = "# sigzeek manifest 1";

/// More than any package needs; a greater file is not read.
const MAX_LENGTH: u64 = 64 << 20;

/// A file's SHA-256 digest in lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digest(String);

/// The files of a build, with their digests.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest(BTreeMap<PackagePath, Digest>);

/// Why a text is no manifest.
#[derive(Debug, thiserror::Error)]
pub(super) enum ManifestError {
    #[error("it is longer than 64 MiB")]
    TooLong,
    #[error("it is not UTF-8")]
    NotUtf8,
    #[error("its first line is not `{HEADER}`")]
    Header,
    #[error("line {0} is not a SHA-256 digest, two spaces and the path of a file in a package")]
    Line(usize),
    #[error("line {0} names a file for the second time")]
    Duplicate(usize),
}

impl Digest {
    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        Self::from_hash(Sha256::new_with_prefix(bytes))
    }

    /// Reads the file piece by piece, since it may be of any size.
    pub(super) fn of_file(path: &Path) -> io::Result<Self> {
        let mut file = open_file(path)?;
        let mut hash = Sha256::new();
        let mut piece = vec![0; 64 << 10];
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(Self::from_hash(hash)),
                length => hash.update(&piece[..length]),
            }
        }
    }

    fn from_hash(hash: Sha256) -> Self {
        let mut text = String::with_capacity(64);
        for byte in hash.finalize() {
            // Writing to a String does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 64 && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }
}

impl Manifest {
    pub(super) fn of_package(package: &Package) -> Self {
        let digest =
            |(path, bytes): (&PackagePath, &Vec<u8>)| (path.clone(), Digest::of_bytes(bytes));
        Self(package.files().iter().map(digest).collect())
    }

    /// The manifest in a file; the inner error is the text's, the outer one the operating system's.
    pub(super) fn read(path: &Path) -> io::Result<Result<Self, ManifestError>> {
        let file: File = open_file(path)?;
        let mut bytes = Vec::new();
        file.take(MAX_LENGTH + 1).read_to_end(&mut bytes)?;
        Ok(Self::parse(&bytes))
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{HEADER}\n");
        for (path, Digest(digest)) in &self.0 {
            text.push_str(digest);
            text.push_str("  ");
            text.push_str(path.as_str());
            text.push('\n');
        }
        text.into_bytes()
    }

    pub(super) fn digest(&self, path: &PackagePath) -> Option<&Digest> {
        self.0.get(path)
    }

    pub(super) fn files(&self) -> impl Iterator<Item = (&PackagePath, &Digest)> {
        self.0.iter()
    }

    /// All or nothing: a manifest with one bad line is no ground for deleting what its other lines name.
    fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        if bytes.len() as u64 > MAX_LENGTH {
            return Err(ManifestError::TooLong);
        }
        let text = str::from_utf8(bytes).map_err(|_| ManifestError::NotUtf8)?;
        let mut lines = text.split_terminator('\n').zip(1..);
        if lines.next().is_none_or(|(header, _)| header != HEADER) {
            return Err(ManifestError::Header);
        }
        let mut files = BTreeMap::new();
        for (line, number) in lines {
            let (path, digest) = parse_line(line).ok_or(ManifestError::Line(number))?;
            if files.insert(path, digest).is_some() {
                return Err(ManifestError::Duplicate(number));
            }
        }
        Ok(Self(files))
    }
}

fn parse_line(line: &str) -> Option<(PackagePath, Digest)> {
    let (digest, path) = line.split_once("  ")?;
    Some((path.parse().ok()?, Digest::parse(digest)?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    /// The digest of no bytes at all, FIPS 180-4's well-known value.
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn reason(text: &str) -> String {
        Manifest::parse(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn what_is_written_is_read() {
        let mut package = Package::new("pack".parse().unwrap());
        for path in ["b/c", "a", "b-c"] {
            package.insert(path.parse().unwrap(), Vec::new()).unwrap();
        }
        let manifest = Manifest::of_package(&package);
        let text = String::from_utf8(manifest.to_bytes()).unwrap();
        assert_eq!(
            text,
            format!("# sigzeek manifest 1\n{EMPTY}  a\n{EMPTY}  b-c\n{EMPTY}  b/c\n")
        );
        assert_eq!(Manifest::parse(text.as_bytes()).unwrap(), manifest);
    }

    #[test]
    fn what_is_no_manifest_is_refused_whole() {
        let header = "# sigzeek manifest 1\n";
        for (text, expected) in [
            (String::new(), "first line"),
            ("# sigzeek manifest 2\n".to_owned(), "first line"),
            (
                format!("{header}{EMPTY}  a\n{EMPTY}  ../../etc/passwd\n"),
                "line 3 is not",
            ),
            (format!("{header}{EMPTY}  /etc/passwd\n"), "line 2 is not"),
            (
                format!("{header}{EMPTY}  .sigzeek-manifest\n"),
                "line 2 is not",
            ),
            (format!("{header}{EMPTY} a\n"), "line 2 is not"),
            (format!("{header}{EMPTY}  a\r\n"), "line 2 is not"),
            (
                format!("{header}{}  a\n", EMPTY.to_uppercase()),
                "line 2 is not",
            ),
            (format!("{header}{}  a\n", &EMPTY[1..]), "line 2 is not"),
            (format!("{header}\n"), "line 2 is not"),
            (format!("{header}<<<<<<< HEAD\n"), "line 2 is not"),
            (format!("{header}{EMPTY}  a\n{EMPTY}  a\n"), "second time"),
        ] {
            assert!(
                reason(&text).contains(expected),
                "{text:?}: {}",
                reason(&text)
            );
        }
        assert!(matches!(
            Manifest::parse(b"\xff"),
            Err(ManifestError::NotUtf8)
        ));
    }
}
