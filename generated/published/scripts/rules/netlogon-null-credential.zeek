##! Netlogon Credential Of Zeros
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0120
##! ATT&CK:          T1210 Exploitation of Remote Services
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://msrc.microsoft.com/update-guide/vulnerability/CVE-2020-1472
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-nrpc/3a9ed16f-8014-45ae-80af-c0ecb06e2db9
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! False positives: Scans for the vulnerability
##! Matches:         selection
##! Matches:         selection: uuid: '12345678-1234-abcd-ef00-01234567cffb' and opnum: 5 or 15 or 26
##!                  and argument.ClientCredential|re: '^\x00{8}$'
##!
##! Zerologon (CVE-2020-1472): a client claims a credential of eight zero bytes (ClientCredential of
##! NetrServerAuthenticate, 2 and 3, [MS-NRPC] 3.5.4.4.2 to 3.5.4.4.4). Computed from a password, it is that in one of
##! 2^64 cases; with the fault, it is right in one of 256 attempts. One attempt is enough here, and the notice has the
##! account.

module Published;

export {
	redef enum Notice::Type += {
		## Netlogon Credential Of Zeros
		Netlogon_Null_Credential,
	};
}

global netlogon_null_credential_rule = watched(RuleInfo(
	$note=Netlogon_Null_Credential,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0120",
	$title="Netlogon Credential Of Zeros",
	$level="high",
	$attack=vector("T1210"),
	$robustness="3P"));

function netlogon_null_credential_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(netlogon_null_credential_rule, c) )
		{
		local kept = read_arguments(call);
		notify(netlogon_null_credential_rule, c, observed_of(call, cat((kept?$argument_ComputerName ? kept$argument_ComputerName : "-"), " claimed to be ", (kept?$argument_AccountName ? kept$argument_AccountName : "-"), " with a credential of zeros")));
		}
	}

# Which reading of a request the rule has held of last; 0 before the first.
global netlogon_null_credential_held = 0;

function netlogon_null_credential_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( netlogon_null_credential_held > 0
	     && call$operation$published_reading == netlogon_null_credential_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, netlogon_null_credential_on_response);
		return;
		}

	if ( ! (/\x00{8}/ in call$stub) )
		return;

	local kept = read_arguments(call);

	if ( kept?$argument_ClientCredential && /\x00{8}/ == kept$argument_ClientCredential )
		{
		SigzeekDceRpc::at_response(call, netlogon_null_credential_on_response);
		netlogon_null_credential_held = call$operation$published_reading;
		}
	}
