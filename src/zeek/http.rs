//! The dispatch of HTTP transactions: one automaton a field, whatever the number of rules.

use std::collections::BTreeMap;

use askama::Template;

use super::expression::Helper;
use super::keys::{PatternEntry, header_table, list};
use super::rule_file::RuleData;
use super::string::literal;
use super::{WriteError, Writer};
use crate::plan::dispatch::transactions::{TransactionDispatch, header_list_fields};
use crate::plan::dispatch::{EventRuns, PickedBy};
use crate::plan::zeek_names::RuleNames;
use crate::plan::{Key, MAX_BODY_BYTES, PayloadPlan, RulePlan};
use crate::predicate::pattern::Pattern;
use crate::service::{Access, Field, FieldKind, Phase, Service, ZeekRecord};

#[derive(Template)]
#[template(path = "http-transaction.zeek")]
struct HttpTransactionScript<'a> {
    module: &'a str,
    rule_type: &'static str,
    field: &'a str,
    max_body_bytes: usize,
    uses_bodies: bool,
    ends_requests: bool,
    each_client_header: bool,
    each_server_header: bool,
    always_request_body: bool,
    always_response_body: bool,
    header_matches: bool,
    header_values: bool,
    uses_uri_parts: bool,
    uses_url: bool,
    uses_host_address: bool,
}

#[derive(Template)]
#[template(path = "http.zeek")]
struct HttpScript<'a> {
    module: &'a str,
    rule_type: &'static str,
    field: &'a str,
    tables: Vec<PatternTable>,
    header_tables: Vec<HeaderTable>,
    value_tables: Vec<ValueTable>,
    lists: Vec<List>,
    candidate_tables: Vec<CandidateTable>,
    /// Whether some section looks at messages that are not the latest request or reply.
    uses_messages: bool,
    uses_responses: bool,
    /// Whether some message's headers are looked at all at once.
    uses_headers: bool,
    uses_header_names: bool,
    uses_header_values: bool,
    /// Whether rules are found by headers that are looked at one by one, and whether some of these are kept.
    finds_by_header: bool,
    keeps_headers: bool,
    /// Whether the request line is kept for rules that are found by it.
    finds_by_request_line: bool,
    uses_bodies: bool,
    always_request_body: bool,
    always_response_body: bool,
    /// Whether some rules are data.
    finds_data: bool,
    sections: Vec<String>,
}

/// Rules by what one field must match.
struct PatternTable {
    name: String,
    comment: String,
    entries: Vec<PatternEntry>,
    /// The name of a pattern that stands for the table, and its comment.
    sought: String,
    sought_comment: String,
    /// The condition under which the field can be looked up, and the field.
    guard: Option<String>,
    subject: String,
    texts: Option<TextTable>,
    /// What stands in for the table where there are few patterns.
    few: Vec<PatternComparison>,
}

/// A pattern of a field that has few of them. They need no table: to compare costs two thirds of looking up, and less where a
/// text that does not match is put aside at its first byte.
struct PatternComparison {
    /// The pattern, where it is so long that it has a name of its own.
    constant: Option<String>,
    test: String,
    handlers: Vec<String>,
}

/// How many patterns of a field are compared with one by one. Of these, one may be sought anywhere, so that texts are read once.
const FEW_PATTERNS: usize = 3;

/// How long a pattern is, in Zeek, that has no name of its own.
const LONGEST_UNNAMED: usize = 60;

/// Rules by the text that one field must have in it.
struct TextTable {
    name: String,
    comment: String,
    /// Each text in lower case, as a Zeek literal, and the functions to run.
    entries: Vec<(String, String)>,
    /// The same for rules that are data.
    data: Vec<(String, String)>,
    /// The function that goes through the texts.
    function: String,
    field: String,
    subject: String,
}

/// Rules by what a header must match.
struct HeaderTable {
    name: String,
    comment: String,
    headers: Vec<HeaderEntries>,
    handlers: Vec<Handler>,
}

