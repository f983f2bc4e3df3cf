##! Service Created On Remote Host
##!
##! Id:              6e166c1a-1f4d-4edf-83ce-240731a581db
##! ATT&CK:          T1569.002 System Services: Service Execution
##! ATT&CK:          T1543.003 Create or Modify System Process: Windows Service
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-scmr/6a8ca926-9477-4dd4-b766-692fab07227e
##! Reference:       https://attack.mitre.org/techniques/T1569/002/
##! Reference:       https://attack.mitre.org/techniques/T1543/003/
##! Reference:       https://github.com/fortra/impacket/blob/master/examples/psexec.py
##! Reference:       https://github.com/jsecurity101/MSRPC-to-ATTACK/blob/ddd4608fe8684fcf2fcf9b48c5f0b3c28097f8a3/documents/MS-SCMR.md
##! False positives: Software distribution and remote administration that install services
##! Matches:         selection
##! Matches:         selection: endpoint: 'svcctl' and operation|startswith: 'CreateService' or 'CreateWowService'
##!
##! CreateService in any of its forms ([MS-SCMR] 3.1.4.12, 3.1.4.23, 3.1.4.41, 3.1.4.42, 3.1.4.49) installs a service on
##! the responding host: how PsExec, smbexec and their like execute code. The ANSI, WOW64 and WOW variants do the same
##! as CreateServiceW, and a rule that names only the latter misses PsExec of today.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Service Created On Remote Host
		Svcctl_Service_Created,
	};
}

global svcctl_service_created_rule = watched(RuleInfo(
	$note=Svcctl_Service_Created,
	$id="6e166c1a-1f4d-4edf-83ce-240731a581db",
	$title="Service Created On Remote Host",
	$level="medium",
	$attack=vector("T1569.002", "T1543.003"),
	$robustness="4H"));

function svcctl_service_created_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(svcctl_service_created_rule, c) )
		{
		local kept = read_arguments(call);
		notify(svcctl_service_created_rule, c, observed_of(call, cat(DCE_RPC::uuid_endpoint_map[call$interface$uuid], "::", DCE_RPC::operations[call$interface$uuid, call$opnum], ": ", (kept?$argument_lpServiceName ? kept$argument_lpServiceName : "-"), " runs ", (kept?$argument_lpBinaryPathName ? kept$argument_lpBinaryPathName : "-"))));
		}
	}

function svcctl_service_created_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	SigzeekDceRpc::at_response(call, svcctl_service_created_on_response);
	}
