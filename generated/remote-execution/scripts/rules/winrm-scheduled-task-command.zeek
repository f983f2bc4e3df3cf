##! Command That Schedules A Task Sent Through WinRM
##!
##! Id:              e111f27a-9c5a-4105-b2a5-fc4a99ccc4ea
##! ATT&CK:          T1053.005 Scheduled Task/Job: Scheduled Task
##! ATT&CK:          T1021.006 Remote Services: Windows Remote Management
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1053/005/
##! Reference:       https://attack.mitre.org/techniques/T1021/006/
##! Reference:       https://learn.microsoft.com/en-us/powershell/module/scheduledtasks/register-scheduledtask
##! Reference:       https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/schtasks-create
##! False positives: Automation that schedules tasks over WinRM without encryption
##! Matches:         selection_request and (all of (selection_schtasks_name, selection_schtasks_option)
##!                  or selection_powershell)
##! Matches:         selection_request: method: 'POST' and uri|startswith: '/wsman'
##! Matches:         selection_schtasks_name: body|contains: 'schtasks'
##! Matches:         selection_schtasks_option: body|contains|windash: ' /create '
##! Matches:         selection_powershell: (body|contains: 'Register-ScheduledTask')
##!                  or (body|base64offset|contains: 'Register-ScheduledTask')
##!                  or (body|wide|base64offset|contains: 'Register-ScheduledTask')
##!
##! A command sent to a remote shell over WinRM creates a scheduled task: schtasks, or Register-ScheduledTask in plain
##! text, in the Base64 of a PowerShell remoting fragment (UTF-8) or in that of an encoded command (UTF-16LE). It can be
##! read where the message is not encrypted.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Command That Schedules A Task Sent Through WinRM
		Winrm_Scheduled_Task_Command,
	};
}

global winrm_scheduled_task_command_rule = watched(RuleInfo(
	$note=Winrm_Scheduled_Task_Command,
	$id="e111f27a-9c5a-4105-b2a5-fc4a99ccc4ea",
	$title="Command That Schedules A Task Sent Through WinRM",
	$level="high",
	$attack=vector("T1053.005", "T1021.006"),
	$robustness="3P"));

# Run where uri matches /\/wsman.*/is.
function winrm_scheduled_task_command_on_request(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( to_upper(http$method) == "POST" )
		{
		transaction$candidates[Winrm_Scheduled_Task_Command] = 1;
		transaction$wants_request_body = T;
		}
	}

function winrm_scheduled_task_command_on_request_body(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( Winrm_Scheduled_Task_Command in transaction$candidates
	     && transaction?$request_body
	     && ((/schtasks/i in transaction$request_body
	          && / ([\-\/]|\xe2\x80[\x93-\x95])create /i in transaction$request_body)
	         || /Register-ScheduledTask/i in transaction$request_body
	         || /UmVnaXN0ZXItU2NoZWR1bGVkVGFza|JlZ2lzdGVyLVNjaGVkdWxlZFRhc2|SZWdpc3Rlci1TY2hlZHVsZWRUYXNr/i in transaction$request_body
	         || /UgBlAGcAaQBzAHQAZQByAC0AUwBjAGgAZQBkAHUAbABlAGQAVABhAHMAaw|IAZQBnAGkAcwB0AGUAcgAtAFMAYwBoAGUAZAB1AGwAZQBkAFQAYQBzAGsA|SAGUAZwBpAHMAdABlAHIALQBTAGMAaABlAGQAdQBsAGUAZABUAGEAcwBrA/i in transaction$request_body) )
		{
		if ( ! may_raise(winrm_scheduled_task_command_rule, c) )
			return;

		if ( makes_notice(winrm_scheduled_task_command_rule, c) )
			notify(winrm_scheduled_task_command_rule, c, request_line(http));

		if ( transaction?$request_body )
			http$sigzeek_body = transaction$request_body[0:4096];
		}
	}
