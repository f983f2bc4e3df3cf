##! Shutdown Initiated On Remote Host
##!
##! Id:              d6526493-3bc1-44a7-9f56-d3890aaf7e4d
##! ATT&CK:          T1529 System Shutdown/Reboot
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rsp/6f927550-8b12-443e-91e4-24df3e9860bd
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rsp/b7b269e5-08ed-47cb-8a32-49531a19f055
##! Reference:       https://attack.mitre.org/techniques/T1529/
##! False positives: Remote administration
##! Matches:         1 of (selection_initshutdown, selection_windowsshutdown, selection_winreg)
##! Matches:         selection_initshutdown: uuid: '894de0c0-0d55-11d3-a322-00c04fa321a1' and opnum: 0 or 2
##! Matches:         selection_windowsshutdown: endpoint: 'WindowsShutdown' and operation: 'WsdrInitiateShutdown'
##! Matches:         selection_winreg: endpoint: 'winreg' and operation|startswith: 'BaseInitiateSystemShutdown'
##!
##! Three interfaces shut down or restart the responding host ([MS-RSP]): InitShutdown and WindowsShutdown, and winreg
##! for the oldest clients. Adversaries restart hosts to make a change take effect, or stop them to do harm. It is
##! raised on the request, since the host may be gone before it answers.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Shutdown Initiated On Remote Host
		Shutdown_Initiated,
	};
}

global shutdown_initiated_rule = watched(RuleInfo(
	$note=Shutdown_Initiated,
	$id="d6526493-3bc1-44a7-9f56-d3890aaf7e4d",
	$title="Shutdown Initiated On Remote Host",
	$level="medium",
	$attack=vector("T1529"),
	$robustness="4H"));

function shutdown_initiated_on_request(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(shutdown_initiated_rule, c) )
		notify(shutdown_initiated_rule, c, call_name(call));
	}
