##! Dispatch of DCE-RPC calls to the rules that watch them.
##!
##! A rule watches an interface UUID and an opnum. Names only turn calls away that no rule watches; they are the running
##! Zeek's, so a release that renames an interface changes nothing.

@load ./dce-rpc-call

module RemoteExecution;

export {
	## Calls without a response that one connection may have before they are forgotten.
	option max_pending_calls = 100;
}

redef record connection += {
	## Calls that some rule may still match, by pipe and context.
	remote_execution_calls: table[count, count] of RpcCall &optional;
};

# Rules by the operation that they watch, at dce_rpc_request.
const request_rules: table[string, count] of vector of RpcHandler = {
	# winreg::BaseInitiateSystemShutdown
	["338cd001-2244-31f1-aaaa-900038001003", 24] = vector(shutdown_initiated_on_request),
	# winreg::BaseInitiateSystemShutdownEx
	["338cd001-2244-31f1-aaaa-900038001003", 30] = vector(shutdown_initiated_on_request),
	# svcctl::StartServiceW
	["367abb81-9844-35f1-ad32-98f038001003", 19] = vector(svcctl_service_started_on_request),
	# svcctl::StartServiceA
	["367abb81-9844-35f1-ad32-98f038001003", 31] = vector(svcctl_service_started_on_request),
	# InitShutdown::BaseInitiateShutdown
	["894de0c0-0d55-11d3-a322-00c04fa321a1", 0] = vector(shutdown_initiated_on_request),
	# InitShutdown::BaseInitiateShutdownEx
	["894de0c0-0d55-11d3-a322-00c04fa321a1", 2] = vector(shutdown_initiated_on_request),
	# WindowsShutdown::WsdrInitiateShutdown
	["d95afe70-a6d5-4259-822e-2c84da1ddb0d", 0] = vector(shutdown_initiated_on_request),
};

# Rules by the operation that they watch, at dce_rpc_request_stub.
const request_stub_rules: table[string, count] of vector of RpcHandler = {
	# atsvc::NetrJobAdd
	["1ff70682-0a51-30e8-076d-740be8cee98b", 0] = vector(atsvc_job_command_interpreter_on_request_stub),
	# winreg::BaseRegCreateKey
	["338cd001-2244-31f1-aaaa-900038001003", 6] = vector(winreg_run_key_opened_on_request_stub),
	# winreg::BaseRegOpenKey
	["338cd001-2244-31f1-aaaa-900038001003", 15] = vector(winreg_run_key_opened_on_request_stub),
	# winreg::BaseRegSetValue
	["338cd001-2244-31f1-aaaa-900038001003", 22] = vector(winreg_command_value_set_on_request_stub),
	# svcctl::ChangeServiceConfigW
	["367abb81-9844-35f1-ad32-98f038001003", 11] = vector(svcctl_service_command_interpreter_on_request_stub),
	# svcctl::CreateServiceW
	["367abb81-9844-35f1-ad32-98f038001003", 12] = vector(svcctl_service_command_interpreter_on_request_stub),
	# svcctl::ChangeServiceConfigA
	["367abb81-9844-35f1-ad32-98f038001003", 23] = vector(svcctl_service_command_interpreter_on_request_stub),
	# svcctl::CreateServiceA
	["367abb81-9844-35f1-ad32-98f038001003", 24] = vector(svcctl_service_command_interpreter_on_request_stub),
	# svcctl::ChangeServiceConfig2A
	["367abb81-9844-35f1-ad32-98f038001003", 36] = vector(svcctl_service_command_interpreter_on_request_stub),
	# svcctl::ChangeServiceConfig2W
	["367abb81-9844-35f1-ad32-98f038001003", 37] = vector(svcctl_service_command_interpreter_on_request_stub),
	# svcctl::CreateServiceWOW64A
	["367abb81-9844-35f1-ad32-98f038001003", 44] = vector(svcctl_service_command_interpreter_on_request_stub),
	# svcctl::CreateServiceWOW64W
	["367abb81-9844-35f1-ad32-98f038001003", 45] = vector(svcctl_service_command_interpreter_on_request_stub),
	# svcctl::CreateWowService
	["367abb81-9844-35f1-ad32-98f038001003", 60] = vector(svcctl_service_command_interpreter_on_request_stub),
	# IWbemServices::ExecMethod
	["9556dc99-828c-11cf-a37e-00aa003240c7", 24] = vector(iwbemservices_process_created_on_request_stub),
	# IWbemServices::ExecMethodAsync
	["9556dc99-828c-11cf-a37e-00aa003240c7", 25] = vector(iwbemservices_process_created_on_request_stub),
};

