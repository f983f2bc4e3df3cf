//! Finding the columns that are asked for in the lines of a block: nothing else of a line is looked at.

use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr, memchr_iter, memchr2, memmem};

use super::block::without_end;
use super::projection::{ColumnSelection, Layout, ProjectedColumns, Projection};
use super::row::{self, CellSpan, NO_CELL, Row, RowFormat};
use super::tsv::Cells;
use super::{JsonMembers, ProblemKind, Problems};

/// What is kept from one block to the next, to spare memory from being asked for.
#[derive(Debug, Default)]
pub struct Scratch {
    cells: Vec<CellSpan>,
    of_every: Vec<CellSpan>,
    all: Cells,
    places: Vec<usize>,
}

/// What lines came to, beside the records that were given.
#[derive(Debug, Default)]
pub struct Scanned {
    /// What is wrong with lines.
    pub problems: Problems,
    /// By the log's number, how many records were not given since nothing is asked for of them.
    pub passed_over: Vec<u64>,
}

impl Scanned {
    fn pass_over(&mut self, log: usize, records: u64) {
        if self.passed_over.len() <= log {
            self.passed_over.resize(log + 1, 0);
        }
        self.passed_over[log] += records;
    }
}

/// Lines of a TSV log with one header.
pub(super) struct TsvScan<'a> {
    pub(super) layout: &'a Arc<Layout>,
    pub(super) text: &'a [u8],
    /// Whether no other lines of the block have this header.
    pub(super) is_last: bool,
}

/// Lines of JSON.
pub(super) struct JsonScan<'a> {
    pub(super) projection: &'a Projection,
    /// The log of lines that do not say it.
    pub(super) name: Option<&'a str>,
    pub(super) text: &'a [u8],
    /// Whether no other lines of the block follow.
    pub(super) is_last: bool,
}

impl TsvScan<'_> {
    /// Gives the records that are asked for to `take`; the number of the line behind the last.
    pub(super) fn rows(
        &self,
        first_line: u64,
        scratch: &mut Scratch,
        scanned: &mut Scanned,
        take: &mut impl FnMut(Row<'_>),
    ) -> u64 {
        if self.layout.width == 0 {
            return each_line(self.text, first_line, |_, number| {
                scanned.problems.add(ProblemKind::NoFields, number);
            });
        }
        let Some(asked) = &self.layout.asked else {
            return first_line;
        };
        match &asked.sieve {
            Some((sieve, of_every)) => {
                sieve.places(self.text, &mut scratch.places);
                self.sifted(asked, of_every, first_line, scratch, scanned, take)
            }
            None => self.all(asked, first_line, scratch, scanned, take),
        }
    }

    /// Every record, whole.
    fn all(
        &self,
        asked: &ColumnSelection,
        first_line: u64,
        scratch: &mut Scratch,
        scanned: &mut Scanned,
        take: &mut impl FnMut(Row<'_>),
    ) -> u64 {
        let separator = self.layout.header.single_separator();
        let Scratch { cells, all, .. } = scratch;
        cells.clear();
        cells.resize(asked.types.len(), NO_CELL);
        each_line(self.text, first_line, |line, number| {
            let found = match separator {
                Some(separator) => find(line, separator, &asked.cells, self.layout.width, cells),
                None => self.find_all(line, asked, all, cells),
            };
            if found {
                take(self.row(line, number, cells, true, asked));
            } else {
                scanned.problems.add(ProblemKind::ColumnCount, number);
            }
        })
    }

    /// Records that can matter, whole, and what is asked for of the others.
    fn sifted(
        &self,
        asked: &ColumnSelection,
        of_every: &[(usize, usize)],
        first_line: u64,
        scratch: &mut Scratch,
        scanned: &mut Scanned,
        take: &mut impl FnMut(Row<'_>),
    ) -> u64 {
        let header = &self.layout.header;
        let (Some(separator), Some(set_separator)) =
            (header.single_separator(), header.single_set_separator())
        else {
            return first_line;
        };
        // No line has more of them than all.
        let can_have_many =
            row::has_several(&asked.types) && row::has_many(self.text, set_separator);
        let width = self.layout.width;
        let (whole, part) = (&mut scratch.cells, &mut scratch.of_every);
        for cells in [&mut *whole, &mut *part] {
            cells.clear();
            cells.resize(asked.types.len(), NO_CELL);
        }
        let mut places = AscendingPlaces(&scratch.places);
        let mut passed_over = 0;
        let next = each_placed_line(self.text, first_line, |line, number, place| {
            let is_whole = places.has_before(place.end)
                || self.is_last && place.end == self.text.len()
                || row::can_be_cut(line, can_have_many.then_some(set_separator));
            let found = if is_whole {
                find(line, separator, &asked.cells, width, whole)
            } else if of_every.is_empty() {
                bytecount::count(line, separator) + 1 == width
            } else {
                find(line, separator, of_every, width, part)
            };
            if !found {
                scanned.problems.add(ProblemKind::ColumnCount, number);
            } else if is_whole {
                take(self.row(line, number, whole, true, asked));
            } else if of_every.is_empty() {
                passed_over += 1;
            } else {
                take(self.row(line, number, part, false, asked));
            }
        });
        scanned.pass_over(asked.number, passed_over);
        next
    }

    fn row<'r>(
        &'r self,
        line: &'r [u8],
        number: u64,
        cells: &'r [CellSpan],
        is_whole: bool,
        asked: &'r ColumnSelection,
    ) -> Row<'r> {
        Row {
            line,
            number,
            cells,
            is_whole,
            format: RowFormat::Tsv(self.layout, asked),
        }
    }

    /// Finds the cells where more than one octet separates them; whether there are as many as the header has columns.
    fn find_all(
        &self,
        line: &[u8],
        asked: &ColumnSelection,
        all: &mut Cells,
        cells: &mut [CellSpan],
    ) -> bool {
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

/// Places in ascending order, of which the first is next.
struct AscendingPlaces<'a>(&'a [usize]);

impl AscendingPlaces<'_> {
    /// Whether there is one before `end`. All that are go.
    fn has_before(&mut self, end: usize) -> bool {
        let mut has = false;
        while let [first, rest @ ..] = self.0
            && *first < end
        {
            has = true;
            self.0 = rest;
        }
        has
    }
}

