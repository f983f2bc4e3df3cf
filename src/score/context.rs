//! What the registry's tables say of what a rule asks for.

use std::cmp::Reverse;

use super::Score;
use super::tree::ScoredCall;
use crate::predicate::identity::Watched;
use crate::predicate::{Comparison, Predicate, Test};
use crate::registry::attack::{AttackTag, Tactic, Technique, technique};
use crate::registry::robustness::{
    AskedFor, Column, FieldRow, OperationRobustness, RobustnessRow, field_rows, operation_rows,
};
use crate::registry::{InterfaceUuid, Registry};
use crate::rule::Rule;
use crate::service::{Field, Service};

/// What of a rule matters to the scores of its observables.
pub(super) struct RuleContext<'a> {
    /// What it looks at.
    pub(super) service: Service,
    techniques: &'a [&'static Technique],
    boundary: ResponderLocation,
}

/// Where the responder is, seen from the defenders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ResponderLocation {
    Inside,
    Outside,
}

/// What is known of a test.
#[derive(Debug, Clone)]
pub(super) struct TestRow {
    /// What it scores.
    pub(super) score: Score,
    /// The technique that it is core to, in rows 4 and 5.
    pub(super) technique: Option<&'static str>,
    /// Why.
    pub(super) reason: &'static str,
    /// Who says so; `None` where the table does not know the field.
    pub(super) source: Option<&'static str>,
    /// The fields that decide in its place where the rule asks for one of them, too.
    pub(super) given_by: &'static [&'static str],
}

/// What is known of an operation, or of a whole interface.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CallRow {
    /// What it scores.
    pub(super) score: Score,
    /// The technique that it is core to, in rows 4 and 5.
    pub(super) technique: Option<&'static str>,
    /// Why.
    pub(super) reason: String,
    /// Who says so; `None` where the table does not know it.
    pub(super) source: Option<&'static str>,
}

