//! The schema of a rule's `detection`: search identifiers with the fields of the rule's service, and modifiers.

use serde_json::{Map, Value, json};

use crate::rule::MODIFIERS;
use crate::service::{Field, FieldKind, Service};

/// The schema of a detection of a service.
pub(super) fn of(service: Service) -> Value {
    json!({
        "type": "object",
        "required": ["condition"],
        "properties": {
            "condition": super::texts(
                "Search identifiers joined with and, or, not, brackets, 1 of and all of",
                &json!({ "type": "string" }),
            ),
            "timeframe": false,
        },
        "additionalProperties": search(service),
    })
}

/// What the schemas of all searches refer to, by name.
pub(super) fn definitions() -> impl Iterator<Item = (String, Value)> {
    let maps = Service::all().map(|service| (fields_of(service), map(service)));
    maps.chain([(VALUES.to_owned(), values())])
}

/// The definition of what a field is compared to.
const VALUES: &str = "values";

/// The name of the definition of a map of a service's fields.
fn fields_of(service: Service) -> String {
    format!("fields-of-{}", service.name())
}

fn reference(definition: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{definition}") })
}

/// The schema of a search: a map, a list of maps or keywords, or a keyword.
fn search(service: Service) -> Value {
    let keyword = json!({ "type": ["string", "number", "boolean"] });
    let map = reference(&fields_of(service));
    json!({
        "description": "What to look for: a map whose entries must all match, or a list of which one entry must match",
        "anyOf": [
            map,
            { "type": "array", "minItems": 1, "items": { "anyOf": [map, keyword] } },
            keyword,
        ],
    })
}

fn map(service: Service) -> Value {
    let mut known = Map::new();
    for name in service.field_names() {
        let Some(field) = service.field(name) else {
            continue;
        };
        known.insert(name.to_owned(), described(&description(service, &field)));
        // Of the many logs' columns an editor says what they are; their modifiers it only checks.
        let offered = match service.log() {
            Some(_) => &[],
            None => fitting(&field),
        };
        for modifier in offered {
            let meaning = meaning(modifier);
            let text = format!("{}\n\n{modifier}: {meaning}", description(service, &field));
            known.insert(format!("{name}|{modifier}"), described(&text));
        }
    }
    let mut patterns = Map::new();
    patterns.insert(key_pattern(service), reference(VALUES));
    json!({
        "type": "object",
        "minProperties": 1,
        "properties": known,
        "patternProperties": patterns,
        "additionalProperties": false,
    })
}

fn described(text: &str) -> Value {
    json!({ "description": text })
}

/// What a field of a service is, and when it is known.
pub(crate) fn description(service: Service, field: &Field) -> String {
    let meaning = service.meaning(&field.name).unwrap_or(&field.name);
    let kind = field.kind;
    if field.kind == FieldKind::Identity {
        return format!("{meaning}\n\n{kind}, settled while compiling");
    }
    match service.log() {
        Some(log) => format!("{meaning}\n\n{kind}, of {}", log.record),
        None => format!("{meaning}\n\n{kind}, known from {} on", field.phase.event()),
    }
}

/// A pattern for a key: a field, or none for keywords, and modifiers.
fn key_pattern(service: Service) -> String {
    let names = service.field_names().into_iter().map(|name| {
        match name.strip_suffix("<name>") {
            // RFC 9110, section 5.1.
            Some(prefix) => format!("{}[A-Za-z0-9!#$%&'*+.^_`~-]+", prefix.replace('.', "\\.")),
            None => name.replace('.', "\\."),
        }
    });
    let names: Vec<String> = names.collect();
    let modifiers = MODIFIERS.join("|");
    // A key without a field has keywords, and modifiers.
    format!(
        "^(({})(\\|({modifiers}))*|(\\|({modifiers}))+)$",
        names.join("|")
    )
}

