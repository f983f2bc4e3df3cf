//! Which ATT&CK techniques and tactics rules cover, how well, and which that the wire shows they leave out.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{PackPlan, Subject};
use crate::registry::Registry;
use crate::registry::attack::{self, Tactic, Technique};
use crate::registry::robustness::{RobustnessRow, all_operation_rows, field_rows};
use crate::score::Score;

/// What rules cover.
#[derive(Debug)]
pub struct Coverage<'p> {
    /// How many rules and correlations there are, with a technique or without.
    pub rules: usize,
    /// The techniques with a rule, by identifier.
    pub techniques: Vec<CoveredTechnique<'p>>,
    /// The tactics that these serve, in ATT&CK's order.
    pub tactics: Vec<CoveredTactic>,
    /// The techniques without a rule that RPC, SMB or HTTP show something of, by identifier.
    pub gaps: Vec<Gap>,
}

/// A technique with a rule.
#[derive(Debug)]
pub struct CoveredTechnique<'p> {
    /// The technique.
    pub technique: &'static Technique,
    /// The rules and correlations that are tagged with it, in the order of their packs and files.
    pub rules: Vec<Subject<'p>>,
    /// The best of their scores.
    pub best: Option<Score>,
}

/// A tactic with a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct CoveredTactic {
    /// The tactic.
    pub tactic: Tactic,
    /// How many techniques with a rule serve it.
    pub techniques: usize,
    /// How many rules these have.
    pub rules: usize,
    /// The best of the rules' scores.
    pub best: Option<Score>,
}

/// A technique without a rule.
#[derive(Debug)]
pub struct Gap {
    /// The technique.
    pub technique: &'static Technique,
    /// What shows it: operations as `endpoint::operation`, and fields with their services and values.
    pub shown_by: Vec<String>,
}

impl<'p> Coverage<'p> {
    /// What the rules of some packs cover.
    pub fn of(packs: &'p [PackPlan<'p>]) -> Self {
        let rules: Vec<Subject<'_>> = packs.iter().flat_map(PackPlan::subjects).collect();
        let mut by_technique: BTreeMap<&str, CoveredTechnique<'_>> = BTreeMap::new();
        for rule in &rules {
            for technique in rule.techniques() {
                if !technique.is_in_force() {
                    continue;
                }
                let covered = by_technique
                    .entry(technique.id)
                    .or_insert(CoveredTechnique {
                        technique,
                        rules: Vec::new(),
                        best: None,
                    });
                if !covered.rules.contains(rule) {
                    covered.rules.push(*rule);
                }
                covered.best = covered.best.max(rule.score());
            }
        }
        let techniques: Vec<CoveredTechnique<'_>> = by_technique.into_values().collect();
        Self {
            rules: rules.len(),
            tactics: tactics(&techniques),
            gaps: gaps(&techniques),
            techniques,
        }
    }
}

/// The rules and correlations of some techniques, each once.
pub(crate) fn each_once<'p>(techniques: &[&CoveredTechnique<'p>]) -> Vec<Subject<'p>> {
    let mut rules: Vec<Subject<'_>> = Vec::new();
    let mut known = BTreeSet::new();
    for rule in techniques.iter().flat_map(|covered| &covered.rules) {
        if known.insert(rule.key()) {
            rules.push(*rule);
        }
    }
    rules
}

fn tactics(techniques: &[CoveredTechnique<'_>]) -> Vec<CoveredTactic> {
    let of_tactic = |tactic: &Tactic| {
        let serving: Vec<&CoveredTechnique<'_>> = techniques
            .iter()
            .filter(|covered| covered.technique.tactics.contains(tactic))
            .collect();
        let rules = each_once(&serving);
        (!serving.is_empty()).then(|| CoveredTactic {
            tactic: *tactic,
            techniques: serving.len(),
            rules: rules.len(),
            best: serving.iter().filter_map(|covered| covered.best).max(),
        })
    };
    Tactic::ALL.iter().filter_map(of_tactic).collect()
}

/// What the tables show of techniques that no rule is about. A rule on a sub-technique is one on its technique, too.
fn gaps(techniques: &[CoveredTechnique<'_>]) -> Vec<Gap> {
    let is_covered = |id: &str| {
        techniques.iter().any(|covered| {
            let rest = covered.technique.id.strip_prefix(id);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    let mut shown: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (id, what) in visible() {
        if !is_covered(id) {
            let known = shown.entry(id).or_default();
            if !known.contains(&what) {
                known.push(what);
            }
        }
    }
    let gap = |(id, shown_by)| {
        Some(Gap {
            technique: attack::technique(id)?,
            shown_by,
        })
    };
    shown.into_iter().filter_map(gap).collect()
}

/// The techniques of the tables, each with one thing that shows it.
fn visible() -> impl Iterator<Item = (&'static str, String)> {
    // A lower row is a step that shows little of the technique.
    let operations = all_operation_rows()
        .iter()
        .filter(|row| row.row >= RobustnessRow::SomeImplementations)
        .filter_map(|row| {
            let endpoint = Registry::get().interface(row.uuid)?.endpoint;
            let operation = match row.opnum {
                Some(opnum) => Registry::get().operation(row.uuid, opnum)?.operation,
                None => "*",
            };
            Some((row.technique, format!("{endpoint}::{operation}")))
        });
    let fields = field_rows().iter().filter_map(|row| {
        let service = row.service.unwrap_or("any");
        let field = row.fields.first()?;
        Some((row.technique?, format!("{service} {field}: {}", row.value)))
    });
    operations.chain(fields)
}
