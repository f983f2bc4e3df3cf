//! A rule's own script: its header, its notice, and a function for each event at which it tests something.

mod header;
mod text;

use askama::Template;
use header::header;
pub(super) use header::{description_lines, entry_lines, header_lines};
pub(super) use text::field_text;

use super::call_arguments::Reading;
use super::comment::{self, Marker};
use super::dce_rpc::{interface_name, operation_name};
use super::expression::{Guard, Known, any_function, is_logged, presence, value};
use super::logs::origin_function;
use super::string::literal;
use super::{WriteError, Writer, rule_info};
use crate::plan::correlation::MatchSource;
use crate::plan::extraction::ExtractionPlan;
use crate::plan::zeek_names::RuleNames;
use crate::plan::{PayloadPlan, RulePlan, Stage, Subject};
use crate::predicate::identity::{IdentityTest, Watched};
use crate::predicate::{Comparison, Predicate, Test};
use crate::registry::InterfaceUuid;
use crate::rule::{Destination, PayloadEncoding};
use crate::service::{Field, FieldKind, Phase, Service, argument};

#[derive(Template)]
#[template(path = "rule.zeek")]
struct RuleFile<'a> {
    header: Vec<String>,
    module: &'a str,
    note: &'a str,
    note_comment: String,
    /// Whether the rule brings a type of notices of its own.
    own_type: bool,
    /// The type of the notices that say that a file was saved, where the rule brings it.
    extracted_note: Option<String>,
    enabled: bool,
    reported: bool,
    slug: &'a str,
    members: Vec<String>,
    /// Whether the members stand by their places, which takes Zeek less memory than by their names.
    by_place: bool,
    sets: Vec<SetConstant>,
    functions: Vec<String>,
    /// The stream without which the functions cannot be.
    needs: Option<&'static str>,
}

/// A set of interfaces or operations, made once and not at every call.
struct SetConstant {
    name: String,
    kind: &'static str,
    /// Each member with the name that it has.
    members: Vec<(String, String)>,
}

