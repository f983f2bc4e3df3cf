##! The arguments of calls that rules of this pack look at. The stubs of a call are read when a rule first asks for one of them.

@load ./dce-rpc-call
@load ./dce-rpc-pairing
@load ./dce-rpc-stub

module Published;

redef record SigzeekDceRpc::Operation += {
	## How its requests are read.
	published_arguments: function(call: SigzeekDceRpc::Call, kept: RpcCall): bool &optional;
	## The latest request that was read, behind a first pointer; none where it could not be read.
	published_latest: string &optional;
	## Which of all readings that was.
	published_reading: count &default=0;
	## The octet at which that begins: 1, or that behind a pointer which is not null.
	published_compared_from: count &default=1;
};

redef record RpcCall += {
	# Whether the request could be read; unset until a rule asks.
	has_arguments: bool &optional;
	# The same of the response.
	has_results: bool &optional;
	argument_AccountName: string &optional;
	argument_ClientCredential: string &optional;
	argument_ComputerName: string &optional;
	argument_FileName: string &optional;
	argument_pDriverContainer_DriverInfo_Level2_pConfigFile: string &optional;
	argument_pDriverContainer_DriverInfo_Level2_pDataFile: string &optional;
	argument_pDriverContainer_DriverInfo_Level2_pName: string &optional;
	result_return: count &optional;
};

# The least request that begins with a pointer which is not null.
const least_with_pointer = "\x00\x00\x00\x01";

# Whether a request is the latest of its operation that was read, but for the value of its first pointer. Clients repeat
# themselves.
function repeats_latest(call: SigzeekDceRpc::Call): bool &is_used
	{
	local operation = call$operation;

	if ( ! operation?$published_latest || call$interface$is_big_endian )
		return F;

	if ( operation$published_compared_from == 1 )
		return call$stub == operation$published_latest;

	return sub_bytes(call$stub, operation$published_compared_from, -1) == operation$published_latest && call$stub >= least_with_pointer;
	}

# How many requests were kept.
global readings = 0;

# Keep a request that was read, or none where it could not be.
function keep_latest(call: SigzeekDceRpc::Call, is_read: bool, compared_from: count) &is_used
	{
	local operation = call$operation;
	delete operation$published_latest;

	if ( ! is_read || call$interface$is_big_endian || |call$stub| < compared_from )
		return;

	if ( compared_from > 1 && call$stub < least_with_pointer )
		return;

	++readings;
	operation$published_reading = readings;
	operation$published_compared_from = compared_from;
	operation$published_latest = sub_bytes(call$stub, compared_from, -1);
	}

# Arguments of the request of spoolss::RpcAddPrinterDriverEx.
type spoolss_RpcAddPrinterDriverEx_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	pDriverContainer_DriverInfo_Level2_pName: string &optional;
	pDriverContainer_DriverInfo_Level2_pDataFile: string &optional;
	pDriverContainer_DriverInfo_Level2_pConfigFile: string &optional;
};

