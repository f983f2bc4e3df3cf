{% macro watch_operations(phase, table, member, rules) %}
event zeek_init()
	{
	for ( [uuid, opnum], {{ rules }} in {{ phase.name }}_{{ table }} )
		{
		local operation = SigzeekDceRpc::operation(uuid, opnum);
		operation$at_{{ phase.name }} = T;
		operation${{ member }} = {{ rules }};
		}
	}
{% endmacro %}{% macro raise(phase) %}{% if !phase.raised.is_empty() %}
	if ( context$operation?${{ phase.raised_rules }} )
		for ( _, rule in context$operation${{ phase.raised_rules }} )
			if ( may_raise(rule, c) && makes_notice(rule, c) )
				notify(rule, c, observed_of(call, call_name(call)));
{% endif %}{% endmacro %}##! Dispatch of DCE-RPC calls to the rules that watch them.
##!
##! A rule watches an interface UUID and an opnum, so a Zeek release that renames an interface changes nothing.

@load ./dce-rpc-call
@load ./dce-rpc-pairing
{% if reads_protection %}@load ./dce-rpc-protection
{% endif %}{% for phase in phases %}{% if let Some(script) = phase.script %}@load ./{{ script }}
{% endif %}{% endfor %}
module {{ module }};
{% if watches_operations %}
redef record SigzeekDceRpc::Operation += {
{% for phase in phases %}{% if !phase.operations.is_empty() %}	## Rules that watch it, at {{ phase.event }}.
	{{ phase.rules }}: vector of RpcHandler &optional;
{% endif %}{% if !phase.raised.is_empty() %}	## Rules that it alone matches, at {{ phase.event }}.
	{{ phase.raised_rules }}: vector of RuleInfo &optional;
{% endif %}{% if !phase.operation_patterns.is_empty() %}	## The same by what the {{ phase.key_field }} must match.
	{{ phase.pattern_rules }}: table[pattern] of vector of RpcHandler &optional;
{% endif %}{% endfor %}};
{% endif %}{% if keeps_calls %}
redef record SigzeekDceRpc::Context += {
	## The latest call, where some rule may still match it.
	{{ pending }}: RpcCall &optional;
};
{% endif %}{% if watches_every %}
redef SigzeekDceRpc::watches_every = T;
{% endif %}{% if reads.ts %}
redef SigzeekDceRpc::keeps_times = T;
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
{% call watch_operations(phase, "rules", phase.rules, "handlers") %}{% endcall %}{% endif %}{% if !phase.raised.is_empty() %}
# Rules that the operation alone matches, at {{ phase.event }}.
const {{ phase.name }}_raised_rules: table[string, count] of vector of RuleInfo = {
{% for operation in phase.raised %}	# {{ operation.comment }}
	[{{ operation.uuid }}, {{ operation.opnum }}] = vector({{ operation.handlers }}),
{% endfor %}};
{% call watch_operations(phase, "raised_rules", phase.raised_rules, "raised") %}{% endcall %}{% endif %}{% if !phase.interfaces.is_empty() %}
# Rules by the interface of which they watch every operation, at {{ phase.event }}.
const {{ phase.name }}_interface_rules: table[string] of vector of RpcHandler = {
{% for interface in phase.interfaces %}	# {{ interface.comment }}
	[{{ interface.uuid }}] = vector({{ interface.handlers }}),
{% endfor %}};

event zeek_init()
	{
	for ( uuid in {{ phase.name }}_interface_rules )
		SigzeekDceRpc::other_operations(uuid)$at_{{ phase.name }} = T;
	}
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
{% call watch_operations(phase, "pattern_rules", phase.pattern_rules, "patterns") %}{% endcall %}{% endif %}{% if !phase.every_patterns.is_empty() %}
# Rules of every call by what its {{ phase.key_field }} must match.
const {{ phase.name }}_every_call_pattern_rules: table[pattern] of vector of RpcHandler = {
{% for pattern in phase.every_patterns %}{% if !pattern.comment.is_empty() %}	{{ pattern.comment }}
{% endif %}	[{{ pattern.pattern }}] = vector({{ pattern.handlers }}),
{% endfor %}};
{% endif %}{% if phase.watches_every %}
event zeek_init()
	{
	SigzeekDceRpc::every_operation$at_{{ phase.name }} = T;
	}
{% endif %}{% endfor %}
# The latest call of a context.
function new_call(c: connection, context: SigzeekDceRpc::Context): RpcCall
	{
{% if reads.named_pipe %}	local call = RpcCall({{ new_call }});

	if ( c?$dce_rpc_state && c$dce_rpc_state?$named_pipe )
		call$named_pipe = c$dce_rpc_state$named_pipe;

	return call;
{% else %}	return RpcCall({{ new_call }});
{% endif %}	}
{% if reads_protection %}
# Note how a call is protected whose request is being handled.
function note_protection(c: connection, call: RpcCall)
	{
	if ( ! SigzeekDceRpc::TELLS_PROTECTION )
		return;

	call$sealed = F;

	if ( ! c?$sigzeek_auth_level )
		return;

	call$auth_level = c$sigzeek_auth_level;
	call$sealed = call$auth_level == {{ privacy }};
	}
{% endif %}{% if keeps_calls %}
# Keep a call for its later events where some rule may still match it.
function keep(call: RpcCall, context: SigzeekDceRpc::Context)
	{
	if ( |call$candidates| == 0 )
		return;

	context${{ pending }} = call;
	context$is_kept = T;
	}

