##! Network Transports Of Remote Host Enumerated
##!
##! Id:              7f180c75-1d21-406b-85bd-5928cf6da20d
##! ATT&CK:          T1016 System Network Configuration Discovery
##! Level:           informational
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-srvs/accf23b0-0f57-441c-9185-43041f1b0ee9
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-wkst/5bb08058-bc36-4d3c-abeb-b132228281b7
##! Reference:       https://attack.mitre.org/techniques/T1016/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Logons, file servers, management software and everyday use of Windows networks
##! Matches:         1 of (selection_srvs, selection_wkst)
##! Matches:         selection_srvs: endpoint: 'srvsvc' and operation: 'NetrServerTransportEnum'
##! Matches:         selection_wkst: endpoint: 'wkssvc' and operation: 'NetrWkstaTransportEnum'
##!
##! NetrServerTransportEnum ([MS-SRVS] 3.1.4.24) and NetrWkstaTransportEnum ([MS-WKST] 3.2.4.4) list the transports, and
##! with them the network adapters, of the responding host. Silent by itself, since the like of it is usual in a Windows
##! network.

module Bzar;

# Without notices until an operator takes it out of the set.
redef silent_rules += { T1016_Network_Configuration };

global t1016_network_configuration_rule = watched(RuleInfo(
	$rule=T1016_Network_Configuration,
	$note=ATTACK::Discovery,
	$id="7f180c75-1d21-406b-85bd-5928cf6da20d",
	$title="Network Transports Of Remote Host Enumerated",
	$sub="T1016 System Network Configuration Discovery",
	$level="informational",
	$attack=vector("T1016"),
	$robustness="4H"));

function t1016_network_configuration_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( t1016_network_configuration_rule$is_just_silent )
		++t1016_network_configuration_rule$outcomes$silent;
	else if ( ! may_raise(t1016_network_configuration_rule, c) )
		return;
	else if ( makes_notice(t1016_network_configuration_rule, c) )
		notify(t1016_network_configuration_rule, c, observed_of(call, call_name(call)));

	correlate_match(t1016_network_configuration_rule, c, discovery_from_host_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$orig_h)),
	                                $uid=c$uid));
	}
