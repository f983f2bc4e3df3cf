//! From a rule's searches and conditions to one predicate.

use std::net::IpAddr;
use std::ops::Range;

use rsigma_ir::{IrExpandPart, IrMatcher, IrNumber, IrPattern, IrPatternPart, IrStrOp, IrTimePart};
use rsigma_parser::{Modifier, SigmaString, SpecialChar, StringPart};

use super::names;
use super::pattern::{Anchoring, Case, Encoding, Part, Pattern, RegexFlags};
use super::predicate::{
    Comparison, FieldComparison, Number, Ordering, Placeholder, Predicate, Relation, Test, TimePart,
};
use crate::finding::{Code, Finding};
use crate::report::nearest;
use crate::rule::{Condition, Detection, Item, Rule, Spanned, Value};
use crate::schema::{Field, FieldKind, Service};

/// What a rule asks for, or findings that say why it cannot be told.
pub(super) fn predicate(
    rule: &Rule,
    service: Service,
    findings: &mut Vec<Finding>,
) -> Option<Predicate> {
    let planner = Planner { rule, service };
    let searches: Vec<Option<Predicate>> = rule
        .searches
        .iter()
        .map(|search| planner.detection(&search.detection, findings))
        .collect();
    let searches: Vec<Predicate> = searches.into_iter().collect::<Option<_>>()?;
    if rule.conditions.is_empty() {
        return None;
    }
    Some(Predicate::any(
        rule.conditions
            .iter()
            .map(|condition| combine(condition, &searches)),
    ))
}

/// The service's field of that name, or a finding with the nearest one.
pub(super) fn field(
    rule: &Rule,
    service: Service,
    name: &Spanned<String>,
    findings: &mut Vec<Finding>,
) -> Option<Field> {
    let text = bare_name(&name.value);
    let field = service.field(text);
    if field.is_none() {
        let message = format!("{} has no field `{text}`", service.name());
        let help = field_help(service, text);
        let finding = Finding::new(Code::UnknownField, rule.place(&name.span), message);
        findings.push(finding.help(help));
    }
    field
}

/// What to write in place of a field that a service does not have.
fn field_help(service: Service, text: &str) -> String {
    let other = Service::ALL
        .iter()
        .find(|other| **other != service && other.field(text).is_some());
    if let Some(near) = nearest(text, service.field_names()) {
        format!("did you mean `{near}`?")
    } else if let Some(other) = other {
        format!(
            "it is a field of {}: the logsource's service and the field do not go together",
            other.name()
        )
    } else {
        format!("its fields are {}", service.field_names().join(", "))
    }
}

/// A key without its modifiers.
fn bare_name(key: &str) -> &str {
    key.split_once('|').map_or(key, |(name, _)| name)
}

fn combine(condition: &Condition, searches: &[Predicate]) -> Predicate {
    let each = |parts: &[Condition]| -> Vec<Predicate> {
        parts.iter().map(|part| combine(part, searches)).collect()
    };
    match condition {
        Condition::Search(index) => searches[*index].clone(),
        Condition::And(parts) => Predicate::all(each(parts)),
        Condition::Or(parts) => Predicate::any(each(parts)),
        Condition::Not(part) => combine(part, searches).negated(),
        Condition::AtLeast(wanted, indices) => {
            let parts = indices
                .iter()
                .map(|index| searches[*index].clone())
                .collect();
            Predicate::at_least(*wanted, parts)
        }
    }
}

struct Planner<'a> {
    rule: &'a Rule,
    service: Service,
}

/// What is wrong with a comparison.
pub(super) struct Refusal {
    code: Code,
    message: String,
    help: String,
    /// The part of the value that is wrong, in bytes, where it is not all of it.
    part: Option<Range<usize>>,
}

impl Refusal {
    pub(super) fn new(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            help: help.into(),
            part: None,
        }
    }

    fn finding(self, rule: &Rule, value: &Value) -> Finding {
        let span = match &self.part {
            Some(part) => part_of(rule, value, part),
            None => value.span.clone(),
        };
        Finding::new(self.code, rule.place(&span), self.message).help(self.help)
    }
}

