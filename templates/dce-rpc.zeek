{% macro watch(phase, table, kind) %}
event zeek_init()
	{
	for ( [uuid, opnum], {{ kind }} in {{ phase.name }}_{{ table }} )
		{
		local operation = SigzeekDceRpc::operation(uuid, opnum);
{% call prepare(phase, "\t\t") %}{% endcall %}{% if table == "rules" %}
		for ( _, handler in handlers )
			operation${{ phase.name }} += handler;
{% else if table == "raised_rules" %}		operation${{ phase.raised_rules }} = raised;
		operation${{ phase.name }} += raise_at_{{ phase.name }};
{% else %}		operation${{ phase.pattern_rules }} = patterns;
		operation${{ phase.name }} += match_at_{{ phase.name }};
{% endif %}		}
	}
{% endmacro %}{% macro prepare(phase, indent) %}{% if prepares %}{{ indent }}prepare(operation);
{% endif %}{% if phase.counts_blind %}@ifdef ( dce_rpc_auth )
{{ indent }}operation$request_stub += count_if_sealed;
@endif
{% endif %}{% endmacro %}##! Dispatch of DCE-RPC calls to the rules that watch them.
##!
##! A rule watches an interface UUID and an opnum, so a Zeek release that renames an interface changes nothing.

@load ./dce-rpc-call
@load ./dce-rpc-pairing
{% for phase in phases %}{% if let Some(script) = phase.script %}@load ./{{ script }}
{% endif %}{% endfor %}
module {{ module }};
{% if !operation_fields.is_empty() %}
redef record SigzeekDceRpc::Operation += {
{% for field in operation_fields %}	## {{ field.comment }}
	{{ field.name }}: {{ field.zeek_type }} &optional;
{% endfor %}};
{% endif %}{% if watches_every %}
redef SigzeekDceRpc::watches_every = T;
{% endif %}{% if reads.response_stub_len %}
redef SigzeekDceRpc::keeps_lengths = T;
{% endif %}{% if !swapped_interfaces.is_empty() %}
# What Zeek makes of watched interfaces where the client is big-endian.
redef SigzeekDceRpc::swapped_interfaces += {
{% for interface in swapped_interfaces %}	# {{ interface.comment }}
	[{{ interface.swapped }}] = {{ interface.uuid }},
{% endfor %}};
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
{% endif %}{% if blind.function == "count_sealed" %}
@ifdef ( dce_rpc_auth )
{% endif %}
function {{ blind.function }}(call: SigzeekDceRpc::Call)
	{
	local kept = kept_of(call);

	if ( kept$is_blind )
		return;
{% if !loop.first %}
	count_undecodable(call);{% endif %}
	kept$is_blind = T;
{% if !blind.operations.is_empty() %}
	if ( [call$interface$uuid, call$opnum] in {{ blind.name }} )
		for ( _, rule in {{ blind.name }}[call$interface$uuid, call$opnum] )
			++rule$outcomes$blind;
{% endif %}{% if !blind.interfaces.is_empty() %}
	if ( call$interface$uuid in {{ blind.name }}_of_interfaces )
		for ( _, rule_of_interface in {{ blind.name }}_of_interfaces[call$interface$uuid] )
			++rule_of_interface$outcomes$blind;
{% endif %}{% if !blind.every.is_empty() %}
	for ( _, rule_of_every_call in {{ blind.name }}_of_every_call )
		++rule_of_every_call$outcomes$blind;
{% endif %}	}
{% endfor %}{% if !blind_rules.is_empty() %}
# Count a call that is sealed, for each rule that looks into it.
function count_if_sealed(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( SigzeekDceRpc::is_sealed(c) )
		count_sealed(call);
	}

