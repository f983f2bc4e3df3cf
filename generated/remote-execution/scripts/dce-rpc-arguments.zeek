##! The arguments of calls that rules of this pack look at. The stubs of a call are read when a rule first asks for one of them.

@load ./dce-rpc-call
@load ./dce-rpc-pairing
@load ./dce-rpc-stub

module RemoteExecution;

redef record SigzeekDceRpc::Operation += {
	## How its requests are read.
	remote_execution_arguments: function(call: SigzeekDceRpc::Call, kept: RpcCall): bool &optional;
	## The latest request that was read, behind a first pointer; none where it could not be read.
	remote_execution_latest: string &optional;
	## Which of all readings that was.
	remote_execution_reading: count &default=0;
	## The octet at which that begins: 1, or that behind a pointer which is not null.
	remote_execution_compared_from: count &default=1;
};

redef record RpcCall += {
	# Whether the request could be read; unset until a rule asks.
	has_arguments: bool &optional;
	# The same of the response.
	has_results: bool &optional;
	argument_AccountSid: string &optional;
	argument_AliasId: count &optional;
	argument_GroupId: count &optional;
	argument_Info_info_psfa_lpCommand: string &optional;
	argument_MemberId: count &optional;
	argument_MemberId_text: string &optional;
	argument_UserRights_UserRights: vector of string &optional;
	argument_lpBinaryPathName: string &optional;
	argument_lpData: string &optional;
	argument_lpServiceName: string &optional;
	argument_lpSubKey: string &optional;
	argument_lpValueName: string &optional;
	argument_pActProperties_classId: string &optional;
	argument_pAtInfo_Command: string &optional;
	argument_pData_WideString: string &optional;
	argument_pszOperation: string &optional;
	argument_samDesired: count &optional;
	argument_strMethodName: string &optional;
	argument_strObjectPath: string &optional;
	result_pJobId: count &optional;
};

# The least request that begins with a pointer which is not null.
const least_with_pointer = "\x00\x00\x00\x01";

# Whether a request is the latest of its operation that was read, but for the value of its first pointer. Clients repeat
# themselves.
function repeats_latest(call: SigzeekDceRpc::Call): bool &is_used
	{
	local operation = call$operation;

	if ( ! operation?$remote_execution_latest || call$interface$is_big_endian )
		return F;

	if ( operation$remote_execution_compared_from == 1 )
		return call$stub == operation$remote_execution_latest;

	return sub_bytes(call$stub, operation$remote_execution_compared_from, -1) == operation$remote_execution_latest && call$stub >= least_with_pointer;
	}

# How many requests were kept.
global readings = 0;

# Keep a request that was read, or none where it could not be.
function keep_latest(call: SigzeekDceRpc::Call, is_read: bool, compared_from: count) &is_used
	{
	local operation = call$operation;
	delete operation$remote_execution_latest;

	if ( ! is_read || call$interface$is_big_endian || |call$stub| < compared_from )
		return;

	if ( compared_from > 1 && call$stub < least_with_pointer )
		return;

	++readings;
	operation$remote_execution_reading = readings;
	operation$remote_execution_compared_from = compared_from;
	operation$remote_execution_latest = sub_bytes(call$stub, compared_from, -1);
	}

# Arguments of the request of IRemoteSCMActivator::RemoteGetClassObject.
type IRemoteSCMActivator_RemoteGetClassObject_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	pActProperties_classId: string &optional;
};

# Reads the request of IRemoteSCMActivator::RemoteGetClassObject:
#
#   orpcthis ORPCTHIS
#   pActProperties unique(activation_properties)
function IRemoteSCMActivator_RemoteGetClassObject_arguments(bytes: string, is_little_endian: bool): IRemoteSCMActivator_RemoteGetClassObject_Arguments
	{
	local read = IRemoteSCMActivator_RemoteGetClassObject_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = IRemoteSCMActivator_RemoteGetClassObject_Arguments($is_read=T);
		SigzeekStub::at += 28;
		local orpcthis_extensions_pointer = SigzeekStub::number(word);

		if ( orpcthis_extensions_pointer != 0 )
			{
			SigzeekStub::at += 8;
			local orpcthis_extensions_extent_pointer = SigzeekStub::number(word);

			if ( orpcthis_extensions_extent_pointer != 0 )
				{
				local orpcthis_extensions_extent_count = SigzeekStub::number(word);
				local orpcthis_extensions_extent_count_elements = SigzeekStub::elements(orpcthis_extensions_extent_count, word, word);

				while ( orpcthis_extensions_extent_count_elements$number < orpcthis_extensions_extent_count_elements$count_ )
					{
					SigzeekStub::to_next_element(orpcthis_extensions_extent_count_elements);
					orpcthis_extensions_extent_pointer = SigzeekStub::number(word);
					SigzeekStub::behind_elements(orpcthis_extensions_extent_count_elements);

					if ( orpcthis_extensions_extent_pointer != 0 )
						{
						orpcthis_extensions_extent_count = SigzeekStub::number(word);
						SigzeekStub::at += 20;
						SigzeekStub::take(orpcthis_extensions_extent_count);
						}

					}

				}

			}

		if ( SigzeekStub::points() )
			{

			for ( _, found in SigzeekStub::activated_class() )
				values$pActProperties_classId = found;

			}

		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of IRemoteSCMActivator::RemoteGetClassObject has that was read.
global latest_IRemoteSCMActivator_RemoteGetClassObject_arguments = IRemoteSCMActivator_RemoteGetClassObject_Arguments();

# Takes what is asked for of IRemoteSCMActivator::RemoteGetClassObject.
function take_IRemoteSCMActivator_RemoteGetClassObject_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_IRemoteSCMActivator_RemoteGetClassObject_arguments = IRemoteSCMActivator_RemoteGetClassObject_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_IRemoteSCMActivator_RemoteGetClassObject_arguments$is_read, 1);
		}

	local read = latest_IRemoteSCMActivator_RemoteGetClassObject_arguments;

	if ( read?$pActProperties_classId )
		kept$argument_pActProperties_classId = read$pActProperties_classId;

	return read$is_read;
	}

# Arguments of the request of IRemoteSCMActivator::RemoteCreateInstance.
type IRemoteSCMActivator_RemoteCreateInstance_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	pActProperties_classId: string &optional;
};

# Reads the request of IRemoteSCMActivator::RemoteCreateInstance:
#
#   orpcthis ORPCTHIS
#   pUnkOuter unique(MINTERFACEPOINTER)
#   pActProperties unique(activation_properties)
function IRemoteSCMActivator_RemoteCreateInstance_arguments(bytes: string, is_little_endian: bool): IRemoteSCMActivator_RemoteCreateInstance_Arguments
	{
	local read = IRemoteSCMActivator_RemoteCreateInstance_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = IRemoteSCMActivator_RemoteCreateInstance_Arguments($is_read=T);
		SigzeekStub::at += 28;
		local orpcthis_extensions_pointer = SigzeekStub::number(word);

		if ( orpcthis_extensions_pointer != 0 )
			{
			SigzeekStub::at += 8;
			local orpcthis_extensions_extent_pointer = SigzeekStub::number(word);

			if ( orpcthis_extensions_extent_pointer != 0 )
				{
				local orpcthis_extensions_extent_count = SigzeekStub::number(word);
				local orpcthis_extensions_extent_count_elements = SigzeekStub::elements(orpcthis_extensions_extent_count, word, word);

				while ( orpcthis_extensions_extent_count_elements$number < orpcthis_extensions_extent_count_elements$count_ )
					{
					SigzeekStub::to_next_element(orpcthis_extensions_extent_count_elements);
					orpcthis_extensions_extent_pointer = SigzeekStub::number(word);
					SigzeekStub::behind_elements(orpcthis_extensions_extent_count_elements);

					if ( orpcthis_extensions_extent_pointer != 0 )
						{
						orpcthis_extensions_extent_count = SigzeekStub::number(word);
						SigzeekStub::at += 20;
						SigzeekStub::take(orpcthis_extensions_extent_count);
						}

					}

				}

			}

		if ( SigzeekStub::points() )
			{
			local pUnkOuter_count = SigzeekStub::number(word);
			SigzeekStub::at += 4;
			SigzeekStub::take(pUnkOuter_count);
			}

		if ( SigzeekStub::points() )
			{

			for ( _, found in SigzeekStub::activated_class() )
				values$pActProperties_classId = found;

			}

		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of IRemoteSCMActivator::RemoteCreateInstance has that was read.
global latest_IRemoteSCMActivator_RemoteCreateInstance_arguments = IRemoteSCMActivator_RemoteCreateInstance_Arguments();

# Takes what is asked for of IRemoteSCMActivator::RemoteCreateInstance.
function take_IRemoteSCMActivator_RemoteCreateInstance_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_IRemoteSCMActivator_RemoteCreateInstance_arguments = IRemoteSCMActivator_RemoteCreateInstance_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_IRemoteSCMActivator_RemoteCreateInstance_arguments$is_read, 1);
		}

	local read = latest_IRemoteSCMActivator_RemoteCreateInstance_arguments;

	if ( read?$pActProperties_classId )
		kept$argument_pActProperties_classId = read$pActProperties_classId;

	return read$is_read;
	}

