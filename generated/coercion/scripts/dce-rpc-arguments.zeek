##! The arguments of calls that rules of this pack look at. The stubs of a call are read when a rule first asks for one of them.

@load ./dce-rpc-call
@load ./dce-rpc-pairing
@load ./dce-rpc-stub

module Coercion;

redef record SigzeekDceRpc::Operation += {
	## How its requests are read.
	coercion_arguments: function(call: SigzeekDceRpc::Call, kept: RpcCall): bool &optional;
	## The latest request that was read, behind a first pointer; none where it could not be read.
	coercion_latest: string &optional;
	## Which of all readings that was.
	coercion_reading: count &default=0;
	## The octet at which that begins: 1, or that behind a pointer which is not null.
	coercion_compared_from: count &default=1;
};

redef record RpcCall += {
	# Whether the request could be read; unset until a rule asks.
	has_arguments: bool &optional;
	argument_BackupFileName: string &optional;
	argument_FileName: string &optional;
	argument_ServerName: string &optional;
	argument_ShareName: string &optional;
	argument_pPrinterName: string &optional;
	argument_pszLocalMachine: string &optional;
};

# The least request that begins with a pointer which is not null.
const least_with_pointer = "\x00\x00\x00\x01";

# Whether a request is the latest of its operation that was read, but for the value of its first pointer. Clients repeat
# themselves.
function repeats_latest(call: SigzeekDceRpc::Call): bool &is_used
	{
	local operation = call$operation;

	if ( ! operation?$coercion_latest || call$interface$is_big_endian )
		return F;

	if ( operation$coercion_compared_from == 1 )
		return call$stub == operation$coercion_latest;

	return sub_bytes(call$stub, operation$coercion_compared_from, -1) == operation$coercion_latest && call$stub >= least_with_pointer;
	}

# How many requests were kept.
global readings = 0;

# Keep a request that was read, or none where it could not be.
function keep_latest(call: SigzeekDceRpc::Call, is_read: bool, compared_from: count) &is_used
	{
	local operation = call$operation;
	delete operation$coercion_latest;

	if ( ! is_read || call$interface$is_big_endian || |call$stub| < compared_from )
		return;

	if ( compared_from > 1 && call$stub < least_with_pointer )
		return;

	++readings;
	operation$coercion_reading = readings;
	operation$coercion_compared_from = compared_from;
	operation$coercion_latest = sub_bytes(call$stub, compared_from, -1);
	}

# Arguments of the request of spoolss::RpcOpenPrinter.
type spoolss_RpcOpenPrinter_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	pPrinterName: string &optional;
};

# Reads the request of spoolss::RpcOpenPrinter:
#
#   pPrinterName unique(wstring)
#   pDatatype unique(wstring)
#   pDevModeContainer DEVMODE_CONTAINER
#   AccessRequired uint32
function spoolss_RpcOpenPrinter_arguments(bytes: string, is_little_endian: bool): spoolss_RpcOpenPrinter_Arguments
	{
	local read = spoolss_RpcOpenPrinter_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = spoolss_RpcOpenPrinter_Arguments($is_read=T);

		if ( SigzeekStub::points() )
			{
			values$pPrinterName = SigzeekStub::text();
			}

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_text();
			}

		SigzeekStub::align(word);
		SigzeekStub::at += 4;
		local pDevModeContainer_pDevMode_pointer = SigzeekStub::number(word);

		if ( pDevModeContainer_pDevMode_pointer != 0 )
			{
			SigzeekStub::bytes();
			}

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

# What the latest request of spoolss::RpcOpenPrinter has that was read.
global latest_spoolss_RpcOpenPrinter_arguments = spoolss_RpcOpenPrinter_Arguments();

# Takes what is asked for of spoolss::RpcOpenPrinter.
function take_spoolss_RpcOpenPrinter_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_spoolss_RpcOpenPrinter_arguments = spoolss_RpcOpenPrinter_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_spoolss_RpcOpenPrinter_arguments$is_read, 5);
		}

	local read = latest_spoolss_RpcOpenPrinter_arguments;

	if ( read?$pPrinterName )
		kept$argument_pPrinterName = read$pPrinterName;

	return read$is_read;
	}

# Arguments of the request of spoolss::RpcRemoteFindFirstPrinterChangeNotification.
type spoolss_RpcRemoteFindFirstPrinterChangeNotification_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	pszLocalMachine: string &optional;
};

# Reads the request of spoolss::RpcRemoteFindFirstPrinterChangeNotification:
#
#   hPrinter handle
#   fdwFlags uint32
#   fdwOptions uint32
#   pszLocalMachine unique(wstring)
#   dwPrinterLocal uint32
#   cbBuffer uint32
#   pBuffer unique(array(uint8))
function spoolss_RpcRemoteFindFirstPrinterChangeNotification_arguments(bytes: string, is_little_endian: bool): spoolss_RpcRemoteFindFirstPrinterChangeNotification_Arguments
	{
	local read = spoolss_RpcRemoteFindFirstPrinterChangeNotification_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = spoolss_RpcRemoteFindFirstPrinterChangeNotification_Arguments($is_read=T);
		SigzeekStub::reserved_handle();
		SigzeekStub::at += 8;

		if ( SigzeekStub::points() )
			{
			values$pszLocalMachine = SigzeekStub::text();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 8;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::bytes();
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

# What the latest request of spoolss::RpcRemoteFindFirstPrinterChangeNotification has that was read.
global latest_spoolss_RpcRemoteFindFirstPrinterChangeNotification_arguments = spoolss_RpcRemoteFindFirstPrinterChangeNotification_Arguments();

# Takes what is asked for of spoolss::RpcRemoteFindFirstPrinterChangeNotification.
function take_spoolss_RpcRemoteFindFirstPrinterChangeNotification_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_spoolss_RpcRemoteFindFirstPrinterChangeNotification_arguments = spoolss_RpcRemoteFindFirstPrinterChangeNotification_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_spoolss_RpcRemoteFindFirstPrinterChangeNotification_arguments$is_read, 1);
		}

	local read = latest_spoolss_RpcRemoteFindFirstPrinterChangeNotification_arguments;

	if ( read?$pszLocalMachine )
		kept$argument_pszLocalMachine = read$pszLocalMachine;

	return read$is_read;
	}

# Arguments of the request of spoolss::RpcRemoteFindFirstPrinterChangeNotificationEx.
type spoolss_RpcRemoteFindFirstPrinterChangeNotificationEx_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	pszLocalMachine: string &optional;
};

