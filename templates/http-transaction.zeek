##! An HTTP transaction, as rules of this pack see it.

@load base/protocols/http
@load ./main

module {{ module }};

{% if uses_bodies %}export {
	## Bytes of a request's and of a response's body that rules look at; what is beyond is not matched.
	option max_body_bytes = {{ max_body_bytes }};
}

{% endif %}# Values of headers by the header's name in upper case, in the order of the message.
type HeaderTable: table[string] of vector of string;

# What this pack keeps of a transaction that some rule may match, beside HTTP::Info.
type HttpTransaction: record {
	# The request line's URI before it was unescaped, and its version.
	original_uri: string &optional;
	request_version: string &optional;
{% if uses_uri_parts %}	# The URI's path and query, and what follows the last dot of the path.
	uri_stem: string &optional;
	uri_query: string &optional;
	uri_extension: string &optional;
{% endif %}{% if uses_url %}	# The whole URL.
	url: string &optional;
{% endif %}{% if uses_host_address %}	# The Host header's address, where it is no name.
	host_address: addr &optional;
{% endif %}	# The messages' headers, once all of them have been seen.
{% if !each_client_header %}	client_headers_seen: bool &default=F;
{% endif %}	client_headers: HeaderTable &default=HeaderTable();
	client_header_names: vector of string &optional;
	client_header_values: vector of string &optional;
{% if !each_server_header %}	server_headers_seen: bool &default=F;
{% endif %}	server_headers: HeaderTable &default=HeaderTable();
	server_header_names: vector of string &optional;
	server_header_values: vector of string &optional;
	# Bodies up to max_body_bytes; unset where there is none.
	request_body: string &optional;
	response_body: string &optional;
	# Names of HTTP::Info's tags.
	tags: vector of string &optional;
	# Rules of which everything has held so far, and at how many of their events.
	candidates: table[{{ rule_type }}] of count &default=table();
{% if each_client_header || each_server_header %}	# Rules that are found by the headers that have come.
	found: vector of {{ rule_type }} &default=vector();
{% endif %}{% if ends_requests %}	# Whether all of the request that counts has been seen.
	request_done: bool &default=F;
{% endif %}{% if uses_bodies %}	# Whether some rule wants the body.
	wants_request_body: bool &default={% if always_request_body %}T{% else %}F{% endif %};
	wants_response_body: bool &default={% if always_response_body %}T{% else %}F{% endif %};
	# A body's pieces as they come, and how many bytes they are.
	request_pieces: vector of string &optional;
	request_bytes: count &default=0;
	response_pieces: vector of string &optional;
	response_bytes: count &default=0;
{% endif %}};

# What a rule does with a transaction at one of its events.
type HttpHandler: function(c: connection, http: HTTP::Info, transaction: HttpTransaction);

redef record connection += {
	## Whether some rule of this pack looks closer at one of the connection's transactions.
	{{ field }}_looks_at_http: bool &optional;
};

redef record HTTP::Info += {
	## What the rules of this pack keep of the transaction.
	{{ field }}: HttpTransaction &optional;
{% if each_client_header %}	{{ field }}_client_headers_seen: bool &default=F;
{% endif %}{% if each_server_header %}	{{ field }}_server_headers_seen: bool &default=F;
{% endif %}};
{% if uses_bodies %}
redef record fa_file += {
	## The transaction whose body the file is, where some rule of this pack wants it.
	{{ field }}: HttpTransaction &optional;
};
{% endif %}
# How many connections there are of which some rule looks closer at a transaction.
global connections_looked_at = 0;

# From now on, what comes on a connection may be of interest. While there is none such, Zeek leaves out the handlers that
# would do nothing.
function look_at(c: connection)
	{
	c${{ field }}_looks_at_http = T;
	++connections_looked_at;

	if ( connections_looked_at == 1 )
		enable_event_group("{{ module }}Http");
	}

# What comes on a connection is of no interest until some rule looks at another transaction.
function look_away(c: connection)
	{
	delete c${{ field }}_looks_at_http;
	--connections_looked_at;

	if ( connections_looked_at == 0 )
		disable_event_group("{{ module }}Http");
	}

# After the base script, at priority -5, has done with a transaction that is answered.
event http_message_done(c: connection, is_orig: bool, stat: http_message_stat) &priority=-10 &group="{{ module }}Http"
	{
	if ( ! is_orig && c?${{ field }}_looks_at_http && c?$http_state && |c$http_state$pending| == 0 )
		look_away(c);
	}

event connection_state_remove(c: connection) &group="{{ module }}Http"
	{
	if ( c?${{ field }}_looks_at_http )
		look_away(c);
	}

event zeek_init()
	{
	disable_event_group("{{ module }}Http");
	}

# The transaction as "METHOD uri".
function request_line(http: HTTP::Info): string &is_used
	{
	return fmt("%s %s", http?$method ? http$method : "-", http?$uri ? http$uri : "-");
	}
{% if uses_uri_parts || uses_url %}
# A URI that is whole, as proxies are sent it (RFC 9112, section 3.2.2).
const whole_uri = /^[hH][tT][tT][pP][sS]?:\/\//;
{% endif %}{% if uses_uri_parts %}
# Keeps the parts of a request line's URI.
function keep_uri_parts(transaction: HttpTransaction, uri: string)
	{
	local parts = split_string1(uri, /\?/);
	local stem = parts[0];

	if ( whole_uri in stem )
		{
		# Behind the scheme, the host and the port.
		local segments = split_string(stem, /\//);
		stem = "/" + join_string_vec(segments[3:], "/");
		}

	transaction$uri_stem = stem;

	if ( |parts| > 1 )
		transaction$uri_query = parts[1];

	local names = split_string(stem, /\//);
	local pieces = split_string(names[|names| - 1], /\./);

	if ( |pieces| > 1 )
		transaction$uri_extension = pieces[|pieces| - 1];
	}
{% endif %}{% if uses_url %}
# Keeps the whole URL, where all its parts are known. A Host header has the port unless it is the usual one.
function keep_url(http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( ! transaction?$original_uri )
		return;

	local uri = transaction$original_uri;

	# A tunnel is asked for by host and port alone.
	if ( whole_uri in uri || (http?$method && http$method == "CONNECT") )
		transaction$url = uri;
	else if ( http?$host )
		transaction$url = "http://" + http$host + uri;
	}
{% endif %}{% if uses_host_address %}
# Addresses in place of a host's name (RFC 3986, section 3.2.2), with or without a port.
const ipv4_host = /(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}(:[0-9]*)?/;
const ipv6_host = /\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\](:[0-9]*)?/;

# Keeps the address of a Host header that has one.
function keep_host_address(http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( ! http?$host )
		return;

	local address = "";

	if ( ipv4_host == http$host )
		address = split_string1(http$host, /:/)[0];
	else if ( ipv6_host == http$host )
		address = split_string1(http$host[1:], /\]/)[0];

	if ( is_valid_ip(address) )
		transaction$host_address = to_addr(address);
	}
{% endif %}{% if header_matches %}
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
{% endif %}{% if header_values %}
# The values of a header.
function header_values(headers: HeaderTable, name: string): vector of string
	{
	return name in headers ? headers[name] : vector();
	}
{% endif %}
