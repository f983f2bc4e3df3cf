//! The temporary folder in which a new tree is made, and the step that puts it in the old one's place.
//!
//! It is `<output folder>/.sigzeek-<package>-<random>` and holds
//!
//! - `.sigzeek-staging`, an empty file that says that a build made the folder;
//! - `new`, the new tree, and after an exchange the old one;
//! - `old`, the old tree, where exchanging took two renames.
//!
//! Whoever holds the output folder's lock knows that all of these are leftovers but its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, FileTimes};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use walkdir::WalkDir;

use super::error::PackageError;
use super::inventory::{EntryKind, Inventory, open_file};
use super::output::OutputFolder;
use super::path::{PackageName, PackagePath, RESERVED_PREFIX};
use crate::platform;

const MARKER: &str = ".sigzeek-staging";
const NEW: &str = "new";
const OLD: &str = "old";

/// The modes of new files and folders, before the umask.
const FILE_MODE: u32 = 0o644;
const FOLDER_MODE: u32 = 0o755;

/// A new tree in the making. It goes when the value does, unless it is installed.
#[derive(Debug)]
pub(super) struct Staging {
    folder: TempDir,
    tree: PathBuf,
    /// The tree's folders that have been made, relative to it.
    made: BTreeSet<PathBuf>,
}

impl Staging {
    pub(super) fn new(output: &OutputFolder, package: &PackageName) -> Result<Self, PackageError> {
        let folder = tempfile::Builder::new()
            .prefix(&format!("{RESERVED_PREFIX}-{package}-"))
            .tempdir_in(output.path())
            .map_err(PackageError::io("make a folder in", output.path()))?;
        let marker = folder.path().join(MARKER);
        File::create_new(&marker).map_err(PackageError::io("write", &marker))?;
        let mut staging = Self {
            tree: folder.path().join(NEW),
            folder,
            made: BTreeSet::new(),
        };
        staging.make_folder(Path::new(""))?;
        Ok(staging)
    }

    /// Adds a new file.
    pub(super) fn write(&mut self, path: &PackagePath, bytes: &[u8]) -> Result<(), PackageError> {
        self.make_parent(path.as_ref())?;
        let path = self.tree.join(path);
        platform::create_file(&path, FILE_MODE)
            .and_then(|mut file| file.write_all(bytes))
            .map_err(PackageError::io("write", &path))
    }

    /// Adds what is at `path` below `folder`, with its mode and times.
    ///
    /// A file is the same file in both trees (a hard link) where the file system can do that, and a copy elsewhere. A
    /// symbolic link is not followed; as it comes to stand where it stood, a relative one leads to where it led.
    pub(super) fn carry_over(
        &mut self,
        folder: &Path,
        path: &Path,
        kind: EntryKind,
    ) -> Result<(), PackageError> {
        if kind == EntryKind::EmptyFolder {
            return self.make_folder(path);
        }
        self.make_parent(path)?;
        let (from, to) = (folder.join(path), self.tree.join(path));
        if platform::hard_link(&from, &to).is_ok() {
            return Ok(());
        }
        let copied = match kind {
            EntryKind::SymbolicLink => {
                fs::read_link(&from).and_then(|target| platform::symbolic_link(&target, &to))
            }
            _ => copy_file(&from, &to),
        };
        copied.map_err(PackageError::io("carry over", &from))
    }

    /// Gives the tree's folders the modes that they had in the old tree.
    pub(super) fn set_modes(&self, modes: &BTreeMap<PathBuf, u32>) -> Result<(), PackageError> {
        // A folder comes after its parents in the set; once they are closed, one could not reach it.
        for folder in self.made.iter().rev() {
            if let Some(mode) = modes.get(folder) {
                let path = self.tree.join(folder);
                let metadata = fs::metadata(&path).map_err(PackageError::io("look at", &path))?;
                if platform::mode(&metadata) != *mode {
                    platform::set_mode(&path, *mode)
                        .map_err(PackageError::io("set the mode of", &path))?;
                }
            }
        }
        Ok(())
    }

