//! Rules on records of logs, tried on the logs that Zeek wrote.

mod dispatch;
mod gate;
mod view;
pub(super) mod wire;
mod writes;

use std::cell::OnceCell;
use std::net::IpAddr;
use std::sync::Arc;

use self::dispatch::{Picked, RecordDispatch};
use self::gate::ColumnGate;
use self::view::{RecordView, told_columns};
use self::writes::Writes;
use super::attempt::Attempts;
use super::condition::Glimpsed;
use super::pack::{CompiledPack, Results, Sees};
use super::rule::{CompiledRule, RuleNumber};
use super::value::{FieldValue, Slot};
use super::{Output, RulesOff, TriedRule, packs};
use crate::event::Timestamp;
use crate::finding::Finding;
use crate::logs::{
    AskedLog, Clue, Glance, KnownLogs, LogValue, MOST_COLUMNS, Projection, Row, Scalar, Sought,
    Wanted,
};
use crate::plan::PackPlan;
use crate::service::{Field, InLog, OriginPart, Service};

/// A record of a log that Zeek wrote.
pub trait LogRecord {
    /// The log, such as `dns`.
    fn log(&self) -> &str;

    /// A column's value; `None` where it is unset, or the record has no such column.
    fn value(&self, column: &str) -> Option<ColumnValue>;

    /// The line of its file, counted from 1, where it is known.
    fn line(&self) -> Option<u64> {
        None
    }
}

/// A value of a log's column.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnValue {
    /// Text or a name: what the wire can have had, which the log's format may leave open.
    Text(Vec<Vec<u8>>),
    /// A number.
    Count(u64),
    /// A number that can be negative.
    Int(i64),
    /// A number that need not be whole.
    Double(f64),
    /// Truth.
    Bool(bool),
    /// Seconds.
    Interval(f64),
    /// Seconds since 1970.
    Time(f64),
    /// An address.
    Address(IpAddr),
    /// A port.
    Port(u16),
    /// Several values.
    Several(Vec<ColumnValue>),
}

/// What becomes of a rule that asks for what only the wire has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// It is left out.
    IsLeftOut,
    /// What is left of it is tried, and what that matches is possible.
    IsPossible,
}

/// Packs' rules on the records of logs: what a record matches, and nothing of what it leads to. Several threads can share it.
#[derive(Debug)]
pub struct RecordRules<'p> {
    packs: Vec<CompiledPack<'p>>,
    logs: Vec<LogRules>,
}

/// The rules on a log.
#[derive(Debug)]
struct LogRules {
    service: Service,
    /// The columns that the rules and their notices ask for, the time first.
    columns: Vec<String>,
    rules: Vec<RecordRule>,
    dispatch: RecordDispatch,
    /// What records have that rules match, but for the rules that are tried on every record.
    clues: Vec<Clue>,
    /// The rules that are tried on every record.
    every: RecordDispatch,
    /// The columns that these ask for.
    of_every: Vec<usize>,
}

/// A rule: its pack's number, and its own in the pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordRule {
    pack: usize,
    rule: RuleNumber,
}

/// What is kept from one record to the next, to spare memory from being asked for.
#[derive(Debug, Default)]
pub struct MatchScratch {
    picked: Picked,
}

/// Takes records and gives notices: those that Zeek raised when it wrote them, running the packages of the same rules.
#[derive(Debug)]
pub struct RecordEvaluator<'p> {
    rules: Arc<RecordRules<'p>>,
    results: Results,
    writes: Writes,
}

