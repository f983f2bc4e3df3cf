//! The folder that packages are built into.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::error::PackageError;
use super::inventory::Inventory;
use crate::platform;

/// How long a build waits for another one. Writing a package takes a fraction of a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it looks whether the other one has ended.
const INTERVAL: Duration = Duration::from_millis(20);

/// An output folder, locked for as long as the value lives.
///
/// It may be a symbolic link to a folder: that is its owner's decision.
#[derive(Debug)]
pub(super) struct OutputFolder {
    path: PathBuf,
    _lock: File,
}

#[derive(Debug, Clone, Copy)]
enum Lock {
    /// With other readers.
    Shared,
    /// Alone.
    Exclusive,
}

impl OutputFolder {
    /// The folder for reading, or nothing if it does not exist.
    pub(super) fn for_reading(path: &Path) -> Result<Option<Self>, PackageError> {
        if exists(path)? {
            Self::open(path, Lock::Shared, PATIENCE).map(Some)
        } else {
            Ok(None)
        }
    }

    /// The folder for writing; it is made if it does not exist.
    pub(super) fn for_writing(path: &Path) -> Result<Self, PackageError> {
        if !exists(path)? {
            fs::create_dir_all(path).map_err(PackageError::io("make the output folder", path))?;
        }
        Self::open(path, Lock::Exclusive, PATIENCE)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What is in a package's folder, or nothing if there is no such folder.
    pub(super) fn package_inventory(
        &self,
        folder: &Path,
    ) -> Result<Option<Inventory>, PackageError> {
        let metadata = match fs::symlink_metadata(folder) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(PackageError::io("look at", folder)(error)),
        };
        let path = folder.to_owned();
        if metadata.is_symlink() {
            return Err(PackageError::PackageIsLink { path });
        }
        if !metadata.is_dir() {
            return Err(PackageError::NotAFolder { path });
        }
        Inventory::read(folder).map(Some)
    }

    /// Refuses a package's folder on which a file system of its own is mounted, since it cannot be exchanged.
    pub(super) fn refuse_mount_point(&self, folder: &Path) -> Result<(), PackageError> {
        let file_system = |metadata: fs::Metadata| platform::file_system(&metadata);
        let own = fs::metadata(&self.path).map(file_system);
        let own = own.map_err(PackageError::io("look at", &self.path))?;
        match fs::symlink_metadata(folder).map(file_system) {
            Ok(other) if other != own => Err(PackageError::CannotCarryOver {
                path: folder.to_owned(),
                what: "mount point",
            }),
            _ => Ok(()),
        }
    }

    /// Makes the renames in the folder last through a loss of power.
    pub(super) fn sync(&self) -> Result<(), PackageError> {
        platform::synchronise_folder(&self.path)
            .map_err(PackageError::io("synchronise", &self.path))
    }

    fn open(path: &Path, lock: Lock, patience: Duration) -> Result<Self, PackageError> {
        let handle = platform::open_for_locking(path)
            .map_err(PackageError::io("open the output folder", path))?;
        let mut waited = Duration::ZERO;
        loop {
            let attempt = match lock {
                Lock::Shared => handle.try_lock_shared(),
                Lock::Exclusive => handle.try_lock(),
            };
            match attempt {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if waited >= patience => {
                    return Err(PackageError::Busy {
                        path: path.to_owned(),
                        seconds: patience.as_secs(),
                    });
                }
                Err(TryLockError::WouldBlock) => thread::sleep(INTERVAL),
                Err(TryLockError::Error(error)) => {
                    return Err(PackageError::io("lock the output folder", path)(error));
                }
            }
            waited += INTERVAL;
        }
        let path = path.to_owned();
        Ok(Self {
            path,
            _lock: handle,
        })
    }
}

/// Whether the output folder exists.
fn exists(path: &Path) -> Result<bool, PackageError> {
    let owned = || path.to_owned();
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(true),
        Ok(_) => Err(PackageError::NotAFolder { path: owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::symlink_metadata(path) {
            Ok(_) => Err(PackageError::DanglingLink { path: owned() }),
            Err(_) => Ok(false),
        },
        Err(error) => Err(PackageError::io("look at the output folder", path)(error)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_is_held_is_not_waited_for_forever() {
        let folder = tempfile::tempdir().unwrap();
        let held = OutputFolder::for_writing(folder.path()).unwrap();
        for lock in [Lock::Shared, Lock::Exclusive] {
            let error = OutputFolder::open(folder.path(), lock, Duration::ZERO).unwrap_err();
            assert!(matches!(error, PackageError::Busy { .. }), "{error}");
        }
        drop(held);
        let reading = OutputFolder::for_reading(folder.path()).unwrap().unwrap();
        assert!(OutputFolder::open(folder.path(), Lock::Shared, Duration::ZERO).is_ok());
        assert!(OutputFolder::open(folder.path(), Lock::Exclusive, Duration::ZERO).is_err());
        drop(reading);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