# Rules by the operation that they watch, at dce_rpc_response.
const response_rules: table[string, count] of vector of RpcHandler = {
	# atsvc::NetrJobAdd
	["1ff70682-0a51-30e8-076d-740be8cee98b", 0] = vector(atsvc_job_added_on_response, atsvc_job_command_interpreter_on_response),
	# atsvc::NetrJobDel
	["1ff70682-0a51-30e8-076d-740be8cee98b", 1] = vector(atsvc_job_deleted_on_response),
	# winreg::BaseRegCreateKey
	["338cd001-2244-31f1-aaaa-900038001003", 6] = vector(winreg_registry_modified_on_response, winreg_run_key_opened_on_response),
	# winreg::BaseRegDeleteKey
	["338cd001-2244-31f1-aaaa-900038001003", 7] = vector(winreg_registry_modified_on_response),
	# winreg::BaseRegDeleteValue
	["338cd001-2244-31f1-aaaa-900038001003", 8] = vector(winreg_registry_modified_on_response),
	# winreg::BaseRegEnumKey
	["338cd001-2244-31f1-aaaa-900038001003", 9] = vector(winreg_registry_queried_on_response),
	# winreg::BaseRegEnumValue
	["338cd001-2244-31f1-aaaa-900038001003", 10] = vector(winreg_registry_queried_on_response),
	# winreg::BaseRegOpenKey
	["338cd001-2244-31f1-aaaa-900038001003", 15] = vector(winreg_run_key_opened_on_response),
	# winreg::BaseRegQueryInfoKey
	["338cd001-2244-31f1-aaaa-900038001003", 16] = vector(winreg_registry_queried_on_response),
	# winreg::BaseRegQueryValue
	["338cd001-2244-31f1-aaaa-900038001003", 17] = vector(winreg_registry_queried_on_response),
	# winreg::BaseRegReplaceKey
	["338cd001-2244-31f1-aaaa-900038001003", 18] = vector(winreg_registry_modified_on_response),
	# winreg::BaseRegRestoreKey
	["338cd001-2244-31f1-aaaa-900038001003", 19] = vector(winreg_registry_modified_on_response),
	# winreg::BaseRegSetKeySecurity
	["338cd001-2244-31f1-aaaa-900038001003", 21] = vector(winreg_registry_modified_on_response),
	# winreg::BaseRegSetValue
	["338cd001-2244-31f1-aaaa-900038001003", 22] = vector(winreg_command_value_set_on_response, winreg_registry_modified_on_response),
	# winreg::BaseRegQueryMultipleValues
	["338cd001-2244-31f1-aaaa-900038001003", 29] = vector(winreg_registry_queried_on_response),
	# winreg::BaseRegQueryMultipleValues2
	["338cd001-2244-31f1-aaaa-900038001003", 34] = vector(winreg_registry_queried_on_response),
	# winreg::BaseRegDeleteKeyEx
	["338cd001-2244-31f1-aaaa-900038001003", 35] = vector(winreg_registry_modified_on_response),
	# svcctl::DeleteService
	["367abb81-9844-35f1-ad32-98f038001003", 2] = vector(svcctl_service_deleted_on_response),
	# svcctl::ChangeServiceConfigW
	["367abb81-9844-35f1-ad32-98f038001003", 11] = vector(svcctl_service_command_interpreter_on_response, svcctl_service_config_changed_on_response),
	# svcctl::CreateServiceW
	["367abb81-9844-35f1-ad32-98f038001003", 12] = vector(svcctl_service_command_interpreter_on_response, svcctl_service_created_on_response),
	# svcctl::ChangeServiceConfigA
	["367abb81-9844-35f1-ad32-98f038001003", 23] = vector(svcctl_service_command_interpreter_on_response, svcctl_service_config_changed_on_response),
	# svcctl::CreateServiceA
	["367abb81-9844-35f1-ad32-98f038001003", 24] = vector(svcctl_service_command_interpreter_on_response, svcctl_service_created_on_response),
	# svcctl::ChangeServiceConfig2A
	["367abb81-9844-35f1-ad32-98f038001003", 36] = vector(svcctl_service_command_interpreter_on_response, svcctl_service_config_changed_on_response),
	# svcctl::ChangeServiceConfig2W
	["367abb81-9844-35f1-ad32-98f038001003", 37] = vector(svcctl_service_command_interpreter_on_response, svcctl_service_config_changed_on_response),
	# svcctl::CreateServiceWOW64A
	["367abb81-9844-35f1-ad32-98f038001003", 44] = vector(svcctl_service_command_interpreter_on_response, svcctl_service_created_on_response),
	# svcctl::CreateServiceWOW64W
	["367abb81-9844-35f1-ad32-98f038001003", 45] = vector(svcctl_service_command_interpreter_on_response, svcctl_service_created_on_response),
	# svcctl::CreateWowService
	["367abb81-9844-35f1-ad32-98f038001003", 60] = vector(svcctl_service_command_interpreter_on_response, svcctl_service_created_on_response),
	# sasec::SASetAccountInformation
	["378e52b0-c0a9-11cf-822d-00aa0051e40f", 0] = vector(sasec_task_account_set_on_response),
	# sasec::SASetNSAccountInformation
	["378e52b0-c0a9-11cf-822d-00aa0051e40f", 1] = vector(sasec_task_account_set_on_response),
	# eventlog::ElfrClearELFW
	["82273fdc-e32a-18c3-3f78-827929dc23ea", 0] = vector(eventlog_log_cleared_on_response),
	# eventlog::ElfrClearELFA
	["82273fdc-e32a-18c3-3f78-827929dc23ea", 12] = vector(eventlog_log_cleared_on_response),
	# ITaskSchedulerService::SchRpcRegisterTask
	["86d35949-83c9-4044-b424-db363231fd0c", 1] = vector(itaskschedulerservice_task_registered_on_response),
	# ITaskSchedulerService::SchRpcRun
	["86d35949-83c9-4044-b424-db363231fd0c", 12] = vector(itaskschedulerservice_task_run_on_response),
	# ITaskSchedulerService::SchRpcDelete
	["86d35949-83c9-4044-b424-db363231fd0c", 13] = vector(itaskschedulerservice_task_deleted_on_response),
	# ITaskSchedulerService::SchRpcEnableTask
	["86d35949-83c9-4044-b424-db363231fd0c", 19] = vector(itaskschedulerservice_task_enabled_on_response),
	# IWbemServices::ExecMethod
	["9556dc99-828c-11cf-a37e-00aa003240c7", 24] = vector(iwbemservices_method_executed_on_response, iwbemservices_process_created_on_response),
	# IWbemServices::ExecMethodAsync
	["9556dc99-828c-11cf-a37e-00aa003240c7", 25] = vector(iwbemservices_method_executed_on_response, iwbemservices_process_created_on_response),
	# drsuapi::DRSGetNCChanges
	["e3514235-4b06-11d1-ab04-00c04fc2dcd2", 3] = vector(drsuapi_dcsync_on_response),
	# IEventService::EvtRpcClearLog
	["f6beaff7-1e19-4fbb-9f8f-b89e2018337c", 6] = vector(ieventservice_log_cleared_on_response),
};

