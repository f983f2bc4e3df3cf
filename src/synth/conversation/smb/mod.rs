//! SMB2 over TCP (MS-SMB2): negotiation, session, tree connects, files and pipes.

mod commands;
mod dialogue;
pub(in crate::synth) mod smb1;
mod wire;

pub(in crate::synth) use commands::{COMMANDS, converse, is_answered};
use dialogue::{Dialogue, FramingCommands};
pub(in crate::synth) use wire::{CommandSubject, Said, Turn, Wire};

use super::ntlm::{self, wide};
use super::tcp::ConnectionWriter;

pub(in crate::synth) const SUCCESS: u32 = 0;
const MORE_PROCESSING_REQUIRED: u32 = 0xc000_0016;
pub(in crate::synth) const ACCESS_DENIED: u32 = 0xc000_0022;

const NEGOTIATE: u16 = 0;
const SESSION_SETUP: u16 = 1;
const LOGOFF: u16 = 2;
const TREE_CONNECT: u16 = 3;
const TREE_DISCONNECT: u16 = 4;
const CREATE: u16 = 5;
const CLOSE: u16 = 6;
const READ: u16 = 8;
const WRITE: u16 = 9;
const IOCTL: u16 = 11;
const SET_INFO: u16 = 17;

/// SMB 2.1.
const DIALECT: u16 = 0x0210;
const SESSION: u64 = 0x0000_4000_0000_0041;
const TREE: u32 = 1;
const HEADER: usize = 64;
/// The largest read, write and transaction: 64 KiB with every credit.
const LARGEST: u32 = 0x0001_0000;
const PROCESS: u32 = 0xfeff;
/// The shares that conversations are on, what they read and write, and the access to a file that this takes.
const DISK_SHARE: &str = r"\\SERVER\share";
const PIPE_SHARE: &str = r"\\SERVER\IPC$";
const DATA: &[u8] = b"some lines of text";
const READ_AND_WRITE: u32 = 0x0012_019f;
const GUID: [u8; 16] = *b"sigzeek-smb-peer";
/// A pipe's request and response in one exchange (MS-FSCC, section 2.3.48).
const PIPE_TRANSCEIVE: u32 = 0x0011_c017;

/// How a share shows itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::synth) enum ShareType {
    /// Files.
    Disk = 1,
    /// Named pipes.
    Pipe = 2,
    /// A printer.
    Print = 3,
}

/// A file as the server tells of it. Times are in units of 100 nanoseconds since 1601.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::synth) struct FileFacts {
    pub(in crate::synth) created: u64,
    pub(in crate::synth) accessed: u64,
    pub(in crate::synth) modified: u64,
    pub(in crate::synth) changed: u64,
    pub(in crate::synth) size: u64,
}

/// What a file's information is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::synth) enum Information {
    /// Another name.
    Name(String),
    /// Gone once it is closed.
    Deleted,
    /// Times, and attributes as they were.
    Times { modified: u64 },
}

/// A session on a connection, with at most one tree and one file.
#[derive(Debug)]
pub(in crate::synth) struct WrittenSession<'a, 'c> {
    /// What carries its messages.
    pub(in crate::synth) wire: Wire<'a, 'c>,
    /// The next message's id.
    message: u64,
    /// An id that is left for the exchange that the conversation is about.
    reserved: Option<u64>,
    session: u64,
    tree: u32,
}

/// The volatile and the persistent part of the one file's id.
const FILE_ID: [u8; 16] = [
    0x19, 0, 0, 0, 0, 0, 0, 0, 0x05, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
];

impl<'a, 'c> WrittenSession<'a, 'c> {
    /// Negotiates and sets up a session. `filetime` is the server's time.
    pub(in crate::synth) fn set_up(
        connection: &'a mut ConnectionWriter<'c>,
        filetime: u64,
    ) -> Self {
        let mut session = Self::new(connection);
        session.negotiate(filetime);
        session.ask_for_challenge();
        session.log_on(filetime);
        session
    }

    fn new(connection: &'a mut ConnectionWriter<'c>) -> Self {
        Self {
            wire: Wire::new(connection),
            message: 0,
            reserved: None,
            session: 0,
            tree: 0,
        }
    }

