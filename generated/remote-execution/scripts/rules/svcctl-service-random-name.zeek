##! Service With A Random Name Created On Remote Host
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0102
##! ATT&CK:          T1569.002 System Services: Service Execution
##! ATT&CK:          T1543.003 Create or Modify System Process: Windows Service
##! Level:           medium
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-scmr/6a8ca926-9477-4dd4-b766-692fab07227e
##! Reference:       https://attack.mitre.org/techniques/T1569/002/
##! Reference:       https://attack.mitre.org/techniques/T1543/003/
##! Reference:       https://github.com/fortra/impacket/blob/master/impacket/examples/serviceinstall.py
##! False positives: Software that numbers its services
##! Matches:         selection_call and (selection_hexadecimal or selection_long or selection_letters)
##! Matches:         selection_call: endpoint: 'svcctl' and operation|startswith: 'CreateService' or 'CreateWowService'
##! Matches:         selection_hexadecimal: argument.lpServiceName|re|all: '^[0-9a-f]{7,}$' and '[0-9]' and '[a-f]'
##! Matches:         selection_long: argument.lpServiceName|re|all: '^[a-z0-9_]{32,}$' and '[0-9]'
##! Matches:         selection_letters: argument.lpServiceName|re|all: '^[A-Za-z]{4,16}$'
##!                  and '[a-z][A-Z][a-z][A-Z]|[A-Z][a-z][A-Z][a-z][A-Z]'
##!
##! A service has a name (lpServiceName, [MS-SCMR] 3.1.4.12) as tools make them up: seven or more hexadecimal digits, 32
##! or more small letters and digits, or letters of which small and capital ones alternate three times, as in names of
##! impacket's psexec and smbexec and of Metasploit. Four letters at random look so in a few cases of a hundred, eight
##! in one of three. Names that a person gave do not, and random ones may not, either.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Service With A Random Name Created On Remote Host
		Svcctl_Service_Random_Name,
	};
}

global svcctl_service_random_name_rule = watched(RuleInfo(
	$note=Svcctl_Service_Random_Name,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0102",
	$title="Service With A Random Name Created On Remote Host",
	$level="medium",
	$attack=vector("T1569.002", "T1543.003"),
	$robustness="3P"));

function svcctl_service_random_name_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(svcctl_service_random_name_rule, c) )
		{
		local kept = read_arguments(call);
		notify(svcctl_service_random_name_rule, c, observed_of(call, cat("Service ", (kept?$argument_lpServiceName ? kept$argument_lpServiceName : "-"), " runs ", (kept?$argument_lpBinaryPathName ? kept$argument_lpBinaryPathName : "-"))));
		}
	}

# Which reading of a request the rule has held of last; 0 before the first.
global svcctl_service_random_name_held = 0;

function svcctl_service_random_name_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( svcctl_service_random_name_held > 0
	     && call$operation$remote_execution_reading == svcctl_service_random_name_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, svcctl_service_random_name_on_response);
		return;
		}

	local kept = read_arguments(call);

	if ( kept?$argument_lpServiceName
	     && ((/[0-9a-f]{7,}/ == kept$argument_lpServiceName
	          && /[0-9]/ in kept$argument_lpServiceName
	          && /[a-f]/ in kept$argument_lpServiceName)
	         || (/[0-9_a-z]{32,}/ == kept$argument_lpServiceName && /[0-9]/ in kept$argument_lpServiceName)
	         || (/[A-Za-z]{4,16}/ == kept$argument_lpServiceName
	             && /[a-z][A-Z][a-z][A-Z]|[A-Z][a-z][A-Z][a-z][A-Z]/ in kept$argument_lpServiceName)) )
		{
		SigzeekDceRpc::at_response(call, svcctl_service_random_name_on_response);
		svcctl_service_random_name_held = call$operation$remote_execution_reading;
		}
	}
