//! Predicates as Zeek expressions.

use std::net::IpAddr;

use super::pattern;
use super::string::{hexadecimal, literal};
use crate::predicate::identity::IdentityTest;
use crate::predicate::network::Network;
use crate::predicate::pattern::{Case, Pattern, ValuePart};
use crate::predicate::{
    Comparison, FieldComparison, Ordering, Placeholder, Predicate, Relation, Test, TimePart,
};
use crate::registry::InterfaceUuid;
use crate::rule::Number;
use crate::service::{Access, Field, FieldKind, ZeekRecord};

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

/// Column at which a line of an expression is broken, tabs counted as eight.
const WIDTH: usize = 112;

/// What a rule's expressions need not ask, or spell out.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Fields that are known to be set.
    pub(super) fields: Vec<Field>,
    /// Tests of what a call is whose values are a constant of the rule's script, with its name.
    pub(super) sets: Vec<(IdentityTest, String)>,
    /// Tests of fields with several values that a function of the rule's script makes, with its name.
    pub(super) functions: Vec<(Test, String)>,
}

impl Known {
    fn is_set(&self, field: &Field) -> bool {
        self.fields.contains(field)
    }
}

/// A Zeek expression before it is laid out in lines.
#[derive(Debug, Clone)]
enum Expression {
    /// A name, a call or a negation: anything can stand beside it.
    Atom(String),
    /// A comparison, which wants brackets under a negation.
    Comparison(String),
    /// `! x`
    Not(Box<Expression>),
    /// Operands of `&&`, or of `||`.
    Joined(Operator, Vec<Expression>),
    /// At least so many of these.
    AtLeast(usize, Vec<Expression>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    And,
    Or,
}

impl Operator {
    fn text(self) -> &'static str {
        match self {
            Operator::And => "&&",
            Operator::Or => "||",
        }
    }
}

impl Expression {
    fn and(parts: Vec<Expression>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Expression::Joined(Operator::And, parts) => flat.extend(parts),
                part => flat.push(part),
            }
        }
        match flat.len() {
            1 => flat.swap_remove(0),
            _ => Expression::Joined(Operator::And, flat),
        }
    }

    /// The expression on one line.
    fn flat(&self) -> String {
        match self {
            Expression::Atom(text) | Expression::Comparison(text) => text.clone(),
            Expression::Not(inner) => match inner.as_ref() {
                Expression::Atom(text) => format!("! {text}"),
                inner => format!("! ({})", inner.flat()),
            },
            Expression::Joined(operator, parts) => {
                let parts: Vec<String> = parts.iter().map(Expression::flat_operand).collect();
                parts.join(&format!(" {} ", operator.text()))
            }
            Expression::AtLeast(wanted, parts) => {
                format!("{} >= {wanted}", Expression::terms(parts).join(" + "))
            }
        }
    }

    /// A term of a sum for each part: 1 where it holds.
    fn terms(parts: &[Expression]) -> Vec<String> {
        let term = |part: &Expression| format!("({} ? 1 : 0)", part.flat_operand());
        parts.iter().map(term).collect()
    }

    /// The expression as an operand: nobody should have to know whether `&&` or `||` binds tighter.
    fn flat_operand(&self) -> String {
        match self {
            Expression::Joined(..) => format!("({})", self.flat()),
            _ => self.flat(),
        }
    }

    /// The expression in lines of which all but the first are indented by a tab and so many spaces.
    fn layout(&self, indent: usize) -> String {
        let flat = self.flat();
        if indent + flat.len() + 10 <= WIDTH {
            return flat;
        }
        match self {
            Expression::Joined(operator, parts) => {
                let lead = format!("\n\t{}{} ", " ".repeat(indent), operator.text());
                let parts: Vec<String> = parts
                    .iter()
                    .enumerate()
                    .map(|(index, part)| {
                        part.layout_operand(if index == 0 { indent } else { indent + 3 })
                    })
                    .collect();
                parts.join(&lead)
            }
            Expression::Not(inner) if !matches!(inner.as_ref(), Expression::Atom(_)) => {
                format!("! ({})", inner.layout(indent + 3))
            }
            Expression::AtLeast(wanted, parts) => {
                let lead = format!("\n\t{}+ ", " ".repeat(indent));
                format!("{} >= {wanted}", Expression::terms(parts).join(&lead))
            }
            _ => flat,
        }
    }

    fn layout_operand(&self, indent: usize) -> String {
        match self {
            Expression::Joined(..) => format!("({})", self.layout(indent + 1)),
            _ => self.layout(indent),
        }
    }
}

