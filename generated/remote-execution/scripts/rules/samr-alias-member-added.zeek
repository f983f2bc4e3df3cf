##! Member Added To Local Group On Remote Host
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0109
##! ATT&CK:          T1098.007 Account Manipulation: Additional Local or Domain Groups
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-samr/4df07fab-1bbc-452f-8e92-7853a3c7e380
##! Reference:       https://attack.mitre.org/techniques/T1098/007/
##! False positives: Administration of accounts
##! Matches:         selection
##! Matches:         selection: endpoint: 'samr' and operation: 'SamrAddMemberToAlias'
##!
##! An account was added to a group of the host, or to a domain local group: SamrAddMemberToAlias ([MS-SAMR] 3.1.5.8.4),
##! as 'net localgroup' does on another host. The notice has the account's SID; which group it is, the handle tells the
##! host alone.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Member Added To Local Group On Remote Host
		Samr_Alias_Member_Added,
	};
}

global samr_alias_member_added_rule = watched(RuleInfo(
	$note=Samr_Alias_Member_Added,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0109",
	$title="Member Added To Local Group On Remote Host",
	$level="medium",
	$attack=vector("T1098.007"),
	$robustness="4H"));

function samr_alias_member_added_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( samr_alias_member_added_rule$is_just_silent )
		++samr_alias_member_added_rule$outcomes$silent;
	else if ( ! may_raise(samr_alias_member_added_rule, c) )
		return;
	else if ( makes_notice(samr_alias_member_added_rule, c) )
		{
		local kept = read_arguments(call);
		notify(samr_alias_member_added_rule, c, observed_of(call, cat((kept?$argument_MemberId_text ? kept$argument_MemberId_text : "-"), " added to a local group")));
		}

	correlate_match(samr_alias_member_added_rule, c, privileged_alias_member_added_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$orig_h), cat(c$id$resp_h), c$uid),
	                                $uid=c$uid,
	                                $rule=1));
	}

function samr_alias_member_added_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	SigzeekDceRpc::at_response(call, samr_alias_member_added_on_response);
	}
