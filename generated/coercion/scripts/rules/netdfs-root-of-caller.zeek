##! Host Told By DFS Administration To Go To Its Caller
##!
##! Id:              0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c07
##! ATT&CK:          T1187 Forced Authentication
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dfsnm/95a506a8-cae6-4c42-b19d-9c1ed1223979
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://github.com/p0dalirius/windows-coerced-authentication-methods
##! False positives: Tests of a network's own security
##! Matches:         selection_call and (selection_address or selection_webdav)
##! Matches:         selection_call: uuid: '4fc742e0-4a10-11cf-8273-00aa004ae673' and opnum: 12 or 13
##! Matches:         selection_address: argument.ServerName|fieldref|contains: id.orig_h
##! Matches:         selection_webdav: argument.ServerName|contains: '@'
##!
##! A stand-alone DFS root was to be added or removed on the caller itself, by its address, or on a host that is reached
##! by WebDAV (ServerName, [MS-DFSNM] 3.1.4.4.1 and 3.1.4.4.2): DFSCoerce. Administration names the host that is called.

module Coercion;

export {
	redef enum Notice::Type += {
		## Host Told By DFS Administration To Go To Its Caller
		Netdfs_Root_Of_Caller,
	};
}

global netdfs_root_of_caller_rule = watched(RuleInfo(
	$note=Netdfs_Root_Of_Caller,
	$id="0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c07",
	$title="Host Told By DFS Administration To Go To Its Caller",
	$level="high",
	$attack=vector("T1187"),
	$robustness="3P"));

function netdfs_root_of_caller_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	local kept = read_arguments(call);

	if ( kept?$argument_ServerName
	     && (to_lower(cat(c$id$orig_h)) in to_lower(kept$argument_ServerName)
	         || "@" in kept$argument_ServerName)
	     && raises_notice(netdfs_root_of_caller_rule, c) )
		notify(netdfs_root_of_caller_rule, c, cat(DCE_RPC::operations[call$interface$uuid, call$opnum], " told the host to go to ", (kept?$argument_ServerName ? kept$argument_ServerName : "-")));
	}
