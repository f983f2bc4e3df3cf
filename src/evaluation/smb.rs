//! SMB file actions and tree connects, as a package's `smb.zeek` dispatches them.

use std::collections::HashMap;

use super::pack::{Results, Rules};
use super::rule::{Candidates, CompiledRule, RuleNumber};
use super::smb_log::{CommandInfo, File, Session, Shared, Tree, seconds};
use super::value::{Activity, FieldValue, FileTime, Slot};
use crate::event::{ConnectionId, Smb1Event, Smb1Kind, Smb2Kind, SmbEvent, Timestamp};
use crate::plan::dispatch::{Dispatch, EventRuns};
use crate::registry::SmbCode;
use crate::service::{FileAction, FileVerb, Phase, ShareKind, SmbVersion};
use crate::stub::Side;

/// Which rules run on which file action and tree connect.
#[derive(Debug)]
pub(super) struct SmbRules {
    files: HashMap<(Phase, FileAction), Vec<RuleNumber>>,
    trees: HashMap<Phase, Vec<RuleNumber>>,
    commands: HashMap<Phase, Vec<RuleNumber>>,
}

/// What an event says of a file action.
pub(super) struct Occurrence {
    pub(super) action: FileAction,
    pub(super) phases: &'static [Phase],
    /// The length that a response tells.
    response_length: Option<u64>,
    /// Whether the connection's latest file is taken for the one it is about where its request was not captured.
    falls_back: bool,
}

/// A file action, as a rule sees it.
struct ActionView<'a> {
    connection: ConnectionId,
    action: FileAction,
    file: &'a File,
    path: Option<&'a [u8]>,
    data: Option<(u64, u64)>,
    response_length: Option<u64>,
}

/// A tree connect, as a rule sees it.
struct TreeView<'a> {
    connection: ConnectionId,
    tree: &'a Tree,
    requested_service: Option<&'a [u8]>,
}

/// What a message says of a command.
pub(super) struct CommandMessage {
    pub(super) phase: Phase,
    pub(super) version: SmbVersion,
    pub(super) command: String,
    pub(super) sub_command: Option<String>,
    status: Option<String>,
    message_id: u64,
}

/// A command, as a rule sees it.
struct CommandView<'a> {
    connection: ConnectionId,
    time: Timestamp,
    message: &'a CommandMessage,
    sub_command: Option<&'a [u8]>,
}

