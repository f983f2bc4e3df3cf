//! What is done with a file over SMB2: its tree is connected, it is opened, the thing is done, and it is closed.

use super::connection::Endpoints;
use super::{FieldRefusal, SMB_PORT, path_frame, printable};
use crate::predicate::pattern::ByteSet;
use crate::registry::is_known_pipe;
use crate::service::{Field, FileAction, FileVerb, ShareKind, SmbVersion};
use crate::stub::Side;
use crate::synth::Capture;
use crate::synth::conversation::rpc::BoundInterface;
use crate::synth::conversation::smb::{self, FileFacts, Information, ShareType, WrittenSession};
use crate::synth::observation::{ObservedEvent, ObservedValue};
use crate::synth::solve::text::TextFrame;

/// The longest transfer.
const MAX_DATA: u64 = 65_536;
const PATH: &str = r"\\SERVER\share";
const NAME: &str = "report.docx";
const NEW_NAME: &str = "renamed.docx";
/// What is written where no rule asks for a length.
const DATA: &[u8] = b"some lines of text, as they are written to files";

/// A file action.
#[derive(Debug, Clone)]
pub(in crate::synth) struct FileWork {
    pub(in crate::synth) endpoints: Endpoints,
    pub(in crate::synth) action: FileAction,
    path: String,
    /// The name by which it is opened; `None` for one that is usual for what the tree shares.
    name: Option<String>,
    /// What it is renamed to.
    new_name: String,
    facts: FileFacts,
    offset: u64,
    /// How much is read or written; `None` for what is usual.
    length: Option<u64>,
    /// How much the server says that it has written; `None` for all.
    written: Option<u64>,
    pub(in crate::synth) is_refused: bool,
    /// Where TCP cuts the action's request in two.
    pub(in crate::synth) cut: Option<usize>,
}

impl FileWork {
    pub(super) fn usual() -> Self {
        let endpoints = Endpoints::usual();
        let time = smb::filetime(endpoints.time) - 36_000_000_000;
        Self {
            endpoints,
            action: FileAction {
                verb: FileVerb::Open,
                kind: ShareKind::File,
            },
            path: PATH.to_owned(),
            name: None,
            new_name: NEW_NAME.to_owned(),
            facts: FileFacts {
                created: time,
                accessed: time,
                modified: time,
                changed: time,
                size: 4096,
            },
            offset: 0,
            length: None,
            written: None,
            is_refused: false,
            cut: None,
        }
    }

    /// The same work on a pipe, where the share or the name is one of pipes.
    pub(super) fn on_pipe(&self) -> Option<Self> {
        let has_pipes = matches!(
            self.action.verb,
            FileVerb::Open | FileVerb::Read | FileVerb::Write | FileVerb::Close
        );
        let share = self.path.rsplit('\\').next().unwrap_or_default();
        let is_of_pipes =
            share.eq_ignore_ascii_case("IPC$") || is_known_pipe(self.name().as_bytes());
        if self.action.kind != ShareKind::File || !has_pipes || !is_of_pipes {
            return None;
        }
        let mut work = self.clone();
        work.action.kind = ShareKind::Pipe;
        Some(work)
    }

    /// The action and its file.
    pub(super) fn title(&self) -> String {
        format!(r"{} {}\{}", self.action.name(), self.path, self.last_name())
    }

    fn name(&self) -> &str {
        let usual = match self.action.kind {
            ShareKind::Pipe => "srvsvc",
            ShareKind::File | ShareKind::Print => NAME,
        };
        self.name.as_deref().unwrap_or(usual)
    }

    /// The name once the action is done.
    fn last_name(&self) -> &str {
        if self.action.verb == FileVerb::Rename {
            &self.new_name
        } else {
            self.name()
        }
    }

    /// What is written, or read.
    fn data(&self) -> Vec<u8> {
        match (self.length, self.action.kind, self.action.verb) {
            (Some(length), ..) => {
                // Bounded where it is set.
                vec![b'x'; usize::try_from(length).unwrap_or_default()]
            }
            (None, ShareKind::Pipe, FileVerb::Read) => {
                BoundInterface::SRVSVC.bind_ack(br"\PIPE\srvsvc")
            }
            (None, ShareKind::Pipe, _) => BoundInterface::SRVSVC.bind(),
            (None, ..) => DATA.to_vec(),
        }
    }

