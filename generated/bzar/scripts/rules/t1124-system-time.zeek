##! Time Of Remote Host Read
##!
##! Id:              0a0f8eda-d224-4264-9acf-752e2b752016
##! ATT&CK:          T1124 System Time Discovery
##! Level:           informational
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-srvs/accf23b0-0f57-441c-9185-43041f1b0ee9
##! Reference:       https://attack.mitre.org/techniques/T1124/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Logons, file servers, management software and everyday use of Windows networks
##! Matches:         selection
##! Matches:         selection: endpoint: 'srvsvc' and operation: 'NetrRemoteTOD'
##!
##! NetrRemoteTOD ([MS-SRVS] 3.1.4.21) tells the responding host's time of day and time zone, as net time does; a
##! scheduled task is often preceded by it. Silent by itself, since the like of it is usual in a Windows network.

module Bzar;

# Without notices until an operator takes it out of the set.
redef silent_rules += { T1124_System_Time };

global t1124_system_time_rule = watched(RuleInfo(
	$rule=T1124_System_Time,
	$note=ATTACK::Discovery,
	$id="0a0f8eda-d224-4264-9acf-752e2b752016",
	$title="Time Of Remote Host Read",
	$sub="T1124 System Time Discovery",
	$level="informational",
	$attack=vector("T1124"),
	$robustness="4H"));

function t1124_system_time_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( t1124_system_time_rule$is_just_silent )
		++t1124_system_time_rule$outcomes$silent;
	else if ( ! may_raise(t1124_system_time_rule, c) )
		return;
	else if ( makes_notice(t1124_system_time_rule, c) )
		notify(t1124_system_time_rule, c, observed_of(call, call_name(call)));

	correlate_match(t1124_system_time_rule, c, discovery_from_host_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$orig_h)),
	                                $uid=c$uid));
	}
