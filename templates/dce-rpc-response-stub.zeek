##! What responses carry. Only packs whose rules look at it bring this file: the first one wins.

@load ./dce-rpc-pairing

@ifndef ( SigzeekDceRpc::RESPONSE_STUBS )

module SigzeekDceRpc;

export {
	const RESPONSE_STUBS = T;

	## What the response to a context's latest call carries, after the response.
	global response_stub: hook(c: connection, context: Context, stub: string);
}

redef looks_into_responses = T;

# Zeek copies what a response carries only while a call waits for one.
event dce_rpc_response_stub(c: connection, fid: count, ctx_id: count, opnum: count, stub: string)
	&priority=3 &group="SigzeekDceRpc"
	{
	if ( ! c?$sigzeek_contexts || ! turn_to(c$sigzeek_contexts, fid, ctx_id) )
		return;

	if ( c$sigzeek_contexts$latest$is_paired )
		hook response_stub(c, c$sigzeek_contexts$latest, stub);

	stop_if_none_waits();
	}

@endif