    /// What comes of the conversation: an observation for each event.
    pub(super) fn observations(&self) -> Vec<ObservedEvent> {
        let opening_refused = self.is_refused && self.action.verb == FileVerb::Open;
        let mut observations = vec![self.observation(FileVerb::Open, Side::Request)];
        if opening_refused {
            return observations;
        }
        observations.push(self.observation(FileVerb::Open, Side::Response));
        let verb = self.action.verb;
        if !matches!(verb, FileVerb::Open | FileVerb::Close) {
            observations.push(self.observation(verb, Side::Request));
        }
        if verb == FileVerb::Write && !self.is_refused {
            observations.push(self.observation(verb, Side::Response));
        }
        observations.push(self.observation(FileVerb::Close, Side::Request));
        observations
    }

    /// The action's last event.
    pub(super) fn subject(&self) -> ObservedEvent {
        let side = match self.action.verb {
            FileVerb::Open | FileVerb::Write => Side::Response,
            _ => Side::Request,
        };
        self.observation(self.action.verb, side)
    }

    fn observation(&self, verb: FileVerb, side: Side) -> ObservedEvent {
        let mut values = self.endpoints.values(SMB_PORT);
        let mut put = |name: &str, value| {
            values.insert(name.to_owned(), value);
        };
        let text = |text: &str| ObservedValue::Bytes(text.as_bytes().to_vec());
        let of_files = matches!(
            verb,
            FileVerb::Delete | FileVerb::Rename | FileVerb::SetAttribute
        );
        let kind = if of_files {
            ShareKind::File
        } else {
            self.action.kind
        };
        put("action", text(FileAction { verb, kind }.name()));
        put("path", text(&self.path));
        let is_renamed = self.action.verb == FileVerb::Rename && verb != FileVerb::Open;
        let name = if is_renamed {
            &self.new_name
        } else {
            self.name()
        };
        put(
            "name",
            text(if name.is_empty() {
                "<share_root>"
            } else {
                name
            }),
        );
        if is_renamed {
            put("prev_name", text(self.name()));
        }
        let is_opened = (verb, side) != (FileVerb::Open, Side::Request);
        put(
            "size",
            ObservedValue::Count(if is_opened { self.facts.size } else { 0 }),
        );
        if is_opened && seconds(self.facts.modified) > 0.0 {
            for (name, time) in [
                ("times.modified", self.facts.modified),
                ("times.accessed", self.facts.accessed),
                ("times.created", self.facts.created),
                ("times.changed", self.facts.changed),
            ] {
                put(name, ObservedValue::Time(seconds(time)));
            }
        }
        if matches!(verb, FileVerb::Read | FileVerb::Write) {
            let length = self.data().len() as u64;
            put("data_offset", ObservedValue::Count(self.offset));
            put("data_len", ObservedValue::Count(length));
            if side == Side::Response {
                let written = self.written.unwrap_or(length);
                put("data_len_response", ObservedValue::Count(written));
            }
        }
        ObservedEvent {
            phases: verb.phases(SmbVersion::Smb2, side).to_vec(),
            identity: None,
            values,
        }
    }

    pub(super) fn frame(&self, field: &Field) -> TextFrame {
        match field.name.as_str() {
            "path" => path_frame(&self.endpoints),
            _ => TextFrame {
                bytes: ByteSet::range(0x20..=0x7e),
                rare_bytes: Some(printable()),
                ..TextFrame::bytes(8000)
            },
        }
    }

    pub(super) fn choices(field: &Field) -> Option<Vec<ObservedValue>> {
        (field.name == "action").then(|| {
            let names = FileAction::all().map(|action| action.name().as_bytes().to_vec());
            names.map(ObservedValue::Bytes).collect()
        })
    }

