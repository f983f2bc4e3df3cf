##! A DCE-RPC call, as rules of this pack see it.

@load base/protocols/dce-rpc
@load ./main

module Bzar;

# A call, as far as it has been seen.
type RpcCall: record {
	# Interface UUID in lower case; "" where the bind was not seen.
	uuid: string;
	opnum: count;
	stub: string &optional;
	rtt: interval &optional;
	response_stub: string &optional;
	# Whether nothing tells which response is the call's, so that the rules are decided without one.
	unanswered: bool &default=F;
	# Rules of which everything has held so far, and at how many of their events.
	candidates: table[Rule] of count &default=table();
};

# What a rule does with a call at one of its events.
type RpcHandler: function(c: connection, call: RpcCall);

# The call as endpoint::operation, in the names of the running Zeek.
function call_name(call: RpcCall): string &is_used
	{
	return fmt("%s::%s", DCE_RPC::uuid_endpoint_map[call$uuid], DCE_RPC::operations[call$uuid, call$opnum]);
	}

# What a notice says was seen, marked where the call has no response of its own.
function observed_of(call: RpcCall, message: string): string &is_used
	{
	return call$unanswered ? message + " (unanswered)" : message;
	}
