//! SMB2 and 3 messages (MS-SMB2 2.2).

mod set_info;

use std::collections::{HashMap, HashSet};

use super::strings::utf16;
use super::{MAX_PENDING, SmbState};
use crate::event::{FileTimes, Guid, Smb2Event, Smb2Header, Smb2Kind, SmbEvent};
use crate::replay::protocol::AnalyzerContext;
use crate::replay::protocol::wire::{OutOfBounds, Parsed, WireReader};

mod command {
    pub(super) const NEGOTIATE: u16 = 0;
    pub(super) const SESSION_SETUP: u16 = 1;
    pub(super) const TREE_CONNECT: u16 = 3;
    pub(super) const TREE_DISCONNECT: u16 = 4;
    pub(super) const CREATE: u16 = 5;
    pub(super) const CLOSE: u16 = 6;
    pub(super) const FLUSH: u16 = 7;
    pub(super) const READ: u16 = 8;
    pub(super) const WRITE: u16 = 9;
    pub(super) const LOCK: u16 = 10;
    pub(super) const IOCTL: u16 = 11;
    pub(super) const CANCEL: u16 = 12;
    pub(super) const ECHO: u16 = 13;
    pub(super) const QUERY_DIRECTORY: u16 = 14;
    pub(super) const CHANGE_NOTIFY: u16 = 15;
    pub(super) const QUERY_INFO: u16 = 16;
    pub(super) const SET_INFO: u16 = 17;
    pub(super) const OPLOCK_BREAK: u16 = 18;
}

mod status {
    pub(super) const SUCCESS: u32 = 0;
    pub(super) const PENDING: u32 = 0x0000_0103;
    pub(super) const NOTIFY_ENUM_DIR: u32 = 0x0000_010c;
    pub(super) const BUFFER_OVERFLOW: u32 = 0x8000_0005;
    pub(super) const INVALID_PARAMETER: u32 = 0xc000_000d;
    pub(super) const MORE_PROCESSING_REQUIRED: u32 = 0xc000_0016;
}

const FILE_DELETE_ON_CLOSE: u32 = 0x1000;
const FSCTL_PIPE_TRANSCEIVE: u32 = 0x0011_c017;
const SHARE_TYPE_PIPE: u8 = 2;
const DIALECT_311: u16 = 0x0311;

/// Requests that wait for their responses, by message id.
#[derive(Debug, Default)]
pub(super) struct Smb2State {
    trees: HashMap<u64, u32>,
    read_fids: HashMap<u64, u64>,
    read_offsets: HashMap<u64, u64>,
    ioctl_fids: HashMap<u64, u64>,
    /// Creations of files that go when they are closed. Zeek keeps these in a script.
    delete_on_close: HashSet<u64>,
}

impl Smb2State {
    pub(super) fn buffered(&self) -> usize {
        (self.trees.len() + self.read_fids.len() + self.read_offsets.len() + self.ioctl_fids.len())
            * 32
            + self.delete_on_close.len() * 16
    }
}

/// Parses a message from behind its protocol id. Gives its length with padding if another one follows.
pub(super) fn message(
    data: &[u8],
    is_orig: bool,
    state: &mut SmbState,
    context: &mut AnalyzerContext<'_>,
) -> Parsed<Option<usize>> {
    let mut reader = WireReader::little_endian(data);
    let (header, head_length, next_command) = header(&mut reader)?;
    let tree = if is_orig {
        header.tree_id
    } else {
        // The response may not say which tree the request was for.
        state
            .smb2
            .trees
            .get(&header.message_id)
            .copied()
            .unwrap_or(0)
    };
    let is_pipe = state.pipes.is_pipe(tree);
    track_tree(&header, is_orig, state, context);
    let body = reader.rest();
    let answered = !is_orig && header.status != status::PENDING;
    let mut parser = Smb2Parser {
        reader: WireReader::little_endian(body),
        head_length,
        header,
        is_pipe,
        state,
        context,
    };
    parser.raise(Smb2Kind::Message { is_orig });
    match is_orig {
        true => parser.request()?,
        false if is_error(&header) => parser.error()?,
        false => parser.response()?,
    }
    if answered {
        parser.state.smb2.delete_on_close.remove(&header.message_id);
    }
    if next_command == 0 {
        return Ok(None);
    }
    let consumed = parser.reader.position();
    let padding = i64::from(next_command.wrapping_sub(u32::from(head_length))) - consumed as i64;
    // Zeek has the difference in 32 bits.
    #[allow(clippy::cast_possible_truncation)]
    let padding = usize::try_from(padding as i32).map_err(|_| OutOfBounds)?;
    parser.reader.skip(padding)?;
    Ok(Some(reader.position() + consumed + padding))
}

