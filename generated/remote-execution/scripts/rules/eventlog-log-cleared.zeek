##! Event Log Cleared On Remote Host
##!
##! Id:              57fd468a-9ee5-4523-adbb-2cb25abf0ba4
##! ATT&CK:          T1685.005 Disable or Modify Tools: Clear Windows Event Logs
##! Level:           high
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-even/9b7a5f23-0269-4ed7-85ad-a7087af66b44
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-even/a982c2f3-66c5-49e2-90a8-c7665470b77b
##! Reference:       https://attack.mitre.org/techniques/T1685/005/
##! False positives: Remote administration that archives event logs
##! Matches:         selection
##! Matches:         selection: endpoint: 'eventlog' and operation: 'ElfrClearELFA' or 'ElfrClearELFW'
##!
##! ElfrClearELFW and ElfrClearELFA ([MS-EVEN] 3.1.4.9 and 3.1.4.10) empty a classic event log of the responding host,
##! with it the traces of what was done there.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Event Log Cleared On Remote Host
		Eventlog_Log_Cleared,
	};
}

global eventlog_log_cleared_rule = watched(RuleInfo(
	$note=Eventlog_Log_Cleared,
	$id="57fd468a-9ee5-4523-adbb-2cb25abf0ba4",
	$title="Event Log Cleared On Remote Host",
	$level="high",
	$attack=vector("T1685.005"),
	$robustness="4H"));

function eventlog_log_cleared_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(eventlog_log_cleared_rule, c) )
		notify(eventlog_log_cleared_rule, c, observed_of(call, call_name(call)));
	}
