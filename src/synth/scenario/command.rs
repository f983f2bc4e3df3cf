//! A command of SMB1 or SMB2.

use std::collections::BTreeMap;

use super::connection::{Endpoints, seconds};
use super::{FieldRefusal, SMB_PORT};
use crate::predicate::pattern::{Pattern, RegexFlags};
use crate::registry::SmbCode;
use crate::service::{Field, Phase, SmbVersion};
use crate::synth::Capture;
use crate::synth::conversation::ConnectionWriter;
use crate::synth::conversation::smb::{self, CommandSubject, Said, Turn, smb1};
use crate::synth::observation::{ObservedEvent, ObservedValue};
use crate::synth::solve::text::TextFrame;

/// The commands that stand for a version where no rule asks for one: the tree connects.
const USUAL: [(SmbVersion, u16); 2] = [(SmbVersion::Smb2, 3), (SmbVersion::Smb1, 0x75)];
/// Ids by which DoublePulsar's clients ask, and the part of them that their answers keep.
const IMPLANT_ID: u64 = 0x40;
const KEPT_OF_ID: u64 = 0x03;

/// A command.
#[derive(Debug, Clone)]
pub(in crate::synth) struct CommandScenario {
    pub(in crate::synth) endpoints: Endpoints,
    version: SmbVersion,
    command: u16,
    /// What a TRANSACTION2 is for.
    sub_command: u16,
    /// `None` for what the command usually is answered with.
    pub(in crate::synth) status: Option<u32>,
    /// `None` for the one whose turn it is.
    message_id: Option<u64>,
    /// Whether the answer has another id than the request, so that it is one to no request.
    is_stray: bool,
    pub(in crate::synth) is_answered: bool,
    /// Where TCP cuts the request in two.
    pub(in crate::synth) cut: Option<usize>,
}

impl CommandScenario {
    pub(super) fn usual() -> Self {
        let [(version, command), _] = USUAL;
        Self {
            endpoints: Endpoints::usual(),
            version,
            command,
            sub_command: smb1::USUAL_TRANSACTION2,
            status: None,
            message_id: None,
            is_stray: false,
            is_answered: true,
            cut: None,
        }
    }

    /// Version, command and subcommand.
    pub(super) fn title(&self) -> String {
        let mut title = format!("{} {}", self.version.name(), self.name());
        if let (true, Some(sub_command)) = (self.chooses(), self.sub_name()) {
            title.push(' ');
            title.push_str(&sub_command);
        }
        title
    }

    /// The command's name in Zeek.
    pub(in crate::synth) fn name(&self) -> String {
        command_name(self.version, self.command)
    }

    fn sub_name(&self) -> Option<String> {
        let shown = match self.command {
            smb1::ON_PIPES => smb1::SHOWN_OF_PIPES,
            _ => self.sub_command,
        };
        sub_command_name(self.version, self.command, shown)
    }

    /// Whether the subcommand can be chosen.
    fn chooses(&self) -> bool {
        (self.version, self.command) == (SmbVersion::Smb1, smb1::CHOOSING)
    }

    /// The same with another command, for each command of the version, those first that are like it.
    pub(in crate::synth) fn neighbours(&self) -> impl Iterator<Item = Self> {
        let others = commands_like(self.version, self.command)
            .into_iter()
            .skip(1);
        others.map(|command| Self {
            command,
            is_stray: false,
            ..self.clone()
        })
    }

    /// Whether a status can be asked of the answer.
    fn takes_status(&self) -> Result<(), FieldRefusal> {
        let is_answered = match self.version {
            SmbVersion::Smb1 => smb1::is_answered(self.command),
            SmbVersion::Smb2 => smb::is_answered(self.command),
        };
        if is_answered {
            Ok(())
        } else {
            Err("unset: no server answers this command")
        }
    }

    /// All that the conversation's messages say.
    pub(super) fn observations(&self) -> Vec<ObservedEvent> {
        self.seen().into_iter().map(|(_, seen)| seen).collect()
    }

    /// The last message of those that it is about.
    pub(super) fn subject(&self) -> ObservedEvent {
        let seen = self.seen().into_iter().rev();
        let mut subjects = seen.filter(|(said, _)| said.is_subject);
        subjects.next().map(|(_, seen)| seen).unwrap_or_default()
    }

    /// The messages, and what rules see of them.
    fn seen(&self) -> Vec<(Said, ObservedEvent)> {
        let mut capture = Capture::new();
        let said = self.converse(&mut self.endpoints.connect(&mut capture, SMB_PORT));
        // What the first request of an id has brought that is not answered: its time, and what a transaction is for.
        let mut pending: BTreeMap<u64, (u64, Option<String>)> = BTreeMap::new();
        said.into_iter()
            .map(|said| {
                let own = said
                    .sub_command
                    .and_then(|own| sub_command_name(self.version, said.command, own));
                let known = pending.entry(said.id).or_insert((said.time, None));
                known.1 = own.clone().or(known.1.take());
                let (time, sub_command) = if said.is_request {
                    (known.0, own)
                } else {
                    pending.remove(&said.id).unwrap_or_default()
                };
                let observation = self.observation(&said, time, sub_command);
                (said, observation)
            })
            .collect()
    }