/// What a rule's function tests before it does something.
#[derive(Debug, Default)]
pub(super) struct Guard {
    parts: Vec<Expression>,
}

impl Guard {
    /// Adds an expression that is a name, a call or a simple comparison.
    pub(super) fn push(&mut self, text: String) {
        self.parts.push(Expression::Comparison(text));
    }

    /// Adds the test of a key that no table was looked up for.
    pub(super) fn push_key(&mut self, field: &Field, pattern: &Pattern, known: &mut Known) {
        self.hoist(field, known);
        self.parts.push(matches(field, pattern));
    }

    /// Adds a predicate, asking first, and once, for the fields without which it cannot hold.
    pub(super) fn push_predicate(&mut self, predicate: &Predicate, known: &mut Known) {
        for field in predicate.fields() {
            if needs(predicate, field) {
                self.hoist(field, known);
            }
        }
        match of(predicate, known) {
            Expression::Atom(text) if text == "T" => {}
            expression => self.parts.push(expression),
        }
    }

    fn hoist(&mut self, field: &Field, known: &mut Known) {
        if matches!(field.access, Access::Header { .. }) || known.is_set(field) {
            return;
        }
        if let Some(present) = presence(field) {
            self.parts.push(Expression::Atom(present));
            known.fields.push(field.clone());
        }
    }

    /// `if ( ! ... )`, or nothing where there is nothing to test.
    pub(super) fn unless_statement(&self) -> Option<String> {
        if self.parts.is_empty() {
            return None;
        }
        let all = Expression::and(self.parts.clone());
        Some(format!(
            "if ( {} )",
            Expression::Not(Box::new(all)).layout(5)
        ))
    }

    /// `if ( ... )`, or nothing where there is nothing to test.
    pub(super) fn if_statement(&self) -> Option<String> {
        if self.parts.is_empty() {
            return None;
        }
        let all = Expression::and(self.parts.clone());
        Some(format!("if ( {} )", all.layout(5)))
    }
}

/// Whether a predicate can hold only where a field is set.
fn needs(predicate: &Predicate, field: &Field) -> bool {
    match predicate {
        Predicate::Test(test) => {
            test.comparison != Comparison::IsSet
                && (test.field == *field
                    || matches!(&test.comparison, Comparison::Field(comparison) if comparison.other == *field))
        }
        Predicate::All(parts) => parts.iter().any(|part| needs(part, field)),
        Predicate::Any(parts) | Predicate::AtLeast(_, parts) => {
            parts.iter().all(|part| needs(part, field))
        }
        Predicate::Constant(_) | Predicate::Not(_) | Predicate::Identity(_) => false,
    }
}

fn of(predicate: &Predicate, known: &Known) -> Expression {
    match predicate {
        Predicate::Constant(value) => Expression::Atom(if *value { "T" } else { "F" }.to_owned()),
        Predicate::All(parts) => {
            Expression::and(parts.iter().map(|part| of(part, known)).collect())
        }
        Predicate::Any(parts) => Expression::Joined(
            Operator::Or,
            parts.iter().map(|part| of(part, known)).collect(),
        ),
        Predicate::Not(part) => negation(part, known),
        Predicate::AtLeast(wanted, parts) => at_least(*wanted, parts, known),
        Predicate::Test(test) => test_of(test, known),
        Predicate::Identity(test) => identity(test, known),
    }
}

fn negation(part: &Predicate, known: &Known) -> Expression {
    if let Predicate::Test(test) = part
        && test.comparison == Comparison::IsSet
        && let Access::Header { client, name } = &test.field.access
    {
        return Expression::Comparison(format!(
            "{} !in {}",
            literal(name.as_bytes()),
            headers(*client)
        ));
    }
    match (part, of(part, known)) {
        (Predicate::Identity(_), Expression::Comparison(text)) => opposite(&text),
        (_, expression) => Expression::Not(Box::new(expression)),
    }
}

/// `a != b` for `a == b`, and `a !in b` for `a in b`.
fn opposite(comparison: &str) -> Expression {
    for (operator, opposite) in [(" == ", " != "), (" in ", " !in ")] {
        if comparison.contains(operator) {
            return Expression::Comparison(comparison.replacen(operator, opposite, 1));
        }
    }
    Expression::Not(Box::new(Expression::Comparison(comparison.to_owned())))
}

fn at_least(wanted: usize, parts: &[Predicate], known: &Known) -> Expression {
    Expression::AtLeast(wanted, parts.iter().map(|part| of(part, known)).collect())
}

