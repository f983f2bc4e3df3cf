##! Print Spooler Asked To Announce Changes
##!
##! Id:              0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c04
##! ATT&CK:          T1187 Forced Authentication
##! Level:           low
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rprn/d42db7d5-f141-4466-8f47-0a4be14e2fc1
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://github.com/p0dalirius/windows-coerced-authentication-methods
##! False positives: Clients that watch the queues of a print server
##! Matches:         selection
##! Matches:         selection: uuid: '12345678-1234-abcd-ef00-0123456789ab' and opnum: 62 or 65
##!
##! The print spooler was asked to announce changes to a printer: RpcRemoteFindFirstPrinterChangeNotificationEx or its
##! older form ([MS-RPRN] 3.1.4.10.3 and 3.1.4.10.4). It calls back the host that the request names and logs on there
##! with the account of its own host, which is how a domain controller is coerced (the printer bug). Domain controllers
##! have no use for it.

module Coercion;

export {
	redef enum Notice::Type += {
		## Print Spooler Asked To Announce Changes
		Spoolss_Changes_Announced,
	};
}

global spoolss_changes_announced_rule = watched(RuleInfo(
	$note=Spoolss_Changes_Announced,
	$id="0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c04",
	$title="Print Spooler Asked To Announce Changes",
	$level="low",
	$attack=vector("T1187"),
	$robustness="4H"));

function spoolss_changes_announced_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( spoolss_changes_announced_rule$is_just_silent )
		++spoolss_changes_announced_rule$outcomes$silent;
	else if ( ! may_raise(spoolss_changes_announced_rule, c) )
		return;
	else if ( makes_notice(spoolss_changes_announced_rule, c) )
		{
		local kept = read_arguments(call);
		notify(spoolss_changes_announced_rule, c, cat(DCE_RPC::uuid_endpoint_map[call$interface$uuid], "::", DCE_RPC::operations[call$interface$uuid, call$opnum], ": ", (kept?$argument_pszLocalMachine ? kept$argument_pszLocalMachine : "-")));
		}

	local match = matches_of_hosts[c$id$orig_h, c$id$resp_h];
	match$ts = network_time();
	match$uid = c$uid;

	if ( ! lists_hosts || ! waits_for_name(spoolss_changes_announced_rule, c, coercing_call_correlate, match) )
		coercing_call_correlate(match);
	}