@endif
{% endif %}{% if prepares %}
# What is noted of the calls of an operation before rules look at them.
function prepare(operation: SigzeekDceRpc::Operation)
	{
	if ( operation?${{ prepared }} )
		return;

	operation${{ prepared }} = T;
{% for handler in noted_at_request %}	operation$request += SigzeekDceRpc::{{ handler }};
{% endfor %}{% if reads.rtt %}	operation$response += SigzeekDceRpc::note_round_trip;
{% endif %}	}
{% endif %}{% for phase in phases %}{% if !phase.raised.is_empty() %}
# Raise the notices of rules that the operation alone matches, at {{ phase.event }}.
function raise_at_{{ phase.name }}(c: connection, call: SigzeekDceRpc::Call)
	{
	for ( _, rule in call$operation${{ phase.raised_rules }} )
		if ( raises_notice(rule, c) )
			notify(rule, c, observed_of(call, call_name(call)));
	}
{% endif %}{% if !phase.operation_patterns.is_empty() %}
# Run the rules whose pattern the {{ phase.key_field }} matches.
function match_at_{{ phase.name }}(c: connection, call: SigzeekDceRpc::Call)
	{
{% if phase.is_response %}	if ( ! call?${{ phase.payload }} )
		return;

{% endif %}	for ( _, matched in call$operation${{ phase.pattern_rules }}[call${{ phase.payload }}] )
		for ( _, handler in matched )
			handler(c, call);
	}
{% endif %}{% if !phase.operations.is_empty() %}
# Rules by the operation that they watch, at {{ phase.event }}.
const {{ phase.name }}_rules: table[string, count] of vector of SigzeekDceRpc::Handler = {
{% for operation in phase.operations %}	# {{ operation.comment }}
	[{{ operation.uuid }}, {{ operation.opnum }}] = vector({{ operation.handlers }}),
{% endfor %}};
{% call watch(phase, "rules", "handlers") %}{% endcall %}{% endif %}{% if !phase.raised.is_empty() %}
# Rules that the operation alone matches, at {{ phase.event }}.
const {{ phase.name }}_raised_rules: table[string, count] of vector of RuleInfo = {
{% for operation in phase.raised %}	# {{ operation.comment }}
	[{{ operation.uuid }}, {{ operation.opnum }}] = vector({{ operation.handlers }}),
{% endfor %}};
{% call watch(phase, "raised_rules", "raised") %}{% endcall %}{% endif %}{% if !phase.operation_patterns.is_empty() %}
# Rules by what the {{ phase.key_field }} of an operation must match: one automaton serves all rules of an operation.
const {{ phase.name }}_pattern_rules: table[string, count] of table[pattern] of vector of SigzeekDceRpc::Handler = {
{% for operation in phase.operation_patterns %}	# {{ operation.comment }}
	[{{ operation.uuid }}, {{ operation.opnum }}] = table(
{% for pattern in operation.patterns %}{% if !pattern.comment.is_empty() %}		{{ pattern.comment }}
{% endif %}		[{{ pattern.pattern }}] = vector({{ pattern.handlers }}){% if !loop.last %},{% endif %}
{% endfor %}	),
{% endfor %}};
{% call watch(phase, "pattern_rules", "patterns") %}{% endcall %}{% endif %}{% if let Some(member) = phase.looks_into %}{% if !phase.later_operations.is_empty() %}
# The operations of which rules look at the {{ phase.key_field }} where they have held before.
const {{ phase.name }}_of_candidates: set[string, count] = {
{% for operation in phase.later_operations %}	# {{ operation.comment }}
	[{{ operation.uuid }}, {{ operation.opnum }}],
{% endfor %}};

event zeek_init()
	{
	for ( [uuid, opnum] in {{ phase.name }}_of_candidates )
		{
		local operation = SigzeekDceRpc::operation(uuid, opnum);
{% call prepare(phase, "\t\t") %}{% endcall %}		operation${{ member }} = T;
		}
	}
{% endif %}{% if !phase.later_interfaces.is_empty() %}
# The same of all operations of interfaces.
const {{ phase.name }}_of_candidates_of_interfaces: set[string] = {
{% for interface in phase.later_interfaces %}	# {{ interface.comment }}
	{{ interface.uuid }},
{% endfor %}};

event zeek_init()
	{
	for ( uuid in {{ phase.name }}_of_candidates_of_interfaces )
		{
		local operation = SigzeekDceRpc::all_operations(uuid);
{% call prepare(phase, "\t\t") %}{% endcall %}		operation${{ member }} = T;
		}
	}
{% endif %}{% if phase.later_every %}
event zeek_init()
	{
	local operation = SigzeekDceRpc::every_operation;
{% call prepare(phase, "\t") %}{% endcall %}	operation${{ member }} = T;
	}
{% endif %}{% endif %}{% if !phase.interfaces.is_empty() %}
# Rules by the interface of which they watch every operation, at {{ phase.event }}.
const {{ phase.name }}_interface_rules: table[string] of vector of SigzeekDceRpc::Handler = {
{% for interface in phase.interfaces %}	# {{ interface.comment }}
	[{{ interface.uuid }}] = vector({{ interface.handlers }}),
{% endfor %}};

event zeek_init()
	{
	for ( uuid, handlers in {{ phase.name }}_interface_rules )
		{
		local operation = SigzeekDceRpc::all_operations(uuid);
{% call prepare(phase, "\t\t") %}{% endcall %}
		for ( _, handler in handlers )
			operation${{ phase.name }} += handler;
		}
	}
{% endif %}{% if !phase.every_patterns.is_empty() %}
# Rules of every call by what its {{ phase.key_field }} must match.
const {{ phase.name }}_every_call_pattern_rules: table[pattern] of vector of SigzeekDceRpc::Handler = {
{% for pattern in phase.every_patterns %}{% if !pattern.comment.is_empty() %}	{{ pattern.comment }}
{% endif %}	[{{ pattern.pattern }}] = vector({{ pattern.handlers }}),
{% endfor %}};

function match_every_call_at_{{ phase.name }}(c: connection, call: SigzeekDceRpc::Call)
	{
{% if phase.is_response %}	if ( ! call?${{ phase.payload }} )
		return;

{% endif %}	for ( _, matched in {{ phase.name }}_every_call_pattern_rules[call${{ phase.payload }}] )
		for ( _, handler in matched )
			handler(c, call);
	}
{% endif %}{% if phase.watches_every %}
# Rules that watch every call, at {{ phase.event }}.
event zeek_init()
	{
	local operation = SigzeekDceRpc::every_operation;
{% call prepare(phase, "\t") %}{% endcall %}{% for handler in phase.every %}	operation${{ phase.name }} += {{ handler }};
{% endfor %}{% if !phase.every_patterns.is_empty() %}	operation${{ phase.name }} += match_every_call_at_{{ phase.name }};
{% endif %}	}
{% endif %}{% endfor %}