# Arguments of the request of lsarpc::LsarAddAccountRights.
type lsarpc_LsarAddAccountRights_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	AccountSid: string &optional;
	UserRights_UserRights: vector of string &default=vector();
};

# Reads the request of lsarpc::LsarAddAccountRights:
#
#   PolicyHandle handle
#   AccountSid sid
#   UserRights LSAPR_USER_RIGHT_SET
function lsarpc_LsarAddAccountRights_arguments(bytes: string, is_little_endian: bool): lsarpc_LsarAddAccountRights_Arguments
	{
	local read = lsarpc_LsarAddAccountRights_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = lsarpc_LsarAddAccountRights_Arguments($is_read=T);
		SigzeekStub::at += 20;
		values$AccountSid = SigzeekStub::sid();

		# Not in this transfer syntax.
		if ( SigzeekStub::at > |bytes| + 1 )
			next;

		SigzeekStub::align(word);
		SigzeekStub::at += 4;
		local UserRights_UserRights_pointer = SigzeekStub::number(word);

		if ( UserRights_UserRights_pointer != 0 )
			{
			local UserRights_UserRights_count = SigzeekStub::number(word);
			local UserRights_UserRights_count_elements = SigzeekStub::elements(UserRights_UserRights_count, word == 4 ? 8 : 16, word == 4 ? 8 : 16);

			while ( UserRights_UserRights_count_elements$number < UserRights_UserRights_count_elements$count_ )
				{
				SigzeekStub::to_next_element(UserRights_UserRights_count_elements);
				SigzeekStub::align(word);
				local UserRights_UserRights_length = SigzeekStub::number(2);
				SigzeekStub::at += 2;
				UserRights_UserRights_pointer = SigzeekStub::number(word);
				SigzeekStub::behind_elements(UserRights_UserRights_count_elements);

				if ( UserRights_UserRights_pointer == 0 && UserRights_UserRights_length != 0 )
					{
					SigzeekStub::fail();
					}

				if ( UserRights_UserRights_pointer != 0 )
					{
					values$UserRights_UserRights += SigzeekStub::counted_text(UserRights_UserRights_length);
					}

				}

			}

		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of lsarpc::LsarAddAccountRights has that was read.
global latest_lsarpc_LsarAddAccountRights_arguments = lsarpc_LsarAddAccountRights_Arguments();

# Takes what is asked for of lsarpc::LsarAddAccountRights.
function take_lsarpc_LsarAddAccountRights_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_lsarpc_LsarAddAccountRights_arguments = lsarpc_LsarAddAccountRights_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_lsarpc_LsarAddAccountRights_arguments$is_read, 1);
		}

	local read = latest_lsarpc_LsarAddAccountRights_arguments;

	if ( read?$AccountSid )
		kept$argument_AccountSid = read$AccountSid;

	if ( |read$UserRights_UserRights| > 0 )
		kept$argument_UserRights_UserRights = read$UserRights_UserRights;

	return read$is_read;
	}

# Arguments of the request of samr::SamrOpenGroup.
type samr_SamrOpenGroup_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	GroupId: count &optional;
};

# Reads the request of samr::SamrOpenGroup:
#
#   DomainHandle handle
#   DesiredAccess uint32
#   GroupId uint32
function samr_SamrOpenGroup_arguments(bytes: string, is_little_endian: bool): samr_SamrOpenGroup_Arguments
	{
	local read = samr_SamrOpenGroup_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = samr_SamrOpenGroup_Arguments($is_read=T);
		SigzeekStub::reserved_handle();
		SigzeekStub::at += 4;
		values$GroupId = SigzeekStub::number(4);
		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of samr::SamrOpenGroup has that was read.
global latest_samr_SamrOpenGroup_arguments = samr_SamrOpenGroup_Arguments();

# Takes what is asked for of samr::SamrOpenGroup.
function take_samr_SamrOpenGroup_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_samr_SamrOpenGroup_arguments = samr_SamrOpenGroup_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_samr_SamrOpenGroup_arguments$is_read, 1);
		}

	local read = latest_samr_SamrOpenGroup_arguments;

	if ( read?$GroupId )
		kept$argument_GroupId = read$GroupId;

	return read$is_read;
	}

# Arguments of the request of samr::SamrAddMemberToGroup.
type samr_SamrAddMemberToGroup_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	MemberId: count &optional;
};

# Reads the request of samr::SamrAddMemberToGroup:
#
#   GroupHandle handle
#   MemberId uint32
#   Attributes uint32
function samr_SamrAddMemberToGroup_arguments(bytes: string, is_little_endian: bool): samr_SamrAddMemberToGroup_Arguments
	{
	local read = samr_SamrAddMemberToGroup_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = samr_SamrAddMemberToGroup_Arguments($is_read=T);
		SigzeekStub::reserved_handle();
		values$MemberId = SigzeekStub::number(4);
		SigzeekStub::at += 4;
		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of samr::SamrAddMemberToGroup has that was read.
global latest_samr_SamrAddMemberToGroup_arguments = samr_SamrAddMemberToGroup_Arguments();

# Takes what is asked for of samr::SamrAddMemberToGroup.
function take_samr_SamrAddMemberToGroup_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_samr_SamrAddMemberToGroup_arguments = samr_SamrAddMemberToGroup_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_samr_SamrAddMemberToGroup_arguments$is_read, 1);
		}

	local read = latest_samr_SamrAddMemberToGroup_arguments;

	if ( read?$MemberId )
		kept$argument_MemberId = read$MemberId;

	return read$is_read;
	}

# Arguments of the request of samr::SamrOpenAlias.
type samr_SamrOpenAlias_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	AliasId: count &optional;
};

# Reads the request of samr::SamrOpenAlias:
#
#   DomainHandle handle
#   DesiredAccess uint32
#   AliasId uint32
function samr_SamrOpenAlias_arguments(bytes: string, is_little_endian: bool): samr_SamrOpenAlias_Arguments
	{
	local read = samr_SamrOpenAlias_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = samr_SamrOpenAlias_Arguments($is_read=T);
		SigzeekStub::reserved_handle();
		SigzeekStub::at += 4;
		values$AliasId = SigzeekStub::number(4);
		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of samr::SamrOpenAlias has that was read.
global latest_samr_SamrOpenAlias_arguments = samr_SamrOpenAlias_Arguments();

# Takes what is asked for of samr::SamrOpenAlias.
function take_samr_SamrOpenAlias_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_samr_SamrOpenAlias_arguments = samr_SamrOpenAlias_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_samr_SamrOpenAlias_arguments$is_read, 1);
		}

	local read = latest_samr_SamrOpenAlias_arguments;

	if ( read?$AliasId )
		kept$argument_AliasId = read$AliasId;

	return read$is_read;
	}

# Arguments of the request of samr::SamrAddMemberToAlias.
type samr_SamrAddMemberToAlias_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	MemberId: string &optional;
};

# Reads the request of samr::SamrAddMemberToAlias:
#
#   AliasHandle handle
#   MemberId sid
function samr_SamrAddMemberToAlias_arguments(bytes: string, is_little_endian: bool): samr_SamrAddMemberToAlias_Arguments
	{
	local read = samr_SamrAddMemberToAlias_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = samr_SamrAddMemberToAlias_Arguments($is_read=T);
		SigzeekStub::at += 20;
		values$MemberId = SigzeekStub::sid();
		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of samr::SamrAddMemberToAlias has that was read.
global latest_samr_SamrAddMemberToAlias_arguments = samr_SamrAddMemberToAlias_Arguments();

# Takes what is asked for of samr::SamrAddMemberToAlias.
function take_samr_SamrAddMemberToAlias_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_samr_SamrAddMemberToAlias_arguments = samr_SamrAddMemberToAlias_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_samr_SamrAddMemberToAlias_arguments$is_read, 1);
		}

	local read = latest_samr_SamrAddMemberToAlias_arguments;

	if ( read?$MemberId )
		kept$argument_MemberId_text = read$MemberId;

	return read$is_read;
	}

# Arguments of the request of atsvc::NetrJobAdd.
type atsvc_NetrJobAdd_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	pAtInfo_Command: string &optional;
};

# Reads the request of atsvc::NetrJobAdd:
#
#   ServerName unique(wstring)
#   pAtInfo AT_INFO
function atsvc_NetrJobAdd_arguments(bytes: string, is_little_endian: bool): atsvc_NetrJobAdd_Arguments
	{
	local read = atsvc_NetrJobAdd_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = atsvc_NetrJobAdd_Arguments($is_read=T);

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_text();
			}

		SigzeekStub::align(word);
		SigzeekStub::at += word == 4 ? 10 : 14;
		local pAtInfo_Command_pointer = SigzeekStub::number(word);

		if ( pAtInfo_Command_pointer != 0 )
			{
			values$pAtInfo_Command = SigzeekStub::text();
			}

		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of atsvc::NetrJobAdd has that was read.
global latest_atsvc_NetrJobAdd_arguments = atsvc_NetrJobAdd_Arguments();

