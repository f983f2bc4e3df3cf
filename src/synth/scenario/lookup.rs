//! A DNS query and the response to it.

use std::net::{IpAddr, Ipv4Addr};

use simple_dns::PacketFlag;

use super::FieldRefusal;
use super::connection::{Endpoints, seconds};
use crate::predicate::pattern::{ByteSet, Pattern, RegexFlags};
use crate::registry::DnsCode;
use crate::service::{Field, Phase};
use crate::synth::Capture;
use crate::synth::conversation::dns::{
    self, DnsAnswer, DnsHeader, DnsQuestion, LONGEST_NAME, is_name,
};
use crate::synth::conversation::internet::HostRole;
use crate::synth::observation::{ObservedEvent, ObservedValue};
use crate::synth::solve::text::TextFrame;

const PORT: u16 = 53;
/// Ports by which Zeek knows DNS over UDP; over TCP it is the first alone. NetBIOS's is left out.
const PORTS: [u16; 3] = [PORT, 5353, 5355];
/// Microseconds from the query to the response.
const USUAL_DELAY: u64 = 20_000;
/// The longest time from the query to the response: Zeek forgets queries over UDP after a minute.
const LONGEST_DELAY: f64 = 50.0;
const USUAL_NAME: &[u8] = b"www.example.com";
const USUAL_ANSWER: DnsAnswer = DnsAnswer::Address(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 80)));
const USUAL_TIME_TO_LIVE: u32 = 300;
/// The largest code that has a place in a message's head and a name.
const LARGEST_CODE: u16 = 10;

/// A query and the response to it.
#[derive(Debug, Clone)]
pub(in crate::synth) struct Lookup {
    pub(in crate::synth) endpoints: Endpoints,
    is_over_tcp: bool,
    pub(in crate::synth) is_answered: bool,
    id: u16,
    question: DnsQuestion,
    /// AD and CD, which Zeek calls Z, RD and TC of the query.
    query_flags: PacketFlag,
    /// AA and RA of a response with answers.
    response_flags: PacketFlag,
    /// Microseconds from the query to the response.
    delay: u64,
    response_code: u16,
    /// `None` for what is usual for the code.
    answers: Option<Vec<DnsAnswer>>,
    time_to_live: u32,
}

impl Lookup {
    pub(super) fn usual() -> Self {
        Self {
            endpoints: Endpoints::usual(),
            is_over_tcp: false,
            is_answered: true,
            id: 0x1234,
            question: DnsQuestion {
                name: USUAL_NAME.to_vec(),
                query_type: 1,
                class: 1,
            },
            query_flags: PacketFlag::RECURSION_DESIRED,
            response_flags: PacketFlag::RECURSION_AVAILABLE,
            delay: USUAL_DELAY,
            response_code: 0,
            answers: None,
            time_to_live: USUAL_TIME_TO_LIVE,
        }
    }

    /// The query's type and name.
    pub(super) fn title(&self) -> String {
        let name = String::from_utf8_lossy(&self.question.name);
        format!("DNS {} {name}", type_name(self.question.query_type))
    }

    /// What the response answers.
    fn answers(&self) -> Vec<DnsAnswer> {
        match &self.answers {
            _ if !self.is_answered => Vec::new(),
            Some(answers) => answers.clone(),
            None if self.response_code == 0 => vec![USUAL_ANSWER],
            None => Vec::new(),
        }
    }

    /// Sees to it that there is an answer.
    fn be_answered(&mut self) {
        self.is_answered = true;
        if self.answers().is_empty() {
            self.answers = Some(vec![USUAL_ANSWER]);
        }
    }

