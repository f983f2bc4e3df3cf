{% if client %}# A request is done when it is complete, or when the server replies before it is.
{% endif %}function {{ side }}_done(c: connection, http: HTTP::Info)
	{
{% if gated %}	if ( ! http?${{ field }} || |http${{ field }}$candidates| == 0 )
		return;

{% endif %}	local transaction = transaction_of(c, http);
{% if client %}
	if ( transaction$request_done )
		return;

	transaction$request_done = T;
{% endif %}{% if collects %}
	if ( transaction?${{ side }}_pieces && |transaction${{ side }}_pieces| > 0 )
		{
		transaction${{ side }}_body = join_string_vec(transaction${{ side }}_pieces, "")[0:max_body_bytes];
		transaction${{ side }}_pieces = vector();
		}
{% if client %}
	# What comes after an early reply is nobody's.
	transaction$wants_request_body = F;
{% endif %}{% endif %}{% if uses_tags %}
	transaction$tags = vector();

	for ( tag in http$tags )
		transaction$tags += cat(tag);
{% endif %}{{ dispatch }}	}

# After the base script, at priority 5, has noted the body's length, and before it logs, at -5.
event http_message_done(c: connection, is_orig: bool, stat: http_message_stat){% if gated %} &group="{{ module }}Http"{% endif %}
	{
	if ( {% if client %}! {% endif %}is_orig{% if gated %} || ! c?${{ field }}_looks_at_http{% endif %} )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
		return;
{% if client %}
	{{ side }}_done(c, c$http_state$pending[number]);
{% else %}
	local http = c$http_state$pending[number];

	if ( ! is_interim(http) )
		{{ side }}_done(c, http);
{% endif %}	}
