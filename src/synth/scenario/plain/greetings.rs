//! The beginning of SSH: the identification strings of both sides (RFC 4253, section 4.2).

use super::{NOT_WRITTEN, Speech};
use crate::predicate::pattern::{ByteSet, Pattern, RegexFlags};
use crate::synth::Capture;
use crate::synth::observation::ObservedValue;
use crate::synth::scenario::{Endpoints, FieldRefusal};
use crate::synth::solve::text::TextFrame;

const PORT: u16 = 22;
const USUAL: &[u8] = b"SSH-2.0-OpenSSH_9.6";
const BEGINNING: &[u8] = b"SSH-2.0-";
/// 255 with the line's end.
const LONGEST: usize = 253;

/// Both identification strings, without their line's end.
#[derive(Debug, Clone)]
pub(super) struct Greetings {
    client: Vec<u8>,
    server: Vec<u8>,
}

impl Greetings {
    pub(super) fn usual() -> Self {
        Self {
            client: USUAL.to_vec(),
            server: USUAL.to_vec(),
        }
    }
}

impl Speech for Greetings {
    fn usual_port(&self) -> u16 {
        PORT
    }

    fn title(&self) -> String {
        let software = |greeting: &[u8]| String::from_utf8_lossy(greeting).into_owned();
        format!("{} to {}", software(&self.client), software(&self.server))
    }

    fn columns(&self, _: &Endpoints) -> Vec<(&'static str, ObservedValue)> {
        vec![
            ("version", ObservedValue::Count(2)),
            ("auth_attempts", ObservedValue::Count(0)),
            ("client", ObservedValue::Bytes(self.client.clone())),
            ("server", ObservedValue::Bytes(self.server.clone())),
        ]
    }

    fn frame(&self, _: &str) -> TextFrame {
        TextFrame {
            bytes: ByteSet::range(0x20..=0x7e),
            form: Pattern::from_regex(r"^SSH-2\.0-.+$", RegexFlags::default()).ok(),
            examples: vec![USUAL.to_vec()],
            beginnings: vec![BEGINNING.to_vec()],
            ..TextFrame::bytes(LONGEST)
        }
    }

    fn choices(&self, _: &str) -> Option<Vec<ObservedValue>> {
        None
    }

    fn set(&mut self, name: &str, value: &ObservedValue) -> Result<(), FieldRefusal> {
        let greeting = match (name, value) {
            ("version", ObservedValue::Count(2)) | ("auth_attempts", ObservedValue::Count(0)) => {
                return Ok(());
            }
            ("version", _) => return Err("2"),
            ("auth_attempts", _) => return Err("0: connections end before authentication"),
            ("client", _) => &mut self.client,
            ("server", _) => &mut self.server,
            _ => return Err(NOT_WRITTEN),
        };
        let text = value.text().into_owned();
        let is_printable = text.iter().all(|byte| (0x20..=0x7e).contains(byte));
        if !is_printable || text.len() > LONGEST || !text.starts_with(BEGINNING) {
            return Err("`SSH-2.0-` and printable characters, at most 253 in all");
        }
        *greeting = text;
        Ok(())
    }

    fn take_away(&mut self, _: &str) -> Result<(), FieldRefusal> {
        Err("something that each connection has")
    }

    fn record(&self, endpoints: &Endpoints, capture: &mut Capture) {
        let line = |greeting: &[u8]| [greeting, b"\r\n"].concat();
        let mut connection = endpoints.connect(capture, PORT);
        connection.at_micros(endpoints.time);
        connection.server(line(&self.server));
        connection.client(line(&self.client));
        connection.close();
    }
}
