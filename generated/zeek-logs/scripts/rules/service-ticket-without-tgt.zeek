##! Kerberos Service Ticket From AS Exchange
##!
##! Id:              1a1763ad-9ed2-4748-8878-4babb88ee76e
##! ATT&CK:          T1558.003 Steal or Forge Kerberos Tickets: Kerberoasting
##! ATT&CK:          T1558.004 Steal or Forge Kerberos Tickets: AS-REP Roasting
##! Level:           high
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://www.semperis.com/blog/new-attack-paths-as-requested-sts/
##! Reference:       https://attack.mitre.org/techniques/T1558/003/
##! Reference:       https://attack.mitre.org/techniques/T1558/004/
##! False positives: Clients of MIT Kerberos that ask for a service without a ticket-granting ticket (kinit -S)
##! Matches:         selection and not filter_main_usual
##! Matches:         selection: request_type: 'AS' and success: true and service|exists: true
##! Matches:         filter_main_usual: service|startswith: 'krbtgt/' or 'kadmin/'
##!
##! The KDC issued a service ticket in the AS exchange, which clients normally use for ticket-granting tickets (krbtgt)
##! and password changes (kadmin). With the name of an account that needs no pre-authentication, an attacker can get
##! tickets for any service this way and crack them, without any password: Kerberoasting without an account.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## Kerberos Service Ticket From AS Exchange
		Service_Ticket_Without_Tgt,
	};
}

global service_ticket_without_tgt_rule = watched(RuleInfo(
	$note=Service_Ticket_Without_Tgt,
	$id="1a1763ad-9ed2-4748-8878-4babb88ee76e",
	$title="Kerberos Service Ticket From AS Exchange",
	$level="high",
	$attack=vector("T1558.003", "T1558.004"),
	$robustness="3H"));

@ifdef ( KRB::LOG )

# Run where request_type matches /AS/i.
function service_ticket_without_tgt_on_logged(info: KRB::Info)
	{
	if ( info?$success
	     && info$success
	     && info?$service
	     && ! (info?$service && /^krbtgt\//i in info$service)
	     && ! (info?$service && /^kadmin\//i in info$service) )
		raise_record(service_ticket_without_tgt_rule, kerberos_origin(info), cat("Ticket with ", (info?$cipher ? info$cipher : "-"), " for ", (info?$service ? info$service : "-"), " without a ticket-granting ticket"), cat_sep(" ", "-", cat(info$id$orig_h), (info?$service ? info$service : "-")));
	}

@endif
