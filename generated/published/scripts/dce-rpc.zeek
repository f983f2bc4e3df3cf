##! Dispatch of DCE-RPC calls to the rules that watch them.
##!
##! A rule watches an interface UUID and an opnum, so a Zeek release that renames an interface changes nothing.

@load ./dce-rpc-call
@load ./dce-rpc-pairing
@load ./dce-rpc-request-stub
@load ./dce-rpc-response-stub

module Published;

# What Zeek makes of watched interfaces where the client is big-endian.
redef SigzeekDceRpc::swapped_interfaces += {
	# spoolss
	["78563412-3412-cdab-ef00-0123456789ab"] = "12345678-1234-abcd-ef00-0123456789ab",
	# netlogon
	["78563412-3412-cdab-ef00-01234567cffb"] = "12345678-1234-abcd-ef00-01234567cffb",
	# srvsvc
	["c84f324b-7016-d301-1278-5a47bf6ee188"] = "4b324fc8-1670-01d3-1278-5a47bf6ee188",
	# IRemoteWinspool
	["963ff076-fdcd-fc44-a22c-64950a001209"] = "76f03f96-cdfd-44fc-a22c-64950a001209",
	# efsrpc2
	["88d481c6-50d8-d011-8c52-00c04fd90f7e"] = "c681d488-d850-11d0-8c52-00c04fd90f7e",
	# efsrpc
	["c54119df-89fe-794e-bf10-463657acf44d"] = "df1941c5-fe89-4e79-bf10-463657acf44d",
};

# Rules that look at arguments, by operation.
const rules_on_arguments: table[string, count] of vector of RuleInfo = {
	# netlogon::NetrServerAuthenticate
	["12345678-1234-abcd-ef00-01234567cffb", 5] = vector(netlogon_null_credential_rule),
	# netlogon::NetrServerAuthenticate2
	["12345678-1234-abcd-ef00-01234567cffb", 15] = vector(netlogon_null_credential_rule),
	# netlogon::NetrServerAuthenticate3
	["12345678-1234-abcd-ef00-01234567cffb", 26] = vector(netlogon_null_credential_rule),
};

function count_undecodable(call: SigzeekDceRpc::Call)
	{
	local kept = kept_of(call);

	if ( kept$is_blind )
		return;

	kept$is_blind = T;

	if ( [call$interface$uuid, call$opnum] in rules_on_arguments )
		for ( _, rule in rules_on_arguments[call$interface$uuid, call$opnum] )
			++rule$outcomes$blind;
	}

# Other rules that look into requests, by operation.
const rules_on_bytes: table[string, count] of vector of RuleInfo = {
	# spoolss::RpcAddPrinterDriverEx
	["12345678-1234-abcd-ef00-0123456789ab", 89] = vector(printnightmare_driver_unchecked_rule),
	# efsrpc2::EfsRpcOpenFileRaw
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 0] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc2::EfsRpcEncryptFileSrv
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 4] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc2::EfsDecryptFileSrv
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 5] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc2::EfsRpcQueryUsersOnFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 6] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc2::EfsRpcQueryRecoveryAgents
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 7] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc2::EfsRpcRemoveUsersFromFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 8] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc2::EfsRpcAddUsersToFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 9] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc2::EfsRpcFileKeyInfo
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 12] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc2::EfsRpcDuplicateEncryptionInfoFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 13] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc2::EfsRpcAddUsersToFileEx
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 15] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc2::EfsRpcFileKeyInfoEx
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 16] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc2::EfsRpcGetEncryptedFileMetadata
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 18] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc2::EfsRpcSetEncryptedFileMetadata
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 19] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc2::EfsRpcEncryptFileExServ
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 21] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc::EfsRpcOpenFileRaw
	["df1941c5-fe89-4e79-bf10-463657acf44d", 0] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc::EfsRpcEncryptFileSrv
	["df1941c5-fe89-4e79-bf10-463657acf44d", 4] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc::EfsDecryptFileSrv
	["df1941c5-fe89-4e79-bf10-463657acf44d", 5] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc::EfsRpcQueryUsersOnFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 6] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc::EfsRpcQueryRecoveryAgents
	["df1941c5-fe89-4e79-bf10-463657acf44d", 7] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc::EfsRpcRemoveUsersFromFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 8] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc::EfsRpcAddUsersToFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 9] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc::EfsRpcFileKeyInfo
	["df1941c5-fe89-4e79-bf10-463657acf44d", 12] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc::EfsRpcDuplicateEncryptionInfoFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 13] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc::EfsRpcAddUsersToFileEx
	["df1941c5-fe89-4e79-bf10-463657acf44d", 15] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc::EfsRpcFileKeyInfoEx
	["df1941c5-fe89-4e79-bf10-463657acf44d", 16] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc::EfsRpcGetEncryptedFileMetadata
	["df1941c5-fe89-4e79-bf10-463657acf44d", 18] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc::EfsRpcSetEncryptedFileMetadata
	["df1941c5-fe89-4e79-bf10-463657acf44d", 19] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
	# efsrpc::EfsRpcEncryptFileExServ
	["df1941c5-fe89-4e79-bf10-463657acf44d", 21] = vector(petitpotam_coerced_rule, petitpotam_failed_rule),
};

