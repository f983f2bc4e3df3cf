##! Dispatch of DCE-RPC calls to the rules that watch them.
##!
##! A rule watches an interface UUID and an opnum, so a Zeek release that renames an interface changes nothing.

@load ./dce-rpc-call
@load ./dce-rpc-pairing
@load ./dce-rpc-request-stub

module Coercion;

# What Zeek makes of watched interfaces where the client is big-endian.
redef SigzeekDceRpc::swapped_interfaces += {
	# spoolss
	["78563412-3412-cdab-ef00-0123456789ab"] = "12345678-1234-abcd-ef00-0123456789ab",
	# netdfs
	["e042c74f-104a-cf11-8273-00aa004ae673"] = "4fc742e0-4a10-11cf-8273-00aa004ae673",
	# IRemoteWinspool
	["963ff076-fdcd-fc44-a22c-64950a001209"] = "76f03f96-cdfd-44fc-a22c-64950a001209",
	# eventlog
	["dc3f2782-2ae3-c318-3f78-827929dc23ea"] = "82273fdc-e32a-18c3-3f78-827929dc23ea",
	# FileServerVssAgent
	["3c65e0a8-4427-8943-a61d-7373df8b2292"] = "a8e0653c-2744-4389-a61d-7373df8b2292",
	# efsrpc2
	["88d481c6-50d8-d011-8c52-00c04fd90f7e"] = "c681d488-d850-11d0-8c52-00c04fd90f7e",
	# efsrpc
	["c54119df-89fe-794e-bf10-463657acf44d"] = "df1941c5-fe89-4e79-bf10-463657acf44d",
};

# Rules that look at arguments, by operation.
const rules_on_arguments: table[string, count] of vector of RuleInfo = {
	# spoolss::RpcOpenPrinter
	["12345678-1234-abcd-ef00-0123456789ab", 1] = vector(printer_of_caller_opened_rule),
	# spoolss::RpcRemoteFindFirstPrinterChangeNotification
	["12345678-1234-abcd-ef00-0123456789ab", 62] = vector(spoolss_changes_announced_to_address_rule),
	# spoolss::RpcRemoteFindFirstPrinterChangeNotificationEx
	["12345678-1234-abcd-ef00-0123456789ab", 65] = vector(spoolss_changes_announced_to_address_rule),
	# spoolss::RpcSplOpenPrinter
	["12345678-1234-abcd-ef00-0123456789ab", 69] = vector(printer_of_caller_opened_rule),
	# netdfs::NetrDfsAddStdRoot
	["4fc742e0-4a10-11cf-8273-00aa004ae673", 12] = vector(netdfs_root_of_caller_rule),
	# netdfs::NetrDfsRemoveStdRoot
	["4fc742e0-4a10-11cf-8273-00aa004ae673", 13] = vector(netdfs_root_of_caller_rule),
	# IRemoteWinspool::RpcAsyncOpenPrinter
	["76f03f96-cdfd-44fc-a22c-64950a001209", 0] = vector(printer_of_caller_opened_rule),
	# eventlog::ElfrOpenBELW
	["82273fdc-e32a-18c3-3f78-827929dc23ea", 9] = vector(eventlog_backup_log_on_share_rule),
	# FileServerVssAgent::IsPathSupported
	["a8e0653c-2744-4389-a61d-7373df8b2292", 8] = vector(fsrvp_share_of_caller_rule),
	# FileServerVssAgent::IsPathShadowCopied
	["a8e0653c-2744-4389-a61d-7373df8b2292", 9] = vector(fsrvp_share_of_caller_rule),
	# efsrpc2::EfsRpcOpenFileRaw
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 0] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc2::EfsRpcEncryptFileSrv
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 4] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc2::EfsDecryptFileSrv
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 5] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc2::EfsRpcQueryUsersOnFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 6] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc2::EfsRpcQueryRecoveryAgents
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 7] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc2::EfsRpcRemoveUsersFromFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 8] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc2::EfsRpcAddUsersToFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 9] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc2::EfsRpcFileKeyInfo
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 12] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc2::EfsRpcDuplicateEncryptionInfoFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 13] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc2::EfsRpcAddUsersToFileEx
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 15] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc2::EfsRpcFileKeyInfoEx
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 16] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc2::EfsRpcGetEncryptedFileMetadata
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 18] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc2::EfsRpcSetEncryptedFileMetadata
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 19] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc2::EfsRpcEncryptFileExServ
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 21] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc::EfsRpcOpenFileRaw
	["df1941c5-fe89-4e79-bf10-463657acf44d", 0] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc::EfsRpcEncryptFileSrv
	["df1941c5-fe89-4e79-bf10-463657acf44d", 4] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc::EfsDecryptFileSrv
	["df1941c5-fe89-4e79-bf10-463657acf44d", 5] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc::EfsRpcQueryUsersOnFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 6] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc::EfsRpcQueryRecoveryAgents
	["df1941c5-fe89-4e79-bf10-463657acf44d", 7] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc::EfsRpcRemoveUsersFromFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 8] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc::EfsRpcAddUsersToFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 9] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc::EfsRpcFileKeyInfo
	["df1941c5-fe89-4e79-bf10-463657acf44d", 12] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc::EfsRpcDuplicateEncryptionInfoFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 13] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc::EfsRpcAddUsersToFileEx
	["df1941c5-fe89-4e79-bf10-463657acf44d", 15] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc::EfsRpcFileKeyInfoEx
	["df1941c5-fe89-4e79-bf10-463657acf44d", 16] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc::EfsRpcGetEncryptedFileMetadata
	["df1941c5-fe89-4e79-bf10-463657acf44d", 18] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc::EfsRpcSetEncryptedFileMetadata
	["df1941c5-fe89-4e79-bf10-463657acf44d", 19] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
	# efsrpc::EfsRpcEncryptFileExServ
	["df1941c5-fe89-4e79-bf10-463657acf44d", 21] = vector(efsrpc_path_of_another_host_rule, efsrpc_path_of_caller_rule),
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

