//! Interfaces and operations by name, UUID and opnum, resolved over the names of all Zeek releases.

mod mend;

use std::collections::BTreeSet;
use std::ops::Range;
use std::str::FromStr;

use rsigma_ir::IrMatcher;

use super::detection::Refusal;
use crate::finding::{Code, Finding, Fix};
use crate::predicate::identity::{IdentityTest, Watched};
use crate::predicate::pattern::Pattern;
use crate::predicate::{Ordering, Predicate};
use crate::registry::{InterfaceUuid, Operation, Registry};
use crate::rule::{Detection, Item, Number, Rule, Value};

/// How many names a suggestion lists.
const SUGGESTIONS: usize = 3;

/// The calls whose `field` (`uuid`, `endpoint` or `operation`) matches a pattern.
pub(super) fn matching(field: &str, pattern: &Pattern) -> Predicate {
    let registry = Registry::get();
    // Interpreting the pattern once for each of the names would build its automaton each time.
    let Ok(matcher) = pattern.matcher() else {
        return Predicate::Constant(false);
    };
    let test = match field {
        "uuid" => {
            let interfaces = registry.interfaces().iter().map(|interface| interface.uuid);
            IdentityTest::Interfaces(
                interfaces
                    .filter(|uuid| matcher.is_match(uuid.to_string().as_bytes()))
                    .collect(),
            )
        }
        "endpoint" => IdentityTest::Interfaces(
            registry
                .endpoint_names()
                .iter()
                .filter(|name| matcher.is_match(name.as_bytes()))
                .flat_map(|name| registry.interfaces_named(name))
                .map(|interface| interface.uuid)
                .collect(),
        ),
        _ => IdentityTest::Operations(
            registry
                .operation_names()
                .iter()
                .filter(|name| matcher.is_match(name.as_bytes()))
                .flat_map(|name| registry.operations_named(name))
                .map(|operation| (operation.uuid, operation.opnum))
                .collect(),
        ),
    };
    identity(test)
}

/// The calls whose `field` matches a pattern; an error where there are none.
pub(super) fn pattern(
    rule: &Rule,
    field: &str,
    pattern: &Pattern,
    text: &str,
    span: &Range<usize>,
) -> Result<Predicate, Box<Finding>> {
    if pattern.matches_everything() {
        return Ok(Predicate::Constant(true));
    }
    let predicate = matching(field, pattern);
    if predicate != Predicate::Constant(false) {
        return Ok(predicate);
    }
    let other = other_name(field);
    if other.is_some_and(|other| matching(other, pattern) != Predicate::Constant(false)) {
        return Err(swapped(rule, field, text, span));
    }
    let message = format!("no Zeek release prints an {field} that matches `{text}`");
    let help = format!(
        "look them up with `sigzeek rpc '{}'`",
        text.trim_matches('*')
    );
    let finding = finding(rule, Code::UnknownRpcName, span, message, help);
    Err(Box::new(finding))
}

/// The calls whose `field` is this text; an error where no Zeek release has the name.
pub(super) fn exact(
    rule: &Rule,
    field: &str,
    text: &str,
    span: &Range<usize>,
) -> Result<Predicate, Box<Finding>> {
    let registry = Registry::get();
    let test = match field {
        "uuid" => {
            let uuid = text.parse().map_err(|_| {
                let message = format!("`{text}` is not an interface UUID");
                let help = "write it like 367abb81-9844-35f1-ad32-98f038001003".to_owned();
                Box::new(finding(rule, Code::InvalidMatch, span, message, help))
            })?;
            IdentityTest::Interfaces(BTreeSet::from([uuid]))
        }
        "endpoint" => IdentityTest::Interfaces(match unnamed_number(text) {
            Some(uuid) => BTreeSet::from([uuid]),
            None => registry
                .interfaces_named(text)
                .map(|interface| interface.uuid)
                .collect(),
        }),
        _ => match unnamed_number(text) {
            Some(opnum) => IdentityTest::Opnum(Ordering::Equal, opnum),
            None => IdentityTest::Operations(
                registry
                    .operations_named(text)
                    .map(|operation| (operation.uuid, operation.opnum))
                    .collect(),
            ),
        },
    };
    match identity(test) {
        Predicate::Constant(false) => Err(unknown(rule, field, text, span)),
        predicate => Ok(predicate),
    }
}

