//! How a package's folder on disk differs from the package.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::Package;
use super::diff::{self, FileContent};
use super::error::{BuildObstacle, ObstacleKind, PackageError};
use super::inventory::{EntryKind, Inventory, open_file};
use super::manifest::{Digest, Manifest};
use super::output::OutputFolder;
use super::path::PackagePath;

/// Says how `<out_dir>/<package name>` differs from the package. Nothing is written.
///
/// It waits for a build that is writing to `out_dir`.
///
/// # Errors
///
/// [`PackageError::NotAFolder`], [`PackageError::DanglingLink`] and [`PackageError::PackageIsLink`] if the folders are not
/// what they should be, [`PackageError::Busy`] if another build does not end, [`PackageError::Io`] if something cannot be
/// read. That there is no folder yet is no error: then all files are missing.
pub fn compare<'package>(
    package: &'package Package,
    out_dir: &Path,
) -> Result<PackageComparison<'package>, PackageError> {
    let folder = out_dir.join(package.name());
    let inventory = match OutputFolder::for_reading(out_dir)? {
        Some(output) => output.package_inventory(&folder)?.unwrap_or_default(),
        None => Inventory::default(),
    };
    PackageComparison::of(package, folder, &inventory)
}

/// What is stale in a package's folder, and what a build would destroy there.
#[derive(Debug)]
pub struct PackageComparison<'package> {
    package: &'package Package,
    folder: PathBuf,
    differences: Vec<FileDifference<'package>>,
    obstacles: Vec<BuildObstacle>,
    unchanged: Vec<PackagePath>,
    foreign: Vec<(PathBuf, EntryKind)>,
}

/// A file that a build would add, change or remove.
#[derive(Debug)]
pub struct FileDifference<'package> {
    path: PackagePath,
    kind: DifferenceKind,
    new: Option<Cow<'package, [u8]>>,
}

/// What a [`Difference`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DifferenceKind {
    /// The package has the file and the folder has not.
    Missing,
    /// The file has other bytes in the package.
    Changed,
    /// An earlier build made the file, and the package has it no more.
    LeftOver,
}

impl<'package> PackageComparison<'package> {
    /// Whether the folder is what a build would make.
    pub fn is_current(&self) -> bool {
        self.differences.is_empty()
    }

    /// The stale files, sorted by path; the manifest is one of the files.
    pub fn differences(&self) -> &[FileDifference<'package>] {
        &self.differences
    }

    /// What a build would destroy although a person wrote it, sorted by path.
    pub fn obstacles(&self) -> &[BuildObstacle] {
        &self.obstacles
    }

    /// The files and links in the folder that no build made, sorted by path. They stay.
    pub fn foreign(&self) -> impl Iterator<Item = &Path> {
        self.foreign
            .iter()
            .filter(|(_, kind)| *kind != EntryKind::EmptyFolder)
            .map(|(path, _)| path.as_path())
    }

    /// What a build would change, as a unified diff from the folder (`a/<package>/…`) to the package (`b/<package>/…`).
    ///
    /// Of files that are binary, or greater than 1 MiB or 100,000 lines, it says only that they differ. Control characters and those that
    /// reorder text are shown escaped, so that the text is for reading first; where there are none, `patch` takes it.
    ///
    /// # Errors
    ///
    /// [`PackageError::Io`] if a file of the folder can no longer be read.
    pub fn unified_diff(&self) -> Result<String, PackageError> {
        let mut text = String::new();
        for difference in &self.differences {
            let old = match difference.kind {
                DifferenceKind::Missing => FileContent::Absent,
                DifferenceKind::Changed | DifferenceKind::LeftOver => {
                    let path = self.folder.join(&difference.path);
                    FileContent::of_file(&path).map_err(PackageError::io("read", &path))?
                }
            };
            let new = match &difference.new {
                None => FileContent::Absent,
                Some(bytes) => FileContent::of_bytes(bytes),
            };
            let name = self.package.name();
            diff::unified(
                &mut text,
                &format!("{name}/{}", difference.path),
                &old,
                &new,
            );
        }
        Ok(text)
    }

