//! The beginning of TLS 1.2: the hellos of both sides (RFC 5246, section 7.4.1; RFC 6066, section 3).

use super::{NOT_WRITTEN, Speech, text, texts};
use crate::predicate::pattern::{ByteSet, Pattern, RegexFlags};
use crate::synth::Capture;
use crate::synth::observation::ObservedValue;
use crate::synth::scenario::{Endpoints, FieldRefusal};
use crate::synth::solve::text::TextFrame;

const PORT: u16 = 443;
const USUAL_NAME: &[u8] = b"www.example.com";
const LONGEST_NAME: usize = 255;
const VERSION: &str = "TLSv12";
const VERSION_BYTES: [u8; 2] = [3, 3];
const CIPHER: &str = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
const CIPHER_BYTES: [u8; 2] = [0xc0, 0x2f];
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
/// What Zeek writes of the hellos: upper case is the client's.
const ANSWERED: &str = "Cs";
const UNANSWERED: &str = "C";

/// A client's hello, and whether the server answers it.
#[derive(Debug, Clone)]
pub(super) struct Hello {
    server_name: Option<Vec<u8>>,
    is_answered: bool,
}

impl Hello {
    pub(super) fn usual() -> Self {
        Self {
            server_name: Some(USUAL_NAME.to_vec()),
            is_answered: true,
        }
    }

    fn of_client(&self) -> Vec<u8> {
        let extensions = self.server_name.as_deref().map_or_else(Vec::new, |name| {
            let entry = [&[0], with_length(name).as_slice()].concat();
            [&[0, 0], with_length(&with_length(&entry)).as_slice()].concat()
        });
        let body = [
            VERSION_BYTES.as_slice(),
            &[b'r'; 32],
            &[0, 0, 2],
            &CIPHER_BYTES,
            &[1, 0],
            &with_length(&extensions),
        ];
        handshake(CLIENT_HELLO, &body.concat())
    }

    fn of_server() -> Vec<u8> {
        let body = [
            VERSION_BYTES.as_slice(),
            &[b's'; 32],
            &[0],
            &CIPHER_BYTES,
            &[0],
        ];
        handshake(SERVER_HELLO, &body.concat())
    }
}

impl Speech for Hello {
    fn usual_port(&self) -> u16 {
        PORT
    }

    fn title(&self) -> String {
        let name = self
            .server_name
            .as_deref()
            .unwrap_or(b"a server without a name");
        format!("TLS hello to {}", String::from_utf8_lossy(name))
    }

    fn columns(&self, _: &Endpoints) -> Vec<(&'static str, ObservedValue)> {
        let history = if self.is_answered {
            ANSWERED
        } else {
            UNANSWERED
        };
        let mut columns = vec![
            ("resumed", ObservedValue::Bool(false)),
            ("established", ObservedValue::Bool(false)),
            ("ssl_history", text(history)),
        ];
        if self.is_answered {
            columns.extend([("version", text(VERSION)), ("cipher", text(CIPHER))]);
        }
        if let Some(name) = &self.server_name {
            columns.push(("server_name", ObservedValue::Bytes(name.clone())));
        }
        columns
    }

    fn frame(&self, _: &str) -> TextFrame {
        let printable = ByteSet::range(0x21..=0x7e);
        let hosts = r"^[0-9A-Za-z-]{1,20}(\.[0-9A-Za-z-]{1,20}){1,4}$";
        TextFrame {
            bytes: printable,
            rare_bytes: Some(printable.union(ByteSet::range(0x80..=0xff))),
            usual_form: Pattern::from_regex(hosts, RegexFlags::default()).ok(),
            examples: vec![USUAL_NAME.to_vec()],
            endings: vec![Vec::new(), b".example".to_vec()],
            ..TextFrame::bytes(LONGEST_NAME)
        }
    }

    fn choices(&self, name: &str) -> Option<Vec<ObservedValue>> {
        match name {
            "resumed" | "established" => Some(vec![ObservedValue::Bool(false)]),
            "ssl_history" => texts(&[ANSWERED, UNANSWERED]),
            "version" => texts(&[VERSION]),
            "cipher" => texts(&[CIPHER]),
            _ => None,
        }
    }

    fn set(&mut self, name: &str, value: &ObservedValue) -> Result<(), FieldRefusal> {
        let wanted = value.text();
        match name {
            "server_name" if wanted.is_empty() || wanted.len() > LONGEST_NAME => {
                return Err("1 to 255 bytes");
            }
            "server_name" => self.server_name = Some(wanted.into_owned()),
            "version" | "cipher" | "ssl_history" | "resumed" | "established" => {
                let choices = self.choices(name).unwrap_or_default();
                if !choices.contains(value) {
                    return Err(
                        "that of a hello of TLS 1.2 with one cipher, after which nothing is said",
                    );
                }
                match name {
                    "version" | "cipher" => self.is_answered = true,
                    "ssl_history" => self.is_answered = *wanted == *ANSWERED.as_bytes(),
                    _ => {}
                }
            }
            _ => return Err(NOT_WRITTEN),
        }
        Ok(())
    }

    fn take_away(&mut self, name: &str) -> Result<(), FieldRefusal> {
        match name {
            "server_name" => self.server_name = None,
            "version" | "cipher" => self.is_answered = false,
            _ => return Err("something that each connection has"),
        }
        Ok(())
    }

    fn record(&self, endpoints: &Endpoints, capture: &mut Capture) {
        let mut connection = endpoints.connect(capture, PORT);
        connection.at_micros(endpoints.time);
        connection.client(self.of_client());
        if self.is_answered {
            connection.server(Self::of_server());
        }
        connection.close();
    }
}

/// A handshake message in a record of its own.
fn handshake(kind: u8, body: &[u8]) -> Vec<u8> {
    // Bodies are far below what two bytes count.
    let message = [&[kind, 0], with_length(body).as_slice()].concat();
    [&[22, 3, 1], with_length(&message).as_slice()].concat()
}

/// Bytes behind their number, in two bytes.
fn with_length(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), bytes].concat()
}
