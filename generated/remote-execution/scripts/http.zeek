##! Dispatch of HTTP transactions to the rules that watch them.
##!
##! A rule is found by the texts that it looks for: the patterns of all rules on a field are one automaton. What needs a
##! later event, such as the body, is looked at only for transactions that some rule has named a candidate.

@load ./http-transaction

module RemoteExecution;

# Rules by what uri must match, at the request line.
const request_rules_by_uri: table[pattern] of vector of HttpHandler = {
	[/\/wsman.*/is] = vector(
		winrm_message_unencrypted_on_request,
		winrm_request_on_request,
		winrm_request_accepted_on_request,
		winrm_scheduled_task_command_on_request,
		winrm_scheduled_task_registered_on_request),
};

# Rules by what a header must match, when the client's headers are complete: by the header's name in upper case.
const client_headers_rules: table[string] of table[pattern] of vector of Notice::Type = {
	["CONTENT-TYPE"] = table(
		[/application\/soap\+xml.*/is] = vector(Winrm_Message_Unencrypted)
	),
};

# What these rules do then.
const client_headers_rules_handlers: table[Notice::Type] of HttpHandler = {
	[Winrm_Message_Unencrypted] = winrm_message_unencrypted_on_client_headers,
};

# Rules that run on transactions for which they are candidates, when the request is complete.
const request_body_rules_of_candidates: table[Notice::Type] of HttpHandler = {
	[Winrm_Scheduled_Task_Command] = winrm_scheduled_task_command_on_request_body,
	[Winrm_Scheduled_Task_Registered] = winrm_scheduled_task_registered_on_request_body,
};

# Rules that run on transactions for which they are candidates, when the server replies.
const reply_rules_of_candidates: table[Notice::Type] of HttpHandler = {
	[Winrm_Request_Accepted] = winrm_request_accepted_on_reply,
};

# What this pack keeps of a transaction.
function transaction_of(http: HTTP::Info): HttpTransaction
	{
	if ( ! http?$remote_execution )
		http$remote_execution = HttpTransaction();

	return http$remote_execution;
	}

# The number of the pending transaction that a message belongs to; 0 where there is none. c$http may be another one where
# requests are pipelined.
function pending_of(c: connection, is_orig: bool): count
	{
	if ( ! c?$http_state )
		return 0;

	local number = is_orig ? c$http_state$current_request : c$http_state$current_response;
	return number in c$http_state$pending ? number : 0;
	}

# Whether a reply is followed by another for the same request (RFC 9110, section 15.2).
function is_interim(http: HTTP::Info): bool
	{
	return http?$status_code && http$status_code >= 100 && http$status_code < 200 && http$status_code != 101;
	}

# The headers of a message, whose list is numbered from 1.
function header_table(headers: mime_header_list): HeaderTable
	{
	local result = HeaderTable();
	local i = 1;

	while ( i in headers )
		{
		local header = headers[i];

		if ( header$name !in result )
			result[header$name] = vector();

		result[header$name] += header$value;
		++i;
		}

	return result;
	}

# After the base script, at priority 5, has begun the transaction.
event http_request(c: connection, method: string, original_URI: string, unescaped_URI: string, version: string)
	{
	if ( ! c?$http )
		return;

	local http = c$http;

	if ( http?$uri )
		for ( _, handlers in request_rules_by_uri[http$uri] )
			for ( _, handler in handlers )
				handler(c, http, transaction_of(http));
	}

event http_all_headers(c: connection, is_orig: bool, hlist: mime_header_list)
	{
	if ( ! is_orig )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
		return;

	local http = c$http_state$pending[number];

	if ( ! http?$remote_execution || |http$remote_execution$candidates| == 0 )
		return;

	local transaction = transaction_of(http);

	# Parts of a multipart body have headers too, but are not the message's.
	if ( transaction$client_headers_seen )
		return;

	transaction$client_headers_seen = T;
	transaction$client_headers = header_table(hlist);

	local done: set[Notice::Type];
	local i = 1;

	while ( i in hlist )
		{
		local header = hlist[i];
		++i;

		if ( header$name !in client_headers_rules )
			next;

		for ( _, rules in client_headers_rules[header$name][header$value] )
			for ( _, rule in rules )
				{
				if ( rule in done )
					next;

				add done[rule];
				client_headers_rules_handlers[rule](c, http, transaction);
				}
		}
	}

event http_entity_data(c: connection, is_orig: bool, length: count, data: string)
	{
	if ( ! is_orig )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
		return;

	local http = c$http_state$pending[number];

	if ( ! http?$remote_execution )
		return;

	local transaction = http$remote_execution;

	if ( ! transaction$wants_request_body || transaction$request_bytes >= max_body_bytes )
		return;

	if ( ! transaction?$request_pieces )
		transaction$request_pieces = vector();

	# Where the bound falls into a piece, the rest of the piece is not looked at.
	transaction$request_pieces += data[0:max_body_bytes - transaction$request_bytes];
	transaction$request_bytes += |data|;
	}

# A request is done when it is complete, or when the server replies before it is.
function request_done(c: connection, http: HTTP::Info)
	{
	if ( ! http?$remote_execution || |http$remote_execution$candidates| == 0 )
		return;

	local transaction = transaction_of(http);

	if ( transaction$request_done )
		return;

	transaction$request_done = T;

	if ( transaction?$request_pieces )
		{
		transaction$request_body = join_string_vec(transaction$request_pieces, "");
		delete transaction$request_pieces;
		}

	# What comes after an early reply is nobody's.
	transaction$wants_request_body = F;

	for ( note in transaction$candidates )
		if ( note in request_body_rules_of_candidates )
			request_body_rules_of_candidates[note](c, http, transaction);
	}

# After the base script, at priority 5, has noted the body's length, and before it logs, at -5.
event http_message_done(c: connection, is_orig: bool, stat: http_message_stat)
	{
	if ( ! is_orig )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
		return;

	request_done(c, c$http_state$pending[number]);
	}

# After the base script, at priority 5, has found the request that is answered.
event http_reply(c: connection, version: string, code: count, reason: string)
	{
	if ( ! c?$http || is_interim(c$http) )
		return;

	local http = c$http;

	if ( http?$method )
		request_done(c, http);

	if ( ! http?$remote_execution || |http$remote_execution$candidates| == 0 )
		return;

	local transaction = transaction_of(http);

	for ( note in transaction$candidates )
		if ( note in reply_rules_of_candidates )
			reply_rules_of_candidates[note](c, http, transaction);
	}
