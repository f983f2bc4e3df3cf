##! Serial Number Of Cobalt Strike
##!
##! Id:              39a8eb0e-19f6-47b7-8e99-1f6fd9d47f9d
##! ATT&CK:          T1573.002 Encrypted Channel: Asymmetric Cryptography
##! Level:           high
##! Robustness:      1H
##! Author:          sigzeek
##! Reference:       https://www.recordedfuture.com/research/cobalt-strike-servers
##! Reference:       https://attack.mitre.org/techniques/T1573/002/
##! False positives: Penetration tests
##! Matches:         selection
##! Matches:         selection: certificate.serial: '08BB00EE'
##!
##! A certificate with the serial number 146473198, that of Cobalt Strike's default certificate. The rule also matches
##! if only the subject was changed, and in any protocol over TLS. x509.log has no hosts: the notice's time and the
##! certificate's fingerprint lead to ssl.log.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## Serial Number Of Cobalt Strike
		Cobalt_Strike_Serial,
	};
}

global cobalt_strike_serial_rule = watched(RuleInfo(
	$note=Cobalt_Strike_Serial,
	$id="39a8eb0e-19f6-47b7-8e99-1f6fd9d47f9d",
	$title="Serial Number Of Cobalt Strike",
	$level="high",
	$attack=vector("T1573.002"),
	$robustness="1H"));

@ifdef ( X509::LOG )

# Run where certificate.serial matches /08BB00EE/i.
function cobalt_strike_serial_on_logged(info: X509::Info)
	{
	raise_record(cobalt_strike_serial_rule, x509_origin(info), cat("Certificate ", info$fingerprint, " with the serial number ", info$certificate$serial), cat_sep(" ", "-", info$fingerprint));
	}

@endif
