##! Prints protocol events in the form in which the replay engine prints them, one a line.

module DumpEvents;

function hex(s: string): string
	{
	return bytestring_to_hexstr(s);
	}

function line(c: connection, rest: string)
	{
	print fmt("%.6f %s %d %s %d %s", network_time(), c$id$orig_h, port_to_count(c$id$orig_p),
	          c$id$resp_h, port_to_count(c$id$resp_p), rest);
	}

## DCE-RPC.

function pipe(c: connection, fid: count): string
	{
	if ( ! c?$dce_rpc_backing || fid !in c$dce_rpc_backing )
		return "-";
	local state = c$dce_rpc_backing[fid]$state;
	return state?$named_pipe ? hex(state$named_pipe) : "-";
	}

function interface(c: connection, fid: count, ctx_id: count): string
	{
	if ( ! c?$dce_rpc_backing || fid !in c$dce_rpc_backing )
		return "-";
	local state = c$dce_rpc_backing[fid]$state;
	if ( state?$ctx_to_uuid && ctx_id in state$ctx_to_uuid )
		return state$ctx_to_uuid[ctx_id];
	if ( state?$uuid )
		return state$uuid;
	if ( state?$named_pipe )
		{
		local parts = split_string(state$named_pipe, /\\[pP][iI][pP][eE]\\/);
		local name = to_lower(1 in parts ? parts[1] : state$named_pipe);
		if ( name in DCE_RPC::pipe_name_to_common_uuid )
			return DCE_RPC::pipe_name_to_common_uuid[name];
		}
	return "-";
	}

event dce_rpc_message(c: connection, is_orig: bool, fid: count, ptype_id: count, ptype: DCE_RPC::PType)
	{
	line(c, fmt("dce_rpc_message fid=%d is_orig=%s ptype=%d", fid, is_orig, ptype_id));
	}

event dce_rpc_bind(c: connection, fid: count, ctx_id: count, uuid: string, ver_major: count, ver_minor: count)
	{
	line(c, fmt("dce_rpc_bind fid=%d ctx=%d uuid=%s version=%d.%d", fid, ctx_id, uuid_to_string(uuid), ver_major, ver_minor));
	}

event dce_rpc_alter_context(c: connection, fid: count, ctx_id: count, uuid: string, ver_major: count, ver_minor: count)
	{
	line(c, fmt("dce_rpc_alter_context fid=%d ctx=%d uuid=%s version=%d.%d", fid, ctx_id, uuid_to_string(uuid), ver_major, ver_minor));
	}

event dce_rpc_bind_ack(c: connection, fid: count, sec_addr: string)
	{
	line(c, fmt("dce_rpc_bind_ack fid=%d sec_addr=%s", fid, hex(sec_addr)));
	}

event dce_rpc_alter_context_resp(c: connection, fid: count)
	{
	line(c, fmt("dce_rpc_alter_context_resp fid=%d", fid));
	}

event dce_rpc_request(c: connection, fid: count, ctx_id: count, opnum: count, stub_len: count)
	{
	line(c, fmt("dce_rpc_request fid=%d ctx=%d opnum=%d stub_len=%d uuid=%s named_pipe=%s", fid, ctx_id, opnum, stub_len,
	            interface(c, fid, ctx_id), pipe(c, fid)));
	}

event dce_rpc_request_stub(c: connection, fid: count, ctx_id: count, opnum: count, stub: string)
	{
	line(c, fmt("dce_rpc_request_stub fid=%d ctx=%d opnum=%d stub=%s", fid, ctx_id, opnum, hex(stub)));
	}

event dce_rpc_response(c: connection, fid: count, ctx_id: count, opnum: count, stub_len: count)
	{
	local info = c$dce_rpc;
	line(c, fmt("dce_rpc_response fid=%d ctx=%d opnum=%d stub_len=%d uuid=%s named_pipe=%s endpoint=%s operation=%s rtt=%s",
	            fid, ctx_id, opnum, stub_len, interface(c, fid, ctx_id), pipe(c, fid), info?$endpoint, info?$operation,
	            info?$rtt ? fmt("%.6f", interval_to_double(info$rtt)) : "-"));
	}

