##! Server Or Workstation Information Of Remote Host Read
##!
##! Id:              9253fd55-ac94-4203-bc66-3695427a0bac
##! ATT&CK:          T1018 Remote System Discovery
##! Level:           informational
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-srvs/accf23b0-0f57-441c-9185-43041f1b0ee9
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-wkst/5bb08058-bc36-4d3c-abeb-b132228281b7
##! Reference:       https://attack.mitre.org/techniques/T1018/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Logons, file servers, management software and everyday use of Windows networks
##! Matches:         1 of (selection_srvs, selection_wkst)
##! Matches:         selection_srvs: endpoint: 'srvsvc' and operation: 'NetrServerAliasEnum' or 'NetrServerGetInfo'
##! Matches:         selection_wkst: endpoint: 'wkssvc' and operation: 'NetrWkstaGetInfo'
##!
##! NetrServerGetInfo and NetrServerAliasEnum ([MS-SRVS] 3.1.4.17 and 3.1.4.45) and NetrWkstaGetInfo ([MS-WKST] 3.2.4.1)
##! tell what the responding host is: its name, domain, release and roles. Silent by itself, since the like of it is
##! usual in a Windows network.

module Bzar;

# Without notices until an operator takes it out of the set.
redef silent_rules += { T1018_Remote_Systems };

global t1018_remote_systems_rule = watched(RuleInfo(
	$rule=T1018_Remote_Systems,
	$note=ATTACK::Discovery,
	$id="9253fd55-ac94-4203-bc66-3695427a0bac",
	$title="Server Or Workstation Information Of Remote Host Read",
	$sub="T1018 Remote System Discovery",
	$level="informational",
	$attack=vector("T1018"),
	$robustness="3H"));

function t1018_remote_systems_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( t1018_remote_systems_rule$is_just_silent )
		++t1018_remote_systems_rule$outcomes$silent;
	else if ( ! may_raise(t1018_remote_systems_rule, c) )
		return;
	else if ( makes_notice(t1018_remote_systems_rule, c) )
		notify(t1018_remote_systems_rule, c, observed_of(call, call_name(call)));

	correlate_match(t1018_remote_systems_rule, c, discovery_from_host_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$orig_h)),
	                                $uid=c$uid));
	}