# Takes what is asked for of atsvc::NetrJobAdd.
function take_atsvc_NetrJobAdd_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_atsvc_NetrJobAdd_arguments = atsvc_NetrJobAdd_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_atsvc_NetrJobAdd_arguments$is_read, 5);
		}

	local read = latest_atsvc_NetrJobAdd_arguments;

	if ( read?$pAtInfo_Command )
		kept$argument_pAtInfo_Command = read$pAtInfo_Command;

	return read$is_read;
	}

# Arguments of the response of atsvc::NetrJobAdd.
type atsvc_NetrJobAdd_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	pJobId: count &optional;
};

# Reads the response of atsvc::NetrJobAdd:
#
#   pJobId uint32
#   return uint32
function atsvc_NetrJobAdd_results(bytes: string, is_little_endian: bool): atsvc_NetrJobAdd_Results
	{
	local read = atsvc_NetrJobAdd_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = atsvc_NetrJobAdd_Results($is_read=T);
		values$pJobId = SigzeekStub::number(4);
		SigzeekStub::at += 4;
		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# Takes what is asked for of atsvc::NetrJobAdd.
function take_atsvc_NetrJobAdd_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = atsvc_NetrJobAdd_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$pJobId )
		kept$result_pJobId = read$pJobId;

	return read$is_read;
	}

# Arguments of the request of winreg::BaseRegCreateKey.
type winreg_BaseRegCreateKey_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	lpSubKey: string &optional;
	samDesired: count &optional;
};

# Reads the request of winreg::BaseRegCreateKey:
#
#   hKey handle
#   lpSubKey unicode_string
#   lpClass unicode_string
#   dwOptions uint32
#   samDesired uint32
#   lpSecurityAttributes unique(RPC_SECURITY_ATTRIBUTES)
#   lpdwDisposition unique(uint32)
function winreg_BaseRegCreateKey_arguments(bytes: string, is_little_endian: bool): winreg_BaseRegCreateKey_Arguments
	{
	local read = winreg_BaseRegCreateKey_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = winreg_BaseRegCreateKey_Arguments($is_read=T);
		SigzeekStub::reserved_handle();
		SigzeekStub::align(word);
		local lpSubKey_length = SigzeekStub::number(2);
		SigzeekStub::at += 2;
		local lpSubKey_pointer = SigzeekStub::number(word);

		if ( lpSubKey_pointer == 0 && lpSubKey_length != 0 )
			{
			SigzeekStub::fail();
			}

		if ( lpSubKey_pointer != 0 )
			{
			values$lpSubKey = SigzeekStub::counted_text(lpSubKey_length);
			}

		SigzeekStub::align(word);
		local lpClass_length = SigzeekStub::number(2);
		SigzeekStub::at += 2;
		local lpClass_pointer = SigzeekStub::number(word);

		if ( lpClass_pointer == 0 && lpClass_length != 0 )
			{
			SigzeekStub::fail();
			}

		if ( lpClass_pointer != 0 )
			{
			SigzeekStub::skip_counted_text(lpClass_length);
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 4;
		values$samDesired = SigzeekStub::number(4);

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += word;
			local lpSecurityAttributes_RpcSecurityDescriptor_lpSecurityDescriptor_pointer = SigzeekStub::number(word);
			SigzeekStub::at += word == 4 ? 9 : 16;

			if ( lpSecurityAttributes_RpcSecurityDescriptor_lpSecurityDescriptor_pointer != 0 )
				{
				SigzeekStub::varying_bytes();
				}

			}

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			}

		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of winreg::BaseRegCreateKey has that was read.
global latest_winreg_BaseRegCreateKey_arguments = winreg_BaseRegCreateKey_Arguments();

# Takes what is asked for of winreg::BaseRegCreateKey.
function take_winreg_BaseRegCreateKey_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_winreg_BaseRegCreateKey_arguments = winreg_BaseRegCreateKey_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_winreg_BaseRegCreateKey_arguments$is_read, 1);
		}

	local read = latest_winreg_BaseRegCreateKey_arguments;

	if ( read?$lpSubKey )
		kept$argument_lpSubKey = read$lpSubKey;

	if ( read?$samDesired )
		kept$argument_samDesired = read$samDesired;

	return read$is_read;
	}

# Arguments of the request of winreg::BaseRegOpenKey.
type winreg_BaseRegOpenKey_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	lpSubKey: string &optional;
	samDesired: count &optional;
};

# Reads the request of winreg::BaseRegOpenKey:
#
#   hKey handle
#   lpSubKey unicode_string
#   dwOptions uint32
#   samDesired uint32
function winreg_BaseRegOpenKey_arguments(bytes: string, is_little_endian: bool): winreg_BaseRegOpenKey_Arguments
	{
	local read = winreg_BaseRegOpenKey_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = winreg_BaseRegOpenKey_Arguments($is_read=T);
		SigzeekStub::reserved_handle();
		SigzeekStub::align(word);
		local lpSubKey_length = SigzeekStub::number(2);
		SigzeekStub::at += 2;
		local lpSubKey_pointer = SigzeekStub::number(word);

		if ( lpSubKey_pointer == 0 && lpSubKey_length != 0 )
			{
			SigzeekStub::fail();
			}

		if ( lpSubKey_pointer != 0 )
			{
			values$lpSubKey = SigzeekStub::counted_text(lpSubKey_length);
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 4;
		values$samDesired = SigzeekStub::number(4);
		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of winreg::BaseRegOpenKey has that was read.
global latest_winreg_BaseRegOpenKey_arguments = winreg_BaseRegOpenKey_Arguments();

# Takes what is asked for of winreg::BaseRegOpenKey.
function take_winreg_BaseRegOpenKey_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_winreg_BaseRegOpenKey_arguments = winreg_BaseRegOpenKey_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_winreg_BaseRegOpenKey_arguments$is_read, 1);
		}

	local read = latest_winreg_BaseRegOpenKey_arguments;

	if ( read?$lpSubKey )
		kept$argument_lpSubKey = read$lpSubKey;

	if ( read?$samDesired )
		kept$argument_samDesired = read$samDesired;

	return read$is_read;
	}

# Arguments of the request of winreg::BaseRegSetValue.
type winreg_BaseRegSetValue_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	lpValueName: string &optional;
	lpData: string &optional;
};

# Reads the request of winreg::BaseRegSetValue:
#
#   hKey handle
#   lpValueName unicode_string
#   dwType uint32
#   lpData array(uint8)
#   cbData uint32
function winreg_BaseRegSetValue_arguments(bytes: string, is_little_endian: bool): winreg_BaseRegSetValue_Arguments
	{
	local read = winreg_BaseRegSetValue_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = winreg_BaseRegSetValue_Arguments($is_read=T);
		SigzeekStub::at += word == 4 ? 20 : 24;
		local lpValueName_length = SigzeekStub::number(2);
		SigzeekStub::at += 2;
		local lpValueName_pointer = SigzeekStub::number(word);

		if ( lpValueName_pointer == 0 && lpValueName_length != 0 )
			{
			SigzeekStub::fail();
			}

		if ( lpValueName_pointer != 0 )
			{
			values$lpValueName = SigzeekStub::counted_text(lpValueName_length);
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 4;
		values$lpData = SigzeekStub::bytes();
		SigzeekStub::align(4);
		SigzeekStub::at += 4;
		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of winreg::BaseRegSetValue has that was read.
global latest_winreg_BaseRegSetValue_arguments = winreg_BaseRegSetValue_Arguments();

# Takes what is asked for of winreg::BaseRegSetValue.
function take_winreg_BaseRegSetValue_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_winreg_BaseRegSetValue_arguments = winreg_BaseRegSetValue_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_winreg_BaseRegSetValue_arguments$is_read, 1);
		}

	local read = latest_winreg_BaseRegSetValue_arguments;

	if ( read?$lpData )
		kept$argument_lpData = read$lpData;

	if ( read?$lpValueName )
		kept$argument_lpValueName = read$lpValueName;

	return read$is_read;
	}

# Arguments of the request of svcctl::ChangeServiceConfigW.
type svcctl_ChangeServiceConfigW_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	lpBinaryPathName: string &optional;
};

# Reads the request of svcctl::ChangeServiceConfigW:
#
#   hService handle
#   dwServiceType uint32
#   dwStartType uint32
#   dwErrorControl uint32
#   lpBinaryPathName unique(wstring)
#   lpLoadOrderGroup unique(wstring)
#   lpdwTagId unique(uint32)
#   lpDependencies unique(array(uint8))
#   dwDependSize uint32
#   lpServiceStartName unique(wstring)
#   lpPassword unique(array(uint8))
#   dwPwSize uint32
#   lpDisplayName unique(wstring)
function svcctl_ChangeServiceConfigW_arguments(bytes: string, is_little_endian: bool): svcctl_ChangeServiceConfigW_Arguments
	{
	local read = svcctl_ChangeServiceConfigW_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = svcctl_ChangeServiceConfigW_Arguments($is_read=T);
		SigzeekStub::reserved_handle();
		SigzeekStub::at += 12;

		if ( SigzeekStub::points() )
			{
			values$lpBinaryPathName = SigzeekStub::text();
			}

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_text();
			}

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			}

		if ( SigzeekStub::points() )
			{
			SigzeekStub::bytes();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 4;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_text();
			}

		if ( SigzeekStub::points() )
			{
			SigzeekStub::bytes();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 4;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_text();
			}

		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of svcctl::ChangeServiceConfigW has that was read.
