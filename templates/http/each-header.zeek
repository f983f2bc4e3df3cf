{% macro find() %}{% if let Some(table) = by_name %}
	if ( name in {{ table }} )
		for ( _, rules in {{ table }}[name][value] )
			find(c, http, rules);
{% endif %}{% if let Some(table) = by_value %}{% if let Some(entry) = table.only_entry() %}
	if ( {{ table.name }} == value )
		find(c, http, vector({{ entry.handlers }}));
{% else %}
	for ( _, rules in {{ table.name }}[value] )
		find(c, http, rules);
{% endif %}{% endif %}{% endmacro %}{% if !gated && finds %}# After the base script, at priority 5, has found the message's transaction.
event http_header(c: connection, is_orig: bool, name: string, value: string)
	{
	# Trailers and parts of a multipart body have headers too, but are not the message's.
{% if let Some(entry) = only_value %}	if ( {% if !client %}! {% endif %}is_orig && {{ entry.0 }} == value && c?$http && ! c$http${{ field }}_{{ side }}_headers_seen{% if !client %} && ! is_interim(c$http){% endif %} )
		find(c, c$http, vector({{ entry.1 }}));
{% else %}	if ( {% if client %}! {% endif %}is_orig || ! c?$http || c$http${{ field }}_{{ side }}_headers_seen )
		return;

	local http = c$http;
{% if !client %}
	if ( is_interim(http) )
		return;
{% endif %}{% call find() %}{% endcall %}{% endif %}	}

{% endif %}{% if gated %}# After the base script, at priority 5, has found the message's transaction.
{% else if keeps %}# Headers are kept of transactions for which some rule is a candidate.
{% endif %}{% if gated || keeps %}event http_header(c: connection, is_orig: bool, name: string, value: string) &group="{{ module }}Http"
	{
	# Trailers and parts of a multipart body have headers too, but are not the message's.
	if ( ! c?${{ field }}_looks_at_http || {% if client %}! {% endif %}is_orig || ! c?$http || c$http${{ field }}_{{ side }}_headers_seen )
		return;

	local http = c$http;

	if ( ! http?${{ field }} || |http${{ field }}$candidates| == 0 )
		return;
{% if !client %}
	if ( is_interim(http) )
		return;
{% endif %}{% if gated %}{% call find() %}{% endcall %}{% endif %}{% if keeps %}
	add_header(http${{ field }}${{ side }}_headers, name, value);
{% if uses_names %}
	if ( ! http${{ field }}?${{ side }}_header_names )
		http${{ field }}${{ side }}_header_names = vector();

	http${{ field }}${{ side }}_header_names += name;
{% endif %}{% if uses_values %}
	if ( ! http${{ field }}?${{ side }}_header_values )
		http${{ field }}${{ side }}_header_values = vector();

	http${{ field }}${{ side }}_header_values += value;
{% endif %}{% endif %}	}

{% endif %}# Comes when all headers of a message, or of a part of one, have come.
event http_content_type(c: connection, is_orig: bool, ty: string, subty: string)
	{
	if ( {% if client %}! {% endif %}is_orig || {% if skips %}! c?${{ field }}_looks_at_http || {% endif %}! c?$http_state )
		return;

	# c$http may be another one where requests are pipelined.
	local number = c$http_state$current_{% if client %}request{% else %}response{% endif %};

	if ( number !in c$http_state$pending )
		return;

	local http = c$http_state$pending[number];

	if ( http${{ field }}_{{ side }}_headers_seen{% if !client %} || is_interim(http){% endif %} )
		return;

	http${{ field }}_{{ side }}_headers_seen = T;

	if ( ! http?${{ field }} )
		return;

	local transaction = http${{ field }};
{% if uses_names %}
	if ( ! transaction?${{ side }}_header_names )
		transaction${{ side }}_header_names = vector();
{% endif %}{% if uses_values %}
	if ( ! transaction?${{ side }}_header_values )
		transaction${{ side }}_header_values = vector();
{% endif %}{{ dispatch }}	}
