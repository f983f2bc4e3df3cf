//! Files that are not compressed: several threads read their blocks at once.

use std::fs::File;
use std::io::{self, Seek as _};
use std::path::Path;
use std::sync::Arc;

use memchr::{memchr, memrchr};

use super::block::{BLOCK, Block, BlockNeighbours, BlockSequence, Filled, RawBlock};
use super::lines::BYTE_ORDER_MARK;
use super::{KnownLogs, LONGEST_LINE, file, known};
use crate::platform;

/// How many octets are read at once to find where a block's last line ends.
const STEP: usize = 1 << 16;

/// A log file that is not compressed.
pub struct PlainFile {
    file: Arc<File>,
    size: u64,
    /// Where the next block begins.
    start: u64,
    block: u64,
    longest_line: usize,
    /// The log that the file is named after.
    name: Option<Arc<str>>,
    chain: BlockSequence,
}

/// A block that has still to be read: the lines that begin within a stretch of the file.
pub struct UnreadBlock {
    file: Arc<File>,
    start: u64,
    end: u64,
    longest_line: usize,
    name: Option<Arc<str>>,
    link: BlockNeighbours,
}

impl PlainFile {
    /// The blocks of `file`, up to where it ends now; `path` says which log it is where its content does not. `None` for what
    /// can only be read from its beginning to its end: compressed files, and pipes.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn new(file: &File, path: &Path, known: &dyn KnownLogs) -> io::Result<Option<Self>> {
        let metadata = file.metadata()?;
        // Some systems say of files that come about as they are read that they have no octets.
        if !metadata.is_file() || metadata.len() == 0 {
            return Ok(None);
        }
        let mut start = [0; file::LONGEST_MAGIC];
        let length = read_at(file, &mut start, 0)?;
        if file::is_compressed(&start[..length]) {
            // Where systems move a file on that is read from a place, it is read from its beginning all the same.
            let mut file = file;
            file.rewind()?;
            return Ok(None);
        }
        Ok(Some(Self {
            file: Arc::new(file.try_clone()?),
            size: metadata.len(),
            start: 0,
            block: BLOCK as u64,
            longest_line: LONGEST_LINE,
            name: known::named_after(path, known).map(Arc::from),
            chain: BlockSequence::default(),
        }))
    }

    /// The same file, whose lines are taken for such a log if they do not say which log they are of, nor does the file's name.
    #[must_use]
    pub fn called(mut self, log: Option<&str>) -> Self {
        self.name = self.name.or_else(|| log.map(Arc::from));
        self
    }

    /// The same file in blocks of so many octets, whose lines that go on in the next one are left out if they are longer than
    /// `longest_line`.
    #[cfg(test)]
    pub(super) fn in_blocks_of(mut self, octets: u64, longest_line: usize) -> Self {
        self.block = octets;
        self.longest_line = longest_line;
        self
    }

    /// Whether there is no block any more.
    pub fn is_over(&self) -> bool {
        self.start >= self.size
    }

    /// The next block; `None` at the end.
    pub fn next_block(&mut self) -> Option<UnreadBlock> {
        if self.is_over() {
            return None;
        }
        let start = self.start;
        self.start = start.saturating_add(self.block).min(self.size);
        Some(UnreadBlock {
            file: Arc::clone(&self.file),
            start,
            end: self.start,
            longest_line: self.longest_line,
            name: self.name.clone(),
            link: self.chain.next(),
        })
    }
}

impl UnreadBlock {
    /// Reads the block into the memory of another one. Where the file ends earlier than it did, so does the block.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn read(self, spare: Block) -> io::Result<RawBlock> {
        let mut bytes = spare.into_memory();
        // The octet before tells whether a line begins here.
        let from = self.start.saturating_sub(1);
        let length = usize::try_from(self.end - from).map_err(io::Error::other)?;
        if bytes.len() < length {
            bytes.resize(length, 0);
        }
        let read = read_at(&self.file, &mut bytes[..length], from)?;
        bytes.truncate(read);
        let start = match self.start {
            0 if bytes.starts_with(BYTE_ORDER_MARK) => BYTE_ORDER_MARK.len(),
            0 => 0,
            _ => memchr(b'\n', &bytes[..read.min(length - 1)]).map_or(read, |end| end + 1),
        };
        let mut block = RawBlock {
            bytes,
            start,
            end: read,
            filled: Filled::Lines,
            too_long_before: 0,
            is_too_long_behind: false,
            name: self.name,
            link: self.link,
        };
        if start < read {
            let end = from + read as u64;
            block.read_last_line(&self.file, end, self.longest_line)?;
        }
        Ok(block)
    }
}

impl RawBlock {
    /// Reads on from `position` up to the end of the line that was begun.
    fn read_last_line(&mut self, file: &File, position: u64, longest: usize) -> io::Result<()> {
        let bytes = &mut self.bytes;
        let lines = &bytes[self.start..];
        let last = self.start + memrchr(b'\n', lines).map_or(0, |end| end + 1);
        self.end = last;
        let read = bytes.len();
        let mut length = read;
        let mut is_whole = last == length;
        while !is_whole {
            bytes.resize(length + STEP, 0);
            let more = read_at(
                file,
                &mut bytes[length..],
                position + (length - read) as u64,
            )?;
            let end = memchr(b'\n', &bytes[length..length + more]);
            is_whole = end.is_some();
            length += end.map_or(more, |end| end + 1);
            if is_whole {
                self.end = length;
            }
            if length - last > longest.saturating_add(1) {
                self.is_too_long_behind = true;
                (length, self.end) = (last, last);
                break;
            }
            if more == 0 {
                self.filled = Filled::End;
                break;
            }
        }
        bytes.truncate(length);
        Ok(())
    }
}

/// Reads as much as there is room for; less only at the end of the file.
fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match platform::read_at(file, &mut buffer[length..], position + length as u64) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}
