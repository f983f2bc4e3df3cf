##! Service Failure Action Set To Command Interpreter On Remote Host
##!
##! Id:              5d3a4f1e-92c7-4b0d-8a55-7c6f1f0f6b21
##! ATT&CK:          T1543.003 Create or Modify System Process: Windows Service
##! ATT&CK:          T1059 Command and Scripting Interpreter
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/windows/win32/api/winsvc/ns-winsvc-service_failure_actionsw
##! Reference:       https://attack.mitre.org/techniques/T1543/003/
##! Reference:       https://attack.mitre.org/techniques/T1059/
##! False positives: Services that an administrator wraps in a script
##! Matches:         all of (selection_call, selection_command)
##! Matches:         selection_call: endpoint: 'svcctl' and operation: 'ChangeServiceConfig2A'
##!                  or 'ChangeServiceConfig2W'
##! Matches:         selection_command: argument.Info.info.psfa.lpCommand|contains: 'cmd /c' or 'cmd.exe' or '%COMSPEC%'
##!                  or 'powershell' or 'rundll32' or 'regsvr32' or 'mshta' or '\ADMIN$\' or '\\\\127.0.0.1\'
##!
##! A service is told what to run when it fails: ChangeServiceConfig2 ([MS-SCMR] 3.1.4.35) sets its failure actions,
##! whose command (lpCommand) has a command interpreter, a binary that executes what it is given, or a file on an
##! administrative share. Whoever can make the service fail runs it. The call has the service's handle, not its name.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Service Failure Action Set To Command Interpreter On Remote Host
		Svcctl_Service_Failure_Command_Interpreter,
	};
}

global svcctl_service_failure_command_interpreter_rule = watched(RuleInfo(
	$note=Svcctl_Service_Failure_Command_Interpreter,
	$id="5d3a4f1e-92c7-4b0d-8a55-7c6f1f0f6b21",
	$title="Service Failure Action Set To Command Interpreter On Remote Host",
	$level="high",
	$attack=vector("T1543.003", "T1059"),
	$robustness="3P"));

function svcctl_service_failure_command_interpreter_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( ! may_raise(svcctl_service_failure_command_interpreter_rule, c) )
		return;

	if ( makes_notice(svcctl_service_failure_command_interpreter_rule, c) )
		{
		local kept = read_arguments(call);
		notify(svcctl_service_failure_command_interpreter_rule, c, observed_of(call, cat("Service that fails runs ", (kept?$argument_Info_info_psfa_lpCommand ? kept$argument_Info_info_psfa_lpCommand : "-"))));
		}

	if ( ! call$unanswered && c?$dce_rpc && call?$stub )
		c$dce_rpc$sigzeek_stub = call$stub[0:2048];
	}

# Which reading of a request the rule has held of last; 0 before the first.
global svcctl_service_failure_command_interpreter_held = 0;

function svcctl_service_failure_command_interpreter_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( svcctl_service_failure_command_interpreter_held > 0
	     && call$operation$remote_execution_reading == svcctl_service_failure_command_interpreter_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, svcctl_service_failure_command_interpreter_on_response);
		return;
		}

	if ( ! (/c\x00m\x00d\x00 \x00\/\x00c\x00|\x00c\x00m\x00d\x00 \x00\/\x00c|cmd \/c|c\x00m\x00d\x00\.\x00e\x00x\x00e\x00|\x00c\x00m\x00d\x00\.\x00e\x00x\x00e|cmd\.exe|%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%\x00|\x00%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%|%COMSPEC%|p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l\x00|\x00p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l|powershell|r\x00u\x00n\x00d\x00l\x00l\x003\x002\x00|\x00r\x00u\x00n\x00d\x00l\x00l\x003\x002|rundll32|r\x00e\x00g\x00s\x00v\x00r\x003\x002\x00|\x00r\x00e\x00g\x00s\x00v\x00r\x003\x002|regsvr32|m\x00s\x00h\x00t\x00a\x00|\x00m\x00s\x00h\x00t\x00a|mshta|\\\x00A\x00D\x00M\x00I\x00N\x00\$\x00\\\x00|\x00\\\x00A\x00D\x00M\x00I\x00N\x00\$\x00\\|\\ADMIN\$\\|\\\x00\\\x001\x002\x007\x00\.\x000\x00\.\x000\x00\.\x001\x00\\\x00|\x00\\\x00\\\x001\x002\x007\x00\.\x000\x00\.\x000\x00\.\x001\x00\\|\\\\127\.0\.0\.1\\/i in call$stub) )
		return;

	local kept = read_arguments(call);

	if ( kept?$argument_Info_info_psfa_lpCommand
	     && (/cmd \/c/i in kept$argument_Info_info_psfa_lpCommand
	         || /cmd\.exe/i in kept$argument_Info_info_psfa_lpCommand
	         || /%COMSPEC%/i in kept$argument_Info_info_psfa_lpCommand
	         || /powershell/i in kept$argument_Info_info_psfa_lpCommand
	         || /rundll32/i in kept$argument_Info_info_psfa_lpCommand
	         || /regsvr32/i in kept$argument_Info_info_psfa_lpCommand
	         || /mshta/i in kept$argument_Info_info_psfa_lpCommand
	         || /\\ADMIN\$\\/i in kept$argument_Info_info_psfa_lpCommand
	         || "\\\\127.0.0.1\\" in kept$argument_Info_info_psfa_lpCommand) )
		{
		SigzeekDceRpc::at_response(call, svcctl_service_failure_command_interpreter_on_response);
		svcctl_service_failure_command_interpreter_held = call$operation$remote_execution_reading;
		}
	}
