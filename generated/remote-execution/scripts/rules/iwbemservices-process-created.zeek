##! Process Created Through WMI On Remote Host
##!
##! Id:              756adb97-14f1-4e96-86e0-a4e9456ab775
##! ATT&CK:          T1047 Windows Management Instrumentation
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-wmi/cbce28cd-fd45-4df1-9ec8-416e6bb33691
##! Reference:       https://attack.mitre.org/techniques/T1047/
##! Reference:       https://learn.microsoft.com/en-us/windows/win32/cimwin32prov/create-method-in-class-win32-process
##! Reference:       https://github.com/fortra/impacket/blob/master/examples/wmiexec.py
##! False positives: Management software that starts programs over WMI without encryption
##! Matches:         all of (selection_call, selection_method)
##! Matches:         selection_call: uuid: '9556dc99-828c-11cf-a37e-00aa003240c7' and opnum: 24 or 25
##! Matches:         selection_method: argument.strObjectPath|contains: 'Win32_Process'
##!                  and argument.strMethodName|startswith: 'Create'
##!
##! The object path and the method name of ExecMethod ([MS-WMI] 3.1.4.3.22) are Win32_Process and Create. WMI clients of
##! Windows encrypt the stub; those that ask for no privacy do not, and then the command line, which is logged, can be
##! read as well.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Process Created Through WMI On Remote Host
		Iwbemservices_Process_Created,
	};
}

global iwbemservices_process_created_rule = watched(RuleInfo(
	$note=Iwbemservices_Process_Created,
	$id="756adb97-14f1-4e96-86e0-a4e9456ab775",
	$title="Process Created Through WMI On Remote Host",
	$level="high",
	$attack=vector("T1047"),
	$robustness="3P"));

function iwbemservices_process_created_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( ! may_raise(iwbemservices_process_created_rule, c) )
		return;

	if ( makes_notice(iwbemservices_process_created_rule, c) )
		{
		local kept = read_arguments(call);
		notify(iwbemservices_process_created_rule, c, observed_of(call, cat((kept?$argument_strMethodName ? kept$argument_strMethodName : "-"), " of ", (kept?$argument_strObjectPath ? kept$argument_strObjectPath : "-"), " executed")));
		}

	if ( call?$stub )
		log_payload(iwbemservices_process_created_rule, c, "stub", |call$stub|, encode_base64(call$stub[0:4096]));
	}

# Which reading of a request the rule has held of last; 0 before the first.
global iwbemservices_process_created_held = 0;

function iwbemservices_process_created_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( iwbemservices_process_created_held > 0
	     && call$operation$remote_execution_reading == iwbemservices_process_created_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, iwbemservices_process_created_on_response);
		return;
		}

	if ( ! (/W\x00i\x00n\x003\x002\x00_\x00P\x00r\x00o\x00c\x00e\x00s\x00s\x00|\x00W\x00i\x00n\x003\x002\x00_\x00P\x00r\x00o\x00c\x00e\x00s\x00s|Win32_Process/i in call$stub) )
		return;

	local kept = read_arguments(call);

	if ( kept?$argument_strObjectPath
	     && kept?$argument_strMethodName
	     && /Win32_Process/i in kept$argument_strObjectPath
	     && /^Create/i in kept$argument_strMethodName )
		{
		SigzeekDceRpc::at_response(call, iwbemservices_process_created_on_response);
		iwbemservices_process_created_held = call$operation$remote_execution_reading;
		}
	}
