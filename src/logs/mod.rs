//! Zeek's log files, read record by record: TSV with its header lines and JSON lines, plain or compressed.
//!
//! [`LogReader`] reads record by record. [`BlockReader`] reads blocks of lines, of which several can be worked on at once, and of
//! a [`PlainFile`] they can be read at once, too; of these, only the columns of a [`Projection`] are looked at.
//!
//! What a record holds is what was on the wire: TSV's escapes are undone, and where JSON leaves two readings of a text
//! both are kept ([`LogText`]). A file that is damaged is read as far as it goes, and what was left out is counted
//! ([`Problems`]). Whatever a file holds, memory is bounded by the longest line that is taken ([`LONGEST_LINE`]).

mod block;
#[cfg(test)]
mod block_tests;
mod excerpt;
mod file;
mod json;
mod known;
mod lines;
mod plain;
mod problem;
mod projection;
#[cfg(test)]
mod round_trip;
mod row;
mod scan;
mod sieve;
#[cfg(test)]
mod tests;
mod tsv;
mod value;
mod wanted;

use std::io::{self, BufRead};
use std::path::Path;

pub use block::{Block, BlockReader, RawBlock};
pub(crate) use excerpt::{Excerpt, excerpt};
pub use file::{from_reader, open};
pub use known::{KnownLogs, ZeekLogs, named_after};
pub use plain::{PlainFile, UnreadBlock};
pub use problem::{ProblemKind, ProblemTally, Problems};
pub use projection::{AskedLog, MOST_COLUMNS, Projection, Sought};
pub use row::{Elements, Glance, KeptRecord, Row};
pub use scan::{Scanned, Scratch};
pub use value::{LogText, LogValue, MalformedValue, Scalar, seconds};
pub use wanted::{Clue, Wanted};

use self::json::JsonMembers;
use self::lines::{LineReader, LineState};
use self::tsv::{Cells, TsvHeader};

/// How long a line may be, in bytes; longer ones are left out.
pub const LONGEST_LINE: usize = 16 << 20;

/// Why a log cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file cannot be opened or read.
    #[error("cannot read the log: {0}")]
    Io(#[from] io::Error),
    /// The file is compressed in another way than with gzip or Zstandard.
    #[error(
        "the log is compressed with {0}, which is not read: decompress it and give the file or its output"
    )]
    Compressed(&'static str),
    /// The file begins neither with a header line nor with a JSON object.
    #[error("not a Zeek log: its first line is neither a header line of TSV nor a JSON object")]
    NotALog,
    /// Neither the file nor its name says which log it is.
    #[error(
        "line {line}: no #path and no _path says which log this is, and the file is not named after a known one"
    )]
    Nameless {
        /// The line of the first record, counted from 1.
        line: u64,
    },
}

/// Reads a log's records, one at a time.
pub struct LogReader<'k, R> {
    lines: LineReader<R>,
    known: &'k dyn KnownLogs,
    /// The log that the file is named after.
    name: Option<String>,
    format: LogFormat,
    problems: Problems,
}

/// How the file is written, and what the current line has.
enum LogFormat {
    /// Nothing has been read yet.
    Unknown,
    Tsv {
        header: TsvHeader,
        cells: Cells,
    },
    Json {
        members: JsonMembers,
    },
}

impl<'k, R: BufRead> LogReader<'k, R> {
    /// A reader of what `source` gives; `path` says which log it is where its content does not.
    pub fn new(source: R, path: Option<&Path>, known: &'k dyn KnownLogs) -> Self {
        Self {
            lines: LineReader::new(source, LONGEST_LINE),
            known,
            name: path.and_then(|path| known::named_after(path, known)),
            format: LogFormat::Unknown,
            problems: Problems::default(),
        }
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
        self.lines.limit = bytes;
        self
    }

    /// The next record; `None` at the end.
    ///
    /// # Errors
    ///
    /// See [`LogError`]. What is wrong with single lines is none: such are left out and counted.
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>, LogError> {
        while let Some(state) = self.lines.advance()? {
            if self.take_line(state)? {
                return self.record().map(Some);
            }
        }
        Ok(None)
    }

    /// What was left out so far.
    pub fn problems(&self) -> &Problems {
        &self.problems
    }

    /// Whether the current line is a record.
    fn take_line(&mut self, state: LineState) -> Result<bool, LogError> {
        let problem = match state {
            LineState::TooLong => Some(ProblemKind::LineTooLong),
            LineState::BrokenOff => Some(ProblemKind::BrokenOff),
            LineState::Partial if !self.is_whole_object() => Some(ProblemKind::PartialLine),
            LineState::Partial | LineState::Whole => match self.parse_line()? {
                ParsedLine::Record => return Ok(true),
                ParsedLine::NoRecord => None,
                ParsedLine::Malformed(kind) => Some(kind),
            },
        };
        if let Some(kind) = problem {
            self.problems.add(kind, self.lines.number);
        }
        Ok(false)
    }