/// Where a part of a value stands in the file; the whole value where it is not written as it reads.
fn part_of(rule: &Rule, value: &Value, part: &Range<usize>) -> Range<usize> {
    let raw = &rule.source.text[value.span.clone()];
    match raw.find(value.text.as_str()) {
        Some(offset) if part.end <= value.text.len() => {
            let start = value.span.start + offset;
            start + part.start..start + part.end
        }
        _ => value.span.clone(),
    }
}

impl Planner<'_> {
    fn detection(&self, detection: &Detection, findings: &mut Vec<Finding>) -> Option<Predicate> {
        let mut each = |parts: &[Detection]| -> Option<Vec<Predicate>> {
            let parts: Vec<Option<Predicate>> = parts
                .iter()
                .map(|part| self.detection(part, findings))
                .collect();
            parts.into_iter().collect()
        };
        match detection {
            Detection::All(parts) => each(parts).map(Predicate::all),
            Detection::Any(parts) => each(parts).map(Predicate::any),
            Detection::Item(item) => self.item(item, findings),
        }
    }

    fn item(&self, item: &Item, findings: &mut Vec<Finding>) -> Option<Predicate> {
        let Some(name) = &item.field else {
            return self.keyword(item, findings);
        };
        let field = field(self.rule, self.service, name, findings)?;
        let mut parts = Vec::new();
        for value in &item.values {
            parts.push(self.value(&field, item, value, findings));
        }
        let parts: Vec<Predicate> = parts.into_iter().collect::<Option<_>>()?;
        let matched = if item.all {
            Predicate::all(parts)
        } else {
            Predicate::any(parts)
        };
        Some(if item.negated {
            // A field that is not there is not different from anything.
            Predicate::all([is_set(&field, &item.span), matched.negated()])
        } else {
            matched
        })
    }

    /// Keywords are sought in the text columns of the log, each by itself.
    fn keyword(&self, item: &Item, findings: &mut Vec<Finding>) -> Option<Predicate> {
        let fields = self.service.keyword_fields();
        let mut values = Vec::new();
        for value in &item.values {
            values.push(self.keyword_value(&fields, item, value, findings));
        }
        let values: Vec<Predicate> = values.into_iter().collect::<Option<_>>()?;
        let matched = if item.all {
            Predicate::all(values)
        } else {
            Predicate::any(values)
        };
        Some(if item.negated {
            matched.negated()
        } else {
            matched
        })
    }

    fn keyword_value(
        &self,
        fields: &[Field],
        item: &Item,
        value: &Value,
        findings: &mut Vec<Finding>,
    ) -> Option<Predicate> {
        let pattern = match self.pattern(item, value) {
            Ok(Some(pattern)) => pattern,
            Ok(None) => {
                let message = "a keyword is a text";
                let finding =
                    Finding::new(Code::InvalidMatch, self.rule.place(&value.span), message);
                findings.push(finding.help("put the comparison under a field"));
                return None;
            }
            Err(refusal) => {
                findings.push(refusal.finding(self.rule, value));
                return None;
            }
        };
        let predicate = Predicate::any(fields.iter().map(|field| {
            if field.kind == FieldKind::Identity {
                names::matching(&field.name, &pattern)
            } else {
                test(field, Comparison::Matches(pattern.clone()), &value.span)
            }
        }));
        findings.extend(self.growing(&predicate, value));
        Some(predicate)
    }

    fn value(
        &self,
        field: &Field,
        item: &Item,
        value: &Value,
        findings: &mut Vec<Finding>,
    ) -> Option<Predicate> {
        let result = if field.kind == FieldKind::Identity {
            self.identity(field, item, value)
        } else {
            self.comparison(field, item, value)
                .map_err(|refusal| Box::new(refusal.finding(self.rule, value)))
        };
        match result {
            Ok(predicate) => {
                findings.extend(self.growing(&predicate, value));
                Some(predicate)
            }
            Err(finding) => {
                findings.push(*finding);
                None
            }
        }
    }

    /// A warning for a value whose pattern lets Zeek's memory grow with the traffic.
    fn growing(&self, predicate: &Predicate, value: &Value) -> Option<Finding> {
        let grows = predicate.tests().iter().any(|test| {
            matches!(&test.comparison, Comparison::Matches(pattern) if pattern.grows_with_traffic())
        });
        grows.then(|| {
            let message = "Zeek's memory for this pattern grows with the traffic that it is matched against";
            Finding::new(Code::GrowingPattern, self.rule.place(&value.span), message).help(
                "in place of a counted number of any bytes write `*`, or `.*` in a regular expression, or anchor it",
            )
        })
    }

    fn identity(
        &self,
        field: &Field,
        item: &Item,
        value: &Value,
    ) -> Result<Predicate, Box<Finding>> {
        let refuse = |refusal: Refusal| Box::new(refusal.finding(self.rule, value));
        match &value.matcher {
            IrMatcher::Exists(expected) => return Ok(Predicate::Constant(*expected)),
            IrMatcher::Null => return Ok(Predicate::Constant(false)),
            _ => {}
        }
        if field.name == "opnum" {
            return names::opnum(&value.matcher, value).map_err(refuse);
        }
        if let (Some(text), false) = (plain_text(&value.matcher, value), is_cased(&value.matcher)) {
            return names::exact(self.rule, &field.name, &text, &value.span);
        }
        match self.pattern(item, value) {
            Ok(Some(pattern)) => {
                names::pattern(self.rule, &field.name, &pattern, &value.text, &value.span)
            }
            Ok(None) => Err(refuse(Refusal::new(
                Code::FieldType,
                format!("`{}` cannot be compared like this", field.name),
                "compare it with a name, a wildcard, `startswith`, `endswith`, `contains` or `re`",
            ))),
            Err(refusal) => Err(refuse(refusal)),
        }
    }

    fn comparison(&self, field: &Field, item: &Item, value: &Value) -> Result<Predicate, Refusal> {
        let one = |comparison| Ok(test(field, comparison, &value.span));
        match &value.matcher {
            IrMatcher::Exists(true) => Ok(is_set(field, &value.span)),
            IrMatcher::Exists(false) | IrMatcher::Null => Ok(is_set(field, &value.span).negated()),
            IrMatcher::Cidr { network } => one(network_of(field, network)?),
            IrMatcher::NumericGt(number) => one(ordering(field, Ordering::Greater, number)?),
            IrMatcher::NumericGte(number) => {
                one(ordering(field, Ordering::GreaterOrEqual, number)?)
            }
            IrMatcher::NumericLt(number) => one(ordering(field, Ordering::Less, number)?),
            IrMatcher::NumericLte(number) => one(ordering(field, Ordering::LessOrEqual, number)?),
            IrMatcher::NumericEq(number) if is_number(field.kind) => {
                one(ordering(field, Ordering::Equal, number)?)
            }
            IrMatcher::TimestampPart { part, inner } => {
                one(time_part(field, *part, inner, &value.text)?)
            }
            IrMatcher::FieldRef {
                field: other,
                op,
                case_insensitive,
            } => one(self.field_comparison(field, other, *op, *case_insensitive)?),
            IrMatcher::Expand {
                template,
                case_insensitive,
            } => {
                let relation = relation_of(item);
                one(placeholder(
                    field,
                    template,
                    relation,
                    case(*case_insensitive),
                )?)
            }
            _ => self.text(field, item, value),
        }
    }

    /// A comparison of text, or of what a number or an address reads as.
    fn text(&self, field: &Field, item: &Item, value: &Value) -> Result<Predicate, Refusal> {
        if let Some(text) = plain_text(&value.matcher, value) {
            match field.kind {
                FieldKind::Address => return address(field, &text, value),
                kind if is_number(kind) => return number(field, &text, value),
                _ => {}
            }
        }
        let pattern = self.pattern(item, value)?;
        match (pattern, field.kind) {
            (Some(pattern), _) if pattern.matches_everything() => Ok(is_set(field, &value.span)),
            (Some(_), FieldKind::Time | FieldKind::Interval) => Err(not_comparable(
                field,
                &format!("text `{}`", value.text),
                "compare it with `lt`, `lte`, `gt` or `gte`",
            )),
            (Some(pattern), _) => Ok(test(field, Comparison::Matches(pattern), &value.span)),
            (None, _) => Err(not_comparable(
                field,
                &format!("`{}`", value.text),
                "give a text",
            )),
        }
    }

    /// A value as a pattern; `None` where it is no text.
    fn pattern(&self, item: &Item, value: &Value) -> Result<Option<Pattern>, Refusal> {
        let pattern = self.unbounded_pattern(item, value)?;
        match pattern.as_ref().map(Pattern::size) {
            Some(size) if size > Pattern::MAX_SIZE => Err(Refusal::new(
                Code::TooComplex,
                format!("value comes to {size} bytes to match"),
                format!(
                    "look for a shorter part of it; {} bytes are the most",
                    Pattern::MAX_SIZE
                ),
            )),
            _ => Ok(pattern),
        }
    }

    fn unbounded_pattern(&self, item: &Item, value: &Value) -> Result<Option<Pattern>, Refusal> {
        match &value.matcher {
            IrMatcher::Str {
                op,
                pattern,
                case_insensitive,
            } => Ok(Some(Pattern::from_sigma(
                &parts(pattern),
                anchoring(*op),
                case(*case_insensitive),
            ))),
            IrMatcher::Encoded {
                op,
                case_insensitive,
                ..
            } => encoded(item, value, anchoring(*op), case(*case_insensitive)).map(Some),
            IrMatcher::Regex {
                pattern,
                case_insensitive,
                multiline,
                dotall,
                ..
            } => {
                let flags = RegexFlags {
                    ignore_case: *case_insensitive,
                    multi_line: *multiline,
                    dot_all: *dotall,
                };
                Pattern::from_regex(pattern, flags)
                    .map(Some)
                    .map_err(|error| Refusal {
                        part: Some(error.span.clone()),
                        ..Refusal::new(Code::InvalidRegex, error.to_string(), error.help())
                    })
            }
            // A number or a word without quotes that is compared to text means the text that was written.
            IrMatcher::NumericEq(_) | IrMatcher::BoolEq(_) => {
                let part = Part::Literal(value.text.clone());
                let anchoring = if item.field.is_none() {
                    Anchoring::Contains
                } else {
                    Anchoring::Exact
                };
                Ok(Some(Pattern::from_sigma(
                    &[part],
                    anchoring,
                    Case::Insensitive,
                )))
            }
            _ => Ok(None),
        }
    }

    fn field_comparison(
        &self,
        field: &Field,
        other: &str,
        op: IrStrOp,
        case_insensitive: bool,
    ) -> Result<Comparison, Refusal> {
        let Some(other) = self.service.field(other) else {
            let help = field_help(self.service, other);
            let message = format!("{} has no field `{other}`", self.service.name());
            return Err(Refusal::new(Code::UnknownField, message, help));
        };
        let text = |kind| matches!(kind, FieldKind::Text | FieldKind::Bytes);
        let fits = match op {
            IrStrOp::Exact => {
                field.kind == other.kind
                    && !matches!(field.kind, FieldKind::Texts | FieldKind::TextSet)
                    || text(field.kind) && text(other.kind)
            }
            _ => text(field.kind) && text(other.kind),
        };
        if !fits || field.kind == FieldKind::Identity || other.kind == FieldKind::Identity {
            let message = format!(
                "`{}` is {}, `{}` is {}",
                field.name, field.kind, other.name, other.kind
            );
            let help = "compare fields of the same kind that have one value each";
            return Err(Refusal::new(Code::FieldType, message, help));
        }
        Ok(Comparison::Field(Box::new(FieldComparison {
            other,
            relation: match op {
                IrStrOp::Exact => Relation::Equals,
                IrStrOp::Contains => Relation::Contains,
                IrStrOp::StartsWith => Relation::StartsWith,
                IrStrOp::EndsWith => Relation::EndsWith,
            },
            case: case(case_insensitive),
        })))
    }
}

