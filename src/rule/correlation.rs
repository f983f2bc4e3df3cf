//! Sigma correlations: what matches of rules come to together within a time span.

use std::cmp::Ordering;
use std::ops::{Deref, Range};

use super::metadata;
use super::reader::{Diagnostics, MappingReader, UnknownKeys, list};
use super::yaml::{Node, NodeKind};
use super::{Header, NoticeSettings, Number, Quantity, Spanned, condition, zeek_block};
use crate::finding::Code;

/// One Sigma correlation (Sigma correlation rules specification 2.1.0).
#[derive(Debug, Clone)]
pub struct Correlation {
    /// What it says of itself.
    pub header: Header,
    /// What is computed of the events.
    pub aggregation: Spanned<Aggregation>,
    /// The rules, or other correlations, whose matches are its events: ids or names, each once.
    pub rules: Vec<Spanned<String>>,
    /// The fields whose values must be the same: fields of the rules' services, or aliases.
    pub group_by: Vec<Spanned<String>>,
    /// What fields are called that differ from rule to rule.
    pub aliases: Vec<Alias>,
    /// The time span in seconds; not 0.
    pub timespan: Spanned<u64>,
    /// When the correlation fires; `None` for temporal ones where all rules must match.
    pub condition: Option<CorrelationCondition>,
    /// Whether its rules raise notices of their own, too.
    pub generate: bool,
    /// What only Zeek has.
    pub zeek: CorrelationZeekBlock,
}

/// What a correlation computes of its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregation {
    /// How many events there are.
    EventCount,
    /// How many different values a field, or several together, have.
    ValueCount,
    /// How many of the rules match.
    Temporal,
    /// Whether the rules match in their order.
    TemporalOrdered,
    /// The sum of a field's values.
    ValueSum,
    /// The mean of a field's values.
    ValueAvg,
    /// The value below which so many per cent of a field's values are.
    ValuePercentile,
}

/// A name for fields that differ from rule to rule.
#[derive(Debug, Clone)]
pub struct Alias {
    /// The name.
    pub name: Spanned<String>,
    /// Rules, as the correlation refers to them, and their fields.
    pub fields: Vec<(Spanned<String>, Spanned<String>)>,
}

/// When a correlation fires.
#[derive(Debug, Clone)]
pub struct CorrelationCondition {
    /// Where it stands.
    pub span: Range<usize>,
    /// What the computed value must satisfy, all of it: one bound, or the two of a range.
    pub bounds: Vec<Bound>,
    /// The fields whose values are looked at.
    pub fields: Vec<Spanned<String>>,
    /// The percentile that is computed.
    pub percentile: Option<Spanned<u8>>,
    /// Which of the rules must have matched, and which not; indices into the correlation's rules. There are no bounds then.
    pub of_rules: Option<condition::Condition>,
}

/// A comparison with a number.
#[derive(Debug, Clone)]
pub struct Bound {
    /// How it compares.
    pub relation: BoundRelation,
    /// The number, not negative, and where it stands.
    pub number: Spanned<Number>,
}

/// How a value compares with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoundRelation {
    /// `lt`
    Less,
    /// `lte`
    LessOrEqual,
    /// `gt`
    Greater,
    /// `gte`
    GreaterOrEqual,
    /// `eq`
    Equal,
    /// `neq`
    NotEqual,
}

/// A correlation's `zeek:` block.
#[derive(Debug, Clone, Default)]
pub struct CorrelationZeekBlock {
    /// What its notices are like.
    pub notice: NoticeSettings,
    /// Whether the correlation starts switched on.
    pub enabled: Option<bool>,
    /// Whether it raises notices to begin with.
    pub report: Option<bool>,
    /// Numbers at which to raise again, increasing; beside that of the condition.
    pub thresholds: Vec<Spanned<Number>>,
    /// Rules, as the correlation refers to them, and what one of their matches adds to `{total}`.
    pub weights: Vec<(Spanned<String>, u64)>,
}

const AGGREGATIONS: &[(&str, Aggregation)] = &[
    ("event_count", Aggregation::EventCount),
    ("value_count", Aggregation::ValueCount),
    ("temporal", Aggregation::Temporal),
    ("temporal_ordered", Aggregation::TemporalOrdered),
    ("value_sum", Aggregation::ValueSum),
    ("value_avg", Aggregation::ValueAvg),
    ("value_percentile", Aggregation::ValuePercentile),
    (MEDIAN, Aggregation::ValuePercentile),
];