impl SmbRules {
    pub(super) fn new(rules: &[CompiledRule<'_>], dispatch: &Dispatch) -> Self {
        let by_phase = |events: &[EventRuns]| -> HashMap<Phase, Vec<RuleNumber>> {
            let events = events.iter();
            let numbers = |event: &EventRuns| event.runs.iter().map(|run| run.rule).collect();
            events.map(|event| (event.phase, numbers(event))).collect()
        };
        let mut files: HashMap<(Phase, FileAction), Vec<RuleNumber>> = HashMap::new();
        for event in &dispatch.files {
            for run in &event.runs {
                for action in &rules[run.rule].plan.actions {
                    files
                        .entry((event.phase, *action))
                        .or_default()
                        .push(run.rule);
                }
            }
        }
        Self {
            files,
            trees: by_phase(&dispatch.trees),
            commands: by_phase(&dispatch.commands),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.trees.is_empty() && self.commands.is_empty()
    }

    /// Does what the package's handlers of an event do.
    pub(super) fn event(
        &self,
        rules: &Rules<'_>,
        connection: ConnectionId,
        event: &SmbEvent<'_>,
        session: &Session,
        results: &mut Results,
    ) {
        let Some(command) = session.command() else {
            return;
        };
        let command = command.borrow();
        if let Some(phase) = tree_phase(event) {
            self.tree(rules, connection, phase, &command, results);
        }
        if !self.commands.is_empty()
            && let Some(message) = message(event)
        {
            self.command(rules, connection, &message, &command, results);
        }
        if let Some(occurrence) = occurrence(event, session.share_kind())
            && let Some(file) = file_of(&occurrence, &command, session)
        {
            let tree = session.tree().map(|tree| tree.borrow());
            let file = file.borrow();
            let is_transfer = matches!(occurrence.action.verb, FileVerb::Read | FileVerb::Write);
            let view = ActionView {
                connection,
                action: occurrence.action,
                file: &file,
                path: path_of(&file, tree.as_deref()),
                data: command.data.filter(|_| is_transfer),
                response_length: occurrence.response_length,
            };
            for phase in occurrence.phases {
                let numbers = self.files.get(&(*phase, occurrence.action));
                for number in numbers.into_iter().flatten() {
                    rules.run(*number, 0, &view, &mut Candidates::default(), results);
                }
            }
        }
    }

    fn tree(
        &self,
        rules: &Rules<'_>,
        connection: ConnectionId,
        phase: Phase,
        command: &CommandInfo,
        results: &mut Results,
    ) {
        let Some(tree) = &command.tree else { return };
        let view = TreeView {
            connection,
            tree: &tree.borrow(),
            requested_service: command.requested_service.as_deref(),
        };
        for number in self.trees.get(&phase).into_iter().flatten() {
            rules.run(*number, 0, &view, &mut Candidates::default(), results);
        }
    }

    fn command(
        &self,
        rules: &Rules<'_>,
        connection: ConnectionId,
        message: &CommandMessage,
        command: &CommandInfo,
        results: &mut Results,
    ) {
        let sub_command = match message.phase {
            Phase::CommandRequest => message.sub_command.as_deref().map(str::as_bytes),
            _ => command.sub_command.as_deref(),
        };
        let view = CommandView {
            connection,
            time: command.time,
            message,
            sub_command,
        };
        for number in self.commands.get(&message.phase).into_iter().flatten() {
            rules.run(*number, 0, &view, &mut Candidates::default(), results);
        }
    }
}

/// The file that an action is about: the command's, or where the request of an SMB1 read or write was not captured, the
/// latest one.
pub(super) fn file_of<'a>(
    occurrence: &Occurrence,
    command: &'a CommandInfo,
    session: &'a Session,
) -> Option<&'a Shared<File>> {
    if command.file.borrow().action.is_some() {
        return Some(&command.file);
    }
    session.plausible_file().filter(|_| occurrence.falls_back)
}

/// The share that a file is on, as its log has it: the file's own, or the one of the latest message.
pub(super) fn path_of<'a>(file: &'a File, tree: Option<&'a Tree>) -> Option<&'a [u8]> {
    let of_tree = || tree.and_then(|tree| tree.path.as_deref());
    file.path.as_deref().or_else(of_tree)
}

pub(super) fn tree_phase(event: &SmbEvent<'_>) -> Option<Phase> {
    match event {
        SmbEvent::Smb1(event) => match event.kind {
            Smb1Kind::TreeConnectRequest { .. } => Some(Phase::TreeRequest),
            Smb1Kind::TreeConnectResponse { .. } => Some(Phase::TreeResponse),
            _ => None,
        },
        SmbEvent::Smb2(event) => match event.kind {
            Smb2Kind::TreeConnectRequest { .. } => Some(Phase::TreeRequest),
            Smb2Kind::TreeConnectResponse { .. } => Some(Phase::TreeResponse),
            _ => None,
        },
        _ => None,
    }
}

/// What an event says of a command, where rules look at it.
pub(super) fn message(event: &SmbEvent<'_>) -> Option<CommandMessage> {
    match event {
        SmbEvent::Smb1(event) => smb1_message(event),
        SmbEvent::Smb2(event) => {
            let Smb2Kind::Message { is_orig } = event.kind else {
                return None;
            };
            let header = &event.header;
            Some(CommandMessage {
                phase: command_phase(is_orig),
                version: SmbVersion::Smb2,
                command: SmbCode::Smb2Command.name(u32::from(header.command)),
                sub_command: None,
                status: (!is_orig).then(|| SmbCode::Status.name(header.status)),
                message_id: header.message_id,
            })
        }
        _ => None,
    }
}

