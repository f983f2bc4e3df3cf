##! Privileged Group Of Domain Opened
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0112
##! ATT&CK:          T1098.007 Account Manipulation: Additional Local or Domain Groups
##! Level:           informational
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-samr/4df07fab-1bbc-452f-8e92-7853a3c7e380
##! Reference:       https://attack.mitre.org/techniques/T1098/007/
##! False positives: Inventories of groups
##! Matches:         selection
##! Matches:         selection: endpoint: 'samr' and operation: 'SamrOpenGroup'
##!                  and argument.GroupId: 512 or 516 or 518 or 519 or 520 or 526 or 527
##!
##! A group of the domain that gives rights over it was opened by its relative identifier (GroupId of SamrOpenGroup,
##! [MS-SAMR] 3.1.5.1.7): the administrators of domain, schema and enterprise, domain controllers, the owners of group
##! policy, and the administrators of keys. The correlation 'privileged_group_member_added' asks whether a member was
##! added then.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Privileged Group Of Domain Opened
		Samr_Privileged_Group_Opened,
	};
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Samr_Privileged_Group_Opened };

global samr_privileged_group_opened_rule = watched(RuleInfo(
	$note=Samr_Privileged_Group_Opened,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0112",
	$title="Privileged Group Of Domain Opened",
	$level="informational",
	$attack=vector("T1098.007"),
	$robustness="3P"));

function samr_privileged_group_opened_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( samr_privileged_group_opened_rule$is_just_silent )
		++samr_privileged_group_opened_rule$outcomes$silent;
	else if ( ! may_raise(samr_privileged_group_opened_rule, c) )
		return;
	else if ( makes_notice(samr_privileged_group_opened_rule, c) )
		{
		local kept = read_arguments(call);
		notify(samr_privileged_group_opened_rule, c, observed_of(call, cat("Group ", (kept?$argument_GroupId ? cat(kept$argument_GroupId) : "-"), " of the domain opened")));
		}

	correlate_match(samr_privileged_group_opened_rule, c, privileged_group_member_added_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$orig_h), cat(c$id$resp_h), c$uid),
	                                $uid=c$uid,
	                                $rule=0));
	}

# Which reading of a request the rule has held of last; 0 before the first.
global samr_privileged_group_opened_held = 0;

function samr_privileged_group_opened_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( samr_privileged_group_opened_held > 0
	     && call$operation$remote_execution_reading == samr_privileged_group_opened_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, samr_privileged_group_opened_on_response);
		return;
		}

	local kept = read_arguments(call);

	if ( kept?$argument_GroupId
	     && (kept$argument_GroupId == 512
	         || kept$argument_GroupId == 516
	         || kept$argument_GroupId == 518
	         || kept$argument_GroupId == 519
	         || kept$argument_GroupId == 520
	         || kept$argument_GroupId == 526
	         || kept$argument_GroupId == 527) )
		{
		SigzeekDceRpc::at_response(call, samr_privileged_group_opened_on_response);
		samr_privileged_group_opened_held = call$operation$remote_execution_reading;
		}
	}
