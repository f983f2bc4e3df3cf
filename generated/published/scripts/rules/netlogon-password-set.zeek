##! Account Password Set By Netlogon
##!
##! Id:              2825394b-b514-49f6-ad34-af3c1f216de4
##! ATT&CK:          T1210 Exploitation of Remote Services
##! Level:           low
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-nrpc/14b020a8-0bcf-4af5-ab72-cc92bc6b1d81
##! Reference:       https://nvd.nist.gov/vuln/detail/CVE-2020-1472
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! False positives: Every host of a domain does so now and then
##! Matches:         selection
##! Matches:         selection: uuid: '12345678-1234-abcd-ef00-01234567cffb' and opnum: 30 and stub_len|gte: 516
##!
##! NetrServerPasswordSet2 ([MS-NRPC] 3.5.4.4.6) sets the password of a computer's account. Computers do so for
##! themselves once a month; Zerologon (CVE-2020-1472) empties a domain controller's. The request has the new password
##! in 516 bytes, so that a stub is never shorter. The correlation 'zerologon_password_changed' asks what came before.

module Published;

export {
	redef enum Notice::Type += {
		## Account Password Set By Netlogon
		Netlogon_Password_Set,
	};
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Netlogon_Password_Set };

global netlogon_password_set_rule = watched(RuleInfo(
	$note=Netlogon_Password_Set,
	$id="2825394b-b514-49f6-ad34-af3c1f216de4",
	$title="Account Password Set By Netlogon",
	$level="low",
	$attack=vector("T1210"),
	$robustness="3H"));

function netlogon_password_set_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( netlogon_password_set_rule$is_just_silent )
		++netlogon_password_set_rule$outcomes$silent;
	else if ( ! may_raise(netlogon_password_set_rule, c) )
		return;
	else if ( makes_notice(netlogon_password_set_rule, c) )
		notify(netlogon_password_set_rule, c, observed_of(call, call_name(call)));

	local match = matches_of_hosts[c$id$orig_h, c$id$resp_h];
	match$ts = network_time();
	match$uid = c$uid;
	match$rule = 1;

	if ( ! lists_hosts || ! waits_for_name(netlogon_password_set_rule, c, zerologon_password_changed_correlate, match) )
		zerologon_password_changed_correlate(match);
	}

function netlogon_password_set_on_request(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( call$stub_len >= 516 )
		SigzeekDceRpc::at_response(call, netlogon_password_set_on_response);
	}