/// Finds the cells that are asked for; whether there are as many as the header has columns.
fn find(
    line: &[u8],
    separator: u8,
    asked: &[(usize, usize)],
    width: usize,
    cells: &mut [CellSpan],
) -> bool {
    let mut start = 0;
    let mut index = 0;
    for (wanted, column) in asked {
        if index < *wanted {
            let Some(before) = nth(&line[start..], separator, wanted - index) else {
                return false;
            };
            start += before + 1;
            index = *wanted;
        }
        let length = memchr(separator, &line[start..]);
        let end = length.map_or(line.len(), |length| start + length);
        cells[*column] = cell(start, end);
        if length.is_none() {
            return index + 1 == width;
        }
        start = end + 1;
        index += 1;
    }
    index + 1 + bytecount::count(&line[start..], separator) == width
}

/// Where a text has an octet for the `nth` time, counted from 1. Cells are short: eight octets at once are faster than a search
/// for each.
fn nth(text: &[u8], octet: u8, mut nth: usize) -> Option<usize> {
    const LOWEST_BITS: u64 = u64::from_ne_bytes([0x01; 8]);
    const ALL_BUT_HIGHEST_BITS: u64 = u64::from_ne_bytes([0x7f; 8]);
    let octets = LOWEST_BITS * u64::from(octet);
    let (words, rest) = text.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let differing = u64::from_le_bytes(*word) ^ octets;
        let carried = (differing & ALL_BUT_HIGHEST_BITS) + ALL_BUT_HIGHEST_BITS;
        // The highest bit of each octet that is the one.
        let mut marks = !(carried | differing | ALL_BUT_HIGHEST_BITS);
        let found = (marks >> 7).wrapping_mul(LOWEST_BITS) >> 56;
        match nth.checked_sub(found as usize) {
            Some(left) if left > 0 => nth = left,
            _ => {
                for _ in 1..nth {
                    marks &= marks - 1;
                }
                return Some(8 * number + marks.trailing_zeros() as usize / 8);
            }
        }
    }
    let mut places = memchr_iter(octet, rest);
    places.nth(nth - 1).map(|place| 8 * words.len() + place)
}