global latest_svcctl_ChangeServiceConfigW_arguments = svcctl_ChangeServiceConfigW_Arguments();

# Takes what is asked for of svcctl::ChangeServiceConfigW.
function take_svcctl_ChangeServiceConfigW_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_svcctl_ChangeServiceConfigW_arguments = svcctl_ChangeServiceConfigW_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_svcctl_ChangeServiceConfigW_arguments$is_read, 1);
		}

	local read = latest_svcctl_ChangeServiceConfigW_arguments;

	if ( read?$lpBinaryPathName )
		kept$argument_lpBinaryPathName = read$lpBinaryPathName;

	return read$is_read;
	}

# Arguments of the request of svcctl::CreateServiceW.
type svcctl_CreateServiceW_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	lpServiceName: string &optional;
	lpBinaryPathName: string &optional;
};

# Reads the request of svcctl::CreateServiceW as far as
# rules ask for it:
#
#   hSCManager handle
#   lpServiceName wstring
#   lpDisplayName unique(wstring)
#   dwDesiredAccess uint32
#   dwServiceType uint32
#   dwStartType uint32
#   dwErrorControl uint32
#   lpBinaryPathName wstring
function svcctl_CreateServiceW_arguments(bytes: string, is_little_endian: bool): svcctl_CreateServiceW_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		# The offset of the first text, which is 0 in NDR. NDR64 has its maximum count there.
		if ( word == 4 && sub_bytes(bytes, 25, 4) != SigzeekStub::null )
			next;

		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = svcctl_CreateServiceW_Arguments($is_read=T);
		SigzeekStub::at += 20;
		values$lpServiceName = SigzeekStub::text();

		# Not in this transfer syntax.
		if ( SigzeekStub::at > |bytes| + 1 )
			next;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_text();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 16;
		values$lpBinaryPathName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return svcctl_CreateServiceW_Arguments();
	}

# What the latest request of svcctl::CreateServiceW has that was read.
global latest_svcctl_CreateServiceW_arguments = svcctl_CreateServiceW_Arguments();

# Takes what is asked for of svcctl::CreateServiceW.
function take_svcctl_CreateServiceW_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_svcctl_CreateServiceW_arguments = svcctl_CreateServiceW_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_svcctl_CreateServiceW_arguments$is_read, 1);
		}

	local read = latest_svcctl_CreateServiceW_arguments;

	if ( read?$lpBinaryPathName )
		kept$argument_lpBinaryPathName = read$lpBinaryPathName;

	if ( read?$lpServiceName )
		kept$argument_lpServiceName = read$lpServiceName;

	return read$is_read;
	}

# Arguments of the request of svcctl::ChangeServiceConfigA.
type svcctl_ChangeServiceConfigA_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	lpBinaryPathName: string &optional;
};

# Reads the request of svcctl::ChangeServiceConfigA:
#
#   hService handle
#   dwServiceType uint32
#   dwStartType uint32
#   dwErrorControl uint32
#   lpBinaryPathName unique(string)
#   lpLoadOrderGroup unique(string)
#   lpdwTagId unique(uint32)
#   lpDependencies unique(array(uint8))
#   dwDependSize uint32
#   lpServiceStartName unique(string)
#   lpPassword unique(array(uint8))
#   dwPwSize uint32
#   lpDisplayName unique(string)
function svcctl_ChangeServiceConfigA_arguments(bytes: string, is_little_endian: bool): svcctl_ChangeServiceConfigA_Arguments
	{
	local read = svcctl_ChangeServiceConfigA_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = svcctl_ChangeServiceConfigA_Arguments($is_read=T);
		SigzeekStub::reserved_handle();
		SigzeekStub::at += 12;

		if ( SigzeekStub::points() )
			{
			values$lpBinaryPathName = SigzeekStub::ansi_text();
			}

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_ansi_text();
			}

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			}

		if ( SigzeekStub::points() )
			{
			SigzeekStub::bytes();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 4;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_ansi_text();
			}

		if ( SigzeekStub::points() )
			{
			SigzeekStub::bytes();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 4;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_ansi_text();
			}

		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of svcctl::ChangeServiceConfigA has that was read.
global latest_svcctl_ChangeServiceConfigA_arguments = svcctl_ChangeServiceConfigA_Arguments();

# Takes what is asked for of svcctl::ChangeServiceConfigA.
function take_svcctl_ChangeServiceConfigA_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_svcctl_ChangeServiceConfigA_arguments = svcctl_ChangeServiceConfigA_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_svcctl_ChangeServiceConfigA_arguments$is_read, 1);
		}

	local read = latest_svcctl_ChangeServiceConfigA_arguments;

	if ( read?$lpBinaryPathName )
		kept$argument_lpBinaryPathName = read$lpBinaryPathName;

	return read$is_read;
	}

# Arguments of the request of svcctl::CreateServiceA.
type svcctl_CreateServiceA_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	lpServiceName: string &optional;
	lpBinaryPathName: string &optional;
};

# Reads the request of svcctl::CreateServiceA as far as
# rules ask for it:
#
#   hSCManager handle
#   lpServiceName string
#   lpDisplayName unique(string)
#   dwDesiredAccess uint32
#   dwServiceType uint32
#   dwStartType uint32
#   dwErrorControl uint32
#   lpBinaryPathName string
function svcctl_CreateServiceA_arguments(bytes: string, is_little_endian: bool): svcctl_CreateServiceA_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		# The offset of the first text, which is 0 in NDR. NDR64 has its maximum count there.
		if ( word == 4 && sub_bytes(bytes, 25, 4) != SigzeekStub::null )
			next;

		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = svcctl_CreateServiceA_Arguments($is_read=T);
		SigzeekStub::at += 20;
		values$lpServiceName = SigzeekStub::ansi_text();

		# Not in this transfer syntax.
		if ( SigzeekStub::at > |bytes| + 1 )
			next;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_ansi_text();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 16;
		values$lpBinaryPathName = SigzeekStub::ansi_text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return svcctl_CreateServiceA_Arguments();
	}

# What the latest request of svcctl::CreateServiceA has that was read.
global latest_svcctl_CreateServiceA_arguments = svcctl_CreateServiceA_Arguments();

# Takes what is asked for of svcctl::CreateServiceA.
function take_svcctl_CreateServiceA_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_svcctl_CreateServiceA_arguments = svcctl_CreateServiceA_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_svcctl_CreateServiceA_arguments$is_read, 1);
		}

	local read = latest_svcctl_CreateServiceA_arguments;

	if ( read?$lpBinaryPathName )
		kept$argument_lpBinaryPathName = read$lpBinaryPathName;

	if ( read?$lpServiceName )
		kept$argument_lpServiceName = read$lpServiceName;

	return read$is_read;
	}

# Arguments of the request of svcctl::ChangeServiceConfig2A.
type svcctl_ChangeServiceConfig2A_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	Info_info_psfa_lpCommand: string &optional;
};

