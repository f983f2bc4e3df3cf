##! SMB To The Outside
##!
##! Id:              85ad026a-ed31-466f-ad1d-e4d4a9416a4d
##! ATT&CK:          T1187 Forced Authentication
##! Level:           high
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://learn.microsoft.com/en-us/windows-server/storage/file-server/smb-secure-traffic
##! False positives: Cloud file services
##! Matches:         selection and not filter_main_private
##! Matches:         selection: service|contains: 'smb'
##! Matches:         filter_main_private: id.resp_h|cidr: '10.0.0.0/8' or '172.16.0.0/12' or '192.168.0.0/16'
##!                  or '100.64.0.0/10' or '169.254.0.0/16' or '127.0.0.0/8' or 'fc00::/7' or 'fe80::/10' or '::1/128'
##!
##! SMB between a host and a public address. A document, shortcut or mail that contains a path to an attacker's share
##! makes Windows log in there, which discloses the user's NTLM response for cracking or relaying.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## SMB To The Outside
		Smb_Outside,
	};
}

global smb_outside_rule = watched(RuleInfo(
	$note=Smb_Outside,
	$id="85ad026a-ed31-466f-ad1d-e4d4a9416a4d",
	$title="SMB To The Outside",
	$level="high",
	$attack=vector("T1187"),
	$robustness="3H"));

@ifdef ( Conn::LOG )

# Run where service matches /.*smb.*/is.
function smb_outside_on_logged(info: Conn::Info)
	{
	if ( ! (info$id$resp_h in 10.0.0.0/8)
	     && ! (info$id$resp_h in 172.16.0.0/12)
	     && ! (info$id$resp_h in 192.168.0.0/16)
	     && ! (info$id$resp_h in 100.64.0.0/10)
	     && ! (info$id$resp_h in 169.254.0.0/16)
	     && ! (info$id$resp_h in 127.0.0.0/8)
	     && ! (info$id$resp_h in [fc00:0:0:0:0:0:0:0]/7)
	     && ! (info$id$resp_h in [fe80:0:0:0:0:0:0:0]/10)
	     && ! (info$id$resp_h in [0:0:0:0:0:0:0:1]/128) )
		raise_record(smb_outside_rule, conn_origin(info), cat("SMB with ", cat(info$id$resp_h), ", which is outside"));
	}

@endif
