//! There are no modes, and a file has the owner that its folder gives it.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::{self, File, FileType, Metadata, OpenOptions};
use std::io;
use std::os::windows::fs::{
    FileExt as _, MetadataExt as _, OpenOptionsExt as _, symlink_dir, symlink_file,
};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::Links;

/// Flags of `CreateFileW` (winbase.h).
const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
const FILE_FLAG_DELETE_ON_CLOSE: u32 = 0x0400_0000;

/// The file that stands for the lock of a folder.
const LOCK: &str = ".sigzeek-lock";

/// A name from its bytes; `None` if no file can have it.
pub(crate) fn name(bytes: Vec<u8>) -> Option<OsString> {
    String::from_utf8(bytes).ok().map(OsString::from)
}

/// The path part of a `file:` URI (RFC 8089, appendix E.2), not percent-encoded: a drive stands below the root.
pub(crate) fn uri_path(path: &Path) -> Cow<'_, [u8]> {
    let root = if path.is_absolute() { "/" } else { "" };
    let path = path.to_string_lossy().replace('\\', "/");
    format!("{root}{path}").into_bytes().into()
}

/// The path that such a part names; `None` if no file can have it.
pub(crate) fn path_of_uri(part: Vec<u8>) -> Option<PathBuf> {
    let part = String::from_utf8(part).ok()?;
    Some(PathBuf::from(part.strip_prefix('/').unwrap_or(&part)))
}

/// Opens a file for reading. Of a link that is refused the link itself is opened, which is no regular file.
pub(crate) fn open(path: &Path, links: Links) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    if links == Links::Refused {
        options.custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
    }
    options.open(path)
}

/// Reads octets from a place in a file; how many. What reads the file from its beginning to its end is moved to there.
pub(crate) fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    file.seek_read(buffer, position)
}

/// Makes a file that is not there yet.
pub(crate) fn create_file(path: &Path, _mode: u32) -> io::Result<File> {
    File::create_new(path)
}

/// Makes a folder.
pub(crate) fn create_folder(path: &Path, _mode: u32) -> io::Result<()> {
    fs::create_dir(path)
}

/// Temporary files have what their folder gives them.
pub(crate) fn with_mode(_files: &mut tempfile::Builder<'_, '_>, _mode: u32) {}

/// The same for all files.
pub(crate) fn mode(_metadata: &Metadata) -> u32 {
    0
}

/// Nothing has a mode to set.
pub(crate) fn set_mode(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

/// A file has the owner that its folder gives it.
pub(crate) fn set_owner(_file: &File, _other: &Metadata) -> io::Result<()> {
    Ok(())
}

/// What is read-only cannot be removed.
pub(crate) fn make_removable(path: &Path, _kind: FileType) -> io::Result<()> {
    let mut permissions = fs::symlink_metadata(path)?.permissions();
    #[allow(
        clippy::permissions_set_readonly_false,
        reason = "it is an attribute here, and opens the file to nobody"
    )]
    permissions.set_readonly(false);
    fs::set_permissions(path, permissions)
}

/// Other file systems are mounted as links, which are not followed.
pub(crate) fn file_system(_metadata: &Metadata) -> u64 {
    0
}

/// What tells a file from another one that takes its place: when it was made.
pub(crate) fn identity(metadata: &Metadata) -> u64 {
    metadata.creation_time()
}

/// What a file is that is neither regular nor a folder nor a symbolic link.
pub(crate) fn special(_kind: FileType) -> &'static str {
    "device"
}

/// Gives a file a second name.
pub(crate) fn hard_link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to)
}

/// Makes a symbolic link to `target`.
pub(crate) fn symbolic_link(target: &Path, link: &Path) -> io::Result<()> {
    let absolute = link.parent().map(|folder| folder.join(target));
    if absolute.is_some_and(|target| target.is_dir()) {
        symlink_dir(target, link)
    } else {
        symlink_file(target, link)
    }
}

/// Folders never change places at once.
pub(crate) fn exchange(_one: &Path, _other: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// A handle of a folder that can be locked.
///
/// Folders themselves cannot be locked. A file in it stands for it, and goes with its last handle, however the process
/// ends.
pub(crate) fn open_for_locking(folder: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .custom_flags(FILE_FLAG_DELETE_ON_CLOSE)
        .open(folder.join(LOCK))
}

/// The file system's journal does it.
pub(crate) fn synchronise_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes a tree's contents reach the disk before its name does, so that a loss of power does not leave empty files.
pub(crate) fn synchronise_tree(tree: &Path) -> io::Result<()> {
    for entry in WalkDir::new(tree) {
        let entry = entry?;
        if entry.file_type().is_file() {
            OpenOptions::new()
                .write(true)
                .open(entry.path())?
                .sync_all()?;
        }
    }
    Ok(())
}
