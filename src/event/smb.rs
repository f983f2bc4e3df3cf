//! SMB events.

/// An SMB event.
#[derive(Clone, Copy, Debug)]
pub enum SmbEvent<'a> {
    /// SMB1 (MS-CIFS).
    Smb1(Smb1Event<'a>),
    /// SMB2 and 3 (MS-SMB2).
    Smb2(Smb2Event<'a>),
    /// `smb2_transform_header`: an encrypted message; nothing of it can be seen.
    Encrypted {
        /// SessionId of the transform header.
        session_id: u64,
        /// OriginalMessageSize of the transform header in bytes.
        original_size: u32,
    },
    /// `smb_pipe_connect_heuristic`: a file name gives away that the tree is a pipe.
    PipeConnectHeuristic,
    /// `smb2_discarded_messages_state`: too many unanswered messages; Zeek forgot those of this table.
    DiscardedMessages {
        /// `tree`, `read` or `ioctl`.
        table: &'static str,
    },
    /// `smb_discarded_dce_rpc_analyzers`: too many open pipes; Zeek forgot them all.
    DiscardedDceRpcAnalyzers,
}

/// An SMB1 event.
#[derive(Clone, Copy, Debug)]
pub struct Smb1Event<'a> {
    /// The message's header.
    pub header: Smb1Header,
    /// What happened.
    pub kind: Smb1Kind<'a>,
}

/// The SMB1 header (MS-CIFS 2.2.3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // The field names are those of the document.
pub struct Smb1Header {
    pub command: u8,
    pub status: u32,
    pub flags: u8,
    pub flags2: u16,
    pub tid: u16,
    pub pid: u32,
    pub uid: u16,
    pub mid: u16,
}

/// The SMB1 events, named after Zeek's without `smb1_`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // Fields carry the names of Zeek's event parameters.
pub enum Smb1Kind<'a> {
    Message {
        is_orig: bool,
    },
    Error {
        is_orig: bool,
    },
    EmptyResponse,
    NegotiateRequest {
        dialects: &'a [Vec<u8>],
    },
    NegotiateResponse {
        word_count: u8,
        dialect_index: u16,
    },
    SessionSetupRequest {
        word_count: u8,
    },
    SessionSetupResponse {
        word_count: u8,
    },
    TreeConnectRequest {
        path: &'a [u8],
        service: &'a [u8],
    },
    TreeConnectResponse {
        service: &'a [u8],
        native_file_system: &'a [u8],
    },
    TreeDisconnect {
        is_orig: bool,
    },
    Logoff {
        is_orig: bool,
    },
    CreateRequest {
        name: &'a [u8],
    },
    CreateResponse {
        file_id: u16,
        file_size: u64,
        times: FileTimes,
    },
    ReadRequest {
        file_id: u16,
        offset: u64,
        length: u64,
    },
    ReadResponse {
        data_len: u32,
    },
    WriteRequest {
        file_id: u16,
        offset: u64,
        data_len: u32,
    },
    WriteResponse {
        written_bytes: u32,
    },
    CloseRequest {
        file_id: u16,
    },
    TransactionRequest {
        name: &'a [u8],
        sub_cmd: u16,
        parameters: &'a [u8],
        data: &'a [u8],
    },
    TransactionResponse {
        parameters: &'a [u8],
        data: &'a [u8],
    },
    TransactionSecondaryRequest {
        parameters: &'a [u8],
        data: &'a [u8],
    },
    Transaction2Request {
        sub_cmd: u16,
    },
    Transaction2SecondaryRequest {
        parameters: &'a [u8],
        data: &'a [u8],
    },
    FindFirst2Request {
        file_name: &'a [u8],
    },
    QueryPathInformationRequest {
        file_name: &'a [u8],
    },
    GetDfsReferralRequest {
        file_name: &'a [u8],
    },
    QueryInformationRequest {
        file_name: &'a [u8],
    },
    CheckDirectoryRequest {
        directory_name: &'a [u8],
    },
    CheckDirectoryResponse,
    EchoRequest {
        echo_count: u16,
        data: &'a [u8],
    },
    EchoResponse {
        sequence: u16,
        data: &'a [u8],
    },
    NtCancelRequest,
}

/// An SMB2 event.
#[derive(Clone, Copy, Debug)]
pub struct Smb2Event<'a> {
    /// The message's header.
    pub header: Smb2Header,
    /// What happened.
    pub kind: Smb2Kind<'a>,
}

/// The SMB2 header (MS-SMB2 2.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // The field names are those of Zeek's record.
pub struct Smb2Header {
    pub credit_charge: u16,
    pub status: u32,
    pub command: u16,
    pub credits: u16,
    pub flags: u32,
    pub message_id: u64,
    pub process_id: u32,
    pub tree_id: u32,
    pub session_id: u64,
    pub signature: [u8; 16],
}

/// The SMB2 events, named after Zeek's without `smb2_`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // Fields carry the names of Zeek's event parameters.
pub enum Smb2Kind<'a> {
    Message {
        is_orig: bool,
    },
    NegotiateRequest {
        dialects: &'a [u16],
    },
    NegotiateResponse {
        dialect_revision: u16,
        security_mode: u16,
        server_guid: Guid,
    },
    SessionSetupRequest {
        security_mode: u8,
    },
    SessionSetupResponse {
        flags: u16,
    },
    TreeConnectRequest {
        path: &'a [u8],
    },
    TreeConnectResponse {
        share_type: u8,
    },
    TreeDisconnectRequest,
    TreeDisconnectResponse,
    CreateRequest {
        filename: &'a [u8],
        disposition: u32,
        create_options: u32,
    },
    CreateResponse {
        file_id: Guid,
        size: u64,
        times: FileTimes,
        file_attributes: u32,
        create_action: u32,
    },
    ReadRequest {
        file_id: Guid,
        offset: u64,
        length: u32,
    },
    WriteRequest {
        file_id: Guid,
        offset: u64,
        length: u32,
    },
    WriteResponse {
        length: u32,
    },
    CloseRequest {
        file_id: Guid,
    },
    CloseResponse {
        alloc_size: u64,
        eof: u64,
        times: FileTimes,
        file_attributes: u32,
    },
    FileRename {
        file_id: Guid,
        dst_filename: &'a [u8],
    },
    FileDelete {
        file_id: Guid,
        delete_pending: bool,
    },
    FileSattr {
        file_id: Guid,
        times: FileTimes,
        file_attributes: u32,
    },
    FileAllocation {
        file_id: Guid,
        allocation_size: i64,
    },
    FileEndOfFile {
        file_id: Guid,
        end_of_file: i64,
    },
    FileLink {
        file_id: Guid,
        root_directory: u64,
        file_name: &'a [u8],
    },
}

/// An SMB2 file id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guid {
    /// The half that survives a reconnect.
    pub persistent: u64,
    /// The half that doesn't.
    pub volatile: u64,
}

impl Guid {
    /// The number by which Zeek knows the file: the halves' sum.
    #[must_use]
    pub fn fid(self) -> u64 {
        self.persistent.wrapping_add(self.volatile)
    }
}

/// A file's times as FILETIME: 100 ns units since 1601.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub struct FileTimes {
    pub modified: u64,
    pub accessed: u64,
    pub created: u64,
    pub changed: u64,
}
