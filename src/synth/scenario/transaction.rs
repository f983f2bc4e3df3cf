//! An HTTP transaction.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use data_encoding::BASE64;

use super::FieldRefusal;
use super::connection::Endpoints;
use crate::evaluation::uri::host_address;
use crate::predicate::pattern::{ByteSet, Pattern, RegexFlags};
use crate::service::{Access, Field, Phase};
use crate::synth::Capture;
use crate::synth::conversation::ConnectionWriter;
use crate::synth::conversation::http::{self, Framing, HttpMessage};
use crate::synth::observation::{ObservedEvent, ObservedValue};
use crate::synth::solve::text::TextFrame;

const PORT: u16 = 80;
/// Longest line that is written; servers take no longer ones.
const MAX_LINE: usize = 8000;
/// Longest body that is written.
const MAX_BODY: usize = 1024 * 1024;
/// Most requests of a connection.
const MAX_DEPTH: u64 = 20;
/// How the type of a body of several parts begins, and how it says what separates them.
const MULTIPART: &str = "multipart/";
const BOUNDARY: &str = "boundary=";
const PASSWORD: &str = "secret";
/// The header that has a value which some header is to have.
const ANY_HEADER: &str = "X-ObservedValue";

/// Headers that tell of proxies, as Zeek's `proxied` names them.
const PROXY_HEADERS: &str =
    "FORWARDED|X-FORWARDED-FOR|X-FORWARDED-FROM|CLIENT-IP|VIA|XROXY-CONNECTION|PROXY-CONNECTION";

/// A request and its reply.
#[derive(Debug, Clone)]
pub(in crate::synth) struct TransactionScenario {
    pub(in crate::synth) endpoints: Endpoints,
    method: Vec<u8>,
    original_uri: Vec<u8>,
    pub(in crate::synth) request: HttpPart,
    /// A reply that another one follows: status and reason.
    interim: Option<(u16, Vec<u8>)>,
    status: u16,
    /// `None` for what the status has.
    reason: Option<Vec<u8>>,
    pub(in crate::synth) response: HttpPart,
    /// The transaction's place in its connection, from 1.
    pub(in crate::synth) depth: u64,
    pub(in crate::synth) is_answered: bool,
}

/// What request and reply have alike.
#[derive(Debug, Clone)]
pub(in crate::synth) struct HttpPart {
    /// `1.1`, say.
    version: Vec<u8>,
    /// Names and values, without those of the framing.
    headers: Vec<(String, Vec<u8>)>,
    pub(in crate::synth) body: Vec<u8>,
    pub(in crate::synth) framing: Framing,
    /// Whether the body's length is told where there is no body.
    tells_empty: bool,
    /// Where TCP cuts the message in two.
    pub(in crate::synth) cut: Option<usize>,
}

