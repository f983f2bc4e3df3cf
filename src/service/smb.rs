//! What is done with files over SMB, and by which of its events a rule sees it.

use std::fmt;

use super::Phase;
use crate::stub::Side;

/// What is done with a file, as the column `action` of `smb_files.log` has it (`SMB::Action`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileAction {
    /// What is done.
    pub verb: FileVerb,
    /// To what.
    pub kind: ShareKind,
}

/// What is done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // The names say it.
pub enum FileVerb {
    Open,
    Read,
    Write,
    Close,
    Delete,
    Rename,
    SetAttribute,
}

/// A generation of SMB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SmbVersion {
    /// SMB1, of which Zeek takes every file for one, whatever the tree shares.
    Smb1,
    /// SMB2 and 3.
    Smb2,
}

impl SmbVersion {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Smb1, Self::Smb2];

    /// The name in the column `version` of `smb_cmd.log`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Smb1 => "SMB1",
            Self::Smb2 => "SMB2",
        }
    }
}

impl FileVerb {
    /// For which of a rule's events an event of Zeek stands.
    pub fn phases(self, version: SmbVersion, side: Side) -> &'static [Phase] {
        use FileVerb::{Open, Read, Write};
        use Phase::{FileDone, FileRequest, FileResponse};
        match (self, version, side) {
            // Of what is written, SMB2's response is waited for only where a rule asks for it.
            (Write, SmbVersion::Smb2, Side::Request) => &[FileRequest, FileDone],
            (Write, SmbVersion::Smb2, Side::Response) => &[FileResponse],
            (Open, _, Side::Request) | (Read | Write, SmbVersion::Smb1, Side::Request) => {
                &[FileRequest]
            }
            (_, _, Side::Response) => &[FileDone, FileResponse],
            // Zeek has no event of the response.
            _ => &[FileRequest, FileDone, FileResponse],
        }
    }
}

/// What a tree shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShareKind {
    /// Files.
    File,
    /// Named pipes.
    Pipe,
    /// A printer.
    Print,
}

impl FileAction {
    /// Every action that Zeek 8.0 knows.
    pub fn all() -> impl Iterator<Item = FileAction> {
        use FileVerb::{Close, Delete, Open, Read, Rename, SetAttribute, Write};
        let of_each = [Open, Read, Write, Close].into_iter().flat_map(|verb| {
            let kinds = [ShareKind::File, ShareKind::Pipe, ShareKind::Print];
            kinds.map(|kind| FileAction { verb, kind })
        });
        let of_files = [Delete, Rename, SetAttribute].into_iter().map(|verb| {
            let kind = ShareKind::File;
            FileAction { verb, kind }
        });
        of_each.chain(of_files)
    }

    /// The name in Zeek and in its log.
    pub fn name(self) -> &'static str {
        use FileVerb::{Close, Delete, Open, Read, Rename, SetAttribute, Write};
        use ShareKind::{File, Pipe, Print};
        match (self.verb, self.kind) {
            (Open, File) => "SMB::FILE_OPEN",
            (Read, File) => "SMB::FILE_READ",
            (Write, File) => "SMB::FILE_WRITE",
            (Close, File) => "SMB::FILE_CLOSE",
            (Open, Pipe) => "SMB::PIPE_OPEN",
            (Read, Pipe) => "SMB::PIPE_READ",
            (Write, Pipe) => "SMB::PIPE_WRITE",
            (Close, Pipe) => "SMB::PIPE_CLOSE",
            (Open, Print) => "SMB::PRINT_OPEN",
            (Read, Print) => "SMB::PRINT_READ",
            (Write, Print) => "SMB::PRINT_WRITE",
            (Close, Print) => "SMB::PRINT_CLOSE",
            // Of pipes and printers Zeek has none of these.
            (Delete, _) => "SMB::FILE_DELETE",
            (Rename, _) => "SMB::FILE_RENAME",
            (SetAttribute, _) => "SMB::FILE_SET_ATTRIBUTE",
        }
    }
}

impl fmt::Display for FileAction {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::FileAction;

    #[test]
    fn actions_are_those_of_zeek() {
        let names: BTreeSet<&str> = FileAction::all().map(FileAction::name).collect();
        // The enum `SMB::Action` of Zeek 8.0 has fifteen.
        assert_eq!(names.len(), 15);
        assert_eq!(FileAction::all().count(), 15);
    }
}