fn header(reader: &mut WireReader<'_>) -> Parsed<(Smb2Header, u16, u32)> {
    let head_length = reader.u16()?;
    let mut header = Smb2Header {
        credit_charge: reader.u16()?,
        status: reader.u32()?,
        command: reader.u16()?,
        credits: reader.u16()?,
        flags: reader.u32()?,
        ..Smb2Header::default()
    };
    let next_command = reader.u32()?;
    header.message_id = reader.u64()?;
    header.process_id = reader.u32()?;
    header.tree_id = reader.u32()?;
    header.session_id = reader.u64()?;
    header.signature = reader.array()?;
    Ok((header, head_length, next_command))
}

fn track_tree(
    header: &Smb2Header,
    is_orig: bool,
    state: &mut SmbState,
    context: &mut AnalyzerContext<'_>,
) {
    if is_orig {
        if state.smb2.trees.len() >= MAX_PENDING {
            context.raise_smb(SmbEvent::DiscardedMessages { table: "tree" });
            state.smb2.trees.clear();
            state.smb2.delete_on_close.clear();
        }
        state.smb2.trees.insert(header.message_id, header.tree_id);
    } else if header.status != status::PENDING {
        state.smb2.trees.remove(&header.message_id);
    }
}

/// Whether a response is an error response (MS-SMB2 3.3.4.4).
fn is_error(header: &Smb2Header) -> bool {
    let command = header.command;
    match header.status {
        status::SUCCESS => false,
        status::BUFFER_OVERFLOW => !matches!(
            command,
            command::IOCTL | command::QUERY_INFO | command::READ
        ),
        status::INVALID_PARAMETER => command != command::IOCTL,
        status::MORE_PROCESSING_REQUIRED => command != command::SESSION_SETUP,
        status::NOTIFY_ENUM_DIR => command != command::CHANGE_NOTIFY,
        _ => true,
    }
}

/// The parser of one message's body.
struct Smb2Parser<'p, 'c, 'd> {
    reader: WireReader<'d>,
    head_length: u16,
    header: Smb2Header,
    is_pipe: bool,
    state: &'p mut SmbState,
    context: &'p mut AnalyzerContext<'c>,
}

impl<'d> Smb2Parser<'_, '_, 'd> {
    fn raise(&mut self, kind: Smb2Kind<'_>) {
        self.context.raise_smb(SmbEvent::Smb2(Smb2Event {
            header: self.header,
            kind,
        }));
    }

    fn guid(&mut self) -> Parsed<Guid> {
        Ok(Guid {
            persistent: self.reader.u64()?,
            volatile: self.reader.u64()?,
        })
    }

    /// Moves to an offset that counts from the message's header.
    fn pad_to(&mut self, offset: u16) -> Parsed<()> {
        self.reader
            .pad_to(i64::from(offset) - i64::from(self.head_length))
    }

    /// Like [`Self::pad_to`]; the wider the offset, the less Zeek's parser minds the sign.
    fn pad_to_wide(&mut self, offset: u32) -> Parsed<()> {
        self.reader
            .pad_to(i64::from(offset.wrapping_sub(u32::from(self.head_length))))
    }

    /// Creation, last access, last write and change time.
    fn times(&mut self) -> Parsed<FileTimes> {
        let (created, accessed) = (self.reader.u64()?, self.reader.u64()?);
        Ok(FileTimes {
            created,
            accessed,
            modified: self.reader.u64()?,
            changed: self.reader.u64()?,
        })
    }

