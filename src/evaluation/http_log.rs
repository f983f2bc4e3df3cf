//! A connection's transactions and their columns of `http.log`: what Zeek's `base/protocols/http/main.zeek` keeps.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::{HttpEvent, Timestamp};

/// Zeek's `HTTP::max_pending_requests`.
const MAX_PENDING_REQUESTS: usize = 100;

/// Headers that tell of proxies (`HTTP::proxy_headers`).
const PROXY_HEADERS: &[&[u8]] = &[
    b"FORWARDED",
    b"X-FORWARDED-FOR",
    b"X-FORWARDED-FROM",
    b"CLIENT-IP",
    b"VIA",
    b"XROXY-CONNECTION",
    b"PROXY-CONNECTION",
];

/// A connection's transactions (`HTTP::State`). `T` is what others keep of each.
#[derive(Debug)]
pub(super) struct Transactions<T> {
    pending: BTreeMap<u64, Transaction<T>>,
    current_request: u64,
    current_response: u64,
    depth: u64,
}

/// A transaction: its columns of `http.log`.
#[derive(Debug)]
pub(super) struct Transaction<T> {
    pub(super) columns: Columns,
    pub(super) kept: T,
}

/// Columns of `http.log` (`HTTP::Info`).
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) time: Timestamp,
    pub(super) trans_depth: u64,
    pub(super) method: Option<Vec<u8>>,
    pub(super) uri: Option<Vec<u8>>,
    pub(super) host: Option<Vec<u8>>,
    pub(super) referrer: Option<Vec<u8>>,
    pub(super) user_agent: Option<Vec<u8>>,
    pub(super) origin: Option<Vec<u8>>,
    pub(super) username: Option<Vec<u8>>,
    pub(super) proxied: Option<BTreeSet<Vec<u8>>>,
    pub(super) request_body_len: u64,
    pub(super) response_body_len: u64,
    pub(super) version: Option<Vec<u8>>,
    pub(super) status_code: Option<u64>,
    pub(super) status_msg: Option<Vec<u8>>,
    pub(super) info_code: Option<u64>,
    pub(super) info_msg: Option<Vec<u8>>,
}

impl<T> Default for Transactions<T> {
    fn default() -> Self {
        Self {
            pending: BTreeMap::new(),
            current_request: 0,
            current_response: 0,
            depth: 0,
        }
    }
}

impl Columns {
    /// Whether the reply so far is followed by another for the same request, as the base script has it.
    fn is_informational(&self) -> bool {
        self.status_code
            .is_some_and(|code| (100..200).contains(&code))
    }

    /// Whether the reply so far is followed by another for the same request (RFC 9110, section 15.2).
    pub(super) fn is_interim(&self) -> bool {
        self.is_informational() && self.status_code != Some(101)
    }
}

impl<T: Default> Transactions<T> {
    /// Does what the base script does with an event at its priority of 5 or 10, before others see it.
    pub(super) fn before(&mut self, event: &HttpEvent<'_>, now: Timestamp) {
        match event {
            HttpEvent::Request {
                method,
                unescaped_uri,
                ..
            } => {
                self.begin_request();
                let columns = self.session(true, now);
                columns.method = Some(method.to_vec());
                columns.uri = Some(unescaped_uri.to_vec());
            }
            HttpEvent::Reply {
                version,
                code,
                reason,
            } => self.reply(*version, *code, reason, now),
            HttpEvent::BeginEntity { is_orig } => {
                self.session(*is_orig, now);
            }
            HttpEvent::Header {
                is_orig,
                original_name,
                value,
            } => {
                let columns = self.session(*is_orig, now);
                if *is_orig {
                    columns.client_header(&original_name.to_ascii_uppercase(), value);
                }
            }
            HttpEvent::MessageDone {
                is_orig,
                statistics,
            } => {
                let columns = self.session(*is_orig, now);
                if *is_orig {
                    columns.request_body_len = statistics.body_length;
                } else {
                    columns.response_body_len = statistics.body_length;
                }
            }
            _ => {}
        }
    }

    /// Does what the base script does with an event at its priority of -5, after others saw it.
    pub(super) fn after(&mut self, event: &HttpEvent<'_>) {
        if let HttpEvent::MessageDone { is_orig: false, .. } = event
            && let Some(transaction) = self.pending.get(&self.current_response)
            && !transaction.columns.is_informational()
        {
            self.pending.remove(&self.current_response);
        }
    }

    /// The transaction that a message of one side belongs to.
    pub(super) fn of_message(&mut self, is_orig: bool) -> Option<&mut Transaction<T>> {
        let number = self.number(is_orig);
        // Number 0 is not a request's.
        (number != 0).then(|| self.pending.get_mut(&number))?
    }

    /// The transaction of the latest request or reply, which may have none of the former.
    pub(super) fn latest(&mut self, is_orig: bool) -> Option<&mut Transaction<T>> {
        let number = self.number(is_orig);
        self.pending.get_mut(&number)
    }

