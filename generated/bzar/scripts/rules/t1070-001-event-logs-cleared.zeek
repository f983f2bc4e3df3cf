##! Event Log Cleared Over RPC
##!
##! Id:              fd94d74c-d4a9-4879-889d-5ca94c31773b
##! ATT&CK:          T1685.005 Disable or Modify Tools: Clear Windows Event Logs
##! Level:           high
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-even/9b7a5f23-0269-4ed7-85ad-a7087af66b44
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-even6/6286c156-2f70-4618-b876-09f60fb21a98
##! Reference:       https://attack.mitre.org/techniques/T1685/005/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Remote administration that archives event logs
##! Matches:         1 of (selection_even, selection_even6)
##! Matches:         selection_even: endpoint: 'eventlog' and operation: 'ElfrClearELFA' or 'ElfrClearELFW'
##! Matches:         selection_even6: endpoint: 'IEventService' and operation: 'EvtRpcClearLog'
##!
##! ElfrClearELFW and ElfrClearELFA ([MS-EVEN] 3.1.4.9 and 3.1.4.10) empty a classic event log of the responding host,
##! EvtRpcClearLog ([MS-EVEN6] 3.1.4.16) a channel of Windows since Vista.

module Bzar;

global t1070_001_event_logs_cleared_rule = watched(RuleInfo(
	$rule=T1070_001_Event_Logs_Cleared,
	$note=ATTACK::Defense_Evasion,
	$id="fd94d74c-d4a9-4879-889d-5ca94c31773b",
	$title="Event Log Cleared Over RPC",
	$sub="T1070.001 Indicator Removal on Host: Clear Windows Event Logs",
	$level="high",
	$attack=vector("T1685.005"),
	$robustness="4H"));

function t1070_001_event_logs_cleared_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(t1070_001_event_logs_cleared_rule, c) )
		notify(t1070_001_event_logs_cleared_rule, c, observed_of(call, call_name(call)));
	}
