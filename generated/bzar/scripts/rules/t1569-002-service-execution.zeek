##! Service Created Or Started On Remote Host
##!
##! Id:              3923880d-6f0d-427e-8ebd-60621b264aca
##! ATT&CK:          T1569.002 System Services: Service Execution
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-scmr/6a8ca926-9477-4dd4-b766-692fab07227e
##! Reference:       https://attack.mitre.org/techniques/T1569/002/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Software distribution and remote administration that install or start services
##! Matches:         selection
##! Matches:         selection: endpoint: 'svcctl' and operation: 'CreateServiceA' or 'CreateServiceW'
##!                  or 'CreateServiceWOW64A' or 'CreateServiceWOW64W' or 'StartServiceA' or 'StartServiceW'
##!
##! CreateService in four of its forms ([MS-SCMR] 3.1.4.12, 3.1.4.23, 3.1.4.41, 3.1.4.42) and StartService ([MS-SCMR]
##! 3.1.4.19, 3.1.4.30) run a program on the responding host as a service: how PsExec, smbexec and their like execute
##! code.

module Bzar;

global t1569_002_service_execution_rule = watched(RuleInfo(
	$rule=T1569_002_Service_Execution,
	$note=ATTACK::Execution,
	$id="3923880d-6f0d-427e-8ebd-60621b264aca",
	$title="Service Created Or Started On Remote Host",
	$sub="T1569.002 System Services: Service Execution",
	$level="medium",
	$attack=vector("T1569.002"),
	$robustness="4H"));

function t1569_002_service_execution_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( t1569_002_service_execution_rule$is_just_silent )
		++t1569_002_service_execution_rule$outcomes$silent;
	else if ( ! may_raise(t1569_002_service_execution_rule, c) )
		return;
	else if ( makes_notice(t1569_002_service_execution_rule, c) )
		notify(t1569_002_service_execution_rule, c, observed_of(call, call_name(call)));

	correlate_match(t1569_002_service_execution_rule, c, execution_on_host_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$resp_h)),
	                                $uid=c$uid));
	}
