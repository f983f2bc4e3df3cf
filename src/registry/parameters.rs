//! The parameters of RPC operations, by the names and in the order of the MS-* documents.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::data_type::{DataType, Structure, Union, UnionArm};
use super::rpc::Operation;
use super::table;
use super::uuid::InterfaceUuid;

const PARAMETERS: &str = include_str!("../../data/rpc-parameters.tsv");
const TYPES: &str = include_str!("../../data/rpc-types.tsv");

/// A parameter of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The name that the document gives it; `return` for the value that the operation returns.
    pub name: &'static str,
    /// Where it is on the wire.
    pub direction: Direction,
    /// The type as the table writes it.
    pub type_name: &'static str,
    /// The type; `None` where it is not described, so that nothing behind it can be read.
    pub data_type: Option<DataType>,
    /// The document and its section.
    pub source: &'static str,
}

/// In which stubs a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// In the request.
    In,
    /// In the response.
    Out,
    /// In both.
    InOut,
}

impl Direction {
    /// As the table and IDL write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
            Self::InOut => "in,out",
        }
    }

    /// Whether the request has it.
    pub fn is_in(self) -> bool {
        self != Self::Out
    }

    /// Whether the response has it.
    pub fn is_out(self) -> bool {
        self != Self::In
    }

    fn parse(text: &str) -> Option<Self> {
        let all = [Self::In, Self::Out, Self::InOut];
        all.into_iter().find(|direction| direction.as_str() == text)
    }
}

impl Operation {
    /// Its parameters in the order of its definition, what it returns at the end; those that are not on the wire are left
    /// out. `None` where they are not known.
    pub fn parameters(&self) -> Option<&'static [Parameter]> {
        parameters(self.uuid, self.opnum)
    }
}

/// See [`Operation::parameters`].
fn parameters(uuid: InterfaceUuid, opnum: u16) -> Option<&'static [Parameter]> {
    type Operations = HashMap<(InterfaceUuid, u16), Vec<Parameter>>;
    static TABLE: OnceLock<Operations> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let types = types();
        let mut operations = Operations::new();
        for row in table::rows(PARAMETERS) {
            if let Some((operation, parameter)) = read(row, &types) {
                operations.entry(operation).or_default().push(parameter);
            }
        }
        operations
    });
    table.get(&(uuid, opnum)).map(Vec::as_slice)
}

/// How the table writes a type that is not described.
const UNDESCRIBED: &str = "-";