    fn error(&mut self) -> Parsed<()> {
        self.reader.skip(4)?;
        let count = self.reader.u32()?;
        self.reader.bytes32(count).map(|_| ())
    }

    fn request(&mut self) -> Parsed<()> {
        match self.header.command {
            command::NEGOTIATE => self.negotiate_request(),
            command::SESSION_SETUP => self.session_setup_request(),
            command::TREE_CONNECT => self.tree_connect_request(),
            command::TREE_DISCONNECT => {
                self.reader.skip(4)?;
                self.state.pipes.unset_pipe(self.header.tree_id);
                self.raise(Smb2Kind::TreeDisconnectRequest);
                Ok(())
            }
            command::CREATE => self.create_request(),
            command::CLOSE => self.close_request(),
            command::FLUSH | command::OPLOCK_BREAK => self.reader.skip(24),
            command::READ => self.read_request(),
            command::WRITE => self.write_request(),
            command::LOCK => self.lock_request(),
            command::IOCTL => self.ioctl_request(),
            command::CANCEL | command::ECHO => self.reader.skip(4),
            command::QUERY_DIRECTORY => {
                self.reader.skip(24)?;
                let (offset, length) = (self.reader.u16()?, self.reader.u16()?);
                self.reader.skip(4)?;
                self.pad_to(offset)?;
                self.reader.skip(usize::from(length))
            }
            command::CHANGE_NOTIFY => self.reader.skip(32),
            command::QUERY_INFO => {
                self.reader.skip(8)?;
                let offset = self.reader.u16()?;
                self.reader.skip(2)?;
                let length = self.reader.u32()?;
                self.reader.skip(24)?;
                self.pad_to(offset)?;
                self.reader.bytes32(length).map(|_| ())
            }
            command::SET_INFO => self.set_info_request(),
            _ => Ok(()),
        }
    }

    fn response(&mut self) -> Parsed<()> {
        match self.header.command {
            command::NEGOTIATE => self.negotiate_response(),
            command::SESSION_SETUP => {
                self.reader.skip(2)?;
                let flags = self.reader.u16()?;
                let (offset, length) = (self.reader.u16()?, self.reader.u16()?);
                self.pad_to(offset)?;
                self.reader.skip(usize::from(length))?;
                self.raise(Smb2Kind::SessionSetupResponse { flags });
                Ok(())
            }
            command::TREE_CONNECT => {
                self.reader.skip(2)?;
                let share_type = self.reader.u8()?;
                self.reader.skip(13)?;
                if share_type == SHARE_TYPE_PIPE {
                    self.state.pipes.set_pipe(self.header.tree_id);
                }
                self.raise(Smb2Kind::TreeConnectResponse { share_type });
                Ok(())
            }
            command::TREE_DISCONNECT => {
                self.reader.skip(4)?;
                self.raise(Smb2Kind::TreeDisconnectResponse);
                Ok(())
            }
            command::CREATE => self.create_response(),
            command::CLOSE => self.close_response(),
            command::FLUSH | command::LOCK | command::ECHO => self.reader.skip(4),
            command::READ => self.read_response(),
            command::WRITE => {
                self.reader.skip(4)?;
                let length = self.reader.u32()?;
                self.reader.skip(8)?;
                self.raise(Smb2Kind::WriteResponse { length });
                Ok(())
            }
            command::IOCTL => self.ioctl_response(),
            command::QUERY_DIRECTORY | command::QUERY_INFO => {
                self.reader.skip(2)?;
                let (offset, length) = (self.reader.u16()?, self.reader.u32()?);
                self.pad_to(offset)?;
                self.reader.bytes32(length).map(|_| ())
            }
            command::CHANGE_NOTIFY => self.change_notify_response(),
            command::SET_INFO => self.reader.skip(2),
            command::OPLOCK_BREAK => self.reader.skip(24),
            _ => Ok(()),
        }
    }

