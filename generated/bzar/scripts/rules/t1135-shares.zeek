##! Shares Of Remote Host Enumerated
##!
##! Id:              f9237c3b-668e-4e20-8f88-10d8224106f5
##! ATT&CK:          T1135 Network Share Discovery
##! Level:           informational
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-srvs/accf23b0-0f57-441c-9185-43041f1b0ee9
##! Reference:       https://attack.mitre.org/techniques/T1135/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Logons, file servers, management software and everyday use of Windows networks
##! Matches:         selection
##! Matches:         selection: endpoint: 'srvsvc' and operation: 'NetrShareEnum' or 'NetrShareGetInfo'
##!
##! NetrShareEnum and NetrShareGetInfo ([MS-SRVS] 3.1.4.8 and 3.1.4.10) list and describe the responding host's shares,
##! as net view does. Silent by itself, since the like of it is usual in a Windows network.

module Bzar;

# Without notices until an operator takes it out of the set.
redef silent_rules += { T1135_Shares };

global t1135_shares_rule = watched(RuleInfo(
	$rule=T1135_Shares,
	$note=ATTACK::Discovery,
	$id="f9237c3b-668e-4e20-8f88-10d8224106f5",
	$title="Shares Of Remote Host Enumerated",
	$sub="T1135 Network Share Discovery",
	$level="informational",
	$attack=vector("T1135"),
	$robustness="4H"));

function t1135_shares_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( t1135_shares_rule$is_just_silent )
		++t1135_shares_rule$outcomes$silent;
	else if ( ! may_raise(t1135_shares_rule, c) )
		return;
	else if ( makes_notice(t1135_shares_rule, c) )
		notify(t1135_shares_rule, c, observed_of(call, call_name(call)));

	correlate_match(t1135_shares_rule, c, discovery_from_host_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$orig_h)),
	                                $uid=c$uid));
	}