@ifdef ( dce_rpc_auth )

function count_sealed(call: SigzeekDceRpc::Call)
	{
	local kept = kept_of(call);

	if ( kept$is_blind )
		return;

	count_undecodable(call);
	kept$is_blind = T;

	if ( [call$interface$uuid, call$opnum] in rules_on_bytes )
		for ( _, rule in rules_on_bytes[call$interface$uuid, call$opnum] )
			++rule$outcomes$blind;
	}

# Count a call that is sealed, for each rule that looks into it.
function count_if_sealed(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( SigzeekDceRpc::is_sealed(c) )
		count_sealed(call);
	}

@endif

# Rules by the operation that they watch, at dce_rpc_request.
const request_rules: table[string, count] of vector of SigzeekDceRpc::Handler = {
	# netlogon::NetrServerPasswordSet2
	["12345678-1234-abcd-ef00-01234567cffb", 30] = vector(netlogon_password_set_on_request),
	# efsrpc2::EfsRpcOpenFileRaw
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 0] = vector(efsrpc_called_on_request),
	# efsrpc2::EfsRpcEncryptFileSrv
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 4] = vector(efsrpc_called_on_request),
	# efsrpc2::EfsDecryptFileSrv
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 5] = vector(efsrpc_called_on_request),
	# efsrpc2::EfsRpcQueryUsersOnFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 6] = vector(efsrpc_called_on_request),
	# efsrpc2::EfsRpcQueryRecoveryAgents
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 7] = vector(efsrpc_called_on_request),
	# efsrpc2::EfsRpcRemoveUsersFromFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 8] = vector(efsrpc_called_on_request),
	# efsrpc2::EfsRpcAddUsersToFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 9] = vector(efsrpc_called_on_request),
	# efsrpc2::EfsRpcFileKeyInfo
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 12] = vector(efsrpc_called_on_request),
	# efsrpc2::EfsRpcDuplicateEncryptionInfoFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 13] = vector(efsrpc_called_on_request),
	# efsrpc2::EfsRpcAddUsersToFileEx
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 15] = vector(efsrpc_called_on_request),
	# efsrpc2::EfsRpcFileKeyInfoEx
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 16] = vector(efsrpc_called_on_request),
	# efsrpc2::EfsRpcGetEncryptedFileMetadata
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 18] = vector(efsrpc_called_on_request),
	# efsrpc2::EfsRpcSetEncryptedFileMetadata
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 19] = vector(efsrpc_called_on_request),
	# efsrpc2::EfsRpcEncryptFileExServ
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 21] = vector(efsrpc_called_on_request),
	# efsrpc::EfsRpcOpenFileRaw
	["df1941c5-fe89-4e79-bf10-463657acf44d", 0] = vector(efsrpc_called_on_request),
	# efsrpc::EfsRpcEncryptFileSrv
	["df1941c5-fe89-4e79-bf10-463657acf44d", 4] = vector(efsrpc_called_on_request),
	# efsrpc::EfsDecryptFileSrv
	["df1941c5-fe89-4e79-bf10-463657acf44d", 5] = vector(efsrpc_called_on_request),
	# efsrpc::EfsRpcQueryUsersOnFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 6] = vector(efsrpc_called_on_request),
	# efsrpc::EfsRpcQueryRecoveryAgents
	["df1941c5-fe89-4e79-bf10-463657acf44d", 7] = vector(efsrpc_called_on_request),
	# efsrpc::EfsRpcRemoveUsersFromFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 8] = vector(efsrpc_called_on_request),
	# efsrpc::EfsRpcAddUsersToFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 9] = vector(efsrpc_called_on_request),
	# efsrpc::EfsRpcFileKeyInfo
	["df1941c5-fe89-4e79-bf10-463657acf44d", 12] = vector(efsrpc_called_on_request),
	# efsrpc::EfsRpcDuplicateEncryptionInfoFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 13] = vector(efsrpc_called_on_request),
	# efsrpc::EfsRpcAddUsersToFileEx
	["df1941c5-fe89-4e79-bf10-463657acf44d", 15] = vector(efsrpc_called_on_request),
	# efsrpc::EfsRpcFileKeyInfoEx
	["df1941c5-fe89-4e79-bf10-463657acf44d", 16] = vector(efsrpc_called_on_request),
	# efsrpc::EfsRpcGetEncryptedFileMetadata
	["df1941c5-fe89-4e79-bf10-463657acf44d", 18] = vector(efsrpc_called_on_request),
	# efsrpc::EfsRpcSetEncryptedFileMetadata
	["df1941c5-fe89-4e79-bf10-463657acf44d", 19] = vector(efsrpc_called_on_request),
	# efsrpc::EfsRpcEncryptFileExServ
	["df1941c5-fe89-4e79-bf10-463657acf44d", 21] = vector(efsrpc_called_on_request),
};

