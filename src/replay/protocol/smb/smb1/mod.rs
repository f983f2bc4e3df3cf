//! SMB1 messages (MS-CIFS 2.2, MS-SMB 2.2).

mod commands;
mod session;
mod transaction;

use std::collections::HashMap;

use super::SmbState;
use crate::event::{Smb1Event, Smb1Header, Smb1Kind, SmbEvent};
use crate::replay::protocol::AnalyzerContext;
use crate::replay::protocol::wire::{OutOfBounds, Parsed, WireReader};

mod command {
    pub(super) const CLOSE: u8 = 0x04;
    pub(super) const QUERY_INFORMATION: u8 = 0x08;
    pub(super) const CHECK_DIRECTORY: u8 = 0x10;
    pub(super) const LOCKING_ANDX: u8 = 0x24;
    pub(super) const TRANSACTION: u8 = 0x25;
    pub(super) const TRANSACTION_SECONDARY: u8 = 0x26;
    pub(super) const ECHO: u8 = 0x2b;
    pub(super) const READ_ANDX: u8 = 0x2e;
    pub(super) const WRITE_ANDX: u8 = 0x2f;
    pub(super) const TRANSACTION2: u8 = 0x32;
    pub(super) const TRANSACTION2_SECONDARY: u8 = 0x33;
    pub(super) const TREE_DISCONNECT: u8 = 0x71;
    pub(super) const NEGOTIATE: u8 = 0x72;
    pub(super) const SESSION_SETUP_ANDX: u8 = 0x73;
    pub(super) const LOGOFF_ANDX: u8 = 0x74;
    pub(super) const TREE_CONNECT_ANDX: u8 = 0x75;
    pub(super) const NT_TRANSACT: u8 = 0xa0;
    pub(super) const NT_CREATE_ANDX: u8 = 0xa2;
    pub(super) const NT_CANCEL: u8 = 0xa4;
    /// No further command.
    pub(super) const NONE: u8 = 0xff;
}

/// Zeek's `SMB::max_andx_depth`.
const MAX_ANDX_DEPTH: u8 = 10;
/// Length of the header with the protocol id in bytes.
const HEADER_LENGTH: u16 = 32;
/// Zeek's SMB1 pipes all share one file id.
const PIPE_FID: u64 = 0;

#[derive(Debug, Default)]
pub(super) struct Smb1State {
    /// Whether a transaction's request went to a pipe, by multiplex id.
    pipe_transactions: HashMap<u16, bool>,
}

impl Smb1State {
    pub(super) fn buffered(&self) -> usize {
        self.pipe_transactions.len() * 8
    }
}

/// Parses a message from behind its protocol id; `length` is the session header's.
pub(super) fn message(
    data: &[u8],
    length: usize,
    is_orig: bool,
    state: &mut SmbState,
    context: &mut AnalyzerContext<'_>,
) -> Parsed<()> {
    const EMPTY_LENGTH: usize = 35;
    let mut reader = WireReader::little_endian(data);
    let header = header(&mut reader)?;
    let is_pipe = state.pipes.is_pipe(u32::from(header.tid));
    let message = Smb1Message {
        header,
        is_pipe,
        unicode: header.flags2 & 0x8000 != 0,
    };
    let mut parser = Smb1Parser {
        message,
        place: CommandPosition {
            offset: HEADER_LENGTH,
            depth: 0,
            is_orig,
        },
        state,
        context,
    };
    parser.raise(Smb1Kind::Message { is_orig });
    if length == EMPTY_LENGTH {
        reader.skip(3)?;
        let kind = if header.status == 0 {
            Smb1Kind::EmptyResponse
        } else {
            Smb1Kind::Error { is_orig }
        };
        parser.raise(kind);
        return Ok(());
    }
    parser.command(header.command, reader.rest())
}

fn header(reader: &mut WireReader<'_>) -> Parsed<Smb1Header> {
    let mut header = Smb1Header {
        command: reader.u8()?,
        status: reader.u32()?,
        flags: reader.u8()?,
        flags2: reader.u16()?,
        ..Smb1Header::default()
    };
    let pid_high = u32::from(reader.u16()?);
    reader.skip(10)?;
    header.tid = reader.u16()?;
    header.pid = pid_high << 16 | u32::from(reader.u16()?);
    header.uid = reader.u16()?;
    header.mid = reader.u16()?;
    Ok(header)
}

#[derive(Clone, Copy)]
struct Smb1Message {
    header: Smb1Header,
    is_pipe: bool,
    unicode: bool,
}

/// Where in its message a command is.
#[derive(Clone, Copy)]
struct CommandPosition {
    /// Offset from the message's start, in the 16 bits that Zeek has for it.
    offset: u16,
    /// Number of commands before it in the chain.
    depth: u8,
    is_orig: bool,
}

/// The part of an AndX command that says where the next one is.
#[derive(Clone, Copy)]
struct AndX {
    command: u8,
    offset: u16,
}