fn test_of(test: &Test, known: &Known) -> Expression {
    let field = &test.field;
    if let Some((_, name)) = known.functions.iter().find(|(made, _)| made == test) {
        let record = any_function_parameter(field).0;
        return guarded(field, Expression::Atom(format!("{name}({record})")), known);
    }
    match &test.comparison {
        Comparison::IsSet => set_test(field, known),
        Comparison::Matches(pattern) => guarded(field, matches(field, pattern), known),
        Comparison::Field(comparison) => field_test(field, comparison, known),
        Comparison::Placeholder(placeholder) => {
            guarded(field, placeholder_test(field, placeholder), known)
        }
        comparison => {
            let test = match comparison {
                // What the wire services see is TCP.
                Comparison::Number(Ordering::Equal, number)
                    if field.kind == FieldKind::Port
                        && !is_logged(field)
                        && *number <= Number::from(u64::from(u16::MAX)) =>
                {
                    let port = format!("{} == {number}/tcp", value(field));
                    Expression::Comparison(port)
                }
                _ => scalar_test(field.kind, &value(field), comparison),
            };
            guarded(field, test, known)
        }
    }
}

/// A test of one value that needs nothing else of the record.
fn scalar_test(kind: FieldKind, value: &str, comparison: &Comparison) -> Expression {
    let compared = |left: &str, operator: &str, right: &str| {
        Expression::Comparison(format!("{left} {operator} {right}"))
    };
    match comparison {
        Comparison::Matches(pattern) => scalar_matches(kind, value, pattern),
        Comparison::Number(ordering, number) => number_test(kind, value, *ordering, *number),
        Comparison::Bool(true) => Expression::Atom(value.to_owned()),
        Comparison::Bool(false) => Expression::Not(Box::new(Expression::Atom(value.to_owned()))),
        Comparison::Address(address) => compared(value, "==", &address_literal(*address)),
        Comparison::Network(network) => network_test(value, network),
        Comparison::TimePart(part, ordering, number) => compared(
            &time_part(value, *part),
            operator(*ordering),
            &number.to_string(),
        ),
        // These are about the record, and have no part in a test of one of several values.
        Comparison::IsSet | Comparison::Field(_) | Comparison::Placeholder(_) => {
            Expression::Atom("T".to_owned())
        }
    }
}

/// The record that has a field with several values: its name in a rule's functions, and its type, if that is the same in all
/// packages.
fn any_function_parameter(field: &Field) -> (&'static str, Option<&'static str>) {
    match field.is_argument() {
        true => ("kept", Some("RpcCall")),
        false => ("info", None),
    }
}

/// A function that tells whether a test holds for one of a field's several values; `record` is the type of a log's record.
pub(super) fn any_function(test: &Test, name: &str, record: &str) -> String {
    let field = &test.field;
    let (parameter, own) = any_function_parameter(field);
    let record = own.unwrap_or(record);
    let element = if field.kind.is_set() {
        "element"
    } else {
        "_, element"
    };
    let condition = scalar_test(field.kind.element(), "element", &test.comparison).flat();
    format!(
        "function {name}({parameter}: {record}): bool\n\t{{\n\tfor ( {element} in {} )\n\t\tif ( {condition} )\n\t\t\treturn T;\n\n\treturn F;\n\t}}\n",
        value(field)
    )
}

/// The Zeek expression that reads a field.
pub(super) fn value(field: &Field) -> String {
    match &field.access {
        Access::Member { record, member, .. } => format!("{}${member}", record_name(*record)),
        Access::Header { client, name } => {
            format!("{}[{}]", headers(*client), literal(name.as_bytes()))
        }
        Access::Identity if field.name == "uuid" => UUID.to_owned(),
        Access::Identity => format!("call${}", field.name),
    }
}

