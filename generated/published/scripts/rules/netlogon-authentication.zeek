##! Netlogon Authentication
##!
##! Id:              a393d489-649f-43c9-a317-d47d79a8c53d
##! ATT&CK:          T1210 Exploitation of Remote Services
##! Level:           informational
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-nrpc/3a9ed16f-8014-45ae-80af-c0ecb06e2db9
##! Reference:       https://nvd.nist.gov/vuln/detail/CVE-2020-1472
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! False positives: Every host of a domain does so now and then
##! Matches:         selection
##! Matches:         selection: uuid: '12345678-1234-abcd-ef00-01234567cffb' and opnum: 15 or 26
##!
##! NetrServerAuthenticate3 ([MS-NRPC] 3.5.4.4.2), or NetrServerAuthenticate2 before it, proves to a domain controller
##! that the caller knows the account's password. Zerologon (CVE-2020-1472) guesses: one of 256 proofs of nothing but
##! zeroes is right. The correlation 'zerologon_attempted' counts.

module Published;

export {
	redef enum Notice::Type += {
		## Netlogon Authentication
		Netlogon_Authentication,
	};
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Netlogon_Authentication };

global netlogon_authentication_rule = watched(RuleInfo(
	$note=Netlogon_Authentication,
	$id="a393d489-649f-43c9-a317-d47d79a8c53d",
	$title="Netlogon Authentication",
	$level="informational",
	$attack=vector("T1210"),
	$robustness="3H"));

function netlogon_authentication_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( netlogon_authentication_rule$is_just_silent )
		++netlogon_authentication_rule$outcomes$silent;
	else if ( ! may_raise(netlogon_authentication_rule, c) )
		return;
	else if ( makes_notice(netlogon_authentication_rule, c) )
		notify(netlogon_authentication_rule, c, observed_of(call, call_name(call)));

	local match = matches_of_hosts[c$id$orig_h, c$id$resp_h];
	match$ts = network_time();
	match$uid = c$uid;

	if ( ! lists_hosts || ! waits_for_name(netlogon_authentication_rule, c, zerologon_many_authentications_correlate, match) )
		zerologon_many_authentications_correlate(match);
	}