/// What a message of SMB1 says. What a transaction does is said in an event of its own.
fn smb1_message(event: &Smb1Event<'_>) -> Option<CommandMessage> {
    const TRANSACTION: u8 = 0x25;
    const TRANSACTION2: u8 = 0x32;
    let header = &event.header;
    let (is_orig, command, sub_command) = match event.kind {
        Smb1Kind::Message { is_orig: true }
            if matches!(header.command, TRANSACTION | TRANSACTION2) =>
        {
            return None;
        }
        Smb1Kind::Message { is_orig } => (is_orig, header.command, None),
        Smb1Kind::TransactionRequest { sub_cmd, .. } => {
            (true, TRANSACTION, Some((SmbCode::Transaction, sub_cmd)))
        }
        Smb1Kind::Transaction2Request { sub_cmd } => {
            (true, TRANSACTION2, Some((SmbCode::Transaction2, sub_cmd)))
        }
        _ => return None,
    };
    Some(CommandMessage {
        phase: command_phase(is_orig),
        version: SmbVersion::Smb1,
        command: SmbCode::Smb1Command.name(u32::from(command)),
        sub_command: sub_command.map(|(kind, code)| kind.name(u32::from(code))),
        status: (!is_orig).then(|| SmbCode::Status.name(header.status)),
        message_id: u64::from(header.mid),
    })
}

fn command_phase(is_orig: bool) -> Phase {
    if is_orig {
        Phase::CommandRequest
    } else {
        Phase::CommandResponse
    }
}

/// The file action that an event brings. `kind` is what the tree shares.
pub(super) fn occurrence(event: &SmbEvent<'_>, kind: ShareKind) -> Option<Occurrence> {
    use FileVerb::{Close, Delete, Open, Read, Rename, SetAttribute, Write};
    use Side::{Request, Response};
    let (version, verb, side, response_length) = match event {
        SmbEvent::Smb1(event) => {
            let (verb, side, length) = match event.kind {
                Smb1Kind::CreateRequest { .. } => (Open, Request, None),
                Smb1Kind::CreateResponse { .. } => (Open, Response, None),
                Smb1Kind::ReadRequest { .. } => (Read, Request, None),
                Smb1Kind::ReadResponse { data_len } => (Read, Response, Some(data_len)),
                Smb1Kind::WriteRequest { .. } => (Write, Request, None),
                Smb1Kind::WriteResponse { written_bytes } => (Write, Response, Some(written_bytes)),
                Smb1Kind::CloseRequest { .. } => (Close, Request, None),
                _ => return None,
            };
            (SmbVersion::Smb1, verb, side, length)
        }
        SmbEvent::Smb2(event) => {
            let (verb, side, length) = match event.kind {
                Smb2Kind::CreateRequest { .. } => (Open, Request, None),
                Smb2Kind::CreateResponse { .. } => (Open, Response, None),
                Smb2Kind::ReadRequest { .. } => (Read, Request, None),
                Smb2Kind::WriteRequest { .. } => (Write, Request, None),
                Smb2Kind::WriteResponse { length } => (Write, Response, Some(length)),
                Smb2Kind::CloseRequest { .. } => (Close, Request, None),
                Smb2Kind::FileDelete {
                    delete_pending: true,
                    ..
                } => (Delete, Request, None),
                Smb2Kind::FileRename { .. } => (Rename, Request, None),
                Smb2Kind::FileSattr { .. } => (SetAttribute, Request, None),
                _ => return None,
            };
            (SmbVersion::Smb2, verb, side, length)
        }
        _ => return None,
    };
    let of_files = version == SmbVersion::Smb1 || matches!(verb, Delete | Rename | SetAttribute);
    let kind = if of_files { ShareKind::File } else { kind };
    Some(Occurrence {
        action: FileAction { verb, kind },
        phases: verb.phases(version, side),
        response_length: response_length.map(u64::from),
        falls_back: version == SmbVersion::Smb1 && side == Response && matches!(verb, Read | Write),
    })
}

