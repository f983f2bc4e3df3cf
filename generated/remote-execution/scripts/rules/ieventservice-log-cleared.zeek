##! Event Log Cleared Through IEventService On Remote Host
##!
##! Id:              c3b36ca3-d913-4d3c-b9fa-d87f256ce79b
##! ATT&CK:          T1685.005 Disable or Modify Tools: Clear Windows Event Logs
##! Level:           high
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-even6/6286c156-2f70-4618-b876-09f60fb21a98
##! Reference:       https://attack.mitre.org/techniques/T1685/005/
##! False positives: Remote administration that archives event logs
##! Matches:         selection
##! Matches:         selection: endpoint: 'IEventService' and operation: 'EvtRpcClearLog'
##!
##! EvtRpcClearLog ([MS-EVEN6] 3.1.4.16) is what the event viewer and wevtutil of Windows since Vista call to empty a
##! channel of the responding host, with it the traces of what was done there.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Event Log Cleared Through IEventService On Remote Host
		Ieventservice_Log_Cleared,
	};
}

global ieventservice_log_cleared_rule = watched(RuleInfo(
	$note=Ieventservice_Log_Cleared,
	$id="c3b36ca3-d913-4d3c-b9fa-d87f256ce79b",
	$title="Event Log Cleared Through IEventService On Remote Host",
	$level="high",
	$attack=vector("T1685.005"),
	$robustness="4H"));

function ieventservice_log_cleared_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(ieventservice_log_cleared_rule, c) )
		notify(ieventservice_log_cleared_rule, c, observed_of(call, call_name(call)));
	}