    fn observation(&self, said: &Said, time: u64, sub_command: Option<String>) -> ObservedEvent {
        let mut values = self.endpoints.values(SMB_PORT);
        let mut put = |name: &str, value| {
            values.insert(name.to_owned(), value);
        };
        let text = |text: &str| ObservedValue::Bytes(text.as_bytes().to_vec());
        put("ts", ObservedValue::Time(seconds(time)));
        put("version", text(self.version.name()));
        put("command", text(&command_name(self.version, said.command)));
        if let Some(sub_command) = sub_command {
            put("sub_command", text(&sub_command));
        }
        put("message_id", ObservedValue::Count(said.id));
        let phase = if said.is_request {
            Phase::CommandRequest
        } else {
            put("status", text(&SmbCode::Status.name(said.status)));
            Phase::CommandResponse
        };
        ObservedEvent {
            phases: vec![phase],
            identity: None,
            values,
        }
    }

    pub(super) fn frame(&self, field: &Field) -> TextFrame {
        let unnamed = match field.name.as_str() {
            "sub_command" => r"^unknown-trans2-sub-cmd-[1-9][0-9]{1,4}$",
            "status" => "^unknown-[1-9][0-9]{3,9}$",
            _ => return TextFrame::bytes(64),
        };
        TextFrame {
            form: Pattern::from_regex(unnamed, RegexFlags::default()).ok(),
            ..TextFrame::bytes(64)
        }
    }

    /// Names that a field can have, those first that are like what there is.
    pub(super) fn choices(&self, field: &Field) -> Option<Vec<ObservedValue>> {
        let names: Vec<String> = match field.name.as_str() {
            "version" => SmbVersion::ALL
                .map(|version| version.name().to_owned())
                .to_vec(),
            "command" => {
                let own = commands_like(self.version, self.command).into_iter();
                let own = own.map(|command| command_name(self.version, command));
                let [_, (other, usual)] = self.versions();
                let others = commands_like(other, usual).into_iter();
                own.chain(others.map(|command| command_name(other, command)))
                    .collect()
            }
            "sub_command" => {
                let chosen = SmbCode::Transaction2.names().into_iter().map(str::to_owned);
                let own = self.sub_name();
                own.into_iter().chain(chosen).collect()
            }
            "status" => {
                let first = ["SUCCESS", "ACCESS_DENIED"].into_iter();
                let names = first.chain(SmbCode::Status.names());
                names.map(str::to_owned).collect()
            }
            _ => return None,
        };
        let values = names
            .into_iter()
            .map(|name| ObservedValue::Bytes(name.into_bytes()));
        Some(values.collect())
    }

    /// The version and its usual command, and the other one.
    fn versions(&self) -> [(SmbVersion, u16); 2] {
        let [first, second] = USUAL;
        if first.0 == self.version {
            [first, second]
        } else {
            [second, first]
        }
    }

    pub(super) fn set(
        &mut self,
        field: &Field,
        value: Option<ObservedValue>,
    ) -> Result<(), FieldRefusal> {
        let text = value.as_ref().map(|value| value.text().into_owned());
        let text = text.and_then(|text| String::from_utf8(text).ok());
        match (field.name.as_str(), text, value) {
            ("version", Some(name), _) => {
                let known = USUAL
                    .into_iter()
                    .find(|(version, _)| version.name() == name);
                let (version, command) = known.ok_or("SMB1 or SMB2")?;
                if version != self.version {
                    (self.version, self.command) = (version, command);
                }
            }
            ("command", Some(name), _) => self.set_command(&name)?,
            ("sub_command", Some(name), _) => self.set_sub_command(&name)?,
            ("sub_command", None, None) => self.lose_sub_command(),
            ("status", Some(name), _) => self.set_status(&name)?,
            ("status", None, None) => self.is_answered = false,
            ("message_id", _, Some(ObservedValue::Count(id))) => {
                if self.version == SmbVersion::Smb1 && id > u16::MAX.into() {
                    return Err("a multiplex id of 16 bits, as SMB1 has them");
                }
                self.message_id = Some(id);
            }
            _ => return Err("something that each command has"),
        }
        Ok(())
    }