impl<'p> RecordRules<'p> {
    /// Packs' rules, made ready. Rules that logs cannot decide are left out, which goes to `findings`.
    pub fn new(
        plans: &'p [PackPlan<'p>],
        off: RulesOff,
        undecided: Undecided,
        findings: &mut Vec<Finding>,
    ) -> RecordRules<'p> {
        let packs = packs(plans, Sees::Records(undecided), off, findings);
        let mut logs: Vec<LogRules> = Vec::new();
        for (pack, ready) in packs.iter().enumerate() {
            for (rule, ready) in ready.rules.rules.iter().enumerate() {
                let number = RecordRule { pack, rule };
                let service = ready.plan.service;
                match logs.iter_mut().find(|log| log.service == service) {
                    Some(log) => log.rules.push(number),
                    None => logs.push(LogRules {
                        service,
                        columns: Vec::new(),
                        rules: vec![number],
                        dispatch: RecordDispatch::default(),
                        clues: Vec::new(),
                        every: RecordDispatch::default(),
                        of_every: Vec::new(),
                    }),
                }
            }
        }
        let mut ready = Self { packs, logs };
        for log in 0..ready.logs.len() {
            ready.prepare(log);
        }
        ready
    }

    /// Finds out which columns a log's rules ask for, and how records are picked for them.
    fn prepare(&mut self, log: usize) {
        let log = &self.logs[log];
        let service = log.service;
        let rules = log.rules.iter().map(|number| self.rule(*number));
        let mut gates: Vec<_> = rules
            .clone()
            .map(|rule| gate::of(&rule.asked, rule.plan.service))
            .collect();
        let mut columns: Vec<String> = Vec::new();
        let mut add = |column: &str| {
            if !columns.iter().any(|known| known == column) {
                columns.push(column.to_owned());
            }
        };
        add("ts");
        let gated = gates.iter().flatten().flatten();
        gated.for_each(|gate| add(&gate.column));
        for rule in rules.clone() {
            asked_columns(rule).for_each(&mut add);
            let told = rule.plan.told();
            told.flat_map(|field| columns_of(service, field))
                .for_each(&mut add);
        }
        for part in OriginPart::ALL {
            let origin = service.origin(part);
            let columns = origin.iter().flat_map(|field| columns_of(service, field));
            columns.for_each(&mut add);
        }
        told_columns(service).into_iter().for_each(add);
        // Of columns beyond the number that a projection has, none picks rules.
        let number = |name: &str| {
            let place = columns.iter().position(|column| column == name)?;
            (place < MOST_COLUMNS).then_some(place)
        };
        let dispatch = RecordDispatch::new(&gates, number);
        let mut clues = Vec::new();
        let mut of_every = Vec::new();
        for (gates, rule) in gates.iter_mut().zip(rules) {
            match sought(gates.as_deref(), number) {
                Some(sought) => {
                    clues.extend(sought);
                    // No other record is one for the rule.
                    *gates = Some(Vec::new());
                }
                None => {
                    let gated = gates.iter().flatten().map(|gate| &*gate.column);
                    of_every.extend(gated.chain(asked_columns(rule)).filter_map(number));
                }
            }
        }
        of_every.sort_unstable();
        of_every.dedup();
        let every = RecordDispatch::new(&gates, number);
        let log = self.logs.iter_mut().find(|log| log.service == service);
        if let Some(log) = log {
            log.dispatch = dispatch;
            log.clues = clues;
            log.every = every;
            log.of_every = of_every;
            log.columns = columns;
        }
    }

    /// What the rules ask for, and another column of each log, which is its last. Where `sees_every`, the time and that
    /// column are asked for of every record.
    pub fn projection(
        &self,
        known: &dyn KnownLogs,
        another: Option<&str>,
        sees_every: bool,
    ) -> Projection {
        let logs = self.logs.iter().enumerate();
        let asked = logs.map(|(number, log)| {
            let mut columns = log.columns.clone();
            columns.extend(another.map(str::to_owned));
            let mut of_every = log.of_every.clone();
            if sees_every {
                of_every.extend([0, columns.len() - 1]);
            }
            AskedLog {
                name: log.service.name().to_owned(),
                number,
                columns,
                sought: Some(Sought {
                    clues: log.clues.clone(),
                    of_every,
                }),
            }
        });
        Projection::new(asked, known)
    }

    /// Names of the rules that are left out, with their modules.
    pub fn left_out(&self) -> impl Iterator<Item = &str> {
        let rules = self.packs.iter().map(|pack| &pack.rules);
        rules
            .flat_map(|rules| &rules.left_out)
            .map(|rule| rule.name.as_str())
    }

    /// How many rules and correlations are tried.
    pub fn tried_count(&self) -> usize {
        self.packs.iter().map(|pack| pack.rules.tried_count()).sum()
    }

    /// The rules and correlations, pack by pack.
    pub fn tried(&self) -> impl Iterator<Item = TriedRule> {
        self.packs.iter().flat_map(|pack| pack.rules.tried())
    }

    /// Adds to `matches` the rules that a row of the [`projection`](Self::projection) matches.
    pub fn match_row(
        &self,
        row: &Row<'_>,
        scratch: &mut MatchScratch,
        matches: &mut Vec<RecordRule>,
    ) {
        let Some(log) = self.logs.get(row.log_number()) else {
            return;
        };
        let dispatch = if row.is_whole() {
            &log.dispatch
        } else {
            &log.every
        };
        dispatch.pick(row, &mut scratch.picked);
        let record = ProjectedRecord { row, log };
        let glimpsed = |slot: &Slot| record.glimpsed(slot);
        // Most rules that are picked do not hold, which is told at little cost.
        let view = OnceCell::new();
        for rule in scratch.picked.rules() {
            if let Some(number) = log.rules.get(*rule as usize)
                && self.rule(*number).can_hold(&glimpsed)
                && self.holds(
                    *number,
                    view.get_or_init(|| RecordView::new(log.service, &log.columns, &record)),
                )
            {
                matches.push(*number);
            }
        }
        matches.sort_unstable();
    }

    /// The rules that a record matches.
    fn matches(&self, record: &dyn LogRecord) -> Vec<RecordRule> {
        let Some(log) = self.log(record.log()) else {
            return Vec::new();
        };
        let view = RecordView::new(log.service, &log.columns, record);
        let rules = log.rules.iter().copied();
        rules.filter(|number| self.holds(*number, &view)).collect()
    }

    fn holds(&self, number: RecordRule, view: &RecordView<'_>) -> bool {
        let rule = self.rule(number);
        view.is_seen_by(rule.plan) && rule.holds(view)
    }

    fn log(&self, name: &str) -> Option<&LogRules> {
        self.logs.iter().find(|log| log.service.name() == name)
    }

    fn rule(&self, number: RecordRule) -> &CompiledRule<'p> {
        &self.packs[number.pack].rules.rules[number.rule]
    }
}

