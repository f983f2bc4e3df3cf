//! The dispatch of DCE-RPC calls: one look-up a call, whatever the number of rules.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use askama::Template;

use super::keys::{Entry, SharedGates, list};
use super::rule_file::{payload_function_name, stage_function_name};
use super::string::literal;
use super::{WriteError, Writer, comment};
use crate::plan::zeek_names::RuleNames;
use crate::plan::{MAX_CONTEXTS, MAX_PENDING_CALLS, RulePlan, Stage};
use crate::predicate::identity::Watched;
use crate::predicate::pattern::Pattern;
use crate::registry::{InterfaceUuid, Registry};
use crate::service::{FoundBy, Phase, Service};

#[derive(Template)]
#[template(path = "dce-rpc-call.zeek")]
struct Call<'a> {
    module: &'a str,
    rule_type: &'static str,
}

#[derive(Template)]
#[template(path = "dce-rpc.zeek")]
struct Dispatch<'a> {
    module: &'a str,
    pending: String,
    keeps_calls: bool,
    phases: Vec<PhaseTables>,
    max_pending_calls: usize,
    opnum_tables: Vec<KeyedTable>,
    /// How the call is found that an event is about, in Zeek.
    call: &'static str,
    /// Whether some rule is decided on the response.
    decides_unanswered: bool,
    /// Whether no rule watches the responses of the call; empty where some rule watches all.
    unanswered_not_watched: String,
    /// Interfaces that rules watch, by what Zeek makes of them where the client is big-endian.
    swapped_interfaces: Vec<SwappedInterface>,
    /// Whether some rule watches calls of every interface.
    watches_every: bool,
}

struct SwappedInterface {
    swapped: String,
    uuid: String,
    comment: String,
}

#[derive(Template)]
#[template(path = "dce-rpc-pairing.zeek")]
struct Pairing {
    max_contexts: usize,
}

/// A table of rules by operation or by interface.
#[derive(Clone)]
struct KeyedTable {
    name: String,
    /// The event's name, as identifiers have it.
    phase: &'static str,
    /// What the table is looked up by, in Zeek.
    key: &'static str,
}

impl KeyedTable {
    /// Whether the table has nothing for a call, in Zeek.
    fn lacks(&self) -> String {
        format!("{} !in {}", self.key, self.name)
    }
}

/// What is dispatched at one event.
struct PhaseTables {
    phase: Phase,
    name: &'static str,
    event: &'static str,
    /// The event's last parameter, in Zeek.
    argument: &'static str,
    operations: Vec<OperationRow>,
    interfaces: Vec<InterfaceRow>,
    every: String,
    operation_patterns: Vec<PatternRow>,
    every_patterns: Vec<Entry>,
    key_field: &'static str,
    members: Vec<&'static str>,
    only_operations: bool,
    /// The tables that turn calls away which no rule watches.
    tables: Vec<KeyedTable>,
    not_watched: String,
    filters_pairs: bool,
    filters_opnums: bool,
    is_response: bool,
    /// Whether the event matters only to calls that some rule has named a candidate.
    gated: bool,
    forgets_first: bool,
    forgets_last: bool,
    keeps: bool,
}

struct OperationRow {
    uuid: String,
    opnum: u16,
    comment: String,
    handlers: String,
}

struct InterfaceRow {
    uuid: String,
    comment: String,
    handlers: String,
}

struct PatternRow {
    uuid: String,
    opnum: u16,
    comment: String,
    patterns: Vec<Entry>,
}

/// The functions to run at one event, by what they watch.
#[derive(Default)]
struct Handlers {
    operations: BTreeMap<(InterfaceUuid, u16), Vec<String>>,
    interfaces: BTreeMap<InterfaceUuid, Vec<String>>,
    every: Vec<String>,
    operation_patterns: BTreeMap<(InterfaceUuid, u16), BTreeMap<Pattern, Vec<String>>>,
    every_patterns: BTreeMap<Pattern, Vec<String>>,
    /// Whether each of the rules has tested the call at an earlier event.
    gated: bool,
}

