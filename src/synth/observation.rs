//! What a rule sees of a conversation, as the language has it, and whether a predicate holds of that.
//!
//! This is the second reading of docs/language.md beside the replay engine's: it knows what was written to the wire, and
//! asks neither engine.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::evaluation::calendar;
use crate::predicate::identity::IdentityTest;
use crate::predicate::pattern::Case;
use crate::predicate::{Comparison, FieldComparison, Predicate, Relation, Test};
use crate::registry::InterfaceUuid;
use crate::replay::Timestamp;
use crate::rule::Number;
use crate::service::{Access, Field, Phase};

/// A field's value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ObservedValue {
    /// Text or payload.
    Bytes(Vec<u8>),
    /// Several texts.
    Texts(Vec<Vec<u8>>),
    /// A number of things.
    Count(u64),
    /// A number that can be negative.
    Int(i64),
    /// A port.
    Port(u16),
    /// Seconds.
    Interval(f64),
    /// Seconds since 1970.
    Time(f64),
    /// An address.
    Address(IpAddr),
    /// Truth.
    Bool(bool),
    /// Several values that are no texts.
    Several(Vec<ObservedValue>),
}

/// A call, a transaction, a file action or a tree connect, as far as a rule gets to see it.
#[derive(Debug, Clone, Default)]
pub(super) struct ObservedEvent {
    /// The events that come of it.
    pub(super) phases: Vec<Phase>,
    /// Interface and opnum of a call.
    pub(super) identity: Option<(InterfaceUuid, u16)>,
    /// The fields that are set, by [`variable`].
    pub(super) values: BTreeMap<String, ObservedValue>,
}

/// What settles a field's value: the field itself by its name, a header by its name in upper case.
pub(super) fn variable(field: &Field) -> String {
    match &field.access {
        Access::Header { client: true, name } => format!("client_header.{name}"),
        Access::Header {
            client: false,
            name,
        } => format!("server_header.{name}"),
        _ => field.name.clone(),
    }
}

/// Whether no conversation settles a field: Zeek makes it up, finds it out by its file analysis, or leaves it out.
pub(super) fn is_beyond_captures(field: &Field) -> bool {
    matches!(
        field.name.as_str(),
        "uid"
            | "fuid"
            | "tags"
            | "orig_fuids"
            | "orig_filenames"
            | "orig_mime_types"
            | "resp_fuids"
            | "resp_filenames"
            | "resp_mime_types"
            // Columns of dns.log that hang on Zeek's release and on scripts.
            | "opcode"
            | "opcode_name"
            | "addl"
            | "auth"
            // Columns of conn.log and ssh.log that hang on the packets' sizes, on the site's networks, and on tunnels.
            | "history"
            | "orig_pkts"
            | "orig_ip_bytes"
            | "resp_pkts"
            | "resp_ip_bytes"
            | "local_orig"
            | "local_resp"
            | "direction"
            | "tunnel_parents"
    ) || field.name.starts_with("id.ctx.")
}

impl ObservedValue {
    /// As Zeek writes it.
    pub(super) fn text(&self) -> Cow<'_, [u8]> {
        let owned = |text: String| Cow::Owned(text.into_bytes());
        match self {
            Self::Bytes(bytes) => Cow::Borrowed(bytes),
            Self::Texts(texts) => Cow::Owned(texts.join(&b","[..])),
            Self::Count(number) => owned(number.to_string()),
            Self::Int(number) => owned(number.to_string()),
            Self::Port(port) => owned(port.to_string()),
            Self::Interval(seconds) | Self::Time(seconds) => owned(format!("{seconds:.6}")),
            Self::Address(address) => owned(address.to_string()),
            Self::Bool(true) => Cow::Borrowed(b"T"),
            Self::Bool(false) => Cow::Borrowed(b"F"),
            Self::Several(values) => {
                let texts: Vec<_> = values.iter().map(Self::text).collect();
                Cow::Owned(texts.join(&b","[..]))
            }
        }
    }

    /// The value as a number.
    pub(super) fn number(&self) -> Option<Number> {
        match self {
            Self::Count(number) => Some(Number::from(*number)),
            Self::Int(number) => Some(Number::from(i128::from(*number))),
            Self::Port(port) => Some(Number::from(u64::from(*port))),
            Self::Interval(seconds) | Self::Time(seconds) => Number::new(*seconds),
            Self::Bytes(_)
            | Self::Texts(_)
            | Self::Address(_)
            | Self::Bool(_)
            | Self::Several(_) => None,
        }
    }
}

impl ObservedEvent {
    /// A field's value; `None` where it is not set.
    pub(super) fn value(&self, field: &Field) -> Option<&ObservedValue> {
        self.values.get(&variable(field))
    }

