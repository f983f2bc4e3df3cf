##! Privileged Local Group Opened On Remote Host
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0111
##! ATT&CK:          T1098.007 Account Manipulation: Additional Local or Domain Groups
##! Level:           informational
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-samr/4df07fab-1bbc-452f-8e92-7853a3c7e380
##! Reference:       https://attack.mitre.org/techniques/T1098/007/
##! False positives: Inventories of groups
##! Matches:         selection
##! Matches:         selection: endpoint: 'samr' and operation: 'SamrOpenAlias'
##!                  and argument.AliasId: 544 or 548 or 549 or 550 or 551 or 555 or 562 or 578 or 580
##!
##! A group of the host that gives rights over it was opened by its relative identifier (AliasId of SamrOpenAlias,
##! [MS-SAMR] 3.1.5.1.8): Administrators, the operators' groups, Remote Desktop Users, Remote Management Users. The
##! correlation 'privileged_alias_member_added' asks whether a member was added then.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Privileged Local Group Opened On Remote Host
		Samr_Privileged_Alias_Opened,
	};
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Samr_Privileged_Alias_Opened };

global samr_privileged_alias_opened_rule = watched(RuleInfo(
	$note=Samr_Privileged_Alias_Opened,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0111",
	$title="Privileged Local Group Opened On Remote Host",
	$level="informational",
	$attack=vector("T1098.007"),
	$robustness="3P"));

function samr_privileged_alias_opened_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( samr_privileged_alias_opened_rule$is_just_silent )
		++samr_privileged_alias_opened_rule$outcomes$silent;
	else if ( ! may_raise(samr_privileged_alias_opened_rule, c) )
		return;
	else if ( makes_notice(samr_privileged_alias_opened_rule, c) )
		{
		local kept = read_arguments(call);
		notify(samr_privileged_alias_opened_rule, c, observed_of(call, cat("Local group ", (kept?$argument_AliasId ? cat(kept$argument_AliasId) : "-"), " opened")));
		}

	correlate_match(samr_privileged_alias_opened_rule, c, privileged_alias_member_added_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$orig_h), cat(c$id$resp_h), c$uid),
	                                $uid=c$uid,
	                                $rule=0));
	}

# Which reading of a request the rule has held of last; 0 before the first.
global samr_privileged_alias_opened_held = 0;

function samr_privileged_alias_opened_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( samr_privileged_alias_opened_held > 0
	     && call$operation$remote_execution_reading == samr_privileged_alias_opened_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, samr_privileged_alias_opened_on_response);
		return;
		}

	local kept = read_arguments(call);

	if ( kept?$argument_AliasId
	     && (kept$argument_AliasId == 544
	         || kept$argument_AliasId == 548
	         || kept$argument_AliasId == 549
	         || kept$argument_AliasId == 550
	         || kept$argument_AliasId == 551
	         || kept$argument_AliasId == 555
	         || kept$argument_AliasId == 562
	         || kept$argument_AliasId == 578
	         || kept$argument_AliasId == 580) )
		{
		SigzeekDceRpc::at_response(call, samr_privileged_alias_opened_on_response);
		samr_privileged_alias_opened_held = call$operation$remote_execution_reading;
		}
	}