    fn negotiate_request(&mut self) -> Parsed<()> {
        self.reader.skip(2)?;
        let count = usize::from(self.reader.u16()?);
        self.reader.skip(32)?;
        let dialects = self.numbers(count)?;
        self.raise(Smb2Kind::NegotiateRequest {
            dialects: &dialects,
        });
        Ok(())
    }

    fn numbers(&mut self, count: usize) -> Parsed<Vec<u16>> {
        let bytes = self.reader.bytes(count * 2)?;
        Ok(bytes
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect())
    }

    fn negotiate_response(&mut self) -> Parsed<()> {
        self.reader.skip(2)?;
        let (security_mode, dialect_revision) = (self.reader.u16()?, self.reader.u16()?);
        let contexts = self.reader.u16()?;
        let server_guid = self.guid()?;
        self.reader.skip(32)?; // capabilities, sizes, times
        self.reader.skip(2)?;
        let security_length = self.reader.u16()?;
        let contexts_offset = self.reader.u32()?;
        self.reader.skip(usize::from(security_length))?;
        if dialect_revision == DIALECT_311 {
            self.pad_to_wide(contexts_offset)?;
            self.negotiate_contexts(contexts)?;
        }
        self.raise(Smb2Kind::NegotiateResponse {
            dialect_revision,
            security_mode,
            server_guid,
        });
        Ok(())
    }

    fn negotiate_contexts(&mut self, count: u16) -> Parsed<()> {
        if usize::from(count).saturating_sub(1) > self.reader.remaining() {
            return Err(OutOfBounds);
        }
        for index in 0..count {
            let start = self.reader.position();
            self.negotiate_context()?;
            if index + 1 < count {
                let length = self.reader.position() - start;
                self.reader.skip(length.next_multiple_of(8) - length)?;
            }
        }
        Ok(())
    }

    fn negotiate_context(&mut self) -> Parsed<()> {
        let (kind, length) = (self.reader.u16()?, self.reader.u16()?);
        self.reader.skip(4)?;
        match kind {
            1 => {
                let (hashes, salt) = (
                    usize::from(self.reader.u16()?),
                    usize::from(self.reader.u16()?),
                );
                self.reader.skip(hashes * 2 + salt)
            }
            2 => {
                let ciphers = usize::from(self.reader.u16()?);
                self.reader.skip(ciphers * 2)
            }
            3 => {
                let algorithms = usize::from(self.reader.u16()?);
                self.reader.skip(6 + algorithms * 2)
            }
            _ => self.reader.skip(usize::from(length)),
        }
    }

    fn session_setup_request(&mut self) -> Parsed<()> {
        self.reader.skip(3)?;
        let security_mode = self.reader.u8()?;
        self.reader.skip(8)?;
        let (offset, length) = (self.reader.u16()?, self.reader.u16()?);
        self.pad_to(offset)?;
        self.reader.skip(usize::from(length))?;
        self.raise(Smb2Kind::SessionSetupRequest { security_mode });
        Ok(())
    }

    fn tree_connect_request(&mut self) -> Parsed<()> {
        self.reader.skip(4)?;
        let (offset, length) = (self.reader.u16()?, self.reader.u16()?);
        self.pad_to(offset)?;
        let path = utf16(self.reader.bytes(usize::from(length))?);
        self.raise(Smb2Kind::TreeConnectRequest { path: &path });
        Ok(())
    }

    fn create_request(&mut self) -> Parsed<()> {
        self.reader.skip(36)?;
        let (disposition, create_options) = (self.reader.u32()?, self.reader.u32()?);
        let (offset, length) = (self.reader.u16()?, self.reader.u16()?);
        let (contexts_offset, contexts_length) = (self.reader.u32()?, self.reader.u32()?);
        self.pad_to(offset)?;
        let name = self.reader.bytes(usize::from(length))?;
        self.create_contexts(contexts_offset, contexts_length)?;
        let filename = utf16(name);
        self.state
            .pipes
            .open(self.header.tree_id, &filename, self.is_pipe, self.context);
        self.raise(Smb2Kind::CreateRequest {
            filename: &filename,
            disposition,
            create_options,
        });
        let waiting = &mut self.state.smb2.delete_on_close;
        if create_options & FILE_DELETE_ON_CLOSE == 0 {
            waiting.remove(&self.header.message_id);
        } else if waiting.len() < MAX_PENDING {
            waiting.insert(self.header.message_id);
        }
        Ok(())
    }

