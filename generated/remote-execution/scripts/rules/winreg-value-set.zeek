##! Registry Value Set On Remote Host
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0107
##! ATT&CK:          T1112 Modify Registry
##! Level:           informational
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rrp/2b61fa7e-2a38-46ce-a186-7c91b3ed1b61
##! Reference:       https://attack.mitre.org/techniques/T1112/
##! False positives: Administration
##! Matches:         selection
##! Matches:         selection: endpoint: 'winreg' and operation: 'BaseRegSetValue'
##!
##! A value of the registry was set (BaseRegSetValue, [MS-RRP] 3.1.5.22). The correlation 'run_key_value_set' asks
##! whether it was in a Run key.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Registry Value Set On Remote Host
		Winreg_Value_Set,
	};
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Winreg_Value_Set };

global winreg_value_set_rule = watched(RuleInfo(
	$note=Winreg_Value_Set,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0107",
	$title="Registry Value Set On Remote Host",
	$level="informational",
	$attack=vector("T1112"),
	$robustness="4H"));

function winreg_value_set_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( winreg_value_set_rule$is_just_silent )
		++winreg_value_set_rule$outcomes$silent;
	else if ( ! may_raise(winreg_value_set_rule, c) )
		return;
	else if ( makes_notice(winreg_value_set_rule, c) )
		notify(winreg_value_set_rule, c, observed_of(call, call_name(call)));

	correlate_match(winreg_value_set_rule, c, run_key_value_set_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$orig_h), cat(c$id$resp_h), c$uid),
	                                $uid=c$uid,
	                                $rule=1));
	}
