##! Registry Modified On Remote Host
##!
##! Id:              edb79da5-5746-4a11-bc5c-fd9634509240
##! ATT&CK:          T1112 Modify Registry
##! Level:           low
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rrp/2b61fa7e-2a38-46ce-a186-7c91b3ed1b61
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rrp/c7186ae2-1c82-45e9-933b-97d9873657e8
##! Reference:       https://attack.mitre.org/techniques/T1112/
##! Reference:       https://github.com/fortra/impacket/blob/master/examples/reg.py
##! Reference:       https://github.com/jsecurity101/MSRPC-to-ATTACK/blob/ddd4608fe8684fcf2fcf9b48c5f0b3c28097f8a3/documents/MS-RRP.md
##! False positives: Remote administration and management software
##! Matches:         selection
##! Matches:         selection: endpoint: 'winreg' and operation: 'BaseRegCreateKey' or 'BaseRegDeleteKey'
##!                  or 'BaseRegDeleteKeyEx' or 'BaseRegDeleteValue' or 'BaseRegReplaceKey' or 'BaseRegRestoreKey'
##!                  or 'BaseRegSetKeySecurity' or 'BaseRegSetValue'
##!
##! The winreg interface changes the registry of the responding host: it creates and deletes keys, sets and deletes
##! values, replaces and restores whole hives and sets a key's permissions ([MS-RRP] 3.1.5). Persistence, weakened
##! security settings and hidden services are planted with it. BaseRegCreateKey also opens a key that exists.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Registry Modified On Remote Host
		Winreg_Registry_Modified,
	};
}

global winreg_registry_modified_rule = watched(RuleInfo(
	$note=Winreg_Registry_Modified,
	$id="edb79da5-5746-4a11-bc5c-fd9634509240",
	$title="Registry Modified On Remote Host",
	$level="low",
	$attack=vector("T1112"),
	$robustness="4H"));

function winreg_registry_modified_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(winreg_registry_modified_rule, c) )
		notify(winreg_registry_modified_rule, c, observed_of(call, call_name(call)));
	}
