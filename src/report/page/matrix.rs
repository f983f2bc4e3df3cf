//! Tactics by scores: how many rules there are of each.

use std::collections::BTreeMap;

use super::coverage::TechniqueView;
use crate::coverage::{Coverage, CoveredTechnique, each_once};
use crate::registry::attack::Tactic;
use crate::report::layout::listed;
use crate::score::Score;

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
    /// How many of them score what each column says, and how dark the cell is, from 0 to 4.
    pub(super) cells: Vec<MatrixCell>,
    /// The techniques of the tactic that have rules.
    pub(super) techniques: Vec<BestScore>,
}

/// A technique with the best score of its rules.
pub(super) struct BestScore {
    pub(super) technique: TechniqueView,
    pub(super) best: Option<Score>,
}

impl BestScore {
    fn new(covered: &CoveredTechnique<'_>) -> Self {
        Self {
            technique: TechniqueView::new(covered.technique),
            best: covered.best,
        }
    }
}

/// How many rules of a tactic have a score.
pub(super) struct MatrixCell {
    pub(super) score: Score,
    pub(super) rules: usize,
    pub(super) shade: usize,
}

impl Matrix {
    pub(super) fn new(coverage: &Coverage<'_>) -> Self {
        let scores: Vec<Score> = Score::all().collect();
        let counted: Vec<(
            Tactic,
            Vec<&CoveredTechnique<'_>>,
            BTreeMap<Score, usize>,
            usize,
        )> = Tactic::ALL
            .iter()
            .map(|tactic| {
                let techniques: Vec<&CoveredTechnique<'_>> = coverage
                    .techniques
                    .iter()
                    .filter(|covered| covered.technique.tactics.contains(tactic))
                    .collect();
                let rules = each_once(&techniques);
                let mut counts = BTreeMap::new();
                for score in rules.iter().filter_map(|rule| rule.score()) {
                    *counts.entry(score).or_insert(0) += 1;
                }
                (*tactic, techniques, counts, rules.len())
            })
            .collect();
        let most = counted
            .iter()
            .flat_map(|(_, _, counts, _)| counts.values())
            .copied()
            .max()
            .unwrap_or(0);
        let rows = counted
            .into_iter()
            .map(|(tactic, techniques, counts, rules)| MatrixRow {
                tactic,
                rules,
                cells: scores
                    .iter()
                    .map(|score| {
                        let rules = counts.get(score).copied().unwrap_or(0);
                        MatrixCell {
                            score: *score,
                            rules,
                            shade: (rules * 4).div_ceil(most.max(1)),
                        }
                    })
                    .collect(),
                techniques: techniques.into_iter().map(BestScore::new).collect(),
            })
            .collect();
        Self { scores, rows }
    }
}

impl Matrix {
    /// The tactics that no rule serves, in ATT&CK's order.
    pub(super) fn without_rules(&self) -> String {
        let rows = self.rows.iter().filter(|row| row.rules == 0);
        let titles: Vec<String> = rows.map(|row| row.tactic.title().to_owned()).collect();
        listed(&titles)
    }
}
