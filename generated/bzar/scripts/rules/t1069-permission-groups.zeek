##! Groups And Privileges Of Remote Host Read
##!
##! Id:              909707d1-e453-4d56-b5ec-dacb694d4038
##! ATT&CK:          T1069 Permission Groups Discovery
##! Level:           informational
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-lsad/1b5471ef-4c33-4a91-b079-dfcbb82f05cc
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-samr/4df07fab-1bbc-452f-8e92-7853a3c7e380
##! Reference:       https://attack.mitre.org/techniques/T1069/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Logons, file servers, management software and everyday use of Windows networks
##! Matches:         1 of (selection_lsa, selection_sam)
##! Matches:         selection_lsa: endpoint: 'lsarpc' and operation: 'LsarEnumerateAccountRights'
##!                  or 'LsarEnumerateAccountsWithUserRight' or 'LsarEnumeratePrivileges'
##!                  or 'LsarEnumeratePrivilegesAccount' or 'LsarLookupPrivilegeDisplayName'
##!                  or 'LsarLookupPrivilegeName' or 'LsarLookupPrivilegeValue'
##! Matches:         selection_sam: endpoint: 'samr' and operation: 'SamrGetAliasMembership' or 'SamrGetGroupsForUser'
##!                  or 'SamrGetMembersInAlias' or 'SamrGetMembersInGroup'
##!
##! Who has which privileges, and who is in which group: seven calls of LSA ([MS-LSAD] 3.1.4.5.4, 3.1.4.5.9, 3.1.4.5.10,
##! 3.1.4.8.1 to 3.1.4.8.4) and four of SAM ([MS-SAMR] 3.1.5.8.3, 3.1.5.8.6, 3.1.5.9.1, 3.1.5.9.2). Silent by itself,
##! since the like of it is usual in a Windows network.

module Bzar;

# Without notices until an operator takes it out of the set.
redef silent_rules += { T1069_Permission_Groups };

global t1069_permission_groups_rule = watched(RuleInfo(
	$rule=T1069_Permission_Groups,
	$note=ATTACK::Discovery,
	$id="909707d1-e453-4d56-b5ec-dacb694d4038",
	$title="Groups And Privileges Of Remote Host Read",
	$sub="T1069 Permission Groups Discovery",
	$level="informational",
	$attack=vector("T1069"),
	$robustness="4H"));

function t1069_permission_groups_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( t1069_permission_groups_rule$is_just_silent )
		++t1069_permission_groups_rule$outcomes$silent;
	else if ( ! may_raise(t1069_permission_groups_rule, c) )
		return;
	else if ( makes_notice(t1069_permission_groups_rule, c) )
		notify(t1069_permission_groups_rule, c, observed_of(call, call_name(call)));

	correlate_match(t1069_permission_groups_rule, c, discovery_from_host_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$orig_h)),
	                                $uid=c$uid));
	}
