##! Host Told By EFSRPC To Go To Its Caller
##!
##! Id:              0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c02
##! ATT&CK:          T1187 Forced Authentication
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-efsr/08796ba8-01c8-4872-9221-1000ec2eff31
##! Reference:       https://msrc.microsoft.com/update-guide/vulnerability/CVE-2021-36942
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://github.com/p0dalirius/windows-coerced-authentication-methods
##! False positives: Tests of a network's own security
##! Matches:         selection_call and (selection_address or selection_webdav)
##! Matches:         selection_call: uuid: 'c681d488-d850-11d0-8c52-00c04fd90f7e'
##!                  or 'df1941c5-fe89-4e79-bf10-463657acf44d' and opnum: 0 or 4 or 5 or 6 or 7 or 8 or 9 or 12 or 13
##!                  or 15 or 16 or 18 or 2 more
##! Matches:         selection_address: argument.FileName|fieldref|contains: id.orig_h
##! Matches:         selection_webdav: argument.FileName|re: '^\\\\[^\\@]+@'
##!
##! An operation of the encrypting file system's remote protocol was given a path that has its caller's address, or one
##! that is reached by WebDAV ('\\host@80\share'): PetitPotam (CVE-2021-36942). Who asks for a file that is on his own
##! host wants the account that comes for it. A caller whose name stands for his address looks as administration does,
##! see 'efsrpc_path_of_another_host'.

module Coercion;

export {
	redef enum Notice::Type += {
		## Host Told By EFSRPC To Go To Its Caller
		Efsrpc_Path_Of_Caller,
	};
}

global efsrpc_path_of_caller_rule = watched(RuleInfo(
	$note=Efsrpc_Path_Of_Caller,
	$id="0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c02",
	$title="Host Told By EFSRPC To Go To Its Caller",
	$level="high",
	$attack=vector("T1187"),
	$robustness="3P"));

function efsrpc_path_of_caller_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	local kept = read_arguments(call);

	if ( kept?$argument_FileName
	     && (to_lower(cat(c$id$orig_h)) in to_lower(kept$argument_FileName)
	         || /^\\\\[^@\\]+@/ in kept$argument_FileName)
	     && raises_notice(efsrpc_path_of_caller_rule, c) )
		notify(efsrpc_path_of_caller_rule, c, cat(DCE_RPC::operations[call$interface$uuid, call$opnum], " told the host to go to ", (kept?$argument_FileName ? kept$argument_FileName : "-")));
	}