impl Writer<'_> {
    pub(super) fn dce_rpc_call(&self) -> Result<String, WriteError> {
        Ok(Call {
            module: &self.names.module,
            rule_type: self.rule_type(),
        }
        .render()?)
    }

    pub(super) fn dce_rpc(&self) -> Result<String, WriteError> {
        let keeps_calls = self
            .rpc_rules()
            .any(|(rule, _)| rule.takes_several_events());
        let mut phases: Vec<PhaseTables> = Service::DCE_RPC
            .phases()
            .filter_map(|phase| self.phase_tables(phase))
            .collect();
        if keeps_calls {
            order_of_keeping(&mut phases);
        }
        Ok(Dispatch {
            module: &self.names.module,
            pending: format!("{}_calls", self.names.field),
            keeps_calls,
            max_pending_calls: MAX_PENDING_CALLS,
            opnum_tables: tables_of(&phases, |phase| phase.filters_opnums),
            call: if keeps_calls {
                "call_of(c, fid, ctx_id, context)"
            } else {
                "new_call(c, context)"
            },
            decides_unanswered: phases.iter().any(|phase| phase.is_response),
            unanswered_not_watched: unanswered_not_watched(&phases),
            swapped_interfaces: self.swapped_interfaces(),
            watches_every: self
                .rpc_rules()
                .any(|(rule, _)| !matches!(rule.watched, Some(Watched::Some { .. }))),
            phases,
        }
        .render()?)
    }

    pub(super) fn dce_rpc_pairing(&self) -> Result<String, WriteError> {
        Ok(Pairing {
            max_contexts: MAX_CONTEXTS,
        }
        .render()?)
    }

    fn swapped_interfaces(&self) -> Vec<SwappedInterface> {
        let watched: BTreeSet<InterfaceUuid> = self
            .rpc_rules()
            .filter_map(|(rule, _)| rule.watched.as_ref())
            .flat_map(Watched::interfaces)
            .collect();
        let text = |uuid: InterfaceUuid| literal(uuid.to_string().as_bytes());
        let swapped = watched.into_iter().map(|uuid| SwappedInterface {
            swapped: text(uuid.swapped()),
            uuid: text(uuid),
            comment: interface_name(uuid),
        });
        swapped.collect()
    }

    /// Whether the dispatch tests a stage's key, so that the rule's function need not.
    pub(super) fn finds_by_key(&self, rule: &RulePlan<'_>, stage: &Stage) -> bool {
        let gated = |key| self.gates.covers(stage.phase, key);
        self.looks_up_key(rule, stage) && !stage.key.as_ref().is_some_and(gated)
    }

    /// Whether the dispatch looks a stage's key up in a table of patterns.
    pub(super) fn looks_up_key(&self, rule: &RulePlan<'_>, stage: &Stage) -> bool {
        let Some(key) = &stage.key else { return false };
        match rule.service.spec().found_by {
            FoundBy::Operation => key.field.is_payload() && self.shares_operation(rule, stage),
            // A gate goes before a text that picks worse.
            FoundBy::Nothing => rule.gate().is_none(),
            FoundBy::FileAction | FoundBy::SmbVersion => true,
        }
    }

    /// Whether another rule looks at the same payload of an operation that the rule watches.
    fn shares_operation(&self, rule: &RulePlan<'_>, stage: &Stage) -> bool {
        operations_of(rule).into_iter().any(|operation| {
            self.payload_rules
                .get(&(stage.phase, operation))
                .is_some_and(|rules| *rules > 1)
        })
    }

    fn rpc_rules(&self) -> impl Iterator<Item = (&RulePlan<'_>, &RuleNames)> {
        self.rules()
            .filter(|(rule, _)| rule.service == Service::DCE_RPC)
    }

    fn phase_tables(&self, phase: Phase) -> Option<PhaseTables> {
        let mut handlers = Handlers {
            gated: true,
            ..Handlers::default()
        };
        for (rule, names) in self.rpc_rules() {
            if let Some(stage) = rule.stages.iter().find(|stage| stage.phase == phase) {
                handlers.gated &= rule.stages.first().is_some_and(|first| first.phase < phase);
                let key = self
                    .looks_up_key(rule, stage)
                    .then(|| stage.key.as_ref().map(|key| &key.pattern))
                    .flatten();
                handlers.add(rule, &stage_function_name(names, phase), key);
            }
            if rule
                .later_payload()
                .is_some_and(|payload| payload.phase == phase)
            {
                handlers.add(rule, &payload_function_name(names), None);
            }
        }
        let uses_rtt = self.rpc_rules().any(|(rule, _)| rule.uses("rtt"));
        (!handlers.is_empty()).then(|| PhaseTables::new(phase, &handlers, &self.gates, uses_rtt))
    }
}