    pub(super) fn observation(&self) -> ObservedEvent {
        let mut values = self.endpoints.values(PORT);
        let mut put = |name: &str, value| {
            values.insert(name.to_owned(), value);
        };
        let text = |text: &str| ObservedValue::Bytes(text.as_bytes().to_vec());
        let count = |number: u16| ObservedValue::Count(number.into());
        let question = &self.question;
        put("proto", text(if self.is_over_tcp { "tcp" } else { "udp" }));
        put("trans_id", count(self.id));
        put(
            "query",
            ObservedValue::Bytes(question.name.to_ascii_lowercase()),
        );
        put(
            "original_query",
            ObservedValue::Bytes(question.name.clone()),
        );
        put("qtype", count(question.query_type));
        put("qtype_name", text(&type_name(question.query_type)));
        put("qclass", count(question.class));
        put("qclass_name", text(&class_name(question.class)));
        put("Z", count(u16::from(self.zero_bits())));
        let answers = self.answers();
        for (name, flag) in FLAGS {
            let is_set = match of_response(name) {
                true => !answers.is_empty() && self.response_flags.contains(flag),
                false => self.query_flags.contains(flag),
            };
            put(name, ObservedValue::Bool(is_set));
        }
        // Zeek says so of each response without a record.
        let is_rejected = self.is_answered && answers.is_empty();
        put("rejected", ObservedValue::Bool(is_rejected));
        if self.is_answered {
            put("rcode", count(self.response_code));
            put("rcode_name", text(code_name(self.response_code)));
        }
        if !answers.is_empty() {
            let rtt = seconds(self.answered_at()) - seconds(self.endpoints.time);
            put("rtt", ObservedValue::Interval(rtt));
            let time_to_live = ObservedValue::Interval(self.time_to_live.into());
            put(
                "TTLs",
                ObservedValue::Several(vec![time_to_live; answers.len()]),
            );
            let texts = answers.iter().map(DnsAnswer::text);
            put("answers", ObservedValue::Texts(texts.collect()));
        }
        ObservedEvent {
            phases: vec![Phase::Logged],
            identity: None,
            values,
        }
    }

    fn zero_bits(&self) -> u8 {
        let bit = |flag, value| {
            if self.query_flags.contains(flag) {
                value
            } else {
                0
            }
        };
        bit(PacketFlag::AUTHENTIC_DATA, 2) + bit(PacketFlag::CHECKING_DISABLED, 1)
    }

    fn answered_at(&self) -> u64 {
        self.endpoints.time + self.delay
    }

    pub(super) fn frame(field: &Field) -> TextFrame {
        let lower_case = ByteSet::range(0x21..=0x40).union(ByteSet::range(0x5b..=0x7e));
        let pattern = |text: &str| Pattern::from_regex(text, RegexFlags::default()).ok();
        let names = TextFrame {
            bytes: lower_case,
            rare_bytes: Some(
                lower_case
                    .union(ByteSet::range(0x00..=0x20))
                    .union(ByteSet::range(0x7f..=0xff)),
            ),
            usual_form: pattern(r"^[0-9a-z_-]{1,20}(\.[0-9a-z_-]{1,20}){1,4}$"),
            examples: vec![USUAL_NAME.to_vec()],
            endings: vec![Vec::new(), b".example".to_vec()],
            ..TextFrame::bytes(LONGEST_NAME)
        };
        match field.name.as_str() {
            "query" => names,
            "original_query" => TextFrame {
                bytes: ByteSet::range(0x21..=0x7e),
                rare_bytes: Some(ByteSet::ALL),
                ..names
            },
            "answers" => TextFrame {
                rare_bytes: Some(ByteSet::ALL),
                ..names
            },
            _ => TextFrame::bytes(LONGEST_NAME),
        }
    }

    pub(super) fn choices(field: &Field) -> Option<Vec<ObservedValue>> {
        let texts = |names: Vec<String>| {
            let names = names.into_iter();
            Some(
                names
                    .map(|name| ObservedValue::Bytes(name.into_bytes()))
                    .collect(),
            )
        };
        let counts = |numbers: Vec<u16>| {
            let numbers = numbers.into_iter();
            Some(
                numbers
                    .map(|number| ObservedValue::Count(number.into()))
                    .collect(),
            )
        };
        match field.name.as_str() {
            "proto" => texts(vec!["udp".to_owned(), "tcp".to_owned()]),
            "qtype_name" => texts(DnsCode::Type.codes().map(type_name).collect()),
            "qclass" => counts(DnsCode::Class.codes().collect()),
            "qclass_name" => texts(DnsCode::Class.codes().map(class_name).collect()),
            "rcode" => counts((0..=LARGEST_CODE).collect()),
            "rcode_name" => texts(
                (0..=LARGEST_CODE)
                    .map(|code| code_name(code).to_owned())
                    .collect(),
            ),
            "AA" | "RA" | "RD" | "TC" | "rejected" => {
                Some(vec![ObservedValue::Bool(true), ObservedValue::Bool(false)])
            }
            "Z" => counts((0..4).collect()),
            _ => None,
        }
    }

