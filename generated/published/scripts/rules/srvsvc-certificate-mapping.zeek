##! Certificate Mapping Of The Server Service Called
##!
##! Id:              47844070-294d-43ed-9921-d2c4019ed581
##! ATT&CK:          T1187 Forced Authentication
##! Level:           high
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://msrc.microsoft.com/update-guide/vulnerability/CVE-2022-30216
##! Reference:       https://www.akamai.com/blog/security/authentication-coercion-windows-server-service
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-srvs/accf23b0-0f57-441c-9185-43041f1b0ee9
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Matches:         selection
##! Matches:         selection: uuid: '4b324fc8-1670-01d3-1278-5a47bf6ee188' and opnum: 74
##!
##! CVE-2022-30216: the Server service answered to a call of its interface's operation 74, which is for the host's own
##! use: the mapping of certificates to shares over QUIC. Through it another host could have the service fetch a
##! certificate, and log on, at an address of the caller's choice. A host that does not have the operation, or does not
##! let others have it, ends the call with a fault, which raises nothing.

module Published;

export {
	redef enum Notice::Type += {
		## Certificate Mapping Of The Server Service Called
		Srvsvc_Certificate_Mapping,
	};
}

global srvsvc_certificate_mapping_rule = watched(RuleInfo(
	$note=Srvsvc_Certificate_Mapping,
	$id="47844070-294d-43ed-9921-d2c4019ed581",
	$title="Certificate Mapping Of The Server Service Called",
	$level="high",
	$attack=vector("T1187"),
	$robustness="4H"));

function srvsvc_certificate_mapping_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(srvsvc_certificate_mapping_rule, c) )
		notify(srvsvc_certificate_mapping_rule, c, observed_of(call, call_name(call)));
	}
