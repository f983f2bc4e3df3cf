//! The values of a call or transaction that correlations look at.

use super::super::dce_rpc::{endpoint_name, operation_name};
use super::super::value::{Activity, Slot, Slots, connection_number};
use crate::plan::correlation::GroupValue;
use crate::rule::Number;
use crate::service::{Field, FieldKind};

/// Where a value is found.
#[derive(Clone, Debug)]
pub(super) enum ValueSource {
    /// Zeek's unique id of the connection.
    Connection,
    Uuid,
    Opnum,
    Endpoint,
    Operation,
    Slot(Slot),
    /// A column of the group of the correlation that fired.
    Column(usize),
}

impl ValueSource {
    /// Where a field's value is found; `None` where no event of a replay tells it.
    pub(super) fn of(field: &Field, slots: Slots) -> Option<Self> {
        Some(match (field.kind, field.name.as_str()) {
            _ if slots.is_connection(field) => Self::Connection,
            (FieldKind::Identity, "uuid") => Self::Uuid,
            (FieldKind::Identity, "opnum") => Self::Opnum,
            (FieldKind::Identity, "endpoint") => Self::Endpoint,
            (FieldKind::Identity, "operation") => Self::Operation,
            _ => Self::Slot(slots.of(field)?),
        })
    }

    /// Where a value of the group is found.
    pub(super) fn of_group(value: &GroupValue, slots: Option<Slots>) -> Option<Self> {
        match value {
            GroupValue::Field(field) => Self::of(field, slots?),
            GroupValue::Column(column) => Some(Self::Column(*column)),
        }
    }

    /// The value as text; `None` where there is none.
    pub(super) fn text(&self, subject: &dyn Activity) -> Option<Vec<u8>> {
        let (uuid, opnum) = subject.identity().unwrap_or((None, 0));
        match self {
            // One number a connection does for telling them apart.
            Self::Connection => Some(connection_number(subject)),
            Self::Uuid => uuid.map(|uuid| uuid.to_string().into_bytes()),
            Self::Opnum => Some(opnum.to_string().into_bytes()),
            Self::Endpoint => Some(endpoint_name(uuid).into_bytes()),
            Self::Operation => Some(operation_name(uuid, opnum).into_bytes()),
            Self::Slot(slot) => subject.value(slot).map(|value| value.text().into_owned()),
            Self::Column(_) => None,
        }
    }

    /// The value as a number.
    pub(super) fn number(&self, subject: &dyn Activity) -> Option<Number> {
        match self {
            Self::Slot(slot) => subject.value(slot)?.number(),
            _ => None,
        }
    }
}
