//! Observations of a capture or a log, one by one as it is read.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hasher as _};
use std::net::IpAddr;
use std::ops::Range;
use std::rc::Rc;
use std::sync::OnceLock;

use regex_automata::meta::Regex;

use super::ephemeral::{Ephemeral, Names, reason};
use super::known;
use super::observation::{Observation, ObservedComparison, ObservedCondition, is_outside};
use crate::cut::anonymise::{names_somebody, profile_owner, profile_owners};
use crate::evaluation::{SmbActivities, SmbActivity, uri};
use crate::event::arguments::{ArgumentValue, Arguments, ByteOrder};
use crate::event::calls::{CallReply, Calls, SeenCall};
use crate::event::{ConnectionId, Event, EventKind, EventSink, HttpEvent, Timestamp};
use crate::registry::Registry;
use crate::service::{FileAction, ShareKind};
use crate::stub::{Side, StubPlan};

/// An observation, and where it was made.
#[derive(Debug, Clone)]
pub(crate) struct Sighting {
    /// What was seen.
    pub(crate) observation: Observation,
    /// On which connection; `None` for a log's record.
    pub(crate) connection: Option<ConnectionId>,
    /// When.
    pub(super) time: Timestamp,
    /// Who opened the connection, where that is known.
    pub(super) originator: Option<IpAddr>,
    /// To whom, where that is known.
    pub(super) responder: Option<IpAddr>,
    /// What has different values from one time to the next.
    pub(super) values: Values,
}

/// Fields, each with a number that stands for its value.
pub(super) type Values = Rc<[(String, u64)]>;

/// A number that stands for a value.
pub(super) fn number_of(value: &(impl std::hash::Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// When a log's record was written, and who opened its connection.
#[derive(Debug, Clone)]
pub(super) struct RecordOrigin {
    pub(super) time: Timestamp,
    pub(super) originator: Option<IpAddr>,
    pub(super) responder: Option<IpAddr>,
    pub(super) values: Values,
}

/// What was seen and is no use to a rule.
#[derive(Debug, Clone, Default)]
pub(crate) struct LeftOut(pub(crate) BTreeMap<(String, Ephemeral), u64>);

/// Makes observations of events, and hands each to `take`.
pub(crate) struct Observer<'t> {
    take: &'t mut dyn FnMut(Sighting),
    calls: Calls,
    smb: SmbActivities,
    exchanges: HashMap<u64, Exchange>,
    /// The names of hosts, domains and users that events tell.
    pub(crate) names: Names,
    /// Values that are left out.
    pub(crate) left_out: LeftOut,
    /// Calls that were refused with a fault.
    pub(super) refused: BTreeSet<Observation>,
    /// Connections whose beginning was not captured.
    pub(super) headless: u64,
    /// Takes all that holds of a log's record at once, by the log's name.
    pub(super) each_record: Option<TakeRecord<'t>>,
    /// Takes each HTTP request with its answer, and its client.
    pub(super) each_transaction: Option<TakeTransaction<'t>>,
    /// The conditions that matter on columns; `None` where all do.
    pub(super) wanted: Option<Rc<HashSet<ObservedCondition>>>,
}

/// Takes an HTTP request with its answer, and its client.
type TakeTransaction<'t> = &'t mut dyn FnMut(&ObservedTransaction, IpAddr);

/// Takes a log's name, and what holds of a record of it.
type TakeRecord<'t> = &'t mut dyn FnMut(&str, &[ObservedCondition]);

/// What is kept of an HTTP connection.
#[derive(Debug, Default)]
struct Exchange {
    method: Option<Observation>,
    stem: Option<Observation>,
    bodies: [Vec<u8>; 2],
    /// Whether headers of the client and of the server are those of a message, not of a part of its body.
    awaits_headers: [bool; 2],
    transaction: Option<ObservedTransaction>,
}

/// An HTTP request with its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ObservedTransaction {
    /// The method and the URI without its query.
    pub(super) request: Vec<ObservedCondition>,
    /// The type of its body, where a rule can ask for it.
    pub(super) content_type: Option<ObservedCondition>,
    /// That it succeeded.
    pub(super) success: Option<ObservedCondition>,
    /// The names of the client's headers, in small letters.
    pub(super) headers: BTreeSet<String>,
}