event dce_rpc_response_stub(c: connection, fid: count, ctx_id: count, opnum: count, stub: string)
	{
	line(c, fmt("dce_rpc_response_stub fid=%d ctx=%d opnum=%d stub=%s", fid, ctx_id, opnum, hex(stub)));
	}

## HTTP.

event http_request(c: connection, method: string, original_URI: string, unescaped_URI: string, version: string)
	{
	line(c, fmt("http_request method=%s original_uri=%s unescaped_uri=%s version=%s", hex(method), hex(original_URI),
	            hex(unescaped_URI), version));
	}

event http_reply(c: connection, version: string, code: count, reason: string)
	{
	line(c, fmt("http_reply version=%s code=%d reason=%s", version, code, hex(reason)));
	}

event http_begin_entity(c: connection, is_orig: bool)
	{
	line(c, fmt("http_begin_entity is_orig=%s", is_orig));
	}

event http_header(c: connection, is_orig: bool, original_name: string, name: string, value: string)
	{
	line(c, fmt("http_header is_orig=%s name=%s value=%s", is_orig, hex(original_name), hex(value)));
	}

event http_all_headers(c: connection, is_orig: bool, hlist: mime_header_list)
	{
	line(c, fmt("http_all_headers is_orig=%s count=%d", is_orig, |hlist|));
	}

event http_content_type(c: connection, is_orig: bool, ty: string, subty: string)
	{
	line(c, fmt("http_content_type is_orig=%s type=%s subtype=%s", is_orig, hex(ty), hex(subty)));
	}

event http_entity_data(c: connection, is_orig: bool, length: count, data: string)
	{
	line(c, fmt("http_entity_data is_orig=%s data=%s", is_orig, hex(data)));
	}

event http_end_entity(c: connection, is_orig: bool)
	{
	line(c, fmt("http_end_entity is_orig=%s", is_orig));
	}

event http_message_done(c: connection, is_orig: bool, stat: http_message_stat)
	{
	line(c, fmt("http_message_done is_orig=%s start=%.6f interrupted=%s finish_msg=%s body=%d gap=%d header=%d", is_orig,
	            stat$start, stat$interrupted, gsub(stat$finish_msg, / /, "_"), stat$body_length, stat$content_gap_length,
	            stat$header_length));
	}

event http_connection_upgrade(c: connection, protocol: string)
	{
	line(c, fmt("http_connection_upgrade protocol=%s", hex(protocol)));
	}

## SMB1.

function smb1(c: connection, name: string, hdr: SMB1::Header, rest: string)
	{
	line(c, fmt("smb1_%s command=%d status=%d tid=%d uid=%d mid=%d%s", name, hdr$command, hdr$status, hdr$tid, hdr$uid,
	            hdr$mid, rest));
	}

function mac_times(t: SMB::MACTimes): string
	{
	return fmt("%d/%d/%d/%d", t$modified_raw, t$accessed_raw, t$created_raw, t$changed_raw);
	}

event smb1_message(c: connection, hdr: SMB1::Header, is_orig: bool)
	{
	smb1(c, "message", hdr, fmt(" is_orig=%s", is_orig));
	}

event smb1_error(c: connection, hdr: SMB1::Header, is_orig: bool)
	{
	smb1(c, "error", hdr, fmt(" is_orig=%s", is_orig));
	}

event smb1_empty_response(c: connection, hdr: SMB1::Header)
	{
	smb1(c, "empty_response", hdr, "");
	}

event smb1_negotiate_request(c: connection, hdr: SMB1::Header, dialects: string_vec)
	{
	local offered = "";
	for ( i in dialects )
		offered += fmt("%s,", hex(dialects[i]));
	smb1(c, "negotiate_request", hdr, fmt(" dialects=%s", offered));
	}

event smb1_negotiate_response(c: connection, hdr: SMB1::Header, response: SMB1::NegotiateResponse)
	{
	smb1(c, "negotiate_response", hdr, "");
	}

