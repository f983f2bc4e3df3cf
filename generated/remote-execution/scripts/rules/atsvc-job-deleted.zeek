##! AT Job Deleted On Remote Host
##!
##! Id:              0198acc1-4dce-4e82-b563-9550fb628e29
##! ATT&CK:          T1053.002 Scheduled Task/Job: At
##! ATT&CK:          T1070.009 Indicator Removal: Clear Persistence
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tsch/4d44c426-fad2-4cc7-9677-bfcd235dca33
##! Reference:       https://attack.mitre.org/techniques/T1053/002/
##! Reference:       https://attack.mitre.org/techniques/T1070/009/
##! False positives: Administration of old Windows releases
##! Matches:         selection
##! Matches:         selection: endpoint: 'atsvc' and operation: 'NetrJobDel'
##!
##! NetrJobDel ([MS-TSCH] 3.2.5.2.2) removes AT jobs from the responding host; after a job has run, it removes what
##! would give it away.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## AT Job Deleted On Remote Host
		Atsvc_Job_Deleted,
	};
}

global atsvc_job_deleted_rule = watched(RuleInfo(
	$note=Atsvc_Job_Deleted,
	$id="0198acc1-4dce-4e82-b563-9550fb628e29",
	$title="AT Job Deleted On Remote Host",
	$level="medium",
	$attack=vector("T1053.002", "T1070.009"),
	$robustness="4H"));

function atsvc_job_deleted_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(atsvc_job_deleted_rule, c) )
		notify(atsvc_job_deleted_rule, c, observed_of(call, call_name(call)));
	}