struct HeaderEntries {
    name: String,
    entries: Vec<PatternEntry>,
}

/// Rules by what the value of any header must match.
struct ValueTable {
    name: String,
    comment: String,
    entries: Vec<PatternEntry>,
    handlers: Vec<Handler>,
    /// Whether headers are looked at one by one.
    of_each_header: bool,
}

impl ValueTable {
    /// The only pattern that each header is compared with, which needs no table: to compare costs two thirds of looking up.
    fn only_entry(&self) -> Option<&PatternEntry> {
        match self.entries.as_slice() {
            [only] if self.of_each_header => Some(only),
            _ => None,
        }
    }
}

#[derive(Clone)]
struct Handler {
    note: String,
    function: String,
}

/// Rules that run on every event.
struct List {
    name: String,
    comment: String,
    handlers: String,
}

/// Rules that run on an event of transactions for which they are candidates.
struct CandidateTable {
    name: String,
    comment: String,
    handlers: Vec<Handler>,
}

/// Whether a field is a header, or one of a message's lists of them.
fn is_of_headers(field: &Field) -> bool {
    let in_lists = |client| header_list_fields(client).contains(&field.name.as_str());
    matches!(field.access, Access::Header { .. }) || in_lists(true) || in_lists(false)
}

/// What is dispatched at one event.
struct PhaseDispatch {
    phase: Phase,
    rule_type: &'static str,
    tables: Vec<PatternTable>,
    header_table: Option<HeaderTable>,
    value_table: Option<ValueTable>,
    list: Option<List>,
    candidates: Option<CandidateTable>,
    /// Whether the event matters only to transactions that some rule has named a candidate.
    gated: bool,
}

#[derive(Template)]
#[template(path = "http/request.zeek")]
struct RequestSection {
    /// Whether every request's line is kept.
    keeps_request_line: bool,
    keeps_uri_parts: bool,
    dispatch: String,
}

/// Headers that are looked at one by one, as they come.
#[derive(Template)]
#[template(path = "http/each-header.zeek")]
struct EachHeaderSection<'a> {
    client: bool,
    side: &'static str,
    field: &'a str,
    gated: bool,
    /// Whether no phase can make a candidate of a transaction that was none when its request line came.
    skips: bool,
    module: &'a str,
    /// The table of rules by what a header must match, and the one by what any header's value must match.
    by_name: Option<&'a str>,
    by_value: Option<&'a ValueTable>,
    /// Whether rules are found by headers; the pattern and the rules where there is only one, for any header's value.
    finds: bool,
    only_value: Option<(&'a str, &'a str)>,
    /// Whether candidates look at the headers.
    keeps: bool,
    uses_names: bool,
    uses_values: bool,
    dispatch: String,
}

#[derive(Template)]
#[template(path = "http/headers.zeek")]
struct HeadersSection<'a> {
    client: bool,
    /// Whether some rule looks at the names of all headers, at their values.
    uses_names: bool,
    uses_values: bool,
    /// Whether some rule looks at the request's URL, at the address in its Host header.
    uses_url: bool,
    uses_host_address: bool,
    side: &'static str,
    field: &'a str,
    gated: bool,
    dispatch: String,
}

#[derive(Template)]
#[template(path = "http/header-dispatch.zeek")]
struct HeaderDispatch<'a> {
    table: &'a str,
    rule_type: &'static str,
}

#[derive(Template)]
#[template(path = "http/header-value-dispatch.zeek")]
struct HeaderValueDispatch<'a> {
    table: &'a str,
    rule_type: &'static str,
}

#[derive(Template)]
#[template(path = "http/reply.zeek")]
struct ReplySection<'a> {
    field: &'a str,
    /// Whether some rule looks at requests that are done.
    ends_request: bool,
    /// Whether some rule looks at the reply.
    dispatches: bool,
    gated: bool,
    /// Whether all of this is for transactions that some rule has looked at before.
    all_gated: bool,
    module: &'a str,
    dispatch: String,
}

