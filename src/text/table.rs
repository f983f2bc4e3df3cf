//! Tables for people.

use std::io::{self, Write};

use super::paragraph;

/// Lines with aligned columns.
pub(crate) struct Table<'t, const N: usize> {
    titles: [&'t str; N],
    rows: Vec<[String; N]>,
}

impl<'t, const N: usize> Table<'t, N> {
    pub(crate) fn new(titles: [&'t str; N]) -> Self {
        Self {
            titles,
            rows: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, row: [String; N]) {
        self.rows.push(row);
    }

    /// Prints the columns that have anything in them, two spaces apart. The last one is broken where the reader's lines end, if
    /// they have a known width.
    ///
    /// # Errors
    ///
    /// Whatever writing to `out` gives.
    pub(crate) fn print(&self, reader: Option<usize>, out: &mut impl Write) -> io::Result<()> {
        let widths: [usize; N] = std::array::from_fn(|column| {
            let widest = self
                .rows
                .iter()
                .map(|row| row[column].chars().count())
                .max();
            match widest.unwrap_or(0) {
                0 => 0,
                width => width.max(self.titles[column].len()),
            }
        });
        print_line(self.titles, widths, None, out)?;
        for row in &self.rows {
            print_line(row.each_ref().map(String::as_str), widths, reader, out)?;
        }
        Ok(())
    }
}

/// Narrowest width to which the last column is broken.
const NARROWEST: usize = 16;

fn print_line<const N: usize>(
    cells: [&str; N],
    widths: [usize; N],
    reader: Option<usize>,
    out: &mut impl Write,
) -> io::Result<()> {
    let cells: Vec<String> = cells
        .iter()
        .zip(widths)
        .filter(|&(_, width)| width > 0)
        .map(|(cell, width)| format!("{cell:<width$}"))
        .collect();
    if let (Some(reader), [before @ .., last]) = (reader, cells.as_slice()) {
        let lead: String = before.iter().map(|cell| format!("{cell}  ")).collect();
        let indent = lead.chars().count();
        if indent + NARROWEST <= reader {
            return paragraph(&lead, indent, last, reader, out);
        }
    }
    writeln!(out, "{}", cells.join("  ").trim_end())
}
