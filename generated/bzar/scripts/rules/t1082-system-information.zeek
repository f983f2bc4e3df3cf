##! Security Policy Of Remote Host Read
##!
##! Id:              ee62b75f-2632-49f8-9797-131d22eef18b
##! ATT&CK:          T1082 System Information Discovery
##! Level:           informational
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-lsad/1b5471ef-4c33-4a91-b079-dfcbb82f05cc
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-samr/4df07fab-1bbc-452f-8e92-7853a3c7e380
##! Reference:       https://attack.mitre.org/techniques/T1082/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Logons, file servers, management software and everyday use of Windows networks
##! Matches:         1 of (selection_lsa, selection_sam)
##! Matches:         selection_lsa: endpoint: 'lsarpc' and operation: 'LsarQueryInformationPolicy'
##!                  or 'LsarQueryInformationPolicy2' or 'LsarQueryTrustedDomainInfo'
##!                  or 'LsarQueryTrustedDomainInfoByName'
##! Matches:         selection_sam: endpoint: 'samr' and operation: 'SamrGetUserDomainPasswordInformation'
##!
##! The responding host's security policy, domain and password rules: LsarQueryInformationPolicy(2) and
##! LsarQueryTrustedDomainInfo(ByName) ([MS-LSAD] 3.1.4.4.3, 3.1.4.4.4, 3.1.4.7.2, 3.1.4.7.5) and
##! SamrGetUserDomainPasswordInformation ([MS-SAMR] 3.1.5.13.3). Silent by itself, since the like of it is usual in a
##! Windows network.

module Bzar;

# Without notices until an operator takes it out of the set.
redef silent_rules += { T1082_System_Information };

global t1082_system_information_rule = watched(RuleInfo(
	$rule=T1082_System_Information,
	$note=ATTACK::Discovery,
	$id="ee62b75f-2632-49f8-9797-131d22eef18b",
	$title="Security Policy Of Remote Host Read",
	$sub="T1082 System Information Discovery",
	$level="informational",
	$attack=vector("T1082"),
	$robustness="4H"));

function t1082_system_information_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( t1082_system_information_rule$is_just_silent )
		++t1082_system_information_rule$outcomes$silent;
	else if ( ! may_raise(t1082_system_information_rule, c) )
		return;
	else if ( makes_notice(t1082_system_information_rule, c) )
		notify(t1082_system_information_rule, c, observed_of(call, call_name(call)));

	correlate_match(t1082_system_information_rule, c, discovery_from_host_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$orig_h)),
	                                $uid=c$uid));
	}
