# After the base script, at priority 5, has begun the transaction.
event http_request(c: connection, method: string, original_URI: string, unescaped_URI: string, version: string)
	{
	if ( ! c?$http )
		return;

	local http = c$http;
{% if keeps_request_line %}	local transaction = transaction_of(c, http);
	transaction$original_uri = original_URI;
	transaction$request_version = version;
{% endif %}{% if keeps_uri_parts %}	keep_uri_parts(transaction, original_URI);
{% endif %}{{ dispatch }}	}
