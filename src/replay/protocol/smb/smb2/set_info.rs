//! SET_INFO requests: renaming, deleting and the like (MS-SMB2 2.2.39, MS-FSCC 2.4 and 2.5).

use super::Smb2Parser;
use crate::event::{Guid, Smb2Kind};
use crate::replay::protocol::smb::strings::utf16;
use crate::replay::protocol::wire::{Parsed, WireReader};

const INFO_FILE: u8 = 1;
const INFO_FILESYSTEM: u8 = 2;

mod level {
    pub(super) const BASIC: u8 = 0x04;
    pub(super) const RENAME: u8 = 0x0a;
    pub(super) const LINK: u8 = 0x0b;
    pub(super) const DISPOSITION: u8 = 0x0d;
    pub(super) const POSITION: u8 = 0x0e;
    pub(super) const FULL_EA: u8 = 0x0f;
    pub(super) const MODE: u8 = 0x10;
    pub(super) const ALLOCATION: u8 = 0x13;
    pub(super) const END_OF_FILE: u8 = 0x14;
    pub(super) const PIPE: u8 = 0x18;
    pub(super) const VALID_DATA_LENGTH: u8 = 0x27;
    pub(super) const SHORT_NAME: u8 = 0x28;
    pub(super) const FS_CONTROL: u8 = 0x06;
    pub(super) const FS_OBJECT_ID: u8 = 0x08;
}

impl Smb2Parser<'_, '_, '_> {
    pub(super) fn set_info_request(&mut self) -> Parsed<()> {
        self.reader.skip(2)?;
        let (class, level) = (self.reader.u8()?, self.reader.u8()?);
        self.reader.skip(4)?;
        let offset = self.reader.u16()?;
        self.reader.skip(6)?;
        let file_id = self.guid()?;
        self.pad_to(offset)?;
        match class {
            INFO_FILE => self.set_file_info(level, file_id),
            INFO_FILESYSTEM => match level {
                level::FS_CONTROL => self.reader.skip(48),
                level::FS_OBJECT_ID => self.reader.skip(64),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn set_file_info(&mut self, level: u8, file_id: Guid) -> Parsed<()> {
        match level {
            level::BASIC => {
                let times = self.times()?;
                let file_attributes = self.reader.u32()?;
                self.raise(Smb2Kind::FileSattr {
                    file_id,
                    times,
                    file_attributes,
                });
            }
            level::RENAME => {
                let (_, name) = self.rooted_name()?;
                self.raise(Smb2Kind::FileRename {
                    file_id,
                    dst_filename: &name,
                });
            }
            level::LINK => {
                let (root_directory, name) = self.rooted_name()?;
                self.raise(Smb2Kind::FileLink {
                    file_id,
                    root_directory,
                    file_name: &name,
                });
            }
            level::DISPOSITION => {
                let delete_pending = self.reader.u8()? > 0;
                self.raise(Smb2Kind::FileDelete {
                    file_id,
                    delete_pending,
                });
            }
            level::ALLOCATION => {
                let allocation_size = self.reader.u64()?.cast_signed();
                self.raise(Smb2Kind::FileAllocation {
                    file_id,
                    allocation_size,
                });
            }
            level::END_OF_FILE => {
                let end_of_file = self.reader.u64()?.cast_signed();
                self.raise(Smb2Kind::FileEndOfFile {
                    file_id,
                    end_of_file,
                });
            }
            level::FULL_EA => return self.extended_attributes(),
            level::MODE => return self.reader.skip(4),
            level::POSITION | level::PIPE | level::VALID_DATA_LENGTH => return self.reader.skip(8),
            level::SHORT_NAME => {
                let length = self.reader.u32()?;
                self.reader.bytes32(length)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The directory and name of a rename or link.
    fn rooted_name(&mut self) -> Parsed<(u64, Vec<u8>)> {
        self.reader.skip(8)?;
        let root_directory = self.reader.u64()?;
        let length = self.reader.u32()?;
        Ok((root_directory, utf16(self.reader.bytes32(length)?)))
    }

    fn extended_attributes(&mut self) -> Parsed<()> {
        while self.reader.remaining() > 0 {
            let mut entry = WireReader::little_endian(self.reader.rest());
            let next = entry.u32()?;
            entry.skip(1)?;
            let (name, value) = (usize::from(entry.u8()?), usize::from(entry.u16()?));
            entry.skip(name + value)?;
            entry.pad_to(i64::from(next))?;
            self.reader.skip(entry.position())?;
            if next == 0 {
                break;
            }
        }
        Ok(())
    }
}
