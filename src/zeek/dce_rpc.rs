//! The dispatch of DCE-RPC calls: one look-up a call, whatever the number of rules.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;

use super::keys::{Entry, SharedGates, list};
use super::string::literal;
use super::{WriteError, Writer, comment};
use crate::event::PRIVACY;
use crate::plan::dispatch::RuleRun;
use crate::plan::dispatch::calls::CallEvent;
use crate::plan::zeek_names::RuleNames;
use crate::plan::{MAX_CONTEXTS, RulePlan, Stage};
use crate::predicate::pattern::Pattern;
use crate::registry::{InterfaceUuid, Registry};
use crate::service::{Field, Phase, Service};

#[derive(Template)]
#[template(path = "dce-rpc-call.zeek")]
struct Call<'a> {
    module: &'a str,
    rule_type: &'static str,
    /// Whether some rule looks into requests.
    reads_stubs: bool,
    /// Whether some rule looks at arguments.
    reads_arguments: bool,
    reads_protection: bool,
}

#[derive(Template)]
#[template(path = "dce-rpc.zeek")]
struct Dispatch<'a> {
    module: &'a str,
    pending: String,
    keeps_calls: bool,
    /// The member of a context that has the rules of its latest call's operation.
    watching: String,
    /// What runs at all events, by operation; empty where rules look at one event alone, which has a table of its own.
    operations: Vec<OperationRow>,
    /// What is done at a call's request for its later events, and whether the first event at which rules run is one of the
    /// request.
    preparation: Vec<String>,
    prepares_in_first: bool,
    phases: Vec<PhaseTables>,
    /// How the call is found that an event is about, in Zeek.
    call: &'static str,
    /// Whether some rule is decided on the response.
    decides_unanswered: bool,
    /// Whether no rule watches the responses of the call; empty where some rule watches all.
    unanswered_not_watched: String,
    /// By what rules of a call without a response are looked up.
    response_uses_uuid: bool,
    response_uses_opnum: bool,
    /// Interfaces that rules watch, by what Zeek makes of them where the client is big-endian.
    swapped_interfaces: Vec<SwappedInterface>,
    /// Whether some rule watches calls of every interface.
    watches_every: bool,
    /// Whether some rule looks at arguments.
    reads_arguments: bool,
    /// Rules that can be blind to calls.
    blind_rules: Vec<BlindRules>,
    /// Whether some rule looks at the protection level of calls.
    reads_protection: bool,
    /// The level at which stubs are encrypted.
    privacy: u8,
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
struct Protection;

#[derive(Template)]
#[template(path = "dce-rpc-request-stub.zeek")]
struct RequestStub {
    /// The level at which stubs are encrypted.
    privacy: u8,
}

#[derive(Template)]
#[template(path = "dce-rpc-response-stub.zeek")]
struct ResponseStub;

/// What the rules of an operation are looked up by, in Zeek.
const OPERATION: &str = "[uuid, opnum]";

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

/// The rules that watch an operation or an interface.
enum WatchingRules {
    /// A table, and what it is looked up by in Zeek.
    Table { name: String, key: &'static str },
    /// What has been looked up for all events: the member of the context, and in it the event's.
    LookedUp {
        watching: String,
        phase: &'static str,
    },
}

impl WatchingRules {
    /// Whether there are none for a call, in Zeek.
    fn lacks(&self) -> String {
        match self {
            Self::Table { name, key } => format!("{key} !in {name}"),
            Self::LookedUp { .. } => format!("! ({})", self.has()),
        }
    }

    /// Whether there are some for a call, in Zeek.
    fn has(&self) -> String {
        match self {
            Self::Table { name, key } => format!("{key} in {name}"),
            Self::LookedUp { watching, phase } => {
                format!("context?${watching} && context${watching}?${phase}")
            }
        }
    }

    /// The rules of a call, in Zeek.
    fn rules(&self) -> String {
        match self {
            Self::Table { name, .. } if self.uses(OPERATION) => format!("{name}[uuid, opnum]"),
            Self::Table { name, key } => format!("{name}[{key}]"),
            Self::LookedUp { watching, phase } => format!("context${watching}${phase}"),
        }
    }