    fn create_contexts(&mut self, offset: u32, length: u32) -> Parsed<()> {
        if offset != 0 {
            self.pad_to_wide(offset)?;
        }
        self.reader.bytes32(length).map(|_| ())
    }

    fn create_response(&mut self) -> Parsed<()> {
        self.reader.skip(4)?;
        let create_action = self.reader.u32()?;
        let times = self.times()?;
        self.reader.skip(8)?;
        let size = self.reader.u64()?;
        let file_attributes = self.reader.u32()?;
        self.reader.skip(4)?;
        let file_id = self.guid()?;
        let (contexts_offset, contexts_length) = (self.reader.u32()?, self.reader.u32()?);
        self.create_contexts(contexts_offset, contexts_length)?;
        self.raise(Smb2Kind::CreateResponse {
            file_id,
            size,
            times,
            file_attributes,
            create_action,
        });
        if self
            .state
            .smb2
            .delete_on_close
            .contains(&self.header.message_id)
            && self.header.status == status::SUCCESS
        {
            let kind = Smb2Kind::FileDelete {
                file_id,
                delete_pending: true,
            };
            self.context.defer_smb2(Smb2Event {
                header: self.header,
                kind,
            });
        }
        Ok(())
    }

    fn close_request(&mut self) -> Parsed<()> {
        self.reader.skip(8)?;
        let file_id = self.guid()?;
        self.raise(Smb2Kind::CloseRequest { file_id });
        self.context.scripts.bindings.remove(file_id.fid());
        self.state.pipes.close(file_id.fid());
        Ok(())
    }

    fn close_response(&mut self) -> Parsed<()> {
        self.reader.skip(8)?;
        let times = self.times()?;
        let (alloc_size, eof, file_attributes) =
            (self.reader.u64()?, self.reader.u64()?, self.reader.u32()?);
        self.raise(Smb2Kind::CloseResponse {
            alloc_size,
            eof,
            times,
            file_attributes,
        });
        Ok(())
    }

    fn read_request(&mut self) -> Parsed<()> {
        self.reader.skip(4)?;
        let (length, offset) = (self.reader.u32()?, self.reader.u64()?);
        let file_id = self.guid()?;
        self.reader.skip(12)?;
        let (channel_offset, channel_length) = (self.reader.u16()?, self.reader.u16()?);
        self.pad_to(channel_offset)?;
        self.reader.skip(usize::from(channel_length))?;
        self.raise(Smb2Kind::ReadRequest {
            file_id,
            offset,
            length,
        });
        let pending = &mut self.state.smb2;
        if pending.read_offsets.len() >= MAX_PENDING || pending.read_fids.len() >= MAX_PENDING {
            pending.delete_on_close.clear();
            pending.read_offsets.clear();
            pending.read_fids.clear();
            self.context
                .raise_smb(SmbEvent::DiscardedMessages { table: "read" });
        }
        pending.read_offsets.insert(self.header.message_id, offset);
        pending
            .read_fids
            .insert(self.header.message_id, file_id.fid());
        Ok(())
    }

    fn read_response(&mut self) -> Parsed<()> {
        self.reader.skip(2)?;
        let offset = u16::from(self.reader.u8()?);
        self.reader.skip(1)?;
        let length = self.reader.u32()?;
        self.reader.skip(8)?;
        self.pad_to(offset)?;
        let data = self.reader.bytes32(length)?;
        let pending = &mut self.state.smb2;
        let id = self.header.message_id;
        let fid = pending.read_fids.get(&id).copied().unwrap_or(0);
        if self.header.status != status::PENDING {
            pending.read_fids.remove(&id);
            pending.read_offsets.remove(&id);
        }
        if self.is_pipe {
            self.state.pipes.data(fid, false, data, self.context);
        }
        Ok(())
    }

