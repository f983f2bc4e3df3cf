##! Backup Event Log Opened On A Share
##!
##! Id:              0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c11
##! ATT&CK:          T1187 Forced Authentication
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-even/55b13664-f739-4e4e-bd8d-04eeda59d09f
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://github.com/p0dalirius/windows-coerced-authentication-methods
##! False positives: Collection of saved event logs by way of another host
##! Matches:         all of (selection_call, selection_share)
##! Matches:         selection_call: endpoint: 'eventlog' and operation: 'ElfrOpenBELW'
##! Matches:         selection_share: (argument.BackupFileName|contains: '\UNC\')
##!                  or (argument.BackupFileName|startswith: '\\\\')
##!
##! A host was told to open a backup event log that is on a share (BackupFileName, [MS-EVEN] 3.1.4.6), in the form of
##! the NT namespace or of UNC: CheeseOunce. It goes there and logs on with its own account. Who wants to read a log on
##! a share opens it there and needs no other host for it.

module Coercion;

export {
	redef enum Notice::Type += {
		## Backup Event Log Opened On A Share
		Eventlog_Backup_Log_On_Share,
	};
}

global eventlog_backup_log_on_share_rule = watched(RuleInfo(
	$note=Eventlog_Backup_Log_On_Share,
	$id="0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c11",
	$title="Backup Event Log Opened On A Share",
	$level="high",
	$attack=vector("T1187"),
	$robustness="3P"));

function eventlog_backup_log_on_share_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( ! (/\\\x00U\x00N\x00C\x00\\\x00|\x00\\\x00U\x00N\x00C\x00\\|\\UNC\\|\\\x00\\\x00|\x00\\\x00\\|\\\\/i in call$stub) )
		return;

	local kept = read_arguments(call);

	if ( kept?$argument_BackupFileName
	     && (/\\UNC\\/i in kept$argument_BackupFileName
	         || starts_with(kept$argument_BackupFileName, "\\\\"))
	     && raises_notice(eventlog_backup_log_on_share_rule, c) )
		notify(eventlog_backup_log_on_share_rule, c, cat(DCE_RPC::operations[call$interface$uuid, call$opnum], " told the host to go to ", (kept?$argument_BackupFileName ? kept$argument_BackupFileName : "-")));
	}
