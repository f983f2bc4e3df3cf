//! Files and other sources of logs.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::{KnownLogs, LogError, LogReader};

/// How much is read at once, in bytes.
const BUFFER: usize = 1 << 17;

/// How data begin that are compressed in ways that are not read.
const OTHER_COMPRESSIONS: [(&[u8], &str); 3] = [
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\0", "xz"),
    (b"BZh", "bzip2"),
];

/// Opens a log file, gzip'd or not.
///
/// # Errors
///
/// [`LogError::Io`] where it cannot be opened or read, [`LogError::Compressed`] where its compression is not read.
pub fn open<'k>(
    path: &Path,
    known: &'k dyn KnownLogs,
) -> Result<LogReader<'k, Box<dyn BufRead>>, LogError> {
    from_reader(File::open(path)?, Some(path), known)
}

/// Reads a log from `source`, such as the standard input; `path` says which log it is where its content does not.
///
/// # Errors
///
/// As those of [`open`].
pub fn from_reader<'k>(
    source: impl Read + 'static,
    path: Option<&Path>,
    known: &'k dyn KnownLogs,
) -> Result<LogReader<'k, Box<dyn BufRead>>, LogError> {
    let mut source = BufReader::with_capacity(BUFFER, source);
    let start = source.fill_buf()?;
    if let Some((_, name)) = OTHER_COMPRESSIONS
        .iter()
        .find(|(magic, _)| start.starts_with(magic))
    {
        return Err(LogError::Compressed(name));
    }
    let source: Box<dyn BufRead> = if start.starts_with(b"\x1f\x8b") {
        Box::new(BufReader::with_capacity(
            BUFFER,
            MultiGzDecoder::new(source),
        ))
    } else {
        Box::new(source)
    };
    Ok(LogReader::new(source, path, known))
}
