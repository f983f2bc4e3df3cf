//! SMB1 over TCP (MS-CIFS; MS-SMB): negotiation of the dialect NT LM 0.12, session, tree, and one command.

mod block;
mod commands;
mod transactions;

use self::block::Smb1Body;
use super::{
    CommandSubject, DISK_SHARE, Dialogue, FramingCommands, MORE_PROCESSING_REQUIRED, PIPE_SHARE,
    SUCCESS, Said, ShareType, Turn, Wire, length16,
};
use crate::synth::conversation::{ConnectionWriter, ntlm};

const CREATE_DIRECTORY: u16 = 0x00;
const DELETE_DIRECTORY: u16 = 0x01;
const CLOSE: u16 = 0x04;
const FLUSH: u16 = 0x05;
const DELETE: u16 = 0x06;
const RENAME: u16 = 0x07;
const CHECK_DIRECTORY: u16 = 0x10;
const TRANSACTION: u16 = 0x25;
const TRANSACTION_SECONDARY: u16 = 0x26;
const ECHO: u16 = 0x2b;
const READ_ANDX: u16 = 0x2e;
const WRITE_ANDX: u16 = 0x2f;
const TRANSACTION2: u16 = 0x32;
const TRANSACTION2_SECONDARY: u16 = 0x33;
const FIND_CLOSE2: u16 = 0x34;
const TREE_DISCONNECT: u16 = 0x71;
const NEGOTIATE: u16 = 0x72;
const SESSION_SETUP_ANDX: u16 = 0x73;
const LOGOFF_ANDX: u16 = 0x74;
const TREE_CONNECT_ANDX: u16 = 0x75;
const NT_TRANSACT: u16 = 0xa0;
const NT_TRANSACT_SECONDARY: u16 = 0xa1;
const NT_CREATE_ANDX: u16 = 0xa2;
const NT_CANCEL: u16 = 0xa4;

/// The commands of which conversations are written, each next to those that are like it.
pub(in crate::synth) const COMMANDS: &[u16] = &[
    NEGOTIATE,
    SESSION_SETUP_ANDX,
    TREE_CONNECT_ANDX,
    NT_CREATE_ANDX,
    READ_ANDX,
    WRITE_ANDX,
    FLUSH,
    CLOSE,
    CHECK_DIRECTORY,
    CREATE_DIRECTORY,
    DELETE_DIRECTORY,
    DELETE,
    RENAME,
    FIND_CLOSE2,
    ECHO,
    TRANSACTION,
    TRANSACTION2,
    NT_TRANSACT,
    NT_TRANSACT_SECONDARY,
    TRANSACTION2_SECONDARY,
    TRANSACTION_SECONDARY,
    NT_CANCEL,
    TREE_DISCONNECT,
    LOGOFF_ANDX,
];

/// The length of the header with the protocol's id.
const HEADER: usize = 32;
/// The session's user id, and the tree's id.
const USER: u16 = 2048;
const TREE: u16 = 2049;
/// The one file's or pipe's id.
const FILE_ID: u16 = 0x4000;
/// Multiplex ids of Windows clients are multiples of this.
const STEP: u16 = 64;
const SYSTEM: &str = "Windows";

/// Whether a command brings more of a transaction, with which it is answered unless it is refused (MS-CIFS, sections
/// 2.2.4.34.2, 2.2.4.47.2 and 2.2.4.63.2).
pub(in crate::synth) fn is_continuation(command: u16) -> bool {
    matches!(
        command,
        TRANSACTION_SECONDARY | TRANSACTION2_SECONDARY | NT_TRANSACT_SECONDARY
    )
}

/// Whether a server answers a command: an NT_CANCEL has no response (MS-CIFS, section 2.2.4.65).
pub(in crate::synth) fn is_answered(command: u16) -> bool {
    command != NT_CANCEL
}

/// Whether a command does one thing or another, as its setup has it, of which Zeek shows the name.
pub(in crate::synth) fn is_transaction(command: u16) -> bool {
    matches!(command, TRANSACTION | TRANSACTION2)
}

pub(in crate::synth) use transactions::{
    FIND_FIRST2 as USUAL_TRANSACTION2, RESERVED_SESSION_SETUP, SHOWN_OF_PIPES,
};

/// The command whose subcommand is free to choose.
pub(in crate::synth) const CHOOSING: u16 = TRANSACTION2;
/// The command whose subcommand Zeek does not read.
pub(in crate::synth) const ON_PIPES: u16 = TRANSACTION;

