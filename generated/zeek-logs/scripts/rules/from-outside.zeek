##! RDP From Outside
##!
##! Id:              1aba9af0-e3b3-475c-b6e7-510f31ab7a4c
##! ATT&CK:          T1133 External Remote Services
##! ATT&CK:          T1021.001 Remote Services: Remote Desktop Protocol
##! Level:           high
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://www.cisa.gov/news-events/cybersecurity-advisories/aa23-136a
##! Reference:       https://attack.mitre.org/techniques/T1133/
##! Reference:       https://attack.mitre.org/techniques/T1021/001/
##! False positives: Gateways that are meant for it
##! False positives: Networks that use public addresses inside; add them to the allow-list
##! Matches:         not filter_main_private
##! Matches:         filter_main_private: id.orig_h|cidr: '10.0.0.0/8' or '172.16.0.0/12' or '192.168.0.0/16'
##!                  or '100.64.0.0/10' or '169.254.0.0/16' or '127.0.0.0/8' or 'fc00::/7' or 'fe80::/10' or '::1/128'
##!
##! An RDP connection from an address that is not private. Attackers constantly guess passwords of remote desktops that
##! are reachable from the Internet, and many ransomware cases begin there.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## RDP From Outside
		From_Outside,
	};
}

global from_outside_rule = watched(RuleInfo(
	$note=From_Outside,
	$id="1aba9af0-e3b3-475c-b6e7-510f31ab7a4c",
	$title="RDP From Outside",
	$level="high",
	$attack=vector("T1133", "T1021.001"),
	$robustness="3H"));

@ifdef ( RDP::LOG )

function from_outside_on_logged(info: RDP::Info)
	{
	if ( ! (info$id$orig_h in 10.0.0.0/8)
	     && ! (info$id$orig_h in 172.16.0.0/12)
	     && ! (info$id$orig_h in 192.168.0.0/16)
	     && ! (info$id$orig_h in 100.64.0.0/10)
	     && ! (info$id$orig_h in 169.254.0.0/16)
	     && ! (info$id$orig_h in 127.0.0.0/8)
	     && ! (info$id$orig_h in [fc00:0:0:0:0:0:0:0]/7)
	     && ! (info$id$orig_h in [fe80:0:0:0:0:0:0:0]/10)
	     && ! (info$id$orig_h in [0:0:0:0:0:0:0:1]/128) )
		raise_record(from_outside_rule, rdp_origin(info), cat("RDP from ", cat(info$id$orig_h), ", ", (info?$result ? info$result : "-")));
	}

@endif
