//! Phase analysis: at which event each part of a rule is decided.
//!
//! A part is decided at the first event at which all of its fields are known. A rule hooks no more events than that
//! takes: what can still be read later joins the next event that the rule hooks anyway.

use std::collections::BTreeSet;

use super::{Key, Stage, argument, gate, late};
use crate::finding::{Code, Finding};
use crate::predicate::pattern::Pattern;
use crate::predicate::{Comparison, Predicate};
use crate::rule::{NoticeText, RaiseOn, Rule};
use crate::service::{Field, FileAction, FileVerb, FoundBy, Hooking, Phase, Service, Unfound};

/// The stages of a rule whose predicate is `rest`, in the order of their events. Correlations look at the fields that are
/// `demanded` when the rule has matched.
pub(super) fn plan(
    rule: &Rule,
    service: Service,
    actions: &BTreeSet<FileAction>,
    rest: Predicate,
    demanded: &[&str],
    findings: &mut Vec<Finding>,
) -> Option<Vec<Stage>> {
    let parts = rest.conjuncts();
    let hooked = hooked_phases(rule, service, &parts, demanded, findings)?;
    let narrowing = narrowing(service, &hooked, &parts);
    let mut stages: Vec<Stage> = hooked
        .iter()
        .map(|phase| Stage {
            phase: *phase,
            key: None,
            condition: Predicate::Constant(true),
        })
        .collect();
    for part in parts {
        let known = part.phase().unwrap_or(service.first_phase());
        let stage = stages.iter_mut().find(|stage| stage.phase >= known)?;
        let condition = std::mem::replace(&mut stage.condition, Predicate::Constant(true));
        stage.condition = Predicate::all([condition, part]);
    }
    for stage in &mut stages {
        take_key(service, stage);
        if stage.key.is_none() {
            stage.key = argument::stub_key(stage);
        }
    }
    if let Some(stage) = narrowing {
        narrow(&mut stages, stage);
    }
    warn_of_every_event(rule, service, actions, &stages, findings);
    Some(stages)
}

/// The events that the rule must hook: where a part must be decided at once, and where the notice is raised.
fn hooked_phases(
    rule: &Rule,
    service: Service,
    parts: &[Predicate],
    demanded: &[&str],
    findings: &mut Vec<Finding>,
) -> Option<BTreeSet<Phase>> {
    let asks_request = rule
        .zeek
        .raise_on
        .as_ref()
        .is_some_and(|asked| asked.value == RaiseOn::Request);
    let demanded: Vec<Field> = demanded
        .iter()
        .filter_map(|name| service.field(name))
        .filter(|field| !(asks_request && field.phase.is_response()))
        .collect();
    let decided = parts.iter().filter_map(Predicate::phase).max();
    let kept = kept_phases(rule, service);
    let raised = raise_phase(rule, service, parts, decided, findings)?;
    let known_later = demanded.iter().map(|field| field.phase);
    let told = || told_fields(rule, service);
    let read = told().filter(|field| field.is_argument());
    let read = read.filter(|field| !(asks_request && field.phase.is_response()));
    let raised = kept
        .iter()
        .copied()
        .chain(known_later)
        .chain(read.map(|field| field.phase))
        .fold(raised, Phase::max);
    let mut hooked = kept;
    hooked.insert(raised);
    let told_early = told().filter(|field| !field.stays && field.phase <= raised);
    hooked.extend(told_early.map(|field| field.phase));
    let of_parts = parts.iter().flat_map(Predicate::fields).cloned();
    let mut used = of_parts.chain(told()).chain(demanded.iter().cloned());
    // Numbers can be read out of anything: the results of a call count only where its arguments can be read.
    if used.any(|field| field.is_argument() && field.phase.is_response()) {
        hooked.insert(Phase::CallRequestStub);
    }
    let gone = demanded.iter().filter(|field| !field.stays);
    hooked.extend(gone.map(|field| field.phase));
    for part in parts {
        match service.spec().hooking {
            Hooking::BeforeGone => {
                let fields = part.fields().into_iter().filter(|field| !field.stays);
                hooked.extend(fields.map(|field| field.phase));
            }
            Hooking::AsKnown => hooked.extend(part.phase()),
            Hooking::Last => {}
        }
    }
    Some(hooked)
}