# Reads the request of spoolss::RpcAddPrinterDriverEx:
#
#   pName unique(wstring)
#   pDriverContainer DRIVER_CONTAINER
#   dwFileCopyFlags uint32
function spoolss_RpcAddPrinterDriverEx_arguments(bytes: string, is_little_endian: bool): spoolss_RpcAddPrinterDriverEx_Arguments
	{
	local read = spoolss_RpcAddPrinterDriverEx_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = spoolss_RpcAddPrinterDriverEx_Arguments($is_read=T);
		local pDriverContainer_DriverInfo_Level1_pointer = 0;
		local pDriverContainer_DriverInfo_Level2_pointer = 0;
		local pDriverContainer_DriverInfo_Level3_pointer = 0;
		local pDriverContainer_DriverInfo_Level4_pointer = 0;
		local pDriverContainer_DriverInfo_Level6_pointer = 0;
		local pDriverContainer_DriverInfo_Level8_pointer = 0;

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_text();
			}

		SigzeekStub::align(word);
		SigzeekStub::at += word;
		local pDriverContainer_DriverInfo_discriminant = SigzeekStub::number(4);
		if ( word == 8 )
			SigzeekStub::align(8);

		if ( pDriverContainer_DriverInfo_discriminant == 1 )
			{
			pDriverContainer_DriverInfo_Level1_pointer = SigzeekStub::number(word);
			}

		if ( pDriverContainer_DriverInfo_discriminant == 2 )
			{
			pDriverContainer_DriverInfo_Level2_pointer = SigzeekStub::number(word);
			}

		if ( pDriverContainer_DriverInfo_discriminant == 3 )
			{
			pDriverContainer_DriverInfo_Level3_pointer = SigzeekStub::number(word);
			}

		if ( pDriverContainer_DriverInfo_discriminant == 4 )
			{
			pDriverContainer_DriverInfo_Level4_pointer = SigzeekStub::number(word);
			}

		if ( pDriverContainer_DriverInfo_discriminant == 6 )
			{
			pDriverContainer_DriverInfo_Level6_pointer = SigzeekStub::number(word);
			}

		if ( pDriverContainer_DriverInfo_discriminant == 8 )
			{
			pDriverContainer_DriverInfo_Level8_pointer = SigzeekStub::number(word);
			}

		if ( pDriverContainer_DriverInfo_discriminant != 1 && pDriverContainer_DriverInfo_discriminant != 2 && pDriverContainer_DriverInfo_discriminant != 3 && pDriverContainer_DriverInfo_discriminant != 4 && pDriverContainer_DriverInfo_discriminant != 6 && pDriverContainer_DriverInfo_discriminant != 8 )
			{
			SigzeekStub::fail();
			}

		if ( word == 8 )
			SigzeekStub::align(8);

		if ( pDriverContainer_DriverInfo_Level1_pointer != 0 )
			{
			SigzeekStub::align(word);
			local pDriverContainer_DriverInfo_Level1_pName_pointer = SigzeekStub::number(word);

			if ( pDriverContainer_DriverInfo_Level1_pName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			}

		if ( pDriverContainer_DriverInfo_Level2_pointer != 0 )
			{
			SigzeekStub::align(word);
			SigzeekStub::at += 4;
			local pDriverContainer_DriverInfo_Level2_pName_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level2_pEnvironment_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level2_pDriverPath_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level2_pDataFile_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level2_pConfigFile_pointer = SigzeekStub::number(word);

			if ( pDriverContainer_DriverInfo_Level2_pName_pointer != 0 )
				{
				values$pDriverContainer_DriverInfo_Level2_pName = SigzeekStub::text();
				}

			if ( pDriverContainer_DriverInfo_Level2_pEnvironment_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level2_pDriverPath_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level2_pDataFile_pointer != 0 )
				{
				values$pDriverContainer_DriverInfo_Level2_pDataFile = SigzeekStub::text();
				}

			if ( pDriverContainer_DriverInfo_Level2_pConfigFile_pointer != 0 )
				{
				values$pDriverContainer_DriverInfo_Level2_pConfigFile = SigzeekStub::text();
				}

			}

		if ( pDriverContainer_DriverInfo_Level3_pointer != 0 )
			{
			SigzeekStub::align(word);
			SigzeekStub::at += 4;
			local pDriverContainer_DriverInfo_Level3_pName_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level3_pEnvironment_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level3_pDriverPath_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level3_pDataFile_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level3_pConfigFile_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level3_pHelpFile_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level3_pMonitorName_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level3_pDefaultDataType_pointer = SigzeekStub::number(word);
			SigzeekStub::at += 4;
			local pDriverContainer_DriverInfo_Level3_pDependentFiles_pointer = SigzeekStub::number(word);

			if ( pDriverContainer_DriverInfo_Level3_pName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level3_pEnvironment_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level3_pDriverPath_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level3_pDataFile_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level3_pConfigFile_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level3_pHelpFile_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level3_pMonitorName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level3_pDefaultDataType_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level3_pDependentFiles_pointer != 0 )
				{
				local pDriverContainer_DriverInfo_Level3_pDependentFiles_count = SigzeekStub::number(word);
				local pDriverContainer_DriverInfo_Level3_pDependentFiles_count_elements = SigzeekStub::elements(pDriverContainer_DriverInfo_Level3_pDependentFiles_count, 2, 2);

				while ( pDriverContainer_DriverInfo_Level3_pDependentFiles_count_elements$number < pDriverContainer_DriverInfo_Level3_pDependentFiles_count_elements$count_ )
					{
					SigzeekStub::to_next_element(pDriverContainer_DriverInfo_Level3_pDependentFiles_count_elements);
					SigzeekStub::align(2);
					SigzeekStub::at += 2;
					SigzeekStub::behind_elements(pDriverContainer_DriverInfo_Level3_pDependentFiles_count_elements);
					}

				}

			}

		if ( pDriverContainer_DriverInfo_Level4_pointer != 0 )
			{
			SigzeekStub::align(word);
			SigzeekStub::at += 4;
			local pDriverContainer_DriverInfo_Level4_pName_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level4_pEnvironment_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level4_pDriverPath_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level4_pDataFile_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level4_pConfigFile_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level4_pHelpFile_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level4_pMonitorName_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level4_pDefaultDataType_pointer = SigzeekStub::number(word);
			SigzeekStub::at += 4;
			local pDriverContainer_DriverInfo_Level4_pDependentFiles_pointer = SigzeekStub::number(word);
			SigzeekStub::at += 4;
			local pDriverContainer_DriverInfo_Level4_pszzPreviousNames_pointer = SigzeekStub::number(word);

			if ( pDriverContainer_DriverInfo_Level4_pName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level4_pEnvironment_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level4_pDriverPath_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level4_pDataFile_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level4_pConfigFile_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level4_pHelpFile_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level4_pMonitorName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level4_pDefaultDataType_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level4_pDependentFiles_pointer != 0 )
				{
				local pDriverContainer_DriverInfo_Level4_pDependentFiles_count = SigzeekStub::number(word);
				local pDriverContainer_DriverInfo_Level4_pDependentFiles_count_elements = SigzeekStub::elements(pDriverContainer_DriverInfo_Level4_pDependentFiles_count, 2, 2);

				while ( pDriverContainer_DriverInfo_Level4_pDependentFiles_count_elements$number < pDriverContainer_DriverInfo_Level4_pDependentFiles_count_elements$count_ )
					{
					SigzeekStub::to_next_element(pDriverContainer_DriverInfo_Level4_pDependentFiles_count_elements);
					SigzeekStub::align(2);
					SigzeekStub::at += 2;
					SigzeekStub::behind_elements(pDriverContainer_DriverInfo_Level4_pDependentFiles_count_elements);
					}

				}

			if ( pDriverContainer_DriverInfo_Level4_pszzPreviousNames_pointer != 0 )
				{
				local pDriverContainer_DriverInfo_Level4_pszzPreviousNames_count = SigzeekStub::number(word);
				local pDriverContainer_DriverInfo_Level4_pszzPreviousNames_count_elements = SigzeekStub::elements(pDriverContainer_DriverInfo_Level4_pszzPreviousNames_count, 2, 2);

				while ( pDriverContainer_DriverInfo_Level4_pszzPreviousNames_count_elements$number < pDriverContainer_DriverInfo_Level4_pszzPreviousNames_count_elements$count_ )
					{
					SigzeekStub::to_next_element(pDriverContainer_DriverInfo_Level4_pszzPreviousNames_count_elements);
					SigzeekStub::align(2);
					SigzeekStub::at += 2;
					SigzeekStub::behind_elements(pDriverContainer_DriverInfo_Level4_pszzPreviousNames_count_elements);
					}

				}

			}

		if ( pDriverContainer_DriverInfo_Level6_pointer != 0 )
			{
			SigzeekStub::align(8);
			SigzeekStub::at += 4;
			local pDriverContainer_DriverInfo_Level6_pName_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level6_pEnvironment_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level6_pDriverPath_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level6_pDataFile_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level6_pConfigFile_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level6_pHelpFile_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level6_pMonitorName_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level6_pDefaultDataType_pointer = SigzeekStub::number(word);
			SigzeekStub::at += 4;
			local pDriverContainer_DriverInfo_Level6_pDependentFiles_pointer = SigzeekStub::number(word);
			SigzeekStub::at += 4;
			local pDriverContainer_DriverInfo_Level6_pszzPreviousNames_pointer = SigzeekStub::number(word);
			SigzeekStub::at += 8;
			SigzeekStub::align(8);
			SigzeekStub::at += 8;
			local pDriverContainer_DriverInfo_Level6_pMfgName_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level6_pOEMUrl_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level6_pHardwareID_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level6_pProvider_pointer = SigzeekStub::number(word);

			if ( pDriverContainer_DriverInfo_Level6_pName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level6_pEnvironment_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level6_pDriverPath_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level6_pDataFile_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level6_pConfigFile_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level6_pHelpFile_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level6_pMonitorName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level6_pDefaultDataType_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level6_pDependentFiles_pointer != 0 )
				{
				local pDriverContainer_DriverInfo_Level6_pDependentFiles_count = SigzeekStub::number(word);
				local pDriverContainer_DriverInfo_Level6_pDependentFiles_count_elements = SigzeekStub::elements(pDriverContainer_DriverInfo_Level6_pDependentFiles_count, 2, 2);

				while ( pDriverContainer_DriverInfo_Level6_pDependentFiles_count_elements$number < pDriverContainer_DriverInfo_Level6_pDependentFiles_count_elements$count_ )
					{
					SigzeekStub::to_next_element(pDriverContainer_DriverInfo_Level6_pDependentFiles_count_elements);
					SigzeekStub::align(2);
					SigzeekStub::at += 2;
					SigzeekStub::behind_elements(pDriverContainer_DriverInfo_Level6_pDependentFiles_count_elements);
					}

				}

			if ( pDriverContainer_DriverInfo_Level6_pszzPreviousNames_pointer != 0 )
				{
				local pDriverContainer_DriverInfo_Level6_pszzPreviousNames_count = SigzeekStub::number(word);
				local pDriverContainer_DriverInfo_Level6_pszzPreviousNames_count_elements = SigzeekStub::elements(pDriverContainer_DriverInfo_Level6_pszzPreviousNames_count, 2, 2);

				while ( pDriverContainer_DriverInfo_Level6_pszzPreviousNames_count_elements$number < pDriverContainer_DriverInfo_Level6_pszzPreviousNames_count_elements$count_ )
					{
					SigzeekStub::to_next_element(pDriverContainer_DriverInfo_Level6_pszzPreviousNames_count_elements);
					SigzeekStub::align(2);
					SigzeekStub::at += 2;
					SigzeekStub::behind_elements(pDriverContainer_DriverInfo_Level6_pszzPreviousNames_count_elements);
					}

				}

			if ( pDriverContainer_DriverInfo_Level6_pMfgName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level6_pOEMUrl_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level6_pHardwareID_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level6_pProvider_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			}

		if ( pDriverContainer_DriverInfo_Level8_pointer != 0 )
			{
			SigzeekStub::align(8);
			SigzeekStub::at += 4;
			local pDriverContainer_DriverInfo_Level8_pName_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level8_pEnvironment_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level8_pDriverPath_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level8_pDataFile_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level8_pConfigFile_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level8_pHelpFile_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level8_pMonitorName_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level8_pDefaultDataType_pointer = SigzeekStub::number(word);
			SigzeekStub::at += 4;
			local pDriverContainer_DriverInfo_Level8_pDependentFiles_pointer = SigzeekStub::number(word);
			SigzeekStub::at += 4;
			local pDriverContainer_DriverInfo_Level8_pszzPreviousNames_pointer = SigzeekStub::number(word);
			SigzeekStub::at += 8;
			SigzeekStub::align(8);
			SigzeekStub::at += 8;
			local pDriverContainer_DriverInfo_Level8_pMfgName_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level8_pOEMUrl_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level8_pHardwareID_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level8_pProvider_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level8_pPrintProcessor_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level8_pVendorSetup_pointer = SigzeekStub::number(word);
			SigzeekStub::at += 4;
			local pDriverContainer_DriverInfo_Level8_pszzColorProfiles_pointer = SigzeekStub::number(word);
			local pDriverContainer_DriverInfo_Level8_pInfPath_pointer = SigzeekStub::number(word);
			SigzeekStub::at += 8;
			local pDriverContainer_DriverInfo_Level8_pszzCoreDriverDependencies_pointer = SigzeekStub::number(word);
			SigzeekStub::at += 8;
			SigzeekStub::align(8);
			SigzeekStub::at += 8;

			if ( pDriverContainer_DriverInfo_Level8_pName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level8_pEnvironment_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level8_pDriverPath_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level8_pDataFile_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level8_pConfigFile_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level8_pHelpFile_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level8_pMonitorName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level8_pDefaultDataType_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level8_pDependentFiles_pointer != 0 )
				{
				local pDriverContainer_DriverInfo_Level8_pDependentFiles_count = SigzeekStub::number(word);
				local pDriverContainer_DriverInfo_Level8_pDependentFiles_count_elements = SigzeekStub::elements(pDriverContainer_DriverInfo_Level8_pDependentFiles_count, 2, 2);

				while ( pDriverContainer_DriverInfo_Level8_pDependentFiles_count_elements$number < pDriverContainer_DriverInfo_Level8_pDependentFiles_count_elements$count_ )
					{
					SigzeekStub::to_next_element(pDriverContainer_DriverInfo_Level8_pDependentFiles_count_elements);
					SigzeekStub::align(2);
					SigzeekStub::at += 2;
					SigzeekStub::behind_elements(pDriverContainer_DriverInfo_Level8_pDependentFiles_count_elements);
					}

				}

			if ( pDriverContainer_DriverInfo_Level8_pszzPreviousNames_pointer != 0 )
				{
				local pDriverContainer_DriverInfo_Level8_pszzPreviousNames_count = SigzeekStub::number(word);
				local pDriverContainer_DriverInfo_Level8_pszzPreviousNames_count_elements = SigzeekStub::elements(pDriverContainer_DriverInfo_Level8_pszzPreviousNames_count, 2, 2);

				while ( pDriverContainer_DriverInfo_Level8_pszzPreviousNames_count_elements$number < pDriverContainer_DriverInfo_Level8_pszzPreviousNames_count_elements$count_ )
					{
					SigzeekStub::to_next_element(pDriverContainer_DriverInfo_Level8_pszzPreviousNames_count_elements);
					SigzeekStub::align(2);
					SigzeekStub::at += 2;
					SigzeekStub::behind_elements(pDriverContainer_DriverInfo_Level8_pszzPreviousNames_count_elements);
					}

				}

			if ( pDriverContainer_DriverInfo_Level8_pMfgName_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level8_pOEMUrl_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level8_pHardwareID_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level8_pProvider_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level8_pPrintProcessor_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level8_pVendorSetup_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level8_pszzColorProfiles_pointer != 0 )
				{
				local pDriverContainer_DriverInfo_Level8_pszzColorProfiles_count = SigzeekStub::number(word);
				local pDriverContainer_DriverInfo_Level8_pszzColorProfiles_count_elements = SigzeekStub::elements(pDriverContainer_DriverInfo_Level8_pszzColorProfiles_count, 2, 2);

				while ( pDriverContainer_DriverInfo_Level8_pszzColorProfiles_count_elements$number < pDriverContainer_DriverInfo_Level8_pszzColorProfiles_count_elements$count_ )
					{
					SigzeekStub::to_next_element(pDriverContainer_DriverInfo_Level8_pszzColorProfiles_count_elements);
					SigzeekStub::align(2);
					SigzeekStub::at += 2;
					SigzeekStub::behind_elements(pDriverContainer_DriverInfo_Level8_pszzColorProfiles_count_elements);
					}

				}

			if ( pDriverContainer_DriverInfo_Level8_pInfPath_pointer != 0 )
				{
				SigzeekStub::skip_text();
				}

			if ( pDriverContainer_DriverInfo_Level8_pszzCoreDriverDependencies_pointer != 0 )
				{
				local pDriverContainer_DriverInfo_Level8_pszzCoreDriverDependencies_count = SigzeekStub::number(word);
				local pDriverContainer_DriverInfo_Level8_pszzCoreDriverDependencies_count_elements = SigzeekStub::elements(pDriverContainer_DriverInfo_Level8_pszzCoreDriverDependencies_count, 2, 2);

				while ( pDriverContainer_DriverInfo_Level8_pszzCoreDriverDependencies_count_elements$number < pDriverContainer_DriverInfo_Level8_pszzCoreDriverDependencies_count_elements$count_ )
					{
					SigzeekStub::to_next_element(pDriverContainer_DriverInfo_Level8_pszzCoreDriverDependencies_count_elements);
					SigzeekStub::align(2);
					SigzeekStub::at += 2;
					SigzeekStub::behind_elements(pDriverContainer_DriverInfo_Level8_pszzCoreDriverDependencies_count_elements);
					}

				}

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

# What the latest request of spoolss::RpcAddPrinterDriverEx has that was read.
global latest_spoolss_RpcAddPrinterDriverEx_arguments = spoolss_RpcAddPrinterDriverEx_Arguments();

# Takes what is asked for of spoolss::RpcAddPrinterDriverEx.
function take_spoolss_RpcAddPrinterDriverEx_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_spoolss_RpcAddPrinterDriverEx_arguments = spoolss_RpcAddPrinterDriverEx_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_spoolss_RpcAddPrinterDriverEx_arguments$is_read, 5);
		}

	local read = latest_spoolss_RpcAddPrinterDriverEx_arguments;

	if ( read?$pDriverContainer_DriverInfo_Level2_pConfigFile )
		kept$argument_pDriverContainer_DriverInfo_Level2_pConfigFile = read$pDriverContainer_DriverInfo_Level2_pConfigFile;

	if ( read?$pDriverContainer_DriverInfo_Level2_pDataFile )
		kept$argument_pDriverContainer_DriverInfo_Level2_pDataFile = read$pDriverContainer_DriverInfo_Level2_pDataFile;

	if ( read?$pDriverContainer_DriverInfo_Level2_pName )
		kept$argument_pDriverContainer_DriverInfo_Level2_pName = read$pDriverContainer_DriverInfo_Level2_pName;

	return read$is_read;
	}