/// The calls whose opnum compares to a value.
pub(super) fn opnum(matcher: &IrMatcher, value: &Value) -> Result<Predicate, Refusal> {
    let ordering = match matcher {
        IrMatcher::NumericGt(_) => Ordering::Greater,
        IrMatcher::NumericGte(_) => Ordering::GreaterOrEqual,
        IrMatcher::NumericLt(_) => Ordering::Less,
        IrMatcher::NumericLte(_) => Ordering::LessOrEqual,
        _ => Ordering::Equal,
    };
    let opnum = Number::parse(&value.text)
        .and_then(Number::as_count)
        .and_then(|number| u16::try_from(number).ok());
    match opnum {
        Some(opnum) => Ok(Predicate::Identity(IdentityTest::Opnum(ordering, opnum))),
        None => Err(Refusal::new(
            Code::FieldType,
            format!("`{}` is not an opnum", value.text),
            "give a number from 0 to 65535; for names use `operation`",
        )),
    }
}

/// Warns of what the watched calls mean for the rule: stubs that are encrypted, operations that nobody knows.
pub(super) fn check_watched(
    rule: &Rule,
    watched: Option<&Watched>,
    rest: &Predicate,
    findings: &mut Vec<Finding>,
) {
    match watched {
        None => {}
        Some(Watched::Every) => {
            let span = rule.first_search();
            let message = "rule is tested at every call of every interface";
            let finding = Finding::new(Code::EveryCall, rule.place(span), message);
            findings.push(finding.help("name an endpoint or a uuid, best with an operation"));
        }
        Some(Watched::Some {
            operations,
            interfaces,
        }) => {
            warn_of_unknown(rule, operations, findings);
            findings.extend(twin(rule, operations, interfaces));
            warn_of_encryption(operations, interfaces, rest, findings);
        }
    }
}

/// Says which interface has an operation, too, that the rule watches on another one alone.
fn twin(
    rule: &Rule,
    operations: &BTreeSet<(InterfaceUuid, u16)>,
    interfaces: &BTreeSet<InterfaceUuid>,
) -> Option<Finding> {
    let registry = Registry::get();
    let is_watched = |operation: &Operation| {
        interfaces.contains(&operation.uuid)
            || operations.contains(&(operation.uuid, operation.opnum))
    };
    let of_interfaces = interfaces
        .iter()
        .filter_map(|uuid| registry.interface(*uuid));
    let whole = of_interfaces.flat_map(|interface| interface.operations);
    let single = operations
        .iter()
        .filter_map(|(uuid, opnum)| registry.operation(*uuid, *opnum));
    let (operation, twin) = single.chain(whole).find_map(|operation| {
        let mut twins = registry.twins(operation);
        Some((operation, twins.find(|twin| !is_watched(twin))?))
    })?;
    let mut items = Vec::new();
    for search in &rule.searches {
        items_of(&search.detection, &mut items);
    }
    let names_interface = |item: &&&Item| {
        let name = item.field.as_ref().map(|name| name.value.as_str());
        matches!(name, Some("endpoint" | "uuid"))
    };
    let named = items.iter().find(names_interface);
    let span = named
        .and_then(|item| item.values.first())
        .map_or_else(|| rule.first_search(), |value| &value.span);
    let message = format!(
        "{} has {} like {}, and the rule does not watch it there",
        twin.endpoint, twin.operation, operation.endpoint
    );
    let help = format!(
        "clients may call either: ask for `endpoint` {} or {}",
        operation.endpoint, twin.endpoint
    );
    Some(Finding::new(Code::TwinInterface, rule.place(span), message).help(help))
}

fn warn_of_unknown(
    rule: &Rule,
    operations: &BTreeSet<(InterfaceUuid, u16)>,
    findings: &mut Vec<Finding>,
) {
    let registry = Registry::get();
    for (uuid, opnum) in operations {
        if registry.operation(*uuid, *opnum).is_some() {
            continue;
        }
        let message = match registry.interface(*uuid) {
            Some(interface) => format!(
                "no Zeek release knows opnum {opnum} of {}",
                interface.endpoint
            ),
            None => format!("no Zeek release knows interface {uuid}"),
        };
        let span = rule.first_search();
        let finding = Finding::new(Code::UnknownOperation, rule.place(span), message);
        findings.push(finding.help(
            "the rule matches it by number all the same; check it against the interface's IDL",
        ));
    }
}