# Reads the request of spoolss::RpcRemoteFindFirstPrinterChangeNotificationEx:
#
#   hPrinter handle
#   fdwFlags uint32
#   fdwOptions uint32
#   pszLocalMachine unique(wstring)
#   dwPrinterLocal uint32
#   pOptions unique(RPC_V2_NOTIFY_OPTIONS)
function spoolss_RpcRemoteFindFirstPrinterChangeNotificationEx_arguments(bytes: string, is_little_endian: bool): spoolss_RpcRemoteFindFirstPrinterChangeNotificationEx_Arguments
	{
	local read = spoolss_RpcRemoteFindFirstPrinterChangeNotificationEx_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = spoolss_RpcRemoteFindFirstPrinterChangeNotificationEx_Arguments($is_read=T);
		SigzeekStub::reserved_handle();
		SigzeekStub::at += 8;

		if ( SigzeekStub::points() )
			{
			values$pszLocalMachine = SigzeekStub::text();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 4;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 12;
			local pOptions_pTypes_pointer = SigzeekStub::number(word);

			if ( pOptions_pTypes_pointer != 0 )
				{
				local pOptions_pTypes_count = SigzeekStub::number(word);
				local pOptions_pTypes_count_elements = SigzeekStub::elements(pOptions_pTypes_count, word == 4 ? 20 : 24, word == 4 ? 20 : 24);

				while ( pOptions_pTypes_count_elements$number < pOptions_pTypes_count_elements$count_ )
					{
					SigzeekStub::to_next_element(pOptions_pTypes_count_elements);
					SigzeekStub::align(word);
					SigzeekStub::at += 16;
					local pOptions_pTypes_pFields_pointer = SigzeekStub::number(word);
					SigzeekStub::behind_elements(pOptions_pTypes_count_elements);

					if ( pOptions_pTypes_pFields_pointer != 0 )
						{
						local pOptions_pTypes_pFields_count = SigzeekStub::number(word);
						local pOptions_pTypes_pFields_count_elements = SigzeekStub::elements(pOptions_pTypes_pFields_count, 2, 2);

						while ( pOptions_pTypes_pFields_count_elements$number < pOptions_pTypes_pFields_count_elements$count_ )
							{
							SigzeekStub::to_next_element(pOptions_pTypes_pFields_count_elements);
							SigzeekStub::align(2);
							SigzeekStub::at += 2;
							SigzeekStub::behind_elements(pOptions_pTypes_pFields_count_elements);
							}

						}

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

# What the latest request of spoolss::RpcRemoteFindFirstPrinterChangeNotificationEx has that was read.
global latest_spoolss_RpcRemoteFindFirstPrinterChangeNotificationEx_arguments = spoolss_RpcRemoteFindFirstPrinterChangeNotificationEx_Arguments();

# Takes what is asked for of spoolss::RpcRemoteFindFirstPrinterChangeNotificationEx.
function take_spoolss_RpcRemoteFindFirstPrinterChangeNotificationEx_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_spoolss_RpcRemoteFindFirstPrinterChangeNotificationEx_arguments = spoolss_RpcRemoteFindFirstPrinterChangeNotificationEx_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_spoolss_RpcRemoteFindFirstPrinterChangeNotificationEx_arguments$is_read, 1);
		}

	local read = latest_spoolss_RpcRemoteFindFirstPrinterChangeNotificationEx_arguments;

	if ( read?$pszLocalMachine )
		kept$argument_pszLocalMachine = read$pszLocalMachine;

	return read$is_read;
	}

# Arguments of the request of spoolss::RpcSplOpenPrinter.
type spoolss_RpcSplOpenPrinter_69_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	pPrinterName: string &optional;
};

# Reads the request of spoolss::RpcSplOpenPrinter:
#
#   pPrinterName unique(wstring)
#   pDatatype unique(wstring)
#   pDevModeContainer DEVMODE_CONTAINER
#   AccessRequired uint32
#   pClientInfo SPLCLIENT_CONTAINER
function spoolss_RpcSplOpenPrinter_69_arguments(bytes: string, is_little_endian: bool): spoolss_RpcSplOpenPrinter_69_Arguments
	{
	local read = spoolss_RpcSplOpenPrinter_69_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = spoolss_RpcSplOpenPrinter_69_Arguments($is_read=T);
		local pClientInfo_ClientInfo_pClientInfo1_pointer = 0;
		local pClientInfo_ClientInfo_pNotUsed1_pointer = 0;
		local pClientInfo_ClientInfo_pNotUsed2_pointer = 0;

		if ( SigzeekStub::points() )
			{
			values$pPrinterName = SigzeekStub::text();
			}

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_text();
			}

		SigzeekStub::align(word);
		SigzeekStub::at += 4;
		local pDevModeContainer_pDevMode_pointer = SigzeekStub::number(word);

		if ( pDevModeContainer_pDevMode_pointer != 0 )
			{
			SigzeekStub::bytes();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 4;
		SigzeekStub::align(word);
		SigzeekStub::at += word;
		local pClientInfo_ClientInfo_discriminant = SigzeekStub::number(4);
		if ( word == 8 )
			SigzeekStub::align(8);

		if ( pClientInfo_ClientInfo_discriminant == 1 )
			{
			pClientInfo_ClientInfo_pClientInfo1_pointer = SigzeekStub::number(word);
			}

		if ( pClientInfo_ClientInfo_discriminant == 2 )
			{
			pClientInfo_ClientInfo_pNotUsed1_pointer = SigzeekStub::number(word);
			}

		if ( pClientInfo_ClientInfo_discriminant == 3 )
			{
			pClientInfo_ClientInfo_pNotUsed2_pointer = SigzeekStub::number(word);
			}

		if ( pClientInfo_ClientInfo_discriminant != 1 && pClientInfo_ClientInfo_discriminant != 2 && pClientInfo_ClientInfo_discriminant != 3 )
			{
			SigzeekStub::fail();
			}

		if ( word == 8 )
			SigzeekStub::align(8);

		if ( pClientInfo_ClientInfo_pClientInfo1_pointer != 0 )
			{
			SigzeekStub::align(word);
			SigzeekStub::at += 4;
			local pClientInfo_ClientInfo_pClientInfo1_pMachineName_pointer = SigzeekStub::number(word);
			local pClientInfo_ClientInfo_pClientInfo1_pUserName_pointer = SigzeekStub::number(word);
			SigzeekStub::at += word == 4 ? 14 : 16;

			if ( pClientInfo_ClientInfo_pClientInfo1_pMachineName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pClientInfo_ClientInfo_pClientInfo1_pUserName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			}

		if ( pClientInfo_ClientInfo_pNotUsed1_pointer != 0 )
			{
			SigzeekStub::align(word);
			SigzeekStub::at += word;
			}

		if ( pClientInfo_ClientInfo_pNotUsed2_pointer != 0 )
			{
			SigzeekStub::align(8);
			SigzeekStub::at += 12;
			local pClientInfo_ClientInfo_pNotUsed2_pMachineName_pointer = SigzeekStub::number(word);
			local pClientInfo_ClientInfo_pNotUsed2_pUserName_pointer = SigzeekStub::number(word);
			SigzeekStub::at += 14;
			SigzeekStub::align(8);
			SigzeekStub::at += 8;

			if ( pClientInfo_ClientInfo_pNotUsed2_pMachineName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pClientInfo_ClientInfo_pNotUsed2_pUserName_pointer != 0 )
				{
				SigzeekStub::skip_text();
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

# What the latest request of spoolss::RpcSplOpenPrinter has that was read.
global latest_spoolss_RpcSplOpenPrinter_69_arguments = spoolss_RpcSplOpenPrinter_69_Arguments();

# Takes what is asked for of spoolss::RpcSplOpenPrinter.
function take_spoolss_RpcSplOpenPrinter_69_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_spoolss_RpcSplOpenPrinter_69_arguments = spoolss_RpcSplOpenPrinter_69_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_spoolss_RpcSplOpenPrinter_69_arguments$is_read, 5);
		}

	local read = latest_spoolss_RpcSplOpenPrinter_69_arguments;

	if ( read?$pPrinterName )
		kept$argument_pPrinterName = read$pPrinterName;

	return read$is_read;
	}

# Arguments of the request of netdfs::NetrDfsAddStdRoot.
type netdfs_NetrDfsAddStdRoot_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	ServerName: string &optional;
};

# Reads the request of netdfs::NetrDfsAddStdRoot as far as
# rules ask for it:
#
#   ServerName wstring
function netdfs_NetrDfsAddStdRoot_arguments(bytes: string, is_little_endian: bool): netdfs_NetrDfsAddStdRoot_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = netdfs_NetrDfsAddStdRoot_Arguments($is_read=T);
		values$ServerName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return netdfs_NetrDfsAddStdRoot_Arguments();
	}

# What the latest request of netdfs::NetrDfsAddStdRoot has that was read.
global latest_netdfs_NetrDfsAddStdRoot_arguments = netdfs_NetrDfsAddStdRoot_Arguments();

# Takes what is asked for of netdfs::NetrDfsAddStdRoot.
function take_netdfs_NetrDfsAddStdRoot_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_netdfs_NetrDfsAddStdRoot_arguments = netdfs_NetrDfsAddStdRoot_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_netdfs_NetrDfsAddStdRoot_arguments$is_read, 1);
		}

	local read = latest_netdfs_NetrDfsAddStdRoot_arguments;

	if ( read?$ServerName )
		kept$argument_ServerName = read$ServerName;

	return read$is_read;
	}

# Arguments of the request of netdfs::NetrDfsRemoveStdRoot.
type netdfs_NetrDfsRemoveStdRoot_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	ServerName: string &optional;
};

