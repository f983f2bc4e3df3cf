##! AT Job Added Over RPC
##!
##! Id:              b5a5d20b-0f35-4a28-ba98-f4cd6ed26644
##! ATT&CK:          T1053.002 Scheduled Task/Job: At
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tsch/920fb461-5cb5-41cc-b0fc-d9449d9976b8
##! Reference:       https://attack.mitre.org/techniques/T1053/002/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Administration of old Windows releases
##! Matches:         selection
##! Matches:         selection: uuid: '1ff70682-0a51-30e8-076d-740be8cee98b' and opnum: 0
##!
##! NetrJobAdd ([MS-TSCH] 3.2.5.2.1), opnum 0 of ATSvc, schedules a command on the responding host, as at.exe does. BZAR
##! looks for it as atsvc::JobAdd, a name that no current Zeek prints; here it is matched by interface and opnum.

module Bzar;

global t1053_002_at_rule = watched(RuleInfo(
	$rule=T1053_002_At,
	$note=ATTACK::Execution,
	$id="b5a5d20b-0f35-4a28-ba98-f4cd6ed26644",
	$title="AT Job Added Over RPC",
	$sub="T1053.002 Scheduled Task/Job: At",
	$level="medium",
	$attack=vector("T1053.002"),
	$robustness="4H"));

function t1053_002_at_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( t1053_002_at_rule$is_just_silent )
		++t1053_002_at_rule$outcomes$silent;
	else if ( ! may_raise(t1053_002_at_rule, c) )
		return;
	else if ( makes_notice(t1053_002_at_rule, c) )
		notify(t1053_002_at_rule, c, observed_of(call, call_name(call)));

	correlate_match(t1053_002_at_rule, c, execution_on_host_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$resp_h)),
	                                $uid=c$uid));
	}
