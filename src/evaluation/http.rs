//! HTTP transactions, as a package's `http.zeek` dispatches them.

use std::net::IpAddr;

use super::http_log::{Columns, Transactions, version_text};
use super::pack::{Results, Rules};
use super::rule::Candidates;
use super::uri;
use super::value::{Activity, FieldValue, Slot};
use crate::event::{ConnectionId, HttpEvent};
use crate::plan::MAX_BODY_BYTES;
use crate::plan::dispatch::{RulePart, transactions as plan};
use crate::service::Phase;

/// Which rules run on which transaction, and what is kept for them.
#[derive(Debug)]
pub(super) struct TransactionRules(plan::TransactionDispatch);

/// What a pack keeps of a transaction beside its columns.
#[derive(Debug, Default)]
struct Kept {
    seen: SeenTransaction,
    candidates: Candidates,
    request_done: bool,
}

#[derive(Debug, Default)]
struct SeenTransaction {
    original_uri: Option<Vec<u8>>,
    request_version: Option<Vec<u8>>,
    url: Option<Vec<u8>>,
    host_address: Option<IpAddr>,
    client: SeenMessage,
    server: SeenMessage,
}

#[derive(Debug, Default)]
struct SeenMessage {
    headers_seen: bool,
    headers: Vec<(Vec<u8>, Vec<u8>)>,
    header_names: Vec<Vec<u8>>,
    header_values: Vec<Vec<u8>>,
    wants_body: bool,
    pieces: Option<Vec<u8>>,
    bytes: usize,
    body: Option<Vec<u8>>,
}

/// What the packs keep of a transaction, by the pack's number.
#[derive(Debug, Default)]
pub(super) struct KeptByPack(Vec<Option<Box<Kept>>>);

/// A pack's view of a transaction.
struct View<'a> {
    connection: ConnectionId,
    columns: &'a Columns,
    seen: &'a SeenTransaction,
}

impl TransactionRules {
    pub(super) fn new(transactions: plan::TransactionDispatch) -> Self {
        Self(transactions)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.events.is_empty()
    }

    /// Does what the package's handlers of an event do. `pack` is the pack's number.
    pub(super) fn event(
        &self,
        rules: &Rules<'_>,
        pack: usize,
        connection: ConnectionId,
        event: &HttpEvent<'_>,
        transactions: &mut Transactions<KeptByPack>,
        results: &mut Results,
    ) {
        let transaction = match event {
            HttpEvent::Request { .. } => transactions.latest(true),
            HttpEvent::Reply { .. } => transactions.latest(false),
            HttpEvent::AllHeaders { is_orig, .. }
            | HttpEvent::EntityData { is_orig, .. }
            | HttpEvent::MessageDone { is_orig, .. } => transactions.of_message(*is_orig),
            _ => None,
        };
        let Some(transaction) = transaction else {
            return;
        };
        let mut acting = Acting {
            dispatch: &self.0,
            rules,
            connection,
            columns: &transaction.columns,
            kept: transaction.kept.of_pack(pack, self),
            results,
        };
        match event {
            HttpEvent::Request {
                original_uri,
                version,
                ..
            } => acting.request(original_uri, *version),
            HttpEvent::Reply { .. } => acting.reply(),
            HttpEvent::AllHeaders { is_orig, headers } => acting.headers(*is_orig, headers),
            HttpEvent::EntityData { is_orig, data } => acting.entity_data(*is_orig, data),
            HttpEvent::MessageDone { is_orig: true, .. } => acting.message_done(true),
            HttpEvent::MessageDone { .. } if !acting.columns.is_interim() => {
                acting.message_done(false);
            }
            _ => {}
        }
    }
}

impl KeptByPack {
    fn of_pack(&mut self, pack: usize, dispatch: &TransactionRules) -> &mut Kept {
        if self.0.len() <= pack {
            self.0.resize_with(pack + 1, || None);
        }
        self.0[pack].get_or_insert_with(|| {
            let mut kept = Box::<Kept>::default();
            kept.seen.client.wants_body = dispatch.0.client.body_of_all;
            kept.seen.server.wants_body = dispatch.0.server.body_of_all;
            kept
        })
    }
}

/// A pack that handles an event of a transaction.
struct Acting<'a> {
    dispatch: &'a plan::TransactionDispatch,
    rules: &'a Rules<'a>,
    connection: ConnectionId,
    columns: &'a Columns,
    kept: &'a mut Kept,
    results: &'a mut Results,
}

