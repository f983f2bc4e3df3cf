# After the base script, at priority 5, has found the message's transaction.
event http_header(c: connection, is_orig: bool, name: string, value: string){% if gated %} &group="{{ module }}Http"{% endif %}
	{
	# Trailers and parts of a multipart body have headers too, but are not the message's.
	if ( {% if gated %}! c?${{ field }}_looks_at_http || {% endif %}{% if client %}! {% endif %}is_orig || ! c?$http || c$http${{ field }}_{{ side }}_headers_seen )
		return;

	local http = c$http;
{% if gated %}
	if ( ! http?${{ field }} || |http${{ field }}$candidates| == 0 )
		return;
{% endif %}{% if !client %}
	if ( is_interim(http) )
		return;
{% endif %}{% if let Some(table) = by_name %}
	if ( name in {{ table }} )
		for ( _, rules in {{ table }}[name][value] )
			find(c, http, rules);
{% endif %}{% if let Some(table) = by_value %}{% if let Some(entry) = table.only_entry() %}
	if ( {{ table.name }} == value )
		find(c, http, vector({{ entry.handlers }}));
{% else %}
	for ( _, rules in {{ table.name }}[value] )
		find(c, http, rules);
{% endif %}{% endif %}{% if keeps %}{% if gated %}
	add_header(http${{ field }}${{ side }}_headers, name, value);
{% if uses_names %}
	if ( ! http${{ field }}?${{ side }}_header_names )
		http${{ field }}${{ side }}_header_names = vector();

	http${{ field }}${{ side }}_header_names += name;
{% endif %}{% if uses_values %}
	if ( ! http${{ field }}?${{ side }}_header_values )
		http${{ field }}${{ side }}_header_values = vector();

	http${{ field }}${{ side }}_header_values += value;
{% endif %}{% else %}
	if ( ! http?${{ field }} || |http${{ field }}$candidates| == 0 )
		return;

	add_header(http${{ field }}${{ side }}_headers, name, value);
{% if uses_names %}
	if ( ! http${{ field }}?${{ side }}_header_names )
		http${{ field }}${{ side }}_header_names = vector();

	http${{ field }}${{ side }}_header_names += name;
{% endif %}{% if uses_values %}
	if ( ! http${{ field }}?${{ side }}_header_values )
		http${{ field }}${{ side }}_header_values = vector();

	http${{ field }}${{ side }}_header_values += value;
{% endif %}{% endif %}{% endif %}	}

# Comes when all headers of a message, or of a part of one, have come.
event http_content_type(c: connection, is_orig: bool, ty: string, subty: string)
	{
	if ( {% if client %}! {% endif %}is_orig{% if skips %} || ! c?${{ field }}_looks_at_http{% endif %} )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
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
