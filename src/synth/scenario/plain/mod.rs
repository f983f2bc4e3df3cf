//! Short conversations for plain logs: each column follows from what the two sides say.

mod flow;
mod greetings;
mod hello;
mod syslog;

use std::fmt::Debug;

use super::FieldRefusal;
use super::connection::Endpoints;
use crate::service::{Field, Phase};
use crate::synth::Capture;
use crate::synth::observation::{ObservedEvent, ObservedValue};
use crate::synth::solve::text::TextFrame;

const NOT_WRITTEN: FieldRefusal = "unset: no capture that is written has it";

/// A conversation for `conn`, `ssh`, `ssl` or `syslog`.
#[derive(Debug, Clone)]
pub(in crate::synth) struct PlainConversation {
    pub(in crate::synth) endpoints: Endpoints,
    said: PlainSpeech,
}

#[derive(Debug, Clone)]
enum PlainSpeech {
    Flow(flow::Flow),
    Greetings(greetings::Greetings),
    Hello(hello::Hello),
    Syslog(syslog::SyslogMessage),
}

/// What the two sides say, as far as a log has it.
trait Speech: Debug {
    fn usual_port(&self) -> u16;

    /// For people.
    fn title(&self) -> String;

    /// The columns that are set, besides those of the endpoints.
    fn columns(&self, endpoints: &Endpoints) -> Vec<(&'static str, ObservedValue)>;

    /// What the column of that name can hold.
    fn frame(&self, name: &str) -> TextFrame;

    /// The values among which the column of that name has one, if they are few.
    fn choices(&self, name: &str) -> Option<Vec<ObservedValue>>;

    /// Gives the column of that name a value.
    fn set(&mut self, name: &str, value: &ObservedValue) -> Result<(), FieldRefusal>;

    /// Takes a column's value away.
    fn take_away(&mut self, name: &str) -> Result<(), FieldRefusal>;

    /// Whether Zeek knows the protocol at that port.
    fn check_port(&self, _port: u16) -> Result<(), FieldRefusal> {
        Ok(())
    }

    fn record(&self, endpoints: &Endpoints, capture: &mut Capture);
}

impl PlainConversation {
    /// What is usual for a log; `None` for those of which no conversation is known.
    pub(super) fn usual(log: &str) -> Option<Self> {
        let said = match log {
            "conn" => PlainSpeech::Flow(flow::Flow::usual()),
            "ssh" => PlainSpeech::Greetings(greetings::Greetings::usual()),
            "ssl" => PlainSpeech::Hello(hello::Hello::usual()),
            "syslog" => PlainSpeech::Syslog(syslog::SyslogMessage::usual()),
            _ => return None,
        };
        Some(Self {
            endpoints: Endpoints::usual(),
            said,
        })
    }

    pub(super) fn title(&self) -> String {
        self.speech().title()
    }

    pub(super) fn observation(&self) -> ObservedEvent {
        let speech = self.speech();
        let mut values = self.endpoints.values(speech.usual_port());
        let columns = speech.columns(&self.endpoints);
        values.extend(
            columns
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
        ObservedEvent {
            phases: vec![Phase::Logged],
            identity: None,
            values,
        }
    }

    pub(super) fn frame(&self, field: &Field) -> TextFrame {
        self.speech().frame(&field.name)
    }

    pub(super) fn choices(&self, field: &Field) -> Option<Vec<ObservedValue>> {
        self.speech().choices(&field.name)
    }

    pub(super) fn set(
        &mut self,
        field: &Field,
        value: Option<ObservedValue>,
    ) -> Result<(), FieldRefusal> {
        let is_set = self.observation().values.contains_key(&field.name);
        match value {
            Some(value) => self.speech_mut().set(&field.name, &value),
            None if is_set => self.speech_mut().take_away(&field.name),
            None => Ok(()),
        }
    }

    pub(super) fn check_port(&self) -> Result<(), FieldRefusal> {
        let port = self.endpoints.server_port;
        port.map_or(Ok(()), |port| self.speech().check_port(port))
    }

    pub(super) fn record(&self, capture: &mut Capture) {
        self.speech().record(&self.endpoints, capture);
    }

    fn speech(&self) -> &dyn Speech {
        match &self.said {
            PlainSpeech::Flow(flow) => flow,
            PlainSpeech::Greetings(greetings) => greetings,
            PlainSpeech::Hello(hello) => hello,
            PlainSpeech::Syslog(message) => message,
        }
    }

    fn speech_mut(&mut self) -> &mut dyn Speech {
        match &mut self.said {
            PlainSpeech::Flow(flow) => flow,
            PlainSpeech::Greetings(greetings) => greetings,
            PlainSpeech::Hello(hello) => hello,
            PlainSpeech::Syslog(message) => message,
        }
    }
}

fn text(text: &str) -> ObservedValue {
    ObservedValue::Bytes(text.as_bytes().to_vec())
}

fn texts(texts: &[&str]) -> Option<Vec<ObservedValue>> {
    Some(texts.iter().copied().map(text).collect())
}