fn test(field: &Field, comparison: Comparison, span: &Range<usize>) -> Predicate {
    Predicate::Test(Test {
        field: field.clone(),
        comparison,
        span: span.clone(),
    })
}

fn is_set(field: &Field, span: &Range<usize>) -> Predicate {
    match field.access {
        crate::schema::Access::Member {
            optional: false, ..
        }
        | crate::schema::Access::Identity => Predicate::Constant(true),
        _ => test(field, Comparison::IsSet, span),
    }
}

fn is_number(kind: FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Count | FieldKind::Port | FieldKind::Interval | FieldKind::Time
    )
}

fn case(insensitive: bool) -> Case {
    if insensitive {
        Case::Insensitive
    } else {
        Case::Sensitive
    }
}

fn is_cased(matcher: &IrMatcher) -> bool {
    matches!(
        matcher,
        IrMatcher::Str {
            case_insensitive: false,
            ..
        }
    )
}

fn anchoring(op: IrStrOp) -> Anchoring {
    match op {
        IrStrOp::Exact => Anchoring::Exact,
        IrStrOp::Contains => Anchoring::Contains,
        IrStrOp::StartsWith => Anchoring::StartsWith,
        IrStrOp::EndsWith => Anchoring::EndsWith,
    }
}

fn parts(pattern: &IrPattern) -> Vec<Part> {
    pattern
        .parts
        .iter()
        .map(|part| match part {
            IrPatternPart::Literal(text) => Part::Literal(text.clone()),
            IrPatternPart::WildcardMulti => Part::AnyRun,
            IrPatternPart::WildcardSingle => Part::AnyByte,
        })
        .collect()
}