/// The Zeek expression that tells whether a field is set; `None` for fields that always are.
pub(super) fn presence(field: &Field) -> Option<String> {
    match &field.access {
        Access::Member {
            record: ZeekRecord::FileTimes,
            ..
        } => Some("info?$times".to_owned()),
        Access::Member {
            record: ZeekRecord::Logged,
            member,
            optional: true,
        } => Some(presence_in_record(member)),
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

/// Whether a field is a column of a log's record.
pub(super) fn is_logged(field: &Field) -> bool {
    matches!(
        field.access,
        Access::Member {
            record: ZeekRecord::Logged,
            ..
        }
    )
}

/// Whether a column of a log's record is set, and the records that it is in.
fn presence_in_record(member: &str) -> String {
    // A connection's id has all of its own.
    let (record, last) = match member.rsplit_once('$') {
        Some(("id", _)) => return "info?$id".to_owned(),
        Some((record, last)) => (Some(record), last),
        None => (None, member),
    };
    let mut parts = Vec::new();
    let mut path = "info".to_owned();
    for name in record
        .iter()
        .flat_map(|record| record.split('$'))
        .chain([last])
    {
        parts.push(format!("{path}?${name}"));
        path = format!("{path}${name}");
    }
    match parts.len() {
        1 => parts.concat(),
        _ => format!("({})", parts.join(" && ")),
    }
}

fn set_test(field: &Field, known: &Known) -> Expression {
    match presence(field) {
        _ if known.is_set(field) => Expression::Atom("T".to_owned()),
        Some(text) if matches!(field.access, Access::Header { .. }) => Expression::Comparison(text),
        Some(text) => Expression::Atom(text),
        None => Expression::Atom("T".to_owned()),
    }
}

fn guarded(field: &Field, test: Expression, known: &Known) -> Expression {
    // The functions that look through headers know of absent ones.
    if matches!(field.access, Access::Header { .. }) || known.is_set(field) {
        return test;
    }
    match presence(field) {
        Some(present) => Expression::and(vec![Expression::Atom(present), test]),
        None => test,
    }
}

/// The UUID of a call's interface, in Zeek.
pub(super) const UUID: &str = "call$interface$uuid";

fn record_name(record: ZeekRecord) -> &'static str {
    match record {
        ZeekRecord::Connection => "c",
        ZeekRecord::ConnectionId => "c$id",
        ZeekRecord::Call => "call",
        ZeekRecord::KeptCall => "kept",
        ZeekRecord::Http => "http",
        ZeekRecord::Transaction => "transaction",
        ZeekRecord::File => "info",
        ZeekRecord::FileTimes => "info$times",
        ZeekRecord::FileAction => "action",
        ZeekRecord::Tree => "tree",
        ZeekRecord::TreeConnect => "connect",
        ZeekRecord::Command => "command",
        ZeekRecord::Message => "message",
        ZeekRecord::Logged => "info",
    }
}

fn headers(client: bool) -> &'static str {
    if client {
        "transaction$client_headers"
    } else {
        "transaction$server_headers"
    }
}

/// Whether one value, as text, is matched.
fn scalar_matches(kind: FieldKind, value: &str, pattern: &Pattern) -> Expression {
    Expression::Comparison(pattern::test(pattern, &text_of(kind, value)))
}

/// The expression of a value's text.
pub(super) fn text_of(kind: FieldKind, value: &str) -> String {
    match kind {
        FieldKind::Text | FieldKind::Bytes | FieldKind::Identity => value.to_owned(),
        FieldKind::Port => format!("cat(port_to_count({value}))"),
        _ => format!("cat({value})"),
    }
}

fn matches(field: &Field, pattern: &Pattern) -> Expression {
    match field.kind {
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
            Expression::Atom(text)
        }
        kind => scalar_matches(kind, &value(field), pattern),
    }
}

fn number_test(kind: FieldKind, value: &str, ordering: Ordering, number: Number) -> Expression {
    let operator = operator(ordering);
    let text = match kind {
        FieldKind::Port => format!("port_to_count({value}) {operator} {number}"),
        FieldKind::Interval => {
            format!("{value} {operator} double_to_interval({})", decimal(number))
        }
        FieldKind::Time => {
            format!("time_to_double({value}) {operator} {}", decimal(number))
        }
        FieldKind::Double => format!("{value} {operator} {}", decimal(number)),
        _ => format!("{value} {operator} {number}"),
    };
    Expression::Comparison(text)
}

/// A number with a decimal point, which Zeek takes for a double; never with an exponent.
fn decimal(number: Number) -> String {
    let text = number.to_string();
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
pub(super) fn address_literal(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{}]", plain_ipv6(address.segments())),
    }
}

/// IPv6 in eight groups: Zeek's scanner does not take every form that abbreviates an address.
fn plain_ipv6(groups: [u16; 8]) -> String {
    groups.map(|group| format!("{group:x}")).join(":")
}

/// Zeek keeps an address of IPv4 as one of IPv6 (`::ffff:0:0/96`), so that networks such as `::/0` would take it in.
fn network_test(subject: &str, network: &Network) -> Expression {
    let network_literal = format!("{}/{}", address_literal(network.first()), network.length());
    let is_in = Expression::Comparison(format!("{subject} in {network_literal}"));
    if network.covers_mapped_addresses() {
        let is_v6 = Expression::Atom(format!("is_v6_addr({subject})"));
        Expression::and(vec![is_v6, is_in])
    } else {
        is_in
    }
}