    /// Whether a last line without its line feed is all there: JSON tells.
    fn is_whole_object(&self) -> bool {
        matches!(self.format, LogFormat::Json { .. } | LogFormat::Unknown)
            && JsonMembers::default().parse(self.lines.line()).is_ok()
    }

    fn parse_line(&mut self) -> Result<ParsedLine, LogError> {
        let line = self.lines.line();
        if line.is_empty() {
            return Ok(ParsedLine::NoRecord);
        }
        if matches!(self.format, LogFormat::Unknown) {
            self.format = LogFormat::of(line).ok_or(LogError::NotALog)?;
        }
        Ok(match &mut self.format {
            LogFormat::Json { members } => match members.parse(line) {
                Ok(()) => ParsedLine::Record,
                Err(_) => ParsedLine::Malformed(ProblemKind::NotJson),
            },
            LogFormat::Tsv { header, .. } if line.starts_with(b"#") => match header.read_line(line)
            {
                Ok(()) => ParsedLine::NoRecord,
                Err(kind) => ParsedLine::Malformed(kind),
            },
            LogFormat::Tsv { header, cells } => match cells.split(line, header) {
                Ok(()) => ParsedLine::Record,
                Err(kind) => ParsedLine::Malformed(kind),
            },
            LogFormat::Unknown => ParsedLine::NoRecord,
        })
    }

    fn record(&self) -> Result<Record<'_>, LogError> {
        let line = self.lines.line();
        let (said, format) = match &self.format {
            LogFormat::Tsv { header, cells } => {
                (header.path.as_deref(), RecordFormat::Tsv { header, cells })
            }
            LogFormat::Json { members } => (members.path(line), RecordFormat::Json(members)),
            LogFormat::Unknown => return Err(LogError::NotALog),
        };
        let log = said.or(self.name.as_deref()).ok_or(LogError::Nameless {
            line: self.lines.number,
        })?;
        Ok(Record {
            log,
            line_number: self.lines.number,
            line,
            format,
            known: self.known,
        })
    }
}

/// What a line turned out to be.
enum ParsedLine {
    Record,
    NoRecord,
    Malformed(ProblemKind),
}

impl LogFormat {
    /// The format of a file by its first line.
    fn of(line: &[u8]) -> Option<Self> {
        match line.first()? {
            b'#' => Some(Self::Tsv {
                header: TsvHeader::default(),
                cells: Cells::default(),
            }),
            b'{' => Some(Self::Json {
                members: JsonMembers::default(),
            }),
            _ => None,
        }
    }
}

/// A record of a log. Its values are read when they are asked for.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    log: &'a str,
    line_number: u64,
    line: &'a [u8],
    format: RecordFormat<'a>,
    known: &'a dyn KnownLogs,
}

/// How a record is written.
#[derive(Clone, Copy)]
enum RecordFormat<'a> {
    Tsv {
        header: &'a TsvHeader,
        cells: &'a Cells,
    },
    Json(&'a JsonMembers),
}

impl<'a> Record<'a> {
    /// The log, such as `dns`.
    pub fn log(&self) -> &'a str {
        self.log
    }

    /// The line of the file, counted from 1.
    pub fn line_number(&self) -> u64 {
        self.line_number
    }

    /// The names of the columns; of JSON those that the record has.
    pub fn columns(&self) -> Vec<&'a str> {
        match self.format {
            RecordFormat::Tsv { header, .. } => header.names().collect(),
            RecordFormat::Json(members) => members.names(self.line).collect(),
        }
    }

    /// A column's value; `None` where it is unset, or the record has no such column.
    ///
    /// # Errors
    ///
    /// [`MalformedValue`] where the value is none of the column's type.
    pub fn value(&self, column: &str) -> Result<Option<LogValue<'a>>, MalformedValue> {
        let known = || self.known.column_type(self.log, column);
        match self.format {
            RecordFormat::Tsv { header, cells } => {
                let Some(index) = header.index(column) else {
                    return Ok(None);
                };
                let column_type = header.column_type(index).or_else(known);
                header.value(cells.cell(self.line, index), column_type)
            }
            RecordFormat::Json(members) => match members.value(self.line, column) {
                Some(text) => json::value(text, known()),
                None => Ok(None),
            },
        }
    }
}