/// HTTP connections of which something is kept; beyond, all of them are forgotten.
const MAX_EXCHANGES: usize = 1024;
/// How many different operations that were refused are kept.
const MAX_REFUSED: usize = 256;
/// How much of a body is looked at, in bytes.
const MAX_BODY: usize = 16_384;
/// How many words of a text are looked at.
const MAX_WORDS: usize = 256;
/// The longest text that is a value of a rule, in characters.
const MAX_VALUE: usize = 128;

impl LeftOut {
    pub(super) fn add(&mut self, field: &str, reason: Ephemeral) {
        *self.0.entry((field.to_owned(), reason)).or_default() += 1;
    }
}

impl LeftOut {
    pub(crate) fn extend(&mut self, other: Self) {
        for (key, count) in other.0 {
            *self.0.entry(key).or_default() += count;
        }
    }
}

impl EventSink for Observer<'_> {
    fn event(&mut self, event: &Event<'_>) {
        match &event.kind {
            EventKind::DceRpc(_) => {
                if let Some(call) = self.calls.event(event) {
                    self.call(&call);
                }
            }
            EventKind::Smb(_) => {
                let mut seen = Vec::new();
                self.smb.event(event, &mut |activity| seen.push(activity));
                for activity in seen {
                    self.smb(event, &activity);
                }
            }
            EventKind::Http(http) => self.http(event, http),
        }
    }
}

impl<'t> Observer<'t> {
    pub(crate) fn new(take: &'t mut dyn FnMut(Sighting)) -> Self {
        Self {
            take,
            calls: Calls::default(),
            smb: SmbActivities::default(),
            exchanges: HashMap::new(),
            names: Names::default(),
            left_out: LeftOut::default(),
            refused: BTreeSet::new(),
            headless: 0,
            each_record: None,
            each_transaction: None,
            wanted: None,
        }
    }

    /// Takes what is left at a capture's end.
    pub(super) fn finish(&mut self) {
        for call in std::mem::take(&mut self.calls).finish() {
            self.call(&call);
        }
        self.smb = SmbActivities::default();
        self.exchanges.clear();
    }

    fn saw(&mut self, event: &Event<'_>, observation: Observation) {
        self.saw_at(event.time, event.connection, observation);
    }

    fn saw_at(&mut self, time: Timestamp, connection: ConnectionId, observation: Observation) {
        let (client, server) = (connection.orig_h, connection.resp_h);
        for observation in with_places(observation, Some(client), Some(server)) {
            (self.take)(Sighting {
                observation,
                connection: Some(connection),
                time,
                originator: Some(client),
                responder: Some(server),
                values: Rc::default(),
            });
        }
    }

    pub(super) fn saw_record(&mut self, origin: &RecordOrigin, observation: Observation) {
        (self.take)(Sighting {
            observation,
            connection: None,
            time: origin.time,
            originator: origin.originator,
            responder: origin.responder,
            values: Rc::clone(&origin.values),
        });
    }

    /// Takes something that an event is told by a record of.
    pub(super) fn saw_record_of_event(&mut self, origin: &RecordOrigin, observation: Observation) {
        for observation in with_places(observation, origin.originator, origin.responder) {
            self.saw_record(origin, observation);
        }
    }

    fn call(&mut self, call: &SeenCall) {
        let Some(uuid) = call.interface else {
            return;
        };
        let operation = Observation::of_call(uuid, call.opnum);
        // Rules do not match it, unless they do so on the request.
        if call.answer == CallReply::Fault {
            if self.refused.len() < MAX_REFUSED {
                self.refused.insert(operation);
            }
            return;
        }
        let mut seen = vec![operation.clone()];
        if call.obstacle.is_none()
            && let Some(known) = Registry::get().operation(uuid, call.opnum)
            && let Some(plan) = StubPlan::of(known, Side::Request)
            && let Some(arguments) = Arguments::read(plan, &call.request, call.order)
        {
            for (argument, value) in &arguments.values {
                let field = format!("argument.{}", argument.name);
                let mut conditions = self.argument(&field, value);
                let text = text_of(value, call.order);
                conditions.extend(known::conditions("dce_rpc", operation.call, &field, &text));
                conditions.sort();
                conditions.dedup();
                seen.extend(conditions.into_iter().map(|it| operation.and(it)));
            }
            seen.extend(without(&operation, plan, &arguments));
        }
        for observation in seen {
            self.saw_at(call.time, call.connection, observation);
        }
    }

