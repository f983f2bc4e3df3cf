##! Host Told By FSRVP To Go To Its Caller
##!
##! Id:              0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c09
##! ATT&CK:          T1187 Forced Authentication
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-fsrvp/dae107ec-8198-4778-a950-faa7edad125b
##! Reference:       https://msrc.microsoft.com/update-guide/vulnerability/CVE-2022-30154
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://github.com/p0dalirius/windows-coerced-authentication-methods
##! False positives: Tests of a network's own security
##! Matches:         selection_call and (selection_address or selection_webdav)
##! Matches:         selection_call: uuid: 'a8e0653c-2744-4389-a61d-7373df8b2292' and opnum: 8 or 9
##! Matches:         selection_address: argument.ShareName|fieldref|contains: id.orig_h
##! Matches:         selection_webdav: argument.ShareName|re: '^\\\\[^\\@]+@'
##!
##! A file server was asked for shadow copies of a share of the caller itself, by its address, or of one that is reached
##! by WebDAV (ShareName, [MS-FSRVP] 3.1.4.9 and 3.1.4.10): ShadowCoerce (CVE-2022-30154). Backup software names a share
##! of the server that it asks.

module Coercion;

export {
	redef enum Notice::Type += {
		## Host Told By FSRVP To Go To Its Caller
		Fsrvp_Share_Of_Caller,
	};
}

global fsrvp_share_of_caller_rule = watched(RuleInfo(
	$note=Fsrvp_Share_Of_Caller,
	$id="0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c09",
	$title="Host Told By FSRVP To Go To Its Caller",
	$level="high",
	$attack=vector("T1187"),
	$robustness="3P"));

function fsrvp_share_of_caller_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	local kept = read_arguments(call);

	if ( kept?$argument_ShareName
	     && (to_lower(cat(c$id$orig_h)) in to_lower(kept$argument_ShareName)
	         || /^\\\\[^@\\]+@/ in kept$argument_ShareName)
	     && raises_notice(fsrvp_share_of_caller_rule, c) )
		notify(fsrvp_share_of_caller_rule, c, cat(DCE_RPC::operations[call$interface$uuid, call$opnum], " told the host to go to ", (kept?$argument_ShareName ? kept$argument_ShareName : "-")));
	}