fn warn_of_encryption(
    operations: &BTreeSet<(InterfaceUuid, u16)>,
    interfaces: &BTreeSet<InterfaceUuid>,
    rest: &Predicate,
    findings: &mut Vec<Finding>,
) {
    let payload = rest
        .tests()
        .into_iter()
        .find(|test| test.field.is_payload() || test.field.is_argument());
    let Some(test) = payload else { return };
    let registry = Registry::get();
    let of_operation = operations.iter().find_map(|(uuid, opnum)| {
        let interface = registry.interface(*uuid)?;
        Some((interface.endpoint, interface.stub_encryption(*opnum)?))
    });
    let of_interface = || {
        interfaces.iter().find_map(|uuid| {
            let interface = registry.interface(*uuid)?;
            Some((interface.endpoint, interface.encryption.as_ref()?))
        })
    };
    let Some((endpoint, encryption)) = of_operation.or_else(of_interface) else {
        return;
    };
    let message = format!(
        "`{}` of {endpoint} is encrypted {}: of such calls, no condition on it holds, and the negation of any does ({})",
        test.field.name,
        encryption.scope.as_phrase(),
        encryption.source
    );
    let finding = Finding::new(Code::EncryptedStub, test.place.clone(), message);
    findings.push(finding.help("add a rule on the operation alone: encryption does not hide it"));
}

/// Why a rule on names matches nothing: an operation that none of its endpoints has.
pub(super) fn strange_operation(rule: &Rule) -> Option<Finding> {
    let mut items = Vec::new();
    for search in &rule.searches {
        items_of(&search.detection, &mut items);
    }
    let values = |field: &str| {
        let items = items.iter().filter(|item| {
            item.field.as_ref().is_some_and(|name| name.value == field)
                && !item.negated
                && item.modifiers.is_empty()
        });
        items.flat_map(|item| &item.values).collect::<Vec<&Value>>()
    };
    let endpoints = values("endpoint");
    let endpoint = endpoints.first()?;
    values("operation").into_iter().find_map(|operation| {
        let owners: BTreeSet<&str> = Registry::get()
            .operations_named(&operation.text)
            .map(|operation| operation.endpoint)
            .collect();
        let is_owner = |endpoint: &&Value| {
            owners
                .iter()
                .any(|owner| owner.eq_ignore_ascii_case(&endpoint.text))
        };
        if owners.is_empty() || endpoints.iter().any(is_owner) {
            return None;
        }
        let message = format!("{} has no operation `{}`", endpoint.text, operation.text);
        let owners: Vec<&str> = owners.into_iter().take(SUGGESTIONS).collect();
        let finding = Finding::new(Code::NeverMatches, rule.place(&operation.span), message)
            .help(format!("it is an operation of {}", owners.join(", ")));
        Some(finding.related(rule.place(&endpoint.span), "the endpoint"))
    })
}

fn items_of<'a>(detection: &'a Detection, items: &mut Vec<&'a Item>) {
    match detection {
        Detection::All(parts) | Detection::Any(parts) => {
            parts.iter().for_each(|part| items_of(part, items));
        }
        Detection::Item(item) => items.push(item),
    }
}

/// Operations that Zeek leaves out of dce_rpc.log by default (`DCE_RPC::ignored_operations`, the same in 7.0 to 8.0).
const UNLOGGED: &[(&str, &[&str])] = &[
    (
        "winreg",
        &[
            "BaseRegCloseKey",
            "BaseRegGetVersion",
            "BaseRegOpenKey",
            "BaseRegQueryValue",
            "BaseRegDeleteKeyEx",
            "OpenLocalMachine",
            "BaseRegEnumKey",
            "OpenClassesRoot",
        ],
    ),
    ("spoolss", &["RpcSplOpenPrinter", "RpcClosePrinter"]),
    ("wkssvc", &["NetrWkstaGetInfo"]),
];

/// Whether Zeek writes calls of an operation into dce_rpc.log by default.
pub fn is_logged(operation: &Operation) -> bool {
    let mut unlogged = UNLOGGED.iter();
    !unlogged.any(|(endpoint, names)| {
        *endpoint == operation.endpoint && names.contains(&operation.operation)
    })
}

/// Warns of a payload column that stays empty because Zeek does not log the call.
pub(super) fn check_logged(
    rule: &Rule,
    watched: Option<&Watched>,
    span: &Range<usize>,
    findings: &mut Vec<Finding>,
) {
    let Some(Watched::Some { operations, .. }) = watched else {
        return;
    };
    let unlogged = operations.iter().find_map(|(uuid, opnum)| {
        let operation = Registry::get().operation(*uuid, *opnum)?;
        (!is_logged(operation)).then_some(operation)
    });
    if let Some(operation) = unlogged {
        let message = format!(
            "Zeek does not log {}::{}, so its column stays empty",
            operation.endpoint, operation.operation
        );
        let finding = Finding::new(Code::UnloggedCall, rule.place(span), message);
        findings.push(
            finding
                .help("write `to: log`, or take the operation out of DCE_RPC::ignored_operations"),
        );
    }
}

fn identity(test: IdentityTest) -> Predicate {
    let nothing = match &test {
        IdentityTest::Interfaces(uuids) => uuids.is_empty(),
        IdentityTest::Operations(pairs) => pairs.is_empty(),
        IdentityTest::Opnum(..) => false,
    };
    if nothing {
        Predicate::Constant(false)
    } else {
        Predicate::Identity(test)
    }
}

