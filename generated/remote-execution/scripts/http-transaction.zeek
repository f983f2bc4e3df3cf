##! An HTTP transaction, as rules of this pack see it.

@load base/protocols/http
@load ./main

module RemoteExecution;

export {
	## Bytes of a request's and of a response's body that rules look at; what is beyond is not matched.
	option max_body_bytes = 65536;
}

# Values of headers by the header's name in upper case, in the order of the message.
type HeaderTable: table[string] of vector of string;

# What this pack keeps of a transaction that some rule may match, beside HTTP::Info.
type HttpTransaction: record {
	# The request line's URI before it was unescaped, and its version.
	original_uri: string &optional;
	request_version: string &optional;
	# The messages' headers, once all of them have been seen.
	client_headers: HeaderTable &default=HeaderTable();
	client_header_names: vector of string &optional;
	client_header_values: vector of string &optional;
	server_headers: HeaderTable &default=HeaderTable();
	server_header_names: vector of string &optional;
	server_header_values: vector of string &optional;
	# Bodies up to max_body_bytes; unset where there is none.
	request_body: string &optional;
	response_body: string &optional;
	# Names of HTTP::Info's tags.
	tags: vector of string &optional;
	# Rules of which everything has held so far, and at how many of their events.
	candidates: table[Notice::Type] of count &default=table();
	# Rules that are found by the headers that have come.
	found: vector of Notice::Type &default=vector();
	# Whether all of the request that counts has been seen.
	request_done: bool &default=F;
	# Whether some rule wants the body.
	wants_request_body: bool &default=F;
	wants_response_body: bool &default=F;
	# A body's pieces as they come, and how many bytes they are.
	request_pieces: vector of string &optional;
	request_bytes: count &default=0;
	response_pieces: vector of string &optional;
	response_bytes: count &default=0;
};

# What a rule does with a transaction at one of its events.
type HttpHandler: function(c: connection, http: HTTP::Info, transaction: HttpTransaction);

redef record connection += {
	## Whether some rule of this pack looks closer at one of the connection's transactions.
	remote_execution_looks_at_http: bool &optional;
};

redef record HTTP::Info += {
	## What the rules of this pack keep of the transaction.
	remote_execution: HttpTransaction &optional;
	remote_execution_client_headers_seen: bool &default=F;
	remote_execution_server_headers_seen: bool &default=F;
};

redef record fa_file += {
	## The transaction whose body the file is, where some rule of this pack wants it.
	remote_execution: HttpTransaction &optional;
};

# How many connections there are of which some rule looks closer at a transaction.
global connections_looked_at = 0;

# From now on, what comes on a connection may be of interest. While there is none such, Zeek leaves out the handlers that
# would do nothing.
function look_at(c: connection)
	{
	c$remote_execution_looks_at_http = T;
	++connections_looked_at;

	if ( connections_looked_at == 1 )
		enable_event_group("RemoteExecutionHttp");
	}

# What comes on a connection is of no interest until some rule looks at another transaction.
function look_away(c: connection)
	{
	delete c$remote_execution_looks_at_http;
	--connections_looked_at;

	if ( connections_looked_at == 0 )
		disable_event_group("RemoteExecutionHttp");
	}

# After the base script, at priority -5, has done with a transaction that is answered.
event http_message_done(c: connection, is_orig: bool, stat: http_message_stat) &priority=-10 &group="RemoteExecutionHttp"
	{
	if ( ! is_orig && c?$remote_execution_looks_at_http && c?$http_state && |c$http_state$pending| == 0 )
		look_away(c);
	}

event connection_state_remove(c: connection) &group="RemoteExecutionHttp"
	{
	if ( c?$remote_execution_looks_at_http )
		look_away(c);
	}

event zeek_init()
	{
	disable_event_group("RemoteExecutionHttp");
	}

# The transaction as "METHOD uri".
function request_line(http: HTTP::Info): string &is_used
	{
	return fmt("%s %s", http?$method ? http$method : "-", http?$uri ? http$uri : "-");
	}

# Whether a pattern matches a value of a header.
function header_matches(headers: HeaderTable, name: string, p: pattern): bool
	{
	if ( name !in headers )
		return F;

	for ( _, text in headers[name] )
		if ( p == text )
			return T;

	return F;
	}
