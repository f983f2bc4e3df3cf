//! Events as lines of text, the form in which they are compared with Zeek's.
//!
//! A line is time, originator, responder, the event's Zeek name and its arguments as `name=value`, separated by spaces.
//! Bytes are hexadecimal; unset values are `-`.

use std::fmt::{self, Display, Formatter, Write};

use super::{
    Call, DceRpcEvent, DceRpcKind, Event, EventKind, FileTimes, Guid, HttpEvent,
    PresentationContext, Smb1Event, Smb1Kind, Smb2Event, Smb2Kind, SmbEvent,
};

impl Display for Event<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let id = &self.connection;
        write!(
            f,
            "{} {} {} {} {} ",
            self.time, id.orig_h, id.orig_p, id.resp_h, id.resp_p
        )?;
        match &self.kind {
            EventKind::DceRpc(event) => dce_rpc(f, event),
            EventKind::Smb(event) => smb(f, event),
            EventKind::Http(event) => http(f, event),
        }
    }
}

struct Hex<'a>(&'a [u8]);

impl Display for Hex<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        const DIGITS: [char; 16] = [
            '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
        ];
        for byte in self.0 {
            f.write_char(DIGITS[usize::from(byte >> 4)])?;
            f.write_char(DIGITS[usize::from(byte & 15)])?;
        }
        Ok(())
    }
}

struct Flag(bool);

impl Display for Flag {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char(if self.0 { 'T' } else { 'F' })
    }
}

struct Unset<T>(Option<T>);

impl<T: Display> Display for Unset<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(value) => value.fmt(f),
            None => f.write_char('-'),
        }
    }
}

impl Display for Guid {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.persistent, self.volatile)
    }
}

impl Display for FileTimes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{}/{}/{}",
            self.modified, self.accessed, self.created, self.changed
        )
    }
}

impl Display for PresentationContext {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "ctx={} uuid={} version={}.{}",
            self.ctx_id, self.uuid, self.version_major, self.version_minor
        )
    }
}

impl Display for Call {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "ctx={} opnum={} stub_len={}",
            self.ctx_id, self.opnum, self.stub_len
        )
    }
}

fn dce_rpc(f: &mut Formatter<'_>, event: &DceRpcEvent<'_>) -> fmt::Result {
    let fid = event.fid;
    let binding = event.binding;
    match &event.kind {
        DceRpcKind::Message { is_orig, ptype } => {
            write!(
                f,
                "dce_rpc_message fid={fid} is_orig={} ptype={ptype}",
                Flag(*is_orig)
            )
        }
        DceRpcKind::Bind(context) => write!(f, "dce_rpc_bind fid={fid} {context}"),
        DceRpcKind::AlterContext(context) => write!(f, "dce_rpc_alter_context fid={fid} {context}"),
        DceRpcKind::BindAck { secondary_address } => {
            write!(
                f,
                "dce_rpc_bind_ack fid={fid} sec_addr={}",
                Hex(secondary_address)
            )
        }
        DceRpcKind::AlterContextResponse => write!(f, "dce_rpc_alter_context_resp fid={fid}"),
        DceRpcKind::Request(call) => write!(
            f,
            "dce_rpc_request fid={fid} {call} uuid={} named_pipe={}",
            Unset(binding.interface(call.ctx_id)),
            Unset(binding.named_pipe().map(Hex)),
        ),
        DceRpcKind::RequestStub(call, stub) => write!(
            f,
            "dce_rpc_request_stub fid={fid} ctx={} opnum={} stub={}",
            call.ctx_id,
            call.opnum,
            Hex(stub)
        ),
        DceRpcKind::Response(call) => write!(
            f,
            "dce_rpc_response fid={fid} {call} uuid={} named_pipe={} endpoint={} operation={} rtt={}",
            Unset(binding.interface(call.ctx_id)),
            Unset(binding.named_pipe().map(Hex)),
            Flag(binding.endpoint().is_some()),
            Flag(binding.operation().is_some()),
            Unset(
                binding
                    .rtt_micros()
                    .map(|micros| format!("{:.6}", micros as f64 / 1e6))
            ),
        ),
        DceRpcKind::ResponseStub(call, stub) => write!(
            f,
            "dce_rpc_response_stub fid={fid} ctx={} opnum={} stub={}",
            call.ctx_id,
            call.opnum,
            Hex(stub)
        ),
    }
}

