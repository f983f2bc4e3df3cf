##! What this pack keeps of a DCE-RPC call.

@load ./dce-rpc-pairing
@load ./main

module Bzar;

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
