##! Dispatch of DCE-RPC calls to the rules that watch them.
##!
##! A rule watches an interface UUID and an opnum. Names only turn calls away that no rule watches; they are the running
##! Zeek's, so a release that renames an interface changes nothing.

@load ./dce-rpc-call

module Bzar;

# Rules by the operation that they watch, at dce_rpc_response.
const response_rules: table[string, count] of vector of RpcHandler = {
	# spoolss::RpcAddPrintProcessor
	["12345678-1234-abcd-ef00-0123456789ab", 14] = vector(t1547_010_port_monitors_on_response),
	# spoolss::RpcAddMonitor
	["12345678-1234-abcd-ef00-0123456789ab", 46] = vector(t1547_010_port_monitors_on_response),
	# lsarpc::LsarEnumeratePrivileges
	["12345778-1234-abcd-ef00-0123456789ab", 2] = vector(t1069_permission_groups_on_response),
	# lsarpc::LsarQueryInformationPolicy
	["12345778-1234-abcd-ef00-0123456789ab", 7] = vector(t1082_system_information_on_response),
	# lsarpc::LsarEnumerateAccounts
	["12345778-1234-abcd-ef00-0123456789ab", 11] = vector(t1087_accounts_on_response),
	# lsarpc::LsarLookupNames
	["12345778-1234-abcd-ef00-0123456789ab", 14] = vector(t1087_accounts_on_response),
	# lsarpc::LsarLookupSids
	["12345778-1234-abcd-ef00-0123456789ab", 15] = vector(t1087_accounts_on_response),
	# lsarpc::LsarEnumeratePrivilegesAccount
	["12345778-1234-abcd-ef00-0123456789ab", 18] = vector(t1069_permission_groups_on_response),
	# lsarpc::LsarGetSystemAccessAccount
	["12345778-1234-abcd-ef00-0123456789ab", 23] = vector(t1033_users_on_response),
	# lsarpc::LsarQueryInfoTrustedDomain
	["12345778-1234-abcd-ef00-0123456789ab", 26] = vector(t1033_users_on_response),
	# lsarpc::LsarLookupPrivilegeValue
	["12345778-1234-abcd-ef00-0123456789ab", 31] = vector(t1069_permission_groups_on_response),
	# lsarpc::LsarLookupPrivilegeName
	["12345778-1234-abcd-ef00-0123456789ab", 32] = vector(t1069_permission_groups_on_response),
	# lsarpc::LsarLookupPrivilegeDisplayName
	["12345778-1234-abcd-ef00-0123456789ab", 33] = vector(t1069_permission_groups_on_response),
	# lsarpc::LsarEnumerateAccountsWithUserRight
	["12345778-1234-abcd-ef00-0123456789ab", 35] = vector(t1069_permission_groups_on_response),
	# lsarpc::LsarEnumerateAccountRights
	["12345778-1234-abcd-ef00-0123456789ab", 36] = vector(t1069_permission_groups_on_response),
	# lsarpc::LsarQueryTrustedDomainInfo
	["12345778-1234-abcd-ef00-0123456789ab", 39] = vector(t1082_system_information_on_response),
	# lsarpc::LsarGetUserName
	["12345778-1234-abcd-ef00-0123456789ab", 45] = vector(t1033_users_on_response),
	# lsarpc::LsarQueryInformationPolicy2
	["12345778-1234-abcd-ef00-0123456789ab", 46] = vector(t1082_system_information_on_response),
	# lsarpc::LsarQueryTrustedDomainInfoByName
	["12345778-1234-abcd-ef00-0123456789ab", 48] = vector(t1082_system_information_on_response),
	# lsarpc::LsarEnumerateTrustedDomainsEx
	["12345778-1234-abcd-ef00-0123456789ab", 50] = vector(t1033_users_on_response),
	# lsarpc::LsarQueryDomainInformationPolicy
	["12345778-1234-abcd-ef00-0123456789ab", 53] = vector(t1033_users_on_response),
	# lsarpc::LsarLookupSids2
	["12345778-1234-abcd-ef00-0123456789ab", 57] = vector(t1087_accounts_on_response),
	# lsarpc::LsarLookupNames2
	["12345778-1234-abcd-ef00-0123456789ab", 58] = vector(t1087_accounts_on_response),
	# lsarpc::LsarLookupNames3
	["12345778-1234-abcd-ef00-0123456789ab", 68] = vector(t1087_accounts_on_response),
	# lsarpc::LsarLookupSids3
	["12345778-1234-abcd-ef00-0123456789ab", 76] = vector(t1087_accounts_on_response),
	# lsarpc::LsarLookupNames4
	["12345778-1234-abcd-ef00-0123456789ab", 77] = vector(t1087_accounts_on_response),
	# samr::SamrShutdownSamServer
	["12345778-1234-abcd-ef00-0123456789ac", 4] = vector(t1529_shutdown_on_response),
	# samr::SamrLookupDomainInSamServer
	["12345778-1234-abcd-ef00-0123456789ac", 5] = vector(t1087_accounts_on_response),
	# samr::SamrEnumerateDomainsInSamServer
	["12345778-1234-abcd-ef00-0123456789ac", 6] = vector(t1033_users_on_response),
	# samr::SamrQueryInformationDomain
	["12345778-1234-abcd-ef00-0123456789ac", 8] = vector(t1033_users_on_response),
	# samr::SamrEnumerateGroupsInDomain
	["12345778-1234-abcd-ef00-0123456789ac", 11] = vector(t1033_users_on_response),
	# samr::SamrEnumerateUsersInDomain
	["12345778-1234-abcd-ef00-0123456789ac", 13] = vector(t1087_accounts_on_response),
	# samr::SamrEnumerateAliasesInDomain
	["12345778-1234-abcd-ef00-0123456789ac", 15] = vector(t1087_accounts_on_response),
	# samr::SamrGetAliasMembership
	["12345778-1234-abcd-ef00-0123456789ac", 16] = vector(t1069_permission_groups_on_response),
	# samr::SamrLookupNamesInDomain
	["12345778-1234-abcd-ef00-0123456789ac", 17] = vector(t1087_accounts_on_response),
	# samr::SamrLookupIdsInDomain
	["12345778-1234-abcd-ef00-0123456789ac", 18] = vector(t1087_accounts_on_response),
	# samr::SamrQueryInformationGroup
	["12345778-1234-abcd-ef00-0123456789ac", 20] = vector(t1033_users_on_response),
	# samr::SamrGetMembersInGroup
	["12345778-1234-abcd-ef00-0123456789ac", 25] = vector(t1069_permission_groups_on_response),
	# samr::SamrQueryInformationAlias
	["12345778-1234-abcd-ef00-0123456789ac", 28] = vector(t1087_accounts_on_response),
	# samr::SamrGetMembersInAlias
	["12345778-1234-abcd-ef00-0123456789ac", 33] = vector(t1069_permission_groups_on_response),
	# samr::SamrQueryInformationUser
	["12345778-1234-abcd-ef00-0123456789ac", 36] = vector(t1087_accounts_on_response),
	# samr::SamrGetGroupsForUser
	["12345778-1234-abcd-ef00-0123456789ac", 39] = vector(t1069_permission_groups_on_response),
	# samr::SamrQueryDisplayInformation
	["12345778-1234-abcd-ef00-0123456789ac", 40] = vector(t1087_accounts_on_response),
	# samr::SamrGetUserDomainPasswordInformation
	["12345778-1234-abcd-ef00-0123456789ac", 44] = vector(t1082_system_information_on_response),
	# samr::SamrQueryInformationDomain2
	["12345778-1234-abcd-ef00-0123456789ac", 46] = vector(t1033_users_on_response),
	# samr::SamrQueryInformationUser2
	["12345778-1234-abcd-ef00-0123456789ac", 47] = vector(t1087_accounts_on_response),
	# samr::SamrQueryDisplayInformation2
	["12345778-1234-abcd-ef00-0123456789ac", 48] = vector(t1087_accounts_on_response),
	# samr::SamrQueryDisplayInformation3
	["12345778-1234-abcd-ef00-0123456789ac", 51] = vector(t1087_accounts_on_response),
	# ISeclogon::SeclCreateProcessWithLogonW
	["12b81e99-f207-4a4c-85d3-77b42f76fd14", 0] = vector(t1547_004_secondary_logon_on_response),
	# ISeclogon::SeclCreateProcessWithLogonExW
	["12b81e99-f207-4a4c-85d3-77b42f76fd14", 1] = vector(t1547_004_secondary_logon_on_response),
	# atsvc::NetrJobAdd
	["1ff70682-0a51-30e8-076d-740be8cee98b", 0] = vector(t1053_002_at_on_response),
	# winreg::BaseInitiateSystemShutdown
	["338cd001-2244-31f1-aaaa-900038001003", 24] = vector(t1529_shutdown_on_response),
	# winreg::BaseInitiateSystemShutdownEx
	["338cd001-2244-31f1-aaaa-900038001003", 30] = vector(t1529_shutdown_on_response),
	# svcctl::CreateServiceW
	["367abb81-9844-35f1-ad32-98f038001003", 12] = vector(t1569_002_service_execution_on_response),
	# svcctl::StartServiceW
	["367abb81-9844-35f1-ad32-98f038001003", 19] = vector(t1569_002_service_execution_on_response),
	# svcctl::CreateServiceA
	["367abb81-9844-35f1-ad32-98f038001003", 24] = vector(t1569_002_service_execution_on_response),
	# svcctl::StartServiceA
	["367abb81-9844-35f1-ad32-98f038001003", 31] = vector(t1569_002_service_execution_on_response),
	# svcctl::CreateServiceWOW64A
	["367abb81-9844-35f1-ad32-98f038001003", 44] = vector(t1569_002_service_execution_on_response),
	# svcctl::CreateServiceWOW64W
	["367abb81-9844-35f1-ad32-98f038001003", 45] = vector(t1569_002_service_execution_on_response),
	# srvsvc::NetrConnectionEnum
	["4b324fc8-1670-01d3-1278-5a47bf6ee188", 8] = vector(t1049_connections_on_response),
	# srvsvc::NetrFileEnum
	["4b324fc8-1670-01d3-1278-5a47bf6ee188", 9] = vector(t1083_files_on_response),
	# srvsvc::NetrSessionEnum
	["4b324fc8-1670-01d3-1278-5a47bf6ee188", 12] = vector(t1049_connections_on_response),
	# srvsvc::NetrShareEnum
	["4b324fc8-1670-01d3-1278-5a47bf6ee188", 15] = vector(t1135_shares_on_response),
	# srvsvc::NetrShareGetInfo
	["4b324fc8-1670-01d3-1278-5a47bf6ee188", 16] = vector(t1135_shares_on_response),
	# srvsvc::NetrServerGetInfo
	["4b324fc8-1670-01d3-1278-5a47bf6ee188", 21] = vector(t1018_remote_systems_on_response),
	# srvsvc::NetrServerTransportEnum
	["4b324fc8-1670-01d3-1278-5a47bf6ee188", 26] = vector(t1016_network_configuration_on_response),
	# srvsvc::NetrRemoteTOD
	["4b324fc8-1670-01d3-1278-5a47bf6ee188", 28] = vector(t1124_system_time_on_response),
	# srvsvc::NetrServerAliasEnum
	["4b324fc8-1670-01d3-1278-5a47bf6ee188", 55] = vector(t1018_remote_systems_on_response),
	# winstation_rpc::RpcWinStationShutdownSystem
	["5ca4a760-ebb1-11cf-8611-00a0245420ed", 15] = vector(t1529_shutdown_on_response),
	# wkssvc::NetrWkstaGetInfo
	["6bffd098-a112-3610-9833-46c3f87e345a", 0] = vector(t1018_remote_systems_on_response),
	# wkssvc::NetrWkstaUserEnum
	["6bffd098-a112-3610-9833-46c3f87e345a", 2] = vector(t1087_accounts_on_response),
	# wkssvc::NetrWkstaTransportEnum
	["6bffd098-a112-3610-9833-46c3f87e345a", 5] = vector(t1016_network_configuration_on_response),
	# IRemoteWinspool::RpcAsyncAddPrintProcessor
	["76f03f96-cdfd-44fc-a22c-64950a001209", 44] = vector(t1547_010_port_monitors_on_response),
	# IRemoteWinspool::RpcAsyncAddMonitor
	["76f03f96-cdfd-44fc-a22c-64950a001209", 51] = vector(t1547_010_port_monitors_on_response),
	# eventlog::ElfrClearELFW
	["82273fdc-e32a-18c3-3f78-827929dc23ea", 0] = vector(t1070_001_event_logs_cleared_on_response),
	# eventlog::ElfrClearELFA
	["82273fdc-e32a-18c3-3f78-827929dc23ea", 12] = vector(t1070_001_event_logs_cleared_on_response),
	# ITaskSchedulerService::SchRpcRegisterTask
	["86d35949-83c9-4044-b424-db363231fd0c", 1] = vector(t1053_005_scheduled_task_on_response),
	# ITaskSchedulerService::SchRpcRun
	["86d35949-83c9-4044-b424-db363231fd0c", 12] = vector(t1053_005_scheduled_task_on_response),
	# ITaskSchedulerService::SchRpcEnableTask
	["86d35949-83c9-4044-b424-db363231fd0c", 19] = vector(t1053_005_scheduled_task_on_response),
	# InitShutdown::BaseInitiateShutdown
	["894de0c0-0d55-11d3-a322-00c04fa321a1", 0] = vector(t1529_shutdown_on_response),
	# InitShutdown::BaseInitiateShutdownEx
	["894de0c0-0d55-11d3-a322-00c04fa321a1", 2] = vector(t1529_shutdown_on_response),
	# IWbemServices::ExecMethod
	["9556dc99-828c-11cf-a37e-00aa003240c7", 24] = vector(t1047_wmi_on_response),
	# IWbemServices::ExecMethodAsync
	["9556dc99-828c-11cf-a37e-00aa003240c7", 25] = vector(t1047_wmi_on_response),
	# WindowsShutdown::WsdrInitiateShutdown
	["d95afe70-a6d5-4259-822e-2c84da1ddb0d", 0] = vector(t1529_shutdown_on_response),
	# drsuapi::DRSReplicaSync
	["e3514235-4b06-11d1-ab04-00c04fc2dcd2", 2] = vector(t1003_006_dcsync_on_response),
	# drsuapi::DRSGetNCChanges
	["e3514235-4b06-11d1-ab04-00c04fc2dcd2", 3] = vector(t1003_006_dcsync_on_response),
	# IEventService::EvtRpcClearLog
	["f6beaff7-1e19-4fbb-9f8f-b89e2018337c", 6] = vector(t1070_001_event_logs_cleared_on_response),
};