# Arguments of the request of netlogon::NetrServerAuthenticate.
type netlogon_NetrServerAuthenticate_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	AccountName: string &optional;
	ComputerName: string &optional;
	ClientCredential: string &optional;
};

# Reads the request of netlogon::NetrServerAuthenticate:
#
#   PrimaryName unique(wstring)
#   AccountName wstring
#   SecureChannelType enum16
#   ComputerName wstring
#   ClientCredential fixed(uint8,8)
function netlogon_NetrServerAuthenticate_arguments(bytes: string, is_little_endian: bool): netlogon_NetrServerAuthenticate_Arguments
	{
	local read = netlogon_NetrServerAuthenticate_Arguments();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = netlogon_NetrServerAuthenticate_Arguments($is_read=T);

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_text();
			}

		values$AccountName = SigzeekStub::text();

		# Not in this transfer syntax.
		if ( SigzeekStub::at > |bytes| + 1 )
			next;

		SigzeekStub::align(word == 4 ? 2 : 4);
		SigzeekStub::at += word == 4 ? 2 : 4;
		values$ComputerName = SigzeekStub::text();
		values$ClientCredential = SigzeekStub::take(8);
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

# What the latest request of netlogon::NetrServerAuthenticate has that was read.
global latest_netlogon_NetrServerAuthenticate_arguments = netlogon_NetrServerAuthenticate_Arguments();

# Takes what is asked for of netlogon::NetrServerAuthenticate.
function take_netlogon_NetrServerAuthenticate_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_netlogon_NetrServerAuthenticate_arguments = netlogon_NetrServerAuthenticate_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_netlogon_NetrServerAuthenticate_arguments$is_read, 5);
		}

	local read = latest_netlogon_NetrServerAuthenticate_arguments;

	if ( read?$AccountName )
		kept$argument_AccountName = read$AccountName;

	if ( read?$ClientCredential )
		kept$argument_ClientCredential = read$ClientCredential;

	if ( read?$ComputerName )
		kept$argument_ComputerName = read$ComputerName;

	return read$is_read;
	}

# Arguments of the request of netlogon::NetrServerAuthenticate2.
type netlogon_NetrServerAuthenticate2_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	AccountName: string &optional;
	ComputerName: string &optional;
	ClientCredential: string &optional;
};

