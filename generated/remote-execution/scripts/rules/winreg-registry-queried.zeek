##! Registry Queried On Remote Host
##!
##! Id:              82db2c72-26d9-42f9-9a98-c80e1ce6b34a
##! ATT&CK:          T1012 Query Registry
##! Level:           informational
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rrp/56e99ef3-05dc-4f24-bcf5-9cff00412945
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rrp/0fa3191d-bb79-490a-81bd-54c2601b7a78
##! Reference:       https://attack.mitre.org/techniques/T1012/
##! Reference:       https://github.com/fortra/impacket/blob/master/examples/reg.py
##! False positives: Inventory, monitoring and remote administration
##! Matches:         selection
##! Matches:         selection: endpoint: 'winreg' and operation|re: '^BaseReg(Enum|Query)'
##!
##! The winreg interface reads keys and values of the responding host's registry, or lists them ([MS-RRP] 3.1.5.10,
##! 3.1.5.11, 3.1.5.17 and on). Inventory software does so all day; a workstation that does so to its peers is looking
##! around. One notice an hour for a pair of hosts is enough.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Registry Queried On Remote Host
		Winreg_Registry_Queried,
	};
}

global winreg_registry_queried_rule = watched(RuleInfo(
	$note=Winreg_Registry_Queried,
	$id="82db2c72-26d9-42f9-9a98-c80e1ce6b34a",
	$title="Registry Queried On Remote Host",
	$level="informational",
	$attack=vector("T1012"),
	$robustness="4H",
	$suppress_for=double_to_interval(3600.0)));

function winreg_registry_queried_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(winreg_registry_queried_rule, c) )
		notify(winreg_registry_queried_rule, c, observed_of(call, call_name(call)), cat_sep(" ", "-", c$id$orig_h, c$id$resp_h));
	}
