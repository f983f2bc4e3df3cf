##! Print Spooler Told To Call Back An Address
##!
##! Id:              0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c05
##! ATT&CK:          T1187 Forced Authentication
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rprn/d42db7d5-f141-4466-8f47-0a4be14e2fc1
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://github.com/p0dalirius/windows-coerced-authentication-methods
##! False positives: Clients without a name
##! Matches:         selection_call and (selection_caller or selection_address)
##! Matches:         selection_call: uuid: '12345678-1234-abcd-ef00-0123456789ab' and opnum: 62 or 65
##! Matches:         selection_caller: argument.pszLocalMachine|fieldref|endswith: id.orig_h
##! Matches:         selection_address: argument.pszLocalMachine|re: '^\\\\[0-9]{1,3}(\.[0-9]{1,3}){3}($|[\\/@])'
##!                  or '^\\\\[^\\@]+@'
##!
##! The print spooler was asked to announce changes to a printer, and to call back an address for it, or a host that is
##! reached by WebDAV (pszLocalMachine, [MS-RPRN] 3.1.4.10.4). Windows clients give their own name there; tools that
##! coerce a host to log on (the printer bug) give what the attacker listens on.

module Coercion;

export {
	redef enum Notice::Type += {
		## Print Spooler Told To Call Back An Address
		Spoolss_Changes_Announced_To_Address,
	};
}

global spoolss_changes_announced_to_address_rule = watched(RuleInfo(
	$note=Spoolss_Changes_Announced_To_Address,
	$id="0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c05",
	$title="Print Spooler Told To Call Back An Address",
	$level="high",
	$attack=vector("T1187"),
	$robustness="3P"));

function spoolss_changes_announced_to_address_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	local kept = read_arguments(call);

	if ( kept?$argument_pszLocalMachine
	     && (ends_with(to_lower(kept$argument_pszLocalMachine), to_lower(cat(c$id$orig_h)))
	         || /^\\\\[0-9]{1,3}(\.[0-9]{1,3}){3}$|^\\\\[0-9]{1,3}(\.[0-9]{1,3}){3}[\/@\\]/ in kept$argument_pszLocalMachine
	         || /^\\\\[^@\\]+@/ in kept$argument_pszLocalMachine)
	     && raises_notice(spoolss_changes_announced_to_address_rule, c) )
		notify(spoolss_changes_announced_to_address_rule, c, cat("Print spooler told to call back ", (kept?$argument_pszLocalMachine ? kept$argument_pszLocalMachine : "-")));
	}
