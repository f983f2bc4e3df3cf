//! The commands of SMB1 that are done in a tree (MS-CIFS, section 2.2.4).

use super::block::Smb1Body;
use super::transactions;
use super::{
    CHECK_DIRECTORY, CLOSE, CREATE_DIRECTORY, CommandSubject, DELETE, DELETE_DIRECTORY, ECHO,
    FILE_ID, FIND_CLOSE2, FLUSH, HEADER, NT_CANCEL, NT_CREATE_ANDX, NT_TRANSACT,
    NT_TRANSACT_SECONDARY, READ_ANDX, RENAME, ShareType, Smb1Session, TRANSACTION,
    TRANSACTION_SECONDARY, TRANSACTION2, TRANSACTION2_SECONDARY, WRITE_ANDX,
};
use crate::synth::conversation::ntlm::wide;
use crate::synth::conversation::smb::{DATA, READ_AND_WRITE, length16};

pub(super) const FILE: &str = r"\report.docx";
const NEW_FILE: &str = r"\renamed.docx";
const FOLDER: &str = r"\reports";
const PIPE: &str = r"\srvsvc";
/// What comes before a name (section 2.2.1.1.3).
const NAME: &[u8] = &[4];

/// What a tree shares in which a command is done.
pub(super) fn share(subject: &CommandSubject) -> ShareType {
    match subject.command {
        TRANSACTION | TRANSACTION_SECONDARY | TRANSACTION2_SECONDARY | ECHO | NT_CANCEL => {
            ShareType::Pipe
        }
        TRANSACTION2 if !transactions::is_of_files(subject.sub_command) => ShareType::Pipe,
        _ => ShareType::Disk,
    }
}

impl Smb1Session<'_, '_> {
    /// Does a command in a tree, with what it needs before and after.
    pub(super) fn do_command(&mut self, subject: &CommandSubject) {
        let (command, time) = (subject.command, subject.an_hour_before());
        let needs_file = matches!(
            command,
            READ_ANDX | WRITE_ANDX | FLUSH | CLOSE | NT_TRANSACT | NT_TRANSACT_SECONDARY
        ) || command == TRANSACTION2
            && transactions::needs_file(subject.sub_command);
        let needs_search = command == FIND_CLOSE2
            || command == TRANSACTION2 && subject.sub_command == transactions::FIND_NEXT2;
        if needs_file {
            self.open(FILE, time);
        }
        if command == TRANSACTION_SECONDARY {
            self.open(PIPE, 0);
        }
        if needs_search {
            self.transaction2(transactions::FIND_FIRST2, time);
        }
        self.wire.turn_to(subject);
        self.say(command, subject.sub_command, time);
        let is_open = needs_file || command == TRANSACTION_SECONDARY;
        let opened = command == NT_CREATE_ANDX && self.wire.has_succeeded();
        let closes = is_open && command != CLOSE || opened;
        if closes && !self.wire.is_silent() {
            self.close();
        }
    }

    fn say(&mut self, command: u16, sub_command: u16, time: u64) {
        let empty = Smb1Body::default();
        match command {
            NT_CREATE_ANDX => self.open(FILE, time),
            READ_ANDX => self.read(),
            WRITE_ANDX => self.write(),
            CLOSE => self.close(),
            FLUSH => {
                let request = Smb1Body::words(FILE_ID.to_le_bytes().to_vec());
                self.exchange(FLUSH, &request, &empty);
            }
            CHECK_DIRECTORY | CREATE_DIRECTORY | DELETE_DIRECTORY => {
                let request = empty.clone().octets(NAME).text(FOLDER);
                self.exchange(command, &request, &empty);
            }
            DELETE => {
                // Files without attributes.
                let request = Smb1Body::words(vec![0, 0]).octets(NAME).text(FILE);
                self.exchange(DELETE, &request, &empty);
            }
            RENAME => {
                let request = Smb1Body::words(vec![0, 0]).octets(NAME).text(FILE);
                let request = request.octets(NAME).text(NEW_FILE);
                self.exchange(RENAME, &request, &empty);
            }
            FIND_CLOSE2 => {
                let request = Smb1Body::words(transactions::SEARCH.to_le_bytes().to_vec());
                self.exchange(FIND_CLOSE2, &request, &empty);
            }
            // Once.
            ECHO => {
                let echo = Smb1Body::words(vec![1, 0]).octets(DATA);
                self.exchange(ECHO, &echo, &echo);
            }
            NT_CANCEL => {
                self.wire.turn.is_answered = false;
                self.exchange(NT_CANCEL, &empty, &empty);
            }
            TRANSACTION => self.peek(),
            TRANSACTION2 => self.transaction2(sub_command, time),
            NT_TRANSACT => self.nt_transaction(),
            TRANSACTION_SECONDARY => self.transaction_in_parts(),
            TRANSACTION2_SECONDARY => self.transaction2_in_parts(),
            _ => self.nt_transaction_in_parts(),
        }
    }