    pub(super) fn set(
        &mut self,
        field: &Field,
        value: Option<ObservedValue>,
    ) -> Result<(), FieldRefusal> {
        let name = field.name.as_str();
        match value {
            None => self.take_away(name),
            Some(ObservedValue::Bool(is_set)) => self.set_flag(name, is_set),
            Some(ObservedValue::Count(number)) => self.set_number(name, number),
            Some(ObservedValue::Interval(seconds)) if name == "rtt" => self.set_delay(seconds),
            Some(ObservedValue::Several(values)) if name == "TTLs" => {
                self.set_time_to_live(&values)
            }
            Some(ObservedValue::Texts(texts)) if name == "answers" => self.set_answers(&texts),
            Some(value) => self.set_text(name, &value.text()),
        }
    }

    /// The same over TCP, where Zeek knows it there.
    pub(in crate::synth) fn over_tcp(&self) -> Option<Self> {
        let lookup = Self {
            is_over_tcp: true,
            ..self.clone()
        };
        (!self.is_over_tcp && lookup.check_port().is_ok()).then_some(lookup)
    }

    pub(super) fn check_port(&self) -> Result<(), FieldRefusal> {
        let port = self.endpoints.server_port.unwrap_or(PORT);
        if port == PORT || PORTS.contains(&port) && !self.is_over_tcp {
            Ok(())
        } else {
            Err("53, or 5353 or 5355 over UDP, by which Zeek knows DNS")
        }
    }

    fn take_away(&mut self, name: &str) -> Result<(), FieldRefusal> {
        match name {
            "rcode" | "rcode_name" => self.is_answered = false,
            "answers" | "rtt" | "TTLs" => self.answers = Some(Vec::new()),
            _ => return Err("something that each query has"),
        }
        Ok(())
    }

    fn set_flag(&mut self, name: &str, is_set: bool) -> Result<(), FieldRefusal> {
        if name == "rejected" {
            if is_set {
                self.answers = Some(Vec::new());
                self.is_answered = true;
            } else {
                self.be_answered();
            }
            return Ok(());
        }
        let known = FLAGS.iter().find(|(known, _)| *known == name);
        let (_, flag) = known.ok_or("unset")?;
        if of_response(name) {
            self.response_flags.set(*flag, is_set);
            if is_set {
                self.be_answered();
            }
        } else {
            self.query_flags.set(*flag, is_set);
        }
        Ok(())
    }

    fn set_number(&mut self, name: &str, number: u64) -> Result<(), FieldRefusal> {
        let number = u16::try_from(number).map_err(|_| "a number of 16 bits")?;
        match name {
            "trans_id" => self.id = number,
            "qtype" => self.question.query_type = number,
            "qclass" => self.question.class = number,
            "rcode" => {
                self.response_code = number;
                self.is_answered = true;
            }
            "Z" => {
                self.query_flags
                    .set(PacketFlag::AUTHENTIC_DATA, number & 2 != 0);
                self.query_flags
                    .set(PacketFlag::CHECKING_DISABLED, number & 1 != 0);
            }
            _ => return Err("unset: no capture that is written has it"),
        }
        Ok(())
    }

