##! SID History Added On Domain Controller
##!
##! Id:              80b8ffd8-3ac6-43d2-af93-d720d99774fb
##! ATT&CK:          T1134.005 Access Token Manipulation: SID-History Injection
##! Level:           high
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-drsr/f977faaa-673e-4f66-b9bf-48c640241d47
##! Reference:       https://attack.mitre.org/techniques/T1134/005/
##! False positives: Migration of accounts from another domain
##! Matches:         selection
##! Matches:         selection: uuid: 'e3514235-4b06-11d1-ab04-00c04fc2dcd2' and opnum: 20
##!
##! DRSAddSidHistory ([MS-DRSR] 4.1.2) puts the SID of an account of another domain into the history of one of the
##! domain's own, which thereby has the rights of both. Migration tools call it. Domain controllers only take the call
##! encrypted, so the rule asks for nothing but the operation.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## SID History Added On Domain Controller
		Drsuapi_Sid_History_Added,
	};
}

global drsuapi_sid_history_added_rule = watched(RuleInfo(
	$note=Drsuapi_Sid_History_Added,
	$id="80b8ffd8-3ac6-43d2-af93-d720d99774fb",
	$title="SID History Added On Domain Controller",
	$level="high",
	$attack=vector("T1134.005"),
	$robustness="3H"));

function drsuapi_sid_history_added_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(drsuapi_sid_history_added_rule, c) )
		notify(drsuapi_sid_history_added_rule, c, observed_of(call, call_name(call)), cat_sep(" ", "-", c$id$orig_h, c$id$resp_h));
	}