/// The percentile 50 by a name of its own.
const MEDIAN: &str = "value_median";

const RELATIONS: &[(&str, BoundRelation)] = &[
    ("gt", BoundRelation::Greater),
    ("gte", BoundRelation::GreaterOrEqual),
    ("lt", BoundRelation::Less),
    ("lte", BoundRelation::LessOrEqual),
    ("eq", BoundRelation::Equal),
    ("neq", BoundRelation::NotEqual),
];

pub(crate) const KEYS: &[&str] = &[
    "title",
    "id",
    "name",
    "related",
    "sigma-version",
    "taxonomy",
    "status",
    "description",
    "license",
    "references",
    "author",
    "date",
    "modified",
    "correlation",
    "falsepositives",
    "level",
    "tags",
    "generate",
    "regression_tests_path",
    "zeek",
];

pub(crate) const SECTION_KEYS: &[&str] = &[
    "type",
    "rules",
    "aliases",
    "group-by",
    "timespan",
    "condition",
    "generate",
];

pub(crate) const CONDITION_KEYS: &[&str] =
    &["lt", "lte", "gt", "gte", "eq", "neq", "field", "percentile"];

/// The largest number that a field can have.
const MAX_NUMBER: u64 = u64::MAX;
/// The largest weight of a match.
const MAX_WEIGHT: u64 = 1_000_000;
/// The most thresholds of a correlation.
const MAX_THRESHOLDS: usize = 100;

/// The words of `type`.
pub(crate) fn type_names() -> Vec<&'static str> {
    AGGREGATIONS.iter().map(|(name, _)| *name).collect()
}

impl Aggregation {
    /// The name in a correlation's `type`.
    pub fn name(self) -> &'static str {
        AGGREGATIONS
            .iter()
            .find(|(_, known)| *known == self)
            .map_or("", |(name, _)| name)
    }

    /// Whether what is computed is a number of things, and so a whole number.
    pub fn counts(self) -> bool {
        matches!(
            self,
            Self::EventCount | Self::ValueCount | Self::Temporal | Self::TemporalOrdered
        )
    }

    /// Whether it is about which rules match.
    pub fn is_temporal(self) -> bool {
        matches!(self, Self::Temporal | Self::TemporalOrdered)
    }

    /// Whether it computes with a field's values.
    pub fn is_numeric(self) -> bool {
        !self.counts()
    }

    /// Whether it looks at values of fields.
    pub fn has_field(self) -> bool {
        self.is_numeric() || self == Self::ValueCount
    }
}

impl BoundRelation {
    /// The key in a condition.
    pub fn name(self) -> &'static str {
        RELATIONS
            .iter()
            .find(|(_, known)| *known == self)
            .map_or("", |(name, _)| name)
    }

    /// Whether it tells a whole number from the next one, and not from the one before.
    #[must_use]
    pub fn tells_apart_beyond(self) -> bool {
        match self {
            Self::Less | Self::GreaterOrEqual => false,
            Self::LessOrEqual | Self::Greater | Self::Equal | Self::NotEqual => true,
        }
    }

    /// Whether a quantity satisfies it.
    #[must_use]
    pub fn holds(self, quantity: Quantity, number: Number) -> bool {
        let ordering = quantity.compare(number);
        match self {
            Self::Less => ordering.is_some_and(Ordering::is_lt),
            Self::LessOrEqual => ordering.is_some_and(Ordering::is_le),
            Self::Greater => ordering.is_some_and(Ordering::is_gt),
            Self::GreaterOrEqual => ordering.is_some_and(Ordering::is_ge),
            Self::Equal => ordering.is_some_and(Ordering::is_eq),
            Self::NotEqual => ordering.is_none_or(Ordering::is_ne),
        }
    }
}

impl Deref for Correlation {
    type Target = Header;

    fn deref(&self) -> &Header {
        &self.header
    }
}

impl Correlation {
    /// The alias of that name.
    pub fn alias(&self, name: &str) -> Option<&Alias> {
        self.aliases.iter().find(|alias| alias.name.value == name)
    }
}

