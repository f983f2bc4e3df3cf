##! Backup Event Log Opened On Remote Host
##!
##! Id:              0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c10
##! ATT&CK:          T1187 Forced Authentication
##! Level:           low
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-even/55b13664-f739-4e4e-bd8d-04eeda59d09f
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://github.com/p0dalirius/windows-coerced-authentication-methods
##! False positives: Administrators who read saved event logs over the network
##! Matches:         selection
##! Matches:         selection: endpoint: 'eventlog' and operation: 'ElfrOpenBELW'
##!
##! A backup event log, which is a file, was opened through another host: ElfrOpenBELW ([MS-EVEN] 3.1.4.6). The host
##! opens the path that the request names, wherever it is, and logs on there with its own account (CheeseOunce).

module Coercion;

export {
	redef enum Notice::Type += {
		## Backup Event Log Opened On Remote Host
		Eventlog_Backup_Log_Opened,
	};
}

global eventlog_backup_log_opened_rule = watched(RuleInfo(
	$note=Eventlog_Backup_Log_Opened,
	$id="0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c10",
	$title="Backup Event Log Opened On Remote Host",
	$level="low",
	$attack=vector("T1187"),
	$robustness="4H"));

function eventlog_backup_log_opened_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( eventlog_backup_log_opened_rule$is_just_silent )
		++eventlog_backup_log_opened_rule$outcomes$silent;
	else if ( ! may_raise(eventlog_backup_log_opened_rule, c) )
		return;
	else if ( makes_notice(eventlog_backup_log_opened_rule, c) )
		{
		local kept = read_arguments(call);
		notify(eventlog_backup_log_opened_rule, c, cat(DCE_RPC::uuid_endpoint_map[call$interface$uuid], "::", DCE_RPC::operations[call$interface$uuid, call$opnum], ": ", (kept?$argument_BackupFileName ? kept$argument_BackupFileName : "-")));
		}

	local match = matches_of_hosts[c$id$orig_h, c$id$resp_h];
	match$ts = network_time();
	match$uid = c$uid;

	if ( ! lists_hosts || ! waits_for_name(eventlog_backup_log_opened_rule, c, coercing_call_correlate, match) )
		coercing_call_correlate(match);
	}
