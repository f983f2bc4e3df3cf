//! What a rule asks for, piece by piece, each with its score and the reason for it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Score;
use super::context::RuleContext;
use super::items::Items;
use super::tree::{ScoreTree, ScoredCall, ScoredTest};
use crate::finding::Place;
use crate::predicate::Predicate;
use crate::registry::Registry;
use crate::rule::Item;

/// Something that a rule asks for: operations, or what a field is compared to.
#[derive(Debug, Clone)]
pub struct Observable {
    /// The operations, as `endpoint::operation`, or the field with its modifiers.
    pub what: Vec<String>,
    /// What the field is compared to, as the rule has it; none for operations.
    pub values: Vec<String>,
    /// Where the rule asks for it.
    pub place: Option<Place>,
    /// Its score.
    pub score: Score,
    /// The technique that it is core to, in rows 4 and 5.
    pub technique: Option<&'static str>,
    /// Why it scores that, in a phrase without a full stop.
    pub reason: String,
    /// Who says so; nobody for what the tables do not know, which is scored low.
    pub sources: Vec<&'static str>,
    /// What part it has in the rule's score.
    pub role: Role,
}

/// What part an observable has in a rule's score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The rule asks for it.
    Required,
    /// The rule excludes it. That counts the same: who makes it true evades the rule.
    Excluded,
    /// Another observable decides in its place.
    Given,
}

/// The observables of a rule, in the order of its file.
pub(super) fn of(
    tree: &ScoreTree<'_>,
    calls: &[ScoredCall],
    context: &RuleContext<'_>,
    items: &Items<'_>,
) -> Vec<Observable> {
    let mut observables = operations(calls, context, items);
    let encryption = encryption(calls);
    let mut fields: BTreeMap<FieldKey, Observable> = BTreeMap::new();
    for test in tree.tests() {
        let role = role(test);
        let from = items.of(test);
        let places = if from.is_empty() {
            vec![None]
        } else {
            from.into_iter().map(Some).collect()
        };
        for item in places {
            let key = (item, test.test.field.name.clone(), test.row.score, role);
            fields
                .entry(key)
                .or_insert_with(|| field(test, role, item, items, encryption.as_deref()));
        }
    }
    observables.extend(fields.into_values());
    // The sort is stable: what has no place comes last.
    observables.sort_by_key(|observable| {
        let place = observable.place.as_ref();
        place.map_or(usize::MAX, |place| place.span.start)
    });
    observables
}

type FieldKey = (Option<usize>, String, Score, Role);

fn role(test: &ScoredTest<'_>) -> Role {
    match (test.given, test.negated) {
        (true, _) => Role::Given,
        (false, true) => Role::Excluded,
        (false, false) => Role::Required,
    }
}

fn field(
    test: &ScoredTest<'_>,
    role: Role,
    item: Option<usize>,
    items: &Items<'_>,
    encryption: Option<&str>,
) -> Observable {
    let name = &test.test.field.name;
    let is_stub =
        ["stub", "response_stub"].contains(&name.as_str()) || test.test.field.is_argument();
    let reason = match encryption.filter(|_| is_stub) {
        Some(encryption) => format!("{}; {encryption}", test.row.reason),
        None => test.row.reason.to_owned(),
    };
    let key = item.map_or_else(|| name.clone(), |item| items.key(item));
    Observable {
        what: vec![key],
        values: item.map_or_else(Vec::new, |item| items.values(item)),
        place: item.map(|item| items.place(item)),
        score: test.row.score,
        technique: test.row.technique,
        reason,
        sources: test.row.source.into_iter().collect(),
        role,
    }
}

/// That the stubs of a watched call are encrypted, as a phrase.
fn encryption(calls: &[ScoredCall]) -> Option<String> {
    calls.iter().find_map(|call| {
        let interface = Registry::get().interface(call.uuid?)?;
        let encryption = match call.opnum {
            Some(opnum) => interface.stub_encryption(opnum)?,
            None => interface.encryption.as_ref()?,
        };
        Some(format!(
            "those of {} are encrypted {} ({})",
            interface.endpoint,
            encryption.scope.as_phrase(),
            encryption.source
        ))
    })
}

