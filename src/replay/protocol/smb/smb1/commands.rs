//! Files, trees and the small commands.

use super::{AndX, HEADER_LENGTH, PIPE_FID, Smb1Parser};
use crate::event::{FileTimes, Smb1Kind};
use crate::replay::protocol::smb::strings::{terminated, terminated_nonempty};
use crate::replay::protocol::wire::{Parsed, WireReader};

impl Smb1Parser<'_, '_> {
    pub(super) fn tree_connect_request(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        reader.skip(1)?;
        let andx = AndX::parse(&mut reader)?;
        reader.skip(2)?;
        let password = usize::from(reader.u16()?);
        reader.skip(2 + password)?;
        let path = terminated(&mut reader, self.message.unicode, 0)?;
        let service = terminated(&mut reader, false, 0)?;
        self.next_command(&mut reader, andx, true)?;
        self.raise(Smb1Kind::TreeConnectRequest {
            path: &path.text,
            service: &service.text,
        });
        Ok(())
    }

    pub(super) fn tree_connect_response(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        let words = usize::from(reader.u8()?);
        let andx = AndX::parse(&mut reader)?;
        if words >= 3 {
            reader.skip(2 + (words - 3) * 2)?;
        }
        let count = usize::from(reader.u16()?);
        let service = terminated(&mut reader, false, 0)?;
        let native = if count > service.raw.len() {
            terminated_nonempty(&mut reader, self.message.unicode, 0)?.text
        } else {
            Vec::new()
        };
        self.next_command(&mut reader, andx, false)?;
        if service.text.starts_with(b"IPC") {
            self.state
                .pipes
                .set_pipe(u32::from(self.message.header.tid));
        }
        self.raise(Smb1Kind::TreeConnectResponse {
            service: &service.text,
            native_file_system: &native,
        });
        Ok(())
    }

    pub(super) fn tree_disconnect(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        reader.skip(3)?;
        self.raise(Smb1Kind::TreeDisconnect {
            is_orig: self.place.is_orig,
        });
        Ok(())
    }

    pub(super) fn create_request(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        reader.skip(1)?;
        let andx = AndX::parse(&mut reader)?;
        reader.skip(46)?;
        let name = terminated(&mut reader, self.message.unicode, 0)?.text;
        self.next_command(&mut reader, andx, true)?;
        let tree = u32::from(self.message.header.tid);
        self.state
            .pipes
            .open(tree, &name, self.message.is_pipe, self.context);
        self.raise(Smb1Kind::CreateRequest { name: &name });
        Ok(())
    }

    pub(super) fn create_response(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        reader.skip(1)?;
        let andx = AndX::parse(&mut reader)?;
        reader.skip(1)?;
        let file_id = reader.u16()?;
        reader.skip(4)?;
        let (created, accessed) = (reader.u64()?, reader.u64()?);
        let times = FileTimes {
            created,
            accessed,
            modified: reader.u64()?,
            changed: reader.u64()?,
        };
        reader.skip(12)?;
        let file_size = reader.u64()?;
        reader.skip(7)?;
        self.next_command(&mut reader, andx, false)?;
        self.raise(Smb1Kind::CreateResponse {
            file_id,
            file_size,
            times,
        });
        Ok(())
    }

    pub(super) fn read_request(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        const UNSET: u32 = 0xffff_ffff;
        let words = reader.u8()?;
        let andx = AndX::parse(&mut reader)?;
        let file_id = reader.u16()?;
        let offset_low = u64::from(reader.u32()?);
        let count_low = u64::from(reader.u16()?);
        reader.skip(2)?;
        let count_high = reader.u32()?;
        reader.skip(2)?;
        let offset_high = if words == 0x0c { reader.u32()? } else { 0 };
        reader.skip(2)?;
        self.next_command(&mut reader, andx, true)?;
        let set = |number: u32| {
            if number == UNSET {
                0
            } else {
                u64::from(number)
            }
        };
        let offset = set(offset_high) * 0x1_0000 + offset_low;
        let length = set(count_high) * 0x1_0000 + count_low;
        self.raise(Smb1Kind::ReadRequest {
            file_id,
            offset,
            length,
        });
        Ok(())
    }

    pub(super) fn read_response(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        reader.skip(1)?;
        let andx = AndX::parse(&mut reader)?;
        reader.skip(6)?;
        let low = u32::from(reader.u16()?);
        let offset = reader.u16()?;
        let data_len = u32::from(reader.u16()?) << 16 | low;
        reader.skip(10)?;
        reader.pad_to(i64::from(offset) - i64::from(HEADER_LENGTH))?;
        let data = reader.bytes32(data_len)?;
        self.next_command(&mut reader, andx, false)?;
        if self.message.is_pipe {
            self.state.pipes.data(PIPE_FID, false, data, self.context);
        }
        self.raise(Smb1Kind::ReadResponse { data_len });
        Ok(())
    }

    pub(super) fn write_request(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        let words = reader.u8()?;
        let andx = AndX::parse(&mut reader)?;
        let file_id = reader.u16()?;
        let offset_low = reader.u32()?;
        reader.skip(8)?;
        let high = u32::from(reader.u16()?);
        let data_len = high << 16 | u32::from(reader.u16()?);
        let data_offset = reader.u16()?;
        let offset_high = if words == 0x0e { reader.u32()? } else { 0 };
        reader.skip(2)?;
        reader.pad_to(i64::from(data_offset) - i64::from(HEADER_LENGTH))?;
        let data = reader.bytes32(data_len)?;
        self.next_command(&mut reader, andx, true)?;
        if self.message.is_pipe {
            self.state.pipes.data(PIPE_FID, true, data, self.context);
        }
        // Zeek computes the offset in 32 bits.
        let offset = u64::from(offset_high.wrapping_mul(0x1_0000).wrapping_add(offset_low));
        self.raise(Smb1Kind::WriteRequest {
            file_id,
            offset,
            data_len,
        });
        Ok(())
    }

    pub(super) fn write_response(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        reader.skip(1)?;
        let andx = AndX::parse(&mut reader)?;
        let low = u32::from(reader.u16()?);
        reader.skip(2)?;
        let written_bytes = u32::from(reader.u16()?) << 16 | low;
        reader.skip(4)?;
        self.next_command(&mut reader, andx, false)?;
        self.raise(Smb1Kind::WriteResponse { written_bytes });
        Ok(())
    }

    pub(super) fn close_request(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        reader.skip(1)?;
        let file_id = reader.u16()?;
        reader.skip(6)?;
        self.raise(Smb1Kind::CloseRequest { file_id });
        Ok(())
    }

    pub(super) fn query_information_request(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        reader.skip(4)?;
        let file_name = terminated(&mut reader, self.message.unicode, 0)?.text;
        self.raise(Smb1Kind::QueryInformationRequest {
            file_name: &file_name,
        });
        Ok(())
    }

    pub(super) fn check_directory_request(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        reader.skip(4)?;
        let directory_name = terminated(&mut reader, self.message.unicode, 0)?.text;
        self.raise(Smb1Kind::CheckDirectoryRequest {
            directory_name: &directory_name,
        });
        Ok(())
    }

    pub(super) fn echo(&mut self, mut reader: WireReader<'_>) -> Parsed<()> {
        reader.skip(1)?;
        let number = reader.u16()?;
        let length = usize::from(reader.u16()?);
        let data = reader.bytes(length)?;
        self.raise(if self.place.is_orig {
            Smb1Kind::EchoRequest {
                echo_count: number,
                data,
            }
        } else {
            Smb1Kind::EchoResponse {
                sequence: number,
                data,
            }
        });
        Ok(())
    }
}
