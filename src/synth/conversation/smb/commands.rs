//! A conversation about one command of SMB2 (MS-SMB2, section 2.2), whichever it is.

use super::dialogue::Dialogue;
use super::{
    CLOSE, CREATE, CommandSubject, DATA, DISK_SHARE, FILE_ID, FileFacts, HEADER, IOCTL,
    Information, LOGOFF, NEGOTIATE, PIPE_SHARE, READ, SESSION_SETUP, SET_INFO, SUCCESS, Said,
    ShareType, TREE_CONNECT, TREE_DISCONNECT, WRITE, WrittenSession, length32, place, wide,
};
use crate::synth::conversation::ConnectionWriter;
use crate::synth::conversation::rpc::BoundInterface;

const FLUSH: u16 = 7;
const LOCK: u16 = 10;
const CANCEL: u16 = 12;
const ECHO: u16 = 13;
const QUERY_DIRECTORY: u16 = 14;
pub(super) const CHANGE_NOTIFY: u16 = 15;
pub(super) const QUERY_INFO: u16 = 16;

/// The commands of which conversations are written, in the order in which a client comes to them.
pub(in crate::synth) const COMMANDS: &[u16] = &[
    NEGOTIATE,
    SESSION_SETUP,
    TREE_CONNECT,
    CREATE,
    READ,
    WRITE,
    FLUSH,
    LOCK,
    QUERY_INFO,
    SET_INFO,
    QUERY_DIRECTORY,
    CHANGE_NOTIFY,
    IOCTL,
    CANCEL,
    CLOSE,
    ECHO,
    TREE_DISCONNECT,
    LOGOFF,
];

const FILE: &str = "report.docx";

/// Whether a server answers a command: a CANCEL changes what becomes of another request (section 3.3.5.16).
pub(in crate::synth) fn is_answered(command: u16) -> bool {
    command != CANCEL
}

/// Says all that leads to a command, the command, and what usually follows: what was said.
pub(in crate::synth) fn converse(
    connection: &mut ConnectionWriter<'_>,
    subject: &CommandSubject,
) -> Vec<Said> {
    let mut session = WrittenSession::new(connection);
    session.reserved = subject.turn.id;
    session.converse(subject)
}

impl WrittenSession<'_, '_> {
    pub(super) fn connect_share(&mut self, command: u16) {
        if command == IOCTL {
            self.connect(PIPE_SHARE, ShareType::Pipe, SUCCESS);
        } else {
            self.connect(DISK_SHARE, ShareType::Disk, SUCCESS);
        }
    }

    /// Does a command in a tree, with what it needs before and after.
    pub(super) fn do_command(&mut self, subject: &CommandSubject) {
        match subject.command {
            command @ (ECHO | CANCEL) => {
                self.turn_at(command, subject);
                self.exchange(command, &[4, 0, 0, 0], &[4, 0, 0, 0]);
            }
            _ => self.use_file(subject),
        }
    }

    fn use_file(&mut self, subject: &CommandSubject) {
        let time = subject.an_hour_before();
        let facts = FileFacts {
            created: time,
            accessed: time,
            modified: time,
            changed: time,
            size: 4096,
        };
        let command = subject.command;
        self.turn_at(CREATE, subject);
        let name = match command {
            IOCTL => "srvsvc",
            // The folder that the tree shares.
            QUERY_DIRECTORY | CHANGE_NOTIFY => "",
            _ => FILE,
        };
        self.open(name, &facts, SUCCESS);
        if command == CREATE && !self.wire.has_succeeded() {
            return;
        }
        if !matches!(command, CREATE | CLOSE) {
            self.wire.turn_to(subject);
        }
        match command {
            READ => self.read(0, 4096, DATA, SUCCESS),
            WRITE => self.write(0, DATA),
            SET_INFO => self.set(&Information::Times { modified: time }, SUCCESS),
            IOCTL => self.transceive(
                &BoundInterface::SRVSVC.bind(),
                &BoundInterface::SRVSVC.bind_ack(br"\PIPE\srvsvc"),
            ),
            FLUSH => self.exchange(FLUSH, &with_file(&[24, 0, 0, 0, 0, 0, 0, 0]), &[4, 0, 0, 0]),
            LOCK => self.exchange(LOCK, &lock(), &[4, 0, 0, 0]),
            QUERY_INFO => self.exchange(QUERY_INFO, &query_info(), &data(&basic_info(time))),
            QUERY_DIRECTORY => {
                self.exchange(QUERY_DIRECTORY, &query_directory(), &data(&names_info()));
            }
            CHANGE_NOTIFY => {
                self.exchange(
                    CHANGE_NOTIFY,
                    &change_notify(),
                    &data(&notify_information()),
                );
            }
            _ => {}
        }
        if !self.wire.is_silent() {
            self.turn_at(CLOSE, subject);
            self.close();
        }
    }
}

fn with_file(bytes: &[u8]) -> Vec<u8> {
    [bytes, &FILE_ID].concat()
}

/// Data of a response (sections 2.2.34, 2.2.36 and 2.2.38).
fn data(data: &[u8]) -> Vec<u8> {
    let mut body = vec![9, 0, (HEADER + 8) as u8, 0];
    body.extend(length32(data.len()));
    body.extend(data);
    body
}

/// Section 2.2.26.
fn lock() -> Vec<u8> {
    let mut body = with_file(&[48, 0, 1, 0, 0, 0, 0, 0]);
    body.extend(0u64.to_le_bytes());
    body.extend(16u64.to_le_bytes());
    // Exclusive, and at once or not at all.
    body.extend(0x12u32.to_le_bytes());
    body.extend([0; 4]);
    body
}

/// Section 2.2.37, for times and attributes.
fn query_info() -> Vec<u8> {
    const FILE_BASIC_INFORMATION: u8 = 4;
    let mut body = vec![41, 0, 1, FILE_BASIC_INFORMATION];
    body.extend(40u32.to_le_bytes());
    // No input.
    body.extend([0; 8]);
    body.extend([0; 8]);
    with_file(&body)
}

/// Times and attributes of a file (MS-FSCC, section 2.4.7).
pub(super) fn basic_info(time: u64) -> Vec<u8> {
    let mut info = [time; 4].map(u64::to_le_bytes).concat();
    info.extend(0x80u32.to_le_bytes());
    info.extend([0; 4]);
    info
}

/// Section 2.2.33, for all names.
fn query_directory() -> Vec<u8> {
    const FILE_NAMES_INFORMATION: u8 = 12;
    let name = wide("*");
    let mut body = with_file(&[33, 0, FILE_NAMES_INFORMATION, 0, 0, 0, 0, 0]);
    body.extend(place(HEADER + 32, name.len()));
    body.extend(4096u32.to_le_bytes());
    body.extend(name);
    body
}

/// A name of a folder (MS-FSCC, section 2.4.33).
pub(super) fn names_info() -> Vec<u8> {
    let name = wide(FILE);
    let mut info = vec![0; 8];
    info.extend(length32(name.len()));
    info.extend(name);
    info
}

/// Section 2.2.35, for names of files.
fn change_notify() -> Vec<u8> {
    let mut body = vec![32, 0, 0, 0];
    body.extend(4096u32.to_le_bytes());
    body.extend(FILE_ID);
    body.extend(1u32.to_le_bytes());
    body.extend([0; 4]);
    body
}

/// A file that was added (MS-FSCC, section 2.7.1).
fn notify_information() -> Vec<u8> {
    let name = wide(FILE);
    let mut info = vec![0, 0, 0, 0, 1, 0, 0, 0];
    info.extend(length32(name.len()));
    info.extend(name);
    info
}
