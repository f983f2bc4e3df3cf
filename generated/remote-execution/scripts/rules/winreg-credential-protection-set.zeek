##! Protection Of Credentials Changed On Remote Host
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0106
##! ATT&CK:          T1112 Modify Registry
##! ATT&CK:          T1556 Modify Authentication Process
##! Level:           medium
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rrp/2b61fa7e-2a38-46ce-a186-7c91b3ed1b61
##! Reference:       https://attack.mitre.org/techniques/T1112/
##! Reference:       https://attack.mitre.org/techniques/T1556/
##! False positives: Administration of security settings
##! Matches:         all of (selection_call, selection_name)
##! Matches:         selection_call: endpoint: 'winreg' and operation: 'BaseRegSetValue'
##! Matches:         selection_name: argument.lpValueName: 'DisableRestrictedAdmin' or 'UseLogonCredential'
##!                  or 'RunAsPPL' or 'RunAsPPLBoot' or 'LmCompatibilityLevel' or 'NoLMHash' or 'LsaCfgFlags'
##!                  or 'LocalAccountTokenFilterPolicy'
##!
##! A value was set that decides how the host protects credentials (lpValueName of BaseRegSetValue, [MS-RRP] 3.1.5.22):
##! whether RDP takes a hash in place of a password (DisableRestrictedAdmin), whether WDigest keeps passwords in memory
##! (UseLogonCredential), whether LSASS is a protected process (RunAsPPL), which answers NTLM gives
##! (LmCompatibilityLevel). Tools set the first two before they go on.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Protection Of Credentials Changed On Remote Host
		Winreg_Credential_Protection_Set,
	};
}

global winreg_credential_protection_set_rule = watched(RuleInfo(
	$note=Winreg_Credential_Protection_Set,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0106",
	$title="Protection Of Credentials Changed On Remote Host",
	$level="medium",
	$attack=vector("T1112", "T1556"),
	$robustness="3P"));

function winreg_credential_protection_set_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(winreg_credential_protection_set_rule, c) )
		{
		local kept = read_arguments(call);
		notify(winreg_credential_protection_set_rule, c, observed_of(call, cat("Value ", (kept?$argument_lpValueName ? kept$argument_lpValueName : "-"), " set")));
		}
	}

# Which reading of a request the rule has held of last; 0 before the first.
global winreg_credential_protection_set_held = 0;

function winreg_credential_protection_set_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( winreg_credential_protection_set_held > 0
	     && call$operation$remote_execution_reading == winreg_credential_protection_set_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, winreg_credential_protection_set_on_response);
		return;
		}

	if ( ! (/D\x00i\x00s\x00a\x00b\x00l\x00e\x00R\x00e\x00s\x00t\x00r\x00i\x00c\x00t\x00e\x00d\x00A\x00d\x00m\x00i\x00n\x00|\x00D\x00i\x00s\x00a\x00b\x00l\x00e\x00R\x00e\x00s\x00t\x00r\x00i\x00c\x00t\x00e\x00d\x00A\x00d\x00m\x00i\x00n|DisableRestrictedAdmin|U\x00s\x00e\x00L\x00o\x00g\x00o\x00n\x00C\x00r\x00e\x00d\x00e\x00n\x00t\x00i\x00a\x00l\x00|\x00U\x00s\x00e\x00L\x00o\x00g\x00o\x00n\x00C\x00r\x00e\x00d\x00e\x00n\x00t\x00i\x00a\x00l|UseLogonCredential|R\x00u\x00n\x00A\x00s\x00P\x00P\x00L\x00|\x00R\x00u\x00n\x00A\x00s\x00P\x00P\x00L|RunAsPPL|R\x00u\x00n\x00A\x00s\x00P\x00P\x00L\x00B\x00o\x00o\x00t\x00|\x00R\x00u\x00n\x00A\x00s\x00P\x00P\x00L\x00B\x00o\x00o\x00t|RunAsPPLBoot|L\x00m\x00C\x00o\x00m\x00p\x00a\x00t\x00i\x00b\x00i\x00l\x00i\x00t\x00y\x00L\x00e\x00v\x00e\x00l\x00|\x00L\x00m\x00C\x00o\x00m\x00p\x00a\x00t\x00i\x00b\x00i\x00l\x00i\x00t\x00y\x00L\x00e\x00v\x00e\x00l|LmCompatibilityLevel|N\x00o\x00L\x00M\x00H\x00a\x00s\x00h\x00|\x00N\x00o\x00L\x00M\x00H\x00a\x00s\x00h|NoLMHash|L\x00s\x00a\x00C\x00f\x00g\x00F\x00l\x00a\x00g\x00s\x00|\x00L\x00s\x00a\x00C\x00f\x00g\x00F\x00l\x00a\x00g\x00s|LsaCfgFlags|L\x00o\x00c\x00a\x00l\x00A\x00c\x00c\x00o\x00u\x00n\x00t\x00T\x00o\x00k\x00e\x00n\x00F\x00i\x00l\x00t\x00e\x00r\x00P\x00o\x00l\x00i\x00c\x00y\x00|\x00L\x00o\x00c\x00a\x00l\x00A\x00c\x00c\x00o\x00u\x00n\x00t\x00T\x00o\x00k\x00e\x00n\x00F\x00i\x00l\x00t\x00e\x00r\x00P\x00o\x00l\x00i\x00c\x00y|LocalAccountTokenFilterPolicy/i in call$stub) )
		return;

	local kept = read_arguments(call);

	if ( kept?$argument_lpValueName
	     && (to_lower(kept$argument_lpValueName) == "disablerestrictedadmin"
	         || to_lower(kept$argument_lpValueName) == "uselogoncredential"
	         || to_lower(kept$argument_lpValueName) == "runasppl"
	         || to_lower(kept$argument_lpValueName) == "runaspplboot"
	         || to_lower(kept$argument_lpValueName) == "lmcompatibilitylevel"
	         || to_lower(kept$argument_lpValueName) == "nolmhash"
	         || to_lower(kept$argument_lpValueName) == "lsacfgflags"
	         || to_lower(kept$argument_lpValueName) == "localaccounttokenfilterpolicy") )
		{
		SigzeekDceRpc::at_response(call, winreg_credential_protection_set_on_response);
		winreg_credential_protection_set_held = call$operation$remote_execution_reading;
		}
	}
