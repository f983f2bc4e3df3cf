##! AT Job Accepted By Remote Host
##!
##! Id:              2f9c1538-ec9b-41b9-80d7-b09d8914a982
##! ATT&CK:          T1053.002 Scheduled Task/Job: At
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tsch/920fb461-5cb5-41cc-b0fc-d9449d9976b8
##! Reference:       https://attack.mitre.org/techniques/T1053/002/
##! False positives: Administration of old Windows releases
##! Matches:         selection
##! Matches:         selection: endpoint: 'atsvc' and operation: 'NetrJobAdd' and response_stub|endswith: "\0\0\0\0"
##!
##! The responding host has taken an AT job and is going to run its command: NetrJobAdd ([MS-TSCH] 3.2.5.2.1) returned
##! NERR_Success, the last four bytes of the response's stub, which crosses the network in clear. Windows since 8
##! refuses jobs unless an administrator has switched them on.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## AT Job Accepted By Remote Host
		Atsvc_Job_Accepted,
	};
}

global atsvc_job_accepted_rule = watched(RuleInfo(
	$note=Atsvc_Job_Accepted,
	$id="2f9c1538-ec9b-41b9-80d7-b09d8914a982",
	$title="AT Job Accepted By Remote Host",
	$level="high",
	$attack=vector("T1053.002"),
	$robustness="3P"));

function atsvc_job_accepted_on_response_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( call?$response_stub
	     && ends_with(call$response_stub, "\x00\x00\x00\x00")
	     && raises_notice(atsvc_job_accepted_rule, c) )
		{
		local kept = read_results(call);
		notify(atsvc_job_accepted_rule, c, observed_of(call, cat("Job ", (kept?$result_pJobId ? cat(kept$result_pJobId) : "-"), " will run ", (kept?$argument_pAtInfo_Command ? kept$argument_pAtInfo_Command : "-"))));
		}
	}

function atsvc_job_accepted_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	SigzeekDceRpc::at_response_stub(call, atsvc_job_accepted_on_response_stub);
	}