impl Writer<'_> {
    pub(super) fn rule_file(
        &self,
        rule: &RulePlan<'_>,
        names: &RuleNames,
    ) -> Result<String, WriteError> {
        let stages = rule.stages.iter().enumerate();
        let tested = element_functions(rule, names);
        let record = rule.service.log().map_or("", |log| log.record);
        let mut functions: Vec<String> = tested
            .iter()
            .map(|(test, name)| any_function(test, name, record))
            .collect();
        if self.data(rule, names).is_none() {
            let of_stage = |(index, stage)| self.stage_function(rule, names, index, stage);
            functions.extend(stages.map(of_stage));
        }
        if let Some(payload) = rule.later_payload() {
            functions.push(self.payload_function(rule, names, payload));
        }
        if rule.service == Service::DCE_RPC {
            // What runs after a part has to be known where that is defined.
            functions[tested.len()..].reverse();
        }
        if let Some(extraction) = &rule.extraction {
            functions.push(transfer_function(rule, names, extraction));
        }
        let members = rule_info::members(Subject::Rule(rule), names);
        let usual = rule_info::usual_values(&members).filter(|_| self.is_large());
        Ok(RuleFile {
            header: header(rule),
            module: &self.names.module,
            note: &names.note,
            note_comment: title_comment(&rule.rule.title.value),
            own_type: rule.notice.attack_type.is_none(),
            extracted_note: rule
                .extraction
                .is_some()
                .then(|| extracted_note(rule, names)),
            reported: !self
                .plan
                .starts_silent(MatchSource::Rule(self.number_of(rule))),
            enabled: rule.rule.zeek.enabled != Some(false),
            slug: &names.slug,
            by_place: usual.is_some(),
            members: usual.unwrap_or(members),
            sets: identity_sets(rule, names)
                .iter()
                .map(set_constant)
                .collect(),
            functions,
            needs: rule.service.log().map(|log| log.stream),
        }
        .render()?)
    }

    /// What the dispatch of a large pack has of a rule in place of a function: the operation, or a text of the request, alone matches it,
    /// but for the method, and nothing else is done.
    pub(super) fn data(&self, rule: &RulePlan<'_>, names: &RuleNames) -> Option<RuleData> {
        let [stage] = rule.stages.as_slice() else {
            return None;
        };
        if !self.is_large() || rule.later_payload().is_some() {
            return None;
        }
        let zeek = &rule.service.spec().zeek;
        let (data, observed) = match (stage.phase, &rule.watched, &stage.key) {
            (Phase::CallResponse, Some(Watched::Some { interfaces, .. }), _)
                if interfaces.is_empty() =>
            {
                let observed = format!("observed_of(call, {})", zeek.observed);
                (RuleData::Operation, observed)
            }
            (Phase::Request, _, Some(key)) if self.is_found_by_text(stage.phase, key) => {
                let method = only_method(&stage.condition)?;
                (RuleData::Text { method }, zeek.observed.to_owned())
            }
            _ => return None,
        };
        let info = format!("{}_rule", names.slug);
        let mut guard = Guard::default();
        if let RuleData::Text {
            method: Some(method),
        } = &data
        {
            guard.push(format!("{METHOD} == {method}"));
        }
        guard.push(format!("raises_notice({info}, c)"));
        let raising = format!(
            "function {}({})\n\t{{\n{}\t}}\n",
            stage_function_name(names, stage.phase),
            zeek.parameters,
            body(&guard, &[format!("notify({info}, c, {observed});")])
        );
        let function = self.stage_function(rule, names, 0, stage);
        // A comment may stand before it.
        function.ends_with(&raising).then_some(data)
    }

    fn stage_function(
        &self,
        rule: &RulePlan<'_>,
        names: &RuleNames,
        index: usize,
        stage: &Stage,
    ) -> String {
        let last = index + 1 == rule.stages.len();
        let state = rule.service.spec().zeek.state;
        let mut known = known_fields(rule, stage, self.dispatch.looks_up_key(rule, stage));
        known.sets = identity_sets(rule, names);
        known.functions = element_functions(rule, names);
        let mut guard = Guard::default();
        if index > 0 {
            guard_candidate(&mut guard, rule.service, names, index);
        }
        // What the call is costs less to ask than what its payload holds.
        let parts = stage.condition.clone().conjuncts().into_iter();
        let (identity, rest): (Vec<_>, Vec<_>) = parts.partition(|part| part.fields().is_empty());
        guard.push_predicate(&Predicate::all(identity), &mut known);
        if let Some(key) = &stage.key
            && !self.finds_by_key(rule, stage)
        {
            guard.push_key(&key.field, &key.pattern, &mut known);
        }
        let rest = Predicate::all(rest);
        // Stubs are read of those calls alone of which the rest has held.
        let reads = Reading::of(rest.fields());
        let mut before = String::new();
        if let Some(reads) = reads {
            if let Some(unless) = guard.unless_statement() {
                before = format!("\t{unless}\n\t\treturn;\n\n");
            }
            before += &format!("\t{}\n\n", reads.statement(None));
            guard = Guard::default();
        }
        guard.push_predicate(&rest, &mut known);
        let mut actions = Vec::new();
        if last {
            actions.extend(self.raising(rule, names, &mut guard, reads));
        }
        if !last || rule.later_payload().is_some() {
            actions.push(match next_part(rule, names, index) {
                Some((phase, function)) if rule.service == Service::DCE_RPC => {
                    format!("SigzeekDceRpc::at_{}({state}, {function});", phase.name())
                }
                _ => format!("{state}$candidates[{}] = {};", names.note, index + 1),
            });
            actions.extend(wants_bodies(rule, index, state));
        }
        if last && let Some(payload) = rule.payload_at_once() {
            actions.extend(payload_statements(payload, names));
        }
        let mut head = format!(
            "function {}({})\n\t{{\n",
            stage_function_name(names, stage.phase),
            rule.service.spec().zeek.parameters
        );
        if index == 0 && remembers(rule) {
            head = self.repeating(names, &head, &actions);
            actions.push(format!(
                "{}_held = call$operation${};",
                names.slug,
                self.reading()
            ));
        }
        format!(
            "{}{head}{before}{}\t}}\n",
            self.found_comment(rule, stage),
            body(&guard, &actions)
        )
    }

    /// The head of a function whose rule holds of a request where it has held of an equal one: what is done then.
    fn repeating(&self, names: &RuleNames, head: &str, actions: &[String]) -> String {
        let held = format!("{}_held", names.slug);
        let mut guard = Guard::default();
        // Rules that have not held yet are most of them.
        guard.push(format!("{held} > 0"));
        guard.push(format!("call$operation${} == {held}", self.reading()));
        guard.push("repeats_latest(call)".to_owned());
        let mut actions = actions.to_vec();
        actions.push("return;".to_owned());
        format!(
            "# Which reading of a request the rule has held of last; 0 before the first.\nglobal {held} = 0;\n\n{head}{}\n",
            body(&guard, &actions)
        )
    }

    /// The statements that raise a rule's notice and take its match to correlations, where so much of the call has been read. What
    /// has to hold besides goes to `guard`.
    fn raising(
        &self,
        rule: &RulePlan<'_>,
        names: &RuleNames,
        guard: &mut Guard,
        read: Option<Reading>,
    ) -> Vec<String> {
        let (info, about) = (format!("{}_rule", names.slug), about(rule.service));
        let feeds = self.feeds_of_rule(self.number_of(rule));
        let arguments = notice_arguments(rule, names);
        if rule.service.log().is_some() {
            return raising_of_record(&info, &about, &arguments, feeds);
        }
        let logged = rule.payload_at_once().into_iter();
        let logged = logged.flat_map(|payload| &payload.fields);
        let before =
            Reading::of(rule.correlated.iter().chain(logged)).filter(|it| Some(*it) > read);
        // What the notice says is read, and put together, for those matches alone that make one.
        let told = Reading::of(rule.notice_fields()).filter(|it| Some(*it) > read.max(before));
        let told = told.map(|it| it.statement(read.max(before))).into_iter();
        let notify: Vec<String> = told.chain([format!("notify({arguments});")]).collect();
        let may_raise = format!("may_raise({info}, {about})");
        let makes_notice = format!("makes_notice({info}, {about})");
        if feeds.is_empty() && rule.payload.is_none() {
            guard.push(format!("raises_notice({info}, {about})"));
            return notify;
        }
        let mut statements: Vec<String> = before.map(|it| it.statement(read)).into_iter().collect();
        // Most rules whose matches are counted are silent, which is found out here without a call.
        statements.push(if feeds.is_empty() {
            format!("if ( ! {may_raise} )\n\treturn;")
        } else {
            format!(
                "if ( {info}$is_just_silent )\n\t++{info}$outcomes$silent;\nelse if ( ! {may_raise} )\n\treturn;"
            )
        });
        let notify = match notify.as_slice() {
            [notify] => format!("if ( {makes_notice} )\n\t{notify}"),
            several => {
                let several = several.join("\n\t");
                format!("if ( {makes_notice} )\n\t{{\n\t{several}\n\t}}")
            }
        };
        match statements.last_mut() {
            Some(checks) if !feeds.is_empty() => *checks += &format!("\nelse {notify}"),
            _ => statements.push(notify),
        }
        statements.extend(feeds);
        statements
    }

    /// A rule's index in the plan.
    fn number_of(&self, rule: &RulePlan<'_>) -> usize {
        let mut rules = self.plan.rules.iter();
        let same = |known: &RulePlan<'_>| std::ptr::eq(known.rule, rule.rule);
        rules.position(same).unwrap_or(usize::MAX)
    }

    /// Why the function runs, where a look-up has decided a part of the rule already.
    fn found_comment(&self, rule: &RulePlan<'_>, stage: &Stage) -> String {
        match &stage.key {
            Some(key) if self.finds_by_key(rule, stage) => {
                let text = format!(
                    "Run where {} matches {}.",
                    key.field.name,
                    super::pattern::whole(&key.pattern)
                );
                comment::wrapped(Marker::Plain, &text, 0) + "\n"
            }
            _ => String::new(),
        }
    }

    fn payload_function(
        &self,
        rule: &RulePlan<'_>,
        names: &RuleNames,
        payload: &PayloadPlan,
    ) -> String {
        let mut guard = Guard::default();
        guard_candidate(&mut guard, rule.service, names, rule.stages.len());
        format!(
            "function {}({})\n\t{{\n{}\t}}\n",
            payload_function_name(names),
            rule.service.spec().zeek.parameters,
            body(&guard, &later_payload_statements(payload, names))
        )
    }
}

