##! Printer Driver Added From The Network Or Unchecked
##!
##! Id:              0949e257-bbd3-4188-9885-f9b392a515d0
##! ATT&CK:          T1210 Exploitation of Remote Services
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://msrc.microsoft.com/update-guide/vulnerability/CVE-2021-1675
##! Reference:       https://msrc.microsoft.com/update-guide/vulnerability/CVE-2021-34527
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rprn/b96cc497-59e5-4510-ab04-5484993b259b
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! False positives: Print servers whose drivers are installed from a share
##! Matches:         selection and 1 of (stub_share, stub_unchecked)
##! Matches:         selection: uuid: '12345678-1234-abcd-ef00-0123456789ab' and opnum: 89
##! Matches:         stub_share: (stub|re: '\\\x00\\\x00([^\\\x00]\x00)+\\\x00') or (stub|wide|contains: '\??\UNC\')
##! Matches:         stub_unchecked: stub|re|s: '[\x80-\xff]..$'
##!
##! PrintNightmare (CVE-2021-1675, CVE-2021-34527) in clear: the print spooler of another host was told to add a driver
##! whose files are on a share, or to add it with the flag APD_INSTALL_WARNED_DRIVER (0x8000), with which the spooler
##! did not ask whether the caller may add drivers at all. The flags are the last four bytes of the request of
##! RpcAddPrinterDriverEx ([MS-RPRN] 3.1.4.4.8). The server's own name, which begins with two backslashes, is no path.

module Published;

export {
	redef enum Notice::Type += {
		## Printer Driver Added From The Network Or Unchecked
		Printnightmare_Driver_Unchecked,
	};
}

global printnightmare_driver_unchecked_rule = watched(RuleInfo(
	$note=Printnightmare_Driver_Unchecked,
	$id="0949e257-bbd3-4188-9885-f9b392a515d0",
	$title="Printer Driver Added From The Network Or Unchecked",
	$level="high",
	$attack=vector("T1210"),
	$robustness="3P"));

function printnightmare_driver_unchecked_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( ! may_raise(printnightmare_driver_unchecked_rule, c) )
		return;

	if ( makes_notice(printnightmare_driver_unchecked_rule, c) )
		{
		local kept = read_arguments(call);
		notify(printnightmare_driver_unchecked_rule, c, observed_of(call, cat("Printer driver ", (kept?$argument_pDriverContainer_DriverInfo_Level2_pName ? kept$argument_pDriverContainer_DriverInfo_Level2_pName : "-"), " with ", (kept?$argument_pDriverContainer_DriverInfo_Level2_pDataFile ? kept$argument_pDriverContainer_DriverInfo_Level2_pDataFile : "-"), " and ", (kept?$argument_pDriverContainer_DriverInfo_Level2_pConfigFile ? kept$argument_pDriverContainer_DriverInfo_Level2_pConfigFile : "-"))));
		}

	if ( call?$stub )
		log_payload(printnightmare_driver_unchecked_rule, c, "stub", |call$stub|, call$stub[0:2048]);
	}

function printnightmare_driver_unchecked_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( /\\\x00\\\x00([^\x00\\]\x00)+\\\x00|\?\x00..\\\x00U\x00N\x00C\x00\\\x00|[\x80-\xff]..$/is in call$stub )
		SigzeekDceRpc::at_response(call, printnightmare_driver_unchecked_on_response);
	}
