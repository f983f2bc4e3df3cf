##! What responses carry. Only packs whose rules look at it bring this file: the first one wins.

@load ./dce-rpc-pairing

@ifndef ( SigzeekDceRpc::RESPONSE_STUBS )

module SigzeekDceRpc;

export {
	const RESPONSE_STUBS = T;

	## What the response to a context's latest call carries, after the response.
	global response_stub: hook(c: connection, context: Context, stub: string);
}

# Zeek copies what responses carry only while a call waits of which a pack asks for it.
event dce_rpc_response_stub(c: connection, fid: count, ctx_id: count, opnum: count, stub: string)
	&priority=3 &group="SigzeekDceRpcResponseStubs"
	{
	if ( ! response_is_paired || ! c?$sigzeek_contexts )
		return;

	# Zeek has just told of the response itself.
	response_is_paired = F;
	hook response_stub(c, c$sigzeek_contexts$latest, stub);
	look_away(c$sigzeek_contexts$latest);
	stop_if_none_waits();
	}

event zeek_init() &priority=-10
	{
	disable_event_group("SigzeekDceRpcResponseStubs");
	}

@endif
