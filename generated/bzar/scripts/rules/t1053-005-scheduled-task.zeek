##! Scheduled Task Registered, Enabled Or Run On Remote Host
##!
##! Id:              5b20cde4-221b-4bcf-b809-229c7e4c6dbf
##! ATT&CK:          T1053.005 Scheduled Task/Job: Scheduled Task
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tsch/849c131a-64e4-46ef-b015-9d4c599c5167
##! Reference:       https://attack.mitre.org/techniques/T1053/005/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Software distribution and remote administration that use scheduled tasks
##! Matches:         selection
##! Matches:         selection: endpoint: 'ITaskSchedulerService' and operation: 'SchRpcEnableTask'
##!                  or 'SchRpcRegisterTask' or 'SchRpcRun'
##!
##! SchRpcRegisterTask, SchRpcRun and SchRpcEnableTask ([MS-TSCH] 3.2.5.4.2, 3.2.5.4.13, 3.2.5.4.20) of
##! ITaskSchedulerService make the responding host's task scheduler run a program, as schtasks.exe and atexec do.

module Bzar;

global t1053_005_scheduled_task_rule = watched(RuleInfo(
	$rule=T1053_005_Scheduled_Task,
	$note=ATTACK::Execution,
	$id="5b20cde4-221b-4bcf-b809-229c7e4c6dbf",
	$title="Scheduled Task Registered, Enabled Or Run On Remote Host",
	$sub="T1053.005 Scheduled Task/Job: Scheduled Task",
	$level="medium",
	$attack=vector("T1053.005"),
	$robustness="4H"));

function t1053_005_scheduled_task_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( t1053_005_scheduled_task_rule$is_just_silent )
		++t1053_005_scheduled_task_rule$outcomes$silent;
	else if ( ! may_raise(t1053_005_scheduled_task_rule, c) )
		return;
	else if ( makes_notice(t1053_005_scheduled_task_rule, c) )
		notify(t1053_005_scheduled_task_rule, c, observed_of(call, call_name(call)));

	correlate_match(t1053_005_scheduled_task_rule, c, execution_on_host_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$resp_h)),
	                                $uid=c$uid));
	}