impl Handlers {
    fn add(&mut self, rule: &RulePlan<'_>, function: &str, key: Option<&Pattern>) {
        let function = function.to_owned();
        match (&rule.watched, key) {
            (
                Some(Watched::Some {
                    operations,
                    interfaces,
                }),
                key,
            ) => {
                for operation in operations {
                    match key {
                        Some(key) => {
                            let patterns = self.operation_patterns.entry(*operation).or_default();
                            patterns
                                .entry(key.clone())
                                .or_default()
                                .push(function.clone());
                        }
                        None => self
                            .operations
                            .entry(*operation)
                            .or_default()
                            .push(function.clone()),
                    }
                }
                for interface in interfaces {
                    self.interfaces
                        .entry(*interface)
                        .or_default()
                        .push(function.clone());
                }
            }
            (_, Some(key)) => self
                .every_patterns
                .entry(key.clone())
                .or_default()
                .push(function),
            (_, None) => self.every.push(function),
        }
    }

    /// The tables by operation and by interface that are not empty.
    fn keyed_tables(&self, phase: Phase) -> Vec<KeyedTable> {
        const OPERATION: &str = "[uuid, opnum]";
        let phase = phase.name();
        [
            (self.operations.is_empty(), "rules", OPERATION),
            (
                self.operation_patterns.is_empty(),
                "pattern_rules",
                OPERATION,
            ),
            (self.interfaces.is_empty(), "interface_rules", "uuid"),
        ]
        .into_iter()
        .filter(|(is_empty, ..)| !is_empty)
        .map(|(_, name, key)| KeyedTable {
            name: format!("{phase}_{name}"),
            phase,
            key,
        })
        .collect()
    }

    fn is_empty(&self) -> bool {
        self.operations.is_empty()
            && self.interfaces.is_empty()
            && self.every.is_empty()
            && self.operation_patterns.is_empty()
            && self.every_patterns.is_empty()
    }
}

impl PhaseTables {
    fn new(phase: Phase, handlers: &Handlers, gates: &SharedGates, uses_rtt: bool) -> Self {
        let watches_every = !handlers.every.is_empty() || !handlers.every_patterns.is_empty();
        let by_interface = !handlers.interfaces.is_empty();
        let only_operations = !handlers.operations.is_empty()
            && handlers.operation_patterns.is_empty()
            && !by_interface
            && !watches_every;
        let payload = match phase {
            Phase::CallResponseStub => "response_stub",
            _ => "stub",
        };
        let (argument, key_field) = match phase {
            Phase::CallRequestStub => ("stub: string", "request stub"),
            Phase::CallResponseStub => ("stub: string", "response stub"),
            _ => ("stub_len: count", ""),
        };
        Self {
            phase,
            name: phase.name(),
            event: phase.event(),
            argument,
            operations: handlers
                .operations
                .iter()
                .map(|((uuid, opnum), functions)| OperationRow {
                    uuid: literal(uuid.to_string().as_bytes()),
                    opnum: *opnum,
                    comment: operation_name(*uuid, *opnum),
                    handlers: list(functions),
                })
                .collect(),
            interfaces: handlers
                .interfaces
                .iter()
                .map(|(uuid, functions)| InterfaceRow {
                    uuid: literal(uuid.to_string().as_bytes()),
                    comment: interface_name(*uuid),
                    handlers: list(functions),
                })
                .collect(),
            every: list(&handlers.every),
            operation_patterns: handlers
                .operation_patterns
                .iter()
                .map(|((uuid, opnum), patterns)| PatternRow {
                    uuid: literal(uuid.to_string().as_bytes()),
                    opnum: *opnum,
                    comment: operation_name(*uuid, *opnum),
                    patterns: gates.entries(phase, payload, patterns),
                })
                .collect(),
            every_patterns: gates.entries(phase, payload, &handlers.every_patterns),
            key_field,
            members: members(phase, uses_rtt),
            only_operations,
            not_watched: handlers
                .keyed_tables(phase)
                .iter()
                .map(KeyedTable::lacks)
                .collect::<Vec<_>>()
                .join(" && "),
            tables: handlers.keyed_tables(phase),
            filters_pairs: !watches_every,
            filters_opnums: !phase.is_response()
                && !handlers.gated
                && !by_interface
                && !watches_every,
            is_response: phase.is_response(),
            gated: handlers.gated,
            forgets_first: false,
            forgets_last: false,
            keeps: false,
        }
    }
}