fn http(f: &mut Formatter<'_>, event: &HttpEvent<'_>) -> fmt::Result {
    match event {
        HttpEvent::Request {
            method,
            original_uri,
            unescaped_uri,
            version,
        } => write!(
            f,
            "http_request method={} original_uri={} unescaped_uri={} version={}.{}",
            Hex(method),
            Hex(original_uri),
            Hex(unescaped_uri),
            version.0,
            version.1
        ),
        HttpEvent::Reply {
            version,
            code,
            reason,
        } => {
            write!(
                f,
                "http_reply version={}.{} code={code} reason={}",
                version.0,
                version.1,
                Hex(reason)
            )
        }
        HttpEvent::BeginEntity { is_orig } => {
            write!(f, "http_begin_entity is_orig={}", Flag(*is_orig))
        }
        HttpEvent::Header {
            is_orig,
            original_name,
            value,
        } => write!(
            f,
            "http_header is_orig={} name={} value={}",
            Flag(*is_orig),
            Hex(original_name),
            Hex(value)
        ),
        HttpEvent::AllHeaders { is_orig, headers } => {
            write!(
                f,
                "http_all_headers is_orig={} count={}",
                Flag(*is_orig),
                headers.len()
            )
        }
        HttpEvent::ContentType {
            is_orig,
            kind,
            subtype,
        } => write!(
            f,
            "http_content_type is_orig={} type={} subtype={}",
            Flag(*is_orig),
            Hex(kind),
            Hex(subtype)
        ),
        HttpEvent::EntityData { is_orig, data } => {
            write!(
                f,
                "http_entity_data is_orig={} data={}",
                Flag(*is_orig),
                Hex(data)
            )
        }
        HttpEvent::EndEntity { is_orig } => write!(f, "http_end_entity is_orig={}", Flag(*is_orig)),
        HttpEvent::MessageDone {
            is_orig,
            statistics,
        } => write!(
            f,
            "http_message_done is_orig={} start={} interrupted={} finish_msg={} body={} gap={} header={}",
            Flag(*is_orig),
            statistics.start,
            Flag(statistics.interrupted),
            statistics.finish_msg.replace(' ', "_"),
            statistics.body_length,
            statistics.content_gap_length,
            statistics.header_length
        ),
        HttpEvent::ConnectionUpgrade { protocol } => {
            write!(f, "http_connection_upgrade protocol={}", Hex(protocol))
        }
    }
}

fn smb(f: &mut Formatter<'_>, event: &SmbEvent<'_>) -> fmt::Result {
    match event {
        SmbEvent::Smb1(event) => smb1(f, event),
        SmbEvent::Smb2(event) => smb2(f, event),
        SmbEvent::Encrypted {
            session_id,
            original_size,
        } => {
            write!(
                f,
                "smb2_transform_header session={session_id} size={original_size}"
            )
        }
        SmbEvent::PipeConnectHeuristic => f.write_str("smb_pipe_connect_heuristic"),
        SmbEvent::DiscardedMessages { table } => {
            write!(f, "smb2_discarded_messages_state table={table}")
        }
        SmbEvent::DiscardedDceRpcAnalyzers => f.write_str("smb_discarded_dce_rpc_analyzers"),
    }
}