# Reads the request of netlogon::NetrServerAuthenticate2 as far as
# rules ask for it:
#
#   PrimaryName unique(wstring)
#   AccountName wstring
#   SecureChannelType enum16
#   ComputerName wstring
#   ClientCredential fixed(uint8,8)
function netlogon_NetrServerAuthenticate2_arguments(bytes: string, is_little_endian: bool): netlogon_NetrServerAuthenticate2_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = netlogon_NetrServerAuthenticate2_Arguments($is_read=T);

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_text();
			}

		values$AccountName = SigzeekStub::text();

		# Not in this transfer syntax.
		if ( SigzeekStub::at > |bytes| + 1 )
			next;

		SigzeekStub::align(word == 4 ? 2 : 4);
		SigzeekStub::at += word == 4 ? 2 : 4;
		values$ComputerName = SigzeekStub::text();
		values$ClientCredential = SigzeekStub::take(8);
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return netlogon_NetrServerAuthenticate2_Arguments();
	}

# What the latest request of netlogon::NetrServerAuthenticate2 has that was read.
global latest_netlogon_NetrServerAuthenticate2_arguments = netlogon_NetrServerAuthenticate2_Arguments();

# Takes what is asked for of netlogon::NetrServerAuthenticate2.
function take_netlogon_NetrServerAuthenticate2_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_netlogon_NetrServerAuthenticate2_arguments = netlogon_NetrServerAuthenticate2_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_netlogon_NetrServerAuthenticate2_arguments$is_read, 5);
		}

	local read = latest_netlogon_NetrServerAuthenticate2_arguments;

	if ( read?$AccountName )
		kept$argument_AccountName = read$AccountName;

	if ( read?$ClientCredential )
		kept$argument_ClientCredential = read$ClientCredential;

	if ( read?$ComputerName )
		kept$argument_ComputerName = read$ComputerName;

	return read$is_read;
	}

# Arguments of the request of netlogon::NetrServerAuthenticate3.
type netlogon_NetrServerAuthenticate3_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	AccountName: string &optional;
	ComputerName: string &optional;
	ClientCredential: string &optional;
};

# Reads the request of netlogon::NetrServerAuthenticate3 as far as
# rules ask for it:
#
#   PrimaryName unique(wstring)
#   AccountName wstring
#   SecureChannelType enum16
#   ComputerName wstring
#   ClientCredential fixed(uint8,8)
function netlogon_NetrServerAuthenticate3_arguments(bytes: string, is_little_endian: bool): netlogon_NetrServerAuthenticate3_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = netlogon_NetrServerAuthenticate3_Arguments($is_read=T);

		if ( SigzeekStub::points() )
			{
			SigzeekStub::skip_text();
			}

		values$AccountName = SigzeekStub::text();

		# Not in this transfer syntax.
		if ( SigzeekStub::at > |bytes| + 1 )
			next;

		SigzeekStub::align(word == 4 ? 2 : 4);
		SigzeekStub::at += word == 4 ? 2 : 4;
		values$ComputerName = SigzeekStub::text();
		values$ClientCredential = SigzeekStub::take(8);
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return netlogon_NetrServerAuthenticate3_Arguments();
	}

# What the latest request of netlogon::NetrServerAuthenticate3 has that was read.
global latest_netlogon_NetrServerAuthenticate3_arguments = netlogon_NetrServerAuthenticate3_Arguments();

# Takes what is asked for of netlogon::NetrServerAuthenticate3.
function take_netlogon_NetrServerAuthenticate3_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_netlogon_NetrServerAuthenticate3_arguments = netlogon_NetrServerAuthenticate3_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_netlogon_NetrServerAuthenticate3_arguments$is_read, 5);
		}

	local read = latest_netlogon_NetrServerAuthenticate3_arguments;

	if ( read?$AccountName )
		kept$argument_AccountName = read$AccountName;

	if ( read?$ClientCredential )
		kept$argument_ClientCredential = read$ClientCredential;

	if ( read?$ComputerName )
		kept$argument_ComputerName = read$ComputerName;

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

