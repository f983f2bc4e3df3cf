//! What is done over SMB, one by one, for those who have no rule yet: as rules would see it.

use std::collections::HashMap;

use super::MAX_CONNECTIONS;
use super::smb::{file_of, message, occurrence, path_of, tree_phase};
use super::smb_log::Session;
use crate::event::{Event, EventKind, Smb1Kind, Smb2Kind, SmbEvent};
use crate::service::{FileAction, Phase, SmbVersion};

/// Something that is done over SMB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmbActivity {
    /// A file action, as `service: smb_files` sees it when it is done.
    File {
        /// What is done.
        action: FileAction,
        /// The share, such as `\\host\C$`.
        path: Option<Vec<u8>>,
        /// The file's name on the share.
        name: Option<Vec<u8>>,
    },
    /// A request to connect to a share, as `service: smb_mapping` sees it.
    Tree {
        /// The share.
        path: Vec<u8>,
    },
    /// A request, as `service: smb_cmd` sees it.
    Command {
        /// The generation of SMB.
        version: SmbVersion,
        /// The command's name in Zeek.
        command: String,
        /// What a transaction does.
        sub_command: Option<String>,
    },
}

/// Tells what is done over SMB. It keeps what Zeek keeps of the connections, of so many of them at most as rules do.
#[derive(Debug, Default)]
pub struct SmbActivities {
    sessions: HashMap<u64, Session>,
}

impl SmbActivities {
    /// Takes an event; `take` gets what is done with it.
    pub fn event(&mut self, event: &Event<'_>, take: &mut dyn FnMut(SmbActivity)) {
        let EventKind::Smb(smb) = &event.kind else {
            return;
        };
        let ordinal = event.connection.ordinal;
        if self.sessions.len() >= MAX_CONNECTIONS && !self.sessions.contains_key(&ordinal) {
            self.sessions.clear();
        }
        let session = self.sessions.entry(ordinal).or_default();
        session.before(smb, event.time);
        tell(smb, session, take);
        session.after(smb);
    }
}

fn tell(event: &SmbEvent<'_>, session: &Session, take: &mut dyn FnMut(SmbActivity)) {
    let Some(command) = session.command() else {
        return;
    };
    let command = command.borrow();
    if tree_phase(event) == Some(Phase::TreeRequest)
        && let Some(path) = requested_share(event)
    {
        take(SmbActivity::Tree { path });
    }
    if let Some(message) = message(event)
        && message.phase == Phase::CommandRequest
    {
        take(SmbActivity::Command {
            version: message.version,
            command: message.command,
            sub_command: message.sub_command,
        });
    }
    if let Some(occurrence) = occurrence(event, session.share_kind())
        && occurrence.phases.contains(&Phase::FileDone)
        && let Some(file) = file_of(&occurrence, &command, session)
    {
        let tree = session.tree().map(|tree| tree.borrow());
        let file = file.borrow();
        take(SmbActivity::File {
            action: occurrence.action,
            path: path_of(&file, tree.as_deref()).map(<[u8]>::to_vec),
            name: file.name.clone(),
        });
    }
}

fn requested_share(event: &SmbEvent<'_>) -> Option<Vec<u8>> {
    match event {
        SmbEvent::Smb1(event) => match event.kind {
            Smb1Kind::TreeConnectRequest { path, .. } => Some(path.to_vec()),
            _ => None,
        },
        SmbEvent::Smb2(event) => match event.kind {
            Smb2Kind::TreeConnectRequest { path } => Some(path.to_vec()),
            _ => None,
        },
        _ => None,
    }
}
