//! Files and other sources of logs.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

use super::{KnownLogs, LogError, LogReader};

/// How much is read at once, in bytes.
const BUFFER: usize = 1 << 17;

/// How data begin that are compressed in ways that are not read.
const OTHER_COMPRESSIONS: [(&[u8], &str); 2] = [(b"\xfd7zXZ\0", "xz"), (b"BZh", "bzip2")];

const GZIP: &[u8] = b"\x1f\x8b";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";

/// How many octets tell whether a file is compressed.
pub(super) const LONGEST_MAGIC: usize = 6;

/// Opens a log file, plain or compressed with gzip or Zstandard.
///
/// # Errors
///
/// [`LogError::Io`] where it cannot be opened or read, [`LogError::Compressed`] where its compression is not read.
pub fn open<'k>(
    path: &Path,
    known: &'k dyn KnownLogs,
) -> Result<LogReader<'k, Box<dyn BufRead + Send>>, LogError> {
    from_reader(File::open(path)?, Some(path), known)
}

/// Reads a log from `source`, such as the standard input; `path` says which log it is where its content does not.
///
/// # Errors
///
/// As those of [`open`].
pub fn from_reader<'k>(
    source: impl Read + Send + 'static,
    path: Option<&Path>,
    known: &'k dyn KnownLogs,
) -> Result<LogReader<'k, Box<dyn BufRead + Send>>, LogError> {
    Ok(LogReader::new(decompressed(source)?, path, known))
}

/// What `source` gives, decompressed if it is compressed with gzip or Zstandard.
pub(super) fn decompressed(
    source: impl Read + Send + 'static,
) -> Result<Box<dyn BufRead + Send>, LogError> {
    let mut source = BufReader::with_capacity(BUFFER, source);
    let start = source.fill_buf()?;
    let mut compressions = OTHER_COMPRESSIONS.iter();
    if let Some((_, name)) = compressions.find(|(magic, _)| start.starts_with(magic)) {
        return Err(LogError::Compressed(name));
    }
    Ok(if start.starts_with(GZIP) {
        let decoder = MultiGzDecoder::new(source);
        Box::new(BufReader::with_capacity(BUFFER, decoder))
    } else if start.starts_with(ZSTD) {
        let frames = ZstdFrames::Before(source);
        Box::new(BufReader::with_capacity(BUFFER, frames))
    } else {
        Box::new(source)
    })
}

/// Whether data that begin so are compressed, in a way that is read or in another.
pub(super) fn is_compressed(start: &[u8]) -> bool {
    let others = OTHER_COMPRESSIONS.iter().map(|(magic, _)| *magic);
    let mut all = others.chain([GZIP, ZSTD]);
    all.any(|magic| start.starts_with(magic))
}

/// Data compressed with Zstandard (RFC 8878): one frame or several, one behind the other.
enum ZstdFrames<R: BufRead> {
    /// The next frame has not begun.
    Before(R),
    Within(Box<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>),
    /// Nothing more can be read.
    Over,
}

impl<R: BufRead> Read for ZstdFrames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(self, Self::Over) {
                Self::Over => return Ok(0),
                Self::Before(mut source) => {
                    if source.fill_buf()?.is_empty() {
                        return Ok(0);
                    }
                    let decoder = StreamingDecoder::new(source).map_err(damaged)?;
                    *self = Self::Within(Box::new(decoder));
                }
                Self::Within(mut decoder) => match decoder.read(buffer) {
                    Ok(0) if !buffer.is_empty() => *self = Self::Before(decoder.into_inner()),
                    Ok(read) => {
                        *self = Self::Within(decoder);
                        return Ok(read);
                    }
                    Err(error) => return Err(damaged(error)),
                },
            }
        }
    }
}

fn damaged(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
