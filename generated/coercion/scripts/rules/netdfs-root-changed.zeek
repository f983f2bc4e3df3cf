##! DFS Root Added Or Removed On Remote Host
##!
##! Id:              0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c06
##! ATT&CK:          T1187 Forced Authentication
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dfsnm/95a506a8-cae6-4c42-b19d-9c1ed1223979
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://github.com/p0dalirius/windows-coerced-authentication-methods
##! False positives: Administration of DFS
##! Matches:         selection
##! Matches:         selection: uuid: '4fc742e0-4a10-11cf-8273-00aa004ae673' and opnum: 12 or 13
##!
##! A stand-alone DFS root was added or removed: NetrDfsAddStdRoot or NetrDfsRemoveStdRoot ([MS-DFSNM] 3.1.4.4.1 and
##! 3.1.4.4.2). The host opens the share that the request names and logs on there with its own account, which is how a
##! domain controller is coerced (DFSCoerce).

module Coercion;

export {
	redef enum Notice::Type += {
		## DFS Root Added Or Removed On Remote Host
		Netdfs_Root_Changed,
	};
}

global netdfs_root_changed_rule = watched(RuleInfo(
	$note=Netdfs_Root_Changed,
	$id="0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c06",
	$title="DFS Root Added Or Removed On Remote Host",
	$level="medium",
	$attack=vector("T1187"),
	$robustness="4H"));

function netdfs_root_changed_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( netdfs_root_changed_rule$is_just_silent )
		++netdfs_root_changed_rule$outcomes$silent;
	else if ( ! may_raise(netdfs_root_changed_rule, c) )
		return;
	else if ( makes_notice(netdfs_root_changed_rule, c) )
		{
		local kept = read_arguments(call);
		notify(netdfs_root_changed_rule, c, cat(DCE_RPC::uuid_endpoint_map[call$interface$uuid], "::", DCE_RPC::operations[call$interface$uuid, call$opnum], ": ", (kept?$argument_ServerName ? kept$argument_ServerName : "-")));
		}

	local match = matches_of_hosts[c$id$orig_h, c$id$resp_h];
	match$ts = network_time();
	match$uid = c$uid;

	if ( ! lists_hosts || ! waits_for_name(netdfs_root_changed_rule, c, coercing_call_correlate, match) )
		coercing_call_correlate(match);
	}
