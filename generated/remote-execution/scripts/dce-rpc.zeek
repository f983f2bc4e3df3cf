##! Dispatch of DCE-RPC calls to the rules that watch them.
##!
##! A rule watches an interface UUID and an opnum, so a Zeek release that renames an interface changes nothing.

@load ./dce-rpc-call
@load ./dce-rpc-pairing
@load ./dce-rpc-request-stub
@load ./dce-rpc-response-stub

module RemoteExecution;

redef record SigzeekDceRpc::Context += {
	## The latest call, where some rule may still match it.
	remote_execution_call: RpcCall &optional;
};

# What Zeek makes of watched interfaces where the client is big-endian.
redef SigzeekDceRpc::swapped_interfaces += {
	# atsvc
	["8206f71f-510a-e830-076d-740be8cee98b"] = "1ff70682-0a51-30e8-076d-740be8cee98b",
	# winreg
	["01d08c33-4422-f131-aaaa-900038001003"] = "338cd001-2244-31f1-aaaa-900038001003",
	# svcctl
	["81bb7a36-4498-f135-ad32-98f038001003"] = "367abb81-9844-35f1-ad32-98f038001003",
	# sasec
	["b0528e37-a9c0-cf11-822d-00aa0051e40f"] = "378e52b0-c0a9-11cf-822d-00aa0051e40f",
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
	["1ff70682-0a51-30e8-076d-740be8cee98b", 0] = vector(atsvc_job_accepted_on_request_stub, atsvc_job_command_interpreter_on_request_stub),
	# winreg::BaseRegCreateKey
	["338cd001-2244-31f1-aaaa-900038001003", 6] = vector(winreg_run_key_opened_on_request_stub),
	# winreg::BaseRegOpenKey
	["338cd001-2244-31f1-aaaa-900038001003", 15] = vector(winreg_run_key_opened_on_request_stub),
	# winreg::BaseRegSetValue
	["338cd001-2244-31f1-aaaa-900038001003", 22] = vector(winreg_command_value_set_on_request_stub),
	# svcctl::ChangeServiceConfigW
	["367abb81-9844-35f1-ad32-98f038001003", 11] = vector(svcctl_service_config_command_interpreter_on_request_stub),
	# svcctl::CreateServiceW
	["367abb81-9844-35f1-ad32-98f038001003", 12] = vector(svcctl_service_command_interpreter_on_request_stub, svcctl_service_created_on_request_stub),
	# svcctl::ChangeServiceConfigA
	["367abb81-9844-35f1-ad32-98f038001003", 23] = vector(svcctl_service_config_command_interpreter_on_request_stub),
	# svcctl::CreateServiceA
	["367abb81-9844-35f1-ad32-98f038001003", 24] = vector(svcctl_service_command_interpreter_on_request_stub, svcctl_service_created_on_request_stub),
	# svcctl::ChangeServiceConfig2A
	["367abb81-9844-35f1-ad32-98f038001003", 36] = vector(svcctl_service_failure_command_interpreter_on_request_stub),
	# svcctl::ChangeServiceConfig2W
	["367abb81-9844-35f1-ad32-98f038001003", 37] = vector(svcctl_service_failure_command_interpreter_on_request_stub),
	# svcctl::CreateServiceWOW64A
	["367abb81-9844-35f1-ad32-98f038001003", 44] = vector(svcctl_service_command_interpreter_on_request_stub, svcctl_service_created_on_request_stub),
	# svcctl::CreateServiceWOW64W
	["367abb81-9844-35f1-ad32-98f038001003", 45] = vector(svcctl_service_command_interpreter_on_request_stub, svcctl_service_created_on_request_stub),
	# svcctl::CreateWowService
	["367abb81-9844-35f1-ad32-98f038001003", 60] = vector(svcctl_service_command_interpreter_on_request_stub, svcctl_service_created_on_request_stub),
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
	["367abb81-9844-35f1-ad32-98f038001003", 11] = vector(
		svcctl_service_config_changed_on_response,
		svcctl_service_config_command_interpreter_on_response),
	# svcctl::CreateServiceW
	["367abb81-9844-35f1-ad32-98f038001003", 12] = vector(svcctl_service_command_interpreter_on_response, svcctl_service_created_on_response),
	# svcctl::ChangeServiceConfigA
	["367abb81-9844-35f1-ad32-98f038001003", 23] = vector(
		svcctl_service_config_changed_on_response,
		svcctl_service_config_command_interpreter_on_response),
	# svcctl::CreateServiceA
	["367abb81-9844-35f1-ad32-98f038001003", 24] = vector(svcctl_service_command_interpreter_on_response, svcctl_service_created_on_response),
	# svcctl::ChangeServiceConfig2A
	["367abb81-9844-35f1-ad32-98f038001003", 36] = vector(
		svcctl_service_config_changed_on_response,
		svcctl_service_failure_command_interpreter_on_response),
	# svcctl::ChangeServiceConfig2W
	["367abb81-9844-35f1-ad32-98f038001003", 37] = vector(
		svcctl_service_config_changed_on_response,
		svcctl_service_failure_command_interpreter_on_response),
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

# The latest call of a context.
function new_call(c: connection, context: SigzeekDceRpc::Context): RpcCall
	{
	local call = RpcCall($uuid=context$uuid, $opnum=context$opnum, $ts=context$ts);

	if ( c?$dce_rpc_state && c$dce_rpc_state?$named_pipe )
		call$named_pipe = c$dce_rpc_state$named_pipe;

	call$is_big_endian = context$is_big_endian;

	return call;
	}

# The latest call of a context: as it was kept, if it was.
function call_of(c: connection, context: SigzeekDceRpc::Context): RpcCall
	{
	return context?$remote_execution_call ? context$remote_execution_call : new_call(c, context);
	}

# Keep a call for its later events where some rule may still match it.
function keep(call: RpcCall, context: SigzeekDceRpc::Context)
	{
	if ( |call$candidates| > 0 )
		context$remote_execution_call = call;
	}

hook SigzeekDceRpc::request(c: connection, context: SigzeekDceRpc::Context, stub_len: count)
	{
	delete context$remote_execution_call;

	local uuid = context$uuid;
	local opnum = context$opnum;

	if ( [uuid, opnum] !in request_rules )
		return;

	local call = new_call(c, context);
	call$stub_len = stub_len;

	for ( _, handler in request_rules[uuid, opnum] )
		handler(c, call);

	keep(call, context);
	}

hook SigzeekDceRpc::request_stub(c: connection, context: SigzeekDceRpc::Context, stub: string)
	{
	local uuid = context$uuid;
	local opnum = context$opnum;

	if ( [uuid, opnum] !in request_stub_rules )
		return;

	local call = call_of(c, context);
	call$stub = stub;
	call$stub_len = |stub|;

	for ( _, handler in request_stub_rules[uuid, opnum] )
		handler(c, call);

	keep(call, context);
	}

hook SigzeekDceRpc::response(c: connection, context: SigzeekDceRpc::Context, stub_len: count)
	{
	local uuid = context$uuid;
	local opnum = context$opnum;

	if ( [uuid, opnum] !in response_rules )
		return;

	local call = call_of(c, context);
	call$response_stub_len = stub_len;

	for ( _, handler in response_rules[uuid, opnum] )
		handler(c, call);

	keep(call, context);
	}

hook SigzeekDceRpc::response_stub(c: connection, context: SigzeekDceRpc::Context, stub: string)
	{
	# Only what has matched so far can still match.
	if ( ! context?$remote_execution_call )
		return;

	local uuid = context$uuid;
	local opnum = context$opnum;

	if ( [uuid, opnum] !in response_stub_rules )
		return;

	local call = call_of(c, context);
	call$response_stub = stub;
	call$response_stub_len = |stub|;

	for ( _, handler in response_stub_rules[uuid, opnum] )
		handler(c, call);

	delete context$remote_execution_call;
	}

# A call that has no response of its own is decided with what its request has told.
hook SigzeekDceRpc::unanswered(c: connection, context: SigzeekDceRpc::Context)
	{
	local uuid = context$uuid;
	local opnum = context$opnum;

	if ( [uuid, opnum] !in response_rules && [uuid, opnum] !in response_stub_rules )
		return;

	local call = call_of(c, context);
	call$unanswered = T;

	if ( [uuid, opnum] in response_rules )
		for ( _, handler in response_rules[uuid, opnum] )
			handler(c, call);

	if ( [uuid, opnum] in response_stub_rules )
		for ( _, handler in response_stub_rules[uuid, opnum] )
			handler(c, call);

	delete context$remote_execution_call;
	}