fn read(
    [uuid, opnum, direction, _position, name, type_name, source]: [&'static str; 7],
    types: &HashMap<&'static str, DataType>,
) -> Option<((InterfaceUuid, u16), Parameter)> {
    let operation = (uuid.parse().ok()?, opnum.parse().ok()?);
    let data_type = match type_name {
        UNDESCRIBED => None,
        name => Some(DataType::parse(name, &|name| types.get(name).cloned())?),
    };
    let parameter = Parameter {
        name,
        direction: Direction::parse(direction)?,
        type_name,
        data_type,
        source,
    };
    Some((operation, parameter))
}

/// The structures and unions. One that names another comes after it, so none holds itself.
fn types() -> HashMap<&'static str, DataType> {
    let rows: Vec<[&'static str; 5]> = table::rows(TYPES).collect();
    let mut types = HashMap::new();
    for rows in rows.chunk_by(|one, other| one[0] == other[0]) {
        if let Some(([name, ..], data_type)) = rows.first().zip(read_type(rows, &types)) {
            types.insert(*name, data_type);
        }
    }
    types
}

/// The row of a union that has its discriminant.
const SWITCH: &str = "switch";

fn read_type(
    rows: &[[&'static str; 5]],
    types: &HashMap<&'static str, DataType>,
) -> Option<DataType> {
    let parse = |text: &str| DataType::parse(text, &|name| types.get(name).cloned());
    let ([name, _, case, type_name, _], rest) = rows.split_first()?;
    if *case != SWITCH {
        let members = rows.iter().map(|[_, member, case, type_name, _]| {
            let data_type = parse(type_name).filter(|_| case.is_empty())?;
            Some((*member, data_type))
        });
        return Some(DataType::Structure(Arc::new(Structure {
            name,
            members: members.collect::<Option<_>>()?,
        })));
    }
    let DataType::Integer(discriminant) = parse(type_name)? else {
        return None;
    };
    let arms = rest.iter().map(|[_, arm, case, type_name, _]| {
        Some(UnionArm {
            case: match *case {
                "default" => None,
                number => Some(number.parse().ok()?),
            },
            name: arm,
            content: match *type_name {
                "" => None,
                name => Some(parse(name)?),
            },
        })
    });
    Some(DataType::Union(Arc::new(Union {
        name,
        discriminant,
        arms: arms.collect::<Option<_>>()?,
    })))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::registry::Registry;

    #[test]
    fn every_row_is_read() {
        let types = types();
        for row in table::rows(PARAMETERS) {
            assert!(read(row, &types).is_some(), "{row:?}");
        }
        let rows = table::rows::<7>(PARAMETERS).count();
        assert_eq!(rows, table::row_count(PARAMETERS));
        let mut names: Vec<_> = table::rows::<5>(TYPES).map(|[name, ..]| name).collect();
        assert_eq!(names.len(), table::row_count(TYPES));
        names.dedup();
        let distinct: BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len(), "a type's rows are together");
        for name in names {
            assert!(types.contains_key(name), "{name}");
        }
    }

    #[test]
    fn rows_are_of_known_operations_in_order_without_gaps() {
        let mut before = None;
        let mut operations: BTreeMap<_, Vec<[&str; 7]>> = BTreeMap::new();
        for row in table::rows::<7>(PARAMETERS) {
            let key: (InterfaceUuid, u16) = (row[0].parse().unwrap(), row[1].parse().unwrap());
            assert_eq!(key.0.to_string(), row[0]);
            let position: usize = row[3].parse().unwrap();
            assert!(before < Some((key, position)), "{row:?}");
            before = Some((key, position));
            operations.entry(key).or_default().push(row);
        }
        for ((uuid, opnum), rows) in &operations {
            assert!(
                Registry::get().operation(*uuid, *opnum).is_some(),
                "{uuid} {opnum}"
            );
            let names: BTreeSet<_> = rows.iter().map(|row| row[4].to_ascii_lowercase()).collect();
            assert_eq!(names.len(), rows.len(), "{uuid} {opnum}");
            for (index, row) in rows.iter().enumerate() {
                assert_eq!(row[3], (index + 1).to_string(), "{row:?}");
                let is_name = |name: &str| {
                    name.bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                };
                assert!(is_name(row[4]) && !row[4].is_empty(), "{row:?}");
                assert!(
                    row[6].starts_with("MS-") || row[6].starts_with("C706"),
                    "{row:?}"
                );
                let is_return = row[4] == "return";
                assert!(
                    !is_return || (index + 1, row[2]) == (rows.len(), "out"),
                    "{row:?}"
                );
            }
        }
        assert!(operations.len() >= 150, "{}", operations.len());
    }

    #[test]
    fn an_operation_has_its_parameters_in_order() {
        let registry = Registry::get();
        let created = registry.operations_named("CreateServiceW").next().unwrap();
        let parameters = created.parameters().unwrap();
        let names: Vec<_> = parameters.iter().map(|parameter| parameter.name).collect();
        assert_eq!(
            names,
            [
                "hSCManager",
                "lpServiceName",
                "lpDisplayName",
                "dwDesiredAccess",
                "dwServiceType",
                "dwStartType",
                "dwErrorControl",
                "lpBinaryPathName",
                "lpLoadOrderGroup",
                "lpdwTagId",
                "lpDependencies",
                "dwDependSize",
                "lpServiceStartName",
                "lpPassword",
                "dwPwSize",
                "lpServiceHandle",
                "return",
            ]
        );
        assert_eq!(parameters[9].direction, Direction::InOut);
        assert!(parameters[0].direction.is_in() && !parameters[0].direction.is_out());
    }
}
