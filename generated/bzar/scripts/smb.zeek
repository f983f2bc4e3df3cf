##! Dispatch of SMB file actions and tree connects to the rules that watch them.
##!
##! An action is looked up among those that rules watch, and its rules by the texts that they look for: the patterns of all
##! rules on a field are one automaton. What a file or a tree is, the base scripts keep.

@load ./smb-action

module Bzar;

# Rules that run on every such action, at the event that shows it done.
const every_file_done_rules: table[SMB::Action] of vector of FileHandler = {
	[SMB::FILE_WRITE] = vector(t1021_002_t1570_admin_share_write_on_file_done),
};

# Actions that some rule watches, at the event that shows it done.
const file_done_actions: set[SMB::Action] = {
	SMB::FILE_WRITE,
};

# Rules that run on every tree connect, at the request.
const every_tree_request_rules: vector of TreeHandler = vector(t1021_002_admin_share_on_tree_request);

# Whether the file is known that the message is about, and what is done with it.
function knows_file(c: connection): bool
	{
	return c?$smb_state && c$smb_state?$current_cmd && c$smb_state$current_cmd?$referenced_file
	       && c$smb_state$current_cmd$referenced_file?$action;
	}

# What this pack knows of a file action.
function file_action(c: connection, info: SMB::FileInfo, kind: SMB::Action): FileAction
	{
	local action = FileAction($name=cat(kind));

	if ( info?$path )
		action$path = info$path;
	else if ( c$smb_state?$current_tree && c$smb_state$current_tree?$path )
		action$path = c$smb_state$current_tree$path;

	return action;
	}

# Whether the latest file of the connection may be the one that a response of SMB1 is about whose request was not captured.
function knows_latest_file(c: connection): bool
	{
	if ( ! c?$smb_state || ! c$smb_state?$current_cmd || ! c$smb_state?$current_file || ! c$smb_state?$current_tree )
		return F;

	local info = c$smb_state$current_file;
	local tree = c$smb_state$current_tree;
	return info?$action && ( ! info?$path || ( tree?$path && info$path == tree$path ) );
	}

# Runs the rules of a file action, at the event that shows it done.
function run_file_done_rules(c: connection, info: SMB::FileInfo, kind: SMB::Action, action: FileAction)
	{
	if ( kind in every_file_done_rules )
		for ( _, every_handler in every_file_done_rules[kind] )
			every_handler(c, info, action);
	}

event smb1_write_andx_response(c: connection, hdr: SMB1::Header, written_bytes: count)
	{
	if ( ! knows_file(c) && ! knows_latest_file(c) )
		return;

	local info = knows_file(c) ? c$smb_state$current_cmd$referenced_file : c$smb_state$current_file;
	local kind = SMB::FILE_WRITE;

	if ( kind !in file_done_actions )
		return;

	local action = file_action(c, info, kind);
	action$data_len_response = written_bytes;
	run_file_done_rules(c, info, kind, action);
	}

event smb2_write_request(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID, offset: count, length: count)
	{
	if ( ! knows_file(c) )
		return;

	local info = c$smb_state$current_cmd$referenced_file;
	local kind = info$action;

	if ( kind !in file_done_actions )
		return;

	local action = file_action(c, info, kind);
	run_file_done_rules(c, info, kind, action);
	}

# Rules that have the files extracted whose transfer they match, by the action that transfers them.
const transfer_rules: table[SMB::Action] of vector of TransferHandler = {
	[SMB::FILE_WRITE] = vector(t1021_002_t1570_admin_share_write_on_transfer),
};

# After the base script, at priority 5, has told the file's name.
event file_over_new_connection(f: fa_file, c: connection, is_orig: bool)
	{
	if ( ! extract_files || f$source != "SMB" || ! c?$smb_state || ! c$smb_state?$current_file )
		return;

	local info = c$smb_state$current_file;

	if ( ! info?$action || info$action !in transfer_rules )
		return;

	local action = file_action(c, info, info$action);

	for ( _, handler in transfer_rules[info$action] )
		handler(c, info, action, f);
	}

# Whether the tree is known that the message is about.
function knows_tree(c: connection): bool
	{
	return c?$smb_state && c$smb_state?$current_cmd && c$smb_state$current_cmd?$referenced_tree;
	}

# Runs the rules of a tree connect, at the request.
function run_tree_request_rules(c: connection)
	{
	if ( ! knows_tree(c) )
		return;

	local tree = c$smb_state$current_cmd$referenced_tree;
	local connect = TreeConnect();

	for ( _, every_handler in every_tree_request_rules )
		every_handler(c, tree, connect);
	}

event smb1_tree_connect_andx_request(c: connection, hdr: SMB1::Header, path: string, service: string)
	{
	run_tree_request_rules(c);
	}

event smb2_tree_connect_request(c: connection, hdr: SMB2::Header, path: string)
	{
	run_tree_request_rules(c);
	}