impl TransactionScenario {
    pub(super) fn usual() -> Self {
        let part = |headers: &[(&str, &str)], tells_empty| HttpPart {
            version: b"1.1".to_vec(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()))
                .collect(),
            body: Vec::new(),
            framing: Framing::Length,
            tells_empty,
            cut: None,
        };
        Self {
            endpoints: Endpoints::usual(),
            method: b"GET".to_vec(),
            original_uri: b"/index.html".to_vec(),
            request: part(
                &[
                    ("Host", "server.example"),
                    ("User-Agent", "client/1.0"),
                    ("Accept", "*/*"),
                ],
                false,
            ),
            interim: None,
            status: 200,
            reason: None,
            response: part(&[("Server", "server/1.0")], true),
            depth: 1,
            is_answered: true,
        }
    }

    /// Method and URI.
    pub(super) fn title(&self) -> String {
        let method = String::from_utf8_lossy(&self.method);
        let uri = String::from_utf8_lossy(&self.original_uri);
        format!("{method} {}", uri.chars().take(80).collect::<String>())
    }

    /// Whether the reply has no body, whatever its headers say (RFC 9112, section 6.3).
    fn is_bodiless(&self) -> bool {
        matches!(self.status, 100..200 | 204 | 304) || self.method.eq_ignore_ascii_case(b"HEAD")
    }

    fn reason(&self) -> Vec<u8> {
        let usual = || http::reason(self.status).as_bytes().to_vec();
        self.reason.clone().unwrap_or_else(usual)
    }

    fn response_headers(&self) -> Vec<(String, Vec<u8>)> {
        if self.is_bodiless() {
            self.response.headers.clone()
        } else {
            self.response.all_headers()
        }
    }

    fn has_response_body(&self) -> bool {
        !self.is_bodiless() && !self.response.body.is_empty()
    }

    /// The transactions of the connection, this one last.
    pub(super) fn observations(&self) -> Vec<ObservedEvent> {
        let earlier = (1..self.depth).map(|depth| self.earlier(depth).observation());
        let mut observations: Vec<ObservedEvent> = earlier.collect();
        observations.push(self.observation());
        observations
    }

    /// One that comes before it on its connection, and speaks the same versions.
    fn earlier(&self, depth: u64) -> Self {
        let mut earlier = Self {
            endpoints: self.endpoints.clone(),
            depth,
            ..Self::usual()
        };
        earlier.request.version.clone_from(&self.request.version);
        earlier.response.version.clone_from(&self.response.version);
        earlier
    }

    pub(super) fn observation(&self) -> ObservedEvent {
        let mut values = self.endpoints.values(PORT);
        let mut put = |name: &str, value| {
            values.insert(name.to_owned(), value);
        };
        put("trans_depth", ObservedValue::Count(self.depth));
        put("method", ObservedValue::Bytes(self.method.clone()));
        put(
            "original_uri",
            ObservedValue::Bytes(self.original_uri.clone()),
        );
        put(
            "uri",
            ObservedValue::Bytes(http::unescaped(&self.original_uri)),
        );
        put(
            "request_version",
            ObservedValue::Bytes(self.request.version.clone()),
        );
        let body = self.request.wire_body();
        put("request_body_len", ObservedValue::Count(body.len() as u64));
        if !self.request.body.is_empty() {
            put("body", ObservedValue::Bytes(self.request.body.clone()));
        }
        let headers = by_name(&self.request.all_headers());
        for (name, column) in [
            ("HOST", "host"),
            ("REFERER", "referrer"),
            ("USER-AGENT", "user_agent"),
            ("ORIGIN", "origin"),
        ] {
            if let Some(last) = headers.get(name).and_then(|values| values.last()) {
                put(column, ObservedValue::Bytes(last.clone()));
            }
        }
        let host = headers.get("HOST").and_then(|values| values.last());
        if let Some(address) = host.and_then(|host| host_address(host)) {
            put("host_address", ObservedValue::Address(address));
        }
        if let Some(username) = username(&headers) {
            put("username", ObservedValue::Bytes(username));
        }
        let proxied: Vec<Vec<u8>> = PROXY_HEADERS
            .split('|')
            .flat_map(|name| {
                let values = headers.get(name).into_iter().flatten();
                values.map(move |value| [name.as_bytes(), b" -> ", value].concat())
            })
            .collect();
        if !proxied.is_empty() {
            put("proxied", ObservedValue::Texts(proxied));
        }
        put_headers("client", headers, &mut values);
        let mut phases = vec![Phase::Request, Phase::ClientHeaders, Phase::RequestBody];
        if self.is_answered {
            phases.extend([Phase::Reply, Phase::ServerHeaders, Phase::ResponseBody]);
            self.put_reply(&mut values);
        } else {
            values.insert("response_body_len".to_owned(), ObservedValue::Count(0));
        }
        ObservedEvent {
            phases,
            identity: None,
            values,
        }
    }

    fn put_reply(&self, values: &mut BTreeMap<String, ObservedValue>) {
        let mut put = |name: &str, value| {
            values.insert(name.to_owned(), value);
        };
        put(
            "version",
            ObservedValue::Bytes(self.response.version.clone()),
        );
        put("status_code", ObservedValue::Count(self.status.into()));
        put("status_msg", ObservedValue::Bytes(self.reason()));
        let informational = (100..200).contains(&self.status);
        let own = informational.then(|| (self.status, self.reason()));
        if let Some((code, message)) = own.or_else(|| self.interim.clone()) {
            put("info_code", ObservedValue::Count(code.into()));
            put("info_msg", ObservedValue::Bytes(message));
        }
        let length = if self.has_response_body() {
            self.response.wire_body().len()
        } else {
            0
        };
        put("response_body_len", ObservedValue::Count(length as u64));
        if self.has_response_body() {
            put(
                "response_body",
                ObservedValue::Bytes(self.response.body.clone()),
            );
        }
        put_headers("server", by_name(&self.response_headers()), values);
    }

    pub(super) fn frame(&self, field: &Field) -> TextFrame {
        let line = TextFrame {
            // Text on one line, in any encoding.
            bytes: ByteSet::range(0x20..=0x7e),
            rare_bytes: Some(ByteSet::range(0x20..=0x7e).union(ByteSet::range(0x80..=0xff))),
            form: regex(r"^([^ ](.*[^ ])?)?$"),
            usual_form: regex("."),
            ..TextFrame::bytes(MAX_LINE)
        };
        let examples = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect();
        match field.name.as_str() {
            "body" | "response_body" => TextFrame {
                // A body of nothing is none.
                form: regex("[\\x00-\\xff]"),
                ..TextFrame::bytes(MAX_BODY)
            },
            "uri" | "original_uri" => {
                let plain: ByteSet = (0..=u8::MAX).filter(|byte| http::is_plain(*byte)).collect();
                TextFrame {
                    bytes: plain,
                    rare_bytes: Some(if field.name == "uri" {
                        ByteSet::range(1..=0xff)
                    } else {
                        ByteSet::range(0x21..=0x7e)
                    }),
                    form: regex("."),
                    usual_form: regex("^/"),
                    beginnings: vec![Vec::new(), b"/".to_vec()],
                    examples: examples(&["/index.html", "/other.html", "/"]),
                    ..TextFrame::bytes(MAX_LINE)
                }
            }
            "method" => TextFrame {
                bytes: ByteSet::range(b'A'..=b'Z'),
                rare_bytes: Some(token()),
                form: regex("."),
                examples: examples(&["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD"]),
                ..TextFrame::bytes(100)
            },
            "status_code" => TextFrame {
                examples: examples(&["200", "404", "403", "500", "401", "302", "201"]),
                ..line
            },
            "info_code" => TextFrame {
                examples: examples(&["100", "103"]),
                ..line
            },
            "client_header_names" | "server_header_names" => TextFrame {
                // Names are matched in upper case.
                bytes: ByteSet::range(b'A'..=b'Z')
                    .union(ByteSet::range(b'0'..=b'9'))
                    .union(ByteSet::single(b'-')),
                rare_bytes: Some(token().difference(ByteSet::range(b'a'..=b'z'))),
                form: regex("."),
                ..TextFrame::bytes(256)
            },
            "proxied" => TextFrame {
                form: regex(&format!("^({PROXY_HEADERS}) -> [^ ]")),
                beginnings: vec![Vec::new(), b"X-FORWARDED-FOR -> ".to_vec()],
                ..line
            },
            "username" => TextFrame {
                bytes: ByteSet::range(0x20..=0x7e).difference(ByteSet::single(b':')),
                rare_bytes: None,
                form: None,
                ..line
            },
            _ if is_content_type(field) => TextFrame {
                // Of several parts, what separates them is told.
                usual_form: regex("^([^mM]|.*boundary=)"),
                endings: vec![Vec::new(), format!("; {BOUNDARY}part").into_bytes()],
                examples: examples(header_examples(field)),
                ..line
            },
            _ => TextFrame {
                examples: examples(header_examples(field)),
                ..line
            },
        }
    }

    pub(super) fn choices(field: &Field) -> Option<Vec<ObservedValue>> {
        let versions = matches!(field.name.as_str(), "version" | "request_version");
        versions.then(|| {
            let texts = ["1.1", "1.0"].into_iter();
            texts
                .map(|text| ObservedValue::Bytes(text.as_bytes().to_vec()))
                .collect()
        })
    }

    pub(super) fn set(
        &mut self,
        field: &Field,
        value: Option<ObservedValue>,
    ) -> Result<(), FieldRefusal> {
        if let Access::Header { client, .. } = &field.access {
            let name = field.name.split_once('.').map_or("", |(_, name)| name);
            let part = self.part_mut(*client);
            return part.set_header(name, value);
        }
        match (field.name.as_str(), value) {
            ("host", value) => return self.request.set_header("Host", value),
            ("host_address", value) => {
                let host = value.map(|value| match value {
                    ObservedValue::Address(IpAddr::V6(address)) => {
                        ObservedValue::Bytes(format!("[{address}]").into())
                    }
                    value => value,
                });
                let host = host.unwrap_or_else(|| ObservedValue::Bytes(b"server.example".to_vec()));
                return self.request.set_header("Host", Some(host));
            }
            ("referrer", value) => return self.request.set_header("Referer", value),
            ("user_agent", value) => return self.request.set_header("User-Agent", value),
            ("origin", value) => return self.request.set_header("Origin", value),
            ("client_header_names", Some(ObservedValue::Texts(names))) => {
                self.request.set_names(&names)
            }
            ("server_header_names", Some(ObservedValue::Texts(names))) => {
                self.response.set_names(&names)
            }
            ("client_header_values", Some(ObservedValue::Texts(texts))) => {
                self.request.set_values(&texts)
            }
            ("server_header_values", Some(ObservedValue::Texts(texts))) => {
                self.response.set_values(&texts)
            }
            ("proxied", value) => return self.set_proxied(value),
            ("username", value) => return self.set_username(value),
            ("method", Some(ObservedValue::Bytes(method))) => self.method = method,
            ("uri", Some(ObservedValue::Bytes(uri))) => self.original_uri = http::escaped(&uri),
            ("original_uri", Some(ObservedValue::Bytes(uri))) => self.original_uri = uri,
            ("request_version", Some(ObservedValue::Bytes(version))) => {
                self.request.version = version
            }
            ("version", Some(ObservedValue::Bytes(version))) => self.response.version = version,
            ("body", None) => self.request.body.clear(),
            ("body", Some(ObservedValue::Bytes(body))) if body.len() <= MAX_BODY => {
                self.request.body = body;
            }
            ("response_body", None) => self.response.body.clear(),
            ("response_body", Some(ObservedValue::Bytes(body))) if body.len() <= MAX_BODY => {
                self.response.body = body;
            }
            ("request_body_len", Some(ObservedValue::Count(length))) => {
                self.request.resize(length)?
            }
            ("response_body_len", Some(ObservedValue::Count(length))) => {
                self.response.resize(length)?
            }
            ("status_code", Some(ObservedValue::Count(code))) => self.status = status(code)?,
            ("status_msg", Some(ObservedValue::Bytes(reason))) => self.reason = Some(reason),
            ("info_code" | "info_msg", None) => self.interim = None,
            ("info_code", Some(ObservedValue::Count(code))) => {
                let code = status(code)?;
                if !matches!(code, 100 | 102..200) {
                    return Err("the status of an interim reply, from 100 to 199 and not 101");
                }
                self.interim = Some((code, http::reason(code).as_bytes().to_vec()));
            }
            ("info_msg", Some(ObservedValue::Bytes(message))) => {
                let code = self.interim.as_ref().map_or(100, |(code, _)| *code);
                self.interim = Some((code, message));
            }
            ("trans_depth", Some(ObservedValue::Count(depth)))
                if (1..=MAX_DEPTH).contains(&depth) =>
            {
                self.depth = depth;
            }
            ("trans_depth", _) => return Err("from 1 to 20"),
            ("body" | "response_body", _) => return Err("a body of up to a mebibyte"),
            ("password", _) => {
                return Err("unset: Zeek keeps no password unless an operator asks it to");
            }
            _ => return Err("something that each transaction has"),
        }
        Ok(())
    }

    fn part_mut(&mut self, client: bool) -> &mut HttpPart {
        if client {
            &mut self.request
        } else {
            &mut self.response
        }
    }

    fn set_proxied(&mut self, value: Option<ObservedValue>) -> Result<(), FieldRefusal> {
        for name in PROXY_HEADERS.split('|') {
            self.request.set_header(name, None)?;
        }
        let Some(ObservedValue::Texts(texts)) = value else {
            return Ok(());
        };
        for text in texts {
            let text = String::from_utf8_lossy(&text).into_owned();
            let Some((name, value)) = text.split_once(" -> ") else {
                return Err("a proxy's header and its value, such as `VIA -> proxy`");
            };
            let header = (name.to_owned(), value.as_bytes().to_vec());
            self.request.headers.push(header);
        }
        Ok(())
    }

    fn set_username(&mut self, value: Option<ObservedValue>) -> Result<(), FieldRefusal> {
        let credentials = value.map(|name| {
            let text = [&*name.text(), b":", PASSWORD.as_bytes()].concat();
            let credentials = format!("Basic {}", BASE64.encode(&text));
            ObservedValue::Texts(vec![credentials.into_bytes()])
        });
        self.request.set_header("Authorization", credentials)
    }

    pub(super) fn record(&self, capture: &mut Capture) {
        let mut connection = self.endpoints.connect(capture, PORT);
        for depth in 1..self.depth {
            self.earlier(depth).exchange(&mut connection);
        }
        connection.at_micros(self.endpoints.time);
        self.exchange(&mut connection);
        connection.close();
    }

    fn exchange(&self, connection: &mut ConnectionWriter<'_>) {
        let (head, body) = self.request_bytes();
        for piece in pieces(&head, &body, self.request.cut) {
            connection.client(piece);
        }
        if !self.is_answered {
            return;
        }
        if let Some((code, message)) = &self.interim {
            connection
                .server([format!("HTTP/1.1 {code} ").as_bytes(), message, b"\r\n\r\n"].concat());
        }
        let (head, body) = self.response_bytes();
        for piece in pieces(&head, &body, self.response.cut) {
            connection.server(piece);
        }
    }

    /// The request's head and body, as they go over the wire.
    pub(in crate::synth) fn request_bytes(&self) -> (Vec<u8>, Vec<u8>) {
        let version = [b"HTTP/", self.request.version.as_slice()].concat();
        let first_line = [self.method.as_slice(), &self.original_uri, &version].join(&b' ');
        let headers = self.request.all_headers();
        let body = self.request.wire_body();
        let message = HttpMessage {
            first_line,
            headers: &headers,
            body: &body,
            framing: self.request.framing,
        };
        (message.head(), self.request.framed(&message))
    }

    /// The reply's head and body, as they go over the wire.
    pub(in crate::synth) fn response_bytes(&self) -> (Vec<u8>, Vec<u8>) {
        let version = [b"HTTP/", self.response.version.as_slice()].concat();
        let status = self.status.to_string();
        let first_line = [version.as_slice(), status.as_bytes(), &self.reason()].join(&b' ');
        let headers = self.response_headers();
        let body = self.response.wire_body();
        let message = HttpMessage {
            first_line,
            headers: &headers,
            body: &body,
            framing: self.response.framing,
        };
        let body = if self.is_bodiless() {
            Vec::new()
        } else {
            self.response.framed(&message)
        };
        (message.head(), body)
    }
}

