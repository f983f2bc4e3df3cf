##! Logon Key Opened For Writing On Remote Host
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0103
##! ATT&CK:          T1547.004 Boot or Logon Autostart Execution: Winlogon Helper DLL
##! ATT&CK:          T1547.005 Boot or Logon Autostart Execution: Security Support Provider
##! ATT&CK:          T1556.002 Modify Authentication Process: Password Filter DLL
##! ATT&CK:          T1112 Modify Registry
##! Level:           medium
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rrp/c7186ae2-1c82-45e9-933b-97d9873657e8
##! Reference:       https://attack.mitre.org/techniques/T1547/004/
##! Reference:       https://attack.mitre.org/techniques/T1547/005/
##! Reference:       https://attack.mitre.org/techniques/T1556/002/
##! False positives: Administration of security settings
##! Matches:         all of (selection_call, selection_key) and not 1 of (filter_main_read)
##! Matches:         selection_call: endpoint: 'winreg' and operation: 'BaseRegCreateKey' or 'BaseRegOpenKey'
##! Matches:         selection_key: argument.lpSubKey|contains: '\Windows NT\CurrentVersion\Winlogon' or '\Control\Lsa'
##!                  or '\Control\SecurityProviders'
##! Matches:         filter_main_read: argument.samDesired: 0x20019 or 0x20119 or 0x20219
##!
##! A client creates a key of Winlogon or of the local security authority in the responding host's registry, or opens
##! it, and asks for more access than reading (lpSubKey and samDesired of BaseRegCreateKey and BaseRegOpenKey, [MS-RRP]
##! 3.1.5.7 and 3.1.5.15). These keys say which programs start at logon, which packages see passwords, and how they are
##! protected.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Logon Key Opened For Writing On Remote Host
		Winreg_Logon_Key_Opened,
	};
}

global winreg_logon_key_opened_rule = watched(RuleInfo(
	$note=Winreg_Logon_Key_Opened,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0103",
	$title="Logon Key Opened For Writing On Remote Host",
	$level="medium",
	$attack=vector("T1547.004", "T1547.005", "T1556.002", "T1112"),
	$robustness="3P"));

function winreg_logon_key_opened_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(winreg_logon_key_opened_rule, c) )
		{
		local kept = read_arguments(call);
		notify(winreg_logon_key_opened_rule, c, observed_of(call, cat("Key ", (kept?$argument_lpSubKey ? kept$argument_lpSubKey : "-"), " opened for writing")));
		}
	}

# Which reading of a request the rule has held of last; 0 before the first.
global winreg_logon_key_opened_held = 0;

function winreg_logon_key_opened_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( winreg_logon_key_opened_held > 0
	     && call$operation$remote_execution_reading == winreg_logon_key_opened_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, winreg_logon_key_opened_on_response);
		return;
		}

	if ( ! (/\\\x00W\x00i\x00n\x00d\x00o\x00w\x00s\x00 \x00N\x00T\x00\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00W\x00i\x00n\x00l\x00o\x00g\x00o\x00n\x00|\x00\\\x00W\x00i\x00n\x00d\x00o\x00w\x00s\x00 \x00N\x00T\x00\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00W\x00i\x00n\x00l\x00o\x00g\x00o\x00n|\\Windows NT\\CurrentVersion\\Winlogon|\\\x00C\x00o\x00n\x00t\x00r\x00o\x00l\x00\\\x00L\x00s\x00a\x00|\x00\\\x00C\x00o\x00n\x00t\x00r\x00o\x00l\x00\\\x00L\x00s\x00a|\\Control\\Lsa|\\\x00C\x00o\x00n\x00t\x00r\x00o\x00l\x00\\\x00S\x00e\x00c\x00u\x00r\x00i\x00t\x00y\x00P\x00r\x00o\x00v\x00i\x00d\x00e\x00r\x00s\x00|\x00\\\x00C\x00o\x00n\x00t\x00r\x00o\x00l\x00\\\x00S\x00e\x00c\x00u\x00r\x00i\x00t\x00y\x00P\x00r\x00o\x00v\x00i\x00d\x00e\x00r\x00s|\\Control\\SecurityProviders/i in call$stub) )
		return;

	local kept = read_arguments(call);

	if ( kept?$argument_lpSubKey
	     && (/\\Windows NT\\CurrentVersion\\Winlogon/i in kept$argument_lpSubKey
	         || /\\Control\\Lsa/i in kept$argument_lpSubKey
	         || /\\Control\\SecurityProviders/i in kept$argument_lpSubKey)
	     && ! (kept?$argument_samDesired && kept$argument_samDesired == 131097)
	     && ! (kept?$argument_samDesired && kept$argument_samDesired == 131353)
	     && ! (kept?$argument_samDesired && kept$argument_samDesired == 131609) )
		{
		SigzeekDceRpc::at_response(call, winreg_logon_key_opened_on_response);
		winreg_logon_key_opened_held = call$operation$remote_execution_reading;
		}
	}
