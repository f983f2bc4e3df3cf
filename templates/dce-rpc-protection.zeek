##! The protection level of requests, which Zeek tells since 9.0. Packs that are loaded together each bring this file: the first
##! one wins.

@load ./dce-rpc-pairing

@ifndef ( SigzeekDceRpc::TELLS_PROTECTION )

module SigzeekDceRpc;

export {
	## Whether this Zeek tells how calls are protected.
@ifdef ( dce_rpc_auth )
	const TELLS_PROTECTION = T;
@else
	const TELLS_PROTECTION = F;
@endif

	redef record Call += {
		## Zeek tells these since 9.0: the request's protection level, where it has an authentication verifier, and whether that is
		## privacy.
		auth_level: count &optional;
		sealed: bool &optional;
	};

	## A handler that notes how a call is protected whose request is being told.
	global note_protection: Handler;
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

function note_protection(c: connection, call: Call)
	{
	if ( ! TELLS_PROTECTION )
		return;

	delete call$auth_level;
	call$sealed = F;

	if ( ! c?$sigzeek_auth_level )
		return;

	call$auth_level = c$sigzeek_auth_level;
	call$sealed = call$auth_level == {{ privacy }};
	}

@endif