# Reads the request of netdfs::NetrDfsRemoveStdRoot as far as
# rules ask for it:
#
#   ServerName wstring
function netdfs_NetrDfsRemoveStdRoot_arguments(bytes: string, is_little_endian: bool): netdfs_NetrDfsRemoveStdRoot_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = netdfs_NetrDfsRemoveStdRoot_Arguments($is_read=T);
		values$ServerName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return netdfs_NetrDfsRemoveStdRoot_Arguments();
	}

# What the latest request of netdfs::NetrDfsRemoveStdRoot has that was read.
global latest_netdfs_NetrDfsRemoveStdRoot_arguments = netdfs_NetrDfsRemoveStdRoot_Arguments();

# Takes what is asked for of netdfs::NetrDfsRemoveStdRoot.
function take_netdfs_NetrDfsRemoveStdRoot_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_netdfs_NetrDfsRemoveStdRoot_arguments = netdfs_NetrDfsRemoveStdRoot_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_netdfs_NetrDfsRemoveStdRoot_arguments$is_read, 1);
		}

	local read = latest_netdfs_NetrDfsRemoveStdRoot_arguments;

	if ( read?$ServerName )
		kept$argument_ServerName = read$ServerName;

	return read$is_read;
	}

# Arguments of the request of IRemoteWinspool::RpcAsyncOpenPrinter.
type IRemoteWinspool_RpcAsyncOpenPrinter_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	pPrinterName: string &optional;
};

# Reads the request of IRemoteWinspool::RpcAsyncOpenPrinter:
#
#   pPrinterName unique(wstring)
#   pDatatype unique(wstring)
#   pDevModeContainer DEVMODE_CONTAINER
#   AccessRequired uint32
#   pClientInfo SPLCLIENT_CONTAINER
function IRemoteWinspool_RpcAsyncOpenPrinter_arguments(bytes: string, is_little_endian: bool): IRemoteWinspool_RpcAsyncOpenPrinter_Arguments
	{
	local read = IRemoteWinspool_RpcAsyncOpenPrinter_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = IRemoteWinspool_RpcAsyncOpenPrinter_Arguments($is_read=T);
		local pClientInfo_ClientInfo_pClientInfo1_pointer = 0;
		local pClientInfo_ClientInfo_pNotUsed1_pointer = 0;
		local pClientInfo_ClientInfo_pNotUsed2_pointer = 0;

		if ( SigzeekStub::points() )
			{
			values$pPrinterName = SigzeekStub::text();
			}

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_text();
			}

		SigzeekStub::align(word);
		SigzeekStub::at += 4;
		local pDevModeContainer_pDevMode_pointer = SigzeekStub::number(word);

		if ( pDevModeContainer_pDevMode_pointer != 0 )
			{
			SigzeekStub::bytes();
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 4;
		SigzeekStub::align(word);
		SigzeekStub::at += word;
		local pClientInfo_ClientInfo_discriminant = SigzeekStub::number(4);
		if ( word == 8 )
			SigzeekStub::align(8);

		if ( pClientInfo_ClientInfo_discriminant == 1 )
			{
			pClientInfo_ClientInfo_pClientInfo1_pointer = SigzeekStub::number(word);
			}

		if ( pClientInfo_ClientInfo_discriminant == 2 )
			{
			pClientInfo_ClientInfo_pNotUsed1_pointer = SigzeekStub::number(word);
			}

		if ( pClientInfo_ClientInfo_discriminant == 3 )
			{
			pClientInfo_ClientInfo_pNotUsed2_pointer = SigzeekStub::number(word);
			}

		if ( pClientInfo_ClientInfo_discriminant != 1 && pClientInfo_ClientInfo_discriminant != 2 && pClientInfo_ClientInfo_discriminant != 3 )
			{
			SigzeekStub::fail();
			}

		if ( word == 8 )
			SigzeekStub::align(8);

		if ( pClientInfo_ClientInfo_pClientInfo1_pointer != 0 )
			{
			SigzeekStub::align(word);
			SigzeekStub::at += 4;
			local pClientInfo_ClientInfo_pClientInfo1_pMachineName_pointer = SigzeekStub::number(word);
			local pClientInfo_ClientInfo_pClientInfo1_pUserName_pointer = SigzeekStub::number(word);
			SigzeekStub::at += word == 4 ? 14 : 16;

			if ( pClientInfo_ClientInfo_pClientInfo1_pMachineName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pClientInfo_ClientInfo_pClientInfo1_pUserName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			}

		if ( pClientInfo_ClientInfo_pNotUsed1_pointer != 0 )
			{
			SigzeekStub::align(word);
			SigzeekStub::at += word;
			}

		if ( pClientInfo_ClientInfo_pNotUsed2_pointer != 0 )
			{
			SigzeekStub::align(8);
			SigzeekStub::at += 12;
			local pClientInfo_ClientInfo_pNotUsed2_pMachineName_pointer = SigzeekStub::number(word);
			local pClientInfo_ClientInfo_pNotUsed2_pUserName_pointer = SigzeekStub::number(word);
			SigzeekStub::at += 14;
			SigzeekStub::align(8);
			SigzeekStub::at += 8;

			if ( pClientInfo_ClientInfo_pNotUsed2_pMachineName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pClientInfo_ClientInfo_pNotUsed2_pUserName_pointer != 0 )
				{
				SigzeekStub::skip_text();
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

# What the latest request of IRemoteWinspool::RpcAsyncOpenPrinter has that was read.
global latest_IRemoteWinspool_RpcAsyncOpenPrinter_arguments = IRemoteWinspool_RpcAsyncOpenPrinter_Arguments();

# Takes what is asked for of IRemoteWinspool::RpcAsyncOpenPrinter.
function take_IRemoteWinspool_RpcAsyncOpenPrinter_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_IRemoteWinspool_RpcAsyncOpenPrinter_arguments = IRemoteWinspool_RpcAsyncOpenPrinter_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_IRemoteWinspool_RpcAsyncOpenPrinter_arguments$is_read, 5);
		}

	local read = latest_IRemoteWinspool_RpcAsyncOpenPrinter_arguments;

	if ( read?$pPrinterName )
		kept$argument_pPrinterName = read$pPrinterName;

	return read$is_read;
	}

# Arguments of the request of eventlog::ElfrOpenBELW.
type eventlog_ElfrOpenBELW_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	BackupFileName: string &optional;
};

# Reads the request of eventlog::ElfrOpenBELW:
#
#   UNCServerName unique(uint16)
#   BackupFileName unicode_string
#   MajorVersion uint32
#   MinorVersion uint32
function eventlog_ElfrOpenBELW_arguments(bytes: string, is_little_endian: bool): eventlog_ElfrOpenBELW_Arguments
	{
	local read = eventlog_ElfrOpenBELW_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = eventlog_ElfrOpenBELW_Arguments($is_read=T);

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 2;
			}

		SigzeekStub::align(word);
		local BackupFileName_length = SigzeekStub::number(2);
		SigzeekStub::at += 2;
		local BackupFileName_pointer = SigzeekStub::number(word);

		if ( BackupFileName_pointer == 0 && BackupFileName_length != 0 )
			{
			SigzeekStub::fail();
			}

		if ( BackupFileName_pointer != 0 )
			{
			values$BackupFileName = SigzeekStub::counted_text(BackupFileName_length);
			}

		SigzeekStub::align(4);
		SigzeekStub::at += 8;
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

# What the latest request of eventlog::ElfrOpenBELW has that was read.
global latest_eventlog_ElfrOpenBELW_arguments = eventlog_ElfrOpenBELW_Arguments();

# Takes what is asked for of eventlog::ElfrOpenBELW.
function take_eventlog_ElfrOpenBELW_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_eventlog_ElfrOpenBELW_arguments = eventlog_ElfrOpenBELW_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_eventlog_ElfrOpenBELW_arguments$is_read, 5);
		}

	local read = latest_eventlog_ElfrOpenBELW_arguments;

	if ( read?$BackupFileName )
		kept$argument_BackupFileName = read$BackupFileName;

	return read$is_read;
	}

# Arguments of the request of FileServerVssAgent::IsPathSupported.
type FileServerVssAgent_IsPathSupported_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	ShareName: string &optional;
};

