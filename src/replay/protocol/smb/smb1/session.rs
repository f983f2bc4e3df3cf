//! Negotiation, session setup and logoff.

use super::{AndX, Smb1Parser};
use crate::event::Smb1Kind;
use crate::replay::protocol::smb::strings::{terminated, terminated_nonempty};
use crate::replay::protocol::wire::{OutOfBounds, Parsed, WireReader};

/// How much of a command stands before what a reader of its body reads, in bytes.
const WORD_COUNT_LENGTH: u16 = 1;

impl Smb1Parser<'_, '_> {
    pub(super) fn negotiate_request(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        reader.skip(1)?;
        let length = usize::from(reader.u16()?);
        let mut list = WireReader::little_endian(reader.bytes(length)?);
        let mut dialects = Vec::new();
        while list.remaining() > 0 {
            list.skip(1)?;
            dialects.push(terminated(&mut list, false, 0)?.text);
        }
        self.raise(Smb1Kind::NegotiateRequest {
            dialects: &dialects,
        });
        Ok(())
    }

    pub(super) fn negotiate_response(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        let word_count = reader.u8()?;
        let dialect_index = reader.u16()?;
        match word_count {
            0x01 => reader.skip(2)?,
            0x0d => self.lanman_negotiation(WireReader::little_endian(reader.rest()))?,
            0x11 => self.ntlm_negotiation(WireReader::little_endian(reader.rest()))?,
            _ => return Err(OutOfBounds),
        }
        self.raise(Smb1Kind::NegotiateResponse {
            word_count,
            dialect_index,
        });
        Ok(())
    }

    fn lanman_negotiation(&self, mut reader: WireReader<'_>) -> Parsed<()> {
        reader.skip(28)?;
        let key = usize::from(reader.u16()?);
        reader.skip(4 + key)?;
        terminated(&mut reader, self.message.unicode, 0).map(|_| ())
    }

    fn ntlm_negotiation(&self, mut reader: WireReader<'_>) -> Parsed<()> {
        const EXTENDED_SECURITY: u32 = 0x8000_0000;
        const SERVER_GUID: usize = 16;
        reader.skip(17)?;
        let capabilities = reader.u32()?;
        reader.skip(10)?;
        let key = usize::from(reader.u8()?);
        let count = usize::from(reader.u16()?);
        if capabilities & EXTENDED_SECURITY != 0 {
            let blob = count.checked_sub(SERVER_GUID).ok_or(OutOfBounds)?;
            return reader.skip(SERVER_GUID + blob);
        }
        reader.skip(key)?;
        terminated(&mut reader, self.message.unicode, 0).map(|_| ())
    }

    pub(super) fn session_setup_request(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        let word_count = reader.u8()?;
        let mut body = WireReader::little_endian(reader.rest());
        let andx = AndX::parse(&mut body)?;
        body.skip(10)?;
        let strings = match word_count {
            0x0a => {
                let password = usize::from(body.u16()?);
                body.skip(6 + password)?;
                4
            }
            0x0c => {
                let blob = usize::from(body.u16()?);
                body.skip(10 + blob)?;
                2
            }
            0x0d => {
                let passwords = usize::from(body.u16()?) + usize::from(body.u16()?);
                body.skip(10 + passwords)?;
                4
            }
            _ => return Err(OutOfBounds),
        };
        self.strings(&mut body, strings)?;
        self.place.offset = self.place.offset.wrapping_add(WORD_COUNT_LENGTH);
        self.next_command(&mut body, andx, true)?;
        self.raise(Smb1Kind::SessionSetupRequest { word_count });
        Ok(())
    }

    pub(super) fn session_setup_response(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        let word_count = reader.u8()?;
        if !matches!(word_count, 3 | 4) {
            reader.skip(2)?;
            self.raise(Smb1Kind::SessionSetupResponse { word_count });
            return Ok(());
        }
        let mut body = WireReader::little_endian(reader.rest());
        let andx = AndX::parse(&mut body)?;
        body.skip(2)?;
        if word_count == 3 {
            if body.u16()? != 0 {
                for _ in 0..3 {
                    terminated_nonempty(&mut body, self.message.unicode, 1)?;
                }
            }
        } else {
            let blob = usize::from(body.u16()?);
            body.skip(2 + blob)?;
            self.strings(&mut body, 2)?;
        }
        self.place.offset = self.place.offset.wrapping_add(WORD_COUNT_LENGTH);
        self.next_command(&mut body, andx, false)?;
        self.raise(Smb1Kind::SessionSetupResponse { word_count });
        Ok(())
    }

    pub(super) fn logoff(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        reader.skip(1)?;
        let andx = AndX::parse(&mut reader)?;
        reader.skip(2)?;
        // Zeek takes whatever follows for a request, in responses too.
        self.next_command(&mut reader, andx, true)?;
        self.raise(Smb1Kind::Logoff {
            is_orig: self.place.is_orig,
        });
        Ok(())
    }

    /// Strings of a body that begins behind its word count.
    fn strings(&self, body: &mut WireReader<'_>, count: usize) -> Parsed<()> {
        for _ in 0..count {
            terminated(body, self.message.unicode, 1)?;
        }
        Ok(())
    }
}
