//! What a call is, by the names that `dce_rpc.log` has for it.

use std::collections::{BTreeMap, BTreeSet};

use super::uri::{Alternatives, ColumnCondition};
use crate::predicate::Predicate;
use crate::predicate::identity::{self, Watched};
use crate::registry::{InterfaceUuid, RELEASES, Registry};

/// The releases whose logs there can be: those that packages are for.
const OLDEST: &str = "7.0";

/// The names of calls: those of the interface, each with those of its operations. No operation stands for all.
type CallNames = BTreeMap<String, BTreeSet<String>>;

/// The conditions on `endpoint` and `operation` that hold for the calls of a predicate on nothing else, and for no other.
/// The error is why names do not say so, in words.
pub(super) fn alternatives(predicate: &Predicate) -> Result<Alternatives, String> {
    let (watched, rest) = identity::split(predicate.clone());
    let Watched::Some {
        operations,
        interfaces,
    } = watched
    else {
        return Err("the number of an operation says nothing without its interface".to_owned());
    };
    if rest != Predicate::Constant(true) {
        return Err("the log's names do not tell these calls from others".to_owned());
    }
    let calls = SoughtCalls {
        operations,
        interfaces,
    };
    let mut names = CallNames::new();
    for uuid in &calls.interfaces {
        names.entry(endpoint(*uuid)).or_default();
    }
    for (uuid, opnum) in &calls.operations {
        let own = names.entry(endpoint(*uuid)).or_default();
        own.extend(operation_names(*uuid, *opnum));
    }
    let mut whole = calls.interfaces.iter().map(|uuid| endpoint(*uuid));
    if let Some(shared) = whole.find(|name| names.get(name).is_some_and(|own| !own.is_empty())) {
        return Err(format!("the log has `{shared}` for several interfaces"));
    }
    if !calls.interfaces.is_empty() {
        return separately(&calls, names);
    }
    let endpoints: BTreeSet<String> = names.keys().cloned().collect();
    let all: BTreeSet<String> = names.values().flatten().cloned().collect();
    let together = endpoints.iter().map(|name| (name.clone(), all.clone()));
    if calls.stranger(&together.collect()).is_none() {
        return Ok(vec![vec![
            is_one("endpoint", endpoints),
            is_one("operation", all),
        ]]);
    }
    separately(&calls, names)
}

/// An alternative for each interface.
fn separately(calls: &SoughtCalls, names: CallNames) -> Result<Alternatives, String> {
    if let Some(stranger) = calls.stranger(&names) {
        return Err(format!("the log has the same name for {stranger}"));
    }
    let (whole, single): (CallNames, CallNames) = names
        .into_iter()
        .partition(|(_, operations)| operations.is_empty());
    let whole: BTreeSet<String> = whole.into_keys().collect();
    let whole = (!whole.is_empty()).then(|| vec![is_one("endpoint", whole)]);
    let single = single.into_iter().map(|(endpoint, operations)| {
        vec![
            is_one("endpoint", BTreeSet::from([endpoint])),
            is_one("operation", operations),
        ]
    });
    Ok(whole.into_iter().chain(single).collect())
}

/// Calls that a rule looks for.
struct SoughtCalls {
    operations: BTreeSet<(InterfaceUuid, u16)>,
    interfaces: BTreeSet<InterfaceUuid>,
}

impl SoughtCalls {
    /// A call that the rule does not look for and that has some of the names, in words.
    fn stranger(&self, names: &CallNames) -> Option<String> {
        let registry = Registry::get();
        let interface = registry.interfaces().iter().find(|interface| {
            let own = names.get(interface.endpoint);
            own.is_some_and(BTreeSet::is_empty) && !self.interfaces.contains(&interface.uuid)
        });
        if let Some(interface) = interface {
            return Some(format!("the interface {}", interface.uuid));
        }
        let stranger = registry.operations().iter().find(|operation| {
            let (uuid, opnum) = (operation.uuid, operation.opnum);
            let looked_for =
                self.interfaces.contains(&uuid) || self.operations.contains(&(uuid, opnum));
            let own = names.get(operation.endpoint);
            !looked_for
                && own.is_some_and(|own| {
                    operation_names(uuid, opnum)
                        .iter()
                        .any(|name| own.contains(name))
                })
        })?;
        Some(format!("{}::{}", stranger.endpoint, stranger.operation))
    }
}

/// Whether what a rule asks of a column's name holds for the names of the calls of a predicate, and for no others.
pub(super) fn is_said_by_name(
    predicate: &Predicate,
    column: &str,
    matches: &dyn Fn(&str) -> bool,
) -> bool {
    let registry = Registry::get();
    let right = |uuid, opnum, name: &str| holds(predicate, uuid, opnum) == matches(name);
    // What has no name is none of the calls that a name stands for.
    let unknown = (0..=u16::MAX).map(|opnum| format!("unknown-{opnum}"));
    match column {
        "endpoint" => {
            let mut interfaces = registry.interfaces().iter();
            interfaces.all(|interface| {
                right(interface.uuid, 0, interface.endpoint)
                    && !matches(&format!("unknown-{}", interface.uuid))
            })
        }
        _ => {
            let mut operations = registry.operations().iter();
            let is_right = operations.all(|operation| {
                let (uuid, opnum) = (operation.uuid, operation.opnum);
                let names = operation_names(uuid, opnum);
                names.iter().all(|name| right(uuid, opnum, name))
            });
            is_right && !unknown.into_iter().any(|name| matches(&name))
        }
    }
}

/// Whether a call is what a predicate on nothing else asks for.
fn holds(predicate: &Predicate, uuid: InterfaceUuid, opnum: u16) -> bool {
    match predicate {
        Predicate::Constant(value) => *value,
        Predicate::Identity(test) => test.holds(uuid, opnum),
        Predicate::Not(part) => !holds(part, uuid, opnum),
        Predicate::All(parts) => parts.iter().all(|part| holds(part, uuid, opnum)),
        Predicate::Any(parts) => parts.iter().any(|part| holds(part, uuid, opnum)),
        Predicate::AtLeast(wanted, parts) => {
            let held = parts.iter().filter(|part| holds(part, uuid, opnum));
            held.count() >= *wanted
        }
        Predicate::Test(_) => false,
    }
}

/// What the log has for an interface (`DCE_RPC::uuid_endpoint_map`).
fn endpoint(uuid: InterfaceUuid) -> String {
    match Registry::get().interface(uuid) {
        Some(interface) => interface.endpoint.to_owned(),
        None => format!("unknown-{uuid}"),
    }
}

/// What releases' logs have for an operation (`DCE_RPC::operations`).
fn operation_names(uuid: InterfaceUuid, opnum: u16) -> BTreeSet<String> {
    let unknown = || format!("unknown-{opnum}");
    let Some(operation) = Registry::get().operation(uuid, opnum) else {
        return BTreeSet::from([unknown()]);
    };
    let releases = RELEASES.iter().filter(|release| **release >= OLDEST);
    let names = releases.map(|release| {
        operation
            .name_in(release)
            .map_or_else(unknown, str::to_owned)
    });
    names.collect()
}

fn is_one(column: &str, names: BTreeSet<String>) -> ColumnCondition {
    ColumnCondition {
        key: column.to_owned(),
        values: names.into_iter().collect(),
    }
}
