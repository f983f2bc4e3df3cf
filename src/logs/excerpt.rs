//! Some lines of a log, with the header lines that they need.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use super::file::decompressed;
use super::lines::{LineReader, LineState};
use super::{LONGEST_LINE, LogError};

/// Lines of a log as they are in the file.
#[derive(Debug, Default)]
pub(crate) struct Excerpt {
    /// The header lines of TSV; none of JSON.
    pub(crate) header: Vec<Vec<u8>>,
    /// Lines of records.
    pub(crate) records: Vec<Vec<u8>>,
}

/// How much of a header is kept, in bytes.
const MAX_HEADER: usize = 1 << 20;

/// The lines with these numbers, counted from 1. Where the file has several headers, what follows the second one that
/// differs is left out.
///
/// # Errors
///
/// [`LogError`], where the file cannot be read.
pub(crate) fn excerpt(path: &Path, wanted: &BTreeSet<u64>) -> Result<Excerpt, LogError> {
    let mut lines = LineReader::new(decompressed(File::open(path)?)?, LONGEST_LINE);
    let mut excerpt = Excerpt::default();
    let mut header: Vec<Vec<u8>> = Vec::new();
    let last = wanted.last().copied().unwrap_or(0);
    while lines.number < last
        && let Some(state) = lines.advance()?
    {
        let line = lines.line();
        if line.starts_with(b"#separator") {
            header.clear();
        }
        let held: usize = header.iter().map(Vec::len).sum();
        // When the file was opened and closed tells nothing of its records.
        let is_header = line.starts_with(b"#")
            && !line.starts_with(b"#open")
            && !line.starts_with(b"#close")
            && held + line.len() <= MAX_HEADER;
        if is_header {
            header.push(line.to_vec());
        } else if wanted.contains(&lines.number)
            && matches!(state, LineState::Whole | LineState::Partial)
        {
            if excerpt.records.is_empty() {
                excerpt.header.clone_from(&header);
            }
            if excerpt.header == header {
                excerpt.records.push(line.to_vec());
            }
        }
    }
    Ok(excerpt)
}

impl Excerpt {
    /// The file of some of its records.
    pub(crate) fn file(&self, records: &[Vec<u8>]) -> Vec<u8> {
        let mut file = Vec::new();
        for line in self.header.iter().chain(records) {
            file.extend_from_slice(line);
            file.push(b'\n');
        }
        file
    }
}
