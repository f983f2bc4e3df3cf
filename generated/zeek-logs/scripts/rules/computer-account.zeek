##! Computer Account Logged In With NTLM
##!
##! Id:              97eea1d5-f5c9-49c4-be1d-f145c53d00e9
##! ATT&CK:          T1187 Forced Authentication
##! ATT&CK:          T1557.001 Adversary-in-the-Middle: Name Resolution Poisoning and SMB Relay
##! ATT&CK:          T1550.002 Use Alternate Authentication Material: Pass the Hash
##! Level:           medium
##! Robustness:      1H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-nlmp/b38c36ed-2804-4868-a9ff-8dd3182128e4
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://attack.mitre.org/techniques/T1557/001/
##! Reference:       https://attack.mitre.org/techniques/T1550/002/
##! False positives: Services that run as the computer and connect to others by address
##! False positives: Clusters that use NTLM between their nodes
##! Matches:         selection
##! Matches:         selection: username|endswith: '$' and success: true
##!
##! A computer account (its name ends with '$') logged in with NTLM. Domain computers use Kerberos. They fall back to
##! NTLM when they are coerced to connect to an address or to a name without a service principal, as in relay attacks.
##! It can also be an attacker who has the account's hash.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## Computer Account Logged In With NTLM
		Computer_Account,
	};
}

global computer_account_rule = watched(RuleInfo(
	$note=Computer_Account,
	$id="97eea1d5-f5c9-49c4-be1d-f145c53d00e9",
	$title="Computer Account Logged In With NTLM",
	$level="medium",
	$attack=vector("T1187", "T1557.001", "T1550.002"),
	$robustness="1H"));

@ifdef ( NTLM::LOG )

# Run where username matches /.*\$/s.
function computer_account_on_logged(info: NTLM::Info)
	{
	if ( info?$success && info$success )
		raise_record(computer_account_rule, ntlm_origin(info), cat((info?$domainname ? info$domainname : "-"), " ", (info?$username ? info$username : "-"), " logged in to ", (info?$server_dns_computer_name ? info$server_dns_computer_name : "-"), " with NTLM"), cat_sep(" ", "-", cat(info$id$orig_h), cat(info$id$resp_h), (info?$username ? info$username : "-")));
	}

@endif
