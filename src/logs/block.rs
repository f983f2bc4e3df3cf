//! Blocks of whole lines, to be worked on side by side.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::sync::Arc;

use memchr::{memchr, memchr_iter, memrchr};

use super::file::decompressed;
use super::json::Members;
use super::lines::{BYTE_ORDER_MARK, is_damage};
use super::projection::{Layout, Projection};
use super::scan::{JsonScan, Scanned, Scratch, TsvScan};
use super::tsv::Header;
use super::{KnownLogs, LONGEST_LINE, LogError, ProblemKind, Problems, Row, known};

/// How many octets a block has, but for long lines.
const BLOCK: usize = 1 << 19;

/// Reads a log in blocks of whole lines.
pub struct BlockReader {
    source: Box<dyn BufRead + Send>,
    /// The log that the file is named after.
    name: Option<String>,
    format: Format,
    /// What has been read of the next block.
    started: Vec<u8>,
    /// Memory for the next block, whose octets mean nothing.
    spare: Vec<u8>,
    /// How many lines have been read.
    lines: u64,
    longest_line: usize,
    is_over: bool,
}

enum Format {
    /// Nothing has been read yet.
    Unknown,
    Tsv {
        header: Header,
        layout: Option<Arc<Layout>>,
    },
    Json,
}

/// Lines of a log, and what is needed to read them.
#[derive(Default)]
pub struct Block {
    bytes: Vec<u8>,
    parts: Vec<Part>,
    /// What was found wrong when the block was read.
    problems: Problems,
}

/// Lines that follow each other and are read in the same way.
struct Part {
    start: usize,
    end: usize,
    /// The first line's number in the file.
    first_line: u64,
    format: PartFormat,
}

enum PartFormat {
    Tsv(Arc<Layout>),
    /// The log of lines that do not say it.
    Json(Option<String>),
}

/// How the end of what was read came about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filled {
    /// There is a whole line, and more may come.
    Lines,
    /// There is nothing more.
    End,
    /// Nothing more can be read.
    Broken,
}

impl BlockReader {
    /// Opens a log file, plain or compressed.
    ///
    /// # Errors
    ///
    /// As [`open`](super::open).
    pub fn open(path: &Path, known: &dyn KnownLogs) -> Result<Self, LogError> {
        Self::from_reader(File::open(path)?, Some(path), known)
    }

    /// Reads a log from `source`; `path` says which log it is where its content does not.
    ///
    /// # Errors
    ///
    /// As [`open`](super::open).
    pub fn from_reader(
        source: impl Read + Send + 'static,
        path: Option<&Path>,
        known: &dyn KnownLogs,
    ) -> Result<Self, LogError> {
        Ok(Self {
            source: decompressed(source)?,
            name: path.and_then(|path| known::named_after(path, known)),
            format: Format::Unknown,
            started: Vec::new(),
            spare: Vec::new(),
            lines: 0,
            longest_line: LONGEST_LINE,
            is_over: false,
        })
    }

    /// The same reader, which takes lines for such a log that do not say which log they are of, nor does the file's name.
    #[must_use]
    pub fn called(mut self, log: Option<&str>) -> Self {
        self.name = self.name.or_else(|| log.map(str::to_owned));
        self
    }

    /// The same reader, which leaves out lines that are longer than `bytes`.
    #[must_use]
    pub fn with_longest_line(mut self, bytes: usize) -> Self {
        self.longest_line = bytes;
        self
    }

    /// Takes the memory of a block for the next one, which spares it from being cleared.
    pub fn reuse(&mut self, block: Block) {
        // After a long line there is more of it than blocks need.
        if block.bytes.capacity() <= 2 * BLOCK {
            self.spare = block.bytes;
        }
    }

