##! Dispatch of DCE-RPC calls to the rules that watch them.
##!
##! A rule watches an interface UUID and an opnum, so a Zeek release that renames an interface changes nothing.

@load ./dce-rpc-call
@load ./dce-rpc-pairing
@load ./dce-rpc-request-stub
@load ./dce-rpc-response-stub

module RemoteExecution;

redef record SigzeekDceRpc::Operation += {
	## Rules by what its request stub must match.
	remote_execution_request_stub_patterns: table[pattern] of vector of SigzeekDceRpc::Handler &optional;
};

# What Zeek makes of watched interfaces where the client is big-endian.
redef SigzeekDceRpc::swapped_interfaces += {
	# IRemoteSCMActivator
	["a0010000-0000-0000-c000-000000000046"] = "000001a0-0000-0000-c000-000000000046",
	# IDispatch
	["00040200-0000-0000-c000-000000000046"] = "00020400-0000-0000-c000-000000000046",
	# lsarpc
	["78573412-3412-cdab-ef00-0123456789ab"] = "12345778-1234-abcd-ef00-0123456789ab",
	# samr
	["78573412-3412-cdab-ef00-0123456789ac"] = "12345778-1234-abcd-ef00-0123456789ac",
	# atsvc
	["8206f71f-510a-e830-076d-740be8cee98b"] = "1ff70682-0a51-30e8-076d-740be8cee98b",
	# winreg
	["01d08c33-4422-f131-aaaa-900038001003"] = "338cd001-2244-31f1-aaaa-900038001003",
	# svcctl
	["81bb7a36-4498-f135-ad32-98f038001003"] = "367abb81-9844-35f1-ad32-98f038001003",
	# sasec
	["b0528e37-a9c0-cf11-822d-00aa0051e40f"] = "378e52b0-c0a9-11cf-822d-00aa0051e40f",
	# dnsserver
	["a4c2ab50-4d57-b340-9d66-ee4fd5fba076"] = "50abc2a4-574d-40b3-9d66-ee4fd5fba076",
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

# Rules that look at arguments, by operation.
const rules_on_arguments: table[string, count] of vector of RuleInfo = {
	# IRemoteSCMActivator::RemoteGetClassObject
	["000001a0-0000-0000-c000-000000000046", 3] = vector(dcom_object_activated_rule),
	# IRemoteSCMActivator::RemoteCreateInstance
	["000001a0-0000-0000-c000-000000000046", 4] = vector(dcom_object_activated_rule),
	# lsarpc::LsarAddAccountRights
	["12345778-1234-abcd-ef00-0123456789ab", 37] = vector(lsarpc_powerful_right_given_rule),
	# samr::SamrOpenGroup
	["12345778-1234-abcd-ef00-0123456789ac", 19] = vector(samr_privileged_group_opened_rule),
	# samr::SamrOpenAlias
	["12345778-1234-abcd-ef00-0123456789ac", 27] = vector(samr_privileged_alias_opened_rule),
	# atsvc::NetrJobAdd
	["1ff70682-0a51-30e8-076d-740be8cee98b", 0] = vector(atsvc_job_command_interpreter_rule),
	# winreg::BaseRegCreateKey
	["338cd001-2244-31f1-aaaa-900038001003", 6] = vector(winreg_logon_key_opened_rule, winreg_run_key_opened_rule),
	# winreg::BaseRegOpenKey
	["338cd001-2244-31f1-aaaa-900038001003", 15] = vector(winreg_logon_key_opened_rule, winreg_run_key_opened_rule),
	# winreg::BaseRegSetValue
	["338cd001-2244-31f1-aaaa-900038001003", 22] = vector(
		winreg_command_value_set_rule,
		winreg_credential_protection_set_rule,
		winreg_logon_program_set_rule,
		winreg_security_package_set_rule),
	# svcctl::ChangeServiceConfigW
	["367abb81-9844-35f1-ad32-98f038001003", 11] = vector(svcctl_service_config_command_interpreter_rule),
	# svcctl::CreateServiceW
	["367abb81-9844-35f1-ad32-98f038001003", 12] = vector(
		svcctl_service_command_interpreter_rule,
		svcctl_service_on_share_rule,
		svcctl_service_random_name_rule),
	# svcctl::ChangeServiceConfigA
	["367abb81-9844-35f1-ad32-98f038001003", 23] = vector(svcctl_service_config_command_interpreter_rule),
	# svcctl::CreateServiceA
	["367abb81-9844-35f1-ad32-98f038001003", 24] = vector(
		svcctl_service_command_interpreter_rule,
		svcctl_service_on_share_rule,
		svcctl_service_random_name_rule),
	# svcctl::ChangeServiceConfig2A
	["367abb81-9844-35f1-ad32-98f038001003", 36] = vector(svcctl_service_failure_command_interpreter_rule),
	# svcctl::ChangeServiceConfig2W
	["367abb81-9844-35f1-ad32-98f038001003", 37] = vector(svcctl_service_failure_command_interpreter_rule),
	# svcctl::CreateServiceWOW64A
	["367abb81-9844-35f1-ad32-98f038001003", 44] = vector(
		svcctl_service_command_interpreter_rule,
		svcctl_service_on_share_rule,
		svcctl_service_random_name_rule),
	# svcctl::CreateServiceWOW64W
	["367abb81-9844-35f1-ad32-98f038001003", 45] = vector(
		svcctl_service_command_interpreter_rule,
		svcctl_service_on_share_rule,
		svcctl_service_random_name_rule),
	# svcctl::CreateWowService
	["367abb81-9844-35f1-ad32-98f038001003", 60] = vector(
		svcctl_service_command_interpreter_rule,
		svcctl_service_on_share_rule,
		svcctl_service_random_name_rule),
	# dnsserver::DnssrvOperation
	["50abc2a4-574d-40b3-9d66-ee4fd5fba076", 0] = vector(dnsserver_plugin_set_rule),
	# dnsserver::DnssrvOperation2
	["50abc2a4-574d-40b3-9d66-ee4fd5fba076", 5] = vector(dnsserver_plugin_set_rule),
	# IWbemServices::ExecMethod
	["9556dc99-828c-11cf-a37e-00aa003240c7", 24] = vector(iwbemservices_process_created_rule),
	# IWbemServices::ExecMethodAsync
	["9556dc99-828c-11cf-a37e-00aa003240c7", 25] = vector(iwbemservices_process_created_rule),
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
	# atsvc::NetrJobAdd
	["1ff70682-0a51-30e8-076d-740be8cee98b", 0] = vector(atsvc_job_accepted_rule),
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

event zeek_init()
	{
	for ( [uuid, opnum], handlers in request_rules )
		{
		local operation = SigzeekDceRpc::operation(uuid, opnum);

		for ( _, handler in handlers )
			operation$request += handler;
		}
	}

# Run the rules whose pattern the request stub matches.
function match_at_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	for ( _, matched in call$operation$remote_execution_request_stub_patterns[call$stub] )
		for ( _, handler in matched )
			handler(c, call);
	}

# Rules by the operation that they watch, at dce_rpc_request_stub.
const request_stub_rules: table[string, count] of vector of SigzeekDceRpc::Handler = {
	# IRemoteSCMActivator::RemoteGetClassObject
	["000001a0-0000-0000-c000-000000000046", 3] = vector(dcom_object_activated_on_request_stub),
	# IRemoteSCMActivator::RemoteCreateInstance
	["000001a0-0000-0000-c000-000000000046", 4] = vector(dcom_object_activated_on_request_stub),
	# lsarpc::LsarAddPrivilegesToAccount
	["12345778-1234-abcd-ef00-0123456789ab", 19] = vector(lsarpc_rights_given_on_request_stub),
	# lsarpc::LsarAddAccountRights
	["12345778-1234-abcd-ef00-0123456789ab", 37] = vector(lsarpc_powerful_right_given_on_request_stub, lsarpc_rights_given_on_request_stub),
	# samr::SamrOpenGroup
	["12345778-1234-abcd-ef00-0123456789ac", 19] = vector(samr_privileged_group_opened_on_request_stub),
	# samr::SamrAddMemberToGroup
	["12345778-1234-abcd-ef00-0123456789ac", 22] = vector(samr_group_member_added_on_request_stub),
	# samr::SamrOpenAlias
	["12345778-1234-abcd-ef00-0123456789ac", 27] = vector(samr_privileged_alias_opened_on_request_stub),
	# samr::SamrAddMemberToAlias
	["12345778-1234-abcd-ef00-0123456789ac", 31] = vector(samr_alias_member_added_on_request_stub),
	# atsvc::NetrJobAdd
	["1ff70682-0a51-30e8-076d-740be8cee98b", 0] = vector(atsvc_job_accepted_on_request_stub, atsvc_job_command_interpreter_on_request_stub),
	# svcctl::ChangeServiceConfigW
	["367abb81-9844-35f1-ad32-98f038001003", 11] = vector(svcctl_service_config_command_interpreter_on_request_stub),
	# svcctl::CreateServiceW
	["367abb81-9844-35f1-ad32-98f038001003", 12] = vector(svcctl_service_created_on_request_stub, svcctl_service_random_name_on_request_stub),
	# svcctl::ChangeServiceConfigA
	["367abb81-9844-35f1-ad32-98f038001003", 23] = vector(svcctl_service_config_command_interpreter_on_request_stub),
	# svcctl::CreateServiceA
	["367abb81-9844-35f1-ad32-98f038001003", 24] = vector(svcctl_service_created_on_request_stub, svcctl_service_random_name_on_request_stub),
	# svcctl::ChangeServiceConfig2A
	["367abb81-9844-35f1-ad32-98f038001003", 36] = vector(svcctl_service_failure_command_interpreter_on_request_stub),
	# svcctl::ChangeServiceConfig2W
	["367abb81-9844-35f1-ad32-98f038001003", 37] = vector(svcctl_service_failure_command_interpreter_on_request_stub),
	# svcctl::CreateServiceWOW64A
	["367abb81-9844-35f1-ad32-98f038001003", 44] = vector(svcctl_service_created_on_request_stub, svcctl_service_random_name_on_request_stub),
	# svcctl::CreateServiceWOW64W
	["367abb81-9844-35f1-ad32-98f038001003", 45] = vector(svcctl_service_created_on_request_stub, svcctl_service_random_name_on_request_stub),
	# svcctl::CreateWowService
	["367abb81-9844-35f1-ad32-98f038001003", 60] = vector(svcctl_service_created_on_request_stub, svcctl_service_random_name_on_request_stub),
	# dnsserver::DnssrvOperation
	["50abc2a4-574d-40b3-9d66-ee4fd5fba076", 0] = vector(dnsserver_operation_on_request_stub, dnsserver_plugin_set_on_request_stub),
	# dnsserver::DnssrvOperation2
	["50abc2a4-574d-40b3-9d66-ee4fd5fba076", 5] = vector(dnsserver_operation_on_request_stub, dnsserver_plugin_set_on_request_stub),
	# IWbemServices::ExecMethod
	["9556dc99-828c-11cf-a37e-00aa003240c7", 24] = vector(iwbemservices_process_created_on_request_stub),
	# IWbemServices::ExecMethodAsync
	["9556dc99-828c-11cf-a37e-00aa003240c7", 25] = vector(iwbemservices_process_created_on_request_stub),
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

# Rules by what the request stub of an operation must match: one automaton serves all rules of an operation.
const request_stub_pattern_rules: table[string, count] of table[pattern] of vector of SigzeekDceRpc::Handler = {
	# winreg::BaseRegCreateKey
	["338cd001-2244-31f1-aaaa-900038001003", 6] = table(
		# What is sought anywhere is one entry: which of the patterns match, the rules find out.
		[/.*(\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00R\x00u\x00n\x00|\x00\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00R\x00u\x00n|\\CurrentVersion\\Run|\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00P\x00o\x00l\x00i\x00c\x00i\x00e\x00s\x00\\\x00E\x00x\x00p\x00l\x00o\x00r\x00e\x00r\x00\\\x00R\x00u\x00n\x00|\x00\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00P\x00o\x00l\x00i\x00c\x00i\x00e\x00s\x00\\\x00E\x00x\x00p\x00l\x00o\x00r\x00e\x00r\x00\\\x00R\x00u\x00n|\\CurrentVersion\\Policies\\Explorer\\Run|\\\x00W\x00i\x00n\x00d\x00o\x00w\x00s\x00 \x00N\x00T\x00\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00W\x00i\x00n\x00l\x00o\x00g\x00o\x00n\x00|\x00\\\x00W\x00i\x00n\x00d\x00o\x00w\x00s\x00 \x00N\x00T\x00\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00W\x00i\x00n\x00l\x00o\x00g\x00o\x00n|\\Windows NT\\CurrentVersion\\Winlogon|\\\x00C\x00o\x00n\x00t\x00r\x00o\x00l\x00\\\x00L\x00s\x00a\x00|\x00\\\x00C\x00o\x00n\x00t\x00r\x00o\x00l\x00\\\x00L\x00s\x00a|\\Control\\Lsa|\\\x00C\x00o\x00n\x00t\x00r\x00o\x00l\x00\\\x00S\x00e\x00c\x00u\x00r\x00i\x00t\x00y\x00P\x00r\x00o\x00v\x00i\x00d\x00e\x00r\x00s\x00|\x00\\\x00C\x00o\x00n\x00t\x00r\x00o\x00l\x00\\\x00S\x00e\x00c\x00u\x00r\x00i\x00t\x00y\x00P\x00r\x00o\x00v\x00i\x00d\x00e\x00r\x00s|\\Control\\SecurityProviders).*/is] = vector(winreg_run_key_opened_on_request_stub, winreg_logon_key_opened_on_request_stub)
	),
	# winreg::BaseRegOpenKey
	["338cd001-2244-31f1-aaaa-900038001003", 15] = table(
		# What is sought anywhere is one entry: which of the patterns match, the rules find out.
		[/.*(\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00R\x00u\x00n\x00|\x00\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00R\x00u\x00n|\\CurrentVersion\\Run|\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00P\x00o\x00l\x00i\x00c\x00i\x00e\x00s\x00\\\x00E\x00x\x00p\x00l\x00o\x00r\x00e\x00r\x00\\\x00R\x00u\x00n\x00|\x00\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00P\x00o\x00l\x00i\x00c\x00i\x00e\x00s\x00\\\x00E\x00x\x00p\x00l\x00o\x00r\x00e\x00r\x00\\\x00R\x00u\x00n|\\CurrentVersion\\Policies\\Explorer\\Run|\\\x00W\x00i\x00n\x00d\x00o\x00w\x00s\x00 \x00N\x00T\x00\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00W\x00i\x00n\x00l\x00o\x00g\x00o\x00n\x00|\x00\\\x00W\x00i\x00n\x00d\x00o\x00w\x00s\x00 \x00N\x00T\x00\\\x00C\x00u\x00r\x00r\x00e\x00n\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n\x00\\\x00W\x00i\x00n\x00l\x00o\x00g\x00o\x00n|\\Windows NT\\CurrentVersion\\Winlogon|\\\x00C\x00o\x00n\x00t\x00r\x00o\x00l\x00\\\x00L\x00s\x00a\x00|\x00\\\x00C\x00o\x00n\x00t\x00r\x00o\x00l\x00\\\x00L\x00s\x00a|\\Control\\Lsa|\\\x00C\x00o\x00n\x00t\x00r\x00o\x00l\x00\\\x00S\x00e\x00c\x00u\x00r\x00i\x00t\x00y\x00P\x00r\x00o\x00v\x00i\x00d\x00e\x00r\x00s\x00|\x00\\\x00C\x00o\x00n\x00t\x00r\x00o\x00l\x00\\\x00S\x00e\x00c\x00u\x00r\x00i\x00t\x00y\x00P\x00r\x00o\x00v\x00i\x00d\x00e\x00r\x00s|\\Control\\SecurityProviders).*/is] = vector(winreg_run_key_opened_on_request_stub, winreg_logon_key_opened_on_request_stub)
	),
	# winreg::BaseRegSetValue
	["338cd001-2244-31f1-aaaa-900038001003", 22] = table(
		# What is sought anywhere is one entry: which of the patterns match, the rules find out.
		[/.*(c\x00m\x00d\x00 \x00\/\x00c\x00|c\x00m\x00d\x00\.\x00e\x00x\x00e\x00|%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%\x00|p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l\x00|r\x00u\x00n\x00d\x00l\x00l\x003\x002\x00|r\x00e\x00g\x00s\x00v\x00r\x003\x002\x00|m\x00s\x00h\x00t\x00a\x00|w\x00s\x00c\x00r\x00i\x00p\x00t\x00|c\x00s\x00c\x00r\x00i\x00p\x00t\x00|A\x00u\x00t\x00h\x00e\x00n\x00t\x00i\x00c\x00a\x00t\x00i\x00o\x00n\x00 \x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00s\x00|\x00A\x00u\x00t\x00h\x00e\x00n\x00t\x00i\x00c\x00a\x00t\x00i\x00o\x00n\x00 \x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00s|Authentication Packages|S\x00e\x00c\x00u\x00r\x00i\x00t\x00y\x00 \x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00s\x00|\x00S\x00e\x00c\x00u\x00r\x00i\x00t\x00y\x00 \x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00s|Security Packages|N\x00o\x00t\x00i\x00f\x00i\x00c\x00a\x00t\x00i\x00o\x00n\x00 \x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00s\x00|\x00N\x00o\x00t\x00i\x00f\x00i\x00c\x00a\x00t\x00i\x00o\x00n\x00 \x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00s|Notification Packages|D\x00i\x00s\x00a\x00b\x00l\x00e\x00R\x00e\x00s\x00t\x00r\x00i\x00c\x00t\x00e\x00d\x00A\x00d\x00m\x00i\x00n\x00|\x00D\x00i\x00s\x00a\x00b\x00l\x00e\x00R\x00e\x00s\x00t\x00r\x00i\x00c\x00t\x00e\x00d\x00A\x00d\x00m\x00i\x00n|DisableRestrictedAdmin|U\x00s\x00e\x00L\x00o\x00g\x00o\x00n\x00C\x00r\x00e\x00d\x00e\x00n\x00t\x00i\x00a\x00l\x00|\x00U\x00s\x00e\x00L\x00o\x00g\x00o\x00n\x00C\x00r\x00e\x00d\x00e\x00n\x00t\x00i\x00a\x00l|UseLogonCredential|R\x00u\x00n\x00A\x00s\x00P\x00P\x00L\x00|\x00R\x00u\x00n\x00A\x00s\x00P\x00P\x00L|RunAsPPL|R\x00u\x00n\x00A\x00s\x00P\x00P\x00L\x00B\x00o\x00o\x00t\x00|\x00R\x00u\x00n\x00A\x00s\x00P\x00P\x00L\x00B\x00o\x00o\x00t|RunAsPPLBoot|L\x00m\x00C\x00o\x00m\x00p\x00a\x00t\x00i\x00b\x00i\x00l\x00i\x00t\x00y\x00L\x00e\x00v\x00e\x00l\x00|\x00L\x00m\x00C\x00o\x00m\x00p\x00a\x00t\x00i\x00b\x00i\x00l\x00i\x00t\x00y\x00L\x00e\x00v\x00e\x00l|LmCompatibilityLevel|N\x00o\x00L\x00M\x00H\x00a\x00s\x00h\x00|\x00N\x00o\x00L\x00M\x00H\x00a\x00s\x00h|NoLMHash|L\x00s\x00a\x00C\x00f\x00g\x00F\x00l\x00a\x00g\x00s\x00|\x00L\x00s\x00a\x00C\x00f\x00g\x00F\x00l\x00a\x00g\x00s|LsaCfgFlags|L\x00o\x00c\x00a\x00l\x00A\x00c\x00c\x00o\x00u\x00n\x00t\x00T\x00o\x00k\x00e\x00n\x00F\x00i\x00l\x00t\x00e\x00r\x00P\x00o\x00l\x00i\x00c\x00y\x00|\x00L\x00o\x00c\x00a\x00l\x00A\x00c\x00c\x00o\x00u\x00n\x00t\x00T\x00o\x00k\x00e\x00n\x00F\x00i\x00l\x00t\x00e\x00r\x00P\x00o\x00l\x00i\x00c\x00y|LocalAccountTokenFilterPolicy|U\x00s\x00e\x00r\x00i\x00n\x00i\x00t\x00|\x00U\x00s\x00e\x00r\x00i\x00n\x00i\x00t|Userinit|S\x00h\x00e\x00l\x00l\x00|\x00S\x00h\x00e\x00l\x00l|Shell|G\x00i\x00n\x00a\x00D\x00L\x00L\x00|\x00G\x00i\x00n\x00a\x00D\x00L\x00L|GinaDLL|T\x00a\x00s\x00k\x00m\x00a\x00n\x00|\x00T\x00a\x00s\x00k\x00m\x00a\x00n|Taskman|V\x00m\x00A\x00p\x00p\x00l\x00e\x00t\x00|\x00V\x00m\x00A\x00p\x00p\x00l\x00e\x00t|VmApplet|A\x00p\x00p\x00S\x00e\x00t\x00u\x00p\x00|\x00A\x00p\x00p\x00S\x00e\x00t\x00u\x00p|AppSetup).*/is] = vector(
		winreg_command_value_set_on_request_stub,
		winreg_security_package_set_on_request_stub,
		winreg_credential_protection_set_on_request_stub,
		winreg_logon_program_set_on_request_stub)
	),
	# svcctl::CreateServiceW
	["367abb81-9844-35f1-ad32-98f038001003", 12] = table(
		# What is sought anywhere is one entry: which of the patterns match, the rules find out.
		[/.*(\\\x00\\\x00|\x00\\\x00\\|\\\\|\\\x00\\\x00\?\x00\\\x00u\x00n\x00c\x00\\\x00|\x00\\\x00\\\x00\?\x00\\\x00u\x00n\x00c\x00\\|\\\\\?\\unc\\|c\x00m\x00d\x00 \x00\/\x00c\x00|\x00c\x00m\x00d\x00 \x00\/\x00c|cmd \/c|c\x00m\x00d\x00\.\x00e\x00x\x00e\x00|\x00c\x00m\x00d\x00\.\x00e\x00x\x00e|cmd\.exe|%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%\x00|\x00%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%|%COMSPEC%|p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l\x00|\x00p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l|powershell|r\x00u\x00n\x00d\x00l\x00l\x003\x002\x00|\x00r\x00u\x00n\x00d\x00l\x00l\x003\x002|rundll32|r\x00e\x00g\x00s\x00v\x00r\x003\x002\x00|\x00r\x00e\x00g\x00s\x00v\x00r\x003\x002|regsvr32|m\x00s\x00h\x00t\x00a\x00|\x00m\x00s\x00h\x00t\x00a|mshta|\\\x00A\x00D\x00M\x00I\x00N\x00\$\x00\\\x00|\x00\\\x00A\x00D\x00M\x00I\x00N\x00\$\x00\\|\\ADMIN\$\\|\\\x00\\\x001\x002\x007\x00\.\x000\x00\.\x000\x00\.\x001\x00\\\x00|\x00\\\x00\\\x001\x002\x007\x00\.\x000\x00\.\x000\x00\.\x001\x00\\|\\\\127\.0\.0\.1\\).*/is] = vector(
		svcctl_service_on_share_on_request_stub,
		svcctl_service_command_interpreter_on_request_stub)
	),
	# svcctl::CreateServiceA
	["367abb81-9844-35f1-ad32-98f038001003", 24] = table(
		# What is sought anywhere is one entry: which of the patterns match, the rules find out.
		[/.*(\\\x00\\\x00|\x00\\\x00\\|\\\\|\\\x00\\\x00\?\x00\\\x00u\x00n\x00c\x00\\\x00|\x00\\\x00\\\x00\?\x00\\\x00u\x00n\x00c\x00\\|\\\\\?\\unc\\|c\x00m\x00d\x00 \x00\/\x00c\x00|\x00c\x00m\x00d\x00 \x00\/\x00c|cmd \/c|c\x00m\x00d\x00\.\x00e\x00x\x00e\x00|\x00c\x00m\x00d\x00\.\x00e\x00x\x00e|cmd\.exe|%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%\x00|\x00%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%|%COMSPEC%|p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l\x00|\x00p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l|powershell|r\x00u\x00n\x00d\x00l\x00l\x003\x002\x00|\x00r\x00u\x00n\x00d\x00l\x00l\x003\x002|rundll32|r\x00e\x00g\x00s\x00v\x00r\x003\x002\x00|\x00r\x00e\x00g\x00s\x00v\x00r\x003\x002|regsvr32|m\x00s\x00h\x00t\x00a\x00|\x00m\x00s\x00h\x00t\x00a|mshta|\\\x00A\x00D\x00M\x00I\x00N\x00\$\x00\\\x00|\x00\\\x00A\x00D\x00M\x00I\x00N\x00\$\x00\\|\\ADMIN\$\\|\\\x00\\\x001\x002\x007\x00\.\x000\x00\.\x000\x00\.\x001\x00\\\x00|\x00\\\x00\\\x001\x002\x007\x00\.\x000\x00\.\x000\x00\.\x001\x00\\|\\\\127\.0\.0\.1\\).*/is] = vector(
		svcctl_service_on_share_on_request_stub,
		svcctl_service_command_interpreter_on_request_stub)
	),
	# svcctl::CreateServiceWOW64A
	["367abb81-9844-35f1-ad32-98f038001003", 44] = table(
		# What is sought anywhere is one entry: which of the patterns match, the rules find out.
		[/.*(\\\x00\\\x00|\x00\\\x00\\|\\\\|\\\x00\\\x00\?\x00\\\x00u\x00n\x00c\x00\\\x00|\x00\\\x00\\\x00\?\x00\\\x00u\x00n\x00c\x00\\|\\\\\?\\unc\\|c\x00m\x00d\x00 \x00\/\x00c\x00|\x00c\x00m\x00d\x00 \x00\/\x00c|cmd \/c|c\x00m\x00d\x00\.\x00e\x00x\x00e\x00|\x00c\x00m\x00d\x00\.\x00e\x00x\x00e|cmd\.exe|%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%\x00|\x00%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%|%COMSPEC%|p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l\x00|\x00p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l|powershell|r\x00u\x00n\x00d\x00l\x00l\x003\x002\x00|\x00r\x00u\x00n\x00d\x00l\x00l\x003\x002|rundll32|r\x00e\x00g\x00s\x00v\x00r\x003\x002\x00|\x00r\x00e\x00g\x00s\x00v\x00r\x003\x002|regsvr32|m\x00s\x00h\x00t\x00a\x00|\x00m\x00s\x00h\x00t\x00a|mshta|\\\x00A\x00D\x00M\x00I\x00N\x00\$\x00\\\x00|\x00\\\x00A\x00D\x00M\x00I\x00N\x00\$\x00\\|\\ADMIN\$\\|\\\x00\\\x001\x002\x007\x00\.\x000\x00\.\x000\x00\.\x001\x00\\\x00|\x00\\\x00\\\x001\x002\x007\x00\.\x000\x00\.\x000\x00\.\x001\x00\\|\\\\127\.0\.0\.1\\).*/is] = vector(
		svcctl_service_on_share_on_request_stub,
		svcctl_service_command_interpreter_on_request_stub)
	),
	# svcctl::CreateServiceWOW64W
	["367abb81-9844-35f1-ad32-98f038001003", 45] = table(
		# What is sought anywhere is one entry: which of the patterns match, the rules find out.
		[/.*(\\\x00\\\x00|\x00\\\x00\\|\\\\|\\\x00\\\x00\?\x00\\\x00u\x00n\x00c\x00\\\x00|\x00\\\x00\\\x00\?\x00\\\x00u\x00n\x00c\x00\\|\\\\\?\\unc\\|c\x00m\x00d\x00 \x00\/\x00c\x00|\x00c\x00m\x00d\x00 \x00\/\x00c|cmd \/c|c\x00m\x00d\x00\.\x00e\x00x\x00e\x00|\x00c\x00m\x00d\x00\.\x00e\x00x\x00e|cmd\.exe|%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%\x00|\x00%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%|%COMSPEC%|p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l\x00|\x00p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l|powershell|r\x00u\x00n\x00d\x00l\x00l\x003\x002\x00|\x00r\x00u\x00n\x00d\x00l\x00l\x003\x002|rundll32|r\x00e\x00g\x00s\x00v\x00r\x003\x002\x00|\x00r\x00e\x00g\x00s\x00v\x00r\x003\x002|regsvr32|m\x00s\x00h\x00t\x00a\x00|\x00m\x00s\x00h\x00t\x00a|mshta|\\\x00A\x00D\x00M\x00I\x00N\x00\$\x00\\\x00|\x00\\\x00A\x00D\x00M\x00I\x00N\x00\$\x00\\|\\ADMIN\$\\|\\\x00\\\x001\x002\x007\x00\.\x000\x00\.\x000\x00\.\x001\x00\\\x00|\x00\\\x00\\\x001\x002\x007\x00\.\x000\x00\.\x000\x00\.\x001\x00\\|\\\\127\.0\.0\.1\\).*/is] = vector(
		svcctl_service_on_share_on_request_stub,
		svcctl_service_command_interpreter_on_request_stub)
	),
	# svcctl::CreateWowService
	["367abb81-9844-35f1-ad32-98f038001003", 60] = table(
		# What is sought anywhere is one entry: which of the patterns match, the rules find out.
		[/.*(\\\x00\\\x00|\x00\\\x00\\|\\\\|\\\x00\\\x00\?\x00\\\x00u\x00n\x00c\x00\\\x00|\x00\\\x00\\\x00\?\x00\\\x00u\x00n\x00c\x00\\|\\\\\?\\unc\\|c\x00m\x00d\x00 \x00\/\x00c\x00|\x00c\x00m\x00d\x00 \x00\/\x00c|cmd \/c|c\x00m\x00d\x00\.\x00e\x00x\x00e\x00|\x00c\x00m\x00d\x00\.\x00e\x00x\x00e|cmd\.exe|%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%\x00|\x00%\x00C\x00O\x00M\x00S\x00P\x00E\x00C\x00%|%COMSPEC%|p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l\x00|\x00p\x00o\x00w\x00e\x00r\x00s\x00h\x00e\x00l\x00l|powershell|r\x00u\x00n\x00d\x00l\x00l\x003\x002\x00|\x00r\x00u\x00n\x00d\x00l\x00l\x003\x002|rundll32|r\x00e\x00g\x00s\x00v\x00r\x003\x002\x00|\x00r\x00e\x00g\x00s\x00v\x00r\x003\x002|regsvr32|m\x00s\x00h\x00t\x00a\x00|\x00m\x00s\x00h\x00t\x00a|mshta|\\\x00A\x00D\x00M\x00I\x00N\x00\$\x00\\\x00|\x00\\\x00A\x00D\x00M\x00I\x00N\x00\$\x00\\|\\ADMIN\$\\|\\\x00\\\x001\x002\x007\x00\.\x000\x00\.\x000\x00\.\x001\x00\\\x00|\x00\\\x00\\\x001\x002\x007\x00\.\x000\x00\.\x000\x00\.\x001\x00\\|\\\\127\.0\.0\.1\\).*/is] = vector(
		svcctl_service_on_share_on_request_stub,
		svcctl_service_command_interpreter_on_request_stub)
	),
};

event zeek_init()
	{
	for ( [uuid, opnum], patterns in request_stub_pattern_rules )
		{
		local operation = SigzeekDceRpc::operation(uuid, opnum);
@ifdef ( dce_rpc_auth )
		operation$request_stub += count_if_sealed;
@endif
		operation$remote_execution_request_stub_patterns = patterns;
		operation$request_stub += match_at_request_stub;
		}
	}

# Rules by the operation that they watch, at dce_rpc_response.
const response_rules: table[string, count] of vector of SigzeekDceRpc::Handler = {
	# IDispatch::Invoke
	["00020400-0000-0000-c000-000000000046", 6] = vector(idispatch_method_invoked_on_response),
	# atsvc::NetrJobAdd
	["1ff70682-0a51-30e8-076d-740be8cee98b", 0] = vector(atsvc_job_added_on_response),
	# atsvc::NetrJobDel
	["1ff70682-0a51-30e8-076d-740be8cee98b", 1] = vector(atsvc_job_deleted_on_response),
	# winreg::BaseRegCreateKey
	["338cd001-2244-31f1-aaaa-900038001003", 6] = vector(winreg_registry_modified_on_response),
	# winreg::BaseRegDeleteKey
	["338cd001-2244-31f1-aaaa-900038001003", 7] = vector(winreg_registry_modified_on_response),
	# winreg::BaseRegDeleteValue
	["338cd001-2244-31f1-aaaa-900038001003", 8] = vector(winreg_registry_modified_on_response),
	# winreg::BaseRegEnumKey
	["338cd001-2244-31f1-aaaa-900038001003", 9] = vector(winreg_registry_queried_on_response),
	# winreg::BaseRegEnumValue
	["338cd001-2244-31f1-aaaa-900038001003", 10] = vector(winreg_registry_queried_on_response),
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
	["338cd001-2244-31f1-aaaa-900038001003", 22] = vector(winreg_registry_modified_on_response, winreg_value_set_on_response),
	# winreg::BaseRegQueryMultipleValues
	["338cd001-2244-31f1-aaaa-900038001003", 29] = vector(winreg_registry_queried_on_response),
	# winreg::BaseRegQueryMultipleValues2
	["338cd001-2244-31f1-aaaa-900038001003", 34] = vector(winreg_registry_queried_on_response),
	# winreg::BaseRegDeleteKeyEx
	["338cd001-2244-31f1-aaaa-900038001003", 35] = vector(winreg_registry_modified_on_response),
	# svcctl::DeleteService
	["367abb81-9844-35f1-ad32-98f038001003", 2] = vector(svcctl_service_deleted_on_response),
	# svcctl::ChangeServiceConfigW
	["367abb81-9844-35f1-ad32-98f038001003", 11] = vector(svcctl_service_config_changed_on_response),
	# svcctl::ChangeServiceConfigA
	["367abb81-9844-35f1-ad32-98f038001003", 23] = vector(svcctl_service_config_changed_on_response),
	# svcctl::ChangeServiceConfig2A
	["367abb81-9844-35f1-ad32-98f038001003", 36] = vector(svcctl_service_config_changed_on_response),
	# svcctl::ChangeServiceConfig2W
	["367abb81-9844-35f1-ad32-98f038001003", 37] = vector(svcctl_service_config_changed_on_response),
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
	["9556dc99-828c-11cf-a37e-00aa003240c7", 24] = vector(iwbemservices_method_executed_on_response),
	# IWbemServices::ExecMethodAsync
	["9556dc99-828c-11cf-a37e-00aa003240c7", 25] = vector(iwbemservices_method_executed_on_response),
	# drsuapi::DRSGetNCChanges
	["e3514235-4b06-11d1-ab04-00c04fc2dcd2", 3] = vector(drsuapi_dcsync_on_response),
	# drsuapi::DRSAddSidHistory
	["e3514235-4b06-11d1-ab04-00c04fc2dcd2", 20] = vector(drsuapi_sid_history_added_on_response),
	# IEventService::EvtRpcClearLog
	["f6beaff7-1e19-4fbb-9f8f-b89e2018337c", 6] = vector(ieventservice_log_cleared_on_response),
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
	# atsvc::NetrJobAdd
	["1ff70682-0a51-30e8-076d-740be8cee98b", 0],
};

event zeek_init()
	{
	for ( [uuid, opnum] in response_stub_of_candidates )
		{
		local operation = SigzeekDceRpc::operation(uuid, opnum);
		operation$looks_into_response = T;
		}
	}
