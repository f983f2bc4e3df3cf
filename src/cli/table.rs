//! Tables on the terminal.

use std::io::{self, Write};

/// Lines with aligned columns.
pub(super) struct Table<const N: usize> {
    titles: [&'static str; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(super) fn new(titles: [&'static str; N]) -> Self {
        Self {
            titles,
            rows: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, row: [String; N]) {
        self.rows.push(row);
    }

    /// Prints the columns that have anything in them, two spaces apart.
    pub(super) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let widths: [usize; N] = std::array::from_fn(|column| {
            let widest = self.rows.iter().map(|row| row[column].len()).max();
            match widest.unwrap_or(0) {
                0 => 0,
                width => width.max(self.titles[column].len()),
            }
        });
        print_line(self.titles, widths, out)?;
        for row in &self.rows {
            print_line(row.each_ref().map(String::as_str), widths, out)?;
        }
        Ok(())
    }
}

fn print_line<const N: usize>(
    cells: [&str; N],
    widths: [usize; N],
    out: &mut impl Write,
) -> io::Result<()> {
    let line: Vec<_> = cells
        .iter()
        .zip(widths)
        .filter(|&(_, width)| width > 0)
        .map(|(cell, width)| format!("{cell:<width$}"))
        .collect();
    writeln!(out, "{}", line.join("  ").trim_end())
}