struct Smb1Parser<'p, 'c> {
    message: Smb1Message,
    /// Where the command is that is being parsed.
    place: CommandPosition,
    state: &'p mut SmbState,
    context: &'p mut AnalyzerContext<'c>,
}

impl Smb1Parser<'_, '_> {
    fn raise(&mut self, kind: Smb1Kind<'_>) {
        self.context.raise_smb(SmbEvent::Smb1(Smb1Event {
            header: self.message.header,
            kind,
        }));
    }

    /// Parses a command from its word count on.
    fn command(&mut self, command: u8, data: &[u8]) -> Parsed<()> {
        let reader = WireReader::little_endian(data);
        if self.place.is_orig {
            self.request(command, reader)
        } else {
            self.response(command, reader)
        }
    }

    fn request(&mut self, command: u8, mut reader: WireReader<'_>) -> Parsed<()> {
        match command {
            command::READ_ANDX => self.read_request(reader),
            command::WRITE_ANDX => self.write_request(reader),
            command::TRANSACTION => self.transaction_request(reader),
            command::TRANSACTION_SECONDARY => self.transaction_secondary_request(reader),
            command::TRANSACTION2 => self.transaction2_request(reader),
            command::TRANSACTION2_SECONDARY => self.transaction2_secondary_request(reader),
            command::NEGOTIATE => self.negotiate_request(reader),
            command::SESSION_SETUP_ANDX => self.session_setup_request(reader),
            command::TREE_CONNECT_ANDX => self.tree_connect_request(reader),
            command::TREE_DISCONNECT => self.tree_disconnect(reader),
            command::LOGOFF_ANDX => self.logoff(reader),
            command::NT_TRANSACT => reader.skip(1),
            command::NT_CREATE_ANDX => self.create_request(reader),
            command::NT_CANCEL => {
                reader.skip(3)?;
                self.raise(Smb1Kind::NtCancelRequest);
                Ok(())
            }
            command::CLOSE => self.close_request(reader),
            command::QUERY_INFORMATION => self.query_information_request(reader),
            command::CHECK_DIRECTORY => self.check_directory_request(reader),
            command::ECHO => self.echo(reader),
            // The parser of Zeek 8.0.10 gives up here, not knowing how wide the ranges are; earlier ones knew.
            command::LOCKING_ANDX => Err(OutOfBounds),
            _ => Ok(()),
        }
    }

    fn response(&mut self, command: u8, mut reader: WireReader<'_>) -> Parsed<()> {
        match command {
            command::READ_ANDX => self.read_response(reader),
            command::WRITE_ANDX => self.write_response(reader),
            command::TRANSACTION => self.transaction_response(reader),
            command::TRANSACTION2 => self.transaction2_response(reader),
            command::NEGOTIATE => self.negotiate_response(reader),
            command::SESSION_SETUP_ANDX => self.session_setup_response(reader),
            command::TREE_CONNECT_ANDX => self.tree_connect_response(reader),
            command::TREE_DISCONNECT => self.tree_disconnect(reader),
            command::LOGOFF_ANDX => self.logoff(reader),
            command::NT_TRANSACT => reader.skip(1),
            command::NT_CREATE_ANDX => self.create_response(reader),
            command::CLOSE => {
                reader.skip(3)?;
                self.raise(Smb1Kind::EmptyResponse);
                Ok(())
            }
            command::QUERY_INFORMATION => reader.skip(25),
            command::CHECK_DIRECTORY => {
                reader.skip(3)?;
                self.raise(Smb1Kind::CheckDirectoryResponse);
                Ok(())
            }
            command::ECHO => self.echo(reader),
            _ => Ok(()),
        }
    }

    /// Goes on with the next command of the chain. Zeek does so before it raises the event of this one.
    fn next_command(
        &mut self,
        reader: &mut WireReader<'_>,
        andx: AndX,
        is_orig: bool,
    ) -> Parsed<()> {
        let place = self.place;
        let here = usize::from(place.offset) + reader.position();
        let next = usize::from(andx.offset);
        if next != 0 && next < here + 2 {
            reader.skip(next.checked_sub(here).ok_or(OutOfBounds)?)?;
        }
        if place.depth > MAX_ANDX_DEPTH
            || andx.offset <= place.offset
            || andx.command == command::NONE
        {
            return Ok(());
        }
        // Zeek keeps 16 bits of the offset.
        #[allow(clippy::cast_possible_truncation)]
        let offset = place.offset.wrapping_add(reader.position() as u16);
        self.place = CommandPosition {
            offset,
            depth: place.depth + 1,
            is_orig,
        };
        self.command(andx.command, reader.rest())?;
        self.place = place;
        Ok(())
    }
}

impl AndX {
    fn parse(reader: &mut WireReader<'_>) -> Parsed<Self> {
        let command = reader.u8()?;
        reader.skip(1)?;
        Ok(Self {
            command,
            offset: reader.u16()?,
        })
    }
}
