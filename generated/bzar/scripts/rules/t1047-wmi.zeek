##! WMI Method Executed Over RPC
##!
##! Id:              6af8f481-2b02-41b3-b086-4bba4a689c48
##! ATT&CK:          T1047 Windows Management Instrumentation
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-wmi/cbce28cd-fd45-4df1-9ec8-416e6bb33691
##! Reference:       https://attack.mitre.org/techniques/T1047/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Management software that acts over WMI
##! Matches:         selection
##! Matches:         selection: endpoint: 'IWbemServices' and operation: 'ExecMethod' or 'ExecMethodAsync'
##!
##! IWbemServices::ExecMethod and ExecMethodAsync ([MS-WMI] 3.1.4.3.22 and 3.1.4.3.23) run a method of a WMI class on
##! the responding host; Win32_Process.Create starts a program this way.

module Bzar;

global t1047_wmi_rule = watched(RuleInfo(
	$rule=T1047_Wmi,
	$note=ATTACK::Execution,
	$id="6af8f481-2b02-41b3-b086-4bba4a689c48",
	$title="WMI Method Executed Over RPC",
	$sub="T1047 WMI",
	$level="medium",
	$attack=vector("T1047"),
	$robustness="4H"));

function t1047_wmi_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( t1047_wmi_rule$is_just_silent )
		++t1047_wmi_rule$outcomes$silent;
	else if ( ! may_raise(t1047_wmi_rule, c) )
		return;
	else if ( makes_notice(t1047_wmi_rule, c) )
		notify(t1047_wmi_rule, c, observed_of(call, call_name(call)));

	correlate_match(t1047_wmi_rule, c, execution_on_host_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$resp_h)),
	                                $uid=c$uid));
	}
