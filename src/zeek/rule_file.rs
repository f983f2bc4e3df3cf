//! A rule's own script: its header, its notice, and a function for each event at which it tests something.

use std::ops::Range;

use askama::Template;

use super::comment::{self, Marker};
use super::expression::{Guard, Known, presence, value};
use super::names::RuleNames;
use super::string::literal;
use super::{WriteError, Writer, comment_lines};
use crate::plan::{PayloadPlan, RulePlan, Stage};
use crate::rule::{Condition, Destination, Detection, Item, PayloadEncoding, Rule};
use crate::schema::{Field, FieldKind, Phase, Service};

#[derive(Template)]
#[template(path = "rule.zeek")]
struct RuleFile<'a> {
    header: Vec<String>,
    module: &'a str,
    note: &'a str,
    note_comment: String,
    enabled: bool,
    slug: &'a str,
    members: Vec<String>,
    functions: Vec<String>,
}

impl Writer<'_> {
    pub(super) fn rule_file(
        &self,
        rule: &RulePlan<'_>,
        names: &RuleNames,
    ) -> Result<String, WriteError> {
        let stages = rule.stages.iter().enumerate();
        let mut functions: Vec<String> = stages
            .map(|(index, stage)| self.stage_function(rule, names, index, stage))
            .collect();
        if let Some(payload) = rule.later_payload() {
            functions.push(self.payload_function(rule, names, payload));
        }
        Ok(RuleFile {
            header: header(rule),
            module: &self.names.module,
            note: &names.note,
            note_comment: comment::wrapped(Marker::Declaration, &rule.rule.title.value, 2)
                .trim_start()
                .to_owned(),
            enabled: rule.rule.zeek.enabled != Some(false),
            slug: &names.slug,
            members: members(rule, names),
            functions,
        }
        .render()?)
    }

    fn stage_function(
        &self,
        rule: &RulePlan<'_>,
        names: &RuleNames,
        index: usize,
        stage: &Stage,
    ) -> String {
        let last = index + 1 == rule.stages.len();
        let state = state(rule.service);
        let mut known = known_fields(rule, stage, self.finds_by_key(rule, stage));
        let mut guard = Guard::default();
        if index > 0 {
            guard_candidate(&mut guard, rule.service, names, index);
        }
        if let Some(key) = &stage.key
            && !self.finds_by_key(rule, stage)
        {
            guard.push_key(&key.field, &key.pattern, &mut known);
        }
        guard.push_predicate(&stage.condition, &mut known);
        let mut actions = Vec::new();
        if last {
            actions.push(raise_call(rule, names));
        }
        if !last || rule.later_payload().is_some() {
            let held = index + 1;
            actions.push(format!("{state}$candidates[{}] = {held};", names.note));
            actions.extend(self.wants_bodies(rule, stage, state));
        }
        if last && let Some(payload) = rule.payload_at_once() {
            actions.extend(payload_statements(payload, names));
        }
        let head = format!(
            "function {}({})\n\t{{\n",
            stage_function_name(names, stage.phase),
            arguments(rule.service)
        );
        format!(
            "{}{head}{}\t}}\n",
            self.found_comment(rule, stage),
            body(&guard, &actions)
        )
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

    /// Asks for bodies that later stages look at, at the last stage before they come.
    fn wants_bodies(&self, rule: &RulePlan<'_>, stage: &Stage, state: &str) -> Vec<String> {
        if rule.service != Service::Http {
            return Vec::new();
        }
        let mut statements = Vec::new();
        for (field, phase, member) in [
            ("body", Phase::RequestBody, "wants_request_body"),
            ("response_body", Phase::ResponseBody, "wants_response_body"),
        ] {
            let before: Vec<Phase> = rule
                .stages
                .iter()
                .map(|stage| stage.phase)
                .filter(|earlier| *earlier < phase)
                .collect();
            if rule.uses(field) && before.last() == Some(&stage.phase) {
                statements.push(format!("{state}${member} = T;"));
            }
        }
        statements
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
            arguments(rule.service),
            body(&guard, &payload_statements(payload, names))
        )
    }
}

/// Asks that a rule has held at so many of its events. A candidate has held at the first.
fn guard_candidate(guard: &mut Guard, service: Service, names: &RuleNames, held: usize) {
    let candidates = format!("{}$candidates", state(service));
    let note = &names.note;
    guard.push(format!("{note} in {candidates}"));
    if held > 1 {
        guard.push(format!("{candidates}[{note}] == {held}"));
    }
}

