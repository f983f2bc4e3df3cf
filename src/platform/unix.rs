use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, FileType, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::{
    DirBuilderExt as _, FileExt as _, FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _,
    PermissionsExt as _, fchown,
};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, OFlags};
use rustix::io::Errno;

use super::Links;

/// A name from its bytes; `None` if no file can have it.
pub(crate) fn name(bytes: Vec<u8>) -> Option<OsString> {
    Some(OsString::from_vec(bytes))
}

/// The path part of a `file:` URI (RFC 8089), not percent-encoded.
pub(crate) fn uri_path(path: &Path) -> Cow<'_, [u8]> {
    path.as_os_str().as_encoded_bytes().into()
}

/// The path that such a part names; `None` if no file can have it.
pub(crate) fn path_of_uri(part: Vec<u8>) -> Option<PathBuf> {
    name(part).map(PathBuf::from)
}

/// Opens a file for reading. A pipe that nobody writes to does not keep us waiting.
pub(crate) fn open(path: &Path, links: Links) -> io::Result<File> {
    let mut flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    if links == Links::Refused {
        flags |= OFlags::NOFOLLOW;
    }
    OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
}

/// Reads octets from a place in a file; how many.
pub(crate) fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    file.read_at(buffer, position)
}

/// Makes a file that is not there yet, with a mode, less the umask.
pub(crate) fn create_file(path: &Path, mode: u32) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
}

/// Makes a folder with a mode, less the umask.
pub(crate) fn create_folder(path: &Path, mode: u32) -> io::Result<()> {
    DirBuilder::new().mode(mode).create(path)
}

/// Has temporary files made with a mode, less the umask.
pub(crate) fn with_mode(files: &mut tempfile::Builder<'_, '_>, mode: u32) {
    files.permissions(Permissions::from_mode(mode));
}

/// The mode of a file or folder.
pub(crate) fn mode(metadata: &Metadata) -> u32 {
    metadata.mode() & 0o7777
}

/// Sets the mode of a file or folder.
pub(crate) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, Permissions::from_mode(mode))
}

/// Gives a file the owner and the group of another one.
pub(crate) fn set_owner(file: &File, other: &Metadata) -> io::Result<()> {
    let own = file.metadata()?;
    if (own.uid(), own.gid()) == (other.uid(), other.gid()) {
        return Ok(());
    }
    fchown(file, Some(other.uid()), Some(other.gid()))
}

/// Lets go of what a folder holds, so that it can be removed.
pub(crate) fn make_removable(path: &Path, kind: FileType) -> io::Result<()> {
    if kind.is_dir() {
        set_mode(path, 0o700)
    } else {
        Ok(())
    }
}

/// Which file system something is on.
pub(crate) fn file_system(metadata: &Metadata) -> u64 {
    metadata.dev()
}

/// What tells a file from another one that takes its place.
pub(crate) fn identity(metadata: &Metadata) -> u64 {
    metadata.ino()
}

/// What a file is that is neither regular nor a folder nor a symbolic link.
pub(crate) fn special(kind: FileType) -> &'static str {
    if kind.is_socket() {
        "socket"
    } else if kind.is_fifo() {
        "named pipe"
    } else {
        "device"
    }
}

/// Gives a file a second name. A symbolic link is not followed.
pub(crate) fn hard_link(from: &Path, to: &Path) -> io::Result<()> {
    Ok(rustix::fs::linkat(CWD, from, CWD, to, AtFlags::empty())?)
}

/// Makes a symbolic link to `target`.
pub(crate) fn symbolic_link(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

/// Has two folders change places at once; [`io::ErrorKind::Unsupported`] where the file system cannot do that.
pub(crate) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    let unsupported = [Errno::INVAL, Errno::NOSYS, Errno::NOTSUP, Errno::OPNOTSUPP];
    rename_both(one, other).map_err(|error| {
        if unsupported.contains(&error) {
            io::ErrorKind::Unsupported.into()
        } else {
            error.into()
        }
    })
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_both(one: &Path, other: &Path) -> Result<(), Errno> {
    rustix::fs::renameat_with(CWD, one, CWD, other, rustix::fs::RenameFlags::EXCHANGE)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_both(_one: &Path, _other: &Path) -> Result<(), Errno> {
    Err(Errno::NOSYS)
}

/// A handle of a folder that can be locked.
///
/// The lock is on the folder itself rather than on a file in it: it leaves nothing behind, a comparison that must write
/// nothing can take it too, and the operating system drops it however the process ends.
pub(crate) fn open_for_locking(folder: &Path) -> io::Result<File> {
    File::open(folder)
}

/// Makes the renames in a folder last through a loss of power.
pub(crate) fn synchronise_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes a tree's contents reach the disk before its name does, so that a loss of power does not leave empty files.
///
/// One `syncfs` for all files: an `fsync` a file costs a commit of the file system's journal each.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn synchronise_tree(tree: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(tree)?)?)
}

/// Elsewhere nothing synchronises one file system.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn synchronise_tree(_tree: &Path) -> io::Result<()> {
    rustix::fs::sync();
    Ok(())
}
