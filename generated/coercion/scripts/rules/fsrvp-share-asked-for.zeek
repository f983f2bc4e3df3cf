##! Shadow Copies Of A Share Asked For
##!
##! Id:              0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c08
##! ATT&CK:          T1187 Forced Authentication
##! Level:           low
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-fsrvp/dae107ec-8198-4778-a950-faa7edad125b
##! Reference:       https://msrc.microsoft.com/update-guide/vulnerability/CVE-2022-30154
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://github.com/p0dalirius/windows-coerced-authentication-methods
##! False positives: Backups of file servers
##! Matches:         selection
##! Matches:         selection: uuid: 'a8e0653c-2744-4389-a61d-7373df8b2292' and opnum: 8 or 9
##!
##! A file server was asked whether there are shadow copies of a share, or could be: IsPathSupported or
##! IsPathShadowCopied ([MS-FSRVP] 3.1.4.9 and 3.1.4.10). The host opens the share that the request names and logs on
##! there with its own account (ShadowCoerce, CVE-2022-30154). Backup software asks the file server that has the share.

module Coercion;

export {
	redef enum Notice::Type += {
		## Shadow Copies Of A Share Asked For
		Fsrvp_Share_Asked_For,
	};
}

global fsrvp_share_asked_for_rule = watched(RuleInfo(
	$note=Fsrvp_Share_Asked_For,
	$id="0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c08",
	$title="Shadow Copies Of A Share Asked For",
	$level="low",
	$attack=vector("T1187"),
	$robustness="4H"));

function fsrvp_share_asked_for_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( fsrvp_share_asked_for_rule$is_just_silent )
		++fsrvp_share_asked_for_rule$outcomes$silent;
	else if ( ! may_raise(fsrvp_share_asked_for_rule, c) )
		return;
	else if ( makes_notice(fsrvp_share_asked_for_rule, c) )
		{
		local kept = read_arguments(call);
		notify(fsrvp_share_asked_for_rule, c, cat(DCE_RPC::uuid_endpoint_map[call$interface$uuid], "::", DCE_RPC::operations[call$interface$uuid, call$opnum], ": ", (kept?$argument_ShareName ? kept$argument_ShareName : "-")));
		}

	local match = matches_of_hosts[c$id$orig_h, c$id$resp_h];
	match$ts = network_time();
	match$uid = c$uid;

	if ( ! lists_hosts || ! waits_for_name(fsrvp_share_asked_for_rule, c, coercing_call_correlate, match) )
		coercing_call_correlate(match);
	}
