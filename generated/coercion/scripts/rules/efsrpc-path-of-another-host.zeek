##! Host Told By EFSRPC To Go To Another Host
##!
##! Id:              0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c03
##! ATT&CK:          T1187 Forced Authentication
##! Level:           medium
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-efsr/08796ba8-01c8-4872-9221-1000ec2eff31
##! Reference:       https://msrc.microsoft.com/update-guide/vulnerability/CVE-2021-36942
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://github.com/p0dalirius/windows-coerced-authentication-methods
##! False positives: Administration of encrypted files on another host, whose name is in the path
##! Matches:         all of (selection_call, selection_share) and not 1 of (filter_main_caller, filter_main_responder,
##!                  filter_main_webdav)
##! Matches:         selection_call: uuid: 'c681d488-d850-11d0-8c52-00c04fd90f7e'
##!                  or 'df1941c5-fe89-4e79-bf10-463657acf44d' and opnum: 0 or 4 or 5 or 6 or 7 or 8 or 9 or 12 or 13
##!                  or 15 or 16 or 18 or 2 more
##! Matches:         selection_share: argument.FileName|startswith: '\\\\'
##! Matches:         filter_main_caller: argument.FileName|fieldref|contains: id.orig_h
##! Matches:         filter_main_responder: argument.FileName|fieldref|contains: id.resp_h
##! Matches:         filter_main_webdav: argument.FileName|re: '^\\\\[^\\@]+@'
##!
##! An operation of the encrypting file system's remote protocol was given a path on a share whose host is neither the
##! caller nor the responder by their addresses. PetitPotam (CVE-2021-36942) looks so if the attacker's host goes by a
##! name, or listens elsewhere. Clients name the responder itself in the same way.

module Coercion;

export {
	redef enum Notice::Type += {
		## Host Told By EFSRPC To Go To Another Host
		Efsrpc_Path_Of_Another_Host,
	};
}

global efsrpc_path_of_another_host_rule = watched(RuleInfo(
	$note=Efsrpc_Path_Of_Another_Host,
	$id="0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c03",
	$title="Host Told By EFSRPC To Go To Another Host",
	$level="medium",
	$attack=vector("T1187"),
	$robustness="3P"));

function efsrpc_path_of_another_host_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( ! (/\\\x00\\\x00|\x00\\\x00\\|\\\\/ in call$stub) )
		return;

	local kept = read_arguments(call);

	if ( kept?$argument_FileName
	     && starts_with(kept$argument_FileName, "\\\\")
	     && ! (to_lower(cat(c$id$orig_h)) in to_lower(kept$argument_FileName))
	     && ! (to_lower(cat(c$id$resp_h)) in to_lower(kept$argument_FileName))
	     && ! (/^\\\\[^@\\]+@/ in kept$argument_FileName)
	     && raises_notice(efsrpc_path_of_another_host_rule, c) )
		notify(efsrpc_path_of_another_host_rule, c, cat(DCE_RPC::operations[call$interface$uuid, call$opnum], " told the host to go to ", (kept?$argument_FileName ? kept$argument_FileName : "-")));
	}
