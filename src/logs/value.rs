//! The values of a log's columns.

use std::borrow::Cow;
use std::net::IpAddr;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime};
use serde_json::Value as Json;

use crate::registry::{ColumnType, ScalarType};

/// From where on a whole number is milliseconds and not seconds, where JSON has one for a time: the year 5138, or 1973.
const LEAST_MILLISECONDS: i64 = 100_000_000_000;

/// A column's value.
#[derive(Debug, Clone, PartialEq)]
pub enum LogValue<'a> {
    /// A single value.
    Single(Scalar<'a>),
    /// The elements of a set, as the log has them.
    Set(Vec<Option<Scalar<'a>>>),
    /// The elements of a vector; `None` where one is unset.
    Vector(Vec<Option<Scalar<'a>>>),
}

/// A single value.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar<'a> {
    /// An address.
    Addr(IpAddr),
    /// True or false.
    Bool(bool),
    /// An unsigned number.
    Count(u64),
    /// A floating point number.
    Double(f64),
    /// A name of an enumeration.
    Enum(LogText<'a>),
    /// A signed number.
    Int(i64),
    /// A time span in seconds.
    Interval(f64),
    /// A port.
    Port(u16),
    /// Text.
    String(LogText<'a>),
    /// A network: its address and the length of its prefix in bits.
    Subnet(IpAddr, u8),
    /// A time in seconds since 1970.
    Time(f64),
}

/// A text, in octets as the wire had them.
///
/// Zeek 8.0 writes the octet FF into JSON as the text `\xff`, and that text in the same way: there are two readings then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogText<'a> {
    octets: Cow<'a, [u8]>,
    unescaped: Option<Vec<u8>>,
}

/// A value that is none of its column's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value does not have the type of its column")]
pub struct MalformedValue;

impl<'a> LogText<'a> {
    /// What the wire can have had: one text, or two.
    pub fn readings(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(&*self.octets).chain(self.unescaped.as_deref())
    }

    /// The text, where it stands in the log as it is and has one reading.
    pub fn as_written(&self) -> Option<&'a [u8]> {
        match (&self.octets, &self.unescaped) {
            (Cow::Borrowed(octets), None) => Some(octets),
            _ => None,
        }
    }

    pub(super) fn exact(octets: Cow<'a, [u8]>) -> Self {
        Self {
            octets,
            unescaped: None,
        }
    }
}

/// The value of a TSV cell or of one of its elements.
pub(super) fn from_text<'a>(
    cell: &'a [u8],
    scalar_type: ScalarType,
) -> Result<Scalar<'a>, MalformedValue> {
    let text = || LogText::exact(unescaped(cell));
    Ok(match scalar_type {
        ScalarType::String => Scalar::String(text()),
        ScalarType::Enum => Scalar::Enum(text()),
        ScalarType::Bool => Scalar::Bool(match cell {
            b"T" => true,
            b"F" => false,
            _ => return Err(MalformedValue),
        }),
        ScalarType::Addr => Scalar::Addr(parse(cell)?),
        ScalarType::Count => Scalar::Count(parse(cell)?),
        ScalarType::Double => Scalar::Double(parse(cell)?),
        ScalarType::Int => Scalar::Int(parse(cell)?),
        ScalarType::Interval => Scalar::Interval(parse(cell)?),
        ScalarType::Port => Scalar::Port(parse(cell)?),
        ScalarType::Time => Scalar::Time(parse(cell)?),
        ScalarType::Subnet => subnet(std::str::from_utf8(cell).map_err(|_| MalformedValue)?)?,
    })
}

