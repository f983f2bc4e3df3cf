//! The patterns by which rules are found, as entries of Zeek's tables of patterns.
//!
//! Patterns that begin where text begins stand for themselves. Of those that are sought anywhere a table holds few: where
//! a field has more of them, they become one entry, their common gate (see [`Pattern::gate_of`]), and each rule that the
//! entry names tests its own pattern. A pattern of its own takes Zeek 28 kB, so that where very many plain texts are sought in a
//! field, these are a table, which is gone through once their common gate has matched.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::pattern;
use crate::plan::{Key, RulePlan};
use crate::predicate::pattern::Pattern;
use crate::service::{Access, Field, FieldKind, Phase, Service};

/// How many patterns of one field may be sought anywhere in a table: their automaton has up to two to this power times
/// the states of one.
const MOST_SOUGHT: usize = 4;

/// How many plain texts of one field are tested by the rules themselves.
const MOST_TEXTS: usize = 64;

/// The fields, by event, of which the patterns that are sought anywhere share an entry.
#[derive(Debug)]
pub(super) struct SharedGates {
    tables: HashSet<(Phase, String)>,
    /// Those of which plain texts are a table of their own.
    of_texts: HashSet<(Phase, String)>,
}

/// An entry of a table of patterns.
#[derive(Debug)]
pub(super) struct PatternEntry {
    /// A line of comment before it, with its marker, or nothing.
    pub(super) comment: &'static str,
    /// The pattern, in Zeek.
    pub(super) pattern: String,
    /// The functions to run, or the notices of the rules.
    pub(super) handlers: String,
}

impl SharedGates {
    /// Looks for fields with too many patterns that are sought anywhere.
    pub(super) fn new(rules: &[RulePlan<'_>]) -> Self {
        let mut sought: HashMap<(Phase, String), BTreeSet<&Pattern>> = HashMap::new();
        let mut texts: HashMap<(Phase, String), BTreeSet<Vec<u8>>> = HashMap::new();
        for (rule, stage) in rules
            .iter()
            .flat_map(|rule| rule.stages.iter().map(move |stage| (rule, stage)))
        {
            let Some(key) = &stage.key else { continue };
            if key.pattern.is_anchored() {
                continue;
            }
            let table = (stage.phase, table_of(&key.field));
            sought
                .entry(table.clone())
                .or_default()
                .insert(&key.pattern);
            if rule.service == Service::HTTP && key.field.kind == FieldKind::Text {
                texts
                    .entry(table)
                    .or_default()
                    .extend(pattern::sought_text(&key.pattern));
            }
        }
        sought.retain(|_, patterns| patterns.len() > MOST_SOUGHT);
        texts.retain(|_, texts| texts.len() > MOST_TEXTS);
        Self {
            tables: sought.into_keys().collect(),
            of_texts: texts.into_keys().collect(),
        }
    }

    /// The text, in lower case, by which a pattern is found where its field has a table of texts.
    pub(super) fn text(&self, phase: Phase, field: &Field, pattern: &Pattern) -> Option<Vec<u8>> {
        let has_table = self.of_texts.contains(&(phase, table_of(field)));
        has_table.then(|| pattern::sought_text(pattern)).flatten()
    }

    /// Whether a rule with this key is found by a gate alone, so that it must test the key's pattern itself.
    pub(super) fn covers(&self, phase: Phase, key: &Key) -> bool {
        self.gates_pattern(phase, table_of(&key.field), &key.pattern)
            && self.text(phase, &key.field, &key.pattern).is_none()
    }

    /// Whether a pattern of a table is one of those that share its gate.
    fn gates_pattern(&self, phase: Phase, table: String, pattern: &Pattern) -> bool {
        self.tables.contains(&(phase, table)) && !pattern.is_anchored() && pattern.has_gate()
    }

    /// The entries of a table of patterns of one field.
    pub(super) fn entries(
        &self,
        phase: Phase,
        table: &str,
        patterns: &BTreeMap<Pattern, Vec<String>>,
    ) -> Vec<PatternEntry> {
        let mut entries = Merged::default();
        let mut gated: Vec<Pattern> = Vec::new();
        let mut gated_handlers: Vec<String> = Vec::new();
        let mut known: HashSet<&String> = HashSet::new();
        for (pattern, handlers) in patterns {
            // A rule has one key an event. Only what goes through a table of texts comes for each of them.
            if self.gates_pattern(phase, table.to_owned(), pattern) {
                gated.push(pattern.clone());
                let new = handlers.iter().filter(|handler| known.insert(*handler));
                gated_handlers.extend(new.cloned());
            } else {
                entries.add("", pattern, handlers);
            }
        }
        if let Some(gate) = Pattern::gate_of(gated).filter(|_| !gated_handlers.is_empty()) {
            let comment = "# What is sought anywhere is one entry: which of the patterns match, the rules find out.";
            entries.add(comment, &gate, &gated_handlers);
        }
        entries.finish()
    }
}

/// Entries under construction. Patterns that read the same are one: of two equal keys Zeek would keep the last one's value
/// alone.
#[derive(Default)]
struct Merged {
    entries: Vec<(&'static str, String, Vec<String>)>,
    places: HashMap<String, usize>,
}

impl Merged {
    fn add(&mut self, comment: &'static str, pattern: &Pattern, handlers: &[String]) {
        let text = pattern::whole(pattern);
        if let Some(place) = self.places.get(&text) {
            self.entries[*place].2.extend_from_slice(handlers);
            return;
        }
        self.places.insert(text.clone(), self.entries.len());
        self.entries.push((comment, text, handlers.to_vec()));
    }

    fn finish(self) -> Vec<PatternEntry> {
        let entries = self.entries.into_iter();
        entries
            .map(|(comment, pattern, handlers)| PatternEntry {
                comment,
                pattern,
                handlers: list(&handlers),
            })
            .collect()
    }
}

/// What tells the tables of an event apart: a field, or a header.
fn table_of(field: &Field) -> String {
    match &field.access {
        Access::Header { name, .. } => header_table(name),
        _ => field.name.clone(),
    }
}

/// [`table_of`] a header.
pub(super) fn header_table(name: &str) -> String {
    format!("header {name}")
}

/// Names with commas, each on a line of its own where they are many.
pub(super) fn list(names: &[String]) -> String {
    const WIDTH: usize = 90;
    let one_line = names.join(", ");
    if names.len() < 2 || one_line.len() <= WIDTH {
        return one_line;
    }
    format!("\n\t\t{}", names.join(",\n\t\t"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::SharedGates;
    use crate::predicate::pattern::{Anchoring, Case, Pattern, ValuePart};
    use crate::service::Phase;

    #[test]
    fn patterns_that_read_the_same_are_one_entry() {
        let contains = |text: &str| {
            let part = ValuePart::Literal(text.to_owned());
            Pattern::from_sigma(&[part], Anchoring::Contains, Case::Insensitive)
        };
        let patterns = BTreeMap::from([
            (contains("a"), vec!["one".to_owned()]),
            (
                Pattern::any_of([contains("A"), contains("a")]),
                vec!["two".to_owned()],
            ),
            (contains("b"), vec!["three".to_owned()]),
        ]);
        assert_eq!(patterns.len(), 3);
        let mut all: Vec<String> = SharedGates::new(&[])
            .entries(Phase::Request, "uri", &patterns)
            .iter()
            .map(|entry| format!("{} {}", entry.pattern, entry.handlers))
            .collect();
        all.sort();
        assert_eq!(all, ["/.*a.*/is one, two", "/.*b.*/is three"]);
    }
}