    /// The next block; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`LogError`]. What is wrong with single lines is none: such are left out and counted.
    pub fn next_block(&mut self, projection: &Projection) -> Result<Option<Block>, LogError> {
        if self.is_over {
            return Ok(None);
        }
        let mut block = Block {
            bytes: std::mem::take(&mut self.spare),
            ..Block::default()
        };
        let (filled, length) = self.fill(&mut block)?;
        block.bytes.truncate(length);
        if self.lines == 0 && block.bytes.starts_with(BYTE_ORDER_MARK) {
            block.bytes.drain(..BYTE_ORDER_MARK.len());
        }
        let mut end = memrchr(b'\n', &block.bytes).map_or(0, |end| end + 1);
        match filled {
            Filled::Lines => self.started.extend_from_slice(&block.bytes[end..]),
            Filled::End | Filled::Broken => {
                self.is_over = true;
                let rest = &block.bytes[end..];
                let number = self.lines + 1 + lines_in(&block.bytes[..end]);
                if filled == Filled::Broken {
                    block.problems.add(ProblemKind::BrokenOff, number);
                } else if !rest.is_empty() {
                    // A last line without its line feed is all there if it is an object: JSON tells.
                    let is_json = matches!(self.format, Format::Json | Format::Unknown);
                    if is_json && Members::default().parse(rest).is_ok() {
                        end = block.bytes.len();
                    } else {
                        block.problems.add(ProblemKind::PartialLine, number);
                    }
                }
            }
        }
        block.bytes.truncate(end);
        self.divide(&mut block, projection)?;
        Ok(Some(block))
    }

