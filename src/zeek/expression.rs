//! Predicates as Zeek expressions.

use std::net::IpAddr;

use super::pattern;
use super::string::literal;
use crate::plan::identity::IdentityTest;
use crate::plan::pattern::{Case, Pattern};
use crate::plan::predicate::{
    Comparison, FieldComparison, Number, Ordering, Placeholder, Predicate, Relation, Test, TimePart,
};
use crate::schema::{Access, Field, FieldKind, Record};

/// A function of the package's own that an expression calls. Zeek warns of functions that nobody calls, so each is
/// written only where a rule needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Helper {
    AnyMatches,
    AnyMemberMatches,
    HeaderMatches,
    HeaderValues,
    Members,
    AnyIsListed,
    InUtc,
}

/// The functions that a test calls.
pub(super) fn helpers(test: &Test) -> Vec<Helper> {
    let field = &test.field;
    let is_header = matches!(field.access, Access::Header { .. });
    match &test.comparison {
        Comparison::Matches(_) => match field.kind {
            FieldKind::Texts if is_header => vec![Helper::HeaderMatches],
            FieldKind::Texts => vec![Helper::AnyMatches],
            FieldKind::TextSet => vec![Helper::AnyMemberMatches],
            _ => Vec::new(),
        },
        Comparison::Placeholder(_) => match field.kind {
            FieldKind::Address => Vec::new(),
            FieldKind::Texts if is_header => vec![Helper::HeaderValues, Helper::AnyIsListed],
            FieldKind::TextSet => vec![Helper::Members, Helper::AnyIsListed],
            _ => vec![Helper::AnyIsListed],
        },
        Comparison::TimePart(..) => vec![Helper::InUtc],
        _ => Vec::new(),
    }
}

/// Column at which a line of an expression is broken.
const WIDTH: usize = 100;

/// How tight an expression binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Comparison,
    Unary,
}

struct Expression {
    text: String,
    binding: Binding,
}

impl Expression {
    fn new(text: impl Into<String>, binding: Binding) -> Self {
        Self {
            text: text.into(),
            binding,
        }
    }

    /// The text as an operand of something that binds as tight as this.
    fn within(self, binding: Binding) -> String {
        if self.binding < binding {
            format!("({})", self.text)
        } else {
            self.text
        }
    }
}

/// The parts of a conjunction, each a Zeek expression that can stand beside `&&`.
pub(super) fn conjuncts(predicate: &Predicate) -> Vec<String> {
    match predicate {
        Predicate::Constant(true) => Vec::new(),
        Predicate::All(parts) => parts
            .iter()
            .map(|part| of(part).within(Binding::And))
            .collect(),
        part => vec![of(part).within(Binding::And)],
    }
}

/// The test of a key, where no table was looked up for it.
pub(super) fn key_test(field: &Field, pattern: &Pattern) -> String {
    guarded(field, matches(field, pattern)).within(Binding::And)
}

/// `if ( a && b )`, broken where it grows too long, without what follows.
pub(super) fn if_all(conditions: &[String]) -> String {
    let one_line = format!("if ( {} )", conditions.join(" && "));
    if one_line.len() <= WIDTH || conditions.len() < 2 {
        return one_line;
    }
    format!("if ( {} )", conditions.join("\n\t     && "))
}

fn of(predicate: &Predicate) -> Expression {
    match predicate {
        Predicate::Constant(value) => {
            Expression::new(if *value { "T" } else { "F" }, Binding::Unary)
        }
        Predicate::All(parts) => joined(parts, " && ", Binding::And),
        Predicate::Any(parts) => joined(parts, " || ", Binding::Or),
        Predicate::Not(part) => negation(part),
        Predicate::AtLeast(wanted, parts) => at_least(*wanted, parts),
        Predicate::Test(test) => test_of(test),
        Predicate::Identity(test) => identity(test),
    }
}

fn joined(parts: &[Predicate], operator: &str, binding: Binding) -> Expression {
    // An operand of a disjunction keeps brackets around a conjunction: nobody should have to know which binds tighter.
    let operands: Vec<String> = parts
        .iter()
        .map(|part| of(part).within(Binding::Comparison))
        .collect();
    Expression::new(operands.join(operator), binding)
}

fn negation(part: &Predicate) -> Expression {
    if let Predicate::Test(test) = part
        && test.comparison == Comparison::IsSet
    {
        let text = match &test.field.access {
            Access::Header { client, name } => {
                format!("{} !in {}", literal(name.as_bytes()), headers(*client))
            }
            _ => format!("! {}", set_test(&test.field).within(Binding::Unary)),
        };
        return Expression::new(text, Binding::Comparison);
    }
    Expression::new(
        format!("! {}", of(part).within(Binding::Unary)),
        Binding::Unary,
    )
}

fn at_least(wanted: usize, parts: &[Predicate]) -> Expression {
    let terms: Vec<String> = parts
        .iter()
        .map(|part| format!("({} ? 1 : 0)", of(part).within(Binding::Comparison)))
        .collect();
    Expression::new(
        format!("{} >= {wanted}", terms.join(" + ")),
        Binding::Comparison,
    )
}

