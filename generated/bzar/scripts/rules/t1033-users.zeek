##! Users, Domains And Trusts Of Remote Host Read
##!
##! Id:              d0ef9032-28ee-4735-badd-93f283e7eda2
##! ATT&CK:          T1033 System Owner/User Discovery
##! Level:           informational
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-lsad/1b5471ef-4c33-4a91-b079-dfcbb82f05cc
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-lsat/1ba21e6f-d8a9-462c-9153-4375f2020894
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-samr/4df07fab-1bbc-452f-8e92-7853a3c7e380
##! Reference:       https://attack.mitre.org/techniques/T1033/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Logons, file servers, management software and everyday use of Windows networks
##! Matches:         1 of (selection_lsa, selection_sam)
##! Matches:         selection_lsa: endpoint: 'lsarpc' and operation: 'LsarEnumerateTrustedDomainsEx'
##!                  or 'LsarGetSystemAccessAccount' or 'LsarGetUserName' or 'LsarQueryDomainInformationPolicy'
##!                  or 'LsarQueryInfoTrustedDomain'
##! Matches:         selection_sam: endpoint: 'samr' and operation: 'SamrEnumerateDomainsInSamServer'
##!                  or 'SamrEnumerateGroupsInDomain' or 'SamrQueryInformationDomain' or 'SamrQueryInformationDomain2'
##!                  or 'SamrQueryInformationGroup'
##!
##! Who one is, and what groups, domains and trusts there are: five calls of LSA ([MS-LSAT] 3.1.4.4, [MS-LSAD]
##! 3.1.4.4.7, 3.1.4.5.7, 3.1.4.7.7, 3.1.4.7.13) and five of SAM ([MS-SAMR] 3.1.5.2.1, 3.1.5.2.3, 3.1.5.5.1, 3.1.5.5.2,
##! 3.1.5.5.3). Silent by itself, since the like of it is usual in a Windows network.

module Bzar;

# Without notices until an operator takes it out of the set.
redef silent_rules += { T1033_Users };

global t1033_users_rule = watched(RuleInfo(
	$rule=T1033_Users,
	$note=ATTACK::Discovery,
	$id="d0ef9032-28ee-4735-badd-93f283e7eda2",
	$title="Users, Domains And Trusts Of Remote Host Read",
	$sub="T1033 System Owner/User Discovery",
	$level="informational",
	$attack=vector("T1033"),
	$robustness="4H"));

function t1033_users_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( t1033_users_rule$is_just_silent )
		++t1033_users_rule$outcomes$silent;
	else if ( ! may_raise(t1033_users_rule, c) )
		return;
	else if ( makes_notice(t1033_users_rule, c) )
		notify(t1033_users_rule, c, observed_of(call, call_name(call)));

	correlate_match(t1033_users_rule, c, discovery_from_host_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$orig_h)),
	                                $uid=c$uid));
	}