/// The text that a field must equal, where the value is that simple.
fn plain_text(matcher: &IrMatcher, value: &Value) -> Option<String> {
    match matcher {
        IrMatcher::Str {
            op: IrStrOp::Exact,
            pattern,
            ..
        } => pattern.as_plain(),
        IrMatcher::NumericEq(_) | IrMatcher::BoolEq(_) => Some(value.text.clone()),
        _ => None,
    }
}

/// A value under encoding modifiers, applied in the order given (Sigma modifiers appendix, "Encoding").
fn encoded(
    item: &Item,
    value: &Value,
    anchoring: Anchoring,
    case: Case,
) -> Result<Pattern, Refusal> {
    let encodings: Vec<Encoding> = item
        .modifiers
        .iter()
        .filter_map(|modifier| match modifier {
            Modifier::Wide => Some(Encoding::Utf16Le),
            Modifier::Utf16be => Some(Encoding::Utf16Be),
            Modifier::Utf16 => Some(Encoding::Utf16),
            Modifier::Base64 => Some(Encoding::Base64),
            Modifier::Base64Offset => Some(Encoding::Base64Offset),
            Modifier::WindAsh => Some(Encoding::Windash),
            _ => None,
        })
        .collect();
    let text: Vec<Part> = SigmaString::new(&value.text)
        .parts
        .into_iter()
        .map(|part| match part {
            StringPart::Plain(text) => Part::Literal(text),
            StringPart::Special(SpecialChar::WildcardMulti) => Part::AnyRun,
            StringPart::Special(SpecialChar::WildcardSingle) => Part::AnyByte,
        })
        .collect();
    Pattern::encoded(&text, &encodings, anchoring, case)
        .map_err(|error| Refusal::new(Code::InvalidMatch, error.to_string(), error.help()))
}

