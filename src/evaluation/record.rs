//! Rules on records of logs, tried on the logs that Zeek wrote.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::notice::Suppression;
use super::pack::{CompiledPack, Results, Sees};
use super::rule::Candidates;
use super::value::{Activity, FieldValue, Slot};
use super::{Output, RulesOff, packs, windows};
use crate::event::{ConnectionId, Timestamp};
use crate::finding::Finding;
use crate::plan::PackPlan;
use crate::service::{OriginPart, Service};

/// A record of a log that Zeek wrote.
pub trait LogRecord {
    /// The log, such as `dns`.
    fn log(&self) -> &str;

    /// A column's value; `None` where it is unset, or the record has no such column.
    fn value(&self, column: &str) -> Option<ColumnValue>;
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

/// Takes records and gives notices: those that Zeek raised when it wrote them, running the packages of the same rules.
#[derive(Debug)]
pub struct RecordEvaluator<'p> {
    packs: Vec<CompiledPack<'p>>,
    results: Results,
}

/// A record, as a rule sees it.
struct RecordView<'a> {
    service: Service,
    values: &'a BTreeMap<String, ColumnValue>,
}

impl<'p> RecordEvaluator<'p> {
    /// An evaluator of packs' rules. Rules that are not about records of logs are left out, which goes to `findings`.
    pub fn new(
        plans: &'p [PackPlan<'p>],
        off: RulesOff,
        findings: &mut Vec<Finding>,
    ) -> RecordEvaluator<'p> {
        let (packs, results) = packs(plans, Sees::Records, off, findings);
        Self { packs, results }
    }

    /// Tries the rules on a record that was written at `now`.
    pub fn record(&mut self, record: &dyn LogRecord, now: Timestamp) {
        self.results.now = now;
        self.results.suppression.advance(now);
        for pack in &self.packs {
            for (number, rule) in pack.rules.rules.iter().enumerate() {
                let service = rule.plan.service;
                if service.name() != record.log() {
                    continue;
                }
                let mut values = BTreeMap::new();
                for field in service.fields() {
                    if let Some(value) = record.value(field.name) {
                        values.insert(field.name.to_owned(), value);
                    }
                }
                let view = RecordView {
                    service,
                    values: &values,
                };
                let mut candidates = Candidates::default();
                let results = &mut self.results;
                pack.rules.run(number, 0, &view, &mut candidates, results);
            }
        }
    }

    /// Names of the rules that are left out, with their modules.
    pub fn left_out(&self) -> impl Iterator<Item = &str> {
        let rules = self.packs.iter().map(|pack| &pack.rules);
        rules.flat_map(|rules| &rules.left_out).map(String::as_str)
    }

    /// Forgets all that a log left behind, so that the next one begins afresh.
    pub fn reset(&mut self) {
        self.results.suppression = Suppression::default();
        self.results.windows = windows(&self.packs);
        self.results.output.clear();
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

impl RecordView<'_> {
    fn origin(&self, part: OriginPart) -> Option<&ColumnValue> {
        self.values.get(&self.service.origin(part)?.name)
    }

    fn address(&self, part: OriginPart) -> Option<IpAddr> {
        match self.origin(part)? {
            ColumnValue::Address(address) => Some(*address),
            _ => None,
        }
    }
}

impl Activity for RecordView<'_> {
    fn value(&self, slot: &Slot) -> Option<FieldValue<'_>> {
        match slot {
            Slot::Column(name) => self.values.get(name).map(ColumnValue::as_value),
            _ => None,
        }
    }

    fn connection(&self) -> Option<&ConnectionId> {
        None
    }

    fn ends(&self) -> (Option<IpAddr>, Option<IpAddr>) {
        let [originator, responder] = [OriginPart::Originator, OriginPart::Responder];
        (self.address(originator), self.address(responder))
    }

    /// What makes two notices equal where the rule does not say it: the addresses, or else what the record has.
    fn usual_identifier(&self, observed: &[u8]) -> Vec<u8> {
        match self.ends() {
            (Some(originator), Some(responder)) => format!("{originator} {responder}").into_bytes(),
            (Some(originator), None) => originator.to_string().into_bytes(),
            (None, _) => match self.origin(OriginPart::Fuid) {
                Some(fuid) => fuid.as_value().text().into_owned(),
                None => observed.to_vec(),
            },
        }
    }

    fn observed(&self) -> Vec<u8> {
        self.service.name().as_bytes().to_vec()
    }
}
