##! AT Job With Command Interpreter Added On Remote Host
##!
##! Id:              cc3095db-4ac8-4cb7-ad80-85f56a168fc0
##! ATT&CK:          T1053.002 Scheduled Task/Job: At
##! ATT&CK:          T1059 Command and Scripting Interpreter
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tsch/7290597e-bb6d-46fe-9338-e6b0467b23ae
##! Reference:       https://attack.mitre.org/techniques/T1053/002/
##! Reference:       https://attack.mitre.org/techniques/T1059/
##! False positives: Administration of old Windows releases
##! Matches:         all of (selection_call, selection_command)
##! Matches:         selection_call: endpoint: 'atsvc' and operation: 'NetrJobAdd'
##! Matches:         selection_command: argument.pAtInfo.Command|contains: 'cmd /c' or 'cmd.exe' or '%COMSPEC%'
##!                  or 'powershell' or 'rundll32' or 'regsvr32' or 'mshta' or 'wscript' or 'cscript'
##!
##! The command line of an AT job ([MS-TSCH] 2.3.4, AT_INFO, UTF-16LE) crosses the network in clear, since ATSvc asks
##! for no encryption. This rule reads it: the job runs a command interpreter or a binary that executes what it is
##! given. Of a stub in fragments Zeek 8.0 shows the last alone, which has no arguments: a client that splits its
##! request hides the command from this rule, not the call from the rule on the operation.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## AT Job With Command Interpreter Added On Remote Host
		Atsvc_Job_Command_Interpreter,
	};
}

global atsvc_job_command_interpreter_rule = watched(RuleInfo(
	$note=Atsvc_Job_Command_Interpreter,
	$id="cc3095db-4ac8-4cb7-ad80-85f56a168fc0",
	$title="AT Job With Command Interpreter Added On Remote Host",
	$level="high",
	$attack=vector("T1053.002", "T1059"),
	$robustness="3P"));

function atsvc_job_command_interpreter_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( ! may_raise(atsvc_job_command_interpreter_rule, c) )
		return;

	if ( makes_notice(atsvc_job_command_interpreter_rule, c) )
		{
		local kept = read_arguments(call);
		notify(atsvc_job_command_interpreter_rule, c, observed_of(call, cat("Job runs ", (kept?$argument_pAtInfo_Command ? kept$argument_pAtInfo_Command : "-"))));
		}

	if ( ! call$unanswered && c?$dce_rpc && call?$stub )
		c$dce_rpc$sigzeek_stub = call$stub[0:1024];
	}

# Which reading of a request the rule has held of last; 0 before the first.
global atsvc_job_command_interpreter_held = 0;

function atsvc_job_command_interpreter_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( atsvc_job_command_interpreter_held > 0
	     && call$operation$remote_execution_reading == atsvc_job_command_interpreter_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, atsvc_job_command_interpreter_on_response);
		return;
		}

	if ( ! (/c\x00m\x00d\x00 \x00\/\x00c\x00|\x00c\x00m\x00d\x00 \x00\/\x00c|cmd \/c|c\x00m\x00d\x00\.\x00e\x00x\x00e\x00|\x00c\x00m\x00d\x00\.\x00e\x00x\x00e|cmd\.exe|%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%\x00|\x00%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%|%COMSPEC%|p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l\x00|\x00p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l|powershell|r\x00u\x00n\x00d\x00l\x00l\x003\x002\x00|\x00r\x00u\x00n\x00d\x00l\x00l\x003\x002|rundll32|r\x00e\x00g\x00s\x00v\x00r\x003\x002\x00|\x00r\x00e\x00g\x00s\x00v\x00r\x003\x002|regsvr32|m\x00s\x00h\x00t\x00a\x00|\x00m\x00s\x00h\x00t\x00a|mshta|w\x00s\x00c\x00r\x00i\x00p\x00t\x00|\x00w\x00s\x00c\x00r\x00i\x00p\x00t|wscript|c\x00s\x00c\x00r\x00i\x00p\x00t\x00|\x00c\x00s\x00c\x00r\x00i\x00p\x00t|cscript/i in call$stub) )
		return;

	local kept = read_arguments(call);

	if ( kept?$argument_pAtInfo_Command
	     && (/cmd \/c/i in kept$argument_pAtInfo_Command
	         || /cmd\.exe/i in kept$argument_pAtInfo_Command
	         || /%COMSPEC%/i in kept$argument_pAtInfo_Command
	         || /powershell/i in kept$argument_pAtInfo_Command
	         || /rundll32/i in kept$argument_pAtInfo_Command
	         || /regsvr32/i in kept$argument_pAtInfo_Command
	         || /mshta/i in kept$argument_pAtInfo_Command
	         || /wscript/i in kept$argument_pAtInfo_Command
	         || /cscript/i in kept$argument_pAtInfo_Command) )
		{
		SigzeekDceRpc::at_response(call, atsvc_job_command_interpreter_on_response);
		atsvc_job_command_interpreter_held = call$operation$remote_execution_reading;
		}
	}