    /// What a rule could ask of an argument.
    fn argument(&mut self, field: &str, value: &ArgumentValue<'_>) -> Vec<ObservedCondition> {
        /// The shortest array of zeros that means something.
        const ZEROS: usize = 8;
        let last = field.rsplit('.').next().unwrap_or(field).to_lowercase();
        match value {
            ArgumentValue::Utf16(..) | ArgumentValue::Ansi(_) => {
                let text = value.as_text().unwrap_or_default();
                if names_somebody(&last) {
                    self.names.add(&text);
                    self.left_out.add(field, Ephemeral::Name);
                    return Vec::new();
                }
                profile_owners(&text).for_each(|owner| self.names.add(owner));
                self.words(field, &text, &command_words(&text))
            }
            ArgumentValue::Unsigned(number) if !measures(&last) => {
                vec![ObservedCondition::equals(field, number.to_string())]
            }
            ArgumentValue::Bytes(bytes)
                if bytes.len() >= ZEROS && bytes.iter().all(|b| *b == 0) =>
            {
                let expression = format!(r"^\x00{{{}}}$", bytes.len());
                vec![ObservedCondition::new(
                    field,
                    ObservedComparison::Matches,
                    expression,
                )]
            }
            ArgumentValue::Unsigned(_) | ArgumentValue::Signed(_) => {
                self.left_out.add(field, Ephemeral::Number);
                Vec::new()
            }
            ArgumentValue::FileTime(_) => {
                self.left_out.add(field, Ephemeral::Time);
                Vec::new()
            }
            ArgumentValue::Ipv4(_) => {
                self.left_out.add(field, Ephemeral::Address);
                Vec::new()
            }
            // What a class of objects is called is the same everywhere.
            ArgumentValue::Guid(_) if last == "classid" => {
                vec![ObservedCondition::equals(field, value.to_string())]
            }
            ArgumentValue::Bytes(_)
            | ArgumentValue::Sid(..)
            | ArgumentValue::Guid(_)
            | ArgumentValue::Handle(_) => {
                self.left_out.add(field, Ephemeral::Identifier);
                Vec::new()
            }
        }
    }

    /// Conditions on the words of a text; words that are no use are counted.
    fn words(&mut self, field: &str, text: &str, words: &[&str]) -> Vec<ObservedCondition> {
        let mut conditions = Vec::new();
        for word in words.iter().take(MAX_WORDS) {
            if word.len() > MAX_VALUE || word.is_empty() {
                continue;
            }
            match reason(word, &Names::default()) {
                Some(reason) => self.left_out.add(field, reason),
                None if *word == text => conditions.push(ObservedCondition::equals(field, *word)),
                None => conditions.push(ObservedCondition::new(
                    field,
                    ObservedComparison::Contains,
                    *word,
                )),
            }
        }
        conditions
    }

    fn smb(&mut self, event: &Event<'_>, activity: &SmbActivity) {
        match activity {
            SmbActivity::File { action, path, name } => {
                let text = |bytes: &Option<Vec<u8>>| String::from_utf8(bytes.clone()?).ok();
                let (path, name) = (text(path), text(name));
                for seen in self.file_action(*action, path.as_deref(), name.as_deref()) {
                    self.saw(event, seen);
                }
            }
            SmbActivity::Tree { path } => {
                if let Ok(path) = str::from_utf8(path)
                    && let Some(condition) = self.share(path)
                {
                    self.saw(event, Observation::new("smb_mapping", condition));
                }
            }
            SmbActivity::Command {
                version,
                command,
                sub_command,
            } => {
                let version = ObservedCondition::equals("version", version.name());
                let mut seen = Observation::new("smb_cmd", version);
                self.saw(event, seen.clone());
                seen = seen.and(ObservedCondition::equals("command", command.clone()));
                self.saw(event, seen.clone());
                if let Some(sub_command) = sub_command {
                    let condition = ObservedCondition::equals("sub_command", sub_command.clone());
                    self.saw(event, seen.and(condition));
                }
            }
        }
    }

