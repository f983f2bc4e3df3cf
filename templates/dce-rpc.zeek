##! Dispatch of DCE-RPC calls to the rules that watch them.
##!
##! A rule watches an interface UUID and an opnum, so a Zeek release that renames an interface changes nothing.

@load ./dce-rpc-call
@load ./dce-rpc-pairing

module {{ module }};
{% if keeps_calls %}
export {
	## Calls without a response that one connection may have before they are forgotten.
	option max_pending_calls = {{ max_pending_calls }};
}

redef record connection += {
	## Calls that some rule may still match, by pipe and context.
	{{ pending }}: table[count, count] of RpcCall &optional;
};
{% endif %}
{% if watches_every %}
redef SigzeekDceRpc::watches_every = T;
{% endif %}{% if !swapped_interfaces.is_empty() %}
# What Zeek makes of watched interfaces where the client is big-endian.
redef SigzeekDceRpc::swapped_interfaces += {
{% for interface in swapped_interfaces %}	# {{ interface.comment }}
	[{{ interface.swapped }}] = {{ interface.uuid }},
{% endfor %}};
{% endif %}{% for phase in phases %}{% if !phase.operations.is_empty() %}
# Rules by the operation that they watch, at {{ phase.event }}.
const {{ phase.name }}_rules: table[string, count] of vector of RpcHandler = {
{% for operation in phase.operations %}	# {{ operation.comment }}
	[{{ operation.uuid }}, {{ operation.opnum }}] = vector({{ operation.handlers }}),
{% endfor %}};
{% endif %}{% if !phase.interfaces.is_empty() %}
# Rules by the interface of which they watch every operation, at {{ phase.event }}.
const {{ phase.name }}_interface_rules: table[string] of vector of RpcHandler = {
{% for interface in phase.interfaces %}	# {{ interface.comment }}
	[{{ interface.uuid }}] = vector({{ interface.handlers }}),
{% endfor %}};
{% endif %}{% if !phase.every.is_empty() %}
# Rules that watch every call, at {{ phase.event }}.
const {{ phase.name }}_every_call_rules: vector of RpcHandler = vector({{ phase.every }});
{% endif %}{% if !phase.operation_patterns.is_empty() %}
# Rules by what the {{ phase.key_field }} of an operation must match: one automaton serves all rules of an operation.
const {{ phase.name }}_pattern_rules: table[string, count] of table[pattern] of vector of RpcHandler = {
{% for operation in phase.operation_patterns %}	# {{ operation.comment }}
	[{{ operation.uuid }}, {{ operation.opnum }}] = table(
{% for pattern in operation.patterns %}{% if !pattern.comment.is_empty() %}		{{ pattern.comment }}
{% endif %}		[{{ pattern.pattern }}] = vector({{ pattern.handlers }}){% if !loop.last %},{% endif %}
{% endfor %}	),
{% endfor %}};
{% endif %}{% if !phase.every_patterns.is_empty() %}
# Rules of every call by what its {{ phase.key_field }} must match.
const {{ phase.name }}_every_call_pattern_rules: table[pattern] of vector of RpcHandler = {
{% for pattern in phase.every_patterns %}{% if !pattern.comment.is_empty() %}	{{ pattern.comment }}
{% endif %}	[{{ pattern.pattern }}] = vector({{ pattern.handlers }}),
{% endfor %}};
{% endif %}{% endfor %}{% for phase in phases %}{% if phase.filters_opnums %}
# Opnums that some rule watches, at {{ phase.event }}.
global {{ phase.name }}_opnums: set[count];
{% endif %}{% endfor %}{% if !opnum_tables.is_empty() %}
event zeek_init() &priority=-10
	{
{% for table in opnum_tables %}	for ( [uuid, opnum] in {{ table.name }} )
		add {{ table.phase }}_opnums[opnum];
{% if !loop.last %}
{% endif %}{% endfor %}	}
{% endif %}
# The latest call of a context.
function new_call(c: connection, context: SigzeekDceRpc::Context): RpcCall
	{
	local call = RpcCall($uuid=context$uuid, $opnum=context$opnum, $ts=context$ts);

	if ( c?$dce_rpc_state && c$dce_rpc_state?$named_pipe )
		call$named_pipe = c$dce_rpc_state$named_pipe;

	return call;
	}
{% if keeps_calls %}
# The latest call of a context: the pending one, if there is one.
function call_of(c: connection, fid: count, ctx_id: count, context: SigzeekDceRpc::Context): RpcCall
	{
	if ( c?${{ pending }} && [fid, ctx_id] in c${{ pending }} )
		return c${{ pending }}[fid, ctx_id];

	return new_call(c, context);
	}