pub(super) fn stage_function_name(names: &RuleNames, phase: Phase) -> String {
    format!("{}_on_{}", names.slug, phase.name())
}

pub(super) fn payload_function_name(names: &RuleNames) -> String {
    format!("{}_log_payload", names.slug)
}

fn arguments(service: Service) -> &'static str {
    match service {
        Service::DceRpc => "c: connection, call: RpcCall",
        Service::Http => "c: connection, http: HTTP::Info, transaction: HttpTransaction",
    }
}

/// The record in which a rule leaves that it may still match.
fn state(service: Service) -> &'static str {
    match service {
        Service::DceRpc => "call",
        Service::Http => "transaction",
    }
}

/// The fields that are set whenever a stage's function runs.
fn known_fields(rule: &RulePlan<'_>, stage: &Stage, found_by_key: bool) -> Known {
    let mut known: Known = Vec::new();
    if let Some(key) = &stage.key
        && found_by_key
    {
        known.push(key.field.clone());
    }
    let names: &[&str] = match stage.phase {
        Phase::CallRequest => &["stub_len"],
        Phase::CallRequestStub => &["stub", "stub_len"],
        Phase::CallResponse => &["response_stub_len"],
        Phase::CallResponseStub => &["response_stub", "response_stub_len"],
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
    known.extend(fields);
    known
}

fn body(guard: &Guard, actions: &[String]) -> String {
    let Some(condition) = guard.if_statement() else {
        return actions.iter().map(|action| indented(action, 1)).collect();
    };
    match actions {
        [action] if !action.contains('\n') => format!("\t{condition}\n\t\t{action}\n"),
        actions => {
            let actions: String = actions.iter().map(|action| indented(action, 2)).collect();
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

fn raise_call(rule: &RulePlan<'_>, names: &RuleNames) -> String {
    let observed = match rule.service {
        Service::DceRpc => "call_name(call)",
        Service::Http => "request_line(http)",
    };
    let identifier = match &rule.identifier {
        None => String::new(),
        Some(fields) => format!(", {}", identifier(fields)),
    };
    format!("raise({}_rule, c, {observed}{identifier});", names.slug)
}

/// The values that make two notices equal, as one string.
fn identifier(fields: &[Field]) -> String {
    let values: Vec<String> = fields
        .iter()
        .map(|field| match (presence(field), field.kind) {
            (_, FieldKind::Identity) if field.name == "endpoint" || field.name == "operation" => {
                "call_name(call)".to_owned()
            }
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
    payload
        .fields
        .iter()
        .map(|field| {
            let bytes = value(field);
            let cut = format!("{bytes}[0:{}]", payload.max_bytes);
            let text = match payload.encoding {
                PayloadEncoding::Escaped => cut,
                PayloadEncoding::Base64 => format!("encode_base64({cut})"),
                PayloadEncoding::Hex => format!("bytestring_to_hexstr({cut})"),
            };
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
            let guard = match payload.to {
                Destination::Log => present,
                Destination::Column => format!("{present} && may_raise({}_rule, c)", names.slug),
            };
            let guard = match (payload.to, field.phase) {
                (Destination::Column, Phase::CallRequestStub) => format!("c?$dce_rpc && {guard}"),
                _ => guard,
            };
            format!("if ( {guard} )\n\t{write}")
        })
        .collect()
}

fn column(field: &Field) -> &'static str {
    match field.name.as_str() {
        "body" => "http$sigzeek_body",
        "response_body" => "http$sigzeek_response_body",
        _ => "c$dce_rpc$sigzeek_stub",
    }
}

/// The members of the rule's `RuleInfo`.
fn members(rule: &RulePlan<'_>, names: &RuleNames) -> Vec<String> {
    let id = rule
        .rule
        .id
        .as_ref()
        .map_or(names.slug.as_str(), |id| id.value.as_str());
    let mut members = vec![
        format!("$note={}", names.note),
        format!("$id={}", literal(id.as_bytes())),
        format!("$title={}", literal(rule.rule.title.value.as_bytes())),
    ];
    if let Some(level) = rule.rule.level {
        members.push(format!("$level={}", literal(level.as_str().as_bytes())));
    }
    if !rule.techniques.is_empty() {
        let ids: Vec<String> = rule
            .techniques
            .iter()
            .map(|technique| literal(technique.id.as_bytes()))
            .collect();
        members.push(format!("$attack=vector({})", ids.join(", ")));
    }
    if let Some(score) = &rule.robustness {
        members.push(format!("$robustness={}", literal(score.as_bytes())));
    }
    if let Some(seconds) = rule.rule.zeek.suppress_for {
        members.push(format!("$suppress_for={seconds}sec"));
    }
    members
}

/// The script's header: what a reader of the package should know of the rule.
fn header(rule: &RulePlan<'_>) -> Vec<String> {
    let source = rule.rule;
    let mut lines = comment_lines(Marker::Script, &source.title.value);
    lines.push("##!".to_owned());
    let mut entry = |label: &str, text: &str| lines.extend(entry_lines(label, text));
    if let Some(id) = &source.id {
        entry("Id:", &id.value);
    }
    for technique in &rule.techniques {
        entry("ATT&CK:", &technique.to_string());
    }
    if let Some(level) = source.level {
        entry("Level:", level.as_str());
    }
    if let Some(score) = &rule.robustness {
        entry("Robustness:", score);
    }
    if let Some(author) = &source.author {
        entry("Author:", author);
    }
    for reference in &source.references {
        entry("Reference:", reference);
    }
    for text in &source.falsepositives {
        entry("Also:", text);
    }
    for line in logic(rule) {
        entry("Matches:", &line);
    }
    if let Some(description) = &source.description {
        let description = comment_lines(Marker::Script, description);
        if !description.is_empty() {
            lines.push("##!".to_owned());
            lines.extend(description);
        }
    }
    lines
}

/// Column at which a line of the header is broken, without the marker and the label.
const HEADER_WIDTH: usize = 104;

/// A labelled entry of the header; further lines stand under the first one's text.
fn entry_lines(label: &str, text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in comment::one_line(text).split_whitespace() {
        if !line.is_empty() && line.len() + word.len() >= HEADER_WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| format!("##! {:<11} {line}", if index == 0 { label } else { "" }))
        .collect()
}

/// The rule's conditions, and its searches as the rule has them.
fn logic(rule: &RulePlan<'_>) -> Vec<String> {
    let searches = &rule.rule.searches;
    let names: Vec<&str> = searches
        .iter()
        .map(|search| search.name.value.as_str())
        .collect();
    let mut lines: Vec<String> = rule
        .rule
        .conditions
        .iter()
        .map(|condition| condition_text(condition, &names))
        .collect();
    for search in searches {
        let text = detection_text(rule.rule, &search.detection);
        lines.push(format!("{}: {text}", search.name.value));
    }
    lines
}

fn condition_text(condition: &Condition, names: &[&str]) -> String {
    let each = |parts: &[Condition], word: &str| -> String {
        let parts: Vec<String> = parts.iter().map(|part| nested(part, names)).collect();
        parts.join(word)
    };
    match condition {
        Condition::Search(index) => names[*index].to_owned(),
        Condition::And(parts) => each(parts, " and "),
        Condition::Or(parts) => each(parts, " or "),
        Condition::Not(part) => format!("not {}", nested(part, names)),
        Condition::AtLeast(wanted, indices) => {
            let of: Vec<&str> = indices.iter().map(|index| names[*index]).collect();
            let wanted = if *wanted == of.len() && of.len() > 1 {
                "all".to_owned()
            } else {
                wanted.to_string()
            };
            format!("{wanted} of ({})", of.join(", "))
        }
    }
}

fn nested(condition: &Condition, names: &[&str]) -> String {
    let text = condition_text(condition, names);
    match condition {
        Condition::And(_) | Condition::Or(_) => format!("({text})"),
        _ => text,
    }
}

fn detection_text(rule: &Rule, detection: &Detection) -> String {
    match detection {
        Detection::All(parts) => {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| detection_text(rule, part))
                .collect();
            parts.join(" and ")
        }
        Detection::Any(parts) => {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| format!("({})", detection_text(rule, part)))
                .collect();
            parts.join(" or ")
        }
        Detection::Item(item) => item_text(rule, item),
    }
}

/// How many values of a list a header shows.
const SHOWN_VALUES: usize = 12;

/// An item as the rule's file has it, quotes and all.
fn item_text(rule: &Rule, item: &Item) -> String {
    let raw = |span: &Range<usize>| &rule.source.text[span.clone()];
    let mut values: Vec<&str> = item
        .values
        .iter()
        .take(SHOWN_VALUES)
        .map(|value| raw(&value.span))
        .collect();
    let more = format!("{} more", item.values.len().saturating_sub(SHOWN_VALUES));
    if item.values.len() > SHOWN_VALUES {
        values.push(&more);
    }
    let values = values.join(if item.all { " and " } else { " or " });
    match &item.field {
        Some(_) => format!("{}: {values}", raw(&item.span)),
        None => values,
    }
}
