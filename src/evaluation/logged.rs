//! Records that were read from log files, for rules to be tried on.

use super::record::{ColumnValue, LogRecord};
use crate::logs::{LogValue, Record, Scalar};

impl LogRecord for Record<'_> {
    fn log(&self) -> &str {
        Record::log(self)
    }

    fn line(&self) -> Option<u64> {
        Some(self.line_number())
    }

    /// A value that is none of its column's type counts as unset.
    fn value(&self, column: &str) -> Option<ColumnValue> {
        Record::value(self, column).ok()?.map(ColumnValue::from)
    }
}

impl From<LogValue<'_>> for ColumnValue {
    fn from(value: LogValue<'_>) -> Self {
        match value {
            LogValue::Single(scalar) => Self::from(scalar),
            LogValue::Set(elements) | LogValue::Vector(elements) => {
                let set = elements.into_iter().flatten();
                Self::Several(set.map(Self::from).collect())
            }
        }
    }
}

impl From<Scalar<'_>> for ColumnValue {
    fn from(scalar: Scalar<'_>) -> Self {
        match scalar {
            Scalar::Addr(address) => Self::Address(address),
            Scalar::Bool(value) => Self::Bool(value),
            Scalar::Count(number) => Self::Count(number),
            Scalar::Double(number) => Self::Double(number),
            Scalar::Int(number) => Self::Int(number),
            Scalar::Interval(seconds) => Self::Interval(seconds),
            Scalar::Port(port) => Self::Port(port),
            Scalar::Time(seconds) => Self::Time(seconds),
            Scalar::String(text) | Scalar::Enum(text) => {
                Self::Text(text.readings().map(<[u8]>::to_vec).collect())
            }
            Scalar::Subnet(address, length) => {
                Self::Text(vec![format!("{address}/{length}").into_bytes()])
            }
        }
    }
}
