##! DNS Server Administered On Remote Host
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0118
##! ATT&CK:          T1112 Modify Registry
##! Level:           low
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dnsp/c9d38538-8827-44e6-aa5e-022a016ed723
##! Reference:       https://attack.mitre.org/techniques/T1112/
##! False positives: Administration of DNS
##! Matches:         selection
##! Matches:         selection: uuid: '50abc2a4-574d-40b3-9d66-ee4fd5fba076' and opnum: 0 or 5
##!
##! A DNS server was administered from another host: DnssrvOperation or DnssrvOperation2 ([MS-DNSP] 3.1.4.1 and
##! 3.1.4.6), with which settings are changed and zones and records removed.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## DNS Server Administered On Remote Host
		Dnsserver_Operation,
	};
}

global dnsserver_operation_rule = watched(RuleInfo(
	$note=Dnsserver_Operation,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0118",
	$title="DNS Server Administered On Remote Host",
	$level="low",
	$attack=vector("T1112"),
	$robustness="3H"));

function dnsserver_operation_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(dnsserver_operation_rule, c) )
		{
		local kept = read_arguments(call);
		notify(dnsserver_operation_rule, c, observed_of(call, cat(DCE_RPC::uuid_endpoint_map[call$interface$uuid], "::", DCE_RPC::operations[call$interface$uuid, call$opnum], ": ", (kept?$argument_pszOperation ? kept$argument_pszOperation : "-"))));
		}
	}

function dnsserver_operation_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	SigzeekDceRpc::at_response(call, dnsserver_operation_on_response);
	}