    /// Puts the tree in the place of the package's folder and removes what was there, if it still is `old`.
    pub(super) fn install(
        self,
        output: &OutputFolder,
        target: &Path,
        old: Option<&Inventory>,
    ) -> Result<(), PackageError> {
        platform::synchronise_tree(&self.tree)
            .map_err(PackageError::io("synchronise", &self.tree))?;
        // From here on the temporary folder may hold the only copy of the old tree, and goes only by an explicit step.
        let folder = self.folder.keep();
        match old {
            Some(old) => replace(&folder, target, old)?,
            None => fs::rename(folder.join(NEW), target)
                .inspect_err(|_| discard(&folder))
                .map_err(PackageError::io("make the package's folder", target))?,
        }
        output.sync()?;
        remove_tree(&folder).map_err(|source| PackageError::OldRemains {
            path: folder,
            source,
        })
    }

    fn make_parent(&mut self, path: &Path) -> Result<(), PackageError> {
        match path.parent() {
            Some(parent) if !self.made.contains(parent) => self.make_folder(parent),
            _ => Ok(()),
        }
    }

    fn make_folder(&mut self, path: &Path) -> Result<(), PackageError> {
        let missing: Vec<&Path> = path
            .ancestors()
            .take_while(|folder| !self.made.contains(*folder))
            .collect();
        for folder in missing.into_iter().rev() {
            let path = self.tree.join(folder);
            platform::create_folder(&path, FOLDER_MODE)
                .map_err(PackageError::io("make the folder", &path))?;
            self.made.insert(folder.to_owned());
        }
        Ok(())
    }
}

/// Removes what interrupted builds left in the output folder, after putting back an old tree that one of them had taken
/// away and not yet replaced.
pub(super) fn clean_up(output: &OutputFolder) -> Result<(), PackageError> {
    for (folder, package) in left_behind(output)? {
        if fs::symlink_metadata(folder.join(MARKER)).is_err() {
            // Either a build made it and came no further, so that it is empty, or a person did.
            let _ = fs::remove_dir(&folder);
            continue;
        }
        let (old, target) = (folder.join(OLD), output.path().join(&package));
        let is_missing = fs::symlink_metadata(&target)
            .is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
        if is_missing && fs::symlink_metadata(&old).is_ok_and(|old| old.is_dir()) {
            fs::rename(&old, &target).map_err(PackageError::io("put back the package", &old))?;
        }
        remove_tree(&folder).map_err(PackageError::io("remove", &folder))?;
    }
    Ok(())
}

/// The folders whose names are those of temporary folders, and the packages that they would be for; sorted.
fn left_behind(output: &OutputFolder) -> Result<Vec<(PathBuf, PackageName)>, PackageError> {
    let list = || PackageError::io::<io::Error>("list", output.path());
    let mut found = Vec::new();
    for entry in fs::read_dir(output.path()).map_err(list())? {
        let entry = entry.map_err(list())?;
        let name = entry.file_name();
        let package = name
            .to_str()
            .and_then(|name| name.strip_prefix(RESERVED_PREFIX)?.strip_prefix('-'))
            .and_then(|name| name.rsplit_once('-'))
            .and_then(|(package, _)| package.parse().ok());
        let is_folder = || entry.file_type().is_ok_and(|kind| kind.is_dir());
        if let Some(package) = package.filter(|_| is_folder()) {
            found.push((entry.path(), package));
        }
    }
    found.sort();
    Ok(found)
}

/// Puts the new tree in the old one's place, and undoes it if what it took away is not `old`: then somebody changed the
/// package while the new tree was being made. Without success the temporary folder is gone, unless it holds the old tree.
fn replace(folder: &Path, target: &Path, old: &Inventory) -> Result<(), PackageError> {
    let way = trade_places(folder, target).map_err(PackageError::io("replace", target))?;
    let taken_away = match way {
        Way::Exchange => folder.join(NEW),
        Way::Renames => folder.join(OLD),
    };
    let changed = match Inventory::read(&taken_away) {
        Ok(found) if found == *old => return Ok(()),
        Ok(_) => PackageError::ChangedMeanwhile {
            path: target.to_owned(),
        },
        Err(error) => error,
    };
    if let Err(source) = put_back(way, folder, target) {
        // Without its marker, no later build removes the folder.
        let _ = fs::remove_file(folder.join(MARKER));
        return Err(PackageError::OldRemains {
            path: taken_away,
            source,
        });
    }
    discard(folder);
    Err(changed)
}

