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
##! Matches:         selection_key: stub|wide|contains: '\CurrentVersion\Run' or '\CurrentVersion\Policies\Explorer\Run'
##! Matches:         filter_main_read: operation: 'BaseRegOpenKey' and stub|endswith: "\x19\0\x02\0" or "\x19\x01\x02\0"
##!                  or "\x19\x02\x02\0"
##!
##! A client creates a Run key of the responding host's registry, or opens it with more access than reading: the name is
##! in the stub of BaseRegCreateKey and BaseRegOpenKey ([MS-RRP] 3.1.5.7 and 3.1.5.15) in UTF-16LE, and the access that
##! is asked for ends the stub of BaseRegOpenKey; KEY_READ, with or without a view of the registry, is left out. What
##! such a key holds is started at the next logon. Windows clients encrypt the stub; impacket, over SMB, does not.

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

function winreg_run_key_opened_on_request_stub(c: connection, call: RpcCall)
	{
	if ( /\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00R\x00u\x00n\x00|\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00P\x00o\x00l\x00i\x00c\x00i\x00e\x00s\x00\\\x00E\x00x\x00p\x00l\x00o\x00r\x00e\x00r\x00\\\x00R\x00u\x00n\x00/i in call$stub
	     && (! (call$uuid == "338cd001-2244-31f1-aaaa-900038001003" && call$opnum == 15)
	         || (! (ends_with(call$stub, "\x19\x00\x02\x00"))
	             && ! (ends_with(call$stub, "\x19\x01\x02\x00"))
	             && ! (ends_with(call$stub, "\x19\x02\x02\x00")))) )
		call$candidates[Winreg_Run_Key_Opened] = 1;
	}

function winreg_run_key_opened_on_response(c: connection, call: RpcCall)
	{
	if ( Winreg_Run_Key_Opened in call$candidates )
		{
		if ( ! raise(winreg_run_key_opened_rule, c, observed_of(call, call_name(call))) )
			return;

		if ( call?$stub )
			log_payload(winreg_run_key_opened_rule, c, "stub", |call$stub|, bytestring_to_hexstr(call$stub[0:512]));
		}
	}