# Reads the request of FileServerVssAgent::IsPathSupported:
#
#   ShareName wstring
function FileServerVssAgent_IsPathSupported_arguments(bytes: string, is_little_endian: bool): FileServerVssAgent_IsPathSupported_Arguments
	{
	local read = FileServerVssAgent_IsPathSupported_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = FileServerVssAgent_IsPathSupported_Arguments($is_read=T);
		values$ShareName = SigzeekStub::text();
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

# What the latest request of FileServerVssAgent::IsPathSupported has that was read.
global latest_FileServerVssAgent_IsPathSupported_arguments = FileServerVssAgent_IsPathSupported_Arguments();

# Takes what is asked for of FileServerVssAgent::IsPathSupported.
function take_FileServerVssAgent_IsPathSupported_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_FileServerVssAgent_IsPathSupported_arguments = FileServerVssAgent_IsPathSupported_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_FileServerVssAgent_IsPathSupported_arguments$is_read, 1);
		}

	local read = latest_FileServerVssAgent_IsPathSupported_arguments;

	if ( read?$ShareName )
		kept$argument_ShareName = read$ShareName;

	return read$is_read;
	}

# Arguments of the request of FileServerVssAgent::IsPathShadowCopied.
type FileServerVssAgent_IsPathShadowCopied_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	ShareName: string &optional;
};

# Reads the request of FileServerVssAgent::IsPathShadowCopied:
#
#   ShareName wstring
function FileServerVssAgent_IsPathShadowCopied_arguments(bytes: string, is_little_endian: bool): FileServerVssAgent_IsPathShadowCopied_Arguments
	{
	local read = FileServerVssAgent_IsPathShadowCopied_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = FileServerVssAgent_IsPathShadowCopied_Arguments($is_read=T);
		values$ShareName = SigzeekStub::text();
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

# What the latest request of FileServerVssAgent::IsPathShadowCopied has that was read.
global latest_FileServerVssAgent_IsPathShadowCopied_arguments = FileServerVssAgent_IsPathShadowCopied_Arguments();

# Takes what is asked for of FileServerVssAgent::IsPathShadowCopied.
function take_FileServerVssAgent_IsPathShadowCopied_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_FileServerVssAgent_IsPathShadowCopied_arguments = FileServerVssAgent_IsPathShadowCopied_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_FileServerVssAgent_IsPathShadowCopied_arguments$is_read, 1);
		}

	local read = latest_FileServerVssAgent_IsPathShadowCopied_arguments;

	if ( read?$ShareName )
		kept$argument_ShareName = read$ShareName;

	return read$is_read;
	}

# Arguments of the request of efsrpc2::EfsRpcOpenFileRaw.
type efsrpc2_EfsRpcOpenFileRaw_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc2::EfsRpcOpenFileRaw as far as
# rules ask for it:
#
#   FileName wstring
function efsrpc2_EfsRpcOpenFileRaw_arguments(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcOpenFileRaw_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcOpenFileRaw_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc2_EfsRpcOpenFileRaw_Arguments();
	}

# What the latest request of efsrpc2::EfsRpcOpenFileRaw has that was read.
global latest_efsrpc2_EfsRpcOpenFileRaw_arguments = efsrpc2_EfsRpcOpenFileRaw_Arguments();

# Takes what is asked for of efsrpc2::EfsRpcOpenFileRaw.
function take_efsrpc2_EfsRpcOpenFileRaw_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc2_EfsRpcOpenFileRaw_arguments = efsrpc2_EfsRpcOpenFileRaw_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc2_EfsRpcOpenFileRaw_arguments$is_read, 1);
		}

	local read = latest_efsrpc2_EfsRpcOpenFileRaw_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc2::EfsRpcEncryptFileSrv.
type efsrpc2_EfsRpcEncryptFileSrv_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc2::EfsRpcEncryptFileSrv:
#
#   FileName wstring
function efsrpc2_EfsRpcEncryptFileSrv_arguments(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcEncryptFileSrv_Arguments
	{
	local read = efsrpc2_EfsRpcEncryptFileSrv_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcEncryptFileSrv_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
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

# What the latest request of efsrpc2::EfsRpcEncryptFileSrv has that was read.
global latest_efsrpc2_EfsRpcEncryptFileSrv_arguments = efsrpc2_EfsRpcEncryptFileSrv_Arguments();

# Takes what is asked for of efsrpc2::EfsRpcEncryptFileSrv.
function take_efsrpc2_EfsRpcEncryptFileSrv_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc2_EfsRpcEncryptFileSrv_arguments = efsrpc2_EfsRpcEncryptFileSrv_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc2_EfsRpcEncryptFileSrv_arguments$is_read, 1);
		}

	local read = latest_efsrpc2_EfsRpcEncryptFileSrv_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc2::EfsDecryptFileSrv.
type efsrpc2_EfsDecryptFileSrv_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc2::EfsDecryptFileSrv as far as
# rules ask for it:
#
#   FileName wstring
function efsrpc2_EfsDecryptFileSrv_arguments(bytes: string, is_little_endian: bool): efsrpc2_EfsDecryptFileSrv_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsDecryptFileSrv_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc2_EfsDecryptFileSrv_Arguments();
	}

# What the latest request of efsrpc2::EfsDecryptFileSrv has that was read.
global latest_efsrpc2_EfsDecryptFileSrv_arguments = efsrpc2_EfsDecryptFileSrv_Arguments();

# Takes what is asked for of efsrpc2::EfsDecryptFileSrv.
function take_efsrpc2_EfsDecryptFileSrv_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc2_EfsDecryptFileSrv_arguments = efsrpc2_EfsDecryptFileSrv_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc2_EfsDecryptFileSrv_arguments$is_read, 1);
		}

	local read = latest_efsrpc2_EfsDecryptFileSrv_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc2::EfsRpcQueryUsersOnFile.
type efsrpc2_EfsRpcQueryUsersOnFile_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc2::EfsRpcQueryUsersOnFile:
#
#   FileName wstring
function efsrpc2_EfsRpcQueryUsersOnFile_arguments(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcQueryUsersOnFile_Arguments
	{
	local read = efsrpc2_EfsRpcQueryUsersOnFile_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcQueryUsersOnFile_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
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

# What the latest request of efsrpc2::EfsRpcQueryUsersOnFile has that was read.
global latest_efsrpc2_EfsRpcQueryUsersOnFile_arguments = efsrpc2_EfsRpcQueryUsersOnFile_Arguments();

# Takes what is asked for of efsrpc2::EfsRpcQueryUsersOnFile.
function take_efsrpc2_EfsRpcQueryUsersOnFile_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc2_EfsRpcQueryUsersOnFile_arguments = efsrpc2_EfsRpcQueryUsersOnFile_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc2_EfsRpcQueryUsersOnFile_arguments$is_read, 1);
		}

	local read = latest_efsrpc2_EfsRpcQueryUsersOnFile_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc2::EfsRpcQueryRecoveryAgents.
type efsrpc2_EfsRpcQueryRecoveryAgents_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc2::EfsRpcQueryRecoveryAgents:
#
#   FileName wstring
function efsrpc2_EfsRpcQueryRecoveryAgents_arguments(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcQueryRecoveryAgents_Arguments
	{
	local read = efsrpc2_EfsRpcQueryRecoveryAgents_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcQueryRecoveryAgents_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
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

# What the latest request of efsrpc2::EfsRpcQueryRecoveryAgents has that was read.
global latest_efsrpc2_EfsRpcQueryRecoveryAgents_arguments = efsrpc2_EfsRpcQueryRecoveryAgents_Arguments();

# Takes what is asked for of efsrpc2::EfsRpcQueryRecoveryAgents.
function take_efsrpc2_EfsRpcQueryRecoveryAgents_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc2_EfsRpcQueryRecoveryAgents_arguments = efsrpc2_EfsRpcQueryRecoveryAgents_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc2_EfsRpcQueryRecoveryAgents_arguments$is_read, 1);
		}

	local read = latest_efsrpc2_EfsRpcQueryRecoveryAgents_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc2::EfsRpcRemoveUsersFromFile.
