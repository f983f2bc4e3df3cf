//! The arguments of calls that rules look at, by operation: a stub is read once, for all rules.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::RulePlan;
use crate::registry::{InterfaceUuid, Operation};
use crate::service::Service;
use crate::service::argument::{self, ArgumentField};
use crate::stub::Side;

/// What rules ask of the stubs of an operation.
#[derive(Debug)]
pub struct AskedArguments {
    /// The operation.
    pub operation: &'static Operation,
    /// The names of arguments, as the operation's document has them.
    pub arguments: BTreeSet<String>,
    /// The names of results.
    pub results: BTreeSet<String>,
}

/// What rules ask of the stubs of operations.
pub type ArgumentDispatch = BTreeMap<(InterfaceUuid, u16), AskedArguments>;

/// What rules ask of the stubs of the operations that they watch.
pub(super) fn asked(rules: &[&RulePlan<'_>]) -> ArgumentDispatch {
    let mut all = ArgumentDispatch::new();
    for rule in rules.iter().filter(|rule| rule.service == Service::DCE_RPC) {
        for field in rule.arguments() {
            let known = ArgumentField::named(&field.name).into_iter();
            let operations = known.flat_map(ArgumentField::operations);
            let watched = operations.filter(|it| {
                let watched = rule.watched.as_ref();
                watched.is_some_and(|watched| watched.contains(it.uuid, it.opnum))
            });
            for operation in watched {
                let asked = all
                    .entry((operation.uuid, operation.opnum))
                    .or_insert_with(|| AskedArguments {
                        operation,
                        arguments: BTreeSet::new(),
                        results: BTreeSet::new(),
                    });
                match argument::parse(&field.name) {
                    Some((Side::Request, name)) => asked.arguments.insert(name.to_owned()),
                    Some((Side::Response, name)) => asked.results.insert(name.to_owned()),
                    None => false,
                };
            }
        }
    }
    all
}
