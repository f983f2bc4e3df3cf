//! Blocks of whole lines, to be worked on side by side.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use memchr::{memchr, memchr_iter, memrchr};

use super::file::decompressed;
use super::json::JsonMembers;
use super::lines::{BYTE_ORDER_MARK, is_damage};
use super::projection::{Layout, Projection};
use super::scan::{JsonScan, Scanned, Scratch, TsvScan};
use super::tsv::TsvHeader;
use super::{KnownLogs, LONGEST_LINE, LogError, ProblemKind, Problems, Row, known};

/// How many octets a block has, but for long lines.
pub(super) const BLOCK: usize = 1 << 19;

/// Reads a log in blocks of whole lines, one behind the other.
pub struct BlockReader {
    source: Box<dyn BufRead + Send>,
    /// The log that the file is named after.
    name: Option<Arc<str>>,
    chain: BlockSequence,
    /// What has been read of the next block.
    started: Vec<u8>,
    /// Memory for the next block, whose octets mean nothing.
    spare: Vec<u8>,
    longest_line: usize,
    is_first: bool,
    is_over: bool,
}

/// What lines say of those that follow them.
#[derive(Clone)]
struct Preceding {
    format: BlockFormat,
    /// How many lines there are.
    lines: u64,
}

#[derive(Clone)]
enum BlockFormat {
    /// Nothing has been read yet.
    Unknown,
    Tsv {
        header: Arc<TsvHeader>,
        layout: Option<Arc<Layout>>,
    },
    Json,
    /// There was an error: no line that follows is read.
    Unreadable,
}

/// The blocks of a log, each of which tells the next one what lines up to there say.
pub(super) struct BlockSequence {
    /// What the lines up to here say, once they have been divided.
    preceding: Arc<OnceLock<Preceding>>,
}

/// A block's place in the chain.
pub(super) struct BlockNeighbours {
    before: Arc<OnceLock<Preceding>>,
    after: Arc<OnceLock<Preceding>>,
}

/// Whole lines of a log, of which nothing is known yet. While they are worked on, others can read on.
pub struct RawBlock {
    pub(super) bytes: Vec<u8>,
    /// Where the first line begins.
    pub(super) start: usize,
    /// Where the last line ends.
    pub(super) end: usize,
    pub(super) filled: Filled,
    /// How many lines before the first were left out since they are too long.
    pub(super) too_long_before: u64,
    /// Whether the line behind the last was left out since it is too long.
    pub(super) is_too_long_behind: bool,
    pub(super) name: Option<Arc<str>>,
    pub(super) link: BlockNeighbours,
}

/// Lines of a log, and what is needed to read them.
#[derive(Default)]
pub struct Block {
    bytes: Vec<u8>,
    /// Where the first line begins.
    start: usize,
    parts: Vec<BlockPart>,
    /// What was found wrong when the block was read.
    problems: Problems,
}

/// Lines that follow each other and are read in the same way.
struct BlockPart {
    start: usize,
    end: usize,
    /// The first line's number in the file.
    first_line: u64,
    format: PartFormat,
}

enum PartFormat {
    Tsv(Arc<Layout>),
    /// The log of lines that do not say it.
    Json(Option<Arc<str>>),
}

/// What was read for a block.
struct Fill {
    filled: Filled,
    /// How many octets.
    length: usize,
    /// How many lines were left out before them.
    too_long: u64,
}

