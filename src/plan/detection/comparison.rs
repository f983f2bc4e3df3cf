//! How a field of each kind compares to a value.

use std::net::IpAddr;

use rsigma_ir::{IrMatcher, IrStrOp, IrTimePart};
use rsigma_parser::Modifier;

use super::value_pattern::{case, sigma_parts};
use super::{DetectionPlanner, Refusal, argument, field_help, is_set, plain_text, test, watched};
use crate::finding::{Code, Place};
use crate::predicate::network::Network;
use crate::predicate::pattern::Case;
use crate::predicate::{
    Comparison, FieldComparison, Ordering, Placeholder, Predicate, Relation, TimePart,
};
use crate::rule::{Item, Number, Value};
use crate::service::{Field, FieldKind};

impl DetectionPlanner<'_> {
    pub(super) fn comparison(
        &self,
        field: &Field,
        item: &Item,
        value: &Value,
    ) -> Result<Predicate, Refusal> {
        let place = || self.rule.place(&value.span);
        let one = |comparison| Ok(test(field, comparison, place()));
        if let Some(refusal) = idle_modifier(field, item) {
            return Err(refusal);
        }
        match &value.matcher {
            IrMatcher::Exists(true) => Ok(is_set(field, place())),
            IrMatcher::Exists(false) | IrMatcher::Null => Ok(is_set(field, place()).negated()),
            IrMatcher::Cidr { network } => one(network_of(field, network)
                .map_err(|refusal| refusal.helped(self.address_in(field)))?),
            IrMatcher::NumericGt(_) => one(number(field, Ordering::Greater, &value.text)?),
            IrMatcher::NumericGte(_) => one(number(field, Ordering::GreaterOrEqual, &value.text)?),
            IrMatcher::NumericLt(_) => one(number(field, Ordering::Less, &value.text)?),
            IrMatcher::NumericLte(_) => one(number(field, Ordering::LessOrEqual, &value.text)?),
            IrMatcher::TimestampPart { part, .. } => one(time_part(field, *part, &value.text)?),
            IrMatcher::FieldRef {
                field: other,
                op,
                case_insensitive,
            } => one(self.field_comparison(field, other, *op, *case_insensitive)?),
            IrMatcher::Expand {
                case_insensitive, ..
            } => {
                let relation = relation_of(item);
                let case = case(*case_insensitive);
                one(placeholder(field, &value.text, relation, case)?)
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
                kind if is_number(kind) => {
                    let comparison = number(field, Ordering::Equal, &text)?;
                    return Ok(test(field, comparison, place()));
                }
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
        let other = self.other_field(other)?;
        let text = |kind| matches!(kind, FieldKind::Text | FieldKind::Bytes | FieldKind::Enum);
        let fits = match op {
            IrStrOp::Exact => {
                field.kind == other.kind && !field.kind.is_several()
                    || text(field.kind) && text(other.kind)
            }
            _ => text(field.kind) && text(other.kind),
        };
        // Hosts in arguments are names or addresses in text.
        let names_host = field.is_argument() && field.kind == FieldKind::Text;
        let fits = fits || names_host && other.kind == FieldKind::Address;
        if !fits || field.kind == FieldKind::Identity || other.kind == FieldKind::Identity {
            let message = format!(
                "`{}` is {}, `{}` is {}",
                field.name, field.kind, other.name, other.kind
            );
            let help = match (field.kind, other.kind) {
                (_, FieldKind::Address) => self.address_in(field),
                (FieldKind::Address, _) => self.address_in(&other),
                _ => None,
            };
            let help = help.unwrap_or_else(|| {
                "compare fields of the same kind that have one value each".to_owned()
            });
            return Err(Refusal::new(Code::FieldType, message, help));
        }
        if !case_insensitive && !text(field.kind) {
            let message = format!(
                "`{}` is {}, on which `cased` has no effect",
                field.name, field.kind
            );
            return Err(Refusal::new(Code::FieldType, message, "leave `cased` out"));
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

    /// The field that another one is compared to.
    fn other_field(&self, name: &str) -> Result<Field, Refusal> {
        if argument::is_argument(self.service, name) {
            return argument::resolve(&watched(self.rule, self.service), name);
        }
        self.service.field(name).ok_or_else(|| {
            let help = field_help(self.service, name);
            let message = format!("{} has no field `{name}`", self.service.name());
            Refusal::new(Code::UnknownField, message, help)
        })
    }

    /// What to use in place of a text that may be an address.
    fn address_in(&self, field: &Field) -> Option<String> {
        let own = self.service.field(&format!("{}_address", field.name))?;
        (own.kind == FieldKind::Address).then(|| {
            format!(
                "use `{}`, which is set if `{}` is an address",
                own.name, field.name
            )
        })
    }
}

/// Why a modifier of texts means nothing on a field that is none.
fn idle_modifier(field: &Field, item: &Item) -> Option<Refusal> {
    let is_address = field.kind == FieldKind::Address;
    if !is_address && !is_number(field.kind) {
        return None;
    }
    let idle = item.modifiers.iter().find_map(|modifier| match modifier {
        Modifier::Cased => Some("cased"),
        Modifier::Wide => Some("wide"),
        Modifier::Utf16 => Some("utf16"),
        Modifier::Utf16be => Some("utf16be"),
        Modifier::Base64 => Some("base64"),
        Modifier::Base64Offset => Some("base64offset"),
        Modifier::WindAsh => Some("windash"),
        _ => None,
    })?;
    let message = format!(
        "`{}` is {}, on which `{idle}` has no effect",
        field.name, field.kind
    );
    let help = format!("leave `{idle}` out");
    Some(Refusal::new(Code::FieldType, message, help))
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

/// A comparison with a number, as the rule writes it.
fn number(field: &Field, ordering: Ordering, text: &str) -> Result<Comparison, Refusal> {
    let kind = field.kind.element();
    if !is_number(kind) {
        return Err(not_comparable(
            field,
            "a number",
            "compare numbers, such as a length or a status code",
        ));
    }
    let refuse = |help: &str| Err(not_comparable(field, &format!("`{text}`"), help));
    match (kind, Number::parse(text)) {
        (FieldKind::Port, None) => refuse("give the port's number, such as 80"),
        (_, None) => refuse("give a number"),
        (FieldKind::Int, Some(number)) if !number.is_whole() => refuse("give a whole number"),
        (FieldKind::Count | FieldKind::Port, Some(number)) if number.as_count().is_none() => {
            refuse("give a whole number from 0 to 18446744073709551615")
        }
        (_, Some(number)) => Ok(Comparison::Number(ordering, number)),
    }
}

fn address(field: &Field, text: &str, place: Place) -> Result<Predicate, Refusal> {
    match text.parse::<IpAddr>() {
        // What IPv6 has of IPv4 (RFC 4291 section 2.5.5.2) is the same host.
        Ok(address) => Ok(test(
            field,
            Comparison::Address(address.to_canonical()),
            place,
        )),
        Err(_) => Err(not_comparable(
            field,
            &format!("`{text}`"),
            "give an IP address, or a network with `|cidr`",
        )),
    }
}

fn network_of(field: &Field, text: &str) -> Result<Comparison, Refusal> {
    if field.kind.element() != FieldKind::Address {
        return Err(not_comparable(
            field,
            "a network",
            "use `cidr` with addresses, such as id.orig_h and id.resp_h",
        ));
    }
    match Network::parse(text) {
        Some(network) => Ok(Comparison::Network(network)),
        None => Err(Refusal::new(
            Code::InvalidMatch,
            format!("`{text}` is not a network"),
            "write it like 10.0.0.0/8 or 2001:db8::/32",
        )),
    }
}

fn time_part(field: &Field, part: IrTimePart, text: &str) -> Result<Comparison, Refusal> {
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
    let value = Number::parse(text)
        .and_then(Number::as_count)
        .and_then(|value| u32::try_from(value).ok());
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

/// A value with a placeholder: a name between percent signs. What stands around it is a value as any other, in which a
/// backslash escapes a percent sign, too.
fn placeholder(
    field: &Field,
    text: &str,
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
    let refuse = |message: &str, help: &str| Err(Refusal::new(Code::InvalidMatch, message, help));
    let (before, name, after) = match Template::parse(text).0.as_slice() {
        [before, name, after] => (sigma_parts(before), name.clone(), sigma_parts(after)),
        [_] if text.contains(r"\%") => {
            return refuse(
                "value is not a placeholder",
                r"a backslash before `%` escapes it: write two for one backslash, such as `C:\\%folder%`",
            );
        }
        [_] => {
            return refuse(
                "value is not a placeholder",
                "write it like `'%DomainControllers%'`",
            );
        }
        _ => {
            return refuse(
                "value has more than one placeholder",
                "give one placeholder a value",
            );
        }
    };
    let is_alone = before.is_empty() && after.is_empty() && relation == Relation::Equals;
    if field.kind == FieldKind::Address && !is_alone {
        return refuse(
            "a placeholder of addresses stands alone",
            "write it like `'%DomainControllers%'`; operators can list networks for it",
        );
    }
    Ok(Comparison::Placeholder(Placeholder {
        name,
        before,
        after,
        relation,
        case,
    }))
}

/// A value split at its placeholders: text, name, text, and so on; the texts still with their escapes, but that of `%`.
struct Template(Vec<String>);

impl Template {
    fn parse(text: &str) -> Self {
        let mut pieces = vec![String::new()];
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let taken = match rest.as_bytes() {
                [b'\\', b'%', ..] => "%",
                [b'\\', b'\\' | b'*' | b'?', ..] => &rest[..2],
                _ => &rest[..character.len_utf8()],
            };
            let name = rest
                .strip_prefix('%')
                .and_then(|behind| behind.split_once('%'))
                .filter(|(name, _)| !name.is_empty());
            if let Some((name, behind)) = name {
                pieces.push(name.to_owned());
                pieces.push(String::new());
                rest = behind;
                continue;
            }
            if let Some(piece) = pieces.last_mut() {
                piece.push_str(taken);
            }
            rest = &rest[if rest.starts_with(r"\%") {
                2
            } else {
                taken.len()
            }..];
        }
        Self(pieces)
    }
}

#[cfg(test)]
mod tests {
    use super::Template;

    #[test]
    fn placeholders_stand_between_percent_signs() {
        let pieces = |text| Template::parse(text).0;
        assert_eq!(pieces("%a%"), ["", "a", ""]);
        assert_eq!(pieces(r"x\*%a b%/*\"), [r"x\*", "a b", r"/*\"]);
        assert_eq!(pieces("%a%-%b%"), ["", "a", "-", "b", ""]);
        assert_eq!(pieces("100% of %a%"), ["100", " of ", "a%"]);
        assert_eq!(pieces(r"100\% of %a%"), ["100% of ", "a", ""]);
        assert_eq!(pieces(r"C:\%a%"), ["C:%a%"]);
        assert_eq!(pieces(r"\\\\%a%\b"), [r"\\\\", "a", r"\b"]);
        assert_eq!(pieces("%%"), ["%%"]);
        assert_eq!(pieces("50%"), ["50%"]);
    }
}
