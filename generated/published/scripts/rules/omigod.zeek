##! Open Management Infrastructure Answered Without Authorization
##!
##! Id:              8c0d45b0-7427-440c-9d60-fecdf2866b68
##! ATT&CK:          T1210 Exploitation of Remote Services
##! ATT&CK:          T1190 Exploit Public-Facing Application
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://msrc.microsoft.com/update-guide/vulnerability/CVE-2021-38647
##! Reference:       https://github.com/microsoft/omi/releases/tag/v1.6.8-1
##! Reference:       https://www.dmtf.org/standards/ws-man
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! False positives: Windows hosts that allow unencrypted messages, after the first one on a connection that has logged
##!                  on with NTLM
##! Matches:         selection and not 1 of (filter_main_identify, filter_main_anonymous, filter_main_encrypted)
##! Matches:         selection: method: 'POST' and uri|startswith: '/wsman'
##!                  and client_header.Authorization|exists: false and status_code: 200
##! Matches:         filter_main_identify: client_header.WSMANIDENTIFY|exists: true
##!                  and response_body|contains: 'IdentifyResponse>'
##! Matches:         filter_main_anonymous: uri|startswith: '/wsman-anon/'
##! Matches:         filter_main_encrypted: client_header.Content-Type|startswith: 'multipart/encrypted'
##!
##! OMIGOD (CVE-2021-38647): Microsoft's Open Management Infrastructure, a WS-Management service on Linux hosts, ran
##! requests as root that had no Authorization header at all. The rule raises where a message to /wsman without that
##! header was answered with 200. Left out is what WS-Management answers to anyone, a request to identify itself (its
##! answer says so; an answer to a command cannot have that closing tag, since it would be escaped), and what is
##! encrypted with a key that only an earlier log-on can have agreed.

module Published;

export {
	redef enum Notice::Type += {
		## Open Management Infrastructure Answered Without Authorization
		Omigod,
	};
}

global omigod_rule = watched(RuleInfo(
	$note=Omigod,
	$id="8c0d45b0-7427-440c-9d60-fecdf2866b68",
	$title="Open Management Infrastructure Answered Without Authorization",
	$level="high",
	$attack=vector("T1210", "T1190"),
	$robustness="3P"));

# Run where uri matches /\/wsman.*/is.
function omigod_on_request(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( to_upper(http$method) == "POST" && ! (/^\/wsman-anon\//i in http$uri) )
		transaction$candidates[Omigod] = 1;
	}

function omigod_on_client_headers(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( Omigod in transaction$candidates
	     && "AUTHORIZATION" !in transaction$client_headers
	     && ! header_matches(transaction$client_headers, "CONTENT-TYPE", /multipart\/encrypted.*/is) )
		transaction$candidates[Omigod] = 2;
	}

function omigod_on_reply(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( Omigod in transaction$candidates
	     && transaction$candidates[Omigod] == 2
	     && http?$status_code
	     && http$status_code == 200 )
		{
		transaction$candidates[Omigod] = 3;
		transaction$wants_response_body = T;
		}
	}

function omigod_on_response_body(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( Omigod in transaction$candidates
	     && transaction$candidates[Omigod] == 3
	     && ("WSMANIDENTIFY" !in transaction$client_headers
	         || ! (transaction?$response_body && /IdentifyResponse>/i in transaction$response_body))
	     && raises_notice(omigod_rule, c) )
		notify(omigod_rule, c, request_line(http));
	}
