//! The arguments of a call as values that rules compare.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::value::FieldValue;
use crate::event::arguments::{ArgumentValue, Arguments, ByteOrder};
use crate::plan::dispatch::arguments::ArgumentDispatch;
use crate::registry::InterfaceUuid;
use crate::stub::{Argument, Side, StubPlan};

/// How the stubs of operations are read: as far as a pack's rules ask for, as its package reads them.
#[derive(Debug)]
pub(crate) struct StubPlans(BTreeMap<(InterfaceUuid, u16, Side), StubPlan>);

/// What was read of a stub: values with their arguments.
#[derive(Debug)]
pub(super) struct ReadArguments(Vec<(Argument, Read)>);

/// The value of an argument.
#[derive(Debug)]
enum Read {
    /// Text in UTF-8, bytes, or the written form of what has one.
    Bytes(Vec<u8>),
    Count(u64),
    Int(i64),
    Address(IpAddr),
}

impl StubPlans {
    pub(crate) fn new(asked: &ArgumentDispatch) -> Self {
        let plans = asked.iter().flat_map(|(&(uuid, opnum), asked)| {
            let sides = [
                (Side::Request, &asked.arguments),
                (Side::Response, &asked.results),
            ];
            sides.into_iter().filter_map(move |(side, names)| {
                let plan = StubPlan::cut(asked.operation, side, names)?;
                Some(((uuid, opnum, side), plan))
            })
        });
        Self(plans.collect())
    }

    /// Whether a stub of a call can be read. `None` if no rule asks for it.
    pub(crate) fn reads(
        &self,
        (uuid, opnum): (InterfaceUuid, u16),
        side: Side,
        stub: &[u8],
        order: ByteOrder,
    ) -> Option<bool> {
        let plan = self.0.get(&(uuid, opnum, side))?;
        Some(Arguments::read(plan, stub, order).is_some())
    }

    /// Reads a stub of a call. `None` if it cannot be read, or if no rule asks for it.
    pub(super) fn read(
        &self,
        (uuid, opnum): (InterfaceUuid, u16),
        side: Side,
        stub: &[u8],
        order: ByteOrder,
    ) -> Option<ReadArguments> {
        let plan = self.0.get(&(uuid, opnum, side))?;
        let arguments = Arguments::read(plan, stub, order)?;
        let values = arguments.values.into_iter();
        let read = values.map(|(argument, value)| (argument.clone(), Read::new(&value)));
        Some(ReadArguments(read.collect()))
    }
}

impl ReadArguments {
    /// The value of the argument of that name; `None` if it is null, or a list without elements.
    pub(super) fn value(&self, name: &str) -> Option<FieldValue<'_>> {
        let mut named = self.0.iter().filter(|(argument, _)| argument.name == name);
        let (argument, first) = named.next()?;
        if !argument.is_list {
            return Some(first.value());
        }
        let all = || std::iter::once(first).chain(named.clone().map(|(_, read)| read));
        let texts: Option<Vec<&[u8]>> = all().map(Read::as_bytes).collect();
        Some(match texts {
            Some(texts) => FieldValue::Texts(texts),
            None => FieldValue::Several(all().map(Read::value).collect()),
        })
    }
}

impl Read {
    fn new(value: &ArgumentValue<'_>) -> Self {
        match value {
            ArgumentValue::Unsigned(number) => Self::Count(*number),
            ArgumentValue::Signed(number) => Self::Int(*number),
            ArgumentValue::Bytes(bytes)
            | ArgumentValue::Handle(bytes)
            | ArgumentValue::Ansi(bytes) => Self::Bytes(bytes.to_vec()),
            ArgumentValue::Ipv4(address) => Self::Address((*address).into()),
            ArgumentValue::Utf16(..)
            | ArgumentValue::Sid(..)
            | ArgumentValue::Guid(_)
            | ArgumentValue::FileTime(_) => Self::Bytes(value.to_string().into_bytes()),
        }
    }

    fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Count(_) | Self::Int(_) | Self::Address(_) => None,
        }
    }

    fn value(&self) -> FieldValue<'_> {
        match self {
            Self::Bytes(bytes) => FieldValue::Bytes(bytes),
            Self::Count(number) => FieldValue::Count(*number),
            Self::Int(number) => FieldValue::Int(*number),
            Self::Address(address) => FieldValue::Address(*address),
        }
    }
}