event smb1_session_setup_andx_request(c: connection, hdr: SMB1::Header, request: SMB1::SessionSetupAndXRequest)
	{
	smb1(c, "session_setup_andx_request", hdr, fmt(" word_count=%d", request$word_count));
	}

event smb1_session_setup_andx_response(c: connection, hdr: SMB1::Header, response: SMB1::SessionSetupAndXResponse)
	{
	smb1(c, "session_setup_andx_response", hdr, fmt(" word_count=%d", response$word_count));
	}

event smb1_tree_connect_andx_request(c: connection, hdr: SMB1::Header, path: string, service: string)
	{
	smb1(c, "tree_connect_andx_request", hdr, fmt(" path=%s service=%s", hex(path), hex(service)));
	}

event smb1_tree_connect_andx_response(c: connection, hdr: SMB1::Header, service: string, native_file_system: string)
	{
	smb1(c, "tree_connect_andx_response", hdr, fmt(" service=%s native_file_system=%s", hex(service), hex(native_file_system)));
	}

event smb1_tree_disconnect(c: connection, hdr: SMB1::Header, is_orig: bool)
	{
	smb1(c, "tree_disconnect", hdr, fmt(" is_orig=%s", is_orig));
	}

event smb1_logoff_andx(c: connection, is_orig: bool)
	{
	line(c, fmt("smb1_logoff_andx is_orig=%s", is_orig));
	}

event smb1_nt_create_andx_request(c: connection, hdr: SMB1::Header, file_name: string)
	{
	smb1(c, "nt_create_andx_request", hdr, fmt(" name=%s", hex(file_name)));
	}

event smb1_nt_create_andx_response(c: connection, hdr: SMB1::Header, file_id: count, file_size: count, times: SMB::MACTimes)
	{
	smb1(c, "nt_create_andx_response", hdr, fmt(" file_id=%d file_size=%d times=%s", file_id, file_size, mac_times(times)));
	}

event smb1_read_andx_request(c: connection, hdr: SMB1::Header, file_id: count, offset: count, length: count)
	{
	smb1(c, "read_andx_request", hdr, fmt(" file_id=%d offset=%d length=%d", file_id, offset, length));
	}

event smb1_read_andx_response(c: connection, hdr: SMB1::Header, data_len: count)
	{
	smb1(c, "read_andx_response", hdr, fmt(" data_len=%d", data_len));
	}

event smb1_write_andx_request(c: connection, hdr: SMB1::Header, file_id: count, offset: count, data_len: count)
	{
	smb1(c, "write_andx_request", hdr, fmt(" file_id=%d offset=%d data_len=%d", file_id, offset, data_len));
	}

event smb1_write_andx_response(c: connection, hdr: SMB1::Header, written_bytes: count)
	{
	smb1(c, "write_andx_response", hdr, fmt(" written_bytes=%d", written_bytes));
	}

event smb1_close_request(c: connection, hdr: SMB1::Header, file_id: count)
	{
	smb1(c, "close_request", hdr, fmt(" file_id=%d", file_id));
	}

event smb1_transaction_request(c: connection, hdr: SMB1::Header, name: string, sub_cmd: count, parameters: string, data: string)
	{
	smb1(c, "transaction_request", hdr, fmt(" name=%s sub_cmd=%d parameters=%s data=%s", hex(name), sub_cmd, hex(parameters), hex(data)));
	}

event smb1_transaction_response(c: connection, hdr: SMB1::Header, parameters: string, data: string)
	{
	smb1(c, "transaction_response", hdr, fmt(" parameters=%s data=%s", hex(parameters), hex(data)));
	}

event smb1_transaction_secondary_request(c: connection, hdr: SMB1::Header, args: SMB1::Trans_Sec_Args, parameters: string, data: string)
	{
	smb1(c, "transaction_secondary_request", hdr, fmt(" parameters=%s data=%s", hex(parameters), hex(data)));
	}

event smb1_transaction2_request(c: connection, hdr: SMB1::Header, args: SMB1::Trans2_Args, sub_cmd: count)
	{
	smb1(c, "transaction2_request", hdr, fmt(" sub_cmd=%d", sub_cmd));
	}