/// Whether a rule remembers that a request has held: where that follows from what the call is and from the request's arguments,
/// and not from options, which change. What else is asked is implied.
fn remembers(rule: &RulePlan<'_>) -> bool {
    let [stage, _, ..] = rule.stages.as_slice() else {
        return false;
    };
    let fields = stage.condition.fields();
    let tests = stage.condition.tests();
    let is_option = |test: &&Test| matches!(test.comparison, Comparison::Placeholder(_));
    stage.phase == Phase::CallRequestStub
        && stage.key.as_ref().is_none_or(|key| key.implied)
        && !fields.is_empty()
        && fields.iter().all(|field| field.is_argument())
        && !tests.iter().any(is_option)
}

/// What a large pack has of a rule in place of a function.
pub(super) enum RuleData {
    /// The operations that match it.
    Operation,
    /// A text that the request has in it, and the method in upper case, as a literal, where the rule asks for one.
    Text { method: Option<String> },
}

/// How methods are compared, as literals in upper case.
const METHOD: &str = "to_upper(http$method)";

/// The method that a condition asks for, if it asks for nothing else.
fn only_method(condition: &Predicate) -> Option<Option<String>> {
    match condition {
        Predicate::Constant(true) => Some(None),
        Predicate::Test(test) if test.field.name == "method" => {
            let Comparison::Matches(pattern) = &test.comparison else {
                return None;
            };
            let test = super::pattern::test(pattern, "http$method");
            let method = test.strip_prefix(METHOD)?.strip_prefix(" == ")?;
            Some(Some(method.to_owned()))
        }
        _ => None,
    }
}