impl Acting<'_> {
    fn request(&mut self, original_uri: &[u8], version: (u8, u8)) {
        if self.dispatch.uses_request_line {
            self.kept.seen.original_uri = Some(original_uri.to_vec());
            self.kept.seen.request_version = Some(version_text(version));
        }
        self.run(Phase::Request);
    }

    fn headers(&mut self, is_orig: bool, headers: &[(Vec<u8>, Vec<u8>)]) {
        if !is_orig && self.columns.is_interim() {
            return;
        }
        let dispatch = self.dispatch.message(is_orig);
        if dispatch.headers_gated && self.kept.candidates.is_empty() {
            return;
        }
        let message = self.kept.seen.message_mut(is_orig);
        // Parts of a multipart body have headers too, but are not the message's.
        if message.headers_seen {
            return;
        }
        message.headers_seen = true;
        for (name, value) in headers {
            let name = name.to_ascii_uppercase();
            if dispatch.header_names {
                message.header_names.push(name.clone());
            }
            if dispatch.header_values {
                message.header_values.push(value.clone());
            }
            let known = |name: &str| dispatch.headers.contains(name);
            if std::str::from_utf8(&name).is_ok_and(known) {
                message.headers.push((name, value.clone()));
            }
        }
        if is_orig && self.dispatch.uses_url {
            self.kept.seen.url = self.url();
        }
        if is_orig && self.dispatch.uses_host_address {
            let host = self.columns.host.as_deref();
            self.kept.seen.host_address = host.and_then(uri::host_address);
        }
        self.run(if is_orig {
            Phase::ClientHeaders
        } else {
            Phase::ServerHeaders
        });
    }

    /// The whole URL, where all its parts are known.
    fn url(&self) -> Option<Vec<u8>> {
        let uri = self.kept.seen.original_uri.as_deref()?;
        // A tunnel is asked for by host and port alone.
        if uri::is_whole(uri) || self.columns.method.as_deref() == Some(b"CONNECT") {
            return Some(uri.to_vec());
        }
        let host = self.columns.host.as_deref()?;
        Some([b"http://", host, uri].concat())
    }

    fn entity_data(&mut self, is_orig: bool, data: &[u8]) {
        if !self.dispatch.message(is_orig).uses_body {
            return;
        }
        let message = self.kept.seen.message_mut(is_orig);
        if !message.wants_body || message.bytes >= MAX_BODY_BYTES {
            return;
        }
        // Where the bound falls into a piece, the rest of the piece is not looked at.
        let length = data.len().min(MAX_BODY_BYTES - message.bytes);
        let pieces = message.pieces.get_or_insert_default();
        pieces.extend_from_slice(&data[..length]);
        message.bytes += data.len();
    }

    /// A request is done when it is complete, or when the server replies before it is.
    fn message_done(&mut self, is_orig: bool) {
        let dispatch = self.dispatch.message(is_orig);
        let phase = if is_orig {
            Phase::RequestBody
        } else {
            Phase::ResponseBody
        };
        if dispatch.end_gated && self.kept.candidates.is_empty() {
            return;
        }
        if is_orig && std::mem::replace(&mut self.kept.request_done, true) {
            return;
        }
        let message = self.kept.seen.message_mut(is_orig);
        if let Some(pieces) = message.pieces.take() {
            message.body = Some(pieces);
        }
        if is_orig {
            // What comes after an early reply is nobody's.
            message.wants_body = false;
        }
        self.run(phase);
    }

    fn reply(&mut self) {
        if self.columns.is_interim() {
            return;
        }
        if self.columns.method.is_some() {
            self.message_done(true);
        }
        self.run(Phase::Reply);
    }

    /// Runs the rules of an event.
    fn run(&mut self, phase: Phase) {
        let Some(dispatch) = self.dispatch.at(phase) else {
            return;
        };
        for run in &dispatch.runs {
            let RulePart::Stage(index) = run.part else {
                continue;
            };
            let number = run.rule;
            let view = View {
                connection: self.connection,
                columns: self.columns,
                seen: &self.kept.seen,
            };
            let candidates = &mut self.kept.candidates;
            if !self
                .rules
                .run(number, index, &view, candidates, self.results)
            {
                continue;
            }
            let rule = &self.rules.rules[number];
            let stage = &rule.stages[index];
            if !rule.is_last(index) || rule.later_payload().is_some() {
                self.kept.seen.client.wants_body |= stage.wants_request_body;
                self.kept.seen.server.wants_body |= stage.wants_response_body;
            }
        }
        let mut payloads = dispatch.runs.iter();
        while let Some(run) = payloads.find(|run| run.part == RulePart::Payload) {
            let view = View {
                connection: self.connection,
                columns: self.columns,
                seen: &self.kept.seen,
            };
            let candidates = &self.kept.candidates;
            self.rules
                .run_payload(run.rule, &view, candidates, self.results);
        }
    }
}

