//! Which rules can match a record: one look at each column, whatever the number of rules.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::gate::ColumnGate;
use crate::logs::{Glance, LogValue, Row, Scalar, Wanted};
use crate::predicate::pattern::Anchoring;

/// A rule's number among those of its log.
type LogRuleNumber = u32;

/// Rules on a log, by what columns must have.
#[derive(Debug, Default)]
pub(super) struct RecordDispatch {
    columns: Vec<ColumnDispatch>,
    /// Rules that are tried on every record.
    every: Vec<LogRuleNumber>,
    rules: usize,
}

/// Rules by what a column must have.
#[derive(Debug)]
struct ColumnDispatch {
    /// The column's number among those that are asked for.
    column: usize,
    parts: Option<Parts>,
    wholes: HashMap<Vec<u8>, Vec<LogRuleNumber>>,
    /// The length of the longest of them.
    longest_whole: usize,
    numbers: HashMap<u64, Vec<LogRuleNumber>>,
    addresses: HashMap<IpAddr, Vec<LogRuleNumber>>,
    /// Every rule that is picked by the column.
    all: Vec<LogRuleNumber>,
}

/// Texts that are sought within a column, all at once.
#[derive(Debug)]
struct Parts {
    texts: Vec<Vec<u8>>,
    /// Made when it is first asked for; `None` where texts are too many.
    automaton: OnceLock<Option<AhoCorasick>>,
    /// By the text.
    rules: Vec<Vec<LogRuleNumber>>,
}

/// The rules that can match a record.
#[derive(Debug, Default)]
pub(super) struct Picked {
    rules: Vec<LogRuleNumber>,
    is_picked: Vec<bool>,
}

impl RecordDispatch {
    /// The dispatch of rules by their gates, by the rule's number; `number` tells a column's.
    pub(super) fn new(
        gates: &[Option<Vec<ColumnGate>>],
        number: impl Fn(&str) -> Option<usize>,
    ) -> Self {
        let mut every = Vec::new();
        let mut by_column: BTreeMap<usize, Vec<(&Wanted, LogRuleNumber)>> = BTreeMap::new();
        for (rule, gates) in (0..).zip(gates) {
            let numbered = gates.iter().flatten();
            let numbered: Option<Vec<_>> = numbered
                .map(|gate| Some((number(&gate.column)?, &gate.wanted)))
                .collect();
            match numbered {
                Some(numbered) if gates.is_some() => {
                    for (column, wanted) in numbered {
                        by_column.entry(column).or_default().push((wanted, rule));
                    }
                }
                _ => every.push(rule),
            }
        }
        let columns = by_column.into_iter();
        Self {
            columns: columns
                .map(|(column, wanted)| ColumnDispatch::new(column, &wanted))
                .collect(),
            every,
            rules: gates.len(),
        }
    }

    /// Picks the rules that can match a record.
    pub(super) fn pick(&self, row: &Row<'_>, picked: &mut Picked) {
        picked.clear(self.rules);
        picked.add(&self.every);
        for column in &self.columns {
            column.pick(row, picked);
        }
    }
}

impl Picked {
    pub(super) fn rules(&self) -> &[LogRuleNumber] {
        &self.rules
    }

    fn clear(&mut self, rules: usize) {
        for rule in self.rules.drain(..) {
            self.is_picked[rule as usize] = false;
        }
        if self.is_picked.len() < rules {
            self.is_picked.resize(rules, false);
        }
    }

    fn add(&mut self, rules: &[LogRuleNumber]) {
        for rule in rules {
            let is_picked = &mut self.is_picked[*rule as usize];
            if !*is_picked {
                *is_picked = true;
                self.rules.push(*rule);
            }
        }
    }
}

impl ColumnDispatch {
    fn new(column: usize, wanted: &[(&Wanted, LogRuleNumber)]) -> Self {
        let mut parts: BTreeMap<Vec<u8>, Vec<LogRuleNumber>> = BTreeMap::new();
        let mut dispatch = Self {
            column,
            parts: None,
            wholes: HashMap::new(),
            longest_whole: 0,
            numbers: HashMap::new(),
            addresses: HashMap::new(),
            all: Vec::new(),
        };
        for (wanted, rule) in wanted {
            dispatch.all.push(*rule);
            match wanted {
                Wanted::Text(text, Anchoring::Exact) => {
                    dispatch.longest_whole = dispatch.longest_whole.max(text.len());
                    dispatch.wholes.entry(text.clone()).or_default()
                }
                Wanted::Text(text, _) => parts.entry(text.clone()).or_default(),
                Wanted::Number(number) => dispatch.numbers.entry(*number).or_default(),
                Wanted::Address(address) => dispatch.addresses.entry(*address).or_default(),
            }
            .push(*rule);
        }
        dispatch.all.dedup();
        let (texts, rules): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        if !texts.is_empty() {
            dispatch.parts = Some(Parts {
                texts,
                automaton: OnceLock::new(),
                rules,
            });
        }
        dispatch
    }

