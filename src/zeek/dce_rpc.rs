//! The dispatch of DCE-RPC calls: one look-up a call, whatever the number of rules.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;

use super::keys::{PatternEntry, SharedGates, list};
use super::string::literal;
use super::{WriteError, Writer, comment};
use crate::event::PRIVACY;
use crate::plan::dispatch::calls::CallEvent;
use crate::plan::dispatch::{PickedBy, RuleRun};
use crate::plan::zeek_names::RuleNames;
use crate::plan::{MAX_CONTEXTS, RulePlan, Stage};
use crate::predicate::pattern::Pattern;
use crate::registry::{InterfaceUuid, Registry};
use crate::service::{Field, Phase, Service};

#[derive(Template)]
#[template(path = "dce-rpc-call.zeek")]
struct DceRpcCallScript<'a> {
    module: &'a str,
    /// The member of a call that has what the pack keeps of it.
    kept: String,
    /// Whether some rule looks into requests.
    reads_stubs: bool,
    /// Whether some rule looks at arguments.
    reads_arguments: bool,
    /// Whether some rule looks at the protection level of calls.
    reads_protection: bool,
}

/// Which fields of a call rules look at, or correlations and notices of rules. Others are not kept.
struct ReadFields {
    ts: bool,
    named_pipe: bool,
    rtt: bool,
    response_stub_len: bool,
}

#[derive(Template)]
#[template(path = "dce-rpc.zeek")]
struct DceRpcScript<'a> {
    module: &'a str,
    /// What the pack notes of an operation.
    operation_fields: Vec<OperationField>,
    phases: Vec<PhaseTables>,
    reads: ReadFields,
    /// Whether something is noted of calls before rules look at them, the member of an operation that says that it is, and the
    /// handlers that do it at the request.
    prepares: bool,
    prepared: String,
    noted_at_request: Vec<&'static str>,
    /// Interfaces that rules watch, by what Zeek makes of them where the client is big-endian.
    swapped_interfaces: Vec<SwappedInterface>,
    /// Whether some rule watches calls of every interface.
    watches_every: bool,
    /// Rules that can be blind to calls.
    blind_rules: Vec<BlindRules>,
}

/// A member of an operation.
struct OperationField {
    comment: String,
    name: String,
    zeek_type: &'static str,
}

/// Rules that are blind to a call for one reason, by what they watch.
struct BlindRules {
    comment: &'static str,
    name: &'static str,
    /// The function that counts the call.
    function: &'static str,
    operations: Vec<OperationRow>,
    interfaces: Vec<InterfaceRow>,
    every: String,
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

#[derive(Template)]
#[template(path = "dce-rpc-protection.zeek")]
struct Protection {
    /// The level at which stubs are encrypted.
    privacy: u8,
}

#[derive(Template)]
#[template(path = "dce-rpc-request-stub.zeek")]
struct RequestStub {
    /// The level at which stubs are encrypted.
    privacy: u8,
}

#[derive(Template)]
#[template(path = "dce-rpc-response-stub.zeek")]
struct ResponseStub;

/// The comment, table and function of rules that cannot read calls that cannot be decoded, and of those that only cannot read
/// sealed ones.
const SEALED: [&str; 3] = [
    "Other rules that look into requests",
    "rules_on_bytes",
    "count_sealed",
];
const UNDECODABLE: [&str; 3] = [
    "Rules that look at arguments",
    "rules_on_arguments",
    "count_undecodable",
];

/// What is dispatched at one event.
struct PhaseTables {
    name: &'static str,
    event: &'static str,
    /// The shared script that tells of it, where that is not the one that pairs calls.
    script: Option<&'static str>,
    /// The members of an operation that have its rules without functions, and those found by a pattern.
    raised_rules: String,
    pattern_rules: String,
    operations: Vec<OperationRow>,
    /// The rules that match by the operation alone and have no function.
    raised: Vec<OperationRow>,
    interfaces: Vec<InterfaceRow>,
    every: Vec<String>,
    operation_patterns: Vec<PatternRow>,
    every_patterns: Vec<PatternEntry>,
    key_field: &'static str,
    /// The member of a call that patterns are about.
    payload: &'static str,
    watches_every: bool,
    /// The member of an operation that says that packs look into the call at this event; `None` for events without payload.
    looks_into: Option<&'static str>,
    /// What rules look into only where they have held at earlier events.
    later_operations: Vec<OperationRow>,
    later_interfaces: Vec<InterfaceRow>,
    later_every: bool,
    is_response: bool,
    /// Whether the event shows what rules look into, so that calls are counted that they cannot read.
    counts_blind: bool,
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
    patterns: Vec<PatternEntry>,
}

/// The functions to run at one event, by what they watch.
#[derive(Default)]
struct Handlers {
    operations: BTreeMap<(InterfaceUuid, u16), Vec<String>>,
    /// The rules that have none.
    raised: BTreeMap<(InterfaceUuid, u16), Vec<String>>,
    interfaces: BTreeMap<InterfaceUuid, Vec<String>>,
    every: Vec<String>,
    operation_patterns: BTreeMap<(InterfaceUuid, u16), BTreeMap<Pattern, Vec<String>>>,
    every_patterns: BTreeMap<Pattern, Vec<String>>,
    /// What rules watch that run only where they have held at earlier events.
    later_operations: BTreeMap<(InterfaceUuid, u16), Vec<String>>,
    later_interfaces: BTreeMap<InterfaceUuid, Vec<String>>,
    later_every: bool,
}

impl Writer<'_> {
    pub(super) fn dce_rpc_call(&self) -> Result<String, WriteError> {
        Ok(DceRpcCallScript {
            module: &self.names.module,
            kept: format!("kept_by_{}", self.names.field),
            reads_stubs: !self.blind_rules().is_empty(),
            reads_arguments: !self.dispatch.arguments.is_empty(),
            reads_protection: self.reads_protection(),
        }
        .render()?)
    }

