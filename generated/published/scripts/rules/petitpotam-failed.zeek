##! Coercion By EFSRPC Failed
##!
##! Id:              96a571b8-e512-48d0-a248-a73e689de345
##! ATT&CK:          T1187 Forced Authentication
##! Level:           medium
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-efsr/08796ba8-01c8-4872-9221-1000ec2eff31
##! Reference:       https://msrc.microsoft.com/update-guide/vulnerability/CVE-2021-36942
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! False positives: Administration of encrypted files on another host
##! Matches:         selection and not filter_main_coerced
##! Matches:         selection: uuid: 'c681d488-d850-11d0-8c52-00c04fd90f7e' or 'df1941c5-fe89-4e79-bf10-463657acf44d'
##!                  and opnum: 0 or 4 or 5 or 6 or 7 or 8 or 9 or 12 or 13 or 15 or 16 or 18 or 2 more
##! Matches:         filter_main_coerced: response_stub|endswith: "5\0\0\0"
##!
##! PetitPotam (CVE-2021-36942) as it looks where it does not work: an operation of the encrypting file system's remote
##! protocol that takes the name of a file was answered, and not with ERROR_BAD_NETPATH, which shows that the host has
##! gone to the path. Hosts with Microsoft's updates return ERROR_ACCESS_DENIED to callers who have not logged on.

module Published;

export {
	redef enum Notice::Type += {
		## Coercion By EFSRPC Failed
		Petitpotam_Failed,
	};
}

global petitpotam_failed_rule = watched(RuleInfo(
	$note=Petitpotam_Failed,
	$id="96a571b8-e512-48d0-a248-a73e689de345",
	$title="Coercion By EFSRPC Failed",
	$level="medium",
	$attack=vector("T1187"),
	$robustness="3P"));

function petitpotam_failed_on_response_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( ! (call?$response_stub && ends_with(call$response_stub, "5\x00\x00\x00"))
	     && raises_notice(petitpotam_failed_rule, c) )
		{
		local kept = read_results(call);
		notify(petitpotam_failed_rule, c, observed_of(call, cat(DCE_RPC::operations[call$interface$uuid, call$opnum], " with ", (kept?$argument_FileName ? kept$argument_FileName : "-"), " returned ", (kept?$result_return ? cat(kept$result_return) : "-"))), cat_sep(" ", "-", c$id$orig_h, c$id$resp_h, DCE_RPC::operations[call$interface$uuid, call$opnum]));
		}
	}

function petitpotam_failed_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	SigzeekDceRpc::at_response_stub(call, petitpotam_failed_on_response_stub);
	}
