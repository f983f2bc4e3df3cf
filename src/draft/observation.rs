//! What is seen in traffic, as the conditions of a rule that would ask for it.

use std::net::IpAddr;
use std::sync::OnceLock;

use crate::predicate::network::Network;
use crate::registry::{InterfaceUuid, Operation, Registry};
use crate::rule::written::{plain_value, scalar};

/// Something that was seen, as a rule of a service would ask for it: every condition holds of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Observation {
    /// The service, such as `dce_rpc`.
    pub service: String,
    /// The conditions, the most general first; never empty.
    pub conditions: Vec<ObservedCondition>,
    /// The operation, for one of an RPC call.
    pub call: Option<(InterfaceUuid, u16)>,
}

/// A condition on a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObservedCondition {
    /// The field.
    pub field: String,
    /// How the field is compared.
    pub comparison: ObservedComparison,
    /// To what: plain text without wildcards, unless it is a regular expression; nothing for [`Comparison::IsPrivate`].
    pub value: String,
    /// Whether it holds where the comparison does not.
    pub is_negated: bool,
}

/// How a field is compared to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // The names are those of Sigma's modifiers.
pub enum ObservedComparison {
    Equals,
    StartsWith,
    EndsWith,
    Contains,
    /// `wide|contains`: the bytes have the text in them, in UTF-16.
    ContainsWide,
    /// `base64offset|contains`: the bytes have the text in them, in Base64.
    ContainsBase64,
    /// `wide|base64offset|contains`: the bytes have the text in them, in UTF-16 and that in Base64.
    ContainsWideBase64,
    /// `re`: the value is a regular expression.
    Matches,
    /// `gt`: the value is a number.
    MoreThan,
    /// `exists`: the value is `true` or `false`.
    Exists,
    /// `fieldref`: the value is another field.
    EqualsField,
    /// `cidr`: the address is in one of the networks that are not routed on the internet.
    IsPrivate,
}

/// Networks that are not routed on the internet (RFC 1918, RFC 6598, RFC 3927, RFC 4193 and RFC 4291): where a site is, unless it says
/// otherwise.
const PRIVATE_NETWORKS: &[&str] = &[
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
];

/// Whether an address is in none of the networks that are not routed on the internet.
pub(super) fn is_outside(address: IpAddr) -> bool {
    static NETWORKS: OnceLock<Vec<Network>> = OnceLock::new();
    let networks = NETWORKS.get_or_init(|| {
        let networks = PRIVATE_NETWORKS.iter();
        networks.filter_map(|text| Network::parse(text)).collect()
    });
    !networks.iter().any(|network| network.contains(address))
}

impl Observation {
    /// An observation of a service with one condition.
    pub(super) fn new(service: &str, condition: ObservedCondition) -> Self {
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
            Some(interface) => ObservedCondition::equals("endpoint", interface.endpoint),
            None => ObservedCondition::equals("uuid", uuid.to_string()),
        };
        let operation = match registry.operation(uuid, opnum) {
            Some(operation) => ObservedCondition::equals("operation", operation.operation),
            None => ObservedCondition::equals("opnum", opnum.to_string()),
        };
        Self {
            service: "dce_rpc".to_owned(),
            conditions: vec![interface, operation],
            call: Some((uuid, opnum)),
        }
    }

    /// The observation with one more condition.
    #[must_use]
    pub(super) fn and(&self, condition: ObservedCondition) -> Self {
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
        let mut conditions = self.conditions.iter();
        self.call.is_some() && conditions.any(|it| it.field.starts_with("argument."))
    }

    /// Whether it asks where the client or the server is.
    pub(super) fn is_of_place(&self) -> bool {
        let mut conditions = self.conditions.iter();
        conditions.any(|it| it.comparison == ObservedComparison::IsPrivate)
    }

    /// Whether it asks for something that is not there.
    pub(super) fn is_of_absence(&self) -> bool {
        self.conditions.iter().any(ObservedCondition::is_of_absence)
    }

    /// Whether it asks for a kind of thing other than those that the baseline has.
    pub(super) fn is_of_exception(&self) -> bool {
        let mut conditions = self.conditions.iter();
        conditions.any(|it| it.is_negated && it.clone().negated().is_of_kind())
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
        let texts: Vec<String> = conditions
            .iter()
            .map(ObservedCondition::to_string)
            .collect();
        f.write_str(&texts.join(", "))
    }
}

