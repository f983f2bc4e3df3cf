##! Scheduled Task Enabled Or Disabled On Remote Host
##!
##! Id:              41bcd995-6a4e-4897-899e-70bbe8d2fe66
##! ATT&CK:          T1053.005 Scheduled Task/Job: Scheduled Task
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tsch/d1058a28-7e02-4948-8b8d-4a347fa64931
##! Reference:       https://attack.mitre.org/techniques/T1053/005/
##! Reference:       https://github.com/jsecurity101/MSRPC-to-ATTACK/blob/ddd4608fe8684fcf2fcf9b48c5f0b3c28097f8a3/documents/MS-TSCH.md
##! False positives: Administrators and management software that maintain tasks remotely
##! Matches:         selection
##! Matches:         selection: uuid: '86d35949-83c9-4044-b424-db363231fd0c' and opnum: 19
##!
##! SchRpcEnableTask ([MS-TSCH] 3.2.5.4.20) switches a task on the responding host on or off. An adversary enables a
##! task that lies dormant there, or disables one that stands in the way, such as an update or a scan, without
##! registering anything. Zeek names the operation since 7.0; by interface and number it is recognised whatever the
##! release.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Scheduled Task Enabled Or Disabled On Remote Host
		Itaskschedulerservice_Task_Enabled,
	};
}

global itaskschedulerservice_task_enabled_rule = watched(RuleInfo(
	$note=Itaskschedulerservice_Task_Enabled,
	$id="41bcd995-6a4e-4897-899e-70bbe8d2fe66",
	$title="Scheduled Task Enabled Or Disabled On Remote Host",
	$level="medium",
	$attack=vector("T1053.005"),
	$robustness="4H"));

function itaskschedulerservice_task_enabled_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(itaskschedulerservice_task_enabled_rule, c) )
		notify(itaskschedulerservice_task_enabled_rule, c, observed_of(call, call_name(call)));
	}
