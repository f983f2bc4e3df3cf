##! Program Of Winlogon Set On Remote Host
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0104
##! ATT&CK:          T1547.004 Boot or Logon Autostart Execution: Winlogon Helper DLL
##! ATT&CK:          T1112 Modify Registry
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rrp/2b61fa7e-2a38-46ce-a186-7c91b3ed1b61
##! Reference:       https://attack.mitre.org/techniques/T1547/004/
##! False positives: Values of the same name in other keys
##! False positives: Kiosks that are set up remotely
##! Matches:         all of (selection_call, selection_name)
##! Matches:         selection_call: endpoint: 'winreg' and operation: 'BaseRegSetValue'
##! Matches:         selection_name: argument.lpValueName: 'Userinit' or 'Shell' or 'GinaDLL' or 'Taskman' or 'VmApplet'
##!                  or 'AppSetup'
##!
##! A value that names a program or a DLL of Winlogon was set (lpValueName of BaseRegSetValue, [MS-RRP] 3.1.5.22):
##! Userinit and Shell start at logon, the others are loaded by Winlogon. The call has the handle of the key, not its
##! name: 'winreg_logon_key_opened' shows that.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Program Of Winlogon Set On Remote Host
		Winreg_Logon_Program_Set,
	};
}

global winreg_logon_program_set_rule = watched(RuleInfo(
	$note=Winreg_Logon_Program_Set,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0104",
	$title="Program Of Winlogon Set On Remote Host",
	$level="high",
	$attack=vector("T1547.004", "T1112"),
	$robustness="3P"));

function winreg_logon_program_set_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(winreg_logon_program_set_rule, c) )
		{
		local kept = read_arguments(call);
		notify(winreg_logon_program_set_rule, c, observed_of(call, cat("Value ", (kept?$argument_lpValueName ? kept$argument_lpValueName : "-"), " set")));
		}
	}

# Which reading of a request the rule has held of last; 0 before the first.
global winreg_logon_program_set_held = 0;

function winreg_logon_program_set_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( winreg_logon_program_set_held > 0
	     && call$operation$remote_execution_reading == winreg_logon_program_set_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, winreg_logon_program_set_on_response);
		return;
		}

	if ( ! (/U\x00s\x00e\x00r\x00i\x00n\x00i\x00t\x00|\x00U\x00s\x00e\x00r\x00i\x00n\x00i\x00t|Userinit|S\x00h\x00e\x00l\x00l\x00|\x00S\x00h\x00e\x00l\x00l|Shell|G\x00i\x00n\x00a\x00D\x00L\x00L\x00|\x00G\x00i\x00n\x00a\x00D\x00L\x00L|GinaDLL|T\x00a\x00s\x00k\x00m\x00a\x00n\x00|\x00T\x00a\x00s\x00k\x00m\x00a\x00n|Taskman|V\x00m\x00A\x00p\x00p\x00l\x00e\x00t\x00|\x00V\x00m\x00A\x00p\x00p\x00l\x00e\x00t|VmApplet|A\x00p\x00p\x00S\x00e\x00t\x00u\x00p\x00|\x00A\x00p\x00p\x00S\x00e\x00t\x00u\x00p|AppSetup/i in call$stub) )
		return;

	local kept = read_arguments(call);

	if ( kept?$argument_lpValueName
	     && (to_lower(kept$argument_lpValueName) == "userinit"
	         || to_lower(kept$argument_lpValueName) == "shell"
	         || to_lower(kept$argument_lpValueName) == "ginadll"
	         || to_lower(kept$argument_lpValueName) == "taskman"
	         || to_lower(kept$argument_lpValueName) == "vmapplet"
	         || to_lower(kept$argument_lpValueName) == "appsetup") )
		{
		SigzeekDceRpc::at_response(call, winreg_logon_program_set_on_response);
		winreg_logon_program_set_held = call$operation$remote_execution_reading;
		}
	}
