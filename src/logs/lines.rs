//! Lines of bounded length.

use std::io::{self, BufRead, Read};

/// What some programs begin a file of UTF-8 with.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads lines, the current of which is kept.
pub(super) struct LineReader<R> {
    source: R,
    line: Vec<u8>,
    /// Which line the current one is, counted from 1.
    pub(super) number: u64,
    /// How long a line may be, in bytes.
    pub(super) limit: usize,
    /// Whether damage was found, behind which nothing can be read.
    is_broken: bool,
}

/// What the current line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineState {
    Whole,
    /// The file ends before the line does.
    Partial,
    /// The line is longer than the limit, and was skipped.
    TooLong,
    /// Compressed data ends too early or is damaged; nothing comes after it.
    BrokenOff,
}

impl<R: BufRead> LineReader<R> {
    pub(super) fn new(source: R, limit: usize) -> Self {
        Self {
            source,
            line: Vec::new(),
            number: 0,
            limit,
            is_broken: false,
        }
    }

    /// The current line, without what ends it.
    pub(super) fn line(&self) -> &[u8] {
        let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let line = match self.number {
            1 => line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line),
            _ => line,
        };
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    /// Goes on to the next line; `None` at the end.
    pub(super) fn advance(&mut self) -> io::Result<Option<LineState>> {
        self.line.clear();
        if self.is_broken {
            return Ok(None);
        }
        let limit = u64::try_from(self.limit).unwrap_or(u64::MAX);
        let mut bounded = (&mut self.source).take(limit.saturating_add(1));
        let read = bounded.read_until(b'\n', &mut self.line);
        self.number += 1;
        match read {
            Err(error) if is_damage(&error) => {
                self.is_broken = true;
                Ok(Some(LineState::BrokenOff))
            }
            Err(error) => Err(error),
            Ok(0) => Ok(None),
            Ok(_) if self.line.ends_with(b"\n") => Ok(Some(LineState::Whole)),
            Ok(length) if length > self.limit => self.skip_rest().map(Some),
            Ok(_) => Ok(Some(LineState::Partial)),
        }
    }

    fn skip_rest(&mut self) -> io::Result<LineState> {
        self.line.clear();
        match self.source.skip_until(b'\n') {
            // The end of the data is found again by the next line.
            Err(error) if !is_damage(&error) => Err(error),
            _ => Ok(LineState::TooLong),
        }
    }
}

/// Whether an error says that the data are wrong, and not that they cannot be had.
pub(super) fn is_damage(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
    )
}
