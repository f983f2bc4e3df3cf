//! JSON logs: an object a line, as Zeek's ASCII writer has them with `LogAscii::use_json`.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::value::{LogText, LogValue, MalformedValue, Scalar, from_json};
use crate::registry::{ColumnType, ScalarType};

/// The key that says which log a record is of, as packages that write all logs into one stream have it.
const PATH: &str = "_path";

/// Where the keys and values of a line are.
#[derive(Debug, Default)]
pub(super) struct JsonMembers(Vec<(JsonKey, Range<usize>)>);

/// A key: where it is, or what it is where it has escapes.
#[derive(Debug)]
enum JsonKey {
    At(Range<usize>),
    Unescaped(String),
}

impl JsonMembers {
    /// Finds the keys and values of a line.
    pub(super) fn parse(&mut self, line: &[u8]) -> Result<(), serde_json::Error> {
        let Object(members) = serde_json::from_slice(line)?;
        self.0.clear();
        let place = |text: &str| {
            let start = text.as_ptr() as usize - line.as_ptr() as usize;
            start..start + text.len()
        };
        self.0.extend(members.into_iter().map(|(key, value)| {
            let key = match key {
                Cow::Borrowed(key) => JsonKey::At(place(key)),
                Cow::Owned(key) => JsonKey::Unescaped(key),
            };
            (key, place(value.get()))
        }));
        Ok(())
    }

    /// The names of the columns.
    pub(super) fn names<'l>(&'l self, line: &'l [u8]) -> impl Iterator<Item = &'l str> {
        self.0.iter().map(|(key, _)| key.name(line))
    }

    /// A column's value as it is written; of several the last. Where an object stands for a record of Zeek, as in
    /// `{"id": {"orig_h": …}}`, the column `id.orig_h` is its member.
    pub(super) fn value<'l>(&self, line: &'l [u8], column: &str) -> Option<&'l str> {
        let mut members = self.0.iter();
        if let Some((_, range)) = members.rfind(|(key, _)| key.name(line) == column) {
            return Some(at(line, range));
        }
        let (record, member) = column.split_once('.')?;
        let mut members = self.0.iter();
        let (_, range) = members.rfind(|(key, _)| key.name(line) == record)?;
        let object = at(line, range).as_bytes();
        let mut within = Self::default();
        within.parse(object).ok()?;
        within.value(object, member)
    }

    /// The members that are asked for, by their names and where their values are.
    pub(super) fn iter<'l>(
        &'l self,
        line: &'l [u8],
    ) -> impl Iterator<Item = (&'l str, Range<usize>)> {
        let members = self.0.iter();
        members.map(|(key, range)| (key.name(line), range.clone()))
    }

    /// The log, where the line says it.
    pub(super) fn path<'l>(&self, line: &'l [u8]) -> Option<&'l str> {
        let text = self.value(line, PATH)?;
        let name = text.strip_prefix('"')?.strip_suffix('"')?;
        (!name.is_empty() && !name.contains('\\')).then_some(name)
    }
}

impl JsonKey {
    fn name<'l>(&'l self, line: &'l [u8]) -> &'l str {
        match self {
            Self::At(range) => at(line, range),
            Self::Unescaped(name) => name,
        }
    }
}

/// The value that `text` is; its type is told by how it is written where none is known.
pub(super) fn value(
    text: &str,
    column_type: Option<ColumnType>,
) -> Result<Option<LogValue<'_>>, MalformedValue> {
    if let Some(text) = plain_string(text) {
        let octets = || LogText::exact(Cow::Borrowed(text.as_bytes()));
        match column_type {
            None | Some(ColumnType::Single(ScalarType::String)) => {
                return Ok(Some(LogValue::Single(Scalar::String(octets()))));
            }
            Some(ColumnType::Single(ScalarType::Enum)) => {
                return Ok(Some(LogValue::Single(Scalar::Enum(octets()))));
            }
            Some(_) => {}
        }
    }
    let json = serde_json::from_str(text).map_err(|_| MalformedValue)?;
    from_json(json, column_type)
}

/// A string without its quotes, if nothing in it is escaped or has to be.
fn plain_string(text: &str) -> Option<&str> {
    let text = text.strip_prefix('"')?.strip_suffix('"')?;
    let is_plain = |octet| octet >= b' ' && octet != b'"' && octet != b'\\';
    text.bytes().all(is_plain).then_some(text)
}

/// The part of a line that has been found to be UTF-8.
fn at<'l>(line: &'l [u8], range: &Range<usize>) -> &'l str {
    let part = line.get(range.clone()).unwrap_or_default();
    std::str::from_utf8(part).unwrap_or_default()
}

/// The members of an object, in their order.
struct Object<'l>(Vec<(Cow<'l, str>, &'l RawValue)>);

/// A key, borrowed where it has no escapes.
#[derive(Deserialize)]
struct BorrowedKey<'l>(#[serde(borrow)] Cow<'l, str>);

impl<'l> Deserialize<'l> for Object<'l> {
    fn deserialize<D: Deserializer<'l>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'l> Visitor<'l> for ObjectVisitor {
    type Value = Object<'l>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((BorrowedKey(key), value)) = map.next_entry()? {
            members.push((key, value));
        }
        Ok(Object(members))
    }
}
