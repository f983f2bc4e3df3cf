##! Run Key Opened For Writing On Remote Host
##!
##! Id:              2157a500-1096-4360-9a9b-969518afc916
##! ATT&CK:          T1547.001 Boot or Logon Autostart Execution: Registry Run Keys / Startup Folder
##! ATT&CK:          T1112 Modify Registry
##! Level:           medium
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rrp/c7186ae2-1c82-45e9-933b-97d9873657e8
##! Reference:       https://attack.mitre.org/techniques/T1547/001/
##! Reference:       https://attack.mitre.org/techniques/T1112/
##! Reference:       https://github.com/fortra/impacket/blob/master/examples/reg.py
##! False positives: Software distribution
##! Matches:         all of (selection_call, selection_key) and not 1 of (filter_main_read)
##! Matches:         selection_call: endpoint: 'winreg' and operation: 'BaseRegCreateKey' or 'BaseRegOpenKey'
##! Matches:         selection_key: argument.lpSubKey|contains: '\CurrentVersion\Run'
##!                  or '\CurrentVersion\Policies\Explorer\Run'
##! Matches:         filter_main_read: argument.samDesired: 0x20019 or 0x20119 or 0x20219
##!
##! A client creates a Run key of the responding host's registry, or opens it, and asks for more access than reading:
##! BaseRegCreateKey and BaseRegOpenKey ([MS-RRP] 3.1.5.7 and 3.1.5.15) take the key's name (lpSubKey) and the access
##! (samDesired). KEY_READ, with or without a view of the registry, is left out. What such a key holds is started at the
##! next logon. Windows clients encrypt the stub; impacket, over SMB, does not.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Run Key Opened For Writing On Remote Host
		Winreg_Run_Key_Opened,
	};
}

global winreg_run_key_opened_rule = watched(RuleInfo(
	$note=Winreg_Run_Key_Opened,
	$id="2157a500-1096-4360-9a9b-969518afc916",
	$title="Run Key Opened For Writing On Remote Host",
	$level="medium",
	$attack=vector("T1547.001", "T1112"),
	$robustness="3P"));

function winreg_run_key_opened_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( winreg_run_key_opened_rule$is_just_silent )
		++winreg_run_key_opened_rule$outcomes$silent;
	else if ( ! may_raise(winreg_run_key_opened_rule, c) )
		return;
	else if ( makes_notice(winreg_run_key_opened_rule, c) )
		{
		local kept = read_arguments(call);
		notify(winreg_run_key_opened_rule, c, observed_of(call, cat("Key ", (kept?$argument_lpSubKey ? kept$argument_lpSubKey : "-"), " opened for writing")));
		}

	correlate_match(winreg_run_key_opened_rule, c, run_key_value_set_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$orig_h), cat(c$id$resp_h), c$uid),
	                                $uid=c$uid,
	                                $rule=0));

	if ( call?$stub )
		log_payload(winreg_run_key_opened_rule, c, "stub", |call$stub|, bytestring_to_hexstr(call$stub[0:512]));
	}

# Which reading of a request the rule has held of last; 0 before the first.
global winreg_run_key_opened_held = 0;

function winreg_run_key_opened_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( winreg_run_key_opened_held > 0
	     && call$operation$remote_execution_reading == winreg_run_key_opened_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, winreg_run_key_opened_on_response);
		return;
		}

	if ( ! (/\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00R\x00u\x00n\x00|\x00\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00R\x00u\x00n|\\CurrentVersion\\Run|\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00P\x00o\x00l\x00i\x00c\x00i\x00e\x00s\x00\\\x00E\x00x\x00p\x00l\x00o\x00r\x00e\x00r\x00\\\x00R\x00u\x00n\x00|\x00\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00P\x00o\x00l\x00i\x00c\x00i\x00e\x00s\x00\\\x00E\x00x\x00p\x00l\x00o\x00r\x00e\x00r\x00\\\x00R\x00u\x00n|\\CurrentVersion\\Policies\\Explorer\\Run/i in call$stub) )
		return;

	local kept = read_arguments(call);

	if ( kept?$argument_lpSubKey
	     && (/\\CurrentVersion\\Run/i in kept$argument_lpSubKey
	         || /\\CurrentVersion\\Policies\\Explorer\\Run/i in kept$argument_lpSubKey)
	     && ! (kept?$argument_samDesired && kept$argument_samDesired == 131097)
	     && ! (kept?$argument_samDesired && kept$argument_samDesired == 131353)
	     && ! (kept?$argument_samDesired && kept$argument_samDesired == 131609) )
		{
		SigzeekDceRpc::at_response(call, winreg_run_key_opened_on_response);
		winreg_run_key_opened_held = call$operation$remote_execution_reading;
		}
	}
