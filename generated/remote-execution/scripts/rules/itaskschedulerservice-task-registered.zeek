##! Scheduled Task Registered On Remote Host
##!
##! Id:              06a6a29d-2aa7-4406-98d7-f43f6eeba004
##! ATT&CK:          T1053.005 Scheduled Task/Job: Scheduled Task
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tsch/849c131a-64e4-46ef-b015-9d4c599c5167
##! Reference:       https://attack.mitre.org/techniques/T1053/005/
##! Reference:       https://github.com/fortra/impacket/blob/master/examples/atexec.py
##! Reference:       https://github.com/jsecurity101/MSRPC-to-ATTACK/blob/ddd4608fe8684fcf2fcf9b48c5f0b3c28097f8a3/documents/MS-TSCH.md
##! False positives: Administrators and management software that schedule tasks remotely
##! Matches:         selection
##! Matches:         selection: endpoint: 'ITaskSchedulerService' and operation: 'SchRpcRegisterTask'
##!
##! SchRpcRegisterTask ([MS-TSCH] 3.2.5.4.2) creates or replaces a task on the host that answers: whichever tool an
##! adversary brings, a task on a remote Windows since Vista comes into being through this call. The interface demands
##! packet privacy, so the task's XML is not to be read off the wire and the operation is all there is to see.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Scheduled Task Registered On Remote Host
		Itaskschedulerservice_Task_Registered,
	};
}

global itaskschedulerservice_task_registered_rule = watched(RuleInfo(
	$note=Itaskschedulerservice_Task_Registered,
	$id="06a6a29d-2aa7-4406-98d7-f43f6eeba004",
	$title="Scheduled Task Registered On Remote Host",
	$level="medium",
	$attack=vector("T1053.005"),
	$robustness="4H"));

function itaskschedulerservice_task_registered_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(itaskschedulerservice_task_registered_rule, c) )
		notify(itaskschedulerservice_task_registered_rule, c, observed_of(call, call_name(call)));
	}
