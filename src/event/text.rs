//! Events as lines of text, the form in which they are compared with Zeek's.
//!
//! A line is time, originator, responder, the event's Zeek name and its arguments as `name=value`, separated by spaces.
//! Bytes are hexadecimal; unset values are `-`.

use std::fmt::{self, Display, Formatter, Write};

use super::{
    Binding, Call, DceRpcEvent, DceRpcKind, Event, EventKind, FileTimes, Guid, HttpEvent,
    PresentationContext, Smb1Event, Smb1Kind, Smb2Event, Smb2Kind, SmbEvent, Timestamp, Uuid,
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

/// Writes arguments by their names, each with a space before it.
macro_rules! arguments {
    ($f:ident $(, $name:ident $(: $value:expr)?)* $(,)?) => {{
        $(put($f, stringify!($name), &arguments!(@value $name $(, $value)?))?;)*
        fmt::Result::Ok(())
    }};
    (@value $name:ident) => { $name };
    (@value $name:ident, $value:expr) => { $value };
}

/// Writes an event's name and its arguments.
macro_rules! event {
    ($f:ident, $event:literal $($arguments:tt)*) => {{
        $f.write_str($event)?;
        arguments!($f $($arguments)*)
    }};
}

fn put(f: &mut Formatter<'_>, name: &str, value: &impl EventArgument) -> fmt::Result {
    f.write_char(' ')?;
    f.write_str(name)?;
    f.write_char('=')?;
    value.write(f)
}

/// A value as it stands in a line.
trait EventArgument {
    fn write(&self, f: &mut Formatter<'_>) -> fmt::Result;
}

impl<T: EventArgument + ?Sized> EventArgument for &T {
    fn write(&self, f: &mut Formatter<'_>) -> fmt::Result {
        T::write(self, f)
    }
}

impl<T: EventArgument> EventArgument for Option<T> {
    fn write(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Some(value) => value.write(f),
            None => f.write_char('-'),
        }
    }
}

impl EventArgument for [u8] {
    fn write(&self, f: &mut Formatter<'_>) -> fmt::Result {
        const DIGITS: [char; 16] = [
            '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
        ];
        for byte in self {
            f.write_char(DIGITS[usize::from(byte >> 4)])?;
            f.write_char(DIGITS[usize::from(byte & 15)])?;
        }
        Ok(())
    }
}

impl EventArgument for bool {
    fn write(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char(if *self { 'T' } else { 'F' })
    }
}

impl EventArgument for Guid {
    fn write(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.persistent, self.volatile)
    }
}

impl EventArgument for FileTimes {
    fn write(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let FileTimes {
            modified,
            accessed,
            created,
            changed,
        } = self;
        write!(f, "{modified}/{accessed}/{created}/{changed}")
    }
}

macro_rules! written_as_they_are {
    ($($kind:ty),*) => {
        $(impl EventArgument for $kind {
            fn write(&self, f: &mut Formatter<'_>) -> fmt::Result {
                self.fmt(f)
            }
        })*
    };
}

written_as_they_are!(
    u8,
    u16,
    u32,
    u64,
    i64,
    usize,
    str,
    String,
    Timestamp,
    Uuid,
    fmt::Arguments<'_>
);

fn dce_rpc(f: &mut Formatter<'_>, event: &DceRpcEvent<'_>) -> fmt::Result {
    let fid = event.fid;
    let binding = event.binding;
    match &event.kind {
        DceRpcKind::Message { is_orig, ptype } => {
            event!(f, "dce_rpc_message", fid, is_orig, ptype)
        }
        DceRpcKind::Bind(context) => {
            f.write_str("dce_rpc_bind")?;
            presentation_context(f, fid, context)
        }
        DceRpcKind::AlterContext(context) => {
            f.write_str("dce_rpc_alter_context")?;
            presentation_context(f, fid, context)
        }
        DceRpcKind::BindAck { secondary_address } => {
            event!(f, "dce_rpc_bind_ack", fid, sec_addr: secondary_address)
        }
        DceRpcKind::AlterContextResponse => event!(f, "dce_rpc_alter_context_resp", fid),
        DceRpcKind::Request(call) => {
            f.write_str("dce_rpc_request")?;
            bound_call(f, fid, call, binding)
        }
        DceRpcKind::RequestStub(call, stub) => {
            let (ctx, opnum) = (call.ctx_id, call.opnum);
            event!(f, "dce_rpc_request_stub", fid, ctx, opnum, stub)
        }
        DceRpcKind::Response(call) => {
            f.write_str("dce_rpc_response")?;
            bound_call(f, fid, call, binding)?;
            let rtt = binding.rtt_micros();
            arguments!(
                f,
                endpoint: binding.endpoint().is_some(),
                operation: binding.operation().is_some(),
                rtt: rtt.map(|micros| format!("{:.6}", micros as f64 / 1e6)),
            )
        }
        DceRpcKind::ResponseStub(call, stub) => {
            let (ctx, opnum) = (call.ctx_id, call.opnum);
            event!(f, "dce_rpc_response_stub", fid, ctx, opnum, stub)
        }
    }
}