    pub(super) fn dce_rpc(&self) -> Result<String, WriteError> {
        let calls = &self.dispatch.calls;
        let reads = self.read_fields();
        let phases: Vec<PhaseTables> = calls
            .events
            .iter()
            .map(|event| self.phase_tables(event))
            .collect();
        let noted_at_request = noted_at_request(&reads, self.reads_protection());
        let prepares = reads.rtt || !noted_at_request.is_empty();
        let prepared = format!("{}_is_prepared", self.names.field);
        let mut operation_fields: Vec<OperationField> = phases
            .iter()
            .flat_map(PhaseTables::operation_fields)
            .collect();
        if prepares {
            operation_fields.push(OperationField {
                comment: "Whether it is prepared for the pack's rules.".to_owned(),
                name: prepared.clone(),
                zeek_type: "bool",
            });
        }
        Ok(DceRpcScript {
            module: &self.names.module,
            operation_fields,
            prepares,
            prepared,
            noted_at_request,
            swapped_interfaces: self.swapped_interfaces(),
            watches_every: calls.watches_every,
            blind_rules: self.blind_rules(),
            phases,
            reads,
        }
        .render()?)
    }

    fn read_fields(&self) -> ReadFields {
        let reads = |name| self.rpc_rules().any(|(rule, _)| rule.uses(name));
        ReadFields {
            ts: reads("ts"),
            named_pipe: reads("named_pipe"),
            rtt: reads("rtt"),
            response_stub_len: reads("response_stub_len"),
        }
    }

    /// The scripts that packs share: which response answers which call, and what calls carry where rules look at it.
    pub(super) fn dce_rpc_shared(&self) -> Result<Vec<(&'static str, String)>, WriteError> {
        let pairing = Pairing {
            max_contexts: MAX_CONTEXTS,
        };
        let mut scripts = vec![("dce-rpc-pairing", pairing.render()?)];
        if self.reads_protection() {
            scripts.push((
                "dce-rpc-protection",
                Protection { privacy: PRIVACY }.render()?,
            ));
        }
        for event in &self.dispatch.calls.events {
            let text = match event.phase {
                Phase::CallRequestStub => RequestStub { privacy: PRIVACY }.render()?,
                Phase::CallResponseStub => ResponseStub.render()?,
                _ => continue,
            };
            scripts.extend(stub_script(event.phase).map(|script| (script, text)));
        }
        Ok(scripts)
    }

