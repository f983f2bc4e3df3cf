##! Dispatch of HTTP transactions to the rules that watch them.
##!
##! A rule is found by the texts that it looks for: the patterns of all rules on a field are one automaton. What needs a
##! later event, such as the body, is looked at only for transactions that some rule has named a candidate.

@load ./http-transaction

module RemoteExecution;

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
function transaction_of(c: connection, http: HTTP::Info): HttpTransaction
	{
	if ( ! http?$remote_execution )
		{
		http$remote_execution = HttpTransaction();

		if ( ! c?$remote_execution_looks_at_http )
			look_at(c);
		}

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

# Keep what rules have been found by a header, each of them once, until all headers have come.
function find(c: connection, http: HTTP::Info, rules: vector of Notice::Type)
	{
	local transaction = transaction_of(c, http);

	for ( _, rule in rules )
		{
		local known = F;

		for ( _, found in transaction$found )
			if ( found == rule )
				known = T;

		if ( ! known )
			transaction$found += rule;
		}
	}

# Add a header to those of its message.
function add_header(headers: HeaderTable, name: string, value: string)
	{
	if ( name !in headers )
		headers[name] = vector();

	headers[name] += value;
	}

# After the base script, at priority 5, has begun the transaction.
event http_request(c: connection, method: string, original_URI: string, unescaped_URI: string, version: string)
	{
	if ( ! c?$http )
		return;

	local http = c$http;

	if ( http?$uri && /\/wsman.*/is == http$uri )
		{
		winrm_message_unencrypted_on_request(c, http, transaction_of(c, http));
		winrm_request_on_request(c, http, transaction_of(c, http));
		winrm_request_accepted_on_request(c, http, transaction_of(c, http));
		winrm_scheduled_task_command_on_request(c, http, transaction_of(c, http));
		winrm_scheduled_task_registered_on_request(c, http, transaction_of(c, http));
		}
	}

# After the base script, at priority 5, has found the message's transaction.
event http_header(c: connection, is_orig: bool, name: string, value: string) &group="RemoteExecutionHttp"
	{
	# Trailers and parts of a multipart body have headers too, but are not the message's.
	if ( ! c?$remote_execution_looks_at_http || ! is_orig || ! c?$http || c$http$remote_execution_client_headers_seen )
		return;

	local http = c$http;

	if ( ! http?$remote_execution || |http$remote_execution$candidates| == 0 )
		return;

	if ( name in client_headers_rules )
		for ( _, rules in client_headers_rules[name][value] )
			find(c, http, rules);

	add_header(http$remote_execution$client_headers, name, value);
	}

# Comes when all headers of a message, or of a part of one, have come.
event http_content_type(c: connection, is_orig: bool, ty: string, subty: string)
	{
	if ( ! is_orig || ! c?$remote_execution_looks_at_http || ! c?$http_state )
		return;

	# c$http may be another one where requests are pipelined.
	local number = c$http_state$current_request;

	if ( number !in c$http_state$pending )
		return;

	local http = c$http_state$pending[number];

	if ( http$remote_execution_client_headers_seen )
		return;

	http$remote_execution_client_headers_seen = T;

	if ( ! http?$remote_execution )
		return;

	local transaction = http$remote_execution;

	for ( _, rule in transaction$found )
		if ( rule in client_headers_rules_handlers )
			client_headers_rules_handlers[rule](c, http, transaction);

	transaction$found = vector();
	}

# A request is done when it is complete, or when the server replies before it is.
function request_done(c: connection, http: HTTP::Info)
	{
	if ( ! http?$remote_execution || |http$remote_execution$candidates| == 0 )
		return;

	local transaction = transaction_of(c, http);

	if ( transaction$request_done )
		return;

	transaction$request_done = T;

	if ( transaction?$request_pieces && |transaction$request_pieces| > 0 )
		{
		transaction$request_body = join_string_vec(transaction$request_pieces, "")[0:max_body_bytes];
		transaction$request_pieces = vector();
		}

	# What comes after an early reply is nobody's.
	transaction$wants_request_body = F;

	for ( note in transaction$candidates )
		if ( note in request_body_rules_of_candidates )
			request_body_rules_of_candidates[note](c, http, transaction);
	}

# After the base script, at priority 5, has noted the body's length, and before it logs, at -5.
event http_message_done(c: connection, is_orig: bool, stat: http_message_stat) &group="RemoteExecutionHttp"
	{
	if ( ! is_orig || ! c?$remote_execution_looks_at_http )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
		return;

	request_done(c, c$http_state$pending[number]);
	}

# After the base script, at priority 5, has found the request that is answered.
event http_reply(c: connection, version: string, code: count, reason: string) &group="RemoteExecutionHttp"
	{
	if ( ! c?$remote_execution_looks_at_http || ! c?$http || is_interim(c$http) )
		return;

	local http = c$http;

	if ( http?$method )
		request_done(c, http);

	if ( ! http?$remote_execution || |http$remote_execution$candidates| == 0 )
		return;

	local transaction = transaction_of(c, http);

	for ( note in transaction$candidates )
		if ( note in reply_rules_of_candidates )
			reply_rules_of_candidates[note](c, http, transaction);
	}

# A piece of a body that some rule wants.
global request_body_came: event(f: fa_file, data: string, off: count);
global response_body_came: event(f: fa_file, data: string, off: count);

# Zeek takes a body for a file, whose data become events where they are asked for.
event file_over_new_connection(f: fa_file, c: connection, is_orig: bool)
	&group="RemoteExecutionHttp"
	{
	if ( f$source != "HTTP" || ! c?$remote_execution_looks_at_http )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
		return;

	local http = c$http_state$pending[number];

	if ( ! http?$remote_execution )
		return;

	local transaction = transaction_of(c, http);

	if ( is_orig && transaction$wants_request_body )
		{
		if ( ! transaction?$request_pieces )
			transaction$request_pieces = vector();

		f$remote_execution = transaction;
		Files::add_analyzer(f, Files::ANALYZER_DATA_EVENT, Files::AnalyzerArgs($chunk_event=request_body_came));
		}
	else if ( ! is_orig && transaction$wants_response_body )
		{
		if ( ! transaction?$response_pieces )
			transaction$response_pieces = vector();

		f$remote_execution = transaction;
		Files::add_analyzer(f, Files::ANALYZER_DATA_EVENT, Files::AnalyzerArgs($chunk_event=response_body_came));
		}
	}

# Pieces are kept until there are as many bytes of them as rules look at, or the message is done.
event request_body_came(f: fa_file, data: string, off: count)
	{
	local transaction = f$remote_execution;

	if ( ! transaction$wants_request_body || transaction$request_bytes >= max_body_bytes )
		return;

	transaction$request_pieces += data;
	transaction$request_bytes += |data|;
	}

event response_body_came(f: fa_file, data: string, off: count)
	{
	local transaction = f$remote_execution;

	if ( ! transaction$wants_response_body || transaction$response_bytes >= max_body_bytes )
		return;

	transaction$response_pieces += data;
	transaction$response_bytes += |data|;
	}
