##! Self-Signed Certificate Outside
##!
##! Id:              43077936-04b0-49c8-91b5-6283582e3aa1
##! ATT&CK:          T1573.002 Encrypted Channel: Asymmetric Cryptography
##! Level:           low
##! Robustness:      1H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1573/002/
##! Reference:       https://datatracker.ietf.org/doc/html/rfc6066#section-3
##! False positives: Appliances of partners, VPN gateways and cameras with their factory certificate
##! False positives: Peer-to-peer software
##! Matches:         selection and not filter_main_private
##! Matches:         selection: subject|fieldref: issuer and server_name: null
##!                  and version: 'SSLv3' or 'TLSv10' or 'TLSv11' or 'TLSv12'
##! Matches:         filter_main_private: id.resp_h|cidr: '10.0.0.0/8' or '172.16.0.0/12' or '192.168.0.0/16'
##!                  or '100.64.0.0/10' or '169.254.0.0/16' or '127.0.0.0/8' or 'fc00::/7' or 'fe80::/10' or '::1/128'
##!
##! A client connected to a public address without a server name (SNI), and the server's certificate is self-signed.
##! Browsers send the server name unless the user enters an address. Implants that are configured with an address send
##! none. TLS 1.3 encrypts certificates.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## Self-Signed Certificate Outside
		Self_Signed_Outside,
	};
}

global self_signed_outside_rule = watched(RuleInfo(
	$note=Self_Signed_Outside,
	$id="43077936-04b0-49c8-91b5-6283582e3aa1",
	$title="Self-Signed Certificate Outside",
	$level="low",
	$attack=vector("T1573.002"),
	$robustness="1H",
	$suppress_for=double_to_interval(86400.0)));

@ifdef ( SSL::LOG )

# Run where version matches /SSLv3|TLSv10|TLSv11|TLSv12/i.
function self_signed_outside_on_logged(info: SSL::Info)
	{
	if ( info?$subject
	     && info?$issuer
	     && to_lower(info$subject) == to_lower(info$issuer)
	     && ! info?$server_name
	     && ! (info$id$resp_h in 10.0.0.0/8)
	     && ! (info$id$resp_h in 172.16.0.0/12)
	     && ! (info$id$resp_h in 192.168.0.0/16)
	     && ! (info$id$resp_h in 100.64.0.0/10)
	     && ! (info$id$resp_h in 169.254.0.0/16)
	     && ! (info$id$resp_h in 127.0.0.0/8)
	     && ! (info$id$resp_h in [fc00:0:0:0:0:0:0:0]/7)
	     && ! (info$id$resp_h in [fe80:0:0:0:0:0:0:0]/10)
	     && ! (info$id$resp_h in [0:0:0:0:0:0:0:1]/128) )
		raise_record(self_signed_outside_rule, ssl_origin(info), cat("Self-signed certificate of ", (info?$subject ? info$subject : "-"), ", server not named"), cat_sep(" ", "-", cat(info$id$orig_h), cat(info$id$resp_h), cat(port_to_count(info$id$resp_p))));
	}

@endif
