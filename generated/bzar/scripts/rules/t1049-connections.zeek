##! Sessions Or Connections Of Remote Host Enumerated
##!
##! Id:              7bc99d89-e7f2-4649-b544-d612760193fa
##! ATT&CK:          T1049 System Network Connections Discovery
##! Level:           informational
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-srvs/accf23b0-0f57-441c-9185-43041f1b0ee9
##! Reference:       https://attack.mitre.org/techniques/T1049/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Logons, file servers, management software and everyday use of Windows networks
##! Matches:         selection
##! Matches:         selection: endpoint: 'srvsvc' and operation: 'NetrConnectionEnum' or 'NetrSessionEnum'
##!
##! NetrSessionEnum and NetrConnectionEnum ([MS-SRVS] 3.1.4.5 and 3.1.4.1) list who is connected to the responding host,
##! and from where: how BloodHound and its like find where users are logged on. Silent by itself, since the like of it
##! is usual in a Windows network.

module Bzar;

# Without notices until an operator takes it out of the set.
redef silent_rules += { T1049_Connections };

global t1049_connections_rule = watched(RuleInfo(
	$rule=T1049_Connections,
	$note=ATTACK::Discovery,
	$id="7bc99d89-e7f2-4649-b544-d612760193fa",
	$title="Sessions Or Connections Of Remote Host Enumerated",
	$sub="T1049 System Network Connections Discovery",
	$level="informational",
	$attack=vector("T1049"),
	$robustness="4H"));

function t1049_connections_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( t1049_connections_rule$is_just_silent )
		++t1049_connections_rule$outcomes$silent;
	else if ( ! may_raise(t1049_connections_rule, c) )
		return;
	else if ( makes_notice(t1049_connections_rule, c) )
		notify(t1049_connections_rule, c, observed_of(call, call_name(call)));

	correlate_match(t1049_connections_rule, c, discovery_from_host_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$orig_h)),
	                                $uid=c$uid));
	}
