//! The logs that are known: Zeek's, and those that packs declare.

use std::collections::BTreeMap;

use crate::logs::{KnownLogs, ZeekLogs};
use crate::plan::PackPlan;
use crate::registry::{ColumnType, ScalarType};
use crate::service::{FieldKind, Service};

/// Zeek's logs and columns, and those that packs declare.
#[derive(Debug, Default)]
pub struct HuntedLogs {
    declared: BTreeMap<String, BTreeMap<&'static str, ColumnType>>,
}

impl HuntedLogs {
    /// The logs that packs' rules can be on.
    pub fn new(plans: &[PackPlan<'_>]) -> Self {
        let rules = plans.iter().flat_map(|plan| &plan.rules);
        let mut declared: BTreeMap<String, BTreeMap<_, _>> = BTreeMap::new();
        for rule in rules.filter(|rule| rule.service.log().is_some()) {
            let columns = declared.entry(rule.service.name().to_owned()).or_default();
            columns.extend(columns_of(rule.service));
        }
        Self { declared }
    }
}

fn columns_of(service: Service) -> impl Iterator<Item = (&'static str, ColumnType)> {
    let fields = service.fields();
    fields.filter_map(|field| Some((field.name, column_type(field.kind)?)))
}

impl KnownLogs for HuntedLogs {
    fn is_log(&self, name: &str) -> bool {
        self.declared.contains_key(name) || ZeekLogs.is_log(name)
    }

    fn column_type(&self, log: &str, column: &str) -> Option<ColumnType> {
        let declared = self.declared.get(log).and_then(|log| log.get(column));
        declared
            .copied()
            .or_else(|| ZeekLogs.column_type(log, column))
    }
}

/// The type of a column that has such values.
fn column_type(kind: FieldKind) -> Option<ColumnType> {
    let single = |scalar| Some(ColumnType::Single(scalar));
    match kind {
        FieldKind::Text => single(ScalarType::String),
        FieldKind::Count => single(ScalarType::Count),
        FieldKind::Int => single(ScalarType::Int),
        FieldKind::Double => single(ScalarType::Double),
        FieldKind::Bool => single(ScalarType::Bool),
        FieldKind::Interval => single(ScalarType::Interval),
        FieldKind::Time => single(ScalarType::Time),
        FieldKind::Address => single(ScalarType::Addr),
        FieldKind::Port => single(ScalarType::Port),
        FieldKind::Enum => single(ScalarType::Enum),
        FieldKind::Subnet => single(ScalarType::Subnet),
        FieldKind::Texts => Some(ColumnType::Vector(ScalarType::String)),
        FieldKind::TextSet => Some(ColumnType::Set(ScalarType::String)),
        FieldKind::Vector(scalar) => Some(ColumnType::Vector(scalar)),
        FieldKind::Set(scalar) => Some(ColumnType::Set(scalar)),
        FieldKind::Bytes | FieldKind::Identity => None,
    }
}
