event http_all_headers(c: connection, is_orig: bool, hlist: mime_header_list)
	{
	if ( {% if client %}! {% endif %}is_orig )
		return;

	local number = pending_of(c, is_orig);

	if ( number == 0 )
		return;

	local http = c$http_state$pending[number];
{% if !client %}
	if ( is_interim(http) )
		return;
{% endif %}{% if gated %}
	if ( ! http?${{ field }} || |http${{ field }}$candidates| == 0 )
		return;
{% endif %}
	local transaction = transaction_of(c, http);

	# Parts of a multipart body have headers too, but are not the message's.
	if ( transaction${{ side }}_headers_seen )
		return;

	transaction${{ side }}_headers_seen = T;
	transaction${{ side }}_headers = header_table(hlist);
{% if uses_url %}	keep_url(http, transaction);
{% endif %}{% if uses_host_address %}	keep_host_address(http, transaction);
{% endif %}{% if uses_names %}	transaction${{ side }}_header_names = header_names(hlist);
{% endif %}{% if uses_values %}	transaction${{ side }}_header_values = all_header_values(hlist);
{% endif %}{{ dispatch }}	}