/// Says all that leads to a command, the command, and what usually follows: what was said.
pub(in crate::synth) fn converse(
    connection: &mut ConnectionWriter<'_>,
    subject: &CommandSubject,
) -> Vec<Said> {
    let session = Smb1Session {
        wire: Wire::new(connection),
        id: 0,
        user: 0,
        tree: 0,
    };
    session.converse(subject)
}

/// A session on a connection, with at most one tree and one file.
struct Smb1Session<'a, 'c> {
    wire: Wire<'a, 'c>,
    /// The multiplex id of the last request.
    id: u16,
    user: u16,
    tree: u16,
}

impl<'a, 'c> Dialogue<'a, 'c> for Smb1Session<'a, 'c> {
    const FRAME: FramingCommands = FramingCommands {
        negotiate: NEGOTIATE,
        session_setup: SESSION_SETUP_ANDX,
        tree_connect: TREE_CONNECT_ANDX,
        tree_disconnect: TREE_DISCONNECT,
        logoff: LOGOFF_ANDX,
    };

    fn is_answered(command: u16) -> bool {
        is_answered(command)
    }

    fn wire(&mut self) -> &mut Wire<'a, 'c> {
        &mut self.wire
    }

    fn into_said(self) -> Vec<Said> {
        self.wire.said
    }

    /// MS-CIFS, section 2.2.4.52; MS-SMB, section 2.2.4.5.2.1, for extended security.
    fn negotiate(&mut self, filetime: u64) {
        const DIALECT: &[u8] = b"\x02NT LM 0.12\0";
        /// Users log on, and send responses to challenges rather than passwords.
        const SECURITY: u8 = 0x03;
        let mut words = vec![0, 0, SECURITY];
        // Requests at a time, and virtual circuits.
        words.extend(50u16.to_le_bytes());
        words.extend(1u16.to_le_bytes());
        words.extend(LARGEST.to_le_bytes());
        words.extend(0x0001_0000u32.to_le_bytes());
        words.extend([0; 4]);
        words.extend(CAPABILITIES.to_le_bytes());
        words.extend(filetime.to_le_bytes());
        // Time zone; a challenge comes later.
        words.extend([0; 3]);
        let offer = ntlm::offer();
        let response = Smb1Body::words(words).octets(&super::GUID).octets(&offer);
        self.exchange(NEGOTIATE, &Smb1Body::default().octets(DIALECT), &response);
    }

    fn ask_for_challenge(&mut self) {
        let request = session_setup(&ntlm::negotiate());
        let response = session_set_up(&ntlm::challenge());
        let turn = self.wire.take_turn();
        let id = self.request(SESSION_SETUP_ANDX, None, &turn, &request);
        self.user = USER;
        let status = MORE_PROCESSING_REQUIRED;
        self.respond(SESSION_SETUP_ANDX, id, &turn, status, &response);
    }

    fn log_on(&mut self, filetime: u64) {
        self.exchange(
            SESSION_SETUP_ANDX,
            &session_setup(&ntlm::authenticate(filetime)),
            &session_set_up(&ntlm::accepted()),
        );
    }

    /// MS-CIFS, section 2.2.4.55.
    fn connect_for(&mut self, subject: &CommandSubject) {
        let (path, service, file_system) = match commands::share(subject) {
            ShareType::Pipe => (PIPE_SHARE, b"IPC\0".as_slice(), ""),
            _ => (DISK_SHARE, b"A:\0".as_slice(), "NTFS"),
        };
        // Neither flags nor a password, which is one byte long.
        let request = Smb1Body::chained(&[0, 0, 1, 0]).octets(&[0]).text(path);
        let request = request.octets(b"?????\0");
        let response = Smb1Body::chained(&[1, 0]).octets(service).text(file_system);
        let turn = self.wire.take_turn();
        let id = self.request(TREE_CONNECT_ANDX, None, &turn, &request);
        // The response has the new tree's id.
        let is_connected = turn.status_or(SUCCESS) == SUCCESS;
        self.tree = if is_connected { TREE } else { 0 };
        self.respond(TREE_CONNECT_ANDX, id, &turn, SUCCESS, &response);
    }

    fn perform(&mut self, subject: &CommandSubject) {
        self.do_command(subject);
    }

    fn has_tree(&self) -> bool {
        self.tree != 0
    }

    fn disconnect(&mut self) {
        self.exchange(TREE_DISCONNECT, &Smb1Body::default(), &Smb1Body::default());
        self.tree = 0;
    }

    fn log_off(&mut self) {
        let last = Smb1Body::chained(&[]);
        self.exchange(LOGOFF_ANDX, &last, &last);
    }
}