    pub(super) fn of(
        package: &'package Package,
        folder: PathBuf,
        inventory: &Inventory,
    ) -> Result<Self, PackageError> {
        let (earlier, invalid) = earlier_manifest(&folder, inventory)?;
        let mut sorting = Sorting {
            package,
            folder: &folder,
            inventory,
            earlier: &earlier,
            differences: Vec::new(),
            obstacles: BTreeMap::new(),
            unchanged: Vec::new(),
        };
        sorting.manifest(invalid)?;
        for (path, bytes) in package.files() {
            sorting.file(path, bytes)?;
        }
        sorting.left_over()?;
        let foreign = sorting.foreign();
        let Sorting {
            mut differences,
            obstacles,
            unchanged,
            ..
        } = sorting;
        differences.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self {
            package,
            folder,
            differences,
            obstacles: obstacles
                .into_iter()
                .map(|(path, kind)| BuildObstacle { path, kind })
                .collect(),
            unchanged,
            foreign,
        })
    }

    /// The files of the folder that already have the package's bytes.
    pub(super) fn unchanged(&self) -> &[PackagePath] {
        &self.unchanged
    }

    /// What else goes on being in the folder.
    pub(super) fn carried_over(&self) -> &[(PathBuf, EntryKind)] {
        &self.foreign
    }
}

impl FileDifference<'_> {
    /// The file's path in the package.
    pub fn path(&self) -> &PackagePath {
        &self.path
    }

    /// What is different.
    pub fn kind(&self) -> DifferenceKind {
        self.kind
    }

    /// The bytes that the file should have; none if it should not be there.
    pub(super) fn new_bytes(&self) -> Option<&[u8]> {
        self.new.as_deref()
    }
}

/// The manifest in the folder, and if there is one that cannot be read, why. Without a readable one nothing counts as generated.
fn earlier_manifest(
    folder: &Path,
    inventory: &Inventory,
) -> Result<(Manifest, Option<String>), PackageError> {
    let path = PackagePath::manifest();
    if inventory.kind(path.as_ref()) != Some(EntryKind::File) {
        return Ok((Manifest::default(), None));
    }
    let path = folder.join(path);
    match Manifest::read(&path).map_err(PackageError::io("read", &path))? {
        Ok(manifest) => Ok((manifest, None)),
        Err(error) => Ok((Manifest::default(), Some(error.to_string()))),
    }
}

/// A comparison in the making.
struct Sorting<'a, 'package> {
    package: &'package Package,
    folder: &'a Path,
    inventory: &'a Inventory,
    earlier: &'a Manifest,
    differences: Vec<FileDifference<'package>>,
    obstacles: BTreeMap<PathBuf, ObstacleKind>,
    unchanged: Vec<PackagePath>,
}