    fn set_delay(&mut self, seconds: f64) -> Result<(), FieldRefusal> {
        let micros = (seconds * 1e6).round();
        if !(1.0..=LONGEST_DELAY * 1e6).contains(&micros) {
            return Err("more than 0 and at most 50 seconds, after which Zeek gives a query up");
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Just checked.
        let delay = micros as u64;
        self.delay = delay;
        self.be_answered();
        Ok(())
    }

    fn set_time_to_live(&mut self, values: &[ObservedValue]) -> Result<(), FieldRefusal> {
        let refusal = "whole seconds, of 32 bits";
        let Some(ObservedValue::Interval(seconds)) = values.first() else {
            return Err(refusal);
        };
        if seconds.fract() != 0.0 || !(0.0..=f64::from(u32::MAX)).contains(seconds) {
            return Err(refusal);
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Just checked.
        let seconds = *seconds as u32;
        self.time_to_live = seconds;
        self.be_answered();
        Ok(())
    }

    fn set_answers(&mut self, texts: &[Vec<u8>]) -> Result<(), FieldRefusal> {
        let answers: Option<Vec<DnsAnswer>> =
            texts.iter().map(|text| DnsAnswer::read(text)).collect();
        let answers = answers
            .ok_or("an address, a name in lower case, or `TXT`, a number and at most 255 bytes")?;
        self.answers = Some(answers);
        self.is_answered = true;
        Ok(())
    }

    fn set_text(&mut self, name: &str, text: &[u8]) -> Result<(), FieldRefusal> {
        let known = std::str::from_utf8(text).unwrap_or_default();
        match name {
            "proto" => self.is_over_tcp = known == "tcp",
            "query" | "original_query" if !text.is_empty() && !is_name(text) => {
                return Err("labels of at most 63 bytes, joined by dots, 253 bytes together");
            }
            "query" => {
                if text.to_ascii_lowercase() != text {
                    return Err("in lower case: Zeek writes names so");
                }
                if self.question.name.to_ascii_lowercase() != text {
                    self.question.name = text.to_vec();
                }
            }
            "original_query" => self.question.name = text.to_vec(),
            "qtype_name" => {
                let code = DnsCode::Type.code(known);
                self.question.query_type = code.ok_or("a type that Zeek names")?;
            }
            "qclass_name" => {
                let code = DnsCode::Class.code(known);
                self.question.class = code.ok_or("a class that Zeek names")?;
            }
            "rcode_name" => {
                let code = DnsCode::ResponseCode.code(known);
                let code = code.filter(|code| *code <= LARGEST_CODE);
                self.response_code = code.ok_or("a code from 0 to 10 that Zeek names")?;
                self.is_answered = true;
            }
            _ => return Err("unset: no capture that is written has it"),
        }
        self.check_port()
    }

    pub(super) fn record(&self, capture: &mut Capture) {
        let query = dns::message(
            DnsHeader {
                id: self.id,
                flags: self.query_flags,
                response_code: 0,
            },
            &self.question,
            &[],
            0,
        );
        let kept = self.query_flags & PacketFlag::RECURSION_DESIRED;
        let response = dns::message(
            DnsHeader {
                id: self.id,
                flags: PacketFlag::RESPONSE | self.response_flags | kept,
                response_code: self.response_code,
            },
            &self.question,
            &self.answers(),
            self.time_to_live,
        );
        if self.is_over_tcp {
            let mut connection = self.endpoints.connect(capture, PORT);
            connection.at_micros(self.endpoints.time);
            connection.client(framed(&query));
            if self.is_answered {
                connection.at_micros(self.answered_at());
                connection.server(framed(&response));
            }
            connection.close();
            return;
        }
        let client = (self.endpoints.client, self.endpoints.client_port);
        let server_port = self.endpoints.server_port.unwrap_or(PORT);
        let server = (self.endpoints.server, server_port);
        capture.at_micros(self.endpoints.time);
        capture.datagram(HostRole::Client, client, server, &query);
        if self.is_answered {
            capture.at_micros(self.answered_at());
            capture.datagram(HostRole::Server, server, client, &response);
        }
    }
}

/// The columns that are flags of a message.
const FLAGS: [(&str, PacketFlag); 4] = [
    ("AA", PacketFlag::AUTHORITATIVE_ANSWER),
    ("RA", PacketFlag::RECURSION_AVAILABLE),
    ("RD", PacketFlag::RECURSION_DESIRED),
    ("TC", PacketFlag::TRUNCATION),
];

/// Whether Zeek takes a flag from the answers.
fn of_response(flag: &str) -> bool {
    matches!(flag, "AA" | "RA")
}

fn type_name(code: u16) -> String {
    let known = DnsCode::Type.name(code);
    known.map_or_else(|| format!("query-{code}"), str::to_owned)
}

fn class_name(code: u16) -> String {
    let known = DnsCode::Class.name(code);
    known.map_or_else(|| format!("qclass-{code}"), str::to_owned)
}

/// The name of a code that is at most [`LARGEST_CODE`].
fn code_name(code: u16) -> &'static str {
    DnsCode::ResponseCode.name(code).unwrap_or_default()
}

/// A message as it goes over TCP (RFC 1035, section 4.2.2).
fn framed(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), message].concat()
}
