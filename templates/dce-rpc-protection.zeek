##! The protection level of requests, which Zeek tells since 9.0. Packs that are loaded together each bring this file: the first
##! one wins.

@load base/protocols/dce-rpc

@ifndef ( SigzeekDceRpc::TELLS_PROTECTION )

module SigzeekDceRpc;

export {
	## Whether this Zeek tells how calls are protected.
@ifdef ( dce_rpc_auth )
	const TELLS_PROTECTION = T;
@else
	const TELLS_PROTECTION = F;
@endif
}

redef record connection += {
	## The protection level of the client's PDU whose events are raised, where it has an authentication verifier.
	sigzeek_auth_level: count &optional;
};

@ifdef ( dce_rpc_auth )

# The first event of each PDU.
event dce_rpc_message(c: connection, is_orig: bool, fid: count, ptype_id: count, ptype: DCE_RPC::PType)
	{
	if ( is_orig )
		delete c$sigzeek_auth_level;
	}

# The next one, before those of the body.
event dce_rpc_auth(c: connection, is_orig: bool, fid: count, auth_type: count, auth_level: count, auth_context_id: count)
	{
	if ( is_orig )
		c$sigzeek_auth_level = auth_level;
	}

@endif

@endif
