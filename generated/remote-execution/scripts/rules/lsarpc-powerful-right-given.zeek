##! Powerful Right Given To An Account On Remote Host
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0116
##! ATT&CK:          T1098 Account Manipulation
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-lsad/1b5471ef-4c33-4a91-b079-dfcbb82f05cc
##! Reference:       https://attack.mitre.org/techniques/T1098/
##! Reference:       https://learn.microsoft.com/en-us/windows/win32/secauthz/privilege-constants
##! False positives: Installation of backup or database software
##! Matches:         selection
##! Matches:         selection: endpoint: 'lsarpc' and operation: 'LsarAddAccountRights'
##!                  and argument.UserRights.UserRights: 'SeAssignPrimaryTokenPrivilege' or 'SeBackupPrivilege'
##!                  or 'SeCreateTokenPrivilege' or 'SeDebugPrivilege' or 'SeEnableDelegationPrivilege'
##!                  or 'SeImpersonatePrivilege' or 'SeLoadDriverPrivilege' or 'SeManageVolumePrivilege'
##!                  or 'SeRelabelPrivilege' or 'SeRestorePrivilege' or 'SeSyncAgentPrivilege'
##!                  or 'SeTakeOwnershipPrivilege' or 1 more
##!
##! An account was given a right on another host with which it can become its administrator (UserRights of
##! LsarAddAccountRights, [MS-LSAD] 3.1.4.5.11): reading the memory of others' processes, acting as part of the
##! operating system, reading and writing any file as a backup does, taking what belongs to others, loading drivers,
##! acting as who connects.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Powerful Right Given To An Account On Remote Host
		Lsarpc_Powerful_Right_Given,
	};
}

global lsarpc_powerful_right_given_rule = watched(RuleInfo(
	$note=Lsarpc_Powerful_Right_Given,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0116",
	$title="Powerful Right Given To An Account On Remote Host",
	$level="high",
	$attack=vector("T1098"),
	$robustness="3P"));

function lsarpc_powerful_right_given_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(lsarpc_powerful_right_given_rule, c) )
		{
		local kept = read_arguments(call);
		notify(lsarpc_powerful_right_given_rule, c, observed_of(call, cat((kept?$argument_AccountSid ? kept$argument_AccountSid : "-"), " was given ", (kept?$argument_UserRights_UserRights ? join_string_vec(kept$argument_UserRights_UserRights, ",") : "-"))));
		}
	}

# Which reading of a request the rule has held of last; 0 before the first.
global lsarpc_powerful_right_given_held = 0;