    pub(super) fn file_action(
        &mut self,
        action: FileAction,
        path: Option<&str>,
        name: Option<&str>,
    ) -> Vec<Observation> {
        let seen = Observation::new(
            "smb_files",
            ObservedCondition::equals("action", action.name()),
        );
        let mut conditions = Vec::new();
        conditions.extend(path.and_then(|path| self.share(path)));
        if let Some(name) = name {
            conditions.extend(self.file_name(name, action.kind == ShareKind::Pipe));
        }
        let with = conditions.into_iter().map(|condition| seen.and(condition));
        let with: Vec<_> = with.collect();
        std::iter::once(seen).chain(with).collect()
    }

    /// A share by its name, where Windows gives it: other names are the house's.
    pub(super) fn share(&mut self, path: &str) -> Option<ObservedCondition> {
        let (host, share) = path.trim_start_matches('\\').rsplit_once('\\')?;
        self.names.add(host);
        if !share.ends_with('$') {
            self.left_out.add("path", Ephemeral::Name);
            return None;
        }
        let end = format!("\\{share}");
        Some(ObservedCondition::new(
            "path",
            ObservedComparison::EndsWith,
            end,
        ))
    }

    fn file_name(&mut self, name: &str, is_pipe: bool) -> Vec<ObservedCondition> {
        if is_pipe {
            return self.words("name", name, &[name]);
        }
        let mut conditions = Vec::new();
        let (folder, file) = name.rsplit_once('\\').unwrap_or(("", name));
        // A file right in `Users` is nobody's folder.
        if let Some(owner) = profile_owner(name).filter(|owner| !name.ends_with(owner)) {
            self.names.add(owner);
        }
        if !folder.is_empty() {
            conditions.extend(self.words("name", name, &[folder]));
        }
        if let Some((_, ending)) = file.rsplit_once('.')
            && (1..=4).contains(&ending.len())
            && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
        {
            let end = format!(".{ending}");
            conditions.push(ObservedCondition::new(
                "name",
                ObservedComparison::EndsWith,
                end,
            ));
        }
        match reason(file, &Names::default()) {
            Some(reason) => self.left_out.add("name", reason),
            None => conditions.push(ObservedCondition::new(
                "name",
                ObservedComparison::EndsWith,
                file,
            )),
        }
        conditions
    }

    fn http(&mut self, event: &Event<'_>, http: &HttpEvent<'_>) {
        let ordinal = event.connection.ordinal;
        if self.exchanges.len() >= MAX_EXCHANGES && !self.exchanges.contains_key(&ordinal) {
            self.exchanges.clear();
        }
        let exchange = self.exchanges.entry(ordinal).or_default();
        match http {
            HttpEvent::Request {
                method,
                original_uri,
                ..
            } => {
                let method = String::from_utf8_lossy(method);
                let method = Observation::new("http", ObservedCondition::equals("method", method));
                exchange.method = Some(method.clone());
                exchange.stem = None;
                exchange.bodies = Default::default();
                exchange.awaits_headers[0] = true;
                exchange.transaction = None;
                let uri = String::from_utf8_lossy(original_uri);
                self.saw(event, method.clone());
                for condition in self.uri(&uri) {
                    let seen = Observation::new("http", condition.clone());
                    if condition.field == "uri_stem"
                        && let Some(exchange) = self.exchanges.get_mut(&ordinal)
                    {
                        exchange.stem = Some(seen.clone());
                    }
                    self.saw(event, seen);
                    self.saw(event, method.and(condition));
                }
            }
            HttpEvent::Reply { code, .. } => {
                exchange.awaits_headers[1] = true;
                // The answer is still to come.
                if (100..200).contains(code) {
                    return;
                }
                let transaction = exchange.transaction.take();
                if let (Some(mut transaction), Some(each)) =
                    (transaction, &mut self.each_transaction)
                {
                    let is_success = (200..300).contains(code);
                    let success = ObservedCondition::equals("status_code", code.to_string());
                    transaction.success = is_success.then_some(success);
                    each(&transaction, event.connection.orig_h);
                }
            }
            HttpEvent::AllHeaders { is_orig, headers } => {
                let awaits = &mut exchange.awaits_headers[usize::from(!is_orig)];
                if !std::mem::take(awaits) {
                    return;
                }
                let names = headers.iter().map(|(name, _)| name.to_ascii_lowercase());
                let names: BTreeSet<Vec<u8>> = names.collect();
                if *is_orig {
                    exchange.transaction = transaction_of(exchange, headers);
                }
                let of_method = exchange.method.clone().into_iter();
                for request in of_method.chain(exchange.stem.clone()) {
                    for missing in missing_headers(*is_orig, &names) {
                        self.saw(event, request.and(missing));
                    }
                }
                for (name, value) in *headers {
                    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
                    let value = String::from_utf8_lossy(value);
                    for condition in self.header(*is_orig, &name, &value) {
                        self.saw(event, Observation::new("http", condition));
                    }
                }
            }
            HttpEvent::EntityData { is_orig, data } => {
                let body = &mut exchange.bodies[usize::from(!is_orig)];
                let room = MAX_BODY.saturating_sub(body.len()).min(data.len());
                body.extend_from_slice(&data[..room]);
            }
            HttpEvent::MessageDone { is_orig, .. } => {
                let body = std::mem::take(&mut exchange.bodies[usize::from(!is_orig)]);
                let method = exchange.method.clone();
                let text = String::from_utf8_lossy(&body);
                let field = if *is_orig { "body" } else { "response_body" };
                let words = match is_text(&text) {
                    true => body_words(&text),
                    false => Vec::new(),
                };
                let mut conditions = self.words(field, &text, &words);
                conditions.extend(known::conditions("http", None, field, &text));
                conditions.sort();
                conditions.dedup();
                for condition in conditions {
                    if let Some(method) = method.as_ref().filter(|_| *is_orig) {
                        self.saw(event, method.and(condition.clone()));
                    }
                    self.saw(event, Observation::new("http", condition));
                }
            }
            _ => {}
        }
    }

