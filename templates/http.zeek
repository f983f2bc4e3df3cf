{% macro attach(side) %}		{
		if ( ! transaction?${{ side }}_pieces )
			transaction${{ side }}_pieces = vector();

		f${{ field }} = transaction;
		Files::add_analyzer(f, Files::ANALYZER_DATA_EVENT, Files::AnalyzerArgs($chunk_event={{ side }}_body_came));
		}
{% endmacro %}{% macro add(side) %}event {{ side }}_body_came(f: fa_file, data: string, off: count)
	{
	local transaction = f${{ field }};

	if ( ! transaction$wants_{{ side }}_body || transaction${{ side }}_bytes >= max_body_bytes )
		return;

	transaction${{ side }}_pieces += data;
	transaction${{ side }}_bytes += |data|;
	}
{% endmacro %}##! Dispatch of HTTP transactions to the rules that watch them.
##!
##! A rule is found by the texts that it looks for: the patterns of all rules on a field are one automaton. What needs a
##! later event, such as the body, is looked at only for transactions that some rule has named a candidate.

@load ./http-transaction

module {{ module }};
{% if finds_data %}
# A rule that a text of the request alone matches, but for the method.
type FoundRule: record {
	rule: RuleInfo;
	# In upper case, where the rule asks for one.
	method: string &optional;
};
{% endif %}{% for table in tables %}{% if let Some(texts) = table.texts %}{% if !texts.entries.is_empty() %}
# {{ texts.comment }}
const {{ texts.name }}: table[string] of vector of HttpHandler = {
{% for entry in texts.entries %}	[{{ entry.0 }}] = vector({{ entry.1 }}),
{% endfor %}} &ordered;
{% endif %}{% if !texts.data.is_empty() %}
# {{ texts.comment }} They have no functions.
const {{ texts.name }}_data: table[string] of vector of FoundRule = {
{% for entry in texts.data %}	[{{ entry.0 }}] = vector({{ entry.1 }}),
{% endfor %}} &ordered;
{% endif %}
# Run the rules whose text {{ texts.field }} has in it.
function {{ texts.function }}(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	local subject = to_lower({{ texts.subject }});
{% if !texts.data.is_empty() %}	local method = to_upper(http$method);
{% endif %}{% if !texts.entries.is_empty() %}
	for ( text, handlers in {{ texts.name }} )
		if ( text in subject )
			for ( _, handler in handlers )
				handler(c, http, transaction);
{% endif %}{% if !texts.data.is_empty() %}
	for ( sought, found in {{ texts.name }}_data )
		if ( sought in subject )
			for ( _, data in found )
				if ( (! data?$method || data$method == method)
				     && raises_notice(data$rule, c) )
					notify(data$rule, c, request_line(http));
{% endif %}	}
{% endif %}{% for comparison in table.few %}{% if let Some(constant) = comparison.constant %}
# {{ table.sought_comment }}
const {{ table.sought }} = {{ constant }};
{% endif %}{% endfor %}{% if table.few.is_empty() %}
# {{ table.comment }}
const {{ table.name }}: table[pattern] of vector of HttpHandler = {
{% for entry in table.entries %}{% if !entry.comment.is_empty() %}	{{ entry.comment }}
{% endif %}	[{{ entry.pattern }}] = vector({{ entry.handlers }}),
{% endfor %}};
{% endif %}{% endfor %}{% for table in header_tables %}
# {{ table.comment }}
const {{ table.name }}: table[string] of table[pattern] of vector of {{ rule_type }} = {
{% for header in table.headers %}	[{{ header.name }}] = table(
{% for entry in header.entries %}{% if !entry.comment.is_empty() %}		{{ entry.comment }}
{% endif %}		[{{ entry.pattern }}] = vector({{ entry.handlers }}){% if !loop.last %},{% endif %}
{% endfor %}	),
{% endfor %}};

