##! Member Added To Group Of Domain
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0110
##! ATT&CK:          T1098.007 Account Manipulation: Additional Local or Domain Groups
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-samr/4df07fab-1bbc-452f-8e92-7853a3c7e380
##! Reference:       https://attack.mitre.org/techniques/T1098/007/
##! False positives: Administration of accounts
##! Matches:         selection
##! Matches:         selection: endpoint: 'samr' and operation: 'SamrAddMemberToGroup'
##!
##! An account was added to a global group of the domain: SamrAddMemberToGroup ([MS-SAMR] 3.1.5.8.1). The notice has the
##! account's relative identifier; which group it is, the handle tells the host alone.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Member Added To Group Of Domain
		Samr_Group_Member_Added,
	};
}

global samr_group_member_added_rule = watched(RuleInfo(
	$note=Samr_Group_Member_Added,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0110",
	$title="Member Added To Group Of Domain",
	$level="medium",
	$attack=vector("T1098.007"),
	$robustness="4H"));

function samr_group_member_added_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( samr_group_member_added_rule$is_just_silent )
		++samr_group_member_added_rule$outcomes$silent;
	else if ( ! may_raise(samr_group_member_added_rule, c) )
		return;
	else if ( makes_notice(samr_group_member_added_rule, c) )
		{
		local kept = read_arguments(call);
		notify(samr_group_member_added_rule, c, observed_of(call, cat("Account ", (kept?$argument_MemberId ? cat(kept$argument_MemberId) : "-"), " added to a group of the domain")));
		}

	correlate_match(samr_group_member_added_rule, c, privileged_group_member_added_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$orig_h), cat(c$id$resp_h), c$uid),
	                                $uid=c$uid,
	                                $rule=1));
	}

function samr_group_member_added_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	SigzeekDceRpc::at_response(call, samr_group_member_added_on_response);
	}
