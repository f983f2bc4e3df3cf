//! A message of syslog over UDP (RFC 3164).

use super::{NOT_WRITTEN, Speech, text, texts};
use crate::predicate::pattern::ByteSet;
use crate::synth::Capture;
use crate::synth::conversation::internet::HostRole;
use crate::synth::observation::ObservedValue;
use crate::synth::scenario::{Endpoints, FieldRefusal};
use crate::synth::solve::text::TextFrame;

/// The one port at which Zeek knows syslog.
const PORT: u16 = 514;
const LONGEST: usize = 1024;
const USUAL: &[u8] = b"systemd[1]: Started WrittenSession 1 of user root.";

/// By their numbers, as Zeek names them.
const FACILITIES: [&str; 24] = [
    "KERN", "USER", "MAIL", "DAEMON", "AUTH", "SYSLOG", "LPR", "NEWS", "UUCP", "CRON", "AUTHPRIV",
    "FTP", "NTP", "AUDIT", "ALERT", "CLOCK", "LOCAL0", "LOCAL1", "LOCAL2", "LOCAL3", "LOCAL4",
    "LOCAL5", "LOCAL6", "LOCAL7",
];
const SEVERITIES: [&str; 8] = [
    "EMERG", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG",
];

/// A message, with places in [`FACILITIES`] and [`SEVERITIES`].
#[derive(Debug, Clone)]
pub(super) struct SyslogMessage {
    facility: usize,
    severity: usize,
    message: Vec<u8>,
}

impl SyslogMessage {
    pub(super) fn usual() -> Self {
        Self {
            facility: 3,
            severity: 6,
            message: USUAL.to_vec(),
        }
    }
}

impl Speech for SyslogMessage {
    fn usual_port(&self) -> u16 {
        PORT
    }

    fn title(&self) -> String {
        format!("syslog {}", String::from_utf8_lossy(&self.message))
    }

    fn columns(&self, _: &Endpoints) -> Vec<(&'static str, ObservedValue)> {
        let name =
            |names: &[&str], place: usize| text(names.get(place).copied().unwrap_or_default());
        vec![
            ("proto", text("udp")),
            ("facility", name(&FACILITIES, self.facility)),
            ("severity", name(&SEVERITIES, self.severity)),
            ("message", ObservedValue::Bytes(self.message.clone())),
        ]
    }

    fn frame(&self, _: &str) -> TextFrame {
        TextFrame {
            bytes: ByteSet::range(0x20..=0x7e),
            rare_bytes: Some(ByteSet::ALL),
            examples: vec![USUAL.to_vec()],
            ..TextFrame::bytes(LONGEST)
        }
    }

    fn choices(&self, name: &str) -> Option<Vec<ObservedValue>> {
        match name {
            "proto" => texts(&["udp"]),
            "facility" => texts(&FACILITIES),
            "severity" => texts(&SEVERITIES),
            _ => None,
        }
    }

    fn set(&mut self, name: &str, value: &ObservedValue) -> Result<(), FieldRefusal> {
        let wanted = value.text();
        let place = |names: &[&str]| names.iter().position(|name| name.as_bytes() == &*wanted);
        match name {
            "proto" if &*wanted == b"udp" => {}
            "proto" => return Err("udp"),
            "facility" => {
                self.facility =
                    place(&FACILITIES).ok_or("a facility of RFC 3164 by Zeek's name")?;
            }
            "severity" => {
                self.severity =
                    place(&SEVERITIES).ok_or("a severity of RFC 3164 by Zeek's name")?;
            }
            "message" if wanted.len() > LONGEST => return Err("at most 1,024 bytes"),
            "message" => self.message = wanted.into_owned(),
            _ => return Err(NOT_WRITTEN),
        }
        Ok(())
    }

    fn take_away(&mut self, _: &str) -> Result<(), FieldRefusal> {
        Err("something that each message has")
    }

    fn check_port(&self, port: u16) -> Result<(), FieldRefusal> {
        if port == PORT {
            Ok(())
        } else {
            Err("514, by which Zeek knows syslog")
        }
    }

    fn record(&self, endpoints: &Endpoints, capture: &mut Capture) {
        let priority = self.facility * SEVERITIES.len() + self.severity;
        let datagram = [format!("<{priority}>").as_bytes(), &self.message].concat();
        let client = (endpoints.client, endpoints.client_port);
        capture.at_micros(endpoints.time);
        capture.datagram(
            HostRole::Client,
            client,
            (endpoints.server, PORT),
            &datagram,
        );
    }
}