# Endpoints of the interfaces whose responses some rule watches.
global watched_endpoints: set[string];

event zeek_init() &priority=-10
	{
	for ( [uuid, opnum] in response_rules )
		add watched_endpoints[DCE_RPC::uuid_endpoint_map[uuid]];
	}

# A pipe's name without the path before it, in lower case.
function bare_pipe_name(named_pipe: string): string
	{
	return to_lower(sub(named_pipe, /^.*\\[pP][iI][pP][eE]\\/, ""));
	}

# The interface that a context is bound to; failing that, the one bound last; failing that, the one that its pipe is
# commonly used for; or "" where nothing tells. The base script has made the pipe's state the connection's.
function interface_of(c: connection, ctx_id: count): string
	{
	if ( ! c?$dce_rpc_state )
		return "";

	local state = c$dce_rpc_state;

	if ( state?$ctx_to_uuid && ctx_id in state$ctx_to_uuid )
		return state$ctx_to_uuid[ctx_id];

	if ( state?$uuid )
		return state$uuid;

	if ( state?$named_pipe )
		{
		local pipe = bare_pipe_name(state$named_pipe);

		if ( pipe in DCE_RPC::pipe_name_to_common_uuid )
			return DCE_RPC::pipe_name_to_common_uuid[pipe];
		}

	return "";
	}