/// The operations that the rule watches, together where they score the same for the same reason at the same place.
fn operations(
    calls: &[ScoredCall],
    context: &RuleContext<'_>,
    items: &Items<'_>,
) -> Vec<Observable> {
    let identities = identities(items);
    let mut observables: Vec<Observable> = Vec::new();
    for call in calls {
        let Some(uuid) = call.uuid else { continue };
        let row = context.call_row(uuid, call.opnum);
        let place = asking(*call, &identities, items).map(|item| items.place(item));
        let start = |place: &Option<Place>| place.as_ref().map(|place| place.span.start);
        let same = observables.iter_mut().find(|known| {
            start(&known.place) == start(&place)
                && known.score == row.score
                && known.technique == row.technique
                && known.reason == row.reason
        });
        match same {
            Some(known) => {
                known.what.push(name(*call));
                known
                    .sources
                    .extend(row.source.filter(|source| !known.sources.contains(source)));
            }
            None => observables.push(Observable {
                what: vec![name(*call)],
                values: Vec::new(),
                place,
                score: row.score,
                technique: row.technique,
                reason: row.reason,
                sources: row.source.into_iter().collect(),
                role: Role::Required,
            }),
        }
    }
    // Those that decide come first.
    observables.sort_by_key(|observable| Reverse(observable.score));
    observables
}

/// An item that asks what a call is.
struct CallIdentity {
    item: usize,
    predicate: Predicate,
}

/// The items that ask what a call is, those that ask for the operation first.
fn identities(items: &Items<'_>) -> Vec<CallIdentity> {
    let rank = |item: &Item| {
        let field = item.field.as_ref()?;
        match field.value.as_str() {
            "operation" | "opnum" => Some(0),
            "endpoint" | "uuid" => Some(1),
            _ => None,
        }
    };
    let mut found: Vec<(u8, CallIdentity)> = items
        .all()
        .filter(|(_, item)| !item.negated)
        .filter_map(|(index, item)| {
            let identity = CallIdentity {
                item: index,
                predicate: items.predicate(item)?,
            };
            Some((rank(item)?, identity))
        })
        .collect();
    found.sort_by_key(|(rank, identity)| (*rank, identity.item));
    found.into_iter().map(|(_, identity)| identity).collect()
}

/// The item that asks for a call: one of a search that asks for nothing else, if there is one.
fn asking(call: ScoredCall, identities: &[CallIdentity], items: &Items<'_>) -> Option<usize> {
    let of_call = |identity: &&CallIdentity| asks_for(&identity.predicate, call);
    let alone = |identity: &&CallIdentity| {
        let search = items.search(identity.item);
        let mut others = identities.iter();
        others.all(|other| items.search(other.item) != search || of_call(&other))
    };
    let found = identities.iter().filter(of_call).find(alone);
    found
        .or_else(|| identities.iter().find(of_call))
        .map(|identity| identity.item)
}

/// Whether an item asks for the call.
fn asks_for(predicate: &Predicate, call: ScoredCall) -> bool {
    match predicate {
        Predicate::Constant(value) => *value,
        Predicate::All(parts) => parts.iter().all(|part| asks_for(part, call)),
        Predicate::Any(parts) => parts.iter().any(|part| asks_for(part, call)),
        Predicate::Identity(test) => test.answer(call.uuid, call.opnum) == Some(true),
        Predicate::Not(_) | Predicate::AtLeast(..) | Predicate::Test(_) => false,
    }
}

/// A call's name: `endpoint::operation`, with numbers for what has no name, and `*` for every operation.
fn name(call: ScoredCall) -> String {
    let Some(uuid) = call.uuid else {
        return "*".to_owned();
    };
    let registry = Registry::get();
    let endpoint = registry.interface(uuid).map_or_else(
        || uuid.to_string(),
        |interface| interface.endpoint.to_owned(),
    );
    let Some(opnum) = call.opnum else {
        return format!("{endpoint}::*");
    };
    match registry.operation(uuid, opnum) {
        Some(operation) => format!("{endpoint}::{}", operation.operation),
        None => format!("{endpoint}::{opnum}"),
    }
}