fn cell(start: usize, end: usize) -> CellSpan {
    // Lines are shorter than 4 GB.
    let place = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    (place(start), place(end))
}

impl<'a> JsonScan<'a> {
    /// Gives the records that are asked for to `take`; the number of the line behind the last.
    pub(super) fn rows(
        &self,
        first_line: u64,
        scratch: &mut Scratch,
        scanned: &mut Scanned,
        take: &mut impl FnMut(Row<'_>),
    ) -> u64 {
        if memmem::find(self.text, QUOTED_PATH).is_none() {
            let lines = JsonLines {
                log: self.name,
                text: self.text,
                first_line,
                are_last: self.is_last,
            };
            return self.lines_of_log(&lines, scratch, scanned, take);
        }
        // Lines that follow each other and are of one log.
        let mut lines = JsonLines {
            log: None,
            text: &[],
            first_line,
            are_last: false,
        };
        let mut start = 0;
        each_placed_line(self.text, first_line, |line, number, place| {
            let log = path(line).or(self.name);
            if log != lines.log {
                lines.text = &self.text[start..place.start];
                self.lines_of_log(&lines, scratch, scanned, take);
                start = place.start;
                lines.log = log;
                lines.first_line = number;
            }
        });
        lines.text = &self.text[start..];
        lines.are_last = self.is_last;
        self.lines_of_log(&lines, scratch, scanned, take)
    }

    /// The records of lines that are all of one log.
    fn lines_of_log(
        &self,
        lines: &JsonLines<'_>,
        scratch: &mut Scratch,
        scanned: &mut Scanned,
        take: &mut impl FnMut(Row<'_>),
    ) -> u64 {
        let Scratch { cells, places, .. } = scratch;
        let columns = lines.log.and_then(|log| self.projection.columns(log));
        let sieve = columns.and_then(ProjectedColumns::json_sieve);
        let has_several = columns.is_some_and(|columns| row::has_several(&columns.types));
        let passes_over = columns.is_some_and(|columns| columns.of_every() == Some(&[]));
        if let Some(sieve) = sieve {
            sieve.places(lines.text, places);
        }
        let mut places = AscendingPlaces(places);
        let mut passed_over = 0;
        let next = each_placed_line(lines.text, lines.first_line, |line, number, place| {
            let line = line.trim_ascii();
            let is_object = line.starts_with(b"{") && line.ends_with(b"}");
            let is_whole = sieve.is_none()
                || places.has_before(place.end)
                || lines.are_last && place.end == lines.text.len()
                || row::can_be_cut(line, has_several.then_some(b','));
            match columns {
                _ if !is_object => scanned.problems.add(ProblemKind::NotJson, number),
                None if lines.log.is_none() => {
                    scanned.problems.add(ProblemKind::Nameless, number);
                }
                None => {}
                Some(_) if !is_whole && passes_over => passed_over += 1,
                Some(columns) => match found(line, columns, is_whole, cells) {
                    None => scanned.problems.add(ProblemKind::NotJson, number),
                    Some(()) => take(Row {
                        line,
                        number,
                        cells,
                        is_whole,
                        format: RowFormat::Json(columns),
                    }),
                },
            }
        });
        if let Some(columns) = columns {
            scanned.pass_over(columns.number, passed_over);
        }
        next
    }
}

/// The key of the log that a line is of, with its quotes.
const QUOTED_PATH: &[u8] = b"\"_path\"";

/// Lines of JSON that are all of one log.
struct JsonLines<'a> {
    log: Option<&'a str>,
    text: &'a [u8],
    first_line: u64,
    /// Whether no lines follow in the block.
    are_last: bool,
}

/// The log that a line says it is of.
fn path(line: &[u8]) -> Option<&str> {
    let path = match path_at_start(line) {
        Some(path) => path,
        None => members(line, None, &mut Vec::new())??,
    };
    let path = std::str::from_utf8(path).ok()?;
    // What is no name of a log says nothing.
    (!path.is_empty() && !path.contains('\\')).then_some(path)
}

/// The log, where the line begins with it and does not say it again.
fn path_at_start(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"{")?.strip_prefix(QUOTED_PATH)?;
    let rest = rest.strip_prefix(b":")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"")?;
    let end = memchr2(b'"', b'\\', rest)?;
    let is_once = rest[end] == b'"' && memmem::find(rest, QUOTED_PATH).is_none();
    is_once.then(|| &rest[..end])
}

