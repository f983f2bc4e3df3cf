##! Kerberos Service Ticket With RC4
##!
##! Id:              ef004155-dffe-4589-80d9-0cfe5650aab0
##! ATT&CK:          T1558.003 Steal or Forge Kerberos Tickets: Kerberoasting
##! Level:           medium
##! Robustness:      2H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1558/003/
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-kile/6cfc7b50-11ed-4b4d-846d-6f08f0812919
##! Reference:       https://datatracker.ietf.org/doc/html/rfc8429
##! False positives: Services whose accounts have keys for RC4 alone, such as those of old appliances
##! Matches:         selection and not 1 of (filter_main_referral, filter_main_computer)
##! Matches:         selection: request_type: 'TGS' and cipher: 'rc4-hmac' or 'rc4-hmac-exp' and success: true
##! Matches:         filter_main_referral: service|startswith: 'krbtgt/'
##! Matches:         filter_main_computer: service|endswith: '$'
##!
##! The KDC issued a service ticket encrypted with RC4, that is, with the NT hash of the service's password.
##! Kerberoasting requests such tickets because they are the fastest to crack. The rule leaves out referrals to other
##! realms (krbtgt) and tickets for computer accounts, whose passwords are random.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## Kerberos Service Ticket With RC4
		Service_Ticket_Rc4,
	};
}

global service_ticket_rc4_rule = watched(RuleInfo(
	$note=Service_Ticket_Rc4,
	$id="ef004155-dffe-4589-80d9-0cfe5650aab0",
	$title="Kerberos Service Ticket With RC4",
	$level="medium",
	$attack=vector("T1558.003"),
	$robustness="2H"));

@ifdef ( KRB::LOG )

# Run where request_type matches /TGS/i.
function service_ticket_rc4_on_logged(info: KRB::Info)
	{
	if ( info?$cipher
	     && info?$success
	     && (to_lower(info$cipher) == "rc4-hmac" || to_lower(info$cipher) == "rc4-hmac-exp")
	     && info$success
	     && ! (info?$service && /^krbtgt\//i in info$service)
	     && ! (info?$service && ends_with(info$service, "$")) )
		raise_record(service_ticket_rc4_rule, kerberos_origin(info), cat("Service ticket with ", (info?$cipher ? info$cipher : "-"), " for ", (info?$service ? info$service : "-")), cat_sep(" ", "-", cat(info$id$orig_h), (info?$service ? info$service : "-")));
	}

@endif
