//! The arguments of calls that a rule names: which of its operations have them, what they are there, and what the stub of a
//! call must have in it for the rule to hold.

use super::detection::Refusal;
use super::{Key, Stage};
use crate::finding::{Code, Finding, Fix, Place};
use crate::predicate::identity::Watched;
use crate::predicate::pattern::Pattern;
use crate::predicate::{Comparison, Predicate, Test};
use crate::registry::{Operation, Registry};
use crate::service::argument::{self, ArgumentField, OfKind};
use crate::service::{Field, FieldKind, Phase, Service};
use crate::text::{nearest, only_near};

/// How many operations a message names.
const MOST_NAMED: usize = 3;

/// Whether a name is that of an argument, known or not.
pub(super) fn is_argument(service: Service, name: &str) -> bool {
    service == Service::DCE_RPC && argument::parse(name).is_some()
}

/// The argument of that name of the calls that a rule watches, or a finding at `place`.
pub(super) fn field(
    watched: &Watched,
    name: &str,
    place: &Place,
    findings: &mut Vec<Finding>,
) -> Option<Field> {
    match resolve(watched, name) {
        Ok(field) => Some(field),
        Err(refusal) => {
            let names = names(watched);
            let near = only_near(name, names.iter().copied()).filter(|near| *near != name);
            let fix =
                near.and_then(|near| Fix::replace_scalar(&place.source, &place.span, name, near));
            findings.push(refusal.at(place.clone()).fix(fix));
            None
        }
    }
}

/// The argument of that name of the calls that a rule watches, or what is wrong with it.
pub(super) fn resolve(watched: &Watched, name: &str) -> Result<Field, Refusal> {
    let known = ArgumentField::named(name);
    let Some(argument) = known.filter(|known| known.operations().any(|it| is_in(watched, it)))
    else {
        return Err(unknown(watched, name, known));
    };
    let kinds = argument.kinds.iter();
    let mut watched_kinds = kinds.filter(|of| {
        of.operations
            .iter()
            .any(|operation| is_in(watched, operation))
    });
    match (watched_kinds.next(), watched_kinds.next()) {
        (Some(first), Some(other)) => Err(of_two_kinds(watched, name, [first, other])),
        (Some(only), None) => Ok(argument.field(only)),
        (None, _) => Err(unknown(watched, name, known)),
    }
}

fn is_in(watched: &Watched, operation: &Operation) -> bool {
    watched.contains(operation.uuid, operation.opnum)
}

/// The operations that a rule watches and whose parameters are known.
fn described(watched: &Watched) -> impl Iterator<Item = &'static Operation> {
    let operations = Registry::get().operations().iter();
    operations.filter(|it| it.parameters().is_some() && is_in(watched, it))
}

/// The names of the arguments of the calls that a rule watches.
fn names(watched: &Watched) -> Vec<&'static str> {
    let arguments = described(watched).flat_map(ArgumentField::of);
    let mut names: Vec<&str> = arguments.map(|argument| argument.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn unknown(watched: &Watched, name: &str, known: Option<&ArgumentField>) -> Refusal {
    let message = match described(watched).next() {
        Some(operation) if described(watched).nth(1).is_none() => {
            format!("{} has no `{name}`", called(operation))
        }
        Some(_) => format!("none of the operations that the rule watches has `{name}`"),
        None => format!("the parameters of what the rule watches are not known: `{name}`"),
    };
    let names = names(watched);
    let near = nearest(name, names.iter().copied());
    let help = match (near, known) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, Some(known)) => format!("it is a parameter of {}", listed(known.operations())),
        (None, None) => match described(watched).next() {
            Some(operation) => format!("`sigzeek rpc {}` shows its parameters", called(operation)),
            None => "look at `stub` or `response_stub` instead".to_owned(),
        },
    };
    Refusal::new(Code::UnknownField, message, help)
}