event smb1_transaction2_secondary_request(c: connection, hdr: SMB1::Header, args: SMB1::Trans2_Sec_Args, parameters: string, data: string)
	{
	smb1(c, "transaction2_secondary_request", hdr, fmt(" parameters=%s data=%s", hex(parameters), hex(data)));
	}

event smb1_trans2_find_first2_request(c: connection, hdr: SMB1::Header, args: SMB1::Find_First2_Request_Args)
	{
	smb1(c, "trans2_find_first2_request", hdr, fmt(" name=%s", hex(args$file_name)));
	}

event smb1_trans2_query_path_info_request(c: connection, hdr: SMB1::Header, file_name: string)
	{
	smb1(c, "trans2_query_path_info_request", hdr, fmt(" name=%s", hex(file_name)));
	}

event smb1_trans2_get_dfs_referral_request(c: connection, hdr: SMB1::Header, file_name: string)
	{
	smb1(c, "trans2_get_dfs_referral_request", hdr, fmt(" name=%s", hex(file_name)));
	}

event smb1_query_information_request(c: connection, hdr: SMB1::Header, filename: string)
	{
	smb1(c, "query_information_request", hdr, fmt(" name=%s", hex(filename)));
	}

event smb1_check_directory_request(c: connection, hdr: SMB1::Header, directory_name: string)
	{
	smb1(c, "check_directory_request", hdr, fmt(" name=%s", hex(directory_name)));
	}

event smb1_check_directory_response(c: connection, hdr: SMB1::Header)
	{
	smb1(c, "check_directory_response", hdr, "");
	}

event smb1_echo_request(c: connection, echo_count: count, data: string)
	{
	line(c, fmt("smb1_echo_request number=%d data=%s", echo_count, hex(data)));
	}

event smb1_echo_response(c: connection, seq_num: count, data: string)
	{
	line(c, fmt("smb1_echo_response number=%d data=%s", seq_num, hex(data)));
	}

event smb1_nt_cancel_request(c: connection, hdr: SMB1::Header)
	{
	smb1(c, "nt_cancel_request", hdr, "");
	}

## SMB2.

function smb2(c: connection, name: string, hdr: SMB2::Header, rest: string)
	{
	line(c, fmt("smb2_%s command=%d status=%d mid=%d tree=%d session=%d%s", name, hdr$command, hdr$status, hdr$message_id,
	            hdr$tree_id, hdr$session_id, rest));
	}

function guid(g: SMB2::GUID): string
	{
	return fmt("%d/%d", g$persistent, g$volatile);
	}

event smb2_message(c: connection, hdr: SMB2::Header, is_orig: bool)
	{
	smb2(c, "message", hdr, fmt(" is_orig=%s", is_orig));
	}

event smb2_negotiate_request(c: connection, hdr: SMB2::Header, dialects: index_vec)
	{
	local offered = "";
	for ( i in dialects )
		offered += fmt("%d,", dialects[i]);
	smb2(c, "negotiate_request", hdr, fmt(" dialects=%s", offered));
	}

event smb2_negotiate_response(c: connection, hdr: SMB2::Header, response: SMB2::NegotiateResponse)
	{
	smb2(c, "negotiate_response", hdr, fmt(" dialect=%d security_mode=%d server_guid=%s", response$dialect_revision,
	                                       response$security_mode, guid(response$server_guid)));
	}

event smb2_session_setup_request(c: connection, hdr: SMB2::Header, request: SMB2::SessionSetupRequest)
	{
	smb2(c, "session_setup_request", hdr, fmt(" security_mode=%d", request$security_mode));
	}

event smb2_session_setup_response(c: connection, hdr: SMB2::Header, response: SMB2::SessionSetupResponse)
	{
	local flags = (response$flags$guest ? 1 : 0) + (response$flags$anonymous ? 2 : 0) + (response$flags$encrypt ? 4 : 0);
	smb2(c, "session_setup_response", hdr, fmt(" flags=%d", flags));
	}

event smb2_tree_connect_request(c: connection, hdr: SMB2::Header, path: string)
	{
	smb2(c, "tree_connect_request", hdr, fmt(" path=%s", hex(path)));
	}

