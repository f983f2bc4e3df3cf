//! A line of a block, of which the columns that are asked for were found.

use std::sync::Arc;

use super::json;
use super::projection::{ColumnSelection, Layout, ProjectedColumns};
use super::tsv::{Cells, TsvHeader};
use super::value::{LogValue, MalformedValue, Scalar};
use super::{JsonMembers, KnownLogs, Record, RecordFormat};
use crate::registry::{ColumnType, ScalarType};

/// Where a cell is in its line; one that is not there begins behind everything.
pub(super) type CellSpan = (u32, u32);

/// A cell that is not there.
pub(super) const NO_CELL: CellSpan = (u32::MAX, u32::MAX);

/// How many octets Zeek 8.1 and later write of a text at most (`Log::default_max_field_string_bytes`).
const LONGEST_TEXT: usize = 4096;

/// How many elements they write of a set or vector at most (`Log::default_max_field_container_elements`).
const MOST_ELEMENTS: usize = 100;

/// How short a set of so many elements can be, with what separates them.
const SHORTEST: usize = 2 * MOST_ELEMENTS - 1;

/// Whether a line is long enough for a value that was cut, or has enough of what separates elements, where any are asked for.
pub(super) fn can_be_cut(line: &[u8], separator: Option<u8>) -> bool {
    let has_many = |separator| has_many(line, separator);
    line.len() >= LONGEST_TEXT || line.len() >= SHORTEST && separator.is_some_and(has_many)
}

/// Whether a text has enough of what separates elements for a set that was cut.
pub(super) fn has_many(text: &[u8], separator: u8) -> bool {
    bytecount::count(text, separator) >= MOST_ELEMENTS - 1
}

/// Whether values of several elements are asked for, or may be.
pub(super) fn has_several(types: &[Option<ColumnType>]) -> bool {
    let is_single =
        |column_type: &Option<ColumnType>| matches!(column_type, Some(ColumnType::Single(_)));
    !types.iter().all(is_single)
}

/// A record of a log, of which the columns that are asked for were found and no other was looked at.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    pub(super) line: &'a [u8],
    pub(super) number: u64,
    pub(super) cells: &'a [CellSpan],
    pub(super) is_whole: bool,
    pub(super) format: RowFormat<'a>,
}

#[derive(Clone, Copy)]
pub(super) enum RowFormat<'a> {
    Tsv(&'a Arc<Layout>, &'a ColumnSelection),
    Json(&'a ProjectedColumns),
}

/// What can be told of a column's value without taking it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glance<'a> {
    /// It is unset, or the record has no such column.
    Unset,
    /// The text of a single value, as the wire had it.
    Text(&'a [u8]),
    /// A single value of JSON that is no text, as it is written.
    Bare(&'a [u8]),
    /// Several values, each of which is a text, a number, a port or an address.
    Several(Elements<'a>),
    /// Something else, such as text with escapes.
    Unclear,
}

/// The texts of several values, as the wire had them.
#[derive(Clone, Copy)]
pub struct Elements<'a> {
    cell: &'a [u8],
    /// `None` for an array of JSON that has texts alone.
    header: Option<&'a TsvHeader>,
}

impl std::fmt::Debug for Elements<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.cell.fmt(formatter)
    }
}

impl PartialEq for Elements<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cell == other.cell
    }
}

impl Eq for Elements<'_> {}

impl<'a> Elements<'a> {
    /// An array of JSON, if it has texts alone.
    fn of_json(array: &'a [u8]) -> Option<Self> {
        let mut rest = array.strip_prefix(b"[")?;
        while let Some(text) = rest.strip_prefix(b"\"") {
            let end = memchr::memchr(b'"', text)?;
            rest = &text[end + 1..];
            rest = rest.strip_prefix(b",").unwrap_or(rest);
        }
        (rest == b"]").then_some(Self {
            cell: array,
            header: None,
        })
    }

    /// Gives each text to `see`.
    pub fn each(self, mut see: impl FnMut(&'a [u8])) {
        if let Some(header) = self.header {
            for element in header.elements(self.cell) {
                see(if header.is_empty(element) {
                    b""
                } else {
                    element
                });
            }
            return;
        }
        // Texts stand at every other place between the quotes; the last place is behind the last text.
        let mut quotes = memchr::memchr_iter(b'"', self.cell);
        while let (Some(start), Some(end)) = (quotes.next(), quotes.next()) {
            see(&self.cell[start + 1..end]);
        }
    }
}

impl<'a> Row<'a> {
    /// The log's number in the [`Projection`](super::Projection).
    pub fn log_number(&self) -> usize {
        match self.format {
            RowFormat::Tsv(_, asked) => asked.number,
            RowFormat::Json(columns) => columns.number,
        }
    }

    /// Whether all columns that are asked for were looked for, and not only those that are asked for of every record.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The log, such as `dns`.
    pub fn log(&self) -> &'a str {
        match self.format {
            RowFormat::Tsv(layout, _) => &layout.log,
            RowFormat::Json(columns) => &columns.log,
        }
    }

    /// The line of the file, counted from 1.
    pub fn line_number(&self) -> u64 {
        self.number
    }