function lsarpc_powerful_right_given_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( lsarpc_powerful_right_given_held > 0
	     && call$operation$remote_execution_reading == lsarpc_powerful_right_given_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, lsarpc_powerful_right_given_on_response);
		return;
		}

	if ( ! (/S\x00e\x00A\x00s\x00s\x00i\x00g\x00n\x00P\x00r\x00i\x00m\x00a\x00r\x00y\x00T\x00o\x00k\x00e\x00n\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e\x00|\x00S\x00e\x00A\x00s\x00s\x00i\x00g\x00n\x00P\x00r\x00i\x00m\x00a\x00r\x00y\x00T\x00o\x00k\x00e\x00n\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e|SeAssignPrimaryTokenPrivilege|S\x00e\x00B\x00a\x00c\x00k\x00u\x00p\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e\x00|\x00S\x00e\x00B\x00a\x00c\x00k\x00u\x00p\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e|SeBackupPrivilege|S\x00e\x00C\x00r\x00e\x00a\x00t\x00e\x00T\x00o\x00k\x00e\x00n\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e\x00|\x00S\x00e\x00C\x00r\x00e\x00a\x00t\x00e\x00T\x00o\x00k\x00e\x00n\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e|SeCreateTokenPrivilege|S\x00e\x00D\x00e\x00b\x00u\x00g\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e\x00|\x00S\x00e\x00D\x00e\x00b\x00u\x00g\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e|SeDebugPrivilege|S\x00e\x00E\x00n\x00a\x00b\x00l\x00e\x00D\x00e\x00l\x00e\x00g\x00a\x00t\x00i\x00o\x00n\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e\x00|\x00S\x00e\x00E\x00n\x00a\x00b\x00l\x00e\x00D\x00e\x00l\x00e\x00g\x00a\x00t\x00i\x00o\x00n\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e|SeEnableDelegationPrivilege|S\x00e\x00I\x00m\x00p\x00e\x00r\x00s\x00o\x00n\x00a\x00t\x00e\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e\x00|\x00S\x00e\x00I\x00m\x00p\x00e\x00r\x00s\x00o\x00n\x00a\x00t\x00e\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e|SeImpersonatePrivilege|S\x00e\x00L\x00o\x00a\x00d\x00D\x00r\x00i\x00v\x00e\x00r\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e\x00|\x00S\x00e\x00L\x00o\x00a\x00d\x00D\x00r\x00i\x00v\x00e\x00r\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e|SeLoadDriverPrivilege|S\x00e\x00M\x00a\x00n\x00a\x00g\x00e\x00V\x00o\x00l\x00u\x00m\x00e\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e\x00|\x00S\x00e\x00M\x00a\x00n\x00a\x00g\x00e\x00V\x00o\x00l\x00u\x00m\x00e\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e|SeManageVolumePrivilege|S\x00e\x00R\x00e\x00l\x00a\x00b\x00e\x00l\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e\x00|\x00S\x00e\x00R\x00e\x00l\x00a\x00b\x00e\x00l\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e|SeRelabelPrivilege|S\x00e\x00R\x00e\x00s\x00t\x00o\x00r\x00e\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e\x00|\x00S\x00e\x00R\x00e\x00s\x00t\x00o\x00r\x00e\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e|SeRestorePrivilege|S\x00e\x00S\x00y\x00n\x00c\x00A\x00g\x00e\x00n\x00t\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e\x00|\x00S\x00e\x00S\x00y\x00n\x00c\x00A\x00g\x00e\x00n\x00t\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e|SeSyncAgentPrivilege|S\x00e\x00T\x00a\x00k\x00e\x00O\x00w\x00n\x00e\x00r\x00s\x00h\x00i\x00p\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e\x00|\x00S\x00e\x00T\x00a\x00k\x00e\x00O\x00w\x00n\x00e\x00r\x00s\x00h\x00i\x00p\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e|SeTakeOwnershipPrivilege|S\x00e\x00T\x00c\x00b\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e\x00|\x00S\x00e\x00T\x00c\x00b\x00P\x00r\x00i\x00v\x00i\x00l\x00e\x00g\x00e|SeTcbPrivilege/i in call$stub) )
		return;

	local kept = read_arguments(call);

	if ( kept?$argument_UserRights_UserRights
	     && (any_matches(kept$argument_UserRights_UserRights, /SeAssignPrimaryTokenPrivilege/i)
	         || any_matches(kept$argument_UserRights_UserRights, /SeBackupPrivilege/i)
	         || any_matches(kept$argument_UserRights_UserRights, /SeCreateTokenPrivilege/i)
	         || any_matches(kept$argument_UserRights_UserRights, /SeDebugPrivilege/i)
	         || any_matches(kept$argument_UserRights_UserRights, /SeEnableDelegationPrivilege/i)
	         || any_matches(kept$argument_UserRights_UserRights, /SeImpersonatePrivilege/i)
	         || any_matches(kept$argument_UserRights_UserRights, /SeLoadDriverPrivilege/i)
	         || any_matches(kept$argument_UserRights_UserRights, /SeManageVolumePrivilege/i)
	         || any_matches(kept$argument_UserRights_UserRights, /SeRelabelPrivilege/i)
	         || any_matches(kept$argument_UserRights_UserRights, /SeRestorePrivilege/i)
	         || any_matches(kept$argument_UserRights_UserRights, /SeSyncAgentPrivilege/i)
	         || any_matches(kept$argument_UserRights_UserRights, /SeTakeOwnershipPrivilege/i)
	         || any_matches(kept$argument_UserRights_UserRights, /SeTcbPrivilege/i)) )
		{
		SigzeekDceRpc::at_response(call, lsarpc_powerful_right_given_on_response);
		lsarpc_powerful_right_given_held = call$operation$remote_execution_reading;
		}
	}
