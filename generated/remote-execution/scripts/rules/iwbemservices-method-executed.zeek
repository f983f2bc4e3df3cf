##! WMI Method Executed On Remote Host
##!
##! Id:              7777e438-955b-4044-8155-d0c4dd19721a
##! ATT&CK:          T1047 Windows Management Instrumentation
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-wmi/cbce28cd-fd45-4df1-9ec8-416e6bb33691
##! Reference:       https://attack.mitre.org/techniques/T1047/
##! Reference:       https://github.com/fortra/impacket/blob/master/examples/wmiexec.py
##! False positives: Management software that acts over WMI
##! Matches:         selection
##! Matches:         selection: endpoint: 'IWbemServices' and operation: 'ExecMethod' or 'ExecMethodAsync'
##!
##! IWbemServices::ExecMethod and ExecMethodAsync ([MS-WMI] 3.1.4.3.22 and 3.1.4.3.23) run a method of a WMI class on
##! the responding host. Win32_Process.Create starts a program this way, and every tool that executes over WMI comes
##! down to one of the two calls. Reading data over WMI, which is common, uses other operations.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## WMI Method Executed On Remote Host
		Iwbemservices_Method_Executed,
	};
}

global iwbemservices_method_executed_rule = watched(RuleInfo(
	$note=Iwbemservices_Method_Executed,
	$id="7777e438-955b-4044-8155-d0c4dd19721a",
	$title="WMI Method Executed On Remote Host",
	$level="medium",
	$attack=vector("T1047"),
	$robustness="4H"));

function iwbemservices_method_executed_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(iwbemservices_method_executed_rule, c) )
		notify(iwbemservices_method_executed_rule, c, observed_of(call, call_name(call)));
	}
