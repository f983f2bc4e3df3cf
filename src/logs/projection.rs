//! The columns of each log that are asked for: no others are looked at when a log is read in blocks.

use std::collections::BTreeMap;

use super::KnownLogs;
use super::tsv::Header;
use crate::registry::ColumnType;

/// The columns of each log that are asked for.
#[derive(Debug, Default)]
pub struct Projection {
    logs: BTreeMap<String, Columns>,
}

/// The columns of a log that are asked for.
#[derive(Debug)]
pub(super) struct Columns {
    /// What to call the log in what others keep of it.
    pub(super) number: usize,
    pub(super) log: String,
    pub(super) names: Vec<String>,
    /// The types that are known before a log is read.
    pub(super) types: Vec<Option<ColumnType>>,
    /// By the length of a name in octets, the columns whose names have it, a bit each; of longer names all together.
    by_length: [u64; LENGTHS],
}

/// How many lengths of names are told apart.
const LENGTHS: usize = 32;

/// How many columns of a log can be asked for.
pub const MOST_COLUMNS: usize = 64;

impl Projection {
    /// The columns of logs that are asked for, by the logs' names, and for each log the number to know it by. Of a log, no
    /// more than [`MOST_COLUMNS`] are looked at.
    pub fn new(
        asked: impl IntoIterator<Item = (String, usize, Vec<String>)>,
        known: &dyn KnownLogs,
    ) -> Self {
        let logs = asked.into_iter().map(|(log, number, names)| {
            let columns = Columns::new(log.clone(), number, names, known);
            (log, columns)
        });
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

    pub(super) fn columns(&self, log: &str) -> Option<&Columns> {
        self.logs.get(log)
    }
}

impl Columns {
    fn new(log: String, number: usize, mut names: Vec<String>, known: &dyn KnownLogs) -> Self {
        names.truncate(MOST_COLUMNS);
        let mut by_length = [0; LENGTHS];
        for (index, name) in names.iter().enumerate() {
            by_length[name.len().min(LENGTHS - 1)] |= 1 << index;
        }
        let types = names.iter().map(|name| known.column_type(&log, name));
        Self {
            number,
            types: types.collect(),
            by_length,
            names,
            log,
        }
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
    pub(super) header: Header,
    pub(super) log: String,
    /// The log's number, and for each column that is asked for its type; `None` where nothing of the log is asked for.
    pub(super) asked: Option<Asked>,
    /// How many columns there are.
    pub(super) width: usize,
}

#[derive(Debug)]
pub(super) struct Asked {
    pub(super) number: usize,
    pub(super) types: Vec<Option<ColumnType>>,
    /// Cells in their order, each with the column that is asked for.
    pub(super) cells: Vec<(usize, usize)>,
}

impl Layout {
    pub(super) fn new(header: &Header, log: &str, projection: &Projection) -> Self {
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
            Asked {
                number: columns.number,
                types,
                cells,
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