/// Reads a document as a correlation; `None` where it cannot be read.
pub(super) fn read(file: &Diagnostics<'_>, document: &Node) -> Option<Correlation> {
    let unknown = UnknownKeys::RefuseMisspelt;
    let reader = MappingReader::new(file, "correlation", document, KEYS, unknown)?;
    let header = metadata::header(&reader);
    let zeek = reader
        .get("zeek")
        .map(|node| zeek_block(file, node))
        .unwrap_or_default();
    let generate = reader.switch("generate");
    let node = reader.require("correlation")?;
    let unknown = UnknownKeys::Refuse;
    let section = MappingReader::new(file, "correlation section", node, SECTION_KEYS, unknown)?;
    let generate = generate.or_else(|| section.switch("generate"));
    section.require("type");
    let aggregation = aggregation(&section);
    let rules = rules(&section);
    let rules = if rules.is_empty() {
        in_condition(&section)
    } else {
        rules
    };
    let group_by = group_by(&section);
    let aliases = aliases(&section);
    let timespan = timespan(&section);
    let aggregation = aggregation?;
    let condition = condition(&section, aggregation.value, &rules);
    check_median(&section, condition.as_ref());
    Some(Correlation {
        header: header?,
        aggregation,
        rules,
        group_by,
        aliases,
        timespan: timespan?,
        condition,
        generate: generate.unwrap_or(false),
        zeek,
    })
}

fn aggregation(section: &MappingReader<'_>) -> Option<Spanned<Aggregation>> {
    let text = section.string("type")?;
    let known = AGGREGATIONS.iter().find(|(name, _)| *name == text.value);
    if let Some((_, aggregation)) = known {
        return Some(Spanned::new(*aggregation, &text.span));
    }
    let names: Vec<&str> = AGGREGATIONS.iter().map(|(name, _)| *name).collect();
    section.not_among("type", &text, &names);
    None
}

/// The rules, without those that are named twice.
fn rules(section: &MappingReader<'_>) -> Vec<Spanned<String>> {
    if in_condition(section).is_empty() {
        section.require("rules");
    }
    let rules = section.strings("rules");
    if rules.is_empty()
        && let Some(node) = section.get("rules")
        && matches!(&node.kind, NodeKind::Sequence(items) if items.is_empty())
    {
        let span = section.first_line(node);
        let help = "name rules of the pack by `name` or `id`";
        section.report(Code::InvalidValue, &span, "correlation names no rule", help);
    }
    without_doubles(section, rules, "rule is named twice")
}

fn group_by(section: &MappingReader<'_>) -> Vec<Spanned<String>> {
    section.require("group-by");
    let fields = section.strings("group-by");
    without_doubles(section, fields, "field is named twice")
}

fn without_doubles(
    section: &MappingReader<'_>,
    texts: Vec<Spanned<String>>,
    message: &str,
) -> Vec<Spanned<String>> {
    let mut kept: Vec<Spanned<String>> = Vec::new();
    for text in texts {
        if kept.iter().any(|known| known.value == text.value) {
            section.report(Code::InvalidValue, &text.span, message, "name it once");
        } else {
            kept.push(text);
        }
    }
    kept
}

fn aliases(section: &MappingReader<'_>) -> Vec<Alias> {
    let Some(node) = section.get("aliases") else {
        return Vec::new();
    };
    let wrong = |node: &Node| {
        let message = format!("aliases are {}, not a mapping", node.describe());
        let help = "write each alias with a mapping of rule names to their fields";
        section.report(Code::WrongType, &node.span, message, help);
    };
    let NodeKind::Mapping(entries) = &node.kind else {
        wrong(node);
        return Vec::new();
    };
    let mut aliases = Vec::new();
    for entry in entries {
        let NodeKind::Mapping(fields) = &entry.value.kind else {
            wrong(&entry.value);
            continue;
        };
        let mut alias = Alias {
            name: Spanned::new(entry.key.clone(), &entry.key_span),
            fields: Vec::new(),
        };
        for field in fields {
            let NodeKind::Scalar(name) = &field.value.kind else {
                wrong(&field.value);
                continue;
            };
            alias.fields.push((
                Spanned::new(field.key.clone(), &field.key_span),
                Spanned::new(name.text.clone(), &field.value.span),
            ));
        }
        aliases.push(alias);
    }
    aliases
}