event smb2_tree_connect_response(c: connection, hdr: SMB2::Header, response: SMB2::TreeConnectResponse)
	{
	smb2(c, "tree_connect_response", hdr, fmt(" share_type=%d", response$share_type));
	}

event smb2_tree_disconnect_request(c: connection, hdr: SMB2::Header)
	{
	smb2(c, "tree_disconnect_request", hdr, "");
	}

event smb2_tree_disconnect_response(c: connection, hdr: SMB2::Header)
	{
	smb2(c, "tree_disconnect_response", hdr, "");
	}

event smb2_create_request(c: connection, hdr: SMB2::Header, request: SMB2::CreateRequest) &priority=10
	{
	smb2(c, "create_request", hdr, fmt(" filename=%s disposition=%d options=%d", hex(request$filename), request$disposition,
	                                   request$create_options));
	}

event smb2_create_response(c: connection, hdr: SMB2::Header, response: SMB2::CreateResponse)
	{
	smb2(c, "create_response", hdr, fmt(" file_id=%s size=%d times=%s action=%d", guid(response$file_id), response$size,
	                                    mac_times(response$times), response$create_action));
	}

event smb2_read_request(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID, offset: count, length: count)
	{
	smb2(c, "read_request", hdr, fmt(" file_id=%s offset=%d length=%d", guid(file_id), offset, length));
	}

event smb2_write_request(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID, offset: count, length: count)
	{
	smb2(c, "write_request", hdr, fmt(" file_id=%s offset=%d length=%d", guid(file_id), offset, length));
	}

event smb2_write_response(c: connection, hdr: SMB2::Header, length: count)
	{
	smb2(c, "write_response", hdr, fmt(" length=%d", length));
	}

event smb2_close_request(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID)
	{
	smb2(c, "close_request", hdr, fmt(" file_id=%s", guid(file_id)));
	}

event smb2_close_response(c: connection, hdr: SMB2::Header, response: SMB2::CloseResponse)
	{
	smb2(c, "close_response", hdr, fmt(" alloc_size=%d eof=%d times=%s", response$alloc_size, response$eof,
	                                   mac_times(response$times)));
	}

event smb2_file_rename(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID, dst_filename: string)
	{
	smb2(c, "file_rename", hdr, fmt(" file_id=%s filename=%s", guid(file_id), hex(dst_filename)));
	}

event smb2_file_delete(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID, delete_pending: bool)
	{
	smb2(c, "file_delete", hdr, fmt(" file_id=%s delete_pending=%s", guid(file_id), delete_pending));
	}

event smb2_file_sattr(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID, times: SMB::MACTimes, attrs: SMB2::FileAttrs)
	{
	smb2(c, "file_sattr", hdr, fmt(" file_id=%s times=%s", guid(file_id), mac_times(times)));
	}

event smb2_file_allocation(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID, alloc_size: int)
	{
	smb2(c, "file_allocation", hdr, fmt(" file_id=%s number=%d", guid(file_id), alloc_size));
	}

event smb2_file_endoffile(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID, endoffile: int)
	{
	smb2(c, "file_endoffile", hdr, fmt(" file_id=%s number=%d", guid(file_id), endoffile));
	}

event smb2_file_link(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID, root_directory: count, file_name: string)
	{
	smb2(c, "file_link", hdr, fmt(" file_id=%s root_directory=%d name=%s", guid(file_id), root_directory, hex(file_name)));
	}

event smb2_transform_header(c: connection, hdr: SMB2::Transform_header)
	{
	line(c, fmt("smb2_transform_header session=%d size=%d", hdr$session_id, hdr$orig_msg_size));
	}

event smb_pipe_connect_heuristic(c: connection)
	{
	line(c, "smb_pipe_connect_heuristic");
	}

event smb2_discarded_messages_state(c: connection, state: string)
	{
	line(c, fmt("smb2_discarded_messages_state table=%s", state));
	}

event smb_discarded_dce_rpc_analyzers(c: connection)
	{
	line(c, "smb_discarded_dce_rpc_analyzers");
	}