type efsrpc2_EfsRpcRemoveUsersFromFile_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc2::EfsRpcRemoveUsersFromFile as far as
# rules ask for it:
#
#   FileName wstring
function efsrpc2_EfsRpcRemoveUsersFromFile_arguments(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcRemoveUsersFromFile_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcRemoveUsersFromFile_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc2_EfsRpcRemoveUsersFromFile_Arguments();
	}

# What the latest request of efsrpc2::EfsRpcRemoveUsersFromFile has that was read.
global latest_efsrpc2_EfsRpcRemoveUsersFromFile_arguments = efsrpc2_EfsRpcRemoveUsersFromFile_Arguments();

# Takes what is asked for of efsrpc2::EfsRpcRemoveUsersFromFile.
function take_efsrpc2_EfsRpcRemoveUsersFromFile_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc2_EfsRpcRemoveUsersFromFile_arguments = efsrpc2_EfsRpcRemoveUsersFromFile_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc2_EfsRpcRemoveUsersFromFile_arguments$is_read, 1);
		}

	local read = latest_efsrpc2_EfsRpcRemoveUsersFromFile_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc2::EfsRpcAddUsersToFile.
type efsrpc2_EfsRpcAddUsersToFile_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc2::EfsRpcAddUsersToFile as far as
# rules ask for it:
#
#   FileName wstring
function efsrpc2_EfsRpcAddUsersToFile_arguments(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcAddUsersToFile_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcAddUsersToFile_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc2_EfsRpcAddUsersToFile_Arguments();
	}

# What the latest request of efsrpc2::EfsRpcAddUsersToFile has that was read.
global latest_efsrpc2_EfsRpcAddUsersToFile_arguments = efsrpc2_EfsRpcAddUsersToFile_Arguments();

# Takes what is asked for of efsrpc2::EfsRpcAddUsersToFile.
function take_efsrpc2_EfsRpcAddUsersToFile_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc2_EfsRpcAddUsersToFile_arguments = efsrpc2_EfsRpcAddUsersToFile_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc2_EfsRpcAddUsersToFile_arguments$is_read, 1);
		}

	local read = latest_efsrpc2_EfsRpcAddUsersToFile_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc2::EfsRpcFileKeyInfo.
type efsrpc2_EfsRpcFileKeyInfo_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc2::EfsRpcFileKeyInfo as far as
# rules ask for it:
#
#   FileName wstring
function efsrpc2_EfsRpcFileKeyInfo_arguments(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcFileKeyInfo_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcFileKeyInfo_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc2_EfsRpcFileKeyInfo_Arguments();
	}

# What the latest request of efsrpc2::EfsRpcFileKeyInfo has that was read.
global latest_efsrpc2_EfsRpcFileKeyInfo_arguments = efsrpc2_EfsRpcFileKeyInfo_Arguments();

# Takes what is asked for of efsrpc2::EfsRpcFileKeyInfo.
function take_efsrpc2_EfsRpcFileKeyInfo_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc2_EfsRpcFileKeyInfo_arguments = efsrpc2_EfsRpcFileKeyInfo_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc2_EfsRpcFileKeyInfo_arguments$is_read, 1);
		}

	local read = latest_efsrpc2_EfsRpcFileKeyInfo_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc2::EfsRpcAddUsersToFileEx.
type efsrpc2_EfsRpcAddUsersToFileEx_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc2::EfsRpcAddUsersToFileEx as far as
# rules ask for it:
#
#   dwFlags uint32
#   Reserved unique(EFS_RPC_BLOB)
#   FileName wstring
function efsrpc2_EfsRpcAddUsersToFileEx_arguments(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcAddUsersToFileEx_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcAddUsersToFileEx_Arguments($is_read=T);
		SigzeekStub::at += 4;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			local Reserved_bData_pointer = SigzeekStub::number(word);

			if ( Reserved_bData_pointer != 0 )
				{
				SigzeekStub::bytes();
				}

			}

		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc2_EfsRpcAddUsersToFileEx_Arguments();
	}

# What the latest request of efsrpc2::EfsRpcAddUsersToFileEx has that was read.
global latest_efsrpc2_EfsRpcAddUsersToFileEx_arguments = efsrpc2_EfsRpcAddUsersToFileEx_Arguments();

# Takes what is asked for of efsrpc2::EfsRpcAddUsersToFileEx.
function take_efsrpc2_EfsRpcAddUsersToFileEx_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc2_EfsRpcAddUsersToFileEx_arguments = efsrpc2_EfsRpcAddUsersToFileEx_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc2_EfsRpcAddUsersToFileEx_arguments$is_read, 1);
		}

	local read = latest_efsrpc2_EfsRpcAddUsersToFileEx_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc2::EfsRpcFileKeyInfoEx.
type efsrpc2_EfsRpcFileKeyInfoEx_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc2::EfsRpcFileKeyInfoEx as far as
# rules ask for it:
#
#   dwFileKeyInfoFlags uint32
#   Reserved unique(EFS_RPC_BLOB)
#   FileName wstring
function efsrpc2_EfsRpcFileKeyInfoEx_arguments(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcFileKeyInfoEx_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcFileKeyInfoEx_Arguments($is_read=T);
		SigzeekStub::at += 4;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			local Reserved_bData_pointer = SigzeekStub::number(word);

			if ( Reserved_bData_pointer != 0 )
				{
				SigzeekStub::bytes();
				}

			}

		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc2_EfsRpcFileKeyInfoEx_Arguments();
	}

# What the latest request of efsrpc2::EfsRpcFileKeyInfoEx has that was read.
global latest_efsrpc2_EfsRpcFileKeyInfoEx_arguments = efsrpc2_EfsRpcFileKeyInfoEx_Arguments();

# Takes what is asked for of efsrpc2::EfsRpcFileKeyInfoEx.
function take_efsrpc2_EfsRpcFileKeyInfoEx_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc2_EfsRpcFileKeyInfoEx_arguments = efsrpc2_EfsRpcFileKeyInfoEx_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc2_EfsRpcFileKeyInfoEx_arguments$is_read, 1);
		}

	local read = latest_efsrpc2_EfsRpcFileKeyInfoEx_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc2::EfsRpcGetEncryptedFileMetadata.
type efsrpc2_EfsRpcGetEncryptedFileMetadata_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc2::EfsRpcGetEncryptedFileMetadata:
#
#   FileName wstring
function efsrpc2_EfsRpcGetEncryptedFileMetadata_arguments(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcGetEncryptedFileMetadata_Arguments
	{
	local read = efsrpc2_EfsRpcGetEncryptedFileMetadata_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcGetEncryptedFileMetadata_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
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

# What the latest request of efsrpc2::EfsRpcGetEncryptedFileMetadata has that was read.
global latest_efsrpc2_EfsRpcGetEncryptedFileMetadata_arguments = efsrpc2_EfsRpcGetEncryptedFileMetadata_Arguments();

# Takes what is asked for of efsrpc2::EfsRpcGetEncryptedFileMetadata.
function take_efsrpc2_EfsRpcGetEncryptedFileMetadata_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc2_EfsRpcGetEncryptedFileMetadata_arguments = efsrpc2_EfsRpcGetEncryptedFileMetadata_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc2_EfsRpcGetEncryptedFileMetadata_arguments$is_read, 1);
		}

	local read = latest_efsrpc2_EfsRpcGetEncryptedFileMetadata_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc2::EfsRpcSetEncryptedFileMetadata.
type efsrpc2_EfsRpcSetEncryptedFileMetadata_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc2::EfsRpcSetEncryptedFileMetadata as far as
# rules ask for it:
#
#   FileName wstring
function efsrpc2_EfsRpcSetEncryptedFileMetadata_arguments(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcSetEncryptedFileMetadata_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcSetEncryptedFileMetadata_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc2_EfsRpcSetEncryptedFileMetadata_Arguments();
	}

# What the latest request of efsrpc2::EfsRpcSetEncryptedFileMetadata has that was read.
global latest_efsrpc2_EfsRpcSetEncryptedFileMetadata_arguments = efsrpc2_EfsRpcSetEncryptedFileMetadata_Arguments();

