##! Print Monitor Or Print Processor Added On Remote Host
##!
##! Id:              1743f105-b9d5-4a2b-b7b8-324780934514
##! ATT&CK:          T1547.010 Boot or Logon Autostart Execution: Port Monitors
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rprn/d42db7d5-f141-4466-8f47-0a4be14e2fc1
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-par/695e3f9a-f83f-479a-82d9-ba260497c2d0
##! Reference:       https://attack.mitre.org/techniques/T1547/010/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Installation of printers on print servers
##! Matches:         1 of (selection_rprn, selection_par)
##! Matches:         selection_rprn: endpoint: 'spoolss' and operation: 'RpcAddMonitor' or 'RpcAddPrintProcessor'
##! Matches:         selection_par: endpoint: 'IRemoteWinspool' and operation: 'RpcAsyncAddMonitor'
##!                  or 'RpcAsyncAddPrintProcessor'
##!
##! RpcAddMonitor and RpcAddPrintProcessor ([MS-RPRN] 3.1.4.7.2 and 3.1.4.8.1), and their successors RpcAsyncAddMonitor
##! and RpcAsyncAddPrintProcessor ([MS-PAR] 3.1.4.5.2 and 3.1.4.4.1), make the responding host's print spooler load a
##! library each time it starts.

module Bzar;

global t1547_010_port_monitors_rule = watched(RuleInfo(
	$rule=T1547_010_Port_Monitors,
	$note=ATTACK::Persistence,
	$id="1743f105-b9d5-4a2b-b7b8-324780934514",
	$title="Print Monitor Or Print Processor Added On Remote Host",
	$sub="T1547.010 Boot or Logon Autostart Execution: Port Monitors",
	$level="medium",
	$attack=vector("T1547.010"),
	$robustness="4H"));

function t1547_010_port_monitors_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(t1547_010_port_monitors_rule, c) )
		notify(t1547_010_port_monitors_rule, c, observed_of(call, call_name(call)));
	}
