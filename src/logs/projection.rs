//! The columns of each log that are asked for: no others are looked at when a log is read in blocks.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use memchr::memmem;

use super::KnownLogs;
use super::sieve::{Escapes, Sieve};
use super::tsv::TsvHeader;
use super::wanted::Clue;
use crate::registry::ColumnType;

/// The columns of each log that are asked for.
#[derive(Debug, Default)]
pub struct Projection {
    logs: BTreeMap<String, ProjectedColumns>,
}

/// What is asked for of a log.
#[derive(Debug, Default)]
pub struct AskedLog {
    /// The log, such as `dns`.
    pub name: String,
    /// The number to know it by.
    pub number: usize,
    /// The columns that are asked for, of which no more than [`MOST_COLUMNS`] are looked at.
    pub columns: Vec<String>,
    /// Which records are asked for; `None` for all.
    pub sought: Option<Sought>,
}

/// Which records of a log are asked for as a whole, and what of the others.
#[derive(Debug, Default)]
pub struct Sought {
    /// Records that have one of these are asked for as a whole.
    pub clues: Vec<Clue>,
    /// The columns that are asked for of every record. If there are none, no other records are given.
    pub of_every: Vec<usize>,
}

/// The columns of a log that are asked for.
#[derive(Debug)]
pub(super) struct ProjectedColumns {
    /// What to call the log in what others keep of it.
    pub(super) number: usize,
    pub(super) log: String,
    pub(super) names: Vec<String>,
    /// The types that are known before a log is read.
    pub(super) types: Vec<Option<ColumnType>>,
    sought: Option<Sought>,
    json_sieve: OnceLock<Option<Sieve>>,
    /// The columns that are asked for of every record, with their keys as JSON has them.
    keys_of_every: Vec<(usize, memmem::Finder<'static>)>,
    /// By the length of a name in octets, the columns whose names have it, a bit each; of longer names all together.
    by_length: [u64; LENGTHS],
}

/// How many lengths of names are told apart.
const LENGTHS: usize = 32;

/// How many columns of a log can be asked for.
pub const MOST_COLUMNS: usize = 64;

impl Projection {
    /// What is asked for of logs.
    pub fn new(asked: impl IntoIterator<Item = AskedLog>, known: &dyn KnownLogs) -> Self {
        let logs = asked
            .into_iter()
            .map(|asked| (asked.name.clone(), ProjectedColumns::new(asked, known)));
        Self {
            logs: logs.collect(),
        }
    }

    /// Whether columns of a log are asked for.
    pub fn has(&self, log: &str) -> bool {
        self.logs.contains_key(log)
    }

    /// The logs of which columns are asked for, with their numbers.
    pub fn logs(&self) -> impl Iterator<Item = (usize, &str)> {
        let logs = self.logs.iter();
        logs.map(|(log, columns)| (columns.number, log.as_str()))
    }

    /// The number of a log's column, if it is looked at.
    pub fn column(&self, log: &str, name: &str) -> Option<usize> {
        self.columns(log)?.index(name.as_bytes())
    }

    pub(super) fn columns(&self, log: &str) -> Option<&ProjectedColumns> {
        self.logs.get(log)
    }
}

impl ProjectedColumns {
    fn new(asked: AskedLog, known: &dyn KnownLogs) -> Self {
        let (log, mut names) = (asked.name, asked.columns);
        names.truncate(MOST_COLUMNS);
        let mut by_length = [0; LENGTHS];
        for (index, name) in names.iter().enumerate() {
            by_length[name.len().min(LENGTHS - 1)] |= 1 << index;
        }
        let types = names.iter().map(|name| known.column_type(&log, name));
        let of_every = asked.sought.iter().flat_map(|sought| &sought.of_every);
        let keys_of_every = of_every.filter_map(|column| {
            let key = format!("\"{}\"", names.get(*column)?);
            Some((*column, memmem::Finder::new(&key).into_owned()))
        });
        Self {
            keys_of_every: keys_of_every.collect(),
            number: asked.number,
            types: types.collect(),
            sought: asked.sought,
            json_sieve: OnceLock::new(),
            by_length,
            names,
            log,
        }
    }

