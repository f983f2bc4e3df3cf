##! Dispatch of DCE-RPC calls to the rules that watch them.
##!
##! A rule watches an interface UUID and an opnum, so a Zeek release that renames an interface changes nothing.

@load ./dce-rpc-call
@load ./dce-rpc-pairing

module Bzar;

# What Zeek makes of watched interfaces where the client is big-endian.
redef SigzeekDceRpc::swapped_interfaces += {
	# spoolss
	["78563412-3412-cdab-ef00-0123456789ab"] = "12345678-1234-abcd-ef00-0123456789ab",
	# lsarpc
	["78573412-3412-cdab-ef00-0123456789ab"] = "12345778-1234-abcd-ef00-0123456789ab",
	# samr
	["78573412-3412-cdab-ef00-0123456789ac"] = "12345778-1234-abcd-ef00-0123456789ac",
	# ISeclogon
	["991eb812-07f2-4c4a-85d3-77b42f76fd14"] = "12b81e99-f207-4a4c-85d3-77b42f76fd14",
	# atsvc
	["8206f71f-510a-e830-076d-740be8cee98b"] = "1ff70682-0a51-30e8-076d-740be8cee98b",
	# winreg
	["01d08c33-4422-f131-aaaa-900038001003"] = "338cd001-2244-31f1-aaaa-900038001003",
	# svcctl
	["81bb7a36-4498-f135-ad32-98f038001003"] = "367abb81-9844-35f1-ad32-98f038001003",
	# srvsvc
	["c84f324b-7016-d301-1278-5a47bf6ee188"] = "4b324fc8-1670-01d3-1278-5a47bf6ee188",
	# winstation_rpc
	["60a7a45c-b1eb-cf11-8611-00a0245420ed"] = "5ca4a760-ebb1-11cf-8611-00a0245420ed",
	# wkssvc
	["98d0ff6b-12a1-1036-9833-46c3f87e345a"] = "6bffd098-a112-3610-9833-46c3f87e345a",
	# IRemoteWinspool
	["963ff076-fdcd-fc44-a22c-64950a001209"] = "76f03f96-cdfd-44fc-a22c-64950a001209",
	# eventlog
	["dc3f2782-2ae3-c318-3f78-827929dc23ea"] = "82273fdc-e32a-18c3-3f78-827929dc23ea",
	# ITaskSchedulerService
	["4959d386-c983-4440-b424-db363231fd0c"] = "86d35949-83c9-4044-b424-db363231fd0c",
	# InitShutdown
	["c0e04d89-550d-d311-a322-00c04fa321a1"] = "894de0c0-0d55-11d3-a322-00c04fa321a1",
	# IWbemServices
	["99dc5695-8c82-cf11-a37e-00aa003240c7"] = "9556dc99-828c-11cf-a37e-00aa003240c7",
	# WindowsShutdown
	["70fe5ad9-d5a6-5942-822e-2c84da1ddb0d"] = "d95afe70-a6d5-4259-822e-2c84da1ddb0d",
	# drsuapi
	["354251e3-064b-d111-ab04-00c04fc2dcd2"] = "e3514235-4b06-11d1-ab04-00c04fc2dcd2",
	# IEventService
	["f7afbef6-191e-bb4f-9f8f-b89e2018337c"] = "f6beaff7-1e19-4fbb-9f8f-b89e2018337c",
};

# Rules by the operation that they watch, at dce_rpc_response.
const response_rules: table[string, count] of vector of SigzeekDceRpc::Handler = {
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

event zeek_init()
	{
	for ( [uuid, opnum], handlers in response_rules )
		{
		local operation = SigzeekDceRpc::operation(uuid, opnum);

		for ( _, handler in handlers )
			operation$response += handler;
		}
	}