@ifdef ( dce_rpc_auth )

function count_sealed(call: SigzeekDceRpc::Call)
	{
	local kept = kept_of(call);

	if ( kept$is_blind )
		return;

	count_undecodable(call);
	kept$is_blind = T;
	}

# Count a call that is sealed, for each rule that looks into it.
function count_if_sealed(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( SigzeekDceRpc::is_sealed(c) )
		count_sealed(call);
	}

@endif

# Rules by the operation that they watch, at dce_rpc_request_stub.
const request_stub_rules: table[string, count] of vector of SigzeekDceRpc::Handler = {
	# spoolss::RpcOpenPrinter
	["12345678-1234-abcd-ef00-0123456789ab", 1] = vector(printer_of_caller_opened_on_request_stub, printer_opened_on_request_stub),
	# spoolss::RpcRemoteFindFirstPrinterChangeNotification
	["12345678-1234-abcd-ef00-0123456789ab", 62] = vector(
		spoolss_changes_announced_on_request_stub,
		spoolss_changes_announced_to_address_on_request_stub),
	# spoolss::RpcRemoteFindFirstPrinterChangeNotificationEx
	["12345678-1234-abcd-ef00-0123456789ab", 65] = vector(
		spoolss_changes_announced_on_request_stub,
		spoolss_changes_announced_to_address_on_request_stub),
	# spoolss::RpcSplOpenPrinter
	["12345678-1234-abcd-ef00-0123456789ab", 69] = vector(printer_of_caller_opened_on_request_stub, printer_opened_on_request_stub),
	# netdfs::NetrDfsAddStdRoot
	["4fc742e0-4a10-11cf-8273-00aa004ae673", 12] = vector(netdfs_root_changed_on_request_stub, netdfs_root_of_caller_on_request_stub),
	# netdfs::NetrDfsRemoveStdRoot
	["4fc742e0-4a10-11cf-8273-00aa004ae673", 13] = vector(netdfs_root_changed_on_request_stub, netdfs_root_of_caller_on_request_stub),
	# IRemoteWinspool::RpcAsyncOpenPrinter
	["76f03f96-cdfd-44fc-a22c-64950a001209", 0] = vector(printer_of_caller_opened_on_request_stub, printer_opened_on_request_stub),
	# eventlog::ElfrOpenBELW
	["82273fdc-e32a-18c3-3f78-827929dc23ea", 9] = vector(eventlog_backup_log_on_share_on_request_stub, eventlog_backup_log_opened_on_request_stub),
	# FileServerVssAgent::IsPathSupported
	["a8e0653c-2744-4389-a61d-7373df8b2292", 8] = vector(fsrvp_share_asked_for_on_request_stub, fsrvp_share_of_caller_on_request_stub),
	# FileServerVssAgent::IsPathShadowCopied
	["a8e0653c-2744-4389-a61d-7373df8b2292", 9] = vector(fsrvp_share_asked_for_on_request_stub, fsrvp_share_of_caller_on_request_stub),
	# efsrpc2::EfsRpcOpenFileRaw
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 0] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc2::EfsRpcEncryptFileSrv
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 4] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc2::EfsDecryptFileSrv
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 5] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc2::EfsRpcQueryUsersOnFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 6] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc2::EfsRpcQueryRecoveryAgents
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 7] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc2::EfsRpcRemoveUsersFromFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 8] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc2::EfsRpcAddUsersToFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 9] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc2::EfsRpcFileKeyInfo
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 12] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc2::EfsRpcDuplicateEncryptionInfoFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 13] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc2::EfsRpcAddUsersToFileEx
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 15] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc2::EfsRpcFileKeyInfoEx
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 16] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc2::EfsRpcGetEncryptedFileMetadata
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 18] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc2::EfsRpcSetEncryptedFileMetadata
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 19] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc2::EfsRpcEncryptFileExServ
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 21] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc::EfsRpcOpenFileRaw
	["df1941c5-fe89-4e79-bf10-463657acf44d", 0] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc::EfsRpcEncryptFileSrv
	["df1941c5-fe89-4e79-bf10-463657acf44d", 4] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc::EfsDecryptFileSrv
	["df1941c5-fe89-4e79-bf10-463657acf44d", 5] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc::EfsRpcQueryUsersOnFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 6] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc::EfsRpcQueryRecoveryAgents
	["df1941c5-fe89-4e79-bf10-463657acf44d", 7] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc::EfsRpcRemoveUsersFromFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 8] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc::EfsRpcAddUsersToFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 9] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc::EfsRpcFileKeyInfo
	["df1941c5-fe89-4e79-bf10-463657acf44d", 12] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc::EfsRpcDuplicateEncryptionInfoFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 13] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc::EfsRpcAddUsersToFileEx
	["df1941c5-fe89-4e79-bf10-463657acf44d", 15] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc::EfsRpcFileKeyInfoEx
	["df1941c5-fe89-4e79-bf10-463657acf44d", 16] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc::EfsRpcGetEncryptedFileMetadata
	["df1941c5-fe89-4e79-bf10-463657acf44d", 18] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc::EfsRpcSetEncryptedFileMetadata
	["df1941c5-fe89-4e79-bf10-463657acf44d", 19] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
	# efsrpc::EfsRpcEncryptFileExServ
	["df1941c5-fe89-4e79-bf10-463657acf44d", 21] = vector(
		efsrpc_file_named_on_request_stub,
		efsrpc_path_of_another_host_on_request_stub,
		efsrpc_path_of_caller_on_request_stub),
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