#[derive(Template)]
#[template(path = "http/message-done.zeek")]
struct MessageDoneSection<'a> {
    client: bool,
    side: &'static str,
    field: &'a str,
    collects: bool,
    gated: bool,
    module: &'a str,
    uses_tags: bool,
    dispatch: String,
}

impl Writer<'_> {
    pub(super) fn http_transaction(&self) -> Result<String, WriteError> {
        let transactions = self.transactions();
        Ok(HttpTransactionScript {
            module: &self.names.module,
            rule_type: self.rule_type(),
            field: &self.names.field,
            max_body_bytes: MAX_BODY_BYTES,
            uses_bodies: transactions.uses_bodies(),
            ends_requests: self.ends_requests(),
            each_client_header: self.headers_one_by_one(Phase::ClientHeaders),
            each_server_header: self.headers_one_by_one(Phase::ServerHeaders),
            always_request_body: transactions.client.body_of_all,
            always_response_body: transactions.server.body_of_all,
            header_matches: self.needs(Helper::HeaderMatches),
            header_values: self.needs(Helper::HeaderValues),
            uses_uri_parts: transactions.uses_uri_parts,
            uses_url: transactions.uses_url,
            uses_host_address: transactions.uses_host_address,
        }
        .render()?)
    }

    pub(super) fn http(&self) -> Result<String, WriteError> {
        let transactions = self.transactions();
        let events = transactions.events.iter();
        let phases: Vec<PhaseDispatch> =
            events.map(|event| self.transaction_event(event)).collect();
        // Whether what comes behind the request line is only for candidates.
        let all_gated = phases
            .iter()
            .all(|dispatch| dispatch.gated || dispatch.phase == Phase::Request);
        let mut sections = Vec::new();
        let mut written = Vec::new();
        for phase in Service::HTTP.phases() {
            let dispatch = phases.iter().find(|dispatch| dispatch.phase == phase);
            if let Some(section) = self.section(phase, dispatch, all_gated)? {
                sections.push(section);
                written.push(phase);
            }
        }
        let reads_headers = |phase: Phase| written.contains(&phase);
        let each_header = |phase| reads_headers(phase) && self.headers_one_by_one(phase);
        let all_headers = |phase| reads_headers(phase) && !self.headers_one_by_one(phase);
        let sides = [Phase::ClientHeaders, Phase::ServerHeaders];
        let all = |names: [&str; 2]| {
            let mut sides = sides.into_iter().zip(names);
            sides.any(|(phase, name)| all_headers(phase) && self.uses(name))
        };
        let mut file = HttpScript {
            module: &self.names.module,
            rule_type: self.rule_type(),
            field: &self.names.field,
            tables: Vec::new(),
            header_tables: Vec::new(),
            value_tables: Vec::new(),
            lists: Vec::new(),
            candidate_tables: Vec::new(),
            uses_messages: transactions.uses_bodies()
                || written.iter().any(|phase| match phase {
                    Phase::Request | Phase::Reply => false,
                    phase => !is_headers(*phase) || all_headers(*phase),
                }),
            uses_responses: written.iter().any(|phase| phase.is_response()),
            uses_headers: sides.into_iter().any(all_headers),
            uses_header_names: all(["client_header_names", "server_header_names"]),
            uses_header_values: all(["client_header_values", "server_header_values"]),
            finds_by_header: phases.iter().any(|dispatch| {
                let found = dispatch.header_table.is_some() || dispatch.value_table.is_some();
                found && each_header(dispatch.phase)
            }),
            keeps_headers: sides
                .into_iter()
                .any(|phase| each_header(phase) && self.reads_headers(phase)),
            finds_by_request_line: transactions.uses_request_line
                && !transactions.keeps_request_line,
            uses_bodies: transactions.uses_bodies(),
            always_request_body: transactions.client.body_of_all,
            always_response_body: transactions.server.body_of_all,
            finds_data: phases.iter().any(PhaseDispatch::finds_data),
            sections,
        };
        for dispatch in phases {
            file.tables.extend(dispatch.tables);
            file.header_tables.extend(dispatch.header_table);
            file.value_tables.extend(dispatch.value_table);
            file.lists.extend(dispatch.list);
            file.candidate_tables.extend(dispatch.candidates);
        }
        Ok(file.render()?)
    }

    fn http_rules(&self) -> impl Iterator<Item = (&RulePlan<'_>, &RuleNames)> {
        self.rules()
            .filter(|(rule, _)| rule.service == Service::HTTP)
    }

    fn transactions(&self) -> &TransactionDispatch {
        &self.dispatch.transactions
    }

    fn uses(&self, name: &str) -> bool {
        self.http_rules().any(|(rule, _)| rule.uses(name))
    }

    /// Whether a rule with this key is found by a text of a field.
    pub(super) fn is_found_by_text(&self, phase: Phase, key: &Key) -> bool {
        let is_header = matches!(key.field.access, Access::Header { .. });
        !is_header
            && key.field.kind != FieldKind::Texts
            && self.gates.text(phase, &key.field, &key.pattern).is_some()
    }

    /// Whether some rule looks at requests that are done.
    fn ends_requests(&self) -> bool {
        self.transactions().client.uses_body
            || self.http_rules().any(|(rule, _)| {
                let logs = |payload: &PayloadPlan| payload.phase == Phase::RequestBody;
                rule.stages
                    .iter()
                    .any(|stage| stage.phase == Phase::RequestBody)
                    || rule.payload.as_ref().is_some_and(logs)
            })
    }

    /// Whether a rule's functions read the table of a message's headers.
    fn reads_header_table(&self, rule: &RulePlan<'_>, phase: Phase) -> bool {
        let client = phase == Phase::ClientHeaders;
        let is_header = |field: &Field| match &field.access {
            Access::Header { client: sent, .. } => *sent == client,
            _ => header_list_fields(client).contains(&field.name.as_str()),
        };
        let mut stages = rule.stages.iter();
        stages.any(|stage| {
            let tests_key = stage
                .key
                .as_ref()
                .is_some_and(|key| is_header(&key.field) && !self.finds_by_key(rule, stage));
            tests_key || stage.condition.fields().into_iter().any(is_header)
        }) || rule.told().any(is_header)
    }

    /// Whether some rule's functions read the table of a message's headers.
    fn reads_headers(&self, phase: Phase) -> bool {
        self.http_rules()
            .any(|(rule, _)| self.reads_header_table(rule, phase))
    }

    /// Whether a message's headers can be looked at one by one: nothing runs on every message, rules are found by headers and by
    /// no column of the log, and only candidates need more than the header by which a rule is found.
    fn headers_one_by_one(&self, phase: Phase) -> bool {
        let transactions = self.transactions();
        // What is made of columns is kept where the transaction is.
        if phase == Phase::ClientHeaders
            && (transactions.uses_url || transactions.uses_host_address)
        {
            return false;
        }
        self.http_rules().all(|(rule, _)| {
            let Some(first) = rule.stages.first() else {
                return true;
            };
            let is_found = first.phase != phase
                || first
                    .key
                    .as_ref()
                    .is_some_and(|key| is_of_headers(&key.field));
            is_found && (first.phase < phase || !self.reads_header_table(rule, phase))
        })
    }

    fn transaction_event(&self, event: &EventRuns) -> PhaseDispatch {
        let phase = event.phase;
        let mut by_field: BTreeMap<Field, BTreeMap<Pattern, Vec<String>>> = BTreeMap::new();
        let mut by_header: BTreeMap<String, BTreeMap<Pattern, Vec<String>>> = BTreeMap::new();
        let mut data: BTreeMap<Field, BTreeMap<Pattern, Vec<String>>> = BTreeMap::new();
        let mut header_handlers = Vec::new();
        let mut by_value: BTreeMap<Pattern, Vec<String>> = BTreeMap::new();
        let mut value_handlers = Vec::new();
        let mut every = Vec::new();
        let mut candidates = Vec::new();
        for run in &event.runs {
            let (rule, names, function) = self.run(run, phase);
            let note = names.note.clone();
            let handler = Handler { note, function };
            match self.key(run) {
                Some(key) => match &key.field.access {
                    Access::Header { name, .. } => {
                        let patterns = by_header.entry(name.clone()).or_default();
                        patterns
                            .entry(key.pattern.clone())
                            .or_default()
                            .push(handler.note.clone());
                        header_handlers.push(handler);
                    }
                    _ if key.field.kind == FieldKind::Texts => {
                        let notes = by_value.entry(key.pattern.clone()).or_default();
                        notes.push(handler.note.clone());
                        value_handlers.push(handler);
                    }
                    _ => {
                        let patterns = by_field.entry(key.field.clone()).or_default();
                        let functions = patterns.entry(key.pattern.clone()).or_default();
                        match self.data(rule, names) {
                            Some(RuleData::Text { method }) => {
                                let data = data.entry(key.field.clone()).or_default();
                                let data = data.entry(key.pattern.clone()).or_default();
                                data.push(found_rule(names, method.as_deref()));
                            }
                            _ => functions.push(handler.function),
                        }
                    }
                },
                None if run.picked_by == PickedBy::Candidacy => candidates.push(handler),
                None => every.push(handler.function),
            }
        }
        let name = phase.name();
        let when = phase.when();
        PhaseDispatch {
            phase,
            rule_type: self.rule_type(),
            gated: event.gated,
            tables: by_field
                .into_iter()
                .map(|(field, patterns)| {
                    let data = data.remove(&field).unwrap_or_default();
                    self.pattern_table(phase, &field, &patterns, &data)
                })
                .collect(),
            header_table: (!by_header.is_empty()).then(|| HeaderTable {
                name: format!("{name}_rules"),
                comment: format!(
                    "Rules by what a header must match, {when}: by the header's name in upper case."
                ),
                headers: by_header
                    .iter()
                    .map(|(header, patterns)| HeaderEntries {
                        name: literal(header.as_bytes()),
                        entries: self.gates.entries(phase, &header_table(header), patterns),
                    })
                    .collect(),
                handlers: header_handlers,
            }),
            value_table: (!by_value.is_empty()).then(|| ValueTable {
                name: format!("{name}_rules_by_value"),
                comment: format!("Rules by what the value of any header must match, {when}."),
                entries: self.gates.entries(
                    phase,
                    header_list_fields(phase == Phase::ClientHeaders)[1],
                    &by_value,
                ),
                handlers: value_handlers,
                of_each_header: self.headers_one_by_one(phase),
            }),
            list: (!every.is_empty()).then(|| List {
                name: format!("every_{name}_rules"),
                comment: format!("Rules that run on every transaction, {when}."),
                handlers: list(&every),
            }),
            candidates: (!candidates.is_empty()).then(|| CandidateTable {
                name: format!("{name}_rules_of_candidates"),
                comment: format!(
                    "Rules that run on transactions for which they are candidates, {when}."
                ),
                handlers: candidates,
            }),
        }
    }

    fn section(
        &self,
        phase: Phase,
        dispatch: Option<&PhaseDispatch>,
        all_gated: bool,
    ) -> Result<Option<String>, WriteError> {
        let field = self.names.field.as_str();
        let transactions = self.transactions();
        let text = match dispatch {
            // The request line alone decides whether there is anything to keep of a transaction.
            Some(dispatch) if phase == Phase::Request && !transactions.keeps_request_line => {
                dispatch.text(if transactions.uses_request_line {
                    "transaction_from(c, http, original_URI, version)"
                } else {
                    "transaction_of(c, http)"
                })?
            }
            Some(dispatch) if is_headers(phase) && self.headers_one_by_one(phase) => {
                dispatch.text_of_found()
            }
            Some(dispatch) => dispatch.text("transaction")?,
            None => String::new(),
        };
        let gated = dispatch.is_none_or(|dispatch| dispatch.gated);
        let section = match phase {
            Phase::Request if dispatch.is_some() || transactions.keeps_request_line => {
                RequestSection {
                    keeps_request_line: transactions.keeps_request_line,
                    keeps_uri_parts: transactions.uses_uri_parts,
                    dispatch: text,
                }
                .render()?
            }
            Phase::ClientHeaders | Phase::ServerHeaders
                if dispatch.is_some()
                    || transactions
                        .message(phase == Phase::ClientHeaders)
                        .uses_headers =>
            {
                let client = phase == Phase::ClientHeaders;
                let [names, values] = header_list_fields(client);
                if self.headers_one_by_one(phase) {
                    let keeps = self.reads_headers(phase);
                    let by_name = dispatch.and_then(|dispatch| dispatch.header_table.as_ref());
                    let by_value = dispatch.and_then(|dispatch| dispatch.value_table.as_ref());
                    let section = EachHeaderSection {
                        client,
                        side: if client { "client" } else { "server" },
                        field,
                        gated,
                        skips: gated && all_gated,
                        module: &self.names.module,
                        finds: by_name.is_some() || by_value.is_some(),
                        only_value: by_value.filter(|_| by_name.is_none()).and_then(|table| {
                            let entry = table.only_entry()?;
                            Some((table.name.as_str(), entry.handlers.as_str()))
                        }),
                        by_name: by_name.map(|table| table.name.as_str()),
                        by_value,
                        keeps,
                        uses_names: keeps && self.uses(names),
                        uses_values: keeps && self.uses(values),
                        dispatch: text,
                    };
                    return Ok(Some(section.render()?));
                }
                HeadersSection {
                    client,
                    uses_names: self.uses(names),
                    uses_values: self.uses(values),
                    uses_url: client && transactions.uses_url,
                    uses_host_address: client && transactions.uses_host_address,
                    side: if client { "client" } else { "server" },
                    field,
                    gated: transactions.message(client).headers_gated,
                    dispatch: text,
                }
                .render()?
            }
            Phase::Reply if dispatch.is_some() || self.ends_requests() => ReplySection {
                field,
                ends_request: self.ends_requests(),
                dispatches: dispatch.is_some(),
                gated,
                all_gated: gated && (transactions.client.end_gated || !self.ends_requests()),
                module: &self.names.module,
                dispatch: text,
            }
            .render()?,
            Phase::RequestBody | Phase::ResponseBody => {
                let client = phase == Phase::RequestBody;
                let message = transactions.message(client);
                let collects = message.uses_body;
                if dispatch.is_none() && !collects {
                    return Ok(None);
                }
                MessageDoneSection {
                    client,
                    side: if client { "request" } else { "response" },
                    field,
                    collects,
                    gated: message.end_gated,
                    module: &self.names.module,
                    uses_tags: !client && self.uses("tags"),
                    dispatch: text,
                }
                .render()?
            }
            _ => return Ok(None),
        };
        Ok(Some(section))
    }

    fn pattern_table(
        &self,
        phase: Phase,
        field: &Field,
        patterns: &BTreeMap<Pattern, Vec<String>>,
        data: &BTreeMap<Pattern, Vec<String>>,
    ) -> PatternTable {
        let name = format!("{}_rules_by_{}", phase.name(), field.name);
        let function = format!("run_{name}_text");
        let mut texts: BTreeMap<Vec<u8>, Vec<String>> = BTreeMap::new();
        let mut of_data: BTreeMap<Vec<u8>, Vec<String>> = BTreeMap::new();
        let mut runs = patterns.clone();
        for (pattern, handlers) in &mut runs {
            if let Some(text) = self.gates.text(phase, field, pattern) {
                let of_pattern = std::mem::replace(handlers, vec![function.clone()]);
                if let Some(data) = data.get(pattern) {
                    let of_text = of_data.entry(text.clone()).or_default();
                    of_text.extend_from_slice(data);
                }
                if !of_pattern.is_empty() {
                    texts.entry(text).or_default().extend(of_pattern);
                }
            }
        }
        let listed = |texts: &BTreeMap<Vec<u8>, Vec<String>>| -> Vec<(String, String)> {
            let texts = texts.iter();
            texts
                .map(|(text, rules)| (literal(text), list(rules)))
                .collect()
        };
        let has_texts = !texts.is_empty() || !of_data.is_empty();
        let texts = has_texts.then(|| TextTable {
            comment: format!(
                "Rules by the text, in lower case, that {} must have in it, {}.",
                field.name,
                phase.when()
            ),
            entries: listed(&texts),
            data: listed(&of_data),
            name: format!("{name}_text"),
            function,
            field: field.name.clone(),
            subject: super::expression::value(field),
        });
        let subject = match (phase, field.name.as_str()) {
            (Phase::Request, "original_uri") => "original_URI".to_owned(),
            (Phase::Request, "request_version") => "version".to_owned(),
            _ => super::expression::value(field),
        };
        let guard = super::expression::presence(field).filter(|_| !known_at(phase, field));
        let sought = format!("{}_{}_sought", phase.name(), field.name);
        let few = if texts.is_none() {
            comparisons(&sought, &subject, &runs)
        } else {
            Vec::new()
        };
        PatternTable {
            comment: format!("Rules by what {} must match, {}.", field.name, phase.when()),
            name,
            sought_comment: format!("What a rule seeks in {}, {}.", field.name, phase.when()),
            sought,
            entries: self.gates.entries(phase, &field.name, &runs),
            texts,
            guard,
            subject,
            few,
        }
    }
}

