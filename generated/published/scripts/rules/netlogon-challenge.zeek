##! Netlogon Challenge
##!
##! Id:              63775d09-2626-4e27-a014-e0921f5d865b
##! ATT&CK:          T1210 Exploitation of Remote Services
##! Level:           informational
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-nrpc/5ad9db9f-7441-4ce5-8c7b-7b771e243d32
##! Reference:       https://nvd.nist.gov/vuln/detail/CVE-2020-1472
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! False positives: Every host of a domain does so now and then
##! Matches:         selection
##! Matches:         selection: uuid: '12345678-1234-abcd-ef00-01234567cffb' and opnum: 4
##!
##! NetrServerReqChallenge ([MS-NRPC] 3.5.4.4.1) begins to set up a secure channel to a domain controller. Zerologon
##! (CVE-2020-1472) does so over and over; the correlation 'zerologon_attempted' counts.

module Published;

export {
	redef enum Notice::Type += {
		## Netlogon Challenge
		Netlogon_Challenge,
	};
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Netlogon_Challenge };

global netlogon_challenge_rule = watched(RuleInfo(
	$note=Netlogon_Challenge,
	$id="63775d09-2626-4e27-a014-e0921f5d865b",
	$title="Netlogon Challenge",
	$level="informational",
	$attack=vector("T1210"),
	$robustness="3H"));

function netlogon_challenge_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( netlogon_challenge_rule$is_just_silent )
		++netlogon_challenge_rule$outcomes$silent;
	else if ( ! may_raise(netlogon_challenge_rule, c) )
		return;
	else if ( makes_notice(netlogon_challenge_rule, c) )
		notify(netlogon_challenge_rule, c, observed_of(call, call_name(call)));

	local match = matches_of_hosts[c$id$orig_h, c$id$resp_h];
	match$ts = network_time();
	match$uid = c$uid;

	if ( ! lists_hosts || ! waits_for_name(netlogon_challenge_rule, c, zerologon_many_challenges_correlate, match) )
		zerologon_many_challenges_correlate(match);
	}