# When a pipe's call began, once the base script has logged its response and forgotten what the connection's call was.
function time_of_answered(c: connection, fid: count): time
	{
	if ( c?$dce_rpc_backing && fid in c$dce_rpc_backing )
		return c$dce_rpc_backing[fid]$info$ts;

	return network_time();
	}

function new_call(c: connection, fid: count, uuid: string, opnum: count): RpcCall
	{
	local call = RpcCall($uuid=uuid,
	                     $opnum=opnum,
	                     $ts=c?$dce_rpc ? c$dce_rpc$ts : time_of_answered(c, fid));

	if ( c?$dce_rpc_state && c$dce_rpc_state?$named_pipe )
		call$named_pipe = c$dce_rpc_state$named_pipe;

	return call;
	}

# After the base script has named the endpoint, at priority 5, and before it deletes c$dce_rpc, at -5.
event dce_rpc_response(c: connection, fid: count, ctx_id: count, opnum: count, stub_len: count)
	{
	if ( c?$dce_rpc && c$dce_rpc?$endpoint && c$dce_rpc$endpoint !in watched_endpoints )
		return;

	local uuid = interface_of(c, ctx_id);

	if ( [uuid, opnum] !in response_rules )
		return;

	local call = new_call(c, fid, uuid, opnum);
	call$response_stub_len = stub_len;

	for ( _, handler in response_rules[uuid, opnum] )
		handler(c, call);
	}