impl HttpPart {
    /// Headers, those of the framing last.
    fn all_headers(&self) -> Vec<(String, Vec<u8>)> {
        let mut headers = self.headers.clone();
        let framing = match self.framing {
            Framing::Chunks(_) => Some(("Transfer-Encoding", "chunked".to_owned())),
            Framing::Length if self.body.is_empty() && !self.tells_empty => None,
            Framing::Length => Some(("Content-Length", self.wire_body().len().to_string())),
        };
        headers.extend(framing.map(|(name, value)| (name.to_owned(), value.into_bytes())));
        headers
    }

    /// The body as the message carries it: as the one part of a multipart body, where the headers say so (RFC 2046,
    /// section 5.1.1). Parts are lines of text to Zeek, so that other bodies stay as they are.
    fn wire_body(&self) -> Cow<'_, [u8]> {
        let is_lines = self
            .body
            .iter()
            .any(|byte| matches!(byte, b'\r' | b'\n' | 0));
        match self.boundary() {
            Some(boundary) if !is_lines && !self.body.is_empty() => {
                let before = format!("--{boundary}\r\n\r\n");
                let after = format!("\r\n--{boundary}--\r\n");
                Cow::Owned([before.as_bytes(), &self.body, after.as_bytes()].concat())
            }
            _ => Cow::Borrowed(&self.body),
        }
    }

    /// What a multipart body's parts are separated by.
    fn boundary(&self) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case("Content-Type"))?;
        let value = std::str::from_utf8(value).ok()?;
        let multipart = value.get(..MULTIPART.len())?;
        let (_, boundary) = value.split_once(BOUNDARY)?;
        let boundary = boundary.split(';').next()?.trim_matches('"');
        let is_plain = boundary.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (multipart.eq_ignore_ascii_case(MULTIPART) && is_plain && !boundary.is_empty())
            .then_some(boundary)
    }

    fn framed(&self, message: &HttpMessage<'_>) -> Vec<u8> {
        if self.body.is_empty() && self.framing == Framing::Length {
            return Vec::new();
        }
        message.framed_body()
    }

    fn set_header(&mut self, name: &str, value: Option<ObservedValue>) -> Result<(), FieldRefusal> {
        let values = match value {
            None => Vec::new(),
            Some(ObservedValue::Texts(values)) => values,
            Some(value) => vec![value.text().into_owned()],
        };
        if name.eq_ignore_ascii_case("Content-Length") {
            return self.set_length(&values);
        }
        if name.eq_ignore_ascii_case("Transfer-Encoding") {
            return self.set_transfer_encoding(&values);
        }
        let refused = name.eq_ignore_ascii_case("Content-Encoding")
            && values
                .iter()
                .any(|value| !value.eq_ignore_ascii_case(b"identity"));
        if refused {
            return Err("absent or `identity`: bodies are written as they are");
        }
        let place = self
            .headers
            .iter()
            .position(|(known, _)| known.eq_ignore_ascii_case(name));
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        let place = place.unwrap_or(self.headers.len());
        let headers = values.into_iter().map(|value| (name.to_owned(), value));
        self.headers.splice(place..place, headers);
        Ok(())
    }

    fn set_length(&mut self, values: &[Vec<u8>]) -> Result<(), FieldRefusal> {
        const WANTED: FieldRefusal = "the body's length in digits";
        match values {
            [] if self.body.is_empty() => {
                self.tells_empty = false;
                Ok(())
            }
            [] => {
                self.framing = Framing::Chunks(self.body.len());
                Ok(())
            }
            [value] => {
                let length = std::str::from_utf8(value).ok();
                let length = length
                    .and_then(|length| length.parse().ok())
                    .ok_or(WANTED)?;
                self.tells_empty = true;
                self.framing = Framing::Length;
                self.resize(length)
            }
            _ => Err(WANTED),
        }
    }

    fn set_transfer_encoding(&mut self, values: &[Vec<u8>]) -> Result<(), FieldRefusal> {
        match values {
            [] => self.framing = Framing::Length,
            [value] if value.eq_ignore_ascii_case(b"chunked") => {
                self.framing = Framing::Chunks(self.body.len());
            }
            _ => return Err("absent or `chunked`"),
        }
        Ok(())
    }

    /// Sees to it that these are the names of the headers, in upper case.
    fn set_names(&mut self, names: &[Vec<u8>]) {
        let is_wanted = |known: &str| {
            names
                .iter()
                .any(|name| name.eq_ignore_ascii_case(known.as_bytes()))
        };
        self.headers.retain(|(known, _)| is_wanted(known));
        if self.body.is_empty() {
            self.tells_empty &= is_wanted("Content-Length");
        }
        let present = self.all_headers();
        for name in names {
            let is_there = present
                .iter()
                .any(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name));
            if !is_there {
                let name = String::from_utf8_lossy(name).into_owned();
                self.headers.push((name, b"1".to_vec()));
            }
        }
    }

    /// Gives some headers values that headers are to have; those that there are otherwise stay.
    fn set_values(&mut self, values: &[Vec<u8>]) {
        self.headers.retain(|(name, _)| name != ANY_HEADER);
        let present = self.all_headers();
        for value in values {
            if !present.iter().any(|(_, known)| known == value) {
                self.headers.push((ANY_HEADER.to_owned(), value.clone()));
            }
        }
    }

    fn resize(&mut self, length: u64) -> Result<(), FieldRefusal> {
        let around = (self.wire_body().len() - self.body.len()) as u64;
        match usize::try_from(length.saturating_sub(around)) {
            Ok(length) if length <= MAX_BODY => {
                self.body.resize(length, b'x');
                Ok(())
            }
            _ => Err("up to a mebibyte"),
        }
    }
}

