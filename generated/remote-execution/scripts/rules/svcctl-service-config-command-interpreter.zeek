##! Service Changed To Command Interpreter On Remote Host
##!
##! Id:              b2d0ffb5-6b3e-4b5f-9a3e-8f0c4d7a61e9
##! ATT&CK:          T1569.002 System Services: Service Execution
##! ATT&CK:          T1543.003 Create or Modify System Process: Windows Service
##! ATT&CK:          T1059 Command and Scripting Interpreter
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-scmr/61ea7ed0-c49d-4152-a164-b4830f16c8a4
##! Reference:       https://attack.mitre.org/techniques/T1569/002/
##! Reference:       https://attack.mitre.org/techniques/T1059/
##! Reference:       https://github.com/fortra/impacket/blob/master/examples/services.py
##! False positives: Services that an administrator wraps in a script
##! Matches:         all of (selection_call, selection_path)
##! Matches:         selection_call: endpoint: 'svcctl' and operation: 'ChangeServiceConfigA' or 'ChangeServiceConfigW'
##! Matches:         selection_path: argument.lpBinaryPathName|contains: 'cmd /c' or 'cmd.exe' or '%COMSPEC%'
##!                  or 'powershell' or 'rundll32' or 'regsvr32' or 'mshta' or '\ADMIN$\' or '\\\\127.0.0.1\'
##!
##! A service that is there already is given a command line to run: ChangeServiceConfig ([MS-SCMR] 3.1.4.11) hands over
##! a binary path (lpBinaryPathName) with a command interpreter, a binary that executes what it is given, or a file on
##! an administrative share. The call has the service's handle, not its name. Over SMB the stub is in clear unless SMB
##! encrypts; over TCP, Windows clients encrypt it. Of a stub in fragments, as of a very long command line, Zeek 8.0
##! shows the last fragment alone, which has no arguments.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Service Changed To Command Interpreter On Remote Host
		Svcctl_Service_Config_Command_Interpreter,
	};
}

global svcctl_service_config_command_interpreter_rule = watched(RuleInfo(
	$note=Svcctl_Service_Config_Command_Interpreter,
	$id="b2d0ffb5-6b3e-4b5f-9a3e-8f0c4d7a61e9",
	$title="Service Changed To Command Interpreter On Remote Host",
	$level="high",
	$attack=vector("T1569.002", "T1543.003", "T1059"),
	$robustness="3P"));

function svcctl_service_config_command_interpreter_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( ! may_raise(svcctl_service_config_command_interpreter_rule, c) )
		return;

	if ( makes_notice(svcctl_service_config_command_interpreter_rule, c) )
		{
		local kept = read_arguments(call);
		notify(svcctl_service_config_command_interpreter_rule, c, observed_of(call, cat("Service changed to run ", (kept?$argument_lpBinaryPathName ? kept$argument_lpBinaryPathName : "-"))));
		}

	if ( ! call$unanswered && c?$dce_rpc && call?$stub )
		c$dce_rpc$sigzeek_stub = call$stub[0:2048];
	}

# Which reading of a request the rule has held of last; 0 before the first.
global svcctl_service_config_command_interpreter_held = 0;

function svcctl_service_config_command_interpreter_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( svcctl_service_config_command_interpreter_held > 0
	     && call$operation$remote_execution_reading == svcctl_service_config_command_interpreter_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, svcctl_service_config_command_interpreter_on_response);
		return;
		}

	if ( ! (/c\x00m\x00d\x00 \x00\/\x00c\x00|\x00c\x00m\x00d\x00 \x00\/\x00c|cmd \/c|c\x00m\x00d\x00\.\x00e\x00x\x00e\x00|\x00c\x00m\x00d\x00\.\x00e\x00x\x00e|cmd\.exe|%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%\x00|\x00%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%|%COMSPEC%|p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l\x00|\x00p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l|powershell|r\x00u\x00n\x00d\x00l\x00l\x003\x002\x00|\x00r\x00u\x00n\x00d\x00l\x00l\x003\x002|rundll32|r\x00e\x00g\x00s\x00v\x00r\x003\x002\x00|\x00r\x00e\x00g\x00s\x00v\x00r\x003\x002|regsvr32|m\x00s\x00h\x00t\x00a\x00|\x00m\x00s\x00h\x00t\x00a|mshta|\\\x00A\x00D\x00M\x00I\x00N\x00\$\x00\\\x00|\x00\\\x00A\x00D\x00M\x00I\x00N\x00\$\x00\\|\\ADMIN\$\\|\\\x00\\\x001\x002\x007\x00\.\x000\x00\.\x000\x00\.\x001\x00\\\x00|\x00\\\x00\\\x001\x002\x007\x00\.\x000\x00\.\x000\x00\.\x001\x00\\|\\\\127\.0\.0\.1\\/i in call$stub) )
		return;

	local kept = read_arguments(call);

	if ( kept?$argument_lpBinaryPathName
	     && (/cmd \/c/i in kept$argument_lpBinaryPathName
	         || /cmd\.exe/i in kept$argument_lpBinaryPathName
	         || /%COMSPEC%/i in kept$argument_lpBinaryPathName
	         || /powershell/i in kept$argument_lpBinaryPathName
	         || /rundll32/i in kept$argument_lpBinaryPathName
	         || /regsvr32/i in kept$argument_lpBinaryPathName
	         || /mshta/i in kept$argument_lpBinaryPathName
	         || /\\ADMIN\$\\/i in kept$argument_lpBinaryPathName
	         || "\\\\127.0.0.1\\" in kept$argument_lpBinaryPathName) )
		{
		SigzeekDceRpc::at_response(call, svcctl_service_config_command_interpreter_on_response);
		svcctl_service_config_command_interpreter_held = call$operation$remote_execution_reading;
		}
	}