# Takes what is asked for of efsrpc2::EfsRpcSetEncryptedFileMetadata.
function take_efsrpc2_EfsRpcSetEncryptedFileMetadata_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc2_EfsRpcSetEncryptedFileMetadata_arguments = efsrpc2_EfsRpcSetEncryptedFileMetadata_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc2_EfsRpcSetEncryptedFileMetadata_arguments$is_read, 1);
		}

	local read = latest_efsrpc2_EfsRpcSetEncryptedFileMetadata_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc2::EfsRpcEncryptFileExServ.
type efsrpc2_EfsRpcEncryptFileExServ_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc2::EfsRpcEncryptFileExServ as far as
# rules ask for it:
#
#   FileName wstring
function efsrpc2_EfsRpcEncryptFileExServ_arguments(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcEncryptFileExServ_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcEncryptFileExServ_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc2_EfsRpcEncryptFileExServ_Arguments();
	}

# What the latest request of efsrpc2::EfsRpcEncryptFileExServ has that was read.
global latest_efsrpc2_EfsRpcEncryptFileExServ_arguments = efsrpc2_EfsRpcEncryptFileExServ_Arguments();

# Takes what is asked for of efsrpc2::EfsRpcEncryptFileExServ.
function take_efsrpc2_EfsRpcEncryptFileExServ_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc2_EfsRpcEncryptFileExServ_arguments = efsrpc2_EfsRpcEncryptFileExServ_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc2_EfsRpcEncryptFileExServ_arguments$is_read, 1);
		}

	local read = latest_efsrpc2_EfsRpcEncryptFileExServ_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc::EfsRpcOpenFileRaw.
type efsrpc_EfsRpcOpenFileRaw_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc::EfsRpcOpenFileRaw as far as
# rules ask for it:
#
#   FileName wstring
function efsrpc_EfsRpcOpenFileRaw_arguments(bytes: string, is_little_endian: bool): efsrpc_EfsRpcOpenFileRaw_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcOpenFileRaw_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc_EfsRpcOpenFileRaw_Arguments();
	}

# What the latest request of efsrpc::EfsRpcOpenFileRaw has that was read.
global latest_efsrpc_EfsRpcOpenFileRaw_arguments = efsrpc_EfsRpcOpenFileRaw_Arguments();

# Takes what is asked for of efsrpc::EfsRpcOpenFileRaw.
function take_efsrpc_EfsRpcOpenFileRaw_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc_EfsRpcOpenFileRaw_arguments = efsrpc_EfsRpcOpenFileRaw_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc_EfsRpcOpenFileRaw_arguments$is_read, 1);
		}

	local read = latest_efsrpc_EfsRpcOpenFileRaw_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc::EfsRpcEncryptFileSrv.
type efsrpc_EfsRpcEncryptFileSrv_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc::EfsRpcEncryptFileSrv:
#
#   FileName wstring
function efsrpc_EfsRpcEncryptFileSrv_arguments(bytes: string, is_little_endian: bool): efsrpc_EfsRpcEncryptFileSrv_Arguments
	{
	local read = efsrpc_EfsRpcEncryptFileSrv_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcEncryptFileSrv_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
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

# What the latest request of efsrpc::EfsRpcEncryptFileSrv has that was read.
global latest_efsrpc_EfsRpcEncryptFileSrv_arguments = efsrpc_EfsRpcEncryptFileSrv_Arguments();

# Takes what is asked for of efsrpc::EfsRpcEncryptFileSrv.
function take_efsrpc_EfsRpcEncryptFileSrv_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc_EfsRpcEncryptFileSrv_arguments = efsrpc_EfsRpcEncryptFileSrv_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc_EfsRpcEncryptFileSrv_arguments$is_read, 1);
		}

	local read = latest_efsrpc_EfsRpcEncryptFileSrv_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc::EfsDecryptFileSrv.
type efsrpc_EfsDecryptFileSrv_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc::EfsDecryptFileSrv as far as
# rules ask for it:
#
#   FileName wstring
function efsrpc_EfsDecryptFileSrv_arguments(bytes: string, is_little_endian: bool): efsrpc_EfsDecryptFileSrv_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsDecryptFileSrv_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc_EfsDecryptFileSrv_Arguments();
	}

# What the latest request of efsrpc::EfsDecryptFileSrv has that was read.
global latest_efsrpc_EfsDecryptFileSrv_arguments = efsrpc_EfsDecryptFileSrv_Arguments();

# Takes what is asked for of efsrpc::EfsDecryptFileSrv.
function take_efsrpc_EfsDecryptFileSrv_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc_EfsDecryptFileSrv_arguments = efsrpc_EfsDecryptFileSrv_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc_EfsDecryptFileSrv_arguments$is_read, 1);
		}

	local read = latest_efsrpc_EfsDecryptFileSrv_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc::EfsRpcQueryUsersOnFile.
type efsrpc_EfsRpcQueryUsersOnFile_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc::EfsRpcQueryUsersOnFile:
#
#   FileName wstring
function efsrpc_EfsRpcQueryUsersOnFile_arguments(bytes: string, is_little_endian: bool): efsrpc_EfsRpcQueryUsersOnFile_Arguments
	{
	local read = efsrpc_EfsRpcQueryUsersOnFile_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcQueryUsersOnFile_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
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

# What the latest request of efsrpc::EfsRpcQueryUsersOnFile has that was read.
global latest_efsrpc_EfsRpcQueryUsersOnFile_arguments = efsrpc_EfsRpcQueryUsersOnFile_Arguments();

# Takes what is asked for of efsrpc::EfsRpcQueryUsersOnFile.
function take_efsrpc_EfsRpcQueryUsersOnFile_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc_EfsRpcQueryUsersOnFile_arguments = efsrpc_EfsRpcQueryUsersOnFile_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc_EfsRpcQueryUsersOnFile_arguments$is_read, 1);
		}

	local read = latest_efsrpc_EfsRpcQueryUsersOnFile_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc::EfsRpcQueryRecoveryAgents.
type efsrpc_EfsRpcQueryRecoveryAgents_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc::EfsRpcQueryRecoveryAgents:
#
#   FileName wstring
function efsrpc_EfsRpcQueryRecoveryAgents_arguments(bytes: string, is_little_endian: bool): efsrpc_EfsRpcQueryRecoveryAgents_Arguments
	{
	local read = efsrpc_EfsRpcQueryRecoveryAgents_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcQueryRecoveryAgents_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
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

# What the latest request of efsrpc::EfsRpcQueryRecoveryAgents has that was read.
global latest_efsrpc_EfsRpcQueryRecoveryAgents_arguments = efsrpc_EfsRpcQueryRecoveryAgents_Arguments();

# Takes what is asked for of efsrpc::EfsRpcQueryRecoveryAgents.
function take_efsrpc_EfsRpcQueryRecoveryAgents_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc_EfsRpcQueryRecoveryAgents_arguments = efsrpc_EfsRpcQueryRecoveryAgents_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc_EfsRpcQueryRecoveryAgents_arguments$is_read, 1);
		}

	local read = latest_efsrpc_EfsRpcQueryRecoveryAgents_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc::EfsRpcRemoveUsersFromFile.
type efsrpc_EfsRpcRemoveUsersFromFile_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc::EfsRpcRemoveUsersFromFile as far as
# rules ask for it:
#
#   FileName wstring
function efsrpc_EfsRpcRemoveUsersFromFile_arguments(bytes: string, is_little_endian: bool): efsrpc_EfsRpcRemoveUsersFromFile_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcRemoveUsersFromFile_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc_EfsRpcRemoveUsersFromFile_Arguments();
	}

# What the latest request of efsrpc::EfsRpcRemoveUsersFromFile has that was read.
global latest_efsrpc_EfsRpcRemoveUsersFromFile_arguments = efsrpc_EfsRpcRemoveUsersFromFile_Arguments();

# Takes what is asked for of efsrpc::EfsRpcRemoveUsersFromFile.
function take_efsrpc_EfsRpcRemoveUsersFromFile_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc_EfsRpcRemoveUsersFromFile_arguments = efsrpc_EfsRpcRemoveUsersFromFile_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc_EfsRpcRemoveUsersFromFile_arguments$is_read, 1);
		}

	local read = latest_efsrpc_EfsRpcRemoveUsersFromFile_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc::EfsRpcAddUsersToFile.