    fn pick(&self, row: &Row<'_>, picked: &mut Picked) {
        match row.glance(self.column) {
            Glance::Unset => {}
            Glance::Text(text) => self.pick_text(text, picked),
            Glance::Several(texts) => texts.each(|text| self.pick_text(text, picked)),
            Glance::Bare(_) | Glance::Unclear => self.pick_value(row, picked),
        }
    }

    fn pick_text(&self, text: &[u8], picked: &mut Picked) {
        if let Some(parts) = &self.parts {
            parts.pick(text, picked);
        }
        if !self.wholes.is_empty() && text.len() <= self.longest_whole {
            self.pick_whole(text, picked);
        }
        if !self.numbers.is_empty() {
            match number(text) {
                Some(number) => self.pick_number(number, picked),
                // A number that is written in another way, as of a column with another type.
                None => picked.add(&self.all),
            }
        }
        if !self.addresses.is_empty()
            && let Some(address) = std::str::from_utf8(text)
                .ok()
                .and_then(|text| text.parse().ok())
        {
            self.pick_address(address, picked);
        }
    }

    fn pick_whole(&self, text: &[u8], picked: &mut Picked) {
        const LONGEST: usize = 64;
        let mut lower = [0; LONGEST];
        let found = match lower.get_mut(..text.len()) {
            Some(lower) => {
                lower.copy_from_slice(text);
                lower.make_ascii_lowercase();
                self.wholes.get(&*lower)
            }
            None => self.wholes.get(&text.to_ascii_lowercase()),
        };
        picked.add(found.map_or(&[], Vec::as_slice));
    }

    fn pick_number(&self, number: u64, picked: &mut Picked) {
        picked.add(self.numbers.get(&number).map_or(&[], Vec::as_slice));
    }

    fn pick_address(&self, address: IpAddr, picked: &mut Picked) {
        picked.add(self.addresses.get(&address).map_or(&[], Vec::as_slice));
    }

    /// Picks rules by the value itself, where its text does not tell.
    fn pick_value(&self, row: &Row<'_>, picked: &mut Picked) {
        match row.value(self.column) {
            Err(_) | Ok(None) => {}
            Ok(Some(LogValue::Single(scalar))) => self.pick_scalar(&scalar, picked),
            Ok(Some(LogValue::Set(scalars) | LogValue::Vector(scalars))) => {
                for scalar in scalars.iter().flatten() {
                    self.pick_scalar(scalar, picked);
                }
            }
        }
    }

    fn pick_scalar(&self, scalar: &Scalar<'_>, picked: &mut Picked) {
        match scalar {
            Scalar::String(text) | Scalar::Enum(text) => {
                for reading in text.readings() {
                    self.pick_text(reading, picked);
                }
            }
            Scalar::Count(number) => self.pick_number(*number, picked),
            Scalar::Port(port) => self.pick_number(u64::from(*port), picked),
            Scalar::Addr(address) => self.pick_address(*address, picked),
            // A column that is not of the type that the rules take it for.
            Scalar::Bool(_)
            | Scalar::Double(_)
            | Scalar::Int(_)
            | Scalar::Interval(_)
            | Scalar::Subnet(..)
            | Scalar::Time(_) => picked.add(&self.all),
        }
    }
}

impl Parts {
    fn pick(&self, text: &[u8], picked: &mut Picked) {
        let automaton = self.automaton.get_or_init(|| automaton(&self.texts));
        let Some(automaton) = automaton else {
            self.rules.iter().for_each(|rules| picked.add(rules));
            return;
        };
        for found in automaton.find_overlapping_iter(text) {
            if let Some(rules) = self.rules.get(found.pattern().as_usize()) {
                picked.add(rules);
            }
        }
    }
}

fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// An automaton that finds texts in either case; `None` where they are too many.
fn automaton(texts: &[Vec<u8>]) -> Option<AhoCorasick> {
    /// From so many octets on, a table of all transitions takes too much memory.
    const LARGE: usize = 1 << 14;
    let octets: usize = texts.iter().map(Vec::len).sum();
    let kind = (octets < LARGE).then_some(AhoCorasickKind::DFA);
    let mut builder = AhoCorasick::builder();
    builder.ascii_case_insensitive(true).kind(kind);
    builder.build(texts).ok()
}