fn is_content_type(field: &Field) -> bool {
    matches!(&field.access, Access::Header { name, .. } if name == "CONTENT-TYPE")
}

/// What headers usually have.
fn header_examples(field: &Field) -> &'static [&'static str] {
    let name = match &field.access {
        Access::Header { name, .. } => name.as_str(),
        _ => field.name.as_str(),
    };
    match name {
        "EXPECT" => &["100-continue"],
        "CONTENT-TYPE" => &["application/octet-stream", "text/plain"],
        "USER-AGENT" | "user_agent" => &["client/1.0", "client/2.0"],
        "HOST" | "host" => &["server.example", "other.example"],
        "REFERER" | "referrer" => &["http://server.example/", "http://other.example/"],
        "ORIGIN" | "origin" => &["http://server.example", "http://other.example"],
        "CONTENT-ENCODING" => &["identity"],
        _ => &[],
    }
}

fn regex(text: &str) -> Option<Pattern> {
    // The texts are this file's own.
    Pattern::from_regex(text, RegexFlags::default()).ok()
}

/// What a token consists of (RFC 9110, section 5.6.2).
fn token() -> ByteSet {
    (0..=u8::MAX)
        .filter(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
        .collect()
}

fn status(code: u64) -> Result<u16, FieldRefusal> {
    match u16::try_from(code) {
        Ok(code) if (100..=999).contains(&code) => Ok(code),
        _ => Err("a status of three digits"),
    }
}

/// A message's head and body, which TCP cuts at a place of the whole.
fn pieces(head: &[u8], body: &[u8], cut: Option<usize>) -> Vec<Vec<u8>> {
    let whole = [head, body].concat();
    match cut {
        Some(cut) if cut < whole.len() => {
            let (first, last) = whole.split_at(cut);
            vec![first.to_vec(), last.to_vec()]
        }
        _ => vec![whole],
    }
}

fn by_name(headers: &[(String, Vec<u8>)]) -> BTreeMap<String, Vec<Vec<u8>>> {
    let mut by_name: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for (name, value) in headers {
        let values = by_name.entry(name.to_ascii_uppercase()).or_default();
        values.push(value.clone());
    }
    by_name
}

fn put_headers(
    side: &str,
    headers: BTreeMap<String, Vec<Vec<u8>>>,
    values: &mut BTreeMap<String, ObservedValue>,
) {
    let names = headers
        .keys()
        .map(|name| name.clone().into_bytes())
        .collect();
    values.insert(format!("{side}_header_names"), ObservedValue::Texts(names));
    let all = headers.values().flatten().cloned().collect();
    values.insert(format!("{side}_header_values"), ObservedValue::Texts(all));
    for (name, texts) in headers {
        values.insert(format!("{side}_header.{name}"), ObservedValue::Texts(texts));
    }
}

/// The name in the credentials of the scheme Basic (RFC 7617).
fn username(headers: &BTreeMap<String, Vec<Vec<u8>>>) -> Option<Vec<u8>> {
    let value = headers.get("AUTHORIZATION")?.last()?;
    let encoded = value.strip_prefix(b"Basic ")?;
    let decoded = BASE64.decode(encoded).ok()?;
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    Some(decoded[..colon].to_vec())
}

#[cfg(test)]
mod tests {
    use super::{TransactionScenario, regex};
    use crate::service::Service;

    #[test]
    fn forms_are_regular_expressions() {
        let transaction = TransactionScenario::usual();
        for name in [
            "uri",
            "original_uri",
            "method",
            "status_msg",
            "body",
            "proxied",
        ] {
            let field = Service::HTTP.field(name);
            let frame = field.map(|field| transaction.frame(&field));
            assert!(frame.is_some_and(|frame| frame.form.is_some()), "{name}");
        }
        assert!(regex("(").is_none());
    }
}