    pub(super) fn uri(&mut self, sent: &str) -> Vec<ObservedCondition> {
        let stem = uri::stem(sent.as_bytes());
        let stem = str::from_utf8(stem).unwrap_or_default();
        let mut conditions = self.words("uri_stem", stem, &[stem]);
        for (start, _) in stem.match_indices('/').take(MAX_WORDS) {
            let rest = &stem[start..];
            let Some(end) = rest[1..].find('/') else {
                break;
            };
            // A segment between slashes, such as /cgi-bin/ or /.%2e/.
            let segment = &rest[..end + 2];
            conditions.extend(self.words("original_uri", sent, &[segment]));
        }
        if let Some(query) = uri::query(sent.as_bytes()) {
            let query = String::from_utf8_lossy(query);
            let keys: Vec<&str> = query
                .split('&')
                .filter_map(|pair| Some(&pair[..=pair.find('=')?]))
                .collect();
            conditions.extend(self.words("uri_query", &query, &keys));
            let values: Vec<&str> = query
                .split(['&', '='])
                .filter(|value| value.contains(['$', '{', '<', '%', '(', '\'', ';']))
                .flat_map(|value| value.split_inclusive([':', '/']))
                .collect();
            conditions.extend(self.words("uri_query", &query, &values));
        }
        if let Some(ending) = uri::extension(sent.as_bytes())
            && let Ok(ending) = str::from_utf8(ending)
            && (1..=5).contains(&ending.len())
            && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
        {
            conditions.push(ObservedCondition::equals("uri_extension", ending));
        }
        for field in ["uri", "original_uri"] {
            conditions.extend(known::conditions("http", None, field, sent));
        }
        conditions.sort();
        conditions.dedup();
        conditions
    }

    pub(super) fn header(
        &mut self,
        is_orig: bool,
        name: &str,
        value: &str,
    ) -> Vec<ObservedCondition> {
        /// What these say differs from message to message.
        const CHANGING: &[&str] = &[
            "age",
            "authorization",
            "content-length",
            "cookie",
            "date",
            "etag",
            "expires",
            "if-modified-since",
            "if-none-match",
            "last-modified",
            "location",
            "origin",
            "proxy-authorization",
            "referer",
            "set-cookie",
            "www-authenticate",
            "x-forwarded-for",
        ];
        let side = if is_orig { "client" } else { "server" };
        if is_orig && name == "host" {
            let host = value.rsplit_once(':').map_or(value, |(host, _)| host);
            self.names.add(host);
            self.left_out.add("host", Ephemeral::Name);
            return Vec::new();
        }
        let mut conditions = Vec::new();
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_token) {
            return conditions;
        }
        let values = format!("{side}_header_values");
        conditions.extend(known::conditions("http", None, &values, value));
        let names = format!("{side}_header_names");
        conditions.push(ObservedCondition::equals(names, name.to_ascii_uppercase()));
        let field = field_of_header(is_orig, name);
        if CHANGING.contains(&name) {
            self.left_out.add(&field, Ephemeral::Identifier);
            return conditions;
        }
        let mut words = vec![value];
        words.extend(value.split([';', ',']).map(str::trim));
        words.extend(value.split_whitespace());
        words.sort_unstable();
        words.dedup();
        conditions.extend(self.words(&field, value, &words));
        conditions
    }
}

