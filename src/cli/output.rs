//! Files that commands write where the user says.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::platform;

/// What a new file's mode is, before the umask.
const MODE: u32 = 0o666;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    #[error("{}: is a folder; name a file in it", .0.display())]
    Folder(PathBuf),
    #[error("cannot write {}: {error}", path.display())]
    Io { path: PathBuf, error: io::Error },
}

/// Writes a file, whole or not at all. What is no regular file, such as a pipe, is written to.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let failed = |error| FileError::Io {
        path: path.to_owned(),
        error,
    };
    match fs::metadata(path) {
        Ok(known) if known.is_dir() => Err(FileError::Folder(path.to_owned())),
        Ok(known) if !known.is_file() => fs::write(path, bytes).map_err(failed),
        // A link goes on to lead to the file.
        Ok(known) => fs::canonicalize(path)
            .and_then(|file| replace(&file, platform::mode(&known), bytes))
            .map_err(failed),
        Err(_) => replace(path, MODE, bytes).map_err(failed),
    }
}

/// Writes a file that must not be there yet, whole or not at all. What `before` writes goes first; where it fails, the file is
/// not written.
pub(super) fn write_new<E>(
    path: &Path,
    bytes: &[u8],
    before: impl FnOnce() -> Result<(), E>,
) -> Result<Result<(), E>, FileError> {
    let failed = |error| FileError::Io {
        path: path.to_owned(),
        error,
    };
    let file = written_aside(path, MODE, bytes).map_err(failed)?;
    if let Err(error) = before() {
        return Ok(Err(error));
    }
    let file = file.persist_noclobber(path);
    file.map_err(|error| failed(error.error))?;
    Ok(Ok(()))
}

fn replace(path: &Path, mode: u32, bytes: &[u8]) -> io::Result<()> {
    let file = written_aside(path, mode, bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// The bytes in a file beside the one that it is to become.
fn written_aside(path: &Path, mode: u32, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let folder = folder_of(path);
    let mut files = tempfile::Builder::new();
    files.prefix(".sigzeek-");
    platform::with_mode(&mut files, mode);
    let mut file = files.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The folder that a file is in, as a path that can be opened.
pub(super) fn folder_of(file: &Path) -> &Path {
    let folder = file.parent();
    folder
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}
