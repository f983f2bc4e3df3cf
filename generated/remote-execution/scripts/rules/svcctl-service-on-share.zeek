##! Service Of A Program On A Share Created On Remote Host
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0101
##! ATT&CK:          T1569.002 System Services: Service Execution
##! ATT&CK:          T1543.003 Create or Modify System Process: Windows Service
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-scmr/6a8ca926-9477-4dd4-b766-692fab07227e
##! Reference:       https://attack.mitre.org/techniques/T1569/002/
##! Reference:       https://attack.mitre.org/techniques/T1543/003/
##! False positives: Software that is run from a file server
##! Matches:         all of (selection_call, selection_path)
##! Matches:         selection_call: endpoint: 'svcctl' and operation|startswith: 'CreateService' or 'CreateWowService'
##! Matches:         selection_path: argument.lpBinaryPathName|re: '^"?\\\\[^\\?.]' or '^"?\\\\\?\\[Uu][Nn][Cc]\\'
##!
##! The program of the service is on a share: the binary path that CreateService hands over ([MS-SCMR] 3.1.4.12,
##! lpBinaryPathName) begins with a UNC path, in quotation marks or not. The host fetches the program from there
##! whenever the service starts, and nothing is left on its disk. Paths of devices and of long names ('\\.\', '\\?\')
##! are left out, except the long form of UNC.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Service Of A Program On A Share Created On Remote Host
		Svcctl_Service_On_Share,
	};
}

global svcctl_service_on_share_rule = watched(RuleInfo(
	$note=Svcctl_Service_On_Share,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0101",
	$title="Service Of A Program On A Share Created On Remote Host",
	$level="high",
	$attack=vector("T1569.002", "T1543.003"),
	$robustness="3P"));

function svcctl_service_on_share_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(svcctl_service_on_share_rule, c) )
		{
		local kept = read_arguments(call);
		notify(svcctl_service_on_share_rule, c, observed_of(call, cat("Service ", (kept?$argument_lpServiceName ? kept$argument_lpServiceName : "-"), " runs ", (kept?$argument_lpBinaryPathName ? kept$argument_lpBinaryPathName : "-"))));
		}
	}

# Which reading of a request the rule has held of last; 0 before the first.
global svcctl_service_on_share_held = 0;

function svcctl_service_on_share_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( svcctl_service_on_share_held > 0
	     && call$operation$remote_execution_reading == svcctl_service_on_share_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, svcctl_service_on_share_on_response);
		return;
		}

	if ( ! (/\\\x00\\\x00|\x00\\\x00\\|\\\\|\\\x00\\\x00\?\x00\\\x00u\x00n\x00c\x00\\\x00|\x00\\\x00\\\x00\?\x00\\\x00u\x00n\x00c\x00\\|\\\\\?\\unc\\/i in call$stub) )
		return;

	local kept = read_arguments(call);

	if ( kept?$argument_lpBinaryPathName
	     && (/^\"?\\\\[^.?\\]/ in kept$argument_lpBinaryPathName
	         || /^\"?\\\\\?\\unc\\/i in kept$argument_lpBinaryPathName) )
		{
		SigzeekDceRpc::at_response(call, svcctl_service_on_share_on_response);
		svcctl_service_on_share_held = call$operation$remote_execution_reading;
		}
	}
