//! How a field of each kind compares to a value.

use std::net::IpAddr;

use rsigma_ir::{IrExpandPart, IrMatcher, IrNumber, IrStrOp, IrTimePart};
use rsigma_parser::Modifier;

use super::value_pattern::case;
use super::{Planner, Refusal, field_help, is_set, plain_text, test};
use crate::finding::{Code, Place};
use crate::predicate::pattern::Case;
use crate::predicate::{
    Comparison, FieldComparison, Number, Ordering, Placeholder, Predicate, Relation, TimePart,
};
use crate::rule::{Item, Value};
use crate::service::{Field, FieldKind};

impl Planner<'_> {
    pub(super) fn comparison(
        &self,
        field: &Field,
        item: &Item,
        value: &Value,
    ) -> Result<Predicate, Refusal> {
        let place = || self.rule.place(&value.span);
        let one = |comparison| Ok(test(field, comparison, place()));
        match &value.matcher {
            IrMatcher::Exists(true) => Ok(is_set(field, place())),
            IrMatcher::Exists(false) | IrMatcher::Null => Ok(is_set(field, place()).negated()),
            IrMatcher::Cidr { network } => one(network_of(field, network)?),
            IrMatcher::NumericGt(number) => one(ordering(field, Ordering::Greater, number)?),
            IrMatcher::NumericGte(number) => {
                one(ordering(field, Ordering::GreaterOrEqual, number)?)
            }
            IrMatcher::NumericLt(number) => one(ordering(field, Ordering::Less, number)?),
            IrMatcher::NumericLte(number) => one(ordering(field, Ordering::LessOrEqual, number)?),
            IrMatcher::NumericEq(number) if is_number(field.kind.element()) => {
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
        let place = || self.rule.place(&value.span);
        if let Some(text) = plain_text(&value.matcher, value) {
            match field.kind.element() {
                FieldKind::Address => return address(field, &text, place()),
                FieldKind::Bool => return truth(field, &text, place()),
                kind if is_number(kind) => return number(field, &text, place()),
                _ => {}
            }
        }
        let pattern = self.pattern(item, value)?;
        match (pattern, field.kind.element()) {
            (Some(pattern), _) if pattern.matches_everything() => Ok(is_set(field, place())),
            (Some(_), FieldKind::Time | FieldKind::Interval | FieldKind::Double) => {
                Err(not_comparable(
                    field,
                    &format!("text `{}`", value.text),
                    "compare it with `lt`, `lte`, `gt` or `gte`",
                ))
            }
            (Some(_), FieldKind::Bool) => Err(not_comparable(
                field,
                &format!("text `{}`", value.text),
                "write `true` or `false`",
            )),
            (Some(pattern), _) => Ok(test(field, Comparison::Matches(pattern), place())),
            (None, _) => Err(not_comparable(
                field,
                &format!("`{}`", value.text),
                "give a text",
            )),
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
        let text = |kind| matches!(kind, FieldKind::Text | FieldKind::Bytes | FieldKind::Enum);
        let fits = match op {
            IrStrOp::Exact => {
                field.kind == other.kind && !field.kind.is_several()
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

fn is_number(kind: FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Count
            | FieldKind::Int
            | FieldKind::Double
            | FieldKind::Port
            | FieldKind::Interval
            | FieldKind::Time
    )
}

/// A truth value as Sigma or as Zeek's logs write it.
fn truth(field: &Field, text: &str, place: Place) -> Result<Predicate, Refusal> {
    match text {
        "T" | "true" | "True" | "TRUE" => Ok(test(field, Comparison::Bool(true), place)),
        "F" | "false" | "False" | "FALSE" => Ok(test(field, Comparison::Bool(false), place)),
        _ => Err(not_comparable(
            field,
            &format!("`{text}`"),
            "write `true` or `false`",
        )),
    }
}

fn not_comparable(field: &Field, to: &str, help: &str) -> Refusal {
    let message = format!(
        "`{}` is {} and cannot be compared to {to}",
        field.name, field.kind
    );
    Refusal::new(Code::FieldType, message, help)
}

/// A number of the rule; `None` where it is not finite.
pub(in crate::plan) fn literal(number: &IrNumber) -> Option<Number> {
    match number {
        IrNumber::Literal(value) => Number::new(*value),
        IrNumber::DynamicSourceRef { .. } => None,
    }
}

fn ordering(field: &Field, ordering: Ordering, number: &IrNumber) -> Result<Comparison, Refusal> {
    let Some(number) = literal(number) else {
        return Err(not_comparable(field, "this value", "give a finite number"));
    };
    let kind = field.kind.element();
    if !is_number(kind) {
        return Err(not_comparable(
            field,
            "a number",
            "compare numbers, such as a length or a status code",
        ));
    }
    if kind == FieldKind::Int && number.get().fract() != 0.0 {
        let help = "give a whole number";
        return Err(not_comparable(field, &number.get().to_string(), help));
    }
    let whole = matches!(kind, FieldKind::Count | FieldKind::Port);
    if whole && number.as_count().is_none() {
        let help = "give a whole number of 0 or more";
        return Err(not_comparable(field, &number.get().to_string(), help));
    }
    Ok(Comparison::Number(ordering, number))
}

fn number(field: &Field, text: &str, place: Place) -> Result<Predicate, Refusal> {
    match text.parse::<f64>().ok() {
        Some(number) => {
            let comparison = ordering(field, Ordering::Equal, &IrNumber::Literal(number))?;
            Ok(test(field, comparison, place))
        }
        None => {
            let help = if field.kind.element() == FieldKind::Port {
                "give the port's number, such as 80"
            } else {
                "give a number"
            };
            Err(not_comparable(field, &format!("`{text}`"), help))
        }
    }
}

fn address(field: &Field, text: &str, place: Place) -> Result<Predicate, Refusal> {
    match text.parse::<IpAddr>() {
        Ok(address) => Ok(test(field, Comparison::Address(address), place)),
        Err(_) => Err(not_comparable(
            field,
            &format!("`{text}`"),
            "give an IP address, or a network with `|cidr`",
        )),
    }
}

/// An address with the length of its prefix (RFC 4632, RFC 4291).
fn network_of(field: &Field, text: &str) -> Result<Comparison, Refusal> {
    if field.kind.element() != FieldKind::Address {
        return Err(not_comparable(
            field,
            "a network",
            "use `cidr` with addresses, such as id.orig_h and id.resp_h",
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