/// The statements that raise a notice of a log's record and take the match to correlations.
fn raising_of_record(info: &str, about: &str, arguments: &str, feeds: Vec<String>) -> Vec<String> {
    if feeds.is_empty() {
        return vec![format!("raise_record({arguments});")];
    }
    // A rule that is silent, as most are whose matches are counted, does not make its message.
    let mut statements = vec![
        format!("if ( ! may_raise_record({info}, {about}) )\n\treturn;"),
        format!(
            "if ( {info}$is_silent )\n\t++{info}$outcomes$silent;\nelse\n\tnotify_record({arguments});"
        ),
    ];
    statements.extend(feeds);
    statements
}

fn later_payload_statements(payload: &PayloadPlan, names: &RuleNames) -> Vec<String> {
    let reads = Reading::of(&payload.fields).map(|it| it.statement(None));
    let writes = payload_statements(payload, names).into_iter();
    reads.into_iter().chain(writes).collect()
}

/// A title as a comment on a name.
pub(super) fn title_comment(title: &str) -> String {
    comment::wrapped(Marker::Declaration, title, 2)
        .trim_start()
        .to_owned()
}

/// The type that packs share of the notices which say that a file was saved, without its module.
pub(super) fn extracted_attack_type(rule: &RulePlan<'_>) -> Option<String> {
    let name = rule.notice.attack_type.as_ref()?;
    rule.extraction
        .is_some()
        .then(|| format!("{name}_Extracted_File"))
}

/// The type of the notices which say that a file was saved.
fn extracted_note(rule: &RulePlan<'_>, names: &RuleNames) -> String {
    match extracted_attack_type(rule) {
        Some(name) => format!("ATTACK::{name}"),
        None => names.extracted_note(),
    }
}