/// What a field is compared to.
fn values() -> Value {
    let value = json!({ "type": ["string", "number", "boolean", "null"] });
    json!({
        "anyOf": [value, { "type": "array", "minItems": 1, "items": value }],
    })
}

/// Modifiers that are worth to be offered for a field.
pub(crate) fn fitting(field: &Field) -> &'static [&'static str] {
    const TEXT: &[&str] = &[
        "contains",
        "startswith",
        "endswith",
        "re",
        "cased",
        "neq",
        "exists",
        "expand",
        "fieldref",
    ];
    const BYTES: &[&str] = &[
        "contains",
        "startswith",
        "endswith",
        "re",
        "wide|contains",
        "base64offset|contains",
    ];
    const NUMBER: &[&str] = &["lt", "lte", "gt", "gte", "neq", "exists"];
    const NAME: &[&str] = &["contains", "startswith", "endswith", "re", "neq"];
    match field.kind.element() {
        FieldKind::Text | FieldKind::Enum | FieldKind::Texts | FieldKind::TextSet => TEXT,
        FieldKind::Bytes => BYTES,
        FieldKind::Bool => &["exists"],
        FieldKind::Subnet => &["startswith", "exists"],
        FieldKind::Count
        | FieldKind::Int
        | FieldKind::Double
        | FieldKind::Interval
        | FieldKind::Port => NUMBER,
        FieldKind::Time => &["minute", "hour", "day", "week", "month", "year"],
        FieldKind::Address => &["cidr", "neq", "expand", "fieldref"],
        FieldKind::Identity if field.name == "opnum" => &["lt", "lte", "gt", "gte", "neq"],
        FieldKind::Identity => NAME,
        FieldKind::Vector(_) | FieldKind::Set(_) => &[],
    }
}

/// What a modifier, or several, do to a comparison.
pub(crate) fn meaning(modifier: &str) -> &'static str {
    match modifier {
        "all" => "every value of the list must match, not one of them",
        "contains" => "the value is anywhere in the field",
        "startswith" => "the field begins with the value",
        "endswith" => "the field ends with the value",
        "re" => "a regular expression is found in the field",
        "i" => "with re: upper and lower case do not count",
        "m" => "with re: ^ and $ match at the ends of lines, too",
        "s" => "with re: . matches the line feed, too",
        "cased" => "upper and lower case count",
        "neq" => "the field is there and differs",
        "exists" => "whether the field is there: true or false",
        "expand" => "values that an operator lists in an option of the package, such as %admins%",
        "fieldref" => "the value of another field",
        "windash" => "a hyphen in the value stands for a slash or another dash, too",
        "base64" => "the value in Base64",
        "base64offset" => "the value in Base64, wherever in a longer text it begins",
        "wide" | "utf16le" => "the value in UTF-16LE",
        "utf16be" => "the value in UTF-16BE",
        "utf16" => "the value in UTF-16, behind a byte order mark",
        "wide|contains" => "the value is anywhere in the field, in UTF-16LE",
        "base64offset|contains" => "the value is anywhere in the field, within Base64",
        "lt" => "less than",
        "lte" => "less than or equal",
        "gt" => "greater than",
        "gte" => "greater than or equal",
        "cidr" => "the address is in a network",
        "minute" | "hour" | "day" | "week" | "month" | "year" => "a part of the time, in UTC",
        _ => "",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn every_modifier_has_a_meaning() {
        for modifier in MODIFIERS {
            assert!(!meaning(modifier).is_empty(), "{modifier}");
        }
    }

    #[test]
    fn what_is_offered_is_known_and_has_a_meaning() {
        for service in Service::all() {
            for name in service.field_names() {
                let Some(field) = service.field(name) else {
                    continue;
                };
                for modifier in fitting(&field) {
                    assert!(!meaning(modifier).is_empty(), "{modifier}");
                    for word in modifier.split('|') {
                        assert!(MODIFIERS.contains(&word), "{word}");
                    }
                }
            }
        }
    }
}