/// A rule that is data, with the method that it asks for.
fn found_rule(names: &RuleNames, method: Option<&str>) -> String {
    let slug = &names.slug;
    match method {
        Some(method) => format!("FoundRule($rule={slug}_rule, $method={method})"),
        None => format!("FoundRule($rule={slug}_rule)"),
    }
}

/// What a field's patterns are compared by where they are few, and at most one of them needs a name, which it is given.
fn comparisons(
    name: &str,
    subject: &str,
    patterns: &BTreeMap<Pattern, Vec<String>>,
) -> Vec<PatternComparison> {
    let sought = patterns.keys().filter(|pattern| !pattern.is_anchored());
    if patterns.len() > FEW_PATTERNS || sought.count() > 1 {
        return Vec::new();
    }
    let few: Vec<PatternComparison> = patterns
        .iter()
        .map(|(pattern, handlers)| {
            let (literal, operator) = super::pattern::comparison(pattern);
            let is_long = literal.len() > LONGEST_UNNAMED;
            let shown = if is_long { name } else { literal.as_str() };
            PatternComparison {
                test: format!("{shown} {operator} {subject}"),
                constant: is_long.then_some(literal),
                handlers: handlers.clone(),
            }
        })
        .collect();
    let named = few
        .iter()
        .filter(|comparison| comparison.constant.is_some());
    if named.count() > 1 { Vec::new() } else { few }
}