fn field_test(field: &Field, comparison: &FieldComparison, known: &Known) -> Expression {
    let other = &comparison.other;
    let is_text = matches!(
        field.kind,
        FieldKind::Text | FieldKind::Bytes | FieldKind::Enum
    );
    let side = |field: &Field| {
        if !is_text {
            return value(field);
        }
        let text = text_of(field.kind, &value(field));
        if comparison.case == Case::Insensitive {
            format!("to_lower({text})")
        } else {
            text
        }
    };
    let (left, right) = (side(field), side(other));
    let test = match comparison.relation {
        Relation::Equals => Expression::Comparison(format!("{left} == {right}")),
        Relation::Contains => Expression::Comparison(format!("{right} in {left}")),
        Relation::StartsWith => Expression::Atom(format!("starts_with({left}, {right})")),
        Relation::EndsWith => Expression::Atom(format!("ends_with({left}, {right})")),
    };
    guarded(field, guarded(other, test, known), known)
}

fn time_part(value: &str, part: TimePart) -> String {
    let member = match part {
        TimePart::Minute => "minute",
        TimePart::Hour => "hour",
        TimePart::Day => "day",
        TimePart::Week => "week",
        TimePart::Month => "month",
        TimePart::Year => "year",
    };
    format!("in_utc({value})${member}")
}

fn placeholder_test(field: &Field, placeholder: &Placeholder) -> Expression {
    let option = crate::plan::zeek_names::placeholder_option(&placeholder.name, field.kind);
    if field.kind == FieldKind::Address {
        return Expression::Comparison(format!("{} in {option}", value(field)));
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
    // Whether there may be more before what is listed, and behind it.
    let (open_start, open_end) = match placeholder.relation {
        Relation::Equals => (false, false),
        Relation::Contains => (true, true),
        Relation::StartsWith => (false, true),
        Relation::EndsWith => (true, false),
    };
    let open = |is_open: bool| is_open.then_some(ValuePart::AnyRun);
    let before = open(open_start)
        .into_iter()
        .chain(placeholder.before.clone());
    let after = placeholder.after.iter().cloned().chain(open(open_end));
    let text = format!(
        "any_is_listed({subject}, {option}, {}, {}, {})",
        literal(pattern_source(before).as_bytes()),
        literal(pattern_source(after).as_bytes()),
        if placeholder.case == Case::Sensitive {
            "T"
        } else {
            "F"
        }
    );
    Expression::Atom(text)
}

/// Parts of a value in the syntax of Zeek's patterns, as `entry_pattern` of `templates/texts.zeek` writes an entry: letters
/// and digits as they are, so that their case may be ignored, and other bytes by their number.
fn pattern_source(parts: impl Iterator<Item = ValuePart>) -> String {
    let mut source = String::new();
    for part in parts {
        match part {
            ValuePart::AnyByte => source.push_str(r"(.|\n)"),
            ValuePart::AnyRun => source.push_str(r"(.|\n)*"),
            ValuePart::Literal(text) => text.bytes().for_each(|byte| match byte {
                byte if byte.is_ascii_alphanumeric() => source.push(char::from(byte)),
                byte => source.push_str(&hexadecimal(byte)),
            }),
        }
    }
    source
}

fn identity(test: &IdentityTest, known: &Known) -> Expression {
    let constant = known.sets.iter().find(|(set, _)| set == test);
    let text = match (test, constant) {
        (IdentityTest::Opnum(ordering, opnum), _) => {
            format!("call$opnum {} {opnum}", operator(*ordering))
        }
        (IdentityTest::Interfaces(_), Some((_, name))) => format!("{UUID} in {name}"),
        (IdentityTest::Operations(_), Some((_, name))) => {
            format!("[{UUID}, call$opnum] in {name}")
        }
        (IdentityTest::Interfaces(uuids), None) => {
            let each = uuids.iter().map(|uuid| is_interface(*uuid));
            return any(each.map(Expression::Comparison).collect());
        }
        (IdentityTest::Operations(pairs), None) => {
            let each = pairs.iter().map(|(uuid, opnum)| {
                let opnum = Expression::Comparison(format!("call$opnum == {opnum}"));
                Expression::and(vec![Expression::Comparison(is_interface(*uuid)), opnum])
            });
            return any(each.collect());
        }
    };
    Expression::Comparison(text)
}

fn any(mut parts: Vec<Expression>) -> Expression {
    match parts.len() {
        1 => parts.swap_remove(0),
        _ => Expression::Joined(Operator::Or, parts),
    }
}

fn is_interface(uuid: InterfaceUuid) -> String {
    format!("{UUID} == {}", literal(uuid.to_string().as_bytes()))
}
