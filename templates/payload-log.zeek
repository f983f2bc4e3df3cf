##! The log of payloads that rules of this pack ask for.

@load ./main

module {{ module }};

export {
	redef enum Log::ID += { PAYLOAD_LOG };

	## Filters of the log's lines.
	global payload_log_policy: Log::PolicyHook;

	## Payload of a call or transaction that a rule matched.
	type PayloadInfo: record {
		## When the rule matched.
		ts: time &log;
		## The connection's unique ID.
		uid: string &log;
		## The connection's endpoints.
		id: conn_id &log;
		## Id of the rule.
		rule_id: string &log;
		## Which payload it is, such as stub or body.
		field: string &log;
		## The payload's length, in bytes.
		length: count &log;
		## The payload, cut where the rule says so.
		payload: string &log;
	};
}

event zeek_init() &priority=5
	{
	local stream = Log::Stream($columns=PayloadInfo,
	                           $path="{{ path }}",
	                           $policy=payload_log_policy);
@ifdef ( Log::default_max_field_string_bytes )
	# Zeek 8.1 and later cut what they log: here each rule says how much it logs.
	stream$max_field_string_bytes = 0;
	stream$max_total_string_bytes = 0;
@endif
	Log::create_stream(PAYLOAD_LOG, stream);
	}

# Log the payload of what a rule matched.
function log_payload(rule: RuleInfo, c: connection, field: string, length: count, payload: string)
	{
	Log::write(PAYLOAD_LOG, PayloadInfo($ts=network_time(),
	                                    $uid=c$uid,
	                                    $id=c$id,
	                                    $rule_id=rule$id,
	                                    $field=field,
	                                    $length=length,
	                                    $payload=payload));
	}