# Reads the request of svcctl::ChangeServiceConfig2A:
#
#   hService handle
#   Info SC_RPC_CONFIG_INFOA
function svcctl_ChangeServiceConfig2A_arguments(bytes: string, is_little_endian: bool): svcctl_ChangeServiceConfig2A_Arguments
	{
	local read = svcctl_ChangeServiceConfig2A_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = svcctl_ChangeServiceConfig2A_Arguments($is_read=T);
		local Info_info_psd_pointer = 0;
		local Info_info_psfa_pointer = 0;
		local Info_info_psda_pointer = 0;
		local Info_info_psfaf_pointer = 0;
		local Info_info_pssid_pointer = 0;
		local Info_info_psrp_pointer = 0;
		local Info_info_psps_pointer = 0;
		SigzeekStub::reserved_handle();
		SigzeekStub::align(word);
		SigzeekStub::at += word;
		local Info_info_discriminant = SigzeekStub::number(4);
		if ( word == 8 )
			SigzeekStub::align(8);

		if ( Info_info_discriminant == 1 )
			{
			Info_info_psd_pointer = SigzeekStub::number(word);
			}

		if ( Info_info_discriminant == 2 )
			{
			Info_info_psfa_pointer = SigzeekStub::number(word);
			}

		if ( Info_info_discriminant == 3 )
			{
			Info_info_psda_pointer = SigzeekStub::number(word);
			}

		if ( Info_info_discriminant == 4 )
			{
			Info_info_psfaf_pointer = SigzeekStub::number(word);
			}

		if ( Info_info_discriminant == 5 )
			{
			Info_info_pssid_pointer = SigzeekStub::number(word);
			}

		if ( Info_info_discriminant == 6 )
			{
			Info_info_psrp_pointer = SigzeekStub::number(word);
			}

		if ( Info_info_discriminant == 7 )
			{
			Info_info_psps_pointer = SigzeekStub::number(word);
			}

		if ( Info_info_discriminant != 1 && Info_info_discriminant != 2 && Info_info_discriminant != 3 && Info_info_discriminant != 4 && Info_info_discriminant != 5 && Info_info_discriminant != 6 && Info_info_discriminant != 7 )
			{
			SigzeekStub::fail();
			}

		if ( word == 8 )
			SigzeekStub::align(8);

		if ( Info_info_psd_pointer != 0 )
			{
			SigzeekStub::align(word);
			local Info_info_psd_lpDescription_pointer = SigzeekStub::number(word);

			if ( Info_info_psd_lpDescription_pointer != 0 )
				{
				SigzeekStub::skip_ansi_text();
				}

			}

		if ( Info_info_psfa_pointer != 0 )
			{
			SigzeekStub::align(word);
			SigzeekStub::at += 4;
			local Info_info_psfa_lpRebootMsg_pointer = SigzeekStub::number(word);
			local Info_info_psfa_lpCommand_pointer = SigzeekStub::number(word);
			SigzeekStub::at += 4;
			local Info_info_psfa_lpsaActions_pointer = SigzeekStub::number(word);

			if ( Info_info_psfa_lpRebootMsg_pointer != 0 )
				{
				SigzeekStub::skip_ansi_text();
				}

			if ( Info_info_psfa_lpCommand_pointer != 0 )
				{
				values$Info_info_psfa_lpCommand = SigzeekStub::ansi_text();
				}

			if ( Info_info_psfa_lpsaActions_pointer != 0 )
				{
				local Info_info_psfa_lpsaActions_count = SigzeekStub::number(word);
				local Info_info_psfa_lpsaActions_count_elements = SigzeekStub::elements(Info_info_psfa_lpsaActions_count, 8, 8);

				while ( Info_info_psfa_lpsaActions_count_elements$number < Info_info_psfa_lpsaActions_count_elements$count_ )
					{
					SigzeekStub::to_next_element(Info_info_psfa_lpsaActions_count_elements);
					SigzeekStub::align(4);
					SigzeekStub::at += 8;
					SigzeekStub::behind_elements(Info_info_psfa_lpsaActions_count_elements);
					}

				}

			}

		if ( Info_info_psda_pointer != 0 )
			{
			SigzeekStub::align(4);
			SigzeekStub::at += 4;
			}

		if ( Info_info_psfaf_pointer != 0 )
			{
			SigzeekStub::align(4);
			SigzeekStub::at += 4;
			}

		if ( Info_info_pssid_pointer != 0 )
			{
			SigzeekStub::align(4);
			SigzeekStub::at += 4;
			}

		if ( Info_info_psrp_pointer != 0 )
			{
			SigzeekStub::align(word);
			SigzeekStub::at += 4;
			local Info_info_psrp_pRequiredPrivileges_pointer = SigzeekStub::number(word);

			if ( Info_info_psrp_pRequiredPrivileges_pointer != 0 )
				{
				SigzeekStub::bytes();
				}

			}

		if ( Info_info_psps_pointer != 0 )
			{
			SigzeekStub::align(4);
			SigzeekStub::at += 4;
			}

		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of svcctl::ChangeServiceConfig2A has that was read.
global latest_svcctl_ChangeServiceConfig2A_arguments = svcctl_ChangeServiceConfig2A_Arguments();

# Takes what is asked for of svcctl::ChangeServiceConfig2A.
function take_svcctl_ChangeServiceConfig2A_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_svcctl_ChangeServiceConfig2A_arguments = svcctl_ChangeServiceConfig2A_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_svcctl_ChangeServiceConfig2A_arguments$is_read, 1);
		}

	local read = latest_svcctl_ChangeServiceConfig2A_arguments;

	if ( read?$Info_info_psfa_lpCommand )
		kept$argument_Info_info_psfa_lpCommand = read$Info_info_psfa_lpCommand;

	return read$is_read;
	}

# Arguments of the request of svcctl::ChangeServiceConfig2W.
type svcctl_ChangeServiceConfig2W_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	Info_info_psfa_lpCommand: string &optional;
};

# Reads the request of svcctl::ChangeServiceConfig2W:
#
#   hService handle
#   Info SC_RPC_CONFIG_INFOW
function svcctl_ChangeServiceConfig2W_arguments(bytes: string, is_little_endian: bool): svcctl_ChangeServiceConfig2W_Arguments
	{
	local read = svcctl_ChangeServiceConfig2W_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = svcctl_ChangeServiceConfig2W_Arguments($is_read=T);
		local Info_info_psd_pointer = 0;
		local Info_info_psfa_pointer = 0;
		local Info_info_psda_pointer = 0;
		local Info_info_psfaf_pointer = 0;
		local Info_info_pssid_pointer = 0;
		local Info_info_psrp_pointer = 0;
		local Info_info_psps_pointer = 0;
		SigzeekStub::reserved_handle();
		SigzeekStub::align(word);
		SigzeekStub::at += word;
		local Info_info_discriminant = SigzeekStub::number(4);
		if ( word == 8 )
			SigzeekStub::align(8);

		if ( Info_info_discriminant == 1 )
			{
			Info_info_psd_pointer = SigzeekStub::number(word);
			}

		if ( Info_info_discriminant == 2 )
			{
			Info_info_psfa_pointer = SigzeekStub::number(word);
			}

		if ( Info_info_discriminant == 3 )
			{
			Info_info_psda_pointer = SigzeekStub::number(word);
			}

		if ( Info_info_discriminant == 4 )
			{
			Info_info_psfaf_pointer = SigzeekStub::number(word);
			}

		if ( Info_info_discriminant == 5 )
			{
			Info_info_pssid_pointer = SigzeekStub::number(word);
			}

		if ( Info_info_discriminant == 6 )
			{
			Info_info_psrp_pointer = SigzeekStub::number(word);
			}

		if ( Info_info_discriminant == 7 )
			{
			Info_info_psps_pointer = SigzeekStub::number(word);
			}

		if ( Info_info_discriminant != 1 && Info_info_discriminant != 2 && Info_info_discriminant != 3 && Info_info_discriminant != 4 && Info_info_discriminant != 5 && Info_info_discriminant != 6 && Info_info_discriminant != 7 )
			{
			SigzeekStub::fail();
			}

		if ( word == 8 )
			SigzeekStub::align(8);

		if ( Info_info_psd_pointer != 0 )
			{
			SigzeekStub::align(word);
			local Info_info_psd_lpDescription_pointer = SigzeekStub::number(word);

			if ( Info_info_psd_lpDescription_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			}

		if ( Info_info_psfa_pointer != 0 )
			{
			SigzeekStub::align(word);
			SigzeekStub::at += 4;
			local Info_info_psfa_lpRebootMsg_pointer = SigzeekStub::number(word);
			local Info_info_psfa_lpCommand_pointer = SigzeekStub::number(word);
			SigzeekStub::at += 4;
			local Info_info_psfa_lpsaActions_pointer = SigzeekStub::number(word);

			if ( Info_info_psfa_lpRebootMsg_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( Info_info_psfa_lpCommand_pointer != 0 )
				{
				values$Info_info_psfa_lpCommand = SigzeekStub::text();
				}

			if ( Info_info_psfa_lpsaActions_pointer != 0 )
				{
				local Info_info_psfa_lpsaActions_count = SigzeekStub::number(word);
				local Info_info_psfa_lpsaActions_count_elements = SigzeekStub::elements(Info_info_psfa_lpsaActions_count, 8, 8);

				while ( Info_info_psfa_lpsaActions_count_elements$number < Info_info_psfa_lpsaActions_count_elements$count_ )
					{
					SigzeekStub::to_next_element(Info_info_psfa_lpsaActions_count_elements);
					SigzeekStub::align(4);
					SigzeekStub::at += 8;
					SigzeekStub::behind_elements(Info_info_psfa_lpsaActions_count_elements);
					}

				}

			}

		if ( Info_info_psda_pointer != 0 )
			{
			SigzeekStub::align(4);
			SigzeekStub::at += 4;
			}

		if ( Info_info_psfaf_pointer != 0 )
			{
			SigzeekStub::align(4);
			SigzeekStub::at += 4;
			}

		if ( Info_info_pssid_pointer != 0 )
			{
			SigzeekStub::align(4);
			SigzeekStub::at += 4;
			}

		if ( Info_info_psrp_pointer != 0 )
			{
			SigzeekStub::align(word);
			SigzeekStub::at += 4;
			local Info_info_psrp_pRequiredPrivileges_pointer = SigzeekStub::number(word);

			if ( Info_info_psrp_pRequiredPrivileges_pointer != 0 )
				{
				SigzeekStub::bytes();
				}

			}

		if ( Info_info_psps_pointer != 0 )
			{
			SigzeekStub::align(4);
			SigzeekStub::at += 4;
			}

		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of svcctl::ChangeServiceConfig2W has that was read.
global latest_svcctl_ChangeServiceConfig2W_arguments = svcctl_ChangeServiceConfig2W_Arguments();

# Takes what is asked for of svcctl::ChangeServiceConfig2W.
function take_svcctl_ChangeServiceConfig2W_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_svcctl_ChangeServiceConfig2W_arguments = svcctl_ChangeServiceConfig2W_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_svcctl_ChangeServiceConfig2W_arguments$is_read, 1);
		}

	local read = latest_svcctl_ChangeServiceConfig2W_arguments;

	if ( read?$Info_info_psfa_lpCommand )
		kept$argument_Info_info_psfa_lpCommand = read$Info_info_psfa_lpCommand;

	return read$is_read;
	}

