##! What this pack keeps of a DCE-RPC call.

@load ./dce-rpc-pairing
@load ./main

module Coercion;

# What is kept of a call with a stub that rules read.
type RpcCall: record {
	# Whether the call is counted as one that rules cannot read.
	is_blind: bool &default=F;
};

redef record SigzeekDceRpc::Call += {
	## What the pack keeps of it, once rules have read it.
	kept_by_coercion: RpcCall &optional;
};

hook SigzeekDceRpc::forget(call: SigzeekDceRpc::Call)
	{
	delete call$kept_by_coercion;
	}

function kept_of(call: SigzeekDceRpc::Call): RpcCall &is_used
	{
	if ( ! call?$kept_by_coercion )
		{
		call$kept_by_coercion = RpcCall();
		call$is_kept = T;
		}

	return call$kept_by_coercion;
	}

# Count a call with arguments that cannot be read, for each rule that looks at them.
global count_undecodable: function(call: SigzeekDceRpc::Call);

# The call as endpoint::operation, in the names of the running Zeek.
function call_name(call: SigzeekDceRpc::Call): string &is_used
	{
	local uuid = call$interface$uuid;
	return fmt("%s::%s", DCE_RPC::uuid_endpoint_map[uuid], DCE_RPC::operations[uuid, call$opnum]);
	}

# What a notice says was seen, marked where the call has no response of its own.
function observed_of(call: SigzeekDceRpc::Call, message: string): string &is_used
	{
	return call$unanswered ? message + " (unanswered)" : message;
	}