impl PatternTable {
    /// The statements that run the rules that the field finds.
    fn run(&self, transaction: &str) -> String {
        let Self { name, subject, .. } = self;
        let guard = self.guard.as_deref();
        match self.few.as_slice() {
            [] => {
                let run = format!(
                    "for ( _, handlers in {name}[{subject}] )\n\tfor ( _, handler in handlers )\n\t\thandler(c, http, {transaction});\n"
                );
                guard.map_or(run.clone(), |guard| {
                    format!("if ( {guard} )\n{}", indented(&run, 1))
                })
            }
            [only] => only.run(guard, transaction),
            few => {
                let few: Vec<String> = few.iter().map(|one| one.run(None, transaction)).collect();
                let run = few.join("\n");
                guard.map_or(run.clone(), |guard| {
                    format!("if ( {guard} )\n\t{{\n{}\t}}\n", indented(&run, 1))
                })
            }
        }
    }
}

impl PatternComparison {
    fn run(&self, guard: Option<&str>, transaction: &str) -> String {
        let test: Vec<&str> = guard.into_iter().chain([self.test.as_str()]).collect();
        let test = test.join(" && ");
        let calls = self.handlers.iter();
        let calls: String = calls
            .map(|handler| format!("\t{handler}(c, http, {transaction});\n"))
            .collect();
        match self.handlers.as_slice() {
            [_] => format!("if ( {test} )\n{calls}"),
            _ => format!("if ( {test} )\n\t{{\n{calls}\t}}\n"),
        }
    }
}

