##! Plug-In DLL Of A DNS Server Set
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0119
##! ATT&CK:          T1574.001 Hijack Execution Flow: DLL
##! ATT&CK:          T1112 Modify Registry
##! Level:           critical
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dnsp/c9d38538-8827-44e6-aa5e-022a016ed723
##! Reference:       https://attack.mitre.org/techniques/T1574/001/
##! False positives: DNS servers with a plug-in, when it is installed
##! Matches:         selection
##! Matches:         selection: uuid: '50abc2a4-574d-40b3-9d66-ee4fd5fba076' and opnum: 0 or 5
##!                  and argument.pszOperation: 'ServerLevelPluginDll'
##!
##! A DNS server, which in most domains is a domain controller, was told to load a DLL when it starts next: the
##! operation ServerLevelPluginDll (pszOperation, [MS-DNSP] 3.1.1.1.2), with the path in its data. The DLL runs as the
##! system. Members of DnsAdmins may do it.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Plug-In DLL Of A DNS Server Set
		Dnsserver_Plugin_Set,
	};
}

global dnsserver_plugin_set_rule = watched(RuleInfo(
	$note=Dnsserver_Plugin_Set,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0119",
	$title="Plug-In DLL Of A DNS Server Set",
	$level="critical",
	$attack=vector("T1574.001", "T1112"),
	$robustness="3P"));

function dnsserver_plugin_set_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(dnsserver_plugin_set_rule, c) )
		{
		local kept = read_arguments(call);
		notify(dnsserver_plugin_set_rule, c, observed_of(call, cat("DNS server told to load ", (kept?$argument_pData_WideString ? kept$argument_pData_WideString : "-"))));
		}
	}

# Which reading of a request the rule has held of last; 0 before the first.
global dnsserver_plugin_set_held = 0;

function dnsserver_plugin_set_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( dnsserver_plugin_set_held > 0
	     && call$operation$remote_execution_reading == dnsserver_plugin_set_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, dnsserver_plugin_set_on_response);
		return;
		}

	if ( ! (/S\x00e\x00r\x00v\x00e\x00r\x00L\x00e\x00v\x00e\x00l\x00P\x00l\x00u\x00g\x00i\x00n\x00D\x00l\x00l\x00|\x00S\x00e\x00r\x00v\x00e\x00r\x00L\x00e\x00v\x00e\x00l\x00P\x00l\x00u\x00g\x00i\x00n\x00D\x00l\x00l|ServerLevelPluginDll/i in call$stub) )
		return;

	local kept = read_arguments(call);

	if ( kept?$argument_pszOperation && to_lower(kept$argument_pszOperation) == "serverlevelplugindll" )
		{
		SigzeekDceRpc::at_response(call, dnsserver_plugin_set_on_response);
		dnsserver_plugin_set_held = call$operation$remote_execution_reading;
		}
	}