/// How the end of what was read came about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Filled {
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
            name: path.and_then(|path| Some(known::named_after(path, known)?.into())),
            chain: BlockSequence::default(),
            started: Vec::new(),
            spare: Vec::new(),
            longest_line: LONGEST_LINE,
            is_first: true,
            is_over: false,
        })
    }

    /// The same reader, which takes lines for such a log that do not say which log they are of, nor does the file's name.
    #[must_use]
    pub fn called(mut self, log: Option<&str>) -> Self {
        self.name = self.name.or_else(|| log.map(Arc::from));
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
        self.spare = block.into_memory();
    }

    /// The next block; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`LogError`]. What is wrong with single lines is none: such are left out and counted.
    pub fn next_block(&mut self, projection: &Projection) -> Result<Option<Block>, LogError> {
        let raw = self.next_raw()?;
        raw.map(|raw| raw.divide(projection)).transpose()
    }

    /// The next block, which has still to be [divided](RawBlock::divide); `None` at the end.
    ///
    /// # Errors
    ///
    /// [`LogError::Io`].
    pub fn next_raw(&mut self) -> Result<Option<RawBlock>, LogError> {
        if self.is_over {
            return Ok(None);
        }
        let mut bytes = std::mem::take(&mut self.spare);
        let Fill {
            filled,
            length,
            too_long,
        } = self.fill(&mut bytes)?;
        bytes.truncate(length);
        if self.is_first && too_long == 0 && bytes.starts_with(BYTE_ORDER_MARK) {
            bytes.drain(..BYTE_ORDER_MARK.len());
        }
        self.is_first = false;
        let end = memrchr(b'\n', &bytes).map_or(0, |end| end + 1);
        if filled == Filled::Lines {
            self.started.extend_from_slice(&bytes[end..]);
            bytes.truncate(end);
        } else {
            self.is_over = true;
        }
        Ok(Some(RawBlock {
            bytes,
            start: 0,
            end,
            filled,
            too_long_before: too_long,
            is_too_long_behind: false,
            name: self.name.clone(),
            link: self.chain.next(),
        }))
    }

    /// Reads until there are enough octets and a whole line among them. Lines that are too long are left out.
    fn fill(&mut self, bytes: &mut Vec<u8>) -> Result<Fill, LogError> {
        let mut length = self.started.len();
        let mut too_long = 0;
        let fill = |filled, length, too_long| Fill {
            filled,
            length,
            too_long,
        };
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
                return Ok(fill(Filled::Lines, length, too_long));
            }
            if !has_line && length > self.longest_line {
                too_long += 1;
                bytes.truncate(BLOCK);
                bytes.shrink_to_fit();
                (length, searched) = (0, 0);
                match self.source.skip_until(b'\n') {
                    Err(error) if is_damage(&error) => {
                        return Ok(fill(Filled::Broken, length, too_long));
                    }
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
                Ok(0) => return Ok(fill(Filled::End, length, too_long)),
                Ok(read) => length += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_damage(&error) => {
                    return Ok(fill(Filled::Broken, length, too_long));
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl RawBlock {
    /// How many octets the block has, with what was begun of a line behind it.
    pub fn size(&self) -> usize {
        self.bytes.len() - self.start
    }

    /// Divides the block into lines that are read alike. This waits until the block before it in the file has been divided.
    ///
    /// # Errors
    ///
    /// [`LogError`]. What is wrong with single lines is none: such are left out and counted. Behind an error, blocks have no lines.
    pub fn divide(mut self, projection: &Projection) -> Result<Block, LogError> {
        let outline = BlockOutline::of(&self.bytes[self.start..self.end]);
        let mut preceding = self.link.before.wait().clone();
        if matches!(preceding.format, BlockFormat::Unreadable) {
            return Ok(Block::default());
        }
        let mut block = Block {
            bytes: std::mem::take(&mut self.bytes),
            start: self.start,
            ..Block::default()
        };
        for _ in 0..self.too_long_before {
            preceding.leave_out(&mut block.problems);
        }
        let rest = &block.bytes[self.end..];
        let number = preceding.lines + 1 + outline.lines;
        if self.filled == Filled::Broken {
            block.problems.add(ProblemKind::BrokenOff, number);
        } else if !rest.is_empty() {
            // A last line without its line feed is all there if it is an object: JSON tells.
            let is_json = matches!(preceding.format, BlockFormat::Json | BlockFormat::Unknown);
            if is_json && JsonMembers::default().parse(rest).is_ok() {
                self.end = block.bytes.len();
            } else {
                block.problems.add(ProblemKind::PartialLine, number);
            }
        }
        block.bytes.truncate(self.end);
        let divided = preceding.divide(&self, &outline, &mut block, projection);
        if divided.is_err() {
            preceding.format = BlockFormat::Unreadable;
        } else if self.is_too_long_behind {
            preceding.leave_out(&mut block.problems);
        }
        let _ = self.link.after.set(preceding);
        divided.map(|()| block)
    }
}

impl Default for BlockSequence {
    fn default() -> Self {
        let start = Preceding {
            format: BlockFormat::Unknown,
            lines: 0,
        };
        Self {
            preceding: Arc::new(OnceLock::from(start)),
        }
    }
}

impl BlockSequence {
    /// The place of the next block.
    pub(super) fn next(&mut self) -> BlockNeighbours {
        let after = Arc::new(OnceLock::new());
        let before = std::mem::replace(&mut self.preceding, Arc::clone(&after));
        BlockNeighbours { before, after }
    }
}

impl Drop for BlockNeighbours {
    /// Nobody waits for a block that is never divided.
    fn drop(&mut self) {
        let _ = self.after.set(Preceding {
            format: BlockFormat::Unreadable,
            lines: 0,
        });
    }
}

/// What can be said of lines before those that precede them are known: for that others wait.
struct BlockOutline {
    lines: u64,
    /// Where the first header line is, if they are of a TSV log.
    header: Option<usize>,
}

impl BlockOutline {
    fn of(text: &[u8]) -> Self {
        let is_json = text.starts_with(b"{");
        Self {
            lines: lines_in(text),
            header: (!is_json).then(|| before_header(text)),
        }
    }
}

impl Preceding {
    /// Counts a line that is too long.
    fn leave_out(&mut self, problems: &mut Problems) {
        self.lines += 1;
        problems.add(ProblemKind::LineTooLong, self.lines);
    }

    /// Divides a block at the header lines within it, which are taken in.
    fn divide(
        &mut self,
        raw: &RawBlock,
        outline: &BlockOutline,
        block: &mut Block,
        projection: &Projection,
    ) -> Result<(), LogError> {
        let mut start = raw.start;
        let bytes = &block.bytes;
        if matches!(self.format, BlockFormat::Unknown) {
            let is_blank = |octet: &&u8| matches!(octet, b'\n' | b'\r');
            match bytes[start..].iter().find(|octet| !is_blank(octet)) {
                None => {}
                Some(b'#') => {
                    self.format = BlockFormat::Tsv {
                        header: Arc::default(),
                        layout: None,
                    }
                }
                Some(b'{') => self.format = BlockFormat::Json,
                Some(_) => return Err(LogError::NotALog),
            }
        }
        let is_tsv = matches!(self.format, BlockFormat::Tsv { .. });
        while start < bytes.len() {
            let rest = &bytes[start..];
            if is_tsv && rest.starts_with(b"#") {
                let length = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
                self.lines += 1;
                self.take_header(&rest[..length], &mut block.problems);
                start += length;
                continue;
            }
            let length = match (is_tsv, outline.header) {
                (false, _) => rest.len(),
                (true, Some(header)) if start == raw.start => header.min(rest.len()),
                (true, _) => before_header(rest),
            };
            let first_line = self.lines + 1;
            self.lines += match start == raw.start && length == rest.len() {
                true => outline.lines,
                false => lines_in(&rest[..length]),
            };
            let name = raw.name.as_ref();
            if let Some(format) = self.part_format(name, first_line, rest, projection)? {
                block.parts.push(BlockPart {
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
        let BlockFormat::Tsv { header, layout } = &mut self.format else {
            return;
        };
        *layout = None;
        if let Err(kind) = Arc::make_mut(header).read_line(without_end(line)) {
            problems.add(kind, self.lines);
        }
    }

    /// How the lines that come now are read; `None` for lines that have nothing in them.
    fn part_format(
        &mut self,
        name: Option<&Arc<str>>,
        line: u64,
        text: &[u8],
        projection: &Projection,
    ) -> Result<Option<PartFormat>, LogError> {
        Ok(Some(match &mut self.format {
            BlockFormat::Unknown | BlockFormat::Unreadable => return Ok(None),
            BlockFormat::Json => {
                if name.is_none() && line == 1 && !says_path(text) {
                    return Err(LogError::Nameless { line });
                }
                PartFormat::Json(name.cloned())
            }
            BlockFormat::Tsv { header, layout } => {
                let layout = match layout {
                    Some(layout) => Arc::clone(layout),
                    None => {
                        let said = header.path.as_deref().or(name.map(AsRef::as_ref));
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
        self.bytes.len() - self.start
    }

    /// The block's memory for another one, whose octets mean nothing.
    pub(super) fn into_memory(self) -> Vec<u8> {
        // After a long line there is more of it than blocks need.
        match self.bytes.capacity() <= 2 * BLOCK {
            true => self.bytes,
            false => Vec::new(),
        }
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
    let mut members = JsonMembers::default();
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