fn of_two_kinds(watched: &Watched, name: &str, kinds: [&OfKind; 2]) -> Refusal {
    let [one, other] = kinds.map(|of| {
        let operations = of.operations.iter().copied();
        let watched = operations.filter(|operation| is_in(watched, operation));
        format!("{} in {}", of.kind, listed(watched))
    });
    Refusal::new(
        Code::FieldType,
        format!("`{name}` is {one} and {other}"),
        "write a rule for each kind",
    )
}

fn called(operation: &Operation) -> String {
    format!("{}::{}", operation.endpoint, operation.operation)
}

fn listed<'o>(operations: impl Iterator<Item = &'o Operation>) -> String {
    let mut names: Vec<String> = operations.map(called).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() > MOST_NAMED {
        let others = names.len() - MOST_NAMED;
        names.truncate(MOST_NAMED);
        return format!("{} and {others} more", names.join(", "));
    }
    names.join(", ")
}

/// What the stub of a call must have in it for a stage to hold: texts in UTF-16 or in the host's code page, or bytes. It is
/// cheaper to seek than arguments are to read.
pub(super) fn stub_key(stage: &Stage) -> Option<Key> {
    let name = match stage.phase {
        Phase::CallRequestStub => "stub",
        Phase::CallResponseStub => "response_stub",
        _ => return None,
    };
    let parts = match &stage.condition {
        Predicate::All(parts) => parts.as_slice(),
        part => std::slice::from_ref(part),
    };
    let sought = parts.iter().find_map(|part| sought(part, stage.phase))?;
    Some(Key {
        field: Service::DCE_RPC.field(name)?,
        pattern: Pattern::any_of(sought),
        implied: true,
    })
}

/// Patterns of which the stub matches one wherever a predicate holds, if that is so.
fn sought(predicate: &Predicate, phase: Phase) -> Option<Vec<Pattern>> {
    let of_each = |parts: &[Predicate]| -> Option<Vec<Pattern>> {
        let parts = parts.iter().map(|part| sought(part, phase));
        Some(parts.collect::<Option<Vec<_>>>()?.concat())
    };
    match predicate {
        Predicate::Test(test) if test.field.phase == phase => Some(vec![in_stub(test)?]),
        Predicate::All(parts) => parts.iter().find_map(|part| sought(part, phase)),
        Predicate::Any(parts) => of_each(parts),
        Predicate::AtLeast(least, parts) if *least > 0 => of_each(parts),
        _ => None,
    }
}

fn in_stub(test: &Test) -> Option<Pattern> {
    let Comparison::Matches(pattern) = &test.comparison else {
        return None;
    };
    let kinds = ArgumentField::named(&test.field.name)?.kinds.iter();
    let mut of_kind = kinds.filter(|of| of.kind == test.field.kind);
    if !of_kind.next()?.is_verbatim {
        return None;
    }
    match test.field.kind {
        FieldKind::Bytes => Pattern::gate_of([pattern.clone()]),
        _ => pattern.gate_in_encodings(),
    }
}

/// A warning for a rule that reads the arguments of calls of whole interfaces: nothing tells before which of them it is about.
pub(super) fn check_cost(watched: Option<&Watched>, stages: &[Stage]) -> Option<Finding> {
    let Some(Watched::Some { interfaces, .. }) = watched else {
        return None;
    };
    let registry = Registry::get();
    let interface = interfaces.iter().next()?;
    let unkeyed = stages.iter().filter(|stage| stage.key.is_none());
    let mut tests = unkeyed.flat_map(|stage| stage.condition.tests());
    let test = tests.find(|test| test.field.is_argument())?;
    let endpoint = registry
        .interface(*interface)
        .map_or_else(|| interface.to_string(), |known| known.endpoint.to_owned());
    let message = format!(
        "`{}` is read from every call of {endpoint} whose parameters are known",
        test.field.name
    );
    let finding = Finding::new(Code::EveryStub, test.place.clone(), message);
    Some(finding.help("name the operations, or ask for a text in an argument"))
}
