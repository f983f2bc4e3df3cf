##! WinRM Message Sent Unencrypted
##!
##! Id:              2b80d0fd-feeb-4e39-992f-da1af431e0c8
##! ATT&CK:          T1021.006 Remote Services: Windows Remote Management
##! Level:           medium
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1021/006/
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-wsmv/58421aa4-861a-4410-831a-c999f094cdb7
##! Reference:       https://learn.microsoft.com/en-us/windows/win32/winrm/installation-and-configuration-for-windows-remote-management
##! False positives: Monitoring and automation that were set up without encryption
##! Matches:         selection and not 1 of (filter_main_authentication, filter_main_identify)
##! Matches:         selection: method: 'POST' and uri|startswith: '/wsman'
##!                  and client_header.Content-Type|startswith: 'application/soap+xml'
##! Matches:         filter_main_authentication: client_header.Content-Length: '0'
##! Matches:         filter_main_identify: uri|startswith: '/wsman-anon/'
##!
##! A message to Windows Remote Management that is plain SOAP instead of multipart/encrypted ([MS-WSMV] 2.2.9.1).
##! Windows refuses such messages unless AllowUnencrypted was set, a weakening that attack tools without message
##! encryption need; all that is done, and with Basic authentication the password, can be read on the way. The empty
##! messages that begin an authentication are left out.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## WinRM Message Sent Unencrypted
		Winrm_Message_Unencrypted,
	};
}

global winrm_message_unencrypted_rule = watched(RuleInfo(
	$note=Winrm_Message_Unencrypted,
	$id="2b80d0fd-feeb-4e39-992f-da1af431e0c8",
	$title="WinRM Message Sent Unencrypted",
	$level="medium",
	$attack=vector("T1021.006"),
	$robustness="3H",
	$suppress_for=double_to_interval(3600.0)));

# Run where uri matches /\/wsman.*/is.
function winrm_message_unencrypted_on_request(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( to_upper(http$method) == "POST" && ! (/^\/wsman-anon\//i in http$uri) )
		transaction$candidates[Winrm_Message_Unencrypted] = 1;
	}

# Run where client_header.Content-Type matches /application\/soap\+xml.*/is.
function winrm_message_unencrypted_on_client_headers(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( Winrm_Message_Unencrypted in transaction$candidates
	     && ! header_matches(transaction$client_headers, "CONTENT-LENGTH", /0/)
	     && raises_notice(winrm_message_unencrypted_rule, c) )
		notify(winrm_message_unencrypted_rule, c, request_line(http), cat_sep(" ", "-", c$id$orig_h, c$id$resp_h));
	}