fn test_of(test: &Test) -> Expression {
    let field = &test.field;
    match &test.comparison {
        Comparison::IsSet => set_test(field),
        Comparison::Matches(pattern) => guarded(field, matches(field, pattern)),
        Comparison::Number(ordering, number) => {
            guarded(field, number_test(field, *ordering, *number))
        }
        Comparison::Address(address) => {
            let text = format!("{} == {}", value(field), address_literal(*address));
            Expression::new(text, Binding::Comparison)
        }
        Comparison::Network(address, length) => {
            let text = format!("{} in {}", value(field), network_literal(*address, *length));
            Expression::new(text, Binding::Comparison)
        }
        Comparison::Field(comparison) => field_test(field, comparison),
        Comparison::TimePart(part, ordering, number) => {
            let text = format!(
                "{} {} {number}",
                time_part(field, *part),
                operator(*ordering)
            );
            Expression::new(text, Binding::Comparison)
        }
        Comparison::Placeholder(placeholder) => {
            guarded(field, placeholder_test(field, placeholder))
        }
    }
}

/// The Zeek expression that reads a field.
pub(super) fn value(field: &Field) -> String {
    match &field.access {
        Access::Member { record, member, .. } => format!("{}${member}", record_name(*record)),
        Access::Header { client, name } => {
            format!("{}[{}]", headers(*client), literal(name.as_bytes()))
        }
        Access::Identity => format!("call${}", field.name),
    }
}

/// The Zeek expression that tells whether a field is set; `None` for fields that always are.
pub(super) fn presence(field: &Field) -> Option<String> {
    match &field.access {
        Access::Member {
            record,
            member,
            optional: true,
        } => Some(format!("{}?${member}", record_name(*record))),
        Access::Header { client, name } => Some(format!(
            "{} in {}",
            literal(name.as_bytes()),
            headers(*client)
        )),
        _ => None,
    }
}

fn set_test(field: &Field) -> Expression {
    match presence(field) {
        Some(text) => {
            let binding = match field.access {
                Access::Header { .. } => Binding::Comparison,
                _ => Binding::Unary,
            };
            Expression::new(text, binding)
        }
        None => Expression::new("T", Binding::Unary),
    }
}

fn guarded(field: &Field, test: Expression) -> Expression {
    // The functions that look through headers know of absent ones.
    if matches!(field.access, Access::Header { .. }) {
        return test;
    }
    match presence(field) {
        Some(present) => Expression::new(
            format!("{present} && {}", test.within(Binding::Comparison)),
            Binding::And,
        ),
        None => test,
    }
}

fn record_name(record: Record) -> &'static str {
    match record {
        Record::Connection => "c",
        Record::ConnectionId => "c$id",
        Record::Call => "call",
        Record::Http => "http",
        Record::Transaction => "transaction",
    }
}

fn headers(client: bool) -> &'static str {
    if client {
        "transaction$client_headers"
    } else {
        "transaction$server_headers"
    }
}

fn matches(field: &Field, pattern: &Pattern) -> Expression {
    match field.kind {
        FieldKind::Text | FieldKind::Bytes | FieldKind::Identity => {
            Expression::new(pattern::test(pattern, &value(field)), Binding::Comparison)
        }
        FieldKind::Texts | FieldKind::TextSet => {
            let pattern = pattern::whole(pattern);
            let text = match &field.access {
                Access::Header { client, name } => {
                    let name = literal(name.as_bytes());
                    format!("header_matches({}, {name}, {pattern})", headers(*client))
                }
                _ if field.kind == FieldKind::TextSet => {
                    format!("any_member_matches({}, {pattern})", value(field))
                }
                _ => format!("any_matches({}, {pattern})", value(field)),
            };
            Expression::new(text, Binding::Unary)
        }
        FieldKind::Port => {
            let subject = format!("cat(port_to_count({}))", value(field));
            Expression::new(pattern::test(pattern, &subject), Binding::Comparison)
        }
        FieldKind::Count | FieldKind::Address | FieldKind::Interval | FieldKind::Time => {
            let subject = format!("cat({})", value(field));
            Expression::new(pattern::test(pattern, &subject), Binding::Comparison)
        }
    }
}

fn number_test(field: &Field, ordering: Ordering, number: Number) -> Expression {
    let operator = operator(ordering);
    let value = value(field);
    let text = match (field.kind, ordering, number.as_count()) {
        (FieldKind::Port, Ordering::Equal, Some(port)) if port <= u64::from(u16::MAX) => {
            format!("{value} == {port}/tcp")
        }
        (FieldKind::Port, _, _) => format!("port_to_count({value}) {operator} {}", number.get()),
        (FieldKind::Interval, _, _) => format!("{value} {operator} {}sec", decimal(number)),
        (FieldKind::Time, _, _) => {
            format!("time_to_double({value}) {operator} {}", decimal(number))
        }
        _ => format!("{value} {operator} {}", number.get()),
    };
    Expression::new(text, Binding::Comparison)
}

