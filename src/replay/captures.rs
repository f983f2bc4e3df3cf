//! Captures at the paths of a command line.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// How the names of captures end, a `.gz` behind it left out.
const ENDINGS: &[&str] = &[".pcap", ".pcapng", ".cap", ".trace"];

/// Why there are no captures at a path.
#[derive(Debug, thiserror::Error)]
pub enum CapturesError {
    /// The path, or something below it, cannot be looked at.
    #[error("{0}")]
    Folder(#[from] walkdir::Error),
    /// A folder without captures.
    #[error("{}: no capture in this folder", .0.display())]
    None(PathBuf),
}

/// Whether a file is named as captures are.
#[must_use]
pub fn is_named_as_capture(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// The captures at several paths, as [`at`] has them.
///
/// # Errors
///
/// See [`CapturesError`].
pub fn at_all<'p>(
    paths: impl IntoIterator<Item = &'p PathBuf>,
) -> Result<Vec<PathBuf>, CapturesError> {
    let mut captures = Vec::new();
    for path in paths {
        captures.extend(at(path)?);
    }
    Ok(captures)
}

/// The captures at a path: the file itself, or all that are below a folder, sorted by name.
///
/// # Errors
///
/// See [`CapturesError`].
pub fn at(path: &Path) -> Result<Vec<PathBuf>, CapturesError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut captures = Vec::new();
    for entry in WalkDir::new(path).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() && is_named_as_capture(entry.path()) {
            captures.push(entry.into_path());
        }
    }
    if captures.is_empty() {
        return Err(CapturesError::None(path.to_owned()));
    }
    Ok(captures)
}
