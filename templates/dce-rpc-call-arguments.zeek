##! The arguments of calls that rules of this pack look at. The stubs of a call are read when a rule first asks for one of them.

@load ./dce-rpc-call
@load ./dce-rpc-pairing
@load ./{{ stub_script }}

module {{ module }};

redef record SigzeekDceRpc::Operation += {
	## How its requests are read.
	{{ reads_arguments }}: function(call: SigzeekDceRpc::Call, kept: RpcCall): bool &optional;
	## The latest request that was read, behind a first pointer; none where it could not be read.
	{{ latest }}: string &optional;
	## Which of all readings that was.
	{{ reading }}: count &default=0;
	## The octet at which that begins: 1, or that behind a pointer which is not null.
	{{ compared_from }}: count &default=1;
};

redef record RpcCall += {
	# Whether the request could be read; unset until a rule asks.
	has_arguments: bool &optional;
{% if reads_results %}	# The same of the response.
	has_results: bool &optional;
{% endif %}{% for member in members %}	{{ member.name }}: {{ member.zeek_type }} &optional;
{% endfor %}};

# The least request that begins with a pointer which is not null.
const least_with_pointer = "\x00\x00\x00\x01";

# Whether a request is the latest of its operation that was read, but for the value of its first pointer. Clients repeat
# themselves.
function repeats_latest(call: SigzeekDceRpc::Call): bool &is_used
	{
	local operation = call$operation;

	if ( ! operation?${{ latest }} || call$interface$is_big_endian )
		return F;

	if ( operation${{ compared_from }} == 1 )
		return call$stub == operation${{ latest }};

	return sub_bytes(call$stub, operation${{ compared_from }}, -1) == operation${{ latest }} && call$stub >= least_with_pointer;
	}

# How many requests were kept.
global readings = 0;

# Keep a request that was read, or none where it could not be.
function keep_latest(call: SigzeekDceRpc::Call, is_read: bool, compared_from: count) &is_used
	{
	local operation = call$operation;
	delete operation${{ latest }};

	if ( ! is_read || call$interface$is_big_endian || |call$stub| < compared_from )
		return;

	if ( compared_from > 1 && call$stub < least_with_pointer )
		return;

	++readings;
	operation${{ reading }} = readings;
	operation${{ compared_from }} = compared_from;
	operation${{ latest }} = sub_bytes(call$stub, compared_from, -1);
	}
{% for decoder in decoders %}
{{ decoder.code }}
{% if decoder.is_request %}
# What the latest request of {{ decoder.operation }} has that was read.
global {{ decoder.latest }} = {{ decoder.record }}();
{% endif %}
# Takes what is asked for of {{ decoder.operation }}.
function {{ decoder.taker }}(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
{% if decoder.is_request %}	if ( ! repeats_latest(call) )
		{
		{{ decoder.latest }} = {{ decoder.function }}(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, {{ decoder.latest }}$is_read, {% if decoder.begins_with_pointer %}5{% else %}1{% endif %});
		}

	local read = {{ decoder.latest }};
{% else %}	local read = {{ decoder.function }}(call${{ decoder.stub }}, ! call$interface$is_big_endian);
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