    fn set_command(&mut self, name: &str) -> Result<(), FieldRefusal> {
        let versions = self.versions().into_iter();
        let mut known = versions.flat_map(|(version, _)| {
            commands(version)
                .iter()
                .map(move |command| (version, *command))
        });
        let found = known.find(|(version, command)| command_name(*version, *command) == name);
        (self.version, self.command) = found
            .ok_or("a command of which conversations are written, which docs/synth.md lists")?;
        Ok(())
    }

    fn set_sub_command(&mut self, name: &str) -> Result<(), FieldRefusal> {
        self.is_stray = false;
        let pipes = SmbCode::Transaction.name(smb1::SHOWN_OF_PIPES.into());
        let (command, code) = if name == pipes {
            (smb1::ON_PIPES, self.sub_command)
        } else {
            let code = SmbCode::Transaction2.code(name);
            let code = code.and_then(|code| u16::try_from(code).ok());
            (
                smb1::CHOOSING,
                code.ok_or(
                    "one of a TRANSACTION2, or `unknown-trans-sub-cmd-0`, which Zeek shows of each TRANSACTION on a pipe",
                )?,
            )
        };
        (self.version, self.command, self.sub_command) = (SmbVersion::Smb1, command, code);
        Ok(())
    }

    /// Takes the subcommand away: an answer has none that has another id than the request.
    fn lose_sub_command(&mut self) {
        if self.version == SmbVersion::Smb1 && smb1::is_transaction(self.command) {
            self.is_stray = true;
            self.is_answered = true;
            self.sub_command = smb1::RESERVED_SESSION_SETUP;
        }
    }

    fn set_status(&mut self, name: &str) -> Result<(), FieldRefusal> {
        self.takes_status()?;
        let status = SmbCode::Status
            .code(name)
            .ok_or("a status that Zeek names")?;
        let continues = self.version == SmbVersion::Smb1 && smb1::is_continuation(self.command);
        if continues && status == smb::SUCCESS {
            return Err("a refusal: what continues a transaction is answered with the transaction");
        }
        self.status = Some(status);
        self.is_answered = true;
        Ok(())
    }

    pub(super) fn record(&self, capture: &mut Capture) {
        let mut connection = self.endpoints.connect(capture, SMB_PORT);
        self.converse(&mut connection);
        connection.close();
    }

    fn converse(&self, connection: &mut ConnectionWriter<'_>) -> Vec<Said> {
        let due = Some(self.endpoints.time);
        let turn = Turn {
            id: self.request_id(),
            answered_as: self.answer_id(),
            status: self.status,
            is_answered: self.is_answered,
            is_subject: true,
        };
        let subject = CommandSubject {
            command: self.command,
            sub_command: self.sub_command,
            turn,
            at: due.filter(|_| !self.is_stray),
            answered_at: due.filter(|_| self.is_stray),
            cut: self.cut,
            filetime: smb::filetime(self.endpoints.time),
        };
        match self.version {
            SmbVersion::Smb1 => smb1::converse(connection, &subject),
            SmbVersion::Smb2 => smb::converse(connection, &subject),
        }
    }

    fn request_id(&self) -> Option<u64> {
        if !self.is_stray {
            return self.message_id;
        }
        let kept = self.message_id.unwrap_or(1) & KEPT_OF_ID;
        let id = IMPLANT_ID | kept;
        // One that is not the answer's.
        Some(if self.answer_id() == Some(id) {
            id + 0x10
        } else {
            id
        })
    }

    fn answer_id(&self) -> Option<u64> {
        // What DoublePulsar answers by when it is there, to a request with the id 0x41.
        self.is_stray.then(|| self.message_id.unwrap_or(0x51))
    }
}

fn commands(version: SmbVersion) -> &'static [u16] {
    match version {
        SmbVersion::Smb1 => smb1::COMMANDS,
        SmbVersion::Smb2 => smb::COMMANDS,
    }
}

/// The commands of a version, those first that are like one of them: that one, its neighbours, and so on.
fn commands_like(version: SmbVersion, command: u16) -> Vec<u16> {
    let all = commands(version);
    let place = all.iter().position(|known| *known == command).unwrap_or(0);
    let mut places: Vec<usize> = (0..all.len()).collect();
    places.sort_by_key(|other| (other.abs_diff(place), *other));
    places.into_iter().map(|place| all[place]).collect()
}

fn command_name(version: SmbVersion, command: u16) -> String {
    let kind = match version {
        SmbVersion::Smb1 => SmbCode::Smb1Command,
        SmbVersion::Smb2 => SmbCode::Smb2Command,
    };
    kind.name(command.into())
}

fn sub_command_name(version: SmbVersion, command: u16, sub_command: u16) -> Option<String> {
    if version != SmbVersion::Smb1 {
        return None;
    }
    let kind = match command {
        smb1::ON_PIPES => SmbCode::Transaction,
        smb1::CHOOSING => SmbCode::Transaction2,
        _ => return None,
    };
    Some(kind.name(sub_command.into()))
}