    fn write_request(&mut self) -> Parsed<()> {
        self.reader.skip(2)?;
        let (data_offset, length, offset) =
            (self.reader.u16()?, self.reader.u32()?, self.reader.u64()?);
        let file_id = self.guid()?;
        self.reader.skip(16)?;
        self.pad_to(data_offset)?;
        let data = self.reader.bytes32(length)?;
        if self.is_pipe {
            self.state
                .pipes
                .data(file_id.fid(), true, data, self.context);
        }
        self.raise(Smb2Kind::WriteRequest {
            file_id,
            offset,
            length,
        });
        Ok(())
    }

    fn lock_request(&mut self) -> Parsed<()> {
        self.reader.skip(2)?;
        let count = usize::from(self.reader.u16()?);
        self.reader.skip(20 + count * 20)
    }

    fn ioctl_request(&mut self) -> Parsed<()> {
        self.reader.skip(4)?;
        let control_code = self.reader.u32()?;
        let file_id = self.guid()?;
        let (input_offset, input_count) = (self.reader.u32()?, self.reader.u32()?);
        self.reader.skip(4)?;
        let (output_offset, output_count) = (self.reader.u32()?, self.reader.u32()?);
        self.reader.skip(12)?;
        let (input, _) =
            self.ioctl_buffers((input_offset, input_count), (output_offset, output_count))?;
        if control_code == FSCTL_PIPE_TRANSCEIVE {
            self.state
                .pipes
                .data(file_id.fid(), true, input, self.context);
        }
        let pending = &mut self.state.smb2;
        if pending.ioctl_fids.len() >= MAX_PENDING {
            pending.ioctl_fids.clear();
            pending.delete_on_close.clear();
            self.context
                .raise_smb(SmbEvent::DiscardedMessages { table: "ioctl" });
        }
        pending
            .ioctl_fids
            .insert(self.header.message_id, file_id.fid());
        Ok(())
    }

    fn ioctl_response(&mut self) -> Parsed<()> {
        self.reader.skip(4)?;
        let control_code = self.reader.u32()?;
        self.reader.skip(16)?;
        let input = (self.reader.u32()?, self.reader.u32()?);
        let output = (self.reader.u32()?, self.reader.u32()?);
        self.reader.skip(8)?;
        let (_, output) = self.ioctl_buffers(input, output)?;
        let fid = self
            .state
            .smb2
            .ioctl_fids
            .remove(&self.header.message_id)
            .unwrap_or(0);
        if control_code == FSCTL_PIPE_TRANSCEIVE {
            self.state.pipes.data(fid, false, output, self.context);
        }
        Ok(())
    }

    /// Input and output buffer by offset and length. Zeek's padding is the position less the offset: with an offset
    /// beyond the position, the message can't be parsed.
    fn ioctl_buffers(
        &mut self,
        input: (u32, u32),
        output: (u32, u32),
    ) -> Parsed<(&'d [u8], &'d [u8])> {
        if input.0 != 0 {
            self.skip_ioctl_padding(input.0)?;
        }
        let input_data = self.reader.bytes32(input.1)?;
        if output.0 != 0 && output.0 != input.0 {
            self.skip_ioctl_padding(output.0)?;
        }
        Ok((input_data, self.reader.bytes32(output.1)?))
    }

    fn skip_ioctl_padding(&mut self, offset: u32) -> Parsed<()> {
        let position = self.reader.position() + usize::from(self.head_length);
        let padding = position.checked_sub(offset as usize).ok_or(OutOfBounds)?;
        self.reader.skip(padding)
    }

    fn change_notify_response(&mut self) -> Parsed<()> {
        self.reader.skip(2)?;
        let (offset, length) = (self.reader.u16()?, self.reader.u32()?);
        self.pad_to(offset)?;
        let mut entries = WireReader::little_endian(self.reader.bytes32(length)?);
        while entries.remaining() > 0 {
            entries.skip(8)?;
            let name_length = entries.u32()?;
            entries.bytes32(name_length)?;
        }
        Ok(())
    }
}