/// Has a file extracted whose transfer the rule matches.
fn transfer_function(
    rule: &RulePlan<'_>,
    names: &RuleNames,
    extraction: &ExtractionPlan,
) -> String {
    let mut guard = Guard::default();
    let mut known = Known::default();
    for stage in &rule.stages {
        if let Some(key) = &stage.key
            && !key.implied
        {
            guard.push_key(&key.field, &key.pattern, &mut known);
        }
        guard.push_predicate(&stage.condition, &mut known);
    }
    let message = match &extraction.message {
        Some(message) => text::text(message),
        None => "\"Saved a copy of a file: \" + file_action_text(info, action)".to_owned(),
    };
    let extract = format!(
        "extract_file({}_rule, {}, c, info, action, f, {message});",
        names.slug,
        extracted_note(rule, names)
    );
    format!(
        "function {}({}, f: fa_file)\n\t{{\n{}\t}}\n",
        transfer_function_name(names),
        rule.service.spec().zeek.parameters,
        body(&guard, &[extract])
    )
}

/// Asks that a rule has held at so many of its events. A candidate has held at the first.
fn guard_candidate(guard: &mut Guard, service: Service, names: &RuleNames, held: usize) {
    // A part of a rule on calls runs only where what is before it has held.
    if service == Service::DCE_RPC {
        return;
    }
    let candidates = format!("{}$candidates", service.spec().zeek.state);
    let note = &names.note;
    guard.push(format!("{note} in {candidates}"));
    if held > 1 {
        guard.push(format!("{candidates}[{note}] == {held}"));
    }
}

/// What is run of a rule after a stage, at which event: the next stage, or the logging of payload.
fn next_part(rule: &RulePlan<'_>, names: &RuleNames, index: usize) -> Option<(Phase, String)> {
    let stage = rule.stages.get(index + 1);
    let stage = stage.map(|stage| (stage.phase, stage_function_name(names, stage.phase)));
    let payload = || Some((rule.later_payload()?.phase, payload_function_name(names)));
    stage.or_else(payload)
}

/// The tests of what a call is that compare with several values, and the names of the constants that hold these.
fn identity_sets(rule: &RulePlan<'_>, names: &RuleNames) -> Vec<(IdentityTest, String)> {
    let mut sets: Vec<(IdentityTest, String)> = Vec::new();
    for test in rule
        .stages
        .iter()
        .flat_map(|stage| stage.condition.identity_tests())
    {
        let kind = match test {
            IdentityTest::Interfaces(uuids) if uuids.len() > 1 => "interfaces",
            IdentityTest::Operations(pairs) if pairs.len() > 1 => "operations",
            _ => continue,
        };
        if sets.iter().any(|(known, _)| known == test) {
            continue;
        }
        let name = format!("{}_{kind}", names.slug);
        let taken = sets
            .iter()
            .filter(|(_, other)| other.starts_with(&name))
            .count();
        let name = match taken {
            0 => name,
            taken => format!("{name}_{}", taken + 1),
        };
        sets.push((test.clone(), name));
    }
    sets
}

fn set_constant((test, name): &(IdentityTest, String)) -> SetConstant {
    let (kind, members) = match test {
        IdentityTest::Operations(pairs) => {
            let member = |(uuid, opnum): &(InterfaceUuid, u16)| {
                let value = format!("[{}, {opnum}]", literal(uuid.to_string().as_bytes()));
                (value, operation_name(*uuid, *opnum))
            };
            ("string, count", pairs.iter().map(member).collect())
        }
        IdentityTest::Interfaces(uuids) => {
            let member = |uuid: &InterfaceUuid| {
                (literal(uuid.to_string().as_bytes()), interface_name(*uuid))
            };
            ("string", uuids.iter().map(member).collect())
        }
        IdentityTest::Opnum(..) => ("count", Vec::new()),
    };
    SetConstant {
        name: name.clone(),
        kind,
        members,
    }
}

