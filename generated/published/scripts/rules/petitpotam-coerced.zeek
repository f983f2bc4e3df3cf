##! Host Coerced To Authenticate By EFSRPC
##!
##! Id:              50a951a0-3464-46be-affb-77840df346e5
##! ATT&CK:          T1187 Forced Authentication
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-efsr/08796ba8-01c8-4872-9221-1000ec2eff31
##! Reference:       https://msrc.microsoft.com/update-guide/vulnerability/CVE-2021-36942
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! False positives: Encrypted files on a share that has gone
##! Matches:         selection
##! Matches:         selection: uuid: 'c681d488-d850-11d0-8c52-00c04fd90f7e' or 'df1941c5-fe89-4e79-bf10-463657acf44d'
##!                  and opnum: 0 or 4 or 5 or 6 or 7 or 8 or 9 or 12 or 13 or 15 or 16 or 18 or 2 more
##!                  and response_stub|endswith: "5\0\0\0"
##!
##! PetitPotam (CVE-2021-36942): an operation of the encrypting file system's remote protocol that takes the name of a
##! file was given a path on another host. The host went there, logged on with its own account, and found no share: the
##! operation returned ERROR_BAD_NETPATH (0x35), the last four bytes of the response's stub ([MS-EFSR] 3.1.4.2). What it
##! sent to log on can be relayed.

module Published;

export {
	redef enum Notice::Type += {
		## Host Coerced To Authenticate By EFSRPC
		Petitpotam_Coerced,
	};
}

global petitpotam_coerced_rule = watched(RuleInfo(
	$note=Petitpotam_Coerced,
	$id="50a951a0-3464-46be-affb-77840df346e5",
	$title="Host Coerced To Authenticate By EFSRPC",
	$level="high",
	$attack=vector("T1187"),
	$robustness="3P"));

function petitpotam_coerced_on_response_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( call?$response_stub
	     && ends_with(call$response_stub, "5\x00\x00\x00")
	     && raises_notice(petitpotam_coerced_rule, c) )
		{
		local kept = read_arguments(call);
		notify(petitpotam_coerced_rule, c, observed_of(call, cat(DCE_RPC::operations[call$interface$uuid, call$opnum], " made the host go to ", (kept?$argument_FileName ? kept$argument_FileName : "-"))), cat_sep(" ", "-", c$id$orig_h, c$id$resp_h, DCE_RPC::operations[call$interface$uuid, call$opnum]));
		}
	}

function petitpotam_coerced_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	SigzeekDceRpc::at_response_stub(call, petitpotam_coerced_on_response_stub);
	}