fn not_comparable(field: &Field, to: &str, help: &str) -> Refusal {
    let message = format!(
        "`{}` is {} and cannot be compared to {to}",
        field.name, field.kind
    );
    Refusal::new(Code::FieldType, message, help)
}

fn literal(number: &IrNumber) -> Option<Number> {
    match number {
        IrNumber::Literal(value) => Number::new(*value),
        IrNumber::DynamicSourceRef { .. } => None,
    }
}

fn ordering(field: &Field, ordering: Ordering, number: &IrNumber) -> Result<Comparison, Refusal> {
    let Some(number) = literal(number) else {
        return Err(not_comparable(field, "this value", "give a finite number"));
    };
    if !is_number(field.kind) {
        return Err(not_comparable(
            field,
            "a number",
            "compare numbers, such as a length or a status code",
        ));
    }
    let whole = matches!(field.kind, FieldKind::Count | FieldKind::Port);
    if whole && number.as_count().is_none() {
        let help = "give a whole number of 0 or more";
        return Err(not_comparable(field, &number.get().to_string(), help));
    }
    Ok(Comparison::Number(ordering, number))
}

fn number(field: &Field, text: &str, value: &Value) -> Result<Predicate, Refusal> {
    match text.parse::<f64>().ok() {
        Some(number) => {
            let comparison = ordering(field, Ordering::Equal, &IrNumber::Literal(number))?;
            Ok(test(field, comparison, &value.span))
        }
        None => {
            let help = if field.kind == FieldKind::Port {
                "give the port's number, such as 80"
            } else {
                "give a number"
            };
            Err(not_comparable(field, &format!("`{text}`"), help))
        }
    }
}

fn address(field: &Field, text: &str, value: &Value) -> Result<Predicate, Refusal> {
    match text.parse::<IpAddr>() {
        Ok(address) => Ok(test(field, Comparison::Address(address), &value.span)),
        Err(_) => Err(not_comparable(
            field,
            &format!("`{text}`"),
            "give an IP address, or a network with `|cidr`",
        )),
    }
}

