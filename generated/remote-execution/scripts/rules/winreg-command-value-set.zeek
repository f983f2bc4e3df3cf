##! Registry Value With Command Interpreter Set On Remote Host
##!
##! Id:              dec9462f-6857-49ea-b2b2-21af790e175c
##! ATT&CK:          T1112 Modify Registry
##! ATT&CK:          T1059 Command and Scripting Interpreter
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rrp/2b61fa7e-2a38-46ce-a186-7c91b3ed1b61
##! Reference:       https://attack.mitre.org/techniques/T1112/
##! Reference:       https://attack.mitre.org/techniques/T1059/
##! Reference:       https://github.com/fortra/impacket/blob/master/examples/reg.py
##! False positives: Software distribution
##! Matches:         all of (selection_call, selection_data)
##! Matches:         selection_call: endpoint: 'winreg' and operation: 'BaseRegSetValue'
##! Matches:         selection_data: argument.lpData|wide|contains: 'cmd /c' or 'cmd.exe' or '%COMSPEC%' or 'powershell'
##!                  or 'rundll32' or 'regsvr32' or 'mshta' or 'wscript' or 'cscript'
##!
##! The data that BaseRegSetValue writes ([MS-RRP] 3.1.5.22, lpData), text in UTF-16LE, names a command interpreter or a
##! binary that executes what it is given: a Run key's command, a service's image path, a debugger or a shell extension
##! in the making. Windows clients encrypt the stub; impacket, over SMB, does not.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Registry Value With Command Interpreter Set On Remote Host
		Winreg_Command_Value_Set,
	};
}

global winreg_command_value_set_rule = watched(RuleInfo(
	$note=Winreg_Command_Value_Set,
	$id="dec9462f-6857-49ea-b2b2-21af790e175c",
	$title="Registry Value With Command Interpreter Set On Remote Host",
	$level="high",
	$attack=vector("T1112", "T1059"),
	$robustness="3P"));

function winreg_command_value_set_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( ! may_raise(winreg_command_value_set_rule, c) )
		return;

	if ( makes_notice(winreg_command_value_set_rule, c) )
		{
		local kept = read_arguments(call);
		notify(winreg_command_value_set_rule, c, observed_of(call, cat("Value ", (kept?$argument_lpValueName ? kept$argument_lpValueName : "-"), " set to a command line")));
		}

	if ( ! call$unanswered && c?$dce_rpc && call?$stub )
		c$dce_rpc$sigzeek_stub = call$stub[0:1024];
	}

# Which reading of a request the rule has held of last; 0 before the first.
global winreg_command_value_set_held = 0;

function winreg_command_value_set_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( winreg_command_value_set_held > 0
	     && call$operation$remote_execution_reading == winreg_command_value_set_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, winreg_command_value_set_on_response);
		return;
		}

	if ( ! (/c\x00m\x00d\x00 \x00\/\x00c\x00|c\x00m\x00d\x00\.\x00e\x00x\x00e\x00|%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%\x00|p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l\x00|r\x00u\x00n\x00d\x00l\x00l\x003\x002\x00|r\x00e\x00g\x00s\x00v\x00r\x003\x002\x00|m\x00s\x00h\x00t\x00a\x00|w\x00s\x00c\x00r\x00i\x00p\x00t\x00|c\x00s\x00c\x00r\x00i\x00p\x00t\x00/i in call$stub) )
		return;

	local kept = read_arguments(call);

	if ( kept?$argument_lpData
	     && (/c\x00m\x00d\x00 \x00\/\x00c\x00/i in kept$argument_lpData
	         || /c\x00m\x00d\x00\.\x00e\x00x\x00e\x00/i in kept$argument_lpData
	         || /%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%\x00/i in kept$argument_lpData
	         || /p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l\x00/i in kept$argument_lpData
	         || /r\x00u\x00n\x00d\x00l\x00l\x003\x002\x00/i in kept$argument_lpData
	         || /r\x00e\x00g\x00s\x00v\x00r\x003\x002\x00/i in kept$argument_lpData
	         || /m\x00s\x00h\x00t\x00a\x00/i in kept$argument_lpData
	         || /w\x00s\x00c\x00r\x00i\x00p\x00t\x00/i in kept$argument_lpData
	         || /c\x00s\x00c\x00r\x00i\x00p\x00t\x00/i in kept$argument_lpData) )
		{
		SigzeekDceRpc::at_response(call, winreg_command_value_set_on_response);
		winreg_command_value_set_held = call$operation$remote_execution_reading;
		}
	}
