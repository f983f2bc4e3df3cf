##! What requests carry. Zeek copies it for each call as soon as something asks for it, so only packs whose rules look at it
##! bring this file: the first one wins.

@load ./dce-rpc-pairing

@ifndef ( SigzeekDceRpc::REQUEST_STUBS )

module SigzeekDceRpc;

export {
	const REQUEST_STUBS = T;

	## What a context's new call carries, after its request.
	global request_stub: hook(c: connection, context: Context, stub: string);
}

@ifdef ( dce_rpc_auth )

# The protection level of a PDU, before the events of its body.
event dce_rpc_auth(c: connection, is_orig: bool, fid: count, auth_type: count, auth_level: count, auth_context_id: count)
	{
	if ( is_orig && c?$sigzeek_contexts )
		c$sigzeek_contexts$is_sealed = auth_level == 6;
	}

@endif

event dce_rpc_request_stub(c: connection, fid: count, ctx_id: count, opnum: count, stub: string) &priority=3
	{
	# Zeek has just told of the request itself.
	if ( request_is_watched )
		{
		request_is_watched = F;
		hook request_stub(c, c$sigzeek_contexts$latest, stub);
		}

@ifdef ( dce_rpc_auth )
	if ( c?$sigzeek_contexts )
		c$sigzeek_contexts$is_sealed = F;
@endif
	}

@endif
