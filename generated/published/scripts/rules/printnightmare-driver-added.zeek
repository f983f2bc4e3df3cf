##! Printer Driver Added On Remote Host
##!
##! Id:              1189b700-2807-4ef7-8e68-f4841c2f212b
##! ATT&CK:          T1210 Exploitation of Remote Services
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://msrc.microsoft.com/update-guide/vulnerability/CVE-2021-1675
##! Reference:       https://msrc.microsoft.com/update-guide/vulnerability/CVE-2021-34527
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rprn/b96cc497-59e5-4510-ab04-5484993b259b
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-par/5d864e3e-5d8b-4337-89ce-cb0258ab97cd
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! False positives: Administration of print servers
##! Matches:         1 of (selection_spoolss, selection_winspool)
##! Matches:         selection_spoolss: uuid: '12345678-1234-abcd-ef00-0123456789ab' and opnum: 9 or 89
##! Matches:         selection_winspool: uuid: '76f03f96-cdfd-44fc-a22c-64950a001209' and opnum: 39
##!
##! PrintNightmare (CVE-2021-1675, CVE-2021-34527): the print spooler of another host was told to add a printer driver,
##! a library that it then loads as SYSTEM. RpcAddPrinterDriverEx ([MS-RPRN] 3.1.4.4.8) and RpcAsyncAddPrinterDriver
##! ([MS-PAR] 3.1.4.2.2) do it; RpcAddPrinterDriver, the older form of the first, does too. Which driver it was only the
##! first and the last show, and those to Zeek only where the stub is in clear.

module Published;

export {
	redef enum Notice::Type += {
		## Printer Driver Added On Remote Host
		Printnightmare_Driver_Added,
	};
}

global printnightmare_driver_added_rule = watched(RuleInfo(
	$note=Printnightmare_Driver_Added,
	$id="1189b700-2807-4ef7-8e68-f4841c2f212b",
	$title="Printer Driver Added On Remote Host",
	$level="medium",
	$attack=vector("T1210"),
	$robustness="4H"));

function printnightmare_driver_added_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(printnightmare_driver_added_rule, c) )
		notify(printnightmare_driver_added_rule, c, observed_of(call, call_name(call)));
	}