    /// Reads until there are enough octets and a whole line among them, and tells how many of the block's octets are read. Lines
    /// that are too long are left out.
    fn fill(&mut self, block: &mut Block) -> Result<(Filled, usize), LogError> {
        let bytes = &mut block.bytes;
        let mut length = self.started.len();
        let kept = bytes.len().min(length);
        bytes[..kept].copy_from_slice(&self.started[..kept]);
        bytes.extend_from_slice(&self.started[kept..]);
        self.started.clear();
        let mut searched = 0;
        let mut has_line = false;
        loop {
            has_line = has_line || memchr(b'\n', &bytes[searched..length]).is_some();
            searched = length;
            if has_line && length >= BLOCK {
                return Ok((Filled::Lines, length));
            }
            if !has_line && length > self.longest_line {
                self.lines += 1;
                block.problems.add(ProblemKind::LineTooLong, self.lines);
                bytes.truncate(BLOCK);
                bytes.shrink_to_fit();
                (length, searched) = (0, 0);
                match self.source.skip_until(b'\n') {
                    Err(error) if is_damage(&error) => return Ok((Filled::Broken, length)),
                    Err(error) => return Err(error.into()),
                    Ok(_) => continue,
                }
            }
            let end = length + BLOCK.saturating_sub(length).max(1 << 16);
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            // What is asked for is more than the source has kept, so that it comes here without being copied.
            match self.source.read(&mut bytes[length..end]) {
                Ok(0) => return Ok((Filled::End, length)),
                Ok(read) => length += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_damage(&error) => return Ok((Filled::Broken, length)),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Divides a block at the header lines within it, which are taken in.
    fn divide(&mut self, block: &mut Block, projection: &Projection) -> Result<(), LogError> {
        let mut start = 0;
        let bytes = &block.bytes;
        if matches!(self.format, Format::Unknown) {
            let blank = bytes
                .iter()
                .take_while(|octet| matches!(octet, b'\n' | b'\r'));
            match bytes.get(blank.count()) {
                None => {}
                Some(b'#') => {
                    self.format = Format::Tsv {
                        header: Header::default(),
                        layout: None,
                    }
                }
                Some(b'{') => self.format = Format::Json,
                Some(_) => return Err(LogError::NotALog),
            }
        }
        let is_tsv = matches!(self.format, Format::Tsv { .. });
        while start < bytes.len() {
            let rest = &bytes[start..];
            if is_tsv && rest.starts_with(b"#") {
                let length = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
                self.lines += 1;
                self.take_header(&rest[..length], &mut block.problems);
                start += length;
                continue;
            }
            let length = match is_tsv {
                true => before_header(rest),
                false => rest.len(),
            };
            let first_line = self.lines + 1;
            self.lines += lines_in(&rest[..length]);
            if let Some(format) = self.part_format(first_line, rest, projection)? {
                block.parts.push(Part {
                    start,
                    end: start + length,
                    first_line,
                    format,
                });
            }
            start += length;
        }
        Ok(())
    }

    fn take_header(&mut self, line: &[u8], problems: &mut Problems) {
        let Format::Tsv { header, layout } = &mut self.format else {
            return;
        };
        *layout = None;
        if let Err(kind) = header.read_line(without_end(line)) {
            problems.add(kind, self.lines);
        }
    }

    /// How the lines that come now are read; `None` for lines that have nothing in them.
    fn part_format(
        &mut self,
        line: u64,
        text: &[u8],
        projection: &Projection,
    ) -> Result<Option<PartFormat>, LogError> {
        Ok(Some(match &mut self.format {
            Format::Unknown => return Ok(None),
            Format::Json => {
                if self.name.is_none() && line == 1 && !says_path(text) {
                    return Err(LogError::Nameless { line });
                }
                PartFormat::Json(self.name.clone())
            }
            Format::Tsv { header, layout } => {
                let layout = match layout {
                    Some(layout) => Arc::clone(layout),
                    None => {
                        let said = header.path.as_ref().or(self.name.as_ref());
                        let log = said.ok_or(LogError::Nameless { line })?;
                        Arc::clone(layout.insert(Arc::new(Layout::new(header, log, projection))))
                    }
                };
                PartFormat::Tsv(layout)
            }
        }))
    }
}

impl Block {
    /// Gives each record of which something is asked for to `take`.
    pub fn rows(
        &self,
        projection: &Projection,
        scratch: &mut Scratch,
        mut take: impl FnMut(Row<'_>),
    ) -> Scanned {
        let mut scanned = Scanned {
            problems: self.problems.clone(),
            passed_over: Vec::new(),
        };
        for part in &self.parts {
            let mut text = &self.bytes[part.start..part.end];
            let mut line = part.first_line;
            while !text.is_empty() {
                let length = chunk(text);
                let (lines, rest) = text.split_at(length);
                text = rest;
                let is_last = rest.is_empty();
                line = match &part.format {
                    PartFormat::Tsv(layout) => {
                        let scan = TsvScan {
                            layout,
                            text: lines,
                            is_last,
                        };
                        scan.rows(line, scratch, &mut scanned, &mut take)
                    }
                    PartFormat::Json(name) => {
                        let scan = JsonScan {
                            projection,
                            name: name.as_deref(),
                            text: lines,
                            is_last,
                        };
                        scan.rows(line, scratch, &mut scanned, &mut take)
                    }
                };
            }
        }
        scanned
    }

    /// How many octets the block has, decompressed.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }
}

/// The length of as many lines at the beginning as the innermost cache of a processor has room for, or of one.
fn chunk(text: &[u8]) -> usize {
    const LENGTH: usize = 1 << 15;
    let Some(start) = text.get(..LENGTH) else {
        return text.len();
    };
    let end = memrchr(b'\n', start).or_else(|| Some(LENGTH + memchr(b'\n', &text[LENGTH..])?));
    end.map_or(text.len(), |end| end + 1)
}

/// Whether the first line says which log it is of.
fn says_path(text: &[u8]) -> bool {
    let line = &text[..memchr(b'\n', text).unwrap_or(text.len())];
    let mut members = Members::default();
    members.parse(without_end(line)).is_err() || members.path(line).is_some()
}

fn lines_in(text: &[u8]) -> u64 {
    bytecount::count(text, b'\n') as u64
}

/// How many octets come before the next header line, or all.
fn before_header(text: &[u8]) -> usize {
    // One octet is found faster than two, and this one is rare.
    let mut found = memchr_iter(b'#', text);
    let start = found.find(|place| text[..*place].ends_with(b"\n"));
    start.unwrap_or(text.len())
}

/// A line without what ends it.
pub(super) fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}
