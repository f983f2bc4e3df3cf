//! What holds a rule's score down: the conditions without which it would be better.

use super::Score;
use super::combination::or;
use super::items::Items;
use super::tree::{PartScore, ScoreTree, ScoredCall, all, of_call, total};
use crate::registry::robustness::Column;

/// Most steps that are told of a rule.
const MOST: usize = 3;
/// Most conditions and calls together that are tried.
const MOST_TRIED: usize = 1_000_000;

/// Conditions without which a rule would score better.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Improvement {
    /// The conditions: a field with its modifiers, or a search identifier.
    pub without: Vec<ScoredCondition>,
    /// The score without them.
    pub score: Score,
}

/// A condition of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoredCondition {
    /// The field with its modifiers, or the search identifier.
    pub what: String,
    /// The line where it stands, counted from 1.
    pub line: Option<usize>,
}

/// Tries the rule without the conditions that all of its matches must meet.
pub(super) fn find(
    tree: &ScoreTree<'_>,
    calls: &[ScoredCall],
    score: Option<Score>,
    items: &Items<'_>,
) -> Vec<Improvement> {
    let Some(mut best) = score else {
        return Vec::new();
    };
    let parts = conjuncts(tree, calls);
    if parts.len().saturating_mul(calls.len()) > MOST_TRIED {
        return Vec::new();
    }
    let trial = ConditionTrial::new(&parts, calls);
    let mut dropped = vec![false; parts.len()];
    let mut improvements = Vec::new();
    while improvements.len() < MOST {
        let Some((without, score)) = trial.step(&dropped, best) else {
            break;
        };
        dropped = without;
        best = score;
        let conditions = parts
            .iter()
            .zip(&dropped)
            .filter(|(_, dropped)| **dropped)
            .flat_map(|(part, _)| conditions(part, items));
        let mut without: Vec<ScoredCondition> = Vec::new();
        for condition in conditions {
            if !without.contains(&condition) {
                without.push(condition);
            }
        }
        improvements.push(Improvement { without, score });
    }
    improvements
}

/// The conditions of a conjunction; of alternatives, those of the best.
fn conjuncts<'t, 'a>(tree: &'t ScoreTree<'a>, calls: &[ScoredCall]) -> Vec<&'t ScoreTree<'a>> {
    match tree {
        ScoreTree::All(parts) => parts.iter().collect(),
        ScoreTree::Any(parts) => {
            let scored = parts
                .iter()
                .filter_map(|part| Some((total(part, calls)?, part)));
            let best = scored.reduce(|best, other| if other.0 > best.0 { other } else { best });
            best.map_or_else(Vec::new, |(_, part)| conjuncts(part, calls))
        }
        tree => vec![tree],
    }
}

/// What each condition comes to for each call.
struct ConditionTrial<'c> {
    calls: &'c [ScoredCall],
    /// By call, then by condition.
    verdicts: Vec<Vec<PartScore>>,
    /// Of each condition, the best that it scores for any call; `None` where it scores nothing.
    scores: Vec<Option<Score>>,
}

impl<'c> ConditionTrial<'c> {
    fn new(parts: &[&ScoreTree<'_>], calls: &'c [ScoredCall]) -> Self {
        let verdicts: Vec<Vec<PartScore>> = calls
            .iter()
            .map(|call| parts.iter().map(|part| part.verdict(*call)).collect())
            .collect();
        let scores = (0..parts.len())
            .map(|index| {
                let scores = verdicts.iter().filter_map(|row| match row[index] {
                    PartScore::Scored(score) => Some(score),
                    _ => None,
                });
                scores.reduce(or)
            })
            .collect();
        Self {
            calls,
            verdicts,
            scores,
        }
    }

    /// The fewest more of the lowest conditions without which the score is better than `best`.
    fn step(&self, dropped: &[bool], best: Score) -> Option<(Vec<bool>, Score)> {
        let lowest_column =
            |score: Score| best.column == Column::Payload && score.column == best.column;
        let lowest_row = |score: Score| score.row <= best.row;
        let candidates: [&dyn Fn(Score) -> bool; 3] = [&lowest_column, &lowest_row, &|score| {
            lowest_column(score) || lowest_row(score)
        }];
        let mut found: Option<(usize, Vec<bool>, Score)> = None;
        for is_lowest in candidates {
            let without: Vec<bool> = dropped
                .iter()
                .zip(&self.scores)
                .map(|(dropped, score)| *dropped || score.is_some_and(is_lowest))
                .collect();
            let count = without.iter().filter(|dropped| **dropped).count();
            let is_fewer = found.as_ref().is_none_or(|(fewest, ..)| count < *fewest);
            if let Some(score) = self.score(&without)
                && score > best
                && is_fewer
            {
                found = Some((count, without, score));
            }
        }
        found.map(|(_, without, score)| (without, score))
    }

    /// The score without the conditions that are dropped.
    fn score(&self, dropped: &[bool]) -> Option<Score> {
        let scores = self
            .calls
            .iter()
            .zip(&self.verdicts)
            .filter_map(|(call, row)| {
                let kept = row
                    .iter()
                    .zip(dropped)
                    .filter(|(_, dropped)| !**dropped)
                    .map(|(verdict, _)| *verdict);
                of_call(*call, all(kept))
            });
        scores.reduce(or)
    }
}

/// A condition as a reader of the rule would call it: by its field, or where it has several by its searches.
fn conditions(part: &ScoreTree<'_>, items: &Items<'_>) -> Vec<ScoredCondition> {
    let mut found: Vec<usize> = Vec::new();
    let mut nowhere: Vec<ScoredCondition> = Vec::new();
    for test in part.tests() {
        let from = items.of(test);
        if from.is_empty() {
            nowhere.push(ScoredCondition {
                what: test.test.field.name.clone(),
                line: None,
            });
        }
        found.extend(from);
    }
    found.sort_unstable();
    found.dedup();
    let line = |index: usize| Some(items.place(index).line_column().0);
    let by_item = |index: &usize| ScoredCondition {
        what: items.key(*index),
        line: line(*index),
    };
    let mut conditions: Vec<ScoredCondition> = Vec::new();
    for index in &found {
        let search = items.search(*index);
        let of_search = found
            .iter()
            .filter(|other| items.search(**other) == search)
            .count();
        // A search of which everything goes is called by its name.
        let condition = if of_search > 1 && of_search == items.count(search) {
            ScoredCondition {
                what: search.to_owned(),
                line: found
                    .iter()
                    .find(|other| items.search(**other) == search)
                    .and_then(|first| line(*first)),
            }
        } else {
            by_item(index)
        };
        if !conditions.contains(&condition) {
            conditions.push(condition);
        }
    }
    conditions.extend(nowhere);
    conditions
}
