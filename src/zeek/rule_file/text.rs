//! The texts of a rule's notice, as Zeek's expressions.

use super::super::expression::{UUID, presence, value};
use super::super::string::literal;
use crate::plan::notice::TextPart;
use crate::service::{Field, FieldKind};

/// The expression whose value is the text.
pub(super) fn text(parts: &[TextPart]) -> String {
    let values: Vec<String> = parts.iter().map(part).collect();
    match values.as_slice() {
        [] => literal(b""),
        [value] => value.clone(),
        values => format!("cat({})", values.join(", ")),
    }
}

fn part(part: &TextPart) -> String {
    match part {
        TextPart::Literal(text) => literal(text.as_bytes()),
        TextPart::Field(field) => match presence(field) {
            Some(present) => format!("({present} ? {} : \"-\")", field_text(field)),
            None => field_text(field),
        },
    }
}

/// The expression whose value is a field's text; the field must be set.
pub(in crate::zeek) fn field_text(field: &Field) -> String {
    let value = value(field);
    match field.kind {
        FieldKind::Text | FieldKind::Bytes => value,
        FieldKind::Count
        | FieldKind::Int
        | FieldKind::Bool
        | FieldKind::Enum
        | FieldKind::Subnet
        | FieldKind::Address => format!("cat({value})"),
        FieldKind::Double => format!("fmt(\"%.6f\", {value})"),
        // The plan lets none of these into a text.
        FieldKind::Vector(_) | FieldKind::Set(_) => literal(b"-"),
        FieldKind::Port => format!("cat(port_to_count({value}))"),
        FieldKind::Interval => format!("fmt(\"%.6f\", interval_to_double({value}))"),
        FieldKind::Time => format!("fmt(\"%.6f\", time_to_double({value}))"),
        FieldKind::Texts => format!("join_string_vec({value}, \",\")"),
        // A set has no order of its own.
        FieldKind::TextSet => format!("join_string_vec(sort(members({value}), strcmp), \",\")"),
        FieldKind::Identity => match field.name.as_str() {
            "endpoint" => format!("DCE_RPC::uuid_endpoint_map[{UUID}]"),
            "operation" => format!("DCE_RPC::operations[{UUID}, call$opnum]"),
            "opnum" => "cat(call$opnum)".to_owned(),
            _ => format!("({UUID} == \"\" ? \"-\" : {UUID})"),
        },
    }
}
