//! What a package's folder holds, without a look into the files.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use walkdir::{DirEntry, WalkDir};

use super::error::PackageError;
use crate::platform::{self, Links};

/// The contents of a folder; all paths are relative to it.
///
/// Two inventories of a folder are equal unless somebody changed something in between.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Inventory {
    /// All that is not a folder, and the folders that hold nothing.
    pub(super) entries: BTreeMap<PathBuf, InventoryEntry>,
    /// All folders, the one itself with its empty path included, and their modes.
    pub(super) folders: BTreeMap<PathBuf, u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InventoryEntry {
    pub(super) kind: EntryKind,
    identity: u64,
    /// The last change and the size in bytes of a file; those of other kinds say nothing.
    stamp: Option<(SystemTime, u64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    File,
    SymbolicLink,
    /// Builds leave no empty folder behind, so that a person made it.
    EmptyFolder,
    /// Another file system begins there; it is not looked into.
    MountPoint,
    /// A socket, named pipe or device.
    Special(&'static str),
}

impl Inventory {
    /// Walks a folder without following links and without opening anything but folders.
    pub(super) fn read(root: &Path) -> Result<Self, PackageError> {
        let mut inventory = Self::default();
        let mut empty = BTreeMap::new();
        let mut file_system = None;
        let mut walk = WalkDir::new(root)
            .follow_root_links(false)
            .sort_by_file_name()
            .into_iter();
        while let Some(found) = walk.next() {
            let found = found.map_err(|error| walk_error(root, error))?;
            let metadata = found.metadata().map_err(|error| walk_error(root, error))?;
            let path = relative(&found, root);
            if let Some(parent) = path.parent() {
                empty.remove(parent);
            }
            let own = platform::file_system(&metadata);
            if *file_system.get_or_insert(own) != own {
                if metadata.is_dir() {
                    walk.skip_current_dir();
                }
                let entry = InventoryEntry::new(EntryKind::MountPoint, &metadata);
                inventory.entries.insert(path, entry);
            } else if metadata.is_dir() {
                empty.insert(
                    path.clone(),
                    InventoryEntry::new(EntryKind::EmptyFolder, &metadata),
                );
                inventory.folders.insert(path, platform::mode(&metadata));
            } else {
                let entry = InventoryEntry::new(EntryKind::of(&metadata), &metadata);
                inventory.entries.insert(path, entry);
            }
        }
        empty.remove(Path::new(""));
        inventory.entries.append(&mut empty);
        Ok(inventory)
    }

    pub(super) fn kind(&self, path: &Path) -> Option<EntryKind> {
        self.entries.get(path).map(|entry| entry.kind)
    }

    /// The entries in a folder and below.
    pub(super) fn below<'a>(
        &'a self,
        folder: &'a Path,
    ) -> impl Iterator<Item = (&'a PathBuf, EntryKind)> {
        // Paths are ordered by component, so that what is in a folder follows it.
        self.entries
            .range::<Path, _>((Bound::Excluded(folder), Bound::Unbounded))
            .take_while(move |(path, _)| path.starts_with(folder))
            .map(|(path, entry)| (path, entry.kind))
    }
}

impl InventoryEntry {
    fn new(kind: EntryKind, metadata: &Metadata) -> Self {
        let changed = (kind == EntryKind::File).then(|| metadata.modified().ok());
        Self {
            kind,
            identity: platform::identity(metadata),
            stamp: changed.flatten().map(|time| (time, metadata.len())),
        }
    }
}

impl EntryKind {
    fn of(metadata: &Metadata) -> Self {
        let file_type = metadata.file_type();
        if file_type.is_file() {
            Self::File
        } else if file_type.is_symlink() {
            Self::SymbolicLink
        } else {
            Self::Special(platform::special(file_type))
        }
    }
}

/// Opens a regular file for reading. What took its place since it was listed is neither followed nor waited for.
pub(super) fn open_file(path: &Path) -> io::Result<File> {
    platform::open(path, Links::Refused)
}

fn relative(found: &DirEntry, root: &Path) -> PathBuf {
    // The walk gives paths below its root, so that there is nothing to fall back to.
    found
        .path()
        .strip_prefix(root)
        .unwrap_or(found.path())
        .to_owned()
}

fn walk_error(root: &Path, error: walkdir::Error) -> PackageError {
    let path = error.path().unwrap_or(root).to_owned();
    PackageError::io("list", &path)(error)
}