/// The tests of fields with several values that are no texts, each with the name of the function that makes it.
fn element_functions(rule: &RulePlan<'_>, names: &RuleNames) -> Vec<(Test, String)> {
    let mut functions: Vec<(Test, String)> = Vec::new();
    let conditions = rule.stages.iter().map(|stage| &stage.condition);
    for test in conditions.flat_map(Predicate::tests) {
        let several = test.field.kind.is_several_scalars();
        if several
            && test.comparison != Comparison::IsSet
            && !functions.iter().any(|(known, _)| known == test)
        {
            let name = format!("{}_any_{}", names.slug, functions.len() + 1);
            functions.push((test.clone(), name));
        }
    }
    functions
}

pub(super) fn stage_function_name(names: &RuleNames, phase: Phase) -> String {
    format!("{}_on_{}", names.slug, phase.name())
}

pub(super) fn payload_function_name(names: &RuleNames) -> String {
    format!("{}_log_payload", names.slug)
}

pub(super) fn transfer_function_name(names: &RuleNames) -> String {
    format!("{}_on_transfer", names.slug)
}

/// Asks for bodies that later stages look at, at the last stage before they come.
fn wants_bodies(rule: &RulePlan<'_>, index: usize, state: &str) -> Vec<String> {
    [
        ("body", Phase::RequestBody, "wants_request_body"),
        ("response_body", Phase::ResponseBody, "wants_response_body"),
    ]
    .into_iter()
    .filter(|(field, completed, _)| rule.asks_for(field, *completed, index))
    .map(|(.., member)| format!("{state}${member} = T;"))
    .collect()
}

/// The fields that are set whenever a stage's function runs.
fn known_fields(rule: &RulePlan<'_>, stage: &Stage, looked_up: bool) -> Known {
    let mut known = Known::default();
    if let Some(key) = &stage.key
        && looked_up
    {
        known.fields.push(key.field.clone());
    }
    let names: &[&str] = match stage.phase {
        Phase::CallRequest => &["stub_len"],
        Phase::CallRequestStub => &["stub", "stub_len"],
        _ => &[],
    };
    // A rule that has seen the request line has its method and URI.
    let saw_request = rule
        .stages
        .first()
        .is_some_and(|first| first.phase == Phase::Request);
    let of_request: &[&str] = if saw_request {
        &["method", "uri", "original_uri", "request_version"]
    } else {
        &[]
    };
    let fields = names
        .iter()
        .chain(of_request)
        .filter_map(|name| rule.service.field(name));
    known.fields.extend(fields);
    known
}

fn body(guard: &Guard, actions: &[String]) -> String {
    let Some(condition) = guard.if_statement() else {
        let actions: String = actions.iter().map(|action| indented(action, 1)).collect();
        return actions.trim_start_matches('\n').to_owned();
    };
    match actions {
        [action] if !action.contains('\n') => format!("\t{condition}\n\t\t{action}\n"),
        actions => {
            let actions: String = actions.iter().map(|action| indented(action, 2)).collect();
            let actions = actions.trim_start_matches('\n');
            format!("\t{condition}\n\t\t{{\n{actions}\t\t}}\n")
        }
    }
}

/// A statement's lines with so many tabs before each; a statement of several lines has an empty one before it.
fn indented(statement: &str, tabs: usize) -> String {
    let indent = "\t".repeat(tabs);
    let lines: String = statement
        .lines()
        .map(|line| format!("{indent}{line}\n"))
        .collect();
    if statement.contains('\n') {
        format!("\n{lines}")
    } else {
        lines
    }
}

fn notice_arguments(rule: &RulePlan<'_>, names: &RuleNames) -> String {
    let observed = match &rule.notice.message {
        Some(message) => text::text(message),
        None => rule.service.spec().zeek.observed.to_owned(),
    };
    let observed = match rule.stages.last() {
        Some(last) if rule.service == Service::DCE_RPC && last.phase.is_response() => {
            format!("observed_of(call, {observed})")
        }
        _ => observed,
    };
    let mut arguments = vec![
        format!("{}_rule", names.slug),
        about(rule.service),
        observed,
    ];
    let sub = match rule.notice.fixed_sub() {
        Some(_) => None,
        None => Some(text::text(&rule.notice.sub)),
    };
    match &rule.identifier {
        Some(fields) => arguments.push(identifier(fields)),
        None if sub.is_some() => arguments.push(literal(b"")),
        None => {}
    }
    arguments.extend(sub);
    arguments.join(", ")
}

