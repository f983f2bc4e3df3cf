##! Certificate Of An Attack Framework
##!
##! Id:              e232a17d-00a1-41f1-bd33-3ed1dee718ce
##! ATT&CK:          T1573.002 Encrypted Channel: Asymmetric Cryptography
##! ATT&CK:          T1071.001 Application Layer Protocol: Web Protocols
##! Level:           high
##! Robustness:      1H
##! Author:          sigzeek
##! Reference:       https://www.recordedfuture.com/research/cobalt-strike-servers
##! Reference:       https://github.com/cobbr/Covenant
##! Reference:       https://github.com/its-a-feature/Mythic
##! Reference:       https://github.com/nettitude/PoshC2/blob/master/poshc2/server/Config.py
##! Reference:       https://github.com/NYAN-x-CAT/AsyncRAT-C-Sharp
##! Reference:       https://github.com/quasar/Quasar
##! Reference:       https://attack.mitre.org/techniques/T1573/002/
##! Reference:       https://attack.mitre.org/techniques/T1071/001/
##! False positives: Penetration tests
##! Matches:         1 of (selection_whole, selection_part)
##! Matches:         selection_whole: subject: 'CN=AsyncRAT Server' or 'CN=BitRAT' or 'CN=Covenant' or 'CN=Orcus Server'
##!                  or 'CN=Quasar Server CA' or 'O=Mythic'
##! Matches:         selection_part: subject|contains: 'CN=DcRat Server' or 'CN=Major Cobalt Strike' or 'CN=P18055077'
##!
##! A TLS server presented the default certificate of an attack framework or a remote access trojan. Careful operators
##! replace it; many do not. TLS 1.3 encrypts certificates.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## Certificate Of An Attack Framework
		Framework_Certificate,
	};
}

global framework_certificate_rule = watched(RuleInfo(
	$note=Framework_Certificate,
	$id="e232a17d-00a1-41f1-bd33-3ed1dee718ce",
	$title="Certificate Of An Attack Framework",
	$level="high",
	$attack=vector("T1573.002", "T1071.001"),
	$robustness="1H"));

@ifdef ( SSL::LOG )

# Run where subject matches /CN=AsyncRAT Server|CN=BitRAT|CN=Covenant|CN=Orcus Server|CN=Quasar Server
# CA|O=Mythic|.*CN=DcRat Server.*|.*CN=Major Cobalt Strike.*|.*CN=P18055077.*/is.
function framework_certificate_on_logged(info: SSL::Info)
	{
	raise_record(framework_certificate_rule, ssl_origin(info), cat("TLS certificate of ", (info?$subject ? info$subject : "-")), cat_sep(" ", "-", cat(info$id$resp_h), cat(port_to_count(info$id$resp_p)), (info?$subject ? info$subject : "-")));
	}

@endif
