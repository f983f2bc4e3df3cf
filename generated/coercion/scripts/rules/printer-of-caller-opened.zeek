##! Print Spooler Told To Open A Printer Of Its Caller
##!
##! Id:              0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c13
##! ATT&CK:          T1187 Forced Authentication
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rprn/d42db7d5-f141-4466-8f47-0a4be14e2fc1
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-par/695e3f9a-f83f-479a-82d9-ba260497c2d0
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://github.com/p0dalirius/windows-coerced-authentication-methods
##! False positives: Print servers whose printers are each other's
##! Matches:         (selection_spoolss or selection_winspool) and (selection_address or selection_webdav)
##! Matches:         selection_spoolss: uuid: '12345678-1234-abcd-ef00-0123456789ab' and opnum: 1 or 69
##! Matches:         selection_winspool: uuid: '76f03f96-cdfd-44fc-a22c-64950a001209' and opnum: 0
##! Matches:         selection_address: argument.pPrinterName|fieldref|contains: id.orig_h
##! Matches:         selection_webdav: argument.pPrinterName|re: '^\\\\[^\\@]+@'
##!
##! The print spooler of a host was told to open a printer whose server is the caller, by its address, or is reached by
##! WebDAV (pPrinterName; [MS-RPRN] 3.1.4.2.2 and 3.1.4.2.14, [MS-PAR] 3.1.4.1.1). To open it, the spooler goes there
##! and logs on with the account of its host. Clients name a printer of the server that they call. Of IRemoteWinspool,
##! only tools that do without the encryption it requires are seen.

module Coercion;

export {
	redef enum Notice::Type += {
		## Print Spooler Told To Open A Printer Of Its Caller
		Printer_Of_Caller_Opened,
	};
}

global printer_of_caller_opened_rule = watched(RuleInfo(
	$note=Printer_Of_Caller_Opened,
	$id="0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c13",
	$title="Print Spooler Told To Open A Printer Of Its Caller",
	$level="high",
	$attack=vector("T1187"),
	$robustness="3P"));

function printer_of_caller_opened_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	local kept = read_arguments(call);

	if ( kept?$argument_pPrinterName
	     && (to_lower(cat(c$id$orig_h)) in to_lower(kept$argument_pPrinterName)
	         || /^\\\\[^@\\]+@/ in kept$argument_pPrinterName)
	     && raises_notice(printer_of_caller_opened_rule, c) )
		notify(printer_of_caller_opened_rule, c, cat("Print spooler told to open ", (kept?$argument_pPrinterName ? kept$argument_pPrinterName : "-")));
	}