    fn uses(&self, wanted: &str) -> bool {
        matches!(self, Self::Table { key, .. } if *key == wanted)
    }
}

/// What is dispatched at one event.
struct PhaseTables {
    name: &'static str,
    event: &'static str,
    /// The shared script that tells of it, where that is not the one that pairs calls.
    script: Option<&'static str>,
    /// What the event tells, in Zeek.
    argument: &'static str,
    operations: Vec<OperationRow>,
    interfaces: Vec<InterfaceRow>,
    every: String,
    operation_patterns: Vec<PatternRow>,
    every_patterns: Vec<Entry>,
    key_field: &'static str,
    members: Vec<&'static str>,
    only_operations: bool,
    /// Whether rules watch the operation of a call, and which, in Zeek; "" where none watches operations.
    is_watched: String,
    rules: String,
    /// The rules that turn calls away which no rule watches.
    watching: Vec<WatchingRules>,
    not_watched: String,
    filters_pairs: bool,
    is_response: bool,
    /// Whether the event tells the protection level of the request, where rules look at it.
    tells_protection: bool,
    /// Whether the event shows what rules look into, so that calls are counted that they cannot read.
    counts_blind: bool,
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
}

impl Writer<'_> {
    pub(super) fn dce_rpc_call(&self) -> Result<String, WriteError> {
        Ok(Call {
            module: &self.names.module,
            rule_type: self.rule_type(),
            reads_stubs: !self.blind_rules().is_empty(),
            reads_arguments: !self.dispatch.arguments.is_empty(),
            reads_protection: self.reads_protection(),
        }
        .render()?)
    }

    pub(super) fn dce_rpc(&self) -> Result<String, WriteError> {
        let calls = &self.dispatch.calls;
        let keeps_calls = calls.keeps_calls;
        let events = || calls.events.iter();
        let watching = format!("{}_rules", self.names.field);
        let looks_up_once = events()
            .filter(|event| self.watches_operations(event))
            .nth(1)
            .is_some();
        let looked_up = looks_up_once.then_some(watching.as_str());
        let phases: Vec<PhaseTables> = events()
            .map(|event| self.phase_tables(event, looked_up))
            .collect();
        let responses = || phases.iter().filter(|phase| phase.is_response);
        Ok(Dispatch {
            module: &self.names.module,
            operations: match looks_up_once {
                true => operations_of_all(&phases),
                false => Vec::new(),
            },
            preparation: preparation(&phases, looked_up),
            prepares_in_first: events()
                .next()
                .is_some_and(|event| !event.phase.is_response()),
            pending: format!("{}_call", self.names.field),
            keeps_calls,
            call: if keeps_calls {
                "call_of(c, context)"
            } else {
                "new_call(c, context)"
            },
            decides_unanswered: responses().next().is_some(),
            unanswered_not_watched: unanswered_not_watched(&phases),
            response_uses_uuid: responses().any(PhaseTables::uses_uuid),
            response_uses_opnum: responses().any(PhaseTables::uses_opnum),
            watching,
            swapped_interfaces: self.swapped_interfaces(),
            watches_every: calls.watches_every,
            reads_arguments: !self.dispatch.arguments.is_empty(),
            blind_rules: self.blind_rules(),
            reads_protection: self.reads_protection(),
            privacy: PRIVACY,
            phases,
        }
        .render()?)
    }

