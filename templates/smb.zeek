##! Dispatch of SMB file actions and tree connects to the rules that watch them.
##!
##! An action is looked up among those that rules watch, and its rules by the texts that they look for: the patterns of all
##! rules on a field are one automaton. What a file or a tree is, the base scripts keep.

@load ./smb-action

module {{ module }};
{% if keeps_requests %}
# What this pack keeps of a request until its response.
type SmbRequest: record {
	data_offset: count &optional;
	data_len: count &optional;
	requested_service: string &optional;
};

redef record SMB::CmdInfo += {
	## What this pack keeps of the request.
	{{ field }}: SmbRequest &optional;
};
{% endif %}{% for table in shared_tables %}
# {{ table.comment }}
const {{ table.name }}: table[pattern] of vector of {{ table.handler }} = {
{% for entry in table.entries %}{% if !entry.comment.is_empty() %}	{{ entry.comment }}
{% endif %}	[{{ entry.pattern }}] = vector({{ entry.handlers }}),
{% endfor %}};
{% endfor %}{% for phase in file_phases %}{% for table in phase.tables %}
# Rules by the action that they watch and what {{ table.field }} must match, {{ phase.words }}.
const {{ table.name }}: table[SMB::Action] of table[pattern] of vector of FileHandler = {
{% for row in table.rows %}	[{{ row.action }}] = {{ row.value }},
{% endfor %}};
{% endfor %}{% if !phase.every.is_empty() %}
# Rules that run on every such action, {{ phase.words }}.
const every_{{ phase.name }}_rules: table[SMB::Action] of vector of FileHandler = {
{% for row in phase.every %}	[{{ row.action }}] = vector({{ row.value }}),
{% endfor %}};
{% endif %}
# Actions that some rule watches, {{ phase.words }}.
const {{ phase.name }}_actions: set[SMB::Action] = {
{% for action in phase.actions %}	{{ action }},
{% endfor %}};
{% endfor %}{% for phase in tree_phases %}{% if !phase.every.is_empty() %}
# Rules that run on every tree connect, {{ phase.words }}.
const every_{{ phase.name }}_rules: vector of TreeHandler = vector({{ phase.every }});
{% endif %}{% endfor %}{% if !file_phases.is_empty() %}
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
{% endif %}{% if falls_back %}
# Whether the latest file of the connection may be the one that a response of SMB1 is about whose request was not captured.
function knows_latest_file(c: connection): bool
	{
	if ( ! c?$smb_state || ! c$smb_state?$current_cmd || ! c$smb_state?$current_file || ! c$smb_state?$current_tree )
		return F;

	local info = c$smb_state$current_file;
	local tree = c$smb_state$current_tree;
	return info?$action && ( ! info?$path || ( tree?$path && info$path == tree$path ) );
	}
{% endif %}{% if uses_shares %}
# One of three actions, by what the tree shares.
function by_share(c: connection, of_file: SMB::Action, of_pipe: SMB::Action, of_printer: SMB::Action): SMB::Action
	{
	local share_type = c$smb_state?$current_tree ? c$smb_state$current_tree$share_type : "DISK";
	return share_type == "PIPE" ? of_pipe : ( share_type == "PRINT" ? of_printer : of_file );
	}
{% endif %}{% if keeps_data %}
# Adds what the request of a read or a write said.
function add_data(c: connection, action: FileAction)
	{
	if ( ! c$smb_state$current_cmd?${{ field }} )
		return;

	local request = c$smb_state$current_cmd${{ field }};

	if ( request?$data_offset )
		action$data_offset = request$data_offset;

	if ( request?$data_len )
		action$data_len = request$data_len;
	}
{% endif %}{% for phase in file_phases %}
# Runs the rules of a file action, {{ phase.words }}.
function run_{{ phase.name }}_rules(c: connection, info: SMB::FileInfo, kind: SMB::Action, action: FileAction)
	{
{% for table in phase.tables %}	if ( kind in {{ table.name }}{% if let Some(guard) = table.guard %} && {{ guard }}{% endif %} )
		for ( _, handlers in {{ table.name }}[kind][{{ table.subject }}] )
			for ( _, handler in handlers )
				handler(c, info, action);
{% if !loop.last || !phase.every.is_empty() %}
{% endif %}{% endfor %}{% if !phase.every.is_empty() %}	if ( kind in every_{{ phase.name }}_rules )
		for ( _, every_handler in every_{{ phase.name }}_rules[kind] )
			every_handler(c, info, action);
{% endif %}	}
{% endfor %}{% for event in file_events %}
event {{ event.name }}({{ event.parameters }})
	{
	if ( {% if event.is_deletion %}! delete_pending || {% endif %}! knows_file(c){% if event.falls_back %} && ! knows_latest_file(c){% endif %} )
		return;

{% if event.keeps_data %}	c$smb_state$current_cmd${{ field }} = SmbRequest($data_offset=offset, $data_len={{ event.length }});
{% endif %}{% if !event.phases.is_empty() %}{% if event.falls_back %}	local info = knows_file(c) ? c$smb_state$current_cmd$referenced_file : c$smb_state$current_file;
{% else %}	local info = c$smb_state$current_cmd$referenced_file;
{% endif %}	local kind = {{ event.kind }};

	if ( {{ event.unwatched }} )
		return;

	local action = file_action(c, info, kind);
{% if event.has_data %}	add_data(c, action);
{% endif %}{% if !event.response_length.is_empty() %}	action$data_len_response = {{ event.response_length }};
{% endif %}{% for phase in event.phases %}	run_{{ phase }}_rules(c, info, kind, action);
{% endfor %}{% endif %}	}
{% endfor %}{% if !transfers.is_empty() %}
# Rules that have the files extracted whose transfer they match, by the action that transfers them.
const transfer_rules: table[SMB::Action] of vector of TransferHandler = {
{% for row in transfers %}	[{{ row.action }}] = vector({{ row.value }}),
{% endfor %}};

