##! Scheduled Task Registered Through WinRM
##!
##! Id:              754381c5-4b9d-417b-830d-5f93ede78929
##! ATT&CK:          T1053.005 Scheduled Task/Job: Scheduled Task
##! ATT&CK:          T1021.006 Remote Services: Windows Remote Management
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1053/005/
##! Reference:       https://attack.mitre.org/techniques/T1021/006/
##! Reference:       https://learn.microsoft.com/en-us/powershell/module/scheduledtasks/register-scheduledtask
##! Reference:       https://github.com/redcanaryco/atomic-red-team/blob/master/atomics/T1053.005/T1053.005.md
##! False positives: Automation that schedules tasks over WinRM without encryption
##! Matches:         selection_request and 1 of (selection_body_utf8, selection_body_utf16)
##! Matches:         selection_request: method: 'POST' and uri|startswith: '/wsman'
##! Matches:         selection_body_utf8: body|contains|all: 'PS_ScheduledTask' and 'RegisterBy'
##! Matches:         selection_body_utf16: body|wide|contains|all: 'PS_ScheduledTask' and 'RegisterBy'
##!
##! Register-ScheduledTask with a CIM session, Invoke-CimMethod and their like invoke a Register method of the CIM class
##! PS_ScheduledTask over WinRM. Where the message is not encrypted its body names both, in UTF-8 or in UTF-16LE, as the
##! client chooses.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Scheduled Task Registered Through WinRM
		Winrm_Scheduled_Task_Registered,
	};
}

global winrm_scheduled_task_registered_rule = watched(RuleInfo(
	$note=Winrm_Scheduled_Task_Registered,
	$id="754381c5-4b9d-417b-830d-5f93ede78929",
	$title="Scheduled Task Registered Through WinRM",
	$level="high",
	$attack=vector("T1053.005", "T1021.006"),
	$robustness="3P"));

# Run where uri matches /\/wsman.*/is.
function winrm_scheduled_task_registered_on_request(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( to_upper(http$method) == "POST" )
		{
		transaction$candidates[Winrm_Scheduled_Task_Registered] = 1;
		transaction$wants_request_body = T;
		}
	}

function winrm_scheduled_task_registered_on_request_body(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( Winrm_Scheduled_Task_Registered in transaction$candidates
	     && transaction?$request_body
	     && ((/PS_ScheduledTask/i in transaction$request_body && /RegisterBy/i in transaction$request_body)
	         || (/P\x00S\x00_\x00S\x00c\x00h\x00e\x00d\x00u\x00l\x00e\x00d\x00T\x00a\x00s\x00k\x00/i in transaction$request_body
	             && /R\x00e\x00g\x00i\x00s\x00t\x00e\x00r\x00B\x00y\x00/i in transaction$request_body)) )
		{
		if ( ! may_raise(winrm_scheduled_task_registered_rule, c) )
			return;

		if ( makes_notice(winrm_scheduled_task_registered_rule, c) )
			notify(winrm_scheduled_task_registered_rule, c, request_line(http));

		if ( transaction?$request_body )
			log_payload(winrm_scheduled_task_registered_rule, c, "body", |transaction$request_body|, transaction$request_body[0:4096]);
		}
	}
