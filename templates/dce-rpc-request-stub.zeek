##! What requests carry. Zeek copies it for each call as soon as something asks for it, so only packs whose rules look at it
##! bring this file: the first one wins.

@load ./dce-rpc-pairing

@ifndef ( SigzeekDceRpc::REQUEST_STUBS )

module SigzeekDceRpc;

export {
	const REQUEST_STUBS = T;

	## Whether what a connection's latest request carries is sealed, which Zeek tells since 9.0.
	global is_sealed: function(c: connection): bool;
}

@ifdef ( dce_rpc_auth )

redef record connection += {
	## Whether the client's latest PDU with an authentication verifier is sealed; no request has come since.
	sigzeek_is_sealed: bool &optional;
};

function is_sealed(c: connection): bool
	{
	return c?$sigzeek_is_sealed;
	}

# The protection level of a PDU, before the events of its body.
event dce_rpc_auth(c: connection, is_orig: bool, fid: count, auth_type: count, auth_level: count, auth_context_id: count)
	{
	if ( ! is_orig || ! c?$sigzeek_call )
		return;

	if ( auth_level == {{ privacy }} )
		c$sigzeek_is_sealed = T;
	else
		delete c$sigzeek_is_sealed;
	}

event dce_rpc_bind(c: connection, fid: count, ctx_id: count, uuid: string, ver_major: count, ver_minor: count)
	{
	delete c$sigzeek_is_sealed;
	}

event dce_rpc_alter_context(c: connection, fid: count, ctx_id: count, uuid: string, ver_major: count, ver_minor: count)
	{
	delete c$sigzeek_is_sealed;
	}

@endif

event dce_rpc_request_stub(c: connection, fid: count, ctx_id: count, opnum: count, stub: string) &priority=3
	{
	# Zeek has just told of the request itself.
	if ( request_is_watched )
		{
		request_is_watched = F;
		local call = c$sigzeek_call;
		call$stub = stub;

		for ( _, handler in call$operation$request_stub )
			handler(c, call);

		if ( call?$held_at_request_stub )
			for ( _, held in call$held_at_request_stub )
				held(c, call);
		}

@ifdef ( dce_rpc_auth )
	delete c$sigzeek_is_sealed;
@endif
	}

@endif