    /// Whether a predicate holds; `None` where that hangs on what no conversation settles.
    pub(super) fn holds(&self, predicate: &Predicate) -> Option<bool> {
        match predicate {
            Predicate::Constant(value) => Some(*value),
            Predicate::Test(test) => self.passes(test),
            Predicate::Identity(test) => Some(self.is(test)),
            Predicate::Not(part) => self.holds(part).map(|holds| !holds),
            Predicate::All(parts) => self.at_least(parts.len(), parts),
            Predicate::Any(parts) => self.at_least(1, parts),
            Predicate::AtLeast(wanted, parts) => self.at_least(*wanted, parts),
        }
    }

    fn at_least(&self, wanted: usize, parts: &[Predicate]) -> Option<bool> {
        let (mut holding, mut open) = (0, 0);
        for part in parts {
            match self.holds(part) {
                Some(true) => holding += 1,
                Some(false) => {}
                None => open += 1,
            }
        }
        if holding >= wanted {
            Some(true)
        } else if holding + open < wanted {
            Some(false)
        } else {
            None
        }
    }

    /// Whether the call is one that a test asks for.
    pub(super) fn is(&self, test: &IdentityTest) -> bool {
        self.identity
            .is_some_and(|(uuid, opnum)| test.holds(uuid, opnum))
    }

    /// Whether a field is as a test wants it; `None` where that hangs on what no conversation settles.
    pub(super) fn passes(&self, test: &Test) -> Option<bool> {
        let other = match &test.comparison {
            Comparison::Field(comparison) => Some(&comparison.other),
            _ => None,
        };
        if is_beyond_captures(&test.field) || other.is_some_and(is_beyond_captures) {
            return None;
        }
        let Some(value) = self.value(&test.field) else {
            return Some(false);
        };
        Some(match &test.comparison {
            Comparison::Field(comparison) => self
                .value(&comparison.other)
                .is_some_and(|other| relates(value, other, comparison)),
            _ => passing(test)(value),
        })
    }
}

/// Tells of values whether they are as a test wants it that compares them to nothing else of the conversation. The test's pattern is
/// prepared once for all of them.
pub(super) fn passing(test: &Test) -> impl Fn(&ObservedValue) -> bool {
    let matcher = match &test.comparison {
        Comparison::Matches(pattern) => pattern.matcher().ok(),
        _ => None,
    };
    let passes = move |value: &ObservedValue| match &test.comparison {
        Comparison::IsSet => true,
        Comparison::Matches(_) => matcher.as_ref().is_some_and(|matcher| match value {
            ObservedValue::Texts(texts) => texts.iter().any(|text| matcher.is_match(text)),
            value => matcher.is_match(&value.text()),
        }),
        Comparison::Number(ordering, number) => value
            .number()
            .is_some_and(|value| ordering.holds(value, *number)),
        Comparison::Bool(wanted) => *value == ObservedValue::Bool(*wanted),
        Comparison::Address(address) => *value == ObservedValue::Address(*address),
        Comparison::Network(network) => {
            matches!(value, ObservedValue::Address(address) if network.contains(*address))
        }
        Comparison::TimePart(part, ordering, number) => match value {
            ObservedValue::Time(seconds) => {
                // Whole seconds, of which 64 bits hold more than there are.
                #[allow(clippy::cast_possible_truncation)]
                let time =
                    Timestamp::from_micros((seconds.floor() as i64).saturating_mul(1_000_000));
                ordering.holds(calendar::part(time, *part), i64::from(*number))
            }
            _ => false,
        },
        // Empty until an operator fills it.
        Comparison::Placeholder(_) => false,
        Comparison::Field(_) => false,
    };
    move |value| match value {
        ObservedValue::Several(values) => values.iter().any(&passes),
        value => passes(value),
    }
}

fn relates(value: &ObservedValue, other: &ObservedValue, comparison: &FieldComparison) -> bool {
    let is_text = |value: &ObservedValue| matches!(value, ObservedValue::Bytes(_));
    if !is_text(value) && !is_text(other) {
        return match (value.number(), other.number()) {
            (Some(value), Some(other)) => value == other,
            _ => value == other,
        };
    }
    // A text with an address in it, as Zeek writes it.
    let (value, other) = (value.text(), other.text());
    let folded = |bytes: &[u8]| match comparison.case {
        Case::Sensitive => bytes.to_vec(),
        Case::Insensitive => bytes.to_ascii_lowercase(),
    };
    let (value, other) = (folded(&value), folded(&other));
    match comparison.relation {
        Relation::Equals => value == other,
        Relation::StartsWith => value.starts_with(&other),
        Relation::EndsWith => value.ends_with(&other),
        Relation::Contains => memchr::memmem::find(&value, &other).is_some(),
    }
}
