//! How the scores of observables combine (Summiting the Pyramid, "Combining Observables").
//!
//! - `A and B`: who evades one of the two evades both, so the lower row counts; and both must be readable, so one in the
//!   payload puts both there.
//! - `A or B`: both must be evaded, so the better of the two counts.
//! - `not A`: A's own score. Within a negation, `and` and `or` change places.
//! - `A and B` where A is given with B, such as an endpoint with its operation: B's score.

use super::Score;

/// The score of observables that must all be there.
pub(super) fn and(one: Score, other: Score) -> Score {
    Score {
        row: one.row.min(other.row),
        column: one.column.min(other.column),
    }
}

/// The score of observables of which one must be there.
pub(crate) fn or(one: Score, other: Score) -> Score {
    // The row first, then the column.
    one.max(other)
}

/// The score of observables of which so many must be there, that of the best so many; `None` where none need be.
pub(crate) fn at_least(wanted: usize, mut scores: Vec<Score>) -> Option<Score> {
    scores.sort_unstable_by(|one, other| other.cmp(one));
    scores.into_iter().take(wanted).reduce(and)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::registry::robustness::{Column, RobustnessRow};

    fn score(text: &str) -> Score {
        let (row, column) = text.split_at(1);
        Score {
            row: RobustnessRow::from_number(row.parse().unwrap()).unwrap(),
            column: match column {
                "H" => Column::Header,
                _ => Column::Payload,
            },
        }
    }

    fn assert_either_way(combine: fn(Score, Score) -> Score, one: &str, other: &str, both: &str) {
        let (found, turned) = (
            combine(score(one), score(other)),
            combine(score(other), score(one)),
        );
        assert_eq!(
            (found, turned),
            (score(both), score(both)),
            "{one}, {other}"
        );
    }

    #[test]
    fn of_observables_that_must_all_be_there_the_lower_counts() {
        for (one, other, both) in [
            ("2H", "1H", "1H"),
            ("2H", "1P", "1P"),
            ("4H", "3P", "3P"),
            ("4H", "3H", "3H"),
            ("4P", "3H", "3P"),
            ("5H", "5H", "5H"),
        ] {
            assert_either_way(and, one, other, both);
        }
    }

    #[test]
    fn of_observables_of_which_one_must_be_there_the_better_counts() {
        for (one, other, either) in [
            ("1H", "1P", "1H"),
            ("4H", "3P", "4H"),
            ("4P", "3H", "4P"),
            ("2H", "3H", "3H"),
        ] {
            assert_either_way(or, one, other, either);
        }
    }

    #[test]
    fn of_several_the_best_that_suffice_count() {
        let scores = || vec![score("1H"), score("4H"), score("3P")];
        assert_eq!(at_least(1, scores()), Some(score("4H")));
        assert_eq!(at_least(2, scores()), Some(score("3P")));
        assert_eq!(at_least(3, scores()), Some(score("1P")));
        assert_eq!(at_least(0, scores()), None);
    }
}