impl<'package> Sorting<'_, 'package> {
    /// The manifest is rewritten by each build, so that a readable one is never in the way.
    fn manifest(&mut self, invalid: Option<String>) -> Result<(), PackageError> {
        let path = PackagePath::manifest();
        let bytes = Manifest::of_package(self.package).to_bytes();
        if self.inventory.kind(path.as_ref()) != Some(EntryKind::File) {
            return self.missing(&path, Cow::Owned(bytes));
        }
        if let Some(reason) = invalid {
            self.obstacle(path.as_ref(), ObstacleKind::InvalidManifest(reason));
        }
        self.present(&path, Cow::Owned(bytes)).map(|_| ())
    }

    fn file(&mut self, path: &PackagePath, bytes: &'package [u8]) -> Result<(), PackageError> {
        if self.inventory.kind(path.as_ref()) != Some(EntryKind::File) {
            return self.missing(path, Cow::Borrowed(bytes));
        }
        let is_equal = self.present(path, Cow::Borrowed(bytes))?;
        if !is_equal {
            match self.earlier.digest(path) {
                None => self.obstacle(path.as_ref(), ObstacleKind::Foreign),
                Some(digest) if *digest != self.digest_on_disk(path)? => {
                    self.obstacle(path.as_ref(), ObstacleKind::Edited);
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// A file that is there; gives whether it has the bytes that it should have.
    fn present(
        &mut self,
        path: &PackagePath,
        bytes: Cow<'package, [u8]>,
    ) -> Result<bool, PackageError> {
        let on_disk = self.folder.join(path);
        let is_equal = has_bytes(&on_disk, &bytes).map_err(PackageError::io("read", &on_disk))?;
        if is_equal {
            self.unchanged.push(path.clone());
        } else {
            self.different(path, DifferenceKind::Changed, Some(bytes));
        }
        Ok(is_equal)
    }

    /// A file that is not there, although something else may be, or there may be no way to it.
    fn missing(
        &mut self,
        path: &PackagePath,
        bytes: Cow<'package, [u8]>,
    ) -> Result<(), PackageError> {
        self.different(path, DifferenceKind::Missing, Some(bytes));
        let path: &Path = path.as_ref();
        if self.inventory.kind(path).is_some() {
            self.obstacle(path, ObstacleKind::Foreign);
        }
        for above in path.ancestors().skip(1) {
            let is_in_the_way = match self.inventory.kind(above) {
                None | Some(EntryKind::EmptyFolder) => false,
                Some(kind) => !self.is_left_over(above, kind),
            };
            if is_in_the_way {
                self.obstacle(above, ObstacleKind::Foreign);
            }
        }
        for (below, kind) in self.inventory.below(path) {
            if !self.is_left_over(below, kind) {
                self.obstacles
                    .insert(below.clone(), ObstacleKind::InFolderInTheWay);
            }
        }
        Ok(())
    }

    fn left_over(&mut self) -> Result<(), PackageError> {
        let earlier = self.earlier;
        for (path, digest) in earlier.files() {
            let kind = self.inventory.kind(path.as_ref());
            if !kind.is_some_and(|kind| self.is_left_over(path.as_ref(), kind)) {
                continue;
            }
            self.different(path, DifferenceKind::LeftOver, None);
            if *digest != self.digest_on_disk(path)? {
                self.obstacle(path.as_ref(), ObstacleKind::EditedLeftOver);
            }
        }
        Ok(())
    }

    /// Everything in the folder that is neither the package's, nor left over, nor in the way.
    fn foreign(&self) -> Vec<(PathBuf, EntryKind)> {
        let is_foreign = |path: &Path, kind: EntryKind| {
            !self.is_expected(path)
                && !self.is_left_over(path, kind)
                && !self.obstacles.contains_key(path)
        };
        self.inventory
            .entries
            .iter()
            .filter(|(path, entry)| is_foreign(path, entry.kind))
            .map(|(path, entry)| (path.clone(), entry.kind))
            .collect()
    }

    fn is_expected(&self, path: &Path) -> bool {
        path == PackagePath::manifest().as_ref() as &Path
            || package_path(path).is_some_and(|path| self.package.files().contains_key(&path))
    }

    /// Whether an earlier build made the file and the package has it no more. What took a file's place is a person's.
    fn is_left_over(&self, path: &Path, kind: EntryKind) -> bool {
        kind == EntryKind::File
            && package_path(path).is_some_and(|path| {
                self.earlier.digest(&path).is_some() && !self.package.files().contains_key(&path)
            })
    }

    fn digest_on_disk(&self, path: &PackagePath) -> Result<Digest, PackageError> {
        let path = self.folder.join(path);
        Digest::of_file(&path).map_err(PackageError::io("read", &path))
    }

    fn different(
        &mut self,
        path: &PackagePath,
        kind: DifferenceKind,
        new: Option<Cow<'package, [u8]>>,
    ) {
        let path = path.clone();
        self.differences.push(FileDifference { path, kind, new });
    }

    fn obstacle(&mut self, path: &Path, kind: ObstacleKind) {
        self.obstacles.insert(path.to_owned(), kind);
    }
}

fn package_path(path: &Path) -> Option<PackagePath> {
    let components: Option<Vec<&str>> = path.iter().map(OsStr::to_str).collect();
    components?.join("/").parse().ok()
}

/// Reads no more than it needs to, since what is on disk may be of any size.
fn has_bytes(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let file: File = open_file(path)?;
    let length = bytes.len() as u64;
    if file.metadata()?.len() != length {
        return Ok(false);
    }
    let mut on_disk = Vec::with_capacity(bytes.len() + 1);
    file.take(length + 1).read_to_end(&mut on_disk)?;
    Ok(on_disk == bytes)
}
