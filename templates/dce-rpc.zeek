##! Dispatch of DCE-RPC calls to the rules that watch them.
##!
##! A rule watches an interface UUID and an opnum. Names only turn calls away that no rule watches; they are the running
##! Zeek's, so a release that renames an interface changes nothing.

@load ./dce-rpc-call

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
{% for phase in phases %}{% if !phase.operations.is_empty() %}
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
{% endif %}{% endfor %}{% if !endpoint_tables.is_empty() %}
# Endpoints of the interfaces whose responses some rule watches.
global watched_endpoints: set[string];
{% endif %}{% for phase in phases %}{% if phase.filters_opnums %}
# Opnums that some rule watches, at {{ phase.event }}.
global {{ phase.name }}_opnums: set[count];
{% endif %}{% endfor %}{% if !endpoint_tables.is_empty() || !opnum_tables.is_empty() %}
event zeek_init() &priority=-10
	{
{% for table in endpoint_tables %}	for ( {{ table.key }} in {{ table.name }} )
		add watched_endpoints[DCE_RPC::uuid_endpoint_map[uuid]];
{% if !loop.last %}
{% endif %}{% endfor %}{% if !endpoint_tables.is_empty() && !opnum_tables.is_empty() %}
{% endif %}{% for table in opnum_tables %}	for ( [uuid, opnum] in {{ table.name }} )
		add {{ table.phase }}_opnums[opnum];
{% if !loop.last %}
{% endif %}{% endfor %}	}
{% endif %}
# A pipe's name without the path before it, in lower case.
function bare_pipe_name(named_pipe: string): string
	{
	return to_lower(sub(named_pipe, /^.*\\[pP][iI][pP][eE]\\/, ""));
	}

# The interface that a context is bound to; failing that, the one bound last; failing that, the one that its pipe is
# commonly used for; or "" where nothing tells. The base script has made the pipe's state the connection's.
function interface_of(c: connection, ctx_id: count): string
	{
	if ( ! c?$dce_rpc_state )
		return "";

	local state = c$dce_rpc_state;

	if ( state?$ctx_to_uuid && ctx_id in state$ctx_to_uuid )
		return state$ctx_to_uuid[ctx_id];

	if ( state?$uuid )
		return state$uuid;

	if ( state?$named_pipe )
		{
		local pipe = bare_pipe_name(state$named_pipe);

		if ( pipe in DCE_RPC::pipe_name_to_common_uuid )
			return DCE_RPC::pipe_name_to_common_uuid[pipe];
		}

	return "";
	}

# When a pipe's call began, once the base script has logged its response and forgotten what the connection's call was.
function time_of_answered(c: connection, fid: count): time
	{
	if ( c?$dce_rpc_backing && fid in c$dce_rpc_backing )
		return c$dce_rpc_backing[fid]$info$ts;

	return network_time();
	}

function new_call(c: connection, fid: count, uuid: string, opnum: count): RpcCall
	{
	local call = RpcCall($uuid=uuid,
	                     $opnum=opnum,
	                     $ts=c?$dce_rpc ? c$dce_rpc$ts : time_of_answered(c, fid));

	if ( c?$dce_rpc_state && c$dce_rpc_state?$named_pipe )
		call$named_pipe = c$dce_rpc_state$named_pipe;

	return call;
	}
{% if keeps_calls %}
# The pending call of a context if it is the one that is seen, else a new one.
function call_of(c: connection, fid: count, ctx_id: count, uuid: string, opnum: count): RpcCall
	{
	if ( c?${{ pending }} && [fid, ctx_id] in c${{ pending }} )
		{
		local call = c${{ pending }}[fid, ctx_id];

		if ( call$uuid == uuid && call$opnum == opnum )
			return call;
		}

	return new_call(c, fid, uuid, opnum);
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
{% if phase.name == "response" %}# After the base script has named the endpoint, at priority 5, and before it deletes c$dce_rpc, at -5.
{% endif %}event {{ phase.event }}(c: connection, fid: count, ctx_id: count, opnum: count, {{ phase.argument }})
	{
{% if phase.forgets_first %}	# Zeek pairs a response with the last request of its context; so do we.
	if ( c?${{ pending }} )
		delete c${{ pending }}[fid, ctx_id];

{% endif %}{% if phase.filters_opnums %}	if ( opnum !in {{ phase.name }}_opnums )
		return;

{% endif %}{% if phase.filters_endpoints %}	if ( c?$dce_rpc && c$dce_rpc?$endpoint && c$dce_rpc$endpoint !in watched_endpoints )
		return;

{% endif %}{% if phase.gated %}	# Only what has matched so far can still match.
	if ( ! c?${{ pending }} || [fid, ctx_id] !in c${{ pending }} )
		return;

{% endif %}	local uuid = interface_of(c, ctx_id);
{% if phase.filters_pairs %}
	if ( {{ phase.not_watched }} )
		return;
{% endif %}
	local call = {% if keeps_calls %}call_of(c, fid, ctx_id, uuid, opnum){% else %}new_call(c, fid, uuid, opnum){% endif %};
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
{% endfor %}
