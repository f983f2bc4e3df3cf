##! Domain Account Logged In With NTLM
##!
##! Id:              a7c1204d-d912-417e-8b37-2aff506b0343
##! ATT&CK:          T1550.002 Use Alternate Authentication Material: Pass the Hash
##! Level:           low
##! Robustness:      1H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/windows-server/security/kerberos/ntlm-overview
##! Reference:       https://attack.mitre.org/techniques/T1550/002/
##! False positives: Applications that know no Kerberos, and shares that are named by address
##! Matches:         selection and not 1 of (filter_main_anonymous, filter_main_computer, filter_main_local)
##! Matches:         selection: server_dns_computer_name|contains: '.' and username|exists: true and success: true
##! Matches:         filter_main_anonymous: username: ''
##! Matches:         filter_main_computer: username|endswith: '$'
##! Matches:         filter_main_local: domainname|fieldref: hostname
##!
##! A user logged in with NTLM to a member of a domain, where Kerberos is expected. Clients fall back to NTLM when they
##! are given an address instead of a name. Tools that only have the hash of a password use NTLM too. One notice per
##! day, user and pair of hosts shows who uses it.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## Domain Account Logged In With NTLM
		Domain_Account,
	};
}

global domain_account_rule = watched(RuleInfo(
	$note=Domain_Account,
	$id="a7c1204d-d912-417e-8b37-2aff506b0343",
	$title="Domain Account Logged In With NTLM",
	$level="low",
	$attack=vector("T1550.002"),
	$robustness="1H",
	$suppress_for=double_to_interval(86400.0)));

@ifdef ( NTLM::LOG )

# Run where server_dns_computer_name matches /.*\..*/s.
function domain_account_on_logged(info: NTLM::Info)
	{
	if ( info?$success
	     && info?$username
	     && info$success
	     && ! (info?$username && info$username == "")
	     && ! (info?$username && ends_with(info$username, "$"))
	     && ! (info?$domainname && info?$hostname && to_lower(info$domainname) == to_lower(info$hostname)) )
		raise_record(domain_account_rule, ntlm_origin(info), cat((info?$domainname ? info$domainname : "-"), " ", (info?$username ? info$username : "-"), " logged in to ", (info?$server_dns_computer_name ? info$server_dns_computer_name : "-"), " with NTLM"), cat_sep(" ", "-", cat(info$id$orig_h), cat(info$id$resp_h), (info?$username ? info$username : "-")));
	}

@endif