/// Where pending calls begin, are kept and end, in the order of the events.
fn order_of_keeping(phases: &mut [PhaseTables]) {
    if let Some(first) = phases.iter_mut().find(|phase| !phase.phase.is_response()) {
        first.forgets_first = true;
    }
    let last = phases.len().saturating_sub(1);
    for (index, phase) in phases.iter_mut().enumerate() {
        phase.keeps = index < last;
        phase.forgets_last = index == last;
    }
}

fn members(phase: Phase, uses_rtt: bool) -> Vec<&'static str> {
    match phase {
        Phase::CallRequest => vec!["call$stub_len = stub_len;"],
        Phase::CallRequestStub => vec!["call$stub = stub;", "call$stub_len = |stub|;"],
        Phase::CallResponse if uses_rtt => vec![
            "call$response_stub_len = stub_len;",
            "",
            "if ( c?$dce_rpc && c$dce_rpc?$rtt )",
            "\tcall$rtt = c$dce_rpc$rtt;",
        ],
        Phase::CallResponse => vec!["call$response_stub_len = stub_len;"],
        _ => vec![
            "call$response_stub = stub;",
            "call$response_stub_len = |stub|;",
        ],
    }
}

pub(super) fn operation_name(uuid: InterfaceUuid, opnum: u16) -> String {
    match Registry::get().operation(uuid, opnum) {
        Some(operation) => {
            comment::one_line(&format!("{}::{}", operation.endpoint, operation.operation))
        }
        None => format!("{}, opnum {opnum}", interface_name(uuid)),
    }
}

pub(super) fn interface_name(uuid: InterfaceUuid) -> String {
    match Registry::get().interface(uuid) {
        Some(interface) => comment::one_line(interface.endpoint),
        None => "An interface without a name".to_owned(),
    }
}

/// Whether no rule watches a call at an event of its response, in Zeek. What a response's payload must match finds no rule of
/// a call without one.
fn unanswered_not_watched(phases: &[PhaseTables]) -> String {
    let responses = || phases.iter().filter(|phase| phase.is_response);
    if responses().any(|phase| !phase.every.is_empty()) {
        return String::new();
    }
    let tables = responses().flat_map(|phase| &phase.tables);
    let tests: Vec<String> = tables.map(KeyedTable::lacks).collect();
    tests.join(" && ")
}

/// The tables of the events that a filter chooses.
fn tables_of(phases: &[PhaseTables], filter: impl Fn(&PhaseTables) -> bool) -> Vec<KeyedTable> {
    let chosen = phases.iter().filter(|phase| filter(phase));
    chosen.flat_map(|phase| phase.tables.clone()).collect()
}

/// How many rules look for a pattern in the payload of an operation, by the event that has the payload. `None` stands for
/// every operation.
pub(super) type PayloadRules = HashMap<(Phase, Option<(InterfaceUuid, u16)>), usize>;

/// Counts the rules of each operation's payload.
pub(super) fn payload_rules(rules: &[RulePlan<'_>]) -> PayloadRules {
    let mut counted = PayloadRules::new();
    for rule in rules.iter().filter(|rule| rule.service == Service::DCE_RPC) {
        let has_payload_key =
            |stage: &&Stage| stage.key.as_ref().is_some_and(|key| key.field.is_payload());
        for stage in rule.stages.iter().filter(has_payload_key) {
            for operation in operations_of(rule) {
                *counted.entry((stage.phase, operation)).or_default() += 1;
            }
        }
    }
    counted
}

/// The operations that a rule watches, as [`PayloadRules`] has them; none where it watches whole interfaces, whose
/// dispatch has no patterns.
fn operations_of(rule: &RulePlan<'_>) -> Vec<Option<(InterfaceUuid, u16)>> {
    match &rule.watched {
        Some(Watched::Some {
            operations,
            interfaces,
        }) if interfaces.is_empty() => operations.iter().copied().map(Some).collect(),
        Some(Watched::Every) => vec![None],
        _ => Vec::new(),
    }
}