    /// What can be told at once of a column, by its number in the [`Projection`](super::Projection).
    pub fn glance(&self, column: usize) -> Glance<'a> {
        let Some(cell) = self.cell(column) else {
            return Glance::Unset;
        };
        match self.format {
            RowFormat::Tsv(layout, asked) => {
                let header = &layout.header;
                if header.is_unset(cell) {
                    return Glance::Unset;
                }
                if memchr::memchr(b'\\', cell).is_some() {
                    return Glance::Unclear;
                }
                match asked.types.get(column).copied().flatten() {
                    None | Some(ColumnType::Single(_)) => {
                        Glance::Text(if header.is_empty(cell) { b"" } else { cell })
                    }
                    Some(ColumnType::Set(element) | ColumnType::Vector(element))
                        if is_told_by_text(element) =>
                    {
                        let header = Some(header);
                        Glance::Several(Elements { cell, header })
                    }
                    Some(_) => Glance::Unclear,
                }
            }
            RowFormat::Json(_) => match cell {
                [b'"', text @ .., b'"'] if memchr::memchr(b'\\', text).is_none() => {
                    Glance::Text(text)
                }
                [b'[', ..] if memchr::memchr(b'\\', cell).is_none() => {
                    Elements::of_json(cell).map_or(Glance::Unclear, Glance::Several)
                }
                [b'"' | b'[' | b'{', ..] => Glance::Unclear,
                b"null" => Glance::Unset,
                bare => Glance::Bare(bare),
            },
        }
    }

    /// A column's value, by its number in the [`Projection`](super::Projection); `None` where it is unset, or the record has no
    /// such column.
    ///
    /// # Errors
    ///
    /// [`MalformedValue`] where the value is none of the column's type.
    pub fn value(&self, column: usize) -> Result<Option<LogValue<'a>>, MalformedValue> {
        let Some(cell) = self.cell(column) else {
            return Ok(None);
        };
        match self.format {
            RowFormat::Tsv(layout, asked) => {
                let column_type = asked.types.get(column).copied().flatten();
                layout.header.value(cell, column_type)
            }
            RowFormat::Json(columns) => {
                let column_type = columns.types.get(column).copied().flatten();
                let text = std::str::from_utf8(cell).map_err(|_| MalformedValue)?;
                json::value(text, column_type)
            }
        }
    }

    /// Whether a column that is asked for has a value as long as Zeek writes one at most, so that its end can be missing.
    pub fn can_be_cut(&self) -> bool {
        self.line.len() >= SHORTEST
            && self.cells.iter().enumerate().any(|(column, (start, end))| {
                let length = (end - start) as usize;
                length >= SHORTEST
                    && (length >= LONGEST_TEXT || self.has_elements(column))
                    && self
                        .value(column)
                        .is_ok_and(|value| value.is_some_and(is_longest))
            })
    }

    fn has_elements(&self, column: usize) -> bool {
        let types = match self.format {
            RowFormat::Tsv(_, asked) => &asked.types,
            RowFormat::Json(columns) => &columns.types,
        };
        let column_type = types.get(column).copied().flatten();
        matches!(
            column_type,
            Some(ColumnType::Set(_) | ColumnType::Vector(_))
        )
    }

    fn cell(&self, column: usize) -> Option<&'a [u8]> {
        let (start, end) = *self.cells.get(column)?;
        self.line.get(start as usize..end as usize)
    }

    /// The whole record, kept; `None` where the line turns out to be none.
    pub fn keep(&self) -> Option<KeptRecord> {
        let format = match self.format {
            RowFormat::Tsv(layout, _) => KeptFormat::Tsv(Arc::clone(layout)),
            RowFormat::Json(columns) => {
                JsonMembers::default().parse(self.line).ok()?;
                KeptFormat::Json(columns.log.clone())
            }
        };
        Some(KeptRecord {
            line_number: self.number,
            line: self.line.into(),
            format,
        })
    }
}

/// Whether the text of a value tells what it is.
fn is_told_by_text(scalar_type: ScalarType) -> bool {
    use ScalarType::{Addr, Count, Enum, Port, String};
    matches!(scalar_type, Addr | Count | Enum | Port | String)
}

/// Whether a value has as much as Zeek writes at most.
fn is_longest(value: LogValue<'_>) -> bool {
    let is_text = |scalar: &Scalar<'_>| match scalar {
        Scalar::String(text) => text.readings().any(|text| text.len() == LONGEST_TEXT),
        _ => false,
    };
    match value {
        LogValue::Single(scalar) => is_text(&scalar),
        LogValue::Set(elements) | LogValue::Vector(elements) => {
            elements.len() == MOST_ELEMENTS || elements.iter().flatten().any(is_text)
        }
    }
}

/// A record that outlives the block that it was read from.
#[derive(Debug)]
pub struct KeptRecord {
    line_number: u64,
    line: Box<[u8]>,
    format: KeptFormat,
}

#[derive(Debug)]
enum KeptFormat {
    Tsv(Arc<Layout>),
    /// The log of the line.
    Json(String),
}

impl KeptRecord {
    /// A record without columns.
    #[cfg(test)]
    pub(crate) fn empty() -> Self {
        Self {
            line_number: 1,
            line: (*b"{}").into(),
            format: KeptFormat::Json("conn".to_owned()),
        }
    }

    /// The line of the file, counted from 1.
    pub fn line_number(&self) -> u64 {
        self.line_number
    }

    /// Gives the record to `see`, as [`LogReader`](super::LogReader) gives it.
    pub fn read<T>(&self, known: &dyn KnownLogs, see: impl FnOnce(&Record<'_>) -> T) -> T {
        let (mut cells, mut members) = (Cells::default(), JsonMembers::default());
        let (log, format) = match &self.format {
            KeptFormat::Tsv(layout) => {
                // It has been found to have as many cells as its header has columns.
                let _ = cells.split(&self.line, &layout.header);
                let header = &layout.header;
                let cells = &cells;
                (&layout.log, RecordFormat::Tsv { header, cells })
            }
            KeptFormat::Json(log) => {
                // It has been parsed before.
                let _ = members.parse(&self.line);
                (log, RecordFormat::Json(&members))
            }
        };
        see(&Record {
            log,
            line_number: self.line_number,
            line: &self.line,
            format,
            known,
        })
    }
}