    /// The columns that are asked for of every record; `None` if that is all of them.
    pub(super) fn of_every(&self) -> Option<&[usize]> {
        Some(&self.sought.as_ref()?.of_every)
    }

    /// The columns that are asked for of every record, with their keys as JSON has them.
    pub(super) fn keys_of_every(&self) -> &[(usize, memmem::Finder<'static>)] {
        &self.keys_of_every
    }

    /// What finds the lines of JSON that are asked for as a whole; `None` where all can be.
    pub(super) fn json_sieve(&self) -> Option<&Sieve> {
        let sieve = self.json_sieve.get_or_init(|| {
            let mut texts = Vec::new();
            for (column, wanted) in &self.sought.as_ref()?.clues {
                texts.extend(wanted.in_json(self.names.get(*column)?, *self.types.get(*column)?)?);
            }
            Some(Sieve::new(texts, Escapes::Json))
        });
        sieve.as_ref()
    }

    fn tsv_sieve(&self, header: &TsvHeader) -> Option<Sieve> {
        let mut texts = Vec::new();
        // Cells are counted and values are measured by these.
        header.single_separator()?;
        header.single_set_separator()?;
        for (column, wanted) in &self.sought.as_ref()?.clues {
            // A column that is not there has nothing.
            if let Some(index) = header.index(self.names.get(*column)?) {
                let column_type = header.column_type(index).or(*self.types.get(*column)?);
                texts.push(wanted.in_tsv(header, index, column_type)?);
            }
        }
        Some(Sieve::new(texts, Escapes::Tsv))
    }

    /// Which of the columns has a name.
    pub(super) fn index(&self, name: &[u8]) -> Option<usize> {
        let mut candidates = self.by_length[name.len().min(LENGTHS - 1)];
        while candidates != 0 {
            let index = candidates.trailing_zeros() as usize;
            if self.names.get(index)?.as_bytes() == name {
                return Some(index);
            }
            candidates &= candidates - 1;
        }
        None
    }
}

/// Where the columns that are asked for stand in a TSV log.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) header: TsvHeader,
    pub(super) log: String,
    /// The log's number, and for each column that is asked for its type; `None` where nothing of the log is asked for.
    pub(super) asked: Option<ColumnSelection>,
    /// How many columns there are.
    pub(super) width: usize,
}

#[derive(Debug)]
pub(super) struct ColumnSelection {
    pub(super) number: usize,
    pub(super) types: Vec<Option<ColumnType>>,
    /// Cells in their order, each with the column that is asked for.
    pub(super) cells: Vec<(usize, usize)>,
    /// What finds the lines that are asked for as a whole, and the cells that are asked for of others; `None` where all are.
    pub(super) sieve: Option<(Sieve, Vec<(usize, usize)>)>,
}

impl Layout {
    pub(super) fn new(header: &TsvHeader, log: &str, projection: &Projection) -> Self {
        let asked = projection.columns(log).map(|columns| {
            let mut cells = Vec::new();
            let mut types = columns.types.clone();
            for (asked, name) in columns.names.iter().enumerate() {
                if let Some(index) = header.index(name) {
                    cells.push((index, asked));
                    types[asked] = header.column_type(index).or(types[asked]);
                }
            }
            cells.sort_unstable();
            let sieve = columns.tsv_sieve(header).map(|sieve| {
                let of_every = columns.of_every().unwrap_or_default();
                let cells = cells.iter().copied();
                let of_every = cells.filter(|(_, asked)| of_every.contains(asked));
                (sieve, of_every.collect())
            });
            ColumnSelection {
                number: columns.number,
                types,
                cells,
                sieve,
            }
        });
        Self {
            log: log.to_owned(),
            asked,
            width: header.names().count(),
            header: header.clone(),
        }
    }
}