impl PhaseDispatch {
    /// Whether some rules that are data are found at the event.
    fn finds_data(&self) -> bool {
        let mut texts = self.tables.iter().filter_map(|table| table.texts.as_ref());
        texts.any(|texts| !texts.data.is_empty())
    }

    /// The statements that run the rules that were found by headers as they came, and those of candidates.
    fn text_of_found(&self) -> String {
        let by_name = self.header_table.as_ref().map(|table| table.name.as_str());
        let by_value = self.value_table.as_ref().map(|table| table.name.as_str());
        let mut runs: Vec<String> = by_name
            .into_iter()
            .chain(by_value)
            .map(|table| {
                format!(
                    "for ( _, rule in transaction$found )\n\tif ( rule in {table}_handlers )\n\t\t\
                     {table}_handlers[rule](c, http, transaction);"
                )
            })
            .collect();
        if !runs.is_empty() {
            runs.push("transaction$found = vector();".to_owned());
        }
        if let Some(table) = &self.candidates {
            let name = &table.name;
            runs.push(format!(
                "for ( note in transaction$candidates )\n\tif ( note in {name} )\n\t\t{name}[note](c, http, transaction);"
            ));
        }
        let runs = runs.iter().map(|run| format!("\n{}", indented(run, 1)));
        runs.collect()
    }

