##! Service Configuration Changed On Remote Host
##!
##! Id:              4c085af4-e6aa-4151-af68-825e78967133
##! ATT&CK:          T1569.002 System Services: Service Execution
##! ATT&CK:          T1543.003 Create or Modify System Process: Windows Service
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-scmr/61ea7ed0-c49d-4152-a164-b4830f16c8a4
##! Reference:       https://attack.mitre.org/techniques/T1569/002/
##! Reference:       https://attack.mitre.org/techniques/T1543/003/
##! Reference:       https://github.com/Mr-Un1k0d3r/SCShell
##! False positives: Software distribution and remote administration that configure services
##! Matches:         selection
##! Matches:         selection: endpoint: 'svcctl' and operation|startswith: 'ChangeServiceConfig'
##!
##! ChangeServiceConfig and ChangeServiceConfig2 ([MS-SCMR] 3.1.4.11, 3.1.4.22, 3.1.4.34 and 3.1.4.35) alter a service
##! that is already there. Pointing an existing service at another binary, or setting its failure command, executes code
##! without creating a service; SCShell works so.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Service Configuration Changed On Remote Host
		Svcctl_Service_Config_Changed,
	};
}

global svcctl_service_config_changed_rule = watched(RuleInfo(
	$note=Svcctl_Service_Config_Changed,
	$id="4c085af4-e6aa-4151-af68-825e78967133",
	$title="Service Configuration Changed On Remote Host",
	$level="medium",
	$attack=vector("T1569.002", "T1543.003"),
	$robustness="4H"));

function svcctl_service_config_changed_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(svcctl_service_config_changed_rule, c) )
		notify(svcctl_service_config_changed_rule, c, observed_of(call, call_name(call)));
	}