/// A request of which the answer is still to come.
fn transaction_of(
    exchange: &Exchange,
    headers: &[(Vec<u8>, Vec<u8>)],
) -> Option<ObservedTransaction> {
    let (method, stem) = (exchange.method.as_ref()?, exchange.stem.as_ref()?);
    let request = method.conditions.iter().chain(&stem.conditions);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let names = headers.iter().take(MAX_WORDS);
    let of_body = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(b"content-type"));
    let content_type = of_body.map(|(_, value)| text(value));
    let content_type = content_type
        .filter(|value| value.len() <= MAX_VALUE && reason(value, &Names::default()).is_none());
    Some(ObservedTransaction {
        request: request.cloned().collect(),
        content_type: content_type
            .map(|value| ObservedCondition::equals(field_of_header(true, "content-type"), value)),
        success: None,
        headers: names
            .map(|(name, _)| text(&name.to_ascii_lowercase()))
            .collect(),
    })
}

/// An observation, and that it is so where the client or the server is outside, if it is.
fn with_places(
    observation: Observation,
    client: Option<IpAddr>,
    server: Option<IpAddr>,
) -> impl Iterator<Item = Observation> {
    let outside: Vec<Observation> = places(client, server)
        .map(|it| observation.and(it))
        .collect();
    std::iter::once(observation).chain(outside)
}

/// Which of a client and a server are outside.
pub(super) fn places(
    client: Option<IpAddr>,
    server: Option<IpAddr>,
) -> impl Iterator<Item = ObservedCondition> {
    let ends = [("id.orig_h", client), ("id.resp_h", server)];
    let outside = ends
        .into_iter()
        .filter(|(_, address)| address.is_some_and(is_outside));
    outside.map(|(field, _)| ObservedCondition::outside(field))
}

/// That headers are missing which clients and servers usually send, by the names of those that are there.
fn missing_headers(
    is_orig: bool,
    names: &BTreeSet<Vec<u8>>,
) -> impl Iterator<Item = ObservedCondition> {
    const OF_CLIENTS: &[&str] = &[
        "accept",
        "accept-encoding",
        "accept-language",
        "authorization",
        "connection",
        "content-type",
        "host",
        "user-agent",
    ];
    const OF_SERVERS: &[&str] = &["content-type", "date", "server"];
    let usual = if is_orig { OF_CLIENTS } else { OF_SERVERS }.iter();
    let missing = usual.filter(|name| !names.contains(name.as_bytes()));
    missing.map(move |name| ObservedCondition::missing(field_of_header(is_orig, name)))
}

/// The field of a header by its name in small letters.
pub(super) fn field_of_header(is_orig: bool, name: &str) -> String {
    match (name, is_orig) {
        ("user-agent", true) => "user_agent".to_owned(),
        ("host", true) => "host".to_owned(),
        (_, true) => format!("client_header.{name}"),
        (_, false) => format!("server_header.{name}"),
    }
}

/// That an operation was called without arguments that it can have. Another one has to be there, since what is sealed has none.
fn without(
    operation: &Observation,
    plan: &StubPlan,
    arguments: &Arguments<'_>,
) -> Vec<Observation> {
    let is_there = |name: &str| arguments.values.iter().any(|(known, _)| known.name == name);
    let field = |name: &str| format!("argument.{name}");
    let Some((first, _)) = arguments.values.first() else {
        return Vec::new();
    };
    let called = operation.and(ObservedCondition::present(field(&first.name)));
    let missing = plan.arguments.iter().filter(|it| !is_there(&it.name));
    let missing = missing.map(|it| called.and(ObservedCondition::missing(field(&it.name))));
    let missing: Vec<Observation> = missing.collect();
    std::iter::once(called).chain(missing).collect()
}

