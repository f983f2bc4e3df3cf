##! Printer Opened On Remote Host
##!
##! Id:              0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c12
##! ATT&CK:          T1187 Forced Authentication
##! Level:           informational
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rprn/d42db7d5-f141-4466-8f47-0a4be14e2fc1
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-par/695e3f9a-f83f-479a-82d9-ba260497c2d0
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://github.com/p0dalirius/windows-coerced-authentication-methods
##! False positives: Everyone who prints
##! Matches:         1 of (selection_spoolss, selection_winspool)
##! Matches:         selection_spoolss: uuid: '12345678-1234-abcd-ef00-0123456789ab' and opnum: 1 or 69
##! Matches:         selection_winspool: uuid: '76f03f96-cdfd-44fc-a22c-64950a001209' and opnum: 0
##!
##! A printer was opened through the print spooler of another host: RpcOpenPrinter and RpcOpenPrinterEx ([MS-RPRN]
##! 3.1.4.2.2 and 3.1.4.2.14), RpcAsyncOpenPrinter ([MS-PAR] 3.1.4.1.1). Everyone who prints does it; the correlation
##! 'coerced_host_came' asks whether the spooler then went to the caller.

module Coercion;

export {
	redef enum Notice::Type += {
		## Printer Opened On Remote Host
		Printer_Opened,
	};
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Printer_Opened };

global printer_opened_rule = watched(RuleInfo(
	$note=Printer_Opened,
	$id="0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c12",
	$title="Printer Opened On Remote Host",
	$level="informational",
	$attack=vector("T1187"),
	$robustness="3H"));

function printer_opened_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( printer_opened_rule$is_just_silent )
		++printer_opened_rule$outcomes$silent;
	else if ( ! may_raise(printer_opened_rule, c) )
		return;
	else if ( makes_notice(printer_opened_rule, c) )
		{
		local kept = read_arguments(call);
		notify(printer_opened_rule, c, cat(DCE_RPC::uuid_endpoint_map[call$interface$uuid], "::", DCE_RPC::operations[call$interface$uuid, call$opnum], ": ", (kept?$argument_pPrinterName ? kept$argument_pPrinterName : "-")));
		}

	local match = matches_of_hosts[c$id$orig_h, c$id$resp_h];
	match$ts = network_time();
	match$uid = c$uid;

	if ( ! lists_hosts || ! waits_for_name(printer_opened_rule, c, coercing_call_correlate, match) )
		coercing_call_correlate(match);
	}