fn smb1(f: &mut Formatter<'_>, event: &Smb1Event<'_>) -> fmt::Result {
    use Smb1Kind as K;
    let name = match &event.kind {
        K::Message { .. } => "smb1_message",
        K::Error { .. } => "smb1_error",
        K::EmptyResponse => "smb1_empty_response",
        K::NegotiateRequest { .. } => "smb1_negotiate_request",
        K::NegotiateResponse { .. } => "smb1_negotiate_response",
        K::SessionSetupRequest { .. } => "smb1_session_setup_andx_request",
        K::SessionSetupResponse { .. } => "smb1_session_setup_andx_response",
        K::TreeConnectRequest { .. } => "smb1_tree_connect_andx_request",
        K::TreeConnectResponse { .. } => "smb1_tree_connect_andx_response",
        K::TreeDisconnect { .. } => "smb1_tree_disconnect",
        K::Logoff { .. } => "smb1_logoff_andx",
        K::CreateRequest { .. } => "smb1_nt_create_andx_request",
        K::CreateResponse { .. } => "smb1_nt_create_andx_response",
        K::ReadRequest { .. } => "smb1_read_andx_request",
        K::ReadResponse { .. } => "smb1_read_andx_response",
        K::WriteRequest { .. } => "smb1_write_andx_request",
        K::WriteResponse { .. } => "smb1_write_andx_response",
        K::CloseRequest { .. } => "smb1_close_request",
        K::TransactionRequest { .. } => "smb1_transaction_request",
        K::TransactionResponse { .. } => "smb1_transaction_response",
        K::TransactionSecondaryRequest { .. } => "smb1_transaction_secondary_request",
        K::Transaction2Request { .. } => "smb1_transaction2_request",
        K::Transaction2SecondaryRequest { .. } => "smb1_transaction2_secondary_request",
        K::FindFirst2Request { .. } => "smb1_trans2_find_first2_request",
        K::QueryPathInformationRequest { .. } => "smb1_trans2_query_path_info_request",
        K::GetDfsReferralRequest { .. } => "smb1_trans2_get_dfs_referral_request",
        K::QueryInformationRequest { .. } => "smb1_query_information_request",
        K::CheckDirectoryRequest { .. } => "smb1_check_directory_request",
        K::CheckDirectoryResponse => "smb1_check_directory_response",
        K::EchoRequest { .. } => "smb1_echo_request",
        K::EchoResponse { .. } => "smb1_echo_response",
        K::NtCancelRequest => "smb1_nt_cancel_request",
    };
    f.write_str(name)?;
    // Zeek doesn't give these three a header.
    if !matches!(
        event.kind,
        K::EchoRequest { .. } | K::EchoResponse { .. } | K::Logoff { .. }
    ) {
        let h = &event.header;
        write!(
            f,
            " command={} status={} tid={} uid={} mid={}",
            h.command, h.status, h.tid, h.uid, h.mid
        )?;
    }
    match &event.kind {
        K::Message { is_orig }
        | K::Error { is_orig }
        | K::TreeDisconnect { is_orig }
        | K::Logoff { is_orig } => {
            write!(f, " is_orig={}", Flag(*is_orig))
        }
        K::EmptyResponse | K::CheckDirectoryResponse | K::NtCancelRequest => Ok(()),
        K::NegotiateRequest { dialects } => {
            f.write_str(" dialects=")?;
            dialects
                .iter()
                .try_for_each(|dialect| write!(f, "{},", Hex(dialect)))
        }
        K::NegotiateResponse { .. } => Ok(()),
        K::SessionSetupRequest { word_count } | K::SessionSetupResponse { word_count } => {
            write!(f, " word_count={word_count}")
        }
        K::TreeConnectRequest { path, service } => {
            write!(f, " path={} service={}", Hex(path), Hex(service))
        }
        K::TreeConnectResponse {
            service,
            native_file_system,
        } => {
            write!(
                f,
                " service={} native_file_system={}",
                Hex(service),
                Hex(native_file_system)
            )
        }
        K::CreateRequest { name: file_name }
        | K::FindFirst2Request { file_name }
        | K::QueryPathInformationRequest { file_name }
        | K::GetDfsReferralRequest { file_name }
        | K::QueryInformationRequest { file_name }
        | K::CheckDirectoryRequest {
            directory_name: file_name,
        } => write!(f, " name={}", Hex(file_name)),
        K::CreateResponse {
            file_id,
            file_size,
            times,
        } => {
            write!(f, " file_id={file_id} file_size={file_size} times={times}")
        }
        K::ReadRequest {
            file_id,
            offset,
            length,
        } => write!(f, " file_id={file_id} offset={offset} length={length}"),
        K::ReadResponse { data_len } => write!(f, " data_len={data_len}"),
        K::WriteRequest {
            file_id,
            offset,
            data_len,
        } => {
            write!(f, " file_id={file_id} offset={offset} data_len={data_len}")
        }
        K::WriteResponse { written_bytes } => write!(f, " written_bytes={written_bytes}"),
        K::CloseRequest { file_id } => write!(f, " file_id={file_id}"),
        K::TransactionRequest {
            name,
            sub_cmd,
            parameters,
            data,
        } => write!(
            f,
            " name={} sub_cmd={sub_cmd} parameters={} data={}",
            Hex(name),
            Hex(parameters),
            Hex(data)
        ),
        K::TransactionResponse { parameters, data }
        | K::TransactionSecondaryRequest { parameters, data }
        | K::Transaction2SecondaryRequest { parameters, data } => {
            write!(f, " parameters={} data={}", Hex(parameters), Hex(data))
        }
        K::Transaction2Request { sub_cmd } => write!(f, " sub_cmd={sub_cmd}"),
        K::EchoRequest {
            echo_count: number,
            data,
        }
        | K::EchoResponse {
            sequence: number,
            data,
        } => {
            write!(f, " number={number} data={}", Hex(data))
        }
    }
}

