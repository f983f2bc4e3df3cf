//! What is seen in traffic, as the conditions of a rule that would ask for it.

use crate::registry::{InterfaceUuid, Operation, Registry};
use crate::rule::written::{plain_value, scalar};

/// Something that was seen, as a rule of a service would ask for it: every condition holds of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Observation {
    /// The service, such as `dce_rpc`.
    pub service: String,
    /// The conditions, the most general first; never empty.
    pub conditions: Vec<Condition>,
    /// The operation, for one of an RPC call.
    pub call: Option<(InterfaceUuid, u16)>,
}

/// A condition on a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Condition {
    /// The field.
    pub field: String,
    /// How the field is compared.
    pub comparison: Comparison,
    /// To what: plain text without wildcards, unless it is a regular expression.
    pub value: String,
}

/// How a field is compared to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // The names are those of Sigma's modifiers.
pub enum Comparison {
    Equals,
    StartsWith,
    EndsWith,
    Contains,
    /// `wide|contains`: the bytes have the text in them, in UTF-16.
    ContainsWide,
    /// `re`: the value is a regular expression.
    Matches,
    /// `gt`: the value is a number.
    MoreThan,
}

impl Observation {
    /// An observation of a service with one condition.
    pub(super) fn new(service: &str, condition: Condition) -> Self {
        Self {
            service: service.to_owned(),
            conditions: vec![condition],
            call: None,
        }
    }

    /// A call of an operation.
    pub(super) fn of_call(uuid: InterfaceUuid, opnum: u16) -> Self {
        let registry = Registry::get();
        let interface = match registry.interface(uuid) {
            Some(interface) => Condition::equals("endpoint", interface.endpoint),
            None => Condition::equals("uuid", uuid.to_string()),
        };
        let operation = match registry.operation(uuid, opnum) {
            Some(operation) => Condition::equals("operation", operation.operation),
            None => Condition::equals("opnum", opnum.to_string()),
        };
        Self {
            service: "dce_rpc".to_owned(),
            conditions: vec![interface, operation],
            call: Some((uuid, opnum)),
        }
    }

    /// The observation with one more condition.
    #[must_use]
    pub(super) fn and(&self, condition: Condition) -> Self {
        let mut more = self.clone();
        more.conditions.push(condition);
        more
    }

    /// What is the same but for the last condition; `None` where there is no other.
    pub(super) fn general(&self) -> Option<Self> {
        let (_, rest) = self.conditions.split_last()?;
        (!rest.is_empty()).then(|| Self {
            service: self.service.clone(),
            conditions: rest.to_vec(),
            call: self.call.filter(|_| rest.len() > 1),
        })
    }

    /// The operation in Zeek's names, where it is a call of one with a name.
    pub(super) fn operation(&self) -> Option<&'static Operation> {
        let (uuid, opnum) = self.call?;
        Registry::get().operation(uuid, opnum)
    }

    /// Whether it asks for an argument of an operation.
    pub(super) fn is_of_argument(&self) -> bool {
        self.call.is_some() && !self.is_operation()
    }

    /// Whether it asks for an operation and for nothing else.
    pub(super) fn is_operation(&self) -> bool {
        self.call.is_some() && self.conditions.len() == 2
    }
}

impl std::fmt::Display for Observation {
    /// Writes it for people: `svcctl::CreateServiceW`, or its conditions.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut conditions = self.conditions.as_slice();
        if let (Some(_), [interface, operation, rest @ ..]) = (self.call, conditions) {
            let number = if operation.field == "opnum" {
                "opnum "
            } else {
                ""
            };
            write!(f, "{}::{number}{}", interface.value, operation.value)?;
            conditions = rest;
            if conditions.is_empty() {
                return Ok(());
            }
            f.write_str(" ")?;
        }
        let texts: Vec<String> = conditions.iter().map(Condition::to_string).collect();
        f.write_str(&texts.join(", "))
    }
}

impl Condition {
    pub(super) fn equals(field: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(field, Comparison::Equals, value)
    }

    pub(super) fn new(
        field: impl Into<String>,
        comparison: Comparison,
        value: impl Into<String>,
    ) -> Self {
        Self {
            field: field.into(),
            comparison,
            value: value.into(),
        }
    }

    /// The key of a rule's item, such as `uri|contains`.
    pub(super) fn key(&self) -> String {
        match self.comparison {
            Comparison::Equals => self.field.clone(),
            Comparison::StartsWith => format!("{}|startswith", self.field),
            Comparison::EndsWith => format!("{}|endswith", self.field),
            Comparison::Contains => format!("{}|contains", self.field),
            Comparison::ContainsWide => format!("{}|wide|contains", self.field),
            Comparison::Matches => format!("{}|re", self.field),
            Comparison::MoreThan => format!("{}|gt", self.field),
        }
    }

    /// The value of a rule's item, as YAML has it.
    pub(super) fn value(&self) -> String {
        let is_number = !self.value.is_empty() && self.value.bytes().all(|b| b.is_ascii_digit());
        if self.comparison == Comparison::Matches {
            return scalar(&self.value);
        }
        // Of a number in quotes, Sigma does not tell whether it is text.
        let is_compared = matches!(self.comparison, Comparison::Equals | Comparison::MoreThan);
        if is_number && is_compared {
            return self.value.clone();
        }
        scalar(&plain_value(&self.value))
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.key(), self.value())
    }
}
