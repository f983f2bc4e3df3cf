//! Tactics by scores: how many rules there are of each.

use super::coverage::TechniqueView;
use crate::coverage::{Coverage, CoveredTechnique, each_once};
use crate::registry::attack::Tactic;
use crate::score::Score;
use crate::text::listed;

/// How many shades tell how many rules there are.
const SHADES: usize = 4;

/// Tactics by scores.
pub(super) struct Matrix {
    /// The columns, the best first.
    pub(super) scores: Vec<Score>,
    /// Every tactic of ATT&CK's, in its order.
    pub(super) rows: Vec<MatrixRow>,
}

/// A tactic.
pub(super) struct MatrixRow {
    pub(super) tactic: Tactic,
    /// How many rules its techniques have.
    pub(super) rules: usize,
    /// How many of them have the score of each column.
    pub(super) cells: Vec<MatrixCell>,
    /// The techniques of the tactic that have rules.
    pub(super) techniques: Vec<BestScore>,
}

/// How many rules of a tactic have a score.
pub(super) struct MatrixCell {
    pub(super) score: Score,
    pub(super) rules: usize,
    /// How dark the cell is, from 0 to [`SHADES`].
    pub(super) shade: usize,
}

/// A technique with the best score of its rules.
pub(super) struct BestScore {
    pub(super) technique: TechniqueView,
    pub(super) best: Option<Score>,
}

impl Matrix {
    pub(super) fn new(coverage: &Coverage<'_>) -> Self {
        let mut rows: Vec<MatrixRow> = Tactic::ALL
            .iter()
            .map(|tactic| MatrixRow::new(*tactic, coverage))
            .collect();
        let cells = || rows.iter().flat_map(|row| &row.cells);
        let most = cells().map(|cell| cell.rules).max().unwrap_or(0).max(1);
        for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
            cell.shade = (cell.rules * SHADES).div_ceil(most);
        }
        Self {
            scores: Score::all().collect(),
            rows,
        }
    }

    /// The tactics that no rule serves, in ATT&CK's order.
    pub(super) fn without_rules(&self) -> String {
        let rows = self.rows.iter().filter(|row| row.rules == 0);
        let titles: Vec<String> = rows.map(|row| row.tactic.title().to_owned()).collect();
        listed(&titles)
    }
}

impl MatrixRow {
    fn new(tactic: Tactic, coverage: &Coverage<'_>) -> Self {
        let serving: Vec<&CoveredTechnique<'_>> = coverage
            .techniques
            .iter()
            .filter(|covered| covered.technique.tactics.contains(&tactic))
            .collect();
        let rules = each_once(&serving);
        let cell = |score| MatrixCell {
            score,
            rules: rules
                .iter()
                .filter(|rule| rule.score() == Some(score))
                .count(),
            shade: 0,
        };
        Self {
            tactic,
            cells: Score::all().map(cell).collect(),
            rules: rules.len(),
            techniques: serving.into_iter().map(BestScore::new).collect(),
        }
    }
}

impl BestScore {
    fn new(covered: &CoveredTechnique<'_>) -> Self {
        Self {
            technique: TechniqueView::new(covered.technique),
            best: covered.best,
        }
    }
}