fn trade_places(folder: &Path, target: &Path) -> io::Result<Way> {
    match platform::exchange(&folder.join(NEW), target) {
        Ok(()) => Ok(Way::Exchange),
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            rename_twice(folder, target)?;
            Ok(Way::Renames)
        }
        Err(error) => {
            discard(folder);
            Err(error)
        }
    }
}

/// How two trees changed places.
#[derive(Debug, Clone, Copy)]
enum Way {
    Exchange,
    Renames,
}

fn put_back(way: Way, folder: &Path, target: &Path) -> io::Result<()> {
    match way {
        Way::Exchange => platform::exchange(&folder.join(NEW), target),
        Way::Renames => {
            fs::rename(target, folder.join(NEW))?;
            fs::rename(folder.join(OLD), target)
        }
    }
}

/// Between the renames there is no package; [`clean_up`] puts the old one back if the process ends there, or if neither
/// the second rename nor undoing the first succeeds.
fn rename_twice(folder: &Path, target: &Path) -> io::Result<()> {
    let old = folder.join(OLD);
    fs::rename(target, &old).inspect_err(|_| discard(folder))?;
    fs::rename(folder.join(NEW), target).inspect_err(|_| {
        if fs::rename(&old, target).is_ok() {
            discard(folder);
        }
    })
}

fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = open_file(from)?;
    let metadata = source.metadata()?;
    let mut copy = platform::create_file(to, FILE_MODE)?;
    io::copy(&mut source, &mut copy)?;
    copy.set_permissions(metadata.permissions())?;
    copy.set_times(FileTimes::new().set_modified(metadata.modified()?))
}

/// Removes a temporary folder on the way to reporting an error that says more than one of the removal would. The next
/// build tries again.
fn discard(folder: &Path) {
    let _ = remove_tree(folder);
}

