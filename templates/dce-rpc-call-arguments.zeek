##! The arguments of calls that rules of this pack look at. The stubs of a call are read when a rule first asks for one of them.

@load ./dce-rpc-call
@load ./{{ stub_script }}

module {{ module }};

redef record RpcCall += {
	# Whether the client's integers begin with their highest byte.
	is_big_endian: bool &default=F;
	# Whether the request could be read; unset until a rule asks.
	has_arguments: bool &optional;
{% if reads_results %}	# The same of the response.
	has_results: bool &optional;
{% endif %}{% for member in members %}	{{ member.name }}: {{ member.zeek_type }} &optional;
{% endfor %}};
{% for decoder in decoders %}
{{ decoder.code }}

# Takes what is asked for of {{ decoder.operation }}.
function {{ decoder.taker }}(call: RpcCall): bool
	{
	local read = {{ decoder.function }}(call${{ decoder.stub }}, ! call$is_big_endian);
{% for value in decoder.values %}
	if ( {{ value.presence }} )
		call${{ value.member }} = read${{ value.field }};
{% endfor %}
	return read$is_read;
	}
{% endfor %}
# How the requests of operations are read.
const argument_readers: table[string, count] of function(call: RpcCall): bool = {
{% for decoder in decoders %}{% if decoder.is_request %}	# {{ decoder.operation }}
	[{{ decoder.uuid }}, {{ decoder.opnum }}] = {{ decoder.taker }},
{% endif %}{% endfor %}};

# Read the request of a call, once.
function read_arguments(call: RpcCall)
	{
	if ( call?$has_arguments || ! call?$stub )
		return;

	call$has_arguments = F;

	if ( [call$uuid, call$opnum] !in argument_readers )
		return;

	local reader = argument_readers[call$uuid, call$opnum];
	call$has_arguments = reader(call);

	if ( ! call$has_arguments )
		count_undecodable(call);
	}
{% if reads_results %}
# How the responses of operations are read.
const result_readers: table[string, count] of function(call: RpcCall): bool = {
{% for decoder in decoders %}{% if !decoder.is_request %}	# {{ decoder.operation }}
	[{{ decoder.uuid }}, {{ decoder.opnum }}] = {{ decoder.taker }},
{% endif %}{% endfor %}};

# Read the response of a call, once. Numbers can be read out of anything, so that it counts only where the request can be read.
function read_results(call: RpcCall)
	{
	read_arguments(call);

	if ( call?$has_results || ! call?$response_stub || ! call?$has_arguments || ! call$has_arguments )
		return;

	call$has_results = F;

	if ( [call$uuid, call$opnum] !in result_readers )
		return;

	local reader = result_readers[call$uuid, call$opnum];
	call$has_results = reader(call);
	}
{% endif %}
