//! TSV logs: header lines and cells, as Zeek's ASCII writer has them.

use std::collections::HashSet;
use std::ops::Range;

use memchr::memmem;

use super::problem::ProblemKind;
use super::value::{LogValue, MalformedValue, from_text, unescaped};
use crate::registry::ColumnType;

/// What the header lines say. A file can have several: `#separator` begins a new one.
#[derive(Debug, Clone)]
pub(super) struct TsvHeader {
    separator: Vec<u8>,
    set_separator: Vec<u8>,
    empty: Vec<u8>,
    unset: Vec<u8>,
    /// `#path`, without folders.
    pub(super) path: Option<String>,
    fields: Vec<String>,
    types: Vec<Option<ColumnType>>,
}

impl Default for TsvHeader {
    fn default() -> Self {
        Self {
            separator: b"\t".to_vec(),
            set_separator: b",".to_vec(),
            empty: b"(empty)".to_vec(),
            unset: b"-".to_vec(),
            path: None,
            fields: Vec::new(),
            types: Vec::new(),
        }
    }
}

impl TsvHeader {
    /// Takes in a line that begins with `#`.
    pub(super) fn read_line(&mut self, line: &[u8]) -> Result<(), ProblemKind> {
        if let Some(escaped) = line.strip_prefix(b"#separator ") {
            *self = Self::default();
            self.separator = unescaped(escaped).into_owned();
            return is_usable(&self.separator);
        }
        let separator = self.separator.clone();
        let mut parts = split(line, &separator).map(|range| &line[range]);
        let key = parts.next().unwrap_or_default();
        let mut only = || parts.next().unwrap_or_default().to_vec();
        match key {
            b"#set_separator" => {
                self.set_separator = only();
                return is_usable(&self.set_separator);
            }
            b"#empty_field" => self.empty = only(),
            b"#unset_field" => self.unset = only(),
            b"#path" => self.path = last_name(&only()),
            b"#fields" => {
                self.fields = parts.map(text).collect();
                self.types.clear();
                let mut names = HashSet::new();
                if !self.fields.iter().all(|name| names.insert(name)) {
                    return Err(ProblemKind::DuplicateColumn);
                }
            }
            b"#types" => return self.read_types(parts),
            // `#open` and `#close`, and comments.
            _ => {}
        }
        Ok(())
    }

    fn read_types<'l>(&mut self, types: impl Iterator<Item = &'l [u8]>) -> Result<(), ProblemKind> {
        self.types = types.map(|name| text(name).parse().ok()).collect();
        let is_understood =
            self.types.len() == self.fields.len() && self.types.iter().all(Option::is_some);
        if is_understood {
            return Ok(());
        }
        // Types that are not those of the columns are worse than none.
        if self.types.len() != self.fields.len() {
            self.types.clear();
        }
        Err(ProblemKind::Header)
    }

    /// The one octet between cells, if it is one.
    pub(super) fn single_separator(&self) -> Option<u8> {
        match self.separator.as_slice() {
            [separator] => Some(*separator),
            _ => None,
        }
    }

    /// The one octet between elements, if it is one.
    pub(super) fn single_set_separator(&self) -> Option<u8> {
        match self.set_separator.as_slice() {
            [separator] => Some(*separator),
            _ => None,
        }
    }

    /// Whether a cell says that it has no value.
    pub(super) fn is_unset(&self, cell: &[u8]) -> bool {
        cell == self.unset
    }

    /// Whether a cell says that its text is empty.
    pub(super) fn is_empty(&self, cell: &[u8]) -> bool {
        cell == self.empty
    }

    /// The names of the columns.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(String::as_str)
    }

    /// Which column has that name.
    pub(super) fn index(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field == name)
    }

    /// The type of a column, where the header has one.
    pub(super) fn column_type(&self, index: usize) -> Option<ColumnType> {
        *self.types.get(index)?
    }

    /// The elements of a cell of several values, as they are written, without those that are unset.
    pub(super) fn elements<'a>(&self, cell: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let cells = (!self.is_empty(cell)).then(|| split(cell, &self.set_separator));
        let elements = cells.into_iter().flatten().map(|range| &cell[range]);
        elements.filter(|element| !self.is_unset(element))
    }

    /// The value of a cell; text where its type is not known.
    pub(super) fn value<'a>(
        &self,
        cell: &'a [u8],
        column_type: Option<ColumnType>,
    ) -> Result<Option<LogValue<'a>>, MalformedValue> {
        if self.is_unset(cell) {
            return Ok(None);
        }
        let column_type = column_type.unwrap_or(ColumnType::TEXT);
        let scalar = |cell: &'a [u8]| {
            let cell = if self.is_empty(cell) { b"" } else { cell };
            from_text(cell, column_type.element())
        };
        let elements = || -> Result<Vec<_>, MalformedValue> {
            // An empty one and one that holds an empty text look the same.
            if self.is_empty(cell) {
                return Ok(Vec::new());
            }
            split(cell, &self.set_separator)
                .map(|range| &cell[range])
                .map(|element| (element != self.unset).then(|| scalar(element)).transpose())
                .collect()
        };
        Ok(Some(match column_type {
            ColumnType::Single(_) => LogValue::Single(scalar(cell)?),
            ColumnType::Set(_) => LogValue::Set(elements()?),
            ColumnType::Vector(_) => LogValue::Vector(elements()?),
        }))
    }
}

/// Where the cells of a line are.
#[derive(Debug, Default)]
pub(super) struct Cells(Vec<Range<usize>>);

impl Cells {
    /// Finds the cells of a line: as many as the header has columns.
    pub(super) fn split(&mut self, line: &[u8], header: &TsvHeader) -> Result<(), ProblemKind> {
        if header.fields.is_empty() {
            return Err(ProblemKind::NoFields);
        }
        self.0.clear();
        self.0.extend(split(line, &header.separator));
        if self.0.len() == header.fields.len() {
            Ok(())
        } else {
            Err(ProblemKind::ColumnCount)
        }
    }

    /// Where a cell is in the line that was split.
    pub(super) fn range(&self, index: usize) -> Range<usize> {
        self.0.get(index).cloned().unwrap_or_default()
    }

    /// A cell of the line that was split.
    pub(super) fn cell<'l>(&self, line: &'l [u8], index: usize) -> &'l [u8] {
        line.get(self.range(index)).unwrap_or_default()
    }
}

/// The parts of a line between separators.
fn split(line: &[u8], separator: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let width = separator.len();
    // An empty separator separates nothing.
    let found = (width > 0).then(|| memmem::find_iter(line, separator));
    let ends = found.into_iter().flatten().chain([line.len()]);
    ends.scan(0, move |start, end| {
        let part = *start..end;
        *start = end + width;
        Some(part)
    })
}

fn is_usable(separator: &[u8]) -> Result<(), ProblemKind> {
    if separator.is_empty() {
        return Err(ProblemKind::Header);
    }
    Ok(())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn last_name(path: &[u8]) -> Option<String> {
    let name = text(path.rsplit(|octet| *octet == b'/').next()?);
    (!name.is_empty()).then_some(name)
}