/// The field with which this one is easily confused.
fn other_name(field: &str) -> Option<&'static str> {
    match field {
        "endpoint" => Some("operation"),
        "operation" => Some("endpoint"),
        _ => None,
    }
}

fn unknown(rule: &Rule, field: &str, text: &str, span: &Range<usize>) -> Box<Finding> {
    let registry = Registry::get();
    let is_other = match field {
        "endpoint" => registry.operations_named(text).next().is_some(),
        _ => registry.interfaces_named(text).next().is_some(),
    };
    if is_other {
        return swapped(rule, field, text, span);
    }
    let other_kind =
        uuid_alone(rule, field, text, span).or_else(|| protocol(rule, field, text, span));
    if let Some(found) = other_kind {
        return Box::new(found);
    }
    let near = match field {
        "endpoint" => registry.nearest_endpoints(text, SUGGESTIONS),
        _ => registry.nearest_operations(text, SUGGESTIONS),
    };
    let message = format!("no Zeek release prints {field} `{text}`");
    let help = if near.is_empty() {
        other_help(registry, field, text)
    } else {
        format!("did you mean `{}`?", near.join("` or `"))
    };
    let fix = match near.as_slice() {
        [near] => Fix::replace_scalar(&rule.source, span, text, *near),
        _ => None,
    };
    Box::new(finding(rule, Code::UnknownRpcName, span, message, help).fix(fix))
}

/// The interface's UUID or the operation's number in what Zeek prints for what it has no name for.
fn unnamed_number<T: FromStr>(text: &str) -> Option<T> {
    text.strip_prefix("unknown-")?.parse().ok()
}

/// A UUID in place of an interface's name.
fn uuid_alone(rule: &Rule, field: &str, text: &str, span: &Range<usize>) -> Option<Finding> {
    if field != "endpoint" {
        return None;
    }
    let uuid = text.parse::<InterfaceUuid>().ok()?.to_string();
    let message = format!("`{text}` is no name of an interface");
    let fix = mend::under_another_key(rule, field, span, "uuid", &uuid);
    let help = format!("write `uuid: {uuid}`");
    Some(finding(rule, Code::UnknownRpcName, span, message, help).fix(fix))
}

/// The name of a document that specifies interfaces, such as MS-RPRN.
fn protocol(rule: &Rule, field: &str, text: &str, span: &Range<usize>) -> Option<Finding> {
    let interfaces = Registry::get().interfaces_of_protocol(text);
    let mut endpoints: Vec<&str> = interfaces.map(|interface| interface.endpoint).collect();
    endpoints.dedup();
    let first = *endpoints.first()?;
    let message = format!("`{text}` is a protocol, not an {field}");
    let help = match endpoints.as_slice() {
        [_] => format!("its endpoint is `{first}`"),
        all if all.len() <= SUGGESTIONS => format!("its endpoints are {}", all.join(", ")),
        _ => format!("list its endpoints with `sigzeek rpc {text}`"),
    };
    let is_only = endpoints.len() == 1 && field == "endpoint";
    let fix = is_only
        .then(|| Fix::replace_scalar(&rule.source, span, text, first))
        .flatten();
    Some(finding(rule, Code::UnknownRpcName, span, message, help).fix(fix))
}

/// Advice for a name that is near to none of its kind: it may be a misspelt one of the other kind.
fn other_help(registry: &'static Registry, field: &str, text: &str) -> String {
    let (other, near) = match field {
        "endpoint" => ("operation", registry.nearest_operations(text, 1)),
        _ => ("endpoint", registry.nearest_endpoints(text, 1)),
    };
    match near.first() {
        Some(near) => format!(
            "did you mean `{other}: {near}`? The endpoint is the interface, the operation its function"
        ),
        None => "look it up with `sigzeek rpc`, or give its uuid and opnum".to_owned(),
    }
}

fn swapped(rule: &Rule, field: &str, text: &str, span: &Range<usize>) -> Box<Finding> {
    let other = other_name(field).unwrap_or(field);
    let message = format!("`{text}` is not an {field} but an {other}");
    let help = format!(
        "write `{other}: {text}`: the endpoint is the interface, the operation its function"
    );
    let fix = mend::swapped_back(rule, field, span);
    Box::new(finding(rule, Code::SwappedRpcNames, span, message, help).fix(fix))
}

fn finding(rule: &Rule, code: Code, span: &Range<usize>, message: String, help: String) -> Finding {
    Finding::new(code, rule.place(span), message).help(help)
}