impl SeenTransaction {
    fn message(&self, client: bool) -> &SeenMessage {
        if client { &self.client } else { &self.server }
    }

    fn message_mut(&mut self, client: bool) -> &mut SeenMessage {
        if client {
            &mut self.client
        } else {
            &mut self.server
        }
    }
}

impl SeenMessage {
    fn values<'a>(&'a self, name: &[u8]) -> Option<FieldValue<'a>> {
        let values: Vec<&[u8]> = self
            .headers
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_slice())
            .collect();
        (!values.is_empty()).then_some(FieldValue::Texts(values))
    }

    fn names(&self) -> Option<FieldValue<'_>> {
        let names = self.header_names.iter().map(Vec::as_slice);
        self.headers_seen
            .then(|| FieldValue::Texts(names.collect()))
    }

    fn all_values(&self) -> Option<FieldValue<'_>> {
        let values = self.header_values.iter().map(Vec::as_slice);
        self.headers_seen
            .then(|| FieldValue::Texts(values.collect()))
    }
}

impl Activity for View<'_> {
    fn value(&self, slot: &Slot) -> Option<FieldValue<'_>> {
        let sent_uri = self.seen.original_uri.as_deref();
        let columns = self.columns;
        match slot {
            Slot::Ts => Some(FieldValue::Time(columns.time)),
            Slot::TransDepth => Some(FieldValue::Count(columns.trans_depth)),
            Slot::RequestBodyLen => Some(FieldValue::Count(columns.request_body_len)),
            Slot::ResponseBodyLen => Some(FieldValue::Count(columns.response_body_len)),
            Slot::StatusCode => columns.status_code.map(FieldValue::Count),
            Slot::InfoCode => columns.info_code.map(FieldValue::Count),
            Slot::Method => columns.method.as_deref().map(FieldValue::Bytes),
            Slot::Uri => columns.uri.as_deref().map(FieldValue::Bytes),
            Slot::Host => columns.host.as_deref().map(FieldValue::Bytes),
            Slot::HostAddress => self.seen.host_address.map(FieldValue::Address),
            Slot::Referrer => columns.referrer.as_deref().map(FieldValue::Bytes),
            Slot::UserAgent => columns.user_agent.as_deref().map(FieldValue::Bytes),
            Slot::Origin => columns.origin.as_deref().map(FieldValue::Bytes),
            Slot::Username => columns.username.as_deref().map(FieldValue::Bytes),
            Slot::Version => columns.version.as_deref().map(FieldValue::Bytes),
            Slot::StatusMsg => columns.status_msg.as_deref().map(FieldValue::Bytes),
            Slot::InfoMsg => columns.info_msg.as_deref().map(FieldValue::Bytes),
            Slot::Proxied => {
                let members = columns.proxied.as_ref()?.iter();
                Some(FieldValue::Texts(members.map(Vec::as_slice).collect()))
            }
            Slot::OriginalUri => sent_uri.map(FieldValue::Bytes),
            Slot::UriStem => sent_uri.map(uri::stem).map(FieldValue::Bytes),
            Slot::UriQuery => sent_uri.and_then(uri::query).map(FieldValue::Bytes),
            Slot::UriExtension => sent_uri.and_then(uri::extension).map(FieldValue::Bytes),
            Slot::Url => self.seen.url.as_deref().map(FieldValue::Bytes),
            Slot::RequestVersion => self.seen.request_version.as_deref().map(FieldValue::Bytes),
            Slot::Header { client, name } => self.seen.message(*client).values(name),
            Slot::HeaderNames { client } => self.seen.message(*client).names(),
            Slot::HeaderValues { client } => self.seen.message(*client).all_values(),
            Slot::Body => self.seen.client.body.as_deref().map(FieldValue::Bytes),
            Slot::ResponseBody => self.seen.server.body.as_deref().map(FieldValue::Bytes),
            slot => FieldValue::of_connection(&self.connection, slot),
        }
    }

    fn connection(&self) -> Option<&ConnectionId> {
        Some(&self.connection)
    }

    /// The request as "METHOD uri".
    fn observed(&self) -> Vec<u8> {
        let part = |text: &Option<Vec<u8>>| text.clone().unwrap_or_else(|| b"-".to_vec());
        [part(&self.columns.method), part(&self.columns.uri)].join(&b' ')
    }
}