/// The time span in seconds (specification, "Time Selection"), with the reference evaluator's further units: weeks, months
/// of 30.44 days (`M`) and years of 365.25. Bounded by ten years.
fn timespan(section: &MappingReader<'_>) -> Option<Spanned<u64>> {
    section.require("timespan")?;
    let text = section.string("timespan")?;
    match seconds(&text.value) {
        Some(0) => {
            let message = "time span is empty";
            let help = "write how long events count together, such as 5m";
            section.report(Code::InvalidValue, &text.span, message, help);
            None
        }
        Some(seconds) => Some(Spanned::new(seconds, &text.span)),
        None => {
            let message = format!("`{}` is not a time span", text.value);
            let help = "write a number with s, m, h, d or w, such as 90m; ten years are the most";
            section.report(Code::InvalidValue, &text.span, message, help);
            None
        }
    }
}

fn seconds(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "w" => 604_800,
        "M" => 2_629_746,
        "y" => 31_556_952,
        _ => return None,
    };
    let seconds = number.parse::<u64>().ok()?.checked_mul(unit)?;
    (seconds <= 3653 * 86_400).then_some(seconds)
}

/// The rules that a condition in words names, where the correlation has no list of them.
fn in_condition(section: &MappingReader<'_>) -> Vec<Spanned<String>> {
    let Some(node) = section.get("condition") else {
        return Vec::new();
    };
    let NodeKind::Scalar(text) = &node.kind else {
        return Vec::new();
    };
    let names = condition::names(&text.text).into_iter();
    names.map(|name| Spanned::new(name, &node.span)).collect()
}

/// The most rules of a condition in words.
const MAX_RULES_IN_WORDS: usize = 64;

/// A condition in words: which rules must have matched within the time span, and which not.
fn in_words(
    section: &MappingReader<'_>,
    aggregation: Aggregation,
    rules: &[Spanned<String>],
) -> Option<CorrelationCondition> {
    let text = section.string("condition")?;
    let (message, help) = if aggregation == Aggregation::TemporalOrdered {
        (
            "a condition in words does not say which rules come in order".to_owned(),
            "leave it out: all rules of the list must match, in its order; for alternatives and exclusions correlate this \
             correlation and other rules with `type: temporal`"
                .to_owned(),
        )
    } else if aggregation != Aggregation::Temporal {
        (
            format!("condition of {} is text, not a mapping", aggregation.name()),
            "compare with a number, such as `gte: 2`; a condition in words is for `type: temporal`"
                .to_owned(),
        )
    } else if rules.len() > MAX_RULES_IN_WORDS {
        (
            "a condition in words has too many rules".to_owned(),
            format!("{MAX_RULES_IN_WORDS} are the most"),
        )
    } else {
        let of_rules = condition::of_rules(section.file, rules, &text)?;
        return Some(CorrelationCondition {
            span: text.span,
            bounds: Vec::new(),
            fields: Vec::new(),
            percentile: None,
            of_rules: Some(of_rules),
        });
    };
    section.report(Code::WrongType, &text.span, message, help);
    None
}

fn condition(
    section: &MappingReader<'_>,
    aggregation: Aggregation,
    rules: &[Spanned<String>],
) -> Option<CorrelationCondition> {
    let node = if aggregation.is_temporal() {
        section.get("condition")?
    } else {
        section.require("condition")?
    };
    if let NodeKind::Scalar(_) = &node.kind {
        return in_words(section, aggregation, rules);
    }
    let unknown = UnknownKeys::Refuse;
    let reader = MappingReader::new(section.file, "condition", node, CONDITION_KEYS, unknown)?;
    let span = section.first_line(node);
    let condition = CorrelationCondition {
        bounds: bounds(&reader, aggregation),
        fields: fields(&reader, &span, aggregation),
        percentile: percentile(&reader, aggregation),
        of_rules: None,
        span,
    };
    check_bounds(&reader, &condition);
    Some(condition)
}

