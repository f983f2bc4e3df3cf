//! Finding the columns that are asked for in the lines of a block: nothing else of a line is looked at.

use std::sync::Arc;

use memchr::{memchr, memchr_iter};

use super::block::without_end;
use super::projection::{Asked, Columns, Layout, Projection};
use super::row::{Cell, NO_CELL, Row, RowFormat};
use super::tsv::Cells;
use super::{Members, ProblemKind, Problems};

/// What is kept from one block to the next, to spare memory from being asked for.
#[derive(Debug, Default)]
pub struct Scratch {
    cells: Vec<Cell>,
    all: Cells,
}

/// Lines of a TSV log with one header.
pub(super) struct TsvScan<'a> {
    pub(super) layout: &'a Arc<Layout>,
    pub(super) text: &'a [u8],
}

/// Lines of JSON.
pub(super) struct JsonScan<'a> {
    pub(super) projection: &'a Projection,
    /// The log of lines that do not say it.
    pub(super) name: Option<&'a str>,
    pub(super) text: &'a [u8],
}

impl TsvScan<'_> {
    pub(super) fn rows(
        &self,
        first_line: u64,
        scratch: &mut Scratch,
        problems: &mut Problems,
        take: &mut impl FnMut(Row<'_>),
    ) {
        if self.layout.width == 0 {
            each_line(self.text, first_line, |_, number| {
                problems.add(ProblemKind::NoFields, number);
            });
            return;
        }
        let Some(asked) = &self.layout.asked else {
            return;
        };
        let separator = self.layout.header.single_separator();
        let Scratch { cells, all } = scratch;
        cells.clear();
        cells.resize(asked.types.len(), NO_CELL);
        each_line(self.text, first_line, |line, number| {
            let found = match separator {
                Some(separator) => find(line, separator, asked, self.layout.width, cells),
                None => self.find_all(line, asked, all, cells),
            };
            if found {
                take(Row {
                    line,
                    number,
                    cells,
                    format: RowFormat::Tsv(self.layout, asked),
                });
            } else {
                problems.add(ProblemKind::ColumnCount, number);
            }
        });
    }

    /// Finds the cells where more than one octet separates them; whether there are as many as the header has columns.
    fn find_all(&self, line: &[u8], asked: &Asked, all: &mut Cells, cells: &mut [Cell]) -> bool {
        if all.split(line, &self.layout.header).is_err() {
            return false;
        }
        for (index, asked) in &asked.cells {
            let range = all.range(*index);
            cells[*asked] = cell(range.start, range.end);
        }
        true
    }
}

/// Finds the cells that are asked for; whether there are as many as the header has columns.
fn find(line: &[u8], separator: u8, asked: &Asked, width: usize, cells: &mut [Cell]) -> bool {
    let mut separators = memchr_iter(separator, line);
    let mut start = 0;
    let mut index = 0;
    for (wanted, column) in &asked.cells {
        while index < *wanted {
            let Some(separator) = separators.next() else {
                return false;
            };
            start = separator + 1;
            index += 1;
        }
        let end = separators.next();
        cells[*column] = cell(start, end.unwrap_or(line.len()));
        match end {
            Some(separator) => {
                start = separator + 1;
                index += 1;
            }
            None => return index + 1 == width,
        }
    }
    index + 1 + separators.count() == width
}

fn cell(start: usize, end: usize) -> Cell {
    // Lines are shorter than 4 GB.
    let place = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    (place(start), place(end))
}

impl<'a> JsonScan<'a> {
    pub(super) fn rows(
        &self,
        first_line: u64,
        scratch: &mut Scratch,
        problems: &mut Problems,
        take: &mut impl FnMut(Row<'_>),
    ) {
        let Scratch { cells, .. } = scratch;
        let mut current = self.name;
        let mut columns = current.and_then(|log| self.projection.columns(log));
        each_line(self.text, first_line, |line, number| {
            let line = line.trim_ascii();
            let is_object = line.starts_with(b"{") && line.ends_with(b"}");
            if !is_object {
                problems.add(ProblemKind::NotJson, number);
                return;
            }
            let Some(path) = members(line, columns, cells) else {
                problems.add(ProblemKind::NotJson, number);
                return;
            };
            let path = path.and_then(|path| std::str::from_utf8(path).ok());
            let log = path.or(self.name);
            if log != current {
                // Another log's line: what is asked for is something else.
                current = log
                    .and_then(|log| self.projection.columns(log))
                    .map(|columns| columns.log.as_str());
                columns = current.and_then(|log| self.projection.columns(log));
                members(line, columns, cells);
            }
            match (columns, log) {
                (Some(columns), _) => take(Row {
                    line,
                    number,
                    cells,
                    format: RowFormat::Json(columns),
                }),
                (None, Some(_)) => {}
                (None, None) => problems.add(ProblemKind::Nameless, number),
            }
        });
    }
}

/// Finds the values that are asked for, and the line's `_path`; `None` where the line is no object.
fn members<'l>(
    line: &'l [u8],
    columns: Option<&Columns>,
    cells: &mut Vec<Cell>,
) -> Option<Option<&'l [u8]>> {
    cells.clear();
    cells.resize(columns.map_or(0, |columns| columns.names.len()), NO_CELL);
    let mut path = None;
    let mut quotes = Quotes::new(line);
    // The first quote of a key, if there is one more member.
    let mut key_start = quotes.next();
    while let Some(start) = key_start {
        let end = quotes.next()?;
        let key = &line[start + 1..end];
        let mut value = end + 1;
        while matches!(line.get(value), Some(b':' | b' ' | b'\t' | b'\r')) {
            value += 1;
        }
        let value_end;
        (value_end, key_start) = quotes.value_end(value)?;
        let is_escaped = quotes.has_escapes && memchr(b'\\', key).is_some();
        let index = |columns: &Columns| match is_escaped {
            true => columns.index(unescaped(&line[start..=end])?.as_bytes()),
            false => columns.index(key),
        };
        if let Some(column) = columns.and_then(index) {
            cells[column] = cell(value, value_end);
        } else if line.get(value) == Some(&b'{') {
            if let Some(columns) = columns {
                members_within(&line[value..value_end], value, key, columns, cells);
            }
        } else if key == b"_path" {
            path = line[value..value_end]
                .strip_prefix(b"\"")
                .and_then(|text| text.strip_suffix(b"\""));
        }
    }
    Some(path)
}

