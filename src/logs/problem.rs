//! What was left out of a log, counted.

use std::collections::BTreeMap;
use std::fmt;

/// What is wrong with a part of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// Compressed data end too early or are damaged; nothing behind them is read.
    BrokenOff,
    /// The file ends before its last line does, as that of a log that is being written.
    PartialLine,
    /// A line is longer than is taken.
    LineTooLong,
    /// A line has more or fewer columns than its header.
    ColumnCount,
    /// A line comes before any header line names the columns.
    NoFields,
    /// A header line cannot be understood.
    Header,
    /// A header line names a column twice.
    DuplicateColumn,
    /// A line is no JSON object.
    NotJson,
    /// A value is none of its column's type.
    LogValue,
    /// Neither a line nor the file says which log it is of.
    Nameless,
    /// A record has no time that can be read.
    NoTime,
    /// A value is as long as Zeek writes one at most.
    Cut,
}

/// How often something is wrong, and where first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProblemTally {
    /// How often.
    pub count: u64,
    /// The first line that has it, counted from 1.
    pub first_line: u64,
}

/// What was left out of a log: each kind with its number and first line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(BTreeMap<ProblemKind, ProblemTally>);

impl Problems {
    /// Counts one more at `line`.
    pub fn add(&mut self, kind: ProblemKind, line: u64) {
        let first = ProblemTally {
            count: 0,
            first_line: line,
        };
        self.0.entry(kind).or_insert(first).count += 1;
    }

    /// Counts those of another part of the log, too.
    pub fn add_all(&mut self, of_part: &Self) {
        for (kind, tally) in of_part.iter() {
            let ProblemTally { count, first_line } = tally;
            let first = ProblemTally {
                count: 0,
                first_line,
            };
            let known = self.0.entry(kind).or_insert(first);
            known.count += count;
            known.first_line = known.first_line.min(first_line);
        }
    }

    /// Whether nothing was left out.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How often each kind is there.
    pub fn iter(&self) -> impl Iterator<Item = (ProblemKind, ProblemTally)> {
        self.0.iter().map(|(kind, tally)| (*kind, *tally))
    }
}

impl ProblemKind {
    /// What is wrong, for one of them.
    pub fn as_phrase(self) -> &'static str {
        match self {
            Self::BrokenOff => {
                "compressed data break off or are damaged; what was before them was read"
            }
            Self::PartialLine => "the last line is not finished and was left out",
            Self::LineTooLong => "a line is too long and was left out",
            Self::ColumnCount => {
                "a line has more or fewer columns than its header and was left out"
            }
            Self::NoFields => "a line comes before a #fields line and was left out",
            Self::Header => "a header line was not understood",
            Self::DuplicateColumn => {
                "a header line has the same column twice; the first of them is read"
            }
            Self::NotJson => "a line is not a JSON object and was left out",
            Self::LogValue => "a value does not have the type of its column",
            Self::Nameless => "a line has no _path that says which log it is of, and was left out",
            Self::NoTime => {
                "a record has no ts that can be read, so it counts as of 1970 and is in no range of time"
            }
            Self::Cut => {
                "a value is as long as Zeek writes one at most: its end can be missing, and what is not there matches nothing"
            }
        }
    }
}

/// The first line and the phrase, with the number of all where there are several.
impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (kind, tally)) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            let ProblemTally { count, first_line } = tally;
            write!(
                formatter,
                "{separator}line {first_line}: {}",
                kind.as_phrase()
            )?;
            if count > 1 {
                write!(formatter, " ({count} times)")?;
            }
        }
        Ok(())
    }
}