event zeek_init()
	{
	for ( [uuid, opnum], handlers in request_rules )
		{
		local operation = SigzeekDceRpc::operation(uuid, opnum);

		for ( _, handler in handlers )
			operation$request += handler;
		}
	}

# Rules by the operation that they watch, at dce_rpc_request_stub.
const request_stub_rules: table[string, count] of vector of SigzeekDceRpc::Handler = {
	# spoolss::RpcAddPrinterDriverEx
	["12345678-1234-abcd-ef00-0123456789ab", 89] = vector(printnightmare_driver_unchecked_on_request_stub),
	# netlogon::NetrServerAuthenticate
	["12345678-1234-abcd-ef00-01234567cffb", 5] = vector(netlogon_null_credential_on_request_stub),
	# netlogon::NetrServerAuthenticate2
	["12345678-1234-abcd-ef00-01234567cffb", 15] = vector(netlogon_null_credential_on_request_stub),
	# netlogon::NetrServerAuthenticate3
	["12345678-1234-abcd-ef00-01234567cffb", 26] = vector(netlogon_null_credential_on_request_stub),
	# efsrpc2::EfsRpcOpenFileRaw
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 0] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc2::EfsRpcEncryptFileSrv
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 4] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc2::EfsDecryptFileSrv
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 5] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc2::EfsRpcQueryUsersOnFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 6] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc2::EfsRpcQueryRecoveryAgents
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 7] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc2::EfsRpcRemoveUsersFromFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 8] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc2::EfsRpcAddUsersToFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 9] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc2::EfsRpcFileKeyInfo
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 12] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc2::EfsRpcDuplicateEncryptionInfoFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 13] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc2::EfsRpcAddUsersToFileEx
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 15] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc2::EfsRpcFileKeyInfoEx
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 16] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc2::EfsRpcGetEncryptedFileMetadata
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 18] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc2::EfsRpcSetEncryptedFileMetadata
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 19] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc2::EfsRpcEncryptFileExServ
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 21] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc::EfsRpcOpenFileRaw
	["df1941c5-fe89-4e79-bf10-463657acf44d", 0] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc::EfsRpcEncryptFileSrv
	["df1941c5-fe89-4e79-bf10-463657acf44d", 4] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc::EfsDecryptFileSrv
	["df1941c5-fe89-4e79-bf10-463657acf44d", 5] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc::EfsRpcQueryUsersOnFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 6] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc::EfsRpcQueryRecoveryAgents
	["df1941c5-fe89-4e79-bf10-463657acf44d", 7] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc::EfsRpcRemoveUsersFromFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 8] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc::EfsRpcAddUsersToFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 9] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc::EfsRpcFileKeyInfo
	["df1941c5-fe89-4e79-bf10-463657acf44d", 12] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc::EfsRpcDuplicateEncryptionInfoFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 13] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc::EfsRpcAddUsersToFileEx
	["df1941c5-fe89-4e79-bf10-463657acf44d", 15] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc::EfsRpcFileKeyInfoEx
	["df1941c5-fe89-4e79-bf10-463657acf44d", 16] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc::EfsRpcGetEncryptedFileMetadata
	["df1941c5-fe89-4e79-bf10-463657acf44d", 18] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc::EfsRpcSetEncryptedFileMetadata
	["df1941c5-fe89-4e79-bf10-463657acf44d", 19] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
	# efsrpc::EfsRpcEncryptFileExServ
	["df1941c5-fe89-4e79-bf10-463657acf44d", 21] = vector(petitpotam_coerced_on_request_stub, petitpotam_failed_on_request_stub),
};

event zeek_init()
	{
	for ( [uuid, opnum], handlers in request_stub_rules )
		{
		local operation = SigzeekDceRpc::operation(uuid, opnum);
@ifdef ( dce_rpc_auth )
		operation$request_stub += count_if_sealed;
@endif

		for ( _, handler in handlers )
			operation$request_stub += handler;
		}
	}