fn bounds(reader: &MappingReader<'_>, aggregation: Aggregation) -> Vec<Bound> {
    let mut bounds = Vec::new();
    for (name, relation) in RELATIONS {
        let Some(text) = reader.string(name) else {
            continue;
        };
        let Some(number) = number(reader, &text, aggregation.counts()) else {
            continue;
        };
        bounds.push(Bound {
            relation: *relation,
            number,
        });
    }
    bounds
}

/// A number of a condition: a whole one, or, where values are computed with, one with decimals.
fn number(
    reader: &MappingReader<'_>,
    text: &Spanned<String>,
    whole: bool,
) -> Option<Spanned<Number>> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = match text.value.split_once('.') {
        None => is_digits(&text.value),
        Some((before, behind)) => !whole && is_digits(before) && is_digits(behind),
    };
    let number = Number::parse(&text.value);
    if let Some(number) = number.filter(|number| is_number && *number <= MAX_NUMBER.into()) {
        return Some(Spanned::new(number, &text.span));
    }
    let kind = if whole { "a whole number" } else { "a number" };
    let message = format!("`{}` is not {kind}", text.value);
    let help = format!("write {kind} from 0 to {MAX_NUMBER} in digits");
    reader.report(Code::InvalidValue, &text.span, message, help);
    None
}

/// One bound, or the two of a range.
fn check_bounds(reader: &MappingReader<'_>, condition: &CorrelationCondition) {
    let names: Vec<&str> = RELATIONS
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| reader.get(name).is_some())
        .collect();
    let below = |name: &&str| matches!(*name, "lt" | "lte");
    let above = |name: &&str| matches!(*name, "gt" | "gte");
    let (message, help) = match names.as_slice() {
        [_] => return,
        [a, b] if below(a) && above(b) || above(a) && below(b) => return,
        [] => {
            let relations: Vec<&str> = RELATIONS.iter().map(|(name, _)| *name).collect();
            (
                "condition compares with nothing".to_owned(),
                format!("add {}", list(&relations)),
            )
        }
        names => (
            format!("`{}` do not make a range", names.join("` and `")),
            "write one comparison, or one of `gt` and `gte` with one of `lt` and `lte`".to_owned(),
        ),
    };
    let code = if names.is_empty() {
        Code::MissingKey
    } else {
        Code::InvalidValue
    };
    reader.report(code, &condition.span, message, help);
}

fn fields(
    reader: &MappingReader<'_>,
    span: &Range<usize>,
    aggregation: Aggregation,
) -> Vec<Spanned<String>> {
    let fields = reader.strings("field");
    let (code, span, message, help) = match (aggregation.has_field(), fields.as_slice()) {
        (false, [field, ..]) => (
            Code::InvalidValue,
            &field.span,
            format!("{} looks at no field", aggregation.name()),
            "take `field` out, or write `type: value_count`",
        ),
        (true, []) => (
            Code::MissingKey,
            span,
            format!("condition of {} has no `field`", aggregation.name()),
            "add `field:` with the field whose values it is about",
        ),
        (true, [_, second, ..]) if aggregation.is_numeric() => (
            Code::InvalidValue,
            &second.span,
            format!("{} looks at one field", aggregation.name()),
            "keep one of them",
        ),
        _ => return without_doubles(reader, fields, "field is named twice"),
    };
    reader.report(code, span, message, help);
    Vec::new()
}

/// `percentile`: not in the specification's text, but what its "median is a percentile 50" needs, and what pySigma and the
/// reference evaluator read.
fn percentile(reader: &MappingReader<'_>, aggregation: Aggregation) -> Option<Spanned<u8>> {
    let text = reader.string("percentile")?;
    if aggregation != Aggregation::ValuePercentile {
        let message = format!("{} has no percentile", aggregation.name());
        let help = "take it out, or write `type: value_percentile`";
        reader.report(Code::InvalidValue, &text.span, message, help);
        return None;
    }
    match text.value.parse() {
        Ok(percentile) if percentile <= 100 => Some(Spanned::new(percentile, &text.span)),
        _ => {
            let message = format!("`{}` is not a percentile", text.value);
            let help = "write a whole number from 0 to 100";
            reader.report(Code::InvalidValue, &text.span, message, help);
            None
        }
    }
}

