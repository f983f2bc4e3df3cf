##! LDAP Search For Roastable Accounts
##!
##! Id:              fd3d76c0-ec5a-4426-855e-9d0d556e4fad
##! ATT&CK:          T1087.002 Account Discovery: Domain Account
##! ATT&CK:          T1558.003 Steal or Forge Kerberos Tickets: Kerberoasting
##! ATT&CK:          T1558.004 Steal or Forge Kerberos Tickets: AS-REP Roasting
##! Level:           medium
##! Robustness:      1H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1558/003/
##! Reference:       https://attack.mitre.org/techniques/T1558/004/
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-adts/dd302fd1-0aa7-406b-ad91-2a6b35738557
##! Reference:       https://datatracker.ietf.org/doc/html/rfc4515
##! False positives: Inventories and audits of the directory
##! Matches:         selection
##! Matches:         selection: filter|contains: '(servicePrincipalName=\*)'
##!                  or '(userAccountControl:1.2.840.113556.1.4.803:=4194304)'
##!                  or '(userAccountControl:1.2.840.113556.1.4.803:=524288)'
##!
##! A search of the directory for accounts that Kerberos attacks need: all accounts with a service principal name
##! (Kerberoasting), accounts without preauthentication (AS-REP roasting) or accounts trusted for delegation.
##! GetUserSPNs.py, GetNPUsers.py, findDelegation.py, Rubeus and BloodHound search for them.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## LDAP Search For Roastable Accounts
		Roastable_Accounts,
	};
}

global roastable_accounts_rule = watched(RuleInfo(
	$note=Roastable_Accounts,
	$id="fd3d76c0-ec5a-4426-855e-9d0d556e4fad",
	$title="LDAP Search For Roastable Accounts",
	$level="medium",
	$attack=vector("T1087.002", "T1558.003", "T1558.004"),
	$robustness="1H"));

@ifdef ( LDAP::LDAP_SEARCH_LOG )

# Run where filter matches
# /.*(\(servicePrincipalName=\*\)|\(userAccountControl:1\.2\.840\.113556\.1\.4\.803:=4194304\)|\(userAccountControl:1\.2
# \.840\.113556\.1\.4\.803:=524288\)).*/is.
function roastable_accounts_on_logged(info: LDAP::SearchInfo)
	{
	raise_record(roastable_accounts_rule, ldap_search_origin(info), cat("Directory searched for ", (info?$filter ? info$filter : "-")), cat_sep(" ", "-", cat(info$id$orig_h), (info?$filter ? info$filter : "-")));
	}

@endif