# Arguments of the request of svcctl::CreateServiceWOW64A.
type svcctl_CreateServiceWOW64A_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	lpServiceName: string &optional;
	lpBinaryPathName: string &optional;
};

# Reads the request of svcctl::CreateServiceWOW64A as far as
# rules ask for it:
#
#   hSCManager handle
#   lpServiceName string
#   lpDisplayName unique(string)
#   dwDesiredAccess uint32
#   dwServiceType uint32
#   dwStartType uint32
#   dwErrorControl uint32
#   lpBinaryPathName string
function svcctl_CreateServiceWOW64A_arguments(bytes: string, is_little_endian: bool): svcctl_CreateServiceWOW64A_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		# The offset of the first text, which is 0 in NDR. NDR64 has its maximum count there.
		if ( word == 4 && sub_bytes(bytes, 25, 4) != SigzeekStub::null )
			next;

		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = svcctl_CreateServiceWOW64A_Arguments($is_read=T);
		SigzeekStub::at += 20;
		values$lpServiceName = SigzeekStub::ansi_text();

		# Not in this transfer syntax.
		if ( SigzeekStub::at > |bytes| + 1 )
			next;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_ansi_text();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 16;
		values$lpBinaryPathName = SigzeekStub::ansi_text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return svcctl_CreateServiceWOW64A_Arguments();
	}

# What the latest request of svcctl::CreateServiceWOW64A has that was read.
global latest_svcctl_CreateServiceWOW64A_arguments = svcctl_CreateServiceWOW64A_Arguments();

# Takes what is asked for of svcctl::CreateServiceWOW64A.
function take_svcctl_CreateServiceWOW64A_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_svcctl_CreateServiceWOW64A_arguments = svcctl_CreateServiceWOW64A_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_svcctl_CreateServiceWOW64A_arguments$is_read, 1);
		}

	local read = latest_svcctl_CreateServiceWOW64A_arguments;

	if ( read?$lpBinaryPathName )
		kept$argument_lpBinaryPathName = read$lpBinaryPathName;

	if ( read?$lpServiceName )
		kept$argument_lpServiceName = read$lpServiceName;

	return read$is_read;
	}

# Arguments of the request of svcctl::CreateServiceWOW64W.
type svcctl_CreateServiceWOW64W_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	lpServiceName: string &optional;
	lpBinaryPathName: string &optional;
};

# Reads the request of svcctl::CreateServiceWOW64W as far as
# rules ask for it:
#
#   hSCManager handle
#   lpServiceName wstring
#   lpDisplayName unique(wstring)
#   dwDesiredAccess uint32
#   dwServiceType uint32
#   dwStartType uint32
#   dwErrorControl uint32
#   lpBinaryPathName wstring
function svcctl_CreateServiceWOW64W_arguments(bytes: string, is_little_endian: bool): svcctl_CreateServiceWOW64W_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		# The offset of the first text, which is 0 in NDR. NDR64 has its maximum count there.
		if ( word == 4 && sub_bytes(bytes, 25, 4) != SigzeekStub::null )
			next;

		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = svcctl_CreateServiceWOW64W_Arguments($is_read=T);
		SigzeekStub::at += 20;
		values$lpServiceName = SigzeekStub::text();

		# Not in this transfer syntax.
		if ( SigzeekStub::at > |bytes| + 1 )
			next;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_text();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 16;
		values$lpBinaryPathName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return svcctl_CreateServiceWOW64W_Arguments();
	}

# What the latest request of svcctl::CreateServiceWOW64W has that was read.
global latest_svcctl_CreateServiceWOW64W_arguments = svcctl_CreateServiceWOW64W_Arguments();

# Takes what is asked for of svcctl::CreateServiceWOW64W.
function take_svcctl_CreateServiceWOW64W_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_svcctl_CreateServiceWOW64W_arguments = svcctl_CreateServiceWOW64W_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_svcctl_CreateServiceWOW64W_arguments$is_read, 1);
		}

	local read = latest_svcctl_CreateServiceWOW64W_arguments;

	if ( read?$lpBinaryPathName )
		kept$argument_lpBinaryPathName = read$lpBinaryPathName;

	if ( read?$lpServiceName )
		kept$argument_lpServiceName = read$lpServiceName;

	return read$is_read;
	}

# Arguments of the request of svcctl::CreateWowService.
type svcctl_CreateWowService_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	lpServiceName: string &optional;
	lpBinaryPathName: string &optional;
};

# Reads the request of svcctl::CreateWowService as far as
# rules ask for it:
#
#   hSCManager handle
#   lpServiceName wstring
#   lpDisplayName unique(wstring)
#   dwDesiredAccess uint32
#   dwServiceType uint32
#   dwStartType uint32
#   dwErrorControl uint32
#   lpBinaryPathName wstring
function svcctl_CreateWowService_arguments(bytes: string, is_little_endian: bool): svcctl_CreateWowService_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		# The offset of the first text, which is 0 in NDR. NDR64 has its maximum count there.
		if ( word == 4 && sub_bytes(bytes, 25, 4) != SigzeekStub::null )
			next;

		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = svcctl_CreateWowService_Arguments($is_read=T);
		SigzeekStub::at += 20;
		values$lpServiceName = SigzeekStub::text();

		# Not in this transfer syntax.
		if ( SigzeekStub::at > |bytes| + 1 )
			next;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_text();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 16;
		values$lpBinaryPathName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return svcctl_CreateWowService_Arguments();
	}

# What the latest request of svcctl::CreateWowService has that was read.
global latest_svcctl_CreateWowService_arguments = svcctl_CreateWowService_Arguments();

# Takes what is asked for of svcctl::CreateWowService.
function take_svcctl_CreateWowService_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_svcctl_CreateWowService_arguments = svcctl_CreateWowService_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_svcctl_CreateWowService_arguments$is_read, 1);
		}

	local read = latest_svcctl_CreateWowService_arguments;

	if ( read?$lpBinaryPathName )
		kept$argument_lpBinaryPathName = read$lpBinaryPathName;

	if ( read?$lpServiceName )
		kept$argument_lpServiceName = read$lpServiceName;

	return read$is_read;
	}

# Arguments of the request of dnsserver::DnssrvOperation.
type dnsserver_DnssrvOperation_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	pszOperation: string &optional;
	pData_WideString: string &optional;
};

# Reads the request of dnsserver::DnssrvOperation:
#
#   pwszServerName unique(wstring)
#   pszZone unique(string)
#   dwContext uint32
#   pszOperation unique(string)
#   dwTypeId uint32
#   pData DNSSRV_RPC_UNION
function dnsserver_DnssrvOperation_arguments(bytes: string, is_little_endian: bool): dnsserver_DnssrvOperation_Arguments
	{
	local read = dnsserver_DnssrvOperation_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = dnsserver_DnssrvOperation_Arguments($is_read=T);
		local pData_Null_pointer = 0;
		local pData_String_pointer = 0;
		local pData_WideString_pointer = 0;
		local pData_NameAndParam_pointer = 0;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_text();
			}

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_ansi_text();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 4;

		if ( SigzeekStub::points() )
			{
			values$pszOperation = SigzeekStub::ansi_text();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 4;
		SigzeekStub::align(word);
		local pData_discriminant = SigzeekStub::number(4);
		if ( word == 8 )
			SigzeekStub::align(8);

		if ( pData_discriminant == 0 )
			{
			pData_Null_pointer = SigzeekStub::number(word);
			}

		if ( pData_discriminant == 1 )
			{
			SigzeekStub::align(4);
			SigzeekStub::at += 4;
			}

		if ( pData_discriminant == 2 )
			{
			pData_String_pointer = SigzeekStub::number(word);
			}

		if ( pData_discriminant == 3 )
			{
			pData_WideString_pointer = SigzeekStub::number(word);
			}

		if ( pData_discriminant == 15 )
			{
			pData_NameAndParam_pointer = SigzeekStub::number(word);
			}

		if ( pData_discriminant != 0 && pData_discriminant != 1 && pData_discriminant != 2 && pData_discriminant != 3 && pData_discriminant != 15 )
			{
			SigzeekStub::fail();
			}

		if ( pData_Null_pointer != 0 )
			{
			SigzeekStub::at += 1;
			}

		if ( pData_String_pointer != 0 )
			{
			SigzeekStub::skip_ansi_text();
			}

		if ( pData_WideString_pointer != 0 )
			{
			values$pData_WideString = SigzeekStub::text();
			}

		if ( pData_NameAndParam_pointer != 0 )
			{
			SigzeekStub::align(word);
			SigzeekStub::at += 4;
			local pData_NameAndParam_pszNodeName_pointer = SigzeekStub::number(word);

			if ( pData_NameAndParam_pszNodeName_pointer != 0 )
				{
				SigzeekStub::skip_ansi_text();
				}

			}

		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of dnsserver::DnssrvOperation has that was read.
global latest_dnsserver_DnssrvOperation_arguments = dnsserver_DnssrvOperation_Arguments();

# Takes what is asked for of dnsserver::DnssrvOperation.
function take_dnsserver_DnssrvOperation_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_dnsserver_DnssrvOperation_arguments = dnsserver_DnssrvOperation_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_dnsserver_DnssrvOperation_arguments$is_read, 5);
		}

	local read = latest_dnsserver_DnssrvOperation_arguments;

	if ( read?$pData_WideString )
		kept$argument_pData_WideString = read$pData_WideString;

	if ( read?$pszOperation )
		kept$argument_pszOperation = read$pszOperation;

	return read$is_read;
	}

