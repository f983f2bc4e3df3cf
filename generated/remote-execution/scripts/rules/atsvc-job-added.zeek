##! AT Job Added On Remote Host
##!
##! Id:              428b26e6-a9eb-4456-9f93-1d883e971a3d
##! ATT&CK:          T1053.002 Scheduled Task/Job: At
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tsch/920fb461-5cb5-41cc-b0fc-d9449d9976b8
##! Reference:       https://attack.mitre.org/techniques/T1053/002/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Administration of old Windows releases
##! Matches:         selection
##! Matches:         selection: endpoint: 'atsvc' and operation: 'NetrJobAdd'
##!
##! NetrJobAdd ([MS-TSCH] 3.2.5.2.1) of the ATSvc interface schedules a command on the responding host, as at.exe does.
##! Windows has kept the interface for compatibility only since Vista and refuses jobs since 8, so that a call today is
##! seldom an administrator's, whether the host takes the job or not; another rule tells the two apart.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## AT Job Added On Remote Host
		Atsvc_Job_Added,
	};
}

global atsvc_job_added_rule = watched(RuleInfo(
	$note=Atsvc_Job_Added,
	$id="428b26e6-a9eb-4456-9f93-1d883e971a3d",
	$title="AT Job Added On Remote Host",
	$level="medium",
	$attack=vector("T1053.002"),
	$robustness="4H"));

function atsvc_job_added_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(atsvc_job_added_rule, c) )
		notify(atsvc_job_added_rule, c, observed_of(call, call_name(call)));
	}