fn presentation_context(
    f: &mut Formatter<'_>,
    fid: u64,
    context: &PresentationContext,
) -> fmt::Result {
    let (major, minor) = (context.version_major, context.version_minor);
    let version = format_args!("{major}.{minor}");
    arguments!(f, fid, ctx: context.ctx_id, uuid: context.uuid, version)
}

fn bound_call(f: &mut Formatter<'_>, fid: u64, call: &Call, binding: &Binding) -> fmt::Result {
    arguments!(
        f,
        fid,
        ctx: call.ctx_id,
        opnum: call.opnum,
        stub_len: call.stub_len,
        uuid: binding.interface(call.ctx_id),
        named_pipe: binding.named_pipe(),
    )
}

fn http(f: &mut Formatter<'_>, event: &HttpEvent<'_>) -> fmt::Result {
    match event {
        HttpEvent::Request {
            method,
            original_uri,
            unescaped_uri,
            version: (major, minor),
        } => {
            let version = format_args!("{major}.{minor}");
            event!(
                f,
                "http_request",
                method,
                original_uri,
                unescaped_uri,
                version
            )
        }
        HttpEvent::Reply {
            version: (major, minor),
            code,
            reason,
        } => {
            let version = format_args!("{major}.{minor}");
            event!(f, "http_reply", version, code, reason)
        }
        HttpEvent::BeginEntity { is_orig } => event!(f, "http_begin_entity", is_orig),
        HttpEvent::Header {
            is_orig,
            original_name,
            value,
        } => event!(f, "http_header", is_orig, name: original_name, value),
        HttpEvent::AllHeaders { is_orig, headers } => {
            event!(f, "http_all_headers", is_orig, count: headers.len())
        }
        HttpEvent::ContentType {
            is_orig,
            kind,
            subtype,
        } => event!(f, "http_content_type", is_orig, type: kind, subtype),
        HttpEvent::EntityData { is_orig, data } => event!(f, "http_entity_data", is_orig, data),
        HttpEvent::EndEntity { is_orig } => event!(f, "http_end_entity", is_orig),
        HttpEvent::MessageDone {
            is_orig,
            statistics,
        } => event!(
            f,
            "http_message_done",
            is_orig,
            start: statistics.start,
            interrupted: statistics.interrupted,
            finish_msg: statistics.finish_msg.replace(' ', "_"),
            body: statistics.body_length,
            gap: statistics.content_gap_length,
            header: statistics.header_length,
        ),
        HttpEvent::ConnectionUpgrade { protocol } => {
            event!(f, "http_connection_upgrade", protocol)
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
        } => event!(f, "smb2_transform_header", session: session_id, size: original_size),
        SmbEvent::PipeConnectHeuristic => f.write_str("smb_pipe_connect_heuristic"),
        SmbEvent::DiscardedMessages { table } => {
            event!(f, "smb2_discarded_messages_state", table)
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
        arguments!(f, command: h.command, status: h.status, tid: h.tid, uid: h.uid, mid: h.mid)?;
    }
    match &event.kind {
        K::Message { is_orig }
        | K::Error { is_orig }
        | K::TreeDisconnect { is_orig }
        | K::Logoff { is_orig } => arguments!(f, is_orig),
        K::EmptyResponse
        | K::NegotiateResponse { .. }
        | K::CheckDirectoryResponse
        | K::NtCancelRequest => Ok(()),
        K::NegotiateRequest { dialects } => {
            f.write_str(" dialects=")?;
            dialects.iter().try_for_each(|dialect| {
                dialect.as_slice().write(f)?;
                f.write_char(',')
            })
        }
        K::SessionSetupRequest { word_count } | K::SessionSetupResponse { word_count } => {
            arguments!(f, word_count)
        }
        K::TreeConnectRequest { path, service } => arguments!(f, path, service),
        K::TreeConnectResponse {
            service,
            native_file_system,
        } => arguments!(f, service, native_file_system),
        K::CreateRequest { name: file_name }
        | K::FindFirst2Request { file_name }
        | K::QueryPathInformationRequest { file_name }
        | K::GetDfsReferralRequest { file_name }
        | K::QueryInformationRequest { file_name }
        | K::CheckDirectoryRequest {
            directory_name: file_name,
        } => arguments!(f, name: file_name),
        K::CreateResponse {
            file_id,
            file_size,
            times,
        } => arguments!(f, file_id, file_size, times),
        K::ReadRequest {
            file_id,
            offset,
            length,
        } => arguments!(f, file_id, offset, length),
        K::ReadResponse { data_len } => arguments!(f, data_len),
        K::WriteRequest {
            file_id,
            offset,
            data_len,
        } => arguments!(f, file_id, offset, data_len),
        K::WriteResponse { written_bytes } => arguments!(f, written_bytes),
        K::CloseRequest { file_id } => arguments!(f, file_id),
        K::TransactionRequest {
            name,
            sub_cmd,
            parameters,
            data,
        } => arguments!(f, name, sub_cmd, parameters, data),
        K::TransactionResponse { parameters, data }
        | K::TransactionSecondaryRequest { parameters, data }
        | K::Transaction2SecondaryRequest { parameters, data } => arguments!(f, parameters, data),
        K::Transaction2Request { sub_cmd } => arguments!(f, sub_cmd),
        K::EchoRequest {
            echo_count: number,
            data,
        }
        | K::EchoResponse {
            sequence: number,
            data,
        } => arguments!(f, number, data),
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
        K::Message { is_orig } => arguments!(f, is_orig),
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
        } => arguments!(f, dialect: dialect_revision, security_mode, server_guid),
        K::SessionSetupRequest { security_mode } => arguments!(f, security_mode),
        K::SessionSetupResponse { flags } => arguments!(f, flags: flags & 7),
        K::TreeConnectRequest { path } => arguments!(f, path),
        K::TreeConnectResponse { share_type } => arguments!(f, share_type),
        K::TreeDisconnectRequest | K::TreeDisconnectResponse => Ok(()),
        K::CreateRequest {
            filename,
            disposition,
            create_options,
        } => arguments!(f, filename, disposition, options: create_options),
        K::CreateResponse {
            file_id,
            size,
            times,
            create_action,
            ..
        } => arguments!(f, file_id, size, times, action: create_action),
        K::ReadRequest {
            file_id,
            offset,
            length,
        }
        | K::WriteRequest {
            file_id,
            offset,
            length,
        } => arguments!(f, file_id, offset, length),
        K::WriteResponse { length } => arguments!(f, length),
        K::CloseRequest { file_id } => arguments!(f, file_id),
        K::CloseResponse {
            alloc_size,
            eof,
            times,
            ..
        } => arguments!(f, alloc_size, eof, times),
        K::FileRename {
            file_id,
            dst_filename,
        } => arguments!(f, file_id, filename: dst_filename),
        K::FileDelete {
            file_id,
            delete_pending,
        } => arguments!(f, file_id, delete_pending),
        K::FileSattr { file_id, times, .. } => arguments!(f, file_id, times),
        K::FileAllocation {
            file_id,
            allocation_size: number,
        }
        | K::FileEndOfFile {
            file_id,
            end_of_file: number,
        } => arguments!(f, file_id, number),
        K::FileLink {
            file_id,
            root_directory,
            file_name,
        } => arguments!(f, file_id, root_directory, name: file_name),
    }
}
