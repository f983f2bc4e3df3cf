##! Scheduled Task Deleted On Remote Host
##!
##! Id:              862a18b4-1f9e-48bd-88ed-3af9dac4861e
##! ATT&CK:          T1053.005 Scheduled Task/Job: Scheduled Task
##! ATT&CK:          T1070.009 Indicator Removal: Clear Persistence
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tsch/360bb9b1-dd2a-4b36-83ee-21f12cb97cff
##! Reference:       https://attack.mitre.org/techniques/T1053/005/
##! Reference:       https://attack.mitre.org/techniques/T1070/009/
##! Reference:       https://github.com/fortra/impacket/blob/master/examples/atexec.py
##! False positives: Administrators and management software that maintain tasks remotely
##! Matches:         selection
##! Matches:         selection: endpoint: 'ITaskSchedulerService' and operation: 'SchRpcDelete'
##!
##! SchRpcDelete ([MS-TSCH] 3.2.5.4.14) removes a task or a task folder from the responding host. Right after a task was
##! registered and run it is how a tool hides that it executed something; see the rules for these two.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Scheduled Task Deleted On Remote Host
		Itaskschedulerservice_Task_Deleted,
	};
}

global itaskschedulerservice_task_deleted_rule = watched(RuleInfo(
	$note=Itaskschedulerservice_Task_Deleted,
	$id="862a18b4-1f9e-48bd-88ed-3af9dac4861e",
	$title="Scheduled Task Deleted On Remote Host",
	$level="medium",
	$attack=vector("T1053.005", "T1070.009"),
	$robustness="4H"));

function itaskschedulerservice_task_deleted_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(itaskschedulerservice_task_deleted_rule, c) )
		notify(itaskschedulerservice_task_deleted_rule, c, observed_of(call, call_name(call)));
	}
