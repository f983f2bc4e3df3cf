//! Tests of fields, in words.

use super::pattern::{self, Verb};
use super::{Clause, Sense};
use crate::predicate::pattern::{Case, Pattern, ValuePart};
use crate::predicate::{
    Comparison, FieldComparison, Ordering, Placeholder, Relation, Test, TimePart,
};
use crate::rule::Number;
use crate::service::{Access, Field, FieldKind};

/// A test in words.
pub(super) fn clause(test: &Test, sense: Sense) -> Clause {
    let field = &test.field;
    let subject = || subject(field);
    match &test.comparison {
        Comparison::IsSet => subject().then(sense.pick(" is there", " is not there")),
        Comparison::Matches(pattern) => matches(field, pattern, sense),
        Comparison::Number(order, number) => subject()
            .then(format!(" {} ", ordering(*order, sense)))
            .values(vec![in_units(field, *number)]),
        Comparison::Bool(value) => {
            let holds = *value == (sense == Sense::Holds);
            subject().then(if holds { " is true" } else { " is false" })
        }
        Comparison::Address(address) => subject()
            .then(sense.pick(" is", " is not"))
            .values(vec![address.to_string()]),
        Comparison::Network(network) => subject()
            .then(sense.pick(" is in", " is not in"))
            .values(vec![network.to_string()]),
        Comparison::Field(comparison) => other_field(field, comparison, sense),
        Comparison::TimePart(part, order, number) => {
            Clause::plain(format!("the {} of ", time_part(*part)))
                .name(field.name.clone())
                .then(format!(" (UTC) {} ", ordering(*order, sense)))
                .values(vec![number.to_string()])
        }
        Comparison::Placeholder(wanted) => placeholder(field, wanted, sense),
    }
    .trimmed()
}

fn subject(field: &Field) -> Clause {
    match &field.access {
        // A header is spoken of as one, though it may come several times.
        Access::Member { .. } if field.kind.is_several() => {
            Clause::plain("one of ").name(field.name.clone())
        }
        _ => Clause::default().name(field.name.clone()),
    }
}

fn matches(field: &Field, wanted: &Pattern, sense: Sense) -> Clause {
    let mut clauses: Vec<Clause> = pattern::describe(wanted)
        .into_iter()
        .map(|description| {
            let verb = match description.verb {
                Verb::Is => sense.pick("is", "is not"),
                Verb::StartsWith => sense.pick("begins with", "does not begin with"),
                Verb::EndsWith => sense.pick("ends with", "does not end with"),
                Verb::Contains => sense.pick("contains", "does not contain"),
                Verb::Matches => sense.pick("matches the pattern", "does not match the pattern"),
            };
            let one_of = match (description.values.len(), sense) {
                (..=1, _) => "",
                (_, Sense::Holds) => " one of",
                (_, Sense::Fails) => " any of",
            };
            let mut clause = subject(field)
                .then(format!(" {verb}{one_of}"))
                .values(description.values);
            clause.remark = description.remark;
            clause
        })
        .collect();
    match (clauses.len(), sense) {
        (1, _) => clauses.swap_remove(0),
        (_, Sense::Holds) => Clause::plain("one of these:").parts(clauses),
        (_, Sense::Fails) => Clause::plain("all of these:").parts(clauses),
    }
}

fn ordering(ordering: Ordering, sense: Sense) -> String {
    let is = sense.pick("is", "is not");
    match ordering {
        Ordering::Equal => is.to_owned(),
        Ordering::Less => format!("{is} less than"),
        Ordering::LessOrEqual => format!("{is} at most"),
        Ordering::Greater => format!("{is} greater than"),
        Ordering::GreaterOrEqual => format!("{is} at least"),
    }
}

fn in_units(field: &Field, number: Number) -> String {
    match field.kind.element() {
        FieldKind::Interval => format!("{number} seconds"),
        FieldKind::Time => format!("{number} seconds since 1970"),
        _ => number.to_string(),
    }
}

fn other_field(field: &Field, comparison: &FieldComparison, sense: Sense) -> Clause {
    let mut clause = subject(field)
        .then(format!(" {} ", relation(comparison.relation, sense)))
        .name(comparison.other.name.clone());
    clause.remark = case(comparison.case).to_owned();
    clause
}

fn relation(relation: Relation, sense: Sense) -> &'static str {
    match relation {
        Relation::Equals => sense.pick("is", "is not"),
        Relation::Contains => sense.pick("contains", "does not contain"),
        Relation::StartsWith => sense.pick("begins with", "does not begin with"),
        Relation::EndsWith => sense.pick("ends with", "does not end with"),
    }
}

fn case(case: Case) -> &'static str {
    match case {
        Case::Sensitive => ", case counts",
        Case::Insensitive => "",
    }
}

fn time_part(part: TimePart) -> &'static str {
    match part {
        TimePart::Minute => "minute",
        TimePart::Hour => "hour",
        TimePart::Day => "day of the month",
        TimePart::Week => "week",
        TimePart::Month => "month",
        TimePart::Year => "year",
    }
}

fn placeholder(field: &Field, wanted: &Placeholder, sense: Sense) -> Clause {
    let shown = format!(
        "{}%{}%{}",
        written(&wanted.before),
        wanted.name,
        written(&wanted.after)
    );
    let mut clause = subject(field)
        .then(format!(
            " {} a text that the operator lists for",
            relation(wanted.relation, sense)
        ))
        .values(vec![pattern::printable(&shown)]);
    clause.remark = case(wanted.case).to_owned();
    clause
}

/// A part of a value as it is written, but for escapes.
fn written(parts: &[ValuePart]) -> String {
    let each = parts.iter().map(|part| match part {
        ValuePart::Literal(text) => text.as_str(),
        ValuePart::AnyByte => "?",
        ValuePart::AnyRun => "*",
    });
    each.collect()
}

impl Clause {
    /// The clause without a space before its values.
    fn trimmed(mut self) -> Self {
        if let (Some(super::Word::Plain(text)), false) =
            (self.words.last_mut(), self.values.is_empty())
        {
            text.truncate(text.trim_end().len());
        }
        self
    }
}