/// An address with the length of its prefix (RFC 4632, RFC 4291).
fn network_of(field: &Field, text: &str) -> Result<Comparison, Refusal> {
    if field.kind != FieldKind::Address {
        return Err(not_comparable(
            field,
            "a network",
            "use `cidr` with id.orig_h and id.resp_h",
        ));
    }
    let parsed = text.split_once('/').and_then(|(address, length)| {
        let address: IpAddr = address.parse().ok()?;
        let length: u8 = length.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        (length <= most).then_some((address, length))
    });
    match parsed {
        Some((address, length)) => Ok(Comparison::Network(address, length)),
        None => Err(Refusal::new(
            Code::InvalidMatch,
            format!("`{text}` is not a network"),
            "write it like 10.0.0.0/8 or 2001:db8::/32",
        )),
    }
}

fn time_part(
    field: &Field,
    part: IrTimePart,
    inner: &IrMatcher,
    text: &str,
) -> Result<Comparison, Refusal> {
    if field.kind != FieldKind::Time {
        return Err(not_comparable(
            field,
            "a part of a time",
            "use it with `ts`",
        ));
    }
    let (part, name, least, most) = match part {
        IrTimePart::Minute => (TimePart::Minute, "a minute", 0, 59),
        IrTimePart::Hour => (TimePart::Hour, "an hour", 0, 23),
        IrTimePart::Day => (TimePart::Day, "a day of a month", 1, 31),
        IrTimePart::Week => (TimePart::Week, "a week of a year", 1, 53),
        IrTimePart::Month => (TimePart::Month, "a month", 1, 12),
        IrTimePart::Year => (TimePart::Year, "a year", 1970, 9999),
    };
    let value = match inner {
        IrMatcher::NumericEq(number) => literal(number)
            .and_then(Number::as_count)
            .and_then(|value| u32::try_from(value).ok()),
        _ => None,
    };
    match value {
        Some(value) if (least..=most).contains(&value) => {
            Ok(Comparison::TimePart(part, Ordering::Equal, value))
        }
        _ => Err(Refusal::new(
            Code::InvalidMatch,
            format!("`{text}` is not {name}"),
            format!("give a number from {least} to {most}"),
        )),
    }
}

/// How a field relates to a value, by its modifiers.
fn relation_of(item: &Item) -> Relation {
    let relation = |modifier: &Modifier| match modifier {
        Modifier::Contains => Some(Relation::Contains),
        Modifier::StartsWith => Some(Relation::StartsWith),
        Modifier::EndsWith => Some(Relation::EndsWith),
        _ => None,
    };
    item.modifiers
        .iter()
        .find_map(relation)
        .unwrap_or(Relation::Equals)
}

fn placeholder(
    field: &Field,
    template: &[IrExpandPart],
    relation: Relation,
    case: Case,
) -> Result<Comparison, Refusal> {
    if !matches!(
        field.kind,
        FieldKind::Text
            | FieldKind::Bytes
            | FieldKind::Texts
            | FieldKind::TextSet
            | FieldKind::Address
    ) {
        return Err(not_comparable(
            field,
            "a placeholder",
            "use `expand` with texts and addresses",
        ));
    }
    let mut found = Placeholder {
        name: String::new(),
        before: String::new(),
        after: String::new(),
        relation,
        case,
    };
    for part in template {
        match part {
            IrExpandPart::Literal(text) if found.name.is_empty() => found.before.push_str(text),
            IrExpandPart::Literal(text) => found.after.push_str(text),
            IrExpandPart::Placeholder(name) if found.name.is_empty() => found.name.clone_from(name),
            IrExpandPart::Placeholder(_) => {
                return Err(Refusal::new(
                    Code::InvalidMatch,
                    "value has more than one placeholder",
                    "give one placeholder a value",
                ));
            }
        }
    }
    let around =
        !found.before.is_empty() || !found.after.is_empty() || found.relation != Relation::Equals;
    if found.name.is_empty() || around && field.kind == FieldKind::Address {
        return Err(Refusal::new(
            Code::InvalidMatch,
            "value is not a placeholder",
            "write it like `'%DomainControllers%'`",
        ));
    }
    Ok(Comparison::Placeholder(found))
}
