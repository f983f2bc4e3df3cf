//! Transactions, of which those on pipes carry DCE-RPC.

use super::{HEADER_LENGTH, PIPE_FID, Smb1Parser};
use crate::event::Smb1Kind;
use crate::replay::protocol::smb::strings::{Terminated, terminated};
use crate::replay::protocol::wire::{OutOfBounds, Parsed, WireReader};

/// What a transaction's name tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TransactionKind {
    Pipe,
    /// The remote administration protocol.
    Lanman,
    Unknown,
}

/// Lengths and offsets of a transaction's two parts.
struct TransactionParts {
    parameter_count: u16,
    parameter_offset: u16,
    data_count: u16,
    data_offset: u16,
}

impl TransactionParts {
    fn request(reader: &mut WireReader<'_>) -> Parsed<Self> {
        Ok(Self {
            parameter_count: reader.u16()?,
            parameter_offset: reader.u16()?,
            data_count: reader.u16()?,
            data_offset: reader.u16()?,
        })
    }

    /// With a displacement after each offset.
    fn displaced(reader: &mut WireReader<'_>) -> Parsed<Self> {
        let (parameter_count, parameter_offset) = (reader.u16()?, reader.u16()?);
        reader.skip(2)?;
        let (data_count, data_offset) = (reader.u16()?, reader.u16()?);
        reader.skip(2)?;
        Ok(Self {
            parameter_count,
            parameter_offset,
            data_count,
            data_offset,
        })
    }

    /// The parameters; the reader then is at the data.
    fn parameters<'a>(&self, reader: &mut WireReader<'a>) -> Parsed<&'a [u8]> {
        pad_to(reader, self.parameter_offset)?;
        let parameters = reader.bytes(usize::from(self.parameter_count))?;
        pad_to(reader, self.data_offset)?;
        Ok(parameters)
    }

    /// What the event shows of the data: everything up to the message's end, unless there is none.
    fn shown<'a>(&self, data: &'a [u8]) -> &'a [u8] {
        if self.data_count > 0 { data } else { &[] }
    }
}

impl Smb1Parser<'_, '_> {
    pub(super) fn transaction_request(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        let word_count = reader.u8()?;
        reader.skip(18)?;
        let parts = TransactionParts::request(&mut reader)?;
        let setup_count = usize::from(reader.u8()?);
        reader.skip(1)?;
        let setup = reader.bytes(setup_count * 2)?;
        reader.skip(2)?;
        let name = terminated(&mut reader, self.message.unicode, 0)?;
        let parameters = parts.parameters(&mut reader)?;
        let data = reader.rest();
        let kind = kind(&name, self.message.unicode);
        let header = self.message.header;
        let on_pipe = self.state.pipes.is_pipe(u32::from(header.tid));
        let is_pipe = kind == TransactionKind::Pipe || kind == TransactionKind::Unknown && on_pipe;
        if kind == TransactionKind::Pipe {
            self.state.pipes.data(PIPE_FID, true, data, self.context);
        }
        self.state
            .smb1
            .pipe_transactions
            .insert(header.mid, is_pipe);
        let sub_cmd = match setup.first_chunk::<2>() {
            Some(first) if word_count != 16 => u16::from_le_bytes(*first),
            _ => 0,
        };
        self.raise(Smb1Kind::TransactionRequest {
            name: &name.text,
            sub_cmd,
            parameters,
            data: parts.shown(data),
        });
        Ok(())
    }

    pub(super) fn transaction_response(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        reader.skip(7)?;
        let parts = TransactionParts::displaced(&mut reader)?;
        let setup_count = usize::from(reader.u8()?);
        reader.skip(1 + setup_count * 2 + 2)?;
        let parameters = parts.parameters(&mut reader)?;
        let is_pipe = self
            .state
            .smb1
            .pipe_transactions
            .remove(&self.message.header.mid)
            .unwrap_or(false);
        if parts.data_count > 0 {
            if reader.remaining() == 0 {
                return Err(OutOfBounds);
            }
            if is_pipe {
                self.state
                    .pipes
                    .data(PIPE_FID, false, reader.rest(), self.context);
            }
        }
        self.raise(Smb1Kind::TransactionResponse {
            parameters,
            data: parts.shown(reader.rest()),
        });
        Ok(())
    }

