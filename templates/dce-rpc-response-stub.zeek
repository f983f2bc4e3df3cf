##! What responses carry. Only packs whose rules look at it bring this file: the first one wins.

@load ./dce-rpc-pairing

@ifndef ( SigzeekDceRpc::RESPONSE_STUBS )

module SigzeekDceRpc;

export {
	const RESPONSE_STUBS = T;
}

# Zeek copies what responses carry only while a call waits of which a pack asks for it.
event dce_rpc_response_stub(c: connection, fid: count, ctx_id: count, opnum: count, stub: string)
	&priority=3 &group="SigzeekDceRpcResponseStubs"
	{
	if ( ! c?$sigzeek_call || c$sigzeek_call$progress != ANSWERED )
		return;

	# Zeek has just told of the response itself.
	local call = c$sigzeek_call;
	call$response_stub = stub;

	for ( _, handler in call$operation$response_stub )
		handler(c, call);

	if ( call?$held_at_response_stub )
		for ( _, held in call$held_at_response_stub )
			held(c, call);

	look_away(call);
	finish(call);
	stop_if_none_waits();
	}

event zeek_init() &priority=-10
	{
	disable_event_group("SigzeekDceRpcResponseStubs");
	}

@endif