/// Removes a temporary folder. Links are removed, not followed.
fn remove_tree(folder: &Path) -> io::Result<()> {
    if fs::remove_dir_all(folder).is_ok() {
        return Ok(());
    }
    // Folders without write permission, which were so in the package, do not let go of what they hold.
    for entry in WalkDir::new(folder).follow_root_links(false) {
        let entry = entry?;
        platform::make_removable(entry.path(), entry.file_type())?;
    }
    fs::remove_dir_all(folder)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    /// An output folder with a package of one file, and a temporary folder with a new tree that holds another one.
    struct Scene {
        _folder: TempDir,
        output: OutputFolder,
        target: PathBuf,
        staging: Staging,
    }

    impl Scene {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let output = OutputFolder::for_writing(folder.path()).unwrap();
            let target = folder.path().join("pack");
            fs::create_dir(&target).unwrap();
            fs::write(target.join("file"), "old").unwrap();
            let mut staging = Staging::new(&output, &"pack".parse().unwrap()).unwrap();
            staging.write(&"file".parse().unwrap(), b"new").unwrap();
            Self {
                _folder: folder,
                output,
                target,
                staging,
            }
        }

        fn content(&self) -> String {
            fs::read_to_string(self.target.join("file")).unwrap()
        }

        fn names(&self) -> Vec<String> {
            let mut names: Vec<String> = fs::read_dir(self.output.path())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        }

        /// The scene after the process that was building has been killed.
        fn killed(self) -> (Self, PathBuf) {
            let left_behind = self.staging.folder.keep();
            let staging = Staging {
                folder: tempfile::tempdir().unwrap(),
                tree: PathBuf::new(),
                made: BTreeSet::new(),
            };
            (Self { staging, ..self }, left_behind)
        }
    }

    #[test]
    fn a_change_in_between_is_put_back() {
        let scene = Scene::new();
        let old = Inventory::read(&scene.target).unwrap();
        fs::write(scene.target.join("mine"), "precious").unwrap();
        let error = scene
            .staging
            .install(&scene.output, &scene.target, Some(&old))
            .unwrap_err();
        assert!(
            matches!(error, PackageError::ChangedMeanwhile { .. }),
            "{error}"
        );
        assert_eq!(fs::read(scene.target.join("mine")).unwrap(), b"precious");
        assert_eq!(fs::read(scene.target.join("file")).unwrap(), b"old");
        assert_eq!(fs::read_dir(scene.output.path()).unwrap().count(), 1);
    }

    #[test]
    fn two_renames_replace_and_can_be_undone() {
        let (scene, folder) = Scene::new().killed();
        rename_twice(&folder, &scene.target).unwrap();
        assert_eq!(scene.content(), "new");
        assert_eq!(fs::read(folder.join("old/file")).unwrap(), b"old");
        put_back(Way::Renames, &folder, &scene.target).unwrap();
        assert_eq!(scene.content(), "old");
        assert_eq!(fs::read(folder.join("new/file")).unwrap(), b"new");
    }

    #[test]
    fn a_second_rename_that_fails_undoes_the_first() {
        let (scene, folder) = Scene::new().killed();
        fs::remove_dir_all(folder.join(NEW)).unwrap();
        rename_twice(&folder, &scene.target).unwrap_err();
        assert_eq!(scene.content(), "old");
        assert_eq!(scene.names(), ["pack"]);
    }

    #[test]
    fn a_build_killed_while_it_made_the_tree_leaves_nothing() {
        let (scene, _) = Scene::new().killed();
        assert_eq!(scene.names().len(), 2);
        clean_up(&scene.output).unwrap();
        assert_eq!(scene.names(), ["pack"]);
        assert_eq!(scene.content(), "old");
    }

    #[test]
    fn a_build_killed_between_two_renames_gives_the_old_package_back() {
        let (scene, folder) = Scene::new().killed();
        fs::rename(&scene.target, folder.join(OLD)).unwrap();
        clean_up(&scene.output).unwrap();
        assert_eq!(scene.names(), ["pack"]);
        assert_eq!(scene.content(), "old");
    }

    #[test]
    fn a_build_killed_after_the_exchange_leaves_the_new_package() {
        let (scene, folder) = Scene::new().killed();
        trade_places(&folder, &scene.target).unwrap();
        clean_up(&scene.output).unwrap();
        assert_eq!(scene.names(), ["pack"]);
        assert_eq!(scene.content(), "new");
    }

    #[test]
    fn only_what_a_build_made_is_cleaned_up() {
        let (scene, folder) = Scene::new().killed();
        fs::remove_file(folder.join(MARKER)).unwrap();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join(MARKER), "").unwrap();
        let link = scene.output.path().join(".sigzeek-pack-link");
        platform::symbolic_link(outside.path(), &link).unwrap();
        fs::write(scene.output.path().join(".sigzeek-pack-file"), "").unwrap();
        fs::create_dir(scene.output.path().join(".sigzeek-pack-empty")).unwrap();
        clean_up(&scene.output).unwrap();
        let mut expected = vec![
            name,
            ".sigzeek-pack-link".to_owned(),
            ".sigzeek-pack-file".to_owned(),
            "pack".to_owned(),
        ];
        expected.sort();
        assert_eq!(scene.names(), expected);
        assert!(outside.path().join(MARKER).exists());
    }

    #[test]
    fn a_copy_keeps_bytes_mode_and_time() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::write(&from, "text").unwrap();
        platform::set_mode(&from, 0o750).unwrap();
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        File::options()
            .write(true)
            .open(&from)
            .unwrap()
            .set_modified(time)
            .unwrap();
        copy_file(&from, &to).unwrap();
        let metadata = fs::metadata(&to).unwrap();
        assert_eq!(fs::read(&to).unwrap(), b"text");
        assert_eq!(platform::mode(&metadata), 0o750);
        assert_eq!(metadata.modified().unwrap(), time);
    }
}