# Rules by the operation that they watch, at dce_rpc_response.
const response_rules: table[string, count] of vector of SigzeekDceRpc::Handler = {
	# spoolss::RpcAddPrinterDriver
	["12345678-1234-abcd-ef00-0123456789ab", 9] = vector(printnightmare_driver_added_on_response),
	# spoolss::RpcAddPrinterDriverEx
	["12345678-1234-abcd-ef00-0123456789ab", 89] = vector(printnightmare_driver_added_on_response),
	# netlogon::NetrServerReqChallenge
	["12345678-1234-abcd-ef00-01234567cffb", 4] = vector(netlogon_challenge_on_response),
	# netlogon::NetrServerAuthenticate2
	["12345678-1234-abcd-ef00-01234567cffb", 15] = vector(netlogon_authentication_on_response),
	# netlogon::NetrServerAuthenticate3
	["12345678-1234-abcd-ef00-01234567cffb", 26] = vector(netlogon_authentication_on_response),
	# srvsvc, opnum 74
	["4b324fc8-1670-01d3-1278-5a47bf6ee188", 74] = vector(srvsvc_certificate_mapping_on_response),
	# IRemoteWinspool::RpcAsyncAddPrinterDriver
	["76f03f96-cdfd-44fc-a22c-64950a001209", 39] = vector(printnightmare_driver_added_on_response),
};

event zeek_init()
	{
	for ( [uuid, opnum], handlers in response_rules )
		{
		local operation = SigzeekDceRpc::operation(uuid, opnum);

		for ( _, handler in handlers )
			operation$response += handler;
		}
	}

# The operations of which rules look at the response stub where they have held before.
const response_stub_of_candidates: set[string, count] = {
	# efsrpc2::EfsRpcOpenFileRaw
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 0],
	# efsrpc2::EfsRpcEncryptFileSrv
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 4],
	# efsrpc2::EfsDecryptFileSrv
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 5],
	# efsrpc2::EfsRpcQueryUsersOnFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 6],
	# efsrpc2::EfsRpcQueryRecoveryAgents
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 7],
	# efsrpc2::EfsRpcRemoveUsersFromFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 8],
	# efsrpc2::EfsRpcAddUsersToFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 9],
	# efsrpc2::EfsRpcFileKeyInfo
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 12],
	# efsrpc2::EfsRpcDuplicateEncryptionInfoFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 13],
	# efsrpc2::EfsRpcAddUsersToFileEx
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 15],
	# efsrpc2::EfsRpcFileKeyInfoEx
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 16],
	# efsrpc2::EfsRpcGetEncryptedFileMetadata
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 18],
	# efsrpc2::EfsRpcSetEncryptedFileMetadata
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 19],
	# efsrpc2::EfsRpcEncryptFileExServ
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 21],
	# efsrpc::EfsRpcOpenFileRaw
	["df1941c5-fe89-4e79-bf10-463657acf44d", 0],
	# efsrpc::EfsRpcEncryptFileSrv
	["df1941c5-fe89-4e79-bf10-463657acf44d", 4],
	# efsrpc::EfsDecryptFileSrv
	["df1941c5-fe89-4e79-bf10-463657acf44d", 5],
	# efsrpc::EfsRpcQueryUsersOnFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 6],
	# efsrpc::EfsRpcQueryRecoveryAgents
	["df1941c5-fe89-4e79-bf10-463657acf44d", 7],
	# efsrpc::EfsRpcRemoveUsersFromFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 8],
	# efsrpc::EfsRpcAddUsersToFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 9],
	# efsrpc::EfsRpcFileKeyInfo
	["df1941c5-fe89-4e79-bf10-463657acf44d", 12],
	# efsrpc::EfsRpcDuplicateEncryptionInfoFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 13],
	# efsrpc::EfsRpcAddUsersToFileEx
	["df1941c5-fe89-4e79-bf10-463657acf44d", 15],
	# efsrpc::EfsRpcFileKeyInfoEx
	["df1941c5-fe89-4e79-bf10-463657acf44d", 16],
	# efsrpc::EfsRpcGetEncryptedFileMetadata
	["df1941c5-fe89-4e79-bf10-463657acf44d", 18],
	# efsrpc::EfsRpcSetEncryptedFileMetadata
	["df1941c5-fe89-4e79-bf10-463657acf44d", 19],
	# efsrpc::EfsRpcEncryptFileExServ
	["df1941c5-fe89-4e79-bf10-463657acf44d", 21],
};

event zeek_init()
	{
	for ( [uuid, opnum] in response_stub_of_candidates )
		{
		local operation = SigzeekDceRpc::operation(uuid, opnum);
		operation$looks_into_response = T;
		}
	}