type efsrpc_EfsRpcAddUsersToFile_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc::EfsRpcAddUsersToFile as far as
# rules ask for it:
#
#   FileName wstring
function efsrpc_EfsRpcAddUsersToFile_arguments(bytes: string, is_little_endian: bool): efsrpc_EfsRpcAddUsersToFile_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcAddUsersToFile_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc_EfsRpcAddUsersToFile_Arguments();
	}

# What the latest request of efsrpc::EfsRpcAddUsersToFile has that was read.
global latest_efsrpc_EfsRpcAddUsersToFile_arguments = efsrpc_EfsRpcAddUsersToFile_Arguments();

# Takes what is asked for of efsrpc::EfsRpcAddUsersToFile.
function take_efsrpc_EfsRpcAddUsersToFile_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc_EfsRpcAddUsersToFile_arguments = efsrpc_EfsRpcAddUsersToFile_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc_EfsRpcAddUsersToFile_arguments$is_read, 1);
		}

	local read = latest_efsrpc_EfsRpcAddUsersToFile_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc::EfsRpcFileKeyInfo.
type efsrpc_EfsRpcFileKeyInfo_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc::EfsRpcFileKeyInfo as far as
# rules ask for it:
#
#   FileName wstring
function efsrpc_EfsRpcFileKeyInfo_arguments(bytes: string, is_little_endian: bool): efsrpc_EfsRpcFileKeyInfo_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcFileKeyInfo_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc_EfsRpcFileKeyInfo_Arguments();
	}

# What the latest request of efsrpc::EfsRpcFileKeyInfo has that was read.
global latest_efsrpc_EfsRpcFileKeyInfo_arguments = efsrpc_EfsRpcFileKeyInfo_Arguments();

# Takes what is asked for of efsrpc::EfsRpcFileKeyInfo.
function take_efsrpc_EfsRpcFileKeyInfo_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc_EfsRpcFileKeyInfo_arguments = efsrpc_EfsRpcFileKeyInfo_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc_EfsRpcFileKeyInfo_arguments$is_read, 1);
		}

	local read = latest_efsrpc_EfsRpcFileKeyInfo_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc::EfsRpcAddUsersToFileEx.
type efsrpc_EfsRpcAddUsersToFileEx_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc::EfsRpcAddUsersToFileEx as far as
# rules ask for it:
#
#   dwFlags uint32
#   Reserved unique(EFS_RPC_BLOB)
#   FileName wstring
function efsrpc_EfsRpcAddUsersToFileEx_arguments(bytes: string, is_little_endian: bool): efsrpc_EfsRpcAddUsersToFileEx_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcAddUsersToFileEx_Arguments($is_read=T);
		SigzeekStub::at += 4;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			local Reserved_bData_pointer = SigzeekStub::number(word);

			if ( Reserved_bData_pointer != 0 )
				{
				SigzeekStub::bytes();
				}

			}

		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc_EfsRpcAddUsersToFileEx_Arguments();
	}

# What the latest request of efsrpc::EfsRpcAddUsersToFileEx has that was read.
global latest_efsrpc_EfsRpcAddUsersToFileEx_arguments = efsrpc_EfsRpcAddUsersToFileEx_Arguments();

# Takes what is asked for of efsrpc::EfsRpcAddUsersToFileEx.
function take_efsrpc_EfsRpcAddUsersToFileEx_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc_EfsRpcAddUsersToFileEx_arguments = efsrpc_EfsRpcAddUsersToFileEx_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc_EfsRpcAddUsersToFileEx_arguments$is_read, 1);
		}

	local read = latest_efsrpc_EfsRpcAddUsersToFileEx_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc::EfsRpcFileKeyInfoEx.
type efsrpc_EfsRpcFileKeyInfoEx_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc::EfsRpcFileKeyInfoEx as far as
# rules ask for it:
#
#   dwFileKeyInfoFlags uint32
#   Reserved unique(EFS_RPC_BLOB)
#   FileName wstring
function efsrpc_EfsRpcFileKeyInfoEx_arguments(bytes: string, is_little_endian: bool): efsrpc_EfsRpcFileKeyInfoEx_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcFileKeyInfoEx_Arguments($is_read=T);
		SigzeekStub::at += 4;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			local Reserved_bData_pointer = SigzeekStub::number(word);

			if ( Reserved_bData_pointer != 0 )
				{
				SigzeekStub::bytes();
				}

			}

		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc_EfsRpcFileKeyInfoEx_Arguments();
	}

# What the latest request of efsrpc::EfsRpcFileKeyInfoEx has that was read.
global latest_efsrpc_EfsRpcFileKeyInfoEx_arguments = efsrpc_EfsRpcFileKeyInfoEx_Arguments();

# Takes what is asked for of efsrpc::EfsRpcFileKeyInfoEx.
function take_efsrpc_EfsRpcFileKeyInfoEx_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc_EfsRpcFileKeyInfoEx_arguments = efsrpc_EfsRpcFileKeyInfoEx_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc_EfsRpcFileKeyInfoEx_arguments$is_read, 1);
		}

	local read = latest_efsrpc_EfsRpcFileKeyInfoEx_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc::EfsRpcGetEncryptedFileMetadata.
type efsrpc_EfsRpcGetEncryptedFileMetadata_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc::EfsRpcGetEncryptedFileMetadata:
#
#   FileName wstring
function efsrpc_EfsRpcGetEncryptedFileMetadata_arguments(bytes: string, is_little_endian: bool): efsrpc_EfsRpcGetEncryptedFileMetadata_Arguments
	{
	local read = efsrpc_EfsRpcGetEncryptedFileMetadata_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcGetEncryptedFileMetadata_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
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

# What the latest request of efsrpc::EfsRpcGetEncryptedFileMetadata has that was read.
global latest_efsrpc_EfsRpcGetEncryptedFileMetadata_arguments = efsrpc_EfsRpcGetEncryptedFileMetadata_Arguments();

# Takes what is asked for of efsrpc::EfsRpcGetEncryptedFileMetadata.
function take_efsrpc_EfsRpcGetEncryptedFileMetadata_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc_EfsRpcGetEncryptedFileMetadata_arguments = efsrpc_EfsRpcGetEncryptedFileMetadata_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc_EfsRpcGetEncryptedFileMetadata_arguments$is_read, 1);
		}

	local read = latest_efsrpc_EfsRpcGetEncryptedFileMetadata_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc::EfsRpcSetEncryptedFileMetadata.
type efsrpc_EfsRpcSetEncryptedFileMetadata_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc::EfsRpcSetEncryptedFileMetadata as far as
# rules ask for it:
#
#   FileName wstring
function efsrpc_EfsRpcSetEncryptedFileMetadata_arguments(bytes: string, is_little_endian: bool): efsrpc_EfsRpcSetEncryptedFileMetadata_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcSetEncryptedFileMetadata_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc_EfsRpcSetEncryptedFileMetadata_Arguments();
	}

# What the latest request of efsrpc::EfsRpcSetEncryptedFileMetadata has that was read.
global latest_efsrpc_EfsRpcSetEncryptedFileMetadata_arguments = efsrpc_EfsRpcSetEncryptedFileMetadata_Arguments();

# Takes what is asked for of efsrpc::EfsRpcSetEncryptedFileMetadata.
function take_efsrpc_EfsRpcSetEncryptedFileMetadata_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc_EfsRpcSetEncryptedFileMetadata_arguments = efsrpc_EfsRpcSetEncryptedFileMetadata_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc_EfsRpcSetEncryptedFileMetadata_arguments$is_read, 1);
		}

	local read = latest_efsrpc_EfsRpcSetEncryptedFileMetadata_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# Arguments of the request of efsrpc::EfsRpcEncryptFileExServ.
type efsrpc_EfsRpcEncryptFileExServ_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	FileName: string &optional;
};

# Reads the request of efsrpc::EfsRpcEncryptFileExServ as far as
# rules ask for it:
#
#   FileName wstring
function efsrpc_EfsRpcEncryptFileExServ_arguments(bytes: string, is_little_endian: bool): efsrpc_EfsRpcEncryptFileExServ_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcEncryptFileExServ_Arguments($is_read=T);
		values$FileName = SigzeekStub::text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc_EfsRpcEncryptFileExServ_Arguments();
	}

