##! Package Of The Local Security Authority Set On Remote Host
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0105
##! ATT&CK:          T1547.002 Boot or Logon Autostart Execution: Authentication Package
##! ATT&CK:          T1547.005 Boot or Logon Autostart Execution: Security Support Provider
##! ATT&CK:          T1556.002 Modify Authentication Process: Password Filter DLL
##! ATT&CK:          T1112 Modify Registry
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rrp/2b61fa7e-2a38-46ce-a186-7c91b3ed1b61
##! Reference:       https://attack.mitre.org/techniques/T1547/002/
##! Reference:       https://attack.mitre.org/techniques/T1547/005/
##! Reference:       https://attack.mitre.org/techniques/T1556/002/
##! False positives: Installation of single sign-on or password policy software
##! Matches:         all of (selection_call, selection_name)
##! Matches:         selection_call: endpoint: 'winreg' and operation: 'BaseRegSetValue'
##! Matches:         selection_name: argument.lpValueName: 'Authentication Packages' or 'Security Packages'
##!                  or 'Notification Packages'
##!
##! A value that names DLLs of the local security authority was set (lpValueName of BaseRegSetValue, [MS-RRP] 3.1.5.22):
##! authentication packages, security packages (security support providers), and notification packages, which are
##! password filters. Whatever they name sees the passwords of who logs on.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Package Of The Local Security Authority Set On Remote Host
		Winreg_Security_Package_Set,
	};
}

global winreg_security_package_set_rule = watched(RuleInfo(
	$note=Winreg_Security_Package_Set,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0105",
	$title="Package Of The Local Security Authority Set On Remote Host",
	$level="high",
	$attack=vector("T1547.002", "T1547.005", "T1556.002", "T1112"),
	$robustness="3P"));

function winreg_security_package_set_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(winreg_security_package_set_rule, c) )
		{
		local kept = read_arguments(call);
		notify(winreg_security_package_set_rule, c, observed_of(call, cat("Value ", (kept?$argument_lpValueName ? kept$argument_lpValueName : "-"), " set")));
		}
	}

# Which reading of a request the rule has held of last; 0 before the first.
global winreg_security_package_set_held = 0;

function winreg_security_package_set_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( winreg_security_package_set_held > 0
	     && call$operation$remote_execution_reading == winreg_security_package_set_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, winreg_security_package_set_on_response);
		return;
		}

	if ( ! (/A\x00u\x00t\x00h\x00e\x00n\x00t\x00i\x00c\x00a\x00t\x00i\x00o\x00n\x00 \x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00s\x00|\x00A\x00u\x00t\x00h\x00e\x00n\x00t\x00i\x00c\x00a\x00t\x00i\x00o\x00n\x00 \x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00s|Authentication Packages|S\x00e\x00c\x00u\x00r\x00i\x00t\x00y\x00 \x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00s\x00|\x00S\x00e\x00c\x00u\x00r\x00i\x00t\x00y\x00 \x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00s|Security Packages|N\x00o\x00t\x00i\x00f\x00i\x00c\x00a\x00t\x00i\x00o\x00n\x00 \x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00s\x00|\x00N\x00o\x00t\x00i\x00f\x00i\x00c\x00a\x00t\x00i\x00o\x00n\x00 \x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00s|Notification Packages/i in call$stub) )
		return;

	local kept = read_arguments(call);

	if ( kept?$argument_lpValueName
	     && (to_lower(kept$argument_lpValueName) == "authentication packages"
	         || to_lower(kept$argument_lpValueName) == "security packages"
	         || to_lower(kept$argument_lpValueName) == "notification packages") )
		{
		SigzeekDceRpc::at_response(call, winreg_security_package_set_on_response);
		winreg_security_package_set_held = call$operation$remote_execution_reading;
		}
	}
