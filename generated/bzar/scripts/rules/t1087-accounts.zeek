##! Accounts Of Remote Host Enumerated
##!
##! Id:              fd320dda-e178-4d66-9a79-ba0dea93e3b9
##! ATT&CK:          T1087 Account Discovery
##! Level:           informational
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-lsad/1b5471ef-4c33-4a91-b079-dfcbb82f05cc
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-lsat/1ba21e6f-d8a9-462c-9153-4375f2020894
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-samr/4df07fab-1bbc-452f-8e92-7853a3c7e380
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-wkst/5bb08058-bc36-4d3c-abeb-b132228281b7
##! Reference:       https://attack.mitre.org/techniques/T1087/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Logons, file servers, management software and everyday use of Windows networks
##! Matches:         1 of (selection_lsa, selection_sam, selection_wkst)
##! Matches:         selection_lsa: endpoint: 'lsarpc' and operation: 'LsarEnumerateAccounts' or 'LsarLookupNames'
##!                  or 'LsarLookupNames2' or 'LsarLookupNames3' or 'LsarLookupNames4' or 'LsarLookupSids'
##!                  or 'LsarLookupSids2' or 'LsarLookupSids3'
##! Matches:         selection_sam: endpoint: 'samr' and operation: 'SamrEnumerateAliasesInDomain'
##!                  or 'SamrEnumerateUsersInDomain' or 'SamrLookupDomainInSamServer' or 'SamrLookupIdsInDomain'
##!                  or 'SamrLookupNamesInDomain' or 'SamrQueryDisplayInformation' or 'SamrQueryDisplayInformation2'
##!                  or 'SamrQueryDisplayInformation3' or 'SamrQueryInformationAlias' or 'SamrQueryInformationUser'
##!                  or 'SamrQueryInformationUser2'
##! Matches:         selection_wkst: endpoint: 'wkssvc' and operation: 'NetrWkstaUserEnum'
##!
##! Accounts listed, looked up and described: eight calls of LSA ([MS-LSAD] 3.1.4.5.2, [MS-LSAT] 3.1.4.5 to 3.1.4.11),
##! eleven of SAM ([MS-SAMR] 3.1.5.2.4, 3.1.5.2.5, 3.1.5.3.1 to 3.1.5.3.3, 3.1.5.5.4 to 3.1.5.5.6, 3.1.5.11.1 to
##! 3.1.5.11.3), and NetrWkstaUserEnum ([MS-WKST] 3.2.4.3), which lists who is logged on. Silent by itself, since the
##! like of it is usual in a Windows network.

module Bzar;

# Without notices until an operator takes it out of the set.
redef silent_rules += { T1087_Accounts };

global t1087_accounts_rule = watched(RuleInfo(
	$rule=T1087_Accounts,
	$note=ATTACK::Discovery,
	$id="fd320dda-e178-4d66-9a79-ba0dea93e3b9",
	$title="Accounts Of Remote Host Enumerated",
	$sub="T1087 Account Discovery",
	$level="informational",
	$attack=vector("T1087"),
	$robustness="4H"));

function t1087_accounts_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( t1087_accounts_rule$is_just_silent )
		++t1087_accounts_rule$outcomes$silent;
	else if ( ! may_raise(t1087_accounts_rule, c) )
		return;
	else if ( makes_notice(t1087_accounts_rule, c) )
		notify(t1087_accounts_rule, c, observed_of(call, call_name(call)));

	correlate_match(t1087_accounts_rule, c, discovery_from_host_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$orig_h)),
	                                $uid=c$uid));
	}