# What the latest request of efsrpc::EfsRpcEncryptFileExServ has that was read.
global latest_efsrpc_EfsRpcEncryptFileExServ_arguments = efsrpc_EfsRpcEncryptFileExServ_Arguments();

# Takes what is asked for of efsrpc::EfsRpcEncryptFileExServ.
function take_efsrpc_EfsRpcEncryptFileExServ_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc_EfsRpcEncryptFileExServ_arguments = efsrpc_EfsRpcEncryptFileExServ_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc_EfsRpcEncryptFileExServ_arguments$is_read, 1);
		}

	local read = latest_efsrpc_EfsRpcEncryptFileExServ_arguments;

	if ( read?$FileName )
		kept$argument_FileName = read$FileName;

	return read$is_read;
	}

# How the requests of operations are read.
const argument_readers: table[string, count] of function(call: SigzeekDceRpc::Call, kept: RpcCall): bool = {
	# spoolss::RpcOpenPrinter
	["12345678-1234-abcd-ef00-0123456789ab", 1] = take_spoolss_RpcOpenPrinter_arguments,
	# spoolss::RpcRemoteFindFirstPrinterChangeNotification
	["12345678-1234-abcd-ef00-0123456789ab", 62] = take_spoolss_RpcRemoteFindFirstPrinterChangeNotification_arguments,
	# spoolss::RpcRemoteFindFirstPrinterChangeNotificationEx
	["12345678-1234-abcd-ef00-0123456789ab", 65] = take_spoolss_RpcRemoteFindFirstPrinterChangeNotificationEx_arguments,
	# spoolss::RpcSplOpenPrinter
	["12345678-1234-abcd-ef00-0123456789ab", 69] = take_spoolss_RpcSplOpenPrinter_69_arguments,
	# netdfs::NetrDfsAddStdRoot
	["4fc742e0-4a10-11cf-8273-00aa004ae673", 12] = take_netdfs_NetrDfsAddStdRoot_arguments,
	# netdfs::NetrDfsRemoveStdRoot
	["4fc742e0-4a10-11cf-8273-00aa004ae673", 13] = take_netdfs_NetrDfsRemoveStdRoot_arguments,
	# IRemoteWinspool::RpcAsyncOpenPrinter
	["76f03f96-cdfd-44fc-a22c-64950a001209", 0] = take_IRemoteWinspool_RpcAsyncOpenPrinter_arguments,
	# eventlog::ElfrOpenBELW
	["82273fdc-e32a-18c3-3f78-827929dc23ea", 9] = take_eventlog_ElfrOpenBELW_arguments,
	# FileServerVssAgent::IsPathSupported
	["a8e0653c-2744-4389-a61d-7373df8b2292", 8] = take_FileServerVssAgent_IsPathSupported_arguments,
	# FileServerVssAgent::IsPathShadowCopied
	["a8e0653c-2744-4389-a61d-7373df8b2292", 9] = take_FileServerVssAgent_IsPathShadowCopied_arguments,
	# efsrpc2::EfsRpcOpenFileRaw
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 0] = take_efsrpc2_EfsRpcOpenFileRaw_arguments,
	# efsrpc2::EfsRpcEncryptFileSrv
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 4] = take_efsrpc2_EfsRpcEncryptFileSrv_arguments,
	# efsrpc2::EfsDecryptFileSrv
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 5] = take_efsrpc2_EfsDecryptFileSrv_arguments,
	# efsrpc2::EfsRpcQueryUsersOnFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 6] = take_efsrpc2_EfsRpcQueryUsersOnFile_arguments,
	# efsrpc2::EfsRpcQueryRecoveryAgents
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 7] = take_efsrpc2_EfsRpcQueryRecoveryAgents_arguments,
	# efsrpc2::EfsRpcRemoveUsersFromFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 8] = take_efsrpc2_EfsRpcRemoveUsersFromFile_arguments,
	# efsrpc2::EfsRpcAddUsersToFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 9] = take_efsrpc2_EfsRpcAddUsersToFile_arguments,
	# efsrpc2::EfsRpcFileKeyInfo
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 12] = take_efsrpc2_EfsRpcFileKeyInfo_arguments,
	# efsrpc2::EfsRpcAddUsersToFileEx
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 15] = take_efsrpc2_EfsRpcAddUsersToFileEx_arguments,
	# efsrpc2::EfsRpcFileKeyInfoEx
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 16] = take_efsrpc2_EfsRpcFileKeyInfoEx_arguments,
	# efsrpc2::EfsRpcGetEncryptedFileMetadata
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 18] = take_efsrpc2_EfsRpcGetEncryptedFileMetadata_arguments,
	# efsrpc2::EfsRpcSetEncryptedFileMetadata
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 19] = take_efsrpc2_EfsRpcSetEncryptedFileMetadata_arguments,
	# efsrpc2::EfsRpcEncryptFileExServ
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 21] = take_efsrpc2_EfsRpcEncryptFileExServ_arguments,
	# efsrpc::EfsRpcOpenFileRaw
	["df1941c5-fe89-4e79-bf10-463657acf44d", 0] = take_efsrpc_EfsRpcOpenFileRaw_arguments,
	# efsrpc::EfsRpcEncryptFileSrv
	["df1941c5-fe89-4e79-bf10-463657acf44d", 4] = take_efsrpc_EfsRpcEncryptFileSrv_arguments,
	# efsrpc::EfsDecryptFileSrv
	["df1941c5-fe89-4e79-bf10-463657acf44d", 5] = take_efsrpc_EfsDecryptFileSrv_arguments,
	# efsrpc::EfsRpcQueryUsersOnFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 6] = take_efsrpc_EfsRpcQueryUsersOnFile_arguments,
	# efsrpc::EfsRpcQueryRecoveryAgents
	["df1941c5-fe89-4e79-bf10-463657acf44d", 7] = take_efsrpc_EfsRpcQueryRecoveryAgents_arguments,
	# efsrpc::EfsRpcRemoveUsersFromFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 8] = take_efsrpc_EfsRpcRemoveUsersFromFile_arguments,
	# efsrpc::EfsRpcAddUsersToFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 9] = take_efsrpc_EfsRpcAddUsersToFile_arguments,
	# efsrpc::EfsRpcFileKeyInfo
	["df1941c5-fe89-4e79-bf10-463657acf44d", 12] = take_efsrpc_EfsRpcFileKeyInfo_arguments,
	# efsrpc::EfsRpcAddUsersToFileEx
	["df1941c5-fe89-4e79-bf10-463657acf44d", 15] = take_efsrpc_EfsRpcAddUsersToFileEx_arguments,
	# efsrpc::EfsRpcFileKeyInfoEx
	["df1941c5-fe89-4e79-bf10-463657acf44d", 16] = take_efsrpc_EfsRpcFileKeyInfoEx_arguments,
	# efsrpc::EfsRpcGetEncryptedFileMetadata
	["df1941c5-fe89-4e79-bf10-463657acf44d", 18] = take_efsrpc_EfsRpcGetEncryptedFileMetadata_arguments,
	# efsrpc::EfsRpcSetEncryptedFileMetadata
	["df1941c5-fe89-4e79-bf10-463657acf44d", 19] = take_efsrpc_EfsRpcSetEncryptedFileMetadata_arguments,
	# efsrpc::EfsRpcEncryptFileExServ
	["df1941c5-fe89-4e79-bf10-463657acf44d", 21] = take_efsrpc_EfsRpcEncryptFileExServ_arguments,
};

event zeek_init()
	{
	for ( [uuid, opnum], reader in argument_readers )
		SigzeekDceRpc::operation(uuid, opnum)$coercion_arguments = reader;
	}

# Read the request of a call, once.
function read_arguments(call: SigzeekDceRpc::Call): RpcCall
	{
	local kept = kept_of(call);

	if ( kept?$has_arguments || ! call?$stub )
		return kept;

	kept$has_arguments = F;

	if ( ! call$operation?$coercion_arguments )
		return kept;

	local reader = call$operation$coercion_arguments;
	kept$has_arguments = reader(call, kept);

	if ( ! kept$has_arguments )
		count_undecodable(call);

	return kept;
	}