    /// The scripts that packs share: which response answers which call, and what calls carry where rules look at it.
    pub(super) fn dce_rpc_shared(&self) -> Result<Vec<(&'static str, String)>, WriteError> {
        let pairing = Pairing {
            max_contexts: MAX_CONTEXTS,
        };
        let mut scripts = vec![("dce-rpc-pairing", pairing.render()?)];
        if self.reads_protection() {
            scripts.push(("dce-rpc-protection", Protection.render()?));
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

    /// Whether rules are found by operation alone at an event.
    fn watches_operations(&self, event: &CallEvent) -> bool {
        let mut runs = event.operations.values().flatten();
        runs.any(|run| self.key(run).is_none())
    }

    fn phase_tables(&self, event: &CallEvent, looked_up: Option<&str>) -> PhaseTables {
        let mut handlers = Handlers::default();
        for (operation, runs) in &event.operations {
            for run in runs {
                let (.., function) = self.run(run, event.phase);
                match self.key(run) {
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
            let functions = runs.iter().map(|run| self.run(run, event.phase).2);
            handlers.interfaces.insert(*interface, functions.collect());
        }
        for run in &event.every {
            let (.., function) = self.run(run, event.phase);
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
        let uses_rtt = self.rpc_rules().any(|(rule, _)| rule.uses("rtt"));
        let asked = [uses_rtt, self.reads_protection()];
        PhaseTables::new(event, &handlers, &self.gates, asked, looked_up)
    }
}

impl Handlers {
    /// The rules by operation alone, where there are some.
    fn of_operations(&self, phase: Phase, looked_up: Option<&str>) -> Option<WatchingRules> {
        let phase = phase.name();
        let rules = match looked_up {
            Some(watching) => WatchingRules::LookedUp {
                watching: watching.to_owned(),
                phase,
            },
            None => WatchingRules::Table {
                name: format!("{phase}_rules"),
                key: OPERATION,
            },
        };
        (!self.operations.is_empty()).then_some(rules)
    }

    /// The rules by operation and by interface.
    fn watching(&self, phase: Phase, looked_up: Option<&str>) -> Vec<WatchingRules> {
        let tables = [
            (
                self.operation_patterns.is_empty(),
                "pattern_rules",
                OPERATION,
            ),
            (self.interfaces.is_empty(), "interface_rules", "uuid"),
        ];
        let tables = tables.into_iter().filter(|(is_empty, ..)| !is_empty);
        let tables = tables.map(|(_, name, key)| WatchingRules::Table {
            name: format!("{}_{name}", phase.name()),
            key,
        });
        let operations = self.of_operations(phase, looked_up);
        operations.into_iter().chain(tables).collect()
    }
}

impl PhaseTables {
    fn new(
        event: &CallEvent,
        handlers: &Handlers,
        gates: &SharedGates,
        [uses_rtt, reads_protection]: [bool; 2],
        looked_up: Option<&str>,
    ) -> Self {
        let phase = event.phase;
        let watching = handlers.watching(phase, looked_up);
        let of_operations = handlers.of_operations(phase, looked_up);
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
            name: phase.name(),
            event: phase.event(),
            script: stub_script(phase),
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
            is_watched: of_operations
                .as_ref()
                .map_or(String::new(), WatchingRules::has),
            rules: of_operations.map_or(String::new(), |rules| rules.rules()),
            not_watched: lacks(watching.iter()),
            watching,
            filters_pairs: !watches_every,
            is_response: phase.is_response(),
            counts_blind: phase == Phase::CallRequestStub,
            tells_protection: reads_protection && !phase.is_response(),
            gated: event.gated,
            forgets_first: event.forgets_first,
            forgets_last: event.forgets_last,
            keeps: event.keeps,
        }
    }
}

impl PhaseTables {
    fn uses_uuid(&self) -> bool {
        let mut watching = self.watching.iter();
        watching.any(|rules| rules.uses("uuid")) || self.uses_opnum()
    }

    fn uses_opnum(&self) -> bool {
        self.watching.iter().any(|rules| rules.uses(OPERATION))
    }
}

/// That none of some rules watches a call, in Zeek.
fn lacks<'r>(watching: impl Iterator<Item = &'r WatchingRules>) -> String {
    let tests: Vec<String> = watching.map(WatchingRules::lacks).collect();
    tests.join(" && ")
}

/// What runs at all events, by operation.
fn operations_of_all(phases: &[PhaseTables]) -> Vec<OperationRow> {
    let mut operations: BTreeMap<(&str, u16), (&str, Vec<String>)> = BTreeMap::new();
    for phase in phases {
        for row in &phase.operations {
            let known = operations.entry((&row.uuid, row.opnum));
            let (_, members) = known.or_insert((&row.comment, Vec::new()));
            members.push(format!("\n\t\t${}=vector({})", phase.name, row.handlers));
        }
    }
    let rows = operations.into_iter();
    rows.map(|((uuid, opnum), (comment, members))| OperationRow {
        uuid: uuid.to_owned(),
        opnum,
        comment: comment.to_owned(),
        handlers: members.join(","),
    })
    .collect()
}

/// What is done at a call's request for its later events: its rules are looked up, and what its response carries is asked for
/// where rules look at that.
fn preparation(phases: &[PhaseTables], looked_up: Option<&str>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(watching) = looked_up {
        lines.extend([
            format!("delete context${watching};"),
            String::new(),
            "if ( [context$uuid, context$opnum] in operation_rules )".to_owned(),
            format!("\tcontext${watching} = operation_rules[context$uuid, context$opnum];"),
        ]);
    }
    let stubs = phases
        .iter()
        .find(|phase| phase.name == Phase::CallResponseStub.name());
    if let Some(stubs) = stubs {
        let watched: Vec<String> = stubs.watching.iter().map(WatchingRules::has).collect();
        let condition = watched.join(" || ");
        let condition = condition.replace(OPERATION, "[context$uuid, context$opnum]");
        let condition = condition.replace("uuid in ", "context$uuid in ");
        lines.push(String::new());
        if stubs.filters_pairs {
            lines.push(format!("if ( {condition} )"));
            lines.push("\tSigzeekDceRpc::look_into_response(context);".to_owned());
        } else {
            lines.push("SigzeekDceRpc::look_into_response(context);".to_owned());
        }
    }
    lines
}

/// The shared script that tells what a call carries.
fn stub_script(phase: Phase) -> Option<&'static str> {
    match phase {
        Phase::CallRequestStub => Some("dce-rpc-request-stub"),
        Phase::CallResponseStub => Some("dce-rpc-response-stub"),
        _ => None,
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
    lacks(responses().flat_map(|phase| &phase.watching))
}