    pub(super) fn transaction_secondary_request(
        &mut self,
        mut reader: WireReader<'_>,
    ) -> Parsed<()> {
        reader.skip(5)?;
        let parts = TransactionParts::displaced(&mut reader)?;
        reader.skip(2)?;
        let parameters = parts.parameters(&mut reader)?;
        self.raise(Smb1Kind::TransactionSecondaryRequest {
            parameters,
            data: parts.shown(reader.rest()),
        });
        Ok(())
    }

    pub(super) fn transaction2_request(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        reader.skip(19)?;
        let parts = TransactionParts::request(&mut reader)?;
        reader.skip(2)?;
        let sub_cmd = reader.u16()?;
        reader.skip(2)?;
        pad_to(&mut reader, parts.parameter_offset)?;
        self.transaction2_parameters(sub_cmd, WireReader::little_endian(reader.rest()))?;
        self.raise(Smb1Kind::Transaction2Request { sub_cmd });
        Ok(())
    }

    fn transaction2_parameters(&mut self, sub_cmd: u16, mut reader: WireReader<'_>) -> Parsed<()> {
        const FIND_FIRST2: u16 = 1;
        const QUERY_PATH_INFORMATION: u16 = 5;
        const QUERY_FILE_INFORMATION: u16 = 7;
        const GET_DFS_REFERRAL: u16 = 0x10;
        let before_name = match sub_cmd {
            FIND_FIRST2 => 12,
            QUERY_PATH_INFORMATION => 6,
            GET_DFS_REFERRAL => 2,
            QUERY_FILE_INFORMATION => return reader.skip(4),
            _ => return Ok(()),
        };
        reader.skip(before_name)?;
        let file_name = terminated(&mut reader, self.message.unicode, 0)?.text;
        let file_name = file_name.as_slice();
        self.raise(match sub_cmd {
            FIND_FIRST2 => Smb1Kind::FindFirst2Request { file_name },
            QUERY_PATH_INFORMATION => Smb1Kind::QueryPathInformationRequest { file_name },
            _ => Smb1Kind::GetDfsReferralRequest { file_name },
        });
        Ok(())
    }

    pub(super) fn transaction2_response(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        reader.skip(21)?;
        let length = usize::from(reader.u16()?);
        reader.skip(length)
    }

    pub(super) fn transaction2_secondary_request(
        &mut self,
        mut reader: WireReader<'_>,
    ) -> Parsed<()> {
        reader.skip(5)?;
        let parts = TransactionParts::displaced(&mut reader)?;
        reader.skip(4)?;
        let parameters = parts.parameters(&mut reader)?;
        let data = reader.bytes(usize::from(parts.data_count))?;
        self.raise(Smb1Kind::Transaction2SecondaryRequest { parameters, data });
        Ok(())
    }
}

/// Moves to an offset that counts from the message's header.
fn pad_to(reader: &mut WireReader<'_>, offset: u16) -> Parsed<()> {
    reader.pad_to(i64::from(offset) - i64::from(HEADER_LENGTH))
}

fn kind(name: &Terminated<'_>, unicode: bool) -> TransactionKind {
    let step = if unicode { 2 } else { 1 };
    // Only the low bytes count, and the character after the match must be there.
    let has = |text: &[u8], from: usize| {
        let last = (from + text.len() - 1) * step;
        name.raw.len() > last
            && text
                .iter()
                .enumerate()
                .all(|(index, byte)| name.raw[(from + index) * step] == *byte)
    };
    match (has(br"\PIPE\", 0), has(b"LANMAN", 6)) {
        (true, true) => TransactionKind::Lanman,
        (true, false) => TransactionKind::Pipe,
        _ => TransactionKind::Unknown,
    }
}
