##! Scheduled Task Run On Remote Host
##!
##! Id:              6240229b-a390-46cd-ad9a-8bd376a7abcf
##! ATT&CK:          T1053.005 Scheduled Task/Job: Scheduled Task
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tsch/77f2250d-500a-40ee-be18-c82f7079c4f0
##! Reference:       https://attack.mitre.org/techniques/T1053/005/
##! Reference:       https://github.com/fortra/impacket/blob/master/examples/atexec.py
##! False positives: Administrators and management software that run tasks remotely
##! Matches:         selection
##! Matches:         selection: endpoint: 'ITaskSchedulerService' and operation: 'SchRpcRun'
##!
##! SchRpcRun ([MS-TSCH] 3.2.5.4.13) starts a task at once instead of waiting for its trigger. Tools that misuse the
##! task scheduler to execute a single command, atexec among them, register a task, run it and delete it within seconds.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Scheduled Task Run On Remote Host
		Itaskschedulerservice_Task_Run,
	};
}

global itaskschedulerservice_task_run_rule = watched(RuleInfo(
	$note=Itaskschedulerservice_Task_Run,
	$id="6240229b-a390-46cd-ad9a-8bd376a7abcf",
	$title="Scheduled Task Run On Remote Host",
	$level="medium",
	$attack=vector("T1053.005"),
	$robustness="4H"));

function itaskschedulerservice_task_run_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(itaskschedulerservice_task_run_rule, c) )
		notify(itaskschedulerservice_task_run_rule, c, observed_of(call, call_name(call)));
	}
