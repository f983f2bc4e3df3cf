##! Marshalled Target In DNS Name
##!
##! Id:              b0f7362a-55f4-4cf2-9b41-df4405dce4d5
##! ATT&CK:          T1187 Forced Authentication
##! ATT&CK:          T1557.001 Adversary-in-the-Middle: Name Resolution Poisoning and SMB Relay
##! Level:           high
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://www.synacktiv.com/publications/ntlm-reflection-is-dead-long-live-ntlm-reflection-an-in-depth-analysis-of-cve-2025
##! Reference:       https://googleprojectzero.blogspot.com/2021/10/using-kerberos-for-authentication-relay.html
##! Reference:       https://nvd.nist.gov/vuln/detail/CVE-2025-33073
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://attack.mitre.org/techniques/T1557/001/
##! False positives: None known
##! Matches:         selection
##! Matches:         selection: query|re|i: '1uwhrca[a-z0-9+/=_-]*baaaa(\.|$)'
##!
##! A Windows client that is told to connect to such a name looks up the whole name in DNS, but requests a Kerberos
##! ticket only for the part before the marshalled target ('1UWhRC…'). An attacker who registers the name can relay a
##! host's authentication, even to the host itself (CVE-2025-33073). There is no legitimate use of such names.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## Marshalled Target In DNS Name
		Marshalled_Target,
	};
}

global marshalled_target_rule = watched(RuleInfo(
	$note=Marshalled_Target,
	$id="b0f7362a-55f4-4cf2-9b41-df4405dce4d5",
	$title="Marshalled Target In DNS Name",
	$level="high",
	$attack=vector("T1187", "T1557.001"),
	$robustness="4H"));

@ifdef ( DNS::LOG )

# Run where query matches /.*(1uwhrca[+\-\/-9=A-Z_a-z]*baaaa|1uwhrca[+\-\/-9=A-Z_a-z]*baaaa\..*)/is.
function marshalled_target_on_logged(info: DNS::Info)
	{
	raise_record(marshalled_target_rule, dns_origin(info), cat("DNS query for ", (info?$query ? info$query : "-")), cat_sep(" ", "-", cat(info$id$orig_h), (info?$query ? info$query : "-")));
	}

@endif
