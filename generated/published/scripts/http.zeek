##! Dispatch of HTTP transactions to the rules that watch them.
##!
##! A rule is found by the texts that it looks for: the patterns of all rules on a field are one automaton. What needs a
##! later event, such as the body, is looked at only for transactions that some rule has named a candidate.

@load ./http-transaction

module Published;

# Rules by what method must match, at the request line.
const request_rules_by_method: table[pattern] of vector of HttpHandler = {
	[/POST|PUT|PATCH/i] = vector(log4shell_body_on_request),
};

# Rules by what original_uri must match, at the request line.
const request_rules_by_original_uri: table[pattern] of vector of HttpHandler = {
	[/.*\/(\.%(25)*(2|%?32)(e|%?(25)?65)|%(25)*(2|%?32)(e|%?(25)?65)(\.|%(25)*(2|%?32)(e|%?(25)?65)))\/.*/is] = vector(apache_path_traversal_on_request),
};

# Rules by what uri must match, at the request line.
const request_rules_by_uri: table[pattern] of vector of HttpHandler = {
	[/\/wsman.*/is] = vector(omigod_on_request),
	[/.*((\$|%24|\\u0024)(\{|%7b|\\u007b)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(j|%6a)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(n|%6e)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(d|%64)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(i|%69|\xc4\xb1|%c4%b1)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(:|%3a)|(\$|%24|\\u0024)(\{|%7b|\\u007b)base64:am5kaT).*/is] = vector(log4shell_uri_on_request),
};

# Rules by what body must match, when the request is complete.
const request_body_rules_by_body: table[pattern] of vector of HttpHandler = {
	[/.*((\$|%24|\\u0024)(\{|%7b|\\u007b)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(j|%6a)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(n|%6e)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(d|%64)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(i|%69|\xc4\xb1|%c4%b1)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(:|%3a)|(\$|%24|\\u0024)(\{|%7b|\\u007b)base64:am5kaT).*/is] = vector(log4shell_body_on_request_body),
};

# Rules by what a header must match, when the server's headers are complete: by the header's name in upper case.
const server_headers_rules: table[string] of table[pattern] of vector of Notice::Type = {
	["SERVER"] = table(
		[/.*(Apache\/2\.4\.49|Apache\/2\.4\.50).*/is] = vector(Apache_Path_Traversal)
	),
};

# What these rules do then.
const server_headers_rules_handlers: table[Notice::Type] of HttpHandler = {
	[Apache_Path_Traversal] = apache_path_traversal_on_server_headers,
};

# Rules by what the value of any header must match, when the client's headers are complete.
const client_headers_rules_by_value: table[pattern] of vector of Notice::Type = {
	[/.*((\$|%24|\\u0024)(\{|%7b|\\u007b)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(j|%6a)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(n|%6e)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(d|%64)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(i|%69|\xc4\xb1|%c4%b1)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(:|%3a)|(\$|%24|\\u0024)(\{|%7b|\\u007b)base64:am5kaT).*/is] = vector(Log4shell_Header),
};

# What these rules do then.
const client_headers_rules_by_value_handlers: table[Notice::Type] of HttpHandler = {
	[Log4shell_Header] = log4shell_header_on_client_headers,
};

# Rules that run on transactions for which they are candidates, when the client's headers are complete.
const client_headers_rules_of_candidates: table[Notice::Type] of HttpHandler = {
	[Omigod] = omigod_on_client_headers,
};

# Rules that run on transactions for which they are candidates, when the server replies.
const reply_rules_of_candidates: table[Notice::Type] of HttpHandler = {
	[Omigod] = omigod_on_reply,
};

# Rules that run on transactions for which they are candidates, when the response is complete.
const response_body_rules_of_candidates: table[Notice::Type] of HttpHandler = {
	[Omigod] = omigod_on_response_body,
};

# What this pack keeps of a transaction.
function transaction_of(http: HTTP::Info): HttpTransaction
	{
	if ( ! http?$published )
		http$published = HttpTransaction();

	return http$published;
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

# The values of a message's headers, in the order of the message.
function all_header_values(headers: mime_header_list): vector of string
	{
	local result: vector of string = vector();
	local i = 1;

	while ( i in headers )
		{
		result += headers[i]$value;
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
	local transaction = transaction_of(http);
	transaction$original_uri = original_URI;
	transaction$request_version = version;

	if ( http?$method )
		for ( _, handlers in request_rules_by_method[http$method] )
			for ( _, handler in handlers )
				handler(c, http, transaction);

	for ( _, handlers in request_rules_by_original_uri[transaction$original_uri] )
		for ( _, handler in handlers )
			handler(c, http, transaction);

	if ( http?$uri )
		for ( _, handlers in request_rules_by_uri[http$uri] )
			for ( _, handler in handlers )
				handler(c, http, transaction);
	}

event http_all_headers(c: connection, is_orig: bool, hlist: mime_header_list)
	{
	if ( ! is_orig )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
		return;

	local http = c$http_state$pending[number];

	local transaction = transaction_of(http);

	# Parts of a multipart body have headers too, but are not the message's.
	if ( transaction$client_headers_seen )
		return;

	transaction$client_headers_seen = T;
	transaction$client_headers = header_table(hlist);
	transaction$client_header_values = all_header_values(hlist);

	local done_by_value: set[Notice::Type];
	local position = 1;

	while ( position in hlist )
		{
		for ( _, found in client_headers_rules_by_value[hlist[position]$value] )
			for ( _, found_rule in found )
				{
				if ( found_rule in done_by_value )
					next;

				add done_by_value[found_rule];
				client_headers_rules_by_value_handlers[found_rule](c, http, transaction);
				}

		++position;
		}

	for ( note in transaction$candidates )
		if ( note in client_headers_rules_of_candidates )
			client_headers_rules_of_candidates[note](c, http, transaction);
	}

event http_entity_data(c: connection, is_orig: bool, length: count, data: string)
	{
	if ( ! is_orig )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
		return;

	local http = c$http_state$pending[number];

	if ( ! http?$published )
		return;

	local transaction = http$published;

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
	if ( ! http?$published || |http$published$candidates| == 0 )
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

	if ( transaction?$request_body )
		for ( _, handlers in request_body_rules_by_body[transaction$request_body] )
			for ( _, handler in handlers )
				handler(c, http, transaction);
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

	if ( ! http?$published || |http$published$candidates| == 0 )
		return;

	local transaction = transaction_of(http);

	for ( note in transaction$candidates )
		if ( note in reply_rules_of_candidates )
			reply_rules_of_candidates[note](c, http, transaction);
	}

event http_all_headers(c: connection, is_orig: bool, hlist: mime_header_list)
	{
	if ( is_orig )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
		return;

	local http = c$http_state$pending[number];

	if ( is_interim(http) )
		return;

	if ( ! http?$published || |http$published$candidates| == 0 )
		return;

	local transaction = transaction_of(http);

	# Parts of a multipart body have headers too, but are not the message's.
	if ( transaction$server_headers_seen )
		return;

	transaction$server_headers_seen = T;
	transaction$server_headers = header_table(hlist);

	local done: set[Notice::Type];
	local i = 1;

	while ( i in hlist )
		{
		local header = hlist[i];
		++i;

		if ( header$name !in server_headers_rules )
			next;

		for ( _, rules in server_headers_rules[header$name][header$value] )
			for ( _, rule in rules )
				{
				if ( rule in done )
					next;

				add done[rule];
				server_headers_rules_handlers[rule](c, http, transaction);
				}
		}
	}

event http_entity_data(c: connection, is_orig: bool, length: count, data: string)
	{
	if ( is_orig )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
		return;

	local http = c$http_state$pending[number];

	if ( ! http?$published )
		return;

	local transaction = http$published;

	if ( ! transaction$wants_response_body || transaction$response_bytes >= max_body_bytes )
		return;

	if ( ! transaction?$response_pieces )
		transaction$response_pieces = vector();

	# Where the bound falls into a piece, the rest of the piece is not looked at.
	transaction$response_pieces += data[0:max_body_bytes - transaction$response_bytes];
	transaction$response_bytes += |data|;
	}

function response_done(c: connection, http: HTTP::Info)
	{
	if ( ! http?$published || |http$published$candidates| == 0 )
		return;

	local transaction = transaction_of(http);

	if ( transaction?$response_pieces )
		{
		transaction$response_body = join_string_vec(transaction$response_pieces, "");
		delete transaction$response_pieces;
		}

	for ( note in transaction$candidates )
		if ( note in response_body_rules_of_candidates )
			response_body_rules_of_candidates[note](c, http, transaction);
	}

# After the base script, at priority 5, has noted the body's length, and before it logs, at -5.
event http_message_done(c: connection, is_orig: bool, stat: http_message_stat)
	{
	if ( is_orig )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
		return;

	local http = c$http_state$pending[number];

	if ( ! is_interim(http) )
		response_done(c, http);
	}
