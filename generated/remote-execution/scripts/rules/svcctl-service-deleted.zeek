##! Service Deleted On Remote Host
##!
##! Id:              4c218b29-ea78-412d-bada-654f570849d3
##! ATT&CK:          T1569.002 System Services: Service Execution
##! ATT&CK:          T1070.009 Indicator Removal: Clear Persistence
##! Level:           low
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-scmr/6744cdb8-f162-4be0-bb31-98996b6495be
##! Reference:       https://attack.mitre.org/techniques/T1569/002/
##! Reference:       https://attack.mitre.org/techniques/T1070/009/
##! Reference:       https://github.com/fortra/impacket/blob/master/examples/smbexec.py
##! False positives: Software distribution and remote administration that remove services
##! Matches:         selection
##! Matches:         selection: endpoint: 'svcctl' and operation: 'DeleteService'
##!
##! DeleteService ([MS-SCMR] 3.1.4.3) removes a service from the responding host. Tools that executed a command through
##! a service of their own clean up with it.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Service Deleted On Remote Host
		Svcctl_Service_Deleted,
	};
}

global svcctl_service_deleted_rule = watched(RuleInfo(
	$note=Svcctl_Service_Deleted,
	$id="4c218b29-ea78-412d-bada-654f570849d3",
	$title="Service Deleted On Remote Host",
	$level="low",
	$attack=vector("T1569.002", "T1070.009"),
	$robustness="4H"));

function svcctl_service_deleted_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(svcctl_service_deleted_rule, c) )
		notify(svcctl_service_deleted_rule, c, observed_of(call, call_name(call)));
	}