# What these rules do then.
const {{ table.name }}_handlers: table[{{ rule_type }}] of HttpHandler = {
{% for handler in table.handlers %}	[{{ handler.note }}] = {{ handler.function }},
{% endfor %}};
{% endfor %}{% for table in value_tables %}
# {{ table.comment }}
{% if let Some(entry) = table.only_entry() %}const {{ table.name }} = {{ entry.pattern }};
{% else %}const {{ table.name }}: table[pattern] of vector of {{ rule_type }} = {
{% for entry in table.entries %}{% if !entry.comment.is_empty() %}	{{ entry.comment }}
{% endif %}	[{{ entry.pattern }}] = vector({{ entry.handlers }}),
{% endfor %}};
{% endif %}
# What these rules do then.
const {{ table.name }}_handlers: table[{{ rule_type }}] of HttpHandler = {
{% for handler in table.handlers %}	[{{ handler.note }}] = {{ handler.function }},
{% endfor %}};
{% endfor %}{% for list in lists %}
# {{ list.comment }}
const {{ list.name }}: vector of HttpHandler = vector({{ list.handlers }});
{% endfor %}{% for table in candidate_tables %}
# {{ table.comment }}
const {{ table.name }}: table[{{ rule_type }}] of HttpHandler = {
{% for handler in table.handlers %}	[{{ handler.note }}] = {{ handler.function }},
{% endfor %}};
{% endfor %}
# What this pack keeps of a transaction.
function transaction_of(c: connection, http: HTTP::Info): HttpTransaction
	{
	if ( ! http?${{ field }} )
		{
		http${{ field }} = HttpTransaction();

		if ( ! c?${{ field }}_looks_at_http )
			look_at(c);
		}

	return http${{ field }};
	}
{% if finds_by_request_line %}
# What this pack keeps of a transaction that some rule finds by its request line.
function transaction_from(c: connection, http: HTTP::Info, original_uri: string, version: string): HttpTransaction
	{
	local transaction = transaction_of(c, http);
	transaction$original_uri = original_uri;
	transaction$request_version = version;
	return transaction;
	}
{% endif %}{% if uses_messages %}
# The number of the pending transaction that a message belongs to; 0 where there is none. c$http may be another one where
# requests are pipelined.
function pending_of(c: connection, is_orig: bool): count
	{
	if ( ! c?$http_state )
		return 0;

	local number = is_orig ? c$http_state$current_request : c$http_state$current_response;
	return number in c$http_state$pending ? number : 0;
	}
{% endif %}{% if uses_responses %}
# Whether a reply is followed by another for the same request (RFC 9110, section 15.2).
function is_interim(http: HTTP::Info): bool
	{
	return http?$status_code && http$status_code >= 100 && http$status_code < 200 && http$status_code != 101;
	}
{% endif %}{% if uses_headers %}
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
{% if uses_header_names %}
# The names of a message's headers in upper case, in the order of the message.
function header_names(headers: mime_header_list): vector of string
	{
	local result: vector of string = vector();
	local i = 1;

	while ( i in headers )
		{
		result += headers[i]$name;
		++i;
		}

	return result;
	}
{% endif %}{% if uses_header_values %}
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
{% endif %}{% endif %}{% if finds_by_header %}
# Keep what rules have been found by a header, each of them once, until all headers have come.
function find(c: connection, http: HTTP::Info, rules: vector of {{ rule_type }})
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
{% endif %}{% if keeps_headers %}
# Add a header to those of its message.
function add_header(headers: HeaderTable, name: string, value: string)
	{
	if ( name !in headers )
		headers[name] = vector();

	headers[name] += value;
	}
{% endif %}{% for section in sections %}
{{ section }}
{% endfor %}{% if uses_bodies %}
# A piece of a body that some rule wants.
global request_body_came: event(f: fa_file, data: string, off: count);
global response_body_came: event(f: fa_file, data: string, off: count);

# Zeek takes a body for a file, whose data become events where they are asked for.
event file_over_new_connection(f: fa_file, c: connection, is_orig: bool){% if !always_request_body && !always_response_body %}
	&group="{{ module }}Http"{% endif %}
	{
	if ( f$source != "HTTP"{% if !always_request_body && !always_response_body %} || ! c?${{ field }}_looks_at_http{% endif %} )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
		return;

	local http = c$http_state$pending[number];
{% if !always_request_body && !always_response_body %}
	if ( ! http?${{ field }} )
		return;
{% endif %}
	local transaction = transaction_of(c, http);

	if ( is_orig && transaction$wants_request_body )
{% call attach("request") %}{% endcall %}	else if ( ! is_orig && transaction$wants_response_body )
{% call attach("response") %}{% endcall %}	}

# Pieces are kept until there are as many bytes of them as rules look at, or the message is done.
{% call add("request") %}{% endcall %}
{% call add("response") %}{% endcall %}{% endif %}
