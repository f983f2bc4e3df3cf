##! Process Created By Secondary Logon Over The Network
##!
##! Id:              f3501a31-d4ac-4d67-b269-8810a04b289e
##! ATT&CK:          T1547.004 Boot or Logon Autostart Execution: Winlogon Helper DLL
##! Level:           high
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://github.com/reactos/reactos/blob/3765a7375a7ee447c5f21526ea1a561d50919f6a/sdk/include/reactos/idl/seclogon.idl
##! Reference:       https://attack.mitre.org/techniques/T1547/004/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Unlikely
##! Matches:         selection
##! Matches:         selection: uuid: '12b81e99-f207-4a4c-85d3-77b42f76fd14' and opnum: 0 or 1
##!
##! SeclCreateProcessWithLogonW and SeclCreateProcessWithLogonExW, opnums 0 and 1 of ISeclogon, start a program under
##! other credentials. The interface is in no document of Microsoft's; its UUID and opnums are in ReactOS's definition
##! of it. Windows answers local callers alone, so that a call from the network that is answered is never usual. BZAR
##! looks for it as ISecLogon, which no Zeek prints, and files it under Winlogon Helper DLL.

module Bzar;

global t1547_004_secondary_logon_rule = watched(RuleInfo(
	$rule=T1547_004_Secondary_Logon,
	$note=ATTACK::Persistence,
	$id="f3501a31-d4ac-4d67-b269-8810a04b289e",
	$title="Process Created By Secondary Logon Over The Network",
	$sub="T1547.004 Boot or Logon Autostart Execution: Winlogon Helper DLL",
	$level="high",
	$attack=vector("T1547.004"),
	$robustness="3H"));

function t1547_004_secondary_logon_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(t1547_004_secondary_logon_rule, c) )
		notify(t1547_004_secondary_logon_rule, c, observed_of(call, call_name(call)));
	}