impl Activity for ActionView<'_> {
    fn value(&self, slot: &Slot) -> Option<FieldValue<'_>> {
        let file = self.file;
        Some(match slot {
            Slot::Ts => FieldValue::Time(file.time),
            Slot::Action => FieldValue::Bytes(self.action.name().as_bytes()),
            Slot::Path => FieldValue::Bytes(self.path?),
            Slot::Name => FieldValue::Bytes(file.name.as_deref()?),
            Slot::PrevName => FieldValue::Bytes(file.prev_name.as_deref()?),
            Slot::Size => FieldValue::Count(file.size),
            Slot::FileTime(which) => {
                let times = file.times?;
                FieldValue::FileTime(seconds(match which {
                    FileTime::Modified => times.modified,
                    FileTime::Accessed => times.accessed,
                    FileTime::Created => times.created,
                    FileTime::Changed => times.changed,
                }))
            }
            Slot::DataOffset => FieldValue::Count(self.data?.0),
            Slot::DataLen => FieldValue::Count(self.data?.1),
            Slot::DataLenResponse => FieldValue::Count(self.response_length?),
            slot => return FieldValue::of_connection(&self.connection, slot),
        })
    }

    fn connection(&self) -> Option<&ConnectionId> {
        Some(&self.connection)
    }

    /// The action and the path of its file.
    fn observed(&self) -> Vec<u8> {
        let path = self.path.unwrap_or_default();
        let name = self.file.name.as_deref().unwrap_or_default();
        let separated = path.is_empty() || name.is_empty() || name.starts_with(b"\\");
        let separator: &[u8] = if separated { b"" } else { b"\\" };
        [self.action.name().as_bytes(), b" ", path, separator, name].concat()
    }
}

impl Activity for CommandView<'_> {
    fn value(&self, slot: &Slot) -> Option<FieldValue<'_>> {
        let message = self.message;
        Some(match slot {
            Slot::Ts => FieldValue::Time(self.time),
            Slot::Command => FieldValue::Bytes(message.command.as_bytes()),
            Slot::SubCommand => FieldValue::Bytes(self.sub_command?),
            Slot::Version => FieldValue::Bytes(message.version.name().as_bytes()),
            Slot::Status => FieldValue::Bytes(message.status.as_deref()?.as_bytes()),
            Slot::MessageId => FieldValue::Count(message.message_id),
            slot => return FieldValue::of_connection(&self.connection, slot),
        })
    }

    fn connection(&self) -> Option<&ConnectionId> {
        Some(&self.connection)
    }

    /// The command with its version.
    fn observed(&self) -> Vec<u8> {
        let message = self.message;
        let mut parts = vec![
            message.version.name().as_bytes(),
            message.command.as_bytes(),
        ];
        parts.extend(self.sub_command);
        parts.join(&b' ')
    }
}

impl Activity for TreeView<'_> {
    fn value(&self, slot: &Slot) -> Option<FieldValue<'_>> {
        let tree = self.tree;
        Some(match slot {
            Slot::Ts => FieldValue::Time(tree.time),
            Slot::Path => FieldValue::Bytes(tree.path.as_deref()?),
            Slot::Service => FieldValue::Bytes(tree.service.as_deref()?),
            Slot::NativeFileSystem => FieldValue::Bytes(tree.native_file_system.as_deref()?),
            Slot::ShareType => FieldValue::Bytes(&tree.share_type),
            Slot::RequestedService => FieldValue::Bytes(self.requested_service?),
            slot => return FieldValue::of_connection(&self.connection, slot),
        })
    }

    fn connection(&self) -> Option<&ConnectionId> {
        Some(&self.connection)
    }

    /// The tree connect with its path.
    fn observed(&self) -> Vec<u8> {
        let path = self.tree.path.as_deref().unwrap_or_default();
        [b"SMB::TREE_CONNECT ".as_slice(), path].concat()
    }
}
