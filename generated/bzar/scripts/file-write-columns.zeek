##! Lines of smb_files.log for what is written, with where and how much: the columns that MITRE's BZAR adds. Packs that are
##! loaded together each bring this file, as does BZAR such columns: the first one wins. BZAR itself asks for nothing that is
##! there already, so load it before this pack.

@load base/protocols/smb

@ifndef ( SigzeekFileWrites::COLUMNS )
@ifndef ( BZAR::smb_admin_file_shares )

module SigzeekFileWrites;

export {
	const COLUMNS = T;

	redef record SMB::FileInfo += {
		## Where the latest write begins in the file.
		data_offset_req: count &log &optional;
		## How many bytes it asks to write.
		data_len_req: count &log &optional;
		## How many bytes the response says were written (SMB1).
		data_len_rsp: count &log &optional;
	};
}

redef SMB::logged_file_actions += { SMB::FILE_WRITE };

# Whether the file is known that the latest message is about.
function knows_file(c: connection): bool
	{
	return c?$smb_state && c$smb_state?$current_cmd && c$smb_state$current_cmd?$referenced_file
	       && c$smb_state$current_cmd$referenced_file?$action;
	}

function keep_request(c: connection, offset: count, length: count)
	{
	if ( ! knows_file(c) )
		return;

	local info = c$smb_state$current_cmd$referenced_file;
	info$data_offset_req = offset;
	info$data_len_req = length;
	}

# The path, which the base script tells only of what is read, written or closed.
event smb1_nt_create_andx_request(c: connection, hdr: SMB1::Header, file_name: string)
	{
	if ( ! c?$smb_state || ! c$smb_state?$current_file || ! c$smb_state?$current_tree )
		return;

	if ( c$smb_state$current_tree?$path && ! c$smb_state$current_file?$path )
		c$smb_state$current_file$path = c$smb_state$current_tree$path;
	}

# The base script logs what SMB2 writes, at priority -5.
event smb2_write_request(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID, offset: count, length: count)
	{
	keep_request(c, offset, length);
	}

event smb1_write_andx_request(c: connection, hdr: SMB1::Header, file_id: count, offset: count, data_len: count)
	{
	keep_request(c, offset, data_len);
	}

event smb1_write_andx_response(c: connection, hdr: SMB1::Header, written_bytes: count) &priority=-5
	{
	if ( ! knows_file(c) )
		return;

	local info = c$smb_state$current_cmd$referenced_file;
	info$data_len_rsp = written_bytes;

	# The function logs the current file, which is that of the latest request.
	local current = c$smb_state?$current_file ? c$smb_state$current_file : info;
	c$smb_state$current_file = info;
	SMB::write_file_log(c$smb_state);
	c$smb_state$current_file = current;
	}

@endif
@endif