    /// The statements that run the phase's rules.
    fn text(&self, transaction: &str) -> Result<String, WriteError> {
        let mut text = String::new();
        for table in &self.tables {
            text += &format!("\n{}", indented(&table.run(transaction), 1));
        }
        if let Some(table) = &self.header_table {
            let (table, rule_type) = (table.name.as_str(), self.rule_type);
            text += &HeaderDispatch { table, rule_type }.render()?;
            text.push('\n');
        }
        if let Some(table) = &self.value_table {
            let (table, rule_type) = (table.name.as_str(), self.rule_type);
            text += &HeaderValueDispatch { table, rule_type }.render()?;
            text.push('\n');
        }
        if let Some(list) = &self.list {
            let run = format!(
                "for ( _, handler in {} )\n\thandler(c, http, {transaction});",
                list.name
            );
            text += &format!("\n{}", indented(&run, 1));
        }
        if let Some(table) = &self.candidates {
            let name = &table.name;
            let run = format!(
                "for ( note in transaction$candidates )\n\tif ( note in {name} )\n\t\t{name}[note](c, http, transaction);"
            );
            text += &format!("\n{}", indented(&run, 1));
        }
        Ok(text)
    }
}

fn is_headers(phase: Phase) -> bool {
    matches!(phase, Phase::ClientHeaders | Phase::ServerHeaders)
}

/// Whether a field is always set at an event.
fn known_at(phase: Phase, field: &Field) -> bool {
    let request_line = matches!(
        field.name.as_str(),
        "method" | "uri" | "original_uri" | "request_version"
    );
    phase == Phase::Request
        && request_line
        && field.kind == FieldKind::Text
        && matches!(
            field.access,
            Access::Member {
                record: ZeekRecord::Transaction,
                ..
            }
        )
}

fn indented(text: &str, tabs: usize) -> String {
    let indent = "\t".repeat(tabs);
    let lines = text.lines().map(|line| match line {
        "" => "\n".to_owned(),
        line => format!("{indent}{line}\n"),
    });
    lines.collect()
}