# Keep a call for its later events where some rule may still match it.
function keep(c: connection, fid: count, ctx_id: count, call: RpcCall)
	{
	if ( |call$candidates| == 0 )
		return;

	if ( ! c?${{ pending }} || ( |c${{ pending }}| >= max_pending_calls && [fid, ctx_id] !in c${{ pending }} ) )
		c${{ pending }} = table();

	c${{ pending }}[fid, ctx_id] = call;
	}
{% endif %}{% for phase in phases %}
event {{ phase.event }}(c: connection, fid: count, ctx_id: count, opnum: count, {{ phase.argument }})
	{
{% if phase.forgets_first %}	if ( c?${{ pending }} )
		delete c${{ pending }}[fid, ctx_id];

{% endif %}{% if phase.filters_opnums %}	if ( opnum !in {{ phase.name }}_opnums )
		return;

{% endif %}{% if phase.gated %}	# Only what has matched so far can still match.
	if ( ! c?${{ pending }} || [fid, ctx_id] !in c${{ pending }} )
		return;

{% endif %}	if ( ! c?$sigzeek_context )
		return;

	local context = c$sigzeek_context;
{% if phase.is_response %}
	if ( ! context$is_paired )
		return;

{% endif %}	local uuid = context$uuid;
{% if phase.filters_pairs %}
	if ( {{ phase.not_watched }} )
		return;
{% endif %}
	local call = {{ call }};
{% for line in phase.members %}	{{ line }}
{% endfor %}{% if phase.only_operations %}
	for ( _, handler in {{ phase.name }}_rules[uuid, opnum] )
		handler(c, call);
{% else if !phase.operations.is_empty() %}
	if ( [uuid, opnum] in {{ phase.name }}_rules )
		for ( _, handler in {{ phase.name }}_rules[uuid, opnum] )
			handler(c, call);
{% endif %}{% if !phase.operation_patterns.is_empty() %}
	if ( [uuid, opnum] in {{ phase.name }}_pattern_rules )
		for ( _, matched in {{ phase.name }}_pattern_rules[uuid, opnum][stub] )
			for ( _, handler in matched )
				handler(c, call);
{% endif %}{% if !phase.interfaces.is_empty() %}
	if ( uuid in {{ phase.name }}_interface_rules )
		for ( _, handler in {{ phase.name }}_interface_rules[uuid] )
			handler(c, call);
{% endif %}{% if !phase.every.is_empty() %}
	for ( _, handler in {{ phase.name }}_every_call_rules )
		handler(c, call);
{% endif %}{% if !phase.every_patterns.is_empty() %}
	for ( _, matched in {{ phase.name }}_every_call_pattern_rules[stub] )
		for ( _, handler in matched )
			handler(c, call);
{% endif %}{% if phase.keeps %}
	keep(c, fid, ctx_id, call);
{% endif %}{% if phase.forgets_last %}
	if ( c?${{ pending }} )
		delete c${{ pending }}[fid, ctx_id];
{% endif %}	}
{% endfor %}{% if decides_unanswered %}
# A call that has no response of its own is decided with what its request has told.
hook SigzeekDceRpc::unanswered(c: connection, fid: count, ctx_id: count, context: SigzeekDceRpc::Context)
	{
	local uuid = context$uuid;
	local opnum = context$opnum;
{% if !unanswered_not_watched.is_empty() %}
	if ( {{ unanswered_not_watched }} )
		return;
{% endif %}
	local call = {{ call }};
	call$unanswered = T;
{% for phase in phases %}{% if phase.is_response %}{% if !phase.operations.is_empty() %}
	if ( [uuid, opnum] in {{ phase.name }}_rules )
		for ( _, handler in {{ phase.name }}_rules[uuid, opnum] )
			handler(c, call);
{% endif %}{% if !phase.interfaces.is_empty() %}
	if ( uuid in {{ phase.name }}_interface_rules )
		for ( _, handler in {{ phase.name }}_interface_rules[uuid] )
			handler(c, call);
{% endif %}{% if !phase.every.is_empty() %}
	for ( _, handler in {{ phase.name }}_every_call_rules )
		handler(c, call);
{% endif %}{% endif %}{% endfor %}{% if keeps_calls %}
	if ( c?${{ pending }} )
		delete c${{ pending }}[fid, ctx_id];
{% endif %}	}
{% endif %}