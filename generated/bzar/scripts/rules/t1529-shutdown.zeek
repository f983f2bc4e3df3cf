##! Shutdown Called On Remote Host
##!
##! Id:              056e385d-7fcc-4ffc-8f08-38e7f85eae38
##! ATT&CK:          T1529 System Shutdown/Reboot
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rsp/6f927550-8b12-443e-91e4-24df3e9860bd
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tsts/1eb45af1-94f1-4c42-9e13-dd0a018646fd
##! Reference:       https://attack.mitre.org/techniques/T1529/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Remote administration
##! Matches:         1 of (selection_winreg, selection_initshutdown, selection_windowsshutdown, selection_winstation,
##!                  selection_samr)
##! Matches:         selection_winreg: endpoint: 'winreg' and operation: 'BaseInitiateSystemShutdown'
##!                  or 'BaseInitiateSystemShutdownEx'
##! Matches:         selection_initshutdown: endpoint: 'InitShutdown' and operation: 'BaseInitiateShutdown'
##!                  or 'BaseInitiateShutdownEx'
##! Matches:         selection_windowsshutdown: endpoint: 'WindowsShutdown' and operation: 'WsdrInitiateShutdown'
##! Matches:         selection_winstation: endpoint: 'winstation_rpc' and operation: 'RpcWinStationShutdownSystem'
##! Matches:         selection_samr: endpoint: 'samr' and operation: 'SamrShutdownSamServer'
##!
##! The calls that shut down or restart the responding host: BaseInitiateShutdown(Ex) of InitShutdown,
##! BaseInitiateSystemShutdown(Ex) of winreg and WsdrInitiateShutdown of WindowsShutdown ([MS-RSP] 3.1.4, 3.2.4, 3.3.4),
##! and RpcWinStationShutdownSystem ([MS-TSTS] 3.7.4.1.14). SamrShutdownSamServer, opnum 4 of SAMR, is for local use
##! only in [MS-SAMR]; that it comes over the network is odd in itself.

module Bzar;

global t1529_shutdown_rule = watched(RuleInfo(
	$rule=T1529_Shutdown,
	$note=ATTACK::Impact,
	$id="056e385d-7fcc-4ffc-8f08-38e7f85eae38",
	$title="Shutdown Called On Remote Host",
	$sub="T1529 System Shutdown/Reboot",
	$level="medium",
	$attack=vector("T1529"),
	$robustness="4H"));

function t1529_shutdown_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(t1529_shutdown_rule, c) )
		notify(t1529_shutdown_rule, c, observed_of(call, call_name(call)));
	}