fn smb2(f: &mut Formatter<'_>, event: &Smb2Event<'_>) -> fmt::Result {
    use Smb2Kind as K;
    let name = match &event.kind {
        K::Message { .. } => "smb2_message",
        K::NegotiateRequest { .. } => "smb2_negotiate_request",
        K::NegotiateResponse { .. } => "smb2_negotiate_response",
        K::SessionSetupRequest { .. } => "smb2_session_setup_request",
        K::SessionSetupResponse { .. } => "smb2_session_setup_response",
        K::TreeConnectRequest { .. } => "smb2_tree_connect_request",
        K::TreeConnectResponse { .. } => "smb2_tree_connect_response",
        K::TreeDisconnectRequest => "smb2_tree_disconnect_request",
        K::TreeDisconnectResponse => "smb2_tree_disconnect_response",
        K::CreateRequest { .. } => "smb2_create_request",
        K::CreateResponse { .. } => "smb2_create_response",
        K::ReadRequest { .. } => "smb2_read_request",
        K::WriteRequest { .. } => "smb2_write_request",
        K::WriteResponse { .. } => "smb2_write_response",
        K::CloseRequest { .. } => "smb2_close_request",
        K::CloseResponse { .. } => "smb2_close_response",
        K::FileRename { .. } => "smb2_file_rename",
        K::FileDelete { .. } => "smb2_file_delete",
        K::FileSattr { .. } => "smb2_file_sattr",
        K::FileAllocation { .. } => "smb2_file_allocation",
        K::FileEndOfFile { .. } => "smb2_file_endoffile",
        K::FileLink { .. } => "smb2_file_link",
    };
    let h = &event.header;
    write!(
        f,
        "{name} command={} status={} mid={} tree={} session={}",
        h.command, h.status, h.message_id, h.tree_id, h.session_id
    )?;
    match &event.kind {
        K::Message { is_orig } => write!(f, " is_orig={}", Flag(*is_orig)),
        K::NegotiateRequest { dialects } => {
            f.write_str(" dialects=")?;
            dialects
                .iter()
                .try_for_each(|dialect| write!(f, "{dialect},"))
        }
        K::NegotiateResponse {
            dialect_revision,
            security_mode,
            server_guid,
        } => {
            write!(
                f,
                " dialect={dialect_revision} security_mode={security_mode} server_guid={server_guid}"
            )
        }
        K::SessionSetupRequest { security_mode } => write!(f, " security_mode={security_mode}"),
        K::SessionSetupResponse { flags } => write!(f, " flags={}", flags & 7),
        K::TreeConnectRequest { path } => write!(f, " path={}", Hex(path)),
        K::TreeConnectResponse { share_type } => write!(f, " share_type={share_type}"),
        K::TreeDisconnectRequest | K::TreeDisconnectResponse => Ok(()),
        K::CreateRequest {
            filename,
            disposition,
            create_options,
        } => {
            write!(
                f,
                " filename={} disposition={disposition} options={create_options}",
                Hex(filename)
            )
        }
        K::CreateResponse {
            file_id,
            size,
            times,
            create_action,
            ..
        } => {
            write!(
                f,
                " file_id={file_id} size={size} times={times} action={create_action}"
            )
        }
        K::ReadRequest {
            file_id,
            offset,
            length,
        }
        | K::WriteRequest {
            file_id,
            offset,
            length,
        } => {
            write!(f, " file_id={file_id} offset={offset} length={length}")
        }
        K::WriteResponse { length } => write!(f, " length={length}"),
        K::CloseRequest { file_id } => write!(f, " file_id={file_id}"),
        K::CloseResponse {
            alloc_size,
            eof,
            times,
            ..
        } => {
            write!(f, " alloc_size={alloc_size} eof={eof} times={times}")
        }
        K::FileRename {
            file_id,
            dst_filename,
        } => write!(f, " file_id={file_id} filename={}", Hex(dst_filename)),
        K::FileDelete {
            file_id,
            delete_pending,
        } => {
            write!(
                f,
                " file_id={file_id} delete_pending={}",
                Flag(*delete_pending)
            )
        }
        K::FileSattr { file_id, times, .. } => write!(f, " file_id={file_id} times={times}"),
        K::FileAllocation {
            file_id,
            allocation_size: number,
        }
        | K::FileEndOfFile {
            file_id,
            end_of_file: number,
        } => {
            write!(f, " file_id={file_id} number={number}")
        }
        K::FileLink {
            file_id,
            root_directory,
            file_name,
        } => {
            write!(
                f,
                " file_id={file_id} root_directory={root_directory} name={}",
                Hex(file_name)
            )
        }
    }
}