    fn number(&self, is_orig: bool) -> u64 {
        if is_orig {
            self.current_request
        } else {
            self.current_response
        }
    }

    fn session(&mut self, is_orig: bool, now: Timestamp) -> &mut Columns {
        let number = self.number(is_orig);
        let depth = &mut self.depth;
        let transaction = self.pending.entry(number).or_insert_with(|| {
            *depth += 1;
            Transaction {
                columns: Columns {
                    time: now,
                    trans_depth: *depth,
                    ..Columns::default()
                },
                kept: T::default(),
            }
        });
        &mut transaction.columns
    }

    fn begin_request(&mut self) {
        self.current_request = self.current_request.max(self.current_response);
        if self.pending.len() > MAX_PENDING_REQUESTS {
            self.current_response = self.current_response.max(1);
            while self.current_response < self.current_request {
                self.pending.remove(&self.current_response);
                self.current_response += 1;
            }
        }
        self.current_request += 1;
    }

    fn reply(&mut self, version: (u8, u8), code: u16, reason: &[u8], now: Timestamp) {
        let answered = match self.pending.get(&self.current_response) {
            None => true,
            Some(transaction) => {
                transaction.columns.status_code.is_some() && !transaction.columns.is_informational()
            }
        };
        if answered {
            self.current_response += 1;
        }
        let columns = self.session(false, now);
        columns.status_code = Some(u64::from(code));
        columns.status_msg = Some(reason.to_vec());
        columns.version = Some(version_text(version));
        if columns.is_informational() {
            columns.info_code = columns.status_code;
            columns.info_msg = Some(reason.to_vec());
        }
    }
}

/// A version as Zeek's events have it.
pub(super) fn version_text((major, minor): (u8, u8)) -> Vec<u8> {
    format!("{major}.{minor}").into_bytes()
}

impl Columns {
    fn client_header(&mut self, name: &[u8], value: &[u8]) {
        match name {
            b"REFERER" => self.referrer = Some(value.to_vec()),
            b"HOST" => self.host = Some(value.to_vec()),
            b"ORIGIN" => self.origin = Some(value.to_vec()),
            b"USER-AGENT" => self.user_agent = Some(value.to_vec()),
            b"AUTHORIZATION" | b"PROXY-AUTHORIZATION" => {
                if let Some(username) = username(value) {
                    self.username = Some(username);
                }
            }
            name if PROXY_HEADERS.contains(&name) => {
                let entry = [name, b" -> ", value].concat();
                self.proxied.get_or_insert_default().insert(entry);
            }
            _ => {}
        }
    }
}

/// The user's name in the credentials of HTTP's Basic scheme (RFC 7617), as Zeek's script reads it.
fn username(credentials: &[u8]) -> Option<Vec<u8>> {
    const SCHEME: &[u8] = b"basic ";
    if !credentials
        .get(..SCHEME.len())?
        .eq_ignore_ascii_case(SCHEME)
    {
        return None;
    }
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let rest = &credentials[SCHEME.len() - 1..];
    let start = rest
        .iter()
        .position(|byte| !blank(byte))
        .unwrap_or(rest.len());
    let decoded = decode_base64(&rest[start..]);
    Some(match decoded.iter().position(|byte| *byte == b':') {
        Some(colon) => decoded[..colon].to_vec(),
        None => [b"<problem-decoding> (", credentials, b")"].concat(),
    })
}

/// Decodes as Zeek's `decode_base64` does: what is not Base64 is left out, and a group that is cut short is filled up.
fn decode_base64(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut group: Vec<u8> = Vec::with_capacity(4);
    let mut padding = 0;
    let filled = text.iter().chain(b"===");
    for (index, byte) in filled.enumerate() {
        if index >= text.len() && group.is_empty() {
            break;
        }
        match digit(*byte) {
            Some(value) => group.push(value),
            None => continue,
        }
        padding += usize::from(*byte == b'=');
        if let [a, b, c, d] = group[..] {
            let bytes = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
            decoded.extend(&bytes[..3_usize.saturating_sub(padding)]);
            if padding > 0 {
                break;
            }
            group.clear();
        }
    }
    decoded
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        b'=' => Some(0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::username;

    #[test]
    fn names_in_credentials() {
        let name = |credentials: &[u8]| {
            username(credentials).map(|name| String::from_utf8_lossy(&name).into_owned())
        };
        assert_eq!(name(b"Basic dXNlcjpwYXNz").as_deref(), Some("user"));
        assert_eq!(name(b"bAsIc \t dXNlcjpwYXNz").as_deref(), Some("user"));
        assert_eq!(name(b"Basic dXNlcjpw").as_deref(), Some("user"));
        assert_eq!(name(b"Basic dXNlcjo").as_deref(), Some("user"));
        assert_eq!(
            name(b"Basic dXNlcg==").as_deref(),
            Some("<problem-decoding> (Basic dXNlcg==)")
        );
        assert_eq!(name(b"Negotiate abc"), None);
        assert_eq!(name(b"Basic"), None);
    }
}