/// A number with a decimal point, which Zeek takes for a double; never with an exponent.
fn decimal(number: Number) -> String {
    let text = number.get().to_string();
    if text.contains('.') {
        text
    } else {
        text + ".0"
    }
}

fn operator(ordering: Ordering) -> &'static str {
    match ordering {
        Ordering::Equal => "==",
        Ordering::Less => "<",
        Ordering::LessOrEqual => "<=",
        Ordering::Greater => ">",
        Ordering::GreaterOrEqual => ">=",
    }
}

/// An address as Zeek's scripts write it: IPv6 in brackets.
fn address_literal(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{}]", plain_ipv6(address.segments())),
    }
}

/// IPv6 in eight groups: Zeek's scanner does not take every form that abbreviates an address.
fn plain_ipv6(groups: [u16; 8]) -> String {
    groups.map(|group| format!("{group:x}")).join(":")
}

fn network_literal(address: IpAddr, length: u8) -> String {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            let network = std::net::Ipv4Addr::from(u32::from(address) & mask);
            format!("{network}/{length}")
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            let network = std::net::Ipv6Addr::from(u128::from(address) & mask);
            format!("[{}]/{length}", plain_ipv6(network.segments()))
        }
    }
}

fn field_test(field: &Field, comparison: &FieldComparison) -> Expression {
    let other = &comparison.other;
    let is_text = matches!(field.kind, FieldKind::Text | FieldKind::Bytes);
    let side = |field: &Field| {
        if is_text && comparison.case == Case::Insensitive {
            format!("to_lower({})", value(field))
        } else {
            value(field)
        }
    };
    let (left, right) = (side(field), side(other));
    let test = match comparison.relation {
        Relation::Equals => format!("{left} == {right}"),
        Relation::Contains => format!("{right} in {left}"),
        Relation::StartsWith => format!("starts_with({left}, {right})"),
        Relation::EndsWith => format!("ends_with({left}, {right})"),
    };
    let parts: Vec<String> = [presence(field), presence(other), Some(test)]
        .into_iter()
        .flatten()
        .collect();
    let binding = if parts.len() > 1 {
        Binding::And
    } else {
        Binding::Comparison
    };
    Expression::new(parts.join(" && "), binding)
}

fn time_part(field: &Field, part: TimePart) -> String {
    let member = match part {
        TimePart::Minute => "minute",
        TimePart::Hour => "hour",
        TimePart::Day => "day",
        TimePart::Week => "week",
        TimePart::Month => "month",
        TimePart::Year => "year",
    };
    format!("in_utc({})${member}", value(field))
}

/// The option that holds a placeholder's values.
pub(super) fn placeholder_option(name: &str, kind: FieldKind) -> String {
    let name = super::identifier::snake(name);
    if kind == FieldKind::Address {
        format!("placeholder_{name}_addresses")
    } else {
        format!("placeholder_{name}")
    }
}

fn placeholder_test(field: &Field, placeholder: &Placeholder) -> Expression {
    let option = placeholder_option(&placeholder.name, field.kind);
    if field.kind == FieldKind::Address {
        return Expression::new(format!("{} in {option}", value(field)), Binding::Comparison);
    }
    let subject = match (&field.access, field.kind) {
        (Access::Header { client, name }, _) => {
            format!(
                "header_values({}, {})",
                headers(*client),
                literal(name.as_bytes())
            )
        }
        (_, FieldKind::Texts) => value(field),
        (_, FieldKind::TextSet) => format!("members({})", value(field)),
        _ => format!("vector({})", value(field)),
    };
    let text = format!(
        "any_is_listed({subject}, {option}, {}, {}, {})",
        literal(placeholder.before.as_bytes()),
        literal(placeholder.after.as_bytes()),
        if placeholder.case == Case::Sensitive {
            "T"
        } else {
            "F"
        }
    );
    Expression::new(text, Binding::Unary)
}

fn identity(test: &IdentityTest) -> Expression {
    let text = match test {
        IdentityTest::Interfaces(uuids) => {
            let uuids: Vec<String> = uuids
                .iter()
                .map(|uuid| literal(uuid.to_string().as_bytes()))
                .collect();
            match uuids.as_slice() {
                [uuid] => format!("call$uuid == {uuid}"),
                uuids => format!("call$uuid in set({})", uuids.join(", ")),
            }
        }
        IdentityTest::Opnum(ordering, opnum) => {
            format!("call$opnum {} {opnum}", operator(*ordering))
        }
        IdentityTest::Operations(pairs) => {
            let pairs: Vec<String> = pairs
                .iter()
                .map(|(uuid, opnum)| format!("[{}, {opnum}]", literal(uuid.to_string().as_bytes())))
                .collect();
            format!("[call$uuid, call$opnum] in set({})", pairs.join(", "))
        }
    };
    Expression::new(text, Binding::Comparison)
}
