##! File Uploaded To The Outside With FTP
##!
##! Id:              f1b93684-4214-4f8e-a219-39e49a4efb5d
##! ATT&CK:          T1048.003 Exfiltration Over Alternative Protocol: Exfiltration Over Unencrypted Non-C2 Protocol
##! Level:           medium
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1048/003/
##! Reference:       https://datatracker.ietf.org/doc/html/rfc959
##! False positives: Web sites published with FTP
##! False positives: Partners that receive files with FTP
##! Matches:         selection and not filter_main_private
##! Matches:         selection: command: 'APPE' or 'STOR' or 'STOU' and reply_code: 226 or 250
##! Matches:         filter_main_private: id.resp_h|cidr: '10.0.0.0/8' or '172.16.0.0/12' or '192.168.0.0/16'
##!                  or '100.64.0.0/10' or '169.254.0.0/16' or '127.0.0.0/8' or 'fc00::/7' or 'fe80::/10' or '::1/128'
##!
##! A file was uploaded to a public address with FTP, unencrypted. Legitimate use is rare today; stealers and some
##! ransomware do it.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## File Uploaded To The Outside With FTP
		Upload_Outside,
	};
}

global upload_outside_rule = watched(RuleInfo(
	$note=Upload_Outside,
	$id="f1b93684-4214-4f8e-a219-39e49a4efb5d",
	$title="File Uploaded To The Outside With FTP",
	$level="medium",
	$attack=vector("T1048.003"),
	$robustness="3H"));

@ifdef ( FTP::LOG )

function upload_outside_on_logged(info: FTP::Info)
	{
	if ( info?$command
	     && /APPE|STOR|STOU/i == info$command
	     && info?$reply_code
	     && (info$reply_code == 226 || info$reply_code == 250)
	     && ! (info$id$resp_h in 10.0.0.0/8)
	     && ! (info$id$resp_h in 172.16.0.0/12)
	     && ! (info$id$resp_h in 192.168.0.0/16)
	     && ! (info$id$resp_h in 100.64.0.0/10)
	     && ! (info$id$resp_h in 169.254.0.0/16)
	     && ! (info$id$resp_h in 127.0.0.0/8)
	     && ! (info$id$resp_h in [fc00:0:0:0:0:0:0:0]/7)
	     && ! (info$id$resp_h in [fe80:0:0:0:0:0:0:0]/10)
	     && ! (info$id$resp_h in [0:0:0:0:0:0:0:1]/128) )
		raise_record(upload_outside_rule, ftp_origin(info), cat(info$user, " uploaded ", (info?$arg ? info$arg : "-")), cat_sep(" ", "-", cat(info$id$orig_h), cat(info$id$resp_h), info$user));
	}

@endif
