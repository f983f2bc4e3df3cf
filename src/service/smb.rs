//! Fields of SMB file actions and tree connects: the columns of `smb_files.log` and `smb_mapping.log` (Zeek 8.0,
//! `SMB::FileInfo` and `SMB::TreeInfo`) and what the events carry.

use std::fmt;

use super::dce_rpc::connection_field;
use super::{Field, FieldKind, Phase, Record};

pub(super) const FILE_NAMES: &[&str] = &[
    "fuid",
    "action",
    "path",
    "name",
    "size",
    "prev_name",
    "times.modified",
    "times.accessed",
    "times.created",
    "times.changed",
    "data_offset",
    "data_len",
    "data_len_response",
];

pub(super) const TREE_NAMES: &[&str] = &[
    "path",
    "service",
    "native_file_system",
    "share_type",
    "requested_service",
];

pub(super) const COMMAND_NAMES: &[&str] =
    &["command", "sub_command", "status", "version", "message_id"];

/// The text columns of `smb_cmd.log` that rules can look at.
pub(super) const COMMAND_KEYWORD_FIELDS: &[&str] = &["command", "sub_command", "status", "version"];
/// The text columns of `smb_files.log`.
pub(super) const FILE_KEYWORD_FIELDS: &[&str] = &["action", "path", "name", "prev_name"];
/// The text columns of `smb_mapping.log`.
pub(super) const TREE_KEYWORD_FIELDS: &[&str] =
    &["path", "service", "native_file_system", "share_type"];

pub(super) fn file_field(name: &str) -> Option<Field> {
    use FieldKind::{Count, Text, Time};
    use Phase::{FileDone, FileRequest, FileResponse};
    let member = |kind, phase, record, member, optional| {
        Some(Field::member(name, kind, phase, record, member, optional))
    };
    match name {
        "ts" => member(Time, FileRequest, Record::File, "ts", false),
        "fuid" => member(Text, FileRequest, Record::File, "fuid", true),
        "action" => member(Text, FileRequest, Record::FileAction, "name", false),
        "path" => member(Text, FileRequest, Record::FileAction, "path", true),
        "name" => member(Text, FileRequest, Record::File, "name", true),
        "prev_name" => member(Text, FileRequest, Record::File, "prev_name", true),
        // What an open has found is in its response.
        "size" => member(Count, FileDone, Record::File, "size", false),
        "times.modified" => member(Time, FileDone, Record::FileTimes, "modified", true),
        "times.accessed" => member(Time, FileDone, Record::FileTimes, "accessed", true),
        "times.created" => member(Time, FileDone, Record::FileTimes, "created", true),
        "times.changed" => member(Time, FileDone, Record::FileTimes, "changed", true),
        "data_offset" => member(Count, FileRequest, Record::FileAction, "data_offset", true),
        "data_len" => member(Count, FileRequest, Record::FileAction, "data_len", true),
        "data_len_response" => member(
            Count,
            FileResponse,
            Record::FileAction,
            "data_len_response",
            true,
        ),
        _ => connection_field(name, FileRequest),
    }
}

pub(super) fn tree_field(name: &str) -> Option<Field> {
    use FieldKind::{Text, Time};
    use Phase::{TreeRequest, TreeResponse};
    let member = |kind, phase, record, member, optional| {
        Some(Field::member(name, kind, phase, record, member, optional))
    };
    match name {
        "ts" => member(Time, TreeRequest, Record::Tree, "ts", false),
        "path" => member(Text, TreeRequest, Record::Tree, "path", true),
        "service" => member(Text, TreeResponse, Record::Tree, "service", true),
        "native_file_system" => {
            member(Text, TreeResponse, Record::Tree, "native_file_system", true)
        }
        "share_type" => member(Text, TreeResponse, Record::Tree, "share_type", false),
        "requested_service" => member(
            Text,
            TreeRequest,
            Record::TreeConnect,
            "requested_service",
            true,
        ),
        _ => connection_field(name, TreeRequest),
    }
}

/// A field of a command. What a message says itself goes before what `SMB::CmdInfo` has of it, which is the first
/// request's where requests share an id.
pub(super) fn command_field(name: &str) -> Option<Field> {
    use FieldKind::{Count, Text, Time};
    use Phase::{CommandRequest, CommandResponse};
    let member = |kind, phase, record, member, optional| {
        Some(Field::member(name, kind, phase, record, member, optional))
    };
    let message = Record::Message;
    match name {
        "ts" => member(Time, CommandRequest, Record::Command, "ts", false),
        "command" => member(Text, CommandRequest, message, "command", false),
        "sub_command" => member(Text, CommandRequest, message, "sub_command", true),
        "version" => member(Text, CommandRequest, message, "version", false),
        "message_id" => member(Count, CommandRequest, message, "message_id", false),
        "status" => member(Text, CommandResponse, message, "status", true),
        _ => connection_field(name, CommandRequest),
    }
}

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

/// Which message of an action an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The request.
    Request,
    /// The response.
    Response,
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
