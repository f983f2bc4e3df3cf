##! The column of dce_rpc.log in which packs log {{ holds }}. Packs that are loaded together each bring this file: the first
##! one wins.

@load base/protocols/dce-rpc
@load ./dce-rpc-pairing

@ifndef ( SigzeekPayload::{{ constant }} )

module SigzeekPayload;

export {
	const {{ constant }} = T;

	redef record DCE_RPC::Info += {
		## {{ meaning }}
		{{ column }}: {{ zeek_type }} &log &optional;
	};
}

# The base script uses one DCE_RPC::Info for all calls of a pipe: what one call logged is not the next one's.
hook SigzeekDceRpc::overlapping(c: connection, call: SigzeekDceRpc::Call)
	{
	delete c$dce_rpc${{ column }};
	}

event dce_rpc_response(c: connection, fid: count, ctx_id: count, opnum: count, stub_len: count) &priority=-10
	{
	if ( c?$sigzeek_call && c?$dce_rpc_backing && fid in c$dce_rpc_backing )
		delete c$dce_rpc_backing[fid]$info${{ column }};
	}

@endif