/// The events at which payload that is to be logged must be kept, since it cannot be read later.
fn kept_phases(rule: &Rule, service: Service) -> BTreeSet<Phase> {
    let logged = rule.zeek.log_payload.iter().flat_map(|log| &log.fields);
    logged
        .filter_map(|name| service.field(&name.value))
        .filter(|field| !field.stays)
        .map(|field| field.phase)
        .collect()
}

/// The fields that the notice has.
fn told_fields(rule: &Rule, service: Service) -> impl Iterator<Item = Field> {
    let notice = &rule.zeek.notice;
    let texts = notice.message.iter().chain(&notice.sub);
    let identifying = notice.identifier.iter().flatten();
    identifying
        .chain(texts.flat_map(NoticeText::fields))
        .filter_map(move |name| service.field(&name.value))
}

fn raise_phase(
    rule: &Rule,
    service: Service,
    parts: &[Predicate],
    decided: Option<Phase>,
    findings: &mut Vec<Finding>,
) -> Option<Phase> {
    let decided = decided.unwrap_or(service.first_phase());
    let asked = rule.zeek.raise_on.as_ref();
    if let (Some(asked), true) = (asked, service.log().is_some()) {
        let message = format!(
            "a record of {}.log is neither request nor response",
            service.name()
        );
        let finding = Finding::new(Code::InvalidValue, rule.place(&asked.span), message);
        findings.push(
            finding.help("leave `raise_on:` out: the notice is raised when the record is logged"),
        );
        return None;
    }
    let raising = service.spec().raising;
    match asked.map(|asked| asked.value) {
        Some(RaiseOn::Request) if decided.is_response() => {
            let field = parts
                .iter()
                .flat_map(|part| part.fields())
                .max_by_key(|field| field.phase)?;
            let message = format!(
                "notice cannot be raised on the request: `{}` comes later",
                field.name
            );
            let span = asked.map_or(&rule.title.span, |asked| &asked.span);
            findings.push(late(rule, span, message, field));
            None
        }
        Some(RaiseOn::Request) => Some(decided),
        Some(RaiseOn::Response) => Some(decided.max(raising.answered)),
        None => Some(decided.max(raising.usual)),
    }
}

/// Takes out of a stage the part by which Zeek can find the rule among all that look at the same field.
fn take_key(service: Service, stage: &mut Stage) {
    let condition = std::mem::replace(&mut stage.condition, Predicate::Constant(true));
    let mut parts = condition.conjuncts();
    let best = parts
        .iter()
        .enumerate()
        .filter_map(|(index, part)| {
            let key = key(part)?;
            Some((rank(service, stage.phase, &key)?, index, key))
        })
        .min_by_key(|(rank, index, _)| (*rank, *index));
    if let Some((_, index, key)) = best {
        parts.remove(index);
        stage.key = Some(key);
    }
    stage.condition = Predicate::all(parts);
}

/// A part as a pattern that one field must match.
fn key(part: &Predicate) -> Option<Key> {
    let tests: Vec<_> = match part {
        Predicate::Test(test) => vec![test],
        Predicate::Any(parts) => parts
            .iter()
            .map(|part| match part {
                Predicate::Test(test) => Some(test),
                _ => None,
            })
            .collect::<Option<_>>()?,
        _ => return None,
    };
    let field = &tests.first()?.field;
    let mut patterns = Vec::new();
    for test in &tests {
        match &test.comparison {
            Comparison::Matches(pattern) if test.field == *field => patterns.push(pattern.clone()),
            _ => return None,
        }
    }
    Some(Key {
        field: field.clone(),
        pattern: Pattern::any_of(patterns),
        implied: false,
    })
}