/// The columns that a rule's conditions ask for.
fn asked_columns<'r>(rule: &'r CompiledRule<'_>) -> impl Iterator<Item = &'r str> {
    let service = rule.plan.service;
    let tested = rule.asked.fields().into_iter();
    let columns = tested.flat_map(move |field| columns_of(service, field));
    columns.chain((service == Service::HTTP).then_some("method"))
}

/// The columns that a field is, or is made of.
fn columns_of(service: Service, field: &Field) -> Vec<&str> {
    match service.in_log(field) {
        InLog::Column(column) => vec![column],
        InLog::Derived(columns) => columns.to_vec(),
        InLog::Nowhere => Vec::new(),
    }
}

/// What is sought in lines as they are written, where a rule's gates can be; `None` for a rule that is tried on every record.
fn sought(
    gates: Option<&[ColumnGate]>,
    number: impl Fn(&str) -> Option<usize>,
) -> Option<Vec<(usize, Wanted)>> {
    let gates = gates?.iter().map(|gate| {
        let column = number(&gate.column)?;
        let wanted = gate.wanted.can_be_sought().then(|| gate.wanted.clone())?;
        Some((column, wanted))
    });
    gates.collect()
}

/// A row, whose columns are found by their names.
struct ProjectedRecord<'a> {
    row: &'a Row<'a>,
    log: &'a LogRules,
}

impl<'a> ProjectedRecord<'a> {
    fn number(&self, column: &str) -> Option<usize> {
        let mut columns = self.log.columns.iter();
        columns.position(|known| known == column)
    }

    /// What is known of a field at once.
    fn glimpsed(&self, slot: &Slot) -> Glimpsed<'a> {
        let Slot::Column(column) = slot else {
            return Glimpsed::Unclear;
        };
        let Some(number) = self.number(column) else {
            return Glimpsed::Unclear;
        };
        match self.row.glance(number) {
            Glance::Unset => Glimpsed::Unset,
            Glance::Text(_) | Glance::Bare(_) => match self.row.value(number) {
                Err(_) | Ok(None) => Glimpsed::Unset,
                Ok(Some(LogValue::Single(scalar))) => borrowed(&scalar),
                Ok(Some(_)) => Glimpsed::Unclear,
            },
            Glance::Several(_) | Glance::Unclear => Glimpsed::Unclear,
        }
    }
}

/// A value that needs no memory of its own.
fn borrowed<'a>(scalar: &Scalar<'a>) -> Glimpsed<'a> {
    Glimpsed::Value(match scalar {
        Scalar::String(text) | Scalar::Enum(text) => match text.as_written() {
            Some(text) => FieldValue::Bytes(text),
            None => return Glimpsed::Unclear,
        },
        Scalar::Addr(address) => FieldValue::Address(*address),
        Scalar::Bool(value) => FieldValue::Bool(*value),
        Scalar::Count(number) => FieldValue::Count(*number),
        Scalar::Double(number) => FieldValue::Double(*number),
        Scalar::Int(number) => FieldValue::Int(*number),
        Scalar::Interval(seconds) => FieldValue::Interval(*seconds),
        Scalar::Port(port) => FieldValue::Port(*port),
        Scalar::Time(seconds) => FieldValue::FileTime(*seconds),
        Scalar::Subnet(..) => return Glimpsed::Unclear,
    })
}

