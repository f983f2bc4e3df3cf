//! Where logs are: files, folders, globs and the standard input.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// The path that stands for the standard input.
pub const STANDARD_INPUT: &str = "-";

/// How the names of logs end, an ending of a compression behind it left out.
const ENDINGS: &[&str] = &[".log", ".json", ".jsonl", ".ndjson"];

/// The endings of compressed files.
const COMPRESSIONS: &[&str] = &[".gz", ".zst"];

/// Why there are no logs at a path.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The path, or something below it, cannot be looked at.
    #[error("{0}")]
    Folder(#[from] walkdir::Error),
    /// A pattern that is none.
    #[error("{}: {error}", path.display())]
    Pattern {
        /// The pattern.
        path: PathBuf,
        /// What is wrong.
        error: glob::PatternError,
    },
    /// A folder without logs.
    #[error("{}: no log in this folder: none of its files ends in .log or .json, or in these with .gz or .zst", .0.display())]
    None(PathBuf),
    /// A path that is not there.
    #[error("{}: there is no such file or folder", .0.display())]
    Missing(PathBuf),
}

/// The logs at some paths, each once: files as they are, folders with all logs below them, and what globs match.
///
/// # Errors
///
/// See [`SourceError`].
pub fn at(paths: &[PathBuf]) -> Result<Vec<PathBuf>, SourceError> {
    let mut logs = Vec::new();
    for path in paths {
        if is_standard_input(path) || std::fs::symlink_metadata(path).is_ok() {
            add(path, &mut logs)?;
            continue;
        }
        let pattern = path.to_string_lossy();
        if !pattern.contains(['*', '?', '[']) {
            return Err(SourceError::Missing(path.clone()));
        }
        let found = glob::glob(&pattern).map_err(|error| SourceError::Pattern {
            path: path.clone(),
            error,
        })?;
        let before = logs.len();
        for path in found.filter_map(Result::ok) {
            add(&path, &mut logs)?;
        }
        if logs.len() == before {
            return Err(SourceError::Missing(path.clone()));
        }
    }
    let mut seen = HashSet::new();
    logs.retain(|log| seen.insert(log.clone()));
    Ok(logs)
}

/// Whether a path stands for the standard input.
pub fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == STANDARD_INPUT
}

fn add(path: &Path, logs: &mut Vec<PathBuf>) -> Result<(), SourceError> {
    if !path.is_dir() {
        logs.push(path.to_owned());
        return Ok(());
    }
    let before = logs.len();
    for entry in WalkDir::new(path).follow_links(true).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            // What cannot be looked at is told when it cannot be opened.
            Err(error) => match error.path().filter(|_| error.depth() > 0) {
                Some(path) => {
                    logs.push(path.to_owned());
                    continue;
                }
                None => return Err(error.into()),
            },
        };
        if entry.file_type().is_file() && is_named_as_log(entry.path()) {
            logs.push(entry.into_path());
        }
    }
    if logs.len() == before {
        return Err(SourceError::None(path.to_owned()));
    }
    Ok(())
}

fn is_named_as_log(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut name: &str = &name;
    for compression in COMPRESSIONS {
        name = name.strip_suffix(compression).unwrap_or(name);
    }
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}
