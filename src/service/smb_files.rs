//! Fields of SMB file actions: the columns of `smb_files.log` (Zeek 8.0, `SMB::FileInfo`) and what the events carry.

use super::phase::{Phase, PhaseSpec};
use super::spec::{
    FieldSpec, FoundBy, Hooking, Raising, ServiceSpec, TS, Unfound, Words, ZeekSpec, optional, set,
};
use super::{FieldKind, ZeekRecord};
use FieldKind::{Count, Text, Time};
use Phase::{FileDone, FileRequest, FileResponse};

/// What is done with files over SMB.
pub(super) static SPEC: ServiceSpec = ServiceSpec {
    name: "smb_files",
    phases: &[
        PhaseSpec {
            phase: FileRequest,
            name: "file_request",
            event: "smb2_create_request",
            is_response: false,
            when: "at the request",
            raised: " that a client asks for, done or not",
        },
        PhaseSpec {
            phase: FileDone,
            name: "file_done",
            event: "smb2_create_response",
            is_response: true,
            when: "at the event that shows it done",
            raised: " that was done",
        },
        PhaseSpec {
            phase: FileResponse,
            name: "file_response",
            event: "smb2_write_response",
            is_response: true,
            when: "at its last event",
            raised: " that the server answered",
        },
    ],
    fields: FIELDS,
    open_fields: &[],
    raising: Raising {
        usual: FileDone,
        answered: FileResponse,
    },
    hooking: Hooking::Last,
    found_by: FoundBy::FileAction,
    unfound: Unfound::WarnsOfFrequentActions {
        message: "rule is tested at every read or write of every file",
        help: "add a text that the name or the path must match to each of its alternatives, or ask for another action",
    },
    zeek: ZeekSpec {
        parameters: "c: connection, info: SMB::FileInfo, action: FileAction",
        state: "action",
        observed: "file_action_text(info, action)",
    },
    words: Words {
        one: "an action on a file over SMB",
        unseen: "no file action that the rule watches was seen",
    },
    log: None,
};

static FIELDS: &[FieldSpec] = &[
    FieldSpec::new("ts", Time, FileRequest, set(ZeekRecord::File, "ts"), TS),
    FieldSpec::new(
        "fuid",
        Text,
        FileRequest,
        optional(ZeekRecord::File, "fuid"),
        "Id of the file, once some of it has been transferred",
    ),
    FieldSpec::new(
        "action",
        Text,
        FileRequest,
        set(ZeekRecord::FileAction, "name"),
        "What is done, such as SMB::FILE_WRITE",
    )
    .keyword(),
    FieldSpec::new(
        "path",
        Text,
        FileRequest,
        optional(ZeekRecord::FileAction, "path"),
        "The tree, such as \\\\host\\C$",
    )
    .keyword()
    .rank(16),
    FieldSpec::new(
        "name",
        Text,
        FileRequest,
        optional(ZeekRecord::File, "name"),
        "The file's name within the tree",
    )
    .keyword()
    .rank(14),
    // What an open has found is in its response.
    FieldSpec::new(
        "size",
        Count,
        FileDone,
        set(ZeekRecord::File, "size"),
        "The file's size in bytes; 0 where no open was seen",
    ),
    FieldSpec::new(
        "prev_name",
        Text,
        FileRequest,
        optional(ZeekRecord::File, "prev_name"),
        "The file's name before it was renamed",
    )
    .keyword()
    .rank(15),
    file_time(
        "times.modified",
        "modified",
        "When the file was last written",
    ),
    file_time("times.accessed", "accessed", "When the file was last read"),
    file_time("times.created", "created", "When the file was made"),
    file_time(
        "times.changed",
        "changed",
        "When the file or its attributes were last changed",
    ),
    FieldSpec::new(
        "data_offset",
        Count,
        FileRequest,
        optional(ZeekRecord::FileAction, "data_offset"),
        "Where a read or write begins, in bytes",
    ),
    FieldSpec::new(
        "data_len",
        Count,
        FileRequest,
        optional(ZeekRecord::FileAction, "data_len"),
        "Length of a read or write in bytes, as requested",
    ),
    FieldSpec::new(
        "data_len_response",
        Count,
        FileResponse,
        optional(ZeekRecord::FileAction, "data_len_response"),
        "Length of a read or write in bytes, as the response tells it",
    ),
];

/// A time of the file, which the response to an open tells.
const fn file_time(name: &'static str, member: &'static str, meaning: &'static str) -> FieldSpec {
    let found = optional(ZeekRecord::FileTimes, member);
    FieldSpec::new(name, Time, FileDone, found, meaning)
}