    /// Opens a file or a pipe (section 2.2.4.64).
    fn open(&mut self, name: &str, time: u64) {
        let mut words = vec![0];
        words.extend(length16(wide(name).len()));
        // Neither flags nor a folder.
        words.extend([0; 8]);
        words.extend(READ_AND_WRITE.to_le_bytes());
        words.extend([0; 8]);
        // No attributes; shared in every way; opened, or made if there is none; no options; impersonated.
        for word in [0u32, 7, 3, 0, 2] {
            words.extend(word.to_le_bytes());
        }
        words.push(0);
        let request = Smb1Body::chained(&words).text(name);
        let is_pipe = name == PIPE;
        let mut words = vec![0];
        words.extend(FILE_ID.to_le_bytes());
        // It was there.
        words.extend(1u32.to_le_bytes());
        words.extend([time; 4].map(u64::to_le_bytes).concat());
        words.extend(0x80u32.to_le_bytes());
        words.extend(4096u64.to_le_bytes());
        words.extend(if is_pipe { 0 } else { 4096u64 }.to_le_bytes());
        // A file, or a pipe for messages, with its state.
        words.extend(if is_pipe { [2, 0, 0xff, 5] } else { [0; 4] });
        words.push(0);
        self.exchange(NT_CREATE_ANDX, &request, &Smb1Body::chained(&words));
    }

    /// Section 2.2.4.42.
    fn read(&mut self) {
        let mut words = FILE_ID.to_le_bytes().to_vec();
        words.extend([0; 4]);
        words.extend(4096u16.to_le_bytes());
        // Neither a least count, a timeout nor bytes left, and an offset of 32 bits.
        words.extend([0; 12]);
        let request = Smb1Body::chained(&words);
        let mut words = vec![0; 20];
        words[6..8].copy_from_slice(&length16(DATA.len()));
        // Behind a byte of padding.
        words[8..10].copy_from_slice(&length16(HEADER + 1 + 24 + 2 + 1));
        let response = Smb1Body::chained(&words).octets(&[0]).octets(DATA);
        self.exchange(READ_ANDX, &request, &response);
    }

    /// Section 2.2.4.43.
    fn write(&mut self) {
        let mut words = FILE_ID.to_le_bytes().to_vec();
        // Offset, timeout, mode, bytes left, and a length of 16 bits.
        words.extend([0; 14]);
        words.extend(length16(DATA.len()));
        words.extend(length16(HEADER + 1 + 28 + 2 + 1));
        words.extend([0; 4]);
        let request = Smb1Body::chained(&words).octets(&[0]).octets(DATA);
        let mut words = length16(DATA.len()).to_vec();
        words.extend([0; 6]);
        self.exchange(WRITE_ANDX, &request, &Smb1Body::chained(&words));
    }

    /// Section 2.2.4.5.
    fn close(&mut self) {
        let mut words = FILE_ID.to_le_bytes().to_vec();
        // The time of its last change stays.
        words.extend(u32::MAX.to_le_bytes());
        self.exchange(CLOSE, &Smb1Body::words(words), &Smb1Body::default());
    }
}