    /// Connects a tree, unless `status` is a refusal.
    pub(in crate::synth) fn connect(&mut self, path: &str, share: ShareType, status: u32) {
        let path = wide(path);
        let mut body = vec![9, 0, 0, 0];
        body.extend(place(HEADER + 8, path.len()));
        body.extend(path);
        let mut connected = vec![16, 0, share as u8, 0];
        connected.extend([0; 8]);
        connected.extend(0x001f_01ffu32.to_le_bytes());
        let turn = self.wire.take_turn();
        let id = self.request(TREE_CONNECT, &turn, &body);
        // The response has the new tree's id.
        let is_connected = turn.status_or(status) == SUCCESS;
        self.tree = if is_connected { TREE } else { 0 };
        self.respond(TREE_CONNECT, id, &turn, status, &connected);
    }

    /// Opens a file or a pipe, unless `status` is a refusal.
    pub(in crate::synth) fn open(&mut self, name: &str, facts: &FileFacts, status: u32) {
        self.exchange_with(CREATE, &create(name), status, &created(facts));
    }

    /// Writes.
    pub(in crate::synth) fn write(&mut self, offset: u64, data: &[u8]) {
        self.write_of(offset, data, None, SUCCESS);
    }

    /// Writes, of which the server says to have written so much, or all; `status` may be a refusal.
    pub(in crate::synth) fn write_of(
        &mut self,
        offset: u64,
        data: &[u8],
        written: Option<u64>,
        status: u32,
    ) {
        let mut body = vec![49, 0];
        body.extend(length16(HEADER + 48));
        body.extend(length32(data.len()));
        body.extend(offset.to_le_bytes());
        body.extend(FILE_ID);
        body.extend([0; 16]);
        body.extend(data);
        let written = written.map_or(data.len(), |written| {
            usize::try_from(written).unwrap_or(usize::MAX)
        });
        let mut answer = vec![17, 0, 0, 0];
        answer.extend(length32(written));
        answer.extend([0; 8]);
        self.exchange_with(WRITE, &body, status, &answer);
    }

    /// Reads so many bytes, of which there are `data`; `status` may be a refusal.
    pub(in crate::synth) fn read(&mut self, offset: u64, length: u32, data: &[u8], status: u32) {
        let mut body = vec![49, 0, 80, 0];
        body.extend(length.to_le_bytes());
        body.extend(offset.to_le_bytes());
        body.extend(FILE_ID);
        // Neither a least count, a channel nor bytes left; the buffer is one byte that says nothing.
        body.extend([0; 17]);
        let mut answer = vec![17, 0, (HEADER + 16) as u8, 0];
        answer.extend(length32(data.len()));
        answer.extend([0; 8]);
        answer.extend(data);
        self.exchange_with(READ, &body, status, &answer);
    }

    /// Sends a pipe one message and gets another back.
    pub(in crate::synth) fn transceive(&mut self, message: &[u8], answer: &[u8]) {
        let mut body = vec![57, 0, 0, 0];
        body.extend(PIPE_TRANSCEIVE.to_le_bytes());
        body.extend(FILE_ID);
        body.extend(length32(HEADER + 56));
        body.extend(length32(message.len()));
        body.extend([0; 4]);
        // No output goes with a request.
        body.extend([0; 8]);
        body.extend(LARGEST.to_le_bytes());
        // A control code of the file system.
        body.extend([1, 0, 0, 0, 0, 0, 0, 0]);
        body.extend(message);
        let mut answered = vec![49, 0, 0, 0];
        answered.extend(PIPE_TRANSCEIVE.to_le_bytes());
        answered.extend(FILE_ID);
        answered.extend(length32(HEADER + 48));
        answered.extend([0; 4]);
        answered.extend(length32(HEADER + 48));
        answered.extend(length32(answer.len()));
        answered.extend([0; 8]);
        answered.extend(answer);
        self.exchange(IOCTL, &body, &answered);
    }

    /// Sets a file's information, unless `status` is a refusal.
    pub(in crate::synth) fn set(&mut self, information: &Information, status: u32) {
        let (class, info) = match information {
            Information::Times { modified } => {
                // A time of 0 stays as it is, and so do attributes of 0.
                let times = [0, 0, *modified, 0].map(u64::to_le_bytes).concat();
                (4, [times, vec![0; 8]].concat())
            }
            Information::Name(name) => {
                let name = wide(name);
                let mut info = vec![0; 16];
                info.extend(length32(name.len()));
                info.extend(name);
                // The structure has a length that names do not fall below (MS-FSCC, section 2.4.42.2).
                info.resize(info.len().max(24), 0);
                (10, info)
            }
            Information::Deleted => (13, vec![1]),
        };
        let mut body = vec![33, 0, 1, class];
        body.extend(length32(info.len()));
        body.extend(length16(HEADER + 32));
        body.extend([0; 6]);
        body.extend(FILE_ID);
        body.extend(info);
        self.exchange_with(SET_INFO, &body, status, &[2, 0]);
    }