/// What a notice is about, in Zeek: the connection, or where a log's record comes from.
fn about(service: Service) -> String {
    match service.log() {
        Some(_) => format!("{}(info)", origin_function(service)),
        None => "c".to_owned(),
    }
}

/// The values that make two notices equal, as one string.
fn identifier(fields: &[Field]) -> String {
    let values: Vec<String> = fields
        .iter()
        .map(|field| match (presence(field), field.kind) {
            (_, FieldKind::Identity) => text::field_text(field),
            (Some(present), _) if is_logged(field) => {
                format!("({present} ? {} : \"-\")", text::field_text(field))
            }
            (None, _) if is_logged(field) => text::field_text(field),
            (Some(present), _) => format!("({present} ? cat({}) : \"-\")", value(field)),
            (None, _) => value(field),
        })
        .collect();
    if values.is_empty() {
        // The rule alone: one notice for the whole network.
        return "\"-\"".to_owned();
    }
    format!("cat_sep(\" \", \"-\", {})", values.join(", "))
}

fn payload_statements(payload: &PayloadPlan, names: &RuleNames) -> Vec<String> {
    let (arguments, payloads): (Vec<&Field>, Vec<&Field>) = payload
        .fields
        .iter()
        .partition(|field| payload.to == Destination::Column && field.is_argument());
    let mut statements: Vec<String> = payloads
        .into_iter()
        .map(|field| {
            let bytes = text::field_text(field);
            let text = encoded(&bytes, payload);
            let present = presence(field).unwrap_or_else(|| "T".to_owned());
            let write = match payload.to {
                Destination::Log => {
                    let name = literal(field.name.as_bytes());
                    format!(
                        "log_payload({}_rule, c, {name}, |{bytes}|, {text});",
                        names.slug
                    )
                }
                Destination::Column => format!("{} = {text};", column(field)),
            };
            let guard = match (payload.to, field.phase) {
                // What has no response of its own has no line in dce_rpc.log.
                (Destination::Column, Phase::CallRequestStub) => {
                    format!("! call$unanswered && c?$dce_rpc && {present}")
                }
                _ => present,
            };
            format!("if ( {guard} )\n\t{write}")
        })
        .collect();
    statements.extend(arguments_column(&arguments, payload));
    statements
}

/// Fills the column that has the arguments of a call, each behind its name.
fn arguments_column(arguments: &[&Field], payload: &PayloadPlan) -> Vec<String> {
    if arguments.is_empty() {
        return Vec::new();
    }
    let mut statements = vec!["local logged_arguments: string_vec = vector();".to_owned()];
    statements.extend(arguments.iter().map(|field| {
        let name = argument::parse(&field.name).map_or(field.name.as_str(), |(_, name)| name);
        let name = literal(format!("{name}=").as_bytes());
        let text = encoded(&text::field_text(field), payload);
        let present = presence(field).unwrap_or_else(|| "T".to_owned());
        format!("if ( {present} )\n\tlogged_arguments += {name} + {text};")
    }));
    // What has no response of its own has no line in dce_rpc.log.
    statements.push(
        "if ( |logged_arguments| > 0 && ! call$unanswered && c?$dce_rpc )\n\t\
         c$dce_rpc$sigzeek_arguments = logged_arguments;"
            .to_owned(),
    );
    statements
}

/// Payload as it is logged, in Zeek.
fn encoded(bytes: &str, payload: &PayloadPlan) -> String {
    let cut = format!("{bytes}[0:{}]", payload.max_bytes);
    match payload.encoding {
        PayloadEncoding::Escaped => cut,
        PayloadEncoding::Base64 => format!("encode_base64({cut})"),
        PayloadEncoding::Hex => format!("bytestring_to_hexstr({cut})"),
    }
}

fn column(field: &Field) -> &'static str {
    match field.name.as_str() {
        "body" => "http$sigzeek_body",
        "response_body" => "http$sigzeek_response_body",
        _ => "c$dce_rpc$sigzeek_stub",
    }
}