/// The value of a JSON column; `None` where it is unset.
pub(super) fn from_json(
    json: Json,
    column_type: Option<ColumnType>,
) -> Result<Option<LogValue<'static>>, MalformedValue> {
    let elements = |array: Vec<Json>, scalar_type: Option<ScalarType>| {
        let scalars = array
            .into_iter()
            .map(|json| scalar_from_json(json, scalar_type));
        scalars.collect::<Result<Vec<_>, _>>()
    };
    Ok(match (json, column_type) {
        (Json::Null, _) => None,
        (Json::Array(array), None) => Some(LogValue::Vector(elements(array, None)?)),
        (Json::Array(array), Some(ColumnType::Set(element))) => {
            Some(LogValue::Set(elements(array, Some(element))?))
        }
        (Json::Array(array), Some(ColumnType::Vector(element))) => {
            Some(LogValue::Vector(elements(array, Some(element))?))
        }
        (_, Some(ColumnType::Set(_) | ColumnType::Vector(_))) => return Err(MalformedValue),
        (json, _) => {
            scalar_from_json(json, column_type.map(ColumnType::element))?.map(LogValue::Single)
        }
    })
}

/// `None` where it is unset.
fn scalar_from_json(
    json: Json,
    scalar_type: Option<ScalarType>,
) -> Result<Option<Scalar<'static>>, MalformedValue> {
    let Some(scalar_type) = scalar_type.or_else(|| usual_type(&json)) else {
        return if json.is_null() {
            Ok(None)
        } else {
            Err(MalformedValue)
        };
    };
    scalar(json, scalar_type)
}

fn scalar(json: Json, scalar_type: ScalarType) -> Result<Option<Scalar<'static>>, MalformedValue> {
    let number = |json: &Json| json.as_f64().ok_or(MalformedValue);
    Ok(Some(match (scalar_type, json) {
        (_, Json::Null) => return Ok(None),
        (ScalarType::String, Json::String(text)) => Scalar::String(ambiguous(text)),
        (ScalarType::Enum, Json::String(text)) => Scalar::Enum(ambiguous(text)),
        (ScalarType::Addr, Json::String(text)) => Scalar::Addr(parse(text.as_bytes())?),
        (ScalarType::Subnet, Json::String(text)) => subnet(&text)?,
        (ScalarType::Time, Json::String(text)) => Scalar::Time(iso_8601(&text)?),
        (ScalarType::Bool, Json::Bool(value)) => Scalar::Bool(value),
        (ScalarType::Count, json) => Scalar::Count(json.as_u64().ok_or(MalformedValue)?),
        (ScalarType::Int, json) => Scalar::Int(json.as_i64().ok_or(MalformedValue)?),
        (ScalarType::Port, json) => Scalar::Port(port(&json)?),
        (ScalarType::Double, json) => Scalar::Double(number(&json)?),
        (ScalarType::Interval, json) => Scalar::Interval(number(&json)?),
        (ScalarType::Time, json) => Scalar::Time(match json.as_i64() {
            // Times need 42 bits.
            #[allow(clippy::cast_precision_loss)]
            Some(whole) if whole.abs() >= LEAST_MILLISECONDS => whole as f64 / 1000.0,
            _ => number(&json)?,
        }),
        _ => return Err(MalformedValue),
    }))
}

/// A time as logs write it: seconds since 1970, or ISO 8601.
pub fn seconds(text: &[u8]) -> Option<f64> {
    match parse(text) {
        Ok(seconds) => Some(seconds),
        Err(MalformedValue) => iso_8601(std::str::from_utf8(text).ok()?).ok(),
    }
}

