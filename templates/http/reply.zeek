# After the base script, at priority 5, has found the request that is answered.
event http_reply(c: connection, version: string, code: count, reason: string){% if all_gated %} &group="{{ module }}Http"{% endif %}
	{
	if ( {% if all_gated %}! c?${{ field }}_looks_at_http || {% endif %}! c?$http || is_interim(c$http) )
		return;

	local http = c$http;
{% if ends_request %}
	if ( http?$method )
		request_done(c, http);
{% endif %}{% if dispatches %}{% if gated %}
	if ( ! http?${{ field }} || |http${{ field }}$candidates| == 0 )
		return;
{% endif %}
	local transaction = transaction_of(c, http);
{{ dispatch }}{% endif %}	}