impl Smb1Session<'_, '_> {
    fn exchange(&mut self, command: u16, request: &Smb1Body, response: &Smb1Body) {
        let message = MessageKind {
            command,
            sub_command: None,
            status: SUCCESS,
        };
        self.exchange_of(&message, request, response);
    }

    /// Sends a request, and a response that tells of the status alone where that is a refusal.
    fn exchange_of(&mut self, message: &MessageKind, request: &Smb1Body, response: &Smb1Body) {
        let turn = self.wire.take_turn();
        let id = self.request(message.command, message.sub_command, &turn, request);
        self.respond(message.command, id, &turn, message.status, response);
    }

    /// Sends a request; its multiplex id.
    fn request(
        &mut self,
        command: u16,
        sub_command: Option<u16>,
        turn: &Turn,
        block: &Smb1Body,
    ) -> u16 {
        let id = self.id_for(turn);
        let said = Said {
            sub_command,
            ..Said::request(command, id.into(), turn)
        };
        self.wire.send(&self.header(&said), &block.encode(), said);
        id
    }

    /// The next request's multiplex id.
    fn id_for(&mut self, turn: &Turn) -> u16 {
        self.id = self.id.wrapping_add(STEP);
        // Bounded where it is set.
        turn.id
            .map_or(self.id, |id| u16::try_from(id).unwrap_or(self.id))
    }

    /// Sends a response, if there is to be one.
    fn respond(&mut self, command: u16, id: u16, turn: &Turn, status: u32, block: &Smb1Body) {
        if !turn.is_answered {
            return;
        }
        let said = Said::response(command, id.into(), turn, status);
        let is_challenge = command == SESSION_SETUP_ANDX && said.status == MORE_PROCESSING_REQUIRED;
        let body = if said.status == SUCCESS || is_challenge {
            block.encode()
        } else {
            Smb1Body::default().encode()
        };
        self.wire.send(&self.header(&said), &body, said);
    }

    /// MS-CIFS, section 2.2.3.1.
    fn header(&self, said: &Said) -> Vec<u8> {
        /// Names are not told apart by case, and are as the server keeps them.
        const FLAGS: u8 = 0x18;
        const REPLY: u8 = 0x80;
        /// Long names, extended attributes, extended security, Unicode.
        const FLAGS2: u16 = 0x8803;
        const NT_STATUS: u16 = 0x4000;
        const PROCESS: u16 = 0xfeff;
        // Commands have eight bits.
        let mut bytes = vec![0xff, b'S', b'M', b'B', said.command as u8];
        bytes.extend(said.status.to_le_bytes());
        bytes.push(if said.is_request {
            FLAGS
        } else {
            FLAGS | REPLY
        });
        let kind = if is_of_dos(said.status) { 0 } else { NT_STATUS };
        bytes.extend((FLAGS2 | kind).to_le_bytes());
        // The process's upper half, no signature.
        bytes.extend([0; 12]);
        bytes.extend(self.tree.to_le_bytes());
        bytes.extend(PROCESS.to_le_bytes());
        bytes.extend(self.user.to_le_bytes());
        bytes.extend(u16::try_from(said.id).unwrap_or(u16::MAX).to_le_bytes());
        bytes
    }
}

/// What a message is, and the status of its usual response.
struct MessageKind {
    command: u16,
    sub_command: Option<u16>,
    status: u32,
}

/// The largest message.
const LARGEST: u32 = 16_644;
/// Unicode, large files, NT's commands and statuses, file information by NT's levels, extended security (MS-SMB, section
/// 2.2.4.5.2.1).
const CAPABILITIES: u32 = 0x8000_225c;

/// Whether a status is a class and a code (MS-CIFS, section 2.2.2.4), rather than one of NT.
fn is_of_dos(status: u32) -> bool {
    status >> 16 != 0 && status < 0x4000_0000
}

/// MS-SMB, section 2.2.4.6.1.
fn session_setup(token: &[u8]) -> Smb1Body {
    let mut words = 16_644u16.to_le_bytes().to_vec();
    words.extend(50u16.to_le_bytes());
    // Neither a virtual circuit nor a key of an earlier session.
    words.extend([0; 6]);
    words.extend(length16(token.len()));
    words.extend([0; 4]);
    words.extend(CAPABILITIES.to_le_bytes());
    let block = Smb1Body::chained(&words).octets(token);
    block.text(SYSTEM).text(SYSTEM)
}

/// MS-SMB, section 2.2.4.6.2.
fn session_set_up(token: &[u8]) -> Smb1Body {
    let mut words = vec![0, 0];
    words.extend(length16(token.len()));
    let block = Smb1Body::chained(&words).octets(token);
    block.text(SYSTEM).text(SYSTEM)
}