impl ObservedCondition {
    pub(super) fn equals(field: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(field, ObservedComparison::Equals, value)
    }

    pub(super) fn new(
        field: impl Into<String>,
        comparison: ObservedComparison,
        value: impl Into<String>,
    ) -> Self {
        Self {
            field: field.into(),
            comparison,
            value: value.into(),
            is_negated: false,
        }
    }

    /// That an address is outside of the networks that are not routed on the internet.
    pub(super) fn outside(field: &str) -> Self {
        Self::new(field, ObservedComparison::IsPrivate, "").negated()
    }

    /// That a field is not set.
    pub(super) fn missing(field: impl Into<String>) -> Self {
        Self::new(field, ObservedComparison::Exists, "false")
    }

    /// That a field is set.
    pub(super) fn present(field: impl Into<String>) -> Self {
        Self::new(field, ObservedComparison::Exists, "true")
    }

    #[must_use]
    pub(super) fn negated(mut self) -> Self {
        self.is_negated = !self.is_negated;
        self
    }

    pub(super) fn is_of_absence(&self) -> bool {
        self.comparison == ObservedComparison::Exists && self.value == "false"
    }

    /// Whether it asks for what is there, not for what is not or for where hosts are.
    pub(crate) fn is_plain(&self) -> bool {
        !self.is_negated && self.comparison != ObservedComparison::Exists
    }

    /// Whether it asks for what a field usually has one or a few values of, so that another one is unusual: the port of a server, and the
    /// kind of a Kerberos principal.
    pub(super) fn is_of_kind(&self) -> bool {
        !self.is_negated
            && match self.comparison {
                ObservedComparison::Equals => self.field == "id.resp_p",
                ObservedComparison::StartsWith => self.value.ends_with('/'),
                _ => false,
            }
    }

    /// The key of a rule's item, such as `uri|contains`.
    pub(super) fn key(&self) -> String {
        match self.comparison {
            ObservedComparison::Equals => self.field.clone(),
            ObservedComparison::StartsWith => format!("{}|startswith", self.field),
            ObservedComparison::EndsWith => format!("{}|endswith", self.field),
            ObservedComparison::Contains => format!("{}|contains", self.field),
            ObservedComparison::ContainsWide => format!("{}|wide|contains", self.field),
            ObservedComparison::ContainsBase64 => format!("{}|base64offset|contains", self.field),
            ObservedComparison::ContainsWideBase64 => {
                format!("{}|wide|base64offset|contains", self.field)
            }
            ObservedComparison::Matches => format!("{}|re", self.field),
            ObservedComparison::MoreThan => format!("{}|gt", self.field),
            ObservedComparison::Exists => format!("{}|exists", self.field),
            ObservedComparison::EqualsField => format!("{}|fieldref", self.field),
            ObservedComparison::IsPrivate => format!("{}|cidr", self.field),
        }
    }

    /// The values of a rule's item, as YAML has them.
    pub(super) fn values(&self) -> Vec<String> {
        match self.comparison {
            ObservedComparison::IsPrivate => PRIVATE_NETWORKS.iter().map(|it| scalar(it)).collect(),
            ObservedComparison::Exists | ObservedComparison::EqualsField => {
                vec![self.value.clone()]
            }
            _ => vec![self.value()],
        }
    }

    fn value(&self) -> String {
        let is_number = !self.value.is_empty() && self.value.bytes().all(|b| b.is_ascii_digit());
        if self.comparison == ObservedComparison::Matches {
            return scalar(&self.value);
        }
        // Of a number in quotes, Sigma does not tell whether it is text.
        let is_compared = matches!(
            self.comparison,
            ObservedComparison::Equals | ObservedComparison::MoreThan
        );
        if is_number && is_compared {
            return self.value.clone();
        }
        scalar(&plain_value(&self.value))
    }
}

impl std::fmt::Display for ObservedCondition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.comparison, self.is_negated) {
            (ObservedComparison::IsPrivate, true) => write!(f, "{} outside", self.field),
            (ObservedComparison::IsPrivate, false) => write!(f, "{} inside", self.field),
            (_, is_negated) => {
                let not = if is_negated { "not " } else { "" };
                write!(f, "{not}{}: {}", self.key(), self.values().join(", "))
            }
        }
    }
}
