##! WinRM Request
##!
##! Id:              056859a3-487a-4a92-a6d3-7abf581016d0
##! ATT&CK:          T1021.006 Remote Services: Windows Remote Management
##! Level:           low
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1021/006/
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-wsmv/58421aa4-861a-4410-831a-c999f094cdb7
##! Reference:       https://learn.microsoft.com/en-us/windows/win32/winrm/portal
##! False positives: Remote administration by WinRM and PowerShell remoting
##! Matches:         selection and not 1 of (filter_main_event_forwarding)
##! Matches:         selection: method: 'POST' and uri|startswith: '/wsman'
##! Matches:         filter_main_event_forwarding: uri|startswith: '/wsman/SubscriptionManager/'
##!                  or '/wsman/subscriptions/'
##!
##! Windows Remote Management, and PowerShell remoting on it, is SOAP in HTTP requests of the method POST to /wsman,
##! encrypted or not. Event forwarding uses the same service at addresses of its own and is left out. One notice an hour
##! for a pair of hosts is enough to see who manages whom.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## WinRM Request
		Winrm_Request,
	};
}

global winrm_request_rule = watched(RuleInfo(
	$note=Winrm_Request,
	$id="056859a3-487a-4a92-a6d3-7abf581016d0",
	$title="WinRM Request",
	$level="low",
	$attack=vector("T1021.006"),
	$robustness="3H",
	$suppress_for=double_to_interval(3600.0)));

# Run where uri matches /\/wsman.*/is.
function winrm_request_on_request(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( to_upper(http$method) == "POST"
	     && ! (/^\/wsman\/SubscriptionManager\//i in http$uri)
	     && ! (/^\/wsman\/subscriptions\//i in http$uri)
	     && raises_notice(winrm_request_rule, c) )
		notify(winrm_request_rule, c, request_line(http), cat_sep(" ", "-", c$id$orig_h, c$id$resp_h));
	}