impl LogRecord for ProjectedRecord<'_> {
    fn log(&self) -> &str {
        self.row.log()
    }

    fn value(&self, column: &str) -> Option<ColumnValue> {
        let value = self.row.value(self.number(column)?).ok()??;
        Some(ColumnValue::from(value))
    }
}

impl<'p> RecordEvaluator<'p> {
    /// An evaluator of packs' rules. Rules that logs cannot decide are left out, which goes to `findings`.
    pub fn new(
        plans: &'p [PackPlan<'p>],
        off: RulesOff,
        findings: &mut Vec<Finding>,
    ) -> RecordEvaluator<'p> {
        Self::of(RecordRules::new(plans, off, Undecided::IsLeftOut, findings))
    }

    /// An evaluator of rules that were made ready.
    pub fn of(rules: RecordRules<'p>) -> Self {
        let rules = Arc::new(rules);
        Self {
            results: Results::new(&rules.packs),
            rules,
            writes: Writes::default(),
        }
    }

    /// The rules, to find out elsewhere what records match.
    pub fn rules(&self) -> Arc<RecordRules<'p>> {
        Arc::clone(&self.rules)
    }

    /// Tries the rules on a record that was written at `now`.
    pub fn record(&mut self, record: &dyn LogRecord, now: Timestamp) {
        if self.results.attempts.is_some() {
            self.results.now = now;
            self.note_attempts(record);
        }
        let matches = self.rules.matches(record);
        self.matched(record, &matches, now);
    }

    /// Begins to keep how near each rule came to its notice, which costs time: its `most` nearest attempts, and as many of
    /// the matches that filled each group of a correlation.
    #[must_use]
    pub fn explaining(mut self, most: usize) -> Self {
        self.results.attempts = Some(Attempts::keeping(most));
        self
    }

    /// What became of each rule.
    #[must_use]
    pub fn into_attempts(self) -> Attempts {
        self.results.attempts.unwrap_or_default()
    }

    fn note_attempts(&mut self, record: &dyn LogRecord) {
        let Some(log) = self.rules.log(record.log()) else {
            return;
        };
        let view = RecordView::new(log.service, &log.columns, record);
        for RecordRule { pack, rule } in &log.rules {
            let rules = &self.rules.packs[*pack].rules;
            if view.is_seen_by(rules.rules[*rule].plan) {
                rules.note_attempt(*rule, 0, &view, &mut self.results);
            }
        }
    }

    /// Does what comes of a record that rules match, written at `now`: notices, unless equal ones are suppressed, and what
    /// correlations make of it.
    pub fn matched(&mut self, record: &dyn LogRecord, matches: &[RecordRule], now: Timestamp) {
        self.results.now = now;
        self.results.suppression.advance(now);
        let Some(log) = self.rules.log(record.log()) else {
            return;
        };
        let of_writes =
            (log.service == Service::SMB_FILES).then(|| self.writes.new_matches(record, matches));
        let view = RecordView::new(log.service, &log.columns, record);
        for RecordRule { pack, rule } in of_writes.as_deref().unwrap_or(matches) {
            if let Some(pack) = self.rules.packs.get(*pack) {
                pack.rules.raise(*rule, &view, &mut self.results);
            }
        }
    }

    /// The same evaluator, whose output has all matches, too.
    #[must_use]
    pub fn telling_matches(mut self) -> Self {
        self.results.tells_matches = true;
        self
    }

    /// Names of the rules that are left out, with their modules.
    pub fn left_out(&self) -> impl Iterator<Item = &str> {
        self.rules.left_out()
    }

    /// Forgets all that a log left behind, so that the next one begins afresh.
    pub fn reset(&mut self) {
        self.results.reset(&self.rules.packs);
        self.writes = Writes::default();
    }

    /// What was found since the last call, in order.
    pub fn take_output(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.results.output)
    }
}

impl ColumnValue {
    fn as_value(&self) -> FieldValue<'_> {
        match self {
            Self::Text(readings) => match readings.as_slice() {
                [text] => FieldValue::Bytes(text),
                readings => FieldValue::Readings(readings.iter().map(Vec::as_slice).collect()),
            },
            Self::Count(number) => FieldValue::Count(*number),
            Self::Int(number) => FieldValue::Int(*number),
            Self::Double(number) => FieldValue::Double(*number),
            Self::Bool(value) => FieldValue::Bool(*value),
            Self::Interval(seconds) => FieldValue::Interval(*seconds),
            Self::Time(seconds) => FieldValue::FileTime(*seconds),
            Self::Address(address) => FieldValue::Address(*address),
            Self::Port(port) => FieldValue::Port(*port),
            Self::Several(values) => {
                FieldValue::Several(values.iter().map(Self::as_value).collect())
            }
        }
    }
}
