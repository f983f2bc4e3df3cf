##! Dispatch of HTTP transactions to the rules that watch them.
##!
##! A rule is found by the texts that it looks for: the patterns of all rules on a field are one automaton. What needs a
##! later event, such as the body, is looked at only for transactions that some rule has named a candidate.

@load ./http-transaction

module Published;

# What a rule seeks in original_uri, at the request line.
const request_original_uri_sought = /\/(\.%(25)*(2|%?32)(e|%?(25)?65)|%(25)*(2|%?32)(e|%?(25)?65)(\.|%(25)*(2|%?32)(e|%?(25)?65)))\//i;

# What a rule seeks in uri, at the request line.
const request_uri_sought = /(\$|%24|\\u0024)(\{|%7b|\\u007b)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(j|%6a)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(n|%6e)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(d|%64)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(i|%69|\xc4\xb1|%c4%b1)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(:|%3a)|(\$|%24|\\u0024)(\{|%7b|\\u007b)base64:am5kaT/i;

# What a rule seeks in body, when the request is complete.
const request_body_body_sought = /(\$|%24|\\u0024)(\{|%7b|\\u007b)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(j|%6a)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(n|%6e)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(d|%64)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(i|%69|\xc4\xb1|%c4%b1)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(:|%3a)|(\$|%24|\\u0024)(\{|%7b|\\u007b)base64:am5kaT/i;

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
const client_headers_rules_by_value = /.*((\$|%24|\\u0024)(\{|%7b|\\u007b)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(j|%6a)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(n|%6e)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(d|%64)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(i|%69|\xc4\xb1|%c4%b1)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(:|%3a)|(\$|%24|\\u0024)(\{|%7b|\\u007b)base64:am5kaT).*/is;

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
function transaction_of(c: connection, http: HTTP::Info): HttpTransaction
	{
	if ( ! http?$published )
		{
		http$published = HttpTransaction();

		if ( ! c?$published_looks_at_http )
			look_at(c);
		}

	return http$published;
	}

# What this pack keeps of a transaction that some rule finds by its request line.
function transaction_from(c: connection, http: HTTP::Info, original_uri: string, version: string): HttpTransaction
	{
	local transaction = transaction_of(c, http);
	transaction$original_uri = original_uri;
	transaction$request_version = version;
	return transaction;
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

	if ( http?$method && /POST|PUT|PATCH/i == http$method )
		log4shell_body_on_request(c, http, transaction_from(c, http, original_URI, version));

	if ( request_original_uri_sought in original_URI )
		apache_path_traversal_on_request(c, http, transaction_from(c, http, original_URI, version));

	if ( http?$uri )
		{
		if ( /\/wsman.*/is == http$uri )
			omigod_on_request(c, http, transaction_from(c, http, original_URI, version));

		if ( request_uri_sought in http$uri )
			log4shell_uri_on_request(c, http, transaction_from(c, http, original_URI, version));
		}
	}

# After the base script, at priority 5, has found the message's transaction.
event http_header(c: connection, is_orig: bool, name: string, value: string)
	{
	# Trailers and parts of a multipart body have headers too, but are not the message's.
	if ( is_orig && client_headers_rules_by_value == value && c?$http && ! c$http$published_client_headers_seen )
		find(c, c$http, vector(Log4shell_Header));
	}

# Headers are kept of transactions for which some rule is a candidate.
event http_header(c: connection, is_orig: bool, name: string, value: string) &group="PublishedHttp"
	{
	# Trailers and parts of a multipart body have headers too, but are not the message's.
	if ( ! c?$published_looks_at_http || ! is_orig || ! c?$http || c$http$published_client_headers_seen )
		return;

	local http = c$http;

	if ( ! http?$published || |http$published$candidates| == 0 )
		return;

	add_header(http$published$client_headers, name, value);

	if ( ! http$published?$client_header_values )
		http$published$client_header_values = vector();

	http$published$client_header_values += value;
	}

# Comes when all headers of a message, or of a part of one, have come.
event http_content_type(c: connection, is_orig: bool, ty: string, subty: string)
	{
	if ( ! is_orig || ! c?$http_state )
		return;

	# c$http may be another one where requests are pipelined.
	local number = c$http_state$current_request;

	if ( number !in c$http_state$pending )
		return;

	local http = c$http_state$pending[number];

	if ( http$published_client_headers_seen )
		return;

	http$published_client_headers_seen = T;

	if ( ! http?$published )
		return;

	local transaction = http$published;

	if ( ! transaction?$client_header_values )
		transaction$client_header_values = vector();

	for ( _, rule in transaction$found )
		if ( rule in client_headers_rules_by_value_handlers )
			client_headers_rules_by_value_handlers[rule](c, http, transaction);

	transaction$found = vector();

	for ( note in transaction$candidates )
		if ( note in client_headers_rules_of_candidates )
			client_headers_rules_of_candidates[note](c, http, transaction);
	}

# A request is done when it is complete, or when the server replies before it is.
function request_done(c: connection, http: HTTP::Info)
	{
	if ( ! http?$published || |http$published$candidates| == 0 )
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

	if ( transaction?$request_body && request_body_body_sought in transaction$request_body )
		log4shell_body_on_request_body(c, http, transaction);
	}

# After the base script, at priority 5, has noted the body's length, and before it logs, at -5.
event http_message_done(c: connection, is_orig: bool, stat: http_message_stat) &group="PublishedHttp"
	{
	if ( ! is_orig || ! c?$published_looks_at_http )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
		return;

	request_done(c, c$http_state$pending[number]);
	}

# After the base script, at priority 5, has found the request that is answered.
event http_reply(c: connection, version: string, code: count, reason: string) &group="PublishedHttp"
	{
	if ( ! c?$published_looks_at_http || ! c?$http || is_interim(c$http) )
		return;

	local http = c$http;

	if ( http?$method )
		request_done(c, http);

	if ( ! http?$published || |http$published$candidates| == 0 )
		return;

	local transaction = transaction_of(c, http);

	for ( note in transaction$candidates )
		if ( note in reply_rules_of_candidates )
			reply_rules_of_candidates[note](c, http, transaction);
	}

# After the base script, at priority 5, has found the message's transaction.
event http_header(c: connection, is_orig: bool, name: string, value: string) &group="PublishedHttp"
	{
	# Trailers and parts of a multipart body have headers too, but are not the message's.
	if ( ! c?$published_looks_at_http || is_orig || ! c?$http || c$http$published_server_headers_seen )
		return;

	local http = c$http;

	if ( ! http?$published || |http$published$candidates| == 0 )
		return;

	if ( is_interim(http) )
		return;

	if ( name in server_headers_rules )
		for ( _, rules in server_headers_rules[name][value] )
			find(c, http, rules);
	}

# Comes when all headers of a message, or of a part of one, have come.
event http_content_type(c: connection, is_orig: bool, ty: string, subty: string)
	{
	if ( is_orig || ! c?$http_state )
		return;

	# c$http may be another one where requests are pipelined.
	local number = c$http_state$current_response;

	if ( number !in c$http_state$pending )
		return;

	local http = c$http_state$pending[number];

	if ( http$published_server_headers_seen || is_interim(http) )
		return;

	http$published_server_headers_seen = T;

	if ( ! http?$published )
		return;

	local transaction = http$published;

	for ( _, rule in transaction$found )
		if ( rule in server_headers_rules_handlers )
			server_headers_rules_handlers[rule](c, http, transaction);

	transaction$found = vector();
	}

function response_done(c: connection, http: HTTP::Info)
	{
	if ( ! http?$published || |http$published$candidates| == 0 )
		return;

	local transaction = transaction_of(c, http);

	if ( transaction?$response_pieces && |transaction$response_pieces| > 0 )
		{
		transaction$response_body = join_string_vec(transaction$response_pieces, "")[0:max_body_bytes];
		transaction$response_pieces = vector();
		}

	for ( note in transaction$candidates )
		if ( note in response_body_rules_of_candidates )
			response_body_rules_of_candidates[note](c, http, transaction);
	}

# After the base script, at priority 5, has noted the body's length, and before it logs, at -5.
event http_message_done(c: connection, is_orig: bool, stat: http_message_stat) &group="PublishedHttp"
	{
	if ( is_orig || ! c?$published_looks_at_http )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
		return;

	local http = c$http_state$pending[number];

	if ( ! is_interim(http) )
		response_done(c, http);
	}

# A piece of a body that some rule wants.
global request_body_came: event(f: fa_file, data: string, off: count);
global response_body_came: event(f: fa_file, data: string, off: count);

# Zeek takes a body for a file, whose data become events where they are asked for.
event file_over_new_connection(f: fa_file, c: connection, is_orig: bool)
	&group="PublishedHttp"
	{
	if ( f$source != "HTTP" || ! c?$published_looks_at_http )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
		return;

	local http = c$http_state$pending[number];

	if ( ! http?$published )
		return;

	local transaction = transaction_of(c, http);

	if ( is_orig && transaction$wants_request_body )
		{
		if ( ! transaction?$request_pieces )
			transaction$request_pieces = vector();

		f$published = transaction;
		Files::add_analyzer(f, Files::ANALYZER_DATA_EVENT, Files::AnalyzerArgs($chunk_event=request_body_came));
		}
	else if ( ! is_orig && transaction$wants_response_body )
		{
		if ( ! transaction?$response_pieces )
			transaction$response_pieces = vector();

		f$published = transaction;
		Files::add_analyzer(f, Files::ANALYZER_DATA_EVENT, Files::AnalyzerArgs($chunk_event=response_body_came));
		}
	}

# Pieces are kept until there are as many bytes of them as rules look at, or the message is done.
event request_body_came(f: fa_file, data: string, off: count)
	{
	local transaction = f$published;

	if ( ! transaction$wants_request_body || transaction$request_bytes >= max_body_bytes )
		return;

	transaction$request_pieces += data;
	transaction$request_bytes += |data|;
	}

event response_body_came(f: fa_file, data: string, off: count)
	{
	local transaction = f$published;

	if ( ! transaction$wants_response_body || transaction$response_bytes >= max_body_bytes )
		return;

	transaction$response_pieces += data;
	transaction$response_bytes += |data|;
	}