/// Finds the values that are asked for of an object that stands for a record of Zeek, as in `{"id": {"orig_h": …}}`.
fn members_within(
    object: &[u8],
    place: usize,
    record: &[u8],
    columns: &Columns,
    cells: &mut [Cell],
) {
    let is_of_record = |name: &str| {
        name.as_bytes()
            .strip_prefix(record)?
            .strip_prefix(b".")
            .map(drop)
    };
    if !columns
        .names
        .iter()
        .any(|name| is_of_record(name).is_some())
    {
        return;
    }
    let mut members = Members::default();
    if members.parse(object).is_err() {
        return;
    }
    for (name, value) in members.iter(object) {
        let column = [record, b".", name.as_bytes()].concat();
        if let Some(column) = columns.index(&column) {
            cells[column] = cell(place + value.start, place + value.end);
        }
    }
}

/// A key with its escapes undone, from quote to quote.
fn unescaped(key: &[u8]) -> Option<String> {
    serde_json::from_slice(key).ok()
}

/// The quotes of a line that begin and end strings.
struct Quotes<'l> {
    line: &'l [u8],
    found: memchr::Memchr<'l>,
    /// Whether a backslash is anywhere, so that a quote may be part of a string.
    has_escapes: bool,
}

impl<'l> Quotes<'l> {
    fn new(line: &'l [u8]) -> Self {
        Self {
            line,
            found: memchr_iter(b'"', line),
            has_escapes: memchr(b'\\', line).is_some(),
        }
    }

    fn next(&mut self) -> Option<usize> {
        loop {
            let quote = self.found.next()?;
            if !self.has_escapes || !self.is_escaped(quote) {
                return Some(quote);
            }
        }
    }

    /// Whether an odd number of backslashes comes before a quote.
    fn is_escaped(&self, quote: usize) -> bool {
        let before = self.line[..quote].iter().rev();
        before.take_while(|octet| **octet == b'\\').count() % 2 == 1
    }

    /// Where the value ends that begins at `start`, and the first quote behind it.
    fn value_end(&mut self, start: usize) -> Option<(usize, Option<usize>)> {
        match self.line.get(start)? {
            b'"' => {
                self.next()?;
                let end = self.next()? + 1;
                Some((end, self.next()))
            }
            b'[' | b'{' => self.nested_end(start),
            _ => {
                let quote = self.next();
                let end = quote.unwrap_or(self.line.len());
                let value = self.line[start..end].iter();
                let length =
                    value.take_while(|octet| !matches!(octet, b',' | b'}' | b' ' | b'\t' | b'\r'));
                Some((start + length.count(), quote))
            }
        }
    }

    /// The same, of a value that has others in it.
    fn nested_end(&mut self, start: usize) -> Option<(usize, Option<usize>)> {
        let mut depth = 0_usize;
        let mut place = start;
        loop {
            let quote = self.next();
            // Between strings.
            let end = quote.unwrap_or(self.line.len());
            for (offset, octet) in self.line[place..end].iter().enumerate() {
                match octet {
                    b'[' | b'{' => depth += 1,
                    b']' | b'}' => {
                        depth = depth.checked_sub(1)?;
                        if depth == 0 {
                            return Some((place + offset + 1, quote));
                        }
                    }
                    _ => {}
                }
            }
            quote?;
            place = self.next()? + 1;
        }
    }
}

/// Gives each line that is not empty to `see`, without what ends it, and its number.
fn each_line<'a>(text: &'a [u8], first_line: u64, mut see: impl FnMut(&'a [u8], u64)) {
    let mut start = 0;
    let mut number = first_line;
    let mut line = |start: usize, end: usize, number: u64| {
        let line = without_end(&text[start..end]);
        if !line.is_empty() {
            see(line, number);
        }
    };
    for end in memchr_iter(b'\n', text) {
        line(start, end, number);
        start = end + 1;
        number += 1;
    }
    if start < text.len() {
        line(start, text.len(), number);
    }
}