# Arguments of the request of dnsserver::DnssrvOperation2.
type dnsserver_DnssrvOperation2_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	pszOperation: string &optional;
	pData_WideString: string &optional;
};

# Reads the request of dnsserver::DnssrvOperation2:
#
#   dwClientVersion uint32
#   dwSettingFlags uint32
#   pwszServerName unique(wstring)
#   pszZone unique(string)
#   dwContext uint32
#   pszOperation unique(string)
#   dwTypeId uint32
#   pData DNSSRV_RPC_UNION
function dnsserver_DnssrvOperation2_arguments(bytes: string, is_little_endian: bool): dnsserver_DnssrvOperation2_Arguments
	{
	local read = dnsserver_DnssrvOperation2_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = dnsserver_DnssrvOperation2_Arguments($is_read=T);
		local pData_Null_pointer = 0;
		local pData_String_pointer = 0;
		local pData_WideString_pointer = 0;
		local pData_NameAndParam_pointer = 0;
		SigzeekStub::at += 8;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_text();
			}

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_ansi_text();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 4;

		if ( SigzeekStub::points() )
			{
			values$pszOperation = SigzeekStub::ansi_text();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 4;
		SigzeekStub::align(word);
		local pData_discriminant = SigzeekStub::number(4);
		if ( word == 8 )
			SigzeekStub::align(8);

		if ( pData_discriminant == 0 )
			{
			pData_Null_pointer = SigzeekStub::number(word);
			}

		if ( pData_discriminant == 1 )
			{
			SigzeekStub::align(4);
			SigzeekStub::at += 4;
			}

		if ( pData_discriminant == 2 )
			{
			pData_String_pointer = SigzeekStub::number(word);
			}

		if ( pData_discriminant == 3 )
			{
			pData_WideString_pointer = SigzeekStub::number(word);
			}

		if ( pData_discriminant == 15 )
			{
			pData_NameAndParam_pointer = SigzeekStub::number(word);
			}

		if ( pData_discriminant != 0 && pData_discriminant != 1 && pData_discriminant != 2 && pData_discriminant != 3 && pData_discriminant != 15 )
			{
			SigzeekStub::fail();
			}

		if ( pData_Null_pointer != 0 )
			{
			SigzeekStub::at += 1;
			}

		if ( pData_String_pointer != 0 )
			{
			SigzeekStub::skip_ansi_text();
			}

		if ( pData_WideString_pointer != 0 )
			{
			values$pData_WideString = SigzeekStub::text();
			}

		if ( pData_NameAndParam_pointer != 0 )
			{
			SigzeekStub::align(word);
			SigzeekStub::at += 4;
			local pData_NameAndParam_pszNodeName_pointer = SigzeekStub::number(word);

			if ( pData_NameAndParam_pszNodeName_pointer != 0 )
				{
				SigzeekStub::skip_ansi_text();
				}

			}

		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of dnsserver::DnssrvOperation2 has that was read.
global latest_dnsserver_DnssrvOperation2_arguments = dnsserver_DnssrvOperation2_Arguments();

# Takes what is asked for of dnsserver::DnssrvOperation2.
function take_dnsserver_DnssrvOperation2_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_dnsserver_DnssrvOperation2_arguments = dnsserver_DnssrvOperation2_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_dnsserver_DnssrvOperation2_arguments$is_read, 1);
		}

	local read = latest_dnsserver_DnssrvOperation2_arguments;

	if ( read?$pData_WideString )
		kept$argument_pData_WideString = read$pData_WideString;

	if ( read?$pszOperation )
		kept$argument_pszOperation = read$pszOperation;

	return read$is_read;
	}

# Arguments of the request of IWbemServices::ExecMethod.
type IWbemServices_ExecMethod_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	strObjectPath: string &optional;
	strMethodName: string &optional;
};

# Reads the request of IWbemServices::ExecMethod:
#
#   orpcthis ORPCTHIS
#   strObjectPath bstr
#   strMethodName bstr
#   lFlags int32
#   pCtx unique(MINTERFACEPOINTER)
#   pInParams unique(MINTERFACEPOINTER)
#   ppOutParams unique(unique(MINTERFACEPOINTER))
#   ppCallResult unique(unique(MINTERFACEPOINTER))
function IWbemServices_ExecMethod_arguments(bytes: string, is_little_endian: bool): IWbemServices_ExecMethod_Arguments
	{
	local read = IWbemServices_ExecMethod_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = IWbemServices_ExecMethod_Arguments($is_read=T);
		SigzeekStub::at += 28;
		local orpcthis_extensions_pointer = SigzeekStub::number(word);

		if ( orpcthis_extensions_pointer != 0 )
			{
			SigzeekStub::at += 8;
			local orpcthis_extensions_extent_pointer = SigzeekStub::number(word);

			if ( orpcthis_extensions_extent_pointer != 0 )
				{
				local orpcthis_extensions_extent_count = SigzeekStub::number(word);
				local orpcthis_extensions_extent_count_elements = SigzeekStub::elements(orpcthis_extensions_extent_count, word, word);

				while ( orpcthis_extensions_extent_count_elements$number < orpcthis_extensions_extent_count_elements$count_ )
					{
					SigzeekStub::to_next_element(orpcthis_extensions_extent_count_elements);
					orpcthis_extensions_extent_pointer = SigzeekStub::number(word);
					SigzeekStub::behind_elements(orpcthis_extensions_extent_count_elements);

					if ( orpcthis_extensions_extent_pointer != 0 )
						{
						orpcthis_extensions_extent_count = SigzeekStub::number(word);
						SigzeekStub::at += 20;
						SigzeekStub::take(orpcthis_extensions_extent_count);
						}

					}

				}

			}

		if ( SigzeekStub::points() )
			{

			for ( _, found in SigzeekStub::bstr() )
				values$strObjectPath = found;

			}

		if ( SigzeekStub::points() )
			{

			for ( _, found in SigzeekStub::bstr() )
				values$strMethodName = found;

			}

		SigzeekStub::align(4);
		SigzeekStub::at += 4;

		if ( SigzeekStub::points() )
			{
			local pCtx_count = SigzeekStub::number(word);
			SigzeekStub::at += 4;
			SigzeekStub::take(pCtx_count);
			}

		if ( SigzeekStub::points() )
			{
			local pInParams_count = SigzeekStub::number(word);
			SigzeekStub::at += 4;
			SigzeekStub::take(pInParams_count);
			}

		if ( SigzeekStub::points() )
			{

			if ( SigzeekStub::points() )
				{
				local ppOutParams_count = SigzeekStub::number(word);
				SigzeekStub::at += 4;
				SigzeekStub::take(ppOutParams_count);
				}

			}

		if ( SigzeekStub::points() )
			{

			if ( SigzeekStub::points() )
				{
				local ppCallResult_count = SigzeekStub::number(word);
				SigzeekStub::at += 4;
				SigzeekStub::take(ppCallResult_count);
				}

			}

		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of IWbemServices::ExecMethod has that was read.
global latest_IWbemServices_ExecMethod_arguments = IWbemServices_ExecMethod_Arguments();

# Takes what is asked for of IWbemServices::ExecMethod.
function take_IWbemServices_ExecMethod_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_IWbemServices_ExecMethod_arguments = IWbemServices_ExecMethod_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_IWbemServices_ExecMethod_arguments$is_read, 1);
		}

	local read = latest_IWbemServices_ExecMethod_arguments;

	if ( read?$strMethodName )
		kept$argument_strMethodName = read$strMethodName;

	if ( read?$strObjectPath )
		kept$argument_strObjectPath = read$strObjectPath;

	return read$is_read;
	}

# Arguments of the request of IWbemServices::ExecMethodAsync.
type IWbemServices_ExecMethodAsync_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	strObjectPath: string &optional;
	strMethodName: string &optional;
};

