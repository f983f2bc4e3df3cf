##! WinRM Request Accepted
##!
##! Id:              93cb3a73-a1b3-453e-8c92-cbec4e94dcfb
##! ATT&CK:          T1021.006 Remote Services: Windows Remote Management
##! Level:           medium
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1021/006/
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-wsmv/58421aa4-861a-4410-831a-c999f094cdb7
##! Reference:       https://learn.microsoft.com/en-us/windows/win32/winrm/portal
##! False positives: Remote administration by WinRM and PowerShell remoting
##! Matches:         selection and selection_accepted and not 1 of (filter_main_event_forwarding)
##! Matches:         selection: method: 'POST' and uri|startswith: '/wsman'
##! Matches:         filter_main_event_forwarding: uri|startswith: '/wsman/SubscriptionManager/'
##!                  or '/wsman/subscriptions/'
##! Matches:         selection_accepted: status_code: 200
##!
##! A request to Windows Remote Management that the service answered with 200: the client is logged on and managing the
##! host, where other answers are those to scanners and wrong passwords.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## WinRM Request Accepted
		Winrm_Request_Accepted,
	};
}

global winrm_request_accepted_rule = watched(RuleInfo(
	$note=Winrm_Request_Accepted,
	$id="93cb3a73-a1b3-453e-8c92-cbec4e94dcfb",
	$title="WinRM Request Accepted",
	$level="medium",
	$attack=vector("T1021.006"),
	$robustness="3H",
	$suppress_for=double_to_interval(3600.0)));

# Run where uri matches /\/wsman.*/is.
function winrm_request_accepted_on_request(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( to_upper(http$method) == "POST"
	     && ! (/^\/wsman\/SubscriptionManager\//i in http$uri)
	     && ! (/^\/wsman\/subscriptions\//i in http$uri) )
		transaction$candidates[Winrm_Request_Accepted] = 1;
	}

function winrm_request_accepted_on_reply(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( Winrm_Request_Accepted in transaction$candidates
	     && http?$status_code
	     && http$status_code == 200
	     && raises_notice(winrm_request_accepted_rule, c) )
		notify(winrm_request_accepted_rule, c, request_line(http), cat_sep(" ", "-", c$id$orig_h, c$id$resp_h));
	}