/// A stage that tests no more than whether any of a rule's alternatives can match, by a field of which each of them wants
/// some text. It is the rule's first, or comes before that.
fn narrowing(service: Service, hooked: &BTreeSet<Phase>, parts: &[Predicate]) -> Option<Stage> {
    let spec = service.spec();
    // Calls are picked by their operations.
    if spec.found_by == FoundBy::Operation {
        return None;
    }
    let first = *hooked.first()?;
    let fields = parts.iter().flat_map(Predicate::fields);
    let mut seen = BTreeSet::new();
    let keys = fields
        .filter(|field| field.phase <= first && seen.insert(*field))
        .filter_map(|field| {
            let phase = match spec.hooking {
                Hooking::AsKnown => field.phase,
                Hooking::BeforeGone | Hooking::Last => first,
            };
            let wanted = parts.iter().find_map(|part| wanted(part, field))?;
            let key = Key {
                field: field.clone(),
                pattern: Pattern::any_of(wanted.into_iter().cloned()),
                implied: true,
            };
            Some((phase, rank(service, phase, &key)?, key))
        });
    let (phase, _, key) = keys.min_by_key(|(phase, rank, _)| (*phase, *rank))?;
    Some(Stage {
        phase,
        key: Some(key),
        condition: Predicate::Constant(true),
    })
}

/// Patterns of which a field matches one wherever a predicate holds, if that is so.
fn wanted<'p>(predicate: &'p Predicate, field: &Field) -> Option<Vec<&'p Pattern>> {
    let of_each = |parts: &'p [Predicate]| -> Option<Vec<&'p Pattern>> {
        let wanted: Option<Vec<Vec<&Pattern>>> =
            parts.iter().map(|part| wanted(part, field)).collect();
        wanted.map(|wanted| wanted.concat())
    };
    match predicate {
        Predicate::Test(test) => match &test.comparison {
            Comparison::Matches(pattern) if test.field == *field => Some(vec![pattern]),
            _ => None,
        },
        Predicate::All(parts) => parts.iter().find_map(|part| wanted(part, field)),
        Predicate::Any(parts) => of_each(parts),
        Predicate::AtLeast(least, parts) if *least > 0 => of_each(parts),
        _ => None,
    }
}

/// Puts a narrowing stage before the others, or its key to the first, unless that has one.
fn narrow(stages: &mut Vec<Stage>, narrowing: Stage) {
    match stages.first_mut() {
        Some(first) if first.key.is_some() => {}
        Some(first) if first.phase == narrowing.phase => first.key = narrowing.key,
        _ => stages.insert(0, narrowing),
    }
}

/// How well a key picks rules; less is better. `None` for keys that Zeek cannot look up at the stage's event.
fn rank(service: Service, phase: Phase, key: &Key) -> Option<u8> {
    let known = key.field.phase;
    let in_time = match service.spec().hooking {
        Hooking::AsKnown => known == phase,
        Hooking::BeforeGone | Hooking::Last => known <= phase,
    };
    in_time.then(|| service.rank(&key.field)).flatten()
}

/// A rule that nothing picks runs on every event of its first stage.
fn warn_of_every_event(
    rule: &Rule,
    service: Service,
    actions: &BTreeSet<FileAction>,
    stages: &[Stage],
    findings: &mut Vec<Finding>,
) {
    let Some(first) = stages.first() else { return };
    if first.key.is_some() || service.log().is_some() && gate::of(&first.condition).is_some() {
        return;
    }
    let (message, help) = match service.spec().unfound {
        Unfound::Warns { message, help } => (message, help),
        Unfound::WarnsOfFrequentActions { message, help } if is_frequent(actions) => {
            (message, help)
        }
        Unfound::IsFine | Unfound::WarnsOfFrequentActions { .. } => return,
    };
    let message = message.replace("{event}", first.phase.event());
    let span = rule.first_search();
    let finding = Finding::new(Code::EveryCall, rule.place(span), message);
    findings.push(finding.help(help));
}

fn is_frequent(actions: &BTreeSet<FileAction>) -> bool {
    let mut actions = actions.iter();
    actions.any(|action| matches!(action.verb, FileVerb::Read | FileVerb::Write))
}