/// The type of a value of which nothing else is known.
fn usual_type(json: &Json) -> Option<ScalarType> {
    match json {
        Json::String(_) => Some(ScalarType::String),
        Json::Bool(_) => Some(ScalarType::Bool),
        Json::Number(number) if number.is_u64() => Some(ScalarType::Count),
        Json::Number(number) if number.is_i64() => Some(ScalarType::Int),
        Json::Number(_) => Some(ScalarType::Double),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// TSV's escapes undone: `\xNN` is an octet and `\\` a backslash; anything else stands for itself.
pub(super) fn unescaped(cell: &[u8]) -> Cow<'_, [u8]> {
    undo(cell, |rest| match rest {
        [b'\\', b'\\', ..] => Some((b'\\', 2)),
        _ => hex_escape(rest),
    })
}

/// A text of JSON, which Zeek 8.0 may have escaped: what it escapes is what is not printable ASCII.
fn ambiguous(text: String) -> LogText<'static> {
    let octets = text.into_bytes();
    let unescaped = match undo(&octets, |rest| {
        hex_escape(rest).filter(|(octet, _)| is_escaped(*octet))
    }) {
        Cow::Borrowed(_) => None,
        Cow::Owned(unescaped) => Some(unescaped),
    };
    LogText {
        octets: Cow::Owned(octets),
        unescaped,
    }
}

fn is_escaped(octet: u8) -> bool {
    !(b' '..=b'~').contains(&octet)
}

/// Replaces what begins with a backslash by the octet that `escape` gives for it, with the escape's length.
fn undo(text: &[u8], escape: impl Fn(&[u8]) -> Option<(u8, usize)>) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(b'\\', text) else {
        return Cow::Borrowed(text);
    };
    let mut octets = Vec::with_capacity(text.len());
    octets.extend_from_slice(&text[..first]);
    let mut rest = &text[first..];
    let mut is_changed = false;
    while let Some(octet) = rest.first() {
        let found = if *octet == b'\\' { escape(rest) } else { None };
        is_changed |= found.is_some();
        let (octet, length) = found.unwrap_or((*octet, 1));
        octets.push(octet);
        rest = &rest[length..];
    }
    if is_changed {
        Cow::Owned(octets)
    } else {
        Cow::Borrowed(text)
    }
}

/// The octet of `\xNN`, and how long that is.
fn hex_escape(text: &[u8]) -> Option<(u8, usize)> {
    let [b'\\', b'x', high, low, ..] = text else {
        return None;
    };
    let digit = |octet: u8| char::from(octet).to_digit(16);
    let octet = digit(*high)? * 16 + digit(*low)?;
    Some((u8::try_from(octet).ok()?, 4))
}

fn parse<T: FromStr>(text: &[u8]) -> Result<T, MalformedValue> {
    let text = std::str::from_utf8(text).map_err(|_| MalformedValue)?;
    text.parse().map_err(|_| MalformedValue)
}

fn port(json: &Json) -> Result<u16, MalformedValue> {
    let number = json.as_u64().ok_or(MalformedValue)?;
    u16::try_from(number).map_err(|_| MalformedValue)
}

fn subnet(text: &str) -> Result<Scalar<'static>, MalformedValue> {
    let (address, length) = text.split_once('/').ok_or(MalformedValue)?;
    let address: IpAddr = address.parse().map_err(|_| MalformedValue)?;
    let length: u8 = length.parse().map_err(|_| MalformedValue)?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    if length > longest {
        return Err(MalformedValue);
    }
    Ok(Scalar::Subnet(address, length))
}

/// Seconds since 1970 of a time as Zeek writes it with `JSON::TS_ISO8601`, such as `2026-11-29T12:00:00.000000Z`.
fn iso_8601(text: &str) -> Result<f64, MalformedValue> {
    // Zeek rounds microseconds by themselves, to a million where the second is nearly over.
    let (text, carried) = match text.strip_suffix(".1000000Z") {
        Some(second) => (Cow::Owned(format!("{second}Z")), 1.0),
        None => (Cow::Borrowed(text), 0.0),
    };
    let time = DateTime::parse_from_rfc3339(&text).map(|time| time.naive_utc());
    let time: NaiveDateTime = time.map_err(|_| MalformedValue)?;
    let time = time.and_utc();
    // Times need 51 bits.
    #[allow(clippy::cast_precision_loss)]
    let seconds = time.timestamp_micros() as f64 / 1e6;
    Ok(seconds + carried)
}