impl<'a> RuleContext<'a> {
    pub(super) fn new(
        rule: &Rule,
        service: Service,
        predicate: &Predicate,
        techniques: &'a [&'static Technique],
    ) -> Self {
        Self {
            service,
            techniques,
            boundary: boundary(rule, service, predicate, techniques),
        }
    }

    /// The calls that the rule watches; for a rule that watches all or looks at none, one that stands for all.
    pub(super) fn calls(&self, watched: Option<&Watched>) -> Vec<ScoredCall> {
        let call = |uuid: InterfaceUuid, opnum| ScoredCall {
            uuid: Some(uuid),
            opnum,
            score: Some(self.call_row(uuid, opnum).score),
        };
        match watched {
            Some(Watched::Some {
                operations,
                interfaces,
            }) => {
                let operations = operations
                    .iter()
                    .map(|(uuid, opnum)| call(*uuid, Some(*opnum)));
                operations
                    .chain(interfaces.iter().map(|uuid| call(*uuid, None)))
                    .collect()
            }
            None | Some(Watched::Every) => vec![ScoredCall {
                uuid: None,
                opnum: None,
                score: None,
            }],
        }
    }

    /// What is known of an operation for the rule's techniques, or for any where it has none.
    pub(super) fn call_row(&self, uuid: InterfaceUuid, opnum: Option<u16>) -> CallRow {
        let known = operation_rows(uuid, opnum)
            .filter_map(|row| Some((self.row_of_operation(row)?, row)))
            // Of equal rows, that of the technique that the rule names first.
            .reduce(|best, other| if other.0 > best.0 { other } else { best })
            .map(|((row, _), known)| (row, known));
        let score = |row| Score {
            row,
            column: Column::Header,
        };
        if let Some((row, known)) = known {
            return CallRow {
                score: score(row),
                technique: (row >= RobustnessRow::SomeImplementations).then_some(known.technique),
                reason: known.reason.to_owned(),
                source: Some(known.source),
            };
        }
        let row = if Registry::get().interface(uuid).is_some() {
            RobustnessRow::ExistingTool
        } else {
            RobustnessRow::BroughtTool
        };
        CallRow {
            score: score(row),
            technique: None,
            reason: self.unknown_call(opnum, row),
            source: None,
        }
    }

    /// The row of an operation for the rule's techniques, and the place of the technique among them. What is core to a sub-technique is core to some implementations of
    /// its technique.
    fn row_of_operation(
        &self,
        row: &OperationRobustness,
    ) -> Option<(RobustnessRow, Reverse<usize>)> {
        if self.techniques.is_empty() {
            return Some((row.row, Reverse(0)));
        }
        let ranked = self.techniques.iter().enumerate();
        ranked
            .filter_map(|(place, technique)| {
                let rest = row.technique.strip_prefix(technique.id)?;
                let level = match rest.chars().next() {
                    None => row.row,
                    Some('.') => row.row.min(RobustnessRow::SomeImplementations),
                    Some(_) => return None,
                };
                Some((level, Reverse(place)))
            })
            .max()
    }

    fn unknown_call(&self, opnum: Option<u16>, row: RobustnessRow) -> String {
        if row == RobustnessRow::BroughtTool {
            return "no interface that Zeek knows; the server may be the attacker's".to_owned();
        }
        let what = match opnum {
            Some(_) => "not known to be core to",
            None => "the whole interface is not known to be core to",
        };
        let techniques: Vec<&str> = self
            .techniques
            .iter()
            .map(|technique| technique.id)
            .collect();
        match techniques.as_slice() {
            [] => format!("{what} any technique; a function that the responder had before"),
            techniques => format!(
                "{what} {}; a function that the responder had before",
                techniques.join(" or ")
            ),
        }
    }

    /// What is known of a test.
    pub(super) fn row(&self, test: &Test) -> TestRow {
        let pattern_row = self.row_of_field(&test.field, Some(test));
        match &test.comparison {
            Comparison::Field(comparison) => {
                let other = self.row_of_field(&comparison.other, None);
                let both = super::combination::and(pattern_row.score, other.score);
                let lower = if other.score < pattern_row.score {
                    other
                } else {
                    pattern_row
                };
                TestRow {
                    score: both,
                    ..lower
                }
            }
            _ => pattern_row,
        }
    }

    /// What is known of a field, or of a test of it: what is said of the value before what is said of any.
    fn row_of_field(&self, field: &Field, test: Option<&Test>) -> TestRow {
        let best = field_rows()
            .iter()
            .filter(|row| {
                row.covers(self.service.name(), &field.name) && asks_for(test, &row.value)
            })
            .filter(|row| self.row_in_boundary(row).is_some())
            .reduce(|best, other| {
                let rank =
                    |row: &FieldRow| (row.value != AskedFor::Anything, self.row_in_boundary(row));
                if rank(other) > rank(best) {
                    other
                } else {
                    best
                }
            });
        match best.and_then(|row| Some((row, self.row_in_boundary(row)?))) {
            Some((known, row)) => TestRow {
                score: Score {
                    row,
                    column: known.column,
                },
                technique: known
                    .technique
                    .filter(|_| row >= RobustnessRow::SomeImplementations),
                reason: known.reason,
                source: Some(known.source),
                given_by: &known.given_by,
            },
            None => TestRow {
                score: Score {
                    row: RobustnessRow::Ephemeral,
                    column: if field.is_payload() {
                        Column::Payload
                    } else {
                        Column::Header
                    },
                },
                technique: None,
                reason: "not in the table, and so taken for what changes with ease",
                source: None,
                given_by: &[],
            },
        }
    }

    /// A row of the table on this side of the boundary; `None` where it is about a technique that the rule is not about.
    fn row_in_boundary(&self, row: &FieldRow) -> Option<RobustnessRow> {
        let level = match self.boundary {
            ResponderLocation::Inside => row.inside,
            ResponderLocation::Outside => row.outside,
        };
        let is_core = level >= RobustnessRow::SomeImplementations;
        let is_ours = row.technique.is_none_or(|id| {
            self.techniques.is_empty() || self.techniques.iter().any(|technique| technique.id == id)
        });
        (!is_core || is_ours).then_some(level)
    }
}

/// Whether a test asks for what a row of the table is about.
fn asks_for(test: Option<&Test>, value: &AskedFor) -> bool {
    let pattern = match test.map(|test| &test.comparison) {
        Some(Comparison::Matches(pattern)) => Some(pattern),
        _ => None,
    };
    match (value, pattern) {
        (AskedFor::Anything, _) => true,
        (AskedFor::Part(part), Some(pattern)) => pattern.asks_for_part(part),
        (AskedFor::Whole(whole), Some(pattern)) => pattern.asks_for_whole(whole),
        (_, None) => false,
    }
}

/// Windows' RPC and file services are inside. An HTTP server is where the rule is about lateral movement, by its tags or by
/// what it asks for; else it may be the attacker's own.
fn boundary(
    rule: &Rule,
    service: Service,
    predicate: &Predicate,
    techniques: &[&'static Technique],
) -> ResponderLocation {
    let is_lateral = |technique: &Technique| technique.tactics.contains(&Tactic::LateralMovement);
    let tagged = || {
        let tactic = AttackTag::Tactic(Tactic::LateralMovement);
        techniques.iter().any(|technique| is_lateral(technique))
            || rule
                .tags
                .iter()
                .any(|tag| AttackTag::parse(&tag.value).as_ref() == Some(&tactic))
    };
    let asked_for = || {
        predicate.tests().into_iter().any(|test| {
            field_rows().iter().any(|row| {
                row.value != AskedFor::Anything
                    && row.covers(service.name(), &test.field.name)
                    && row.technique.and_then(technique).is_some_and(is_lateral)
                    && asks_for(Some(test), &row.value)
            })
        })
    };
    if service.name() != "http" || tagged() || asked_for() {
        ResponderLocation::Inside
    } else {
        ResponderLocation::Outside
    }
}