# Arguments of the response of efsrpc2::EfsRpcOpenFileRaw.
type efsrpc2_EfsRpcOpenFileRaw_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc2::EfsRpcOpenFileRaw:
#
#   hContext handle
#   return uint32
function efsrpc2_EfsRpcOpenFileRaw_results(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcOpenFileRaw_Results
	{
	local read = efsrpc2_EfsRpcOpenFileRaw_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcOpenFileRaw_Results($is_read=T);
		SigzeekStub::reserved_handle();
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc2::EfsRpcOpenFileRaw.
function take_efsrpc2_EfsRpcOpenFileRaw_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc2_EfsRpcOpenFileRaw_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc2::EfsRpcEncryptFileSrv.
type efsrpc2_EfsRpcEncryptFileSrv_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc2::EfsRpcEncryptFileSrv:
#
#   return uint32
function efsrpc2_EfsRpcEncryptFileSrv_results(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcEncryptFileSrv_Results
	{
	local read = efsrpc2_EfsRpcEncryptFileSrv_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcEncryptFileSrv_Results($is_read=T);
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc2::EfsRpcEncryptFileSrv.
function take_efsrpc2_EfsRpcEncryptFileSrv_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc2_EfsRpcEncryptFileSrv_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc2::EfsDecryptFileSrv.
type efsrpc2_EfsDecryptFileSrv_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc2::EfsDecryptFileSrv:
#
#   return uint32
function efsrpc2_EfsDecryptFileSrv_results(bytes: string, is_little_endian: bool): efsrpc2_EfsDecryptFileSrv_Results
	{
	local read = efsrpc2_EfsDecryptFileSrv_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsDecryptFileSrv_Results($is_read=T);
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc2::EfsDecryptFileSrv.
function take_efsrpc2_EfsDecryptFileSrv_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc2_EfsDecryptFileSrv_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc2::EfsRpcQueryUsersOnFile.
type efsrpc2_EfsRpcQueryUsersOnFile_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc2::EfsRpcQueryUsersOnFile:
#
#   Users unique(ENCRYPTION_CERTIFICATE_HASH_LIST)
#   return uint32
function efsrpc2_EfsRpcQueryUsersOnFile_results(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcQueryUsersOnFile_Results
	{
	local read = efsrpc2_EfsRpcQueryUsersOnFile_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcQueryUsersOnFile_Results($is_read=T);

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			local Users_Users_pointer = SigzeekStub::number(word);

			if ( Users_Users_pointer != 0 )
				{
				local Users_Users_count = SigzeekStub::number(word);
				local Users_Users_count_elements = SigzeekStub::elements(Users_Users_count, word, word);

				while ( Users_Users_count_elements$number < Users_Users_count_elements$count_ )
					{
					SigzeekStub::to_next_element(Users_Users_count_elements);
					Users_Users_pointer = SigzeekStub::number(word);
					SigzeekStub::behind_elements(Users_Users_count_elements);

					if ( Users_Users_pointer != 0 )
						{
						SigzeekStub::align(word);
						SigzeekStub::at += 4;
						local Users_Users_UserSid_pointer = SigzeekStub::number(word);
						local Users_Users_Hash_pointer = SigzeekStub::number(word);
						local Users_Users_lpDisplayInformation_pointer = SigzeekStub::number(word);

						if ( Users_Users_UserSid_pointer != 0 )
							{
							SigzeekStub::sid();
							}

						if ( Users_Users_Hash_pointer != 0 )
							{
							SigzeekStub::align(word);
							SigzeekStub::at += 4;
							local Users_Users_Hash_bData_pointer = SigzeekStub::number(word);

							if ( Users_Users_Hash_bData_pointer != 0 )
								{
								SigzeekStub::bytes();
								}

							}

						if ( Users_Users_lpDisplayInformation_pointer != 0 )
							{
							SigzeekStub::skip_text();
							}

						}

					}

				}

			}

		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc2::EfsRpcQueryUsersOnFile.
function take_efsrpc2_EfsRpcQueryUsersOnFile_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc2_EfsRpcQueryUsersOnFile_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc2::EfsRpcQueryRecoveryAgents.
type efsrpc2_EfsRpcQueryRecoveryAgents_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc2::EfsRpcQueryRecoveryAgents:
#
#   RecoveryAgents unique(ENCRYPTION_CERTIFICATE_HASH_LIST)
#   return uint32
function efsrpc2_EfsRpcQueryRecoveryAgents_results(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcQueryRecoveryAgents_Results
	{
	local read = efsrpc2_EfsRpcQueryRecoveryAgents_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcQueryRecoveryAgents_Results($is_read=T);

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			local RecoveryAgents_Users_pointer = SigzeekStub::number(word);

			if ( RecoveryAgents_Users_pointer != 0 )
				{
				local RecoveryAgents_Users_count = SigzeekStub::number(word);
				local RecoveryAgents_Users_count_elements = SigzeekStub::elements(RecoveryAgents_Users_count, word, word);

				while ( RecoveryAgents_Users_count_elements$number < RecoveryAgents_Users_count_elements$count_ )
					{
					SigzeekStub::to_next_element(RecoveryAgents_Users_count_elements);
					RecoveryAgents_Users_pointer = SigzeekStub::number(word);
					SigzeekStub::behind_elements(RecoveryAgents_Users_count_elements);

					if ( RecoveryAgents_Users_pointer != 0 )
						{
						SigzeekStub::align(word);
						SigzeekStub::at += 4;
						local RecoveryAgents_Users_UserSid_pointer = SigzeekStub::number(word);
						local RecoveryAgents_Users_Hash_pointer = SigzeekStub::number(word);
						local RecoveryAgents_Users_lpDisplayInformation_pointer = SigzeekStub::number(word);

						if ( RecoveryAgents_Users_UserSid_pointer != 0 )
							{
							SigzeekStub::sid();
							}

						if ( RecoveryAgents_Users_Hash_pointer != 0 )
							{
							SigzeekStub::align(word);
							SigzeekStub::at += 4;
							local RecoveryAgents_Users_Hash_bData_pointer = SigzeekStub::number(word);

							if ( RecoveryAgents_Users_Hash_bData_pointer != 0 )
								{
								SigzeekStub::bytes();
								}

							}

						if ( RecoveryAgents_Users_lpDisplayInformation_pointer != 0 )
							{
							SigzeekStub::skip_text();
							}

						}

					}

				}

			}

		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc2::EfsRpcQueryRecoveryAgents.
function take_efsrpc2_EfsRpcQueryRecoveryAgents_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc2_EfsRpcQueryRecoveryAgents_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc2::EfsRpcRemoveUsersFromFile.
type efsrpc2_EfsRpcRemoveUsersFromFile_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc2::EfsRpcRemoveUsersFromFile:
#
#   return uint32
function efsrpc2_EfsRpcRemoveUsersFromFile_results(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcRemoveUsersFromFile_Results
	{
	local read = efsrpc2_EfsRpcRemoveUsersFromFile_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcRemoveUsersFromFile_Results($is_read=T);
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc2::EfsRpcRemoveUsersFromFile.
function take_efsrpc2_EfsRpcRemoveUsersFromFile_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc2_EfsRpcRemoveUsersFromFile_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc2::EfsRpcAddUsersToFile.
type efsrpc2_EfsRpcAddUsersToFile_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc2::EfsRpcAddUsersToFile:
#
#   return uint32
function efsrpc2_EfsRpcAddUsersToFile_results(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcAddUsersToFile_Results
	{
	local read = efsrpc2_EfsRpcAddUsersToFile_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcAddUsersToFile_Results($is_read=T);
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc2::EfsRpcAddUsersToFile.
function take_efsrpc2_EfsRpcAddUsersToFile_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc2_EfsRpcAddUsersToFile_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc2::EfsRpcFileKeyInfo.
type efsrpc2_EfsRpcFileKeyInfo_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc2::EfsRpcFileKeyInfo:
#
#   KeyInfo unique(EFS_RPC_BLOB)
#   return uint32
function efsrpc2_EfsRpcFileKeyInfo_results(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcFileKeyInfo_Results
	{
	local read = efsrpc2_EfsRpcFileKeyInfo_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcFileKeyInfo_Results($is_read=T);

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			local KeyInfo_bData_pointer = SigzeekStub::number(word);

			if ( KeyInfo_bData_pointer != 0 )
				{
				SigzeekStub::bytes();
				}

			}

		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc2::EfsRpcFileKeyInfo.
function take_efsrpc2_EfsRpcFileKeyInfo_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc2_EfsRpcFileKeyInfo_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

	return read$is_read;
	}

# Arguments of the request of efsrpc2::EfsRpcDuplicateEncryptionInfoFile.
type efsrpc2_EfsRpcDuplicateEncryptionInfoFile_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
};

# Reads the request of efsrpc2::EfsRpcDuplicateEncryptionInfoFile as far as
# rules ask for it:
#
#   SrcFileName wstring
function efsrpc2_EfsRpcDuplicateEncryptionInfoFile_arguments(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcDuplicateEncryptionInfoFile_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcDuplicateEncryptionInfoFile_Arguments($is_read=T);
		SigzeekStub::skip_text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc2_EfsRpcDuplicateEncryptionInfoFile_Arguments();
	}

# What the latest request of efsrpc2::EfsRpcDuplicateEncryptionInfoFile has that was read.
global latest_efsrpc2_EfsRpcDuplicateEncryptionInfoFile_arguments = efsrpc2_EfsRpcDuplicateEncryptionInfoFile_Arguments();

# Takes what is asked for of efsrpc2::EfsRpcDuplicateEncryptionInfoFile.
function take_efsrpc2_EfsRpcDuplicateEncryptionInfoFile_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc2_EfsRpcDuplicateEncryptionInfoFile_arguments = efsrpc2_EfsRpcDuplicateEncryptionInfoFile_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc2_EfsRpcDuplicateEncryptionInfoFile_arguments$is_read, 1);
		}

	local read = latest_efsrpc2_EfsRpcDuplicateEncryptionInfoFile_arguments;

	return read$is_read;
	}

# Arguments of the response of efsrpc2::EfsRpcDuplicateEncryptionInfoFile.
type efsrpc2_EfsRpcDuplicateEncryptionInfoFile_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc2::EfsRpcDuplicateEncryptionInfoFile:
#
#   return uint32
function efsrpc2_EfsRpcDuplicateEncryptionInfoFile_results(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcDuplicateEncryptionInfoFile_Results
	{
	local read = efsrpc2_EfsRpcDuplicateEncryptionInfoFile_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcDuplicateEncryptionInfoFile_Results($is_read=T);
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc2::EfsRpcDuplicateEncryptionInfoFile.
function take_efsrpc2_EfsRpcDuplicateEncryptionInfoFile_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc2_EfsRpcDuplicateEncryptionInfoFile_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc2::EfsRpcAddUsersToFileEx.
type efsrpc2_EfsRpcAddUsersToFileEx_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc2::EfsRpcAddUsersToFileEx:
#
#   return uint32
function efsrpc2_EfsRpcAddUsersToFileEx_results(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcAddUsersToFileEx_Results
	{
	local read = efsrpc2_EfsRpcAddUsersToFileEx_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcAddUsersToFileEx_Results($is_read=T);
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc2::EfsRpcAddUsersToFileEx.
function take_efsrpc2_EfsRpcAddUsersToFileEx_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc2_EfsRpcAddUsersToFileEx_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc2::EfsRpcFileKeyInfoEx.
type efsrpc2_EfsRpcFileKeyInfoEx_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc2::EfsRpcFileKeyInfoEx:
#
#   KeyInfo unique(EFS_RPC_BLOB)
#   return uint32
function efsrpc2_EfsRpcFileKeyInfoEx_results(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcFileKeyInfoEx_Results
	{
	local read = efsrpc2_EfsRpcFileKeyInfoEx_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcFileKeyInfoEx_Results($is_read=T);

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			local KeyInfo_bData_pointer = SigzeekStub::number(word);

			if ( KeyInfo_bData_pointer != 0 )
				{
				SigzeekStub::bytes();
				}

			}

		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc2::EfsRpcFileKeyInfoEx.
function take_efsrpc2_EfsRpcFileKeyInfoEx_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc2_EfsRpcFileKeyInfoEx_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc2::EfsRpcGetEncryptedFileMetadata.
type efsrpc2_EfsRpcGetEncryptedFileMetadata_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc2::EfsRpcGetEncryptedFileMetadata:
#
#   EfsStreamBlob unique(EFS_RPC_BLOB)
#   return uint32
function efsrpc2_EfsRpcGetEncryptedFileMetadata_results(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcGetEncryptedFileMetadata_Results
	{
	local read = efsrpc2_EfsRpcGetEncryptedFileMetadata_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcGetEncryptedFileMetadata_Results($is_read=T);

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			local EfsStreamBlob_bData_pointer = SigzeekStub::number(word);

			if ( EfsStreamBlob_bData_pointer != 0 )
				{
				SigzeekStub::bytes();
				}

			}

		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc2::EfsRpcGetEncryptedFileMetadata.
function take_efsrpc2_EfsRpcGetEncryptedFileMetadata_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc2_EfsRpcGetEncryptedFileMetadata_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc2::EfsRpcSetEncryptedFileMetadata.
type efsrpc2_EfsRpcSetEncryptedFileMetadata_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc2::EfsRpcSetEncryptedFileMetadata:
#
#   return uint32
function efsrpc2_EfsRpcSetEncryptedFileMetadata_results(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcSetEncryptedFileMetadata_Results
	{
	local read = efsrpc2_EfsRpcSetEncryptedFileMetadata_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcSetEncryptedFileMetadata_Results($is_read=T);
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc2::EfsRpcSetEncryptedFileMetadata.
function take_efsrpc2_EfsRpcSetEncryptedFileMetadata_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc2_EfsRpcSetEncryptedFileMetadata_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc2::EfsRpcEncryptFileExServ.
type efsrpc2_EfsRpcEncryptFileExServ_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc2::EfsRpcEncryptFileExServ:
#
#   return uint32
function efsrpc2_EfsRpcEncryptFileExServ_results(bytes: string, is_little_endian: bool): efsrpc2_EfsRpcEncryptFileExServ_Results
	{
	local read = efsrpc2_EfsRpcEncryptFileExServ_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc2_EfsRpcEncryptFileExServ_Results($is_read=T);
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc2::EfsRpcEncryptFileExServ.
function take_efsrpc2_EfsRpcEncryptFileExServ_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc2_EfsRpcEncryptFileExServ_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc::EfsRpcOpenFileRaw.
type efsrpc_EfsRpcOpenFileRaw_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc::EfsRpcOpenFileRaw:
#
#   hContext handle
#   return uint32
function efsrpc_EfsRpcOpenFileRaw_results(bytes: string, is_little_endian: bool): efsrpc_EfsRpcOpenFileRaw_Results
	{
	local read = efsrpc_EfsRpcOpenFileRaw_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcOpenFileRaw_Results($is_read=T);
		SigzeekStub::reserved_handle();
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc::EfsRpcOpenFileRaw.
function take_efsrpc_EfsRpcOpenFileRaw_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc_EfsRpcOpenFileRaw_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc::EfsRpcEncryptFileSrv.
type efsrpc_EfsRpcEncryptFileSrv_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc::EfsRpcEncryptFileSrv:
#
#   return uint32
function efsrpc_EfsRpcEncryptFileSrv_results(bytes: string, is_little_endian: bool): efsrpc_EfsRpcEncryptFileSrv_Results
	{
	local read = efsrpc_EfsRpcEncryptFileSrv_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcEncryptFileSrv_Results($is_read=T);
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc::EfsRpcEncryptFileSrv.
function take_efsrpc_EfsRpcEncryptFileSrv_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc_EfsRpcEncryptFileSrv_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc::EfsDecryptFileSrv.
type efsrpc_EfsDecryptFileSrv_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc::EfsDecryptFileSrv:
#
#   return uint32
function efsrpc_EfsDecryptFileSrv_results(bytes: string, is_little_endian: bool): efsrpc_EfsDecryptFileSrv_Results
	{
	local read = efsrpc_EfsDecryptFileSrv_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsDecryptFileSrv_Results($is_read=T);
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc::EfsDecryptFileSrv.
function take_efsrpc_EfsDecryptFileSrv_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc_EfsDecryptFileSrv_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc::EfsRpcQueryUsersOnFile.
type efsrpc_EfsRpcQueryUsersOnFile_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc::EfsRpcQueryUsersOnFile:
#
#   Users unique(ENCRYPTION_CERTIFICATE_HASH_LIST)
#   return uint32
function efsrpc_EfsRpcQueryUsersOnFile_results(bytes: string, is_little_endian: bool): efsrpc_EfsRpcQueryUsersOnFile_Results
	{
	local read = efsrpc_EfsRpcQueryUsersOnFile_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcQueryUsersOnFile_Results($is_read=T);

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			local Users_Users_pointer = SigzeekStub::number(word);

			if ( Users_Users_pointer != 0 )
				{
				local Users_Users_count = SigzeekStub::number(word);
				local Users_Users_count_elements = SigzeekStub::elements(Users_Users_count, word, word);

				while ( Users_Users_count_elements$number < Users_Users_count_elements$count_ )
					{
					SigzeekStub::to_next_element(Users_Users_count_elements);
					Users_Users_pointer = SigzeekStub::number(word);
					SigzeekStub::behind_elements(Users_Users_count_elements);

					if ( Users_Users_pointer != 0 )
						{
						SigzeekStub::align(word);
						SigzeekStub::at += 4;
						local Users_Users_UserSid_pointer = SigzeekStub::number(word);
						local Users_Users_Hash_pointer = SigzeekStub::number(word);
						local Users_Users_lpDisplayInformation_pointer = SigzeekStub::number(word);

						if ( Users_Users_UserSid_pointer != 0 )
							{
							SigzeekStub::sid();
							}

						if ( Users_Users_Hash_pointer != 0 )
							{
							SigzeekStub::align(word);
							SigzeekStub::at += 4;
							local Users_Users_Hash_bData_pointer = SigzeekStub::number(word);

							if ( Users_Users_Hash_bData_pointer != 0 )
								{
								SigzeekStub::bytes();
								}

							}

						if ( Users_Users_lpDisplayInformation_pointer != 0 )
							{
							SigzeekStub::skip_text();
							}

						}

					}

				}

			}

		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc::EfsRpcQueryUsersOnFile.
function take_efsrpc_EfsRpcQueryUsersOnFile_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc_EfsRpcQueryUsersOnFile_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc::EfsRpcQueryRecoveryAgents.
type efsrpc_EfsRpcQueryRecoveryAgents_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc::EfsRpcQueryRecoveryAgents:
#
#   RecoveryAgents unique(ENCRYPTION_CERTIFICATE_HASH_LIST)
#   return uint32
function efsrpc_EfsRpcQueryRecoveryAgents_results(bytes: string, is_little_endian: bool): efsrpc_EfsRpcQueryRecoveryAgents_Results
	{
	local read = efsrpc_EfsRpcQueryRecoveryAgents_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcQueryRecoveryAgents_Results($is_read=T);

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			local RecoveryAgents_Users_pointer = SigzeekStub::number(word);

			if ( RecoveryAgents_Users_pointer != 0 )
				{
				local RecoveryAgents_Users_count = SigzeekStub::number(word);
				local RecoveryAgents_Users_count_elements = SigzeekStub::elements(RecoveryAgents_Users_count, word, word);

				while ( RecoveryAgents_Users_count_elements$number < RecoveryAgents_Users_count_elements$count_ )
					{
					SigzeekStub::to_next_element(RecoveryAgents_Users_count_elements);
					RecoveryAgents_Users_pointer = SigzeekStub::number(word);
					SigzeekStub::behind_elements(RecoveryAgents_Users_count_elements);

					if ( RecoveryAgents_Users_pointer != 0 )
						{
						SigzeekStub::align(word);
						SigzeekStub::at += 4;
						local RecoveryAgents_Users_UserSid_pointer = SigzeekStub::number(word);
						local RecoveryAgents_Users_Hash_pointer = SigzeekStub::number(word);
						local RecoveryAgents_Users_lpDisplayInformation_pointer = SigzeekStub::number(word);

						if ( RecoveryAgents_Users_UserSid_pointer != 0 )
							{
							SigzeekStub::sid();
							}

						if ( RecoveryAgents_Users_Hash_pointer != 0 )
							{
							SigzeekStub::align(word);
							SigzeekStub::at += 4;
							local RecoveryAgents_Users_Hash_bData_pointer = SigzeekStub::number(word);

							if ( RecoveryAgents_Users_Hash_bData_pointer != 0 )
								{
								SigzeekStub::bytes();
								}

							}

						if ( RecoveryAgents_Users_lpDisplayInformation_pointer != 0 )
							{
							SigzeekStub::skip_text();
							}

						}

					}

				}

			}

		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc::EfsRpcQueryRecoveryAgents.
function take_efsrpc_EfsRpcQueryRecoveryAgents_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc_EfsRpcQueryRecoveryAgents_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc::EfsRpcRemoveUsersFromFile.
type efsrpc_EfsRpcRemoveUsersFromFile_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc::EfsRpcRemoveUsersFromFile:
#
#   return uint32
function efsrpc_EfsRpcRemoveUsersFromFile_results(bytes: string, is_little_endian: bool): efsrpc_EfsRpcRemoveUsersFromFile_Results
	{
	local read = efsrpc_EfsRpcRemoveUsersFromFile_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcRemoveUsersFromFile_Results($is_read=T);
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc::EfsRpcRemoveUsersFromFile.
function take_efsrpc_EfsRpcRemoveUsersFromFile_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc_EfsRpcRemoveUsersFromFile_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc::EfsRpcAddUsersToFile.
type efsrpc_EfsRpcAddUsersToFile_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc::EfsRpcAddUsersToFile:
#
#   return uint32
function efsrpc_EfsRpcAddUsersToFile_results(bytes: string, is_little_endian: bool): efsrpc_EfsRpcAddUsersToFile_Results
	{
	local read = efsrpc_EfsRpcAddUsersToFile_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcAddUsersToFile_Results($is_read=T);
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc::EfsRpcAddUsersToFile.
function take_efsrpc_EfsRpcAddUsersToFile_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc_EfsRpcAddUsersToFile_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc::EfsRpcFileKeyInfo.
type efsrpc_EfsRpcFileKeyInfo_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc::EfsRpcFileKeyInfo:
#
#   KeyInfo unique(EFS_RPC_BLOB)
#   return uint32
function efsrpc_EfsRpcFileKeyInfo_results(bytes: string, is_little_endian: bool): efsrpc_EfsRpcFileKeyInfo_Results
	{
	local read = efsrpc_EfsRpcFileKeyInfo_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcFileKeyInfo_Results($is_read=T);

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			local KeyInfo_bData_pointer = SigzeekStub::number(word);

			if ( KeyInfo_bData_pointer != 0 )
				{
				SigzeekStub::bytes();
				}

			}

		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc::EfsRpcFileKeyInfo.
function take_efsrpc_EfsRpcFileKeyInfo_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc_EfsRpcFileKeyInfo_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

	return read$is_read;
	}

# Arguments of the request of efsrpc::EfsRpcDuplicateEncryptionInfoFile.
type efsrpc_EfsRpcDuplicateEncryptionInfoFile_Arguments: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
};

# Reads the request of efsrpc::EfsRpcDuplicateEncryptionInfoFile as far as
# rules ask for it:
#
#   SrcFileName wstring
function efsrpc_EfsRpcDuplicateEncryptionInfoFile_arguments(bytes: string, is_little_endian: bool): efsrpc_EfsRpcDuplicateEncryptionInfoFile_Arguments
	{
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcDuplicateEncryptionInfoFile_Arguments($is_read=T);
		SigzeekStub::skip_text();
		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
		}

	return efsrpc_EfsRpcDuplicateEncryptionInfoFile_Arguments();
	}

# What the latest request of efsrpc::EfsRpcDuplicateEncryptionInfoFile has that was read.
global latest_efsrpc_EfsRpcDuplicateEncryptionInfoFile_arguments = efsrpc_EfsRpcDuplicateEncryptionInfoFile_Arguments();

# Takes what is asked for of efsrpc::EfsRpcDuplicateEncryptionInfoFile.
function take_efsrpc_EfsRpcDuplicateEncryptionInfoFile_arguments(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	if ( ! repeats_latest(call) )
		{
		latest_efsrpc_EfsRpcDuplicateEncryptionInfoFile_arguments = efsrpc_EfsRpcDuplicateEncryptionInfoFile_arguments(call$stub, ! call$interface$is_big_endian);
		keep_latest(call, latest_efsrpc_EfsRpcDuplicateEncryptionInfoFile_arguments$is_read, 1);
		}

	local read = latest_efsrpc_EfsRpcDuplicateEncryptionInfoFile_arguments;

	return read$is_read;
	}

# Arguments of the response of efsrpc::EfsRpcDuplicateEncryptionInfoFile.
type efsrpc_EfsRpcDuplicateEncryptionInfoFile_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc::EfsRpcDuplicateEncryptionInfoFile:
#
#   return uint32
function efsrpc_EfsRpcDuplicateEncryptionInfoFile_results(bytes: string, is_little_endian: bool): efsrpc_EfsRpcDuplicateEncryptionInfoFile_Results
	{
	local read = efsrpc_EfsRpcDuplicateEncryptionInfoFile_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcDuplicateEncryptionInfoFile_Results($is_read=T);
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc::EfsRpcDuplicateEncryptionInfoFile.
function take_efsrpc_EfsRpcDuplicateEncryptionInfoFile_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc_EfsRpcDuplicateEncryptionInfoFile_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc::EfsRpcAddUsersToFileEx.
type efsrpc_EfsRpcAddUsersToFileEx_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc::EfsRpcAddUsersToFileEx:
#
#   return uint32
function efsrpc_EfsRpcAddUsersToFileEx_results(bytes: string, is_little_endian: bool): efsrpc_EfsRpcAddUsersToFileEx_Results
	{
	local read = efsrpc_EfsRpcAddUsersToFileEx_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcAddUsersToFileEx_Results($is_read=T);
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc::EfsRpcAddUsersToFileEx.
function take_efsrpc_EfsRpcAddUsersToFileEx_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc_EfsRpcAddUsersToFileEx_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc::EfsRpcFileKeyInfoEx.
type efsrpc_EfsRpcFileKeyInfoEx_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc::EfsRpcFileKeyInfoEx:
#
#   KeyInfo unique(EFS_RPC_BLOB)
#   return uint32
function efsrpc_EfsRpcFileKeyInfoEx_results(bytes: string, is_little_endian: bool): efsrpc_EfsRpcFileKeyInfoEx_Results
	{
	local read = efsrpc_EfsRpcFileKeyInfoEx_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcFileKeyInfoEx_Results($is_read=T);

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			local KeyInfo_bData_pointer = SigzeekStub::number(word);

			if ( KeyInfo_bData_pointer != 0 )
				{
				SigzeekStub::bytes();
				}

			}

		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc::EfsRpcFileKeyInfoEx.
function take_efsrpc_EfsRpcFileKeyInfoEx_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc_EfsRpcFileKeyInfoEx_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc::EfsRpcGetEncryptedFileMetadata.
type efsrpc_EfsRpcGetEncryptedFileMetadata_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc::EfsRpcGetEncryptedFileMetadata:
#
#   EfsStreamBlob unique(EFS_RPC_BLOB)
#   return uint32
function efsrpc_EfsRpcGetEncryptedFileMetadata_results(bytes: string, is_little_endian: bool): efsrpc_EfsRpcGetEncryptedFileMetadata_Results
	{
	local read = efsrpc_EfsRpcGetEncryptedFileMetadata_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcGetEncryptedFileMetadata_Results($is_read=T);

		if ( SigzeekStub::points() )
			{
			SigzeekStub::at += 4;
			local EfsStreamBlob_bData_pointer = SigzeekStub::number(word);

			if ( EfsStreamBlob_bData_pointer != 0 )
				{
				SigzeekStub::bytes();
				}

			}

		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc::EfsRpcGetEncryptedFileMetadata.
function take_efsrpc_EfsRpcGetEncryptedFileMetadata_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc_EfsRpcGetEncryptedFileMetadata_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc::EfsRpcSetEncryptedFileMetadata.
type efsrpc_EfsRpcSetEncryptedFileMetadata_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc::EfsRpcSetEncryptedFileMetadata:
#
#   return uint32
function efsrpc_EfsRpcSetEncryptedFileMetadata_results(bytes: string, is_little_endian: bool): efsrpc_EfsRpcSetEncryptedFileMetadata_Results
	{
	local read = efsrpc_EfsRpcSetEncryptedFileMetadata_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcSetEncryptedFileMetadata_Results($is_read=T);
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc::EfsRpcSetEncryptedFileMetadata.
function take_efsrpc_EfsRpcSetEncryptedFileMetadata_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc_EfsRpcSetEncryptedFileMetadata_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

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

# Arguments of the response of efsrpc::EfsRpcEncryptFileExServ.
type efsrpc_EfsRpcEncryptFileExServ_Results: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
	return_: count &optional;
};

# Reads the response of efsrpc::EfsRpcEncryptFileExServ:
#
#   return uint32
function efsrpc_EfsRpcEncryptFileExServ_results(bytes: string, is_little_endian: bool): efsrpc_EfsRpcEncryptFileExServ_Results
	{
	local read = efsrpc_EfsRpcEncryptFileExServ_Results();
	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
	local least = SigzeekStub::UNREAD;

	for ( _, word in SigzeekStub::words )
		{
		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = efsrpc_EfsRpcEncryptFileExServ_Results($is_read=T);
		values$return_ = SigzeekStub::number(4);
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

# Takes what is asked for of efsrpc::EfsRpcEncryptFileExServ.
function take_efsrpc_EfsRpcEncryptFileExServ_results(call: SigzeekDceRpc::Call, kept: RpcCall): bool
	{
	local read = efsrpc_EfsRpcEncryptFileExServ_results(call$response_stub, ! call$interface$is_big_endian);

	if ( read?$return_ )
		kept$result_return = read$return_;

	return read$is_read;
	}

# How the requests of operations are read.
const argument_readers: table[string, count] of function(call: SigzeekDceRpc::Call, kept: RpcCall): bool = {
	# spoolss::RpcAddPrinterDriverEx
	["12345678-1234-abcd-ef00-0123456789ab", 89] = take_spoolss_RpcAddPrinterDriverEx_arguments,
	# netlogon::NetrServerAuthenticate
	["12345678-1234-abcd-ef00-01234567cffb", 5] = take_netlogon_NetrServerAuthenticate_arguments,
	# netlogon::NetrServerAuthenticate2
	["12345678-1234-abcd-ef00-01234567cffb", 15] = take_netlogon_NetrServerAuthenticate2_arguments,
	# netlogon::NetrServerAuthenticate3
	["12345678-1234-abcd-ef00-01234567cffb", 26] = take_netlogon_NetrServerAuthenticate3_arguments,
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
	# efsrpc2::EfsRpcDuplicateEncryptionInfoFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 13] = take_efsrpc2_EfsRpcDuplicateEncryptionInfoFile_arguments,
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
	# efsrpc::EfsRpcDuplicateEncryptionInfoFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 13] = take_efsrpc_EfsRpcDuplicateEncryptionInfoFile_arguments,
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
		SigzeekDceRpc::operation(uuid, opnum)$published_arguments = reader;
	}

# Read the request of a call, once.
function read_arguments(call: SigzeekDceRpc::Call): RpcCall
	{
	local kept = kept_of(call);

	if ( kept?$has_arguments || ! call?$stub )
		return kept;

	kept$has_arguments = F;

	if ( ! call$operation?$published_arguments )
		return kept;

	local reader = call$operation$published_arguments;
	kept$has_arguments = reader(call, kept);

	if ( ! kept$has_arguments )
		count_undecodable(call);

	return kept;
	}

# How the responses of operations are read.
const result_readers: table[string, count] of function(call: SigzeekDceRpc::Call, kept: RpcCall): bool = {
	# efsrpc2::EfsRpcOpenFileRaw
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 0] = take_efsrpc2_EfsRpcOpenFileRaw_results,
	# efsrpc2::EfsRpcEncryptFileSrv
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 4] = take_efsrpc2_EfsRpcEncryptFileSrv_results,
	# efsrpc2::EfsDecryptFileSrv
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 5] = take_efsrpc2_EfsDecryptFileSrv_results,
	# efsrpc2::EfsRpcQueryUsersOnFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 6] = take_efsrpc2_EfsRpcQueryUsersOnFile_results,
	# efsrpc2::EfsRpcQueryRecoveryAgents
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 7] = take_efsrpc2_EfsRpcQueryRecoveryAgents_results,
	# efsrpc2::EfsRpcRemoveUsersFromFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 8] = take_efsrpc2_EfsRpcRemoveUsersFromFile_results,
	# efsrpc2::EfsRpcAddUsersToFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 9] = take_efsrpc2_EfsRpcAddUsersToFile_results,
	# efsrpc2::EfsRpcFileKeyInfo
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 12] = take_efsrpc2_EfsRpcFileKeyInfo_results,
	# efsrpc2::EfsRpcDuplicateEncryptionInfoFile
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 13] = take_efsrpc2_EfsRpcDuplicateEncryptionInfoFile_results,
	# efsrpc2::EfsRpcAddUsersToFileEx
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 15] = take_efsrpc2_EfsRpcAddUsersToFileEx_results,
	# efsrpc2::EfsRpcFileKeyInfoEx
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 16] = take_efsrpc2_EfsRpcFileKeyInfoEx_results,
	# efsrpc2::EfsRpcGetEncryptedFileMetadata
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 18] = take_efsrpc2_EfsRpcGetEncryptedFileMetadata_results,
	# efsrpc2::EfsRpcSetEncryptedFileMetadata
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 19] = take_efsrpc2_EfsRpcSetEncryptedFileMetadata_results,
	# efsrpc2::EfsRpcEncryptFileExServ
	["c681d488-d850-11d0-8c52-00c04fd90f7e", 21] = take_efsrpc2_EfsRpcEncryptFileExServ_results,
	# efsrpc::EfsRpcOpenFileRaw
	["df1941c5-fe89-4e79-bf10-463657acf44d", 0] = take_efsrpc_EfsRpcOpenFileRaw_results,
	# efsrpc::EfsRpcEncryptFileSrv
	["df1941c5-fe89-4e79-bf10-463657acf44d", 4] = take_efsrpc_EfsRpcEncryptFileSrv_results,
	# efsrpc::EfsDecryptFileSrv
	["df1941c5-fe89-4e79-bf10-463657acf44d", 5] = take_efsrpc_EfsDecryptFileSrv_results,
	# efsrpc::EfsRpcQueryUsersOnFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 6] = take_efsrpc_EfsRpcQueryUsersOnFile_results,
	# efsrpc::EfsRpcQueryRecoveryAgents
	["df1941c5-fe89-4e79-bf10-463657acf44d", 7] = take_efsrpc_EfsRpcQueryRecoveryAgents_results,
	# efsrpc::EfsRpcRemoveUsersFromFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 8] = take_efsrpc_EfsRpcRemoveUsersFromFile_results,
	# efsrpc::EfsRpcAddUsersToFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 9] = take_efsrpc_EfsRpcAddUsersToFile_results,
	# efsrpc::EfsRpcFileKeyInfo
	["df1941c5-fe89-4e79-bf10-463657acf44d", 12] = take_efsrpc_EfsRpcFileKeyInfo_results,
	# efsrpc::EfsRpcDuplicateEncryptionInfoFile
	["df1941c5-fe89-4e79-bf10-463657acf44d", 13] = take_efsrpc_EfsRpcDuplicateEncryptionInfoFile_results,
	# efsrpc::EfsRpcAddUsersToFileEx
	["df1941c5-fe89-4e79-bf10-463657acf44d", 15] = take_efsrpc_EfsRpcAddUsersToFileEx_results,
	# efsrpc::EfsRpcFileKeyInfoEx
	["df1941c5-fe89-4e79-bf10-463657acf44d", 16] = take_efsrpc_EfsRpcFileKeyInfoEx_results,
	# efsrpc::EfsRpcGetEncryptedFileMetadata
	["df1941c5-fe89-4e79-bf10-463657acf44d", 18] = take_efsrpc_EfsRpcGetEncryptedFileMetadata_results,
	# efsrpc::EfsRpcSetEncryptedFileMetadata
	["df1941c5-fe89-4e79-bf10-463657acf44d", 19] = take_efsrpc_EfsRpcSetEncryptedFileMetadata_results,
	# efsrpc::EfsRpcEncryptFileExServ
	["df1941c5-fe89-4e79-bf10-463657acf44d", 21] = take_efsrpc_EfsRpcEncryptFileExServ_results,
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
