//! Reading of the embedded tables: UTF-8 lines, columns separated by tabs, comments after `#`.

/// The rows of `text`, each with its `N` columns; a line with another number of columns is left out, which tests forbid.
pub(super) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(columns)
}

fn columns<const N: usize>(line: &'static str) -> Option<[&'static str; N]> {
    let mut row = [""; N];
    let mut cells = line.split('\t');
    for column in &mut row {
        *column = cells.next()?;
    }
    cells.next().is_none().then_some(row)
}

/// How many rows `text` should have, whether they can be read or not.
#[cfg(test)]
pub(super) fn row_count(text: &str) -> usize {
    text.lines().filter(|line| !line.starts_with('#')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_skipped_and_empty_columns_kept() {
        let text = "# a\tb\n1\t\n\t2\n";
        assert_eq!(rows::<2>(text).collect::<Vec<_>>(), [["1", ""], ["", "2"]]);
    }

    #[test]
    fn a_row_with_another_number_of_columns_is_left_out() {
        let text = "1\t2\t3\n1\n1\t2\n";
        assert_eq!(rows::<2>(text).collect::<Vec<_>>(), [["1", "2"]]);
        assert_eq!(row_count(text), 3);
    }
}