    pub(super) fn set(
        &mut self,
        field: &Field,
        value: Option<ObservedValue>,
    ) -> Result<(), FieldRefusal> {
        match (field.name.as_str(), value) {
            ("action", Some(value)) => {
                let text = value.text();
                let known = FileAction::all().find(|action| action.name().as_bytes() == &*text);
                self.action = known.ok_or("an action that Zeek knows")?;
            }
            ("path", Some(value)) => self.path = utf8(&value)?,
            ("name", Some(value)) => {
                let name = utf8(&value)?;
                if self.action.verb == FileVerb::Rename {
                    self.new_name = name;
                } else {
                    self.name = Some(if name == "<share_root>" {
                        String::new()
                    } else {
                        name
                    });
                }
            }
            ("prev_name", Some(value)) => {
                self.action.verb = FileVerb::Rename;
                self.name = Some(utf8(&value)?);
            }
            ("prev_name", None) if self.action.verb == FileVerb::Rename => {
                self.action.verb = FileVerb::Open;
            }
            ("size", Some(ObservedValue::Count(size))) => self.facts.size = size,
            ("times.modified", Some(ObservedValue::Time(time))) => {
                self.facts.modified = filetime(time)?
            }
            ("times.accessed", Some(ObservedValue::Time(time))) => {
                self.facts.accessed = filetime(time)?
            }
            ("times.created", Some(ObservedValue::Time(time))) => {
                self.facts.created = filetime(time)?
            }
            ("times.changed", Some(ObservedValue::Time(time))) => {
                self.facts.changed = filetime(time)?
            }
            (name, None) if name.starts_with("times.") => self.facts.modified = 0,
            ("data_offset" | "data_len", None) => self.action.verb = FileVerb::Open,
            ("data_offset", Some(ObservedValue::Count(offset))) => {
                self.transfer();
                self.offset = offset;
            }
            ("data_len", Some(ObservedValue::Count(length))) if length <= MAX_DATA => {
                self.transfer();
                self.length = Some(length);
            }
            ("data_len_response", None) => self.action.verb = FileVerb::Open,
            ("data_len_response", Some(ObservedValue::Count(length)))
                if length <= u32::MAX.into() =>
            {
                self.action.verb = FileVerb::Write;
                self.written = Some(length);
            }
            ("data_len", _) => return Err("up to 65536 bytes, which is the largest transfer here"),
            ("data_len_response", _) => return Err("a length of 32 bits"),
            _ => return Err("something that each file action has"),
        }
        Ok(())
    }

    /// Makes the action one that transfers.
    fn transfer(&mut self) {
        if !matches!(self.action.verb, FileVerb::Read | FileVerb::Write) {
            self.action.verb = FileVerb::Write;
        }
    }

    pub(super) fn record(&self, capture: &mut Capture) {
        let mut connection = self.endpoints.connect(capture, SMB_PORT);
        let mut session =
            WrittenSession::set_up(&mut connection, smb::filetime(self.endpoints.time));
        let share = match self.action.kind {
            ShareKind::File => ShareType::Disk,
            ShareKind::Pipe => ShareType::Pipe,
            ShareKind::Print => ShareType::Print,
        };
        session.connect(&self.path, share, smb::SUCCESS);
        session.wire.at = Some(self.endpoints.time);
        self.work(&mut session);
        session.leave();
        connection.close();
    }

    fn work(&self, session: &mut WrittenSession<'_, '_>) {
        let status = if self.is_refused {
            smb::ACCESS_DENIED
        } else {
            smb::SUCCESS
        };
        if self.action.verb == FileVerb::Open {
            session.wire.cut = self.cut;
            session.open(self.name(), &self.facts, status);
            if !self.is_refused {
                session.close();
            }
            return;
        }
        session.open(self.name(), &self.facts, smb::SUCCESS);
        session.wire.cut = self.cut;
        let data = self.data();
        match self.action.verb {
            FileVerb::Read => {
                #[allow(clippy::cast_possible_truncation)] // Bounded where it is set.
                let length = data.len() as u32;
                session.read(self.offset, length, &data, status);
            }
            FileVerb::Write => session.write_of(self.offset, &data, self.written, status),
            FileVerb::Delete => session.set(&Information::Deleted, status),
            FileVerb::Rename => session.set(&Information::Name(self.new_name.clone()), status),
            FileVerb::SetAttribute => {
                let modified = self.facts.modified;
                session.set(&Information::Times { modified }, status);
            }
            FileVerb::Open | FileVerb::Close => {}
        }
        session.close();
    }
}

/// A time of a file in seconds since 1970, as Zeek has it.
fn seconds(filetime: u64) -> f64 {
    #[allow(clippy::cast_precision_loss)] // As Zeek has times.
    let since_1601 = filetime as f64 / 1e7;
    since_1601 - 11_644_473_600.0
}

fn filetime(seconds: f64) -> Result<u64, FieldRefusal> {
    if !(1.0..=1e10).contains(&seconds) {
        return Err("a time from 1970 to 2286");
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Just checked.
    let micros = (seconds * 1e6).round() as u64;
    Ok(smb::filetime(micros))
}

/// Text that SMB carries in UTF-16.
pub(super) fn utf8(value: &ObservedValue) -> Result<String, FieldRefusal> {
    let text = String::from_utf8(value.text().into_owned());
    text.map_err(|_| "Unicode text, which is what SMB carries")
}
