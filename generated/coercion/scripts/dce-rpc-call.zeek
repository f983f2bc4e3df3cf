##! A DCE-RPC call, as rules of this pack see it.

@load base/protocols/dce-rpc
@load ./main

module Coercion;

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
	# Whether the call is counted as one that rules cannot read.
	is_blind: bool &default=F;
	# Rules of which everything has held so far, and at how many of their events.
	candidates: table[Notice::Type] of count &default=table();
};

# What a rule does with a call at one of its events.
type RpcHandler: function(c: connection, call: RpcCall);

# Count a call with arguments that cannot be read, for each rule that looks at them.
global count_undecodable: function(call: RpcCall);

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
