##! Columns of http.log in which packs log payload. Packs that are loaded together each bring this file: the first one
##! wins.

@load base/protocols/http

@ifndef ( SigzeekPayload::HTTP_COLUMNS )

module SigzeekPayload;

export {
	const HTTP_COLUMNS = T;

	redef record HTTP::Info += {
		## The request's body, where a rule that matched the transaction asks for it.
		sigzeek_body: string &log &optional;
		## The response's body, where a rule that matched the transaction asks for it.
		sigzeek_response_body: string &log &optional;
	};
}

@endif
