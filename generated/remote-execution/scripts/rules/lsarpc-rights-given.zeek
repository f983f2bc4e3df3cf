##! Rights Given To An Account On Remote Host
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0115
##! ATT&CK:          T1098 Account Manipulation
##! Level:           low
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-lsad/1b5471ef-4c33-4a91-b079-dfcbb82f05cc
##! Reference:       https://attack.mitre.org/techniques/T1098/
##! False positives: Administration of user rights
##! Matches:         selection
##! Matches:         selection: endpoint: 'lsarpc' and operation: 'LsarAddAccountRights' or 'LsarAddPrivilegesToAccount'
##!
##! An account was given rights on another host: LsarAddAccountRights and LsarAddPrivilegesToAccount ([MS-LSAD]
##! 3.1.4.5.11 and 3.1.4.5.5), as tools that set user rights remotely do. Group policy does not do it so.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Rights Given To An Account On Remote Host
		Lsarpc_Rights_Given,
	};
}

global lsarpc_rights_given_rule = watched(RuleInfo(
	$note=Lsarpc_Rights_Given,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0115",
	$title="Rights Given To An Account On Remote Host",
	$level="low",
	$attack=vector("T1098"),
	$robustness="3H"));

function lsarpc_rights_given_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(lsarpc_rights_given_rule, c) )
		{
		local kept = read_arguments(call);
		notify(lsarpc_rights_given_rule, c, observed_of(call, cat((kept?$argument_AccountSid ? kept$argument_AccountSid : "-"), " was given ", (kept?$argument_UserRights_UserRights ? join_string_vec(kept$argument_UserRights_UserRights, ",") : "-"))));
		}
	}

function lsarpc_rights_given_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	SigzeekDceRpc::at_response(call, lsarpc_rights_given_on_response);
	}