/// A median has no percentile but its own.
fn check_median(section: &MappingReader<'_>, condition: Option<&CorrelationCondition>) {
    if let Some(percentile) = condition.and_then(|condition| condition.percentile.as_ref())
        && section
            .string("type")
            .is_some_and(|name| name.value == MEDIAN)
    {
        let message = "value_median is the percentile 50";
        let help = "take `percentile` out, or write `type: value_percentile`";
        section.report(Code::InvalidValue, &percentile.span, message, help);
    }
}

fn zeek_block(file: &Diagnostics<'_>, node: &Node) -> CorrelationZeekBlock {
    const KEYS: &[&str] = &["notice", "enabled", "report", "thresholds", "weights"];
    let unknown = UnknownKeys::Refuse;
    let Some(reader) = MappingReader::new(file, "zeek block", node, KEYS, unknown) else {
        return CorrelationZeekBlock::default();
    };
    CorrelationZeekBlock {
        enabled: reader.switch("enabled"),
        report: reader.switch("report"),
        thresholds: thresholds(&reader),
        weights: weights(&reader),
        notice: zeek_block::notice(&reader),
    }
}

fn thresholds(reader: &MappingReader<'_>) -> Vec<Spanned<Number>> {
    let texts = reader.strings("thresholds");
    if let Some(text) = texts.get(MAX_THRESHOLDS) {
        let help = format!("{MAX_THRESHOLDS} are the most");
        reader.report(Code::InvalidValue, &text.span, "too many thresholds", help);
        return Vec::new();
    }
    let mut numbers: Vec<Spanned<Number>> = Vec::new();
    for text in &texts {
        let Some(number) = number(reader, text, false) else {
            continue;
        };
        if numbers
            .last()
            .is_some_and(|last| number.value <= last.value)
        {
            let message = "thresholds do not increase";
            let help = "write them from the lowest to the highest";
            reader.report(Code::InvalidValue, &text.span, message, help);
        }
        numbers.push(number);
    }
    numbers
}

fn weights(reader: &MappingReader<'_>) -> Vec<(Spanned<String>, u64)> {
    let Some(node) = reader.get("weights") else {
        return Vec::new();
    };
    let NodeKind::Mapping(entries) = &node.kind else {
        let message = format!("weights are {}, not a mapping", node.describe());
        let help = "write a number for a rule's name, such as `admin_share: 3`";
        reader.report(Code::WrongType, &node.span, message, help);
        return Vec::new();
    };
    let mut weights = Vec::new();
    for entry in entries {
        let weight = match &entry.value.kind {
            NodeKind::Scalar(scalar) => scalar.text.parse().ok(),
            _ => None,
        };
        match weight.filter(|weight| *weight <= MAX_WEIGHT) {
            Some(weight) => {
                weights.push((Spanned::new(entry.key.clone(), &entry.key_span), weight));
            }
            None => {
                let span = reader.first_line(&entry.value);
                let help = format!("write a number from 0 to {MAX_WEIGHT}");
                reader.report(Code::InvalidValue, &span, "this is not a weight", help);
            }
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::{BoundRelation, Quantity, seconds};

    #[test]
    fn time_spans() {
        assert_eq!(seconds("15s"), Some(15));
        assert_eq!(seconds("5m"), Some(300));
        assert_eq!(seconds("1h"), Some(3600));
        assert_eq!(seconds("7d"), Some(604_800));
        assert_eq!(seconds("1w"), Some(604_800));
        assert_eq!(seconds("1M"), Some(2_629_746));
        assert_eq!(seconds("0s"), Some(0));
        for wrong in [
            "",
            "5",
            "m",
            "-5m",
            "5min",
            "1.5h",
            "5 m",
            "11y",
            "9999999999999999999d",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn relations() {
        let holds = |relation: BoundRelation| {
            let values = [1_u128, 2, 3].map(Quantity::from);
            values.map(|value| relation.holds(value, 2_u64.into()))
        };
        assert_eq!(holds(BoundRelation::Less), [true, false, false]);
        assert_eq!(holds(BoundRelation::LessOrEqual), [true, true, false]);
        assert_eq!(holds(BoundRelation::Greater), [false, false, true]);
        assert_eq!(holds(BoundRelation::GreaterOrEqual), [false, true, true]);
        assert_eq!(holds(BoundRelation::Equal), [false, true, false]);
        assert_eq!(holds(BoundRelation::NotEqual), [true, false, true]);
    }
}