/// Finds the values that are asked for, of every record if the line is not asked for as a whole; `None` where the line is no
/// object.
fn found(
    line: &[u8],
    columns: &ProjectedColumns,
    is_whole: bool,
    cells: &mut Vec<CellSpan>,
) -> Option<()> {
    if !is_whole && found_by_keys(line, columns, cells).is_some() {
        return Some(());
    }
    members(line, Some(columns), cells).map(drop)
}

/// Finds the values that are asked for of every record by their keys, without going through the rest of the line; `None` where
/// that does not tell.
fn found_by_keys(line: &[u8], columns: &ProjectedColumns, cells: &mut Vec<CellSpan>) -> Option<()> {
    // Without these, every quote begins or ends a string and no key is within another value.
    if memchr(b'\\', line).is_some() || memchr(b'{', &line[1..]).is_some() {
        return None;
    }
    cells.clear();
    cells.resize(columns.names.len(), NO_CELL);
    for (column, key) in columns.keys_of_every() {
        let Some(start) = key.find(line) else {
            continue;
        };
        let value = start + key.needle().len();
        let rest = line.get(value..)?;
        // What has the key twice, or as a value, or spaces around the colon, is read as a whole.
        let text = rest.strip_prefix(b":")?;
        if key.find(text).is_some() {
            return None;
        }
        let length = match text.first()? {
            b'"' => memchr(b'"', &text[1..])? + 2,
            b'[' | b' ' | b'\t' | b'\r' => return None,
            _ => memchr2(b',', b'}', text)?,
        };
        if text[..length].ends_with(b" ") {
            return None;
        }
        cells[*column] = cell(value + 1, value + 1 + length);
    }
    Some(())
}

/// Finds the values that are asked for, and the line's `_path`; `None` where the line is no object.
fn members<'l>(
    line: &'l [u8],
    columns: Option<&ProjectedColumns>,
    cells: &mut Vec<CellSpan>,
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
        let index = |columns: &ProjectedColumns| match is_escaped {
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
    columns: &ProjectedColumns,
    cells: &mut [CellSpan],
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
    let mut members = JsonMembers::default();
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

/// Gives each line that is not empty to `see`, without what ends it, and its number; the number of the line behind the last.
fn each_line<'a>(text: &'a [u8], first_line: u64, mut see: impl FnMut(&'a [u8], u64)) -> u64 {
    each_placed_line(text, first_line, |line, number, _| see(line, number))
}

/// The same, with where the line is, what ends it included.
fn each_placed_line<'a>(
    text: &'a [u8],
    first_line: u64,
    mut see: impl FnMut(&'a [u8], u64, Range<usize>),
) -> u64 {
    let mut start = 0;
    let mut number = first_line;
    let mut line = |start: usize, end: usize, number: u64| {
        let line = without_end(&text[start..end]);
        if !line.is_empty() {
            see(line, number, start..end);
        }
    };
    for end in memchr_iter(b'\n', text) {
        line(start, end + 1, number);
        start = end + 1;
        number += 1;
    }
    if start < text.len() {
        line(start, text.len(), number);
        number += 1;
    }
    number
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::nth;

    proptest! {
        /// Octets that differ from the one that is sought in one bit are there, too.
        #[test]
        fn an_octet_is_found_for_the_nth_time(text in "[\t\u{8}\u{b}\u{0}é]{0,40}", number in 1..12_usize) {
            let text = text.as_bytes();
            let mut places = text.iter().enumerate().filter(|(_, octet)| **octet == b'\t');
            prop_assert_eq!(nth(text, b'\t', number), places.nth(number - 1).map(|(place, _)| place));
        }
    }
}
