##! Kerberos User Unknown
##!
##! Id:              5c91864e-c20b-4c62-9925-82982e7fc413
##! ATT&CK:          T1087.002 Account Discovery: Domain Account
##! Level:           informational
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1087/002/
##! False positives: Mistyped names
##! Matches:         selection
##! Matches:         selection: request_type: 'AS' and error_msg: 'KDC_ERR_C_PRINCIPAL_UNKNOWN' or 'CLIENT_NOT_FOUND'
##!
##! A client requests a ticket for a user that the KDC does not know. The correlation 'kerberos_users_guessed' counts
##! these users.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## Kerberos User Unknown
		Unknown_User,
	};
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Unknown_User };

global unknown_user_rule = watched(RuleInfo(
	$note=Unknown_User,
	$id="5c91864e-c20b-4c62-9925-82982e7fc413",
	$title="Kerberos User Unknown",
	$level="informational",
	$attack=vector("T1087.002"),
	$robustness="3H"));

@ifdef ( KRB::LOG )

# Run where request_type matches /AS/i.
function unknown_user_on_logged(info: KRB::Info)
	{
	if ( info?$error_msg
	     && (to_upper(info$error_msg) == "KDC_ERR_C_PRINCIPAL_UNKNOWN"
	         || to_upper(info$error_msg) == "CLIENT_NOT_FOUND") )
		{
		if ( ! may_raise_record(unknown_user_rule, kerberos_origin(info)) )
			return;

		if ( unknown_user_rule$is_silent )
			++unknown_user_rule$outcomes$silent;
		else
			notify_record(unknown_user_rule, kerberos_origin(info), cat("kerberos", ": request_type ", (info?$request_type ? info$request_type : "-"), ", error_msg ", (info?$error_msg ? info$error_msg : "-")));

		local kerberos_users_guessed_match = CorrelatedMatch($ts=network_time(), $group=vector(cat(info$id$orig_h)), $uid=record_uid(kerberos_origin(info)));

		if ( info?$client )
			kerberos_users_guessed_match$value = info$client;

		correlate_record(unknown_user_rule, kerberos_origin(info), kerberos_users_guessed_correlate, kerberos_users_guessed_match);
		}
	}

@endif