# Rules by the operation that they watch, at dce_rpc_response_stub.
const response_stub_rules: table[string, count] of vector of RpcHandler = {
	# atsvc::NetrJobAdd
	["1ff70682-0a51-30e8-076d-740be8cee98b", 0] = vector(atsvc_job_accepted_on_response_stub),
};

# Endpoints of the interfaces whose responses some rule watches.
global watched_endpoints: set[string];

# Opnums that some rule watches, at dce_rpc_request.
global request_opnums: set[count];

# Opnums that some rule watches, at dce_rpc_request_stub.
global request_stub_opnums: set[count];

# Opnums that some rule watches, at dce_rpc_response_stub.
global response_stub_opnums: set[count];

event zeek_init() &priority=-10
	{
	for ( [uuid, opnum] in response_rules )
		add watched_endpoints[DCE_RPC::uuid_endpoint_map[uuid]];

	for ( [uuid, opnum] in request_rules )
		add request_opnums[opnum];

	for ( [uuid, opnum] in request_stub_rules )
		add request_stub_opnums[opnum];

	for ( [uuid, opnum] in response_stub_rules )
		add response_stub_opnums[opnum];
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

# The pending call of a context if it is the one that is seen, else a new one.
function call_of(c: connection, fid: count, ctx_id: count, uuid: string, opnum: count): RpcCall
	{
	if ( c?$remote_execution_calls && [fid, ctx_id] in c$remote_execution_calls )
		{
		local call = c$remote_execution_calls[fid, ctx_id];

		if ( call$uuid == uuid && call$opnum == opnum )
			return call;
		}

	return new_call(c, fid, uuid, opnum);
	}

# Keep a call for its later events where some rule may still match it.
function keep(c: connection, fid: count, ctx_id: count, call: RpcCall)
	{
	if ( |call$candidates| == 0 )
		return;

	if ( ! c?$remote_execution_calls || ( |c$remote_execution_calls| >= max_pending_calls && [fid, ctx_id] !in c$remote_execution_calls ) )
		c$remote_execution_calls = table();

	c$remote_execution_calls[fid, ctx_id] = call;
	}

event dce_rpc_request(c: connection, fid: count, ctx_id: count, opnum: count, stub_len: count)
	{
	# Zeek pairs a response with the last request of its context; so do we.
	if ( c?$remote_execution_calls )
		delete c$remote_execution_calls[fid, ctx_id];

	if ( opnum !in request_opnums )
		return;

	local uuid = interface_of(c, ctx_id);

	if ( [uuid, opnum] !in request_rules )
		return;

	local call = call_of(c, fid, ctx_id, uuid, opnum);
	call$stub_len = stub_len;

	for ( _, handler in request_rules[uuid, opnum] )
		handler(c, call);

	keep(c, fid, ctx_id, call);
	}

event dce_rpc_request_stub(c: connection, fid: count, ctx_id: count, opnum: count, stub: string)
	{
	if ( opnum !in request_stub_opnums )
		return;

	local uuid = interface_of(c, ctx_id);

	if ( [uuid, opnum] !in request_stub_rules )
		return;

	local call = call_of(c, fid, ctx_id, uuid, opnum);
	call$stub = stub;
	call$stub_len = |stub|;

	for ( _, handler in request_stub_rules[uuid, opnum] )
		handler(c, call);

	keep(c, fid, ctx_id, call);
	}

# After the base script has named the endpoint, at priority 5, and before it deletes c$dce_rpc, at -5.
event dce_rpc_response(c: connection, fid: count, ctx_id: count, opnum: count, stub_len: count)
	{
	if ( c?$dce_rpc && c$dce_rpc?$endpoint && c$dce_rpc$endpoint !in watched_endpoints )
		return;

	local uuid = interface_of(c, ctx_id);

	if ( [uuid, opnum] !in response_rules )
		return;

	local call = call_of(c, fid, ctx_id, uuid, opnum);
	call$response_stub_len = stub_len;

	for ( _, handler in response_rules[uuid, opnum] )
		handler(c, call);

	keep(c, fid, ctx_id, call);
	}

event dce_rpc_response_stub(c: connection, fid: count, ctx_id: count, opnum: count, stub: string)
	{
	if ( opnum !in response_stub_opnums )
		return;

	local uuid = interface_of(c, ctx_id);

	if ( [uuid, opnum] !in response_stub_rules )
		return;

	local call = call_of(c, fid, ctx_id, uuid, opnum);
	call$response_stub = stub;
	call$response_stub_len = |stub|;

	for ( _, handler in response_stub_rules[uuid, opnum] )
		handler(c, call);

	if ( c?$remote_execution_calls )
		delete c$remote_execution_calls[fid, ctx_id];
	}