hook SigzeekDceRpc::forget(context: SigzeekDceRpc::Context)
	{
	delete context${{ pending }};
	}
{% endif %}{% for blind in blind_rules %}{% if !blind.operations.is_empty() %}
# {{ blind.comment }}, by operation.
const {{ blind.name }}: table[string, count] of vector of RuleInfo = {
{% for operation in blind.operations %}	# {{ operation.comment }}
	[{{ operation.uuid }}, {{ operation.opnum }}] = vector({{ operation.handlers }}),
{% endfor %}};
{% endif %}{% if !blind.interfaces.is_empty() %}
# {{ blind.comment }}, whatever the operation, by interface.
const {{ blind.name }}_of_interfaces: table[string] of vector of RuleInfo = {
{% for interface in blind.interfaces %}	# {{ interface.comment }}
	[{{ interface.uuid }}] = vector({{ interface.handlers }}),
{% endfor %}};
{% endif %}{% if !blind.every.is_empty() %}
# {{ blind.comment }}, whatever the interface.
const {{ blind.name }}_of_every_call: vector of RuleInfo = vector({{ blind.every }});
{% endif %}
function {{ blind.function }}(call: RpcCall)
	{
	if ( call$is_blind )
		return;
{% if !loop.first %}
	count_undecodable(call);{% endif %}
	call$is_blind = T;
{% if !blind.operations.is_empty() %}
	if ( [call$uuid, call$opnum] in {{ blind.name }} )
		for ( _, rule in {{ blind.name }}[call$uuid, call$opnum] )
			++rule$outcomes$blind;
{% endif %}{% if !blind.interfaces.is_empty() %}
	if ( call$uuid in {{ blind.name }}_of_interfaces )
		for ( _, rule_of_interface in {{ blind.name }}_of_interfaces[call$uuid] )
			++rule_of_interface$outcomes$blind;
{% endif %}{% if !blind.every.is_empty() %}
	for ( _, rule_of_every_call in {{ blind.name }}_of_every_call )
		++rule_of_every_call$outcomes$blind;
{% endif %}	}
{% endfor %}{% for phase in phases %}
hook SigzeekDceRpc::{{ phase.name }}(c: connection, context: SigzeekDceRpc::Context, {{ phase.argument }})
	{
{% if phase.gated %}	# Only what has matched so far can still match.
	if ( ! context?${{ pending }} )
		return;

{% endif %}{% if !phase.not_watched.is_empty() %}	if ( {{ phase.not_watched }} )
		return;

{% endif %}	local call = {% if loop.first %}new_call(c, context){% else %}{{ call }}{% endif %};
{% for line in phase.members %}	{{ line }}
{% endfor %}{% if phase.counts_blind %}
	if ( c$sigzeek_contexts$is_sealed )
		count_sealed(call);
{% endif %}{% if phase.tells_protection %}	note_protection(c, call);
{% endif %}{% if !phase.operations.is_empty() %}
{% if phase.only_operations %}	for ( _, handler in context$operation${{ phase.rules }} )
		handler(c, call);
{% else %}	if ( context$operation?${{ phase.rules }} )
		for ( _, handler in context$operation${{ phase.rules }} )
			handler(c, call);
{% endif %}{% endif %}{% call raise(phase) %}{% endcall %}{% if !phase.operation_patterns.is_empty() %}
	if ( context$operation?${{ phase.pattern_rules }} )
		for ( _, matched in context$operation${{ phase.pattern_rules }}[stub] )
			for ( _, handler in matched )
				handler(c, call);
{% endif %}{% if !phase.interfaces.is_empty() %}
	if ( context$uuid in {{ phase.name }}_interface_rules )
		for ( _, handler in {{ phase.name }}_interface_rules[context$uuid] )
			handler(c, call);
{% endif %}{% if !phase.every.is_empty() %}
	for ( _, handler in {{ phase.name }}_every_call_rules )
		handler(c, call);
{% endif %}{% if !phase.every_patterns.is_empty() %}
	for ( _, matched in {{ phase.name }}_every_call_pattern_rules[stub] )
		for ( _, handler in matched )
			handler(c, call);
{% endif %}{% if phase.keeps %}
{% if phase.matters_later.is_empty() %}	keep(call, context);
{% else %}	if ( {{ phase.matters_later }} )
		keep(call, context);
{% endif %}{% endif %}	}
{% endfor %}{% if decides_unanswered %}
# A call that has no response of its own is decided with what its request has told.
hook SigzeekDceRpc::unanswered(c: connection, context: SigzeekDceRpc::Context)
	{
{% if !unanswered_not_watched.is_empty() %}	if ( {{ unanswered_not_watched }} )
		return;

{% endif %}	local call = {{ call }};
	call$unanswered = T;
{% for phase in phases %}{% if phase.is_response %}{% if !phase.operations.is_empty() %}
	if ( context$operation?${{ phase.rules }} )
		for ( _, handler in context$operation${{ phase.rules }} )
			handler(c, call);
{% endif %}{% call raise(phase) %}{% endcall %}{% if !phase.interfaces.is_empty() %}
	if ( context$uuid in {{ phase.name }}_interface_rules )
		for ( _, handler in {{ phase.name }}_interface_rules[context$uuid] )
			handler(c, call);
{% endif %}{% if !phase.every.is_empty() %}
	for ( _, handler in {{ phase.name }}_every_call_rules )
		handler(c, call);
{% endif %}{% endif %}{% endfor %}	}
{% endif %}