# After the base script, at priority 5, has told the file's name.
event file_over_new_connection(f: fa_file, c: connection, is_orig: bool)
	{
	if ( ! extract_files || f$source != "SMB" || ! c?$smb_state || ! c$smb_state?$current_file )
		return;

	local info = c$smb_state$current_file;

	if ( ! info?$action || info$action !in transfer_rules )
		return;

	local action = file_action(c, info, info$action);
{% if keeps_data %}
	if ( c$smb_state?$current_cmd )
		add_data(c, action);
{% endif %}
	for ( _, handler in transfer_rules[info$action] )
		handler(c, info, action, f);
	}
{% endif %}{% if !tree_phases.is_empty() %}
# Whether the tree is known that the message is about.
function knows_tree(c: connection): bool
	{
	return c?$smb_state && c$smb_state?$current_cmd && c$smb_state$current_cmd?$referenced_tree;
	}
{% for phase in tree_phases %}
# Runs the rules of a tree connect, {{ phase.words }}.
function run_{{ phase.name }}_rules(c: connection)
	{
	if ( ! knows_tree(c) )
		return;

	local tree = c$smb_state$current_cmd$referenced_tree;
	local connect = TreeConnect();
{% if keeps_service %}
	if ( c$smb_state$current_cmd?${{ field }} && c$smb_state$current_cmd${{ field }}?$requested_service )
		connect$requested_service = c$smb_state$current_cmd${{ field }}$requested_service;
{% endif %}{% for table in phase.tables %}
{% if let Some(guard) = table.guard %}	if ( {{ guard }} )
		for ( _, handlers in {{ table.name }}[{{ table.subject }}] )
			for ( _, handler in handlers )
				handler(c, tree, connect);
{% else %}	for ( _, handlers in {{ table.name }}[{{ table.subject }}] )
		for ( _, handler in handlers )
			handler(c, tree, connect);
{% endif %}{% endfor %}{% if !phase.every.is_empty() %}
	for ( _, every_handler in every_{{ phase.name }}_rules )
		every_handler(c, tree, connect);
{% endif %}	}
{% endfor %}{% for event in tree_events %}
event {{ event.name }}({{ event.parameters }})
	{
{% if event.keeps_service %}	if ( knows_tree(c) )
		c$smb_state$current_cmd${{ field }} = SmbRequest($requested_service=service);
{% if event.runs %}
{% endif %}{% endif %}{% if event.runs %}	run_{{ event.phase }}_rules(c);
{% endif %}	}
{% endfor %}{% endif %}