    /// Closes the file.
    pub(in crate::synth) fn close(&mut self) {
        let mut body = vec![24, 0, 0, 0, 0, 0, 0, 0];
        body.extend(FILE_ID);
        let mut closed = vec![60, 0];
        closed.extend([0; 58]);
        self.exchange(CLOSE, &body, &closed);
    }

    /// Disconnects the tree, if there is one, and ends the session.
    pub(in crate::synth) fn leave(&mut self) {
        if self.tree != 0 {
            self.disconnect();
        }
        self.log_off();
    }

    fn exchange(&mut self, command: u16, request: &[u8], response: &[u8]) {
        self.exchange_with(command, request, SUCCESS, response);
    }

    /// Sends a request, and a response that tells of the status alone where that is a refusal.
    fn exchange_with(&mut self, command: u16, request: &[u8], status: u32, response: &[u8]) {
        let turn = self.wire.take_turn();
        let id = self.request(command, &turn, request);
        self.respond(command, id, &turn, status, response);
    }

    fn next_id(&mut self) -> u64 {
        if Some(self.message) == self.reserved {
            self.message += 1;
        }
        self.message += 1;
        self.message - 1
    }

    /// Sends a request; its message id.
    fn request(&mut self, command: u16, turn: &Turn, body: &[u8]) -> u64 {
        let id = turn.id.unwrap_or_else(|| self.next_id());
        let said = Said::request(command, id, turn);
        self.wire.send(&self.header(&said), body, said);
        id
    }

    /// Sends a response, if there is to be one.
    fn respond(&mut self, command: u16, id: u64, turn: &Turn, status: u32, body: &[u8]) {
        if !turn.is_answered {
            return;
        }
        let said = Said::response(command, id, turn, status);
        let header = self.header(&said);
        if is_refusal(command, said.status) {
            self.wire.send(&header, &refusal(), said);
        } else {
            self.wire.send(&header, body, said);
        }
    }

