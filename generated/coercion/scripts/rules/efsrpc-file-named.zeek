##! EFSRPC Given The Name Of A File
##!
##! Id:              0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c01
##! ATT&CK:          T1187 Forced Authentication
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-efsr/08796ba8-01c8-4872-9221-1000ec2eff31
##! Reference:       https://msrc.microsoft.com/update-guide/vulnerability/CVE-2021-36942
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://github.com/p0dalirius/windows-coerced-authentication-methods
##! False positives: Administration of encrypted files on another host
##! Matches:         selection
##! Matches:         selection: uuid: 'c681d488-d850-11d0-8c52-00c04fd90f7e' or 'df1941c5-fe89-4e79-bf10-463657acf44d'
##!                  and opnum: 0 or 4 or 5 or 6 or 7 or 8 or 9 or 12 or 13 or 15 or 16 or 18 or 2 more
##!
##! An operation of the encrypting file system's remote protocol that takes the name of a file was called. The host goes
##! to the path, wherever it is, and logs on there with its own account (PetitPotam, CVE-2021-36942). Two interfaces
##! have the same operations; tools use either.

module Coercion;

export {
	redef enum Notice::Type += {
		## EFSRPC Given The Name Of A File
		Efsrpc_File_Named,
	};
}

global efsrpc_file_named_rule = watched(RuleInfo(
	$note=Efsrpc_File_Named,
	$id="0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c01",
	$title="EFSRPC Given The Name Of A File",
	$level="medium",
	$attack=vector("T1187"),
	$robustness="4H"));

function efsrpc_file_named_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( efsrpc_file_named_rule$is_just_silent )
		++efsrpc_file_named_rule$outcomes$silent;
	else if ( ! may_raise(efsrpc_file_named_rule, c) )
		return;
	else if ( makes_notice(efsrpc_file_named_rule, c) )
		{
		local kept = read_arguments(call);
		notify(efsrpc_file_named_rule, c, cat(DCE_RPC::uuid_endpoint_map[call$interface$uuid], "::", DCE_RPC::operations[call$interface$uuid, call$opnum], ": ", (kept?$argument_FileName ? kept$argument_FileName : "-")));
		}

	local match = matches_of_hosts[c$id$orig_h, c$id$resp_h];
	match$ts = network_time();
	match$uid = c$uid;

	if ( ! lists_hosts || ! waits_for_name(efsrpc_file_named_rule, c, coercing_call_correlate, match) )
		coercing_call_correlate(match);
	}
