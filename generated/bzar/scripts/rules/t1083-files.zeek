##! Open Files Of Remote Host Enumerated
##!
##! Id:              b66f1f4b-25f4-4793-99f3-0f595cf9e4a1
##! ATT&CK:          T1083 File and Directory Discovery
##! Level:           informational
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-srvs/accf23b0-0f57-441c-9185-43041f1b0ee9
##! Reference:       https://attack.mitre.org/techniques/T1083/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Logons, file servers, management software and everyday use of Windows networks
##! Matches:         selection
##! Matches:         selection: endpoint: 'srvsvc' and operation: 'NetrFileEnum'
##!
##! NetrFileEnum ([MS-SRVS] 3.1.4.2) lists the files that are open on the responding host, and by whom. Silent by
##! itself, since the like of it is usual in a Windows network.

module Bzar;

# Without notices until an operator takes it out of the set.
redef silent_rules += { T1083_Files };

global t1083_files_rule = watched(RuleInfo(
	$rule=T1083_Files,
	$note=ATTACK::Discovery,
	$id="b66f1f4b-25f4-4793-99f3-0f595cf9e4a1",
	$title="Open Files Of Remote Host Enumerated",
	$sub="T1083 File and Directory Discovery",
	$level="informational",
	$attack=vector("T1083"),
	$robustness="4H"));

function t1083_files_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( t1083_files_rule$is_just_silent )
		++t1083_files_rule$outcomes$silent;
	else if ( ! may_raise(t1083_files_rule, c) )
		return;
	else if ( makes_notice(t1083_files_rule, c) )
		notify(t1083_files_rule, c, observed_of(call, call_name(call)));

	correlate_match(t1083_files_rule, c, discovery_from_host_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$orig_h)),
	                                $uid=c$uid));
	}
