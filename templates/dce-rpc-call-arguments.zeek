##! The arguments of calls that rules of this pack look at. The stubs of a call are read when a rule first asks for one of them.

@load ./dce-rpc-call
@load ./dce-rpc-pairing
@load ./{{ stub_script }}

module {{ module }};

redef record SigzeekDceRpc::Operation += {
	## How its requests are read.
	{{ reads_arguments }}: function(call: SigzeekDceRpc::Call, kept: RpcCall): bool &optional;
};

redef record RpcCall += {
	# Whether the request could be read; unset until a rule asks.
	has_arguments: bool &optional;
{% if reads_results %}	# The same of the response.
	has_results: bool &optional;
{% endif %}{% for member in members %}	{{ member.name }}: {{ member.zeek_type }} &optional;
{% endfor %}};

# A stub behind its first pointer, whose value is any that is not null: "" where it is.
function behind_pointer(stub: string): string &is_used
	{
	return |stub| > 4 && sub_bytes(stub, 1, 4) != SigzeekStub::null ? sub_bytes(stub, 5, |stub| - 4) : "";
	}
{% for decoder in decoders %}
{{ decoder.code }}
{% if decoder.is_request %}
# The latest request of {{ decoder.operation }} that was read{% if decoder.begins_with_pointer %}, behind its first pointer{% endif %},
# and what it has: clients repeat themselves.
global {{ decoder.latest }}_stub = "";
global {{ decoder.latest }} = {{ decoder.record }}();
{% endif %}
# Takes what is asked for of {{ decoder.operation }}.
function {{ decoder.taker }}(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local is_big_endian = call$interface$is_big_endian;
{% if decoder.is_request %}	local stub = {% if decoder.begins_with_pointer %}behind_pointer(call$stub){% else %}call$stub{% endif %};

	if ( stub == "" || stub != {{ decoder.latest }}_stub || is_big_endian )
		{
		{{ decoder.latest }}_stub = is_big_endian ? "" : stub;
		{{ decoder.latest }} = {{ decoder.function }}(call$stub, ! is_big_endian);
		}

	local read = {{ decoder.latest }};
{% else %}	local read = {{ decoder.function }}(call${{ decoder.stub }}, ! is_big_endian);
{% endif %}{% for value in decoder.values %}
	if ( {{ value.presence }} )
		kept${{ value.member }} = read${{ value.field }};
{% endfor %}
	return read$is_read;
	}
{% endfor %}
# How the requests of operations are read.
const argument_readers: table[string, count] of function(call: SigzeekDceRpc::Call, kept: RpcCall): bool = {
{% for decoder in decoders %}{% if decoder.is_request %}	# {{ decoder.operation }}
	[{{ decoder.uuid }}, {{ decoder.opnum }}] = {{ decoder.taker }},
{% endif %}{% endfor %}};

event zeek_init()
	{
	for ( [uuid, opnum], reader in argument_readers )
		SigzeekDceRpc::operation(uuid, opnum)${{ reads_arguments }} = reader;
	}

# Read the request of a call, once.
function read_arguments(call: SigzeekDceRpc::Call): RpcCall
	{
	local kept = kept_of(call);

	if ( kept?$has_arguments || ! call?$stub )
		return kept;

	kept$has_arguments = F;

	if ( ! call$operation?${{ reads_arguments }} )
		return kept;

	local reader = call$operation${{ reads_arguments }};
	kept$has_arguments = reader(call, kept);

	if ( ! kept$has_arguments )
		count_undecodable(call);

	return kept;
	}
{% if reads_results %}
# How the responses of operations are read.
const result_readers: table[string, count] of function(call: SigzeekDceRpc::Call, kept: RpcCall): bool = {
{% for decoder in decoders %}{% if !decoder.is_request %}	# {{ decoder.operation }}
	[{{ decoder.uuid }}, {{ decoder.opnum }}] = {{ decoder.taker }},
{% endif %}{% endfor %}};

# Read the response of a call, once. Numbers can be read out of anything, so that it counts only where the request can be read.
function read_results(call: SigzeekDceRpc::Call): RpcCall
	{
	local kept = read_arguments(call);

	if ( kept?$has_results || ! call?$response_stub || ! kept?$has_arguments || ! kept$has_arguments )
		return kept;

	kept$has_results = F;

	if ( [call$interface$uuid, call$opnum] !in result_readers )
		return kept;

	local reader = result_readers[call$interface$uuid, call$opnum];
	kept$has_results = reader(call, kept);
	return kept;
	}
{% endif %}
