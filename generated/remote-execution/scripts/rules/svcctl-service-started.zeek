##! Service Started On Remote Host
##!
##! Id:              22ca0cc5-8780-495d-a060-5b994d797a9f
##! ATT&CK:          T1569.002 System Services: Service Execution
##! Level:           low
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-scmr/d9be95a2-cf01-4bdc-b30f-6fe4b37ada16
##! Reference:       https://attack.mitre.org/techniques/T1569/002/
##! Reference:       https://github.com/fortra/impacket/blob/master/examples/smbexec.py
##! False positives: Remote administration of services
##! Matches:         selection
##! Matches:         selection: uuid: '367abb81-9844-35f1-ad32-98f038001003' and opnum: 19 or 31
##!
##! StartService ([MS-SCMR] 3.1.4.19 and 3.1.4.30) runs a service's binary on the responding host. It is raised on the
##! request: a binary that is no real service never reports to the service manager, so the answer comes when the call
##! has timed out, long after the command was executed.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Service Started On Remote Host
		Svcctl_Service_Started,
	};
}

global svcctl_service_started_rule = watched(RuleInfo(
	$note=Svcctl_Service_Started,
	$id="22ca0cc5-8780-495d-a060-5b994d797a9f",
	$title="Service Started On Remote Host",
	$level="low",
	$attack=vector("T1569.002"),
	$robustness="4H"));

function svcctl_service_started_on_request(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(svcctl_service_started_rule, c) )
		notify(svcctl_service_started_rule, c, call_name(call));
	}
