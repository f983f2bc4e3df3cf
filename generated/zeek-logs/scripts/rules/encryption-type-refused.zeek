##! Kerberos Encryption Type Refused
##!
##! Id:              8d25d6ea-5e0e-42cd-bd8b-f7d09f275ce2
##! ATT&CK:          T1558.004 Steal or Forge Kerberos Tickets: AS-REP Roasting
##! ATT&CK:          T1550.002 Use Alternate Authentication Material: Pass the Hash
##! Level:           medium
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1558/004/
##! Reference:       https://attack.mitre.org/techniques/T1550/002/
##! Reference:       https://datatracker.ietf.org/doc/html/rfc4120#section-7.5.9
##! False positives: Old systems and appliances that offer RC4 or DES alone
##! Matches:         selection
##! Matches:         selection: request_type: 'AS' and error_msg: 'KDC_ERR_ETYPE_NOSUPP' or 'BAD_ENCRYPTION_TYPE'
##!
##! The KDC supports none of the encryption types that the client offers. Tools that roast AS replies or authenticate
##! with an NT hash offer only RC4; operating systems offer AES as well. A KDC that still accepts RC4 returns no error,
##! and kerberos.log does not show whether the client was pre-authenticated.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## Kerberos Encryption Type Refused
		Encryption_Type_Refused,
	};
}

global encryption_type_refused_rule = watched(RuleInfo(
	$note=Encryption_Type_Refused,
	$id="8d25d6ea-5e0e-42cd-bd8b-f7d09f275ce2",
	$title="Kerberos Encryption Type Refused",
	$level="medium",
	$attack=vector("T1558.004", "T1550.002"),
	$robustness="3H"));

@ifdef ( KRB::LOG )

# Run where request_type matches /AS/i.
function encryption_type_refused_on_logged(info: KRB::Info)
	{
	if ( info?$error_msg
	     && (to_upper(info$error_msg) == "KDC_ERR_ETYPE_NOSUPP"
	         || to_upper(info$error_msg) == "BAD_ENCRYPTION_TYPE") )
		raise_record(encryption_type_refused_rule, kerberos_origin(info), cat((info?$client ? info$client : "-"), " offers no encryption type that the KDC supports"), cat_sep(" ", "-", cat(info$id$orig_h), (info?$client ? info$client : "-")));
	}

@endif