# Reads the request of IWbemServices::ExecMethodAsync:
#
#   orpcthis ORPCTHIS
#   strObjectPath bstr
#   strMethodName bstr
#   lFlags int32
#   pCtx unique(MINTERFACEPOINTER)
#   pInParams unique(MINTERFACEPOINTER)
#   pResponseHandler unique(MINTERFACEPOINTER)
function IWbemServices_ExecMethodAsync_arguments(bytes: string, is_little_endian: bool): IWbemServices_ExecMethodAsync_Arguments
	{
	local read = IWbemServices_ExecMethodAsync_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = IWbemServices_ExecMethodAsync_Arguments($is_read=T);
		SigzeekStub::at += 28;
		local orpcthis_extensions_pointer = SigzeekStub::number(word);

		if ( orpcthis_extensions_pointer != 0 )
			{
			SigzeekStub::at += 8;
			local orpcthis_extensions_extent_pointer = SigzeekStub::number(word);

			if ( orpcthis_extensions_extent_pointer != 0 )
				{
				local orpcthis_extensions_extent_count = SigzeekStub::number(word);
				local orpcthis_extensions_extent_count_elements = SigzeekStub::elements(orpcthis_extensions_extent_count, word, word);

				while ( orpcthis_extensions_extent_count_elements$number < orpcthis_extensions_extent_count_elements$count_ )
					{
					SigzeekStub::to_next_element(orpcthis_extensions_extent_count_elements);
					orpcthis_extensions_extent_pointer = SigzeekStub::number(word);
					SigzeekStub::behind_elements(orpcthis_extensions_extent_count_elements);

					if ( orpcthis_extensions_extent_pointer != 0 )
						{
						orpcthis_extensions_extent_count = SigzeekStub::number(word);
						SigzeekStub::at += 20;
						SigzeekStub::take(orpcthis_extensions_extent_count);
						}

					}

				}

			}

		if ( SigzeekStub::points() )
			{

			for ( _, found in SigzeekStub::bstr() )
				values$strObjectPath = found;

			}

		if ( SigzeekStub::points() )
			{

			for ( _, found in SigzeekStub::bstr() )
				values$strMethodName = found;

			}

		SigzeekStub::align(4);
		SigzeekStub::at += 4;

		if ( SigzeekStub::points() )
			{
			local pCtx_count = SigzeekStub::number(word);
			SigzeekStub::at += 4;
			SigzeekStub::take(pCtx_count);
			}

		if ( SigzeekStub::points() )
			{
			local pInParams_count = SigzeekStub::number(word);
			SigzeekStub::at += 4;
			SigzeekStub::take(pInParams_count);
			}

		if ( SigzeekStub::points() )
			{
			local pResponseHandler_count = SigzeekStub::number(word);
			SigzeekStub::at += 4;
			SigzeekStub::take(pResponseHandler_count);
			}

		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
		}

	return read;
	}

# What the latest request of IWbemServices::ExecMethodAsync has that was read.
global latest_IWbemServices_ExecMethodAsync_arguments = IWbemServices_ExecMethodAsync_Arguments();

# Takes what is asked for of IWbemServices::ExecMethodAsync.
function take_IWbemServices_ExecMethodAsync_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_IWbemServices_ExecMethodAsync_arguments = IWbemServices_ExecMethodAsync_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_IWbemServices_ExecMethodAsync_arguments$is_read, 1);
		}

	local read = latest_IWbemServices_ExecMethodAsync_arguments;

	if ( read?$strMethodName )
		kept$argument_strMethodName = read$strMethodName;

	if ( read?$strObjectPath )
		kept$argument_strObjectPath = read$strObjectPath;

	return read$is_read;
	}

# How the requests of operations are read.
const argument_readers: table[string, count] of function(call: SigzeekDceRpc::Call, kept: RpcCall): bool = {
	# IRemoteSCMActivator::RemoteGetClassObject
	["000001a0-0000-0000-c000-000000000046", 3] = take_IRemoteSCMActivator_RemoteGetClassObject_arguments,
	# IRemoteSCMActivator::RemoteCreateInstance
	["000001a0-0000-0000-c000-000000000046", 4] = take_IRemoteSCMActivator_RemoteCreateInstance_arguments,
	# lsarpc::LsarAddAccountRights
	["12345778-1234-abcd-ef00-0123456789ab", 37] = take_lsarpc_LsarAddAccountRights_arguments,
	# samr::SamrOpenGroup
	["12345778-1234-abcd-ef00-0123456789ac", 19] = take_samr_SamrOpenGroup_arguments,
	# samr::SamrAddMemberToGroup
	["12345778-1234-abcd-ef00-0123456789ac", 22] = take_samr_SamrAddMemberToGroup_arguments,
	# samr::SamrOpenAlias
	["12345778-1234-abcd-ef00-0123456789ac", 27] = take_samr_SamrOpenAlias_arguments,
	# samr::SamrAddMemberToAlias
	["12345778-1234-abcd-ef00-0123456789ac", 31] = take_samr_SamrAddMemberToAlias_arguments,
	# atsvc::NetrJobAdd
	["1ff70682-0a51-30e8-076d-740be8cee98b", 0] = take_atsvc_NetrJobAdd_arguments,
	# winreg::BaseRegCreateKey
	["338cd001-2244-31f1-aaaa-900038001003", 6] = take_winreg_BaseRegCreateKey_arguments,
	# winreg::BaseRegOpenKey
	["338cd001-2244-31f1-aaaa-900038001003", 15] = take_winreg_BaseRegOpenKey_arguments,
	# winreg::BaseRegSetValue
	["338cd001-2244-31f1-aaaa-900038001003", 22] = take_winreg_BaseRegSetValue_arguments,
	# svcctl::ChangeServiceConfigW
	["367abb81-9844-35f1-ad32-98f038001003", 11] = take_svcctl_ChangeServiceConfigW_arguments,
	# svcctl::CreateServiceW
	["367abb81-9844-35f1-ad32-98f038001003", 12] = take_svcctl_CreateServiceW_arguments,
	# svcctl::ChangeServiceConfigA
	["367abb81-9844-35f1-ad32-98f038001003", 23] = take_svcctl_ChangeServiceConfigA_arguments,
	# svcctl::CreateServiceA
	["367abb81-9844-35f1-ad32-98f038001003", 24] = take_svcctl_CreateServiceA_arguments,
	# svcctl::ChangeServiceConfig2A
	["367abb81-9844-35f1-ad32-98f038001003", 36] = take_svcctl_ChangeServiceConfig2A_arguments,
	# svcctl::ChangeServiceConfig2W
	["367abb81-9844-35f1-ad32-98f038001003", 37] = take_svcctl_ChangeServiceConfig2W_arguments,
	# svcctl::CreateServiceWOW64A
	["367abb81-9844-35f1-ad32-98f038001003", 44] = take_svcctl_CreateServiceWOW64A_arguments,
	# svcctl::CreateServiceWOW64W
	["367abb81-9844-35f1-ad32-98f038001003", 45] = take_svcctl_CreateServiceWOW64W_arguments,
	# svcctl::CreateWowService
	["367abb81-9844-35f1-ad32-98f038001003", 60] = take_svcctl_CreateWowService_arguments,
	# dnsserver::DnssrvOperation
	["50abc2a4-574d-40b3-9d66-ee4fd5fba076", 0] = take_dnsserver_DnssrvOperation_arguments,
	# dnsserver::DnssrvOperation2
	["50abc2a4-574d-40b3-9d66-ee4fd5fba076", 5] = take_dnsserver_DnssrvOperation2_arguments,
	# IWbemServices::ExecMethod
	["9556dc99-828c-11cf-a37e-00aa003240c7", 24] = take_IWbemServices_ExecMethod_arguments,
	# IWbemServices::ExecMethodAsync
	["9556dc99-828c-11cf-a37e-00aa003240c7", 25] = take_IWbemServices_ExecMethodAsync_arguments,
};

event zeek_init()
	{
	for ( [uuid, opnum], reader in argument_readers )
		SigzeekDceRpc::operation(uuid, opnum)$remote_execution_arguments = reader;
	}

# Read the request of a call, once.
function read_arguments(call: SigzeekDceRpc::Call): RpcCall
	{
	local kept = kept_of(call);

	if ( kept?$has_arguments || ! call?$stub )
		return kept;

	kept$has_arguments = F;

	if ( ! call$operation?$remote_execution_arguments )
		return kept;

	local reader = call$operation$remote_execution_arguments;
	kept$has_arguments = reader(call, kept);

	if ( ! kept$has_arguments )
		count_undecodable(call);

	return kept;
	}

# How the responses of operations are read.
const result_readers: table[string, count] of function(call: SigzeekDceRpc::Call, kept: RpcCall): bool = {
	# atsvc::NetrJobAdd
	["1ff70682-0a51-30e8-076d-740be8cee98b", 0] = take_atsvc_NetrJobAdd_results,
};

# Read the response of a call, once. Numbers can be read out of anything, so that it counts only where the request can be read.
function read_results(call: SigzeekDceRpc::Call): RpcCall
	{
	local kept = read_arguments(call);

	if ( kept?$has_results || ! call?$response_stub || ! kept?$has_arguments || ! kept$has_arguments )
		return kept;

	kept$has_results = F;

	if ( [call$interface$uuid, call$opnum] !in result_readers )
		return kept;

	local reader = result_readers[call$interface$uuid, call$opnum];
	kept$has_results = reader(call, kept);
	return kept;
	}
