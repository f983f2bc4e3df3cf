//! A compiled package as a tree of files, compared with what is on disk and written to it.
//!
//! A [`Package`] is what a build made; [`compare`] says how the folder on disk differs from it, and [`write()`] makes the
//! folder equal to it. The package's folder is `<output folder>/<package name>`.
//!
//! # What belongs to whom
//!
//! A package's folder holds a manifest, `.sigzeek-manifest`: the files of the last build and their SHA-256 digests (the lines
//! are those of `sha256sum`). A file that the manifest does not name is a person's: it is never deleted and moves into
//! each new tree as it is. A file that the manifest names with another digest was edited by a person: a build refuses to
//! discard it unless it is told to ([`Overwrite::Force`]). Where there is no manifest, every file is a person's. A file
//! that already has the bytes that a build would write is never in the way, whoever wrote it.
//!
//! The manifest is input like any other: its paths go through [`PackagePath`], and only files that a walk of the
//! package's own folder found, which follows no link, are looked at or removed.
//!
//! # Atomicity
//!
//! A new tree is made beside the old one, in a temporary folder of the output folder, and the two are exchanged in one
//! step where the file system can (`RENAME_EXCHANGE`), by two renames elsewhere. A build that ends at any point, even by
//! `SIGKILL`, leaves the old package or the new one, whole; between two renames the old one waits in the temporary folder
//! and the next build puts it back. The next build also removes what an interrupted one left behind.
//!
//! Builds hold a lock on the output folder (`flock` on the folder itself, which leaves no lock file behind), so that one
//! waits for the other.
//!
//! # Modes and times
//!
//! New files have mode 0644 and new folders 0755, both less the umask: whoever keeps files from others goes on doing so,
//! and nobody gets files that others can write to. Folders that were there keep their mode. Files whose bytes do not
//! change keep their times and mode, and if no file changes, nothing is written at all. Modes are not compared.

use std::collections::{BTreeMap, BTreeSet};

pub use comparison::{DifferenceKind, FileDifference, PackageComparison, compare};
pub use diff::difference;
pub use error::{BuildObstacle, ObstacleKind, PackageError};
pub use path::{PackageName, PackagePath};
pub use write::{Overwrite, Written, write};

mod comparison;
mod diff;
mod error;
mod inventory;
mod manifest;
mod output;
mod path;
mod staging;
mod write;

/// The files of one compiled package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    name: PackageName,
    files: BTreeMap<PackagePath, Vec<u8>>,
    /// The files' paths in lower case, to find those that one file system tells apart and another does not.
    folded: BTreeSet<String>,
}

impl Package {
    /// A package without files.
    pub fn new(name: PackageName) -> Self {
        Self {
            name,
            files: BTreeMap::new(),
            folded: BTreeSet::new(),
        }
    }

    /// Adds a file.
    ///
    /// # Errors
    ///
    /// [`PackageError::PathTaken`] if the package has a file of this path (letter case aside, since not all file systems
    /// tell `A` from `a`), a file where this one needs a folder, or a folder where this one would be.
    pub fn insert(&mut self, path: PackagePath, bytes: Vec<u8>) -> Result<(), PackageError> {
        let folded = path.as_str().to_ascii_lowercase();
        if self.is_taken(&folded) {
            return Err(PackageError::PathTaken {
                package: self.name.clone(),
                path,
            });
        }
        self.folded.insert(folded);
        self.files.insert(path, bytes);
        Ok(())
    }

    /// The package's name, which is its folder's too.
    pub fn name(&self) -> &PackageName {
        &self.name
    }

    /// The files, sorted by path.
    pub fn files(&self) -> &BTreeMap<PackagePath, Vec<u8>> {
        &self.files
    }

    fn is_taken(&self, folded: &str) -> bool {
        let is_folder = || {
            let below = format!("{folded}/");
            self.folded
                .range(below.clone()..)
                .next()
                .is_some_and(|next| next.starts_with(&below))
        };
        let is_below_file = || {
            folded
                .match_indices('/')
                .any(|(end, _)| self.folded.contains(&folded[..end]))
        };
        self.folded.contains(folded) || is_folder() || is_below_file()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn insert(package: &mut Package, path: &str) -> Result<(), PackageError> {
        package.insert(path.parse().unwrap(), Vec::new())
    }

    #[test]
    fn paths_of_a_package_exclude_each_other() {
        let mut package = Package::new("pack".parse().unwrap());
        insert(&mut package, "scripts/rules/a.zeek").unwrap();
        for taken in [
            "scripts/rules/a.zeek",
            "scripts/rules/A.zeek",
            "scripts/rules",
            "Scripts",
            "scripts/rules/a.zeek/b",
        ] {
            let error = insert(&mut package, taken).unwrap_err();
            assert!(
                matches!(error, PackageError::PathTaken { .. }),
                "{taken}: {error}"
            );
        }
        for free in ["scripts/rules-a", "scripts/rules/a", "script"] {
            insert(&mut package, free).unwrap();
        }
        assert_eq!(package.files().len(), 4);
    }
}