    /// MS-SMB2, section 2.2.1.2.
    fn header(&self, said: &Said) -> Vec<u8> {
        let mut bytes = b"\xfeSMB\x40\0".to_vec();
        bytes.extend(1u16.to_le_bytes());
        bytes.extend(said.status.to_le_bytes());
        bytes.extend(said.command.to_le_bytes());
        // Credits that are asked for and granted.
        bytes.extend(33u16.to_le_bytes());
        bytes.extend(u32::from(!said.is_request).to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(said.id.to_le_bytes());
        bytes.extend(PROCESS.to_le_bytes());
        bytes.extend(self.tree.to_le_bytes());
        bytes.extend(self.session.to_le_bytes());
        bytes.extend([0; 16]);
        bytes
    }
}

impl<'a, 'c> Dialogue<'a, 'c> for WrittenSession<'a, 'c> {
    const FRAME: FramingCommands = FramingCommands {
        negotiate: NEGOTIATE,
        session_setup: SESSION_SETUP,
        tree_connect: TREE_CONNECT,
        tree_disconnect: TREE_DISCONNECT,
        logoff: LOGOFF,
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

    fn negotiate(&mut self, filetime: u64) {
        self.exchange(NEGOTIATE, &negotiate(), &negotiated(filetime));
    }

    fn ask_for_challenge(&mut self) {
        let request = session_setup(&ntlm::negotiate());
        let response = session_set_up(&ntlm::challenge());
        let turn = self.wire.take_turn();
        let id = self.request(SESSION_SETUP, &turn, &request);
        self.session = SESSION;
        let status = MORE_PROCESSING_REQUIRED;
        self.respond(SESSION_SETUP, id, &turn, status, &response);
    }

    fn log_on(&mut self, filetime: u64) {
        self.exchange(
            SESSION_SETUP,
            &session_setup(&ntlm::authenticate(filetime)),
            &session_set_up(&ntlm::accepted()),
        );
    }

    fn connect_for(&mut self, subject: &CommandSubject) {
        self.connect_share(subject.command);
    }

    fn perform(&mut self, subject: &CommandSubject) {
        self.do_command(subject);
    }

    fn has_tree(&self) -> bool {
        self.tree != 0
    }

    fn disconnect(&mut self) {
        self.exchange(TREE_DISCONNECT, &[4, 0, 0, 0], &[4, 0, 0, 0]);
        self.tree = 0;
    }

    fn log_off(&mut self) {
        self.exchange(LOGOFF, &[4, 0, 0, 0], &[4, 0, 0, 0]);
    }
}

/// The length of what comes before a request's or a response's data in its message, with the session header before it
/// (MS-SMB2, section 2.1).
pub(in crate::synth) const BEFORE_WRITTEN: usize = 4 + HEADER + 48;
/// The same of a pipe's message in an exchange.
pub(in crate::synth) const BEFORE_TRANSCEIVED: usize = 4 + HEADER + 56;

/// Whether a response tells of nothing but its status (MS-SMB2, section 3.3.4.4).
fn is_refusal(command: u16, status: u32) -> bool {
    const BUFFER_OVERFLOW: u32 = 0x8000_0005;
    const INVALID_PARAMETER: u32 = 0xc000_000d;
    const NOTIFY_ENUM_DIR: u32 = 0x0000_010c;
    match status {
        SUCCESS => false,
        MORE_PROCESSING_REQUIRED => command != SESSION_SETUP,
        BUFFER_OVERFLOW => !matches!(command, commands::QUERY_INFO | IOCTL | READ),
        INVALID_PARAMETER => command != IOCTL,
        NOTIFY_ENUM_DIR => command != commands::CHANGE_NOTIFY,
        _ => true,
    }
}

fn negotiate() -> Vec<u8> {
    let mut body = vec![36, 0, 1, 0];
    // Signing is possible; nothing else is.
    body.extend([1, 0, 0, 0, 0, 0, 0, 0]);
    body.extend(GUID);
    body.extend([0; 8]);
    body.extend(DIALECT.to_le_bytes());
    body
}

fn negotiated(filetime: u64) -> Vec<u8> {
    let offer = ntlm::offer();
    let mut body = vec![65, 0, 1, 0];
    body.extend(DIALECT.to_le_bytes());
    body.extend([0; 2]);
    body.extend(GUID);
    // Neither distributed file system, leases nor large transfers.
    body.extend([0; 4]);
    for _ in 0..3 {
        body.extend(LARGEST.to_le_bytes());
    }
    body.extend(filetime.to_le_bytes());
    body.extend([0; 8]);
    body.extend(place(HEADER + 64, offer.len()));
    body.extend([0; 4]);
    body.extend(offer);
    body
}

fn session_setup(token: &[u8]) -> Vec<u8> {
    let mut body = vec![25, 0, 0, 1];
    body.extend([0; 8]);
    body.extend(place(HEADER + 24, token.len()));
    body.extend([0; 8]);
    body.extend(token);
    body
}

fn session_set_up(token: &[u8]) -> Vec<u8> {
    let mut body = vec![9, 0, 0, 0];
    body.extend(place(HEADER + 8, token.len()));
    body.extend(token);
    body
}

fn create(name: &str) -> Vec<u8> {
    let name = wide(name);
    let mut body = vec![57, 0, 0, 0];
    // The server may impersonate the client.
    body.extend(2u32.to_le_bytes());
    body.extend([0; 16]);
    body.extend(READ_AND_WRITE.to_le_bytes());
    body.extend([0; 4]);
    // Shared in every way; opened, or made if there is none.
    body.extend(7u32.to_le_bytes());
    body.extend(3u32.to_le_bytes());
    body.extend([0; 4]);
    body.extend(place(HEADER + 56, name.len()));
    body.extend([0; 8]);
    // There is at least a byte, even for a name of none.
    body.extend(if name.is_empty() { vec![0] } else { name });
    body
}

fn created(facts: &FileFacts) -> Vec<u8> {
    let mut body = vec![89, 0, 0, 0];
    // It was there.
    body.extend(1u32.to_le_bytes());
    let times = [facts.created, facts.accessed, facts.modified, facts.changed];
    body.extend(times.map(u64::to_le_bytes).concat());
    body.extend(facts.size.to_le_bytes());
    body.extend(facts.size.to_le_bytes());
    // A usual file.
    body.extend(0x80u32.to_le_bytes());
    body.extend([0; 4]);
    body.extend(FILE_ID);
    body.extend([0; 8]);
    body
}

fn refusal() -> Vec<u8> {
    vec![9, 0, 0, 0, 0, 0, 0, 0, 0]
}

/// Offset and length of 16 bits each.
fn place(offset: usize, length: usize) -> Vec<u8> {
    [length16(offset), length16(length)].concat()
}

fn length16(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes()
}

fn length32(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

/// A time in microseconds since 1970 as Windows writes it (MS-DTYP, section 2.3.3).
pub(in crate::synth) fn filetime(micros: u64) -> u64 {
    const SINCE_1601: u64 = 11_644_473_600;
    micros
        .saturating_mul(10)
        .saturating_add(SINCE_1601 * 10_000_000)
}