    /// The rules that can be blind to a call: those that look at arguments, then those that look at stubs as they are, which only
    /// sealing hides.
    fn blind_rules(&self) -> Vec<BlindRules> {
        let mut events = self.dispatch.calls.events.iter();
        let Some(event) = events.find(|event| event.phase == Phase::CallRequestStub) else {
            return Vec::new();
        };
        let at_arguments =
            |rule: &RulePlan<'_>| rule.fields_of_stubs().iter().any(Field::is_argument);
        let at_bytes =
            |rule: &RulePlan<'_>| !rule.fields_of_stubs().is_empty() && !at_arguments(rule);
        let mut all = Vec::new();
        if !self.dispatch.arguments.is_empty() {
            all.push(self.blind_to(event, UNDECODABLE, &at_arguments));
        }
        all.push(self.blind_to(event, SEALED, &at_bytes));
        all
    }

    fn blind_to(
        &self,
        event: &CallEvent,
        [comment, name, function]: [&'static str; 3],
        is_blind: &dyn Fn(&RulePlan<'_>) -> bool,
    ) -> BlindRules {
        let infos = |runs: &[RuleRun]| {
            let rules: BTreeSet<usize> = runs.iter().map(|run| run.rule).collect();
            let blind = rules
                .into_iter()
                .filter(|rule| is_blind(&self.plan.rules[*rule]));
            let infos = blind.map(|rule| format!("{}_rule", self.names.rules[rule].slug));
            list(&infos.collect::<Vec<_>>())
        };
        let operations = event.operations.iter();
        let operations = operations.map(|((uuid, opnum), runs)| OperationRow {
            uuid: literal(uuid.to_string().as_bytes()),
            opnum: *opnum,
            comment: operation_name(*uuid, *opnum),
            handlers: infos(runs),
        });
        let interfaces = event.interfaces.iter();
        let interfaces = interfaces.map(|(uuid, runs)| InterfaceRow {
            uuid: literal(uuid.to_string().as_bytes()),
            comment: interface_name(*uuid),
            handlers: infos(runs),
        });
        BlindRules {
            comment,
            name,
            function,
            operations: operations.filter(|row| !row.handlers.is_empty()).collect(),
            interfaces: interfaces.filter(|row| !row.handlers.is_empty()).collect(),
            every: infos(&event.every),
        }
    }

    /// Whether some rule looks at the protection level of calls.
    fn reads_protection(&self) -> bool {
        let of_protection = |rule: &RulePlan<'_>| rule.uses("auth_level") || rule.uses("sealed");
        self.rpc_rules().any(|(rule, _)| of_protection(rule))
    }

    fn swapped_interfaces(&self) -> Vec<SwappedInterface> {
        let text = |uuid: InterfaceUuid| literal(uuid.to_string().as_bytes());
        let watched = self.dispatch.calls.interfaces.iter();
        let swapped = watched.map(|&uuid| SwappedInterface {
            swapped: text(uuid.swapped()),
            uuid: text(uuid),
            comment: interface_name(uuid),
        });
        swapped.collect()
    }

    /// Whether the dispatch tests a stage's key, so that the rule's function need not.
    pub(super) fn finds_by_key(&self, rule: &RulePlan<'_>, stage: &Stage) -> bool {
        let gated = |key| self.gates.covers(stage.phase, key);
        self.dispatch.looks_up_key(rule, stage) && !stage.key.as_ref().is_some_and(gated)
    }

    fn rpc_rules(&self) -> impl Iterator<Item = (&RulePlan<'_>, &RuleNames)> {
        self.rules()
            .filter(|(rule, _)| rule.service == Service::DCE_RPC)
    }

    fn phase_tables(&self, event: &CallEvent) -> PhaseTables {
        let mut handlers = Handlers::default();
        for (operation, runs) in &event.operations {
            for run in runs {
                let (rule, names, function) = self.run(run, event.phase);
                if run.picked_by == PickedBy::Candidacy {
                    handlers.later_operations.entry(*operation).or_default();
                    continue;
                }
                match self.key(run) {
                    None if self.data(rule, names).is_some() => {
                        let raised = handlers.raised.entry(*operation).or_default();
                        raised.push(format!("{}_rule", names.slug));
                    }
                    Some(key) => {
                        let patterns = handlers.operation_patterns.entry(*operation).or_default();
                        let functions = patterns.entry(key.pattern.clone()).or_default();
                        functions.push(function);
                    }
                    None => handlers
                        .operations
                        .entry(*operation)
                        .or_default()
                        .push(function),
                }
            }
        }
        for (interface, runs) in &event.interfaces {
            let (later, first): (Vec<_>, Vec<_>) = runs
                .iter()
                .partition(|run| run.picked_by == PickedBy::Candidacy);
            if !later.is_empty() {
                handlers.later_interfaces.entry(*interface).or_default();
            }
            if !first.is_empty() {
                let functions = first.iter().map(|run| self.run(run, event.phase).2);
                handlers.interfaces.insert(*interface, functions.collect());
            }
        }
        for run in &event.every {
            let (.., function) = self.run(run, event.phase);
            if run.picked_by == PickedBy::Candidacy {
                handlers.later_every = true;
                continue;
            }
            match self.key(run) {
                Some(key) => {
                    let patterns = &mut handlers.every_patterns;
                    patterns
                        .entry(key.pattern.clone())
                        .or_default()
                        .push(function);
                }
                None => handlers.every.push(function),
            }
        }
        PhaseTables::new(event, handlers, &self.gates, &self.names.field)
    }
}

impl PhaseTables {
    fn new(event: &CallEvent, handlers: Handlers, gates: &SharedGates, pack: &str) -> Self {
        let phase = event.phase;
        let (payload, key_field) = match phase {
            Phase::CallResponseStub => ("response_stub", "response stub"),
            _ => ("stub", "request stub"),
        };
        Self {
            name: phase.name(),
            event: phase.event(),
            script: stub_script(phase),
            raised_rules: format!("{pack}_{}_raised", phase.name()),
            pattern_rules: format!("{pack}_{}_patterns", phase.name()),
            operations: operation_rows(&handlers.operations),
            raised: operation_rows(&handlers.raised),
            interfaces: interface_rows(&handlers.interfaces),
            watches_every: !handlers.every.is_empty() || !handlers.every_patterns.is_empty(),
            every_patterns: gates.entries(phase, payload, &handlers.every_patterns),
            every: handlers.every,
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
            looks_into: match phase {
                Phase::CallRequestStub => Some("looks_into_request"),
                Phase::CallResponseStub => Some("looks_into_response"),
                _ => None,
            },
            later_operations: operation_rows(&handlers.later_operations),
            later_interfaces: interface_rows(&handlers.later_interfaces),
            later_every: handlers.later_every,
            key_field,
            payload,
            is_response: phase.is_response(),
            counts_blind: phase == Phase::CallRequestStub,
        }
    }

    /// What is noted of an operation for this event.
    fn operation_fields(&self) -> Vec<OperationField> {
        let mut fields = Vec::new();
        if !self.raised.is_empty() {
            fields.push(OperationField {
                comment: format!("Rules that it alone matches, at {}.", self.event),
                name: self.raised_rules.clone(),
                zeek_type: "vector of RuleInfo",
            });
        }
        if !self.operation_patterns.is_empty() {
            fields.push(OperationField {
                comment: format!("Rules by what its {} must match.", self.key_field),
                name: self.pattern_rules.clone(),
                zeek_type: "table[pattern] of vector of SigzeekDceRpc::Handler",
            });
        }
        fields
    }
}

fn interface_rows(rules: &BTreeMap<InterfaceUuid, Vec<String>>) -> Vec<InterfaceRow> {
    let rows = rules.iter().map(|(uuid, functions)| InterfaceRow {
        uuid: literal(uuid.to_string().as_bytes()),
        comment: interface_name(*uuid),
        handlers: list(functions),
    });
    rows.collect()
}

fn operation_rows(rules: &BTreeMap<(InterfaceUuid, u16), Vec<String>>) -> Vec<OperationRow> {
    let rows = rules.iter();
    rows.map(|((uuid, opnum), rules)| OperationRow {
        uuid: literal(uuid.to_string().as_bytes()),
        opnum: *opnum,
        comment: operation_name(*uuid, *opnum),
        handlers: list(rules),
    })
    .collect()
}

/// The handlers that note at the request what rules look at.
fn noted_at_request(reads: &ReadFields, reads_protection: bool) -> Vec<&'static str> {
    [
        (reads.ts, "note_time"),
        (reads.named_pipe, "note_pipe"),
        (reads_protection, "note_protection"),
    ]
    .into_iter()
    .filter_map(|(is_read, handler)| is_read.then_some(handler))
    .collect()
}

/// The shared script that tells what a call carries.
fn stub_script(phase: Phase) -> Option<&'static str> {
    match phase {
        Phase::CallRequestStub => Some("dce-rpc-request-stub"),
        Phase::CallResponseStub => Some("dce-rpc-response-stub"),
        _ => None,
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