/// A value as text; bytes as if they were text in UTF-16.
fn text_of(value: &ArgumentValue<'_>, order: ByteOrder) -> String {
    match value {
        ArgumentValue::Bytes(bytes) => ArgumentValue::Utf16(bytes, order)
            .as_text()
            .unwrap_or_default(),
        ArgumentValue::Guid(_) => value.to_string(),
        _ => value.as_text().unwrap_or_default(),
    }
}

/// Whether an argument of that name is a length, a count or an identifier.
fn measures(argument: &str) -> bool {
    const WORDS: &[&str] = &[
        "cb",
        "len",
        "size",
        "count",
        "max",
        "time",
        "rid",
        "cookie",
        "handle",
        "tagid",
        "total",
        "resume",
        "entries",
        "hash",
        "seed",
        "pid",
        "processid",
        "ip",
    ];
    WORDS.iter().any(|word| argument.contains(word))
}

/// The words of a command line or a path: separated by blanks and quotes, and of paths the last part.
fn command_words(text: &str) -> Vec<&str> {
    let text = text.trim_end_matches('\0');
    let mut words = vec![text];
    for word in text.split([' ', '\t', '"', '\'', '\r', '\n', ',', ';', '=']) {
        words.push(word);
        if let Some((_, last)) = word.rsplit_once('\\') {
            words.push(last);
        }
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// Whether a body is text: what is encrypted or compressed has words by chance.
fn is_text(body: &str) -> bool {
    let is_binary =
        |c: &char| *c == char::REPLACEMENT_CHARACTER || c.is_control() && !c.is_whitespace();
    body.chars().filter(is_binary).count() * 20 <= body.chars().count()
}

/// The words of a body, without those by which its format declares itself.
fn body_words(text: &str) -> Vec<&str> {
    let declared = declarations(text);
    let kept = undeclared(text, &declared);
    let mut words: Vec<&str> = kept
        .into_iter()
        .flat_map(|part| part.split(|c: char| c.is_whitespace() || "\"'<>&,;()".contains(c)))
        .flat_map(|word| word.split_inclusive('/'))
        .take(MAX_WORDS * 4)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Where a body declares its format, in bytes: declarations and namespaces of XML, elements of SOAP's envelope, boundaries and headers of
/// MIME parts.
fn declarations(text: &str) -> Vec<Range<usize>> {
    const DECLARED: &str = concat!(
        r"<\?[^>]*>|<![A-Za-z][^>]*>",
        r#"|xmlns(?::[A-Za-z0-9_.-]+)?[ \t\r\n]*=[ \t\r\n]*(?:"[^"]*"|'[^']*')"#,
        r"|</?(?:[A-Za-z0-9_.-]+:)?(?:Envelope|Header|Body)[ \t\r\n/>]",
        r"|(?m:^--[^\r\n]+|^Content-[A-Za-z-]+:[^\r\n]*)",
    );
    static REGEX: OnceLock<Option<Regex>> = OnceLock::new();
    let regex = REGEX.get_or_init(|| Regex::new(DECLARED).ok());
    let found = regex.iter().flat_map(|regex| regex.find_iter(text));
    found.map(|found| found.range()).collect()
}

/// The parts of a text between those that are left out.
fn undeclared<'t>(text: &'t str, left_out: &[Range<usize>]) -> Vec<&'t str> {
    let starts = std::iter::once(0).chain(left_out.iter().map(|it| it.end));
    let ends = left_out.iter().map(|it| it.start).chain([text.len()]);
    let parts = starts.zip(ends);
    parts
        .filter_map(|(start, end)| text.get(start..end))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::body_words;

    #[test]
    fn what_declares_a_format_is_no_word_of_a_body() {
        let envelope = r#"<?xml version="1.0" encoding="utf-8"?>
            <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header></s:Header>
            <s:Body><p:Command xmlns:p='http://example.com/shell'>whoami</p:Command></s:Body></s:Envelope>"#;
        assert_eq!(body_words(envelope), ["/", "p:Command", "whoami"],);
        let form = "--b0undary\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n<%eval request%>\r\n--b0undary--\r\n";
        assert_eq!(body_words(form), ["%eval", "request%"]);
    }
}
