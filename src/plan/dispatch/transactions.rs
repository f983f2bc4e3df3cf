//! HTTP transactions: what is kept of a message's headers and body, and for which transactions.

use std::collections::BTreeSet;

use super::EventRuns;
use crate::plan::RulePlan;
use crate::service::{Access, Field, Phase, Service};

/// The dispatch of transactions.
#[derive(Debug)]
pub struct TransactionDispatch {
    /// The events at which something runs, in their order.
    pub events: Vec<EventRuns>,
    /// What is kept of requests.
    pub client: MessagePlan,
    /// What is kept of responses.
    pub server: MessagePlan,
    /// Whether some rule looks at the request's whole URL.
    pub uses_url: bool,
    /// Whether some rule looks at the address in the Host header.
    pub uses_host_address: bool,
    /// Whether some rule looks at what the URI is made of.
    pub uses_uri_parts: bool,
    /// Whether some rule looks at what only the request line's event has.
    pub uses_request_line: bool,
    /// Whether some rule looks at it, or at what is made of it, after that event.
    pub keeps_request_line: bool,
}

/// What rules look at in one side's messages.
#[derive(Debug)]
pub struct MessagePlan {
    /// The headers, in upper case.
    pub headers: BTreeSet<String>,
    /// Whether the names of all headers.
    pub header_names: bool,
    /// Whether the values of all headers.
    pub header_values: bool,
    /// Whether headers matter only to transactions that have a candidate.
    pub headers_gated: bool,
    /// Whether anything of headers, or what is made of them.
    pub uses_headers: bool,
    /// Whether the body.
    pub uses_body: bool,
    /// Whether bodies are kept of transactions that no rule has asked it for.
    pub body_of_all: bool,
    /// Whether the message's end matters only to transactions that have a candidate.
    pub end_gated: bool,
}

/// The field that has the request's whole URL, known when the client's headers are.
const URL: &str = "url";

/// The field that has the address in the Host header, known when the client's headers are.
const HOST_ADDRESS: &str = "host_address";

/// The fields that have parts of the URI.
const URI_PARTS: [&str; 3] = ["uri_stem", "uri_query", "uri_extension"];

/// The fields that have the names and the values of all headers of a message.
pub fn header_list_fields(client: bool) -> [&'static str; 2] {
    if client {
        ["client_header_names", "client_header_values"]
    } else {
        ["server_header_names", "server_header_values"]
    }
}

impl TransactionDispatch {
    pub(super) fn new(rules: &[&RulePlan<'_>], events: Vec<EventRuns>) -> Self {
        let rules: Vec<&RulePlan<'_>> = rules
            .iter()
            .copied()
            .filter(|rule| rule.service == Service::HTTP)
            .collect();
        let uses = |name: &str| rules.iter().any(|rule| rule.uses(name));
        let uses_uri_parts = URI_PARTS.into_iter().any(uses);
        let uses_url = uses(URL);
        let reads_later = rules.iter().any(|rule| {
            let first = rule.stages.first();
            (rule.uses("original_uri") || rule.uses("request_version"))
                && first.is_none_or(|stage| stage.phase > Phase::Request)
        });
        Self {
            client: MessagePlan::new(true, &rules, &events),
            server: MessagePlan::new(false, &rules, &events),
            uses_url,
            uses_host_address: uses(HOST_ADDRESS),
            uses_uri_parts,
            uses_request_line: uses("original_uri")
                || uses("request_version")
                || uses_url
                || uses_uri_parts,
            keeps_request_line: uses_url || uses_uri_parts || reads_later,
            events,
        }
    }

    /// What runs at an event; `None` where nothing does.
    pub fn at(&self, phase: Phase) -> Option<&EventRuns> {
        self.events.iter().find(|event| event.phase == phase)
    }

    /// Whether bodies are kept of either side's messages.
    pub fn uses_bodies(&self) -> bool {
        self.client.uses_body || self.server.uses_body
    }

    /// What is kept of one side's messages.
    pub fn message(&self, client: bool) -> &MessagePlan {
        if client { &self.client } else { &self.server }
    }
}

impl MessagePlan {
    fn new(client: bool, rules: &[&RulePlan<'_>], events: &[EventRuns]) -> Self {
        let (body, headers_phase, body_phase) = if client {
            ("body", Phase::ClientHeaders, Phase::RequestBody)
        } else {
            ("response_body", Phase::ServerHeaders, Phase::ResponseBody)
        };
        let uses = |name: &str| rules.iter().any(|rule| rule.uses(name));
        let headers: BTreeSet<String> = rules
            .iter()
            .flat_map(|rule| header_fields(rule, client))
            .collect();
        let [header_names, header_values] = header_list_fields(client).map(uses);
        let uses_headers = !headers.is_empty()
            || header_names
            || header_values
            || client && [URL, HOST_ADDRESS].into_iter().any(uses);
        let begins_later = rules.iter().any(|rule| {
            let first = rule.stages.first();
            first.is_some_and(|first| first.phase >= headers_phase)
        });
        let body_of_all = rules
            .iter()
            .any(|rule| rule.needs_unasked(body, body_phase));
        let gated = |phase| {
            let mut runs = events.iter();
            runs.all(|event| event.phase != phase || event.gated)
        };
        Self {
            headers,
            header_names,
            header_values,
            headers_gated: gated(headers_phase) && !(uses_headers && begins_later),
            uses_headers,
            uses_body: uses(body),
            body_of_all,
            end_gated: gated(body_phase) && !body_of_all,
        }
    }
}

/// The headers of one side's messages that a rule looks at.
fn header_fields(rule: &RulePlan<'_>, client: bool) -> impl Iterator<Item = String> {
    let keys = rule.stages.iter().filter_map(|stage| stage.key.as_ref());
    let conditions = rule.stages.iter().map(|stage| &stage.condition);
    let fields = keys
        .map(|key| &key.field)
        .chain(conditions.flat_map(|condition| condition.fields()))
        .chain(rule.told());
    fields.filter_map(move |field: &Field| match &field.access {
        Access::Header { client: sent, name } if *sent == client => Some(name.clone()),
        _ => None,
    })
}
