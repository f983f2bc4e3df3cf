##! File Named By EFSRPC
##!
##! Id:              b439d2a3-c20b-465f-958a-c107685a0050
##! ATT&CK:          T1187 Forced Authentication
##! Level:           low
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-efsr/08796ba8-01c8-4872-9221-1000ec2eff31
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! False positives: Administration of encrypted files on another host
##! Matches:         selection
##! Matches:         selection: uuid: 'c681d488-d850-11d0-8c52-00c04fd90f7e' or 'df1941c5-fe89-4e79-bf10-463657acf44d'
##!                  and opnum: 0 or 4 or 5 or 6 or 7 or 8 or 9 or 12 or 13 or 15 or 16 or 18 or 2 more
##!
##! An operation of the encrypting file system's remote protocol that takes the name of a file was called, whatever came
##! of it. The correlation 'efsrpc_host_came' asks whether the host then went to the caller.

module Published;

export {
	redef enum Notice::Type += {
		## File Named By EFSRPC
		Efsrpc_Called,
	};
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Efsrpc_Called };

global efsrpc_called_rule = watched(RuleInfo(
	$note=Efsrpc_Called,
	$id="b439d2a3-c20b-465f-958a-c107685a0050",
	$title="File Named By EFSRPC",
	$level="low",
	$attack=vector("T1187"),
	$robustness="4H"));

function efsrpc_called_on_request(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( efsrpc_called_rule$is_just_silent )
		++efsrpc_called_rule$outcomes$silent;
	else if ( ! may_raise(efsrpc_called_rule, c) )
		return;
	else if ( makes_notice(efsrpc_called_rule, c) )
		notify(efsrpc_called_rule, c, call_name(call));

	local match = matches_of_hosts[c$id$orig_h, c$id$resp_h];
	match$ts = network_time();
	match$uid = c$uid;
	match$rule = 0;

	if ( ! lists_hosts || ! waits_for_name(efsrpc_called_rule, c, efsrpc_host_came_correlate, match) )
		efsrpc_host_came_correlate(match);
	}
